"""Imports as a person, a schedule and a dying worker see them. Workers here are the functions themselves; processes
of their own are in test_run_processes.py.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from apps.parsers import tasks
from apps.parsers.models import ParserRun, ParserSource, RunProducts, RunState
from apps.parsers.services import imports
from apps.parsers.services.runs import control, pulse, sweeping, trial, work
from apps.products.models import Product
from utils.secret import Secret

pytestmark = pytest.mark.django_db


def goods(count: int, **more: object) -> list[dict[str, object]]:
    return [
        {
            "id": f"p{number}",
            "title": f"Товар номер {number}",
            "price": 100 + number,
            "currency": "RUB",
            **more,
        }
        for number in range(count)
    ]


def uploaded(records: list[dict[str, Any]], name: str = "feed.json", **options: Any) -> ParserRun:
    upload = ContentFile(json.dumps(records).encode(), name=name)
    return control.prepare("supplier", upload=upload, **options)


def done(run: ParserRun) -> ParserRun:
    assert control.enqueue(run, send=False)
    work.work(run.pk)
    run.refresh_from_db()
    return run


def stop_before(monkeypatch: pytest.MonkeyPatch, number: int, act: Callable[[], object]) -> None:
    """Does `act` before the product of this number (from 1) and lets the import look at its row every time."""
    monkeypatch.setattr(pulse, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(imports, "CHUNK", 1)
    asked = iter(range(1, 10_000))
    real = pulse.Pulse.should_stop

    def should_stop(self: pulse.Pulse) -> bool:
        if next(asked) == number:
            act()
        return real(self)

    monkeypatch.setattr(pulse.Pulse, "should_stop", should_stop)


def test_an_uploaded_feed_is_imported_by_the_worker() -> None:
    run = done(uploaded(goods(12)))
    assert (run.status, run.created_count, run.position, run.total) == ("finished", 12, 12, 12)
    assert run.origin == "feed.json"
    assert Product.objects.filter(source_name="supplier").count() == 12


def test_work_on_a_run_that_nobody_ordered_does_nothing() -> None:
    run = uploaded(goods(2))
    assert work.work(run.pk) is None
    assert work.work(10**6) is None
    assert (ParserRun.objects.get().status, Product.objects.count()) == ("prepared", 0)


def test_paused_in_the_middle_it_goes_on_behind_its_last_product(monkeypatch: pytest.MonkeyPatch) -> None:
    run = uploaded(goods(12))
    stop_before(monkeypatch, 6, lambda: control.pause(run))
    done(run)
    assert (run.status, run.position, run.created_count) == ("paused", 5, 5)
    assert Product.objects.count() == 5
    Product.objects.all().delete()
    assert control.resume(run)
    work.work(run.pk)
    run.refresh_from_db()
    assert set(Product.objects.values_list("source_id", flat=True)) == {f"p{n}" for n in range(5, 12)}
    assert (run.status, run.position, run.created_count) == ("finished", 12, 12)


def test_what_its_first_part_refused_stays_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Records in = saved + refused, also over a pause."""
    foreign = {"supplier": "Чужой", "url": "https://other.example/1"}
    done(uploaded([{"id": "p1", "title": "Товар", "price": 5, "currency": "RUB", **foreign}]))
    run = uploaded([*goods(12, url="https://mine.example/1", supplier="Свой"), {"title": "без кода"}])
    stop_before(monkeypatch, 6, lambda: control.pause(run))
    assert done(run).status == "paused"
    control.resume(run)
    work.work(run.pk)
    run.refresh_from_db()
    assert (run.status, run.read_count) == ("finished", 13)
    assert (run.created_count, run.failed_count) == (11, 2)
    assert [entry["record"] for entry in run.errors if entry["message"].startswith("не сохранено")] == [
        "id p1"
    ]


