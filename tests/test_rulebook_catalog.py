from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openness.errors import UnknownNameError
from openness.records import License, Release
from openness.rulebook.catalog import Catalog, catalog_from_lines, catalog_of, record_from_json, record_to_json
from openness.rulebook.names import fold_hub_id, fold_name, matches_hub_pattern

SOURCE = {"title": "t", "url": "https://example.org/x", "read": "2026-11-21", "verified": False}
READING = {"ceiling": "proprietary", "says": "s", "taken": True}

FULL_LICENSE: dict[str, Any] = {
    "id": "LicenseRef-full-1.0",
    "name": "Full License 1.0",
    "family": "full",
    "publisher": "Publisher",
    "version": "1.0",
    "released": "2024-02-29",
    "spdx_id": "Full-1.0",
    "aliases": ["Full"],
    "hub_ids": ["full"],
    "corpus_ids": ["full-1"],
    "osi": {"approved": False, "as_of": "2026-11-21", "list_version": "3.29"},
    "fsf_libre": False,
    "ceiling": "proprietary",
    "is_family": True,
    "profile": ["scale-cap", "no-compete"],
    "clauses": [
        {
            "clause": "user-cap",
            "section": "2",
            "paraphrase": "p",
            "scope": "outputs",
            "ceiling": "open",
            "values": [
                {"kind": "users", "count": 5, "unit": "dau", "period": "day", "direction": "below",
                 "tested": "at-release", "effect": "ask-first"},
                {"kind": "money", "amount": 7, "currency": "EUR", "period": "year", "measure": "arr",
                 "direction": "below", "effect": "no-rights"},
                {"kind": "date", "on": "2027-01-01", "years_after_release": 4},
                {"kind": "places", "codes": ["EU", "GB"], "basis": "domiciled"},
                {"kind": "name", "name": "Llama", "placement": "prefix"},
                {"kind": "policy", "title": "AUP", "url": "https://example.org/aup"},
            ],
            "readings": [READING],
        },
        {"clause": "grant-use", "paraphrase": "q"},
    ],
    "policies": [{"kind": "policy", "title": "P", "url": "https://example.org/p"}],
    "url": "https://example.org/l",
    "changes": "c",
    "note": "n",
    "sources": [SOURCE],
}  # fmt: skip

FULL_RELEASE: dict[str, Any] = {
    "name": "Model 1",
    "publisher": "Publisher",
    "kind": "software",
    "released": "2024-02-29",
    "aliases": ["m1"],
    "hub_ids": ["Org/Model-1", "org/model-*"],
    "sizes": ["1B"],
    "access": "gated",
    "terms": [{"component": "code", "expression": "MIT", "since": "2024-01-01", "until": "2025-01-01", "source": 0,
               "note": "n"}],
    "components": [{"name": "weights", "availability": "open", "license": "MIT", "source": 0}],
    "base_models": ["b"],
    "standards": {"osaid-1.0": "meets"},
    "readings": [READING],
    "note": "n",
    "sources": [SOURCE],
}  # fmt: skip


def every_field_is_filled(kind: Any, data: dict[str, Any]) -> bool:
    return set(data) == set(kind.model_fields)


@pytest.mark.parametrize("kind,data", [(License, FULL_LICENSE), (Release, FULL_RELEASE)])
def test_building_without_validation_gives_the_same_record(kind: Any, data: dict[str, Any]) -> None:
    assert every_field_is_filled(kind, data), "a new field needs a line here, and perhaps a converter"
    record = kind.model_validate(data)
    written = json.loads(json.dumps(record_to_json(record)))
    built = record_from_json(kind, written)
    assert built == record
    assert repr(built) == repr(record)
    assert pickle.loads(pickle.dumps(built)) == record
    assert kind.model_validate(built.model_dump(mode="json")) == record


def test_every_type_inside_is_filled_too() -> None:
    for value in License.model_validate(FULL_LICENSE).clauses[0].values:
        assert value.model_fields_set == set(type(value).model_fields)


@given(st.builds(dict, section=st.none() | st.text(max_size=5), ceiling=st.sampled_from([None, "open", "osi"])))
def test_defaults_are_left_out_and_come_back(changes: dict[str, Any]) -> None:
    data = {
        **FULL_LICENSE,
        "clauses": [{"clause": "user-cap", "paraphrase": "p", **changes}],
        "ceiling": None,
        "note": None,
    }
    record = License.model_validate(data)
    written = record_to_json(record)
    assert "note" not in written
    assert record_from_json(License, written) == record


def licenses() -> Catalog[License]:
    def one(key: str, **fields: Any) -> License:
        bare = {"id": key, "name": key, "osi": FULL_LICENSE["osi"], "ceiling": "open", **fields}
        return License.model_validate(bare)

    return catalog_of(
        License,
        [
            one("LicenseRef-b", name="B License", aliases=["shared name", "b"]),
            one("LicenseRef-a", spdx_id="A-1.0", hub_ids=["shared-name"], aliases=["A", "a", "!!!"]),
            one("A-1.0+", name="A or later"),
        ],
    )


