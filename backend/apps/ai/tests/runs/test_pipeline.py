from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.db import OperationalError
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from apps.ai.exceptions import (
    PermanentAIError,
    ProviderBusy,
    QuotaExceeded,
    TransientAIError,
    VectorStoreUnavailable,
)
from apps.ai.models import AICall, AIModerationQueue, AIProcessingLog, AppliedChange
from apps.ai.services.money.prices import load_prices
from apps.ai.services.people import moderation
from apps.ai.services.runs import pipeline
from apps.ai.services.runs.submission import submit
from apps.ai.tests.support.scripted import ScriptedModel
from apps.ai.types import Mode
from apps.products.models import Category, Product
from apps.users.models import User

pytestmark = pytest.mark.django_db
Scripted = Callable[..., ScriptedModel]
MakeProduct = Callable[..., Product]


def _process(product: Product, **options: Any) -> AIProcessingLog:
    run = submit(product.pk, send=False, **options).run
    pipeline.run(run.pk)
    run.refresh_from_db()
    return run


@pytest.fixture
def sure(settings: Any) -> None:
    """Every category is sure enough: what is tested is what happens then."""
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUTO_APPLY_THRESHOLD": 0.0}


@pytest.mark.offline_engine
def test_a_clean_and_sure_card_is_applied_at_once(scripted: Scripted, sure: None, product: Product) -> None:
    model = scripted()
    run = _process(product)
    product.refresh_from_db()
    assert (run.status, run.processed_by, run.attempts) == ("approved", None, 1)
    assert {reason["severity"] for reason in run.reasons} <= {"note"}
    assert product.category is not None
    assert product.category.slug == "pain"
    assert product.title_ru == run.generated_title
    assert "500 мг" in (product.title_ru or "").replace("\xa0", " ")
    assert product.description_ru == run.generated_description
    assert model.asked == ["category", "draft"]
    change = AppliedChange.objects.get()
    assert (change.run_id, change.applied_by, change.before["title"]) == (run.pk, None, None)
    assert set(change.after) == {
        "category",
        "attributes",
        "title",
        "description",
        "seo_title",
        "seo_description",
        "keywords",
    }
    assert not AIModerationQueue.objects.exists()


def test_the_run_is_a_full_record(scripted: Scripted, sure: None, product: Product) -> None:
    scripted()
    run = _process(product)
    assert run.input_data["title"] == product.title
    assert run.input_data["price"] == "199.00"
    assert run.llm_model == "gpt-4o-mini"
    assert run.tokens_used == {"prompt": 200, "completion": 100, "total": 300, "cached": 0}
    assert run.raw_llm_response == {"category": {"scripted": True}, "draft": {"scripted": True}}
    assert len(run.prompt_version) == 16
    assert len(run.input_fingerprint) == 64
    assert run.completed_at is not None
    assert (run.lease_owner, run.lease_expires_at) == ("", None)


def test_an_unsure_category_goes_to_a_person(scripted: Scripted, settings: Any, product: Product) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUTO_APPLY_THRESHOLD": 1.0}
    scripted()
    run = _process(product)
    product.refresh_from_db()
    assert run.status == "moderation"
    assert [reason["code"] for reason in run.reasons if reason["severity"] == "blocking"] == [
        "low_confidence"
    ]
    assert (product.title_ru, product.category) == (None, None)
    entry = AIModerationQueue.objects.get()
    assert (entry.log_entry_id, entry.reason, entry.priority) == (run.pk, "low_confidence", 2)


def test_a_changed_dose_is_never_applied(scripted: Scripted, sure: None, product: Product) -> None:
    def corrupt(answer: Any) -> Any:
        return answer.model_copy(
            update={
                "title": "Парацетамол 250 мг, 20 таблеток",
                "description": "<p>Таблетки парацетамола 250 мг, в упаковке 20 таблеток. Снимает головную боль и "
                "жар. Принимать по назначению врача, запивая водой.</p>",
            }
        )

    model = scripted(draft=corrupt, repair=corrupt)
    run = _process(product)
    product.refresh_from_db()
    codes = {reason["code"] for reason in run.reasons if reason["severity"] == "blocking"}
    assert run.status == "moderation"
    assert codes == {"fact_lost", "fact_invented"}
    assert any("500 мг" in reason["message"] for reason in run.reasons)
    assert product.description_ru is None
    assert model.asked == ["category", "draft", "repair"]


