"""Every rule has a page, every clause kind an entry, and none of them is older than what it is made from."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from openness.records import Clause
from openness.report.wording import known_holders
from openness.rulebook.book import Rulebook
from openness.rulebook.load import load_rulebook
from openness.rulebook.schema import ClauseRule

LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load_rulebook()


def page_of(rule: ClauseRule, repository: Path) -> str:
    return (repository / "docs" / "rules" / f"{rule.id}-{rule.slug}.md").read_text("utf-8")


def section(page: str, title: str) -> str:
    """What stands below a heading of a page."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    assert found, f"no section {title!r}"
    return found[1]


def quotations(text: str) -> list[str]:
    return re.findall(r"(?:^>.*\n)+", text, re.MULTILINE)


def test_pages_are_as_they_would_be_written(repository: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(repository / "tools" / "generate_rule_pages.py"), "--check"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"run tools/generate_rule_pages.py\n{done.stdout[-4000:]}{done.stderr}"


def test_every_rule_has_a_page_and_every_page_a_rule(repository: Path, rulebook: Rulebook) -> None:
    pages = {path.name for path in (repository / "docs" / "rules").glob("*.md")}
    assert pages - {"index.md"} == {f"{rule.id}-{rule.slug}.md" for rule in rulebook.compiled}


def test_the_table_links_every_page_once(repository: Path, rulebook: Rulebook) -> None:
    index = (repository / "docs" / "rules" / "index.md").read_text("utf-8")
    linked = re.findall(r"^\| \[[^\]]+\]\(([^)]+)\)", index, re.MULTILINE)
    assert linked == [f"{rule.id}-{rule.slug}.md" for rule in rulebook.compiled]


def test_the_vocabulary_is_on_its_page_in_its_order(repository: Path, rulebook: Rulebook) -> None:
    page = (repository / "docs" / "clauses.md").read_text("utf-8")
    assert re.findall(r"^## (.+)$", page, re.MULTILINE) == [clause.value for clause in rulebook.facts]
    assert set(rulebook.facts) == set(Clause)


def test_clause_kinds_and_rules_name_each_other(repository: Path, rulebook: Rulebook) -> None:
    clauses = (repository / "docs" / "clauses.md").read_text("utf-8")
    told = {
        clause: set(re.findall(r"\]\(rules/([A-Z]+-\d+)-", section(clauses, clause.value))) for clause in rulebook.facts
    }
    found = {
        clause: {rule.id for rule in rulebook.compiled if clause in (rule.clause, *rule.also)}
        for clause in rulebook.facts
    }
    assert told == found
    for rule in rulebook.rules:
        named = set(re.findall(r"\]\(\.\./clauses\.md#([a-z-]+)\)", page_of(rule, repository)))
        assert named == {clause.value for clause in (rule.clause, *rule.also)}


def test_every_clause_kind_is_found_by_a_rule(rulebook: Rulebook) -> None:
    found = {clause for rule in rulebook.compiled for clause in (rule.clause, *rule.also)}
    assert [clause.value for clause in Clause if clause not in found] == []


def test_links_to_headings_lead_to_one(repository: Path) -> None:
    docs = repository / "docs"
    dead = []
    for page in [docs / "clauses.md", *sorted((docs / "rules").glob("*.md"))]:
        for target in LINK.findall(FENCED.sub("", page.read_text("utf-8"))):
            name, _, anchor = target.partition("#")
            if not anchor or ":" in name:
                continue
            text = (page.parent / name).read_text("utf-8") if name else page.read_text("utf-8")
            if f"## {anchor}\n" not in text:
                dead.append(f"{page.name}: {target}")
    assert dead == []


def test_numbered_links_and_addresses_belong_together(repository: Path) -> None:
    docs = repository / "docs"
    for page in [docs / "clauses.md", *sorted((docs / "rules").glob("*.md"))]:
        text = FENCED.sub("", page.read_text("utf-8"))
        addresses = re.findall(r"^\[(\d+)\]: https?://\S+$", text, re.MULTILINE)
        assert set(re.findall(r"\]\[(\d+)\]", text)) == set(addresses), page.name
        assert len(set(addresses)) == len(addresses), page.name


def test_every_example_is_shown_and_what_matches_is_marked(repository: Path, rulebook: Rulebook) -> None:
    for rule in rulebook.rules:
        page = page_of(rule, repository)
        fires = quotations(section(page, "Fires on"))
        assert len(fires) == len(rule.examples.match), rule.id
        for example, shown in zip(rule.examples.match, fires, strict=True):
            assert "<b>" in shown, f"{rule.id}: nothing is marked in {example.text!r}"
            assert letters(re.sub(r"</?[bi]>|&nbsp;", "", shown)) == letters(example.text), rule.id
            if example.span is not None:
                assert letters(example.span) in [letters(words) for words in re.findall(r"<b>(.*?)</b>", shown)]
        silent = section(page, "Stays silent on")
        assert len(quotations(silent)) == len(rule.examples.no_match), rule.id
        assert "<b>" not in silent
        reasons = [letters(reason) for reason in re.findall(r"^Why(?:, in [a-z ]+)?: (.*)$", silent, re.MULTILINE)]
        assert reasons == [letters(example.why) for example in rule.examples.no_match], rule.id


def letters(text: str) -> str:
    """What is left without signs and blanks, so that neither escapes nor line breaks count."""
    return "".join(char for char in text if char.isalnum())


def test_exceptions_are_exact(repository: Path, rulebook: Rulebook) -> None:
    for rule in rulebook.rules:
        told = section(page_of(rule, repository), "Exceptions")
        blocks = re.findall(r"^```text\n(.*?)^```", told, re.MULTILINE | re.DOTALL)
        assert (blocks[0].splitlines() if blocks else []) == list(rule.detect.unless), rule.id


def test_known_holders_stand_there_with_their_records(repository: Path, rulebook: Rulebook) -> None:
    for rule in rulebook.rules:
        for clause in (rule.clause, *rule.also):
            told = section(page_of(rule, repository), f"Licenses known to hold `{clause.value}`")
            records = re.findall(r"\| `([^`]+)` \|", told)
            assert records == [holder.license.id for holder in known_holders(rulebook, clause)], rule.id