def test_cancelled_in_the_middle_it_keeps_what_it_wrote_and_cannot_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = uploaded(goods(12))
    stop_before(monkeypatch, 4, lambda: control.cancel(run))
    done(run)
    assert (run.status, run.position, Product.objects.count()) == ("cancelled", 3, 3)
    assert run.finished_at is not None
    assert not control.resume(run)
    assert not control.enqueue(run, send=False)


def test_a_process_that_ends_gives_its_import_back(monkeypatch: pytest.MonkeyPatch) -> None:
    run = uploaded(goods(12))
    stop_before(monkeypatch, 4, pulse.stop_all)
    try:
        done(run)
    finally:
        pulse._stopping.clear()
    assert (run.status, run.position) == ("queued", 3)
    work.work(run.pk)
    run.refresh_from_db()
    assert (run.status, run.created_count, Product.objects.count()) == ("finished", 12, 12)


def test_a_process_that_lost_its_run_writes_nothing_over_the_next_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = uploaded(goods(12))
    taken = {"token": "another", "position": 9, "created_count": 9}
    stop_before(monkeypatch, 4, lambda: ParserRun.objects.filter(pk=run.pk).update(**taken))
    done(run)
    assert (run.status, run.position, run.token) == ("running", 9, "another")


def silent(run: ParserRun, **fields: object) -> ParserRun:
    long_ago = timezone.now() - timedelta(hours=1)
    ParserRun.objects.filter(pk=run.pk).update(status=RunState.RUNNING, beat_at=long_ago, **fields)
    run.refresh_from_db()
    return run


def test_a_silent_worker_s_run_is_taken_up_again_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    run = uploaded(goods(12))
    stop_before(monkeypatch, 8, lambda: control.pause(run))
    silent(done(run), in_worker=True, token="dead")
    Product.objects.all().delete()
    assert sweeping.tick() == {"taken_up": 1, "given_up": 0, "sent": 1, "started": 0}
    work.work(run.pk)
    run.refresh_from_db()
    assert (run.status, run.takeups, run.position) == ("finished", 1, 12)
    assert sorted(Product.objects.values_list("source_id", flat=True)) == ["p10", "p11", "p7", "p8", "p9"]


def test_one_that_killed_its_workers_again_and_again_is_left_to_a_person() -> None:
    run = silent(uploaded(goods(3)), in_worker=True, takeups=sweeping.MOST_TAKEUPS)
    assert sweeping.tick()["given_up"] == 1
    run.refresh_from_db()
    assert run.status == "dead"
    assert control.resume(run)
    work.work(run.pk)
    run.refresh_from_db()
    assert (run.status, run.takeups) == ("finished", 0)


def test_what_ran_at_a_terminal_is_dead_and_not_taken_up() -> None:
    run = silent(uploaded(goods(3)))
    assert sweeping.tick()["given_up"] == 1
    run.refresh_from_db()
    assert run.status == "dead"


def test_a_living_run_is_left_alone() -> None:
    run = uploaded(goods(3))
    ParserRun.objects.filter(pk=run.pk).update(status="running", beat_at=timezone.now(), in_worker=True)
    assert sweeping.tick() == {"taken_up": 0, "given_up": 0, "sent": 0, "started": 0}


@pytest.mark.parametrize("state", RunState.values)
def test_what_each_state_allows(state: str) -> None:
    allowed = {
        "pause": {"queued", "running"},
        "resume": {"paused", "dead", "failed"},
        "accept": {"needs_look"},
        "cancel": {"prepared", "queued", "running", "paused", "needs_look", "dead"},
    }
    steps = {
        "pause": tasks.pause_run,
        "resume": tasks.resume_run,
        "accept": tasks.accept_run,
        "cancel": tasks.cancel_run,
    }
    for step, states in allowed.items():
        run = uploaded(goods(1))
        ParserRun.objects.filter(pk=run.pk).update(status=state)
        assert steps[step](run.pk) == (state in states), step
        run.refresh_from_db()
        if state not in states:
            assert run.status == state


