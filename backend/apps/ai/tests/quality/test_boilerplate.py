"""What a writer leaves behind in a card, and what contradicts its source: each blocks by its own code."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from apps.ai.issue_codes import RULES
from apps.ai.services import quality_checker
from apps.ai.text.attributes import names, traits
from apps.ai.text.safety import boilerplate, html
from apps.ai.types import CategoryChoice, Draft, ImageFindings, Mode, ProductSnapshot, Severity

DRESS = ProductSnapshot(
    1,
    "ARMONİKA Kadın Siyah Pamuklu Elbise",
    "Kadın için siyah, %100 pamuk elbise. Мягкая ткань приятна к телу, крой свободный и не стесняет движений.",
    brand="Armonika",
)
CARD = Draft(
    "Armonika, женское платье из хлопка, чёрное",
    "<p>Женское чёрное платье Armonika из 100 % хлопка. Цвет изделия — чёрный, материал — хлопок, "
    "бренд — Armonika.</p>",
    "Armonika, женское чёрное платье из хлопка",
    "Женское чёрное платье из хлопка.",
    ("платье", "хлопок"),
)


def codes(card: Draft, product: ProductSnapshot = DRESS, kind: str = "clothes") -> set[str]:
    report = quality_checker.check(
        product,
        mode=Mode.FULL,
        choice=CategoryChoice(1, ("Одежда", "Платья"), kind, 1.0, ()),
        draft=card,
        findings=ImageFindings(),
        threshold=0.8,
    )
    return {issue.code for issue in report.blocking}


def test_the_honest_card_passes() -> None:
    assert codes(CARD) == set()


@pytest.mark.parametrize(
    ("added", "code"),
    [
        ("<p>Извините, я не могу описать этот товар.</p>", "refusal"),
        ("<p>Как языковая модель, я не имею доступа к ценам.</p>", "refusal"),
        ("<p>К сожалению, в данных нет сведений о длине.</p>", "refusal"),
        ("<p>Вот описание товара:</p>", "letter"),
        ("<p>Надеюсь, это поможет!</p>", "letter"),
        ("<p>Если понадобится другой вариант, дайте знать.</p>", "letter"),
        ("<p>[Название бренда] ценит вас.</p>", "placeholder"),
        ("<p>{{brand}} ценит вас.</p>", "placeholder"),
        ("<p>Lorem ipsum dolor sit amet.</p>", "placeholder"),
        ("<p>**Состав:** хлопок</p>", "markdown"),
        ("```html", "markdown"),
        ("<p>## Уход</p>", "markdown"),
        ('{"title": "Платье", "description": "Хлопок"}', "raw_json"),
        ("<p>Крой свободный и прямой. Крой свободный и прямой.</p>", "repeated"),
        ("<p>Бесплатная доставка за один день.</p>", "shop_promise"),
        ("<p>Гарантия нашего магазина 2 года.</p>", "shop_promise"),
        ("<p>Возврат в течение 14 дней.</p>", "shop_promise"),
        ("<p>Успейте купить со скидкой!</p>", "shop_promise"),
    ],
)
def test_what_is_left_behind_blocks_and_is_repaired(added: str, code: str) -> None:
    assert code in codes(replace(CARD, description=CARD.description + added))
    assert (RULES[code].severity, RULES[code].repairable) == (Severity.BLOCKING, True)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("чёрное", "красное", "colour_other"),
        ("женское", "мужское", "gender_other"),
        ("Женское", "Мужское", "gender_other"),
        ("платье", "пальто", "kind_other"),
        ("Armonika", "Mondella", "brand_other"),
        ("Armonika", "Хуггис", "brand_other"),
    ],
)
def test_what_contradicts_the_source_blocks(old: str, new: str, code: str) -> None:
    spoilt = replace(
        CARD,
        title=CARD.title.replace(old, new),
        description=CARD.description.replace(old, new),
        seo_title=CARD.seo_title.replace(old, new),
    )
    assert code in codes(spoilt)


@pytest.mark.parametrize(
    "text",
    [
        "Хранить в холодильнике, возвращать флакон в коробку.",
        "Возврат симптомов возможен после отмены.",
        "Без рецепта. Без сахара. Без рецепта.",
        "Размеры: S, M, L [EU 36–40].",
        "Приём: 2 * 5 мл в день.",
        "Пункт 1. Наденьте. Пункт 2. Застегните.",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert boilerplate.find(text) == {}


def _leftovers(kind: str) -> list[str]:
    lines = Path(__file__).with_name("leftovers.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t")[1] for line in lines if line.startswith(f"{kind}\t")]


@pytest.mark.parametrize("text", _leftovers("left"))
def test_a_leftover_is_found_in_any_language(text: str) -> None:
    assert boilerplate.find(text) or boilerplate.unfounded_guarantee(text, "")


@pytest.mark.parametrize("text", _leftovers("fine"))
def test_what_a_card_may_say_is_no_leftover(text: str) -> None:
    assert boilerplate.find(text) == {}


def test_a_makers_guarantee_needs_a_source() -> None:
    assert boilerplate.unfounded_guarantee("Гарантия 12 месяцев.", "Garanti süresi 1 yıl") == ()
    assert boilerplate.unfounded_guarantee("Гарантия 12 месяцев.", "Мощность 900 Вт") == (
        "Гарантия 12 месяцев",
    )


@pytest.mark.parametrize(
    ("source", "text", "trait"),
    [
        ("Lacivert gömlek", "Тёмно-синяя рубашка", ""),
        ("Mavi elbise", "Голубое платье", ""),
        ("Siyah ve beyaz", "Чёрно-белый", ""),
        ("Kışlık bot", "Летние ботинки", "season"),
        ("Eau de Parfum 50 ml", "Туалетная вода 50 мл", "water"),
        ("Kız çocuk elbise", "Платье для мальчиков", "child"),
        ("Kuru ciltler için", "Для жирной кожи", "oil"),
        ("Çilekli", "С вишней", "flavour"),
        ("Крем для лица", "Белый крем для лица", ""),
    ],
)
def test_a_value_that_the_source_gives_otherwise(source: str, text: str, trait: str) -> None:
    assert {found.trait for found in traits.contradictions(source, text)} == ({trait} if trait else set())


@pytest.mark.parametrize(
    ("brand", "text", "named"),
    [
        ("ООО Сервье Рус", "Сервье, таблетки", True),
        ("NOW FOODS", "NOW, омега-3", True),
        ("NOW FOODS", "Snow, омега-3", False),
        ("Polifarma İlaç San. ve Tic. A.Ş.", "Polifarma, раствор", True),
        ("Nivea", "Нивея, крем", True),
        ("АО «Вертекс»", "Вертекс, таблетки", True),
        ("Vertex Pharma", "Zentiva, таблетки", False),
    ],
)
def test_a_maker_is_known_by_the_distinctive_word(brand: str, text: str, *, named: bool) -> None:
    assert names.is_named(brand, text) is named


def test_reasons_that_a_model_thought_aloud_are_cut_out() -> None:
    assert html.clean("<think>Нужно упомянуть всё</think><p>Платье.</p>") == "<p>Платье.</p>"
