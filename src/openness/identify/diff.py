"""What a text adds to, lacks of and changes in a license: pure, as data; how it is shown is decided elsewhere.

The index holds no wording, so words that are missing are counted, not quoted.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from openness.errors import UnknownNameError
from openness.records import Document, Span

from .engine import Difference, Fit, Identifier
from .index import Entry
from .reading import Reading

Kind = Literal["same", "added", "removed", "changed", "harmless"]


class Piece(NamedTuple):
    """A passage of the text, and how it stands to the license."""

    kind: Kind
    span: Span
    """In characters of the document; empty where something is missing."""
    line: int
    missing_words: int = 0
    """Words that the license has here and the text has not."""
    reason: str | None = None
    """Why a difference is harmless."""


class TextDiff(NamedTuple):
    """A text beside a license."""

    license_id: str
    coverage: float
    """Share of the license's words found in the text, in order."""
    words: int
    """Words of the license."""
    pieces: tuple[Piece, ...]
    """In the order of the text; together they cover it."""

    @property
    def is_plain(self) -> bool:
        """Whether nothing but harmless differences was found."""
        return all(piece.kind in ("same", "harmless") for piece in self.pieces)


def diff_text(identifier: Identifier, document: Document, license_id: str | None = None) -> TextDiff | None:
    """Set a text beside a license word by word.

    Args:
        identifier: What knows the licenses.
        document: The text.
        license_id: SPDX id or ``LicenseRef-…``, in any case. None: the license that the text is, or the
            one it resembles most.

    Returns:
        The differences, or None: no license is named and none resembles the text, or the two have nothing in common.

    Raises:
        UnknownNameError: No license of that id is in the index.
    """
    reading = Reading(document)
    if license_id is None:
        fit = identifier.nearest(reading)
    else:
        fits = (identifier.fit(reading, entry) for entry in _entries(identifier, license_id))
        fit = max((fit for fit in fits if fit is not None), key=lambda fit: fit.score, default=None)
    if fit is None:
        return None
    name = next(
        (known for _, known in fit.entry.names if known.lower() == (license_id or "").lower()), fit.entry.license_id
    )
    return TextDiff(name, round(fit.coverage, 4), fit.entry.words, tuple(_pieces(reading, fit)))


def _entries(identifier: Identifier, license_id: str) -> list[Entry]:
    wanted = license_id.lower()
    entries = identifier.index.entries
    found = [entry for entry in entries if any(known.lower() == wanted for _, known in entry.names)]
    if found:
        return found
    from difflib import get_close_matches

    spelt = {known.lower(): known for entry in entries for _, known in entry.names}
    near = [spelt[match] for match in get_close_matches(wanted, sorted(spelt), n=3)]
    raise UnknownNameError(
        f"no text of a license {license_id!r} is known", hint=f"did you mean {' or '.join(near)}?" if near else None
    )


def _pieces(reading: Reading, fit: Fit) -> list[Piece]:
    from .passages import find_passages

    document = reading.document
    marked: list[tuple[Span, Kind, int, str | None]] = []
    for gap, reason in fit.differences:
        here, missing = gap.end - gap.start, gap.known_end - gap.known_start
        kind: Kind = "changed" if here and missing else "added" if here else "removed"
        marked.append((reading.span(gap.start, gap.end), kind if reason is None else "harmless", missing, reason))
    outside = [reading.span_of(start, end) for _, start, end in find_passages(reading, [(fit.start, fit.end)])]
    marked += [(span, "added", 0, None) for span in outside]
    whole = reading.span(fit.start, fit.end)
    for start, end in ((0, whole.start), (whole.end, len(document.text))):
        marked += [(span, "harmless", 0, "beside the license") for span in _between(outside, start, end)]
    marked.sort(key=lambda mark: (mark[0].start, mark[0].end))
    pieces: list[Piece] = []
    done = 0
    for span, kind, missing, reason in marked:
        start, end = max(span.start, done), max(span.end, done)
        if start > done:
            pieces.append(_piece(document, "same", done, start))
        if end > start or missing:
            pieces.append(_piece(document, kind, start, end, missing, reason))
        done = end
    if done < len(document.text):
        pieces.append(_piece(document, "same", done, len(document.text)))
    return pieces


def _between(spans: list[Span], start: int, end: int) -> list[Span]:
    """What of a stretch is in none of some spans."""
    found = []
    for span in spans:
        if span.end <= start or span.start >= end:
            continue
        if span.start > start:
            found.append(Span.model_construct(start=start, end=span.start))
        start = max(start, span.end)
    if start < end:
        found.append(Span.model_construct(start=start, end=end))
    return found


def _piece(document: Document, kind: Kind, start: int, end: int, missing: int = 0, reason: str | None = None) -> Piece:
    return Piece(kind, Span.model_construct(start=start, end=end), document.line_column(start)[0], missing, reason)


__all__ = ["Difference", "Piece", "TextDiff", "diff_text"]
