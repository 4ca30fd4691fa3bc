"""Shops whose pages are read by a description in `apps/parsers/sites/*.toml`: a new shop is a new file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

FOLDER = Path(__file__).resolve().parent.parent / "sites"


@dataclass(frozen=True, slots=True)
class State:
    """An object in a script: `records` is the path to one record or a list, `fields` paths inside a record.

    `leaf` holds the last step of the category's path where the path itself is in no fixed order.
    """

    variable: str
    records: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)
    attribute_name: str = ""
    attribute_value: str = ""
    available: str = ""
    leaf: str = ""


@dataclass(frozen=True, slots=True)
class PageRules:
    """CSS selectors. "css@a|b" is the first of the attributes a, b; "@a" one of the record's own element.

    Without `record` the whole page is one product. `rows` names rows of the attribute table that are fields.
    """

    record: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)
    category: str = ""
    attribute_row: str = ""
    attribute_name: str = ""
    attribute_value: str = ""
    rows: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListingRules:
    """Lists of products. `marker`: a selector that only such a page has. `products`, `next`: "css@href".

    `page_parameter` counts pages in the address where no link leads on. Without `follow` the list says it all.
    """

    marker: str = ""
    products: str = ""
    next: str = ""
    page_parameter: str = ""
    follow: bool = True


@dataclass(frozen=True, slots=True)
class Site:
    """`address` and `pictures` complete relative addresses; `markers` tell a saved page without an address."""

    hosts: tuple[str, ...]
    address: str
    currency: str = ""
    pictures: str = ""
    markers: tuple[str, ...] = ()
    states: tuple[State, ...] = ()
    page: PageRules | None = None
    listing: ListingRules | None = None


@cache
def known_sites() -> tuple[Site, ...]:
    """Raises TypeError or KeyError for a file that does not follow the classes above."""
    return tuple(
        _site(tomllib.loads(path.read_text(encoding="utf-8"))) for path in sorted(FOLDER.glob("*.toml"))
    )


def site_of(address: str, text: str) -> Site | None:
    """The site that an address belongs to, or that a page without an address looks like."""
    host = urlsplit(address).hostname or ""
    for site in known_sites():
        if any(host == name or host.endswith(f".{name}") for name in site.hosts):
            return site
    if host:
        return None
    return next((site for site in known_sites() if any(marker in text for marker in site.markers)), None)


def is_listing(text: str, site: Site) -> bool:
    """Whether the site's own mark of a list is on the page."""
    marker = site.listing.marker if site.listing is not None else ""
    return bool(marker) and LexborHTMLParser(text).css_first(marker) is not None


def _site(content: dict[str, Any]) -> Site:
    page = content.pop("page", None)
    listing = content.pop("listing", None)
    states = tuple(State(**state) for state in content.pop("state", []))
    return Site(
        hosts=tuple(content.pop("hosts")),
        markers=tuple(content.pop("markers", ())),
        states=states,
        page=PageRules(**page) if page else None,
        listing=ListingRules(**listing) if listing else None,
        **content,
    )
