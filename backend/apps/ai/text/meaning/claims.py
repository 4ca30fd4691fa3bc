"""Sentences that nothing of the source supports, and whole texts that are another product's."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from apps.ai.text.meaning.findings import MEDICAL, Case, Code, Finding
from apps.ai.text.meaning.number_words import value_of
from apps.ai.text.meaning.reading import Unit

#: The share of a sentence's words that the source must have, by whether it is in the card's language.
_SHARE = {True: 0.34, False: 0.25}
_LEAST_WORDS = 4
#: Likeness from which on a sentence has its source, though half of its words are in no lexicon.
_ALIGNED = 0.15
_ALIKE = 0.35
#: The same within one language, where a paraphrase shares more.
_ALIKE_WORDS = 0.5
#: Of a sentence of which the source has not a single word.
_BARE_WORDS = 3
#: The same for a whole description.
_WHOLE = {True: 0.4, False: 0.3}
_WHOLE_WORDS = 8
_FUNCTION = frozenset(
    "и в во на с со по при для не но а или из от до о об у за без под над же ли бы то это этот эта "
    "эти того как так что "
    "чтобы если когда где который которая которое которые которых все всех весь вся его ее их он она "
    "они она вы вам вас ваш "
    "ваша ваше мы нас быть был была были есть только также тоже еще уже более менее очень можно нужно может могут даже "
    "благодаря через между после перед каждый каждая каждое каждой каждого один одна одно раз раза раз".split()
)


def check(case: Case) -> Iterator[Finding]:
    body, is_russian = case.body, case.source.is_russian
    if says_little(case):
        return
    supported = total = 0
    for at, unit in enumerate(body.units):
        words, proved = _support(case, unit)
        total += words
        supported += proved
        least = _LEAST_WORDS if is_russian or case.kind in MEDICAL else _LEAST_WORDS + 2
        bare = is_russian and not proved and words >= _BARE_WORDS and unit.text.rstrip().endswith((".", "!"))
        little = words >= least and proved < words * _SHARE[is_russian]
        if not is_russian and case.kind not in MEDICAL and case.pairs[at].score >= _ALIKE:
            little = False  # what everyday words mean in another language, no lexicon knows in full
        if (bare or little) and not _is_known(case, unit):
            # Of what everybody knows a writer may say more than a supplier; of medicines nothing.
            aligned = case.pairs[at].score >= (_ALIKE_WORDS if is_russian else _ALIGNED)
            told = proved and (aligned or unit.is_bullet)
            weak = not _claims(case, unit) or bool(told)
            yield Finding(Code.CLAIM, "description", unit.text.strip()[:160], weak=weak)
    if total >= _WHOLE_WORDS and supported < total * _WHOLE[is_russian]:
        yield Finding(Code.FOREIGN, "description", body.units[0].text.strip()[:160])


def _claims(case: Case, unit: Unit) -> bool:
    """Whether a sentence speaks of an effect or a disease of which the source does not."""
    return any(
        mention.group in {"effect", "disease"} and not case.proof.proves(mention, unit)
        for mention in unit.mentions
    )


def says_little(case: Case) -> bool:
    """A source of a few words cannot prove a sentence; the names in it are asked for all the same."""
    words = (token for unit in case.source.units for token in unit.tokens if tells(token.small))
    return next(islice(words, _WHOLE_WORDS - 1, None), None) is None


def _support(case: Case, unit: Unit) -> tuple[int, int]:
    """How many words of a sentence carry meaning, and how many of them the source has."""
    proved_places = {
        place
        for mention in unit.mentions
        if mention.id in case.proof.ids
        for place in range(mention.first, mention.last + 1)
    }
    words = [token for token in unit.tokens if tells(token.small)]
    values = [token.small for token in unit.tokens if value_of(token.small) is not None]
    proved = sum(token.at in proved_places or case.proof.has_word(token) for token in words)
    return len(words) + len(values), proved + sum(_is_number_of(case, value) for value in values)


def _is_number_of(case: Case, small: str) -> bool:
    """«978-975…» may be written with other hyphens than in the source."""
    return value_of(small) in case.proof.numbers or (small.isdigit() and small in case.proof.digits)


#: Words of a shop about its own page: they state nothing about the goods.
_FRAME = tuple(
    "подробн карточк описани товар заказ провер сверьт нужн необходим приведен указан указы упаков "
    "производител характерист "
    "представлен ассортимент инструкц ознаком информаци уточн магазин покуп".split()
)


@lru_cache(maxsize=50_000)
def tells(small: str) -> bool:
    """Whether a word carries meaning."""
    return (
        len(small) > 2 and small not in _FUNCTION and not small.startswith(_FRAME) and value_of(small) is None
    )


def _is_known(case: Case, unit: Unit) -> bool:
    """A notice of the shop."""
    return unit.text.strip(" .;") in case.proof.known.text
