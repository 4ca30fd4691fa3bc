"""The offline engine says no more than it knows: of kinds, of ages, of companies."""

from __future__ import annotations

import re

import pytest

from apps.ai.schemas import DraftAnswer
from apps.ai.types import DraftFacts, ImageFindings, ProductSnapshot
from apps.ai_offline import draft


def write(
    title: str, description: str = "", *, brand: str = "", is_sure: bool = True, kind: str = "medicine"
) -> DraftAnswer:
    facts = DraftFacts(
        ProductSnapshot(1, title, description, brand=brand),
        ("Аптека", "БАД и витамины", "Железо"),
        kind,
        (),
        ImageFindings(),
        "ru",
        "Магазин",
        "",
        is_sure=is_sure,
    )
    return draft.write(facts)


def test_a_kind_it_is_not_sure_of_is_not_asserted() -> None:
    source = ("Коагил-VII лиоф. д/пригот р-ра в/в 2,4 мг фл. №1", "Фактор свёртывания крови VII.")
    guessed = write(*source, is_sure=False, kind="supplement")
    known = write(*source, kind="supplement")
    everything = " ".join(
        (guessed.title, guessed.description, guessed.seo_title, guessed.seo_description, *guessed.keywords)
    )
    for word in ("добавка", "БАД", "бад", "елезо", "лекарственным"):
        assert word not in everything
    assert "биологически активная добавка" in known.description


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("Натрия хлорид р-р д/инфузий 0,9% 250 мл", "раствор для инфузий "),
        ("Натрия хлорид р-р д/инф. 0,9% 250 мл", "раствор для инфузий "),
        ("Цефтриаксон пор. д/приготовления р-ра 1 г", "порошок для приготовления "),
        ("Аскорбин табл. шипучие 1000 мг", "таблетки шипучие "),
        ("Гепатромб гель д/наружного применения 40 г", "гель для наружного применения"),
        ("Погремушка 0+мес", "0+ мес."),
        ("Погремушка 0+ мес.", "0+ мес."),
        ("Игрушка 3+ года", "3+"),
    ],
)
def test_whole_words_and_ages(title: str, wanted: str) -> None:
    written = write(title).title
    assert wanted.lower().strip() in written.lower()
    assert not re.search(r"инфузийий|шипучиеучие|применения\w|(?<!\d)0 месяцев|мес\.\.", written)


@pytest.mark.parametrize(
    ("brand", "name"),
    [
        ("Генериум ООО", "Генериум"),
        ("ООО Сервье Рус", "Сервье"),
        ("Polifarma İlaç San. ve Tic. A.Ş.", "Polifarma"),
    ],
)
def test_no_company_among_the_keywords(brand: str, name: str) -> None:
    written = write("Раствор 100 мл", brand=brand)
    assert name.lower() in written.keywords
    assert not [word for word in written.keywords if re.search(r"\b(?:ооо|a\.ş|san|рус)\b", word)]


def test_no_empty_bullets() -> None:
    written = write("Гель 30 г", "<ul><li></li><li>•</li><li>Без запаха</li><li> - </li></ul>")
    assert not re.search(r"<li>[\W_]*</li>", written.description)
    assert all(re.search(r"\w", benefit) for benefit in written.key_benefits)
