"""Verdicts for a terminal: the layout of `openness.explain`, with color where it helps."""

from __future__ import annotations

from collections.abc import Iterable

from ..explain import Line, Style, plain_line, verdict_lines
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


def render_verdict(verdict: Verdict, *, color: bool = False, verbose: bool = False) -> str:
    """A verdict as text, without a line break at the end."""
    return render_lines(verdict_lines(verdict, verbose=verbose), color=color)


def render_lines(lines: Iterable[Line], *, color: bool) -> str:
    """Styled lines as text."""
    return "\n".join(_colored(line) if color else plain_line(line) for line in lines)


def _colored(line: Line) -> str:
    pieces = []
    for piece in line.pieces:
        code = _ANSI[piece.style]
        pieces.append(f"\x1b[{code}m{piece.text}\x1b[0m" if code and piece.text else piece.text)
    return ("  " * line.depth + "".join(pieces)).rstrip()
