"""What an import may write on a product: over the source's own values, never over a person's. Writes nothing itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from apps.parsers.models import SourceState
from apps.parsers.services.fitting import AI_PREFIX, OVERFLOW
from apps.parsers.services.records import ParsedProduct, Variant
from apps.products.models import Product

#: Columns that a card is made of: here an import writes over its own values alone.
MEANING = ("title", "description", "sku", "barcode", "brand_id")
MARKET = ("price", "currency", "stock")


@dataclass(frozen=True, slots=True)
class Change:
    """A column as it was and as the source has it. `held`: the value is not the import's, so it stays."""

    source_id: str
    column: str
    old: object
    new: object
    held: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """A product as it stands: pictures in their order; `state` is None when its source was never remembered."""

    product: Product
    image_urls: tuple[str, ...]
    state: SourceState | None


@dataclass(frozen=True, slots=True)
class Plan:
    """`image_urls` and `said` are None when nothing is to be written there; `variants_changed` is news by itself."""

    columns: Mapping[str, object]
    changes: tuple[Change, ...]
    image_urls: tuple[str, ...] | None
    said: Mapping[str, object] | None
    variants: Sequence[Mapping[str, object]]
    variants_changed: bool

    @property
    def touches_product(self) -> bool:
        return bool(self.columns) or self.image_urls is not None

    @property
    def writes(self) -> bool:
        return self.touches_product or self.said is not None


def plan(
    standing: Standing,
    parsed: ParsedProduct,
    values: Mapping[str, object],
    image_urls: Sequence[str],
    *,
    complete: bool,
) -> Plan:
    """`values`: the columns that the source says something about; `complete`: no picture of it is owed."""
    product, state = standing.product, standing.state
    wanted = {**values, "attributes": _merged_attributes(product, parsed)}
    differing = {name: value for name, value in wanted.items() if getattr(product, name) != value}
    columns = {name: value for name, value in differing.items() if not _is_held(product, state, name)}
    changes = [
        Change(parsed.source_id, name, getattr(product, name), value, held=name not in columns)
        for name, value in differing.items()
    ]
    images = _images(standing, image_urls, complete=complete)
    changes += _held_within(standing, parsed, image_urls)
    variants = variant_rows(parsed)
    known = list(state.variants) if state is not None else []
    variants_changed = bool(variants) and variants != known
    return Plan(
        columns=columns,
        changes=tuple(changes),
        image_urls=images,
        said=_said(state, values, must=bool(columns) or variants_changed),
        variants=variants or known,
        variants_changed=variants_changed,
    )


def said_of(values: Mapping[str, object]) -> dict[str, object]:
    return {name: values[name] for name in MEANING if name in values}


def variant_rows(parsed: ParsedProduct) -> list[dict[str, object]]:
    return [_variant_row(variant) for variant in parsed.variants]


def _said(
    state: SourceState | None, values: Mapping[str, object], *, must: bool
) -> Mapping[str, object] | None:
    """A product that was imported before sources were remembered gets its row with its first real change."""
    before = state.said if state is not None else {}
    said = {**before, **said_of(values)}
    return said if must or (state is not None and said != before) else None


def _is_held(product: Product, state: SourceState | None, column: str) -> bool:
    """A person's correction stays until it is given back; so does a text that somebody else wrote meanwhile."""
    field = column.removesuffix("_id")
    if field in product.edited_fields and field != "attributes":
        return True
    if field == "currency" and "price" in product.edited_fields:
        return True
    if state is None or column not in MEANING or column not in state.said:
        return False
    current = getattr(product, column)
    return current not in (None, "") and current != state.said[column]


def _held_within(standing: Standing, parsed: ParsedProduct, image_urls: Sequence[str]) -> list[Change]:
    """What stays of a person's characteristics and pictures, which a source may only add to."""
    product, held = standing.product, []
    if "attributes" in product.edited_fields:
        held += [
            Change(parsed.source_id, f"attributes «{name}»", product.attributes[name], value, held=True)
            for name, value in parsed.attributes.items()
            if product.attributes.get(name, value) != value
        ]
    if "images" in product.edited_fields and image_urls and not set(standing.image_urls) <= set(image_urls):
        held.append(Change(parsed.source_id, "images", len(standing.image_urls), len(image_urls), held=True))
    return held


def _merged_attributes(product: Product, parsed: ParsedProduct) -> dict[str, object]:
    """The source's keys renewed, all others kept. Where a person edited, the source only adds."""
    current = {
        name: value
        for name, value in product.attributes.items()
        if not _is_left_over(name, parsed) or name.startswith(AI_PREFIX)
    }
    if "attributes" in product.edited_fields:
        return {**parsed.attributes, **current}
    return {**current, **parsed.attributes}


def _is_left_over(attribute: str, parsed: ParsedProduct) -> bool:
    """It held a value too long for its column, and the source's value fits by now."""
    return any(
        attribute == name and name not in parsed.attributes and getattr(parsed, field)
        for field, name in OVERFLOW.items()
    )


def _images(standing: Standing, urls: Sequence[str], *, complete: bool) -> tuple[str, ...] | None:
    """The pictures as they are to be: the source's, in its order; where a person edited them, or some are owed, only
    more. None: as they are.
    """
    if not urls:
        return None
    current = standing.image_urls
    if "images" in standing.product.edited_fields or not complete:
        wanted = tuple(dict.fromkeys((*current, *urls)))
    else:
        wanted = tuple(urls)
    return None if wanted == current else wanted


def _variant_row(variant: Variant) -> dict[str, object]:
    return {
        "id": variant.source_id,
        "name": variant.name,
        "traits": dict(variant.traits),
        "price": None if variant.price is None else str(variant.price),
        "currency": variant.currency,
        "stock": variant.stock,
        "sku": variant.sku,
        "barcode": variant.barcode,
        "images": list(variant.image_urls),
    }
