"""From the import to the roll-back in a shop of another shape, without a line of the AI app changed for it."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from apps.ai import tasks
from apps.ai.models import (
    AIAudit,
    AIModerationQueue,
    AIProcessingLog,
    AITemplate,
    AppliedChange,
    StoredPicture,
)
from apps.ai.services.worker import mass_runs
from second_host.members.models import Member
from second_host.shelves.models import Shelf
from second_host.tests.conftest import PILL
from second_host.warehouse.ai_catalog import WarehouseCatalog
from second_host.warehouse.importing import take
from second_host.warehouse.models import Item
from utils.r2_storage import get_storage

pytestmark = pytest.mark.django_db(transaction=True)


#: This shop's API knows a caller by its gateway's word, not by a session.
GATEWAY = {"X-Gateway-Member": "olga@shop.example"}


def test_an_import_orders_a_run_and_a_card_comes_of_it(
    cards: dict[str, AIProcessingLog], shelves: dict[str, Shelf]
) -> None:
    assert {kind: run.status for kind, run in cards.items()} == dict.fromkeys(cards, "moderation")
    pill = cards["medicine"]
    assert pill.suggested_category_id == shelves["pain"].pk
    assert "500 мг" in (pill.generated_title or "").replace("\xa0", " ")
    assert Item.objects.get(pk=pill.product_id).shelf.type == "unsorted"
    stops = [one["code"] for run in cards.values() for one in run.reasons if one["severity"] == "blocking"]
    assert "no_price" not in stops


def test_every_page_of_the_admin_opens(
    cards: dict[str, AIProcessingLog], office: Client, admin_member: Member
) -> None:
    """Lists, forms, searches: with rows in every list that the whole way fills."""
    _decide(cards["medicine"], office)
    tasks.learn_decision(cards["medicine"].pk)
    call_command("taxonomy_report", verbosity=0, stdout=StringIO())
    mass_runs.start([cards["book"].product_id], force=True)
    AITemplate.objects.create(name="Общий", template_type="description", content="Кратко.", language="ru")
    office.force_login(admin_member)
    opened = 0
    for model, model_admin in admin.site._registry.items():
        if model._meta.app_label != "ai":
            continue
        name = f"admin:ai_{model._meta.model_name}"
        for query in ({}, {"q": "parol"} if model_admin.search_fields else {}):
            page = office.get(reverse(f"{name}_changelist"), query)
            assert page.status_code == 200, (model, query)
        for row in model._default_manager.all()[:3]:
            page = office.get(reverse(f"{name}_change", args=[row.pk]), follow=True)
            assert page.status_code == 200, (model, row.pk)
            opened += 1
        if model_admin.has_add_permission(page.wsgi_request):
            assert office.get(reverse(f"{name}_add")).status_code == 200, model
    assert opened > 10


def test_the_lists_name_products_categories_and_people_and_find_them(
    cards: dict[str, AIProcessingLog], office: Client, goods: dict[str, Item]
) -> None:
    queue = office.get(reverse("admin:ai_aimoderationqueue_changelist")).content.decode()
    assert "Parol 500 mg 20 Tablet" in queue
    assert "Обезболивающие" in queue
    found = office.get(reverse("admin:ai_aiprocessinglog_changelist"), {"q": "küçük prens"}).content.decode()
    assert "Küçük Prens" in found
    assert "Parol" not in found
    page = office.get(reverse("admin:ai_aiprocessinglog_change", args=[cards["wear"].pk])).content.decode()
    assert f"/office/warehouse/item/{goods['wear'].pk}/change/" in page
    assert f"/items/{goods['wear'].pk}/" in page
    answers = office.get(reverse("admin:ai_categories"), {"term": "апт обез"}).json()
    assert [one["text"] for one in answers["results"]] == ["Аптека > Обезболивающие"]
    assert len(office.get(reverse("admin:ai_categories"), {"any": 1}).json()["results"]) == 7


def test_a_stranger_finds_no_category(client: Client, shelves: dict[str, Shelf]) -> None:
    client.force_login(Member.objects.create_user("guest@shop.example", "secret-word", is_staff=True))
    assert client.get(reverse("admin:ai_categories")).status_code == 403


def test_a_moderator_edits_and_approves_in_the_admin(
    cards: dict[str, AIProcessingLog], office: Client, shelves: dict[str, Shelf], goods: dict[str, Item]
) -> None:
    _decide(cards["medicine"], office, suggested_category=shelves["vitamins"].pk)
    item = Item.objects.get(pk=goods["medicine"].pk)
    assert item.shelf == shelves["vitamins"]
    text = item.medicine.texts.get(language="ru")
    assert "500 мг" in text.name.replace("\xa0", " ")
    assert item.label == "Parol 500 mg 20 Tablet"
    assert item.description.startswith("Parasetamol")
    buyer = office.get(f"/items/{item.pk}/").content.decode()
    assert text.name in buyer


def test_the_api_shows_approves_and_takes_back(
    cards: dict[str, AIProcessingLog], office: Client, goods: dict[str, Item]
) -> None:
    listed = office.get("/api/ai/logs/", headers=GATEWAY).json()
    assert {row["product_title"] for row in listed["results"]} == {item.label for item in goods.values()}
    queued = office.get("/api/ai/moderation/", headers=GATEWAY).json()
    assert len(queued["results"]) == 3
    run = cards["wear"]
    before = WarehouseCatalog().card(run.product_id, language="ru")
    address = f"/api/ai/logs/{run.pk}/"
    answer = office.post(f"{address}approve/", {}, content_type="application/json", headers=GATEWAY)
    assert (answer.status_code, answer.json()["status"]) == (200, "approved"), answer.content
    assert WarehouseCatalog().card(run.product_id, language="ru").values["title"] == run.generated_title
    answer = office.post(f"{address}rollback/", headers=GATEWAY)
    assert (answer.status_code, answer.json()["status"]) == (200, "rejected"), answer.content
    assert WarehouseCatalog().card(run.product_id, language="ru") == before
    assert Item.objects.get(pk=run.product_id).shelf.type == "unsorted"


def test_english_texts_go_into_their_own_rows(
    cards: dict[str, AIProcessingLog], goods: dict[str, Item], office: Client
) -> None:
    """The offline engine writes Russian alone: the run's language is set after it."""
    run, item = cards["medicine"], goods["medicine"]
    AIProcessingLog.objects.filter(pk=run.pk).update(options={**run.options, "language": "en"})
    _decide(run, office)
    change = AppliedChange.objects.get(run=run)
    assert change.language == "en"
    assert list(item.medicine.texts.values_list("language", flat=True)) == ["en"]
    assert set(item.medicine.leaflet.values_list("language", flat=True)) <= {"tr", "en"}
    assert WarehouseCatalog().card(item.pk, language="ru").values["title"] == ""
    answer = office.post(f"/api/ai/logs/{run.pk}/rollback/", headers=GATEWAY)
    assert answer.status_code == 200
    assert WarehouseCatalog().card(item.pk, language="en").values["title"] == ""


