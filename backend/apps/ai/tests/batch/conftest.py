"""A provider with Files and Batches, a backlog, and a process that dies at a step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import call_command

from apps.ai.models import AICall, AIProcessingLog
from apps.ai.services import composition
from apps.ai.services.batch import lane
from apps.ai.services.money.prices import load_prices
from apps.ai.services.runs.submission import submit_bulk
from apps.ai.tests.support import shop_answers
from apps.ai.tests.support.llm_door import KEY
from apps.ai.tests.support.openai_server import OpenAIServer
from apps.ai.types import Mode, RunOptions
from apps.products.models import Category, Product

MakeProduct = Callable[..., Product]
Backlog = Callable[..., list[AIProcessingLog]]
#: One of each in 500 mg packs of another size: no two runs ask the same.
TITLE = "Парацетамол 500 мг, {} таблеток"
TEXT = (
    "Таблетки парацетамола 500 мг, в упаковке {} таблеток. Снимает головную боль и жар. "
    "Принимать по назначению врача, запивая водой."
)


@pytest.fixture
def server(settings: Any, tree: dict[str, Category], tmp_path: Any) -> Iterator[OpenAIServer]:
    """The provider that the settings name; the shop's tree is in the vector store."""
    with OpenAIServer(script=shop_answers.answer) as running:
        settings.OPENAI_API_KEY = KEY
        settings.OPENAI_BASE_URL = running.url
        settings.QDRANT = {**settings.QDRANT, "PATH": str(tmp_path / "qdrant")}
        settings.AI_CONFIG = {
            **settings.AI_CONFIG,
            "ENGINE": "openai",
            "AUTO_APPLY_THRESHOLD": 0.0,
        }
        load_prices()
        call_command("init_qdrant", verbosity=0)
        call_command("sync_categories", verbosity=0)
        AICall.objects.all().delete()
        running.books.clear()
        running.requests.clear()
        yield running
        composition.forget()


@pytest.fixture
def backlog(make_product: MakeProduct) -> Backlog:
    """Pending mass runs of new products, in the order of their ids."""

    def make(
        count: int, mode: Mode = Mode.FULL, *, looks: bool = False, **product: Any
    ) -> list[AIProcessingLog]:
        options = RunOptions(analyze_images=looks)
        first = Product.objects.count() + 10
        products = [
            make_product(**({"title": TITLE.format(number), "description": TEXT.format(number)} | product))
            for number in range(first, first + count)
        ]
        submit_bulk([one.pk for one in products], mode=mode, options=options, source="mass", priority=6)
        return list(AIProcessingLog.objects.order_by("pk"))[-count:]

    return make


class Killed(BaseException):
    """The process ends here: nothing that follows is run, no handler catches it."""


@pytest.fixture
def kill_at(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Kills the process at a checkpoint, the `nth` time it is reached, once."""

    def arm(step: str, nth: int = 1) -> None:
        left = [nth]

        def check(reached: str) -> None:
            left[0] -= reached == step
            if reached == step and left[0] == 0:
                raise Killed(step)

        monkeypatch.setattr(lane, "checkpoint", check)

    return arm
