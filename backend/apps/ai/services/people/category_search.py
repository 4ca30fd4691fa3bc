"""Categories as a person looks for them: any part of the path, a synonym, a word with a slip in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from apps.ai.services import composition
from apps.ai.services.category.index import CategoryIndex
from apps.ai.text.language.stems import stems
from apps.ai.types import CategoryNode

_WORD = re.compile(r"[^\W_]+")
#: How alike (0..100) a mistyped word must be, and from how many letters on it may be one.
_ALIKE, _SHORTEST = 74, 4
#: What a word that is only alike counts for, at most, and one that stands inside another.
_MISTYPED, _INSIDE = 0.7, 0.8
#: Words of the tree that one typed word may stand for.
_MOST_WORDS = 40
#: A word of the category's own name counts more than one of the branches above it, a synonym a little less.
_OWN, _ABOVE, _SYNONYM = 1.0, 0.9, 0.85


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every word of the choosable categories, and where it stands: category id → what the word counts for there."""

    places: dict[str, dict[int, float]]
    by_stem: dict[str, tuple[str, ...]]

    @property
    def words(self) -> list[str]:
        return list(self.places)


def search(text: str, *, limit: int) -> list[CategoryNode]:
    """Categories that may be chosen, the best first. All words must be found; none for an empty text."""
    index = composition.category_index()
    wanted = [word for word in _WORD.findall(text.casefold().replace("ё", "е")) if word]
    if not wanted:
        return []
    known = _vocabulary(index)
    totals: dict[int, float] | None = None
    for word in wanted:
        found = _found(word, known)
        if totals is None:
            totals = found
        else:
            totals = {key: totals[key] + score for key, score in found.items() if key in totals}
    nodes = index.choosable
    ranked = sorted(
        (totals or {}).items(), key=lambda item: (-round(item[1], 3), len(nodes[item[0]].path_text))
    )
    return [nodes[key] for key, _ in ranked[:limit]]


def _found(word: str, known: Vocabulary) -> dict[int, float]:
    """What the typed word counts for in each category."""
    scores: dict[int, float] = {}
    for written, likeness in _meant(word, known).items():
        for key, weight in known.places[written].items():
            scores[key] = max(scores.get(key, 0.0), likeness * weight)
    return scores


def _meant(word: str, known: Vocabulary) -> dict[str, float]:
    """The words of the tree that a typed word may stand for: itself, its beginning or other ending, a slip."""
    meant = {written: _INSIDE for written in known.places if word in written}
    meant |= {written: 0.9 for written in meant if written.startswith(word)}
    meant |= dict.fromkeys(known.by_stem.get(_stem(word), ()), 0.95)
    if word in known.places:
        meant[word] = 1.0
    if meant or len(word) < _SHORTEST:
        return meant
    alike = process.extract(word, known.words, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=_MOST_WORDS)
    return {written: _MISTYPED * score / 100 for written, score, _ in alike}


@lru_cache(maxsize=2)
def _vocabulary(index: CategoryIndex) -> Vocabulary:
    places: dict[str, dict[int, float]] = {}
    for node in index.choosable.values():
        texts = [(node.name, _OWN), (" ".join(node.path[:-1]), _ABOVE), (" ".join(node.synonyms), _SYNONYM)]
        for text, weight in texts:
            for word in _WORD.findall(text.casefold().replace("ё", "е")):
                held = places.setdefault(word, {})
                held[node.id] = max(held.get(node.id, 0.0), weight)
    by_stem: dict[str, list[str]] = {}
    for word in places:
        by_stem.setdefault(_stem(word), []).append(word)
    return Vocabulary(places, {stem: tuple(words) for stem, words in by_stem.items()})


def _stem(word: str) -> str:
    found = stems(word)
    return found[0] if found else word
