import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from hashlib import sha256
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from utils.r2_storage import (
    KeyMissing,
    LocalStorage,
    ObjectStorage,
    ObjectTooLarge,
    R2Storage,
    StorageError,
    StorageUnavailable,
    get_storage,
)
from utils.storage_urls import PublicBase, checked_key

CDN = "https://cdn.shop.example/media"
KEYS = [
    "a.jpg",
    "products/processed/7/optimized.jpg",
    "товары/платье красное.jpg",
    "a b+c&d=e?f#g.jpg",
    "100% хлопок.jpg",
    "x" * 255,
    "/".join(["y" * 100] * 10),
]
BAD_KEYS = [
    "",
    "/",
    "/etc/passwd",
    "a/",
    "a//b",
    "..",
    "../a",
    "a/../../b",
    "a/./b",
    "a\\..\\b",
    "a\x00b",
    "a\nb",
    "a/%2e%2e/b",
    "a%2Fb",
    "a%252e",
    "x" * 256,
    "/".join(["y" * 100] * 11),
    "\ud800",
]


def config_of(endpoint: str) -> dict[str, str]:
    return {
        "endpoint_url": endpoint,
        "aws_access_key_id": "access-key",
        "aws_secret_access_key": "secret-key",
        "region_name": "auto",
        "bucket_name": "shop-media",
    }


@pytest.fixture(scope="module")
def s3_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that speaks S3, with an empty bucket."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    log = (tmp_path_factory.mktemp("moto") / "log").open("wb")
    program = "from moto.server import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", program, "-H", "127.0.0.1", "-p", str(port)], stdout=log, stderr=log
    )
    try:
        wait_for(port, process)
        endpoint = f"http://127.0.0.1:{port}"
        R2Storage(config_of(endpoint), CDN).client.create_bucket(
            Bucket="shop-media",
            CreateBucketConfiguration={"LocationConstraint": "auto"},  # type: ignore[typeddict-item]
        )
        yield endpoint
    finally:
        process.terminate()
        process.wait(timeout=10)
        log.close()


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert process.poll() is None, "moto_server ended"
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/moto-api/")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            connection.close()
            return
    raise AssertionError("moto_server did not start in 30 seconds")


