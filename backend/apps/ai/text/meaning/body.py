"""Parts of the body that a card names and its source does not: most are a paraphrase, some are told as facts."""

from __future__ import annotations

import re

from apps.ai.text.meaning.findings import Case
from apps.ai.text.meaning.reading import Mention, Unit

#: Where a remedy goes: «капать в нос», «ушные капли».
_PUT = ("капа", "закап", "ввод", "введ", "впрыс", "нано", "нане", "втир", "смаз", "маж", "распыл", "вкладыв")
_PUT_THERE = ("капл", "спре", "маз", "гел", "свеч")


def is_put_there(unit: Unit, mention: Mention) -> bool:
    """Whether a part of the body is named as the place where the goods are put: no paraphrase names another."""
    small = [token.small for token in unit.tokens]
    if mention.last + 1 < len(small) and small[mention.last + 1].startswith(_PUT_THERE):
        return True
    if mention.first > 0 and small[mention.first - 1] == "через":
        return any(word.startswith(("вдых", "вдох", "ингал", *_PUT)) for word in small)
    before = small[max(0, mention.first - 2) : mention.first]
    if before and before[-1].startswith(("кажд", "оба", "обе", "лев", "прав", "одн")):
        before = before[:-1]
    governed = bool(before) and before[-1] in {"в", "во", "на"}
    return governed and any(word.startswith(_PUT) for word in small)


#: Of which no paraphrase speaks where the source does not.
_ORGANS = frozenset("nails brain vision eye cartilage gall".split())
_LISTED = re.compile(r"[^.;:(]*(?:,|\bи\b|\bили\b|/)[^.;:(]*")
_NEAR = 4


def is_listed(case: Case, unit: Unit, mention: Mention) -> bool:
    """«грибок стоп и ногтей»: a further part of the body beside one that the source names."""
    if mention.id not in _ORGANS:
        return False
    for other in unit.mentions:
        first, last = sorted((mention, other), key=lambda one: one.first)
        between = unit.folded[
            unit.tokens[first.last].end - unit.start : unit.tokens[last.first].start - unit.start
        ]
        if (
            other.group == "anatomy"
            and other.id in case.proof.ids
            and 0 < last.first - first.last <= _NEAR
            and _LISTED.fullmatch(between)
        ):
            return True
    return False
