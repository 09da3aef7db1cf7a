"""Two texts word by word: which words of the one stand, in order, in the other.

Works on lanes (`lanes.Lanes.text`). Common heads and tails are cut off first, long texts are split at long
unique runs, and only what is left goes to rapidfuzz' bit-parallel longest common subsequence.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Final, NamedTuple

from .lanes import GRAM

TABLE_LIMIT: Final = 120_000_000
"""Lanes of one side times lanes of the other that are aligned in one table: fifteen megabytes of bits."""
SPLIT_FROM: Final = 40_000
"""From this size on, texts are split at runs they share before a table is made."""
_RUN: Final = 24
_STEP: Final = 16
_NEAR: Final = 80
"""Words that may stand between the head of a license and the rest of it."""
GONE: Final = "\uffff"
"""Stands for a lane that is explained already: equal to no lane."""


class Block(NamedTuple):
    """Lanes that are equal on both sides."""

    text: int
    known: int
    length: int


class Gap(NamedTuple):
    """Words of the text (``start`` to ``end``) that stand where the known text has others, or none."""

    start: int
    end: int
    known_start: int
    known_end: int

    @property
    def size(self) -> int:
        """Words of the longer side."""
        return max(self.end - self.start, self.known_end - self.known_start)


class Alignment(NamedTuple):
    """Where a known text stands in a text, in words of both."""

    start: int
    end: int
    gaps: list[Gap]


def equal_head(a: str, b: str) -> int:
    """How many characters two strings have in common at their start."""
    length = min(len(a), len(b))
    if a[:length] == b[:length]:
        return length
    low, step = 0, 64
    while a[low : low + step] == b[low : low + step]:
        low += step
        step *= 2
    high = min(low + step, length)
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def equal_tail(a: str, b: str) -> int:
    """How many characters two strings have in common at their end."""
    length = min(len(a), len(b))
    if not length or a[-1] != b[-1]:
        return 0
    if a[-length:] == b[-length:]:
        return length
    low, high = 1, length
    while low < high:
        middle = (low + high + 1) // 2
        if a[-middle:] == b[-middle:]:
            low = middle
        else:
            high = middle - 1
    return low


def matching_blocks(text: str, known: str) -> list[Block]:
    """Equal runs of lanes, in order on both sides, as many lanes as can be."""
    found: list[Block] = []
    _match(text, known, 0, 0, found, depth=0)
    return found


def _match(text: str, known: str, at: int, known_at: int, found: list[Block], *, depth: int) -> None:
    head = equal_head(text, known)
    if head:
        found.append(Block(at, known_at, head))
        text, known, at, known_at = text[head:], known[head:], at + head, known_at + head
    tail = equal_tail(text, known)
    if tail:
        last = Block(at + len(text) - tail, known_at + len(known) - tail, tail)
        text, known = text[:-tail], known[:-tail]
    if text and known:
        size = len(text) * len(known)
        wide = size > SPLIT_FROM and depth < 8
        if not (wide and _split(text, known, at, known_at, found, depth=depth)) and size <= TABLE_LIMIT:
            from rapidfuzz.distance import LCSseq

            found.extend(
                Block(at + block.a, known_at + block.b, block.size)
                for block in LCSseq.editops(text, known).as_matching_blocks()
                if block.size
            )
    if tail:
        found.append(last)


def _split(text: str, known: str, at: int, known_at: int, found: list[Block], *, depth: int) -> bool:
    """Align at long runs that stand once on each side, and on their own what lies between.

    Of runs that stand in another order on the other side, as many are used as are in order.
    """
    places = []
    for start in range(0, len(known) - _RUN, _RUN):
        run = known[start : start + _RUN]
        place = text.find(run)
        if place >= 0 and text.find(run, place + 1) < 0 and known.find(run, start + 1) < 0:
            places.append((place, start))
    if not places:
        return False
    done = known_done = 0
    for place, start in _increasing(places):
        if start < known_done or place < done:
            continue
        _match(text[done:place], known[known_done:start], at + done, known_at + known_done, found, depth=depth + 1)
        length = equal_head(text[place:], known[start:])
        found.append(Block(at + place, known_at + start, length))
        done, known_done = place + length, start + length
    _match(text[done:], known[known_done:], at + done, known_at + known_done, found, depth=depth + 1)
    return True


def _increasing(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of a list in which the first numbers grow (the second ones do already)."""
    ends: list[int] = []
    numbers: list[int] = []
    before: list[int] = []
    for number, (place, _) in enumerate(places):
        slot = bisect_left(ends, place)
        before.append(numbers[slot - 1] if slot else -1)
        if slot == len(ends):
            ends.append(place)
            numbers.append(number)
        else:
            ends[slot] = place
            numbers[slot] = number
    chain = []
    number = numbers[-1]
    while number >= 0:
        chain.append(places[number])
        number = before[number]
    return chain[::-1]


