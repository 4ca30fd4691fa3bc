"""What is written: one card, read back field by field in every language, and taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.ai.exceptions import StaleProductError
from apps.ai.types import TEXT_FIELDS

#: As long as a card's fields may be, with everything that a careless column or template would change.
PROBE: Mapping[str, Any] = {
    "title": "Парацетамол «Проба» 500 мг, 20 таблеток " + "и" * 215,
    "description": "<p>Таблетки 500 мг &amp; инструкция: 2 < 3&nbsp;раза.</p><ul><li>20 шт</li></ul>"
    "<h3>Состав</h3><p>Парацетамол — 500 мг.</p><h3>Хранение</h3><p>До +25 °C.</p>".replace(" < ", " &lt; "),
    "seo_title": "П" * 70,
    "seo_description": "О" * 160,
    "keywords": ["парацетамол", "обезболивающее, 500 мг"],
    "attributes": {"Дозировка": "500 мг", "Кол-во в упаковке": "20 шт"},
}
#: What no card may touch.
KEPT = (
    "title",
    "description",
    "brand",
    "supplier",
    "price",
    "currency",
    "barcode",
    "image_urls",
    "attributes",
)


def locking(shop: Any, product_id: int) -> Iterator[str]:
    with CaptureQueriesContext(connection) as asked:
        seen = shop.lock(product_id)
    if connection.features.has_select_for_update and not any("FOR UPDATE" in one["sql"] for one in asked):
        yield "lock() locks nothing: select_for_update() the rows that an apply writes."
    if seen != shop.snapshot(product_id):
        yield "lock() must return what snapshot() returns."
    if dict(seen.card) != dict(shop.card(product_id, language=shop.languages()[0]).values):
        yield "lock().card must be what card() says in the shop's own language: an apply goes by it."


def round_trip(shop: Any, product_id: int) -> Iterator[str]:
    before = shop.snapshot(product_id)
    cards = {language: shop.card(product_id, language=language) for language in shop.languages()}
    for language in shop.languages():
        values = {
            **PROBE,
            "title": f"{language} {PROBE['title']}"[:255],
            "category": _other_leaf(shop, before),
        }
        change = shop.apply(product_id, values, language=language)
        written = shop.card(product_id, language=language)
        for name, value in values.items():
            if written.values[name] != value:
                read = written.values[name]
                yield f"apply() in {language!r}: {name} was {value!r:.80}, read back it is {read!r:.80}."
        if written.edited_fields != cards[language].edited_fields:
            yield "apply() marks fields as edited: only what a person wrote by hand is."
        yield from _says(change, cards[language].values, values, language)
        again = shop.apply(product_id, values, language=language)
        if again.after:
            yield f"apply() of the same values once more says that {', '.join(again.after)} changed."
        for other in shop.languages():
            if other != language and _texts(shop, product_id, other) != _of(cards[other].values):
                yield f"apply() in {language!r} changes the texts in {other!r}."
        shop.revert(product_id, change)
        if shop.card(product_id, language=language) != cards[language]:
            yield f"revert() in {language!r} does not put the card back as it was."
    shop.apply(product_id, {**PROBE, "category": _other_leaf(shop, before)})
    after = shop.snapshot(product_id)
    if changed := [name for name in KEPT if getattr(after, name) != getattr(before, name)]:
        yield (
            f"A card that is applied changes what the supplier said: {', '.join(changed)}. The card needs columns of "
            "its own, or the next import and every check would read our own words."
        )


def _says(change: Any, card: Mapping[str, Any], values: Mapping[str, Any], language: str) -> Iterator[str]:
    wanted = {name: value for name, value in values.items() if card[name] != value}
    if dict(change.after) != wanted or dict(change.before) != {name: card[name] for name in wanted}:
        yield "apply() must return before and after of exactly the fields that changed."
    if change.language not in (language, ""):
        yield f"apply() in {language!r} returns a change in {change.language!r}."


def taking_back(shop: Any, product_id: int) -> Iterator[str]:
    change = shop.apply(product_id, {"title": "Проба первая"})
    shop.apply(product_id, {"title": "Проба вторая"})
    try:
        shop.revert(product_id, change)
    except StaleProductError:
        return
    yield "revert() overwrites what was written after the change: raise StaleProductError."


def _other_leaf(shop: Any, seen: Any) -> int:
    leaves = (node.id for node in shop.categories() if node.is_leaf and node.is_active)
    return int(next(leaf for leaf in leaves if leaf != seen.category_id))


def _texts(shop: Any, product_id: int, language: str) -> dict[str, Any]:
    return _of(shop.card(product_id, language=language).values)


def _of(card: Mapping[str, Any]) -> dict[str, Any]:
    return {name: card[name] for name in TEXT_FIELDS}
