"""Whether a sentence forbids, warns or allows: clause by clause, in Russian, Turkish and English.

Russian and English say it before what it is about, Turkish behind; a list takes it from its heading.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from apps.ai.text.meaning.reading import Mention, Reading, Unit, folded


class Stance(StrEnum):
    FORBIDS = "forbids"
    WARNS = "warns"
    ALLOWS = "allows"
    NEUTRAL = ""


_RUSSIAN_VERBS = (
    "следует|рекоменд|реком|примен|назнач|принима|употребл|употребл|использ|дава|дают|дать|нанос|нанес|сочет|допуск|"
    "подход|должн|смешив|закап|показан|разреш|предназнач|совмещ|совмес|управл|ввод|вводит|садит|желат|"
    "пить|пьют|стоит|может|могут|можно|буд|превыш|отпуска|глота|действ|помога|долж|совет|став|нагрев|добавл|стир|мыть|греть|гладит|вод|вози|остав|суш|отбел|заменя"
)
_FORBIDS = re.compile(
    rf"противопок|нельзя|запре[тщ]|\bне (?:{_RUSSIAN_VERBS})|\bне (?:при|на|в|во|с|со|для|до)\b|\bкроме\b(?! случа)|\bисключ(?:а|ит|ен)|избега|воздерж|несовмест|"
    r"недопуст|\bнепереносим|ограничени|\bне для\b|\bнежелат|\bкому нельзя|"
    r""
    r"kontrendike|\b(?!icer|gerek)\w{2,}(?:ma|me)(?:yin|yiniz|yalim|mali\w*|meli\w*|sin|sinlar|sinler|z|zlar|zler|diginiz)\b|"
    r"\w{2}(?:mamal\w+|memel\w+|(?:madan|meden)(?! once))\b|yasak|degil\w*|\bkacin|sakinca|"
    r"\bnot\b|n't\b|\bnever\b|avoid|contraindic|\bno (?:more|longer)|unsuitable"
)
_WARNS = re.compile(
    r"осторожн|\bврач|консульт|назначени[юя]|необходимост|если польз|специалист|под контрол|наблюден|сообщ|обсуд|"
    r"\bспро|риск|только (?:после|по|если|в случ|при)|вниман|опасн|повышает рис|усилива|ослабл|снижа|слабее|сильнее|"
    r"doktor|hekim|dikkat|danis|\brisk|ozen|onay|"
    r"doctor|physician|caution|consult|\bcare\b|\btell\b|\brisk|pharmacist|warning|seek"
)
_ALLOWS = re.compile(
    r"показан|примен|назнача|разреш|\bможно\b|подход|допуст|допуск|рекоменд|лечен|лечит|безопас|использ|прин[ияе]м|"
    r"предназнач|помога|снима|устран|облегч|\bсовмест|сочета|возмож\w+ (?:примен|прие|использ|кормл)|(?:примен\w+|прием|кормлени\w+) возмож|продолжа|полез|эффектив|для всех|идеал|создан|"
    r"разработан|адресован|одобрен|\bкогда|\bдават|\bдают|\bпьют|\bпить|допустим|"
    r"kullanil(?:ir|abilir)|kullanin|endike|tedavisi|uygundur|\bicindir|verilir|alinir|surulur|abilir|ebilir|devam|onerilir|"
    r"giderm|azalt|hafiflet|"
    r"\bused\b|\btake\b|indicated|suitable|\bcan be|\bmay\b|relie|treat|\bfor the\b|\bfor\b|safe"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """The tokens first..last of a unit, and what they say about those of whom they speak. `own`: by themselves."""

    first: int
    last: int
    stance: Stance
    own: bool
    text: str


@lru_cache(maxsize=64)
def stances(reading: Reading) -> tuple[tuple[Clause, ...], ...]:
    """The clauses of every unit of a text."""
    found: list[tuple[Clause, ...]] = []
    heading, covered = Stance.NEUTRAL, -1
    in_paragraph = Counter(unit.paragraph for unit in reading.units)
    for unit in reading.units:
        alone = unit.is_heading and in_paragraph[unit.paragraph] == 1 and not unit.is_item
        if alone or _is_label(unit):
            heading = own_stance(unit.folded)
            covered = unit.paragraph + (1 if alone else 0)
        elif unit.is_item and covered == unit.paragraph - 1:
            covered = unit.paragraph
        found.append(_clauses(unit, heading if unit.paragraph <= covered else Stance.NEUTRAL))
    return tuple(found)


def of(clauses: tuple[Clause, ...], mention: Mention) -> Stance:
    """What the unit with these clauses says about something that it mentions."""
    return next((one.stance for one in clauses if one.first <= mention.first <= one.last), Stance.NEUTRAL)


def is_own(clauses: tuple[Clause, ...], mention: Mention) -> bool:
    """Whether the clause of a mention says it by its own words."""
    return any(one.own for one in clauses if one.first <= mention.first <= one.last)


def _is_label(unit: Unit) -> bool:
    return unit.text.rstrip().endswith(":")


def _clauses(unit: Unit, given: Stance) -> tuple[Clause, ...]:
    bounds = _bounds(unit)
    texts = [
        unit.folded[unit.tokens[first].start - unit.start : unit.tokens[last].end - unit.start]
        for first, last in bounds
    ]
    own = [own_stance(text) for text in texts]
    clauses = []
    for at, (first, last) in enumerate(bounds):
        stance = own[at]
        if stance is Stance.NEUTRAL:
            before = next((one for one in reversed(own[:at]) if one), Stance.NEUTRAL)
            stance = before or _said_behind(texts[at + 1 :], own[at + 1 :]) or given
        elif stance is Stance.ALLOWS and given is Stance.FORBIDS and unit.is_bullet and not permits(texts[at]):
            stance = given
        clauses.append(Clause(first, last, stance, bool(own[at]), texts[at]))
    return tuple(clauses)


def _said_behind(texts: list[str], own: list[Stance]) -> Stance:
    """What a later clause says of this one: the first in Turkish, in Russian only a verdict («…, … — нельзя»)."""
    for text, said in zip(texts, own, strict=True):
        if said and (not _CYRILLIC.search(text) or (_VERDICT.search(text) and len(text.split()) <= _SHORT)):
            return said
    return Stance.NEUTRAL


_CYRILLIC = re.compile(r"[а-я]")
_SHORT = 3
_VERDICT = re.compile(r"не действ|не помога|не подход|несовмест|не совмест|не сочета|противопоказ|нельзя|запрещ|не (?:примен|назнач|рекоменд|реком|принима|след|дают|дава)|осторожн|консульт")


def _bounds(unit: Unit) -> list[tuple[int, int]]:
    """First and last token of each clause; «а», «но», "but" begin a new one."""
    starts = [
        token.at
        for token in unit.tokens
        if token.at == 0
        or token.clause != unit.tokens[token.at - 1].clause
        or token.small in _PARTING
    ]
    if not starts:
        return []
    return [(start, end - 1) for start, end in zip(starts, [*starts[1:], len(unit.tokens)], strict=True)]


_PARTING = frozenset({"а", "но", "but", "ancak", "ama", "однако"})


def permits(text: str) -> bool:
    """Whether a clause allows something in so many words."""
    return _PERMITS.search(text) is not None and not _FORBIDS.search(text)


_PERMITS = re.compile(
    r"\bможно\b|разреш|допуска|допустим|\bсовместим|сочетается|полез|в том числе|подход|не опасн|не бо[ия]тся|безопасн|рекомендован"
)


def own_stance(text: str) -> Stance:
    """What a clause in folded letters says by its own words."""
    if _FORBIDS.search(text):
        return Stance.FORBIDS
    if _WARNS.search(text):
        return Stance.WARNS
    return Stance.ALLOWS if _ALLOWS.search(_OF_WHOM.sub(" ", text)) else Stance.NEUTRAL


#: «кто принимает разжижающие кровь средства» names people, and allows nothing.
_OF_WHOM = re.compile(r"\b(?:кто|котор\w+|если|лица\w*|люд\w+|при|во время|после|до|перед)\b (?:\S+ ){0,4}?(?:прин[ияе]м|употребл|использ|примен|лечен)\w*")


__all__ = ["Clause", "Stance", "folded", "of", "stances"]
