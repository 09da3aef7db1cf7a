"""What holds of every rule and word of the project's own rulebook."""

from __future__ import annotations

from pathlib import Path

import pytest

from openness.records import Clause, Tier
from openness.rulebook.assembly import Assembly
from openness.rulebook.book import Rulebook
from openness.rulebook.examples import check_examples
from openness.rulebook.load import assemble

PREFIXES = {
    "COM", "CAP", "CTL", "DAT", "GEO", "GRT", "LEG", "NAM", "PAT", "SHR", "SVC", "TRN", "USE",
}  # fmt: skip


@pytest.fixture(scope="module")
def desk() -> Assembly:
    """All rules, read from their files."""
    return assemble(trust_base=False)


@pytest.fixture(scope="module")
def book(desk: Assembly) -> Rulebook:
    return desk.rulebook()


def test_the_vocabulary_is_the_enum(book: Rulebook) -> None:
    assert list(book.facts) == list(Clause)


def test_every_clause_kind_says_what_it_breaks_or_decides_nothing(book: Rulebook) -> None:
    for facts in book.facts.values():
        assert facts.says[0].islower(), facts.clause
        assert facts.why.endswith("."), facts.clause
        assert facts.ceiling is not Tier.OSI, facts.clause
        if facts.criteria:
            assert facts.ceiling is not None, facts.clause
        if facts.clause.is_grant:
            assert facts.ceiling is None
            assert not facts.profile


def test_every_example_holds(desk: Assembly) -> None:
    from openness.road import find_for_check

    faults = [
        fault
        for entry in desk.selected(())
        for fault in check_examples(
            entry.value, find_for_check, compiled=desk.compiled[entry.value.id], tree=entry.tree
        )
    ]
    assert not faults, "\n".join(map(str, faults))


def test_ids_and_folders(book: Rulebook) -> None:
    for rule in book.compiled:
        prefix = rule.id.partition("-")[0]
        assert prefix in PREFIXES, rule.id
        assert Path(rule.path).parts[0] == "clauses", rule.path
        assert len(Path(rule.path).parts) == 3, f"{rule.path} belongs into a topic folder"


def test_every_clause_kind_has_a_rule(book: Rulebook) -> None:
    found = {clause for rule in book.compiled for clause in (rule.clause, *rule.also)}
    assert set(Clause) - found == set()


def test_enough_examples_on_both_sides(book: Rulebook) -> None:
    few = {
        rule.id: (len(rule.examples.match), len(rule.examples.no_match))
        for rule in book.rules
        if len(rule.examples.match) < 5 or len(rule.examples.no_match) < 5
    }
    assert not few


def test_every_source_was_read_on_a_date_or_is_marked_as_not_read(book: Rulebook) -> None:
    held = [(rule.id, source) for rule in book.rules for source in rule.sources]
    held += [(facts.clause, source) for facts in book.facts.values() for source in facts.sources]
    assert not [(name, source.url) for name, source in held if source.verified is (source.read is None)]
