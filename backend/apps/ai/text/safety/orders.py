"""Whether a sentence orders the shop's system about: sets a category, hides a warning, lets a card through unchecked.

Such orders are made of few parts in any wording: whom or what they concern (a machine, its work, a text, a fact of the
product), what is to be done (an imperative, an infinitive, a passive with a modal word), and which check is to be left
out. Words are looked up by their beginnings in `order_words.toml`; what counts is which parts stand near one another,
so that the voice, the order of words and politeness make no difference. Leaflets and care labels order, too, but they
speak of doctors, packs and skin.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from apps.ai.text.language.lazy_patterns import LazyPattern
from apps.ai.text.language.phrases import Phrases
from apps.ai.text.safety import indirect, order_rules, order_signs
from apps.ai.text.safety.order_parts import Part, words_of
from apps.ai.text.safety.order_signs import Sign

#: A longer sentence is a list; it is looked at in pieces.
LONGEST = 40
#: What an order wants written says nothing about who is spoken to.
_QUOTED = re.compile(r"«[^»]{1,120}»|\"[^\"]{1,120}\"|“[^”]{1,120}”")
_CLAUSES = re.compile(r"[,;:—–](?= )|(?<= )[-—–](?= )")
_PHRASES: dict[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("order_phrases.toml").read_text(encoding="utf-8")
)
_ADDRESSED_TO_ALL, _ROLE = Phrases(_PHRASES["addressed_to_all"]), Phrases(_PHRASES["role"])
_SETTING, _VOCATIVE = (LazyPattern("|".join(_PHRASES[name])) for name in ("setting", "vocative"))


@lru_cache(maxsize=64)  # a sentence is asked both questions
def _read(folded: str) -> tuple[tuple[int, ...], int]:
    """The parts of a folded sentence's words, and all of them together."""
    words = words_of(folded)
    held = 0
    for parts in words:
        held |= parts
    return tuple(words), held


#: What a leaflet prints before a warning, which is no word of the sentence.
_LABEL = re.compile(
    r"\W*(?:warning|caution|attention|important|внимание|предупреждение|uyari|dikkat)s?(?:\W+(?=\w)|$)"
)
_TO_USERS = re.compile(
    r"(?<![^\W_])(?:use|using|take|taking|people|patients|children|child|keep|medical|doctor|eyes|skin|"
    r"mouth|small parts)(?![^\W_])"
)


def _without_label(folded: str) -> str:
    """A sentence to those who use a thing, without the heading «WARNING»."""
    label = _LABEL.match(folded)
    return folded[label.end() :] if label and _TO_USERS.search(folded, label.end()) else folded


def judge(folded: str) -> Sign:
    """What all signs of a folded sentence say together. Linear."""
    return order_signs.judge(folded, _read(folded)[0])


def is_order(folded: str) -> bool:
    """Whether a rule finds an order to the system: in a folded sentence, around its quotes, in a clause. Linear."""
    folded = _without_label(folded)
    if _judged(folded):
        return True
    outside = _QUOTED.sub(" ", folded)
    return (len(outside) < len(folded) and _judged(outside)) or _is_in_a_clause(outside)


def _is_in_a_clause(folded: str) -> bool:
    """Whether a clause that addresses nobody is an order: «…поставьте «Хит» в заголовок, остальное на ваш вкус»."""
    _, held = _read(folded)
    if not held & order_rules.ADDRESSED or not held & (Part.WORK | Part.MACHINE) or held & Part.LIFE:
        return False
    clauses = _CLAUSES.split(folded)
    return len(clauses) > 1 and any(map(_is_a_strangers_clause, clauses))


def _is_a_strangers_clause(clause: str) -> bool:
    _, held = _read(clause)
    return bool(held & (Part.WORK | Part.MACHINE)) and not held & order_rules.ADDRESSED and _judged(clause)


def is_for_people(folded: str) -> bool:
    """Whether a folded sentence speaks of bodies, packs and households, and of nothing that a machine does."""
    _, held = _read(folded)
    return bool(held & (Part.LIFE | order_rules.ADDRESSED)) and not held & (
        Part.MACHINE | Part.YOU | Part.TASK
    )


def is_shop_talk(folded: str) -> bool:
    return indirect.is_shop_talk(folded, _read(folded)[1])


def is_told(folded: str) -> bool:
    return indirect.is_told(folded, _read(folded)[1])


def _judged(folded: str) -> bool:
    read, held = _read(folded)
    if _is_set(folded, held) or indirect.is_meant(folded, held):
        return True
    if not held & (order_rules.CONCERNED | Part.ORDER | Part.PASSED):
        return False
    words = list(read)
    if held & Part.HINT:
        if _VOCATIVE.search(folded) is not None:
            words.insert(0, Part.MACHINE)
        if held & (Part.WORK | Part.FIELD | Part.WRITTEN) and _ADDRESSED_TO_ALL.search(folded) is not None:
            return True
    return any(
        order_rules.orders(words[start : start + LONGEST])
        for start in range(0, max(1, len(words)), LONGEST - order_rules.NEAR)
    )


def _is_set(folded: str, held: int) -> bool:
    """Whether a role or a setting is spoken of."""
    if held & Part.HINT and _ROLE.search(folded) is not None:
        return True
    return ("=" in folded or "_" in folded or ">" in folded) and _SETTING.search(folded) is not None
