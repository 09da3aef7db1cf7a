"""The rulebook in memory: what `load_rulebook` gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import RulebookError, RulePatternError, UnknownNameError
from ..records import Clause, License, Release
from .catalog import Catalog
from .compiled import CompiledRule

if TYPE_CHECKING:
    from .facts import ClauseFacts
    from .index import Index
    from .schema import ClauseRule


class Silenced(NamedTuple):
    """A rule that a user's folder switched off, and the reason given there."""

    id: str
    reason: str
    path: str


@dataclass(frozen=True)
class Rulebook:
    """Rules, licenses and models, frozen and picklable. Two rulebooks of the same content are equal.

    What the engine needs stands in ``compiled``. Everything else is read when it is first asked for: a
    `ClauseRule` with its examples, reasons and sources from its own file, a license or release from the
    index.
    """

    version: str
    """Version of the project's rules."""
    sha256: str
    """Digest of all files that went in, users' own included."""
    compiled: tuple[CompiledRule, ...] = field(compare=False, repr=False)
    """All rules that run, sorted by id."""
    terms: Mapping[str, str] = field(compare=False, repr=False)
    """Named patterns, as written."""
    silenced: tuple[Silenced, ...] = field(default=(), compare=False)
    folders: tuple[str, ...] = field(default=(), compare=False)
    """The users' own folders and files, in the order given."""
    _index: Index | None = field(default=None, compare=False, repr=False)
    """Where facts, licenses and releases come from that are not held below."""
    _rules: dict[str, ClauseRule] = field(default_factory=dict, compare=False, repr=False)
    _facts: dict[Clause, ClauseFacts] = field(default_factory=dict, compare=False, repr=False)
    _licenses: tuple[License, ...] = field(default=(), compare=False, repr=False)
    _releases: tuple[Release, ...] = field(default=(), compare=False, repr=False)
    _exceptions: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)
    """What users added to ``unless``, by rule id."""

    @cached_property
    def rules(self) -> tuple[ClauseRule, ...]:
        """All rules that run, sorted by id, with examples, reasons and sources.

        Raises:
            RulebookError: A file has changed since and cannot be used any more.
        """
        return tuple(self._full(rule) for rule in self.compiled)

    @cached_property
    def facts(self) -> Mapping[Clause, ClauseFacts]:
        """What each clause kind means, in the order of the vocabulary."""
        return self._facts if self._index is None else self._index.facts()

    @cached_property
    def licenses(self) -> Catalog[License]:
        """Known licenses by id."""
        from .catalog import catalog_of

        if self._index is None:
            return catalog_of(License, self._licenses)
        base = self._index.catalog(License)
        return base.joined(self._licenses) if self._licenses else base

    @cached_property
    def releases(self) -> Catalog[Release]:
        """Known releases by name."""
        from .catalog import catalog_of

        if self._index is None:
            return catalog_of(Release, self._releases)
        base = self._index.catalog(Release)
        return base.joined(self._releases) if self._releases else base

    @cached_property
    def _by_name(self) -> dict[str, CompiledRule]:
        names = {rule.slug: rule for rule in self.compiled}
        for rule in self.compiled:
            names.update(dict.fromkeys(rule.aliases, rule))
        names.update((rule.id, rule) for rule in self.compiled)
        return names

    def compiled_rule(self, name: str) -> CompiledRule:
        """A rule by id, slug or former id, as the engine sees it.

        Raises:
            UnknownNameError: There is no such rule, or it was silenced.
        """
        rule = self._by_name.get(name) or self._by_name.get(name.upper()) or self._by_name.get(name.lower())
        if rule is not None:
            return rule
        from .patterns import did_you_mean

        for silenced in self.silenced:
            if silenced.id == name.upper():
                raise UnknownNameError(f"the rule {silenced.id} is silenced: {silenced.reason}", path=silenced.path)
        raise UnknownNameError(f"there is no rule {name!r}", hint=did_you_mean(name, self._by_name))

    def rule(self, name: str) -> ClauseRule:
        """A rule by id, slug or former id, with examples, reasons and sources.

        Raises:
            UnknownNameError: There is no such rule, or it was silenced.
            RulebookError: Its file has changed since and cannot be used any more.
        """
        return self._full(self.compiled_rule(name))

    def expand(self, pattern: str) -> str:
        """A pattern with its terms put in.

        Raises:
            RulePatternError: A term is unknown.
        """
        from .patterns import BadPatternError, expand_terms

        try:
            return expand_terms(pattern, self._expanded)
        except BadPatternError as problem:
            raise RulePatternError(problem.message, hint=problem.hint) from None

    @cached_property
    def _expanded(self) -> dict[str, str]:
        from .patterns import expand_terms, order_terms

        expanded: dict[str, str] = {}
        for name in order_terms(self.terms)[0]:
            expanded[name] = expand_terms(self.terms[name], expanded)
        return expanded

    def _full(self, rule: CompiledRule) -> ClauseRule:
        held = self._rules.get(rule.id)
        if held is None:
            held = self._rules[rule.id] = self._read(rule)
        return held

    def _read(self, rule: CompiledRule) -> ClauseRule:
        from .folder import read_rule

        assert self._index is not None  # noqa: S101 - without an index all rules are held in _rules
        faults: list[RulebookError] = []
        read = read_rule(Path(self._index.root) / rule.path, faults)
        if read is None or faults:
            raise all_in_one(faults)
        more = self._exceptions.get(rule.id)
        return with_exceptions(read, more) if more else read


def with_exceptions(rule: ClauseRule, more: tuple[str, ...]) -> ClauseRule:
    """A rule with more patterns under ``unless``."""
    detect = rule.detect.model_copy(update={"unless": (*rule.detect.unless, *more)})
    return rule.model_copy(update={"detect": detect})


def all_in_one(faults: list[RulebookError]) -> RulebookError:
    """One error for many: a single fault is itself, several are held by one error in order of their places."""
    if len(faults) == 1:
        return faults[0]

    def where(fault: RulebookError) -> tuple[Any, ...]:
        return fault.path or "", fault.line or 0, fault.column or 0

    ordered = sorted(faults, key=where)
    paths = {fault.path for fault in ordered}
    files = f" in {len(paths)} files" if len(paths) > 1 else ""
    return RulebookError(f"{len(ordered)} faults{files}: the rules do not load", errors=ordered)
