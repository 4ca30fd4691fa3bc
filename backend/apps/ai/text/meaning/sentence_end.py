"""Where a sentence of a leaflet or a card ends, among abbreviations and figures."""

from __future__ import annotations

import re

#: Abbreviations that stand before figures, and would end a sentence by their letters.
_NO_STUB = "".join(
    rf"(?<!\b{stub}.)"
    for stub in "max min vit tab tbl kap cap amp yak ort art sat tel pcs maks kaps caps yakl tabl approx прибл".split()
)
#: Where a sentence ends: a sign and a capital or a figure behind it, a semicolon, the end of a line.
SENTENCE_END = re.compile(
    # The sign comes first, and what stands before it is looked at from there: few letters of a text are signs.
    r"[.!?…;\n](?:(?<=[;\n])"
    r"|(?:(?<![ (][а-яa-z].)|(?<=\d [а-яa-z].))"
    r"(?<![Вв]ит.)(?<![Vv]it.)(?<!\bгр.)(?<!\bдр.)(?!(?<=\bшт\.)\s+[A-Z])[.!?…]*(?=\s+[«\"(*–—-]{0,2}\s?[A-ZА-ЯЁÇĞİÖŞÜ])"
    # Suppliers who know no capitals: Russian words that end in a vowel are no abbreviations.
    r"|(?<=[а-яё]{3}[аеёиоуыэюяьй].)[.!?…]*(?=\s+[а-яё])"
    # Before a figure a short word may be an abbreviation: Russian ones end in a consonant, Latin ones are listed.
    rf"|(?:(?<=[^\W\d_]{{5}}.)|(?<=[)»\"].)|(?<=[а-яё]{{2}}[аеёиоуыэюяьй].)|(?<=[a-zçğıöşü]{{3}}.)){_NO_STUB}"
    r"[.!?…]*(?=\s+(?:%|[+−±]?[\d½])))\s*"
)

_A_DAY = re.compile(r"/(?:д|дн|день|сут|gun|day)\. $")


def begins_a_row(before: str, word: str) -> bool:
    """«2-5 лет: 2,5 мл 3 р/д. 6-12 лет: 5 мл»: whether a number begins the next row of a table in one line."""
    return word[0].isdigit() and _A_DAY.search(before) is not None
