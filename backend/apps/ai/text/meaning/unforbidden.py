"""What the source forbids and the card says without any «не»: «добавляют в горячее» for «sıcağa karıştırmayınız».

A clause of the card with a verb of its own, and without a word that denies, bounds or warns, is held against the
prohibitions of the source. A finding where it tells most of one, and no other clause that tells as much forbids it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from apps.ai.text.meaning import stance
from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.lexicon import by_id
from apps.ai.text.meaning.mode_words import may
from apps.ai.text.meaning.negations import part_of_speech
from apps.ai.text.meaning.piece_words import word_of
from apps.ai.text.meaning.reading import Reading, Token, Unit
from apps.ai.text.meaning.said import BOUNDED
from apps.ai.text.meaning.stance import Stance
from apps.ai.text.meaning.stance_words import harms
from apps.ai.text.meaning.statements import features_of, translation
from apps.ai.text.meaning.views import once

#: What of a prohibition a clause must tell, by weight, and how much of that another may tell of it.
_SHARE, _NEARLY = 0.5, 0.75
_TOO_COMMON = 40
#: Whatever denies, bounds, warns, or tells the other side of a prohibition.
_RESERVED = re.compile(
    r"\b(?:не|ни|нет|без|нельзя|никак\w+|кроме|вместо|только|лишь|разве|исключительно|старше|младше|максимум|предел\w*|"
    r"против\w*|запре\w+|исключ\w+|избега\w+|избежа\w+|откаж\w+|отказ\w*|воздерж\w+|огранич\w+|осторожн\w*|опас\w+|"
    r"вред\w*|риск\w*|врач\w*|доктор\w*|бере[гч]\w*|защи\w+|отдельно|дополнительно|вдали|подальше|прекра\w+|отмен\w+|перерыв|пауз\w+|"
    r"интервал\w*|пока|целиком|никогда|вне|мимо|минуя|табу|прочь|недо\w+|неж\w+|непригод\w*|несовмест\w*|неприм\w*|невоз\w+|"
    r"отложи\w+|откладыва\w+|переносят|перенесите|подожд\w+|выжд\w+|дожд\w+|остере\w+|сторон\w+|помех\w+|препятств\w+|"
    r"внимани\w+|консульт\w+|совет\w*|следите|убер\w+|храни\w*|недоступн\w+|друг\w+|случайно|попал\w*|попад\w+|промо\w+|"
    r"промы\w+|вымы\w+|выброс\w+|выбрас\w+|бессил\w+|если|меру|может|могут|способ\w+|через|жд[уа]т\w*|снима[юе]т|сверн\w+|сворач\w+|пада\w+|ослаб\w+|теря\w+|пропад\w+|порт[ия]\w+|ухудш\w+|сниж\w+|\d+)\b|\bбез\w{4,}"
)
#: Of other things, only without something («не ставить без подставки»), or denied twice («kaymaz değildir»).
_ELSE = re.compile(
    r"\b(?:без|without|unless|\w{2,}m[ae]d(?:[ae]n|[iu]kc[ae])|\w{2,}(?:m[ae]z|s[iu]z) degil\w*|"
    r"diger|baska|other|another|друг\w+|проч\w+)\b"
)
_USES = re.compile(r"показани[ея]$|показан[аоы]?$|подход[ия]т$|год[ия]тся$|хорош[аио]?$")
_GOES_ON = frozenset("поэтому но а так оттого потому".split())
_DENIES, _SOON = frozenset({"не", "нельзя", "запрещено", "без", "нежелательно"}), 8
_WHOM = frozenset({"кто", "кого", "кому"})
_LOOSE = frozenset({"verb", "word", "route", "person"})


class _Part(NamedTuple):
    unit: int
    features: frozenset[str]
    affirms: bool


def check(case: Case) -> Iterator[Finding]:
    forbidden = _forbidden(case.source)
    if not forbidden:
        return
    weights = _weights(case.source)
    ours = _parts(case.body, not case.source.is_russian)
    places = _places(ours)
    seen: set[int] = set()
    for at, features in forbidden:
        scores: dict[int, float] = {}
        for name in features:
            for place in places.get(name, ()):
                scores[place] = scores.get(place, 0.0) + weights[name]
        unit = _contrary(features, ours, scores, weights)
        if unit is not None and unit not in seen:
            seen.add(unit)
            quote = case.body.units[unit].text.strip()[:160]
            yield Finding(Code.POLARITY, "description", quote, case.source.units[at].text.strip())


def _contrary(
    features: frozenset[str], ours: Sequence[_Part], scores: dict[int, float], weights: dict[str, float]
) -> int | None:
    """The sentence of the card that says what is forbidden, where none that tells as much forbids it."""
    affirmed = [place for place in scores if ours[place].affirms]
    if not affirmed:
        return None
    best = max(affirmed, key=lambda place: (scores[place], -place))
    things = frozenset(filter(_is_thing, features))
    if scores[best] < _SHARE * _sum(features, weights) or _sum(things & ours[best].features, weights) < (
        _SHARE * _sum(things, weights)
    ):
        return None
    unit = ours[best].unit
    is_told = any(
        not ours[place].affirms and (ours[place].unit == unit or score >= scores[best] * _NEARLY)
        for place, score in scores.items()
    )
    return None if is_told else unit


def _sum(features: frozenset[str], weights: dict[str, float]) -> float:
    return sum(weights.get(name, 0.0) for name in features)


def _places(ours: Sequence[_Part]) -> dict[str, list[int]]:
    """The clauses by what they speak of; what most speak of tells nothing and would make a long leaflet slow."""
    found: dict[str, list[int]] = {}
    for place, one in enumerate(ours):
        for name in one.features:
            found.setdefault(name, []).append(place)
    return {name: where for name, where in found.items() if len(where) <= _TOO_COMMON}


@lru_cache(maxsize=50_000)
def _is_thing(name: str) -> bool:
    concept = by_id().get(name[2:])
    return name[0] != "s" and (concept is None or concept.group not in _LOOSE)


@once
def _parts(reading: Reading, by_concepts: bool) -> tuple[_Part, ...]:
    found = []
    for at, (unit, clauses) in enumerate(zip(reading.units, stance.stances(reading), strict=True)):
        for one in clauses:
            tokens = unit.tokens[one.first : one.last + 1]
            affirms = one.stance not in {Stance.FORBIDS, Stance.WARNS} and _affirms(unit, tokens)
            affirms = affirms and not _is_reason(unit, one.last + 1)
            found.append(_Part(at, features_of(unit, tokens, by_concepts), affirms))
    return tuple(found)


def _is_reason(unit: Unit, place: int) -> bool:
    """«хранят охлаждённой, но не замораживают», «растворяет лак, поэтому не …»: what is denied goes on behind it."""
    words = [token.small for token in unit.tokens[place : place + _SOON]]
    return bool(words) and (words[0] in _GOES_ON or words[0] == "не") and not _DENIES.isdisjoint(words)


def _affirms(unit: Unit, tokens: Sequence[Token]) -> bool:
    text = unit.folded[tokens[0].start - unit.start : tokens[-1].end - unit.start]
    return (
        _WHOM.isdisjoint(token.small for token in tokens[:2])
        and any(_is_said(token.small) for token in tokens)
        and not any(harms(token.small) for token in tokens)
        and _RESERVED.search(text) is None
    )


@lru_cache(maxsize=50_000)
def _is_said(small: str) -> bool:
    return (
        may(small) or _USES.match(small) is not None or (small[0] >= "а" and part_of_speech(small) == "VERB")
    )


@once
def _forbidden(source: Reading) -> tuple[tuple[int, frozenset[str]], ...]:
    found = []
    for at, (unit, clauses) in enumerate(zip(source.units, stance.stances(source), strict=True)):
        for one in clauses:
            tokens = unit.tokens[one.first : one.last + 1]
            if (
                one.stance is not Stance.FORBIDS
                or not one.own
                or any(word_of(token.small).lasts for token in tokens)
            ):
                continue
            text = unit.folded[tokens[0].start - unit.start : tokens[-1].end - unit.start]
            if BOUNDED.search(text) is None and _ELSE.search(text) is None:
                features = _features(unit, tokens, source)
                found.append((at, frozenset(filter(_tells, features))))
    return tuple(found)


def _tells(name: str) -> bool:
    """Not the goods themselves, nor water."""
    return not name.startswith("c:inn:") and name != "c:water"


def _features(unit: Unit, tokens: Sequence[Token], source: Reading) -> frozenset[str]:
    features = features_of(unit, tokens, False)
    return features if source.is_russian else features | translation(unit, tokens)


@once
def _weights(source: Reading) -> dict[str, float]:
    found: dict[str, int] = {}
    for unit in source.units:
        for name in _features(unit, unit.tokens, source):
            found[name] = found.get(name, 0) + 1
    return {name: math.log(1 + len(source.units) / times) for name, times in found.items()}
