"""The types: frozen, closed, and the same after a trip through JSON or a pickle."""

from __future__ import annotations

import hashlib
import json
import pickle
import re
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from openness import records
from openness.records import (
    BaseModelClaim,
    Clause,
    Component,
    Conflict,
    DateValue,
    DisplayName,
    Document,
    Finding,
    Identification,
    License,
    LicenseClaim,
    LicenseClause,
    LicenseTerm,
    Limits,
    ModelRecord,
    MoneyLimit,
    Note,
    OsiStatus,
    Passage,
    Places,
    PolicyReference,
    Position,
    Profile,
    Provenance,
    Reading,
    Record,
    Rejection,
    Release,
    Rider,
    Role,
    Scope,
    Source,
    Span,
    Tier,
    UserLimit,
    Verdict,
    exported_types,
    json_schema,
)

SOURCE = Source(title="Terms", url="https://example.org/terms", read=date(2026, 11, 21), verified=False)
PLACE = Passage(
    document="README.md",
    role=Role.CARD,
    span=Span(start=4, end=16),
    line=2,
    end_line=2,
    column=1,
    quote="license: mit",
)
VALUES = (
    UserLimit(count=700_000_000, period="month", tested="at-release", effect="ask-first"),
    MoneyLimit(amount=1_000_000, period="year", direction="at-or-above", effect="no-rights"),
    DateValue(on=date(2028, 1, 1), years_after_release=2),
    Places(codes=("EU", "KR"), basis="domiciled"),
    DisplayName(name="Built with X", placement="label"),
    PolicyReference(title="Use policy", url="https://example.org/policy"),
)
FINDING = Finding(
    document="LICENSE",
    span=Span(start=0, end=20),
    line=1,
    end_line=3,
    column=1,
    quote="not for military use",
    clause=Clause.MILITARY_BAN,
    rule="USE-003",
    message="bars military use",
    ceiling=Tier.OPEN,
    criteria=("OSD-6",),
    profile=(Profile.BEHAVIOURAL_USE,),
    scope=Scope.OUTPUTS,
    section="2(b)",
    match=Span(start=8, end=16),
    lead_in=PLACE,
    values=VALUES,
    readings=(Reading(says="binding", ceiling=Tier.OPEN, taken=True), Reading(says="a wish")),
    confidence="medium",
    license_id="LicenseRef-x",
)
RIDER = Rider(**PLACE.model_dump(), kind="added", restricts=True, clauses=(Clause.NON_COMMERCIAL,), missing_words=3)
IDENTIFICATION = Identification(
    license_id="MIT",
    method="fingerprint",
    coverage=0.97,
    document="LICENSE",
    spans=(Span(start=0, end=5), Span(start=9, end=12)),
    line=1,
    end_line=20,
    riders=(RIDER,),
    ties=("MIT-0",),
    exception="LLVM-exception",
    rejections=(Rejection(license_id="ISC", reason="too little of it is here", coverage=0.2),),
)
CLAIM = LicenseClaim(value="mit", origin="front-matter", place=PLACE, license_link="LICENSE")
BASE = BaseModelClaim(name="org/base", relation="finetune", place=PLACE)
RELEASE = Release(
    name="X 1",
    publisher="Example",
    released=date(2026, 2, 3),
    hub_ids=("example/x-*",),
    access="gated",
    terms=(LicenseTerm(expression="LicenseRef-x", since=date(2026, 2, 3), source=1),),
    components=(Component(name="data", availability="closed"),),
    standards={"osaid-1.0": "fails"},
    sources=(SOURCE, SOURCE),
)
LICENSE = License(
    id="LicenseRef-x",
    name="X License",
    family="x",
    ceiling=Tier.OPEN,
    profile=(Profile.SCALE_CAP,),
    osi=OsiStatus(approved=False, as_of=date(2026, 11, 21), list_version="3.29"),
    clauses=(LicenseClause(clause=Clause.USER_CAP, paraphrase="asks big users to come first", values=VALUES[:1]),),
    sources=(SOURCE,),
)
DOCUMENT = Document(
    role=Role.CARD, name="README.md", text="\ufeff# Ä 🦙\r\nx", offset_line=3, masked=(Span(start=0, end=1),)
)
MODEL = ModelRecord(
    name="example/x-7b",
    claims=(CLAIM,),
    documents=(DOCUMENT,),
    base_models=(BASE,),
    components=RELEASE.components,
    release=RELEASE,
    notes=(Note(code="x", message="y", document="README.md", line=3, column=4),),
)
VERDICT = Verdict(
    subject="example/x-7b",
    tier=Tier.OPEN,
    declared_tier=Tier.OSI,
    floor=Tier.OPEN,
    ceiling=Tier.OPEN,
    expression="LicenseRef-x",
    identifications=(IDENTIFICATION,),
    findings=(FINDING,),
    deciding=(FINDING,),
    profile=(Profile.BEHAVIOURAL_USE,),
    conflicts=(Conflict(code="x", message="y", places=("README.md:2:1",)),),
    notes=MODEL.notes,
    standards={"osaid-1.0": "fails"},
    claims=(CLAIM,),
    base_models=(BASE,),
    provenance=Provenance(openness="0.1", rulebook="1", rulebook_sha256="0" * 64, spdx_list="3.29"),
)
SAMPLES: list[Record] = [
    *VALUES,
    *(SOURCE, PLACE, FINDING, RIDER, IDENTIFICATION, CLAIM, BASE, RELEASE, LICENSE, DOCUMENT, MODEL, VERDICT),
    *(Span(start=0, end=0), Position(line=1, column=1), Limits(), Verdict(tier=None), ModelRecord()),
]


