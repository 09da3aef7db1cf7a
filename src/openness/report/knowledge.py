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
from ..rulebook.load import default_rulebook, load_rulebook
from ..spdx import SpdxLicense, spdx_license, spdx_list_version, suggest_ids
from .wording import ROLES, ceiling_words, criterion_words, known_holders, rules_for, source_words

if TYPE_CHECKING:
    from ..rulebook.schema import ClauseRule

HOLDERS_SHOWN = 12


def explainable_names() -> Iterator[str]:
    """Everything `explain_name` knows by its first name: clause kinds, rule ids, license ids."""
    rulebook = default_rulebook()
    yield from (clause.value for clause in Clause)
    yield from (rule.id for rule in rulebook.compiled)
    yield from rulebook.licenses


def explain_name(name: str, *, rules: Sequence[str | Path] = ()) -> Iterator[Line]:
    """What a clause kind, rule or license means.

    Raises:
        UnknownNameError: Nothing goes by this name; the hint holds the nearest ones.
        RulebookError: A rule folder cannot be used.
    """
    rulebook = load_rulebook(rules) if rules else default_rulebook()
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
        *(rule.slug for rule in rulebook.compiled),
        *(rule.id for rule in rulebook.compiled),
    ]
    by_fold = {held.casefold(): held for held in names}
    near = get_close_matches(name.casefold(), by_fold, n=2, cutoff=0.6)
    return [by_fold[fold] for fold in near] or list(suggest_ids(name))[:2]


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
        yield Line(
            1,
            (
                Piece("plain", f"{visible(source.title)} "),
                Piece("place", visible(source.url)),
                Piece("dim", source_words(source)),
            ),
        )


def _clause_lines(rulebook: Rulebook, clause: Clause) -> Iterator[Line]:
    facts = rulebook.facts[clause]
    yield _head(clause.value, "a clause kind")
    yield _fact("says", facts.says)
    yield _fact("why it matters", facts.why)
    yield _fact("best tier with it", ceiling_words(facts.ceiling))
    if facts.criteria:
        yield _fact("breaks", ", ".join(map(criterion_words, facts.criteria)))
    if facts.profile:
        yield _fact("profile", ", ".join(facts.profile))
    if facts.disputed:
        yield _fact("disputed", facts.disputed)
    found_by = rules_for(rulebook, clause)
    if found_by:
        yield from _section("Found by")
        for rule in found_by:
            yield Line(1, (Piece("place", rule.id), Piece("plain", f" {rule.slug}")))
    yield from _holder_lines(rulebook, clause)
    yield from _source_lines(facts.sources)


def _holder_lines(rulebook: Rulebook, clause: Clause) -> Iterator[Line]:
    holders = known_holders(rulebook, clause)
    if not holders:
        return
    yield from _section(f"Known to hold it ({len(holders)})")
    for known, sections in holders[:HOLDERS_SHOWN]:
        places = ", ".join(sections)
        yield Line(1, (Piece("plain", visible(known.name)), Piece("rule", f" (section {places})" if places else "")))
    if len(holders) > HOLDERS_SHOWN:
        yield Line(1, (Piece("dim", f"… and {len(holders) - HOLDERS_SHOWN} more"),))


def _rule_lines(rulebook: Rulebook, rule: ClauseRule) -> Iterator[Line]:
    compiled = rulebook.compiled_rule(rule.id)
    yield _head(rule.id, f"{rule.slug}, a rule for {rule.clause.value}")
    yield _fact("finds", f"a text that {rule.message}")
    yield _fact("why it matters", rule.why)
    yield _fact("best tier with it", ceiling_words(compiled.ceiling))
    if compiled.criteria:
        yield _fact("breaks", ", ".join(map(criterion_words, compiled.criteria)))
    yield _fact("looks in", ", ".join(ROLES[role] for role in rule.detect.roles))
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
