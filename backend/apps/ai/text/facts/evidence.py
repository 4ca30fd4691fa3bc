"""What a text states, asked about single facts: the views of it that the checks of `comparison` need."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache

from apps.ai.text.facts import alternatives, durations, lexicon, units
from apps.ai.text.facts.reading import numerals
from apps.ai.text.facts.reading.source import Fact, FactKind

TIMES = ("min", "h", "day", "week", "month", "year")
RANGE = re.compile(r"(?<=\d)-")
_WORD = re.compile(r"[^\W\d_]+")
_CODE_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_DIGITS = re.compile(r"\d+")
_LONGEST_SPLIT_CODE = 5
#: Degrees, types and phases.
_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5", "VI": "6"}
_ROMAN_FIGURE = re.compile(r"(?<![^\W_])[IV]{1,3}(?![^\W_])")
#: What a ratio's «in one» may be left to: «1 мл содержит 5 мг», «20 г в день». Not a dose of a spray, not a tablet.
_DIVIDED = frozenset({"mass", "volume", "day", "week", "h", "min"})
_ORIGIN = re.compile(
    r"(?i:menşe\w*|üretim yeri|üretildiği ülke|ülke|origin|made in|country|стран\w+(?: [а-я]+)?|производств\w+)"
    r"[\s:.,-]{1,3}([A-Z]{2})(?![^\W_])"
)
_DOMESTIC = re.compile(r"yerli (?:üretim|malı)")


@dataclass(frozen=True)
class Evidence:
    """What a text states, asked about single facts; costly views are built only when a fact is missing."""

    text: str
    facts: tuple[Fact, ...]

    def states(self, fact: Fact) -> bool:
        return key(fact) in self.keys

    @cached_property
    def keys(self) -> frozenset[tuple[str, ...]]:
        return frozenset(key(fact) for fact in self.facts)

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
            for part in re.split(r"[:/-]", fact.value.removesuffix("+"))
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
        roman = {_ROMAN[figure] for figure in _ROMAN_FIGURE.findall(self.text) if figure in _ROMAN}
        return frozenset(plain | coded | self.bare | self.spelled | roman)

    @cached_property
    def spelled(self) -> frozenset[str]:
        """Numbers written as words."""
        return frozenset(numerals.spelled(_WORD.findall(self.folded)))

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
    def figures(self) -> frozenset[str]:
        """Values that have a unit, as they are written, the ends of ranges and what is divided by, too."""
        found = set()
        for fact in self._by_kind[FactKind.QUANTITY]:
            per = split_amount(fact.unit.partition("/")[2])[0]
            found |= {fact.value, *(end.lstrip("-") for end in RANGE.split(fact.value)), per}
        return frozenset(found)

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
            for end in RANGE.split(fact.value)
        )

    @cached_property
    def durations(self) -> frozenset[tuple[str, ...]]:
        """Amounts of time, each in the least unit of its family and, of months, in days; the ends of ranges, too."""
        whole = {durations.of(fact.value, fact.unit) for fact in self._by_kind[FactKind.QUANTITY]} - {()}
        found = whole | {(end,) for amount in whole for end in amount} | durations.told_in_words(self.text)
        return frozenset(found | {durations.in_days(amount) for amount in found})

    @cached_property
    def folded(self) -> str:
        return units.fold(self.text)

    @cached_property
    def alternatives(self) -> frozenset[str]:
        """Numbers that are given two by two, in figures or words, as «low-high»."""
        return alternatives.pairs(self.folded)

    @cached_property
    def schemes(self) -> frozenset[str]:
        """How many times a day by a scheme: «günde 2x1»."""
        return alternatives.schemes(self.folded)

    @cached_property
    def packs(self) -> frozenset[str]:
        """Pieces of all packs together: «3 blister x 10 tablet»."""
        return alternatives.packs(self.folded)

    @cached_property
    def rated(self) -> frozenset[tuple[str, str]]:
        """Both quantities of ratios, in base units: «5 мг/мл» says 5 mg and 1 ml."""
        sides = set()
        for fact in self._by_kind[FactKind.QUANTITY]:
            numerator, slash, denominator = fact.unit.partition("/")
            amount, unit = split_amount(denominator)
            divided = (
                unit in units.DOSAGE_FORMS
                or unit == "dose"
                or (unit in units.UNITS and units.UNITS[unit].dimension in _DIVIDED)
            )
            if slash and divided:
                sides |= {units.base(fact.value, numerator), units.base(amount, unit)}
        return frozenset(sides)

    @cached_property
    def origins(self) -> frozenset[str]:
        """Countries given as two letters: «Menşei: TR»."""
        return frozenset(code.lower() for code in _ORIGIN.findall(self.text)) | (
            {"tr"} if _DOMESTIC.search(self.folded) else frozenset()
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


@lru_cache(maxsize=4096)
def key(fact: Fact) -> tuple[str, ...]:
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
    per, per_dimension = units.base(*split_amount(denominator))
    return value, f"{dimension}/{per} {per_dimension}"


def split_amount(written: str) -> tuple[str, str]:
    """«5ml» as "5" and "ml"; "1" where no number stands."""
    digits = re.match(r"[\d.]*", written)
    amount = digits[0] if digits else ""
    return amount or "1", written[len(amount) :]


def _canonical_token(token: str) -> str:
    return units.fold(token).upper().translate(str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX"))
