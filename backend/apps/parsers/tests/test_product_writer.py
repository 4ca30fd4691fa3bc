from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from apps.ai import catalog
from apps.ai.models import AIProcessingLog
from apps.parsers.models import OwedPicture
from apps.parsers.services.base_parser import (
    BaseParser,
    Document,
    LocalImage,
    ParsedItem,
    ParsedProduct,
    SaveOutcome,
)
from apps.parsers.services.writing.writer import ForeignProduct
from apps.products.ai_catalog import ShopCatalog
from apps.products.models import Brand, Category, Product, ProductImage, Supplier

CREATED, UPDATED, UNCHANGED = SaveOutcome.CREATED, SaveOutcome.UPDATED, SaveOutcome.UNCHANGED


class ShopParser(BaseParser):
    name = "shop"

    def parse(self, payload: Iterable[Document]) -> Iterator[ParsedItem]:
        return iter(())


class FeedParser(ShopParser):
    ids_are_the_suppliers = True


PARSED = ParsedProduct(
    source_id="7",
    title="Magnezyum 400 mg 60 tablet",
    description="Takviye edici gıda",
    brand="Solgar",
    supplier="eczane.example",
    supplier_site="https://eczane.example",
    price=Decimal("249.90"),
    currency="TRY",
    stock=5,
    sku="MG-400",
    barcode="8690000000012",
    url="https://eczane.example/7",
    category="Sağlık > Vitamin",
    attributes={"Doz": "400 mg", "Adet": "60"},
    image_urls=("https://eczane.example/1.jpg", "https://eczane.example/2.jpg"),
)


@pytest.fixture
def parser() -> ShopParser:
    return ShopParser()


def row(product: Product) -> dict[str, Any]:
    return dict(Product.objects.filter(pk=product.pk).values().get())


def image_urls(product: Product) -> list[str]:
    return [image.url for image in product.images.all()]


def close_runs() -> None:
    """As if a worker had read the product as it is, and finished."""
    for run in AIProcessingLog.objects.all():
        fingerprint = catalog.get().snapshot(run.product_id).fingerprint
        AIProcessingLog.objects.filter(pk=run.pk).update(status="approved", input_fingerprint=fingerprint)


@pytest.mark.django_db
def test_a_new_product_has_all_the_source_said_and_one_run(parser: ShopParser) -> None:
    assert parser.save_product(PARSED) is CREATED
    product = Product.objects.select_related("brand", "supplier").get()
    assert product.source == Product.Source.PARSER
    assert (product.source_name, product.source_id) == ("shop", "7")
    assert (product.title, product.description) == (PARSED.title, PARSED.description)
    assert product.slug.startswith("magnezyum-400-mg-60-tablet-")
    assert (product.price, product.currency, product.stock) == (Decimal("249.90"), "TRY", 5)
    assert (product.sku, product.barcode) == ("MG-400", "8690000000012")
    assert (product.source_url, product.source_category) == ("https://eczane.example/7", "Sağlık > Vitamin")
    assert product.attributes == {"Doz": "400 mg", "Adet": "60"}
    assert product.brand is not None and product.brand.name == "Solgar"
    assert product.supplier is not None and product.supplier.site == "https://eczane.example"
    assert image_urls(product) == list(PARSED.image_urls)
    assert (product.title_ru, product.description_ru, product.category) == (None, None, None)
    run = AIProcessingLog.objects.get()
    assert (run.product, run.source, run.status) == (product, "parser", "pending")


