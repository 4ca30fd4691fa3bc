"""SEO title, SEO description and keywords, from what the card already says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from apps.ai.text import language
from apps.ai.text.language import glossary, limits, russian, stems

TITLE_LIMIT = 70
DESCRIPTION_LIMIT = 160
MOST_KEYWORDS = 7
LONGEST_KEYWORD = 60


def title(text: str, *, category: str) -> str:
    """The card's title, with its category when both fit and the category says something new."""
    if category and not stems_of(category) & stems_of(text) and len(text) + len(category) + 3 <= TITLE_LIMIT:
        return f"{text} — {russian.lower_first(category)}"
    return limits.shorten(text, TITLE_LIMIT)


def description(title_text: str, sentences: Iterable[str]) -> str:
    """The title and as many whole sentences as fit."""
    text = limits.shorten(title_text, DESCRIPTION_LIMIT - 1)
    text = text if text[-1:] in ".!?…" else f"{text}." if text else ""
    for sentence in sentences:
        if sentence and len(text) + 1 + len(sentence) <= DESCRIPTION_LIMIT:
            text = f"{text} {sentence}".strip()
    return text


_STOP = russian.word_set(
    "и в во на с со для от из без под по к не до при за о об или а но внутрь прием мес лет года шт уп"
)
#: A word in its own right: not after a number («20 таблеток») nor after a preposition («с капюшоном»).
_KEYWORD = re.compile(
    r"(?<!\d )(?<!\d[ \u00a0])(?<![свкоу] )(?<!для )(?<!за )(?<!без )"
    r"(?<!от )(?<!из )(?<!на )(?<!при )(?<!под )(?<![\w-])"
    r"[^\W\d_]{3,}(?:-[^\W\d_]+)*(?![\w-])"
)


#: A single word in the instrumental («маслом», «лицом») is nothing that anybody looks for.
_OBLIQUE = re.compile(r"^(?!альбом|диплом)[а-яё]{2,}[бвгдзклнпрстц](?:ом|ами|ями)$")


def keywords(phrases: Sequence[str], words: Iterable[str], *, names: Sequence[str]) -> list[str]:
    """Lower-case keywords: whole phrases first, then single words; no stem stands in two of them.

    `names`: words that may be foreign.
    """
    chosen: list[str] = []
    used: set[str] = set()
    for candidate in (*phrases, *(word for text in words for word in _KEYWORD.findall(text))):
        keyword = (
            " ".join(glossary.lower(candidate).split()) if _has_turkish(candidate) else candidate.lower()
        )
        keyword = keyword.strip(" .,;:«»\"'()")
        own = stems_of(keyword)
        if not own or own & used or len(keyword) > LONGEST_KEYWORD:
            continue
        if language.foreign_leftovers(keyword, allowed=names) or _OBLIQUE.search(keyword):
            continue
        chosen.append(keyword)
        used |= own
        if len(chosen) == MOST_KEYWORDS:
            break
    return chosen


def stems_of(text: str) -> set[str]:
    """Stems of the words that mean something."""
    return {s for s in stems.stems(text) if s not in _STOP and len(s) > 1}


def _has_turkish(text: str) -> bool:
    return bool(re.search(r"[çğıöşüÇĞİÖŞÜ]", text))
