"""Writes a page for each rule, one for the clause kinds and a table of them, or checks that they are up to date.

    python tools/generate_rule_pages.py [--check]

Everything on them stands in rules/; what the rules match in their examples is found by the engine.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from drift import REPOSITORY, settle

from openness.clauses import ClauseEngine
from openness.errors import OpennessError
from openness.records import Clause, Document, Role, Scope, Source
from openness.report.wording import (
    ROLES,
    ceiling_words,
    criterion_words,
    known_holders,
    rules_for,
    source_words,
)
from openness.rulebook.book import Rulebook
from openness.rulebook.compiled import CompiledRule
from openness.rulebook.facts import UnitKind, ValueKind
from openness.rulebook.load import load_rulebook
from openness.rulebook.patterns import term_names
from openness.rulebook.schema import ClauseRule, Detect

GENERATED = "<!-- Made by tools/generate_rule_pages.py. Change what stands in rules/, then run it. -->\n"

CLAUSES_HEAD = """
# Clause kinds

Every finding is of one of these kinds. The list is closed: a new rule finds one of them in words that were missed
so far. Profiles and tiers are explained in [verdicts.md](verdicts.md); all rules are in [a table](rules/index.md).
"""

INDEX_HEAD = """
# Rules

What openness looks for in texts. Each rule has a page with examples on both sides; the kinds of clause that they
find are [on one page](../clauses.md). [How to add a rule](../contributing-rules.md).
"""

SCOPES = {
    Scope.MODEL: "the model",
    Scope.OUTPUTS: "its outputs",
    Scope.DERIVATIVES: "what is made from the model",
    Scope.NAME: "names and labels",
    Scope.SERVICE: "a hosted service",
}
UNITS: dict[UnitKind, str] = {
    "body": "running text",
    "item": "list items",
    "heading": "headings",
    "definition": "definitions",
    "disclaimer": "disclaimers",
    "recital": "recitals",
    "table": "tables",
}
LEAD_INS = {
    "may": ", list items together with the sentence they hang on",
    "must": ", and only list items together with the sentence they hang on",
    "never": ", each by itself",
}
VALUES: dict[ValueKind, str] = {
    "users": "numbers of users",
    "money": "amounts of money",
    "date": "dates",
    "places": "places",
    "name": "names to show",
    "policy": "policies referred to",
}


def escaped(text: str) -> str:
    """The text as Markdown shows it unchanged inside a line. On GitHub two dollar signs would set a formula."""
    shown = re.sub(r"([\\`*_\[\]<>|~$])", r"\\\1", text)
    return re.sub(r"&(?=#?\w+;)", r"\\&", shown)


def sentence(text: str) -> str:
    return escaped(text.strip().rstrip(".")) + "."


class Links:
    """Links of one page, their addresses numbered at its end.

    Written in place they would make rows unreadable, and a name before its address is how many a license text
    begins: none may be copied here, not by chance either.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def to(self, url: str, text: str) -> str:
        """A link with this text."""
        return f"[{escaped(text)}][{self._numbers.setdefault(url, len(self._numbers) + 1)}]"

    def source(self, source: Source) -> str:
        """A source with the day it was read."""
        return self.to(source.url, source.title) + source_words(source)

    def addresses(self) -> str:
        """What must stand at the end of the page."""
        return "\n".join(f"[{number}]: {url}" for url, number in self._numbers.items()) + "\n"


def page_name(rule: ClauseRule | CompiledRule) -> str:
    return f"{rule.id}-{rule.slug}.md"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = (head, ["---"] * len(head), *rows)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def marked(rule: CompiledRule, text: str, role: Role) -> str:
    """An example as a quotation: the words that fire in bold, the sentence a fired list item hangs on in italics."""
    # The engine leaves deprecated rules out, but their pages still show what they found.
    document = Document(role=role, text=text)
    found = ClauseEngine([rule._replace(status="stable")]).find(document)
    tags = [""] * len(text)
    for finding in found:
        if finding.lead_in is not None and finding.lead_in.span is not None:
            span = finding.lead_in.span
            tags[span.start : span.end] = ["i"] * (span.end - span.start)
    for finding in found:
        span = finding.match or finding.span
        tags[span.start : span.end] = ["b"] * (span.end - span.start)
    return quoted(text, tags)


