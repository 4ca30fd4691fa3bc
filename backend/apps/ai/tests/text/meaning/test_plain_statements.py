"""Plain sentences of leaflets, labels and copy, of which one says what the other says; a change is found."""

from __future__ import annotations

import pytest

from apps.ai.text import facts, meaning

REST = {
    "ru": "Подробности о товаре и изготовителе приведены на картонной коробке и вкладыше.",
    "tr": "Ürün karton kutusunda gönderilir, ayrıntılar etikette yazılıdır.",
    "en": "The goods are sent in a cardboard box, details stand on the label.",
}


def found(kind: str, language: str, source: str, body: str) -> list[str]:
    one = meaning.case(f"{REST[language]} {source}", {"description": body}, kind=kind)
    return [finding.quote for finding in meaning.check(one) if not finding.weak]


@pytest.mark.parametrize(
    ("kind", "language", "source", "honest", "wrong"),
    [
        (  # what somebody does not bear is not said to be absent
            "medicine",
            "ru",
            "Содержит фруктозу. Людям с её непереносимостью принимать нельзя.",
            "В составе есть фруктоза; при непереносимости фруктозы не применять.",
            "Фруктозы не содержит.",
        ),
        (  # only on intact skin: not on damaged one
            "cosmetics",
            "en",
            "Use on intact skin only.",
            "На повреждённую кожу не наносить.",
            "Заживляет повреждённую кожу.",
        ),
        (  # what to do after a mishap says nothing of the goods
            "cosmetics",
            "ru",
            "Контакта с глазами избегать. При попадании в глаза промыть водой.",
            "Не допускайте попадания в глаза; если средство попало в глаза, промойте их водой.",
            "Можно наносить на глаза.",
        ),
        (
            "cosmetics",
            "tr",
            "Çabuk emilir ve yapışkan bir his bırakmaz.",
            "Быстро впитывается, липкости не оставляет.",
            "Быстро впитывается, кожу осветляет.",
        ),
        (  # sugar that is not there is unsweetened, and no sugar
            "supplement",
            "ru",
            "Состав свободен от глютена и сахара.",
            "Без сахара и глютена.",
            "Содержит сахар и глютен.",
        ),
        (  # a mineral that lowers something is not low itself
            "supplement",
            "tr",
            "Potasyum yorgunluğu azaltır.",
            "Калий снижает утомляемость.",
            "Калий лечит диабет.",
        ),
        (  # an item behind «без» is in the genitive
            "food",
            "ru",
            "Пюре с 4 месяцев, без добавления соли, приготовление на пару.",
            "Пюре с 4 месяцев готовят на пару, соль не добавлена.",
            "Пюре с 4 месяцев готовят на пару, соль добавлена.",
        ),
        (
            "food",
            "ru",
            "На 100 г: 250 ккал, белки 5 г, жиры 9 г.",
            "Энергия: 250 ккал на 100 г. Белки: 5 г. Жиры: 9 г.",
            "Энергия: 250 ккал на 100 г. Белки: 9 г. Жиры: 5 г.",
        ),
        (
            "food",
            "tr",
            "Ürün hakkında bilgi. %3 tuz ve %7 yağ içerir.",
            "Содержит 3 % соли и 7 % масла.",
            "Содержит 7 % соли и 3 % масла.",
        ),
        (
            "supplement",
            "tr",
            "Tarım ve Orman Bakanlığı onaylıdır.",
            "Одобрено Министерством сельского и лесного хозяйства.",
            "Одобрено врачами.",
        ),
        (
            "medicine",
            "tr",
            "Diğer ilaçların yetersiz kaldığı durumlarda reçete edilir.",
            "Назначают, если другие препараты не помогли.",
            "Назначают как препарат первой линии при мигрени.",
        ),
        (  # an ache of another place
            "medicine",
            "ru",
            "Показания: боль в горле, кашель.",
            "Применяется, когда болит горло и беспокоит кашель.",
            "Применяется при боли в животе и кашле.",
        ),
        (  # an indication that is denied
            "medicine",
            "ru",
            "Применяется при кашле и насморке.",
            "Показания: насморк, кашель.",
            "Не применяется при кашле и насморке.",
        ),
        (
            "medicine",
            "en",
            "Thins mucus and makes it easier to cough up.",
            "Разжижает мокроту и облегчает откашливание.",
            "Сгущает мокроту и затрудняет откашливание.",
        ),
    ],
)
def test_an_honest_wording_passes(kind: str, language: str, source: str, honest: str, wrong: str) -> None:
    assert found(kind, language, source, honest) == []
    assert found(kind, language, source, wrong)


@pytest.mark.parametrize(
    ("source", "honest", "wrong"),
    [
        ("500 mg per tablet", "1 таблетка содержит 500 мг", "Принимать по 2 таблетки 500 мг"),
        ("Залейте пакетик кипятком", "Залейте 1 пакетик кипятком", "Залейте 2 пакетика кипятком"),
        ("pH değeri 5,5", "Уровень pH 5,5", "Уровень pH 7,5"),
        ("Sun protection factor 30", "SPF 30", "SPF 50"),
        ("For ages 40 and over", "Возраст: 40+", "Возраст: 50+"),
    ],
)
def test_what_a_source_says_in_other_words_is_stated(source: str, honest: str, wrong: str) -> None:
    assert facts.invented(source, honest) == ()
    assert facts.invented(source, wrong)
