"""The API keeps its own form, whatever a project's own API does by default."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from apps.ai.models import AIProcessingLog
from apps.ai.services.outside import tokens
from second_host.members.models import Member
from second_host.warehouse.models import Item

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def program(moderator: Member, client: Client) -> Any:
    """GET with a token: the answer's status and what it says."""
    _, secret = tokens.issue(user=moderator, name="a program", by=None)

    def get(path: str, **headers: str) -> tuple[int, Any]:
        answer = client.get(f"/api/ai/{path}", headers={"Authorization": f"Bearer {secret}", **headers})
        return answer.status_code, json.loads(answer.content)

    return get


def test_lists_are_pages_without_an_envelope(program: Any, goods: dict[str, Item]) -> None:
    status, listed = program("logs/")
    assert (status, listed["count"], len(listed["results"])) == (200, 3, 3)
    assert program("logs/", accept="application/json")[1] == listed
    one = next(iter(goods.values()))
    AIProcessingLog.objects.bulk_create(
        AIProcessingLog(product_id=one.pk, status="approved") for _ in range(60)
    )
    assert len(program("logs/")[1]["results"]) == 50


def test_a_filter_filters(program: Any, goods: dict[str, Item]) -> None:
    """A project without DEFAULT_FILTER_BACKENDS would answer with everything."""
    AIProcessingLog.objects.filter(product_id=goods["book"].pk).update(status="failed")
    assert [row["product"] for row in program("logs/?status=failed")[1]["results"]] == [goods["book"].pk]


def test_errors_are_its_own(program: Any, client: Client) -> None:
    status, said = program("logs/7000000/")
    assert (status, said["code"]) == (404, "not_found")
    assert client.get("/api/ai/logs/").status_code == 403


def test_the_first_page_takes_a_token_too(program: Any) -> None:
    status, listed = program("")
    assert (status, "logs" in listed) == (200, True)


def test_whom_the_projects_gateway_knows_is_known(client: Client, moderator: Member) -> None:
    known = client.get("/api/ai/logs/", headers={"X-Gateway-Member": moderator.email})
    assert (known.status_code, known.json()["count"]) == (200, 0)
