"""A script for the test server: answers a question of ours as a careful model would, from the prompt alone.

Unlike an engine in the process it sees only what was sent over the wire, so a prompt that lacks something shows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from apps.ai.schemas import DraftAnswer, LeafletAnswer, category_answer
from apps.ai.tests.support.engines import any_engine
from apps.ai.types import (
    CategoryCandidate,
    CategoryFacts,
    DraftFacts,
    FreeMeter,
    ImageFindings,
    LeafletFacts,
    ProductSnapshot,
    Prompt,
    Question,
    Stage,
)

Body = dict[str, Any]
_CANDIDATE = re.compile(r"(\d+): (.*)")
_BLOCK = re.compile(r"<(\w+)>\n(.*?)\n</\1>", re.DOTALL)


def answer(schema: Body, request: Body) -> Any:
    """The answer's JSON for the category, the draft, the leaflet, the image or the doctor's question."""
    if "word" in schema["properties"]:
        return {"word": "да"}
    blocks = {name: json.loads(text) for name, text in _BLOCK.findall(_user_text(request))}
    properties = schema["properties"]
    if "choice" in properties:
        return _category(blocks)
    if "description" in properties:
        return _draft(blocks)
    if "heading" in properties:
        section = LeafletFacts(blocks["section"]["heading"], blocks["section"]["text"], "ru")
        return _asked(Stage.LEAFLET, LeafletAnswer, section)
    return {
        "dominant_colors": ["белый"],
        "color_hex": ["#FFFFFF"],
        "detected_objects": ["упаковка"],
        "product_type": "",
        "text_on_package": [],
        "quality_score": 0.8,
    }


def _user_text(request: Body) -> str:
    content = request["messages"][1]["content"]
    if isinstance(content, str):
        return content
    return "\n".join(part["text"] for part in content if part["type"] == "text")


def _product(blocks: Body) -> ProductSnapshot:
    seen = blocks["product"]
    return ProductSnapshot(
        product_id=0,
        title=seen["title"],
        **{
            name: seen[name] for name in ("brand", "source_category", "barcode", "attributes") if name in seen
        },
        description=seen.get("description", ""),
    )


def _category(blocks: Body) -> Body:
    candidates = tuple(
        CategoryCandidate(
            category_id=number, path=path, kind="", score=1.0 / number, examples=tuple(examples)
        )
        for number, path, examples in sorted(_leaves(blocks["candidates"]))
    )
    facts = CategoryFacts(_product(blocks), candidates, ImageFindings())
    return _asked(Stage.CATEGORY, category_answer(len(candidates)), facts)


def _leaves(lines: list[str]) -> Iterator[tuple[int, tuple[str, ...], list[str]]]:
    """Number, path and examples of the candidates in an indented tree."""
    path: list[str] = []
    for line in lines:
        depth = len(line) - len(line.lstrip(" "))
        name, *examples = line.strip().split(" | ")
        if (found := _CANDIDATE.match(name)) is None:
            path = [*path[:depth], name]
        else:
            yield int(found[1]), (*path[:depth], found[2]), examples


def _draft(blocks: Body) -> Body:
    facts = DraftFacts(
        product=_product(blocks),
        category_path=tuple(blocks["product"]["category"].split(" > ")),
        kind="",
        attributes=(),
        findings=ImageFindings(),
        language="ru",
        shop_name="",
        shop_tone="",
    )
    return _asked(Stage.DRAFT, DraftAnswer, facts)


def _asked(stage: Stage, schema: type[BaseModel], facts: Any) -> Body:
    question = Question(stage, Prompt("", "", "", ""), schema, facts)
    return any_engine(dimensions=64).ask(question, meter=FreeMeter()).content.model_dump()