def releases() -> Catalog[Release]:
    def one(name: str, *hub_ids: str, **fields: Any) -> Release:
        return Release.model_validate(
            {"name": name, "publisher": "p", "access": "weights", "sources": [SOURCE], "hub_ids": hub_ids, **fields}
        )

    return catalog_of(
        Release,
        [
            one("Bear", "toys/bear-*", "toys/bear", "other/*"),
            one("Bear Cub", "toys/bear-cub-*", "Toys/Bear-Mini", "toys/bear"),
            one("Wolf", aliases=["Bear"]),
        ],
    )


def test_names_are_found_in_any_spelling_best_first() -> None:
    held = licenses()
    assert [found.id for found in held.find("Shared Name")] == ["LicenseRef-a", "LicenseRef-b"]
    assert [found.id for found in held.find("a 1.0")] == ["LicenseRef-a"]
    assert [found.id for found in held.find("a v1.0 +")] == ["A-1.0+"]
    assert [found.id for found in held.find("a")] == ["LicenseRef-a"]
    assert held.find("!!!") == held.find("nothing") == ()
    assert held.get_one("LicenseRef-b").name == "B License"
    assert held.get_one("b licence").id == "LicenseRef-b"


def test_an_unknown_name_gets_a_hint() -> None:
    with pytest.raises(UnknownNameError, match="no license is called 'LicenseRef-c'") as caught:
        licenses().get_one("LicenseRef-c")
    assert "LicenseRef-" in str(caught.value.hint)
    with pytest.raises(UnknownNameError) as caught:
        catalog_of(Release, []).get_one("x")
    assert caught.value.hint is None


def test_hub_ids_outright_before_patterns_and_long_before_short() -> None:
    held = releases()
    assert [found.name for found in held.find("bear")] == ["Bear", "Wolf"]
    assert [found.name for found in held.find_hub_id("toys/BEAR-mini")] == ["Bear Cub"]
    assert [found.name for found in held.find_hub_id("toys/bear")] == ["Bear", "Bear Cub"]
    assert [found.name for found in held.find_hub_id("toys/bear-cub-1b")] == ["Bear Cub", "Bear"]
    assert [found.name for found in held.find_hub_id(" toys/bear-7b/ ")] == ["Bear"]
    assert [found.name for found in held.find_hub_id("other/thing")] == ["Bear"]
    assert held.find_hub_id("other/thing/deep") == held.find_hub_id("nobody/bear") == ()


def test_a_catalog_is_a_mapping_that_writes_itself() -> None:
    held = releases()
    assert list(held) == ["Bear", "Bear Cub", "Wolf"]
    assert len(held) == 3
    assert held["Wolf"] is held["Wolf"]
    assert repr(held) == "<Catalog of 3 releases>"
    with pytest.raises(KeyError):
        held["Fox"]
    header, again = catalog_from_lines(Release, held.to_lines({"format": 1}))
    assert header["format"] == 1
    assert dict(again) == dict(held)
    assert again.find_hub_id("toys/bear-cub-1b") == held.find_hub_id("toys/bear-cub-1b")
    assert again.find("BEAR") == held.find("BEAR")
    assert dict(pickle.loads(pickle.dumps(again))) == dict(held)
    assert catalog_of(Release, held.values()).to_lines({}) == held.to_lines({})


def test_joining_keeps_both_sides() -> None:
    held = licenses()
    more = License.model_validate({**FULL_LICENSE, "aliases": ["shared name"]})
    joined = held.joined([more])
    assert [found.id for found in joined.find("shared name")] == ["LicenseRef-a", "LicenseRef-b", "LicenseRef-full-1.0"]
    assert len(joined) == len(held) + 1
    assert "LicenseRef-full-1.0" not in held


@pytest.mark.parametrize(
    "one,other",
    [
        ("Apache License, Version 2.0", "apache-license-v2.0"),
        ("Apache License 2.0", "The Apache Licence v.2.0"),
        ("MIT", " mit "),
        ("GPL v3", "gplv3"),
        ("CC-BY-NC-4.0", "cc by nc 4.0"),
        ("Llama 3.1 Community License", "llama3.1-community_license"),
        ("ＭＩＴ", "mit"),
        ("通义千问 LICENSE", "通义千问license"),
    ],
)
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other)


@pytest.mark.parametrize(
    "one,other",
    [
        ("GPL-2.0", "GPL-2.0+"),
        ("Llama 3.1", "Llama 31"),
        ("gemma-2-9b", "gemma-29b"),
        ("CC-BY-4.0", "CC-BY-40"),
        ("Qwen 1.5", "Qwen 1-5"),
        ("MIT", "MIT-0"),
    ],
)
def test_names_that_stay_apart(one: str, other: str) -> None:
    assert fold_name(one) != fold_name(other)


@given(st.text(max_size=30))
def test_folding_takes_any_text_and_ignores_case_and_margins(text: str) -> None:
    assert fold_name(f"  {text} ") == fold_name(text) or text != text.strip()
    assert " " not in fold_name(text)
    assert fold_hub_id(text) == fold_hub_id(text.swapcase()) or text.casefold() != text.swapcase().casefold()


def test_patterns_do_not_cross_a_slash_and_mean_nothing_else() -> None:
    assert matches_hub_pattern("a/b", "a/b")
    assert matches_hub_pattern("a/bxc", "a/b*c")
    assert matches_hub_pattern("a/x", "*/x")
    assert not matches_hub_pattern("a/b/c", "a/*")
    assert not matches_hub_pattern("a/bx", "a/b.")
    assert not matches_hub_pattern("a/b+c", "a/b*d")
