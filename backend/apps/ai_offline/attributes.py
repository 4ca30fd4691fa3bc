"""Attributes in Russian: names and values of the source's own, and what its title states with a number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from apps.ai.text import facts, language
from apps.ai.text.facts import FactKind
from apps.ai.text.language import glossary, russian
from apps.ai.text.language.russian import Gender
from apps.ai.text.safety import html
from apps.ai_offline import measures, phrase, pieces, titles
from apps.ai_offline.phrase import Phrase


@dataclass(frozen=True, slots=True)
class Property:
    """A line of «Характеристики». `evidence`: the words of the source that prove it."""

    name: str
    value: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Translated:
    """`property` None: a name or a value that could not be put into Russian; its words are in `unknown`."""

    property: Property | None
    unknown: tuple[str, ...] = ()


_LONGEST_VALUE = 600
_MATERIAL_NAMES = re.compile(
    r"материал|состав|ткань|ткани|подкладк|подошв|наполнител|стельк|пряжа", re.IGNORECASE
)
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)


def translate(
    name: str, value: str, *, evidence: str, names: Sequence[str] = (), kind: str = ""
) -> Translated:
    """An attribute of the source in Russian. `names`: words that may stay as they are (brand, supplier).

    `kind`: the category's, for words that mean another thing on a book.
    """
    label, said = html.plain(name).rstrip(" :"), html.plain(value)[:_LONGEST_VALUE].strip()
    if not label or not said:
        return Translated(None)
    proof = f"{label}: {said}"
    if kind == "book" and (cover := _COVERS.get(glossary.lower(said))) and _COVER_NAME.fullmatch(label):
        return Translated(Property("Обложка", cover, proof))
    russian_name, gender = (label, None) if _is_international(label) else _name(label)
    if not russian_name:
        return Translated(None, (label,))
    translated, unknown = translate_value(
        said, name=russian_name, evidence=evidence, names=names, gender=gender, kind=kind
    )
    if unknown or not translated:
        return Translated(None, unknown or (said,))
    return Translated(
        Property(_without_unit(russian.capitalise(russian_name), translated), translated, proof)
    )


_COVER_NAME = re.compile(r"(?:kapak|cilt)(?: (?:türü|tipi|durumu))?", re.IGNORECASE)
_COVERS = {
    "sert": "твёрдая",
    "sert kapak": "твёрдая",
    "ciltli": "твёрдая",
    "karton": "мягкая",
    "karton kapak": "мягкая",
    "ince": "мягкая",
    "ince kapak": "мягкая",
    "yumuşak": "мягкая",
}
#: Names whose adjective belongs to another word than the first: «тип кожи: сухая».
_OF_WHAT = {
    "тип кожи": Gender.FEMININE,
    "тип ткани": Gender.FEMININE,
    "тип бумаги": Gender.FEMININE,
    "тип обложки": Gender.FEMININE,
    "тип волос": Gender.PLURAL,
}


def _name(label: str) -> tuple[str, Gender | None]:
    """The Russian name and the gender with which adjectives of its value agree; "" when unknown."""
    entry = glossary.attribute_entry(label)
    if entry is None:
        return "", None
    return entry.russian, _OF_WHAT.get(entry.russian, entry.gender)


def _without_unit(name: str, value: str) -> str:
    """«Вес товара (г)» without its unit when the value has it."""
    match = re.search(r" \((г|кг|мл|л|см|мм|м|шт\.?)\)$", name)
    if match is None or not re.search(rf"\d {re.escape(match[1].rstrip('.'))}(?!\w)", value):
        return name
    return name[: match.start()]


def _is_international(label: str) -> bool:
    """Russian already, or an abbreviation that is the same everywhere (ISBN, SPF, USB)."""
    return bool(_CYRILLIC.search(label) or re.fullmatch(r"[A-Z][A-Z0-9-]{1,7}(?:-?1[03])?", label))


def translate_value(
    value: str,
    *,
    name: str,
    evidence: str,
    names: Sequence[str] = (),
    gender: Gender | None = None,
    kind: str = "",
) -> tuple[str, tuple[str, ...]]:
    """A value in Russian and the words of it that are unknown. `gender`: that of the attribute's name."""
    value = _INTERNATIONAL_UNITS.sub(" мМЕ/мл", value)
    if _NUMBERS_ONLY.fullmatch(value) or (name.lower().startswith("размер") and _SIZES_ONLY.fullmatch(value)):
        return _CELLS.sub(r"\1 × \2", value), ()
    if titles.is_russian(value) or not re.search(r"[^\W\d_]", value) or value in names:
        if language.foreign_leftovers(value, allowed=names):
            return "", (value,)
        return _measured(value), ()
    if _NAMES.search(name) and (named := _as_name(value, name, names, kind=kind)):
        return named, ()
    if (explained := _EXPLAINED.fullmatch(value)) is not None:
        parts = [
            translate_value(part, name=name, evidence=evidence, names=names, gender=gender, kind=kind)
            for part in explained.groups()
        ]
        return f"{parts[0][0]} ({parts[1][0]})", parts[0][1] + parts[1][1]
    written: list[str] = []
    unknown: list[str] = []
    for part, sign in _parts(value):
        said, missing = _part(part, name=name, evidence=f"{evidence}\n{value}", gender=gender, kind=kind)
        unknown += missing
        written.append(said + sign)
    text = " ".join("".join(written).split())
    if name == "цвет":
        text = text.removeprefix("цвета ")
    if name == "язык":
        text = _IN_A_LANGUAGE.sub(r"\1ий", text)
    return _ANIMALS.get(text, text) if name == "животное" else text, tuple(unknown)


