"""Whether a Russian sentence says a word with or without a negation, whatever the word means.

The same language needs no lexicon: «адаптер приложен» contradicts «адаптера нет» for every noun. A word is denied when
a negation governs it, plain when neither its clause nor one that it leans on has any; only those two contradict.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum
from functools import lru_cache

from apps.ai.text.language.stems import stems
from apps.ai.text.meaning.reading import PARTING, Reading, Unit, unit_stems
from apps.ai.text.meaning.stance import stances


class Sign(IntEnum):
    PLAIN = 0
    SOMEWHERE = 1
    DENIED = 2


_NEGATION = re.compile(
    r"(?:не|ни|без|нет|нельзя|кроме|лишен\w*|отказ\w*|запре[тщ]\w*|отсутству\w*|исключ\w*|избега\w*|воздерж\w*|недопуст\w*|"
    r"противоп\w*|несовмест\w*|невозможн\w*)$"
)
#: They turn nothing round, and make an opposite uncertain.
_LIMITS = re.compile(r"(?:только|лишь|если|осторожн\w*|огранич\w*|вместо|против|от|бере[гч]\w*|защи[тщ]\w*|од(?:ин|н\w{1,3}))$")
#: Behind «не» these bound an amount or frame a sentence: «не более», «не только».
_NO_NEGATION = re.compile(
    r"(?:более|менее|больше|меньше|только|ранее|раньше|реже|чаще|выше|ниже|дольше|позднее|позже|просто|лишь|превыша\w*|"
    r"хуже|сколько|столько|обязательно|забы\w*|откладыв\w*|важно|свыше|дороже|старше|младше|моложе)$"
)
#: What a negation passes through to what is meant: «не рекомендуется применять детям».
_LIGHT = re.compile(
    r"(?:рекоменд|след[уо]|примен|использ|назнач|принима|прием|допуск|допуст|разреш|показан|подход|подойд|содерж|явля|может|"
    r"могут|можно|должн|предназнач|включ|вход|имеет|имею|имел|вызыва|вызов|добавл|быть|будет|дава[йт]|дают|качеств|наличи|"
    r"попадани|попаст|случа|возникн|обнаруж|оказыва|влия|рассчитан|годится|годен|нанос|нужда|стоит|надо|станет|позвол)"
)
_ADJECTIVE = re.compile(r"(?:[оеы]го|[иы]х|[иы]ми|[оеы]й|[иы]м|[ыи]е|[ую]ю|[ао]я|ое|ее|[еом]му|ом)(?:ся)?$")
_FINITE = re.compile(
    r"(?:[аяеую]ет|[аяую]ют|[нджшчлртсвк]ит|[нджшчлртсвк][ая]т|[аеиоуыя]т?ь?ся|[аяи]ть|[аяиуе]л[аои]?|ат?ь|ите|йте)(?:ся)?$"
    r"|(?:[еао]ж|ш)?(?:ен|ан|ят|ты)[аоы]?$|можно$|нужно$|надо$"
)
_PREFIX = re.compile(
    r"(?:не|без|бес)(?!достат|больш|мног|значит|обход|дел|дав|сколь|котор|посредств|сон|спокой|плат|цен|пищ|пост|конеч|устан|умол|"
    r"умер|ослаб|жн|рв|фт|бо|бел|вест|скл|поср|сомнен|приятн|удобств|прерыв)(?=[а-я]{5})"
)
_SHORTEST = 4
#: Said with and without «не» of one thing: they are compared only within sentences that are alike.
_FRAMES = tuple(
    "боле мен больш выш ниж дольш раньш позж примен принима использ рекоменд назнач следу должн быт явля имет комплект тольк "
    "нуж обязательн завис подход разреш допуск прием нанос содерж треб хран врач лечен свет влаг возраст детск ребенк "
    "препарат средств продукт издел товар врем случа качеств недел люб кажд хорош легк быстр сам дает дают".split()
)
_MOST_PASSED = 5


@lru_cache(maxsize=16)
def word_signs(reading: Reading) -> tuple[dict[str, Sign], ...]:
    """The sign of each Russian stem of each sentence; what stands under a heading that forbids is not plain."""
    return tuple(
        _signs(unit, given=any(one.stance and not one.own for one in clauses))
        for unit, clauses in zip(reading.units, stances(reading), strict=True)
    )


def _signs(unit: Unit, *, given: bool) -> dict[str, Sign]:
    roots = unit_stems(unit)
    if len(roots) != len(unit.tokens):
        return {}
    pieces = list(_pieces(unit))
    negations = [_negations(unit, first, last) for first, last in pieces]
    denied = set(_denied(unit, pieces, negations))
    anywhere = any(negations) or given
    found: dict[str, Sign] = {}
    for (first, last), own in zip(pieces, negations, strict=True):
        plain = _plain_sign(unit, first, last, own=bool(own), anywhere=anywhere)
        for token in unit.tokens[first : last + 1]:
            for stem, sign in _of_token(token.small, roots[token.at], Sign.DENIED if token.at in denied else plain):
                found[stem] = max(sign, found.get(stem, sign))
    return found


@lru_cache(maxsize=50_000)
def is_frame(stem: str) -> bool:
    return stem.startswith(_FRAMES)


def _of_token(small: str, stem: str, sign: Sign) -> Iterator[tuple[str, Sign]]:
    if len(stem) < _SHORTEST or not "а" <= stem[0] <= "я":
        return
    yield stem, sign
    if rest := _without_prefix(small):
        yield rest, Sign.DENIED if sign is Sign.PLAIN else Sign.SOMEWHERE


@lru_cache(maxsize=50_000)
def _without_prefix(small: str) -> str:
    """The stem of «опасный» for «безопасный», "" for a word without such a prefix."""
    match = _PREFIX.match(small)
    return stems(small[match.end() :])[0] if match else ""


def _pieces(unit: Unit) -> Iterator[tuple[int, int]]:
    """First and last token between commas and before «а», «но»."""
    first = 0
    for before, token in zip(unit.tokens, unit.tokens[1:], strict=False):
        if token.clause != before.clause or token.small in PARTING:
            yield first, before.at
            first = token.at
    if unit.tokens:
        yield first, len(unit.tokens) - 1


def _negations(unit: Unit, first: int, last: int) -> list[int]:
    tokens = unit.tokens
    return [
        at
        for at in range(first, last + 1)
        if _NEGATION.match(tokens[at].small)
        and not (tokens[at].small in {"не", "ни"} and at < last and _NO_NEGATION.match(tokens[at + 1].small))
    ]


def _denied(unit: Unit, pieces: list[tuple[int, int]], negations: list[list[int]]) -> Iterator[int]:
    """Places of the words that a negation governs: behind it through light words and adjectives to the first noun."""
    for place, ((first, last), own) in enumerate(zip(pieces, negations, strict=True)):
        for at in own:
            end = last
            if at == last and place + 1 < len(pieces):
                end = pieces[place + 1][1]
            behind = list(_behind(unit, at, end))
            yield from behind
            if unit.tokens[at].small not in _FORWARD or all(_LIGHT.match(unit.tokens[one].small) for one in behind):
                yield from _before(unit, at, first)


#: They govern what follows, unless that is a verb that tells nothing: «силиконов не содержит».
_FORWARD = frozenset({"не", "ни", "без", "кроме"})


def _behind(unit: Unit, at: int, last: int) -> Iterator[int]:
    passed = 0
    for place in range(at + 1, min(last, at + 1 + 2 * _MOST_PASSED) + 1):
        small = unit.tokens[place].small
        if _NEGATION.match(small):
            return
        if len(small) < _SHORTEST:
            continue
        yield place
        passed += 1
        if passed == _MOST_PASSED or not (_LIGHT.match(small) or _ADJECTIVE.search(small)):
            return


def _before(unit: Unit, at: int, first: int) -> Iterator[int]:
    for place in range(at - 1, first - 1, -1):
        small = unit.tokens[place].small
        if len(small) >= _SHORTEST:
            yield place
            return


def _plain_sign(unit: Unit, first: int, last: int, *, own: bool, anywhere: bool) -> Sign:
    words = [token.small for token in unit.tokens[first : last + 1]]
    if own or "кроме" in unit.folded or any(_LIMITS.match(word) for word in words):
        return Sign.SOMEWHERE
    return Sign.SOMEWHERE if anywhere and not any(_FINITE.search(word) for word in words) else Sign.PLAIN
