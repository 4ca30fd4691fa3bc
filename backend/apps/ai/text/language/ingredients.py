"""Lists of ingredients by their international names (INCI): no foreign sentences in a Russian card."""

import re

_TURKISH = re.compile(r"[ğıİĞşŞ]")
#: How ingredients end or are called in the nomenclature of cosmetics (INCI), and the Latin names of plants.
_INGREDIENT = re.compile(
    r"(?<![^\W_])(?:aqua|parfum|fragrance|extract|oil|butter|juice|acid|wax|sodium|potassium|magnesium|calcium|zinc|"
    r"disodium|peg-\d+|ci \d{5}|[a-z]{2,}(?:ate|ol|ine|ide|one|in|yl|eth|oside|ose|oxane|icone|amine|ium|aria|iana|"
    r"ensis|alis|ifera|ifolia|iflora|oides))(?![^\W_])",
    re.IGNORECASE,
)
_FEWEST_INGREDIENTS = 3


def is_ingredients(sentence: str) -> bool:
    """Whether a sentence is a list of ingredients by their international names: more than half its items are."""
    items = sentence.rpartition(":")[2].split(",")
    if len(items) < _FEWEST_INGREDIENTS or _TURKISH.search(sentence):
        return False
    known = sum(_INGREDIENT.search(item) is not None for item in items)
    return known * 2 > len(items)
