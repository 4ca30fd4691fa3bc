from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import requests
from django.core.management import CommandError, call_command
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks

from apps.ai.models import AIProcessingLog, StoredPicture
from apps.ai.models.processing import Status
from apps.ai.services import composition
from apps.ai.services.care import pictures
from apps.ai.services.keeping import bringing, wanting
from apps.ai.services.media_processor import PreparedImage
from apps.ai.services.runs import pipeline
from apps.ai.services.runs.submission import submit
from apps.ai.tests.pictures.corpus import file_of, near, quartered
from apps.ai.tests.pictures.s3_servers import BUCKET, config_of, free_port, moto, rclone
from apps.ai.tests.pictures.suppliers import supplier_server
from apps.products.models import Product, ProductImage
from utils import r2_storage
from utils.r2_storage import R2Storage, StorageError, get_storage
from utils.tests.local_server import LocalServer, http_answer, local_server

pytestmark = pytest.mark.django_db
BIG = file_of(quartered((1600, 1200)), "PNG")
CDN = "https://cdn.shop.example"


@pytest.fixture(params=["folder", "moto", "rclone"])
def bucket(request: pytest.FixtureRequest, tmp_path: Path, settings: Any) -> Iterator[str]:
    """What the settings name as the storage, with a prefix of its own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.AI_R2_SETTINGS = {**settings.AI_R2_SETTINGS, "cdn_url": CDN, "key_prefix": "staging"}
    if request.param == "folder":
        yield "folder"
        return
    port = free_port()
    with moto(port) if request.param == "moto" else rclone(tmp_path / "s3", port) as endpoint:
        settings.R2_CONFIG = config_of(endpoint)
        if request.param == "moto":
            where: Any = {"LocationConstraint": "auto"}
            client = R2Storage(config_of(endpoint)).client
            client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)
        yield str(request.param)


@pytest.fixture
def supplier(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalServer]:
    with supplier_server(settings, monkeypatch) as server:
        yield server


def wanted(*urls: str) -> None:
    wanting.want(urls, send=lambda keys: None)


def of(url: str) -> StoredPicture:
    return StoredPicture.objects.get(url=url)


def test_a_picture_lies_under_its_hash_with_small_forms_and_is_stored_once(
    bucket: str, supplier: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    supplier.routes |= {path: http_answer(BIG, "text/plain") for path in ("/a.jpg", "/b.jpg")}
    one, other = supplier.url("/a.jpg"), supplier.url("/b.jpg")
    wanted(one, one, other)

    first = bringing.pay()

    digest = sha256(BIG).hexdigest()
    assert (first.kept, first.stored, first.owed) == (2, 3, 0)
    picture = of(one)
    assert picture.original_key == f"products/original/{digest[:2]}/{digest}.png"
    assert picture.processed_key == f"products/processed/{digest[:2]}/{digest}.webp"
    assert picture.thumb_key == f"products/thumbs/{digest[:2]}/{digest}.webp"
    assert (picture.width, picture.height, picture.format) == (1600, 1200, "PNG")
    storage = get_storage()
    assert storage.get(picture.original_key, max_bytes=len(BIG)) == BIG
    for key, size in ((picture.processed_key, (1024, 768)), (picture.thumb_key, (320, 240))):
        image = Image.open(BytesIO(storage.get(key, max_bytes=10**6)))
        assert (image.format, image.size, image.info.get("exif")) == ("WEBP", size, None)
        pixel = image.convert("RGB").getpixel((5, 5))
        assert isinstance(pixel, tuple) and near(pixel, (255, 0, 0), 12)
    assert storage.public_url(picture.thumb_key) == f"{CDN}/staging/{picture.thumb_key}"

    puts: list[str] = []
    monkeypatch.setattr(type(storage), "put", lambda self, key, *args, **kwargs: puts.append(key))
    StoredPicture.objects.all().delete()
    wanted(one, other)
    again = bringing.pay()

    assert (again.kept, again.stored, puts) == (2, 0, [])
    assert wanting.want([one, other], send=lambda keys: None) == 0
    if isinstance(storage, R2Storage):
        head = storage.client.head_object(Bucket=BUCKET, Key=f"staging/{picture.thumb_key}")
        assert (head["ContentType"], head["CacheControl"]) == ("image/webp", "max-age=31536000")


def test_a_private_bucket_is_read_by_signed_links_alone(tmp_path: Path) -> None:
    with rclone(tmp_path, free_port()) as endpoint:
        storage = R2Storage(config_of(endpoint), prefix="staging/")
        storage.put("products/a b.jpg", b"12345", content_type="image/jpeg")
        link = storage.browser_url("products/a b.jpg", seconds=60)

        answer = requests.get(link, timeout=10)
        assert (answer.status_code, answer.content) == (200, b"12345")
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert requests.get(link.replace("a%20b", "other"), timeout=10).status_code == 403
        assert requests.get(link.partition("?")[0], timeout=10).status_code in (400, 403)
        assert storage.key_of(link) == "products/a b.jpg"
        with pytest.raises(StorageError):
            R2Storage(config_of(endpoint, secret="wrong")).get("staging/products/a b.jpg", max_bytes=9)
        with pytest.raises(ValueError, match="604800"):
            storage.browser_url("a", seconds=604_801)


@pytest.mark.parametrize(
    "url",
    [
        f"{CDN}.evil.example/staging/a.jpg",
        "https://cdn.shop.example:8443/staging/a.jpg",
        "http://cdn.shop.example/staging/a.jpg",
        "https://cdn.shop.example@evil.example/staging/a.jpg",
        f"{CDN}/production/a.jpg",
        f"{CDN}/staging-2/a.jpg",
        f"{CDN}/a.jpg",
    ],
)
def test_only_the_exact_origin_and_prefix_is_ours(tmp_path: Path, url: str) -> None:
    storage = r2_storage.LocalStorage(tmp_path, CDN, prefix="staging/")

    assert storage.key_of(f"{CDN}/staging/a.jpg") == "a.jpg"
    assert storage.key_of("https://CDN.shop.example:443/staging/a.jpg") == "a.jpg"
    assert storage.key_of(url) is None


def test_the_bucket_goes_away_and_comes_back_and_nothing_is_lost(
    tmp_path: Path, settings: Any, supplier: LocalServer
) -> None:
    port = free_port()
    settings.R2_CONFIG = config_of(f"http://127.0.0.1:{port}")
    urls = [supplier.url(f"/{number}.png") for number in range(5)]
    for number in range(5):
        content = file_of(Image.new("RGB", (50, 50), (number, 0, 0)), "PNG")
        supplier.routes[f"/{number}.png"] = http_answer(content, "image/png")
    wanted(*urls)

    with pytest.raises(CommandError, match=r"^Still owed: 5\. Хранилище не приняло фото"):
        call_command("keep_pictures")
    assert of(urls[0]).next_attempt_at > timezone.now() + timedelta(seconds=20)
    assert wanting.sweep(send=lambda keys: None) == 4

    with rclone(tmp_path, port):
        call_command("keep_pictures")
        assert StoredPicture.objects.filter(status="kept").count() == 5
        assert len(list((tmp_path / BUCKET).rglob("*.png"))) == 5


def test_a_bucket_that_refuses_keeps_the_picture_owed(
    tmp_path: Path, settings: Any, supplier: LocalServer
) -> None:
    supplier.routes["/a.png"] = http_answer(BIG, "image/png")
    with rclone(tmp_path, free_port()) as endpoint:
        settings.R2_CONFIG = config_of(endpoint, secret="wrong")
        wanted(supplier.url("/a.png"))
        assert bringing.pay().owed == 1
    full = http_answer(b"<Error><Code>QuotaExceeded</Code></Error>", "application/xml", status="507 Full")
    with local_server() as bucket:
        for path in ("original", "processed"):
            digest = sha256(BIG).hexdigest()
            bucket.routes[f"/{BUCKET}/products/{path}/{digest[:2]}/{digest}.png"] = full
        settings.R2_CONFIG = config_of(bucket.url(""))
        assert bringing.pay(at_once=True).owed == 1
    assert of(supplier.url("/a.png")).attempts == 2


@pytest.mark.parametrize(
    ("answer", "status", "reason"),
    [
        (http_answer(b"", status="404 Gone"), "broken", "404"),
        (http_answer(b"", status="503 Later"), "owed", "503"),
        (http_answer(b"<html>sorry</html>", "image/jpeg"), "broken", "Это не фото"),
        (http_answer(file_of(Image.new("1", (9000, 9000)), "PNG"), "image/png"), "broken", "9000×9000"),
    ],
)
def test_what_is_no_picture_is_given_up_and_a_busy_server_is_asked_again(
    tmp_path: Path, settings: Any, supplier: LocalServer, answer: bytes, status: str, reason: str
) -> None:
    settings.MEDIA_ROOT = tmp_path
    supplier.routes["/a.jpg"] = answer
    wanted(supplier.url("/a.jpg"))

    done = bringing.pay()

    picture = of(supplier.url("/a.jpg"))
    assert (picture.status, done.stored) == (status, 0)
    assert reason in picture.reason


def test_a_message_delivered_twice_fetches_once(tmp_path: Path, settings: Any, supplier: LocalServer) -> None:
    settings.MEDIA_ROOT = tmp_path
    supplier.routes["/a.png"] = http_answer(BIG, "image/png")
    wanted(supplier.url("/a.png"))
    key = of(supplier.url("/a.png")).pk

    assert bringing.keep([key]).kept == 1
    assert bringing.keep([key, 999_999]) == bringing.Result()
    assert supplier.paths == ["/a.png"]


def test_messages_go_after_the_commit_in_chunks(
    settings: Any, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "KEEP_PICTURES": True}
    sent: list[list[int]] = []
    with django_capture_on_commit_callbacks(execute=True):
        assert wanting.want([f"https://x.example/{n}" for n in range(45)], send=sent.append) == 45
        assert sent == []
    assert [len(chunk) for chunk in sent] == [20, 20, 5]


def test_temporary_files_are_deleted_after_their_lifetime(bucket: str, settings: Any) -> None:
    storage = get_storage()
    storage.put("temp/ai_processing/a.jpg", b"1", content_type="image/jpeg")
    storage.put("products/original/a.jpg", b"1", content_type="image/jpeg")

    assert wanting.clean_temporary(storage) == 0
    settings.AI_CONFIG = {**settings.AI_CONFIG, "TEMP_HOURS": -1.0}
    assert wanting.clean_temporary(storage) == 1

    assert list(storage.keys("products/")) == ["products/original/a.jpg"]
    assert not storage.exists("temp/ai_processing/a.jpg")
    assert storage.exists("products/original/a.jpg")


def test_the_card_is_made_from_our_copy(tmp_path: Path, settings: Any, supplier: LocalServer) -> None:
    settings.MEDIA_ROOT = tmp_path
    supplier.routes["/a.png"] = http_answer(BIG, "image/png")
    url = supplier.url("/a.png")
    wanted(url)
    bringing.pay()
    supplier.routes.clear()

    image = composition._build_media_processor().get_image_for_analysis(url, (512, 512))

    assert isinstance(image, PreparedImage)
    assert (image.dimensions, image.url) == ((512, 384), url)


def test_a_run_waits_a_while_for_its_pictures_and_then_goes_on(
    product: Product, tmp_path: Path, settings: Any, supplier: LocalServer
) -> None:
    settings.MEDIA_ROOT = tmp_path
    url = supplier.url("/a.png")
    ProductImage.objects.create(product=product, url=url)
    wanted(url)
    run = submit(product.pk, send=False).run

    pipeline.run(run.pk)

    waiting = AIProcessingLog.objects.get(pk=run.pk)
    assert (waiting.status, waiting.attempts) == (Status.PENDING, 0)
    StoredPicture.objects.update(created_at=timezone.now() - timedelta(seconds=31))
    AIProcessingLog.objects.update(next_attempt_at=timezone.now())
    pipeline.run(run.pk)
    assert AIProcessingLog.objects.get(pk=run.pk).status != Status.PENDING


def test_a_product_that_is_erased_takes_its_copies_with_it_but_no_other_ones(
    make_product: Callable[..., Product], tmp_path: Path, settings: Any, supplier: LocalServer
) -> None:
    settings.MEDIA_ROOT = tmp_path
    other = file_of(Image.new("RGB", (40, 40), "red"), "PNG")
    supplier.routes |= {
        "/shared.png": http_answer(BIG, "image/png"),
        "/own.png": http_answer(other, "image/png"),
        "/same.png": http_answer(BIG, "image/png"),
    }
    shared, own, same = (supplier.url(f"/{name}.png") for name in ("shared", "own", "same"))
    gone, stays = make_product(), make_product()
    for product, urls in ((gone, (shared, own, same)), (stays, (shared,))):
        for url in urls:
            ProductImage.objects.create(product=product, url=url)
    wanted(shared, own, same)
    bringing.pay()
    keys = of(own).original_key, of(own).processed_key, of(own).thumb_key

    assert pictures.forget(gone.pk) == 3

    assert list(StoredPicture.objects.values_list("url", flat=True)) == [shared]
    assert not any(get_storage().exists(key) for key in keys)
    assert get_storage().exists(of(shared).original_key)


def test_an_erased_product_takes_no_copy_whose_hash_begins_with_its_number(
    tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    storage = get_storage()
    shared = f"products/processed/42/42{'a' * 62}.webp"
    for key in (shared, "products/processed/42/optimized.jpg"):
        storage.put(key, b"1", content_type="image/webp")

    assert pictures.made(42) == ["products/processed/42/optimized.jpg"]


def test_products_that_came_before_pictures_were_kept_are_noted(
    product: Product, settings: Any, supplier: LocalServer
) -> None:
    urls = {f"https://supplier.example/{number}.jpg" for number in range(2)}
    for url in urls:
        ProductImage.objects.create(product=product, url=url)

    assert wanting.want_missing(send=lambda keys: None) == 2
    assert set(StoredPicture.objects.values_list("url", flat=True)) == urls
    assert wanting.want_missing(send=lambda keys: None) == 0
