"""What is read of products, people and addresses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import islice
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.ai.exceptions import ProductMissing
from apps.ai.host import product_model
from apps.ai.types import CARD_FIELDS, ProductSnapshot

#: Enough to see a wrong selection, few enough for a large shop.
MANY = 50
#: So many kinds of goods may need queries of their own; above it, what grows with the products is seen.
FEW = 10
TEXTS = ("title", "description", "brand", "supplier", "source", "source_url", "source_category", "barcode")


def reading(shop: Any, product_id: int) -> Iterator[str]:
    seen = shop.snapshot(product_id)
    if seen.product_id != product_id:
        yield f"snapshot({product_id}) is of product {seen.product_id}."
    if seen.fingerprint != shop.snapshot(product_id).fingerprint:
        yield "snapshot() differs when it is read twice: put pictures and attributes in a fixed order."
    yield from _types(seen)
    yield from _card(seen)
    if seen.card != shop.card(product_id, language=shop.languages()[0]).values:
        yield "snapshot().card is not the card in the first of languages()."
    category_id = seen.category_id
    if category_id is not None and category_id not in {node.id for node in shop.categories()}:
        yield f"snapshot().category_id is {category_id}, no id of categories(): None when it is unsorted."
    if not seen.title.strip() and not seen.description.strip():
        yield f"Product {product_id} has neither title nor description of its supplier."


def _types(seen: Any) -> Iterator[str]:
    for name in (*TEXTS, "currency", "created_at"):
        if not isinstance(getattr(seen, name), str):
            yield f"snapshot().{name} is {getattr(seen, name)!r}: a text, '' when there is none."
    if seen.price is not None and not isinstance(seen.price, Decimal):
        yield f"snapshot().price is {seen.price!r}: a Decimal, or None."
    if seen.price == 0:
        yield "snapshot().price is 0: None when there is no price, or every card goes to a person."
    for name, value in seen.attributes.items():
        if not (isinstance(name, str) and isinstance(value, str) and value.strip()):
            yield f"snapshot().attributes[{name!r}] is {value!r}: a text that is not empty."
    if not isinstance(seen.image_urls, tuple) or not all(isinstance(url, str) for url in seen.image_urls):
        yield "snapshot().image_urls is a tuple of addresses."


def _card(seen: ProductSnapshot) -> Iterator[str]:
    if set(seen.card) != set(CARD_FIELDS):
        wrong = sorted(set(seen.card) ^ set(CARD_FIELDS))
        yield f"snapshot().card must have exactly the fields of CARD_FIELDS; differs in: {', '.join(wrong)}."
        return
    if seen.card["category"] != seen.category_id:
        yield f"snapshot().card['category'] is {seen.card['category']}, category_id {seen.category_id}."
    if not isinstance(seen.card["keywords"], list) or not isinstance(seen.card["attributes"], dict):
        yield "snapshot().card: `keywords` is a list, `attributes` a dict."
    try:
        json.dumps(dict(seen.card))
    except TypeError as error:
        yield f"snapshot().card cannot be stored as JSON: {error}."
    if unknown := sorted(set(seen.edited_fields) - set(CARD_FIELDS)):
        yield f"edited_fields names {', '.join(unknown)}: the card's fields are {', '.join(CARD_FIELDS)}."
    shown = (
        "title" if not seen.card["description"] else "description"
    )  # a finished card may keep a good title
    if seen.card[shown] and seen.card[shown] == getattr(seen, shown):
        yield f"snapshot().card[{shown!r}] is the supplier's own: only what the shop has, '' before there is one."


def missing(shop: Any, product_id: int) -> Iterator[str]:
    nobody = 2_000_000_000
    if shop.existing([nobody, product_id]) != [product_id]:
        yield "existing() must return those ids that there are, in the order given."
    if shop.snapshots([nobody]) or shop.titles([nobody]):
        yield "snapshots() and titles() must leave out ids that do not exist."
    actions: dict[str, Callable[[], object]] = {
        "snapshot": lambda: shop.snapshot(nobody),
        "lock": lambda: shop.lock(nobody),
        "card": lambda: shop.card(nobody, language=shop.languages()[0]),
        "apply": lambda: shop.apply(nobody, {"title": "x"}),
    }
    for name, action in actions.items():
        try:
            action()
        except ProductMissing:
            continue
        except Exception as error:
            yield f"{name}() of a product that is gone raises {type(error).__name__}: raise ProductMissing."
        else:
            yield f"{name}() of a product that is gone returns: raise ProductMissing."


def many_at_once(shop: Any, product_id: int) -> Iterator[str]:
    ids = list(product_model()._base_manager.order_by("-pk").values_list("pk", flat=True)[:MANY])
    snapshots = shop.snapshots(ids)
    if set(snapshots) != set(ids):
        yield f"snapshots() leaves out products: {sorted(set(ids) - set(snapshots))[:5]}."
    if snapshots.get(product_id, shop.snapshot(product_id)) != shop.snapshot(product_id):
        yield "snapshots() and snapshot() say different things of one product."
    if len(ids) < FEW:
        return
    half = ids[: len(ids) // 2]
    for name, ask in {"snapshots": shop.snapshots, "titles": shop.titles}.items():
        some, every = _queries(lambda ask=ask: ask(half)), _queries(lambda ask=ask: ask(ids))
        if every - some >= len(ids) - len(half):
            yield f"{name}() asks {every} queries for {len(ids)} products: use prefetch_related."


def _queries(ask: Any) -> int:
    with CaptureQueriesContext(connection) as asked:
        ask()
    return len(asked)


def selections(shop: Any, product_id: int) -> Iterator[str]:
    every = shop.imported(limit=10**9)
    for name in ("imported", "without_category", "without_description"):
        found = getattr(shop, name)(limit=MANY)
        if found != sorted(set(found)):
            yield f"{name}() must be in ascending order, each id once."
        if found and (again := getattr(shop, name)(after=found[0], limit=MANY)) and again[0] <= found[0]:
            yield f"{name}(after={found[0]}) returns {again[0]}: only greater ids."
        if stray := sorted(set(found) - set(every)):
            yield f"{name}() returns {stray[:5]}, which imported() does not."
    if shop.newest_imported(limit=MANY) != sorted(every, reverse=True)[:MANY]:
        yield "newest_imported() must return the latest of imported(), the latest first."


def work_to_do(shop: Any, product_id: int) -> Iterator[str]:
    leaves = {node.id for node in shop.categories() if node.is_leaf and node.is_active}
    for seen in shop.snapshots(shop.without_category(limit=MANY)).values():
        if seen.category_id in leaves:
            yield f"without_category() returns {seen.product_id}, which lies in category {seen.category_id}."
    for seen in shop.snapshots(shop.without_description(limit=MANY)).values():
        if seen.category_id not in leaves or seen.card["description"]:
            yield f"without_description() returns {seen.product_id}, which has one, or no proper category."
    recent = shop.snapshots(shop.newest_imported(limit=MANY)).values()
    unsorted = {seen.product_id for seen in recent if seen.category_id not in leaves}
    if lost := sorted(unsorted - set(shop.without_category(limit=10**9))):
        yield f"without_category() leaves out {lost[:5]}, which lie in no active leaf."
    bare = {seen.product_id for seen in recent if seen.category_id in leaves and not seen.card["description"]}
    if lost := sorted(bare - set(shop.without_description(limit=10**9))):
        yield f"without_description() leaves out {lost[:5]}, whose card has no description."


def finding(shop: Any, product_id: int) -> Iterator[str]:
    title = shop.titles([product_id]).get(product_id)
    if not title:
        yield f"titles() has no title of product {product_id}."
        return
    if product_id not in shop.search(str(product_id), limit=MANY):
        yield "search() does not find a product by its id."
    word = max((word.strip('.,;:()«»"') for word in title.split()), key=len)
    word = word.lower() if word.isascii() else word  # SQLite knows no other lower case
    if product_id not in shop.search(word, limit=10**9):
        yield f"search({word!r}) does not find the product {title!r}."
    if shop.search("нет-такого-товара-9f3a", limit=MANY):
        yield "search() finds products by words that none has."


def people_and_addresses(shop: Any, product_id: int) -> Iterator[str]:
    user = get_user_model()._base_manager.first()
    if user is not None and not str(shop.people([user.pk]).get(user.pk) or "").strip():
        yield f"people() has no name of user {user.pk}."
    for name in ("admin_url", "shop_url"):
        if not isinstance(url := getattr(shop, name)(product_id), str):
            yield f"{name}() is {url!r}: an address, '' when there is none."
    category = shop.categories()[0].id
    if not isinstance(url := shop.category_admin_url(category), str):
        yield f"category_admin_url() is {url!r}: an address, '' when there is none."
    known = {node.id for node in shop.categories()}
    for confirmed in islice(shop.confirmed_products(), MANY):
        if confirmed.category_id not in known or not confirmed.text.strip():
            yield f"confirmed_products(): product {confirmed.product_id} has no text, or no category of the tree."
