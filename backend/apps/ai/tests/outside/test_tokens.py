"""Tokens of the API: shown once, found without a password hash, revoked at once."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from apps.ai.models import AIApiToken
from apps.ai.services.outside import tokens
from apps.users.models import User

pytestmark = pytest.mark.django_db

PATH = "/api/ai/logs/"


def ask(token: str, scheme: str = "Bearer") -> Any:
    return APIClient().get(PATH, HTTP_AUTHORIZATION=f"{scheme} {token}")


def test_a_token_acts_for_its_user_and_costs_two_queries_before_the_page(
    moderator: User, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, token = tokens.issue(user=moderator, name="1C", by=None)
    monkeypatch.setattr("django.contrib.auth.hashers.check_password", None)
    monkeypatch.setattr("django.contrib.auth.hashers.make_password", None)
    with django_assert_max_num_queries(8):
        assert ask(token).status_code == 200
    assert ask(token, "bearer").status_code == 200
    used = AIApiToken.objects.get().last_used_at
    assert used is not None
    assert token not in str(AIApiToken.objects.values().get())
    assert ask(token).status_code == 200
    assert AIApiToken.objects.get().last_used_at == used
    assert (
        APIClient().post("/api/ai/logs/999/reject/", HTTP_AUTHORIZATION=f"Bearer {token}").status_code == 404
    )
    assert tokens.revoke(row)
    assert not tokens.revoke(row)
    assert ask(token).status_code == 401


def test_what_is_no_valid_token_is_a_401_that_says_which_scheme(moderator: User) -> None:
    _, token = tokens.issue(
        user=moderator, name="x", by=None, expires_at=timezone.now() - timedelta(seconds=1)
    )
    for wrong in (token, token[:-1], "aicard_", "", "x", f"{token} {token}", "ж"):
        refused = ask(wrong.encode().decode("latin-1"))
        assert (refused.status_code, refused["WWW-Authenticate"]) == (401, "Bearer"), wrong
        assert set(refused.json()) == {"code", "detail", "errors", "details"}
    AIApiToken.objects.update(expires_at=None)
    assert ask(token).status_code == 200
    User.objects.update(is_active=False)
    assert ask(token).status_code == 401
    assert APIClient().get(PATH).status_code == 403


def test_a_customers_token_opens_nothing() -> None:
    _, token = tokens.issue(user=User.objects.create_user("customer"), name="x", by=None)
    assert ask(token).status_code == 403


def test_the_command_prints_it_once(moderator: User) -> None:
    out = StringIO()
    call_command("ai_token", "create", "moderator", "1C", "--days", "3", stdout=out, stderr=StringIO())
    token = out.getvalue().strip()
    assert ask(token).status_code == 200
    row = AIApiToken.objects.get()
    assert row.expires_at is not None
    listed = StringIO()
    call_command("ai_token", "list", stdout=listed)
    assert (row.start in listed.getvalue(), token in listed.getvalue()) == (True, False)
    call_command("ai_token", "revoke", str(row.pk), stdout=StringIO())
    assert ask(token).status_code == 401
    with pytest.raises(CommandError):
        call_command("ai_token", "revoke", str(row.pk))
    with pytest.raises(CommandError):
        call_command("ai_token", "create", "nobody", "x")


def test_the_admin_shows_it_once_and_lets_nobody_borrow_rights(admin_client: Client, moderator: User) -> None:
    page = admin_client.post(
        "/admin/ai/aiapitoken/add/", {"user": moderator.pk, "name": "1C"}, follow=True
    ).content.decode()
    [token] = {
        word
        for word in page.replace("<", ">").split(">")
        if word.startswith(tokens.PREFIX) and len(word) > 30
    }
    assert ask(token).status_code == 200
    row = AIApiToken.objects.get()
    assert token not in admin_client.get(f"/admin/ai/aiapitoken/{row.pk}/change/").content.decode()
    owner = User.objects.create_user("owner", is_staff=True)
    owner.groups.add(*owner.groups.model.objects.filter(name="Владельцы магазина"))
    client = Client()
    client.force_login(owner)
    client.post("/admin/ai/aiapitoken/add/", {"user": moderator.pk, "name": "borrowed"})
    assert AIApiToken.objects.count() == 1
    client.post("/admin/ai/aiapitoken/add/", {"user": owner.pk, "name": "own"})
    assert AIApiToken.objects.first().user == owner  # type: ignore[union-attr]
    client.post("/admin/ai/aiapitoken/", {"action": "revoke_selected", "_selected_action": [row.pk]})
    assert ask(token).status_code == 401


def test_too_many_requests_are_a_429(moderator: User, settings: Any) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "API_RATE": "3/min"}
    cache.clear()
    _, token = tokens.issue(user=moderator, name="x", by=None)
    answers = [ask(token) for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert answers[-1].json()["code"] == "throttled"
    cache.clear()
