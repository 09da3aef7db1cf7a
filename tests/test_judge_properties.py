"""What must hold of every judgement, whatever the evidence: order-free, monotone, idempotent."""

from __future__ import annotations

import pickle
from random import Random
from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as st

from openness.judge import Judgement, Term, judge, text_bounds
from openness.records import (
    Clause,
    Finding,
    Identification,
    LicenseClaim,
    Note,
    Profile,
    Role,
    Span,
    Tier,
    UserLimit,
    Verdict,
)
from openness.spdx import UNDETERMINED, Bounds

T = TypeVar("T")

tiers = st.sampled_from(Tier)
bounds = st.tuples(tiers, tiers).map(lambda pair: Bounds(*sorted(pair)))
profiles = st.lists(st.sampled_from(Profile), max_size=3, unique=True).map(tuple)
terms = st.builds(Term, bounds, profiles)
license_ids = st.sampled_from(["MIT", "Apache-2.0", "LicenseRef-x"])
approved = st.sets(license_ids).map(tuple)


@st.composite
def findings(
    draw: st.DrawFn,
    clauses: st.SearchStrategy[Clause] = st.sampled_from(Clause),  # noqa: B008 - strategies are immutable
    ceilings: st.SearchStrategy[Tier | None] = st.none() | tiers,  # noqa: B008
) -> Finding:
    start = draw(st.integers(0, 1))
    quote = draw(st.sampled_from(["", "not"]))
    return Finding(
        clause=draw(clauses),
        rule=draw(st.sampled_from(["USE-001", "CAP-001"])),
        message="bars something",
        ceiling=draw(ceilings),
        profile=draw(profiles),
        document=draw(st.sampled_from([None, "LICENSE"])),
        role=draw(st.sampled_from(Role)),
        span=Span(start=start, end=start + len(quote)),
        line=1,
        end_line=1,
        column=start + 1,
        quote=quote,
        license_id=draw(st.none() | license_ids),
        values=draw(st.sampled_from([(), (UserLimit(count=700_000_000),)])),
    )


grants = st.sampled_from([clause for clause in Clause if clause.is_grant])
limits = st.sampled_from([clause for clause in Clause if not clause.is_grant])
restrictions = findings(limits, tiers)
evidence = st.lists(findings(), max_size=6)
term_lists = st.lists(terms, max_size=4)


def shuffled(items: list[T], random: Random) -> list[T]:
    return random.sample(items, len(items))


def is_no_better(after: Bounds, before: Bounds) -> bool:
    return after.floor <= before.floor and after.ceiling <= before.ceiling


@given(term_lists, evidence, approved, st.randoms(use_true_random=False))
def test_order_never_matters(held: list[Term], found: list[Finding], known: tuple[str, ...], random: Random) -> None:
    assert judge(held, found, approved=known) == judge(
        shuffled(held, random), shuffled(found, random), approved=shuffled(list(known), random)
    )
    assert text_bounds(found) == text_bounds(shuffled(found, random))


@given(findings(ceilings=st.just(Tier.OPEN)), st.sets(limits, min_size=2, max_size=4))
def test_order_never_matters_where_one_rule_finds_several_clauses(one: Finding, clauses: set[Clause]) -> None:
    found = [one.model_copy(update={"clause": clause}) for clause in sorted(clauses)]
    assert judge([], found) == judge([], found[::-1])


@given(term_lists, evidence, approved, restrictions)
def test_a_restriction_never_raises(
    held: list[Term], found: list[Finding], known: tuple[str, ...], added: Finding
) -> None:
    before = judge(held, found, approved=known)
    after = judge(held, [*found, added], approved=known)
    assert is_no_better(after.bounds, before.bounds)
    if before.tier is not None:
        assert after.tier is not None
        assert after.tier <= before.tier
    assert is_no_better(text_bounds([*found, added]), text_bounds(found))


@given(term_lists, evidence, approved, findings())
def test_no_finding_at_all_raises_what_licenses_leave(
    held: list[Term], found: list[Finding], known: tuple[str, ...], added: Finding
) -> None:
    before = judge(held, found, approved=known).bounds
    assert is_no_better(judge(held, [*found, added], approved=known).bounds, before)


@given(st.lists(terms, min_size=1, max_size=4), evidence, approved, terms)
def test_one_more_license_never_raises(
    held: list[Term], found: list[Finding], known: tuple[str, ...], added: Term
) -> None:
    before = judge(held, found, approved=known).bounds
    assert is_no_better(judge([*held, added], found, approved=known).bounds, before)


@given(term_lists, evidence, approved, license_ids)
def test_what_is_not_approved_never_counts_for_less(
    held: list[Term], found: list[Finding], known: tuple[str, ...], withdrawn: str
) -> None:
    fewer = tuple(name for name in known if name != withdrawn)
    before = judge(held, found, approved=known).bounds
    assert is_no_better(judge(held, found, approved=fewer).bounds, before)


