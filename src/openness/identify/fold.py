"""What SPDX's matching guidelines let one ignore, recognised by rule on the text itself.

Copyright lines, titles, list markers and dates of a notice are overwritten with blanks, so that offsets stay.
The same folding is done to the texts an index is built from and to the texts that are identified. A line
is folded away only if it could not limit anything: see `LIMITING`.
"""

from __future__ import annotations

import re

from openness.text import PlainText, plain_words

FOLD_VERSION = 1
"""Raised whenever `fold` folds away other things."""

LIMITING = frozenset(
    (
        "not no non nor never none only use uses used using user users may must shall should can cannot will without "
        "within except excluding excludes unless until solely exclusively purpose purposes permission permitted permit "
        "permits prohibited prohibits prohibit forbidden forbid forbids restrict restricted restricts restriction "
        "restrictions limit limited limits limitation commercial commercially noncommercial nonprofit academic "
        "educational evaluation personal internal private military redistribute redistribution distribute distributed "
        "distribution sell sold selling resale sale fee fees pay paid payment require requires required allowed allow "
        "allows disallow disallowed banned ban bans agree agrees consent approval written subject condition conditions "
        "provided grant granted grants deny denied void terminate terminated terminates terminated revoke revoked "
        "revocable expires expire however but if contact ask obtain modify modified modification train training deploy "
        "deployed revenue employees monthly annual research researchers free trial students country countries embargo"
    ).split()
)
"""Words by which a line could limit or grant something. A line with one of them is never folded away."""

# "International Research Institute" and "Limited" are parts of names.
_IN_NAMES = frozenset(("limited", "research", "academic", "educational", "military", "free", "will"))
_SAYS = frozenset(
    (
        "is are be been was were has have had this these that those you your we our any every everyone each "
        "does do did "
        "they it its whoever anyone anybody nobody persons people withdraw withdrawn excluded excludes extend extends "
        "display companies government licensor licensee licensees commerce"
    ).split()
)
NAME_LIMITING = (LIMITING - _IN_NAMES) | _SAYS
"""Words that a name or a copyright notice has none of: those that limit, and those that sentences are made of."""
_NOTICE_HEAD = re.compile(
    r"^\W*(?:this|these|the) (?:software|file|program|work|package|library|document|code)s? (?:is|are)\b"
)

_NOTICE = re.compile(
    r"\n[^\w\n(©]*(?:portions? |parts? |this (?:software|file|program|work) is |spdx filecopyrighttext |all )?"
    r"(?:copyright\b|copr\.|\(c\)|©|spdx-filecopyrighttext)[^\n]{0,300}(?=\n|$)"
)
_YEAR = r"(?:\b(?:19|20)[0-9]{2}\b|\b[0-9x]{2}xx\b|\byyyy\b|\byear\b|[<\[{]|_{3,})"
# "(c)" is also the third item of a list: on its own it needs a year or a blank behind it.
_NOTICE_SIGN = re.compile(
    rf"^\W*(?:[\w.,-]+ ){{0,8}}?(?:copyright\b[^\n]{{0,80}}?(?:{_YEAR}|\(c\)|©)|copyright by \w"
    rf"|\(c\)[^\n]{{0,60}}?{_YEAR}|©\W*\w)"
)
_RESERVED = re.compile(r"\n[^\w\n]*all rights? reserved[^\w\n]*(?=\n|$)")
_SPDX_LINE = re.compile(r"\n[^\w\n]*spdx-(?:license-identifier|snippet\w+|file\w+)\W[^\n]{0,200}(?=\n|$)")
_MARKER = re.compile(
    r"\n[ \t#*/;%>|•·–—-]*(?:[0-9]{1,3}(?:\.[0-9]{1,3}){0,4}[.)、]|[0-9]{1,3}(?:\.[0-9]{1,3}){1,4}(?=\s)|[a-z][.)]"
    r"|[ivx]{1,5}[.)]|§ ?[0-9]{1,3}(?:\.[0-9]{1,3}){0,4})(?=\s|$)"
)
# All of these begin with a line break, for which the regular expression engine can look fast; `fold` puts one first.
_PAREN = re.compile(r"\((?:[a-z]|[ivx]{1,5}|[0-9]{1,2})\)")

_TITLE_SIGN = re.compile(
    r"\b(?:licen[sc]e|agreement|terms|version|public|domain|copyleft|notice|v?[0-9]+\.[0-9]+|https?|www|opensource"
    r"|january|february|march|april|june|july|august|september|october|november|december|lgpl|gpl|agpl|bsd|mit|isc)\b"
)
_MAY = re.compile(r"\bmay(?= [0-9]|, [0-9])")
_SENTENCE = frozenset(
    (
        "is are be was this these you your to hereby any which that as we our it applies apply has have had do does "
        "from with under all each such its their they he she"
    ).split()
)
_TITLE_WORDS = 14
_TITLE_LINES = 8


def is_limiting(words: list[str], *, vocabulary: frozenset[str] = LIMITING) -> bool:
    """Whether any of the words could limit or grant something."""
    return not vocabulary.isdisjoint(words)


def is_notice(line: str) -> bool:
    """Whether a line in lower case is a copyright notice, and nothing else."""
    if _NOTICE_SIGN.search(line) is None:
        return False
    words = plain_words(_MAY.sub("month", _NOTICE_HEAD.sub(" ", line))).words()
    return len(words) <= 40 and not is_limiting(words, vocabulary=NAME_LIMITING)


def is_title(line: str) -> bool:
    """Whether a line in lower case is a title, a version, a date or an address of a license, and nothing else."""
    words = plain_words(_MAY.sub("month", line)).words()
    if not words:
        return False
    if len(words) > _TITLE_WORDS or _TITLE_SIGN.search(line) is None:
        return False
    return _SENTENCE.isdisjoint(words) and not is_limiting(words)


class Folded:
    """A text with all that may be ignored overwritten.

    Attributes:
        plain: The text before.
        text: As long as ``plain.text``.
        body: Offset where the title ends and the text proper begins.
    """

    __slots__ = ("body", "plain", "text")

    def __init__(self, plain: PlainText, text: str, body: int) -> None:
        self.plain = plain
        self.text = text
        self.body = body

    def titles(self) -> list[str]:
        """The lines of the title."""
        return [line for line in self.text[: self.body].split("\n") if line.strip()]


def fold(plain: PlainText) -> Folded:
    """Fold away what does not count. Linear in the length of the text."""
    text = "\n" + plain.text
    if "copyright" in text or "(c)" in text or "©" in text:
        text = _NOTICE.sub(_without_notice, text)
        text = _RESERVED.sub(_blanks, text)
    if "spdx-" in text:
        text = _SPDX_LINE.sub(_blanks, text)
    text = _MARKER.sub(_blanks, text)
    if "(" in text:
        text = _PAREN.sub(_blanks, text)
    text = text[1:]
    return Folded(plain, text, _title_end(text))


def _blanks(match: re.Match[str]) -> str:
    found = match.group()
    return "\n" + " " * (len(found) - 1) if found[0] == "\n" else " " * len(found)


def _without_notice(match: re.Match[str]) -> str:
    return _blanks(match) if is_notice(match.group()) else match.group()


def _title_end(text: str) -> int:
    """Where the leading lines that are only a title end."""
    at = 0
    seen = 0
    while seen < _TITLE_LINES and at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        if end - at > 200:
            break
        line = text[at:end].strip()
        if line and plain_words(line).words():
            if not is_title(line):
                break
            seen += 1
        at = end + 1
    return min(at, len(text))
