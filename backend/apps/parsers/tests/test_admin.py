from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from apps.parsers.models import ParserRun

pytestmark = pytest.mark.django_db


@pytest.fixture
def failed_run() -> ParserRun:
    return ParserRun.objects.create(
        parser="supplier",
        origin="feed.json",
        status=ParserRun.Status.FAILED,
        errors=[{"kind": "rejected", "record": "record 1", "message": "<script>alert(1)</script>"}],
    )


def test_a_run_can_be_read(admin_client: Client, failed_run: ParserRun) -> None:
    assert admin_client.get(reverse("admin:parsers_parserrun_changelist")).status_code == 200
    page = admin_client.get(reverse("admin:parsers_parserrun_change", args=[failed_run.pk])).content.decode()
    assert "<b>не принято</b> record 1: &lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_nobody_can_write_a_run(admin_client: Client, failed_run: ParserRun) -> None:
    change = reverse("admin:parsers_parserrun_change", args=[failed_run.pk])
    assert admin_client.post(change, {"origin": "x"}).status_code == 403
    assert admin_client.get(reverse("admin:parsers_parserrun_add")).status_code == 403
    delete = reverse("admin:parsers_parserrun_delete", args=[failed_run.pk])
    assert admin_client.post(delete, {"post": "yes"}).status_code == 403
    failed_run.refresh_from_db()
    assert failed_run.origin == "feed.json"