def place_of(text: str, known: str) -> tuple[int, int] | None:
    """The part of a long text in which a known text most likely stands, once; None if nowhere.

    Runs of the known text are looked for; the distance between their places on both sides is put to the vote.
    """
    for run, step in ((_STEP, _STEP), (6, 5), (3, 2)):
        votes: dict[int, int] = {}
        firsts: dict[int, int] = {}
        for start in range(0, max(1, len(known) - run + 1), step):
            place = text.find(known[start : start + run])
            if place >= 0:
                bucket = (place - start) >> 8
                votes[bucket] = votes.get(bucket, 0) + 1
                firsts.setdefault(bucket, place - start)
        if votes:
            best = max(votes, key=lambda bucket: (votes[bucket], -bucket))
            slack = max(400, len(known) // 2)
            first = firsts[best]
            return max(0, first - slack), min(len(text), first + len(known) + slack)
    return None


def align(text: str, known: str, known_words: int) -> Alignment | None:
    """Find a known text in a text; None if they have nothing to speak of in common."""
    place = (0, len(text)) if len(text) <= 1.2 * len(known) + 200 else place_of(text, known)
    if place is None:
        return None
    start, end = place
    blocks = matching_blocks(text[start:end], known)
    if not blocks:
        return None
    first, last = _core(blocks)
    if first or last < len(blocks):
        # Part of it was matched far from the rest: with another copy, perhaps. Look again near the rest.
        head, tail = blocks[first], blocks[last - 1]
        end = min(end, start + tail.text + tail.length + (len(known) - tail.known - tail.length) + _NEAR)
        start = max(start, start + head.text - head.known - _NEAR)
        blocks = matching_blocks(text[start:end], known)
        first, last = _core(blocks)
    return _in_words(_without_stray(blocks[first:last]), start, known_words)


def _without_stray(blocks: list[Block]) -> list[Block]:
    """Drop what matches by chance between two differences: a word or two."""
    kept: list[Block] = []
    for number, block in enumerate(blocks):
        if kept and number + 1 < len(blocks) and block.length <= 3:
            before, after = kept[-1], blocks[number + 1]
            around = (block.text - before.text - before.length) + (after.text - block.text - block.length)
            missing = (block.known - before.known - before.length) + (after.known - block.known - block.length)
            if max(around, missing) >= 5 * (block.length + GRAM - 1):
                continue
        kept.append(block)
    return kept


def _core(blocks: list[Block]) -> tuple[int, int]:
    """The blocks that belong together: the run with the most lanes, after what lies between is taken off."""
    best = current = 0.0
    first = best_first = best_last = 0
    for number, block in enumerate(blocks):
        if number:
            before = blocks[number - 1]
            apart = block.text - before.text - before.length - GRAM
            # Insertions of a few hundred words belong inside a license; a page of prose does not.
            current -= 0.2 * max(0, min(apart, 400)) + (0.5 * max(0, apart - 400))
        if current <= 0:
            current = 0.0
            first = number
        current += block.length
        if current > best:
            best, best_first, best_last = current, first, number + 1
    return best_first, best_last


def _in_words(blocks: list[Block], offset: int, known_words: int) -> Alignment:
    """Turn equal lanes into equal words, and what lies between into gaps."""
    gaps: list[Gap] = []
    first = blocks[0]
    begin = first.text + offset
    end, known_end = begin, 0
    if first.known:
        gaps.append(Gap(begin, begin, 0, first.known))
    for number, block in enumerate(blocks):
        start, known_start = block.text + offset, block.known
        length = block.length + GRAM - 1
        if number:
            # Two blocks may lay claim to the same words, where words are repeated: the first one has them.
            shift = max(0, end - start, known_end - known_start)
            start, known_start, length = start + shift, known_start + shift, length - shift
            if length <= 0:
                continue
            if start > end or known_start > known_end:
                gaps.append(Gap(end, start, known_end, known_start))
        end, known_end = start + length, known_start + length
    if known_end < known_words:
        gaps.append(Gap(end, end, known_end, known_words))
    return Alignment(begin, end, gaps)
