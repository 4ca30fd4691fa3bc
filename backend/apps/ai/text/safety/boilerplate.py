"""What a writer leaves in a card that is no text about the product: apologies, letters, gaps, code, promises of a shop.

Each kind is found in plain text; `find` returns the offending words by kind, as they stand.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from apps.ai.text.language.phrases import Phrases, alternatives_of

#: Sentences of so many words count as repeated; shorter ones («Без рецепта.») may stand twice, not thrice in a row.
REPEATED_WORDS = 3
MOST_REPEATED = 2

_PATTERNS: dict[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("boilerplate_patterns.toml").read_text(encoding="utf-8")
)
#: A maker's guarantee is a fact of the product when its source states one.
_GUARANTEE = re.compile(r"гаранти\w+[^.!?\n]*", re.IGNORECASE)
_GUARANTEED = re.compile(r"гарант|garanti|warrant|guarantee", re.IGNORECASE)


def _compiled(patterns: list[str]) -> re.Pattern[str]:
    return re.compile(r"(?<![^\W_])(?:" + "|".join(patterns) + ")", re.IGNORECASE)


def _phrases(patterns: list[str]) -> Phrases:
    return Phrases(alternatives_of("|".join(patterns)))


#: In words, looked for in small letters; in signs, whose case counts.
_IN_WORDS = {kind: _phrases(_PATTERNS[kind]) for kind in ("refusal", "letter", "shop_promise")}
_IN_SIGNS = {kind: _compiled(_PATTERNS[kind]) for kind in ("placeholder", "markdown", "raw_json")}
_SENTENCE = re.compile(r"[^.!?\n]+")
_WORD = re.compile(r"[^\W_]+")


def find(text: str) -> dict[str, tuple[str, ...]]:
    """The offending words by kind; no key for a kind that is absent."""
    found = {}
    small = text.lower() if len(text.lower()) == len(text) else text
    for kind, phrases in _IN_WORDS.items():
        if quotes := tuple(
            dict.fromkeys(text[slice(*match.span())].strip() for match in phrases.finditer(small))
        ):
            found[kind] = quotes
    for kind, pattern in _IN_SIGNS.items():
        if quotes := tuple(dict.fromkeys(match[0].strip() for match in pattern.finditer(text))):
            found[kind] = quotes
    repeated = tuple(dict.fromkeys(_repeated(text)))
    if repeated:
        found["repeated"] = repeated
    return found


def unfounded_guarantee(text: str, source: str) -> tuple[str, ...]:
    """Guarantees that the source does not speak of."""
    if _GUARANTEED.search(source):
        return ()
    return tuple(dict.fromkeys(_GUARANTEE.findall(text)))


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
