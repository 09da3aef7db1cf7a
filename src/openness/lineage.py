"""What a model may carry that was made from other models.

Weights made from weights carry the terms of both. A child of a model whose terms stay below the OSI tier
cannot rise above that tier by a tag: whoever takes the child is bound by the base's terms as well. A base
that the catalogue does not know limits nothing, and the verdict says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from .records import BaseModelClaim, Conflict, License, Note, Tier
from .spdx import Bounds


class BaseTerms(NamedTuple):
    """What is known of the terms of a base model."""

    name: str
    """The base under its own name."""
    bounds: Bounds
    licenses: tuple[License, ...]
    expression: str


class BaseLimit(NamedTuple):
    """What one base model leaves possible for its child."""

    claim: BaseModelClaim
    bounds: Bounds
    licenses: tuple[License, ...] = ()
    """Records of the licenses that limit the child; empty where nothing does."""
    conflicts: tuple[Conflict, ...] = ()
    notes: tuple[Note, ...] = ()


_RELATIONS = {
    "finetune": "a fine-tune of",
    "adapter": "an adapter for",
    "quantized": "a quantization of",
    "merge": "a merge with",
    None: "made from",
}


def find_base_limits(
    claims: Iterable[BaseModelClaim], lookup: Callable[[str], BaseTerms | None]
) -> tuple[BaseLimit, ...]:
    """The limit that each base model sets, in the order of the claims; a base named twice counts once.

    Args:
        claims: Base models as stated.
        lookup: The terms of a model by name, None for one that is not known. Asked once for each name.
    """
    found = []
    asked: set[str] = set()
    known: set[str] = set()
    for claim in claims:
        name = claim.name.strip()
        if name.casefold() in asked:
            continue
        asked.add(name.casefold())
        terms = lookup(name)
        if terms is not None:
            if terms.name in known:
                continue  # the front matter's "meta-llama/Llama-2-7b-hf" is the prose's "Llama 2"
            known.add(terms.name)
        found.append(_limit(claim, terms))
    return tuple(found)


def _limit(claim: BaseModelClaim, terms: BaseTerms | None) -> BaseLimit:
    place = claim.place
    if terms is None and claim.origin == "name":
        return BaseLimit(claim, Bounds.exactly(Tier.OSI))  # read from a name: hardly worth a word
    if terms is None:
        said = f"the terms of the base model {claim.name} are not in the catalogue: they limit this model too"
        # Nothing is known against the child, so nothing is held against it: its own terms decide, and the note stays.
        return BaseLimit(claim, Bounds.exactly(Tier.OSI), notes=(_note(claim, said),))
    if terms.bounds.ceiling is Tier.OSI:
        named = f"{terms.name} ({terms.expression})"
        said = f"the tier of the base model {named} is not settled: its terms limit this model too"
        notes = () if terms.bounds.tier is Tier.OSI else (_note(claim, said),)
        return BaseLimit(claim, Bounds.exactly(Tier.OSI), notes=notes)
    # A model that could not be downloaded at all was not the base of weights: its outputs were.
    ceiling = max(terms.bounds.ceiling, Tier.OPEN)
    message = (
        f"this is {_RELATIONS[claim.relation]} {terms.name}, whose terms ({terms.expression}) go with every copy: "
        f"at most {ceiling.title}"
    )
    conflict = Conflict.model_construct(
        code="base-model-terms", message=message, places=() if place is None else (place.where,)
    )
    return BaseLimit(claim, Bounds.exactly(ceiling), terms.licenses, (conflict,))


def _note(claim: BaseModelClaim, said: str) -> Note:
    place = claim.place
    return Note.model_construct(
        code="unknown-base-model",
        message=said,
        hint="read the license of the base model",
        document=None if place is None else place.document,
        line=None if place is None else place.line,
        column=None if place is None else place.column,
    )
