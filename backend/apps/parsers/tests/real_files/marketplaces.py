"""Readings of Wildberries, Ozon and Instagram."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lxml.html

from apps.parsers.tests.real_files.expected import Read, money, one_line

#: Hosts of the pictures as they were when the answers were taken; volumes of the articles in the files.
HOSTS = {678: 4, 2215: 15, 2326: 15, 2533: 16, 8392: 38, 9690: 41, 9691: 41}


def _pictures(nm: int, count: int) -> tuple[str, ...]:
    start = f"https://basket-{HOSTS[nm // 100000]:02}.wbbasket.ru/vol{nm // 100000}/part{nm // 1000}/{nm}"
    return tuple(f"{start}/images/big/{number}.webp" for number in range(1, count + 1))


def wildberries_goods(path: Path) -> list[Read]:
    answer = json.loads(path.read_text(encoding="utf-8"))
    products = answer["products"] if "products" in answer else answer["data"]["products"]
    return [_goods(product) for product in products]


def _goods(product: dict[str, Any]) -> Read:
    nm, sizes = product["id"], product["sizes"]
    named = [(_size(size), size) for size in sizes if _size(size)]
    attributes = {"Цвет": "; ".join(colour["name"] for colour in product["colors"])}
    if named:
        by_number = sorted(named, key=lambda one: one[0])
        attributes["Размеры"] = "; ".join(name for name, _ in by_number)
    if "weight" in product:
        attributes["Вес с упаковкой"] = f"{product['weight']} кг"
    return Read(
        id=str(nm),
        title=product["name"],
        brand=product["brand"],
        price=money(min(size["price"]["product"] for size in sizes)) / 100,
        currency="RUB",
        category=product.get("entity", ""),
        images=_pictures(nm, product["pics"]),
        attributes=attributes,
        variants=tuple(
            {
                "id": str(size["optionId"]),
                "name": name,
                "traits": {"Размер": name},
                "price": money(size["price"]["product"]) / 100,
                "currency": "RUB",
            }
            for name, size in named
        ),
        supplier=product.get("supplier", ""),
        stock=product["totalQuantity"],
        url=f"https://www.wildberries.ru/catalog/{nm}/detail.aspx",
    )


def _size(size: dict[str, Any]) -> str:
    name, original = size.get("name", ""), size.get("origName", "0")
    return f"{name} ({original})" if name and original not in ("0", name) else name


def wildberries_card(path: Path) -> list[Read]:
    card = json.loads(path.read_text(encoding="utf-8"), strict=False)
    nm = card["nm_id"]
    attributes = {option["name"]: option["value"] for option in card["options"]}
    attributes.setdefault("Комплектация", card["contents"])
    return [
        Read(
            id=str(nm),
            title=card["imt_name"],
            brand=card["selling"]["brand_name"],
            category=f"{card['subj_root_name']} > {card['subj_name']}",
            images=_pictures(nm, card["media"]["photo_count"]),
            attributes=attributes,
            description=card["description"],
            sku=card["vendor_code"],
            url=f"https://www.wildberries.ru/catalog/{nm}/detail.aspx",
        )
    ]


def ozon_tile(path: Path) -> list[Read]:
    item = json.loads(path.read_text(encoding="utf-8"))
    tracking = item.get("cellTrackingInfo", item)
    path_of = one_line(tracking["category"]).split("/")
    link = item.get("link", f"/product/{tracking['id']}/").split("?")[0]
    parts = list(_parts(item.get("templateState", [])))
    seller, lines, options = _texts(parts)
    return [
        Read(
            id=str(tracking["id"]),
            title=tracking["title"],
            brand=tracking["brand"],
            price=money(tracking["finalPrice"]),
            currency="RUB",
            category=" > ".join(path_of[:-1] if path_of[-1] == tracking["brand"] else path_of),
            images=tuple(item.get("images", [])),
            attributes=lines,
            variants=tuple({"name": name} for name in options),
            supplier=seller,
            stock=_ozon_stock(tracking),
            url=f"https://www.ozon.ru{link}",
        )
    ]


def _ozon_stock(tracking: dict[str, Any]) -> int | None:
    """2 is sold out; "5" is what the site says of any number above."""
    if tracking["availability"] == 2:
        return 0
    count = tracking.get("stockCount", 0)
    return count if tracking["availability"] == 1 and 0 < count < 5 else None


def _parts(parts: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for part in parts:
        yield part
        for side in ("left", "content", "footer"):
            yield from part.get(f"{side}Container", [])


def _texts(parts: list[dict[str, Any]]) -> tuple[str, dict[str, str], list[str]]:
    """The seller, the characteristics and the options that the tile's lines of text name."""
    seller, lines, options = "", {}, []
    for part in parts:
        if part.get("id") == "deliveryInfo":
            fonts = [one_line(font.text_content()) for font in _html(part["text"]).iter("font")]
            text = one_line(_html(part["text"]).text_content())
            if not text.startswith("Доставка"):
                seller = fonts[1] if fonts[0] == "Продавец" else fonts[0]
        elif part.get("id") == "topAttributes" and ":" in part["text"]:
            for line in part["text"].split("<br>"):
                name, value = _html(line).text_content().split(":")
                lines[one_line(name)] = one_line(value)
        elif part.get("type") == "variantsText":
            options = [one["title"] for one in part["items"]]
    return seller, lines, options


