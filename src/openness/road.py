"""The one road: record → identifications → findings → verdict.

The only room that knows all the steps. Each function here builds a `ModelRecord` from what it was given
and sends it down the same road, so that a text, a card, a name and a record of somebody's own making are
judged by the same rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .clauses import ClauseEngine, restricts
from .errors import ExpressionError
from .judge import Judgement, Term, judge, text_bounds
from .lineage import BaseTerms, find_base_limits
from .records import (
    BaseModelClaim,
    Clause,
    Conflict,
    Document,
    Finding,
    Identification,
    License,
    LicenseClaim,
    LicenseClause,
    LicenseTerm,
    Limits,
    ModelRecord,
    Note,
    Passage,
    Places,
    Profile,
    Provenance,
    Release,
    Rider,
    Role,
    Span,
    Tier,
    Verdict,
)
from .rulebook.book import Rulebook
from .rulebook.compiled import CompiledRule
from .rulebook.load import load_rulebook
from .spdx import (
    UNDETERMINED,
    Bounds,
    Expression,
    Leaf,
    all_of,
    expression_bounds,
    expression_leaves,
    listed_bounds,
    modern_expression,
    parse_expression,
    spdx_list_version,
    suggest_ids,
)
from .version import __version__

if TYPE_CHECKING:
    from .rulebook.facts import ClauseFacts

PathLike = str | Path

_POLICY_TITLE = re.compile(
    r"(?:acceptable|prohibited|responsible)[ -]use|\bus(?:e|age) (?:policy|guidelines)", re.IGNORECASE
)
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


class _Tools(NamedTuple):
    rulebook: Rulebook
    engine: ClauseEngine


@lru_cache(maxsize=4)
def _tools(rules: tuple[str, ...], state: tuple[object, ...]) -> _Tools:  # noqa: ARG001 - a key of the cache
    rulebook = load_rulebook(rules, check=find_for_check if rules else None)
    return _Tools(rulebook, ClauseEngine(rulebook.compiled))


def find_for_check(text: str, role: Role, rules: Sequence[CompiledRule]) -> tuple[Finding, ...]:
    """The finder that a rule's examples are held against when a folder is loaded."""
    return ClauseEngine(rules).find(Document.model_construct(role=role, text=text))


def _tools_for(rules: Sequence[PathLike]) -> _Tools:
    names = tuple(str(path) for path in rules)
    return _tools(names, tuple(entry for name in names for entry in _state_of(name)))


def _state_of(folder: str) -> Iterator[tuple[str, int, int]]:
    """What tells whether rules have changed since they were loaded: people edit them, and change folders."""
    top = Path(folder).absolute()
    for path in sorted(top.rglob("*.yaml")) if top.is_dir() else [top]:
        with suppress(OSError):  # whoever loads it says what is wrong with it
            found = path.stat()
            yield str(path), found.st_mtime_ns, found.st_size


# --- the façade --------------------------------------------------------------------------------------


def classify(record: ModelRecord, *, rules: Sequence[PathLike] = (), on: date | None = None) -> Verdict:
    """Judge a record: its claims, documents, base models and catalogue release.

    Args:
        record: What is known of the model. Nothing is read from disk or network.
        rules: Folders of your own rules, added to the built-in ones.
        on: The day to judge for; terms that change with time are looked up on it. Default: today.

    Raises:
        RulebookError: A rule folder cannot be used.
    """
    return _Road(record, _tools_for(rules), on=on).verdict()


def classify_text(
    text: str,
    *,
    role: Role | str = Role.LICENSE,
    name: str | None = None,
    rules: Sequence[PathLike] = (),
    limits: Limits | None = None,
) -> Verdict:
    """Judge a license text (or policy, notice, card body) as if weights were published under it.

    Args:
        text: The text as it stands; markup, comment prefixes and wrapping are seen through.
        role: What the text is: ``license``, ``use-policy``, ``notice`` or ``card``.
        name: Name to show in places, e.g. ``LICENSE``.
        rules: Folders of your own rules, added to the built-in ones.
        limits: How much is read at most.

    Raises:
        InputTooLargeError: The text is larger than ``limits.text_bytes``.
        ValueError: ``role`` is no role.
    """
    return classify_document(
        Document.model_construct(role=Role(role), name=name, text=text), rules=rules, limits=limits
    )


