"""A card never speaks of itself: an «I» in it is a writer's, or a model's."""

from __future__ import annotations

import pytest

from apps.ai.text.safety import boilerplate, first_person

SPOKEN = [
    "Захотите короче — перепишу за минуту.",
    "Готов ответить, пришлю ещё один вариант.",
    "Кажется, у меня вышло неплохо.",
    "Состав я не переводила дословно.",
    "Советую брать на размер больше.",
    "Мне не удалось найти вес упаковки.",
]


@pytest.mark.parametrize("sentence", SPOKEN)
def test_somebody_who_speaks_of_himself_is_found(sentence: str) -> None:
    assert first_person.find(f"Мягкий плед из хлопка. {sentence}") == (sentence.rstrip("."),)


@pytest.mark.parametrize(
    "text",
    [
        "Нанесите на чистую кожу, избегая глаз. Воду и пищу принимают через час.",
        "Рубашка цвета экрю. Класс печёночной недостаточности по Чайлд-Пью выше 9.",
        "На футболке надпись «Я люблю Стамбул», игрушка говорит «пою и танцую».",
        "Аромат передаёт свежесть сада. Подошву и стельку чистят отдельно.",
        "Препарат назначает врач; дозу подбирают по ответу на лечение.",
    ],
)
def test_a_card_that_speaks_of_goods_passes(text: str) -> None:
    assert first_person.find(text) == ()


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Вывод остановлен: достигнут предел токенов.", "refusal"),
        ("Помощник не знает срока годности.", "refusal"),
        ("Уважаемые коллеги, сведения о составе не проверялись.", "letter"),
        ("Вот что получилось по вашей просьбе.", "letter"),
        ("Тут впишите дозировку.", "placeholder"),
    ],
)
def test_a_writer_s_leftovers_are_found(sentence: str, kind: str) -> None:
    assert kind in boilerplate.find(f"Таблетки от кашля. {sentence}")
