"""Colour, material and sex that a title names in words, with the words that say so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.ai.text import facts
from apps.ai.text.facts import FactKind
from apps.ai.text.language import russian
from apps.ai.text.language.russian import Gender
from apps.ai_offline import pieces
from apps.ai_offline.attributes import MATERIAL_WORDS, Property

COLOURS = russian.word_set(
    "белый чёрный серый красный синий голубой зелёный жёлтый оранжевый розовый фиолетовый коричневый бежевый"
    " бордовый бирюзовый сиреневый лиловый золотистый серебристый кремовый телесный прозрачный разноцветный"
    " тёмно-синий светло-серый тёмно-серый тёмно-зелёный светло-зелёный светло-розовый молочно-белый горчичный"
    " мятный коралловый антрацитовый графитовый малиновый оливковый песочный шоколадный персиковый изумрудный"
)
_FORMS = {russian.agree(colour, gender).replace("ё", "е"): colour for colour in COLOURS for gender in Gender}
_SEXES = {"женский": "женский", "мужской": "мужской", "унисекс": "унисекс", "детский": "для детей"}
_SEX_FORMS = {
    russian.agree(word, gender): word for word in ("женский", "мужской", "детский") for gender in Gender
} | {"унисекс": "унисекс"}
_WORD = re.compile(r"[а-яё]+(?:-[а-яё]+)*", re.IGNORECASE)


#: Colours that name a taste or a smell on what is eaten or put on the skin.
_TASTES = russian.word_set(
    "мятный шоколадный персиковый малиновый оливковый кремовый горчичный песочный коралловый"
)
_EATEN = frozenset({"medicine", "supplement", "food", "cosmetics", "perfume"})


def find(title: str, *, kind: str = "") -> list[Property]:
    """The traits of a title in any of the three languages, one of each name. `kind`: the category's.

    What is eaten or put on the skin has no material; glass and plastic are its bottle's.
    """
    found: dict[str, Property] = {}
    materials = () if kind in _EATEN else _materials(title)
    for item in (*_known_words(title), *_russian_words(title), *materials):
        if kind in _EATEN and item.name == "Цвет" and item.value in _TASTES:
            continue
        found.setdefault(item.name, item)
    return list(found.values())


def _known_words(title: str) -> Iterator[Property]:
    for item in pieces.cut(title):
        if item.entry is None:
            continue
        said = item.entry.attribute or item.entry.russian
        if said in COLOURS:
            yield Property("Цвет", said, item.text)
        elif said in _SEXES:
            yield Property("Пол" if said != "детский" else "Возрастная группа", _SEXES[said], item.text)


def _russian_words(title: str) -> Iterator[Property]:
    for match in _WORD.finditer(title):
        word = match[0].lower()
        if (colour := _FORMS.get(word.replace("ё", "е"))) is not None:
            yield Property("Цвет", colour, match[0])
        elif (sex := _SEX_FORMS.get(word)) is not None:
            yield Property("Пол" if sex != "детский" else "Возрастная группа", _SEXES[sex], match[0])


def _materials(title: str) -> Iterator[Property]:
    """The material, when the title names exactly one."""
    named = [fact for fact in facts.extract(title) if fact.kind is FactKind.MATERIAL]
    if len({fact.value for fact in named}) != 1:
        return
    name = MATERIAL_WORDS.get(named[0].value, "")
    if name and not facts.invented(title, name):
        yield Property("Материал", name, named[0].text)
