"""Hosts of Wildberries' pictures: asked, remembered, never guessed."""

from __future__ import annotations

import functools
from dataclasses import replace

import pytest
from django.core.cache import cache

from apps.parsers.services import wildberries_baskets
from apps.parsers.services.wildberries_baskets import Baskets
from utils.safe_fetch import fetch
from utils.tests.local_server import http_answer, local_server


def hosts(**real: int) -> tuple[Baskets, list[str]]:
    """Baskets that answer for volumes as `real` says {"v17": 4}; and what was asked, as "volume:host"."""
    cache.clear()
    asked: list[str] = []

    def ask(url: str) -> bool | None:
        host, vol = url.split(".")[0].rpartition("-")[2], url.split("/")[3].removeprefix("vol")
        asked.append(f"{vol}:{int(host)}")
        return real.get(f"v{vol}") == int(host)

    return Baskets(ask), asked


def test_only_a_basket_that_answers_counts_and_each_volume_is_asked_once() -> None:
    baskets, asked = hosts(v100=1, v12000=45)
    assert [baskets(nm) for nm in (10_000_001, 10_099_999, 1_200_000_005, 1_200_000_006)] == [1, 1, 45, 45]
    assert asked == ["100:1", "12000:44", "12000:45"]
    again, asked_again = Baskets(lambda url: pytest.fail("the cache knows")), asked[:]
    assert (again(10_000_001), again(1_200_000_005), asked) == (1, 45, asked_again)


def test_a_volume_between_two_of_one_host_is_that_hosts() -> None:
    baskets, asked = hosts(v9700=41, v10300=41, v10000=7)
    assert [baskets(vol * 100_000) for vol in (9700, 10300, 10000)] == [41, 41, 41]
    assert asked == ["9700:41", "10300:41"]


def test_pictures_that_nobody_has_are_asked_for_twice_a_volume_and_not_again() -> None:
    baskets, asked = hosts()
    assert [baskets(1_500_000_000 + number) for number in range(5)] == [None] * 5
    assert len(asked) == 18


def test_without_a_network_one_question_is_enough_and_no_guess_is_made() -> None:
    cache.clear()
    asked: list[str] = []

    def silent(url: str) -> bool | None:
        asked.append(url)
        return None

    baskets = Baskets(silent)
    assert [baskets(nm) for nm in (67858518, 969008238, 1_500_000_000)] == [4, 41, None]
    assert len(asked) == 1


def test_a_host_that_is_asked_in_earnest(monkeypatch: pytest.MonkeyPatch) -> None:
    with local_server() as server:
        server.routes["/there"] = http_answer(b"", "image/webp", Content_Length="70000")
        server.routes["/ill"] = http_answer(b"", status="503 X")
        limits = replace(wildberries_baskets.LIMITS, ports=frozenset({server.port}))
        monkeypatch.setattr(wildberries_baskets, "LIMITS", limits)
        monkeypatch.setattr(wildberries_baskets, "fetch", functools.partial(fetch, allow_private=True))
        answers = [wildberries_baskets.is_there(server.url(path)) for path in ("/there", "/none", "/ill")]
    assert answers == [True, False, None]
    assert {head.split(" ")[0] for head in server.heads} == {"HEAD"}
