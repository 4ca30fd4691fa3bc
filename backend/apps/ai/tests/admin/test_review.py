"""The review page's addresses: what a decision does, how it is refused, and who may ask."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from apps.ai.admin.review_decisions import ACTS
from apps.ai.models import AIModerationQueue, AIProcessingLog
from apps.ai.services.people import moderation
from apps.ai.tests.support.cards import TITLE, waiting_card
from apps.products.models import Category, Product
from apps.users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(product: Product, tree: dict[str, Category]) -> AIProcessingLog:
    return waiting_card(product, tree["pain"])


@pytest.fixture
def browser(moderator: User) -> Client:
    client = Client()
    client.force_login(moderator)
    return client


@pytest.fixture
def colleague(db: None) -> User:
    return User.objects.create_user("colleague", is_staff=True)


def ask(client: Client, run: AIProcessingLog, act: str, **body: Any) -> tuple[int, dict[str, Any]]:
    url = reverse(f"admin:ai_review_{act}", args=[run.pk])
    answer = client.post(url, body, content_type="application/json")
    return answer.status_code, answer.json()


def version_on(client: Client, run: AIProcessingLog) -> str:
    return str(client.get(reverse("admin:ai_review", args=[run.pk])).context["page"].version)


def test_approve_with_an_edit_and_a_tick(browser: Client, waiting: AIProcessingLog) -> None:
    status, answer = ask(
        browser,
        waiting,
        "approve",
        version=version_on(browser, waiting),
        edits={"generated_title": "Парацетамол 500 мг № 20"},
        fields=["title", "description"],
    )
    waiting.refresh_from_db()
    product = Product.objects.get()
    assert (status, answer["message"]) == (
        200,
        "Одобрена: «Парацетамол 500 мг, 20 таблеток». Записано: заголовок, описание.",
    )
    assert (waiting.status, waiting.edited_by_moderator) == ("approved", ["generated_title"])
    assert (product.title_ru, product.seo_keywords, product.category) == ("Парацетамол 500 мг № 20", [], None)


def test_a_category_must_be_a_leaf(
    browser: Client, waiting: AIProcessingLog, tree: dict[str, Category]
) -> None:
    for wrong in (tree["pharmacy"].pk, 10**9, "1 OR 1", True):
        status, answer = ask(browser, waiting, "approve", edits={"suggested_category": wrong})
        assert (status, answer["message"]) == (400, "Нужна действующая категория без вложенных.")
    waiting.refresh_from_db()
    assert waiting.status == "moderation"


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        "{",
        '{"stray": 1}',
        '{"edits": {"status": "approved"}}',
        '{"notes": "a\\u0000"}',
        '"\\ud800"',
        "[" * 9999,
    ],
)
def test_a_strange_body_is_refused_in_words(browser: Client, waiting: AIProcessingLog, body: str) -> None:
    url = reverse("admin:ai_review_save", args=[waiting.pk])
    answer = browser.post(url, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["message"]


def test_an_older_page_decides_nothing_and_is_told_why(
    browser: Client, waiting: AIProcessingLog, colleague: User
) -> None:
    seen = version_on(browser, waiting)
    moderation.edit(waiting, {"generated_title": "Правка коллеги"}, by=colleague)
    for act in ("approve", "reject", "again", "save", "overrule"):
        status, answer = ask(browser, waiting, act, version=seen)
        assert (status, answer["code"]) == (409, "version")
        assert "карточка изменилась: правка, заголовок, colleague" in answer["message"]
    waiting.refresh_from_db()
    assert (waiting.status, waiting.generated_title) == ("moderation", "Правка коллеги")


def test_a_card_of_a_colleague_takes_a_right_or_a_word(
    browser: Client, waiting: AIProcessingLog, moderator: User, colleague: User
) -> None:
    moderation.assign(AIModerationQueue.objects.get(), to=colleague)
    assert ask(browser, waiting, "approve", overrule=True)[0] == 409
    status, answer = ask(browser, waiting, "take")
    assert (status, answer["code"], answer["details"]["holder"]) == (409, "held", "colleague")
    assert ask(browser, waiting, "take", notes="Ольга ушла домой")[0] == 200
    assert ask(browser, waiting, "approve")[0] == 200
    waiting.refresh_from_db()
    assert [entry["what"] for entry in waiting.history] == ["take_over", "approve"]


def test_whoever_may_overrule_decides_over_a_colleague(
    browser: Client, waiting: AIProcessingLog, moderator: User, colleague: User
) -> None:
    moderation.assign(AIModerationQueue.objects.get(), to=colleague)
    moderator.user_permissions.add(Permission.objects.get(codename="overrule_aiprocessinglog"))
    assert ask(browser, waiting, "approve")[0] == 409
    assert ask(browser, waiting, "approve", overrule=True)[0] == 200


def test_two_who_ask_at_once_get_two_cards(
    browser: Client, waiting: AIProcessingLog, make_product: Any, tree: dict[str, Category], colleague: User
) -> None:
    urgent = waiting_card(make_product(), tree["pain"])
    AIModerationQueue.objects.filter(log_entry=urgent).update(priority=3)
    moderation.assign(AIModerationQueue.objects.get(log_entry=urgent), to=colleague)
    url = reverse("admin:ai_review_next")
    assert browser.post(url, "{}", content_type="application/json").json()["run"] == waiting.pk
    passed = browser.post(url, {"passed_over": [waiting.pk]}, content_type="application/json").json()
    assert (passed["run"], passed["left"]) == (None, 2)


@pytest.mark.parametrize("act", sorted(ACTS))
def test_nobody_decides_without_the_right_the_token_or_a_post(
    waiting: AIProcessingLog, moderator: User, act: str
) -> None:
    url = reverse(f"admin:ai_review_{act}", args=[waiting.pk])
    clerk, strict = Client(), Client(enforce_csrf_checks=True)
    clerk.force_login(User.objects.create_user("clerk", is_staff=True))
    strict.force_login(moderator)
    assert Client().post(url, "{}", content_type="application/json").status_code == 302
    assert clerk.post(url, "{}", content_type="application/json").status_code == 403
    assert strict.post(url, "{}", content_type="application/json").status_code == 403
    assert strict.get(url).status_code == 405
    waiting.refresh_from_db()
    assert (waiting.status, waiting.version, Product.objects.get().title_ru) == ("moderation", 0, None)


@pytest.mark.parametrize("name", ["ai_review", "ai_review_card"])
def test_strangers_see_no_card(waiting: AIProcessingLog, name: str) -> None:
    clerk = Client()
    clerk.force_login(User.objects.create_user("clerk", is_staff=True))
    assert clerk.get(reverse(f"admin:{name}", args=[waiting.pk])).status_code == 403
    assert clerk.get(reverse("admin:ai_product_history", args=[waiting.product_id])).status_code == 403
    assert clerk.get(reverse("admin:ai_review_categories"), {"q": "вит"}).status_code == 403


def test_edits_are_checked_without_being_saved(
    browser: Client, waiting: AIProcessingLog, tree: dict[str, Category]
) -> None:
    text = "<p>Таблетки парацетамола по 500 мг. Лечит от всех болезней и продлевает молодость навсегда.</p>"
    status, answer = ask_check(browser, waiting, {"generated_description": text})
    assert status == 200
    assert "rv-unproved" in answer["description"]
    assert "болезней" in answer["parts"]["findings"]
    waiting.refresh_from_db()
    assert (waiting.version, waiting.generated_title, waiting.reasons) == (0, TITLE, [])


def ask_check(client: Client, run: AIProcessingLog, edits: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    url = reverse("admin:ai_review_check", args=[run.pk])
    answer = client.post(url, {"edits": edits}, content_type="application/json")
    return answer.status_code, answer.json()


@pytest.mark.parametrize(
    "typed",
    ["витамины", "Витамин", "витомины", "аптека вит", "vitamin", "ВИТАМ", "витаминный аптека"],
)
def test_categories_are_found_as_people_type(browser: Client, tree: dict[str, Category], typed: str) -> None:
    found = browser.get(reverse("admin:ai_review_categories"), {"q": typed}).json()["found"]
    assert found[0] == {"id": tree["vitamins"].pk, "path": ["Аптека", "Витамины"]}


def test_only_what_may_be_chosen_is_found(browser: Client, tree: dict[str, Category]) -> None:
    url = reverse("admin:ai_review_categories")
    Category.objects.filter(slug__in=("dresses", "clothes")).update(is_active=False)
    for typed in ("платья", "одежда платья", "", "   ", "щщщщщ"):
        assert browser.get(url, {"q": typed}).json() == {"found": []}
