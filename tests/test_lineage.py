"""What the terms of base models leave possible for their child."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openness.lineage import BaseTerms, find_base_limits
from openness.records import BaseModelClaim, Passage, Span, Tier
from openness.spdx import UNDETERMINED, Bounds

KNOWN = {
    "finch-2": BaseTerms("Finch 2", Bounds.exactly(Tier.OPEN), (), "LicenseRef-Finch-2"),
    "robin": BaseTerms("Robin", Bounds.exactly(Tier.OSI), (), "Apache-2.0"),
    "cuckoo": BaseTerms("Cuckoo", Bounds.exactly(Tier.PROPRIETARY), (), "LicenseRef-Cuckoo"),
    "family": BaseTerms("Family", UNDETERMINED, (), "LicenseRef-Family"),
}


def lookup(name: str) -> BaseTerms | None:
    return KNOWN.get(name.lower())


def claim(name: str, **more: object) -> BaseModelClaim:
    return BaseModelClaim.model_validate({"name": name, **more})


def test_a_restricted_base_limits_its_child() -> None:
    (limit,) = find_base_limits([claim("Finch-2", relation="quantized")], lookup)
    assert limit.bounds == Bounds.exactly(Tier.OPEN)
    assert [conflict.code for conflict in limit.conflicts] == ["base-model-terms"]
    assert "a quantization of Finch 2" in limit.conflicts[0].message
    assert "LicenseRef-Finch-2" in limit.conflicts[0].message


def test_an_open_source_base_limits_nothing() -> None:
    (limit,) = find_base_limits([claim("robin")], lookup)
    assert limit.bounds == Bounds.exactly(Tier.OSI)
    assert (limit.conflicts, limit.notes) == ((), ())


def test_a_base_of_unsettled_terms_limits_nothing_and_is_said() -> None:
    place = Passage(document="README.md", span=Span(start=4, end=10), line=2, end_line=2, column=5, quote="family")
    for bounds in (UNDETERMINED, Bounds(Tier.OPEN, Tier.OSI)):
        terms = BaseTerms("Family", bounds, (), "LicenseRef-Family")
        (limit,) = find_base_limits([claim("family", place=place)], lambda _, terms=terms: terms)
        assert limit.bounds == Bounds.exactly(Tier.OSI)
        (note,) = limit.notes
        assert "LicenseRef-Family" in note.message
        assert note.where == "README.md:2:5"


def test_a_base_that_nobody_could_download_was_none() -> None:
    (limit,) = find_base_limits([claim("cuckoo")], lookup)
    assert limit.bounds.ceiling is Tier.OPEN


@pytest.mark.parametrize(("origin", "notes"), [("front-matter", 1), ("body", 1), ("name", 0)])
def test_an_unknown_base_limits_nothing_and_is_said(origin: str, notes: int) -> None:
    (limit,) = find_base_limits([claim("wren", origin=origin)], lookup)
    assert limit.bounds == Bounds.exactly(Tier.OSI)
    assert len(limit.notes) == notes


def test_siblings_are_told_apart_by_the_lookup_alone() -> None:
    assert [limit.claim.name for limit in find_base_limits([claim("finch"), claim("finch-2")], lookup)] == [
        "finch",
        "finch-2",
    ]
    assert find_base_limits([claim("tinyfinch-2")], lookup)[0].bounds == Bounds.exactly(Tier.OSI)


@given(st.lists(st.sampled_from([*KNOWN, "unknown", "ROBIN", "Finch-2 "]), max_size=8))
def test_more_bases_never_allow_more(names: list[str]) -> None:
    def ceiling(chosen: list[str]) -> Tier:
        limits = find_base_limits([claim(name) for name in chosen], lookup)
        return min((limit.bounds.ceiling for limit in limits), default=Tier.OSI)

    assert ceiling(names) == ceiling(names[::-1])
    assert ceiling([*names, "finch-2"]) <= ceiling(names)
    assert len(find_base_limits([claim(name) for name in names], lookup)) == len({n.strip().lower() for n in names})


def test_one_base_under_two_names_limits_once() -> None:
    def also(name: str) -> BaseTerms | None:
        return KNOWN["finch-2"] if name in ("Finch-2", "labs/finch-2-7b") else None

    # "Finch 2" is not known under that name, and must not hide the one that is.
    limits = find_base_limits([claim("Finch 2"), claim("labs/finch-2-7b"), claim("Finch-2")], also)
    assert [limit.bounds.ceiling for limit in limits] == [Tier.OSI, Tier.OPEN]
