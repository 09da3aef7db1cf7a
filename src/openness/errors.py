"""The errors openness raises, as one tree.

::

    OpennessError
    ├── InputError (ValueError)              what was given cannot be understood
    │   ├── EmptyInputError                  empty-input
    │   ├── BinaryInputError                 binary-input
    │   ├── EncodingError                    wrong-encoding
    │   ├── InputTooLargeError               input-too-large
    │   ├── FrontMatterError                 front-matter-*
    │   ├── ExpressionError                  license-expression
    │   └── RecordError                      invalid-record
    ├── SourceError (OSError)                what was named cannot be read
    │   ├── SourceNotFoundError              source-not-found
    │   ├── SourceIsDirectoryError           source-is-directory
    │   └── SourceUnreadableError            source-unreadable
    ├── UnknownNameError (LookupError)       unknown-name
    ├── RulebookError (ValueError)           a rule folder that cannot be used
    │   ├── RuleSyntaxError                  rule-syntax
    │   ├── RuleSchemaError                  rule-schema
    │   ├── RulePatternError                 rule-pattern
    │   └── RuleExampleError                 rule-example
    └── MissingExtraError (ImportError)      missing-extra

Every error has a stable ``code`` with a heading in ``docs/errors.md``, says where the fault is
(``path``, ``line``, ``column``, all 1-based) and, where there is one, a way out (``hint``).
All of them survive pickling, so that they can cross a process pool.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class OpennessError(Exception):
    """Root of all errors raised on purpose by openness.

    Attributes:
        code: Stable, machine-readable name of the kind of error.
        message: What is wrong, in one sentence.
        path: Name of the file or other source, if any.
        line: 1-based line, if known.
        column: 1-based column in characters, if known.
        source_line: The text of that line, shown with a caret under ``column``.
        hint: A way out, if there is one.
    """

    code: str = "openness-error"

    def __init__(
        self,
        message: str,
        *,
        path: str | None = None,
        line: int | None = None,
        column: int | None = None,
        source_line: str | None = None,
        hint: str | None = None,
        code: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.column = column
        self.source_line = source_line
        self.hint = hint
        if code is not None:
            self.code = code

    @property
    def where(self) -> str:
        """``path:line:column`` as far as known, else an empty string."""
        parts = [self.path or "<input>"] if (self.path or self.line) else []
        if self.line is not None:
            parts.append(str(self.line))
            if self.column is not None:
                parts.append(str(self.column))
        return ":".join(parts)

    def __str__(self) -> str:
        head = f"{harmless(self.where, keep='')}: {harmless(self.message)}" if self.where else harmless(self.message)
        lines = [f"{head} [{self.code}]"]
        if self.source_line is not None:
            shown, caret = _excerpt(self.source_line, self.column)
            lines.append(f"  | {shown}")
            if caret is not None:
                lines.append(f"  | {caret}")
        if self.hint:
            lines.append(f"  hint: {harmless(self.hint)}")
        return "\n".join(lines)

    def __reduce__(self) -> tuple[Any, ...]:
        state = {
            "path": self.path,
            "line": self.line,
            "column": self.column,
            "source_line": self.source_line,
            "hint": self.hint,
            "code": self.code,
        }
        return (_rebuild, (type(self), self.message, state))


def _rebuild(cls: type[OpennessError], message: str, state: dict[str, Any]) -> OpennessError:
    return cls(message, **state)


def harmless(text: str, *, keep: str = "\n") -> str:
    """The text with nothing in it that a terminal would obey: names of files may hold anything but a slash."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in keep else _escape(char) for char in text)


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def _excerpt(line: str, column: int | None, width: int = 100) -> tuple[str, str | None]:
    """The part of ``line`` around ``column`` with control characters made visible, and a caret below."""
    at = 0 if column is None else min(max(column - 1, 0), len(line))
    start = max(0, at - width // 2) if len(line) > width else 0
    shown = "".join(c if c.isprintable() else " " if c == "\t" else "�" for c in line[start : start + width])
    return shown, None if column is None else " " * _cells(shown[: at - start]) + "^"


def _cells(text: str) -> int:
    """Width on a terminal: East Asian characters take two cells, combining marks none."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


class InputError(OpennessError, ValueError):
    """What was given cannot be understood."""

    code = "input"


class EmptyInputError(InputError):
    """There is nothing to read: no characters but blanks."""

    code = "empty-input"


class BinaryInputError(InputError):
    """The bytes are not text."""

    code = "binary-input"


class EncodingError(InputError):
    """The bytes are text in another encoding than the one asked for."""

    code = "wrong-encoding"


class InputTooLargeError(InputError):
    """A limit on bytes, depth or number was passed."""

    code = "input-too-large"


class FrontMatterError(InputError):
    """The YAML block at the head of a model card cannot be used."""

    code = "front-matter"


class ExpressionError(InputError):
    """A license expression that does not follow the SPDX grammar."""

    code = "license-expression"


class RecordError(InputError):
    """A record that does not fit its schema."""

    code = "invalid-record"


class SourceError(OpennessError, OSError):
    """What was named cannot be read."""

    code = "source"


class SourceNotFoundError(SourceError):
    """No such file."""

    code = "source-not-found"


class SourceIsDirectoryError(SourceError):
    """A folder stands where a file is needed."""

    code = "source-is-directory"


class SourceUnreadableError(SourceError):
    """The system refuses to read it, or it is no regular file."""

    code = "source-unreadable"


class UnknownNameError(OpennessError, LookupError):
    """A rule, clause, license or model that the rulebook does not hold."""

    code = "unknown-name"


class RulebookError(OpennessError, ValueError):
    """A rule folder that cannot be used.

    Attributes:
        errors: Every fault that was found, each an error of its own with its place. A single fault is
            raised as itself and holds only itself.
    """

    code = "rulebook"

    def __init__(self, message: str, *, errors: Sequence[RulebookError] = (), **place: Any) -> None:
        super().__init__(message, **place)
        self._errors = tuple(errors)

    @property
    def errors(self) -> tuple[RulebookError, ...]:
        """The faults that were found; a single fault holds itself."""
        return self._errors or (self,)

    def __str__(self) -> str:
        return "\n".join([*map(str, self._errors), super().__str__()])

    def __reduce__(self) -> tuple[Any, ...]:
        rebuild, (cls, message, state) = super().__reduce__()
        return rebuild, (cls, message, {**state, "errors": self._errors})


class RuleSyntaxError(RulebookError):
    """A rule file that is not well-formed YAML."""

    code = "rule-syntax"


class RuleSchemaError(RulebookError):
    """A rule file with a missing, unknown or ill-typed field."""

    code = "rule-schema"


class RulePatternError(RulebookError):
    """A pattern that RE2 refuses."""

    code = "rule-pattern"


class RuleExampleError(RulebookError):
    """An example that does not do what the rule file says it does."""

    code = "rule-example"


class MissingExtraError(OpennessError, ImportError):
    """An optional package is needed for what was asked."""

    code = "missing-extra"
