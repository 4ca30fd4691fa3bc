"""The doctor as a page: it asks only when a person asks it to, shows each fault with its cure, and no secret."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, cast

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Group, Permission
from django.db import DatabaseError
from django.test import Client
from playwright.sync_api import Browser, expect

from apps.ai.models import AICall, Trouble
from apps.ai.services.doctor import examining
from apps.ai.services.doctor.findings import Examination, Finding, State, fault, note, ok, warning
from apps.ai.tests.rights.test_language import told
from apps.users.groups import MODERATOR_GROUP
from apps.users.models import User

PAGE = "/admin/ai/trouble/doctor/"
CANARY = "canary-key-of-the-provider"
CURE = "Впишите в QDRANT_API_KEY ключ."


def _broken() -> Iterator[Finding]:
    raise RuntimeError(f"401 for url http://x/?api_key={CANARY}")


def _sick() -> list[Finding]:
    return [ok("fine", "Одно хорошо."), fault("bad", f"Ключ {CANARY} <b>отклонён</b>.", CURE)]


def _slow() -> list[Finding]:
    time.sleep(3)
    return [ok("late", "Поздно.")]


def _part(name: str, look: Callable[[], Any], *, outside: bool = False) -> Examination:
    return Examination(name, name.title(), look, outside=outside)


@pytest.fixture
def parts(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.OPENAI_API_KEY = CANARY
    monkeypatch.setattr(examining, "PATIENCE", 1.0)
    settings.AI_CONFIG = {**settings.AI_CONFIG, "EXAMINATIONS": []}
    found = (
        examining.DATABASE,
        _part("settings", lambda: [warning("w", "Мало.", "Больше.")]),
        _part("disk", lambda: [note("n", "К слову.")]),
        _part("tree", _broken),
        _part("vectors", _sick, outside=True),
        _part("storage", _slow, outside=True),
        _part("own", list, outside=True),  # another app's, with nothing to say
    )
    monkeypatch.setattr(examining, "EXAMINATIONS", found)


@pytest.fixture
def owner(client: Client, db: None) -> Client:
    person = User.objects.create_user("owner", is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="view_trouble"))
    client.force_login(person)
    return client


@pytest.mark.django_db
def test_opening_the_page_asks_nobody(owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def _watched(one: Examination) -> Examination:
        def look() -> list[Finding]:
            asked.append(one.name)
            return []

        return replace(one, look=look)

    watched = tuple(map(_watched, examining.EXAMINATIONS))
    monkeypatch.setattr(examining, "EXAMINATIONS", watched)
    text = owner.get(PAGE).content.decode()
    assert asked == []
    assert text.count('data-state=""') == len(examining.examinations())  # every part is named, none judged


@pytest.mark.django_db(transaction=True)
def test_every_fault_comes_with_its_cure_and_no_secret(owner: Client, parts: None) -> None:
    Trouble.objects.create(code="no_worker", text="Нет исполнителя.", cure="Запустите его.")
    text = owner.post(PAGE).content.decode()
    for shown in ("Одно хорошо.", CURE, "Мало.", "Больше.", "К слову.", "RuntimeError", "Запустите его."):
        assert shown in text
    assert CANARY not in text
    assert "<b>отклонён" not in text
    assert "не кончилась за 1 с" in text
    assert "Неисправно: 3. Обратите внимание: 1. Вопросы к модели стоили 0 $." in text


@pytest.mark.django_db(transaction=True)
def test_parts_arrive_as_they_answer_the_slowest_last(owner: Client, parts: None) -> None:
    began = time.monotonic()
    answer: Any = owner.post(PAGE, {"stream": "1"})
    assert answer.headers["X-Accel-Buffering"] == "no"
    arrived = [(json.loads(line), time.monotonic() - began) for line in answer.streaming_content]
    names = [line.get("name", "summary") for line, _ in arrived]
    assert sorted(names) == ["database", "disk", "own", "settings", "storage", "summary", "tree", "vectors"]
    assert names[-2:] == ["storage", "summary"]
    assert arrived[-1][1] < 2.5  # the slow one sleeps for three
    assert CANARY not in json.dumps([line for line, _ in arrived])
    [html] = [line["html"] for line, _ in arrived if line.get("name") == "vectors"]
    assert 'data-state="fault"' in html
    assert html.index("отклонён") < html.index("Одно хорошо")  # the worst first


@pytest.mark.django_db(transaction=True)
def test_without_a_database_the_rest_is_still_said(
    owner: Client, parts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = Examination("database", "База", lambda: [fault("database_away", "Нет базы.", "Запустите.")])
    monkeypatch.setattr(examining, "DATABASE", away)
    monkeypatch.setattr(AICall.objects, "filter", _no_database)
    began = time.monotonic()
    report = examining.examine()
    assert [part.examination.name for part in report.parts] == ["database", "settings", "disk", "storage"]
    assert time.monotonic() - began < 2.5
    assert report.spent_usd == 0


def _no_database(**_: Any) -> Any:
    raise DatabaseError


@pytest.mark.django_db
def test_a_moderator_is_not_let_in_and_has_no_entry_in_the_menu(client: Client) -> None:
    person = User.objects.create_user("m", is_staff=True)
    person.groups.add(Group.objects.get(name=MODERATOR_GROUP))
    client.force_login(person)
    assert client.get(PAGE).status_code == client.post(PAGE, {"stream": "1"}).status_code == 403
    assert PAGE not in client.get("/admin/").content.decode()


@pytest.mark.django_db
def test_the_menu_leads_to_it(owner: Client) -> None:
    assert PAGE in owner.get("/admin/").content.decode()


PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("look", [{"color_scheme": "light"}, {"color_scheme": "dark"}, PHONE])
def test_in_a_browser_by_keyboard(
    parts: None, chromium: Browser, live_server: Any, client: Client, look: dict[str, Any]
) -> None:
    client.force_login(User.objects.create_superuser("root"))
    context = chromium.new_context(locale="ru-RU", **look)
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + PAGE)
    page.get_by_role("button", name="Проверить").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#doctor-summary")).to_contain_text("Неисправно: 3", timeout=15_000)
    expect(page.locator("#part-vectors")).to_contain_text(CURE)
    assert CANARY not in page.content()
    if width := look.get("viewport", {}).get("width"):
        assert page.evaluate("document.documentElement.scrollWidth") == width
    found = Axe().run(page, "#doctor").response["violations"]
    if folder := os.environ.get("SHOTS_DIR"):
        page.screenshot(path=f"{folder}/doctor-{look.get('color_scheme', 'phone')}.png", full_page=True)
    context.close()
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []


@pytest.mark.django_db(transaction=True)
def test_in_english_the_findings_are_english_too(owner: Client, settings: Any) -> None:
    """Those of threads as well: a new thread speaks the shop's own language."""
    owner.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    text = " ".join(told(owner.post(PAGE).content.decode()))
    lines = [
        json.loads(line)["html"]
        for line in cast(Any, owner.post(PAGE, {"stream": "1"})).streaming_content
        if b"html" in line
    ]
    streamed = " ".join(" ".join(told(html)) for html in lines)
    for said in (text, streamed):
        assert "The shop has no categories: there is nothing to choose from." in said  # read in the request
        assert "Qdrant lacks the collections" in said  # by a thread
        assert re.findall(r"[А-Яа-яЁё]{2,}", said.replace("Русский", "")) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("key", "value", "variable"),
    [
        ("BREAKER", {"treshold": 3}, "AI_BREAKER"),
        ("RATE_LIMITS", {"m": {"rpn": 1}}, "AI_RATE_LIMITS"),
        ("AUTO_PROCESS", "sometimes", "AI_AUTO_PROCESS"),
        ("RETENTION", {"failed": -1}, "AI_RETENTION"),
    ],
)
def test_a_setting_that_cannot_be_read_is_a_finding_and_hides_no_other(
    settings: Any, key: str, value: Any, variable: str
) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, key: value}
    settings.SECRET_KEY, settings.ALLOWED_HOSTS = "short", ["shop.example"]
    report = examining.examine()
    faults = {one.code: one for one in report.findings if one.state is State.FAULT}
    assert any(variable in one.text and one.cure for one in faults.values())
    assert "default_secret_key" in faults
    assert {one.examination.name for one in report.parts} == {"database", "settings", "secrets", "mail"}
