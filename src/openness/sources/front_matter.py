"""The YAML block at the head of a model card, by the rules of the hub.

Optional blanks, ``---`` and a line break open it, a line of ``---`` closes it; only the first block counts.
A block that cannot be used is never an exception here: it becomes a `Note` and the card is read on.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ..errors import FrontMatterError
from ..records import Document, Limits, Note, Span

if TYPE_CHECKING:
    from ..rulebook.strict_yaml import YamlTree

_OPENING: Final = re.compile(r"\ufeff?[ \t\r\n]*---(?=[\r\n])(?:\r\n|\r|\n)")
_NEARLY: Final = re.compile(r"\ufeff?[ \t\r\n]*(---+)[ \t]*(?:\r\n|\r|\n|\Z)")
_CLOSING: Final = re.compile(r"(?<=[\r\n])---([ \t]*)(?=[\r\n]|\Z)")
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_YAML_LINE: Final = re.compile(r"[ \t]*(?:#.*|-(?:[ \t].*)?|[\w\"'][\w \"'.-]{0,60}:(?:[ \t].*)?)?[\r\n]*\Z")
_TOP_KEY: Final = re.compile(r"(?:\A|(?<=[\r\n]))([A-Za-z_][\w.-]*)[ \t]*:")

LICENSE_KEYS: Final = frozenset({"license", "license_name", "license_link"})
WAY_OUT: Final = "see https://huggingface.co/docs/hub/model-cards#model-card-metadata"


class FrontMatter(NamedTuple):
    """What stands at the head of a card, as far as it could be read."""

    data: dict[str, Any]
    """Keys and values, all scalars as text; empty when there is no usable block."""
    tree: YamlTree | None
    start: int
    """Offset of the YAML in the card; positions in ``tree`` count from there."""
    masked: Span | None
    """All that is not prose: the block with its fences."""
    distrusted: frozenset[str]
    """Keys that stand there twice with different values: none of them counts."""
    notes: tuple[Note, ...]

    def span_of(self, text: str, path: tuple[str | int, ...]) -> Span:
        """Where the value at ``path`` stands in the card's ``text``, without quotes."""
        if self.tree is None:
            raise KeyError(path)
        value: Any = self.data
        for key in path:
            value = value[key]
        at = self.start + self.tree.value_offset(path)
        if isinstance(value, str):
            for start in (at, at + 1):
                if text.startswith(value, start):
                    return Span.model_construct(start=start, end=start + len(value))
        line = _LINE.match(text, at)
        end = at + len(line.group().rstrip()) if line else at
        return Span.model_construct(start=at, end=end)


_NOTHING: Final = frozenset[str]()


def parse_front_matter(
    text: str, *, name: str | None = None, limits: Limits | None = None, document: Document | None = None
) -> FrontMatter:
    """Read the front matter of a card. Raises nothing: faults are notes with line, column and a way out.

    Args:
        text: The whole card.
        name: Name to show in notes.
        limits: ``front_matter_bytes`` holds.
        document: The card as a document, if there is one already: it knows its lines.
    """
    document = document or Document.model_construct(text=text, name=name)
    notes: list[Note] = []

    def note(code: str, message: str, offset: int, hint: str | None = WAY_OUT) -> None:
        line, column = document.line_column(offset)
        notes.append(
            Note.model_construct(code=code, message=message, hint=hint, document=name, line=line, column=column)
        )

    if text.startswith("\ufeff"):
        note(
            "front-matter-bom",
            "a byte-order mark stands before the front matter",
            0,
            "save the file without it: the hub sees no metadata behind one",
        )
    opening = _OPENING.match(text)
    if opening is None:
        return _without_block(text, note, notes)
    closing = _CLOSING.search(text, opening.end())
    fence = opening.group().index("---")
    if closing is None:
        note(
            "front-matter-unterminated",
            "the front matter that opens here is never closed",
            fence,
            "close it with a line that holds --- and nothing else",
        )
        return FrontMatter({}, None, 0, _yaml_run(text, fence, opening.end()), _NOTHING, tuple(notes))
    if closing[1]:
        note(
            "front-matter-fence",
            "blanks follow the closing ---",
            closing.start(),
            "remove them: the hub looks for --- and a line break",
        )
    masked = Span.model_construct(start=fence, end=closing.end())
    data, tree, distrusted = _parse(
        text, opening.end(), closing.start(), document, limits or Limits.model_construct(), notes
    )
    if data is None:
        return FrontMatter({}, None, 0, masked, _NOTHING, tuple(notes))
    return FrontMatter(data, tree, opening.end(), masked, distrusted, tuple(notes))


