"""A host whose own products have a key that is no number: AI_PRODUCT_MODEL is a row beside theirs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import clear_url_caches, path
from unfold.admin import ModelAdmin
from unfold.sites import UnfoldAdminSite

from apps.ai.models import AIProcessingLog
from apps.ai.product_desk import ProductDesk
from apps.ai.tests.support.cards import waiting_card
from apps.products.models import Category, Product, ProductImage
from apps.users.models import User
from config import urls as project

pytestmark = pytest.mark.django_db
LIST = "/beside/products/productimage/"


class BesideAdmin(ProductDesk, ModelAdmin):  # type: ignore[misc]
    """The picture stands for the host's product: it has another key than the product that the app knows."""

    ai_product_key = "product__pk"
    list_display = ("url",)


site = UnfoldAdminSite(name="beside")
site.register(ProductImage, BesideAdmin)
urls = ModuleType(f"{__name__}_urls")
urls.urlpatterns = [path("beside/", site.urls), *project.urlpatterns]  # type: ignore[attr-defined]
sys.modules[urls.__name__] = urls


@pytest.fixture
def rows(
    make_product: Callable[..., Product], tree: dict[str, Category], settings: Any
) -> Iterator[dict[str, ProductImage]]:
    """Of three products with other keys than their rows, one waits for a person and one failed."""
    settings.ROOT_URLCONF = urls.__name__
    clear_url_caches()
    names = ("new", "waits", "failed")
    found = {
        name: ProductImage.objects.create(pk=9_000_000 + n, product=make_product(), url=name)
        for n, name in enumerate(names)
    }
    AIProcessingLog.objects.all().delete()
    assert not {row.pk for row in found.values()} & {row.product_id for row in found.values()}
    waiting_card(found["waits"].product, tree["pain"])
    waiting_card(found["failed"].product, tree["pain"], status="failed")
    yield found
    clear_url_caches()


@pytest.mark.parametrize(
    ("state", "shown"),
    [("moderation", {"waits"}), ("failed", {"failed"}), ("none", {"new"}), ("open", set())],
)
def test_the_state_of_each_is_filtered(
    rows: dict[str, ProductImage], admin_client: Client, state: str, shown: set[str]
) -> None:
    page = admin_client.get(LIST, {"ai": state}).content.decode()
    assert {name for name in rows if f">{name}</a>" in page} == shown


def test_list_and_page_link_to_the_run(rows: dict[str, ProductImage], admin_client: Client) -> None:
    run = AIProcessingLog.objects.get(status="moderation")
    link = f"/ai/aiprocessinglog/{run.pk}/change/"
    assert link in admin_client.get(LIST).content.decode()
    page = admin_client.get(f"{LIST}{rows['waits'].pk}/change/").content.decode()
    assert link in page
    assert f"?product={run.product_id}" in page
    assert "Ещё не обрабатывался" in admin_client.get(f"{LIST}{rows['new'].pk}/change/").content.decode()


def test_cards_are_ordered_of_the_products_behind(
    rows: dict[str, ProductImage], admin_client: Client
) -> None:
    chosen = {"action": "make_cards", "_selected_action": [rows["new"].pk]}
    assert (
        f'name="_selected_action" value="{rows["new"].pk}"'
        in admin_client.post(LIST, chosen).content.decode()
    )
    admin_client.post(LIST, chosen | {"confirm": "1", "mode": "full"})
    assert AIProcessingLog.objects.open().get(source="moderator").product_id == rows["new"].product_id


def test_a_clerk_sees_the_products_alone(rows: dict[str, ProductImage]) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename="view_productimage"))
    client = Client()
    client.force_login(clerk)
    page = client.get(LIST).content.decode()
    assert ">waits</a>" in page
    assert "?ai=" not in page
