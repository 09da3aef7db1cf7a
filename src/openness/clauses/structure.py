"""What a text is made of: sentences, list items under their lead-ins, headings, definitions, disclaimers.

A prohibition is a sentence with its negation and its object, not a word; where the negation stands in
"You agree not to use the model:" and the object in "(a) for warfare", the two are one clause. `parse_structure`
cuts a normalized text into units and says of each what it is, which unit it hangs on, and which number the
publisher gave it. It looks at marks and at word shapes only, never at indentation, which copies lose.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ..text import NormalizedText

if TYPE_CHECKING:
    from ..rulebook.schema import UnitKind


class Unit(NamedTuple):
    """A sentence, list item, heading or table row of a normalized text."""

    start: int
    """Offset of the first character, list marker excluded."""
    end: int
    kind: UnitKind
    lead_in: int
    """Index of the unit this one hangs on, or -1."""
    section: str | None
    """The publisher's own number: "2", "1.b.iv", "Attachment A (e)"."""
    paragraph: int
    """Units of one paragraph share a number."""
    chapter: str
    """Text of the nearest heading above, in lower case; empty if there is none."""


class Structure(NamedTuple):
    """All units of a text, and the text they are matched on."""

    units: tuple[Unit, ...]
    starts: tuple[int, ...]
    """``unit.start`` of each: for bisecting."""
    text: str
    """Lower-case text of the same length as the normalized one, with a line feed between any two units."""


# --- where sentences end -----------------------------------------------------------------------------

_END = re.compile(
    # One set of characters first: the scanner skips to the next of them without trying anything else.
    r"[.!?;:,。！？；](?:"
    # A stop with closing quotes or brackets behind it and a blank; the Chinese ones need no blank.
    r"(?<=[.!?])[)\"'\]]{0,3} (?=[\"'(\[*•]{0,2}[A-Z0-9\u2e80-\u9fff])|(?<=[。！？；])(?!$)"
    # Items of a list that runs on inside a line, and what introduces them.
    # Full-width stops are folded to these; Chinese goes on without a blank.
    r"|(?<=[;!?])(?=[\u4e00-\u9fff])"
    r"|(?<=[;:,])(?: and| or| and/or)? (?=\(?(?:[a-zA-Z]|[ivxIVX]{1,5}|[0-9]{1,2})\) ?[A-Za-z\"'])"
    r"|(?<=:) (?=(?:[a-z]|[ivx]{1,5}|[0-9]{1,2})[.)] [A-Za-z\"'])"
    r"|(?<=[;.:]) (?=[-•*] [A-Za-z])"
    # "… of the Materials. c. Ownership. (i) You …": sections that a copy has run together.
    r"|(?<=[.;]) (?=(?:[a-z]|[ivx]{2,4})[.)] [A-Z\"'])"
    r")"
)

_ABBREVIATION = re.compile(
    r"(?:^|[^a-z])(?:e\.g|i\.e|inc|corp|ltd|co|no|nos|v|vs|u\.s|u\.k|art|sec|sect|st|cf|al|mr|ms|mrs|dr|prof|ver|vol|fig|"
    r"approx|dept|est|jr|sr|l\.l\.c|u\.s\.c|c\.f\.r|pp|p|para|cl|ss|sch|app|[a-z])$"
)
_MARKER_ONLY = re.compile(
    r"(?:\(?[0-9a-zA-Z]{1,3}|[ivxIVX]{1,5}|[0-9]{1,3}(?:\.[0-9a-z]{1,3}){1,4}|[A-Za-z]{6,8} [0-9]{1,2}|§ ?[0-9.]+)"
)

# --- list markers --------------------------------------------------------------------------------------

