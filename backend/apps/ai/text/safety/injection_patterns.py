"""The patterns of `injection`: what is looked for is data in `injection_patterns.toml`, read once; how a text is taken
apart stands here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from apps.ai.text.language.lazy_patterns import LazyPattern
from apps.ai.text.language.letters import Letters
from apps.ai.text.language.phrases import Phrases

# Where an order may begin: at the start of a sentence, or behind an introduction.
_INTRODUCTION = (
    r"(?:^[^\w«“\"]*|[:;,(—–-] ?|(?<![^\W_])(?:please|kindly|now|then|next|and|also|finally|instead|"
    r"you must|you should|"
    r"пожалуйста|теперь|затем|потом|далее|а также|и|сначала|вместо этого|lutfen|simdi|sonra|ve) )"
)
_KINDS: dict[str, Callable[[list[str]], Any]] = {
    "anywhere": Phrases,
    "start": lambda patterns: LazyPattern(rf"{_INTRODUCTION}(?:{'|'.join(patterns)})(?![^\W_])"),
    "as it is": lambda patterns: LazyPattern("|".join(patterns)),
}


def _read(path: Path) -> dict[str, Any]:
    """The file's groups, compiled. KeyError for an unknown way to match, ValueError for nothing to match."""
    groups = tomllib.loads(path.read_text(encoding="utf-8"))
    words: dict[str, str] = groups.pop("words")
    compiled = {}
    for name, group in groups.items():
        if not all(group["patterns"]):
            raise ValueError(f"{path.name}: a pattern of {name} is empty and would match every text.")
        patterns = [_spelled_out(pattern, words) for pattern in group["patterns"]]
        compiled[name] = _KINDS[group["match"]](patterns)
    return compiled


def _spelled_out(pattern: str, words: dict[str, str]) -> str:
    """A pattern with the words it names; the later ones may name earlier ones."""
    for word, meaning in reversed(words.items()):
        pattern = pattern.replace(f"@{word}@", meaning)
    return pattern


_GROUPS = _read(Path(__file__).with_suffix(".toml"))

ANYWHERE_LATIN: Phrases = _GROUPS["anywhere_latin"]
ANYWHERE_CYRILLIC: Phrases = _GROUPS["anywhere_cyrillic"]
STARTS_LATIN: LazyPattern = _GROUPS["starts_latin"]
STARTS_CYRILLIC: LazyPattern = _GROUPS["starts_cyrillic"]
# Orders that may concern goods, too: they count when the rest of the sentence does not speak of goods.
WEAK_LATIN: LazyPattern = _GROUPS["weak_latin"]
WEAK_CYRILLIC: LazyPattern = _GROUPS["weak_cyrillic"]
# Turkish puts the verb last; goods are explained with «-ınız».
TURKISH_ENDS: LazyPattern = _GROUPS["turkish_ends"]
TURKISH_GOODS: LazyPattern = _GROUPS["turkish_goods"]
MARKUP: LazyPattern = _GROUPS["markup"]
CODE: LazyPattern = _GROUPS["code"]
ENCODED: LazyPattern = _GROUPS["encoded"]
QUESTION_EN: LazyPattern = _GROUPS["question_en"]
GOODS_EN: LazyPattern = _GROUPS["goods_en"]
QUESTION_RU: LazyPattern = _GROUPS["question_ru"]
GOODS_RU: LazyPattern = _GROUPS["goods_ru"]
ADVERT_RU: LazyPattern = _GROUPS["advert_ru"]
YOU_RU: LazyPattern = _GROUPS["you_ru"]
QUESTION_TR: LazyPattern = _GROUPS["question_tr"]
GOODS_TR: LazyPattern = _GROUPS["goods_tr"]
BOOK: LazyPattern = _GROUPS["book"]
ENGLISH_WORD: LazyPattern = _GROUPS["english_word"]
GERMAN_ETC_WORD: LazyPattern = _GROUPS["german_etc_word"]
GOODS_ENGLISH: LazyPattern = _GROUPS["goods_english"]

HAN_ETC = re.compile(
    r"[\u0590-\u06ff\u0900-\u0dff\u0e00-\u0eff\u10a0-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
SENTENCE = re.compile(r"(?:[^.!?…\n]|[.](?=[^\s.!?…]))+[.!?…]*[»\"”')\]]*|[.!?…]+")
#: The end of a line that is not the end of a sentence.
LINE_BREAK = re.compile(r"(?<=[^.!?…:\s]) ?\n\s*")
#: An English order may stand in a title without a full stop before it: «… Elbise What is the capital of …».
INNER_START = re.compile(
    r"(?<=[^\s.!?:;] )(?=[A-Z][a-z']+ (?:[a-z]|\d|[\"'«])|(?:Compare|Explain|Describe|Translate|"
    r"Summari[sz]e|Define|Write|Ignore|Disregard|Forget|Tell|Give|Create|Provide|Analy[sz]e|Discuss|List|"
    r"Name|Compose|Draft|Calculate|Respond|Convert) )|(?<=[а-яёА-ЯЁ0-9)»] )(?=[A-Z][a-z]+ )|"
    r"(?<=[A-Za-z0-9)] )(?=[А-ЯЁ][а-яё]+ )"
)
#: A word in small letters with figures that look like letters («1gn0re»); no measure («10ml»), no model («a54»).
FIGURED = re.compile(
    r"(?<![^\W_])(?=[a-z]*[013457@$])(?:[013457@$]?[a-z]+[013457@$]+[a-z]{2,}|"
    r"[1@0][a-z]{2,}[013457@$][a-z]+)[a-z013457@$]*"
)
FROM_FIGURES = str.maketrans("013457@$", "oieastas")
#: What a leaflet says of doctors and doses, too: "do not change the dose", «yeni talimatı».
SAID_BY_DOCTORS = re.compile(
    r"(?:yeni|diger|verilen) |(?:change|new|other) (?:the |your )?(?:dose|dosage|instruction)"
    r"|remove (?:the |any )?warning|overdose|full confidence|(?:halve|double|lower|raise) the dose"
    r"|override the safety|forget the rules"
)
#: One polite verb by itself: «отклоните» is said of a chair's back, too.
SAID_POLITELY = re.compile(r"(?:не )?[а-я]+(?:ите|йте|ьте)")
LATIN = re.compile(r"[a-z]{2}")
CYRILLIC = re.compile(r"[а-я]{2}")
LATIN_WORDS = re.compile(r"[a-z] [a-z'’]+ [a-z]")
LETTERS = re.compile(r"[^\W\d_]+")
LATIN_WORD = re.compile(r"[a-z]+")
#: English function words that are Turkish words, too («ön koltuk», «her gün»).
TURKISH_TWINS = frozenset(("on", "at", "her", "in", "an", "his", "us", "me", "an"))
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e0fff]"
)
TAGS = re.compile("[\U000e0020-\U000e007e]{4,}")
STYLED_LETTERS = re.compile("[\uff01-\uff5e\U0001d400-\U0001d7ff]")
#: What is to become a single blank, and is none yet.
BLANKS = re.compile(r"[^\S\n]{2,}|[^\S\n ]")
MIXED = re.compile(r"[a-z][а-яіј]|[а-яіј][a-z]")
LATIN_LETTER = re.compile(r"[a-z]")
CYRILLIC_LETTER = re.compile(r"[а-яіј]")
TO_LATIN = str.maketrans("асеорхукмтнвіј", "aceopxykmthbij")
TO_CYRILLIC = str.maketrans("aceopxykmthb", "асеорхукмтнв")
plain = Letters({"ёçğıöşüâîû": "еcgiosuaiu"})
