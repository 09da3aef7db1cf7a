"""Whose license a sentence speaks of: this model's weights, its code, some data, or something that is not ours."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import PurePath
from typing import Final, Literal, NamedTuple

from .license_names import cleaned
from .prose import Line


class Names(NamedTuple):
    """What a card calls its model."""

    title: str | None
    words: frozenset[str]
    """The telling words of its names, folded."""
    given: tuple[str, ...] = ()
    """Names that do not stand in its prose: of its folder, from its front matter."""


_TITLE_LINES: Final = 80
_CARD_SUFFIXES: Final = frozenset((".md", ".markdown", ".txt"))
_TITLE_LINE: Final = re.compile(r"[ \t]{0,3}(?:(#{1,2})[ \t]*([^\s#].{0,200})|<h1[^<>]{0,100}>([^<>]{1,200}))")
_ANY_LINK: Final = re.compile(r"!?\[([^\[\]]*)\](?:\([^()]*\))?")
_CARD_FOR: Final = re.compile(r"(?i)^(?:model card (?:for|of)|model card:?)\s*")
_NAME_WITH_SIZE: Final = re.compile(r"\b([A-Z][A-Za-z]{2,20})(?:[ -](?:LLM|LM|[VvRKM]))?[ -]?\d")
_SECTION_WORDS: Final = frozenset(
    "a about and approach architecture are at abstract acknowledgements available benchmark benchmarks card changelog"
    " citation code contents data dataset datasets demo description details disclaimer download evaluation example"
    " examples faq features for guide how id important in info information inference input inputs install installation"
    " intended introduction key leaderboard license limitations links main model models name news note notes of on"
    " open llm our output outputs overview performance preliminary prompt format quick quickstart quants read readme"
    " release releases repository requirements results run section setup start started getting summary table template"
    " the this to todo training update updates usage use used uses using version versions welcome what with your"
    " 公开 榜单 模型推理 推理 介绍 模型介绍 更新信息 简介 更新 目录 快速开始 模型 引用 协议".split()
)
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
    title = _title_of(text, lines)
    paths = []
    for name in given:
        if name:
            path = PurePath(name.replace("\\", "/"))
            paths.append(path.parent.name if path.suffix.lower() in _CARD_SUFFIXES else name)
    told = {word.lower() for name in (title or "", *paths) for word in _words(name)} - _COMMON
    if title is None and not told:
        told = _most_named(text, lines)
    return Names(title, frozenset(told), tuple(path for path in paths if path))


def _title_of(text: str, lines: list[Line]) -> str | None:
    """The first heading of the highest kind, if it is a name and not that of a section."""
    first: dict[int, str] = {}
    for line in lines[:_TITLE_LINES]:
        heading = _TITLE_LINE.match(text, line.start, line.end)
        if heading is not None:
            first.setdefault(len(heading[1] or "#"), heading[2] or heading[3])
            if 1 in first:
                break
    if not first:
        return None
    words = _CARD_FOR.sub("", cleaned(_ANY_LINK.sub(r"\1", first[min(first)])))
    folded = {word.lower() for word in re.findall(r"[^\W\d_]+", words)}
    return words if words and len(words) <= 100 and not folded <= _SECTION_WORDS else None


def _most_named(text: str, lines: list[Line]) -> set[str]:
    """The proper name that a card without a title speaks of most, if there is one."""
    start = lines[0].start if lines else 0
    found = Counter(_NAME_WITH_SIZE.findall(text, start, start + 20_000))
    best = found.most_common(1)
    return {best[0][0].lower()} - _COMMON if best and best[0][1] >= 4 else set()


def _words(name: str) -> list[str]:
    return [*_WORD_IN_NAME.findall(name), *re.findall(r"[A-Za-z]{3,}", name)]


CODE_WORDS: Final = re.compile(
    r"\b(?:code|codebase|scripts?|software|toolkit|library|packages?|implementation|framework|inference engine"
    r"|notebooks?)\b|代码|源码|코드",
    re.IGNORECASE,
)
WEIGHT_WORDS: Final = re.compile(
    r"\b(?:weights?|wieghts|checkpoints?|parameters|models?|llms?|adapters?|loras?|vaes?|networks?)\b|权重|模型|参数|가중치",
    re.IGNORECASE,
)
DATA_WORDS: Final = re.compile(
    r"\b(?:data|data ?sets?|corpus|corpora|annotations?|images|benchmarks?|samples|texts?)\b|数据|语料", re.IGNORECASE
)
_OTHER_WORDS: Final = re.compile(
    r"\b(?:papers?|articles?|documentation|docs|demo|website|card|figures?|space|outputs?|generated"
    r"|content|tokenizers? from)\b",
    re.IGNORECASE,
)
OURS: Final = re.compile(
    r"\b(?:this|our|ours|these|we|it|its|itself|all|everything|project|repo|repository|release|work)\b|本",
    re.IGNORECASE,
)
_FOREIGN: Final = re.compile(
    r"\b(?:base (?:models?|llms?|weights?|checkpoints?)"
    r"|original|originally|upstream|parent|teacher|underlying|backbone|foundation|other|others"
    r"|third[- ]party|respective"
    r"|some|many|most|several|each|pre-?trained model it|derived from|based on)\b",
    re.IGNORECASE,
)
UNREAL: Final = re.compile(
    r"\b(?:not|never|no longer|previously|formerly|unless|if|should|would|could|cannot|can|may|might"
    r"|whether|when|once|until|before|will)\b|n't\b",
    re.IGNORECASE,
)
_HEAD_END: Final = re.compile(r"\b(?:used|of|for|to|that|which|behind|in|inside|at|from|on|with)\b", re.IGNORECASE)
_PROPER: Final = re.compile(r"\b(?:[A-Z][\w]*[-\w.]*|[a-z]+-?\d[\w.-]*)")
_NOT_PROPER: Final = frozenset(
    "the this these our all use model models weights code data it its both governing terms released licensed license"
    " licence and usage access we you by you're note please source checkpoints parameters repository project base while"
    " using available currently additionally also furthermore distributed in for to as a an pretrained pre-trained"
    " training inference evaluation open ai llm llms nlp ml hf hugging face huggingface api weight commercial any each"
    " english chinese version series family finetuned fine-tuned checkpoint trained asr tts ocr ner qa vqa"
    " nli mt lm slm vlm vae gan moe cnn rnn lstm gguf ggml gptq awq lora".split()
)

Component = Literal["weights", "code", "data"]


def components_of(subject: str, names: Names, *, in_section: bool) -> tuple[Component, ...]:
    """What a subject like "the source code of X" stands for; empty: something that is not ours."""
    subject = subject[-240:]
    if _FOREIGN.search(subject):
        return ()
    head_end = _HEAD_END.search(subject)
    head = subject[: head_end.start()] if head_end else subject
    for part in (head, subject):
        found: list[Component] = []
        weights, code = WEIGHT_WORDS.search(part), CODE_WORDS.search(part)
        if weights and not (code and code.start() == weights.end() + 1):
            found.append("weights")
        if code:
            found.append("code")
        if DATA_WORDS.search(part):
            found.append("data")
        if found:
            if "weights" in found and not is_ours(subject, names):
                found.remove("weights")
            return tuple(found)
        if _OTHER_WORDS.search(part):
            return ()
    if not re.search(r"\w", subject) or OURS.search(subject) or shares_name(subject, names):
        return ("weights",)
    return ("weights",) if in_section and not strangers(subject, names) else ()


def strangers(subject: str, names: Names) -> list[str]:
    """Proper names in a subject that are not those of the model."""
    proper = [word for word in _PROPER.findall(subject) if word.strip("-.").lower() not in _NOT_PROPER]
    return [word for word in proper if not shares_name(word, names)]


def shares_name(words: str, names: Names) -> bool:
    """Whether some words hold a telling one of the model's name."""
    return any(word.lower() in names.words for word in _words(words))


def is_ours(subject: str, names: Names) -> bool:
    """Whether a subject can be this model: it has its name, says "this", or names nothing else."""
    return not strangers(subject, names) or shares_name(subject, names) or OURS.search(subject) is not None
