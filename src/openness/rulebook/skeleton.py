"""A new rule file to start from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from ..errors import InputError
from ..records import Clause
from .schema import RULE_ID, SLUG

OWN_PREFIX: Final = "OWN"
"""Prefix of ids that users' rules get; no rule of the project's own begins with it."""

_TEMPLATE: Final = r"""# Change every line that says CHANGE, then run: openness rules test {path}
# All fields: docs/rules-format.md
id: {id}
slug: {slug}
since: "1"
clause: {clause}
message: CHANGE, completes "this text ..."
why: CHANGE, why it matters to somebody who wants to ship
sources:
  - {{title: CHANGE, url: "https://example.org/CHANGE", read: {today}}}
detect:
  in: [license, use-policy]
  within: sentence
  # RE2 on lower-case text with straight quotes and single blanks; \b is the edge of a word.
  all:
    - '\b(?:may not|must not|never)\b'
    - '\bwords that the clause is about, to change\b'
  # Exceptions: what stands in sentences that look alike and mean something else.
  unless: []
examples:
  match:
    - text: CHANGE, write a sentence in which the rule must fire.
  no_match:
    - text: CHANGE, write a sentence that looks alike and means something else.
      why: CHANGE, say what it means instead
"""


def write_skeleton(path: Path, clause: Clause, *, today: str, id: str | None = None) -> str:  # noqa: A002
    """Write a new rule file whose examples fail until it is filled in. Never overwrites.

    Args:
        path: The file; its name without ``.yaml`` becomes the slug.
        clause: What the rule finds.
        today: Date for the source, e.g. ``2026-11-21``.
        id: Id of the rule. Default: the next free ``OWN-…`` beside the file.

    Returns:
        The id.

    Raises:
        InputError: The name or the id cannot be used, or the file exists.
    """
    if path.suffix != ".yaml" or not re.fullmatch(SLUG, path.stem):
        raise InputError(
            "the name of a rule file is lower-case words joined by hyphens, and .yaml",
            path=str(path),
            hint="for example my-rules/no-night-use.yaml",
        )
    if id is None:
        id = _next_id(path.parent)  # noqa: A001
    elif not re.fullmatch(RULE_ID, id):
        raise InputError(f"{id!r} is no rule id", hint="capitals, a hyphen and three digits, as in OWN-001")
    text = _TEMPLATE.format(path=path, id=id, slug=path.stem, clause=clause.value, today=today)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise InputError("the file exists already", path=str(path), hint="choose another name") from None
    return id


def _next_id(folder: Path) -> str:
    files: Iterable[Path] = folder.rglob("*.yaml") if folder.is_dir() else ()
    found = (
        re.findall(rf"^id: *['\"]?{OWN_PREFIX}-(\d{{3}})\b", file.read_text("utf-8", "replace"), re.MULTILINE)
        for file in files
    )
    used = {int(number) for numbers in found for number in numbers}
    free = next(number for number in range(1, len(used) + 2) if number not in used)
    return f"{OWN_PREFIX}-{free:03}"