_MARK = re.compile(
    r"(?P<bullet>[-+*•–] )"
    r"|(?P<multi>[0-9]{1,3}(?:\.[0-9a-z]{1,3}){1,4}[.)]? )"
    r"|(?P<bracket>[(（](?:[a-zA-Z]{1,2}|[ivxIVX]{1,5}|[0-9]{1,3}|[一二三四五六七八九十]{1,3})[)）] ?)"
    r"|(?P<closed>(?:[a-zA-Z]|[ivxIVX]{1,5}|[0-9]{1,3})\) )"
    r"|(?P<plain>(?:[a-zA-Z]|[ivxIVX]{1,5}|[0-9]{1,3})\. ?(?=[^0-9 ]))"
    r"|(?P<chinese>[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十0-9]{1,4}[条章] ?|[0-9]{1,2}、)"
    r"|(?P<named>(?:§ ?|(?:section|article|clause) )(?:[0-9]{1,3}(?:\.[0-9]{1,3})*|[ivx]{1,5})\b[.:)]? ?(?:- )?)",
    re.IGNORECASE,
)

_PART = re.compile(
    r"(?:attachment|exhibit|appendix|annex|schedule|addendum)(?: (?:[a-z]|[ivx]{1,4}|[0-9]{1,2}))?\b(?=[ .:,)\-]|$)",
    re.IGNORECASE,
)

_INLINE_LABEL = re.compile(r" \(([a-zA-Z]|[ivxIVX]{1,4}|[0-9]{1,2})\) ")

_ROMAN_ORDER = tuple("i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx".split())
_ROMAN = frozenset(_ROMAN_ORDER)

# --- kinds ---------------------------------------------------------------------------------------------

_DISCLAIMER = re.compile(
    r"\bas[ -]is\b|without (?:any )?(?:express or implied )?warrant|\bwarrant(?:y|ies) of\b|"
    r"\bno (?:\w+ ){0,3}warrant|merchantability|"
    r"\bin no (?:event|way)\b.{0,200}\bliab|fitness for (?:a|any) (?:\w+ )?purpose|\bdisclaim|"
    r"\b(?:shall|will|is|are|be) (?:not |never )?(?:be )?liable\b|\bliability (?:for|of|to|arising|under)\b|"
    r"\b(?:consequential|incidental|punitive|exemplary|indirect)\b.{0,80}\bdamages?\b|"
    r"\bdamages?\b.{0,120}\b(?:loss|lost profits)\b|"
    r"不提供任何.{0,10}(?:保证|担保)|按原样|不承担.{0,20}责任|责任限制|免责"
)
_DEFINITION = re.compile(
    r"[\"'](?:[^\"']{1,120})[\"'](?: (?:and|or) [\"'][^\"']{1,60}[\"'])?,? (?:\([^)]{1,80}\) )?(?:shall )?"
    r"(?:means?\b|refers? to|includes?\b|is defined|has the meaning|have the meaning|is\b|are\b|shall be)|"
    r"^(?:the term |the words? )?[\"']|^(?:for (?:the )?purposes? of this (?:license|agreement)).{0,60}\bmeans?\b|"
    r"^[\w ()/-]{2,60} means\b|^[\w ()/-]{2,60} shall mean\b|^[\"“].{1,30}[\"”]是指|是指"
)
_RECITAL = re.compile(
    r"^(?:whereas\b|we believe\b|preamble\b|background\b|the purpose of this (?:license|agreement|document)\b|"
    r"this preamble\b)|"
    r"^this (?:license|agreement|document|policy)(?:, \w+,)? (?:is intended|aims|strives|seeks|is designed) to\b"
)
_RECITAL_CHAPTER = re.compile(
    r"^(?:[0-9ivx]{1,4}[.)] ?|section [0-9ivx]{1,4}:? ?)?"
    r"(?:preamble|recitals?|background|foreword|abstract|citation|bibtex)\b"
)

_CITATION = re.compile(r"^@\w+\{|^(?:title|author|journal|booktitle|eprint|archiveprefix|howpublished) ?= ?[{\"]")

