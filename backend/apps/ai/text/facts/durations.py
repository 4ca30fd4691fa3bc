"""The same time in another unit: «24 месяца» are two years, «половина часа» 30 minutes.

Only what is exactly so is equal: a week is no quarter of a month, and a year no 365 days.
"""

import re
from decimal import Decimal
from functools import lru_cache

from apps.ai.text.facts import units

#: By unit, how many of the least unit of its family it is. A month is 30 days where a text counts it in days.
_SECONDS = {"s": 1, "min": 60, "h": 3600, "day": 86_400, "week": 604_800}
_MONTHS = {"month": 1, "year": 12}
_DAYS_OF_A_MONTH = 30
_HALVES = (
    (
        re.compile(
            r"полчаса|получас|half an? hour|half-hour|yarım saat|"
            r"(?<![\d/])(?:1/2|½)(?: ?(?:-|–|to|или|or|veya) ?1)? ?(?:hour|saat|час)"
        ),
        ("1800 s",),
    ),
    (re.compile(r"полгода|полугод|half a year|yarım yıl"), ("6 m",)),
    (re.compile(r"полтора часа|полутора часов|bir buçuk saat|an hour and a half"), ("5400 s",)),
    (re.compile(r"полтора года|полутора лет|bir buçuk (?:yıl|yaş)"), ("18 m",)),
    (re.compile(r"четверть часа|quarter of an hour|çeyrek saat"), ("900 s",)),
    (re.compile(r"сутки|суток|around the clock"), ("86400 s",)),
    (
        re.compile(
            r"(?<![^\W_])(?:(?:через|за|на|около|каждый|минимум|в течение|не более|не менее) часа?(?![^\W_])|"
            r"час (?:до|после|спустя)|"
            r"полчаса ?[-–—] ?час(?![^\W_])|ежечасно|an hour|one hour|per hour|hourly|bir saat)"
        ),
        ("3600 s",),
    ),
    (
        re.compile(
            r"(?<![^\W_])(?:(?:через|за|на|около|каждую|в течение) минут[уы](?![^\W_])|"
            r"a minute|one minute|bir dakika)"
        ),
        ("60 s",),
    ),
    (
        re.compile(r"(?<![^\W_])(?:через день|кажд\w+ второй день|every other day|gün aşırı|alternate days)"),
        ("172800 s",),
    ),
    (
        re.compile(
            r"недел[яюией](?![^\W_])|нед\.|(?:в|за) нед(?![^\W_])|еженедел|"
            r"a week|per week|weekly|one week|haftada|haftalık|bir hafta"
        ),
        ("604800 s",),
    ),
    (re.compile(r"(?<![^\W_])fortnight"), ("1209600 s",)),
    (
        re.compile(
            r"(?<![^\W_])(?:ежемес|(?<!\d )(?<!\d)месяц(?![^\W_])|(?:в|за|на|течение|около|протяжении) месяца?|"
            r"месяца? |monthly|a month|one month|per month|ayda bir|bir ay|aylık)"
        ),
        ("1 m",),
    ),
    (
        re.compile(
            r"три?местр|trimest|квартал|"
            r"(?:(?<!\d)1[23]|двенадцат\w+|twelve|on iki)[ -](?:недел|нед(?![^\W_])|week|hafta)"
        ),
        ("3 m",),
    ),
    (
        re.compile(r"(?<![^\W_])(?:в|за|на) год(?![^\W_])|годов|ежегодн|annual|a year|yılda bir|yıllık"),
        ("12 m",),
    ),
)
_PARTS = re.compile(r"(?<=\d)-")
_MOST_ENDS = 2


@lru_cache(maxsize=4096)
def of(value: str, unit: str) -> tuple[str, ...]:
    """Each end of an amount of time in the least unit of its family; () for anything else."""
    ends = _PARTS.split(value)
    if len(ends) > _MOST_ENDS or not all(end.replace(".", "", 1).isdecimal() for end in ends):
        return ()
    if unit in _SECONDS:
        return tuple(f"{(Decimal(end) * _SECONDS[unit]).normalize():f} s" for end in ends)
    if unit in _MONTHS:
        return tuple(f"{(Decimal(end) * _MONTHS[unit]).normalize():f} m" for end in ends)
    return ()


def in_days(amount: tuple[str, ...]) -> tuple[str, ...]:
    """Whole months as days."""
    day = _SECONDS["day"] * _DAYS_OF_A_MONTH
    return tuple(
        f"{(Decimal(end[:-2]) * day).normalize():f} s" if end.endswith("m") else end for end in amount
    )


def told_in_words(text: str) -> frozenset[tuple[str, ...]]:
    folded = units.fold(text)
    return frozenset(amount for pattern, amount in _HALVES if pattern.search(folded))
