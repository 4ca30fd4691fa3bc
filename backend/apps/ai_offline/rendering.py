"""How one fact of a source stands in Russian: «500 mg» is «500 мг», «14 film tablet» is «14 таблеток в … оболочке»."""

from __future__ import annotations

import re
from functools import lru_cache

from apps.ai.text import facts
from apps.ai.text.facts import Fact, FactKind
from apps.ai.text.language import russian


@lru_cache(maxsize=10_000)
def render(fact: Fact, spelled: str) -> str:
    """The fact in Russian, or as the source wrote it when the guard would not see the same fact in it.

    `spelled` is the fact's text, which two equal facts need not share: it belongs to the key of the cache.
    """
    written = _written(fact)
    if fact.kind is FactKind.SIZE or fact.unit == "sheet":
        return written  # «размер L» and «24 листа»: «L» and «24 л» by themselves say something else
    if not written or facts.lost(fact.text, written) or facts.invented(fact.text, written):
        return fact.text
    return written


# --- quantities -------------------------------------------------------------------------------------------------------

_UNITS = {
    "mcg": "мкг",
    "mg": "мг",
    "g": "г",
    "kg": "кг",
    "t": "т",
    "ml": "мл",
    "cl": "сл",
    "dl": "дл",
    "l": "л",
    "um": "мкм",
    "mm": "мм",
    "cm": "см",
    "m": "м",
    "km": "км",
    "cm2": "см²",
    "m2": "м²",
    "m3": "м³",
    "iu": "МЕ",
    "cfu": "КОЕ",
    "mmol": "ммоль",
    "kcal": "ккал",
    "kj": "кДж",
    "w": "Вт",
    "kw": "кВт",
    "v": "В",
    "kv": "кВ",
    "a": "А",
    "ma": "мА",
    "mah": "мА·ч",
    "ah": "А·ч",
    "wh": "Вт·ч",
    "kwh": "кВт·ч",
    "kb": "КБ",
    "mb": "МБ",
    "gb": "ГБ",
    "tb": "ТБ",
    "hz": "Гц",
    "khz": "кГц",
    "mhz": "МГц",
    "ghz": "ГГц",
    "mp": "Мп",
    "px": "пикс.",
    "rpm": "об/мин",
    "db": "дБ",
    "lm": "лм",
    "k": "К",
    "celsius": "°C",
    "bar": "бар",
    "pa": "Па",
    "den": "ден",
    "ppm": "ppm",
    "dpt": "дптр",
    "s": "сек",
    "min": "мин",
    "h": "ч",
}


def _written(fact: Fact) -> str:
    match fact.kind:
        case FactKind.QUANTITY:
            return _quantity(fact)
        case FactKind.COUNT:
            return _count(fact)
        case FactKind.PERCENT:
            return f"{russian.decimal(fact.value)} %"
        case FactKind.DIMENSIONS:
            return _dimensions(fact)
        case FactKind.SIZE:
            return f"размер {_as_written(fact)}"
        case FactKind.NUMBER:
            return _GREAT.sub(lambda match: _GREAT_NUMBERS[match[0].lower()], fact.text)
        case _:
            return fact.text


_LETTERS = re.compile(r"X{2,4}[SL]", re.IGNORECASE)


def _as_written(fact: Fact) -> str:
    """«XXL» stays what it is: 2XL is the same size of clothes, and another name of a device."""
    return fact.text.upper() if _LETTERS.fullmatch(fact.text) else fact.value


_GREAT = re.compile(r"(?<=\d )(?:milyar|milyon)(?!\w)", re.IGNORECASE)
_GREAT_NUMBERS = {"milyar": "млрд", "milyon": "млн", "млрд": "млрд", "млн": "млн"}


