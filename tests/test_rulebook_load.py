# ruff: noqa: E501 - a faulty rule and its error read best on one line
from __future__ import annotations

import logging
import pickle
import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import openness.rulebook.load as load_module
from openness.errors import (
    RulebookError,
    RuleExampleError,
    RulePatternError,
    RuleSchemaError,
    RuleSyntaxError,
    SourceNotFoundError,
    SourceUnreadableError,
    UnknownNameError,
)
from openness.records import Clause, License, Profile, Reading, Role, Tier
from openness.rulebook.book import Rulebook
from openness.rulebook.folder import read_folder
from openness.rulebook.load import assemble, compile_rulebook, default_rulebook, load_rulebook, rules_folder
from openness.rulebook.patterns import (
    BadPatternError,
    check_pattern,
    did_you_mean,
    expand_terms,
    order_terms,
    term_names,
)

from .rulebook_desk import BASE, NIGHT, SOURCES, assert_points, find_with_re, lay, lay_base, marked


@pytest.fixture
def base(tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small base folder in the place of the project's own, without an index."""
    root = lay_base(tmp_path / "rules", repository)
    monkeypatch.setattr(load_module, "rules_folder", lambda: (root, False))
    return root


@pytest.fixture
def own(tmp_path: Path, base: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


def fault(own: Path, text: str, name: str = "no-night-use.yaml", **options: object) -> RulebookError:
    """The one fault of a folder with one file, whose place is marked by ``‸``."""
    plain, line, column = marked(text)
    path = lay(own, {name: plain}) / name
    with pytest.raises(RulebookError) as caught:
        load_rulebook([own], **options)  # type: ignore[arg-type]
    error = caught.value
    assert error.errors == (error,), str(error)
    assert_points(error, path, line, column, plain)
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.where) == (type(error), str(error), error.where)
    return error


def edit(old: str, new: str, text: str = NIGHT) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


# --- what is loaded ----------------------------------------------------------------------------------


def test_the_base_alone(base: Path) -> None:
    book = load_rulebook()
    assert book.version == "7"
    assert [rule.id for rule in book.compiled] == ["NAM-001", "USE-001"]
    keep, day = book.compiled
    assert day.clause is Clause.FIELD_OF_USE
    assert day.also == (Clause.MILITARY_BAN,)
    assert day.ceiling is Tier.OPEN
    assert day.criteria == ("OSD-6",)
    assert day.profile == (Profile.BEHAVIOURAL_USE,)
    assert day.detect.all == (r"(?:\b(?:may not|(?:(?:must|shall)) not)\b)", r"\bday\b")
    assert day.detect.patterns == day.detect.all
    assert day.readings == (Reading(says="it binds", taken=True, ceiling=Tier.OPEN), Reading(says="it does not bind"))
    assert day.path == "clauses/use/day.yaml"
    assert keep.ceiling is None
    assert keep.status == "preview"
    assert keep.detect.roles == (Role.LICENSE, Role.NOTICE)
    assert list(book.facts) == list(Clause)
    assert book.terms == {"never": r"\b(?:may not|{must} not)\b", "must": "(?:must|shall)"}
    assert "Toy" not in repr(book)


def test_rules_by_any_of_their_names(base: Path) -> None:
    book = load_rulebook()
    for name in ("USE-001", "use-001", "day", "DAY", "USE-009"):
        assert book.rule(name).id == book.compiled_rule(name).id == "USE-001"
    assert book.rules == (book.rule("keep"), book.rule("day"))
    assert book.rule("day").examples.no_match[0].why == "a greeting"
    with pytest.raises(UnknownNameError, match="there is no rule 'USE-01'") as caught:
        book.rule("USE-01")
    assert caught.value.hint == "did you mean 'USE-001'?"


def test_records_inherit_what_their_file_says_once(base: Path) -> None:
    book = load_rulebook()
    toy = book.licenses["LicenseRef-toy-1"]
    assert (toy.publisher, toy.family, toy.osi.as_of) == ("Toy Makers", "toy", date(2026, 11, 21))
    assert book.licenses.find("toy license v1") == book.licenses.find("TOY") == (toy,)
    bear = book.releases.get_one("bear-7b")
    assert bear.publisher == "Toy Makers"
    assert book.releases.find_hub_id("Toys/Bear-9B") == (bear,)


def test_patterns_are_expanded_for_others_too(base: Path) -> None:
    book = load_rulebook()
    assert book.expand(r"x{must}\p{Greek}\x{41}a{2,3}\{must\}") == r"x(?:(?:must|shall))\p{Greek}\x{41}a{2,3}\{must\}"
    with pytest.raises(RulePatternError, match=r"no term \{mst\}") as caught:
        book.expand("{mst}")
    assert caught.value.hint == "did you mean 'must'?"


def test_own_rules_come_on_top(own: Path) -> None:
    alone = load_rulebook()
    lay(own, {"deep/er/no-night-use.yaml": NIGHT, ".hidden/broken.yaml": "[", "policies/p.yaml": "[", "notes.txt": "["})
    book = load_rulebook([own], check=find_with_re)
    assert [rule.id for rule in book.compiled] == ["NAM-001", "OWN-001", "USE-001"]
    assert book.compiled_rule("OWN-001").path == "deep/er/no-night-use.yaml"
    assert book.folders == (str(own),)
    assert book.sha256 != alone.sha256
    assert book != alone
    assert book == load_rulebook([str(own)])
    assert [rule.id for rule in load_rulebook([own / "deep/er/no-night-use.yaml"]).compiled] == [
        "NAM-001",
        "OWN-001",
        "USE-001",
    ]


def test_without_the_base_its_words_remain(own: Path) -> None:
    lay(own, {"no-night-use.yaml": NIGHT})
    book = load_rulebook([own], base=False)
    assert [rule.id for rule in book.compiled] == ["OWN-001"]
    assert list(book.facts) == list(Clause)
    assert len(book.licenses) == len(book.releases) == 0
    assert book.sha256 != load_rulebook([own]).sha256


def test_order_of_folders_does_not_matter(own: Path, tmp_path: Path) -> None:
    one = lay(own / "one", {"no-night-use.yaml": NIGHT})
    two = lay(
        tmp_path / "two", {"no-dusk-use.yaml": NIGHT.replace("OWN-001", "OWN-002").replace("no-night", "no-dusk")}
    )
    first, second = load_rulebook([one, two]), load_rulebook([two, one])
    assert first.compiled == second.compiled
    assert first == second


def test_own_terms_licenses_and_models(own: Path) -> None:
    lay(
        own,
        {
            "terms.yaml": "terms: {dusk: '(?:dusk|{must} wait)'}\n",
            "no-night-use.yaml": edit(r"\bnight\b", r"\bnight\b|{dusk}"),
            "licenses/my.yaml": BASE["licenses/toy.yaml"].replace("toy-1", "toy-2").replace("Version 1", "Version 2"),
            "models/my.yaml": BASE["models/toy.yaml"].replace("Bear 7B", "Bear 8B").replace("bear-*", "bear-8*"),
        },
    )
    book = load_rulebook([own])
    assert book.compiled_rule("no-night-use").detect.seq[1] == r"\bnight\b|(?:(?:dusk|(?:(?:must|shall)) wait))"
    assert [held.id for held in book.licenses.find("toy")] == ["LicenseRef-toy-1", "LicenseRef-toy-2"]
    assert [held.name for held in book.releases.find_hub_id("toys/bear-8b")] == ["Bear 8B", "Bear 7B"]


def test_overrides_silence_and_add_exceptions(own: Path) -> None:
    lay(
        own,
        {
            "overrides.yaml": "overrides:\n"
            "  - {rule: keep, silence: true, reason: we keep everything}\n"
            "  - {rule: USE-009, unless: ['{must} rain'], reason: rain is fine}\n"
            "  - {rule: day, unless: ['\\bhail\\b'], reason: so is hail}\n"
            "  - {rule: keep, unless: ['x'], reason: too late}\n"
            "  - {rule: keep, silence: true, reason: once more}\n"
        },
    )
    book = load_rulebook([own])
    assert [rule.id for rule in book.compiled] == ["USE-001"]
    assert book.compiled_rule("day").detect.unless == ("(?:(?:must|shall)) rain", r"\bhail\b")
    assert book.rule("day").detect.unless == ("{must} rain", r"\bhail\b")
    assert [(held.id, held.reason) for held in book.silenced] == [("NAM-001", "we keep everything")]
    with pytest.raises(UnknownNameError, match=r"NAM-001 is silenced: we keep everything"):
        book.rule("nam-001")
    with pytest.raises(UnknownNameError, match="there is no rule 'NAM-002'"):
        book.rule("NAM-002")


def test_a_path_inside_the_base_adds_nothing(base: Path) -> None:
    assert load_rulebook([base, base / "clauses/use/day.yaml"]) == load_rulebook()


def test_a_rulebook_is_frozen_and_survives_pickling(own: Path) -> None:
    lay(own, {"no-night-use.yaml": NIGHT})
    for book in (load_rulebook(), load_rulebook([own])):
        again: Rulebook = pickle.loads(pickle.dumps(book))
        assert again == book
        assert again.compiled == book.compiled
        assert again.rules == book.rules
        assert again.facts == book.facts
        assert again.licenses.find("toy") == book.licenses.find("toy")
        with pytest.raises(AttributeError):
            book.version = "8"  # type: ignore[misc]


def test_the_workbench_selects_rules_by_path(own: Path, base: Path) -> None:
    lay(
        own,
        {
            "no-night-use.yaml": NIGHT,
            "sub/no-dusk.yaml": NIGHT.replace("OWN-001", "OWN-002").replace("no-night-use", "no-dusk"),
        },
    )
    desk = assemble([own])
    ids = lambda *paths: [entry.value.id for entry in desk.selected(paths)]  # noqa: E731
    assert ids() == ["NAM-001", "OWN-001", "OWN-002", "USE-001"]
    assert ids(own) == ["OWN-001", "OWN-002"]
    assert ids(own / "sub", base / "clauses/use") == ["OWN-002", "USE-001"]


# --- one fault, one place ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text,kind,message,hint",
    [
        (NIGHT + "‸since: again\n", RuleSyntaxError, "stands twice", "keep one"),
        (edit("message: bars", "message: ‸&x bars"), RuleSyntaxError, "anchor", None),
        ("‸- a\n", RuleSchemaError, "one mapping", None),
        ("‸# nothing\n", RuleSchemaError, "one mapping", None),
        (edit("id: OWN-001", "id: ‸own-1"), RuleSchemaError, "'id' must be capitals", None),
        (edit("slug: no-night-use", "slug: ‸No Night"), RuleSchemaError, "'slug' must be lower-case", None),
        (edit("slug: no-night-use", "slug: ‸no-nights-use"), RuleSchemaError, "not the name of the file", "same"),
        (edit("clause: field", "clause: ‸feild"), RuleSchemaError, "'feild-of-use' is not a value of 'clause'", "did you mean 'field-of-use'?"),
        (edit("message:", "‸mesage:"), RuleSchemaError, "", None),
        (edit('since: "1"', "since: ‸1"), RuleSchemaError, "'since': must be text", "quotes"),
        (edit("why: Criterion 6.\n", "why: Criterion 6.\nceiling: ‸opne\n"), RuleSchemaError, "not a tier: 'opne'", "did you mean 'open'?"),
        (edit("why: Criterion 6.\n", "why: Criterion 6.\nceiling: ‸osi\n"), RuleSchemaError, "never raise it", "no_ceiling"),
        (edit("why: Criterion 6.\n", "why: Criterion 6.\nalso: ‸military-ban\n"), RuleSchemaError, "'also': must be a list", "[value]"),
        (edit("why: Criterion 6.\n", "why: Criterion 6.\nno_ceiling: ‸7\n"), RuleSchemaError, "true or false", None),
        (edit("why: Criterion 6.\n", "why: Criterion 6.\n‸readings: [{says: a}, {says: b}]\n"), RuleSchemaError, "exactly one must be taken", None),
        (edit("why: Criterion 6.\n", "why: Criterion 6.\naliases: [‸old]\n"), RuleSchemaError, "must be former ids", None),
        (edit("in: [license]", "‸in: []"), RuleSchemaError, "", None),
        (edit("[license]", "[‸License]"), RuleSchemaError, "'License' is not a value of 'in'", "lower case: 'license'"),
        (edit("in: [license]", "‸roles: [license]"), RuleSchemaError, "no field 'roles'", "the field is called 'in'"),
        (edit("in: [license]", "‸witin: sentence"), RuleSchemaError, "no field 'witin'", "did you mean 'within'?"),
        (edit("in: [license]", "within: ‸page"), RuleSchemaError, "'page' is not a value of 'within'", "known are: document, paragraph, sentence"),
        (edit("in: [license]", "gap: ‸wide"), RuleSchemaError, "whole number", None),
        (edit("in: [license]", "gap: ‸0"), RuleSchemaError, "greater than 0", None),
        (edit(SOURCES, "‸sources: []"), RuleSchemaError, "'sources' must hold at least one entry", "where the reason comes from"),
        (edit("https://opensource", "‸ftp://opensource").replace('"‸ftp', '‸"ftp'), RuleSchemaError, "'url' must be an address", None),
        (edit("read: 2026-11-21", "read: ‸yesterday"), RuleSchemaError, "must be a date", None),
        (edit("    - {text: you may not use it at night, span: may not use it at night}\n", "    []\n").replace("  match:", "  ‸match:"), RuleSchemaError, "'match' must hold at least one", "must fire"),
        (edit("no_match:\n    - {text: good night and may not end, why: a wish}", "‸no_match: []"), RuleSchemaError, "'no_match' must hold", "silent"),
        (edit(", why: a wish", "").replace("{text: good", "‸{text: good"), RuleSchemaError, "'why' is missing", None),
        (edit("text: good night and may not end", "text: ‸''"), RuleSchemaError, "must not be empty", None),
        (edit("detect:\n  in: [license]\n  seq: ['{never}', '\\bnight\\b']\n", "‸detect:\n  in: [license]\n"), RuleSchemaError, "at least one pattern", None),
        (edit(NIGHT[NIGHT.index("examples:"):], "examples: ‸none\n"), RuleSchemaError, "must be a mapping", None),
        (edit(r"'\bnight\b'", r"'‸(\bnight\b'"), RulePatternError, "RE2 refuses the pattern: missing )", "literally"),
        (edit(r"'\bnight\b'", r"'\bnight‸(?=s)'"), RulePatternError, "invalid perl operator", "lookaround"),
        (edit(r"'\bnight\b'", r"'night‸{1001}'"), RulePatternError, "invalid repetition size", "1000"),
        (edit(r"'\bnight\b'", r"'night‸**'"), RulePatternError, "bad repetition operator", None),
        (edit(r"'\bnight\b'", r"'(n)ight‸\1'"), RulePatternError, "invalid escape sequence", "back references"),
        (edit(r"'\bnight\b'", "‸'(?:night)?'"), RulePatternError, "empty text", None),
        (edit(r"'\bnight\b'", r"'\b‸Night\b'"), RulePatternError, "'N' can never match", None),
        (edit(r"'\bnight\b'", "'night‸’s'"), RulePatternError, "can never match", None),
        (edit(r"'\bnight\b'", "'{‸nevr}'").replace("'{‸", "'‸{"), RulePatternError, "no term {nevr}", "did you mean 'never'?"),
        (edit("unless: ['", "unless: ['a', '‸(").replace("(\\bgood night\\b", "(good"), RulePatternError, "missing )", None),
        (edit("OWN-001", "‸USE-001"), RuleSchemaError, "'USE-001' is taken by", "never used again"),
        (edit("OWN-001", "‸USE-009"), RuleSchemaError, "'USE-009' is taken by", None),
        (edit('since: "1"', 'since: "1"\naliases: [OWN-002, ‸NAM-001]'), RuleSchemaError, "'NAM-001' is taken by", None),
        (edit('since: "1"', 'since: "1"\naliases: [‸OWN-001]'), RuleSchemaError, "'OWN-001' is taken by", None),
    ],
)  # fmt: skip
def test_a_faulty_rule(own: Path, text: str, kind: type, message: str, hint: str | None) -> None:
    if text.count("‸") == 1 and "mesage" in text:  # two faults: an unknown field, and a missing one
        plain, line, column = marked(text)
        with pytest.raises(RulebookError) as caught:
            load_rulebook([lay(own, {"no-night-use.yaml": plain})])
        unknown = next(error for error in caught.value.errors if error.column == column and error.line == line)
        assert unknown.hint == "did you mean 'message'?"
        assert any("'message' is missing" in error.message for error in caught.value.errors)
        return
    error = fault(own, text)
    assert type(error) is kind
    assert message in error.message
    assert hint is None or hint in str(error.hint)


