"""A text prepared for identification: its lanes, its words with their places, and what was folded away."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from openness.records import Document, Span
from openness.text import plain_words

from .fold import Folded, fold
from .lanes import Lanes, hash_words

_PIECE: Final = 1 << 18
_TRAILING: Final = frozenset(".,;:!?)]}\"'”’")
_LEADING: Final = frozenset("([{\"'“‘<")


class Reading:
    """One document while it is being identified. Words are counted from 0 over the folded text."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.folded: Folded = fold(plain_words(document.text))
        self.plain = self.folded.plain

    @cached_property
    def title_hashes(self) -> array[int]:
        """Hashes of the words of the title."""
        return hash_words(self.plain.words(self.folded.text, 0, self.folded.body))

    def body(self) -> Iterator[list[str]]:
        """The words behind the title, in pieces, so that those of a long text are never all in memory."""
        text = self.folded.text
        at = self.folded.body
        while at < len(text):
            end = at + _PIECE
            while end < len(text) and text[end].isalnum():
                end += 1  # no word is cut in two
            yield self.plain.words(text, at, end)
            at = end

    @cached_property
    def body_hashes(self) -> array[int]:
        """Hashes of the words behind the title."""
        found: array[int] = array("Q")
        for words in self.body():
            found.extend(hash_words(words))
        return found

    @cached_property
    def lanes(self) -> Lanes:
        """Lanes over all words, title included."""
        return Lanes(self.title_hashes + self.body_hashes)

    @cached_property
    def count(self) -> int:
        """How many words there are."""
        return len(self.title_hashes) + len(self.body_hashes)

    @cached_property
    def _places(self) -> tuple[array[int], array[int]]:
        return self.plain.offsets(self.folded.text)

    def start_of(self, word: int) -> int:
        """Offset in the folded text where a word begins; behind the last word, its end."""
        starts, ends = self._places
        if word < len(starts):
            return starts[word]
        return len(self.folded.text) if not ends else ends[-1]

    def end_of(self, word: int) -> int:
        """Offset in the folded text behind a word."""
        return self._places[1][word]

    def words(self, start: int, end: int) -> list[str]:
        """Some words, in lower case."""
        starts, ends = self._places
        text = self.folded.text
        start, end = max(0, start), min(end, len(starts))
        return [text[starts[n] : ends[n]] for n in range(start, end)]

    def begins_upper(self, word: int) -> bool:
        """Whether a word begins with a capital letter as given."""
        at = self.plain.original(self.start_of(word)) if word < self.count else len(self.document.text)
        return self.document.text[at : at + 1].isupper()

    def raw(self, start: int, end: int) -> str:
        """Characters in lower case, before notices, markers and titles were folded away."""
        return self.plain.text[start:end]

    def between(self, start: int, end: int) -> tuple[int, int]:
        """Offsets from behind the word before ``start`` to the beginning of word ``end``."""
        first = self.end_of(start - 1) if start else 0
        last = self.start_of(end) if end < self.count else len(self.plain.text)
        return first, max(first, last)

    def span(self, start: int, end: int) -> Span:
        """Words ``start`` to ``end`` as a span of the original, with the marks that hang on them."""
        if start >= end:
            at = self.plain.original(self.end_of(start - 1) if start else self.start_of(0))
            return Span.model_construct(start=at, end=at)
        return self.span_of(self.start_of(start), self.end_of(end - 1))

    def span_of(self, first: int, last: int) -> Span:
        """Offsets of the folded text as a span of the original, with the marks that hang on them."""
        text = self.document.text
        begin = self.plain.original(first)
        end = self.plain.original(last - 1) + 1 if last > first else begin
        while begin and text[begin - 1] in _LEADING:
            begin -= 1
        while end < len(text) and text[end] in _TRAILING:
            end += 1
        return Span.model_construct(start=begin, end=end)
