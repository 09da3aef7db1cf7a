"""Which clauses does a text hold, and where.

Two stages, both linear in the text. A table of words says of every sentence which rules can hold in it at
all (`openness.clauses.literals`); only those are then tried, pattern by pattern with RE2, the rarest first,
with the units of the text (`openness.clauses.structure`) as their context. A rule that does not fire costs
next to nothing, however many there are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..records import Clause, Document, Finding, Passage, Role, Tier
from ..text import NormalizedText, normalize
from .literals import WordTable, rareness, required_words
from .structure import Structure, Unit, parse_structure

if TYPE_CHECKING:
    import re2

    from ..records import Value
    from ..rulebook.compiled import CompiledDetect, CompiledRule
    from ..rulebook.schema import ValueKind

DEEPEST_LEAD = 8
"""Lead-ins above a unit that are looked at."""

LEAD_HITS = 16
"""Of the hits in a lead-in only the last ones can be the nearest; a lead-in may have thousands of items."""


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


class _Plan(NamedTuple):
    """How one rule is tried."""

    rule: CompiledRule
    needs: int
    """Bits that a context must have all of, or the rule cannot hold in it."""
    alternatives: tuple[int, ...]
    """Bits of the patterns of ``any``: a context must have all of one of these."""
    rarest_first: tuple[str, ...]
    """Patterns that all must hit, in the order in which it pays to try them."""


class _Matcher:
    """The rules of one role. Patterns are compiled when a text first has the words they need."""

    def __init__(self, rules: Sequence[CompiledRule]) -> None:
        import re2

        self.table = WordTable()
        self._bits: dict[str, int] = {}
        self._rareness: dict[str, float] = {}
        self._compiled: dict[str, re2._Regexp] = {}
        self._compile = re2.compile
        self._options = re2.Options()
        self._options.log_errors = False
        self._options.never_capture = True
        self.plans = [self._plan(rule) for rule in rules]

    def _plan(self, rule: CompiledRule) -> _Plan:
        detect = rule.detect
        wanted = tuple(dict.fromkeys((*detect.seq, *detect.all)))
        needs = 0
        for pattern in wanted:
            needs |= self._add(pattern)
        return _Plan(
            rule,
            needs,
            tuple(self._add(pattern) for pattern in detect.any),
            tuple(sorted(wanted, key=lambda pattern: -self._rareness[pattern])),
        )

    def _add(self, pattern: str) -> int:
        bits = self._bits.get(pattern)
        if bits is None:
            groups = required_words(pattern)
            bits = self._bits[pattern] = self.table.add(groups)
            self._rareness[pattern] = max(map(rareness, groups), default=0.0)
        return bits

    def bits(self, pattern: str) -> int:
        """Bits of the words that a text must have before the pattern can match.

        None for exceptions: they are tried where a rule would fire, and reading their words costs more than that.
        """
        return self._bits.get(pattern, 0)

    def compiled(self, pattern: str) -> re2._Regexp:
        """The pattern as RE2 has it."""
        regexp = self._compiled.get(pattern)
        if regexp is None:
            regexp = self._compiled[pattern] = self._compile(pattern, self._options)
        return regexp


class ClauseEngine:
    """Finds clauses with a fixed choice of rules. Immutable to its users and cheap to call.

    The tables of a role are built at the first text of that role.
    """

    def __init__(self, rules: Iterable[CompiledRule]) -> None:
        self.rules = tuple(sorted((rule for rule in rules if rule.status != "deprecated"), key=lambda rule: rule.id))
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
            normalized: ``normalize(document.text)`` if the caller has it already.
            structure: ``parse_structure(normalized)`` likewise.
        """
        normalized = normalize(document.text) if normalized is None else normalized
        structure = parse_structure(normalized) if structure is None else structure
        reader = _Reader(self._matcher(document.role), structure)
        matches = sorted(reader.matches(), key=_order)
        builder = _Builder(document, normalized, structure)
        return tuple(builder.findings(matches))

    def _matcher(self, role: Role) -> _Matcher:
        matcher = self._matchers.get(role)
        if matcher is None:
            matcher = self._matchers[role] = _Matcher([rule for rule in self.rules if role in rule.detect.roles])
        return matcher


_CONFIDENCE = {"high": 0, "medium": 1, "low": 2}


def _order(match: Match) -> tuple[int, int, str]:
    return match.unit, _CONFIDENCE[match.rule.confidence], match.rule.id


