import gzip
import socket
import ssl
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from utils.fetch_request import Asking
from utils.safe_fetch import (
    FetchError,
    FetchFailed,
    FetchLimits,
    FetchTimeout,
    FetchTooLarge,
    UnsafeUrl,
    fetch,
)
from utils.safe_urls import is_public, parse_target
from utils.tests.local_server import LocalServer, http_answer, local_server, redirect

UNSAFE_URLS = [
    # loopback, this host, private, link-local, shared, reserved, multicast
    "http://127.0.0.1/",
    "http://127.0.0.1:80/",
    "https://127.0.0.1:443/",
    "http://127.127.127.127/",
    "http://127.0.0.0/",
    "http://0.0.0.0/",
    "http://10.0.0.5/",
    "http://172.16.31.1/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://169.254.170.2/v2/credentials",
    "http://100.100.100.200/latest/meta-data/",
    "http://192.0.0.192/opc/v1/",
    "http://168.63.129.16/machine",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://239.255.255.250/",
    "http://255.255.255.255/",
    # short, decimal, octal, hexadecimal and mixed notations
    "http://0/",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://2852039166/",
    "http://4294967297/",
    "http://0177.0.0.1/",
    "http://0177.0.0.01/",
    "http://o177.0.0.1/",
    "http://q177.0.0.1/",
    "http://0x7f000001/",
    "http://0x7f.0.0.0x1/",
    "http://0xA9.254.0xA9.254/",
    "http://169.254.43518/",
    "http://127.0.0.1./",
    # IPv6 and IPv4 inside it
    "http://[::]/",
    "http://[::1]/",
    "http://[0000::1]:80/",
    "http://[::ffff:127.0.0.1]/",
    "http://[0:0:0:0:0:ffff:a9fe:a9fe]/",
    "http://[::127.0.0.1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:7f00:1::1]/",
    "http://[64:ff9b::169.254.169.254]/",
    "http://[64:ff9b:1::a00:1]/",
    "http://[fd00:ec2::254]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[2606:4700::1111%25eth0]/",
    "http://[ff02::1]/",
    "http://[fec0::1]/",
    # full-width and enclosed digits, ideographic dots
    "http://１２７.０.０.１/",
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",
    "http://１６９．２５４．１６９．２５４/",
    "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
    "http://%31%32%37.0.0.1/",
    # names of our own network
    "http://localhost/",
    "http://LOCALHOST./",
    "http://ip6-localhost/",
    "http://img.localhost/",
    "http://postgres/",
    "http://printer.local/",
    "http://metadata.google.internal/",
    # user names, parsers that disagree, malformed
    "http://user:secret@example.com/",
    "http://example.com@127.0.0.1/",
    "http://127.1.1.1:80\\@127.2.2.2:80/",
    "http://1.1.1.1 &@2.2.2.2# @3.3.3.3/",
    "http://exam\nple.com/",
    "http://example.com/\r\nHost: 127.0.0.1",
    "http://example.com\t/",
    "http:127.0.0.1/",
    "http:///etc/passwd",
    "http://[::1/",
    "http://exa mple.com/",
    "http://a..example.com/",
    "http://-example.com/",
    "http://" + "a" * 64 + ".com/",
    "http://example.com/\ud800",
    "http://example.com/" + "a" * 9000,
    # ports and schemes
    "http://example.com:22/",
    "http://example.com:6379/",
    "http://example.com:0/",
    "http://example.com:99999/",
    "http://example.com:８０８０/",
    "file:///etc/passwd",
    "ftp://example.com/a.jpg",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "dict://127.0.0.1:11211/",
    "jar:http://127.0.0.1!/",
    "data:image/png;base64,AAAA",
    "//example.com/a.jpg",
    "/a.jpg",
    "",
]


def never_resolve(host: str, port: int) -> list[str]:
    raise AssertionError(f"{host} must not be looked up")


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with local_server() as server:
        yield server


@pytest.fixture
def limits(server: LocalServer) -> FetchLimits:
    return FetchLimits(max_bytes=1000, ports=frozenset({server.port}), total_timeout=5)


