"""From an input to a verdict: the façade as a user meets it. All texts here were written for these tests."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import openness
from openness import Clause, Document, LicenseClaim, ModelRecord, Profile, Role, Tier
from openness.errors import ExpressionError, InputTooLargeError, SourceNotFoundError
from openness.records import BaseModelClaim, Identification, Rider, Span, Verdict

Recognize = Callable[..., None]

GRANT = "You are hereby granted a royalty-free license to use, copy, change and share the model and its weights.\n"
BAN = "You may not use the model for any commercial purpose.\n"
CAP = (
    "If your products have more than 5 million monthly active users, you must request a separate license from us, "
    "which we may refuse to give.\n"
)


def card(front: str, body: str = "# A model\n") -> str:
    return f"---\n{front}\n---\n{body}"


class TestTexts:
    def test_a_grant_makes_an_unknown_text_open_and_never_osi(self) -> None:
        verdict = openness.classify_text(GRANT)
        assert verdict.tier is Tier.OPEN
        assert verdict.expression is None
        assert Clause.GRANT_USE in {finding.clause for finding in verdict.findings}

    def test_a_restriction_decides_and_is_quoted(self) -> None:
        text = GRANT + "\n" + BAN
        verdict = openness.classify_text(text, name="LICENSE")
        assert verdict.tier is Tier.OPEN
        (decided,) = (f for f in verdict.deciding if f.clause is Clause.NON_COMMERCIAL)
        assert decided.quote == BAN.strip() == text[decided.span.start : decided.span.end]
        assert (decided.line, decided.end_line, decided.column) == (3, 3, 1)
        assert "OSD-6" in decided.criteria
        assert Profile.NON_COMMERCIAL in verdict.profile
        assert "LICENSE:3:1" in verdict.explain()

    def test_numbers_are_typed(self) -> None:
        verdict = openness.classify_text(GRANT + "\n" + CAP)
        (found,) = (f for f in verdict.findings if f.clause is Clause.USER_CAP)
        (value,) = (v for v in found.values if v.kind == "users")
        assert value.count == 5_000_000
        assert value.unit == "mau"

    def test_without_a_grant_nothing_is_guessed(self) -> None:
        verdict = openness.classify_text("The weather was fine, and the cat slept on the model of a ship.")
        assert verdict.tier is None
        assert verdict.ceiling is Tier.OPEN
        assert [note.code for note in verdict.notes] == ["no-grant-found"]

    @pytest.mark.parametrize("text", ["", " \n\t\n"])
    def test_empty_text_is_undetermined(self, text: str) -> None:
        verdict = openness.classify_text(text)
        assert verdict.tier is None
        assert verdict.notes[0].code == "empty-input"
        assert verdict.notes[0].hint

    def test_an_unknown_role_is_refused(self) -> None:
        with pytest.raises(ValueError, match="poem"):
            openness.classify_text(GRANT, role="poem")

    def test_the_limit_on_texts_holds(self) -> None:
        with pytest.raises(InputTooLargeError, match="text_bytes"):
            openness.classify_text(GRANT, limits=openness.Limits(text_bytes=20))

    def test_a_policy_takes_away(self) -> None:
        verdict = openness.classify_text("You must not use the model for military purposes.", role="use-policy")
        assert verdict.tier is Tier.OPEN
        assert Clause.MILITARY_BAN in {finding.clause for finding in verdict.deciding}

    def test_a_verdict_can_be_kept(self) -> None:
        verdict = openness.classify_text(GRANT + BAN)
        assert pickle.loads(pickle.dumps(verdict)) == verdict
        assert openness.Verdict.model_validate_json(verdict.model_dump_json()) == verdict

    @settings(max_examples=60)
    @given(st.text(max_size=400))
    def test_no_text_is_too_odd(self, text: str) -> None:
        verdict = openness.classify_text(text)
        assert verdict.tier is not Tier.OSI
        for finding in verdict.findings:
            assert finding.quote == text[finding.span.start : finding.span.end]

    @settings(max_examples=25)
    @given(st.sampled_from([GRANT, BAN, CAP, ""]), st.sampled_from([GRANT, BAN, CAP, ""]))
    def test_order_of_paragraphs_does_not_matter(self, one: str, two: str) -> None:
        there = openness.classify_text(f"{one}\n{two}")
        back = openness.classify_text(f"{two}\n{one}")
        assert (there.tier, there.profile) == (back.tier, back.profile)


class TestNames:
    @pytest.mark.parametrize(
        "name, tier, expression",
        [
            ("MIT", Tier.OSI, "MIT"),
            ("mit", Tier.OSI, "MIT"),
            ("apache-2.0", Tier.OSI, "Apache-2.0"),
            ("gpl-3.0", Tier.OSI, "GPL-3.0-only"),
            ("cc-by-nc-4.0", Tier.OPEN, "CC-BY-NC-4.0"),
            ("MIT OR CC-BY-NC-4.0", Tier.OSI, "CC-BY-NC-4.0 OR MIT"),
            ("MIT AND CC-BY-NC-4.0", Tier.OPEN, "CC-BY-NC-4.0 AND MIT"),
            ("GPL-2.0-only WITH Classpath-exception-2.0", Tier.OSI, "GPL-2.0-only WITH Classpath-exception-2.0"),
        ],
    )
    def test_licenses_by_name(self, name: str, tier: Tier, expression: str) -> None:
        verdict = openness.classify_license(name)
        assert verdict.tier is verdict.declared_tier is tier
        assert verdict.expression == expression

    def test_a_hub_tag_brings_its_clauses(self) -> None:
        verdict = openness.classify_license("llama3.1")
        assert verdict.tier is Tier.OPEN
        assert Clause.USER_CAP in {finding.clause for finding in verdict.deciding}
        assert all(finding.origin == "record" for finding in verdict.deciding)
        assert verdict.expression is not None
        assert verdict.expression.startswith("LicenseRef-")

    def test_an_unknown_name_is_undetermined_and_the_nearest_is_named(self) -> None:
        verdict = openness.classify_license("Apache-3.0")
        assert verdict.tier is None
        assert verdict.expression is None
        assert any(note.code == "unknown-license" and "Apache-2.0" in str(note.hint) for note in verdict.notes)

    def test_modified_mit_is_not_mit(self) -> None:
        assert openness.classify_license("modified-mit").tier is not Tier.OSI

    @pytest.mark.parametrize("text", ["MIT AND", "(MIT", "MIT/Apache-2.0", "MIT OR OR ISC"])
    def test_a_malformed_expression_is_an_error(self, text: str) -> None:
        with pytest.raises(ExpressionError):
            openness.classify_license(text)

    def test_models_by_name_and_hub_id(self) -> None:
        assert openness.classify_model("GPT-4o").tier is Tier.PROPRIETARY
        verdict = openness.classify_model("meta-llama/Llama-3.1-8B-Instruct")
        assert verdict.tier is Tier.OPEN
        assert Clause.USER_CAP in {finding.clause for finding in verdict.deciding}

    def test_an_unknown_model_inherits_nothing(self) -> None:
        verdict = openness.classify_model("meta-llama-but-not-quite/Llamaduck-9B")
        assert verdict.tier is None
        assert verdict.notes[0].code == "unknown-model"

    def test_terms_are_those_of_the_day(self) -> None:
        before = openness.classify_model("Open WebUI <= 0.6.5")
        after = openness.classify_model("Open WebUI >= 0.6.6")
        assert (before.tier, after.tier) == (Tier.OSI, Tier.OPEN)
        assert openness.classify_model("GPT-4", on=date(2024, 1, 1)).tier is Tier.PROPRIETARY


class TestCards:
    def test_front_matter_declares(self) -> None:
        verdict = openness.classify_card(card("license: apache-2.0"))
        assert verdict.tier is verdict.declared_tier is Tier.OSI
        assert verdict.claims[0].place is not None
        assert verdict.claims[0].place.line == 2

    def test_a_restricted_license_is_quoted_from_the_card(self) -> None:
        verdict = openness.classify_card(card("license: cc-by-nc-4.0"))
        assert verdict.tier is Tier.OPEN
        assert verdict.deciding[0].line == 2

    def test_declared_and_effective_part_over_a_base_model(self) -> None:
        verdict = openness.classify_card(card("license: mit\nbase_model: meta-llama/Llama-2-7b-hf"))
        assert verdict.declared_tier is Tier.OSI
        assert verdict.tier is Tier.OPEN
        assert verdict.conflicts
        assert any(finding.line == 3 for finding in verdict.deciding)

    def test_prose_that_restricts_takes_osi_away(self) -> None:
        body = "# A model\n\nThis model is for research purposes only and may not be used commercially.\n"
        verdict = openness.classify_card(card("license: mit", body))
        assert verdict.declared_tier is Tier.OSI
        assert verdict.tier is Tier.OPEN
        assert {finding.line for finding in verdict.deciding} == {6}

    def test_no_license_is_not_a_tier(self) -> None:
        verdict = openness.classify_card(card("language: en"))
        assert verdict.tier is verdict.declared_tier is None
        assert any("grants nothing" in note.message for note in verdict.notes)

    def test_other_is_what_the_text_beside_it_is(self, tmp_path: Path) -> None:
        (tmp_path / "README.md").write_text(card("license: other\nlicense_name: acme-1"), "utf-8")
        alone = openness.classify_card(tmp_path)
        assert alone.tier is None
        (tmp_path / "LICENSE").write_text(GRANT + "\n" + BAN, "utf-8")
        beside = openness.classify_card(tmp_path / "README.md")
        assert beside.tier is Tier.OPEN
        assert any(str(finding.document).endswith("LICENSE") for finding in beside.deciding)

    def test_a_text_beside_the_card_can_take_away(self, tmp_path: Path) -> None:
        (tmp_path / "README.md").write_text(card("license: mit"), "utf-8")
        (tmp_path / "LICENSE").write_text(GRANT + "\n" + BAN, "utf-8")
        verdict = openness.classify_card(str(tmp_path / "README.md"))
        assert (verdict.declared_tier, verdict.tier) == (Tier.OSI, Tier.OPEN)

    @pytest.mark.parametrize(
        "front",
        [
            "- a\n- b",
            "license: mit\nlicense: gpl-3.0",
            "a: &x 1\nlicense: *x",
            "license: [",
            "x: " + "[" * 3000 + "]" * 3000,
        ],
    )
    def test_faulty_front_matter_is_noted_with_its_place(self, front: str) -> None:
        verdict = openness.classify_card(card(front))
        assert verdict.tier is not Tier.OSI
        notes = [note for note in verdict.notes if note.code.startswith("front-matter")]
        assert notes
        assert all(note.line is not None and note.hint for note in notes)

    def test_a_gate_against_the_union_is_a_clause(self) -> None:
        verdict = openness.classify_card(card("license: mit\nextra_gated_eu_disallowed: true"))
        assert (verdict.declared_tier, verdict.tier) == (Tier.OSI, Tier.OPEN)
        (found,) = verdict.deciding
        assert found.clause is Clause.GEOGRAPHIC_EXCLUSION
        assert (found.line, found.quote) == (3, "extra_gated_eu_disallowed: true")

    def test_two_licenses_in_prose_hold_together(self) -> None:
        body = "# A model\n\nThis model is licensed under the Apache 2.0 license and the Acme Model License.\n"
        verdict = openness.classify_card(card("language: en", body))
        assert verdict.tier is not Tier.OSI
        assert verdict.declared_tier is not Tier.OSI

    def test_a_tag_declares_nothing(self) -> None:
        verdict = openness.classify_card(card("tags:\n- license:mit"))
        assert verdict.tier is verdict.declared_tier is None
        assert "license-tag" in {note.code for note in verdict.notes}

    def test_license_no_is_not_false(self) -> None:
        verdict = openness.classify_card(card("license: no"))
        assert verdict.tier is None

    def test_a_byte_order_mark_is_seen_through(self) -> None:
        assert openness.classify_card("\ufeff" + card("license: mit")).declared_tier is Tier.OSI

    def test_a_missing_card_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(SourceNotFoundError, match=r"README\.md"):
            openness.classify_card(tmp_path / "README.md")


class TestRecords:
    def test_an_unknown_and_a_known_license_stay_undetermined(self) -> None:
        claims = (LicenseClaim(value="mit", origin="argument"), LicenseClaim(value="acme-9", origin="argument"))
        verdict = openness.classify(ModelRecord(name="x", claims=claims))
        assert verdict.tier is None

    def test_code_licenses_do_not_decide(self) -> None:
        claims = (
            LicenseClaim(value="mit", origin="argument"),
            LicenseClaim(value="cc-by-nc-4.0", origin="argument", component="code"),
        )
        assert openness.classify(ModelRecord(name="x", claims=claims)).tier is Tier.OSI

    def test_documents_of_all_roles_join(self) -> None:
        documents = (
            Document(role=Role.LICENSE, name="LICENSE", text=GRANT),
            Document(role=Role.USE_POLICY, name="USE_POLICY", text="You must not use the model for military purposes."),
        )
        verdict = openness.classify(ModelRecord(name="x", documents=documents))
        assert verdict.tier is Tier.OPEN
        assert {finding.document for finding in verdict.deciding} == {"USE_POLICY"}

    def test_verdict_names_what_it_was_made_with(self) -> None:
        made = openness.classify_license("MIT").provenance
        assert made is not None
        assert len(made.rulebook_sha256) == 64
        assert made.spdx_list


class TestRecognizedTexts:
    """What is made of a text once it is known what it is. Who says so is another room: here, it is told."""

    TEXT = f"Be merry.\n{GRANT}{BAN}"

    @pytest.fixture
    def recognize(self, monkeypatch: pytest.MonkeyPatch) -> Recognize:
        def tell(*found: Identification) -> None:
            monkeypatch.setattr(
                "openness.identify.load_identifier", lambda: SimpleNamespace(identify=lambda document: found)
            )

        return tell

    def known(self, license_id: str = "MIT", *riders: Rider, **changes: object) -> Identification:
        span = Span(start=0, end=len(self.TEXT))
        held: dict[str, object] = {"license_id": license_id, "method": "exact", "spans": (span,), "riders": riders}
        return Identification.model_validate(held | changes)

    def rider(self, words: str, kind: str = "added", **changes: object) -> Rider:
        start = self.TEXT.index(words)
        held: dict[str, object] = {
            "span": Span(start=start, end=start + len(words)),
            "document": "LICENSE",
            "line": self.TEXT.count("\n", 0, start) + 1,
            "end_line": self.TEXT.count("\n", 0, start) + 1,
            "column": 1,
            "quote": words,
            "kind": kind,
        }
        return Rider.model_validate(held | changes)

    def judge(self) -> Verdict:
        return openness.classify_text(self.TEXT, name="LICENSE")

    def test_the_clauses_of_an_approved_license_do_not_count_against_it(self, recognize: Recognize) -> None:
        recognize(self.known())
        verdict = self.judge()
        assert verdict.tier is verdict.declared_tier is Tier.OSI
        assert verdict.expression == "MIT"
        assert Clause.NON_COMMERCIAL in {finding.clause for finding in verdict.findings}
        assert {finding.license_id for finding in verdict.findings} == {"MIT"}
        assert verdict.deciding == ()

    def test_a_restriction_added_to_it_does(self, recognize: Recognize) -> None:
        recognize(self.known("MIT", self.rider(BAN.strip())))
        verdict = self.judge()
        assert (verdict.declared_tier, verdict.tier) == (Tier.OSI, Tier.OPEN)
        (rider,) = verdict.identifications[0].riders
        assert rider.restricts is True
        assert Clause.NON_COMMERCIAL in rider.clauses
        assert {finding.quote for finding in verdict.deciding} == {BAN.strip()}
        assert verdict.expression == "LicenseRef-MIT-modified"
        (conflict,) = verdict.conflicts
        assert conflict.code == "declared-above-effective"
        assert conflict.places == ("LICENSE:3:1",)

    def test_words_that_nobody_could_read_keep_it_from_being_the_license(self, recognize: Recognize) -> None:
        recognize(self.known("MIT", self.rider("Be merry.")))
        verdict = self.judge()
        assert verdict.tier is not Tier.OSI
        assert verdict.identifications[0].riders[0].restricts is None
        (note,) = (note for note in verdict.notes if note.code == "unread-rider")
        assert note.where == "LICENSE:1:1"
        assert note.hint

    def test_an_added_passage_that_only_grants_restricts_nothing(self, recognize: Recognize) -> None:
        recognize(self.known("MIT", self.rider(GRANT.strip())))
        verdict = self.judge()
        assert verdict.tier is Tier.OSI
        assert verdict.identifications[0].riders[0].restricts is False
        assert verdict.expression == "MIT"

    def test_a_passage_that_grants_and_says_more_is_not_read(self, recognize: Recognize) -> None:
        recognize(self.known("MIT", self.rider(f"Be merry.\n{GRANT.strip()}")))
        verdict = self.judge()
        assert verdict.identifications[0].riders[0].restricts is None
        assert verdict.tier is not Tier.OSI

    @pytest.mark.parametrize("kind", ["changed", "removed"])
    def test_what_is_changed_or_missing_is_not_harmless_because_it_grants(
        self, kind: str, recognize: Recognize
    ) -> None:
        recognize(self.known("MIT", self.rider(GRANT.strip(), kind, missing_words=7)))
        verdict = self.judge()
        assert verdict.tier is not Tier.OSI
        (note,) = (note for note in verdict.notes if note.code == "unread-rider")
        assert ("7 words of MIT are missing here" in note.message) is (kind == "removed")

    @pytest.mark.parametrize("reading", [True, False])
    def test_a_rider_that_was_read_already_stays_as_it_is(self, reading: bool, recognize: Recognize) -> None:
        recognize(self.known("MIT", self.rider(GRANT.strip(), restricts=reading)))
        verdict = self.judge()
        (rider,) = verdict.identifications[0].riders
        assert rider.restricts is reading
        assert Clause.GRANT_USE in rider.clauses
        assert (verdict.tier is Tier.OSI) is not reading

    def test_of_a_tie_both_sides_stay_possible(self, recognize: Recognize) -> None:
        recognize(self.known(ties=("CC-BY-NC-4.0",), spans=()))
        verdict = openness.classify_text("Be merry.")
        assert verdict.tier is None
        assert (verdict.floor, verdict.ceiling) == (Tier.OPEN, Tier.OSI)
        assert verdict.expression is None

    def test_several_licenses_in_one_text_hold_together(self, recognize: Recognize) -> None:
        recognize(self.known(), self.known("CC-BY-NC-4.0"))
        verdict = self.judge()
        assert verdict.tier is verdict.declared_tier is Tier.OPEN
        assert verdict.expression == "CC-BY-NC-4.0 AND MIT"
        assert Profile.NON_COMMERCIAL in verdict.profile

    def test_a_license_without_a_record_has_what_the_list_says(self, recognize: Recognize) -> None:
        recognize(self.known("Aladdin", spans=()))
        assert openness.classify_text("Be merry.").tier is not Tier.OSI
        recognize(self.known("NCSA", spans=()))
        assert openness.classify_text("Be merry.").tier is Tier.OSI

    @pytest.mark.parametrize("license_id", ["LicenseRef-nobody-knows", "not an id"])
    def test_a_text_known_by_name_alone_is_what_it_says(self, license_id: str, recognize: Recognize) -> None:
        recognize(self.known(license_id))
        verdict = self.judge()
        assert verdict.tier is Tier.OPEN
        assert Clause.NON_COMMERCIAL in {finding.clause for finding in verdict.deciding}
        assert verdict.expression == (license_id if license_id.startswith("LicenseRef-") else None)

    def test_an_exception_goes_with_its_license(self, recognize: Recognize) -> None:
        recognize(self.known("GPL-2.0-only", exception="Classpath-exception-2.0"))
        assert self.judge().expression == "GPL-2.0-only WITH Classpath-exception-2.0"

    def test_what_stands_outside_the_license_counts(self, recognize: Recognize) -> None:
        recognize(self.known(spans=(Span(start=0, end=9),)))
        verdict = self.judge()
        assert verdict.tier is Tier.OPEN
        assert all(finding.license_id is None for finding in verdict.findings)

    def test_a_license_whose_text_was_read_is_not_told_from_its_record(
        self, recognize: Recognize, tmp_path: Path
    ) -> None:
        (tmp_path / "README.md").write_text(card("license: cc-by-nc-4.0"), "utf-8")
        (tmp_path / "LICENSE").write_text(self.TEXT, "utf-8")
        recognize(self.known("CC-BY-NC-4.0"))
        verdict = openness.classify_card(tmp_path)
        assert verdict.tier is Tier.OPEN
        assert {finding.origin for finding in verdict.findings} == {"text"}
        assert verdict.expression == "CC-BY-NC-4.0"

    def test_a_notice_that_restricts_nothing_says_nothing_of_the_license(self, recognize: Recognize) -> None:
        recognize()
        claims = (LicenseClaim(value="mit", origin="argument"),)
        notice = Document(role=Role.NOTICE, name="NOTICE", text="Made by Wren Makers.")
        assert openness.classify(ModelRecord(name="x", claims=claims, documents=(notice,))).tier is Tier.OSI

    def test_a_notice_that_restricts_takes_away(self, recognize: Recognize, tmp_path: Path) -> None:
        recognize()
        (tmp_path / "README.md").write_text(card("license: mit"), "utf-8")
        (tmp_path / "NOTICE").write_text("Made by Wren Makers.\n\n" + BAN, "utf-8")
        verdict = openness.classify_card(tmp_path)
        assert (verdict.declared_tier, verdict.tier) == (Tier.OSI, Tier.OPEN)
        assert {(finding.role, finding.line) for finding in verdict.deciding} == {(Role.NOTICE, 3)}
        assert openness.classify_text(BAN, role="notice").ceiling is Tier.OPEN
        granting = openness.classify(
            ModelRecord(name="x", documents=(Document(role=Role.NOTICE, name="NOTICE", text=GRANT + BAN),))
        )
        assert granting.tier is Tier.OPEN

    def test_a_policy_by_its_title_takes_away_and_gives_nothing(self, recognize: Recognize) -> None:
        recognize()
        policy = "Acceptable Use Policy\n\nYou must not use the model for military purposes.\n"
        assert openness.classify_text(policy).tier is Tier.OPEN
        assert openness.classify_text("Acceptable Use Policy\n\nBe merry.\n").tier is None
        claims = (LicenseClaim(value="mit", origin="argument"),)
        document = Document(role=Role.LICENSE, name="USE", text="Acceptable Use Policy\n\nBe merry.\n")
        assert openness.classify(ModelRecord(name="x", claims=claims, documents=(document,))).tier is Tier.OSI

    def test_the_known_texts_can_be_asked_directly(self) -> None:
        assert openness.identify_text("Nothing of this is a license.", name="x") == ()


SOURCE = 'sources: [{title: Toys, url: "https://example.org/toys", read: 2026-11-21}]'


class TestOwnCatalog:
    """Licenses and models that somebody has in a folder of their own."""

    @pytest.fixture
    def own(self, tmp_path: Path) -> Path:
        def known(number: int, ceiling: str) -> str:
            return (
                f"  - {{id: LicenseRef-toy-{number}, name: Toy License {number}, aliases: [Toy], ceiling: {ceiling}, "
                f"osi: {{approved: false, as_of: 2026-11-21}}, {SOURCE},\n"
                "     clauses: [{clause: user-cap, paraphrase: Large toys pay}]}\n"
            )

        def release(name: str, rest: str) -> str:
            return f"  - {{name: {name}, aliases: [Bears], {SOURCE},\n     {rest}}}\n"

        old = "{expression: MIT, until: 2020-01-01}, {expression: LicenseRef-toy-1, since: 2020-01-01}"
        releases = (
            release("Bear 1", f"access: weights, terms: [{old}, {{component: data, expression: LicenseRef-toy-2}}]")
            + release("Bear 2", "access: api, terms: [{expression: null, component: service}], note: Sleeps a lot.")
            + release(
                "Bear 3",
                "access: none, terms: [{expression: LicenseRef-toy-2}], "
                "readings: [{says: it is a bear, taken: true}, {says: it is a cat}]",
            )
            + release("Bear 4", "access: weights, terms: [{expression: MIT}, {expression: LicenseRef-toy-1}]")
        )
        folder = tmp_path / "own"
        for name, text in {
            "licenses/toy.yaml": "publisher: Toy Makers\nlicenses:\n" + known(1, "open") + known(2, "proprietary"),
            "models/toy.yaml": "publisher: Toy Makers\nreleases:\n" + releases,
        }.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, "utf-8")
        return folder

    def test_a_name_of_several_licenses_leaves_open_which(self, own: Path) -> None:
        verdict = openness.classify_license("Toy", rules=[own])
        assert verdict.tier is None
        assert (verdict.floor, verdict.ceiling) == (Tier.PROPRIETARY, Tier.OPEN)
        (note,) = verdict.notes
        assert note.code == "ambiguous-license"
        assert "LicenseRef-toy-1, LicenseRef-toy-2" in note.message
        assert verdict.expression is None

    def test_in_an_expression_such_a_name_is_no_id(self, own: Path) -> None:
        assert openness.classify_license("MIT AND LicenseRef-toy-2", rules=[own]).tier is Tier.PROPRIETARY
        assert openness.classify_license("MIT AND LicenseRef-toy-9", rules=[own]).tier is None
        assert openness.classify_license("MIT OR LicenseRef-toy-2", rules=[own]).tier is Tier.OSI

    def test_a_name_of_several_models_is_none_of_them(self, own: Path) -> None:
        verdict = openness.classify_model("Bears", rules=[own])
        assert verdict.tier is None
        (note,) = verdict.notes
        assert note.code == "ambiguous-model"
        assert "Bear 1, Bear 2, Bear 3, Bear 4" in note.message

    def test_terms_change_with_the_day(self, own: Path) -> None:
        assert openness.classify_model("Bear 1", rules=[own], on=date(2019, 12, 31)).tier is Tier.OSI
        verdict = openness.classify_model("Bear 1", rules=[own], on=date(2020, 1, 1))
        assert verdict.tier is Tier.OPEN
        assert [claim.value for claim in verdict.claims] == ["LicenseRef-toy-1"]
        assert [finding.rule for finding in verdict.deciding] == ["LicenseRef-toy-1"]

    def test_a_service_is_no_copy(self, own: Path) -> None:
        verdict = openness.classify_model("Bear 2", rules=[own])
        assert verdict.tier is Tier.PROPRIETARY
        assert [finding.clause for finding in verdict.deciding] == [Clause.SERVICE_TERMS]
        assert [note.message for note in verdict.notes] == ["Sleeps a lot."]

    def test_what_is_not_released_is_no_copy_whatever_its_license(self, own: Path) -> None:
        verdict = openness.classify_model("Bear 3", rules=[own])
        assert verdict.tier is Tier.PROPRIETARY
        assert "has not been released" in verdict.deciding[-1].message + verdict.deciding[0].message
        assert [note.message for note in verdict.notes] == ["another reading: it is a cat"]

    @pytest.mark.parametrize(
        ("base", "tier", "notes"),
        [
            ("Bear 1", Tier.OPEN, []),
            ("Bear 2", Tier.OSI, ["unknown-base-model"]),
            ("Bear 4", Tier.OPEN, []),
            ("Bears", Tier.OSI, ["unknown-base-model"]),
        ],
    )
    def test_what_is_known_of_a_base(self, base: str, tier: Tier, notes: list[str], own: Path) -> None:
        record = ModelRecord(
            name="Cub",
            claims=(LicenseClaim(value="mit", origin="argument"),),
            base_models=(BaseModelClaim(name=base, relation="finetune"),),
        )
        verdict = openness.classify(record, rules=[own])
        assert verdict.tier is tier
        assert [note.code for note in verdict.notes] == notes
        if base == "Bear 4":
            assert "(MIT AND LicenseRef-toy-1)" in verdict.conflicts[0].message

    def test_a_base_had_other_terms_once(self, own: Path) -> None:
        record = ModelRecord(
            name="Cub",
            claims=(LicenseClaim(value="mit", origin="argument"),),
            base_models=(BaseModelClaim(name="Bear 1"),),
        )
        assert openness.classify(record, rules=[own], on=date(2019, 1, 1)).tier is Tier.OSI


class TestWhatNamesLeaveOpen:
    def test_families_ask_for_a_version(self) -> None:
        verdict = openness.classify_license("bsd")
        assert verdict.tier is None
        assert any(note.code == "license-family" and note.hint for note in verdict.notes)

    def test_other_says_nothing(self) -> None:
        verdict = openness.classify_card(card("license: other"))
        assert verdict.tier is None
        (note,) = (note for note in verdict.notes if note.code == "other-license")
        assert note.where == "<text>:2:10"

    def test_a_bare_name_is_a_model_or_a_license(self) -> None:
        from openness.road import classify_name

        assert classify_name("Mixtral 8x7B").subject == "Mixtral 8x7B"
        assert classify_name("mit").expression == "MIT"
        assert classify_name("nobody/nothing").notes[0].code == "unknown-model"
        assert classify_name("nobody nothing").notes[0].code == "unknown-license"

    def test_a_known_id_in_an_unknown_expression_keeps_the_rest_possible(self) -> None:
        verdict = openness.classify_license("Apache-2.0 AND LicenseRef-nobody-knows")
        assert verdict.tier is None
        assert verdict.ceiling is Tier.OSI
        assert any("LicenseRef-nobody-knows" in note.message for note in verdict.notes)


def test_facade_names_are_sorted_and_there() -> None:
    assert openness.__all__ == sorted(openness.__all__)
    for name in openness.__all__:
        assert getattr(openness, name) is not None
    assert set(openness.__all__) <= set(dir(openness))
    assert openness.__version__
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        openness.nothing_of_the_kind  # noqa: B018
