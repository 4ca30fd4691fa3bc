"""Russian grammar for the words that the offline engine writes: numbers, agreement, declension, sentences.

Words are inflected by pymorphy3's dictionary (OpenCorpora), and by their ending where it lacks them. Where neither
knows a form for certain, the answer is None and the caller writes something else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from apps.ai.text.language.dictionary import morphology


def word_set(words: str) -> frozenset[str]:
    """The words of a string."""
    return frozenset(words.split())


class Gender(StrEnum):
    MASCULINE = "m"
    FEMININE = "f"
    NEUTER = "n"
    PLURAL = "pl"


class Case(StrEnum):
    NOMINATIVE = "nom"
    GENITIVE = "gen"
    INSTRUMENTAL = "ins"


@dataclass(frozen=True, slots=True)
class Counted:
    """A noun after a number: 1 таблетка, 2 таблетки, 5 таблеток."""

    one: str
    few: str
    many: str


COUNTED: dict[str, Counted] = {
    key: Counted(*forms.split(","))
    for key, forms in {
        "tablet": "таблетка,таблетки,таблеток",
        "capsule": "капсула,капсулы,капсул",
        "dragee": "драже,драже,драже",
        "ampoule": "ампула,ампулы,ампул",
        "suppository": "суппозиторий,суппозитория,суппозиториев",
        "sachet": "саше,саше,саше",
        "stick": "стик,стика,стиков",
        "vial": "флакон,флакона,флаконов",
        "drop": "капля,капли,капель",
        "dose": "доза,дозы,доз",
        "pair": "пара,пары,пар",
        "sheet": "лист,листа,листов",
        "page": "страница,страницы,страниц",
        "roll": "рулон,рулона,рулонов",
        "layer": "слой,слоя,слоёв",
        "pack": "упаковка,упаковки,упаковок",
        "carat": "карат,карата,карат",
        "inch": "дюйм,дюйма,дюймов",
        "oz": "унция,унции,унций",
        "lb": "фунт,фунта,фунтов",
        "day": "день,дня,дней",
        "week": "неделя,недели,недель",
        "month": "месяц,месяца,месяцев",
        "year": "год,года,лет",
        "person": "персона,персоны,персон",
        "item": "предмет,предмета,предметов",
        "door": "дверь,двери,дверей",
        "drawer": "ящик,ящика,ящиков",
        "shelf": "полка,полки,полок",
        "compartment": "отделение,отделения,отделений",
        "colour": "цвет,цвета,цветов",
        "wash": "стирка,стирки,стирок",
        "volume": "том,тома,томов",
        "level": "уровень,уровня,уровней",
        "eye": "секция,секции,секций",
        "leg": "ножка,ножки,ножек",
        "bulb": "лампа,лампы,ламп",
        "gear": "скорость,скорости,скоростей",
        "channel": "канал,канала,каналов",
        "programme": "программа,программы,программ",
        "function": "функция,функции,функций",
        "blade": "лезвие,лезвия,лезвий",
        "wheel": "колесо,колеса,колёс",
        "cup": "чашка,чашки,чашек",
        "pocket": "карман,кармана,карманов",
        "button": "кнопка,кнопки,кнопок",
        "socket": "розетка,розетки,розеток",
        "bag": "пакетик,пакетика,пакетиков",
        "box": "коробка,коробки,коробок",
        "stage": "ступень,ступени,ступеней",
    }.items()
}


def plural(number: str, noun: Counted) -> str:
    """The noun's form after a number as written («1», «22», «0,5», «4-6»); a range agrees with its last number."""
    last = re.split(r"[-–]", number)[-1].strip()
    if re.search(r"[.,]\d*[1-9]", last):
        return noun.few
    digits = re.sub(r"\D", "", re.split(r"[.,]", last)[0]) or "0"
    tail, hundred = int(digits[-1]), int(digits[-2:])
    if 11 <= hundred <= 14:
        return noun.many
    if tail == 1:
        return noun.one
    return noun.few if 2 <= tail <= 4 else noun.many


