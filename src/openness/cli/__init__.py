"""The command line: arguments and exit codes, no logic."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NoReturn

import click

from ..version import __version__
from .exits import Exit

_COMMANDS = {
    "classify": ("classify", "Judge model cards, license texts, licenses or models by name."),
    "completion": ("completion", "Print the script that completes openness in your shell."),
    "diff": ("diff", "Show what a text adds to, lacks of and changes in a license."),
    "explain": ("explain", "Say what a rule, a clause kind or a license means."),
    "rules": ("rules", "List, test and write rules."),
    "schema": ("schema", "Print the JSON Schema of a record."),
}


class _OutputError(Exception):
    """What was to be said could not be written. No OSError, of which click makes an exit code of its own."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(str(cause))
        self.cause = cause


@contextmanager
def _output_told_apart() -> Iterator[None]:
    from ..errors import OpennessError

    try:
        yield
    except OpennessError:
        raise
    except OSError as error:
        raise _OutputError(error) from error


class _LazyGroup(click.Group):
    """Imports a command when it is called: start-up costs what the one command needs."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        with _output_told_apart():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        with _output_told_apart():
            return super().invoke(ctx)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in _COMMANDS and not name.startswith("-"):
            from difflib import get_close_matches

            from ..errors import harmless

            near = get_close_matches(name, _COMMANDS, n=1)
            way_out = f"did you mean {near[0]}?" if near else f"to judge something: openness classify {name}"
            ctx.fail(harmless(f"no command is called {name!r}; {way_out}", keep=""))
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        from importlib import import_module

        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f".{_COMMANDS[cmd_name][0]}", __name__)
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.command(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""\b
Examples:
  openness classify README.md            a model card and the license files beside it
  openness classify LICENSE              a license text
  openness classify "MIT OR Apache-2.0"  a license expression
  openness classify meta-llama/Llama-3.1-8B
  openness explain user-cap

\b
Exit codes: 0 answered, 1 something was found that you asked to fail on,
2 wrong usage or unreadable input, 3 a rule folder that cannot be used.""",
)
@click.version_option(__version__, prog_name="openness")
def cli() -> None:
    """What you may really do with an AI model: licenses read, tiers proved."""


def main(args: Sequence[str] | None = None) -> None:
    """Entry point of the ``openness`` command. Ends the process with an exit code of `Exit`."""
    from ..errors import OpennessError, RulebookError, harmless

    for stream in (sys.stdout, sys.stderr):
        # Quotes and names must come out in any encoding; what it lacks is written as an escape.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    try:
        code = cli.main(args=args, prog_name="openness", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("stopped", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.message = harmless(error.message)  # type: ignore[misc] # what `show` writes comes from the user
        error.show()
        sys.exit(Exit.USAGE)
    except RulebookError as error:
        click.echo(str(error), err=True)
        sys.exit(Exit.RULEBOOK)
    except OpennessError as error:
        click.echo(str(error), err=True)
        sys.exit(Exit.USAGE)
    except _OutputError as error:
        _end_without_output(error.cause)
    sys.exit(code if isinstance(code, int) else Exit.FINE)


def _end_without_output(error: OSError) -> NoReturn:
    import os

    # Python flushes once more at the end, and would complain that it cannot.
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        sys.exit(Exit.FINE)  # the reader went away ("| head"): nothing is wrong with us
    with suppress(OSError):
        click.echo(f"the output cannot be written: {error.strerror or error}", err=True)
    sys.exit(Exit.USAGE)
