"""What the rulebook knows of a clause kind, a rule or a license, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UnknownNameError
from ..explain import Line, Piece, license_lines, visible
from ..records import Clause, License, Source
from ..rulebook.book import Rulebook
from ..rulebook.load import load_rulebook
from ..spdx import SpdxLicense, spdx_license, spdx_list_version, suggest_ids

if TYPE_CHECKING:
    from ..rulebook.schema import ClauseRule

HOLDERS_SHOWN = 12


def explainable_names() -> Iterator[str]:
    """Everything `explain_name` knows by its first name: clause kinds, rule ids, license ids."""
    rulebook = load_rulebook()
    yield from (clause.value for clause in Clause)
    yield from (rule.id for rule in rulebook.compiled)
    yield from rulebook.licenses


def explain_name(name: str, *, rules: Sequence[str | Path] = ()) -> Iterator[Line]:
    """What a clause kind, rule or license means.

    Raises:
        UnknownNameError: Nothing goes by this name; the hint holds the nearest ones.
        RulebookError: A rule folder cannot be used.
    """
    rulebook = load_rulebook(tuple(str(path) for path in rules))
    wanted = name.strip()
    if wanted.lower() in {clause.value for clause in Clause}:
        return _clause_lines(rulebook, Clause(wanted.lower()))
    with suppress(UnknownNameError):
        return _rule_lines(rulebook, rulebook.rule(wanted))
    known = rulebook.licenses.find(wanted)
    listed = spdx_license(wanted)
    if known:
        return _license_lines(known, listed)
    if listed is not None:
        return _listed_lines(listed)
    near = _near(rulebook, wanted)
    raise UnknownNameError(
        f"no rule, clause kind or license is called {wanted!r}",
        hint=f"did you mean {' or '.join(near)}?" if near else "openness rules list shows all rules",
    )


def _license_lines(known: Sequence[License], listed: SpdxLicense | None) -> Iterator[Line]:
    for number, found in enumerate(known):
        if number:
            yield Line(0, ())
        yield from license_lines(found)
    if listed is not None and listed.deprecated:
        yield from _section("Deprecated id")
        yield Line(1, (Piece("plain", f"{listed.id}: {_replacement(listed)}"),))


def _replacement(listed: SpdxLicense) -> str:
    return f"write {listed.replacement}" if listed.replacement else "no replacement"


def _near(rulebook: Rulebook, name: str) -> list[str]:
    from difflib import get_close_matches

    names = [
        *(clause.value for clause in Clause),
        *(rule.slug for rule in rulebook.rules),
        *(rule.id for rule in rulebook.rules),
    ]
    return get_close_matches(name.lower(), names, n=2, cutoff=0.6) or list(suggest_ids(name))[:2]


def _head(title: str, what: str) -> Line:
    return Line(0, (Piece("head", title), Piece("dim", f"  {what}")))


def _fact(name: str, value: str) -> Line:
    return Line(1, (Piece("dim", f"{name}: "), Piece("plain", visible(value))))


def _section(title: str) -> Iterator[Line]:
    yield Line(0, ())
    yield Line(0, (Piece("head", title),))


def _source_lines(sources: Sequence[Source]) -> Iterator[Line]:
    yield from _section("Sources")
    for source in sources:
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


def _clause_lines(rulebook: Rulebook, clause: Clause) -> Iterator[Line]:
    facts = rulebook.facts[clause]
    yield _head(clause.value, "a clause kind")
    yield _fact("says", facts.says)
    yield _fact("why it matters", facts.why)
    yield _fact("best tier with it", facts.ceiling.title if facts.ceiling is not None else "any: it decides nothing")
    if facts.criteria:
        yield _fact("breaks", ", ".join(facts.criteria))
    if facts.profile:
        yield _fact("profile", ", ".join(facts.profile))
    if facts.disputed:
        yield _fact("disputed", facts.disputed)
    found_by = [rule for rule in rulebook.compiled if clause in (rule.clause, *rule.also)]
    if found_by:
        yield from _section("Found by")
        for rule in found_by:
            yield Line(1, (Piece("place", rule.id), Piece("plain", f" {rule.slug}")))
    yield from _holder_lines(rulebook, clause)
    yield from _source_lines(facts.sources)


def _holder_lines(rulebook: Rulebook, clause: Clause) -> Iterator[Line]:
    holders = [
        (known, [entry.section for entry in known.clauses if entry.clause is clause])
        for known in rulebook.licenses.values()
        if any(entry.clause is clause for entry in known.clauses)
    ]
    if not holders:
        return
    yield from _section(f"Known to hold it ({len(holders)})")
    for known, sections in holders[:HOLDERS_SHOWN]:
        places = ", ".join(section for section in sections if section)
        yield Line(1, (Piece("plain", visible(known.name)), Piece("rule", f" (section {places})" if places else "")))
    if len(holders) > HOLDERS_SHOWN:
        yield Line(1, (Piece("dim", f"… and {len(holders) - HOLDERS_SHOWN} more"),))


def _rule_lines(rulebook: Rulebook, rule: ClauseRule) -> Iterator[Line]:
    facts = rulebook.facts[rule.clause]
    ceiling = rule.effective_ceiling(facts)
    yield _head(rule.id, f"{rule.slug}, a rule for {rule.clause.value}")
    yield _fact("finds", f"a text that {rule.message}")
    yield _fact("why it matters", rule.why)
    yield _fact("best tier with it", ceiling.title if ceiling is not None else "any: it decides nothing")
    criteria = facts.criteria if rule.criteria is None else rule.criteria
    if criteria:
        yield _fact("breaks", ", ".join(criteria))
    yield _fact("looks in", ", ".join(rule.detect.roles))
    yield _fact("status", f"{rule.status}, since {rule.since}")
    for reading in rule.readings:
        yield _fact("taken reading" if reading.taken else "other reading", reading.says)
    yield from _section("Fires on")
    for example in rule.examples.match:
        yield Line(1, (Piece("quote", visible(example.text)),))
    yield from _section("Stays silent on")
    for silent in rule.examples.no_match:
        yield Line(1, (Piece("quote", visible(silent.text)), Piece("dim", f"  {visible(silent.why)}")))
    yield from _holder_lines(rulebook, rule.clause)
    yield from _source_lines(rule.sources)


def _listed_lines(listed: SpdxLicense) -> Iterator[Line]:
    yield _head(listed.id, visible(listed.name))
    yield _fact(
        "OSI",
        f"{'approved' if listed.osi_approved else 'not approved'}, by SPDX license list {spdx_list_version()}",
    )
    yield _fact("FSF", "free" if listed.fsf_libre else "not listed as free")
    if listed.deprecated:
        yield _fact("deprecated id", _replacement(listed))
