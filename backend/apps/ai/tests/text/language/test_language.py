"""The language of a text, and what in a Russian text is not Russian."""

import time

import pytest

from apps.ai.tests.text.data import naughty_strings, needs_data, product_texts, products
from apps.ai.text.language import detect, foreign_leftovers


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Крем для рук 50 мл", "ru"),
        ("Прокладки Kotex Ultra Soft", "ru"),
        ("Kadın Siyah Elbise", "tr"),
        ("KADIN GÖMLEK", "tr"),
        ("Siyah Erkek Pantolon", "tr"),
        ("Bebek Bakım Kremi", "tr"),
        ("Women's cotton dress with print", "en"),
        ("Solid Men's Polo T-Shirt", "en"),
        ("Schöne Kleider für die Damen mit Größe", "other"),
        ("Крем для ніг зволожуючий", "other"),
        ("苹果手机", "other"),
        ("كريم لليدين", "other"),
        ("", ""),
        ("123 + 45 %", ""),
        ("\ud800", ""),
    ],
)
def test_detect(text: str, language: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Крем için кожи", "için"),
        ("Платье kadın красное", "kadın"),
        ("Мягкая ткань ve удобный крой", "ve"),
        ("Таблетки Ağrı Kesici, 20 шт.", "Ağrı"),
        ("Чай Bitki Çayı, 20 пакетиков", "Çayı"),
        ("Платье из хлопка. Kadin elbise.", "Kadin"),
        ("Подходит для kullanıcılarımız", "kullanıcılarımız"),
        ("Крем nemlendirici для лица", "nemlendirici"),
        ("Набор havlu и мыло", "havlu"),
        ("Духи «Вeрсаль»", "Вeрсаль"),
        ("Cнижает жирность", "Cнижает"),
        ("Parаcetamol от боли", "Parаcetamol"),
        ("Крем ичин сухой кожи", "ичин"),
        ("Кадын платье красное", "Кадын"),
        ("Препарат агры кесиджи", "агры"),
        (
            "Хороший крем. Bu ürün çok iyi ve doğal.",
            "Bu ürün çok iyi ve doğal.",
        ),
        (
            "Крем. Keep out of reach of children.",
            "Keep out of reach of children.",
        ),
        ("Крем. Крем для рук зволожує шкіру.", "Крем для рук зволожує шкіру."),
        ("Чай 绿茶 зелёный", "绿茶"),
    ],
)
def test_leftover_is_quoted(text: str, quote: str) -> None:
    found = foreign_leftovers(text)
    assert any(quote in leftover.quote for leftover in found)
    assert all(leftover.sentence in text for leftover in found)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Крем для рук Nivea Soft, 50 мл",
        "Смартфон Samsung Galaxy S23 Ultra 256 GB",
        "Роутер с Wi-Fi 6 и USB-C",
        "D-пантенол и SPF-фильтры, pH 5.5",
        "Шампунь Head & Shoulders Men Ultra",
        "Духи «Chanel Coco Mademoiselle Eau de Parfum», 100 мл",
        "Футболка «New York», размер XL",
        "Куру-куру, дар моря, кол и уч. степень",
        "ФрутоKids и АвтоChist",
        "ATC-код N02BE01, ISBN 978-5-17-118366-6",
        "Кабель HDMI–DVI 2 m",
        "Сыворотка L'Oréal Paris Revitalift",
        "Таблетки по 0,5 mg. Хранить при t до 25 °C.",
    ],
)
def test_russian_with_names_is_russian(text: str) -> None:
    assert foreign_leftovers(text) == ()


def test_allowed_words_may_stay() -> None:
    assert foreign_leftovers("Платье Kadın Modası красное", allowed=["KADIN Modası"]) != ()
    assert foreign_leftovers("Платье Koton Çiçek красное", allowed=["Çiçek"]) == ()
    assert foreign_leftovers("Духи «Вeрсаль»", allowed=["Вeрсаль"]) == ()


def test_every_sentence_is_judged_alone() -> None:
    found = foreign_leftovers("Мягкая ткань. Kadın elbise. Красивый крой. Крем için лица.")
    assert [leftover.sentence for leftover in found] == ["Kadın elbise.", "Kadın elbise.", "Крем için лица."]


@pytest.mark.parametrize("part", ["a. ", "ве ", "А", "Аa", "için ", ".", "1.", "\ud800", "绿", "слово "])
def test_hostile_text_takes_linear_time(part: str) -> None:
    text = part * (50_000 // len(part))
    started = time.process_time()
    foreign_leftovers(text)
    detect(text)
    assert time.process_time() - started < 5


@needs_data
def test_false_alarms_on_real_russian_texts_are_rare() -> None:
    for name in ("fixprice", "c001"):
        texts = product_texts(name)
        flagged = [text for text in texts if foreign_leftovers(text)]
        assert len(texts) > 4_000
        assert len(flagged) / len(texts) <= 0.01


@needs_data
def test_turkish_titles_are_found_out() -> None:
    titles = [row["title"] for row in products("trendyol")]
    flagged = [title for title in titles if foreign_leftovers(f"Товар для дома. {title}.")]
    assert len(flagged) / len(titles) >= 0.88


@needs_data
def test_languages_of_real_titles() -> None:
    for name, language, share in (
        ("fixprice", "ru", 0.99),
        ("c001", "ru", 0.99),
        ("trendyol", "tr", 0.9),
        ("flipkart", "en", 0.95),
    ):
        rows = products(name)
        assert sum(detect(row["title"]) == language for row in rows) / len(rows) >= share


@needs_data
def test_naughty_strings_are_survived() -> None:
    for text in naughty_strings():
        assert detect(text) in {"ru", "tr", "en", "other", ""}
        assert all(leftover.quote for leftover in foreign_leftovers(text))
