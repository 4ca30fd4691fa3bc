"""How strongly a state stands against the goods, what they are used for, and how they are sold."""

import pytest

from apps.ai.text import meaning

_GOODS = "Темирол, таблетки 20 шт. "
_NOTICE = "Перед применением ознакомьтесь с инструкцией и проконсультируйтесь с врачом."


def _held(source: str, card: str, kind: str = "medicine") -> list[str]:
    """What holds a card of one sentence that stands in a paragraph of its own, with the notice behind it."""
    text = f"Темирол — таблетки, 20 штук.\n\n{card}\n\n{_NOTICE}"
    case = meaning.case(_GOODS + source, {"description": text}, kind=kind, known=_NOTICE)
    return [f.code.value for f in meaning.check(case) if not f.weak]


@pytest.mark.parametrize(
    ("source", "card"),
    [
        # How it is sold, whatever the words.
        ("Отпускают без рецепта.", "Рецепт: не нужен."),
        ("Reçetesiz satılır.", "Для покупки рецепт не понадобится."),
        ("Not available without a prescription.", "Препарат рецептурный."),
        ("Выдача без рецепта не производится.", "Отпускают по рецепту."),
        ("Reçeteye tabi değildir.", "Можно купить без рецепта."),
        # Nursing: ended, broken off, forbidden.
        ("Do not breast-feed during treatment.", "На время лечения кормление грудью прекращают."),
        ("Tedavi süresince emzirme kesilmelidir.", "Пока идёт лечение, грудью не кормите."),
        # A case and its verdict, a label and its verdict.
        ("Если вы беременны, не пейте таблетки.", "Беременным: нельзя."),
        ("Приём при беременности: запрещён.", "При беременности противопоказан."),
        # No improvement in other words.
        ("Нет улучшения 5 дней — идите к врачу.", "При отсутствии улучшения в течение 5 дней обратитесь к врачу."),
        ("Contact a doctor at once after an overdose.", "При передозировке незамедлительно обратитесь к врачу."),
        # "Before" a day is no limit of an age.
        ("Ameliyattan 3 gün önce bırakınız.", "Прекратите приём не позднее чем за 3 дня до операции."),
        ("Yaşlılar normal dozu kullanır.", "Пожилым менять дозу не нужно."),
        ("Забыли дозу — не удваивайте следующую.", "При пропуске дозу не удваивают."),
        ("Осторожно: язва желудка.", "При язве желудка применяют с осторожностью."),
        ("Döküntü görülürse ilacı bırakıp doktora gidin.", "Появилась сыпь — отмените препарат и идите к врачу."),
    ],
)  # fmt: skip
def test_the_same_in_other_words(source: str, card: str) -> None:
    assert _held(source, card) == []


@pytest.mark.parametrize(
    ("source", "card"),
    [
        ("Отпускают без рецепта.", "Рецепт: нужен."),
        ("Выдача без рецепта не производится.", "Рецепт для покупки не понадобится."),
        ("Отпускают по рецепту.", "Рецепт желателен, но не обязателен."),
        ("Tedavi süresince emzirme kesilmelidir.", "Прерывать кормление грудью не требуется."),
        ("Не кормите грудью, пока пьёте таблетки.", "Во время лечения кормить грудью разрешается."),
        ("Если вы беременны, не пейте таблетки.", "Беременным можно."),
        ("Противопоказан при беременности.", "При беременности применяют с осторожностью."),
        ("Противопоказан при беременности.", "Беременным назначает врач."),
        ("При циррозе не применять.", "При циррозе дозу снижают вдвое."),
        ("При диабете посоветуйтесь с врачом.", "При диабете противопоказан."),
        ("Kan sulandırıcı ilaçlarla birlikte kullanmayınız.", "Вместе с антикоагулянтами принимают осторожно."),
        ("Yaygın yan etki: bulantı.", "Применяется при тошноте."),
        ("С осторожностью при язве желудка.", "Назначают для лечения язвы желудка."),
        ("May cause a rash.", "Снимает кожную сыпь."),
        ("Yaygın yan etki: bulantı.", "Побочные действия: редко — тошнота."),
        ("Araç kullanırken dikkatli olunuz.", "На способность водить машину не влияет."),
        ("При передозировке обратитесь к врачу.", "При передозировке обращаться к врачу не нужно."),
        ("Дети с весом ниже 30 кг: не применять.", "Детям с массой тела более 30 кг не применять."),
        ("Not for children under 14.", "Детям старше 14 лет не применять."),
        ("Алкоголь во время лечения запрещён.", "Ограничений по алкоголю нет."),
        ("При сыпи прекратите приём.", "При сыпи прекращать приём не нужно."),
    ],
)  # fmt: skip
def test_what_is_said_with_another_force(source: str, card: str) -> None:
    assert _held(source, card)


def test_a_food_supplement_is_no_medicine() -> None:
    source = "Takviye edici gıdadır, ilaç değildir."
    assert _held(source, "Зарегистрирован как лекарственное средство.", "supplement")
    assert not _held(source, "Не относится к лекарственным препаратам.", "supplement")


def test_both_forces_of_one_source_may_be_told_apart() -> None:
    source = "При тяжёлой астме противопоказан. При лёгкой астме — с осторожностью."
    assert not _held(source, "При лёгкой астме применяют с осторожностью, при тяжёлой астме — нельзя.")


def test_a_harm_that_is_treated_too_may_be_told() -> None:
    source = "Головную боль снимает за час. Передозировка: возможна головная боль."
    assert not _held(source, "Применяют при головной боли. При передозировке может болеть голова.")


@pytest.mark.parametrize(
    ("source", "card"),
    [
        ("Günlük dozdan fazlasını almayınız.", "Суточную дозу не превышайте."),
        ("Не превышайте указанную дозу.", "Не стоит принимать больше указанной дозы."),
        ("Sadece yetişkinler içindir.", "Детям не предназначен, только взрослым."),
        ("Tedaviyi aniden kesmeyiniz.", "Отменяйте препарат постепенно, а не резко."),
        ("Привыкание возможно: не дольше 5 дней.", "Не принимать дольше 5 дней — возможно привыкание."),
        ("На фоне лечения давление может подняться.", "Возможен рост давления."),
    ],
)  # fmt: skip
def test_limits_and_ends_in_other_words(source: str, card: str) -> None:
    assert _held(source, card) == []


def test_what_raises_the_pressure_does_not_lower_it() -> None:
    assert _held("Tansiyonu yükseltebilir.", "Нормализует артериальное давление.")
    assert not _held("Снижает давление. Изредка давление повышается.", "Снижает артериальное давление.")
