"""Normalization: what it folds away, and that every character of the result comes from somewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openness.text import normalize

PIECES = st.sampled_from(
    [
        "You may not", " use ", "the model", ".\n", "\n\n", "\r\n", "\r", "\t", "  ", "- ", "* ", "1. ", "(a) ", "# ",
        "// ", " * ", "/*", "*/", "> ", "<p>", "</p>", "<br/>", "&amp;", "&nbsp;", "&#8217;", "**", "__", "`", "[",
        "](", ")", "soft-\nware", "non-\ncommercial", "\u00ad", "\u200b", "\ufeff", "ﬁ", "“", "”", "’", "—", "…",
        "不得",
        "商业", "。", "\u3000", "İ", "ẞ", "\U0001f600", "\x00", "|", "@", "dnl ", "REM ", "\u2028", "\x85",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map("".join))


@given(TEXTS)
def test_each_character_maps_to_an_offset_of_the_original_in_order(text: str) -> None:
    result = normalize(text)
    assert len(result.text) == len(result.cased)
    offsets = [result.original_span(at, at + 1).start for at in range(len(result.text))]
    assert offsets == sorted(offsets)
    assert all(0 <= offset < len(text) for offset in offsets)


@given(TEXTS, st.data())
def test_spans_map_to_spans(text: str, data: st.DataObject) -> None:
    result = normalize(text)
    start = data.draw(st.integers(0, len(result.text)))
    end = data.draw(st.integers(start, len(result.text)))
    span = result.original_span(start, end)
    assert 0 <= span.start <= span.end <= len(text)
    outer = result.original_span(0, len(result.text))
    assert start == end or (outer.start <= span.start and span.end <= outer.end)


@given(TEXTS)
def test_the_result_is_plain(text: str) -> None:
    result = normalize(text)
    assert result.text == result.cased.lower()
    assert "\r" not in result.text
    assert "\t" not in result.text
    assert "\n\n" not in result.text
    assert not result.text.endswith((" ", "\n"))


@given(st.text(alphabet="abcdefgh", min_size=1, max_size=12), st.text(alphabet="abc ,", max_size=30))
def test_words_stay_as_they_are(word: str, rest: str) -> None:
    assert normalize(f"{word} {rest}").text.startswith(word)


def text_of(raw: str) -> str:
    return normalize(raw).text


def test_quotes_and_dashes_become_plain() -> None:
    assert text_of("“Weights” — the model’s") == '"weights" - the model\'s'


@pytest.mark.parametrize("sign", ["#", "//", "--", ";", "%", " *", "dnl", "REM", ">"])
def test_comment_signs_are_taken_off(sign: str) -> None:
    lines = ["You may use the weights in any", "way you like as long as you keep", "this notice in every copy made."]
    commented = "\n".join(f"{sign} {line}" for line in lines)
    if sign == " *":
        commented = f"/*\n{commented}\n */"
    assert text_of(commented) == text_of("\n".join(lines))


def test_asterisks_that_open_items_are_bullets() -> None:
    # A slash and an asterisk in a line open no comment.
    assert text_of("You may not:\n\n* sell the model\n* rent it, see a /b/* there\n* lend it out") == (
        "you may not:\n* sell the model\n* rent it, see a /b/ there\n* lend it out"
    )


def test_markdown_is_taken_off() -> None:
    raw = "## Grant\n\nYou **may** _not_ use `it`, see [the policy](https://example.org/p)."
    result = normalize(raw)
    assert result.text.startswith("grant\nyou may ")
    assert "**" not in result.text
    assert "`" not in result.text
    assert "the policy (https://example.org/p)" in result.text
    assert 0 in result.headings


@pytest.mark.parametrize("raw", ["0\r# ", "#", "# \n#", "- ", "*", "a\n-", "<", "&", "[", "x\n#\n"])
def test_marks_with_nothing_behind_them_are_read(raw: str) -> None:
    assert len(normalize(raw).text) <= len(raw)


def test_html_is_taken_off() -> None:
    assert text_of("<h2>Grant</h2><p>You&nbsp;may <b>not</b> sell &amp; rent it.</p>") == (
        "grant\nyou may not sell & rent it."
    )


def test_wrapped_lines_are_joined_and_hyphens_healed() -> None:
    raw = (
        "The license that follows covers all of the soft-\nware and its parts, and it bars every non-\n"
        "commercial restriction that others may want to\nadd to the copies that they pass on to others."
    )
    assert text_of(raw) == (
        "the license that follows covers all of the software and its parts, and it bars every non-commercial "
        "restriction that others may want to add to the copies that they pass on to others."
    )


def test_line_ends_do_not_matter() -> None:
    lines = ["First line of a text that is wrapped", "here and goes on.", "", "Second paragraph."]
    assert text_of("\r\n".join(lines)) == text_of("\n".join(lines)) == text_of("\r".join(lines))


def test_chinese_lines_are_joined_without_a_blank() -> None:
    line = "您不得将本模型用于任何商业用途以及任何违反法律法规的活动"
    assert text_of(f"{line}\n{line}\n{line}").replace("\n", "") == line * 3


def test_full_width_letters_are_folded() -> None:
    assert text_of("ＭＩＴ　Ｌｉｃｅｎｓｅ（１）") == "mit license(1)"


def test_quotes_are_the_authors_own_characters() -> None:
    raw = "Intro.\n\n/* You may “not”\n * use the soft-\n * ware. */"
    result = normalize(raw)
    at = result.text.index("software")
    span = result.original_span(at, at + len("software"))
    assert raw[span.start : span.end] == "soft-\n * ware"
    at = result.text.index('"not"')
    span = result.original_span(at, at + 5)
    assert raw[span.start : span.end] == "“not”"


@pytest.mark.parametrize("unit", ["(a) ", "not ", "* ", "<p>", "[", "- \n", "#\n", "&amp;", "-\n"])
def test_long_odd_texts_are_read(unit: str) -> None:
    result = normalize(unit * 50_000)
    assert len(result.text) <= 50_000 * len(unit)
