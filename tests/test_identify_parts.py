"""Identification of texts that are not known word for word: parts, siblings, riders, bad input."""

from __future__ import annotations

import random
import re
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openness.errors import UnknownNameError
from openness.identify import load_identifier
from openness.identify.build import build_index
from openness.identify.collect import KnownText
from openness.identify.diff import diff_text
from openness.identify.engine import Identifier
from openness.identify.index import Index
from openness.records import Document, Identification, Role

GARDEN = """Garden Terms of Sharing, Version 1.2

Copyright (c) <year> <name of the gardener>

Whoever holds these seeds may plant them in any soil, and may hand on what grows to any neighbor, friend
or stranger, in baskets, in pots or by the cart, as often as it pleases them.

This sheet travels with every bag of seeds. Neither the name of the gardener nor the names of those who
helped may be painted on a fence to praise what others grew from these seeds.

The seeds come as they are, wet or dry, old or fresh. If they do not sprout, or sprout as something else, the
gardener owes nothing for it to anybody at all, be it for lost suppers, lost sleep or lost tempers.
"""
THIRD = """Whoever sells a pie made from what grew shall write on the crust whose seeds the first ones were, in
letters as large as those of the price.
"""
ORCHARD = GARDEN.replace("Garden Terms", "Orchard Terms").replace("The seeds come", THIRD + "\nThe seeds come")
STREET = """Street Music Permission

Anyone may whistle this tune on the street by day. By night it is to be hummed, and below open windows it is not
to be heard at all. The composer gets a coin if there is one, and a smile if there is none. Dancing to the tune
is free, whatever the weather and whoever the dancers, so long as nobody blocks the tram.
"""
GREEN_ONLY = GARDEN.replace("these seeds may plant", "these green seeds may plant").replace(
    "Version 1.2", "Version 1.3"
)


def known(name: str, text: str, license_id: str | None = None) -> KnownText:
    return KnownText("garden", name, license_id or f"LicenseRef-{name}", text)


@pytest.fixture(scope="module")
def identifier() -> Identifier:
    texts = [known("Garden", GARDEN), known("Orchard", ORCHARD), known("Street", STREET), known("Green", GREEN_ONLY)]
    return Identifier(Index(build_index(texts)))


def look(identifier: Identifier, text: str, **extra: str) -> tuple[Identification, ...]:
    found = identifier.identify(Document(text=text, **extra))
    for one in found:
        for rider in one.riders:
            assert rider.quote == text[rider.span.start : rider.span.end]
            assert rider.line == text.count("\n", 0, rider.span.start) + 1
    return found


def only(identifier: Identifier, text: str, **extra: str) -> Identification:
    (found,) = look(identifier, text, **extra)
    return found


def riders(found: Identification) -> list[tuple[str, str]]:
    return [(rider.kind, rider.quote) for rider in found.riders]


# --- riders ---


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("any soil", "any poor soil", [("added", "poor")]),
        ("to any neighbor", "to no neighbor", [("changed", "no")]),
        (", friend\nor stranger", "", [("removed", "")]),
        ("as often as it pleases them.", "as often as it pleases them. Not for sale.", [("added", "Not for sale.")]),
        ("travels with every bag", "travels, for hobby gardeners, with every bag", [("added", "for hobby gardeners,")]),
    ],
)
def test_each_change_of_a_word_is_a_rider(identifier: Identifier, old: str, new: str, expected: list) -> None:
    found = only(identifier, GARDEN.replace(old, new))
    assert found.license_id == "LicenseRef-Garden"
    assert found.method == "fingerprint"
    assert riders(found) == expected


@pytest.mark.parametrize("passage", ["Not to be used in greenhouses.", "Hobby gardeners only!", "Florists: call us."])
@pytest.mark.parametrize("place", ["before", "after"])
def test_a_passage_beside_a_license_is_a_rider(identifier: Identifier, passage: str, place: str) -> None:
    text = f"{passage}\n\n{GARDEN}" if place == "before" else f"{GARDEN}\n{passage}\n"
    found = only(identifier, text)
    assert riders(found) == [("added", passage)]


