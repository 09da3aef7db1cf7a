"""Which parts of a Markdown text are not prose: code, citations, comments, quoted metadata. One pass over the lines."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from ..records import Document, Passage, Span

_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_FENCE: Final = re.compile(r"[ \t>]{0,12}(?:[-*+][ \t]+)?(`{3,}|~{3,})[ \t]*([^\s`]*)")
_HEADING: Final = re.compile(r"[ \t]{0,3}(#{1,6})(?=[^#])[ \t]*(.*)")
_BIBTEX: Final = re.compile(
    r"[ \t>]*@(?:article|book|booklet|conference|dataset|inbook|incollection|inproceedings|manual|mastersthesis"
    r"|misc|online|phdthesis|proceedings|software|techreport|unpublished|report)[ \t]*\{",
    re.IGNORECASE,
)
_CITATION: Final = re.compile(
    r"(?:[\W\d_]*)(?:how to )?(?:citations?|citing|cite|bib ?tex|references|bibliography|引用|参考文献)\b",
    re.IGNORECASE,
)
_ABOUT_TERMS: Final = re.compile(r"licen[sc]e|commercial|terms of|许可|协议|授权|商用", re.IGNORECASE)
_LICENSE_TEXT: Final = re.compile(
    r"copyright (?:\(c\)|©)|permission is hereby|licen[sc]e agreement|terms and conditions", re.IGNORECASE
)
_PLAIN_FENCES: Final = frozenset({"", "text", "txt", "plain", "plaintext", "license"})
_KEY_LINE: Final = re.compile(r"[\w-]{1,40}:(?:[ \t].*)?\Z")
_METADATA_LINES: Final = 80


class Line(NamedTuple):
    """A line of the text, without its line end."""

    start: int
    end: int
    next: int
    """Where the following line starts."""


def passage_of(document: Document, span: Span) -> Passage:
    """The words at ``span``, with their place."""
    line, column = document.line_column(span.start)
    return Passage.model_construct(
        document=document.name,
        role=document.role,
        span=span,
        line=line,
        end_line=document.line_column(max(span.start, span.end - 1))[0],
        column=column,
        quote=document.quote(span),
    )


def split_lines(text: str, start: int = 0) -> list[Line]:
    """The lines from ``start`` on; they end with LF, CR LF or a lone CR, as editors see them."""
    lines = []
    at = start
    length = len(text)
    lone = "\r" in text
    while at < length:
        if lone:
            found = _LINE.match(text, at)
            after = found.end() if found else length
        else:
            after = text.find("\n", at) + 1 or length
        end = after
        while end > at and text[end - 1] in "\r\n":
            end -= 1
        lines.append(Line(at, end, after))
        at = after
    return lines


def mask_prose(text: str, lines: list[Line]) -> list[Span]:
    """Spans of fenced code, BibTeX, citation sections, HTML comments, and metadata blocks inside the body.

    A fence that holds the text of a license is left in, and so is a line of a citation section that
    speaks of terms.
    """
    masked = _comments(text, lines[0].start if lines else 0)
    index = 0
    citing = 0
    unclosed = {"`": 1 << 30, "~": 1 << 30}
    while index < len(lines):
        line = lines[index]
        body = text[line.start : line.end]
        stripped = body.strip()
        if not stripped:
            index += 1
            continue
        if "```" in body or "~~~" in body:
            fence = _FENCE.match(body)
            if fence is not None and "`" not in body[fence.end() :]:
                index = _take_fence(text, lines, index, fence, masked, unclosed)
                continue
        if stripped.startswith("---"):
            after = _after_metadata(text, lines, index)
            if after > index:
                masked.append(Span.model_construct(start=line.start, end=lines[after - 1].end))
                index = after
                continue
        if "@" in body and _BIBTEX.match(body):
            after = _after_bibtex(text, lines, index)
            masked.append(Span.model_construct(start=line.start, end=lines[after - 1].end))
            index = after
            continue
        heading = _HEADING.match(body) if stripped[0] == "#" else None
        if heading is not None:
            level = len(heading[1])
            if citing and level <= citing:
                citing = 0
            if not citing and _CITATION.match(heading[2]) and not _ABOUT_TERMS.search(body):
                citing = level
        elif citing and not _ABOUT_TERMS.search(body):
            masked.append(Span.model_construct(start=line.start, end=line.end))
        index += 1
    return masked


def _comments(text: str, start: int) -> list[Span]:
    found = []
    at = text.find("<!--", start)
    while at >= 0:
        end = text.find("-->", at + 4)
        if end < 0:
            break
        found.append(Span.model_construct(start=at, end=end + 3))
        at = text.find("<!--", end + 3)
    return found


def _take_fence(
    text: str,
    lines: list[Line],
    index: int,
    fence: re.Match[str],
    masked: list[Span],
    unclosed: dict[str, int],
) -> int:
    """Mask a fenced block; give the index of the line behind it.

    ``unclosed`` holds the shortest fence of each sign that is known to find no end, so that it is looked
    for once and not again by every fence that follows.
    """
    sign = fence[1]
    opening = lines[index]
    after = index + 1 if len(sign) < unclosed[sign[0]] else len(lines)
    while after < len(lines):
        line = lines[after]
        body = text[line.start : line.end].strip(" \t>")
        after += 1
        if body.startswith(sign) and not body.strip(sign[0]):
            break
    else:
        # Never closed. A renderer takes the rest of the card for code; what stands under the next section
        # heading was hardly meant as such, and it may hold the terms.
        unclosed[sign[0]] = min(len(sign), unclosed[sign[0]])
        after = index + 1
        while after < len(lines) and not text.startswith("##", lines[after].start):
            after += 1
    block = Span.model_construct(start=opening.start, end=lines[after - 1].end)
    if fence[2].lower() not in _PLAIN_FENCES or not _LICENSE_TEXT.search(text, block.start, block.end):
        masked.append(block)
    return after


def _after_metadata(text: str, lines: list[Line], index: int) -> int:
    """Behind a front matter block of another card, copied into the body; ``index`` if there is none."""
    if text[lines[index].start : lines[index].end].strip() != "---":
        return index
    keys = 0
    for after in range(index + 1, min(len(lines), index + _METADATA_LINES)):
        body = text[lines[after].start : lines[after].end]
        if body.strip() == "---":
            return after + 1 if keys else index
        if _KEY_LINE.match(body):
            keys += 1
        elif not body.strip() or (body[0] not in " \t-" and not body.startswith("#")):
            return index
    return index


def _after_bibtex(text: str, lines: list[Line], index: int) -> int:
    """Behind the entry that starts here: where its braces close, or at a blank line after it should have."""
    depth = 0
    for after in range(index, len(lines)):
        body = text[lines[after].start : lines[after].end]
        depth += body.count("{") - body.count("}")
        if depth <= 0 or (after > index and not body.strip()):
            return after + 1
    return len(lines)
