"""What stands in a text outside the licenses found in it, and which of it must be handed over.

In a license file everything counts that is not recognised as saying nothing. In a document that is mostly
something else, a README, only passages count that speak of rights, limits or terms: a list of commands
limits nobody.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from openness.records import Role
from openness.text import plain_words

from .fold import is_limiting, is_title
from .harmless import is_passing
from .reading import Reading

MOSTLY: Final = 0.5
"""From this share of its words on, a text is a license with something beside it, not something with a license in it."""

NEARLY: Final = 0.8
"""From this share on it is, even if it has headings of its own."""

_BREAK = re.compile(r"\n[^\S\n]*(?:[#>*/;%|-]+[^\S\n]*)?\n")
_LEGAL = re.compile(
    r"\bnon[- ]?commercial|\bcommercial|\bprohibit|\bforbid|\brestrict|\bpermission|\bpermitted"
    r"|\bnot (?:be )?(?:allow|permit|licens)"
    r"|\blicen[sc]|\brights?\b|\bmay(?: only| not|n't)|\bmust not|\bmustn't|\bshall\b|\bcannot be (?:used|sold"
    r"|redistributed)"
    r"|\bonly (?:for|be|by|to|in|if|with)\b|\b(?:purposes?|use|uses|users|companies|individuals|research) only"
    r"|\bpurposes?\b"
    r"|\bresearch use|\bacademi|\bpersonal use|\beducational|\bnon[- ]?profit|\bevaluation|\bmilitar|\bweapon"
    r"|\bsurveillance"
    r"|\bredistribut|\bresell|\bresale|\bsell(?:ing)?\b|\bsold\b|\broyalt|\bfees?\b|\bpaid\b|\brevenue|\bmonthly active"
    r"|\bconsent|\bapproval|\bterminat|\brevok|\bcompl(?:y|iance)|\bobligat|\bterms\b|\bagree|\blaws?\b"
    r"|\bexport|\bembargo"
    r"|\bsanction|\bcountr(?:y|ies)|\bresidents?\b|\bcitizens?\b|\bnot (?:for|to be|intended)|\bwarrant|\bliab|\bpatent"
    r"|\bcopyleft|\bproprietary|\bconfidential|\binternal use|\bdo not (?:use|share|distribute|copy|train|sell"
    r"|host|deploy)"
    r"|\bdon't (?:use|share|distribute|copy|train|sell|host|deploy)|\bexcept\b|\bexclud|\bunless\b|\bprovided that"
    r"|\bwithout (?:the )?(?:prior|written|permission|paying|asking)|\bcompet(?:e|ing|itor)|\bemployees|\bhobby"
    r"|\bstudents?\b"
    r"|\bprofit|\bnever\b|\bno one\b|\bnobody\b|\bfree of charge|\bsubject to|\bcontact us|\bwrite to us"
    r"|\bmake money|\bbusiness"
    r"|\bcompan(?:y|ies)|\benterprise|\bcorporat|\borganiz|\borganis|\bgovernment|\bdefense|\bbann?ed\b"
    r"|\bdenied\b|\bvoid\b"
    r"|[一-鿿]*(?:许可|授权|禁止|不得|商用|商业)"
)  # fmt: skip
_SAFE = re.compile(
    r"\bfor (?:more |further |full |the full |its )?(?:details|information|text|terms)\b|\bsee (?:the )?(?:file )?\S*"
    r"|\bfound (?:in|at|below)\b|\b(?:can|may) be (?:found|read|seen)\b"
)
_DECLARING = frozenset(
    (
        "this the that these code project software repository repo package library model models weights work "
        "is are was under "
        "terms of license licensed licenses released distributed available published provided made covered by "
        "see file files "
        "full text more below above following in and or at with here copy please refer to as its it all rest a an our "
        "governed dual root directory s md txt rst license notice mit apache bsd gpl lgpl agpl isc zlib mpl "
        "boost unlicense "
        "gnu general public affero lesser mozilla creative commons attribution clause new simplified revised original "
        "version v2 v3 eupl wtfpl artistic eclipse academic permissive open source osi approved spdx identifier"
    ).split()
)
_DECLARED_BY = frozenset(("license", "licensed", "licenses", "licence", "licensing"))
_HEAD = re.compile(r"(?:^|\n)(?:(?=#)#{1,6} +([^\n]{2,80})|([^\n]{2,80})(?=\n[=-]{3,}(?:\n|$)))")
_HEADING = re.compile(r"(?:\A|(?<=\n))(?:#{1,6} +[^\n]+|[^\n]{3,80}\n[=-]{3,}(?=\n))|```")
_ABOUT_LICENSES = re.compile(r"licen[sc]|terms|legal|copying|copyright")
_LINK = re.compile(r"\[[^\[\]]{0,80}\]\([^()\s]{0,300}\)|!\[|https?://\S+")


def find_passages(reading: Reading, spans: list[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Passages outside the licenses that may say something, as (license, start, end) in folded characters.

    A passage belongs to the license before it, or to the first one. ``spans`` are the licenses, in words.
    """
    everything = _is_license_file(reading, spans)
    text = reading.plain.text
    found: list[tuple[int, int, int]] = []
    done = 0
    for number, (start, end) in enumerate([*spans, (reading.count, reading.count)]):
        first = reading.end_of(done - 1) if number else 0
        last = reading.start_of(start) if start < reading.count else len(text)
        owner = max(0, number - 1)
        if everything:
            found += [(owner, *passage) for passage in _telling(text, first, last, everything=True)]
        elif first < last:
            # The section that a license stands in is about the license, whatever the document is about.
            tail = _next_heading(text, first, last) if number else first
            head = _section_start(text, tail, last) if number < len(spans) else last
            for begin, stop, close in ((first, tail, True), (tail, head, False), (head, last, True)):
                found += [(owner, *passage) for passage in _telling(text, begin, stop, everything=close)]
        done = max(done, end)
    return found


