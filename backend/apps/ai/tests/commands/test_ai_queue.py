"""`manage.py ai_queue` and the queue's page in the admin."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.ai import tasks
from apps.ai.models import AIMassRun, AIProcessingLog, ProcessSign, Trouble
from apps.ai.services.money import breaker
from apps.ai.services.worker import control as queue_control
from apps.ai.services.worker import mass_runs, signs
from apps.products.models import Product
from apps.users.models import User

pytestmark = pytest.mark.django_db
MakeProduct = Callable[..., Product]


def _queue(*arguments: str) -> str:
    out = StringIO()
    call_command("ai_queue", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def mass(make_product: MakeProduct) -> AIMassRun:
    mass = mass_runs.start([make_product().pk, make_product().pk], selection="Летние платья")
    assert mass is not None
    mass_runs.submit_chunks(mass.pk)
    mass.refresh_from_db()
    return mass


def test_an_empty_queue() -> None:
    _alive()
    assert _queue("status").split() == "waiting 0, in work 0, messages 0 of 64".split()


def _alive() -> None:
    signs.leave("worker@here", ProcessSign.Kind.WORKER, queues=["ai"])
    signs.leave("beat@here", ProcessSign.Kind.BEAT)
    signs.leave("sweep", ProcessSign.Kind.SWEEP)


def test_status_shows_the_doctors_signs_in_short(product: Product) -> None:
    text = _queue("status")
    assert "WARNING: Нет исполнителя очереди ai" in text
    assert "WARNING: Нет планировщика" in text
    assert "последний час" not in text
    _alive()
    failed = {"status": "failed", "error_code": "invalid_answer", "completed_at": timezone.now()}
    AIProcessingLog.objects.create(product=product, **failed)
    Trouble.objects.create(code="disk_full", text="Диск полон.", cure="Освободите место.")
    Trouble.objects.create(code="no_beat", text="Нет планировщика", over_at=timezone.now())
    text = _queue("status")
    assert "WARNING: За последний час без результата: 1 (invalid_answer: 1)." in text
    assert "WARNING: Диск полон. (с " in text
    assert "планировщика" not in text  # it is over
    [told] = json.loads(_queue("status", "--json"))["troubles"]
    assert (told["code"], told["cure"]) == ("disk_full", "Освободите место.")


def test_status_names_priorities_sources_and_mass_runs(mass: AIMassRun) -> None:
    text = _queue("status")
    assert "waiting 2, in work 0, messages 2 of 64" in text
    assert "Летние платья" in text
    assert "PAUSED" not in text


def test_status_for_programs(mass: AIMassRun) -> None:
    run = mass.runs.order_by("pk")[0]
    AIProcessingLog.objects.claim(run.pk, owner="a", lease=timedelta(minutes=1))
    told = json.loads(_queue("status", "--json"))
    (group,) = told["groups"]
    assert (group["priority"], group["source"], group["waiting"], group["processing"]) == (6, "mass", 1, 1)
    (shown,) = told["mass_runs"]
    assert (shown["id"], shown["state"], shown["total"], shown["ended"]) == (mass.pk, "running", 2, 0)
    assert shown["by_status"] == {"pending": 1, "processing": 1}
    assert (told["waiting"], told["processing"], told["notified"], told["paused"]) == (1, 1, 1, False)


def test_pause_and_resume_everything(mass: AIMassRun) -> None:
    _queue("pause")
    assert "PAUSED" in _queue("status")
    with pytest.raises(CommandError, match="not running"):
        _queue("pause")
    _queue("resume")
    with pytest.raises(CommandError, match="not paused"):
        _queue("resume")
    assert not queue_control.is_paused()


def test_pause_resume_and_cancel_a_mass_run(mass: AIMassRun) -> None:
    _queue("pause", "--mass", str(mass.pk))
    mass.refresh_from_db()
    assert mass.state == "paused"
    _queue("resume", "--mass", str(mass.pk))
    assert "Runs taken out of the queue: 2" in _queue("cancel", "--mass", str(mass.pk))
    assert set(mass.runs.values_list("status", flat=True)) == {"failed"}
    with pytest.raises(CommandError, match="cancelled already"):
        _queue("cancel", "--mass", str(mass.pk))


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("cancel",), "Name the mass run"),
        (("status", "--mass", "77"), "no mass run 77"),
        (("retry", "--limit", "0"), "--limit"),
        (("dance",), "invalid choice"),
    ],
)
def test_what_is_refused(arguments: tuple[str, ...], complaint: str) -> None:
    with pytest.raises(CommandError, match=complaint):
        _queue(*arguments)


def test_retry_puts_failures_back(mass: AIMassRun, make_product: MakeProduct) -> None:
    AIProcessingLog.objects.create(product=make_product(), status="failed")
    mass.runs.update(status="failed")
    assert _queue("retry", "--mass", str(mass.pk)) == "Put back: 2.\n"
    assert _queue("retry") == "Put back: 1.\n"
    assert AIProcessingLog.objects.open().count() == 3


def test_drain_ends_when_nothing_is_open(mass: AIMassRun) -> None:
    with pytest.raises(CommandError, match="2 are still open after 0 s"):
        _queue("drain", "--timeout", "0")
    queue_control.pause(mass)
    with pytest.raises(CommandError, match="Paused, 2 are open"):
        _queue("drain", "--mass", str(mass.pk))
    mass.runs.update(status="approved")
    assert _queue("drain") == "Nothing is open. Failed meanwhile: 0.\n"
    assert _queue("drain", "--mass", str(mass.pk)) == "Nothing is open. Failed meanwhile: 0.\n"


def test_drain_counts_products_that_are_not_submitted_yet(product: Product) -> None:
    mass_runs.start([product.pk])
    with pytest.raises(CommandError, match="1 are still open"):
        _queue("drain", "--timeout", "0")


# --- the page ----------------------------------------------------------------------------------------------

LIST = "admin:ai_aimassrun_changelist"


@pytest.fixture
def page(client: Client, admin_user: User) -> Client:
    client.force_login(admin_user)
    return client


def _press(client: Client, mass: AIMassRun, button: str) -> str:
    """The run's page after the button, found in the page itself, was pressed."""
    url = reverse("admin:ai_aimassrun_change", args=[mass.pk])
    html = client.get(url).content.decode()
    name = f"ai_aimassrun_{button}"
    assert f'name="{name}"' in html
    answer = client.post(url, {name: "1", "cost_limit_usd": mass.cost_limit_usd or ""}, follow=True)
    assert answer.status_code == 200
    mass.refresh_from_db()
    return answer.content.decode()