def test_a_slug_that_is_taken(own: Path) -> None:
    text = edit("slug: no-night-use", "slug: ‸day")
    assert "'day' is taken by" in fault(own, text, "day.yaml").message


@pytest.mark.parametrize("name", ["sources", "examples", "detect", "id", "why"])
def test_what_a_rule_cannot_do_without(own: Path, name: str) -> None:
    text = "‸" + re.sub(rf"^{name}:.*\n(?:  .*\n)*", "", NIGHT, flags=re.MULTILINE)
    error = fault(own, text)
    assert error.message == f"the field {name!r} is missing"
    assert isinstance(error, RuleSchemaError)


@pytest.mark.parametrize(
    "name,text,message",
    [
        ("terms.yaml", "‸[a]", "one mapping of names to patterns under 'terms'"),
        ("terms.yaml", "‸never_again: x", "under 'terms'"),
        ("terms.yaml", "‸terms: {a: x}\nmore: y", "under 'terms'"),
        ("terms.yaml", "terms: {‸Night: x}", "no name for a term"),
        ("terms.yaml", "terms: {‸night: [x]}", "must be a pattern"),
        ("terms.yaml", "terms: {‸never: x}", "there is a term 'never' already"),
        ("terms.yaml", "terms: {a: '{b}', b: ok, c: '‸(', d: '{c}'}", "missing )"),
        ("terms.yaml", "terms: {a: 'x‸{nowhere}'}", "no term {nowhere}"),
        ("terms.yaml", "terms: {a: ‸'x{a}', b: '{a}'}", "stands for itself: a > a"),
        ("vocabulary.yaml", "‸clauses: []", "cannot hold vocabulary.yaml"),
        ("rulebook.yaml", "‸version: '1'", "cannot hold rulebook.yaml"),
        ("licenses/x.yaml", "‸license: []", "a list under 'licenses'"),
        ("licenses/x.yaml", "‸licenses: {a: b}", "a list under 'licenses'"),
        ("licenses/x.yaml", "licenses: []\n‸familly: x", "no field 'familly'"),
        ("licenses/x.yaml", "licenses:\n  - ‸just text", "a mapping"),
        ("licenses/x.yaml", "licenses:\n  - ‸id: x\n    name: X\n    ceiling: open", "'osi' is missing"),
        ("models/x.yaml", "releases:\n  - ‸name: x\n    access: none\n    " + SOURCES, "'publisher' is missing"),
        ("models/x.yaml", "‸publisher: 7\nreleases:\n  - name: x\n    access: none\n    " + SOURCES, "must be text"),
        ("overrides.yaml", "‸overrides: no", "a list under 'overrides'"),
        ("overrides.yaml", "overrides:\n  - {rule: ‸USE-002, silence: true, reason: x}", "there is no rule 'USE-002'"),
        ("overrides.yaml", "overrides:\n  - ‸{rule: day, reason: x}", "either silence the rule or give it exceptions"),
        ("overrides.yaml", "overrides:\n  - ‸{rule: day, silence: true}", "'reason' is missing"),
        ("overrides.yaml", "overrides:\n  - {rule: day, unless: ['x', '‸('], reason: x}", "missing )"),
    ],
)  # fmt: skip
def test_faults_in_other_files(own: Path, name: str, text: str, message: str) -> None:
    if "publisher: 7" in text:  # an inherited fault stands nowhere in the record: it points at the record
        text = text.replace("‸", "").replace("- name", "- ‸name")
    assert message in fault(own, text, name).message


