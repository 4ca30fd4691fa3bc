"""Words that warn elsewhere, and promise here: «снижает усталость», «контролирует блеск»."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: What goods are to lessen, to curb and to better, behind and before words that warn otherwise.
_LESSENED = re.compile(
    r"устал|утомл|бол[ьие]|болев|отек|отеч|воспал|зуд|раздраж|тревог|тревож|стресс|напряж|потоотд|потлив|жирност|сальност|"
    r"выработк|вес$|веса$|аппетит|риск|температур|жар$|холестер|сахар|глюкоз|кислотн|шум|трени|вибрац"
)
_CURBED = re.compile(
    r"выработк|себум|кожн|жирн|сальн|блеск|аппетит|вес$|запах|потоотд|положен|температур|влажн|уровень$"
)
_BETTERED = re.compile(r"повыш|повыси|улучш|концентрац|поддерж|памят|ясност|устойчив")


def is_benefit(words: Sequence[str], at: int) -> bool:
    """«снижает усталость», «контролирует выработку», «концентрации внимания», «снижает риск»."""
    word, before, behind = words[at], words[:at], words[at + 1 :]
    if word.startswith("снижа"):
        return any(_LESSENED.match(one) for one in behind)
    if word.startswith("контролиру"):
        return any(_CURBED.match(one) for one in behind)
    if word.startswith("вниман"):
        return any(_BETTERED.match(one) for one in before)
    return word.startswith("риск") and any(one.startswith(("сниж", "сниз", "уменьш")) for one in before)