def classify_document(
    document: Document,
    *,
    notes: Sequence[Note] = (),
    rules: Sequence[PathLike] = (),
    limits: Limits | None = None,
) -> Verdict:
    """As `classify_text`, for a text that has been read already, with what there was to note about it."""
    from .sources.files import check_size

    limits = limits or Limits.model_construct()
    if document.role is Role.CARD:
        from .sources.card import parse_card

        card = parse_card(document.text, name=document.name, limits=limits)
        return classify(card.model_copy(update={"notes": (*notes, *card.notes)}), rules=rules)
    check_size(document.text, limits.text_bytes, name=document.name)
    if not document.text.strip():
        empty = Note.model_construct(
            code="empty-input",
            message="there is no text to read",
            hint="give the text of a license",
            document=document.name,
        )
        notes = (*notes, empty)
    record = ModelRecord.model_construct(name=document.name, kind="text", documents=(document,), notes=tuple(notes))
    return classify(record, rules=rules)


def classify_license(expression_or_name: str, *, rules: Sequence[PathLike] = (), on: date | None = None) -> Verdict:
    """Judge weights under a license that is known by name only.

    Args:
        expression_or_name: SPDX expression (``MIT OR Apache-2.0``), hub tag (``llama3.1``) or title.

    Raises:
        ExpressionError: It has the marks of an SPDX expression and is none.
    """
    claim = LicenseClaim.model_construct(value=expression_or_name, origin="argument")
    record = ModelRecord.model_construct(name=expression_or_name, kind="text", claims=(claim,))
    return _Road(record, _tools_for(rules), on=on, strict=True).verdict()


def classify_card(
    path_or_text: PathLike,
    *,
    rules: Sequence[PathLike] = (),
    limits: Limits | None = None,
    on: date | None = None,
) -> Verdict:
    """Judge a model card: its front matter, its prose, and the license files that lie beside it.

    Args:
        path_or_text: A `Path`, or a string that is either the card itself (it has a line break, or
            starts with ``---``) or the path of a card or of a folder with a ``README.md``.

    Raises:
        SourceError: The file cannot be read.
        InputError: It is no text, or over a limit. Faulty front matter is no error: the verdict notes it.
    """
    from .sources.card import parse_card, read_card

    limits = limits or Limits.model_construct()
    if isinstance(path_or_text, Path) or not _is_card_text(path_or_text):
        record = read_card(Path(path_or_text), limits=limits)
    else:
        record = parse_card(path_or_text, limits=limits)
    return classify(record, rules=rules, on=on)


def _is_card_text(text: str) -> bool:
    return not text or "\n" in text or text.lstrip("\ufeff \t").startswith("---")


def classify_model(name: str, *, rules: Sequence[PathLike] = (), on: date | None = None) -> Verdict:
    """Judge a model of the catalogue, by name or hub id. A name that is not in it is undetermined."""
    tools = _tools_for(rules)
    found = find_releases(tools.rulebook, name)
    if len(found) == 1:
        return classify(record_of(found[0]), rules=rules, on=on)
    if found:
        names = ", ".join(release.name for release in found)
        note = Note.model_construct(
            code="ambiguous-model", message=f"several models go by {name!r}: {names}", hint="name one of them"
        )
    else:
        near = _near_releases(tools.rulebook, name)
        hint = f"did you mean {' or '.join(near)}?" if near else "give its card or its license text instead"
        note = Note.model_construct(code="unknown-model", message=f"the catalogue has no model {name!r}", hint=hint)
    return classify(ModelRecord.model_construct(name=name, notes=(note,)), rules=rules, on=on)


def find_releases(rulebook: Rulebook, name: str) -> tuple[Release, ...]:
    """Releases that go by a name or hub id; several when the name does not tell them apart."""
    if "/" in name:
        found = rulebook.releases.find_hub_id(name)
        if found:
            return found[:1]
    return rulebook.releases.find(name)


def _near_releases(rulebook: Rulebook, name: str) -> list[str]:
    from rapidfuzz import fuzz, process

    tail = name.rpartition("/")[2]
    found = process.extract(tail, list(rulebook.releases), scorer=fuzz.WRatio, score_cutoff=75, limit=2)
    return [str(entry[0]) for entry in found]


