"""Which language a text is in, and what in a Russian text is not Russian."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from apps.ai.text.language import cyrillic_turkish, transliterated
from apps.ai.text.language.ingredients import is_ingredients
from apps.ai.text.language.words import WORDS

Language = Literal["ru", "tr", "en", "other", ""]

TURKISH_WORD = "турецкое слово"
TURKISH_IN_CYRILLIC = "турецкое слово русскими буквами"
FOREIGN_PASSAGE = "слова на другом языке"
FOREIGN_SENTENCE = "предложение не на русском языке"
FOREIGN_SCRIPT = "письменность другого языка"
MIXED_ALPHABET = "буквы двух алфавитов в одном слове"

#: A share of Cyrillic letters above this is Russian with names in it.
RUSSIAN_SHARE = 0.3
#: So many foreign words in small letters one after another are a passage, not a name.
PASSAGE = 4

_SHORT_SUFFIXES = ("i", "u", "e", "a", "n", "m")

_TURKISH_STRONG = re.compile(r"[ğıİĞşŞ]")
_TURKISH_WEAK = re.compile(r"[çöüÇÖÜ]")
_OTHER_LATIN = re.compile(r"[äßñæøåłżžřčšąęőűãõœéèêëàáâîïíôóòúùûÿ]")
_MARKED_SUFFIX = re.compile(
    r"[a-zçğıöşü]{3,}(?:ları|leri|ların|lerin|lardan|lerden|larda|lerde|ınız|iniz|unuz|ünüz|sız|süz|lık|lük|luğu|lüğü|liği|lığı|"
    r"ması|mesi|ında|inde|ından|inden|acak|ecek|ıyor|iyor|uyor|üyor|mıştır|miştir|dır|cı|ıcı|ımı|layıcı|leyici|mektedir|maktadır)"
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
#: What a number counts is no name, however it is written: «320 Sayfa».
_COUNTED = re.compile(r"\d[ \u00a0]?([^\W\d_]{5,})")
_RUN = re.compile(r"[^\W_]{1,64}")
_DIGIT = re.compile(r"\d")
_CYRILLIC = re.compile(r"[а-яёА-ЯЁ]")
#: Any letter but those of Russian.
_NOT_RUSSIAN = re.compile(r"[^\W\d_а-яёА-ЯЁ]")
_CYRILLIC_WORD = re.compile(r"[а-яёА-ЯЁ]{2,}")
_OTHER_CYRILLIC = re.compile(r"[іїєґўјљњћђџәғқңөұүһІЇЄҐЎӘҒҚҢӨҰҮҺ]")
_LATIN = re.compile(r"[a-zA-Z\u00c0-\u024f]")
_SENTENCE = re.compile(r"[^.!?…\n]+(?:[.!?…](?=\S)[^.!?…\n]*)*[.!?…]*")
_FOREIGN_LETTERS = re.compile(
    r"[\u0530-\u058f\u0590-\u06ff\u0750-\u077f\u0900-\u0dff\u0e00-\u0eff\u10a0-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
    r"\uac00-\ud7af]+"
)
#: «АвтоChist», «ФрутоKids»: two whole words of two alphabets are a name, not a slip of the keyboard.
_STYLED = re.compile(r"[а-яёА-ЯЁ]{4,}[a-zA-Z]{4,}|[a-zA-Z]{4,}[а-яёА-ЯЁ]{4,}")
_LOOKALIKES = re.compile(r"[aceopxyABCEHKMOPTXYасеорхуАВСЕНКМОРТХУ]")
_LATIN_PASSAGE = re.compile(r"[a-zA-Z\u00c0-\u024f'’]+(?:[ ,]+[a-zA-Z\u00c0-\u024f'’]+)+")
_FOLD = str.maketrans("çğıöşüâîû", "cgiosuaiu")

_TURKISH_WORDS = WORDS["turkish"]
_AMBIGUOUS_WORDS = WORDS["ambiguous"]
_KNOWN_TURKISH = _TURKISH_WORDS | _AMBIGUOUS_WORDS
_LONG_SUFFIXES = tuple(sorted(WORDS["suffixes"]))
_ENGLISH_WORDS = WORDS["english"]
_FUNCTION_WORDS = WORDS["english_function"]
_OTHER_WORDS = WORDS["other"]


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something foreign in a Russian text: the words as they stand, their sentence, and why (in Russian)."""

    text: str
    sentence: str
    why: str

    @property
    def quote(self) -> str:
        """The words, under the name that reports give to quoted words."""
        return self.text