@pytest.fixture(params=["local", "r2"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStorage:
    if request.param == "local":
        return LocalStorage(tmp_path / "media", CDN)
    return R2Storage(config_of(request.getfixturevalue("s3_endpoint")), CDN)


# --- What both storages promise ----------------------------------------------------------------------------


@pytest.mark.parametrize("key", KEYS)
def test_put_get_exists_delete(storage: ObjectStorage, key: str) -> None:
    assert storage.exists(key) is False

    storage.put(key, b"first", content_type="image/jpeg")
    storage.put(key, b"second", content_type="image/jpeg")

    assert storage.exists(key) is True
    assert storage.get(key, max_bytes=6) == b"second"

    storage.delete(key)
    storage.delete(key)

    assert storage.exists(key) is False
    with pytest.raises(KeyMissing):
        storage.get(key, max_bytes=6)


def test_empty_object(storage: ObjectStorage) -> None:
    storage.put("empty", b"", content_type="text/plain")

    assert storage.get("empty", max_bytes=0) == b""


def test_object_above_the_limit_is_refused(storage: ObjectStorage) -> None:
    storage.put("big.jpg", b"x" * 1001, content_type="image/jpeg")

    with pytest.raises(ObjectTooLarge, match=r"^big\.jpg has more than the 1000 bytes allowed\.$"):
        storage.get("big.jpg", max_bytes=1000)
    assert len(storage.get("big.jpg", max_bytes=1001)) == 1001


@pytest.mark.parametrize("key", BAD_KEYS)
def test_bad_key_is_refused_everywhere(storage: ObjectStorage, key: str) -> None:
    with pytest.raises(StorageError):
        storage.put(key, b"x", content_type="text/plain")
    with pytest.raises(StorageError):
        storage.get(key, max_bytes=1)
    with pytest.raises(StorageError):
        storage.exists(key)
    with pytest.raises(StorageError):
        storage.delete(key)
    with pytest.raises(StorageError):
        storage.public_url(key)


@pytest.mark.parametrize("key", KEYS)
def test_public_url_leads_back_to_the_key(storage: ObjectStorage, key: str) -> None:
    url = storage.public_url(key)

    assert url.startswith(f"{CDN}/")
    assert url.isascii()
    assert storage.key_of(url) == key


def test_threads_share_a_storage(storage: ObjectStorage) -> None:
    errors: list[Exception] = []

    def work(number: int) -> None:
        try:
            storage.put(f"many/{number}", str(number).encode(), content_type="text/plain")
            assert storage.get(f"many/{number}", max_bytes=10) == str(number).encode()
        except Exception as exc:
            errors.append(exc)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []


# --- URLs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://cdn.shop.example/media/a.jpg", "a.jpg"),
        ("HTTPS://CDN.Shop.Example:443/media/a.jpg?v=2#top", "a.jpg"),
        ("https://cdn.shop.example./media/a.jpg", "a.jpg"),
        ("https://cdn.shop.example/media/%D0%B0%20b.jpg", "а b.jpg"),
        ("https://cdn.shop.example/media/а b.jpg", "а b.jpg"),
        ("http://cdn.shop.example/media/a.jpg", None),
        ("https://cdn.shop.example:8443/media/a.jpg", None),
        ("https://cdn.shop.example:0/media/a.jpg", None),
        ("https://cdn.shop.example:port/media/a.jpg", None),
        ("https://cdn.shop.example.evil.com/media/a.jpg", None),
        ("https://evilcdn.shop.example/media/a.jpg", None),
        ("https://cdn.shop.example@evil.com/media/a.jpg", None),
        ("https://evil.com@cdn.shop.example/media/a.jpg", None),
        ("https://evil.com/https://cdn.shop.example/media/a.jpg", None),
        ("https://cdn.shop.example/mediaa.jpg", None),
        ("https://cdn.shop.example/media", None),
        ("https://cdn.shop.example/media/", None),
        ("https://cdn.shop.example/other/a.jpg", None),
        ("https://cdn.shop.example/media/../secret", None),
        ("https://cdn.shop.example/media/a/%2e%2e/%2E%2E/secret", None),
        ("https://cdn.shop.example/media/%252e%252e/secret", None),
        ("https://cdn.shop.example/media/..%2fsecret", None),
        ("https://cdn.shop.example/media/..%5csecret", None),
        ("https://cdn.shop.example/media\\a.jpg", None),
        ("https://cdn.shop.example\\@evil.com/media/a.jpg", None),
        ("https://cdn.shop.example/media/a%00.jpg", None),
        ("https://cdn.shop.example/media/a\n.jpg", None),
        ("https://cdn.shop.example/media/%ff.jpg", None),
        ("https://cdn.shop.example/media//a.jpg", None),
        ("https://ｃdn.shop.example/media/a.jpg", None),
        ("https://[::1/media/a.jpg", None),
        ("//cdn.shop.example/media/a.jpg", None),
        ("/media/a.jpg", None),
        ("", None),
    ],
)
def test_key_of(url: str, key: str | None) -> None:
    assert PublicBase(CDN).key_of(url) == key
    assert PublicBase(f"{CDN}/").key_of(url) == key


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://cdn.pharmaturk.com", "https://cdn.pharmaturk.com/a%20b.jpg"),
        ("http://127.0.0.1:8000/media", "http://127.0.0.1:8000/media/a%20b.jpg"),
    ],
)
def test_base_with_and_without_path(base: str, url: str) -> None:
    assert PublicBase(base).url_of("a b.jpg") == url
    assert PublicBase(base).key_of(url) == "a b.jpg"


@pytest.mark.parametrize(
    "base",
    ["", "/media", "cdn.example.com", "ftp://x.com", "https://", "https://me@x.com", "https://x.com?a"],
)
def test_base_must_be_a_plain_url(base: str) -> None:
    with pytest.raises(StorageError, match="public address of the storage"):
        PublicBase(base)


def test_longest_key_is_allowed() -> None:
    key = "/".join(["y" * 127] * 8)
    assert len(key) == 1023
    assert checked_key(key + "z") == key + "z"


# --- The folder --------------------------------------------------------------------------------------------


def test_symbolic_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    storage = LocalStorage(tmp_path / "media", CDN)
    storage.put("a", b"x", content_type="text/plain")
    (tmp_path / "media" / "link").symlink_to(tmp_path)

    for key in ("link/secret", "link/new"):
        with pytest.raises(StorageError, match="leads out of the storage folder"):
            storage.put(key, b"x", content_type="text/plain")
        with pytest.raises(StorageError, match="leads out of the storage folder"):
            storage.get(key, max_bytes=10)

    assert (tmp_path / "secret").read_bytes() == b"secret"


def test_failed_write_keeps_the_old_file_and_no_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = LocalStorage(tmp_path, CDN)
    storage.put("a.jpg", b"old", content_type="image/jpeg")

    def disk_full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", disk_full)

    with pytest.raises(StorageUnavailable, match="No space left on device"):
        storage.put("a.jpg", b"new", content_type="image/jpeg")

    assert [path.name for path in tmp_path.iterdir()] == ["a.jpg"]
    assert storage.get("a.jpg", max_bytes=10) == b"old"


