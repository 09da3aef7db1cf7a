"""How often a license text is recognised after what people do to texts, and how often a rider is missed.

    python benchmarks/identify_accuracy.py [--corpus ../shared/corpus] [--seed 1] [--sample 200] [--wrong]

Every case is a text of the corpus under one seeded change. *Right*: the license, and no other, is named
(or is one side of a tie). *Wrong*: another license is named. *None*: no answer. *Plain*: a text that was
given a restriction is still taken for the license without any rider.
"""

from __future__ import annotations

import argparse
import html
import json
import random
import re
import sys
import textwrap
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from openness.identify import load_identifier
from openness.identify.collect import KnownText, read_sources
from openness.identify.engine import Identifier
from openness.records import Document, Identification

Change = Callable[[str, random.Random], str]

RESTRICTIONS = (
    "You may not use this software or anything made with it for a commercial purpose.",
    "Non-commercial use only.",
    "Use is limited to academic research and teaching.",
    "The weights must not be used in weapons, targeting or any other military system.",
    "Companies with more than one hundred employees need a separate agreement.",
    "If your product has over ten million monthly users, ask us for permission first.",
    "This grant does not extend to persons or firms residing in the European Union.",
    "You shall not use outputs of the model to train another language model.",
    "Selling the software, alone or as part of a product, is forbidden.",
    "Hosting the software as a paid service for third parties is prohibited without our consent.",
    "Anyone earning above one million dollars a year from it owes us a share of that revenue.",
    "The licensor may withdraw these permissions at any time and for any reason.",
    "For evaluation only; production deployments require a paid subscription.",
    "Only students and hobbyists are covered by the permissions above.",
    "No part of it may be shared with others in modified form.",
    "Government agencies and their contractors are excluded from this license.",
    "You agree never to use the model for surveillance or face recognition.",
    "Reverse engineering the weights is not permitted.",
    "Every user must display our logo on the first screen of the product.",
    "Personal use is free; everybody else contacts our sales department.",
)
GRANT_EDITS = (
    ("for any purpose", "for any non-commercial purpose"),
    ("any person obtaining", "any student obtaining"),
    ("free of charge, to any person", "free of charge, to any individual, but not to any company,"),
    ("without restriction", "without restriction except in commerce"),
    ("and/or sell", "but not sell"),
    ("are permitted provided", "are permitted for research provided"),
    ("with or without modification", "without modification"),
    ("is hereby granted", "is hereby granted for personal use"),
    ("irrevocable", "revocable"),
    ("royalty-free", "royalty-bearing"),
    ("sublicense", "rent"),
    ("worldwide", "domestic"),
    ("you may reproduce", "you may, outside commerce, reproduce"),
    ("to use, copy, modify", "to use, copy, but not modify"),
    ("may be freely", "may be, for teaching, freely"),
)
READMES = (
    (
        (
            "# Widget\n\nA small tool for widgets.\n\n## Install\n\n```\npip install widget\n```\n\n## Usage\n\n"
            "Run `widget --help` to see the options.\n\n## License\n\n"
        ),
        "\n\n## Thanks\n\nTo everybody who sent patches.\n",
    ),
    (
        (
            "Frobnicator\n===========\n\nFrobnicates files quickly. See the wiki for a tour and the tests for samples."
            "\n\nBuilding\n--------\n\nRun make, then make test. A C compiler is needed.\n\nLicense\n-------\n\n"
        ),
        "\n",
    ),
    (
        (
            "# Tiny model\n\nTrained on public text for three days.\n\n| size | score |\n| --- | --- |\n| 1B | 42 |\n\n"
            "The code is released under the license below.\n\n"
        ),
        "\n\n# Citation\n\n```\n@misc{tiny, title={Tiny}}\n```\n",
    ),
)
_LICENSE_LINE = re.compile(r"(?im)^.{0,20}\bcopyright (?:\(c\)|©)?.{0,40}[<\[].{0,60}[>\]].{0,20}$")


def rewrap(text: str, rng: random.Random) -> str:
    width = rng.choice((60, 72, 100))
    return "\n\n".join(
        textwrap.fill(part, width, break_on_hyphens=False, break_long_words=False)
        for part in re.split(r"\n\s*\n", text)
    )


def one_line(text: str, _: random.Random) -> str:
    return " ".join(text.split())


def changed_case(text: str, rng: random.Random) -> str:
    return text.upper() if rng.random() < 0.5 else text.lower()


def comment(text: str, rng: random.Random) -> str:
    sign = rng.choice(("# ", "// ", " * ", "-- ", ";; "))
    body = "\n".join((sign + line).rstrip() for line in text.splitlines())
    return f"/*\n{body}\n */" if "*" in sign else body


