"""What the prose of a card says of the license of this model.

Rows ("License: MIT"), sentences ("the weights are released under …", "模型…遵循…协议"), badges, and short
license sections. What is said of data sets, of other models, or inside code and citations is left alone.
Values are given as written, cut down to the words that name the license: what they mean is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..records import LicenseClaim, Span
from .blocks import (
    DECORATION,
    LICENSE_SECTION,
    OTHER_SECTION,
    SEPARATORS,
    Block,
    Prose,
    is_table_head,
    sentences,
    skip_decoration,
)
from .license_names import GENERIC, LINK, NAME, NO_VALUE, URL, Named, cleaned, names_from
from .prose import passage_of
from .subjects import CODE_WORDS, DATA_WORDS, UNREAL, WEIGHT_WORDS, Component, components_of

_TRIGGERS: Final = (
    *("licens", "licenc", "released under", "published under", "distributed under", "available under"),
    *("terms of use", "许可", "协议", "授权"),
)
_CUSTOM: Final = re.compile(
    r"(?:a |the )?(?:custom|bespoke|proprietary|own|non-?commercial)(?: [a-z-]+){0,2} licen[sc]e", re.IGNORECASE
)
_VALUE_END: Final = re.compile(r"[,;(|\n<]|\.\s|\.$|\sis\s|\savailable\s")
_LABEL: Final = re.compile(
    r"(?:the )?(?:(?P<of>(?:source )?code|software|(?:training )?data(?:set)?|base model"
    r"|(?:pre-?trained )?model(?: weights?| parameters?)?|weights?|checkpoints?)s? )?"
    r"(?P<what>licen[sc](?:e|ing)(?:\(s\)|s)?|许可证|许可协议|开源协议|模型协议|协议)"
    r"(?: (?:type|name|information|info|details|agreement|terms))?(?: ?/ ?(?:terms of use|terms|协议"
    r"|许可证?|licen[sc]e))?(?![^\W_]|-)",
    re.IGNORECASE,
)
_PART_LABEL: Final = re.compile(
    r"(?:the )?(?P<of>(?:source |training |inference )?code|(?:model )?weights?|models?|checkpoints?"
    r"|data(?:set)?s?)(?![\w-])",
    re.IGNORECASE,
)
_UNDER: Final = re.compile(
    r"\b(?:(?:re)?licen[sc]ed|released|published|distributed|open[- ]?sourced|available|provided|shared"
    r"|offered|made|falls?|comes?|is|are|was)\b"
    r"[^.;|\n。]{0,70}?\bunder\s+|\b(?:governed|covered|bound|protected)\s+by\s+|\bsubject\s+to\s+"
    r"|\bcompl(?:y|ies)\s+with\s+|\badheres?\s+to\s+|\babide\s+by\s+"
    r"|\blicen[sc]ed\s+(?:with|as|by)?\s*|\b(?:released|available|distributed)\s+(?:with|as)\s+|^[\s*_]{0,6}under\s+"
    r"|\b(?P<weak>uses?|follows?|carries|has)\s+",
    re.IGNORECASE,
)
_CHINESE: Final = re.compile(
    r"(?:依照|依据|遵循|遵守|基于|采用|使用|按照|根据|参照|许可协议可见|协议可见|协议见|许可证为|协议为|详见)(?:\s*(?:开源)?(?:许可协议|许可证|协议)(?:[:：为是]"
    r"|如下)?)?[\s:：]*"
)
_CHINESE_TERMS: Final = re.compile(r"许可|协议|授权")
_CHINESE_DUTY: Final = re.compile(r"许可|协议|授权|遵循|遵守|依照|按照")
_BADGE: Final = re.compile(
    r"img\.shields\.io/badge/([A-Za-z0-9_%. -]{2,40}?)-((?:[^-/?)\s\"']|--){2,80})-[\w]+", re.IGNORECASE
)


def find_statements(prose: Prose) -> list[LicenseClaim]:
    """The licenses that the prose of a card gives to this model, its code or its data, with origin ``body``."""
    found: list[tuple[Named, Component]] = []
    for block in prose.blocks(_TRIGGERS):
        found.extend(_read_block(prose, block))
    if "img.shields.io" in prose.text:
        found.extend(_badges(prose, found))
    claims = []
    seen = set()
    for named, component in found:
        key = (named.value.casefold(), component)
        if key in seen:
            continue
        seen.add(key)
        claims.append(
            LicenseClaim.model_construct(
                value=named.value,
                origin="body",
                component=component,
                place=passage_of(prose.document, Span.model_construct(start=named.start, end=named.end)),
                license_link=named.link,
            )
        )
    return claims


def _read_block(prose: Prose, block: Block) -> list[tuple[Named, Component]]:
    in_section = LICENSE_SECTION.search(block.heading) is not None
    if not in_section and OTHER_SECTION.search(block.heading):
        return []
    of_data = in_section and DATA_WORDS.search(block.heading) and not WEIGHT_WORDS.search(block.heading)
    row = _read_row(prose, block, in_section=in_section)
    found = row if row is not None else _read_sentences(prose, block, block.start, in_section=in_section)
    if not found and row is None and block.first_in_section and in_section:
        found = _read_bare(prose, block)
    return [] if of_data else found


def _read_row(prose: Prose, block: Block, *, in_section: bool) -> list[tuple[Named, Component]] | None:
    """A label and its value: list item, table row, bold word. None: the passage is no such row."""
    text, at = prose.text, skip_decoration(prose.text, block.start, block.end)
    label = _LABEL.match(text, at, block.end)
    if label is None and in_section:
        label = _PART_LABEL.match(text, at, block.end)
    if label is None:
        return None
    value_at = label.end()
    while value_at < block.end and (text[value_at] in DECORATION or text[value_at] in SEPARATORS):
        value_at += 1
    between = text[label.end() : value_at]
    bold = "**" in between or "__" in between
    if value_at >= block.end or not (bold or any(sign in SEPARATORS for sign in between)):
        return None
    end = block.end
    if text[at - 1 : at] == "|" or "|" in text[block.start : at]:
        bar = text.find("|", value_at, end)
        end = bar if bar >= 0 else end
        if is_table_head(prose, block):
            return []
    component = _component_of_label(label["of"] or "")
    if component is None or NO_VALUE.match(text, value_at, end):
        return []
    names = names_from(text, value_at, end)
    if names:
        return [(named, component) for named in names]
    sentences = _read_sentences(prose, block._replace(end=end), value_at, in_section=True)
    if sentences:
        return sentences
    named = _somewhere(text, value_at, end)
    return [] if named is None else [(named, component)]


def _component_of_label(words: str) -> Component | None:
    if re.search(r"base", words, re.IGNORECASE):
        return None
    if CODE_WORDS.search(words):
        return "code"
    return "data" if DATA_WORDS.search(words) else "weights"


def _somewhere(text: str, at: int, end: int) -> Named | None:
    """A name further on in a row; else its link; else its first words."""
    end = min(end, at + 300)
    name = NAME.search(text, at, end)
    link = LINK.search(text, at, end)
    url = link[2] if link and link[2] else None
    if url is None:
        plain = URL.search(text, at, end)
        url = plain[1] if plain else None
    if name is not None and (link is None or name.start() < link.end()):
        return Named(name.start(), name.end(), cleaned(name.group()), url, name.end())
    if link is not None and not GENERIC.fullmatch(cleaned(link[1])) and "://" not in link[1]:
        return Named(link.start(1), link.end(1), cleaned(link[1]), url, link.end())
    custom = _CUSTOM.match(text, at, end)
    stop = _VALUE_END.search(text, at, min(end, at + 80))
    until = custom.end() if custom else stop.start() if stop else min(end, at + 80)
    words = text[at:until].rstrip()
    value = cleaned(words)
    if not value or len(words) > 60 or NO_VALUE.match(value):
        return None
    return Named(at, at + len(words), value, url, until)


def _read_sentences(prose: Prose, block: Block, start: int, *, in_section: bool) -> list[tuple[Named, Component]]:
    found: list[tuple[Named, Component]] = []
    text = prose.text
    for at, end in sentences(text, start, block.end):
        done = at
        for verb in _UNDER.finditer(text, at, end):
            if verb.start() < done or (verb["weak"] and not in_section):
                continue
            subject = text[done : verb.start()]
            names = names_from(text, verb.end(), end)
            if not names:
                continue
            lead = subject[-60:] + verb.group()
            parts = components_of(subject, prose.names, in_section=in_section)
            if not UNREAL.search(lead) or re.search(r"(?i)\b(?:when using|can be used)\b", lead):
                found.extend((named, part) for named in names for part in parts)
            done = names[-1].after
        if _CHINESE_DUTY.search(text, at, end):
            found.extend(_read_chinese(text, at, end))
    return found


def _read_chinese(text: str, at: int, end: int) -> Iterator[tuple[Named, Component]]:
    done = at
    for verb in _CHINESE.finditer(text, at, end):
        if verb.start() < done:
            continue
        names = names_from(text, verb.end(), end)
        if not names:
            continue
        near = text[names[0].start : names[-1].after + 12]
        if not (_CHINESE_TERMS.search(verb.group() + near) or "icense" in near):
            continue
        subject = text[done : verb.start()]
        done = names[-1].after
        of_code = "代码" in subject or "源码" in subject
        of_weights = "权重" in subject or "模型" in subject
        for named in names:
            if of_code:
                yield named, "code"
            if of_weights or not (of_code or "数据" in subject):
                yield named, "weights"


def _read_bare(prose: Prose, block: Block) -> list[tuple[Named, Component]]:
    """A license section that holds a name and little else."""
    text = prose.text
    at = skip_decoration(text, block.start, block.end)
    names = names_from(text, at, block.end)
    if not names:
        return []
    rest = re.sub(r"[\W_]+|licen[sc]e|version", "", text[names[-1].after : block.end], flags=re.IGNORECASE)
    component = _component_of_label(block.heading)
    return [(named, component) for named in names] if len(rest) <= 12 and component else []


def _badges(prose: Prose, found: list[tuple[Named, Component]]) -> list[tuple[Named, Component]]:
    """Badges with the license written into their address. A plain one counts when nothing else tells."""
    told = {component for _, component in found}
    badges: list[tuple[Named, Component | None]] = []
    for badge in _BADGE.finditer(prose.text, prose.starts[0], prose.end):
        label = badge[1].replace("_", " ").replace("%20", " ").strip()
        if not re.search(r"licen[sc]e", label, re.IGNORECASE):
            continue
        value = cleaned(badge[2].replace("--", "-").replace("_", " ").replace("%20", " ").replace("%2B", "+"))
        bare = re.fullmatch(r"licen[sc]es?", label, re.IGNORECASE) is not None
        named = Named(badge.start(2), badge.end(2), value, None, badge.end())
        badges.append((named, None if bare else _component_of_label(label)))
    specific: list[tuple[Named, Component]] = [
        (named, part) for named, part in badges if part is not None and part not in told
    ]
    if specific or "weights" in told:
        return specific
    return [(named, "weights") for named, _ in badges]
