"""How to say what the rulebook knows: shared by `openness explain` and the pages of the documentation."""

from __future__ import annotations

from typing import NamedTuple

from ..records import Clause, License, Role, Source, Tier
from ..rulebook.book import Rulebook
from ..rulebook.compiled import CompiledRule

ROLES = {
    Role.LICENSE: "licenses",
    Role.USE_POLICY: "use policies",
    Role.CARD: "model cards",
    Role.NOTICE: "notices",
}


class Holder(NamedTuple):
    """A license that is known to hold a clause, and where."""

    license: License
    sections: tuple[str, ...]
    """The publisher's own numbers, as far as known."""


def known_holders(rulebook: Rulebook, clause: Clause) -> list[Holder]:
    """Licenses of the catalog that are known to hold a clause, in the order of the catalog."""
    found = []
    for known in rulebook.licenses.values():
        entries = [entry for entry in known.clauses if entry.clause is clause]
        if entries:
            sections = dict.fromkeys(entry.section for entry in entries if entry.section)
            found.append(Holder(known, tuple(sections)))
    return found


def rules_for(rulebook: Rulebook, clause: Clause) -> list[CompiledRule]:
    """Rules whose words are of this clause kind, sorted by id."""
    return [rule for rule in rulebook.compiled if clause in (rule.clause, *rule.also)]


def ceiling_words(ceiling: Tier | None) -> str:
    """The best tier that something leaves."""
    return "any: it decides nothing" if ceiling is None else ceiling.title


def criterion_words(criterion: str) -> str:
    """``OSD-6`` becomes ``OSD-6 (Open Source Definition, criterion 6)``; what is not known stays as it is."""
    standard, _, part = criterion.partition("-")
    if standard == "OSD":
        return f"{criterion} (Open Source Definition, criterion {part})"
    if standard == "OSAID":
        return f"{criterion} (Open Source AI Definition, freedom to {part})"
    return criterion


def source_words(source: Source) -> str:
    """When a source was read, and whether what it says was checked; begins with a comma unless empty."""
    read = f", read {source.read}" if source.read else ""
    return read + ("" if source.verified else " (unverified)")
