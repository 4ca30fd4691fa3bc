"""Every file of the shared data, field by field: what a person reads in it is what its parser gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path

import pytest

from apps.parsers.services.feeds import read_path
from apps.parsers.services.fitting import fit
from apps.parsers.services.records import Document, ParsedItem, ParsedProduct, SkippedDocument
from apps.parsers.services.registry import parser_class
from apps.parsers.tests.real_files import marketplaces, shops
from apps.parsers.tests.real_files.expected import DATA, Read, differences, digest

if not DATA.is_dir():
    pytest.skip(f"there is no shared data at {DATA}", allow_module_level=True)

Reading = Callable[[Path], list[Read]]

#: File: parser, reading, number of products.
READINGS: dict[str, tuple[str, Reading, int]] = {
    "fixtures/wildberries/basket_card.*.json": ("wildberries", marketplaces.wildberries_card, 1),
    "fixtures/wildberries/card.wb.ru_v2_detail.*.json": ("wildberries", marketplaces.wildberries_goods, 1),
    "fixtures/wildberries/card.wb.ru_v4_detail.*.json": ("wildberries", marketplaces.wildberries_goods, 1),
    "fixtures/wildberries/krein15.card_v4_detail.*.json": ("wildberries", marketplaces.wildberries_goods, 1),
    "fixtures/wildberries/catalog.wb.ru_v2_*.json": ("wildberries", marketplaces.wildberries_goods, 3),
    "fixtures/wildberries/search.wb.ru_v4.*.json": ("wildberries", marketplaces.wildberries_goods, 1),
    "fixtures/ozon/*.CellTrackingInfoSpec.0.json": ("ozon", marketplaces.ozon_tile, 1),
    "fixtures/ozon/*.ItemSpec.*.json": ("ozon", marketplaces.ozon_tile, 1),
    "fixtures/ozon/*.TemplateSpec.12.json": ("ozon", marketplaces.ozon_parts, 2),
    "fixtures/ozon/*.pdp_widgetStates_2026.trimmed.json": ("ozon", marketplaces.ozon_page, 1),
    "fixtures/instagram/company_profile_2017.json": ("instagram", marketplaces.instagram_profile, 12),
    "fixtures/instagram/hashtag_graphql_2022.*.json": ("instagram", marketplaces.instagram_hashtag, 12),
    "fixtures/retail_api/fixprice.product_info.json": ("supplier", shops.fixprice, 1),
    "fixtures/retail_api/perekrestok.product_info.json": ("supplier", shops.perekrestok, 1),
    "fixtures/html/trendyol_product_page.html": ("supplier", shops.trendyol_product, 1),
    "fixtures/html/trendyol_search_page.html": ("supplier", shops.trendyol_search, 24),
    "fixtures/html/trendyol_response_2025.html": ("supplier", shops.trendyol_search, 24),
    "fixtures/html/lamoda_listing.html": ("supplier", shops.lamoda, 1),
    "fixtures/html/leroymerlin_catalogue.html": ("supplier", shops.leroymerlin, 30),
    "pharmacy/*.maksavit.json": ("supplier", shops.pharmacy, 114),
}
#: Files of a source that hold no product: menus, buttons, filters, lists of sellers, empty lists.
WITHOUT = {
    "fixtures/wildberries/*.CatalogMenuSpec.*.json": "wildberries",
    "fixtures/wildberries/*.CatalogSpec.*.json": "wildberries",
    "fixtures/wildberries/search.wb.ru.joitandr.json": "wildberries",
    **{
        f"fixtures/ozon/*.{kind}Spec.*.json": "ozon"
        for kind in (
            *("Button", "Catalog", "CategoryMenu", "Category", "Cms", "Component", "Layout", "Result"),
            *("MarketplaceSeller", "SearchFilter", "SellerList", "SoldOutResultsV2", "Template"),
        )
    },
}
#: No source: notes, and a register of names.
NO_SOURCE = ("fixtures/*.md", "fixtures/*/*.md", "pharmacy/*.tsv", "*/README*", "*/LICEN*")
#: Where a title follows from a caption by rules: the titles as a person chose them, as a digest.
TITLES = {
    "fixtures/instagram/company_profile_2017.json": "988eb608612c9d5c",
    "fixtures/instagram/hashtag_graphql_2022.trimmed6.json": "48f73dc8609a96d6",
}

FILES = sorted(
    path.relative_to(DATA).as_posix()
    for folder in ("fixtures", "pharmacy")
    for path in (DATA / folder).rglob("*")
    if path.is_file()
)


def of(name: str, table: dict[str, object]) -> object:
    return next((value for pattern, value in table.items() if fnmatch(name, pattern)), None)


def parse(parser: str, name: str) -> list[ParsedItem]:
    documents = [item for item in read_path(DATA / name) if isinstance(item, Document)]
    currency = "RUB" if parser == "supplier" and not name.startswith("fixtures/html") else ""
    items = parser_class(parser)(currency=currency).parse(documents)
    return [fit(item) if isinstance(item, ParsedProduct) else item for item in items]


def is_read(name: str) -> bool:
    return any(fnmatch(name, pattern) for pattern in READINGS)


@pytest.mark.parametrize("name", [name for name in FILES if is_read(name)])
def test_every_field_of_every_product(name: str) -> None:
    parser, reading, count = next(value for pattern, value in READINGS.items() if fnmatch(name, pattern))
    parsed = [item for item in parse(parser, name) if isinstance(item, ParsedProduct)]
    read = reading(DATA / name)
    assert (len(read), len(parsed)) == (count, count)
    if name in TITLES:
        assert digest(item.title for item in parsed) == TITLES[name]
        read = [replace(one, title=item.title) for one, item in zip(read, parsed, strict=True)]
    wrong = [line for one, item in zip(read, parsed, strict=True) for line in differences(one, item)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", [name for name in FILES if of(name, dict(WITHOUT)) and not is_read(name)])
def test_a_file_without_products_says_so(name: str) -> None:
    parser = next(value for pattern, value in WITHOUT.items() if fnmatch(name, pattern))
    (item,) = parse(parser, name)
    assert isinstance(item, SkippedDocument) and item.document == name.rpartition("/")[2]


def test_no_file_is_left_out() -> None:
    left = [
        name
        for name in FILES
        if not is_read(name)
        and not of(name, dict(WITHOUT))
        and not any(fnmatch(name, pattern) for pattern in NO_SOURCE)
    ]
    assert left == []
    assert len(FILES) >= 70
