"""The sample shop keeps what sample/README.md says about it."""

import json
import re
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from rapidfuzz import process

from apps.ai.text.attributes.schema import problem
from apps.products.services import attribute_schema

SAMPLE = Path(__file__).resolve().parents[2] / "sample"
SUPPLIER = SAMPLE / "supplier"
WILDBERRIES = SAMPLE / "wildberries"

MAIN_KINDS = {
    "medicine", "supplement", "cosmetics", "perfume", "clothes", "shoes", "book", "furniture", "tableware",
}  # fmt: skip
KINDS = MAIN_KINDS | {"electronics", "food", "household", "toys", "other"}
SEEN_BY_RULES = {
    "no_title", "zero_price", "absurd_text", "instruction_in_text", "replica", "hostile_html", "long_title",
}  # fmt: skip
BROKEN = SEEN_BY_RULES | {"dose_conflict", "no_category"}
FEEDS = {"eczane": "ecz", "moda-ev": "mod", "kitap": "ktp"}
SUPPLIER_FIELDS = {
    "id", "title", "description", "brand", "price", "currency", "barcode", "sku", "url", "category",
    "attributes", "images", "stock", "in_stock",
}  # fmt: skip
DETAIL_FIELDS = {
    "id", "root", "brand", "supplier", "supplierId", "subjectId", "entity", "name", "colors", "pics", "sizes",
    "totalQuantity",
}  # fmt: skip
BAD_IMAGES = {
    "mod-008": "images/missing-shelf.webp",
    "mod-012": "images/broken.jpg",
    "mod-015": "images/../../../secret.png",
}

Row = dict[str, Any]


def read_lines(name: str) -> list[Row]:
    return [json.loads(line) for line in (SAMPLE / name).read_text(encoding="utf-8").splitlines()]


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def words(html: str) -> int:
    return len(re.sub(r"<[^>]+>", " ", html).split())


def ean13_is_right(code: str) -> bool:
    """GS1 General Specifications 7.9: with weights 1 and 3 the digits add up to a multiple of 10."""
    if not re.fullmatch(r"\d{13}", code):
        return False
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(code)) % 10 == 0


CATEGORIES = read_lines("categories.jsonl")
BY_ID = {row["id"]: row for row in CATEGORIES}
PARENTS = {row["parent_id"] for row in CATEGORIES}
ACTIVE_LEAVES = {row["id"] for row in CATEGORIES if row["is_active"] and row["id"] not in PARENTS}
CATALOGUE = read_lines("catalogue.jsonl")
SUPPLIED: list[Row] = [product for feed in FEEDS for product in read(SUPPLIER / f"{feed}.json")]
DETAIL: list[Row] = read(WILDBERRIES / "detail.json")["products"]
CARDS: dict[str, Row] = {path.stem: read(path) for path in sorted((WILDBERRIES / "cards").glob("*.json"))}
EXPECTED: dict[str, Row] = read(SAMPLE / "expected.json")
TEMPLATES: list[Row] = read(SAMPLE / "templates.json")


def path_of(category_id: str) -> list[Row]:
    """From the root down to the category."""
    row = BY_ID[category_id]
    return [*(path_of(row["parent_id"]) if row["parent_id"] else []), row]


# Categories


def test_tree_is_large_and_its_ids_are_unique() -> None:
    assert len(CATEGORIES) >= 190
    assert len(BY_ID) == len(CATEGORIES)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", category_id) for category_id in BY_ID)
    assert max(len(path_of(category_id)) for category_id in BY_ID) == 4


def test_parents_come_before_children() -> None:
    seen: set[str | None] = {None}
    for row in CATEGORIES:
        assert row["parent_id"] in seen, row["id"]
        seen.add(row["id"])


@pytest.mark.parametrize("row", CATEGORIES, ids=lambda row: row["id"])
def test_category_has_the_documented_shape(row: Row) -> None:
    assert set(row) - {"kind", "attributes"} == {"id", "parent_id", "name", "synonyms", "is_active"}
    assert row["name"] == row["name"].strip() != ""
    assert row.get("kind", "other") in KINDS
    assert isinstance(row["is_active"], bool)
    folded = [word.casefold() for word in row["synonyms"]]
    assert len(set(folded)) == len(folded)
    assert all(word == word.strip() != "" for word in row["synonyms"])


def test_attribute_schemas_are_valid_and_every_main_kind_has_one() -> None:
    described = {
        row["id"]: attribute_schema.cleaned(row["attributes"]) for row in CATEGORIES if "attributes" in row
    }
    assert {BY_ID[category_id].get("kind") for category_id in described} >= MAIN_KINDS
    for category_id, rows in described.items():
        assert rows == BY_ID[category_id]["attributes"], category_id
        assert [problem(row) for row in rows if row.get("type") != "none"] == [""] * sum(
            row.get("type") != "none" for row in rows
        )


