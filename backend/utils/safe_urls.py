"""Which URLs and addresses lead to the public internet. No network here: `safe_fetch` connects."""

import ipaddress
import re
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

MAX_URL_LENGTH = 8192
DEFAULT_PORTS = {"http": 80, "https": 443}
LOCAL_SUFFIXES = (
    ".localhost",
    ".local",
    ".localdomain",
    ".internal",
    ".intranet",
    ".lan",
    ".home",
    ".corp",
    ".home.arpa",
)

# `ipaddress.is_global` alone lets multicast, 6to4 and NAT64 through and differs between Python versions.
# Source: the IANA registries of special-purpose addresses.
CLOSED_V4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this host
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT, holds Alibaba's metadata service
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's host agent, behind a public number
        "169.254.0.0/16",  # link-local, holds most metadata services
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments, holds Oracle's metadata service
        "192.0.2.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved and broadcast
    )
)
GLOBAL_UNICAST_V6 = ipaddress.IPv6Network("2000::/3")
CLOSED_V6 = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "3fff::/20",
    )
)
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

HOST_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_][a-z0-9_-]{0,62}(?:\.[a-z0-9_][a-z0-9_-]{0,62})*\Z")
NUMBER = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)\Z")
FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\\]")
PATH_SAFE = "/%:@!$&'()*+,;=~"
HIDDEN = "***"
#: A part of a path that is long and mixes letters and digits is taken for a key.
KEY_LIKE = re.compile(r"(?=[^/]*[0-9])(?=[^/]*[A-Za-z])[A-Za-z0-9_~-]{20,}")


class FetchError(Exception):
    """A file could not be fetched; the message is a sentence for people and names no credentials."""


class UnsafeUrl(FetchError):
    """The URL, or one it redirects to, is malformed or does not lead to the public internet."""


@dataclass(frozen=True, slots=True)
class Target:
    """A parsed URL: `host` in ASCII without brackets, `path` with the query, percent-encoded."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"


def shown(url: str) -> str:
    """The URL as it may stand in a log: without a user's name and password, values of its query, and keys in its path.

    `https://u:p@shop.example/feed?format=xml&token=abc` is shown as `https://shop.example/feed?format=***&token=***`.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return HIDDEN
    path = KEY_LIKE.sub(HIDDEN, parts.path)
    names = (field.partition("=")[0] for field in parts.query.split("&") if field)
    query = "&".join(f"{name}={HIDDEN}" for name in names)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], path, query, ""))


def without_secrets(text: str, url: str) -> str:
    """`text` in which `url`, and each secret of it alone, is replaced as `shown` does."""
    text = text.replace(url, shown(url))
    for secret in sorted(_secrets(url), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def _secrets(url: str) -> set[str]:
    """What must not be read: as written, and percent-decoded. Values too short to be told from words are left."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return set()
    name, _, password = parts.netloc.rpartition("@")[0].partition(":")
    values = {field.partition("=")[2] for field in parts.query.split("&")}
    found = {password, *KEY_LIKE.findall(parts.path), *values, parts.fragment}
    found |= {name} if len(name) >= 6 else set()
    return {one for secret in found for one in (secret, unquote(secret)) if len(one) >= 4}


def parse_target(url: str, *, ports: frozenset[int], allow_private: bool = False) -> Target:
    """Parse an http or https URL. Raises UnsafeUrl for anything that two parsers could read in two ways."""
    url = url.strip()
    if len(url) > MAX_URL_LENGTH or FORBIDDEN.search(url):
        raise UnsafeUrl("The URL is too long or contains control characters or backslashes.")
    try:
        parts = urlsplit(url)
        port = parts.port
        path = quote(parts.path or "/", safe=PATH_SAFE)
        query = quote(parts.query, safe=PATH_SAFE + "?")
    except ValueError as exc:
        raise UnsafeUrl(f"The URL is malformed: {exc}.") from exc
    if parts.scheme not in DEFAULT_PORTS:
        raise UnsafeUrl("Only http and https URLs are fetched.")
    if "@" in parts.netloc:
        raise UnsafeUrl("The URL carries a user name or password.")
    port = DEFAULT_PORTS[parts.scheme] if port is None else port
    if port not in ports:
        raise UnsafeUrl(f"Port {port} is not allowed.")
    host = _parse_host(parts.hostname or "", bracketed="[" in parts.netloc)
    if not allow_private and _is_local_name(host):
        raise UnsafeUrl(f"{host} is a name inside our own network.")
    return Target(parts.scheme, host, port, f"{path}?{query}" if query else path)


def join_redirect(base: str, location: str) -> str:
    """The URL that a Location header means. Raises UnsafeUrl when it is malformed."""
    with suppress(UnicodeError):  # http.client reads headers as Latin-1, servers send UTF-8
        location = location.encode("latin-1").decode("utf-8")
    try:
        return urljoin(base, location.strip())
    except ValueError as exc:
        raise UnsafeUrl(f"The server redirects to a malformed URL: {exc}.") from exc


def is_public(address: str) -> bool:
    """True when an IP address belongs to the public internet. IPv4 in IPv6 (mapped, NAT64) is judged as IPv4.

    Raises ValueError when `address` is not an IP address.
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv4Address):
        return _is_public_v4(ip)
    if ip.ipv4_mapped is not None:
        return _is_public_v4(ip.ipv4_mapped)
    if ip in NAT64:
        return _is_public_v4(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return ip.is_global and ip in GLOBAL_UNICAST_V6 and not any(ip in network for network in CLOSED_V6)


def _is_public_v4(ip: ipaddress.IPv4Address) -> bool:
    return ip.is_global and not any(ip in network for network in CLOSED_V4)


def _parse_host(host: str, *, bracketed: bool) -> str:
    """A name, a dotted quad or an IPv6 address, in ASCII. Other spellings of numbers raise UnsafeUrl."""
    if bracketed and "%" in host:
        raise UnsafeUrl("The URL names a network interface.")
    try:
        if bracketed:
            return str(ipaddress.IPv6Address(host))
        if not host.isascii():
            host = host.encode("idna").decode("ascii")
        host = host.removesuffix(".").lower()
        if NUMBER.match(host.rpartition(".")[2]):
            return str(ipaddress.IPv4Address(host))
    except ValueError as exc:
        raise UnsafeUrl(f"The host of the URL is malformed: {exc}.") from exc
    if not HOST_NAME.match(host):
        raise UnsafeUrl("The URL has no valid host name.")
    return host


def _is_local_name(host: str) -> bool:
    return ":" not in host and ("." not in host or host.endswith(LOCAL_SUFFIXES))