def test_one_repair_mends_a_card(scripted: Scripted, sure: None, product: Product) -> None:
    good: list[Any] = []

    def spoil(answer: Any) -> Any:
        good.append(answer)
        return answer.model_copy(update={"title": "Парацетамол", "description": "<p>Коротко.</p>"})

    model = scripted(draft=spoil, repair=lambda answer: good[0])
    run = _process(product)
    assert (run.status, model.asked) == ("approved", ["category", "draft", "repair"])
    assert run.generated_title == good[0].title


def test_a_description_never_moves_the_category(
    scripted: Scripted, sure: None, make_product: MakeProduct, shop: dict[str, Category]
) -> None:
    model = scripted()
    product = make_product(category=shop["vitamins"])
    run = _process(product, mode=Mode.DESCRIPTION)
    product.refresh_from_db()
    assert model.asked == ["draft"]
    assert (run.status, run.suggested_category, run.category_confidence) == ("approved", None, None)
    assert product.category == shop["vitamins"]
    assert product.description_ru


def test_a_categorisation_never_touches_texts(scripted: Scripted, sure: None, product: Product) -> None:
    model = scripted()
    run = _process(product, mode=Mode.CATEGORY)
    product.refresh_from_db()
    assert model.asked == ["category"]
    assert run.status == "approved"
    assert product.category is not None
    assert (product.title_ru, product.description_ru, product.seo_title) == (None, None, None)
    assert run.generated_description is None


def test_without_auto_apply_the_result_waits(scripted: Scripted, settings: Any, product: Product) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUTO_APPLY": False, "AUTO_APPLY_THRESHOLD": 0.0}
    scripted()
    run = _process(product)
    product.refresh_from_db()
    assert run.status == "completed"
    assert run.generated_title
    assert (product.title_ru, AppliedChange.objects.count()) == (None, 0)


def test_a_field_that_a_person_edited_stays(
    scripted: Scripted, sure: None, make_product: MakeProduct
) -> None:
    scripted()
    product = make_product(title_ru="Моё название", edited_fields=["title"])
    _process(product)
    product.refresh_from_db()
    assert product.title_ru == "Моё название"
    assert product.description_ru


def test_a_filled_field_is_not_overwritten_by_itself(
    scripted: Scripted, sure: None, make_product: MakeProduct
) -> None:
    scripted()
    product = make_product(description_ru="<p>Принятый текст.</p>")
    _process(product)
    product.refresh_from_db()
    assert product.description_ru == "<p>Принятый текст.</p>"
    assert product.title_ru


@pytest.mark.parametrize(("policy", "expected"), [("overwrite", True), ("never", False)])
def test_the_field_policy_decides(
    scripted: Scripted, settings: Any, make_product: MakeProduct, policy: str, expected: bool
) -> None:
    settings.AI_CONFIG = {
        **settings.AI_CONFIG,
        "AUTO_APPLY_THRESHOLD": 0.0,
        "FIELD_POLICY": {"full.title": policy},
    }
    scripted()
    product = make_product(title_ru="Старое")
    run = _process(product)
    product.refresh_from_db()
    assert (product.title_ru == run.generated_title) is expected


def test_a_product_that_changed_meanwhile_goes_to_a_person(
    scripted: Scripted, sure: None, product: Product
) -> None:
    def change_the_product(answer: Any) -> Any:
        Product.objects.filter(pk=product.pk).update(title_ru="Человек успел раньше")
        return answer

    scripted(draft=change_the_product)
    run = _process(product)
    product.refresh_from_db()
    assert run.status == "moderation"
    assert run.reasons[0]["code"] == "stale"
    assert product.title_ru == "Человек успел раньше"
    assert product.description_ru is None


def test_equal_work_is_not_paid_twice(scripted: Scripted, sure: None, make_product: MakeProduct) -> None:
    model = scripted()
    first = make_product()
    _process(first)
    again = _process(first)
    twin = _process(make_product())
    assert model.asked == ["category", "draft"]
    assert [again.status, twin.status] == ["approved", "approved"]
    assert again.tokens_used["total"] == twin.tokens_used["total"] == 0
    assert AICall.objects.count() == 2