@pytest.mark.django_db
def test_the_message_leaves_after_commit_when_product_and_images_are_there(
    parser: ShopParser,
    messages: Callable[[], list[dict[str, Any]]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        parser.save_product(PARSED)
        assert ProductImage.objects.count() == 2
        assert messages() == []
    sent = messages()
    assert [message["args"] for message in sent] == [[Product.objects.get().pk]]


@pytest.mark.django_db
def test_the_same_again_writes_nothing(parser: ShopParser) -> None:
    parser.save_product(PARSED)
    close_runs()
    product = Product.objects.get()
    before = row(product)
    with transaction.atomic(), connection.execute_wrapper(refuse_writes):
        assert parser.save_product(PARSED) is UNCHANGED
        assert ShopParser().save_product(PARSED) is UNCHANGED
    assert row(product) == before
    assert AIProcessingLog.objects.count() == 1


def refuse_writes(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    assert sql.split()[0] in ("SELECT", "SAVEPOINT", "RELEASE", "BEGIN"), sql
    return execute(sql, params, many, context)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "columns"),
    [
        ({"price": Decimal("199.90")}, {"price": Decimal("199.90")}),
        ({"stock": 0}, {"stock": 0}),
        ({"url": "https://eczane.example/new"}, {"source_url": "https://eczane.example/new"}),
        ({"sku": "MG-401"}, {"sku": "MG-401"}),
    ],
)
def test_a_new_price_is_an_update_without_a_run(
    parser: ShopParser, changes: dict[str, Any], columns: dict[str, Any]
) -> None:
    parser.save_product(PARSED)
    close_runs()
    product = Product.objects.get()
    before = row(product)
    assert parser.save_product(replace(PARSED, **changes)) is UPDATED
    after = row(product)
    assert after.pop("updated_at") > before.pop("updated_at")
    assert after == before | columns
    assert AIProcessingLog.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Magnezyum 400 mg 90 tablet"},
        {"description": "Yeni açıklama"},
        {"attributes": {"Doz": "400 mg", "Adet": "90"}},
        {"title": "Yeni", "description": "Yeni", "attributes": {"Yeni": "1"}, "price": Decimal(1)},
        {"category": "Yeni"},
        {"brand": "Yeni"},
        {"barcode": "8690000000029"},
        {"image_urls": ("https://eczane.example/3.jpg",)},
    ],
)
def test_what_a_card_is_made_of_is_one_run_when_it_changes_and_touch_no_card(
    parser: ShopParser, tree: dict[str, Category], changes: dict[str, Any]
) -> None:
    parser.save_product(PARSED)
    close_runs()
    card = {
        "title_ru": "Магний",
        "description_ru": "<p>Текст</p>",
        "seo_title": "Магний",
        "seo_keywords": ["магний"],
    }
    Product.objects.update(**card, category=tree["vitamins"])
    assert parser.save_product(replace(PARSED, **changes)) is UPDATED
    after = row(Product.objects.get())
    assert {name: after[name] for name in card} == card
    assert after["category_id"] == tree["vitamins"].pk
    assert list(AIProcessingLog.objects.order_by("pk").values_list("status", "source")) == [
        ("approved", "parser"),
        ("pending", "parser"),
    ]


@pytest.mark.django_db
def test_an_open_run_is_not_doubled(parser: ShopParser) -> None:
    parser.save_product(PARSED)
    assert parser.save_product(replace(PARSED, title="Yeni")) is UPDATED
    assert AIProcessingLog.objects.count() == 1


@pytest.mark.django_db
def test_what_the_source_does_not_say_erases_nothing(parser: ShopParser) -> None:
    parser.save_product(PARSED)
    close_runs()
    before = row(Product.objects.get())
    assert parser.save_product(ParsedProduct(source_id="7")) is UNCHANGED
    assert row(Product.objects.get()) == before
    assert image_urls(Product.objects.get()) == list(PARSED.image_urls)


@pytest.mark.django_db
def test_attributes_of_the_ai_module_and_of_people_stay(parser: ShopParser) -> None:
    parser.save_product(PARSED)
    product = Product.objects.get()
    product.attributes |= {"ai_extracted": {"form": "таблетки"}, "Страна": "Турция"}
    product.save()
    parser.save_product(replace(PARSED, attributes={"Doz": "500 mg", "Yeni": "1"}))
    product.refresh_from_db()
    assert product.attributes == {
        "Doz": "500 mg",
        "Adet": "60",
        "Yeni": "1",
        "ai_extracted": {"form": "таблетки"},
        "Страна": "Турция",
    }


@pytest.mark.django_db
def test_attributes_that_a_person_edited_are_only_added_to(parser: ShopParser) -> None:
    parser.save_product(PARSED)
    close_runs()
    Product.objects.update(attributes={"Doz": "400 мг"}, edited_fields=["attributes"])
    assert parser.save_product(PARSED) is UPDATED
    assert Product.objects.get().attributes == {"Doz": "400 мг", "Adet": "60"}
    close_runs()
    assert parser.save_product(PARSED) is UNCHANGED
    assert AIProcessingLog.objects.count() == 2


