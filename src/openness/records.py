"""The frozen types that flow through openness.

Nothing here reads a file or knows a rule. Every public type is a frozen pydantic model that refuses
unknown fields, compares by value, survives pickling and a JSON round trip.
Offsets are characters of the original text, 0-based and half-open; lines and columns are 1-based.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from datetime import date
from enum import IntEnum, StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)


class Tier(IntEnum):
    """How open the terms on a model's weights are. The order carries the meaning.

    "Undetermined" is ``None``, never a member: it is the absence of a verdict.
    """

    PROPRIETARY = 0
    OPEN = 1
    OSI = 2

    @property
    def label(self) -> str:
        """Lower-case name, as written in JSON, rule files and on the command line."""
        return self.name.lower()

    @property
    def title(self) -> str:
        """The tier in words for people."""
        return _TIER_TITLES[self.name]

    @classmethod
    def parse(cls, value: object) -> Tier:
        """Read a tier from itself or from its label.

        Raises:
            ValueError: The value names no tier. Bare integers are refused: in a file they are far
                more often a slip than a tier.
        """
        if isinstance(value, cls):
            return value
        if isinstance(value, str) and value.lower() in _TIERS_BY_LABEL:
            return _TIERS_BY_LABEL[value.lower()]
        raise ValueError(f"not a tier: {value!r} (one of {', '.join(_TIERS_BY_LABEL)})")


_TIER_TITLES = {
    "PROPRIETARY": "proprietary",
    "OPEN": "open, not OSI open source",
    "OSI": "OSI open source",
}
_TIERS_BY_LABEL = {tier.label: tier for tier in Tier}

TierField = Annotated[
    Tier,
    BeforeValidator(Tier.parse),
    PlainSerializer(lambda tier: tier.label, return_type=str, when_used="json"),
    WithJsonSchema({"enum": [tier.label for tier in Tier], "type": "string"}),
]
"""A `Tier` that reads and writes its label in JSON and YAML."""


class Role(StrEnum):
    """What a document is for; a rule says in which roles it applies."""

    LICENSE = "license"
    USE_POLICY = "use-policy"
    CARD = "card"
    NOTICE = "notice"


class Clause(StrEnum):
    """The closed vocabulary of clause kinds. `rules/vocabulary.yaml` says what each one means."""

    NON_COMMERCIAL = "non-commercial"
    RESEARCH_ONLY = "research-only"
    FIELD_OF_USE = "field-of-use"
    MILITARY_BAN = "military-ban"
    DISCRIMINATES_PERSONS = "discriminates-persons"
    USER_CAP = "user-cap"
    REVENUE_CAP = "revenue-cap"
    GEOGRAPHIC_EXCLUSION = "geographic-exclusion"
    EXPORT_CONTROL = "export-control"
    NO_COMPETING_MODEL_TRAINING = "no-competing-model-training"
    OUTPUT_RESTRICTIONS = "output-restrictions"
    OUTPUT_OWNERSHIP = "output-ownership"
    NAMING_REQUIREMENT = "naming-requirement"
    ATTRIBUTION_NOTICE = "attribution-notice"
    USE_RESTRICTION_PASS_THROUGH = "use-restriction-pass-through"
    SHARE_ALIKE = "share-alike"
    NO_DERIVATIVES = "no-derivatives"
    NO_REDISTRIBUTION = "no-redistribution"
    HOSTED_SERVICE_RESTRICTION = "hosted-service-restriction"
    REVERSE_ENGINEERING_BAN = "reverse-engineering-ban"
    REVOCABLE = "revocable"
    TERMINATION_FOR_BREACH = "termination-for-breach"
    UNILATERAL_UPDATE_OF_TERMS = "unilateral-update-of-terms"
    REMOTE_RESTRICTION = "remote-restriction"
    MUST_UPDATE_TO_LATEST = "must-update-to-latest"
    GATED_ACCEPTANCE = "gated-acceptance"
    NON_TRANSFERABLE = "non-transferable"
    TIME_DELAYED_OPEN = "time-delayed-open"
    DATA_RESTRICTION = "data-restriction"
    CODE_NOT_COVERED = "code-not-covered"
    PATENT_GRANT = "patent-grant"
    NO_PATENT_GRANT = "no-patent-grant"
    PATENT_TERMINATION = "patent-termination"
    INDEMNITY = "indemnity"
    WARRANTY_DISCLAIMER = "warranty-disclaimer"
    LIABILITY_LIMIT = "liability-limit"
    GOVERNING_LAW = "governing-law"
    GRANT_USE = "grant-use"
    GRANT_MODIFY = "grant-modify"
    GRANT_REDISTRIBUTE = "grant-redistribute"
    GRANT_COMMERCIAL = "grant-commercial"
    GRANT_SUBLICENSE = "grant-sublicense"
    SERVICE_TERMS = "service-terms"

    @property
    def is_grant(self) -> bool:
        """Whether the clause is a permission rather than a limit or a duty."""
        return self.value.startswith("grant-")


class Profile(StrEnum):
    """What limits a model below the OSI tier, in one word each."""

    PERMISSIVE_NON_OSI = "permissive-non-osi"
    SHARE_ALIKE = "share-alike"
    ATTRIBUTION_BRANDING = "attribution-branding"
    BEHAVIOURAL_USE = "behavioural-use"
    SCALE_CAP = "scale-cap"
    REVENUE_CAP = "revenue-cap"
    GEOGRAPHIC = "geographic"
    NO_COMPETE = "no-compete"
    OUTPUT_LIMITS = "output-limits"
    NON_COMMERCIAL = "non-commercial"
    RESEARCH_ONLY = "research-only"
    NO_DERIVATIVES = "no-derivatives"
    NO_REDISTRIBUTION = "no-redistribution"
    REVOCABLE = "revocable"
    REGISTRATION = "registration"


class Scope(StrEnum):
    """What a clause is about. Limits on outputs and limits on the model are different facts."""

    MODEL = "model"
    OUTPUTS = "outputs"
    DERIVATIVES = "derivatives"
    NAME = "name"
    SERVICE = "service"


class Record(BaseModel):
    """Base of all public types: frozen, closed, and comparable by value.

    Inside the package values that are known to fit are put together with ``model_construct``: validators are
    built when first used, and building those of a verdict takes longer than reading a card.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Span(Record):
    """A half-open range of characters in the original text of a document."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)

    @model_validator(mode="after")
    def _ordered(self) -> Span:
        if self.end < self.start:
            raise ValueError(f"a span cannot end ({self.end}) before it starts ({self.start})")
        return self

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one character."""
        return self.start < other.end and other.start < self.end


