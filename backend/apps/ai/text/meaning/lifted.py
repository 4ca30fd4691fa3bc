"""Prohibitions that are none: taken back, of things nobody needs, or of a state whose clause allows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from apps.ai.text.meaning.reading import Token
from apps.ai.text.meaning.stance_words import Mark, marks

#: «при непереносимости», «ограничения»: they forbid unless their clause says otherwise in so many words.
_STATES = re.compile(r"непереносим|ограничени")
#: «не запрещено», «sakıncası yok», "not contraindicated": a prohibition that is taken back.
_LIFTED = re.compile(
    r"запре|против|возбран|воспрещ|исключ|нежелат|помех|препятств|преград|недопуст|contraind|prohibit|forbid|harmful"
)
#: «без ограничений», «противопоказаний нет».
_NO_LIMITS = re.compile(
    r"ограничени|противопоказан|запрет|sakinca|kontrendikasyon|yasak|kontrendik|engel|zarar"
)
_NONE_OF = frozenset("без нет не отсутствуют without".split())
#: «gerekli değil», "not required": nobody needs it, nobody forbids it.
_NEEDS = re.compile(r"gerek|zorunlu|sart$|mecburi|lazim|requir|need|necess|mandator|oblig")
_EVER = frozenset({"либо", "нибудь", "то"})


def is_lifted(tokens: Sequence[Token], at: int) -> bool:
    """«не запрещено», «без ограничений», «sakıncası yoktur», «yasak değildir»: it is allowed."""
    small = tokens[at].small
    before = tokens[at - 1].small if at else ""
    behind = tokens[at + 1].small if at + 1 < len(tokens) else ""
    if before == "не" and _LIFTED.match(small):
        return True
    if small == "not" and _LIFTED.match(behind):
        return True
    if _NO_LIMITS.match(small):
        return before in _NONE_OF or behind in _NONE_OF or behind.startswith(("yok", "degil"))
    return small.startswith("degil") and _NO_LIMITS.match(before) is not None


def is_no_need(tokens: Sequence[Token], at: int) -> bool:
    """«gerekli değildir», "not required"."""
    small = tokens[at].small
    before = tokens[at - 1].small if at else ""
    behind = tokens[at + 1].small if at + 1 < len(tokens) else ""
    return (small.startswith("degil") and _NEEDS.match(before) is not None) or (
        small == "not" and _NEEDS.match(behind) is not None
    )


def is_overruled(tokens: Sequence[Token], at: int) -> bool:
    """«при непереносимости … можно»: a state whose clause allows in so many words."""
    if not _STATES.match(tokens[at].small):
        return False
    return any(
        marks(one.small) & Mark.PERMITS and (not place or tokens[place - 1].small != "не")
        for place, one in enumerate(tokens)
    )


def is_any_time(tokens: Sequence[Token], at: int) -> bool:
    """«когда-либо перенёс»."""
    return tokens[at].small == "когда" and at + 1 < len(tokens) and tokens[at + 1].small in _EVER
