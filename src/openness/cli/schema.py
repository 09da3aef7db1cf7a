"""``openness schema``."""

from __future__ import annotations

import click


@click.command(epilog="\b\nExample:\n  openness schema verdict > verdict.schema.json")
@click.argument("name", type=click.Choice(["verdict", "license", "release", "model-record"]))
def schema(name: str) -> None:
    """Print the JSON Schema of a record."""
    import json

    from ..records import json_schema

    kind = {"verdict": "Verdict", "license": "License", "release": "Release", "model-record": "ModelRecord"}[name]
    click.echo(json.dumps(json_schema(kind), indent=2))
