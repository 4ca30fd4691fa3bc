"""A real server, a real browser, and moderators who sit before it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Lock
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.signals import request_finished, request_started
from playwright.sync_api import Browser, Page, expect

from apps.ai import tasks
from apps.ai.tests.desk import cards
from apps.products.models import Category
from apps.users.groups import MODERATOR_GROUP
from apps.users.models import User

PASSWORD = "secret-word"
#: Imported here, not by the first decision: it brings every library of a worker.
WARM = tasks
#: The first request of a process reads the dictionaries, on a machine that may have more to do.
expect.set_options(timeout=15_000)
COLOURS = ("#7dd3fc", "#fca5a5", "#86efac", "#fcd34d", "#c4b5fd")


class Requests:
    """How many the server is at work on: the database cannot be emptied under them."""

    now = 0
    lock = Lock()

    @classmethod
    def count(cls, by: int) -> None:
        with cls.lock:
            cls.now += by

    @classmethod
    def begin(cls, **_: Any) -> None:
        cls.count(1)

    @classmethod
    def end(cls, **_: Any) -> None:
        cls.count(-1)


def _wait_for_the_server() -> None:
    quiet = 0
    for _ in range(200):
        quiet = quiet + 1 if Requests.now <= 0 else 0
        if quiet == 5:
            break
        time.sleep(0.05)


@pytest.fixture
def desk(live_server: Any, tree: dict[str, Category], settings: Any) -> dict[str, Category]:
    """The tree of a small shop, and pictures that the server serves."""
    settings.SITE_URL = live_server.url
    for number, colour in enumerate(COLOURS):
        cards.draw(Path(settings.MEDIA_ROOT) / "desk", f"{number}.png", colour)
    return cards.grow(tree)


@pytest.fixture
def pictures(live_server: Any) -> list[str]:
    return [f"{live_server.url}/media/desk/{number}.png" for number in range(len(COLOURS))]


@pytest.fixture
def sit_down(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Somebody logs in through the form, in a browser of their own."""
    Requests.now = 0
    request_started.connect(Requests.begin)
    request_finished.connect(Requests.end)
    broken: list[str] = []
    with ExitStack() as stack:

        def log_in(name: str, **options: Any) -> Page:
            user, _ = User.objects.get_or_create(username=name, defaults={"is_staff": True})
            user.set_password(PASSWORD)
            user.save()
            user.groups.add(Group.objects.get(name=MODERATOR_GROUP))
            size = {"width": 1440, "height": 900}
            context = chromium.new_context(**({"locale": "ru-RU", "viewport": size} | options))
            stack.callback(context.close)
            page = context.new_page()
            page.on("pageerror", lambda error: broken.append(str(error)))
            page.set_default_timeout(15_000)
            page.goto(f"{live_server.url}/admin/login/?next=/admin/ai/aiprocessinglog/review/")
            page.fill("[name=username]", name)
            page.fill("[name=password]", PASSWORD)
            page.press("[name=password]", "Enter")
            expect(page.locator("#rv[data-ready]")).to_be_visible()
            return page

        yield log_in
    _wait_for_the_server()
    request_started.disconnect(Requests.begin)
    request_finished.disconnect(Requests.end)
    assert broken == []
