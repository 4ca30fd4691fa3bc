"""What the two questions of a card cost in tokens, on real products in the sample shop's tree.

    python -m benchmarks.prompt_tokens [--data DIR] [--products 100] [--dump FILE] [--most 5200]

The products are third-party (../shared/data/labelled unless --data names another folder); the categories, attributes
and confirmed titles are the sample shop's own. Both questions are asked as the pipeline asks them, of the offline
engine, and counted by `services.llm.tokens.estimate` with the answer's schema. Exits 1 when a card takes more than
--most on average.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import django

django.setup()

from apps.ai import prompts  # noqa: E402
from apps.ai.schemas import DraftAnswer, category_answer  # noqa: E402
from apps.ai.services.benchmark import datasets  # noqa: E402
from apps.ai.services.benchmark.runner import _embedded  # noqa: E402
from apps.ai.services.categorizer import AutoCategorizer  # noqa: E402
from apps.ai.services.content_generator import ContentGenerator  # noqa: E402
from apps.ai.services.llm import tokens  # noqa: E402
from apps.ai.services.llm.schema import schema_text  # noqa: E402
from apps.ai.services.people.confirmed import category_documents, product_document  # noqa: E402
from apps.ai.services.vector_store.exact import ExactStore  # noqa: E402
from apps.ai.text.attributes.schema import specs  # noqa: E402
from apps.ai.types import (  # noqa: E402
    Answer,
    AnswerT,
    CategoryNode,
    ImageFindings,
    Meter,
    ProductSnapshot,
    Question,
)
from apps.ai_offline.engine import OfflineEngine  # noqa: E402
from apps.products.services.attribute_schema import inherited  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
SETS = ("fixprice", "c001", "trendyol")
Card = list[tuple[str, list[str]]]


class Counted:
    """The offline engine, with what each question would have cost at a model's."""

    def __init__(self) -> None:
        self.engine = OfflineEngine(dimensions=512)
        self.model = self.engine.model
        self.embedding_model = self.engine.embedding_model
        self.dimensions = self.engine.dimensions
        self.asked: list[tuple[str, list[str]]] = []

    def ask(self, question: Question[AnswerT], *, meter: Meter) -> Answer[AnswerT]:
        texts = [question.prompt.system, question.prompt.user, schema_text(question.schema)]
        self.asked.append((str(question.stage), texts))
        return self.engine.ask(question, meter=meter)

    def embed(self, texts: list[str], *, meter: Meter) -> list[list[float]]:
        return self.engine.embed(texts, meter=meter)

    def known_vector(self, text: str) -> list[float] | None:
        return self.engine.known_vector(text)


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    asked = cards(options.data, options.products)
    if options.dump:
        options.dump.write_text(json.dumps(asked, ensure_ascii=False), encoding="utf-8")
    mean = _bill(asked)
    return int(mean > options.most)


def cards(folder: Path, count: int) -> list[Card]:
    """The questions of each product's card: stage and fixed part, data, schema."""
    door = Counted()
    categorizer, nodes = shop(door)
    writer = ContentGenerator(door, "PharmaTurk", "спокойный")
    asked = []
    for product in _products(folder, count):
        door.asked.clear()
        _ask_both(product, categorizer, nodes, writer)
        asked.append(list(door.asked))
    return asked


def total(card: Card) -> int:
    """Estimated tokens in of all questions of a card."""
    return sum(tokens.estimate(text) for _, parts in card for text in parts)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--products", type=int, default=100)
    parser.add_argument("--most", type=float, default=5200)
    parser.add_argument(
        "--dump", type=Path, help="the questions' texts as JSON, to be counted by a real tokenizer"
    )
    return parser.parse_args(arguments)


def _bill(cards: list[Card]) -> float:
    """Prints the tokens by question and part; returns the mean of a card."""
    by_part: dict[str, list[int]] = {}
    for card in cards:
        for stage, parts in card:
            for name, text in zip(("fixed", "data", "schema"), parts, strict=True):
                by_part.setdefault(f"{stage}, {name}", []).append(tokens.estimate(text))
    for name, counts in by_part.items():
        _say(f"{name:<20} mean {statistics.fmean(counts):7.0f}   most {max(counts):6d}")
    totals = [total(card) for card in cards]
    mean = statistics.fmean(totals)
    _say(f"{'a card, both':<20} mean {mean:7.0f}   most {max(totals):6d}   cards {len(totals)}")
    for name, text, schema in (
        ("category", prompts._fixed("category"), category_answer(25)),
        ("draft", prompts.instructions("other", language="ru", shop_name="", shop_tone=""), DraftAnswer),
    ):
        _say(f"the same for all, {name}: {tokens.estimate(text) + tokens.estimate(schema_text(schema))}")
    return mean


def _ask_both(
    product: ProductSnapshot,
    categorizer: AutoCategorizer,
    nodes: Mapping[int, CategoryNode],
    writer: ContentGenerator,
) -> None:
    found = ImageFindings()
    offered = categorizer.find(product, found, meter=None)  # type: ignore[arg-type]
    choice = categorizer._ask(product, found, offered, None)  # type: ignore[arg-type]
    writer.write(writer.facts(product, choice, found, language="ru"), meter=None)  # type: ignore[arg-type]


def shop(door: Counted) -> tuple[AutoCategorizer, dict[int, CategoryNode]]:
    rows = _rows(ROOT / "sample" / "categories.jsonl")
    numbers = {row["id"]: number for number, row in enumerate(rows, start=1)}
    nodes = _tree(rows, numbers)
    examples = [
        product_document(number, row["title"], row["title"], numbers[row["category_id"]], ())
        for number, row in enumerate(_rows(ROOT / "sample" / "catalogue.jsonl"), start=1)
        if row["category_id"] in numbers
    ]
    documents = (list(category_documents(nodes)), examples)
    entries = (
        _embedded(each, llm=door, meter=None, progress=lambda done: None)  # type: ignore[arg-type]
        for each in documents
    )
    return AutoCategorizer(door, ExactStore(*entries), nodes), {node.id: node for node in nodes}


def _tree(rows: list[dict[str, Any]], numbers: Mapping[str, int]) -> tuple[CategoryNode, ...]:
    """The sample's categories; kind and attributes are inherited."""
    by_id = {row["id"]: row for row in rows}
    inner = {row["parent_id"] for row in rows}
    nodes = []
    for row in rows:
        chain = [row]
        while chain[0]["parent_id"]:
            chain.insert(0, by_id[chain[0]["parent_id"]])
        nodes.append(
            CategoryNode(
                id=numbers[row["id"]],
                name=row["name"],
                path=tuple(one["name"] for one in chain),
                ancestor_ids=tuple(numbers[one["id"]] for one in chain[:-1]),
                is_leaf=row["id"] not in inner,
                kind=next((one["kind"] for one in reversed(chain) if one.get("kind")), ""),
                synonyms=tuple(row.get("synonyms") or ()),
                attributes=specs(inherited(one.get("attributes") or [] for one in chain)),
            )
        )
    return tuple(nodes)


def _products(folder: Path, count: int) -> list[ProductSnapshot]:
    """The first products of each set by the hash that `benchmark_ai` draws by."""
    each = -(-count // len(SETS))
    chosen = []
    for name in SETS:
        whole = datasets.load(folder / "labelled" / name)
        parts = datasets.split(whole.products, share=0.0, seed=0, limit=each)
        chosen += [product.snapshot for product in parts.test]
    return chosen[:count]


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