_OPENS_LIST = re.compile(r"(?::|:-|: -|\bto|\bfollowing|\bto:|[—-])[)\"']?$")
_ITEM_START = re.compile(
    r"(?:to|for|in|any|using|by|use|as|or|and|with|upon|on|against|where|if|that|which|the|a)\b|[a-z]"
)
_NEW_SENTENCE = re.compile(
    r"(?:you|we|if|this|these|our|your|all|nothing|no|please|subject|licensees?|except|by|in|upon|for the avoidance)\b"
)
"""How a paragraph begins that is no item of a list of things or deeds."""
_CLAUSE = re.compile(
    r"(?:[^ ]+ ){1,7}(?:may|shall|must|will|would|should|can|is|are|has|have|does|do|grants?|agrees?)\b"
)
"""A verb near the front that has a subject before it; "Interfere with any of our services" has none."""
_TITLED = re.compile(r"[A-Z][\w'&/-]*(?: [\w'&/-]+){0,6}: ")
_HEADING_WORDS = re.compile(r"[A-Z0-9\"'(\[]")
_SMALL_WORDS = frozenset("a an and as at by de for from in is of on or the to under upon with without your you".split())


def parse_structure(text: NormalizedText) -> Structure:
    """Cut a normalized text into units. Linear in the text; any string has a structure."""
    cased = text.cased
    lower = text.text
    state = _State(text)
    pieces: list[str] = []
    done = 0
    offset = 0
    for paragraph, line in enumerate(cased.split("\n")):
        end = offset + len(line)
        start = offset
        for stop, resume in _sentence_ends(cased, start, end):
            state.add(start, stop, paragraph, first=start == offset)
            if resume - stop >= 1:
                # The one character between two units becomes the line feed that patterns cannot cross.
                pieces.append(lower[done:stop])
                pieces.append("\n")
                done = stop + 1
            start = resume
        if start < end:
            state.add(start, end, paragraph, first=start == offset)
        offset = end + 1
    pieces.append(lower[done:])
    units = tuple(state.units)
    return Structure(units, tuple(unit.start for unit in units), "".join(pieces))


def _sentence_ends(cased: str, start: int, end: int) -> list[tuple[int, int]]:
    """For each sentence end inside a line: where the sentence stops, and where the next one starts."""
    found = []
    last = start
    for match in _END.finditer(cased, start, end):
        at, after = match.span()
        if after >= end:
            break
        char = cased[at]
        if after - at == 1:  # no blank to put the line feed in place of
            found.append((at, after))
            last = after
            continue
        if char == "." and (
            _ABBREVIATION.search(cased[max(last, at - 8) : at].lower())
            or (at - last < 10 and _MARKER_ONLY.fullmatch(cased, last, at))
        ):
            continue
        found.append((after - 1, after))
        last = after
    return found


class _List(NamedTuple):
    """A list that is open: the style of its markers, the last label seen, and the unit it hangs on."""

    style: str
    label: str
    lead: int


