"""Names of makers as texts spell them: in either alphabet, with or without the words of a company."""

from __future__ import annotations

import re
import unicodedata

#: Words of companies and of trades, which many makers share.
_SHARED = frozenset(
    "ооо оао зао пао ао ип нпо нпп нпк фгуп фгбу тд тпк гк компания фирма завод фабрика фармацевтическая "
    "фармацевтический "
    "фарма фарм рус рашн россия групп лаб лаборатория лаборатории косметикс производство торговый дом "
    "llc ltd limited inc incorporated gmbh kg co corp corporation sa spa srl bv ag oy ab plc pte pvt sp "
    "oo company group holding "
    "pharma pharmaceuticals pharmaceutical laboratories laboratory labs lab foods food nutrition "
    "cosmetics healthcare health "
    "international global the and "
    "as a.ş aş ş san sanayi tic ticaret şti sti ve ilaç ilac kozmetik gıda gida sağlık saglik ürünleri "
    "urunleri tekstil".split()
)
#: «ООО» and its like beside a name: the name is a company's, which a card need not give.
_COMPANY = (
    r"(?:ооо|оао|зао|пао|ао|ип|нпо|нпп|фгуп|llc|ltd|inc|gmbh|corp|a\.ş\.?|aş|san\. ve tic|şti)(?![^\W_])\.?"
)
_SIGNS = re.compile(r"[\W_]+")
_WORD = re.compile(r"[^\W_]+(?:[.'’&-][^\W_]+)*")

LATIN = str.maketrans(
    dict(
        zip(
            "абвгдезийклмнопрстуфхыэ",
            "a b v g d e z i i k l m n o p r s t u f h y e".split(),
            strict=True,
        )
    )
    | {"ж": "zh", "ц": "c", "ч": "ch", "ш": "sh", "щ": "sh", "ь": "", "ъ": "", "ю": "u", "я": "a", "ё": "e"}
)
_VOWELS = re.compile(r"[aeiouyj]|(?<=(.))\1")
_ALIKE = str.maketrans({"c": "k", "q": "k", "w": "v", "x": "k"})


def letters(text: str) -> str:
    """Small letters and digits without marks and signs: «L'Oréal» and «LOREAL» are one."""
    plain = unicodedata.normalize("NFKD", text.replace("İ", "I").replace("ı", "i").casefold())
    return _SIGNS.sub("", plain)


def distinctive(name: str) -> str:
    """A maker's name without what makers share: «ООО Сервье Рус» is «Сервье». The whole name when nothing is left."""
    words = [
        word for word in _WORD.findall(name) if word.replace("İ", "i").casefold().strip(".") not in _SHARED
    ]
    return " ".join(words) or name


def has_legal_form(name: str) -> bool:
    """Whether a name is a company's in full: «Polifarma İlaç San. A.Ş.»."""
    return re.search(rf"(?<![^\W_]){_COMPANY}", name, re.IGNORECASE) is not None


def is_company(name: str, text: str) -> bool:
    """Whether a text gives the name as a company's: «Солгарт ООО»."""
    known = re.escape(distinctive(name))
    return (
        re.search(rf"{_COMPANY}\W{{1,3}}{known}|{known}\W{{1,3}}{_COMPANY}", text, re.IGNORECASE) is not None
    )


def is_named(name: str, text: str) -> bool:
    """Whether a text names the maker, by the distinctive words, in either alphabet."""
    own = distinctive(name)
    folded = letters(own)
    if len(folded) < 4 and " " not in own:
        return any(letters(word) == folded for word in _WORD.findall(text)) or sounds_alike(own, text)
    return folded in letters(text) or sounds_alike(own, text)


def sounds_alike(name: str, text: str) -> bool:
    """Whether the name is written in the other alphabet: the same consonants in one word («Нивея» for Nivea)."""
    wanted = skeleton(name)
    return len(wanted) > 1 and any(skeleton(word) == wanted for word in re.findall(r"[^\W\d_]{3,}", text))


def skeleton(word: str) -> str:
    """The consonants of a word, in Latin letters, those that sound alike as one."""
    return _VOWELS.sub("", letters(word).translate(LATIN).translate(_ALIKE))
