"""The taxonomy report: what it finds in small trees, where it gets it from, and who may see it."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.ai import tasks
from apps.ai.models import AIProcessingLog, AITaxonomyReport
from apps.ai.services import composition
from apps.ai.services.category.index import document
from apps.ai.services.people import moderation
from apps.ai.services.runs import pipeline
from apps.ai.services.runs.submission import submit
from apps.ai.services.taxonomy import sources
from apps.ai.services.taxonomy.report import KEPT, Report, TreeFacts, report_on
from apps.ai.services.taxonomy.vectors import Vectors
from apps.ai.tests.support.scripted import ScriptedModel
from apps.ai.text.language.dense import dense_vector
from apps.ai.types import CategoryNode, Mode
from apps.products.models import Category, Product
from apps.users.models import User


def node(
    number: int, *path: str, above: tuple[int, ...] = (), leaf: bool = True, active: bool = True
) -> CategoryNode:
    return CategoryNode(number, path[-1], path, above, is_leaf=leaf, is_active=active)


TREE = (
    node(1, "Женщинам", leaf=False),
    node(2, "Женщинам", "Платья", above=(1,)),
    node(3, "Женщинам", "Крем для рук", above=(1,)),
    node(4, "Женщинам", "Кремы для рук", above=(1,)),
    node(5, "Девочкам", leaf=False),
    node(6, "Девочкам", "Платья", above=(5,)),
    node(7, "Реклама", leaf=False),
    node(8, "Реклама", "Печать", above=(7,), leaf=False),
    node(9, "Реклама", "Печать", "Маркетинг и продвижение", above=(7, 8)),
    node(10, "Услуги", leaf=False),
    node(11, "Услуги", "Маркетинг, продвижение", above=(10,)),
    node(12, "Архив", active=False),
)


def vectors(nodes: tuple[CategoryNode, ...] = TREE) -> Vectors:
    rows = np.asarray([dense_vector(document(one), 256) for one in nodes], dtype=np.float32)
    return Vectors(tuple(one.id for one in nodes), rows)


def products(*rows: tuple[int, str]) -> Vectors:
    matrix = np.asarray([dense_vector(title, 256) for _, title in rows], dtype=np.float32)
    return Vectors(
        tuple(range(1, len(rows) + 1)), matrix, tuple(row[0] for row in rows), tuple(row[1] for row in rows)
    )


def found(report: Report, section: str) -> list[tuple[int, ...]]:
    return [finding.category_ids for finding in report.sections[section]]


def test_names_and_shape() -> None:
    report = report_on(TreeFacts(TREE, counts={2: 5, 6: 1}, category_vectors=vectors()))
    assert found(report, "same_name") == [(6, 2)]
    assert found(report, "duplicate_names") == [(3, 4)]
    assert found(report, "chains") == [(5, 6), (7, 8), (8, 9), (10, 11)]
    assert found(report, "empty") == [(3,), (4,), (9,), (11,)]
    assert (len(report.nodes), report.leaves, report.totals["chains"]) == (11, 6, 4)


def test_meaning_is_what_a_name_says_beyond_its_parent() -> None:
    pairs = found(report_on(TreeFacts(TREE, {}, vectors())), "duplicate_meaning")
    assert (3, 4) in pairs
    assert (9, 11) in pairs
    assert all(set(pair) in ({3, 4}, {9, 11}) for pair in pairs)  # no parents, no siblings, no equal names


def test_products_among_each_others_and_corrections_by_people_are_confusion() -> None:
    dresses = [(2, f"Платье летнее для женщин {number}") for number in range(6)]
    girls = [(6, f"Сарафан школьный {number}") for number in range(6)]
    strays = [(6, f"Платье летнее для женщин {number}{number}") for number in range(3)]
    report = report_on(
        TreeFacts(
            TREE, {}, product_vectors=products(*dresses, *girls, *strays), corrections={(9, 3): 2, (12, 2): 5}
        )
    )
    corrected, mixed = report.sections["confused"]
    assert (corrected.category_ids, corrected.cases, corrected.by_people) == ((3, 9), 2, 2)
    assert (mixed.category_ids, mixed.cases, mixed.by_people) == ((2, 6), 3, 0)
    assert mixed.score == pytest.approx(3 / 15)
    assert mixed.examples == ("Платье летнее для женщин 00", "Платье летнее для женщин 11")


def test_a_single_stray_is_no_confusion_and_nothing_at_all_is_no_error() -> None:
    rows = [(2, f"Платье {number}") for number in range(5)] + [(6, "Платье 9")]
    assert found(report_on(TreeFacts(TREE, {}, product_vectors=products(*rows))), "confused") == []
    empty = report_on(TreeFacts((), {}))
    assert set(empty.totals.values()) == {0}
    assert empty.as_dict()["categories"] == 0


def test_very_many_findings_are_counted_and_cut_and_products_sampled() -> None:
    leaves = tuple(node(number, f"Ветка {number}", "Прочее") for number in range(500))
    report = report_on(TreeFacts(leaves, {}))
    assert report.totals["empty"] == 500
    assert len(report.sections["empty"]) == KEPT
    many = products(*((2, f"Платье {number}") for number in range(50))).sample(10)
    assert len(many.ids) == len(many.titles) == len(many.matrix) == 10
    assert (many.ids[0], many.ids[-1]) == (1, 50)


# --- from the shop ---


def _category_run(product: Product) -> AIProcessingLog:
    run = submit(product.pk, mode=Mode.CATEGORY, send=False).run
    pipeline.run(run.pk)
    run.refresh_from_db()
    return run


@pytest.fixture
def unsure(settings: Any, scripted: Callable[..., ScriptedModel]) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUTO_APPLY_THRESHOLD": 1.0}
    scripted()


@pytest.mark.django_db
def test_a_moderators_correction_is_remembered_with_what_the_system_said(
    unsure: None, make_product: Callable[..., Product], moderator: User, shop: dict[str, Category]
) -> None:
    run = _category_run(make_product())
    moderation.approve(run, by=moderator, edits={"suggested_category": shop["vitamins"]})
    moderation.approve(_category_run(make_product(title="Парацетамол 250 мг")), by=moderator)
    assert sources.corrections() == {(shop["pain"].pk, shop["vitamins"].pk): 1}


@pytest.mark.django_db
def test_the_command_reports_on_the_shop_and_keeps_the_last_few(
    shop: dict[str, Category], product: Product, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Product.objects.filter(pk=product.pk).update(category=shop["pain"])
    file = tmp_path / "report.json"
    out = StringIO()
    call_command("taxonomy_report", "--json", str(file), stdout=out)
    assert "5 active categories, 3 leaves" in out.getvalue()
    figures = json.loads(file.read_text(encoding="utf-8"))
    assert [row["categories"][0]["path"] for row in figures["empty"]] == [
        "Аптека > Витамины",
        "Одежда > Платья",
    ]
    assert figures["chains"][0]["categories"][1]["path"] == "Одежда > Платья"
    assert figures["notes"] == []
    assert AITaxonomyReport.objects.get().figures == figures
    monkeypatch.setattr(sources, "KEEP", 2)
    ids = [tasks.taxonomy_report() for _ in range(3)]
    assert list(AITaxonomyReport.objects.values_list("pk", flat=True)) == ids[:0:-1]


@pytest.mark.django_db
def test_without_qdrant_it_says_what_is_missing(tree: dict[str, Category], settings: Any) -> None:
    settings.QDRANT = {**settings.QDRANT, "URL": "http://127.0.0.1:1", "TIMEOUT": 1}
    out = StringIO()
    call_command("taxonomy_report", stdout=out)
    assert "Без векторов" in out.getvalue()
    assert "Only one child: 1" in out.getvalue()
    composition.forget()


@pytest.mark.django_db
def test_a_labelled_set_is_reported_on_without_the_shop(tmp_path: Path) -> None:
    categories = [{"id": 1, "name": "Платья"}, {"id": 2, "name": "Сарафаны"}, {"id": 3, "name": "Юбки"}]
    rows = [{"id": n, "title": f"Платье летнее {n}", "category_ids": [1 + n % 2]} for n in range(12)]
    for name, lines in (("categories", categories), ("products", rows)):
        text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
        (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
    out = StringIO()
    call_command("taxonomy_report", "--dataset", str(tmp_path), stdout=out)
    assert "Платья  |  Сарафаны" in out.getvalue()
    assert "Leaves without products: 1\n  Юбки" in out.getvalue()
    assert not AITaxonomyReport.objects.exists()
    with pytest.raises(CommandError, match=r"categories\.jsonl"):
        call_command("taxonomy_report", "--dataset", str(tmp_path / "nowhere"))
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("taxonomy_report", "--dataset", str(tmp_path), "--json", "/no/such/folder/x", stdout=out)


@pytest.mark.django_db
def test_the_page_shows_the_latest_report_and_asks_a_worker_for_a_new_one(
    shop: dict[str, Category], moderator: User, client: Client, messages: Callable[[], list[dict[str, Any]]]
) -> None:
    page = reverse("admin:ai_aitaxonomyreport_changelist")
    client.force_login(moderator)
    assert "Отчёта ещё нет" in client.get(page).content.decode()
    first = sources.make()
    Category.objects.filter(slug="dresses").update(name="<b>Платья</b>", updated_at=timezone.now())
    sources.make()
    shown = client.get(page).content.decode()
    assert "Единственная вложенная: 1" in shown
    assert "&lt;b&gt;Платья&lt;/b&gt;" in shown
    older = client.get(reverse("admin:ai_aitaxonomyreport_change", args=[first.pk])).content.decode()
    assert "Одежда &gt; Платья" in older
    assert client.get(reverse("admin:ai_aitaxonomyreport_change", args=["9'--"])).status_code == 404
    assert client.get(reverse("admin:ai_taxonomy_make")).status_code == 405
    assert client.post(reverse("admin:ai_taxonomy_make")).status_code == 302
    assert [message["task"] for message in messages()] == ["apps.ai.tasks.taxonomy_report"]


@pytest.mark.django_db
def test_only_moderators_see_or_make_reports(client: Client) -> None:
    client.force_login(User.objects.create_user("clerk", password="secret-word", is_staff=True))
    assert client.get(reverse("admin:ai_aitaxonomyreport_changelist")).status_code == 403
    assert client.post(reverse("admin:ai_taxonomy_make")).status_code == 403