def test_values_of_unions_are_pointed_at(own: Path) -> None:
    record = BASE["licenses/toy.yaml"].replace("toy-1", "toy-9")
    for value, message in [
        ("{kind: users, ‸cuont: 5, count: 5}", "no field 'cuont'"),
        ("{kind: users, count: ‸many}", "whole number"),
        ("‸{kind: visitors, count: 5}", "'visitors' is not a value of 'values'"),
        ("‸{count: 5}", "'kind' is missing"),
    ]:
        clause = f"    clauses: [{{clause: user-cap, paraphrase: p, values: [{value}]}}]\n"
        assert message in fault(own, record + clause, "licenses/my.yaml").message


def test_keys_of_records_are_unique(own: Path) -> None:
    text = BASE["licenses/toy.yaml"].replace("id: LicenseRef-toy-1", "id: ‸licenseref-TOY-1")
    assert "is there already, in" in fault(own, text, "licenses/my.yaml").message
    (own / "licenses/my.yaml").unlink()
    text = BASE["models/toy.yaml"].replace("name: Bear 7B", "name: ‸bear-7b")
    assert "'bear-7b' is there already" in fault(own, text, "models/my.yaml").message


def test_files_that_are_no_text(own: Path) -> None:
    (own / "latin.yaml").write_bytes(b"id: OWN-001\nwhy: caf\xe9\n")
    with pytest.raises(RuleSyntaxError, match="0xE9 is not UTF-8") as caught:
        load_rulebook([own])
    assert (caught.value.line, caught.value.column) == (2, 9)


