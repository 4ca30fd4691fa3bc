"""Products of a page as records of the supplier parser.

The site's own objects in scripts come first, then ld+json, microdata and OpenGraph; the site's selectors fill in
what none of them says. Pages of unknown shops are read by the three standards alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from apps.parsers.services.cleaning import clean_line, clean_text
from apps.parsers.services.page_tables import listed_in_tables
from apps.parsers.services.reading.pages import Page, parse_page, script_object
from apps.parsers.services.sites import PageRules, Site, State, is_listing, site_of
from apps.parsers.services.supplier_fields import all_values

Record = dict[str, Any]
_PRODUCT_TYPES = frozenset(
    {"Product", "ProductGroup", "IndividualProduct", "ProductModel", "Drug", "Book", "Vehicle"}
)
_LINKED_FIELDS = {
    "title": ("name",),
    "description": ("description",),
    "brand": ("brand.name", "brand", "manufacturer.name", "manufacturer", "author.name"),
    "sku": ("mpn", "sku"),
    "barcode": ("gtin13", "gtin", "gtin14", "gtin12", "gtin8", "isbn", "offers.gtin13"),
    "price": (
        "offers.price",
        "offers.lowPrice",
        "offers.priceSpecification.price",
        "hasVariant.offers.price",
    ),
    "currency": (
        "offers.priceCurrency",
        "offers.priceSpecification.priceCurrency",
        "hasVariant.offers.priceCurrency",
    ),
    "url": ("url", "offers.url"),
    "category": ("category.name", "category"),
    "supplier": ("offers.seller.name",),
}
_LINKED_TRAITS = {"Цвет": "color", "Материал": "material", "Размер": "size", "Вес": "weight.value"}


def page_records(text: str, address: str) -> list[Record]:
    """Records with the keys of `supplier_fields`; empty when the page shows no product."""
    page = parse_page(text, address)
    if page is None:
        return []
    site = site_of(page.address, text)
    if site is not None:
        stated = [record for state in site.states for record in _stated(page, site, state)]
        if stated:
            return stated
    described = list(_described(page))
    if site is None or site.page is None:
        return described or list(listed_in_tables(text, page.address))
    is_list = is_listing(text, site) and not site.page.record
    found = [] if is_list else _selected(page, site, site.page, described)
    listed = found or described or listed_in_tables(text, page.address)
    return found or [_completed(record, site) for record in listed]


def _stated(page: Page, site: Site, state: State) -> Iterator[Record]:
    content = script_object(page.text, state.variable)
    for member in all_values(content, state.records) if state.records else [content]:
        if isinstance(member, Mapping):
            yield _stated_record(member, site, state)


def _stated_record(member: Mapping[str, Any], site: Site, state: State) -> Record:
    record: Record = {name: _unlisted(all_values(member, path)) for name, path in state.fields.items()}
    attributes = record.get("attributes")
    if state.attribute_name and attributes:
        holders = attributes if isinstance(attributes, list) else [attributes]
        record["attributes"] = [
            {
                "name": clean_line(_unlisted(all_values(holder, state.attribute_name))),
                "value": clean_line(_unlisted(all_values(holder, state.attribute_value))),
            }
            for holder in holders
        ]
    extra = {name: clean_line(_unlisted(all_values(member, path))) for name, path in state.extra.items()}
    record["properties"] = {name: value for name, value in extra.items() if value}
    if state.available and member.get(state.available) is False:
        record["in_stock"] = False
    record = _completed(record, site)
    leaf = clean_line(member.get(state.leaf)) if state.leaf else ""
    if leaf and isinstance(record.get("category"), list):
        record["category"] = [*(step for step in record["category"] if step != leaf), leaf]
    return record


def _unlisted(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values or None


def _completed(record: Record, site: Site) -> Record:
    """Whole addresses, the site's currency, and paths with one sort of separator."""
    if record.get("url"):
        record["url"] = urljoin(site.address, clean_line(record["url"]))
    images = record.get("images")
    listed = images if isinstance(images, list) else [images]
    record["images"] = [
        urljoin(site.pictures or site.address, image) for image in listed if isinstance(image, str)
    ]
    if (
        isinstance(record.get("category"), str)
        and "/" in record["category"]
        and ">" not in record["category"]
    ):
        record["category"] = record["category"].split("/")
    if not record.get("currency"):
        record["currency"] = site.currency
    return {name: value for name, value in record.items() if value not in (None, "", [], {})}


def _described(page: Page) -> Iterator[Record]:
    """What the page says in the three standards; of several products each once."""
    found = [thing for thing in (*page.linked, *page.items) if _types(thing) & _PRODUCT_TYPES]
    named = [thing for thing in found if clean_line(thing.get("name"))]
    seen: set[str] = set()
    trail = _trail(page)
    for thing in named:
        record = _linked_record(thing, page)
        if len(named) == 1 and trail and "category" not in record:
            record["category"] = trail
        key = record.get("id", "")  # without one it is refused later, and counted
        if not key or key not in seen:
            seen.add(key)
            yield record
    if not named and "product" in page.meta.get("og:type", "") and page.meta.get("product:price:amount"):
        yield _graph_record(page)


def _types(thing: Mapping[str, Any]) -> set[str]:
    kinds = thing.get("@type")
    listed = kinds if isinstance(kinds, list) else [kinds]
    return {kind.rpartition("/")[2] for kind in listed if isinstance(kind, str)}


