"""Which words a text must have before a pattern is worth trying.

RE2 tells in linear time where a pattern matches, but hundreds of patterns over every sentence cost more
than everything else together, and one automaton for all of them outgrows any cache: its states are the
sets of patterns seen so far. Nearly every pattern of a rule, though, needs one of a few words: "military",
"weapon…", "war…". `required_words` reads them off the pattern; a look into a table of the words of a
sentence then leaves a handful of patterns that RE2 has to try.
"""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 8
"""Letters of a part of a word that are looked at. Its first eight tell it from nearly all others."""

SHORTEST: Final = 2
"""Fewer Latin letters than this stand in every sentence."""

MOST_GROUPS: Final = 4
"""The best so many groups of words are kept for a pattern; more would not shut out more sentences."""

TOKEN: Final = re.compile(r"[a-z0-9]+|[^\x00-\x7f]+")
"""Runs of characters that a required word cannot reach out of."""

Words = frozenset[str]
"""Each match holds one of these: ``"=not"`` a word, ``"^distribut"`` how a word begins, ``"cation"`` a part of one."""

_PIECE = re.compile(
    r"\\(?P<escape>[pP](?:\{[^}]*\}|.)|x(?:\{[^}]*\}|..)|.)"
    r"|(?P<open>\((?:\?(?:P?<\w+>|[imsU-]*:))?)"
    r"|(?P<flags>\(\?[imsU-]+\))"
    r"|(?P<close>\))"
    r"|(?P<bar>\|)"
    r"|(?P<set>\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\])"
    r"|(?P<times>[*+?]\??|\{[0-9]+(?:,[0-9]*)?\}\??)"
    r"|(?P<any>[.^$])"
    r"|(?P<plain>[^\\()|\[*+?.^$])",
    re.DOTALL,
)

_EDGE = "\0"
"""Stands in a run of literal characters where a word cannot go on."""


def required_words(pattern: str) -> tuple[Words, ...]:
    """Groups of words of which each match holds at least one word a group; empty if there is no such word.

    The answer may leave requirements out and never has one that a match could do without.
    """
    pieces = _pieces(pattern)
    if pieces is None:
        return ()
    stack = [_Branches()]
    for at, (kind, text) in enumerate(pieces):
        top = stack[-1]
        if kind == "plain":
            top.literal(text)
        elif kind == "escape":
            if text == "b":
                top.edge()
            elif text.isalnum() or len(text) > 1:
                top.gap()
            else:
                top.literal(text)
        elif kind == "times":
            top.repeat(at_least_once=text[0] == "+" or (text[0] == "{" and text[1] != "0"))
        elif kind == "open":
            stack.append(_Branches(edge=_ends_word(top.run), closed=_is_closed(pieces, at, top)))
        elif kind == "close":
            stack.pop()
            stack[-1].group(top.finish())
        elif kind == "bar":
            top.bar()
        else:  # a set, an anchor, any character, flags
            top.gap()
    return tuple(stack[0].finish())


def _pieces(pattern: str) -> list[tuple[str, str]] | None:
    """The pattern cut into pieces; None if it holds something that is not worth understanding."""
    found: list[tuple[str, str]] = []
    at = depth = 0
    while at < len(pattern):
        piece = _PIECE.match(pattern, at)
        if piece is None:
            return None
        at = piece.end()
        kind = piece.lastgroup or ""
        depth += (kind == "open") - (kind == "close")
        text = piece[kind]
        if depth < 0 or (kind == "escape" and text in "QECzAB"):
            return None
        found.append((kind, text))
    return found if depth == 0 else None


def _ends_word(run: str) -> bool:
    return bool(run) and not TOKEN.fullmatch(run[-1])


def _is_closed(pieces: list[tuple[str, str]], at: int, outer: _Branches) -> bool:
    """Whether no word that ends with the group opened at ``at`` can go on behind it."""
    depth = 0
    for index in range(at, len(pieces)):
        kind = pieces[index][0]
        depth += (kind == "open") - (kind == "close")
        if depth:
            continue
        if index + 1 == len(pieces):
            return False
        after, text = pieces[index + 1]
        if after in ("close", "bar"):
            return outer.closed
        if after == "escape":
            return text == "b"
        optional = index + 2 < len(pieces) and pieces[index + 2][0] == "times"
        return after == "plain" and not optional and not TOKEN.fullmatch(text.lower())
    return False


