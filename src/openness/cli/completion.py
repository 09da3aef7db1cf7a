"""``openness completion``."""

from __future__ import annotations

import click


@click.command(
    epilog="""\b
Examples:
  openness completion bash >> ~/.bashrc
  openness completion zsh >> ~/.zshrc
  openness completion fish > ~/.config/fish/completions/openness.fish"""
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that completes openness in your shell."""
    from click.shell_completion import get_completion_class

    from . import cli

    kind = get_completion_class(shell)
    if kind is None:  # pragma: no cover - click has all three
        raise click.UsageError(f"no completion for {shell}")
    click.echo(kind(cli, {}, "openness", "_OPENNESS_COMPLETE").source())
