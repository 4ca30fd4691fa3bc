"""Which field a column or key of a supplier is, by its heading in Russian, Turkish or English."""

from __future__ import annotations

import re
import unicodedata

#: A column that is read by nobody: what the supplier pays or asked before is no characteristic of the product.
IGNORED = "ignored"
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
#: What a heading of several words is by one of them; without accents, so "й" is "и". The first that fits counts.
_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (field, re.compile(words))
    for field, words in (
        (
            IGNORED,
            r"(?:цена|price|fiyat|стоимость).*(?:закуп|опт|без ндс|без скидки|до скидки|стара|зачеркн|"
            r"прежн|минимальн|old|list|cost|purchase|wholesale|before|eski|alis|toptan|kdv haric|liste)",
        ),
        (
            IGNORED,
            r"(?:закуп|опт\w*|стара\w*|прежн\w*|old|wholesale|purchase|compare at|eski|alis|toptan|liste)\b"
            r".*(?:цена|price|fiyat)",
        ),
        (
            IGNORED,
            r"^(?:закуп\w*|себестоимость|опт|oldprice|old price|compare at price|наценка|маржа|margin|cost)\b",
        ),
        (
            "",
            r"(?:в|за|per|на)\s+(?:упаковк|коробк|кг|литр|pack|box|kg)|минимальн|партия|min\b|количество в|"
            r"кол во в|дата|date|тип цен|единиц|скидка$|процент|percent|oran",
        ),
        (
            "price",
            r"^(?:цена|price|fiyat|fiyati|стоимость|ррц|рц|мрц)\b|\b(?:fiyat|fiyati|price|цена|ррц|rrp|msrp)$",
        ),
        ("barcode", r"штрих ?код|barcode|\bean\b|\bgtin\b|barkod"),
        (
            "images",
            r"^(?:url |ссылк\w+ )?(?:на )?(?:фото|картинк|изображен|image|photo|picture|gorsel|resim)|"
            r"(?:фото|картинк|изображен\w*|images?|photos?|pictures?|gorsel\w*|resim\w*)(?: url| link| \d+)?$",
        ),
        ("stock", r"^остат|в остатке|на складе|stok (?:adedi|miktar)|qty|quantity|^кол во$|^свободно"),
        ("in_stock", r"налич|availab|stok durumu"),
        ("description", r"описани|descri|aciklama"),
        ("title", r"наименовани|номенклатур|^название|urun adi|product name|product title"),
        ("category", r"^категор|^раздел|categor|kategori"),
        ("brand", r"^бренд|^торговая марка|\bbrand\b|^производител|^marka\b|^изготовител"),
        ("sku", r"^арт(?:икул\w*)?\b"),
        ("id", r"^код (?:товара|номенклатуры|1с|позиции)|^(?:urun|product) (?:kodu|code|id)"),
        ("size", r"^размер\w*$|^(?:sizes?|beden(?:ler)?)$|^размерн\w+ (?:ряд|сетка)$"),
        ("color", r"^(?:цвета|цвет товара|colou?rs|renkler)$"),
        ("url", r"^ссылка|^адрес страниц"),
    )
)
#: A second word such as a number or "(₺)" behind a heading does not change it: "Фото 2", "Цена, руб.", "Fiyat (TL)".
_UNIT = re.compile(r"[\s,(\[]*(?:руб|rub|тг|шт|tl|try|usd|eur|₽|₺|\$|€|\d{1,2})[\s.)\]]*$", re.IGNORECASE)


def _folded(heading: str) -> str:
    folded = unicodedata.normalize("NFKD", heading.casefold().replace("ı", "i"))
    return "".join(char for char in folded if not unicodedata.combining(char))


def _plain(heading: str) -> str:
    return re.sub(r"[^0-9a-zа-я]+", "", _folded(heading))


_FIELDS = {_plain(name): field for field, names in reversed(_HEADINGS.items()) for name in names.split("|")}


#: Of several columns of prices the first of these that fits one is what a buyer pays.
_PAID = tuple(
    re.compile(words)
    for words in (
        r"скидк|акци|sale|discount|indirim|current|special",
        r"розн|retail|perakende|продаж|selling|satis",
        r"\bс ндс|kdv dahil",
        r"^(?:цена|price|fiyat|fiyati)\b",
        "",
    )
)


def field_of_header(heading: str) -> str:
    """A field's name, or empty when the heading is none that is known."""
    if not heading or len(heading) > 80:
        return ""
    known = _FIELDS.get(_plain(heading), "")
    return known or _FIELDS.get(_plain(_UNIT.sub("", heading)), "")


def field_of_column(heading: str) -> str:
    """As `field_of_header`, and by single words of a heading: people name columns more freely than programs do."""
    words = _words(heading)
    if not words or len(heading) > 80 or len(words.split()) > 6:
        return ""
    return field_of_header(heading) or next((field for field, known in _WORDS if known.search(words)), "")


def price_rank(heading: str) -> int:
    """The lower, the likelier it is what a buyer pays: a price after a discount, of retail, any."""
    words = _words(heading)
    return next(rank for rank, pattern in enumerate(_PAID) if pattern.search(words))


def _words(heading: str) -> str:
    return " ".join(re.findall(r"[0-9a-zа-я]+", _folded(heading)))


def guess_mapping(headings: list[str]) -> dict[str, str]:
    """Heading → field, "attributes" for those that are none; a field is given once, but see _OFTEN."""
    taken: set[str] = set()
    mapping: dict[str, str] = {}
    stock_columns = _stock_columns(headings)
    for heading in headings:
        field = stock_columns.get(heading) or field_of_column(heading)
        if field and (field in _OFTEN or field not in taken):
            taken.add(field)
            mapping[heading] = field
        else:
            mapping[heading] = "attributes"
    return mapping


#: Columns that are called by a size or a colour and hold what is there of it: from two of a kind on.
STOCK_OF = {"stock_of_size": "Размер", "stock_of_color": "Цвет"}
#: Many columns may be these; of several prices a row's best one counts (`price_rank`).
_OFTEN = frozenset({"images", "price", IGNORED, *STOCK_OF})
_SIZE = re.compile(r"(?:\d?x{0,3}[sl]|m|o/?s|one size|\d{2}(?:[-/]\d{2})?)", re.IGNORECASE)
_COLOURS = frozenset(
    "белыи черныи красныи синии голубои зеленыи желтыи серыи розовыи бежевыи коричневыи оранжевыи фиолетовыи бордовыи "
    "бирюзовыи хаки молочныи золотои серебристыи графит "
    "beyaz siyah kirmizi mavi lacivert yesil sari gri pembe bej kahverengi turuncu mor bordo turkuaz haki krem "
    "white black red blue navy green yellow grey gray pink beige brown orange purple".split()
)


def _stock_columns(headings: list[str]) -> dict[str, str]:
    sizes = [heading for heading in headings if _SIZE.fullmatch(heading.strip())]
    colours = [heading for heading in headings if _folded(heading).strip() in _COLOURS]
    return {
        **(dict.fromkeys(sizes, "stock_of_size") if len(sizes) > 1 else {}),
        **(dict.fromkeys(colours, "stock_of_color") if len(colours) > 1 else {}),
    }
