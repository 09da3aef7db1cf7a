"""Writes the pages of docs/ that are made from the code, or checks that they are as they would be written.

    python tools/generate_docs.py [--check] [PAGE ...]

A page is a function from nothing to text, named in `PAGES`.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path
from typing import Any, cast

import click
from drift import REPOSITORY, settle
from terminal_svg import capture, draw

GENERATED = "<!-- Made by tools/generate_docs.py. Change the code, then run it. -->\n"

CLI_HEAD = """
# Command line

Every command takes `--help`. What the exit codes and tiers mean is in [verdicts.md](verdicts.md).
"""

API_HEAD = """
# Python API

Everything below is importable from `openness`; what is not listed here is internal. Importing the package is
cheap: a name is loaded when it is first used. Errors are on [a page of their own](errors.md).

```python
import openness

verdict = openness.classify_card("examples/llama-finetune/README.md")
print(verdict.tier, verdict.declared_tier)
for finding in verdict.deciding:
    print(finding.where, finding.clause, finding.quote)

again = openness.Verdict.model_validate_json(verdict.model_dump_json())
assert again == verdict
```

Types are frozen pydantic models: they compare by value, pickle, and write and read JSON as above. Their JSON
Schema is printed by `openness schema`.
"""


def commands(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """The command and all below it, in alphabetical order, without hidden ones."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path[-1])
        for name in sorted(command.list_commands(context)):
            child = command.get_command(context, name)
            if child is not None and not child.hidden:
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
            name += "..." if parameter.nargs == -1 and not name.endswith(("...", "…")) else ""
            parts.append(name if parameter.required or name.startswith("[") else f"[{name}]")
    if isinstance(command, click.Group):
        parts.append("COMMAND")
    return " ".join(parts)


def prose(text: str) -> str:
    """The help of a command as Markdown: what click must not re-wrap becomes a code block."""
    blocks = []
    for block in inspect.cleandoc(text).partition("\f")[0].split("\n\n"):
        verbatim = block.startswith("\b\n")
        blocks.append(f"```text\n{block[2:].rstrip()}\n```" if verbatim else block)
    return "\n\n".join(blocks)


def cli_page() -> str:
    from openness.cli import cli

    parts = [GENERATED + CLI_HEAD]
    for path, command in commands(cli, ("openness",)):
        parts.append(f"{'#' * min(len(path) + 1, 4)} `{' '.join(path)}`\n\n```text\n{synopsis(path, command)}\n```\n")
        if command.help:
            parts.append(prose(command.help) + "\n")
        if command.epilog:
            parts.append(prose(command.epilog) + "\n")
        options = [item for item in command.params if isinstance(item, click.Option) and not item.hidden]
        if options:
            rows = (f"| {spelled(item).replace('|', chr(92) + '|')} | {item.help or ''} |" for item in options)
            parts.append("\n".join(("| option | what it does |", "| --- | --- |", *rows)) + "\n")
    return "\n".join(parts)


def described(docstring: str) -> str:
    """A Google-style docstring as Markdown."""
    lines: list[str] = []
    listed = False
    for line in inspect.cleandoc(docstring).replace("``", "`").splitlines():
        heading = re.fullmatch(r"(Args|Attributes|Raises|Returns|Yields):", line)
        if heading:
            listed = True
            lines += [f"{heading[1]}:", ""]
        elif listed and (entry := re.fullmatch(r" {4}(\w+): (.*)", line)):
            lines.append(f"- `{entry[1]}`: {entry[2]}")
        elif listed and line.startswith("    "):
            lines.append(f"  {line.strip()}")
        else:
            listed = listed and not line
            lines.append(line)
    return "\n".join(lines)


def signature(name: str, node: ast.FunctionDef) -> str:
    """A function as it is called, with its types: on one line if that is short, else one parameter a line."""
    given = node.args
    missing: list[ast.expr | None] = [None] * (len(given.args) - len(given.defaults))
    parts = [*map(parameter, given.args, [*missing, *given.defaults])]
    parts += ["*"] * bool(given.kwonlyargs)
    parts += map(parameter, given.kwonlyargs, given.kw_defaults)
    returned = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    short = f"{name}({', '.join(parts)}){returned}"
    return short if len(short) <= 100 else f"{name}(\n    " + ",\n    ".join(parts) + f",\n){returned}"


