"""Typed values: every way of writing gives the same number, and what is no value gives none."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openness.clauses.places import PLACES, place_codes
from openness.clauses.values import (
    read_dates,
    read_money,
    read_names,
    read_places,
    read_policies,
    read_users,
    read_values,
)
from openness.records import DateValue, DisplayName, MoneyLimit, Places, PolicyReference, UserLimit


def only(values: list[Any]) -> Any:
    assert len(values) == 1, values
    return values[0]


@pytest.mark.parametrize(
    "text",
    [
        "more than 700 million monthly active users",
        "over 700,000,000 monthly active users in a month",
        "greater than seven hundred million monthly active users",
        "an excess of users: above 700M MAU",
        "whose monthly active users exceed 700 million",
        "a MAU of more than 0.7 billion monthly users",
        "seven hundred million (700,000,000) MAUs",
        "月活跃用户超过7亿",
        "超过七亿的月活跃用户",
    ],
)
def test_one_number_of_users_written_in_many_ways(text: str) -> None:
    value = only(read_users(text))
    assert isinstance(value, UserLimit)
    assert (value.count, value.unit, value.period, value.direction) == (700_000_000, "mau", "month", "above")


@pytest.mark.parametrize(
    ("text", "count", "unit", "period"),
    [
        ("more than fifty (50) end users in any rolling 30-day period", 50, "users", "30-days"),
        ("fewer than 100 employees", 100, "employees", None),
        ("over one million visits per month", 1_000_000, "visits", "month"),
        ("at least 1,000,000 daily active users", 1_000_000, "dau", "day"),
        ("up to 25 seats", 25, "seats", None),
        ("more than 10k API calls per day", 10_000, "calls", "day"),
        ("每月访问量超过100万次", 1_000_000, "visits", "month"),
        ("不超过一百名员工", 100, "employees", None),
    ],
)
def test_units_of_users(text: str, count: int, unit: str, period: str | None) -> None:
    value = only(read_users(text))
    assert (value.count, value.unit, value.period) == (count, unit, period)


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("more than 100 users", "above"),
        ("exceeding 100 users", "above"),
        ("at least 100 users", "at-or-above"),
        ("100 or more users", "at-or-above"),
        ("reaches 100 users", "at-or-above"),
        ("fewer than 100 users", "below"),
        ("under 100 users", "below"),
        ("no more than 100 users", "at-or-below"),
        ("does not exceed 100 users", "at-or-below"),
        ("100名以上用户", "at-or-above"),
    ],
)
def test_direction(text: str, direction: str) -> None:
    assert only(read_users(text)).direction == direction


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        ("Above 100 users you are not authorized to use it, and must request a license.", "no-rights"),
        ("With more than 100 users you shall request a license.", "ask-first"),
        ("Products with more than 100 users must contact us.", "ask-first"),
        ("With more than 100 users you shall prominently display the name.", "show-label"),
        ("More than 100 users were happy.", None),
    ],
)
def test_effect(text: str, effect: str | None) -> None:
    assert only(read_users(text)).effect == effect


@pytest.mark.parametrize(
    ("text", "tested"),
    [
        ("If, on the release date, you have more than 100 users", "at-release"),
        ("If at any time you have more than 100 users", "at-any-time"),
        ("If you have more than 100 users", None),
    ],
)
def test_when_the_number_is_tested(text: str, tested: str | None) -> None:
    assert only(read_users(text)).tested == tested


@pytest.mark.parametrize(
    "text",
    [
        "within 30 days of notice",
        "version 2.0 of the users guide",
        "Section 5 applies to users",
        "$100 for each of the users",
        "users pay no more than $100",
        "no users at all",
    ],
)
def test_no_number_of_users(text: str) -> None:
    assert read_users(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "more than 20 million US dollars in monthly revenue",
        "monthly revenue exceeding $20,000,000",
        "over USD 20 million of revenue per month",
        "monthly revenue of more than US$20M",
        "more than twenty million dollars ($20,000,000) in revenue each month",
        "revenue above 20,000,000 USD per month",
        "每月收入超过2000万美元",
    ],
)
def test_one_amount_written_in_many_ways(text: str) -> None:
    value = only(read_money(text))
    assert isinstance(value, MoneyLimit)
    assert (value.amount, value.currency, value.period) == (20_000_000, "USD", "month")
    assert (value.measure, value.direction) == ("revenue", "above")


@pytest.mark.parametrize(
    ("text", "amount", "currency", "period", "measure"),
    [
        ("annual revenue of at least €5 million", 5_000_000, "EUR", "year", "revenue"),
        ("more than $30 million in annual recurring revenue", 30_000_000, "USD", "year", "arr"),
        ("has raised over £2m in funding", 2_000_000, "GBP", None, "funding"),
        ("total assets above 1 billion yuan", 1_000_000_000, "CNY", None, "assets"),
        ("yearly profits over 10,000 euros", 10_000, "EUR", "year", "profit"),
        ("revenue over the prior twelve months exceeds $1,000,000", 1_000_000, "USD", "year", "revenue"),
        ("年收入超过100万元人民币", 1_000_000, "CNY", "year", "revenue"),
    ],
)
def test_kinds_of_money(text: str, amount: int, currency: str, period: str | None, measure: str) -> None:
    value = only(read_money(text))
    assert (value.amount, value.currency, value.period, value.measure) == (amount, currency, period, measure)


@pytest.mark.parametrize("text", ["100 users", "Section 5", "20 percent", "in 2024", "a million thanks"])
def test_no_money(text: str) -> None:
    assert read_money(text) == []


def test_users_and_money_of_one_sentence() -> None:
    text = "over 100 million monthly active users, or a monthly revenue of more than 20 million US dollars"
    users, money = read_values(["users", "money"], text)
    assert isinstance(users, UserLimit)
    assert isinstance(money, MoneyLimit)
    assert (users.count, money.amount) == (100_000_000, 20_000_000)


@pytest.mark.parametrize(
    "text",
    [
        "on 2028-03-01",
        "from March 1, 2028 on",
        "until 1 March 2028",
        "the 1st of March 2028",
        "as of Mar. 1st, 2028",
        "2028年3月1日起",
        "2028/3/1",
    ],
)
def test_one_day_written_in_many_ways(text: str) -> None:
    assert read_dates(text) == [DateValue(on=date(2028, 3, 1))]


@pytest.mark.parametrize(
    "text",
    [
        "the fourth anniversary of the release",
        "the 4th anniversary",
        "four years after publication",
        "four (4) years from the release",
        "4 years after the day of release",
        "发布四年后",
        "4年后",
    ],
)
def test_years_after_release(text: str) -> None:
    assert read_dates(text) == [DateValue(years_after_release=4)]


@pytest.mark.parametrize("text", ["2028-13-45", "within 30 days", "version 4.1.2", "four users", "in May"])
def test_no_date(text: str) -> None:
    assert read_dates(text) == []


@pytest.mark.parametrize(
    ("text", "codes", "basis"),
    [
        ("an individual domiciled in the European Union", ("EU",), "domiciled"),
        ("a company with a principal place of business in the EU", ("EU",), "domiciled"),
        ("You may not use the Model in the United Kingdom or South Korea.", ("GB", "KR"), "used-in"),
        ("persons located in Japan", ("JP",), "located"),
        ("countries under embargo, such as Cuba, Iran and North Korea", ("CU", "IR", "KP"), "sanctioned"),
        ("the laws of the State of California", ("US-CA",), None),
        ("the courts of England and Wales", ("GB-ENG", "GB-WLS"), None),
        ("the European Economic Area", ("EU", "IS", "LI", "NO"), None),
        ("不得在欧盟、英国和韩国使用", ("EU", "GB", "KR"), "used-in"),
        ("THE EUROPEAN UNION", ("EU",), None),
    ],
)
def test_places(text: str, codes: tuple[str, ...], basis: str | None) -> None:
    value = only(read_places(text))
    assert isinstance(value, Places)
    assert (value.codes, value.basis) == (codes, basis)


def test_no_place() -> None:
    assert read_places("let us eat turkey on fine china") == []
    assert place_codes("Northern Ireland, New Mexico") == ("GB-NIR", "US-NM")


def test_codes_have_the_form_of_iso_3166() -> None:
    for codes in PLACES.values():
        for code in codes:
            country, _, part = code.partition("-")
            assert len(country) == 2
            assert country.isalpha()
            assert country.isupper()
            assert len(part) <= 3


@pytest.mark.parametrize(
    ("text", "name", "placement"),
    [
        ('prominently display "Built with Foo" on a page', "Built with Foo", "label"),
        ('include "Foo" at the beginning of any such AI model name', "Foo", "prefix"),
        ("show 'Powered by Acme' in the interface", "Powered by Acme", "label"),
        ('the name must begin with "Bar"', "Bar", "prefix"),
        ('retain the following notice: "Foo is licensed to you."', "Foo is licensed to you", "notice"),
        ('removing any "Foo UI" branding', "Foo UI", "label"),
        ("您应突出显示 「Foo」", "Foo", "label"),
        ('在模型名称的开头添加 "Foo"', "Foo", "prefix"),
    ],
)
def test_names(text: str, name: str, placement: str) -> None:
    assert read_names(text) == [DisplayName.model_validate({"name": name, "placement": placement})]


@pytest.mark.parametrize(
    "text",
    [
        'a "Notice" text file',
        'the following words (the "Attribution Notice")',
        'provided "as is"',
        "the licensee's name",
        "no quotes here",
    ],
)
def test_no_name(text: str) -> None:
    assert read_names(text) == []


@pytest.mark.parametrize(
    ("text", "title", "url"),
    [
        ("the Foo Acceptable Use Policy", "Foo Acceptable Use Policy", None),
        (
            "our Prohibited Use Policy at https://foo.example/policy.",
            "Prohibited Use Policy",
            "https://foo.example/policy",
        ),
        ("the acceptable use policy", "acceptable use policy", None),
        ("THE ACCEPTABLE USE POLICY", "Acceptable Use Policy", None),
        ("Usage Guidelines (www.foo.example/guide)", "Usage Guidelines", "www.foo.example/guide"),
        ("遵守《可接受使用政策》", "可接受使用政策", None),
        ("the Acme Terms of Service", "Acme Terms of Service", None),
    ],
)
def test_policies(text: str, title: str, url: str | None) -> None:
    assert read_policies(text) == [PolicyReference(title=title, url=url)]


def test_no_policy() -> None:
    assert read_policies("You may use the Model as you like.") == []


PIECES = st.sampled_from(
    "1 2 , . 700 million billion users MAU $ USD € 万 亿 一 百 十 用户 超过 year annual "
    "anniversary fourth ( ) \" ' 《 》 Use Policy "
    "EU Cuba 2028 - / 年 月 日 May one hundred and more than less exceed İ ß".split()
)
KINDS = ["users", "money", "date", "places", "name", "policy"]


@given(st.lists(PIECES, max_size=40), st.sampled_from(["", " "]))
def test_any_mixture_of_words_gives_values_or_none(pieces: list[str], glue: str) -> None:
    text = glue.join(pieces)
    assert read_values(KINDS, text) == read_values(KINDS, text)  # type: ignore[arg-type]


@given(st.text(max_size=200))
def test_any_text_gives_values_or_none(text: str) -> None:
    for value in read_values(KINDS, text):  # type: ignore[arg-type]
        assert type(value).model_validate_json(value.model_dump_json()) == value


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1,",
        "1 ",
        "one ",
        "one hundred ",
        "$1 ",
        "1 million users ",
        "一",
        "a-",
        "A ",
        '"',
        "'",
        "《",
        "Use ",
        "EU ",
    ],
)
def test_long_runs_end(piece: str) -> None:
    """A reader that is quadratic in any of these would not come back within the day."""
    read_values(KINDS, piece * (100_000 // len(piece)))  # type: ignore[arg-type]
