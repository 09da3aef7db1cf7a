"""The systems that must come out right, and the labelled texts that must never come out too well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

import openness
from openness import Tier
from openness.spdx import spdx_license

SPELLED = {"osi": Tier.OSI, "open": Tier.OPEN, "proprietary": Tier.PROPRIETARY}


def test_every_system_has_its_tier(shared: Path) -> None:
    systems = yaml.safe_load((shared / "facts/systems.yaml").read_text("utf-8"))
    wrong = {}
    checked = 0
    for kind in ("models", "software", "services"):
        for system in systems[kind]:
            verdict = openness.classify_model(system["name"])
            checked += 1
            if verdict.tier is not SPELLED[system["tier"]]:
                wrong[system["name"]] = (verdict.tier, [note.message for note in verdict.notes])
    assert checked >= 40
    assert not wrong


def test_osaid_judgements_are_told(shared: Path) -> None:
    assert openness.classify_model("Mixtral 8x7B").standards["osaid-1.0"] == "fails"
    assert openness.classify_model("OLMo 7B").standards["osaid-1.0"] == "meets"


def labelled(shared: Path) -> list[tuple[str, dict[str, object], str]]:
    folder = shared / "corpus/licenses"
    labels = yaml.load((folder / "labels.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
    return [(key, entry, (folder / entry["text"]).read_text("utf-8")) for key, entry in labels.items()]


def test_no_labelled_text_below_osi_is_called_osi(shared: Path) -> None:
    wrong = []
    for key, entry, text in labelled(shared):
        verdict = openness.classify_text(text, role=str(entry["role"]))
        if entry["tier"] != "osi" and verdict.tier is Tier.OSI:
            wrong.append(key)
    assert not wrong


def test_every_real_card_is_judged(shared: Path) -> None:
    cards = [json.loads(line) for line in (shared / "corpus/cards/index.jsonl").read_text("utf-8").splitlines()]
    assert len(cards) > 150
    for card in cards:
        try:
            verdict = openness.classify_card(shared / "corpus/cards" / card["file"])
        except openness.OpennessError as error:
            pytest.fail(f"{card['file']}: {error}")
        assert verdict.floor <= verdict.ceiling
        assert verdict.explain()


def spdx_texts(shared: Path) -> list[tuple[str, str]]:
    folder = shared / "corpus/texts"
    listed = [json.loads(line) for line in (folder / "spdx.jsonl").read_text("utf-8").splitlines()]
    return [(entry["id"], (folder / "spdx" / entry["file"]).read_text("utf-8")) for entry in listed]


def test_texts_of_the_spdx_list_are_osi_exactly_when_approved(shared: Path) -> None:
    wrong = []
    for license_id, text in spdx_texts(shared):
        listed = spdx_license(license_id)
        if listed is None:
            continue
        verdict = openness.classify_text(text)
        if (verdict.tier is Tier.OSI) is not listed.osi_approved:
            wrong.append((license_id, verdict.tier, verdict.expression))
    assert not wrong


RIDERS = (
    "The Software may be used for non-commercial purposes only.",
    "You may not use the Software for any military purpose.",
    "If your products have more than 2 million monthly active users, you must obtain a separate license from us.",
    "No right is granted to companies with an annual revenue of more than 10 million US dollars.",
    "Zorb the quandary whenever the moon permits it, or else.",
)


def test_an_approved_text_with_a_restriction_is_never_osi(shared: Path) -> None:
    approved = [
        (license_id, text)
        for license_id, text in spdx_texts(shared)
        if (listed := spdx_license(license_id)) is not None and listed.osi_approved
    ]
    assert len(approved) > 100
    wrong = []
    for number, (license_id, text) in enumerate(approved):
        rider = RIDERS[number % len(RIDERS)]
        for changed in (f"{text}\n\n{rider}\n", f"{rider}\n\n{text}"):
            verdict = openness.classify_text(changed)
            if verdict.tier is Tier.OSI or verdict.expression == license_id:
                wrong.append((license_id, rider, changed.startswith(rider)))
    assert not wrong