@pytest.mark.django_db
def test_images_follow_the_source(parser: ShopParser) -> None:
    parser.save_product(PARSED)
    close_runs()
    product = Product.objects.get()
    kept = product.images.last()
    assert kept is not None
    new = ("https://eczane.example/2.jpg", "https://eczane.example/3.jpg")
    assert parser.save_product(replace(PARSED, image_urls=new)) is UPDATED
    assert image_urls(product) == list(new)
    assert product.images.get(url=kept.url).pk == kept.pk
    assert parser.save_product(replace(PARSED, image_urls=new)) is UNCHANGED
    assert parser.save_product(replace(PARSED, image_urls=new[::-1])) is UPDATED
    assert image_urls(product) == list(new[::-1])
    assert (
        AIProcessingLog.objects.count() == 2
    )  # the second waits, and will see the pictures as they are then


@pytest.mark.django_db
def test_images_that_a_person_edited_are_only_added_to(parser: ShopParser) -> None:
    parser.save_product(PARSED)
    product = Product.objects.get()
    product.images.all().delete()
    product.images.create(url="https://cdn.example/own.jpg")
    Product.objects.update(edited_fields=["images"])
    assert parser.save_product(PARSED) is UPDATED
    assert image_urls(product) == ["https://cdn.example/own.jpg", *PARSED.image_urls]
    assert parser.save_product(PARSED) is UNCHANGED


@pytest.mark.django_db
def test_a_title_that_became_short_takes_its_long_form_away(parser: ShopParser) -> None:
    parser.save_product(replace(PARSED, title="uzun " * 150))
    assert Product.objects.get().attributes["source_title"] == ("uzun " * 150).strip()
    parser.save_product(PARSED)
    assert Product.objects.get().attributes == {"Doz": "400 mg", "Adet": "60"}


@pytest.mark.django_db
def test_brands_and_suppliers_are_found_in_any_case(parser: ShopParser) -> None:
    Brand.objects.create(name="SOLGAR")
    Supplier.objects.create(name="Eczane.Example", site="https://own.example")
    parser.save_product(PARSED)
    parser.save_product(replace(PARSED, source_id="8"))
    assert [(brand.name, brand.products.count()) for brand in Brand.objects.all()] == [("SOLGAR", 2)]
    assert [(one.name, one.site) for one in Supplier.objects.all()] == [
        ("Eczane.Example", "https://own.example")
    ]


@pytest.mark.django_db
def test_the_same_id_at_another_source_is_another_product(parser: ShopParser) -> None:
    parser.save_product(PARSED)
    assert ShopParser(source="second").save_product(PARSED) is CREATED
    assert sorted(Product.objects.values_list("source_name", flat=True)) == ["shop", "shop:second"]


@pytest.mark.django_db
def test_a_suppliers_feed_cannot_overwrite_another_suppliers_product() -> None:
    FeedParser().save_product(PARSED)
    before = row(Product.objects.get())
    with pytest.raises(ForeignProduct, match=r"код принадлежит товару поставщика eczane\.example"):
        FeedParser().save_product(replace(PARSED, supplier="other.example", title="Başka"))
    assert row(Product.objects.get()) == before
    assert FeedParser().save_product(replace(PARSED, supplier="")) is UNCHANGED
    other = FeedParser(source="other").save_product(replace(PARSED, supplier="other.example"))
    assert other is CREATED


@pytest.mark.django_db
def test_hostile_texts_reach_postgresql(parser: ShopParser) -> None:
    hostile = ParsedProduct(
        source_id="x\x00y",
        title="a\x00b\ud800",
        description="\x00",
        attributes={"k\x00": "v\x00\udfff"},
        brand="\x00Бренд",
        stock=2**40,
    )
    assert parser.save_product(hostile) is CREATED
    product = Product.objects.get()
    assert (product.source_id, product.title, product.attributes) == ("xy", "ab\ufffd", {"k": "v\ufffd"})
    assert (product.description, product.stock) == ("", None)
    assert parser.save_product(hostile) is UNCHANGED


@pytest.mark.django_db
def test_a_product_without_a_title_is_saved_for_a_moderator(parser: ShopParser) -> None:
    assert parser.save_product(ParsedProduct(source_id="7")) is CREATED
    product = Product.objects.get()
    assert (product.title, len(product.slug)) == ("", 12)
    assert AIProcessingLog.objects.count() == 1


