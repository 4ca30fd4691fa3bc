"""Questions that have nothing to do with goods: "What is the capital of France?".

Leaflets and shops ask, too, above their own answers: «KLOPİREN nedir?», "Can I drive after taking it?". What they ask
about is told by words of patients and households, or by the text around, which speaks of the same thing.
"""

from __future__ import annotations

import re

from apps.ai.text.safety import injection_patterns as patterns

#: A word, or a short name with a figure in it («Q10»).
_WORD = re.compile(r"[^\W\d_]{4,}|(?=[^\W_]*\d)[^\W\d_][^\W_]+")
#: A word without its ending is known by so many letters.
_HEAD = 5
_QUESTION = re.compile(r"[^.!?…\n]*\?")
#: What any question may be made of, by its first letters.
_OF_QUESTIONS = frozenset(
    "what when where which whose does have should would could there about their your many much long need "
    "is it work best make good more most other "
    "какой какая какие какое каког каком какую скольк когда почему зачем откуда можно нужно нужен нужна есть чего "
    "нужны стоит лучше делат сдела будет может самый самая самое "
    "nedir nasil hangi neden zaman nicin nered kimle olur olara gerek yapil yapma daha icin".split()
)


def asks(sentence: str, text: str, *, is_book: bool) -> bool:
    """Whether a folded sentence is a question that has nothing to do with the goods of its folded text.

    Those of a book's blurb are its own.
    """
    if "?" not in sentence:
        return False
    return _is_strange(sentence, is_book=is_book) and not _is_spoken_of(sentence, text)


def _is_strange(folded: str, *, is_book: bool) -> bool:
    """Whether the question names nothing that patients and buyers ask about."""
    english = patterns.QUESTION_EN.search(folded)
    if english:
        return patterns.GOODS_EN.search(english[0]) is None
    russian = patterns.QUESTION_RU.search(folded)
    if russian and is_book:
        return patterns.YOU_RU.search(folded) is not None
    if russian:
        return patterns.YOU_RU.search(folded) is not None or patterns.GOODS_RU.search(russian[0]) is None
    return patterns.QUESTION_TR.search(folded) is not None and patterns.GOODS_TR.search(folded) is None


def _is_spoken_of(sentence: str, text: str) -> bool:
    """Whether the text speaks of what is asked, elsewhere than in questions."""
    asked = _heads(sentence)
    return bool(asked) and not asked.isdisjoint(_heads(_QUESTION.sub(" ", text)))


def _heads(text: str) -> set[str]:
    return {word[:_HEAD] for word in _WORD.findall(text)} - _OF_QUESTIONS
