"""Replicas, promises and praise are named in every form; their look-alikes are left alone."""

import time
from collections.abc import Callable

import pytest

from apps.ai.tests.text.data import needs_data, product_texts
from apps.ai.text.safety.claims import find_promises, find_replica, find_superlatives

Finder = Callable[[str], tuple[str, ...]]


@pytest.mark.parametrize(
    ("find", "text", "quote"),
    [
        (find_replica, "Часы – реплика Rolex", "реплика"),
        (find_replica, "Продаём реплики и подделки", "реплики"),
        (find_replica, "Копия 1:1, не отличить", "Копия 1:1"),
        (find_replica, "Это паль!", "паль"),
        (find_replica, "Çakma saat", "Çakma"),
        (find_replica, "fake Rolex", "fake"),
        (find_replica, "Rolex replika", "replika"),
        (find_replica, "Поддельными сумками", "Поддельными"),
        (find_promises, "Вылечит за три дня", "Вылечит"),
        (find_promises, "Не только предупреждает болезни", "предупреждает болезни"),
        (find_promises, "Не имеет противопоказаний", "Не имеет противопоказаний"),
        (find_promises, "Гарантированно поможет", "Гарантированно"),
        (find_promises, "Даёт 100 % результат", "100 % результат"),
        (find_promises, "100%-ный эффект", "100%-ный эффект"),
        (find_promises, "Без побочных эффектов", "Без побочных эффект"),
        (find_promises, "Kesin çözüm", "Kesin çözüm"),
        (find_superlatives, "Самый лучший крем", "Самый лучший"),
        (find_superlatives, "Лучшие в мире часы", "Лучшие"),
        (find_superlatives, "En iyi krem", "En iyi"),
    ],
)
def test_claim_is_quoted(find: Finder, text: str, quote: str) -> None:
    assert any(quote in found for found in find(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Копия чека прилагается",
        "Остерегайтесь подделок!",
        "Ею не лечат и не предупреждают болезни",
        "Добавка не заменяет врача",
        "Этой мазью лечат экзему у взрослых",
        "Does not cure diabetes",
        "Защита от подделок: голограмма",
        "Это не подделка",
        "Taklitlerinden sakınınız",
        "Масштабная копия автомобиля 1:18",
        "Пальма в горшке и пальто",
        "Fake fur coat",
        "Лучшие сорта чая",
        "Лучше растворяется в тёплой воде",
        "Гарантийный срок 12 месяцев",
        "100% хлопок",
        "Применяется для лечения гриппа",
        "О побочных эффектах сообщите врачу",
        "Уникальный номер изделия",
    ],
)
def test_look_alike_is_no_claim(text: str) -> None:
    assert (find_replica(text), find_promises(text), find_superlatives(text)) == ((), (), ())


@pytest.mark.parametrize("find", [find_replica, find_promises, find_superlatives])
@pytest.mark.parametrize(
    "part", ["реплика ", "самый ", "избавит ", "гарантия ", "лучший ", "а", "aа", "без ", "\ud800"]
)
def test_hostile_text_takes_linear_time(find: Finder, part: str) -> None:
    text = part * (50_000 // len(part))
    started = time.process_time()
    find(text)
    assert time.process_time() - started < 5


@needs_data
@pytest.mark.parametrize("find", [find_replica, find_promises])
def test_a_grocery_shop_makes_hardly_any_such_claim(find: Finder) -> None:
    texts = product_texts("fixprice", "c001")
    assert sum(bool(find(text)) for text in texts) / len(texts) <= 0.005
