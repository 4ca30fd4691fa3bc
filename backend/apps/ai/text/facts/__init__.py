"""The fact guard: numbers, doses, counts, sizes, codes, materials and countries that a text states.

``extract`` reads them in a canonical form in which Russian, Turkish and English spellings are equal;
``lost`` and ``invented`` compare two texts. Nothing here knows what a text should say: it only proves that
nothing was changed.

What counts as equal, beyond spelling:

- exact powers of ten of metric units («0,5 г» and «500 мг»), no other conversion: see ``units.base`` for
  the reason;
- a count with any noun and the same count as pieces («30 таблеток», «№30», «30 шт.»), two dosage forms never;
- the sides of dimensions and the same lengths one by one («120×200 см», «ширина 120 см, высота 200 см»);
- a small number in figures and in words («3 слоя», «трёхслойный»);
- a code with and without its space («RTX 4090», «RTX4090»).
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from apps.ai.text.facts import lexicon, units
from apps.ai.text.facts.reading import numerals, read
from apps.ai.text.facts.reading.source import Fact, FactKind

__all__ = ["Fact", "FactKind", "extract", "invented", "lost"]


@lru_cache(maxsize=64)
def extract(text: str) -> tuple[Fact, ...]:
    """The facts of a text in order of appearance, without repetitions."""
    return tuple(dict.fromkeys(read(text)))


def lost(source: str, *outputs: str) -> tuple[Fact, ...]:
    """Facts of the source that none of the outputs states; «46, 48, 50» is stated by «46–50»."""
    missing = _unsupported(source, outputs)
    if not missing:
        return ()
    listed = _restated(source, "\n".join(outputs))
    return tuple(fact for fact in missing if fact.kind is not FactKind.NUMBER or fact.value not in listed)


_LIST = re.compile(r"(?<![\d.,])\d{1,3}(?: ?[,/;] ?\d{1,3}){2,20}(?![\d.,]*\d)")


def _restated(source: str, output: str) -> frozenset[str]:
    """The numbers of rising lists that the output gives as a range."""
    listed: set[str] = set()
    for match in _LIST.finditer(source):
        numbers = [int(number) for number in _DIGITS.findall(match[0])]
        low, high = numbers[0], numbers[-1]
        if numbers == sorted(numbers) and re.search(rf"(?<!\d){low} ?(?:[-–—]|до) ?{high}(?!\d)", output):
            listed.update(map(str, numbers))
    return frozenset(listed)


def invented(sources: str, output: str) -> tuple[Fact, ...]:
    """Facts of the output that the sources (joined by line breaks) do not state."""
    return _unsupported(output, (sources,))


def _unsupported(claims: str, texts: tuple[str, ...]) -> tuple[Fact, ...]:
    stated = extract(claims)
    if not stated:
        return ()
    known = _evidence(texts)
    return tuple(fact for fact in stated if not known.supports(fact))


# A pair is two pieces, and «3 раза в день» counts no pieces at all: these counts never pass for pieces.
_STRICT_NOUNS = frozenset({"pair", "times"})

_BIRTH = re.compile(r"рожден|новорожд|newborn|birth|yenidoğan|doğum")
_TIMES = ("min", "h", "day", "week", "month", "year")
#: Units that people leave out: «до 18», «t до +25», «ширина 80».
_UNDERSTOOD = frozenset({"year", "celsius", "degree", "cm"})
_RANGE = re.compile(r"(?<=\d)-")
_WORD = re.compile(r"[^\W\d_]+")
_CODE_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_DIGITS = re.compile(r"\d+")
_LONGEST_SPLIT_CODE = 5
#: What a ratio's «in one» may be left to: «1 мл содержит 5 мг», «20 г в день». Not a dose of a spray, not a tablet.
_DIVIDED = frozenset({"mass", "volume", "day", "week", "h"})
_ORIGIN = re.compile(
    r"(?i:menşe\w*|üretim yeri|üretildiği ülke|ülke|origin|made in|country|стран\w+(?: [а-я]+)?|производств\w+)"
    r"[\s:.,-]{1,3}([A-Z]{2})(?![^\W_])"
)
_DOMESTIC = re.compile(r"yerli (?:üretim|malı)")


@dataclass(frozen=True)
class _Evidence:
    """What a text states, asked about single facts; costly views are built only when a fact is missing."""

    text: str
    facts: tuple[Fact, ...]

    def supports(self, fact: Fact) -> bool:
        return _key(fact) in self._keys or _CHECKS[fact.kind](self, fact)

    @cached_property
    def _keys(self) -> frozenset[tuple[str, ...]]:
        return frozenset(_key(fact) for fact in self.facts)

    @cached_property
    def _by_kind(self) -> dict[FactKind, list[Fact]]:
        grouped: dict[FactKind, list[Fact]] = {kind: [] for kind in FactKind}
        for fact in self.facts:
            grouped[fact.kind].append(fact)
        return grouped

    @cached_property
    def forms(self) -> frozenset[str]:
        """Dosage forms that the text names, counted or not."""
        counted = {fact.unit for fact in self._by_kind[FactKind.COUNT]}
        return frozenset(counted | {fact.value for fact in self._by_kind[FactKind.FORM]})

    @cached_property
    def counts(self) -> dict[str, set[str]]:
        """Nouns by count."""
        nouns: dict[str, set[str]] = {}
        for fact in self._by_kind[FactKind.COUNT]:
            nouns.setdefault(fact.value, set()).add(fact.unit)
        return nouns

    @cached_property
    def bare(self) -> frozenset[str]:
        """Numbers that stand in the text without a unit, also at the ends of ranges and in unitless sides."""
        plain = {
            part
            for fact in self._by_kind[FactKind.NUMBER]
            for part in re.split(r"[/-]", fact.value.removesuffix("+"))
        }
        sides = {
            side
            for fact in self._by_kind[FactKind.DIMENSIONS]
            if not fact.unit
            for side in fact.value.split("x")
        }
        return frozenset(plain | sides)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Numbers without a unit, in figures, in words, or inside codes and sides."""
        plain = {fact.value for fact in self._by_kind[FactKind.NUMBER]}
        coded = {run for fact in self._by_kind[FactKind.CODE] for run in _DIGITS.findall(fact.value)}
        return frozenset(plain | coded | self.bare | self.spelled)

    @cached_property
    def spelled(self) -> frozenset[str]:
        """Numbers written as words."""
        return frozenset(numerals.spelled(_WORD.findall(units.fold(self.text))))

    @cached_property
    def written_lengths(self) -> frozenset[str]:
        """Lengths as they are written, whatever their unit."""
        sides = {side for fact in self._by_kind[FactKind.DIMENSIONS] for side in fact.value.split("x")}
        measured = {
            fact.value
            for fact in self._by_kind[FactKind.QUANTITY]
            if fact.unit in units.UNITS and units.UNITS[fact.unit].dimension == "length"
        }
        return frozenset(sides | measured)

    @cached_property
    def lengths(self) -> frozenset[tuple[str, str]]:
        """Lengths that are sides of dimensions, in base units."""
        return frozenset(
            units.base(side, fact.unit)
            for fact in self._by_kind[FactKind.DIMENSIONS]
            for side in fact.value.split("x")
        )

    @cached_property
    def measured(self) -> Counter[tuple[str, str]]:
        """How often each length is stated, in base units."""
        sides = [
            units.base(side, fact.unit)
            for fact in self._by_kind[FactKind.DIMENSIONS]
            for side in fact.value.split("x")
        ]
        return Counter(
            sides + [units.base(fact.value, fact.unit) for fact in self._by_kind[FactKind.QUANTITY]]
        )

    @cached_property
    def ends(self) -> frozenset[tuple[str, str]]:
        """Both ends of ranges that have a unit, in base units."""
        return frozenset(
            units.base(end, fact.unit)
            for fact in self._by_kind[FactKind.QUANTITY]
            if "-" in fact.value
            for end in _RANGE.split(fact.value)
        )

    @cached_property
    def rated(self) -> frozenset[tuple[str, str]]:
        """Both quantities of ratios, in base units: «5 мг/мл» says 5 mg and 1 ml."""
        sides = set()
        for fact in self._by_kind[FactKind.QUANTITY]:
            numerator, slash, denominator = fact.unit.partition("/")
            amount, unit = _denominator(denominator)
            divided = unit in units.DOSAGE_FORMS or (
                unit in units.UNITS and units.UNITS[unit].dimension in _DIVIDED
            )
            if slash and divided:
                sides |= {units.base(fact.value, numerator), units.base(amount, unit)}
        return frozenset(sides)

    @cached_property
    def origins(self) -> frozenset[str]:
        """Countries given as two letters: «Menşei: TR»."""
        return frozenset(code.lower() for code in _ORIGIN.findall(self.text)) | (
            {"tr"} if _DOMESTIC.search(units.fold(self.text)) else frozenset()
        )

    @cached_property
    def spaced_codes(self) -> frozenset[str]:
        """Neighbouring letters and digits joined, for codes written with other spaces."""
        tokens = [_canonical_token(token) for token in _CODE_TOKEN.findall(self.text)]
        return frozenset(
            "".join(tokens[at : at + size])
            for size in range(1, _LONGEST_SPLIT_CODE + 1)
            for at in range(len(tokens))
        )

    @cached_property
    def shares(self) -> dict[str, set[str]]:
        """Materials by percentage."""
        materials: dict[str, set[str]] = {}
        for fact in self._by_kind[FactKind.PERCENT]:
            materials.setdefault(fact.value, set()).add(fact.of)
        return materials

    @cached_property
    def materials(self) -> frozenset[str]:
        named = {fact.value for fact in self._by_kind[FactKind.MATERIAL]}
        shared = {fact.of for fact in self._by_kind[FactKind.PERCENT]}
        return frozenset(
            named | shared | {lexicon.IMPLIES[name] for name in named if name in lexicon.IMPLIES}
        )


