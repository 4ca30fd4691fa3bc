"""A concept that the source says in parts: «понижают внутриглазное давление» is "lower the pressure inside the eye".

One sentence of the source must have all the parts; two sentences that share them speak of two things.
"""

from __future__ import annotations

from dataclasses import dataclass

from apps.ai.text.language import glossary
from apps.ai.text.language.stems import stems
from apps.ai.text.meaning import lexicon
from apps.ai.text.meaning.kin import BUILT_OF, OPPOSITES, provers
from apps.ai.text.meaning.reading import Mention, Reading, Token, Unit, read, unit_stems
from apps.ai.text.meaning.views import once

#: What is said in other words; a substance has a name.
_PARTED = frozenset({"disease", "effect"})
#: Nouns that only carry another: «уровень глюкозы» is glucose. Their beginnings.
_CARRIERS = tuple(
    "уровен уровн концентрац содержан показател явлени ощущени чувств появлен возникнов происхожд".split()
)
_LIGHT = frozenset("для при или над под без его как что все это".split())


@dataclass(frozen=True)
class _Sentence:
    """What one sentence of a source says, word by word."""

    ids: frozenset[str]
    stems: frozenset[str]


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


def _tells(token: Token) -> bool:
    return len(token.small) > 2 and token.small not in _LIGHT and not token.small.startswith(_CARRIERS)


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
    return _Sentence(frozenset(words), frozenset(stem for one in units for stem in unit_stems(one)))