def classify_name(name: str, *, rules: Sequence[PathLike] = (), on: date | None = None) -> Verdict:
    """Judge a bare name: a model of the catalogue if it has one, else a license.

    Raises:
        ExpressionError: As `classify_license`.
    """
    rulebook = _tools_for(rules).rulebook
    if not rulebook.licenses.find(name) and (find_releases(rulebook, name) or _HUB_ID.fullmatch(name)):
        return classify_model(name, rules=rules, on=on)
    return classify_license(name, rules=rules, on=on)


def record_of(release: Release) -> ModelRecord:
    """The record of a catalogue release."""
    bases = tuple(BaseModelClaim.model_construct(name=base, origin="catalog") for base in release.base_models)
    return ModelRecord.model_construct(
        name=release.name,
        kind=release.kind,
        access=release.access,
        components=release.components,
        base_models=bases,
        release=release,
    )


def identify_text(text: str, *, name: str | None = None) -> tuple[Identification, ...]:
    """Which licenses a text is, with everything in it that they do not explain.

    An empty tuple means that no known license was recognised.
    """
    from .identify import load_identifier

    return tuple(load_identifier().identify(Document.model_construct(name=name, text=text)))


# --- the road ------------------------------------------------------------------------------------------


class _Claimed(NamedTuple):
    """A declared license and what it means."""

    claim: LicenseClaim
    bounds: Bounds
    expression: Expression | None
    licenses: tuple[License, ...]
    """Records behind the expression, as far as there are any."""


class _Read(NamedTuple):
    """A document with what was found in it."""

    document: Document
    identifications: tuple[Identification, ...]
    findings: tuple[Finding, ...]
    bounds: Bounds | None
    """None: the document says nothing of a license."""


