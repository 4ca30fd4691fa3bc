"""Lists with one head: «tansiyon, şeker ve tiroid ilacı» speaks of medicines for pressure and for diabetes, too."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.ai.text.meaning.reading import Unit, mentions_of

_BEHIND = re.compile(
    r"(?:hasta(?!ne)|ilac|hapi|sorun|problem|rahatsizli|yetmezli|yetersizli|bozuklu|agri|enfeksiyon|iltihab|kanser|alerji|"
    r"disease|disorder|failure|impairment|infection|cancer|medic|drug|pain$|deficien|allerg|"
    r"недостаточност|заболевани|препарат|инфекци|аллерги)"
)
_BEFORE = re.compile(
    r"(?:лекарств|препарат|средств|болезн|заболевани|недостаточност|нарушени|воспалени|рака?$|бол[ьие]$|болях$|инфекци|"
    r"поражени|аллерги|недостат|drug|medic|disease|disorder|problem|pain$|inflammation|infection|allerg|deficien)"
)
_PREPOSITIONS = frozenset("от для против при в во на of for in with against to the".split())
_SHARED = frozenset({"disease", "substance", "anatomy"})
_AND = frozenset("и или либо ve veya ya da ile and or".split())
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_PARTS = re.compile(r"[;:.!?()]|\s[-–—]\s")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
#: Words of an item at most; of a longer one, which begins or ends the list, the nearest.
_ITEM = 3
_NEAR = 2


def ids_of(unit: Unit, latin: int) -> Iterator[str]:
    """Ids of what each item of a list is together with the head of all."""
    if "," not in unit.folded and not any(token.small in _AND for token in unit.tokens):
        return
    for phrase in _phrases(unit.folded):
        yield from (
            one.id for one in mentions_of(phrase, latin) if one.group in _SHARED and one.first < one.last
        )


def _phrases(folded: str) -> Iterator[str]:
    for part in _PARTS.split(_IN_BRACKETS.sub("", folded)):
        items = list(_items(part))
        for at, words in enumerate(items):
            for place, word in enumerate(words):
                if place and _BEHIND.match(word):
                    for item in _beside(items[:at][::-1]):
                        yield f"{' '.join(item[-_NEAR:])} {word}"
                        yield f"{item[-1]} {word}"
                if place + 1 < len(words) and _BEFORE.match(word):
                    last = place + 1
                    while last < len(words) and words[last] in _PREPOSITIONS:
                        last += 1
                    for item in _beside(items[at + 1 :]):
                        yield " ".join((*words[place:last], *item[:_NEAR]))


def _items(part: str) -> Iterator[list[str]]:
    for between in part.split(","):
        words: list[str] = []
        for word in _WORD.findall(between):
            if word in _AND:
                if words:
                    yield words
                words = []
            else:
                words.append(word)
        if words:
            yield words


def _beside(items: list[list[str]]) -> Iterator[list[str]]:
    """The items that share a head: up to a long one or one that has its own."""
    for words in items:
        if any(_BEHIND.match(word) or _BEFORE.match(word) for word in words):
            return
        yield words
        if len(words) > _ITEM:
            return
