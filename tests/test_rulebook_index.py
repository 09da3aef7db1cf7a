from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import openness.rulebook.load as load_module
from openness.errors import RulebookError
from openness.records import Clause, License, Release
from openness.rulebook.compiled import rule_from_json, rule_to_json
from openness.rulebook.files import digest_of, list_files, sha256_of
from openness.rulebook.index import read_index, write_index
from openness.rulebook.load import assemble, compile_rulebook, compiled_files, load_rulebook

from .rulebook_desk import BASE, NIGHT, lay, lay_base


@pytest.fixture
def base(tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small base folder in the place of the project's own, with a fresh index."""
    root = lay_base(tmp_path / "rules", repository)
    monkeypatch.setattr(load_module, "rules_folder", lambda: (root, False))
    compile_rulebook(root)
    return root


def is_used(root: Path) -> bool:
    return read_index(root, trusted=False) is not None


def test_the_index_gives_what_the_files_give(base: Path) -> None:
    quick = load_rulebook()
    slow = load_rulebook(trust_base=False)
    assert quick == slow
    assert quick.version == slow.version
    assert quick.compiled == slow.compiled
    assert quick.terms == slow.terms
    assert quick.facts == slow.facts
    assert list(quick.facts) == list(Clause)
    assert quick.rules == slow.rules
    assert dict(quick.licenses) == dict(slow.licenses)
    assert dict(quick.releases) == dict(slow.releases)


def test_a_cold_start_reads_no_yaml(repository: Path) -> None:
    code = """
import sys
from openness.rulebook.load import load_rulebook, rules_folder
from openness.rulebook.index import read_index
if read_index(rules_folder()[0], trusted=False) is None:
    print("stale")
    raise SystemExit
book = load_rulebook()
assert book.compiled
book.licenses.find("mit"); book.releases.find("x"); book.facts
print(sorted({"yaml", "re2", "openness.rulebook.schema", "openness.rulebook.folder"} & set(sys.modules)))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    if run.stdout.strip() == "stale":
        pytest.fail("rules/index is out of date: run `openness rules compile`")
    assert run.stdout.strip() == "[]"


def test_the_committed_index_is_up_to_date(repository: Path) -> None:
    for name, data in compiled_files(repository / "rules").items():
        path = repository / "rules/index" / name
        held = path.read_bytes() if path.is_file() else None
        assert held == data, f"{name} is out of date: run `openness rules compile`"


def test_the_same_sources_give_the_same_bytes(base: Path) -> None:
    once = compiled_files(base)
    for path in base.rglob("*.yaml"):
        os.utime(path)
    assert compiled_files(base) == once
    assert {path.name: path.read_bytes() for path in (base / "index").iterdir()} == once


def test_every_line_is_one_record(base: Path) -> None:
    lines = (base / "index/rules.jsonl").read_text().splitlines()
    rules = [json.loads(line) for line in lines[1:]]
    assert [held[0] for held in rules] == ["NAM-001", "USE-001"]
    for held in rules:
        assert json.loads(json.dumps(rule_to_json(rule_from_json(held)))) == held


@pytest.mark.parametrize("name", ["clauses/use/day.yaml", "terms.yaml", "models/toy.yaml", "vocabulary.yaml"])
def test_a_changed_source_makes_it_stale(base: Path, name: str) -> None:
    assert is_used(base)
    path = base / name
    path.write_text(path.read_text() + "# longer\n")
    assert not is_used(base)


def test_a_change_of_equal_length_and_old_time_is_seen(base: Path) -> None:
    path = base / "clauses/use/day.yaml"
    before = path.stat()
    path.write_text(path.read_text().replace("bars use by day", "bars use by May"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns - 10**12))
    assert path.stat().st_size == before.st_size
    assert not is_used(base)
    assert load_rulebook().compiled_rule("day").message == "bars use by May"


def test_an_old_file_moved_over_a_source_is_seen(base: Path, tmp_path: Path) -> None:
    path = base / "clauses/use/day.yaml"
    other = tmp_path / "other.yaml"
    other.write_text(path.read_text().replace("by day", "by May"))
    os.utime(other, ns=(0, 0))
    other.replace(path)
    assert not is_used(base)


def test_a_touched_source_is_not_stale(base: Path) -> None:
    for path in base.rglob("*.yaml"):
        os.utime(path)
    assert is_used(base)


def test_more_and_fewer_sources_make_it_stale(base: Path) -> None:
    lay(base, {"claims/new.yaml": "x: y"})
    assert not is_used(base)
    compile_rulebook(base)
    assert is_used(base)
    (base / "claims/new.yaml").unlink()
    assert not is_used(base)


def test_a_wheel_trusts_its_index(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = base / "clauses/use/day.yaml"
    path.write_text(path.read_text().replace("bars use by day", "bars use by night"))
    monkeypatch.setattr(load_module, "rules_folder", lambda: (base, True))
    assert load_rulebook().compiled_rule("day").message == "bars use by day"
    assert load_rulebook(trust_base=False).compiled_rule("day").message == "bars use by night"


@pytest.mark.parametrize("content", ["", "{", "[]\n", '{"format": 0}\n', '{"format": 1}\n', "\x00"])
@pytest.mark.parametrize("name", ["rules.jsonl", "sources.json"])
def test_a_broken_index_is_not_used(base: Path, name: str, content: str) -> None:
    (base / "index" / name).write_text(content)
    assert not is_used(base)
    assert len(load_rulebook().compiled) == 2


def test_an_index_with_unknown_words_is_not_used(base: Path) -> None:
    path = base / "index/rules.jsonl"
    path.write_text(path.read_text().replace('"field-of-use"', '"field-of-no-use"'))
    assert read_index(base, trusted=True) is None


def test_sources_of_another_index_do_not_fit(base: Path) -> None:
    path = base / "index/rules.jsonl"
    head, _, rest = path.read_text().partition("\n")
    path.write_text(json.dumps({**json.loads(head), "sha256": "0" * 64}) + "\n" + rest)
    assert not is_used(base)


@pytest.mark.parametrize("content", [None, "", "{", '{"format": 1, "sha256": "of others"}\n'])
def test_parts_that_do_not_fit_are_read_from_their_sources(base: Path, content: str | None) -> None:
    book = load_rulebook()
    for name in ("licenses.jsonl", "releases.jsonl", "vocabulary.jsonl"):
        path = base / "index" / name
        path.unlink() if content is None else path.write_text(content)
    assert list(book.licenses) == ["LicenseRef-toy-1"]
    assert list(book.releases) == ["Bear 7B"]
    assert list(book.facts) == list(Clause)


def test_sources_that_broke_meanwhile_are_an_error(base: Path) -> None:
    book = load_rulebook()
    (base / "index/licenses.jsonl").unlink()
    (base / "licenses/toy.yaml").write_text("[")
    with pytest.raises(RulebookError, match="not well-formed"):
        _ = book.licenses
    (base / "clauses/use/day.yaml").write_text("[")
    with pytest.raises(RulebookError, match="not well-formed"):
        book.rule("day")


def test_own_folders_come_on_top_of_the_index(base: Path, tmp_path: Path) -> None:
    own = lay(
        tmp_path / "own",
        {
            "no-night-use.yaml": NIGHT,
            "terms.yaml": "terms: {dusk: '{must} dusk'}",
            "overrides.yaml": "overrides:\n  - {rule: day, unless: ['{dusk}'], reason: r}\n",
            "licenses/x.yaml": BASE["licenses/toy.yaml"].replace("toy-1", "toy-2"),
            "models/x.yaml": BASE["models/toy.yaml"].replace("Bear 7B", "Cub 1B"),
        },
    )
    quick, slow = load_rulebook([own]), load_rulebook([own], trust_base=False)
    assert quick == slow
    assert quick.compiled == slow.compiled
    assert quick.rules == slow.rules
    assert quick.rule("day").detect.unless == ("{dusk}",)
    assert dict(quick.licenses) == dict(slow.licenses)
    assert dict(quick.releases) == dict(slow.releases)
    assert load_rulebook([own / "no-night-use.yaml"], base=False).facts == slow.facts
    assert [entry.value.id for entry in assemble([own]).selected([])] == ["OWN-001"]


def test_own_rules_may_not_take_what_the_index_holds(base: Path, tmp_path: Path) -> None:
    own = lay(
        tmp_path / "own",
        {
            "no-night-use.yaml": NIGHT.replace("OWN-001", "USE-009"),
            "terms.yaml": "terms: {must: x}",
            "licenses/x.yaml": BASE["licenses/toy.yaml"],
            "models/x.yaml": BASE["models/toy.yaml"],
        },
    )
    with pytest.raises(RulebookError) as caught:
        load_rulebook([own])
    told = " ".join(error.message for error in caught.value.errors)
    assert len(caught.value.errors) == 4
    assert f"'USE-009' is taken by {base / 'clauses/use/day.yaml'}" in told
    assert "'must' already" in told
    assert "'LicenseRef-toy-1' is there already" in told
    assert "'Bear 7B' is there already" in told


def test_writing_is_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "index"
    write_index(folder, {"a": b"old"})

    def fail(self: Path, target: Path) -> Path:
        raise OSError("no room")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="no room"):
        write_index(folder, {"a": b"new"})
    assert [(path.name, path.read_bytes()) for path in folder.iterdir()] == [("a", b"old")]


def test_a_folder_that_does_not_load_leaves_the_index(base: Path) -> None:
    before = (base / "index/rules.jsonl").read_bytes()
    (base / "clauses/use/day.yaml").write_text("[")
    with pytest.raises(RulebookError):
        compile_rulebook(base)
    assert (base / "index/rules.jsonl").read_bytes() == before


def test_files_are_listed_without_what_is_not_theirs(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {"b.yaml": "", "a/c.yml": "", "index/x.yaml": "", "a/index/y.yaml": "", ".git/z.yaml": "", "d.txt": ""},
    )
    (tmp_path / "loop").symlink_to(tmp_path)
    assert list(list_files(tmp_path)) == ["a/c.yml", "a/index/y.yaml", "b.yaml"]


def test_the_digest_knows_names_and_contents() -> None:
    one = digest_of({"a": sha256_of(b"x"), "b": sha256_of(b"y")})
    assert one == digest_of({"b": sha256_of(b"y"), "a": sha256_of(b"x")})
    assert one != digest_of({"a": sha256_of(b"y"), "b": sha256_of(b"x")})
    assert len(one) == 64


def test_catalog_kinds_do_not_mix(base: Path) -> None:
    book = load_rulebook()
    assert all(type(held) is License for held in book.licenses.values())
    assert all(type(held) is Release for held in book.releases.values())
