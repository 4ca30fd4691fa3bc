"""Who takes it, when, how often and with what: honest paraphrases pass, other persons, times and ways are caught."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning

REST = {
    "ru": "Бельтозин, 20 штук. Средство для взрослых, производство Россия, упаковка картонная.",
    "tr": "Beltozin, 20 adet. Yetişkinler için ürün, Türkiye üretimi, karton kutuda.",
    "en": "Beltozin, pack of 20. A product for adults, made in Turkey, in a carton.",
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
)  # fmt: skip


def _findings(language: str, kind: str, source: str, sentence: str) -> list[meaning.Code]:
    case = meaning.case(f"{REST[language]}\n{source}", {"description": sentence}, kind=kind)
    return [one.code for one in meaning.check(case) if not one.weak and one.code is not meaning.Code.LEFT_OUT]


@pytest.mark.parametrize(("language", "kind", "source", "honest", "changed"), ROWS)
def test_an_honest_sentence_is_let_through(
    language: str, kind: str, source: str, honest: str, changed: str
) -> None:
    assert meaning.Code.CONDITION not in _findings(language, kind, source, honest)


@pytest.mark.parametrize(("language", "kind", "source", "honest", "changed"), ROWS)
def test_its_change_is_caught(language: str, kind: str, source: str, honest: str, changed: str) -> None:
    assert _findings(language, kind, source, changed)