def _next_heading(text: str, first: int, last: int) -> int:
    match = _HEADING.search(text, first, last)
    return last if match is None else match.start()


def _section_start(text: str, first: int, last: int) -> int:
    """Where what leads up to a license begins: behind a heading about licenses, or with the paragraph before it."""
    headings = list(_HEADING.finditer(text, first, last))
    if headings and _ABOUT_LICENSES.search(headings[-1].group()):
        return headings[-1].end()
    at = first
    for match in _BREAK.finditer(text, first, last):
        if text[match.end() : last].strip():
            at = match.end()
    return at


def _is_license_file(reading: Reading, spans: list[tuple[int, int]]) -> bool:
    """Whether a text is a license with something beside it, not something with a license in it."""
    document = reading.document
    if document.role == Role.CARD or "readme" in (document.name or "").lower():
        return False
    share = sum(end - start for start, end in spans) / max(1, reading.count)
    if not MOSTLY <= share < NEARLY:
        return share >= NEARLY
    first = reading.start_of(spans[0][0])
    last = reading.end_of(spans[-1][1] - 1)
    text = reading.plain.text
    around = (text[:first], text[last:])
    heads = [head for part in around for heads in _HEAD.findall(part) for head in heads if head and not is_title(head)]
    return not heads and not any("```" in part for part in around)


def _telling(text: str, first: int, last: int, *, everything: bool) -> list[tuple[int, int]]:
    """Paragraphs that are not recognised as saying nothing, those that follow each other as one."""
    found: list[tuple[int, int]] = []
    breaks = [first, *(match.end() for match in _BREAK.finditer(text, first, last)), last]
    joined = False
    for begin, stop in pairwise(breaks):
        raw = text[begin:stop]
        words = plain_words(raw).words()
        if not words:
            continue
        says_nothing = is_passing(raw) or _declares(raw, words)
        if says_nothing or ((not everything or _HEADING.fullmatch(raw.strip())) and not _is_legal(raw)):
            joined = False
            continue
        start = begin + len(raw) - len(raw.lstrip())
        end = begin + len(raw.rstrip())
        if joined:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
        joined = True
    return found


def _is_legal(raw: str) -> bool:
    return _LEGAL.search(_LINK.sub(" ", " ".join(raw.split()))) is not None


def _declares(raw: str, words: list[str]) -> bool:
    """Whether a paragraph only says that something is under a license of some name."""
    if len(words) > 40 or _DECLARED_BY.isdisjoint(words):
        return False
    rest = _SAFE.sub(" ", _LINK.sub(" ", " ".join(raw.split())))
    other = [word for word in plain_words(rest).words() if word not in _DECLARING and not word.isdigit()]
    # Three words are left for the name of the thing. "For" is not one: it says whom or what.
    return len(other) <= 3 and "for" not in other and not is_limiting(other) and _LEGAL.search(" ".join(other)) is None