_IN_A_LANGUAGE = re.compile(r"на (\w+)ом языке")
_ANIMALS = {"для кошек": "кошка", "для собак": "собака", "для птиц": "птица", "для рыб": "рыба"}


#: «32,0–42,9 °C», «2 x AAA», «180x80x30»: the same in every language.
_NUMBERS_ONLY = re.compile(r"(?:[\d\s.,;:/()×*+…–±-]|°C?|(?<=\d)[xX](?=\d)|\b[xX] ?(?=A{2,3}\b)|\bA{2,3}\b)+")
_SIZES_ONLY = re.compile(r"(?:[\d\s.,;/()–-]|(?<![^\W\d_])X{0,5}[SML](?![^\W\d_]))+")
_CELLS = re.compile(r"(\d) ?[xX] ?(A{2,3})")
_INTERNATIONAL_UNITS = re.compile(r"(?<=\d) ?mI[UE]/m[lL](?!\w)")
_EXPLAINED = re.compile(r"([^()]+?) \(([^()]+)\)")


#: Attributes whose values are names of people, firms and things.
_NAMES = re.compile(
    r"производител|бренд|издательств|автор|переводчик|художник|модель|артикул|серия|коллекция|стандарт",
    re.IGNORECASE,
)


_WRITERS = re.compile(r"издательств|автор|переводчик|художник|серия", re.IGNORECASE)


def _as_name(value: str, name: str, names: Sequence[str], *, kind: str) -> str:
    """A name without Turkish letters; "" when what is left still reads as Turkish. `name`: the attribute's.

    Who wrote and made a book is spelled as the book spells it.
    """
    if kind == "book" and _WRITERS.search(name):
        return value
    plain = " ".join(pieces.display(word) for word in value.split())
    if facts.lost(value, plain) or language.foreign_leftovers(f"{name}: {plain}", allowed=names):
        return ""
    return plain


_SEPARATORS = re.compile(r"(\s*(?:[;|]|(?<!\d),|,(?!\d))\s*|\s+/\s+|\.\s+)")


def _parts(value: str) -> Iterator[tuple[str, str]]:
    pieces = _SEPARATORS.split(value.rstrip(" .;"))
    for place in range(0, len(pieces), 2):
        sign = pieces[place + 1].strip() if place + 1 < len(pieces) else ""
        if pieces[place].strip():
            yield pieces[place].strip(), f"{sign} " if sign and sign != "/" else " / " if sign else ""


def _part(part: str, *, name: str, evidence: str, gender: Gender | None, kind: str) -> tuple[str, list[str]]:
    """One item of a value that lists several."""
    if _MATERIAL_NAMES.search(name) and (material := _material(part)):
        return material, []
    understood = phrase.understand(part, evidence=evidence, hint=gender or Gender.MASCULINE, kind=kind)
    return _said(understood), list(understood.unknown)


_EXTRA_MATERIALS = {
    "wood": "дерево",
    "steel": "сталь",
    "stainless_steel": "нержавеющая сталь",
    "glass": "стекло",
    "plastic": "пластик",
    "porcelain": "фарфор",
    "ceramic": "керамика",
    "leather": "натуральная кожа",
    "faux_leather": "искусственная кожа",
    "suede": "замша",
    "rubber": "резина",
    "aluminium": "алюминий",
    "mdf": "МДФ",
    "metal": "металл",
    "paper": "бумага",
    "lace": "кружево",
    "chiffon": "шифон",
    "fur": "мех",
    "gold": "золото",
    "silver": "серебро",
    "brass": "латунь",
    "crystal": "хрусталь",
    "marble": "мрамор",
    "granite": "гранит",
}
#: Names of materials by the ids of the fact guard.
MATERIAL_WORDS = {**measures.MATERIALS, **_EXTRA_MATERIALS}
_SKIN_AS_MATERIAL = {
    "deri": "кожа",
    "suni deri": "искусственная кожа",
    "leather": "кожа",
    "metal": "металл",
    "kauçuk": "каучук",
    "bambu viskon": "бамбуковая вискоза",
}


def _material(part: str) -> str:
    """«%95 Pamuk» is «95 % хлопок», «Ahşap» is «дерево»; "" when the words are no single material."""
    if (known := _SKIN_AS_MATERIAL.get(glossary.lower(part))) is not None:
        return known if not facts.invented(part, known) else ""
    found = facts.extract(part)
    materials = {f.value for f in found if f.kind is FactKind.MATERIAL} | {f.of for f in found if f.of}
    if len(materials) != 1 or len(glossary.WORD.findall(part)) > 3:
        return ""
    name = MATERIAL_WORDS.get(materials.pop(), "")
    share = next((f for f in found if f.kind is FactKind.PERCENT), None)
    if not name or len(found) > 2:
        return ""
    text = f"{russian.decimal(share.value)} % {name}" if share else name
    return "" if facts.lost(part, text) or facts.invented(part, text) else text


def _said(understood: Phrase) -> str:
    names = " ".join((*understood.before, *understood.after))
    words = ", ".join(part for part in (understood.kind, *understood.extra) if part)
    return ", ".join(
        part for part in (" ".join(p for p in (names, words) if p), *understood.measures) if part
    )


def _measured(value: str) -> str:
    """Units of a Russian value the Russian way."""
    written: list[str] = []
    position = 0
    for measure in measures.find(value):
        if measure.fact.kind in (FactKind.QUANTITY, FactKind.PERCENT, FactKind.DIMENSIONS):
            written += [value[position : measure.start], measure.text]
            position = measure.end
    text = "".join([*written, value[position:]])
    return value if facts.lost(value, text) or facts.invented(value, text) else text
