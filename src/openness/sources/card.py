"""Model cards: front matter, prose, and the license files that lie beside them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, TypeAlias

from ..records import BaseModelClaim, Document, LicenseClaim, Limits, ModelRecord, Note, Passage, Role, Span
from .bases import Relation, family_of_tag, find_base_models, speaks_of
from .beside import Beside, read_beside
from .blocks import Prose
from .files import check_size, decode_text, read_bytes
from .front_matter import WAY_OUT, parse_front_matter
from .prose import mask_prose, passage_of, split_lines
from .statements import find_statements
from .subjects import Names, model_names

_Path: TypeAlias = tuple[str | int, ...]

_MISSPELT: Final = re.compile(r"(?:model[_-])?(?:li[cs]+en[cs]e?s?|lincen[cs]es?|li[cs]ens[_-]?id|licen[cs]e_?id)")
_EMPTY_VALUES: Final = frozenset(
    {"", "~", "null", "none", "n/a", "na", "-", "tbd", "todo", "[more information needed]"}
)
_YAML_FALSE: Final = frozenset({"no", "n", "false", "off"})
_YAML_TRUE: Final = frozenset({"yes", "y", "true", "on"})
_LONG_PROMPT: Final = 2500
"""Characters from which on a gate's prompt is the agreement itself and not a word about it."""
_BLOCK_HEADER: Final = re.compile(r"[|>][+\-\d]{0,2}[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)")
_AGREEMENT: Final = re.compile(r"licen[sc]e|agreement|terms", re.IGNORECASE)
_TITLE: Final = re.compile(r"[^\r\n]*\b(?:licen[sc]e|agreement|terms of use)\b[^\r\n]*", re.IGNORECASE)


def parse_card(text: str, *, name: str | None = None, limits: Limits | None = None) -> ModelRecord:
    """Read a model card. Nothing is opened.

    Args:
        text: The whole card.
        name: Name of the card to show in places and notes.
        limits: ``card_bytes`` and ``front_matter_bytes`` hold.

    Returns:
        The record. Faults of the front matter are notes of it, whose codes start with ``front-matter``.

    Raises:
        InputTooLargeError: The card is over ``limits.card_bytes``.
    """
    limits = limits or Limits.model_construct()
    check_size(text, limits.card_bytes, name=name, option="card_bytes")
    return _Card(text, name, limits).record()


def read_card(path: str | os.PathLike[str], *, limits: Limits | None = None) -> ModelRecord:
    """Read a model card and the license files beside it.

    Args:
        path: The card, or a folder with a ``README.md``. A link that is named is followed; files found
            beside the card are not followed out of its folder.
        limits: How much is read at most of each file.

    Raises:
        SourceError: The card is not there, or cannot be read.
        InputError: It is over a limit, or no text. For files beside it, that is a note.
    """
    limits = limits or Limits.model_construct()
    card = Path(path)
    if card.is_dir():
        card = _card_of(card)
    data = read_bytes(card, limit=limits.card_bytes, option="card_bytes")
    name = str(card)
    text, notes = decode_text(data, name)
    record = parse_card(text, name=name, limits=limits)
    found = read_beside(card, record.claims, limits=limits)
    return _with_files(record, found, notes, fallback=card.absolute().parent.name)


def _card_of(folder: Path) -> Path:
    try:
        names = sorted(entry.name for entry in os.scandir(folder))
    except OSError:
        names = []
    chosen = [name for name in names if name.lower() in ("readme.md", "model_card.md", "modelcard.md")]
    # README.md itself is asked for when there is none: the error then names it and what resembles it.
    return folder / (min(chosen, key=lambda name: name != "README.md") if chosen else "README.md")


def _with_files(record: ModelRecord, found: Beside, notes: tuple[Note, ...], *, fallback: str) -> ModelRecord:
    return record.model_copy(
        update={
            "name": record.name or fallback or None,
            "claims": (*record.claims, *found.claims),
            "documents": (*record.documents, *found.documents),
            "notes": (*notes, *record.notes, *found.notes),
        }
    )


def declared_claims(claims: Iterable[LicenseClaim]) -> tuple[LicenseClaim, ...]:
    """What a card declares for its weights: the front matter, and where that is silent the prose.

    ``license: other`` without a name is silence. Tags do not count: the hub writes them from the front
    matter of the model that a card was copied from.
    """
    weights = [claim for claim in claims if claim.component == "weights"]
    front = [claim for claim in weights if claim.origin in ("front-matter", "license-name")]
    told = [claim for claim in front if claim.value.strip().lower() != "other"]
    if told:
        return tuple(told)
    body = [claim for claim in weights if claim.origin == "body"]
    return tuple(body or front)