def _linked_record(thing: Mapping[str, Any], page: Page) -> Record:
    record: Record = {}
    for name, paths in _LINKED_FIELDS.items():
        values = [
            value for path in paths for value in all_values(thing, path) if not isinstance(value, Mapping)
        ]
        if values:
            record[name] = values[0] if name != "price" else _price_values(thing, values)
    record["images"] = _pictures(thing.get("image"))
    record["url"] = (
        urljoin(page.address, clean_line(record.get("url"))) if record.get("url") else page.address
    )
    record["id"] = clean_line(
        thing.get("productID") or thing.get("sku") or record.get("sku") or record["url"]
    )[:200]
    traits = {name: clean_line(_unlisted(all_values(thing, path))) for name, path in _LINKED_TRAITS.items()}
    record["attributes"] = {name: value for name, value in traits.items() if value}
    record["properties"] = thing.get("additionalProperty")
    members = thing.get("hasVariant")
    members = members if isinstance(members, list) else [members]
    record["variants"] = [_linked_record(one, page) for one in members if isinstance(one, Mapping)]
    states = [clean_line(value).rpartition("/")[2] for value in all_values(thing, "offers.availability")]
    if states and all(state in ("OutOfStock", "SoldOut", "Discontinued") for state in states):
        record["in_stock"] = False
    return {name: value for name, value in record.items() if value not in (None, "", [], {})}


def _price_values(thing: Mapping[str, Any], values: list[Any]) -> Any:
    """A text such as "418,00" as it stands: offers of a unit price beside it come second."""
    offers = thing.get("offers")
    return values[0] if isinstance(offers, Mapping) or len(values) == 1 else values


def _pictures(value: object) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    urls = (one.get("contentUrl") or one.get("url") if isinstance(one, Mapping) else one for one in listed)
    return [url for url in urls if isinstance(url, str)]


def _trail(page: Page) -> list[str]:
    """The breadcrumbs without the last step when that is the product itself."""
    for thing in (*page.linked, *page.items):
        if "BreadcrumbList" in _types(thing):
            steps = thing.get("itemListElement")
            listed = steps if isinstance(steps, list) else [steps]
            names = [
                clean_line(step.get("name") or _unlisted(all_values(step, "item.name")))
                for step in listed
                if isinstance(step, Mapping)
            ]
            titles = {clean_line(one.get("name")) for one in page.linked if _types(one) & _PRODUCT_TYPES}
            return [name for name in names if name and name not in titles]
    return []


def _graph_record(page: Page) -> Record:
    meta = page.meta
    return {
        "id": meta.get("product:retailer_item_id") or page.address,
        "title": meta.get("og:title", ""),
        "description": meta.get("og:description", ""),
        "brand": meta.get("product:brand", ""),
        "price": meta["product:price:amount"],
        "currency": meta.get("product:price:currency", ""),
        "url": page.address,
        "images": [url for url in [meta.get("og:image")] if url],
    }


def _selected(page: Page, site: Site, rules: PageRules, described: Sequence[Record]) -> list[Record]:
    """What the selectors find; on a page of one product the standards go first, field by field."""
    tree = LexborHTMLParser(page.text)
    if rules.record:
        found = [_selected_record(node, tree, rules) for node in tree.css(rules.record)]
        one = described[0] if len(found) == 1 and len(described) == 1 else {}
        return [_completed({**record, **one}, site) for record in found if record.get("id")]
    record = _selected_record(tree.root, tree, rules) if tree.root is not None else {}
    if len(described) > 1 or not (record.get("title") or described):
        return list(described)
    base = described[0] if described else {}
    merged = {**record, **base, "attributes": {**record.get("attributes", {}), **base.get("attributes", {})}}
    if not merged.get("price"):
        return []
    merged.setdefault("url", page.address)
    merged.setdefault("id", merged.get("barcode") or merged.get("sku") or page.address)
    return [_completed(merged, site)]


def _selected_record(node: LexborNode, tree: LexborHTMLParser, rules: PageRules) -> Record:
    record: Record = {}
    for name, selector in rules.fields.items():
        values = selector_values(node, selector)
        if values:
            record[name] = list(dict.fromkeys(values)) if name == "images" else values[0]
    if rules.category:
        names = [clean_line(step.text()) for step in tree.css(rules.category)]
        record["category"] = [name for name in dict.fromkeys(names) if name and name != record.get("title")]
    attributes = {name: selector_values(node, selector) for name, selector in rules.extra.items()}
    record["attributes"] = {name: values[0] for name, values in attributes.items() if values}
    for name, value in _rows(node, rules):
        if name in rules.rows:
            record.setdefault(rules.rows[name], value)
        else:
            record["attributes"].setdefault(name, value)
    record.pop("", None)
    return record


def _rows(node: LexborNode, rules: PageRules) -> Iterator[tuple[str, str]]:
    for row in node.css(rules.attribute_row) if rules.attribute_row else []:
        name, value = row.css_first(rules.attribute_name), row.css_first(rules.attribute_value)
        if name is not None and value is not None and name != value:
            pair = clean_line(name.text()).rstrip(" :"), clean_text(value.text())
            if all(pair):
                yield pair


def selector_values(node: LexborNode, selector: str) -> list[str]:
    css, _, names = selector.partition("@")
    elements = node.css(css) if css.strip() else [node]
    if not names:
        return [text for element in elements if (text := clean_text(element.text(separator=" ")))]
    found = []
    for element in elements:
        values = (clean_line(element.attributes.get(name)) for name in names.split("|"))
        found.append(next((value for value in values if value and not value.startswith("data:")), ""))
    return [value for value in found if value]
