"""Percentages, and the material of which they are a share."""

import re

from apps.ai.text.facts import lexicon
from apps.ai.text.facts.reading.amounts import Amount, value_of
from apps.ai.text.facts.reading.source import SPACE, FactKind, Reading, Source

_PERCENT = re.compile(rf"{SPACE}{{0,2}}(?:%|процент[а-я]*|percent(?![^\W_]))")


def percentage(source: Source, amount: Amount) -> Reading | None:
    folded, start = source.folded, amount.start
    end = amount.end
    before = folded[max(0, start - 6) : start].rstrip(" \u00a0")
    if sign := _PERCENT.match(folded, end):
        end = sign.end()
    elif before.endswith("%") and not before[:-1].rstrip()[-1:].isdigit():
        start = folded.rindex("%", 0, start)
    elif folded.startswith("yüzde", max(0, start - 6)):
        start -= 6
    else:
        return None
    if amount.joint == "+":
        return None
    value = value_of(amount, "")
    if value is None:
        return None
    return [source.fact(FactKind.PERCENT, value, "%", span=(start, end), of=_share(folded, start, end))], end


_SHARE_AFTER = re.compile(
    rf"(?:-?н?(?:ый|ая|ое|ой|ого|ом|й|го))?(?:'[a-zıüöşğ]{{1,4}})?{SPACE}{{1,2}}"
    rf"(?:(?:из|натуральн\w+|органическ\w+|чист\w+|organik|doğal|saf|pure|organic){SPACE})?([^\W\d_]+(?:-[^\W\d_]+)?)"
)

_PERCENT_END = re.compile(rf"%{SPACE}?$")
_PERCENT_START = re.compile(rf"{SPACE}?[:-]?{SPACE}?\d[\d.,]{{0,6}}{SPACE}?%")
_SHARE_BEFORE = re.compile(rf"([^\W\d_]+)(?:{SPACE}?[:-]{SPACE}?|{SPACE})$")


def _share(folded: str, start: int, end: int) -> str:
    """The material of which a percentage is a share; "" when none or when two could be meant.

    «80% хлопок 20% полиэстер» and «хлопок 80% полиэстер 20%»: a material that already has its percentage is not taken.
    """
    after = _SHARE_AFTER.match(folded, end)
    named = _material(folded, after)
    window = max(0, start - 25)
    before = _SHARE_BEFORE.search(folded, window, start)
    earlier = _material(folded, before)
    if before and earlier and (folded[start] == "%" or _PERCENT_END.search(folded, window, before.start())):
        earlier = ""
    if after and named and earlier and _PERCENT_START.match(folded, after.end()):
        named = ""
    return "" if named and earlier else named or earlier


def _material(folded: str, word: re.Match[str] | None) -> str:
    term = lexicon.term(folded, *word.span(1)) if word else None
    return term.id if term and term.group == "material" else ""
