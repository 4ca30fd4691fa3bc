"""Turkish words that somebody spelt in Cyrillic, found by the glossary: «немлендириджи» is «nemlendirici».

A Cyrillic word and a Turkish one are compared by a key in which every usual way to spell the one by the other is
the same. Words that Russian has, too («крем», «шампунь»), convict nobody.
"""

from __future__ import annotations

import re

from apps.ai.text.language.glossary_data import ENGLISH, TURKISH, of_file
from apps.ai.text.made_once import made_once

#: Letters below which a word in Cyrillic may be anything.
SHORTEST = 5
#: From so many letters on a word convicts alone; a shorter one only by a sound that Russian spells otherwise.
LONG = 7
_UNRUSSIAN = re.compile(
    r"дж|[гкх]ы|[чшжщ]ы|йы|йю|йя|[чшжщ]ю|[гкх]ю|ёй|юй|ыл(?=ы)|ый(?=[бвгджзклмнпрстфхцчшщ])"
)
#: Russian words are compared by their beginnings, so that no ending makes them strange.
_BEGINNING = 4
_SUFFIXES = tuple(
    "lari leri larin lerin lardan lerden lara lere larda lerde lar ler inin unun nin nun dan den tan ten sini "
    "sinin sine sinde si su in un i u a e da de li lu lik luk siz suz yi yu ya ye".split()
)
_FROM_CYRILLIC = str.maketrans(
    dict(
        zip(
            "абвгдежзийклмнопрстуфхцчшщыэёю",
            "a b v g d e j z i y k l m n o p r s t u f h c c s s i e o u".split(),
            strict=True,
        )
    )
    | {"ь": "", "ъ": "", "я": "ya"}
)
_FROM_TURKISH = str.maketrans("çğıöşüâîû", "cgiosuaiu")
#: Words of Turkish shops that name goods everywhere.
_INTERNATIONAL = frozenset(
    "comfort deluxe extra relax silver amber himalaya premium standard classic".split()
)
#: Beginnings of Russian words that the glossary does not have.
_RUSSIAN = tuple(
    "преми супер салон шуруп балл марк фанта рондо клима карели таким таба абажур кордон сильвер шатен".split()
)
_WORD = re.compile(r"[^\W\d_]+")


def is_turkish(small: str) -> bool:
    """Whether a word in small Cyrillic letters is a Turkish one of the glossary, with or without an ending."""
    if len(small) < SHORTEST or small.startswith(_RUSSIAN):
        return False
    if len(small) < LONG and not _UNRUSSIAN.search(small):
        return False
    key = small.replace("дж", "c").translate(_FROM_CYRILLIC)
    known = _turkish()
    if key in known:
        return True
    return any(
        key.endswith(suffix) and len(key) - len(suffix) >= SHORTEST and key[: -len(suffix)] in known
        for suffix in _SUFFIXES
    )


_NAME = re.compile(
    r"(?<![^\W_])(?:([A-ZÇĞİÖŞÜ][a-zçğıöşüâîû]{3,})['’][a-zçğıöşü]{1,5}"
    r"|[a-zçğıöşüâîû]+ ([A-ZÇĞİÖŞÜ][a-zçğıöşüâîû]{3,}))(?![^\W_])"
)


def names(source: str) -> frozenset[str]:
    """Keys of the proper names of a Turkish text: before an apostrophe, or with a capital amid a sentence."""
    small = set(_WORD.findall(source))
    found = ((name[1] or name[2]).replace("İ", "i").lower() for name in _NAME.finditer(source))
    return frozenset(name.translate(_FROM_TURKISH) for name in found if name not in small)


def is_name_of(word: str, names: frozenset[str]) -> bool:
    """Whether a capitalised Cyrillic word spells one of those, with a Russian ending or without."""
    if not names or not word[:1].isupper():
        return False
    key = word.lower().replace("дж", "c").translate(_FROM_CYRILLIC)
    return any(key.startswith(name[:-1]) and len(key) <= len(name) + 2 for name in names)


def is_only_turkish(plain: str) -> bool:
    """Whether a word in small Latin letters without marks is one of the glossary's that no other language of it has."""
    return plain in _only_turkish()


@made_once
def _only_turkish() -> frozenset[str]:
    english = {word for entry in of_file(ENGLISH) for word in _WORD.findall(entry.source.lower())}
    return _turkish() - english - _INTERNATIONAL


@made_once
def _turkish() -> frozenset[str]:
    """Keys of the glossary's Turkish words, less those that begin like a Russian word of it."""
    entries = of_file(TURKISH)
    russian = {
        word.replace("дж", "c").translate(_FROM_CYRILLIC)[:_BEGINNING]
        for entry in entries
        for word in _WORD.findall(f"{entry.russian} {entry.attribute}".lower())
    }
    turkish = {
        word.translate(_FROM_TURKISH)
        for entry in entries
        for word in _WORD.findall(entry.source.replace("İ", "i").lower())
    }
    return frozenset(word for word in turkish if len(word) >= SHORTEST and word[:_BEGINNING] not in russian)
