"""How fast license texts are identified, side by side with licenseclassifier (PyPI).

    python benchmarks/identify_speed.py [--corpus ../shared/corpus] [--passes 5]

Both read the same texts, in alternating passes of one run, and the best pass of each counts. Three sets:
short license files (1 to 2 KB), mixed texts (about 8 KB on average), and the same mixed texts changed
(another holder, re-wrapped), which no hash knows. Start and memory are measured in processes of their own.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

START = {
    "openness": "from openness.identify import load_identifier as l\nfrom openness.records import Document as D\n"
    'l().identify(D.model_construct(role="license", name=None, text=t, offset_line=0))',
    "licenseclassifier": "from licenseclassifier import identify_license\nidentify_license(t)",
}
MEMORY = """
import re, sys
t = open(sys.argv[1], encoding="utf-8").read()
texts = [t, " ".join(t.split()) + " And a word more.", t * (5_000_000 // len(t))] if sys.argv[2] == "5" else [t]
{call}
# Not ru_maxrss: it starts with what the parent process had.
status = open("/proc/self/status", encoding="utf-8").read()
print(*(int(re.search(key + r":\\s+(\\d+)", status).group(1)) // 1024 for key in ("VmHWM", "VmRSS")))
"""
CALLS = {
    "openness": "from openness.identify import load_identifier\nfrom openness.records import Document\n"
    "for t in texts: load_identifier().identify(Document(text=t))",
    "licenseclassifier": "from licenseclassifier import identify_license\nfor t in texts: identify_license(t)",
}


def texts_of(corpus: Path) -> list[str]:
    files = sorted((corpus / "texts").glob("*/*.txt")) + sorted((corpus / "licenses" / "texts").glob("*.txt"))
    return [path.read_bytes().decode("utf-8", "replace") for path in files]


def changed(text: str, rng: random.Random) -> str:
    parts = [textwrap.fill(part, rng.choice((66, 78, 90))) for part in text.split("\n\n")]
    return f"The Widget Library\n\nCopyright {rng.randrange(1990, 2026)} Widget Makers Ltd.\n\n" + "\n\n".join(parts)


def race(sets: dict[str, list[str]], passes: int) -> None:
    from licenseclassifier import identify_license

    from openness.identify import load_identifier
    from openness.records import Document

    identifier = load_identifier()
    runners: dict[str, Callable[[str], object]] = {
        "openness": lambda text: identifier.identify(Document(text=text)),
        "licenseclassifier": identify_license,
    }
    for name, texts in sets.items():
        best = dict.fromkeys(runners, 0.0)
        for _ in range(passes):
            for tool, runner in runners.items():
                start = time.perf_counter()
                for text in texts:
                    runner(text)
                best[tool] = max(best[tool], len(texts) / (time.perf_counter() - start))
        mean = sum(map(len, texts)) / len(texts)
        ratio = best["openness"] / best["licenseclassifier"]
        print(
            f"{name:24}{len(texts):5} texts, {mean:6.0f} characters: openness {best['openness']:7.0f}/s,"
            f" licenseclassifier {best['licenseclassifier']:6.0f}/s, {ratio:.1f} times"
        )


def start(corpus: Path) -> None:
    path = corpus / "texts" / "spdx" / "MIT.txt"
    read = f"t = open({str(path)!r}, encoding='utf-8').read()\n"
    best: dict[str, float] = dict.fromkeys(START, 1e9)
    for _ in range(7):
        for tool, code in START.items():
            begin = time.perf_counter()
            subprocess.run([sys.executable, "-c", read + code], check=True)
            best[tool] = min(best[tool], time.perf_counter() - begin)
    print("first answer:           " + ", ".join(f"{tool} {1000 * value:.0f} ms" for tool, value in best.items()))


def memory(corpus: Path) -> None:
    path = corpus / "texts" / "spdx" / "Apache-2.0.txt"
    for tool, call in CALLS.items():
        code = MEMORY.format(call=call)
        for size, name in (("0", "one text"), ("5", "up to 5 MB")):
            run = [sys.executable, "-c", code, str(path), size]
            peak, after = subprocess.run(run, check=True, capture_output=True, text=True).stdout.split()
            print(f"memory, {name + ':':15} {tool} {peak} MB at its peak, {after} MB after")


def growth(corpus: Path) -> None:
    """Time for one text as it grows: per character it must not."""
    from openness.identify import load_identifier
    from openness.records import Document

    identifier = load_identifier()
    rng = random.Random(5)
    words = [f"w{number}" for number in range(5000)]
    license_text = (corpus / "texts" / "spdx" / "Apache-2.0.txt").read_text(encoding="utf-8")
    rows = []
    for size in (1_000, 10_000, 100_000, 1_000_000, 5_000_000):
        prose = " ".join(rng.choice(words) for _ in range(size // 6))[:size]
        many = (license_text + "\nAnd one thing more.\n") * max(1, size // len(license_text))
        many = many[: max(size, 1000)]
        taken = []
        for text in (prose, many):
            begin = time.perf_counter()
            identifier.identify(Document(text=text))
            taken.append(1000 * (time.perf_counter() - begin))
        rows.append({"characters": size, "prose_ms": round(taken[0], 2), "licenses_ms": round(taken[1], 2)})
    for row in rows:
        print(json.dumps(row))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    here = Path(__file__).resolve().parent.parent
    parser.add_argument("--corpus", type=Path, default=here.parent / "shared" / "corpus")
    parser.add_argument("--passes", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    texts = texts_of(options.corpus)
    rng = random.Random(options.seed)
    short = [text for text in texts if 1000 <= len(text) <= 2048]
    mixed = rng.sample(texts, min(300, len(texts)))
    race(
        {
            "short license files": short[:400],
            "short, changed": [changed(text, rng) for text in short[:200]],
            "mixed texts": mixed,
            "mixed texts, changed": [changed(text, rng) for text in mixed[:150]],
        },
        options.passes,
    )
    start(options.corpus)
    memory(options.corpus)
    growth(options.corpus)
    return 0


if __name__ == "__main__":
    sys.exit(main())
