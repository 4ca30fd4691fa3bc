"""Fetch a file from an address that a stranger wrote.

The only way by which the project reads a URL from product data. Such a URL may point into our own network,
redirect there, never end, or unpack to gigabytes; each of these is refused with an error that says so.
The name is resolved once, every answer must be public, and the connection goes to the checked address:
there is no second look-up to lie to.
"""

import http.client
import io
import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import BinaryIO

from utils.fetch_request import Asking, Outgoing, Proxy, proxy_of, request, tunnel
from utils.safe_urls import FetchError, Target, UnsafeUrl, is_public, join_redirect, parse_target

__all__ = [
    "Asking",
    "FetchError",
    "FetchFailed",
    "FetchLimits",
    "FetchTimeout",
    "FetchTooLarge",
    "Fetched",
    "NotModified",
    "Outgoing",
    "UnsafeUrl",
    "fetch",
]

CHUNK = 64 * 1024
FOUND, POSTED = range(200, 201), range(200, 300)  # statuses of success of a GET, and of a POST
REDIRECTS = frozenset({301, 302, 303, 307, 308})

Resolve = Callable[[str, int], Sequence[str]]


class FetchTooLarge(FetchError):
    """The body is larger than `FetchLimits.max_bytes`, as sent or after unpacking."""


class FetchTimeout(FetchError):
    """One of the three time limits ran out."""


