"""Words that the checker cannot read: where they stand it does not say that the other text lacks something.

A card's word may be the very translation of a word that neither the lexicon nor the glossary has. So a missing name
accuses only where the sentences behind it are understood; where nothing like them stands, nothing is misunderstood.
On 45 cards of an author who did not know the rules, three of four wrong accusations stood beside such words, and one
of seven right ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from apps.ai.text.language import glossary
from apps.ai.text.language.stems import stems
from apps.ai.text.meaning import sound
from apps.ai.text.meaning.reading import Token, Unit

#: Shorter words are grammar or abbreviations («nöb.»).
_LETTERS = 4
#: Beginnings that two forms of a word share, as letters and as sounds.
_SAME = 5
_GRAMMAR = frozenset(
    # Turkish, folded
    "veya ile icin olarak olan olup olur olmak olanlar olanlarda olanlarin edilir edilmeli edilmelidir eder edin "
    "ediniz kadar sonra once fakat ancak daha hicbir "
    "ayrica gibi gore dolayi nedeniyle sirasinda halinde durumunda durumda "
    "varsa yoksa degil bunun bunlar onun sizin icinde uzere boyunca tarafindan hakkinda ilgili diger baska bazi butun "
    "herhangi birlikte beraber yani eger iken cunku olabilir vardir bulunan yapilan icin "
    # English
    "the and for with that this these those from have has had are was were been being will would should could may "
    "might can must not your you our their its them they when while which what where who whom than then also only "
    "other such some any all each every both more most very into onto over under about after before during without "
    "within between because there here does did done just like using used made makes make per etc "
    # Russian
    "который которая которое которые если также либо чтобы этот этой этого эти того тому при для или без под над "
    "после перед между через более менее только может могут быть будет есть было были является являются их его".split()
)


def unexplained(units: Iterable[Unit], others: Iterable[Unit]) -> bool:
    """Whether a sentence of the first has an unread word that is no word of the others."""
    left = [token for unit in units for token in unread(unit)]
    if not left:
        return False
    theirs = frozenset().union(*map(_words, others))
    return any(theirs.isdisjoint(_forms(token.small)) for token in left)


@lru_cache(maxsize=4096)
def unread(unit: Unit) -> tuple[Token, ...]:
    """The words of a sentence of which nothing is known: no concept, no entry of the glossary, no grammar."""
    taken = {place for mention in unit.mentions for place in range(mention.first, mention.last + 1)}
    return tuple(
        token
        for token in unit.tokens
        if token.at not in taken
        and len(token.small) >= _LETTERS
        and not token.small[0].isdigit()
        and token.small not in _GRAMMAR
        and not _is_glossed(unit, token)
    )


def _is_glossed(unit: Unit, token: Token) -> bool:
    if "а" <= token.small[0] <= "я":
        return False
    return _glossed(unit.text[token.start - unit.start : token.end - unit.start])


@lru_cache(maxsize=50_000)
def _glossed(word: str) -> bool:
    return glossary.longest([word], 0) is not None


@lru_cache(maxsize=4096)
def _words(unit: Unit) -> frozenset[str]:
    return frozenset(form for token in unit.tokens for form in _forms(token.small))


@lru_cache(maxsize=50_000)
def _forms(small: str) -> tuple[str, ...]:
    """What a word is known by in another form or alphabet."""
    return (sound.key(small)[:_SAME], *(stem[:_SAME] for stem in stems(small)))