def test_deep_nesting_is_a_syntax_error(own: Path) -> None:
    (own / "deep.yaml").write_text("[" * 3000)
    with pytest.raises(RuleSyntaxError, match="nested more than"):
        load_rulebook([own])


def test_a_folder_without_rules(own: Path) -> None:
    with pytest.raises(RulebookError, match=r"holds no \.yaml file"):
        load_rulebook([own])


def test_paths_that_cannot_be_read(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SourceNotFoundError):
        load_rulebook([own / "nowhere"])

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    lay(own, {"no-night-use.yaml": NIGHT})
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(SourceUnreadableError, match="Permission denied") as caught:
        load_rulebook([own], base=True)
    assert str(caught.value.path).endswith(".yaml")


def test_all_faults_are_told_at_once(own: Path) -> None:
    lay(
        own,
        {
            "a.yaml": "id: [",
            "no-night-use.yaml": edit("clause: field", "clause: feild").replace("\\bnight", "(night"),
            "terms.yaml": "terms: {x: '('}",
        },
    )
    with pytest.raises(RulebookError) as caught:
        load_rulebook([own])
    error = caught.value
    assert [Path(str(held.path)).name for held in error.errors] == ["a.yaml", "no-night-use.yaml", "terms.yaml"]
    assert [type(held) for held in error.errors] == [RuleSyntaxError, RuleSchemaError, RulePatternError]
    assert "3 faults in 3 files" in error.message
    for held in error.errors:
        assert str(held) in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)
    assert len(again.errors) == 3


