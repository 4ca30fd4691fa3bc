"""Whether a word is said as what is not: «без парабенов», «alkolsüz», "sugar-free", «адаптера нет»."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache

from apps.ai.text.meaning.figures import value_of
from apps.ai.text.meaning.reading import Mention, Unit, unit_stems

_JOINED = (
    r"(?:[\s,]+(?:[\w-]+(?=\s*(?:,|\bи\b|\bили\b|\band\b|\bor\b))|"
    r"и|или|а|также|and|or|any|added|искусственн\w+|добавл\w+))"
)
_NO_BEFORE = re.compile(
    r"(?:\bбез|\bне содерж\w*|\bне име\w+|\bне включ\w+|\bне вход\w+|\bнет(?!,)|отсутств\w+|"
    r"\bсвобод\w+ от|\bне вызыва\w+|\bни|"
    r"\bне добавл\w+|\bкроме|\bне (?:средство|препарат|предназнач\w+) для|\bfree (?:of|from)|"
    r"\bwithout|\bno|\bnon|\bnot contain\w*|\bdoes not|\bnot|\bexcept|\bне)"
    rf"(?:{_JOINED}){{0,8}}(?:\s+(?:\w+(?:ого|их|ых|ой|ий))){{0,2}}[\s,-]*$"
)
_NO_INSIDE = re.compile(
    r"s[iu]z(?:d[iu]r)?$|m[ae](?:z|zlar|zler|yin|yiniz|m[ae]l[iı]\w*|digi\w*|yen|yan)$|"
    r"^(?:без|бес)(?!сон|пл|опас|вред|обид|шум|ротн|илат|утеш|оар)[а-я]{4,}"
)
_GONE = r"(?:не нуж\w+|не треб\w+|не содерж\w+|не вход\w+|не добавл\w+|отсутств\w+|нет|не обнаруж\w+)\b"
_NO_BEHIND = re.compile(
    r"^(?:[\s,]+[\w-]+){0,8}?[\s,]*(?:icerm\w+|yoktur|yok|bulunma\w+|kullanilmam\w+|degil\w*|"
    r"gerekm\w+|ilave edilmem\w+)\b"
    r"|^(?:[\s,]+(?:and|or|\w+(?=,| and| or)))*[ -]free\b"
    rf"|^(?: [\w-]+)? {_GONE}|^(?:(?:,| и| или| ни) [\w-]+(?: [\w-]+)?){{1,3}} {_GONE}"
)
#: «отдушка и SLES, силиконов нет»: of a list only the genitives are denied.
_CYRILLIC = re.compile("[а-я]")
_NOT_GENITIVE = re.compile(r"(?:(?:[ьебгджзклмнпрстфхцчшщ]|[^о]в|й)|ка|у|ю|о)$|^[a-z]+$")
_REACH = 70


def is_denied(unit: Unit, mention: Mention) -> bool:
    """Whether a concept is mentioned as what is absent."""
    if not unit.denies:
        return False
    tokens = unit.tokens
    if any(_NO_INSIDE.search(token.small) for token in tokens[mention.first : mention.last + 1]):
        return True
    start, end = tokens[mention.first].start - unit.start, tokens[mention.last].end - unit.start
    if _NO_BEFORE.search(unit.folded[max(0, start - _REACH) : start]):
        return True
    found = _NO_BEHIND.match(unit.folded[end : end + _REACH])
    if found is None or "добавл" in found[0] or not _CYRILLIC.search(found[0]):
        return found is not None
    if "," not in found[0] and " и " not in found[0]:
        return True
    counted = mention.first > 0 and value_of(tokens[mention.first - 1].small) is not None
    return not counted and not _NOT_GENITIVE.search(tokens[mention.last].small)


_NO = frozenset({"не", "без", "нет", "ни", "отсутствует", "отсутствуют"})
_SAYS_NO = re.compile(
    r"\b(?:не|нет|без|ни|нельзя|кроме|запре[тщ]\w*|отсутств\w+|исключ\w+|избега\w+|недопуст\w+|противопок\w*|несовмест\w+|лишь|только|"
    r"отказ\w*|огранич\w+|но)\b"
)
_SHORTEST = 4
#: Said with and without «не» of one thing: limits, comparisons, the frames of sentences.
_EITHER = (
    "боле мен больш выш ниж дольш раньш позж примен принима использ рекоменд назнач следу должн быт явля имет комплект "
    "тольк нуж обязательн завис подход разреш допуск прием нанос содерж треб хран врач лечен свет "
    "влаг возраст детск ребенк препарат"
).split()


class Sign(IntEnum):
    """How a sentence says a word: with no negation in it at all, with one somewhere, or right beside the word."""

    PLAIN = 0
    SOMEWHERE = 1
    DENIED = 2


@lru_cache(maxsize=4096)
def word_signs(unit: Unit) -> dict[str, Sign]:
    """The sign of each Russian stem of a sentence."""
    stems = unit_stems(unit)
    if len(stems) != len(unit.tokens):
        return {}
    found: dict[str, Sign] = {}
    otherwise = Sign.SOMEWHERE if _SAYS_NO.search(unit.folded) else Sign.PLAIN
    for token, stem in zip(unit.tokens, stems, strict=True):
        if _is_telling(stem):
            sign = Sign.DENIED if otherwise and _beside_no(unit, token.at) else otherwise
            found[stem] = max(sign, found.get(stem, sign))
    return found


@lru_cache(maxsize=50_000)
def _is_telling(stem: str) -> bool:
    return len(stem) >= _SHORTEST and "а" <= stem[0] <= "я" and not stem.startswith(tuple(_EITHER))


def _beside_no(unit: Unit, at: int) -> bool:
    tokens, clause = unit.tokens, unit.tokens[at].clause
    before = [token.small for token in tokens[max(0, at - 2) : at] if token.clause == clause]
    if before and (before[-1] in _NO or before[0] in {"без", "нет"}):
        return True
    behind = [token.small for token in tokens[at + 1 : at + 3] if token.clause == clause]
    if not behind:
        return False
    return (
        "нет" in behind
        or behind[0].startswith("отсутств")
        or (behind[0] == "не" and behind[-1].startswith(_ABSENT))
    )


_ABSENT = ("прилож", "вход", "содерж", "добавл", "треб", "нуж", "предусм", "актив", "включ", "идет", "полаг")