@lru_cache(maxsize=16)
def _evidence(texts: tuple[str, ...]) -> _Evidence:
    return _Evidence("\n".join(texts), tuple(fact for text in texts for fact in extract(text)))


@lru_cache(maxsize=4096)
def _key(fact: Fact) -> tuple[str, ...]:
    """What two equal facts have in common."""
    if fact.kind is FactKind.QUANTITY:
        return (fact.kind, *_quantity_key(fact))
    if fact.kind is FactKind.DIMENSIONS:
        sides = [units.base(side, fact.unit) for side in fact.value.split("x")]
        return (fact.kind, *(side for side, _ in sides), sides[0][1])
    return (fact.kind, fact.value, fact.unit, fact.of)


def _quantity_key(fact: Fact) -> tuple[str, str]:
    """A quantity in base units; of a ratio both sides, unreduced: «250 мг/5 мл» names its spoon."""
    numerator, slash, denominator = fact.unit.partition("/")
    value, dimension = units.base(fact.value, numerator)
    if not slash:
        return value, dimension
    per, per_dimension = units.base(*_denominator(denominator))
    return value, f"{dimension}/{per} {per_dimension}"


def _denominator(written: str) -> tuple[str, str]:
    """«5ml» as "5" and "ml"; "1" where no number stands."""
    digits = re.match(r"[\d.]*", written)
    amount = digits[0] if digits else ""
    return amount or "1", written[len(amount) :]