class Position(Record):
    """A 1-based line and column."""

    line: int = Field(ge=1)
    column: int = Field(ge=1)


class Source(Record):
    """Where a fact comes from and when it was read there."""

    title: str = Field(min_length=1)
    url: str = Field(pattern=r"^https?://\S+$")
    read: date | None = None
    verified: bool = True
    """False marks a fact taken at second hand: shown as unverified wherever it is used."""


# --- typed values of a finding -----------------------------------------------------------------


class UserLimit(Record):
    """A number of users at which rights change."""

    kind: Literal["users"] = "users"
    count: int = Field(gt=0)
    unit: Literal["mau", "dau", "users", "visits", "calls", "seats", "employees"] = "mau"
    period: Literal["day", "30-days", "month", "quarter", "year"] | None = None
    direction: Literal["above", "at-or-above", "below", "at-or-below"] = "above"
    tested: Literal["at-release", "at-any-time"] | None = None
    effect: Literal["no-rights", "ask-first", "show-label"] | None = None


class MoneyLimit(Record):
    """An amount of money at which rights change."""

    kind: Literal["money"] = "money"
    amount: int = Field(gt=0)
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    period: Literal["month", "year"] | None = None
    measure: Literal["revenue", "arr", "funding", "profit", "assets", "budget"] = "revenue"
    direction: Literal["above", "at-or-above", "below", "at-or-below"] = "above"
    effect: Literal["no-rights", "ask-first", "show-label"] | None = None


class DateValue(Record):
    """A date on which something changes, or a number of days after release."""

    kind: Literal["date"] = "date"
    on: date | None = None
    years_after_release: int | None = None


class Places(Record):
    """Places as ISO 3166 codes (``EU`` for the Union), and what ties a licensee to them."""

    kind: Literal["places"] = "places"
    codes: tuple[str, ...] = Field(min_length=1)
    basis: Literal["domiciled", "located", "used-in", "sanctioned"] | None = None


class DisplayName(Record):
    """A name or badge that must be shown or carried."""

    kind: Literal["name"] = "name"
    name: str = Field(min_length=1)
    placement: Literal["prefix", "label", "notice"] | None = None


class PolicyReference(Record):
    """A document that the terms make part of themselves."""

    kind: Literal["policy"] = "policy"
    title: str = Field(min_length=1)
    url: str | None = None


