"""The circuit breaker: shared by all workers, one probe, one alert."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.core import mail
from django.db import connections
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from apps.ai.exceptions import (
    BudgetExceeded,
    KeyRefused,
    PauseError,
    ProviderBusy,
    QuotaExceeded,
    RequestRejected,
    TransientAIError,
)
from apps.ai.models.provider import PauseReason, PauseState, ServicePause
from apps.ai.services.money import breaker
from apps.ai.services.money.meter import RunMeter
from apps.ai.services.money.prices import load_prices
from apps.ai.tests.support.llm_door import IN_MEMORY, Serve, client, question, serving
from apps.ai.tests.support.openai_server import Fault
from apps.users.models import User

HERE = "provider.example/v1"
METER = RunMeter(run_id=1, product_id=1, source="test", mode="full")
Config = Callable[..., None]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with serving() as start:
        yield start


@pytest.fixture
def config(settings: Settings) -> Config:
    def change(**values: Any) -> None:
        settings.AI_CONFIG = {**settings.AI_CONFIG, **values}

    return change


def pause() -> ServicePause:
    return ServicePause.objects.get()


def let_time_pass(seconds: float) -> None:
    """As if everything in the row had happened so much earlier."""
    row = pause()
    for name in ("until", "probe_until", "last_failure_at", "alerted_at", "opened_at"):
        moment = getattr(row, name)
        if moment is not None:
            setattr(row, name, moment - timedelta(seconds=seconds))
    row.save()


def seconds_left() -> float:
    until = pause().until
    assert until is not None
    return (until - timezone.now()).total_seconds()


@pytest.mark.django_db
class TestStates:
    def test_nothing_stands_in_the_way_at_first(self) -> None:
        assert breaker.pass_row(HERE) is False
        assert ServicePause.objects.count() == 0

    def test_how_many_of_those_that_wait_may_try(self) -> None:
        here = breaker.endpoint()
        assert breaker.callers() is None
        breaker.account_failed(here, PauseReason.QUOTA, "no money")
        assert breaker.callers() == 0
        let_time_pass(301)
        assert breaker.callers() == 1
        assert breaker.pass_row(here) is True
        assert breaker.callers() == 0
        breaker.succeeded(here, probe=True)
        assert breaker.callers() is None

    def test_quota_opens_at_once_and_says_for_how_long(self) -> None:
        breaker.account_failed(HERE, PauseReason.QUOTA, "no money")
        with pytest.raises(PauseError, match="кончились деньги") as caught:
            breaker.pass_row(HERE)
        assert caught.value.retry_after == pytest.approx(300, abs=5)
        assert breaker.pass_row("another.example/v1") is False

    def test_failures_open_it_at_the_threshold_only(self) -> None:
        for _ in range(4):
            breaker.failed(HERE, "500", probe=False)
            assert breaker.pass_row(HERE) is False
        breaker.failed(HERE, "500", probe=False)
        assert pause().state == PauseState.OPEN
        assert seconds_left() == pytest.approx(30, abs=3)

    def test_a_success_between_them_starts_the_count_anew(self) -> None:
        for _ in range(3):
            for _ in range(4):
                breaker.failed(HERE, "500", probe=False)
            breaker.succeeded(HERE, probe=False)
        assert (pause().state, pause().failures) == (PauseState.CLOSED, 0)

    def test_failures_long_ago_do_not_count(self) -> None:
        for _ in range(4):
            breaker.failed(HERE, "500", probe=False)
        let_time_pass(61)
        breaker.failed(HERE, "500", probe=False)
        assert (pause().state, pause().failures) == (PauseState.CLOSED, 1)

    def test_pauses_grow_to_ten_minutes_and_a_good_probe_ends_them(self) -> None:
        for _ in range(5):
            breaker.failed(HERE, "500", probe=False)
        lengths = []
        for _ in range(7):
            lengths.append(round(seconds_left()))
            let_time_pass(601)
            assert breaker.pass_row(HERE) is True
            breaker.failed(HERE, "500 again", probe=True)
        assert lengths == [30, 60, 120, 240, 480, 600, 600]
        let_time_pass(601)
        assert breaker.pass_row(HERE) is True
        breaker.succeeded(HERE, probe=True)
        assert (pause().state, pause().opens) == (PauseState.CLOSED, 0)
        assert breaker.pass_row(HERE) is False

    def test_exactly_one_probe(self) -> None:
        breaker.account_failed(HERE, PauseReason.QUOTA, "no money")
        let_time_pass(301)
        assert breaker.pass_row(HERE) is True
        for _ in range(3):
            with pytest.raises(PauseError) as caught:
                breaker.pass_row(HERE)
            assert caught.value.retry_after == breaker.WAIT_FOR_PROBE

    def test_a_probe_whose_worker_died_is_replaced(self) -> None:
        breaker.account_failed(HERE, PauseReason.QUOTA, "no money")
        let_time_pass(301)
        assert breaker.pass_row(HERE) is True
        let_time_pass(10_000)
        assert breaker.pass_row(HERE) is True

    def test_answers_that_were_under_way_neither_close_nor_prolong(self) -> None:
        breaker.account_failed(HERE, PauseReason.QUOTA, "no money")
        before = pause().until
        breaker.succeeded(HERE, probe=False)
        breaker.failed(HERE, "500", probe=False)
        breaker.account_failed(HERE, PauseReason.KEY_REFUSED, "late")
        assert (pause().state, pause().until, pause().reason) == (PauseState.OPEN, before, PauseReason.QUOTA)

    def test_a_person_lifts_it(self) -> None:
        person = User.objects.create_user("boss")
        breaker.account_failed(HERE, PauseReason.KEY_REFUSED, "bad key")
        assert breaker.resume(by=person, name=HERE) is True
        assert breaker.resume(by=person, name=HERE) is False
        assert (pause().state, pause().resumed_by) == (PauseState.CLOSED, person)
        assert breaker.pass_row(HERE) is False

    def test_the_name_of_an_endpoint_holds_no_credentials(self, settings: Settings) -> None:
        assert breaker.endpoint() == "api.openai.com/v1"
        settings.OPENAI_BASE_URL = "http://user:secret@gpu.local:8000/v1/"
        assert breaker.endpoint() == "gpu.local:8000/v1"


@pytest.mark.django_db
class TestAlerts:
    def test_one_mail_an_hour(
        self, settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        settings.ADMINS = [("Boss", "boss@example.com")]
        with django_capture_on_commit_callbacks(execute=True):
            breaker.account_failed(HERE, PauseReason.QUOTA, "no money")
            for _ in range(3):
                let_time_pass(301)
                assert breaker.pass_row(HERE) is True
                breaker.account_failed(HERE, PauseReason.QUOTA, "still no money")
        assert [message.subject for message in mail.outbox] == [
            "[Django] ИИ-карточки на паузе: У поставщика кончились деньги"
        ]
        assert "provider.example/v1: no money" in mail.outbox[0].body
        let_time_pass(3_601)
        with django_capture_on_commit_callbacks(execute=True):
            assert breaker.pass_row(HERE) is True
            breaker.account_failed(HERE, PauseReason.QUOTA, "no money at all")
        assert len(mail.outbox) == 2

    def test_a_webhook_gets_it_and_a_broken_one_disturbs_nobody(
        self, config: Config, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        heard: list[bytes] = []

        class Hook(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                heard.append(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(500)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        with HTTPServer(("127.0.0.1", 0), Hook) as hook:
            threading.Thread(target=hook.handle_request, daemon=True).start()
            config(ALERT_WEBHOOK=f"http://127.0.0.1:{hook.server_address[1]}/")
            with django_capture_on_commit_callbacks(execute=True):
                breaker.account_failed(HERE, PauseReason.KEY_REFUSED, "bad key")
        assert b'"subject"' in heard[0]
        assert b"bad key" in heard[0]


# --- the whole till, against a server ---


@pytest.fixture
def paying(db: None, settings: Settings) -> Callable[..., Any]:
    """A door to the server whose endpoint the breaker knows too."""
    load_prices()

    def door(server: Any, **changes: Any) -> Any:
        settings.OPENAI_BASE_URL = server.url
        return client(server, **changes)

    return door


def test_without_money_one_request_then_one_probe_an_interval(
    serve: Serve, paying: Callable[..., Any]
) -> None:
    server = serve(*[Fault.QUOTA] * 3)
    door = paying(server)
    with pytest.raises(QuotaExceeded):
        door.ask(question(), meter=METER)
    for _ in range(10):
        with pytest.raises(PauseError):
            door.ask(question(), meter=METER)
    assert len(server.books) == 1
    for expected in (2, 3):
        let_time_pass(301)
        with pytest.raises(QuotaExceeded):
            door.ask(question(), meter=METER)
        with pytest.raises(PauseError):
            door.ask(question(), meter=METER)
        assert len(server.books) == expected
    let_time_pass(301)
    assert door.ask(question(), meter=METER).content
    assert door.ask(question(), meter=METER).content
    assert pause().state == PauseState.CLOSED


def test_a_refused_key_pauses_at_once(serve: Serve, paying: Callable[..., Any]) -> None:
    server = serve(Fault.BAD_KEY)
    door = paying(server)
    with pytest.raises(KeyRefused):
        door.ask(question(), meter=METER)
    with pytest.raises(PauseError):
        door.ask(question(), meter=METER)
    assert len(server.books) == 1


def test_short_waits_pause_only_when_they_come_in_a_row(serve: Serve, paying: Callable[..., Any]) -> None:
    """Now and then a 429 of a second is everyday life; five without an answer between are not."""
    server = serve(*[Fault.RATE_LIMIT] * 4, Fault.NONE, *[Fault.RATE_LIMIT] * 5, retry_after=1)
    door = paying(server)
    outcomes = []
    for _ in range(11):
        try:
            outcomes.append(str(door.ask(question(), meter=METER).content.title))
        except PauseError as error:
            outcomes.append(error.code)
    assert outcomes == [*["provider_busy"] * 4, "x", *["provider_busy"] * 5, "paused"]
    assert len(server.books) == 10


def test_a_long_wait_is_everybodys_and_one_probe_ends_it(serve: Serve, paying: Callable[..., Any]) -> None:
    server = serve(*[Fault.RATE_LIMIT] * 3, retry_after=9)
    door = paying(server)
    lengths = []
    for requests in (1, 2, 3):
        with pytest.raises(ProviderBusy):
            door.ask(question(), meter=METER)
        lengths.append(round(seconds_left()))
        for _ in range(5):
            with pytest.raises(PauseError) as caught:
                door.ask(question(), meter=METER)
            assert caught.value.code == "paused"
        assert len(server.books) == requests
        let_time_pass(lengths[-1])
    assert lengths == [9, 18, 36]
    assert pause().reason == PauseReason.BUSY
    assert "просит подождать" in pause().sentence
    assert door.ask(question(), meter=METER).content
    assert pause().state == PauseState.CLOSED
    assert mail.outbox == []  # a wait is nobody's work


def test_a_later_answer_that_asks_for_longer_lengthens_the_wait(db: None) -> None:
    breaker.asked_to_wait(HERE, "429", seconds=9, probe=False)
    breaker.asked_to_wait(HERE, "429", seconds=40, probe=False)
    assert seconds_left() == pytest.approx(40, abs=2)
    breaker.asked_to_wait(HERE, "429", seconds=5, probe=False)
    assert seconds_left() == pytest.approx(40, abs=2)


def test_an_overloaded_server_that_names_a_time_is_given_it(db: None) -> None:
    for _ in range(5):
        breaker.failed(HERE, "503", probe=False, asked=90)
    assert seconds_left() == pytest.approx(90, abs=2)


def _rejected(product_id: int | None, rejection: str = "404") -> None:
    breaker.rejected(HERE, "no such model", rejection=rejection, product_id=product_id, probe=False)


@pytest.mark.django_db
class TestRejections:
    def test_the_same_from_three_products_in_a_row_pauses(self) -> None:
        for product_id in (1, 2):
            _rejected(product_id)
            assert breaker.pass_row(HERE) is False
        _rejected(3)
        assert (pause().state, pause().reason) == (PauseState.OPEN, PauseReason.REJECTED)

    def test_one_product_alone_is_suspected_first(self) -> None:
        for _ in range(4):
            _rejected(1)
        assert pause().state == PauseState.CLOSED

    def test_an_answer_between_them_clears_the_endpoint(self) -> None:
        for product_id in range(1, 8):
            _rejected(product_id)
            _rejected(product_id)
            breaker.succeeded(HERE, probe=False)
        assert pause().state == PauseState.CLOSED

    def test_different_refusals_are_not_the_same(self) -> None:
        for product_id, rejection in ((1, "400"), (2, "404"), (3, "400"), (4, "422")):
            _rejected(product_id, rejection)
        assert pause().state == PauseState.CLOSED

    def test_a_probe_that_is_refused_again_waits_longer(self) -> None:
        for product_id in (1, 2, 3):
            _rejected(product_id)
        lengths = []
        for _ in range(3):
            lengths.append(round(seconds_left()))
            let_time_pass(601)
            assert breaker.pass_row(HERE) is True
            breaker.rejected(HERE, "still", rejection="404", product_id=4, probe=True)
        assert lengths == [30, 60, 120]


def test_one_alert_a_trouble_whatever_the_models(
    paying: Callable[..., Any],
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.ADMINS = [("Boss", "boss@example.com")]
    with django_capture_on_commit_callbacks(execute=True):
        for model in ("chat", "embedding"):
            for _ in range(5):
                breaker.failed(f"{HERE} {model}", "connection refused", probe=False)
        for product_id in (1, 2, 3):
            breaker.rejected(f"{HERE} vision", "404", rejection="404", product_id=product_id, probe=False)
    subjects = [message.subject for message in mail.outbox]
    assert len(subjects) == 2
    assert "не отвечает" in subjects[0]
    assert "отклоняет запросы" in subjects[1]


def test_vectors_that_are_answered_do_not_hide_a_wrong_model(
    serve: Serve, paying: Callable[..., Any]
) -> None:
    """Every run embeds its text before it asks: the chat model has a breaker of its own."""
    server = serve(*[Fault.NONE, Fault.UNKNOWN_MODEL] * 3)
    door = paying(server)
    for product_id in (1, 2, 3):
        meter = RunMeter(run_id=product_id, product_id=product_id, source="test", mode="full")
        assert door.embed([f"text {product_id}"], meter=meter)
        with pytest.raises(RequestRejected):
            door.ask(question(), meter=meter)
    assert door.embed(["text 4"], meter=METER)
    with pytest.raises(PauseError, match="отклоняет запросы"):
        door.ask(question(), meter=METER)
    assert breaker.callers() == 0


def test_timeouts_and_broken_connections_count_as_failures(serve: Serve, paying: Callable[..., Any]) -> None:
    server = serve(Fault.HANG, Fault.DROP, Fault.SERVER_ERROR, Fault.OVERLOADED, Fault.UNAVAILABLE)
    door = paying(server, read_timeout=0.2)
    for _ in range(5):
        with pytest.raises(TransientAIError):
            door.ask(question(), meter=METER)
    with pytest.raises(PauseError, match="не отвечает"):
        door.ask(question(), meter=METER)


def test_a_probe_that_the_budget_stops_is_given_back(
    serve: Serve, paying: Callable[..., Any], config: Config
) -> None:
    server = serve(Fault.QUOTA)
    door = paying(server)
    with pytest.raises(QuotaExceeded):
        door.ask(question(), meter=METER)
    let_time_pass(301)
    config(BUDGET_DAY_USD="0.000001")
    with pytest.raises(BudgetExceeded):
        door.ask(question(), meter=METER)
    config(BUDGET_DAY_USD="")
    assert door.ask(question(), meter=METER).content
    assert pause().state == PauseState.CLOSED


@pytest.mark.skipif(
    IN_MEMORY,
    reason="a database in memory has one connection",
)
@pytest.mark.django_db(transaction=True)
def test_of_32_workers_one_probes_and_all_go_on_afterwards(serve: Serve, settings: Settings) -> None:
    load_prices()
    server = serve(*[Fault.QUOTA] * 40, latency=0.3)
    settings.OPENAI_BASE_URL = server.url
    door = client(server)

    def everybody() -> list[str]:
        results: list[str] = []

        def ask() -> None:
            try:
                door.ask(question(), meter=METER)
                results.append("ok")
            except PauseError as error:
                results.append(type(error).__name__)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=ask) for _ in range(32)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    first = everybody()
    sent = len(server.books)
    assert sent <= 32
    assert first.count("QuotaExceeded") == sent
    everybody()
    assert len(server.books) == sent
    let_time_pass(301)
    assert sorted(everybody()) == ["PauseError"] * 31 + ["QuotaExceeded"]
    assert len(server.books) == sent + 1
    server.plan()
    let_time_pass(301)
    assert everybody().count("ok") >= 1
    assert everybody() == ["ok"] * 32
