"""A verdict in words: one layout, written as plain lines, in color, or as HTML.

On the ground floor because `Verdict.explain` and the notebook display need it. It reads nothing but the
verdict itself. Whatever comes from a text or a file name is made harmless here: control characters are
shown, not sent to the terminal, and HTML is escaped.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Literal, NamedTuple

from .errors import harmless

if TYPE_CHECKING:
    from .records import Finding, Identification, License, Note, Tier, Value, Verdict

Style = Literal["osi", "open", "proprietary", "undetermined", "head", "place", "quote", "match", "rule", "dim", "plain"]

QUOTE_WIDTH = 280
"""Longest quote shown, in characters; the words that made the rule fire stay inside."""

ADVICE = "This is not legal advice."

_STANDARDS = {"osaid-1.0": "Open Source AI Definition 1.0"}
_JUDGEMENTS = {
    "meets": "meets it",
    "fails": "does not meet it",
    "would-meet-with-another-license": "would meet it with another license",
    "unknown": "not known",
}


class Piece(NamedTuple):
    """Some words in one style."""

    style: Style
    text: str


class Line(NamedTuple):
    """One line of the layout, indented by ``depth`` steps."""

    depth: int
    pieces: tuple[Piece, ...]


def visible(text: str) -> str:
    """The text on one line, with nothing in it that a terminal would obey."""
    return harmless(" ".join(text.split()), keep="")


def verdict_lines(verdict: Verdict, *, verbose: bool = False) -> Iterator[Line]:
    """The layout: verdict, deciding clauses, what else was found, what could not be determined."""
    style: Style = "undetermined" if verdict.tier is None else _tier_style(verdict.tier)
    subject = visible(verdict.subject) if verdict.subject else "this text"
    yield Line(0, (Piece("plain", f"{subject}: "), Piece(style, _tier_words(verdict))))
    yield from _summary(verdict)
    if verdict.deciding:
        yield from _section("Deciding clauses")
        for group in _finding_groups(verdict.deciding):
            yield from _group_lines(group, brief=False)
    if verdict.identifications:
        yield from _section("Licenses recognized")
        for found in verdict.identifications:
            yield from _identification_lines(found, verbose=verbose)
    yield from _conflict_lines(verdict)
    decided = set(verdict.deciding)
    rest = [finding for finding in verdict.findings if finding not in decided]
    if rest:
        yield from _section("Also found")
        for group in _finding_groups(rest):
            yield from _group_lines(group, brief=not verbose)
    yield from _all_note_lines(verdict)
    if verdict.provenance is not None:
        made = verdict.provenance
        words = (
            f"openness {made.openness}, rulebook {made.rulebook} ({made.rulebook_sha256[:12]}), "
            f"SPDX license list {made.spdx_list}. {ADVICE}"
        )
        yield Line(0, ())
        yield Line(0, (Piece("dim", words),))


def _conflict_lines(verdict: Verdict) -> Iterator[Line]:
    if verdict.conflicts:
        yield from _section("Conflicts")
    for conflict in verdict.conflicts:
        yield Line(1, (Piece("plain", visible(conflict.message)),))
        for place in conflict.places:
            yield Line(2, (Piece("place", visible(place)),))


def _all_note_lines(verdict: Verdict) -> Iterator[Line]:
    """What could not be determined, or must be known; remarks of the catalogue last."""
    told = [note for note in verdict.notes if note.code in ("catalog-note", "disputed-reading")]
    unknown = [note for note in verdict.notes if note not in told]
    if unknown:
        yield from _section("Not determined" if verdict.tier is None else "Good to know")
        for note in unknown:
            yield from _note_lines(note)
    if told:
        yield from _section("Notes")
        for note in told:
            yield Line(1, (Piece("dim", visible(note.message)),))


def _tier_style(tier: Tier) -> Style:
    styles: dict[str, Style] = {"osi": "osi", "open": "open", "proprietary": "proprietary"}
    return styles[tier.label]


def _tier_words(verdict: Verdict) -> str:
    if verdict.tier is not None:
        return verdict.tier.title
    if verdict.ceiling < 2:
        return f"undetermined, at most {verdict.ceiling.title}"
    return "undetermined"


def _summary(verdict: Verdict) -> Iterator[Line]:
    """The facts beside the tier, one to a line."""
    yield from _declared_lines(verdict)
    if verdict.expression:
        yield Line(1, (Piece("dim", "license: "), Piece("plain", visible(verdict.expression))))
    if verdict.profile:
        yield Line(1, (Piece("dim", "profile: "), Piece("plain", ", ".join(verdict.profile))))
    for name, judgement in sorted(verdict.standards.items()):
        yield Line(
            1,
            (
                Piece("dim", f"{_STANDARDS.get(name, name)}: "),
                Piece("plain", _JUDGEMENTS.get(judgement, judgement)),
            ),
        )


def _declared_lines(verdict: Verdict) -> Iterator[Line]:
    """What is declared: its tier where another one holds, then each value with its first place."""
    if verdict.declared_tier is not None and verdict.declared_tier != verdict.tier:
        tier = Piece(_tier_style(verdict.declared_tier), verdict.declared_tier.title)
        yield Line(1, (Piece("dim", "declared: "), tier))
    told: set[str] = set()
    for claim in verdict.claims:
        if claim.place is not None and claim.component == "weights" and claim.value.casefold() not in told:
            told.add(claim.value.casefold())
            value = Piece("quote", f"“{_shorten(claim.value)}”")
            yield Line(1, (Piece("dim", "declared: "), value, Piece("place", f"  {visible(claim.place.where)}")))


def _section(title: str) -> Iterator[Line]:
    yield Line(0, ())
    yield Line(0, (Piece("head", title),))


def _finding_groups(findings: Iterable[Finding]) -> Iterator[list[Finding]]:
    """Findings that stand at one place, together: the place and its words are shown once."""
    for _, held in groupby(findings, key=_group_key):
        group = list(held)
        first = group[0]
        low, high = _union(first, group)
        if first.origin == "text" and high - low > QUOTE_WIDTH:
            # One excerpt could not show the words of all.
            yield from ([finding] for finding in group)
        else:
            yield group


def _group_key(finding: Finding) -> tuple[object, ...]:
    kind = finding.rule if finding.origin == "record" else finding.lead_in
    return finding.origin, finding.document, finding.span, finding.quote, kind


def _match_in_quote(finding: Finding) -> tuple[int, int]:
    """The words that made the rule fire, as a range of the quote; an empty one if they are not told."""
    if finding.match is None:
        return 0, 0
    start = max(0, finding.match.start - finding.span.start)
    return start, max(start, min(len(finding.quote), finding.match.end - finding.span.start))


def _union(first: Finding, group: Sequence[Finding]) -> tuple[int, int]:
    ranges = [found for finding in group if (found := _match_in_quote(finding))[0] < found[1]]
    return (min(low for low, _ in ranges), max(high for _, high in ranges)) if ranges else _match_in_quote(first)


def _group_lines(group: Sequence[Finding], *, brief: bool) -> Iterator[Line]:
    first = group[0]
    if first.origin == "record":
        known = "from the catalog" if first.license_id is None else f"known clauses of {first.license_id}"
        pieces = [Piece("place", visible(first.where)), Piece("quote", f"  “{_shorten(first.quote)}”")]
        yield Line(1, (*pieces, Piece("dim", f"  {known}")))
        for same in _same_words(group):
            yield from _clause_lines(same, depth=2, brief=brief)
    elif brief:
        for finding in group:
            yield Line(1, (Piece("place", visible(finding.where)), Piece("plain", "  "), *_clause_head([finding])))
    elif len(group) == 1:
        yield Line(1, (Piece("place", visible(first.where)), Piece("plain", "  "), *_clause_head(group)))
        yield Line(2, (Piece("plain", _said(first)),))
        yield from _quote_lines(group)
        yield from _detail_lines(first, depth=2)
    else:
        yield Line(1, (Piece("place", visible(first.where)),))
        yield from _quote_lines(group)
        for same in _same_words(group):
            yield from _clause_lines(same, depth=2, brief=False)


def _same_words(group: Sequence[Finding]) -> Iterator[list[Finding]]:
    """Findings of which the same is to be said: one rule can find several clauses."""
    told: dict[object, list[Finding]] = {}
    for finding in group:
        numbers = frozenset(map(value_words, finding.values))
        key = (finding.rule, finding.message, finding.criteria, finding.section, numbers, finding.readings)
        told.setdefault(key, []).append(finding)
    yield from told.values()


def _clause_lines(same: Sequence[Finding], *, depth: int, brief: bool) -> Iterator[Line]:
    head = _clause_head(same)
    if brief:
        yield Line(depth, head)
        return
    yield Line(depth, (*head, Piece("plain", f": {_said(same[0])}")))
    yield from _detail_lines(same[0], depth=depth + 1)


def _clause_head(same: Sequence[Finding]) -> tuple[Piece, ...]:
    """``user-cap, revenue-cap [CAP-004, section 3]``; the license of a known clause stands above it."""
    first = same[0]
    names = ", ".join(dict.fromkeys(finding.clause.value for finding in same))
    details = [first.rule] if first.origin == "text" else []
    if first.section:
        details.append(f"section {visible(first.section)}")
    if first.confidence != "high":
        details.append(f"{first.confidence} confidence")
    return Piece("plain", names), Piece("rule", f" [{', '.join(details)}]" if details else "")


def _said(finding: Finding) -> str:
    said = visible(finding.message)
    return f"{said}; breaks {', '.join(finding.criteria)}" if finding.criteria else said


def _detail_lines(finding: Finding, *, depth: int) -> Iterator[Line]:
    for value in finding.values:
        yield Line(depth, (Piece("dim", value_words(value)),))
    for reading in finding.readings:
        how = "read here as" if reading.taken else "other reading"
        yield Line(depth, (Piece("dim", f"{how}: {visible(reading.says)}"),))


def _quote_lines(group: Sequence[Finding]) -> Iterator[Line]:
    lead_in = group[0].lead_in
    if lead_in is not None:
        yield Line(2, (Piece("quote", f"“{_shorten(lead_in.quote)}”"), Piece("dim", f" line {lead_in.line}")))
    yield Line(2, tuple(_quote_pieces(group)))


def _quote_pieces(group: Sequence[Finding]) -> Iterator[Piece]:
    """The quote that findings share, with the words that made their rules fire set off."""
    quote = group[0].quote
    start, end = _union(group[0], group)
    if len(quote) > QUOTE_WIDTH:
        middle = (start + min(end, start + QUOTE_WIDTH)) // 2
        low = max(0, min(middle - QUOTE_WIDTH // 2, len(quote) - QUOTE_WIDTH))
        high = low + QUOTE_WIDTH
    else:
        low, high = 0, len(quote)
    at = low
    yield Piece("quote", "“…" if low else "“")
    for first, last in sorted(map(_match_in_quote, group)):
        start, end = max(first, at), min(last, high)
        if start < end:
            yield Piece("quote", _flat(quote[at:start]))
            yield Piece("match", _flat(quote[start:end]))
            at = end
    yield Piece("quote", _flat(quote[at:high]) + ("…”" if high < len(quote) else "”"))


def _flat(text: str) -> str:
    """As `visible`, but with the blanks at either end kept: pieces are joined again."""
    inner = visible(text)
    if not inner:
        return " " if text else ""
    return (" " if text[:1].isspace() else "") + inner + (" " if text[-1:].isspace() else "")


def _shorten(text: str, width: int = 140) -> str:
    flat = visible(text)
    return flat if len(flat) <= width else flat[: width // 2] + " … " + flat[-width // 2 :]


def _identification_lines(found: Identification, *, verbose: bool) -> Iterator[Line]:
    where = "" if found.document is None else visible(found.document) + ("" if found.line is None else f":{found.line}")
    how = (
        found.method
        if found.method in ("exact", "name", "declared")
        else f"{found.method}, {found.coverage:.0%} of its words"
    )
    name = found.license_id + (f" WITH {found.exception}" if found.exception else "")
    pieces = [Piece("plain", name), Piece("dim", f" ({how})")]
    if where:
        pieces.append(Piece("place", f"  {where}"))
    yield Line(1, tuple(pieces))
    if found.ties:
        yield Line(2, (Piece("plain", f"fits as well: {', '.join(found.ties)}"),))
    for rider in found.riders:
        what = {"added": "added to it", "removed": "missing from it", "changed": "changed in it"}[rider.kind]
        reading = {True: "restricts", False: "does not restrict", None: "could not be read"}[rider.restricts]
        yield Line(2, (Piece("place", visible(rider.where)), Piece("plain", f"  {what}; {reading}")))
        if rider.quote.strip():
            yield Line(3, (Piece("quote", f"“{_shorten(rider.quote, QUOTE_WIDTH)}”"),))
        elif rider.missing_words:
            yield Line(3, (Piece("dim", f"{rider.missing_words} words"),))
    if verbose:
        for turned_down in found.rejections:
            yield Line(2, (Piece("dim", f"not {turned_down.license_id}: {visible(turned_down.reason)}"),))


def _note_lines(note: Note) -> Iterator[Line]:
    pieces = []
    if note.where:
        pieces.append(Piece("place", f"{visible(note.where)}  "))
    pieces.append(Piece("plain", visible(note.message)))
    pieces.append(Piece("rule", f" [{note.code}]"))
    yield Line(1, tuple(pieces))
    if note.hint:
        yield Line(2, (Piece("dim", f"way out: {visible(note.hint)}"),))


def value_words(value: Value) -> str:
    """A typed value in words: "700,000,000 monthly active users, above, tested at release"."""
    if value.kind == "users":
        unit = {"mau": "monthly active users", "dau": "daily active users"}.get(value.unit, value.unit)
        parts = [f"{value.direction.replace('-', ' ')} {value.count:,} {unit}"]
        if value.tested:
            parts.append(f"tested {value.tested.replace('-', ' ')}")
        if value.effect:
            parts.append(f"effect: {value.effect.replace('-', ' ')}")
        return ", ".join(parts)
    if value.kind == "money":
        per = f" a {value.period}" if value.period else ""
        parts = [f"{value.direction.replace('-', ' ')} {value.currency} {value.amount:,}{per} ({value.measure})"]
        if value.effect:
            parts.append(f"effect: {value.effect.replace('-', ' ')}")
        return ", ".join(parts)
    if value.kind == "date":
        return f"on {value.on}" if value.on else f"{value.years_after_release} years after release"
    if value.kind == "places":
        return "places: " + ", ".join(value.codes) + (f" ({value.basis})" if value.basis else "")
    if value.kind == "name":
        return f"name to show: {visible(value.name)}"
    return f"document: {visible(value.title)}" + (f" ({visible(value.url)})" if value.url else "")


# --- plain -------------------------------------------------------------------------------------------


def verdict_text(verdict: Verdict, *, verbose: bool = True) -> str:
    """The layout as plain text."""
    return "\n".join(plain_line(line) for line in verdict_lines(verdict, verbose=verbose))


def plain_line(line: Line) -> str:
    """One line without styles."""
    return ("  " * line.depth + "".join(piece.text for piece in line.pieces)).rstrip()


# --- HTML --------------------------------------------------------------------------------------------

_CSS: dict[Style, str] = {
    "osi": "color:#116329;font-weight:600",
    "open": "color:#7d4e00;font-weight:600",
    "proprietary": "color:#a40e26;font-weight:600",
    "undetermined": "color:#57606a;font-weight:600",
    "head": "font-weight:600",
    "place": "font-family:monospace;color:#0550ae",
    "quote": "font-style:italic",
    "match": "font-style:italic;background:#fff1c2;color:#24292f",
    "rule": "color:#57606a",
    "dim": "color:#57606a",
    "plain": "",
}


def lines_html(lines: Iterable[Line]) -> str:
    """Styled lines as one HTML block, everything escaped, without scripts or outside resources."""
    rows = []
    for line in lines:
        inner = "".join(
            f'<span style="{_CSS[piece.style]}">{html.escape(piece.text)}</span>'
            if _CSS[piece.style]
            else html.escape(piece.text)
            for piece in line.pieces
        )
        rows.append(f'<div style="margin-left:{line.depth * 1.5}em;min-height:.6em">{inner}</div>')
    return f'<div style="font-family:sans-serif;line-height:1.45;max-width:60em">{"".join(rows)}</div>'


def verdict_html(verdict: Verdict) -> str:
    """The layout as HTML for a notebook."""
    return lines_html(verdict_lines(verdict))


# --- licenses ----------------------------------------------------------------------------------------


def _osi_words(known: License) -> str:
    return f"{'approved' if known.osi.approved else 'not approved'} as of {known.osi.as_of}"


def license_lines(known: License) -> Iterator[Line]:
    """A license record in words."""
    style: Style = "undetermined" if known.ceiling is None else _tier_style(known.ceiling)
    words = "a family of licenses" if known.ceiling is None else known.ceiling.title
    yield Line(0, (Piece("head", visible(known.name)), Piece("plain", f" ({known.id}): "), Piece(style, words)))
    facts = [
        ("publisher", known.publisher),
        ("version", known.version),
        ("released", str(known.released) if known.released else None),
        # Of a family some members can be approved and others not: the note says which.
        ("OSI", None if known.is_family else _osi_words(known)),
        ("profile", ", ".join(known.profile) or None),
        ("changes", known.changes),
        ("note", known.note),
    ]
    for name, value in facts:
        if value:
            yield Line(1, (Piece("dim", f"{name}: "), Piece("plain", visible(value))))
    if known.clauses:
        yield from _section("Clauses")
        for clause in known.clauses:
            section = f" (section {clause.section})" if clause.section else ""
            yield Line(
                1,
                (
                    Piece("plain", clause.clause.value),
                    Piece("rule", section),
                    Piece("plain", f": {visible(clause.paraphrase)}"),
                ),
            )
            yield from (Line(2, (Piece("dim", value_words(held)),)) for held in clause.values)
    if known.sources:
        yield from _section("Sources")
        for source in known.sources:
            read = f", read {source.read}" if source.read else ""
            mark = "" if source.verified else " (unverified)"
            yield Line(
                1,
                (
                    Piece("plain", f"{visible(source.title)} "),
                    Piece("place", visible(source.url)),
                    Piece("dim", read + mark),
                ),
            )


def license_html(known: License) -> str:
    """A license record as HTML for a notebook."""
    return lines_html(license_lines(known))