def _html(text: str) -> Any:
    return lxml.html.fromstring(f"<div>{text}</div>")


def ozon_parts(path: Path) -> list[Read]:
    """Two tiles without their tracking block: the parts of one in the list itself, of the other in a container."""
    parts = json.loads(path.read_text(encoding="utf-8"))
    (box,) = [part for part in parts if part["type"] == "mobileContainer"]
    inside = [*box["leftContainer"], *box["contentContainer"], *box["footerContainer"]]
    return [_shown_tile([part for part in parts if part is not box]), _shown_tile(inside)]


def _shown_tile(parts: list[dict[str, Any]]) -> Read:
    by_id = {part["id"]: part for part in parts if part["id"] not in ("atom", "")}
    price = next(
        part["atom"]["price"]["price"] for part in parts if part.get("atom", {}).get("type") == "price"
    )
    button = by_id["universalAction"]["button"]["default"]["addToCartButtonWithQuantity"]
    seller, lines, options = _texts(parts)
    return Read(
        id=button["action"]["id"],
        title=by_id["name"]["text"],
        price=money("".join(sign for sign in price if sign.isdigit())),
        currency="RUB",
        images=tuple(by_id["tileImage"]["images"]),
        attributes=lines,
        variants=tuple({"name": name} for name in options),
        supplier=seller,
        url=f"https://www.ozon.ru/product/{button['action']['id']}/",
    )


def ozon_page(path: Path) -> list[Read]:
    page = json.loads(path.read_text(encoding="utf-8"))
    widgets = {name.split("-")[0]: json.loads(state) for name, state in page["widgetStates"].items()}
    (linked,) = [json.loads(script["innerHTML"]) for script in page["seo"]["script"]]
    crumbs = [crumb["text"] for crumb in widgets["breadCrumbs"]["breadcrumbs"]]
    return [
        Read(
            id=widgets["webGallery"]["sku"],
            title=widgets["webProductHeading"]["title"],
            brand=linked["brand"],
            price=money(linked["offers"]["price"]),
            currency=linked["offers"]["priceCurrency"],
            category=" > ".join(crumb for crumb in crumbs if crumb != linked["brand"]),
            images=tuple(image["src"] for image in widgets["webGallery"]["images"]),
            description=linked["description"],
            url=page["seo"]["link"][0]["href"],
        )
    ]


def instagram_profile(path: Path) -> list[Read]:
    user = json.loads(path.read_text(encoding="utf-8"))["user"]
    return [
        Read(
            id=node["code"],
            title="",
            description=node["caption"],
            images=(node["display_src"],),
            supplier=f"@{user['username']}",
            url=f"https://www.instagram.com/p/{node['code']}/",
        )
        for node in user["media"]["nodes"]
    ]


def instagram_hashtag(path: Path) -> list[Read]:
    hashtag = json.loads(path.read_text(encoding="utf-8"))["graphql"]["hashtag"]
    edges = [*hashtag["edge_hashtag_to_media"]["edges"], *hashtag["edge_hashtag_to_top_posts"]["edges"]]
    return [
        Read(
            id=node["shortcode"],
            title="",
            description=node["edge_media_to_caption"]["edges"][0]["node"]["text"],
            images=(node["display_url"],),
            url=f"https://www.instagram.com/p/{node['shortcode']}/",
        )
        for node in (edge["node"] for edge in edges)
    ]