def _without_block(text: str, note: Any, notes: list[Note]) -> FrontMatter:
    """No front matter; say so when there is something that was meant to be some."""
    masked = None
    nearly = _NEARLY.match(text)
    if nearly is not None:
        run = _yaml_run(text, nearly.start(1), nearly.end())
        if run is not None:
            dashes = len(nearly[1])
            said = f"{dashes} dashes open" if dashes != 3 else "--- with blanks behind it opens"
            note(
                "front-matter-fence",
                f"{said} what looks like front matter, and the hub reads none",
                nearly.start(1),
                "open it with a line that holds --- and nothing else",
            )
            masked = run
    return FrontMatter({}, None, 0, masked, _NOTHING, tuple(notes))


def _yaml_run(text: str, start: int, at: int) -> Span | None:
    """The lines from ``at`` on that look like YAML, with the fence before and behind; None if there are none."""
    seen = False
    end = at
    while at < len(text):
        line = _LINE.match(text, at)
        if line is None or not line.group():
            break
        body = line.group()
        if re.match(r"---+[ \t]*[\r\n]*\Z", body):
            end = line.end()
            break
        if not _YAML_LINE.match(body):
            break
        if body.strip():
            seen = seen or (":" in body and not body.lstrip().startswith("#"))
            end = line.end()
        at = line.end()
    return Span.model_construct(start=start, end=end) if seen else None


def _parse(
    text: str, start: int, end: int, document: Document, limits: Limits, notes: list[Note]
) -> tuple[dict[str, Any] | None, YamlTree | None, frozenset[str]]:
    from ..rulebook.strict_yaml import parse_yaml

    line_offset = document.line_column(start)[0] - 1

    def read(block: str) -> YamlTree:
        return parse_yaml(
            block,
            error=FrontMatterError,
            path=document.name,
            line_offset=line_offset,
            max_bytes=limits.front_matter_bytes,
            code_prefix="front-matter",
        )

    distrusted = _NOTHING
    block = text[start:end]
    try:
        tree = read(block)
    except FrontMatterError as error:
        notes.append(_note_of(error))
        if error.code != "front-matter-duplicate-key":
            return None, None, distrusted
        single, distrusted = _without_repeats(block)
        try:
            tree = read(single)
        except FrontMatterError:  # repeated deeper down, or broken as well
            return None, None, _NOTHING
    if isinstance(tree.data, dict):
        return tree.data, tree, distrusted
    if tree.data not in (None, ""):
        kind = "a list" if isinstance(tree.data, list) else "a single value"
        line, column = tree.value_at(())
        notes.append(
            Note.model_construct(
                code="front-matter-not-a-mapping",
                message=f"the front matter is {kind}, not keys with values",
                hint="write one `key: value` on each line, such as `license: apache-2.0`",
                document=document.name,
                line=line,
                column=column,
            )
        )
    return None, None, distrusted


def _note_of(error: FrontMatterError) -> Note:
    return Note.model_construct(
        code=error.code,
        message=error.message,
        hint=error.hint or WAY_OUT,
        document=error.path,
        line=error.line,
        column=error.column,
    )


def _without_repeats(block: str) -> tuple[str, frozenset[str]]:
    """The block with repeated top-level keys blanked out, and those that had different values."""
    found = list(_TOP_KEY.finditer(block))
    ends = [*(key.start() for key in found[1:]), len(block)]
    first: dict[str, str] = {}
    distrusted = set()
    pieces = [block[: found[0].start()] if found else block]
    for key, end in zip(found, ends, strict=True):
        chunk = block[key.start() : end]
        value = block[key.end() : end].strip()
        name = key[1]
        if name not in first:
            first[name] = value
            pieces.append(chunk)
            continue
        if first[name] != value:
            distrusted.add(name)
        pieces.append(re.sub(r"[^\r\n]", " ", chunk))
    return "".join(pieces), frozenset(distrusted)
