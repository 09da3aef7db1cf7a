"""One spelling for the many ways in which people write the name of a license or a model."""

from __future__ import annotations

import re
import unicodedata

_VERSION_WORD = re.compile(r"(?:\bversion|(?<![^\W\d_])v)[\W_]*(?=\d)|v(?=\d)")
_KEPT = re.compile(r"(?<=\d)(?P<dot>\.)(?=\d)|(?<=\d)(?P<gap>(?:[^\w+]|_)+)(?=\d)|(?P<plus>\+)|(?:[^\w+]|_)+")


def fold_name(text: str) -> str:
    """Fold case, punctuation and blanks of a name, and nothing that tells two names apart.

    ``Apache License, Version 2.0`` and ``apache-license-v2.0`` become ``apachelicense2.0``. What stays:
    the point in ``2.0`` (``3.1`` is not ``31``), a gap between two digits as a hyphen (``2-9b`` is not
    ``29b``), and ``+`` (``GPL-2.0+`` is not ``GPL-2.0``).
    """
    folded = unicodedata.normalize("NFKC", text).casefold().strip()
    folded = folded.removeprefix("the ").replace("licence", "license")
    return _KEPT.sub(_kept, _VERSION_WORD.sub(" ", folded))


def _kept(found: re.Match[str]) -> str:
    if found["plus"] or found["dot"]:
        return found[0]
    return "-" if found["gap"] else ""


def fold_hub_id(text: str) -> str:
    """Fold the case of a hub repository name (``organization/model``); the hub ignores it."""
    return text.strip().strip("/").casefold()


def matches_hub_pattern(hub_id: str, pattern: str) -> bool:
    """Whether a folded hub id fits a folded pattern, in which ``*`` is any run of characters but a slash."""
    head, *rest = pattern.split("*")
    if not hub_id.startswith(head):
        return False
    tail = "".join("[^/]*" + re.escape(part) for part in rest)
    return re.fullmatch(tail, hub_id[len(head) :]) is not None
