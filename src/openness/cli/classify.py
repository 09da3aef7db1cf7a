"""``openness classify``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .exits import Exit

if TYPE_CHECKING:
    from ..records import Limits, Verdict

_KINDS = ("auto", "card", "license", "use-policy", "notice", "model", "name")


@click.command(
    epilog="""\b
Examples:
  openness classify README.md               a card, with the license files beside it
  openness classify path/to/model           the same, by its folder
  openness classify LICENSE USE_POLICY.md   texts, one by one
  openness classify llama3.1                a hub tag
  openness classify "MIT OR Apache-2.0"     an SPDX expression
  openness classify google/gemma-2-9b-it    a model of the catalogue
  openness classify --require osi models/*/README.md
  cat LICENSE | openness classify - --format json"""
)
@click.argument("inputs", nargs=-1, required=True, metavar="PATH|NAME…")
@click.option("--as", "kind", type=click.Choice(_KINDS), default="auto", show_default=True, help="What the input is.")
@click.option("--format", "form", type=click.Choice(["text", "json", "html"]), default="text", show_default=True)
@click.option("--require", type=click.Choice(["open", "osi"]), help="Exit with 1 unless every input reaches this tier.")
@click.option(
    "--rules",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Folder of your own rules. May be repeated.",
)
@click.option("-v", "--verbose", is_flag=True, help="Quote all findings and say which licenses were turned down.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
@click.option("--max-card-bytes", type=click.IntRange(1), metavar="N", help="Limit on a card. Default: 1,000,000.")
@click.option("--max-front-matter-bytes", type=click.IntRange(1), metavar="N", help="Default: 65,536.")
@click.option("--max-text-bytes", type=click.IntRange(1), metavar="N", help="Limit on a text. Default: 5,000,000.")
def classify(
    inputs: tuple[str, ...],
    kind: str,
    form: str,
    require: str | None,
    rules: tuple[Path, ...],
    verbose: bool,
    color: str,
    max_card_bytes: int | None,
    max_front_matter_bytes: int | None,
    max_text_bytes: int | None,
) -> int:
    """Judge model cards, license texts, licenses or models by name.

    An input is taken as a file or folder if there is one of that name, else as a model of the
    catalogue, else as a license. "-" reads a text from standard input.
    """
    from ..errors import OpennessError, RulebookError
    from ..records import Limits, Tier
    from ..report.json import error_data, render_run, render_verdict
    from ..report.text import render_verdict as render_text

    given = {
        "card_bytes": max_card_bytes,
        "front_matter_bytes": max_front_matter_bytes,
        "text_bytes": max_text_bytes,
    }
    chosen = {name: value for name, value in given.items() if value is not None}
    # Building a validator costs more than reading a card: only where there is something to validate.
    limits = Limits.model_validate(chosen) if chosen else Limits.model_construct()
    colored = color == "always" or (color == "auto" and _is_terminal())
    verdicts: list[Verdict] = []
    errors: list[dict[str, Any]] = []
    for number, name in enumerate(inputs):
        _show_progress(number, len(inputs), name)
        try:
            verdict = _classify_one(name, kind, rules, limits)
        except RulebookError:
            raise
        except OpennessError as error:
            errors.append(error_data(error, subject=name))
            _show_progress(None, len(inputs), name)
            click.echo(str(error), err=True)
            continue
        verdicts.append(verdict)
        if form == "text":
            _show_progress(None, len(inputs), name)
            if len(verdicts) > 1:
                click.echo()
            click.echo(render_text(verdict, color=colored, verbose=verbose), color=colored)
    _show_progress(None, len(inputs), "")
    if form == "json":
        if len(inputs) == 1 and verdicts:
            click.echo(render_verdict(verdicts[0]))
        else:
            click.echo(render_run(verdicts, errors))
    elif form == "html":
        from ..explain import verdict_html

        click.echo("<!doctype html><meta charset=utf-8><title>openness</title>")
        for verdict in verdicts:
            click.echo(verdict_html(verdict))
    if errors:
        return Exit.USAGE
    if require is not None and any(v.tier is None or v.tier < Tier.parse(require) for v in verdicts):
        return Exit.FOUND
    return Exit.FINE


def _is_terminal() -> bool:
    import os

    return sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def _show_progress(number: int | None, total: int, name: str) -> None:
    """A counter on the terminal while many files are read; None wipes it."""
    if total < 10 or not sys.stderr.isatty():
        return
    from ..explain import visible

    click.echo(
        "\r\x1b[K" if number is None else f"\r\x1b[K{number + 1}/{total} {visible(name)[:60]}",
        err=True,
        nl=False,
    )


def _classify_one(name: str, kind: str, rules: tuple[Path, ...], limits: Limits) -> Verdict:
    from ..records import Role
    from ..road import classify_card, classify_document, classify_license, classify_model, classify_name
    from ..sources.files import read_document
    from ..sources.inputs import is_card, looks_like_path, read_standard_input

    if kind == "model":
        return classify_model(name, rules=rules)
    if kind == "name":
        return classify_license(name, rules=rules)
    role = None if kind == "auto" else Role(kind)
    if name == "-":
        document, notes = read_standard_input(role=role, limits=limits)
        return classify_document(document, notes=notes, rules=rules, limits=limits)
    path = Path(name)
    if role is None and not path.exists() and not path.is_symlink() and not looks_like_path(name):
        return classify_name(name, rules=rules)
    if role is Role.CARD or (role is None and is_card(path)):
        return classify_card(path, rules=rules, limits=limits)
    document, notes = read_document(path, role=role, limits=limits)
    return classify_document(document, notes=notes, rules=rules, limits=limits)