class FetchFailed(FetchError):
    """No connection, or an answer of no use. `status` is None when there was no HTTP answer.

    `retry_after`: what the server said in the header of that name.
    """

    def __init__(self, message: str, status: int | None = None, retry_after: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


class NotModified(FetchFailed):
    """The server has nothing newer than the version that `Asking.headers` named."""


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """Bytes of the body and seconds. `total_timeout` covers look-up, redirects and body together.

    `content_types` are lower-case media types without parameters; None allows all.
    """

    max_bytes: int
    connect_timeout: float = 5.0
    read_timeout: float = 10.0
    total_timeout: float = 20.0
    max_redirects: int = 3
    content_types: frozenset[str] | None = None
    ports: frozenset[int] = frozenset({80, 443})


@dataclass(frozen=True, slots=True)
class Fetched:
    """`url` is the one that answered, after redirects; `content_type` is bare and lower-case, or empty.

    `content` is empty when the caller named a file to write into. `etag`, `modified`: the version, as the server says.
    """

    url: str
    content: bytes
    content_type: str
    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class _Clock:
    """The moment (monotonic seconds) at which the whole fetch must be over."""

    end: float

    def left(self, at_most: float) -> float:
        """Seconds that the next step may take. Raises FetchTimeout when none are left."""
        seconds = self.end - time.monotonic()
        if seconds <= 0:
            raise FetchTimeout("The file did not arrive within the total time allowed.")
        return min(seconds, at_most)


class _TimedReader(io.RawIOBase):
    """Reads a socket so that a server which sends one byte a second still ends at the total limit."""

    def __init__(self, sock: socket.socket, clock: _Clock, read_timeout: float) -> None:
        self._sock = sock
        self._clock = clock
        self._read_timeout = read_timeout

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._sock.settimeout(self._clock.left(self._read_timeout))
        return self._sock.recv_into(buffer)


def fetch(
    url: str,
    *,
    limits: FetchLimits,
    send: Outgoing | None = None,
    allow_private: bool = False,
    resolve: Resolve | None = None,
    ssl_context: ssl.SSLContext | None = None,
    asking: Asking = Asking(),  # noqa: B008  (frozen)
    into: BinaryIO | None = None,
) -> Fetched:
    """GET `url` and return its body (HEAD: none), or POST `send`. No cookies, credentials, referrer or proxy but those
    of `asking`.

    A POST follows no redirect; any 2xx is success. `allow_private` admits our own network: for tests, tools and hosts
    that the operator named. `resolve` turns a host and port into addresses, `ssl_context` replaces the system's
    certificates. `into`: a file for the body, which then is not held in memory. Raises FetchError.
    """
    proxy, origin = proxy_of(asking), ""
    method = "POST" if send else "HEAD" if asking.only_head else "GET"
    clock = _Clock(time.monotonic() + limits.total_timeout)
    for _ in range(limits.max_redirects + 1):
        target = parse_target(url, ports=limits.ports, allow_private=allow_private)
        with _named_errors(target.host):
            addresses = _resolve_in_time(target, clock, resolve or system_resolve)
            if not allow_private:
                _refuse_private(target.host, addresses)
            origin = origin or _origin(target)
            with _connect(target, addresses, limits, clock, ssl_context or _system_context(), proxy) as sock:
                sock.settimeout(clock.left(limits.read_timeout))
                named = _origin(target) == origin
                sock.sendall(request(target, asking, named=named, proxy=proxy, send=send))
                response = _answer(sock, limits, clock, method=method)
                location = response.getheader("Location")
                if send is not None or response.status not in REDIRECTS or location is None:
                    return _accept(response, target, limits, into, POSTED if send else FOUND)
        url = join_redirect(target.url, location)
    raise FetchFailed(f"The server redirects more than {limits.max_redirects} times.")


def _origin(target: Target) -> str:
    return f"{target.scheme}://{target.authority}"


def system_resolve(host: str, port: int) -> list[str]:
    """The addresses of a host in the operating system's order. Raises OSError when it is unknown."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


@cache
def _system_context() -> ssl.SSLContext:
    return ssl.create_default_context()


@contextmanager
def _named_errors(host: str) -> Iterator[None]:
    try:
        yield
    except TimeoutError as exc:
        raise FetchTimeout(f"{host} did not answer in time.") from exc
    except ssl.SSLError as exc:
        raise FetchFailed(f"No secure connection to {host}: {exc}.") from exc
    except (OSError, http.client.HTTPException, zlib.error) as exc:
        raise FetchFailed(f"{host} could not be read: {exc or type(exc).__name__}.") from exc


def _resolve_in_time(target: Target, clock: _Clock, resolve: Resolve) -> list[str]:
    """A look-up cannot be interrupted, so it runs in a thread that may be left behind."""
    if is_address(target.host):
        return [target.host]
    answers: list[str] = []
    failures: list[OSError] = []

    def look_up() -> None:
        try:
            answers.extend(resolve(target.host, target.port))
        except OSError as exc:
            failures.append(exc)

    thread = threading.Thread(target=look_up, name=f"resolve {target.host}", daemon=True)
    thread.start()
    thread.join(clock.left(threading.TIMEOUT_MAX))
    if thread.is_alive():
        raise FetchTimeout(f"The name {target.host} could not be looked up in time.")
    if not answers:
        raise FetchFailed(f"The name {target.host} has no address.") from next(iter(failures), None)
    return answers


def is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _refuse_private(host: str, addresses: Sequence[str]) -> None:
    """One closed address among open ones refuses the host."""
    for address in addresses:
        if not (is_address(address) and is_public(address)):
            raise UnsafeUrl(f"{host} leads to {address}, which is not a public address.")


def _connect(
    target: Target,
    addresses: Sequence[str],
    limits: FetchLimits,
    clock: _Clock,
    context: ssl.SSLContext,
    proxy: Proxy | None,
) -> socket.socket:
    if proxy is None:
        sock = _connect_first(addresses, target.port, limits, clock)
    else:
        sock = _connect_first(system_resolve(proxy.host, proxy.port), proxy.port, limits, clock)
    if target.scheme == "http":
        return sock
    try:
        sock.settimeout(clock.left(limits.connect_timeout))
        if proxy is not None:
            tunnel(sock, addresses[0], target.port, proxy)
        return context.wrap_socket(sock, server_hostname=target.host)
    except BaseException:
        sock.close()
        raise


def _connect_first(addresses: Sequence[str], port: int, limits: FetchLimits, clock: _Clock) -> socket.socket:
    for address in addresses[:-1]:
        try:
            return socket.create_connection((address, port), timeout=clock.left(limits.connect_timeout))
        except OSError:
            continue
    return socket.create_connection((addresses[-1], port), timeout=clock.left(limits.connect_timeout))


def _answer(
    sock: socket.socket, limits: FetchLimits, clock: _Clock, *, method: str
) -> http.client.HTTPResponse:
    response = http.client.HTTPResponse(sock, method=method)
    response.fp.close()
    response.fp = io.BufferedReader(_TimedReader(sock, clock, limits.read_timeout), CHUNK)
    response.begin()
    return response


def _accept(
    response: http.client.HTTPResponse,
    target: Target,
    limits: FetchLimits,
    into: BinaryIO | None,
    statuses: range,
) -> Fetched:
    if response.status == http.client.NOT_MODIFIED:
        raise NotModified(f"{target.host} has nothing newer.", response.status)
    if response.status not in statuses:
        later = (response.getheader("Retry-After") or "").strip()
        raise FetchFailed(f"{target.host} answered with status {response.status}.", response.status, later)
    content_type = (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
    if limits.content_types is not None and content_type not in limits.content_types:
        raise FetchFailed(f"{target.host} sent {content_type or 'no content type'}.", response.status)
    encoding = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", "deflate"):
        raise FetchFailed(f"{target.host} sent the unknown encoding {encoding}.", response.status)
    memory = io.BytesIO()
    body = _Body(into or memory, limits.max_bytes, packed=encoding != "identity")
    _read(response, limits.max_bytes, body)
    body.finish()
    return Fetched(
        url=target.url,
        content=memory.getvalue(),
        content_type=content_type,
        etag=response.getheader("ETag") or "",
        modified=response.getheader("Last-Modified") or "",
    )


class _Body:
    """Where the body goes, unpacked on the way; no more than `max_bytes` plus one are ever unpacked."""

    def __init__(self, out: BinaryIO, max_bytes: int, *, packed: bool) -> None:
        self._out = out
        self._max_bytes = self._left = max_bytes
        self._unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32) if packed else None

    def write(self, chunk: bytes) -> None:
        if self._unpacker is not None:
            chunk = self._unpacker.decompress(chunk, self._left + 1)
        self._left -= len(chunk)
        if self._left < 0:
            raise FetchTooLarge(f"The file unpacks to more than the {self._max_bytes} bytes allowed.")
        self._out.write(chunk)

    def finish(self) -> None:
        if self._unpacker is not None and not self._unpacker.eof:
            raise FetchFailed("The packed file is incomplete.", http.client.OK)


def _read(response: http.client.HTTPResponse, max_bytes: int, body: _Body) -> None:
    declared = response.length
    if declared is not None and declared > max_bytes:
        raise FetchTooLarge(f"The file has {declared} bytes; {max_bytes} are allowed.")
    size = 0
    while chunk := response.read(CHUNK):
        size += len(chunk)
        if size > max_bytes:
            raise FetchTooLarge(f"The file has more than the {max_bytes} bytes allowed.")
        body.write(chunk)
    if declared is not None and size < declared:
        raise FetchFailed(f"The file broke off after {size} of {declared} bytes.", response.status)