@pytest.mark.parametrize("url", UNSAFE_URLS)
def test_unsafe_url_is_refused_before_any_look_up(url: str) -> None:
    with pytest.raises(UnsafeUrl):
        fetch(url, limits=FetchLimits(max_bytes=10), resolve=never_resolve)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://Example.COM/a.jpg", "https://example.com/a.jpg"),
        ("  http://example.com:80?x=1#part ", "http://example.com/?x=1"),
        (
            "http://example.com./фото 1.jpg?q=é",
            "http://example.com/%D1%84%D0%BE%D1%82%D0%BE%201.jpg?q=%C3%A9",
        ),
        ("https://президент.рф/a", "https://xn--d1abbgf6aiiy.xn--p1ai/a"),
        ("http://example.com//double//slash", "http://example.com//double//slash"),
        ("http://example.com/a%2Fb%20c?u=http://x/%3F", "http://example.com/a%2Fb%20c?u=http://x/%3F"),
        ("http://[2606:4700::1111]/", "http://[2606:4700::1111]/"),
        ("http://cdn_1.example.com/", "http://cdn_1.example.com/"),
    ],
)
def test_url_is_normalised(url: str, expected: str) -> None:
    assert parse_target(url, ports=frozenset({80, 443})).url == expected


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "8.8.8.8",
        "172.15.0.1",
        "172.32.0.1",
        "100.63.255.255",
        "2606:4700::1111",
        "2a00:1450:4001:81b::200e",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
    ],
)
def test_public_addresses(address: str) -> None:
    assert is_public(address) is True


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        ["93.184.215.14", "10.0.0.1"],
        ["2606:4700::1111", "::1"],
        ["169.254.169.254", "93.184.215.14"],
        ["::ffff:10.0.0.1"],
        ["fe80::1%eth0"],
        ["93.184.215.14", "not an address"],
    ],
)
def test_one_private_answer_refuses_the_host(
    server: LocalServer, limits: FetchLimits, answers: list[str]
) -> None:
    with pytest.raises(UnsafeUrl, match=r"^shop\.example leads to "):
        fetch(server.url("/", host="shop.example"), limits=limits, resolve=lambda host, port: answers)

    assert server.heads == []


def test_name_is_looked_up_once_and_the_connection_goes_to_that_answer(
    server: LocalServer, limits: FetchLimits
) -> None:
    server.routes["/a.txt?x=1"] = http_answer(b"hello", "Text/Plain; charset=utf-8")
    asked: list[tuple[str, int]] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["127.0.0.1"]

    fetched = fetch(
        server.url("/a.txt?x=1#top", host="shop.example"), limits=limits, allow_private=True, resolve=resolve
    )

    assert fetched.content == b"hello"
    assert fetched.content_type == "text/plain"
    assert fetched.url == f"http://shop.example:{server.port}/a.txt?x=1"
    assert asked == [("shop.example", server.port)]


