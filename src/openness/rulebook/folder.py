"""What stands in one rule folder: files found, read and checked against their schema.

Nothing here knows another folder; `openness.rulebook.load` puts folders together.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from ..errors import (
    RulebookError,
    RuleSchemaError,
    RuleSyntaxError,
    SourceNotFoundError,
    SourceUnreadableError,
)
from ..records import Clause, License, Record, Release
from .files import INDEX, list_files
from .patterns import TERM_NAME, did_you_mean
from .schema import ClauseFacts, ClauseRule, RuleSwitch
from .strict_yaml import NodePath, YamlTree, parse_yaml
from .validate import schema_fault, validated

_READ_ELSEWHERE: Final = ("claims", "policies", "standards", INDEX)
"""Folders of the layout that hold no clause rules, licenses or models."""

R = TypeVar("R", bound=Record)


class Entry(NamedTuple):
    """Something that was read, and where it stands: errors found later point there."""

    value: Any
    tree: YamlTree
    at: NodePath
    path: str
    """File, relative to the folder, with forward slashes."""


@dataclass(eq=False)
class Folder:
    """Content of one rule folder. Entries hold the types their names say."""

    root: Path
    version: str = ""
    sources: dict[str, bytes] = field(default_factory=dict)
    """Every file that counts, by its path inside the folder."""
    rules: list[Entry] = field(default_factory=list)
    facts: dict[Clause, ClauseFacts] = field(default_factory=dict)
    terms: dict[str, Entry] = field(default_factory=dict)
    licenses: list[Entry] = field(default_factory=list)
    releases: list[Entry] = field(default_factory=list)
    switches: list[Entry] = field(default_factory=list)


def read_folder(path: str | os.PathLike[str], faults: list[RulebookError], *, base: bool = False) -> Folder:
    """Read all files of a rule folder, or a single rule file.

    Args:
        path: The folder or file.
        faults: Everything that is wrong is appended here; what is right is still in the result.
        base: Whether this is the project's own folder, which also holds the vocabulary.

    Raises:
        SourceNotFoundError: There is nothing at ``path``.
        SourceUnreadableError: The system refuses to read it.
    """
    root = Path(path)
    folder = Folder(root)
    try:
        names = list(list_files(root)) if root.is_dir() else [""]
        for name in names:
            folder.sources[name or root.name] = (root / name if name else root).read_bytes()
    except FileNotFoundError as problem:
        missing = str(problem.filename or path)
        raise SourceNotFoundError("there is no such rule folder or file", path=missing) from problem
    except OSError as problem:
        raise SourceUnreadableError(
            f"cannot be read: {problem.strerror}", path=str(problem.filename or path)
        ) from problem
    for name, data in folder.sources.items():
        kind = "clauses" if not root.is_dir() else _kind_of(name, base=base)
        if kind is None:
            continue
        shown = str(root / name) if root.is_dir() else str(root)
        try:
            tree = parse_yaml(data, error=RuleSyntaxError, path=shown, scalars="core")
        except RuleSyntaxError as problem:
            faults.append(problem)
            continue
        _READERS[kind](folder, name, tree, faults)
    if not folder.sources:
        faults.append(RulebookError("the folder holds no .yaml file", path=str(path)))
    return folder


def read_rule(path: Path, faults: list[RulebookError]) -> ClauseRule | None:
    """Read the one rule that stands in a file."""
    rules = read_folder(path, faults).rules
    return rules[0].value if rules else None


def _kind_of(name: str, *, base: bool) -> str | None:
    """Which reader a file is for, by its place in the folder."""
    top, _, rest = name.partition("/")
    stem = Path(name).stem
    if not rest and stem in ("rulebook", "vocabulary"):
        return stem if base else f"not-{stem}"
    if not rest and stem == "terms":
        return stem
    if rest and top in _READ_ELSEWHERE:
        return None
    if rest and top in ("licenses", "models"):
        return top
    if stem == "overrides" and not base:
        return "overrides"
    return "clauses"


def _read_rule(folder: Folder, name: str, tree: YamlTree, faults: list[RulebookError]) -> None:
    if not isinstance(tree.data, dict):
        faults.append(schema_fault(tree, (), "a rule file must hold one mapping of fields to values"))
        return
    rule = validated(ClauseRule, tree.data, tree, (), faults, error=RuleSchemaError)
    if rule is None:
        return
    stem = Path(name).stem
    if stem != rule.slug:
        faults.append(
            schema_fault(tree, ("slug",), f"the slug is not the name of the file, {stem!r}", hint="make them the same")
        )
        return
    folder.rules.append(Entry(rule, tree, (), name))


def _read_version(folder: Folder, name: str, tree: YamlTree, faults: list[RulebookError]) -> None:
    version = tree.data.get("version") if isinstance(tree.data, dict) else None
    if isinstance(version, str):
        folder.version = version
    else:
        faults.append(schema_fault(tree, (), f"{name} must hold the field 'version' with a text"))


def _read_vocabulary(folder: Folder, name: str, tree: YamlTree, faults: list[RulebookError]) -> None:
    before = len(faults)
    for entry in _entries(ClauseFacts, "clauses", (), name, tree, faults):
        clause = entry.value.clause
        if clause in folder.facts:
            at = (*entry.at, "clause")
            faults.append(schema_fault(tree, at, f"the clause {clause.value!r} stands here twice"))
        folder.facts[clause] = entry.value
    missing = [clause.value for clause in Clause if clause not in folder.facts]
    if missing and len(faults) == before:
        faults.append(schema_fault(tree, (), f"the vocabulary says nothing of: {', '.join(missing)}"))


def _refuse_vocabulary(folder: Folder, name: str, tree: YamlTree, faults: list[RulebookError]) -> None:
    faults.append(
        schema_fault(
            tree,
            (),
            f"{folder.root} is a folder of your own and cannot hold {name}",
            hint="the vocabulary and the version are the project's own; rename the file if it is a rule",
        )
    )


def _read_terms(folder: Folder, name: str, tree: YamlTree, faults: list[RulebookError]) -> None:
    held = tree.data.get("terms") if isinstance(tree.data, dict) else None
    if not isinstance(held, dict) or len(tree.data) > 1:
        faults.append(schema_fault(tree, (), "this file must hold one mapping of names to patterns under 'terms'"))
        return
    for term, pattern in held.items():
        at = ("terms", term)
        if not re.fullmatch(TERM_NAME, term):
            said = f"{term!r} is no name for a term: lower-case letters, digits, - and _, a letter first"
            faults.append(schema_fault(tree, at, said, on_key=True))
        elif not isinstance(pattern, str):
            faults.append(schema_fault(tree, at, f"the term {term!r} must be a pattern", on_key=True))
        else:
            folder.terms[term] = Entry(pattern, tree, at, name)


def _read_licenses(folder: Folder, name: str, tree: YamlTree, faults: list[RulebookError]) -> None:
    inherited = ("family", "publisher")
    folder.licenses += _entries(License, "licenses", inherited, name, tree, faults)


def _read_models(folder: Folder, name: str, tree: YamlTree, faults: list[RulebookError]) -> None:
    folder.releases += _entries(Release, "releases", ("publisher",), name, tree, faults)


def _read_overrides(folder: Folder, name: str, tree: YamlTree, faults: list[RulebookError]) -> None:
    for entry in _entries(RuleSwitch, "overrides", (), name, tree, faults):
        switch: RuleSwitch = entry.value
        if switch.silence == bool(switch.unless):
            said = "an override must either silence the rule or give it exceptions under 'unless'"
            faults.append(schema_fault(tree, entry.at, said))
        else:
            folder.switches.append(entry)


def _entries(
    kind: type[R],
    key: str,
    inherited: tuple[str, ...],
    name: str,
    tree: YamlTree,
    faults: list[RulebookError],
) -> Iterator[Entry]:
    """The records of a file that is ``key: [record, …]``, with fields that all of them inherit beside it."""
    data = tree.data
    if not isinstance(data, dict) or not isinstance(data.get(key), list):
        at: NodePath = (key,) if isinstance(data, dict) and key in data else ()
        faults.append(schema_fault(tree, at, f"this file must hold a list under {key!r}", on_key=True))
        return
    known = (key, *inherited)
    for field_name in data:
        if field_name not in known:
            said = f"there is no field {field_name!r} at the top of this file"
            hint = did_you_mean(field_name, known)
            faults.append(schema_fault(tree, (field_name,), said, hint=hint, on_key=True))
    shared = {field_name: data[field_name] for field_name in inherited if field_name in data}
    for index, held in enumerate(data[key]):
        at = (key, index)
        given = {**shared, **held} if isinstance(held, dict) else held
        record = validated(kind, given, tree, at, faults, error=RuleSchemaError)
        if record is not None:
            yield Entry(record, tree, at, name)


_READERS: Final = {
    "clauses": _read_rule,
    "rulebook": _read_version,
    "vocabulary": _read_vocabulary,
    "not-rulebook": _refuse_vocabulary,
    "not-vocabulary": _refuse_vocabulary,
    "terms": _read_terms,
    "licenses": _read_licenses,
    "models": _read_models,
    "overrides": _read_overrides,
}
