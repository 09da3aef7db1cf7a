"""How well openness reads real model cards: against the labelled ones, and in time on the unlabelled.

Needs the shared corpus. Prints one line for every card whose declared tier is not the labelled one, the
share that is, cards that come out as OSI and must not, and the time that reading takes per card.

    python benchmarks/cards.py [--shared PATH] [--bulk N]
"""

from __future__ import annotations

import argparse
import base64
import gzip
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from openness import classify
from openness.errors import OpennessError
from openness.records import ModelRecord, Tier
from openness.sources.card import parse_card
from openness.sources.files import decode_text

REPOSITORY = Path(__file__).resolve().parent.parent
RESTRICTED = frozenset({"lineage-conflict", "license-body-mismatch"})


class Label(NamedTuple):
    """What a person says of a card."""

    number: int
    model: str | None
    license: str
    tier: Tier | None
    issues: frozenset[str]


def labels(cards: Path) -> Iterator[Label]:
    for line in (cards / "labels.jsonl").read_text(encoding="utf-8").splitlines():
        entry: dict[str, Any] = json.loads(line)
        tier = None if entry["declared_tier"] == "unknown" else Tier.parse(entry["declared_tier"])
        yield Label(entry["n"], entry["model_id"], entry["weights_license"], tier, frozenset(entry["issues"]))


def read_labelled(cards: Path, label: Label) -> ModelRecord:
    data = (cards / "raw" / f"{label.number:03d}.md").read_bytes()
    folder = (label.model or "card").rsplit("/", 1)[-1]
    return parse_card(decode_text(data).text, name=f"{folder}/README.md")


def shown(tier: Tier | None) -> str:
    return "unknown" if tier is None else tier.label


def measure_labelled(cards: Path) -> tuple[int, int]:
    """Cards right, and cards that are OSI and must not be."""
    right = wrong_osi = total = 0
    for label in labels(cards):
        verdict = classify(read_labelled(cards, label))
        total += 1
        place = f"{label.number:03d} {label.model or '-'} ({label.license})"
        if verdict.declared_tier == label.tier:
            right += 1
        else:
            claims = ", ".join(f"{claim.origin}:{claim.component}:{claim.value}" for claim in verdict.claims)
            print(f"declared {shown(verdict.declared_tier)}, labelled {shown(label.tier)}: {place} <- {claims or '-'}")
        if verdict.tier is Tier.OSI and (label.tier is not Tier.OSI or label.issues & RESTRICTED):
            wrong_osi += 1
            bases = ", ".join(base.name for base in verdict.base_models)
            print(f"OSI and must not be: {place} [{', '.join(sorted(label.issues))}] bases: {bases or '-'}")
    print(f"declared tier as labelled: {right} of {total} ({right / total:.1%}); wrongly OSI: {wrong_osi}")
    return right, wrong_osi


def bulk(cards: Path) -> Iterator[tuple[str, bytes]]:
    with gzip.open(cards / "bulk_unlabelled.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            entry: dict[str, Any] = json.loads(line)
            coded = entry.get("content_b64")
            yield entry["id"], base64.b64decode(coded) if coded else entry["content"].encode("utf-8", "surrogatepass")


def measure_bulk(cards: Path, limit: int) -> None:
    """Read every unlabelled card; a typed error is an answer, anything else ends the run."""
    taken: list[tuple[float, str]] = []
    refused = claims = 0
    for name, data in bulk(cards):
        if len(taken) >= limit:
            break
        begun = time.perf_counter()
        try:
            record = parse_card(decode_text(data).text, name=f"{name}/README.md")
            claims += bool(record.claims)
        except OpennessError:
            refused += 1
        taken.append((time.perf_counter() - begun, name))
    if not taken:
        return
    seconds = [spent for spent, _ in taken]
    median = statistics.median(seconds)
    print(f"{len(taken)} unlabelled cards: {claims} with a claim, {refused} refused")
    print(f"median {median * 1e3:.3f} ms, mean {statistics.mean(seconds) * 1e3:.3f} ms, slowest:")
    for spent, name in sorted(taken, reverse=True)[:5]:
        print(f"  {spent * 1e3:.2f} ms ({spent / median:.0f} x the median) {name}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    named = os.environ.get("OPENNESS_SHARED")
    parser.add_argument("--shared", type=Path, default=Path(named) if named else REPOSITORY.parent / "shared")
    parser.add_argument("--bulk", type=int, default=1_000_000, help="how many unlabelled cards to read")
    options = parser.parse_args()
    cards = options.shared / "corpus" / "cards"
    if not cards.is_dir():
        print(f"no cards in {cards}: name the shared folder with --shared", file=sys.stderr)
        return 2
    measure_labelled(cards)
    measure_bulk(cards, options.bulk)
    return 0


if __name__ == "__main__":
    sys.exit(main())
