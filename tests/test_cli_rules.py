from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest

import openness.cli.rules as cli_rules
import openness.rulebook.load as load_module
from openness.cli import main
from openness.cli.exits import Exit
from openness.errors import InputError
from openness.records import Clause
from openness.rulebook.load import compile_rulebook
from openness.rulebook.skeleton import write_skeleton

from .rulebook_desk import NIGHT, lay, lay_base


class Ran(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def base(tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = lay_base(tmp_path / "rules", repository)
    monkeypatch.setattr(load_module, "rules_folder", lambda: (root, False))
    compile_rulebook(root)
    monkeypatch.chdir(tmp_path)
    return root


@pytest.fixture
def run(base: Path, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    def call(*args: str) -> Ran:
        with pytest.raises(SystemExit) as ended:
            main(["rules", *args])
        out, err = capsys.readouterr()
        return Ran(int(ended.value.code or 0), out, err)

    return call


def test_testing_a_folder_that_holds(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    lay(tmp_path / "own", {"no-night-use.yaml": NIGHT})
    assert run("test", "own") == Ran(Exit.FINE, "1 rule, 2 examples: all hold\n", "")
    assert run("test", "-q", "own") == Ran(Exit.FINE, "", "")
    assert run("test", "own/no-night-use.yaml").out.startswith("1 rule, 2 examples")


def test_testing_the_rules_of_openness(run, base: Path) -> None:  # type: ignore[no-untyped-def]
    assert run("test").out == "2 rules, 4 examples: all hold\n"
    assert run("test", str(base)).out == "2 rules, 4 examples: all hold\n"
    assert run("test", "rules/clauses/use").out == "1 rule, 2 examples: all hold\n"
    path = base / "clauses/use/day.yaml"
    path.write_text(path.read_text().replace("use it by day", "use it by dusk"))
    ran = run("test", "rules/clauses")
    assert ran.code == Exit.FOUND
    assert "USE-001 must fire" in ran.out


def test_failing_examples_are_shown_with_a_caret(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    lay(
        tmp_path / "own",
        {
            "no-night-use.yaml": NIGHT.replace("good night and may", "last night and may").replace(
                "may not end", "may not end night"
            )
        },
    )
    ran = run("test", "own")
    assert ran.code == Exit.FOUND
    head, shown, caret, hint = ran.out.rstrip("\n").split("\n")
    assert head.startswith(
        "own/no-night-use.yaml:16:14: OWN-001 must stay silent here (a wish), and fires at 'may not end night'"
    )
    assert caret.index("^") == shown.index("last night")
    assert "unless" in hint
    assert ran.err == "1 of 2 examples do not hold, in 1 rule\n"


def test_a_rule_that_does_not_load(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    lay(tmp_path / "own", {"no-night-use.yaml": NIGHT.replace("clause: field", "clause: feild")})
    for command in (("test", "own"), ("list", "--rules", "own")):
        ran = run(*command)
        assert ran.code == Exit.RULEBOOK
        assert ran.out == ""
        assert "own/no-night-use.yaml:4:9: 'feild-of-use' is not a value of 'clause'" in ran.err
        assert "did you mean 'field-of-use'?" in ran.err


def test_a_path_that_is_not_there(run) -> None:  # type: ignore[no-untyped-def]
    ran = run("test", "nowhere")
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert "no such rule folder or file" in ran.err


def test_progress_is_shown_on_a_terminal_only(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    lay(tmp_path / "own", {"no-night-use.yaml": NIGHT})
    assert run("test", "own").err == ""
    monkeypatch.setattr(cli_rules.sys.stderr, "isatty", lambda: True)
    assert "testing rules" in run("test", "own").err
    assert run("test", "-q", "own").err == ""


def test_listing(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    overrides = "overrides: [{rule: keep, silence: true, reason: not here}]\n"
    lay(tmp_path / "own", {"no-night-use.yaml": NIGHT, "overrides.yaml": overrides})
    assert run("list").out == (
        "NAM-001   keep  -            wants notices kept [preview]\nUSE-001   day   open         bars use by day\n"
    )
    assert run("list", "--rules", "own").out == (
        "OWN-001   no-night-use  open         bars use at night\n"
        "USE-001   day           open         bars use by day\n"
        "NAM-001   silenced by own/overrides.yaml: not here\n"
    )
    assert run("list", "--clause", "military-ban").out.split()[0] == "USE-001"
    assert run("list", "--clause", "user-cap") == Ran(Exit.FINE, "", "")


def test_listing_as_json(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    overrides = "overrides: [{rule: keep, silence: true, reason: not here}]\n"
    lay(tmp_path / "own", {"no-night-use.yaml": NIGHT, "overrides.yaml": overrides})
    data = json.loads(run("list", "--rules", "own", "--format", "json").out)
    assert data["schema"] == 1
    assert data["rulebook"] == "7"
    assert len(data["sha256"]) == 64
    assert [rule["id"] for rule in data["rules"]] == ["OWN-001", "USE-001"]
    day = data["rules"][1]
    assert day["aliases"] == ["USE-009"]
    assert (day["clause"], day["also"], day["ceiling"]) == ("field-of-use", ["military-ban"], "open")
    assert day["profile"] == ["behavioural-use"]
    assert data["silenced"] == [{"id": "NAM-001", "reason": "not here", "path": "own/overrides.yaml"}]


def test_an_unknown_clause_kind(run) -> None:  # type: ignore[no-untyped-def]
    ran = run("list", "--clause", "militry-ban")
    assert ran.code == Exit.USAGE
    assert "did you mean 'military-ban'?" in ran.err
    assert "docs/rules-format.md" in run("list", "--clause", "zzz").err
    assert run("new", "x.yaml").code == Exit.USAGE


def test_clause_kinds_are_completed() -> None:
    complete = cli_rules._complete_clause
    assert complete(None, None, "grant-u") == ["grant-use"]  # type: ignore[arg-type]
    assert len(complete(None, None, "")) == len(Clause)  # type: ignore[arg-type]


def test_a_new_rule_fails_until_it_is_filled_in(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "own/deep/no-night-use.yaml"
    ran = run("new", "own/deep/no-night-use.yaml", "--clause", "field-of-use")
    assert ran.code == Exit.FINE
    assert "OWN-001" in ran.out
    written = path.read_text()
    ran = run("test", "own")
    assert ran.code == Exit.FOUND
    assert "OWN-001 must fire in this text, and does not" in ran.out
    path.write_text(
        written.replace("words that the clause is about, to change", "night")
        .replace("CHANGE, write a sentence in which the rule must fire.", "You may not run it at night.")
        .replace("CHANGE, write a sentence that looks alike and means something else.", "It never sleeps.")
    )
    assert run("test", "own") == Ran(Exit.FINE, "1 rule, 2 examples: all hold\n", "")


def test_a_new_rule_overwrites_nothing(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    lay(tmp_path, {"no-night-use.yaml": "mine"})
    ran = run("new", "no-night-use.yaml", "--clause", "field-of-use")
    assert ran.code == Exit.USAGE
    assert "exists already" in ran.err
    assert (tmp_path / "no-night-use.yaml").read_text() == "mine"


def test_new_rules_get_the_next_free_id(tmp_path: Path) -> None:
    ids = [
        write_skeleton(tmp_path / f"{name}.yaml", Clause.USER_CAP, today="2026-11-21")
        for name in ("one", "two", "three")
    ]
    assert ids == ["OWN-001", "OWN-002", "OWN-003"]
    (tmp_path / "two.yaml").unlink()
    assert write_skeleton(tmp_path / "four.yaml", Clause.USER_CAP, today="2026-11-21") == "OWN-002"
    assert write_skeleton(tmp_path / "five.yaml", Clause.USER_CAP, today="2026-11-21", id="ACME-007") == "ACME-007"


@pytest.mark.parametrize("name", ["rule.yml", "Rule.yaml", "my rule.yaml", "folder", ".yaml"])
def test_names_that_make_no_slug(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="lower-case words"):
        write_skeleton(tmp_path / name, Clause.USER_CAP, today="2026-11-21")
    assert list(tmp_path.iterdir()) == []


def test_ids_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'own-1' is no rule id"):
        write_skeleton(tmp_path / "rule.yaml", Clause.USER_CAP, today="2026-11-21", id="own-1")


def test_compiling(run, base: Path) -> None:  # type: ignore[no-untyped-def]
    assert run("compile", "--check") == Ran(Exit.FINE, "", "")
    lay(base, {"clauses/use/no-night-use.yaml": NIGHT})
    ran = run("compile", "--check")
    assert ran.code == Exit.FOUND
    assert "rules.jsonl is out of date" in ran.out
    ran = run("compile")
    assert ran.code == Exit.FINE
    assert len(ran.out.splitlines()) == 5
    assert run("compile", "--check").code == Exit.FINE
    (base / "index/rules.jsonl").unlink()
    assert run("compile", "--check").out == f"{base / 'index/rules.jsonl'} is out of date\n"


def test_compiling_runs_the_examples_first(run, base: Path) -> None:  # type: ignore[no-untyped-def]
    lay(base, {"clauses/use/no-night-use.yaml": NIGHT.replace("may not use it at night", "might use it at night")})
    before = (base / "index/rules.jsonl").read_bytes()
    ran = run("compile")
    assert ran.code == Exit.RULEBOOK
    assert "must fire" in ran.err
    assert (base / "index/rules.jsonl").read_bytes() == before


@pytest.mark.parametrize("command", [[], ["test"], ["list"], ["new"], ["compile"]])
def test_help_has_examples(run, command: list[str]) -> None:  # type: ignore[no-untyped-def]
    ran = run(*command, "--help")
    assert ran.code == Exit.FINE
    assert "Examples:\n" in ran.out
    assert f"openness rules {' '.join(command)}".rstrip() in ran.out