class _Card:
    """One card on its way to a record."""

    def __init__(self, text: str, name: str | None, limits: Limits) -> None:
        self.text = text
        self.name = name
        plain = Document.model_construct(role=Role.CARD, name=name, text=text)
        self.front = parse_front_matter(text, name=name, limits=limits, document=plain)
        self.notes = list(self.front.notes)
        body_start = self.front.masked.end if self.front.masked else 0
        lines = split_lines(text, body_start)
        masked = mask_prose(text, lines)
        if self.front.masked:
            masked.insert(0, self.front.masked)
        self.lines = lines
        self.document = Document.model_construct(role=Role.CARD, name=name, text=text, masked=tuple(masked))

    def record(self) -> ModelRecord:
        front = self.front.data
        title = self._text_of("model_name") or None
        names = model_names(self.document.readable, self.lines, (title, self.name))
        claims = [*self._license_claims(), *self._tag_claims()]
        prompt = self._prompt()
        if prompt is not None and prompt.role is Role.LICENSE and not claims:
            claims.extend(self._prompt_claim(prompt))
        prose = Prose(self.document, self.lines, names)
        claims.extend(find_statements(prose))
        bases = list(self._base_models(names))
        bases.extend(find_base_models(prose, declared=tuple(bases)))
        return ModelRecord.model_construct(
            name=title or names.title,
            access="gated" if any(key.startswith("extra_gated") for key in front) else None,
            claims=tuple(claims),
            documents=(self.document,) if prompt is None else (self.document, prompt),
            base_models=_without_repeats(bases),
            notes=tuple(self.notes),
        )

    # --- front matter ---

    def _text_of(self, key: str) -> str:
        value = self.front.data.get(key)
        return value.strip() if isinstance(value, str) else ""

    def _place(self, path: _Path) -> Passage:
        return passage_of(self.document, self.front.span_of(self.text, path))

    def _note(self, code: str, message: str, path: _Path, hint: str | None = WAY_OUT) -> None:
        place = self._place(path)
        self.notes.append(
            Note.model_construct(
                code=code, message=message, hint=hint, document=self.name, line=place.line, column=place.column
            )
        )

    def _values(self, key: str) -> Iterator[tuple[str, _Path]]:
        """The texts under a key that holds one or a list of them."""
        value = self.front.data.get(key)
        entries: list[tuple[object, _Path]] = [(value, (key,))]
        if isinstance(value, list):
            entries = [(entry, (key, index)) for index, entry in enumerate(value)]
        for held, path in entries:
            if isinstance(held, str):
                yield held.strip(), path
            elif held is not None:
                self._note("front-matter-value", f"`{key}` holds a mapping or a nested list, not a text", path)

    def _license_claims(self) -> Iterator[LicenseClaim]:
        key = self._license_key()
        if key in self.front.distrusted:
            self._note(
                "front-matter-duplicate-license",
                f"`{key}` stands there twice with different values, and neither is trusted",
                (key,),
                "keep the one that holds",
            )
            return
        doubted = self.front.distrusted & {"license_name", "license_link"}
        name = "" if doubted else self._text_of("license_name")
        link = None if doubted else self._text_of("license_link") or None
        if name.lower() in _EMPTY_VALUES:
            name = ""
        values = [(value, path) for value, path in self._values(key) if self._is_license(value, path)]
        for value, path in values:
            if value.lower() != "other" or not name:
                yield LicenseClaim.model_construct(
                    value=value, origin="front-matter", place=self._place(path), license_link=link
                )
        if name and _folded(name) not in {_folded(value) for value, _ in values}:
            yield LicenseClaim.model_construct(
                value=name, origin="license-name", place=self._place(("license_name",)), license_link=link
            )

    def _license_key(self) -> str:
        """The key that holds the license: ``license``, or another spelling, which is noted."""
        if "license" in self.front.data:
            return "license"
        for key in self.front.data:
            if _MISSPELT.fullmatch(key.lower()):
                self._note(
                    "misspelled-license-key",
                    f"the hub does not read `{key}`",
                    (key,),
                    "write `license`",
                )
                return key
        return "license"

    def _is_license(self, value: str, path: _Path) -> bool:
        """Whether the value names a license at all; if not, say why."""
        folded = value.lower()
        tree = self.front.tree
        if tree is not None and tree.is_plain(path) and folded in _YAML_FALSE | _YAML_TRUE:
            read_as = "false" if folded in _YAML_FALSE else "true"
            self._note(
                "front-matter-boolean",
                f"YAML reads `{value}` as {read_as}, not as the name of a license",
                path,
                "give the id of a license; a text goes between quotes",
            )
            return False
        if folded in _EMPTY_VALUES:
            self._note("front-matter-empty-license", "the license is left empty", path, "give the id of a license")
            return False
        return True

    def _tag_claims(self) -> Iterator[LicenseClaim]:
        for value, path in self._values("tags"):
            if value.lower().startswith("license:") and value[8:].strip():
                yield LicenseClaim.model_construct(value=value[8:].strip(), origin="tag", place=self._place(path))

    # --- gates ---

    def _prompt(self) -> Document | None:
        """What must be agreed to before a download: terms like any other, wherever they stand."""
        if str(self.front.data.get("extra_gated_eu_disallowed", "")).strip().lower() in _YAML_TRUE:
            self._note(
                "gated-eu-disallowed",
                "the hub gives people in the European Union no copy",
                ("extra_gated_eu_disallowed",),
                None,
            )
        prompt = self._text_of("extra_gated_prompt")
        if not prompt:
            return None
        whole = len(prompt) >= _LONG_PROMPT and _AGREEMENT.search(prompt) is not None
        role = Role.LICENSE if whole else Role.USE_POLICY
        span = self.front.span_of(self.text, ("extra_gated_prompt",))
        raw, start = self._raw_block(span.start)
        if raw is not None:
            # As it stands in the file, so that lines and columns are those of the file.
            before = self.document.line_column(start)[0] - 1
            return Document.model_construct(role=role, name=self.name, text=raw, offset_line=before)
        # Between quotes line breaks are written as escapes: lines are those of the prompt.
        return Document.model_construct(role=role, name=f"{self.name or 'card'}#extra_gated_prompt", text=prompt)

    def _raw_block(self, at: int) -> tuple[str | None, int]:
        """The lines of the block scalar (``|`` or ``>``) that starts at ``at``."""
        header = _BLOCK_HEADER.match(self.text, at)
        masked = self.front.masked
        if header is None or masked is None:
            return None, at
        end = start = header.end()
        for line in split_lines(self.text[: masked.end], start):
            if line.end > line.start and self.text[line.start] not in " \t":
                break
            end = line.end
        return self.text[start:end], start

    def _prompt_claim(self, prompt: Document) -> Iterator[LicenseClaim]:
        """The title of an agreement that stands whole in the gate, as what the card declares."""
        title = _TITLE.search(prompt.text, 0, 2000)
        if title is None:
            return
        value = title.group().strip(" \t#*_:'\"")
        if not value or len(value) > 120:
            return
        key = self._place(("extra_gated_prompt",))
        at = self.text.find(value, key.span.start)
        place = key if at < 0 else passage_of(self.document, Span.model_construct(start=at, end=at + len(value)))
        yield LicenseClaim.model_construct(value=value, origin="front-matter", place=place)

    # --- base models ---

    def _base_models(self, names: Names) -> Iterator[BaseModelClaim]:
        body = self.document.readable
        given = [(value, path) for value, path in self._values("base_model") if value.lower() not in _EMPTY_VALUES]
        for value, path in given:
            yield BaseModelClaim.model_construct(
                name=value, relation=self._relation(len(given)), place=self._place(path)
            )
        for value, path in self._values("tags"):
            if not given and value.lower().startswith("base_model:"):
                *kind, name = value[11:].split(":", 1)
                relation = kind[0].lower() if kind else ""
                yield BaseModelClaim.model_construct(
                    name=name.strip(), relation=_as_relation(relation), place=self._place(path)
                )
            elif not given and (family := family_of_tag(value)) and speaks_of(family, text=body, names=names):
                yield BaseModelClaim.model_construct(name=family, place=self._place(path))

    def _relation(self, count: int) -> Relation:
        given = _as_relation(self._text_of("base_model_relation").lower())
        if given is not None:
            return given
        if count > 1:
            return "merge"
        return "adapter" if self._text_of("library_name").lower() in ("peft", "adapter-transformers") else None


def _as_relation(value: str) -> Relation:
    match value:
        case "finetune" | "adapter" | "quantized" | "merge":
            return value
        case _:
            return None


def _folded(value: str) -> str:
    return re.sub(r"[\W_]+", "", value.lower())


def _without_repeats(bases: Iterable[BaseModelClaim]) -> tuple[BaseModelClaim, ...]:
    """The first claim of each base: the front matter before the prose, the prose before the name."""
    found: dict[str, BaseModelClaim] = {}
    for base in bases:
        if base.name.strip():
            found.setdefault(_folded(base.name.rsplit("/", 1)[-1]), base)
    return tuple(found.values())
