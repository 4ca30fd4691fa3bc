"""What a Russian card says is missing and its Russian source only says is there: «крышки у упаковки нет».

Parts of goods in general, which no lexicon lists: by the dictionary's form of the noun. «Без» is let be: «без пятен» is
what a stain remover is bought for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from apps.ai.text.language import dictionary
from apps.ai.text.meaning.denial import is_bought_apart
from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.pieces import Piece, pieces_of
from apps.ai.text.meaning.reading import Reading, Unit
from apps.ai.text.meaning.views import once

#: «дозатора нет», «крылышки не предусмотрены», «не прилагается»
_LACKS = re.compile(
    r"\b(?:нет|отсутству\w+|"
    r"не (?:предусмотрен\w*|прилага\w+|оснащ\w+|снабж\w+|име[ею]\w+|вход\w+ в (?:комплект|набор|состав)))\b"
)
#: Of these none is a part of goods.
_NO_PART = re.compile(
    r"данн|опыт|доказат|необходим|нужд|смысл|ограничен|противопоказ|разниц|сомнен|вопрос|проблем|случа|времен|возможност|"
    r"комплект|набор|поставк|короб|сбор|стен[аыуе]$|стеной$|эффект|действи|влияни|риск|вред|запах|вкус|боль|боли|зуд|пятн|след|развод|симптом|признак|улучшен|рецепт|аллерг"
)
_LEAST = 5


def check(case: Case) -> Iterator[Finding]:
    if not case.source.is_russian:
        return
    for at, unit in enumerate(case.body.units):
        if _LACKS.search(unit.folded) is not None:
            there, missing = _parts(case.source)
            lacking = {name for piece in pieces_of(unit) for name in _lacking(unit, piece)}
            if lacking & there - missing - _parts(case.body)[0]:
                quote = unit.text.strip()[:160]
                yield Finding(Code.POLARITY, "description", quote, case.evidence_of(at))


def _lacking(unit: Unit, piece: Piece) -> Iterator[str]:
    """The nouns that a piece says are missing."""
    first, last = piece.tokens[0], piece.tokens[-1]
    text = unit.folded[first.start - unit.start : last.end - unit.start]
    if piece.denied and _LACKS.search(text):
        for token in piece.tokens:
            if len(token.small) >= _LEAST and not _NO_PART.match(token.small):
                yield from _noun(token.small)


@lru_cache(maxsize=20_000)
def _noun(small: str) -> tuple[str, ...]:
    """The nominative of a Russian noun; nothing for other words."""
    if not "а" <= small[0] <= "я":
        return ()
    likeliest = dictionary.morphology().parse(small)[0]
    return (likeliest.normal_form,) if likeliest.tag.POS == "NOUN" else ()


@once
def _parts(reading: Reading) -> tuple[frozenset[str], frozenset[str]]:
    """The nouns of sentences that deny nothing, and those of the others."""
    there, missing = (
        frozenset(
            name
            for unit in reading.units
            if (is_bought_apart(unit) or any(piece.denied for piece in pieces_of(unit))) is denies
            for token in unit.tokens
            if len(token.small) >= _LEAST
            for name in _noun(token.small)
        )
        for denies in (False, True)
    )
    return there, missing