def counted(number: str, noun: Counted) -> str:
    """«5 таблеток»."""
    return f"{number} {plural(number, noun)}"


def described(number: str, adjective: str, noun: Counted) -> str:
    """A number, an adjective (masculine dictionary form, "" for none) and a feminine noun: «5 шипучих таблеток»."""
    form = plural(number, noun)
    if not adjective:
        return f"{number} {form}"
    if form == noun.one:
        return f"{number} {agree(adjective, Gender.FEMININE)} {form}"
    case = Case.GENITIVE if form == noun.many else Case.NOMINATIVE
    return f"{number} {agree(adjective, Gender.PLURAL, case)} {form}"


def decimal(value: str) -> str:
    """A canonical decimal as Russian writes it: «0.5» is «0,5», «36-40» is «36–40»."""
    return re.sub(r"(?<=\d)-(?=\d)", "–", value.replace(".", ","))


_CASES = {Case.NOMINATIVE: "nomn", Case.GENITIVE: "gent", Case.INSTRUMENTAL: "ablt"}
_GENDERS = {
    Gender.MASCULINE: frozenset({"sing", "masc"}),
    Gender.FEMININE: frozenset({"sing", "femn"}),
    Gender.NEUTER: frozenset({"sing", "neut"}),
    Gender.PLURAL: frozenset({"plur"}),
}


def is_adjective(word: str) -> bool:
    """Whether a dictionary form can be made to agree: a single word in -ый, -ий, -ой or -ийся."""
    return " " not in word and bool(re.search(r"(?:ый|ий|ой|ийся)$", word)) and len(word) > 4


@lru_cache(maxsize=4096)
def agree(adjective: str, gender: Gender, case: Case = Case.NOMINATIVE) -> str:
    """A masculine dictionary form in another gender and case: «синий» and a feminine noun give «синяя».

    What is no adjective («хаки», «из стекла») comes back as it is.
    """
    if not is_adjective(adjective) or (gender, case) == (Gender.MASCULINE, Case.NOMINATIVE):
        return adjective
    wanted = {_CASES[case], *_GENDERS[gender]}
    # «беспроводной» is not in the dictionary, and is taken for a form of «беспроводный»: both agree alike.
    return _inflected(adjective, wanted) or _inflected(f"{adjective[:-2]}ый", wanted) or adjective


def dictionary_form(adjective: str, gender: Gender) -> str | None:
    """The masculine form of an adjective given in the nominative of a gender; None for what is no adjective."""
    if gender is Gender.MASCULINE:
        return adjective if is_adjective(adjective) else None
    if gender is Gender.PLURAL or not re.search(r"(?:ая|яя|ое|ее)$", adjective):
        return None
    return _inflected(adjective, {"nomn", "sing", "masc"})


def _inflected(adjective: str, wanted: set[str]) -> str | None:
    """The form of an adjective, a participle included, whose grammemes are `wanted`."""
    for parse in morphology().parse(adjective):
        if "nomn" in parse.tag and ("ADJF" in parse.tag or "PRTF" in parse.tag):
            form = parse.inflect(wanted)
            if form is not None:
                return str(form.word)
    return None


#: Genitive and instrumental of plurals that the dictionary lacks, or of which it prefers what shops do not write.
_PLURALS = {
    "капри": ("капри", "капри"),
    "керамиды": ("керамидов", "керамидами"),
    "легинсы": ("легинсов", "легинсами"),
    "мультивитамины": ("мультивитаминов", "мультивитаминами"),
    "носки": ("носков", "носками"),
}
#: Endings of nouns that the dictionary lacks, substances for the most part: letters cut, genitive, instrumental.
_ENDINGS = (
    (Gender.MASCULINE, "[йь]", 1, "я", "ем"),
    (Gender.MASCULINE, "[жчшщц]", 0, "а", "ем"),
    (Gender.MASCULINE, "[бвгдзклмнпрстфх]", 0, "а", "ом"),
    (Gender.FEMININE, "[жчшщ]а", 1, "и", "ей"),
    (Gender.FEMININE, "ца", 1, "ы", "ей"),
    (Gender.FEMININE, "[гкх]а", 1, "и", "ой"),
    (Gender.FEMININE, "а", 1, "ы", "ой"),
    (Gender.FEMININE, "я", 1, "и", "ей"),
    (Gender.NEUTER, "[лнв]о", 1, "а", "ом"),
    (Gender.NEUTER, "[еёиоуыэю]", 0, "", ""),
)


