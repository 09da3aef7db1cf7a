"""Writes the JSON Schemas of docs/schema/ from the types, or checks that they are as they would be written.

python tools/generate_schema.py [--check]
"""

from __future__ import annotations

import argparse
import ast
import difflib
import inspect
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openness import records

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "schema"


def file_name(type_name: str) -> str:
    """``ModelRecord`` is ``model-record.json``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type_name).lower() + ".json"


def field_docs() -> dict[str, dict[str, str]]:
    """What stands below each field of each type, which pydantic reads only at the cost of a slow import."""
    found: dict[str, dict[str, str]] = {}
    for node in ast.parse(inspect.getsource(records)).body:
        if isinstance(node, ast.ClassDef):
            inherited = [found.get(base.id, {}) for base in node.bases if isinstance(base, ast.Name)]
            found[node.name] = {key: text for held in inherited for key, text in held.items()}
            found[node.name].update(documented_fields(node))
    return found


def documented_fields(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, after in zip(node.body, node.body[1:], strict=False):
        match field, after:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str() as text)),
            ):
                yield name, inspect.cleandoc(text)


def schema(type_name: str, docs: dict[str, dict[str, str]]) -> dict[str, Any]:
    made = records.json_schema(type_name)
    definitions = {type_name: made, **made.get("$defs", {})}
    for name, definition in definitions.items():
        for field, text in docs.get(name, {}).items():
            if field in definition.get("properties", {}):
                definition["properties"][field]["description"] = text
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


def rendered(made: dict[str, Any]) -> str:
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where a file differs")
    options = parser.parse_args()

    docs = field_docs()
    wanted = {file_name(name): rendered(schema(name, docs)) for name in records.exported_types()}
    there = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.json")}
    drifted = sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))
    for name in drifted:
        old, new = there.get(name, ""), wanted.get(name, "")
        if options.check:
            lines = difflib.unified_diff(
                old.splitlines(), new.splitlines(), f"docs/schema/{name}", "as generated", lineterm=""
            )
            print("\n".join(lines))
        elif new:
            FOLDER.mkdir(parents=True, exist_ok=True)
            (FOLDER / name).write_text(new, "utf-8")
            print(f"wrote docs/schema/{name}")
        else:
            (FOLDER / name).unlink()
            print(f"removed docs/schema/{name}")
    if options.check:
        print(f"{len(wanted)} schemas, {len(drifted)} out of date")
    return 1 if options.check and drifted else 0


if __name__ == "__main__":
    sys.exit(main())
