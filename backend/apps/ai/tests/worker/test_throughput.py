"""What a product costs besides waiting: SQL statements, connections, requests. Speed is scripts/bench_queue's."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.ai.models import AIProcessingLog, AITemplate, database
from apps.ai.models.spending import AICall, AIPrice
from apps.ai.services import composition
from apps.ai.services.money import ledger
from apps.ai.services.money.meter import UnattendedMeter
from apps.ai.services.money.prices import load_prices
from apps.ai.services.people import confirmed
from apps.ai.services.queue import window
from apps.ai.services.runs import pipeline, reading
from apps.ai.services.runs.submission import submit
from apps.ai.services.templates import examples, library
from apps.ai.tests.support.openai_server import Fault, OpenAIServer
from apps.ai.tests.support.shop_answers import answer
from apps.products.models import Category, Product

pytestmark = pytest.mark.django_db(transaction=True)
MakeProduct = Callable[..., Product]


@pytest.fixture
def server(tree: dict[str, Category], settings: Any) -> Iterator[OpenAIServer]:
    """A model server on a socket, the real client before it, the test tree in a vector store in memory."""
    load_prices()
    ledger.forget()
    examples.forget()
    with OpenAIServer(script=answer) as running:
        settings.OPENAI_BASE_URL = running.url
        settings.OPENAI_API_KEY = "sk-test"
        settings.AI_CONFIG = {
            **settings.AI_CONFIG,
            "ENGINE": "openai",
            "CACHE_SECONDS": 60.0,
            "AUTO_APPLY_THRESHOLD": 0.0,
        }
        composition.vector_store().ensure_collections()
        confirmed.sync_tree(meter=UnattendedMeter("test"))
        yield running
    composition.forget()
    ledger.forget()
    examples.forget()


def _process(product: Product) -> list[str]:
    """The statements of one run, from claim to end; BEGIN and COMMIT travel without an answer of their own."""
    run = submit(product.pk, send=False).run
    with CaptureQueriesContext(connection) as captured:
        pipeline.run(run.pk)
    run.refresh_from_db()
    assert run.status == "approved", run.reasons
    return _statements(captured)


def _statements(captured: CaptureQueriesContext) -> list[str]:
    statements = [str(query["sql"]) for query in captured.captured_queries]
    return [statement for statement in statements if statement not in ("BEGIN", "COMMIT")]


def test_a_product_costs_at_most_25_statements_in_a_shop_of_10_000_categories(
    server: OpenAIServer, tree: dict[str, Category], make_product: MakeProduct
) -> None:
    Category.objects.bulk_create(
        [
            Category(name=f"Раздел {number}", slug=f"extra-{number}", parent=tree["clothes"])
            for number in range(10_000)
        ]
    )
    _process(make_product(title="Парацетамол 500 мг, 30 таблеток"))  # what a process learns once
    statements = _process(make_product())
    assert len(statements) <= 25, "\n".join(statement[:200] for statement in statements)


def test_what_is_believed_for_a_moment_is_read_once(
    server: OpenAIServer, tree: dict[str, Category], make_product: MakeProduct
) -> None:
    _process(make_product())
    statements = _process(make_product(title="Парацетамол 500 мг, 30 таблеток"))
    for table in ("products_category", "ai_aiprice", "ai_servicepause", "ai_aitemplate"):
        assert not [sql for sql in statements if f'FROM "{table}"' in sql or f'UPDATE "{table}"' in sql]


def test_a_price_is_believed_no_longer_than_the_setting_says(settings: Any) -> None:
    load_prices()
    ledger.forget()
    settings.AI_CONFIG = {**settings.AI_CONFIG, "CACHE_SECONDS": 0.05}
    model = "gpt-4o-mini"
    first = ledger.price_of(model)
    AIPrice.objects.filter(model=model).update(input_usd=77)
    assert first is not None
    assert ledger.price_of(model) == first
    time.sleep(0.06)
    changed = ledger.price_of(model)
    assert changed is not None
    assert changed.input_usd == 77


def test_a_paid_answer_outlives_a_broken_connection(product: Product) -> None:
    """The booking is repeated on a new connection, and a failure that stays is told."""
    calls: list[int] = []

    def write() -> int:
        calls.append(1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1" if len(calls) > 1 else "SELECT pg_terminate_backend(pg_backend_pid())")
            return int(cursor.fetchone()[0])

    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL can be cut off")
    assert database.write_through_outage(write) == 1
    assert len(calls) == 2


def _claimed(make_product: MakeProduct, number: int) -> list[AIProcessingLog]:
    for index in range(number):
        submit(make_product(title=f"Ибупрофен {200 + index} мг, 20 таблеток").pk, send=False)
    return window.claim(number, owner="stock")


def test_vectors_of_several_runs_are_one_request_and_asked_for_once(
    server: OpenAIServer, tree: dict[str, Category], make_product: MakeProduct
) -> None:
    before = _embeddings(server)
    prepared = reading.prepare(_claimed(make_product, 3), owner="stock").ready
    assert [len(body["input"]) for body in _embeddings(server)[len(before) :]] == [3]
    assert AICall.objects.latest("pk").run_id is None
    for one in prepared:
        assert pipeline.go_on(one)
        one.run.refresh_from_db()
        assert one.run.status in ("approved", "moderation")
    assert len(_embeddings(server)) == len(before) + 1


def test_a_prepared_run_costs_at_most_8_statements_of_its_own(
    server: OpenAIServer, tree: dict[str, Category], make_product: MakeProduct
) -> None:
    _process(make_product(title="Парацетамол 500 мг, 30 таблеток"))
    runs = _claimed(make_product, 3)
    with CaptureQueriesContext(connection) as shared:
        first, *_ = reading.prepare(runs, owner="stock").ready
    assert len(_statements(shared)) <= 7  # for all of them
    with CaptureQueriesContext(connection) as captured:
        pipeline.go_on(first)
    own = _statements(captured)
    assert len(own) <= 8, "\n".join(statement[:200] for statement in own)


def test_a_shared_request_that_must_wait_holds_every_run_up(
    server: OpenAIServer, tree: dict[str, Category], make_product: MakeProduct
) -> None:
    """One refused request for three runs: none of them asks again by itself before its time."""
    runs = _claimed(make_product, 3)
    server.plan([Fault.RATE_LIMIT])
    preparation = reading.prepare(runs, owner="stock")
    requests = len(server.requests)
    assert preparation.ready == []
    for run, error in preparation.held_up:
        assert not pipeline.end_attempt(run, "stock", error)
    assert len(server.requests) == requests
    for run in runs:
        run.refresh_from_db()
        assert (run.status, run.attempts, run.lease_owner) == ("pending", 0, "")
        assert run.next_attempt_at is not None


def test_a_run_that_was_lost_while_it_was_in_stock_is_not_paid_for(
    server: OpenAIServer, tree: dict[str, Category], make_product: MakeProduct
) -> None:
    prepared, *_ = reading.prepare(_claimed(make_product, 2), owner="stock").ready
    AIProcessingLog.objects.filter(pk=prepared.run.pk).update(lease_owner="another")
    requests = len(server.requests)
    assert pipeline.go_on(replace(prepared, at=prepared.at - pipeline.STALE - 1))
    assert len(server.requests) == requests
    prepared.run.refresh_from_db()
    assert (prepared.run.status, prepared.run.lease_owner) == ("processing", "another")


def _embeddings(server: OpenAIServer) -> list[dict[str, Any]]:
    return [body for body in server.requests if "input" in body]


def test_templates_cost_no_statement_and_no_vector_of_their_own(
    server: OpenAIServer, tree: dict[str, Category], make_product: MakeProduct
) -> None:
    """Six examples to choose from: they are ordered with the vector that the category stage has paid for."""
    for number in range(6):
        AITemplate.objects.create(
            name=f"Образец {number}", template_type="description", content=f"Пример {number}", language="ru"
        )
    library.sync_templates(meter=UnattendedMeter("test"))
    examples.forget()
    _process(make_product(title="Парацетамол 500 мг, 30 таблеток"))
    before = len(_embeddings(server))
    statements = _process(make_product())
    assert len(_embeddings(server)) == before + 1
    assert not [sql for sql in statements if "ai_aitemplate" in sql]
    assert len(statements) <= 25, "\n".join(statement[:200] for statement in statements)
    [draft] = [body for body in server.requests if "<examples>" in str(body)][-1:]
    assert str(draft).count("Пример ") == examples.MAX_EXAMPLES