def _quantity(fact: Fact) -> str:
    number = russian.decimal(fact.value)
    if fact.unit in {"spf", "ph"}:
        return f"{'SPF' if fact.unit == 'spf' else 'pH'} {number}"
    if "/" in fact.unit:
        return _ratio(number, fact.unit)
    if fact.unit == "year" and "+" in fact.text:
        return f"от {number} {'года' if number == '1' else 'лет'}"
    if fact.unit in russian.COUNTED:
        return russian.counted(number, russian.COUNTED[fact.unit])
    unit = _UNITS.get(fact.unit)
    great = _GREAT_QUANTITY.match(fact.text)
    if great and unit:
        return f"{great['number'].replace('.', ',')} {_GREAT_NUMBERS[great['word'].lower()]} {unit}"
    return f"{number} {unit}" if unit else ""


_GREAT_QUANTITY = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)?)[ \u00a0]?(?P<word>млрд|млн|milyar|milyon)(?!\w)", re.IGNORECASE
)


def _ratio(number: str, unit: str) -> str:
    """«mg/5ml» after 250 is «250 мг/5 мл»."""
    above, below = unit.split("/", 1)
    match = re.fullmatch(r"([\d.]*)(\w+)", below)
    if match is None or above not in _UNITS:
        return ""
    amount, per = match.groups()
    if per in _UNITS:
        word = _UNITS[per]
    elif per in russian.COUNTED:
        word = russian.COUNTED[per].one
    else:
        return ""
    return f"{number} {_UNITS[above]}/{russian.decimal(amount) + ' ' if amount else ''}{word}"


def _dimensions(fact: Fact) -> str:
    if len(set(_SIDE_UNIT.findall(fact.text))) > 1:
        return ""  # «35 мм х 115 см» stays as it is
    sides = "×".join(russian.decimal(side) for side in fact.value.split("x"))
    unit = _UNITS.get(fact.unit, "") if fact.unit else ""
    if fact.unit and not unit:
        return ""
    return f"{sides} {unit}".strip()


_SIDE_UNIT = re.compile(r"(?<=\d)[ \u00a0]?([^\W\d_]{2,})")


# --- counts -----------------------------------------------------------------------------------------------------------

_STARTS_WITH_NUMBER = re.compile(r"(?:[xX×] ?)?[№\d]")
_COUNT_SIGN = re.compile(r"№ ?\d")
_PIECES = re.compile(r"par[çc]a", re.IGNORECASE)


def _count(fact: Fact) -> str:
    if not _STARTS_WITH_NUMBER.match(fact.text):
        return ""
    if _COUNT_SIGN.match(fact.text):
        return f"№{fact.value}"
    number = russian.decimal(fact.value)
    if not fact.unit and _PIECES.search(fact.text):
        return russian.counted(number, russian.COUNTED["item"])
    if not fact.unit:
        return f"{number} шт."
    noun = russian.COUNTED.get(fact.unit)
    if noun is None:
        return ""
    return _described(number, noun, fact.text)


_FILM = re.compile(r"film|coated", re.IGNORECASE)
#: Words between the number and the dosage form, as adjectives with the feminine nouns таблетка, капсула.
_KINDS_OF_FORM = (
    (re.compile(r"efervesan|effervescent|effervesan", re.IGNORECASE), "шипучий"),
    (re.compile(r"çiğneme|çiğnenebilir|chewable", re.IGNORECASE), "жевательный"),
    (re.compile(r"yumuşak|soft", re.IGNORECASE), "мягкий"),
    (re.compile(r"bitkisel|vegetable|veggie", re.IGNORECASE), "растительный"),
    (re.compile(r"enteri[kc]", re.IGNORECASE), "кишечнорастворимый"),
)


def _described(number: str, noun: russian.Counted, text: str) -> str:
    """«14 film tablet» is «14 таблеток в плёночной оболочке», «30 efervesan tablet» is «30 шипучих таблеток»."""
    coating = " в плёночной оболочке" if _FILM.search(text) else ""
    adjective = next((word for pattern, word in _KINDS_OF_FORM if pattern.search(text)), "")
    return russian.described(number, adjective, noun) + coating
