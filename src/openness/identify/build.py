"""Building the index of known texts: what `index` reads is written here."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from array import array
from bisect import bisect_left
from typing import Any, Final, NamedTuple

from openness.text import plain_words

from .collect import KnownText
from .fold import Folded, fold, is_limiting
from .index import ADDRESS, APPENDIX, HEADING, MAGIC, NOTICE, PLACEHOLDER, parameters, title_hash
from .lanes import GRAM, Lanes, hash_words, sequence_hash

SHARED_RUN: Final = 8
"""Lanes that two texts must share running before the second refers to the first."""

_PLACEHOLDER = re.compile(
    r"<[^<>\n]{1,60}>|\[[^\[\]\n]{1,60}\]|\$?\{\{?[^{}\n]{1,60}\}?\}|_{3,}|\b(?:yyyy|xxxx|x{4,})\b|[?]{3,}"
)
_INLINE_NOTICE = re.compile(
    r"(?:copyright ?(?:\(c\)|©)?|\(c\)|©)[^\w\n]{0,6}(?:(?:19|20)[0-9]{2}|yyyy|year|[<\[{])[^\n.;]{0,120}"
    r"(?:\.? all rights reserved)?"
)
_ADDRESS = re.compile(
    r"https?://[^\s<>\"')]+|\bwww\.[^\s<>\"')]+|[\w.+-]+@[\w-]+\.[\w.]+"
    r"|(?:59 temple|675 mass|51 franklin|171 second|559 nathan|444 castro|543 howard)[^;]{0,80}?"
    r"(?:usa|0213[0-9](?:-[0-9]{4})?|0211[0-9](?:-[0-9]{4})?|9[0-9]{4}(?:-[0-9]{4})?)(?:,? usa)?"
)
_HEADING = re.compile(r"\n[ \t]*\n[ \t]*(\w[^\n.;,:]{2,70})(?=[ \t]*:?[ \t]*\n[ \t]*\n)")
_APPENDIX = re.compile(
    r"\nend of (?:the )?terms and conditions|\n[^\w\n]*(?:appendix[:. ]+)?how to (?:apply|use) (?:these|this|the) "
    r"|\n[^\w\n]*exhibit [ab][^\w\n]+(?:source code form|incompatible with|mozilla public|sun industry)"
    r"|\n[^\w\n]*creative commons (?:is not a party|notice\b)"
)


class _Text(NamedTuple):
    known: KnownText
    folded: Folded
    hashes: array[int]


def build_index(texts: list[KnownText]) -> bytes:
    """Build the index of some texts: the same bytes for the same texts, whatever the machine.

    Texts whose bodies are equal word for word become one entry with several names.
    """
    groups: dict[int, list[_Text]] = {}
    for known in texts:
        folded = fold(plain_words(known.text))
        words = folded.plain.words(folded.text, folded.body)
        if len(words) > GRAM:
            groups.setdefault(sequence_hash([words]), []).append(_Text(known, folded, hash_words(words)))
    ordered = sorted(
        ((exact, sorted(group, key=_preference)) for exact, group in groups.items()),
        key=lambda item: (_preference(item[1][0]), item[0]),
    )
    writer = _Writer()
    for exact, group in ordered:
        writer.add(exact, group)
    return writer.finish(_summary(texts))


_SOURCES = {"spdx": 0, "licenses": 1}


def _preference(text: _Text) -> tuple[bool, int, int, str, str]:
    """SPDX ids first, then the corpus' own names, then the rest; a name without a suffix before one with."""
    known = text.known
    return (
        known.license_id.startswith("LicenseRef-"), _SOURCES.get(known.source, 2),
        len(known.license_id), known.license_id, known.name,
    )  # fmt: skip


def _summary(texts: list[KnownText]) -> list[dict[str, Any]]:
    found = []
    for source in sorted({text.source for text in texts}):
        digest = hashlib.sha256()
        own = sorted(text for text in texts if text.source == source)
        for text in own:
            for field in (text.name, text.license_id, text.text):
                digest.update(hashlib.sha256(field.encode("utf-8", "surrogatepass")).digest())
        found.append({"name": source, "texts": len(own), "sha256": digest.hexdigest()})
    return found