def test_every_leaf_has_a_kind_and_three_to_eight_synonyms() -> None:
    for category_id in ACTIVE_LEAVES:
        assert any("kind" in row for row in path_of(category_id)), category_id
        assert 3 <= len(BY_ID[category_id]["synonyms"]) <= 8, category_id


def test_names_repeat_only_in_different_branches() -> None:
    siblings = Counter((row["parent_id"], row["name"]) for row in CATEGORIES)
    assert max(siblings.values()) == 1
    repeated = {name for name, times in Counter(row["name"] for row in CATEGORIES).items() if times > 1}
    assert {"Витамины", "Уход за волосами", "Аксессуары", "Носки", "Сумки", "Термометры"} <= repeated


def test_four_categories_are_inactive() -> None:
    inactive = {row["id"] for row in CATEGORIES if not row["is_active"]}
    assert inactive == {"cosm-pro", "clo-work", "acc-phone", "furn-garden"}
    assert not inactive & PARENTS


# Catalogue


def test_catalogue_covers_every_active_leaf_in_both_languages() -> None:
    per_leaf = Counter(row["category_id"] for row in CATALOGUE)
    assert len(CATALOGUE) >= 420
    assert set(per_leaf) == ACTIVE_LEAVES
    assert set(per_leaf.values()) == {2, 3, 4, 5}
    russian = sum(row["lang"] == "ru" for row in CATALOGUE) / len(CATALOGUE)
    assert 0.55 <= russian <= 0.65


def test_catalogue_rows_have_the_documented_shape() -> None:
    for field in ("sku", "title"):
        assert len({row[field] for row in CATALOGUE}) == len(CATALOGUE), field
    for row in CATALOGUE:
        assert set(row) == {"sku", "title", "category_id", "brand", "lang", "price", "currency"}
        assert re.fullmatch(r"PT-\d{5}", row["sku"])
        assert re.fullmatch(r"[1-9]\d*\.\d\d", row["price"]), row
        assert row["currency"] == "RUB"
        assert row["brand"] is None or row["brand"].strip()
        assert ("ru" if re.search("[а-яё]", row["title"], re.I) else "tr") == row["lang"], row["title"]


def fed_titles() -> set[str]:
    return {product["title"].casefold() for product in SUPPLIED} | {
        item["name"].casefold() for item in DETAIL
    }


def test_catalogue_does_not_repeat_the_feeds() -> None:
    assert not fed_titles() & {row["title"].casefold() for row in CATALOGUE}


