"""Differences between a text and a known license that change nothing, recognised by rule.

Each rule gives its reason in a few words. Whatever no rule knows is a rider. No rule lets a word pass that
could limit something (`fold.LIMITING`), except where the license itself has a gap to be filled in.
"""

from __future__ import annotations

import re
from typing import Final

from openness.text import plain_words

from .align import Gap
from .fold import NAME_LIMITING, is_limiting, is_notice, is_title
from .index import ADDRESS, APPENDIX, NOTICE, PLACEHOLDER
from .lanes import GRAM, WORD_HASHES, Lanes, hash_once, hash_words, lane_value
from .reading import Reading

_NAME_WORDS: Final = 25
_SLACK: Final = 3
"""Words by which an alignment may be off at the edge of a passage that may differ."""

_MARKER = re.compile(r"[\s\W]*(?:[0-9]{1,3}(?:\.[0-9]{1,3}){0,4}|[a-z]|[ivx]{1,5})(?:[.)、:]\s*|\s+[-–—]\s+|\s*$)\W*")
_MARKUP = frozenset("p br b i u em strong div span li ul ol h1 h2 h3 h4 quot amp nbsp lt gt pre code hr td tr".split())
_ADDRESS_TEXT = re.compile(
    r"https?://[^\s<>\"')]+|\bwww\.[^\s<>\"')]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b[\w-]+(?:\.[\w-]+)*\.(?:org|com"
    r"|net|io|html?|txt)\b\S*"
)
_STREET = re.compile(
    r"^[^a-z0-9]*(?:[0-9]{1,5} [a-z]+ (?:street|st|ave|avenue|place|road)\b|suite [0-9]+|boston,? ma"
    r"|cambridge,? ma|ma 0[0-9]{4}|0[0-9]{4}|usa\b)"
)
_NOTICE_START = re.compile(r"(?:\bportions )?\bcopyright|\(c\)|©")
_NUMBER = re.compile(r"[0-9]{1,3}|[a-z]|[ivx]{1,5}")
_ALL_RIGHTS = frozenset(("all", "rights", "right", "reserved"))
_MARKERS: Final = (*map(str, range(21)), *"abcdefghijklmnopqrstuvwxyz", "ii", "iii", "iv", "vi", "vii", "viii", "ix")
_END = re.compile(
    r"(?:the )?end(?: of)?(?: the)?(?: license| terms| file| text| agreement| document)*$|^begin(?: license| text)*$"
)

_NAME_BEFORE = re.compile(
    r"(?:\bnames?(?: of(?: the)?)?|\bneither|\bnor(?: the names? of(?: the)?)?|\bprovided by(?: the)?|\bshall(?: the)?"
    r"|\bevent (?:shall|will)(?: the)?|\bas is(?: and)?(?: the)?|\bdeveloped by(?: the)?|\bliability of(?: the)?"
    r"|\bpermission (?:of|from)(?: the)?|\bnotice the names? of(?: the)?|\bbehalf of(?: the)?|\bis and(?: the)?"
    r"|\bthe names?|\bthat the names?(?: of)?)$"
)
_NAME_AFTER = re.compile(
    r"^(?:nor (?:the|any|its)|or the names?|be (?:held )?liable|and (?:its |the |any )?contributors|or (?:its "
    r"|the |any )?contributors|may not be used"
    r"|as is|and any express|not be used|shall not be used|makes? no|disclaims? (?:all|any)|its contributors"
    r"|and its|or its"
    r"|and (?:their|his|her)|and or|in advertising|any express|accepts? no|specifically)\b"
)
_TYPO_LIMIT: Final = 12
"""Words of one gap that are looked at for misspellings."""
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


