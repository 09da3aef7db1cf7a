"""The published JSON Schemas are those of the types, and what is really written fits them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import openness
from openness.records import Record, exported_types

jsonschema = pytest.importorskip("jsonschema")


def file_of(folder: Path, name: str) -> Path:
    words = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)
    return folder / f"{words.lstrip('-')}.json"


@pytest.fixture(scope="module")
def validators(repository: Path) -> dict[str, Any]:
    """A validator for each published schema, by the name of the type."""
    folder = repository / "docs" / "schema"
    found = {}
    for name in exported_types():
        schema = json.loads(file_of(folder, name).read_text("utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        found[name] = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    return found


def assert_fits(validators: dict[str, Any], record: Record) -> None:
    validators[type(record).__name__].validate(json.loads(record.model_dump_json()))


def test_schemas_are_those_of_the_types(repository: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(repository / "tools" / "generate_schema.py"), "--check"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"run tools/generate_schema.py\n{done.stdout}{done.stderr}"


def test_every_published_file_is_of_a_type(repository: Path) -> None:
    folder = repository / "docs" / "schema"
    assert set(folder.glob("*.json")) == {file_of(folder, name) for name in exported_types()}


def test_the_catalog_fits(validators: dict[str, Any]) -> None:
    rulebook = openness.load_rulebook()
    records = [*rulebook.licenses.values(), *rulebook.releases.values()]
    assert {type(record).__name__ for record in records} == {"License", "Release"}
    for record in records:
        assert_fits(validators, record)


@pytest.mark.parametrize("name", ["MIT OR CC-BY-NC-4.0", "unheard-of", "gemma"])
def test_verdicts_on_names_fit(validators: dict[str, Any], name: str) -> None:
    assert_fits(validators, openness.classify_license(name))


def test_verdicts_on_the_examples_fit(validators: dict[str, Any], repository: Path) -> None:
    cards = sorted((repository / "examples").rglob("README.md"))
    assert cards
    for card in cards:
        assert_fits(validators, openness.classify_card(card))


def test_a_changed_verdict_does_not_fit(validators: dict[str, Any]) -> None:
    dumped = json.loads(openness.classify_license("MIT").model_dump_json())
    for wrong in ({"tier": "free"}, {"tier": 2}, {"findings": [{}]}, {"unheard_of": None}):
        with pytest.raises(jsonschema.ValidationError):
            validators["Verdict"].validate({**dumped, **wrong})