def test_two_faults_of_one_file_are_in_order(own: Path) -> None:
    lay(own, {"no-night-use.yaml": edit("{never}", "(").replace("good night", "good) night")})
    with pytest.raises(RulebookError) as caught:
        load_rulebook([own])
    assert [held.line for held in caught.value.errors] == [10, 11]
    assert caught.value.message.startswith("2 faults:")


def test_terms_in_a_circle_are_told_once_each(own: Path) -> None:
    lay(
        own,
        {
            "terms.yaml": "terms: {a: '{b}', b: '{c}', c: '{a}', d: '{a}x', e: 'fine{must}'}",
            "no-night-use.yaml": edit("{never}", "{d}"),
        },
    )
    with pytest.raises(RulebookError) as caught:
        load_rulebook([own])
    assert [held.message for held in caught.value.errors] == [
        "the term stands for itself: a > b > c > a",
        "the term stands for itself: b > c > a > b",
        "the term stands for itself: c > a > b > c",
    ]


def test_faults_of_the_base_are_told_too(base: Path) -> None:
    (base / "vocabulary.yaml").write_text(
        (base / "vocabulary.yaml").read_text().replace("  - clause: user-cap", "  - clause: indemnity")
    )
    (base / "rulebook.yaml").write_text("version: 7\n")
    with pytest.raises(RulebookError) as caught:
        load_rulebook()
    told = [held.message for held in caught.value.errors]
    assert "rulebook.yaml must hold the field 'version' with a text" in told
    assert "the clause 'indemnity' stands here twice" in told


