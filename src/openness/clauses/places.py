"""Names of places and their ISO 3166 codes, as license texts write them.

Countries by ISO 3166-1, parts of countries that license texts name by ISO 3166-2, ``EU`` for the European Union.
A name that means two places ("Georgia", "Korea") is left out: a missing code is honest, a wrong one is not.
"""

from __future__ import annotations

import re

_NAMES = """
AE United Arab Emirates|UAE|U.A.E.|阿联酋
AE-AZ Abu Dhabi
AE-DU Dubai
AF Afghanistan|阿富汗
AR Argentina
AT Austria
AU Australia|澳大利亚
BE Belgium
BG Bulgaria
BR Brazil|巴西
BY Belarus|白俄罗斯
CA Canada|加拿大
CH Switzerland|瑞士
CL Chile
CN People's Republic of China|PRC|P.R.C.|P.R. China|mainland China|Mainland China|China|中华人民共和国|中国大陆|中国
CN-BJ Beijing|北京市|北京
CN-GD Guangdong|Shenzhen|广东|深圳
CN-SH Shanghai|上海市|上海
CN-ZJ Zhejiang|Hangzhou|浙江|杭州
CO Colombia
CU Cuba|古巴
CY Cyprus
CZ Czech Republic|Czechia
DE Federal Republic of Germany|Germany|德国
DK Denmark
EE Estonia
EG Egypt
ES Spain|西班牙
EU European Union|EU|E.U.|欧盟|欧洲联盟
EU,IS,LI,NO European Economic Area|EEA|欧洲经济区
FI Finland
FR France|法国
FR-75 Paris|巴黎
GB United Kingdom of Great Britain and Northern Ireland|United Kingdom|Great Britain|UK|U.K.|英国
GB-ENG,GB-WLS England and Wales
GB-ENG England|London
GB-NIR Northern Ireland
GB-SCT Scotland
GB-WLS Wales
GR Greece
HK Hong Kong SAR|Hong Kong|香港
HR Croatia
HU Hungary
ID Indonesia
IE Ireland|爱尔兰
IL Israel|以色列
IN India|印度
IQ Iraq|伊拉克
IR Iran|伊朗
IS Iceland
IT Italy|意大利
JP Japan|日本
KP Democratic People's Republic of Korea|North Korea|DPRK|朝鲜
KR Republic of Korea|South Korea|Korea, Republic of|韩国
LB Lebanon
LI Liechtenstein
LT Lithuania
LU Luxembourg
LV Latvia
LY Libya
MM Myanmar|Burma|缅甸
MO Macao|Macau|澳门
MT Malta
MX Mexico
MY Malaysia
NG Nigeria
NI Nicaragua
NL The Netherlands|Netherlands|荷兰
NO Norway|挪威
NZ New Zealand
PH Philippines
PK Pakistan
PL Poland
PT Portugal
RO Romania
RS Serbia
RU Russian Federation|Russia|俄罗斯
SA Saudi Arabia
SD Sudan|苏丹
SE Sweden|瑞典
SG Singapore|新加坡
SI Slovenia
SK Slovakia
SO Somalia
SS South Sudan
SY Syria|叙利亚
TH Thailand
TR Turkey|Türkiye
TW Taiwan|台湾
UA Ukraine|乌克兰
UA-09 Luhansk|Lugansk
UA-14 Donetsk
UA-43 Crimea|克里米亚
US United States of America|United States|USA|U.S.A.|U.S.|US|美国
US-CA California|San Francisco|Santa Clara County|加利福尼亚
US-CO Colorado
US-DE Delaware|特拉华
US-FL Florida
US-GA State of Georgia
US-IL Illinois
US-MA Massachusetts
US-MI Michigan
US-MN Minnesota
US-NJ New Jersey
US-NM New Mexico
US-NY New York|纽约
US-OH Ohio
US-PA Pennsylvania
US-TX Texas
US-VA Virginia
US-WA Washington State|State of Washington
US-WV West Virginia
VE Venezuela|委内瑞拉
VN Vietnam
YE Yemen
ZA South Africa
ZW Zimbabwe
"""

PLACES: dict[str, tuple[str, ...]] = {
    name: tuple(codes.split(","))
    for codes, _, names in (line.partition(" ") for line in _NAMES.strip().splitlines())
    for name in names.split("|")
}
"""Codes of each name. A region that is no country of its own stands for all its members."""

_UPPER = {name.upper(): codes for name, codes in PLACES.items() if len(name) > 4}


def _pattern() -> re.Pattern[str]:
    # The longest name first: "Northern Ireland" is not Ireland, "New Mexico" is not Mexico.
    names = sorted({*PLACES, *_UPPER}, key=len, reverse=True)
    latin = "|".join(re.escape(name) for name in names if name.isascii())
    wide = "|".join(name for name in names if not name.isascii())
    return re.compile(rf"(?<![\w.])(?:{latin})(?!\w)|{wide}")


_PLACE = _pattern()


def place_codes(text: str) -> tuple[str, ...]:
    """ISO codes of the places that a text names, each once, in the order of the text."""
    found: dict[str, None] = {}
    for match in _PLACE.finditer(text):
        name = match.group()
        found.update(dict.fromkeys(PLACES.get(name) or _UPPER[name]))
    return tuple(found)