def test_the_page_shows_the_queue_and_the_mass_runs(page: Client, mass: AIMassRun) -> None:
    AIProcessingLog.objects.filter(pk=mass.runs.order_by("pk")[0].pk).update(status="approved")
    html = page.get(reverse(LIST)).content.decode()
    assert "Ждут: <b>1</b>" in html
    assert "Массовая обработка" in html
    assert "Летние платья" in html
    assert '<progress max="100" value="50"' in html
    assert "1 из 2" in html


def test_the_buttons_of_a_mass_run(
    page: Client, mass: AIMassRun, django_capture_on_commit_callbacks: Any
) -> None:
    _press(page, mass, "pause")
    assert mass.state == "paused"
    _press(page, mass, "resume")
    assert mass.state == "running"
    _press(page, mass, "cancel")
    assert mass.state == "cancelled"
    url = reverse("admin:ai_aimassrun_change", args=[mass.pk])
    assert "ai_aimassrun_resume" not in page.get(url).content.decode()
    page.post(url, {"ai_aimassrun_resume": "1", "cost_limit_usd": ""})
    mass.refresh_from_db()
    assert mass.state == "cancelled"
    tasks.close_cancelled_runs()
    assert set(mass.runs.values_list("error_code", flat=True)) == {"cancelled"}


def test_a_limit_can_be_set_later(page: Client, mass: AIMassRun) -> None:
    page.post(reverse("admin:ai_aimassrun_change", args=[mass.pk]), {"cost_limit_usd": "2.5", "_save": "1"})
    mass.refresh_from_db()
    assert str(mass.cost_limit_usd) == "2.500000"
    assert mass.state == "running"


def test_several_at_once(page: Client, mass: AIMassRun, make_product: MakeProduct) -> None:
    other = mass_runs.start([make_product().pk])
    assert other is not None
    page.post(reverse(LIST), {"action": "pause_selected", "_selected_action": [mass.pk, other.pk]})
    assert set(AIMassRun.objects.values_list("state", flat=True)) == {"paused"}


def test_the_whole_queue_is_paused_by_post_only(page: Client, mass: AIMassRun) -> None:
    steer = reverse("admin:ai_queue_steer")
    assert page.get(steer).status_code == 405
    assert not queue_control.is_paused()
    page.post(steer, {"step": "pause"})
    assert queue_control.is_paused()
    assert "Очередь приостановлена" in page.get(reverse(LIST)).content.decode()
    page.post(steer, {"step": "resume"})
    assert not queue_control.is_paused()


def test_strangers_are_kept_out(client: Client, mass: AIMassRun) -> None:
    visitor = User.objects.create_user("visitor", password="secret-word", is_staff=True)
    client.force_login(visitor)
    assert client.post(reverse("admin:ai_queue_steer"), {"step": "pause"}).status_code == 403
    assert client.get(reverse(LIST)).status_code == 403
    assert not queue_control.is_paused()


def test_the_page_asks_as_much_for_many_runs_as_for_few(
    page: Client, mass: AIMassRun, make_product: MakeProduct, django_assert_max_num_queries: Any
) -> None:
    AIProcessingLog.objects.bulk_create(AIProcessingLog(product=make_product()) for _ in range(30))
    with django_assert_max_num_queries(25):
        page.get(reverse(LIST))


def test_what_the_provider_asks_for_is_said_in_the_status_and_in_the_admin(admin_client: Client) -> None:
    breaker.asked_to_wait(breaker.of_model("gpt-4o-mini"), "Rate limit reached", seconds=900, probe=False)
    out = StringIO()
    call_command("ai_queue", "status", stdout=out)
    shown = " ".join(out.getvalue().split())
    assert "WAITING: api.openai.com/v1 gpt-4o-mini: поставщик просит подождать до " in shown
    page = admin_client.get(reverse("admin:ai_aimassrun_changelist")).content.decode()
    assert "поставщик просит подождать до " in page
