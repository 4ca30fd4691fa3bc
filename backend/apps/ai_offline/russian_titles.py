"""Russian source titles tidied: abbreviations of pharmacies written out, capitals calmed, units spelled one way.

Every step is checked against the fact guard and undone when it would lose or add a fact.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from itertools import pairwise

from apps.ai.text import facts
from apps.ai.text.facts import FactKind
from apps.ai.text.language import russian, typography
from apps.ai_offline import measures


def tidy(title: str, *, brand: str = "") -> str:
    """A Russian title as a shop's editor would leave it. `title`: plain text on one line."""
    text = title
    for step in (
        one_alphabet,
        _without_signs,
        _without_hype,
        _expanded,
        _sized,
        _measured,
        _listed,
        _calmed,
        _spaced,
    ):
        text = _kept_true(text, step)
    return russian.capitalise(_with_brand_spelling(text, brand))


_MIXED = re.compile(r"(?<![\w])(?=[^\W\d_]*[a-zA-Z])(?=[^\W\d_]*[а-яёА-ЯЁ])[^\W\d_]{2,}(?![\w])")
_LATIN_TWINS, _CYRILLIC_TWINS = "aceopxyABCEHKMOPTXY", "асеорхуАВСЕНКМОРТХУ"
_TO_CYRILLIC = str.maketrans(_LATIN_TWINS, _CYRILLIC_TWINS)
_TO_LATIN = str.maketrans(_CYRILLIC_TWINS, _LATIN_TWINS)


def one_alphabet(text: str) -> str:
    """Words in which a few letters were typed in the other alphabet, put right («Сat» with a Cyrillic С)."""
    return _MIXED.sub(lambda match: _put_right(match[0]), text)


def _put_right(word: str) -> str:
    latin = len(re.findall(r"[a-zA-Z]", word))
    table = _TO_LATIN if latin * 2 > len(word) else _TO_CYRILLIC
    changed = word.translate(table)
    return word if re.search(r"[a-zA-Z]", changed) and re.search(r"[а-яёА-ЯЁ]", changed) else changed


def _kept_true(text: str, step: Callable[[str], str]) -> str:
    """The step's result, or the text as it was when the guard sees a difference."""
    changed = step(text)
    if changed == text or not changed.strip():
        return text
    return text if facts.lost(text, changed) or facts.invented(text, changed) else changed


# --- noise ------------------------------------------------------------------------------------------------------------

_EMPHASIS = re.compile(r"[!?]{2,}|!+|[*_~]{2,}|[•●★☆✔✅►▶❤♥]+")


def _without_signs(text: str) -> str:
    """Without pictures and exclamation marks."""
    kept = "".join(c for c in text if unicodedata.category(c) not in {"So", "Cs", "Co"} or c in "°№®™")
    return re.sub(r"[®™]", "", _EMPHASIS.sub(" ", kept))


_HYPE = re.compile(
    r"(?<![\w-])(?:хит(?: продаж| сезона)?|акци[яи]|распродажа|новинка(?: сезона)?|суперцена|супер цена|супер|топ"
    r"|лучш(?:ая|ий|ее|ие)(?: цена| качество| выбор)?|бесплатная доставка|скидк[аи]|выгодно|успейте(?: купить)?"
    r"|премиум(?: качеств[оа]| качество)?|отличное качество|высшего качества|гарантия качества|идеальн\w+"
    r"|невероятн\w+|уникальн\w+|роскошн\w+|шикарн\w+|потрясающ\w+|самы[йе] \w+|sale|hit|new|top|best|хайп)(?![\w-])",
    re.IGNORECASE,
)


def _without_hype(text: str) -> str:
    if not _HYPE.search(text):
        return text
    return re.sub(r"\s+([,.])", r"\1", " ".join(_HYPE.sub(" ", text).split())).strip(" ,;:-–—|/")


# --- pharmacy shorthand -----------------------------------------------------------------------------------------------

