"""A prohibition holds in its own case: for whom, by which way, of what, up to where its list goes."""

from __future__ import annotations

import pytest

from apps.ai.tests.text.meaning.test_negations_in_place import is_held


@pytest.mark.parametrize(
    ("source", "body", "kind"),
    [
        (  # forbidden to some, taken by others
            "Varfarin kullananlar ibuprofen almamalıdır. Günde 2 kez 200 mg alınır.",
            "Ибупрофен пьют по 200 мг дважды в день. Людям на варфарине он запрещён.",
            "medicine",
        ),
        (  # a list that goes on below a numbered label
            "4.3 Kontrendikasyonlar: aşırı duyarlılık; pimozid, terfenadin ile birlikte kullanım; hipokalemi.",
            "Нельзя сочетать с пимозидом и терфенадином, принимать при аллергии на состав и гипокалиемии.",
            "medicine",
        ),
        (  # «whether or not»
            "Loratadin 10 mg: kaşıntı olsun olmasın günde bir kez alınır.",
            "Лоратадин 10 мг принимают раз в день, есть зуд или нет.",
            "medicine",
        ),
        (  # whom a verdict at the end speaks of
            "Böbrek taşı olanlar bu ürünü kullanmamalıdır. C vitamini 500 mg.",
            "Тем, у кого камни в почках, такой продукт не подходит. Витамин C 500 мг.",
            "supplement",
        ),
        (  # a closed list before the comma
            "Badem yağı ve E vitamini, alkol içermez.",
            "Миндальное масло плюс витамин Е; без спирта.",
            "cosmetics",
        ),
        (
            "Содержит цинк. Чаем, соком, молоком не запивать.",
            "Содержит цинк. Запивать чаем, соком либо молоком нельзя.",
            "supplement",
        ),
        (
            "No artificial sweeteners, dyes or fragrances.",
            "Искусственных подсластителей, красителей и отдушек нет.",
            "food",
        ),
        (  # kept away is said with «не», too
            "Antiseptic cream helps prevent infection in small cuts.",
            "Антисептический крем помогает не допустить инфекции мелких порезов.",
            "medicine",
        ),
        ("Шампунь с цинком 1 %. От перхоти.", "Противоперхотный шампунь с цинком 1 %.", "cosmetics"),
        (
            "Ani baş ağrısını tedavi etmek için uygun değildir.",
            "Внезапную головную боль это средство не снимает.",
            "medicine",
        ),
        ("Мыло с алоэ. Не содержит спирта.", "Мыло с алоэ не содержит спирта.", "cosmetics"),
        (
            "İlk yıkamadan itibaren kepeği azaltır, saç derisini ferahlatır.",
            "С первого мытья уменьшает перхоть, освежает кожу головы.",
            "cosmetics",
        ),
        ("Избегать попадания в глаза: жжёт, промыть водой.", "Глаза жжёт, их промывают водой.", "cosmetics"),
    ],
)
def test_another_case_is_no_contrary(source: str, body: str, kind: str) -> None:
    assert not is_held(source, body, kind)


@pytest.mark.parametrize(
    ("source", "body", "kind"),
    [
        (
            "Sıvı kaybı ishali olanlarda artar. Diüretik sıvı kaybını artırır.",
            "Диуретик усиливает потерю жидкости.",
            "medicine",
        ),
        ("Replace lost fluids with oral salts.", "Восполняйте потерю жидкости солями.", "medicine"),
        ("Alkolle tansiyon düşüklüğü artabilir.", "С алкоголем давление может упасть сильнее.", "medicine"),
        (
            "Burun tıkanıklığını azaltır. 5 günden uzun kullanmayın.",
            "Не дольше 5 дней: потом заложенность может усилиться. Уменьшает заложенность носа.",
            "medicine",
        ),
    ],
)
def test_directions_of_the_same_thing(source: str, body: str, kind: str) -> None:
    assert not is_held(source, body, kind)


@pytest.mark.parametrize(
    ("source", "body", "kind"),
    [
        (
            "Varfarin kullananlar ibuprofen almamalıdır.",
            "Принимающим варфарин ибупрофен разрешён.",
            "medicine",
        ),
        (
            "Böbrek taşı olanlar bu ürünü kullanmamalıdır. C vitamini 500 mg.",
            "Тем, у кого камни в почках, такой продукт подходит. Витамин C 500 мг.",
            "supplement",
        ),
        (
            "Badem yağı ve E vitamini, alkol içermez.",
            "Миндальное масло с витамином Е и спиртом.",
            "cosmetics",
        ),
        (
            "Содержит цинк. Чаем, соком, молоком не запивать.",
            "Содержит цинк. Запивать чаем, соком либо молоком можно.",
            "supplement",
        ),
        (
            "Ibuprofen tansiyon düşürücü etkiyi zayıflatır.",
            "Ибупрофен усиливает действие средств от давления.",
            "medicine",
        ),
    ],
)
def test_the_contrary_is_found(source: str, body: str, kind: str) -> None:
    assert is_held(source, body, kind)
