"""How a scientific word sounds: one key for its Russian, Turkish, English and Latin spellings.

«ципрофлоксацин», «siprofloksasin» and "ciprofloxacin" share a key; «циталопрам» and «эсциталопрам» do not. Endings of
cases stay on the key: `bare` takes them off.
"""

from __future__ import annotations

import re
from functools import lru_cache

from apps.ai.text.language.glossary import fold

_CYRILLIC = (
    {"дж": "g", "ия": "ia", "ье": "ie", "кс": "ks"},
    str.maketrans("абвгдежзийклмнопрстуфхцчшыэюё", "abvgdegsiiklmnoprstufksssieue")
    | str.maketrans({"ъ": "", "ь": "", "щ": "s", "я": "ia"}),
)
_LATIN = (
    (re.compile(r"ph"), "f"),
    (re.compile(r"rh"), "r"),
    (re.compile(r"th"), "t"),
    (re.compile(r"sch|sh"), "s"),
    (re.compile(r"ch|ck|qu?"), "k"),
    (re.compile(r"[ao]e"), "e"),
    (re.compile(r"c(?=[eiy])|z|ts"), "s"),
    (re.compile(r"c"), "k"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"w"), "v"),
    (re.compile(r"[hj]"), "g"),
    (re.compile(r"y"), "i"),
)
#: A Turkish word has no q, w or x, and its c is «дж»; only then is it spelt by Turkish sounds.
_DOUBLE = re.compile(r"(.)\1+")
_IS_CYRILLIC = re.compile(r"[а-яё]")
#: Endings of Russian cases, as they sound.
_RUSSIAN = re.compile(r"(?:iami|ami|iak|ak|iam|am|ov|ev|om|em|iu|ia|ei|oi|e|u|o|a|i)$")
#: What names of substances end with in Latin and English, and the endings of Turkish cases behind a consonant.
_LATIN_ENDINGS = (
    re.compile(r"(?:ium|um|us|is|es|s|e|u|o|a|i)$"),
    re.compile(
        r"(?<=[^aeiou])(?:in|un|an|en|de|da|den|dan|te|ta|le|la|nin|nun|si|su|lari|leri|lar|ler|li|lu|iin)$"
    ),
)


@lru_cache(maxsize=50_000)
def key(word: str) -> str:
    """A word's sound in small Latin letters, without doubled ones."""
    small = word.lower()
    if _IS_CYRILLIC.search(small):
        for pair, sound in _CYRILLIC[0].items():
            small = small.replace(pair, sound)
        return _DOUBLE.sub(r"\1", small.translate(_CYRILLIC[1]))
    small = fold(word)
    for pattern, sound in _LATIN:
        small = pattern.sub(sound, small)
    return _DOUBLE.sub(r"\1", small)


#: A salt by the name of its acid: «ризедронат», «ризедроновая кислота».
_SALT = re.compile(r"(?<=\w{5})at(?:a|u|om|e|i|ov|am|ami|ak|es?|s|in|i)?$")
_LATIN_ENDING = re.compile(r"(?:ium|um|us|is|as|e|a)$")
#: «салициловой», «salisilik», "salicylic"; «аскорбиновая», «askorbik».
_ACID = re.compile(r"(?:inov|ov|in|n)?(?:aia|oi|uiu|oiu|ie|ik|ikum|ikus)$")


def nominatives(word: str) -> tuple[str, ...]:
    """The keys under which a name stands in a lexicon: as it is, without its Latin ending, the stem of an acid."""
    whole = key(word)
    return tuple({whole: 0, _LATIN_ENDING.sub("", whole): 0, _ACID.sub("", whole): 0})


@lru_cache(maxsize=50_000)
def bare(word: str) -> tuple[str, ...]:
    """The key of a word, and the same with one and with two endings taken off; four letters stay."""
    whole = key(word)
    endings = (_RUSSIAN,) if _IS_CYRILLIC.search(word.lower()) else _LATIN_ENDINGS
    forms = {whole: 0}
    shortened = [whole]
    for _ in range(2):
        shortened = [
            shorter for form in shortened for ending in endings if (shorter := ending.sub("", form)) != form
        ]
        forms |= dict.fromkeys((form for form in shortened if len(form) >= _SHORTEST), 0)
    further = (_SALT.sub("", whole), _ACID.sub("", whole))
    return tuple(forms | {form: 0 for form in further if len(form) >= _SHORTEST})


_SHORTEST = 4