_SHORT = re.compile(
    r"(?<!\w)(?:табл|таб|капс|р-р\w*|сусп|супп|амп|фл|конц|лиоф|пор|наружн|внутр|гран|эмульс|линим|шип|жев)\."
    r"|(?<!\w)(?:р-р|д/|п/о|п/п/о|в/в|в/м|п/к|№)",
    re.IGNORECASE,
)
_EXPANSIONS: tuple[tuple[str, str], ...] = tuple(
    (rf"(?<![\w/]){pattern}", words)
    for pattern, words in (
        (r"конц\.? для инфуз\.? р-р", "концентрат для приготовления раствора для инфузий"),
        (r"конц\.? для инъекц\.? р-р", "концентрат для приготовления раствора для инъекций"),
        (r"конц\.? д/(?:приг\w*\.? )?р-ра д/инф\w*\.?", "концентрат для приготовления раствора для инфузий"),
        (r"лиоф\w*\.? д/приг\w*\.? р-ра", "лиофилизат для приготовления раствора"),
        (r"пор\w*\.? д/приг\w*\.? инъекц\w*\.?", "порошок для приготовления раствора для инъекций"),
        (r"пор\w*\.? д/приг\w*\.? (?:р-ра|сусп\w*\.?)", "порошок для приготовления"),
        (r"табл?\.? п(?:/п)?/о плен\.?", "таблетки, покрытые плёночной оболочкой,"),
        (r"табл?\.? п/п/о", "таблетки, покрытые плёночной оболочкой,"),
        (r"табл?\.? п/о", "таблетки, покрытые оболочкой,"),
        (r"табл?\.? д/рассас\.?", "таблетки для рассасывания"),
        (r"табл?\.? жев\.?", "таблетки жевательные"),
        (r"табл?\.? шип\.?", "таблетки шипучие"),
        (r"табл?\.? раств\.?", "таблетки растворимые"),
        (r"(?<!\d)(?<!\d )табл?\.", "таблетки"),
        (r"(?<!\d)(?<!\d )табл(?!\w)", "таблетки"),
        (r"(?<!\d)(?<!\d )капс\.", "капсулы"),
        (r"(?<!\d)(?<!\d )амп\.", "ампулы"),
        (r"фл-кап\.?", "флакон-капельница"),
        (r"(?<!\d)(?<!\d )фл\.", "флакон"),
        (r"шприц-туб\w*\.?", "шприц-тюбик"),
        (r"р-р д/инъекц\.? в/в, в/м", "раствор для внутривенного и внутримышечного введения"),
        (r"р-р д/инъекц\.? в/в", "раствор для внутривенного введения"),
        (r"р-р д/инъекц\.? в/м", "раствор для внутримышечного введения"),
        (r"р-р д/инъекц\.? п/к", "раствор для подкожного введения"),
        (r"р-р д/ин(?:\.|ъ\w*\.?)?(?![\w])", "раствор для инъекций"),
        (r"р-р д/инф\w*\.?", "раствор для инфузий"),
        (r"р-р д/ингал\w*\.?", "раствор для ингаляций"),
        (r"р-р наружн\.?", "раствор для наружного применения"),
        (r"р-р внутр\.?", "раствор для приёма внутрь"),
        (r"р-ра(?!\w)", "раствора"),
        (r"(?<!\d )(?<!\d)р-р(?= (?:д/|для |внутр|наружн|\d+[.,]?\d* ?(?:мг|%|мл|МЕ)))", "раствор"),
        (r"сусп\. д/инъекц(?:ий|\.)?", "суспензия для инъекций"),
        (r"сусп\. внутр\.?", "суспензия для приёма внутрь"),
        (r"сусп\.", "суспензия"),
        (r"супп\. рект\.?", "суппозитории ректальные"),
        (r"супп\. ваг\.?", "суппозитории вагинальные"),
        (r"супп\.", "суппозитории"),
        (r"капли внутр\.", "капли для приёма внутрь"),
        (r"капли глазн\.", "капли глазные"),
        (r"капли наз\.", "капли назальные"),
        (r"гран\.", "гранулы"),
        (r"пор\.", "порошок"),
        (r"конц\.", "концентрат"),
        (r"лиоф\.", "лиофилизат"),
        (r"д/нар\w*\.?(?: прим\w*\.?)?", "для наружного применения"),
        (r"д/приг\w*\.?", "для приготовления"),
        (r"д/инъекц(?:ий|\.)", "для инъекций"),
        (r"д/приема внутрь", "для приёма внутрь"),
        (r"д/детей", "для детей"),
        (r"д/лица", "для лица"),
        (r"д/тела", "для тела"),
        (r"д/рук", "для рук"),
        (r"д/волос", "для волос"),
        (r"в/в", "для внутривенного введения"),
        (r"в/м", "для внутримышечного введения"),
        (r"п/к", "для подкожного введения"),
    )
)
#: «шип.», «шип», «шипучие»: an abbreviation without its full stop may be the beginning of the whole word.
_COMPILED = tuple(
    (re.compile(re.sub(r"(?<=[а-я])\\\.\?", r"[а-яё]*\\.?", pattern), re.IGNORECASE), words)
    for pattern, words in _EXPANSIONS
)
_BEFORE_CONTAINER = re.compile(r"(?<=[\w%)])(?<!№) (?=(?:шприц|флакон|туба|ампулы|картридж)(?!\w))")


def _expanded(text: str) -> str:
    if not _SHORT.search(text):
        return text
    for pattern, words in _COMPILED:
        text = pattern.sub(words, text)
    text = re.sub(r"№ (?=\d)", "№", text)
    return re.sub(r"(?<!,),,|, ,", ",", _BEFORE_CONTAINER.sub(", ", text))


_SIZE = re.compile(
    r"(?<![\w.,])(\d{2}(?:[-–/]\d{2})?) ?р-р(?!\w)\.?|(?<!\w)р-р\.? ?(\d{2}(?:[-–/]\d{2})?)(?![\w.,])"
)


