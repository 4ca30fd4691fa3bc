"""Pages of a shop that list products without describing them, and where they lead: to products and further pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from apps.parsers.services.page_records import page_records
from apps.parsers.services.reading.pages import parse_page
from apps.parsers.services.sites import site_of

_NEXT = "link[rel=next], a[rel=next]"


@dataclass(frozen=True, slots=True)
class Listing:
    """Addresses on the page's own host, each once. `following` is empty on the last page."""

    products: tuple[str, ...]
    following: str = ""


def listing_of(text: str, address: str) -> Listing | None:
    """What a page leads to; None for a page that shows products itself or leads to none.

    A site's own file says where its links stand; else the page's ItemList for search engines and rel="next" do.
    """
    if page_records(text, address):
        return None
    site = site_of(address, text)
    tree = LexborHTMLParser(text)
    rules = site.listing if site is not None else None
    links = _hrefs(tree, rules.product) if rules else _listed(text, address)
    products = _of_host(links, address)
    if not products:
        return None
    following = _of_host(_hrefs(tree, (rules.following if rules else "") or _NEXT), address)
    return Listing(products, following[0] if following else "")


def _hrefs(tree: LexborHTMLParser, selector: str) -> Iterator[str]:
    return (href for link in tree.css(selector) if (href := (link.attributes.get("href") or "").strip()))


def _listed(text: str, address: str) -> Iterator[str]:
    page = parse_page(text, address)
    for item in page.linked if page is not None else ():
        if item.get("@type") == "ListItem":
            target = item.get("url") or _target(item.get("item"))
            if isinstance(target, str):
                yield target


def _target(item: object) -> Any:
    if isinstance(item, Mapping):
        return item.get("url") or item.get("@id")
    return item


def _of_host(links: Iterable[str], address: str) -> tuple[str, ...]:
    """Whole addresses without their fragments; what leads to another host, or nowhere, is left out."""
    host = urlsplit(address).netloc
    whole = (urldefrag(urljoin(address, link)).url for link in links)
    return tuple(
        dict.fromkeys(
            one for one in whole if urlsplit(one).netloc == host and one.startswith(("http://", "https://"))
        )
    )