class _State:
    """Walks over the units once and remembers what they hang on."""

    def __init__(self, text: NormalizedText) -> None:
        self.cased = text.cased
        self.lower = text.text
        self.marked = text.headings
        self.units: list[Unit] = []
        self.chapter = ""
        self.part: str | None = None
        self.lists: list[_List] = []  # from the outermost inwards
        self.bare = -1  # lead-in of a list that lost its markers
        self.strays = 0  # whole sentences in a row among its items
        self.open_lead = -1  # a unit that ends like a lead-in, with nothing after it yet
        self.section: str | None = None

    def add(self, start: int, end: int, paragraph: int, *, first: bool) -> None:
        """Take one unit; ``first`` if it opens a line."""
        cased = self.cased
        while end > start and cased[end - 1] == " ":
            end -= 1
        marked = start in self.marked
        mark = None
        if start < end and (first or cased[start] in "(（-•*" or cased[start + 1 : start + 2] in (".", ")")):
            mark = _MARK.match(cased, start, end)
        lead = -1
        if mark is not None and mark.end() < end:
            lead = self._enter(mark)
            if lead < 0 and not first:
                lead = self._inline_lead(mark, paragraph)
            start = mark.end()
            while start < end and cased[start] == " ":
                start += 1
        else:
            mark = None
        if start >= end:
            return
        heading = first and self._is_heading(start, end, marked=marked)
        if heading and not marked and mark is None and self._goes_on(start, end):
            heading = False
        part = _PART.match(cased, start, end) if first and mark is None and (heading or end - start < 80) else None
        if part is not None and self.open_lead < 0:
            self.part = _tidy(part.group())
            self.lists.clear()
            self.section = self.part
            heading = True
        if mark is None:
            lead = self._continue(start, end, heading=heading, first=first)
        elif lead >= 0 and not marked:
            heading = False  # a short item under a lead-in: "Violence or terrorism"
        kind = self._kind(start, end, heading=heading, hangs=lead >= 0 or (mark is not None and not heading))
        if heading:
            self.chapter = self.lower[start:end]
        index = len(self.units)
        self.units.append(Unit(start, end, kind, lead, self.section, paragraph, self.chapter))
        # A heading opens a list only with a colon: "You may not:".
        if cased[end - 1] in ":：" or (not heading and _OPENS_LIST.search(self.lower, max(start, end - 12), end)):
            self.open_lead = index
        elif not heading:
            self.open_lead = -1

    def _enter(self, mark: re.Match[str]) -> int:
        """Take a list marker: bring the section path up to date and return the unit its list hangs on, or -1."""
        kind = mark.lastgroup or ""
        label = mark.group().strip().strip("().（）:、- ")
        bare = self.bare
        if kind != "bullet":
            self.bare = -1  # bullets below one item do not end the list of paragraphs that it is in
        if kind == "named":
            label = label.split(" ")[-1].lstrip("§")
            kind = "multi" if "." in label else "plain"
        if kind == "multi":
            head = label.split(".")
            lead = self.open_lead if self._just_opened() else self._lead_of_siblings(head)
            self.lists = [_List(f"multi{depth}", piece, lead) for depth, piece in enumerate(head)]
            self._set_section()
            return lead
        style = "bullet" if kind == "bullet" else f"{kind}-{self._letters(label, kind)}"
        if self._just_opened():
            # Behind a lead-in a list begins, whatever its markers look like.
            held = next((depth for depth, entry in enumerate(self.lists) if entry.style == style), None)
            opener = self.units[self.open_lead]
            if held is not None and opener.lead_in < 0 and not (opener.kind == "item" and _starts_over(label)):
                del self.lists[held:]
            self.lists.append(_List(style, label, self.open_lead))
        else:
            depth = self._depth_of(style, label)
            if depth is None and style == "plain-digit" and self._follows_chapter(label):
                self.lists = [_List("multi0", label, -1)]
                self._set_section()
                return -1
            if bare >= 0 and depth is not None and _is_before(label, self.lists[depth].label):
                # Among paragraphs without markers one that counts anew: an item of the same list.
                self.lists.append(_List(style, label, self._outermost(bare)))
            elif depth is None:
                outer = self.lists[-1].lead if self.lists else -1
                self.lists.append(_List(style, label, outer))
            else:
                lead = self.lists[depth].lead
                del self.lists[depth:]
                self.lists.append(_List(style, label, lead))
        self._set_section()
        return self.lists[-1].lead

    def _lead_of_siblings(self, head: list[str]) -> int:
        """What "2.2.2" hangs on if the item before it was "2.2.1"."""
        if [entry.label for entry in self.lists[:-1]] != head[:-1] or len(self.lists) != len(head):
            return -1
        last = self.lists[-1]
        return last.lead if last.style.startswith("multi") and _follows(last.label, head[-1]) else -1

    def _inline_lead(self, mark: re.Match[str], paragraph: int) -> int:
        """The unit before, if it holds the label before: "you shall (A) give a copy; and (B) show the name"."""
        entry = self.lists[-1]
        previous = self.units[-1] if self.units else None
        if previous is None or previous.paragraph != paragraph or not mark.group().startswith("("):
            return -1
        inside = _INLINE_LABEL.findall(self.cased, previous.start, previous.end)
        if not inside or not _follows(inside[-1], entry.label):
            return -1
        lead = len(self.units) - 1
        self.lists[-1] = entry._replace(lead=lead)
        return lead

    def _follows_chapter(self, label: str) -> bool:
        """Whether a plain number goes on where two-part ones left off: "9." behind "8.3"."""
        return bool(self.lists) and self.lists[0].style == "multi0" and _follows(self.lists[0].label, label)

    def _outermost(self, lead: int) -> int:
        """The first of the lead-ins that a lead-in hangs on."""
        while self.units[lead].lead_in >= 0:
            lead = self.units[lead].lead_in
        return lead

    def _just_opened(self) -> bool:
        return self.open_lead >= 0

    def _depth_of(self, style: str, label: str) -> int | None:
        """The open list that a marker goes on with: the innermost in which it is the next one, else the innermost."""
        fallback = None
        for depth in range(len(self.lists) - 1, -1, -1):
            entry = self.lists[depth]
            if entry.style != style:
                continue
            if style == "bullet" or _follows(entry.label, label):
                return depth
            if fallback is None:
                fallback = depth
        return fallback

    def _letters(self, label: str, kind: str) -> str:
        """Whether a label counts in digits, letters or Roman numerals: "i" is a letter behind "h" only."""
        if label.isdigit():
            return "digit"
        if not label.isascii():
            return "chinese"
        case = "upper" if label[0].isupper() else "lower"
        low = label.lower()
        if low not in _ROMAN:
            return f"{case}-letter"
        for entry in reversed(self.lists):
            if entry.style == f"{kind}-{case}-roman":
                return f"{case}-roman"
            if entry.style == f"{kind}-{case}-letter" and _follows(entry.label, label):
                return f"{case}-letter"
        return f"{case}-roman" if low not in ("c", "d") else f"{case}-letter"

    def _set_section(self) -> None:
        labels = [entry.label for entry in self.lists if entry.style != "bullet"]
        if self.part is not None:
            self.section = (self.part + " " + "".join(f"({label})" for label in labels)).strip()
        else:
            self.section = ".".join(labels) or None

    def _continue(self, start: int, end: int, *, heading: bool, first: bool) -> int:
        """A unit without a marker: the unit it hangs on, or -1."""
        if not first:
            # A second sentence inside an item belongs to the item, not to the lead-in.
            return -1
        if heading:
            self.bare = -1
            if self.lists and all(entry.style == "bullet" for entry in self.lists):
                self.lists.clear()
            return -1
        if self.open_lead >= 0:
            if _ITEM_START.match(self.lower, start, end) or self._is_item(start, end):
                # A list that lost its markers: the paragraphs behind a colon.
                self.bare = self.open_lead
                self.strays = 0
                return self.bare
            return -1
        if self.bare >= 0:
            self._end_bullets()
            if self._is_item(start, end) or self._expects_more():
                self.strays = 0
                return self.bare
            # A whole sentence may stand among the items of a list; two in a row have left it.
            self.strays += 1
            if self.strays > 1 or _NEW_SENTENCE.match(self.lower, start, end):
                self.bare = -1
                return -1
            return self.bare
        self._end_bullets()
        return -1

    def _end_bullets(self) -> None:
        """A paragraph behind bullets ends them."""
        while self.lists and self.lists[-1].style == "bullet":
            self.lists.pop()

    def _is_item(self, start: int, end: int) -> bool:
        """Whether a paragraph looks like an item: no full stop, no clause of its own, or "Fraud: passing off …"."""
        if _NEW_SENTENCE.match(self.lower, start, end):
            return False
        return (
            self.cased[end - 1] not in ".!?。！？"
            or _TITLED.match(self.cased, start, end) is not None
            or (self.cased[start].isascii() and _CLAUSE.match(self.lower, start, end) is None)
        )

    def _expects_more(self) -> bool:
        """Whether the unit before announces another item."""
        previous = self.units[-1]
        return self.cased[previous.end - 1] in ";,；，" or self.lower.endswith(
            (" or", " and"), previous.start, previous.end
        )

    def _goes_on(self, start: int, end: int) -> bool:
        """Whether a line that looks like a heading is an item of a list without markers: "Violence or terrorism"."""
        line = self.cased[start:end]
        if self.open_lead >= 0 and self.units[self.open_lead].kind != "heading":
            return not line.isupper() and line[-1] != ":"
        if self.bare < 0 or self.strays:
            return False
        words = line.split()
        return len(words) == 1 or any(word[0].islower() and word not in _SMALL_WORDS for word in words)

    def _is_heading(self, start: int, end: int, *, marked: bool) -> bool:
        if marked:
            return True
        size = end - start
        if size > 90 or (self.cased[end - 1] in ".,;。；，" and size > 60):
            return False
        line = self.cased[start:end]
        # The heading at the head of a paragraph: "2. Additional Commercial Terms. If, on …"
        body = line.rstrip(".:")
        words = body.split()
        if not words or len(words) > 12 or not _HEADING_WORDS.match(body):
            return False
        if line.isupper():
            return len(words) > 1 or len(body) > 3
        if self.cased[end - 1] in ",;":
            return False
        capitals = sum(word[:1].isupper() or not word[:1].isalpha() or word.lower() in _SMALL_WORDS for word in words)
        if capitals == len(words) and any(word[:1].isupper() and len(word) > 2 for word in words):
            return True
        ends_line = end >= len(self.cased) or self.cased[end] == "\n"
        return ends_line and len(words) <= 7 and self.cased[end - 1] not in ".:;,!?" and capitals >= 0.6 * len(words)

    def _kind(self, start: int, end: int, *, heading: bool, hangs: bool) -> UnitKind:
        if heading:
            return "heading"
        piece = self.lower[start:end]
        if piece[0] == "|" or " | " in piece:
            return "table"
        # Looking for a plain word first is ten times cheaper than the pattern.
        if any(word in piece for word in _DISCLAIMER_WORDS) and _DISCLAIMER.search(piece):
            return "disclaimer"
        if _DEFINITION.match(piece):
            return "definition"
        if _RECITAL.match(piece) or (self.chapter and _RECITAL_CHAPTER.match(self.chapter)) or _CITATION.match(piece):
            return "recital"
        return "item" if hangs else "body"


