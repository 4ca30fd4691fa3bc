"""What a negation, a circumstance, a pointing word governs: honest wording passes, the same turned round is found."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import Code
from apps.ai.text.meaning.reading import read
from apps.ai.text.meaning.statements import statements

REST = {
    "ru": "Прочие подробности приведены на картонной коробке и вкладыше.",
    "tr": "Ürün karton kutusunda gönderilir, ayrıntılar etikette yazılıdır.",
    "en": "The goods are sent in a cardboard box, details stand on the label.",
}
#: language of the source, kind of goods, source, honest card, the same turned round ("" where nothing is turned).
WORDINGS = [
    # idioms that only look like negations
    (
        "ru",
        "medicine",
        "Зверобой сильно ослабляет эффект.",
        "Зверобой сводит эффект на нет.",
        "Зверобой усиливает эффект.",
    ),
    (
        "tr",
        "medicine",
        "Yardımcı maddeler: talk, laktoz.",
        "В составе кроме того тальк и лактоза.",
        "Талька и лактозы в составе нет.",
    ),
    # a clause with a subject, a dash or a verb of its own takes nothing from the negation before it
    (
        "ru",
        "clothes",
        "Футболка не деформируется, усадка до 4 % после стирки.",
        "После стирки возможна усадка до 4 %.",
        "",
    ),
    ("ru", "cosmetics", "Сыворотку НЕ смывать, через 5 мин - флюид.", "Через 5 минут нанесите флюид.", ""),
    # by what, where: no converb denies it
    ("tr", "other", "Bardakla sulandırmadan da içilebilir.", "Можно пить из стакана, не разбавляя.", ""),
    # what begins by itself is no course of taking
    (
        "tr",
        "medicine",
        "Döküntü başlarsa ilacı bırakın.",
        "При сыпи приём прекратите.",
        "При сыпи приём продолжайте.",
    ),
    # failure of an organ is no lack that falls
    (
        "tr",
        "medicine",
        "Aspirin kanamayı artırır.",
        "Противопоказания: кровотечение, почечная недостаточность.",
        "",
    ),
    # two words that point: the verb counts
    (
        "tr",
        "medicine",
        "Naproksen kan basıncını düşürücü etkiyi azaltır.",
        "Напроксен ослабляет снижение давления.",
        "Напроксен усиливает снижение давления.",
    ),
    (
        "en",
        "medicine",
        "The lamotrigine dose is doubled weekly.",
        "Дозу ламотриджина каждую неделю удваивают.",
        "Дозу ламотриджина каждую неделю уменьшают.",
    ),
    # a negative verbal noun
    (
        "tr",
        "medicine",
        "Hastalar ibuprofen almamaya devam etmelidir.",
        "Ибупрофен пациенты по-прежнему не принимают.",
        "Пациенты продолжают принимать ибупрофен.",
    ),
]


def is_held(language: str, kind: str, source: str, body: str) -> bool:
    one = meaning.case(f"{source}\n{REST[language]}", {"description": body}, kind=kind)
    return any(finding.code is Code.POLARITY and not finding.weak for finding in meaning.check(one))


def is_found(language: str, kind: str, source: str, body: str) -> bool:
    one = meaning.case(f"{source}\n{REST[language]}", {"description": body}, kind=kind)
    return any(finding.code is Code.POLARITY for finding in meaning.check(one))


@pytest.mark.parametrize(("language", "kind", "source", "honest", "turned"), WORDINGS)
def test_wordings(language: str, kind: str, source: str, honest: str, turned: str) -> None:
    assert not is_held(language, kind, source, honest)
    assert not turned or is_found(language, kind, source, turned)


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("Ткань не садится, расход до 3 %.", [True, None]),
        ("Не содержит мыла, отдушек.", [True, True]),
        ("Обмен коврика невозможен.", [True]),
        ("Греть баллон, прокалывать запрещено.", [None, True]),
        ("Не втирать, через час — крем.", [True, None]),
        ("Рекомендуем высоту 10 см.", [False]),
        ("Kaşıkla karıştırmadan içilir.", [True, None]),
        ("Omeprazol etkisini azaltır, birlikte alınmamalı.", [None]),
        ("Острых краёв, которыми можно порезаться, нет.", [None, None]),
    ],
)
def test_what_is_denied(text: str, denied: list[bool | None]) -> None:
    assert [one.denied for one in statements(read(text))] == denied
