"""Prompts are files; this package only fills in the data.

The fixed instructions are the system message: the same bytes for every product of a mode and, for texts, of a kind
of goods, so that the provider's prefix cache hits. A text's instructions run from what all share (`draft.md`) over the
language to the kind; the user message from what a branch shares to what is the product's own.
Data is JSON inside tags with `<` escaped, so that nothing in it can close its tag.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from string import Template
from typing import Any

from pydantic import BaseModel

from apps.ai import schemas
from apps.ai.prompts import choices
from apps.ai.text.safety import html
from apps.ai.types import (
    CategoryFacts,
    DraftFacts,
    ImageFacts,
    ImageFindings,
    LeafletFacts,
    ProductSnapshot,
    Prompt,
    VerifyFacts,
    fingerprint,
)

FOLDER = Path(__file__).parent
LANGUAGES = {"ru": "русском", "en": "английском"}
#: «Переведи раздел на … язык».
TRANSLATED_INTO = {"ru": "русский", "en": "английский"}
KINDS = frozenset(path.stem for path in (FOLDER / "kinds").glob("*.md"))
OTHER = "other"
#: Characters of a source description that the category prompt carries; a longer one is cut and the cut is said.
DESCRIPTION_LIMIT = 12_000
#: The same for texts, of plain text: some 60,000 tokens, which today's models take. `shape_rules` blocks beyond it.
SOURCE_LIMIT = 150_000


def category(facts: CategoryFacts) -> Prompt:
    """Which of the numbered candidates the product belongs to, and its attributes."""
    product = _product(facts.product, _cut(plain(facts.product.description)))
    user = "\n".join(
        [
            _block("candidates", choices.tree(facts.candidates)),
            _block("attributes", choices.attributes(facts.candidates)),
            _block("product", product | seen(facts.findings)),
        ]
    )
    return Prompt("category", version(), _fixed("category"), user)


def draft(facts: DraftFacts) -> Prompt:
    """The card's texts; with `violations`, the one repair of a former draft."""
    product = _product(facts.product, _cut(plain(facts.product.description), SOURCE_LIMIT)) | seen(
        facts.findings
    )
    product["category"] = " > ".join(facts.category_path)
    if facts.attributes:
        product["confirmed_attributes"] = {found.name: found.value for found in facts.attributes}
    given = {"instructions": list(facts.instructions), "examples": list(facts.examples)}
    blocks = [_block(name, texts) for name, texts in given.items() if texts]
    blocks.append(_block("product", product))
    if facts.violations:
        previous = facts.previous
        blocks.append(_block("previous_answer", {} if previous is None else _draft_fields(previous)))
        blocks.append(_block("violations", list(facts.violations)))
    system = instructions(
        facts.kind, language=facts.language, shop_name=facts.shop_name, shop_tone=facts.shop_tone
    )
    return Prompt("draft", version(), system, "\n".join(blocks))


@lru_cache(maxsize=64)
def instructions(kind: str, *, language: str, shop_name: str, shop_tone: str) -> str:
    """The system message of a text: what all share, the language, the kind of goods ("other" for an unknown one)."""
    shared = _fixed(
        "draft", language=LANGUAGES.get(language, language), shop_name=shop_name, shop_tone=shop_tone
    )
    spoken = _read(f"languages/{language}") if language in LANGUAGES else ""
    return f"{shared}{spoken}{_read(f'kinds/{kind if kind in KINDS else OTHER}')}"


def leaflet(facts: LeafletFacts) -> Prompt:
    """One section of a leaflet to be translated whole; with `violations`, the one repair."""
    section = {"heading": facts.heading, "text": facts.text}
    blocks = [_block("section", section)]
    if facts.violations:
        blocks.append(
            _block("previous_answer", {"heading": facts.previous_heading, "text": facts.previous_text})
        )
        blocks.append(_block("violations", list(facts.violations)))
    system = _fixed("leaflet", language=TRANSLATED_INTO.get(facts.language, facts.language))
    return Prompt("leaflet", version(), system, "\n".join(blocks))


def verify(facts: VerifyFacts) -> Prompt:
    """Which sentences of a card its source does not support; both with their numbers."""
    blocks = [
        _block("source", dict(enumerate(facts.source, start=1))),
        _block("card", dict(enumerate(facts.card, start=1))),
        _block("notices", list(facts.notices)),
    ]
    return Prompt("verify", version(), _fixed("verify"), "\n".join(blocks))


def images(facts: ImageFacts) -> Prompt:
    """What the photographs show; the pictures themselves travel as parts of the question.

    The supplier's text stays out: a model that has read it sees what it was told, and the same pictures of another
    product would be another question.
    """
    return Prompt("images", version(), _fixed("images"), _block("product", {"kind": facts.kind or "unknown"}))


@lru_cache(maxsize=1)
def version() -> str:
    """Sixteen hex digits that change when any prompt file or answer schema does."""
    files = {
        path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(FOLDER.rglob("*.md"))
    }
    answers: list[type[BaseModel]] = [
        schemas.category_answer(25),
        schemas.DraftAnswer,
        schemas.image_answer(""),
        schemas.image_answer("food"),
        schemas.image_answer("shoes"),
        schemas.LeafletAnswer,
        schemas.VerifyAnswer,
    ]
    return fingerprint(files, [answer.model_json_schema() for answer in answers])[:16]


@lru_cache(maxsize=32)
def _fixed(name: str, **facts: str) -> str:
    """A prompt file with its settings filled in; a missing fact is a KeyError, never an empty place."""
    return Template(_read(name)).substitute(facts)


@lru_cache(maxsize=32)
def _read(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def fixed_size(name: str) -> int:
    """Bytes of a prompt's instructions; of a text's, with the longest kind."""
    if name != "draft":
        return len(_read(name).encode())
    kinds = (instructions(kind, language="ru", shop_name="", shop_tone="") for kind in KINDS)
    return max(len(text.encode()) for text in kinds)


def _block(tag: str, value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f"<{tag}>\n{text}\n</{tag}>"


def plain(description: str) -> str:
    """A description without its markup: tags are paid for and say nothing of the product."""
    return html.to_text(description) if "<" in description or "&" in description else description


def _cut(text: str, limit: int = DESCRIPTION_LIMIT) -> str:
    return text if len(text) <= limit else f"{text[:limit]} [обрезано: всего {len(text)} знаков]"


def _product(product: ProductSnapshot, description: str) -> dict[str, Any]:
    known = {
        "brand": product.brand,
        "source_category": product.source_category,
        "barcode": product.barcode,
        "attributes": dict(product.attributes),
        "description": description,
    }
    return {"title": product.title} | {name: value for name, value in known.items() if value}


def seen(findings: ImageFindings) -> dict[str, Any]:
    """What a question says of the photos; empty when no model has looked at them."""
    if not findings.analyzed_urls:
        return {}
    return {
        "seen_on_photos": {
            "colors": list(findings.dominant_colors),
            "objects": list(findings.detected_objects),
            "type": findings.product_type,
            "text_read_from_package_not_a_proof": list(findings.text_on_package),
        }
    }


def _draft_fields(previous: Any) -> dict[str, Any]:
    return {
        "title": previous.title,
        "description": previous.description,
        "seo_title": previous.seo_title,
        "seo_description": previous.seo_description,
        "keywords": list(previous.keywords),
        "key_benefits": list(previous.key_benefits),
    }
