"""Clauses found against clauses labelled: recall by place, precision by kind.

Reads the texts of the shared corpus whose labels were made clause by clause. Recall: a finding of the
labelled kind overlaps the labelled lines, one line of slack. Precision: of the kinds told for a text, how
many are labelled for it. Publishers are split in two by a hash: rules are tuned on one part only, and the
figures of the other part say how far they carry.

With ``--spdx`` it reads the texts of the SPDX list instead and lists the findings with a ceiling in texts
that the Open Source Initiative approved: each is a bug in a rule or needs an exception.

    python benchmarks/clauses.py [--kind KIND] [--verbose] [--held-out] [--spdx] [--examples] [--speed]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from openness.clauses import ClauseEngine
from openness.records import Clause, Document, Finding, Role, Tier
from openness.rulebook.compiled import CompiledRule, compile_rule
from openness.rulebook.patterns import check_pattern, expand_terms, order_terms
from openness.rulebook.schema import ClauseFacts, ClauseRule

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("OPENNESS_SHARED", REPOSITORY.parent / "shared"))
LICENSES = SHARED / "corpus" / "licenses"

UNLABELLED = {kind for kind in Clause if kind.is_grant} | {Clause.SERVICE_TERMS}
"""Kinds the labels leave out: they count for nothing."""


class Label(NamedTuple):
    """One labelled clause."""

    kind: Clause
    first: int
    last: int
    read: bool
    """Whether the lines were set while reading the text."""
    says: str


class Text(NamedTuple):
    """One labelled text."""

    name: str
    role: Role
    text: str
    held_out: bool
    labels: tuple[Label, ...]


# --- rules ---------------------------------------------------------------------------------------------


def load_rules(folder: Path) -> tuple[list[ClauseRule], list[CompiledRule]]:
    """All clause rules below a rule folder, as written and compiled."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    terms: dict[str, str] = {}
    path = folder / "terms.yaml"
    if path.exists():
        raw = yaml.load(path.read_text("utf-8"), loader)["terms"]
        for name in order_terms(raw)[0]:
            terms[name] = expand_terms(raw[name], terms)
    facts = _facts(folder, loader)
    written, compiled = [], []
    for path in sorted((folder / "clauses").glob("*/*.yaml")):
        try:
            rule = ClauseRule.model_validate(yaml.load(path.read_text("utf-8"), loader))
            if rule.slug != path.stem:
                raise ValueError(f"slug {rule.slug!r} is not the name of the file")
            held = compile_rule(
                rule,
                lambda clause: facts[clause],
                lambda pattern: expand_terms(pattern, terms),
                path=path.relative_to(folder).as_posix(),
            )
            for pattern in held.detect.patterns:
                check_pattern(pattern)
        except ValueError as problem:
            print(f"{path.relative_to(folder)}: {' '.join(str(problem).split()[:30])}", file=sys.stderr)
            continue
        written.append(rule)
        compiled.append(held)
    counted = Counter(rule.id for rule in written)
    for twice in [key for key, count in counted.items() if count > 1]:
        print(f"{twice}: {counted[twice]} rules have this id", file=sys.stderr)
    return written, compiled


def _facts(folder: Path, loader: Any) -> dict[Clause, ClauseFacts]:
    """The clause kinds, from the rulebook or, where it has none yet, from the table of the shared facts."""
    path = folder / "vocabulary.yaml"
    if path.exists():
        raw = yaml.load(path.read_text("utf-8"), loader)
        entries = raw if isinstance(raw, list) else raw.get("clauses", raw)
        if isinstance(entries, dict):
            entries = [{"clause": key, **value} for key, value in entries.items()]
        return {entry.clause: entry for entry in map(ClauseFacts.model_validate, entries)}
    table = (SHARED / "facts" / "clauses.md").read_text("utf-8")
    ceilings: dict[str, Tier] = {"service-terms": Tier.PROPRIETARY}
    for row in table.splitlines():
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        if len(cells) >= 3 and cells[2] == "OPEN":
            ceilings.update(dict.fromkeys(re.findall(r"`([a-z-]+)`", cells[0]), Tier.OPEN))
    return {
        clause: ClauseFacts.model_validate(
            {
                "clause": clause,
                "title": clause.value,
                "says": clause.value,
                "why": clause.value,
                "ceiling": ceilings.get(clause.value),
                "sources": [{"title": "facts", "url": "https://opensource.org/osd"}],
            }
        )
        for clause in Clause
    }


# --- labels --------------------------------------------------------------------------------------------


