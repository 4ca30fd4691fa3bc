from __future__ import annotations

import pytest

from apps.parsers.services.barcodes import read_barcode
from apps.parsers.services.fitting import fit
from apps.parsers.services.records import ParsedProduct, Variant
from apps.parsers.services.supplier_fields import barcode


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("96385074", "96385074"),
        ("036000291452", "036000291452"),
        ("4006381333931", "4006381333931"),
        (4006381333931, "4006381333931"),
        ("14006381333938", "14006381333938"),
        ("400-6381-33393 1", "4006381333931"),
        ("4006381333931.0", "4006381333931"),
        ("0-306-40615-2", "9780306406157"),
        ("080442957X", "9780804429573"),
    ],
)
def test_codes_of_every_length(value: object, code: str) -> None:
    assert read_barcode(value) == (code, "")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("4006381333932", "barcode: «4006381333932» — неверная контрольная цифра, должна быть 1"),
        ("96385075", "barcode: «96385075» — неверная контрольная цифра, должна быть 4"),
        ("036000291453", "barcode: «036000291453» — неверная контрольная цифра, должна быть 2"),
        ("14006381333931", "barcode: «14006381333931» — неверная контрольная цифра, должна быть 8"),
        ("1912108", "barcode: «1912108» — не штрихкод: 7 цифр, бывает 8, 12, 13 или 14"),
        ("0306406153", "barcode: «0306406153» — не штрихкод: 10 цифр, бывает 8, 12, 13 или 14"),
        ("40063813339310000", "barcode: «40063813339310000» — не штрихкод: 17 цифр, бывает 8, 12, 13 или 14"),
        ("8,69053E+12", "barcode: «8,69053E+12» испорчено электронной таблицей"),
        ("8.69053e12", "barcode: «8.69053e12» испорчено электронной таблицей"),
        ("8,69053Е+12", "barcode: «8,69053Е+12» испорчено электронной таблицей"),
        ("0000000000000", "barcode: «0000000000000» — одни нули"),
        ("TYC00412", "barcode: «TYC00412» — не штрихкод: в нём не только цифры"),
        ("٤٠٠٦٣٨١٣٣٣٩٣١", "barcode: «٤٠٠٦٣٨١٣٣٣٩٣١» — не штрихкод: в нём не только цифры"),
        ("-4006381333931e", "barcode: «-4006381333931e» — не штрихкод: в нём не только цифры"),
    ],
)
def test_what_is_no_code_is_refused_with_its_reason(value: str, reason: str) -> None:
    assert read_barcode(value) == ("", reason)


@pytest.mark.parametrize("value", ["", None, "-", "N/A", "нет"])
def test_nothing_is_nothing(value: object) -> None:
    assert read_barcode(value) == ("", "")


def test_of_several_codes_the_first_right_one_counts() -> None:
    assert barcode({"barcode": ["123", "4006381333932", "4006381333931", "96385074"]}) == "4006381333931"
    assert barcode({"barcode": ["123", "4006381333932"]}) == "123"
    assert barcode({"ean": "400 6381 333931"}) == "4006381333931"


def test_a_refused_code_of_a_product_or_a_variant_is_said_once() -> None:
    variants = tuple(Variant(name=name, barcode=code) for name, code in (("S", "1912108"), ("M", "96385074")))
    product = fit(ParsedProduct("1", barcode="4006381333932", variants=variants))
    assert (product.barcode, [one.barcode for one in product.variants]) == ("", ["", "96385074"])
    assert product.warnings == (
        "barcode: «4006381333932» — неверная контрольная цифра, должна быть 1",
        "barcode: «1912108» — не штрихкод: 7 цифр, бывает 8, 12, 13 или 14",
    )
    assert fit(product) == product
