"""Which files of a folder to read, for a run over many."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Final

from ..errors import SourceNotFoundError, SourceUnreadableError
from .beside import repository_root

_SKIPPED: Final = frozenset(("__pycache__", "node_modules", "site-packages", "venv", "CVS"))
_CARD_NAMES: Final = frozenset(("readme.md", "model_card.md", "modelcard.md"))


def find_inputs(path: str | os.PathLike[str]) -> list[Path]:
    """The model cards under a folder, in an order that is the same on every machine.

    Hidden folders, those of version control and of installed packages are left out. Links to folders are not
    followed, links to files only within the folder that was named.

    Args:
        path: A folder; a file stands for itself, whatever its name.

    Raises:
        SourceNotFoundError: There is nothing of that name.
        SourceUnreadableError: The folder itself cannot be listed. Unreadable ones below it are passed over.
    """
    top = Path(path)
    if not top.is_dir():
        if not os.path.lexists(top):
            raise SourceNotFoundError("there is no such file or folder", path=str(top))
        return [top]
    root = repository_root(top.resolve())
    found: list[Path] = []

    def give_up(problem: OSError) -> None:
        if problem.filename is not None and Path(problem.filename) == top:
            hint = "check who may read it" if problem.errno in (errno.EACCES, errno.EPERM) else None
            raise SourceUnreadableError("the folder cannot be listed", path=str(top), hint=hint) from None

    for folder, folders, names in os.walk(top, onerror=give_up, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED)
        cards = sorted(name for name in names if name.lower() in _CARD_NAMES)
        # One card for a folder: two spellings of its name would be judged twice.
        for name in sorted(cards, key=lambda name: name.lower() != "readme.md")[:1]:
            card = Path(folder, name)
            if _is_within(card, root):
                found.append(card)
    return found


def _is_within(card: Path, root: Path) -> bool:
    """Whether a card is a regular file of the folder, or a link to one."""
    try:
        return card.is_file() and (not card.is_symlink() or card.resolve().is_relative_to(root))
    except (OSError, RuntimeError):
        return False
