"""Russian grammar for the words that the offline engine writes: numbers, agreement, declension, typography.

Rule-based: regular words by their endings, the irregular ones from tables. Where the rules do not know a word for
certain (plural nouns in the genitive, for instance), the answer is None and the caller writes something else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

NBSP = "\u00a0"


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


# --- counting ---------------------------------------------------------------------------------------------------------


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


# --- adjectives -------------------------------------------------------------------------------------------------------

_HUSH = "жшчщ"
_VELAR = "гкх"


def is_adjective(word: str) -> bool:
    """Whether a dictionary form can be made to agree: a single word in -ый, -ий, -ой or -ийся."""
    return " " not in word and bool(re.search(r"(?:ый|ий|ой|ийся)$", word)) and len(word) > 4


def agree(adjective: str, gender: Gender, case: Case = Case.NOMINATIVE) -> str:
    """A masculine dictionary form in another gender and case: «синий» and a feminine noun give «синяя».

    What is no adjective («хаки», «из стекла») comes back as it is.
    """
    if not is_adjective(adjective):
        return adjective
    reflexive = adjective.endswith("ся")
    base = adjective.removesuffix("ся")
    stem, ending = base[:-2], base[-2:]
    return stem + _ending(stem, ending, gender, case) + ("ся" if reflexive else "")


def dictionary_form(adjective: str, gender: Gender) -> str | None:
    """The masculine form of an adjective given in the nominative of a gender; None for what is no adjective."""
    for ending in {Gender.FEMININE: ("ая", "яя"), Gender.NEUTER: ("ое", "ее")}.get(gender, ()):
        if adjective.endswith(ending):
            stem = adjective[:-2]
            soft = ending in {"яя", "ее"} or stem[-1] in _VELAR + _HUSH
            return stem + ("ий" if soft else "ый")
    return adjective if gender is Gender.MASCULINE and is_adjective(adjective) else None


def _ending(stem: str, ending: str, gender: Gender, case: Case) -> str:
    soft = ending == "ий" and stem[-1] not in _HUSH + _VELAR
    hushed = ending != "ой" and stem[-1] in _HUSH
    if gender is Gender.PLURAL:
        narrow = soft or stem[-1] in _HUSH + _VELAR
        return (
            {Case.NOMINATIVE: "ие", Case.GENITIVE: "их", Case.INSTRUMENTAL: "ими"}[case]
            if narrow
            else ({Case.NOMINATIVE: "ые", Case.GENITIVE: "ых", Case.INSTRUMENTAL: "ыми"}[case])
        )
    if gender is Gender.FEMININE:
        if case is Case.NOMINATIVE:
            return "яя" if soft else "ая"
        return "ей" if soft or hushed else "ой"
    if case is Case.GENITIVE:
        return "его" if soft or hushed else "ого"
    if case is Case.INSTRUMENTAL:
        return "им" if soft or stem[-1] in _HUSH + _VELAR else "ым"
    if gender is Gender.NEUTER:
        return "ее" if soft or hushed else "ое"
    return ending


# --- nouns ------------------------------------------------------------------------------------------------------------

# Genitive and instrumental of what the endings do not tell. "-" stands for a noun that never changes.
_IRREGULAR: dict[str, tuple[str, str]] = {
    noun: (genitive, instrumental)
    for noun, genitive, instrumental in (
        line.split()
        for line in """
        ковёр ковра ковром
        костёр костра костром
        огурец огурца огурцом
        перец перца перцем
        палец пальца пальцем
        рубец рубца рубцом
        лён льна льном
        плющ плюща плющом
        ремень ремня ремнём
        гребень гребня гребнем
        перстень перстня перстнем
        кошелёк кошелька кошельком
        кулёк кулька кульком
        лук лука луком
        ноготь ногтя ногтем
        плащ плаща плащом
        мяч мяча мячом
        грудь груди грудью
        витамины витаминов витаминами
        мультивитамины мультивитаминов мультивитаминами
        керамиды керамидов керамидами
        пептиды пептидов пептидами
        аминокислоты аминокислот аминокислотами
        волосы волос волосами
        губы губ губами
        ресницы ресниц ресницами
        усы усов усами
        брюки брюк брюками
        джинсы джинсов джинсами
        часы часов часами
        очки очков очками
        наушники наушников наушниками
        капсулы капсул капсулами
        таблетки таблеток таблетками
        капли капель каплями
        ампулы ампул ампулами
        салфетки салфеток салфетками
        подгузники подгузников подгузниками
        кроссовки кроссовок кроссовками
        ботинки ботинок ботинками
        сапоги сапог сапогами
        тапочки тапочек тапочками
        сандалии сандалий сандалиями
        носки носков носками
        трусы трусов трусами
        шорты шорт шортами
        перчатки перчаток перчатками
        серьги серёг серьгами
        ножницы ножниц ножницами
        весы весов весами
        весна весны весной
        специи специй специями
        обои обоев обоями
        качели качелей качелями
        духи духов духами
        гантели гантелей гантелями
        тени теней тенями
        румяна румян румянами
        финики фиников финиками
        фисташки фисташек фисташками
        макароны макарон макаронами
        оливки оливок оливками
        маслины маслин маслинами
        вафли вафель вафлями
        стельки стелек стельками
        пинетки пинеток пинетками
        шнурки шнурков шнурками
        фломастеры фломастеров фломастерами
        легинсы легинсов легинсами
        колготки колготок колготками
        бутсы бутс бутсами
        """.strip().splitlines()
    )
}
_INDECLINABLE = re.compile(r"(?:[еёиоуыэю]|[бвгджзклмнпрстфхцчшщ]и)$")
_FIXED = word_set(
    "кофе бра худи боди драже саше желе акне алоэ какао пюре рагу эссе панно портмоне барбекю монпансье бикини капри"
    " парео авокадо кешью тахини акрил-боди гинкго портфолио суши мюсли эскимо"
)
_NOT_FLEETING = word_set("сок срок урок блок чеснок бок ток шок рок клок порок")


def decline(noun: str, gender: Gender, case: Case) -> str | None:
    """A noun in the singular (plural for plural-only ones), or None when the rules do not know it.

    A phrase declines its first word and keeps the rest when the rest begins with a preposition («крем для рук»).
    """
    if case is Case.NOMINATIVE:
        return noun
    head, tail = split_head(noun)
    if " " in head:
        return None
    if head in _IRREGULAR:
        declined: str | None = _IRREGULAR[head][0 if case is Case.GENITIVE else 1]
    elif head in _FIXED or not re.fullmatch(r"(?:[A-Z]-)?[а-яё-]+", head):
        declined = head if head in _FIXED else None
    else:
        declined = _regular(head, gender, case)
    return None if declined is None else f"{declined} {tail}".strip()


def _regular(noun: str, gender: Gender, case: Case) -> str | None:
    genitive = case is Case.GENITIVE
    if gender is Gender.FEMININE:
        return _feminine(noun, genitive=genitive)
    if gender is Gender.NEUTER:
        return _neuter(noun, genitive=genitive)
    if gender is Gender.MASCULINE:
        return _masculine(noun, genitive=genitive)
    return None


def _feminine(noun: str, *, genitive: bool) -> str | None:
    stem = noun[:-1]
    if noun.endswith("а"):
        if genitive:
            return stem + ("и" if stem[-1] in _VELAR + _HUSH else "ы")
        return stem + ("ей" if stem[-1] in _HUSH + "ц" else "ой")
    if noun.endswith("я"):
        return stem + ("и" if genitive else "ей")
    if noun.endswith("ь"):
        return stem + "и" if genitive else noun + "ю"
    return None


def _neuter(noun: str, *, genitive: bool) -> str | None:
    stem = noun[:-1]
    if noun.endswith("о"):
        return stem + ("а" if genitive else "ом")
    if noun.endswith("е"):
        return stem + (("а" if stem[-1] in _HUSH + "ц" else "я") if genitive else "ем")
    return None


def _masculine(noun: str, *, genitive: bool) -> str | None:
    if noun.endswith(("й", "ь")):
        return noun[:-1] + ("я" if genitive else "ем")
    if _INDECLINABLE.search(noun) or noun.endswith(("а", "я")):
        return None
    stem = noun
    if noun.endswith("ок") and len(noun) > 4 and noun not in _NOT_FLEETING:
        stem = noun[:-2] + "к"
    if genitive:
        return stem + "а"
    return stem + ("ем" if stem[-1] in _HUSH + "ц" else "ом")


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


# --- sentences and typography -----------------------------------------------------------------------------------------


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


_BOUND = re.compile(
    r"(?<![\w.,–×-])(\d[\d.,–×]*) (?=(?:%|°C|мкг|мг|кг|г|мл|л|мкм|мм|см|км|м|см²|м²|МЕ|КОЕ|ккал|кДж|Вт|кВт|В"
    r"|А|мА|мА·ч|А·ч|КБ|МБ|ГБ|ТБ|Гц|кГц|МГц|ГГц|Мп|об/мин|дБ|лм|бар|ден|дптр|сек|мин|ч|шт"
    r"|таблет\w+|капсул\w*|ампул\w*|саше|драже|пакетик\w*|предмет\w*|страниц\w*|лист\w*|лет|год\w*|месяц\w*|мес"
    r"|пар\w?|доз\w?|упаков\w+|персон\w*|дюйм\w*|рулон\w*)(?![\w]))"
)
_AFTER_SIGN = re.compile(r"(?<=№) (?=\d)|(?<=SPF) (?=\d)")


def bind(text: str) -> str:
    """A number and its unit kept on one line by a space that does not break."""
    return _AFTER_SIGN.sub(NBSP, _BOUND.sub(rf"\1{NBSP}", text))


_OPENING = re.compile(r'(^|[\s(\[—–-])["“”„](?=[^\W_])')
_CLOSING = re.compile(r'(?<=[\w!?.,…%»)])["“”](?=$|[\s),.;:!?\]—–-])')


def typographic(text: str) -> str:
    """Russian quotation marks instead of paired straight ones, a dash between spaces, no space before a comma."""
    if text.count('"') % 2 == 0 or any(mark in text for mark in "“”„"):
        text = _CLOSING.sub("»", _OPENING.sub(r"\1«", text))
    text = re.sub(r"(?<=\s)(?:-{1,2}|–)(?=\s)", "—", text)
    return re.sub(r"\s+([,.;:!?])(?=\s|$)", r"\1", text)