Value = Annotated[
    UserLimit | MoneyLimit | DateValue | Places | DisplayName | PolicyReference,
    Field(discriminator="kind"),
]
"""A number, date, place, name or document that a clause carries."""


_BLANKABLE = re.compile(r"[^\r\n]")


# --- documents -----------------------------------------------------------------------------------


class Document(Record):
    """One text with its role and name. Turns a `Span` into a position and into a quote."""

    role: Role = Role.LICENSE
    name: str | None = None
    text: str
    offset_line: int = Field(default=0, ge=0)
    """Lines that stand before ``text`` in the file it was cut from (front matter of a card)."""

    masked: tuple[Span, ...] = ()
    """Parts that are not prose: front matter, code, citations. They are not read for clauses."""

    @cached_property
    def readable(self) -> str:
        """The text with its masked parts blanked out: same length, same lines."""
        if not self.masked:
            return self.text
        pieces = []
        done = 0
        for span in sorted(self.masked, key=lambda span: span.start):
            start = max(done, span.start)
            pieces.append(self.text[done:start])
            pieces.append(_BLANKABLE.sub(" ", self.text[start : span.end]))
            done = max(done, span.end)
        pieces.append(self.text[done:])
        return "".join(pieces)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the text in UTF-8."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Offset of the first character of each line; lines end with LF, CR LF or a lone CR."""
        text = self.text
        starts = [0]
        if "\r" not in text:
            at = text.find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = text.find("\n", at + 1)
            return tuple(starts)
        for at, char in enumerate(text):
            if char == "\n" or (char == "\r" and text[at + 1 : at + 2] != "\n"):
                starts.append(at + 1)
        return tuple(starts)

    def position(self, offset: int) -> Position:
        """1-based line and column of a character offset."""
        line, column = self.line_column(offset)
        return Position(line=line, column=column)

    def line_column(self, offset: int) -> tuple[int, int]:
        """As `position`, as a plain pair: for hot paths."""
        starts = self.line_starts
        index = bisect_right(starts, offset) - 1
        return index + 1 + self.offset_line, offset - starts[index] + 1

    def quote(self, span: Span) -> str:
        """The characters of a span, as they stand."""
        return self.text[span.start : span.end]

    def line_text(self, line: int) -> str:
        """The text of a 1-based line without its line end."""
        index = line - 1 - self.offset_line
        starts = self.line_starts
        end = starts[index + 1] if index + 1 < len(starts) else len(self.text)
        return self.text[starts[index] : end].rstrip("\r\n")


# --- findings and identifications ----------------------------------------------------------------


class Located(Record):
    """A place in a document, with the words that stand there."""

    document: str | None = None
    role: Role = Role.LICENSE
    span: Span
    line: int = Field(ge=1)
    end_line: int = Field(ge=1)
    column: int = Field(ge=1)
    quote: str

    @property
    def where(self) -> str:
        """``file:line:column``; for a fact of the catalogue the address it was read at."""
        if self.document is not None and self.document.startswith(("https://", "http://")):
            return self.document
        return f"{self.document or '<text>'}:{self.line}:{self.column}"


class Passage(Located):
    """A quoted passage with nothing said of it: a lead-in, a declared value."""


class Reading(Record):
    """One way to understand a disputed clause."""

    ceiling: TierField | None = None
    says: str
    taken: bool = False


class Finding(Located):
    """A clause that stands in a text (or, with ``origin="record"``, that a known license is known to hold)."""

    clause: Clause
    rule: str
    message: str
    ceiling: TierField | None = None
    criteria: tuple[str, ...] = ()
    profile: tuple[Profile, ...] = ()
    scope: Scope = Scope.MODEL
    section: str | None = None
    match: Span | None = None
    """The words inside ``span`` that made the rule fire."""
    lead_in: Passage | None = None
    """The sentence that a list item hangs on."""
    values: tuple[Value, ...] = ()
    readings: tuple[Reading, ...] = ()
    confidence: Literal["high", "medium", "low"] = "high"
    origin: Literal["text", "record"] = "text"
    license_id: str | None = None
    """The license whose own text or record holds the clause; None for text that no license explains."""


class Rider(Located):
    """A difference between a text and the license it resembles that is not harmless."""

    kind: Literal["added", "removed", "changed"]
    restricts: bool | None = None
    """True and False are read from its clauses; None means that nobody could read it."""
    clauses: tuple[Clause, ...] = ()
    missing_words: int = Field(default=0, ge=0)
    """How many words of the known license are not in the text at this place."""


class Rejection(Record):
    """A candidate license that was turned down, and why."""

    license_id: str
    reason: str
    coverage: float | None = Field(default=None, ge=0, le=1)


