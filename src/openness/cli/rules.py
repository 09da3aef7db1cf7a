"""``openness rules``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .exits import Exit
from .output import echo_json

if TYPE_CHECKING:
    from ..records import Clause, Finding, Role
    from ..rulebook.book import Rulebook
    from ..rulebook.compiled import CompiledRule

_RULES_OPTION = click.option(
    "--rules",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Folder of your own rules. May be repeated.",
)


def _read_clause(ctx: click.Context, param: click.Parameter, value: str | None) -> Clause | None:
    from ..records import Clause
    from ..rulebook.patterns import did_you_mean

    if value is None:
        return None
    names = [clause.value for clause in Clause]
    if value not in names:
        hint = did_you_mean(value, names) or "see the list in docs/rules-format.md"
        raise click.BadParameter(f"{value!r} is no clause kind: {hint}", ctx, param)
    return Clause(value)


def _complete_clause(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from ..records import Clause

    return [clause.value for clause in Clause if clause.value.startswith(incomplete)]


@click.group(
    epilog="""\b
Examples:
  openness rules list --clause military-ban
  openness rules new my-rules/no-night-use.yaml --clause field-of-use
  openness rules test my-rules"""
)
def rules() -> None:
    """List, test and write rules."""


@rules.command(
    "test",
    short_help="Load rules and hold every example against them.",
    epilog="""\b
Examples:
  openness rules test                           the rules of openness itself
  openness rules test my-rules                  your own folder
  openness rules test my-rules/no-night-use.yaml

\b
Exit codes: 0 all examples hold, 1 some do not, 2 a path cannot be read,
3 a rule does not load.""",
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]…")
@click.option("-q", "--quiet", is_flag=True, help="Print failures only.")
def test_rules(paths: tuple[Path, ...], quiet: bool) -> int:
    """Load rules and hold every example against them.

    Without PATH, the rules of openness itself.
    """
    from ..rulebook.examples import check_examples
    from ..rulebook.load import assemble, rules_folder

    root = rules_folder()[0]
    ours = not paths or any(path.resolve().is_relative_to(root) for path in paths)
    assembly = assemble(paths, trust_base=not ours)
    entries = assembly.selected(paths)
    find = _Finder()
    examples = failed = 0
    with click.progressbar(entries, label="testing rules", file=sys.stderr, hidden=not _shows_progress(quiet)) as bar:
        for entry in bar:
            rule = entry.value
            examples += len(rule.examples.match) + len(rule.examples.no_match)
            faults = check_examples(rule, find, compiled=assembly.compiled[rule.id], tree=entry.tree)
            failed += len(faults)
            for fault in faults:
                click.echo(str(fault))
    if failed:
        click.echo(f"{failed} of {examples} examples do not hold, in {_count(len(entries), 'rule')}", err=True)
        return Exit.FOUND
    if not quiet:
        click.echo(f"{_count(len(entries), 'rule')}, {_count(examples, 'example')}: all hold")
    return Exit.FINE


@rules.command(
    "list",
    short_help="List the rules that run.",
    epilog="""\b
Examples:
  openness rules list --rules my-rules
  openness rules list --clause user-cap --format json""",
)
@_RULES_OPTION
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--clause",
    callback=_read_clause,
    shell_complete=_complete_clause,
    help="Only rules that find this clause kind.",
)
def list_rules(folders: tuple[Path, ...], form: str, clause: Clause | None) -> int:
    """List the rules that run, with what they find and the best tier they leave."""
    from ..rulebook.load import load_rulebook

    book = load_rulebook(folders, check=_Finder())
    shown = [rule for rule in book.compiled if clause is None or clause in (rule.clause, *rule.also)]
    if form == "json":
        from ..report.json import render_data

        echo_json(render_data(_list_data(book, shown)))
        return Exit.FINE
    from ..explain import visible

    width = max((len(rule.slug) for rule in shown), default=0)
    for rule in shown:
        tier = "-" if rule.ceiling is None else rule.ceiling.label
        status = "" if rule.status == "stable" else f" [{rule.status}]"
        click.echo(f"{rule.id:<9} {rule.slug:<{width}}  {tier:<11}  {visible(rule.message)}{status}")
    for silenced in book.silenced:
        click.echo(f"{silenced.id:<9} silenced by {visible(silenced.path)}: {visible(silenced.reason)}")
    return Exit.FINE


@rules.command(
    "new",
    epilog="""\b
