"""What a fetch says to the server, and the way to it through a proxy."""

from __future__ import annotations

import base64
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from utils.safe_urls import FetchError, Target, UnsafeUrl
from utils.secret import Secret

USER_AGENT = "Mozilla/5.0 (compatible; PharmaTurk/1.0)"
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+\Z")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
#: Headers that the fetch itself writes; of another's making they could smuggle a second request.
_OURS = frozenset(
    {"host", "connection", "accept-encoding", "content-length", "transfer-encoding", "te", "upgrade"}
)
_LONGEST_REPLY = 16_384


@dataclass(frozen=True, slots=True)
class Asking:
    """How to ask. `headers` go to every server, `secret_headers` (cookies, keys) only to the one that was named: a
    redirect to another host must not carry them away. `proxy`: http://user:password@host:port; it may lie in our own
    network, for the shop's owner wrote it. `only_head`: whether the file is there, without the file.
    """

    user_agent: str = USER_AGENT
    headers: Mapping[str, str] = field(default_factory=dict)
    secret_headers: Mapping[str, Secret] = field(default_factory=dict)
    proxy: Secret = field(default_factory=lambda: Secret(""))
    only_head: bool = False


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is posted instead of asking for a file. `headers`: printable ASCII."""

    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Proxy:
    host: str
    port: int
    authorization: Secret


def proxy_of(asking: Asking) -> Proxy | None:
    """Raises UnsafeUrl when the proxy's address is none; the message does not repeat it."""
    if not asking.proxy:
        return None
    try:
        parts = urlsplit(asking.proxy.reveal())
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if host is None or parts.scheme != "http":
        raise UnsafeUrl("The proxy is not written as http://user:password@host:port.")
    return Proxy(host, port or 3128, _basic(parts.username, parts.password))


def _basic(name: str | None, password: str | None) -> Secret:
    if not name:
        return Secret("")
    pair = f"{unquote(name)}:{unquote(password or '')}"
    return Secret("Basic " + base64.b64encode(pair.encode()).decode("ascii"))


def request(
    target: Target, asking: Asking, *, named: bool, proxy: Proxy | None, send: Outgoing | None = None
) -> bytes:
    """The whole request, a POST with something to `send`. `named`: the target is the host that the caller named.

    Raises FetchError for bad headers. Through a proxy a plain http address is asked for in full; https goes through a
    tunnel and needs nothing.
    """
    headers = {
        "Host": target.authority,
        **_checked({"User-Agent": asking.user_agent or USER_AGENT, "Accept": "*/*", **asking.headers}),
        **(
            _checked({name: value.reveal() for name, value in asking.secret_headers.items()}) if named else {}
        ),
    }
    plain = proxy is not None and target.scheme == "http"
    if plain and proxy is not None and proxy.authorization:
        headers["Proxy-Authorization"] = proxy.authorization.reveal()
    fixed = {"Accept-Encoding": "identity", "Connection": "close"}
    where = target.url if plain else target.path
    if send is None:
        method = "HEAD" if asking.only_head else "GET"
        return _encoded(f"{method} {where} HTTP/1.1", {**headers, **fixed})
    posted = {**headers, **_checked(send.headers), "Content-Length": str(len(send.body)), **fixed}
    return _encoded(f"POST {where} HTTP/1.1", posted) + send.body


def refusal(name: str, value: str) -> str:
    """Why a header cannot be sent; empty when it can. Does not repeat the value."""
    if not _NAME.match(name) or name.lower() in _OURS:
        return f"The header {name[:40]!r} cannot be set."
    if _FORBIDDEN.search(value) or not value.isascii():
        return f"The header {name} holds characters that cannot be sent."
    return ""


def _checked(headers: Mapping[str, str]) -> Mapping[str, str]:
    for name, value in headers.items():
        if problem := refusal(name, value):
            raise FetchError(problem)
    return headers


def _encoded(first: str, headers: Mapping[str, str]) -> bytes:
    lines = [first, *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("ascii")


def tunnel(sock: socket.socket, address: str, port: int, proxy: Proxy) -> None:
    """Ask the proxy for a connection to the address that was checked. Raises OSError when it refuses."""
    authority = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    sock.sendall(_connect(authority, proxy))
    reply = b""
    while not reply.endswith(b"\r\n\r\n"):
        byte = sock.recv(1)
        if not byte or len(reply) > _LONGEST_REPLY:
            raise OSError("the proxy broke off")
        reply += byte
    status = reply.split(b" ", 2)[1:2]
    if status != [b"200"]:
        raise OSError(f"the proxy refuses: {b''.join(status).decode('ascii', 'replace')[:3]}")


def _connect(authority: str, proxy: Proxy) -> bytes:
    headers = {"Host": authority}
    if proxy.authorization:
        headers["Proxy-Authorization"] = proxy.authorization.reveal()
    return _encoded(f"CONNECT {authority} HTTP/1.1", headers)
