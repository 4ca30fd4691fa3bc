"""Sentences in which somebody speaks of himself: «могу сделать живее», «у меня получилось». A card never does.

What a book, a toy or a print says stands in quotation marks, and is left alone.
"""

from __future__ import annotations

import re
from functools import lru_cache

from apps.ai.text.language import dictionary

_SENTENCE = re.compile(r"[^.!?\n]+")
_QUOTED = re.compile(r"«[^«»\n]{0,200}»|\"[^\"\n]{0,200}\"|“[^“”\n]{0,200}”")
#: Words that may be verbs of a first person singular; «Чайлд-Пью» is a name.
_MAY_SPEAK = re.compile(r"(?<![^\W_])(?<!-)[а-яё]{2,}[ую](?:сь)?(?![^\W_]|-)")
_OF_ONESELF = re.compile(
    r"(?<![^\W_])(?:у меня|ко мне|мною|по-моему|на мой взгляд|"
    r"мне (?:не )?(?:удалось|показалось|кажется|пришлось|стоит|нужны?)|"
    r"я (?:бы|не|уже|также|тут|здесь|постарал\w+|[а-яё]+л(?:а|ся|ась)?))(?![^\W_])"
)


def find(text: str) -> tuple[str, ...]:
    """The sentences outside quotation marks that are spoken by an «I»."""
    small = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), text.lower())
    return tuple(
        text[match.start() : match.end()].strip()
        for match in _SENTENCE.finditer(small)
        if _OF_ONESELF.search(match[0]) or any(_is_said_by_me(word) for word in _MAY_SPEAK.findall(match[0]))
    )


@lru_cache(maxsize=50_000)
def _is_said_by_me(word: str) -> bool:
    """Whether a word is a verb of a first person singular and nothing else."""
    if not dictionary.morphology().word_is_known(word):
        return False
    return all({"VERB", "1per", "sing"} <= tag.grammemes for tag in dictionary.tags(word))
