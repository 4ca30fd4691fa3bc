"""What Russian words ask to be done: orders, infinitives, and nouns of care."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from apps.ai.text.language import dictionary
from apps.ai.text.meaning.negations import is_adjective
from apps.ai.text.meaning.reading import Token


@lru_cache(maxsize=50_000)
def mood(small: str) -> str:
    """ "does" for an imperative and «протирают», "to do" for an infinitive, "" for what is no Russian verb."""
    if not small.endswith(_VERB_ENDS):
        return ""
    tag = dictionary.tags(small)[0]
    if tag.POS == "INFN":
        return "to do"
    if tag.POS != "VERB":
        return ""
    if small.endswith(("те", "тесь")) and any(one.mood == "impr" for one in dictionary.tags(small)):
        return "does"  # «прекратите» is a future, too
    return "does" if tag.mood == "impr" or (tag.person == "3per" and tag.number == "plur") else ""


_VERB_ENDS = ("те", "тесь", "ть", "ти", "чь", "ться", "тись", "чься", "ют", "ут", "ат", "ят", "тся")


#: «не отбеливать, барабанная сушка на низкой температуре»
_CARE = re.compile(r"(?:суш|стир|глаж|чист|отжим|химчист|утюж|утюг|усад)\w*$")


def is_care(tokens: Sequence[Token]) -> bool:
    nouns = (token.small for token in tokens if token.small[0] >= "а" and not is_adjective(token.small))
    return _CARE.match(next(nouns, "")) is not None