def quoted(text: str, tags: Sequence[str]) -> str:
    """A quotation that keeps the lines of the text. Tags, as ``**`` needs luck beside punctuation and in Chinese."""
    lines, at = [], 0
    for line in text.rstrip().splitlines(keepends=True):
        bare = line.strip()
        indent = line.index(bare)
        shown = tagged(bare, tags[at + indent : at + indent + len(bare)])
        # A sign or number at the start would begin a heading or a list.
        shown = re.sub(r"^(\d*)([#+=.)-])", r"\1\\\2", shown)
        lines.append("&nbsp;" * indent + shown if bare else "")
        at += len(line)
    kept = [line + "\\" if line and after else line for line, after in zip(lines, [*lines[1:], ""], strict=True)]
    return "\n".join(f"> {line}".rstrip() for line in kept) + "\n"


def tagged(line: str, tags: Sequence[str]) -> str:
    """One line, each stretch of characters with the same tag inside that tag."""
    parts = []
    for tag, stretch in groupby(zip(line, tags, strict=True), key=itemgetter(1)):
        words = escaped("".join(char for char, _ in stretch))
        parts.append(f"<{tag}>{words}</{tag}>" if tag else words)
    return "".join(parts)


def terms_in(patterns: Iterable[str], rulebook: Rulebook) -> dict[str, str]:
    """The terms that patterns use, and the terms in those, by name."""
    found: dict[str, str] = {}
    waiting = list(patterns)
    while waiting:
        for name in term_names(waiting.pop(0)):
            if name not in found:
                found[name] = rulebook.terms[name]
                waiting.append(found[name])
    return found


def exceptions(detect: Detect, rulebook: Rulebook) -> Iterator[str]:
    yield "## Exceptions\n"
    if not detect.unless:
        yield "None: the patterns themselves leave out what is harmless.\n"
        return
    leads = ", or the sentence it hangs on," if detect.lead_in != "never" and detect.within != "document" else ""
    yield f"Whatever else a {detect.within} says, the rule stays silent if it{leads} also holds one of these:\n"
    yield "```text\n" + "\n".join(detect.unless) + "\n```\n"
    terms = terms_in(detect.unless, rulebook)
    if terms:
        yield "Words in braces stand for\n"
        yield "```text\n" + "\n".join(f"{{{name}}} = {pattern}" for name, pattern in terms.items()) + "\n```\n"


def facts(rule: ClauseRule, compiled: CompiledRule, rulebook: Rulebook) -> Iterator[tuple[str, str]]:
    detect = rule.detect
    yield "clause kind", clause_link(rule.clause, rulebook)
    if rule.also:
        yield "counts also as", ", ".join(clause_link(clause, rulebook) for clause in rule.also)
    yield "is about", SCOPES[rule.scope]
    yield "best tier with it", ceiling_words(compiled.ceiling)
    yield "breaks", ", ".join(map(criterion_words, compiled.criteria)) or "nothing"
    yield "profile", ", ".join(f"`{profile.value}`" for profile in compiled.profile) or "none"
    yield "looks in", ", ".join(ROLES[role] for role in detect.roles)
    kinds = ", ".join(UNITS[kind] for kind in detect.kinds)
    if detect.within == "document":
        yield "reads", f"the whole document ({kinds})"
    else:
        yield "reads", f"one {detect.within} at a time ({kinds}){LEAD_INS[detect.lead_in]}"
    if rule.values:
        yield "tells", ", ".join(VALUES[value] for value in rule.values)
    yield "confidence", rule.confidence
    yield "status", f"{rule.status}, since {rule.since}"
    if rule.aliases:
        yield "former ids", ", ".join(rule.aliases)
    yield "stands in", f"[rules/{compiled.path}](../../rules/{compiled.path})"


def clause_link(clause: Clause, rulebook: Rulebook) -> str:
    return f"[`{clause.value}`](../clauses.md#{clause.value}), {escaped(rulebook.facts[clause].title)}"


def readings(rule: ClauseRule, rulebook: Rulebook) -> Iterator[str]:
    disputes = [text for clause in (rule.clause, *rule.also) if (text := rulebook.facts[clause].disputed)]
    if not rule.readings and not disputes:
        return
    yield "## Disputed readings\n"
    for text in disputes:
        yield escaped(text) + "\n"
    if rule.readings:
        yield table(
            ("reading", "best tier with it", "taken"),
            (
                (escaped(reading.says), ceiling_words(reading.ceiling), "yes" if reading.taken else "no")
                for reading in rule.readings
            ),
        )


