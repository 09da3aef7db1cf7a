"""``openness diff``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .exits import Exit
from .output import color_option, echo_json, wants_color

if TYPE_CHECKING:
    from ..identify.diff import Piece, TextDiff
    from ..records import Document, Finding

_STYLES: dict[str, dict[str, Any]] = {
    "added": {"fg": "green"},
    "changed": {"fg": "yellow"},
    "removed": {"fg": "red"},
    "harmless": {"dim": True},
}
_SHOWN = 160
"""Characters of unchanged text that are shown between differences."""


@click.command(
    epilog="""\b
Examples:
  openness diff LICENSE            against the license it resembles most
  openness diff LICENSE MIT        against the license it claims to be
  openness diff - Apache-2.0 < LICENSE"""
)
@click.argument("file", metavar="FILE")
@click.argument("license_id", metavar="[LICENSE]", required=False)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@color_option
def diff(file: str, license_id: str | None, form: str, color: str) -> int:
    """Show what a text adds to, lacks of and changes in a license.

    Words that are missing are counted, not quoted: openness knows license texts by their fingerprints.
    Ends with 0 if there is no difference that matters, else with 1.
    """
    from ..errors import harmless
    from ..identify import load_identifier
    from ..identify.diff import diff_text
    from ..records import Limits, Role
    from ..report.json import SCHEMA, render_data
    from ..road import classify_text

    if file == "-":
        from ..sources.inputs import read_standard_input

        document, _ = read_standard_input(role=Role.LICENSE, limits=Limits.model_construct())
    else:
        from ..sources.files import read_document

        document, _ = read_document(Path(file), role=Role.LICENSE)
    found = diff_text(load_identifier(), document, license_id)
    if found is None:
        beside = license_id or "any license that is known"
        if form == "json":
            echo_json(render_data({"schema": SCHEMA, "license_id": license_id, "coverage": 0.0, "pieces": []}))
        else:
            click.echo(harmless(f"{document.name} has nothing to speak of in common with {beside}", keep=""))
        return Exit.FOUND
    findings = classify_text(document.text).findings if not found.is_plain else ()
    if form == "json":
        echo_json(render_data({"schema": SCHEMA, **_data(document, found, findings)}))
    else:
        colored = wants_color(color)
        click.echo(_rendered(document, found, findings, colored=colored), color=colored)
    return Exit.FINE if found.is_plain else Exit.FOUND


def _clauses(piece: Piece, findings: Sequence[Finding]) -> list[str]:
    """Kinds of the clauses that stand in a passage."""
    if piece.kind not in ("added", "changed"):
        return []
    return list(dict.fromkeys(found.clause.value for found in findings if _speaks_of(found, piece)))


def _speaks_of(found: Finding, piece: Piece) -> bool:
    """Whether a clause is there because of a passage: most of it is the passage, or its telling words are."""
    span = piece.span
    shared = min(found.span.end, span.end) - max(found.span.start, span.start)
    if 2 * shared >= found.span.end - found.span.start:
        return True
    return found.match is not None and found.match.overlaps(span) and not found.clause.is_grant


def _data(document: Document, found: TextDiff, findings: Sequence[Finding]) -> dict[str, Any]:
    return {
        "license_id": found.license_id,
        "coverage": found.coverage,
        "plain": found.is_plain,
        "pieces": [
            {
                "kind": piece.kind,
                "start": piece.span.start,
                "end": piece.span.end,
                "line": piece.line,
                "missing_words": piece.missing_words,
                "reason": piece.reason,
                "clauses": _clauses(piece, findings),
                "quote": document.quote(piece.span),
            }
            for piece in found.pieces
            if piece.kind != "same"
        ],
    }


def _rendered(document: Document, found: TextDiff, findings: Sequence[Finding], *, colored: bool) -> str:
    from ..errors import harmless

    name = harmless(document.name or "<text>", keep="")
    head = f"{name} beside {found.license_id}: {100 * found.coverage:.1f} % of its {found.words} words, in order"
    pieces = [head + ("" if not found.is_plain else "; no difference that matters"), ""]
    for piece in found.pieces:
        text = harmless(document.quote(piece.span), keep="\n\t")
        if piece.kind == "same":
            pieces.append(_shortened(text))
            continue
        style = _STYLES[piece.kind]
        pieces.append(_marked(piece, text, style, colored=colored))
        notes = _clauses(piece, findings)
        if notes:
            pieces.append(click.style(f" <- {', '.join(notes)}", bold=True) if colored else f" <- {', '.join(notes)}")
    return "".join(part if number != 0 else part + "\n" for number, part in enumerate(pieces)).rstrip()


def _marked(piece: Piece, text: str, style: dict[str, Any], *, colored: bool) -> str:
    missing = f"[-{piece.missing_words} words-]" if piece.missing_words and piece.kind in ("removed", "changed") else ""
    if piece.kind == "harmless":
        shown = _shortened(text)
        return click.style(shown, **style) if colored else shown
    if not colored:
        return f"{missing}{{+{text}+}}" if text else missing
    return (click.style(missing, fg="red") if missing else "") + (click.style(text, **style) if text else "")


def _shortened(text: str) -> str:
    if len(text) <= 2 * _SHOWN:
        return text
    return f"{text[:_SHOWN]} […] {text[-_SHOWN:]}"
