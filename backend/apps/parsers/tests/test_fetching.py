"""Fetching a source: pace, retries, robots.txt, secrets, versions, answers on disk; against a real server.

The server stands on 127.0.0.1, which only these tests may read (`allow_private`).
"""

from __future__ import annotations

import functools
import logging
import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

from apps.parsers.models import HostPace, ParserRun, ParserSource
from apps.parsers.services.fetching import polite, robots
from apps.parsers.services.fetching.polite import Manners, fetch_to, manners_of
from apps.parsers.services.runs import control, work
from apps.products.models import Product
from utils.safe_fetch import FetchError, FetchFailed, FetchLimits, NotModified, fetch
from utils.secret import Secret
from utils.tests.local_server import LocalServer, http_answer, local_server, redirect

pytestmark = pytest.mark.django_db
YML = """<?xml version="1.0" encoding="UTF-8"?><yml_catalog date="2026-11-01"><shop><offers>
<offer id="a1" available="true"><name>Кружка</name><price>350</price><currencyId>RUR</currencyId></offer>
</offers></shop></yml_catalog>""".encode()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalServer]:
    robots.forget()
    monkeypatch.setattr(polite, "fetch", functools.partial(fetch, allow_private=True))
    with local_server() as server, local_server() as other:
        ports = frozenset({server.port, other.port})
        limits = FetchLimits(max_bytes=100_000, total_timeout=10, ports=ports)
        monkeypatch.setattr(polite, "LIMITS", limits)
        server.other = other  # type: ignore[attr-defined]
        yield server


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that were waited, without waiting: the clock is moved on."""
    waited: list[float] = []
    offset = [0.0]
    real = time.time

    def sleep(seconds: float) -> None:
        waited.append(round(seconds, 1))
        offset[0] += seconds

    monkeypatch.setattr("apps.parsers.services.fetching.pace.time.time", lambda: real() + offset[0])
    monkeypatch.setattr(polite, "time", type("Clock", (), {"sleep": staticmethod(sleep)}))
    return waited


def manners(slept: list[float], **fields: Any) -> Manners:
    return Manners(**{"apart": 0.0, "obeys_robots": False, "sleep": vars(polite)["time"].sleep, **fields})


def in_turn(*answers: bytes) -> Callable[[socket.socket], None]:
    left = list(answers)
    return lambda connection: connection.sendall(left.pop(0) if len(left) > 1 else left[0])


def failing(status: str, **headers: str) -> bytes:
    return http_answer(b"", status=status, **headers)


@pytest.mark.parametrize("status", ["500 X", "502 X", "503 X", "504 X", "429 X", "408 X"])
def test_a_stumbling_server_is_asked_again(
    server: LocalServer, slept: list[float], tmp_path: Path, status: str
) -> None:
    server.routes["/feed"] = in_turn(failing(status), failing(status), http_answer(b"content"))
    fetch_to(tmp_path / "feed", server.url("/feed"), manners(slept))
    assert (tmp_path / "feed").read_bytes() == b"content"
    assert 1.0 <= slept[0] <= 1.5
    assert 2.0 <= slept[1] <= 3.0


@pytest.mark.parametrize("status", ["400 X", "401 X", "403 X", "404 X", "410 X"])
def test_a_no_is_a_no(server: LocalServer, slept: list[float], tmp_path: Path, status: str) -> None:
    server.routes["/feed"] = failing(status)
    with pytest.raises(FetchFailed):
        fetch_to(tmp_path / "feed", server.url("/feed"), manners(slept))
    assert (len(server.heads), slept) == (1, [])


def test_it_gives_up_after_some_tries(server: LocalServer, slept: list[float], tmp_path: Path) -> None:
    server.routes["/feed"] = failing("503 X")
    with pytest.raises(FetchFailed, match="status 503"):
        fetch_to(tmp_path / "feed", server.url("/feed"), manners(slept))
    assert (len(server.heads), len(slept)) == (polite.TRIES, polite.TRIES - 1)


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_the_server_says_how_long_to_wait(
    server: LocalServer, slept: list[float], tmp_path: Path, form: str
) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    later = "40" if form == "seconds" else date
    server.routes["/feed"] = in_turn(failing("429 X", Retry_After=later), http_answer(b"content"))
    fetch_to(tmp_path / "feed", server.url("/feed"), manners(slept))
    assert len(slept) == 1
    assert 37.0 <= slept[0] <= 40.0


def test_a_pause_that_is_too_long_is_not_waited_for_by_anybody(
    server: LocalServer, slept: list[float], tmp_path: Path
) -> None:
    server.routes["/feed"] = failing("429 X", Retry_After="86400")
    for _ in range(2):
        with pytest.raises(FetchFailed, match="pause"):
            fetch_to(tmp_path / "feed", server.url("/feed"), manners(slept))
    assert (len(server.heads), slept) == (1, [])


def test_requests_to_a_host_are_so_far_apart(server: LocalServer, slept: list[float], tmp_path: Path) -> None:
    server.routes["/feed"] = http_answer(b"content")
    for _ in range(3):
        fetch_to(tmp_path / "feed", server.url("/feed"), manners(slept, apart=2.5))
    assert slept == pytest.approx([2.5, 2.5], abs=0.3)
    assert HostPace.objects.get().host == f"127.0.0.1:{server.port}"


def test_two_hosts_do_not_wait_for_each_other(
    server: LocalServer, slept: list[float], tmp_path: Path
) -> None:
    other: LocalServer = server.other  # type: ignore[attr-defined]
    for one in (server, other):
        one.routes["/feed"] = http_answer(b"content")
        fetch_to(tmp_path / "feed", one.url("/feed"), manners(slept, apart=60.0))
    assert slept == []


ROBOTS = b"User-agent: *\nDisallow: /private/*.xml$\nCrawl-delay: 7\n"


def test_robots_txt_is_kept_to(server: LocalServer, slept: list[float], tmp_path: Path) -> None:
    server.routes |= {"/robots.txt": http_answer(ROBOTS), "/feed.xml": http_answer(b"content")}
    polite_one = manners(slept, obeys_robots=True)
    for _ in range(2):
        fetch_to(tmp_path / "feed", server.url("/feed.xml"), polite_one)
    assert slept == pytest.approx([7.0], abs=0.5)
    assert server.paths == ["/robots.txt", "/feed.xml", "/feed.xml"]
    with pytest.raises(robots.RobotsRefuse):
        fetch_to(tmp_path / "feed", server.url("/private/feed.xml"), polite_one)
    assert server.paths == ["/robots.txt", "/feed.xml", "/feed.xml"]


def test_robots_txt_may_be_passed_over_by_setting(
    server: LocalServer, slept: list[float], tmp_path: Path
) -> None:
    server.routes |= {
        "/robots.txt": http_answer(b"User-agent: *\nDisallow: /"),
        "/x": http_answer(b"content"),
    }
    fetch_to(tmp_path / "feed", server.url("/x"), manners(slept))
    assert server.paths == ["/x"]


@pytest.mark.parametrize(("status", "allowed"), [("404 X", True), ("403 X", True), ("503 X", False)])
def test_a_site_whose_robots_txt_fails(
    server: LocalServer, slept: list[float], tmp_path: Path, status: str, allowed: bool
) -> None:
    server.routes |= {"/robots.txt": failing(status), "/x": http_answer(b"content")}
    try:
        fetch_to(tmp_path / "feed", server.url("/x"), manners(slept, obeys_robots=True))
    except robots.RobotsRefuse:
        assert not allowed
    assert ("/x" in server.paths) == allowed


def source(server: LocalServer, path: str = "/feed.xml?token=t0p-s3cret", **fields: Any) -> ParserSource:
    values = {
        "title": "Поставщик",
        "address": Secret(server.url(path)),
        "cookies": Secret("session=c00kie-v4lue"),
        "headers": Secret("Authorization: Bearer h34der-v4lue\nX-Key: k3y-v4lue"),
        "user_agent": "ShopBot/1.0 (+https://shop.example/bot)",
        "pace": 0.0,
        "obeys_robots": False,
    }
    return ParserSource.objects.create(**{**values, **fields})


SECRETS = ("t0p-s3cret", "c00kie-v4lue", "h34der-v4lue", "k3y-v4lue", "pr0xy-w0rd")


def test_cookies_and_headers_go_to_the_source_s_own_site_alone(
    server: LocalServer, slept: list[float], tmp_path: Path
) -> None:
    other: LocalServer = server.other  # type: ignore[attr-defined]
    made = source(server)
    server.routes["/feed.xml?token=t0p-s3cret"] = redirect(other.url("/elsewhere"))
    other.routes["/elsewhere"] = http_answer(b"content")
    url = made.address.reveal()
    fetch_to(tmp_path / "feed", url, manners_of(made, url))
    assert "Cookie: session=c00kie-v4lue\r\n" in server.heads[0]
    assert "Authorization: Bearer h34der-v4lue\r\nX-Key: k3y-v4lue\r\n" in server.heads[0]
    assert "User-Agent: ShopBot/1.0 (+https://shop.example/bot)\r\n" in server.heads[0]
    assert [one for one in SECRETS if one in other.heads[0]] == []
    fetch_to(tmp_path / "feed", other.url("/elsewhere"), manners_of(made, other.url("/elsewhere")))
    assert [one for one in SECRETS if one in other.heads[1]] == []


def finished(run: ParserRun) -> ParserRun:
    control.enqueue(run, send=False)
    work.work(run.pk)
    run.refresh_from_db()
    return run


def test_a_schedule_asks_for_what_is_new_and_a_person_gets_the_feed(
    server: LocalServer, slept: list[float], admin_user: Any
) -> None:
    made = source(server)

    def answer(connection: socket.socket) -> None:
        known = 'If-None-Match: "v1"' in server.heads[-1] and "If-Modified-Since: Sat" in server.heads[-1]
        date = "Sat, 28 Nov 2026 10:00:00 GMT"
        new = http_answer(YML, "application/xml", ETag='"v1"', Last_Modified=date)
        connection.sendall(failing("304 Not Modified") if known else new)

    server.routes["/feed.xml?token=t0p-s3cret"] = answer
    first = finished(control.of_source(made))
    assert (first.status, first.created_count) == ("finished", 1)
    made.refresh_from_db()
    assert (made.etag, made.modified) == ('"v1"', "Sat, 28 Nov 2026 10:00:00 GMT")
    second = finished(control.of_source(made))
    assert (second.status, second.read_count) == ("finished", 0)
    assert second.errors[0]["message"] == "лента не изменилась с прошлого импорта"
    third = finished(control.of_source(made, by=admin_user))
    assert (third.unchanged_count, Product.objects.count()) == (1, 1)


def test_what_went_wrong_does_not_count_as_the_latest_version(
    server: LocalServer, slept: list[float]
) -> None:
    made = source(server)
    server.routes["/feed.xml?token=t0p-s3cret"] = http_answer(b"<yml_catalog><shop>", ETag='"v1"')
    assert finished(control.of_source(made)).status == "failed"
    made.refresh_from_db()
    assert made.etag == ""


@pytest.mark.parametrize(
    "answer", [failing("503 X"), failing("404 X"), http_answer(b"<html>nothing</html>"), b"junk"]
)
def test_secrets_appear_nowhere(
    server: LocalServer, slept: list[float], caplog: pytest.LogCaptureFixture, answer: bytes
) -> None:
    caplog.set_level(logging.DEBUG)
    made = source(server, proxy=Secret(f"http://name:pr0xy-w0rd@127.0.0.1:{server.other.port}"))  # type: ignore[attr-defined]
    server.other.routes[made.address.reveal()] = answer  # type: ignore[attr-defined]
    run = finished(control.of_source(made))
    assert run.status == "failed"
    shown = f"{run.origin} {run.errors} {run!r} {made!r} {vars(made)} {vars(run)} {caplog.text}"
    assert [one for one in SECRETS if one in shown] == []


def test_not_even_the_frames_of_a_traceback_show_a_secret(
    server: LocalServer, slept: list[float], tmp_path: Path
) -> None:
    """What an error collector sends: every local variable on the way, as it is printed."""
    made = source(server, path="/feed.xml")

    def cut_off(connection: socket.socket) -> None:
        connection.shutdown(socket.SHUT_RDWR)

    server.routes["/feed.xml"] = cut_off
    with pytest.raises(FetchError) as caught:
        fetch_to(tmp_path / "feed", server.url("/feed.xml"), manners_of(made, server.url("/feed.xml")))
    error: BaseException | None = caught.value
    while error is not None:
        assert [one for one in SECRETS if one in f"{error} {_locals(error.__traceback__)}"] == []
        error = error.__cause__ or error.__context__


def _locals(trace: TracebackType | None) -> str:
    shown = ""
    while trace is not None:
        if "apps" in trace.tb_frame.f_code.co_filename or "utils" in trace.tb_frame.f_code.co_filename:
            in_a_test = "tests" in trace.tb_frame.f_code.co_filename
            shown += "" if in_a_test else repr(trace.tb_frame.f_locals)
        trace = trace.tb_next
    return shown


def test_a_proxy_is_asked_with_its_password_and_the_server_never_sees_it(
    server: LocalServer, slept: list[float], tmp_path: Path
) -> None:
    proxy: LocalServer = server.other  # type: ignore[attr-defined]
    made = source(server, path="/feed.xml", proxy=Secret(f"http://name:pr0xy-w0rd@127.0.0.1:{proxy.port}"))
    url = server.url("/feed.xml")
    proxy.routes[url] = http_answer(b"content")
    fetch_to(tmp_path / "feed", url, manners_of(made, url))
    assert server.heads == []
    assert "Proxy-Authorization: Basic bmFtZTpwcjB4eS13MHJk\r\n" in proxy.heads[0]


def test_answers_are_kept_for_development(
    server: LocalServer, slept: list[float], tmp_path: Path, settings: Any
) -> None:
    settings.PARSER_HTTP_CACHE = str(tmp_path / "kept")
    made = source(server)
    url = made.address.reveal()
    server.routes["/feed.xml?token=t0p-s3cret"] = http_answer(b"content", "application/xml")
    for _ in range(2):
        fetched = fetch_to(tmp_path / "feed", url, manners_of(made, url))
        assert ((tmp_path / "feed").read_bytes(), fetched.content_type) == (b"content", "application/xml")
    assert len(server.heads) == 1
    kept = "".join(f"{one} {one.read_bytes()!r}" for one in (tmp_path / "kept").iterdir())
    assert [one for one in SECRETS if one in kept] == []


def test_nothing_newer_is_no_failure_to_try_again(
    server: LocalServer, slept: list[float], tmp_path: Path
) -> None:
    server.routes["/feed"] = failing("304 X")
    with pytest.raises(NotModified):
        fetch_to(tmp_path / "feed", server.url("/feed"), manners(slept), unless={"If-None-Match": '"v1"'})
    assert len(server.heads) == 1
    assert 'If-None-Match: "v1"\r\n' in server.heads[0]
