"""Which clauses does a text hold, and where.

Two stages, both on RE2 and so both linear in the text. One pass of a set that holds the patterns of all
rules says which patterns occur at all; only the rules that can still hold are then looked at, span by
span, with the units of the text (`openness.clauses.structure`) as their context. A rule that does not
fire costs next to nothing, however many there are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ..records import Clause, Document, Finding, Passage, Role, Tier
from ..text import NormalizedText, normalize
from .structure import Structure, Unit, parse_structure
from .values import read_values

if TYPE_CHECKING:
    from ..rulebook.compiled import CompiledDetect, CompiledRule

SET_MEMORY = 64 << 20
"""Bytes the set's automaton may take. Below some 16 MiB it is thrown away and built again while a text is read."""

SET_SIZE = 100
"""Patterns in one set. The states of an automaton multiply with the patterns in it: 700 in one take 60 ms for
a license, in sets of a hundred 1 ms."""


class Match(NamedTuple):
    """A rule that fired: the unit it fired in and the words that made it fire, in normalized offsets."""

    rule: CompiledRule
    unit: int
    """Index of the unit that holds the last word of the match."""
    first_unit: int
    """Where the quote starts: ``unit``, or an earlier one of the same paragraph."""
    start: int
    end: int
    lead_in: int
    """Index of the lead-in that part of the match stands in, or -1."""


class _Hit(NamedTuple):
    unit: int
    start: int
    end: int


class _Matcher:
    """The rules of one role, their patterns in one set."""

    def __init__(self, rules: Sequence[CompiledRule]) -> None:
        import re2

        self.rules = rules
        self.patterns: list[str] = []
        ids: dict[str, int] = {}
        for rule in rules:
            for pattern in rule.detect.patterns:
                if pattern not in ids:
                    ids[pattern] = len(self.patterns)
                    self.patterns.append(pattern)
        self.ids = ids
        self.needs = [
            (
                rule,
                frozenset(ids[pattern] for pattern in (*rule.detect.seq, *rule.detect.all)),
                frozenset(ids[pattern] for pattern in rule.detect.any),
            )
            for rule in rules
        ]
        self.options = re2.Options()
        self.options.log_errors = False
        self.options.never_capture = True
        options = re2.Options()
        options.log_errors = False
        options.never_capture = True
        options.max_mem = SET_MEMORY
        self.sets: list[tuple[int, re2.Set]] = []
        for first in range(0, len(self.patterns), SET_SIZE):
            held = re2.Set.SearchSet(options)
            for pattern in self.patterns[first : first + SET_SIZE]:
                held.Add(pattern)
            held.Compile()
            self.sets.append((first, held))
        self._compiled: dict[int, re2._Regexp] = {}

    def occurring(self, text: bytes) -> frozenset[int]:
        """Ids of the patterns that occur anywhere in the text."""
        return frozenset(first + index for first, held in self.sets for index in held.Match(text) or ())

    def candidates(self, occurring: frozenset[int]) -> Iterator[CompiledRule]:
        """The rules that could fire."""
        for rule, required, alternatives in self.needs:
            if required <= occurring and (not alternatives or not alternatives.isdisjoint(occurring)):
                yield rule

    def spans(self, pattern: int, text: bytes) -> list[tuple[int, int]]:
        """All places of one pattern, in bytes."""
        import re2

        regexp = self._compiled.get(pattern)
        if regexp is None:
            regexp = self._compiled[pattern] = re2.compile(self.patterns[pattern], self.options)
        return [match.span() for match in regexp.finditer(text)]


class ClauseEngine:
    """Finds clauses with a fixed choice of rules. Immutable to its users and cheap to call.

    The automaton of a role is built at the first text of that role.
    """

    def __init__(self, rules: Iterable[CompiledRule]) -> None:
        self.rules = tuple(
            sorted((rule for rule in rules if rule.status != "deprecated"), key=lambda rule: rule.id)
        )
        self._matchers: dict[Role, _Matcher] = {}

    def find(
        self,
        document: Document,
        *,
        normalized: NormalizedText | None = None,
        structure: Structure | None = None,
    ) -> tuple[Finding, ...]:
        """The clauses of a document, in the order of the text.

        Args:
            document: What to read; its role decides which rules apply.
            normalized: ``normalize(document.readable)`` if the caller has it already.
            structure: ``parse_structure(normalized)`` likewise.
        """
        normalized = normalize(document.readable) if normalized is None else normalized
        structure = parse_structure(normalized) if structure is None else structure
        reader = _Reader(self._matcher(document.role), structure)
        matches = sorted(reader.matches(), key=_order)
        builder = _Builder(document, normalized, structure)
        return tuple(builder.findings(matches))

    def _matcher(self, role: Role) -> _Matcher:
        matcher = self._matchers.get(role)
        if matcher is None:
            matcher = self._matchers[role] = _Matcher(
                [rule for rule in self.rules if role in rule.detect.roles]
            )
        return matcher


_CONFIDENCE = {"high": 0, "medium": 1, "low": 2}


