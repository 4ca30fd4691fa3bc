"""Start page and charts by right, large lists page by page, and cards ordered from the product's own page."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.ai import product_desk
from apps.ai.admin import charts_svg
from apps.ai.models import AICall, AIDayFigures, AIMassRun, AIProcessingLog
from apps.ai.services.desk import rollups, series, start
from apps.ai.services.people import moderation
from apps.ai.tests.support.cards import waiting_card
from apps.products.models import Category, Product
from apps.users.models import User
from utils import admin_lists

pytestmark = pytest.mark.django_db

PRODUCTS = "admin:products_product_changelist"


@pytest.fixture
def browser(moderator: User) -> Client:
    client = Client()
    client.force_login(moderator)
    return client


def _page(client: Client, name: str, **query: str) -> str:
    return client.get(reverse(name), query).content.decode()


def test_a_moderator_sees_work_and_an_owner_money_too(
    product: Product, tree: dict[str, Category], browser: Client, admin_client: Client, moderator: User
) -> None:
    run = waiting_card(product, tree["pain"])
    work, money = _page(browser, "admin:index"), _page(admin_client, "admin:index")
    assert "Ждут решения" in work
    assert "Потрачено сегодня" in money
    assert "Потрачено" not in work
    moderation.approve(run, by=moderator)
    assert [(name, count) for name, count in start.went_live(series.days(1)).people] == [("moderator", 1)]
    stranger = Client()
    stranger.force_login(User.objects.create_user("staff", is_staff=True))
    assert "Ждут решения" not in _page(stranger, "admin:index")


def test_no_number_leads_to_a_page_that_is_refused(
    product: Product, tree: dict[str, Category], browser: Client
) -> None:
    waiting_card(product, tree["pain"])
    page = _page(browser, "admin:index")
    links = set(re.findall(r'href="(/admin/[^"#]*)"', page)) - {reverse("admin:logout")}
    assert len(links) > 8
    assert {link: browser.get(link.replace("&amp;", "&")).status_code for link in links} == dict.fromkeys(
        links, 200
    )


def test_charts_are_csv_as_well_and_spending_is_the_owners(
    product: Product, tree: dict[str, Category], browser: Client, admin_client: Client
) -> None:
    AICall.objects.create(
        created_at=timezone.now(),
        expires_at=timezone.now(),
        model="=m1",
        stage="draft",
        cost_usd=Decimal("0.25"),
    )
    waiting_card(product, tree["pain"], completed_at=timezone.now())
    rollups.refresh()
    url = reverse("admin:ai_charts")
    rows = list(
        csv.reader(
            browser.get(url, {"csv": "throughput", "days": "7"}).content.decode("utf-8-sig").splitlines()
        )
    )
    assert len(rows) == 8
    assert dict(zip(rows[0], rows[-1], strict=True))["ended"] == "1"
    assert browser.get(url, {"csv": "spend"}).status_code == 404
    assert admin_client.get(url, {"csv": "spend"}).status_code == 200
    models = admin_client.get(url, {"csv": "parts", "by": "model"}).content.decode()
    assert "'=m1" in models
    assert "Расходы по дням" not in _page(browser, "admin:ai_charts")
    assert "Расходы по дням" in _page(admin_client, "admin:ai_charts", days="nonsense", by="nonsense")


def test_a_chart_holds_its_values_and_escapes_what_comes_from_outside() -> None:
    drawn = charts_svg.bars(["<a>", "b"], [("k", "auto", [3, 1]), ("l", "bad", [1, 0])], label="Дни")
    assert drawn.count("<rect") == 3
    assert "&lt;a&gt;: k — 3" in drawn
    assert [charts_svg.nice_top(value) for value in (0, 3, 41, 100, 101)] == [1, 4, 60, 100, 200]


def test_large_lists_show_every_row_once_whatever_the_page(
    make_product: Callable[..., Product],
    tree: dict[str, Category],
    admin_client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(admin_lists.LargeList, "list_per_page", 3)
    at = timezone.now()
    runs = [waiting_card(make_product(), tree["pain"], status="approved").pk for _ in range(8)]
    AIProcessingLog.objects.filter(pk__in=runs[:6]).update(created_at=at)
    AIProcessingLog.objects.filter(pk__in=runs[6:]).update(created_at=at - timedelta(days=1))
    seen: list[int] = []
    url = reverse("admin:ai_aiprocessinglog_changelist") + "?status__exact=approved&o=3"
    while url:
        page = admin_client.get(url).content.decode()
        seen += [int(one) for one in re.findall(r'name="_selected_action" value="(\d+)"', page)]
        following = re.search(r'href="(\?[^"]*)" rel="next"', page)
        url = (
            reverse("admin:ai_aiprocessinglog_changelist") + following[1].replace("&amp;", "&")
            if following
            else ""
        )
    assert seen == sorted(runs[:6], reverse=True) + sorted(runs[6:], reverse=True)


def test_values_of_a_column_are_found_step_by_step(make_product: Callable[..., Product]) -> None:
    for name in ("b", "a", "b", "c"):
        make_product(source_name=name)
    assert admin_lists.values_of(Product, "source_name") == ["a", "b", "c"]


def test_the_products_list_says_how_their_cards_stand(
    make_product: Callable[..., Product], tree: dict[str, Category], admin_client: Client
) -> None:
    waits, failed, new = (
        make_product(title="Ждёт"),
        make_product(title="Сбой"),
        make_product(title="Нетронут"),
    )
    waiting_card(failed, tree["pain"], status="failed")
    run = waiting_card(waits, tree["pain"])
    shown = {
        value: {
            one.title
            for one in (waits, failed, new)
            if f">{one.title}</a>" in _page(admin_client, PRODUCTS, ai=value)
        }
        for value, _label in product_desk.STATES
    }
    assert shown == {
        "moderation": {"Ждёт"},
        "failed": {"Сбой"},
        "none": {"Нетронут"},
        "open": set(),
        "approved": set(),
    }
    link = reverse("admin:ai_aiprocessinglog_change", args=[run.pk])
    assert link in _page(admin_client, PRODUCTS)
    assert (
        link in admin_client.get(reverse("admin:products_product_change", args=[waits.pk])).content.decode()
    )


def test_cards_are_ordered_from_the_products_list_after_their_price_was_shown(
    make_product: Callable[..., Product], admin_client: Client, browser: Client
) -> None:
    ids = [make_product().pk for _ in range(3)]
    chosen = {"action": "make_cards", "_selected_action": ids}
    page = admin_client.post(reverse(PRODUCTS), chosen).content.decode()
    assert 'name="mode" value="description_only"' in page
    assert not AIMassRun.objects.exists()
    admin_client.post(reverse(PRODUCTS), chosen | {"confirm": "1", "mode": "nonsense"})
    admin_client.post(reverse(PRODUCTS), chosen | {"confirm": "1", "mode": "full", "cost_limit": "-3"})
    assert not AIMassRun.objects.exists()
    admin_client.post(
        reverse(PRODUCTS), chosen | {"confirm": "1", "mode": "full", "cost_limit": "1,5", "force": "on"}
    )
    order = AIMassRun.objects.get()
    assert (order.total, order.cost_limit_usd, order.options["force"]) == (3, Decimal("1.5"), True)
    assert order.options["analyze_images"] is False
    single = {
        "action": "make_cards",
        "_selected_action": [ids[0]],
        "confirm": "1",
        "mode": "categorization_only",
    }
    admin_client.post(reverse(PRODUCTS), single)
    assert AIProcessingLog.objects.get().processing_type == "categorization_only"


def test_without_the_moderators_right_no_cards_are_ordered(product: Product) -> None:
    user = User.objects.create_user("clerk", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_product", "change_product"]))
    client = Client()
    client.force_login(user)
    page = _page(client, PRODUCTS)
    assert "make_cards" not in page
    assert "?ai=" not in page
    client.post(
        reverse(PRODUCTS),
        {"action": "make_cards", "_selected_action": [product.pk], "confirm": "1", "mode": "full"},
    )
    assert not AIProcessingLog.objects.exists()


def test_figures_name_what_filters_offer(product: Product) -> None:
    today = timezone.localdate()
    for key in ("v2", "v1", ""):
        AIDayFigures.objects.create(day=today, group="prompt", key=key)
    AIDayFigures.objects.create(day=today - timedelta(days=1), group="prompt", key="v1")
    assert AIDayFigures.objects.keys_of("prompt") == ["v1", "v2"]
