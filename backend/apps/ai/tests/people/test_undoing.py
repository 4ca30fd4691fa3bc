"""Decisions that their maker takes back, and findings that a person takes off."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from apps.ai.exceptions import NothingToUndo, StaleProductError
from apps.ai.issue_codes import RULES
from apps.ai.models import AIEditMeasure, AIModerationQueue, AIProcessingLog
from apps.ai.services.people import edit_measures, finding_overrules, finding_reasons, moderation, undoing
from apps.ai.services.people.card_marks import Mark, marked, marked_plain
from apps.ai.services.runs.submission import Again
from apps.ai.tests.support.cards import waiting_card
from apps.ai.types import Mode
from apps.products.models import Category, Product
from apps.users.models import User

pytestmark = pytest.mark.django_db
Decision = Callable[[AIProcessingLog, User], object]
DECISIONS: dict[str, Decision] = {
    "approve": lambda run, by: moderation.approve(run, by=by, fields=["title"]),
    "approve with edits": lambda run, by: moderation.approve(run, by=by, edits={"generated_title": "Иначе"}),
    "reject": lambda run, by: moderation.reject(run, by=by, reason="duplicate", notes="уже есть"),
    "again": lambda run, by: moderation.reprocess(run, by=by, changes=Again(hint="БАД")),
}


@pytest.fixture
def waiting(product: Product, tree: dict[str, Category]) -> AIProcessingLog:
    return waiting_card(
        product, tree["pain"], reasons=[{"code": "claim", "severity": "blocking", "message": "Обещание"}]
    )


def _shop() -> tuple[object, ...]:
    product = Product.objects.get()
    return (
        product.title_ru,
        product.description_ru,
        product.category_id,
        product.attributes,
        product.edited_fields,
    )


@pytest.mark.parametrize("name", sorted(DECISIONS))
def test_a_decision_is_taken_back_whole(waiting: AIProcessingLog, moderator: User, name: str) -> None:
    shop, category = _shop(), waiting.suggested_category_id
    DECISIONS[name](waiting, moderator)
    edit_measures.measure(waiting.pk)
    undoing.undo(waiting, by=moderator)
    edit_measures.measure(waiting.pk)
    run, entry = AIProcessingLog.objects.get(pk=waiting.pk), AIModerationQueue.objects.get()
    assert _shop() == shop
    assert (run.status, run.processed_by, run.reject_reason, run.superseded_by, run.error_code) == (
        "moderation",
        None,
        "",
        None,
        "",
    )
    assert (run.suggested_category_id, run.history[-1]["what"]) == (category, "undo")
    assert (entry.resolved_at, entry.assigned_to, entry.is_held()) == (None, moderator, True)
    assert not AIEditMeasure.objects.exists()
    assert not AIProcessingLog.objects.open().exists()
    moderation.approve(run, by=moderator)
    assert Product.objects.get().title_ru == run.generated_title


@pytest.mark.parametrize("name", sorted(DECISIONS))
def test_nobody_takes_back_what_a_colleague_decided_or_twice(
    waiting: AIProcessingLog, moderator: User, name: str
) -> None:
    colleague = User.objects.create_user("colleague")
    DECISIONS[name](waiting, moderator)
    with pytest.raises(NothingToUndo):
        undoing.undo(waiting, by=colleague)
    undoing.undo(waiting, by=moderator)
    with pytest.raises(NothingToUndo):
        undoing.undo(waiting, by=moderator)


def test_what_was_changed_in_the_shop_since_stays(waiting: AIProcessingLog, moderator: User) -> None:
    moderation.approve(waiting, by=moderator)
    Product.objects.update(title_ru="Правка в магазине")
    with pytest.raises(StaleProductError):
        undoing.undo(waiting, by=moderator)
    waiting.refresh_from_db()
    assert (waiting.status, Product.objects.get().title_ru) == ("approved", "Правка в магазине")


def test_a_run_that_has_begun_is_not_called_back(waiting: AIProcessingLog, moderator: User) -> None:
    fresh = moderation.reprocess(waiting, by=moderator).run
    AIProcessingLog.objects.filter(pk=fresh.pk).update(status="processing")
    with pytest.raises(NothingToUndo):
        undoing.undo(waiting, by=moderator)
    fresh.refresh_from_db()
    assert fresh.status == "processing"


def test_send_again_does_what_was_asked_otherwise(waiting: AIProcessingLog, moderator: User) -> None:
    changes = Again(mode=Mode.DESCRIPTION, analyze_images=False, hint="Это БАД")
    fresh = moderation.reprocess(waiting, by=moderator, changes=changes).run
    assert (fresh.processing_type, fresh.options["analyze_images"], fresh.options["hint"]) == (
        "description_only",
        False,
        "Это БАД",
    )


def test_a_finding_is_taken_off_and_put_back(waiting: AIProcessingLog, moderator: User) -> None:
    key = finding_overrules.key_of(waiting.reasons[0])
    finding_overrules.overrule_finding(waiting, key, by=moderator, reason="Так на упаковке", version="0")
    waiting.refresh_from_db()
    assert (waiting.overruled[key]["reason"], waiting.version) == ("Так на упаковке", 1)
    assert waiting.history[-1]["note"].endswith("Так на упаковке")
    finding_overrules.overrule_finding(waiting, key, by=moderator, reason="")
    waiting.refresh_from_db()
    assert (waiting.overruled, waiting.history[-1]["what"]) == ({}, "restore")
    with pytest.raises(ValidationError):
        finding_overrules.overrule_finding(waiting, "no such", by=moderator, reason="x")


def test_an_unknown_reason_is_no_reason(waiting: AIProcessingLog, moderator: User) -> None:
    with pytest.raises(ValidationError):
        moderation.reject(waiting, by=moderator, reason="because")
    waiting.refresh_from_db()
    assert waiting.status == "moderation"


def test_every_finding_says_why_it_matters() -> None:
    assert [code for code in RULES if not finding_reasons.why(code)] == []


@pytest.mark.parametrize(
    ("markup", "words", "expected"),
    [
        ("<p>Один. Два три.</p>", "Два три.", '<p>Один. <span class="m" data-n="1">Два три.</span></p>'),
        ("<i>a</i>b", "a b", '<i><span class="m" data-n="1">a</span></i><span class="m" data-n="1">b</span>'),
        ("<ul><li>Раз</li></ul>", "• Раз", '<ul><li><span class="m" data-n="1">Раз</span></li></ul>'),
        ("<p>a &amp; &lt;b&gt;</p>", "& <b>", '<p>a <span class="m" data-n="1">&amp; &lt;b&gt;</span></p>'),
        ("<p>İSTANBUL</p>", "istanbul", '<p><span class="m" data-n="1">İSTANBUL</span></p>'),
        ("<p>Нет</p>", "да", "<p>Нет</p>"),
        ("", "да", ""),
    ],
)  # fmt: skip
def test_words_are_marked_where_they_stand(markup: str, words: str, expected: str) -> None:
    assert marked(markup, [Mark(words, "m", {"n": "1"})]) == expected


def test_marks_carry_no_markup() -> None:
    assert marked_plain("<b>x</b>", [Mark("x", "m", {"n": '"><script>'})]) == (
        '&lt;b&gt;<span class="m" data-n="&quot;&gt;&lt;script&gt;">x</span>&lt;/b&gt;'
    )