class _Writer:
    """Collects the sections."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.exact: array[int] = array("Q")
        self.words: array[int] = array("I")
        self.key_counts: array[int] = array("H")
        self.pool: list[str] = []
        self.pooled = ""
        self.runs: dict[str, int] = {}
        self.segment_starts: array[int] = array("I", [0])
        self.segment_at: array[int] = array("I")
        self.segment_lengths: array[int] = array("H")
        self.mark_starts: array[int] = array("I", [0])
        self.marks: array[int] = array("H")
        self.title_starts: array[int] = array("I", [0])
        self.titles: array[int] = array("I")
        self.title_names: array[int] = array("B")
        self.holders: dict[int, list[int]] = {}

    def add(self, exact: int, group: list[_Text]) -> None:
        number = len(self.names)
        first = group[0]
        self.names.append("\t".join(f"{t.known.source}/{t.known.name}={t.known.license_id}" for t in group))
        self.exact.append(exact)
        self.words.append(len(first.hashes))
        lanes = Lanes(first.hashes)
        self._add_lanes(lanes.text)
        distinct = sorted(set(lanes.keys))
        self.key_counts.append(min(len(distinct), 0xFFFF))
        for key in distinct:
            self.holders.setdefault(key, []).append(number)
        for kind, start, end in find_marks(first.folded):
            self.marks.extend((kind, start, end))
        self.mark_starts.append(len(self.marks) // 3)
        lines = sorted({(title_hash(line), at) for at, text in enumerate(group[:255]) for line in text.folded.titles()})
        for value, at in lines:
            self.titles.append(value)
            self.title_names.append(at)
        self.title_starts.append(len(self.titles))

    def _add_lanes(self, lanes: str) -> None:
        """Write each passage that an earlier text already has as a reference to it."""
        at = 0
        fresh = 0
        pool = self.pooled
        while at < len(lanes):
            known = self.runs.get(lanes[at : at + SHARED_RUN], -1) if at + SHARED_RUN <= len(lanes) else -1
            if known < 0:
                at += 1
                continue
            self._add_fresh(lanes[fresh:at])
            length = SHARED_RUN
            longest = min(len(lanes) - at, len(pool) - known)
            while length < longest and lanes[at + length] == pool[known + length]:
                length += 1
            self._add_segment(known, length)
            at += length
            fresh = at
        self._add_fresh(lanes[fresh:])
        self.segment_starts.append(len(self.segment_at))

    def _add_fresh(self, lanes: str) -> None:
        if not lanes:
            return
        start = len(self.pooled)
        self.pooled += lanes
        for at in range(max(0, start - SHARED_RUN + 1), len(self.pooled) - SHARED_RUN + 1):
            self.runs.setdefault(self.pooled[at : at + SHARED_RUN], at)
        self._add_segment(start, len(lanes))

    def _add_segment(self, at: int, length: int) -> None:
        while length > 0:
            self.segment_at.append(at)
            self.segment_lengths.append(min(length, 0xFFFF))
            at += 0xFFFF
            length -= 0xFFFF

    def finish(self, sources: list[dict[str, Any]]) -> bytes:
        sets: dict[tuple[int, ...], int] = {}
        keys: array[int] = array("I")
        key_sets: array[int] = array("I")
        for key in sorted(self.holders):
            keys.append(key)
            key_sets.append(sets.setdefault(tuple(self.holders[key]), len(sets)))
        set_starts: array[int] = array("I", [0])
        set_members: array[int] = array("H")
        for held in sets:
            set_members.extend(held)
            set_starts.append(len(set_members))
        sections: dict[str, tuple[str, bytes]] = {
            "names": ("B", "\n".join(self.names).encode("utf-8")),
            "pool": ("H", self.pooled.encode("utf-16-le")),
        }
        for name, values in (
            ("exact", self.exact), ("words", self.words), ("key_counts", self.key_counts),
            ("segment_starts", self.segment_starts), ("segment_at", self.segment_at),
            ("segment_lengths", self.segment_lengths), ("mark_starts", self.mark_starts), ("marks", self.marks),
            ("title_starts", self.title_starts), ("titles", self.titles), ("title_names", self.title_names),
            ("keys", keys), ("key_sets", key_sets), ("set_starts", set_starts), ("set_members", set_members),
        ):  # fmt: skip
            if sys.byteorder == "big":
                values.byteswap()
            sections[name] = (values.typecode, values.tobytes())
        placed: dict[str, tuple[int, int, str]] = {}
        body = bytearray()
        for name in sorted(sections):
            code, data = sections[name]
            placed[name] = (len(body), len(data), code)
            body += data + bytes(-len(data) % 8)
        header = {"parameters": parameters(), "entries": len(self.names), "sources": sources, "sections": placed}
        head = json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
        return MAGIC + len(head).to_bytes(4, "little") + head + bytes(body)


def find_marks(folded: Folded) -> list[tuple[int, int, int]]:
    """Passages of a license text that may differ from copy to copy, as (kind, first word, word after the last)."""
    text = folded.text
    starts, _ = folded.plain.offsets(text)
    first = bisect_left(starts, folded.body)
    found = []
    for kind, pattern in (
        (PLACEHOLDER, _PLACEHOLDER), (NOTICE, _INLINE_NOTICE), (ADDRESS, _ADDRESS), (APPENDIX, _APPENDIX),
        (HEADING, _HEADING),
    ):  # fmt: skip
        for match in pattern.finditer(text, folded.body):
            if kind == HEADING and is_limiting(plain_words(match.group()).words()):
                continue
            start = bisect_left(starts, match.start())
            end = len(starts) if kind == APPENDIX else bisect_left(starts, match.end())
            # An appendix is at the end: the same words further up are a heading in a table of contents.
            if kind == APPENDIX and start < first + 0.3 * (len(starts) - first):
                continue
            if start < end <= 0xFFFF + first:
                found.append((kind, start - first, end - first))
            if kind == APPENDIX:
                break
    return sorted(found)
