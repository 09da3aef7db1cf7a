"""Which license is this: the exact hash of a whole text first, then its fingerprints, then its words."""

from __future__ import annotations

from openness.records import Document, Identification, Span
from openness.text import plain_words

from .fold import Folded, fold
from .index import Entry, Index, title_hash
from .lanes import hash_words, sequence_hash


class Identifier:
    """Identifies license texts by an index.

    Args:
        index: The index of known texts.
    """

    def __init__(self, index: Index) -> None:
        self.index = index

    def identify(self, document: Document) -> tuple[Identification, ...]:
        """The licenses in a document, in the order of their places; empty if none is known."""
        folded = fold(plain_words(document.text))
        words = folded.plain.words(folded.text, folded.body)
        if not words:
            return ()
        number = self.index.exact.get(sequence_hash(hash_words(words)))
        if number is None:
            return ()
        return (self._exact(document, folded, self.index.entries[number]),)

    def _exact(self, document: Document, folded: Folded, entry: Entry) -> Identification:
        license_id, ties = self.choose_name(entry, {title_hash(line) for line in folded.titles()})
        span = _trimmed(document.text)
        return Identification.model_construct(
            license_id=license_id, method="exact", coverage=1.0, document=document.name, role=document.role,
            spans=(span,), line=document.line_column(span.start)[0],
            end_line=document.line_column(max(span.start, span.end - 1))[0],
            riders=(), ties=ties, exception=None, rejections=(),
        )  # fmt: skip

    def choose_name(self, entry: Entry, titles: set[int]) -> tuple[str, tuple[str, ...]]:
        """The id of an entry that goes by several, and the ids it cannot be told from.

        A title in the text decides. Without one, names from one collection for one text are a tie.
        """
        names = entry.names
        if len({license_id for _, license_id in names}) == 1:
            return names[0][1], ()
        hits = [0] * len(names)
        for value, at in self.index.titles(entry.number):
            hits[at] += value in titles
        best = max(hits)
        chosen = [name for name, count in zip(names, hits, strict=True) if count == best] if best else list(names)
        collection = chosen[0][0].partition("/")[0]
        ids = [license_id for name, license_id in chosen if name.startswith(f"{collection}/")]
        return ids[0], tuple(dict.fromkeys(other for other in ids if other != ids[0]))


def _trimmed(text: str) -> Span:
    start = len(text) - len(text.lstrip())
    return Span.model_construct(start=start, end=max(start, len(text.rstrip())))
