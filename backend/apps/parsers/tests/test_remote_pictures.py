"""Pictures at web addresses while the bucket is away: no product is lost, everybody says what is owed, all arrive."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from PIL import Image

from apps.ai.models import StoredPicture
from apps.ai.services.keeping import bringing
from apps.ai.tests.pictures.corpus import file_of
from apps.ai.tests.pictures.s3_servers import BUCKET, config_of, free_port, rclone
from apps.ai.tests.pictures.suppliers import supplier_server
from apps.parsers.models import ParserRun
from apps.products.models import Product, ProductImage
from utils.tests.local_server import LocalServer, http_answer

pytestmark = pytest.mark.django_db
PRODUCTS = 4


@pytest.fixture
def supplier(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalServer]:
    with supplier_server(settings, monkeypatch) as server:
        yield server


@pytest.fixture
def feed(supplier: LocalServer, tmp_path: Path) -> Path:
    """Two pictures a product, all different."""
    records = []
    for number in range(PRODUCTS):
        places = [f"/{number}-{side}.png" for side in ("front", "back")]
        for shade, place in enumerate(places):
            image = Image.new("RGB", (60, 40), (number, shade, 9))
            supplier.routes[place] = http_answer(file_of(image, "PNG"), "image/png")
        images = [supplier.url(place) for place in places]
        records.append({"id": f"p{number}", "title": f"Parol {number}", "price": "12 TL", "images": images})
    path = tmp_path / "feed.json"
    path.write_text(json.dumps(records), encoding="utf-8")
    return path


def run_parser(path: Path) -> str:
    out = io.StringIO()
    try:
        call_command("run_parser", "supplier", "--file", str(path), stdout=out, stderr=io.StringIO())
    except CommandError as error:
        return f"{out.getvalue()}exit {error.returncode}: {error}"
    return out.getvalue()


def shown_in_the_admin(client: Client) -> int:
    run = ParserRun.objects.order_by("-pk")[0]
    answer: Any = client.get(reverse("admin:parsers_parserrun_change", args=[run.pk]))
    figures: list[tuple[str, str, int]] = answer.context["figures"]
    return next(value for name, label, value in figures if name == "pictures")


def test_an_import_with_the_bucket_away_and_back(
    feed: Path, tmp_path: Path, settings: Any, admin_client: Client
) -> None:
    port = free_port()
    settings.R2_CONFIG = config_of(f"http://127.0.0.1:{port}")
    with rclone(tmp_path / "s3", port):
        pass  # it was there once

    said = run_parser(feed)

    assert "supplier: 4 created, 0 updated, 0 unchanged, 0 rejected." in said
    assert "supplier: 8 pictures still to come into the storage." in said
    assert "exit 1: Товары приняты, фото ждут хранилища: 8;" in said
    assert (Product.objects.count(), ProductImage.objects.count()) == (PRODUCTS, 2 * PRODUCTS)
    assert ParserRun.objects.get().status == "finished"
    assert shown_in_the_admin(admin_client) == 8
    bringing.pay()  # what a worker does meanwhile
    assert shown_in_the_admin(admin_client) == 8

    with rclone(tmp_path / "s3", port):
        assert run_parser(feed).count("exit 1") == 1  # still owed, and why it was
        call_command("keep_pictures", stdout=io.StringIO())
        assert StoredPicture.objects.filter(status="kept").count() == 8
        assert len(list((tmp_path / "s3" / BUCKET).rglob("*.png"))) == 8
        assert len(list((tmp_path / "s3" / BUCKET).rglob("*.webp"))) == 16
        assert run_parser(feed) == "supplier: 0 created, 0 updated, 4 unchanged, 0 rejected.\n"
    assert shown_in_the_admin(admin_client) == 0


def test_pictures_on_their_way_into_a_bucket_that_works_are_no_failure(
    feed: Path, tmp_path: Path, settings: Any
) -> None:
    with rclone(tmp_path / "s3", free_port()) as endpoint:
        settings.R2_CONFIG = config_of(endpoint)
        said = run_parser(feed)

    assert said == (
        "supplier: 4 created, 0 updated, 0 unchanged, 0 rejected.\n"
        "supplier: 8 pictures still to come into the storage.\n"
    )