def as_html(text: str, _: random.Random) -> str:
    parts = (f"<p>{html.escape(part)}</p>" for part in re.split(r"\n\s*\n", text))
    return "<!DOCTYPE html><html><body>\n" + "\n".join(parts) + "\n</body></html>"


def markdown(text: str, rng: random.Random) -> str:
    parts = re.split(r"\n\s*\n", text)
    parts[0] = "# " + " ".join(parts[0].split())
    parts[1:] = [part if rng.random() < 0.8 else f"**{part.strip()}**" for part in parts[1:]]
    return "\n\n".join(parts)


def typographic(text: str, _: random.Random) -> str:
    text = re.sub(r'"([^"\n]*)"', r"“\1”", text).replace("'", "’").replace(" - ", " – ")
    return text.replace("\n", "\r\n")


def other_notice(text: str, rng: random.Random) -> str:
    line = rng.choice(("Copyright (c) 2019-2024 Example Industries GmbH & Co. KG", "Copyright 2023 Jane Q. Public"))
    if _LICENSE_LINE.search(text):
        return _LICENSE_LINE.sub(line, text, count=1)
    return f"{line}\nAll rights reserved.\n\n{text}"


def typos(share: float) -> Change:
    def change(text: str, rng: random.Random) -> str:
        def slip(match: re.Match[str]) -> str:
            word = match.group()
            if rng.random() >= share:
                return word
            at = rng.randrange(len(word) - 1)
            kind = rng.randrange(3)
            if kind == 0:
                return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
            if kind == 1:
                return word[:at] + word[at + 1 :]
            return word[:at] + rng.choice("aeiorst") + word[at + 1 :]

        return re.sub(r"[A-Za-z]{3,}", slip, text)

    return change


def in_readme(text: str, rng: random.Random) -> str:
    before, after = rng.choice(READMES)
    return before + text + after


def without_appendix(text: str, _: random.Random) -> str:
    return re.split(r"(?i)\n[^\w\n]*(?:appendix:? )?how to apply", text)[0]


def without_paragraph(text: str, rng: random.Random) -> str:
    parts = re.split(r"\n\s*\n", text)
    long = [number for number, part in enumerate(parts) if len(part.split()) >= 12 and "opyright" not in part[:40]]
    if len(parts) < 3 or not long:
        return text
    del parts[rng.choice(long)]
    return "\n\n".join(parts)


def appended(text: str, rng: random.Random) -> str:
    return f"{text.rstrip()}\n\n{rng.choice(RESTRICTIONS)}\n"


def prepended(text: str, rng: random.Random) -> str:
    return f"{rng.choice(RESTRICTIONS)}\n\n{text}"


def inserted(text: str, rng: random.Random) -> str:
    ends = [match.end() for match in re.finditer(r"[.;:]\s", text)][:-1]
    at = rng.choice(ends) if ends else 0
    return f"{text[:at]}{rng.choice(RESTRICTIONS)} {text[at:]}"


def edited(text: str, rng: random.Random) -> str:
    flat = " ".join(text.split())
    fitting = [edit for edit in GRANT_EDITS if edit[0] in flat]
    if not fitting:
        return text
    before, after = rng.choice(fitting)
    pattern = re.compile(r"\s+".join(map(re.escape, before.split())))
    return pattern.sub(after, text, count=1)


CHANGES: dict[str, Change] = {
    "canonical": lambda text, _: text,
    "re-wrapped": rewrap,
    "on one line": one_line,
    "other case": changed_case,
    "comment prefixes": comment,
    "HTML": as_html,
    "Markdown": markdown,
    "CRLF, typographic quotes": typographic,
    "other copyright line": other_notice,
    "typos 1 %": typos(0.01),
    "typos 3 %": typos(0.03),
    "inside a README": in_readme,
    "appendix dropped": without_appendix,
    "paragraph deleted": without_paragraph,
}
RESTRICTED: dict[str, Change] = {
    "restriction appended": appended,
    "restriction prepended": prepended,
    "restriction inserted": inserted,
    "grant edited": edited,
    "in a README, appended": lambda text, rng: in_readme(appended(text, rng), rng),
}


class Row(NamedTuple):
    """Counts of one change."""

    cases: int
    right: int
    wrong: int
    none: int
    plain: int
    exact: int


def names(found: Identification) -> set[str]:
    return {found.license_id, *found.ties}


def judge(found: tuple[Identification, ...], accepted: set[str]) -> str:
    if not found:
        return "none"
    return "right" if all(names(one) & accepted for one in found) else "wrong"