@given(term_lists, evidence, approved)
def test_the_same_evidence_twice_says_no_more(held: list[Term], found: list[Finding], known: tuple[str, ...]) -> None:
    once, twice = judge(held, found, approved=known), judge(held * 2, found * 2, approved=known)
    assert (twice.bounds, twice.profile) == (once.bounds, once.profile)
    assert set(map(repr, twice.deciding)) == set(map(repr, once.deciding))
    assert text_bounds(found * 2) == text_bounds(found)


@given(term_lists, evidence, approved)
def test_judging_its_own_result_changes_nothing(held: list[Term], found: list[Finding], known: tuple[str, ...]) -> None:
    first = judge(held, found, approved=known)
    again = judge([Term(first.bounds, first.profile)], found, approved=known)
    assert again.bounds == first.bounds
    assert again.deciding == first.deciding


@given(term_lists, evidence, approved)
def test_osi_needs_every_license_and_no_finding_against_it(
    held: list[Term], found: list[Finding], known: tuple[str, ...]
) -> None:
    if judge(held, found, approved=known).tier is Tier.OSI:
        assert held
        assert all(term.bounds.tier is Tier.OSI for term in held)
        weighed = [finding for finding in found if finding.license_id not in known]
        assert all(finding.ceiling in (None, Tier.OSI) for finding in weighed)


@given(evidence)
def test_clauses_alone_are_never_osi(found: list[Finding]) -> None:
    assert text_bounds(found).ceiling < Tier.OSI


@given(evidence, findings(grants, st.none()))
def test_a_grant_opens_no_more_than_the_ceilings_allow(found: list[Finding], grant: Finding) -> None:
    before, after = text_bounds(found), text_bounds([*found, grant])
    assert after.ceiling == before.ceiling
    assert after.floor >= before.floor


@given(term_lists, evidence, approved)
def test_deciding_findings_hold_the_tier_where_it_is(
    held: list[Term], found: list[Finding], known: tuple[str, ...]
) -> None:
    judged = judge(held, found, approved=known)
    for finding in judged.deciding:
        assert finding in found
        assert finding.ceiling == judged.bounds.ceiling < Tier.OSI
        assert finding.license_id is None or finding.license_id not in known
    # Whatever caps as low as the result is named.
    against = [finding for finding in found if finding.license_id not in known]
    capping = [finding for finding in against if finding.ceiling == judged.bounds.ceiling < Tier.OSI]
    assert len(judged.deciding) == len(capping)


@given(term_lists, evidence, approved)
def test_a_profile_explains_the_open_tier_only(held: list[Term], found: list[Finding], known: tuple[str, ...]) -> None:
    judged = judge(held, found, approved=known)
    assert judged.profile == () or judged.bounds.ceiling is Tier.OPEN
    assert len(set(judged.profile)) == len(judged.profile)
    assert len(judged.profile) < 2 or Profile.PERMISSIVE_NON_OSI not in judged.profile
    if judged.tier is Tier.OPEN:
        assert judged.profile, "an open tier says what keeps it from OSI"


def test_nothing_known_is_undetermined() -> None:
    assert judge([], []) == Judgement(UNDETERMINED, (), ())


# --- what comes out can be kept ---------------------------------------------------------------------


@st.composite
def verdicts(draw: st.DrawFn) -> Verdict:
    found = tuple(draw(evidence))
    judged = judge(draw(term_lists), found, approved=draw(approved))
    return Verdict(
        subject=draw(st.none() | st.text(max_size=10)),
        tier=judged.tier,
        declared_tier=draw(st.none() | tiers),
        floor=judged.bounds.floor,
        ceiling=judged.bounds.ceiling,
        expression=draw(st.sampled_from([None, "MIT", "LicenseRef-x"])),
        identifications=tuple(
            Identification(license_id=name, method="fingerprint", coverage=draw(st.floats(0, 1)))
            for name in draw(st.lists(license_ids, max_size=2))
        ),
        findings=found,
        deciding=judged.deciding,
        profile=judged.profile,
        notes=tuple(Note(code="x", message=text) for text in draw(st.lists(st.text(), max_size=2))),
        standards=draw(st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2)),
        claims=tuple(LicenseClaim(value=text, origin="tag") for text in draw(st.lists(st.text(), max_size=2))),
    )


@given(verdicts())
def test_verdicts_round_trip(verdict: Verdict) -> None:
    again = Verdict.model_validate_json(verdict.model_dump_json())
    assert again == verdict
    assert again.model_dump_json() == verdict.model_dump_json()
    assert pickle.loads(pickle.dumps(verdict)) == verdict
    assert Verdict.model_validate(verdict.model_dump()) == verdict
