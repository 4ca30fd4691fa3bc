"""Amounts that a source gives for several tablets, capsules or sachets together: never those of one."""

from __future__ import annotations

import re

from apps.ai.text import facts
from apps.ai.text.facts import FactKind
from apps.ai.text.language import glossary, russian
from apps.ai_offline import phrase
from apps.ai_offline.rendering import render

_PORTIONS = (
    r"(?:tablet|kaps[uü]l|saşe|sase|poşet|ölçek|damla|capsule|sachet|softgel|таблет|капсул|саше)[^\W\d_]*"
)
_AMOUNT = r"(?<!\d)\d{1,6}(?:[.,]\d{1,3})?\s?(?:mg|mcg|µg|g|iu|ui|мг|мкг|г|ме)(?![^\W\d_])"
_BEFORE = re.compile(
    rf"(?<!\d)(?P<count>[1-9]\d?)\s(?P<portion>{_PORTIONS})\s(?P<amount>{_AMOUNT})", re.IGNORECASE
)
_BEHIND = re.compile(
    rf"(?P<amount>{_AMOUNT})\s?[(/]\s?(?P<count>[1-9]\d?)\s(?P<portion>{_PORTIONS})", re.IGNORECASE
)
_SENTENCE = re.compile(
    rf"{_BEFORE.pattern} (?P<what>[^,;:\d]+?) (?:sağlar|içerir|bulunur|vardır|içermektedir)", re.IGNORECASE
)


def shared(source: str) -> frozenset[tuple[str, str]]:
    """The amounts, by value and unit, that a source gives for more than one portion."""
    found = [match for pattern in (_BEFORE, _BEHIND) for match in pattern.finditer(source)]
    return frozenset(
        (fact.value, fact.unit)
        for match in found
        if int(match["count"]) > 1
        for fact in facts.extract(match["amount"])
    )


def is_shared(sentence: str) -> bool:
    """Whether a sentence says what several portions hold together."""
    match = _BEFORE.match(sentence)
    return match is not None and int(match["count"]) > 1


def said(sentence: str) -> str:
    """«2 таблетки: магний 200 мг» of «2 tablet 200 mg magnezyum sağlar»; "" when it is not wholly understood."""
    match = _SENTENCE.fullmatch(sentence.strip(" .•*-–—"))
    if match is None:
        return ""
    what = phrase.understand(glossary.lower(match["what"]), kind="supplement")
    counts = [
        fact for fact in facts.extract(f"{match['count']} {match['portion']}") if fact.unit in russian.COUNTED
    ]
    amounts = [fact for fact in facts.extract(match["amount"]) if fact.kind is FactKind.QUANTITY]
    if not (what.covered and what.kind and len(counts) == len(amounts) == 1) or what.before or what.after:
        return ""
    portion = russian.counted(counts[0].value, russian.COUNTED[counts[0].unit])
    return f"{portion}: {what.kind} {render(amounts[0], amounts[0].text)}"
