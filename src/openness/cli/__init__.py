"""The command line: arguments and exit codes, no logic."""

from __future__ import annotations

import sys
from collections.abc import Sequence

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


class _LazyGroup(click.Group):
    """Imports a command when it is called: start-up costs what the one command needs."""

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
    from ..errors import OpennessError, RulebookError

    try:
        code = cli.main(args=args, prog_name="openness", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("stopped", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(Exit.USAGE)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except RulebookError as error:
        click.echo(str(error), err=True)
        sys.exit(Exit.RULEBOOK)
    except OpennessError as error:
        click.echo(str(error), err=True)
        sys.exit(Exit.USAGE)
    except BrokenPipeError:
        # The reader went away ("| head"): nothing is wrong with us.
        sys.stderr.close()
        sys.exit(Exit.FINE)
    sys.exit(code if isinstance(code, int) else Exit.FINE)
