"""Findings that careful cards and real sources do not deserve, and the faults beside them that still count."""

from __future__ import annotations

import pytest

from apps.ai.services.quality import fact_rules, shape_rules, source_rules, word_rules
from apps.ai.services.quality.card import Card, Policy
from apps.ai.types import CategoryChoice, Draft, ImageFindings, Mode, ProductSnapshot


def card(
    title: str,
    body: str,
    *,
    text: str = "",
    kind: str = "medicine",
    shown: str = "",
    brand: str = "",
    seo: str = "",
) -> Card:
    """A card of a source; `text` is its description, `shown` its title, `seo` that for search engines."""
    return Card(
        ProductSnapshot(1, title, body, brand=brand),
        Mode.FULL,
        CategoryChoice(1, ("Аптека", "Лекарства"), kind, 1.0, ()),
        Draft(shown or title, f"<p>{text}</p>", seo, "", ()),
        ImageFindings(),
        Policy(0.8),
    )


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Селектра таб. 10 мг", "1 тб содержит: эсциталопрама оксалат 12,78 мг, вспом.: тальк 3 мг."),
        ("AMOKLİN BID 1000 mg", "Etkin maddeler: 875 mg amoksisilin, 125 mg klavulanik asit."),
        ("Тироксин 100 мкг", "Начальная доза 25 мкг, затем по 12,5 мкг каждые две недели."),
        ("Лозартан 50 мг", "Также выпускается: 12,5 мг, 25 мг и 100 мг."),
        ("Парацетамол 500 мг", "Вспомогательные вещества: крахмал 20 мг, повидон 5 мг."),
        ("Ферсинол 100 мг/5 мл", "Сахароза 300 мг в мерной ложке."),
        ("Нурофен 200 мг", "В одной таблетке 200 мг ибупрофена и 15 мг натрия."),
    ],
)
def test_other_substances_and_regimens_contradict_no_title(title: str, body: str) -> None:
    assert list(source_rules.contradiction(card(title, body))) == []


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Парацетамол 500 мг", "Каждая таблетка содержит парацетамола 650 мг."),
        ("Parol 500 mg", "Her tablet 650 mg parasetamol içerir."),
        ("Ибупрофен 200 мг", "Ибупрофен 400 мг, тальк 3 мг."),
    ],
)
def test_another_dose_of_the_same_substance_does(title: str, body: str) -> None:
    assert [issue.code for issue in source_rules.contradiction(card(title, body))] == ["source_contradiction"]


@pytest.mark.parametrize("text", ["5–8 мг на кг массы тела", "не более 20 мг на 1 кг"])
def test_a_unit_that_something_is_divided_by_is_not_lonely(text: str) -> None:
    assert list(fact_rules.lonely_units(card("Фурагин 50 мг", "50 мг", text=text))) == []


def test_a_unit_whose_number_is_gone_is() -> None:
    assert [
        issue.code for issue in fact_rules.lonely_units(card("Фурагин 50 мг", "50 мг", shown="Фурагин мг"))
    ]


def test_a_medicine_may_treat_what_its_leaflet_says_it_treats() -> None:
    told = card(
        "Амоклин", "Bakteriyel enfeksiyonların tedavisinde kullanılır.", text="Лечит бактериальные инфекции."
    )
    untold = card("Амоклин", "Bakteri.", text="Лечит бактериальные инфекции.")
    cosmetic = card("Крем", "Для лечения.", text="Лечит псориаз.", kind="cosmetics")
    assert list(word_rules.promises(told)) == []
    assert [issue.code for issue in word_rules.promises(untold)] == ["claim"]
    assert [issue.code for issue in word_rules.promises(cosmetic)] == ["claim"]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (
            "Krem",
            "Состав: Aqua, Sodium Laureth Sulfate, Glycerin, Melaleuca Alternifolia Leaf Oil, Citric Acid.",
        ),
        ("Krem", "INCI: Aqua, Cocamidopropyl Betaine, Sodium Chloride, Parfum, Linalool."),
        ("Krem", "С экстрактом Silybum marianum и Lactobacillus rhamnosus GG."),
        ("Hugo Boss Bottled Night EDT 50 ml", "Hugo Boss Bottled Night eau de toilette, 50 мл"),
        ("Calvin Klein Eternity", "Calvin Klein Eternity for Men"),
    ],
)
def test_ingredients_and_names_are_no_foreign_sentences(source: str, text: str) -> None:
    russian = f"{text} Крем для ухода за кожей лица."
    assert list(word_rules.foreign(card(source, "", text=russian, brand="Hugo Boss", shown="Крем"))) == []


@pytest.mark.parametrize(
    ("source", "brand", "seo", "is_foreign"),
    [
        ("Maison Verel Black Orchid Eau de Parfum 50 ml", "Maison Verel", "", False),
        ("Lorvane New York Lash Sensational Sky High", "Lorvane", "", False),
        ("Lorvane New York Lash Sensational", "Lorvane", "Lorvane New York Glow", True),
        ("Velura Saç Bakım Yağı 100 ml", "Velura", "", True),
        ("Velura Sac Bakim Yagi 100 ml", "Velura", "", True),
        ("Velura Oil for all hair types", "Velura", "", True),
    ],
)
def test_a_foreign_makers_name_may_be_the_title_of_a_search(
    source: str, brand: str, seo: str, *, is_foreign: bool
) -> None:
    one = card(source, "", text="Крем для лица.", brand=brand, shown="Крем", seo=seo or source)
    assert [issue.code for issue in word_rules.foreign(one)] == ["foreign_words"] * is_foreign


@pytest.mark.parametrize(
    "text", ["Keep out of reach of children.", "Cilt bakımı için kullanılır, kuru yerde saklayınız."]
)
def test_a_foreign_sentence_is_one(text: str) -> None:
    found = word_rules.foreign(card("Krem", "", text=f"Крем для кожи. {text}", shown="Крем"))
    assert [issue.code for issue in found] == ["foreign_words"]


@pytest.mark.parametrize(
    ("letters", "noted"), [(118, False), (146, False), (160, False), (60, True), (170, True)]
)
def test_the_length_of_an_honest_seo_description_is_no_note(letters: int, *, noted: bool) -> None:
    draft = Draft("Крем", "<p>Крем</p>", "Крем для лица увлажняющий", "к" * letters, ())
    codes = [issue.code for issue in shape_rules._seo(draft)]
    assert codes == (["seo_length"] if noted else [])


def test_a_guess_of_the_category_asks_for_no_notice() -> None:
    policy = Policy(0.8, notices={"supplement": ("Не является лекарственным средством.",)})
    for confidence, wanted in ((0.01, 0), (0.9, 1)):
        choice = CategoryChoice(1, ("БАД",), "supplement", confidence, ())
        draft = Draft("Коагил", "<p>Фактор свёртывания</p>", "", "", ())
        found = Card(ProductSnapshot(1, "Коагил", ""), Mode.FULL, choice, draft, ImageFindings(), policy)
        assert len(found.notices) == wanted