def test_file_can_be_read_by_a_web_server(tmp_path: Path) -> None:
    LocalStorage(tmp_path, CDN).put("a.jpg", b"x", content_type="image/jpeg")

    assert (tmp_path / "a.jpg").stat().st_mode & 0o777 == 0o644


def test_folder_is_no_object(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path, CDN)
    storage.put("a/b", b"x", content_type="text/plain")

    assert storage.exists("a") is False
    assert storage.exists("a/b/c") is False
    for key in ("a", "a/b/c"):
        with pytest.raises(StorageError, match="folder or lies under a file"):
            storage.put(key, b"x", content_type="text/plain")
        with pytest.raises(StorageError, match="folder or lies under a file"):
            storage.get(key, max_bytes=1)


# --- The bucket --------------------------------------------------------------------------------------------


def test_object_carries_type_and_cache_header(s3_endpoint: str) -> None:
    storage = R2Storage(config_of(s3_endpoint), CDN)
    storage.put("a.jpg", b"x", content_type="image/jpeg")

    head = storage.client.head_object(Bucket="shop-media", Key="a.jpg")

    assert head["ContentType"] == "image/jpeg"
    assert head["CacheControl"] == "max-age=31536000"


def test_missing_bucket_is_an_error_that_waiting_does_not_heal(s3_endpoint: str) -> None:
    storage = R2Storage({**config_of(s3_endpoint), "bucket_name": "no-such-bucket"}, CDN)

    with pytest.raises(StorageError, match="NoSuchBucket") as caught:
        storage.put("a.jpg", b"x", content_type="image/jpeg")

    assert type(caught.value) is StorageError


def test_server_that_is_down_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    storage = R2Storage(config_of(f"http://127.0.0.1:{port}"), CDN)

    for call in (
        lambda: storage.put("a", b"x", content_type="text/plain"),
        lambda: storage.get("a", max_bytes=1),
        lambda: storage.exists("a"),
        lambda: storage.delete("a"),
    ):
        with pytest.raises(StorageUnavailable):
            call()


class Intercepted:
    """Answers in place of the network and keeps what boto3 was about to send.

    A HEAD after a PUT is the storage looking whether the file is there: it is, with its size.
    """

    def __init__(self, storage: R2Storage, *statuses: int) -> None:
        self.requests: list[AWSPreparedRequest] = []
        self._statuses = list(statuses)
        self._stored = 0
        storage.client.meta.events.register("before-send.s3", self._answer)  # type: ignore[arg-type]

    def _answer(self, request: AWSPreparedRequest, **kwargs: object) -> AWSResponse:
        headers = HTTPHeaders()
        if request.method == "HEAD" and self._stored:
            headers["Content-Length"] = str(self._stored)
            return AWSResponse(str(request.url), 200, headers, EmptyBody())
        self.requests.append(request)
        if request.method == "PUT":
            self._stored = int(_text(request.headers["Content-Length"]))
        return AWSResponse(str(request.url), self._statuses.pop(0), headers, EmptyBody())


class EmptyBody:
    def stream(self) -> Iterator[bytes]:
        return iter(())


def test_upload_over_https_is_a_plain_signed_body() -> None:
    """R2 refuses `aws-chunked`, which boto3 sends over https (and only there) unless told otherwise."""
    storage = R2Storage(config_of("https://account.r2.cloudflarestorage.com"), CDN)
    sent = Intercepted(storage, 200)

    storage.put("товар/a.jpg", b"picture", content_type="image/jpeg")

    [request] = sent.requests
    headers = {name.lower(): _text(value) for name, value in request.headers.items()}
    assert request.method == "PUT"
    assert request.url == (
        "https://account.r2.cloudflarestorage.com/shop-media/%D1%82%D0%BE%D0%B2%D0%B0%D1%80/a.jpg"
    )
    assert isinstance(request.body, BytesIO)
    assert request.body.getvalue() == b"picture"
    assert headers["content-length"] == "7"
    assert headers["content-type"] == "image/jpeg"
    assert headers["cache-control"] == "max-age=31536000"
    assert headers["x-amz-content-sha256"] in ("UNSIGNED-PAYLOAD", sha256(b"picture").hexdigest())
    assert headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=access-key/")
    assert "/auto/s3/aws4_request" in headers["authorization"]
    assert not {"content-encoding", "transfer-encoding", "x-amz-trailer"} & headers.keys()
    assert not [name for name in headers if "checksum" in name or "decoded" in name]


