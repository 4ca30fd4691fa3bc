"""Qualities, approvals and places of origin that a card adds, each known by the shape of its words.

«Влагостойкий» is built of what is resisted, «проверена офтальмологами» of a judgement and its judge; «из Бурсы» is
a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.ai.text.meaning import sound
from apps.ai.text.meaning.claims import says_little, tells
from apps.ai.text.meaning.deeds import is_thing
from apps.ai.text.meaning.effects import has
from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.quality_words import ANY, QUALITIES
from apps.ai.text.meaning.reading import Reading, Token, Unit
from apps.ai.text.meaning.views import once

_NOT = frozenset({"не", "ни", "без", "нет"})
_APPROVED = re.compile(
    r"(?:сертифиц|одобрен|рекомендован[аоы]?$|протестир|проверен|испытан|клинически|запатент|удостоен|отмечен|награжд|преми[ияей]$|"
    r"лауреат|составлен|лицензир|зарегистр|признан)"
)
_SUPPLIED = re.compile(r"(?:входят|входит|прилага[ею]тся|комплекту[ею]тся|оснащ|снабжен)")
_OF_SUPPLY = ("комплект", "набор", "упаков", "короб", "состав", "постав")
_FROM = frozenset({"из", "из-под"})
#: Letters of the sound by which a place of few letters is known in another alphabet.
_PLACE = 4
#: «из Турции», «из Анатолии»: countries, which are compared as such.
_COUNTRY = re.compile(
    r"(?:\w+ии|сша|кита|инди|иран|ирак|вьетнам|таиланд|израил|егип|турци|польш|мексик|марок|кипр|европ|афри[кц]|амери[кц]|"
    r"нидерланд|крым|коре[ийя])\w*$"
)


def check(case: Case) -> Iterator[Finding]:
    said = case.source.folded
    for at, unit in enumerate(case.body.units):
        if case.kind != "medicine" and ANY.search(unit.folded):
            for claimed, source in QUALITIES:
                if (
                    (found := claimed.search(unit.folded))
                    and not _is_denied(unit, found)
                    and not source.search(said)
                ):
                    yield _finding(case, at, _word(unit, found.start()))
        if says_little(case) or unit.text.strip(" .;") in case.proof.known.text:
            continue
        for token in unit.tokens:
            if _is_approval(case, unit, token) or _is_supply(case, unit, token):
                yield _finding(case, at, unit.text.strip()[:160])
            elif _is_strange_place(case, unit, token):
                yield _finding(case, at, unit.text[token.start - unit.start : token.end - unit.start])


def _finding(case: Case, at: int, quote: str) -> Finding:
    return Finding(Code.CLAIM, "description", quote, case.evidence_of(at))


def _is_denied(unit: Unit, found: re.Match[str]) -> bool:
    before = unit.folded[: found.start()].split()
    return bool(before) and before[-1] in _NOT


def _word(unit: Unit, start: int) -> str:
    return unit.text[start:].split()[0].strip(".,;:!()»")


def _is_approval(case: Case, unit: Unit, token: Token) -> bool:
    """Whether somebody judged the goods, of whom and of which judgement the source has no word."""
    if not _APPROVED.match(token.small) or (token.at and unit.tokens[token.at - 1].small in _NOT):
        return False
    words = [
        one for one in unit.tokens if one.clause == token.clause and one.at >= token.at and tells(one.small)
    ]
    return len(words) > 1 and not any(has(case, unit, one) for one in words)


def _is_supply(case: Case, unit: Unit, token: Token) -> bool:
    """Whether a thing comes with the goods of which a Russian source has no word."""
    if not case.source.is_russian or not _SUPPLIED.match(token.small):
        return False
    clause = [one for one in unit.tokens if one.clause == token.clause and one is not token]
    things = [
        one
        for one in clause
        if is_thing(one.small) and tells(one.small) and not one.small.startswith(_OF_SUPPLY)
    ]
    if not things or any(one.small in _NOT for one in clause):
        return False
    return not any(has(case, unit, one) for one in things)


def _is_strange_place(case: Case, unit: Unit, token: Token) -> bool:
    """«из Малатьи» of goods of which no source says so, by its sound."""
    if not token.at or unit.tokens[token.at - 1].small not in _FROM or not _is_name(unit, token):
        return False
    if _COUNTRY.match(token.small) or has(case, unit, token):
        return False
    return "\n" + _heard(token.small.rstrip("аеиоуыьэюяй"))[:_PLACE] not in _sounds(case.source)


def _is_name(unit: Unit, token: Token) -> bool:
    word = unit.text[token.start - unit.start : token.end - unit.start]
    return "А" <= word[0] <= "Я" and word[1:].islower() and len(word) >= _PLACE


@once
def _sounds(source: Reading) -> str:
    """How the words of a source sound, a line each."""
    return "".join(f"\n{_heard(word)}" for word in source.words)


def _heard(small: str) -> str:
    """«Гана» is Ghana."""
    return sound.key(small).replace("h", "")
