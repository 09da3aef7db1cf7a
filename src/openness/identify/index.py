"""The index of known license texts: hashes, positions and counts, and no wording.

One file, read as it stands: a header in JSON (format, versions, parameters, sources), then sections of
fixed-width numbers. See ``docs/identification.md`` for what each section holds and why it is that way.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from array import array
from bisect import bisect_left
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

from openness.errors import RulebookError
from openness.text import WORDS_VERSION, plain_words

from .collect import KnownText
from .fold import FOLD_VERSION, Folded, fold, is_limiting
from .lanes import GRAM, SAMPLE, Lanes, hash_words, sequence_hash

MAGIC: Final = b"OPNIDX1\n"
SHARED_RUN: Final = 8
"""Lanes that two texts must share running before the second refers to the first."""

PLACEHOLDER: Final = 1
NOTICE: Final = 2
ADDRESS: Final = 3
APPENDIX: Final = 4
HEADING: Final = 5

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


class Entry(NamedTuple):
    """One known text, under all names it goes by."""

    number: int
    words: int
    """Words of its body, without title and copyright lines."""
    names: tuple[tuple[str, str], ...]
    """(name, license id), best name first; a name is ``collection/name``."""

    @property
    def license_id(self) -> str:
        """The id that an identification gives."""
        return self.names[0][1]


class Index:
    """An index in memory.

    Raises:
        RulebookError: The file is not an index, or was built for another version of this package.
    """

    def __init__(self, data: bytes, *, path: str | None = None) -> None:
        self._data = data
        if data[: len(MAGIC)] != MAGIC:
            raise RulebookError("not an index of license texts", path=path)
        size = int.from_bytes(data[8:12], "little")
        self.header: dict[str, Any] = json.loads(data[12 : 12 + size])
        if self.header["parameters"] != parameters():
            raise RulebookError(
                "the index of license texts was built by another version", path=path,
                hint="build it again with `openness rules index SOURCE…`",
            )  # fmt: skip
        self._base = 12 + size
        names = self._bytes("names").decode("utf-8").split("\n")
        words = self.numbers("words")
        self.entries = tuple(
            Entry(number, words[number], tuple(_pair(name) for name in line.split("\t")))
            for number, line in enumerate(names)
        )
        # A handful of texts is asked for again and again; the bound is on memory.
        self.lanes = lru_cache(maxsize=256)(self._lanes)

    @classmethod
    def read(cls, path: Path) -> Index:
        """Read an index file."""
        return cls(path.read_bytes(), path=str(path))

    def _bytes(self, section: str) -> bytes:
        offset, length, _ = self.header["sections"][section]
        return self._data[self._base + offset : self._base + offset + length]

    def numbers(self, section: str) -> array[int]:
        """A section as numbers."""
        found = array(self.header["sections"][section][2], self._bytes(section))
        if sys.byteorder == "big":
            found.byteswap()
        return found

    @cached_property
    def exact(self) -> dict[int, int]:
        """From the hash of a whole body to the number of its entry."""
        return dict(zip(self.numbers("exact"), range(len(self.entries)), strict=True))

    @cached_property
    def keys(self) -> dict[int, int]:
        """From the key of a sampled lane to the number of the set of entries that hold it."""
        return dict(zip(self.numbers("keys"), self.numbers("key_sets"), strict=True))

    @cached_property
    def key_counts(self) -> array[int]:
        """How many sampled lanes each entry has."""
        return self.numbers("key_counts")

    @cached_property
    def _sets(self) -> tuple[array[int], array[int]]:
        return self.numbers("set_starts"), self.numbers("set_members")

    def members(self, number: int) -> array[int]:
        """The entries of one set."""
        starts, members = self._sets
        return members[starts[number] : starts[number + 1]]

    @cached_property
    def set_sizes(self) -> list[int]:
        """How many entries each set has."""
        starts = self._sets[0]
        return [after - before for before, after in pairwise(starts)]

    @cached_property
    def _segments(self) -> tuple[array[int], array[int], array[int], bytes]:
        return (
            self.numbers("segment_starts"), self.numbers("segment_at"),
            self.numbers("segment_lengths"), self._bytes("pool"),
        )  # fmt: skip

    def _lanes(self, number: int) -> str:
        """All lanes of an entry, in order."""
        starts, at, lengths, pool = self._segments
        pieces = [pool[2 * at[n] : 2 * (at[n] + lengths[n])] for n in range(starts[number], starts[number + 1])]
        return b"".join(pieces).decode("utf-16-le")

    @cached_property
    def _marks(self) -> tuple[array[int], array[int]]:
        return self.numbers("mark_starts"), self.numbers("marks")

    def marks(self, number: int) -> list[tuple[int, int, int]]:
        """Kind, first word and word after the last of each passage of an entry that may differ."""
        starts, marks = self._marks
        flat = marks[3 * starts[number] : 3 * starts[number + 1]]
        return [(flat[n], flat[n + 1], flat[n + 2]) for n in range(0, len(flat), 3)]

    @cached_property
    def _titles(self) -> tuple[array[int], array[int], array[int]]:
        return self.numbers("title_starts"), self.numbers("titles"), self.numbers("title_names")

    def titles(self, number: int) -> list[tuple[int, int]]:
        """Hash of each line of an entry's titles, and which of its names the title belongs to."""
        starts, hashes, names = self._titles
        return list(
            zip(hashes[starts[number] : starts[number + 1]], names[starts[number] : starts[number + 1]], strict=True)
        )


def _pair(name: str) -> tuple[str, str]:
    before, _, after = name.partition("=")
    return before, after


def parameters() -> dict[str, int]:
    """What must be equal for an index to fit."""
    return {"format": 1, "fold": FOLD_VERSION, "words": WORDS_VERSION, "gram": GRAM, "sample": SAMPLE}


def title_hash(line: str) -> int:
    """32-bit hash of one line of a title."""
    return sequence_hash(hash_words(plain_words(line).words())) & 0xFFFFFFFF


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
        hashes = hash_words(folded.plain.words(folded.text, folded.body))
        if len(hashes) > GRAM:
            groups.setdefault(sequence_hash(hashes), []).append(_Text(known, folded, hashes))
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