class Harmless:
    """The rules, over one text and one known license."""

    def __init__(self, reading: Reading, known: str, marks: list[tuple[int, int, int]], *, spelling: bool) -> None:
        self.reading = reading
        self.known = known
        self.marks = marks
        self.spelling = spelling
        self.misspelt = 0

    def reason(self, gap: Gap) -> str | None:
        """Why a difference changes nothing; None if it may."""
        words = self.reading.words(gap.start, gap.end)
        missing = gap.known_end - gap.known_start
        kinds = self._kinds(gap)
        if not words:
            return self._lacking(gap, missing, kinds)
        if len(words) <= (_NAME_WORDS if missing else 8) and self._is_filled(gap, words):
            return "a blank filled in"
        first, last = self.reading.between(gap.start, gap.end)
        raw = self.reading.raw(first, last)
        if missing and ADDRESS in kinds and self._is_filling(words) and _only_addresses(raw):
            return "another address"
        if not missing:
            found = self._addition(gap, words, raw, first)
            if found is not None:
                return found
        if kinds & {APPENDIX} and len(words) <= _NAME_WORDS and self._is_filling(words):
            return "in the appendix"
        if missing <= 12 and len(words) <= 15 and self._is_name(gap, words):
            return "a name"
        if missing <= 30 and len(words) <= 30 and not is_limiting(words) and _only_addresses(raw):
            return "an address"
        return self._spelling(gap, words, missing)

    def _kinds(self, gap: Gap) -> set[int]:
        """Kinds of the passages of the license, allowed to differ, that the gap lies in."""
        return {kind for kind, start, end in self.marks if start <= gap.known_start and gap.known_end <= end}

    def _is_filled(self, gap: Gap, words: list[str]) -> bool:
        """Whether a name stands for a blank, and the words of the license right beside the blank are there."""
        left, right = self._around(gap)
        for kind, start, end in self.marks:
            before, after = max(0, start - gap.known_start), max(0, gap.known_end - end)
            if kind not in (PLACEHOLDER, NOTICE) or gap.known_end < start or end < gap.known_start:
                continue
            if max(before, after) > _SLACK or before + after >= len(words) or not self._is_filling(words):
                continue
            if before and not self._fits([*left, *words[:before]], gap.known_start - len(left)):
                continue
            if after and not self._fits([*words[-after:], *right], gap.known_end - after):
                continue
            return True
        return False

    def _is_filling(self, words: list[str]) -> bool:
        return "will" not in words and not is_limiting(words, vocabulary=NAME_LIMITING)

    def _lacking(self, gap: Gap, missing: int, kinds: set[int]) -> str | None:
        if kinds:
            return "a blank, notice, heading or appendix left out"
        if self._within_marks(gap):
            return "blanks, notices or headings left out"
        first, last = self.reading.between(gap.start, gap.start)
        # What was folded away here may be what the license has: a sentence about a copyright that begins a line.
        hidden = plain_words(self.reading.raw(first, last)).words()[:200]
        if any(self._stands(gap, hidden[at : at + missing]) for at in range(len(hidden) - missing + 1)):
            return "a list marker or notice"
        if missing == 1 and any(self._stands(gap, [marker]) for marker in _MARKERS):
            return "a list marker"
        return None

    def _within_marks(self, gap: Gap) -> bool:
        """Whether every missing word lies in some passage that may differ."""
        at = gap.known_start
        for _, start, end in self.marks:
            if start <= at < end:
                at = end
        return at >= gap.known_end

    def _addition(self, gap: Gap, words: list[str], raw: str, first: int) -> str | None:
        if len(words) <= 4 and _MARKER.fullmatch(raw) is not None:
            before = self.reading.raw(max(0, first - 1), first + 1)
            if first == 0 or "\n" in raw or re.search(r"^[.;:,)\"']?\W*[.;:,)\"'#§(•*-]", before + raw) is not None:
                return "a list marker"
            if self.reading.begins_upper(gap.end):
                return "a list marker"  # behind a heading, on one line
        if all(word in _MARKUP for word in words):
            return "markup"
        if is_passing(raw):
            return "a notice"
        return None

    def _is_name(self, gap: Gap, words: list[str]) -> bool:
        if not self._is_filling(words):
            return False
        before = " ".join(self.reading.words(gap.start - 5, gap.start))
        after = " ".join(self.reading.words(gap.end, gap.end + 4))
        return _NAME_BEFORE.search(before) is not None and _NAME_AFTER.search(after) is not None

    # --- spelling: the index has no words, but it can say whether a guess is right ---

    def _spelling(self, gap: Gap, words: list[str], missing: int) -> str | None:
        if not 0 < missing <= _TYPO_LIMIT or len(words) > _TYPO_LIMIT:
            return None
        left, right = self._around(gap)
        joined = "".join(words)
        bare = [word for word in words if not _NUMBER.fullmatch(word)]
        if len(bare) == missing < len(words) and self._fits([*left, *bare, *right], gap.known_start - len(left)):
            return "list markers"
        if missing == 1 and len(words) <= 3 and self._fits([*left, joined, *right], gap.known_start - len(left)):
            # "non infringement" and "noninfringement", "soft-" and "ware".
            return "a word written apart"
        if len(words) == 1 and missing == 2:
            for cut in range(2, len(joined) - 1):
                halves = [joined[:cut], joined[cut:]]
                if self._fits([*left, *halves, *right], gap.known_start - len(left)):
                    return None if is_limiting(halves) and not joined.startswith("non") else "a word written together"
        if not self.spelling or len(words) != missing or self.misspelt > 400:
            return None
        return self._misspelt(words, left, right, gap)

    def _misspelt(self, words: list[str], left: list[str], right: list[str], gap: Gap) -> str | None:
        """Word for word: the same, or off by one letter of a word that limits nothing."""
        if len(left) < GRAM - 1 or len(right) < GRAM - 1:
            return None
        context = list(left)
        for number, word in enumerate(words):
            lane = gap.known_start + number - GRAM + 1
            if not 0 <= lane < len(self.known):
                return None
            self.misspelt += 1
            guess = self._confirmed(word, (context[-2], context[-1], None), self.known[lane])
            if guess is None:
                return None
            context.append(guess)
        fits = self._fits([*context, *right], gap.known_start - len(left))
        return "a misspelling" if fits else None

    def find_head(self, start: int, missing: int) -> int | None:
        """Where the license begins, if what stands before ``start`` is its first words, misspelt or among markers."""
        if not 0 < missing <= _TYPO_LIMIT:
            return None
        after = self.reading.words(start, start + GRAM - 1)
        if len(after) < GRAM - 1:
            return None
        first = max(0, start - missing - 8)
        before = list(enumerate(self.reading.words(first, start), first))
        bare = [(number, word) for number, word in before if not _NUMBER.fullmatch(word)]
        for words in (before, bare):
            if len(words) >= missing and self._reads_back(words[-missing:], after):
                return words[-missing][0]
        return None

    def _reads_back(self, words: list[tuple[int, str]], context: list[str]) -> bool:
        for known, (_, word) in zip(self.known[len(words) - 1 :: -1], reversed(words), strict=True):
            guess = self._confirmed(word, (None, context[0], context[1]), known)
            if guess is None:
                return False
            context = [guess, *context]
        return True

    def misspelt_tail(self, end: int, missing: int) -> bool:
        """Whether the words from ``end`` on are the last words of the license, but for their spelling."""
        words = self.reading.words(end, end + missing)
        context = self.reading.words(end - GRAM + 1, end)
        if not 0 < missing <= _TYPO_LIMIT or len(words) < missing or len(context) < GRAM - 1:
            return False
        for number, word in enumerate(words):
            wanted = self.known[len(self.known) - missing + number]
            guess = self._confirmed(word, (context[-2], context[-1], None), wanted)
            if guess is None:
                return False
            context.append(guess)
        return True

    def _confirmed(self, word: str, context: tuple[str | None, str, str | None], lane: str) -> str | None:
        """The word, or the one a letter away from it, that gives a lane together with its two neighbors."""
        first, second, third = (0 if near is None else WORD_HASHES[near] for near in context)
        rest = lane_value(first, second, third) ^ ord(lane)
        shift = 0 if context[0] is None else 14
        if (WORD_HASHES[word] << shift) >> 16 & 0x7FFF == rest:
            return word
        if not self.spelling or len(word) < 4 or not word.isalpha() or not word.isascii() or is_limiting([word]):
            return None
        for guess in one_letter_off(word):
            if (hash_once(guess) << shift) >> 16 & 0x7FFF == rest:
                return guess if len(guess) >= 4 and not is_limiting([guess]) else None
        return None

    def _around(self, gap: Gap) -> tuple[list[str], list[str]]:
        """The words on both sides of a gap that the license has there too."""
        before = min(GRAM - 1, gap.known_start)
        after = min(GRAM - 1, len(self.known) + GRAM - 1 - gap.known_end)
        return self.reading.words(gap.start - before, gap.start), self.reading.words(gap.end, gap.end + after)

    def _stands(self, gap: Gap, words: list[str]) -> bool:
        """Whether these words, put between the words around a gap, are what the license has there."""
        if len(words) != gap.known_end - gap.known_start:
            return False
        left, right = self._around(gap)
        return self._fits([*left, *words, *right], gap.known_start - len(left))

    def _fits(self, words: list[str], known_start: int) -> bool:
        """Whether the license has exactly these words at this place."""
        if known_start < 0:
            return False
        lanes = Lanes(hash_words(words)).text
        return bool(lanes) and self.known[known_start : known_start + len(lanes)] == lanes


