"""Readings of a pharmacy, of two chains' product answers and of saved pages of shops."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import lxml.html

from apps.parsers.tests.real_files.expected import Read, money, one_line


def pharmacy(path: Path) -> list[Read]:
    return [_medicine(record) for record in json.loads(path.read_text(encoding="utf-8"))]


def _medicine(record: dict[str, Any]) -> Read:
    picture = record["assets"]["main_image"]
    said = {name: value for name, value in record["metadata"].items() if name != "__description"}
    return Read(
        id=record["RPC"],
        title=record["title"],
        brand=record["brand"] or "",
        price=money(record["price_data"]["current"]),
        currency="RUB",
        category=" > ".join(record["section"][2:]),
        images=(f"https://{picture}",) if "/" in picture else (),  # else it is the host alone
        attributes={name: value for name, value in said.items() if value},
        description=" ".join(record["metadata"].get("__description") or []),
        supplier="maksavit.ru",
        stock=None if record["stock"]["in_stock"] else 0,
        url=record["url"],
    )


def fixprice(path: Path) -> list[Read]:
    record = json.loads(path.read_text(encoding="utf-8"))
    named = [*record["properties"], *record["extraDescriptions"]]
    attributes = {one["title"]: one["value"] for one in named if isinstance(one["value"], str)}
    split = next(one for one in named if isinstance(one["value"], dict))
    attributes[split["title"]] = "; ".join(text for text in split["value"].values() if text)
    first, second = record["variants"]
    attributes[second["properties"][0]["title"]] = second["properties"][0]["value"]
    pictures = [image["src"] for image in (*record["images"], *second["images"])]
    return [
        Read(
            id=str(record["id"]),
            title=record["title"],
            brand=record["brand"]["title"],
            price=money(min(one["price"] for one in record["variants"])),
            currency="RUB",
            images=tuple(pictures),
            attributes=attributes,
            variants=(
                _piece(first, {}, ()),
                _piece(second, _property(second), (second["images"][0]["src"],)),
            ),
            barcode=second["barcode"],
            description=record["description"],
            sku=record["sku"],
            stock=first["count"] + second["count"],
        )
    ]


def _property(one: dict[str, Any]) -> dict[str, str]:
    return {said["title"]: said["value"] for said in one["properties"]}


def _piece(one: dict[str, Any], traits: dict[str, str], images: tuple[str, ...]) -> dict[str, Any]:
    sizes = {"Вес": "weight", "Ширина": "width", "Высота": "height", "Длина": "length"}
    said = {
        "id": str(one["id"]),
        "traits": {**traits, **{name: str(one[key]) for name, key in sizes.items()}},
        "price": money(one["price"]),
        "currency": "RUB",
        "stock": one["count"],
        "barcode": one["barcode"] if len(one["barcode"]) == 13 else "",
        "images": images,
    }
    return {name: value for name, value in said.items() if value}


def perekrestok(path: Path) -> list[Read]:
    record = json.loads(path.read_text(encoding="utf-8"))["content"]
    features = [item for group in record["features"] for item in group["items"]]
    attributes = {item["title"]: "; ".join(item["displayValues"]) for item in features}
    return [
        Read(
            id=str(record["id"]),
            title=record["title"],
            brand=attributes["Бренд"],
            price=money(record["priceTag"]["price"]) / 100,
            currency="RUB",
            category=record["primaryCategory"]["title"],
            images=tuple(image["cropUrlTemplate"].replace("%s", "800x800-fit") for image in record["images"]),
            attributes=attributes,
            sku=record["plu"],
            stock=record["balanceStock"] // record["masterData"]["quantum"],
        )
    ]


def _state(path: Path, name: str) -> Any:
    text = path.read_text(encoding="utf-8")
    start = re.search(rf"{name}\s*=\s*", text)
    assert start is not None
    return json.JSONDecoder().raw_decode(text, start.end())[0]


def trendyol_product(path: Path) -> list[Read]:
    product = _state(path, "__PRODUCT_DETAIL_APP_INITIAL_STATE__")["product"]
    (only,) = product["variants"]
    return [
        Read(
            id=str(product["id"]),
            title=product["name"],
            brand=product["brand"]["name"],
            price=money(only["price"]["discountedPrice"]["value"]),
            currency=only["price"]["currency"],
            category=product["category"]["hierarchy"].replace("/", " > "),
            images=tuple(f"https://cdn.dsmcdn.com{image}" for image in product["images"]),
            attributes={one["key"]["name"]: one["value"]["name"] for one in product["attributes"]},
            barcode=only["barcode"],
            description=" ".join(one["description"] for one in product["contentDescriptions"]),
            supplier=product["merchant"]["name"],
            sku=product["productCode"],
            stock=only["stock"],
            url=f"https://www.trendyol.com{product['url']}",
        )
    ]


def trendyol_search(path: Path) -> list[Read]:
    return [_found(product) for product in _state(path, "__SEARCH_APP_INITIAL_STATE__")["products"]]


def _found(product: dict[str, Any]) -> Read:
    leaf = product["categoryName"]
    steps = [step for step in product["categoryHierarchy"].split("/") if step != leaf]
    colour = product.get("dsmColor")
    return Read(
        id=str(product["id"]),
        title=product["name"],
        brand=product["brand"]["name"],
        price=money(product["price"].get("discountedPrice") or product["price"]["sellingPrice"]),
        currency="TRY",
        category=" > ".join([*steps, leaf]),
        images=tuple(f"https://cdn.dsmcdn.com{image}" for image in product["images"]),
        attributes={"Renk": colour} if colour else {},
        variants=tuple(_offered(one) for one in product["variants"]),
        supplier="trendyol.com",
        url=f"https://www.trendyol.com{product['url']}",
    )


def _offered(one: dict[str, Any]) -> dict[str, Any]:
    said = {
        "id": one.get("variantId", ""),
        "traits": {"Размер": one["attributeValue"]} if one.get("attributeName") == "beden" else {},
        "name": one["attributeValue"],
        "price": money(one["price"]["discountedPrice"]),
        "currency": "TRY",
    }
    return {name: value for name, value in said.items() if value}


def lamoda(path: Path) -> list[Read]:
    page = lxml.html.parse(str(path)).getroot()
    (product,) = page.xpath("//*[@itemtype='http://schema.org/Product']")
    crumbs = page.xpath("//*[contains(@itemtype, 'BreadcrumbList')]//*[@itemprop='name']")
    steps = [one_line(crumb.text_content()) for crumb in crumbs]
    rows = page.xpath("//*[contains(concat(' ', @class, ' '), ' ii-product__attribute ')]")
    slides = page.xpath("//*[contains(@class, 'x-gallery__swiper-slide')]//img")
    sources = [image.get("data-src") or image.get("src") for image in slides]
    (price,) = set(page.xpath("//*[contains(@class, 'product-prices__price_current')]/@content")) or {""}
    shown = page.xpath("//*[contains(@class, 'product-prices__price_current')]")[0].text_content()
    return [
        Read(
            id=product.get("data-sku"),
            title=product.get("data-name"),
            brand=product.get("data-brand"),
            price=money(price or re.sub(r"\D", "", shown)),
            currency="RUB",
            category=" > ".join(step for step in steps[1:] if step),
            images=tuple(dict.fromkeys(f"https:{source}" for source in sources)),
            attributes={
                **{
                    one_line(row[0].text_content()).rstrip(":"): one_line(row[1].text_content())
                    for row in rows
                },
                "Цвет": product.get("data-color"),
            },
            supplier="lamoda.ru",
            url=f"https://www.lamoda.ru{product.get('data-url')}",
        )
    ]


def leroymerlin(path: Path) -> list[Read]:
    page = lxml.html.parse(str(path)).getroot()
    crumbs = page.xpath("//*[contains(@itemtype, 'BreadcrumbList')]//*[@itemprop='item']")
    category = " > ".join(
        one_line(crumb.text_content()) for crumb in crumbs[2:]
    )  # behind the start page and the catalogue
    return [_plaster(card, category) for card in page.xpath("//*[@data-product-id and @data-product-price]")]


def _plaster(card: Any, category: str) -> Read:
    data = {name.removeprefix("data-product-"): value for name, value in card.attrib.items()}
    rows = card.xpath(".//*[contains(concat(' ', @class, ' '), ' ui-product-card-info__item ')]")
    named = {one_line(row[0].text_content()).rstrip(":"): one_line(row[1].text_content()) for row in rows}
    given = {"Цвет": data.get("color"), "Материал": data.get("material"), **named}
    return Read(
        id=data["id"],
        title=data["name"],
        brand=data["brand"],
        price=money(data["price"]),
        currency="RUB",
        category=category,
        images=(card.xpath(".//img[contains(@class, 'image-section-image')]/@src")[0],),
        attributes={name: value for name, value in given.items() if value},
        supplier="leroymerlin.ru",
        stock=int(data["stock-value"]),
        url=f"https://leroymerlin.ru{data['url']}",
    )
