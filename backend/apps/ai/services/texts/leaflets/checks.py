"""What makes the translation of a leaflet's section fit to stand in a card. Values in, values out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from apps.ai import issue_codes
from apps.ai.text import facts, language
from apps.ai.text.safety import html
from apps.ai.types import Issue

#: Characters of a translation for one of the source; short sections vary more.
RATIO, SHORT_RATIO = (0.6, 2.2), (0.3, 4.0)
SHORT_TEXT = 120


@dataclass(frozen=True, slots=True)
class Translation:
    """A piece of a section in the card's language. `text` is HTML; `problems`: Russian sentences, none if it is fit."""

    heading: str
    text: str
    untranslated: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def problems(
    source: str, translated: Translation, *, language_code: str, names: Sequence[str]
) -> tuple[str, ...]:
    """What speaks against a translation of a piece, as Russian sentences. `names`: words that may stay foreign."""
    return tuple(_problems(source, translated, language_code, names))


def issue(heading: str, translated: Translation) -> Issue:
    """For the moderator, who sees the section among the reasons."""
    if not translated.text:
        message = f"Раздел инструкции «{heading}» не переведён: в карточке его нет."
        return issue_codes.issue(
            "leaflet_untranslated", message, translated.untranslated, field="description"
        )
    message = f"Раздел инструкции «{heading}»: {' '.join(translated.problems)}"
    return issue_codes.issue("leaflet", message, field="description")


def _problems(
    source: str, translated: Translation, language_code: str, names: Sequence[str]
) -> Iterator[str]:
    text = html.to_text(translated.text)
    if translated.untranslated:
        yield f"Не переведено: {_quoted(translated.untranslated)}."
    if not text:
        yield "Перевод пуст."
        return
    if not translated.heading.strip():
        yield "Нет заголовка."
    source = _TURKISH_CASES.sub(r"\1", source)
    if lost := facts.lost(source, text):
        yield f"Потеряно: {_quoted([fact.text for fact in lost])}."
    if invented := facts.invented(source, text):
        yield f"Этого нет в источнике: {_quoted([fact.text for fact in invented])}."
    if rarer := _rarer(source, text):
        yield f"Числа стоят реже, чем в источнике: {_quoted(rarer)}."
    fewest, most = RATIO if len(source) >= SHORT_TEXT else SHORT_RATIO
    if not fewest <= len(text) / len(source) <= most:
        yield f"Длина перевода {len(text)} знаков при {len(source)} в источнике."
    if foreign := _foreign(text, language_code, names):
        yield f"Слова на другом языке: {_quoted(foreign)}."


def _foreign(text: str, language_code: str, names: Sequence[str]) -> list[str]:
    if language_code == "ru":
        return [leftover.quote for leftover in language.foreign_leftovers(text, allowed=names)]
    if language_code == "en":
        lines = [line for line in text.split("\n") if language.detect(line) in ("ru", "tr")]
        return [line[:80] for line in lines]
    return []


#: «12 yaşından büyük», «24 saatten»: the fact guard knows these units in the nominative.
_TURKISH_CASES = re.compile(
    r"(\d\s*(?:yaş|gün|saat|hafta|ay|yıl|gram|dakika))['’]?[aeıioöuünldtksyrm]{1,8}(?!\w)", re.IGNORECASE
)
_GROUPED = re.compile(r"\d{1,3}(?:[ \u00a0]\d{3})+(?!\d)")
_ANY_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def _numbers(text: str) -> Counter[str]:
    """Numbers of a text by value: «1.000», «1 000» and «1000» are one, so are «0,5» and «0.5»."""
    joined = _GROUPED.sub(lambda match: re.sub(r"\D", "", match[0]), text)
    return Counter(_number(match[0]) for match in _ANY_NUMBER.finditer(joined))


def _number(written: str) -> str:
    if re.fullmatch(r"[1-9]\d{0,2}(?:[.,]\d{3})+", written):
        return re.sub(r"\D", "", written)
    return written.replace(",", ".")


def _rarer(source: str, text: str) -> list[str]:
    return list(_numbers(source) - _numbers(text))


def _quoted(words: Sequence[str]) -> str:
    unique = dict.fromkeys(word.strip()[:80] for word in words if word.strip())
    return ", ".join(f"«{word}»" for word in list(unique)[:8])
