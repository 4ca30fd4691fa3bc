"""The admin's list of stored pictures: what lies there, why the rest does not, and the two acts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks

from apps.ai.models import StoredPicture
from apps.ai.services.keeping import bringing, sharing, wanting
from apps.ai.tests.pictures.suppliers import supplier_server
from apps.products.models import Product, ProductImage
from apps.users.models import User
from config.celery import app
from utils.r2_storage import StorageUnavailable, get_storage
from utils.tests.local_server import LocalServer, http_answer

pytestmark = pytest.mark.django_db
LIST = "/admin/ai/storedpicture/"
Act = Callable[[str, StoredPicture], str]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def supplier(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalServer]:
    with supplier_server(settings, monkeypatch) as server:
        yield server


@pytest.fixture
def act(
    admin_client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> Iterator[Act]:
    """Choose an act in the list, let a worker do what was sent to the queue `media`; what the page said then."""
    _work()

    def done(name: str, row: StoredPicture) -> str:
        with django_capture_on_commit_callbacks(execute=True):
            form = {"action": name, "_selected_action": [str(row.pk)]}
            answer = admin_client.post(LIST, form, follow=True)
        _work()
        row.refresh_from_db()
        return answer.content.decode()

    yield done
    _work()


def _work() -> None:
    with app.connection_for_read() as broker:
        queue = broker.SimpleQueue("media")
        while queue.qsize():
            message = queue.get(block=False)
            message.ack()
            app.tasks[message.headers["task"]](*message.payload[0])


def png(shade: int = 0) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (60, 40), (shade, 80, 120)).save(buffer, format="PNG")
    return buffer.getvalue()


def wanted(url: str) -> StoredPicture:
    wanting.want([url], send=lambda keys: None)
    return StoredPicture.objects.get(url=url)


def test_the_list_says_what_is_stored_and_why_the_rest_is_not(
    supplier: LocalServer, admin_client: Client, make_product: Callable[..., Product]
) -> None:
    supplier.routes |= {
        "/one.png": http_answer(png(), "image/png"),
        "/same.png": http_answer(png(), "image/png"),
        "/text.jpg": http_answer(b"no picture", "image/jpeg"),
    }
    one, same, text, later = (
        wanted(supplier.url(path)) for path in ("/one.png", "/same.png", "/text.jpg", "/later.png")
    )
    bringing.keep([one.pk, same.pk, text.pk])
    first, second, third = make_product(), make_product(), make_product()
    ProductImage.objects.create(product=first, url=one.url)
    ProductImage.objects.create(product=second, url=one.url)
    ProductImage.objects.create(product=second, url=same.url)
    ProductImage.objects.create(product=third, url=text.url)

    with CaptureQueriesContext(
        connection,
    ) as captured:
        page = admin_client.get(LIST)
    rows = {row.url: row for row in page.context["cl"].result_list}
    html = page.content.decode()

    assert list(rows) == [later.url, text.url, same.url, one.url]
    assert {url: row.sharing.products for url, row in rows.items()} == {
        one.url: (first.pk, second.pk),
        same.url: (first.pk, second.pk),  # the same file
        text.url: (third.pk,),
        later.url: (),
    }
    assert "Это не фото: формат файла не распознан." in html
    assert html.count("PNG 60×40") == 2
    assert len(captured) < 20
    detail = admin_client.get(f"{LIST}{same.pk}/change/").content.decode()
    assert one.url in detail
    assert f"/admin/products/product/{first.pk}/change/" in detail
    assert f"/admin/products/product/{third.pk}/change/" not in detail


def test_of_a_picture_at_a_great_many_products_it_says_at_least(
    monkeypatch: pytest.MonkeyPatch, admin_client: Client, make_product: Callable[..., Product]
) -> None:
    monkeypatch.setattr(sharing, "MOST", 2)
    everywhere, rare = "https://supplier.example/none.jpg", "https://supplier.example/z.jpg"
    for url in (everywhere, rare):
        StoredPicture.new(url, now=timezone.now()).save()
    for _number in range(3):
        ProductImage.objects.create(product=make_product(), url=everywhere)
    ProductImage.objects.create(product=make_product(), url=rare)

    page = admin_client.get(LIST)

    found = {row.url: row.sharing for row in page.context["cl"].result_list}
    assert (len(found[everywhere].products), found[everywhere].is_all) == (2, False)
    assert (len(found[rare].products), found[rare].is_all) == (1, True)
    assert "от 2" in page.content.decode()


def test_a_page_of_a_picture_at_many_products_names_the_first_by_few_queries(
    admin_client: Client, make_product: Callable[..., Product]
) -> None:
    row = StoredPicture.new("https://supplier.example/none.jpg", now=timezone.now())
    row.save()
    products = [make_product() for _number in range(53)]
    ProductImage.objects.bulk_create(ProductImage(product=one, url=row.url) for one in products)

    with CaptureQueriesContext(connection) as captured:
        html = admin_client.get(f"{LIST}{row.pk}/change/").content.decode()

    named = [f"/admin/products/product/{one.pk}/change/" in html for one in products]
    assert named == [True] * 50 + [False] * 3
    assert "и ещё 3" in html
    assert len(captured) <= 20


@pytest.mark.parametrize("why", ["gone", "owed"])
def test_a_picture_is_tried_again(supplier: LocalServer, act: Act, why: str) -> None:
    row = wanted(supplier.url("/a.png"))
    if why == "owed":
        supplier.routes["/a.png"] = http_answer(b"", "text/plain", status="503 Busy")
    bringing.keep([row.pk])
    row.refresh_from_db()
    assert row.status == {"gone": "broken", "owed": "owed"}[why]
    assert row.reason
    supplier.routes["/a.png"] = http_answer(png(), "image/png")

    page = act("bring_selected", row)

    assert "Отправлено за фото: 1." in page
    assert (row.status, row.reason, row.attempts) == ("kept", "", 1)


def test_what_is_stored_is_not_fetched_again(supplier: LocalServer, act: Act) -> None:
    supplier.routes["/a.png"] = http_answer(png(), "image/png")
    row = wanted(supplier.url("/a.png"))
    bringing.keep([row.pk])
    before = len(supplier.paths)

    assert "Отправлено за фото: 0." in act("bring_selected", row)
    assert (row.status, len(supplier.paths)) == ("kept", before)


def test_a_check_finds_what_the_storage_lost(supplier: LocalServer, act: Act) -> None:
    supplier.routes["/a.png"] = http_answer(png(), "image/png")
    row = wanted(supplier.url("/a.png"))
    bringing.keep([row.pk])
    row.refresh_from_db()

    assert "Проверяется в хранилище: 1." in act("check_selected", row)
    assert (row.status, row.reason, row.checked_at is not None) == ("kept", "", True)

    get_storage().delete(row.thumb_key)
    act("check_selected", row)
    assert (row.status, row.reason) == ("owed", "Файл пропал из хранилища.")

    act("bring_selected", row)
    assert row.status == "kept"
    assert get_storage().size(row.thumb_key)


def test_a_storage_that_does_not_answer_is_said_and_nothing_is_owed(
    supplier: LocalServer, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    supplier.routes["/a.png"] = http_answer(png(), "image/png")
    row = wanted(supplier.url("/a.png"))
    bringing.keep([row.pk])

    def away(self: Any, key: str) -> int:
        raise StorageUnavailable("The storage is away.")

    with monkeypatch.context() as patch:
        patch.setattr(type(get_storage()), "size", away)
        act("check_selected", row)
    assert (row.status, row.checked_at) == ("kept", None)
    assert row.reason == "Хранилище не ответило на проверку: The storage is away."

    act("check_selected", row)
    assert (row.reason, row.checked_at is not None) == ("", True)


def test_a_check_has_nothing_to_do_with_what_is_owed(act: Act) -> None:
    row = StoredPicture.new("https://supplier.example/a.jpg", now=timezone.now())
    row.save()
    assert "Среди выбранных нет сохранённых фото." in act("check_selected", row)
    assert row.status == "owed"


def test_it_is_found_by_address_file_product_and_words(
    admin_client: Client, make_product: Callable[..., Product]
) -> None:
    product = make_product(title="Сироп Редкое слово")
    for url in ("https://a.example/1.jpg", "https://a.example/2.jpg", "https://a.example/3.jpg"):
        StoredPicture.new(url, now=timezone.now()).save()
    StoredPicture.objects.filter(url__endswith="3.jpg").update(sha256="ab" * 32)
    ProductImage.objects.create(product=product, url="https://a.example/2.jpg")

    def found(words: str) -> list[str]:
        page = admin_client.get(LIST, {"q": words})
        return [row.url for row in page.context["cl"].result_list]

    assert found("https://a.example/1.jpg") == ["https://a.example/1.jpg"]
    assert found("AB" * 32) == ["https://a.example/3.jpg"]
    assert found(str(product.pk)) == ["https://a.example/2.jpg"]
    assert found("редкое") == ["https://a.example/2.jpg"]
    assert found("https://a.example/") == []


@pytest.mark.parametrize(
    ("status", "step", "left"),
    [("owed", "bring", ("owed", 0)), ("broken", "bring", ("owed", 0)), ("kept", "check_files", ("kept", 3))],
)
def test_a_moderator_looks_and_the_owner_acts(
    client: Client, admin_client: Client, moderator: User, status: str, step: str, left: tuple[str, int]
) -> None:
    row = StoredPicture.new("https://a.example/1.jpg", now=timezone.now())
    row.status, row.attempts = status, 3
    row.save()
    page = f"{LIST}{row.pk}/change/"
    client.force_login(moderator)

    (offer,) = admin_client.get(page).context["actions_submit_line"]
    assert offer.action_name.endswith(step)
    assert not client.get(page).context.get("actions_submit_line")
    assert client.post(page, {offer.action_name: "1"}).status_code == 403
    client.post(LIST, {"action": "bring_selected", "_selected_action": [str(row.pk)]})
    row.refresh_from_db()
    assert (row.status, row.attempts) == (status, 3)

    assert admin_client.post(page, {offer.action_name: "1"}).status_code == 302
    row.refresh_from_db()
    assert (row.status, row.attempts) == left


def test_the_list_and_its_questions_go_by_an_index(make_product: Callable[..., Product]) -> None:
    broken = StoredPicture.objects.filter(status="broken").order_by("-pk")[:51]
    shown = ProductImage.objects.filter(url__in=["https://a.example/1.jpg"])
    with connection.cursor() as cursor:
        for forbidden in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{forbidden} = off")
        for rows, index in ((broken, "ai_picture_status"), (shown, "one_image_per_product_and_url")):
            assert index in rows.explain(), rows.explain()
