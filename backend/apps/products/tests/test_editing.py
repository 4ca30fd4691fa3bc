from __future__ import annotations

import pytest
from django.test import Client
from django.utils.dateparse import parse_datetime

from apps.ai import catalog
from apps.products.models import Product
from apps.products.tests.test_admin import change_url, form_of
from apps.users.models import User

pytestmark = pytest.mark.django_db


def test_a_mark_says_who_and_when(admin_client: Client, admin_user: User, product: Product) -> None:
    url = change_url(product)
    admin_client.post(
        url, form_of(admin_client, url) | {"title_ru": "Парацетамол", "seo_keywords": '["боль"]'}
    )
    card = catalog.get().card(product.pk, language="ru")
    assert card.edited_fields == ("keywords", "title")
    assert {edit.name for edit in card.hand_edits.values()} == {str(admin_user)}
    assert parse_datetime(Product.objects.get().hand_edits["title_ru"]["at"]) == card.hand_edits["title"].at


def test_what_was_applied_while_the_page_was_open_is_not_cleared_by_it(
    admin_client: Client, product: Product
) -> None:
    url = change_url(product)
    page = form_of(admin_client, url)
    Product.objects.update(title_ru="Из карточки", description_ru="<p>Из карточки.</p>", price="7.00")
    assert admin_client.post(url, page | {"seo_title": "Моё"}).status_code == 302
    product.refresh_from_db()
    assert (product.title_ru, product.description_ru) == ("Из карточки", "<p>Из карточки.</p>")
    assert (product.seo_title, str(product.price), product.edited_fields) == ("Моё", "7.00", ["seo_title"])


def test_a_field_that_both_changed_is_asked_about(admin_client: Client, product: Product) -> None:
    url = change_url(product)
    page = form_of(admin_client, url)
    Product.objects.update(title_ru="Из карточки")
    answer = admin_client.post(url, page | {"title_ru": "Моё"})
    assert answer.status_code == 200
    assert "Сейчас в нём: Из карточки" in answer.content.decode()
    product.refresh_from_db()
    assert (product.title_ru, product.edited_fields) == ("Из карточки", [])


def test_the_page_carries_what_it_shows(admin_client: Client, product: Product) -> None:
    Product.objects.update(title_ru="Старое")
    page = admin_client.get(change_url(product)).content.decode()
    assert 'name="initial-title_ru" value="Старое"' in page


def test_a_field_that_a_person_cleared_is_marked(admin_client: Client, product: Product) -> None:
    Product.objects.update(title_ru="Из карточки")
    url = change_url(product)
    admin_client.post(url, form_of(admin_client, url) | {"title_ru": ""})
    assert catalog.get().card(product.pk, language="ru").edited_fields == ("title",)