def test_request_carries_no_credentials_and_ignores_the_proxy_of_the_environment(
    server: LocalServer, limits: FetchLimits, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    server.routes["/a"] = http_answer(b"", status="302 Found", Location="/b", Set_Cookie="id=1")
    server.routes["/b"] = http_answer(b"hello")

    fetch(server.url("/a"), limits=limits, allow_private=True)

    assert server.paths == ["/a", "/b"]
    assert server.heads[1].split("\r\n") == [
        "GET /b HTTP/1.1",
        f"Host: 127.0.0.1:{server.port}",
        "User-Agent: Mozilla/5.0 (compatible; PharmaTurk/1.0)",
        "Accept: */*",
        "Accept-Encoding: identity",
        "Connection: close",
        "",
        "",
    ]


def test_head_asks_whether_the_file_is_there_and_reads_nothing(server: LocalServer) -> None:
    server.routes["/a"] = http_answer(b"", Content_Length="9999999")
    limits = FetchLimits(max_bytes=1, ports=frozenset({server.port}))

    fetched = fetch(server.url("/a"), limits=limits, allow_private=True, asking=Asking(only_head=True))

    assert (fetched.content, server.heads[0].split("\r\n")[0]) == (b"", "HEAD /a HTTP/1.1")
    with pytest.raises(FetchFailed) as failure:
        fetch(server.url("/b"), limits=limits, allow_private=True, asking=Asking(only_head=True))
    assert failure.value.status == 404


def test_second_address_is_tried_when_the_first_refuses(server: LocalServer, limits: FetchLimits) -> None:
    server.routes["/"] = http_answer(b"hello")

    fetched = fetch(
        server.url("/", host="shop.example"),
        limits=limits,
        allow_private=True,
        resolve=lambda host, port: ["127.0.0.2", "127.0.0.1"],
    )

    assert fetched.content == b"hello"


def test_private_address_is_refused_without_a_connection(server: LocalServer, limits: FetchLimits) -> None:
    with pytest.raises(UnsafeUrl, match=r"127\.0\.0\.1, which is not a public address"):
        fetch(server.url("/"), limits=limits)

    assert server.heads == []


@pytest.mark.parametrize(
    "location",
    [
        "http://10.0.0.1/",
        "http://[::1]/",
        "//169.254.169.254/latest/",
        "http://0x7f.1/",
        "http://localhost/",
        "http://user@example.com/",
        "file:///etc/passwd",
        "http://[",
        "http://inner.example/",
    ],
)
def test_redirect_to_an_unsafe_place_is_refused(
    server: LocalServer, limits: FetchLimits, monkeypatch: pytest.MonkeyPatch, location: str
) -> None:
    """The first hop is public as far as the guard can tell: 127.0.0.1 stands for 93.184.215.14 here."""
    server.routes["/"] = redirect(location)
    connect = socket.create_connection
    connected: list[str] = []

    def stand_in(address: tuple[str, int], timeout: float) -> socket.socket:
        connected.append(address[0])
        return connect(("127.0.0.1", address[1]), timeout)

    monkeypatch.setattr(socket, "create_connection", stand_in)
    names = {"shop.example": ["93.184.215.14"], "inner.example": ["10.0.0.1"]}
    limits = FetchLimits(max_bytes=1000, ports=frozenset({80, server.port}), total_timeout=5)

    with pytest.raises(UnsafeUrl):
        fetch(server.url("/", host="shop.example"), limits=limits, resolve=lambda host, port: names[host])

    assert connected == ["93.184.215.14"]


def test_redirect_loop_ends(server: LocalServer, limits: FetchLimits) -> None:
    server.routes["/"] = redirect("/")

    with pytest.raises(FetchFailed, match="redirects more than 3 times") as caught:
        fetch(server.url("/"), limits=limits, allow_private=True)

    assert caught.value.status is None
    assert server.paths == ["/", "/", "/", "/"]


def test_redirect_to_a_name_in_utf8_is_followed(server: LocalServer, limits: FetchLimits) -> None:
    server.routes["/"] = redirect("/фото.jpg".encode().decode("latin-1"))
    server.routes["/%D1%84%D0%BE%D1%82%D0%BE.jpg"] = http_answer(b"hello")

    assert fetch(server.url("/"), limits=limits, allow_private=True).content == b"hello"


def test_body_of_exactly_the_limit_is_allowed(server: LocalServer, limits: FetchLimits) -> None:
    server.routes["/"] = http_answer(b"x" * 1000)

    assert len(fetch(server.url("/"), limits=limits, allow_private=True).content) == 1000


def test_declared_length_above_the_limit_is_refused_unread(server: LocalServer, limits: FetchLimits) -> None:
    server.routes["/"] = b"HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n"

    with pytest.raises(FetchTooLarge, match=r"^The file has 5000000000 bytes; 1000 are allowed\.$"):
        fetch(server.url("/"), limits=limits, allow_private=True)


def endless(head: bytes, chunk: bytes) -> Callable[[socket.socket], None]:
    def answer(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(chunk)

    return answer


@pytest.mark.parametrize(
    ("head", "chunk"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 500),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"5\r\nhello\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: nonsense\r\n\r\n", b"x" * 500),
    ],
)
def test_endless_body_without_length_is_cut(
    server: LocalServer, limits: FetchLimits, head: bytes, chunk: bytes
) -> None:
    server.routes["/"] = endless(head, chunk)

    with pytest.raises(FetchTooLarge, match="more than the 1000 bytes"):
        fetch(server.url("/"), limits=limits, allow_private=True)


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n"])
def test_endless_headers_are_cut(server: LocalServer, limits: FetchLimits, head: bytes) -> None:
    server.routes["/"] = endless(head, b"X-Filler: 0123456789\r\n" if head.endswith(b"\n") else b"0123456789")

    with pytest.raises(FetchFailed, match=r"more than (100 headers|65536 bytes)"):
        fetch(server.url("/"), limits=limits, allow_private=True)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_packed_body_is_unpacked(server: LocalServer, limits: FetchLimits, encoding: str) -> None:
    packed = gzip.compress(b"hello") if encoding == "gzip" else zlib.compress(b"hello")
    server.routes["/"] = http_answer(packed, Content_Encoding=encoding)

    assert fetch(server.url("/"), limits=limits, allow_private=True).content == b"hello"