class Identification(Record):
    """One license recognized in a document or declared for it."""

    license_id: str
    """SPDX id, or ``LicenseRef-…`` for a license that is not on the SPDX list."""
    method: Literal["exact", "fingerprint", "name", "declared"]
    coverage: float = Field(default=1.0, ge=0, le=1)
    """Share of the license's words found, in order, in the text."""
    document: str | None = None
    role: Role = Role.LICENSE
    spans: tuple[Span, ...] = ()
    line: int | None = None
    end_line: int | None = None
    riders: tuple[Rider, ...] = ()
    ties: tuple[str, ...] = ()
    """Other licenses that fit exactly as well."""
    exception: str | None = None
    """SPDX exception that goes WITH the license."""
    rejections: tuple[Rejection, ...] = ()


# --- licenses --------------------------------------------------------------------------------------


class OsiStatus(Record):
    """Whether the Open Source Initiative has approved a license: a dated fact."""

    approved: bool
    as_of: date
    list_version: str | None = None
    """Version of the SPDX license list that the fact was read from, if it was."""


class LicenseClause(Record):
    """A clause that a known license is known to hold, in the project's own words."""

    clause: Clause
    section: str | None = None
    paraphrase: str = Field(min_length=1)
    scope: Scope = Scope.MODEL
    ceiling: TierField | None = None
    values: tuple[Value, ...] = ()
    readings: tuple[Reading, ...] = ()


class License(Record):
    """A known license, one record for each version."""

    id: str = Field(pattern=r"^[A-Za-z0-9.+-]+$")
    name: str
    family: str | None = None
    publisher: str | None = None
    version: str | None = None
    released: date | None = None
    spdx_id: str | None = None
    aliases: tuple[str, ...] = ()
    """Other spellings: LicenseRef ids, titles, ``license_name`` values."""
    hub_ids: tuple[str, ...] = ()
    """Values of ``license:`` in model cards that mean this license."""
    corpus_ids: tuple[str, ...] = ()
    """Names of the texts of this license in the fingerprint index."""
    osi: OsiStatus
    fsf_libre: bool | None = None
    ceiling: TierField | None
    """Best tier of weights under this license alone. None: not a license of its own (a family)."""
    is_family: bool = False
    """True for a name without a version (``gpl``, ``cc``, ``openrail``): it points at no one text."""
    profile: tuple[Profile, ...] = ()
    clauses: tuple[LicenseClause, ...] = ()
    policies: tuple[PolicyReference, ...] = ()
    url: str | None = None
    changes: str | None = None
    """What is different from the version before."""
    note: str | None = None
    sources: tuple[Source, ...] = ()

    def _repr_html_(self) -> str:
        from .explain import license_html

        return license_html(self)


# --- models ----------------------------------------------------------------------------------------


class LicenseTerm(Record):
    """The license on one component of a release over a stretch of time."""

    component: str = "weights"
    expression: str | None
    """SPDX expression over SPDX ids and LicenseRefs; None: under the terms of a service."""
    since: date | None = None
    until: date | None = None
    source: int = 0
    """Index into the release's sources."""
    note: str | None = None


class Component(Record):
    """How available one component of a release is."""

    name: str
    availability: Literal["open", "partial", "closed", "unknown"] = "unknown"
    license: str | None = None
    source: int = 0


