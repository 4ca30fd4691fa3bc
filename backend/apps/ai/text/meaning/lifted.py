"""Prohibitions that are none: taken back, of things nobody needs, or of a state whose clause allows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from apps.ai.text.meaning.negations import undoing
from apps.ai.text.meaning.number_words import value_of
from apps.ai.text.meaning.reading import Token
from apps.ai.text.meaning.stance_words import Mark, marks

#: «при непереносимости», «ограничения»: they forbid unless their clause says otherwise in so many words.
_STATES = re.compile(r"непереносим|ограничени")
#: «не запрещено», «sakıncası yok», "not contraindicated": a prohibition that is taken back.
_LIFTED = re.compile(
    r"запре|против|отказ|возбран|воспрещ|исключ|нежелат|помех|препятств|преград|недопуст|contraind|prohibit|"
    r"forbid|harmful"
)
#: «без ограничений», «противопоказаний нет».
_NO_LIMITS = re.compile(
    r"ограничени|противопоказан|запрет|sakinca|kontrendikasyon|yasak|kontrendik|engel|zarar"
)
_NONE_OF = frozenset("без нет не отсутствуют without".split())
#: «не является противопоказанием»
_IS_NO = re.compile(r"явля|служ|счита|стан|яви")
#: «ограничений по возрасту и полу нет»
_SOON = 6
#: «gerekli değil», "not required": nobody needs it, nobody forbids it.
_NEEDS = re.compile(r"gerek|tabi$|zorunlu|sart$|mecburi|lazim|requir|need|necess|mandator|oblig")
#: "does not affect the ability to drive": what the goods do not do is not forbidden.
_AFFECTS = re.compile(r"affect$|influence$|impair$|interfere$|interact$|alter$|change$")
_EVER = frozenset({"либо", "нибудь", "то"})


def is_lifted(tokens: Sequence[Token], at: int) -> bool:
    """«не запрещено», «без ограничений», «sakıncası yoktur», «yasak değildir»: it is allowed."""
    small = tokens[at].small
    before = tokens[at - 1].small if at else ""
    behind = tokens[at + 1].small if at + 1 < len(tokens) else ""
    if (before == "не" or _is_denied_behind(tokens, at)) and _LIFTED.match(small):
        return True
    if _IS_NO.match(before) and at > 1 and tokens[at - 2].small == "не" and _LIFTED.match(small):
        return True
    if small == "not" and _LIFTED.match(behind):
        return True
    if _NO_LIMITS.match(small):
        later = [one.small for one in tokens[at + 1 : at + _SOON]]
        return before in _NONE_OF or not _NONE_OF.isdisjoint(later) or behind.startswith(("yok", "degil"))
    return small.startswith("degil") and _NO_LIMITS.match(before) is not None


#: «не является противопоказанием», «нет нужды отказываться»
_BEING = re.compile(r"явля|служ|счита|станов|стане")
_NEEDLESS = frozenset({"нужды", "необходимости", "надобности", "незачем"})


def _is_denied_behind(tokens: Sequence[Token], at: int) -> bool:
    before = [token.small for token in tokens[max(0, at - 2) : at]]
    if len(before) > 1 and before[0] == "не" and (_BEING.match(before[1]) or before[1] in {"нужно", "надо"}):
        return True
    return bool(before) and before[-1] in _NEEDLESS


def is_other_asked(tokens: Sequence[Token], at: int) -> bool:
    """«лучше выбрать другое средство»: not this one."""
    if at + 1 == len(tokens) or not tokens[at].small.startswith("друг"):
        return False
    return _GOODS.match(tokens[at + 1].small) is not None and any(
        _CHOSEN.match(token.small) for token in tokens
    )


_GOODS = re.compile(r"средств|препарат|лекарств|вариант|продукт")
_CHOSEN = re.compile(r"выб|подб|подыс|подыщ")


def is_no_need(tokens: Sequence[Token], at: int) -> bool:
    """«gerekli değildir», "not required"."""
    small = tokens[at].small
    before = tokens[at - 1].small if at else ""
    behind = tokens[at + 1].small if at + 1 < len(tokens) else ""
    if small == "not" and any(tokens[at].at in pair for pair in undoing(tokens)):
        return True  # "not sugar free"
    return (small.startswith("degil") and _NEEDS.match(before) is not None) or (
        small == "not" and (_NEEDS.match(behind) is not None or _AFFECTS.match(behind) is not None)
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
    """«когда-либо перенёс»; «рецепт врача» asks for no advice."""
    if at and tokens[at - 1].small.startswith("рецепт"):
        return True
    return tokens[at].small == "когда" and at + 1 < len(tokens) and tokens[at + 1].small in _EVER


_ENDS = (
    r"(?:прекра[тщ]|прерв|прерыва|приостан|останов|останавл|отказ|откаж|отмен|перерыв)\w*|kes(?:il|me|in|"
    r"ip)\w*|birak\w*|ara ver\w*|"
    r"durdur\w*|sonlandir\w*|(?:stop|discontinu|interrupt|ceas|suspend)\w*"
)
_NURSING = (
    r"(?:груд[ьи]|грудью|грудн\w+|лактаци\w*|вскармлив\w*|кормлени\w*|emzir\w*|breast\w*|nursing|lactat\w*)"
)
_ENDED = re.compile(rf"\b(?:{_ENDS})\b.*\b{_NURSING}|\b{_NURSING}\b.*\b(?:{_ENDS})\b")
_NOT_ENDED = re.compile(
    r"\b(?:не|not|no|without|без)\b|n't|\bm[ae]d[ae]n\b|gerekm|gerek yok|\w+m[ae](?:yin|z)\w*"
)


#: No clause without such a word tells of nursing.
_NURSES = ("груд", "лактац", "вскармл", "кормл", "emzir", "breast", "nursing", "lactat")


def speaks_of_nursing(small: str) -> bool:
    return small.startswith(_NURSES)


def ends_nursing(tokens: Sequence[Token]) -> bool | None:
    """«кормление прекращают» forbids to nurse, «прерывать не требуется» allows it; None where neither is said."""
    if not any(speaks_of_nursing(token.small) for token in tokens):
        return None
    clause = " ".join(token.small for token in tokens)
    if _ENDED.search(clause) is None:
        return None
    return _NOT_ENDED.search(clause) is None


_EXCEEDS = re.compile(r"превыша|превыс|exceed|asm[ai]y|asilma")
_OF_THE_AMOUNT = 5


def is_of_a_limit(tokens: Sequence[Token], at: int) -> bool:
    """«не превышайте нагрузку 120 кг», "do not exceed 40 °C": no more than so much, which forbids nothing."""
    small, behind = tokens[at].small, tokens[at + 1].small if at + 1 < len(tokens) else ""
    if not _EXCEEDS.match(behind if small == "not" else small):
        return False
    near = tokens[max(0, at - _OF_THE_AMOUNT) if small.startswith("as") else at : at + _OF_THE_AMOUNT]
    return any(value_of(one.small) is not None for one in near)