def test_a_feed_that_looks_wrong_waits_for_a_person_and_is_accepted() -> None:
    done(uploaded(goods(30)))
    run = done(uploaded(goods(3, description="новое")))
    assert (run.status, run.kinds["look"]) == ("needs_look", 1)
    assert Product.objects.filter(description="новое").count() == 0
    assert control.accept(run)
    work.work(run.pk)
    run.refresh_from_db()
    assert (run.status, run.updated_count) == ("finished", 3)
    assert Product.objects.filter(description="новое").count() == 3


def test_a_trial_writes_a_table_and_nothing_else() -> None:
    done(uploaded(goods(10)))
    records = goods(10)
    records[3]["price"] = 120
    records.append({"id": "new", "title": "=HYPERLINK(1)", "price": 5, "currency": "TRY"})
    run = done(uploaded(records, dry_run=True))
    assert (run.status, run.created_count, run.updated_count, run.unchanged_count) == ("finished", 1, 1, 9)
    assert Product.objects.count() == 10
    rows, more = trial.page(run, 1)
    assert rows == [
        ["p3", "price", "103.00", "120.00", ""],
        ["new", "новый товар", "", "'=HYPERLINK(1) · 5.00 TRY", ""],
    ]
    assert not more
    with Path(run.table.path).open(encoding="utf-8-sig") as file:
        assert next(csv.reader(file, delimiter=";"))[0] == "код"
    real = control.after_trial(run)
    done(real)
    assert (real.created_count, real.updated_count, Product.objects.count()) == (1, 1, 11)


def test_changed_products_are_remembered_for_later() -> None:
    done(uploaded(goods(10)))
    assert RunProducts.objects.count() == 0
    run = done(uploaded([*goods(2, description="x"), *goods(10)[2:]]))
    assert RunProducts.objects.get().source_ids == ["p0", "p1"]
    assert run.changed.count() == 1


def test_a_broken_file_fails_with_a_sentence_and_can_be_tried_again() -> None:
    upload = ContentFile(b"%PDF-1.7", name="price.pdf")
    run = done(control.prepare("supplier", upload=upload))
    assert run.status == "failed"
    assert "PDF" in imports.failure_of(run)
    assert control.resume(run)


def source(**fields: Any) -> ParserSource:
    values = {"title": "Поставщик", "name": "one", "address": Secret("https://shop.example/feed.xml")}
    return ParserSource.objects.create(**{**values, **fields})


def test_a_source_that_is_due_is_started_once() -> None:
    made = source(is_active=True, every_minutes=60)
    assert sweeping.tick()["started"] == 1
    run = ParserRun.objects.get()
    assert (run.status, run.source, run.source_name) == ("queued", made, "supplier:one")
    assert run.address.reveal() == "https://shop.example/feed.xml"
    assert sweeping.tick()["started"] == 0
    made.refresh_from_db()
    assert made.next_at is not None
    assert timedelta(minutes=59) < made.next_at - timezone.now() < timedelta(minutes=61)


def test_a_source_whose_import_is_still_open_waits_for_its_next_time() -> None:
    made = source(is_active=True)
    control.enqueue(control.of_source(made), send=False)
    ParserRun.objects.update(sent_at=timezone.now())
    assert sweeping.tick()["started"] == 0
    assert ParserRun.objects.count() == 1


def test_a_source_that_is_not_switched_on_does_nothing() -> None:
    source()
    assert sweeping.tick()["started"] == 0


def test_files_of_old_imports_go_and_a_shared_one_with_the_younger() -> None:
    trial_run = done(uploaded(goods(3), dry_run=True))
    real = done(control.after_trial(trial_run))
    place = Path(real.feed.path)
    old = timezone.now() - sweeping.FILES_KEPT - timedelta(days=1)
    ParserRun.objects.filter(pk=trial_run.pk).update(started_at=old)
    sweeping.tick()
    trial_run.refresh_from_db()
    assert (place.exists(), trial_run.table.name) == (True, "")
    ParserRun.objects.filter(pk=real.pk).update(started_at=old)
    sweeping.tick()
    assert not place.exists()
    assert set(ParserRun.objects.values_list("feed", flat=True)) == {""}
