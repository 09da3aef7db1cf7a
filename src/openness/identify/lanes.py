"""Texts as sequences of hashes: one short hash for every three words running.

A *lane* is 15 bits of a keyed hash of a word and the two after it. All lanes of a text are held in one
Python string, a character for a lane, so that equality, search and alignment run at the speed of C without
numpy. The arithmetic is done on one large integer per text, for the same reason.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable
from hashlib import blake2b
from typing import Final

GRAM: Final = 3
"""Words per lane."""
HASH_KEY: Final = b"openness/1"
SAMPLE: Final = 4
"""One lane in so many is looked up in the index."""
_BITS: Final = 48
_CHUNK: Final = 1 << 15
_HIGH7: Final = bytes(byte & 0x7F for byte in range(256))

SPELLINGS: Final = {
    "licence": "license", "licences": "licenses", "licenced": "licensed", "licencing": "licensing",
    "sublicence": "sublicense", "sublicences": "sublicenses", "acknowledgement": "acknowledgment",
    "acknowledgements": "acknowledgments", "favour": "favor", "honour": "honor", "behaviour": "behavior",
    "organisation": "organization", "organisations": "organizations", "authorised": "authorized",
    "authorisation": "authorization", "unauthorised": "unauthorized", "recognise": "recognize",
    "recognised": "recognized",
    "analyse": "analyze", "centre": "center", "colour": "color", "defence": "defense", "fulfil": "fulfill",
    "initialise": "initialize", "judgement": "judgment", "labour": "labor",
    "merchantibility": "merchantability", "minimise": "minimize", "organise": "organize", "practise": "practice",
    "programme": "program", "realise": "realize", "utilisation": "utilization",
    "whilst": "while", "wilful": "willful", "owner": "holder", "owners": "holders",
}  # fmt: skip
"""Words that SPDX's matching guidelines (annex B) take for one."""


class _WordHashes(dict[str, int]):
    """The hash of a word, computed once while it is remembered."""

    LIMIT = 60_000
    """Words remembered: a bound on memory against texts of made-up words."""

    def __missing__(self, word: str) -> int:
        if len(self) >= self.LIMIT:
            self.clear()
        value = self[word] = _hash_word(word)
        return value


def _hash_word(word: str) -> int:
    digest = blake2b(SPELLINGS.get(word, word).encode("utf-8", "surrogatepass"), digest_size=8, key=HASH_KEY)
    return int.from_bytes(digest.digest(), "little") >> (64 - _BITS)


WORD_HASHES: Final = _WordHashes()


def hash_words(words: list[str]) -> array[int]:
    """48-bit hashes of words."""
    return array("Q", map(WORD_HASHES.__getitem__, words))


def hash_once(word: str) -> int:
    """The hash of one word, for a guess: it is not remembered."""
    return _hash_word(word)


def sequence_hash(words: Iterable[list[str]]) -> int:
    """One 64-bit hash of all words of a text, given in pieces: equal only for equal words in equal order."""
    digest = blake2b(digest_size=8, key=HASH_KEY)
    for piece in words:
        if piece:
            digest.update(" ".join(piece).encode("utf-8", "surrogatepass") + b" ")
    return int.from_bytes(digest.digest(), "little")


def lane_value(first: int, second: int, third: int) -> int:
    """The lane of three words by their hashes: what `Lanes` computes for all words at once."""
    return (first ^ second << 7 ^ third << 14) >> 16 & 0x7FFF


class Lanes:
    """The lanes of a text.

    Attributes:
        text: One character per lane; lane ``i`` covers words ``i`` to ``i + GRAM - 1``.
        sampled: Numbers of the lanes that are looked up.
        keys: The 32-bit keys of those lanes.
    """

    __slots__ = ("keys", "sampled", "text")

    def __init__(self, hashes: array[int]) -> None:
        count = len(hashes) - GRAM + 1
        if count <= 0:
            self.text = ""
            self.sampled: array[int] = array("I")
            self.keys: array[int] = array("I")
            return
        pieces: list[bytes] = []
        sampled: array[int] = array("I")
        keys: array[int] = array("I")
        for start in range(0, count, _CHUNK):
            stop = min(start + _CHUNK, count)
            raw = _grams(hashes[start : stop + GRAM - 1], stop - start)
            low = raw[2::8]
            both = bytearray(2 * (stop - start))
            both[0::2] = low
            both[1::2] = raw[3::8].translate(_HIGH7)
            pieces.append(bytes(both))
            first = raw[4::8]
            second = raw[5::8]
            high = raw[3::8]
            chosen = [number for number, byte in enumerate(low) if not byte % SAMPLE]
            keys.extend([low[n] | high[n] << 8 | first[n] << 16 | second[n] << 24 for n in chosen])
            sampled.extend([number + start for number in chosen] if start else chosen)
        self.text = b"".join(pieces).decode("utf-16-le")
        self.sampled = sampled
        self.keys = keys


def _grams(hashes: array[int], count: int) -> bytes:
    """Eight bytes for every three words running, each depending on all three and on their order."""
    if sys.byteorder == "big":
        hashes.byteswap()
    whole = int.from_bytes(hashes.tobytes(), "little")
    mixed = whole ^ ((whole >> 64) << 7) ^ ((whole >> 128) << 14)
    return mixed.to_bytes(8 * (count + GRAM - 1), "little")[: 8 * count]
