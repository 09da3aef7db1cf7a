"""Runs a command on a terminal of its own and draws what it shows as an SVG picture.

    python tools/terminal_svg.py COMMAND [ARGUMENT ...] > picture.svg

The terminal is real (a pty), so that colors are those a user sees. Needs a Unix system.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import shlex
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

COLUMNS = 140
CHARACTER = (8.4, 19)  # width and height of a cell at 14 px, in pixels
MARGIN = 16
FOREGROUND, BACKGROUND, PROMPT = "#d7dae0", "#1b1f27", "#7f8896"
FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
PALETTE = ("#5c6370", "#f2777a", "#99cc99", "#ffcc66", "#78aeed", "#cc99cc", "#66cccc", "#d7dae0")
BRIGHT = ("#7f8896", "#ff9a9c", "#b8e0b8", "#ffe0a0", "#a3c9f7", "#e0b8e0", "#93e0e0", "#ffffff")


# What an SGR code changes in a style.
CHANGES: dict[int, dict[str, Any]] = {
    0: {},
    1: {"bold": True},
    2: {"dim": True},
    3: {"italic": True},
    4: {"underlined": True},
    22: {"bold": False, "dim": False},
    23: {"italic": False},
    24: {"underlined": False},
    39: {"color": FOREGROUND},
    **{30 + number: {"color": color} for number, color in enumerate(PALETTE)},
    **{90 + number: {"color": color} for number, color in enumerate(BRIGHT)},
}


class Style(NamedTuple):
    """How a character is drawn."""

    color: str = FOREGROUND
    bold: bool = False
    dim: bool = False
    italic: bool = False
    underlined: bool = False

    def after(self, codes: list[int]) -> Style:
        """The style after an SGR sequence.

        Raises:
            ValueError: A code that this drawing does not know.
        """
        style = self
        for code in codes:
            if code not in CHANGES:
                raise ValueError(f"SGR code {code} cannot be drawn")
            style = style._replace(**CHANGES[code]) if code else Style()
        return style

    def attributes(self) -> str:
        """The style in the words of SVG."""
        parts = [f'fill="{self.color}"']
        parts += ['font-weight="bold"'] * self.bold
        parts += ['opacity="0.65"'] * self.dim
        parts += ['font-style="italic"'] * self.italic
        parts += ['text-decoration="underline"'] * self.underlined
        return " ".join(parts)


def capture(command: list[str], *, cwd: Path) -> str:
    """What a command writes to a terminal of `COLUMNS` columns, with its control sequences.

    What it says on standard error goes to ours, and is no part of the picture.

    Raises:
        subprocess.CalledProcessError: The command did not exit with 0.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR"}}
    environment |= {"TERM": "xterm-256color", "LANG": "C.UTF-8", "COLUMNS": str(COLUMNS)}
    with subprocess.Popen(command, cwd=cwd, stdin=theirs, stdout=theirs, env=environment) as child:
        os.close(theirs)
        shown = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command, shown)
    return shown.decode("utf-8").replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux answers EIO once the other side is closed
        return b""


def runs(line: str, style: Style) -> Iterator[tuple[str, Style]]:
    """The stretches of one style in a line; the last one, maybe empty, carries the style over."""
    at = 0
    for sequence in re.finditer(r"\x1b\[([\d;]*)([A-Za-z])", line):
        yield line[at : sequence.start()], style
        if sequence[2] != "m":
            raise ValueError(f"{sequence[0]!r} cannot be drawn")
        style = style.after([int(code or 0) for code in sequence[1].split(";")])
        at = sequence.end()
    yield line[at:], style


def wrapped(row: list[tuple[str, Style]]) -> Iterator[list[tuple[str, Style]]]:
    """A row cut after every `COLUMNS` characters, as a terminal does."""
    part: list[tuple[str, Style]] = []
    room = COLUMNS
    for text, style in row:
        rest = text
        while len(rest) > room:
            yield [*part, (rest[:room], style)]
            part, rest, room = [], rest[room:], COLUMNS
        part.append((rest, style))
        room -= len(rest)
    yield part


def draw(shown: str, *, command: str) -> str:
    """An SVG picture of a prompt with ``command`` and of what it ``shown``."""
    width, height = CHARACTER
    lines = shown.rstrip("\n").split("\n")
    rows = [[(f"$ {command}", Style(color=PROMPT))], [("", Style())]]
    style = Style()
    for line in lines:
        row = list(runs(line, style))
        style = row[-1][1]
        rows.extend(wrapped(row))
    columns = max(sum(len(text) for text, _ in row) for row in rows)
    size = (round(columns * width + 2 * MARGIN), round(len(rows) * height + 2 * MARGIN))
    box = f'width="{size[0]}" height="{size[1]}" viewBox="0 0 {size[0]} {size[1]}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} role="img">',
        f"<title>{escape(command)}</title>",
        f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>',
        f'<g font-family="{FONTS}" font-size="14">',
    ]
    for number, row in enumerate(rows):
        column = 0
        for text, drawn in row:
            body = text.rstrip(" ")
            lead = len(body) - len(body.lstrip(" "))
            if body:
                x, y = MARGIN + (column + lead) * width, MARGIN + number * height + 14
                # The length is given so that every font keeps to the grid, and blanks are hard so
                # that none of them collapses.
                content = escape(body[lead:]).replace(" ", "&#160;")
                parts.append(
                    f'<text x="{x:.1f}" y="{y}" textLength="{(len(body) - lead) * width:.1f}" '
                    f"{drawn.attributes()}>{content}</text>"
                )
            column += len(text)
    return "\n".join([*parts, "</g>", "</svg>", ""])


if __name__ == "__main__":
    arguments = sys.argv[1:]
    sys.stdout.write(draw(capture(arguments, cwd=Path.cwd()), command=shlex.join(arguments)))
