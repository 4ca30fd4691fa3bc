"""How goods are taken and kept in plain words: whole, how many, how long after opening, in the dark, out of reach."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning

REST = {
    "ru": "Торвинал, 20 штук. Товар для дома и семьи, картонная пачка.",
    "tr": "Torvinal, 20 adet. Ev ve aile için ürün, karton kutu.",
    "en": "Torvinal, pack of 20. For home and family, in a carton.",
}
#: Language, source, honest sentence, changed sentence.
ROWS = (
    # a limit, whatever words and negations set it
    ("tr", "Günde en fazla 6 damla kullanılır.", "Больше шести капель в день нельзя.",
     "Минимальная доза — 6 капель в день."),
    ("ru", "Превышать 3 таблетки в сутки нельзя.", "Предельная доза на сутки — 3 таблетки.",
     "Предельная доза за один приём — 3 таблетки."),
    ("en", "Do not exceed 8 capsules daily.", "Суточная доза не должна превышать 8 капсул.",
     "В сутки принимают не менее 8 капсул."),
    ("ru", "Не чаще чем раз в 4 часа.", "Перерыв — минимум 4 часа.", "Перерыв — максимум 4 часа."),
    ("tr", "8 saatten daha sık alınmamalıdır.", "Между приёмами не менее 8 часов.", "Между приёмами не более 8 часов."),
    ("ru", "Маску делают не чаще 1 раза в 3 дня.", "Маску делают максимум раз в 3 дня.", "Маску делают каждый день."),
    # after opening and before it
    ("tr", "Şişe açıldıktan sonra 14 gün içinde kullanılır.", "Через 14 дней после открытия флакон выбросить.",
     "Открытый флакон использовать не ранее чем через 14 дней."),
    ("en", "Use within 3 months of opening.", "После вскрытия — 3 месяца.", "После вскрытия годен более 3 месяцев."),
    # ends of a range
    ("tr", "3 ile 9 yaş arasındaki çocuklara günde 1 ölçek.", "Детям от 3 до 9 лет — 1 мерная ложка в день.",
     "Детям старше 9 лет — 1 мерная ложка в день."),
    ("en", "Children between 4 and 10 years: half a tablet.", "Детям 4–10 лет — полтаблетки.",
     "Взрослым — по половине таблетки."),
    # two acts, of which one is denied
    ("ru", "Капсулу глотают, не разгрызая, запивая водой.", "Капсулу проглотить, не разгрызать, запить водой.",
     "Капсулу разгрызть и запить водой."),
    ("en", "Swallow the capsules whole.", "Капсулы глотают целиком.", "Капсулы раскрошить и растворить в воде."),
    ("en", "Keep refrigerated and do not freeze.", "Держать в холодильнике, не замораживать.",
     "В холодильник не ставить."),
    ("ru", "Нельзя отменять резко — дозу надо снижать постепенно.", "Резко не отменять, доза снижается постепенно.",
     "Можно отменить резко, дозу снижать не нужно."),
    ("tr", "Toz suda eritilir ve bekletilmeden içilir.", "Порошок растворяют в воде и сразу пьют.",
     "Порошок растворяют в воде и вдыхают."),
    # how many at once
    ("tr", "Her burun deliğine günde 2 kez 1 puf sıkılır.", "По одному впрыску в каждую ноздрю 2 раза в день.",
     "По 2 впрыска в каждую ноздрю 2 раза в день."),
    ("tr", "Her göze günde 4 kez 1 damla.", "По 1 капле в каждый глаз 4 раза в день.",
     "Закапывать по 1 капле в каждое ухо 4 раза в день."),
    # how often in short
    ("en", "1 capsule b.i.d.", "По капсуле дважды в день.", "По капсуле дважды в неделю."),
    ("tr", "2x1 tablet/gün", "По таблетке 2 раза в сутки.", "По таблетке 2 раза в месяц."),
    # where and from what
    ("tr", "Çocuklardan uzak tutunuz.", "Хранить в недоступном для детей месте.",
     "Хранить в доступном для детей месте."),
    ("en", "Keep in a dry, dark place.", "Хранить в сухом тёмном месте.", "Хранить в сухом месте на свету."),
    ("tr", "Nemsiz bir yerde saklayınız.", "Хранить в сухом месте.", "Хранить в сыром месте."),
    ("tr", "Kullanmadan önce çalkalayınız.", "Перед применением взболтать.", "Взболтать после применения."),
    ("tr", "Buzdolabında saklayınız.", "Хранить в холодильнике.", "Хранить при комнатной температуре."),
    ("en", "Inject deep into the muscle.", "Вводить глубоко в мышцу.", "Внутримышечно вводить нельзя."),
    ("ru", "Детям — по 5 капель.", "Детям дают по 5 капель.", "Детям препарат не назначают."),
)  # fmt: skip


def _codes(language: str, source: str, sentence: str) -> set[meaning.Code]:
    case = meaning.case(f"{REST[language]}\n{source}", {"description": sentence}, kind="medicine")
    return {one.code for one in meaning.check(case) if not one.weak}


@pytest.mark.parametrize(("language", "source", "honest", "changed"), ROWS)
def test_an_honest_sentence_is_let_through(language: str, source: str, honest: str, changed: str) -> None:
    assert _codes(language, source, honest) == set()


@pytest.mark.parametrize(("language", "source", "honest", "changed"), ROWS)
def test_its_change_is_caught(language: str, source: str, honest: str, changed: str) -> None:
    assert _codes(language, source, changed)


def test_a_limit_after_opening_is_nobody_s_age() -> None:
    source = "Bebeklere 6. aydan itibaren verilir. Açıldıktan sonra 6 ay içinde tüketiniz."
    assert _codes("tr", source, "Детям с 6 месяцев. После вскрытия употребить за 6 месяцев.") == set()


def test_a_waiting_time_permits_nothing() -> None:
    source = "Avoid taking with coffee; allow 2 hours in between."
    assert _codes("en", source, "С кофе не принимать: кофе — через 2 часа.") == set()
