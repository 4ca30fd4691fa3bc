"""A word of colour, age, season or kind is held against the source only where it says what the thing is."""

from __future__ import annotations

import pytest

from apps.ai.text.attributes import traits

HONEST = [
    ("Таблетки белые; активен против S. aureus", "Таблетки белые, от золотистого стафилококка."),
    ("Ботинки детские унисекс, для мальчиков", "Унисекс: подходят и для девочек."),
    ("Unisex tişört, erkek kalıp", "Футболка унисекс, женская и мужская."),
    ("Nane aromalı, göz için değildir", "Мятный вкус, на глазное яблоко не наносить."),
    ("Kışlık mont, 2 yıl garanti", "Зимняя куртка для 10-летних детей."),
    ("4 mevsim yorgan, kışlık", "Летнее и зимнее одеяло."),
    ("Tavuk etli mama, kereviz", "Корм с курицей и сельдереем."),
    ("Tüm cilt tipleri, kuru ciltlere özel", "Для жирной и сухой кожи."),
    ("Лекарство для мужчин; беременным нельзя", "Женщинам не подходит. Для мужчин."),
    ("Multivitamin gummy, portakal aromalı. Sitrik asit.", "Вкус апельсина. Состав: лимонная кислота."),
    ("Портвейн-маринад, вкус вишни, E330", "Вкус вишни; регулятор кислотности — лимонная кислота."),
    (
        "Cherry lozenges. Citric acid, mentha piperita oil.",
        "Пастилки с вишней. Лимонная кислота, масло мяты.",
    ),
    (
        "Lozenges, blackcurrant. Colour: beetroot red.",
        "Леденцы, чёрная смородина. Краситель — свекольный красный.",
    ),
    ("Bitki çayı, kırmızı kutu", "Травяной сбор в красной коробке, с ним пьют и зелёный чай."),
    ("White cream with clover and pepper", "Белый крем: красный клевер, чёрный перец."),
    ("Beyaz sabun, kil", "Белое мыло, в составе голубая глина."),
    ("Клинические испытания: табл. белые", "Таблетки белые. Возможны красный лишай и жёлтая лихорадка."),
    ("Детская пена, ромашка. Под присмотром взр.", "Детская пена. Рядом должен быть взрослый."),
    ("Детский сироп", "Детский сироп. Дозу отмеряет взрослый и даёт ребёнку."),
    ("Kız çocuk pijama, yetişkin bedeni yok", "Детская пижама для девочки."),
    ("Bebek bisküvisi, yetişkinler de yiyebilir", "Детское печенье, едят и взрослые."),
    ("Bebeklerde kullanılmaz, 15 yaş ve üzeri", "Для взрослых и подростков с 15 лет."),
    ("Not for babies. From 14 years", "Взрослым и детям с 14 лет: для взрослых."),
    ("Для жирных волос. Наносить на сухие чистые волосы", "Для жирных волос; на чистые сухие волосы."),
    ("Yağlı cilt serumu, temiz ve kuru cilde", "Для жирной кожи. Наносите на сухую кожу."),
    ("Night serum for normal skin\nSkin type: normal, combination, oily", "Для нормальной и жирной кожи."),
    ("Nebulizer, yetişkin ve çocuk maskesi", "Ингалятор для взрослых, взрослая и детская маски."),
    ("Kids toothpaste, supervised by adults", "Детская зубная паста."),
    ("Сироп д/инг. Взр. 10 мл; детям с 6 лет 5 мл", "Сироп для взрослых и детей с 6 лет."),
    ("Kızılcık ve portakal", "Со вкусом клюквы и апельсина."),
    ("Mevsim: sonbahar/kış", "Осенне-зимняя пижама: зимняя ткань."),
    ("Ботинки. Сезон: весна/осень", "Демисезонные ботинки."),
    ("Sezon: ilkbahar-yaz", "Летняя модель."),
    ("Сезон: лето, весна", "Летние и весенние дни."),
    ("Women's boots, fall/winter", "Зимние и осенние сапоги."),
    ("Кроссовки для мальчиков и девочек", "Кроссовки для девочек и мальчиков."),
    ("Cinsiyet: Kız / Erkek çocuk", "Для девочек и мальчиков."),
    ("Saç boyası 6.3 koyu kumral altın, siyah kına", "Краска, тёмно-русый золотистый оттенок."),
    ("Saç boyası 7.1 küllü kumral, beyazları kapatır", "Пепельный оттенок, закрашивает белые волосы."),
    ("Saç boyası bakır, siyah kutuda", "Медный цвет, чёрная коробка, бронзовый отлив."),
    ("Кроссовки син/бел.", "Сине-белые кроссовки, синяя подошва."),
    ("Kadın çanta, vişne çürüğü, siyah astar", "Бордовая сумка, чёрная подкладка."),
    ("Elbise gül kurusu, beyaz yaka", "Розовое платье, белый воротник."),
    ("Sweatshirt eflatun, siyah baskı", "Сиреневый свитшот, чёрный рисунок."),
    ("Hardback, 32 pages; the paperback follows", "Твёрдый переплёт."),
    ("Тв. переплет, серия в мягк. обл.", "Книга в твёрдой обложке."),
    ("Kuru, normal ve hassas ciltler; yağlı cilt için değil", "Для сухой и нормальной кожи."),
    ("For dry, sensitive skin; not for oily skin", "Для сухой кожи, не для жирной кожи."),
    ("Bovine gelatin; free of pork", "Говяжий желатин, свинины нет."),
    ("Фартук свинцовый, верх из телячьей кожи", "Свинцовый фартук из телячьей кожи."),
    ("Piliç göğüs, dana", "Куриное филе и говядина."),
    ("Not for children under 18.", "Капсулы для взрослых."),
    ("18 yaş altı kullanmaz. Çocuk kilitli kapak", "Для взрослых."),
    ("Apply to dry, clean skin. Skin type: normal, oily", "Для жирной кожи."),
    ("Для жирной кожи, наносить вечером", "Нанесите на чистую, совершенно сухую кожу. Для жирной кожи."),
    ("Таблетки серо-коричн., круглые", "Серо-коричневые таблетки."),
    ("Взрослым. При ДЦП", "Взрослым, при детском церебральном параличе."),
]
CHANGED = [
    ("Детская пена, под наблюдением взрослых", "Пена для взрослых.", "age"),
    ("Multivitamin gummy, portakal aromalı", "Вкус клубники.", "flavour"),
    ("Cherry lozenges", "Пастилки с малиной.", "flavour"),
    ("Siyah elbise", "Белое платье.", "colour"),
    ("Кроссовки син/бел.", "Красные кроссовки.", "colour"),
    ("Saç boyası altın", "Краска, фиолетовый оттенок.", "colour"),
    ("Ботинки. Сезон: весна/осень", "Зимние ботинки.", "season"),
    ("Sezon: yaz/ilkbahar", "Зимняя модель.", "season"),
    ("Kız çocuk pijama", "Пижама для мальчика, для мальчиков 6 лет.", "child"),
    ("Yetişkin diş macunu", "Детская зубная паста.", "age"),
    ("Детский сироп", "Сироп для взрослых.", "age"),
    ("Kids toothpaste: for kids", "Взрослая зубная паста.", "age"),
    ("Hardback", "Мягкая обложка.", "binding"),
    ("For dry skin", "Для жирной кожи.", "oil"),
    ("For oily skin. Apply to clean, dry skin", "Для сухой кожи.", "oil"),
    ("Детская пена, 3-12 лет", "Пена для взрослых.", "age"),
    ("Bovine gelatin", "Свиной желатин.", "animal"),
    ("Dana jelatini", "Желатин из свинины.", "animal"),
    ("Kadın ayakkabı", "Мужские туфли.", "gender"),
]


