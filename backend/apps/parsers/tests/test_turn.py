"""Two imports of one source at once, on connections of their own: the second waits, or is refused with a sentence."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from apps.parsers.models import ParserRun, RunState
from apps.parsers.services.runs import control, sweeping, turn, work
from apps.products.models import Product

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="the lock is PostgreSQL's"),
]


@contextmanager
def another_import(source_name: str) -> Iterator[None]:
    """Another process, that is: another connection to the database."""
    begun, over, got = threading.Event(), threading.Event(), list[bool]()

    def hold() -> None:
        try:
            with turn.only_import_of(source_name) as mine:
                got.append(mine)
                begun.set()
                over.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert begun.wait(10) and got == [True]
    try:
        yield
    finally:
        over.set()
        thread.join()


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    path = tmp_path / "feed.json"
    path.write_text(json.dumps([{"id": "1", "title": "Кружка", "price": 5, "currency": "TRY"}]))
    return path


def command(*arguments: object) -> str:
    out = io.StringIO()
    call_command("run_parser", *map(str, arguments), stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_at_a_terminal_the_second_is_refused_with_what_the_first_does(feed: Path) -> None:
    first = ParserRun.objects.create(
        parser="supplier", source_name="supplier", status=RunState.RUNNING, position=500, total=2000
    )
    with another_import("supplier"):
        with pytest.raises(CommandError) as refusal:
            command("supplier", "--file", feed)
        assert f"«supplier» уже импортируется: импорт {first.pk} с " in str(refusal.value)
        assert "записано 500 из 2000. Дождитесь его конца" in str(refusal.value)
        assert (Product.objects.count(), ParserRun.objects.count()) == (0, 1)
        command("supplier", "--file", feed, "--dry-run")  # a trial writes nothing and need not wait
        assert Product.objects.count() == 0
        assert "1 created" in command("supplier", "--file", feed, "--source", "other")
    assert "1 created" in command("supplier", "--file", feed)


def test_in_a_worker_the_second_waits_and_is_sent_again(feed: Path) -> None:
    run = control.prepare("supplier", path=feed)
    assert control.enqueue(run, send=False)
    with another_import("supplier"):
        assert work.work(run.pk) is None
        run.refresh_from_db()
        assert (run.status, run.sent_at, run.token, Product.objects.count()) == ("queued", None, "", 0)
        assert sweeping.tick()["sent"] == 1
    done = work.work(run.pk)
    assert done is not None and (done.status, Product.objects.count()) == ("finished", 1)


def test_the_end_of_one_wakes_the_next_of_its_source_alone(feed: Path) -> None:
    runs = [control.prepare("supplier", path=feed, name=name) for name in ("", "", "other")]
    for run in runs:
        control.enqueue(run, send=False)
    work.work(runs[0].pk)
    sent = [ParserRun.objects.get(pk=run.pk).sent_at is not None for run in runs[1:]]
    assert sent == [True, False]


def test_a_killed_process_leaves_nothing_locked() -> None:
    def die() -> None:
        turn.only_import_of("supplier").__enter__()
        connection.close()  # as the server does when a process is gone

    thread = threading.Thread(target=die)
    thread.start()
    thread.join()
    with turn.only_import_of("supplier") as mine:
        assert mine