class _Road:
    """One record on its way to a verdict."""

    def __init__(self, record: ModelRecord, tools: _Tools, *, on: date | None = None, strict: bool = False) -> None:
        self.record = record
        self.rulebook = tools.rulebook
        self.engine = tools.engine
        self.on = on or date.today()  # noqa: DTZ011 - terms change with a calendar day, whose zone nobody states
        self.strict = strict
        self.notes: list[Note] = list(record.notes)
        self.conflicts: list[Conflict] = []
        self.approved: set[str] = set()
        self.standards: dict[str, str] = {}

    def verdict(self) -> Verdict:
        record = self.record
        claimed = [
            self._resolve(claim) for claim in record.claims if claim.component == "weights" and self._heed(claim)
        ]
        claimed = _without_placeholders(claimed)
        terms = [Term(entry.bounds, _profile_of(entry.licenses)) for entry in _weighed(claimed)]
        held: list[Finding] = []
        if record.release is not None:
            claimed.extend(self._release_terms(record.release, terms, held))
        reads = [self._read(document) for document in record.documents]
        declared = _declared(claimed)
        texts = [entry for entry in reads if entry.bounds is not None]
        if texts and all(entry.bounds == UNDETERMINED for entry in claimed):
            # "other", or nothing declared: the text beside it says what "other" is.
            terms = []
        terms.extend(Term(entry.bounds, self._profile_of_texts(entry)) for entry in texts if entry.bounds is not None)
        findings = [finding for entry in reads for finding in entry.findings]
        findings.extend(self._gate_findings())
        told = {found.license_id for entry in reads for found in entry.identifications}
        for entry in claimed:
            for known in entry.licenses:
                held.extend(self._record_findings(known, entry.claim, told))
        if not terms:
            terms.append(Term(UNDETERMINED))  # a base limits its child, and licenses nothing
        for limit in find_base_limits(record.base_models, self._base_license):
            terms.append(Term(limit.bounds))
            self.conflicts.extend(limit.conflicts)
            self.notes.extend(limit.notes)
            for known in limit.licenses:
                held.extend(self._record_findings(known, limit.claim, told))
        findings.extend(held)
        judged = judge(terms, findings, approved=self.approved)
        self._note_what_is_unknown(judged, claimed, reads)
        declared_tier = declared.tier if declared is not None else None
        if not claimed and record.kind == "text" and len(reads) == 1:
            # A text on its own declares the license it carries the name of.
            ids = reads[0].identifications
            declared_tier = _meet(self._plain_bounds(found) for found in ids).tier if ids else None
        self._compare(declared_tier, judged, claimed)
        return Verdict.model_construct(
            subject=record.name,
            tier=judged.tier,
            declared_tier=declared_tier,
            floor=judged.bounds.floor,
            ceiling=judged.bounds.ceiling,
            expression=self._conclude(claimed, reads),
            identifications=tuple(found for entry in reads for found in entry.identifications),
            findings=tuple(findings),
            deciding=judged.deciding,
            profile=judged.profile,
            conflicts=tuple(self.conflicts),
            notes=tuple(self.notes),
            standards=self.standards,
            claims=(*record.claims, *(entry.claim for entry in claimed if entry.claim.origin == "catalog")),
            base_models=record.base_models,
            provenance=_provenance(self.rulebook),
        )

    # --- claims ---

    def _heed(self, claim: LicenseClaim) -> bool:
        """A tag is a search word: anybody's tools add and keep it, and no reader takes it for a declaration."""
        if claim.origin != "tag":
            return True
        hint = "declare it: license: " + claim.value.removeprefix("license:")
        self._note_claim(claim, "license-tag", f"the tag {claim.value!r} declares no license", hint)
        return False

    def _resolve(self, claim: LicenseClaim) -> _Claimed:
        """What a declared value means. An unknown one leaves every tier possible, and a note."""
        # "(MIT" is a slip in an expression, and not another way to write MIT.
        found = () if _looks_like_expression(claim.value) else self.rulebook.licenses.find(claim.value)
        if len(found) > 1:
            names = ", ".join(known.id for known in found)
            self._note_claim(
                claim,
                "ambiguous-license",
                f"{claim.value!r} does not tell {names} apart",
                "name the license with its version",
            )
            sides = [_bounds_of(known) for known in found]
            return _Claimed(claim, _either(sides), None, ())
        if found:
            (known,) = found
            leaf = None if known.is_family else _leaf(known.spdx_id or known.id)
            return _Claimed(claim, _bounds_of(known), leaf, (known,))
        try:
            expression = parse_expression(claim.value)
        except ExpressionError as error:
            if self.strict and _looks_like_expression(claim.value):
                raise
            self._note_claim(claim, "unknown-license", f"{claim.value!r} names no license that is known", error.hint)
            return _Claimed(claim, UNDETERMINED, None, ())
        unknown = [leaf for leaf in expression_leaves(expression) if not leaf.known and self._record_of(leaf) is None]
        for leaf in unknown:
            near = suggest_ids(leaf.id)
            hint = f"did you mean {' or '.join(near)}?" if near else "give the license text itself"
            self._note_claim(claim, "unknown-license", f"{str(leaf)!r} names no license that is known", hint)
        records = tuple(held for leaf in expression_leaves(expression) if (held := self._record_of(leaf)) is not None)
        return _Claimed(
            claim,
            expression_bounds(expression, self._bounds_of_leaf),
            None if len(unknown) == 1 and isinstance(expression, Leaf) else modern_expression(expression),
            records,
        )

    def _record_of(self, leaf: Leaf) -> License | None:
        return self._record(leaf.id)

    def _record(self, license_id: str) -> License | None:
        """The record of one license id, if the rulebook has one that is meant and no other."""
        found = self.rulebook.licenses.find(license_id)
        return found[0] if len(found) == 1 else None

    def _bounds_of_leaf(self, leaf: Leaf) -> Bounds:
        if leaf.known:
            return listed_bounds(leaf)
        known = self._record_of(leaf)
        return UNDETERMINED if known is None else _bounds_of(known)

    def _bounds_of_id(self, license_id: str) -> Bounds:
        known = self._record(license_id)
        if known is not None:
            return _bounds_of(known)
        leaf = _leaf(license_id)
        return listed_bounds(leaf) if isinstance(leaf, Leaf) and leaf.known else UNDETERMINED

    def _note_claim(self, claim: LicenseClaim, code: str, message: str, hint: str | None) -> None:
        place = claim.place
        self.notes.append(
            Note.model_construct(
                code=code,
                message=message,
                hint=hint,
                document=place.document if place else None,
                line=place.line if place else None,
                column=place.column if place else None,
            )
        )

    # --- catalogue ---

    def _terms_in_force(self, release: Release, *components: str) -> Iterator[tuple[LicenseTerm, str]]:
        """The licensed terms of a release on some components on the day asked for, each with its expression."""
        for term in release.terms:
            begun = term.since is None or self.on >= term.since
            ended = term.until is not None and self.on >= term.until
            if begun and not ended and term.component in components and term.expression is not None:
                yield term, term.expression

    def _release_terms(self, release: Release, terms: list[Term], held: list[Finding]) -> list[_Claimed]:
        """The terms of a catalogue release on the day asked for."""
        self.standards.update(release.standards)
        if release.note:
            self.notes.append(Note.model_construct(code="catalog-note", message=release.note))
        for reading in release.readings:
            if not reading.taken:
                self.notes.append(
                    Note.model_construct(code="disputed-reading", message=f"another reading: {reading.says}")
                )
        found = []
        for term, expression in self._terms_in_force(release, "weights", "source", "service"):
            source = release.sources[term.source]
            claim = LicenseClaim.model_construct(
                value=expression,
                origin="catalog",
                place=_catalog_place(source.url, expression),
            )
            entry = self._resolve(claim)
            terms.append(Term(entry.bounds, _profile_of(entry.licenses)))
            found.append(entry)
        if release.access in ("api", "none"):
            source = release.sources[0]
            terms.append(Term(Bounds.exactly(Tier.PROPRIETARY)))
            held.append(self._service_finding(release, source.url))
        return found

    def _service_finding(self, release: Release, url: str) -> Finding:
        facts = self.rulebook.facts[Clause.SERVICE_TERMS]
        what = {
            "api": "it can only be used through its publisher's service",
            "none": "it has not been released",
        }
        message = f"gives the public no copy: {what[release.access]}"
        place = _catalog_place(url, f"{release.publisher}: {release.name}, access: {release.access}")
        return _fact(
            place,
            rule="catalog",
            facts=facts,
            message=message,
            clause=LicenseClause.model_construct(clause=Clause.SERVICE_TERMS, paraphrase=message),
        )

    def _base_license(self, name: str) -> BaseTerms | None:
        """What the catalogue knows of the terms of a base model today."""
        releases = find_releases(self.rulebook, name)
        if len(releases) != 1:
            return None
        release = releases[0]
        left: Bounds | None = None
        records: list[License] = []
        words = []
        for _, expression in self._terms_in_force(release, "weights", "source"):
            entry = self._resolve(LicenseClaim.model_construct(value=expression, origin="catalog"))
            left = entry.bounds if left is None else left.meet(entry.bounds)
            records.extend(entry.licenses)
            words.append(expression)
        if left is None:
            return None
        return BaseTerms(release.name, left, tuple(records), " AND ".join(words))

    # --- documents ---

    def _read(self, document: Document) -> _Read:
        """Identify a document and find its clauses; say which of them belong to a known license."""
        findings = self._find(document)
        if document.role is Role.CARD:
            return _Read(document, (), findings, None)
        identifications: tuple[Identification, ...] = ()
        if document.role is not Role.USE_POLICY:
            from .identify import load_identifier

            identifications = tuple(load_identifier().identify(document))
        if not identifications:
            return _Read(document, (), findings, self._unidentified(document, findings))
        if all(self._plain_bounds(found) == UNDETERMINED for found in identifications):
            # A text that is known by name and no more: what it says is all there is to go by.
            return _Read(document, identifications, findings, self._unidentified(document, findings))
        owned = [_owned(finding, identifications) for finding in findings]
        weighed = tuple(self._weigh(found, owned, document) for found in identifications)
        bounds = _meet(self._bounds_of_found(found) for found in weighed)
        return _Read(document, weighed, tuple(owned), bounds)

    def _find(self, document: Document) -> tuple[Finding, ...]:
        found = self.engine.find(document)
        if document.role is not Role.NOTICE:
            return found
        # What a notice adds to a license reads like a license, and the rules for licenses find it.
        as_license = self.engine.find(document.model_copy(update={"role": Role.LICENSE}))
        told = {(finding.rule, finding.clause, finding.span) for finding in found}
        more = (entry for entry in as_license if (entry.rule, entry.clause, entry.span) not in told)
        return (*found, *(entry.model_copy(update={"role": Role.NOTICE}) for entry in more))

    def _unidentified(self, document: Document, findings: Sequence[Finding]) -> Bounds | None:
        if document.role is Role.NOTICE and not any(restricts(finding) for finding in findings):
            return None
        bounds = text_bounds(findings)
        if document.role is Role.NOTICE and bounds.tier is None and self.record.kind != "text":
            return None  # as a policy
        if document.role is Role.USE_POLICY or (bounds.tier is None and _POLICY_TITLE.search(document.text[:300])):
            if self.record.kind != "text":
                return None  # a policy takes away; what it takes from stands elsewhere
            if bounds.tier is None and any(restricts(finding) for finding in findings):
                return Bounds.exactly(Tier.OPEN)
        return bounds

    def _weigh(self, found: Identification, findings: Sequence[Finding], document: Document) -> Identification:
        """Read the riders of an identification, and note whether its own clauses count."""
        riders = tuple(self._read_rider(rider, findings, document) for rider in found.riders)
        bounds = self._plain_bounds(found)
        if bounds.tier is Tier.OSI:
            self.approved.add(found.license_id)
        for rider in riders:
            if rider.restricts is None:
                self.notes.append(
                    Note.model_construct(
                        code="unread-rider",
                        message=f"a passage that {found.license_id} does not have could not be read"
                        if rider.kind != "removed"
                        else f"{rider.missing_words} words of {found.license_id} are missing here",
                        hint="without it the text would be that license; with it, somebody must read it",
                        document=rider.document,
                        line=rider.line,
                        column=rider.column,
                    )
                )
        return found.model_copy(update={"riders": riders})

    def _read_rider(self, rider: Rider, findings: Sequence[Finding], document: Document) -> Rider:
        inside = [finding for finding in findings if finding.license_id is None and finding.span.overlaps(rider.span)]
        clauses = tuple(dict.fromkeys(finding.clause for finding in inside))
        if rider.restricts is not None:
            return rider.model_copy(update={"clauses": clauses})
        reading: bool | None = None
        if any(restricts(finding) for finding in inside):
            reading = True
        elif inside and rider.kind == "added":
            covered = sum(
                min(finding.span.end, rider.span.end) - max(finding.span.start, rider.span.start)
                for finding in {finding.span: finding for finding in inside}.values()
            )
            if covered >= 0.95 * len(document.quote(rider.span).strip()):
                reading = False
        return rider.model_copy(update={"restricts": reading, "clauses": clauses})

    def _plain_bounds(self, found: Identification) -> Bounds:
        """Bounds of an identification without its riders; of a tie, everything that its sides allow."""
        return _either([self._bounds_of_id(license_id) for license_id in (found.license_id, *found.ties)])

    def _bounds_of_found(self, found: Identification) -> Bounds:
        bounds = self._plain_bounds(found)
        if any(rider.restricts is not False for rider in found.riders):
            # A changed text is not the approved one, whatever the change says.
            return Bounds(min(bounds.floor, Tier.OPEN), min(bounds.ceiling, Tier.OPEN))
        return bounds

    def _gate_findings(self) -> list[Finding]:
        """A gate that the hub keeps for the publisher: people in the Union get no copy, whatever the license says."""
        cards = [document for document in self.record.documents if document.role is Role.CARD]
        found = []
        for note in self.record.notes:
            if note.code != "gated-eu-disallowed" or note.line is None or not cards:
                continue
            card = cards[0]
            quote = card.line_text(note.line).strip()
            start = card.text.index(quote, card.line_starts[note.line - 1])
            line, column = card.line_column(start)
            place = Passage.model_construct(
                document=card.name,
                role=Role.CARD,
                span=Span.model_construct(start=start, end=start + len(quote)),
                line=line,
                end_line=line,
                column=column,
                quote=quote,
            )
            clause = LicenseClause.model_construct(
                clause=Clause.GEOGRAPHIC_EXCLUSION,
                paraphrase=note.message,
                values=(Places.model_construct(codes=("EU",), basis="located"),),
            )
            facts = self.rulebook.facts[Clause.GEOGRAPHIC_EXCLUSION]
            fact = _fact(place, rule="hub-gate", facts=facts, message=note.message, clause=clause)
            found.append(fact.model_copy(update={"origin": "text"}))
        return found

    # --- records as findings ---

    def _record_findings(self, known: License, claim: LicenseClaim | BaseModelClaim, told: set[str]) -> list[Finding]:
        """The clauses a license is known to hold, quoted by the first claim that names it.

        Nothing for a license in ``told``, which it is added to: its text was read, or it has been named.
        """
        if known.osi.approved or known.id in told:
            return []
        told.add(known.id)
        value = claim.value if isinstance(claim, LicenseClaim) else claim.name
        place = claim.place or _catalog_place(known.url or (known.sources[0].url if known.sources else known.id), value)
        found = []
        for clause in known.clauses:
            facts = self.rulebook.facts[clause.clause]
            found.append(
                _fact(place, rule=known.id, facts=facts, message=clause.paraphrase, clause=clause, license_id=known.id)
            )
        return found

    # --- what is said in the end ---

    def _profile_of_texts(self, entry: _Read) -> tuple[Profile, ...]:
        """Profiles of the identified licenses, where the record of a license knows more than its rules found."""
        found: list[Profile] = []
        for identification in entry.identifications:
            known = self._record(identification.license_id)
            if known is not None:
                found.extend(known.profile)
        return tuple(found)

    def _conclude(self, claimed: Sequence[_Claimed], reads: Sequence[_Read]) -> str | None:
        """The concluded expression: what the texts are, else what was declared."""
        leaves: list[Expression] = []
        for entry in reads:
            for found in entry.identifications:
                leaf = _concluded_leaf(found)
                if leaf is not None and not found.ties:
                    leaves.append(leaf)
        if not leaves:
            leaves = [entry.expression for entry in claimed if entry.expression is not None]
            if len(leaves) < len(claimed):
                return None
        if not leaves:
            return None
        return str(modern_expression(all_of(leaves)))

    def _note_what_is_unknown(self, judged: Judgement, claimed: Sequence[_Claimed], reads: Sequence[_Read]) -> None:
        if judged.tier is not None:
            return
        texts = [entry for entry in reads if entry.document.role is not Role.CARD]
        if not claimed and not texts:
            if not any(note.code in ("empty-input", "unknown-model", "ambiguous-model") for note in self.notes):
                self.notes.append(
                    Note.model_construct(
                        code="no-license",
                        message="no license is declared, and by default copyright law grants nothing",
                        hint="declare one in the front matter (license: …) and put its text beside the card",
                        document=next((entry.document.name for entry in reads), None),
                    )
                )
            return
        for entry in claimed:
            if entry.bounds.tier is None and any(known.is_family for known in entry.licenses):
                self._note_claim(
                    entry.claim,
                    "license-family",
                    f"{entry.claim.value!r} is a family of licenses, not one of them",
                    "name the license with its version",
                )
            elif entry.claim.value.strip().lower() == "other":
                self._note_claim(
                    entry.claim,
                    "other-license",
                    "the license is declared as 'other' and its text is not here",
                    "put the text beside the card, or name it with license_name and license_link",
                )
        for read in texts:
            if (
                read.bounds is not None
                and read.bounds.tier is None
                and not read.identifications
                and read.document.text.strip()
            ):
                self.notes.append(
                    Note.model_construct(
                        code="no-grant-found",
                        message="no known license, and no sentence was found that lets the public use the work",
                        hint="if it is a license, read it; nothing was guessed",
                        document=read.document.name,
                        line=1,
                        column=1,
                    )
                )

    def _compare(self, declared: Tier | None, judged: Judgement, claimed: Sequence[_Claimed]) -> None:
        """Say where the declared tier and the effective one part."""
        if declared is None or judged.tier == declared or judged.bounds.ceiling >= declared:
            return
        places = [entry.claim.place.where for entry in claimed if entry.claim.place is not None]
        places.extend(dict.fromkeys(finding.where for finding in judged.deciding[:3]))
        effective = "undetermined" if judged.tier is None else judged.tier.title
        self.conflicts.append(
            Conflict.model_construct(
                code="declared-above-effective",
                message=f"declared {declared.title}, but what holds is {effective}",
                places=tuple(dict.fromkeys(places)),
            )
        )


