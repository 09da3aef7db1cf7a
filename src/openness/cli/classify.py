"""``openness classify``."""

from __future__ import annotations

import errno
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .exits import Exit
from .output import color_option, echo_json, terminal_width, wants_color

if TYPE_CHECKING:
    from ..errors import OpennessError
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
  cat LICENSE | openness classify - --format json

\b
Exit codes: 0 all judged, 1 an input is below --require, 2 an input cannot be
read (the others are judged), 3 a rule folder cannot be used.
An undetermined verdict is an answer: 0, unless --require asks for more."""
)
@click.argument("inputs", nargs=-1, required=True, metavar="PATH|NAME…")
@click.option(
    "--as",
    "kind",
    type=click.Choice(_KINDS),
    default="auto",
    show_default=True,
    help="What the input is: a file in this role, a model of the catalogue, or the name of a license.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    show_default=True,
    help="How to write the verdicts.",
)
@click.option("--require", type=click.Choice(["open", "osi"]), help="Exit with 1 unless every input reaches this tier.")
@click.option(
    "--rules",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Folder of your own rules. May be repeated.",
)
@click.option("-v", "--verbose", is_flag=True, help="Quote all findings and say which licenses were turned down.")
@color_option
@click.option("--max-card-bytes", type=click.IntRange(1), metavar="N", help="Limit on a card. Default: 1,000,000.")
@click.option(
    "--max-front-matter-bytes", type=click.IntRange(1), metavar="N", help="Limit on its front matter. Default: 65,536."
)
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
    from ..records import Limits
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
    colored = wants_color(color)
    judged: list[tuple[str, Verdict]] = []
    errors: list[dict[str, Any]] = []
    for number, name in enumerate(inputs):
        _show_progress(number, len(inputs), name)
        try:
            verdict = _classify_one(name, kind, rules, limits)
        except RulebookError:
            raise
        except OpennessError as error:
            _name_option(error)
            errors.append(error_data(error, subject=name))
            _show_progress(None, len(inputs), name)
            click.echo(str(error), err=True)
            continue
        judged.append((name, verdict))
        if form == "text":
            _show_progress(None, len(inputs), name)
            if len(judged) > 1:
                click.echo()
            click.echo(render_text(verdict, color=colored, verbose=verbose, width=terminal_width()), color=colored)
    _show_progress(None, len(inputs), "")
    verdicts = [verdict for _, verdict in judged]
    if form == "json":
        echo_json(render_verdict(verdicts[0]) if len(inputs) == 1 and verdicts else render_run(verdicts, errors))
    elif form == "html":
        from ..explain import verdict_html

        click.echo("<!doctype html><meta charset=utf-8><title>openness</title>")
        for verdict in verdicts:
            click.echo(verdict_html(verdict))
    below = _below(judged, require)
    return Exit.USAGE if errors else Exit.FOUND if below else Exit.FINE


def _below(judged: Sequence[tuple[str, Verdict]], require: str | None) -> int:
    """How many inputs do not reach the tier that is asked for; each is named on standard error."""
    if require is None:
        return 0
    from ..explain import visible
    from ..records import Tier

    wanted = Tier.parse(require)
    short = [(name, verdict.tier) for name, verdict in judged if verdict.tier is None or verdict.tier < wanted]
    for name, tier in short:
        reached = "undetermined" if tier is None else tier.title
        click.echo(f"{visible(name)}: required {wanted.title}, but it is {reached}", err=True)
    return len(short)


def _name_option(error: OpennessError) -> None:
    """Say a limit's way out as it is said on the command line."""
    field = re.search(r"Limits\((\w+)=", error.hint or "")
    if field is not None:
        error.hint = f"raise the limit with --max-{field[1].replace('_', '-')}"


def _show_progress(number: int | None, total: int, name: str) -> None:
    """A counter on the terminal while many files are read; None wipes it."""
    if total < 10 or sys.stderr is None or not sys.stderr.isatty():
        return
    from ..explain import visible

    click.echo(
        "\r\x1b[K" if number is None else f"\r\x1b[K{number + 1}/{total} {visible(name)[:60]}",
        err=True,
        nl=False,
    )


def _classify_one(name: str, kind: str, rules: tuple[Path, ...], limits: Limits) -> Verdict:
    from ..errors import OpennessError, SourceUnreadableError

    try:
        return _judge(name, kind, rules, limits)
    except OpennessError:
        raise
    except OSError as error:
        # A folder that may not be entered, a name that is too long: looking is refused already.
        reason = (error.strerror or type(error).__name__).lower()
        raise SourceUnreadableError(f"the system refuses to read this: {reason}", path=name) from None


def _judge(name: str, kind: str, rules: tuple[Path, ...], limits: Limits) -> Verdict:
    from ..errors import SourceUnreadableError
    from ..records import Role
    from ..road import classify_card, classify_document, classify_license, classify_model
    from ..sources.files import read_document
    from ..sources.inputs import is_card, looks_like_path, read_standard_input

    if kind == "model":
        return classify_model(name, rules=rules)
    if kind == "name":
        return classify_license(name, rules=rules)
    role = None if kind == "auto" else Role(kind)
    if name == "-":
        if sys.stdin is None:
            raise SourceUnreadableError("standard input is closed", path="-", hint="name a file instead")
        document, notes = read_standard_input(role=role, limits=limits)
        return classify_document(document, notes=notes, rules=rules, limits=limits)
    path = Path(name)
    if role is None and not _is_there(path) and not looks_like_path(name):
        return _judge_name(name, rules)
    if role is Role.CARD or (role is None and is_card(path)):
        return classify_card(path, rules=rules, limits=limits)
    document, notes = read_document(path, role=role, limits=limits)
    return classify_document(document, notes=notes, rules=rules, limits=limits)


def _is_there(path: Path) -> bool:
    try:
        return path.exists() or path.is_symlink()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return False
        raise


def _judge_name(name: str, rules: tuple[Path, ...]) -> Verdict:
    from ..records import Note
    from ..road import classify_name

    verdict = classify_name(name, rules=rules)
    if not any(note.code in ("unknown-license", "unknown-model") for note in verdict.notes):
        return verdict
    # Whoever meant a file looks for it among the names in vain.
    note = Note.model_construct(code="no-such-file", message="there is no file or folder of this name either")
    return verdict.model_copy(update={"notes": (*verdict.notes, note)})
