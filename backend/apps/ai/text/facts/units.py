"""Numbers and units as Russian, Turkish and English shops write them.

A number is kept as a canonical decimal string (``"0.5"``, ``"1000"``): no exponent, no idle zeros. Strings,
not ``Decimal``: a digit run of any length stays exact and costs no arithmetic.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from apps.ai.text.language.lazy_patterns import LazyPattern
from apps.ai.text.language.letters import Letters


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure. ``power`` is the power of ten that turns a value into the base unit of
    ``dimension``.
    """

    id: str
    dimension: str
    power: int = 0


def _rows(name: str) -> list[list[str]]:
    """The lines of a table without its comments, divided into columns."""
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


_TABLE = [(name, dimension, int(power), spelled) for name, dimension, power, spelled in _rows("units.tsv")]
UNITS: dict[str, Unit] = {name: Unit(name, dimension, power) for name, dimension, power, _ in _TABLE}
UNITS |= {name: Unit(name, name) for name in ("spf", "ph")}

# Spellings that are also ordinary words or letters: they count as units only when written in capitals.
_CAPITAL_ONLY = frozenset({"me", "в", "а", "a", "k", "к", "d"})
_VOLTAGES = re.compile(
    r"1[.,][25]|3(?:[.,][267])?|4[.,]5|5|6|7[.,]2|9|10[.,]8|12|14[.,]4|1[89]|2[04]|36|[1-4]\d0"
)

# Nouns of counting. The empty id is a piece of anything; other ids differ from one another.
_COUNT_TABLE = [(name, spelled) for name, spelled in _rows("counts.tsv")]
# Forms of medicine: when both texts name one, they must name the same.
DOSAGE_FORMS = frozenset({"tablet", "capsule", "dragee", "ampoule", "suppository", "sachet"})

# Words that may stand between a number and its dosage form: «30 film kaplı tablet», «20 шипучих таблеток».
_FORM_ADJECTIVE = (
    r"(?:film|enterik|pellet|kapl[ıi]|efervesan|effervescent|effervesan|çiğneme|çiğnenebilir|chewable|"
    r"yumuşak|soft|gel|jel|"
    r"bitkisel|veg|vegan|vegetarian|veggie|sert|coated|жевательн\w+|шипуч\w+|"
    r"растворим\w+|кишечнорастворим\w+|мягк\w+|желатинов\w+|"
    r"растительн\w+|softgel|твердых|твердые|диспергируем\w+|вагинальн\w+|ректальн\w+)"
)

_folded = Letters(
    {
        "‐‑‒–—―−": "-",
        "’‘ʼ`´′": "'",
        "×✕✖": "x",
        "øØ⌀": " ",  # the diameter sign
        "ёµ∗″％": 'еμ*"%',
    }
    | {
        "".join(chr(zero + digit) for digit in range(10)): "0123456789"
        for zero in (0x660, 0x6F0, 0x966, 0xFF10)
    }
)


def fold(text: str) -> str:
    """Lower case with one spelling of dashes, apostrophes, multiplication signs and digits; the length is
    kept.
    """
    return _folded(text.replace("İ", "i").lower())


#: What Turkish puts behind a noun, twice at most: «3 ayından», «12 yaşındaki», «24 saatte», «30 derecedir».
TURKISH_ENDING = (
    r"(?:'?(?:l[ae]r|l[ıiuü]k?|s[ıiuü]|y?[ıiuü]|[ıiuü]?n[ıiuü]n|n?[dt][ae]n?|[yn]?[ae]|k[ıi]|[dt][ıiuü]r|"
    r"n[ıiuü]|c[ae]|y?l[ae])){0,3}"
)


def _alternatives(spellings: list[str]) -> str:
    """A pattern for the spellings, longest first; a stem (*) takes any letters, a Turkish noun (~) its endings."""
    ordered = sorted(spellings, key=len, reverse=True)
    endings = {"*": r"[^\W\d_]*", "~": TURKISH_ENDING}
    return "|".join(re.escape(s.rstrip("*~").replace("_", " ")) + endings.get(s[-1], "") for s in ordered)