def detect(text: str) -> Language:
    """The language of most of the text; "" when it has no letters."""
    cyrillic, latin = len(_CYRILLIC.findall(text)), len(_LATIN.findall(text))
    foreign = sum(len(found) for found in _FOREIGN_LETTERS.findall(text))
    if not cyrillic + latin + foreign:
        return "other" if any(character.isalpha() for character in text) else ""
    if foreign > cyrillic + latin:
        return "other"
    if cyrillic >= RUSSIAN_SHARE * (cyrillic + latin):
        return "other" if _OTHER_CYRILLIC.search(text) else "ru"
    return _latin_language(text)


def foreign_leftovers(text: str, *, allowed: Iterable[str] = ()) -> tuple[Leftover, ...]:
    """What is not Russian in a text that should be, sentence by sentence, in order of appearance.

    Names of brands and models, units, codes, and all words of `allowed` may stay in Latin letters.
    """
    permitted = frozenset(_small(word) for phrase in allowed for word in _WORD.findall(phrase))
    has_russian = _CYRILLIC.search(text) is not None
    text = _EAU_DE.sub(" ", text)
    found: dict[Leftover, None] = {}
    for sentence in _sentences(text):
        if _NOT_RUSSIAN.search(sentence) is None:
            leftovers = tuple(_in_russian_letters(sentence, permitted))
        else:
            known = is_ingredients(sentence)
            leftovers = () if known else tuple(_in_sentence(sentence, permitted, has_russian=has_russian))
        for leftover in leftovers:
            found.setdefault(leftover)
    return tuple(found)


#: The names of perfumery's waters are the trade's own in every language.
_EAU_DE = re.compile(r"(?<![^\W_])eau de (?:parfum|toilette|cologne)(?![^\W_])", re.IGNORECASE)


def is_name(word: str) -> bool:
    """Whether a capitalised Latin word is no common word of Turkish or English: «Bottled» is, «Cilt» is none."""
    if not word[:1].isupper() or not word.isascii() or _LATIN.match(word) is None:
        return False
    return not (_is_common(word) or _is_turkish(word))


#: What stands in names in small letters.
_IN_NAMES = frozenset("de du des la le les et of the and by for".split())


def is_whole_name(text: str) -> bool:
    """Whether a text is a foreign maker's name of a thing: "Lash Sensational Sky High", and no Turkish."""
    words = _WORD.findall(_EAU_DE.sub(" ", text))
    return bool(words) and all(
        (word[0].isupper() or word in _IN_NAMES or len(word) <= _UNIT)
        and not (_is_turkish(word) or _plain(_small(word)) in _KNOWN_TURKISH)
        for word in words
    )


_UNIT = 2


def _sentences(text: str) -> Iterator[str]:
    for match in _SENTENCE.finditer(text):
        if sentence := match[0].strip():
            yield sentence


def _in_russian_letters(sentence: str, permitted: frozenset[str]) -> Iterator[Leftover]:
    """A sentence without a letter of another alphabet can only hold Turkish in disguise."""
    for word in cyrillic_turkish.among(_CYRILLIC_WORD.findall(sentence)):
        if word.lower() not in permitted:
            yield Leftover(word, sentence, TURKISH_IN_CYRILLIC)


def _in_sentence(sentence: str, permitted: frozenset[str], *, has_russian: bool) -> Iterator[Leftover]:
    words = [word for word in _WORD.findall(sentence) if _small(word) not in permitted]
    if _is_foreign(words, has_russian=has_russian):
        yield Leftover(sentence, sentence, FOREIGN_SENTENCE)
        return
    for match in _FOREIGN_LETTERS.finditer(sentence):
        yield Leftover(match[0], sentence, FOREIGN_SCRIPT)
    for word in _turkish(words):
        yield Leftover(word, sentence, TURKISH_WORD)
    for match in _COUNTED.finditer(sentence):
        if _small(match[1]) not in permitted and transliterated.is_only_turkish(_plain(_small(match[1]))):
            yield Leftover(match[1], sentence, TURKISH_WORD)
    for word in cyrillic_turkish.among(words):
        yield Leftover(word, sentence, TURKISH_IN_CYRILLIC)
    for passage in _passages(sentence, permitted):
        yield Leftover(passage, sentence, FOREIGN_PASSAGE)
    for run in _RUN.findall(sentence):
        if _small(run) not in permitted and _is_mixed(run):
            yield Leftover(run, sentence, MIXED_ALPHABET)


