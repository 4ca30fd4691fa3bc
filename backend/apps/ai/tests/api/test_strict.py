"""What the API cannot do it refuses, by name, in one envelope, and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from celery import current_app
from django.contrib.auth.models import Permission
from rest_framework.test import APIClient

from apps.ai.models import AIModerationQueue, AIProcessingLog, AITemplate
from apps.ai.services.people import moderation
from apps.ai.tests.support.cards import TITLE, waiting_card
from apps.products.models import Category, Product
from apps.users.models import User

pytestmark = pytest.mark.django_db
ENVELOPE = {"code", "detail", "errors", "details"}


@pytest.fixture
def client(moderator: User) -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.force_authenticate(moderator)
    return client


@pytest.fixture
def card(product: Product, tree: dict[str, Category]) -> AIProcessingLog:
    return waiting_card(product, tree["pain"])


def post(client: APIClient, path: str, body: Any) -> tuple[int, dict[str, Any]]:
    """`body` as it is when it is bytes."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = client.post(path, raw, content_type="application/json")
    return response.status_code, response.json()


ACTS = ["logs/{run}/approve/", "logs/{run}/reject/", "logs/{run}/reprocess/", "logs/{run}/rollback/"]
ACTS += ["moderation/{entry}/assign/", "moderation/{entry}/release/", "moderation/{entry}/resolve/"]
ACTS += ["process/{product}/"]


def path_of(act: str, card: AIProcessingLog) -> str:
    entry = AIModerationQueue.objects.get().pk
    return "/api/ai/" + act.format(run=card.pk, entry=entry, product=card.product_id)


@pytest.mark.parametrize("act", ACTS)
def test_an_unknown_name_in_a_body_is_named(client: APIClient, card: AIProcessingLog, act: str) -> None:
    body: dict[str, Any] = {"generated_titel": "Опечатка"}
    if act.endswith("resolve/"):
        body["action"] = "approve"
    status, answer = post(client, path_of(act, card), body)
    assert (status, answer["code"], set(answer)) == (400, "invalid", ENVELOPE)
    assert list(answer["errors"]) == ["generated_titel"]
    card.refresh_from_db()
    assert (card.status, card.generated_title, AIProcessingLog.objects.count()) == ("moderation", TITLE, 1)


def test_names_that_are_only_read_are_refused_too(client: APIClient, card: AIProcessingLog) -> None:
    entry = AIModerationQueue.objects.get()
    response = client.patch(f"/api/ai/moderation/{entry.pk}/", {"assigned_to": 1}, format="json")
    assert (response.status_code, list(response.json()["errors"])) == (400, ["assigned_to"])
    assert client.patch(f"/api/ai/moderation/{entry.pk}/", {"priority": 3}, format="json").status_code == 200


