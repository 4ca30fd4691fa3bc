"""The queue as people use it: order, numbers, pages, who may do what."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.ai import catalog
from apps.ai.models import AIBulkDecision, AIModerationQueue, AIProcessingLog
from apps.ai.services.desk import facets
from apps.ai.services.people import bulk, moderation, similar
from apps.ai.services.runs import ranking
from apps.ai.tests.support.cards import waiting_card
from apps.products.models import Category, Product
from apps.users.models import User

pytestmark = pytest.mark.django_db

QUEUE = "admin:ai_aimoderationqueue_changelist"
Make = Callable[..., AIModerationQueue]


@pytest.fixture
def make(make_product: Callable[..., Product], tree: dict[str, Category]) -> Make:
    """A waiting card; `hours`: how long it has waited."""

    def card(
        *, category: str = "pain", hours: float = 1, variant_key: str = "", **fields: Any
    ) -> AIModerationQueue:
        run = waiting_card(make_product(), tree[category], variant_key=variant_key)
        values = {"created_at": timezone.now() - timedelta(hours=hours), "branch": tree[category].parent}
        AIModerationQueue.objects.filter(log_entry=run).update(**values, variant_key=variant_key, **fields)
        return AIModerationQueue.objects.get(log_entry=run)

    return card


@pytest.fixture
def browser(moderator: User) -> Client:
    client = Client()
    client.force_login(moderator)
    return client


def _shown(client: Client, url: str) -> list[int]:
    page = client.get(url).content.decode()
    return [int(found) for found in re.findall(r'role="row" data-id="(\d+)"', page)]


def test_priority_comes_first_then_what_a_decision_is_worth_then_age(make: Make, browser: Client) -> None:
    old, young = make(worth=10, hours=9), make(worth=10, hours=2)
    worthy, urgent, low = make(worth=80), make(priority=3), make(priority=1, worth=99, hours=90)
    assert _shown(browser, reverse(QUEUE)) == [one.pk for one in (urgent, worthy, old, young, low)]


def test_pages_show_every_card_once_even_where_all_are_alike(
    make: Make, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facets, "PAGE", 3)
    same = timezone.now()
    made = {make().pk for _ in range(8)}
    AIModerationQueue.objects.update(created_at=same)
    AIModerationQueue.objects.filter(pk=min(made)).update(priority=3)
    seen: list[int] = []
    url = reverse(QUEUE)
    for _page in range(3):
        seen += _shown(browser, url)
        following = re.search(r'href="([^"]*)" rel="next"', browser.get(url).content.decode())
        url = following[1].replace("&amp;", "&") if following else ""
    assert not url
    assert len(seen) == 8
    assert set(seen) == made


def test_numbers_say_what_each_filter_would_leave(
    make: Make, browser: Client, tree: dict[str, Category], moderator: User
) -> None:
    make(reason="stale", hours=1)
    make(reason="stale", hours=30, category="dresses")
    make(reason="fact_lost", hours=30)
    mine, theirs = make(reason="fact_lost", hours=200), make(reason="fact_lost")
    moderation.assign(mine, to=moderator)
    moderation.assign(theirs, to=User.objects.create_user("colleague"))
    everything = facets.numbers(facets.Chosen(), user=moderator)
    # Overdue: normal priority, more than a day.
    assert dict(everything.states) == {"waiting": 5, "mine": 1, "free": 4, "overdue": 3}
    counts = {facet.name: dict(facet.counts) for facet in everything.facets}
    assert counts["reason"] == {"fact_lost": 3, "stale": 2}
    assert counts["branch"] == {str(tree["pharmacy"].pk): 4, str(tree["clothes"].pk): 1}
    assert counts["age"] == {"day": 2, "three": 2, "older": 1}
    chosen = facets.Chosen(reason="stale", state="free")
    narrowed = {facet.name: dict(facet.counts) for facet in facets.numbers(chosen, user=moderator).facets}
    assert narrowed["reason"] == {"fact_lost": 2, "stale": 2}
    assert narrowed["branch"] == {str(tree["pharmacy"].pk): 1, str(tree["clothes"].pk): 1}
    for state, reason, count in (("free", "stale", 2), ("mine", "", 1), ("overdue", "fact_lost", 2)):
        assert len(_shown(browser, f"{reverse(QUEUE)}?state={state}&reason={reason}")) == count


def test_nonsense_in_the_address_is_no_filter(make: Make, browser: Client) -> None:
    entry = make()
    for query in (
        "branch=x",
        "branch=²",
        "age=never",
        "priority=9",
        "after=-1",
        "after=" + "9" * 40,
        "like=a",
        "state=?",
    ):
        assert _shown(browser, f"{reverse(QUEUE)}?{query}") == [entry.pk]
    assert browser.get(f"{reverse(QUEUE)}?q=%00").status_code == 200


def test_the_open_page_learns_who_took_a_card_and_what_is_decided(
    make: Make, browser: Client, moderator: User
) -> None:
    held, decided, free = make(), make(), make()
    moderation.assign(held, to=User.objects.create_user("colleague"))
    moderation.reject(decided.log_entry, by=moderator)
    ids = ",".join(str(one.pk) for one in (held, decided, free))
    answer = browser.get(reverse("admin:ai_queue_live"), {"ids": ids + ",x,"}).json()
    assert answer["cards"][str(held.pk)]["holder"] == "colleague"
    assert not answer["cards"][str(held.pk)]["is_mine"]
    assert answer["cards"][str(decided.pk)]["decided"]
    assert answer["cards"][str(free.pk)] == {"holder": "", "until": "", "is_mine": False, "decided": False}
    assert answer["states"]["waiting"] == 2


def test_everything_of_a_filter_is_shown_as_a_table_confirmed_and_decided(
    make: Make, browser: Client
) -> None:
    wanted, other = {make(reason="stale").log_entry_id for _ in range(3)}, make(reason="fact_lost")
    answer = browser.post(f"{reverse(QUEUE)}?reason=stale", {"action": "approve", "everything": "1"})
    order = AIBulkDecision.objects.get()
    assert answer["Location"] == reverse("admin:ai_bulk", args=[order.pk])
    page = browser.get(answer["Location"]).content.decode()
    assert "Парацетамол 500 мг, 20 таблеток" in page
    assert page.count("Убрать из решения") == 3
    assert set(AIProcessingLog.objects.values_list("status", flat=True)) == {"moderation"}
    browser.post(answer["Location"], {"step": "confirm", "notes": "всё верно"})
    bulk.work(order.pk)
    approved = AIProcessingLog.objects.filter(status="approved")
    assert set(approved.values_list("pk", flat=True)) == wanted
    assert AIProcessingLog.objects.get(pk=other.log_entry_id).status == "moderation"
    live = browser.get(reverse("admin:ai_bulk_live", args=[order.pk])).json()
    assert (live["state"], live["done"], live["left"], live["percent"]) == ("finished", 3, 0, 100)


def test_only_moderators_decide_and_only_whose_order_it_is_confirms(make: Make, browser: Client) -> None:
    make()
    browser.post(reverse(QUEUE), {"action": "reject", "everything": "1"})
    order = AIBulkDecision.objects.get()
    page = reverse("admin:ai_bulk", args=[order.pk])
    onlooker = User.objects.create_user("onlooker", is_staff=True)
    onlooker.user_permissions.add(Permission.objects.get(codename="view_aimoderationqueue"))
    client = Client()
    client.force_login(onlooker)
    assert client.get(reverse(QUEUE)).status_code == 200
    client.post(reverse(QUEUE), {"action": "approve", "everything": "1"})
    assert AIBulkDecision.objects.count() == 1
    charts, live = reverse("admin:ai_charts"), reverse("admin:ai_bulk_live", args=[order.pk])
    assert {client.get(url).status_code for url in (page, live, reverse("admin:ai_bulk_list"), charts)} == {
        403
    }
    second = User.objects.create_user("second", is_staff=True)
    second.user_permissions.add(Permission.objects.get(codename="moderate_aiprocessinglog"))
    client.force_login(second)
    assert client.get(page).status_code == 200
    assert client.post(page, {"step": "confirm"}).status_code == 403
    order.refresh_from_db()
    assert order.state == "draft"
    client.force_login(User.objects.create_user("staff", is_staff=True))
    assert client.get(reverse(QUEUE)).status_code == 403
    assert client.get(reverse("admin:ai_queue_live")).status_code == 403
    assert Client().get(reverse(QUEUE)).status_code == 302


def test_decided_one_the_others_like_it_are_offered(make: Make, browser: Client, moderator: User) -> None:
    first, twin, stranger = make(variant_key="k1"), make(variant_key="k1", reason="stale"), make()
    found = similar.of(first, user=moderator)
    assert (found.variants, found.same_reason) == (1, 1)
    assert _shown(browser, f"{reverse(QUEUE)}?like={first.pk}") == [first.pk, twin.pk]
    browser.post(reverse(QUEUE), {"action": "approve", "_selected_action": [first.pk]})
    order = AIBulkDecision.objects.get()
    page = reverse("admin:ai_bulk", args=[order.pk])
    browser.post(page, {"step": "confirm"})
    bulk.work(order.pk)
    text = browser.get(page).content.decode()
    assert "Варианты этого товара: 1" in text
    assert "Та же причина в той же ветке: 1" in text
    assert stranger.log_entry_id


def test_a_new_card_is_ranked_by_what_it_teaches_and_earns(
    make: Make, make_product: Callable[..., Product], tree: dict[str, Category]
) -> None:
    live, bare = make(), make()
    Product.objects.filter(pk=live.log_entry.product_id).update(description_ru="<p>Уже на сайте.</p>")
    assert ranking.rank_waiting() == max(live.pk, bare.pk)
    assert ranking.rank_waiting() == 0
    live.refresh_from_db()
    bare.refresh_from_db()
    assert (live.worth, bare.worth) == (60, 100)
    assert (bare.branch, bare.origin) == (tree["pharmacy"], "test")
    product = make_product()
    snapshot = catalog.get().snapshot(product.pk)
    assert [ranking.worth(snapshot, decided=count) for count in (0, 10, 1000)] == [100, 70, 41]
