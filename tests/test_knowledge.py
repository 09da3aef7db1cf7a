"""What the rulebook says of a clause kind, a rule and a license when somebody asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from openness.errors import RulebookError, SourceError, UnknownNameError
from openness.explain import plain_line
from openness.records import Clause
from openness.report import knowledge
from openness.report.knowledge import HOLDERS_SHOWN, explain_name, explainable_names
from openness.rulebook.load import load_rulebook
from openness.spdx import spdx_list_version

SOURCES = 'sources: [{title: Toys, url: "https://example.org/toys", read: 2026-11-21}]'
SECOND_HAND = 'sources: [{title: Tales, url: "https://example.org/tales", verified: false}]'

RULE = f"""\
id: OWN-001
slug: balloons
since: "1"
status: preview
clause: user-cap
message: caps balloons
why: Because of the wind.
ceiling: proprietary
criteria: [OSD-9, ACME-1]
readings:
  - {{says: it binds, taken: true, ceiling: proprietary}}
  - {{says: it does not bind}}
{SECOND_HAND}
detect:
  in: [license, notice]
  within: sentence
  all: ['\\bfive\\b', '\\bballoons\\b']
examples:
  match:
    - {{text: No more than five balloons.}}
  no_match:
    - {{text: Many balloons., why: no number}}
"""
HARMLESS = (
    RULE.replace("OWN-001", "OWN-002")
    .replace("slug: balloons", "slug: kites")
    .replace("clause: user-cap", "clause: governing-law")
    .replace("ceiling: proprietary\ncriteria: [OSD-9, ACME-1]\n", "criteria: []\n")
    .replace(", ceiling: proprietary}", "}")
)
TOYS = f"""\
publisher: Toy Makers
licenses:
  - id: LicenseRef-toy-1
    name: Toy License 1
    aliases: [Toy]
    osi: {{approved: false, as_of: 2026-11-21}}
    ceiling: open
    clauses: [{{clause: governing-law, paraphrase: The law of toys}}]
    {SOURCES}
  - id: LicenseRef-toy-2
    name: Toy License 2
    aliases: [Toy]
    osi: {{approved: false, as_of: 2026-11-21}}
    ceiling: open
    {SOURCES}
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    for name, text in {"balloons.yaml": RULE, "kites.yaml": HARMLESS, "licenses/toy.yaml": TOYS}.items():
        path = tmp_path / "own" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path / "own"


def told(name: str, *rules: Path) -> list[str]:
    return [plain_line(line) for line in explain_name(name, rules=rules)]


def under(lines: list[str], title: str) -> list[str]:
    rest = lines[lines.index(title) + 1 :]
    return rest[: rest.index("")] if "" in rest else rest


@pytest.mark.parametrize("clause", Clause)
def test_every_clause_kind(clause: Clause) -> None:
    lines = told(f" {clause.value.upper()} ")
    facts = load_rulebook().facts[clause]
    assert lines[0] == f"{clause.value}  a clause kind"
    assert f"  says: {facts.says}" in lines
    assert f"  why it matters: {facts.why}" in lines
    ceiling = "any: it decides nothing" if facts.ceiling is None else facts.ceiling.title
    assert f"  best tier with it: {ceiling}" in lines
    assert len(under(lines, "Sources")) == len(facts.sources) > 0
    assert any(line.startswith("  breaks: ") for line in lines) is bool(facts.criteria)
    assert any(line.startswith("  profile: ") for line in lines) is bool(facts.profile)
    assert any(line.startswith("  disputed: ") for line in lines) is bool(facts.disputed)


def test_a_clause_kind_names_its_rules_and_who_holds_it() -> None:
    lines = told("user-cap")
    assert "  CAP-001 user-limit" in lines
    (title,) = (line for line in lines if line.startswith("Known to hold it ("))
    total = int(title.partition("(")[2].rstrip(")"))
    held = under(lines, title)
    assert total > HOLDERS_SHOWN
    assert len(held) == HOLDERS_SHOWN + 1
    assert held[-1] == f"  … and {total - HOLDERS_SHOWN} more"
    assert "  Llama 2 Community License Agreement (section 2)" in held


@pytest.mark.parametrize("name", ["USE-001", "use-001", "military-use-ban"])
def test_a_rule(name: str) -> None:
    lines = told(name)
    assert lines[0] == "USE-001  military-use-ban, a rule for military-ban"
    assert "  best tier with it: open, not OSI open source" in lines
    assert any(line.startswith("  looks in: license") for line in lines)
    assert len(under(lines, "Fires on")) > 0
    assert all("  " in line.strip() for line in under(lines, "Stays silent on")), "each with its reason"