def _is_foreign(words: list[str], *, has_russian: bool) -> bool:
    """A sentence of foreign words, not of names.

    Without a Russian word in the whole text two words are enough; beside Russian sentences a few capitalised words may
    be names, so that small letters or common words must tell.
    """
    if any(_OTHER_CYRILLIC.search(word) for word in words):
        return True
    latin = [word for word in words if _LATIN.match(word) and len(word) > 2]
    cyrillic = sum(_CYRILLIC.search(word) is not None for word in words)
    if cyrillic > RUSSIAN_SHARE * len(words):
        return False
    if not has_russian:
        return len(latin) > 1 or any(_is_turkish(word) or _small(word) in _ENGLISH_WORDS for word in words)
    common = [word for word in latin if _is_common(word) or _is_turkish(word)]
    lower = [word for word in latin if word[0].islower()]
    if not cyrillic and len(latin) >= PASSAGE - 1:
        sure = len(common) >= 2 or any(_is_turkish(word) for word in latin)
        return (sure and bool(lower)) or len(lower) >= PASSAGE - 1
    return len(latin) >= PASSAGE and (len(common) >= 2 or len(lower) >= PASSAGE)


def _is_common(word: str) -> bool:
    small = _small(word)
    return small in _ENGLISH_WORDS or small in _OTHER_WORDS or _plain(small) in _KNOWN_TURKISH


def _turkish(words: list[str]) -> Iterator[str]:
    """Turkish words in Latin letters. A word that is also a brand counts only beside one that is not."""
    latin = [word for word in words if _LATIN.match(word) and not _CYRILLIC.search(word)]
    if not any(_is_turkish(word) for word in latin):
        return
    yield from (word for word in latin if _is_turkish(word) or _plain(_small(word)) in _KNOWN_TURKISH)


@lru_cache(maxsize=8192)
def _is_turkish(word: str) -> bool:
    if _TURKISH_STRONG.search(word):
        return True
    small = _small(word)
    if _OTHER_LATIN.search(small):
        return False
    plain = _plain(small)
    if plain in _TURKISH_WORDS and plain not in _AMBIGUOUS_WORDS:
        return True
    if _TURKISH_WEAK.search(word):
        return plain in _KNOWN_TURKISH or word.islower() or _MARKED_SUFFIX.fullmatch(small) is not None
    if not word.islower():
        return False
    return (
        transliterated.is_only_turkish(plain)
        or _is_inflected(plain)
        or (len(word) > 5 and _MARKED_SUFFIX.fullmatch(small) is not None)
    )


def _is_inflected(plain: str) -> bool:
    """A known Turkish word with an ending: «tabletler», «kutusunda»."""
    for suffix in _LONG_SUFFIXES:
        if (
            plain.endswith(suffix)
            and len(plain) - len(suffix) > 3
            and plain[: -len(suffix)] in _KNOWN_TURKISH
        ):
            return True
    base = plain[:-1]
    return plain.endswith(_SHORT_SUFFIXES) and len(base) > 3 and base in _TURKISH_WORDS - _AMBIGUOUS_WORDS


def _passages(sentence: str, permitted: frozenset[str]) -> Iterator[str]:
    """Foreign words in a row inside a Russian sentence that are no name: in small letters, held by «and», «the»."""
    for match in _LATIN_PASSAGE.finditer(sentence):
        words = [word for word in _WORD.findall(match[0]) if _small(word) not in permitted]
        lower = [word for word in words if word.islower() and len(word) > 1]
        glue = [word for word in lower if word in _FUNCTION_WORDS]
        if len(lower) >= PASSAGE and len(glue) >= 1 and len(lower) > len(words) // 2:
            yield match[0]


def _small(word: str) -> str:
    return word.replace("İ", "i").lower()


def _plain(small: str) -> str:
    return small.translate(_FOLD)


def _is_mixed(run: str) -> bool:
    """Cyrillic and Latin letters in one word without digits, at least one of them looking like the other alphabet."""
    if run.isascii() or _DIGIT.search(run):
        return False
    cyrillic, latin = _CYRILLIC.findall(run), _LATIN.findall(run)
    if not cyrillic or not latin or _STYLED.fullmatch(run):
        return False
    fewer = cyrillic if len(cyrillic) <= len(latin) else latin
    return any(_LOOKALIKES.match(letter) for letter in fewer) or all(
        _LOOKALIKES.match(letter) for letter in (latin if fewer is cyrillic else cyrillic)
    )


def _latin_language(text: str) -> Language:
    words = _WORD.findall(text)
    small = [_small(word) for word in words]
    turkish = sum(3 for word in words if _TURKISH_STRONG.search(word))
    turkish += sum(2 for word in small if _plain(word) in _TURKISH_WORDS or _is_inflected(_plain(word)))
    turkish += sum(1 for word in small if _TURKISH_WEAK.search(word) or _MARKED_SUFFIX.fullmatch(word))
    if turkish:
        turkish += sum(1 for word in small if _plain(word) in _AMBIGUOUS_WORDS)
    english = sum(2 for word in small if word in _ENGLISH_WORDS)
    other = sum(2 for word in small if word in _OTHER_WORDS) + sum(
        3 for word in small if _OTHER_LATIN.search(word)
    )
    if turkish > max(english, other):
        return "tr"
    return "other" if other > max(english, turkish) else "en"
