"""A page of a shop: what it says about itself in the markup for search engines, and the objects in its scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lxml import html as lxml_html

from apps.parsers.services.reading.sniffing import text_stream
from apps.parsers.services.reading.sources import Source, UnreadableFile
from apps.parsers.services.records import Document, DocumentKind

MAX_PAGE = 20_000_000
_JSON = json.JSONDecoder(strict=False, parse_float=Decimal, parse_constant=lambda _: None)


@dataclass(frozen=True, slots=True)
class Page:
    """`linked` are the objects of ld+json, `items` those of the microdata, `meta` the properties of <meta>."""

    text: str
    address: str
    linked: tuple[Mapping[str, Any], ...] = ()
    items: tuple[Mapping[str, Any], ...] = ()
    meta: Mapping[str, str] = field(default_factory=dict)


def read_page(source: Source, encoding: str) -> Iterator[Document]:
    """The page's text as one document. Raises UnreadableFile."""
    with text_stream(source, encoding) as stream:
        text = stream.read(MAX_PAGE + 1)
    if len(text) > MAX_PAGE:
        raise UnreadableFile(f"страница HTML больше {MAX_PAGE // 10**6} млн знаков")
    yield Document(source.name, text.replace("\x00", ""), kind=DocumentKind.PAGE)


def parse_page(text: str, address: str) -> Page | None:
    """None for a text without any markup. `address` may be empty: then the page's own is taken."""
    # An XML declaration inside a str is refused by the reader; the text is decoded already.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        tree = lxml_html.fromstring(text)
    except (ValueError, lxml_html.etree.ParserError):
        return None
    meta = _meta(tree)
    canonical = next((link.get("href") for link in tree.iter("link") if link.get("rel") == "canonical"), "")
    return Page(
        text=text,
        address=address or str(canonical or "") or meta.get("og:url", ""),
        linked=tuple(_linked(tree)),
        items=tuple(_item(scope) for scope in tree.iter() if _begins_item(scope)),
        meta=meta,
    )


def _begins_item(element: Any) -> bool:
    is_item = isinstance(element.tag, str) and element.get("itemscope") is not None
    return is_item and not element.get("itemprop")


def script_object(text: str, variable: str) -> object:
    """The JSON value that a script assigns to `variable`; None when there is none that can be read."""
    for found in re.finditer(rf"{re.escape(variable)}[\"'\]]*\s*=\s*", text):
        try:
            return _JSON.raw_decode(text, found.end())[0]
        except (ValueError, RecursionError):
            continue
    return None


def _meta(tree: Any) -> dict[str, str]:
    pairs = (
        (str(tag.get("property") or tag.get("name") or "").lower(), tag.get("content"))
        for tag in tree.iter("meta")
    )
    found: dict[str, str] = {}
    for name, content in pairs:
        if name and content:
            found.setdefault(name, content)
    return found


def _linked(tree: Any) -> Iterator[Mapping[str, Any]]:
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or ""):
            continue
        text = re.sub(
            r"^\s*(?:<!--|//<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\]\]>|\]\]>)\s*$", "", script.text or ""
        )
        try:
            value = _JSON.decode(text.strip().rstrip(";"))
        except (ValueError, RecursionError):
            continue
        yield from _objects(value)


def _objects(value: object, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Objects of ld+json wherever they stand: a list, @graph, mainEntity, the members of an ItemList."""
    if depth > 6:
        return
    if isinstance(value, list):
        for member in value:
            yield from _objects(member, depth + 1)
    elif isinstance(value, Mapping):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item"):
            yield from _objects(value.get(key), depth + 1)


def _item(scope: Any, depth: int = 0) -> dict[str, Any]:
    """A microdata item as ld+json would have it: {"@type": "Product", property: text, item, or list of both}."""
    found: dict[str, Any] = {"@type": (scope.get("itemtype") or "").rpartition("/")[2]}
    for element in _properties(scope):
        value: object = _property_value(element)
        if element.get("itemscope") is not None and depth < 6:
            value = _item(element, depth + 1)
        for name in (element.get("itemprop") or "").split():
            known = found.get(name)
            if known is None:
                found[name] = value
            else:
                found[name] = [*known, value] if isinstance(known, list) else [known, value]
    return found


def _properties(scope: Any) -> Iterator[Any]:
    """Elements with itemprop that belong to this item and not to one inside it."""
    waiting = list(reversed(scope))
    while waiting:
        element = waiting.pop()
        if not isinstance(element.tag, str):
            continue
        if element.get("itemprop"):
            yield element
        if element.get("itemscope") is None:
            waiting.extend(reversed(element))


def _property_value(element: Any) -> str:
    for name in ("content", "href", "src", "data-src", "value", "datetime"):
        if element.get(name) is not None:
            return str(element.get(name))
    return " ".join(element.text_content().split())
