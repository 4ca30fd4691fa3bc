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
    r"|(?<![ (][а-яa-z].)(?<![Вв]ит.)(?<![Vv]it.)(?<!\bгр.)(?<!\bдр.)[.!?…]*(?=\s+[«\"(*–—-]{0,2}\s?[A-ZА-ЯЁÇĞİÖŞÜ])"
    # Before a figure a short word may be an abbreviation: Russian ones end in a consonant, Latin ones are listed.
    rf"|(?:(?<=[^\W\d_]{{5}}.)|(?<=[)»\"].)|(?<=[а-яё]{{2}}[аеёиоуыэюяьй].)|(?<=[a-zçğıöşü]{{3}}.)){_NO_STUB}"
    r"[.!?…]*(?=\s+[\d½]))\s*"
)
