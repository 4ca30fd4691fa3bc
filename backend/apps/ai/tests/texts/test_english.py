"""English as a second language: asked for in the prompt, checked in the answer, and kept out of the Russian card."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from apps.ai import tasks
from apps.ai.models import AIMassRun, AIProcessingLog
from apps.ai.services import composition
from apps.ai.services.money.meter import UnattendedMeter
from apps.ai.services.money.prices import load_prices
from apps.ai.services.people import confirmed
from apps.ai.services.runs import pipeline
from apps.ai.services.runs.submission import UnknownLanguage, submit
from apps.ai.services.templates import examples
from apps.ai.services.worker import mass_runs
from apps.ai.tests.support import shop_answers
from apps.ai.tests.support.openai_server import OpenAIServer
from apps.products.models import Category, Product

MakeProduct = Callable[..., Product]
ENGLISH = {
    "title": "Atabay Paracetamol 500 mg, 20 tablets",
    "description": "<p>Paracetamol tablets of 500 mg, 20 tablets in a pack. They relieve headache and fever.</p>"
    "<p>Take as your doctor says, with water. Read the package leaflet and consult a doctor before use.</p>",
    "seo_title": "Atabay Paracetamol 500 mg tablets, a pack of 20 tablets",
    "seo_description": "Paracetamol 500 mg by Atabay, 20 tablets in a pack.",
    "keywords": ["paracetamol", "headache", "fever", "tablets", "pharmacy"],
    "key_benefits": ["500 mg of paracetamol"],
    "untranslated": [],
}


@pytest.fixture
def start(tree: dict[str, Category], settings: Any) -> Iterator[Callable[..., OpenAIServer]]:
    """A model server that answers drafts with the given card."""
    load_prices()
    running: list[OpenAIServer] = []

    def begin(card: dict[str, Any], **config: Any) -> OpenAIServer:
        def script(schema: dict[str, Any], request: dict[str, Any]) -> Any:
            return card if "seo_title" in schema["properties"] else shop_answers.answer(schema, request)

        server = OpenAIServer(script=script)
        server.__enter__()
        running.append(server)
        settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = server.url, "sk-test"
        settings.AI_CONFIG = {
            **settings.AI_CONFIG,
            "ENGINE": "openai",
            "AUTO_APPLY_THRESHOLD": 0.0,
            **config,
        }
        composition.forget()
        examples.forget()
        composition.vector_store().ensure_collections()
        confirmed.sync_tree(meter=UnattendedMeter("test"))
        return server

    yield begin
    for server in running:
        server.__exit__(None, None, None)
    composition.forget()


def process(product: Product, **options: Any) -> AIProcessingLog:
    run = submit(product.pk, send=False, **options).run
    pipeline.run(run.pk)
    run.refresh_from_db()
    return run


def blocking(run: AIProcessingLog) -> set[str]:
    return {reason["code"] for reason in run.reasons if reason["severity"] == "blocking"}


@pytest.mark.django_db(transaction=True)
def test_an_english_shop_asks_in_english(start: Callable[..., OpenAIServer], product: Product) -> None:
    server = start(ENGLISH, DEFAULT_LANGUAGE="en")
    run = process(product)
    [system] = {
        body["messages"][0]["content"]
        for body in server.requests
        if "seo_title" in str(body.get("response_format"))
    }
    assert "Пиши на английском языке" in system
    assert "Read the package leaflet and consult a doctor before use." in system
    assert (run.status, blocking(run)) == ("approved", set())
    assert run.generated_title == ENGLISH["title"]
    product.refresh_from_db()
    assert (product.title_ru, product.category is None) == (ENGLISH["title"], False)


@pytest.mark.django_db
@pytest.mark.parametrize("ask", ["submit", "mass", "task"])
def test_a_language_that_the_shop_has_no_place_for_is_refused_before_anything_is_paid(
    product: Product, ask: str
) -> None:
    acts: dict[str, Callable[[], object]] = {
        "submit": lambda: submit(product.pk, language="en"),
        "mass": lambda: mass_runs.start([product.pk], language="en"),
        "task": lambda: tasks.process_product_ai(product.pk, language="en"),
    }
    with pytest.raises(UnknownLanguage):
        acts[ask]()
    assert not AIProcessingLog.objects.exists()
    assert not AIMassRun.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_russian_answer_is_repaired_once_then_a_person_sees_it(
    start: Callable[..., OpenAIServer], product: Product
) -> None:
    server = start({**ENGLISH, "title": "Парацетамол 500 mg, 20 tablets"}, DEFAULT_LANGUAGE="en")
    run = process(product)
    assert run.status == "moderation"
    assert blocking(run) == {"foreign_words"}
    drafts = [body for body in server.requests if "seo_title" in str(body.get("response_format"))]
    assert len(drafts) == 2
    assert "violations" in str(drafts[1]["messages"])


@pytest.mark.offline_engine
@pytest.mark.django_db
def test_the_offline_engine_says_that_it_writes_russian_only(
    shop: dict[str, Category], product: Product, settings: Any
) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "DEFAULT_LANGUAGE": "en"}
    run = process(product)
    assert (run.status, run.error_code) == ("failed", "language")
    assert "writes Russian only" in (run.error_message or "")
