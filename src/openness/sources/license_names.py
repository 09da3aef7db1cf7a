"""The names of licenses as people write them in prose: found by their form, not looked up."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_VERSION: Final = r"(?:[ ,-]{0,3}(?:version |ver\.? ?|v\.? ?)?\d(?:\.\d){0,2})"
_LICENSE: Final = r"(?:[ -](?:public[ -])?licen[sc]e)"
_CC_WORD: Final = (
    r"attribution|non-?commercial|no-?deriv(?:ative)?s|share-?alike|zero|by|nc|nd|sa|cc0|public domain|dedication"
    r"|licen[sc]e|international|unported|v?\d(?:\.\d)?"
)
_KNOWN_NAMES: Final = (
    rf"apache(?:[ -]software)?{_LICENSE}?{_VERSION}{_LICENSE}?",
    r"apache2(?:\.0)?\b",
    rf"apache{_LICENSE}",
    rf"(?:modified[ -])?mit(?:-0)?{_LICENSE}?(?![\w-])",
    rf"(?:bsd[ -]?[0234](?:[ -]clause)?|(?:[234]|two|three|four)[ -]clause[ -]bsd|bsd(?={_LICENSE})){_LICENSE}?",
    rf"(?:gnu )?(?:affero |lesser )?general public licen[sc]e{_VERSION}?",
    rf"(?:gnu )?[al]?gpl{_VERSION}?(?:\+|-or-later|-only)?{_LICENSE}?(?![\w-])",
    r"cc[ -]?0(?:[ -]1\.0)?(?![\w-])",
    rf"cc[ -]by(?:[ -](?:nc|sa|nd))*{_VERSION}?(?: (?:international|unported))?{_LICENSE}?(?![\w-])",
    rf"creative commons(?:[ ,:–/-]{{1,3}}(?:{_CC_WORD})(?![\w.]\w)){{1,10}}",
    rf"(?:creativeml |bigscience |bigcode |[a-z]+ )?open ?rail(?:\+\+)?(?:-?[msda]{{1,3}}\b)?{_VERSION}?{_LICENSE}?",
    rf"(?:mpl|epl|eupl|afl|ecl|osl|ms-pl|artistic|mozilla public licen[sc]e|academic free licen[sc]e){_VERSION}",
    rf"(?:wtfpl|unlicense|zlib|isc|openmdw|pddl|lgpl-lr)(?:-\d\.\d)?{_LICENSE}?(?![\w-])",
)
_TITLE_WORD: Final = r"(?:[A-Z0-9][\w.+&'’-]*|\\?\[[A-Za-z]+\\?\]|`[^`\n]{1,30}`)"
_TITLED_NAME: Final = (
    rf"(?:{_TITLE_WORD}|AI)(?:[ ](?:{_TITLE_WORD}|of|for|and|the|model|community|research|non-commercial)){{0,9}}?"
    r"[ ](?:[Ll]icen[sc]e|LICEN[SC]E)(?: (?:Agreement|AGREEMENT|agreement))?(?: v?\d{1,2}(?:\.\d{1,2}){0,2}(?![\w]))?"
)
NAME: Final = re.compile(rf"(?<![\w/.-])(?:(?i:{'|'.join(_KNOWN_NAMES)})|{_TITLED_NAME})")
LINK: Final = re.compile(
    r"\[((?:\\.|[^\[\]\\]|\[[^\[\]\n]{0,60}\]){1,200})\](?:\(\s*<?([^()\s<>]{1,500}(?:\([^()\s]{0,60}\)[^()\s<>]{0,60})?)"
    r">?(?:\s+\"[^\"\n]{0,80}\")?\s{0,4}\)?)?"
)
HTML_LINK: Final = re.compile(
    r"<a\s[^<>]{0,200}?href=[\"']?([^\"'\s<>]{1,400})[^<>]{0,200}>([^<>]{1,200})</a>", re.IGNORECASE
)
URL: Final = re.compile(r"<?(https?://[^\s<>()\[\]\"'，。]{4,300})>?")
_CODE_SPAN: Final = re.compile(r"`([^`\n]{2,60})`")
_LEAD: Final = re.compile(
    r"(?:[\s*_\"“'‘]|(?:the|a|an|our|its|their|same|standard|permissive|following|original|official|custom|terms|and"
    r"|conditions|of|in|outlined in|version|open[- ]source|free)\b(?=[\s*_\"“'‘\[`<])){0,12}",
    re.IGNORECASE,
)
_NEXT: Final = re.compile(
    r"[*_`\"”’')\]]{0,4}(?:\s*(?:licen[sc]e|许可证|许可协议|协议))?[*_\s]{0,3}"
    r"(?:,|and|or|/|&|\+|as well as|和|与|或|及){1,2}(?=[\s\[`*])\s*",
    re.IGNORECASE,
)
GENERIC: Final = re.compile(
    r"(?:the |this |see |click |our |full |model )*(?:here|links?|licen[sc]e|licen[sc]e (?:file|section"
    r"|terms|details|page|text)|terms"
    r"|this page|file|page|website|read more|agreement|details|开源协议|许可证|协议|许可协议)\W*",
    re.IGNORECASE,
)
NO_VALUE: Final = re.compile(
    r"(?:\[?more information needed|unknown|none\b|n/?a\b|tbd|todo|not specified|unspecified|other\b"
    r"|see\b|same as|same\b|please|\?+|-+$)",
    re.IGNORECASE,
)


_NOT_A_LICENSE: Final = re.compile(r"\b(?:policy|policies|paper|report|guidelines|guide)\b", re.IGNORECASE)
_MODEL_PAGE: Final = re.compile(r"https?://(?:www\.)?huggingface\.co/[\w.-]+/[\w.-]+/?")
_OPENED: Final = re.compile(r"[*_ ]{0,3}[(\[]{1,2}")


class Named(NamedTuple):
    """A license named in the prose."""

    start: int
    end: int
    value: str
    link: str | None
    after: int
    """Where reading goes on."""


def name_at(text: str, at: int, end: int) -> Named | None:
    """The license that is named at ``at``, behind articles and marks of emphasis."""
    lead = _LEAD.match(text, at, end)
    at = lead.end() if lead else at
    if at >= end:
        return None
    if text[at] == "[":
        found = LINK.match(text, at, end)
        if found is not None:
            return _linked(found.start(1), found.end(1), found[1], found[2], found.end())
    elif text[at] == "<":
        found = HTML_LINK.match(text, at, end)
        if found is not None:
            return _linked(found.start(2), found.end(2), found[2], found[1], found.end())
    if text[at] == "`":
        code = _CODE_SPAN.match(text, at, end)
        titled = NAME.match(text, at, end)
        if titled is None and code is not None:
            return Named(code.start(1), code.end(1), cleaned(code[1]), None, code.end())
    name = NAME.match(text, at, end)
    if name is None:
        return None
    stop = name.end()
    link = _OPENED.match(text, stop, end)
    url = URL.match(text, link.end(), end) if link else None
    return Named(at, stop, cleaned(name.group()), url[1] if url else None, url.end() if url else stop)


def _linked(start: int, end: int, words: str, link: str | None, after: int) -> Named | None:
    value = re.sub(r"(?i)^(?:the|an?) ", "", cleaned(words))
    if _NOT_A_LICENSE.search(value) or (link is not None and _MODEL_PAGE.fullmatch(link)):
        return None
    if GENERIC.fullmatch(value):
        if link is None or link.startswith("#"):
            return None
        if value.lower() in ("here", "link", "this link"):
            value = link
    return Named(start, end, value, None if link and link.startswith("#") else link, after) if value else None


def cleaned(words: str) -> str:
    """Words without their Markdown, tags and quotation marks, on one line."""
    words = re.sub(r"\\([\[\]_*()+.-])", r"\1", words)
    words = re.sub(r"</?[a-z][^<>]{0,100}>|[`*《》「」“”\"]", "", words, flags=re.IGNORECASE)
    return " ".join(words.split()).strip(" ,.;:_'’")


def names_from(text: str, at: int, end: int) -> list[Named]:
    """The licenses named from ``at`` on, joined by commas, "and", "or"."""
    found: list[Named] = []
    while len(found) < 4:
        named = name_at(text, at, end)
        if named is None:
            break
        found.append(named)
        joint = _NEXT.match(text, named.after, end)
        if joint is None:
            break
        at = joint.end()
    return found
