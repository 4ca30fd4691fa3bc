"""A moderator's hint reaches the writer of this one product, and no other run is answered from what it brought."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.ai.services import composition
from apps.ai.services.runs import pipeline
from apps.ai.services.runs.submission import submit
from apps.ai.tests.support.scripted import ScriptedModel
from apps.ai.types import DraftFacts
from apps.products.models import Product

pytestmark = pytest.mark.django_db


def _instructions(product: Product, monkeypatch: pytest.MonkeyPatch, **options: Any) -> tuple[str, ...]:
    seen: list[DraftFacts] = []
    generator = composition.content_generator(composition.language_model())
    write = type(generator).write

    def writing(self: Any, facts: DraftFacts, **rest: Any) -> Any:
        seen.append(facts)
        return write(self, facts, **rest)

    monkeypatch.setattr(type(generator), "write", writing)
    pipeline.run(submit(product.pk, send=False, **options).run.pk)
    monkeypatch.undo()
    return seen[0].instructions if seen else ()


def test_the_hint_is_the_last_instruction_of_its_own_run(
    scripted: Callable[..., ScriptedModel], product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    composition_model = scripted()
    plain = submit(product.pk, send=False).run
    pipeline.run(plain.pk)
    plain.refresh_from_db()
    monkeypatch.setattr(composition, "language_model", lambda: composition_model)
    told = _instructions(product, monkeypatch, hint="Это БАД")
    hinted = product.ai_logs.latest("pk")
    assert told[-1] == "Только для этого товара: Это БАД"
    assert hinted.work_key != plain.work_key
