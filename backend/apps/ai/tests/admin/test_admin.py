from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.ai import catalog
from apps.ai.models import AIModerationQueue, AIProcessingLog, AITemplate, AppliedChange, ServicePause
from apps.ai.models.provider import PauseState
from apps.ai.services.people import moderation
from apps.ai.tests.support.cards import waiting_card
from apps.products.models import Category, Product
from apps.users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(product: Product, tree: dict[str, Category]) -> AIProcessingLog:
    run = AIProcessingLog.objects.create(
        product=product,
        status="moderation",
        input_data={
            "title": "<script>alert(1)</script>",
            "original_description": "<img src=x onerror=alert(2)>",
            "parsed_attributes": {"<b>": "<i>x</i>"},
        },
        input_images_urls=["javascript:alert(3)", "https://cdn.example/1.jpg"],
        input_fingerprint=catalog.get().snapshot(product.pk).fingerprint,
        generated_title="Парацетамол 500 мг, 20 таблеток",
        generated_description="<p>Таблетки.</p><script>alert(4)</script>",
        generated_keywords=["парацетамол"],
        suggested_category=tree["pain"],
        category_confidence=0.5,
        reasons=[
            {"code": "low_confidence", "severity": "blocking", "message": "Мало данных <b>", "field": ""}
        ],
    )
    AIModerationQueue.objects.create(log_entry=run, reason="low_confidence")
    return run


@pytest.fixture
def browser(moderator: User) -> Client:
    client = Client()
    client.force_login(moderator)
    return client


def _path(run: AIProcessingLog) -> str:
    return reverse("admin:ai_aiprocessinglog_change", args=[run.pk])


def _form(run: AIProcessingLog, **changes: Any) -> dict[str, Any]:
    values = {
        "generated_title": run.generated_title or "",
        "generated_description": run.generated_description or "",
        "generated_seo_title": "",
        "generated_seo_description": "",
        "generated_keywords": '["парацетамол"]',
        "suggested_category": run.suggested_category_id or "",
        "extracted_attributes": "{}",
        "moderation_notes": "",
    }
    return values | changes


def _button(name: str) -> dict[str, str]:
    return {f"ai_aiprocessinglog_{name}": "1"}


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=str), ids=str)
def test_every_list_opens_for_an_administrator(model: Any, admin_client: Client) -> None:
    path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    assert admin_client.get(path).status_code == 200


def test_the_card_stands_beside_its_source_and_nothing_runs(
    browser: Client, waiting: AIProcessingLog
) -> None:
    page = browser.get(_path(waiting)).content.decode()
    assert "Одобрить" in page
    assert "Отклонить" in page
    for hostile in (
        "<script>alert",
        "onerror=alert",
        'href="javascript',
        'src="javascript',
        "<b></b>",
        "<i>x</i>",
    ):
        assert hostile not in page.replace("&lt;", "‹")
    assert 'src="https://cdn.example/1.jpg"' in page


def test_approve_with_an_edit(browser: Client, waiting: AIProcessingLog) -> None:
    response = browser.post(
        _path(waiting),
        _form(waiting, generated_title="Парацетамол 500 мг № 20") | _button("approve"),
        follow=True,
    )
    assert "Карточка применена к товару." in response.content.decode()
    waiting.refresh_from_db()
    product = Product.objects.get()
    assert (waiting.status, waiting.edited_by_moderator) == ("approved", ["generated_title"])
    assert (product.title_ru, product.description_ru) == ("Парацетамол 500 мг № 20", "<p>Таблетки.</p>")


def test_save_keeps_the_card_in_the_queue(browser: Client, waiting: AIProcessingLog) -> None:
    browser.post(_path(waiting), _form(waiting, generated_title="Иначе") | {"_save": "1"})
    waiting.refresh_from_db()
    assert (waiting.status, waiting.generated_title) == ("moderation", "Иначе")
    assert Product.objects.get().title_ru is None


def test_reject_with_notes(browser: Client, waiting: AIProcessingLog) -> None:
    browser.post(_path(waiting), _form(waiting, moderation_notes="не наш товар") | _button("reject"))
    waiting.refresh_from_db()
    assert (waiting.status, waiting.moderation_notes) == ("rejected", "не наш товар")


def test_reprocess_makes_a_new_run(browser: Client, waiting: AIProcessingLog) -> None:
    browser.post(_path(waiting), _form(waiting) | _button("reprocess"))
    assert list(AIProcessingLog.objects.order_by("pk").values_list("status", flat=True)) == [
        "rejected",
        "pending",
    ]


