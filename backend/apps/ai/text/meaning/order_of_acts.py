"""What is done before something and what after it: «до выхода на солнце» for "after sun"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.negations import part_of_speech
from apps.ai.text.meaning.reading import Reading, Token, Unit, mentions_at
from apps.ai.text.meaning.views import once

#: Doings that goods are used before or after. Meals are compared by `names`.
_ACTS = frozenset(
    "bath workout shaving walk swim makeup epilation examination conception trip surgery wash rinse light bedtime "
    "vaccine inhal procedure_ use opened".split()
)
#: What any of them may be called.
_ANY = "procedure_"
#: How goods themselves are used: before it comes one thing and after it another.
_USES = frozenset({"inhal", "use", "opened", _ANY})
#: Named right beside the word: «перед употреблением», and not «после врача применяют».
_CLOSE = frozenset({"use", "opened"})
_BESIDE = 2
#: «До вскрытия — в холодильнике, потом — при комнатной температуре»: either side is told.
_AND_THEN = re.compile(r"\b(?:потом|затем|далее|дальше)\b|\bпосле(?=,? -)")
_ALIKE = 0.55
#: «Перед применением ознакомьтесь с инструкцией»
_ADVISES = re.compile(r"инструкц|врач|консульт|специалист")
#: Words in front of what they govern, and behind it.
_IN_FRONT = {
    "до": "before", "перед": "before", "before": "before", "после": "after", "after": "after", "following": "after",
}  # fmt: skip
_BEHIND = {
    "once": "before", "oncesi": "before", "oncesinde": "before", "evvel": "before", "sonra": "after",
    "sonrasi": "after", "sonrasinda": "after",
}  # fmt: skip
#: Words between the two: «до каждого выхода на солнце», «güneşe çıkmadan 20 dk önce».
_BETWEEN = 4
_AND = frozenset("и или либо and or ve veya".split())


_STOPS = _AND | _IN_FRONT.keys() | _BEHIND.keys()


def check(case: Case) -> Iterator[Finding]:
    sides = _told(case.source)
    theirs = {told for found in sides for told in found}
    for at, (unit, found) in enumerate(zip(case.body.units, _told(case.body), strict=True)):
        behind = {told for place in case.pairs[at].sources for told in sides[place]}
        if case.pairs[at].score < _ALIKE or _ADVISES.search(unit.folded):
            behind = {told for told in behind if told[1] not in _CLOSE}
        if _AND_THEN.search(unit.folded):
            continue
        turned = any(_is_turned(told, behind if told[1] in _USES else theirs) for told in found)
        if turned or _turns_the_procedure(found, theirs, behind):
            yield Finding(Code.CONDITION, "description", unit.text.strip()[:160], case.evidence_of(at))


def _is_turned(told: tuple[str, str], theirs: set[tuple[str, str]]) -> bool:
    return told not in theirs and (_OTHER[told[0]], told[1]) in theirs


def _turns_the_procedure(
    found: frozenset[tuple[str, str]], theirs: set[tuple[str, str]], behind: set[tuple[str, str]]
) -> bool:
    """«перед процедурой» where the sentence behind it says after what it is done: «после ингаляции»."""
    sides = {side for side, act in found if act == _ANY}
    if len(sides) != 1 or any(act == _ANY for _, act in theirs):
        return False
    others = {side for side, _ in behind}
    return len(others) == 1 and others.isdisjoint(sides)


_OTHER = {"before": "after", "after": "before"}


@once
def _told(reading: Reading) -> tuple[frozenset[tuple[str, str]], ...]:
    """The sides of the acts that each sentence names."""
    return tuple(frozenset(_of_unit(unit)) for unit in reading.units)


def _of_unit(unit: Unit) -> Iterator[tuple[str, str]]:
    tokens, shared = unit.tokens, set()
    for at, token in enumerate(tokens):
        if side := _IN_FRONT.get(token.small):
            if at + 1 < len(tokens) and tokens[at + 1].small in _AND:
                shared.add(side)  # «до и после ванны»
                continue
            for act in _acts(unit, tokens[at + 1 : at + 1 + _BETWEEN], token):
                yield from ((one, act) for one in (side, *shared))
            shared.clear()
        elif side := _BEHIND.get(token.small):
            end = at
            while end > 1 and tokens[end - 1].small in _AND and tokens[end - 2].small in _BEHIND:
                end -= 2  # «banyo öncesi ve sonrası»
            yield from ((side, act) for act in _acts(unit, tokens[max(0, end - _BETWEEN) : end][::-1], token))


def _acts(unit: Unit, around: tuple[Token, ...], governing: Token) -> Iterator[str]:
    """The nearest acts of one clause, up to the next word of the kind."""
    for far, token in enumerate(around):
        if token.clause != governing.clause or token.small in _STOPS:
            return
        is_close = far < _BESIDE and part_of_speech(token.small) not in {"INFN", "VERB"}
        yield from (
            one.id
            for one in mentions_at(unit).get(token.at, ())
            if one.id in _ACTS and (is_close or one.id not in _CLOSE)
        )
