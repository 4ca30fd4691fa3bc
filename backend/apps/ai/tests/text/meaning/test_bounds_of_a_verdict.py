"""How far a prohibition goes: up to a bound, one noun, one case, the next order; a quality in its own words."""

from __future__ import annotations

import pytest

from apps.ai.tests.text.meaning.test_negations_in_place import is_held


@pytest.mark.parametrize(
    ("source", "body", "kind"),
    [
        (  # longer than that is forbidden, not the use
            "Endikasyonu: artrit ağrısı. Artritte 14 günden uzun kullanılmamalıdır.",
            "Показан при боли от артрита; при артрите — до 14 дней.",
            "medicine",
        ),
        (  # a dose that is recommended permits nothing
            "Taking more than the recommended dose can damage the liver.",
            "Превышение рекомендованной дозы может повредить печень.",
            "medicine",
        ),
        (  # two packs, sold in two ways
            "Отпуск: без рецепта (10 капсул — по рецепту). Омепразол.",
            "Омепразол. Упаковка из 10 капсул отпускается по рецепту.",
            "medicine",
        ),
        (  # what is done besides
            "Alcohol: avoid for 24 hours and discard unused solution.",
            "Спиртного нельзя 24 часа, а остаток раствора выливают.",
            "medicine",
        ),
        (  # a gerund of its own
            "Принимать вечером, не разламывая, запивая стаканом воды.",
            "Таблетку принимают вечером, не разламывая, и запивают стаканом воды.",
            "medicine",
        ),
        (  # until when, and what then
            "Şiddetli ağrıda düzelinceye kadar 3 damla, sonra doz azaltılır.",
            "При сильной боли по 3 капли до улучшения, потом дозу уменьшают.",
            "medicine",
        ),
        (  # one thing instead of another
            "Gebelikte varfarin önerilmez, heparin kullanılmalıdır.",
            "Беременным вместо варфарина показан гепарин.",
            "medicine",
        ),
        (  # a label with its verdict, below prohibitions
            "Противопоказания:\nАллергия на состав\nЛактация: допускается",
            "Противопоказания: аллергия на состав. При кормлении грудью допускается.",
            "supplement",
        ),
        (  # a supplier who knows no capitals
            "не мыть в машине. гарантия 2 года, чайник из стали",
            "Чайник из стали. Гарантия — 2 года. В машине не мыть.",
            "tableware",
        ),
        (
            "Нет эффекта за неделю — к врачу.",
            "Отсутствие эффекта за неделю — повод пойти к врачу.",
            "medicine",
        ),
        (
            "по 1 таблетке в обед запивать соком НЕ молоком и НЕ чаем",
            "По 1 таблетке в обед. Запивать соком, но не молоком и не чаем.",
            "supplement",
        ),
        ("Reçete: Reçetesiz. Parasetamol.", "Парацетамол. Рецепт: не нужен.", "medicine"),
        (  # a norm behind a colon is not forbidden
            "5 yaş ve üzeri için günde 1 adet. Önerilen porsiyonu aşmayın.",
            "Не превышайте норму: 1 штука в день для детей от пяти лет.",
            "supplement",
        ),
        (  # a clause put in between
            "Противопоказан при остром гастрите (особенно с кровью в рвоте) и детям до 3 лет.",
            "Детям младше трёх лет и больным острым гастритом, прежде всего если в рвоте есть кровь, его не дают.",
            "medicine",
        ),
        (  # what stands behind «но» takes the verdict that follows it
            "Süt ve peynir ile birlikte almayın. Yemek ile alınabilir.",
            "Еда приёму не мешает, однако молоко и сыр вместе с таблеткой исключены.",
            "medicine",
        ),
        ("Çiğnemeden, su ile yutunuz.", "Глотать целиком, с водой.", "medicine"),
        ("Serum with retinol in an airless bottle.", "В составе сыворотки — ретинол.", "cosmetics"),
        (
            "Краска для тканей, тон 3. Не красить шерсть.",
            "Краска для тканей, тон 3. Шерсть не окрашивать.",
            "other",
        ),
        ("Зелёный чай беременным противопоказан.", "Беременным зелёный чай вреден.", "food"),
        (
            "Cetirizine does not usually cause drowsiness.",
            "Сонливость для цетиризина нехарактерна.",
            "medicine",
        ),
        ("Apply the patch to hairless skin.", "Пластырь клеят на кожу без волос.", "medicine"),
        (
            "Emzirenler kullanmamalı; bebeğin jelli cilde teması önlenmelidir.",
            "Кормящим нельзя, и младенец не должен касаться кожи с гелем.",
            "medicine",
        ),
    ],
)
def test_it_goes_no_further(source: str, body: str, kind: str) -> None:
    assert not is_held(source, body, kind)


@pytest.mark.parametrize(
    ("source", "body", "kind"),
    [
        ("Gebelikte varfarin önerilmez.", "Беременным показан варфарин.", "medicine"),
        ("Отпуск: без рецепта. Омепразол.", "Омепразол. Отпускается по рецепту.", "medicine"),
        ("Противопоказания:\nАллергия на состав\nЛактация", "При кормлении грудью допускается.", "supplement"),
        ("Принимать вечером, не разламывая, с водой.", "Вечером таблетку разламывают, водой не запивают.", "medicine"),
    ],
)  # fmt: skip
def test_what_is_turned_is_found(source: str, body: str, kind: str) -> None:
    assert is_held(source, body, kind)


@pytest.mark.parametrize(
    ("source", "honest", "changed"),
    [
        ("Not for children under 3.", "Детям младше трёх лет нельзя.", "Детям младше трёх лет можно."),
        ("До 18 лет не рекоменд.", "Несовершеннолетним не рекомендован.", "Несовершеннолетним можно."),
        (
            "18 yaş altı ve 70 yaş üstünde kullanılmaz.",
            "Не для лиц младше 18 и старше 70 лет.",
            "Лицам младше 18 лет можно, старше 70 лет нельзя.",
        ),
    ],
)
def test_an_age_without_its_unit_is_one(source: str, honest: str, changed: str) -> None:
    assert not is_held(source, honest)
    assert is_held(source, changed)


@pytest.mark.parametrize(
    ("source", "honest", "changed"),
    [
        ("Do not sleep in the mask.", "В маске не спят.", "Можно в маске спать."),
        (
            "No dose adjustment of apixaban is needed in mild liver impairment.",
            "При лёгкой печёночной недостаточности дозу апиксабана не меняют.",
            "При лёгкой печёночной недостаточности необходимо менять дозу апиксабана.",
        ),
        (
            "The lens must not be rinsed with water.",
            "Линзу нельзя полоскать водой.",
            "Линзу можно полоскать водой.",
        ),
    ],
)  # fmt: skip
def test_english_prohibitions_and_what_is_not_needed(source: str, honest: str, changed: str) -> None:
    assert not is_held(source, honest)
    assert is_held(source, changed)