class _Reader:
    """One text against one matcher."""

    def __init__(self, matcher: _Matcher, structure: Structure) -> None:
        self.matcher = matcher
        self.units = units = structure.units
        self.text = structure.text
        self._slices: dict[int, bytes] = {}
        self._hits: dict[tuple[str, int], tuple[_Hit, ...]] = {}
        bits = matcher.table.bits
        self.own = [bits(structure.text, unit.start, unit.end) for unit in units]
        """Bits of each unit."""
        self.leads = _leads(units)
        """The lead-ins above each unit, outermost first."""
        self.with_leads = list(self.own)
        """Bits of each unit together with those of the lead-ins above it."""
        for index, leads in enumerate(self.leads):
            for lead in leads:
                self.with_leads[index] |= self.own[lead]
        self.everywhere = 0
        for held in self.own:
            self.everywhere |= held

    def hits(self, pattern: str, index: int) -> tuple[_Hit, ...]:
        """The places of a pattern in a unit, in normalized offsets."""
        key = (pattern, index)
        found = self._hits.get(key)
        if found is None:
            bits = self.matcher.bits(pattern)
            missing = self.own[index] & bits != bits
            found = self._hits[key] = () if missing else self._search(pattern, index)
        return found

    def _search(self, pattern: str, index: int) -> tuple[_Hit, ...]:
        unit = self.units[index]
        text = self._slices.get(index)
        if text is None:
            text = self.text[unit.start : unit.end].encode("utf-8", "surrogatepass")
            self._slices[index] = text
        spans = [match.span() for match in self.matcher.compiled(pattern).finditer(text)]
        if not spans:
            return ()
        if len(text) == unit.end - unit.start:
            return tuple([_Hit(index, unit.start + first, unit.start + last) for first, last in spans])
        found = []
        at = unit.start  # RE2 counts bytes
        done = 0
        for first, last in spans:
            start = at + len(text[done:first].decode("utf-8", "surrogatepass"))
            at = start + len(text[first:last].decode("utf-8", "surrogatepass"))
            done = last
            found.append(_Hit(index, start, at))
        return tuple(found)

    def matches(self) -> Iterator[Match]:
        """Every rule that fires, once for each unit it fires in."""
        for plan in self.matcher.plans:
            if not _can_hold(plan, self.everywhere):
                continue
            within = plan.rule.detect.within
            if within == "document":
                yield from self._fire_document(plan.rule)
            elif within == "paragraph":
                yield from self._fire_paragraphs(plan)
            else:
                yield from self._fire_sentences(plan)

    def _fire_sentences(self, plan: _Plan) -> Iterator[Match]:
        detect = plan.rule.detect
        needs, alternatives, kinds = plan.needs, plan.alternatives, detect.kinds
        units = self.units
        alone = detect.lead_in == "never"
        for index, held in enumerate(self.own if alone else self.with_leads):
            if held & needs != needs or units[index].kind not in kinds:
                continue
            if alternatives and not any(held & wanted == wanted for wanted in alternatives):
                continue
            leads = () if alone else self.leads[index]
            if detect.lead_in == "must" and not leads:
                continue
            match = self._fire(plan, (*leads, index) if leads else (index,), last=index, leads=leads)
            if match is not None:
                yield match

    def _fire_paragraphs(self, plan: _Plan) -> Iterator[Match]:
        """One finding a paragraph, however many words repeat."""
        detect = plan.rule.detect
        units = self.units
        low = 0
        while low < len(units):
            high = low + 1
            while high < len(units) and units[high].paragraph == units[low].paragraph:
                high += 1
            members = [index for index in range(low, high) if units[index].kind in detect.kinds]
            leads = () if detect.lead_in == "never" else self.leads[low]
            low = high
            if not members or (detect.lead_in == "must" and not leads):
                continue
            held = 0
            for index in (*leads, *members):
                held |= self.own[index]
            if _can_hold(plan, held):
                match = self._fire(plan, (*leads, *members), last=None, leads=leads)
                if match is not None:
                    yield match

    def _fire(self, plan: _Plan, context: tuple[int, ...], *, last: int | None, leads: tuple[int, ...]) -> Match | None:
        """The match of a rule in a context; ``last`` is the unit that must hold part of it, None any but a lead-in."""
        detect = plan.rule.detect
        for pattern in plan.rarest_first:
            if not self._anywhere(pattern, context):
                return None
        found: list[_Hit] = []
        if detect.seq:
            run = self._sequence(detect, context, last, leads)
            if run is None:
                return None
            found.extend(run)
        found.extend(self._nearest(pattern, context, last) for pattern in detect.all)
        if detect.any:
            options = [
                self._nearest(pattern, context, last) for pattern in detect.any if self._anywhere(pattern, context)
            ]
            if not options:
                return None
            found.append(min(options, key=lambda hit: (hit.unit in leads, hit.start)))
        own = [hit for hit in found if hit.unit not in leads]
        if not own or any(self._anywhere(pattern, context) for pattern in detect.unless):
            return None
        lead = max((hit.unit for hit in found if hit.unit in leads), default=-1)
        return Match(
            plan.rule,
            max(hit.unit for hit in own),
            min(hit.unit for hit in own),
            min(hit.start for hit in own),
            max(hit.end for hit in own),
            lead,
        )

    def _anywhere(self, pattern: str, context: tuple[int, ...]) -> bool:
        """Whether a pattern hits in a context. Most contexts are one sentence."""
        for member in context:  # noqa: SIM110 - a generator would cost more than all the rest
            if self.hits(pattern, member):
                return True
        return False

    def _nearest(self, pattern: str, context: tuple[int, ...], last: int | None) -> _Hit:
        """A hit in the unit itself if there is one, else in the nearest unit of the context before it.

        The pattern hits somewhere in the context.
        """
        members = reversed(context) if last is not None else context
        return next(held[0] for member in members if (held := self.hits(pattern, member)))

    def _sequence(
        self, detect: CompiledDetect, context: tuple[int, ...], last: int | None, leads: tuple[int, ...]
    ) -> list[_Hit] | None:
        """The tightest run of the patterns of ``seq`` in order; it ends in ``last``, or outside the lead-ins."""
        columns: list[list[_Hit]] = []
        for pattern in detect.seq:
            column: list[_Hit] = []
            for member in context:
                held = self.hits(pattern, member)
                column.extend(held[-LEAD_HITS:] if member in leads else held)
            columns.append(column)
        columns[-1] = [hit for hit in columns[-1] if (hit.unit == last if last is not None else hit.unit not in leads)]
        ends = [[hit.end for hit in column] for column in columns]
        best: list[_Hit] | None = None
        # From each possible last word backwards, always the nearest word before: the tightest run ending there.
        for tail in columns[-1]:
            run = [tail]
            for depth in range(len(columns) - 2, -1, -1):
                after = run[-1]
                at = bisect_right(ends[depth], after.start) - 1
                if at < 0:
                    break
                hit = columns[depth][at]
                if detect.gap is not None and self._distance(hit, after) > detect.gap:
                    break
                run.append(hit)
            else:
                if best is None or run[0].end - run[-1].start < best[0].end - best[-1].start:
                    best = run
        return best

    def _distance(self, before: _Hit, after: _Hit) -> int:
        """Characters between two hits; across a lead-in, only those of the item count."""
        if before.unit == after.unit:
            return after.start - before.end
        return after.start - self.units[after.unit].start

    def _fire_document(self, rule: CompiledRule) -> Iterator[Match]:
        detect = rule.detect
        anchor: _Hit | None = None
        groups = [*((pattern,) for pattern in (*detect.seq, *detect.all)), *((detect.any,) if detect.any else ())]
        for group in groups:
            first = min(
                (hit for pattern in group if (hit := self._first(pattern, detect.kinds)) is not None),
                key=lambda hit: hit.start,
                default=None,
            )
            if first is None:
                return
            anchor = anchor or first
        if anchor is not None and all(self._first(pattern, None) is None for pattern in detect.unless):
            yield Match(rule, anchor.unit, anchor.unit, anchor.start, anchor.end, -1)

    def _first(self, pattern: str, kinds: tuple[str, ...] | None) -> _Hit | None:
        """The first hit in the text, in units of some kinds if they are named."""
        for index, unit in enumerate(self.units):
            if kinds is None or unit.kind in kinds:
                held = self.hits(pattern, index)
                if held:
                    return held[0]
        return None