def test_what_a_person_wrote_stays(cards: dict[str, AIProcessingLog], goods: dict[str, Item]) -> None:
    item = goods["book"]
    item.book.texts.create(language="ru", name="Своё название")
    Item.objects.filter(pk=item.pk).update(by_hand=["name"])
    run = tasks.submit(product_id=item.pk, force=True).run
    tasks.process_product_ai(item.pk, run_id=run.pk)
    assert item.book.texts.get(language="ru").name == "Своё название"


def test_decisions_teach(
    cards: dict[str, AIProcessingLog], office: Client, moderator: Member, shelves: dict[str, Shelf]
) -> None:
    run = cards["medicine"]
    words = "<p>" + "Таблетки от головной боли и жара, Atabay 500 мг. " * 12 + "</p>"
    _decide(run, office, generated_description=words)
    tasks.learn_decision(run.pk)
    example = AITemplate.objects.get(source_run=run)
    assert example.category_id == shelves["pain"].pk
    assert "Atabay" not in example.content
    rows = json.loads(_said("ai_edits", by="moderator", json=True))["rows"]
    assert [row["group"] for row in rows] == ["olga@shop.example"]
    rows = json.loads(_said("ai_edits", by="category", json=True))["rows"]
    assert [row["group"] for row in rows] == ["Аптека > Обезболивающие"]