class Release(Record):
    """A catalogue model: one release with its dated terms. Siblings are records of their own."""

    name: str
    publisher: str
    kind: Literal["model", "software", "service"] = "model"
    released: date | None = None
    aliases: tuple[str, ...] = ()
    hub_ids: tuple[str, ...] = ()
    """Repository names on the hub; ``*`` stands for any run of characters but a slash."""
    sizes: tuple[str, ...] = ()
    access: Literal["weights", "gated", "api", "source", "none"]
    terms: tuple[LicenseTerm, ...] = ()
    components: tuple[Component, ...] = ()
    base_models: tuple[str, ...] = ()
    standards: dict[str, Literal["meets", "fails", "would-meet-with-another-license", "unknown"]] = {}
    """What the owner of a standard said of this release, e.g. ``{"osaid-1.0": "meets"}``."""
    readings: tuple[Reading, ...] = ()
    note: str | None = None
    sources: tuple[Source, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _sources_exist(self) -> Release:
        dated: tuple[LicenseTerm | Component, ...] = (*self.terms, *self.components)
        for held in dated:
            if not 0 <= held.source < len(self.sources):
                raise ValueError(f"source {held.source} of {self.name!r} is not in its list of sources")
        return self


class LicenseClaim(Record):
    """A license declared for a model, and where."""

    value: str
    """As written."""
    origin: Literal["front-matter", "body", "license-name", "tag", "file", "catalog", "argument"]
    component: str = "weights"
    place: Passage | None = None
    license_link: str | None = None


class BaseModelClaim(Record):
    """A model that this one is said to be made from."""

    name: str
    relation: Literal["finetune", "adapter", "quantized", "merge"] | None = None
    origin: Literal["front-matter", "body", "name", "config", "catalog"] = "front-matter"
    place: Passage | None = None


class Note(Record):
    """Something a reader must know: why a tier is undetermined, what could not be read, a way out."""

    code: str
    message: str
    hint: str | None = None
    document: str | None = None
    line: int | None = None
    column: int | None = None

    @property
    def where(self) -> str:
        """``file:line:column`` as far as known, else an empty string."""
        if self.document is None and self.line is None:
            return ""
        tail = "" if self.line is None else f":{self.line}" + ("" if self.column is None else f":{self.column}")
        return f"{self.document or '<text>'}{tail}"


class Limits(Record):
    """How much is read at most. Over a limit: `InputTooLargeError`, which says how to raise it."""

    card_bytes: int = Field(default=1_000_000, gt=0)
    front_matter_bytes: int = Field(default=65_536, gt=0)
    text_bytes: int = Field(default=5_000_000, gt=0)


class ModelRecord(Record):
    """All that is known of a model before it is judged: what `classify` takes."""

    name: str | None = None
    revision: str | None = None
    kind: Literal["model", "software", "service", "text"] = "model"
    access: Literal["weights", "gated", "api", "source", "none"] | None = None
    claims: tuple[LicenseClaim, ...] = ()
    documents: tuple[Document, ...] = ()
    base_models: tuple[BaseModelClaim, ...] = ()
    components: tuple[Component, ...] = ()
    release: Release | None = None
    notes: tuple[Note, ...] = ()


# --- verdicts ---------------------------------------------------------------------------------------


class Conflict(Record):
    """Two pieces of evidence that do not agree."""

    code: str
    message: str
    places: tuple[str, ...] = ()
    """``file:line:column`` of each side, as far as known."""


class Provenance(Record):
    """What a verdict was made with, so that it can be made again."""

    openness: str
    rulebook: str
    """Version of the rulebook."""
    rulebook_sha256: str
    spdx_list: str
    """Version of the SPDX license list behind the OSI facts."""


class Verdict(Record):
    """The tier of a model or text, with its proof."""

    subject: str | None = None
    tier: TierField | None
    """What holds after all evidence. None: undetermined, and ``notes`` say why."""
    declared_tier: TierField | None = None
    """What the card, file or catalogue says of itself."""
    floor: TierField = Tier.PROPRIETARY
    """The evidence rules out anything below."""
    ceiling: TierField = Tier.OSI
    """The evidence rules out anything above. Equal to ``floor`` when the tier is determined."""
    expression: str | None = None
    """Concluded SPDX expression, ``LicenseRef-…`` for licenses off the list; None: none identified."""
    identifications: tuple[Identification, ...] = ()
    findings: tuple[Finding, ...] = ()
    deciding: tuple[Finding, ...] = ()
    """The findings whose ceiling equals the tier: what a better tier would have to lose."""
    profile: tuple[Profile, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    notes: tuple[Note, ...] = ()
    standards: dict[str, str] = {}
    """What owners of other standards said of the model, e.g. ``{"osaid-1.0": "fails"}``."""
    claims: tuple[LicenseClaim, ...] = ()
    base_models: tuple[BaseModelClaim, ...] = ()
    provenance: Provenance | None = None

    def explain(self) -> str:
        """The verdict and its proof in plain text: tier, deciding clauses, the rest, what is unknown."""
        from .explain import verdict_text

        return verdict_text(self)

    def _repr_html_(self) -> str:
        from .explain import verdict_html

        return verdict_html(self)


def exported_types() -> dict[str, type[Record]]:
    """The types whose JSON Schema is published, by name."""
    found: dict[str, type[Record]] = {}
    for kind in (Verdict, License, Release, ModelRecord):
        found[kind.__name__] = kind
    return found


def json_schema(name: str) -> dict[str, Any]:
    """JSON Schema (2020-12) of a published type.

    Raises:
        KeyError: The name is not in `exported_types`.
    """
    return exported_types()[name].model_json_schema(mode="serialization")
