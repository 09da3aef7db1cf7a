"""How answers are written: in color or not, and as bytes where machines read them."""

from __future__ import annotations

import os
import sys

import click

color_option = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="auto: on a terminal, unless NO_COLOR is set.",
)


def wants_color(choice: str) -> bool:
    """Whether to color, by ``--color`` and by where the output goes."""
    if choice != "auto":
        return choice == "always"
    # An empty NO_COLOR counts as none: https://no-color.org
    return _is_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _is_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()  # no stream at all: somebody closed it (">&-")


def terminal_width() -> int | None:
    """Columns to wrap at; None where the output goes to a file or another program, which wants whole lines."""
    if not _is_terminal():
        return None
    import shutil

    return max(40, shutil.get_terminal_size().columns)


def echo_json(text: str) -> None:
    """Write JSON, which is UTF-8 in files and pipes whatever the locale says."""
    click.echo(text if _is_terminal() else text.encode("utf-8"))
