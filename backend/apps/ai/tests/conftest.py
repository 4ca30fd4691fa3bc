"""A vector store with the test tree in it, and a model to script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from apps.ai.services import composition
from apps.ai.tests.support.engines import has_offline_engine
from apps.ai.tests.support.scripted import ScriptedModel
from apps.products.models import Category


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if has_offline_engine():
        return
    skip = pytest.mark.skip(reason="needs apps/ai_offline, which the settings do not name")
    for item in items:
        if item.get_closest_marker("offline_engine"):
            item.add_marker(skip)


@pytest.fixture
def shop(tree: dict[str, Category], settings: Any, tmp_path: Path) -> Iterator[dict[str, Category]]:
    """The test tree, known to a vector store in a folder of its own, so that it outlives a change of settings."""
    settings.QDRANT = {**settings.QDRANT, "PATH": str(tmp_path / "qdrant")}
    call_command("init_qdrant", verbosity=0)
    call_command("sync_categories", verbosity=0)
    yield tree
    composition.forget()


@pytest.fixture
def scripted(shop: dict[str, Category], monkeypatch: pytest.MonkeyPatch) -> Callable[..., ScriptedModel]:
    """Puts a scripted model behind the model's door."""

    def build(**script: Any) -> ScriptedModel:
        model = ScriptedModel(script=script)
        monkeypatch.setattr(composition, "language_model", lambda: model)
        return model

    return build
