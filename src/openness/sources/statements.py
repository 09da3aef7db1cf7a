"""What the prose of a card says of the license of this model, and of the models it was made from.

Rows ("License: MIT"), sentences ("the weights are released under …", "模型…遵循…协议"), badges, and short
license sections. What is said of data sets, of other models, or inside code and citations is left alone.
Values are given as written, cut down to the words that name the license: what they mean is not decided here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Final, Literal, NamedTuple

from ..records import BaseModelClaim, Document, LicenseClaim, Span
from .prose import Line, passage_of

# --- the names of licenses -----------------------------------------------------------------------------

_VERSION: Final = r"(?:[ ,-]{0,3}(?:version |ver\.? ?|v\.? ?)?\d(?:\.\d){0,2})"
_LICENSE: Final = r"(?:[ -](?:public[ -])?licen[sc]e)"
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
    r"creative commons(?:[ ,:–/-]{1,3}(?:attribution|non-?commercial|no-?deriv(?:ative)?s|share-?alike|zero|by|nc|nd|sa"
    r"|cc0|public domain|dedication|licen[sc]e|international|unported|v?\d(?:\.\d)?)(?![\w.]\w)){1,10}",
    rf"(?:creativeml |bigscience |bigcode |[a-z]+ )?open ?rail(?:\+\+)?(?:-?[msda]{{1,3}}\b)?{_VERSION}?{_LICENSE}?",
    rf"(?:mpl|epl|eupl|afl|ecl|osl|ms-pl|artistic|mozilla public licen[sc]e|academic free licen[sc]e){_VERSION}",
    rf"(?:wtfpl|unlicense|zlib|isc|openmdw|pddl|lgpl-lr)(?:-\d\.\d)?{_LICENSE}?(?![\w-])",
)
_TITLE_WORD: Final = r"(?:[A-Z0-9][\w.+&'’-]*|\\?\[[A-Za-z]+\\?\]|`[^`\n]{1,30}`)"
_TITLED_NAME: Final = (
    rf"(?:{_TITLE_WORD}|AI)(?:[ ](?:{_TITLE_WORD}|of|for|and|the|model|community|research|non-commercial)){{0,9}}?"
    r"[ ](?:[Ll]icen[sc]e|LICEN[SC]E)(?: (?:Agreement|AGREEMENT|agreement))?(?: v?\d{1,2}(?:\.\d{1,2}){0,2}(?![\w]))?"
)
_NAME: Final = re.compile(rf"(?<![\w/.-])(?:(?i:{'|'.join(_KNOWN_NAMES)})|{_TITLED_NAME})")
_LINK: Final = re.compile(
    r"\[((?:\\.|[^\[\]\\]|\[[^\[\]\n]{0,60}\]){1,200})\](?:\(\s*<?([^()\s<>]{1,500}(?:\([^()\s]{0,60}\)[^()\s<>]{0,60})?))?"
)
_HTML_LINK: Final = re.compile(
    r"<a\s[^<>]{0,200}?href=[\"']?([^\"'\s<>]{1,400})[^<>]{0,200}>([^<>]{1,200})</a>", re.IGNORECASE
)
_URL: Final = re.compile(r"<?(https?://[^\s<>()\[\]\"'，。]{4,300})>?")
_CODE_SPAN: Final = re.compile(r"`([^`\n]{2,60})`")
_LEAD: Final = re.compile(
    r"(?:[\s*_\"“'‘]|(?:the|a|an|our|its|their|same|standard|permissive|following|original|official|custom|terms|and"
    r"|conditions|of|in|outlined in|version|open[- ]source|free)\b(?=[\s*_\"“'‘\[`<])){0,12}",
    re.IGNORECASE,
)
_NEXT: Final = re.compile(
    r"[*_`\"”’')\]]{0,4}(?:\s+licen[sc]e)?[*_\s]{0,3}(?:,|and|or|/|&|\+|as well as|和|与|或|及){1,2}(?=[\s\[`*])\s*",
    re.IGNORECASE,
)
_GENERIC: Final = re.compile(
    r"(?:the |this |see |click |our |full |model )*(?:here|links?|licen[sc]e|licen[sc]e (?:file|section|terms|details|page|text)|terms"
    r"|this page|file|page|website|read more|agreement|details|开源协议|许可证|协议|许可协议)\W*",
    re.IGNORECASE,
)  # fmt: skip
_NO_VALUE: Final = re.compile(
    r"(?:\[?more information needed|unknown|none\b|n/?a\b|tbd|todo|not specified|unspecified|other\b|see\b|same as|same\b|please|\?+|-+$)",
    re.IGNORECASE,
)
_CUSTOM: Final = re.compile(
    r"(?:a |the )?(?:custom|bespoke|proprietary|own|non-?commercial)(?: [a-z-]+){0,2} licen[sc]e", re.IGNORECASE
)


class _Named(NamedTuple):
    """A license named in the prose."""

    start: int
    end: int
    value: str
    link: str | None
    after: int
    """Where reading goes on."""


def _name_at(text: str, at: int, end: int) -> _Named | None:
    """The license that is named at ``at``, behind articles and marks of emphasis."""
    lead = _LEAD.match(text, at, end)
    at = lead.end() if lead else at
    if at >= end:
        return None
    if text[at] == "[":
        found = _LINK.match(text, at, end)
        if found is not None:
            return _linked(found.start(1), found.end(1), found[1], found[2], found.end())
    elif text[at] == "<":
        found = _HTML_LINK.match(text, at, end)
        if found is not None:
            return _linked(found.start(2), found.end(2), found[2], found[1], found.end())
    if text[at] == "`":
        code = _CODE_SPAN.match(text, at, end)
        titled = _NAME.match(text, at, end)
        if titled is None and code is not None:
            return _Named(code.start(1), code.end(1), _cleaned(code[1]), None, code.end())
    name = _NAME.match(text, at, end)
    if name is None:
        return None
    stop = name.end()
    link = re.compile(r"[*_ ]{0,3}[(\[]{1,2}").match(text, stop, end)
    url = _URL.match(text, link.end(), end) if link else None
    return _Named(at, stop, _cleaned(name.group()), url[1] if url else None, url.end() if url else stop)


def _linked(start: int, end: int, words: str, link: str | None, after: int) -> _Named | None:
    value = _cleaned(words)
    if _GENERIC.fullmatch(value):
        if link is None or link.startswith("#"):
            return None
        if "://" in link or "." in link or "LICEN" in link.upper():
            value = link if _GENERIC.fullmatch(value) and value.lower() in ("here", "link", "this link") else value
    return _Named(start, end, value, None if link and link.startswith("#") else link, after) if value else None


def _cleaned(words: str) -> str:
    words = re.sub(r"\\([\[\]_*()+.-])", r"\1", words)
    words = re.sub(r"</?[a-z][^<>]{0,100}>|[`*《》「」“”\"]", "", words, flags=re.IGNORECASE)
    return " ".join(words.split()).strip(" ,.;:_'’")


def _names_from(text: str, at: int, end: int) -> list[_Named]:
    """The licenses named from ``at`` on, joined by commas, "and", "or"."""
    found: list[_Named] = []
    while len(found) < 4:
        named = _name_at(text, at, end)
        if named is None:
            break
        found.append(named)
        joint = _NEXT.match(text, named.after, end)
        if joint is None:
            break
        at = joint.end()
    return found


# --- whose license -------------------------------------------------------------------------------------


class Names(NamedTuple):
    """What a card calls its model."""

    title: str | None
    words: frozenset[str]
    """The telling words of its names, folded."""


_TITLE_LINES: Final = 80
_COMMON: Final = frozenset(
    "model models card the for and chat instruct base large small mini tiny medium gguf gptq awq ggml exl hf lora qlora"
    " fine tuned finetuned with from version license readme demo official open source sft dpo rlhf quantized int fp"
    " bit uncensored merge moe pro max ultra new github repo repository about introduction overview welcome this our"
    " instruction language multilingual english text generation image usage how use using data dataset".split()
)
_WORD_IN_NAME: Final = re.compile(r"[A-Za-z\u3400-\u9fff][a-z\u3400-\u9fff]+|[A-Z]{2,}")


def model_names(text: str, lines: list[Line], given: Iterable[str | None]) -> Names:
    """The title of a card and the words that tell its model from others.

    Args:
        text: The prose of the card.
        lines: Its lines.
        given: Other names: from the front matter, and the path of the card.
    """
    title = None
    for line in lines[:_TITLE_LINES]:
        body = text[line.start : line.end].strip()
        heading = re.match(r"#{1,2}[ \t]*([^#].{0,200})|<h1[^<>]{0,100}>([^<>]{1,200})", body)
        if heading is None:
            continue
        words = _cleaned(re.sub(r"!?\[([^\[\]]*)\](?:\([^()]*\))?", r"\1", heading[1] or heading[2] or ""))
        words = re.sub(r"(?i)^(?:model card (?:for|of)|model card:?)\s*", "", words)
        if words and len(words) <= 100:
            title = words
            break
    known: list[str] = [title or ""]
    for name in given:
        if name:
            path = PurePath(name.replace("\\", "/"))
            known.append(path.parent.name if path.suffix.lower() in (".md", ".markdown", ".txt") else name)
    told = {word.lower() for name in known for word in _words(name)}
    return Names(title, frozenset(told - _COMMON))


def _words(name: str) -> list[str]:
    return [*_WORD_IN_NAME.findall(name), *re.findall(r"[A-Za-z]{3,}", name)]


_CODE_WORDS: Final = re.compile(
    r"\b(?:code|codebase|scripts?|software|toolkit|library|packages?|implementation|framework|inference engine|notebooks?)\b|代码|源码|코드",
    re.IGNORECASE,
)
_WEIGHT_WORDS: Final = re.compile(
    r"\b(?:weights?|wieghts|checkpoints?|parameters|models?|llms?|adapters?|loras?|vaes?|networks?)\b|权重|模型|参数|가중치",
    re.IGNORECASE,
)
_DATA_WORDS: Final = re.compile(
    r"\b(?:data|data ?sets?|corpus|corpora|annotations?|images|benchmarks?|samples|texts?)\b|数据|语料", re.IGNORECASE
)
_OTHER_WORDS: Final = re.compile(
    r"\b(?:papers?|articles?|documentation|docs|demo|website|card|figures?|space|outputs?|generated|content|tokenizers? from)\b",
    re.IGNORECASE,
)
_OURS: Final = re.compile(
    r"\b(?:this|our|ours|these|we|it|its|itself|all|everything|project|repo|repository|release|work)\b|本",
    re.IGNORECASE,
)
_FOREIGN: Final = re.compile(
    r"\b(?:base|original|originally|upstream|parent|teacher|underlying|backbone|foundation|source models?|other|others|third[- ]party|respective"
    r"|some|many|most|several|each|pre-?trained model it|derived from|based on)\b",
    re.IGNORECASE,
)
_UNREAL: Final = re.compile(
    r"\b(?:not|never|no longer|previously|formerly|unless|if|should|would|could|cannot|can|may|might|whether|when|once|until|before|will)\b|n't\b",
    re.IGNORECASE,
)
_HEAD_END: Final = re.compile(r"\b(?:used|of|for|to|that|which|behind|in|inside|at|from|on|with)\b", re.IGNORECASE)
_PROPER: Final = re.compile(r"\b(?:[A-Z][\w]*[-\w.]*|[a-z]+-?\d[\w.-]*)")
_NOT_PROPER: Final = frozenset(
    "the this these our all use model models weights code data it its both governing terms released licensed license"
    " licence and usage access we you by you're note please source checkpoints parameters repository project base while"
    " using available currently additionally also furthermore distributed in for to as a an pretrained pre-trained"
    " training inference evaluation open ai llm llms nlp ml hf hugging face huggingface api weight commercial any each"
    " english chinese version series family finetuned fine-tuned checkpoint trained".split()
)

Component = Literal["weights", "code", "data"]


def _components(subject: str, names: Names, *, in_section: bool) -> tuple[Component, ...]:
    """What a subject like "the source code of X" stands for; empty: something that is not ours."""
    subject = subject[-240:]
    if _FOREIGN.search(subject):
        return ()
    head_end = _HEAD_END.search(subject)
    head = subject[: head_end.start()] if head_end else subject
    for part in (head, subject):
        found: list[Component] = []
        weights, code = _WEIGHT_WORDS.search(part), _CODE_WORDS.search(part)
        if weights and not (code and code.start() == weights.end() + 1):
            found.append("weights")
        if code:
            found.append("code")
        if _DATA_WORDS.search(part):
            found.append("data")
        if found:
            if "weights" in found and not _is_ours(subject, names):
                found.remove("weights")
            return tuple(found)
        if _OTHER_WORDS.search(part):
            return ()
    if not re.search(r"\w", subject) or _OURS.search(subject) or _shares_name(subject, names):
        return ("weights",)
    return ("weights",) if in_section and not _strangers(subject, names) else ()


def _strangers(subject: str, names: Names) -> list[str]:
    proper = [word for word in _PROPER.findall(subject) if word.strip("-.").lower() not in _NOT_PROPER]
    return [word for word in proper if not _shares_name(word, names)]


def _shares_name(words: str, names: Names) -> bool:
    return any(word.lower() in names.words for word in _words(words))


def _is_ours(subject: str, names: Names) -> bool:
    return not _strangers(subject, names) or _shares_name(subject, names) or _OURS.search(subject) is not None


# --- sections ------------------------------------------------------------------------------------------

_HEADING_LINE: Final = re.compile(r"[ \t]{0,3}(#{1,6})[ \t]*([^\s#].{0,200})")
_BOLD_LINE: Final = re.compile(r"[ \t]*(?:\*\*|__)([^*_]{2,80})(?:\*\*|__)[ \t]*:?[ \t]*")
_LICENSE_SECTION: Final = re.compile(r"licen[sc](?:e|ing)|terms of use|协议|许可|라이선스|ライセンス", re.IGNORECASE)
_OTHER_SECTION: Final = re.compile(
    r"data ?sets?|training data|data\b|citation|citing|references|acknowledg|related|comparison|third[- ]party|credits|benchmark"
    r"|数据|引用|致谢", re.IGNORECASE
)  # fmt: skip
_COPIED: Final = re.compile(
    r"(?:^|[\n#*>])[ \t#*>]{0,8}(?:taken from the )?original (?:model )?(?:card|readme|model card)|original model card|from the original (?:readme|model card)",
    re.IGNORECASE,
)
_TRIGGER: Final = re.compile(
    r"licen[sc]e|licensing|\b(?:released|published|distributed|available)\s+under|terms of use|许可|协议|授权",
    re.IGNORECASE,
)
_BLOCK_START: Final = re.compile(
    r"[ \t]*(?:[-*+•][ \t]|\d{1,3}[.)][ \t]|#{1,6}[ \t]*\S|\||>|<(?:p|li|tr|td|div|h\d|br)\b|!?\[!\[)", re.IGNORECASE
)
_LONGEST: Final = 4000


class _Passage(NamedTuple):
    """A paragraph, list item or table row to read, and the heading over it."""

    start: int
    end: int
    heading: str
    first_in_section: bool


class _Prose:
    """The readable text of a card with its lines and headings."""

    def __init__(self, document: Document, lines: list[Line], names: Names) -> None:
        self.document = document
        self.text = document.readable
        self.lines = lines
        self.names = names
        self.starts = [line.start for line in lines]
        copied = _COPIED.search(self.text)
        self.end = copied.start() if copied else len(self.text)
        self.headings: list[tuple[int, str]] = []
        for index, line in enumerate(lines):
            first = self.text[line.start : line.start + 1]
            if first in ("#", "*", "_", " "):
                body = self.text[line.start : line.end]
                found = _HEADING_LINE.match(body)
                bold = None if found else _BOLD_LINE.fullmatch(body)
                if found or bold:
                    self.headings.append((index, found[2] if found else bold[1] if bold else ""))
        self.heading_lines = [index for index, _ in self.headings]

    def passages(self, trigger: re.Pattern[str]) -> Iterator[_Passage]:
        """Every paragraph that holds the trigger, and the first one under a heading that holds it."""
        done = -1
        for found in trigger.finditer(self.text, self.starts[0] if self.starts else 0, self.end):
            index = self.line_at(found.start())
            if index <= done:
                continue
            first, last = self.paragraph(index, done)
            yield self.passage(first, last, first_in_section=False)
            done = last
            if self.is_heading(index):
                after = last + 1
                while after < len(self.lines) and not self.body(after).strip():
                    after += 1
                if after < len(self.lines) and not self.is_heading(after):
                    first, last = self.paragraph(after, done)
                    yield self.passage(first, last, first_in_section=True)
                    done = last

    def line_at(self, offset: int) -> int:
        return bisect_right(self.starts, offset) - 1

    def body(self, index: int) -> str:
        line = self.lines[index]
        return self.text[line.start : line.end]

    def is_heading(self, index: int) -> bool:
        at = bisect_right(self.heading_lines, index) - 1
        return at >= 0 and self.heading_lines[at] == index

    def paragraph(self, index: int, floor: int) -> tuple[int, int]:
        """First and last line of the paragraph, list item or row around a line."""
        first = last = index
        if self.is_heading(index):
            return first, last
        while first - 1 > floor and index - first < 12 and not _BLOCK_START.match(self.body(first)):
            before = self.body(first - 1)
            if not before.strip() or self.is_heading(first - 1):
                break
            first -= 1
        while last + 1 < len(self.lines) and last - index < 12:
            after = self.body(last + 1)
            if not after.strip() or _BLOCK_START.match(after) or self.is_heading(last + 1):
                break
            last += 1
        return first, last

    def passage(self, first: int, last: int, *, first_in_section: bool) -> _Passage:
        at = bisect_right(self.heading_lines, first) - 1
        heading = self.headings[at][1] if at >= 0 else ""
        start, end = self.lines[first].start, min(self.lines[last].end, self.end)
        return _Passage(start, min(end, start + _LONGEST), heading, first_in_section)


# --- license statements ----------------------------------------------------------------------------------

_LABEL: Final = re.compile(
    r"(?:the )?(?:(?P<of>(?:source )?code|software|(?:training )?data(?:set)?|base model|(?:pre-?trained )?model(?: weights?| parameters?)?|weights?|checkpoints?)s? )?"
    r"(?P<what>licen[sc](?:e|ing)(?:\(s\)|s)?|许可证|许可协议|开源协议|模型协议|协议)"
    r"(?: (?:type|name|information|info|details|agreement|terms))?(?: ?/ ?(?:terms of use|terms|协议|许可证?|licen[sc]e))?(?![\w-])",
    re.IGNORECASE,
)
_PART_LABEL: Final = re.compile(
    r"(?:the )?(?P<of>(?:source |training |inference )?code|(?:model )?weights?|models?|checkpoints?|data(?:set)?s?)(?![\w-])",
    re.IGNORECASE,
)
_UNDER: Final = re.compile(
    r"\b(?:(?:re)?licen[sc]ed|released|published|distributed|open[- ]?sourced|available|provided|shared|offered|made|falls?|comes?|is|are|was)\b"
    r"[^.;|\n。]{0,70}?\bunder\s+|\b(?:governed|covered|bound|protected)\s+by\s+|\bsubject\s+to\s+|\bcompl(?:y|ies)\s+with\s+|\badheres?\s+to\s+|\babide\s+by\s+"
    r"|\blicen[sc]ed\s+(?:with|as|by)?\s*|\b(?:released|available|distributed)\s+(?:with|as)\s+|^[\s*_]{0,6}under\s+"
    r"|\b(?P<weak>uses?|follows?|carries|has)\s+",
    re.IGNORECASE,
)
_CHINESE: Final = re.compile(
    r"(?:依照|依据|遵循|遵守|基于|采用|使用|按照|根据|参照|许可协议可见|协议可见|协议见|许可证为|协议为|详见)(?:\s*(?:开源)?(?:许可协议|许可证|协议)(?:[:：为是]|如下)?)?[\s:：]*"
)
_CHINESE_TERMS: Final = re.compile(r"许可|协议|授权")
_SENTENCE_END: Final = re.compile(r"[。；;！!？?\n]|\.(?=\s+[A-Z\[*_\"“]|\s*$)|\.\*\*")
_BADGE: Final = re.compile(
    r"img\.shields\.io/badge/([A-Za-z0-9_%. -]{2,40}?)-((?:[^-/?)\s\"']|--){2,80})-[\w]+", re.IGNORECASE
)
_DECORATION: Final = frozenset(" \t>|*_`+-•·#~")
_SEPARATORS: Final = frozenset(":：|=–—")


def find_statements(document: Document, lines: list[Line], *, names: Names) -> list[LicenseClaim]:
    """The licenses that the prose of a card gives to this model, with origin ``body``.

    Args:
        document: The card; its masked parts are not read.
        lines: Lines of the body.
        names: What the card calls its model (see `model_names`).
    """
    if not lines or not _TRIGGER.search(document.text, lines[0].start):
        return []
    prose = _Prose(document, lines, names)
    found: list[tuple[_Named, Component]] = []
    for passage in prose.passages(_TRIGGER):
        found.extend(_read_passage(prose, passage))
    found.extend(_badges(prose, found))
    claims = []
    seen = set()
    for named, component in found:
        key = (named.value.casefold(), component)
        if key in seen:
            continue
        seen.add(key)
        claims.append(
            LicenseClaim(
                value=named.value,
                origin="body",
                component=component,
                place=passage_of(document, Span(start=named.start, end=named.end)),
                license_link=named.link,
            )
        )
    return claims


def _read_passage(prose: _Prose, passage: _Passage) -> list[tuple[_Named, Component]]:
    in_section = _LICENSE_SECTION.search(passage.heading) is not None
    if not in_section and _OTHER_SECTION.search(passage.heading):
        return []
    of_data = in_section and _DATA_WORDS.search(passage.heading) and not _WEIGHT_WORDS.search(passage.heading)
    row = _read_row(prose, passage, in_section=in_section)
    found = row if row is not None else _read_sentences(prose, passage, passage.start, in_section=in_section)
    if not found and row is None and passage.first_in_section and in_section:
        found = _read_bare(prose, passage)
    return [] if of_data else found


def _read_row(prose: _Prose, passage: _Passage, *, in_section: bool) -> list[tuple[_Named, Component]] | None:
    """A label and its value: list item, table row, bold word. None: the passage is no such row."""
    text, at = prose.text, _skip(prose.text, passage.start, passage.end)
    label = _LABEL.match(text, at, passage.end)
    if label is None and in_section:
        label = _PART_LABEL.match(text, at, passage.end)
    if label is None:
        return None
    value_at = label.end()
    while value_at < passage.end and (text[value_at] in _DECORATION or text[value_at] in _SEPARATORS):
        value_at += 1
    between = text[label.end() : value_at]
    bold = "**" in between or "__" in between
    if value_at >= passage.end or not (bold or any(sign in _SEPARATORS for sign in between)):
        return None
    end = passage.end
    if text[at - 1 : at] == "|" or "|" in text[passage.start : at]:
        bar = text.find("|", value_at, end)
        end = bar if bar >= 0 else end
        if _is_table_head(prose, passage):
            return []
    component = _component_of_label(label["of"] or "")
    if component is None or _NO_VALUE.match(text, value_at, end):
        return []
    names = _names_from(text, value_at, end)
    if names:
        return [(named, component) for named in names]
    sentences = _read_sentences(prose, passage._replace(end=end), value_at, in_section=True)
    if sentences:
        return sentences
    named = _somewhere(text, value_at, end)
    return [] if named is None else [(named, component)]


def _skip(text: str, at: int, end: int) -> int:
    """Behind bullets, quotes, emphasis, tags and pictograms at the head of a line."""
    while at < end:
        if text[at] in _DECORATION or ord(text[at]) > 0x2190 and not _is_letter(text[at]):
            at += 1
        elif text[at] == "<":
            tag = re.compile(r"</?[a-zA-Z][^<>\n]{0,200}>").match(text, at, end)
            if tag is None:
                break
            at = tag.end()
        else:
            number = re.compile(r"\d{1,3}[.)]\s").match(text, at, end)
            if number is None:
                break
            at = number.end()
    return at


def _is_letter(char: str) -> bool:
    return char.isalpha()


def _is_table_head(prose: _Prose, passage: _Passage) -> bool:
    """Whether a row is the head of a table with a column for licenses, and so speaks of many models."""
    below = prose.line_at(passage.start) + 1
    if below >= len(prose.lines):
        return False
    body = prose.body(below)
    return set(body) <= set(" \t|:-") and "-" in body and prose.text.count("|", passage.start, passage.end) > 3


def _component_of_label(words: str) -> Component | None:
    if re.search(r"base", words, re.IGNORECASE):
        return None
    if _CODE_WORDS.search(words):
        return "code"
    return "data" if _DATA_WORDS.search(words) else "weights"


def _somewhere(text: str, at: int, end: int) -> _Named | None:
    """A name further on in a row; else its link; else its first words."""
    end = min(end, at + 300)
    name = _NAME.search(text, at, end)
    link = _LINK.search(text, at, end)
    url = link[2] if link and link[2] else None
    if url is None:
        plain = _URL.search(text, at, end)
        url = plain[1] if plain else None
    if name is not None and (link is None or name.start() < link.end()):
        return _Named(name.start(), name.end(), _cleaned(name.group()), url, name.end())
    if link is not None and not _GENERIC.fullmatch(_cleaned(link[1])) and "://" not in link[1]:
        return _Named(link.start(1), link.end(1), _cleaned(link[1]), url, link.end())
    custom = _CUSTOM.match(text, at, end)
    stop = re.compile(r"[,;(|\n<]|\.\s|\.$|\sis\s|\savailable\s").search(text, at, min(end, at + 80))
    until = custom.end() if custom else stop.start() if stop else min(end, at + 80)
    words = text[at:until].rstrip()
    value = _cleaned(words)
    if not value or len(words) > 60 or _NO_VALUE.match(value):
        return None
    return _Named(at, at + len(words), value, url, until)


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for stop in _SENTENCE_END.finditer(text, start, end):
        if text[stop.start()] == "\n":
            continue
        yield at, stop.start()
        at = stop.end()
    yield at, end


def _read_sentences(
    prose: _Prose, passage: _Passage, start: int, *, in_section: bool
) -> list[tuple[_Named, Component]]:
    found: list[tuple[_Named, Component]] = []
    text = prose.text
    for at, end in _sentences(text, start, passage.end):
        done = at
        for verb in _UNDER.finditer(text, at, end):
            if verb.start() < done or (verb["weak"] and not in_section):
                continue
            subject = text[done : verb.start()]
            names = _names_from(text, verb.end(), end)
            if not names:
                continue
            lead = subject[-60:] + verb.group()
            parts = _components(subject, prose.names, in_section=in_section)
            if not _UNREAL.search(lead) or re.search(r"(?i)\b(?:when using|can be used)\b", lead):
                found.extend((named, part) for named in names for part in parts)
            done = names[-1].after
        if _CHINESE_TERMS.search(text, at, end):
            found.extend(_read_chinese(text, at, end))
    return found


def _read_chinese(text: str, at: int, end: int) -> Iterator[tuple[_Named, Component]]:
    done = at
    for verb in _CHINESE.finditer(text, at, end):
        if verb.start() < done:
            continue
        named = _name_at(text, verb.end(), end)
        if named is None:
            continue
        near = text[named.start : named.after + 12]
        if not (_CHINESE_TERMS.search(verb.group() + near) or "icense" in near):
            continue
        subject = text[done : verb.start()]
        done = named.after
        if "代码" in subject or "源码" in subject:
            yield named, "code"
        if "权重" in subject or "模型" in subject or not ("码" in subject or "数据" in subject):
            yield named, "weights"


def _read_bare(prose: _Prose, passage: _Passage) -> list[tuple[_Named, Component]]:
    """A license section that holds a name and little else."""
    text = prose.text
    at = _skip(text, passage.start, passage.end)
    names = _names_from(text, at, passage.end)
    if not names:
        return []
    rest = re.sub(r"[\W_]+|licen[sc]e|version", "", text[names[-1].after : passage.end], flags=re.IGNORECASE)
    component = _component_of_label(passage.heading)
    return [(named, component) for named in names] if len(rest) <= 12 and component else []


def _badges(prose: _Prose, found: list[tuple[_Named, Component]]) -> list[tuple[_Named, Component]]:
    """Badges with the license written into their address. A plain one counts when nothing else tells."""
    told = {component for _, component in found}
    badges: list[tuple[_Named, Component | None]] = []
    for badge in _BADGE.finditer(prose.text, prose.starts[0], prose.end):
        label = badge[1].replace("_", " ").replace("%20", " ").strip()
        if not re.search(r"licen[sc]e", label, re.IGNORECASE):
            continue
        value = _cleaned(badge[2].replace("--", "-").replace("_", " ").replace("%20", " ").replace("%2B", "+"))
        bare = re.fullmatch(r"licen[sc]es?", label, re.IGNORECASE) is not None
        named = _Named(badge.start(2), badge.end(2), value, None, badge.end())
        badges.append((named, None if bare else _component_of_label(label)))
    specific: list[tuple[_Named, Component]] = [
        (named, part) for named, part in badges if part is not None and part not in told
    ]
    if specific or "weights" in told:
        return specific
    return [(named, "weights") for named, _ in badges]


# --- base models -----------------------------------------------------------------------------------------

_HUB_URL: Final = re.compile(
    r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/(?!datasets/|spaces/|papers/|collections/|docs/|blog)([\w.-]{1,80}/[\w.-]{1,100})"
)
_HUB_ID: Final = re.compile(r"(?<![\w/.:-])([A-Za-z0-9][\w.-]{1,60}/[A-Za-z0-9][\w.-]{1,100})(?![\w/])")
_MODEL_WORD: Final = re.compile(
    r"(?:Meta[ -])?[A-Z][A-Za-z]{1,20}(?:[ -]?(?:[A-Z][a-z]+|LLM|LM|V|v)){0,2}?[ _-]?[vV]?\d[\w.]*(?:[ _-](?:[\w.]*\d[\w.]*|[Cc]hat|[Ii]nstruct|[Bb]ase|hf|HF|it)){0,4}|LLaMA(?![\w])"
)
_FROM: Final = re.compile(
    r"\b(?:(?P<finetune>fine-?tun(?:ed?|ing)(?:\s+(?:version|variant|model|checkpoint))?\s+(?:of|from|on top of|with|upon)|(?:instruction-|instruct-|further |continually |continued )"
    r"(?:tuned|trained|pre-?trained|pre-?training)\s+(?:version\s+of|from|of|on top of)|built\s+(?:on top of|upon|on|with|from)|trained\s+(?:on top of|from)|derived\s+from|initiali[sz]ed\s+(?:from|with)"
    r"|based\s+(?:on|off(?: of)?|upon))|(?P<adapter>(?:adapter|lora|qlora|peft)\s+(?:adapters?\s+|weights?\s+)?(?:for|of|on))"
    r"|(?P<quantized>(?:quantized|quantised|gguf|gptq|awq|ggml|exl2|int4|int8|fp8)(?:\s+(?:version|versions|format|model|models|files?|quantizations?|weights?|conversions?)){0,3}\s+(?:of|for|from)"
    r"|quantizations?\s+of|conversion\s+of)|(?P<merge>merge[ds]?(?:\s+model)?\s+(?:of|between|from)|distill?ed\s+from))\b[\s:]*",
    re.IGNORECASE,
)
_BASE_LABEL: Final = re.compile(
    r"(?:(?P<finetune>finetuned from(?: model)?|fine-tuned from(?: model)?|base model(?:\(s\)|s)?|parent model|model used|original model|基座模型|基础模型))"
    r"(?:\s*\[optional\])?(?![\w-])", re.IGNORECASE
)  # fmt: skip
_NOT_A_BASE: Final = re.compile(r"[\s*_`'’s)\]]{0,6}(?:(?:'s|’s)\s+)?(?:model\s+)?(?:architectures?|tokeni[sz]ers?|code\b|codebase|paper|style|formats?|data ?sets?|prompts?|templates?|recipe|approach|method|framework|library|vocabulary|scores?|outputs?|generated|synthetic)", re.IGNORECASE)  # fmt: skip
_BASE_LEAD: Final = re.compile(r"(?:[\s*_\"“`'‘:]|(?:the|a|an|our|its|original|official|pre-?trained|base|model|models|version|large|meta's|meta ai's|google's|weights|of|open[- ]source|famous|great|new|foundational?|foundation|excellent|powerful)\b(?=[\s\"“`'‘*_\[(:])){0,10}", re.IGNORECASE)  # fmt: skip
_QUANTIZED_NAME: Final = re.compile(
    r"(?P<base>[\w./ -]{3,100}?)[-_ .](?:i1-|imatrix-)?(?:GGUF|GGML|GPTQ|AWQ|EXL2|MLX|ONNX|[48]bit|bnb-4bit)\b.*",
    re.IGNORECASE,
)
_BASE_TRIGGER: Final = re.compile(
    r"tun(?:ed?|ing)\b|based|built (?:on|upon|with|from)|derived|quanti[sz]|gguf|gptq|awq|merge|adapter|lora\b|base model|parent model|original model|trained (?:on top of|from)|initiali[sz]ed|distill|基座|基础模型", re.IGNORECASE
)  # fmt: skip
_FAMILY_IN_NAME: Final = re.compile(
    r"(?<![A-Za-z])(?:(?<!open)(?<!open[-_ ])(?<!tiny)(?<!tiny[-_ ]))(?:meta[-_ ])?(?:code[-_ ]?llama|llama[-_ ]?(?:[234](?:\.\d)?)(?![\d.]*[bBmM]\b)|gemma[-_ ]?[1-4]?)(?![a-z])"
    r"(?:[-_ ]\d{1,3}(?:\.\d)?[bB](?![A-Za-z]))?",
    re.IGNORECASE,
)  # fmt: skip

Relation = Literal["finetune", "adapter", "quantized", "merge"]


def find_base_models(document: Document, lines: list[Line], *, names: Names) -> list[BaseModelClaim]:
    """The models that the prose, or the name, says this one was made from. Mentions are not enough."""
    found: list[BaseModelClaim] = []
    if lines and _BASE_TRIGGER.search(document.text, lines[0].start):
        prose = _Prose(document, lines, names)
        for passage in prose.passages(_BASE_TRIGGER):
            if not _OTHER_SECTION.search(passage.heading):
                found.extend(_read_bases(prose, passage))
    found.extend(_bases_in_name(document, lines, names))
    return found


def _read_bases(prose: _Prose, passage: _Passage) -> Iterator[BaseModelClaim]:
    text = prose.text
    at = _skip(text, passage.start, passage.end)
    label = _BASE_LABEL.match(text, at, passage.end)
    if label is not None:
        value_at = label.end()
        while value_at < passage.end and (text[value_at] in _DECORATION or text[value_at] in _SEPARATORS):
            value_at += 1
        if any(sign in _SEPARATORS for sign in text[label.end() : value_at]) and not _is_table_head(prose, passage):
            yield from _bases_from(prose, value_at, passage.end, None)
        return
    if text[passage.start : passage.end].lstrip().startswith("|"):
        return  # a table compares; it says of no model what it was made from
    for at, end in _sentences(text, passage.start, passage.end):
        for verb in _FROM.finditer(text, at, end):
            subject = text[at : verb.start()]
            if _UNREAL.search(subject[-40:]) or not _tells_of_us(subject, prose.names):
                continue
            relation = next((kind for kind in ("adapter", "quantized", "merge", "finetune") if verb[kind]), None)
            yield from _bases_from(prose, verb.end(), end, _relation_of(relation))


def _tells_of_us(subject: str, names: Names) -> bool:
    subject = subject[-160:]
    if re.search(
        r"\b(?:data ?sets?|benchmarks?|they|evaluation|comparison|compared|prompts?|code|dialogues?)\b",
        subject,
        re.IGNORECASE,
    ):
        return _shares_name(subject, names)
    return not _strangers(subject, names) or _shares_name(subject, names) or _OURS.search(subject) is not None


def _relation_of(kind: str | None) -> Relation | None:
    match kind:
        case "adapter" | "quantized" | "merge" | "finetune":
            return kind
        case _:
            return None


def _bases_from(prose: _Prose, at: int, end: int, relation: Relation | None) -> Iterator[BaseModelClaim]:
    text = prose.text
    for _ in range(6):
        lead = _BASE_LEAD.match(text, at, end)
        at = lead.end() if lead else at
        named = _base_at(text, at, end)
        if named is None:
            return
        if not _NOT_A_BASE.match(text, named.after, end) and _folds_apart(named.value, prose.names.title):
            yield BaseModelClaim(
                name=named.value,
                relation=relation,
                origin="body",
                place=passage_of(prose.document, Span(start=named.start, end=named.end)),
            )
        joint = re.compile(r"[*_`)\s]{0,4}(?:,|and|&|\+|/|with)(?:\s+and)?(?=[\s\[`*])\s*").match(
            text, named.after, end
        )
        if joint is None:
            return
        at = joint.end()


def _base_at(text: str, at: int, end: int) -> _Named | None:
    if text[at : at + 1] in ("[", "<"):
        link = _LINK.match(text, at, end) or _HTML_LINK.match(text, at, end)
        if link is not None:
            words, url = (1, 2) if text[at] == "[" else (2, 1)
            hub = _HUB_URL.match(link[url] or "")
            plain = _HUB_ID.fullmatch(link[words].strip()) or _MODEL_WORD.fullmatch(link[words].strip())
            if hub is None and plain is None:
                return None
            return _Named(
                link.start(words), link.end(words), hub[1] if hub else link[words].strip(), link[url], link.end() + 1
            )
    url_found = _HUB_URL.match(text, at, end)
    if url_found is not None:
        return _Named(url_found.start(1), url_found.end(1), url_found[1], None, url_found.end())
    found = _HUB_ID.match(text, at, end) or _MODEL_WORD.match(text, at, end)
    if found is None:
        return None
    value = found.group().rstrip(".-_ ")
    return _Named(at, at + len(value), value, None, at + len(value))


def _folds_apart(name: str, title: str | None) -> bool:
    fold = re.compile(r"[\W_]+")
    return title is None or fold.sub("", name.rsplit("/", 1)[-1].lower()) != fold.sub(
        "", title.rsplit("/", 1)[-1].lower()
    )


def _bases_in_name(document: Document, lines: list[Line], names: Names) -> Iterator[BaseModelClaim]:
    title = names.title
    if title is None:
        return
    at = document.text.find(title, lines[0].start if lines else 0)
    if at < 0:
        return
    quantized = _QUANTIZED_NAME.fullmatch(title)
    if quantized is not None and " " not in quantized["base"].strip():
        place = passage_of(document, Span(start=at, end=at + quantized.end("base")))
        yield BaseModelClaim(name=quantized["base"].strip(), relation="quantized", origin="name", place=place)
    for family in _FAMILY_IN_NAME.finditer(title):
        if family.end() - family.start() < len(title.strip()):
            place = passage_of(document, Span(start=at + family.start(), end=at + family.end()))
            yield BaseModelClaim(name=family.group().strip("-_ "), origin="name", place=place)