def test_gzip_bomb_is_refused_before_it_fills_the_memory(server: LocalServer) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert len(bomb) < 60_000
    server.routes["/"] = http_answer(bomb, Content_Encoding="gzip")
    limits = FetchLimits(max_bytes=100_000, ports=frozenset({server.port}))
    tracemalloc.start()

    try:
        with pytest.raises(FetchTooLarge, match="unpacks to more than the 100000 bytes"):
            fetch(server.url("/"), limits=limits, allow_private=True)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 5_000_000


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (http_answer(b"not gzip", Content_Encoding="gzip"), "could not be read"),
        (http_answer(gzip.compress(b"hello" * 50)[:-12], Content_Encoding="gzip"), "incomplete"),
        (http_answer(b"x", Content_Encoding="br"), "unknown encoding br"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nonly half", "broke off after 9 of 20 bytes"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", "could not be read"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "could not be read"),
        (b"", "could not be read"),
    ],
)
def test_broken_answer_is_a_failure(
    server: LocalServer, limits: FetchLimits, answer: bytes, message: str
) -> None:
    server.routes["/"] = answer

    with pytest.raises(FetchFailed, match=message):
        fetch(server.url("/"), limits=limits, allow_private=True)


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_dripping_server_ends_at_the_total_limit(server: LocalServer, head: bytes) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            time.sleep(0.1)
            connection.sendall(b"x")

    server.routes["/"] = drip
    limits = FetchLimits(max_bytes=1000, read_timeout=0.5, total_timeout=0.8, ports=frozenset({server.port}))
    started = time.monotonic()

    with pytest.raises(FetchTimeout):
        fetch(server.url("/"), limits=limits, allow_private=True)

    assert 0.7 < time.monotonic() - started < 1.5


def test_silent_server_ends_at_the_read_limit(server: LocalServer) -> None:
    server.routes["/"] = lambda connection: time.sleep(5)
    limits = FetchLimits(max_bytes=1000, read_timeout=0.2, ports=frozenset({server.port}))

    with pytest.raises(FetchTimeout, match=r"^127\.0\.0\.1 did not answer in time\.$"):
        fetch(server.url("/"), limits=limits, allow_private=True)


def test_slow_redirects_share_the_total_limit(server: LocalServer) -> None:
    def slow(connection: socket.socket) -> None:
        time.sleep(0.3)
        connection.sendall(redirect("/"))

    server.routes["/"] = slow
    limits = FetchLimits(max_bytes=1000, total_timeout=0.5, max_redirects=9, ports=frozenset({server.port}))

    with pytest.raises(FetchTimeout):
        fetch(server.url("/"), limits=limits, allow_private=True)

    assert server.paths == ["/", "/"]


