"""How many files of the app a plain product passes on its way from `post_save` to the shop."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections

from apps.ai import tasks
from apps.ai.models import AIProcessingLog
from apps.ai.services import composition
from apps.ai.services.money.prices import load_prices
from apps.ai.tests.support.llm_door import IN_MEMORY
from apps.ai.tests.support.openai_server import OpenAIServer
from apps.ai.tests.support.shop_answers import answer
from apps.products.models import Brand, Category, Product
from benchmarks.way import Way, traced

#: What a newcomer has to open to follow one product, `text/` aside.
MOST_FILES = 62


@pytest.fixture
def server(tree: dict[str, Category], settings: Any) -> Iterator[OpenAIServer]:
    load_prices()
    with OpenAIServer(script=answer) as running:
        settings.OPENAI_BASE_URL = running.url
        settings.AI_CONFIG = {
            **settings.AI_CONFIG,
            "ENGINE": "openai",
            "EMBEDDING_DIMENSIONS": 64,
            "AUTO_APPLY_THRESHOLD": 0.0,
        }
        call_command("init_qdrant", verbosity=0)
        call_command("sync_categories", verbosity=0)
        yield running
    composition.forget()


def _import(number: int) -> AIProcessingLog:
    product = Product.objects.create(
        title=f"Парацетамол {500 + number} мг, 20 таблеток",
        description=f"Таблетки парацетамола {500 + number} мг, в упаковке 20 таблеток. От головной боли.",
        slug=f"way-{number}",
        source=Product.Source.PARSER,
        source_name="test",
        source_id=str(number),
        brand=Brand.objects.get_or_create(name="Atabay")[0],
        price="199.00",
        currency="RUB",
    )
    return AIProcessingLog.objects.get(product=product)


def _work(run: AIProcessingLog) -> None:
    """A slot of a worker: a thread of its own."""

    def slot() -> None:
        try:
            tasks.process_product_ai(run.product_id, run_id=run.pk)
        finally:
            connections.close_all()

    thread = threading.Thread(target=slot)
    thread.start()
    thread.join()


@pytest.mark.skipif(IN_MEMORY, reason="a database in memory has one connection")
@pytest.mark.django_db(transaction=True)
def test_a_product_passes_few_files(server: OpenAIServer) -> None:
    _work(_import(1))  # what is built once a process is no part of the way
    with traced() as way:
        run = _import(2)
        _work(run)
    run.refresh_from_db()
    assert run.status == "approved", run.reasons
    assert len(way.files) <= MOST_FILES, _listed(way)


def _listed(way: Way) -> str:
    rows = [f"{file}: {', '.join(sorted(way.functions[file]))}" for file in way.files]
    return f"{len(rows)} files\n" + "\n".join(rows)