def test_download_over_https_asks_for_no_checksum() -> None:
    storage = R2Storage(config_of("https://account.r2.cloudflarestorage.com"), CDN)
    sent = Intercepted(storage, 403)

    with pytest.raises(StorageError, match="The bucket refuses"):
        storage.get("a.jpg", max_bytes=1)

    [request] = sent.requests
    assert request.method == "GET"
    assert not [name for name in request.headers if "checksum" in name.lower()]


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


@pytest.mark.parametrize(
    ("statuses", "error"),
    [((503, 503), StorageUnavailable), ((429, 429), StorageUnavailable), ((403,), StorageError)],
)
def test_status_decides_whether_to_try_again(statuses: tuple[int, ...], error: type[StorageError]) -> None:
    storage = R2Storage(config_of("https://account.r2.cloudflarestorage.com"), CDN)
    sent = Intercepted(storage, *statuses)

    with pytest.raises(StorageError) as caught:
        storage.put("a.jpg", b"x", content_type="image/jpeg")

    assert type(caught.value) is error
    assert len(sent.requests) == len(statuses)


def test_second_try_heals() -> None:
    storage = R2Storage(config_of("https://account.r2.cloudflarestorage.com"), CDN)
    sent = Intercepted(storage, 500, 200)

    storage.put("a.jpg", b"x", content_type="image/jpeg")

    assert len(sent.requests) == 2


def test_client_is_made_once_for_all_threads() -> None:
    storage = R2Storage(config_of("https://account.r2.cloudflarestorage.com"), CDN)
    clients: list[int] = []
    threads = [threading.Thread(target=lambda: clients.append(id(storage.client))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(clients) == 8
    assert len(set(clients)) == 1


# --- The choice --------------------------------------------------------------------------------------------


def test_without_endpoint_it_is_a_folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.R2_CONFIG = config_of("")
    settings.AI_R2_SETTINGS = {"cdn_url": "http://127.0.0.1:8000/media"}

    storage = get_storage()
    storage.put("a/b.jpg", b"x", content_type="image/jpeg")

    assert isinstance(storage, LocalStorage)
    assert (tmp_path / "a" / "b.jpg").read_bytes() == b"x"
    assert storage.public_url("a/b.jpg") == "http://127.0.0.1:8000/media/a/b.jpg"


def test_with_endpoint_it_is_the_bucket_and_settings_are_noticed(
    settings: Settings, s3_endpoint: str
) -> None:
    settings.R2_CONFIG = config_of("")
    settings.AI_R2_SETTINGS = {"cdn_url": CDN}
    folder = get_storage()
    assert isinstance(folder, LocalStorage)
    assert get_storage() is folder

    settings.R2_CONFIG = config_of(s3_endpoint)
    bucket = get_storage()
    assert isinstance(bucket, R2Storage)
    assert get_storage() is bucket
    bucket.put("chosen.jpg", b"x", content_type="image/jpeg")
    assert bucket.get("chosen.jpg", max_bytes=1) == b"x"

    settings.AI_R2_SETTINGS = {"cdn_url": "https://other.example"}
    assert get_storage().public_url("a") == "https://other.example/a"


def test_incomplete_settings_say_what_is_missing(settings: Settings) -> None:
    settings.AI_R2_SETTINGS = {"cdn_url": CDN}
    settings.R2_CONFIG = {**config_of("https://x.example"), "bucket_name": "", "aws_access_key_id": ""}

    with pytest.raises(ImproperlyConfigured, match=r"lacks aws_access_key_id, bucket_name\.$"):
        get_storage()

    settings.R2_CONFIG = config_of("https://x.example")
    settings.AI_R2_SETTINGS = {"cdn_url": "ftp://x.example"}

    with pytest.raises(ImproperlyConfigured, match="public address of the storage"):
        get_storage()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_forked_child_builds_its_own(settings: Settings, s3_endpoint: str) -> None:
    settings.R2_CONFIG = config_of(s3_endpoint)
    settings.AI_R2_SETTINGS = {"cdn_url": CDN}
    parent = get_storage()
    read, write = os.pipe()

    child = os.fork()
    if child == 0:
        os.write(write, b"own" if get_storage() is not parent else b"shared")
        os._exit(0)
    os.waitpid(child, 0)

    assert os.read(read, 10) == b"own"
    os.close(read)
    os.close(write)


def test_import_does_not_load_boto3() -> None:
    program = "import sys, utils.r2_storage; print('boto3' in sys.modules or 'botocore' in sys.modules)"
    backend = Path(__file__).resolve().parents[2]

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=backend, capture_output=True, text=True, check=True
    )

    assert done.stdout == "False\n"