def _canonical_token(token: str) -> str:
    return units.fold(token).upper().translate(str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX"))


def _quantity(evidence: _Evidence, fact: Fact) -> bool:
    if fact.unit in {"year", "month"} and (
        fact.value + "+" in evidence.numbers
        or (fact.value == "0" and _BIRTH.search(units.fold(evidence.text)))
    ):
        return True
    if fact.unit in _UNDERSTOOD and set(_RANGE.split(fact.value)) <= evidence.bare:
        return True
    if "/" in fact.unit:
        return _ratio(evidence, fact)
    base = units.base(fact.value, fact.unit)
    return (
        base in evidence.lengths
        or base in evidence.ends
        or base in evidence.rated
        or _both_ends(evidence, fact)
    )


def _ratio(evidence: _Evidence, fact: Fact) -> bool:
    """«250 мг/5 мл» is stated by «в 5 мл 250 мг»."""
    numerator, _, denominator = fact.unit.partition("/")
    amount, unit = _denominator(denominator)
    if (FactKind.QUANTITY, *units.base(fact.value, numerator)) not in evidence._keys:
        return False
    return (FactKind.QUANTITY, *units.base(amount, unit)) in evidence._keys or (
        amount == "1"
        and (unit in evidence.forms & units.DOSAGE_FORMS or (FactKind.COUNT, "1", unit, "") in evidence._keys)
    )


def _both_ends(evidence: _Evidence, fact: Fact) -> bool:
    """«15-30 см» is stated by «15 см» and «30 см»."""
    low, dash, high = fact.value.partition("-")
    if not dash or not low or not high:
        return False
    return all((FactKind.QUANTITY, *units.base(end, fact.unit)) in evidence._keys for end in (low, high))


def _count(evidence: _Evidence, fact: Fact) -> bool:
    nouns = evidence.counts.get(fact.value, set())
    if "-" in fact.value and _counted_ends(evidence, fact):
        return True
    if fact.unit in _STRICT_NOUNS:
        return False
    if fact.unit in units.DOSAGE_FORMS:
        conflict = evidence.forms & units.DOSAGE_FORMS - {fact.unit}
        return bool("" in nouns or fact.value in evidence.numbers) and (
            not conflict or fact.unit in evidence.forms
        )
    if "" in nouns or (fact.unit == "" and nouns - _STRICT_NOUNS):
        return True
    return fact.value in evidence.numbers


def _counted_ends(evidence: _Evidence, fact: Fact) -> bool:
    """«2–3 раза» is stated by «2 раза» and «3 раза»."""
    return all(fact.unit in evidence.counts.get(end, set()) for end in _RANGE.split(fact.value))


def _number(evidence: _Evidence, fact: Fact) -> bool:
    if fact.value in evidence.numbers or fact.value in evidence.written_lengths:
        return True
    low, dash, high = fact.value.partition("-")
    if dash and {low, high} <= evidence.numbers:  # sizes 46, 48, 50 are «46–50»
        return True
    if any((FactKind.QUANTITY, *units.base(fact.value, unit)) in evidence._keys for unit in _TIMES):
        return True  # «минут за 20»
    if fact.value.endswith("+"):
        written = re.search(rf"(?<!\d){re.escape(fact.value)}(?!\d)", evidence.text)  # «4+ No 9-16 Kg»
        return bool(written) or (FactKind.QUANTITY, fact.value[:-1], "year") in evidence._keys
    return bool(evidence.counts.get(fact.value, set()) - _STRICT_NOUNS)


def _percent(evidence: _Evidence, fact: Fact) -> bool:
    materials = evidence.shares.get(fact.value, set())
    return bool(materials) and (not fact.of or "" in materials)


def _code(evidence: _Evidence, fact: Fact) -> bool:
    return fact.value in evidence.spaced_codes


def _dimensions(evidence: _Evidence, fact: Fact) -> bool:
    sides = fact.value.split("x")
    if not fact.unit:
        measured = evidence.numbers | evidence.written_lengths
        return all(side in measured for side in sides)
    if fact.unit in _UNDERSTOOD and set(sides) <= evidence.bare:
        return True
    for side, times in Counter(sides).items():
        length = units.base(side, fact.unit)
        if evidence.measured[length] < times and not (fact.unit in _UNDERSTOOD and side in evidence.bare):
            return False
    return True


def _form(evidence: _Evidence, fact: Fact) -> bool:
    if fact.value in lexicon.MADE_UP and lexicon.POWDER.search(units.fold(evidence.text)):
        return True
    return fact.value in evidence.forms


def _material(evidence: _Evidence, fact: Fact) -> bool:
    return fact.value in evidence.materials or lexicon.implied(units.fold(evidence.text), fact.value)


def _country(evidence: _Evidence, fact: Fact) -> bool:
    return fact.value in evidence.origins


def _never(evidence: _Evidence, fact: Fact) -> bool:
    return False


_CHECKS: dict[FactKind, Callable[[_Evidence, Fact], bool]] = {
    FactKind.QUANTITY: _quantity,
    FactKind.COUNT: _count,
    FactKind.PERCENT: _percent,
    FactKind.NUMBER: _number,
    FactKind.CODE: _code,
    FactKind.SIZE: _never,
    FactKind.DIMENSIONS: _dimensions,
    FactKind.FORM: _form,
    FactKind.MATERIAL: _material,
    FactKind.COUNTRY: _country,
}
