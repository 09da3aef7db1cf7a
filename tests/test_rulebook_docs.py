"""docs/rules-format.md says what the schema says, and its examples are real."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from openness.records import Clause, Source
from openness.road import find_for_check
from openness.rulebook.load import load_rulebook
from openness.rulebook.schema import ClauseRule, Detect, Examples, RuleSwitch

from .rulebook_desk import lay


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs/rules-format.md").read_text("utf-8")


@pytest.mark.parametrize(
    "kind,heading", [(ClauseRule, "## A rule\n"), (Detect, "### `detect`\n"), (Examples, "### `examples`\n")]
)
def test_the_tables_of_fields_are_complete(page: str, kind: type[ClauseRule], heading: str) -> None:
    part = re.split(r"^#{2,3} ", page.split(heading)[1], flags=re.MULTILINE)[0]
    told = re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)
    assert told == [field.alias or name for name, field in kind.model_fields.items()]


def test_smaller_types_are_told_in_full(page: str) -> None:
    for kind in (Source, RuleSwitch):
        assert all(f"`{name}`" in page or f"{name}:" in page for name in kind.model_fields)


def test_every_clause_kind_is_told_as_the_vocabulary_says(page: str) -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (.*) \| (\w+) \|$", page.split("## Clause kinds")[1], re.MULTILINE)
    facts = load_rulebook().facts
    assert [kind for kind, _, _ in rows] == [clause.value for clause in Clause]
    for kind, says, tier in rows:
        known = facts[Clause(kind)]
        assert (says, tier) == (known.says, "any" if known.ceiling is None else known.ceiling.label)


def test_its_examples_load_and_hold(page: str, tmp_path: Path) -> None:
    blocks = {next(iter(yaml.safe_load(block))): block for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)}
    assert set(blocks) == {"id", "terms", "overrides", "publisher"}
    blocks["licenses"], blocks["models"] = re.findall(r"```yaml\n(publisher.*?)```", page, re.DOTALL)
    folder = lay(
        tmp_path,
        {
            "no-night-use.yaml": blocks["id"],
            "terms.yaml": blocks["terms"],
            "licenses/acme.yaml": blocks["licenses"],
            "models/acme.yaml": blocks["models"],
        },
    )
    book = load_rulebook([folder], check=find_for_check)
    assert book.rule("OWN-001").slug == "no-night-use"
    assert book.releases.find_hub_id("acme/bear-7b-gguf")[0].name == "Acme Bear 7B"
    assert book.licenses.find("acme license")[0].id == "LicenseRef-acme-1.0"
    lay(tmp_path, {"overrides.yaml": blocks["overrides"]})
    changed = load_rulebook([folder])
    assert [silenced.id for silenced in changed.silenced] == [book.rule("notices-kept").id]
    assert changed.rule("military-use-ban").detect.unless[-1] == r"\bmilitary time\b"