_DISCLAIMER_WORDS = (
    "warrant",
    "liab",
    "as is",
    "as-is",
    "damage",
    "disclaim",
    "merchant",
    "fitness",
    "保证",
    "担保",
    "责任",
    "按原样",
)


def _follows(before: str, label: str) -> bool:
    """Whether ``label`` is the one after ``before``: "4" after "3", "d" after "c", "iv" after "iii"."""
    if label.isdigit() and before.isdigit():
        return int(label) == int(before) + 1
    low, last = label.lower(), before.lower()
    if len(low) == 1 and len(last) == 1 and ord(low) == ord(last) + 1:
        return True
    return low in _ROMAN and last in _ROMAN and _ROMAN_ORDER.index(low) == _ROMAN_ORDER.index(last) + 1


def _is_before(label: str, last: str) -> bool:
    """Whether a number is smaller than the last one of its list: the list cannot go on with it."""
    return label.isdigit() and last.isdigit() and int(label) <= int(last)


def _starts_over(label: str) -> bool:
    """Whether a label is the first of its kind: a list inside a list that counts in the same way."""
    return label.lower() in ("1", "a", "i", "一")


def _tidy(part: str) -> str:
    """One spelling: "EXHIBIT A" and "attachment a" are written like "Attachment A"."""
    head, _, tail = part.strip().partition(" ")
    return f"{head.capitalize()} {tail.upper()}".strip()