@pytest.mark.django_db
def test_a_failure_inside_leaves_neither_product_nor_images_nor_run(parser: ShopParser) -> None:
    Product.objects.create(title="x", slug=expected_slug(parser))
    with pytest.raises(IntegrityError):
        parser.save_product(PARSED)
    assert Product.objects.count() == 1
    assert (ProductImage.objects.count(), AIProcessingLog.objects.count()) == (0, 0)


def expected_slug(parser: ShopParser) -> str:
    with transaction.atomic():
        parser.save_product(PARSED)
        slug = Product.objects.get().slug
        transaction.set_rollback(True)
    parser.__init__()  # type: ignore[misc]  # forgets the brand that was rolled back
    return slug


@pytest.mark.django_db
def test_pictures_are_stored_before_the_product(
    parser: ShopParser, tmp_path: Path, settings: Settings
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    picture = tmp_path / "1.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n123")
    parsed = replace(PARSED, image_urls=("https://x.example/0.jpg",), images=(LocalImage(picture),))
    assert parser.save_product(parsed) is CREATED
    urls = image_urls(Product.objects.get())
    assert urls[0] == "https://x.example/0.jpg"
    assert urls[1].startswith("http://testserver/media/products/original/")
    assert parser.save_product(parsed) is UNCHANGED


@pytest.mark.django_db
def test_without_storage_the_product_is_kept_and_its_pictures_are_owed(
    parser: ShopParser, tmp_path: Path, settings: Settings
) -> None:
    (tmp_path / "media").write_text("a file where the folder should be")
    settings.MEDIA_ROOT = tmp_path / "media"
    picture = tmp_path / "1.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n123")
    assert parser.save_product(replace(PARSED, images=(LocalImage(picture),))) is CREATED
    assert [one.image.path for one in parser.owed] == [picture]
    product = Product.objects.get()
    assert product.images.count() == len(PARSED.image_urls)
    assert [owed.path for owed in OwedPicture.objects.filter(product=product)] == [str(picture)]
    assert AIProcessingLog.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="two writers need PostgreSQL (DATABASE_URL)")
def test_two_imports_at_once_make_one_product_and_one_run() -> None:
    workers = 6
    barrier = threading.Barrier(workers)
    outcomes: list[SaveOutcome] = []
    failures: list[BaseException] = []

    def work() -> None:
        parser = ShopParser()
        try:
            for source_id in range(10):
                barrier.wait(timeout=30)
                outcomes.append(parser.save_product(replace(PARSED, source_id=str(source_id))))
        except BaseException as exc:
            failures.append(exc)
            barrier.abort()
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert (outcomes.count(CREATED), outcomes.count(UNCHANGED)) == (10, 10 * (workers - 1))
    assert Product.objects.count() == 10
    assert ProductImage.objects.count() == 20
    assert (Brand.objects.count(), Supplier.objects.count()) == (1, 1)
    assert AIProcessingLog.objects.count() == 10


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL locks rows")
@pytest.mark.django_db
def test_what_the_source_said_is_read_after_the_products_lock(parser: ShopParser) -> None:
    """Joined to the locked row it would be as old as the wait: another import's value then looked like a person's."""
    parser.save_product(PARSED)
    with CaptureQueriesContext(connection) as captured:
        assert parser.save_product(replace(PARSED, title="Magnezyum 500 mg")) is SaveOutcome.UPDATED
    statements = [query["sql"] for query in captured if query["sql"].startswith("SELECT")]
    lock = next(number for number, sql in enumerate(statements) if "FOR UPDATE" in sql)
    states = [number for number, sql in enumerate(statements) if '"parsers_sourcestate"' in sql]
    assert any(number > lock for number in states)


@pytest.mark.django_db
def test_an_import_brings_back_no_picture_that_a_person_dropped(parser: ShopParser) -> None:
    parser.save_product(PARSED)
    product = Product.objects.get()
    first, second = PARSED.image_urls
    ShopCatalog().arrange_pictures(product.pk, shown=[second], dropped=[first], by="olga")
    product.images.filter(url=second).update(alt="Своя подпись")
    third = "https://eczane.example/3.jpg"
    parser.save_product(replace(PARSED, image_urls=(first, second, third)))
    rows = list(product.images.values_list("url", "is_hidden", "alt"))
    assert [row for row in rows if not row[1]] == [(second, False, "Своя подпись"), (third, False, "")]
    assert [row[0] for row in rows if row[1]] == [first]
    assert ShopCatalog().snapshot(product.pk).image_urls == (second, third)