def test_hanging_name_look_up_ends_at_the_total_limit() -> None:
    def hang(host: str, port: int) -> list[str]:
        time.sleep(3)
        return ["93.184.215.14"]

    started = time.monotonic()
    with pytest.raises(FetchTimeout, match=r"shop\.example could not be looked up in time"):
        fetch("http://shop.example/", limits=FetchLimits(max_bytes=1, total_timeout=0.2), resolve=hang)

    assert time.monotonic() - started < 1


def test_unknown_name_is_a_failure() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror("Name or service not known")

    with pytest.raises(FetchFailed, match=r"^The name shop\.example has no address\.$"):
        fetch("http://shop.example/", limits=FetchLimits(max_bytes=1), resolve=unknown)


def test_content_type_that_is_not_allowed_is_refused(server: LocalServer) -> None:
    server.routes["/"] = http_answer(b"<svg/>", "image/svg+xml")
    limits = FetchLimits(
        max_bytes=1000, content_types=frozenset({"image/png"}), ports=frozenset({server.port})
    )

    with pytest.raises(FetchFailed, match=r"^127\.0\.0\.1 sent image/svg\+xml\.$") as caught:
        fetch(server.url("/"), limits=limits, allow_private=True)

    assert caught.value.status == 200


@pytest.mark.parametrize(
    ("status", "number"), [("404 Not Found", 404), ("500 Oops", 500), ("302 Found", 302)]
)
def test_other_status_is_a_failure(
    server: LocalServer, limits: FetchLimits, status: str, number: int
) -> None:
    server.routes["/"] = http_answer(b"sorry", status=status)

    with pytest.raises(FetchFailed, match=f"answered with status {number}") as caught:
        fetch(server.url("/"), limits=limits, allow_private=True)

    assert caught.value.status == number


def test_refused_connection_is_a_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(FetchFailed, match="could not be read") as caught:
        fetch(
            f"http://127.0.0.1:{port}/",
            limits=FetchLimits(max_bytes=1, ports=frozenset({port})),
            allow_private=True,
        )

    assert caught.value.status is None
    assert isinstance(caught.value, FetchError)


# --- TLS ---------------------------------------------------------------------------------------------------


def certificate_for(host: str, folder: Path) -> Path:
    """A self-signed certificate and its key in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / f"{host}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return pem


@pytest.fixture
def tls_server(tmp_path: Path) -> Iterator[tuple[LocalServer, ssl.SSLContext]]:
    """A server with a certificate for shop.example and a client context that trusts it."""
    pem = certificate_for("shop.example", tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with local_server(context) as server:
        server.routes["/"] = http_answer(b"hello")
        yield server, ssl.create_default_context(cafile=str(pem))


def fetch_over_tls(server: LocalServer, host: str, context: ssl.SSLContext | None) -> bytes:
    return fetch(
        server.url("/", host=host, scheme="https"),
        limits=FetchLimits(max_bytes=1000, connect_timeout=1, ports=frozenset({server.port})),
        allow_private=True,
        resolve=lambda host, port: ["127.0.0.1"],
        ssl_context=context,
    ).content


def test_tls_is_checked_against_the_name_and_not_the_address(
    tls_server: tuple[LocalServer, ssl.SSLContext],
) -> None:
    server, trusting = tls_server

    assert fetch_over_tls(server, "shop.example", trusting) == b"hello"


@pytest.mark.parametrize(("host", "trusted"), [("other.example", True), ("shop.example", False)])
def test_wrong_name_or_unknown_issuer_is_refused(
    tls_server: tuple[LocalServer, ssl.SSLContext], host: str, trusted: bool
) -> None:
    server, trusting = tls_server

    with pytest.raises(FetchFailed, match=f"^No secure connection to {host}: .*CERTIFICATE_VERIFY_FAILED"):
        fetch_over_tls(server, host, trusting if trusted else None)

    assert server.heads == []


def test_server_that_never_finishes_the_handshake_times_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(FetchTimeout):
            fetch(
                f"https://shop.example:{port}/",
                limits=FetchLimits(max_bytes=1, connect_timeout=0.2, ports=frozenset({port})),
                allow_private=True,
                resolve=lambda host, port: ["127.0.0.1"],
            )
