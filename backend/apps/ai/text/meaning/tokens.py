"""The words of a sentence and the clauses that they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from apps.ai.text.meaning.sentence_end import begins_a_row

#: A word; parts joined by a hyphen are words of their own unless one is very short («к-та», «в/в»).
_WORD = re.compile(
    # Most words are plain ones of the two alphabets, and are not tried as anything else.
    r"[а-яА-Яa-zA-ZёЁ]{3,}+(?![\w'’/-])|"
    r"[^\W\d_]{1,2}[-/][^\W\d_]+|[^\W\d_]+[-/][^\W\d_]{1,2}(?![^\W\d_])|[^\W\d_]+(?:['’][^\W\d_]+)*\d*|\d+(?:[.,]\d+)?|½"
)
_COMMA = frozenset(",;:()•|")
#: Turkish orders of one person, which are no nouns where their clause ends behind an object.
_BARE = re.compile(r"(?:kullan|koy|sur|ver|yut|cigne|dondur|sik|birak|islat)m[ae]$")
_ENDS = re.compile(r"[.,;!]|\s*$")
#: Words that begin a new clause without a comma, and those that do so behind "and".
PARTING = frozenset({"а", "но", "but", "ancak", "ama", "однако"})
_THEN_DO = frozenset("discard seek consult contact ask tell see rinse call".split())
#: «не добавлены — только природный сахар»
_BEHIND_A_DASH = frozenset("только лишь зато only он она оно они это".split())
DENIAL = re.compile(
    r"\b(?:не|нет|ни|никак(?:ого|ой|их|ие)|ноль|zero|lacks|без|бес|кроме|отсутств|свобод|лишен|отдельно|дополнительно|separatel|вместо|вдали|подальше|вне|no|not|non|without|except|does|free)|s[iu]z|m[ae][zydlm]|yok|icerm|degil|gerekm|ilave|hayir|ayri"
)


class Token(NamedTuple):
    """A word or a number. `small`: in small letters, without marks; `at`: its place, `clause`: between which commas."""

    small: str
    at: int
    start: int
    end: int
    clause: int


def tokens_of(text: str, small: str, start: int) -> Iterator[Token]:
    clause, last = 0, 0
    for at, match in enumerate(_WORD.finditer(text)):
        first, end = match.span()
        word = small[first:end]
        if first - last > 1 or (first > last and text[last] != " "):
            between = text[last:first]
            row = between == ". " and begins_a_row(small[:first], word)
            dash = "—" in between and word in _BEHIND_A_DASH and DENIAL.search(small, 0, first) is not None
            clause += row or dash or not _COMMA.isdisjoint(between)
        last = end
        does = word in _THEN_DO and small.endswith("and ", 0, first)
        clause += does or (word in PARTING and end - first > 1)
        if _BARE.match(word) and _ENDS.match(text, end):
            word += "yin"  # «buzdolabına koyma.»: an order without its ending
        if not at and word == "кроме":
            word = "помимо"  # «Кроме кислоты в нём сок алоэ»: nothing is excepted
        yield Token(word, at, start + first, start + end, clause)