@pytest.fixture(scope="module")
def goods(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    """What sample/make_catalogue.py writes."""
    file = tmp_path_factory.mktemp("goods") / "goods.jsonl"
    subprocess.run([sys.executable, SAMPLE / "make_catalogue.py", file], check=True)
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_goods_are_thousands_in_every_active_leaf_and_both_languages(goods: list[Row]) -> None:
    per_leaf = Counter(row["category_id"] for row in goods)
    assert len(goods) > 2_000
    assert set(per_leaf) == ACTIVE_LEAVES
    assert min(per_leaf.values()) >= 5
    assert 0.4 <= sum(row["lang"] == "ru" for row in goods) / len(goods) <= 0.7


def test_goods_are_rows_of_the_catalogue_and_differ(goods: list[Row]) -> None:
    for field in ("sku", "title"):
        assert len({row[field] for row in [*goods, *CATALOGUE]}) == len(goods) + len(CATALOGUE), field
    for row in goods:
        assert set(row) == set(CATALOGUE[0])
        assert not re.search(r"[{}|]|  ", row["title"]), row
        assert ("ru" if re.search("[а-яё]", row["title"], re.I) else "tr") == row["lang"], row["title"]


def test_no_product_of_the_feeds_is_nearly_one_of_the_goods(goods: list[Row]) -> None:
    """Else the demo would show how it copies."""
    titles = [row["title"].casefold() for row in goods]
    near = {title for title in fed_titles() if title and process.extractOne(title, titles, score_cutoff=90)}
    assert len(near) <= 2, near


# Supplier feeds


def test_feeds_are_large_enough() -> None:
    assert {path.stem for path in SUPPLIER.glob("*.json")} == set(FEEDS)
    assert len(SUPPLIED) + len(DETAIL) >= 66
    for field in ("id", "sku", "url"):
        assert len({product[field] for product in SUPPLIED}) == len(SUPPLIED), field


@pytest.mark.parametrize("product", SUPPLIED, ids=lambda product: product["id"])
def test_supplier_product_has_the_documented_shape(product: Row) -> None:
    assert set(product) == SUPPLIER_FIELDS
    assert product["id"].split("-")[0] in FEEDS.values()
    assert product["currency"] in {"TRY", "USD"}
    assert product["url"].startswith("https://supplier.example/")
    assert isinstance(product["title"], str)
    assert isinstance(product["description"], str)
    assert isinstance(product["category"], str | list)
    assert all(isinstance(value, str) for value in product["attributes"].values())
    assert product["in_stock"] is (product["stock"] > 0)
    assert product["barcode"] is None or ean13_is_right(product["barcode"])
    if isinstance(product["price"], str):
        assert re.fullmatch(r"₺?\d{1,3}(\.\d{3})*,\d\d( TL)?", product["price"])
        assert product["currency"] == "TRY"


def test_barcodes_are_unique() -> None:
    codes = [product["barcode"] for product in SUPPLIED if product["barcode"]]
    assert len(set(codes)) == len(codes) == len(SUPPLIED) - 2


def test_books_carry_a_valid_isbn() -> None:
    books = read(SUPPLIER / "kitap.json")
    assert len(books) >= 6
    for book in books:
        assert book["barcode"].startswith("978")
        assert book["attributes"]["ISBN"] == book["barcode"]


@pytest.mark.parametrize("code", ["8690000701013", "978605000901", "97860500090101", "978605000901X"])
def test_wrong_check_digit_is_seen(code: str) -> None:
    assert not ean13_is_right(code)


# Pictures


def test_sound_pictures_open_and_are_small() -> None:
    used = {name for product in SUPPLIED for name in product["images"] if not name.startswith("https://")}
    drawn = {f"images/{path.name}" for path in (SUPPLIER / "images").iterdir()}
    bad = set(BAD_IMAGES.values())
    assert used - bad == drawn - bad
    assert drawn & bad == {"images/broken.jpg"}
    for name in sorted(drawn):
        assert (SUPPLIER / name).stat().st_size <= 15_000, name
    for name in sorted(drawn - bad):
        with Image.open(SUPPLIER / name) as picture:
            picture.load()
            assert picture.size == (480, 480)
            assert (picture.mode == "RGBA") is name.endswith(".png")


def test_about_fifteen_products_have_a_sound_picture() -> None:
    having = [product["id"] for product in SUPPLIED if product["images"] and product["id"] not in BAD_IMAGES]
    assert 15 <= len(having) <= 25


def test_bad_pictures_are_bad_as_described() -> None:
    images = {product["id"]: product["images"] for product in SUPPLIED}
    assert {product_id: [name] for product_id, name in BAD_IMAGES.items()} == {
        product_id: images[product_id] for product_id in BAD_IMAGES
    }
    assert not (SUPPLIER / BAD_IMAGES["mod-008"]).exists()
    with Image.open(SUPPLIER / BAD_IMAGES["mod-012"]) as picture, pytest.raises(OSError, match="truncated"):
        picture.load()
    assert not (SUPPLIER / BAD_IMAGES["mod-015"]).resolve().is_relative_to(SUPPLIER)


# Wildberries


def test_detail_and_cards_belong_together() -> None:
    ids = [item["id"] for item in DETAIL]
    assert len(set(ids)) == len(ids) >= 26
    assert set(CARDS) < {str(nm) for nm in ids}
    assert len(CARDS) >= 20


@pytest.mark.parametrize("item", DETAIL, ids=lambda item: str(item["id"]))
def test_detail_prices_are_kopecks(item: Row) -> None:
    prices = [size["price"] for size in item["sizes"] if "price" in size]
    for price in prices:
        assert all(type(price[field]) is int for field in ("basic", "product", "total"))
        assert price["basic"] >= price["product"] == price["total"] >= 10_000
    assert item["totalQuantity"] == sum(stock["qty"] for size in item["sizes"] for stock in size["stocks"])
    assert bool(prices) is (item["totalQuantity"] > 0)
    assert set(item) >= DETAIL_FIELDS


def test_one_wildberries_product_is_out_of_stock() -> None:
    assert [item["id"] for item in DETAIL if item["totalQuantity"] == 0] == [990100125]


@pytest.mark.parametrize("nm", CARDS)
def test_card_agrees_with_its_detail(nm: str) -> None:
    card = CARDS[nm]
    item = next(item for item in DETAIL if str(item["id"]) == nm)
    assert (card["nm_id"], card["imt_id"], card["imt_name"]) == (item["id"], item["root"], item["name"])
    assert card["selling"] == {"brand_name": item["brand"], "supplier_id": item["supplierId"]}
    assert card["media"]["photo_count"] == item["pics"]
    assert card["data"]["chrt_ids"] == [size["optionId"] for size in item["sizes"]]
    assert 60 <= words(card["description"]) <= 200
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", card["slug"])
    grouped = [option["name"] for group in card["grouped_options"] for option in group["options"]]
    assert sorted(grouped) == sorted(option["name"] for option in card["options"])
    assert {"subj_name", "subj_root_name", "vendor_code", "compositions", "colors"} <= set(card)


# Expected answers


def test_every_feed_product_has_an_answer_and_nothing_else_has() -> None:
    supplied = [f"supplier:{product['id']}" for product in SUPPLIED]
    detailed = [f"wildberries:{item['id']}" for item in DETAIL]
    assert sorted(EXPECTED) == sorted(supplied + detailed)
    for answer in EXPECTED.values():
        assert set(answer) == {"category_id", "broken"}
        assert answer["category_id"] in ACTIVE_LEAVES | {None}


def test_every_kind_of_breakage_occurs() -> None:
    found = Counter(answer["broken"] for answer in EXPECTED.values() if answer["broken"])
    assert set(found) == BROKEN
    assert (found["instruction_in_text"], found["replica"], found["dose_conflict"]) == (2, 2, 2)
    without = {answer["broken"] for answer in EXPECTED.values() if answer["category_id"] is None}
    assert without == {"no_title", "absurd_text", "no_category"}


def source_of(key: str) -> tuple[str, str, Any]:
    """Title, description and price of a feed product."""
    parser, product_id = key.split(":")
    if parser == "supplier":
        product = next(product for product in SUPPLIED if product["id"] == product_id)
        return product["title"], product["description"], product["price"]
    item = next(item for item in DETAIL if str(item["id"]) == product_id)
    return item["name"], CARDS.get(product_id, {}).get("description", ""), item["sizes"][0].get("price")


def breakage(title: str, description: str, price: Any) -> set[str]:
    """What can be seen in the source by simple rules; the dose and the category need a reader."""
    text = f"{title} {description}".casefold()
    signs = {
        "no_title": not title,
        "long_title": len(title) == 400,
        "zero_price": price == 0,
        "absurd_text": "asdfgh" in text,
        "instruction_in_text": bool(re.search("ignore all previous instr|игнорируй все пред", text)),
        "replica": bool(re.search("реплика|1:1 kopya", text)),
        "hostile_html": all(sign in text for sign in ("<script", "onclick", "<iframe")),
    }
    return {name for name, there in signs.items() if there}


@pytest.mark.parametrize("key", EXPECTED)
def test_source_is_broken_exactly_as_marked(key: str) -> None:
    marked = EXPECTED[key]["broken"]
    assert breakage(*source_of(key)) == {marked} & SEEN_BY_RULES


@pytest.mark.parametrize(
    ("key", "in_title", "in_description"),
    [("supplier:ecz-026", "1000 mg", "850 mg"), ("wildberries:990100105", "3 мг", "5 мг")],
)
def test_conflicting_doses_are_there(key: str, in_title: str, in_description: str) -> None:
    title, description, _ = source_of(key)
    assert EXPECTED[key]["broken"] == "dose_conflict"
    assert in_title in title
    assert in_description in description
    assert in_title not in description


# Templates


def test_templates_have_the_documented_shape() -> None:
    assert len({row["name"] for row in TEMPLATES}) == len(TEMPLATES) >= 16
    assert {row["template_type"] for row in TEMPLATES} == {
        "description", "category_example", "attribute_extraction", "image_prompt",
    }  # fmt: skip
    for row in TEMPLATES:
        assert set(row) == {"name", "template_type", "category_id", "language", "content"}
        assert len(row["name"]) <= 100
        assert row["language"] == "ru"
        assert row["category_id"] is None or BY_ID[row["category_id"]]["is_active"]


def test_description_templates_are_model_descriptions_for_every_main_kind() -> None:
    kinds = set()
    for row in TEMPLATES:
        if row["template_type"] != "description":
            continue
        kinds.add(next(node["kind"] for node in reversed(path_of(row["category_id"])) if "kind" in node))
        assert 80 <= words(row["content"]) <= 150, row["name"]
        assert set(re.findall(r"</?(\w+)", row["content"])) == {"p", "ul", "li"}
        for tag in ("p", "ul", "li"):
            assert row["content"].count(f"<{tag}>") == row["content"].count(f"</{tag}>"), row["name"]
    assert kinds == MAIN_KINDS


def test_prices_of_the_catalogue_are_plausible() -> None:
    prices = [Decimal(row["price"]) for row in CATALOGUE]
    assert min(prices) >= 50
    assert max(prices) <= 50_000
