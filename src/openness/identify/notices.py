"""What a notice beside a license text adds to it: ``-only`` or ``-or-later``, and exceptions."""

from __future__ import annotations

import re

from .reading import Reading

_LATER = re.compile(
    r"\bany later version\b|\bor \(?at your (?:option|choice)\)? any (?:later|newer|subsequent) version"
    r"|\bor (?:any )?(?:later|newer)(?: version)?\b|\bv?[0-9](?:\.[0-9])?(?:\.0)?(?: or later|\+)"
)
_ONLY = re.compile(
    r"\bversion [0-9](?:\.[0-9])? only\b|\bonly version [0-9]|\bversion [0-9](?:\.[0-9])? of the license(?! ?,? or)"
)
_IDENTIFIER = re.compile(r"spdx-license-identifier\W+([\w.+-]+)(?: with ([\w.+-]+))?")

# Names, and words that no other exception has.
_EXCEPTIONS = {
    "Classpath-exception-2.0": r"classpath[- ]exception|linking this (?:library|program) statically or dynamically",
    "GCC-exception-3.1": r"gcc runtime library exception",
    "LLVM-exception": r"llvm[- ]exceptions?",
    "Font-exception-2.0": r"(?:embeds?|embedding) (?:this|the) font",
    "Bison-exception-2.2": r"(?:part or all of the )?bison parser skeleton",
    "Autoconf-exception-3.0": r"autoconf configure script exception",
    "Linux-syscall-note": r"normal use of kernel services by normal system calls",
    "Swift-exception": r"swift[- ](?:runtime library )?exception|runtime library exception to the apache",
    "Qt-LGPL-exception-1.1": r"qt[- ]lgpl[- ]exception|digia qt lgpl exception",
    "OpenSSL-exception": r"link(?:ing)? (?:the|this) (?:program|code|library|software) with the openssl "
    "(?:library|project)",
    "WxWindows-exception-3.1": r"wxwindows library licen[sc]e|wxwidgets library exception",
    "u-boot-exception-2.0": r"u-boot[- ]exception",
}
_SPDX_EXCEPTIONS = frozenset(name for name in _EXCEPTIONS if name != "OpenSSL-exception")
_EXCEPTION_PATTERNS = {name: re.compile(pattern) for name, pattern in _EXCEPTIONS.items() if name in _SPDX_EXCEPTIONS}
_CLAIMS_EXCEPTION = re.compile(r"\bexceptions?\b")
_FITS = {
    "LLVM-exception": ("Apache-2.0",),
    "Swift-exception": ("Apache-2.0",),
    "Qt-LGPL-exception-1.1": ("LGPL-2.1",),
    "WxWindows-exception-3.1": ("GPL-2.0", "LGPL-2.0", "LGPL-2.1"),
}
"""Licenses an exception belongs to; the others belong to the GPL and its kin."""


def find_notice(
    reading: Reading, spans: list[tuple[int, int]], license_id: str, ties: tuple[str, ...]
) -> tuple[str, tuple[str, ...], str | None]:
    """The id that a notice outside the license texts chooses among tied ones, the ties left, and an exception."""
    wants_version = license_id.endswith("-only") and license_id.removesuffix("-only") + "-or-later" in ties
    takes_exception = "GPL-" in license_id or license_id == "Apache-2.0"
    if not wants_version and not takes_exception:
        return license_id, ties, None
    notice = _outside(reading, spans)
    if not notice:
        return license_id, ties, None
    exception = _exception(notice, license_id) if takes_exception else None
    if wants_version:
        base = license_id.removesuffix("-only")
        marked = _IDENTIFIER.search(notice)
        if _LATER.search(notice) or (marked and marked.group(1).endswith(("+", "-or-later"))):
            license_id, ties = base + "-or-later", ()
        elif _ONLY.search(notice) or (marked and marked.group(1).endswith("-only")):
            ties = ()
    return license_id, ties, exception


def _exception(notice: str, license_id: str) -> str | None:
    marked = _IDENTIFIER.search(notice)
    for name, pattern in _EXCEPTION_PATTERNS.items():
        if not license_id.startswith(_FITS.get(name, ("GPL-", "LGPL-", "AGPL-"))):
            continue
        if marked is not None and marked.group(2) == name.lower():
            return name
        if _CLAIMS_EXCEPTION.search(notice) and pattern.search(notice):
            return name
    return None


def _outside(reading: Reading, spans: list[tuple[int, int]]) -> str:
    """What stands outside the license texts, on one line."""
    pieces = []
    done = 0
    for start, end in [*spans, (reading.count, reading.count)]:
        first = reading.end_of(done - 1) if done else 0
        last = reading.start_of(start) if start < reading.count else len(reading.plain.text)
        pieces.append(reading.raw(first, max(first, last)))
        done = max(done, end)
    return " ".join(" ".join(pieces)[:200_000].split())