def _spellings(rows: Iterable[tuple[str, str]]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Exact spellings and stems of all rows (id, spellings); an underscore stands for a space inside a spelling."""
    exact: dict[str, str] = {}
    stems: list[tuple[str, str]] = []
    for name, spelled in rows:
        for word in (spelling.replace("_", " ") for spelling in spelled.split()):
            if word.endswith(("*", "~")):
                stems.append((word[:-1], name))
            else:
                exact[word] = name
    return exact, stems


_UNIT_EXACT, _UNIT_STEMS = _spellings((row[0], row[3]) for row in _TABLE)
_COUNT_EXACT, _COUNT_STEMS = _spellings(_COUNT_TABLE)
_UNIT_WORDS = [w for row in _TABLE for w in row[3].split()]
_LETTER_END = r"(?![^\W\d_]|²|³)"
#: «3-х летнего», «10-ти дней».
_ORDINAL = r"(?:-(?:х|ти|ми|и|го|й|е|ый|ая|ой)(?![а-я]))?"
_UNIT = LazyPattern(
    rf"{_ORDINAL}[ \u00a0\u202f\u2009]{{0,2}}-?(?P<unit>{_alternatives(_UNIT_WORDS)}){_LETTER_END}"
)
_COUNT = LazyPattern(
    rf"{_ORDINAL}[ \u00a0\u202f\u2009]{{0,2}}[-'/]?[ \u00a0]?(?:{_FORM_ADJECTIVE}[ \u00a0]){{0,3}}"
    rf"(?P<noun>{_alternatives([w for row in _COUNT_TABLE for w in row[1].split()])}"
    rf"|р(?=\.?[ \u00a0]?(?:/|в[ \u00a0])[ \u00a0]?(?:сут|д|нед|мес|г))){_LETTER_END}"
)
_TURKISH_PACK = re.compile(r" ?'? ?(?:l[iıuü]|l[iıuü]k)(?![^\W_])")
_MULTIPLIER = re.compile(
    r"[ \u00a0]?(?:(?P<p9>млрд|миллиард[а-я]*|milyar|billion|bn)|"
    r"(?P<p6>млн|миллион[а-я]*|milyon|million|mln)|"
    r"(?P<p3>тыс|тысяч[а-я]*|bin(?= (?:adet|saat|mah|iu|me|ünite))))\.?" + _LETTER_END
)


_SPOON = re.compile(r"\.? ?л(?![^\W\d_])")


def unit_name(spelling: str) -> str:
    """The id of a unit spelled (folded) as given; "" when unknown."""
    if spelling in _UNIT_EXACT:
        return _UNIT_EXACT[spelling]
    return _of_longest_stem(spelling, _UNIT_STEMS) or ""


def count_name(spelling: str) -> str | None:
    """The id of a counting noun ("" is a piece); None when the word is none."""
    if spelling in _COUNT_EXACT:
        return _COUNT_EXACT[spelling]
    if spelling == "р":
        return "times"
    return _of_longest_stem(spelling, _COUNT_STEMS)


def _of_longest_stem(spelling: str, stems: list[tuple[str, str]]) -> str | None:
    found = [(len(stem), name) for stem, name in stems if spelling.startswith(stem)]
    return max(found)[1] if found else None


def unit_at(original: str, folded: str, position: int, value: str) -> tuple[str, int] | None:
    """The unit written directly after a number that ends at ``position``: its id and where it ends.

    ``value`` is the number, for the letters that are units only beside some numbers (220 В, 4000 K, −3.00 D).
    """
    match = _UNIT.match(folded, position)
    if match is None:
        return None
    spelling, start, end = match["unit"], match.start("unit"), match.end("unit")
    if not _plausible(
        spelling, original[start:end], value, attached=start == position, after=folded[end : end + 4]
    ):
        return None
    return unit_name(spelling), end


def _plausible(spelling: str, written: str, value: str, *, attached: bool, after: str) -> bool:
    """Whether a letter after a number is a unit here and not a word, a letter of a model name or a
    preposition.
    """
    if spelling == "g" and written == "G" and attached and value in {"2", "3", "4", "5", "6"}:
        return False
    if spelling == "ч" and _SPOON.match(after):
        return False
    if spelling not in _CAPITAL_ONLY:
        return True
    if not written.isupper() or after[:1].isdigit():
        return False
    if spelling == "в":
        return _VOLTAGES.fullmatch(value) is not None and not re.match(r" \d", after)
    if spelling in {"k", "к"}:
        return attached and len(value) >= 4
    if spelling == "d":
        return "." in value
    return attached or not re.match(r" [^\W\d_]", after) or spelling == "me"


def count_at(folded: str, position: int) -> tuple[str, int] | None:
    """The counting noun after a number that ends at ``position``: its id and where it ends."""
    if match := _TURKISH_PACK.match(folded, position):
        return _pack_noun(folded, match.end())
    match = _COUNT.match(folded, position)
    if match is None:
        return None
    return count_name(match["noun"]) or "", match.end("noun")


def _pack_noun(folded: str, position: int) -> tuple[str, int]:
    """«30'lu kapsül»: the noun after the suffix, when it is a dosage form; a piece otherwise."""
    match = _COUNT.match(folded, position)
    if match and (name := count_name(match["noun"])) in DOSAGE_FORMS:
        return name or "", match.end("noun")
    return "", position


def multiplier_at(folded: str, position: int) -> tuple[int, int] | None:
    """A written power of ten after a number («10 млрд»): the power and where the word ends."""
    match = _MULTIPLIER.match(folded, position)
    if match is None:
        return None
    power = 9 if match["p9"] else 6 if match["p6"] else 3
    return power, match.end()


# Goods are not sold by the thousand of these, so three digits after the separator are decimals: «1,500 кг».
_LARGE_UNITS = frozenset({"kg", "l", "m", "t", "km", "kw"})
_VULGAR = {"½": "0.5", "¼": "0.25", "¾": "0.75"}
_RANGE_DASH = re.compile(r"(?<=\d)-")
_NUMBER_PARTS = re.compile(r"[.,]")


def decimal(raw: str, unit: str = "") -> str | None:
    """The canonical decimal of a number as written, or None if it is no single number («12.05.2024»).

    Three digits after a single separator are thousands («1.000 mg», «1,000 mg»), unless the number begins
    with 0 or the unit is too large for that («1,500 кг»).
    """
    raw = "".join(raw.split())
    if raw[-1] in _VULGAR:
        return plus_half(raw[:-1], _VULGAR[raw[-1]])
    groups = _NUMBER_PARTS.split(raw)
    if len(groups) == 1:
        return canonical(groups[0], "")
    whole, *rest = groups
    separators = [c for c in raw if c in ".,"]
    if len(groups) == 2:
        return _one_separator(whole, rest[0], unit)
    if not all(len(group) == 3 for group in rest[:-1]) or len(whole) > 3 or len(set(separators[:-1])) != 1:
        return None
    if separators[-1] != separators[0]:
        return canonical(whole + "".join(rest[:-1]), rest[-1])
    return canonical(whole + "".join(rest), "") if len(rest[-1]) == 3 else None


def _one_separator(whole: str, fraction: str, unit: str) -> str:
    thousands = (
        len(fraction) == 3 and len(whole) <= 3 and not whole.startswith("0") and unit not in _LARGE_UNITS
    )
    return canonical(whole + fraction, "") if thousands else canonical(whole, fraction)


def plus_half(whole: str, fraction: str) -> str:
    """«2½» is 2.5."""
    return canonical(whole or "0", fraction.removeprefix("0."))


def canonical(whole: str, fraction: str) -> str:
    """Digits before and after the point as one canonical decimal."""
    whole = whole.lstrip("0") or "0"
    fraction = fraction.rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole


def shift(value: str, power: int) -> str:
    """A canonical decimal times a power of ten, exactly."""
    if power == 0 or not value.replace(".", "").isdecimal():
        return value
    whole, _, fraction = value.partition(".")
    if power > 0:
        fraction = fraction.ljust(power, "0")
        return canonical(whole + fraction[:power], fraction[power:])
    whole = whole.rjust(1 - power, "0")
    return canonical(whole[:power], whole[power:] + fraction)


def base(value: str, unit: str) -> tuple[str, str]:
    """A value and its unit in the base of the unit's dimension: 0.5 g and 500 mg give the same pair.

    Only exact powers of ten of metric units are converted. «0,5 г» and «500 мг» are one dose, written
    differently by the two sides of a border; rejecting one for the other would send honest texts to a
    moderator. Inches, ounces, gigabytes and international units are never converted: there a changed number is a
    changed statement. Of time see `durations`.
    """
    known = UNITS.get(unit)
    if known is None:
        return value, unit
    parts = _RANGE_DASH.split(value)
    return "-".join(_signed_shift(part, known.power) for part in parts), known.dimension


def _signed_shift(value: str, power: int) -> str:
    sign = "-" if value.startswith("-") else ""
    return sign + shift(value.removeprefix("-"), power)