def same_texts(identifier: Identifier) -> dict[str, set[str]]:
    """Ids that go by one text: each stands for the others."""
    same: dict[str, set[str]] = defaultdict(set)
    for entry in identifier.index.entries:
        together = {license_id for _, license_id in entry.names}
        for license_id in together:
            same[license_id] |= together
    return same


def run(
    identifier: Identifier, texts: list[KnownText], change: Change, seed: str, same: dict[str, set[str]], *, show: bool
) -> Row:
    cases = right = wrong = none = plain = exact = 0
    for known in texts:
        text = change(known.text, random.Random(f"{seed}/{known.source}/{known.name}"))
        if text == known.text and seed.split("/")[1] not in ("canonical", "appendix dropped"):
            continue
        cases += 1
        name = "README.md" if "README" in seed else "LICENSE"
        found = identifier.identify(Document(name=name, text=text))
        verdict = judge(found, {known.license_id} | same[known.license_id])
        right += verdict == "right"
        wrong += verdict == "wrong"
        none += verdict == "none"
        is_plain = bool(found) and not any(one.riders for one in found)
        plain += is_plain
        exact += any(one.method == "exact" for one in found)
        if show and (verdict == "wrong" or (is_plain and seed.split("/")[1] in RESTRICTED)):
            print(f"    {verdict}: {known.source}/{known.name} -> {[(one.license_id, one.coverage) for one in found]}")
    return Row(cases, right, wrong, none, plain, exact)


def off_list(identifier: Identifier, texts: list[KnownText], *, show: bool) -> tuple[int, int, int]:
    """Licenses off the SPDX list, each as if it were not indexed: how many get an SPDX id, how many plainly."""
    given = plain = cases = 0
    entries = identifier.index.entries
    by_id: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        for _, license_id in entry.names:
            by_id[license_id].add(entry.number)
    for known in texts:
        if not known.license_id.startswith("LicenseRef-"):
            continue
        cases += 1
        found = identifier.without(by_id[known.license_id]).identify(Document(text=known.text))
        spdx = [one for one in found if not one.license_id.startswith("LicenseRef-")]
        given += bool(spdx)
        if spdx and len(spdx) == len(found) and not any(one.riders for one in found):
            plain += 1
            if show:
                print(f"    plain: {known.source}/{known.name} -> {[one.license_id for one in spdx]}")
    return cases, given, plain


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    here = Path(__file__).resolve().parent.parent
    parser.add_argument("--corpus", type=Path, default=here.parent / "shared" / "corpus")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=200, help="texts per change; 0 for all")
    parser.add_argument("--only", help="only changes whose name contains this")
    parser.add_argument("--wrong", action="store_true", help="show every wrong case")
    options = parser.parse_args()
    corpus: Path = options.corpus
    texts = read_sources([corpus / "texts" / "spdx", corpus / "texts" / "licensedb", corpus / "licenses"])
    identifier = load_identifier()
    same = same_texts(identifier)
    for line in (corpus / "texts" / "spdx.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        same[row["expected_spdx"]] |= set(row["accept"])
    approved = {
        row["id"]
        for row in map(json.loads, (corpus / "texts" / "spdx.jsonl").read_text(encoding="utf-8").splitlines())
        if row["osi"]
    }
    rng = random.Random(options.seed)
    print(f"{'change':28}{'cases':>7}{'right':>9}{'wrong':>9}{'none':>9}{'plain':>9}{'exact':>9}")
    for name, change in {**CHANGES, **RESTRICTED}.items():
        if options.only and options.only not in name:
            continue
        pool = (
            [text for text in texts if text.source == "spdx" and text.name in approved] if name in RESTRICTED else texts
        )
        chosen = pool if not options.sample or name == "canonical" else rng.sample(pool, min(options.sample, len(pool)))
        row = run(identifier, chosen, change, f"{options.seed}/{name}", same, show=options.wrong)
        shares = "".join(f"{100 * value / max(1, row.cases):8.2f}%" for value in row[1:])
        print(f"{name:28}{row.cases:7}{shares}", flush=True)
    if not options.only or "off" in options.only:
        pool = [text for text in texts if text.license_id.startswith("LicenseRef-")]
        chosen = pool if not options.sample else rng.sample(pool, min(options.sample, len(pool)))
        cases, given, plain = off_list(identifier, chosen, show=options.wrong)
        shares = f"with an SPDX id {100 * given / cases:.2f}%, plain {100 * plain / cases:.2f}%"
        print(f"{'off the list, not indexed':28}{cases:7}  {shares}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
