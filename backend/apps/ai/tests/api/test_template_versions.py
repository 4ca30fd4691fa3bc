"""Of two people who change one template, the second is told of the first."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from apps.ai.models import AITemplate
from apps.users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def template() -> AITemplate:
    return AITemplate.objects.create(name="Пример", template_type="description", content="Было")


@pytest.mark.parametrize("act", ["patch", "delete"])
def test_the_api(template: AITemplate, act: str) -> None:
    client = APIClient()
    client.force_authenticate(User.objects.create_superuser("root"))
    path = f"/api/ai/templates/{template.pk}/"
    seen = client.get(path).json()["version"]
    assert (
        client.patch(path, {"content": "Первый"}, format="json", HTTP_IF_MATCH=f'"{seen}"').status_code == 200
    )
    body = {"content": "Второй"} if act == "patch" else None
    refused = getattr(client, act)(path, body, format="json", HTTP_IF_MATCH=f'"{seen}"')
    assert (refused.status_code, refused.json()["code"]) == (409, "version")
    assert AITemplate.objects.get().content == "Первый"
    now = refused.json()["details"]["version"]
    assert getattr(client, act)(path, body, format="json", HTTP_IF_MATCH=f'"{now}"').status_code in (200, 204)


def test_the_admin(admin_client: Client, template: AITemplate) -> None:
    path = reverse("admin:ai_aitemplate_change", args=[template.pk])
    seen = admin_client.get(path).context["adminform"].form["seen_version"].value()
    form = {"name": "Пример", "template_type": "description", "language": "ru", "seen_version": seen}
    assert admin_client.post(path, form | {"content": "Первый"}).status_code == 302
    page = admin_client.post(path, form | {"content": "Второй"})
    assert "шаблон изменили" in page.content.decode()
    assert AITemplate.objects.get().content == "Первый"
    assert admin_client.post(path, form | {"content": "Третий", "seen_version": ""}).status_code == 302


def test_what_is_counted_about_a_template_is_no_change(template: AITemplate) -> None:
    AITemplate.objects.update(usage_count=5, success_rate=0.5)
    assert AITemplate.objects.get().version == template.version
