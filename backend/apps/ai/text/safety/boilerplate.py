"""What a writer leaves in a card that is no text about the product: apologies, letters, gaps, code, promises of a shop.

Each kind is found in plain text; `find` returns the offending words by kind, as they stand.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from apps.ai.text.language.lazy_patterns import LazyPattern
from apps.ai.text.language.phrases import Phrases, alternatives_of, beginnings

#: Sentences of so many words count as repeated; shorter ones («Без рецепта.») may stand twice, not thrice in a row.
REPEATED_WORDS = 3
MOST_REPEATED = 2

_PATTERNS: dict[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("boilerplate_patterns.toml").read_text(encoding="utf-8")
)
#: A maker's guarantee is a fact of the product when its source states one.
_GUARANTEE = re.compile(r"(?:гаранти\w+|garanti\w*|warrant\w+|guarantee\w*)[^.!?\n]*", re.IGNORECASE)
_GUARANTEED = re.compile(r"гарант|garanti|warrant|guarantee", re.IGNORECASE)


def _compiled(patterns: Iterable[str]) -> LazyPattern:
    return LazyPattern(r"(?<![^\W_])(?:" + "|".join(patterns) + ")", re.IGNORECASE)


def _phrases(patterns: Iterable[str]) -> Phrases:
    return Phrases(alternatives_of("|".join(patterns)))


#: What a placeholder, markup or code in a text is made of; most texts have none of it.
_SIGN = re.compile(r"[\[\]{}<>%$#_*|~`\"\\&@=(\n]|\.{4}|-{3}")


def _begins_with_sign(pattern: str) -> bool:
    return not any(first.isalpha() for first in beginnings(pattern))


#: In words, looked for in small letters; in signs.
_IN_WORDS = {kind: _phrases(_PATTERNS[kind]) for kind in ("refusal", "letter", "shop_promise")}
_IN_SIGNS = {
    kind: _compiled(filter(_begins_with_sign, _PATTERNS[kind]))
    for kind in ("placeholder", "markdown", "raw_json")
}
_SPELLED = _compiled(pattern for pattern in _PATTERNS["placeholder"] if not _begins_with_sign(pattern))
_SENTENCE = re.compile(r"[^.!?\n]+")
_WORD = re.compile(r"[^\W_]+")


def find(text: str) -> dict[str, tuple[str, ...]]:
    """The offending words by kind; no key for a kind that is absent."""
    return dict(_find(text))


@lru_cache(maxsize=64)
def _find(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Kept, because a card is checked before and after its repair, and most of its fields stay the same."""
    found = {}
    small = text.replace("İ", "i").lower()
    if len(small) != len(text):
        small = text
    for kind, phrases in _IN_WORDS.items():
        if quotes := tuple(
            dict.fromkeys(text[slice(*match.span())].strip() for match in phrases.finditer(small))
        ):
            found[kind] = quotes
    signs = _IN_SIGNS.items() if _SIGN.search(text) else ()
    for kind, pattern in (*signs, ("placeholder", _SPELLED)):
        quotes = tuple(dict.fromkeys(match[0].strip() for match in pattern.finditer(text)))
        if quotes:
            found[kind] = found.get(kind, ()) + quotes
    repeated = tuple(dict.fromkeys(_repeated(text)))
    if repeated:
        found["repeated"] = repeated
    return tuple(found.items())


def unfounded_guarantee(text: str, source: str) -> tuple[str, ...]:
    """Guarantees that the source does not speak of."""
    stated = tuple(dict.fromkeys(_GUARANTEE.findall(text)))
    return () if stated and _GUARANTEED.search(source) else stated


def _repeated(text: str) -> Iterator[str]:
    """Sentences that stand twice in a row, or more than twice anywhere."""
    counts: Counter[tuple[str, ...]] = Counter()
    before: tuple[str, ...] = ()
    for sentence in _SENTENCE.findall(text):
        words = tuple(word.lower() for word in _WORD.findall(sentence))
        if not words:
            continue
        counts[words] += 1
        again = words == before
        enough = len(words) >= REPEATED_WORDS
        if (again and enough) or (counts[words] > MOST_REPEATED and (again or enough)):
            yield sentence.strip()
        before = words
