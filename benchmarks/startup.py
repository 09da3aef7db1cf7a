"""How long openness takes to start, as a multiple of `python -c "from pydantic import BaseModel"`.

All commands run in turn within one session, so that a slow moment of the machine meets them alike.
Prints a table of medians and exits 1 when a multiple is over its limit.

    python benchmarks/startup.py [--rounds N] [--card PATH]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

REPOSITORY = Path(__file__).resolve().parent.parent
CARD = REPOSITORY / "examples" / "llama-finetune" / "README.md"
YARDSTICK = "from pydantic import BaseModel"


class Subject(NamedTuple):
    """A command, and how many times the yardstick it may take."""

    title: str
    command: tuple[str, ...]
    limit: float | None


def subjects(card: Path) -> list[Subject]:
    script = Path(sys.executable).with_name("openness")
    classify = (str(script),) if script.exists() else (sys.executable, "-m", "openness")
    return [
        Subject(YARDSTICK, (sys.executable, "-c", YARDSTICK), None),
        Subject("import openness", (sys.executable, "-c", "import openness"), 2.0),
        Subject("openness classify CARD", (*classify, "classify", str(card)), 4.0),
    ]


def seconds(command: tuple[str, ...], *, quiet: bool) -> float:
    """How long a command takes; ``quiet`` hides what it says on standard error."""
    errors = subprocess.DEVNULL if quiet else None
    begun = time.perf_counter()
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, check=True)
    return time.perf_counter() - begun


def measure(chosen: list[Subject], *, rounds: int, warm_up: int = 2) -> list[float]:
    """Median seconds of each subject over ``rounds`` alternating runs, after ``warm_up`` unmeasured ones."""
    taken: list[list[float]] = [[] for _ in chosen]
    for number in range(warm_up + rounds):
        for subject, times in zip(chosen, taken, strict=True):
            elapsed = seconds(subject.command, quiet=number > 0)
            if number >= warm_up:
                times.append(elapsed)
    return [statistics.median(times) for times in taken]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15, help="measured runs of each command (15)")
    parser.add_argument("--card", type=Path, default=CARD, help="the model card to classify")
    options = parser.parse_args()

    chosen = subjects(options.card)
    medians = measure(chosen, rounds=options.rounds)
    over = 0
    print(f"{'command':<34} {'median':>8} {'multiple':>9} {'limit':>6}")
    for subject, median in zip(chosen, medians, strict=True):
        multiple = median / medians[0]
        late = subject.limit is not None and multiple > subject.limit
        over += late
        limit = "" if subject.limit is None else f"{subject.limit:.1f}x"
        row = f"{subject.title:<34} {median * 1000:>5.0f} ms {multiple:>8.2f}x {limit:>6}"
        print(f"{row}{'  over' if late else ''}")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
