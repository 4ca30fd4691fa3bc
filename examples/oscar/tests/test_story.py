"""The whole way in a shop that nobody here wrote: from a supplier's Turkish words to what a buyer reads."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from oscar.core.loading import get_model
from supply.ai_catalog import OscarCatalog
from supply.models import CardNotes, SupplierItem

from apps.ai import tasks
from apps.ai.models import AIModerationQueue, AIProcessingLog, AppliedChange
from apps.ai.services.runs import pipeline
from apps.ai.testing import check_catalog

Product = get_model("catalogue", "Product")

pytestmark = pytest.mark.django_db(transaction=True)


def work() -> None:
    """What a worker does when a message wakes it."""
    for run_id in AIProcessingLog.objects.filter(status="pending").values_list("pk", flat=True):
        pipeline.run(run_id)


def waiting(source_id: str) -> AIProcessingLog:
    item = SupplierItem.objects.get(source_id=source_id)
    return AIProcessingLog.objects.get(product_id=item.product_id, status="moderation")


def test_every_imported_product_gets_a_card_and_nothing_is_submitted_twice(sandbox: None) -> None:
    assert AIProcessingLog.objects.filter(status="pending").count() == 4
    work()
    assert AIProcessingLog.objects.count() == 4
    assert set(AIProcessingLog.objects.values_list("status", flat=True)) <= {"moderation", "approved"}
    call_command("load_sandbox", verbosity=0)
    assert AIProcessingLog.objects.count() == 4


def test_what_a_moderator_approves_is_what_a_buyer_reads(sandbox: None, browser: Client) -> None:
    work()
    run = waiting("E-101")
    product = Product.objects.get(pk=run.product_id)
    assert product.get_title() == "Atlas Parasetamol 500 mg 20 Tablet"

    answer = browser.post(
        reverse("ai-logs-approve", args=[run.pk]), {"notes": "по-русски"}, content_type="application/json"
    )
    assert answer.status_code == 200, answer.content
    product.refresh_from_db()
    assert "500 мг" in product.title
    assert [category.name for category in product.get_categories()] == ["Обезболивающие"]

    buyer = Client().get(product.get_absolute_url())
    assert buyer.status_code == 200
    page = buyer.content.decode()
    assert product.title in page
    assert "парацетамол" in page
    assert "Дозировка" in page
    assert "500 мг" in page
    dashboard = browser.get(reverse("dashboard:catalogue-product", args=[product.pk]))
    assert dashboard.status_code == 200
    assert product.title in dashboard.content.decode()


def test_a_roll_back_gives_the_buyer_the_suppliers_words_again(sandbox: None, browser: Client) -> None:
    work()
    run = waiting("E-103")
    assert browser.post(reverse("ai-logs-approve", args=[run.pk])).status_code == 200
    assert browser.post(reverse("ai-logs-rollback", args=[run.pk])).status_code == 200
    product = Product.objects.get(pk=run.product_id)
    assert AppliedChange.objects.get().reverted_at is not None
    assert (product.description, product.get_categories().count()) == ("", 0)


def test_what_a_person_wrote_in_the_dashboard_is_not_overwritten(sandbox: None) -> None:
    product = Product.objects.get(supply__source_id="E-102")
    product.title = "Шипучий витамин C от Atlas, 1000 мг, 20 таблеток"
    product.save()
    assert CardNotes.objects.get(product=product).edited_fields == ["title"]
    work()
    run = AIProcessingLog.objects.filter(product_id=product.pk).latest("pk")
    product.refresh_from_db()
    assert run.status in {"moderation", "approved"}
    assert product.title == "Шипучий витамин C от Atlas, 1000 мг, 20 таблеток"


def test_all_pages_of_the_admin_open(sandbox: None, browser: Client) -> None:
    work()
    opened = [reverse("admin:index")]
    for model in admin.site._registry:
        if model._meta.app_label != "ai":
            continue
        opened.append(reverse(f"admin:ai_{model._meta.model_name}_changelist"))
        opened += [
            reverse(f"admin:ai_{model._meta.model_name}_change", args=[row.pk])
            for row in model._default_manager.all()[:2]
        ]
    opened += [f"{opened[-1]}?q=Atlas"]
    answers = {address: browser.get(address, follow=True).status_code for address in opened}
    assert {address: status for address, status in answers.items() if status != 200} == {}
    assert len(answers) > 15
    assert AIModerationQueue.objects.exists()


@pytest.mark.parametrize(
    "command",
    [["ai_report"], ["ai_costs"], ["ai_edits"], ["taxonomy_report"], ["ai_audit"], ["ai_queue", "status"]],
)
def test_reports_speak_of_this_shop(sandbox: None, browser: Client, command: list[str]) -> None:
    work()
    run = waiting("E-101")
    assert browser.post(reverse("ai-logs-approve", args=[run.pk])).status_code == 200
    tasks.learn_decision(run.pk)
    out = StringIO()
    call_command(*command, stdout=out)
    assert out.getvalue().strip()


def test_the_adapter_keeps_the_contract(sandbox: None) -> None:
    assert check_catalog(OscarCatalog()) == []
