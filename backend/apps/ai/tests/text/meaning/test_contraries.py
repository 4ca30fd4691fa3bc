"""Contraries: «сужает» is none of "genişletir"; an honest card says the source's side, in any words, or neither."""

from __future__ import annotations

import pytest

from apps.ai.tests.text.meaning.test_negations_in_place import is_held

#: Kind, source, honest sentence, changed sentence.
ROWS = (
    ("medicine", "Ksilometazolin burun damarlarını daraltır.", "Ксилометазолин сужает сосуды носа.",
     "Ксилометазолин расширяет сосуды носа."),
    ("medicine", "Амиодарон замедляет проведение импульса и удлиняет интервал QT.",
     "Амиодарон удлиняет интервал QT, импульс проводится медленнее.", "Амиодарон укорачивает интервал QT."),
    ("medicine", "Acetylcysteine thins the mucus in the airways.", "Ацетилцистеин разжижает слизь в дыхательных путях.",
     "Ацетилцистеин сгущает слизь в дыхательных путях."),
    ("supplement", "Yüksek dozda ishal yapabilir.", "Большие дозы могут дать жидкий стул.",
     "Большие дозы могут дать запор."),
    ("medicine", "Canlı aşı, 2–8 °C'de saklanır.", "Живую вакцину хранят при 2–8 °C.",
     "Инактивированную вакцину хранят при 2–8 °C."),
    ("medicine", "Dozu kademeli olarak azaltın.", "Дозу уменьшают постепенно.", "Дозу уменьшают резко."),
    ("medicine", "Kapsül bütün olarak suyla yutulur.", "Капсулу глотают целиком, запивая водой.",
     "Капсулу разжёвывают и запивают водой."),
    ("medicine", "Remain upright for one hour after the tablet.", "Час после таблетки не ложатся.",
     "Час после таблетки лежат."),
    ("supplement", "Hafif bir koku normaldir.", "Лёгкий запах не опасен.", "Лёгкий запах — признак порчи."),
    ("cosmetics", "Nemli saça uygulayın, 5 dakika bekletin.", "Наносят на влажные волосы на 5 минут.",
     "Наносят на сухие волосы на 5 минут."),
    ("food", "Варить на слабом огне 15 минут.", "Варят 15 минут на медленном огне.", "Варят 15 минут на сильном огне."),
    ("clothes", "Wash inside out, dry in the shade.", "Стирают вывернутым, сушат в тени.",
     "Стирают вывернутым, сушат на солнце."),
    ("medicine", "Uyku hali yapabilir.", "Может вызвать сонливость.", "Может вызвать бессонницу."),
    ("medicine", "Мазь закладывать за веко в последнюю очередь.",
     "Мазь закладывают за веко последней.", "Мазь закладывают за веко в первую очередь."),
)  # fmt: skip


@pytest.mark.parametrize(("kind", "source", "honest", "changed"), ROWS)
def test_the_same_side_passes(kind: str, source: str, honest: str, changed: str) -> None:
    assert not is_held(source, honest, kind)


@pytest.mark.parametrize(("kind", "source", "honest", "changed"), ROWS)
def test_the_other_side_is_found(kind: str, source: str, honest: str, changed: str) -> None:
    assert is_held(source, changed, kind)


@pytest.mark.parametrize(
    ("source", "body", "kind"),
    [
        ("Tedaviyi aniden kesmeyiniz, dozu yavaş yavaş azaltınız.", "Резко бросать лечение нельзя.", "medicine"),
        ("Kabızlıkta kullanılan laksatif.", "Слабительное, помогает при запорах.", "medicine"),
        ("Не применять на влажной коже.", "Мокрая кожа — повод подождать: наносят на сухую.", "cosmetics"),
        ("Расширяет бронхи, сужает сосуды слизистой.", "Бронхи расширяются, сосуды слизистой сужаются.", "medicine"),
    ],
)  # fmt: skip
def test_a_denied_side_and_both_sides_tell_nothing(source: str, body: str, kind: str) -> None:
    assert not is_held(source, body, kind)