def test_a_removed_passage_counts_the_words_that_are_missing(identifier: Identifier) -> None:
    found = only(identifier, GARDEN.replace(", be it for lost suppers, lost sleep or lost tempers", ""))
    (rider,) = found.riders
    assert (rider.kind, rider.quote, rider.missing_words) == ("removed", "", 10)
    assert found.coverage < 1


def test_a_deleted_paragraph_is_never_exact_and_never_plain(identifier: Identifier) -> None:
    parts = GARDEN.split("\n\n")
    for number in (2, 3, 4):
        text = "\n\n".join(parts[:number] + parts[number + 1 :])
        for found in look(identifier, text):
            assert found.method != "exact"
            assert found.riders


def test_what_is_added_where_a_notice_stands_is_a_rider(identifier: Identifier) -> None:
    line = "Copyright (c) <year> <name of the gardener>"
    for notice in (
        "Copyright 2020 Rosa. The gardener takes these permissions back whenever she likes.",
        "Copyright 2020 Rosa, for poor people",
        "(c) 2021 Rosa; not for florists",
    ):
        text = GARDEN.replace(line, notice)
        assert only(identifier, text).riders, notice


# --- harmless differences ---


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Copyright (c) <year> <name of the gardener>", "Copyright (c) 2001-2020, 2022 Rosa Verde and others"),
        ("Copyright (c) <year> <name of the gardener>", "(c) 2020 by Rosa Verde. All rights reserved."),
        (
            "Copyright (c) <year> <name of the gardener>",
            "Copyright 2020 Rosa Verde\nCopyright 2021 International Research Ltd",
        ),
        ("the gardener nor the names", "Rosa Verde Inc. nor the names"),
        ("neighbor", "neighbour"),
        ("suppers", "supers"),
        ("The seeds come", "4. The seeds come"),
        ("This sheet", "(b) This sheet"),
        ("Garden Terms of Sharing, Version 1.2", "The Garden License"),
        ("stranger", "stran-\nger"),
    ],
)
@pytest.mark.parametrize("one_line", [False, True])
def test_harmless_differences_are_no_riders(identifier: Identifier, old: str, new: str, one_line: bool) -> None:
    text = GARDEN.replace(old, new)
    if one_line:
        text = " ".join(text.split())
    if (old, one_line) == ("neighbor", False):
        return  # "neighbour" is a misspelling of a letter too many: read below
    found = only(identifier, text)
    assert found.license_id == "LicenseRef-Garden"
    assert riders(found) == []


def test_a_name_does_not_take_a_word_of_the_license_with_it() -> None:
    text = "The jam of [name of the cook] must not be sold on Sundays, and no pot of it is ever to be left open. " * 2
    cook = Identifier(Index(build_index([known("Jam", text + STREET)])))
    filled = text.replace("[name of the cook]", "Rosa Verde")
    assert riders(only(cook, filled + STREET)) == []
    assert riders(only(cook, filled.replace("Rosa Verde must not be", "Rosa Verde may be", 1) + STREET)) != []
    assert riders(only(cook, filled.replace("Rosa Verde must not be", "Rosa Verde must be", 1) + STREET)) != []


def test_a_misspelling_of_a_word_that_limits_is_a_rider(identifier: Identifier) -> None:
    found = only(identifier, GARDEN.replace("If they do not sprout", "If they do nut sprout"))
    assert riders(found) == [("changed", "nut")]


# --- order ---


def test_a_bag_of_words_is_no_license(identifier: Identifier) -> None:
    words = GARDEN.split()
    random.Random(3).shuffle(words)
    assert look(identifier, " ".join(words)) == ()


def test_two_licenses_shuffled_by_sentences_are_none_with_reasons(identifier: Identifier) -> None:
    sentences = re.split(r"(?<=[.;,])\s+", GARDEN + STREET)
    random.Random(5).shuffle(sentences)
    document = Document(text=" ".join(sentences))
    assert identifier.identify(document) == ()
    reasons = identifier.explain_none(document)
    assert {"LicenseRef-Garden", "LicenseRef-Street"} & {reason.license_id for reason in reasons}
    assert all("words" in reason.reason for reason in reasons)


# --- siblings and ties ---


