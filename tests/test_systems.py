"""The systems that must come out right, and the labelled texts that must never come out too well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

import openness
from openness import Tier

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
