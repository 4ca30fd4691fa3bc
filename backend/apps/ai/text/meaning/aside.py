"""What a sentence names by the way: until when, of another cause, what has been done to another thing."""

from __future__ import annotations

import re

from apps.ai.text.meaning.reading import Mention, Unit

#: «ждут заживления», «до полного восстановления», "iyileşene dek": until when tells of no effect.
_UNTIL = re.compile(
    r"(?:\bдо|\bпосле|\bпока не|\bжд(?:ут|ать|ите)|\b(?:подо|дожи|вы|дожд)жд\w+|\bдождаться|\bдождитесь|"
    r"\buntil|\btill)"
    r"(?: \w+){0,2} $"
)
_UNTIL_TOO = re.compile(r"\w*(?: \w+)? (?:dek|kadar|degin)\b")


def is_by_the_way(unit: Unit, mention: Mention) -> bool:
    if mention.group == "effect":
        return _is_awaited(unit, mention)
    return mention.group == "disease" and _is_unrelated(unit, mention)


def _is_awaited(unit: Unit, mention: Mention) -> bool:
    start, end = (unit.tokens[mention.first].start - unit.start, unit.tokens[mention.last].end - unit.start)
    return _UNTIL.search(unit.folded[:start]) is not None or _UNTIL_TOO.match(unit.folded[end:]) is not None


#: «анемия, не связанная с артритом», «not caused by»: another's cause, of which nothing is said.
_UNRELATED = re.compile(
    r"\b(?:не (?:связ|обусловл|вызван|относящ)\w*\.? (?:с |со |к )?|not (?:\w+ )?(?:caused by|due to|related to) )"
    r"(?:[\w.]+ ){0,2}$"
)
_UNRELATED_TOO = re.compile(
    r"\w* (?:\w+ )?(?:iliskili|bagli|kaynaklanan?) (?:olmay|bulunmay)\w+|\w* kaynaklanmay\w+"
)


def _is_unrelated(unit: Unit, mention: Mention) -> bool:
    start, end = (unit.tokens[mention.first].start - unit.start, unit.tokens[mention.last].end - unit.start)
    return (
        _UNRELATED.search(unit.folded[:start]) is not None
        or _UNRELATED_TOO.match(unit.folded[end:]) is not None
    )


def is_state(unit: Unit, mention: Mention) -> bool:
    """«кипячёной воды»: what has been done to another thing is no act."""
    return mention.group == "care" and _DONE.search(unit.tokens[mention.last].small) is not None


_DONE = re.compile(r"[еая]нн?(?:ый|ая|ое|ые|ого|ой|ому|ую|ых|ым|ом|ыми)$")
