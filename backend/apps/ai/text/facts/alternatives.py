"""Numbers that a text gives in another way: two by two («1 или 2», "3 to 4", «yarım-1»), by schemes («2x1», "every
12 hours", «sabah ve akşam»), as packs of packs («3 blister x 10 tablet»).
"""

from __future__ import annotations

import re

from apps.ai.text.facts import units
from apps.ai.text.facts.reading import numerals

_WORD = re.compile(r"[^\W\d_]+")
_HALVES = {"yarım": "0.5", "половина": "0.5", "половину": "0.5", "half": "0.5", "½": "0.5"}
_BETWEEN = r" ?(?:-|/|до|или|to|or|ila|veya|ya da) ?"
_NUMBER = r"\d{1,4}(?:[.,]\d{1,3})?"
#: What stands between them is looked at from the sign, and the number behind it is left for the next pair.
_PAIR = re.compile(rf"(?<![\d.,])({_NUMBER}){_BETWEEN}(?=({_NUMBER})(?![\d]|[.,]\d))")
#: «2x1»: so many times one, without a length behind it.
_SCHEME = re.compile(r"(?<![\w.,])(\d) ?[x×] ?(?:\d|½|1/2)(?![\d.,]* ?(?:[x×]|[cсmм]?[mм](?![^\W_])|m?l|мл))")


def pairs(folded: str) -> frozenset[str]:
    """Every two numbers that a folded text joins, as «low-high»."""
    text = _WORD.sub(_figure, folded).replace("½", "0.5").replace("1/2", "0.5")
    found = set()
    for low, high in _PAIR.findall(text):
        first, second = units.decimal(low, "kg"), units.decimal(high, "kg")
        if first is not None and second is not None:
            found.add(f"{first}-{second}")
    return frozenset(found)


_TWICE = re.compile(
    r"sabah(?:ları)?[ -](?:ve )?akşam|morning and (?:evening|night)|утром и вечером|утром и на ночь|утро/вечер"
)
_EVERY = re.compile(
    r"(?:every|кажд\w+|интервал\w+(?: в)?) (\d{1,2})[ -]?(?:h(?![^\W_])|hours|ч(?![^\W_])|час)|"
    r"(?<![\d.,-])(\d{1,2}) (?:saatte bir|saat ara\w*|hours apart)|(?<![\d.,-])(\d{1,2})[- ]?hourly"
)
_PACKS = re.compile(
    r"(?<![\d.,])(\d{1,3}) ?(?:[^\W\d_]{2,12}\.? ?)?[x×] ?(\d{1,3}) ?"
    r"(?=[^\W\d_]*(?:таб|кап|шт|амп|саше|пак|tab|kap|cap|adet|pcs|amp|sach|poşet))"
)
#: Of a prescription: how often a day.
_LATIN = {
    "1": re.compile(r"(?<![^\W_])(?:[qo]\.?d|s\.?i\.?d)\b"),
    "2": re.compile(r"(?<![^\W_])b\.?i\.?d\b"),
    "3": re.compile(r"(?<![^\W_])t\.?i\.?d\b"),
    "4": re.compile(r"(?<![^\W_])q\.?i\.?d\b"),
}


#: «3x2,5 ml/gün»
_SCHEME_OF_A_DAY = re.compile(
    r"(?<![\w.,])(\d) ?[x×] ?[\d.,]{1,6} ?[^\W\d_]{0,8}\.? ?(?:/ ?(?:gün|day|сут|день)|günde|a day|per day|в день)"
)


def schemes(folded: str) -> frozenset[str]:
    """How many times a day."""
    found = {*_SCHEME.findall(folded), *_SCHEME_OF_A_DAY.findall(folded)}
    if _TWICE.search(folded):
        found.add("2")
    found |= {times for times, written in _LATIN.items() if written.search(folded)}
    for found_hours in _EVERY.findall(folded):
        hours = int("".join(found_hours))
        if hours and 24 % hours == 0:
            found.add(str(24 // hours))
    return frozenset(found)


def packs(folded: str) -> frozenset[str]:
    """How many pieces all packs of a pack hold."""
    return frozenset(str(int(one) * int(other)) for one, other in _PACKS.findall(folded))


def _figure(match: re.Match[str]) -> str:
    word = match[0]
    if word in _HALVES:
        return _HALVES[word]
    return next(iter(numerals.spelled((word,))), word) if len(word) > 1 else word
