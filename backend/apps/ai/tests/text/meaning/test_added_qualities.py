"""Qualities, approvals, places and supply that a card adds, in words of any formation."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import Code

#: Kind, source, honest sentence, changed sentence.
ROWS = {
    "built of what is resisted": (
        "clothes", "Kadın mont, kapüşonlu, %100 polyester, siyah, fermuarlı, iki cepli.",
        "Женская чёрная куртка из полиэстера с капюшоном.",
        "Женская чёрная ветрозащитная куртка из полиэстера с капюшоном.",
    ),
    "a source that resists it in its own words": (
        "shoes", "Men's boots, rubber sole, keep your feet dry in the rain, sizes 40 to 45.",
        "Мужские влагостойкие ботинки на резиновой подошве, 40–45.",
        "Мужские влагостойкие ботинки на нескользящей резиновой подошве, 40–45.",
    ),
    "made by hand": (
        "tableware", "Cam vazo, 24 cm, mavi, Türkiye üretimi, kutusunda gönderilir.",
        "Синяя стеклянная ваза, 24 см.", "Синяя стеклянная ваза ручной росписи, 24 см.",
    ),
    "denied": (
        "device", "Kitchen scale, 5 kg, 1 g steps. Do not rinse under the tap; two AAA cells included.",
        "Кухонные весы до 5 кг, не водостойкие.", "Кухонные весы до 5 кг, ударопрочные.",
    ),
    "a judgement and its judge": (
        "book", "Роман о море, твёрдый переплёт, 320 страниц, для взрослых читателей, на русском языке.",
        "Роман о море, 320 страниц.", "Роман о море, удостоенный литературной награды, 320 страниц.",
    ),
    "a place by its name": (
        "food", "Kuru incir, Aydın, 500 g, katkısız, güneşte kurutulmuş, serin ve kuru yerde saklayın, cam kavanozda.",
        "Сушёный инжир из Айдына, 500 г.", "Сушёный инжир из Измира, 500 г.",
    ),
    "what comes with it": (
        "other", "Фонарь налобный, 3 режима света, работает от батареек, ремешок эластичный, корпус чёрный лёгкий.",
        "Налобный фонарь с тремя режимами.", "Налобный фонарь с тремя режимами, прилагается сумочка.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_what_a_card_adds(row: tuple[str, str, str, str]) -> None:
    kind, source, honest, changed = row

    def claims(card: str) -> list[Code]:
        found = meaning.check(meaning.case(source, {"description": card}, kind=kind))
        return [one.code for one in found if not one.weak and one.code is Code.CLAIM]

    assert claims(honest) == []
    assert claims(changed) != []
