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
"""Letters of a word that are looked at. Its first eight tell it from nearly all others."""

SHORTEST: Final = 2
"""Fewer Latin letters than this stand in every sentence."""

MOST_GROUPS: Final = 4
"""The best so many groups of words are kept for a pattern; more would not shut out more sentences."""

TOKEN: Final = re.compile(r"[a-z0-9]+|[^\x00-\x7f]+")
"""Runs of characters that a required word cannot reach out of."""

Words = frozenset[str]
"""At least one of these stands in every match, inside one token."""

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


def required_words(pattern: str) -> tuple[Words, ...]:
    """Groups of words of which each match holds at least one word a group; empty if there is no such word.

    A word stands for any text it is part of: "distribut" for "redistributing". The answer may leave
    requirements out and never has one that a match could do without.
    """
    stack: list[_Branches] = [_Branches()]
    at = 0
    while at < len(pattern):
        found = _PIECE.match(pattern, at)
        if found is None:
            return ()
        at = found.end()
        kind, top = found.lastgroup, stack[-1]
        if kind == "plain":
            top.literal(found.group())
        elif kind == "escape":
            char = found["escape"]
            if char in "QECz":  # quoting and the like: not worth knowing
                return ()
            if char.isalnum():
                top.gap()
            else:
                top.literal(char)
        elif kind == "times":
            top.repeat(at_least_once=found.group()[0] == "+" or found.group()[:2] not in ("*", "?", "*?", "??", "{0"))
        elif kind == "open":
            stack.append(_Branches())
        elif kind == "close":
            if len(stack) == 1:
                return ()
            stack.pop()
            stack[-1].group(top.finish())
        elif kind == "bar":
            top.bar()
        else:  # a set, an anchor, any character, flags
            top.gap()
    return tuple(stack[0].finish()) if len(stack) == 1 else ()


class _Branches:
    """An alternation that is being read: the groups of its finished branches, and the branch at hand."""

    def __init__(self) -> None:
        self.done: list[list[Words]] = []
        self.found: list[Words] = []
        self.run = ""
        self.last: list[Words] | None = None
        """What the last piece added, if it was a group: taken back if the group may be left out."""

    def literal(self, char: str) -> None:
        self.last = None
        self.run += char.lower()

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
        self._flush()
        self.done.append(self.found)
        self.found = []
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
        if self.run:
            for token in TOKEN.findall(self.run):
                if len(token) >= SHORTEST or not token.isascii():
                    self.found.append(frozenset((token[:LONGEST],)))
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
        self._words: dict[str, int] = {}
        self._lengths: list[int] = []
        self._known: dict[str, int] = {}

    def add(self, groups: tuple[Words, ...]) -> int:
        """Bits that a text must have all of."""
        bits = 0
        for group in groups:
            bit = self._groups.get(group)
            if bit is None:
                bit = self._groups[group] = 1 << len(self._groups)
                for word in group:
                    self._words[word] = self._words.get(word, 0) | bit
                self._lengths = sorted({len(word) for word in self._words})
            bits |= bit
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
        words = self._words
        found = 0
        for length in self._lengths:
            for at in range(len(token) - length + 1):
                bits = words.get(token[at : at + length])
                if bits is not None:
                    found |= bits
        return found
