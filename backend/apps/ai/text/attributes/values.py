"""Values of attributes: brought into the form that the schema asks for, and proved by the source's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from apps.ai.text import facts
from apps.ai.text.attributes.schema import AllowedValue, AttributeSpec, AttributeType, normal_form, unit_id
from apps.ai.text.facts import Fact, FactKind, units
from apps.ai.text.language import glossary, russian
from apps.ai.text.language.stems import stems

#: Characters of a free text; longer ones are descriptions, not attributes.
LONGEST_TEXT = 200
_LIST = re.compile(r"\s*(?:[,;/+]|\sи\s)\s*")
#: The dash of a range, not the minus of a number; and a number that can be converted.
_RANGE = re.compile(r"(?<=\d)-")
_PLAIN_NUMBER = re.compile(r"-?\d{1,20}(?:\.\d{1,8})?")
_WORD = re.compile(r"[^\W_]+")
#: Stems with a long common beginning are forms of one word: «таблетк» and «таблеток».
_SHORTEST_COMMON, _COMMON_SHARE = 5, 0.7
_NAMED = frozenset({FactKind.MATERIAL, FactKind.FORM, FactKind.COUNTRY, FactKind.SIZE})


def fitted(spec: AttributeSpec, value: str, evidence: str) -> str:
    """The value as the card may say it; "" when it is not allowed or the evidence does not state it."""
    return {
        AttributeType.TEXT: _text,
        AttributeType.NUMBER: _number,
        AttributeType.COUNT: _count,
        AttributeType.CHOICE: _choice,
    }[spec.type](spec, value.strip(), evidence)


def found_in(spec: AttributeSpec, text: str) -> tuple[str, str] | None:
    """The allowed value that a text names and its words for it; None when it names none, or several."""
    found = list(dict.fromkeys(_named(spec, text)))
    values = dict.fromkeys(value for value, _ in found)
    return found[0] if len(values) == 1 else None


def _text(spec: AttributeSpec, value: str, evidence: str) -> str:
    if not value or len(value) > LONGEST_TEXT or facts.invented(f"{spec.name}: {evidence}", value):
        return ""
    return value


# --- numbers ----------------------------------------------------------------------------------------------------------


def _number(spec: AttributeSpec, value: str, evidence: str) -> str:
    """«0,5 г» is «500 мг» where the schema counts in milligrams; several numbers only as a sum of doses.

    An amount that the source gives for several tablets keeps them: «200 мг (2 таблетки)».
    """
    stated = _quantities(value) or _same_numbers(value, evidence)
    written = list(dict.fromkeys(text for fact in stated if (text := _in_units(spec, fact))))
    if not written or (len(written) > 1 and "+" not in value):
        return ""
    text = " + ".join(written) + (_serving(value) or _serving(evidence))
    return "" if facts.invented(evidence, text) else text


_IN_BRACKETS = re.compile(r"\(([^()]{1,40})\)")
_SERVED = frozenset("tablet capsule dragee sachet drop stick ampoule dose".split())


def _serving(text: str) -> str:
    """« (2 таблетки)» of «200 mg (2 tablet)»; "" of a text without a serving in brackets."""
    for inside in _IN_BRACKETS.findall(text):
        counts = facts.extract(inside)
        if len(counts) == 1 and counts[0].kind is FactKind.COUNT and counts[0].unit in _SERVED:
            return f" ({russian.counted(russian.decimal(counts[0].value), russian.COUNTED[counts[0].unit])})"
    return ""


def _quantities(text: str) -> list[Fact]:
    return [fact for fact in facts.extract(text) if fact.kind in (FactKind.QUANTITY, FactKind.PERCENT)]


def _same_numbers(value: str, evidence: str) -> list[Fact]:
    """Of a value without a unit: the quantities of the evidence that have its number."""
    numbers = {fact.value for fact in facts.extract(value)}
    return [fact for fact in _quantities(evidence) if fact.value in numbers]


def _in_units(spec: AttributeSpec, fact: Fact) -> str:
    """A quantity in one of the schema's units; only exact powers of ten are converted."""
    offered = {unit_id(spelling): spelling for spelling in reversed(spec.units)}
    numerator, slash, _ = fact.unit.partition("/")
    if slash:  # «250 мг/5 мл»: as written, whatever the spoon
        return fact.text if numerator in offered or fact.unit in offered else ""
    if fact.unit in offered:
        return _written(fact.value, offered[fact.unit])
    mine = units.UNITS.get(fact.unit)
    for spelling in spec.units:
        other = units.UNITS.get(unit_id(spelling))
        if mine and other and mine.dimension == other.dimension:
            ends = _RANGE.split(fact.value)
            if not all(_PLAIN_NUMBER.fullmatch(end) for end in ends):
                return ""
            return _written("-".join(_shifted(end, mine.power - other.power) for end in ends), spelling)
    return ""


