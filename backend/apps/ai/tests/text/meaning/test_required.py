"""What must not be left out: scientific words of a prohibition, interactions; names behind a letter and a hyphen."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import Code


def codes(source: str, body: str, kind: str = "medicine") -> set[Code]:
    return {one.code for one in meaning.check(meaning.case(source, {"description": body}, kind=kind))}


REST = "Прочие подробности приведены на картонной коробке и вкладыше."


@pytest.mark.parametrize(
    ("source", "honest", "shortened"),
    [
        (
            f"Таблетки.\nПротивопоказания: гиперплазия, агранулоцитоз, эритремия. {REST}",
            "Противопоказан при гиперплазии, агранулоцитозе и эритремии.",
            "Противопоказан при гиперплазии и агранулоцитозе.",
        ),
        (
            "Burun spreyi.\nRitonavir ile birlikte yan etkileri artırabilir. Ürün karton kutusunda gönderilir.",
            "Спрей для носа. Ритонавир может усилить побочные эффекты.",
            "Спрей для носа.",
        ),
        (
            "Nose spray.\nInteractions: rifampicin, quinidine. The goods are sent in a box.",
            "Спрей для носа. Взаимодействует с рифампицином и хинидином.",
            "Спрей для носа. Взаимодействует с рифампицином.",
        ),
    ],
)
def test_what_is_forbidden_or_interacts_is_in_the_card(source: str, honest: str, shortened: str) -> None:
    assert Code.LEFT_OUT not in codes(source, honest)
    assert Code.LEFT_OUT in codes(source, shortened)


def test_a_letter_before_a_name_hides_no_other_substance() -> None:
    source = f"Напиток.\nL-карнитин 500 мг в порции. {REST}"
    assert Code.NAME not in codes(source, "В порции 500 мг L-карнитина.", "supplement")
    assert Code.NAME in codes(source, "В порции 500 мг L-аргинина.", "supplement")


def test_sizes_of_a_body_take_the_unit_of_their_row() -> None:
    source = "Чулки. Обхват щиколотки 22–24, голени 35–38, бедра 56–61 см."
    assert Code.WHOSE not in codes(source, "Голень 35–38 см, щиколотка 22–24 см.", "other")
    assert Code.WHOSE in codes(source, "Голень 22–24 см, щиколотка 35–38 см.", "other")
