"""Verdicts for a terminal: the layout of `openness.explain`, with color where it helps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..explain import Line, Piece, Style, plain_line, verdict_lines
from ..records import Verdict

_ANSI: dict[Style, str] = {
    "osi": "1;32",
    "open": "1;33",
    "proprietary": "1;31",
    "undetermined": "1;35",
    "head": "1",
    "place": "36",
    "quote": "3",
    "match": "3;4;33",
    "rule": "2",
    "dim": "2",
    "plain": "",
}


def render_verdict(verdict: Verdict, *, color: bool = False, verbose: bool = False, width: int | None = None) -> str:
    """A verdict as text, without a line break at the end.

    Args:
        verdict: What to show.
        color: Whether to write terminal colors.
        verbose: Whether to quote everything that was found.
        width: Columns of the terminal; None leaves lines whole, for files and for other programs.
    """
    return render_lines(verdict_lines(verdict, verbose=verbose), color=color, width=width)


def render_lines(lines: Iterable[Line], *, color: bool, width: int | None = None) -> str:
    """Styled lines as text."""
    if width is not None:
        lines = (piece for line in lines for piece in wrap_line(line, width))
    return "\n".join(_colored(line) if color else plain_line(line) for line in lines)


def wrap_line(line: Line, width: int) -> Iterator[Line]:
    """A line as several of at most ``width`` columns, the later ones indented one step more.

    Broken between words only: a place or an address stays whole, so that it can be clicked and copied.
    """
    depth = line.depth
    room = width - 2 * depth
    held: list[Piece] = []
    for style, words in line.pieces:
        for word in _WORDS.findall(words):
            if word.isspace() and not held:
                continue  # the blank at which the line was broken
            if held and len(word.rstrip()) > room and (word.isspace() or held[-1].text[-1].isspace()):
                yield Line(depth, tuple(held))
                depth = line.depth + 1
                room = width - 2 * depth
                held = []
                if word.isspace():
                    continue
            if held and held[-1].style == style:
                held[-1] = Piece(style, held[-1].text + word)
            else:
                held.append(Piece(style, word))
            room -= len(word)
    yield Line(depth, tuple(held))


_WORDS = re.compile(r"\s+|\S+")


def _colored(line: Line) -> str:
    pieces = []
    for piece in line.pieces:
        code = _ANSI[piece.style]
        pieces.append(f"\x1b[{code}m{piece.text}\x1b[0m" if code and piece.text else piece.text)
    return ("  " * line.depth + "".join(pieces)).rstrip()
