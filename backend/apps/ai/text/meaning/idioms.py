"""Words that mean something else where they stand: «сводит на нет», «кроме того», «как нельзя лучше».

Each is written over with a word of equal length, so that places in the text stay what they are.
"""

from __future__ import annotations

import re

_INSTEAD = {"нет": "нул", "кроме": "также", "нельзя": "весьма"}
#: «Свободен от глютена» is without it; «свободно» alone denies nothing.
_FREE_OF = re.compile(r"\bсвобод(?:ен|на|но|ны) от\b")
#: "Not enough" is too little, and denies nothing.
_NOT_ENOUGH = re.compile(r"\bnot(?= (?:enough|sufficient|adequate))")
_IDIOM = re.compile(
    r"(?<=\bна )нет\b|\bкроме(?= (?:того|этого|прочего|всего прочего)\b(?!,? (?:кто|кого|кому)))"
    r"|(?<=\bкак )нельзя(?= (?:лучше|кстати|более)\b)"
)


#: «saptanır saptanmaz», «başlar başlamaz»: as soon as; «olsun olmasın»: whether or not.
_AS_SOON_AS = re.compile(r"(?P<stem>\b[a-z]{2,}?)(?:[aeiu]?r (?P=stem)m[ae]z|s[iu]n (?P=stem)m[ae]s[iu]n)\b")


#: "vakit kaybetmeden", «без промедления», "without delay": at once.
_NO_DELAY = re.compile(
    r"(?P<turkish>(?:kaybet|gecik|geciktir|beklet|bekletil|bekle))meden\b|\bбез(?= (?:\w+ )?(?:промедлени|"
    r"отлагательств|задерж))|"
    r"\bне(?= (?:откладывая|медля|затягивая)\b)|\bwithout(?= (?:any )?delay)"
)
_AT_ONCE = {"без": "тут", "не": "то", "without": "quickly"}

#: «şeker ve tansiyon hastaları»: diabetics, the head of the list being said once.
_DIABETICS = re.compile(r"\bseker(?=(?:(?:, ?| ve | veya )\w+){1,6} (?:hasta|rahatsiz))")


def plain(small: str) -> str:
    """The text of equal length in which those words are no negations any more. `small`: folded."""
    found = small
    if any(word in small for word in _INSTEAD):
        found = _IDIOM.sub(lambda match: _INSTEAD[match[0]], found)
    if "not " in small:
        found = _NOT_ENOUGH.sub("too", found)
    if "свобод" in small:
        found = _FREE_OF.sub("лишенный же", found)
    if any(ending in small for ending in ("maz", "mez", "mas", "mes")):
        found = _AS_SOON_AS.sub(lambda match: f"{match[0][:-3]}nca", found)
    if "seker" in small:
        found = _DIABETICS.sub("diyab", found)
    if any(word in small for word in _DELAYS):
        found = _NO_DELAY.sub(
            lambda match: f"{match['turkish']}erken" if match["turkish"] else _AT_ONCE[match[0]], found
        )
    return found


_DELAYS = ("meden", "промедл", "отлагат", "задерж", "отклад", "медля", "затяг", "delay")
