"""The shape of what stands in `rules/`: one class for each kind of file.

Licenses and releases are `openness.records.License` and `openness.records.Release`; they are used
everywhere. What only the rulebook and the engine know is here.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from ..records import Clause, Profile, Reading, Record, Role, Scope, Source, Tier, TierField
from .facts import ClauseFacts, UnitKind, ValueKind

__all__ = [
    "RULE_ID",
    "SLUG",
    "ClauseFacts",
    "ClauseRule",
    "Detect",
    "Examples",
    "MatchExample",
    "NoMatchExample",
    "RuleSwitch",
    "UnitKind",
    "ValueKind",
]

RULE_ID = r"^[A-Z]{2,12}-\d{3}$"
SLUG = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"


class MatchExample(Record):
    """A text in which the rule must fire."""

    text: str = Field(min_length=1)
    span: str | None = None
    """The words the match must be, exactly as they stand in ``text``."""
    role: Role | None = None
    """Role to read the text in; default: the first of the rule's."""


class NoMatchExample(Record):
    """A text in which the rule must stay silent, and the reason."""

    text: str = Field(min_length=1)
    why: str = Field(min_length=1)
    role: Role | None = None


class Examples(Record):
    """Both sides, or the rule does not load."""

    match: tuple[MatchExample, ...] = Field(min_length=1)
    no_match: tuple[NoMatchExample, ...] = Field(min_length=1)


class Detect(Record):
    """What the engine looks for.

    Patterns are RE2 over normalized text: lower case, straight quotes, single spaces, one
    sentence per line. ``{name}`` stands for the term of that name in `rules/terms.yaml`.
    """

    roles: tuple[Role, ...] = Field(default=(Role.LICENSE, Role.USE_POLICY), alias="in", min_length=1)
    within: Literal["sentence", "paragraph", "document"] = "sentence"
    kinds: tuple[UnitKind, ...] = ("body", "item", "table")
    """Kinds of unit the rule looks at; headings, definitions, disclaimers and recitals only if named."""
    lead_in: Literal["may", "must", "never"] = "may"
    """Whether a list item is read together with the sentence it hangs on."""
    seq: tuple[str, ...] = ()
    """All of these, in this order, without overlap."""
    gap: int | None = Field(default=None, gt=0)
    """Most characters between two neighbors of ``seq``."""
    all: tuple[str, ...] = ()
    """All of these, in any order."""
    any: tuple[str, ...] = ()
    """At least one of these."""
    unless: tuple[str, ...] = ()
    """None of these in the same unit. Exceptions are data."""

    @model_validator(mode="after")
    def _looks_for_something(self) -> Self:
        if not (self.seq or self.all or self.any):
            raise ValueError("a rule needs at least one pattern in seq, all or any")
        return self

    @property
    def patterns(self) -> tuple[str, ...]:
        """Every pattern of the rule, in the order of the file."""
        return (*self.seq, *self.all, *self.any, *self.unless)


class ClauseRule(Record):
    """One detector: the content of `rules/clauses/<topic>/<slug>.yaml`."""

    id: str = Field(pattern=RULE_ID)
    slug: str = Field(pattern=SLUG)
    status: Literal["preview", "stable", "deprecated"] = "stable"
    since: str
    aliases: tuple[Annotated[str, Field(pattern=RULE_ID)], ...] = ()
    """Ids this rule had before: an id is never used again."""
    clause: Clause
    also: tuple[Clause, ...] = ()
    """Other clause kinds that the same words are."""
    scope: Scope = Scope.MODEL
    ceiling: TierField | None = None
    """Default: the ceiling of the clause kind. A rule can lower it, never raise it."""
    no_ceiling: bool = False
    """The rule tells, and decides nothing, although its clause kind has a ceiling."""
    criteria: tuple[str, ...] | None = None
    profile: tuple[Profile, ...] | None = None
    message: str
    """Completes "this text …"."""
    why: str
    confidence: Literal["high", "medium", "low"] = "high"
    values: tuple[ValueKind, ...] = ()
    """Typed values to read from the unit."""
    readings: tuple[Reading, ...] = ()
    sources: tuple[Source, ...] = Field(min_length=1)
    detect: Detect
    examples: Examples

    @field_validator("readings")
    @classmethod
    def _one_reading_is_taken(cls, value: tuple[Reading, ...]) -> tuple[Reading, ...]:
        if value and sum(reading.taken for reading in value) != 1:
            raise ValueError("of several readings exactly one must be taken")
        return value

    @model_validator(mode="after")
    def _ceiling_or_none(self) -> Self:
        if self.no_ceiling and self.ceiling is not None:
            raise ValueError("no_ceiling and ceiling contradict each other")
        return self

    def effective_ceiling(self, facts: ClauseFacts) -> Tier | None:
        """The best tier a text in which this rule fires can reach; None: the rule decides nothing."""
        if self.no_ceiling:
            return None
        if self.ceiling is None or facts.ceiling is None:
            return self.ceiling if facts.ceiling is None else facts.ceiling
        return min(self.ceiling, facts.ceiling)


class RuleSwitch(Record):
    """How a user's folder changes a rule it does not own: the content of its `overrides.yaml`."""

    rule: str
    silence: bool = False
    unless: tuple[str, ...] = ()
    """More exceptions for the rule."""
    reason: str = Field(min_length=1)
