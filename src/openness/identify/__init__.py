"""Which license is this: known texts recognised, and every passage that is not known handed over.

>>> from openness.records import Document
>>> load_identifier().identify(Document(text="Nothing of this is a license."))
()
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .engine import Identifier as Identifier

INDEX_FILE = Path("index") / "licenses.bin"
"""Where the index stands inside a rule folder."""

__all__ = ["INDEX_FILE", "load_identifier"]


def load_identifier(rules_dir: Path | None = None) -> Identifier:
    """The identifier over the index of a rule folder; read once, when first asked for.

    Args:
        rules_dir: Rule folder; None for the one that belongs to openness.

    Raises:
        RulebookError: There is no index, or it does not fit this version.
    """
    return _load(_own_rules() if rules_dir is None else Path(rules_dir))


@lru_cache(maxsize=4)
def _load(rules_dir: Path) -> Identifier:
    from openness.errors import RulebookError

    from .engine import Identifier
    from .index import Index

    path = rules_dir / INDEX_FILE
    try:
        index = Index.read(path)
    except OSError as error:
        raise RulebookError(
            f"cannot read the index of license texts: {error.strerror or error}", path=str(path),
            hint="build it with `openness rules index SOURCE…`",
        ) from error  # fmt: skip
    return Identifier(index)


def _own_rules() -> Path:
    """In a wheel the rules stand inside the package, in a checkout at the top of the repository."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "rules"
    return installed if installed.is_dir() else package.parent.parent / "rules"
