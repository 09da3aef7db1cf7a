"""The clause engine on rules made for the purpose: what fires, where, and what it costs."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openness.clauses import ClauseEngine, restricts
from openness.records import Clause, Document, Finding, Role, Scope, Tier
from openness.rulebook.compiled import CompiledDetect, CompiledRule

BAN = r"\b(?:not|never|prohibited|forbidden)\b"
KINDS = ("body", "item", "table")


def rule(key: str, clause: Clause = Clause.FIELD_OF_USE, **changes: Any) -> CompiledRule:
    detect = CompiledDetect(
        roles=(Role.LICENSE, Role.USE_POLICY),
        within="sentence",
        kinds=KINDS,
        lead_in="may",
        seq=(),
        gap=None,
        all=(),
        any=(),
        unless=(),
    )
    fields = {name: changes.pop(name) for name in tuple(changes) if name in CompiledDetect._fields}
    values: dict[str, Any] = {
        "id": key, "slug": key.lower(), "status": "stable", "aliases": (), "clause": clause, "also": (),
        "scope": Scope.MODEL, "ceiling": Tier.OPEN, "criteria": (), "profile": (), "message": "says so",
        "confidence": "high", "values": (), "readings": (), "path": "x.yaml",
    }  # fmt: skip
    return CompiledRule(**{**values, **changes, "detect": detect._replace(**fields)})


WAR = rule("AAA-001", Clause.MILITARY_BAN, seq=(BAN, r"\b(?:war|warfare|weapons?)\b"), also=(Clause.FIELD_OF_USE,))
SALE = rule("AAA-002", Clause.NON_COMMERCIAL, seq=(BAN, r"\bsell\b|\bcommercial use\b"), unless=(r"\bitself\b",))
USERS = rule("AAA-003", Clause.USER_CAP, all=(r"\b[0-9]+ users\b", r"\bmore than\b"), ceiling=None)
WORDS = rule("AAA-004", Clause.SHARE_ALIKE, any=(r"\bsame terms\b", r"相同条款"), kinds=(*KINDS, "heading"))
SERVICE = rule(
    "AAA-005", Clause.SERVICE_TERMS, within="document", all=(r"\baccounts?\b", r"\bfees\b"), unless=(r"\bweights\b",)
)
PLACES = rule("AAA-006", Clause.GEOGRAPHIC_EXCLUSION, within="paragraph", all=(r"\beurope\b", r"\bexcluded\b"))
RULES = (WAR, SALE, USERS, WORDS, SERVICE, PLACES)

PIECES = st.sampled_from(
    [
        "You may not", " use it for", ":", ";", " war", " weapons", ". ", ".\n", "\n\n", "\n- ", "\n(a) ", "\n(b) ",
        " sell", " commercial use", " itself", " more than", " 50 users", " same terms", "相同条款", "不得", "。",
        " accounts", " fees", " Europe", " excluded", " weights", "# ", "“", "\u00ad", "ﬁ", "\r\n", "é",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join))


def find(text: str, *rules: CompiledRule, role: Role = Role.LICENSE) -> tuple[Finding, ...]:
    return ClauseEngine(rules or RULES).find(Document(role=role, name="t", text=text))


def told(text: str, *rules: CompiledRule) -> list[str]:
    return [finding.clause.value for finding in find(text, *rules)]


@given(TEXTS)
def test_findings_quote_what_stands_there(text: str) -> None:
    document = Document(name="t", text=text)
    before = (-1, -1)
    for finding in ClauseEngine(RULES).find(document):
        assert 0 <= finding.span.start < finding.span.end <= len(text)
        assert finding.quote == text[finding.span.start : finding.span.end]
        assert finding.match is not None
        assert finding.span.start <= finding.match.start < finding.match.end <= finding.span.end
        assert finding.line <= finding.end_line
        assert document.line_column(finding.span.start) == (finding.line, finding.column)
        if finding.lead_in is not None:
            assert finding.lead_in.quote == text[finding.lead_in.span.start : finding.lead_in.span.end]
            assert finding.lead_in.span.start < finding.span.start
        here = (finding.span.end, finding.span.start)
        assert here[0] >= before[0]
        before = here


@given(TEXTS, st.randoms(use_true_random=False))
def test_the_order_of_rules_does_not_matter(text: str, shuffled: random.Random) -> None:
    rules = list(RULES)
    shuffled.shuffle(rules)
    assert find(text, *rules) == find(text)


@given(TEXTS)
def test_more_rules_take_nothing_away(text: str) -> None:
    alone = {(finding.rule, finding.span.start) for held in RULES for finding in find(text, held)}
    together = {(finding.rule, finding.span.start) for finding in find(text)}
    assert alone == together


def test_a_prohibition_needs_its_object() -> None:
    assert told("You may not use it for war.") == ["military-ban", "field-of-use"]
    assert told("You may not remove this. War is bad.") == []
    assert told("War is not covered.") == []


def test_the_words_that_fire_are_marked() -> None:
    (finding, _) = find("Rules. You may not use it for war. More.")
    text = "Rules. You may not use it for war. More."
    assert finding.match is not None
    assert text[finding.match.start : finding.match.end] == "not use it for war"
    assert finding.quote == "You may not use it for war."
    assert restricts(finding)


def test_an_item_is_read_with_its_lead_in() -> None:
    text = "You may not use it:\n(a) for war;\n(b) at night;\n(c) to sell pens."
    findings = find(text)
    assert [finding.clause.value for finding in findings] == ["military-ban", "field-of-use", "non-commercial"]
    assert all(finding.lead_in is not None and finding.lead_in.quote == "You may not use it:" for finding in findings)
    assert [finding.section for finding in findings] == ["a", "a", "c"]
    assert [finding.line for finding in findings] == [2, 2, 4]


def test_lead_ins_can_be_wanted_or_refused() -> None:
    text = "You may not use it:\n(a) for war."
    lone = "You may not use it for war."
    never = WAR._replace(detect=WAR.detect._replace(lead_in="never"))
    must = WAR._replace(detect=WAR.detect._replace(lead_in="must"))
    assert told(text, never) == []
    assert told(lone, never) != []
    assert told(text, must) != []
    assert told(lone, must) == []


def test_exceptions_silence_the_sentence_and_its_items() -> None:
    assert told("You may not sell it.") == ["non-commercial"]
    assert told("You may not sell it by itself.") == []
    assert told("You may not by itself:\n- sell it;\n- break it.") == []
    assert told("You may not sell it. It sells itself.") == ["non-commercial"]


def test_gaps_count_characters() -> None:
    near = rule("AAA-010", seq=(BAN, r"\bwar\b"), gap=12)
    assert told("It is not used for war.", near) == ["field-of-use"]
    assert told("It is not used by anybody at all for war.", near) == []
    # Across a lead-in only the words of the item count.
    assert told("Not ever, in any way whatever, may you use it:\n- for war.", near) == ["field-of-use"]


def test_the_tightest_run_is_told() -> None:
    text = "You may not sleep and you may not use it for war."
    finding = find(text, WAR)[0]
    assert finding.match is not None
    assert text[finding.match.start : finding.match.end] == "not use it for war"


def test_kinds_of_units_are_kept_apart() -> None:
    assert told("# Same terms\n\nYou may go.", WORDS) == ["share-alike"]
    body_only = WORDS._replace(detect=WORDS.detect._replace(kinds=("body",)))
    assert told("# Same terms\n\nYou may go.", body_only) == []


def test_a_document_rule_speaks_once() -> None:
    text = "You need an account.\n\nAccounts cost fees.\n\nAccounts end."
    assert told(text, SERVICE) == ["service-terms"]
    assert told(text + "\n\nThe weights are free.", SERVICE) == []
    assert told("You need an account.", SERVICE) == []


def test_a_paragraph_rule_joins_its_sentences() -> None:
    assert told("Europe is large. It is excluded.", PLACES) == ["geographic-exclusion"]
    assert find("Europe is large. It is excluded.", PLACES)[0].quote == "Europe is large. It is excluded."
    assert told("Europe is large.\n\nIt is excluded.", PLACES) == []
    assert len(told("Europe. Europe. Excluded. Excluded.", PLACES)) == 1


def test_anchors_are_the_ends_of_a_sentence() -> None:
    first = rule("AAA-011", any=(r"^only\b",))
    assert told("It is so. Only here.", first) == ["field-of-use"]
    assert told("It is only so.", first) == []


def test_roles_choose_the_rules() -> None:
    card = rule("AAA-012", seq=(BAN, r"\bwar\b"), roles=(Role.CARD,))
    assert find("It is not for war.", card) == ()
    assert find("It is not for war.", card, role=Role.CARD) != ()


def test_deprecated_rules_are_silent() -> None:
    assert find("You may not use it for war.", WAR._replace(status="deprecated")) == ()


def test_of_two_rules_for_one_clause_the_surer_speaks() -> None:
    sure = rule("BBB-002", seq=(BAN, r"\bwar\b"))
    unsure = rule("BBB-001", seq=(BAN, r"\bwar\b"), confidence="low")
    assert [finding.rule for finding in find("It is not for war.", unsure, sure)] == ["BBB-002"]


def test_offsets_survive_letters_of_several_bytes() -> None:
    text = "Précis – “règles”. Vous: you may not use it for war, naïveté aside. 不得。"
    finding = find(text, WAR)[0]
    assert finding.match is not None
    assert text[finding.match.start : finding.match.end] == "not use it for war"


def test_positions_are_those_of_the_original() -> None:
    text = "// Intro\r\n// goes here.\r\n//\r\n// You may “not” use the soft-\r\n// ware for war.\r\n"
    finding = find(text, WAR)[0]
    assert finding.line == 4
    assert finding.end_line == 5
    assert finding.quote.startswith("You may “not” use the soft-")


def test_no_rules_and_no_text() -> None:
    assert ClauseEngine(()).find(Document(text="You may not sell it.")) == ()
    assert find("") == ()


@pytest.mark.parametrize(
    "text",
    [
        "(a) " * 100_000,
        "not " * 250_000,
        "not sell " * 110_000,
        "You may not: " + "(a) sell; " * 6_000,
        "You may not use it:\n" + "- for war\n" * 5_000,
        "not " * 5_000 + ":\n" + "- sell\n" * 5_000,
        "Europe. " * 100_000 + "excluded.",
        "不得" * 300_000,
        "a" * 1_000_000,
        "".join(f"w{number} " for number in range(100_000)),
    ],
    ids=[
        "labels",
        "bans",
        "pairs",
        "items in a line",
        "items",
        "long lead-in",
        "paragraph",
        "chinese",
        "word",
        "new words",
    ],
)
def test_long_odd_texts_are_read_to_the_end(text: str) -> None:
    # Anything worse than linear would keep this from coming back at all.
    for finding in find(text):
        assert finding.span.end <= len(text)
