"""The one repair of the offline engine: it cannot think again, so it leaves out what was objected to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from apps.ai.schemas import DraftAnswer
from apps.ai.text.safety import html
from apps.ai.types import Draft
from apps.ai_offline.source_text import sentences

_QUOTE = re.compile(r"«([^«»]+(?:«[^«»]*»[^«»]*)?)»")
#: A fact that was lost cannot be put back by leaving something out.
_ONLY_WORDS = re.compile(r"потерян", re.IGNORECASE)


_FIELDS = ("title", "description", "seo_title", "seo_description", "keywords")


def mend(previous: Draft, violations: Sequence[str], *, advice: Sequence[str] = ()) -> DraftAnswer:
    """The former texts without the sentences, list items and words that the violations quote.

    A violation is «field: message with «quotes»»; one without a known field concerns them all. `advice` that has to
    go is reported as untranslated: a person writes it.
    """
    quoted = {name: _quotes(violations, name) for name in _FIELDS}
    description = _without_sentences(previous.description, quoted["description"])
    before, after = html.plain(previous.description), html.plain(description)
    gone = [sentence for sentence in advice if sentence in before and sentence not in after]
    return DraftAnswer(
        title=_without_words(previous.title, quoted["title"]),
        description=description,
        seo_title=_without_words(previous.seo_title, quoted["seo_title"]),
        seo_description=_text_without_sentences(previous.seo_description, quoted["seo_description"]),
        keywords=[word for word in previous.keywords if not _has(word, quoted["keywords"])],
        key_benefits=[text for text in previous.key_benefits if not _has(text, quoted["description"])],
        untranslated=[*previous.untranslated, *gone],
    )


def _quotes(violations: Sequence[str], name: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for violation in violations:
        about, _, message = violation.partition(": ")
        if (about and about != name) or _ONLY_WORDS.search(message):
            continue
        for quote in _QUOTE.findall(message):
            found.setdefault(quote)
    return tuple(found)


def _has(text: str, quotes: Sequence[str]) -> bool:
    plain = text.casefold().replace("\u00a0", " ")
    return any(quote.casefold().replace("\u00a0", " ") in plain for quote in quotes)


def _without_words(text: str, quotes: Sequence[str]) -> str:
    for quote in quotes:
        text = re.sub(rf"(?<!\w){re.escape(quote)}(?!\w)", " ", text, flags=re.IGNORECASE)
    text = re.sub(r"\s+([,.])", r"\1", " ".join(text.split()))
    return re.sub(r"(?:,\s*)+,", ",", text).strip(" ,;–—-")


_BLOCK = re.compile(r"<(?P<tag>li|p)>(?P<content>.*?)</(?P=tag)>", re.DOTALL)


def _without_sentences(description: str, quotes: Sequence[str]) -> str:
    if not quotes:
        return description

    def rewritten(match: re.Match[str]) -> str:
        content = match["content"]
        if not _has(html.to_text(content), quotes):
            return match[0]
        if match["tag"] == "li" or "<" in content:
            return ""
        kept = [sentence for sentence in sentences(content) if not _has(html.to_text(sentence), quotes)]
        return f"<p>{' '.join(kept)}</p>" if kept else ""

    return html.clean(_BLOCK.sub(rewritten, description))


def _text_without_sentences(text: str, quotes: Sequence[str]) -> str:
    return " ".join(sentence for sentence in sentences(text) if not _has(sentence, quotes))