def holders(rule: ClauseRule, rulebook: Rulebook, links: Links) -> Iterator[str]:
    for clause in (rule.clause, *rule.also):
        yield f"## Licenses known to hold `{clause.value}`\n"
        known = known_holders(rulebook, clause)
        if not known:
            yield "The catalog has none.\n"
            continue
        rows = (
            (
                links.to(holder.license.url, holder.license.name)
                if holder.license.url
                else escaped(holder.license.name),
                f"`{holder.license.id}`",
                escaped(", ".join(holder.sections)),
            )
            for holder in known
        )
        yield table(("license", "record", "sections"), rows)


def rule_page(rule: ClauseRule, compiled: CompiledRule, rulebook: Rulebook) -> str:
    parts = [
        GENERATED,
        f"# {rule.id} {rule.slug}\n",
        f"**Finds** a text that {sentence(rule.message)}\n",
        f"**Why it matters.** {sentence(rule.why)}\n",
        table(("about the rule", ""), facts(rule, compiled, rulebook)),
        "## Fires on\n",
        "In bold the words that make it fire, in italics the sentence that a list item hangs on.\n",
    ]
    links = Links()
    first = rule.detect.roles[0]
    for match in rule.examples.match:
        parts.append(marked(compiled, match.text, match.role or first))
        if match.role not in (None, first):
            parts.append(f"Read in {ROLES[match.role]}.\n")
    parts.append("## Stays silent on\n")
    for silent in rule.examples.no_match:
        place = "" if silent.role in (None, first) else f", in {ROLES[silent.role]}"
        parts += [quoted(silent.text, [""] * len(silent.text)), f"Why{place}: {sentence(silent.why)}\n"]
    parts += exceptions(rule.detect, rulebook)
    parts += readings(rule, rulebook)
    parts += holders(rule, rulebook, links)
    parts += ["## Sources\n", "\n".join(f"- {links.source(source)}" for source in rule.sources) + "\n"]
    parts.append(links.addresses())
    return "\n".join(parts)


def clauses_page(rulebook: Rulebook) -> str:
    links = Links()
    parts = [GENERATED + CLAUSES_HEAD]
    for clause, known in rulebook.facts.items():
        found_by = rules_for(rulebook, clause)
        holding = len(known_holders(rulebook, clause))
        rows = [
            ("best tier with it", ceiling_words(known.ceiling)),
            ("breaks", ", ".join(map(criterion_words, known.criteria)) or "nothing"),
            ("profile", ", ".join(f"`{profile.value}`" for profile in known.profile) or "none"),
            *([("disputed", escaped(known.disputed))] if known.disputed else []),
            ("found by", "<br>".join(f"[{rule.id}](rules/{page_name(rule)}) {rule.slug}" for rule in found_by)),
            ("licenses known to hold it", f"{holding}, listed with each rule" if holding else "none"),
            ("sources", "<br>".join(map(links.source, known.sources))),
        ]
        parts += [
            f"## {clause.value}\n",
            f"**{escaped(known.title)}**: {sentence(known.says)} {sentence(known.why)}\n",
            table((f"about `{clause.value}`", ""), rows),
        ]
    parts.append(links.addresses())
    return "\n".join(parts)


def index_page(rulebook: Rulebook) -> str:
    rows = [
        (
            f"[{rule.id}]({page_name(rule)})",
            rule.slug + ("" if rule.status == "stable" else f" ({rule.status})"),
            f"a text that {escaped(rule.message)}",
            "<br>".join(f"[`{clause.value}`](../clauses.md#{clause.value})" for clause in (rule.clause, *rule.also)),
            "any" if rule.ceiling is None else rule.ceiling.title,
        )
        for rule in rulebook.compiled
    ]
    head = ("rule", "name", "finds", "clause kinds", "best tier with it")
    return "\n".join((GENERATED + INDEX_HEAD, table(head, rows)))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where a page differs")
    options = parser.parse_args()

    try:
        rulebook = load_rulebook()
        wanted = {
            f"docs/rules/{page_name(rule)}": rule_page(rule, compiled, rulebook)
            for rule, compiled in zip(rulebook.rules, rulebook.compiled, strict=True)
        }
    except OpennessError as problem:
        print(problem, file=sys.stderr)
        return 3
    wanted |= {"docs/clauses.md": clauses_page(rulebook), "docs/rules/index.md": index_page(rulebook)}
    there = [path.relative_to(REPOSITORY).as_posix() for path in (REPOSITORY / "docs/rules").glob("*.md")]
    return settle(wanted, check=options.check, what="pages on rules", there=there)


if __name__ == "__main__":
    sys.exit(main())
