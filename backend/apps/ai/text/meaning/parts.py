"""A concept that the source says in parts: «понижают внутриглазное давление» is "lower the pressure inside the eye".

One sentence of the source must have all the parts; two sentences that share them speak of two things.
"""

from __future__ import annotations

from dataclasses import dataclass

from apps.ai.text.language import glossary
from apps.ai.text.language.stems import stems
from apps.ai.text.meaning import lexicon
from apps.ai.text.meaning.kin import BUILT_OF, OPPOSITES, akin, provers
from apps.ai.text.meaning.reading import Mention, Reading, Token, Unit, read, unit_stems
from apps.ai.text.meaning.views import once

#: What is said in other words; a substance has a name.
_PARTED = frozenset({"disease", "effect"})
#: Nouns that only carry another: «уровень глюкозы» is glucose. Their beginnings.
_CARRIERS = tuple(
    "уровен уровн концентрац содержан показател явлени ощущени чувств появлен возникнов происхожд функци работ".split()
)
_LIGHT = frozenset("для при или над под без его как что все это".split())


@dataclass(frozen=True)
class _Sentence:
    """What one sentence of a source says, word by word."""

    ids: frozenset[str]
    stems: frozenset[str]
    begun: frozenset[str]


def say(source: Reading, mention: Mention, unit: Unit) -> bool:
    """Whether one sentence of the source has the words of a phrase, or what a built word is made of."""
    built = BUILT_OF.get(mention.id, ())
    span = range(mention.first, mention.last + 1)
    telling = [token for token in unit.tokens[mention.first : mention.last + 1] if _tells(token)]
    others = [one for one in unit.mentions if one.first in span and one.last in span and one.id != mention.id]
    whole = mention.first < mention.last and mention.group in _PARTED and bool(telling)
    if not built and not whole:
        return False
    return any(
        OPPOSITES.get(mention.id) not in sentence.ids
        and (
            any(parts <= sentence.ids for parts in built)
            or (whole and all(_has(sentence, one, others) for one in telling))
        )
        for sentence in (_sentence(one, source.latin) for one in source.units)
    )


#: Words between those of a phrase, in three languages.
_BETWEEN = frozenset(
    "and or of in the a an with to и или в с на ve veya ya da ici icinde yolu yollari".split()
)
_STEM = 5


def are_told(body: Reading, unit: Unit, mention: Mention, latin: int) -> bool:
    """Whether one sentence of the card has each word of a phrase of the source, or what its concept is built of.

    «Solunum yetmezliği» is «недостаточность сердца, дыхания», "low potassium" «калий понижен».
    """
    if mention.group not in _PARTED:
        return False
    other = OPPOSITES.get(mention.id, "")
    built, words = BUILT_OF.get(mention.id, ()), _words(unit, mention, latin)
    if not built and not words:
        return False
    return any(
        (other in unit.ids or other not in sentence.ids)
        and (
            any(parts <= sentence.ids for parts in built)
            or (words and all(ids & sentence.ids or begins & sentence.begun for ids, begins in words))
        )
        for sentence in (_sentence(one, body.latin) for one in body.units)
    )


def _words(unit: Unit, mention: Mention, latin: int) -> list[tuple[frozenset[str], frozenset[str]]]:
    """Ids and beginnings that tell each word of a phrase; nothing where one of them has no meaning of its own."""
    tokens = [one for one in unit.tokens[mention.first : mention.last + 1] if one.small not in _BETWEEN]
    if len(tokens) < _PHRASE:
        return []
    found = []
    for token in tokens:
        names = frozenset(
            name for one in lexicon.word(token.small, latin).concepts for name in (one.id, *akin(one.id))
        )
        begins = _begins(unit, token)
        if not names and not begins:
            return []
        found.append((names, begins))
    return found


_PHRASE, _SHORT = 2, 2


def _begins(unit: Unit, token: Token) -> frozenset[str]:
    """The beginning of a Russian word, or of what the glossary makes of another."""
    if token.small[0] >= "а":
        return frozenset({token.small[:_STEM]})
    match = glossary.longest([unit.text[token.start - unit.start : token.end - unit.start]], 0)
    return (
        frozenset(one[:_STEM] for one in match.entry.russian.split() if len(one) > _SHORT)
        if match
        else frozenset()
    )


def carries(small: str) -> bool:
    return small.startswith(_CARRIERS)


def _tells(token: Token) -> bool:
    return len(token.small) > 2 and token.small not in _LIGHT and not carries(token.small)


def _has(sentence: _Sentence, token: Token, others: list[Mention]) -> bool:
    """Whether a sentence has a word itself, or a smaller phrase that it stands in: «внутриглазное давление»."""
    if any(one.first <= token.at <= one.last and one.id in sentence.ids for one in others):
        return True
    if not sentence.stems.isdisjoint(stems(token.small)):
        return True
    return any(
        one.id in sentence.ids or not provers(one.id).isdisjoint(sentence.ids)
        for one in lexicon.word(token.small, lexicon.RUSSIAN).concepts
    )


@once
def _sentence(unit: Unit, latin: int) -> _Sentence:
    is_russian = any("а" <= token.small[0] <= "я" for token in unit.tokens)
    translated = read("" if is_russian else glossary.translate(unit.text).text)
    units = (unit, *translated.units)
    words = {name for one in units for name in one.ids}
    words |= {
        one.id for part in units for token in part.tokens for one in lexicon.word(token.small, latin).concepts
    }
    return _Sentence(
        frozenset(words),
        frozenset(stem for one in units for stem in unit_stems(one)),
        frozenset(token.small[:_STEM] for token in unit.tokens if len(token.small) > _SHORT),
    )
