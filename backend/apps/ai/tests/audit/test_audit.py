"""The blind audit: who is drawn, what a moderator sees of it, and what it measures."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.ai.models import AIAudit, AIModerationQueue, AIProcessingLog, AppliedChange
from apps.ai.services.audit import blind
from apps.ai.services.care import retention
from apps.ai.services.fitting.binomial import lower_bound
from apps.ai.services.people import moderation
from apps.ai.services.runs import pipeline
from apps.ai.services.runs.submission import submit
from apps.ai.tests.support.scripted import ScriptedModel
from apps.ai.types import CategoryChoice, Mode
from apps.products.models import Category, Product
from apps.users.models import User

pytestmark = pytest.mark.django_db
MakeProduct = Callable[..., Product]


@pytest.fixture
def every(settings: Any, scripted: Callable[..., ScriptedModel]) -> ScriptedModel:
    """Every category is sure, and every automatic decision is audited."""
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUTO_APPLY_THRESHOLD": 0.0, "AUDIT_SHARE": 1.0}
    return scripted()


def _process(product: Product, **options: Any) -> AIProcessingLog:
    run = submit(product.pk, send=False, **options).run
    pipeline.run(run.pk)
    run.refresh_from_db()
    return run


def _judged(branch: Category, right: int, wrong: int = 0) -> None:
    outcomes = ["right"] * right + ["wrong"] * wrong
    AIAudit.objects.bulk_create(
        AIAudit(
            branch=branch,
            category=branch,
            confidence=0.9,
            share=0.1,
            outcome=outcome,
            decided_at=timezone.now(),
        )
        for outcome in outcomes
    )


# --- who is drawn ---


@pytest.mark.parametrize(
    ("right", "judged", "bound"),
    [(0, 0, 0.0), (0, 5, 0.0), (10, 10, 0.7411), (149, 149, 0.9801), (95, 100, 0.8977), (490, 500, 0.9663)],
)
def test_the_bound_is_that_of_clopper_and_pearson(right: int, judged: int, bound: float) -> None:
    """Where all are right it is 0.05 ** (1 / n); the others are from tables of the beta distribution."""
    assert lower_bound(right, judged) == pytest.approx(bound, abs=2e-4)


def test_more_right_than_judged_is_no_share() -> None:
    with pytest.raises(ValueError, match="6 of 5"):
        lower_bound(6, 5)


def test_the_share_falls_as_a_branch_proves_itself_and_rises_after_an_error() -> None:
    shares = [blind.share_after(right, right, first=0.1) for right in (0, 28, 40, 80, 120, 149, 500)]
    assert shares[0] == shares[1] == 0.1
    assert shares == sorted(shares, reverse=True)
    assert shares[-2:] == [pytest.approx(0.01)] * 2
    assert blind.share_after(148, 150, first=0.1) > blind.share_after(150, 150, first=0.1)
    assert blind.share_after(80, 100, first=0.1) == 0.1
    assert blind.share_after(500, 500, first=0.005) == 0.005


def test_the_lot_is_the_runs_own_and_even() -> None:
    lots = [blind.lot(run_id) for run_id in range(10_000)]
    assert lots[:3] == [blind.lot(run_id) for run_id in range(3)]
    assert 0.09 < sum(lot < 0.1 for lot in lots) / len(lots) < 0.11


def test_nobody_is_drawn_when_it_is_off_or_nothing_was_decided(
    settings: Any, tree: dict[str, Category]
) -> None:
    choice = CategoryChoice(tree["pain"].pk, (), "", 0.99, ())
    run = AIProcessingLog(pk=1, processing_type="full")
    assert blind.draw(run, choice) is None
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUDIT_SHARE": 1.0}
    drawn = blind.draw(run, choice)
    assert drawn is not None
    assert (drawn.branch_id, drawn.share) == (tree["pharmacy"].pk, 1.0)
    assert blind.draw(run, CategoryChoice(None, (), "", 0.0, ())) is None
    assert blind.draw(run, None) is None
    assert blind.draw(AIProcessingLog(pk=1, processing_type="description_only"), choice) is None


def test_a_proven_branch_is_drawn_seldom_and_another_one_is_not_affected(
    settings: Any, tree: dict[str, Category]
) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUDIT_SHARE": 0.1}
    _judged(tree["pharmacy"], 200)
    runs = [AIProcessingLog(pk=number, processing_type="full") for number in range(1, 400)]

    def share(slug: str) -> float:
        choice = CategoryChoice(tree[slug].pk, (), "", 0.99, ())
        return sum(blind.draw(run, choice) is not None for run in runs) / len(runs)

    assert share("pain") < 0.03
    assert share("dresses") > 0.06


def test_below_an_only_root_the_next_level_are_the_branches(tree: dict[str, Category]) -> None:
    root = Category.objects.create(name="Магазин", slug="shop")
    Category.objects.filter(slug__in=("pharmacy", "clothes")).update(parent=root, updated_at=timezone.now())
    assert blind.branch_of(tree["pain"].pk) == tree["pharmacy"].pk
    assert blind.branch_of(root.pk) == root.pk
    assert blind.branch_of(10**9) is None


# --- what a person decides ---


def test_a_drawn_decision_waits_for_a_person_like_one_that_is_not_sure(
    every: ScriptedModel, product: Product
) -> None:
    run = _process(product)
    assert run.status == "moderation"
    assert not AppliedChange.objects.exists()
    entry = AIModerationQueue.objects.get()
    assert (entry.reason, entry.priority) == ("low_confidence", 2)
    row = AIAudit.objects.get()
    assert (row.run_id, row.category_id, row.outcome) == (run.pk, run.suggested_category_id, "")
    assert (row.confidence, row.share) == (run.category_confidence, 1.0)


def test_who_approves_says_right_and_edited_texts_are_counted_apart(
    every: ScriptedModel, product: Product, moderator: User
) -> None:
    run = _process(product)
    moderation.approve(run, by=moderator, edits={"generated_seo_title": "Парацетамол 500 мг"})
    row = AIAudit.objects.get()
    assert (row.outcome, row.texts_edited, row.decided_by) == ("right", True, moderator)
    assert row.final_category_id == row.category_id


def test_who_changes_the_category_or_rejects_says_wrong(
    every: ScriptedModel, make_product: MakeProduct, moderator: User, shop: dict[str, Category]
) -> None:
    changed, rejected = (
        _process(make_product()),
        _process(make_product(), mode=Mode.CATEGORY),
    )
    moderation.approve(changed, by=moderator, edits={"suggested_category": shop["vitamins"]})
    moderation.reject(rejected, by=moderator)
    first, second = AIAudit.objects.order_by("pk")
    assert (first.outcome, first.final_category, first.texts_edited) == ("wrong", shop["vitamins"], False)
    assert (second.outcome, second.final_category) == ("wrong", None)


def test_sent_round_again_says_nothing_and_the_next_run_is_drawn_anew(
    every: ScriptedModel, product: Product, moderator: User
) -> None:
    moderation.reprocess(_process(product), by=moderator)
    assert AIAudit.objects.get().outcome == "unjudged"


def test_a_run_that_was_not_drawn_leaves_no_audit(
    settings: Any, scripted: Callable[..., ScriptedModel], product: Product, moderator: User
) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUTO_APPLY_THRESHOLD": 1.0, "AUDIT_SHARE": 1.0}
    scripted()
    moderation.approve(_process(product, mode=Mode.CATEGORY), by=moderator)
    assert not AIAudit.objects.exists()


def test_an_audit_outlives_its_run(every: ScriptedModel, product: Product, moderator: User) -> None:
    run = _process(product)
    moderation.approve(run, by=moderator)
    _process(product, force=True)
    AIProcessingLog.objects.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(days=200))
    assert retention.delete_old(days=90)["runs"] == 1
    assert AIAudit.objects.filter(run=None, outcome="right").count() == 1


# --- blind ---


def _pages(client: Client, run: AIProcessingLog) -> str:
    urls = (
        reverse("admin:ai_aiprocessinglog_change", args=[run.pk]),
        reverse("admin:ai_review", args=[run.pk]),
        reverse("admin:ai_aiprocessinglog_changelist"),
        reverse("admin:ai_aimoderationqueue_changelist"),
        f"/api/ai/logs/{run.pk}/",
    )
    return "\n".join(client.get(url).content.decode() for url in urls)


def test_a_moderator_cannot_tell_an_audit_from_a_doubtful_card(
    every: ScriptedModel, make_product: MakeProduct, moderator: User, client: Client, settings: Any
) -> None:
    audited = _process(make_product())
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUTO_APPLY_THRESHOLD": 1.0}
    doubtful = _process(make_product(title="Парацетамол 500 мг, 30 таблеток"))
    client.force_login(moderator)
    for run in (audited, doubtful):
        page = _pages(client, run)
        assert "Категорию должен подтвердить человек." in page
        assert "скрыто до решения" in page
        shown = re.escape(f"{run.category_confidence:.2f}")  # "10:00.05" is a moment, and no confidence
        assert re.search(rf"(?<![\d.:]){shown}(?!\d)", page) is None
        assert "проверк" not in page.lower().replace("слепые проверки", "")  # the menu names the figures
    body = client.get(f"/api/ai/logs/{audited.pk}/").json()
    assert (body["category_confidence"], body["quality_score"]) == (None, None)
    assert {other["score"] for other in body["category_alternatives"]} == {None}
    listed = client.get(reverse("admin:ai_aiprocessinglog_changelist") + "?category_confidence_from=0.9")
    assert "category_confidence_from" not in listed.content.decode().replace("?category_confidence_from", "")
    assert client.get(reverse("admin:ai_aiaudit_changelist")).content.decode().count("field-branch") == 0


HIDDEN = {"category_confidence", "quality_score", "cost_usd"} | {
    f"log_entry__{name}" for name in ("category_confidence", "quality_score", "cost_usd")
}


def test_no_address_finds_or_orders_what_is_hidden(
    every: ScriptedModel, make_product: MakeProduct, moderator: User, client: Client, settings: Any
) -> None:
    """Django takes filters and orders from the address that no page offers."""
    audited = _process(make_product())
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUTO_APPLY_THRESHOLD": 1.0}
    doubtful = _process(make_product(title="Парацетамол 500 мг, 30 таблеток"))
    sure = AIProcessingLog.objects.filter(pk=audited.pk)
    sure.update(category_confidence=0.97, quality_score=0.99, cost_usd="0.001")
    AIProcessingLog.objects.filter(pk=doubtful.pk).update(category_confidence=0.3, cost_usd="0.002")
    client.force_login(moderator)
    runs, queue = (
        reverse("admin:ai_aiprocessinglog_changelist"),
        reverse("admin:ai_aimoderationqueue_changelist"),
    )
    for query in (
        "audit__isnull=0",
        "category_confidence__gte=0.9",
        "quality_score__gte=0.9",
        "stage_results__category__method=neighbours",
        "cost_usd__lt=0.0015",
    ):
        assert client.get(f"{runs}?{query}").status_code == 400, query
    assert client.get(f"{queue}?o=1").status_code == 200  # it has one order, and reads no other
    for page in (runs,):
        asked = client.get(page).context["cl"]
        plain = list(asked.queryset.values_list("pk", flat=True))
        columns = [
            index
            for index, name in enumerate(asked.list_display)
            if name in ("confidence", "quality", "cost")
        ]
        assert columns
        for order in [f"{sign}{column}" for column in columns for sign in ("", "-")]:
            ordered = client.get(f"{page}?o={order}").context["cl"].queryset
            assert not HIDDEN & {name.lstrip("-") for name in map(str, ordered.query.order_by)}, (page, order)
            assert set(ordered.values_list("pk", flat=True)) == set(plain)
            assert len(plain) == 2


def test_what_a_card_cost_does_not_tell_an_audit(
    every: ScriptedModel, product: Product, moderator: User, client: Client
) -> None:
    """Where the fit decides alone no model was asked for the category: cheaper, quicker, and an answer less."""
    run = _process(product)
    telling = {
        "raw_llm_response": {"draft": "сырой ответ"},
        "cost_usd": "0.001234",
        "processing_time_ms": 98765,
    }
    AIProcessingLog.objects.filter(pk=run.pk).update(**telling, tokens_used={"total": 45678})
    client.force_login(moderator)
    page = _pages(client, run)
    for written in ("сырой ответ", "0.001234", "98765", "45678"):
        assert written not in page
    moderation.approve(AIProcessingLog.objects.get(pk=run.pk), by=moderator)
    page = _pages(client, run)
    for written in ("сырой ответ", "0.001234", "98765", "45678"):
        assert written in page


def test_once_decided_everything_is_shown(
    every: ScriptedModel, product: Product, moderator: User, client: Client
) -> None:
    run = _process(product)
    moderation.approve(run, by=moderator)
    client.force_login(moderator)
    body = client.get(f"/api/ai/logs/{run.pk}/").json()
    assert body["category_confidence"] == run.category_confidence
    assert (
        "скрыто до решения"
        not in client.get(reverse("admin:ai_aiprocessinglog_change", args=[run.pk])).content.decode()
    )
    figures = client.get(reverse("admin:ai_aiaudit_changelist")).content.decode()
    assert "Аптека" in figures
    assert figures.count("field-branch") == 1


def test_without_audits_nothing_is_hidden(
    settings: Any, scripted: Callable[..., ScriptedModel], product: Product, moderator: User, client: Client
) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUTO_APPLY_THRESHOLD": 1.0}
    scripted()
    run = _process(product, mode=Mode.CATEGORY)
    client.force_login(moderator)
    assert client.get(f"/api/ai/logs/{run.pk}/").json()["category_confidence"] == run.category_confidence
    assert "ниже порога" in _pages(client, run)


def test_the_figures_are_for_moderators(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("clerk", password="secret-word", is_staff=True))
    assert client.get(reverse("admin:ai_aiaudit_changelist")).status_code == 403


# --- figures ---


def _run(*args: str) -> str:
    out = StringIO()
    call_command("ai_audit", *args, stdout=out)
    return out.getvalue()


def test_the_command_counts_by_branch_and_month(
    settings: Any, tree: dict[str, Category], tmp_path: Path
) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUDIT_SHARE": 0.1}
    _judged(tree["pharmacy"], 148, wrong=2)
    _judged(tree["clothes"], 3)
    old = AIAudit.objects.create(branch=None, confidence=0.9, share=0.1)
    AIAudit.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=70))
    file = tmp_path / "audit.json"
    printed = _run("--json", str(file))
    assert "Аптека" in printed
    assert "1 wait for a person" in printed
    figures = json.loads(file.read_text())
    assert figures["total"] == {
        "name": "",
        "drawn": 154,
        "waiting": 1,
        "judged": 153,
        "right": 151,
        "wrong": 2,
        "unjudged": 0,
        "texts_edited": 0,
        "precision": 0.9869,
        "lower_bound": 0.9594,
        "share": None,
    }
    assert {row["name"]: row["judged"] for row in figures["branches"]} == {"Аптека": 150, "Одежда": 3, "—": 0}
    assert {row["name"]: 0.01 <= row["share"] <= 0.1 for row in figures["branches"]} == {
        "Аптека": True,
        "Одежда": True,
        "—": True,
    }
    assert len(figures["months"]) == 2
    _run("--days", "30", "--json", str(file))
    assert json.loads(file.read_text())["total"]["drawn"] == 153


def test_the_command_says_when_there_is_nothing_and_what_is_wrong(tmp_path: Path, db: None) -> None:
    assert _run() == "No audits yet; AI_AUDIT_SHARE is 0.\n"
    with pytest.raises(CommandError, match="--days"):
        _run("--days", "0")
    with pytest.raises(CommandError, match="cannot be written"):
        _run("--json", str(tmp_path / "no" / "such" / "folder.json"))