@pytest.mark.parametrize("taken_back", [False, True], ids=["rejected", "rolled back"])
def test_what_a_person_rejected_does_not_come_back_by_itself(
    scripted: Scripted, sure: None, product: Product, moderator: User, settings: Any, taken_back: bool
) -> None:
    """Nothing spoke against the card: an audit had shown it, or it was applied. The same answers cost nothing again."""
    model = scripted()
    if not taken_back:
        settings.AI_CONFIG = {**settings.AI_CONFIG, "AUDIT_SHARE": 1.0}
    first = _process(product)
    if taken_back:
        moderation.roll_back(first.applied_changes.get(), by=moderator)
    else:
        moderation.reject(first, by=moderator)
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUDIT_SHARE": 0.0}
    for _ in range(2):  # the second takes its answers from the first
        again = _process(product)
        assert again.status == "moderation"
        assert [one["code"] for one in again.reasons if one["severity"] == "blocking"] == ["rejected_before"]
        assert f"№{first.pk}" in again.reasons[0]["message"]
    product.refresh_from_db()
    assert not product.title_ru
    moderation.approve(again, by=moderator)
    last = _process(product)
    assert (last.status, model.asked) == ("approved", ["category", "draft"])


def test_force_asks_again_and_keeps_the_mode(scripted: Scripted, sure: None, product: Product) -> None:
    model = scripted()
    _process(product, mode=Mode.CATEGORY)
    forced = _process(product, mode=Mode.CATEGORY, force=True)
    assert model.asked == ["category", "category"]
    assert forced.processing_type == "categorization_only"


def test_a_retry_pays_only_for_what_is_missing(scripted: Scripted, sure: None, product: Product) -> None:
    model = scripted(draft=TransientAIError("overloaded", retry_after=40))
    run = _process(product)
    assert (run.status, run.error_code, run.attempts) == ("pending", "transient", 1)
    assert run.next_attempt_at is not None
    assert run.next_attempt_at - timezone.now() > timedelta(seconds=30)
    assert set(run.stage_results) == {"category"}

    model.script.clear()
    AIProcessingLog.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    pipeline.run(run.pk)
    run.refresh_from_db()
    assert (run.status, run.attempts, run.error_code) == ("approved", 1, "")
    assert model.asked == ["category", "draft", "draft"]


def test_the_last_attempt_fails_with_its_reason(scripted: Scripted, settings: Any, product: Product) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "MAX_ATTEMPTS": 1}
    scripted(category=TransientAIError("timeout"))
    run = _process(product)
    assert (run.status, run.error_code) == ("failed", "transient")
    assert run.error_message is not None
    assert "timeout" in run.error_message


@pytest.mark.parametrize("code", ["refused", "content_filter", "invalid_answer", "truncated", "too_long"])
@pytest.mark.parametrize("stage", ["category", "draft"])
def test_what_the_model_does_not_answer_is_a_card_for_a_person(
    scripted: Scripted, sure: None, product: Product, code: str, stage: str
) -> None:
    """With what there is: the source, and what the other stages found out."""
    model = scripted(**{stage: PermanentAIError("Модель отказалась.", code=code)})
    run = _process(product)
    assert (run.status, run.error_code, run.attempts) == ("moderation", code, 1)
    assert model.asked == ["category", "draft"]  # nothing is asked twice
    assert run.reasons[0]["code"] == "unanswered"
    assert "Модель отказалась" in run.reasons[0]["message"]
    assert AIModerationQueue.objects.get(log_entry=run).reason == "unanswered"
    assert run.input_data["title"] == product.title
    assert (run.suggested_category_id is None) == (stage == "category")
    assert bool(run.generated_title) == (stage == "category")


def test_a_repair_that_is_refused_leaves_the_draft(scripted: Scripted, sure: None, product: Product) -> None:
    def wrong_dose(draft: Any) -> Any:
        return draft.model_copy(update={"title": draft.title.replace("500", "250")})

    scripted(draft=wrong_dose, repair=PermanentAIError("Нет.", code="refused"))
    run = _process(product)
    assert (run.status, run.error_code) == ("moderation", "refused")
    assert run.generated_title is not None
    assert "250" in run.generated_title


def test_attempts_are_counted_per_stage(
    scripted: Scripted, sure: None, product: Product, settings: Any
) -> None:
    """Two failures at the category and two at the draft are no four of one."""
    settings.AI_CONFIG = {**settings.AI_CONFIG, "MAX_ATTEMPTS": 3}
    slow = TransientAIError("slow")
    model = scripted(category=slow)
    run = _process(product)
    attempts = [run.attempts]
    for script in ({"category": slow}, {"draft": slow}, {"draft": slow}, {}):
        model.script.clear()
        model.script.update(script)
        AIProcessingLog.objects.update(next_attempt_at=None)
        pipeline.run(run.pk)
        run.refresh_from_db()
        attempts.append(run.attempts)
    assert (run.status, attempts) == ("approved", [1, 2, 1, 2, 1])


