"""Words read off a pattern must never shut out a sentence that the pattern matches."""

from __future__ import annotations

import re2
from hypothesis import given
from hypothesis import strategies as st

from openness.clauses.literals import TOKEN, WordTable, required_words

WORDS = st.sampled_from(["not", "use", "used", "model", "weights", "sell", "non", "commercial", "a", "商业", "不得"])


def patterns() -> st.SearchStrategy[str]:
    plain = st.one_of(WORDS, st.sampled_from([" ", "-", r"\b", r"\w+", "[sz]", ".", r"\.", "s?", "(?:x|y)?"]))
    return st.recursive(
        st.lists(plain, min_size=1, max_size=4).map("".join),
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=4).map(lambda branches: f"(?:{'|'.join(branches)})"),
            st.tuples(inner, st.sampled_from(["?", "*", "+", "{0,3}", "{2}"])).map(
                lambda pair: f"(?:{pair[0]}){pair[1]}"
            ),
            st.lists(inner, min_size=2, max_size=3).map("".join),
            st.lists(inner, min_size=2, max_size=3).map(" ".join),
        ),
        max_leaves=8,
    )


SENTENCES = st.lists(st.one_of(WORDS, st.sampled_from([" ", "-", "s", "x", ".", "z"])), max_size=14).map("".join)


@given(patterns(), SENTENCES)
def test_a_match_has_a_word_of_each_group(pattern: str, sentence: str) -> None:
    groups = required_words(pattern)
    if re2.search(pattern, sentence) is None:
        return
    table = WordTable()
    bits = table.add(groups)
    assert table.bits(sentence, 0, len(sentence)) & bits == bits, groups


@given(patterns(), st.data())
def test_a_text_made_from_the_pattern_passes(pattern: str, data: st.DataObject) -> None:
    sentence = data.draw(st.from_regex(pattern, fullmatch=True)).lower()
    if len(sentence) > 500 or re2.search(pattern, sentence) is None:
        return
    table = WordTable()
    bits = table.add(required_words(pattern))
    assert table.bits(sentence, 0, len(sentence)) & bits == bits


def test_words_are_told_from_parts_of_words() -> None:
    assert required_words(r"\bnot\b") == (frozenset({"=not"}),)
    assert required_words(r"\bcommerci\w+") == (frozenset({"^commerci"}),)
    assert set(required_words(r"non-?commercial use")) == {
        frozenset({"commerci"}),
        frozenset({"non"}),
        frozenset({"^use"}),
    }
    assert required_words(r"\b(?:war|weapons?)\b") == (frozenset({"=war", "^weapon"}),)


def test_what_may_be_left_out_is_not_required() -> None:
    assert required_words(r"(?:foo)?") == ()
    assert required_words(r"a?b*") == ()
    assert required_words(r"(?:foo|\w+)") == ()
    assert required_words(r"\w+|[0-9]+") == ()


def test_unknown_syntax_requires_nothing() -> None:
    for pattern in (r"\Qfoo\E", "foo)", "(foo", r"\Afoo", "foo["):
        assert required_words(pattern) == ()


def test_short_words_count_only_in_chinese() -> None:
    assert required_words(r"\ba\b") == ()
    assert required_words("禁") == (frozenset({"禁"}),)


def test_tokens_are_runs_of_letters() -> None:
    assert TOKEN.findall("non-commercial use, 商业用途!") == ["non", "commercial", "use", "商业用途"]
