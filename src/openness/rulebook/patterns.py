"""Terms, and what RE2 thinks of a pattern."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

MAX_PATTERN: Final = 100_000
"""Most characters of a pattern with its terms expanded: terms that hold terms grow fast."""

TERM_NAME: Final = r"[a-z][a-z0-9_-]*"
# `\p{greek}` and `\x{a0}` have braces of their own, and `{2,3}` starts with a digit.
_TERM = re.compile(rf"\\(?:[pP]\{{[^}}]*\}}|x\{{[^}}]*\}}|.)|\{{({TERM_NAME})\}}", re.DOTALL)
# What is no literal: escapes, group names, flags, POSIX classes.
_NO_LITERAL = re.compile(
    r"\\(?:[pP]\{[^}]*\}|[pP].|x\{[^}]*\}|x..|.)|\(\?P?<\w+>|\(\?[imsU-]+[:)]|\[:\^?\w+:\]", re.DOTALL
)
_NEVER_THERE = re.compile(r"[A-Z‘’“”–—\n\t]")

_HINTS: Final = (
    (("(?=", "(?!", "(?<"), "RE2 has no lookaround: put the exception under `unless`"),
    (("bad repetition operator",), "one repetition sign is enough; group what is repeated in (?:…)"),
    (("invalid repetition size",), "RE2 repeats at most 1000 times"),
    (("no argument for repetition",), r"escape the sign with a backslash if it is meant literally: \*"),
    (("invalid escape sequence",), "RE2 has no back references and knows fewer escapes than Python"),
    (("missing )", "unexpected )", "missing ]"), r"escape a bracket that is meant literally: \("),
)  # fmt: skip


class BadPatternError(ValueError):
    """A pattern that cannot be used.

    ``fragment`` is the part at fault, for the caret; ``term`` the term that is not there.
    """

    def __init__(
        self,
        message: str,
        *,
        fragment: str | None = None,
        hint: str | None = None,
        term: str | None = None,
    ) -> None:
        super().__init__(message)
        self.term = term
        self.message = message
        self.fragment = fragment
        self.hint = hint


def term_names(pattern: str) -> tuple[str, ...]:
    """Names of the terms that a pattern uses, in order."""
    return tuple(found[1] for found in _TERM.finditer(pattern) if found[1])


def expand_terms(pattern: str, expanded: Mapping[str, str]) -> str:
    """Put the terms in, each in a group of its own.

    Raises:
        BadPatternError: A term is unknown, or the result is too long.
    """

    def put_in(found: re.Match[str]) -> str:
        name = found[1]
        if not name:
            return found[0]
        if name not in expanded:
            raise BadPatternError(
                f"there is no term {{{name}}}",
                fragment=found[0],
                hint=did_you_mean(name, expanded),
                term=name,
            )
        return f"(?:{expanded[name]})"

    result = _TERM.sub(put_in, pattern)
    if len(result) > MAX_PATTERN:
        raise BadPatternError(f"with its terms expanded the pattern is longer than {MAX_PATTERN:,} characters")
    return result


def order_terms(terms: Mapping[str, str]) -> tuple[list[str], dict[str, list[str]]]:
    """Sort terms so that each stands after those it uses.

    Returns:
        The names in order, and for each name that stands in or above a circle, one way round: its
        successors until one comes again. Names with unknown successors are in order.
    """
    uses = {name: [used for used in term_names(pattern) if used in terms] for name, pattern in terms.items()}
    waiting = {name: len(set(used)) for name, used in uses.items()}
    users: dict[str, list[str]] = {name: [] for name in terms}
    for name, used in uses.items():
        for other in set(used):
            users[other].append(name)
    ready = [name for name, count in waiting.items() if not count]
    for name in ready:  # grows while it is walked
        for user in users[name]:
            waiting[user] -= 1
            if not waiting[user]:
                ready.append(user)
    stuck = {name: count for name, count in waiting.items() if count}
    circles = {}
    for name in stuck:
        walk = [name]
        while walk[-1] not in walk[:-1]:
            walk.append(next(used for used in uses[walk[-1]] if used in stuck))
        circles[name] = walk
    return ready, circles


def check_pattern(pattern: str, *, may_be_empty: bool = False) -> None:
    """Refuse what RE2 refuses, and what could only fire everywhere or never.

    Args:
        pattern: RE2 with all terms expanded.
        may_be_empty: Whether it may match the empty text: a term may, a pattern may not.

    Raises:
        BadPatternError: With the fragment at fault where RE2 names one.
    """
    import re2

    options: Any = re2.Options()
    options.log_errors = False  # RE2 writes to stderr otherwise
    try:
        compiled = re2.compile(pattern, options=options)
    except re2.error as problem:
        raise _refused(problem) from None
    except UnicodeEncodeError:
        raise BadPatternError("the pattern holds half of a surrogate pair") from None
    if not may_be_empty and compiled.search("") is not None:
        raise BadPatternError("the pattern matches the empty text, so it would match everywhere")
    literals = _NO_LITERAL.sub("", pattern)
    never = _NEVER_THERE.search(literals)
    if never and "(?i" not in pattern:
        raise BadPatternError(
            f"{never[0]!r} can never match: patterns see text in lower case, with straight quotes,"
            " hyphens and single blanks",
            fragment=never[0],
        )


def _refused(problem: Exception) -> BadPatternError:
    raw = problem.args[0] if problem.args else b""
    said = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
    _, _, fragment = said.partition(": ")
    hint = next((hint for signs, hint in _HINTS if any(sign in said for sign in signs)), None)
    return BadPatternError(f"RE2 refuses the pattern: {said}", fragment=fragment or None, hint=hint)


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """A hint with the known name that looks most like this one, or the whole list when it is short."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    if names and len(", ".join(names)) <= 120:
        return f"known are: {', '.join(names)}"
    return None
