"""Verdicts as they are written for people and machines."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openness.errors import FrontMatterError
from openness.explain import Line, Piece, license_html, license_lines, plain_line, verdict_text
from openness.records import (
    Clause,
    DateValue,
    Finding,
    Identification,
    License,
    LicenseClaim,
    LicenseClause,
    Note,
    OsiStatus,
    Passage,
    Rider,
    Source,
    Span,
    Tier,
    UserLimit,
    Verdict,
)
from openness.report.json import SCHEMA, error_data, render_data, render_run, render_verdict, verdict_data
from openness.report.text import render_lines
from openness.report.text import render_verdict as render_text

SENTENCE = "Above five seats you pay, and nobody pays at night."


def found(**changes: object) -> Finding:
    held: dict[str, object] = {
        "document": "LICENSE",
        "span": Span(start=100, end=100 + len(SENTENCE)),
        "line": 7,
        "end_line": 7,
        "column": 3,
        "quote": SENTENCE,
        "clause": Clause.USER_CAP,
        "rule": "CAP-900",
        "message": "asks for money above a number of seats",
        "ceiling": Tier.OPEN,
        "criteria": ("OSD-5",),
        "match": Span(start=106, end=116),
    }
    return Finding.model_validate(held | changes)


def known(**changes: object) -> Finding:
    """A clause of a license that was named, not read."""
    held: dict[str, object] = {
        "document": "README.md",
        "span": Span(start=13, end=18),
        "line": 2,
        "column": 10,
        "quote": "toy-1",
        "rule": "LicenseRef-toy-1",
        "license_id": "LicenseRef-toy-1",
        "origin": "record",
        "match": None,
        "section": "2",
    }
    return found(**held | changes)


def judged(*findings: Finding, **changes: object) -> Verdict:
    held: dict[str, object] = {"subject": "Toy", "tier": Tier.OPEN, "ceiling": Tier.OPEN, "floor": Tier.OPEN}
    deciding = tuple(finding for finding in findings if finding.ceiling is not None)
    return Verdict.model_validate(held | {"findings": findings, "deciding": deciding} | changes)


def part(verdict: Verdict, title: str, *, verbose: bool = False) -> list[str]:
    """The lines under a heading."""
    text = render_text(verdict, verbose=verbose)
    assert f"\n{title}\n" in text
    return text.partition(f"\n{title}\n")[2].partition("\n\n")[0].splitlines()


class TestPlaces:
    def test_one_clause_in_a_sentence(self) -> None:
        assert part(judged(found(section="4")), "Deciding clauses") == [
            "  LICENSE:7:3  user-cap [CAP-900, section 4]",
            "    asks for money above a number of seats; breaks OSD-5",
            f"    “{SENTENCE}”",
        ]

    def test_several_clauses_in_a_sentence_quote_it_once(self) -> None:
        first = found()
        second = found(
            clause=Clause.FIELD_OF_USE, rule="USE-900", message="bars money at night", match=Span(start=130, end=150)
        )
        assert part(judged(first, second), "Deciding clauses") == [
            "  LICENSE:7:3",
            f"    “{SENTENCE}”",
            "    user-cap [CAP-900]: asks for money above a number of seats; breaks OSD-5",
            "    field-of-use [USE-900]: bars money at night; breaks OSD-5",
        ]
        shown = render_text(judged(first, second), color=True)
        assert re.findall(r"\x1b\[3;4;33m(.*?)\x1b", shown) == [SENTENCE[6:16], SENTENCE[30:50]]

    def test_matches_that_overlap_are_set_off_once(self) -> None:
        second = found(clause=Clause.REVENUE_CAP, match=Span(start=110, end=120))
        shown = render_text(judged(found(), second), color=True)
        assert re.findall(r"\x1b\[3;4;33m(.*?)\x1b", shown) == [SENTENCE[6:16], SENTENCE[16:20]]
        assert re.sub(r"\x1b\[[0-9;]*m", "", shown).count(SENTENCE) == 1

    def test_several_clauses_of_one_rule_are_said_once(self) -> None:
        limits = (UserLimit(count=5, unit="seats"), UserLimit(count=9, unit="calls"))
        first = found(values=limits)
        second = found(clause=Clause.DISCRIMINATES_PERSONS, values=limits[::-1])
        assert part(judged(first, second), "Deciding clauses")[2:] == [
            "    user-cap, discriminates-persons [CAP-900]: asks for money above a number of seats; breaks OSD-5",
            "      above 5 seats",
            "      above 9 calls",
        ]

    def test_words_too_far_apart_for_one_excerpt_have_their_own(self) -> None:
        quote = "first " + "words " * 100 + "last"
        span = Span(start=0, end=len(quote))
        first = found(quote=quote, span=span, match=Span(start=0, end=5))
        second = found(quote=quote, span=span, match=Span(start=len(quote) - 4, end=len(quote)), rule="CAP-901")
        lines = part(judged(first, second), "Deciding clauses")
        assert [line for line in lines if "LICENSE:7:3" in line] == [
            "  LICENSE:7:3  user-cap [CAP-900]",
            "  LICENSE:7:3  user-cap [CAP-901]",
        ]
        assert sum("“first words" in line for line in lines) == 1
        assert sum(line.endswith("words last”") for line in lines) == 1

    def test_different_places_stay_apart(self) -> None:
        lead_in = Passage(span=Span(start=0, end=8), line=1, end_line=1, column=1, quote="You may:")
        lines = part(
            judged(found(), found(line=9, span=Span(start=200, end=251)), found(lead_in=lead_in)), "Deciding clauses"
        )
        assert [line for line in lines if re.match(r"  \S", line)] == [
            "  LICENSE:7:3  user-cap [CAP-900]",
            "  LICENSE:9:3  user-cap [CAP-900]",
            "  LICENSE:7:3  user-cap [CAP-900]",
        ]
        assert "    “You may:” line 1" in lines

    def test_clauses_that_are_known_stand_under_the_words_that_name_their_license(self) -> None:
        first = known(values=(DateValue(on=date(2027, 1, 2)),))
        second = known(clause=Clause.NON_COMMERCIAL, section=None, criteria=(), message="no sales")
        third = known(clause=Clause.GOVERNING_LAW, ceiling=None, section="9")
        verdict = judged(first, second, third)
        head = "  README.md:2:10  “toy-1”  known clauses of LicenseRef-toy-1"
        assert part(verdict, "Deciding clauses") == [
            head,
            "    user-cap [section 2]: asks for money above a number of seats; breaks OSD-5",
            "      on 2027-01-02",
            "    non-commercial: no sales",
        ]
        assert part(verdict, "Also found") == [head, "    governing-law [section 9]"]
        assert part(verdict, "Also found", verbose=True)[1].startswith("    governing-law [section 9]: asks")

    def test_what_the_catalog_knows_is_said_to_be_from_it(self) -> None:
        place = "https://example.org/terms"
        verdict = judged(known(rule="catalog", license_id=None, document=place, section=None))
        assert part(verdict, "Deciding clauses")[0] == f"  {place}  “toy-1”  from the catalog"

    def test_what_else_was_found_is_one_line_each(self) -> None:
        rest = found(ceiling=None, confidence="medium")
        verdict = judged(rest, found(ceiling=None, clause=Clause.INDEMNITY, rule="LEG-900"))
        assert part(verdict, "Also found") == [
            "  LICENSE:7:3  user-cap [CAP-900, medium confidence]",
            "  LICENSE:7:3  indemnity [LEG-900]",
        ]
        assert f"    “{SENTENCE}”" in part(verdict, "Also found", verbose=True)


def test_what_is_declared_is_shown_with_its_first_place() -> None:
    def claim(value: str, line: int | None, component: str = "weights") -> LicenseClaim:
        place = Passage(
            document="README.md", span=Span(start=0, end=1), line=line or 1, end_line=line or 1, column=1, quote="x"
        )
        return LicenseClaim(
            value=value, origin="front-matter", component=component, place=None if line is None else place
        )

    claims = (claim("mit", 2), claim("MIT", 9), claim("isc", None), claim("zlib", 3, "code"), claim("toy", 4))
    lines = render_text(judged(declared_tier=Tier.OSI, claims=claims)).splitlines()
    assert [line for line in lines if "declared" in line] == [
        "  declared: OSI open source",
        "  declared: “mit”  README.md:2:1",
        "  declared: “toy”  README.md:4:1",
    ]
    assert "declared: open" not in render_text(judged(declared_tier=Tier.OPEN, claims=claims))


def test_a_license_that_is_known_as_it_stands() -> None:
    nowhere = Identification(license_id="MIT", method="declared")
    rider = Rider(
        document="LICENSE",
        span=Span(start=4, end=4),
        line=1,
        end_line=1,
        column=5,
        quote="",
        kind="changed",
        restricts=False,
    )
    changed = Identification(license_id="ISC", method="exact", document="LICENSE", riders=(rider,))
    assert part(judged(identifications=(nowhere, changed)), "Licenses recognized") == [
        "  MIT (declared)",
        "  ISC (exact)  LICENSE",
        "    LICENSE:1:5  changed in it; does not restrict",
    ]


def test_what_must_be_known_beside_a_tier() -> None:
    note = Note(code="x", message="look\x1b here")
    assert part(judged(notes=(note,)), "Good to know") == [r"  look\x1b here [x]"]
    assert part(judged(tier=None, notes=(note,)), "Not determined") == [r"  look\x1b here [x]"]


@pytest.mark.parametrize("tier", [*Tier, None])
def test_every_tier_has_a_color_of_its_own(tier: Tier | None) -> None:
    colors = {
        re.findall(r"\x1b\[([0-9;]+)m", render_text(judged(tier=one, ceiling=Tier.OSI), color=True))[0]
        for one in (*Tier, None)
    }
    assert len(colors) == 4
    assert render_text(judged(tier=tier), color=False).startswith("Toy: ")


def test_a_text_without_a_name() -> None:
    assert verdict_text(judged(subject=None)).startswith("this text: open")


def test_styles_close_before_the_line_ends() -> None:
    lines = (Line(1, (Piece("head", "a"), Piece("plain", " b"), Piece("dim", ""))), Line(0, ()))
    assert render_lines(lines, color=True) == "  \x1b[1ma\x1b[0m b\n"
    assert render_lines(lines, color=False) == "  a b\n"


class TestLicenses:
    one = License(
        id="LicenseRef-toy-1",
        name="Toy License",
        publisher="Toy Makers",
        osi=OsiStatus(approved=False, as_of=date(2026, 11, 21)),
        ceiling=Tier.OPEN,
        clauses=(
            LicenseClause(
                clause=Clause.USER_CAP, section="2", paraphrase="Large toys pay", values=(UserLimit(count=5),)
            ),
            LicenseClause(clause=Clause.INDEMNITY, paraphrase="<b>You</b> pay"),
        ),
        sources=(
            Source(title="Toys", url="https://example.org/toys", read=date(2026, 11, 21)),
            Source(title="Tales", url="https://example.org/tales", verified=False),
        ),
    )

    def test_in_words(self) -> None:
        assert [plain_line(line) for line in license_lines(self.one)] == [
            "Toy License (LicenseRef-toy-1): open, not OSI open source",
            "  publisher: Toy Makers",
            "  OSI: not approved as of 2026-11-21",
            "",
            "Clauses",
            "  user-cap (section 2): Large toys pay",
            "    above 5 monthly active users",
            "  indemnity: <b>You</b> pay",
            "",
            "Sources",
            "  Toys https://example.org/toys, read 2026-11-21",
            "  Tales https://example.org/tales (unverified)",
        ]

    def test_a_family_has_no_tier_and_no_approval_of_its_own(self) -> None:
        family = License(
            id="LicenseRef-family-toy",
            name="Toy",
            osi=OsiStatus(approved=False, as_of=date(2026, 11, 21)),
            ceiling=None,
            is_family=True,
        )
        assert [plain_line(line) for line in license_lines(family)] == [
            "Toy (LicenseRef-family-toy): a family of licenses"
        ]

    def test_in_a_notebook(self) -> None:
        shown = self.one._repr_html_()
        assert shown == license_html(self.one)
        assert "&lt;b&gt;You&lt;/b&gt;" in shown
        assert "<script" not in shown


class TestJson:
    def test_the_version_comes_first(self) -> None:
        data = verdict_data(judged(found()))
        assert next(iter(data)) == "schema"
        assert data["schema"] == SCHEMA == 1
        assert json.loads(render_verdict(judged(found()))) == data

    def test_a_run(self) -> None:
        fault = FrontMatterError(
            "no mapping", path="README.md", line=1, column=2, hint="write one", code="front-matter-x"
        )
        data = json.loads(render_run([judged()], [error_data(fault, subject="a")]))
        assert list(data) == ["schema", "verdicts", "errors"]
        assert data["errors"] == [
            {
                "subject": "a",
                "code": "front-matter-x",
                "message": "no mapping",
                "path": "README.md",
                "line": 1,
                "column": 2,
                "hint": "write one",
            }
        ]

    @given(st.text(st.characters(codec=None), max_size=20) | st.sampled_from(["\udcff", "\x9b2J", "\u2028"]))
    def test_any_words_can_be_written_and_read_again(self, words: str) -> None:
        written = render_data({"said": words})
        assert json.loads(written.encode("utf-8")) == {"said": words}
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", written)