def test_a_category_must_be_a_leaf(
    browser: Client, waiting: AIProcessingLog, tree: dict[str, Category]
) -> None:
    response = browser.post(
        _path(waiting), _form(waiting, suggested_category=tree["pharmacy"].pk) | _button("approve")
    )
    assert response.status_code == 200
    assert "Нужна действующая категория" in response.content.decode()
    assert Product.objects.get().title_ru is None


def test_somebody_was_quicker(browser: Client, waiting: AIProcessingLog, moderator: User) -> None:
    form = _form(waiting) | _button("approve")
    moderation.reject(AIProcessingLog.objects.get(), by=moderator)
    response = browser.post(_path(waiting), form, follow=True)
    assert response.status_code == 200
    assert Product.objects.get().title_ru is None


def test_changed_supplier_data_is_said(browser: Client, waiting: AIProcessingLog) -> None:
    Product.objects.update(title="Другое")
    response = browser.post(_path(waiting), _form(waiting) | _button("approve"), follow=True)
    assert "Данные товара изменились" in response.content.decode()
    assert Product.objects.get().title_ru is None


def test_the_queue_leads_to_the_card(browser: Client, waiting: AIProcessingLog, moderator: User) -> None:
    queue = reverse("admin:ai_aimoderationqueue_changelist")
    entry = AIModerationQueue.objects.get()
    assert waiting.product.title[:30] in browser.get(queue).content.decode()
    detail = reverse("admin:ai_aimoderationqueue_change", args=[entry.pk])
    assert browser.get(detail)["Location"] == _path(waiting)
    browser.post(queue, {"action": "take", "_selected_action": [entry.pk]})
    assert AIModerationQueue.objects.get().assigned_to == moderator
    assert waiting.product.title[:30] in browser.get(queue, {"state": "mine"}).content.decode()


def test_one_click_takes_a_card_back(browser: Client, waiting: AIProcessingLog, moderator: User) -> None:
    moderation.approve(waiting, by=moderator)
    change = AppliedChange.objects.get()
    path = reverse("admin:ai_appliedchange_change", args=[change.pk])
    assert "Откатить" in browser.get(path).content.decode()
    browser.post(path, {"ai_appliedchange_roll_back": "1"})
    assert Product.objects.get().title_ru is None
    assert "Откатить" not in browser.get(path).content.decode()


def test_staff_without_the_permission_sees_but_does_not_decide(waiting: AIProcessingLog) -> None:
    client = Client()
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    assert client.post(_path(waiting), _form(waiting) | _button("approve")).status_code == 403
    waiting.refresh_from_db()
    assert waiting.status == "moderation"


def test_failed_runs_go_back_by_hand(browser: Client, product: Product) -> None:
    run = AIProcessingLog.objects.create(product=product, status="failed", attempts=5, error_code="transient")
    page = browser.get(_path(run)).content.decode()
    assert "Повторить попытку" in page
    browser.post(_path(run), _button("retry"))
    run.refresh_from_db()
    assert (run.status, run.attempts) == ("pending", 0)


def test_templates_are_edited(admin_client: Client) -> None:
    path = reverse("admin:ai_aitemplate_add")
    admin_client.post(
        path,
        {
            "name": "Пример",
            "template_type": "description",
            "content": "<p>Текст</p>",
            "language": "ru",
            "is_active": "on",
        },
    )
    assert AITemplate.objects.get().name == "Пример"


def test_a_pause_is_seen_and_resumed(admin_client: Client) -> None:
    pause = ServicePause.objects.create(
        endpoint="api.openai.com/v1",
        state=PauseState.OPEN,
        reason="quota",
        opened_at=timezone.now(),
        until=timezone.now() + timedelta(minutes=5),
    )
    path = reverse("admin:ai_servicepause_change", args=[pause.pk])
    assert "Снять паузу" in admin_client.get(path).content.decode()
    admin_client.post(path, {"ai_servicepause_resume": "1"})
    pause.refresh_from_db()
    assert pause.state == PauseState.CLOSED
    assert pause.resumed_by is not None
    assert "Снять паузу" not in admin_client.get(path).content.decode()


def test_the_ledger_cannot_be_changed_by_hand(admin_client: Client) -> None:
    for model in ("aicall", "aibudgetperiod"):
        assert admin_client.get(reverse(f"admin:ai_{model}_add")).status_code == 403