def test_the_vocabulary_must_be_complete(base: Path) -> None:
    text = (base / "vocabulary.yaml").read_text()
    start = text.index("  - clause: field-of-use")
    (base / "vocabulary.yaml").write_text(text[:start] + text[text.index("  - clause: military-ban") :])
    (base / "rulebook.yaml").write_text("[]")
    with pytest.raises(RulebookError) as caught:
        load_rulebook()
    told = [held.message for held in caught.value.errors]
    assert told == [
        "rulebook.yaml must hold the field 'version' with a text",
        "the vocabulary says nothing of: field-of-use",
    ]


def test_base_files_have_no_overrides(base: Path) -> None:
    lay(base, {"overrides.yaml": "overrides: []"})
    with pytest.raises(RulebookError, match="no field 'overrides'"):
        load_rulebook()


# --- examples ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text,message",
    [
        (edit("text: you may not use it at night", "text: ‸you might use it at night").replace(", span: may not use it at night", ""), "OWN-001 must fire in this text, and does not"),
        (edit("span: may not use it at night", "span: ‸use it at night"), "OWN-001 must fire at these words, and fires at 'may not use it at night'"),
        (edit("span: may not use it at night", "span: ‸use them at night"), "these words do not stand in the text"),
        (edit("text: good night and may not end", "text: ‸may not end this night"), "OWN-001 must stay silent here (a wish), and fires at 'may not end this night'"),
        (edit("text: you may not use it at night,", "text: ‸you may not use it at night, role: card,"), "must fire in this text"),
    ],
)  # fmt: skip
def test_an_example_that_does_not_hold(own: Path, text: str, message: str) -> None:
    error = fault(own, text, check=find_with_re)
    assert type(error) is RuleExampleError
    assert message in error.message
    load_rulebook([own])  # nobody asked for the examples


