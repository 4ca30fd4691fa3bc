"""What a card allows, or says is not in the goods, of which its source says nothing.

«Можно ставить в духовку», «выдерживает стирку в машине», «без сахара».
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.ai.text.meaning.claims import says_little, tells
from apps.ai.text.meaning.effects import has
from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.number_words import value_of
from apps.ai.text.meaning.reading import Token, Unit, mentions_at

_ALLOWS = re.compile(
    r"(?:можно|подход[ия]т|подойд[уе]т|подходящ|год[ия]тся|год[еня]н?|пригод[еня]н?|рассчитан[аоы]?|допуска[ею]тся|"
    r"допустим[аоы]?|разреш[еаи]\w+|совместим[аоы]?|перенос[ия]т|выдержива[ею]т|безопас[енаоы]+|безвред[енаоы]+|устойчив[аоы]?|защищен[аоы]?)$"
)
#: Of what may be done with goods the lexicon has the words of all three languages.
_CARE = frozenset({"care", "storage"})
#: That nothing can happen at all, and how a source says so.
_HARMLESS = tuple(
    (re.compile(claimed), re.compile(source))
    for claimed, source in (
        (
            r"передозировк\w+ (?:\w+ )?(?:невозможн|исключен|не бывает|не грозит|не случ)",
            r"передозировк\w+[^.]{0,40}(?:не |невозм|исключ)|doz asimi[^.]{0,40}(?:yok|mez|maz|memis)|"
            r"overdos\w+[^.]{0,40}(?:not|unlikely|no )|no [^.]{0,30}overdos",
        ),
        (
            r"(?:не имеет|нет|лишен\w*) (?:\w+ ){0,2}противопоказани|"
            r"противопоказани\w+ (?:\w+ )?(?:нет|не имеет|отсутств|не выявл|не обнар|не установ)",
            r"противопоказани\w+[^.]{0,25}(?:нет|не |отсутств)|(?:нет|не имеет)[^.]{0,25}противопоказ|"
            r"kontrendikasyon\w*[^.]{0,25}(?:yok|bulunm|bilinm)|no [^.]{0,25}contraindication",
        ),
        (
            r"(?:побочн|системн)\w+ (?:эффект|действи|реакци|явлени)\w* "
            r"(?:нет|не (?:имеет|выявл|вызыв|обнаруж|наблюд|да|быва)|отсутств|исключен)|"
            r"(?:без|не имеет|не вызывает|не дает|нет|лишен\w*) (?:\w+ )?побочн",
            r"(?:побочн|системн)[^.]{0,40}(?:нет|не |отсутств)|(?:без|не )[^.]{0,25}(?:побочн|системн)|"
            r"(?:yan etki|sistemik)[^.]{0,40}(?:yok|maz|mez|memis)|"
            r"(?:no|without|not)[^.]{0,40}(?:side effect|systemic)",
        ),
    )
)
#: «с трёхлетнего возраста»: who may is compared as an age.
_OF_AGE = re.compile(r"\w+летн|\w+месячн|возраст")
#: What is not in the goods, as one word with its negation.
_ABSENT = frozenset({"sweet+", "decaf+"})


def check(case: Case) -> Iterator[Finding]:
    if says_little(case):
        return
    for at, unit in enumerate(case.body.units):
        if unit.text.strip(" .;") in case.proof.known.text:
            continue
        quotes = [unit.text.strip()[:160]] if _allows_more(case, unit) or _is_harmless(case, unit) else []
        quotes += [
            unit.quote(one) for one in unit.mentions if one.id in _ABSENT and not case.proof.proves(one, unit)
        ]
        yield from (Finding(Code.CLAIM, "description", quote, case.evidence_of(at)) for quote in quotes)


def _is_harmless(case: Case, unit: Unit) -> bool:
    said = case.source.folded
    return any(claimed.search(unit.folded) and not source.search(said) for claimed, source in _HARMLESS)


def _allows_more(case: Case, unit: Unit) -> bool:
    return any(
        _ALLOWS.match(token.small) and not _is_denied(unit, token) and _is_new(case, unit, token)
        for token in unit.tokens
    )


def _is_denied(unit: Unit, token: Token) -> bool:
    return token.at > 0 and unit.tokens[token.at - 1].small in {"не", "как"}


def _is_new(case: Case, unit: Unit, allows: Token) -> bool:
    """Whether the source has no word of what is allowed to be done with everyday goods.

    Of whom they suit a Russian source may speak in any other word.
    """
    clause = [one for one in unit.tokens if one.clause == allows.clause]
    words = [one for one in clause if one.at > allows.at] or [one for one in clause if one.at < allows.at]
    telling = [one for one in words if tells(one.small)]
    if not telling or words[0].small == "не":
        return False
    if any(value_of(one.small) is not None or _OF_AGE.match(one.small) for one in words):
        return False
    if not any(mention.group in _CARE for one in telling for mention in mentions_at(unit).get(one.at, ())):
        return False
    return not any(has(case, unit, one) for one in telling)