def kind_of(record: Record) -> str:
    return type(record).__name__


def parts_of(value: object) -> set[str]:
    """Names of all types that occur in a value, at any depth."""
    if isinstance(value, Record):
        return {kind_of(value)}.union(*(parts_of(held) for _, held in value))
    return set().union(*map(parts_of, value)) if isinstance(value, tuple) else set()


def test_every_type_is_sampled() -> None:
    defined = {name for name, kind in vars(records).items() if isinstance(kind, type) and issubclass(kind, Record)}
    bases = {"Record", "Located"}
    assert defined - bases == set().union(*map(parts_of, SAMPLES))


@pytest.mark.parametrize("record", SAMPLES, ids=kind_of)
def test_round_trip(record: Record) -> None:
    dumped = record.model_dump_json()
    again = type(record).model_validate_json(dumped)
    assert again == record
    assert again.model_dump_json() == dumped
    assert type(record).model_validate(record.model_dump()) == record
    assert type(record).model_validate(json.loads(dumped)) == record
    assert pickle.loads(pickle.dumps(record)) == record


@pytest.mark.parametrize("record", SAMPLES, ids=kind_of)
def test_frozen_and_closed(record: Record) -> None:
    for field in type(record).model_fields:
        with pytest.raises(ValidationError, match="frozen"):
            setattr(record, field, None)
    with pytest.raises(ValidationError, match="Extra inputs"):
        type(record).model_validate({**record.model_dump(), "unheard_of": 1})


# --- tiers ------------------------------------------------------------------------------------------


def test_tiers_are_ordered() -> None:
    assert Tier.PROPRIETARY < Tier.OPEN < Tier.OSI
    assert [tier.label for tier in Tier] == ["proprietary", "open", "osi"]
    assert len({tier.title for tier in Tier}) == len(Tier)


@pytest.mark.parametrize("tier", Tier)
def test_tiers_read_their_labels(tier: Tier) -> None:
    assert Tier.parse(tier.label) is Tier.parse(tier.label.upper()) is Tier.parse(tier) is tier
    assert json.loads(Verdict(tier=tier).model_dump_json())["tier"] == tier.label
    assert Verdict(tier=tier).model_dump()["tier"] is tier


@pytest.mark.parametrize("wrong", ["", "closed", 1, 2.0, None, True, ["osi"]])
def test_what_is_no_tier_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="not a tier"):
        Tier.parse(wrong)
    with pytest.raises(ValidationError):
        Verdict.model_validate({"tier": None, "floor": wrong})


def test_grants_are_told_by_name() -> None:
    assert {clause.name for clause in Clause if clause.is_grant} == {
        *("GRANT_USE", "GRANT_MODIFY", "GRANT_REDISTRIBUTE", "GRANT_COMMERCIAL", "GRANT_SUBLICENSE")
    }


# --- spans and sources -------------------------------------------------------------------------------


def test_spans() -> None:
    one = Span(start=2, end=5)
    assert one.overlaps(Span(start=4, end=9))
    assert one.overlaps(one)
    assert not one.overlaps(Span(start=5, end=9))
    assert not Span(start=5, end=9).overlaps(one)
    for start, end in ((5, 4), (-1, 2)):
        with pytest.raises(ValidationError):
            Span(start=start, end=end)


@pytest.mark.parametrize("url", ["", "example.org", "ftp://example.org", "https:// x", "javascript:x"])
def test_a_source_has_a_web_address(url: str) -> None:
    with pytest.raises(ValidationError):
        Source(title="x", url=url)


def test_a_release_names_sources_it_has() -> None:
    with pytest.raises(ValidationError, match="is not in its list of sources"):
        Release(
            name="x",
            publisher="y",
            access="weights",
            terms=(LicenseTerm(expression=None, source=1),),
            sources=(SOURCE,),
        )


