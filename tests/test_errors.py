"""The tree of errors: stable codes, places, ways out; and they survive a trip to another process."""

from __future__ import annotations

import copy
import inspect
import pickle
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openness import errors
from openness.errors import (
    ExpressionError,
    FrontMatterError,
    InputError,
    MissingExtraError,
    OpennessError,
    RulebookError,
    RuleSchemaError,
    RuleSyntaxError,
    SourceError,
    SourceNotFoundError,
    UnknownNameError,
)


def kinds(root: type[OpennessError] = OpennessError) -> Iterator[type[OpennessError]]:
    yield root
    for kind in root.__subclasses__():
        if kind.__module__ == errors.__name__:
            yield from kinds(kind)


ALL = list(kinds())
PLACE = {
    "path": "cards/README.md",
    "line": 3,
    "column": 5,
    "source_line": "abc: [",
    "hint": "close the list",
    "code": "front-matter-unclosed",
}


def test_every_code_is_its_own() -> None:
    codes = [kind.code for kind in ALL]
    assert sorted(set(codes)) == sorted(codes)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)
    assert all("code" in vars(kind) for kind in ALL), "a code is inherited by mistake"
    assert all(inspect.getdoc(kind) for kind in ALL)


def test_the_tree_at_the_head_of_the_module_is_the_tree() -> None:
    drawn = re.findall(r"[├└]── (\w+)(?: \((\w+)\))?", errors.__doc__ or "")
    assert [name for name, _ in drawn] == [kind.__name__ for kind in ALL if kind is not OpennessError]
    for name, builtin in drawn:
        if builtin:
            assert builtin in {base.__name__ for base in getattr(errors, name).__bases__}


@pytest.mark.parametrize(
    "kind, builtin",
    [
        (InputError, ValueError),
        (ExpressionError, ValueError),
        (FrontMatterError, ValueError),
        (SourceError, OSError),
        (SourceNotFoundError, OSError),
        (UnknownNameError, LookupError),
        (RulebookError, ValueError),
        (MissingExtraError, ImportError),
    ],
)
def test_branches_are_built_in_errors_too(kind: type[OpennessError], builtin: type[Exception]) -> None:
    with pytest.raises(builtin, match="something is wrong"):
        raise kind("something is wrong")


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("place", [{}, PLACE], ids=["bare", "placed"])
def test_they_survive_pickling_and_copying(kind: type[OpennessError], place: dict[str, object]) -> None:
    error = kind("wrong", **place)  # type: ignore[arg-type]
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(again) is kind
        assert str(again) == str(error)
        assert again.args == error.args == ("wrong",)
        for name in ("message", "path", "line", "column", "source_line", "hint", "code"):
            assert getattr(again, name) == getattr(error, name)


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_what_is_shown(kind: type[OpennessError]) -> None:
    assert str(kind("wrong")) == f"wrong [{kind.code}]"
    assert str(kind("wrong", **PLACE)).splitlines() == [  # type: ignore[arg-type]
        "cards/README.md:3:5: wrong [front-matter-unclosed]",
        "  | abc: [",
        "  |     ^",
        "  hint: close the list",
    ]


@pytest.mark.parametrize(
    "place, where",
    [
        ({}, ""),
        ({"path": "a.md"}, "a.md"),
        ({"path": "a.md", "line": 2}, "a.md:2"),
        ({"path": "a.md", "line": 2, "column": 7}, "a.md:2:7"),
        ({"line": 2, "column": 7}, "<input>:2:7"),
        ({"column": 7}, ""),
        ({"path": "a.md", "column": 7}, "a.md"),
    ],
)
def test_where(place: dict[str, int], where: str) -> None:
    assert OpennessError("wrong", **place).where == where  # type: ignore[arg-type]


def excerpt(line: str, column: int | None) -> list[str]:
    error = OpennessError("wrong", line=1, column=column, source_line=line)
    return [shown.removeprefix("  | ") for shown in str(error).splitlines()[1:]]


def test_a_line_without_a_column_has_no_caret() -> None:
    assert excerpt("abc", None) == ["abc"]


@pytest.mark.parametrize(
    "line, column, shown, caret",
    [
        ("abc", 1, "abc", "^"),
        ("abc", 4, "abc", "   ^"),  # behind the end: something is missing there
        ("abc", 99, "abc", "   ^"),
        ("abc", 0, "abc", "^"),
        ("", 1, "", "^"),
        ("\tb", 2, " b", " ^"),
        ("a\x1b[31mb", 2, "a�[31mb", " ^"),  # no escape reaches a terminal
        ("a\u202eb", 3, "a�b", "  ^"),
        ("a\x00\x85b", 4, "a��b", "   ^"),
        ("许可证: x", 6, "许可证: x", "        ^"),  # two cells each
        ("e\u0301x", 3, "e\u0301x", " ^"),  # a combining mark takes none
        ("ü🦙x", 3, "ü🦙x", "   ^"),
        ("\udcffx", 2, "�x", " ^"),  # undecodable bytes kept as surrogates
    ],
)
def test_caret(line: str, column: int, shown: str, caret: str) -> None:
    assert excerpt(line, column) == [shown, caret]


@pytest.mark.parametrize("column", [1, 40, 51, 500, 951, 1000, 1001])
def test_long_lines_are_cut_around_the_column(column: int) -> None:
    line = "".join(chr(ord("a") + at % 26) for at in range(1000))
    shown, caret = excerpt(line, column)
    assert len(shown) <= 100
    assert shown in line
    at = caret.index("^")
    assert (shown + "$")[at] == (line + "$")[column - 1]
    assert excerpt(line, None) == [line[:100]]


@given(st.text(), st.integers(-3, 200))
def test_an_excerpt_never_breaks_the_layout(line: str, column: int) -> None:
    shown, caret = excerpt_of(line, column)
    assert shown.isprintable()
    assert len(shown) <= 100
    assert caret.strip(" ") == "^"


def excerpt_of(line: str, column: int) -> tuple[str, str]:
    text = str(OpennessError("wrong", line=1, column=column, source_line=line))
    head, shown, caret = text.split("\n")
    assert head == f"<input>:1:{column}: wrong [openness-error]"
    return shown.removeprefix("  | "), caret.removeprefix("  | ")


# --- many faults in one rule folder --------------------------------------------------------------------


def test_all_faults_of_a_rule_folder_are_held() -> None:
    faults = (RuleSyntaxError("no colon", path="a.yaml", line=2), RuleSchemaError("no sources", path="b.yaml"))
    error = RulebookError("two rule files cannot be used", errors=faults, hint="mend them")
    assert error.errors == faults
    assert str(error).splitlines() == [
        "a.yaml:2: no colon [rule-syntax]",
        "b.yaml: no sources [rule-schema]",
        "two rule files cannot be used [rulebook]",
        "  hint: mend them",
    ]
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)
    assert [type(held) for held in again.errors] == [RuleSyntaxError, RuleSchemaError]


def test_a_single_fault_holds_itself() -> None:
    error = RuleSchemaError("no sources", path="b.yaml")
    assert error.errors == (error,)