Examples:
  openness rules new my-rules/no-night-use.yaml --clause field-of-use
  openness rules new my-rules/no-night-use.yaml --clause field-of-use --id ACME-001""",
)
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--clause",
    callback=_read_clause,
    shell_complete=_complete_clause,
    required=True,
    help="The clause kind it finds.",
)
@click.option("--id", "rule_id", metavar="ID", help="Id of the rule. Default: the next free OWN-… of the folder.")
def new_rule(path: Path, clause: Clause, rule_id: str | None) -> int:
    """Write a rule file to fill in. A file that exists is left alone."""
    from datetime import date

    from ..rulebook.skeleton import write_skeleton

    today = date.today().isoformat()  # noqa: DTZ011 - the day on the writer's own calendar
    rule_id = write_skeleton(path, clause, today=today, id=rule_id)
    click.echo(f"{path}: {rule_id}, fill it in, then run: openness rules test {path}")
    return Exit.FINE


@rules.command(
    "compile",
    short_help="Write the index of the built-in rules.",
    epilog="""\b
Examples:
  openness rules compile
  openness rules compile --check""",
)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if the index is out of date.")
def compile_rules(check: bool) -> int:
    """Write the index of the rules of openness itself, from which a cold start reads them.

    For those who change the rules in a checkout. Examples are tested first.
    """
    from ..rulebook.files import INDEX
    from ..rulebook.index import write_index
    from ..rulebook.load import compiled_files, rules_folder

    folder = rules_folder()[0] / INDEX
    files = compiled_files(check=None if check else _Finder())
    if not check:
        for path in write_index(folder, files):
            click.echo(str(path))
        return Exit.FINE
    old = [
        name for name, data in files.items() if not (folder / name).is_file() or (folder / name).read_bytes() != data
    ]
    for name in old:
        click.echo(f"{folder / name} is out of date")
    return Exit.FOUND if old else Exit.FINE


@rules.command(
    "index",
    short_help="Write the index of known license texts.",
    epilog="""\b
Examples:
  openness rules index license-list-data licensedb/docs my-licenses
  openness rules index --check license-list-data licensedb/docs my-licenses""",
)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File to write. Default: that of the built-in rules."
)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if the file is out of date.")
def index_texts(sources: tuple[Path, ...], output: Path | None, check: bool) -> int:
    """Write the fingerprints by which license texts are known. No wording goes into the file.

    A SOURCE is a folder of texts with an index.jsonl (a JSON line for each: id, file, spdx_or_licenseref), a
    checkout of SPDX's license-list-data, or LicenseDB's data folder. All texts are read again each time: name
    every source.
    """
    from ..identify import INDEX_FILE
    from ..identify.build import build_index
    from ..identify.collect import read_sources
    from ..rulebook.load import rules_folder

    path = rules_folder()[0] / INDEX_FILE if output is None else output
    texts = read_sources(list(sources))
    data = build_index(texts)
    if check:
        if path.is_file() and path.read_bytes() == data:
            return Exit.FINE
        click.echo(f"{path} is out of date")
        return Exit.FOUND
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    click.echo(f"{path}: {len(texts)} texts, {len(data)} bytes")
    return Exit.FINE


class _Finder:
    """The engine as the example runner wants it. Keeps the engine of a rule over all its examples."""

    def __init__(self) -> None:
        self._rules: Sequence[CompiledRule] | None = None
        self._engine: Any = None

    def __call__(self, text: str, role: Role, rules: Sequence[CompiledRule]) -> Iterable[Finding]:
        from ..clauses import ClauseEngine
        from ..records import Document

        if rules is not self._rules:
            self._rules, self._engine = rules, ClauseEngine(rules)
        found: Iterable[Finding] = self._engine.find(Document(role=role, text=text))
        return found


def _list_data(book: Rulebook, shown: Sequence[CompiledRule]) -> dict[str, Any]:
    return {
        "schema": 1,
        "rulebook": book.version,
        "sha256": book.sha256,
        "rules": [
            {
                "id": rule.id,
                "slug": rule.slug,
                "aliases": rule.aliases,
                "status": rule.status,
                "clause": rule.clause,
                "also": rule.also,
                "scope": rule.scope,
                "ceiling": None if rule.ceiling is None else rule.ceiling.label,
                "criteria": rule.criteria,
                "profile": rule.profile,
                "confidence": rule.confidence,
                "message": rule.message,
                "path": rule.path,
            }
            for rule in shown
        ],
        "silenced": [silenced._asdict() for silenced in book.silenced],
    }


def _shows_progress(quiet: bool) -> bool:
    return sys.stderr is not None and sys.stderr.isatty() and not quiet


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
