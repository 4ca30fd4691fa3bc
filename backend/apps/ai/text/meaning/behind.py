"""What a clause takes from those behind it: a verdict on what it names, a case, a label."""

from __future__ import annotations

import re

from apps.ai.text.meaning.clause_bounds import NEEDED, has_turkish_verb
from apps.ai.text.meaning.negations import is_finite, part_of_speech
from apps.ai.text.meaning.reading import Token, Unit
from apps.ai.text.meaning.stance_words import INSERTED, WHOM
from apps.ai.text.meaning.verdicts import (
    Stance,
    ends_in_verdict,
    is_act,
    is_verdict_on_acts,
    permits,
    tells_of_whom,
)


def is_followed_by_a_list(unit: Unit, last: int) -> bool:
    """«Нельзя: мыть фильтр, использовать на улице»: what stands behind the colon is forbidden, too."""
    return unit.text[unit.tokens[last].end - unit.start :].lstrip()[:1] == ":"


#: The longest verdict behind a list («…, … — нельзя»), in words.
_SHORT = 3
_NEXT = 12
_DASH = re.compile(r" [—–-] ")


def said_behind(unit: Unit, pieces: list[tuple[Token, ...]], own: list[Stance]) -> Stance:
    """What a later clause says of the first: the next in Turkish, in Russian only a verdict that names nothing else."""
    if has_turkish_verb(pieces[0]):
        return Stance.NEUTRAL
    if len(pieces) > 1 and _is_said_right_behind(unit, pieces, own[1]):
        return own[1]
    acts = is_act(pieces[0])
    of_whom = _names_whom(pieces[0])
    for piece, said in zip(pieces[1:_NEXT], own[1:_NEXT], strict=False):
        if INSERTED.match(" ".join(token.small for token in piece[:3])):
            continue
        if said and not any(token.small[0] >= "а" for token in piece):
            return Stance.NEUTRAL if _orders_besides(unit, piece, behind=pieces[0][-1].small) else said
        if said and of_whom and not tells_of_whom(piece):
            return said
        if said and acts and (is_verdict_on_acts(piece) or (len(pieces[0]) == 1 and ends_in_verdict(piece))):
            return said
        if (
            said
            and said is not Stance.ALLOWS
            and _is_verdict(unit, piece)
            and not _is_another_act(pieces[0], piece)
        ):
            return said
        acts = acts and is_act(piece)
    return Stance.NEUTRAL


def _is_another_act(first: tuple[Token, ...], verdict: tuple[Token, ...]) -> bool:
    """«Таблетку глотают целиком, жевать её нельзя»: the first says itself what is done."""
    return (
        not _is_case(first)
        and any(part_of_speech(one.small) == "VERB" for one in first)
        and any(part_of_speech(one.small) == "INFN" for one in verdict)
    )


def is_inserted(piece: tuple[Token, ...]) -> bool:
    """«…, прежде всего когда в стуле есть кровь, …»: a case, which allows nothing."""
    words = " ".join(token.small for token in piece[:3])
    return INSERTED.match(words) is not None and "когда" in words and not permits(piece, forbidden=False)


def _is_said_right_behind(unit: Unit, pieces: list[tuple[Token, ...]], said: Stance) -> bool:
    """Whether the second clause is said of the first: a case, a label, or what stands before a list."""
    first, second = pieces[0], pieces[1]
    if said in FROWNS and (_is_case(first) or is_labelled(unit, first)):
        return True
    if said and len(second) <= _SHORT and is_followed_by_a_list(unit, first[-1].at):
        return True  # «Беременность и лактация: допускается»
    # «Если у вас астма, приём допустим»
    return first[0].small == "если" and permits(second, forbidden=False)


FROWNS = frozenset({Stance.FORBIDS, Stance.WARNS})
_IF = frozenset("если когда при".split())


def _is_case(piece: tuple[Token, ...]) -> bool:
    """«Если вы беременны, не принимайте», «при беременности — только с врачом»: in which case it is said."""
    return piece[0].small in _IF and not any(one.small in {"не", "нет"} for one in piece)


def is_labelled(unit: Unit, piece: tuple[Token, ...]) -> bool:
    """«Беременным: запрещено», «Алкоголь: не употреблять», and not «Таблетку глотают целиком: её нельзя …»."""
    return (
        not any(part_of_speech(one.small) == "VERB" for one in piece)
        and unit.text[piece[-1].end - unit.start :].lstrip()[:1] == ":"
    )


_ORDERS = frozenset({"do", "don't", "never", "avoid", "no", "not"})


def _orders_besides(unit: Unit, piece: tuple[Token, ...], *, behind: str) -> bool:
    """ "Machine wash at 30 °C, do not bleach": the second is said of nothing before it. `behind`: the word before."""
    if _is_verdict(unit, piece) or _is_behind_a_colon(unit, piece):
        return False
    return piece[0].small in _ORDERS or behind in NEEDED


def _is_behind_a_colon(unit: Unit, piece: tuple[Token, ...]) -> bool:
    """Whether a clause judges what a label names: "Pregnancy: avoid unless …"."""
    return unit.text[: piece[0].start - unit.start].rstrip().endswith(":")


def _names_whom(piece: tuple[Token, ...]) -> bool:
    return any(WHOM.match(token.small) for token in piece[:2]) and not any(
        is_finite(token.small) and not tells_of_whom(piece) for token in piece
    )


def _is_verdict(unit: Unit, piece: tuple[Token, ...]) -> bool:
    """«…, лактация — нельзя», and not «…, от вождения воздержитесь»."""
    if len(piece) > _SHORT:
        return False
    first, last = piece[0].at, piece[-1].at
    if _DASH.search(unit.text[piece[0].start - unit.start : piece[-1].end - unit.start]):
        return True
    return all(
        mention.group in {"word", "verb"} for mention in unit.mentions if first <= mention.first <= last
    )
