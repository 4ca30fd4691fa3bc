"""Numbers of a source text as Russian shops write them: «500 mg 20 Tablet» is «500 мг» and «20 таблеток».

What counts as a fact is decided by `text.reading`, the same reader that the fact guard uses; each rendering is
checked against it and left in the source's own spelling when the guard would not recognise it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from apps.ai.text import facts
from apps.ai.text.facts import Fact, FactKind
from apps.ai.text.facts.reading import read
from apps.ai.text.language import glossary, russian
from apps.ai_offline.rendering import render


@dataclass(frozen=True, slots=True)
class Measure:
    """A statement with a number at `source[start:end]`. `text`: how it stands in Russian."""

    start: int
    end: int
    text: str
    fact: Fact

    @property
    def is_label(self) -> bool:
        """A code or a bare number: a part of a name rather than a property with a unit."""
        return self.fact.kind in (FactKind.CODE, FactKind.NUMBER) and self.text.rstrip(
            "+"
        ) == self.fact.text.rstrip("+")


_NUMERIC = frozenset(
    {
        FactKind.QUANTITY,
        FactKind.COUNT,
        FactKind.PERCENT,
        FactKind.NUMBER,
        FactKind.CODE,
        FactKind.SIZE,
        FactKind.DIMENSIONS,
    }
)


def find(text: str) -> tuple[Measure, ...]:
    """All numeric statements of a text, in order, none overlapping another."""
    found = list(_located(text))
    return tuple(_joined(text, [_explained(text, measure) for measure in found]))


def _explained(text: str, measure: Measure) -> Measure:
    """A measure with the words beside it that belong to it."""
    return _with_noun(text, _with_sizes(text, _with_material(text, measure)))


def _located(text: str) -> Iterator[Measure]:
    position = 0
    for fact in read(text):
        if fact.kind not in _NUMERIC or not fact.text:
            continue
        start = text.find(fact.text, position)
        if start < 0:
            continue
        position = start + len(fact.text)
        written = _from_an_age(fact) or render(fact, fact.text)
        if fact.value.endswith("+") and not written.endswith("+") and text[position : position + 1] == "+":
            position += 1
            written += "+"
        if written.endswith(".") and text[position : position + 1] == ".":
            position += 1  # «0+ мес.» has its full stop
        yield Measure(start, position, written, fact)


_AGES = {"month": "мес.", "year": "лет"}


def _from_an_age(fact: Fact) -> str:
    """«0+ мес.» for «0+мес», which is no age of nought months; "" for what is no age with a plus."""
    return f"{fact.value}+ {_AGES[fact.unit]}" if fact.unit in _AGES and re.match(r"\d+\+", fact.text) else ""


# --- numbers that a word beside them explains -------------------------------------------------------------------------

_AFTER = {
    "kapılı": "door",
    "kapaklı": "door",
    "çekmeceli": "drawer",
    "raflı": "shelf",
    "bölmeli": "compartment",
    "gözlü": "compartment",
    "renk": "colour",
    "renkli": "colour",
    "fonksiyonlu": "function",
    "programlı": "programme",
    "program": "programme",
    "kanallı": "channel",
    "kanal": "channel",
    "vites": "gear",
    "vitesli": "gear",
    "yıkama": "wash",
    "cilt": "volume",
    "bıçaklı": "blade",
    "tekerlekli": "wheel",
    "tekerli": "wheel",
    "ayaklı": "leg",
    "ampullü": "bulb",
    "cepli": "pocket",
    "cep": "pocket",
    "düğmeli": "button",
    "kademeli": "stage",
    "kademe": "stage",
    "sayfalı": "page",
    "parçalı": "item",
    "fincanlık": "cup",
    "çekmece": "drawer",
    "raf": "shelf",
    "kutu": "box",
    "kapı": "door",
}
_NEXT_WORD = re.compile(r"[ \u00a0'’]{0,2}([^\W\d_]+)")
_TEA_BAGS = re.compile(r" ?(?:demlik|süzen|bardak) poşet(?![^\W_])", re.IGNORECASE)
_GRAMS = re.compile(r" ?(?:gr|gram|г|гр)\.?(?![^\W_])", re.IGNORECASE)
_PERSONS = frozenset({"kişilik", "person", "persons"})
_SIZE_WORDS = frozenset({"numara", "beden", "no"})
_SIZE_BEFORE = re.compile(r"(?<![^\W_])(numara|beden|no|size)[:.]? ?$", re.IGNORECASE)
_SHOE_SIZES = range(15, 75)


def _with_noun(text: str, measure: Measure) -> Measure:
    """«2 Kapılı» is «2 двери», «12 Kişilik» is «на 12 персон», «42 Numara» is «размер 42»."""
    if measure.fact.kind is not FactKind.NUMBER:
        return measure
    number = russian.decimal(measure.fact.value)
    if bags := _TEA_BAGS.match(text, measure.end):
        return replace(measure, end=bags.end(), text=russian.counted(number, russian.COUNTED["bag"]))
    if grams := _GRAMS.match(text, measure.end):
        return replace(measure, end=grams.end(), text=f"{number} г")
    if (formed := _with_form(text, measure, number)) is not None:
        return formed
    after = _NEXT_WORD.match(text, measure.end)
    word = glossary.lower(after[1]) if after else ""
    if after and word in _PERSONS:
        noun = russian.COUNTED["person"]
        return replace(measure, end=after.end(), text=f"на {number} {_genitive(number, noun)}")
    if after and word in _AFTER:
        counted = russian.counted(number, russian.COUNTED[_AFTER[word]])
        return replace(measure, end=after.end(), text=counted)
    if after and word in _SIZE_WORDS:
        return replace(measure, end=after.end(), text=_size(number, word))
    before = _SIZE_BEFORE.search(text, max(0, measure.start - 9), measure.start)
    if before:
        return replace(measure, start=before.start(), text=_size(number, glossary.lower(before[1])))
    return measure


def _genitive(number: str, noun: russian.Counted) -> str:
    """After «на»: «на 1 персону» and «на 22 персоны» are rare; the plural is what sets have."""
    form = russian.plural(number, noun)
    return "персону" if form == "персона" else form


def _size(number: str, word: str) -> str:
    worn = number.isdigit() and int(number) in _SHOE_SIZES
    return f"размер {number}" if worn or word in {"beden", "size"} else f"номер {number}"


_FORM = re.compile(
    r"[ \u00a0](?P<kind>mikropellet|enterik(?: kaplı)?(?: pellet)?|sert(?: jelatin)?|dil ?altı)"
    r"[ \u00a0](?P<form>tablet|kapsül)"
    r"(?![^\W_])",
    re.IGNORECASE,
)
_FORMS = {"tablet": "tablet", "kapsül": "capsule"}
_FORM_KINDS = {
    "enterik": "кишечнорастворимый",
    "sert": "твёрдый",
    "dil": "подъязычный",
    "dilaltı": "подъязычный",
}


def _with_form(text: str, measure: Measure, number: str) -> Measure | None:
    """«28 Mikropellet Kapsül» is «28 капсул с микропеллетами»."""
    match = _FORM.match(text, measure.end)
    if match is None:
        return None
    noun = russian.COUNTED[_FORMS[glossary.lower(match["form"])]]
    adjective = _FORM_KINDS.get(glossary.lower(match["kind"]).split()[0], "")
    written = russian.described(number, adjective, noun) if adjective else russian.counted(number, noun)
    written += "" if adjective else " с микропеллетами"
    source = text[measure.start : match.end()]
    if facts.lost(source, written) or facts.invented(source, written):
        return None
    return replace(measure, end=match.end(), text=written)


_OTHER_SIZE = re.compile(r"(?<![^\W_])(?:\dX|X{0,4})[SML] ?[/–-] ?$")


def _with_sizes(text: str, measure: Measure) -> Measure:
    """«L/XL» is one size and stays as it is written."""
    if measure.fact.kind is not FactKind.SIZE:
        return measure
    before = _OTHER_SIZE.search(text, max(0, measure.start - 8), measure.start)
    if before is None:
        return measure
    return replace(measure, start=before.start(), text=text[before.start() : measure.end])


# --- shares of a material ---------------------------------------------------------------------------------------------

#: Materials by the ids of `text.lexicon`, as they follow a percentage.
MATERIALS = {
    "cotton": "хлопок",
    "linen": "лён",
    "wool": "шерсть",
    "merino": "меринос",
    "cashmere": "кашемир",
    "silk": "шёлк",
    "satin": "сатин",
    "velvet": "бархат",
    "fleece": "флис",
    "denim": "деним",
    "polyester": "полиэстер",
    "polyamide": "полиамид",
    "nylon": "нейлон",
    "acrylic": "акрил",
    "viscose": "вискоза",
    "elastane": "эластан",
    "modal": "модал",
    "lyocell": "лиоцелл",
    "microfiber": "микрофибра",
    "latex": "латекс",
    "silicone": "силикон",
    "bamboo": "бамбук",
    "polyurethane": "полиуретан",
    "cellulose": "целлюлоза",
}


def _with_material(text: str, measure: Measure) -> Measure:
    """«%100 Pamuk» is «100 % хлопок»: the word after the share belongs to it."""
    name = MATERIALS.get(measure.fact.of, "")
    after = _MATERIAL.match(text, measure.end) if name else None
    if after is None or not any(f.value == measure.fact.of for f in facts.extract(after["material"])):
        return measure
    if name == "бамбук" and (viscose := _VISCOSE.match(text, after.end())):
        return replace(measure, end=viscose.end(), text=f"{measure.text} бамбуковая вискоза")
    organic = "органический " if after["organic"] and name in _MASCULINE else ""
    if after["organic"] and not organic:
        return measure
    return replace(measure, end=after.end(), text=f"{measure.text} {organic}{name}")


_MATERIAL = re.compile(r"[ \u00a0]{1,2}(?P<organic>organi[kc] )?(?P<material>[^\W\d_]+)", re.IGNORECASE)
_VISCOSE = re.compile(r"[ \u00a0]visko(?:n|z)(?![^\W_])", re.IGNORECASE)
_MASCULINE = frozenset({"хлопок", "лён", "шёлк", "бамбук"})


# --- several in a row -------------------------------------------------------------------------------------------------

_GLUE = re.compile(r" ?[x×хX*+/&] ?|-")


def _joined(text: str, measures: list[Measure]) -> Iterator[Measure]:
    """«4 x 75 g» and «2+1» stay one statement."""
    waiting: Measure | None = None
    for measure in measures:
        if waiting is None or measure.start < waiting.end:
            waiting = waiting or measure
            continue
        gap = text[waiting.end : measure.start]
        if _GLUE.fullmatch(gap):
            sign = "×" if gap.strip() in {"x", "х", "X", "*", "×"} else gap.strip()
            waiting = _glued(text, waiting, measure, f" {sign} " if " " in gap or sign in "×+" else sign)
            continue
        yield waiting
        waiting = measure
    if waiting is not None:
        yield waiting


def _glued(text: str, first: Measure, second: Measure, sign: str) -> Measure:
    source = text[first.start : second.end]
    written = f"{first.text}{sign}{second.text}"
    if facts.lost(source, written) or facts.invented(source, written):
        written = source
    return Measure(first.start, second.end, written, second.fact)
