"""Whether a sentence says a word with or without a negation, whatever the word means.

The same language needs no lexicon: «адаптер приложен» contradicts «адаптера нет» for every noun. Across languages the
concepts are compared. A word is denied when a negation governs it, plain when neither its clause nor one that it leans
on has any; only those two contradict.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise

from apps.ai.text.language.stems import stems
from apps.ai.text.meaning.breaks import in_names, parted
from apps.ai.text.meaning.denial import (
    circumstances,
    is_bought_apart,
    is_of_the_limit,
    keeps_apart,
    last_limit,
)
from apps.ai.text.meaning.governed import governed
from apps.ai.text.meaning.negations import (
    NO_CONVERB,
    Negates,
    is_finite,
    is_limit,
    is_open,
    negates,
    part_of_speech,
    prevents,
)
from apps.ai.text.meaning.reading import Reading, Unit, unit_stems
from apps.ai.text.meaning.stance import Clause, is_under_a_frown, stances
from apps.ai.text.meaning.verdicts import is_relative
from apps.ai.text.meaning.views import once


class Sign(IntEnum):
    PLAIN = 0
    SOMEWHERE = 1
    DENIED = 2


_PREFIX = re.compile(
    r"(?:не|без|бес)(?!достат|больш|мног|значит|обход|дел|дав|сколь|котор|посредств|сон|спокой|плат|цен|пищ|пост|конеч|устан|умол|"
    r"умер|ослаб|жн|рв|фт|бо|бел|вест|скл|поср|сомнен|приятн|удобств|прерыв)(?=[а-я]{5})"
)
_SHORTEST = 4
#: Said with and without «не» of one thing: they are compared only within sentences that are alike.
_FRAMES = tuple(
    "боле мен больш выш ниж дольш раньш позж примен принима использ рекоменд назнач следу должн быт явля имет комплект "
    "тольк нуж обязательн завис подход разреш допуск прием нанос содерж треб хран врач лечен свет влаг возраст "
    "годн годен срок истеч дат доз детск ребенк препарат средств продукт издел товар врем случа качеств недел люб "
    "младш старш молож кажд хорош легк быстр сам дает дают".split()
)
_AND = frozenset({"и", "или", "and", "or"})
_NOT, _EARLIER = frozenset({"не", "not"}), frozenset({"раньше", "ранее", "before", "until"})
_SO_THAT = frozenset({"чтобы", "чтоб", "дабы"})
_SOON = 4
Signs = dict[str, Sign]


@lru_cache(maxsize=50_000)
def is_frame(stem: str) -> bool:
    return stem.startswith(_FRAMES)


@once
def of_words(reading: Reading) -> tuple[Signs, ...]:
    """The sign of each Russian stem of each sentence."""
    return tuple(
        _of_words(unit, signs) for unit, signs in zip(reading.units, of_tokens(reading), strict=True)
    )


@once
def of_concepts(reading: Reading) -> tuple[Signs, ...]:
    """The sign of each concept of each sentence."""
    found = []
    for unit, signs in zip(reading.units, of_tokens(reading), strict=True):
        own: Signs = {}
        for mention in unit.mentions:
            sign = max(signs[mention.first : mention.last + 1])
            # Said with and without a negation in one sentence, it is neither.
            own[mention.id] = sign if own.get(mention.id, sign) is sign else Sign.SOMEWHERE
        found.append(own)
    return tuple(found)


@once
def of_clauses(reading: Reading) -> tuple[tuple[Signs, ...], ...]:
    """The same clause by clause."""
    found = []
    for unit, concepts in zip(reading.units, of_concepts(reading), strict=True):
        clauses: dict[int, Signs] = {}
        for mention in unit.mentions:
            clause = unit.tokens[mention.first].clause
            clauses.setdefault(clause, {})[mention.id] = concepts[mention.id]
        found.append(tuple(clauses.values()))
    return tuple(found)


@once
def of_tokens(reading: Reading) -> tuple[tuple[Sign, ...], ...]:
    """The sign of each word of each sentence; what stands under a heading that forbids is not plain."""
    return tuple(
        _under_clauses(unit, clauses) for unit, clauses in zip(reading.units, stances(reading), strict=True)
    )


def _under_clauses(unit: Unit, clauses: tuple[Clause, ...]) -> tuple[Sign, ...]:
    if "?" in unit.text:
        return (Sign.SOMEWHERE,) * len(unit.tokens)  # a question states nothing
    found = _of_tokens(unit, given=is_under_a_frown(unit, clauses))
    if not any(one.listed for one in clauses):
        return found
    listed = {place for one in clauses if one.listed for place in range(one.first, one.last + 1)}
    return tuple(max(sign, Sign.SOMEWHERE) if at in listed else sign for at, sign in enumerate(found))


def _of_words(unit: Unit, signs: tuple[Sign, ...]) -> Signs:
    found: Signs = {}
    for token, root, sign in zip(unit.tokens, unit_stems(unit), signs, strict=True):
        for stem, said in _stems_of(token.small, root, sign):
            found[stem] = max(said, found.get(stem, said))
    return found


@lru_cache(maxsize=50_000)
def _stems_of(small: str, stem: str, sign: Sign) -> tuple[tuple[str, Sign], ...]:
    if len(stem) < _SHORTEST or not "а" <= stem[0] <= "я":
        return ()
    if rest := _without_prefix(small):
        return (stem, sign), (rest, Sign.DENIED if sign is Sign.PLAIN else Sign.SOMEWHERE)
    return ((stem, sign),)


@lru_cache(maxsize=50_000)
def _without_prefix(small: str) -> str:
    """The stem of «опасный» for «безопасный», "" for a word without such a prefix."""
    match = _PREFIX.match(small)
    return stems(small[match.end() :])[0] if match else ""


def _of_tokens(unit: Unit, *, given: bool) -> tuple[Sign, ...]:
    found = [Sign.PLAIN] * len(unit.tokens)
    if (
        not given
        and not _excepts(unit)
        and not keeps_apart(unit)
        and not any(_turns(token.small) for token in unit.tokens)
    ):
        for at in circumstances(unit, 0, len(unit.tokens) - 1):
            found[at] = Sign.SOMEWHERE
        return tuple(found)  # nine sentences in ten
    pieces = parted(unit)
    negations = [list(_negations(unit, first, last)) for first, last in pieces]
    anywhere = given or any(negations)
    for (first, last), own in zip(pieces, negations, strict=True):
        plain = _unless_denied(unit, first, last, own=bool(own), anywhere=anywhere)
        if given and unit.is_item and part_of_speech(unit.tokens[first].small) == "INFN":
            plain = max(plain, Sign.SOMEWHERE)  # «Нельзя: … применять для алюминия»
        found[first : last + 1] = [plain] * (last + 1 - first)
        for at in circumstances(unit, first, last):
            found[at] = Sign.SOMEWHERE
    _leave_open(unit, pieces, negations, found)
    for at in _denied_in(unit, pieces, negations):
        found[at] = Sign.DENIED
    return tuple(found)


def _denied_in(unit: Unit, pieces: list[tuple[int, int]], negations: list[list[int]]) -> Iterator[int]:
    words = [token.small for token in unit.tokens]
    for place, (first, last) in enumerate(pieces):
        if not negations[place] or _is_double(unit, negations[place]):
            continue
        places = frozenset(_places_of_contact(unit, first, last))
        for at in negations[place]:
            if not prevents(words, at):
                yield from (
                    one for one in governed(unit, at, first, _end(pieces, place, at)) if one not in places
                )


def _places_of_contact(unit: Unit, first: int, last: int) -> Iterator[int]:
    """«избегать попадания в глаза»: the contact is denied, the eyes are where."""
    for token in unit.tokens[first : last - 1]:
        behind = unit.tokens[token.at + 1].small
        if token.small.startswith(("попад", "контакт")) and behind not in _WHERE:
            behind = unit.tokens[min(token.at + 2, last)].small  # «попадания средства в глаза»
        if token.small.startswith(("попад", "контакт")) and behind in _WHERE:
            yield from range(token.at + 2, last + 1)


_WHERE = frozenset("в во на с со".split())
_IT = frozenset("он она оно они его ее их".split())


def _leave_open(
    unit: Unit, pieces: list[tuple[int, int]], negations: list[list[int]], found: list[Sign]
) -> None:
    """«есть разъём для адаптера, но его в комплекте нет»: what a denied pronoun stands for is not plain."""
    for place, (first, last) in enumerate(pieces):
        if negations[place] and any(token.small in _IT for token in unit.tokens[first : last + 1]):
            found[:first] = [max(one, Sign.SOMEWHERE) for one in found[:first]]


def _is_double(unit: Unit, negations: list[int]) -> bool:
    """«Не ставить без подставки»: two negations of which neither denies what the other speaks of."""
    small = [unit.tokens[at].small for at in negations]
    return (
        len(small) > 1
        and any(one in {"без", "without"} for one in small)
        and {"не", "not", "нельзя"} & {*small} != set()
    )


@lru_cache(maxsize=50_000)
def _turns(small: str) -> bool:
    """Whether a word may make others of its sentence anything but plain."""
    return negates(small) is not Negates.NO or is_open(small)


def _end(pieces: list[tuple[int, int]], place: int, at: int) -> int:
    """Where what a negation governs ends: a heading («Противопоказания: …») governs what follows it."""
    first, last = pieces[place]
    return pieces[place + 1][1] if first == last == at and place + 1 < len(pieces) else last


def _negations(unit: Unit, first: int, last: int) -> Iterator[int]:
    tokens = unit.tokens
    limit = last_limit(tokens[first : last + 1])
    for at in range(first, last + 1):
        kind = Negates.NO if at in in_names(unit) else negates(tokens[at].small)
        behind = tokens[at + 1].small if at < last else ""
        if kind is Negates.BACKWARD and any(
            token.small in NO_CONVERB and token.clause == tokens[at].clause
            for token in tokens[at + 1 : at + _SOON]
        ):
            continue  # «kullanmadan önce»: before, not without
        if kind is Negates.NO or (kind is Negates.FORWARD and behind and is_limit(behind)):
            continue
        if tokens[at].small in _NOT and limit >= at + 2:
            continue  # «не носить более 3 часов»
        is_bound = first < limit and tokens[limit - 1].small in _NOT  # «не менее месяца не …»
        if first <= limit and not is_bound and is_of_the_limit(tokens[limit : limit + 2], tokens[at]):
            continue
        if tokens[at].small in _NOT and any(token.small in _SO_THAT for token in tokens[first:at]):
            continue  # «чтобы боль не вернулась»: against the pain
        if behind == "ли":
            continue  # «нет ли реакции»
        if tokens[at].small == "кроме" and not at:
            continue  # besides
        yield at


@once
def _excepts(unit: Unit) -> bool:
    """«…, кроме детей», but not «Кроме кислоты в нём сок»."""
    return "кроме" in unit.folded and unit.tokens[0].small != "кроме"


def _unless_denied(unit: Unit, first: int, last: int, *, own: bool, anywhere: bool) -> Sign:
    words = [token.small for token in unit.tokens[first : last + 1]]
    # «Не превышайте суточную дозу»: what must not be exceeded is neither there nor absent.
    bounded = any(one in _NOT and other.startswith("превыша") for one, other in pairwise(words))
    until = bounded or any(
        one in _NOT and other in _EARLIER for one, other in pairwise(words)
    )  # «можно не раньше чем»
    if (
        own
        or until
        or _excepts(unit)
        or is_bought_apart(unit)
        or keeps_apart(unit)
        or any(is_open(word) for word in words)
        or (any(map(is_limit, words)) and any(negates(word) is Negates.AROUND for word in words))
    ):
        return Sign.SOMEWHERE
    is_said = any(is_finite(word) for word in words) and not is_relative(unit.tokens[first : last + 1])
    return Sign.SOMEWHERE if anywhere and not is_said else Sign.PLAIN
