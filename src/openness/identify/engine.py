"""Which license is this: the exact hash of a whole text first, then fingerprints, then words.

The order of what is tried is the order of its price. A text that is known word for word costs one hash.
Otherwise the sampled lanes of the text vote for candidates; each candidate is aligned with the text, in
order, and the one that explains the most and leaves the least unexplained is taken. What it explains is
taken off the text, and the rest is searched again. What no license explains is handed over as riders.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from openness.records import Document, Identification, Rejection, Rider, Span

from .index import APPENDIX, Entry, Index, title_hash
from .lanes import GRAM, sequence_hash
from .reading import Reading

if TYPE_CHECKING:
    from .align import Gap

WINDOW: Final = 20_000
"""Words looked at together: more than the longest known text has."""
MAX_REGIONS: Final = 200
"""Licenses taken from one window; a bound on time against texts made to have many."""
CANDIDATES: Final = 8
MIN_COVERAGE: Final = 0.9
"""Share of the words of a license that must stand in the text, in order."""
MAX_CHANGED: Final = 0.1
"""Words changed inside, as a share of the words of the license; added passages count for themselves."""
MIN_SHARE: Final = 0.25
"""Share of the sampled lanes of a license that must stand in the text before the two are aligned."""
SHORT: Final = 40
"""A license of fewer words must stand there whole: there is too little to tell it by."""
MIN_WORDS: Final = 12
SPELLED: Final = 3
"""Candidates whose differences are read for misspellings."""
POSTINGS: Final = 2000
"""Entries counted for one vote. Lanes that few texts have are counted first."""
KEPT_REJECTIONS: Final = 5


class Difference(NamedTuple):
    """A gap in an alignment, and why it changes nothing (None: it may)."""

    gap: Gap
    reason: str | None


class Fit(NamedTuple):
    """A candidate, aligned."""

    entry: Entry
    start: int
    end: int
    differences: list[Difference]
    covered: int
    """Words of the license that stand in the text, in order."""
    missing: int
    """Words of the license that do not, and should."""
    changed: int
    """Words of the text that stand where the license has others."""
    added: int
    """Words of the text in passages that the license does not have."""
    harmless: int

    @property
    def coverage(self) -> float:
        """Share of the license's words found in order, what may be left out not counted."""
        return self.covered / max(1, self.covered + self.missing)

    @property
    def score(self) -> float:
        """What is explained, less what is not."""
        return self.covered - 3.0 * (self.missing + self.changed) - 1.0 * self.added - 0.1 * self.harmless

    @property
    def clean(self) -> bool:
        """Whether nothing but harmless differences is left."""
        return not (self.missing or self.changed or self.added)


class Vote(NamedTuple):
    """A candidate before it is aligned."""

    rank: float
    hits: int
    share: float
    """Hits as a share of the sampled lanes of the license, as far as they were counted."""
    entry: int


class Region(NamedTuple):
    """A license found in a text."""

    fit: Fit
    ties: tuple[Entry, ...]
    rejections: tuple[Rejection, ...]


