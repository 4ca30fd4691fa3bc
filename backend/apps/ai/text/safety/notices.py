"""Sentences that must stand under a card, by the kind of its goods: which they are is the shop's data."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

#: Goods for animals have a notice of their own, whatever their category's kind says.
PET = "pet"
_PETS = re.compile(r"зоотовар|животн|(?<!\w)кош(?:ек|ки)|собак", re.IGNORECASE)
_CARE = frozenset({"medicine", "supplement"})


def for_pets(path: Sequence[str]) -> bool:
    """Whether a category is one of goods for animals. `path`: its names from the root."""
    return any(_PETS.search(name) for name in path)


def wanted(
    by_kind: Mapping[str, Sequence[str]], kind: str, path: Sequence[str], *, language: str = "ru"
) -> tuple[str, ...]:
    """The sentences for goods of `kind` in the category of `path`. Those of another language than Russian stand
    under «kind:language».
    """
    name = PET if kind in _CARE and for_pets(path) else kind
    return tuple(by_kind.get(name if language == "ru" else f"{name}:{language}", ()))


def missing(sentences: Sequence[str], said: str) -> tuple[str, ...]:
    """Those of `sentences` that the plain text `said` does not hold, in any capitals and blanks."""
    if not sentences:
        return ()
    known = _plain(said)
    return tuple(sentence for sentence in sentences if _plain(sentence) not in known)


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("ё", "е").split()).rstrip(".")
