"""What a verdict says of itself: complete, in order, and harmless to terminal and browser."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from openness.explain import lines_html, plain_line, value_words, verdict_html, verdict_lines, verdict_text, visible
from openness.records import (
    Clause,
    Conflict,
    DateValue,
    DisplayName,
    Finding,
    Identification,
    MoneyLimit,
    Note,
    Passage,
    Places,
    PolicyReference,
    Reading,
    Rejection,
    Rider,
    Span,
    Tier,
    UserLimit,
    Verdict,
)
from openness.report.text import render_verdict

QUOTE = "Nobody may run the model in a casino."


def finding(**changes: object) -> Finding:
    held: dict[str, object] = {
        "document": "LICENSE",
        "span": Span(start=10, end=10 + len(QUOTE)),
        "line": 3,
        "end_line": 3,
        "column": 5,
        "quote": QUOTE,
        "clause": Clause.FIELD_OF_USE,
        "rule": "USE-900",
        "message": "bars gambling",
        "ceiling": Tier.OPEN,
        "criteria": ("OSD-6",),
        "match": Span(start=17, end=24),
        "section": "4.b",
    }
    return Finding.model_validate(held | changes)


def verdict(**changes: object) -> Verdict:
    one = finding()
    held: dict[str, object] = {
        "subject": "card.md",
        "tier": Tier.OPEN,
        "ceiling": Tier.OPEN,
        "floor": Tier.OPEN,
        "declared_tier": Tier.OSI,
        "findings": (one,),
        "deciding": (one,),
    }
    return Verdict.model_validate(held | changes)


def test_the_verdict_comes_first_then_its_proof() -> None:
    lines = verdict_text(verdict()).splitlines()
    assert lines[0] == "card.md: open, not OSI open source"
    assert "declared: OSI open source" in lines[1]
    text = "\n".join(lines)
    assert "LICENSE:3:5" in text
    assert QUOTE in text
    assert "breaks OSD-6" in text
    assert "section 4.b" in text


def test_what_is_unknown_comes_last_with_a_way_out() -> None:
    note = Note(
        code="no-license", message="nothing is declared", hint="declare one", document="card.md", line=2, column=1
    )
    told = verdict(tier=None, floor=Tier.PROPRIETARY, notes=(note,))
    text = verdict_text(told)
    assert text.splitlines()[0] == "card.md: undetermined, at most open, not OSI open source"
    assert text.index("Deciding clauses") < text.index("Not determined")
    assert "card.md:2:1  nothing is declared [no-license]" in text
    assert "way out: declare one" in text
    assert verdict_text(verdict(tier=None, ceiling=Tier.OSI, floor=Tier.PROPRIETARY)).startswith(
        "card.md: undetermined\n"
    )


def test_everything_that_was_found_is_told() -> None:
    other = finding(
        clause=Clause.USER_CAP,
        lead_in=Passage(span=Span(start=0, end=4), line=1, end_line=1, column=1, quote="You:"),
        values=(UserLimit(count=5, tested="at-release", effect="ask-first"),),
        readings=(Reading(says="one", taken=True), Reading(says="another")),
        confidence="low",
    )
    rider = Rider(
        document="LICENSE",
        span=Span(start=0, end=4),
        line=1,
        end_line=1,
        column=1,
        quote="But.",
        kind="added",
        restricts=None,
    )
    missing = Rider(
        document="LICENSE",
        span=Span(start=4, end=4),
        line=1,
        end_line=1,
        column=5,
        quote="",
        kind="removed",
        missing_words=7,
    )
    known = Identification(
        license_id="MIT",
        method="fingerprint",
        coverage=0.93,
        document="LICENSE",
        line=1,
        riders=(rider, missing),
        ties=("X11",),
        exception="Some-exception",
        rejections=(Rejection(license_id="ISC", reason="too short"),),
    )
    told = verdict(
        findings=(finding(), other),
        identifications=(known,),
        conflicts=(Conflict(code="c", message="two things differ", places=("a:1", "b:2")),),
        notes=(Note(code="catalog-note", message="remember this"), Note(code="x", message="look here")),
        standards={"osaid-1.0": "fails", "mine": "unknown"},
        profile=("behavioural-use",),
        expression="LicenseRef-x",
    )
    text = verdict_text(told)
    for words in (
        "added to it; could not be read",
        "missing from it",
        "7 words",
        "fits as well: X11",
        "WITH Some-exception",
        "not ISC: too short",
        "two things differ",
        "b:2",
        "remember this",
        "look here",
        "Open Source AI Definition 1.0: does not meet it",
        "mine: not known",
        "behavioural-use",
        "license: LicenseRef-x",
        "93% of its words",
        "low confidence",
        "read here as: one",
        "other reading: another",
        "“You:” line 1",
        "above 5 monthly active users, tested at release, effect: ask first",
    ):
        assert words in text
    brief = "\n".join(plain_line(line) for line in verdict_lines(told))
    assert "read here as" not in brief
    assert "user-cap" in brief


def test_values_are_put_in_words() -> None:
    from datetime import date

    assert value_words(UserLimit(count=1000, unit="visits", direction="at-or-above")) == "at or above 1,000 visits"
    assert value_words(MoneyLimit(amount=5, period="year", effect="no-rights")) == (
        "above USD 5 a year (revenue), effect: no rights"
    )
    assert value_words(MoneyLimit(amount=5, currency="EUR")) == "above EUR 5 (revenue)"
    assert value_words(DateValue(on=date(2027, 1, 2))) == "on 2027-01-02"
    assert value_words(DateValue(years_after_release=4)) == "4 years after release"
    assert value_words(Places(codes=("EU", "GB"), basis="domiciled")) == "places: EU, GB (domiciled)"
    assert value_words(Places(codes=("EU",))) == "places: EU"
    assert value_words(DisplayName(name="Acme")) == "name to show: Acme"
    assert value_words(PolicyReference(title="Rules", url="https://x.example")) == "document: Rules (https://x.example)"
    assert value_words(PolicyReference(title="Rules")) == "document: Rules"


def test_long_quotes_keep_the_words_that_count() -> None:
    quote = "before " * 100 + "FORBIDDEN " + "after " * 100
    at = quote.index("FORBIDDEN")
    one = finding(quote=quote, span=Span(start=0, end=len(quote)), match=Span(start=at, end=at + len("FORBIDDEN")))
    text = verdict_text(verdict(findings=(one,), deciding=(one,)))
    assert "FORBIDDEN" in text
    assert max(map(len, text.splitlines())) < 400
    bare = finding(quote=quote, span=Span(start=0, end=len(quote)), match=None)
    assert "before before" in verdict_text(verdict(findings=(bare,), deciding=(bare,)))


def test_color_only_when_asked_for() -> None:
    assert "\x1b" not in render_verdict(verdict())
    colored = render_verdict(verdict(), color=True)
    assert "\x1b[1;33m" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == render_verdict(verdict())


@given(st.text())
def test_nothing_reaches_the_terminal_that_it_would_obey(words: str) -> None:
    assert all(char.isprintable() for char in visible(words))


@given(st.text(min_size=1, max_size=60))
def test_html_is_escaped(words: str) -> None:
    nasty = f"<script>alert({words})</script>"
    one = finding(quote=nasty, span=Span(start=0, end=len(nasty)), match=None, message=nasty, document=nasty)
    shown = verdict_html(verdict(subject=nasty, findings=(one,), deciding=(one,)))
    assert "<script" not in shown
    assert lines_html(()) in '<div style="font-family:sans-serif;line-height:1.45;max-width:60em"></div>'


def test_notebook_display_is_the_same_layout() -> None:
    assert verdict()._repr_html_() == verdict_html(verdict())
    assert verdict().explain() == verdict_text(verdict())
