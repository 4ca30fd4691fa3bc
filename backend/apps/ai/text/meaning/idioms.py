"""Negative words that negate nothing: «сводит на нет», «кроме того», «как нельзя лучше», «saptanır saptanmaz».

Each is written over with a word of equal length, so that places in the text stay what they are.
"""

from __future__ import annotations

import re

_INSTEAD = {"нет": "нул", "кроме": "также", "нельзя": "весьма"}
_IDIOM = re.compile(
    r"(?<=\bна )нет\b|\bкроме(?= (?:того|этого|прочего|всего прочего)\b(?!,? (?:кто|кого|кому)))"
    r"|(?<=\bкак )нельзя(?= (?:лучше|кстати|более)\b)"
)


#: «saptanır saptanmaz», «başlar başlamaz»: as soon as; «olsun olmasın»: whether or not.
_AS_SOON_AS = re.compile(r"(?P<stem>\b[a-z]{2,}?)(?:[aeiu]?r (?P=stem)m[ae]z|s[iu]n (?P=stem)m[ae]s[iu]n)\b")


def plain(small: str) -> str:
    """The text of equal length in which those words are no negations any more. `small`: folded."""
    found = small
    if any(word in small for word in _INSTEAD):
        found = _IDIOM.sub(lambda match: _INSTEAD[match[0]], found)
    if any(ending in small for ending in ("maz", "mez", "mas", "mes")):
        found = _AS_SOON_AS.sub(lambda match: f"{match[0][:-3]}nca", found)
    return found
