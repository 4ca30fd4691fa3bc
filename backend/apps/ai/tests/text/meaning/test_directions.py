"""What grows or falls, what is begun or stopped: a card must point the way its source points."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import Code

REST = {
    "ru": "Прочие подробности приведены на картонной коробке и вкладыше.",
    "tr": "Ürün karton kutusunda gönderilir, ayrıntılar etikette yazılıdır.",
    "en": "The goods are sent in a cardboard box, details stand on the label.",
}


def is_turned(language: str, source: str, body: str) -> bool:
    case = meaning.case(f"Title.\n{source}\n{REST[language]}", {"description": body}, kind="medicine")
    return any(one.code is Code.POLARITY for one in meaning.check(case))


WAYS = [
    ("ru", "Снижает концентрацию дигоксина.", "Дигоксин: концентрация падает.", "Дигоксин: концентрация растёт."),
    ("ru", "За неделю до операции приём прекратить.", "До операции приём отменяют.", "До операции приём начинают."),
    ("tr", "Ağrı kesiciler (NSAİİ) etkisini zayıflatır.", "НПВП: эффект слабее.", "НПВП: эффект сильнее."),
    ("tr", "Digoksin düzeyini artırabilir.", "Уровень дигоксина может вырасти.", "Уровень дигоксина может упасть."),
    ("en", "Rifampicin decreases the effect.", "Рифампицин снижает эффект.", "Рифампицин увеличивает эффект."),
    ("en", "Stop taking if a rash appears.", "При сыпи приём прекращают.", "При сыпи приём продолжают."),
]  # fmt: skip


@pytest.mark.parametrize(("language", "source", "honest", "changed"), WAYS)
def test_the_way_of_a_sentence(language: str, source: str, honest: str, changed: str) -> None:
    assert not is_turned(language, source, honest)
    assert is_turned(language, source, changed)


def test_a_source_that_points_both_ways_accuses_nobody() -> None:
    source = "Варфарин: действие усиливается. При длительном приёме действие варфарина ослабевает."
    assert not is_turned("ru", source, "Действие варфарина ослабевает при длительном приёме.")


def test_a_word_of_a_russian_source_that_no_lexicon_has_excuses_no_other_disease() -> None:
    source = (
        "Препарат.\nНазначают при депрессивных эпизодах и панических состояниях взрослым пациентам ежедневно."
    )
    case = meaning.case(
        source,
        {"description": "Назначают при депрессивных эпизодах, панических состояниях и псориазе."},
        kind="medicine",
    )
    assert any(one.code is Code.CLAIM for one in meaning.check(case))
