"""The words that rules are written with, apart from the rest of the schema: a cold start needs these only."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..records import Clause, Profile, Record, Source, TierField

UnitKind = Literal["body", "item", "heading", "definition", "disclaimer", "recital", "table"]
"""What a sentence-like unit of a text is. `openness.clauses.structure` tells them apart."""

ValueKind = Literal["users", "money", "date", "places", "name", "policy"]


class ClauseFacts(Record):
    """What a clause kind means: one entry of `rules/vocabulary.yaml`."""

    clause: Clause
    title: str
    says: str
    """Completes "it says that …"."""
    why: str
    """Why it matters to somebody who wants to ship."""
    ceiling: TierField | None = None
    criteria: tuple[str, ...] = ()
    profile: tuple[Profile, ...] = ()
    disputed: str | None = None
    sources: tuple[Source, ...] = Field(min_length=1)
