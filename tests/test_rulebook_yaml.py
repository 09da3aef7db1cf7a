from __future__ import annotations

import pickle
import sys

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from openness.errors import FrontMatterError, RuleSyntaxError
from openness.rulebook import strict_yaml
from openness.rulebook.strict_yaml import FAULTS, YamlTree, parse_yaml


def read(text: str | bytes, **options: object) -> YamlTree:
    return parse_yaml(text, error=FrontMatterError, code_prefix="front-matter", **options)  # type: ignore[arg-type]


def core(text: str) -> object:
    return read(text, scalars="core").data


def refused(text: str | bytes, **options: object) -> FrontMatterError:
    with pytest.raises(FrontMatterError) as caught:
        read(text, **options)
    return caught.value


@pytest.fixture(params=["libyaml", "python"])
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both parsers of PyYAML: a PyYAML without libyaml must read the same."""
    if request.param == "python":
        monkeypatch.setattr(strict_yaml, "_LOADER", yaml.SafeLoader)
    elif not hasattr(yaml, "CSafeLoader"):
        pytest.skip("this PyYAML was built without libyaml")
    return str(request.param)


def test_text_scalars_stay_as_they_stand(loader: str) -> None:
    text = "license: no\nversion: 1.10\ndate: 2026-11-21\nempty:\nnone: null\nquoted: 'on'\nblock: |\n  a\n  b\n"
    assert read(text).data == {
        "license": "no",
        "version": "1.10",
        "date": "2026-11-21",
        "empty": "",
        "none": "null",
        "quoted": "on",
        "block": "a\nb\n",
    }


@pytest.mark.parametrize(
    "written,value",
    [
        ("null", None), ("~", None), ("", None), ("Null", None),
        ("true", True), ("False", False), ("yes", "yes"), ("no", "no"), ("on", "on"),
        ("0", 0), ("-17", -17), ("700000000", 700_000_000),
        ("007", "007"), ("1_000", "1_000"), ("0x10", "0x10"), ("1.0", "1.0"), ("+5", "+5"), ("-0", 0),
        ("1" * 19, "1" * 19),
        ("2026-11-21", "2026-11-21"), ("'5'", "5"), ('"null"', "null"), ("''", ""),
        ("!!str 5", "5"), ("!!str", ""), ("!!int 5", 5), ("!!bool true", True), ("!!null ''", None),
        ("!!float 1.5", "1.5"),
        ("!!seq [a]", ["a"]), ("!!map {a: b}", {"a": "b"}),
    ],
)  # fmt: skip
def test_core_scalars_are_few_and_predictable(written: str, value: object) -> None:
    data = core(f"x: {written}")
    assert data == {"x": value}
    assert type(data["x"]) is type(value)  # type: ignore[index]


def test_keys_are_always_text() -> None:
    assert core("1: a\nnull: b\ntrue: c\n'': d\n") == {"1": "a", "null": "b", "true": "c", "": "d"}


def test_an_empty_document_is_none() -> None:
    for text in ("", "\n\n", "# only a comment\n", "---\n...\n"):
        assert core(text) is None
    assert list(read("# nothing")) == []


def test_positions_of_keys_and_values(loader: str) -> None:
    tree = read("# head\na: 1\nb:\n  - x\n  - {c: 'y', d: [z]}\n", line_offset=10)
    assert list(tree) == [(), ("a",), ("b",), ("b", 0), ("b", 1), ("b", 1, "c"), ("b", 1, "d"), ("b", 1, "d", 0)]
    assert tree.key_at(("a",)) == (12, 1)
    assert tree.value_at(("a",)) == (12, 4)
    assert tree.key_at(("b",)) == (13, 1)
    assert tree.value_at(("b",)) == (14, 3)
    assert tree.key_at(("b", 0)) == tree.value_at(("b", 0)) == (14, 5)
    assert tree.key_at(("b", 1, "d")) == (15, 14)
    assert tree.value_at(("b", 1, "d", 0)) == (15, 18)
    assert tree.value_offset(("b", 1, "c")) == tree.text.index("'y'")
    assert tree.line_text(15) == "  - {c: 'y', d: [z]}"
    assert ("b", 0) in tree
    assert ("b", 2) not in tree
    assert tree.is_plain(("b", 0))
    assert not tree.is_plain(("b", 1, "c"))
    assert not tree.is_plain(("b",))


def test_lines_are_those_of_an_editor(loader: str) -> None:
    tree = read('a: "x\u2028y\x85z"\r\nb: 1\rc: 2\nd: 3')
    assert tree.key_at(("b",)) == (2, 1)
    assert tree.key_at(("c",)) == (3, 1)
    assert tree.value_at(("d",)) == (4, 4)
    assert tree.line_text(2) == "b: 1"
    assert tree.line_text(4) == "d: 3"


def test_a_byte_order_mark_does_not_count(loader: str) -> None:
    for text in ("\ufeffa: b", "\ufeffa: b".encode()):
        tree = read(text)
        assert tree.data == {"a": "b"}
        assert tree.value_at(("a",)) == (1, 4)


@pytest.mark.parametrize(
    "text,code,line,column",
    [
        ("a: 1\nb: 2\na: 3\n", "duplicate-key", 3, 1),
        ("x: {k: 1, 'k': 2}", "duplicate-key", 1, 11),
        ("a: &here 1\n", "alias", 1, 4),
        ("&here a: 1\n", "alias", 1, 1),
        ("a: &here [1]\n", "alias", 1, 4),
        ("a: *there\n", "alias", 1, 4),
        ("<<: {a: 1}", "key", 1, 1),
        ("? [a, b]\n: c", "key", 1, 3),
        ("? {a: b}\n: c", "key", 1, 3),
        ("a: 1\n---\nb: 2\n", "several-documents", 2, 1),
        ("a: !thing b", "tag", 1, 4),
        ("a: !!python/object:os.system b", "tag", 1, 4),
        ("a: !!binary aGk=", "tag", 1, 4),
        ("a: ! b", "tag", 1, 4),
        ("a: !!set {b}", "tag", 1, 4),
        ("a: !!map [b]", "tag", 1, 4),
        ("!!int a: b", "tag", 1, 1),
        ("a:\tb\n\tc: d", "syntax", 2, 1),
        ("a: b: c", "syntax", 1, 5),
        ("a: 'x\nb: y\n", "syntax", 1, 4),
        ("x:\n  - a\n - b\n", "syntax", 3, 2),
        ("a: [1\nb: 2", "syntax", 2, 2),
        ("a: ok\nb: \x07", "encoding", 2, 4),
        ("a: \ud800", "encoding", 1, 4),
        (b"a: ok\n# \xc3\xa9\nb: \xff", "encoding", 3, 4),
        (b"\xef\xbb\xbfa: \xff", "encoding", 1, 4),
    ],
)  # fmt: skip
def test_what_is_refused_and_where(loader: str, text: str | bytes, code: str, line: int, column: int) -> None:
    error = refused(text, path="README.md")
    assert code in FAULTS
    assert error.code == f"front-matter-{code}"
    if not (code == "syntax" and loader == "python"):  # the two parsers point at different places
        assert (error.path, error.line, error.column) == ("README.md", line, column)
    assert error.source_line is not None
    assert error.hint is None or error.hint
    assert error.__context__ is None or error.__suppress_context__
    assert pickle.loads(pickle.dumps(error)).where == error.where


def test_values_that_do_not_fit_their_tag() -> None:
    for text in ("a: !!int x", "a: !!bool 1", "a: !!null x", "a: !!int true", "a: !!float true"):
        assert refused(text, scalars="core").code == "front-matter-tag"
    assert read("a: !!int x").data == {"a": "x"}


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "[{b: "])
def test_nesting_is_an_error_and_not_a_crash(loader: str, opening: str) -> None:
    limit = sys.getrecursionlimit()
    error = refused(opening * 3000)
    assert error.code == "front-matter-too-deep"
    assert error.line == 1
    assert sys.getrecursionlimit() == limit


def test_depth_counts_lists_and_mappings() -> None:
    assert read("[[[x]]]", max_depth=3).data == [[["x"]]]
    assert refused("[[[x]]]", max_depth=2).column == 3


def test_size_is_bytes_in_utf8() -> None:
    assert read("a: é", max_bytes=5).data == {"a": "é"}
    for text in ("a: é", "a: é".encode()):
        error = refused(text, max_bytes=4)
        assert error.code == "front-matter-too-large"
        assert (error.line, error.column) == (1, 1)


def test_errors_are_of_the_class_asked_for() -> None:
    with pytest.raises(RuleSyntaxError) as caught:
        parse_yaml("a: [", error=RuleSyntaxError, path="x.yaml")
    assert caught.value.code == "rule-syntax"
    assert str(caught.value).startswith("x.yaml:1:")


def test_a_tab_gets_a_hint() -> None:
    assert "not tabs" in str(refused("a:\n\tb: 1").hint)
    assert "single quotes" in str(refused(r'a: "\s"').hint)


def test_a_reader_that_refuses_more_is_still_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> object:
        raise yaml.reader.ReaderError("x", 1, 0, "utf-8", "not today")

    monkeypatch.setattr(strict_yaml.yaml, "parse", refuse)
    assert "not today" in refused("a: b").message


def test_a_fault_without_a_place_is_shown_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> object:
        raise yaml.MarkedYAMLError(problem="something odd")

    monkeypatch.setattr(strict_yaml.yaml, "parse", refuse)
    error = refused("a: b")
    assert (error.line, error.column, error.hint) == (1, 1, None)


def read_or_refuse(text: str | bytes) -> None:
    """Either every node has a place, or the error has one."""
    try:
        tree = read(text, scalars="core")
    except FrontMatterError as caught:
        error = caught
    else:
        for path in tree:
            assert tree.line_column(tree.value_offset(path)) == tree.value_at(path)
            assert len(tree.line_text(tree.value_at(path)[0])) >= tree.value_at(path)[1] - 1
        return
    assert error.line is not None
    assert error.source_line is not None
    assert error.code.startswith("front-matter-")
    assert str(error)


@given(st.text() | st.text(alphabet="ab:-[]{},&*!|>'\"%@`#? \n\t\r\\\u2028\ufeff", max_size=60))
def test_no_text_crashes_it(text: str) -> None:
    read_or_refuse(text)


@given(st.binary(max_size=200))
def test_no_bytes_crash_it(data: bytes) -> None:
    read_or_refuse(data)


# U+0085 is left out: PyYAML writes it raw and folds it when it reads.
plain = st.text(alphabet=st.characters(max_codepoint=0x2FF, exclude_categories=["Cc", "Cs"]), max_size=12)
trees = st.recursive(
    plain | st.integers(-(10**17), 10**17) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(plain, inner, max_size=4),
    max_leaves=12,
)


@given(trees, st.booleans())
def test_what_was_written_is_read_back(data: object, flow: bool) -> None:
    text = yaml.safe_dump(data, allow_unicode=True, default_flow_style=flow, sort_keys=False, width=1000)
    assert parse_yaml(text, error=FrontMatterError, scalars="core").data == data


def test_every_front_matter_of_the_corpus_is_data_or_an_error_with_a_place(shared) -> None:  # type: ignore[no-untyped-def]
    seen = 0
    for card in sorted((shared / "corpus/cards/raw").glob("*")):
        block = card.read_text("utf-8", "replace").split("---", 2)
        if len(block) < 3 or block[0].strip():
            continue
        seen += 1
        read_or_refuse(block[1])
    assert seen > 100