def _sized(text: str) -> str:
    """«38 р-р» is «размер 38»."""
    return _SIZE.sub(lambda match: f"размер {match[1] or match[2]}", text)


# --- numbers ----------------------------------------------------------------------------------------------------------

_REWRITTEN = frozenset({FactKind.QUANTITY, FactKind.PERCENT, FactKind.DIMENSIONS})
_SLASH_SPACE = re.compile(r"(?<=\w)/ (?=мл|л|г|мг|доз)")
_PIECES = re.compile(r"(?<=\d) ?шт(?![\w.])\.?")


def _measured(text: str) -> str:
    """Units the Russian way: «100ml» is «100 мл», «0.5 мг» is «0,5 мг», «10 гр» is «10 г»."""
    text = _PIECES.sub(" шт.", _SLASH_SPACE.sub("/", text))
    written: list[str] = []
    position = 0
    for measure in measures.find(text):
        if measure.fact.kind not in _REWRITTEN:
            continue
        separator = " " if position < measure.start and text[measure.start - 1].isalnum() else ""
        end = measure.end + (text[measure.end : measure.end + 1] == "." and measure.text[-1:].isalpha())
        written += [text[position : measure.start], separator, measure.text]
        position = end if text[end : end + 1] in {"", " ", ","} else measure.end
    return "".join([*written, text[position:]])


_LISTED = frozenset({FactKind.QUANTITY, FactKind.PERCENT, FactKind.DIMENSIONS, FactKind.COUNT})


def _listed(text: str) -> str:
    """A comma between two measures side by side: «2000 МЕ 60 капсул» is «2000 МЕ, 60 капсул»."""
    found = [measure for measure in measures.find(text) if measure.fact.kind in _LISTED]
    for first, second in reversed(list(pairwise(found))):
        gap = text[first.end : second.start]
        if gap in {" ", ". "} and text[second.start].isdigit():
            text = f"{text[: first.end]}{gap.strip()}, {text[second.start :]}"
    return text


# --- capitals ---------------------------------------------------------------------------------------------------------

_KEPT_CAPITALS = russian.word_set(
    "ГОСТ СССР ЭВА ЛДСП МДФ ДСП ПВХ РФ США НДС ОАО ООО ЗАО РУП ДНК РНК АСД БАД УФ"
)
_SMALL_WORDS = russian.word_set(
    "и в с к о у а на от до по за из без для под над при со во об не чай сок сыр мёд"
)
_SALTS = russian.word_set(
    "тиосульфат глюконат хлорид сульфат ацетат бромид йодид нитрат фосфат карбонат цитрат лактат оксид гидрохлорид"
    " натрия калия кальция магния железа цинка кислота"
)
_CAPITALS = re.compile(r"(?<![\w])[А-ЯЁ]{2,}(?:-[А-ЯЁ]{2,})*(?![\w])")
_ANY_CAPITALS = re.compile(r"(?<![\w])[А-ЯЁ]+(?:-[А-ЯЁ]+)*(?![\w.])")
_LATIN_CAPITALS = re.compile(r"(?<![\w])[A-Z]{5,}(?![\w])")
_VOWEL = re.compile(r"[АЕЁИОУЫЭЮЯ]")


def _calmed(text: str) -> str:
    """Words in capitals written like names, abbreviations kept; a whole title in capitals becomes a sentence."""
    letters = [c for c in text if c.isalpha()]
    if len(letters) > 12 and sum(c.isupper() for c in letters) > 0.9 * len(letters) and len(text.split()) > 3:
        return russian.capitalise(_ANY_CAPITALS.sub(lambda m: _lowered(m[0]), text))
    return _LATIN_CAPITALS.sub(lambda m: m[0].capitalize(), _CAPITALS.sub(_name, text))


def _lowered(word: str) -> str:
    if len(word) <= 3 and not (_is_abbreviation(word) and word in _KEPT_CAPITALS):
        return word.lower() if word.lower() in _SMALL_WORDS else word
    return word if _is_abbreviation(word) else word.lower()


def _name(match: re.Match[str]) -> str:
    word = match[0]
    if _is_abbreviation(word):
        return word
    if word.lower() in _SALTS and match.start() > 0:
        return word.lower()
    return "-".join(part.capitalize() for part in word.split("-"))


def _is_abbreviation(word: str) -> bool:
    return word in _KEPT_CAPITALS or len(word) <= 3 or not _VOWEL.search(word)


def _spaced(text: str) -> str:
    """One space after commas, none before, Russian quotation marks."""
    text = re.sub(r"\s*,(?=[^\s\d])", ", ", " ".join(text.split()))
    return typography.typographic(text).strip(" ,;:|/-–—")


def _with_brand_spelling(text: str, brand: str) -> str:
    """The brand as its owner writes it, where the title has it in other capitals."""
    if not brand or brand.isupper():
        return text
    return re.sub(rf"(?<!\w){re.escape(brand)}(?!\w)", lambda _: brand, text, flags=re.IGNORECASE)
