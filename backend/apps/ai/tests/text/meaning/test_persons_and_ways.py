"""A further word for whom the source speaks of, another person than its own; ways and spans that are read in full."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning

#: Kind, source, honest sentence, changed sentence.
ROWS = (
    # persons
    ("supplement", "Креатин, порошок 300 г. Взрослым по 5 г в день.", "Взрослым по 5 г в день, за рулём тоже.",
     "Детям — по 5 г в день."),
    ("cosmetics", "Erkekler için tıraş köpüğü, 200 ml.", "Пена для бритья мужчинам, 200 мл.",
     "Пена для бритья женщинам, 200 мл."),
    ("device", "Night light for adults and elderly users, 3 W.", "Ночник для взрослых и пожилых, 3 Вт.",
     "Ночник для детей, 3 Вт."),
    ("medicine", "Emziren anneler kullanmamalıdır.", "Кормящим не применять.", "Беременным не применять."),
    ("food", "Muz püresi, 8+ ay, 100 g.", "Банановое пюре детям от восьми месяцев, 100 г.",
     "Банановое пюре детям с рождения, 100 г."),
    ("medicine", "Gebe veya gebe kalma ihtimali olan kadınlar toz ile temas etmemelidir.",
     "Беременным и тем, кто может забеременеть, нельзя касаться порошка.",
     "Беременным и тем, кто может забеременеть, можно касаться порошка."),
    # ways
    ("medicine", "Heparin ampul deri altına uygulanır, kas içine verilmez.",
     "Гепарин в ампулах вводят подкожно, не в мышцу.", "Гепарин в ампулах вводят в мышцу."),
    ("medicine", "Перед введением вакцины таблетки отменяют.", "Перед инъекцией вакцины таблетки отменяют.",
     "После инъекции вакцины таблетки отменяют."),
    ("medicine", "Kulak damlası dış kulak yolu iltihabında kullanılır.",
     "Капли закапывают при воспалении наружного слухового прохода.",
     "Капли пьют внутрь при воспалении наружного слухового прохода."),
    ("medicine", "Ağızdan alınan diğer ilaçların emilimi azalabilir.",
     "Всасывание других лекарств, принятых внутрь, может снизиться.",
     "Всасывание других лекарств, введённых внутривенно, может снизиться."),
    # spans
    ("medicine", "Iron should be taken 3 hours before or after.", "Железо пьют за 3 часа до или спустя 3 часа.",
     "Железо пьют через час."),
    ("cosmetics", "20 cm uzaktan sıkın, 5 dk sonra durulayın. İki günde bir kullanın.",
     "Распылить с 20 см, через 5 минут смыть. Применять раз в два дня.",
     "Распылить с 20 см, через 5 часов смыть. Применять раз в два дня."),
    ("medicine", "Do not take for more than 10 days without medical advice.",
     "Дольше 10 дней — только с разрешения врача.", "Принимать не менее 10 дней."),
)  # fmt: skip


def _held(source: str, kind: str, text: str) -> list[meaning.Finding]:
    case = meaning.case(source, {"description": text}, kind=kind)
    return [finding for finding in meaning.check(case) if not finding.weak]


@pytest.mark.parametrize(("kind", "source", "honest", "changed"), ROWS)
def test_an_honest_sentence_passes(kind: str, source: str, honest: str, changed: str) -> None:
    found = _held(source, kind, honest)
    assert [finding for finding in found if finding.code is meaning.Code.CONDITION] == []


@pytest.mark.parametrize(("kind", "source", "honest", "changed"), ROWS)
def test_its_change_is_found(kind: str, source: str, honest: str, changed: str) -> None:
    assert _held(source, kind, changed)


def test_a_person_that_only_differs_in_words_warns() -> None:
    case = meaning.case(
        "Плед флисовый, 150×200 см.", {"description": "Плед водителям в дорогу."}, kind="other"
    )
    assert [finding.weak for finding in meaning.check(case)] == [True]