def test_a_rule_of_ones_own(own: Path) -> None:
    lines = told("OWN-001", own)
    assert lines[:2] == ["OWN-001  balloons, a rule for user-cap", "  finds: a text that caps balloons"]
    assert "  best tier with it: proprietary" in lines
    (broken,) = (line for line in lines if line.startswith("  breaks: OSD-9"))
    assert broken.endswith(", ACME-1")
    assert any(line.startswith("  looks in: license") for line in lines)
    assert "  status: preview, since 1" in lines
    assert "  taken reading: it binds" in lines
    assert "  other reading: it does not bind" in lines
    assert under(lines, "Fires on") == ["  No more than five balloons."]
    assert under(lines, "Stays silent on") == ["  Many balloons.  no number"]
    assert under(lines, "Sources") == ["  Tales https://example.org/tales (unverified)"]


def test_a_rule_that_decides_nothing(own: Path) -> None:
    lines = told("kites", own)
    assert "  best tier with it: any: it decides nothing" in lines
    assert not any(line.startswith("  breaks") for line in lines)
    assert any(line.startswith("Known to hold it") for line in lines)


def test_a_clause_kind_that_no_rule_finds_and_nobody_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    real = load_rulebook()
    bare = SimpleNamespace(facts=real.facts, compiled=(), licenses={})
    monkeypatch.setattr(knowledge, "default_rulebook", lambda: bare)
    lines = told("user-cap")
    assert "Found by" not in lines
    assert not any(line.startswith("Known to hold it") for line in lines)


@pytest.mark.parametrize("name", ["llama3.1", "Llama 3.1 Community License Agreement"])
def test_a_license_by_tag_and_title(name: str) -> None:
    lines = told(name)
    assert lines[0].startswith("Llama 3.1 Community License Agreement (LicenseRef-")
    assert lines[0].endswith("): open, not OSI open source")
    assert any(line.startswith("  user-cap (section ") for line in lines)


def test_a_name_of_several_licenses_explains_them_all(own: Path) -> None:
    lines = told("Toy", own)
    assert [line for line in lines if line.startswith("Toy License")] == [
        "Toy License 1 (LicenseRef-toy-1): open, not OSI open source",
        "Toy License 2 (LicenseRef-toy-2): open, not OSI open source",
    ]
    assert lines[lines.index("Toy License 2 (LicenseRef-toy-2): open, not OSI open source") - 1] == ""


def test_a_license_that_is_on_the_spdx_list_only() -> None:
    assert told("Aladdin") == [
        "Aladdin  Aladdin Free Public License",
        f"  OSI: not approved, by SPDX license list {spdx_list_version()}",
        "  FSF: not listed as free",
    ]


def test_deprecated_ids_say_what_to_write() -> None:
    recorded = told("GPL-2.0")
    assert recorded[0] == "GNU General Public License v2.0 only (GPL-2.0-only): OSI open source"
    assert under(recorded, "Deprecated id") == ["  GPL-2.0: write GPL-2.0-only"]
    assert "Deprecated id" not in told("GPL-2.0-only")
    assert told("eCos-2.0")[-1] == "  deprecated id: write GPL-2.0-or-later WITH eCos-exception-2.0"
    assert told("Net-SNMP")[-1] == "  deprecated id: no replacement"


@pytest.mark.parametrize(
    ("name", "near"), [("user-cpa", "user-cap"), ("USE-0001", "USE-001"), ("Apache-9.9", "Apache-2.0")]
)
def test_an_unknown_name_gets_the_nearest(name: str, near: str) -> None:
    with pytest.raises(UnknownNameError, match=name) as caught:
        explain_name(name)
    assert caught.value.hint is not None
    assert caught.value.hint.startswith("did you mean ")
    assert near in caught.value.hint


def test_a_name_near_to_nothing() -> None:
    with pytest.raises(UnknownNameError) as caught:
        explain_name("zzzzzzzzzzzzqqq")
    assert caught.value.hint == "openness rules list shows all rules"


def test_folders_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises((RulebookError, SourceError)):
        explain_name("user-cap", rules=[tmp_path / "gone"])
    (tmp_path / "broken.yaml").write_text("id: [", "utf-8")
    with pytest.raises(RulebookError):
        explain_name("user-cap", rules=[tmp_path])


def test_everything_that_is_offered_can_be_explained() -> None:
    names = list(explainable_names())
    assert {"user-cap", "USE-001", "Apache-2.0"} <= set(names)
    for name in names:
        assert told(name)
