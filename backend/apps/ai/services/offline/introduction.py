"""What a card calls its goods, and what the law wants said about them, by the category's kind."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NOUNS = {
    "medicine": "лекарственное средство",
    "supplement": "биологически активная добавка (БАД)",
    "cosmetics": "средство для ухода",
    "perfume": "парфюмерия",
    "clothes": "одежда",
    "shoes": "обувь",
    "book": "издание",
    "furniture": "мебель",
    "tableware": "товар для кухни",
    "food": "продукт питания",
    "toys": "товар для детей",
}
_DOCTOR = "Перед применением проконсультируйтесь с врачом."
_NOTICES = {
    "medicine": ("Перед применением ознакомьтесь с инструкцией и проконсультируйтесь с врачом.",),
    "supplement": ("Не является лекарственным средством.", _DOCTOR),
    "pet": ("Перед применением проконсультируйтесь с ветеринарным врачом.",),
}
_PETS = re.compile(r"зоотовар|животн|(?<!\w)кош(?:ек|ки)|собак", re.IGNORECASE)
_CHILDREN = re.compile(r"малыш|(?<!\w)дет(?:и|ям|ск)", re.IGNORECASE)
_PLAIN = frozenset({"", "household", "other"})
_CARE = frozenset({"medicine", "supplement"})


def noun(kind: str, path: Sequence[str], *, is_book: bool) -> str:
    """«лекарственное средство», «издание»; «товар» where the kind says nothing. `path`: the category's names."""
    if is_book:
        return _NOUNS["book"]
    if _for_pets(path):
        return "товар для животных"
    if kind in _PLAIN and any(_CHILDREN.search(name) for name in path):
        return "товар для детей"
    return _NOUNS.get(kind, "товар")


def notice(kind: str, path: Sequence[str], *, said: str) -> str:
    """The sentences that must stand under a card and do not yet; `said`: its text so far."""
    wanted = _NOTICES.get("pet" if kind in _CARE and _for_pets(path) else kind, ())
    known = said.casefold().replace("\u00a0", " ")
    return " ".join(sentence for sentence in wanted if sentence.casefold().rstrip(".") not in known)


def is_notice(remark: str) -> bool:
    """Whether a remark says what a notice says."""
    plain = remark.casefold().rstrip(".")
    return any(plain == sentence.casefold().rstrip(".") for every in _NOTICES.values() for sentence in every)


def _for_pets(path: Sequence[str]) -> bool:
    return any(_PETS.search(name) for name in path)
