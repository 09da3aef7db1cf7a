"""Lines on a terminal: wrapped between words, whole for everybody else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

import openness
from openness.explain import Line, Piece, plain_line
from openness.report.text import render_verdict, wrap_line

WORDS = st.lists(st.sampled_from(["a", "clause", "README.md:12:34", " ", "  ", "stands-here"]), max_size=30)


def test_long_lines_are_broken_between_words_and_indented() -> None:
    line = Line(
        1, (Piece("place", "LICENSE:3:1 "), Piece("plain", "bars every use but one that nobody has ever needed"))
    )
    shown = [plain_line(piece) for piece in wrap_line(line, 30)]
    assert shown == ["  LICENSE:3:1 bars every use", "    but one that nobody has", "    ever needed"]


def test_a_place_stays_whole() -> None:
    line = Line(0, (Piece("place", "a/very/long/path/to/some/README.md:1234:56"),))
    assert list(wrap_line(line, 10)) == [line]


@given(WORDS, st.integers(min_value=10, max_value=60), st.integers(min_value=0, max_value=3))
def test_nothing_is_lost(words: list[str], width: int, depth: int) -> None:
    line = Line(depth, tuple(Piece("plain" if number % 2 else "quote", word) for number, word in enumerate(words)))
    shown = list(wrap_line(line, width))
    joined = "".join(piece.text for part in shown for piece in part.pieces)
    assert "".join(joined.split()) == "".join("".join(words).split())


def test_whole_lines_unless_a_width_is_given() -> None:
    verdict = openness.classify_license("llama3.1")
    assert max(map(len, render_verdict(verdict).splitlines())) > 80
    assert max(map(len, render_verdict(verdict, width=80).splitlines())) <= 80