def _without_placeholders(claimed: list[_Claimed]) -> list[_Claimed]:
    """The value "other" stands for a license that is named elsewhere: where one is, it has said all it can."""
    named = [entry for entry in claimed if entry.claim.value.strip().lower() != "other"]
    return named if any(entry.bounds != UNDETERMINED for entry in named) else claimed


def _weighed(claimed: Sequence[_Claimed]) -> list[_Claimed]:
    """The claims as they weigh: an unknown name in the prose keeps a declared license from being all there is.

    It cannot take the copy away that the declared license gives, but it may well restrict.
    """
    if all(entry.bounds == UNDETERMINED for entry in claimed):
        return list(claimed)
    unsure = Bounds(Tier.OPEN, Tier.OSI)
    return [
        entry._replace(bounds=unsure) if entry.bounds == UNDETERMINED and entry.claim.origin == "body" else entry
        for entry in claimed
    ]


def _declared(claimed: Sequence[_Claimed]) -> Bounds | None:
    """What is declared: by the fields made for it, or by the prose where those say nothing that is known."""
    fields = [entry for entry in claimed if entry.claim.origin != "body"]
    if not fields or all(entry.bounds == UNDETERMINED for entry in fields):
        fields = [entry for entry in claimed if entry.claim.origin == "body"] or fields
    return _meet(entry.bounds for entry in _weighed(fields)) if fields else None


