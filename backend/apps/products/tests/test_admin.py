from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from apps.products.models import Brand, Category, Product, ProductImage, Supplier
from apps.users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(product: Product) -> Product:
    product.edited_fields = []
    product.attributes = {"Доза": "500 мг", "ai_extracted": {"form": "таблетки"}}
    product.save()
    return product


def form_of(client: Client, url: str) -> dict[str, Any]:
    """What a browser would send back from the page without any change."""
    page = client.get(url)
    assert page.status_code == 200
    values: dict[str, Any] = {}
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for bound in form:
            value = "" if bound.value() is None else bound.value()
            if value is False:
                continue
            values[bound.html_name] = value
            if bound.field.show_hidden_initial:
                values[bound.html_initial_name] = value
    return values


def change_url(thing: Product | Category) -> str:
    return reverse(f"admin:products_{thing._meta.model_name}_change", args=[thing.pk])


def test_saving_without_a_change_marks_nothing(admin_client: Client, product: Product) -> None:
    url = change_url(product)
    assert admin_client.post(url, form_of(admin_client, url)).status_code == 302
    product.refresh_from_db()
    assert product.edited_fields == []
    assert product.attributes == {"Доза": "500 мг", "ai_extracted": {"form": "таблетки"}}


def test_a_persons_changes_are_remembered(
    admin_client: Client, product: Product, tree: dict[str, Category]
) -> None:
    url = change_url(product)
    changes = {
        "title_ru": "Парацетамол",
        "category": tree["pain"].pk,
        "price": "5.00",
        "attributes": '{"a": "b"}',
    }
    assert admin_client.post(url, form_of(admin_client, url) | changes).status_code == 302
    product.refresh_from_db()
    assert product.edited_fields == ["attributes", "category", "title_ru"]
    assert (product.title_ru, product.category) == ("Парацетамол", tree["pain"])
    assert admin_client.post(url, form_of(admin_client, url) | {"seo_title": "SEO"}).status_code == 302
    product.refresh_from_db()
    assert product.edited_fields == ["attributes", "category", "seo_title", "title_ru"]


def test_what_automation_wrote_while_the_page_was_open_stays(admin_client: Client, product: Product) -> None:
    url = change_url(product)
    data = form_of(admin_client, url)
    Product.objects.update(attributes={"Доза": "500 мг", "ai_extracted": {"form": "капсулы"}})
    assert admin_client.post(url, data | {"title_ru": "Парацетамол"}).status_code == 302
    product.refresh_from_db()
    assert product.attributes == {"Доза": "500 мг", "ai_extracted": {"form": "капсулы"}}
    assert (product.title_ru, product.edited_fields) == ("Парацетамол", ["title_ru"])


def test_changed_images_are_remembered(admin_client: Client, product: Product) -> None:
    image = ProductImage.objects.create(product=product, url="https://x.example/1.jpg")
    url = change_url(product)
    data = form_of(admin_client, url)
    prefix = next(key for key, value in data.items() if value == image.url).removesuffix("-url")
    assert admin_client.post(url, data | {f"{prefix}-url": "https://x.example/2.jpg"}).status_code == 302
    product.refresh_from_db()
    assert product.edited_fields == ["images"]
    assert [image.url for image in product.images.all()] == ["https://x.example/2.jpg"]


def test_the_marks_can_be_taken_off(admin_client: Client, product: Product) -> None:
    Product.objects.update(edited_fields=["title_ru"])
    admin_client.post(
        reverse("admin:products_product_changelist"),
        {"action": "release_fields", "_selected_action": [product.pk]},
    )
    product.refresh_from_db()
    assert product.edited_fields == []


def test_an_image_address_that_is_no_web_address_is_not_shown(admin_client: Client, product: Product) -> None:
    ProductImage.objects.create(product=product, url='javascript:alert(1)//"><script>')
    page = admin_client.get(change_url(product)).content.decode()
    assert 'src="javascript:' not in page
    assert "<script>alert" not in page
    assert '"><script>' not in page


def test_a_category_cannot_lie_inside_itself(admin_client: Client, tree: dict[str, Category]) -> None:
    for parent in (tree["pharmacy"], tree["pain"]):
        url = change_url(tree["pharmacy"])
        page = admin_client.post(url, form_of(admin_client, url) | {"parent": parent.pk})
        assert page.status_code == 200
        assert "Категория не может лежать внутри самой себя." in page.content.decode()
    tree["pharmacy"].refresh_from_db()
    assert tree["pharmacy"].parent is None
    url = change_url(tree["pain"])
    moved = form_of(admin_client, url) | {"parent": tree["clothes"].pk}
    assert admin_client.post(url, moved).status_code == 302
    tree["pain"].refresh_from_db()
    assert tree["pain"].parent == tree["clothes"]


def test_two_categories_without_an_outside_code(admin_client: Client) -> None:
    for slug in ("one", "two"):
        data = {"name": slug, "slug": slug, "synonyms": "[]", "position": 0, "is_active": "on"}
        page = admin_client.post(reverse("admin:products_category_add"), data)
        assert page.status_code == 302
    assert list(Category.objects.values_list("external_id", flat=True)) == [None, None]


def test_the_list_of_categories_shows_paths_with_few_queries(
    admin_client: Client, tree: dict[str, Category], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(60):
        Category.objects.create(name=f"Ещё {number}", slug=f"more-{number}", parent=tree["vitamins"])
    with django_assert_max_num_queries(12):
        page = admin_client.get(reverse("admin:products_category_changelist"), {"q": "Ещё"}).content.decode()
    assert "Аптека &gt; Витамины &gt; Ещё 0" in page
    assert "БАД" in page


def test_every_page_opens(
    admin_client: Client, product: Product, make_product: Callable[..., Product], tree: dict[str, Category]
) -> None:
    make_product(category=tree["pain"])
    Supplier.objects.create(name="Eczane")
    for model in (Category, Brand, Supplier, Product):
        name = model._meta.model_name
        assert admin_client.get(reverse(f"admin:products_{name}_changelist"), {"q": "а"}).status_code == 200
        assert admin_client.get(reverse(f"admin:products_{name}_add")).status_code == 200
        thing = model._default_manager.first()
        assert thing is not None
        assert admin_client.get(reverse(f"admin:products_{name}_change", args=[thing.pk])).status_code == 200


def test_a_moderator_sees_products_and_changes_none(
    client: Client, moderator: User, product: Product
) -> None:
    assert Permission.objects.filter(group__user=moderator, codename="view_product").exists()
    client.force_login(moderator)
    url = change_url(product)
    assert client.get(url).status_code == 200
    assert client.post(url, {"title_ru": "Мой"}).status_code == 403
    product.refresh_from_db()
    assert product.title_ru is None