def test_examples_of_the_base_are_run_on_demand(base: Path) -> None:
    path = base / "clauses/use/day.yaml"
    path.write_text(path.read_text().replace("text: good day", "text: you may not say good day"))
    load_rulebook(check=find_with_re)
    with pytest.raises(RuleExampleError, match="must stay silent here"):
        load_rulebook(check=find_with_re, trust_base=False)
    with pytest.raises(RuleExampleError):
        compile_rulebook(base, check=find_with_re)
    assert not (base / "index").exists()


def test_an_example_error_without_a_file(base: Path) -> None:
    from openness.rulebook.examples import check_examples

    book = load_rulebook()
    errors = check_examples(book.rule("day"), lambda *_: [], compiled=book.compiled_rule("day"))
    assert [(error.path, error.line) for error in errors] == [("day.yaml", None)]


# --- where the base is ---------------------------------------------------------------------------------


def test_the_rules_of_a_checkout_are_found(repository: Path) -> None:
    assert rules_folder() == (repository / "rules", False)


def test_the_rules_of_a_wheel_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site/openness"
    lay(package, {"rules/vocabulary.yaml": "", "rulebook/load.py": ""})
    monkeypatch.setattr(load_module, "__file__", str(package / "rulebook/load.py"))
    assert rules_folder() == (package / "rules", True)
    (package / "rules/vocabulary.yaml").unlink()
    with pytest.raises(RulebookError, match="are missing") as caught:
        rules_folder()
    assert "--force-reinstall" in str(caught.value.hint)


def test_the_default_rulebook_is_loaded_once(base: Path) -> None:
    default_rulebook.cache_clear()
    try:
        assert default_rulebook() is default_rulebook()
    finally:
        default_rulebook.cache_clear()


# --- patterns ------------------------------------------------------------------------------------------


def test_terms_are_told_from_other_braces() -> None:
    assert term_names(r"{a} \{b} a{2} \p{Greek} \P{l} \x{ff} {c-d_1}{a}") == ("a", "c-d_1", "a")


def test_terms_that_grow_without_end_are_refused() -> None:
    terms = {f"t{n}": f"{{t{n - 1}}}{{t{n - 1}}}" if n else "lol" for n in range(40)}
    ordered, circles = order_terms(terms)
    assert len(ordered) == 40
    assert not circles

    def expand_all() -> None:
        expanded: dict[str, str] = {}
        for name in ordered:
            expanded[name] = expand_terms(terms[name], expanded)

    with pytest.raises(BadPatternError, match="longer than 100,000"):
        expand_all()


def test_a_long_chain_of_terms_needs_no_recursion() -> None:
    terms = {f"t{n}": f"{{t{n + 1}}}" for n in range(5000)}
    ordered, circles = order_terms(terms)
    assert ordered[-1] == "t0"
    assert not circles


