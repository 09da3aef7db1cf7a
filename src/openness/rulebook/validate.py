"""From plain data to typed records, with every fault pointed at where it stands in its file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from ..errors import OpennessError, RuleSchemaError
from .patterns import did_you_mean
from .strict_yaml import NodePath, YamlTree

M = TypeVar("M", bound=BaseModel)
E = TypeVar("E", bound=OpennessError)

_MISSING_HINTS: Final = {
    "sources": "say where the reason comes from: sources: [{title: …, url: …, read: 2026-01-31}]",
    "examples": "give texts that match and texts that must not, or nobody knows what the rule does",
    "match": "give at least one text in which the rule must fire",
    "no_match": "give at least one text in which the rule must stay silent",
    "detect": "say what to look for: detect: {all: [...]}",
}
_PATTERN_MESSAGES: Final = {
    "id": "must be capitals, a hyphen and three digits, as in USE-001",
    "aliases": "must be former ids: capitals, a hyphen and three digits, as in USE-001",
    "slug": "must be lower-case words joined by hyphens, as in military-use",
    "url": "must be an address that starts with http:// or https://",
}
_KIND_MESSAGES: Final = {
    "tuple_type": ("must be a list", "write it as [value], or with a hyphen before each value"),
    "list_type": ("must be a list", "write it as [value], or with a hyphen before each value"),
    "string_type": ("must be text", "put it between quotes"),
    "model_type": ("must be a mapping of fields to values", None),
    "model_attributes_type": ("must be a mapping of fields to values", None),
    "dict_type": ("must be a mapping", None),
    "date_from_datetime_parsing": ("must be a date, as in 2026-01-31", None),
    "date_parsing": ("must be a date, as in 2026-01-31", None),
    "date_type": ("must be a date, as in 2026-01-31", None),
    "bool_parsing": ("must be true or false", None),
    "bool_type": ("must be true or false", None),
    "int_parsing": ("must be a whole number", None),
    "int_type": ("must be a whole number", None),
    "string_too_short": ("must not be empty", None),
}


def validated(
    kind: type[M],
    data: Any,
    tree: YamlTree,
    at: NodePath,
    faults: list[E],
    *,
    error: type[E],
) -> M | None:
    """Build a record from the node ``at`` a path of ``tree``.

    Args:
        kind: The type to build.
        data: Content of the node; may have fields added that do not stand in the file.
        tree: Where positions come from.
        at: Path of the node.
        faults: Each fault is appended here as an error of the class ``error``.
        error: `RuleSchemaError` for what stands in a rule folder.

    Returns:
        The record, or None when there were faults.
    """
    try:
        return kind.model_validate(data)
    except ValidationError as problem:
        # A list whose one entry is at fault is too short for pydantic, and for nobody else.
        faults += [
            _fault(kind, dict(found), data, tree, at, error)
            for found in problem.errors(include_url=False)
            if found["type"] != "too_short" or len(found["input"]) < found["ctx"]["min_length"]
        ]
        return None


def schema_fault(
    tree: YamlTree, at: NodePath, message: str, *, hint: str | None = None, on_key: bool = False
) -> RuleSchemaError:
    """An error that points at a node, or at its key."""
    return place(tree, at, message, hint=hint, on_key=on_key, error=RuleSchemaError)


def place(tree: YamlTree, at: NodePath, message: str, *, hint: str | None, on_key: bool, error: type[E]) -> E:
    """An error of any class that points at a node, or at its key."""
    while at and at not in tree:  # a field that was inherited stands nowhere: point at what holds it
        at = at[:-1]
    line, column = (tree.key_at if on_key else tree.value_at)(at) if at in tree else (1, 1)
    return error(
        message,
        path=tree.path,
        line=line,
        column=column,
        source_line=tree.line_text(line),
        hint=hint,
    )


def _fault(
    kind: type[BaseModel],
    found: dict[str, Any],
    data: Any,
    tree: YamlTree,
    at: NodePath,
    error: type[E],
) -> E:
    path, name, models = _follow(kind, found["loc"], data, at)
    message, hint = _worded(found, name, models)
    on_key = found["type"] in ("missing", "extra_forbidden") or not isinstance(found["input"], str | int)
    return place(tree, path, message, hint=hint, on_key=on_key, error=error)


def _follow(
    kind: type[BaseModel], loc: NodePath, data: Any, at: NodePath
) -> tuple[NodePath, str, list[type[BaseModel]]]:
    """Walk pydantic's location through the data: the path, the field's name, and the types that hold it.

    Pydantic puts the tag of a union between the segments; those stand nowhere in the file.
    """
    path, name = at, ""
    holders: list[type[BaseModel]] = [kind]
    inside = holders
    for segment in loc:
        if isinstance(data, list):
            there = isinstance(segment, int) and segment < len(data)
        else:
            there = isinstance(data, dict) and segment in data
        if isinstance(segment, str):
            held = [field for model in inside for field in _fields(model, segment)]
            if held or there:
                holders, name = inside, segment
                inside = [model for field in held for model in _models_in(field)]
        if there:
            path = (*path, segment)
            data = data[segment]
    return path, name, holders


def _fields(model: type[BaseModel], name: str) -> list[Any]:
    return [field.annotation for key, field in model.model_fields.items() if name == (field.alias or key)]


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in get_args(annotation) for model in _models_in(inner)]


def _worded(found: Mapping[str, Any], name: str, holders: list[type[BaseModel]]) -> tuple[str, str | None]:
    """Message and hint for one of pydantic's errors."""
    kind, given = found["type"], found["input"]
    context = found.get("ctx", {})
    if kind == "missing":
        return f"the field {name!r} is missing", _MISSING_HINTS.get(name)
    if kind == "extra_forbidden":
        return f"there is no field {name!r} here", _field_hint(name, holders)
    if kind == "too_short":
        return f"{name!r} must hold at least one entry", _MISSING_HINTS.get(name)
    if kind in ("enum", "literal_error", "union_tag_invalid"):
        options = re.findall(r"'([^']+)'", str(context.get("expected") or context.get("expected_tags")))
        shown = context.get("tag", given)
        return f"{shown!r} is not a value of {name!r}", _option_hint(str(shown), options)
    if kind == "union_tag_not_found":
        return f"the field 'kind' is missing in an entry of {name!r}", None
    if kind == "string_pattern_mismatch":
        return f"{name!r} {_PATTERN_MESSAGES.get(name, 'has characters it must not have')}", None
    if kind == "value_error":
        said = str(context["error"])
        options = re.findall(r"\(one of (.*)\)", said)
        return said, _option_hint(str(given), options[0].split(", ")) if options else None
    message, hint = _KIND_MESSAGES.get(kind, (None, None))
    if message is None:
        said = str(found["msg"])
        message = said[0].lower() + said[1:]
    return f"{name!r}: {message}" if name else message, hint


def _field_hint(name: str, holders: list[type[BaseModel]]) -> str | None:
    known: list[str] = []
    for model in holders:
        for key, field in model.model_fields.items():
            if key == name and field.alias:
                return f"the field is called {field.alias!r}"
            known.append(field.alias or key)
    return did_you_mean(name, known)


def _option_hint(given: str, options: list[str]) -> str | None:
    if given.casefold() in options:
        return f"write it in lower case: {given.casefold()!r}"
    return did_you_mean(given, options)
