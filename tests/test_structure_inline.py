"""Lists whose later items must find what they hang on: inside a sentence, and numbered in full."""

from __future__ import annotations

from openness.clauses import parse_structure
from openness.text import normalize


def leads(text: str) -> list[tuple[str, str | None]]:
    structure = parse_structure(normalize(text))
    return [
        (
            structure.text[unit.start : unit.end],
            None
            if unit.lead_in < 0
            else structure.text[structure.units[unit.lead_in].start : structure.units[unit.lead_in].end],
        )
        for unit in structure.units
    ]


def test_later_items_hang_on_the_sentence_that_holds_the_first() -> None:
    first, second, third = leads(
        "If you share the Model you shall (A) give a copy of this text; (B) name us; and (C) show the badge."
    )
    assert first[1] is None
    assert second == ("name us;", first[0]) or second == ("name us; and", first[0])
    assert third == ("show the badge.", first[0])


def test_a_label_that_does_not_go_on_hangs_on_nothing() -> None:
    for text in (
        "You shall (A) give a copy of this text; and (D) show the badge of ours.",
        "You shall give a copy of this text; and (B) show the badge of ours.",
    ):
        assert leads(text)[-1][1] is None


def test_another_paragraph_is_no_list() -> None:
    assert leads("You shall (A) give a copy.\n\n(B) Show the badge to everybody you meet.")[-1][1] is None


def test_items_numbered_in_full_hang_on_one_lead_in() -> None:
    units = leads(
        "2.2 Company may not:\n\n2.2.1 Keep the data for ever.\n\n2.2.2 Sell the data.\n\n2.3 Company owns its models."
    )
    assert [lead for _, lead in units] == [None, "company may not:", "company may not:", None]