@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdefg"), max_size=3), max_size=6))
def test_every_term_is_either_ordered_or_held_up_by_a_circle(uses: dict[str, list[str]]) -> None:
    terms = {name: "".join(f"{{{used}}}" for used in held) for name, held in uses.items()}
    ordered, circles = order_terms(terms)
    assert sorted([*ordered, *circles]) == sorted(terms)
    for place, name in enumerate(ordered):
        assert all(used in ordered[:place] for used in uses[name] if used in terms)
    for name, walk in circles.items():
        assert walk[0] == name
        assert walk[-1] in walk[:-1]
        assert all(b in uses[a] for a, b in pairwise(walk))


@pytest.mark.parametrize(
    "pattern",
    [r"\W+x", r"(?P<Name>x)", "[[:^alpha:]]x", "(?i)Night", r"\pLx", r"\p{Greek}x", r"\x{4A}x", r"\x4Ax", "(?U)x+"],
)
def test_capitals_that_are_no_letters_are_fine(pattern: str) -> None:
    check_pattern(pattern)


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(BadPatternError, match="surrogate"):
        check_pattern("a\ud800")


def test_a_term_may_match_nothing_but_not_be_broken() -> None:
    check_pattern("(?:very )?", may_be_empty=True)
    with pytest.raises(BadPatternError):
        check_pattern("(", may_be_empty=True)


def test_hints_name_the_nearest_or_all_of_a_few() -> None:
    assert did_you_mean("nigt", ["night", "day"]) == "did you mean 'night'?"
    assert did_you_mean("zzz", ["night", "day"]) == "known are: day, night"
    assert did_you_mean("zzz", [f"word{n}" for n in range(60)]) is None
    assert did_you_mean("zzz", []) is None


def test_a_stale_index_is_said(base: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        load_rulebook()
        assert not caplog.records  # there is none
        compile_rulebook(base)
        load_rulebook()
        assert not caplog.records  # it is fresh
        lay(base, {"clauses/use/no-night-use.yaml": NIGHT})
        assert "OWN-001" in [rule.id for rule in load_rulebook().compiled]
    assert "out of date" in caplog.text
    assert isinstance(load_rulebook().licenses["LicenseRef-toy-1"], License)


@pytest.mark.parametrize(
    "lines,ceiling",
    [
        ("", Tier.OPEN),
        ("ceiling: proprietary\n", Tier.PROPRIETARY),
        ("ceiling: open\n", Tier.OPEN),
        ("no_ceiling: true\n", None),
    ],
)
def test_a_rule_lowers_its_ceiling_or_has_none(own: Path, lines: str, ceiling: Tier | None) -> None:
    lay(own, {"no-night-use.yaml": NIGHT + lines})
    book = load_rulebook([own])
    assert book.compiled_rule("OWN-001").ceiling is ceiling
    assert book.rule("OWN-001").effective_ceiling(book.facts[Clause.FIELD_OF_USE]) is ceiling
    assert book.rule("OWN-001").detect.patterns == ("{never}", r"\bnight\b", r"\bgood night\b")


def test_a_clause_without_ceiling_can_be_given_one(own: Path) -> None:
    lay(
        own,
        {
            "no-night-use.yaml": edit("field-of-use", "governing-law")
            + "ceiling: open\ncriteria: [OSD-6]\nprofile: []\n"
        },
    )
    rule = load_rulebook([own]).compiled_rule("OWN-001")
    assert (rule.ceiling, rule.criteria, rule.profile) == (Tier.OPEN, ("OSD-6",), ())


def test_a_ceiling_and_none_contradict_each_other(own: Path) -> None:
    assert "contradict" in fault(own, "‸" + NIGHT + "ceiling: open\nno_ceiling: true\n").message


@given(st.data())
def test_a_mangled_rule_is_read_or_refused_with_a_place(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    lines = NIGHT.splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        lines[at : at + 1] = data.draw(
            st.sampled_from(
                [[], [lines[at]] * 2, ["  " + lines[at]], [lines[at].lstrip()], [lines[at].replace(":", "", 1)]]
            )
            | st.text(alphabet="ab:-[]{},&*!|>'\"%#? \n0", max_size=12).map(lambda text: [text + "\n"])
        ) or [""]
    path = tmp_path_factory.mktemp("mangled") / "no-night-use.yaml"
    path.write_text("".join(lines))
    faults: list[RulebookError] = []
    folder = read_folder(path, faults)
    assert bool(folder.rules) != bool(faults)
    for error in faults:
        assert error.path == str(path)
        assert error.line is not None
        assert error.column is not None
        assert error.source_line is not None
        assert str(error)