def parameter(named: ast.arg, default: ast.expr | None) -> str:
    """``name: type = default``."""
    kind = f": {ast.unparse(named.annotation)}" if named.annotation else ""
    return f"{named.arg}{kind}" + ("" if default is None else f" = {ast.unparse(default)}")


def members(node: ast.ClassDef) -> Iterator[tuple[str, str, str]]:
    """Name, kind and meaning of the public fields, properties and methods of a class, as far as they have one."""
    for held, after in zip(node.body, [*node.body[1:], None], strict=True):
        match held:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=kind) if not name.startswith("_"):
                told = after.value if isinstance(after, ast.Expr) else None
                meaning = told.value if isinstance(told, ast.Constant) and isinstance(told.value, str) else ""
                yield name, ast.unparse(kind), meaning
            case ast.FunctionDef(name=name) if not name.startswith("_") and ast.get_docstring(held):
                marks = {ast.unparse(mark) for mark in held.decorator_list}
                if not any("validator" in mark for mark in marks):
                    returned = ast.unparse(held.returns) if held.returns else ""
                    called = "" if marks & {"property", "cached_property"} else "()"
                    yield name + called, returned, (ast.get_docstring(held) or "").partition("\n\n")[0]


def definition(named: object) -> ast.stmt:
    """The statement that defines a class or function."""
    (node,) = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(cast("Any", named))))).body
    return node


def function_entry(name: str, node: ast.FunctionDef) -> str:
    """The section on a function."""
    return f"### `{name}`\n\n```text\n{signature(name, node)}\n```\n\n{described(ast.get_docstring(node) or '')}\n"


def type_entry(heading: str, kind: type) -> str:
    """The section on a class, with what it has from the project's own base classes."""
    parts = [f"### {heading}\n", described(inspect.getdoc(kind) or "")]
    if issubclass(kind, Enum):
        parts.append("\nMembers: " + ", ".join(f"`{item.name}` = `{item.value!r}`" for item in kind) + ".")
    nodes = [definition(base) for base in reversed(kind.__mro__) if base.__module__.startswith("openness.")]
    rows = [
        f"| `{member}` | `{typed}` | {described(meaning)} |".replace("\n", " ").replace(" | None", " \\| None")
        for node in nodes
        if isinstance(node, ast.ClassDef)
        for member, typed, meaning in members(node)
    ]
    if rows:
        parts += ["", "| member | type | what it is |", "| --- | --- | --- |", *rows]
    return "\n".join(parts) + "\n"


def api_page() -> str:
    """Every public name with its signature or members."""
    import openness
    from openness import records

    functions, types = [], []
    for name in openness.__all__:
        named = getattr(openness, name)
        if isinstance(named, type):
            types.append(type_entry(f"`{name}`", named))
        elif isinstance(node := definition(named), ast.FunctionDef):
            functions.append(function_entry(name, node))
    held = [
        type_entry(name, kind)
        for name, kind in sorted(vars(records).items())
        if isinstance(kind, type) and kind.__module__ == records.__name__ and name not in openness.__all__
    ]
    inner = "## Types held by these\n\nThey are in `openness.records`.\n"
    return "\n".join((GENERATED + API_HEAD, "## Functions\n", *functions, "## Types\n", *types, inner, *held))


def classify_picture() -> str:
    """What the first command of the README shows."""
    card = "examples/llama-finetune/README.md"
    shown = capture([str(Path(sys.executable).with_name("openness")), "classify", card], cwd=REPOSITORY)
    return draw(shown, command=f"openness classify {card}")


PAGES: dict[str, Callable[[], str]] = {
    "docs/api.md": api_page,
    "docs/cli.md": cli_page,
    "docs/images/classify.svg": classify_picture,
}


def same_but_version(one: str, other: str) -> bool:
    """Whether two pages differ in no more than the hash of the rulebook, which changes with every rule."""
    unversioned = [re.sub(r"\b[0-9a-f]{12}\b", "-" * 12, page) for page in (one, other)]
    return unversioned[0] == unversioned[1]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where a page differs")
    parser.add_argument("pages", nargs="*", metavar="PAGE", help="only these, e.g. docs/cli.md")
    options = parser.parse_args()

    wanted = {name: PAGES[name]() for name in options.pages or PAGES}
    return settle(wanted, check=options.check, what="generated pages", same=same_but_version)


if __name__ == "__main__":
    sys.exit(main())