def load_texts() -> list[Text]:
    """The texts that were read clause by clause."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    labels = yaml.load((LICENSES / "labels.yaml").read_text("utf-8"), loader)
    publishers = {}
    for line in (LICENSES / "index.jsonl").read_text("utf-8").splitlines():
        entry = json.loads(line)
        publishers[entry["id"]] = entry["publisher"]
    found = []
    for name, entry in labels.items():
        if entry["review"] != "full":
            continue
        digest = hashlib.sha256((publishers.get(name) or name).encode()).digest()
        found.append(
            Text(
                name,
                Role(entry["role"]),
                read(LICENSES / entry["text"]),
                digest[0] % 2 == 0,
                tuple(
                    Label(
                        Clause(label["kind"]),
                        label.get("start_line", 0),
                        label.get("end_line", 0),
                        label.get("located_by") == "read",
                        label["paraphrase"],
                    )
                    for label in entry["clauses"]
                ),
            )
        )
    return found


def read(path: Path) -> str:
    """A text as it stands, line ends included."""
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        return file.read()


# --- measuring -----------------------------------------------------------------------------------------


class Count:
    """Hits and misses of one kind."""

    def __init__(self) -> None:
        self.found = self.labelled = self.right = self.told = 0

    def add(self, other: Count) -> None:
        """Add another count to this one."""
        self.found += other.found
        self.labelled += other.labelled
        self.right += other.right
        self.told += other.told

    def __str__(self) -> str:
        return f"recall {share(self.found, self.labelled)}   precision {share(self.right, self.told)}"


def share(part: int, whole: int) -> str:
    """``"95.0 %  (38/40)"``."""
    return f"{100 * part / whole:5.1f} % ({part}/{whole})" if whole else "    -         "


def measure(engine: ClauseEngine, texts: list[Text], *, kind: str | None, verbose: bool) -> dict[Clause, Count]:
    """Count over some texts; with ``verbose`` print every miss and every kind too many."""
    counts: dict[Clause, Count] = defaultdict(Count)
    for text in texts:
        findings = engine.find(Document(role=text.role, name=text.name, text=text.text))
        by_kind: dict[Clause, list[Finding]] = defaultdict(list)
        for finding in findings:
            by_kind[finding.clause].append(finding)
        labelled = {label.kind for label in text.labels}
        for label in text.labels:
            if not label.read:
                continue
            counts[label.kind].labelled += 1
            if any(
                finding.line <= label.last + 1 and finding.end_line >= label.first - 1
                for finding in by_kind[label.kind]
            ):
                counts[label.kind].found += 1
            elif verbose and kind in (None, label.kind.value):
                print(f"MISS  {text.name}:{label.first}-{label.last} {label.kind.value}: {label.says}")
        for told, held in by_kind.items():
            if told in UNLABELLED or not held:
                continue
            counts[told].told += 1
            if told in labelled:
                counts[told].right += 1
            elif verbose and kind in (None, told.value):
                for finding in held[:3]:
                    print(f"FALSE {finding.where} {told.value} {finding.rule}: {shorten(finding)}")
    return counts


def shorten(finding: Finding) -> str:
    """The match of a finding with some words around it, on one line."""
    match = finding.match or finding.span
    start, end = match.start - finding.span.start, match.end - finding.span.start
    quote = finding.quote
    piece = f"{quote[max(0, start - 80) : start]}«{quote[start:end][:160]}»{quote[end : end + 60]}"
    lead = f"[{finding.lead_in.quote[-70:]}] " if finding.lead_in else ""
    return " ".join((lead + piece).split())


def report(engine: ClauseEngine, arguments: argparse.Namespace) -> None:
    """Print the tables."""
    texts = load_texts()
    parts = {
        "tuning": [text for text in texts if not text.held_out],
        "held out": [text for text in texts if text.held_out],
    }
    total: dict[Clause, Count] = defaultdict(Count)
    sums = {}
    for name, part in parts.items():
        hidden = name == "held out" and not arguments.held_out
        counts = measure(engine, part, kind=arguments.kind, verbose=arguments.verbose and not hidden)
        sums[name] = Count()
        for clause, count in counts.items():
            sums[name].add(count)
            total[clause].add(count)
    for clause in sorted(total, key=lambda clause: -total[clause].labelled):
        if arguments.kind in (None, clause.value):
            print(f"{clause.value:32} {total[clause]}")
    print()
    sums["all"] = Count()
    sums["all"].add(sums["tuning"])
    sums["all"].add(sums["held out"])
    for name, count in sums.items():
        print(f"{name:32} {count}")


def report_spdx(engine: ClauseEngine, arguments: argparse.Namespace) -> None:
    """Findings with a ceiling in approved texts."""
    folder = SHARED / "corpus" / "texts"
    per_rule: Counter[str] = Counter()
    approved = 0
    for line in (folder / "spdx.jsonl").read_text("utf-8").splitlines():
        entry = json.loads(line)
        if not entry["osi"]:
            continue
        approved += 1
        text = read(folder / "spdx" / entry["file"])
        for finding in engine.find(Document(name=entry["id"], text=text)):
            if finding.ceiling is None or arguments.kind not in (None, finding.clause.value):
                continue
            per_rule[finding.rule] += 1
            print(f"{finding.where} {finding.clause.value} {finding.rule}: {shorten(finding)}")
    print(f"\n{sum(per_rule.values())} findings with a ceiling in {approved} approved texts")
    for rule, count in per_rule.most_common():
        print(f"  {rule}: {count}")


def report_examples(written: list[ClauseRule], compiled: list[CompiledRule]) -> None:
    """Examples that do not hold."""
    bad = 0
    for rule, held in zip(written, compiled, strict=True):
        engine = ClauseEngine([held])
        for problem in failing_examples(rule, engine):
            bad += 1
            print(f"{held.path}: {problem}")
        if len(rule.examples.match) < 5 or len(rule.examples.no_match) < 5:
            bad += 1
            print(f"{held.path}: fewer than five examples on a side")
    print(f"{bad} problems in the examples of {len(written)} rules")


def failing_examples(rule: ClauseRule, engine: ClauseEngine) -> Iterator[str]:
    """What is wrong with the examples of one rule."""
    for example in rule.examples.match:
        role = example.role or rule.detect.roles[0]
        found = [f for f in engine.find(Document(role=role, text=example.text)) if f.rule == rule.id]
        if not found:
            yield f"does not match: {example.text!r}"
        elif example.span is not None:
            told = {example.text[f.match.start : f.match.end] for f in found if f.match}
            if example.span not in told:
                yield f"matches {sorted(told)}, not {example.span!r}"
    for denied in rule.examples.no_match:
        role = denied.role or rule.detect.roles[0]
        found = [f for f in engine.find(Document(role=role, text=denied.text)) if f.rule == rule.id]
        if found:
            yield f"must not match: {denied.text!r}: {shorten(found[0])}"


def report_speed(engine: ClauseEngine) -> None:
    """Milliseconds for a text, and for 8 KB of text, over the labelled licenses."""
    documents = [Document(role=text.role, text=text.text) for text in load_texts()]
    for document in documents:
        engine.find(document)
    passes = []
    for _ in range(5):
        begin = time.perf_counter()
        for document in documents:
            engine.find(document)
        passes.append(time.perf_counter() - begin)
    size = sum(len(document.text) for document in documents)
    best, middle = min(passes), statistics.median(passes)
    print(
        f"{len(engine.rules)} rules, {len(documents)} texts, {size / len(documents) / 1024:.1f} KB mean: "
        f"{1000 * middle / len(documents):.2f} ms a text, {1000 * middle / size * 8192:.2f} ms for 8 KB "
        f"(best pass {1000 * best / size * 8192:.2f})"
    )


def main() -> None:
    """Read the arguments and print what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kind", help="only this clause kind")
    parser.add_argument("--verbose", action="store_true", help="list misses and kinds too many")
    parser.add_argument("--held-out", action="store_true", help="list those of the held-out part, too")
    parser.add_argument("--spdx", action="store_true", help="findings with a ceiling in approved texts")
    parser.add_argument("--examples", action="store_true", help="run the examples of the rules")
    parser.add_argument("--speed", action="store_true", help="time the engine with all rules")
    parser.add_argument("--rules", type=Path, default=REPOSITORY / "rules", help="rule folder")
    parser.add_argument("--only", help="only rules whose id starts with this")
    arguments = parser.parse_args()
    written, compiled = load_rules(arguments.rules)
    if arguments.only:
        keep = [index for index, rule in enumerate(written) if rule.id.startswith(arguments.only)]
        written, compiled = [written[i] for i in keep], [compiled[i] for i in keep]
    engine = ClauseEngine(compiled)
    if arguments.examples:
        report_examples(written, compiled)
    elif arguments.spdx:
        report_spdx(engine, arguments)
    elif arguments.speed:
        report_speed(engine)
    else:
        report(engine, arguments)


if __name__ == "__main__":
    main()