def _owned(finding: Finding, identifications: Iterable[Identification]) -> Finding:
    """A finding that stands inside an identified license, outside its riders, belongs to that license."""
    for found in identifications:
        if any(finding.span.overlaps(rider.span) for rider in found.riders if rider.kind != "removed"):
            return finding
    for found in identifications:
        if any(finding.span.overlaps(span) for span in found.spans):
            return finding.model_copy(update={"license_id": found.license_id})
    return finding


def _bounds_of(known: License) -> Bounds:
    """What the record of a license says. A family whose members differ leaves every tier possible."""
    return UNDETERMINED if known.ceiling is None else Bounds.exactly(known.ceiling)


def _either(sides: Sequence[Bounds]) -> Bounds:
    """One of these holds, and nobody knows which."""
    return Bounds(min(side.floor for side in sides), max(side.ceiling for side in sides))


def _meet(bounds: Iterable[Bounds]) -> Bounds:
    left: Bounds | None = None
    for entry in bounds:
        left = entry if left is None else left.meet(entry)
    return UNDETERMINED if left is None else left


def _profile_of(licenses: Iterable[License]) -> tuple[Profile, ...]:
    return tuple(profile for known in licenses for profile in known.profile)


def _leaf(license_id: str, exception: str | None = None) -> Expression | None:
    """An identified license as an expression; None if its id does not fit the grammar."""
    try:
        return parse_expression(f"{license_id} WITH {exception}" if exception else license_id)
    except ExpressionError:
        return None


