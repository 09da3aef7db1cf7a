"""Brings generated files up to date, or says how they differ from what would be written."""

from __future__ import annotations

import difflib
import operator
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent


def settle(
    wanted: Mapping[str, str],
    *,
    check: bool,
    what: str,
    there: Iterable[str] = (),
    same: Callable[[str, str], bool] = operator.eq,
) -> int:
    """Write what differs, remove what nothing makes any more, and say so; with ``check`` only show it.

    Args:
        wanted: Content by path inside the repository.
        check: Write nothing.
        what: What to call the files.
        there: Paths of generated files that exist; those that are not wanted are removed.
        same: Whether two contents count as equal.

    Returns:
        Exit code: 1 if ``check`` and something differs, else 0.
    """
    drifted = 0
    for name in [*wanted, *sorted(set(there) - set(wanted))]:
        path = REPOSITORY / name
        old, new = path.read_text("utf-8") if path.exists() else "", wanted.get(name, "")
        if same(old, new) and path.exists() == (name in wanted):
            continue
        drifted += 1
        if check:
            lines = difflib.unified_diff(old.splitlines(), new.splitlines(), name, "as generated", lineterm="")
            print("\n".join(lines))
        elif name in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(new, "utf-8")
            print(f"wrote {name}")
        else:
            path.unlink()
            print(f"removed {name}")
    if check:
        print(f"{len(wanted)} {what}, {drifted} out of date")
    return 1 if check and drifted else 0