def _order(match: Match) -> tuple[int, int, str]:
    return match.unit, _CONFIDENCE[match.rule.confidence], match.rule.id


class _Reader:
    """One text against one matcher."""

    def __init__(self, matcher: _Matcher, structure: Structure) -> None:
        self.matcher = matcher
        self.units = structure.units
        self.starts = structure.starts
        self.text = structure.text
        self.bytes = structure.text.encode("utf-8", "surrogatepass")
        self._hits: dict[int, dict[int, list[_Hit]]] = {}

    @cached_property
    def _byte_starts(self) -> list[int] | None:
        """Offset of each unit in bytes; None where bytes and characters are the same."""
        if len(self.bytes) == len(self.text):
            return None
        found = []
        at = done = 0
        for unit in self.units:
            at += len(self.text[done : unit.start].encode("utf-8", "surrogatepass"))
            done = unit.start
            found.append(at)
        return found

    def hits(self, pattern: str) -> dict[int, list[_Hit]]:
        """The places of a pattern by unit. Places that reach over the end of a unit do not count."""
        key = self.matcher.ids[pattern]
        found = self._hits.get(key)
        if found is None:
            found = self._hits[key] = {}
            starts = self.starts if self._byte_starts is None else self._byte_starts
            for first, last in self.matcher.spans(key, self.bytes):
                index = bisect_right(starts, first) - 1
                if index < 0:
                    continue
                unit = self.units[index]
                if self._byte_starts is not None:
                    base = self._byte_starts[index]
                    inside = self.bytes[base:last]
                    start = unit.start + len(inside[: first - base].decode("utf-8", "surrogatepass"))
                    end = unit.start + len(inside.decode("utf-8", "surrogatepass"))
                else:
                    start, end = first, last
                if end <= unit.end + 1 and start < unit.end:
                    found.setdefault(index, []).append(_Hit(index, start, min(end, unit.end)))
        return found

    def matches(self) -> Iterator[Match]:
        """Every rule that fires, once for each unit it fires in."""
        for rule in self.matcher.candidates(self.matcher.occurring(self.bytes)):
            yield from self._fire(rule)

    def _fire(self, rule: CompiledRule) -> Iterator[Match]:
        detect = rule.detect
        if detect.within == "document":
            match = self._fire_document(rule)
            if match is not None:
                yield match
            return
        last_first_unit = -1
        for index in self._anchors(detect):
            unit = self.units[index]
            if unit.kind not in detect.kinds:
                continue
            context = self._context(index, detect)
            if context is None:
                continue
            found = self._hold(detect, context, index)
            if found is None:
                continue
            own = [hit for hit in found if hit.unit not in self._leads(index)]
            first_unit = min(hit.unit for hit in own)
            if detect.within == "paragraph":
                if first_unit == last_first_unit:
                    continue  # one finding a paragraph, however many words repeat
                last_first_unit = first_unit
            lead = next((hit.unit for hit in found if hit.unit in self._leads(index)), -1)
            yield Match(
                rule,
                max(hit.unit for hit in own),
                first_unit,
                min(hit.start for hit in own),
                max(hit.end for hit in own),
                lead,
            )

    def _anchors(self, detect: CompiledDetect) -> list[int]:
        """The units worth looking at: those that hold what must stand in the unit itself."""
        if detect.seq:
            return sorted(self.hits(detect.seq[-1]))
        if detect.all:
            found: set[int] = set()
            for pattern in detect.all:
                found.update(self.hits(pattern))
            return sorted(found)
        return sorted({index for pattern in detect.any for index in self.hits(pattern)})

    def _leads(self, index: int) -> tuple[int, ...]:
        """The lead-ins above a unit, outermost first."""
        found: list[int] = []
        lead = self.units[index].lead_in
        while lead >= 0 and len(found) < 8:
            found.append(lead)
            lead = self.units[lead].lead_in
        return tuple(reversed(found))

    def _context(self, index: int, detect: CompiledDetect) -> tuple[int, ...] | None:
        """The units whose words count, in order; None if the rule wants a lead-in and there is none."""
        leads = () if detect.lead_in == "never" else self._leads(index)
        if detect.lead_in == "must" and not leads:
            return None
        if detect.within == "sentence":
            return (*leads, index)
        paragraph = self.units[index].paragraph
        low = index
        while low > 0 and self.units[low - 1].paragraph == paragraph:
            low -= 1
        high = index
        while high + 1 < len(self.units) and self.units[high + 1].paragraph == paragraph:
            high += 1
        return (*(lead for lead in leads if lead < low), *range(low, high + 1))

    def _hold(self, detect: CompiledDetect, context: tuple[int, ...], index: int) -> list[_Hit] | None:
        """The hits that make a rule hold in a context, or None."""
        found: list[_Hit] = []
        if detect.seq:
            run = self._sequence(detect, context, index)
            if run is None:
                return None
            found.extend(run)
        for pattern in detect.all:
            hit = self._nearest(pattern, context, index)
            if hit is None:
                return None
            found.append(hit)
        if detect.any:
            options = [
                hit for pattern in detect.any if (hit := self._nearest(pattern, context, index)) is not None
            ]
            if not options:
                return None
            found.append(min(options, key=lambda hit: (hit.unit != index, hit.start)))
        if all(hit.unit != index for hit in found):
            return None
        for pattern in detect.unless:
            held = self.hits(pattern)
            if any(member in held for member in context):
                return None
        return found

    def _nearest(self, pattern: str, context: tuple[int, ...], index: int) -> _Hit | None:
        """A hit in the unit itself if there is one, else in the nearest unit before it, else behind it."""
        held = self.hits(pattern)
        if index in held:
            return held[index][0]
        for member in reversed(context):
            if member in held:
                return held[member][0]
        return None

    def _sequence(self, detect: CompiledDetect, context: tuple[int, ...], index: int) -> list[_Hit] | None:
        """The tightest run of the patterns of ``seq`` in order, the last of them in the unit itself."""
        columns = [
            [hit for member in context for hit in self.hits(pattern).get(member, ())]
            for pattern in detect.seq
        ]
        columns[-1] = [hit for hit in columns[-1] if hit.unit == index]
        if not all(columns):
            return None
        best: list[_Hit] | None = None
        # From each possible last word backwards, always the nearest word before: the tightest run ending there.
        for last in columns[-1]:
            run = [last]
            for column in reversed(columns[:-1]):
                after = run[-1]
                before = [hit for hit in column if hit.end <= after.start]
                if not before:
                    break
                hit = before[-1]
                if detect.gap is not None and self._distance(hit, after) > detect.gap:
                    break
                run.append(hit)
            else:
                if best is None or run[0].end - run[-1].start < best[0].end - best[-1].start:
                    best = run
        return None if best is None else list(reversed(best))

    def _distance(self, before: _Hit, after: _Hit) -> int:
        """Characters between two hits; across a lead-in, only those of the item count."""
        if before.unit == after.unit:
            return after.start - before.end
        return after.start - self.units[after.unit].start

    def _fire_document(self, rule: CompiledRule) -> Match | None:
        detect = rule.detect
        firsts: list[_Hit] = []
        groups = [
            *((pattern,) for pattern in (*detect.seq, *detect.all)),
            *((detect.any,) if detect.any else ()),
        ]
        for group in groups:
            hits = [
                hit
                for pattern in group
                for index, held in self.hits(pattern).items()
                if self.units[index].kind in detect.kinds
                for hit in held
            ]
            if not hits:
                return None
            firsts.append(min(hits, key=lambda hit: hit.start))
        if any(self.hits(pattern) for pattern in detect.unless):
            return None
        anchor = firsts[0]
        return Match(rule, anchor.unit, anchor.unit, anchor.start, anchor.end, -1)


