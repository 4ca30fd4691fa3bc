"""What the words of a clause say by themselves: whether they forbid, warn, allow, or only state something."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from apps.ai.text.meaning.benefits import is_benefit
from apps.ai.text.meaning.lifted import (
    ends_nursing,
    is_any_time,
    is_lifted,
    is_no_need,
    is_of_a_limit,
    is_other_asked,
    is_overruled,
    speaks_of_nursing,
)
from apps.ai.text.meaning.moods import is_care, mood
from apps.ai.text.meaning.negations import Negates, is_adjective, is_finite, is_limit, negates
from apps.ai.text.meaning.reading import Token
from apps.ai.text.meaning.stance_words import (
    CASES,
    EVEN,
    EXCEPT,
    HARMLESS,
    MODAL,
    NOUN_OF_USE,
    PERSON_USES,
    UNPROVED,
    WHO_REACH,
    Mark,
    harms,
    marks,
)
from apps.ai.text.meaning.tokens import PARTING


class Stance(StrEnum):
    FORBIDS = "forbids"
    WARNS = "warns"
    ALLOWS = "allows"
    NEUTRAL = ""


def own_stance(tokens: Sequence[Token]) -> Stance:
    """What words say by themselves: a prohibition outweighs a warning, and that a permission."""
    if not any(says(token.small) for token in tokens) or (len(tokens) == 1 and tokens[0].small in _LABELS):
        return Stance.NEUTRAL
    if (is_ended := ends_nursing(tokens)) is not None:
        return Stance.FORBIDS if is_ended else Stance.ALLOWS
    warns = allows = False
    who = -WHO_REACH - 1
    previous = 0
    for at, token in enumerate(tokens):
        mark = marks(token.small)
        if mark & _FORBIDS and is_lifted(tokens, at):
            allows, previous = True, 0
            continue
        if _forbids(tokens, at, previous):
            return Stance.FORBIDS
        warns = warns or bool(previous & _NOT and UNPROVED.match(token.small))
        mark = 0 if is_any_time(tokens, at) else mark
        if mark:
            freed = mark & _WARNS and _is_freed(tokens, at)
            hurts = mark & _ALLOWS and _hurts(tokens, at)
            allows = allows or bool(freed)
            warns = warns or bool(
                hurts or (mark & _WARNS and not freed) or (mark & _CONDITION and previous & _ONLY)
            )
            behind_who = at - who <= WHO_REACH
            possible = mark & Mark.POSSIBLE and at and _USE.match(tokens[at - 1].small)
            used = mark & _USED and not behind_who and not _is_circumstance(tokens, at)
            allows = allows or bool((mark & _ALLOWS and not hurts) or possible or used)
            if mark & _USED and behind_who:
                who = -WHO_REACH - 1
            if mark & _WHO:
                who = at
        previous = mark
    if warns:
        return Stance.WARNS
    return Stance.ALLOWS if allows else Stance.NEUTRAL


#: «Применение возможно» allows; «привыкание возможно», «кровотечение возможно» tell of a harm.
_USE = re.compile(
    r"(?:применен|использован|назначен|употреблен|введен|нанесен|сочетан|совмещен|вожден|управлен|кормлен|вскармливан|"
    r"продолжен|проведен|хранен|повторен|комбинирован|закапыван)ие$|прием$"
)


def _forbids(tokens: Sequence[Token], at: int, previous: int) -> bool:
    """Whether the word at a place forbids. `previous`: the marks of the word before it."""
    token = tokens[at]
    mark = marks(token.small)
    if is_of_a_limit(tokens, at):
        return False
    contrast = token.small.startswith("degil") and at + 1 < len(tokens)  # «süt ile değil su ile alın»
    if mark & _FORBIDS and not contrast and not is_no_need(tokens, at) and not is_overruled(tokens, at):
        return True
    if previous & _NOT and (mark & _FORBIDDEN or _is_order(tokens, at)):
        return not (
            _OBLIGES.match(token.small) and any(_DUTY.match(one.small) for one in tokens[at + 1 : at + 2])
        )
    is_except = token.small == EXCEPT and bool(token.at) and not _is_in_cases(tokens, at)
    return is_except or is_other_asked(tokens, at)


#: «чтобы не повредить», «можно не смывать»; «не забудьте», «не прекращайте».
_NO_ORDER = re.compile(r"чтобы$|чтоб$|можно$|мо[жг]\w+т$|если$|дабы$|лучше$|нужно$|надо$|как$")
_OBLIGES = re.compile(r"стоит$|долж")
_DUTY = re.compile(
    r"забы|беспоко|бойтесь|бояться|волнуй|пуга|отклады|жалей|пропуск|прекращ|прерыв|брос|останавл|останов|отмен|превыш|удивл|спеш|"
    r"торопи|медл|тяни|ждите|ждать|сомнев|стесня|расстр"
)


def _is_order(tokens: Sequence[Token], at: int) -> bool:
    """«не замораживать», «не ставьте»: an act that is forbidden, whatever it is."""
    small = tokens[at].small
    said = mood(small)
    if not said or _DUTY.match(small) or (said == "does" and not small.endswith(("те", "тесь"))):
        return False
    return not any(_NO_ORDER.match(one.small) for one in tokens[: at - 1])


#: "Care" heads how goods are washed, «Not» a note.
_LABELS = frozenset({"care", "not"})
_FORBIDS, _FORBIDDEN, _NOT, _WARNS = Mark.FORBIDS, Mark.FORBIDDEN, Mark.NOT, Mark.WARNS
#: Without any of these no clause says anything.
_SAYS = _FORBIDS | _WARNS | Mark.ALLOWS | Mark.POSSIBLE | Mark.USED | _NOT | Mark.ONLY


@lru_cache(maxsize=50_000)
def says(small: str) -> bool:
    """Whether a word may make its clause say anything."""
    return (
        bool(marks(small) & (_SAYS | Mark.PERMITS)) or small in {EXCEPT, EVEN[-1]} or speaks_of_nursing(small)
    )


_CONDITION, _ONLY, _ALLOWS, _USED, _WHO = Mark.CONDITION, Mark.ONLY, Mark.ALLOWS, Mark.USED, Mark.WHO


def _is_in_cases(tokens: Sequence[Token], at: int) -> bool:
    """«кроме случаев» begins an exception, and excepts nothing by itself."""
    return at + 1 < len(tokens) and tokens[at + 1].small.startswith(CASES)


_WITHOUT = frozenset({"без", "without"})


def _is_freed(tokens: Sequence[Token], at: int) -> bool:
    """«без контроля врача», «не опасно»: no warning."""
    before = tokens[at - 1].small if at else ""
    if before in _WITHOUT or (before == "не" and HARMLESS.match(tokens[at].small)):
        return True
    if is_benefit([token.small for token in tokens[max(0, at - 2) : at + 4]], min(at, 2)):
        return True
    return at > 1 and tokens[at - 2].small in _WITHOUT and is_adjective(tokens[at - 1].small)


def _hurts(tokens: Sequence[Token], at: int) -> bool:
    """«можно обжечься», "can cause burns", «etkisini azaltır»: a danger, no permission."""
    if tokens[at].small.startswith("azalt"):
        return at > 0 and tokens[at - 1].small.startswith(("etki", "emilim"))
    if tokens[at].small not in {"можно", "can"}:
        return False
    return any(harms(one.small) for one in tokens[max(0, at - 3) : at + 4])


def _is_circumstance(tokens: Sequence[Token], at: int) -> bool:
    """«без лечения», «при приёме с …»: a noun that tells when, which allows nothing; «для лечения» does."""
    if PERSON_USES.match(tokens[at].small):
        return True  # «если принимаете …»
    noun = NOUN_OF_USE.match(tokens[at].small)
    if noun is None:
        return False
    if any(one.small in {"для", "к"} for one in tokens[:at]):
        return False
    return bool(noun["oblique"] or noun["taken"]) or (at > 0 and tokens[at - 1].small in _WITHOUT)


def permits(tokens: Sequence[Token], *, forbidden: bool) -> bool:
    """Whether they allow in so many words.

    `forbidden`: what stands before them forbids, so that «в том числе» goes on with that.
    """
    words = [token.small for token in tokens]
    if any(one == "не" and is_limit(other) for one, other in pairwise(words)):
        return False  # «можно не раньше чем через час»
    if any(
        marks(token.small) & Mark.PERMITS and not _hurts(tokens, at) and not _WHOLE.match(token.small)
        for at, token in enumerate(tokens)
    ):
        return True
    if any(marks(token.small) & _FORBIDS and is_lifted(tokens, at) for at, token in enumerate(tokens)):
        return True
    if "не" in words and any(one == "не" and HARMLESS.match(other) for one, other in pairwise(words)):
        return True
    return not forbidden and "числе" in words and tuple(words[:3]) == EVEN


#: «в пределах допустимого уровня»: a quality, no permission.
_WHOLE = re.compile(r"(?:допустим|разрешенн|рекомендованн)(?:[ыи]й|ая|ое|ые|ого|ой|ому|ым|ом|ую|ых|ыми)$")


def is_excepted(tokens: Sequence[Token]) -> bool:
    """«кроме детей», "except in children", «(tedavi görenler hariç)»."""
    return tokens[0].small in {EXCEPT, "except", "unless"} or tokens[-1].small in {"haric", "disinda"}


def tells_of_whom(tokens: Sequence[Token]) -> bool:
    """«кто лечится …», «если …», «у которых …»: the clause tells of people, and allows them nothing."""
    return any(marks(token.small) & _WHO or _OF_WHOM.match(token.small) for token in tokens[:2])


_OF_WHOM = re.compile(
    r"ко(?:го|му|м|тор\w+|гда)$|кто$|как$|равно$|ч(?:то|ей|ья|ье|ьи|ьих)$|(?:who|whose|if|when)$"
)


def is_relative(tokens: Sequence[Token]) -> bool:
    """«кому назначены …», «у кого …»: it tells which people are meant."""
    return any(_OF_WHOM.match(token.small) for token in tokens[:2])


#: «а также», «но и»: they go on.
_GOES_ON = frozenset("также тоже еще и тем or even also".split())


def is_apart(tokens: Sequence[Token], forbidding: Sequence[Token]) -> bool:
    """Whether a clause that says nothing by itself takes no prohibition from the one before it: it tells what is done.

    «Не мыть в машине, протирать тканью», «отбеливать нельзя, гладьте через ткань», «не детям, а взрослым»; but
    «нельзя мыть в машине, тереть» goes on.
    """
    first = tokens[0].small
    if first in PARTING:
        return len(tokens) > 1 and tokens[1].small not in _GOES_ON and "не" not in {t.small for t in tokens}
    if tells_of_whom(tokens):
        return False
    plain = _is_plain_negation(forbidding)
    before = ""
    for token in tokens:
        said = "" if before in {"не", "ни"} else mood(token.small)
        if said == "does" or (said == "to do" and plain):
            return True
        before = token.small
    if plain and is_care(tokens):
        return True
    last = tokens[-1].small
    return _DONE.search(last) is not None and negates(last) is Negates.NO and is_finite(last)


#: «kurulayın», «silinir»: the verb of a Turkish clause, which stands last.
_DONE = re.compile(r"^[a-z]+(?:[iu]n(?:[iu]z)?|[iu][ln][iu]r|[ae]n[iu]r)$")


def _is_plain_negation(tokens: Sequence[Token]) -> bool:
    """«не мыть», and not «нельзя мыть», «не рекомендуется мыть»: it ends with its own verb."""
    if any(marks(token.small) & _FORBIDS and token.small[0] >= "а" for token in tokens):
        return False
    return any(
        one.small == "не" and mood(other.small) and not MODAL.match(other.small)
        for one, other in pairwise(tokens)
    )


def ends_in_verdict(tokens: Sequence[Token]) -> bool:
    """«отбеливать, гладить, сушить в машине нельзя»: behind single verbs it is said of all of them."""
    return bool(marks(tokens[-1].small) & (_FORBIDS | Mark.PERMITS))


def is_verdict_on_acts(tokens: Sequence[Token]) -> bool:
    """«…, морозить и прокалывать запрещено»: acts joined by «и» whose verdict stands behind them."""
    joined = False
    acts = 0
    for token in tokens:
        acts += mood(token.small) == "to do"
        joined = joined or (acts == 1 and token.small in {"и", "или", "либо", "ни"})
        if acts > 1 and joined and marks(token.small) & (_FORBIDS | _NOT | Mark.PERMITS | _WARNS):
            return True
    return False


def is_act(tokens: Sequence[Token]) -> bool:
    """«нагревать его выше 50 °C»: an act, without anything that says whether it may be done."""
    return (
        own_stance(tokens) is Stance.NEUTRAL
        and not any(
            token.small in {"не", "ни"} or token.small.startswith(("хран", "сохран", "бере", "держ"))
            for token in tokens
        )
        and any(mood(token.small) == "to do" for token in tokens)
    )