@pytest.mark.parametrize(("source", "text"), HONEST)
def test_what_the_source_says_in_other_words_passes(source: str, text: str) -> None:
    assert traits.contradictions(source, text) == ()


@pytest.mark.parametrize(("source", "text", "trait"), CHANGED)
def test_another_value_is_found(source: str, text: str, trait: str) -> None:
    assert trait in {found.trait for found in traits.contradictions(source, text)}


TITLES = [
    ("Canestra Pessary 500 mg & Cream 10 g", "Canestra: вагинальная свеча и крем"),
    ("Glycerin suppository 2 g, plaster box", "Глицериновая свеча"),
    ("Нурофен супп. рект. 60 мг (не сироп)", "Свечи ректальные 60 мг"),
    ("Ibu softgel, not a tablet", "Ибупрофен, капсулы"),
    ("Öksürük şurubu, tabletin yanında", "Сироп от кашля"),
    ("Rain boots for women", "Резиновые сапоги"),
    ("Erkek kot pantolon", "Джинсы мужские"),
    ("Deri sandalet terlik", "Сандалии кожаные"),
    ("Wool jumper, dress fit", "Свитер шерстяной"),
    ("Yüz köpüğü jel", "Пенка для лица"),
    ("Study table", "Письменный стол"),
    ("1000 parça yapboz, bebek kutusu", "Пазл, 1000 деталей"),
    ("Р-р для ингаляций, не капли", "Раствор для ингаляций"),
]
OTHER_TITLES = [
    ("Ağrı kesici tablet", "Обезболивающий сироп"),
    ("Glycerin suppository", "Глицериновая мазь"),
    ("Kadın elbise", "Женская юбка"),
    ("Erkek kot pantolon", "Шорты мужские"),
    ("Yüz kremi", "Сыворотка для лица"),
    ("Rain boots", "Кроссовки непромокаемые"),
    ("Dolap", "Кровать"),
]


@pytest.mark.parametrize(("source", "title"), TITLES)
def test_a_kind_by_another_name_is_the_same_kind(source: str, title: str) -> None:
    assert traits.other_kind(source, source, title) is None


@pytest.mark.parametrize(("source", "title"), OTHER_TITLES)
def test_another_kind_is_found(source: str, title: str) -> None:
    assert traits.other_kind(source, source, title) is not None


@pytest.mark.parametrize("source", ["Unisex tişört, siyah", "Футболка для мужчин и женщин"])
def test_goods_for_both_are_not_for_one(source: str) -> None:
    assert [one.trait for one in traits.contradictions(source, "Мужская футболка.")] == ["gender"]
    assert traits.contradictions(source, "Футболка подходит и мужчинам, и женщинам.") == ()


def test_a_binding_is_read_in_any_order() -> None:
    assert traits.contradictions("320 sayfa, kapağı sert", "Обложка твёрдая.") == ()
    assert [one.quote for one in traits.contradictions("Hardcover", "Переплёт: мягкий.")] == [
        "Переплёт: мягкий"
    ]
