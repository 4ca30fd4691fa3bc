from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from apps.ai import tasks
from apps.ai.exceptions import ProductMissing
from apps.ai.models import AIProcessingLog
from apps.ai.services.runs.submission import mode_of, submit
from apps.ai.types import Mode
from apps.products.models import Product

Messages = Callable[[], list[dict[str, Any]]]


def test_the_message_goes_after_commit(
    product: Product, messages: Messages, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        submission = submit(product.pk, source="parser")
        assert messages() == []
    assert submission.created
    assert messages() == [
        {
            "task": "apps.ai.tasks.process_product_ai",
            "args": [product.pk],
            "kwargs": {"run_id": submission.run.pk},
            "priority": 3,
        }
    ]
    assert AIProcessingLog.objects.get().message_sent_at is not None


def test_a_second_submit_finds_the_open_run(
    product: Product, messages: Messages, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first = submit(product.pk)
        second = submit(product.pk, mode=Mode.DESCRIPTION)
    assert (second.created, second.run.pk, second.run.processing_type) == (False, first.run.pk, "full")
    assert AIProcessingLog.objects.count() == 1
    assert len(messages()) == 1


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_import_leaves_nothing(product: Product, messages: Messages) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        submit(product.pk)
        raise RuntimeError
    assert AIProcessingLog.objects.count() == 0
    assert messages() == []


@pytest.mark.django_db(transaction=True)
def test_a_product_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ProductMissing):
        submit(987654)
    assert AIProcessingLog.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_message_for_a_product_that_is_gone_ends_quietly() -> None:
    """A message of the specification without a run, which came after its product was deleted."""
    assert tasks.process_product_ai(987654) is None
    assert tasks.process_product_ai(987654, run_id=123456) == 123456
    assert AIProcessingLog.objects.count() == 0


@pytest.mark.parametrize(
    ("description", "categorize", "images", "mode"),
    [
        (True, True, True, Mode.FULL),
        (True, True, False, Mode.FULL),
        (True, False, True, Mode.DESCRIPTION),
        (False, True, True, Mode.CATEGORY),
        (False, False, True, Mode.IMAGES),
    ],
)
def test_the_switches_name_a_mode(description: bool, categorize: bool, images: bool, mode: Mode) -> None:
    assert mode_of(description, categorize, images) is mode


def test_a_request_for_nothing_is_refused(product: Product) -> None:
    with pytest.raises(ValueError, match="Nothing to do"):
        submit(product.pk, generate_description=False, categorize=False, analyze_images=False)
    assert AIProcessingLog.objects.count() == 0