class _Builder:
    """Turns matches into findings, with quotes and positions in the original text."""

    def __init__(self, document: Document, normalized: NormalizedText, structure: Structure) -> None:
        self.document = document
        self.normalized = normalized
        self.units = structure.units

    def findings(self, matches: Sequence[Match]) -> Iterator[Finding]:
        """One finding for each clause and place; where two rules say the same, the surer one speaks."""
        seen: set[tuple[str, int]] = set()
        for match in matches:
            for clause in (match.rule.clause, *match.rule.also):
                key = (clause.value, match.unit)
                if key not in seen:
                    seen.add(key)
                    yield self._finding(match, clause)

    def _finding(self, match: Match, clause: Clause) -> Finding:
        rule = match.rule
        unit = self.units[match.unit]
        first = self.units[match.first_unit]
        span = self.normalized.original_span(first.start, unit.end)
        line, column = self.document.line_column(span.start)
        text = self.document.text
        lead = None if match.lead_in < 0 else self._passage(self.units[match.lead_in])
        values = (
            read_values(rule.values, self.normalized.cased[first.start : unit.end]) if rule.values else ()
        )
        return Finding.model_construct(
            document=self.document.name,
            role=self.document.role,
            span=span,
            line=line,
            end_line=self.document.line_column(max(span.start, span.end - 1))[0],
            column=column,
            quote=text[span.start : span.end],
            clause=clause,
            rule=rule.id,
            message=rule.message,
            ceiling=rule.ceiling,
            criteria=rule.criteria,
            profile=rule.profile,
            scope=rule.scope,
            section=unit.section,
            match=self.normalized.original_span(match.start, match.end),
            lead_in=lead,
            values=values,
            readings=rule.readings,
            confidence=rule.confidence,
            origin="text",
            license_id=None,
        )

    def _passage(self, unit: Unit) -> Passage:
        span = self.normalized.original_span(unit.start, unit.end)
        line, column = self.document.line_column(span.start)
        return Passage.model_construct(
            document=self.document.name,
            role=self.document.role,
            span=span,
            line=line,
            end_line=self.document.line_column(max(span.start, span.end - 1))[0],
            column=column,
            quote=self.document.text[span.start : span.end],
        )


def restricts(finding: Finding) -> bool:
    """Whether a finding, on its own, keeps a text from being OSI open source."""
    return finding.ceiling is not None and finding.ceiling < Tier.OSI
