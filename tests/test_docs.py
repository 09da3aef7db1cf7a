"""What is documented is there, and what is there is documented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import openness
from openness.errors import OpennessError

HEADING = re.compile(r"^#{1,6} +`([^`]+)`", re.MULTILINE)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def headings(path: Path) -> list[str]:
    """The code spans that open a heading, without what stands in parentheses."""
    return [name.partition("(")[0] for name in HEADING.findall(FENCED.sub("", path.read_text("utf-8")))]


def pages(repository: Path) -> list[Path]:
    return [*repository.glob("*.md"), *(repository / "docs").rglob("*.md")]


def kinds_of_error(root: type[OpennessError] = OpennessError) -> Iterator[type[OpennessError]]:
    yield root
    for kind in root.__subclasses__():
        yield from kinds_of_error(kind)


def test_public_names_are_documented(repository: Path) -> None:
    documented = headings(repository / "docs" / "api.md")
    assert sorted(set(documented)) == sorted(documented), "a name has two headings"
    assert set(documented) == set(openness.__all__)


def test_public_names_are_sorted_and_there() -> None:
    assert list(openness.__all__) == sorted(openness.__all__)
    assert set(openness.__all__) <= set(dir(openness))
    for name in openness.__all__:
        assert getattr(openness, name) is not None


def test_error_codes_are_documented(repository: Path) -> None:
    documented = headings(repository / "docs" / "errors.md")
    codes = {kind.code for kind in kinds_of_error() if kind.__module__.startswith("openness.")}
    assert sorted(set(documented)) == sorted(documented), "a code has two headings"
    assert set(documented) == codes


def test_check_runs_every_command_of_the_readme(repository: Path) -> None:
    readme = (repository / "README.md").read_text("utf-8")
    marked = re.findall(r"^<!-- command: (\w+) -->\n\n?```(?:sh|bash)\n([^\n]+)\n```$", readme, re.MULTILINE)
    assert {name for name, _ in marked} == {"run", "test"}
    assert all(command.startswith("python3 -m venv .venv && .venv/bin/pip install") for _, command in marked)
    check = (repository / ".ci" / "run").read_text("utf-8")
    assert set(re.findall(r"run_readme_command (\w+)", check)) == {name for name, _ in marked}


@pytest.mark.parametrize("name", ["README.md", "docs/api.md"])
def test_python_examples_run(repository: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(repository)
    examples = re.findall(r"^```python\n(.*?)^```", (repository / name).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert examples
    for example in examples:
        exec(compile(example, name, "exec"), {})


def test_what_the_readme_says_of_its_examples_holds(repository: Path) -> None:
    examples = repository / "examples"
    finetune = openness.classify_card(examples / "llama-finetune" / "README.md")
    assert (finetune.declared_tier, finetune.tier) == (openness.Tier.OSI, openness.Tier.OPEN)
    assert openness.classify_card(examples / "modified-mit").tier is openness.Tier.OPEN
    assert openness.classify_card(examples / "plain-apache").tier is openness.Tier.OSI


def test_every_page_is_in_the_index(repository: Path) -> None:
    docs = repository / "docs"
    linked = {target.partition("#")[0] for target in LINK.findall((docs / "index.md").read_text("utf-8"))}
    assert {path.name for path in docs.glob("*.md")} - {"index.md"} <= linked


def test_relative_links_lead_somewhere(repository: Path) -> None:
    dead = [
        f"{page.relative_to(repository)}: {target}"
        for page in pages(repository)
        for target in LINK.findall(FENCED.sub("", page.read_text("utf-8")))
        if not re.match(r"[a-z]+:|#", target) and not (page.parent / target.partition("#")[0]).exists()
    ]
    assert dead == []


@pytest.mark.parametrize("name", ["LICENSE", "NOTICE", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"])
def test_what_a_visitor_looks_for_is_there(repository: Path, name: str) -> None:
    assert len((repository / name).read_text("utf-8")) > 400


def test_changelog_knows_the_version(repository: Path) -> None:
    changelog = (repository / "CHANGELOG.md").read_text("utf-8")
    assert re.search(rf"^## \[(?:Unreleased|{re.escape(openness.__version__)})\]", changelog, re.MULTILINE)
