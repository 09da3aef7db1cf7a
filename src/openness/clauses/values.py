"""Numbers, amounts, dates, places, names and documents that a clause carries, as typed values.

Each reader takes the words of one unit and returns what stands there, in order. A reader that is not
sure returns nothing: a clause without its number is honest, a wrong number is not.

All readers are linear in the text: every pattern is bounded, starts at a mark that cannot repeat inside its
own match, and looks at a window of fixed width around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Literal, NamedTuple

from ..records import DateValue, DisplayName, MoneyLimit, Places, PolicyReference, UserLimit, Value
from ..rulebook.facts import ValueKind
from .places import place_codes

Direction = Literal["above", "at-or-above", "below", "at-or-below"]
Effect = Literal["no-rights", "ask-first", "show-label"]
UserUnit = Literal["mau", "dau", "users", "visits", "calls", "seats", "employees"]
UserPeriod = Literal["day", "30-days", "month", "quarter", "year"]
Measure = Literal["revenue", "arr", "funding", "profit", "assets", "budget"]
Basis = Literal["domiciled", "located", "used-in", "sanctioned"]

WINDOW = 90
"""Characters before and after a number in which its unit, its comparison and its period are looked for."""

LARGEST = 10**15
"""A larger number is no number of users and no amount of money, but a serial number."""


def read_values(kinds: Iterable[ValueKind], text: str) -> tuple[Value, ...]:
    """The typed values of the wanted kinds in a piece of normalized text, letters in their own case."""
    found: list[Value] = []
    for kind in kinds:
        found.extend(_READERS[kind](text))
    return tuple(found)


# --- numbers -------------------------------------------------------------------------------------------

_SCALE = {
    "hundred": 10**2,
    "thousand": 10**3,
    "k": 10**3,
    "million": 10**6,
    "m": 10**6,
    "mn": 10**6,
    "mm": 10**6,
    "mio": 10**6,
    "billion": 10**9,
    "bn": 10**9,
    "b": 10**9,
    "千": 10**3,
    "万": 10**4,
    "萬": 10**4,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "億": 10**8,
    "十亿": 10**9,
}
_ONES = {
    word: value
    for value, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split(),
        1,
    )
}
_TENS = {
    word: 10 * value for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
_CHINESE = {char: value for value, char in enumerate("一二三四五六七八九", 1)} | {"两": 2, "零": 0}
_CHINESE_SCALE = {"十": 10, "百": 100, "千": 1000}

_WORD = rf"(?:{'|'.join((*_ONES, *_TENS))}|hundred|thousand|million|billion)"
_NUMBER = re.compile(
    # Digits, never from the middle of a longer run of them.
    r"(?<![0-9.,])(?P<digits>[0-9]{1,3}(?:,[0-9]{3}){1,5}|[0-9]{1,3}(?: [0-9]{3}){1,5}(?![0-9])|"
    r"[0-9]{1,15}(?:\.[0-9]{1,6})?)"
    r"(?![0-9])(?:(?: |-)?(?P<scale>hundred|thousand|million|billion|bn|mn|mm|mio)\b|(?P<letter>[kmb])\b"
    r"| ?(?P<wide>十万|百万|千万|十亿|[千万萬亿億]))?"
    rf"|(?<![a-z])(?P<words>(?:an? )?(?:{_WORD}[ -](?:and )?){{0,7}}{_WORD})(?![a-z])"
    r"|(?P<chinese>[一二两三四五六七八九十百千零]{1,7}[万亿]{0,2})",
    re.IGNORECASE,
)


class _Number(NamedTuple):
    value: int
    start: int
    end: int


def _numbers(text: str) -> Iterator[_Number]:
    """All numbers of a text. "Fifty (50)" is one number."""
    last: _Number | None = None
    for match in _NUMBER.finditer(text):
        value = _value(match)
        if value is None or value > LARGEST:
            continue
        number = _Number(value, match.start(), match.end())
        if last is not None and number.value == last.value and text[last.end : number.start] in (" (", "("):
            # The number again in figures: the pair ends behind the bracket.
            close = number.end + 1 if text[number.end : number.end + 1] == ")" else number.end
            last = _Number(last.value, last.start, close)
            continue
        if last is not None:
            yield last
        last = number
    if last is not None:
        yield last


def _value(match: re.Match[str]) -> int | None:
    if match["digits"]:
        scale = match["scale"] or match["letter"] or match["wide"] or ""
        return round(float(re.sub("[ ,]", "", match["digits"])) * _SCALE.get(scale.lower(), 1))
    if match["words"]:
        return _words_value(match["words"].lower())
    return _chinese_value(match["chinese"])


def _words_value(words: str) -> int | None:
    total = current = 0
    for word in re.split("[ -]", words):
        if word in ("a", "an", "and", ""):
            continue
        if word in _ONES:
            current += _ONES[word]
        elif word in _TENS:
            current += _TENS[word]
        elif word == "hundred":
            current = max(current, 1) * 100
        else:
            total += max(current, 1) * _SCALE[word]
            current = 0
    return total + current or None


def _chinese_value(chars: str) -> int | None:
    total = section = digit = 0
    for char in chars:
        if char in _CHINESE:
            digit = _CHINESE[char]
        elif char in _CHINESE_SCALE:
            section += max(digit, 1) * _CHINESE_SCALE[char]
            digit = 0
        else:
            total = (total + max(section + digit, 1)) * _SCALE[char]
            section = digit = 0
    return total + section + digit or None


# --- what a number means ---------------------------------------------------------------------------------

_DIRECTIONS: tuple[tuple[Direction, re.Pattern[str]], ...] = (
    # The longer wording first: "does not exceed" holds "exceed".
    (
        "at-or-below",
        re.compile(
            r"\bnot? (?:to )?exceed|\bno(?:t)? (?:more|greater|higher) than|\bup to\b|\bat most\b|"
            r"\bmaximum of\b|<=|≤|不超过|不多于|不高于|至多"
        ),
    ),
    (
        "at-or-above",
        re.compile(
            r"\bat least\b|\bequals? (?:to )?or (?:exceed|great|more)|\b(?:greater|more|"
            r"higher) than or equal|\bnot (?:less|fewer) than|"
            r"\bno (?:less|fewer) than|\breach(?:es|ed|ing)?\b|\bminimum of\b|>=|≥|\bmeets? or exceeds?|"
            r"达到|不少于|不低于|至少"
        ),
    ),
    ("below", re.compile(r"\b(?:less|fewer|lower|smaller) than\b|\bunder\b|\bbelow\b|<|少于|低于|不足|小于")),
    (
        "above",
        re.compile(
            r"\b(?:more|greater|higher|larger) than\b|\bexceed|\bover\b|\babove\b|\bin excess of\b|"
            r"\bsurpass|>|超过|大于|高于|多于|超出"
        ),
    ),
)
_AFTER: tuple[tuple[Direction, re.Pattern[str]], ...] = (
    (
        "at-or-above",
        re.compile(
            r"\+|[^.;,]{0,40}?\b(?:or|and) (?:more|above|over|greater|higher)\b|"
            r"[^。；，]{0,8}?(?:及以上|以上|或以上)"
        ),
    ),
    (
        "at-or-below",
        re.compile(
            r"[^.;,]{0,40}?\b(?:or|and) (?:less|fewer|below|under|lower)\b|[^。；，]{0,8}?(?:及以下|以下|或以下)"
        ),
    ),
)

_LABEL = re.compile(
    r"\b(?:must|shall|will|required to|agree to) (?:\w+ ){0,3}(?:display|show|label|feature|brand)|突出显示|显著"
)
_NO_RIGHTS = re.compile(
    r"\b(?:not|no longer) (?:\w+ )?(?:authori[sz]ed|granted|permitted|licensed|allowed|entitled|eligible)|"
    r"\bcannot exercise|\bmay not\b|"
    r"\bmust not\b|\bno (?:right|license)|\bterminat|\b(?:does|shall|will) not (?:apply|extend|cover)|"
    r"\bexcluded\b|无权|不得|终止"
)
_ASK = re.compile(
    r"\b(?:request|obtain|contact|apply (?:for|to)|enter into|written permission|separate|acquire|purchase|"
    r"negotiate|approach)\b|"
    r"申请|联系|另行|获得.{0,10}(?:许可|授权)"
)


def _effect(low: str) -> Effect | None:
    """What happens at the limit. Where rights end unless one asks, they end."""
    if _NO_RIGHTS.search(low):
        return "no-rights"
    if _ASK.search(low):
        return "ask-first"
    return "show-label" if _LABEL.search(low) else None


def _direction(before: str, after: str) -> Direction:
    for direction, pattern in _AFTER:
        if pattern.match(after):
            return direction
    best: tuple[int, int, Direction] | None = None
    for direction, pattern in _DIRECTIONS:
        for match in pattern.finditer(before):
            # Of two readings that end at one place the longer one is meant.
            key = (match.end(), match.end() - match.start(), direction)
            if best is None or key[:2] > best[:2]:
                best = key
    return "above" if best is None else best[2]


def _lower(text: str) -> str:
    """Lower case of the same length, so that offsets stay true."""
    low = text.lower()
    return low if len(low) == len(text) else text


# --- users -----------------------------------------------------------------------------------------------

_KIND = (
    r"(?:monthly|daily|weekly|annual|active|unique|registered|end|individual|total|aggregate|concurrent|"
    r"average|paying|"
    r"distinct|full-time|combined|global|external|authori[sz]ed|licensed|human|people or|their|api|月活跃?|"
    r"日活跃?|独立|活跃|注册)"
)
_UNIT = (
    r"(?P<unit>maus?\b|daus?\b|users?\b|visits?\b|visitors\b|calls\b|requests\b|queries\b|seats?\b|"
    r"employees\b|individuals\b|people\b|"
    r"persons\b|staff\b|workers\b|customers\b|subscribers\b|accounts\b|用户|访问量?|调用|请求|员工|人|席位|"
    r"次访问|次调用|次)"
)
_UNIT_AFTER = re.compile(
    rf"\)?\+?(?: or (?:more|fewer|less))?[ -]?(?:个|名|的|次|位)?(?:及?以上|及?以下)?的?(?:of (?:its|their|"
    rf"your) )?(?:{_KIND}[ -]?(?:的)?){{0,4}}{_UNIT}",
    re.IGNORECASE,
)
_UNIT_BEFORE = re.compile(
    rf"(?:{_KIND}[ -]?){{0,4}}{_UNIT}(?:数量?|量|总数)?[^.;。；]{{0,60}}?(?:exceed\w*|more than|"
    rf"greater than|less than|fewer than|over|above|"
    r"reach\w*|equal\w*|at least|up to|below|under|in excess of|>=?|<=?|[≥≤]|超过|达到|大于|高于|多于|"
    r"不超过|少于|低于|不足|至少)"
    r"(?: or exceed\w*| or equal to| than| to)* $|"
    rf"(?:{_KIND}[ -]?){{0,4}}(?P<wide>用户|访问|调用|员工)[^.;。；]{{0,30}}?(?:超过|达到|大于|高于|多于|"
    rf"不超过|少于|低于|不足|至少) ?$",
    re.IGNORECASE,
)
_COMPARES = re.compile(r"[a-z>=<≥≤过到于足少] ?$")
"""What can stand right before a number that is compared with; looked for first, because it is cheap."""
_NOT_A_COUNT = re.compile(
    r" ?(?:%|percent|days?|months?|years?|hours?|times|dollars|usd|us\$|euros?|eur|rmb|美元|元|天|年|个月|"
    r"月|日)", re.IGNORECASE
)  # fmt: skip
_UNITS: tuple[tuple[str, UserUnit], ...] = (
    ("mau", "mau"),
    ("dau", "dau"),
    ("visit", "visits"),
    ("访问", "visits"),
    ("call", "calls"),
    ("request", "calls"),
    ("quer", "calls"),
    ("调用", "calls"),
    ("请求", "calls"),
    ("seat", "seats"),
    ("席位", "seats"),
    ("employee", "employees"),
    ("staff", "employees"),
    ("worker", "employees"),
    ("people", "employees"),
    ("员工", "employees"),
)
_THIRTY_DAYS = re.compile(r"\b(?:30|thirty)(?: \(30\))?[ -](?:consecutive |calendar |rolling )?days?\b|30 ?天|三十天")
_AT_RELEASE = re.compile(
    r"\brelease date\b|\bdate of (?:first |initial )?release\b|\bat (?:the time of )?release\b|发布(?:之)?日|发布时"
)
_AT_ANY_TIME = re.compile(r"\bat any (?:time|point)\b|\bever\b|任何时候|任意时间")


def read_users(text: str) -> list[Value]:
    """Numbers of users, visits, seats or staff: "700 million monthly active users"."""
    low = _lower(text)
    found: list[Value] = []
    shared: tuple[Effect | None, str | None, bool] | None = None
    done = 0
    for number in _numbers(text):
        unit = _UNIT_AFTER.match(text, number.end, number.end + WINDOW)
        before = low[max(done, number.start - WINDOW) : number.start]
        end = number.end
        if unit is not None:
            end = unit.end()
            named = low[number.end : end]
        else:
            ahead = _UNIT_BEFORE.search(before) if _COMPARES.search(before) else None
            if ahead is None or _NOT_A_COUNT.match(text, number.end):
                continue
            named = ahead.group()
        if number.value <= 0 or _SIGN_BEFORE.search(before[-12:]):
            continue
        done = end
        if shared is None:
            tested = "at-release" if _AT_RELEASE.search(low) else None
            tested = tested or ("at-any-time" if _AT_ANY_TIME.search(low) else None)
            shared = _effect(low), tested, _THIRTY_DAYS.search(low) is not None
        around = before + low[number.start : end + 60]
        kind = _user_unit(named, around)
        found.append(
            UserLimit.model_validate(
                {
                    "count": number.value,
                    "unit": kind,
                    "period": _user_period(kind, around, thirty_days=shared[2]),
                    "direction": _direction(before, low[number.end : number.end + WINDOW]),
                    "tested": shared[1],
                    "effect": shared[0],
                }
            )
        )
    return found


def _user_unit(named: str, around: str) -> UserUnit:
    for sign, unit in _UNITS:
        # "次" counts whatever was named before it.
        if sign in (around if named.endswith("次") else named):
            return unit
    if re.search(r"\bworking as\b|\bemploy", around) and "user" not in named:
        return "employees"
    if re.search(r"\bmonthly\b|\b(?:per|each|calendar|a|any) month\b|月活|每月", around):
        return "mau"
    return "dau" if re.search(r"\bdaily\b|\b(?:per|each|a) day\b|日活|每日|每天", around) else "users"


def _user_period(kind: UserUnit, around: str, *, thirty_days: bool) -> UserPeriod | None:
    if thirty_days:
        return "30-days"
    if kind == "mau" or re.search(r"\bmonth", around) or "月" in around:
        return "month"
    if kind == "dau" or re.search(r"\bda(?:y|ily)\b", around):
        return "day"
    if re.search(r"\bquarter", around) or "季度" in around:
        return "quarter"
    return "year" if re.search(r"\byear|\bannual", around) else None


# --- money -----------------------------------------------------------------------------------------------

_CURRENCIES = {
    sign: code
    for code, signs in {
        "USD": "$|us$|us $|usd|usd $|usd$|美元|美金",
        "EUR": "€|eur|euro|euros|欧元",
        "GBP": "£|gbp|pounds|pounds sterling|英镑",
        # The sign is the yen's, too; where that is meant "yen" or "JPY" stands beside it.
        "CNY": "¥|￥|rmb|cny|yuan|元|人民币|元人民币",
        "JPY": "jpy|yen|日元",
        "KRW": "₩|krw|won|韩元",
        "INR": "₹|inr|rupees",
        "AUD": "a$|au$|aud",
        "CAD": "c$|ca$|cad",
        "HKD": "hk$|hkd|港元|港币",
        "SGD": "s$|sgd",
        "TWD": "nt$",
        "BRL": "r$",
        "CHF": "chf",
    }.items()
    for sign in signs.split("|")
}
_SIGN_BEFORE = re.compile(
    r"(us ?\$|usd ?\$?|au?\$|ca?\$|hk\$|s\$|nt\$|r\$|\$|€|£|¥|￥|₩|₹|\b(?:eur|gbp|rmb|cny|jpy|krw|inr|chf|"
    r"aud|cad|hkd|sgd)|人民币) ?$"
)
_SIGN_AFTER = re.compile(
    r" ?(?:of )?(?:(?:us|u\.s\.|united states|american) )?(usd\b|dollars?\b|euros?\b|eur\b|gbp\b|"
    r"pounds(?: sterling)?\b|rmb\b|cny\b|yuan\b|jpy\b|"
    r"yen\b|krw\b|won\b|inr\b|rupees\b|chf\b|aud\b|cad\b|hkd\b|sgd\b|€|£|美元|美金|欧元|英镑|日元|韩元|港元|"
    r"港币|元人民币|元|人民币)"
)
_MEASURES: tuple[tuple[Measure, re.Pattern[str]], ...] = (
    ("arr", re.compile(r"\barr\b|\b(?:annual|annually|yearly) recurring|年度?经常性收入")),
    ("funding", re.compile(r"\bfunding\b|\bfunds raised\b|\braised\b|\binvestments?\b|\bventure\b|融资")),
    ("profit", re.compile(r"\bprofits?\b|\bearnings\b|\bnet income\b|利润")),
    ("assets", re.compile(r"\bassets\b|\bmarket cap|资产|市值")),
    ("budget", re.compile(r"\bbudgets?\b|\bexpenditures?\b|\bspend|预算")),
    ("revenue", re.compile(r"\brevenues?\b|\bsales\b|\bturnover\b|\bincome\b|\breceipts\b|收入|营收|营业额")),
)
_YEARLY = re.compile(r"\bannual|\byear|\barr\b|\b(?:12|twelve)[ -](?:\(12\) )?month|\bper annum\b|年(?!月)|每年|年度")
_MONTHLY = re.compile(r"\bmonth|每月|月(?:度|收入|均)")


def read_money(text: str) -> list[Value]:
    """Amounts of money: "more than 20 million US dollars in monthly revenue"."""
    low = _lower(text)
    found: list[Value] = []
    seen: set[tuple[int, str]] = set()
    effect: Effect | None = None
    done = 0
    for number in _numbers(text):
        start = max(done, number.start - WINDOW)
        before = low[start : number.start]
        ahead = _SIGN_BEFORE.search(before[-12:])
        behind = _SIGN_AFTER.match(low, number.end, number.end + 40)
        if ahead is None and behind is None:
            continue
        currency = _currency(ahead, behind)
        end = number.end if behind is None else behind.end()
        done = end
        if currency is None or number.value <= 0 or (number.value, currency) in seen:
            continue
        if not found:
            effect = _effect(low)
        seen.add((number.value, currency))
        after = low[end : end + 70]
        found.append(
            MoneyLimit.model_validate(
                {
                    "amount": number.value,
                    "currency": currency,
                    "period": _money_period(before, after),
                    "measure": _measure(before, after),
                    "direction": _direction(before, low[number.end : number.end + WINDOW]),
                    "effect": effect,
                }
            )
        )
    return found


def _currency(ahead: re.Match[str] | None, behind: re.Match[str] | None) -> str | None:
    """The code; what stands behind is the fuller name: "$5 Canadian" is rare, "¥5 yen" is not."""
    names = [match[1].strip() for match in (behind, ahead) if match is not None]
    for name in names:
        code = "USD" if name.startswith("dollar") else _CURRENCIES.get(name)
        if code is not None:
            return code
    return None


def _money_period(before: str, after: str) -> Literal["month", "year"] | None:
    """The period named nearest to the amount, behind it before ahead of it."""
    for piece, last in ((after, False), (before, True)):
        years = [match.start() for match in _YEARLY.finditer(piece)]
        months = [
            match.start()
            for match in _MONTHLY.finditer(piece)
            if not re.search(r"(?:12|twelve)[ -](?:\(12\) )?$", piece[max(0, match.start() - 14) : match.start()])
        ]
        if years or months:
            pick = max if last else min
            far = -1 if last else len(piece) + 1
            year, month = pick(years, default=far), pick(months, default=far)
            return "year" if (year > month) == last else "month"
    return None


def _measure(before: str, after: str) -> Measure:
    for piece in (after, before):
        for measure, pattern in _MEASURES:
            if pattern.search(piece):
                return measure
    return "revenue"


# --- dates -----------------------------------------------------------------------------------------------

_MONTHS = {name: index for index, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_MONTH = (
    r"(?P<{}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DATE = re.compile(
    r"(?<![0-9])(?:(?P<y1>[0-9]{4})[-/.](?P<m1>[0-9]{1,2})[-/.](?P<d1>[0-9]{1,2})(?![0-9])"
    r"|(?P<y2>[0-9]{4}) ?年 ?(?P<m2>[0-9]{1,2}) ?月 ?(?P<d2>[0-9]{1,2}) ?日"
    rf"|(?P<d3>[0-9]{{1,2}})(?:st|nd|rd|"
    rf"th)?(?: day)?(?: of)?[ -]{_MONTH.format('m3')}\.?,?[ -](?P<y3>[0-9]{{4}})(?![0-9]))"
    rf"|\b{_MONTH.format('m4')}\.? (?P<d4>[0-9]{{1,2}})(?:st|nd|rd|th)?,? (?P<y4>[0-9]{{4}})(?![0-9])",
    re.IGNORECASE,
)
_ORDINALS = {
    name: value
    for value, name in enumerate("first second third fourth fifth sixth seventh eighth ninth tenth".split(), 1)
}
_ANNIVERSARY = re.compile(
    rf"\b(?:(?P<word>{'|'.join(_ORDINALS)})|(?P<figure>[0-9]{{1,2}})(?:st|nd|rd|"
    rf"th))[ -](?:year )?anniversary\b", re.IGNORECASE
)  # fmt: skip
_YEARS_AFTER = re.compile(
    r"[ -]years?(?:'s?)?,? (?:after|from|following|of|since|later|past)\b| ?年(?:之)?后|\) years? (?:after|"
    r"from|following|of)\b",
    re.IGNORECASE,
)


def read_dates(text: str) -> list[Value]:
    """Days on which something changes, and years after a release: "the fourth anniversary"."""
    found: list[tuple[int, DateValue]] = []
    for match in _DATE.finditer(text):
        on = _date(match)
        if on is not None:
            found.append((match.start(), DateValue(on=on)))
    for match in _ANNIVERSARY.finditer(text):
        years = _ORDINALS[match["word"].lower()] if match["word"] else int(match["figure"])
        found.append((match.start(), DateValue(years_after_release=years)))
    found.extend(
        (number.start, DateValue(years_after_release=number.value))
        for number in _numbers(text)
        if 0 < number.value <= 100 and _YEARS_AFTER.match(text, number.end, number.end + 30)
    )
    unique: dict[DateValue, None] = {}
    for _, value in sorted(found, key=lambda pair: pair[0]):
        unique.setdefault(value)
    return list(unique)


def _date(match: re.Match[str]) -> date | None:
    for form in "1234":
        if match[f"y{form}"]:
            month = match[f"m{form}"]
            number = int(month) if month.isdecimal() else _MONTHS[month[:3].lower()]
            try:
                return date(int(match[f"y{form}"]), number, int(match[f"d{form}"]))
            except ValueError:
                return None
    return None


# --- places ----------------------------------------------------------------------------------------------

_BASES: tuple[tuple[Basis, re.Pattern[str]], ...] = (
    ("sanctioned", re.compile(r"\bsanction|\bembargo|\bexport|制裁|禁运|出口")),
    (
        "domiciled",
        re.compile(
            r"\bdomicil|\bprincipal place of business|\bincorporated\b|\bheadquarter|\bresident|\breside|"
            r"\bestablished in\b|\borgani[sz]ed (?:in|under)|"
            r"\bcitizen|住所|注册地|注册于|居住|总部"
        ),
    ),
    (
        "used-in",
        re.compile(
            r"\b(?:use|used|using|deploy\w*|distribut\w*|make available|display\w*|reproduc\w*|"
            r"access\w*)\b[^.;]{0,120}\b(?:in|within|outside|into|from)\b|"
            r"(?:使用|部署|分发)"
        ),
    ),
    ("located", re.compile(r"\blocated\b|\bsituated\b|\bbased in\b|\bterritor|\bpresent in\b|位于|境内|所在")),
)
_OF_LAW = re.compile(r"\blaws? of\b|\bcourts?\b|\bgovern|\bjurisdiction|法律|法院|仲裁")


def read_places(text: str) -> list[Value]:
    """The places a unit names, as one value: "domiciled in the European Union"."""
    codes = place_codes(text)
    if not codes:
        return []
    low = text.lower()
    basis: Basis | None = None
    if not _OF_LAW.search(low):
        basis = next((name for name, pattern in _BASES if pattern.search(low[:4000])), None)
    return [Places(codes=codes, basis=basis)]


# --- names -----------------------------------------------------------------------------------------------

_QUOTED = re.compile(
    r"\"(?P<double>[^\"]{1,200})\"|(?:(?<=[ (:,])|^)'(?P<single>[^'\"]{1,120})'(?=[ .,;:)]|$)|"
    r"[「《](?P<wide>[^」》]{1,80})[」》]"
)
_AT_HEAD = re.compile(
    r"^[^.;\"]{0,40}(?:(?:at|in) the (?:beginning|start) of|as (?:a|the) prefix|in (?:the |its |their |any |"
    r"all )?(?:\w+ ){0,3}names?\b)|^[^。；\"]{0,8}(?:开头|前缀)"
)
_HEAD_BEFORE = re.compile(
    r"\b(?:begin|start|prefix\w*|names?|named)\b[^.;\"]{0,40}$|(?:开头|前缀|名称)[^。；\"]{0,12}$"
)
_NOTICE_BEFORE = re.compile(r"\b(?:notice|statement|sentence|words|text|attribution)\b[^.;\"]{0,40}$")
_DEFINES = re.compile(
    r"\((?:the |collectively,? |each,? (?:an? )?|hereinafter |an? |or )?$|\b(?:means?|defined)\b[^\"]{0,12}$"
)
_NO_NAME = re.compile(r"(?:notice|as is|agreement|license|materials?|derivatives?|you|outputs?)", re.IGNORECASE)
_BRAND = re.compile(
    r"\b(?:any|the|all|of) (?:existing )?\"?([A-Z][\w.-]*(?: [A-Z][\w.-]*){0,3})\"? (?:branding|logo|badge|brand)\b"
)


def read_names(text: str) -> list[Value]:
    """Names and badges that must be shown or carried: "Built with Llama" on a page, "Llama" as a prefix."""
    low = _lower(text)
    found: dict[str, DisplayName] = {}
    for match in _QUOTED.finditer(text):
        name = (match["double"] or match["single"] or match["wide"] or "").strip(" .,;:")
        before = low[max(0, match.start() - 80) : match.start()]
        if not name or _NO_NAME.fullmatch(name) or _DEFINES.search(before):
            continue
        placement: Literal["prefix", "label", "notice"] = "label"
        if _AT_HEAD.search(low[match.end() : match.end() + 100]) or _HEAD_BEFORE.search(before):
            placement = "prefix"
        elif _NOTICE_BEFORE.search(before):
            placement = "notice"
        found.setdefault(name, DisplayName(name=name, placement=placement))
    for match in _BRAND.finditer(text):
        found.setdefault(match[1], DisplayName(name=match[1], placement="label"))
    return list(found.values())


# --- documents -------------------------------------------------------------------------------------------

_POLICY = re.compile(
    r"(?P<title>(?:\b[A-Z][\w'&.-]{0,40} ){0,6}\b(?:(?:Acceptable|Prohibited|Responsible|Permitted|Fair|"
    r"Restricted) Uses?|Usage|Use|Content|Community|"
    r"Privacy|Safety|Terms of|Brand) ?(?:[A-Z][\w-]{0,40} ){0,2}(?:Policy|Policies|Guidelines?|Guide|"
    r"Service|Use|Restrictions|Standards|Rules)\b)"
    r"|(?P<loud>\b(?:ACCEPTABLE|PROHIBITED|RESPONSIBLE|PERMITTED) USES? (?:POLICY|POLICIES|GUIDELINES?|"
    r"RESTRICTIONS)\b)"
    r"|(?P<low>\b(?:acceptable|prohibited|responsible|permitted) uses? (?:policy|policies|guidelines?|"
    r"restrictions)\b)"
    r"|《(?P<wide>[^》《]{1,40}(?:政策|规范|准则|守则|协议|条款))》|(?P<plain>(?:可接受使用|合理使用|"
    r"禁止使用|使用)(?:政策|规范|准则))"
)
_ARTICLE = re.compile(
    r"^(?:(?:The|This|Our|Such|Any|All|These|Your|Its|See|And|In|By|With|To|Of|For|Under|Per|If|As) )+"
)
_URL = re.compile(
    r"(?:https?://|www\.)[^\s()<>\"'\[\]，。；）]{1,300}|"
    r"\b[a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,60}){0,3}\.(?:com|ai|org|io|dev|net|cn|ae)/[^\s()<>\"'\[\]，。；）]{1,300}"
)


def read_policies(text: str) -> list[Value]:
    """Documents that the terms refer to, each with its address if one stands beside it."""
    found: dict[str, PolicyReference] = {}
    matches = list(_POLICY.finditer(text))
    for index, match in enumerate(matches):
        title = next(part for part in match.groups() if part)
        title = _ARTICLE.sub("", title).strip()
        if title.isupper():
            title = title.title()
        following = matches[index + 1].start() if index + 1 < len(matches) else len(text)
        url = _URL.search(text, match.end(), min(following, match.end() + 200))
        key = title.casefold()
        held = found.get(key)
        if held is None or (held.url is None and url is not None):
            found[key] = PolicyReference(title=title, url=url.group().rstrip(".,;:") if url else None)
    return list(found.values())


_READERS: dict[ValueKind, Callable[[str], list[Value]]] = {
    "users": read_users,
    "money": read_money,
    "date": read_dates,
    "places": read_places,
    "name": read_names,
    "policy": read_policies,
}
