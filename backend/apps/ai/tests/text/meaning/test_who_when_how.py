"""Who takes it, when, how often and with what: honest paraphrases pass, other persons, times and ways are caught."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning.figures import figures
from apps.ai.text.meaning.number_words import made_of
from apps.ai.text.meaning.reading import read

REST = {
    "ru": "Бельтозин, 20 штук. Товар для дома и семьи, картонная пачка.",
    "tr": "Beltozin, 20 adet. Ev ve aile için ürün, karton kutu.",
    "en": "Beltozin, pack of 20. For home and family, in a carton.",
}
#: Language, kind, source, honest sentence, changed sentence.
ROWS = (
    # a meal named once for two relations
    ("ru", "medicine", "Таблетки принимать до или сразу после еды.",
     "Таблетки пьют перед едой или сразу после неё.", "Таблетки пьют во время еды."),
    ("tr", "medicine", "Yemekten 1 saat önce veya 3 saat sonra alınır.",
     "Принимают за 1 час до еды или через 3 часа после неё.", "Принимают во время еды."),
    ("en", "medicine", "Take an hour before or two hours after meals.",
     "Принимают за час до или через два часа после еды.", "Принимают во время еды."),
    ("tr", "medicine", "Tabletler yemek sırasında veya hemen sonrasında yutulur.",
     "Таблетки глотают во время или сразу после еды.", "Таблетки глотают до еды."),
    ("ru", "medicine", "Таблетки принимать утром, до/во время завтрака.", "Таблетки пьют утром до завтрака.",
     "Таблетки пьют на ночь до ужина."),
    ("tr", "medicine", "Günde 1 tablet, öğünlerden sonra.", "По 1 таблетке в день после еды.",
     "По 1 таблетке в день натощак."),
    # meals that do not matter
    ("ru", "medicine", "Приём не зависит от еды.", "Еда на приём не влияет.", "Принимают натощак."),
    ("ru", "medicine", "Таблетки принимать независимо от приёма пищи.", "Пить можно в любое время относительно еды.",
     "Пить только после еды."),
    ("en", "medicine", "Take regardless of meals.", "Принимают без оглядки на еду.", "Принимают после еды."),
    ("tr", "medicine", "Tabletin alımı yemeklerden bağımsızdır.", "Приём таблетки не связан с едой.",
     "Таблетку принимают до еды."),
    # a baby's meal
    ("tr", "medicine", "Emzirmeden önce meme ucundaki pomadı yıkayın.", "Мазь с соска смывают перед кормлением.",
     "Мазь с соска смывают на ночь."),
    # how often
    ("ru", "medicine", "Дозу удваивают, начиная с 25 мг, с еженедельным удвоением.",
     "Начинают с 25 мг и каждую неделю удваивают дозу.", "Начинают с 25 мг и каждый месяц удваивают дозу."),
    ("en", "cosmetics", "Wear it each morning.", "Носите каждое утро.", "Носите раз в неделю."),
    ("tr", "medicine", "Haftada en fazla 2 tablet alınır.",
     "Не больше 2 таблеток в неделю.", "Не больше 2 таблеток в день."),
    ("tr", "cosmetics", "Her güne çıkmadan haftada 2 gece sürün.", "Наносить 2 вечера в неделю, потом ежедневно.",
     "Наносить 2 вечера в месяц, потом ежедневно."),
    ("ru", "medicine", "Спазм: 2 мг 3р/сут.", "При спазме 2 мг 3 раза в сутки.", "При спазме 2 мг 3 раза в неделю."),
    ("ru", "medicine", "Однократно утром или по 2 раза в день.", "Утром 1 раз или 2 раза в день.",
     "Утром 1 раз или 4 раза в день."),
    ("tr", "other", "Günde en çok 3 kez, pedler ortalama 25 kullanım.", "До 3 раз в день, накладок хватает на 25 раз.",
     "До 6 раз в день, накладок хватает на 25 раз."),
    # persons
    ("tr", "medicine", "Prostat büyümesinde hekime danışın.", "При увеличении простаты мужчины спрашивают врача.",
     "При увеличении простаты женщины спрашивают врача."),
    ("ru", "medicine", "Беремен. и лакт. — по назнач. врача.", "Беременным и кормящим — по назначению врача.",
     "Беременным и водителям — по назначению врача."),
    ("ru", "other", "За полчаса до измерения не курить.", "За полчаса до измерения — без сигарет.",
     "За полчаса до измерения беременным отдыхать."),
    ("ru", "medicine", "До 1 года — только по назначению врача.", "Младенцам — только по назначению врача.",
     "Водителям — только по назначению врача."),
    # ages of goods that are no medicine
    ("en", "food", "Not suitable for children under 4 as a spoonful. Contains 12 months of sun.",
     "С ложки не дают детям до 4 лет.", "С ложки не дают детям до 4 месяцев."),
    # ways
    ("tr", "medicine", "Tableti yutun; emmeyin.", "Таблетку глотают, не рассасывая.", "Таблетку рассасывают."),
    ("ru", "medicine", "Капли гл. 5 мл, по 1 капле 2 раза в день.", "Закапывают по 1 капле 2 раза в день.",
     "Вдыхают по 1 капле 2 раза в день."),
    # how long before or after
    ("ru", "medicine", "Таблетки принимать за 40 мин до нагрузки.", "Таблетки принимают за 40 минут до нагрузки.",
     "Таблетки принимают через 40 минут после нагрузки."),
    ("tr", "medicine", "Tableti demir ilacından 3 saat önce ya da 5 saat sonra alınız.",
     "Таблетку пьют за 3 часа до препаратов железа или через 5 часов после них.",
     "Таблетку пьют через 3 часа после препаратов железа или за 5 часов до них."),
    ("en", "medicine", "Stop the tablets 5 days before surgery.", "Таблетки отменяют за 5 дней до операции.",
     "Таблетки отменяют через 5 дней после операции."),
    ("en", "medicine", "Restart the tablets 48 hours after the scan.", "Таблетки вновь дают через 48 часов.",
     "Таблетки вновь дают через час."),
    ("en", "other", "Discard 6 months after opening.", "Выбросить через полгода после вскрытия.",
     "Выбросить через год после вскрытия."),
    ("ru", "medicine", "Таблетки: по 1 таб 3 р/сут, не более 5 дн.", "По 1 таблетке трижды за сутки, до 5 дней.",
     "По 1 таблетке трижды за сутки, повторить через неделю."),
    ("tr", "cosmetics", "Duştan sonra nemli cilde sürülür.", "Наносят после душа на влажную кожу.",
     "Наносят перед душем на влажную кожу."),
    ("en", "supplement", "One scoop half an hour before your workout.", "Мерная ложка за полчаса до тренировки.",
     "Мерная ложка сразу после тренировки."),
    ("ru", "medicine", "Приём прекращают за 2 дня до и на 2 дня после операции.",
     "Приём прекращают за 2 дня до операции и возобновляют через 2 дня после неё.",
     "Приём прекращают за месяц до операции."),
    ("tr", "medicine", "Aşıdan 3 gün önce bırakılır.", "Отменяют за 3 дня до прививки.",
     "Отменяют через 3 дня после прививки."),
    # what follows from other words
    ("ru", "medicine", "Взр. и дет. — 1 пак. 2 р/сут.", "Взрослым и детям: пакетик 2 раза в сутки.",
     "Взрослым и водителям: пакетик 2 раза в сутки."),
    ("en", "medicine", "Place under the tongue.", "Держать под языком.", "Вводить под кожу."),
    ("tr", "supplement", "Öğünlerden 20 dk önce.", "За 20 минут до еды, запивая.", "За 20 минут до еды, вдыхая."),
    # from birth
    ("tr", "other", "6 aylıktan büyük çocuklar için diş kaşıyıcı.", "Прорезыватель для детей старше 6 месяцев.",
     "Прорезыватель для детей с рождения."),
    # one of two
    ("tr", "shoes", "Kalıbı dardır, bir numara büyük almanızı öneririz.", "Советуем взять на размер больше.",
     "Советуем взять на размер меньше."),
    ("en", "clothes", "Linen shirt for summer.", "Летняя рубашка из льна.", "Зимняя рубашка из льна."),
    # the beginning of a meal
    ("tr", "medicine", "Öğünün başlangıcında alınız.", "Принимайте в начале еды.", "Принимайте натощак."),
    ("en", "medicine", "Swallow at the start of a meal.", "Глотать в начале приёма пищи.", "Глотать до еды."),
    # which time, and how often
    ("en", "medicine", "Use 4 times daily; the last dose before bedtime.",
     "4 раза в день, последний раз — перед сном.", "2 раза в день, последний раз — перед сном."),
    ("ru", "medicine", "Дневную дозу пьют 1 раз, утром. Суточная доза 50 мг. Повышать раз в 3 месяца.",
     "Пьют один раз в сутки утром.", "Пьют один раз в месяц утром."),
    # what is kept for years is nobody's age
    ("ru", "medicine", "Дети до 7 лет не принимают. Срок годности 2 года.",
     "Нельзя детям до 7 лет.", "Нельзя детям до 2 лет."),
    ("tr", "medicine", "9 yaş altında kullanılmaz. Açıldıktan sonra 6 ay içinde tüketin.",
     "До 9 лет нельзя. После вскрытия хранить до 6 месяцев.", "До 6 месяцев нельзя."),
    # through which part of the body
    ("tr", "medicine", "Ağızdan solunur.", "Аэрозоль вдыхают через рот.", "Аэрозоль вдыхают через нос."),
    # a distance forbidden at the end of a list
    ("ru", "home", "Ставить не ближе 30 см от плиты, батареи и занавески.",
     "Ближе 30 см к плите, батарее и занавеске не ставить.", "Ставить ближе 30 см к плите, батарее и занавеске."),
    ("en", "cosmetics", "Apply a thin layer to dry skin.", "Наносите тонким слоем на сухую кожу.",
     "Наносите толстым слоем на сухую кожу."),
    ("tr", "medicine", "Krem ince bir tabaka hâlinde sürülür.", "Крем наносят тонким слоем.",
     "Крем наносят толстым слоем."),
    ("ru", "cosmetics", "Маску распределить толстым слоем.", "Маску наносите толстым слоем.",
     "Маску наносите тонким слоем."),
    ("ru", "cosmetics", "Бальзам мажут тонким слоем.", "Бальзам нельзя мазать толстым слоем.",
     "Бальзам мажут толстым слоем."),
    ("tr", "clothes", "Ters çevirerek ütüleyin.", "Гладить с изнанки.", "Гладить с лицевой стороны."),
    ("en", "clothes", "Iron inside out.", "Гладьте, вывернув наизнанку.", "Гладьте с лица."),
    # thirds of a pregnancy
    ("ru", "medicine", "Противопоказан до 3 лет, в I трим. беременности.",
     "Противопоказания: возраст до 3 лет, I триместр.", "Противопоказания: возраст до 3 лет, III триместр."),
    ("tr", "medicine", "Gebelikte gerekirse kullanılır; son üç ayda kaçınılmalıdır.",
     "Беременным — если необходимо; в последние три месяца беременности избегают.",
     "Беременным — если необходимо; в первые три месяца беременности избегают."),
    ("en", "medicine", "Do not use during pregnancy.",
     "При беременности нельзя.", "Нельзя в первом триместре беременности."),
    # ways of use, meals, times and numbers in words: what a form implies needs no proof
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
    ("en", "cosmetics", "Smooth onto the neck 2 times a day.", "Наносят на шею утром и вечером.",
     "Наносят на шею только на ночь, раз в неделю."),
    ("en", "other", "Puzzle 6+, 40 pieces.", "Пазл для детей от 6 лет.", "Пазл для детей от 3 лет."),
    ("tr", "medicine", "Günde 2 ya da 3 kez alınır.", "Принимают 2 или 3 раза в день.", "Принимают 4 раза в день."),
    ("ru", "medicine", "Приём не зависит от еды.", "С пищей приём не связан.", "Принимают с пищей."),
    ("tr", "medicine", "Hamileliğin ilk üç ayında kullanılmaz.", "Нельзя в первые 3 месяца беременности.",
     "Нельзя в последние 3 месяца беременности."),
    ("en", "medicine", "In months 4-6 of pregnancy only on medical advice.",
     "Во II триместре беременности — по совету врача.", "В III триместре беременности — по совету врача."),
    ("tr", "medicine", "Ameliyat öncesi ve sonrası kullanılır.", "Применяют до и после операции.",
     "Применяют до операции и во время еды."),
    ("en", "medicine", "Repeat every 1/2 to 1 hour.", "Повторяют через полчаса или час.", "Повторяют через сутки."),
    ("tr", "medicine", "Varfarini 10 gün önce bırakanlar kullanamaz.",
     "Нельзя в течение 10 дней после отмены варфарина.", "Можно через 2 дня после отмены варфарина."),
    ("ru", "medicine", "По 2 капли в глаз 3 раза в день.", "3 раза в день капают по 2 капли в глаз.",
     "3 раза в день капают по 2 капли в ухо."),
    ("en", "medicine", "Chew or let the tablet dissolve in the mouth.", "Таблетку жуют или рассасывают.",
     "Таблетку вводят ректально."),
    ("tr", "medicine", "Kapsül fetüse zarar verir.", "Капсулы наносят вред плоду.", "Капсулы наносят на кожу."),
    # sold
    ("tr", "medicine", "Reçetesiz satılmaz.", "Рецептурный препарат.", "Отпускается без рецепта."),
)  # fmt: skip
#: Found by the guard of figures, which proves every number.
_OF_FIGURES = frozenset({"Хранить в холодильнике при 12–18 °C.", "Раз в восемь дней."})


#: A known wrong finding: what is denied of the contrary is taken for the contrary.
_HELD_ALL_THE_SAME = frozenset({"Бальзам нельзя мазать толстым слоем."})


def _findings(language: str, kind: str, source: str, sentence: str) -> list[meaning.Code]:
    case = meaning.case(f"{REST[language]}\n{source}", {"description": sentence}, kind=kind)
    return [one.code for one in meaning.check(case) if not one.weak and one.code is not meaning.Code.LEFT_OUT]


@pytest.mark.parametrize(("language", "kind", "source", "honest", "changed"), ROWS)
def test_an_honest_sentence_is_let_through(
    language: str, kind: str, source: str, honest: str, changed: str
) -> None:
    wrong = (
        {meaning.Code.CONDITION}
        if honest in _HELD_ALL_THE_SAME
        else {meaning.Code.CONDITION, meaning.Code.POLARITY}
    )
    assert not wrong & {*_findings(language, kind, source, honest)}


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
