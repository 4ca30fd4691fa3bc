"""A tunnel through a proxy, and what may not be sent."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from utils.safe_fetch import Asking, FetchError, FetchFailed, FetchLimits, UnsafeUrl, fetch
from utils.secret import Secret
from utils.tests.local_server import LocalServer, http_answer, local_server
from utils.tests.test_safe_fetch import certificate_for


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[tuple[LocalServer, ssl.SSLContext]]:
    pem = certificate_for("shop.example", tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with local_server(context) as server:
        server.routes["/"] = http_answer(b"hello")
        yield server, ssl.create_default_context(cafile=str(pem))


def through(
    proxy: LocalServer, shop: tuple[LocalServer, ssl.SSLContext], host: str = "shop.example"
) -> bytes:
    server, context = shop
    return fetch(
        server.url("/", host=host, scheme="https"),
        limits=FetchLimits(max_bytes=1000, ports=frozenset({server.port}), total_timeout=5),
        allow_private=True,
        resolve=lambda name, port: ["127.0.0.1"],
        ssl_context=context,
        asking=Asking(proxy=Secret(f"http://name:pa55word@127.0.0.1:{proxy.port}")),
    ).content


def relay_to(port: int, connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
    with socket.create_connection(("127.0.0.1", port)) as onward:
        back = threading.Thread(target=_pump, args=(onward, connection), daemon=True)
        back.start()
        _pump(connection, onward)
        back.join(timeout=5)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while chunk := source.recv(4096):
            sink.sendall(chunk)
        sink.shutdown(socket.SHUT_WR)


def test_https_goes_through_a_tunnel_to_the_address_that_was_checked(
    shop: tuple[LocalServer, ssl.SSLContext],
) -> None:
    with local_server() as proxy:
        place = f"127.0.0.1:{shop[0].port}"
        proxy.routes[place] = lambda connection: relay_to(shop[0].port, connection)
        assert through(proxy, shop) == b"hello"
        assert proxy.heads[0].startswith(f"CONNECT {place} HTTP/1.1\r\n")
        assert "Proxy-Authorization: Basic bmFtZTpwYTU1d29yZA==\r\n" in proxy.heads[0]
    assert "pa55word" not in shop[0].heads[0]
    assert "Proxy" not in shop[0].heads[0]


def test_a_refusing_proxy_is_named_without_its_password(shop: tuple[LocalServer, ssl.SSLContext]) -> None:
    with local_server() as proxy:
        proxy.routes[f"127.0.0.1:{shop[0].port}"] = http_answer(
            b"", status="407 Proxy Authentication Required"
        )
        with pytest.raises(FetchFailed, match="the proxy refuses: 407") as caught:
            through(proxy, shop)
    assert "pa55word" not in str(caught.value)
    assert shop[0].heads == []


def test_a_name_that_the_certificate_does_not_hold_is_refused_behind_a_proxy_too(
    shop: tuple[LocalServer, ssl.SSLContext],
) -> None:
    with local_server() as proxy:
        place = f"127.0.0.1:{shop[0].port}"
        proxy.routes[place] = lambda connection: relay_to(shop[0].port, connection)
        with pytest.raises(FetchFailed, match="No secure connection"):
            through(proxy, shop, host="other.example")


@pytest.mark.parametrize("proxy", ["socks5://x.example:1", "x.example:3128", "http://[", "https://x.example"])
def test_an_address_that_is_no_proxy_is_refused(proxy: str) -> None:
    with pytest.raises(UnsafeUrl, match="proxy"):
        fetch("http://shop.example/", limits=FetchLimits(max_bytes=1), asking=Asking(proxy=Secret(proxy)))


def test_a_proxy_opens_no_way_into_our_own_network() -> None:
    with local_server() as proxy:
        asking = Asking(proxy=Secret(f"http://127.0.0.1:{proxy.port}"))
        for url in ("http://127.0.0.1/", "http://10.0.0.1/", "https://169.254.169.254/latest/meta-data/"):
            with pytest.raises(UnsafeUrl):
                fetch(url, limits=FetchLimits(max_bytes=1), asking=asking)
        assert proxy.heads == []


@pytest.mark.parametrize(
    "headers",
    [
        {"X": "a\r\nInjected: 1"},
        {"X\r\nInjected": "1"},
        {"X Y": "1"},
        {"": "1"},
        {"Host": "evil.example"},
        {"Content-Length": "5"},
        {"Transfer-Encoding": "chunked"},
        {"X": "ключ"},
        {"X": "a\x00b"},
    ],
)
def test_a_header_that_could_smuggle_something_is_not_sent(headers: dict[str, str]) -> None:
    with local_server() as server:
        limits = FetchLimits(max_bytes=1000, ports=frozenset({server.port}))
        server.routes["/"] = http_answer(b"ok")
        for asking in (
            Asking(headers=headers),
            Asking(secret_headers={name: Secret(value) for name, value in headers.items()}),
        ):
            with pytest.raises(FetchError):
                fetch(server.url("/"), limits=limits, allow_private=True, asking=asking)
        assert server.heads == []
