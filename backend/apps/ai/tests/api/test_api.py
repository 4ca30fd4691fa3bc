from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from apps.ai import catalog
from apps.ai.models import AIModerationQueue, AIProcessingLog, AITemplate, AppliedChange
from apps.products.models import Category, Product
from apps.users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(moderator: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(moderator)
    return client


@pytest.fixture
def waiting(product: Product, tree: dict[str, Category]) -> AIProcessingLog:
    run = AIProcessingLog.objects.create(
        product=product,
        status="moderation",
        generated_title="Парацетамол 500 мг, 20 таблеток",
        generated_description="<p>Таблетки парацетамола.</p>",
        suggested_category=tree["pain"],
        category_confidence=0.5,
    )
    run.input_fingerprint = catalog.get().snapshot(product.pk).fingerprint
    run.save(update_fields=["input_fingerprint"])
    AIModerationQueue.objects.create(log_entry=run, reason="low_confidence")
    return run


def _api_paths() -> list[str]:
    """Every path under /api/, with 1 for each parameter."""

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> list[str]:
        found = []
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                found += walk(pattern.url_patterns, route)
            else:
                found.append(route)
        return found

    routes = [route for route in walk(get_resolver().url_patterns, "/") if route.startswith("/api/")]
    assert len(routes) > 15
    return routes


PATHS = [
    "/api/ai/logs/",
    "/api/ai/logs/1/",
    "/api/ai/logs/1/approve/",
    "/api/ai/logs/1/reject/",
    "/api/ai/logs/1/reprocess/",
    "/api/ai/logs/1/rollback/",
    "/api/ai/moderation/",
    "/api/ai/moderation/1/",
    "/api/ai/moderation/1/assign/",
    "/api/ai/moderation/1/release/",
    "/api/ai/moderation/1/resolve/",
    "/api/ai/templates/",
    "/api/ai/templates/1/",
    "/api/ai/stats/",
    "/api/ai/process/1/",
    "/api/ai/products/1/history/",
    "/api/ai/preview/1/",
    "/api/ai/trials/",
    "/api/ai/trials/1/",
    "/api/ai/bulk/",
    "/api/ai/bulk/1/",
    "/api/ai/bulk/1/confirm/",
    "/api/ai/bulk/1/cancel/",
    "/api/schema/",
    "/api/docs/",
]


def test_the_list_of_paths_is_complete() -> None:
    plain = {
        route.replace("(?P<pk>[^/.]+)", "1")
        .replace("^", "")
        .replace("$", "")
        .replace("<int:product_id>", "1")
        .replace("\\Z", "")
        for route in _api_paths()
        if "format" not in route
    }
    assert plain - {"/api/ai/", "/api/ai/.*/"} == set(PATHS)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("who", ["stranger", "customer"])
def test_every_endpoint_refuses_who_is_not_staff(path: str, who: str) -> None:
    client = APIClient()
    if who == "customer":
        client.force_authenticate(User.objects.create_user("customer"))
    for method in (client.get, client.post, client.patch, client.delete):
        assert method(path).status_code in (401, 403, 405)


@pytest.mark.parametrize("path", [path for path in PATHS if path.startswith("/api/ai/")])
def test_staff_without_the_permission_changes_nothing(path: str) -> None:
    client = APIClient()
    client.force_authenticate(User.objects.create_user("clerk", is_staff=True))
    assert client.post(path).status_code in (403, 405)
    assert client.delete(path).status_code in (403, 405)


def test_the_log_is_filtered_and_read_in_few_queries(
    client: APIClient,
    waiting: AIProcessingLog,
    make_product: Callable[..., Product],
    django_assert_max_num_queries: Any,
) -> None:
    for _ in range(20):
        AIProcessingLog.objects.create(product=make_product(), status="failed")
    with django_assert_max_num_queries(8):
        body = client.get(
            "/api/ai/logs/", {"status": "moderation", "product_id": str(waiting.product_id)}
        ).json()
    assert [row["id"] for row in body["results"]] == [waiting.pk]
    assert body["results"][0]["category_name"] == "Обезболивающие"
    with django_assert_max_num_queries(8):
        assert client.get("/api/ai/logs/").json()["count"] == 21


def test_approve(client: APIClient, waiting: AIProcessingLog) -> None:
    response = client.post(
        f"/api/ai/logs/{waiting.pk}/approve/",
        {"generated_title": "Парацетамол, 500 мг", "notes": "да"},
        format="json",
    )
    assert (response.status_code, response.json()["status"]) == (200, "approved")
    assert Product.objects.get().title_ru == "Парацетамол, 500 мг"
    assert client.post(f"/api/ai/logs/{waiting.pk}/approve/").status_code == 409


def test_an_edit_that_does_not_fit_is_a_400(client: APIClient, waiting: AIProcessingLog) -> None:
    response = client.post(
        f"/api/ai/logs/{waiting.pk}/approve/", {"generated_seo_title": "я" * 71}, format="json"
    )
    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["generated_seo_title"]
    assert AIProcessingLog.objects.get().status == "moderation"


def test_reject_and_reprocess(client: APIClient, waiting: AIProcessingLog) -> None:
    assert client.post(f"/api/ai/logs/{waiting.pk}/reject/", {"notes": "нет"}).json()["status"] == "rejected"
    response = client.post(f"/api/ai/logs/{waiting.pk}/reprocess/")
    assert response.status_code == 202
    run = AIProcessingLog.objects.open().get()
    assert response.json() == {
        "task_id": str(run.task_id),
        "log_id": run.pk,
        "product_id": waiting.product_id,
        "status": "queued",
    }


def test_the_queue_is_taken_and_resolved(
    client: APIClient, waiting: AIProcessingLog, moderator: User
) -> None:
    entry = AIModerationQueue.objects.get()
    assert client.post(f"/api/ai/moderation/{entry.pk}/assign/").json()["assigned_to"] == moderator.pk
    assert client.post(f"/api/ai/moderation/{entry.pk}/resolve/", {"action": "maybe"}).status_code == 400
    body = client.post(f"/api/ai/moderation/{entry.pk}/resolve/", {"action": "approve"}).json()
    assert body["resolved_at"] is not None
    assert body["log"]["status"] == "approved"
    assert client.get("/api/ai/moderation/", {"resolved": "false"}).json()["count"] == 0


def test_rollback(client: APIClient, waiting: AIProcessingLog) -> None:
    assert client.post(f"/api/ai/logs/{waiting.pk}/rollback/").status_code == 409
    client.post(f"/api/ai/logs/{waiting.pk}/approve/")
    assert client.post(f"/api/ai/logs/{waiting.pk}/rollback/").json()["status"] == "rejected"
    assert Product.objects.get().title_ru is None
    assert AppliedChange.objects.get().reverted_at is not None


def test_process_makes_one_run(client: APIClient, product: Product) -> None:
    path = f"/api/ai/process/{product.pk}/"
    first = client.post(path, {"description": False, "images": False}, format="json")
    second = client.post(path)
    assert (first.status_code, first.json()["status"], second.json()["status"]) == (
        202,
        "queued",
        "already_queued",
    )
    run = AIProcessingLog.objects.get()
    assert (run.processing_type, run.priority, run.source) == ("categorization_only", 0, "api")


def test_process_refuses_nonsense(client: APIClient, product: Product) -> None:
    nothing = {"description": False, "categorize": False, "images": False}
    assert client.post(f"/api/ai/process/{product.pk}/", nothing, format="json").status_code == 400
    assert client.post("/api/ai/process/999999/").status_code == 404
    assert AIProcessingLog.objects.count() == 0


def test_templates_need_djangos_permissions(client: APIClient, django_user_model: Any) -> None:
    assert client.get("/api/ai/templates/").status_code == 200
    body = {"name": "Мой", "template_type": "description", "content": "<p>Пример</p>"}
    assert client.post("/api/ai/templates/", body).status_code == 403
    client.force_authenticate(django_user_model.objects.create_superuser("root"))
    assert client.post("/api/ai/templates/", body).status_code == 201
    assert AITemplate.objects.get().name == "Мой"


def test_stats(client: APIClient, waiting: AIProcessingLog) -> None:
    body = client.get("/api/ai/stats/").json()
    assert body["period_days"] == 30
    assert (body["summary"]["total_processed"], body["summary"]["moderation"]) == (1, 1)
    assert body["by_status"] == [{"status": "moderation", "count": 1}]


def test_the_schema_is_complete(client: APIClient) -> None:
    schema = client.get("/api/schema/", HTTP_ACCEPT="application/json").json()
    assert set(schema["paths"]) >= {
        "/api/ai/process/{product_id}/",
        "/api/ai/stats/",
        "/api/ai/logs/{id}/approve/",
    }
