"""What a caption says about the goods in the picture, by rules: title, price, sizes, brand, article number.

Captions are Russian, Turkish or English, with emoji, hashtags and contacts. Several numbered or priced products in one
caption are several offers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from apps.parsers.services.cleaning import shortened
from apps.parsers.services.money import Price, currency_code, read_price

MAX_TITLE = 150
_MAX_OFFERS = 20

_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d\ufe0f\u200d\u20e3\u2022\u25aa-\u25ff]+"
)
#: A hashtag inside a sentence is a word of it; those at the end are none.
_TAG = re.compile(r"#([\w·]+)")
_LAST_TAGS = re.compile(r"(?:\s*#[\w·.]+)+[^\w#]*$")
_LETTERS = re.compile(r"[^\W\d_]")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[A-ZА-ЯЁİĞÜŞÖÇ])")
_PRICE_WORD = re.compile(
    r"(?:цена|стоимость|price|fiyat[ıi]?|вместо|было|\bот)\s*[:=\-–—]*\s*$", re.IGNORECASE
)
_NEXT_TRAIT = re.compile(
    r"[;|,]?\s+(?=(?:цвет|renk|colou?r|размер|beden|size|состав|цена|fiyat|price)\w*\b)", re.IGNORECASE
)
_MENTION = re.compile(r"@([\w.]+)")
_ADDRESS = re.compile(r"https?://\S+|\bwww\.\S+|\bwa\.me/\S+", re.IGNORECASE)
_PHONE = re.compile(r"(?:\+|\b)\d[\d\s()-]{8,}\d\b")
_UNIT = (
    r"(?:₺|₽|\$|€|(?:tl|try|ytl|lira|rub|rur|usd|eur)(?![a-z])|руб(?:лей|ля|ль|\.|лях)?(?![а-яё])|р(?:\.|(?![а-яё]))|"
    r"долл[а-яё]*|евро(?![а-яё])|тыс(?:\.|яч[а-яё]*)?\s*(?:руб[а-яё.]*|р\.?|₽)?)"
)
_AMOUNT = r"\d{1,3}(?:[ \u00a0.,']\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_PRICED = re.compile(
    rf"(?P<before>[₺₽$€])\s*(?P<a>{_AMOUNT})|(?P<b>{_AMOUNT})\s*(?P<unit>{_UNIT})", re.IGNORECASE
)
_NAMED_PRICE = re.compile(
    rf"(?:цена|стоимость|прайс|price|fiyat[ıi]?|ücret)\s*[:=\-–—]?\s*(?P<a>{_AMOUNT})(?!\s*(?:%|шт|см|мл|мг|гр?\b|ml|mg|cm))",
    re.IGNORECASE,
)
_OLD = re.compile(
    r"(?:стар\w* цена|было|вместо|eski fiyat|yerine|instead of|was|до скидки)\s*[:=\-–—]?\s*$", re.IGNORECASE
)
_TRAIT = re.compile(
    r"(?:^|(?<=[\s,;(]))(?P<name>размер(?:ы|ный ряд)?|beden(?:ler)?|sizes?|цвет(?:а)?|renk(?:ler)?|colou?rs?|"
    r"состав|materyal|материал|material|kumaş|ткань|объ[её]м|hacim|volume|"
    r"вес|производство|страна|made in|сезон|sezon|рост|длина)"
    r"(?:\s*[:=\-–—]\s*|\s+(?-i:(?=[\dA-ZА-ЯЁ])))(?P<value>[^\n]{1,120})",
    re.IGNORECASE | re.MULTILINE,
)
_TRAIT_NAMES = {
    **dict.fromkeys(("размер", "размеры", "размерный ряд", "beden", "bedenler", "size", "sizes"), "Размер"),
    **dict.fromkeys(("цвет", "цвета", "renk", "renkler", "color", "colors", "colour", "colours"), "Цвет"),
    **dict.fromkeys(("состав", "materyal", "материал", "material", "kumaş", "ткань"), "Материал"),
    **dict.fromkeys(("объем", "объём", "hacim", "volume"), "Объём"),
    **dict.fromkeys(("производство", "страна", "made in"), "Страна производства"),
    "вес": "Вес",
    "сезон": "Сезон",
    "sezon": "Сезон",
    "рост": "Рост",
    "длина": "Длина",
}
_BRAND = re.compile(
    r"(?:бренд|марка|фирма|brand|marka)\s*[:=\-–—]\s*(?P<value>[^\n,;#]{2,60})", re.IGNORECASE
)
_SKU = re.compile(
    r"(?<![\w#])(?:арт(?:икул)?\.?|код(?: товара)?|art\.?|sku|ürün kodu|kod|model)(?:\s*[:=–—№]\s*|\s+(?=[\w./-]*\d))"
    r"(?P<value>[\w./-]{2,40})",
    re.IGNORECASE,
)
_SOLD_OUT = re.compile(r"\b(?:продано|распродано|нет в наличии|sold out|tükendi|stokta yok)\b", re.IGNORECASE)
_NUMBERED = re.compile(r"^\s*(?:\d{1,2}[.)]|\d\ufe0f?\u20e3|[•▪️✔️✅➡️\-–—])\s*(?=\S)")
_NO_TITLE = re.compile(
    r"^(?:в наличии|новинка|новинки|новое поступление|новая коллекция|акция|скидк[аи]|распродажа|sale|new|"
    r"yeni(?: ürün| sezon)?|indirim|kampanya|доставка.*|для заказа.*|заказ.*|sipariş.*|dm|whats?app.*|пишите.*|"
    r"цена|fiyat|price|link in bio.*|follow .*|подпис.*|ссылка.*|продано|sold out|tükendi)[\s!.:]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Offer:
    """One product of a caption; `text` is the caption, or the part of it that speaks of this product."""

    title: str = ""
    text: str = ""
    brand: str = ""
    sku: str = ""
    price: Price = field(default_factory=lambda: Price(None))
    traits: Mapping[str, str] = field(default_factory=dict)
    sold_out: bool = False


@dataclass(frozen=True, slots=True)
class Caption:
    """At least one offer: an empty caption gives an empty one."""

    offers: tuple[Offer, ...]


def read_caption(text: str) -> Caption:
    parts = _parts(text)
    offers = tuple(_offer(part) for part in parts)
    priced = [offer for offer in offers if offer.price.amount is not None and offer.title]
    if len(parts) > 1 and len(priced) == len(parts):
        return Caption(offers)
    return Caption((_offer(text),))


def _parts(text: str) -> list[str]:
    """Lines each with a price of its own, or paragraphs each with one; a single part when neither is so."""
    lines = [line for line in text.split("\n") if line.strip()]
    priced = [line for line in lines if _prices(line) and _title(_NUMBERED.sub("", line))]
    if 1 < len(priced) <= _MAX_OFFERS:
        return [_NUMBERED.sub("", line).strip() for line in priced]
    blocks = [block for block in re.split(r"\n\s*\n|\n(?=\s*\d{1,2}[.)]\s)", text) if block.strip()]
    sold = [block for block in blocks if _prices(block)]
    if 1 < len(sold) <= _MAX_OFFERS:
        return [_NUMBERED.sub("", block).strip() for block in sold]
    return [text]


def _offer(text: str) -> Offer:
    brand, sku = _BRAND.search(text), _SKU.search(text)
    return Offer(
        title=_title(text),
        text=text.strip(),
        brand=_tidy(brand["value"]) if brand else "",
        sku=sku["value"].strip(".-/") if sku else "",
        price=_price(text),
        traits=_traits(text),
        sold_out=bool(_SOLD_OUT.search(text)),
    )


def _title(text: str) -> str:
    """The first line that says what it is, without emoji, hashtags, contacts and the price."""
    for line in text.split("\n"):
        plain = _tidy(_without_price(_TRAIT.sub(" ", _BRAND.sub(" ", _SKU.sub(" ", line)))))
        for part in [plain] if len(plain) <= MAX_TITLE else _SENTENCE.split(plain):
            if len(_LETTERS.findall(part)) >= 3 and not _NO_TITLE.match(part):
                return shortened(part, MAX_TITLE).rstrip(" .,:;!-–—|/")
    return ""


def _without_price(line: str) -> str:
    line = _NAMED_PRICE.sub(" ", _PRICED.sub(" ", line))
    return _PRICE_WORD.sub(" ", line.strip())


def _tidy(text: str) -> str:
    text = _TAG.sub(r"\1", _LAST_TAGS.sub(" ", text))
    text = _PHONE.sub(" ", _ADDRESS.sub(" ", _MENTION.sub(" ", text)))
    return " ".join(_EMOJI.sub(" ", text).split()).strip(" .,:;-–—|/*•~_=")


def _price(text: str) -> Price:
    """What is asked now: not the struck out price, and of several the lowest."""
    found = _prices(text)
    if not found:
        return Price(None)
    currencies = {price.currency for price in found if price.currency}
    first = found[0].currency
    same = [price for price in found if price.currency == first] if len(currencies) > 1 else found
    return min(same, key=lambda price: price.amount or 0)


def _prices(text: str) -> list[Price]:
    prices: list[Price] = []
    text = _PHONE.sub(lambda phone: " " * len(phone[0]) if "+" in phone[0] else phone[0], text)
    for match in _PRICED.finditer(text):
        if _OLD.search(text[: match.start()]):
            continue
        price = _read(match["a"] or match["b"], match["before"] or match["unit"])
        if price.amount is not None:
            prices.append(price)
    if not prices:
        named = [
            read_price(match["a"])
            for match in _NAMED_PRICE.finditer(text)
            if not _OLD.search(text[: match.start()])
        ]
        prices = [price for price in named if price.amount is not None]
    return prices


def _read(amount: str, unit: str) -> Price:
    price = read_price(amount)
    if price.amount is None:
        return price
    if unit.lower().startswith("тыс"):
        return Price(price.amount * 1000, currency_code(unit) or "RUB")
    return Price(price.amount, currency_code(f"1 {unit}"))


def _traits(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _TRAIT.finditer(text):
        name = _TRAIT_NAMES.get(match["name"].lower(), match["name"].capitalize())
        value = _tidy(_without_price(match["value"]))
        value = _NEXT_TRAIT.split(value)[0]
        if value:
            found.setdefault(name, value.rstrip(" .,"))
    return found
