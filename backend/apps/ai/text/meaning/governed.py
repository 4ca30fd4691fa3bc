"""Which words of a piece a negation governs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.ai.text.meaning.denial import is_of_a_place
from apps.ai.text.meaning.negations import (
    Negates,
    is_adjective,
    is_empty,
    is_finite,
    is_light,
    negates,
    part_of_speech,
)
from apps.ai.text.meaning.reading import Unit

#: «не вставая с постели» denies the getting up, not the bed.
_GERUND = re.compile(r"[а-я]{3,}(?:ая|яя|уя|ывая|вая|ив|ав|ыв|вши|ясь|аясь)$")
_AND = frozenset({"и", "или", "and", "or"})
_MOST_PASSED = 5


def governed(unit: Unit, at: int, first: int, last: int) -> Iterator[int]:
    """Places of the words that a negation governs; none when it negates another or is negated."""
    tokens, kind = unit.tokens, negates(unit.tokens[at].small)
    neighbours = (tokens[place].small for place in (at - 1, at + 1) if first <= place <= last)
    if any(negates(small) in (Negates.FORWARD, Negates.AROUND, Negates.BACKWARD) for small in neighbours):
        return
    if kind in (Negates.ITSELF, Negates.BACKWARD):
        yield at
    if kind is Negates.FORWARD and at < last and _GERUND.match(tokens[at + 1].small):
        yield at + 1
        return
    behind = list(_behind(unit, at, last)) if kind in (Negates.FORWARD, Negates.AROUND) else []
    yield from behind
    if kind is Negates.AROUND and at > first and tokens[at - 1].small in _AND:
        return  # «стул нормальный или отсутствует»
    if kind in (Negates.AROUND, Negates.BACKWARD) or (
        tokens[at].small in {"не", "not"} and all(is_light(tokens[one].small) for one in behind)
    ):
        yield from _before(unit, at, first)


def _behind(unit: Unit, at: int, last: int) -> Iterator[int]:
    """Through light words and adjectives to the first noun."""
    passed = heavy = 0
    for place in range(at + 1, min(last, at + 1 + 2 * _MOST_PASSED) + 1):
        small = unit.tokens[place].small
        if small in _AND and place < last and _is_next_act(unit, at, place + 1):
            return
        if is_empty(small):
            continue
        yield place
        if small.endswith("ing") and small[0] < "а":
            return
        passed += 1
        heavy += not (is_light(small) or is_adjective(small) or is_finite(small))
        # An English adjective has no ending to be known by: two words that tell something are governed.
        if passed == _MOST_PASSED or heavy == (2 if small[0] < "а" else 1):
            if (
                place + 1 < last
                and unit.tokens[place + 1].small in _AND
                and not _is_next_act(unit, at, place + 2)
            ):
                yield from _behind(unit, place + 1, last)
            return


def _is_next_act(unit: Unit, at: int, place: int) -> bool:
    """«отказаться от приёма и обратиться к врачу», «не отжимают и сушат»: another verb beside the denied one."""
    if part_of_speech(unit.tokens[place].small) == "VERB" == part_of_speech(unit.tokens[at + 1].small):
        return True
    return part_of_speech(unit.tokens[at].small) == "INFN" == part_of_speech(unit.tokens[place].small)


def _before(unit: Unit, at: int, first: int) -> Iterator[int]:
    for place in range(at - 1, first - 1, -1):
        small = unit.tokens[place].small
        if not is_empty(small) and not is_of_a_place(unit, place, first):
            yield place
            if not is_light(small):
                if place > first and unit.tokens[place - 1].small in _AND:
                    yield from _before(unit, place - 1, first)
                return