def test_many_failures_are_announced_once(
    scripted: Scripted,
    make_product: Callable[..., Product],
    settings: Any,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.ADMINS = [("Boss", "boss@example.com")]
    scripted(draft=PermanentAIError("Нет.", code="refused"))
    with django_capture_on_commit_callbacks(execute=True):
        for dose in range(100, 1300, 100):
            _process(make_product(title=f"Ибупрофен {dose} мг, 20 таблеток"))
    assert [message.subject for message in mail.outbox] == ["[Django] ИИ-карточки: много неудач подряд"]
    assert "refused" in mail.outbox[0].body


def test_what_is_away_costs_no_attempt(scripted: Scripted, product: Product, settings: Any) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "MAX_ATTEMPTS": 1}
    for error in (
        VectorStoreUnavailable("Qdrant is away"),
        ProviderBusy("429", retry_after=9),
        OperationalError("the server closed the connection"),
    ):
        scripted(category=error)
        run = _process(product)
        assert (run.status, run.attempts) == ("pending", 0)
        run.delete()


def test_a_pause_costs_no_attempt(scripted: Scripted, product: Product) -> None:
    scripted(category=QuotaExceeded("no money", retry_after=600))
    run = _process(product)
    assert (run.status, run.attempts, run.error_code) == ("pending", 0, "quota")


def test_a_bug_fails_the_run_and_is_raised(scripted: Scripted, product: Product) -> None:
    scripted(draft=ZeroDivisionError("oops"))
    run = submit(product.pk, send=False).run
    with pytest.raises(ZeroDivisionError):
        pipeline.run(run.pk)
    run.refresh_from_db()
    assert (run.status, run.error_code) == ("failed", "internal")
    assert run.stack_trace is not None
    assert "ZeroDivisionError" in run.stack_trace


def test_a_deleted_product_leaves_no_run(scripted: Scripted, product: Product) -> None:
    scripted()
    run = submit(product.pk, send=False).run
    product.delete()
    pipeline.run(run.pk)
    assert AIProcessingLog.objects.count() == 0


def test_a_message_delivered_twice_is_harmless(scripted: Scripted, sure: None, product: Product) -> None:
    model = scripted()
    run = _process(product)
    pipeline.run(run.pk)
    assert model.asked == ["category", "draft"]
    assert AppliedChange.objects.count() == 1


def test_the_ledger_prices_the_run(scripted: Scripted, sure: None, product: Product) -> None:
    load_prices()
    scripted()
    run = _process(product)
    assert run.cost_usd == Decimal("0.000090")


def test_new_supplier_data_on_an_accepted_card_is_for_a_person(
    scripted: Scripted, sure: None, product: Product
) -> None:
    scripted()
    _process(product)
    Product.objects.filter(pk=product.pk).update(title="Парацетамол 250 мг, 20 таблеток", description="")
    run = _process(product)
    product.refresh_from_db()
    assert run.status == "moderation"
    assert "source_changed" in [reason["code"] for reason in run.reasons]
    assert "500" in (product.title_ru or "")


@pytest.mark.parametrize("gone", ["deleted", "switched off", "parted"])
def test_answers_of_a_category_where_no_product_may_lie_any_more_are_asked_for_again(
    scripted: Scripted, sure: None, product: Product, shop: dict[str, Category], settings: Any, gone: str
) -> None:
    """Nothing is applied into it, and the run does not fail for ever over it."""
    sure_of = settings.AI_CONFIG
    settings.AI_CONFIG = {**sure_of, "AUTO_APPLY": False}
    scripted()
    first = _process(product)
    old = shop["pain"].pk
    assert (first.status, first.suggested_category_id) == ("completed", old)
    if gone == "deleted":
        shop["pain"].delete()
    elif gone == "switched off":
        shop["pain"].is_active = False
        shop["pain"].save()
    else:
        Category.objects.create(name="Сиропы", slug="syrups", parent=shop["pain"])
    settings.AI_CONFIG = sure_of
    model = scripted()
    second = _process(product)
    assert "category" in model.asked
    assert second.status in ("approved", "moderation")
    assert second.suggested_category_id != old
    product.refresh_from_db()
    assert product.category_id != old