class Identifier:
    """Identifies license texts by an index.

    Args:
        index: The index of known texts.
    """

    def __init__(self, index: Index, *, ignored: frozenset[int] = frozenset()) -> None:
        self.index = index
        self._ignored = ignored

    def without(self, entries: Iterable[int]) -> Identifier:
        """The same, as if some entries of the index were not there."""
        return Identifier(self.index, ignored=self._ignored | frozenset(entries))

    def identify(self, document: Document) -> tuple[Identification, ...]:
        """The licenses in a document, in the order of their places; empty if none is known.

        What the document has beyond them, and what it lacks, is in the riders. Time grows linearly with
        the length of the text.
        """
        reading = Reading(document)
        number = self._exact(reading)
        if number is not None:
            return (self._whole(reading, self.index.entries[number]),)
        regions, _ = self._regions(reading)
        return self._identifications(reading, regions)

    def explain_none(self, document: Document) -> tuple[Rejection, ...]:
        """The candidates that came nearest in a document, and why each was turned down."""
        reading = Reading(document)
        if self._exact(reading) is not None:
            return ()
        return tuple(self._regions(reading)[1])

    def fit(self, reading: Reading, entry: Entry) -> Fit | None:
        """A known text aligned with a whole document, whether or not it is its license."""
        return self._fit(reading, reading.lanes.text, 0, entry, spelling=True)

    def nearest(self, reading: Reading) -> Fit | None:
        """The license of a document, or else the one it resembles most; None if it resembles none."""
        number = self._exact(reading)
        if number is not None:
            return self.fit(reading, self.index.entries[number])
        regions, _ = self._regions(reading)
        if regions:
            return max((region.fit for region in regions), key=lambda fit: fit.score)
        lanes = reading.lanes
        window = lanes.keys[: bisect_left(lanes.sampled, WINDOW)]
        fits = self._candidates(reading, lanes.text[:WINDOW], 0, self._vote(list(window)), {})
        return max(fits, key=lambda fit: fit.score, default=None)

    # --- known word for word ---

    def _exact(self, reading: Reading) -> int | None:
        number = self.index.exact.get(sequence_hash(reading.body()))
        return None if number in self._ignored else number

    def _whole(self, reading: Reading, entry: Entry) -> Identification:
        license_id, ties = self.choose_name(entry, {title_hash(line) for line in reading.folded.titles()})
        text = reading.document.text
        start = len(text) - len(text.lstrip())
        return self._identification(
            reading, license_id, ties, method="exact", coverage=1.0, riders=(), rejections=(),
            span=Span.model_construct(start=start, end=max(start, len(text.rstrip()))),
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

    # --- known in part ---

    def _regions(self, reading: Reading) -> tuple[list[Region], list[Rejection]]:
        """The licenses in a text, window by window, and the candidates turned down where none was found."""
        lanes = reading.lanes
        found: list[Region] = []
        turned_down: list[Rejection] = []
        at = 0
        while at < len(lanes.text):
            end = min(len(lanes.text), at + WINDOW)
            regions, rejections = self._window(reading, at, end)
            found += regions
            turned_down += rejections
            if end == len(lanes.text):
                break
            # A license that begins in one window may end in the next: go on behind the last one found.
            last = max((region.fit.end for region in regions), default=0)
            at = max(last, at + WINDOW // 2)
        found.sort(key=lambda region: region.fit.start)
        best = sorted(turned_down, key=lambda rejection: -(rejection.coverage or 0.0))
        distinct = {rejection.license_id: rejection for rejection in reversed(best)}
        return found, list(distinct.values())[::-1][:KEPT_REJECTIONS]

    def _window(self, reading: Reading, at: int, end: int) -> tuple[list[Region], list[Rejection]]:
        from .align import GONE

        lanes = reading.lanes
        text = lanes.text[at:end]
        first, last = bisect_left(lanes.sampled, at), bisect_left(lanes.sampled, end)
        sampled = lanes.sampled[first:last]
        keys: list[int | None] = list(lanes.keys[first:last])
        regions: list[Region] = []
        tried: dict[int, Fit | None] = {}
        rejections: list[Rejection] = []
        left = end - at
        while len(regions) < MAX_REGIONS and left >= MIN_WORDS:
            votes = self._vote(keys)
            region, rejections = self._best(reading, text, at, votes, tried)
            if region is None:
                break
            regions.append(region)
            rejections = []
            start, stop = max(0, region.fit.start - at), min(len(text), region.fit.end - at)
            left -= stop - start
            text = text[:start] + GONE * (stop - start) + text[stop:]
            low, high = bisect_left(sampled, start + at), bisect_left(sampled, stop + at)
            keys[low:high] = [None] * (high - low)
            # A candidate that was aligned with words that are gone now must be aligned again.
            tried = {
                number: fit
                for number, fit in tried.items()
                if fit is None or fit.end - at <= start or fit.start - at >= stop
            }
        return regions, rejections if not regions else []

    def _vote(self, keys: list[int | None]) -> list[Vote]:
        """Candidates, best first: many hits, and a good part of what the license has."""
        # A lane that occurs ten times in the text is one fact about it, not ten.
        counted = Counter(map(self.index.keys.get, set(keys)))  # type: ignore[arg-type]
        counted.pop(None, None)
        sizes = self.index.set_sizes
        hits: Counter[int] = Counter()
        spent = used = 0
        for number in sorted(counted, key=sizes.__getitem__):  # type: ignore[arg-type]
            spent += sizes[number]  # type: ignore[index]
            if spent > POSTINGS and hits:
                break
            members = self.index.members(number)  # type: ignore[arg-type]
            times = counted[number]
            used += times
            hits.update(members)
            if times > 1:
                for entry in members:
                    hits[entry] += times - 1
        if not hits:
            return []
        counts = self.index.key_counts
        seen = used / sum(counted.values())
        most = max(hits.values())
        votes = [
            Vote(count * count / max(1, counts[entry]), count, count / max(1.0, counts[entry] * seen), entry)
            for entry, count in hits.items()
            if (count >= 0.2 * most or count >= 0.5 * counts[entry]) and entry not in self._ignored
        ]
        votes.sort(key=lambda vote: (-vote.rank, vote.entry))
        return votes

    def _best(
        self, reading: Reading, text: str, at: int, votes: list[Vote], tried: dict[int, Fit | None]
    ) -> tuple[Region | None, list[Rejection]]:
        """The candidate that explains the most, if one explains enough."""
        fits = self._candidates(reading, text, at, votes, tried)
        for number, fit in enumerate(fits[:SPELLED]):
            if not fit.clean:
                # Misspellings are looked at for the few best only: each takes hundreds of guesses.
                fits[number] = self._fit(reading, text, at, fit.entry, spelling=True) or fit
        fits.sort(key=lambda fit: (-fit.score, fit.entry.number))
        reasons = [_turned_down(fit) for fit in fits]
        good = [fit for fit, reason in zip(fits, reasons, strict=True) if reason is None]
        rejections = [_rejection(fit, reason) for fit, reason in zip(fits, reasons, strict=True) if reason is not None]
        if not good:
            return None, sorted(rejections, key=lambda rejection: -(rejection.coverage or 0.0))[:KEPT_REJECTIONS]
        best = good[0]
        ties = tuple(fit.entry for fit in good[1:] if fit.score >= best.score - 0.05 and fit.missing == best.missing)
        rejections += [_rejection(fit, _why_less(fit, best)) for fit in good[1:] if fit.entry not in ties]
        rejections.sort(key=lambda rejection: -(rejection.coverage or 0.0))
        return Region(best, ties, tuple(rejections[:KEPT_REJECTIONS])), []

    def _candidates(
        self, reading: Reading, text: str, at: int, votes: list[Vote], tried: dict[int, Fit | None]
    ) -> list[Fit]:
        """The likeliest entries, aligned; best first."""
        fits: list[Fit] = []
        most = 0
        for place, vote in enumerate(votes):
            if vote.rank < 0.1 * votes[0].rank:
                break
            if place >= CANDIDATES and (vote.rank < 0.93 * votes[0].rank or place >= 3 * CANDIDATES):
                break
            entry = self.index.entries[vote.entry]
            if vote.share < MIN_SHARE or vote.hits < 0.85 * most:
                continue  # by its lanes, far less of it stands in the text
            if any(fit.clean and fit.covered >= entry.words for fit in fits):
                continue  # it could explain no more
            if vote.entry not in tried:
                tried[vote.entry] = self._fit(reading, text, at, entry, spelling=False)
            fit = tried[vote.entry]
            if fit is None:
                continue
            fits.append(fit)
            if fit.coverage > 0.97:
                most = max(most, vote.hits)
        fits.sort(key=lambda fit: (-fit.score, fit.entry.number))
        return fits

    def _fit(self, reading: Reading, text: str, at: int, entry: Entry, *, spelling: bool) -> Fit | None:
        # The rules cost ten milliseconds to compile: a text that is known word for word does without.
        from .align import Gap, align
        from .harmless import Harmless

        known = self.index.lanes(entry.number)
        alignment = align(text, known, entry.words)
        if alignment is None or alignment.end - alignment.start < MIN_WORDS:
            return None
        gaps = [Gap(gap.start + at, gap.end + at, gap.known_start, gap.known_end) for gap in alignment.gaps]
        lost = sum(gap.known_end - gap.known_start for gap in gaps)
        marks = self.index.marks(entry.number)
        # Too little to read each difference for: the appendix is the most that may be left out.
        spare = sum(end - start for kind, start, end in marks if kind == APPENDIX)
        few = entry.words - lost < 0.5 * (entry.words - spare)
        harmless = Harmless(reading, known, marks, spelling=spelling)
        differences = [Difference(gap, None if few else harmless.reason(gap)) for gap in gaps]
        start, end = alignment.start + at, alignment.end + at
        if differences and not few:
            # At the edges an alignment ends before a misspelt word; the license does not.
            gap, reason = differences[0]
            if reason is None and gap.known_start == 0 and gap.start == gap.end:
                begin = harmless.find_head(start, gap.known_end)
                if begin is not None:
                    start = begin
                    differences[0] = Difference(gap._replace(start=start), "misspelt, or among list markers")
            gap, reason = differences[-1]
            missing = gap.known_end - gap.known_start
            at_end = gap.known_end == entry.words and gap.start == gap.end
            if reason is None and at_end and harmless.misspelt_tail(end, missing):
                end += missing
                differences[-1] = Difference(gap._replace(end=end), "a misspelling")
        return _measured(entry, start, end, differences, lost)

    # --- what is handed over ---

    def _identifications(self, reading: Reading, regions: list[Region]) -> tuple[Identification, ...]:
        if not regions:
            return ()
        from .notices import find_notice
        from .passages import find_passages

        spans = [(region.fit.start, region.fit.end) for region in regions]
        outside = find_passages(reading, spans)
        found = []
        for number, region in enumerate(regions):
            fit = region.fit
            license_id, ties = self._names(reading, region)
            riders = [_rider(reading, difference) for difference in fit.differences if difference.reason is None]
            riders += [_passage(reading, start, end) for owner, start, end in outside if owner == number]
            riders.sort(key=lambda rider: rider.span.start)
            license_id, ties, exception = find_notice(reading, spans, license_id, ties)
            identification = self._identification(
                reading, license_id, ties, method="fingerprint",
                coverage=round(fit.coverage, 4), riders=tuple(riders), rejections=region.rejections,
                span=reading.span(fit.start, fit.end),
            )  # fmt: skip
            found.append(identification.model_copy(update={"exception": exception}) if exception else identification)
        return tuple(found)

    def _names(self, reading: Reading, region: Region) -> tuple[str, tuple[str, ...]]:
        first, last = reading.between(max(0, region.fit.start - 60), min(reading.count, region.fit.start + 10))
        titles = {title_hash(line) for line in reading.folded.text[first:last].split("\n") if line.strip()}
        entries = (region.fit.entry, *region.ties)
        hits = [sum(value in titles for value, _ in self.index.titles(entry.number)) for entry in entries]
        license_id, ties = self.choose_name(entries[hits.index(max(hits))], titles)
        if max(hits):
            return license_id, ties
        others = [self.choose_name(entry, titles)[0] for entry in entries]
        return license_id, tuple(dict.fromkeys([*ties, *(other for other in others if other != license_id)]))

    def _identification(
        self, reading: Reading, license_id: str, ties: tuple[str, ...], *,
        method: Literal["exact", "fingerprint"], coverage: float,
        riders: tuple[Rider, ...], rejections: tuple[Rejection, ...], span: Span,
    ) -> Identification:  # fmt: skip
        document = reading.document
        return Identification.model_construct(
            license_id=license_id, method=method, coverage=coverage, document=document.name, role=document.role,
            spans=(span,), line=document.line_column(span.start)[0],
            end_line=document.line_column(max(span.start, span.end - 1))[0],
            riders=riders, ties=ties, exception=None, rejections=rejections,
        )  # fmt: skip


def _line(document: Document, offset: int) -> int:
    """Line of an offset; counting is cheaper than a table of lines that nobody else may need."""
    if "\r" in document.text:
        return document.line_column(offset)[0]
    return document.text.count("\n", 0, offset) + 1 + document.offset_line


def _measured(entry: Entry, start: int, end: int, differences: list[Difference], lost: int) -> Fit:
    missing = changed = added = harmless = 0
    for gap, reason in differences:
        here, there = gap.end - gap.start, gap.known_end - gap.known_start
        if reason is not None:
            harmless += max(here, there)
        elif there:
            missing += there
            changed += here
        else:
            added += here
    covered = entry.words - lost
    return Fit(entry, start, end, differences, covered, missing, changed, added, harmless)


def _turned_down(fit: Fit) -> str | None:
    """Why a candidate is not the license of a text; None if it may be."""
    words = fit.entry.words
    if fit.covered < MIN_WORDS - GRAM:
        return f"only {fit.covered} of its {words} words stand in the text"
    if words < SHORT and not fit.clean:
        return "too short to be told by a part of it"
    if fit.coverage < MIN_COVERAGE:
        return f"{fit.missing} of its {words} words are not in the text"
    if fit.changed > MAX_CHANGED * words:
        return f"{fit.changed} words stand where it has others"
    if fit.added > 2 * words + 200:
        return f"{fit.added} words stand between its own"
    return None


def _rejection(fit: Fit, reason: str) -> Rejection:
    return Rejection.model_construct(
        license_id=fit.entry.license_id, reason=reason, coverage=round(fit.coverage, 4)
    )  # fmt: skip


def _why_less(fit: Fit, best: Fit) -> str:
    if fit.missing > best.missing:
        return f"lacks {fit.missing} of its words, {best.entry.license_id} {best.missing}"
    unlike, less = fit.changed + fit.added, best.changed + best.added
    if unlike > less:
        return f"leaves {unlike} words of the text unexplained, {best.entry.license_id} {less}"
    return f"explains {fit.covered} words of the text, {best.entry.license_id} {best.covered}"


def _rider(reading: Reading, difference: Difference) -> Rider:
    gap = difference.gap
    here, there = gap.end - gap.start, gap.known_end - gap.known_start
    kind: Literal["added", "removed", "changed"] = "changed" if here and there else "added" if here else "removed"
    return make_rider(reading, reading.span(gap.start, gap.end), kind, there)


def _passage(reading: Reading, first: int, last: int) -> Rider:
    return make_rider(reading, reading.span_of(first, last), "added", 0)


def make_rider(reading: Reading, span: Span, kind: Literal["added", "removed", "changed"], missing_words: int) -> Rider:
    """A rider at a span; what it says is read by others."""
    document = reading.document
    line, column = document.line_column(span.start)
    return Rider.model_construct(
        document=document.name, role=document.role, span=span, line=line, column=column,
        end_line=document.line_column(max(span.start, span.end - 1))[0], quote=document.quote(span),
        kind=kind, restricts=None, clauses=(), missing_words=missing_words,
    )  # fmt: skip
