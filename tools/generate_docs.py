"""Writes the pages of docs/ that are made from the code, or checks that they are as they would be written.

    python tools/generate_docs.py [--check]

A page is a function from nothing to text, named in `PAGES`.
"""

from __future__ import annotations

import argparse
import difflib
import inspect
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from terminal_svg import capture, draw

REPOSITORY = Path(__file__).resolve().parent.parent
GENERATED = "<!-- Made by tools/generate_docs.py. Change the code, then run it. -->\n"

CLI_HEAD = """
# Command line

Every command takes `--help`. What the exit codes and tiers mean is in [verdicts.md](verdicts.md).

Tab completion: `eval "$(_OPENNESS_COMPLETE=bash_source openness)"` in bash, `zsh_source` in zsh,
`_OPENNESS_COMPLETE=fish_source openness | source` in fish.
"""


def commands(
    command: click.Command, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """The command and all below it, in alphabetical order, without hidden ones."""
    yield path, command
    if isinstance(command, click.Group):
        for name, child in sorted(command.commands.items()):
            if not child.hidden:
                yield from commands(child, (*path, name))


def spelled(parameter: click.Parameter) -> str:
    """How a parameter is written: names, then its choices or the kind of value."""
    names = ", ".join((*parameter.opts, *parameter.secondary_opts))
    if isinstance(parameter, click.Option) and (parameter.is_flag or parameter.count):
        return f"`{names}`"
    if isinstance(parameter.type, click.Choice):
        return f"`{names}` `{'|'.join(str(choice) for choice in parameter.type.choices)}`"
    return f"`{names}` `{parameter.metavar or parameter.type.name.upper()}`"


def synopsis(path: tuple[str, ...], command: click.Command) -> str:
    """``openness NAME [OPTIONS] ARGUMENTS``."""
    parts = list(path)
    if any(isinstance(parameter, click.Option) for parameter in command.params):
        parts.append("[OPTIONS]")
    for parameter in command.params:
        if isinstance(parameter, click.Argument):
            name = parameter.metavar or (parameter.name or "").upper()
            name += "..." if parameter.nargs == -1 and not name.endswith("...") else ""
            parts.append(name if parameter.required or name.startswith("[") else f"[{name}]")
    if isinstance(command, click.Group):
        parts.append("COMMAND")
    return " ".join(parts)


def prose(text: str) -> str:
    """The help of a command as Markdown: what click must not re-wrap becomes a code block."""
    blocks = []
    for block in inspect.cleandoc(text).partition("\f")[0].split("\n\n"):
        verbatim = block.startswith("\b\n")
        blocks.append(f"```text\n{inspect.cleandoc(block[2:])}\n```" if verbatim else block)
    return "\n\n".join(blocks)


def cli_page() -> str:
    from openness.cli import main

    parts = [GENERATED + CLI_HEAD]
    for path, command in commands(main, ("openness",)):
        parts.append(
            f"{'#' * min(len(path) + 1, 4)} `{' '.join(path)}`\n\n```text\n{synopsis(path, command)}\n```\n"
        )
        if command.help:
            parts.append(prose(command.help) + "\n")
        options = [item for item in command.params if isinstance(item, click.Option) and not item.hidden]
        if options:
            rows = (
                f"| {spelled(item).replace('|', chr(92) + '|')} | {item.help or ''} |" for item in options
            )
            parts.append("\n".join(("| option | what it does |", "| --- | --- |", *rows)) + "\n")
    return "\n".join(parts)


def classify_picture() -> str:
    """What the first command of the README shows."""
    card = "examples/llama-finetune/README.md"
    shown = capture([str(Path(sys.executable).with_name("openness")), "classify", card], cwd=REPOSITORY)
    return draw(shown, command=f"openness classify {card}")


PAGES: dict[str, Callable[[], str]] = {
    "docs/cli.md": cli_page,
    "docs/images/classify.svg": classify_picture,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where a page differs")
    options = parser.parse_args()

    drifted = 0
    for name, page in PAGES.items():
        path = REPOSITORY / name
        wanted = page()
        there = path.read_text("utf-8") if path.exists() else ""
        if there == wanted:
            continue
        drifted += 1
        if options.check:
            lines = difflib.unified_diff(
                there.splitlines(), wanted.splitlines(), name, "as generated", lineterm=""
            )
            print("\n".join(lines))
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted, "utf-8")
            print(f"wrote {name}")
    if options.check:
        print(f"{len(PAGES)} generated pages, {drifted} out of date")
    return 1 if options.check and drifted else 0


if __name__ == "__main__":
    sys.exit(main())