def _leads(units: Sequence[Unit]) -> list[tuple[int, ...]]:
    """The lead-ins above each unit, outermost first. A unit stands behind what it hangs on."""
    found: list[tuple[int, ...]] = []
    for unit in units:
        lead = unit.lead_in
        found.append(() if lead < 0 else (*found[lead], lead)[-DEEPEST_LEAD:])
    return found


def _can_hold(plan: _Plan, bits: int) -> bool:
    """Whether a text with the words behind ``bits`` can fulfil the rule."""
    return plan.needs & ~bits == 0 and (
        not plan.alternatives or any(wanted & ~bits == 0 for wanted in plan.alternatives)
    )


class _Builder:
    """Turns matches into findings, with quotes and positions in the original text."""

    def __init__(self, document: Document, normalized: NormalizedText, structure: Structure) -> None:
        self.document = document
        self.normalized = normalized
        self.units = structure.units
        self._leads: dict[int, Passage] = {}

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
        lead = None if match.lead_in < 0 else self._lead(match.lead_in)
        values = _read_values(rule.values, self.normalized.cased[first.start : unit.end]) if rule.values else ()
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

    def _lead(self, index: int) -> Passage:
        """The lead-in at an index, one for all its items: quoting it each time would not be linear."""
        passage = self._leads.get(index)
        if passage is None:
            passage = self._leads[index] = self._passage(self.units[index])
        return passage

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


def _read_values(kinds: Sequence[ValueKind], text: str) -> tuple[Value, ...]:
    # The patterns of the readers take longer to build than a card takes to judge, and few clauses carry values.
    from .values import read_values

    return read_values(kinds, text)


def restricts(finding: Finding) -> bool:
    """Whether a finding, on its own, keeps a text from being OSI open source."""
    return finding.ceiling is not None and finding.ceiling < Tier.OSI
