"""The prose of a card cut into what can be read alone: paragraphs, list items, table rows, under their headings."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final, NamedTuple

from ..records import Document
from .prose import Line
from .subjects import Names

DECORATION: Final = frozenset(" \t>|*_`+-•·#~")
SEPARATORS: Final = frozenset(":：|=–—")
_SENTENCE_END: Final = re.compile(r"[。；;！!？?\n]|\.(?=\s+[A-Z\[*_\"“]|\s*$)|\.\*\*")
_HEADING_STARTS: Final = frozenset("#*_ \t")
_HEADING_LINE: Final = re.compile(r"[ \t]{0,3}#{1,6}[ \t]*([^\s#].{0,200})")
_BOLD_LINE: Final = re.compile(r"[ \t]*(?:\*\*|__)([^*_]{2,80})(?:\*\*|__)[ \t]*:?[ \t]*")
LICENSE_SECTION: Final = re.compile(r"licen[sc](?:e|ing)|terms of use|协议|许可|라이선스|ライセンス", re.IGNORECASE)
OTHER_SECTION: Final = re.compile(
    r"data ?sets?|training data|data\b|citation|citing|references|acknowledg|related|comparison|third[- ]party"
    r"|credits|benchmark"
    r"|数据|引用|致谢",
    re.IGNORECASE,
)
_COPIED: Final = re.compile(
    r"(?:^|[\n#*>])[ \t#*>]{0,8}(?:taken from the )?original (?:model )?(?:card|readme|model card)"
    r"|original model card|from the original (?:readme|model card)",
    re.IGNORECASE,
)
_BLOCK_START: Final = re.compile(
    r"[ \t]*(?:[-*+•][ \t]|\d{1,3}[.)][ \t]|#{1,6}[ \t]*\S|\||>|<(?:p|li|tr|td|div|h\d|br)\b|!?\[!\[)", re.IGNORECASE
)
_ASCII_LOWER: Final = {code: code + 32 for code in range(65, 91)}
_ITEMS_READ: Final = 12
_LONGEST: Final = 4000
"""Characters of a block that are read: more in one paragraph is a dump of something."""
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>\n]{0,200}>")
_NUMBER: Final = re.compile(r"\d{1,3}[.)]\s")


class Block(NamedTuple):
    """A paragraph, list item or table row to read, and the heading over it."""

    start: int
    end: int
    heading: str
    first_in_section: bool


class Prose:
    """The readable text of a card with its lines and headings."""

    def __init__(self, document: Document, lines: list[Line], names: Names) -> None:
        self.document = document
        self.text = document.readable
        self.lines = lines
        self.names = names

    @cached_property
    def starts(self) -> list[int]:
        """Offset of each line."""
        return [line.start for line in self.lines]

    @cached_property
    def lower(self) -> str:
        """The text in lower case, character for character."""
        lower = self.text.lower()
        # A few capital letters have two characters as their small form, and would move all that follows.
        return lower if len(lower) == len(self.text) else self.text.translate(_ASCII_LOWER)

    @cached_property
    def end(self) -> int:
        """Where the card of another model, copied in, begins; else the end of the text."""
        if "original" not in self.lower:
            return len(self.text)
        copied = _COPIED.search(self.text)
        return copied.start() if copied else len(self.text)

    @cached_property
    def headings(self) -> list[tuple[int, str]]:
        """Index and words of each line that is a heading, or bold words alone."""
        headings = []
        for index, line in enumerate(self.lines):
            if self.text[line.start : line.start + 1] in _HEADING_STARTS:
                body = self.text[line.start : line.end]
                found = _HEADING_LINE.match(body) or _BOLD_LINE.fullmatch(body)
                if found is not None:
                    headings.append((index, found[1]))
        return headings

    @cached_property
    def heading_lines(self) -> list[int]:
        """Index of each heading."""
        return [index for index, _ in self.headings]

    def blocks(self, words: Iterable[str]) -> Iterator[Block]:
        """Every block that holds one of the words, and the first one under a heading that holds it.

        Args:
            words: In lower case; found anywhere, within longer words too.
        """
        done = -1
        for index in self._lines_with(words):
            if index <= done:
                continue
            first, last = self.paragraph(index, done)
            yield self.block(first, last, first_in_section=False)
            done = last
            if self.is_heading(index):
                for block, last in self._under_heading(index):
                    yield block
                    done = last

    def _under_heading(self, index: int) -> Iterator[tuple[Block, int]]:
        """The first block under a heading, and the list items or rows that follow it without a blank line."""
        after = index + 1
        while after < len(self.lines) and not self.body(after).strip():
            after += 1
        for number in range(_ITEMS_READ):
            if after >= len(self.lines) or self.lines[after].start >= self.end:
                return
            if self.is_heading(after) or not self.body(after).strip():
                return
            first, last = self.paragraph(after, after - 1)
            yield self.block(first, last, first_in_section=number == 0), last
            after = last + 1

    def _lines_with(self, words: Iterable[str]) -> list[int]:
        # Plain searches: an alternation of twenty words without regard to case takes ten times as long.
        if not self.lines:
            return []
        begin = self.lines[0].start
        found: set[int] = set()
        for word in words:
            at = self.lower.find(word, begin)
            while 0 <= at < self.end:
                index = self.line_at(at)
                found.add(index)
                at = self.lower.find(word, self.lines[index].next)
        return sorted(found)

    def line_at(self, offset: int) -> int:
        """Index of the line that an offset stands in."""
        return bisect_right(self.starts, offset) - 1

    def body(self, index: int) -> str:
        """The text of a line, its masked parts blank."""
        line = self.lines[index]
        return self.text[line.start : line.end]

    def is_heading(self, index: int) -> bool:
        """Whether a line is a heading, or bold words alone."""
        at = bisect_right(self.heading_lines, index) - 1
        return at >= 0 and self.heading_lines[at] == index

    def paragraph(self, index: int, floor: int) -> tuple[int, int]:
        """First and last line of the paragraph, list item or row around a line."""
        first = last = index
        if self.is_heading(index):
            return first, last
        while first - 1 > floor and index - first < 12 and not _BLOCK_START.match(self.body(first)):
            before = self.body(first - 1)
            if not before.strip() or self.is_heading(first - 1):
                break
            first -= 1
        while last + 1 < len(self.lines) and last - index < 12:
            after = self.body(last + 1)
            if not after.strip() or _BLOCK_START.match(after) or self.is_heading(last + 1):
                break
            last += 1
        return first, last

    def block(self, first: int, last: int, *, first_in_section: bool) -> Block:
        """The block from one line to another, under its heading."""
        at = bisect_right(self.heading_lines, first) - 1
        heading = self.headings[at][1] if at >= 0 else ""
        start, end = self.lines[first].start, min(self.lines[last].end, self.end)
        return Block(start, min(end, start + _LONGEST), heading, first_in_section)


def skip_decoration(text: str, at: int, end: int) -> int:
    """Behind bullets, quotes, emphasis, tags and pictograms at the head of a line."""
    while at < end:
        if text[at] in DECORATION or (ord(text[at]) > 0x2190 and not text[at].isalpha()):
            at += 1
        elif text[at] == "<":
            tag = _TAG.match(text, at, end)
            if tag is None:
                break
            at = tag.end()
        else:
            number = _NUMBER.match(text, at, end)
            if number is None:
                break
            at = number.end()
    return at


def is_table_head(prose: Prose, passage: Block) -> bool:
    """Whether a row is the head of a table with a column for licenses, and so speaks of many models."""
    below = prose.line_at(passage.start) + 1
    if below >= len(prose.lines):
        return False
    body = prose.body(below)
    return set(body) <= set(" \t|:-") and "-" in body and prose.text.count("|", passage.start, passage.end) > 3


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence; a line break ends none."""
    at = start
    for stop in _SENTENCE_END.finditer(text, start, end):
        if text[stop.start()] == "\n":
            continue
        yield at, stop.start()
        at = stop.end()
    yield at, end
