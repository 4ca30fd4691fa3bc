"""Which field a column or key of a supplier is, by its heading in Russian, Turkish or English."""

from __future__ import annotations

import re
import unicodedata

#: Field → headings; compared without case, accents, spaces and punctuation. The first field that fits counts.
_HEADINGS: dict[str, str] = {
    "id": "id|ид|код товара|код|product id|productid|offer id|urun id|urun kodu|urun no|stok kodu|stock code|"
    "product code|model kodu|item id|item number|sku id|nm id|no",
    "sku": "sku|артикул|артикул поставщика|артикул производителя|vendor code|vendorcode|article|model|mpn|part number|"
    "модель|model no|uretici kodu|satici stok kodu|satici kodu",
    "title": "title|name|название|наименование|наименование товара|название товара|товар|имя|product name|product|"
    "product title|urun|urun adi|urun ismi|urun basligi|baslik|ad|adi|ilac adi|номенклатура|item name",
    "description": "description|описание|описание товара|полное описание|подробное описание|full description|aciklama|"
    "urun aciklamasi|urun aciklama|detay|detaylar|body html|product description|text|текст|long description",
    "brand": "brand|бренд|марка|торговая марка|производитель|vendor|manufacturer|marka|uretici|firma|firma adi",
    "supplier": "supplier|поставщик|продавец|seller|tedarikci|satici",
    "price": "price|цена|цена продажи|розничная цена|цена руб|цена руб.|стоимость|цена со скидкой|цена розничная|"
    "sale price|selling price|retail price|fiyat|fiyati|satis fiyati|urun fiyati|perakende satis fiyati|psf|"
    "kdv dahil fiyat|variant price|unit price|current price|discounted price|indirimli fiyat|fiyat tl|price try",
    "currency": "currency|валюта|para birimi|doviz|doviz cinsi|currency code|price currency|kur",
    "stock": "stock|остаток|остатки|количество|кол-во|наличие шт|в наличии шт|quantity|qty|stok|stok adedi|adet|"
    "stok miktari|miktar|inventory|variant inventory qty|количество на складе|остаток на складе|stock quantity",
    "in_stock": "available|наличие|в наличии|in stock|availability|stok durumu|stokta|mevcut",
    "barcode": "barcode|штрихкод|штрих-код|штрих код|ean|ean13|ean-13|gtin|upc|barkod|barkodu|barkod no|"
    "variant barcode|код ean",
    "url": "url|link|ссылка|ссылка на товар|адрес|product url|urun linki|urun url|страница",
    "category": "category|категория|категория товара|раздел|группа|группа товаров|рубрика|kategori|kategori adi|"
    "urun kategorisi|product type|category name|categories|product category|section|кatalog|каталог|ana kategori",
    "images": "image|images|picture|pictures|photo|photos|фото|фотография|фотографии|изображение|изображения|картинка|"
    "картинки|ссылка на фото|ссылки на фото|ссылка на изображение|главное фото|image url|image link|image src|resim|"
    "resimler|gorsel|gorseller|gorsel linki|urun gorseli|urun resmi|foto|additional image link",
    "group": "group id|item group id|код группы|родитель|parent id|parent sku|ana urun kodu|model grup",
    "size": "size|размер|beden|numara",
    "color": "color|colour|цвет|renk",
}  # fmt: skip
#: A second word such as a number or "(₺)" behind a heading does not change it: "Фото 2", "Цена, руб.", "Fiyat (TL)".
_UNIT = re.compile(r"[\s,(\[]*(?:руб|rub|тг|шт|tl|try|usd|eur|₽|₺|\$|€|\d{1,2})[\s.)\]]*$", re.IGNORECASE)


def _plain(heading: str) -> str:
    folded = unicodedata.normalize("NFKD", heading.casefold().replace("ı", "i").replace("й", "й"))
    letters = "".join(char for char in folded if not unicodedata.combining(char))
    return re.sub(r"[^0-9a-zа-я]+", "", letters.replace("ё", "е"))


_FIELDS = {_plain(name): field for field, names in reversed(_HEADINGS.items()) for name in names.split("|")}


def field_of_header(heading: str) -> str:
    """A field's name, or empty when the heading is none that is known."""
    if not heading or len(heading) > 80:
        return ""
    known = _FIELDS.get(_plain(heading), "")
    return known or _FIELDS.get(_plain(_UNIT.sub("", heading)), "")


def guess_mapping(headings: list[str]) -> dict[str, str]:
    """Heading → field, "attributes" for those that are none; a field is given once, pictures to many.

    Headings are taken in order of trust: of "Код" and "ID" the exact one is the id.
    """
    taken: set[str] = set()
    mapping: dict[str, str] = {}
    for heading in headings:
        field = field_of_header(heading)
        if field and (field == "images" or field not in taken):
            taken.add(field)
            mapping[heading] = field
        else:
            mapping[heading] = "attributes"
    return mapping
