"""Ways of use, meals, times and numbers in words: what a form implies needs no proof, another way is caught."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning.figures import figures
from apps.ai.text.meaning.number_words import made_of
from apps.ai.text.meaning.reading import read

REST = {
    "ru": "Мельтарон, 14 штук. Товар для дома и семьи, картонная пачка.",
    "tr": "Meltaron, 14 adet. Ev ve aile için ürün, karton kutu.",
    "en": "Meltaron, pack of 14. For home and family, in a carton.",
}
#: Language, kind, source, honest sentence, changed sentence.
ROWS = (
    # a form tells the way
    ("tr", "medicine", "Losyon, saç derisine günde 1 kez.", "Лосьон раз в день наносят на кожу головы.",
     "Лосьон раз в день вводят внутримышечно."),
    ("ru", "medicine", "Гран. д/р-ра, 3 г. По 1 саше 2 р/д.", "По одному саше 2 раза в день пьют.",
     "По одному саше 2 раза в день вводят подкожно."),
    ("en", "medicine", "Drink enough during treatment.", "Во время лечения пьют достаточно.",
     "Во время лечения вводят внутривенно."),
    ("ru", "medicine", "Аэрозоль для инг., по 2 вдоха.", "Вдыхают по 2 дозы.", "Глотают по 2 дозы."),
    ("tr", "medicine", "Ampul IV yavaş uygulanır.", "Ампулу медленно вводят в вену.",
     "Ампулу медленно вводят в мышцу."),
    ("tr", "medicine", "Haftada bir, uyluğa cilt altına yapılır.", "Раз в неделю колют под кожу бедра.",
     "Раз в неделю колют в мышцу бедра."),
    ("ru", "medicine", "Только в/м введение, в/в не вводить.", "Вводят только внутримышечно.", "Вводят в вену."),
    ("en", "medicine", "Inject into the thigh.", "Укол в наружную поверхность бедра.", "Глотают целиком."),
    ("tr", "medicine", "Vajinal ovül, gece uygulanır.", "Свечу вводят во влагалище на ночь.",
     "Свечу вводят в прямую кишку на ночь."),
    ("ru", "medicine", "Эмулгин, 5 дней.", "Наносят 5 дней.", "Вводят внутривенно 5 дней."),
    # what is absorbed is not sucked
    ("tr", "medicine", "Demir emilimi için C vitamini ile alınır.", "Для всасывания железа пьют с витамином C.",
     "Рассасывают под языком с витамином C."),
    # meals
    ("tr", "medicine", "Yemeklerden sonra ve yatmadan önce 15 ml.", "По 15 мл после еды и перед сном.",
     "По 15 мл до еды и перед сном."),
    ("ru", "supplement", "По 1 таблетке в день натощак или после еды.",
     "По 1 таблетке в день натощак или после еды.", "По 1 таблетке в день строго натощак."),
    ("en", "cosmetics", "Reapply after meals.", "Обновляйте после еды.", "Обновляйте до еды."),
    # times
    ("en", "cosmetics", "Apply in the morning and in the evening.", "Наносите утром и вечером.",
     "Наносите только утром."),
    ("tr", "cosmetics", "Gece kremi, kuru ciltler için.", "Ночной крем для сухой кожи.",
     "Дневной крем для сухой кожи."),
    ("en", "cosmetics", "Do not sleep in the mask.", "В маске не спать.", "Наносите маску на ночь."),
    # how often
    ("tr", "medicine", "8 saatte bir 1 tablet.", "По таблетке каждые восемь часов.", "По таблетке каждые шесть часов."),
    ("en", "medicine", "Weekly tablet of 70 mg.", "Таблетка 70 мг на неделю.", "Таблетка 70 мг на месяц."),
    ("en", "food", "Daily intake of 3 g.", "При суточном приёме 3 г.", "При недельном приёме 3 г."),
    ("ru", "medicine", "Раз в неделю.", "Раз в семь дней.", "Раз в восемь дней."),
    ("tr", "medicine", "Başlangıçta haftada 0,5 mg.", "Вначале 0,5 мг в неделю.", "Вначале 0,5 мг в сутки."),
    ("tr", "device", "Günde 5 kereden fazla kullanmayın.", "Не чаще пяти раз в день.", "Не чаще 7 раз в день."),
    ("ru", "medicine", "Интервал не менее 6 ч.", "Не чаще чем каждые шесть часов.", "Интервал не более 6 часов."),
    ("en", "medicine", "Rarely, tendon rupture.", "Изредка — разрыв сухожилия.", "Часто — разрыв сухожилия."),
    # how long
    ("tr", "cosmetics", "10-12 saat bekletip durulayın.", "Смыть через десять–двенадцать часов.",
     "Смыть через десять–двенадцать минут."),
    # ages and weights
    ("ru", "medicine", "Детям до 9 лет нельзя.", "До девятилетнего возраста нельзя.",
     "До трёхлетнего возраста нельзя."),
    ("tr", "medicine", "3 yaş altı çocuklara verilmez.", "Детям, не достигшим трёх лет, не дают.",
     "Детям старше трёх лет не дают."),
    ("ru", "medicine", "До 16 л. не применять.", "Подросткам до 16 лет не применять.",
     "Подросткам до 12 лет не применять."),
    ("ru", "medicine", "Вес до 25 кг — не применять.", "При весе до 25 кг нельзя.", "При весе больше 25 кг нельзя."),
    ("en", "medicine", "Reduce the dose over 70 years of age.", "Пожилым старше 70 лет дозу уменьшают.",
     "Детям дозу уменьшают."),
    # persons who go without saying
    ("en", "clothes", "Unisex T-shirt.", "Футболка для мужчин и женщин.", "Футболка для подростков."),
    ("ru", "cosmetics", "Не является контрацептивом.", "От беременности не защищает.", "Не для пожилых."),
    # before and after what is done
    ("en", "medicine", "Rinse your mouth after inhalation.", "После процедуры прополощите рот.",
     "Прополощите рот перед процедурой."),
    # where it is kept
    ("en", "medicine", "Store below 25 °C.", "Хранить до 25 °C, холодильник не нужен.", "Хранить в холодильнике."),
    ("tr", "medicine", "2-8 °C'de saklayın.", "Хранить в холодильнике при 2–8 °C.",
     "Хранить в холодильнике при 12–18 °C."),
    ("ru", "medicine", "Хр. не >30 °C.", "Хранить не выше 30 °C.", "Хранить не ниже 30 °C."),
    ("tr", "medicine", "Açılmış kalem 30°C altında en fazla 20 gün.",
     "Начатую ручку хранят не более 20 дней при температуре ниже 30 °C.",
     "Начатую ручку хранят не менее 20 дней при температуре ниже 30 °C."),
    # sold
    ("tr", "medicine", "Reçetesiz satılmaz.", "Рецептурный препарат.", "Отпускается без рецепта."),
)  # fmt: skip
#: Found by the guard of figures, which proves every number.
_OF_FIGURES = frozenset({"Хранить в холодильнике при 12–18 °C.", "Раз в восемь дней."})


def _findings(language: str, kind: str, source: str, sentence: str) -> list[meaning.Code]:
    case = meaning.case(f"{REST[language]}\n{source}", {"description": sentence}, kind=kind)
    return [one.code for one in meaning.check(case) if not one.weak and one.code is not meaning.Code.LEFT_OUT]


@pytest.mark.parametrize(("language", "kind", "source", "honest", "changed"), ROWS)
def test_an_honest_sentence_is_let_through(
    language: str, kind: str, source: str, honest: str, changed: str
) -> None:
    assert not {meaning.Code.CONDITION, meaning.Code.POLARITY} & {*_findings(language, kind, source, honest)}


@pytest.mark.parametrize(("language", "kind", "source", "honest", "changed"), ROWS)
def test_its_change_is_caught(language: str, kind: str, source: str, honest: str, changed: str) -> None:
    if changed not in _OF_FIGURES:
        assert _findings(language, kind, source, changed)


def test_a_number_in_words_and_one_with_its_unit_in_a_word() -> None:
    def lows(text: str) -> list[float]:
        return [figure.low for figure in figures(read(text).units[0])]

    assert lows("двадцать четыре часа") == [24.0]
    assert lows("сто двадцать мг") == [120.0]
    assert lows("семь часов, два раза") == [7.0, 2.0]
    assert made_of("восьмилетнего") == (8.0, "year")
    assert made_of("двухнедельный") == (14.0, "day")
    assert made_of("полугода") == (6.0, "month")
    assert made_of("пятнистый") is None
