"""A page that lists products: the addresses of their own pages, and the page that comes next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser

from apps.parsers.services.cleaning import clean_line
from apps.parsers.services.page_records import page_records, selector_values
from apps.parsers.services.reading.pages import Page, parse_page
from apps.parsers.services.sites import ListingRules, is_listing, site_of

_NEXT = "link[rel~=next]@href"
_NEXT_ANCHOR = "a[rel~=next]@href"


@dataclass(frozen=True, slots=True)
class Listing:
    """Whole addresses on the page's own host, each once; `following` is empty on the last page.

    `products` is empty when the products stand on the list alone.
    """

    products: tuple[str, ...] = ()
    following: str = ""


def listing_of(text: str, address: str, *, surely: bool = False) -> Listing | None:
    """None for a page that is no list of products. `surely`: it was linked as a further page of one."""
    page = parse_page(text, address)
    if page is None:
        return None
    site = site_of(page.address, text)
    rules = site.listing if site is not None and site.listing is not None else ListingRules()
    records = page_records(text, address)
    if not surely and len(records) == 1 and not (site is not None and is_listing(text, site)):
        return None
    tree = LexborHTMLParser(text)
    found = selector_values(tree.root, rules.products) if rules.products and tree.root is not None else []
    found = found or list(_members(page))
    if not found and rules.follow:
        found = [url for record in records if (url := clean_line(record.get("url")))]
    products = _own(found, address)
    if not products and not records and not surely:
        return None
    return Listing(tuple(products), _following(tree, address, rules, more=bool(products or records)))


def _following(tree: LexborHTMLParser, address: str, rules: ListingRules, *, more: bool) -> str:
    if rules.page_parameter:
        return _counted_on(address, rules.page_parameter) if more else ""
    selectors = [rules.next] if rules.next else [_NEXT, _NEXT_ANCHOR]
    for selector in selectors:
        values = selector_values(tree.root, selector) if tree.root is not None else []
        own = _own(values, address)
        if own:
            return own[0]
    return ""


def _counted_on(address: str, parameter: str) -> str:
    """The same address with the next number of a page: "?pi=3" behind "?pi=2", "?pi=2" behind none."""
    parts = urlsplit(address)
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    number = asked.get(parameter, "1")
    asked[parameter] = str(int(number) + 1) if re.fullmatch(r"[0-9]{1,6}", number) else "2"
    return urlunsplit(parts._replace(query=urlencode(asked)))


def _members(page: Page) -> Iterator[str]:
    """Addresses that an ItemList of ld+json or microdata names."""
    for thing in (*page.linked, *page.items):
        if thing.get("@type") not in ("ItemList", "OfferCatalog"):
            continue
        steps: Any = thing.get("itemListElement")
        for step in steps if isinstance(steps, list) else [steps]:
            if isinstance(step, str):
                yield step
            elif isinstance(step, Mapping):
                inner = step.get("item")
                yield clean_line(
                    step.get("url")
                    or (inner.get("url") or inner.get("@id") if isinstance(inner, Mapping) else inner)
                )


def _own(addresses: Iterable[str], base: str) -> list[str]:
    """Whole addresses on the base's host without their fragments, in order, each once, the base itself never."""
    host = urlsplit(base).netloc.lower()
    found: dict[str, None] = {}
    for address in addresses:
        try:
            whole = urldefrag(urljoin(base, address.strip())).url
            parts = urlsplit(whole)
        except ValueError:
            continue
        is_own = parts.scheme in ("http", "https") and parts.netloc.lower() == host
        if address.strip() and is_own and whole != urldefrag(base).url:
            found[whole] = None
    return list(found)
