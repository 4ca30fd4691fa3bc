"""Writes composed once: they say what the ORM says, and several are one."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from apps.ai.models import AIProcessingLog, AppliedChange, database
from apps.ai.models.spending import AICall
from apps.products.models import Category, Product
from apps.users.models import User

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(params=["as one", "one by one"])
def each_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also as a database does it that knows no UPDATE within a SELECT."""
    if request.param == "one by one":
        monkeypatch.setattr(database, "_writes_in_select", lambda: False)


def _run(product: Product, **fields: Any) -> AIProcessingLog:
    return AIProcessingLog.objects.create(product=product, **fields)


def _call(**fields: Any) -> AICall:
    return AICall(created_at=NOW, expires_at=NOW, stage="draft", operation="chat", model="m", **fields)


def test_an_update_writes_what_the_orm_writes(
    make_product: Any, tree: dict[str, Category], moderator: User
) -> None:
    values: dict[str, Any] = {
        "stage_results": {"category": {"name": 'Ибу\'про%фен \\ "1"', "share": 0.5, "none": None}},
        "raw_llm_response": None,
        "generated_keywords": ["50%", "%s"],
        "generated_title": "О'Нил 100%",
        "completed_at": NOW,
        "cost_usd": Decimal("0.000123"),
        "category_confidence": 0.25,
        "processed_by": moderator,
        "suggested_category_id": tree["clothes"].pk,
        "priority": 0,
    }
    ours, theirs = _run(make_product()), _run(make_product())
    assert database.together(
        [database.update(AIProcessingLog, {"pk": ours.pk}, values, raised="version")]
    ) == [ours.pk]
    AIProcessingLog.objects.filter(pk=theirs.pk).update(**values, version=1)
    names = [field.attname for field in AIProcessingLog._meta.concrete_fields]
    names = [
        name for name in names if name not in ("id", "product_id", "task_id", "created_at", "updated_at")
    ]
    one, other = AIProcessingLog.objects.filter(pk__in=(ours.pk, theirs.pk)).values(*names)
    assert one == other


def test_a_new_row_is_what_the_orm_makes(make_product: Any) -> None:
    run = _run(make_product())
    given: dict[str, Any] = {
        "run": run,
        "product": run.product,
        "before": {"title": None},
        "after": {"a": ["б"]},
    }
    theirs, ours = AppliedChange.objects.create(**given), AppliedChange(**given)
    database.save(ours)
    assert ours.pk == theirs.pk + 1
    assert not ours._state.adding
    read = AppliedChange.objects.get(pk=ours.pk)
    for field in AppliedChange._meta.concrete_fields:
        if field.name not in ("id", "applied_at"):
            assert getattr(read, field.attname) == getattr(theirs, field.attname)
    assert read.applied_at >= theirs.applied_at


def test_a_condition_that_fails_writes_nothing_and_says_so(make_product: Any, each_way: None) -> None:
    run, call = _run(make_product(), lease_owner="me", status="processing"), _call()
    database.save(call)
    others = [
        database.update(AICall, {"pk": call.pk, "status": ("sent", "lost")}, {"status": "ok"}),
        database.insert(_call()),
    ]
    for owner, wrote in (("another", False), ("me", True)):
        held = database.update(AIProcessingLog, {"pk": run.pk, "lease_owner": owner}, {"error_code": owner})
        keys = database.together(others, given=held)
        assert [key is not None for key in keys] == [wrote] * 3
        assert AICall.objects.count() == 1 + wrote
        assert AICall.objects.get(pk=call.pk).status == ("ok" if wrote else "sent")
    assert AICall.objects.latest("pk").pk == keys[2]


def test_a_row_that_is_not_as_it_was_keeps_no_other_from_being_written(
    make_product: Any, each_way: None
) -> None:
    one, other = _call(status="lost"), _call()
    database.save(one)
    database.save(other)
    settled = [
        database.update(AICall, {"pk": row.pk, "status": "sent"}, {"status": "ok"}) for row in (one, other)
    ]
    assert database.together(settled) == [None, other.pk]


def test_all_or_nothing(make_product: Any, each_way: None) -> None:
    call = _call()
    database.save(call)
    with pytest.raises(IntegrityError):
        database.together(
            [
                database.update(AICall, {"pk": call.pk}, {"status": "ok"}),
                database.insert(_call(ticket=call.ticket)),
            ]
        )
    assert AICall.objects.get().status == "sent"


def test_several_are_one_statement() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL writes within a SELECT")
    with CaptureQueriesContext(connection) as captured:
        database.together([database.insert(_call()), database.insert(_call())])
    assert len(captured) == 1
    assert AICall.objects.count() == 2