def _concluded_leaf(found: Identification) -> Expression | None:
    """The license that a text is. One that was changed must not bear the id it had."""
    if all(rider.restricts is False for rider in found.riders):
        return _leaf(found.license_id, found.exception)
    return _leaf(f"LicenseRef-{found.license_id.removeprefix('LicenseRef-')}-modified")


def _looks_like_expression(text: str) -> bool:
    """Whether a value has the marks of an SPDX expression, which no name of a license has."""
    return (
        any(word in ("AND", "OR", "WITH") for word in text.split())
        or any(char in text for char in "/|&")
        or text.count("(") != text.count(")")
    )


def _fact(
    place: Passage,
    *,
    rule: str,
    facts: ClauseFacts,
    message: str,
    clause: LicenseClause,
    license_id: str | None = None,
) -> Finding:
    """A clause that is known and not read: it is quoted by what names it."""
    return Finding.model_construct(
        document=place.document,
        role=place.role,
        span=place.span,
        line=place.line,
        end_line=place.end_line,
        column=place.column,
        quote=place.quote,
        clause=clause.clause,
        rule=rule,
        message=message,
        ceiling=facts.ceiling if clause.ceiling is None else clause.ceiling,
        criteria=facts.criteria,
        profile=facts.profile,
        scope=clause.scope,
        section=clause.section,
        match=None,
        lead_in=None,
        values=clause.values,
        readings=clause.readings,
        confidence="high",
        origin="record",
        license_id=license_id,
    )


def _catalog_place(document: str, quote: str) -> Passage:
    """The place of a fact that stands in the catalogue and not in a document at hand: its source."""
    return Passage.model_construct(
        document=document, span=Span.model_construct(start=0, end=0), line=1, end_line=1, column=1, quote=quote
    )


@lru_cache(maxsize=4)
def _provenance(rulebook: Rulebook) -> Provenance:
    return Provenance.model_construct(
        openness=__version__,
        rulebook=rulebook.version,
        rulebook_sha256=rulebook.sha256,
        spdx_list=spdx_list_version(),
    )
