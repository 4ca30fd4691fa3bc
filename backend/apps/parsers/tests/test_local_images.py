from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from pytest_django import Settings

from apps.parsers.services.local_images import (
    MAX_BYTES,
    LocalImageError,
    find_image,
    image_key,
    store_image,
)
from utils.r2_storage import get_storage

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    folder = tmp_path / "feed"
    (folder / "images").mkdir(parents=True)
    (folder / "images" / "1 а.png").write_bytes(PNG)
    (tmp_path / "secret.png").write_bytes(PNG)
    return folder


@pytest.mark.parametrize("reference", ["images/1 а.png", "images/1%20%D0%B0.png", "images/../images/1 а.png"])
def test_a_picture_beside_the_feed_is_found(feed: Path, reference: str) -> None:
    assert find_image(feed, reference).path == feed / "images" / "1 а.png"


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("../secret.png", "лежит вне папки ленты"),
        ("images/../../secret.png", "лежит вне папки ленты"),
        ("%2e%2e/secret.png", "лежит вне папки ленты"),
        ("/etc/passwd", "лежит вне папки ленты"),
        ("images/none.png", "рядом с лентой нет"),
        ("images", "рядом с лентой нет"),
        ("", "рядом с лентой нет"),
        ("a\x00b", "не читается"),
        ("a" * 5000, "не читается"),
    ],
)
def test_any_other_reference_is_refused(feed: Path, reference: str, message: str) -> None:
    with pytest.raises(LocalImageError, match=message):
        find_image(feed, reference)


def test_a_link_out_of_the_folder_is_refused_and_one_inside_is_not(feed: Path) -> None:
    (feed / "out.png").symlink_to(feed.parent / "secret.png")
    (feed / "in.png").symlink_to(feed / "images" / "1 а.png")
    (feed / "up").symlink_to(feed.parent)
    for reference in ("out.png", "up/secret.png"):
        with pytest.raises(LocalImageError, match="вне папки ленты"):
            find_image(feed, reference)
    assert find_image(feed, "in.png").path == feed / "images" / "1 а.png"


def test_what_is_no_picture_is_refused_whatever_its_name(feed: Path) -> None:
    (feed / "page.png").write_bytes(b"<html><script>")
    (feed / "empty.png").write_bytes(b"")
    for name in ("page.png", "empty.png"):
        with pytest.raises(LocalImageError, match="не фото"):
            find_image(feed, name)


def test_a_huge_picture_is_refused(feed: Path) -> None:
    with (feed / "huge.png").open("wb") as file:
        file.write(PNG)
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(LocalImageError, match=f"{MAX_BYTES + 1} байт"):
        find_image(feed, "huge.png")


@pytest.mark.parametrize(
    ("head", "suffix"),
    [
        (PNG, ".png"),
        (b"\xff\xd8\xff\xe0", ".jpg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", ".webp"),
        (b"GIF89a", ".gif"),
        (b"\x00\x00\x00\x1cftypavif", ".avif"),
    ],
)
def test_the_key_is_the_hash_and_the_real_format(head: bytes, suffix: str) -> None:
    digest = hashlib.sha256(head).hexdigest()
    assert image_key(head) == f"products/original/{digest[:2]}/{digest}{suffix}"


def test_a_picture_is_stored_once(feed: Path, tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    image = find_image(feed, "images/1 а.png")
    url = store_image(image)
    assert url == f"http://testserver/media/{image_key(PNG)}"
    assert get_storage().get(image_key(PNG), max_bytes=1000) == PNG
    get_storage().delete(image_key(PNG))
    assert store_image(image, known_urls=frozenset({url})) == url
    assert not get_storage().exists(image_key(PNG))


def test_a_picture_that_vanished_meanwhile_is_told(feed: Path) -> None:
    image = find_image(feed, "images/1 а.png")
    image.path.unlink()
    with pytest.raises(LocalImageError, match="не читается: No such file"):
        store_image(image)
