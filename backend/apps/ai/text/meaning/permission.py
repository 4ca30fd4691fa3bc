"""What of a sentence permits, and what only seems to: a dose allows, an interval or a cause does not."""

from __future__ import annotations

import re

from apps.ai.text.meaning.denial import keeps_apart
from apps.ai.text.meaning.figures import figures
from apps.ai.text.meaning.reading import Mention, Unit
from apps.ai.text.meaning.said import TAKEN
from apps.ai.text.meaning.views import once

_DOSES = frozenset({"mg", "ml", "iu", "drop", "piece", "times"})


@once
def is_dosed(unit: Unit) -> bool:
    """Whether a sentence gives a dose: «детям — по полтаблетки» allows it to them."""
    return any(figure.unit in _DOSES for figure in figures(unit))


#: «парабены дают аллергию» permits nothing.
_CAUSES = re.compile(r"\bда[юе]т\b|вызыва|вызвать|привод|\bcauses?\b|yapabilir|neden ol")


_WAITS = re.compile(
    r"\bчерез\b|\bмежду\b|интервал|перерыв|промежут|разниц|спустя|позже|позднее|раньше|выжд|подожд"
)
_KEPT_APART = TAKEN | {"care", "effect"}


def is_no_permission(unit: Unit, mention: Mention) -> bool:
    if _WAITS.search(unit.folded) and any(figure.unit in {"hour", "minute"} for figure in figures(unit)):
        return True  # «молочные продукты — через 2 часа»
    if mention.group == "disease":
        return _CAUSES.search(unit.folded) is not None
    return mention.group in _KEPT_APART and keeps_apart(unit)
