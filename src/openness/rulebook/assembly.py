"""Rule folders on their way to becoming a `Rulebook`.

Imports what a cold start does without (YAML, the schema, RE2), so `openness.rulebook.load` imports it only
when rules must be read from their files.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..errors import RulebookError, RulePatternError
from ..records import Clause, License, Release
from .book import Rulebook, Silenced, all_in_one, with_exceptions
from .catalog import record_key
from .compiled import CompiledRule, compile_rule
from .examples import Finder, check_examples
from .files import digest_of, sha256_of
from .folder import Entry, Folder, read_folder
from .index import Index
from .names import fold_name
from .patterns import BadPatternError, check_pattern, did_you_mean, expand_terms, order_terms
from .schema import ClauseFacts, ClauseRule, RuleSwitch
from .strict_yaml import NodePath
from .validate import schema_fault


class Assembly:
    """Takes folders in, puts them together in `finish`, and collects every fault before it gives up."""

    def __init__(self, root: Path, *, with_rules: bool = True) -> None:
        self.root = root
        self.with_rules = with_rules
        """Whether the project's own rules, licenses and models take part."""
        self.faults: list[RulebookError] = []
        self.folders: list[Folder] = []
        """Every folder that was read from its files, the project's own first."""
        self.own: list[Folder] = []
        self.index: Index | None = None
        self.version = ""
        self.terms: dict[str, str] = {}
        self.compiled: dict[str, CompiledRule] = {}
        self.entries: dict[str, Entry] = {}
        """Rules that were read from their files, by id."""
        self.silenced: list[Silenced] = []
        self.exceptions: dict[str, tuple[str, ...]] = {}
        self._taken: dict[str, str] = {}
        self._term_entries: dict[str, Entry] = {}
        self._expanded: dict[str, str] = {}

    # --- what goes in ------------------------------------------------------------------------------

    def take_index(self, index: Index, header: dict[str, Any], rules: tuple[CompiledRule, ...]) -> None:
        """Take the project's rules as `read_index` gave them."""
        self.index = index
        self.version = header["version"]
        self.terms = dict(header["terms"])
        if self.with_rules:
            self.compiled = {rule.id: rule for rule in rules}
        for rule in self.compiled.values():
            self._taken.update(dict.fromkeys((rule.id, rule.slug, *rule.aliases), str(self.root / rule.path)))

    def read_base(self) -> None:
        """Read the project's rules from their files."""
        folder = read_folder(self.root, self.faults, base=True)
        self.version = folder.version
        if not self.with_rules:
            folder.rules, folder.licenses, folder.releases = [], [], []
        self._add(folder)

    def read_own(self, path: str | os.PathLike[str]) -> None:
        """Read a user's folder or file."""
        folder = read_folder(path, self.faults)
        self.own.append(folder)
        self._add(folder)

    def _add(self, folder: Folder) -> None:
        self.folders.append(folder)
        for name, entry in folder.terms.items():
            if name in self.terms:
                self._fault(entry, entry.at, f"there is a term {name!r} already", "rename it", on_key=True)
            else:
                self.terms[name] = entry.value
                self._term_entries[name] = entry

    @functools.cached_property
    def facts(self) -> dict[Clause, ClauseFacts]:
        """What each clause kind means."""
        return self.folders[0].facts if self.index is None else self.index.facts()

    # --- what comes out ----------------------------------------------------------------------------

    def finish(self, check: Finder | None = None, *, trust_base: bool = False) -> None:
        """Put everything together.

        Args:
            check: A finder to hold the examples against.
            trust_base: Whether only users' own examples are held against it.

        Raises:
            RulebookError: There were faults.
        """
        self._expand_terms()
        for folder in self.folders:
            for entry in folder.rules:
                self._take_rule(entry, check if folder in self.own or not trust_base else None)
        self._check_keys(License, "licenses", "id")
        self._check_keys(Release, "releases", "name")
        self._apply_switches()
        if self.faults:
            raise all_in_one(self.faults)

    def sorted_rules(self) -> tuple[CompiledRule, ...]:
        """The rules that run, by id."""
        return tuple(rule for _, rule in sorted(self.compiled.items()))

    def selected(self, paths: Iterable[str | os.PathLike[str]]) -> list[Entry]:
        """The rules that run and were read from files, by id; given paths, only those below one of them."""
        below = [Path(path).resolve() for path in paths]
        entries = [entry for key, entry in sorted(self.entries.items()) if key in self.compiled]
        if not below:
            return entries
        places = [(entry, Path(str(entry.tree.path)).resolve()) for entry in entries]
        return [entry for entry, place in places if any(place.is_relative_to(path) for path in below)]

    def rulebook(self) -> Rulebook:
        """The result. Call `finish` first."""
        index = self.index if self.with_rules else None
        held = self.folders if index is None else self.own
        rules: dict[str, ClauseRule] = {}
        for key, entry in self.entries.items():
            more = self.exceptions.get(key)
            rules[key] = with_exceptions(entry.value, more) if more else entry.value
        return Rulebook(
            version=self.version,
            sha256=self._sha256(),
            compiled=self.sorted_rules(),
            terms=self.terms,
            silenced=tuple(self.silenced),
            folders=tuple(str(folder.root) for folder in self.own),
            _index=index,
            _rules=rules,
            _facts=self.facts if index is None else {},
            _licenses=tuple(entry.value for folder in held for entry in folder.licenses),
            _releases=tuple(entry.value for folder in held for entry in folder.releases),
            _exceptions=self.exceptions,
        )

    def _sha256(self) -> str:
        base = self.index.sha256 if self.index is not None else _digest(self.folders[0])
        if not self.own and self.with_rules:
            return base
        parts = [base if self.with_rules else "", *sorted(map(_digest, self.own))]
        return sha256_of("\n".join(parts).encode())

    # --- how it gets there -------------------------------------------------------------------------

    def _fault(
        self, entry: Entry, at: NodePath, message: str, hint: str | None = None, *, on_key: bool = False
    ) -> None:
        self.faults.append(schema_fault(entry.tree, at, message, hint=hint, on_key=on_key))

    def _expand_terms(self) -> None:
        ordered, circles = order_terms(self.terms)
        for name, walk in circles.items():
            if walk[0] == walk[-1]:
                said = f"the term stands for itself: {' > '.join(walk)}"
                entry = self._term_entries[name]
                self.faults.append(_pattern_fault(entry, entry.at, entry.value, BadPatternError(said)))
        for name in ordered:
            held = self._term_entries.get(name)
            try:
                expanded = expand_terms(self.terms[name], self._expanded)
                if held is not None:  # those of the index were checked when it was written
                    check_pattern(expanded, may_be_empty=True)
                self._expanded[name] = expanded
            except BadPatternError as problem:
                if held is not None and problem.term not in self.terms:
                    self.faults.append(_pattern_fault(held, held.at, held.value, problem))

    def _take_rule(self, entry: Entry, check: Finder | None) -> None:
        rule: ClauseRule = entry.value
        good = self._claim_names(entry)
        for group in ("seq", "all", "any", "unless"):
            for index, pattern in enumerate(getattr(rule.detect, group)):
                good &= self._try_pattern(entry, ("detect", group, index), pattern)
        if not all(clause in self.facts for clause in (rule.clause, *rule.also)):
            return  # the vocabulary is broken, which is a fault already
        best = self.facts[rule.clause].ceiling
        if best is not None and rule.ceiling is not None and rule.ceiling > best:
            good = False
            self._fault(
                entry,
                ("ceiling",),
                f"the ceiling of {rule.clause.value!r} is {best.label!r}: a rule can lower it, never raise it",
                "leave the field out, or write `no_ceiling: true` if the rule decides nothing",
            )
        if not good:
            return
        compiled = compile_rule(rule, self.facts.__getitem__, self._expand, path=entry.path)
        self.compiled[rule.id] = compiled
        self.entries[rule.id] = entry
        if check is not None:
            self.faults += check_examples(rule, check, compiled=compiled, tree=entry.tree)

    def _claim_names(self, entry: Entry) -> bool:
        rule: ClauseRule = entry.value
        names: list[tuple[NodePath, str]] = [(("id",), rule.id), (("slug",), rule.slug)]
        names += [(("aliases", index), alias) for index, alias in enumerate(rule.aliases)]
        good = True
        for at, name in names:
            if name in self._taken:
                good = False
                said = f"{name!r} is taken by {self._taken[name]}"
                self._fault(entry, at, said, "ids and slugs are unique, and a former id is never used again")
            else:
                self._taken[name] = str(entry.tree.path)
        return good

    def _expand(self, pattern: str) -> str:
        return expand_terms(pattern, self._expanded)

    def _try_pattern(self, entry: Entry, at: NodePath, pattern: str) -> bool:
        try:
            check_pattern(self._expand(pattern))
        except BadPatternError as problem:
            if problem.term not in self.terms:  # else the term is a fault of its own already
                self.faults.append(_pattern_fault(entry, at, pattern, problem))
            return False
        return True

    def _check_keys(self, kind: type[License | Release], group: str, key_field: str) -> None:
        """Refuse licenses and releases that go by the key of another."""
        entries: list[Entry] = [entry for folder in self.folders for entry in getattr(folder, group)]
        taken: dict[str, str] = {}
        if entries and self.index is not None and self.with_rules:
            taken = {fold_name(key): str(self.root) for key in self.index.catalog(kind)}
        for entry in entries:
            key = record_key(entry.value)
            folded = fold_name(key)
            if folded in taken:
                self._fault(entry, (*entry.at, key_field), f"{key!r} is there already, in {taken[folded]}")
            taken[folded] = str(entry.tree.path)

    def _apply_switches(self) -> None:
        names: dict[str, str] = {}
        for rule in self.compiled.values():
            names.update(dict.fromkeys((rule.id, rule.slug, *rule.aliases), rule.id))
        for folder in self.own:
            for entry in folder.switches:
                switch: RuleSwitch = entry.value
                key = names.get(switch.rule)
                if key is None:
                    hint = did_you_mean(switch.rule, names)
                    self._fault(entry, (*entry.at, "rule"), f"there is no rule {switch.rule!r}", hint)
                elif not switch.silence:
                    self._add_exceptions(key, entry)
                elif self.compiled.pop(key, None) is not None:
                    self.silenced.append(Silenced(key, switch.reason, str(entry.tree.path)))

    def _add_exceptions(self, key: str, entry: Entry) -> None:
        switch: RuleSwitch = entry.value
        good = [
            self._try_pattern(entry, (*entry.at, "unless", index), pattern)
            for index, pattern in enumerate(switch.unless)
        ]
        rule = self.compiled.get(key)
        if rule is None or not all(good):
            return
        detect = rule.detect._replace(unless=(*rule.detect.unless, *map(self._expand, switch.unless)))
        self.compiled[key] = rule._replace(detect=detect)
        self.exceptions[key] = (*self.exceptions.get(key, ()), *switch.unless)


def _digest(folder: Folder) -> str:
    return digest_of({name: sha256_of(data) for name, data in folder.sources.items()})


def _pattern_fault(entry: Entry, at: NodePath, pattern: str, problem: BadPatternError) -> RulePatternError:
    """The fault, at the fragment that RE2 names if that can be seen, else at the start of the pattern."""
    tree = entry.tree
    offset = tree.value_offset(at)
    if problem.fragment:
        end = offset + 2 * len(pattern) + 80  # quotes, and the indentation of a block
        offset = max(offset, tree.text.find(problem.fragment, offset, end))
    line, column = tree.line_column(offset)
    return RulePatternError(
        problem.message,
        path=tree.path,
        line=line,
        column=column,
        source_line=tree.line_text(line),
        hint=problem.hint,
    )
