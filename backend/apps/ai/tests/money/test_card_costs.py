"""The bill of a shop's cards, in the benchmark and in `ai_costs`, against the provider's own books."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from apps.ai.models import AIProcessingLog
from apps.ai.services.money.prices import load_prices
from apps.ai.tests.support import shop_answers
from benchmarks import card_costs_shop as shop
from benchmarks.card_costs_server import BillingServer

pytestmark = pytest.mark.django_db(transaction=True)
CATEGORIES = {"1": "Зубные щётки", "2": "Полотенца", "3": "Кружки"}
TITLES = {
    "1": "Зубная щётка мягкая {} шт.",
    "2": "Полотенце махровое {} см",
    "3": "Кружка фарфоровая {} мл",
}
#: What gpt-4o-mini costs, USD a million tokens: in, in from the cache, out. Of its vectors, in.
PRICES = {"gpt-4o-mini": ("0.15", "0.075", "0.60"), "text-embedding-3-small": ("0.02", "0.02", "0")}


@pytest.fixture
def goods(tmp_path: Path) -> shop.Goods:
    """Nine that arrive, one of them in three colours; nine others are known."""
    categories = [{"id": key, "name": name, "parent_id": None} for key, name in CATEGORIES.items()]
    products = [
        {"id": f"{key}-{size}", "title": title.format(size), "category_ids": [key]}
        for key, title in TITLES.items()
        for size in (10, 20, 30, 40, 50, 60)
    ]
    for name, rows in (("categories", categories), ("products", products)):
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return shop.Goods.of(tmp_path, 9)


@pytest.fixture
def server(settings: Any) -> Iterator[BillingServer]:
    load_prices()
    with BillingServer(script=shop_answers.answer) as running:
        settings.OPENAI_BASE_URL = running.url
        settings.OPENAI_API_KEY = "sk-test"
        settings.AI_CONFIG = {**settings.AI_CONFIG, "ENGINE": "openai", "EMBEDDING_DIMENSIONS": 64}
        shop.close()
        yield running
        shop.close()


def _usd(prompt: int, cached: int, completion: int, model: str) -> Decimal:
    whole, cheap, out = map(Decimal, PRICES[model])
    return ((prompt - cached) * whole + cached * cheap + completion * out) / 10**6


def _bill() -> dict[str, Any]:
    out = StringIO()
    call_command("ai_costs", "--json", "--days", "1", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


@pytest.mark.parametrize("pictures", [0, 1])
def test_live_cards_cost_what_the_provider_billed(
    server: BillingServer, goods: shop.Goods, pictures: int
) -> None:
    shop.open_with(goods, 0)
    shop.forget_arrivals()
    server.forget()
    server.books.clear()
    shop.live(shop.arrive(goods, pictures, supplier="north"))
    books = server.books
    if not pictures:  # the vectors were asked for together, and belong to no card
        books = [entry for entry in books if entry.model == "gpt-4o-mini"]
    cards = {line["how"]: line for line in _bill()["cards"]}
    count, mean = cards["all"]["cards"], cards["all"]
    assert count == AIProcessingLog.objects.exclude(completed_at=None).count() == len(goods.new)
    assert cards["free"]["cards"] >= 2, "two more colours"
    assert mean["requests"] * count == pytest.approx(len(books), abs=0.01)
    assert mean["prompt"] * count == pytest.approx(sum(entry.prompt for entry in books))
    assert mean["cached"] * count == pytest.approx(sum(entry.cached for entry in books))
    assert mean["completion"] * count == pytest.approx(sum(entry.completion for entry in books))
    billed = sum(_usd(one.prompt, one.cached, one.completion, one.model) for one in books)
    assert mean["usd"] * count == pytest.approx(float(billed), abs=1e-8)
    assert mean["fixed"] * count == pytest.approx(server.parts["fixed"], rel=0.1)
    own = sum(entry.prompt for entry in books) - server.parts["fixed"]
    assert (mean["prompt"] - mean["fixed"]) * count == pytest.approx(own, rel=0.15)
    total = sum(_usd(one.prompt, one.cached, one.completion, one.model) for one in server.books)
    assert _bill()["total"]["cost_usd"] == pytest.approx(float(total), abs=1e-7)


def test_a_batch_costs_half_of_what_its_tokens_do(server: BillingServer, goods: shop.Goods) -> None:
    shop.open_with(goods, 0)
    shop.forget_arrivals()
    server.forget()
    server.books.clear()
    shop.through_batches(shop.arrive(goods, 1, supplier="north"))
    used = server.batches.usage
    late = [entry for entry in server.books if entry.model == "gpt-4o-mini"]
    cards = {line["how"]: line for line in _bill()["cards"]}
    count = cards["all"]["cards"]
    assert count == len(goods.new)
    assert cards["free"]["cards"] >= 2, "two more colours"
    assert cards["all"]["requests"] * count == pytest.approx(used["lines"] + len(late), abs=0.01)
    half = _usd(used["prompt"], 0, used["completion"], "gpt-4o-mini") / 2
    whole = sum(_usd(one.prompt, one.cached, one.completion, one.model) for one in late)
    assert cards["all"]["usd"] * count == pytest.approx(float(half + whole), abs=1e-8)
    spent = cards["all"]["usd"]
    shop.through_batches(shop.arrive(goods, 1, supplier="south"))
    cards = {line["how"]: line for line in _bill()["cards"]}
    assert cards["all"]["cards"] == 2 * count
    assert cards["all"]["usd"] * 2 == pytest.approx(spent, rel=0.01), "the same goods cost nothing"
