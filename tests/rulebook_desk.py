"""A small rulebook of its own for the tests of the rulebook room, and a finder made of nothing but `re`."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from openness.errors import RulebookError
from openness.records import Clause, Finding, Role, Span
from openness.rulebook.compiled import CompiledRule

SOURCES = 'sources: [{title: Open Source Definition, url: "https://opensource.org/osd", read: 2026-11-21}]'

NIGHT = f"""\
id: OWN-001
slug: no-night-use
since: "1"
clause: field-of-use
message: bars use at night
why: Criterion 6.
{SOURCES}
detect:
  in: [license]
  seq: ['{{never}}', '\\bnight\\b']
  unless: ['\\bgood night\\b']
examples:
  match:
    - {{text: you may not use it at night, span: may not use it at night}}
  no_match:
    - {{text: good night and may not end, why: a wish}}
"""

BASE = {
    "rulebook.yaml": 'version: "7"\n',
    "terms.yaml": "terms:\n  never: '\\b(?:may not|{must} not)\\b'\n  must: '(?:must|shall)'\n",
    "clauses/use/day.yaml": f"""\
id: USE-001
slug: day
aliases: [USE-009]
since: "1"
clause: field-of-use
also: [military-ban]
message: bars use by day
why: Criterion 6.
readings:
  - {{says: it binds, taken: true, ceiling: open}}
  - {{says: it does not bind}}
{SOURCES}
detect: {{all: ['{{never}}', '\\bday\\b']}}
examples:
  match:
    - {{text: you may not use it by day}}
  no_match:
    - {{text: good day, why: a greeting}}
""",
    "clauses/share/keep.yaml": f"""\
id: NAM-001
slug: keep
since: "1"
status: preview
clause: attribution-notice
message: wants notices kept
why: Usual.
{SOURCES}
detect: {{any: ['\\bkeep\\b', '\\bretain\\b'], in: [license, notice]}}
examples:
  match:
    - {{text: keep it, role: notice}}
  no_match:
    - {{text: lose it, why: the reverse}}
""",
    "licenses/toy.yaml": f"""\
publisher: Toy Makers
family: toy
licenses:
  - id: LicenseRef-toy-1
    name: Toy License, Version 1
    aliases: [Toy]
    hub_ids: [toy]
    osi: {{approved: false, as_of: 2026-11-21}}
    ceiling: open
    {SOURCES}
""",
    "models/toy.yaml": f"""\
publisher: Toy Makers
releases:
  - name: Bear 7B
    aliases: [bear]
    hub_ids: [toys/bear-7b, toys/bear-*]
    access: weights
    terms: [{{expression: LicenseRef-toy-1}}]
    {SOURCES}
""",
}


def lay(root: Path, files: Mapping[str, str]) -> Path:
    """Write files below a folder."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return root


def lay_base(root: Path, repository: Path) -> Path:
    """A base folder: the real vocabulary and a handful of entries."""
    lay(root, BASE)
    shutil.copy(repository / "rules/vocabulary.yaml", root / "vocabulary.yaml")
    return root


def find_with_re(text: str, role: Role, rules: Sequence[CompiledRule]) -> list[Finding]:
    """What a rule means, without structure: its patterns anywhere in the text."""
    found = []
    for rule in rules:
        detect = rule.detect
        hits = [re.search(pattern, text) for pattern in (*detect.seq, *detect.all)]
        hits += [hit for hit in [next(filter(None, (re.search(p, text) for p in detect.any)), None)] if detect.any]
        if role not in detect.roles or not all(hits) or any(re.search(p, text) for p in detect.unless):
            continue
        start, end = min(hit.start() for hit in hits if hit), max(hit.end() for hit in hits if hit)
        words = Span(start=start, end=end)
        found.append(
            Finding(
                role=role,
                span=Span(start=0, end=len(text)),
                match=words,
                line=1,
                end_line=1,
                column=1,
                quote=text,
                clause=rule.clause,
                rule=rule.id,
                message=rule.message,
            )
        )
    return found


def marked(text: str) -> tuple[str, int, int]:
    """A text without its one ``‸``, and the 1-based line and column at which it stood."""
    before, mark, after = text.partition("‸")
    assert mark
    assert "‸" not in after
    return before + after, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def assert_points(error: RulebookError, path: Path, line: int, column: int, text: str) -> None:
    """The error names the place, shows the line, and has its caret under the column."""
    assert (error.path, error.line, error.column) == (str(path), line, column), str(error)
    assert error.source_line == text.split("\n")[line - 1]
    head, shown, caret = str(error).split("\n")[:3]
    assert head.startswith(f"{path}:{line}:{column}: ")
    assert head.endswith(f"[{error.code}]")
    assert caret.index("^") == shown.index(error.source_line[:20]) + column - 1


ALL_CLAUSES = frozenset(Clause)
