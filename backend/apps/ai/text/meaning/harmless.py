"""«Не вызывает зависимости», «сыпь нехарактерна» of what the source names as what may come."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.ai.text.meaning import signs
from apps.ai.text.meaning.denial import is_denied
from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.negations import prevents
from apps.ai.text.meaning.reading import Mention, Reading, Unit
from apps.ai.text.meaning.stance import Stance, stances
from apps.ai.text.meaning.views import once

_REACH = 45
_MAY_COME = re.compile(
    r"(?:ol|yap|gorul|gelis)[ae]bilir|neden ol|\bmay\b|\bcan cause|может|могут|возмож|вызыва"
)
_NOT_CAUSED = re.compile(
    r"\bне (?:вызыва\w+|вызов\w+|дает|провоцир\w+|привод\w+|сопровожда\w+|(?:повыша|увеличива)\w+ риск\w*|"
    r"грозит|чреват\w*|возника\w+|бывает)\b(?:(?!\bпри\b)[^.;—])*$"
)
_NOT_SEEN = re.compile(
    r"^(?![^,.;]*\b(?:при[её]м|примен|использ|лечен))"
    r"[^,.;]{0,30}?\b(?:нехарактерн\w+|не характерн\w+|"
    r"не (?:вызыва|возника|быва|наблюда|встреча)\w+|(?<!не )исключен[аоы])\b"
)


def check(case: Case) -> Iterator[Finding]:
    theirs = _named(case.source)
    for unit in case.body.units:
        for mention in unit.mentions:
            if mention.group != "disease" or mention.id not in theirs or not _is_ruled_out(unit, mention):
                continue
            quote = unit.text.strip()[:160]
            yield Finding(
                Code.POLARITY, "description", quote, case.source.units[theirs[mention.id]].text.strip()
            )
            break


def _is_ruled_out(unit: Unit, mention: Mention) -> bool:
    words = [token.small for token in unit.tokens]
    if any(prevents(words, at) for at in range(mention.first)):
        return False  # «не даёт тромбоцитам склеиваться»
    start = unit.tokens[mention.last].start - unit.start  # «вызывает зависимость» is one name
    end = unit.tokens[mention.last].end - unit.start
    before = unit.folded[max(0, start - _REACH) : start]
    return (
        _NOT_CAUSED.search(before) is not None or _NOT_SEEN.match(unit.folded[end : end + _REACH]) is not None
    )


@once
def _named(source: Reading) -> dict[str, int]:
    """Of each disease that no sentence denies the first that names it, where it is no indication."""
    found: dict[str, int] = {}
    denied: set[str] = set()
    words = signs.of_tokens(source)
    for at, (unit, clauses) in enumerate(zip(source.units, stances(source), strict=True)):
        is_use = all(one.stance is Stance.ALLOWS for one in clauses) and not _MAY_COME.search(unit.folded)
        for mention in unit.mentions:
            if mention.group != "disease":
                continue
            if is_denied(unit, mention) or words[at][mention.last] is signs.Sign.DENIED:
                denied.add(mention.id)
            elif not is_use:
                found.setdefault(mention.id, at)
    return {name: at for name, at in found.items() if name not in denied}
