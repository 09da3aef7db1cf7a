"""Exit codes, in one place."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What the process ends with. The worst of a run counts."""

    FINE = 0
    """Every question was answered."""
    FOUND = 1
    """Something was found that was asked to fail the run: a tier too low, an example that does not hold."""
    USAGE = 2
    """Wrong arguments, or an input that cannot be read."""
    RULEBOOK = 3
    """A rule folder that cannot be used."""
