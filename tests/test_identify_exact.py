"""The first stage of identification: equal texts, whatever their layout."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from openness.errors import RulebookError, SourceNotFoundError, SourceUnreadableError
from openness.identify import INDEX_FILE, load_identifier
from openness.identify.build import build_index
from openness.identify.collect import KnownText, read_sources
from openness.identify.engine import Identifier
from openness.identify.index import Index
from openness.records import Document

GARDEN = """Garden Terms of Sharing
Version 1.2, May 2019

Copyright (c) <year> <name of the gardener>

1. Whoever holds these seeds may plant them in any soil, and may hand on what grows to any neighbor.

2. This sheet travels with every bag of seeds, and no word of it is to be struck out while it travels.

3. The seeds come as they are. If they do not sprout, the gardener owes nothing for it to anybody at all.
"""
MEADOW = GARDEN.replace("Garden Terms", "Meadow Terms").replace("any soil", "meadow soil")


def known(name: str, text: str, license_id: str | None = None) -> KnownText:
    return KnownText("garden", name, license_id or f"LicenseRef-{name}", text)


@pytest.fixture(scope="module")
def identifier() -> Identifier:
    texts = [known("Garden", GARDEN), known("Meadow", MEADOW)]
    return Identifier(Index(build_index(texts)))


def ids(identifier: Identifier, text: str) -> list[str]:
    return [found.license_id for found in identifier.identify(Document(text=text)) if found.method == "exact"]


def test_a_text_is_itself_and_not_its_sibling(identifier: Identifier) -> None:
    assert ids(identifier, GARDEN) == ["LicenseRef-Garden"]
    assert ids(identifier, MEADOW) == ["LicenseRef-Meadow"]


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.upper(),
        lambda t: t.replace("\n", "\r\n"),
        lambda t: "\n\n".join(textwrap.fill(p, 60) for p in t.split("\n\n")),
        lambda t: "".join(f"# {line}\n" for line in t.splitlines()),
        lambda t: "/*\n" + "".join(f" * {line}\n" for line in t.splitlines()) + " */\n",
        lambda t: t.replace("Copyright (c) <year> <name of the gardener>", "Copyright 2019-2021 Rosa Verde GmbH"),
        lambda t: t.replace("Copyright (c) <year> <name of the gardener>", ""),
        lambda t: t.split("\n\n", 1)[1],
        lambda t: t.replace("1. ", "(a) ").replace("2. ", "(b) ").replace("3. ", "(c) "),
        lambda t: "".join(f"<p>{p}</p>" for p in t.split("\n\n")),
        lambda t: t.replace("seeds", "**seeds**").replace("do not", "do\u00a0not"),
        lambda t: "\ufeff" + t.replace("neighbor", "neigh\u00adbor"),
    ],
)
def test_layout_does_not_count(identifier: Identifier, change) -> None:
    assert ids(identifier, change(GARDEN)) == ["LicenseRef-Garden"]


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t + "\nNot for use in greenhouses.\n",
        lambda t: "For hobby gardeners only.\n\n" + t,
        lambda t: t.replace("any neighbor", "any poor neighbor"),
        lambda t: t.replace("nothing", "something"),
        lambda t: t.replace("Copyright (c) <year> <name of the gardener>", "Copyright 2020 Rosa. Private use only."),
        lambda t: t.replace("Garden Terms of Sharing", "Garden Terms of Sharing, excluding greenhouses"),
        lambda t: "\n\n".join(t.split("\n\n")[:-1]),
    ],
)
def test_a_word_more_or_less_is_not_exact(identifier: Identifier, change) -> None:
    assert ids(identifier, change(GARDEN)) == []


def test_one_text_under_two_names_is_told_by_its_title_or_a_tie() -> None:
    other = GARDEN.replace("Garden Terms", "Orchard Terms")
    texts = [known("A-only", GARDEN), known("A-or-later", GARDEN), known("Orchard", other)]
    both = Identifier(Index(build_index(texts)))
    (found,) = both.identify(Document(text=other))
    assert (found.license_id, found.ties) == ("LicenseRef-Orchard", ())
    (found,) = both.identify(Document(text=GARDEN))
    assert (found.license_id, found.ties) == ("LicenseRef-A-only", ("LicenseRef-A-or-later",))


def test_the_index_is_the_same_bytes_whatever_the_order_of_the_texts() -> None:
    texts = [known("Garden", GARDEN), known("Meadow", MEADOW)]
    assert build_index(texts) == build_index(texts[::-1])


def test_the_index_holds_no_wording() -> None:
    data = build_index([known("Garden", GARDEN), known("Meadow", MEADOW)])
    for word in ("seeds", "neighbor", "sprout", "gardener"):
        assert word.encode() not in data
        assert word.encode("utf-16-le") not in data


def test_a_file_that_is_no_index_or_of_another_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match="cannot read"):
        load_identifier(tmp_path)
    path = tmp_path / INDEX_FILE
    path.parent.mkdir()
    path.write_bytes(b"something else")
    with pytest.raises(RulebookError, match="not an index"):
        load_identifier(tmp_path)
    data = build_index([known("Garden", GARDEN)])
    path.write_bytes(data.replace(b'"gram":3', b'"gram":4'))
    with pytest.raises(RulebookError, match="another version"):
        load_identifier(tmp_path)


def test_sources_are_read_in_each_of_their_layouts(tmp_path: Path) -> None:
    listed = tmp_path / "listed"
    (listed / "texts").mkdir(parents=True)
    (listed / "texts" / "garden.txt").write_text(GARDEN)
    (listed / "index.jsonl").write_text('{"id": "garden", "spdx_or_licenseref": "LicenseRef-Garden"}\n')
    spdx = tmp_path / "license-list-data"
    (spdx / "json").mkdir(parents=True)
    (spdx / "text").mkdir()
    (spdx / "json" / "licenses.json").write_text('{"licenses": [{"licenseId": "Garden-1.2"}, {"licenseId": "Gone"}]}')
    (spdx / "text" / "Garden-1.2.txt").write_text(GARDEN)
    database = tmp_path / "database"
    database.mkdir()
    (database / "meadow.LICENSE").write_text(f"---\nkey: meadow\nname: Meadow\n---\n\n{MEADOW}")
    found = read_sources([listed, spdx, database])
    assert [(text.source, text.name, text.license_id) for text in found] == [
        ("listed", "garden", "LicenseRef-Garden"),
        ("spdx", "Garden-1.2", "Garden-1.2"),
        ("licensedb", "meadow", "LicenseRef-scancode-meadow"),
    ]


def test_a_source_that_holds_no_texts_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError):
        read_sources([tmp_path / "nowhere"])
    with pytest.raises(SourceUnreadableError, match="no license texts"):
        read_sources([tmp_path])


def corpus_sources(shared: Path) -> list[Path]:
    corpus = shared / "corpus"
    return [corpus / "texts" / "spdx", corpus / "texts" / "licensedb", corpus / "licenses"]


def test_the_committed_index_is_what_its_sources_give(shared: Path, repository: Path) -> None:
    built = build_index(read_sources(corpus_sources(shared)))
    assert (repository / "rules" / INDEX_FILE).read_bytes() == built, "run `openness rules index`, and commit"
    assert len(built) <= 8_000_000


def test_every_known_text_is_exactly_itself(shared: Path) -> None:
    identifier = load_identifier()
    same_text = {"LicenseRef-scancode-s-lab-1.0": "LicenseRef-S-Lab-1.0"}
    wrong = []
    for text in read_sources(corpus_sources(shared)):
        (found,) = identifier.identify(Document(text=text.text))
        wanted = same_text.get(text.license_id, text.license_id)
        if found.method != "exact" or wanted not in (found.license_id, *found.ties):
            wrong.append((text.name, found.license_id))
    assert wrong == []