def test_the_card_shows_what_it_would_replace_and_writes_what_is_ticked(
    browser: Client, waiting: AIProcessingLog
) -> None:
    Product.objects.update(title_ru="Моё <b>", edited_fields=["title_ru"], seo_keywords=["старое"])
    page = browser.get(_path(waiting))
    html = page.content.decode()
    assert "заголовок — сейчас: «Моё &lt;b&gt;» (правил человек)" in html
    assert "ключевые слова — сейчас: «старое» (из импорта)" in html
    assert "описание — сейчас пусто" in html
    form = page.context["adminform"].form
    hidden = {name: form[name].value() for name in ("seen_version", "fields_shown")}
    assert form["fields_to_write"].value() == ["category", "description", "keywords"]
    assert f'name="seen_version" value="{hidden["seen_version"]}"' in html
    ticks = {"fields_to_write": ["title", "description"]}
    answer = browser.post(_path(waiting), _form(waiting) | hidden | ticks | _button("approve"), follow=True)
    assert [str(one) for one in answer.context["messages"]] == [
        "Карточка применена к товару. Записано: заголовок, описание."
    ]
    product = Product.objects.get()
    assert (product.title_ru, product.seo_keywords, product.category) == (
        "Парацетамол 500 мг, 20 таблеток",
        ["старое"],
        None,
    )


def test_a_text_that_is_edited_but_not_ticked_is_asked_about(
    browser: Client, waiting: AIProcessingLog
) -> None:
    Product.objects.update(title_ru="Моё", edited_fields=["title_ru"])
    form = browser.get(_path(waiting)).context["adminform"].form
    sent = {name: form[name].value() for name in ("seen_version", "fields_shown", "fields_to_write")}
    answer = browser.post(
        _path(waiting), _form(waiting, generated_title="Правка") | sent | _button("approve"), follow=True
    )
    assert "Вы изменили, но не отметили: заголовок." in answer.content.decode()
    waiting.refresh_from_db()
    assert (waiting.status, Product.objects.get().title_ru) == ("moderation", "Моё")


def test_nothing_ticked_is_no_approval(browser: Client, waiting: AIProcessingLog) -> None:
    form = browser.get(_path(waiting)).context["adminform"].form
    sent = {name: form[name].value() for name in ("seen_version", "fields_shown")}
    browser.post(_path(waiting), _form(waiting) | sent | _button("approve"))
    waiting.refresh_from_db()
    assert waiting.status == "moderation"


@pytest.mark.parametrize(
    "button", [_button("approve"), _button("reject"), _button("reprocess"), {"_save": "1"}]
)
@pytest.mark.parametrize("carries", ["what it showed", "nothing"])
def test_an_older_page_decides_nothing(
    browser: Client, waiting: AIProcessingLog, button: dict[str, str], carries: str
) -> None:
    form = browser.get(_path(waiting)).context["adminform"].form
    names = ("seen_version", "fields_shown", "fields_to_write") if carries == "what it showed" else ()
    sent = {name: form[name].value() for name in names}
    colleague = User.objects.create_user("colleague", is_staff=True)
    old = _form(waiting, generated_seo_title="Моё") | sent | button
    moderation.edit(waiting, {"generated_title": "Правка коллеги"}, by=colleague)
    page = browser.post(_path(waiting), old, follow=True).content.decode()
    assert "карточка изменилась: правка, заголовок, colleague" in page
    stored = AIProcessingLog.objects.get()
    assert (stored.status, stored.generated_title, stored.generated_seo_title) == (
        "moderation",
        "Правка коллеги",
        None,
    )


def test_a_card_of_a_colleague(browser: Client, waiting: AIProcessingLog, moderator: User) -> None:
    colleague = User.objects.create_user("colleague", is_staff=True)
    moderation.assign(AIModerationQueue.objects.get(), to=colleague)
    page = browser.post(_path(waiting), _form(waiting) | _button("approve"), follow=True).content.decode()
    assert "Карточку взял(а) colleague" in page
    assert 'name="overrule"' not in page
    moderator.user_permissions.add(Permission.objects.get(codename="overrule_aiprocessinglog"))
    assert 'name="overrule"' in browser.get(_path(waiting)).content.decode()
    browser.post(_path(waiting), _form(waiting, overrule="on") | _button("approve"))
    waiting.refresh_from_db()
    assert waiting.status == "approved"


def test_after_a_decision_comes_the_next_card_that_nobody_holds(
    browser: Client, waiting: AIProcessingLog, make_product: Any, tree: dict[str, Category]
) -> None:
    colleague = User.objects.create_user("colleague", is_staff=True)
    taken, urgent, late = (waiting_card(make_product(), tree["pain"]) for _ in range(3))
    AIModerationQueue.objects.filter(log_entry__in=[taken, urgent]).update(priority=3)
    moderation.assign(AIModerationQueue.objects.get(log_entry=taken), to=colleague)
    answer = browser.post(_path(waiting), _form(waiting) | _button("reject"))
    assert answer["Location"] == _path(urgent)
    assert late.status == "moderation"