def test_siblings_are_told_apart(identifier: Identifier) -> None:
    for text, wanted in ((GARDEN, "Garden"), (ORCHARD, "Orchard"), (GREEN_ONLY, "Green")):
        found = only(identifier, " ".join(text.split()).replace("<year> <name of the gardener>", "2020 Rosa"))
        assert (found.license_id, found.ties, found.riders) == (f"LicenseRef-{wanted}", (), ())


def test_the_next_candidates_are_turned_down_with_a_reason(identifier: Identifier) -> None:
    found = only(identifier, " ".join(GARDEN.split()))
    assert {rejection.license_id for rejection in found.rejections} >= {"LicenseRef-Orchard", "LicenseRef-Green"}
    assert all(rejection.reason for rejection in found.rejections)


def test_texts_that_fit_equally_well_are_a_tie() -> None:
    other = GARDEN.replace("in pots or", "in jars or")
    both = Identifier(Index(build_index([known("A", GARDEN), known("B", other)])))
    found = only(both, " ".join(GARDEN.replace("in pots or", "in cans or").split()))
    assert {found.license_id, *found.ties} == {"LicenseRef-A", "LicenseRef-B"}
    assert found.riders


# --- regions ---


def test_several_licenses_in_one_file_have_their_places(identifier: Identifier) -> None:
    text = f"{GARDEN}\n-----\n\n{STREET}\n-----\n\n{GARDEN.replace('any soil', 'any wet soil')}"
    found = look(identifier, text)
    assert [one.license_id for one in found] == ["LicenseRef-Garden", "LicenseRef-Street", "LicenseRef-Garden"]
    assert [riders(one) for one in found] == [[], [], [("added", "wet")]]
    lines = [(one.line, one.end_line) for one in found]
    assert all(before[1] < after[0] for before, after in pairwise(lines))


@pytest.mark.parametrize("sign", ["# ", "// ", " * ", "-- ", "> ", "dnl "])
def test_a_license_behind_comment_signs_before_code(identifier: Identifier, sign: str) -> None:
    head = "".join((sign + line).rstrip() + "\n" for line in GARDEN.splitlines())
    found = only(
        identifier, f"/*\n{head}*/\nimport nothing\nprint(1)\n" if "*" in sign else f"{head}\nimport nothing\n"
    )
    assert found.license_id == "LicenseRef-Garden"
    assert not any(rider.span.start < len(head) for rider in found.riders)


README = """# Seedbox

Keeps seeds in boxes. Run `seedbox --help` to see how.

| box | seeds |
| --- | --- |
| 1 | 20 |

## License

{}

## Thanks

To the neighbors, for the water.
"""


def test_a_license_inside_a_readme(identifier: Identifier) -> None:
    found = only(identifier, README.format(GARDEN), name="README.md")
    assert (found.license_id, riders(found)) == ("LicenseRef-Garden", [])


@pytest.mark.parametrize("passage", ["Florists: call us.", "Only for hobby gardeners."])
def test_the_section_about_the_license_is_read_closely(identifier: Identifier, passage: str) -> None:
    for inside in (f"{passage}\n\n{GARDEN}", f"{GARDEN}\n\n{passage}"):
        found = only(identifier, README.format(inside), name="README.md")
        assert riders(found) == [("added", passage)]


def test_a_restriction_anywhere_in_a_readme_is_handed_over(identifier: Identifier) -> None:
    text = README.format(GARDEN).replace("Keeps seeds", "Not for commercial use. Keeps seeds")
    found = only(identifier, text, name="README.md")
    assert any("Not for commercial use." in quote for _, quote in riders(found))


# --- notices ---


def gpl_like() -> Identifier:
    return Identifier(Index(build_index([known("a", GARDEN, "GPL-9.0-only"), known("b", GARDEN, "GPL-9.0-or-later")])))


@pytest.mark.parametrize(
    ("notice", "wanted", "ties"),
    [
        ("", "GPL-9.0-only", ("GPL-9.0-or-later",)),
        ("Use version 9 of the license, or (at your option) any later version.", "GPL-9.0-or-later", ()),
        ("Use version 9 only.", "GPL-9.0-only", ()),
        ("SPDX-License-Identifier: GPL-9.0-or-later", "GPL-9.0-or-later", ()),
    ],
)
def test_a_notice_says_only_or_later(notice: str, wanted: str, ties: tuple[str, ...]) -> None:
    found = only(gpl_like(), f"{notice}\n\nA program.\n\n{GARDEN}")
    assert (found.license_id, found.ties) == (wanted, ties)


