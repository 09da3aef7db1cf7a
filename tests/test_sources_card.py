"""Model cards: front matter by the rules of the hub, every fault with its place, and the files beside a card."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openness.errors import BinaryInputError, InputTooLargeError, SourceNotFoundError
from openness.records import LicenseClaim, Limits, ModelRecord, Role
from openness.sources.beside import local_name
from openness.sources.card import declared_claims, parse_card, read_card


def front(*lines: str, body: str = "# Wren\n") -> str:
    return "---\n" + "".join(line + "\n" for line in lines) + "---\n" + body


def only(record: ModelRecord) -> LicenseClaim:
    assert len(record.claims) == 1, record.claims
    return record.claims[0]


def codes(record: ModelRecord) -> list[tuple[str, int | None, int | None]]:
    return [(note.code, note.line, note.column) for note in record.notes]


# --- what is read --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "value", "column"),
    [
        ("license: mit", "mit", 10),
        ("license:   mit  # a comment", "mit", 12),
        ('license: "MIT"', "MIT", 11),
        ("license: 'apache-2.0'", "apache-2.0", 11),
        ("license: Academic Free License v3.0  ", "Academic Free License v3.0", 10),
        ("license: ???", "???", 10),
    ],
)
def test_a_license_with_its_place(line: str, value: str, column: int) -> None:
    text = front("language: en", line)
    claim = only(parse_card(text, name="README.md"))
    assert (claim.value, claim.origin, claim.component) == (value, "front-matter", "weights")
    place = claim.place
    assert place is not None
    assert place.where == f"README.md:3:{column}"
    assert place.quote == value == text[place.span.start : place.span.end]


def test_a_list_of_licenses() -> None:
    record = parse_card(front("license:", "- mit", "- apache-2.0"))
    assert [claim.value for claim in record.claims] == ["mit", "apache-2.0"]
    assert [claim.place and claim.place.line for claim in record.claims] == [3, 4]
    assert record.notes == ()


def test_line_ends_of_windows_and_of_old_macs() -> None:
    for end in ("\r\n", "\r"):
        text = front("language: en", "license: mit").replace("\n", end)
        place = only(parse_card(text)).place
        assert place is not None
        assert (place.line, place.column, place.quote) == (3, 10, "mit")


def test_blanks_may_stand_before_the_front_matter() -> None:
    place = only(parse_card("\n \n" + front("license: mit"))).place
    assert place is not None
    assert place.line == 4


def test_only_the_first_block_counts() -> None:
    text = front("license: mit", body="\n---\nlicense: gpl-3.0\nbase_model: x/y\n---\n\nText.\n")
    record = parse_card(text)
    assert only(record).value == "mit"
    assert record.base_models == ()


def test_other_with_a_name_and_a_link() -> None:
    claim = only(
        parse_card(front("license: other", "license_name: wren-license", "license_link: LICENSE", body="Wren.\n"))
    )
    assert (claim.value, claim.origin, claim.license_link) == ("wren-license", "license-name", "LICENSE")
    assert claim.place is not None
    assert claim.place.line == 3


def test_other_without_a_name() -> None:
    claim = only(parse_card(front("license: other", "license_link: https://example.org/terms")))
    assert (claim.value, claim.license_link) == ("other", "https://example.org/terms")


def test_a_name_that_repeats_the_license_says_nothing_new() -> None:
    assert only(parse_card(front("license: mit", "license_name: MIT"))).value == "mit"
    both = parse_card(front("license: mit", "license_name: wren-noncommercial"))
    assert [claim.value for claim in both.claims] == ["mit", "wren-noncommercial"]


@pytest.mark.parametrize("key", ["licenses", "License", "licence", "LICENSE", "liscense", "license_id"])
def test_a_misspelled_key_is_read_and_noted(key: str) -> None:
    record = parse_card(front(f"{key}: mit"))
    assert only(record).value == "mit"
    assert codes(record)[0][:2] == ("misspelled-license-key", 2)
    assert record.notes[0].hint == "write `license`"


def test_tags_declare_nothing() -> None:
    record = parse_card(front("tags:", "- license:apache-2.0"))
    assert (only(record).value, only(record).origin) == ("apache-2.0", "tag")
    assert declared_claims(record.claims) == ()


def test_the_front_matter_declares_and_else_the_prose() -> None:
    body = "# Wren\n\n- **License:** CC-BY-NC-4.0\n"
    assert [claim.value for claim in declared_claims(parse_card(front("license: mit", body=body)).claims)] == ["mit"]
    for head in ("license: other", "license:", "language: en"):
        claims = declared_claims(parse_card(front(head, body=body)).claims)
        assert [claim.value for claim in claims] == ["CC-BY-NC-4.0"]
    assert [claim.value for claim in declared_claims(parse_card(front("license: other")).claims)] == ["other"]


# --- what cannot be read: a note with a place, and the card is read on ----------------------------------


@pytest.mark.parametrize(
    ("lines", "code", "line", "column"),
    [
        (("license: no",), "front-matter-boolean", 2, 10),
        (("license: [no, mit]",), "front-matter-boolean", 2, 11),
        (("license: yes",), "front-matter-boolean", 2, 10),
        (("license:",), "front-matter-empty-license", 2, 9),
        (("license: null",), "front-matter-empty-license", 2, 10),
        (("license: none",), "front-matter-empty-license", 2, 10),
        (("license: {id: mit}",), "front-matter-value", 2, 10),
        (("license: [[mit]]",), "front-matter-value", 2, 11),
        (("- a", "- b"), "front-matter-not-a-mapping", 2, 1),
        (("just words",), "front-matter-not-a-mapping", 2, 1),
        (("language: en", "a: b: c"), "front-matter-syntax", 3, 5),
        (("license: @mit",), "front-matter-syntax", 2, 10),
        (("a: &x 1", "license: *x"), "front-matter-alias", 2, 4),
        (("license: *x",), "front-matter-alias", 2, 10),
        (("license: !!python/object:os.system mit",), "front-matter-tag", 2, 10),
        (("license: mit\x07",), "front-matter-encoding", 2, 13),
    ],
)
def test_faults_of_the_front_matter(lines: tuple[str, ...], code: str, line: int, column: int) -> None:
    record = parse_card(front(*lines, body="# Wren\n\nReleased under the MIT license.\n"), name="card")
    assert (code, line, column) in codes(record)
    assert all(note.hint and note.document == "card" for note in record.notes)
    assert [claim.value for claim in record.claims if claim.origin == "body"] == ["MIT license"]


def test_a_quoted_no_is_a_name() -> None:
    assert only(parse_card(front('license: "no"'))).value == "no"


def test_unterminated_front_matter() -> None:
    record = parse_card("---\nlicense: mit\ntags:\n- a\n\n# Wren\n\nText with a license.\n", name="card")
    assert codes(record) == [("front-matter-unterminated", 1, 1)]
    assert record.claims == ()


@pytest.mark.parametrize("fence", ["----", "--- "])
def test_a_fence_that_the_hub_does_not_see(fence: str) -> None:
    record = parse_card(f"{fence}\nlicense: mit\n{fence}\n# Wren\n")
    assert codes(record) == [("front-matter-fence", 1, 1)]
    assert record.claims == ()


def test_a_rule_before_prose_is_no_front_matter() -> None:
    assert parse_card("------\n\n# Wren\n\nText.\n").notes == ()


def test_blanks_behind_the_closing_fence() -> None:
    record = parse_card("---\nlicense: mit\n---  \n# Wren\n")
    assert codes(record) == [("front-matter-fence", 3, 1)]
    assert only(record).value == "mit"


def test_a_byte_order_mark_is_noted() -> None:
    record = parse_card("\ufeff" + front("license: mit"))
    assert codes(record) == [("front-matter-bom", 1, 1)]
    assert only(record).value == "mit"


def test_a_license_that_stands_there_twice_is_not_trusted() -> None:
    record = parse_card(front("license: mit", "language: en", "license: cc-by-nc-4.0"))
    assert record.claims == ()
    assert codes(record) == [
        ("front-matter-duplicate-key", 4, 1),
        ("front-matter-duplicate-license", 2, 10),
    ]


def test_other_keys_that_stand_there_twice_cost_nothing() -> None:
    record = parse_card(front("tags: [a]", "license: mit", "tags: [b]", "license: mit"))
    assert only(record).value == "mit"
    assert [code for code, _, _ in codes(record)] == ["front-matter-duplicate-key"]


def test_a_name_that_stands_there_twice_leaves_other() -> None:
    record = parse_card(front("license: other", "license_name: a", "license_name: b"))
    assert only(record).value == "other"


def test_nesting_without_end() -> None:
    for block in ("a: " + "[" * 3000, "{a: " * 3000, "a:\n  " + "- " * 3000 + "x"):
        record = parse_card(f"---\n{block}\n---\n# Wren\n\nReleased under the MIT license.\n")
        assert codes(record)[0][0] == "front-matter-too-deep"
        assert only(record).origin == "body"


def test_front_matter_over_its_limit() -> None:
    text = front("license: mit", "x: " + "y" * 70_000)
    assert codes(parse_card(text)) == [("front-matter-too-large", 2, 1)]
    assert only(parse_card(text, limits=Limits(front_matter_bytes=100_000))).value == "mit"


def test_a_card_over_its_limit() -> None:
    with pytest.raises(InputTooLargeError) as caught:
        parse_card("x" * 101, limits=Limits(card_bytes=100))
    assert "card_bytes" in (caught.value.hint or "")


@pytest.mark.parametrize("text", ["", "\n", "---", "---\n", "---\n---", "---\n---\n", "\ufeff", "\r", "--- \n---"])
def test_next_to_nothing(text: str) -> None:
    record = parse_card(text)
    assert record.claims == ()
    assert record.documents[0].text == text


# --- the document --------------------------------------------------------------------------------------


def test_what_is_not_prose_is_masked() -> None:
    body = (
        "# Wren\n\nProse one.\n\n```python\nlicense = 'mit'\n```\n\n<!-- a comment -->\n\nProse two.\n\n"
        "@article{x,\n  title={An open source thing},\n}\n\n## Citation\n\nSome title.\n\n## License\n\nMIT\n"
    )
    document = parse_card(front("license: mit", body=body)).documents[0]
    assert document.role is Role.CARD
    read = document.readable
    for kept in ("# Wren", "Prose one.", "Prose two.", "## License", "MIT"):
        assert kept in read
    for gone in ("license: mit", "license = ", "a comment", "open source thing", "Some title"):
        assert gone not in read
    assert len(read) == len(document.text)


def test_a_fence_that_holds_terms_is_read() -> None:
    terms = "Copyright (c) 2026 Wren\nThe birds may be used by anyone.\n"
    read = parse_card(f"# Wren\n\n```\n{terms}```\n\n```python\n{terms}```\n").documents[0].readable
    assert read.count("may be used by anyone") == 1


def test_a_fence_that_is_never_closed_ends_at_a_section() -> None:
    text = "# Wren\n\n```bash\npip install wren\n\n## License\n\nReleased under the MIT license.\n"
    assert only(parse_card(text)).value == "MIT license"


# --- gates ---------------------------------------------------------------------------------------------


def test_an_agreement_in_the_gate_is_a_document_of_its_own() -> None:
    lines = ["  WREN COMMUNITY LICENSE AGREEMENT", ""] + ["  You agree to sing every morning."] * 100
    record = parse_card(front("extra_gated_prompt: |-", *lines, "language: en"), name="README.md")
    assert record.access == "gated"
    prompt = record.documents[1]
    assert prompt.role is Role.LICENSE
    assert "language" not in prompt.text
    assert prompt.line_column(prompt.text.index("You agree")) == (5, 3)
    claim = only(record)
    assert claim.value == "WREN COMMUNITY LICENSE AGREEMENT"
    assert claim.place is not None
    assert claim.place.where == "README.md:3:3"


def test_an_agreement_between_quotes() -> None:
    prompt = "### WREN LICENSE AGREEMENT\\n\\n" + "You agree to sing.\\n" * 200
    record = parse_card(front(f'extra_gated_prompt: "{prompt}"'), name="README.md")
    assert record.documents[1].name == "README.md#extra_gated_prompt"
    assert record.documents[1].text.splitlines()[2] == "You agree to sing."
    assert only(record).value == "WREN LICENSE AGREEMENT"
    assert only(record).place is not None


def test_a_short_prompt_holds_conditions_and_no_license() -> None:
    record = parse_card(front("license: mit", "extra_gated_prompt: You agree not to sell the model."))
    assert record.documents[1].role is Role.USE_POLICY
    assert only(record).value == "mit"


def test_a_gate_closed_to_the_union() -> None:
    record = parse_card(front("license: mit", "extra_gated_eu_disallowed: true"))
    assert codes(record) == [("gated-eu-disallowed", 3, 28)]
    assert parse_card(front("license: mit", "extra_gated_eu_disallowed: false")).notes == ()


# --- base models of the front matter ---------------------------------------------------------------------


def test_base_models_and_their_relation() -> None:
    record = parse_card(front("base_model: meta-llama/Llama-2-7b-hf", "base_model_relation: quantized"))
    base = record.base_models[0]
    assert (base.name, base.relation, base.origin) == ("meta-llama/Llama-2-7b-hf", "quantized", "front-matter")
    assert base.place is not None
    assert (base.place.line, base.place.column) == (2, 13)
    several = parse_card(front("base_model:", "- a/one-1b", "- b/two-2b"))
    assert [(base.name, base.relation) for base in several.base_models] == [
        ("a/one-1b", "merge"),
        ("b/two-2b", "merge"),
    ]
    adapter = parse_card(front("base_model: a/one-1b", "library_name: peft"))
    assert adapter.base_models[0].relation == "adapter"


def test_base_models_in_tags() -> None:
    record = parse_card(front("tags:", "- base_model:a/one", "- base_model:adapter:b/two"))
    assert [(base.name, base.relation) for base in record.base_models] == [("a/one", None), ("b/two", "adapter")]


def test_a_family_in_a_tag_must_be_spoken_of() -> None:
    tags = ("tags:", "- llama-2")
    assert parse_card(front(*tags, body="# Wren-L2-13B\n")).base_models[0].name == "llama-2"
    assert parse_card(front(*tags, body="# Wren\n\nAn assistant in the manner of Llama 2.\n")).base_models
    assert parse_card(front(*tags, body="# Wren\n\nPretrained from scratch.\n")).base_models == ()


# --- the files beside a card ---------------------------------------------------------------------------


def lay(folder: Path, **files: str) -> Path:
    for name, content in files.items():
        path = folder / name.replace("__", ".").replace("_minus_", "-")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def test_a_folder_stands_for_its_card(tmp_path: Path) -> None:
    folder = lay(tmp_path / "wren", README__md=front("license: mit"), LICENSE="Terms.", NOTICE="Notice.")
    lay(folder, USE_POLICY__md="Policy.", license__py="print()", CHANGES="x", THIRD_PARTY_LICENSES="others")
    for named in (folder, folder / "README.md"):
        record = read_card(named)
        assert record.name == "Wren"
        assert [(document.role, Path(document.name or "").name) for document in record.documents] == [
            (Role.CARD, "README.md"),
            (Role.LICENSE, "LICENSE"),
            (Role.NOTICE, "NOTICE"),
            (Role.USE_POLICY, "USE_POLICY.md"),
        ]
        assert record.notes == ()


def test_a_folder_without_a_card(tmp_path: Path) -> None:
    lay(tmp_path, READNE__md="x")
    with pytest.raises(SourceNotFoundError) as caught:
        read_card(tmp_path)
    assert "READNE.md" in (caught.value.hint or "")


def test_a_card_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_bytes(b"ab\0cd")
    with pytest.raises(BinaryInputError):
        read_card(tmp_path)


def test_the_license_of_the_code_is_not_that_of_the_weights(tmp_path: Path) -> None:
    lay(tmp_path, README__md=front("license: other"), LICENSE_minus_CODE="Code.", LICENSE_minus_MODEL="Model.")
    record = read_card(tmp_path)
    assert [Path(document.name or "").name for document in record.documents] == ["README.md", "LICENSE-MODEL"]
    assert [(claim.value, claim.component) for claim in record.claims if claim.origin == "file"] == [
        ("LICENSE-CODE", "code")
    ]


def test_a_license_beside_that_of_the_model_is_set_aside(tmp_path: Path) -> None:
    lay(tmp_path, README__md="# Wren\n", LICENSE="Code.", MODEL_LICENSE="Model.")
    record = read_card(tmp_path)
    assert [Path(document.name or "").name for document in record.documents] == ["README.md", "MODEL_LICENSE"]
    assert [note.code for note in record.notes] == ["license-file-set-aside"]


def test_the_license_that_the_card_links_is_that_of_the_weights(tmp_path: Path) -> None:
    head = front("license: other", "license_name: wren", "license_link: terms/WREN.md")
    folder = lay(tmp_path, README__md=head, LICENSE="Code.")
    lay(folder / "terms", WREN__md="Terms.")
    record = read_card(folder)
    assert [document.text for document in record.documents[1:]] == ["Terms."]
    assert [note.code for note in record.notes] == ["license-file-set-aside"]


def test_prose_that_links_each_license(tmp_path: Path) -> None:
    code = "The code is licensed under [Apache 2.0](LICENSE.a)."
    body = f"# Wren\n\n{code} The weights are licensed under [CC-BY-NC-4.0](LICENSE.b).\n"
    lay(tmp_path, README__md=body, LICENSE__a="Code.", LICENSE__b="Weights.")
    assert [document.text for document in read_card(tmp_path).documents[1:]] == ["Weights."]


def test_links_are_not_followed_out_of_the_folder(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    folder = lay(tmp_path / "wren", README__md=front("license: mit"))
    (folder / "LICENSE").symlink_to(secret)
    record = read_card(folder)
    assert all("secret" not in document.text for document in record.documents)
    assert [note.code for note in record.notes] == ["unreadable-license-file"]
    assert ("LICENSE", "file", "weights") in [(c.value, c.origin, c.component) for c in record.claims]


@pytest.mark.parametrize("link", ["../secret", "/etc/passwd", "a/../../secret", "..%2Fsecret", "file:///etc/passwd"])
def test_a_card_cannot_name_a_file_outside(link: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    folder = lay(tmp_path / "wren", README__md=front("license: other", f"license_link: {link}"))
    assert local_name(link) is None
    assert len(read_card(folder).documents) == 1


def test_the_cache_of_the_hub_is_one_folder(tmp_path: Path) -> None:
    repository = tmp_path / "models--wren--wren"
    lay(repository / "blobs", aa="Terms.", bb=front("license: mit"))
    snapshot = repository / "snapshots" / "0123"
    snapshot.mkdir(parents=True)
    (snapshot / "LICENSE").symlink_to("../../blobs/aa")
    (snapshot / "README.md").symlink_to("../../blobs/bb")
    assert [document.text for document in read_card(snapshot).documents[1:]] == ["Terms."]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_beside_a_card(tmp_path: Path) -> None:
    lay(tmp_path, README__md=front("license: mit"))
    os.mkfifo(tmp_path / "LICENSE")
    assert [note.code for note in read_card(tmp_path).notes] == ["unreadable-license-file"]


def test_a_license_that_cannot_be_read_is_not_passed_over(tmp_path: Path) -> None:
    folder = lay(tmp_path, README__md=front("license: mit"), LICENSE__pdf="%PDF-1.7", COPYING="\0", LICENCE="")
    record = read_card(folder, limits=Limits())
    assert sorted(claim.value for claim in record.claims if claim.origin == "file") == ["COPYING", "LICENSE.pdf"]
    assert [note.code for note in record.notes] == ["unreadable-license-file", "empty-input", "unreadable-license-file"]
    large = read_card(lay(tmp_path / "large", README__md="x", LICENSE="y" * 200), limits=Limits(text_bytes=100))
    assert "100" in large.notes[0].message


# --- any text -------------------------------------------------------------------------------------------

_PIECES = st.sampled_from(
    [
        *("---\n", "license: ", "mit", "\n", "- ", "# Wren\n", "**License:** ", "```\n", "| License | ", " |\n"),
        *(
            "released under the ",
            "[MIT](LICENSE)",
            "`",
            "《",
            "遵循",
            "协议",
            "模型",
            "<!--",
            "-->",
            "@misc{",
            "base_model: ",
        ),
        *("fine-tuned from ", "Llama 2 7B", "TinyLlama", "\r\n", "\ufeff", "extra_gated_prompt: |\n  ", "## License\n"),
        *("license_link: LICENSE\n", "[", "](", ")", "*", " and ", ", ", ". ", "&a ", "*a", "{", "\t", "\0", "İ"),
    ]
)


@given(st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=40).map("".join)))
def test_any_text_is_a_card_and_quotes_are_what_stands_there(text: str) -> None:
    record = parse_card(text, name="card")
    card = record.documents[0]
    assert card.text == text
    assert len(card.readable) == len(text)
    places = [claim.place for claim in record.claims] + [base.place for base in record.base_models]
    for place in places:
        if place is not None and place.document == "card":
            assert text[place.span.start : place.span.end] == place.quote
            assert card.line_column(place.span.start) == (place.line, place.column)
    for note in record.notes:
        assert note.line is None or 1 <= note.line <= len(card.line_starts)
    assert ModelRecord.model_validate_json(record.model_dump_json()) == record


def test_repeated_pieces_of_markup_take_linear_time() -> None:
    # No clock: ten thousand repeats finish at once, or not within anybody's patience.
    for piece in (
        "[",
        "```a\n## b\n",
        "* ",
        "**License:** ",
        "<!--",
        "license: [",
        "under " * 3,
        "@misc{x\n",
        "| License ",
        "---\na: b\n",
    ):
        parse_card(piece * 10_000)
    random.Random(1).shuffle(letters := list("[]()*_`|<>-# \nlicense: under the MIT " * 500))
    parse_card("".join(letters))


# --- real cards -----------------------------------------------------------------------------------------


def test_every_real_card_is_read(shared: Path) -> None:
    from openness.sources.files import decode_text

    cards = sorted((shared / "corpus" / "cards" / "raw").glob("*.md"))
    assert cards
    for card in cards:
        text = decode_text(card.read_bytes(), card.name).text
        record = parse_card(text, name=card.name)
        for claim in record.claims:
            place = claim.place
            assert place is not None
            if place.document == card.name:
                assert text[place.span.start : place.span.end] == place.quote
