"""YAML that means what it shows, with the place of every node.

Rule files and the front matter of model cards are read here. What PyYAML lets pass is refused: duplicate
keys, anchors and aliases (a few bytes that stand for gigabytes), tags (objects), merge keys, several
documents, and depth without end. The parser's event stream is walked with a stack of our own, so that
nesting costs no recursion: a block 3,000 deep is a typed error like any other.

Scalars are resolved here and not by PyYAML, whose YAML 1.1 turns ``license: no`` into False and
``version: 1.10`` into 1.1.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, Final, Literal, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from ..errors import OpennessError

NodePath = tuple[str | int, ...]
"""Keys and indices from the top of a document down to a node; ``()`` is the whole document."""

FAULTS: Final = (
    "alias", "duplicate-key", "encoding", "key", "several-documents",
    "syntax", "tag", "too-deep", "too-large",
)  # fmt: skip
"""What can be wrong, as it stands in an error's code after ``code_prefix``."""

DEFAULT_MAX_BYTES: Final = 1_000_000
DEFAULT_MAX_DEPTH: Final = 64

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml is about ten times faster; a PyYAML built without it still works."""

_BREAK = re.compile(r"\r\n|\r|\n")
# What YAML calls unprintable, told by what it is: the ranges of all the rest take ten times longer to compile.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_CONSTANTS: Final = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_CORE = "tag:yaml.org,2002:"
_SCALAR_TAGS: Final[dict[str, type | tuple[type, ...]]] = {
    "str": str, "int": int, "bool": bool, "null": type(None), "float": (str, int),
}  # fmt: skip

_LOOK_AROUND = "look at the indentation, brackets and quotes here and on the lines above"
_HINTS: Final = (
    ("mapping values are not allowed", 'put a value that holds ": " between quotes'),
    ("cannot start any token", "indent with blanks, not tabs; quote a value that starts with @, ` or %"),
    ("escape character", "use single quotes: between double quotes a backslash starts an escape"),
    ("end of stream", "the quote that opens here is never closed"),
    ("find expected", _LOOK_AROUND),
    ("expected", _LOOK_AROUND),
)


class YamlTree:
    """Plain data (dict, list, str; with core scalars also int, bool and None) and where each node stands."""

    __slots__ = ("_nodes", "_starts", "data", "line_offset", "path", "text")

    def __init__(self, text: str, *, path: str | None = None, line_offset: int = 0) -> None:
        self.text = text
        self.path = path
        self.line_offset = line_offset
        self.data: Any = None
        self._nodes: dict[NodePath, tuple[int | None, int, bool]] = {}
        self._starts: list[int] | None = None

    def __contains__(self, path: NodePath) -> bool:
        return path in self._nodes

    def __iter__(self) -> Iterator[NodePath]:
        """Paths of all nodes, in the order of the text."""
        return iter(self._nodes)

    def is_plain(self, path: NodePath) -> bool:
        """Whether a scalar stands without quotes and is no block: ``null`` and not ``"null"``."""
        return self._nodes[path][2]

    def value_offset(self, path: NodePath) -> int:
        """Character of the text at which the value starts, 0-based. Raises KeyError for an unknown path."""
        return self._nodes[path][1]

    def value_at(self, path: NodePath) -> tuple[int, int]:
        """1-based line and column at which the value starts. Raises KeyError for an unknown path."""
        return self.line_column(self._nodes[path][1])

    def key_at(self, path: NodePath) -> tuple[int, int]:
        """1-based line and column of the key, or of the value where there is no key (list items, the top)."""
        key, value, _ = self._nodes[path]
        return self.line_column(value if key is None else key)

    def line_column(self, offset: int) -> tuple[int, int]:
        """1-based line and column of a character of the text."""
        starts = self._line_starts()
        index = bisect_right(starts, offset) - 1
        return index + 1 + self.line_offset, offset - starts[index] + 1

    def line_text(self, line: int) -> str:
        """The text of a 1-based line without its line end."""
        starts = self._line_starts()
        index = line - 1 - self.line_offset
        end = starts[index + 1] if index + 1 < len(starts) else len(self.text)
        return self.text[starts[index] : end].rstrip("\r\n")

    def _line_starts(self) -> list[int]:
        # Not the parser's lines: YAML 1.1 also breaks lines at U+0085 and U+2028, editors do not.
        if self._starts is None:
            self._starts = [0, *(found.end() for found in _BREAK.finditer(self.text))]
        return self._starts

    def error(
        self,
        kind: type[OpennessError],
        message: str,
        offset: int,
        *,
        hint: str | None = None,
        code: str | None = None,
    ) -> OpennessError:
        """An error that points at a character of the text."""
        line, column = self.line_column(min(offset, len(self.text)))
        return kind(
            message,
            path=self.path,
            line=line,
            column=column,
            source_line=self.line_text(line),
            hint=hint,
            code=code,
        )


def parse_yaml(
    text: str | bytes,
    *,
    error: type[OpennessError],
    path: str | None = None,
    scalars: Literal["text", "core"] = "text",
    line_offset: int = 0,
    max_bytes: int = DEFAULT_MAX_BYTES,
    max_depth: int = DEFAULT_MAX_DEPTH,
    code_prefix: str | None = None,
) -> YamlTree:
    """Read one YAML document.

    Args:
        text: The document; bytes must be UTF-8. A byte-order mark at its head is dropped.
        error: Class of the errors raised.
        path: Name to show in errors.
        scalars: ``text`` keeps every scalar as the string that stands there (a missing value is ``""``).
            ``core`` reads unquoted ``null``, ``true``, ``false`` and integers without leading zeros, and
            nothing else: ``no``, ``1.10`` and ``2026-11-21`` stay strings. Keys are strings in both.
        line_offset: Lines that stand before ``text`` in its file.
        max_bytes: Limit on the size in UTF-8.
        max_depth: Limit on lists and mappings inside each other.
        code_prefix: When given, an error's code is this, a hyphen and one of `FAULTS`.

    Raises:
        OpennessError: Of the class ``error``, with line, column, the line itself and mostly a way out.
    """
    return _Reader(error, code_prefix, scalars == "core", max_depth).read(
        text, path=path, line_offset=line_offset, max_bytes=max_bytes
    )


class _Reader:
    """State of one `parse_yaml` call."""

    __slots__ = ("code_prefix", "core", "error", "max_depth", "tree")

    def __init__(self, error: type[OpennessError], code_prefix: str | None, core: bool, max_depth: int) -> None:
        self.error = error
        self.code_prefix = code_prefix
        self.core = core
        self.max_depth = max_depth

    def read(self, text: str | bytes, *, path: str | None, line_offset: int, max_bytes: int) -> YamlTree:
        given = text
        if isinstance(text, bytes):
            text = text[: max_bytes + 1].decode("utf-8", "replace")
        self.tree = tree = YamlTree(text.removeprefix("\ufeff"), path=path, line_offset=line_offset)
        size = len(given) if isinstance(given, bytes) else len(given.encode("utf-8", "surrogatepass"))
        if size > max_bytes:
            self.refuse("too-large", f"{size:,} bytes of YAML, more than the limit of {max_bytes:,}", 0)
        if isinstance(given, bytes):
            self.check_utf8(given)
        bad = _UNPRINTABLE.search(tree.text)
        if bad:
            self.refuse(
                "encoding",
                f"the character U+{ord(bad[0]):04X} is not allowed in YAML",
                bad.start(),
                hint="remove it: it does not show in an editor",
            )
        try:
            self.walk()
        except yaml.reader.ReaderError as problem:  # a character that only this PyYAML refuses
            self.refuse("encoding", f"YAML cannot hold this text: {problem.reason}", 0)
        except yaml.MarkedYAMLError as problem:
            self.refuse_syntax(problem)
        return tree

    def check_utf8(self, given: bytes) -> None:
        try:
            given.decode("utf-8")
        except UnicodeDecodeError as problem:
            before = given[: problem.start].decode("utf-8").removeprefix("\ufeff")
            self.refuse(
                "encoding",
                f"the byte 0x{given[problem.start]:02X} is not UTF-8",
                len(before),
                hint="save the file as UTF-8",
            )

    def refuse(self, fault: str, message: str, offset: int, *, hint: str | None = None) -> NoReturn:
        code = None if self.code_prefix is None else f"{self.code_prefix}-{fault}"
        raise self.tree.error(self.error, message, offset, hint=hint, code=code) from None

    def refuse_syntax(self, problem: yaml.MarkedYAMLError) -> NoReturn:
        context, said = problem.context or "", problem.problem or ""
        opened = "quoted scalar" in context and "end of stream" in said
        mark = problem.context_mark if opened else problem.problem_mark
        hint = next((hint for words, hint in _HINTS if words in said), None)
        self.refuse(
            "syntax",
            f"not well-formed YAML: {said}" + (f" ({context})" if context else ""),
            0 if mark is None else mark.index,
            hint=hint,
        )

    def walk(self) -> None:
        """Build the data from the events. ``stack`` holds the open collections with their paths."""
        nodes = self.tree._nodes
        stack: list[tuple[Any, NodePath]] = []
        key: str | None = None
        key_at = 0
        documents = 0
        event: Any
        for event in yaml.parse(self.tree.text, Loader=_LOADER):
            kind = type(event)
            if kind is ScalarEvent:
                at = event.start_mark.index
                if stack and key is None and type(stack[-1][0]) is dict:
                    key, key_at = self.key(event, stack[-1][0], at), at
                    continue
                value = self.scalar(event, at)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                at = event.start_mark.index
                self.check_collection(event, at, len(stack))
                if stack and key is None and type(stack[-1][0]) is dict:
                    self.refuse("key", "a key must be a single value, not a list or a mapping", at)
                value = {} if kind is MappingStartEvent else []
            elif isinstance(event, CollectionEndEvent):
                stack.pop()
                continue
            else:
                documents += kind is DocumentStartEvent
                self.check_other(event, documents, event.start_mark.index)
                continue
            plain = kind is ScalarEvent and event.implicit[0]
            path: NodePath = ()
            if not stack:
                self.tree.data = value
                nodes[path] = (None, at, plain)
            elif key is None:
                parent, above = stack[-1]
                path = (*above, len(parent))
                parent.append(value)
                nodes[path] = (None, at, plain)
            else:
                parent, above = stack[-1]
                path = (*above, key)
                parent[key] = value
                nodes[path] = (key_at, at, plain)
                key = None
            if kind is not ScalarEvent:
                stack.append((value, path))

    def check_other(self, event: Any, documents: int, at: int) -> None:
        if type(event) is AliasEvent:
            self.refuse(
                "alias",
                f"the alias *{event.anchor} is not allowed",
                at,
                hint="write the value out, or put it between quotes if it is meant to start with *",
            )
        if documents > 1:
            self.refuse("several-documents", "a second YAML document starts here", at)

    def check_anchor(self, event: Any, at: int) -> None:
        if event.anchor is not None:
            self.refuse(
                "alias",
                f"the anchor &{event.anchor} is not allowed",
                at,
                hint="remove it, or put the value between quotes if it is meant to start with &",
            )

    def check_collection(self, event: Any, at: int, depth: int) -> None:
        self.check_anchor(event, at)
        expected = "map" if type(event) is MappingStartEvent else "seq"
        if event.tag not in (None, _CORE + expected):
            self.refuse_tag(event.tag, at)
        if depth >= self.max_depth:
            self.refuse("too-deep", f"nested more than {self.max_depth} deep", at)

    def refuse_tag(self, tag: str, at: int) -> NoReturn:
        shown = "!!" + tag.removeprefix(_CORE) if tag.startswith(_CORE) else tag
        self.refuse(
            "tag",
            f"the tag {shown} is not allowed here",
            at,
            hint="remove it, or put the value between quotes if it is meant to start with !",
        )

    def key(self, event: Any, siblings: dict[str, Any], at: int) -> str:
        self.check_anchor(event, at)
        if event.tag not in (None, _CORE + "str"):
            self.refuse_tag(event.tag, at)
        name: str = event.value
        if name in siblings:
            self.refuse(
                "duplicate-key",
                f"the key {name!r} stands twice in one mapping",
                at,
                hint="keep one of the two: readers differ on which one counts",
            )
        if name == "<<" and event.implicit[0]:
            self.refuse("key", "merge keys (<<) are not allowed", at, hint="write the values out")
        return name

    def scalar(self, event: Any, at: int) -> Any:
        if event.anchor is not None:
            self.check_anchor(event, at)
        text: str = event.value
        tag = event.tag
        if tag is None:
            if not (self.core and event.implicit[0]):
                return text
            return _resolved(text)
        name = tag.removeprefix(_CORE)
        if name == tag or name not in _SCALAR_TAGS:
            self.refuse_tag(tag, at)
        if not self.core or name == "str":
            return text
        value = _resolved(text)
        expected = _SCALAR_TAGS[name]
        if not isinstance(value, expected) or (name in ("int", "float") and isinstance(value, bool)):
            self.refuse("tag", f"{text!r} is no value for the tag !!{name}", at)
        return value


def _resolved(text: str) -> Any:
    """The value of an unquoted scalar under the small core schema of `parse_yaml`."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    return int(text) if _INTEGER.fullmatch(text) else text
