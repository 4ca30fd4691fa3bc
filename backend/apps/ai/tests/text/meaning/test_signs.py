"""Signs: what a negation governs, and that only a turned sign is a finding, in one language and across two."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import Code, signs
from apps.ai.text.meaning.reading import read
from apps.ai.text.meaning.signs import Sign


def is_turned(source: str, body: str, kind: str = "other") -> bool:
    found = meaning.check(meaning.case(source, {"description": body}, kind=kind))
    return any(one.code is Code.POLARITY for one in found)


@pytest.mark.parametrize(
    ("text", "stem", "sign"),
    [
        ("Подходит для посудомоечной машины.", "посудомоечн", Sign.PLAIN),
        ("Не подходит для посудомоечной машины.", "посудомоечн", Sign.DENIED),
        ("Посудомоечную машину не использовать.", "посудомоечн", Sign.SOMEWHERE),
        ("Без искусственных красителей, подходит веганам.", "красител", Sign.DENIED),
        ("Без искусственных красителей, подходит веганам.", "веган", Sign.PLAIN),
        ("Силиконов не содержит.", "силикон", Sign.DENIED),
        ("Хранить не более трёх месяцев.", "месяц", Sign.PLAIN),
        ("Не только увлажняет, но и питает.", "увлажня", Sign.PLAIN),
        ("Каша безмолочная.", "молочн", Sign.DENIED),
    ],
)
def test_a_negation_governs_what_it_is_said_of(text: str, stem: str, sign: Sign) -> None:
    (found,) = signs.of_words(read(text))
    assert found[stem] is sign


TURNED = [
    ("Чехол подходит для стирки в машине.", "Чехол не подходит для стирки в машине."),
    ("Сумку можно повесить на крючок.", "Сумку нельзя повесить на крючок."),
    ("Клей не содержит растворителя, сохнет сутки.", "Клей содержит растворитель, сохнет сутки."),
    ("Крем без отдушки и красителей.", "Крем с отдушкой и красителями."),
    ("Адаптера в комплекте нет.", "Адаптер в комплекте."),
    ("Изделие безопасно для посуды.", "Изделие небезопасно для посуды."),
    ("Футляр закрыт на молнию, съёмный ремень.", "Футляр открыт, съёмный ремень."),
    ("Стол поставляется разобранным.", "Стол поставляется собранным."),
    ("Kutusunda adaptör yoktur.", "Адаптер в коробке."),
    ("Bulaşık makinesinde yıkanabilir.", "В посудомоечной машине мыть нельзя."),
    ("Paraben içermez.", "Содержит парабены."),
    ("Does not contain alcohol.", "Содержит спирт."),
    ("Shoes with closed toe.", "Обувь с открытым мысом."),
]


@pytest.mark.parametrize(("source", "body"), TURNED)
def test_a_turned_sign_is_found(source: str, body: str) -> None:
    assert is_turned(source, body)
    assert not is_turned(source, source) or not read(source).is_russian


@pytest.mark.parametrize(
    ("source", "body"),
    [
        ("Беременным и кормящим не назначают.", "Нельзя беременным и кормящим."),
        ("Не допускать попадания в глаза.", "Избегать попадания в глаза."),
        ("Без парабенов и силиконов.", "Парабенов и силиконов нет."),
        ("Не более 3 таблеток в сутки.", "До 3 таблеток в сутки."),
        ("Не только увлажняет, но и питает кожу.", "Увлажняет и питает кожу."),
        ("Противопоказания: беременность, детский возраст.", "Противопоказан при беременности, детям."),
        ("Противопоказания: язва желудка, астма.", "Противопоказания:\n• язва желудка;\n• астма."),
        ("Не использовать повреждённый прибор.", "Повреждённый прибор использовать нельзя."),
        ("Рецепт не требуется.", "Без рецепта."),
        ("Paraben içermez.", "Без парабенов."),
        ("Güneşe çıkmadan 20 dakika önce sürünüz.", "Наносить за 20 минут до выхода на солнце."),
        ("Avoid contact with eyes.", "Не допускать попадания в глаза."),
        ("Tavsiye edilen porsiyonu aşmayın.", "Не превышать рекомендованную порцию."),
        ("10 günden uzun süre kullanmayınız.", "Применять не дольше 10 дней."),
    ],
)
def test_the_same_said_otherwise_is_no_flip(source: str, body: str) -> None:
    assert not is_turned(source, body, "medicine")
