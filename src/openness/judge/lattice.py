"""The verdict is a lattice meet.

Each piece of evidence leaves an interval of tiers that are still possible. Terms that hold together are
met; a finding with a ceiling caps what is left. The tier is determined when one is left over, and
undetermined otherwise: an interval says both what is known and what is not. Nothing here depends on the
order of the evidence, and a restricting finding can only take away.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from ..records import Clause, Finding, Profile, Tier
from ..spdx import UNDETERMINED, Bounds


class Term(NamedTuple):
    """What one license, declared or found, leaves possible."""

    bounds: Bounds
    profile: tuple[Profile, ...] = ()


class Judgement(NamedTuple):
    """What is left of the tiers, and which findings left it at that."""

    bounds: Bounds
    deciding: tuple[Finding, ...]
    profile: tuple[Profile, ...]

    @property
    def tier(self) -> Tier | None:
        """The tier if one is left, else None."""
        return self.bounds.tier


def counts(finding: Finding, approved: Collection[str]) -> bool:
    """Whether a finding weighs in the verdict.

    The clauses of an approved license that stands there unmodified were weighed when it was approved
    (Apache's patent termination, the GPL's termination); only what is added to it counts.
    """
    return finding.license_id is None or finding.license_id not in approved


def text_bounds(findings: Iterable[Finding]) -> Bounds:
    """What the clauses of a text that no license explains leave possible.

    A grant to the public makes it open, and never more: approval needs an approved license. Terms of a
    service give no copy. Without either, the findings only cap.
    """
    left = UNDETERMINED
    granted = False
    for finding in findings:
        if finding.clause is Clause.SERVICE_TERMS:
            return Bounds.exactly(Tier.PROPRIETARY)
        granted = granted or finding.clause in _GRANTS
        if finding.ceiling is not None:
            left = cap(left, finding.ceiling)
    # Without an identified license there is no approval, whatever was not found.
    left = cap(left, Tier.OPEN)
    return Bounds(left.ceiling, left.ceiling) if granted else left


_GRANTS = frozenset({Clause.GRANT_USE, Clause.GRANT_MODIFY, Clause.GRANT_REDISTRIBUTE, Clause.GRANT_COMMERCIAL})


def cap(bounds: Bounds, ceiling: Tier) -> Bounds:
    """Nothing above ``ceiling`` is possible any more."""
    return Bounds(min(bounds.floor, ceiling), min(bounds.ceiling, ceiling))


def judge(
    terms: Iterable[Term],
    findings: Iterable[Finding],
    *,
    approved: Collection[str] = (),
) -> Judgement:
    """Meet all terms, cap by all findings that count.

    Args:
        terms: One for each license that holds on the weights. None at all: nothing is known.
        findings: All findings, in any order.
        approved: Ids of the licenses whose own clauses do not count against them.
    """
    left: Bounds | None = None
    profile: set[Profile] = set()
    for term in terms:
        left = term.bounds if left is None else left.meet(term.bounds)
        profile.update(term.profile)
    left = UNDETERMINED if left is None else left
    weighed = [finding for finding in findings if counts(finding, approved)]
    for finding in weighed:
        # What a record says of a license is in its term already, and there an OR may have chosen another.
        if finding.ceiling is not None and finding.origin == "text":
            left = cap(left, finding.ceiling)
    deciding = tuple(
        sorted(
            (
                finding
                for finding in weighed
                if finding.ceiling is not None and finding.ceiling == left.ceiling < Tier.OSI
            ),
            key=_place,
        )
    )
    if left.ceiling is not Tier.OPEN:
        return Judgement(left, deciding, ())
    for finding in weighed:
        if finding.ceiling is not None or finding.clause is Clause.SHARE_ALIKE:
            profile.update(finding.profile)
    if not profile - {Profile.PERMISSIVE_NON_OSI} and left.tier is Tier.OPEN:
        profile = {Profile.PERMISSIVE_NON_OSI}
    elif len(profile) > 1:
        profile.discard(Profile.PERMISSIVE_NON_OSI)
    return Judgement(left, deciding, tuple(sorted(profile, key=list(Profile).index)))


def _place(finding: Finding) -> tuple[str, int, int, str, str]:
    # Where it stands, then what it is; the whole of it last: one rule can find several clauses in the same
    # words, and which of them came first must leave no trace.
    return finding.document or "", finding.span.start, finding.span.end, finding.rule, repr(finding)
