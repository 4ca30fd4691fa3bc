"""Who decides on what: versions, leases of cards, one live card a product, and no dead one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.utils import timezone

from apps.ai import catalog
from apps.ai.exceptions import (
    CardHeld,
    CardSuperseded,
    DecidedAlready,
    StaleProductError,
    TransitionError,
    VersionConflict,
)
from apps.ai.models import AIAudit, AIModerationQueue, AIProcessingLog
from apps.ai.services.people import card_leases, moderation, refusals, replacing
from apps.ai.services.runs import pipeline
from apps.ai.services.runs.submission import submit, submit_imported
from apps.ai.tests.support.cards import waiting_card
from apps.ai.tests.support.scripted import ScriptedModel
from apps.products.models import Category, Product
from apps.users.groups import MODERATOR_GROUP
from apps.users.models import User

pytestmark = pytest.mark.django_db
Act = Callable[..., Any]


@pytest.fixture
def card(product: Product, tree: dict[str, Category]) -> AIProcessingLog:
    return waiting_card(product, tree["pain"])


@pytest.fixture
def colleague(moderator: User) -> User:
    user = User.objects.create_user("colleague", is_staff=True)
    user.groups.set(moderator.groups.all())
    return user


def approve(card: AIProcessingLog, **how: Any) -> Any:
    return moderation.approve(card, **how)


def reject(card: AIProcessingLog, **how: Any) -> Any:
    return moderation.reject(card, **how)


def reprocess(card: AIProcessingLog, **how: Any) -> Any:
    return moderation.reprocess(card, **how)


def edit(card: AIProcessingLog, **how: Any) -> Any:
    return moderation.edit(card, {"generated_seo_title": "Моё"}, **how)


ACTS = pytest.mark.parametrize("act", [approve, reject, reprocess, edit])

# --- whose step it is -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", [approve, reject, edit])
@pytest.mark.parametrize("status", ["pending", "processing", "failed", "approved", "rejected"])
def test_a_person_decides_only_what_a_worker_has_finished(
    product: Product, tree: dict[str, Category], moderator: User, act: Act, status: str
) -> None:
    run = waiting_card(product, tree["pain"], status=status, lease_owner="worker")
    with pytest.raises(DecidedAlready):
        act(run, by=moderator)
    stored = AIProcessingLog.objects.get()
    assert (stored.status, stored.lease_owner, stored.generated_seo_title) == (
        status,
        "worker",
        "Парацетамол 500 мг",
    )
    assert Product.objects.get().title_ru is None


@ACTS
def test_a_run_that_was_read_before_a_colleagues_decision_is_read_anew(
    card: AIProcessingLog, moderator: User, colleague: User, act: Act
) -> None:
    old = AIProcessingLog.objects.get()
    moderation.approve(card, by=colleague)
    if act is reprocess:
        reprocess(old, by=moderator)
    else:
        with pytest.raises(DecidedAlready) as refused:
            act(old, by=moderator)
        assert (refused.value.status, refused.value.name) == ("approved", "colleague")
        assert "одобрено (colleague" in refusals.sentence(refused.value)
    card.refresh_from_db()
    assert (card.status, card.processed_by) == ("approved", colleague)
    assert Product.objects.get().title_ru == card.generated_title


# --- versions ---------------------------------------------------------------------------------------------------------


@ACTS
@pytest.mark.parametrize("says", ["the version it saw", "nothing"])
def test_an_older_page_decides_nothing_over_a_colleagues_edit(
    card: AIProcessingLog, moderator: User, colleague: User, act: Act, says: str
) -> None:
    seen = replacing.plan(card).version if says == "the version it saw" else None
    moderation.edit(card, {"generated_title": "Правка коллеги 500 мг"}, by=colleague)
    with pytest.raises(VersionConflict) as refused:
        act(AIProcessingLog.objects.get(), by=moderator, version=seen)
    [change] = refused.value.changes
    assert (change["what"], change["name"], change["fields"]) == ("edit", "colleague", ["generated_title"])
    assert "правка, заголовок, colleague" in refusals.sentence(refused.value)
    stored = AIProcessingLog.objects.get()
    assert (stored.status, stored.generated_title) == ("moderation", "Правка коллеги 500 мг")
    act(stored, by=moderator, version=str(stored.version))


@ACTS
def test_ones_own_edits_need_no_version(card: AIProcessingLog, moderator: User, act: Act) -> None:
    moderation.edit(card, {"generated_title": "Моя правка 500 мг"}, by=moderator)
    act(AIProcessingLog.objects.get(), by=moderator)


def test_a_page_from_before_an_edit_by_hand_in_the_shop_decides_nothing(
    card: AIProcessingLog, moderator: User
) -> None:
    seen = replacing.plan(card).version
    Product.objects.update(title_ru="Моё", edited_fields=["title_ru"])
    with pytest.raises(VersionConflict):
        moderation.approve(card, by=moderator, version=seen)
    assert Product.objects.get().title_ru == "Моё"


@pytest.mark.parametrize("version", ["x", "999", "", "0-nonsense", "-", "٣"])
def test_a_version_that_never_was(card: AIProcessingLog, moderator: User, version: str) -> None:
    with pytest.raises(VersionConflict):
        moderation.approve(card, by=moderator, version=version)


# --- leases -----------------------------------------------------------------------------------------------------------


@ACTS
def test_a_card_that_a_colleague_holds_is_theirs(
    card: AIProcessingLog, moderator: User, colleague: User, act: Act
) -> None:
    entry = AIModerationQueue.objects.get()
    card_leases.assign(entry, to=colleague)
    for overrule in (False, True):  # without the right, saying so is no help
        with pytest.raises(CardHeld) as refused:
            act(card, by=moderator, overrule=overrule)
        assert refused.value.holder == "colleague"
    right = Permission.objects.get(codename="overrule_aiprocessinglog")
    moderator.user_permissions.add(right)
    strong = User.objects.get(pk=moderator.pk)
    with pytest.raises(CardHeld):
        act(card, by=strong)
    act(card, by=strong, overrule=True)


@ACTS
def test_its_holder_decides_and_so_does_anybody_when_the_time_is_over(
    card: AIProcessingLog, moderator: User, colleague: User, act: Act
) -> None:
    entry = AIModerationQueue.objects.get()
    card_leases.assign(entry, to=moderator)
    edit(card, by=moderator)
    AIModerationQueue.objects.update(taken_until=timezone.now() - timedelta(seconds=1))
    act(card, by=colleague, version=str(card.version))


def test_a_card_is_released_and_taken_over_with_a_note(
    card: AIProcessingLog, moderator: User, colleague: User
) -> None:
    entry = AIModerationQueue.objects.get()
    moderation.assign(entry, to=colleague)
    for note in ("", "   "):
        with pytest.raises(CardHeld):
            moderation.assign(AIModerationQueue.objects.get(), to=moderator, note=note)
    with pytest.raises(CardHeld):
        moderation.release(AIModerationQueue.objects.get(), by=moderator)
    with pytest.raises(ValidationError):
        moderation.assign(AIModerationQueue.objects.get(), to=moderator, note="я" * 501)
    moderation.assign(AIModerationQueue.objects.get(), to=moderator, note="Коллега в отпуске")
    card.refresh_from_db()
    assert [(act["what"], act["name"], act["note"]) for act in card.history] == [
        ("take_over", "moderator", "Коллега в отпуске")
    ]
    moderation.release(AIModerationQueue.objects.get(), by=moderator)
    assert AIModerationQueue.objects.get().assigned_to is None
    moderation.reject(card, by=colleague)
    with pytest.raises(DecidedAlready):
        moderation.assign(AIModerationQueue.objects.get(), to=moderator)


def test_an_edit_prolongs_the_lease(card: AIProcessingLog, moderator: User) -> None:
    moderation.assign(AIModerationQueue.objects.get(), to=moderator)
    soon = timezone.now() + timedelta(minutes=1)
    AIModerationQueue.objects.update(taken_until=soon)
    edit(card, by=moderator)
    until = AIModerationQueue.objects.get().taken_until
    assert until is not None
    assert until > soon


def test_list_and_next_have_one_order_and_next_skips_what_a_colleague_holds(
    make_product: Callable[..., Product], tree: dict[str, Category], moderator: User, colleague: User
) -> None:
    cards = [waiting_card(make_product(), tree["pain"]) for _ in range(4)]
    now = timezone.now()
    for card, priority, age in zip(cards, (2, 3, 2, 3), (9, 1, 8, 5), strict=True):
        entries = AIModerationQueue.objects.filter(log_entry=card)
        entries.update(priority=priority, created_at=now - timedelta(hours=age))
    listed = list(AIModerationQueue.objects.waiting().in_order())
    assert [entry.log_entry for entry in listed] == [cards[3], cards[1], cards[0], cards[2]]
    assert list(AIModerationQueue.objects.waiting()) == listed
    assert AIModerationQueue.objects.next_for(moderator) == listed[0]
    moderation.assign(listed[0], to=colleague)
    assert AIModerationQueue.objects.next_for(moderator) == listed[1]
    assert AIModerationQueue.objects.next_for(colleague) == listed[0]
    AIModerationQueue.objects.update(taken_until=now - timedelta(seconds=1))
    assert AIModerationQueue.objects.next_for(moderator) == listed[0]


# --- one live card, never a dead one ----------------------------------------------------------------------------------


@pytest.fixture
def unsure(settings: Any, scripted: Callable[..., ScriptedModel]) -> ScriptedModel:
    """Every category goes to a person."""
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUTO_APPLY_THRESHOLD": 1.0}
    return scripted()


def process(product: Product, **options: Any) -> AIProcessingLog:
    run = submit(product.pk, send=False, **options).run
    pipeline.run(run.pk)
    run.refresh_from_db()
    return run


@pytest.mark.parametrize("status", ["moderation", "completed"])
def test_a_newer_card_takes_the_place_of_the_older(
    unsure: ScriptedModel, product: Product, shop: dict[str, Category], moderator: User, status: str
) -> None:
    older = waiting_card(product, shop["vitamins"], status=status)
    newer = process(product)
    older.refresh_from_db()
    assert (older.status, older.error_code, older.superseded_by, older.processed_by) == (
        "rejected",
        "superseded",
        newer,
        None,
    )
    assert [entry.log_entry for entry in AIModerationQueue.objects.waiting()] == [newer]
    for act in (approve, reject, edit):
        with pytest.raises(CardSuperseded) as refused:
            act(older, by=moderator)
        assert refused.value.newer_run == newer.pk
    moderation.approve(newer, by=moderator)
    assert Product.objects.get().category == shop["pain"]


def test_a_card_applied_by_itself_takes_the_place_of_a_waiting_one(
    scripted: Callable[..., ScriptedModel], settings: Any, product: Product, shop: dict[str, Category]
) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUTO_APPLY_THRESHOLD": 0.0}
    scripted()
    older = waiting_card(product, shop["vitamins"])
    newer = process(product)
    older.refresh_from_db()
    assert (newer.status, older.superseded_by) == ("approved", newer)


def test_a_narrower_result_that_was_applied_leaves_the_wider_card_to_a_person(
    scripted: Callable[..., ScriptedModel], settings: Any, product: Product, shop: dict[str, Category]
) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUTO_APPLY_THRESHOLD": 0.0}
    scripted()
    Product.objects.update(category=shop["pain"])
    wider = waiting_card(product, shop["vitamins"])
    for mode in ("description_only", "image_analysis"):
        assert process(product, mode=mode).status in ("approved", "completed")
        wider.refresh_from_db()
        assert wider.status == "moderation"


def test_what_was_superseded_nobody_rejected(
    unsure: ScriptedModel, product: Product, shop: dict[str, Category], settings: Any
) -> None:
    """Neither an audit nor the memory of rejected cards holds it against the answers."""
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUTO_APPLY_THRESHOLD": 0.0, "AUDIT_SHARE": 1.0}
    first = process(product)
    second = process(product)
    assert second.status == "moderation"
    assert [one["code"] for one in second.reasons if one["code"] == "rejected_before"] == []
    assert [audit.outcome for audit in AIAudit.objects.order_by("pk")] == ["unjudged", ""]
    first.refresh_from_db()
    assert first.superseded_by == second


def test_who_held_the_older_card_holds_the_newer(
    unsure: ScriptedModel, product: Product, shop: dict[str, Category], moderator: User, colleague: User
) -> None:
    waiting_card(product, shop["vitamins"])
    moderation.assign(AIModerationQueue.objects.get(), to=colleague)
    newer = process(product)
    with pytest.raises(CardHeld):
        moderation.approve(newer, by=moderator)
    moderation.approve(newer, by=colleague)


CHANGES: dict[str, dict[str, Any]] = {
    "title": {"title": "Парацетамол 250 мг, 20 таблеток"},
    "description": {"description": "Иначе."},
    "barcode": {"barcode": "8690000000017"},
    "source category": {"source_category": "Ağrı kesici"},
    "attributes": {"attributes": {"Doz": "250 mg"}},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("how", ["import", "picture", "approval"])
def test_what_makes_a_card_stale_orders_the_next_one(
    card: AIProcessingLog, moderator: User, change: dict[str, Any], how: str
) -> None:
    product = card.product
    if how == "picture":
        product.images.create(url="https://cdn.example/new.jpg")
    else:
        Product.objects.update(**change)
    if how == "approval":
        with pytest.raises(StaleProductError):
            moderation.approve(card, by=moderator)
    else:
        submit_imported(product.pk, origin="test")
    fresh = AIProcessingLog.objects.open().get()
    card.refresh_from_db()
    assert (card.status, card.superseded_by) == ("rejected", fresh)
    assert not AIModerationQueue.objects.waiting().exists()


@pytest.mark.parametrize("change", [{"price": "1.00"}, {"stock": 3}, {"sku": "X"}, {"title_ru": "Моё"}])
def test_what_leaves_a_card_as_it_is_orders_nothing(
    card: AIProcessingLog, moderator: User, change: dict[str, Any]
) -> None:
    Product.objects.update(**change)
    assert submit_imported(card.product_id, origin="test") is None
    assert AIProcessingLog.objects.count() == 1
    moderation.approve(card, by=moderator)


def test_a_change_while_a_run_is_open_is_worked_on_by_that_run(
    scripted: Callable[..., ScriptedModel], settings: Any, product: Product
) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUTO_APPLY_THRESHOLD": 0.0}
    texts = iter(
        ["Таблетки парацетамола 500 мг, в упаковке 20 таблеток. Хранить в сухом месте, беречь от детей."]
    )

    def change_the_product(answer: Any) -> Any:
        for text in texts:
            Product.objects.update(description=text)
            found = submit_imported(product.pk, origin="test")
            assert found is not None
            assert found.created is False
        return answer

    model = scripted(draft=change_the_product)
    run = process(product)
    assert (run.status, run.error_code, run.stage_results, run.lease_owner) == ("pending", "stale", {}, "")
    assert Product.objects.get().title_ru is None
    pipeline.run(run.pk)
    run.refresh_from_db()
    assert run.status == "approved"
    assert run.input_fingerprint == catalog.get().snapshot(product.pk).fingerprint
    assert model.asked.count("draft") == 2


def test_a_product_that_never_stands_still_ends_at_a_person(
    scripted: Callable[..., ScriptedModel], settings: Any, product: Product
) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUTO_APPLY_THRESHOLD": 0.0}
    count = iter(range(9))

    def change_the_product(answer: Any) -> Any:
        Product.objects.update(barcode=str(next(count)))
        return answer

    scripted(draft=change_the_product)
    run = process(product)
    for _ in range(3):
        assert run.status == "pending"
        pipeline.run(run.pk)
        run.refresh_from_db()
    assert (run.status, run.reasons[0]["code"], run.restarts) == ("moderation", "stale", 3)


def test_groups_do_not_overrule_by_themselves(moderator: User) -> None:
    assert moderator.groups.get().name == MODERATOR_GROUP
    assert not moderator.has_perm("ai.overrule_aiprocessinglog")


def test_a_refused_decision_leaves_no_trace(card: AIProcessingLog, moderator: User) -> None:
    with pytest.raises(ValidationError):
        moderation.approve(card, by=moderator, edits={"generated_seo_title": "я" * 71})
    stored = AIProcessingLog.objects.get()
    assert (stored.version, stored.history, stored.edited_by_moderator) == (0, [], [])
    with pytest.raises(TransitionError):
        moderation.reject(card, by=moderator, version="7")
    assert AIProcessingLog.objects.get().status == "moderation"
