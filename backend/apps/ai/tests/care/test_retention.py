"""Each state is kept for its own time; what somebody still needs stays whatever its age."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.utils import timezone

from apps.ai import conf, tasks
from apps.ai.models import AICall, AIProcessingLog, AITrial, Trouble
from apps.ai.models.processing import Status
from apps.ai.services.care import retention
from apps.products.models import Product

pytestmark = pytest.mark.django_db
KEPT = {
    "approved": 40,
    "rejected": 30,
    "completed": 20,
    "failed": 10,
    "ledger": 100,
    "trials": 50,
    "troubles": 60,
}


@pytest.fixture
def kept(settings: Any) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "RETENTION": KEPT}


def aged(row: Any, days: float, **columns: Any) -> Any:
    moment = timezone.now() - timedelta(days=days)
    type(row).objects.filter(pk=row.pk).update(created_at=moment, **columns)
    return row


@pytest.mark.parametrize(
    ("status", "days"), [("approved", 40), ("rejected", 30), ("completed", 20), ("failed", 10)]
)
def test_a_run_goes_when_its_states_time_is_over(
    kept: None, make_product: Callable[..., Product], status: str, days: int
) -> None:
    product = make_product()
    old, young = (AIProcessingLog.objects.create(product=product, status=status) for _ in range(2))
    AIProcessingLog.objects.create(product=product, status=Status.APPROVED)  # the latest, with a result
    aged(old, days + 0.1)
    aged(young, days - 0.1)
    assert retention.delete_old()["runs"] == 1
    assert not AIProcessingLog.objects.filter(pk=old.pk).exists()
    assert retention.delete_old()["runs"] == 0


@pytest.mark.parametrize("status", ["pending", "processing", "moderation"])
def test_what_is_open_or_waits_for_a_person_stays(
    kept: None, make_product: Callable[..., Product], status: str
) -> None:
    product = make_product()
    aged(AIProcessingLog.objects.create(product=product, status=status), 5000)
    AIProcessingLog.objects.create(product=product, status=Status.FAILED)
    assert retention.delete_old()["runs"] == 0


def test_the_latest_run_of_a_product_stays(kept: None, product: Product) -> None:
    aged(AIProcessingLog.objects.create(product=product, status=Status.APPROVED), 5000)
    assert retention.delete_old()["runs"] == 0


def test_ledger_trials_and_troubles_have_their_own_times(kept: None) -> None:
    now = timezone.now()
    for days, status in ((101, "ok"), (99, "ok"), (5000, "sent")):
        call = AICall(
            created_at=now - timedelta(days=days), expires_at=now, stage="s", operation="o", model="m"
        )
        call.status = status
        call.save()
    for days, state in ((51, "finished"), (49, "finished"), (5000, "running")):
        trial = AITrial.objects.create(product_ids=[1], mode="full", language="ru", state=state)
        aged(trial, days)
    Trouble.objects.create(code="a", text="x", over_at=now - timedelta(days=61))
    Trouble.objects.create(code="b", text="x", over_at=now - timedelta(days=59))
    Trouble.objects.create(code="c", text="x")  # still open
    gone = retention.delete_old()
    assert (gone["ledger"], gone["trials"], gone["troubles"]) == (1, 1, 1)
    assert set(AICall.objects.values_list("status", flat=True)) == {"ok", "sent"}
    assert set(Trouble.objects.values_list("code", flat=True)) == {"b", "c"}


def test_it_deletes_in_batches_and_what_went_stays_gone(
    kept: None, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 3)
    runs = [AIProcessingLog.objects.create(product=product, status=Status.FAILED) for _ in range(8)]
    for run in runs[:-1]:
        aged(run, 11)
    delete, sizes = type(AIProcessingLog._base_manager.all()).delete, []

    def watched(rows: Any) -> Any:
        sizes.append(rows.count())
        if len(sizes) == 3:
            raise ConnectionError("the database went away")
        return delete(rows)

    monkeypatch.setattr(type(AIProcessingLog._base_manager.all()), "delete", watched)
    with pytest.raises(ConnectionError):
        retention.delete_old()
    assert sizes == [3, 3, 1]
    assert AIProcessingLog.objects.count() == 2


def test_the_command_counts_first(kept: None, product: Product, capsys: Any) -> None:
    aged(AIProcessingLog.objects.create(product=product, status=Status.FAILED), 11)
    AIProcessingLog.objects.create(product=product, status=Status.FAILED)
    call_command("ai_retention", "--dry-run")
    assert "To be deleted: runs 1, " in capsys.readouterr().out
    assert AIProcessingLog.objects.count() == 2
    call_command("ai_retention")
    assert "Deleted: runs 1, " in capsys.readouterr().out
    assert AIProcessingLog.objects.count() == 1


def test_the_nightly_task_goes_by_the_settings(kept: None, product: Product) -> None:
    aged(AIProcessingLog.objects.create(product=product, status=Status.FAILED), 11)
    aged(AIProcessingLog.objects.create(product=product, status=Status.APPROVED), 11)
    AIProcessingLog.objects.create(product=product, status=Status.APPROVED)
    assert tasks.cleanup_old_ai_logs() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"aproved": 3}, "Did you mean 'approved'"), ({"failed": 0}, "above 0"), ([1], "such as")],
)
def test_a_slip_in_the_setting_is_named(settings: Any, wrong: Any, said: str) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "RETENTION": wrong}
    with pytest.raises(ImproperlyConfigured, match=f"AI_RETENTION.*{said}"):
        conf.get()
