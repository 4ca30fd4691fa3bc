"""Whatever a bucket does, a picture is owed until it really lies there, and nobody waits for long."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.utils import timezone
from PIL import Image

from apps.ai import tasks
from apps.ai.models import StoredPicture
from apps.ai.services.keeping import bringing, wanting
from apps.ai.tests.pictures.corpus import file_of
from apps.ai.tests.pictures.hostile_bucket import ERRORS, Bucket, hostile_bucket
from apps.ai.tests.pictures.s3_servers import BUCKET, config_of
from apps.ai.tests.pictures.suppliers import supplier_server
from utils.r2_storage import R2Storage, StorageUnavailable, get_storage
from utils.tests.local_server import LocalServer, http_answer

pytestmark = pytest.mark.django_db
PATIENCE = 2.0
NOISE = np.random.default_rng(3).integers(0, 255, (1400, 1400, 3), dtype=np.uint8)
PHOTO = file_of(Image.fromarray(NOISE), "PNG")  # 6 MB: more than the sockets' buffers hold


@pytest.fixture
def supplier(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalServer]:
    with supplier_server(settings, monkeypatch) as server:
        server.routes["/a.png"] = http_answer(PHOTO, "image/png")
        yield server


@pytest.fixture
def bucket(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    defaults: Any = R2Storage.__init__.__kwdefaults__
    monkeypatch.setitem(defaults, "seconds", PATIENCE)
    with hostile_bucket() as one:
        settings.R2_CONFIG = config_of(one.endpoint)
        yield one


@pytest.mark.parametrize("ill", [*ERRORS, "cut", "reads slowly", "silent", "trickles", "half", "lost"])
def test_an_ill_bucket_keeps_the_picture_owed_and_a_well_one_gets_it_whole(
    bucket: Bucket, supplier: LocalServer, ill: str
) -> None:
    wanting.want([supplier.url("/a.png")], send=lambda keys: None)
    bucket.ill = ill
    started = time.monotonic()

    done = bringing.pay()

    assert time.monotonic() - started < 2 * PATIENCE + 3
    picture = StoredPicture.objects.get()
    assert (done.kept, done.owed, picture.status) == (0, 1, "owed")
    assert picture.reason.startswith("Хранилище не приняло фото: ")
    assert picture.next_attempt_at > timezone.now() + timedelta(seconds=20)

    bucket.ill = ""
    assert bringing.pay(at_once=True).kept == 1
    picture.refresh_from_db()
    assert bucket.objects[f"/{BUCKET}/{picture.original_key}"] == PHOTO
    for key, size in ((picture.processed_key, 1024), (picture.thumb_key, 320)):
        with Image.open(io.BytesIO(bucket.objects[f"/{BUCKET}/{key}"])) as form:
            form.load()
            assert (form.format, form.size) == ("WEBP", (size, size))


def test_a_bucket_that_trickles_is_read_no_longer_than_that(bucket: Bucket) -> None:
    storage = get_storage()
    storage.put("a.bin", b"123", content_type="image/png")
    bucket.ill = "trickles"
    started = time.monotonic()

    with pytest.raises(StorageUnavailable):
        storage.get("a.bin", max_bytes=9)

    assert time.monotonic() - started < PATIENCE + 1


def test_a_message_s_other_pictures_wait_as_well_and_messages_do_not_pile_up(
    bucket: Bucket, supplier: LocalServer
) -> None:
    urls = [supplier.url(f"/a.png?{number}") for number in range(20)]
    supplier.routes |= {f"/a.png?{number}": http_answer(PHOTO, "image/png") for number in range(20)}
    wanting.want(urls, send=lambda keys: None)
    bucket.ill = "full"

    assert bringing.keep(list(StoredPicture.objects.values_list("pk", flat=True))).owed == 20

    assert len(supplier.paths) == 1
    assert wanting.sweep(send=lambda keys: None) == 0
    assert tasks.keep_pictures.expires == tasks.PICTURE_MESSAGE
    bucket.ill = ""
    assert bringing.pay(at_once=True).kept == 20


def test_what_a_bucket_loses_later_is_found_and_brought_again(bucket: Bucket, supplier: LocalServer) -> None:
    wanting.want([supplier.url("/a.png")], send=lambda keys: None)
    bringing.pay()
    whole = dict(bucket.objects)
    assert len(whole) == 3
    for lost in whole:
        del bucket.objects[lost]
        out = io.StringIO()

        call_command("keep_pictures", "--check", stdout=out)

        assert "1 lost pictures to be brought again." in out.getvalue()
        assert bucket.objects == whole
