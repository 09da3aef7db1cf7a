"""Writes the JSON Schemas of docs/schema/ from the types, or checks that they are as they would be written.

python tools/generate_schema.py [--check]
"""

from __future__ import annotations

import argparse
import ast
import inspect
import json
import re
import sys
from collections.abc import Iterator
from typing import Any

from drift import REPOSITORY, settle

from openness import records

FOLDER = "docs/schema"


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
    wanted = {f"{FOLDER}/{file_name(name)}": rendered(schema(name, docs)) for name in sorted(records.exported_types())}
    there = [f"{FOLDER}/{path.name}" for path in (REPOSITORY / FOLDER).glob("*.json")]
    return settle(wanted, check=options.check, what="schemas", there=there)


if __name__ == "__main__":
    sys.exit(main())