BODIES: dict[str, Any] = {
    "half a character": b'{"generated_title": "\\ud800"}',
    "half a character in a name": b'{"\\udc00": "x"}',
    "half a character in an attribute's name": b'{"extracted_attributes": {"\\ud83d": "x"}}',
    "half a character in a keyword": b'{"generated_keywords": ["\\ud83d"]}',
    "half a character as an id": b'{"suggested_category": "\\ud800"}',
    "NUL": b'{"generated_title": "a\\u0000b"}',
    "no JSON": b"{",
    "no object": b"[1]",
    "no UTF-8": b'{"generated_title": "\xff"}',
    "deep": b"[" * 100_000,
    "deep inside": b'{"extracted_attributes": ' + b'{"a":' * 50 + b"1" + b"}" * 50 + b"}",
    "too many attributes": {"extracted_attributes": {str(number): "x" for number in range(101)}},
    "a long attribute": {"extracted_attributes": {"x": "я" * 501}},
    "a long attribute's name": {"extracted_attributes": {"я" * 101: "x"}},
    "an attribute without a name": {"extracted_attributes": {" ": "x"}},
    "an attribute that is a list": {"extracted_attributes": {"x": ["y"]}},
    "attributes that are a list": {"extracted_attributes": ["x"]},
    "too many keywords": {"generated_keywords": ["x"] * 51},
    "a long description": {"generated_description": "я" * 100_001},
    "a category that is none": {"suggested_category": 10**30},
    "a category that is a text": {"suggested_category": "x"},
    "a field that no card has": {"fields": ["price"]},
    "no field at all": {"fields": []},
    "a version that is a list": {"version": [1]},
    "an overrule that is no yes": {"overrule": "perhaps"},
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_that_no_card_could_hold_is_a_400(client: APIClient, card: AIProcessingLog, body: Any) -> None:
    status, answer = post(client, f"/api/ai/logs/{card.pk}/approve/", body)
    assert (status, set(answer)) == (400, ENVELOPE)
    assert AIProcessingLog.objects.get().status == "moderation"
    assert Product.objects.get().title_ru is None


ADDRESSES = [
    "logs/?statu=failed",
    "logs/?status=foo",
    "logs/?product_id=1.5",
    "logs/?product_id=x",
    "logs/?created_after=yesterday",
    "logs/?created_after=0001-01-01T00:00:00%2B19:00",
    "logs/?limit=0",
    "logs/?limit=-1",
    "logs/?limit=x",
    "logs/?offset=x",
    "logs/?offset=99999999999999999999",
    "moderation/?resolved=foo",
    "moderation/?mine=2",
    "moderation/?state=new",
    "templates/?is_active=x",
    "templates/?nonsense=1",
    "stats/?days=3",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_asks_for_nothing_known_is_a_400(client: APIClient, address: str) -> None:
    response = client.get(f"/api/ai/{address}")
    assert (response.status_code, set(response.json())) == (400, ENVELOPE)
    assert list(response.json()["errors"]) == [address.partition("?")[2].partition("=")[0]]


def test_an_offset_that_no_clock_has_is_understood(client: APIClient) -> None:
    for moment in ("0191-07-25T14:13:57-19:03", "2026-01-01T00:00:00+23:59"):
        assert client.get("/api/ai/logs/", {"created_before": moment}).status_code == 200


def test_pages_are_bounded(client: APIClient, make_product: Callable[..., Product]) -> None:
    AIProcessingLog.objects.bulk_create(
        AIProcessingLog(product=make_product(), status="failed") for _ in range(205)
    )
    assert len(client.get("/api/ai/logs/", {"limit": 100_000}).json()["results"]) == 200
    assert client.get("/api/ai/logs/", {"product_id": 10**40}).json()["count"] == 0


def test_the_queue_is_filtered_by_the_admins_words(
    client: APIClient, make_product: Callable[..., Product], tree: dict[str, Category], moderator: User
) -> None:
    cards = [waiting_card(make_product(), tree["pain"]) for _ in range(3)]
    moderation.assign(AIModerationQueue.objects.get(log_entry=cards[0]), to=moderator)
    moderation.reject(cards[1], by=moderator)
    counts = {
        state: client.get("/api/ai/moderation/", {"state": state}).json()["count"]
        for state in ("waiting", "mine", "resolved", "all")
    }
    assert counts == {"waiting": 2, "mine": 1, "resolved": 1, "all": 3}
    for word in ("true", "True", "1"):
        assert client.get("/api/ai/moderation/", {"resolved": word}).json()["count"] == 1


def test_a_conflict_says_what_changed_and_who_did_it(
    client: APIClient, card: AIProcessingLog, moderator: User
) -> None:
    path = f"/api/ai/logs/{card.pk}/"
    seen = client.get(path)
    assert seen["ETag"] == f'"{seen.json()["version"]}"'
    colleague = User.objects.create_user("colleague", is_staff=True)
    moderation.edit(card, {"generated_title": "Иначе 500 мг"}, by=colleague)
    for how in ({"HTTP_IF_MATCH": seen["ETag"]}, {}):
        response = client.post(f"{path}approve/", {}, format="json", **how)  # type: ignore[arg-type]
        answer = response.json()
        assert (response.status_code, answer["code"], set(answer)) == (409, "version", ENVELOPE)
        [change] = answer["details"]["changes"]
        assert (change["name"], change["fields"]) == ("colleague", ["generated_title"])
        assert "colleague" in answer["detail"]
    status, answer = post(client, f"{path}approve/", {"version": seen.json()["version"]})
    assert (status, answer["code"]) == (409, "version")
    status, answer = post(client, f"{path}approve/", {"version": client.get(path).json()["version"]})
    assert (status, answer["generated_title"]) == (200, "Иначе 500 мг")


def test_two_different_versions_are_no_version(client: APIClient, card: AIProcessingLog) -> None:
    body = {"version": "0"}
    response = client.post(f"/api/ai/logs/{card.pk}/reject/", body, format="json", HTTP_IF_MATCH='"7"')
    assert (response.status_code, list(response.json()["errors"])) == (400, ["version"])
    anything = client.post(f"/api/ai/logs/{card.pk}/reject/", {}, format="json", HTTP_IF_MATCH="*")
    assert anything.status_code == 200


def test_what_stands_in_the_shop_is_shown_and_ticked(client: APIClient, card: AIProcessingLog) -> None:
    Product.objects.update(title_ru="Моё", edited_fields=["title_ru"], description_ru="<p>Импорт.</p>")
    path = f"/api/ai/logs/{card.pk}/"
    shown = client.get(path).json()
    live = {one["field"]: one for one in shown["live"]}
    assert (live["title"]["author"], live["title"]["protected"], live["title"]["ticked"]) == (
        "person",
        True,
        False,
    )
    assert (live["description"]["author"], live["description"]["live"]) == ("import", "<p>Импорт.</p>")
    status, answer = post(client, f"{path}approve/", {"fields": ["title"]})
    assert (status, answer["code"]) == (409, "version")
    status, _ = post(client, f"{path}approve/", {"fields": ["title"], "version": shown["version"]})
    product = Product.objects.get()
    assert (status, product.title_ru, product.description_ru) == (200, TITLE, "<p>Импорт.</p>")


def test_a_card_is_taken_given_back_and_taken_over(
    client: APIClient, card: AIProcessingLog, moderator: User
) -> None:
    colleague = User.objects.create_user("colleague", is_staff=True)
    entry = AIModerationQueue.objects.get()
    moderation.assign(entry, to=colleague)
    path = f"/api/ai/moderation/{entry.pk}/"
    for act, body in (("assign", {}), ("release", {}), ("resolve", {"action": "approve"})):
        status, answer = post(client, f"{path}{act}/", body)
        assert (status, answer["code"], answer["details"]["holder"]) == (409, "held", "colleague")
    status, answer = post(client, f"{path}assign/", {"note": "Болеет"})
    assert (status, answer["assigned_to"]) == (200, moderator.pk)
    assert answer["taken_until"] is not None
    assert post(client, f"{path}release/", {})[1]["assigned_to"] is None
    status, answer = post(client, f"{path}resolve/", {"action": "reject", "generated_title": "x"})
    assert (status, list(answer["errors"])) == (400, ["action"])


def test_a_language_that_the_shop_has_no_place_for(client: APIClient, product: Product) -> None:
    status, answer = post(client, f"/api/ai/process/{product.pk}/", {"language": "en"})
    assert (status, list(answer["errors"])) == (400, ["language"])
    assert not AIProcessingLog.objects.exists()


def test_errors_speak_russian_and_english_on_request(client: APIClient, card: AIProcessingLog) -> None:
    path = f"/api/ai/logs/{card.pk}/reject/"
    assert client.post(path).status_code == 200
    assert "Карточка уже решена" in client.post(path).json()["detail"]
    english = client.post(path, HTTP_ACCEPT_LANGUAGE="en-GB,en;q=0.8")
    assert english.json()["detail"] == f"Run {card.pk} is 'rejected'."
    missing = client.get("/api/ai/logs/999999/")
    assert (missing.status_code, missing.json()["code"], set(missing.json())) == (404, "not_found", ENVELOPE)
    assert "Карточка уже решена" in client.post(path, HTTP_ACCEPT_LANGUAGE="tr").json()["detail"]
    stranger = APIClient().get("/api/ai/logs/")
    assert (stranger.status_code, set(stranger.json())) == (403, ENVELOPE)


@pytest.mark.parametrize("path", ["logs/", "logs/1/", "moderation/", "templates/", "stats/"])
def test_staff_without_the_right_to_see_runs_sees_none(card: AIProcessingLog, path: str) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    client = APIClient()
    client.force_authenticate(clerk)
    assert client.get(f"/api/ai/{path}").status_code == 403
    rights = ["view_aiprocessinglog", "view_aimoderationqueue", "view_aitemplate"]
    clerk.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_authenticate(User.objects.get(pk=clerk.pk))
    assert client.get(f"/api/ai/{path}").status_code in (200, 404)
    assert client.post(f"/api/ai/logs/{card.pk}/reject/").status_code == 403


def test_nothing_of_the_engine_room_is_shown(client: APIClient, card: AIProcessingLog) -> None:
    [row] = client.get("/api/ai/logs/").json()["results"]
    hidden = {"stage_results", "raw_llm_response", "stack_trace", "lease_owner", "work_key", "variant_key"}
    assert not {name for name in row if name.startswith("text_band") or name in hidden}


def test_the_schema_says_how_things_are_refused(client: APIClient) -> None:
    paths = client.get("/api/schema/", HTTP_ACCEPT="application/json").json()["paths"]
    ours = {name: acts for name, acts in paths.items() if name.startswith("/api/ai/")}
    assert len(ours) > 12
    for name, acts in ours.items():
        for method, act in acts.items():
            known = set(act["responses"])
            wanted = {"400", "403", "404"} | ({"409"} if method == "post" else set())
            assert known >= wanted, (name, method)
            schema = act["responses"]["400"]["content"]["application/json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/Error"}, (name, method)


@pytest.mark.django_db(transaction=True)
def test_a_deleted_template_is_sent_for_after_it_is_gone(
    messages: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = APIClient()
    client.force_authenticate(User.objects.create_superuser("root"))
    template = AITemplate.objects.create(name="Пример", template_type="description", content="x")
    seen: list[int] = []
    send = current_app.send_task

    def look_and_send(*args: Any, **how: Any) -> Any:
        seen.append(AITemplate.objects.count())
        return send(*args, **how)

    monkeypatch.setattr("celery.current_app.send_task", look_and_send)
    assert client.delete(f"/api/ai/templates/{template.pk}/").status_code == 204
    assert seen == [0]
    assert [message["args"] for message in messages()] == [[[template.pk]]]
