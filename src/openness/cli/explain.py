"""``openness explain``."""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import CompletionItem

from .output import color_option, terminal_width, wants_color


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from ..report.knowledge import explainable_names

    return [CompletionItem(name) for name in explainable_names() if name.lower().startswith(incomplete.lower())]


@click.command(
    epilog="""\b
Examples:
  openness explain user-cap     a clause kind
  openness explain USE-001      a rule
  openness explain llama3.1     a license
  openness explain Apache-2.0"""
)
@click.argument("name", shell_complete=_complete)
@click.option(
    "--rules", multiple=True, type=click.Path(path_type=Path), help="Folder of your own rules. May be repeated."
)
@color_option
def explain(name: str, rules: tuple[Path, ...], color: str) -> None:
    """Say what a rule, a clause kind or a license means, what it breaks, and who holds it."""
    from ..report.knowledge import explain_name
    from ..report.text import render_lines

    colored = wants_color(color)
    click.echo(render_lines(explain_name(name, rules=rules), color=colored, width=terminal_width()), color=colored)
