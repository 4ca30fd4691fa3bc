"""init_qdrant and sync_categories, run as commands on real rows; the second run does nothing."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.ai.services import composition
from apps.ai.services.vector_store import Collection
from apps.ai.tests.support import qdrant_server
from apps.products.models import Category, Product

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_doors() -> Iterator[None]:
    composition.forget()
    yield
    composition.forget()


def run(name: str, *args: str) -> list[str]:
    """The command's output, line by line."""
    out = StringIO()
    call_command(name, *args, stdout=out)
    return out.getvalue().splitlines()


def untimed(lines: list[str]) -> list[str]:
    """Without the seconds at the end."""
    return [line.rpartition(", ")[0] for line in lines]


def counts() -> dict[str, int]:
    return {collection.value: count for collection, count in composition.vector_store().counts().items()}


def names() -> list[str]:
    return [composition.vector_store().name(collection) for collection in Collection]


def test_init_creates_then_keeps_then_empties(tree: dict[str, Category]) -> None:
    assert run("init_qdrant") == [*(f"{name}: created" for name in names()), "Ready in memory."]
    run("sync_categories")
    assert run("init_qdrant") == [*(f"{name}: kept" for name in names()), "Ready in memory."]
    assert counts()["categories"] == 5
    assert run("init_qdrant", "--recreate")[0] == f"{names()[0]}: emptied"
    assert counts() == {"categories": 0, "description_templates": 0, "product_vectors": 0}


def test_init_dry_run_changes_nothing() -> None:
    assert run("init_qdrant", "--dry-run") == [
        *(f"{name}: would be created" for name in names()),
        "Nothing changed in memory.",
    ]
    assert composition.vector_store().existing() == ()
    run("init_qdrant")
    assert run("init_qdrant", "--dry-run", "--recreate")[0] == f"{names()[0]}: would be emptied"


def test_sync_writes_once(tree: dict[str, Category]) -> None:
    Product.objects.create(title="Платье", slug="m", source="manual", category=tree["dresses"])
    run("init_qdrant")
    assert untimed(run("sync_categories")) == [
        "Categories: 5 written, 0 unchanged",
        "Confirmed products: 1 written, 0 unchanged",
        "Templates: 0 written, 0 unchanged",
    ]
    assert untimed(run("sync_categories")) == [
        "Categories: 0 written, 5 unchanged",
        "Confirmed products: 0 written, 1 unchanged",
        "Templates: 0 written, 0 unchanged",
    ]


def test_sync_writes_only_what_changed_and_prunes_on_demand(tree: dict[str, Category]) -> None:
    run("init_qdrant")
    run("sync_categories")
    tree["pain"].name = "Обезболивающие средства"
    tree["pain"].save()
    tree["dresses"].delete()
    # Its parent has become a leaf, so it is written anew too.
    assert untimed(run("sync_categories", "--no-products", "--dry-run")) == [
        "Categories: 2 to write, 2 unchanged, 1 no longer in the shop (--prune removes them)",
        "Templates: 0 to write, 0 unchanged",
    ]
    assert counts()["categories"] == 5
    assert untimed(run("sync_categories", "--no-products", "--prune")) == [
        "Categories: 2 written, 2 unchanged, 1 removed",
        "Templates: 0 written, 0 unchanged",
    ]
    assert counts()["categories"] == 4


def test_a_category_that_was_switched_off_is_found_no_more(tree: dict[str, Category]) -> None:
    run("init_qdrant")
    run("sync_categories")
    tree["pharmacy"].is_active = False
    tree["pharmacy"].save()
    run("sync_categories")
    dense = [0.1] * composition.language_model().dimensions
    hits = composition.vector_store().search_similar_categories(dense, ([], []), limit=10)
    assert [hit.category_id for hit in hits] == [tree["dresses"].pk]


def test_no_products_leaves_products_alone(tree: dict[str, Category]) -> None:
    Product.objects.create(title="Платье", slug="m", source="manual", category=tree["dresses"])
    run("init_qdrant")
    assert len(run("sync_categories", "--no-products")) == 2
    assert counts()["product_vectors"] == 0


def test_sync_without_collections_names_the_command(tree: dict[str, Category]) -> None:
    with pytest.raises(CommandError, match=r"manage\.py init_qdrant"):
        run("sync_categories")


@pytest.mark.usefixtures("db")
def test_an_empty_shop_is_an_error_and_prunes_nothing() -> None:
    run("init_qdrant")
    with pytest.raises(CommandError, match="no categories"):
        run("sync_categories", "--prune")


def test_a_server_that_is_away_is_one_sentence(tree: dict[str, Category], settings: Any) -> None:
    settings.QDRANT = {**settings.QDRANT, "URL": "http://127.0.0.1:1", "TIMEOUT": 2}
    for name in ("init_qdrant", "sync_categories"):
        with pytest.raises(CommandError, match="QDRANT_URL"):
            run(name)


def test_the_same_commands_work_on_a_server(tree: dict[str, Category], settings: Any) -> None:
    with qdrant_server.running(api_key="key") as server:
        settings.QDRANT = {**settings.QDRANT, "URL": server.url, "API_KEY": "key"}
        assert run("init_qdrant")[-1] == f"Ready in the server {server.url}."
        assert untimed(run("sync_categories"))[0] == "Categories: 5 written, 0 unchanged"
        assert counts()["categories"] == 5
        assert server.engine.aliases == dict(zip(Collection, names(), strict=True))


def test_a_new_embedding_model_takes_over_when_it_is_filled_and_the_old_goes_on_demand(
    tree: dict[str, Category], settings: Any
) -> None:
    with qdrant_server.running() as server:
        settings.QDRANT = {**settings.QDRANT, "URL": server.url}
        run("init_qdrant")
        run("sync_categories")
        old = names()
        settings.AI_CONFIG = {**settings.AI_CONFIG, "EMBEDDING_DIMENSIONS": 64}
        assert run("init_qdrant", "--prune")[:3] == [f"{name}: created" for name in names()]
        assert server.engine.aliases == dict(zip(Collection, old, strict=True))
        assert untimed(run("sync_categories"))[0] == "Categories: 5 written, 0 unchanged"
        assert server.engine.aliases == dict(zip(Collection, names(), strict=True))
        assert set(server.engine.collections) == {*old, *names()}
        assert run("init_qdrant", "--prune", "--dry-run")[3:6] == [f"{one}: would be dropped" for one in old]
        assert run("init_qdrant", "--prune")[3:6] == [f"{one}: dropped" for one in old]
        assert server.engine.collections == sorted(names())
