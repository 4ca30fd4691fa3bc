"""Kinds of yes and no: each row is a source, what an honest card makes of it, and the same turned round."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import Code

REST = {
    "ru": "Подробности о товаре, его составе и изготовителе приведены на картонной коробке и вкладыше.",
    "tr": "Ürün karton kutusunda gönderilir, ayrıntılar etikette yazılıdır.",
    "en": "The goods are sent in a cardboard box, details stand on the label.",
}


def codes(source: str, body: str, language: str, kind: str) -> set[Code]:
    one = meaning.case(f"{source} {REST[language]}", {"description": body}, kind=kind)
    return {finding.code for finding in meaning.check(one)}


@pytest.mark.parametrize(
    ("language", "kind", "source", "honest", "turned"),
    [
        # a list behind a colon is forbidden as a whole, whatever its verbs say by themselves
        (
            "en",
            "other",
            "The filter is not washable. Not suitable for outdoor use.",
            "Нельзя: мыть фильтр, использовать на открытом воздухе.",
            "Можно мыть фильтр и использовать на открытом воздухе.",
        ),
        (
            "ru",
            "medicine",
            "Противопоказан при глаукоме. Не назначают вместе с алискиреном.",
            "Не применяют: при глаукоме, в сочетании с алискиреном.",
            "Применяют: при глаукоме, в сочетании с алискиреном.",
        ),
        # what is named with «с», «есть» is there, though the next clause denies
        (
            "en",
            "cosmetics",
            "Fragrance-free, alcohol-free and not tested on animals.",
            "Без отдушек и спирта, на животных не тестировалась.",
            "С отдушками и спиртом, на животных не тестировалась.",
        ),
        (
            "tr",
            "supplement",
            "Gluten, laktoz ve şeker içermez.",
            "Без сахара, лактозы и глютена.",
            "С сахаром, без лактозы и глютена.",
        ),
        # pairs of qualities, denied or in a word of their own
        (
            "tr",
            "clothes",
            "Su geçirmez, rüzgar geçirmez kadın mont.",
            "Водонепроницаемая и ветрозащитная женская куртка.",
            "Женская куртка пропускает воду и ветер.",
        ),
        (
            "tr",
            "clothes",
            "Kapüşonu çıkarılabilir mont.",
            "Капюшон куртки снимается.",
            "Капюшон куртки не снимается.",
        ),
        ("en", "other", "The thermos is leakproof.", "Термос герметичный.", "Термос негерметичный."),
        # an exception is no example
        (
            "en",
            "cosmetics",
            "Suitable for all skin types except very sensitive skin.",
            "Подходит всем типам кожи, но не очень чувствительной.",
            "Подходит всем типам кожи, в том числе очень чувствительной.",
        ),
        # avoiding, refusing, leaving out
        (
            "en",
            "cosmetics",
            "Apply in the evening, avoiding the eye area.",
            "Наносить вечером, зону глаз обходите.",
            "Наносить вечером, в том числе на область глаз.",
        ),
        # deeds: crush, soak, iron, share
        (
            "tr",
            "medicine",
            "Tabletler çiğnenmeden ve ezilmeden bütün yutulmalıdır.",
            "Таблетки глотают целиком, толочь их нельзя.",
            "Таблетки разрешено толочь.",
        ),
        (
            "tr",
            "other",
            "Nemli bezle siliniz, suya batırmayınız.",
            "В воду не погружать.",
            "Можно погружать в воду.",
        ),
        (
            "en",
            "medicine",
            "Each bottle should be used by one person only.",
            "Флаконом пользуется один человек.",
            "Флаконом может пользоваться вся семья.",
        ),
        (
            "tr",
            "supplement",
            "Tavsiye edilen günlük porsiyonu aşmayınız.",
            "Дневную порцию не увеличивают.",
            "Дневную порцию увеличивают.",
        ),
        # harmless words that hold a negation
        (
            "tr",
            "other",
            "Su bazlı, zehirsiz boya kullanılmıştır.",
            "Окрашено нетоксичной краской на водной основе.",
            "Окрашено токсичной краской на водной основе.",
        ),
        # only under supervision is not without it
        (
            "ru",
            "medicine",
            "Препараты калия принимают только под контролем врача.",
            "Препараты калия разрешены лишь под врачебным контролем.",
            "Препараты калия разрешены без врачебного контроля.",
        ),
    ],
)
def test_the_honest_passes_and_the_turned_does_not(
    language: str, kind: str, source: str, honest: str, turned: str
) -> None:
    assert codes(source, honest, language, kind) <= {Code.LEFT_OUT}
    assert Code.POLARITY in codes(source, turned, language, kind)


@pytest.mark.parametrize(
    ("source", "body"),
    [
        (
            "В начале лечения возможно головокружение, не садитесь за руль.",
            "Может кружиться голова: от вождения воздержитесь.",
        ),
        (
            "В начале лечения возможно головокружение, не садитесь за руль.",
            "Если кружится голова, не управляйте автомобилем.",
        ),
        ("Масло не добавлять в горячую воду.", "В горячую воду масло не добавлять."),
        (
            "Помпон из искусственного меха отстёгивается.",
            "Помпон из искусственного меха отстёгивается, завязок нет.",
        ),
    ],
)
def test_a_negation_reaches_no_further_than_what_it_governs(source: str, body: str) -> None:
    assert codes(source, body, "ru", "medicine") <= {Code.LEFT_OUT, Code.CLAIM}


def test_a_russian_gerund_ends_where_the_next_verb_begins() -> None:
    source = "Runs up to 24 hours without refilling and switches off automatically when the tank is empty."
    body = "Без долива работает до 24 часов, при пустом резервуаре выключается сам."
    assert codes(source, body, "en", "other") == set()