def test_places_in_words() -> None:
    assert PLACE.where == "README.md:2:1"
    assert Passage.model_validate({**PLACE.model_dump(), "document": None}).where == "<text>:2:1"
    assert Note(code="x", message="y").where == ""
    assert Note(code="x", message="y", line=3).where == "<text>:3"
    assert Note(code="x", message="y", document="a", line=3, column=4).where == "a:3:4"
    assert Note(code="x", message="y", document="a").where == "a"


# --- documents ----------------------------------------------------------------------------------------


def counted(text: str, offset: int) -> tuple[int, int]:
    """Line and column by walking there; LF, CR LF and a lone CR end a line."""
    before = re.split(r"\r\n|\r|\n", text[:offset])
    if text[:offset].endswith("\r") and text[offset : offset + 1] == "\n":  # between CR and LF
        before = re.split(r"\r\n|\r|\n", text[: offset - 1])
        return len(before), len(before[-1]) + 2
    return len(before), len(before[-1]) + 1


texts = st.text(st.sampled_from("ab \t\r\n\ufeff\u2028\x0b\x0c\x85é🦙"), max_size=30)


@given(texts, st.integers(0, 3))
@example("\r\n\r\r\n\n", 0)
@example("\ufeffa\r", 0)
def test_line_and_column_agree_with_a_naive_count(text: str, offset_line: int) -> None:
    document = Document(text=text, offset_line=offset_line)
    for offset in range(len(text) + 1):
        line, column = counted(text, offset)
        assert document.line_column(offset) == (line + offset_line, column)
        assert document.position(offset) == Position(line=line + offset_line, column=column)


@given(texts, st.integers(0, 3))
def test_lines_put_together_are_the_text(text: str, offset_line: int) -> None:
    document = Document(text=text, offset_line=offset_line)
    lines = re.split(r"\r\n|\r|\n", text)
    assert len(document.line_starts) == len(lines)
    assert [document.line_text(number + 1 + offset_line) for number in range(len(lines))] == lines


@pytest.mark.parametrize(
    "text, offset, expected",
    [
        ("", 0, (1, 1)),
        ("ab\ncd", 3, (2, 1)),
        ("ab\r\ncd", 4, (2, 1)),
        ("ab\rcd", 3, (2, 1)),
        ("\ufeffab", 1, (1, 2)),
        ("🦙🦙\n🦙x", 4, (2, 2)),
        ("a\u2028b", 2, (1, 3)),
        ("a\n", 2, (2, 1)),
    ],
)
def test_positions(text: str, offset: int, expected: tuple[int, int]) -> None:
    assert Document(text=text).line_column(offset) == expected


@given(texts, st.data())
def test_quotes_are_verbatim(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert Document(text=text).quote(Span(start=start, end=end)) == text[start:end]


@given(texts, st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=4))
def test_masking_moves_nothing(text: str, pairs: list[tuple[int, int]]) -> None:
    masked = tuple(Span(start=min(pair), end=max(pair)) for pair in pairs)
    document = Document(text=text, masked=masked)
    readable = document.readable
    assert Document(text=readable).line_starts == document.line_starts
    hidden = {at for span in masked for at in range(span.start, span.end)}
    assert len(readable) == len(text)
    for at, (shown, written) in enumerate(zip(readable, text, strict=True)):
        assert shown == (" " if at in hidden and written not in "\r\n" else written)


def test_hash_is_of_the_text_in_utf_8() -> None:
    assert Document(text="ä").sha256 == hashlib.sha256("ä".encode()).hexdigest()
    assert Document(text="x", name="a").sha256 == Document(text="x", name="b").sha256


# --- JSON Schema --------------------------------------------------------------------------------------


def broken(dumped: dict[str, Any]) -> list[dict[str, Any]]:
    """The same JSON with something wrong in it."""
    return [{**dumped, "unheard_of": 1}, *({**dumped, name: {"x": 1}} for name in dumped)]


@pytest.mark.parametrize("record", [VERDICT, LICENSE, RELEASE, MODEL], ids=kind_of)
def test_schemas_fit_the_records(record: Record) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json_schema(kind_of(record))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    dumped = json.loads(record.model_dump_json())
    validator.validate(dumped)
    validator.validate(json.loads(record.model_dump_json(exclude_defaults=True)))
    for wrong in broken(dumped):
        with pytest.raises(jsonschema.ValidationError):
            validator.validate(wrong)


def test_exported_types() -> None:
    assert sorted(exported_types()) == ["License", "ModelRecord", "Release", "Verdict"]
    with pytest.raises(KeyError):
        json_schema("Tier")