def test_an_exception_goes_with_its_license() -> None:
    notice = "As a special exception, linking this library statically or dynamically with others is fine."
    found = only(gpl_like(), f"{GARDEN}\n{notice}\n")
    assert found.exception == "Classpath-exception-2.0"
    assert riders(found) == [("added", notice)]
    assert only(gpl_like(), f"{GARDEN}\nNothing special.\n").exception is None


# --- bad input ---

BAD = {
    "empty": "",
    "blanks": " \n\t\n ",
    "one word": "license",
    "one sentence for ever": "You may not whistle this tune without the permission of its composer. " * 4000,
    "bytes that decode": bytes(random.Random(1).randrange(256) for _ in range(50_000)).decode("latin-1"),
    "another script": "Ελληνικό κείμενο χωρίς καμία άδεια, απλώς λέξεις. " * 500,
    "another script without blanks": "这是一个没有许可证的文本。" * 2000,
    "open tags": "<p" * 20_000,
    "markers": "1.1.1. (a) (c) " * 5_000,
    "long word": "a" * 200_000,
    "surrogates": "\ud800\udfff " * 100,
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_bad_input_is_no_license(name: str) -> None:
    document = Document.model_construct(role=Role.LICENSE, name=None, text=BAD[name], offset_line=0)
    assert load_identifier().identify(document) == ()
    assert len(load_identifier().explain_none(document)) <= 5


def test_time_grows_with_the_text_and_not_faster() -> None:
    def calls(factor: int) -> float:
        text = "Whistling is not allowed, but humming may be, if no window is open. " * (500 * factor)
        start = time.process_time()
        load_identifier().identify(Document(text=text))
        return time.process_time() - start

    calls(1)
    # A quadratic algorithm would take 64 times as long; a loaded machine may well take 20 times.
    assert calls(8) < 40 * max(calls(1), 0.002)


# --- whatever comes ---

WORDS = st.sampled_from(GARDEN.split() + STREET.split() + ["not", "(c)", "2020", "#", "<p>", "\n\n", "é", "许可", "1."])


@settings(max_examples=150)
@given(st.lists(WORDS, max_size=120), st.integers(0, 400), st.integers(0, 400), st.text(max_size=60))
def test_spans_lie_inside_and_quotes_are_the_text(
    identifier: Identifier, words: list[str], start: int, end: int, noise: str
) -> None:
    text = f"{noise}\n{GARDEN[start:]}\n{' '.join(words)}\n{ORCHARD[: len(ORCHARD) - end]}{noise}"
    document = Document(text=text, name="L")
    found = identifier.identify(document)
    assert found == identifier.identify(document)
    for one in found:
        (span,) = one.spans
        assert 0 <= span.start <= span.end <= len(text)
        assert one.line <= one.end_line
        for rider in one.riders:
            assert 0 <= rider.span.start <= rider.span.end <= len(text)
            assert rider.quote == text[rider.span.start : rider.span.end]
            assert (rider.quote == "") == (rider.kind == "removed")


@settings(max_examples=100)
@given(st.text(max_size=400))
def test_no_text_breaks_it(text: str) -> None:
    identifier = load_identifier()
    document = Document(text=text)
    assert identifier.identify(document) == ()
    assert identifier.explain_none(document) == identifier.explain_none(document)


@settings(max_examples=100)
@given(st.sampled_from(GARDEN.split("\n\n")[2:]), st.integers(0, 60), st.text("abcdefghij ", min_size=1, max_size=30))
def test_what_is_inserted_is_handed_over_or_recognised(
    identifier: Identifier, paragraph: str, at: int, inserted: str
) -> None:
    places = [match.start() for match in re.finditer(r"\s", paragraph)]
    place = places[at % len(places)]
    sentence = f" but never on {inserted} "
    text = GARDEN.replace(paragraph, paragraph[:place] + sentence + paragraph[place:])
    found = only(identifier, text)
    handed = " ".join(rider.quote for rider in found.riders)
    assert "never" in handed


# --- diff ---


def test_a_diff_covers_the_text_without_gaps(identifier: Identifier) -> None:
    text = "For florists.\n\n" + GARDEN.replace("any soil", "any poor soil").replace(", friend\nor stranger", "")
    found = diff_text(identifier, Document(text=text))
    assert found is not None
    assert found.license_id == "LicenseRef-Garden"
    assert not found.is_plain
    assert "".join(text[piece.span.start : piece.span.end] for piece in found.pieces) == text
    kinds = [(piece.kind, text[piece.span.start : piece.span.end].strip()) for piece in found.pieces]
    assert ("added", "For florists.") in kinds
    assert ("added", "poor") in kinds
    assert [piece.missing_words for piece in found.pieces if piece.kind == "removed"] == [3]


def test_a_diff_against_a_named_license(identifier: Identifier) -> None:
    found = diff_text(identifier, Document(text=GARDEN), "licenseref-orchard")
    assert found is not None
    assert found.license_id == "LicenseRef-Orchard"
    assert any(piece.kind == "removed" and piece.missing_words > 20 for piece in found.pieces)
    plain = diff_text(identifier, Document(text=GARDEN), "LicenseRef-Garden")
    assert plain is not None
    assert plain.is_plain
    assert diff_text(identifier, Document(text="Nothing at all."), "LicenseRef-Garden") is None
    with pytest.raises(UnknownNameError, match="LicenseRef-Gardn"):
        diff_text(identifier, Document(text=GARDEN), "LicenseRef-Gardn")


# --- real texts ---


def test_installed_packages_licenses_are_known_or_none() -> None:
    """Licenses of packages that are always here: whatever they are, spans and quotes hold."""
    import click
    import pydantic

    seen = 0
    for module in (click, pydantic, pytest):
        site = Path(module.__file__).parent.parent
        for path in sorted(site.glob(f"{module.__name__}-*.dist-info/**/LICENSE*")):
            found = look(load_identifier(), path.read_text(encoding="utf-8"))
            seen += 1
            assert [one.license_id for one in found] in (["MIT"], ["BSD-3-Clause"]), path.name
            assert all(riders(one) == [] for one in found), path.name
    assert seen


def test_restrictions_in_approved_texts_are_never_overlooked(shared: Path) -> None:
    restrictions = ("Not for military use.", "Florists pay double.", "Use on Sundays needs our written consent.")
    folder = shared / "corpus" / "texts" / "spdx"
    for name in ("MIT", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Apache-2.0", "Zlib", "MPL-2.0", "GPL-3.0-only"):
        text = (folder / f"{name}.txt").read_text(encoding="utf-8")
        ends = [match.end() for match in re.finditer(r"[.;:]\s", text)]
        for number, restriction in enumerate(restrictions):
            for place in (0, ends[len(ends) // 2], ends[(number * 7) % len(ends)], len(text)):
                changed = f"{text[:place]}\n\n{restriction}\n\n{text[place:]}"
                found = look(load_identifier(), changed)
                handed = [rider.quote for one in found for rider in one.riders]
                assert not found or any(restriction in quote for quote in handed), (name, place, restriction)


def test_other_layouts_of_real_texts_are_recognised_without_riders(shared: Path) -> None:
    folder = shared / "corpus" / "texts" / "spdx"
    for name in ("MIT", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Apache-2.0", "MPL-2.0", "EPL-2.0", "Unlicense"):
        text = (folder / f"{name}.txt").read_text(encoding="utf-8")
        for change in (" ".join(text.split()), text.upper(), text.replace("\n", "\r\n"), re.sub(r"(?m)^", "# ", text)):
            found = look(load_identifier(), change)
            assert [name in (one.license_id, *one.ties) for one in found] == [True]
            assert found[0].riders == (), (name, riders(found[0]))


def test_a_passage_removed_beside_a_notice_or_a_marker_is_a_rider(identifier: Identifier) -> None:
    text = GARDEN.replace("The seeds come as they are, wet or dry", "(a) Wet or dry")
    assert [rider.kind for rider in only(identifier, text).riders] == ["removed"]
    text = GARDEN.replace(" as often as it pleases them.", "\n\nCopyright (c) 2020 Rosa Verde\n")
    assert [rider.missing_words for rider in only(identifier, text).riders if rider.kind == "removed"] == [6]