class _Branches:
    """An alternation that is being read: the groups of its finished branches, and the branch at hand."""

    def __init__(self, *, edge: bool = False, closed: bool = False) -> None:
        self.start = _EDGE if edge else ""
        self.closed = closed
        """Whether no word goes on behind the alternation."""
        self.done: list[list[Words]] = []
        self.found: list[Words] = []
        self.run = self.start
        self.last: list[Words] | None = None
        """What the last piece added, if it was a group: taken back if the group may be left out."""

    def literal(self, char: str) -> None:
        self.last = None
        self.run += char.lower()

    def edge(self) -> None:
        self.last = None
        self.run += _EDGE

    def gap(self) -> None:
        self._flush()
        self.last = None

    def group(self, groups: list[Words]) -> None:
        self._flush()
        self.found.extend(groups)
        self.last = groups

    def repeat(self, *, at_least_once: bool) -> None:
        if not at_least_once:
            if self.last:
                del self.found[-len(self.last) :]
            elif self.last is None:
                self.run = self.run[:-1]
        self._flush()
        self.last = None

    def bar(self) -> None:
        if self.closed:
            self.run += _EDGE
        self._flush()
        self.done.append(self.found)
        self.found = []
        self.run = self.start
        self.last = None

    def finish(self) -> list[Words]:
        self.bar()
        if len(self.done) == 1:
            return _best(self.done[0])
        together: set[str] = set()
        for groups in self.done:
            if not groups:
                return []
            together |= _best(groups)[0]
        return [frozenset(together)]

    def _flush(self) -> None:
        run = self.run
        for token in TOKEN.finditer(run):
            word = token.group()
            if len(word) < SHORTEST and word.isascii():
                continue
            begins, ends = token.start() > 0, token.end() < len(run)
            if begins and ends:
                self.found.append(frozenset((f"={word}",)))
            else:
                self.found.append(frozenset((f"^{word[:LONGEST]}" if begins else word[:LONGEST],)))
        self.run = ""


def _best(groups: list[Words]) -> list[Words]:
    """The groups that shut out most: long words, few of them."""
    unique = list(dict.fromkeys(groups))
    unique.sort(key=rareness, reverse=True)
    return unique[:MOST_GROUPS]


def rareness(words: Words) -> float:
    """A rough order: how seldom any of the words is met. Characters of Chinese count threefold."""
    shortest = min(len(word) if word.isascii() else 3 * len(word) for word in words)
    return shortest - 0.05 * len(words)


class WordTable:
    """Tells for a piece of text which groups of words it has a word of, as the bits of a number."""

    def __init__(self) -> None:
        self._groups: dict[Words, int] = {}
        self._whole: dict[str, int] = {}
        self._beginnings: dict[str, int] = {}
        self._parts: dict[str, int] = {}
        self._beginning_lengths: list[int] = []
        self._part_lengths: list[int] = []
        self._known: dict[str, int] = {}

    def add(self, groups: tuple[Words, ...]) -> int:
        """Bits that a text must have all of. All groups are added before the first text is looked at."""
        bits = 0
        for group in groups:
            bit = self._groups.get(group)
            if bit is None:
                bit = self._groups[group] = 1 << len(self._groups)
                for word in group:
                    if word[0] == "=":
                        self._whole[word[1:]] = self._whole.get(word[1:], 0) | bit
                    elif word[0] == "^":
                        self._beginnings[word[1:]] = self._beginnings.get(word[1:], 0) | bit
                    else:
                        self._parts[word] = self._parts.get(word, 0) | bit
            bits |= bit
        self._beginning_lengths = sorted({len(word) for word in self._beginnings})
        self._part_lengths = sorted({len(word) for word in self._parts})
        return bits

    def bits(self, text: str, start: int, end: int) -> int:
        """The bits of all groups of which a word stands in ``text[start:end]``."""
        known = self._known
        found = 0
        for token in TOKEN.findall(text, start, end):
            bits = known.get(token)
            if bits is None:
                bits = self._look_up(token)
                if len(token) <= 24 and len(known) < 100_000:
                    known[token] = bits
            found |= bits
        return found

    def _look_up(self, token: str) -> int:
        found = self._whole.get(token, 0)
        beginnings = self._beginnings
        for length in self._beginning_lengths:
            found |= beginnings.get(token[:length], 0)
        parts = self._parts
        for length in self._part_lengths:
            for at in range(len(token) - length + 1):
                bits = parts.get(token[at : at + length])
                if bits is not None:
                    found |= bits
        return found