def _shifted(number: str, places: int) -> str:
    """A number times a power of ten, without an exponent or idle zeros."""
    text = f"{Decimal(number).scaleb(places):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _written(value: str, unit: str) -> str:
    number = "–".join(russian.decimal(end) for end in _RANGE.split(value))
    return f"{number}{unit}" if unit == "°" else f"{number} {unit}"


def _count(spec: AttributeSpec, value: str, evidence: str) -> str:
    """One count: with its noun as it stands, a bare number as pieces."""
    counts = [fact for fact in facts.extract(value) if fact.kind in (FactKind.COUNT, FactKind.NUMBER)]
    if len(counts) != 1 or len(facts.extract(value)) != 1:
        return ""
    bare = not counts[0].unit and not re.search(r"[^\W\d_]", value)
    text = f"{russian.decimal(counts[0].value)} {spec.units[0] if spec.units else 'шт.'}" if bare else value
    return "" if facts.invented(evidence, text) else text


# --- one of a list ----------------------------------------------------------------------------------------------------


def _choice(spec: AttributeSpec, value: str, evidence: str) -> str:
    """The allowed values that the value names and the evidence states, as the schema spells them."""
    parts = [value, *_LIST.split(value)] if spec.multiple else [value]
    chosen = dict.fromkeys(
        allowed.name for part in parts if (allowed := _allowed(spec, part)) and _states(evidence, allowed)
    )
    return ", ".join(chosen)


def _allowed(spec: AttributeSpec, value: str) -> AllowedValue | None:
    """The allowed value of that name, synonym or, of a foreign word, translation."""
    for wanted in (normal_form(value), normal_form(glossary.translate(value).text)):
        for allowed in spec.values if wanted else ():
            if any(normal_form(spelling) == wanted for spelling in allowed.spellings):
                return allowed
    return None


def _states(evidence: str, allowed: AllowedValue) -> bool:
    """Whether the evidence has one of the value's spellings, or the same material, form, country or size."""
    there = (tuple(stems(evidence)), tuple(stems(glossary.translate(evidence).text)))
    for spelling in allowed.spellings:
        wanted = tuple(stems(spelling))
        if any(_holds(words, wanted) for words in there):
            return True
        named = _names(spelling)
        if named and named <= _names(evidence):
            return True
    return False


def _names(text: str) -> set[str]:
    found = facts.extract(text)
    named = {fact.value for fact in found if fact.kind in _NAMED} | {fact.of for fact in found if fact.of}
    return named | {fact.unit for fact in found if fact.kind is FactKind.COUNT and fact.unit}


def _holds(words: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Whether the wanted stems stand side by side among the words."""
    if not wanted:
        return False
    return any(
        all(_alike(word, stem) for word, stem in zip(words[at:], wanted, strict=False))
        for at in range(len(words) - len(wanted) + 1)
    )


def _alike(one: str, other: str) -> bool:
    if one == other:
        return True
    common = 0
    for first, second in zip(one, other, strict=False):
        if first != second:
            break
        common += 1
    return common >= _SHORTEST_COMMON and common >= _COMMON_SHARE * max(len(one), len(other))


def _named(spec: AttributeSpec, text: str) -> Iterator[tuple[str, str]]:
    """Every allowed value with the words of the text that name it; longer spellings hide those inside them."""
    words = [(match.start(), match.end()) for match in _WORD.finditer(text)]
    stemmed = [" ".join(stems(text[start:end])) for start, end in words]
    spelled = [
        (tuple(stems(spelling)), allowed.name) for allowed in spec.values for spelling in allowed.spellings
    ]
    taken: set[int] = set()
    for wanted, name in sorted(spelled, key=lambda one: -len(one[0])):
        for at in range(len(words) - len(wanted) + 1 if wanted else 0):
            places = range(at, at + len(wanted))
            if taken.isdisjoint(places) and _holds(tuple(stemmed[at : at + len(wanted)]), wanted):
                taken.update(places)
                yield name, text[words[at][0] : words[at + len(wanted) - 1][1]]