def one_letter_off(word: str) -> list[str]:
    """All strings that one letter more, less, other or exchanged makes of a word."""
    splits = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    found = [a + b[1] + b[0] + b[2:] for a, b in splits if len(b) > 1]
    found += [a + b[1:] for a, b in splits if b]
    found += [a + letter + b for a, b in splits for letter in _LETTERS]
    found += [a + letter + b[1:] for a, b in splits if b for letter in _LETTERS]
    return found


def _only_addresses(raw: str) -> bool:
    rest = _ADDRESS_TEXT.sub(" ", raw)
    words = plain_words(rest).words()
    return not words or (len(words) <= 16 and _STREET.match(raw.strip()) is not None)


def is_passing(raw: str) -> bool:
    """Whether a passage in lower case says nothing: notices, titles, addresses, markers, "all rights reserved"."""
    whole = " ".join(raw.split())
    cut = _NOTICE_START.search(whole)
    title, notice = (whole[: cut.start()], whole[cut.start() :]) if cut else (whole, "")
    if (not plain_words(title).words() or is_title(title)) and (not notice or is_notice(notice)):
        return True  # on one line, or wrapped
    lines = [line.strip() for line in raw.split("\n")]
    for line in lines:
        words = plain_words(line).words()
        if (
            not words
            or _ALL_RIGHTS.issuperset(words)
            or _END.search(" ".join(words))
            or is_notice(line)
            or is_title(line)
        ):
            continue
        if not is_limiting(words) and _only_addresses(line):
            continue
        if _MARKER.fullmatch(line):
            continue
        return False
    return True
