"""One working day at the review page: real keys in a real browser, and after each step the shop's product is asked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from apps.ai.models import AIModerationQueue, AIProcessingLog
from apps.ai.services.people import moderation
from apps.ai.tests.desk import cards
from apps.products.models import Category, Product
from apps.users.models import User

pytestmark = pytest.mark.django_db(transaction=True)
SitDown = Callable[..., Page]
LIT = re.compile("rv-lit")


def run_on(page: Page) -> AIProcessingLog:
    card = page.locator(".rv-card")
    return AIProcessingLog.objects.get(pk=int(card.get_attribute("data-run") or 0))


def said(page: Page, words: str) -> None:
    expect(page.locator(".rv-toast", has_text=words).first).to_be_visible()


def press_and_wait(page: Page, *keys: str) -> AIProcessingLog:
    """Press the keys that decide; returns the run when it is decided and another card is open."""
    before = run_on(page)
    for key in keys:
        page.keyboard.press(key)
    expect(page.locator(f'.rv-card[data-run="{before.pk}"]')).to_have_count(0)
    return decided(page, before)


def decided(page: Page, run: AIProcessingLog) -> AIProcessingLog:
    """The run, once the server has decided it: the next card does not wait for that."""
    for _ in range(100):
        run.refresh_from_db()
        if run.status != "moderation":
            break
        page.wait_for_timeout(100)
    return run


def test_a_sure_card_takes_one_key(desk: dict[str, Category], make_product: Any, sit_down: SitDown) -> None:
    first = cards.put(cards.SURE, desk, make_product)
    cards.put(cards.PLAIN, desk, make_product)
    page = sit_down("anna")
    assert run_on(page) == first
    run = press_and_wait(page, "a")
    said(page, "Одобрена: «Nemlendirici Yüz Kremi 50 ml»")
    product = Product.objects.get(pk=run.product_id)
    assert (run.status, product.title_ru) == ("approved", cards.SURE.card_title)
    page.keyboard.press("u")
    said(page, "Решение отменено")
    expect(page.locator(f'.rv-card[data-run="{first.pk}"]')).to_be_visible()
    product.refresh_from_db()
    assert (run_on(page), run_on(page).status, product.title_ru) == (first, "moderation", None)


def test_every_field_is_edited_where_it_stands(
    desk: dict[str, Category], make_product: Any, sit_down: SitDown
) -> None:
    cards.put(cards.SURE, desk, make_product)
    page = sit_down("anna")
    page.keyboard.press("t")
    page.keyboard.press("End")
    page.keyboard.type(", дневной")
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    page.keyboard.press("Control+End")
    page.keyboard.type(" Для сухой кожи.")
    page.keyboard.press("Escape")
    page.fill("[data-column=generated_seo_title]", "Крем Deniz")
    page.fill("[data-column=generated_seo_description]", "Крем для лица, 50 мл.")
    expect(page.locator("[data-counter=generated_seo_title]")).to_have_text("10 / 70")
    page.keyboard.press("Escape")
    page.keyboard.press("w")
    page.keyboard.type("крем, лицо")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.select_option("[data-attribute-row='Тип кожи'] select", "нормальная")
    page.fill("[data-attribute-row='Объём'] [data-amount]", "55")
    page.keyboard.press("Escape")
    expect(page.locator("[data-approve-label]")).to_have_text("Одобрить с правками")
    page.keyboard.press("1")
    page.wait_for_timeout(1500)
    run = run_on(page)
    for _ in range(3):  # what the edits say against the source is asked about
        page.keyboard.press("a")
        page.wait_for_timeout(400)
    expect(page.locator(f'.rv-card[data-run="{run.pk}"]')).to_have_count(0)
    run = decided(page, run)
    product = Product.objects.get()
    assert set(run.edited_by_moderator) == set(moderation.EDITABLE_FIELDS), run.history
    assert (product.title_ru, product.category) == (cards.SURE.card_title + ", дневной", desk["serums"])
    assert (product.seo_title, product.seo_description) == ("Крем Deniz", "Крем для лица, 50 мл.")
    assert product.seo_keywords == [*cards.SURE.keywords, "крем", "лицо"]
    assert product.description_ru is not None
    assert "Для сухой кожи." in product.description_ru
    assert "<span" not in product.description_ru
    assert product.attributes["ai_extracted"] == {"Объём": "55 мл", "Тип кожи": "нормальная"}


def test_another_category_is_found_by_a_mistyped_word(
    desk: dict[str, Category], make_product: Any, sit_down: SitDown
) -> None:
    cards.put(cards.DOUBTFUL, desk, make_product)
    page = sit_down("anna")
    page.keyboard.press("c")
    page.keyboard.type("минирал")
    expect(page.locator("#rv-found [role=option]")).to_have_text(["Аптека › Минералы"])
    page.keyboard.press("Enter")
    run = press_and_wait(page, "a")
    assert (run.status, Product.objects.get().category) == ("approved", desk["minerals"])


def test_reject_with_a_reason_send_again_with_a_hint_and_undo_both(
    desk: dict[str, Category], make_product: Any, sit_down: SitDown
) -> None:
    for goods in (cards.SURE, cards.PLAIN, cards.DOUBTFUL):
        cards.put(goods, desk, make_product)
    page = sit_down("anna")
    rejected = press_and_wait(page, "r", "4")
    assert (rejected.status, rejected.reject_reason) == ("rejected", "bad_text")
    page.keyboard.press("g")
    page.fill("#rv-again [name=hint]", "Это сыворотка, а не крем")
    sent = press_and_wait(page, "Control+Enter")
    said(page, "Отправлена заново")
    fresh = AIProcessingLog.objects.get(status="pending")
    assert (sent.superseded_by, fresh.options["hint"]) == (fresh, "Это сыворотка, а не крем")
    page.keyboard.press("u")
    expect(page.locator(f'.rv-card[data-run="{sent.pk}"]')).to_be_visible()
    fresh.refresh_from_db()
    assert (run_on(page).status, fresh.status, fresh.error_code) == ("moderation", "failed", "cancelled")
    page.keyboard.press("u")
    expect(page.locator(f'.rv-card[data-run="{rejected.pk}"]')).to_be_visible()
    assert (run_on(page).status, run_on(page).reject_reason) == ("moderation", "")


def test_a_finding_is_overruled_and_asked_about_before_an_approval(
    desk: dict[str, Category], make_product: Any, sit_down: SitDown
) -> None:
    run = cards.put(cards.FLAWED, desk, make_product)
    page = sit_down("anna")
    asked = page.locator("[data-asks]").count()
    assert asked > 0
    page.keyboard.press("a")
    said(page, f"Не разобрано замечаний: {asked}")
    page.locator("[data-asks] summary").first.focus()
    page.keyboard.press("o")
    page.keyboard.type("Так сказано на упаковке")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".rv-finding.rv-overruled")).to_have_count(1)
    expect(page.locator("[data-asks]")).to_have_count(asked - 1)
    run.refresh_from_db()
    (entry,) = run.overruled.values()
    assert (entry["name"], entry["reason"]) == ("anna", "Так сказано на упаковке")
    assert (run.status, Product.objects.get().title_ru) == ("moderation", None)


def test_proofs_light_up_both_ways_by_pointer_and_by_focus(
    desk: dict[str, Category], make_product: Any, sit_down: SitDown
) -> None:
    cards.put(cards.SURE, desk, make_product)
    page = sit_down("anna")
    sentence = page.locator(".rv-description .rv-s", has_text="гиалуроновую")
    source = page.locator(".rv-sentences li", has_text="Hyaluronik")
    sentence.hover()
    expect(source).to_have_class(LIT)
    source.hover()
    expect(sentence).to_have_class(LIT)
    page.mouse.move(5, 5)
    source.focus()
    expect(sentence).to_have_class(LIT)


def test_two_moderators_never_get_one_card_and_a_conflict_is_told(
    desk: dict[str, Category], make_product: Any, sit_down: SitDown
) -> None:
    first, second = (cards.put(goods, desk, make_product) for goods in (cards.SURE, cards.PLAIN))
    third = cards.put(cards.DOUBTFUL, desk, make_product)
    anna, boris = sit_down("anna"), sit_down("boris")
    assert run_on(anna) == first
    assert run_on(boris) == third  # anna's next card is hers already
    boris.goto(boris.url.replace(f"/{third.pk}/", f"/{first.pk}/"))
    expect(boris.locator(".rv-notice")).to_contain_text("Карточку взял(а) anna")
    boris.keyboard.press("t")
    boris.keyboard.press("End")
    boris.keyboard.type(" (Борис)")
    boris.keyboard.press("Escape")
    press_and_wait(anna, "a")
    boris.keyboard.press("a")
    said(boris, "Карточка уже решена или сейчас в другом состоянии: одобрено (anna")
    kept = boris.evaluate(f"localStorage.getItem('rv:' + rv.dataset.user + ':{first.pk}')")
    assert json.loads(kept)["edits"]["generated_title"].endswith("(Борис)")
    assert Product.objects.get(pk=first.product_id).title_ru == cards.SURE.card_title
    assert AIModerationQueue.objects.get(log_entry=second).assigned_to.username == "anna"  # type: ignore[union-attr]


def test_edits_outlive_a_lost_network_and_a_closed_page(
    desk: dict[str, Category], make_product: Any, sit_down: SitDown
) -> None:
    cards.put(cards.SURE, desk, make_product)
    page = sit_down("anna")
    page.keyboard.press("t")
    page.keyboard.press("End")
    page.keyboard.type(" для двоих")
    page.keyboard.press("Escape")
    page.context.set_offline(True)
    page.keyboard.press("a")
    said(page, "Нет связи с сервером")
    assert Product.objects.get().title_ru is None
    page.context.set_offline(False)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    said(page, "Возвращены ваши несохранённые правки")
    expect(page.locator("[data-column=generated_title]")).to_have_text(cards.SURE.card_title + " для двоих")
    run = run_on(page)
    page.keyboard.press("a")
    page.wait_for_timeout(500)
    if page.locator("[data-asks]").count():
        page.keyboard.press("a")
    expect(page.locator(f'.rv-card[data-run="{run.pk}"]')).to_have_count(0)
    decided(page, run)
    assert Product.objects.get().title_ru == cards.SURE.card_title + " для двоих"


def test_a_live_text_of_a_person_stays_unless_ticked_and_the_history_takes_back(
    desk: dict[str, Category], make_product: Any, sit_down: SitDown
) -> None:
    cards.put(cards.OVER_LIVE, desk, make_product)
    page = sit_down("anna")
    expect(page.locator("[data-field=title] .rv-live")).to_contain_text("правил человек: Ольга, 20.11.2026")
    expect(page.locator("[data-field=title] del").first).to_be_visible()
    run = run_on(page)
    for _ in range(2):
        page.keyboard.press("a")
        page.wait_for_timeout(400)
    expect(page.locator(f'.rv-card[data-run="{run.pk}"]')).to_have_count(0)
    decided(page, run)
    product = Product.objects.get()
    assert (product.title_ru, product.description_ru) == (
        cards.OVER_LIVE.live["title_ru"],
        cards.OVER_LIVE.card,
    )
    page.goto(page.url.split("/review/")[0] + f"/history/{product.pk}/")
    expect(page.locator(".rv-event", has_text="На сайт записано")).to_be_visible()
    page.get_by_role("button", name="Откатить").click()
    expect(page.locator(".rv-event", has_text="Запись на сайте откачена")).to_be_visible()
    product.refresh_from_db()
    assert product.description_ru == cards.OVER_LIVE.live["description_ru"]


def test_a_card_whose_decision_is_still_on_its_way_does_not_come_again(
    desk: dict[str, Category], make_product: Any, sit_down: SitDown
) -> None:
    for _ in range(3):
        cards.put(cards.SURE, desk, make_product)
    page = sit_down("anna")
    first = run_on(page)
    held: list[Route] = []
    page.route("**/approve/", lambda route: held.append(route), times=1)
    with page.expect_response("**/review/next/"):
        page.keyboard.press("a")
        expect(page.locator(f'.rv-card[data-run="{first.pk}"]')).to_have_count(0)
    second = run_on(page)
    held.pop().continue_()
    assert decided(page, first).status == "approved"
    press_and_wait(page, "a")
    assert run_on(page).pk not in (first.pk, second.pk)


def test_a_card_that_a_colleague_took_meanwhile_says_so(
    desk: dict[str, Category], make_product: Any, sit_down: SitDown
) -> None:
    run = cards.put(cards.SURE, desk, make_product)
    page = sit_down("anna")
    held: list[Route] = []
    page.route("**/take/", lambda route: held.append(route))
    page.reload()
    entry = AIModerationQueue.objects.get(log_entry=run)
    moderation.assign(entry, to=User.objects.create_user("boris"), note="Срочно")
    page.wait_for_timeout(100)
    held.pop().continue_()
    said(page, "boris")


def test_a_day_of_twenty_cards_by_two(
    desk: dict[str, Category], make_product: Any, sit_down: SitDown
) -> None:
    for number in range(20):
        cards.put((cards.SURE, cards.PLAIN, cards.DOUBTFUL)[number % 3], desk, make_product)
    people = [sit_down("anna"), sit_down("boris")]
    runs = []
    for turn in range(20):
        page = people[turn % 2]
        runs.append(press_and_wait(page, "a") if turn % 5 else press_and_wait(page, "r", "2"))
    assert len({run.pk for run in runs}) == 20
    for run in runs:
        title = Product.objects.get(pk=run.product_id).title_ru
        assert (title == run.generated_title) == (run.status == "approved")
    assert [run.status for run in runs].count("rejected") == 4
