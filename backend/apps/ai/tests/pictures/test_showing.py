"""Pages show our copy as soon as there is one, and the supplier's address as where it came from."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import requests
from django.template import engines
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from apps.ai import shop_pictures
from apps.ai.models import AIProcessingLog, StoredPicture
from apps.ai.services.people import card_pictures
from apps.ai.services.runs.submission import submit
from apps.ai.tests.pictures.s3_servers import config_of, free_port, rclone
from apps.products.models import Product, ProductImage
from utils.r2_storage import get_storage

pytestmark = pytest.mark.django_db
CDN = "https://cdn.shop.example"
SUPPLIER = "https://supplier.example/photo.jpg"
TAG = '{% load shop_pictures %}{% shop_picture pictures url alt=alt sizes="50vw" %}'


@pytest.fixture(autouse=True)
def public(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.AI_R2_SETTINGS = {**settings.AI_R2_SETTINGS, "cdn_url": CDN, "key_prefix": ""}


@pytest.fixture
def private(settings: Any, tmp_path: Path) -> Iterator[str]:
    """A bucket that nobody reads without a signature."""
    settings.AI_R2_SETTINGS = {**settings.AI_R2_SETTINGS, "cdn_url": "", "key_prefix": "staging"}
    with rclone(tmp_path / "s3", free_port()) as endpoint:
        settings.R2_CONFIG = config_of(endpoint)
        yield endpoint


def put(url: str = SUPPLIER, status: str = "kept", width: int = 2000, height: int = 1500) -> StoredPicture:
    picture = StoredPicture.new(url, now=timezone.now())
    picture.status, picture.width, picture.height = status, width, height
    if status == "kept":
        picture.original_key = "products/original/ab/ab.jpg"
        picture.processed_key, picture.thumb_key = (
            "products/processed/ab/ab.webp",
            "products/thumbs/ab/ab.webp",
        )
    picture.save()
    return picture


def page(url: str, alt: str = "Parol") -> str:
    context = {"pictures": shop_pictures.shown([url]), "url": url, "alt": alt}
    return engines["django"].from_string(TAG).render(context)


def test_a_page_shows_our_copy_in_its_sizes_and_keeps_where_it_came_from() -> None:
    put()

    one = shop_pictures.shown([SUPPLIER, SUPPLIER, ""])[SUPPLIER]

    large, small = f"{CDN}/products/processed/ab/ab.webp", f"{CDN}/products/thumbs/ab/ab.webp"
    assert (one.original, one.src, one.thumb, one.is_ours) == (SUPPLIER, large, small, True)
    assert (one.srcset, one.width, one.height) == (f"{small} 320w, {large} 1024w", 1024, 768)
    assert page(SUPPLIER, 'Parol "500"') == (
        f'<img src="{large}" alt="Parol &quot;500&quot;" loading="lazy" srcset="{small} 320w, {large} 1024w" '
        'sizes="50vw" width="1024" height="768">'
    )


def test_a_picture_smaller_than_its_small_form_has_one_size() -> None:
    put(width=200, height=100)

    one = shop_pictures.shown([SUPPLIER])[SUPPLIER]

    assert (one.srcset, one.width, one.height) == ("", 200, 100)


@pytest.mark.parametrize("status", ["owed", "unknown"])
def test_until_it_came_the_supplier_shows_it_and_does_not_learn_who_looks(status: str) -> None:
    if status == "owed":
        put(status=status)

    assert page(SUPPLIER) == (
        f'<img src="{SUPPLIER}" alt="Parol" loading="lazy" referrerpolicy="no-referrer">'
    )


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "ftp://a.example/b.jpg", "//a.example/b"]
)
def test_what_no_browser_may_load_and_what_is_no_picture_is_an_empty_place(url: str) -> None:
    put(status="broken")

    for one in (url, SUPPLIER):
        assert page(one) == '<span class="shop-picture-missing" role="img" aria-label="Parol"></span>'
    assert shop_pictures.shown([SUPPLIER], broken=True)[SUPPLIER].src == SUPPLIER


def test_of_a_private_bucket_a_page_has_links_that_open_now(private: str) -> None:
    picture, storage = put(), get_storage()
    for key, colour in ((picture.processed_key, "red"), (picture.thumb_key, "blue")):
        buffer = BytesIO()
        Image.new("RGB", (32, 24), colour).save(buffer, "WEBP")
        storage.put(key, buffer.getvalue(), content_type="image/webp")
    beside_a_feed = storage.public_url(picture.processed_key)

    shown = shop_pictures.shown([SUPPLIER, beside_a_feed])

    assert requests.get(beside_a_feed, timeout=10).status_code in (400, 403)
    for link in (shown[SUPPLIER].src, shown[SUPPLIER].thumb, shown[beside_a_feed].src):
        assert link.startswith(f"{private}/shop-media/staging/products/")
        answer = requests.get(link, timeout=10)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")


def test_many_addresses_are_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    urls = [f"https://supplier.example/{number}.jpg" for number in range(200)]

    with django_assert_num_queries(1):
        assert len(shop_pictures.shown(urls)) == 200


def test_desk_run_page_api_and_product_page_show_our_copy(product: Product, admin_client: Client) -> None:
    ProductImage.objects.create(product=product, url=SUPPLIER)
    put()
    run = submit(product.pk, send=False).run
    AIProcessingLog.objects.filter(pk=run.pk).update(input_images_urls=[SUPPLIER])
    run.refresh_from_db()
    small = f"{CDN}/products/thumbs/ab/ab.webp"

    (desk,) = card_pictures.pictures_of(run).shown
    assert (desk.url, desk.shown.thumb) == (SUPPLIER, small)
    for address in (
        reverse("admin:products_product_change", args=[product.pk]),
        reverse("admin:ai_aiprocessinglog_change", args=[run.pk]),
    ):
        content = admin_client.get(address).content.decode()
        assert f'src="{small}"' in content
        assert f'src="{SUPPLIER}"' not in content
    (told,) = admin_client.get(f"/api/ai/logs/{run.pk}/").json()["pictures"]
    assert (told["original"], told["thumb"], told["is_ours"]) == (SUPPLIER, small, True)


def test_a_picture_that_a_person_adds_is_brought_too(
    product: Product, admin_client: Client, settings: Any
) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "KEEP_PICTURES": True}
    address = reverse("admin:products_product_change", args=[product.pk])
    form = admin_client.get(address).context["adminform"].form
    sent = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    sent |= {"attributes": "{}", "seo_keywords": "[]"}
    sent |= {
        "images-TOTAL_FORMS": 1,
        "images-INITIAL_FORMS": 0,
        "images-0-url": SUPPLIER,
        "images-0-position": 0,
    }

    answer = admin_client.post(address, sent)

    assert answer.status_code == 302, answer.context and answer.context["errors"]
    assert StoredPicture.objects.get().url == SUPPLIER
