"""What a card calls its goods, and what the law wants said about them, by the category's kind."""

from __future__ import annotations

import re
from collections.abc import Sequence

from apps.ai import conf
from apps.ai.text.safety import notices

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
_CHILDREN = re.compile(r"малыш|(?<!\w)дет(?:и|ям|ск)", re.IGNORECASE)
_PLAIN = frozenset({"", "household", "other"})


def noun(kind: str, path: Sequence[str], *, is_book: bool) -> str:
    """«лекарственное средство», «издание»; «товар» where the kind says nothing. `path`: the category's names."""
    if is_book:
        return _NOUNS["book"]
    if notices.for_pets(path):
        return "товар для животных"
    if kind in _PLAIN and any(_CHILDREN.search(name) for name in path):
        return "товар для детей"
    return _NOUNS.get(kind, "товар")


def notice(kind: str, path: Sequence[str], *, said: str) -> str:
    """The sentences that must stand under a card and do not yet; `said`: its text so far."""
    return " ".join(notices.missing(notices.wanted(conf.get().notices, kind, path), said))


def is_notice(remark: str) -> bool:
    """Whether a remark says what a notice says."""
    plain = remark.casefold().rstrip(".")
    return any(
        plain == sentence.casefold().rstrip(".")
        for every in conf.get().notices.values()
        for sentence in every
    )
