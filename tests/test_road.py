"""From an input to a verdict: the façade as a user meets it. All texts here were written for these tests."""

from __future__ import annotations

import pickle
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import openness
from openness import Clause, Document, LicenseClaim, ModelRecord, Profile, Role, Tier
from openness.errors import ExpressionError, InputTooLargeError, SourceNotFoundError

GRANT = "You are hereby granted a worldwide, royalty-free license to use, copy, change and distribute the model and its weights.\n"
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


def test_facade_names_are_sorted_and_there() -> None:
    assert openness.__all__ == sorted(openness.__all__)
    for name in openness.__all__:
        assert getattr(openness, name) is not None
    assert set(openness.__all__) <= set(dir(openness))
    assert openness.__version__
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        openness.nothing_of_the_kind  # noqa: B018
