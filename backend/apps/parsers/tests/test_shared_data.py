"""Real answers of shops, which lie outside the repository; without them these tests are skipped."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from apps.ai.models import AIProcessingLog
from apps.parsers.models import ParserRun
from apps.parsers.services.feeds import read_path
from apps.parsers.services.fitting import fit
from apps.parsers.services.records import Document, ParsedProduct
from apps.parsers.services.registry import parser_class
from apps.products.models import Category, Product, ProductImage

DATA = Path(settings.REPOSITORY_DIR).parent / "shared" / "data"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.is_dir(), reason="the shared data does not lie at ../shared/data"),
]


def run(*arguments: object) -> str:
    out = io.StringIO()
    call_command("run_parser", *map(str, arguments), stdout=out, stderr=io.StringIO())
    return out.getvalue().strip()


def test_every_wildberries_answer() -> None:
    folder = DATA / "fixtures" / "wildberries"
    assert (
        run("wildberries", "--file", folder) == "wildberries: 7 created, 0 updated, 0 unchanged, 0 rejected."
    )
    assert (
        run("wildberries", "--file", folder) == "wildberries: 0 created, 0 updated, 7 unchanged, 0 rejected."
    )
    assert AIProcessingLog.objects.count() == 7
    mop = Product.objects.get(source_id="67858518")
    assert (mop.title, mop.price) == ("Швабра с отжимом и ведром для мытья пола 10 л", Decimal("4088.00"))
    assert (mop.stock, mop.sku, mop.source_category) == (
        2351,
        "HOME202105-3-white",
        "Хозяйственные товары > Швабры",
    )
    assert mop.attributes["Вес товара с упаковкой (г)"] == "2000 г"
    assert mop.description.startswith("Швабра с отжимом")
    assert mop.images.count() == 10
    bag = Product.objects.get(source_id="969008238")
    assert (bag.price, bag.attributes["Длина плечевого ремня"]) == (Decimal("3192.00"), "131 см")
    notes = [entry["record"] for entry in ParserRun.objects.latest("pk").errors]
    assert notes == [
        "ivandyachenko2021.CatalogMenuSpec.0.json",
        "ivandyachenko2021.CatalogSpec.0.json",
        "ivandyachenko2021.CatalogSpec.1.json",
        "search.wb.ru.joitandr.json",
    ]


def test_the_pharmacy() -> None:
    folder = DATA / "pharmacy"
    assert run("supplier", "--file", folder) == "supplier: 114 created, 0 updated, 0 unchanged, 0 rejected."
    assert run("supplier", "--file", folder) == "supplier: 0 created, 0 updated, 114 unchanged, 0 rejected."
    assert AIProcessingLog.objects.count() == 114
    tablet = Product.objects.select_related("brand", "supplier").get(source_id="101533")
    assert (tablet.title, tablet.price, tablet.currency) == (
        "СЕЛАНА табл. 1 мг №30",
        Decimal("856.00"),
        "RUB",
    )
    assert tablet.attributes == {"Действующее вещество": "Анастрозол", "Производитель": "Натива, Россия"}
    assert tablet.source_category == "Онкология > Злокачественные новообразования"
    assert Product.objects.filter(stock=0).count() == 8
    assert Product.objects.filter(price__isnull=True).count() == 0
    assert Product.objects.filter(brand__isnull=True).count() == 13
    assert ProductImage.objects.count() == 105


def test_two_chains() -> None:
    result = run("supplier", "--file", DATA / "fixtures" / "retail_api", "--currency", "RUB")
    assert result == "supplier: 2 created, 0 updated, 0 unchanged, 0 rejected."
    souffle = Product.objects.get(source_id="1912108")
    assert (souffle.price, souffle.stock, souffle.barcode) == (Decimal("59.00"), 14, "4650139150280")
    assert souffle.attributes["Страна производства"] == "Россия"
    bag = Product.objects.get(source_id="13770")
    assert (bag.price, bag.currency, bag.stock) == (Decimal("51.99"), "RUB", 97)
    assert str(bag.brand) == "Арт и Дизайн"
    assert bag.images.count() == 7


@pytest.mark.parametrize(
    ("name", "count"),
    [("c001", 131), ("fixprice", 18), ("flipkart", 795), ("trendyol", 429), ("uhtt_a", 1492)],
)
def test_the_categories_of_a_labelled_set(name: str, count: int) -> None:
    for created, unchanged in ((count, 0), (0, count)):
        out = io.StringIO()
        call_command("import_categories", str(DATA / "labelled" / name / "categories.jsonl"), stdout=out)
        assert out.getvalue() == f"Categories: {created} created, 0 updated, {unchanged} unchanged.\n"


def test_a_taxonomy_of_ten_thousand(tmp_path: Path) -> None:
    text = (DATA / "categories" / "categories.ru.txt").read_text(encoding="utf-8")
    rows = []
    for line in text.splitlines():
        code, separator, path = line.partition(" : ")
        if separator and not line.startswith("#"):
            code = code.strip()
            parent = code.rpartition("-")[0] if "-" in code.rpartition("/")[2] else None
            rows.append({"id": code, "parent_id": parent, "name": path.rpartition(" > ")[2].strip()})
    file = tmp_path / "taxonomy.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    call_command("import_categories", str(file), stdout=io.StringIO())
    assert Category.objects.count() == len(rows) == 10_595
    assert Category.objects.values("slug").distinct().count() == 10_595


def parse(name: str, *parts: str) -> list[ParsedProduct]:
    documents = [item for item in read_path(DATA.joinpath("fixtures", *parts)) if isinstance(item, Document)]
    return [fit(item) for item in parser_class(name)().parse(documents) if isinstance(item, ParsedProduct)]


#: file: (id, title, brand, price, stock, pictures, last step of the category)
OZON_TILES = {
    "CellTrackingInfoSpec.0": (
        "229603477",
        "Футболка YELLOW PRICE",
        "YELLOW PRICE",
        "999.00",
        None,
        0,
        "Футболки",
    ),
    "ItemSpec.0": (
        *("215730070", "Корм сухой для котят с курицей, 400 г", "MALUNGMA", "399.00", None, 0, "Сухие корма"),
    ),
    "ItemSpec.1": ("167053322", "Ухо говяжье XXL", "", "203.00", None, 1, "Корма и лакомства"),
    "ItemSpec.2": ("200352826", "Чернила Elecom B01N7VG32U", "Elecom", "2332.00", 3, 6, "Твердые чернила"),
    "ItemSpec.4": (
        *("174260511", "La Roche-Posay Lipikar Бальзам АП+М, 400 мл", "La Roche-Posay", "1472.00", None, 2),
        "Концентраты и бальзамы",
    ),
    "ItemSpec.7": (
        *("161351424", "Сухой корм для собак Royal Canin Mini Adult 4 кг", "Royal Canin", "1836.00", None, 1),
        "Сухие корма",
    ),
}


@pytest.mark.parametrize("name", OZON_TILES)
def test_tiles_of_ozon(name: str) -> None:
    (tile,) = parse("ozon", "ozon", f"ivandyachenko2021.{name}.json")
    code, title, brand, price, stock, pictures, category = OZON_TILES[name]
    assert (tile.source_id, tile.title, tile.brand, tile.stock) == (code, title, brand, stock)
    assert (tile.price, tile.currency) == (Decimal(price), "RUB")
    assert (len(tile.image_urls), tile.category.rpartition(" > ")[2]) == (pictures, category)


def test_every_answer_of_ozon() -> None:
    result = run("ozon", "--file", DATA / "fixtures" / "ozon")
    assert result == "ozon: 11 created, 0 updated, 0 unchanged, 0 rejected."
    page = Product.objects.select_related("brand").get(source_id="5413206766")
    assert page.title.startswith("Zuzy Наушники беспроводные с микрофоном")
    assert (page.price, page.currency, str(page.brand)) == (Decimal("1631.00"), "RUB", "Zuzy")
    assert (page.source_category, page.images.count()) == (
        "Электроника > Наушники и аудиотехника > Наушники",
        5,
    )
    sold_out = Product.objects.get(source_id="202157525")
    assert (sold_out.stock, sold_out.price) == (0, Decimal("4152.00"))


def test_instagram_of_2017_and_2022() -> None:
    profile = parse("instagram", "instagram", "company_profile_2017.json")
    assert len(profile) == 12
    assert {post.supplier for post in profile} == {"@cwiskerkeonions"}
    assert (profile[9].source_id, profile[9].title) == ("BX7TTZVF7f8", "When it is time to harvest")
    hashtag = parse("instagram", "instagram", "hashtag_graphql_2022.trimmed6.json")
    assert len(hashtag) == 12
    assert (hashtag[3].source_id, hashtag[3].title) == ("CbpJ1OWrlvb", "Understanding FastAPI")
    assert all(len(post.image_urls) == 1 and post.price is None for post in (*profile, *hashtag))


def test_pages_of_shops() -> None:
    (phone,) = parse("supplier", "html", "trendyol_product_page.html")
    assert phone.title == "iPhone13 Pro Max 128GB Mavi Cep Telefonu (Apple Türkiye Garantili)"
    assert (phone.source_id, phone.brand, phone.sku) == ("154224404", "Apple", "MLLC3TU/A")
    assert (phone.price, phone.currency, phone.barcode) == (Decimal("27887.50"), "TRY", "194252698761")
    assert phone.category == "Elektronik > Telefon > Akıllı Cep Telefonu"
    assert (len(phone.image_urls), len(phone.attributes)) == (8, 23)
    assert phone.attributes["Dahili Hafıza"] == "128 GB"
    search = parse("supplier", "html", "trendyol_search_page.html")
    assert (len(search), search[0].source_id, search[0].price) == (24, "154224404", Decimal("27887.50"))
    assert search[0].category == "Elektronik > Telefon > Akıllı Cep Telefonu"
    later = parse("supplier", "html", "trendyol_response_2025.html")
    assert (len(later), later[0].title) == (24, "Palazzo Pantolon Oversize Orjinal Kesim")
    assert (later[0].price, later[0].attributes) == (Decimal("449.00"), {"Renk": "Siyah"})
    assert [variant.name for variant in later[0].variants] == ["2XS"]


def test_pages_of_russian_shops() -> None:
    (shirt,) = parse("supplier", "html", "lamoda_listing.html")
    assert (shirt.source_id, shirt.title, shirt.brand) == ("HE002EMKLGV2", "Футболка", "Mango Man")
    assert (shirt.price, shirt.currency, len(shirt.image_urls)) == (Decimal("1299.00"), "RUB", 3)
    assert shirt.attributes["Состав"] == "Органический хлопок - 100%"
    plasters = parse("supplier", "html", "leroymerlin_catalogue.html")
    assert (len(plasters), plasters[0].source_id) == (30, "10073940")
    assert plasters[0].title == "Штукатурка гипсовая Knauf Ротбанд 30 кг"
    assert (plasters[0].brand, plasters[0].price, plasters[0].stock) == ("KNAUF", Decimal("418.00"), 1196)
    assert {len(plaster.image_urls) for plaster in plasters} == {1}
