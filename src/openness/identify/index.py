"""The index of known license texts: hashes, positions and counts, and no wording.

One file, read as it stands: a header in JSON (format, versions, parameters, sources), then sections of
fixed-width numbers. See ``docs/identification.md`` for what each section holds and why it is that way.
"""

from __future__ import annotations

import json
import sys
from array import array
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

from openness.errors import RulebookError
from openness.text import WORDS_VERSION, plain_words

from .fold import FOLD_VERSION
from .lanes import GRAM, SAMPLE, sequence_hash

MAGIC: Final = b"OPNIDX1\n"
PLACEHOLDER: Final = 1
NOTICE: Final = 2
ADDRESS: Final = 3
APPENDIX: Final = 4
HEADING: Final = 5


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
    return sequence_hash([plain_words(line).words()]) & 0xFFFFFFFF
