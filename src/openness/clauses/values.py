"""Numbers, amounts, dates, places, names and documents that a clause carries, as typed values.

Each reader takes the words of one unit and returns what stands there, in order. A reader that is not
sure returns nothing: a clause without its number is honest, a wrong number is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from ..records import MoneyLimit, PolicyReference, UserLimit, Value

if TYPE_CHECKING:
    from ..rulebook.schema import ValueKind

_SCALE = {
    "thousand": 10**3,
    "k": 10**3,
    "million": 10**6,
    "m": 10**6,
    "mn": 10**6,
    "billion": 10**9,
    "bn": 10**9,
    "b": 10**9,
}
_NUMBER = r"(?P<number>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+(?:\.[0-9]+)?)"
_WORDS = {
    "one": 1,
    "two": 2,
    "five": 5,
    "ten": 10,
    "fifty": 50,
    "hundred": 100,
    "one hundred": 100,
    "seven hundred": 700,
}

_USERS = re.compile(
    rf"(?:{_NUMBER}|(?P<word>{'|'.join(_WORDS)}))[ -]?(?P<scale>thousand|million|billion|k|m|bn)?(?: \([0-9,]+\))? ?"
    r"(?P<unit>(?:[a-z-]+ ){0,3}(?:users?|maus?|daus?|visits?|seats?|employees|accounts|individuals))\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    rf"(?:(?P<sign>US\$|US \$|\$|€|£|¥|USD|EUR|GBP|RMB|CNY|JPY) ?{_NUMBER} ?(?P<scale>thousand|million|billion|k|m|bn)?"
    rf"|{_NUMBER.replace('number', 'number2')} ?(?P<scale2>thousand|million|billion)? ?(?P<sign2>(?:US |U\.S\. )?dollars|USD|euros?|EUR|RMB|yuan|CNY))",
    re.IGNORECASE,
)
_CURRENCY = {
    "$": "USD",
    "us$": "USD",
    "us $": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "CNY",
    "rmb": "CNY",
    "yuan": "CNY",
    "euro": "EUR",
    "euros": "EUR",
}
_AT_LEAST = re.compile(
    r"\b(?:at least|or more|equal to or|greater than or equal|reach(?:es|ed)?|not less than)\b"
)
_BELOW = re.compile(
    r"\b(?:less than|under|below|fewer than|not exceed|does not exceed|no more than|up to)\b[^.]{0,40}$"
)
_LABEL = re.compile(r"\b(?:display|label|show|built with|powered by|branding)\b")
_ASK = re.compile(r"\b(?:request|obtain|contact|apply for|enter into|written permission|separate)\b")
_NO_RIGHTS = re.compile(
    r"\b(?:not (?:be )?(?:authorized|granted|permitted|licensed|allowed)|may not|no right|must not|terminat)"
)
_POLICY = re.compile(
    r"(?P<title>(?:[A-Z][\w'&-]* ){0,6}(?:Acceptable Use|Prohibited Use|Use|Usage|Responsible Use|Terms of|Privacy)(?: [A-Z][\w-]*){0,2} ?"
    r"(?:Policy|Policies|Guidelines|Guide|Service|Use))"
)
_URL = re.compile(
    r"(?:https?://|www\.)[^\s()<>\"']+[^\s()<>\"'.,;]|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|ai|org|io|dev)/[^\s()<>\"']*[^\s()<>\"'.,;]"
)


def read_values(kinds: Iterable[ValueKind], text: str) -> tuple[Value, ...]:
    """The typed values of the wanted kinds in a piece of normalized text, letters in their own case."""
    found: list[Value] = []
    for kind in kinds:
        reader = _READERS.get(kind)
        if reader is not None:
            found.extend(reader(text))
    return tuple(found)


def _amount(number: str | None, word: str | None, scale: str | None) -> int:
    base = float(number.replace(",", "")) if number else float(_WORDS[(word or "").lower()])
    return round(base * _SCALE.get((scale or "").lower(), 1))


def _effect(low: str) -> str | None:
    if _LABEL.search(low) and not _ASK.search(low):
        return "show-label"
    if _ASK.search(low):
        return "ask-first"
    return "no-rights" if _NO_RIGHTS.search(low) else None


def _direction(low: str, start: int) -> str:
    before = low[max(0, start - 60) : start]
    if _BELOW.search(before):
        return "below"
    return "at-or-above" if _AT_LEAST.search(low[max(0, start - 60) : start + 60]) else "above"


def read_users(text: str) -> list[Value]:
    """Numbers of users: "700 million monthly active users"."""
    low = text.lower()
    found: list[Value] = []
    for match in _USERS.finditer(text):
        count = _amount(match["number"], match["word"], match["scale"])
        if count <= 0:
            continue
        around = low[max(0, match.start() - 40) : match.end() + 60]
        unit = match["unit"].lower()
        kind = "users"
        for name, sign in (
            ("visits", "visit"),
            ("employees", "employee"),
            ("dau", "dau"),
            ("mau", "mau"),
            ("seats", "seat"),
        ):
            if sign in unit:
                kind = name
        if kind == "users" and re.search(
            r"\bmonthly\b|\bper month\b|\bcalendar month\b|\beach month\b", around
        ):
            kind = "mau"
        elif kind == "users" and re.search(r"\bdaily\b|\bper day\b", around):
            kind = "dau"
        period = "month" if kind == "mau" or "month" in around else "day" if kind == "dau" else None
        if re.search(r"\b(?:30|thirty)[ -](?:\(30\) )?(?:consecutive |calendar )?days?\b", low):
            period = "30-days"
        found.append(
            UserLimit.model_validate(
                {
                    "count": count,
                    "unit": kind,
                    "period": period,
                    "direction": _direction(low, match.start()),
                    "tested": "at-release" if re.search(r"\brelease date\b", low) else None,
                    "effect": _effect(low),
                }
            )
        )
    return found


def read_money(text: str) -> list[Value]:
    """Amounts of money: "more than 20 million US dollars in monthly revenue"."""
    low = text.lower()
    found: list[Value] = []
    for match in _MONEY.finditer(text):
        amount = _amount(match["number"] or match["number2"], None, match["scale"] or match["scale2"])
        if amount <= 0:
            continue
        sign = (match["sign"] or match["sign2"]).lower()
        currency = _CURRENCY.get(sign) or (sign.upper() if len(sign) == 3 else "USD")
        around = low[max(0, match.start() - 80) : match.end() + 60]
        monthly = re.search(r"\bmonthly\b|\bper month\b|\bmonth\b", around)
        yearly = re.search(r"\bannual|\byear|\barr\b", around)
        measure = "revenue"
        for name, sign_word in (
            ("arr", r"\barr\b|annual recurring"),
            ("funding", r"\bfunding\b|\braised\b"),
            ("profit", r"\bprofit"),
        ):
            if re.search(sign_word, around):
                measure = name
                break
        found.append(
            MoneyLimit.model_validate(
                {
                    "amount": amount,
                    "currency": currency,
                    "period": "year" if yearly else "month" if monthly else None,
                    "measure": measure,
                    "direction": _direction(low, match.start()),
                    "effect": _effect(low),
                }
            )
        )
    return found


def read_policies(text: str) -> list[Value]:
    """Documents that the terms refer to, each with its address if one stands beside it."""
    found: list[Value] = []
    seen: set[str] = set()
    for match in _POLICY.finditer(text):
        title = re.sub(r"^(?:The|This|Our|Such) ", "", match["title"]).strip()
        if title.lower() in seen:
            continue
        seen.add(title.lower())
        url = _URL.search(text, match.end(), min(len(text), match.end() + 200))
        found.append(PolicyReference(title=title, url=url.group() if url else None))
    return found


_READERS: dict[ValueKind, Callable[[str], list[Value]]] = {
    "users": read_users,
    "money": read_money,
    "policy": read_policies,
}
