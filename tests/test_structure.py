"""What a text is made of: units, their kinds, what they hang on, and the publisher's numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openness.clauses import Structure, Unit, parse_structure
from openness.text import normalize

PIECES = st.sampled_from(
    [
        "You may not", " use the model", ":", ";", " or", " and", ". ", ".\n", "\n\n", "\n- ", "\n* ", "\n1. ", "\n2. ",
        "\n1.1 ", "\n(a) ", "\n(b) ", " (i) ", " (ii) ", "\nii. ", "\nSection 3. ", "\nExhibit A\n", "\n## Terms\n",
        "\nGRANT\n", '"Work" means', " as is", "\n| a | b |\n", "不得", "。", "；", "（1）", "第三条", "一、", " e.g. ",
        "Inc. ", "the following", " to", "@misc{x,\n", "WHEREAS ",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=50).map("".join))


def structure_of(text: str) -> Structure:
    return parse_structure(normalize(text))


def words(structure: Structure, unit: Unit) -> str:
    return structure.text[unit.start : unit.end]


def kinds(text: str) -> list[tuple[str, str]]:
    structure = structure_of(text)
    return [(words(structure, unit), unit.kind) for unit in structure.units]


def leads(text: str) -> dict[str, str | None]:
    structure = structure_of(text)
    return {
        words(structure, unit): None if unit.lead_in < 0 else words(structure, structure.units[unit.lead_in])
        for unit in structure.units
    }


def sections(text: str) -> dict[str, str | None]:
    structure = structure_of(text)
    return {words(structure, unit): unit.section for unit in structure.units}


@given(TEXTS)
def test_any_text_has_a_structure(text: str) -> None:
    normalized = normalize(text)
    structure = parse_structure(normalized)
    assert len(structure.text) == len(normalized.text)
    assert structure.starts == tuple(unit.start for unit in structure.units)
    before = 0
    for index, unit in enumerate(structure.units):
        assert before <= unit.start < unit.end <= len(structure.text)
        assert "\n" not in words(structure, unit)
        assert -1 <= unit.lead_in < index
        before = unit.end
    paragraphs = [unit.paragraph for unit in structure.units]
    assert paragraphs == sorted(paragraphs)


@given(TEXTS)
def test_no_word_is_lost(text: str) -> None:
    structure = structure_of(text)
    covered = "".join(words(structure, unit) for unit in structure.units)
    # Only list markers may stand outside of the units.
    long_words = [word for word in structure.text.split() if word.isascii() and word.isalpha() and len(word) > 8]
    assert all(word in covered for word in long_words)


def test_sentences_end_at_stops_and_not_at_abbreviations() -> None:
    assert [said for said, _ in kinds("Example Inc. gives it to you. You may use it, e.g. at home! Is it so?")] == [
        "example inc. gives it to you.",
        "you may use it, e.g. at home!",
        "is it so?",
    ]


def test_chinese_sentences_need_no_blank() -> None:
    # The stop itself gives its place to the line feed between the units.
    assert [said for said, _ in kinds("您可以使用本模型。您不得出租本模型；不得转让。")] == [
        "您可以使用本模型",
        "您不得出租本模型",
        "不得转让。",
    ]


def test_kinds_are_told_apart() -> None:
    text = (
        "# Terms of the weights\n\n"
        "WHEREAS the lab wants to share its work;\n\n"
        '"Weights" means the numbers in the files.\n\n'
        "You may run the weights.\n\n"
        "The weights come as is, without warranty of any kind.\n\n"
        "| file | bytes |\n\n"
        "- a thing in a list"
    )
    assert [kind for _, kind in kinds(text)] == [
        "heading",
        "recital",
        "definition",
        "body",
        "disclaimer",
        "table",
        "item",
    ]


def test_items_hang_on_their_lead_in() -> None:
    lead = "you agree not to use the model:"
    for marks in (("(a)", "(b)"), ("1.", "2."), ("i.", "ii."), ("-", "-"), ("•", "•"), ("a)", "b)"), ("", "")):
        found = leads(f"You agree not to use the model:\n\n{marks[0]} for warfare;\n\n{marks[1]} to gamble.")
        assert found == {lead: None, "for warfare;": lead, "to gamble.": lead}, marks


def test_lists_inside_lists_hang_on_both() -> None:
    found = leads(
        "You may not:\n1. hurt people, for example by:\n  a. lying to them;\n  b. robbing them;\n"
        "2. burn books.\n\nWe may."
    )
    assert found["lying to them;"] == "hurt people, for example by:"
    assert found["hurt people, for example by:"] == "you may not:"
    assert found["burn books."] == "you may not:"
    assert found["we may."] is None


def test_lists_that_lost_their_markers_go_on_until_a_sentence_says_something_new() -> None:
    text = (
        "You agree you will not use the model to:\n\n"
        "Violence or terrorism\n\n"
        "Human trafficking\n\n"
        "Plan or help with the sale of illegal weapons.\n\n"
        "Fraud: passing off text as the work of a person.\n\n"
        "You must tell us of any breach."
    )
    found = leads(text)
    lead = "you agree you will not use the model to:"
    assert [found[said] for said in list(found)[1:5]] == [lead] * 4
    assert found["you must tell us of any breach."] is None


def test_bullets_below_one_item_do_not_end_the_list() -> None:
    found = leads(
        "You may not use it for:\n\nFraud: passing off text, such as:\n* reviews;\n* letters.\n\n"
        "Spam: sending letters to all."
    )
    assert found["reviews;"] == "fraud: passing off text, such as:"
    assert found["spam: sending letters to all."] == "you may not use it for:"


def test_a_heading_ends_a_list() -> None:
    found = leads("You may not use it for:\n- war\n\n## Grant\n\nYou may change the model.")
    assert found["you may change the model."] is None


def test_sections_are_the_publishers_own() -> None:
    found = sections(
        "1. Grant\n\na. You may run it.\n\nb. You may share it:\n\ni. as it is;\n\nii. changed.\n\n"
        "2. Limits\n\nNone so far."
    )
    assert found["you may run it."] == "1.a"
    assert found["changed."] == "1.b.ii"
    assert found["none so far."] == "2"


def test_numbers_in_two_parts_are_followed_by_plain_ones() -> None:
    found = sections("8.2 Courts of Paris.\n\n8.3 If a part is void, the rest stays.\n\n9. Words\n\nA word.")
    assert found["if a part is void, the rest stays."] == "8.3"
    assert found["a word."] == "9"


def test_attachments_have_a_number_of_their_own() -> None:
    found = sections(
        "5. End of terms.\n\nATTACHMENT A\n\nYou agree not to use the model:\n\n(a) for war;\n\n(b) for spam."
    )
    assert found["for spam."] == "Attachment A (b)"


def test_sections_run_together_in_a_line_are_cut() -> None:
    said = [text for text, _ in kinds("You may share it. b. Limits. You may not sell it. c. Marks. We own the marks.")]
    assert "you may not sell it." in said
    assert "we own the marks." in said


def test_items_inside_a_sentence_are_cut() -> None:
    found = leads("You may not (i) rent the model; (ii) sell the model; or (iii) use it for war.")
    assert found["use it for war."] is not None


@pytest.mark.parametrize(
    "unit",
    [
        "(a) ",
        "not ",
        "You may not: ",
        "1. ",
        "- x\n",
        "x:\n",
        "a. B. ",
        "; (b) ",
        '"',
        "不得。",
        "| ",
        "i) ",
        "e.g. ",
        "A\n",
    ],
)
def test_odd_texts_are_read_to_the_end(unit: str) -> None:
    structure = structure_of(unit * 20_000)
    assert len(structure.units) <= 20_000 * len(unit)
