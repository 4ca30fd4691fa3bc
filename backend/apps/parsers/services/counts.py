"""Stock as suppliers write it: ">10", "5 шт.", "есть", "под заказ"."""

from __future__ import annotations

import re

NO_WORDS = frozenset("false no нет yok tükendi hayır - out_of_stock outofstock sold_out".split()) | {
    *(
        "нет в наличии",
        "нет на складе",
        "отсутствует",
        "out of stock",
        "stokta yok",
        "sold out",
        "закончился",
    ),
    *("под заказ", "ожидается", "ожидается поступление", "распродано", "снят с производства"),
}
_COUNT = re.compile(
    r"(?:>=?|≥|~|≈|более|больше|свыше|около|от|more than|over)?\s*"
    r"(\d{1,3}(?:[ \u00a0]\d{3})+|\d{1,18})(?:[.,](?:0{1,2}|\d))?"
    r"\s*\+?\s*(?:шт|штук[аи]?|pcs?|pieces?|adet|ед|уп|упак)?\.?",
    re.IGNORECASE,
)


def count_of(text: str) -> int | None:
    """Pieces, of ">10" and "10+" the ten that are sure; 0 for words that say none; None: it is not said how many.

    "есть" and "много" are no number, and "<5" may be none. "1,000" is a thousand or one: not said either.
    """
    line = " ".join(text.split())
    if line.casefold().rstrip(".") in NO_WORDS - {"-"}:
        return 0
    found = _COUNT.fullmatch(line)
    return int(re.sub(r"\s", "", found[1])) if found else None
