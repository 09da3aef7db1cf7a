"""What the engine needs of a rule, without what only people need.

A `CompiledRule` is a `ClauseRule` after everything has been looked up: terms expanded, ceiling, criteria
and profile inherited from the clause kind, user overrides applied. It is a NamedTuple that is built from
plain JSON without pydantic, because every cold start builds all of them: 200 rules must cost a few
milliseconds, and validating them again after `compile_rulebook` has done so would cost fifty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

from ..records import Clause, Profile, Reading, Role, Scope, Tier

if TYPE_CHECKING:
    from .facts import ClauseFacts, UnitKind, ValueKind
    from .schema import ClauseRule

T = TypeVar("T")


class CompiledDetect(NamedTuple):
    """`openness.rulebook.schema.Detect` with all terms expanded. Every pattern compiles under RE2."""

    roles: tuple[Role, ...]
    within: Literal["sentence", "paragraph", "document"]
    kinds: tuple[UnitKind, ...]
    lead_in: Literal["may", "must", "never"]
    seq: tuple[str, ...]
    gap: int | None
    all: tuple[str, ...]
    any: tuple[str, ...]
    unless: tuple[str, ...]

    @property
    def patterns(self) -> tuple[str, ...]:
        """Every pattern of the rule: ``seq``, ``all``, ``any``, ``unless``."""
        return (*self.seq, *self.all, *self.any, *self.unless)


class CompiledRule(NamedTuple):
    """One rule, ready to run. The fields mean what they mean in `ClauseRule`, defaults filled in."""

    id: str
    slug: str
    status: Literal["preview", "stable", "deprecated"]
    aliases: tuple[str, ...]
    clause: Clause
    also: tuple[Clause, ...]
    scope: Scope
    ceiling: Tier | None
    """Best tier a text in which this rule fires can reach; None: the rule decides nothing."""
    criteria: tuple[str, ...]
    profile: tuple[Profile, ...]
    message: str
    confidence: Literal["high", "medium", "low"]
    values: tuple[ValueKind, ...]
    readings: tuple[Reading, ...]
    detect: CompiledDetect
    path: str
    """File the rule stands in, relative to its rule folder, with forward slashes."""


def compile_rule(
    rule: ClauseRule,
    facts: Callable[[Clause], ClauseFacts],
    expand: Callable[[str], str],
    *,
    path: str,
) -> CompiledRule:
    """Look everything up that ``rule`` leaves to its clause kind and to the terms.

    Raises whatever ``expand`` raises for a pattern it refuses.
    """
    kind = facts(rule.clause)
    ceilings = [rule.effective_ceiling(facts(clause)) for clause in (rule.clause, *rule.also)]
    known = [ceiling for ceiling in ceilings if ceiling is not None]
    detect = rule.detect
    return CompiledRule(
        id=rule.id,
        slug=rule.slug,
        status=rule.status,
        aliases=rule.aliases,
        clause=rule.clause,
        also=rule.also,
        scope=rule.scope,
        ceiling=min(known) if known else None,
        criteria=kind.criteria if rule.criteria is None else rule.criteria,
        profile=kind.profile if rule.profile is None else rule.profile,
        message=rule.message,
        confidence=rule.confidence,
        values=rule.values,
        readings=rule.readings,
        detect=CompiledDetect(
            roles=detect.roles,
            within=detect.within,
            kinds=detect.kinds,
            lead_in=detect.lead_in,
            seq=tuple(map(expand, detect.seq)),
            gap=detect.gap,
            all=tuple(map(expand, detect.all)),
            any=tuple(map(expand, detect.any)),
            unless=tuple(map(expand, detect.unless)),
        ),
        path=path,
    )


def rule_to_json(rule: CompiledRule) -> list[Any]:
    """A rule as a plain list in the order of its fields; `rule_from_json` reads it back."""
    return [
        *rule[:7],
        tier_label(rule.ceiling),
        *rule[8:13],
        [[tier_label(r.ceiling), r.says, r.taken] for r in rule.readings],
        list(rule.detect),
        rule.path,
    ]


def rule_from_json(held: list[Any]) -> CompiledRule:
    """Build a rule from what `rule_to_json` wrote. Trusts it: the values were validated when written."""
    (key, slug, status, aliases, clause, also, scope, ceiling, *rest) = held
    (criteria, profile, message, confidence, values, readings, detect, path) = rest
    roles, within, kinds, lead_in, seq, gap, all_, any_, unless = detect
    return CompiledRule(
        key, slug, status, tuple(aliases),
        Clause(clause), _enums(Clause, also), Scope(scope), read_tier(ceiling),
        tuple(criteria), _enums(Profile, profile), message, confidence, tuple(values),
        tuple([Reading.model_construct(ceiling=read_tier(c), says=s, taken=t) for c, s, t in readings]),
        CompiledDetect(
            _enums(Role, roles), within, tuple(kinds), lead_in,
            tuple(seq), gap, tuple(all_), tuple(any_), tuple(unless),
        ),
        path,
    )  # fmt: skip


def read_tier(label: str | None) -> Tier | None:
    """A tier from its label, None from None."""
    return None if label is None else Tier[label.upper()]


def tier_label(tier: Tier | None) -> str | None:
    """The label of a tier, None from None: ``tier and tier.label`` would lose the lowest tier, which is 0."""
    return None if tier is None else tier.label


def _enums(kind: Callable[[str], T], values: Iterable[str]) -> tuple[T, ...]:
    return tuple([kind(value) for value in values])