@lru_cache(maxsize=4096)
def decline(noun: str, gender: Gender, case: Case) -> str | None:
    """A noun in the singular (plural for plural-only ones), or None when nobody knows its form.

    A phrase declines its first word and keeps the rest when the rest begins with a preposition («крем для рук»).
    Of a compound that the dictionary lacks the last part is declined, and a first part in a vowel («гель-лака»).
    """
    if case is Case.NOMINATIVE:
        return noun
    head, tail = split_head(noun)
    if not re.fullmatch(r"(?:[A-Z]-)?[а-яё-]+", head):
        return None
    words = [head] if morphology().word_is_known(head) else head.split("-")
    last = _declined(words[-1], gender, case)
    if last is None:
        return None
    first = [(_first_part(word, gender, case) or word) for word in words[:-1]]
    return f"{'-'.join([*first, last])} {tail}".strip()


def _declined(noun: str, gender: Gender, case: Case) -> str | None:
    """A word that never changes («мак» is one, as a cosmetics firm) counts only when no other is spelled so."""
    if gender is Gender.PLURAL and noun in _PLURALS:
        return _PLURALS[noun][case is Case.INSTRUMENTAL]
    nouns = []
    if morphology().word_is_known(noun):
        nouns = [one for one in morphology().parse(noun) if {"NOUN", "nomn"} in one.tag]
    for parse in sorted(nouns, key=lambda one: "Fixd" in one.tag):
        fits = _GENDERS[gender] in parse.tag or "Fixd" in parse.tag
        form = parse.inflect({_CASES[case]}) if fits else None
        if form is not None:
            return str(form.word)
    return None if nouns else _by_ending(noun, gender, case)


def _by_ending(noun: str, gender: Gender, case: Case) -> str | None:
    for its, ending, cut, genitive, instrumental in _ENDINGS:
        if its is gender and re.search(f"{ending}$", noun):
            return noun[: len(noun) - cut] + (genitive if case is Case.GENITIVE else instrumental)
    return None


def _first_part(noun: str, gender: Gender, case: Case) -> str | None:
    """«куртки-джинсовки», but «гель-лака»: what ends in a consonant stays."""
    return _declined(noun, gender, case) if re.search(r"[аяыи]$", noun) else None


_PREPOSITIONS = word_set("для с со от из в во на без против к под по до при по-турецки за о")


def split_head(phrase: str) -> tuple[str, str]:
    """The noun and what hangs on it: «крем для рук» is «крем» and «для рук», «набор кастрюль» is one whole.

    What hangs on a noun begins with a preposition, or is no Russian word («коэнзим Q10»).
    """
    words = phrase.split(" ")
    for place, word in enumerate(words[1:], start=1):
        if word in _PREPOSITIONS or not re.match("[а-яё]", word):
            return " ".join(words[:place]), " ".join(words[place:])
    return phrase, ""


def join_and(items: Sequence[str]) -> str:
    """«соль, сахар и перец»."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} и {items[-1]}"


def capitalise(text: str) -> str:
    """The first letter large; names that begin small on purpose (iPhone, eBay) stay."""
    if re.match(r"[a-z][A-Z]", text):
        return text
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """The first letter small, unless the word is an abbreviation or a Latin name."""
    return text[:1].lower() + text[1:] if re.match(r"[А-ЯЁ][а-яё-]", text) else text


def sentence(text: str) -> str:
    """Capital letter at the start, a full stop at the end when nothing stands there."""
    text = text.strip()
    if not text:
        return ""
    return capitalise(text) + ("" if text[-1] in ".!?…" else ".")