def test_audits_and_reports(
    goods: dict[str, Item], office: Client, settings: Any, tmp_path: Path, shelves: dict[str, Shelf]
) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUTO_APPLY_THRESHOLD": 0.0, "AUDIT_SHARE": 1.0}
    item = goods["wear"]
    run = AIProcessingLog.objects.get(product_id=item.pk)
    tasks.process_product_ai(item.pk, run_id=run.pk)
    run.refresh_from_db()
    if not AIAudit.objects.exists():
        pytest.fail(f"No audit was drawn: {run.status}, {run.reasons}")
    _decide(run, office)
    assert AIAudit.objects.get().outcome == "right"
    assert "Одежда" in _said("ai_audit")
    file = tmp_path / "report.json"
    for other in (goods["book"], goods["medicine"]):
        tasks.process_product_ai(other.pk, run_id=AIProcessingLog.objects.get(product_id=other.pk).pk)
    assert "Pamuklu elbise" in _said("ai_report", json=file)
    report = json.loads(file.read_text(encoding="utf-8"))
    assert {row["title"] for row in report["products"]} == {one.label for one in goods.values()}
    assert _said("ai_costs")
    assert "leaves" in _said("taxonomy_report")


def test_work_that_lies_about_is_found(goods: dict[str, Item], shelves: dict[str, Shelf]) -> None:
    """Only products that no run was ever made for."""
    AIProcessingLog.objects.exclude(product_id=goods["medicine"].pk).delete()
    Item.objects.filter(pk=goods["book"].pk).update(shelf=shelves["novels"])
    found = mass_runs.submit_uncategorized(limit=10)
    assert found is not None
    assert [chunk.product_ids for chunk in found.chunks.all()] == [[goods["wear"].pk]]
    found = mass_runs.submit_without_description(limit=10)
    assert found is not None
    assert [chunk.product_ids for chunk in found.chunks.all()] == [[goods["book"].pk]]


def test_the_tables_fit_this_host() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    assert apps.get_model("ai.AIProcessingLog")._meta.get_field("product").related_model is Item


def _decide(run: AIProcessingLog, office: Client, **edits: Any) -> None:
    """Press «Одобрить» on the card's page, with these fields changed."""
    page = office.get(reverse("admin:ai_review", args=[run.pk]))
    assert page.status_code == 200
    url = reverse("admin:ai_review_approve", args=[run.pk])
    answer = office.post(url, json.dumps({"edits": edits}), content_type="application/json")
    assert answer.status_code == 200, answer.content.decode()
    run.refresh_from_db()
    assert run.status == "approved", run.status
    assert not AIModerationQueue.objects.waiting().filter(log_entry=run).exists()


def _said(command: str, **options: Any) -> str:
    out = StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


def test_a_buyer_sees_our_copy_of_the_suppliers_picture(
    shelves: dict[str, Shelf], client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.AI_CONFIG = {**settings.AI_CONFIG, "KEEP_PICTURES": True}
    url = "https://bazaar.example/parol.jpg"
    item = take({**PILL, "pictures": [url]})
    page = reverse("item", args=[item.pk])
    before = client.get(page).content.decode()

    StoredPicture.objects.filter(url=url).update(
        status="kept", processed_key="products/processed/a.webp", thumb_key="products/thumbs/a.webp", width=9
    )

    assert f'src="{url}"' in before
    after = client.get(page).content.decode()
    assert url not in after
    assert f'src="{get_storage().public_url("products/processed/a.webp")}"' in after
