"""What a card adds in words that no lexicon has: effects, harm that never comes, what may be done or is not there."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import Code
from apps.ai.text.meaning.deeds import deeds

#: Enough of a source that its sentences are compared, in its language.
REST = {
    "ru": "Товар едет в картонной коробке, подробности указаны на этикетке, изготовлено в Польше.",
    "tr": "Ürün karton kutuda gönderilir, ayrıntılar etikette yazılıdır, Polonya üretimidir.",
    "en": "The goods are sent in a cardboard box, details stand on the label, made in Poland.",
}
#: Language, kind, source, honest sentence, changed sentence.
ROWS = {
    "a sentence of its own": (
        "tr", "other", "Ahşap bloklar, 40 parça, su bazlı boya.",
        "Деревянные кубики, 40 штук, краска на воде.",
        "Деревянные кубики, 40 штук, краска на воде. Развивают мелкую моторику.",
    ),
    "a participle behind the goods": (
        "ru", "supplement", "Экстракт мелиссы в каплях, 50 мл.",
        "Капли с экстрактом мелиссы, 50 мл.", "Капли с экстрактом мелиссы, прогоняющие хандру, 50 мл.",
    ),
    "half a sentence behind «и»": (
        "en", "medicine", "Timolol eye drops lower the pressure inside the eye.",
        "Капли с тимололом понижают давление внутри глаза.",
        "Капли с тимололом понижают давление внутри глаза и укрепляют сетчатку.",
    ),
    "what it helps to do": (
        "tr", "cosmetics", "El kremi, 75 ml, shea yağı içerir.",
        "Крем для рук с маслом ши, 75 мл.", "Крем для рук с маслом ши, 75 мл, помогает залечить трещины.",
    ),
    "a gerund": (
        "ru", "cosmetics", "Шампунь для сухих волос, 300 мл.",
        "Шампунь для сухих волос, 300 мл.", "Шампунь для сухих волос, 300 мл, моет, устраняя перхоть.",
    ),
    "the treatment is no thing": (
        "ru", "medicine", "При необходимости 10 мг 2 раза в день.",
        "При необходимости дозу увеличивают до 10 мг 2 раза в день.",
        "При необходимости 10 мг 2 раза в день, таблетки повышают выносливость.",
    ),
    "another medicine does it": (
        "tr", "medicine", "Kan sulandırıcı ile birlikte kullanılmaz.",
        "С препаратами, разжижающими кровь, не сочетать.",
        "С препаратами, разжижающими кровь, не сочетать. Сироп укрепляет суставы.",
    ),
    "a quality is no deed": (
        "en", "cosmetics", "Finish with your usual cream for dry skin.",
        "Завершите уход своим увлажняющим кремом.", "Завершите уход своим кремом. Тоник сужает поры.",
    ),
    "a harm that never comes": (
        "tr", "clothes", "Erkek tişört, %100 pamuk, 30 derecede yıkayın.",
        "Мужская футболка из хлопка, стирать при 30 градусах.",
        "Мужская футболка из хлопка, стирать при 30 градусах. Не мнётся.",
    ),
    "a harm that the source denies in another word": (
        "tr", "other", "Yapıştırıcı, 20 ml. Elleri kirletmez.",
        "Клей, 20 мл. Рук не пачкает.", "Клей, 20 мл. Рук не пачкает, пары его дыхание не раздражают.",
    ),
    "what may be done with everyday goods": (
        "tr", "tableware", "Porselen tabak, 24 cm, mavi.",
        "Фарфоровая тарелка, 24 см, синяя.",
        "Фарфоровая тарелка, 24 см, синяя. Можно мыть в посудомоечной машине.",
    ),
    "how it may be washed": (
        "ru", "clothes", "Фартук льняной, серый, с карманом.",
        "Серый фартук из льна, с карманом.", "Серый фартук из льна, с карманом, можно сушить в барабане.",
    ),
    "an age in a word": (
        "ru", "medicine", "Детям с 3 лет, по 5 мл.", "По 5 мл, разрешён с трёхлетнего возраста.",
        "По 5 мл, разрешён с рождения.",
    ),
    "nothing can happen": (
        "tr", "medicine", "Sabah 1 tablet, doz aşımında doktora başvurun.",
        "Утром по 1 таблетке, при передозировке обратитесь к врачу.",
        "Утром по 1 таблетке, при передозировке обратитесь к врачу. Побочных эффектов нет.",
    ),
    "no sugar": (
        "en", "food", "Cocoa powder, 150 g, from Ghana.",
        "Какао-порошок из Ганы, 150 г.", "Какао-порошок из Ганы, 150 г, без сахара.",
    ),
    "no sugar, as in the source": (
        "tr", "food", "Kakao tozu, 150 g, şekersiz.", "Какао-порошок, 150 г, без сахара.",
        "Какао-порошок, 150 г, без сахара и кофеина.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_what_a_card_adds(row: tuple[str, str, str, str, str]) -> None:
    language, kind, source, honest, changed = row

    def findings(card: str) -> list[Code]:
        case = meaning.case(f"{source} {REST[language]}", {"description": card}, kind=kind)
        return [one.code for one in meaning.check(case) if not one.weak and one.code is not Code.LEFT_OUT]

    assert findings(honest) == []
    assert findings(changed) != []


def test_deeds_of_a_sentence() -> None:
    unit = meaning.case("", {"description": "Капли, не сушащие кожу, снимают зуд."}, kind="").body.units[0]

    found = [(one.verb.small, [word.small for word in one.object], one.denied) for one in deeds(unit)]

    assert found == [("сушащие", ["кожу"], True), ("снимают", ["зуд"], False)]
