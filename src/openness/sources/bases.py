"""The models that a card says this one was made from. A mention is not enough."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, Literal, TypeAlias

from ..records import BaseModelClaim, Document, Span
from .blocks import DECORATION, OTHER_SECTION, SEPARATORS, Block, Prose, is_table_head, sentences, skip_decoration
from .license_names import HTML_LINK, LINK, Named
from .prose import passage_of
from .subjects import OURS, UNREAL, Names, shares_name, strangers

Relation: TypeAlias = Literal["finetune", "adapter", "quantized", "merge"] | None

_HUB_URL: Final = re.compile(
    r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/(?!datasets/|spaces/|papers/|collections/|docs/|blog)"
    r"([A-Za-z0-9][\w.-]{0,80}/[A-Za-z0-9][\w.-]{0,100})"
)
_HUB_ID: Final = re.compile(r"(?<![\w/.:-])([A-Za-z0-9][\w.-]{1,60}/[A-Za-z0-9][\w.-]{1,100})(?![\w/])")
# "Llama 2 7B", "Mistral-7B-v0.1", "LLaMA", "llama-2", "gpt2": a name with a number in it, or the one famous without.
_MODEL_WORD: Final = re.compile(
    r"(?:Meta[ -])?[A-Z][A-Za-z]{1,20}(?:[ -]?(?:[A-Z][a-z]+|LLM|LM|V|v)){0,2}?[ _-]?[vV]?\d[\w.]*"
    r"(?:[ _-](?:[\w.]*\d[\w.]*|[Cc]hat|[Ii]nstruct|[Bb]ase|hf|HF|it)){0,4}"
    r"|LLaMA(?!\w)|(?i:llama) \d{1,3}[Bb]\b|[a-z]{2,16}(?:-[a-z]{2,12})?-?\d[\w.]*(?:-[\w.]+){0,4}"
)
_FROM: Final = re.compile(
    r"\b(?:(?P<finetune>(?:full-?weight )?fine-?tun(?:ed?|ing)(?:\s+(?:version|variant|model|checkpoint))?"
    r"\s+(?:of|from|on top of|with|upon)"
    r"|(?:instruction-|instruct-|further |continually |continued )(?:tuned|trained|pre-?trained|pre-?training)"
    r"\s+(?:version\s+of|from|of|on top of)"
    r"|built\s+(?:on top of|upon|on|with|from)|trained\s+(?:on top of|from)|derived\s+from"
    r"|initiali[sz]ed\s+(?:from|with)"
    r"|based\s+(?:on|off(?: of)?|upon)"
    # As in: using Llama 2 as the base model
    r"|using(?=\s[^.;\n]{3,80}?\bas\s+(?:the\s+|our\s+|an?\s+)?(?:base|backbone|foundation)))"
    # As in: the small one is a fine-tune, "we fine-tune LLaMA-2-7B on …"
    r"|(?P<direct>fine-?tun(?:ing|ed?))(?=\s+(?:the\s+)?(?:LLaMA|Llama))"
    r"|(?P<adapter>(?:adapter|lora|qlora|peft)\s+(?:adapters?\s+|weights?\s+)?(?:for|of))"
    r"|(?P<quantized>(?:quantized|quantised|gguf|gptq|awq|ggml|exl2|int4|int8|fp8)"
    r"(?:\s+(?:version|versions|format|model|models|files?|quantizations?|weights?|conversions?)){0,3}\s+(?:of|for|from)"
    r"|quantizations?\s+of|conversion\s+of)"
    r"|(?P<merge>merge[ds]?(?:\s+model)?\s+(?:of|between|from)|distill?ed\s+from))\b[\s:]*",
    re.IGNORECASE,
)
_BY: Final = re.compile(r"\b(?:by|we|was|is|were|been)\s(?:\S+\s)?$", re.IGNORECASE)
# "Llama 2 based"; without a number only of a model that was tuned: others have no more than the architecture.
_BASED: Final = re.compile(
    r"\b(llama[ -]?\d(?:\.\d)?(?=[ -]based\b)|llama(?=[ -]based (?:\w+ )?models? [^.;\n]{0,30}?fine-?tuned))",
    re.IGNORECASE,
)
_LABEL: Final = re.compile(
    r"(?:fine-?tuned from(?: model)?|base model(?:\(s\)|s)?|parent model|original model|基座模型|基础模型)"
    r"(?:\s*\[optional\])?(?![\w-])",
    re.IGNORECASE,
)
_NOT_A_BASE: Final = re.compile(
    r"[\s*_`'’s)\]]{0,6}(?:(?:'s|’s)\s+)?(?:model\s+)?(?:architectures?|tokeni[sz]ers?|code\b|codebase"
    r"|paper|style|formats?"
    r"|data ?sets?|prompts?|templates?|recipe|approach|method|framework|library|vocabulary|scores?"
    r"|outputs?|generated|synthetic)",
    re.IGNORECASE,
)
_LEAD: Final = re.compile(
    r"(?:[\s*_\"“`'‘:]|(?:the|a|an|our|its|original|official|pre-?trained|base|model|models|version"
    r"|large|meta's|meta ai's"
    r"|google's|weights|of|open[- ]source|several|famous|great|new|foundational?|foundation|excellent|powerful|both)"
    r"\b(?=[\s\"“`'‘*_\[(:])){0,10}",
    re.IGNORECASE,
)
_JOINT: Final = re.compile(r"[*_`)\s]{0,4}(?:,|and|&|\+|/|with)(?:\s+and)?(?=[\s\[`*])\s*")
_TRIGGERS: Final = (
    *("tuned", "tuning", "fine-tune", "finetune", "based", "built on", "built upon", "built with", "built from"),
    *("derived", "quantiz", "quantis", "gguf", "gptq", "awq", "merge", "adapter", "lora", "base model", "parent model"),
    *("original model", "trained on top", "trained from", "initiali", "distill", "基座", "基础模型"),
)
_OF_OTHERS: Final = re.compile(
    r"\b(?:data ?sets?|benchmarks?|they|evaluation|comparison|compared|prompts?|code|dialogues?|we (?:\w+ )?have"
    r"|future)\b",
    re.IGNORECASE,
)
_PLANNED: Final = re.compile(
    r"\b(?:plans?|planned|potential|upcoming|future|soon|we (?:\w+ )?have an?|projects|applications)\b", re.IGNORECASE
)
_QUANTIZED_NAME: Final = re.compile(
    r"(?P<base>[\w./-]{3,100}?)[-_ .](?:i1-|imatrix-)?(?:GGUF|GGML|GPTQ|AWQ|EXL2|MLX|ONNX|[48]bit|bnb-4bit)\b.*",
    re.IGNORECASE,
)
# Families whose terms ask for their name in the name. Not TinyLlama, OpenLLaMA, or a size without a version.
_FAMILY: Final = re.compile(
    r"(?<![A-Za-z])(?<!open[-_ ])(?<!tiny[-_ ])(?<!compatible with )(?:meta[-_ ])?"
    r"(?:code[-_ ]?llama|llama[-_ ]?v?[234](?:\.\d)?(?!\.?\d*[bm](?![a-z]))"
    r"|gemma[-_ ]?\d(?:\.\d)?(?!\.?\d*[bm](?![a-z]))|gemma[-_ ]?\d{1,2}b)(?![a-z\d])"
    r"(?:[-_ ]\d{1,3}(?:\.\d)?b(?![a-z]))?",
    re.IGNORECASE,
)


def find_base_models(prose: Prose, *, declared: Sequence[BaseModelClaim] = ()) -> list[BaseModelClaim]:
    """The models that the prose, or a name, says this one was made from.

    Args:
        prose: The card's.
        declared: Base models of the front matter. Their names are read as the model's own is: a base that
            nobody knows may carry the name of a family in its own.
    """
    found: list[BaseModelClaim] = []
    for block in prose.blocks(_TRIGGERS):
        if not OTHER_SECTION.search(block.heading):
            found.extend(_read_block(prose, block))
    named = list(_bases_in_title(prose))
    for name in prose.names.given:
        named.extend(_bases_in_name(name))
    found.extend(claim for claim in named if not (declared and claim.relation))
    for base in declared:
        for family in _FAMILY.finditer(base.name.rsplit("/", 1)[-1]):
            found.append(BaseModelClaim.model_construct(name=family.group(), origin="name", place=base.place))  # noqa: PERF401
    return found


def _read_block(prose: Prose, block: Block) -> Iterator[BaseModelClaim]:
    text = prose.text
    at = skip_decoration(text, block.start, block.end)
    label = _LABEL.match(text, at, block.end)
    if label is not None:
        value_at = label.end()
        while value_at < block.end and (text[value_at] in DECORATION or text[value_at] in SEPARATORS):
            value_at += 1
        if any(sign in SEPARATORS for sign in text[label.end() : value_at]) and not is_table_head(prose, block):
            yield from _bases_from(prose, value_at, block.end, None)
        return
    if text[block.start : block.end].lstrip().startswith("|"):
        return  # a table compares; it says of no model what it was made from
    for start, end in sentences(text, block.start, block.end):
        for verb in _FROM.finditer(text, start, end):
            subject = text[start : verb.start()]
            if verb["direct"] and not (_BY.search(subject) or shares_name(subject, prose.names)):
                continue  # an advice: "run and fine-tune Llama 3 with …"
            if _tells_of_us(subject, prose.names):
                yield from _bases_from(prose, verb.end(), end, _relation_of(verb))
        for based in _BASED.finditer(text, start, end):
            if _tells_of_us(text[start : based.start()], prose.names):
                yield _claim(prose.document, based.start(1), based.end(1), based[1], "finetune")


def _tells_of_us(subject: str, names: Names) -> bool:
    subject = subject[-160:]
    if UNREAL.search(subject[-40:]) or _PLANNED.search(subject):
        return False
    if shares_name(subject, names):
        return True
    if _OF_OTHERS.search(subject):
        return False
    return not strangers(subject, names) or OURS.search(subject) is not None


def _relation_of(verb: re.Match[str]) -> Relation:
    if verb["adapter"]:
        return "adapter"
    if verb["quantized"]:
        return "quantized"
    return "merge" if verb["merge"] and verb["merge"].lower().startswith("merge") else "finetune"


def _claim(document: Document, start: int, end: int, name: str, relation: Relation) -> BaseModelClaim:
    place = passage_of(document, Span.model_construct(start=start, end=end))
    return BaseModelClaim.model_construct(name=name, relation=relation, origin="body", place=place)


_BASES_AT_MOST: Final = 6


def _bases_from(prose: Prose, at: int, end: int, relation: Relation) -> Iterator[BaseModelClaim]:
    """The models listed from ``at`` on."""
    text = prose.text
    for _ in range(_BASES_AT_MOST):
        lead = _LEAD.match(text, at, end)
        at = lead.end() if lead else at
        named = _base_at(text, at, end)
        if named is None:
            return
        if not _NOT_A_BASE.match(text, named.after, end) and _folded(named.value) != _folded(prose.names.title or ""):
            yield _claim(prose.document, named.start, named.end, named.value, relation)
        joint = _JOINT.match(text, named.after, end)
        if joint is None:
            return
        at = joint.end()


def _base_at(text: str, at: int, end: int) -> Named | None:
    if text[at : at + 1] in ("[", "<"):
        link = LINK.match(text, at, end) or HTML_LINK.match(text, at, end)
        if link is not None:
            group, url = (1, link[2]) if text[at] == "[" else (2, link[1])
            words = link[group].strip()
            hub = _HUB_URL.match(url or "")
            if hub is None and not (_HUB_ID.fullmatch(words) or _MODEL_WORD.fullmatch(words)):
                return None
            return Named(link.start(group), link.end(group), hub[1] if hub else words, url, link.end())
    found = _HUB_URL.match(text, at, end)
    if found is not None:
        return Named(found.start(1), found.end(1), found[1], None, found.end())
    plain = _HUB_ID.match(text, at, end) or _MODEL_WORD.match(text, at, end)
    if plain is None:
        return None
    value = plain.group().rstrip(".-_ ")
    return Named(at, at + len(value), value, None, at + len(value))


def _folded(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.rsplit("/", 1)[-1].lower())


# --- names ---------------------------------------------------------------------------------------------


def _bases_in_title(prose: Prose) -> Iterator[BaseModelClaim]:
    title, document = prose.names.title, prose.document
    at = document.text.find(title, prose.lines[0].start) if title and prose.lines else -1
    if title is None or at < 0:
        return
    for claim in _bases_in_name(title):
        start = document.text.find(claim.name, at)
        place = passage_of(document, Span.model_construct(start=start, end=start + len(claim.name)))
        yield claim.model_copy(update={"place": place})


def _bases_in_name(name: str) -> Iterator[BaseModelClaim]:
    """What a name says: ``X-GGUF`` is X in another format, ``Llama-2-7b-es`` was made from Llama 2."""
    quantized = _QUANTIZED_NAME.fullmatch(name)
    if quantized is not None:
        yield BaseModelClaim.model_construct(name=quantized["base"], relation="quantized", origin="name")
    for family in _FAMILY.finditer(name):
        if len(family.group()) < len(name.strip()):
            yield BaseModelClaim.model_construct(name=family.group(), origin="name")


def family_of_tag(tag: str) -> str | None:
    """The version of a family (``llama2``) that a tag names; None for every other tag."""
    found = _FAMILY.fullmatch(tag.strip())
    return None if found is None or tag.lower().startswith("code") else found.group()


def speaks_of(family: str, *, text: str, names: Names) -> bool:
    """Whether a card names a family outside its tags as well, and is not of a model trained from scratch."""
    version = re.sub(r"[^\d.]", "", family)
    letters = re.sub(r"[^A-Za-z]|meta", "", family.lower())
    number = re.escape(version)
    spelled = rf"(?<![A-Za-z]){letters}[-_ ]?v?{number}(?!\d)|(?<![A-Za-z\d]){letters[0]}{number}(?!\w)"
    known = re.compile(spelled, re.IGNORECASE)
    if any(known.search(name) for name in (names.title or "", *names.given)):
        return True
    return known.search(text) is not None and not re.search(r"from scratch", text, re.IGNORECASE)
