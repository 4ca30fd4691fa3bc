"""The sample shop of this repository goes in whole and stays the same when it comes again."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from pytest_django import Settings

from apps.ai.models import AIProcessingLog
from apps.products.models import Category, Product
from apps.products.services.tree import CategoryTree

pytestmark = pytest.mark.django_db

SAMPLE = Path(settings.REPOSITORY_DIR) / "sample"


def run(*arguments: object) -> str:
    out = io.StringIO()
    call_command(*map(str, arguments), stdout=out, stderr=io.StringIO())
    return out.getvalue().strip()


@pytest.mark.parametrize("name", ["supplier", "wildberries"])
def test_a_sample_feed(name: str, tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    first = run("run_parser", name, "--file", SAMPLE / name)
    count = Product.objects.count()
    assert count > 20
    assert first == f"{name}: {count} created, 0 updated, 0 unchanged, 0 rejected."
    assert run("run_parser", name, "--file", SAMPLE / name) == (
        f"{name}: 0 created, 0 updated, {count} unchanged, 0 rejected."
    )
    assert AIProcessingLog.objects.count() == count


def test_the_sample_tree_and_catalogue() -> None:
    assert run("import_categories", SAMPLE / "categories.jsonl").endswith(" created, 0 updated, 0 unchanged.")
    assert run("import_catalogue", SAMPLE / "catalogue.jsonl").endswith(" created, 0 updated, 0 unchanged.")
    assert run("import_categories", SAMPLE / "categories.jsonl").startswith(
        "Categories: 0 created, 0 updated, "
    )
    assert run("import_catalogue", SAMPLE / "catalogue.jsonl").startswith("Products: 0 created, 0 updated, ")
    tree = CategoryTree.load()
    assert len(tree.rows) == Category.objects.count()
    assert set(Product.objects.values_list("category_id", flat=True)) <= tree.leaf_ids
    assert AIProcessingLog.objects.count() == 0
