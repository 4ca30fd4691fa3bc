"""Leaflets by the offline engine: short lines that the glossary knows wholly. Sentences it leaves alone, and says so.

A medical sentence put into Russian word by word may say the contrary of its source.
"""

from __future__ import annotations

from apps.ai.exceptions import PermanentAIError
from apps.ai.schemas import LeafletAnswer
from apps.ai.text import facts
from apps.ai.text.language import glossary, russian
from apps.ai.types import LeafletFacts
from apps.ai_offline import measures

LANGUAGE = "ru"
MOST_WORDS = 6
_END_OF_SENTENCE = ".!?;"


def translate(question: LeafletFacts) -> LeafletAnswer:
    """All lines of the section, or none. Raises PermanentAIError for another language."""
    if question.language != LANGUAGE:
        raise PermanentAIError(
            f"The offline engine writes Russian only; it was asked for {question.language!r}.",
            code="language",
        )
    lines: list[str] = []
    unknown: list[str] = []
    for line in question.text.split("\n"):
        translated = _line(line.strip())
        if translated is None:
            unknown.append(line.strip()[:80])
        elif translated:
            lines.append(translated)
    heading = glossary.translate(question.heading).text or question.heading
    if unknown:
        return LeafletAnswer(heading=heading, text="", untranslated=unknown[:10])
    text = "".join(f"<p>{line}</p>" for line in lines)
    return LeafletAnswer(heading=russian.capitalise(heading), text=text, untranslated=[])


def _line(line: str) -> str | None:
    """The line in Russian, or None."""
    words = [word for word in glossary.WORD.findall(line) if not word.isdecimal()]
    if len(words) > MOST_WORDS or line[-1:] in _END_OF_SENTENCE:
        return None
    found = glossary.translate(line)
    measured = [measure.text for measure in measures.find(line)]
    bare = line
    for measure in facts.extract(line):
        bare = bare.replace(measure.text, " ")
    named = glossary.translate(bare)
    for text in (found.text, " ".join([named.text, *measured]).strip()):
        if text and not named.unknown and not facts.lost(line, text) and not facts.invented(line, text):
            return russian.capitalise(text)
    return None
