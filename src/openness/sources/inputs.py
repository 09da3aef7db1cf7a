"""What an argument of the command line is: a card, a text, a name."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from ..records import Document, Limits, Note, Role
from .files import check_size, decode_text, role_of

_CARD_NAME = re.compile(r"(?:readme|model[-_ ]?card)", re.IGNORECASE)
_PATH_MARK = re.compile(
    r"[/\\]?\.{1,2}[/\\]|^[/~\\]|^[A-Za-z]:\\|\.(?:md|markdown|txt|rst|html?|json|ya?ml)$", re.IGNORECASE
)
_FRONT_MATTER = re.compile(r"\s*---[ \t]*\r?\n")


def looks_like_path(name: str) -> bool:
    """Whether somebody who types this means a file, although there is none of that name.

    ``meta-llama/Llama-2-7b`` does not, ``./LICENSE`` and ``docs/README.md`` do.
    """
    return _PATH_MARK.search(name) is not None


def is_card(path: Path) -> bool:
    """Whether a path is a model card: a folder, a README, or Markdown that starts with front matter."""
    if path.is_dir() or _CARD_NAME.match(path.name):
        return True
    if path.suffix.lower() not in (".md", ".markdown"):
        return False
    if not path.is_file():
        return False  # a pipe would block, and whoever reads it next says what is wrong
    try:
        with path.open("rb") as file:
            return _FRONT_MATTER.match(file.read(64).decode("utf-8-sig", "replace")) is not None
    except OSError:
        return False


def read_standard_input(*, role: Role | None = None, limits: Limits) -> tuple[Document, tuple[Note, ...]]:
    """A text from standard input; front matter at its head makes it a card.

    Raises:
        InputTooLargeError: More than ``limits.text_bytes``; the rest is not read.
        InputError: It is no text.
    """
    name = "<stdin>"
    data = sys.stdin.buffer.read(limits.text_bytes + 1)
    decoded = decode_text(data, name)
    check_size(decoded.text, limits.text_bytes, name=name)
    if role is None:
        role = Role.CARD if _FRONT_MATTER.match(decoded.text.removeprefix("\ufeff")) else Role.LICENSE
    return Document.model_construct(role=role, name=name, text=decoded.text), decoded.notes


__all__ = ["is_card", "looks_like_path", "read_standard_input", "role_of"]
