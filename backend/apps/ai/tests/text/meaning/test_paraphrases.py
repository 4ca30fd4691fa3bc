"""What a careful writer says otherwise is not held; the same turned round still is. Each row is a kind of its own."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import Code, Finding

REST = {
    "ru": "Подробности о товаре, его составе и изготовителе приведены на картонной коробке и вкладыше.",
    "tr": "Ürün karton kutusunda gönderilir, ayrıntılar etikette yazılıdır.",
    "en": "The goods are sent in a cardboard box, details stand on the label.",
}


def found(source: str, body: str, language: str, kind: str) -> list[Finding]:
    one = meaning.case(f"{source} {REST[language]}", {"description": body}, kind=kind)
    return list(meaning.check(one))


def held(source: str, body: str, language: str, kind: str) -> set[Code]:
    return {finding.code for finding in found(source, body, language, kind) if not finding.weak}


@pytest.mark.parametrize(
    ("language", "kind", "source", "honest", "turned"),
    [
        # a list of prohibitions that goes on behind semicolons
        (
            "ru",
            "medicine",
            "Противопоказания: глаукома; одновременный приём пимозида; возраст до 18 лет.",
            "Не назначают при глаукоме, на фоне пимозида и до 18 лет.",
            "Назначают при глаукоме, на фоне пимозида и с 18 лет.",
        ),
        # people who take something are no permission to take it
        (
            "ru",
            "supplement",
            "Противопоказания: беременность, приём антикоагулянтов.",
            "Не рекомендуется беременным и людям, принимающим антикоагулянты.",
            "Рекомендуется беременным и людям, принимающим антикоагулянты.",
        ),
        # what does not contain a thing is itself there
        (
            "tr",
            "tableware",
            "Granit kaplama tava. PFOA içermez.",
            "Сковорода с гранитным покрытием; покрытие не содержит PFOA.",
            "Сковорода с гранитным покрытием; покрытие содержит PFOA.",
        ),
        # of two things one is in the box
        (
            "en",
            "furniture",
            "Hex key and screws included, wall plugs not included.",
            "Винты и шестигранный ключ есть в комплекте, дюбели нужно купить отдельно.",
            "Дюбели есть в комплекте, винты нужно купить отдельно.",
        ),
        # two negations in one sentence
        (
            "ru",
            "furniture",
            "Не ставить горячую посуду без подставки.",
            "Под горячее кладите подставку.",
            "Горячую посуду ставить можно.",
        ),
        # a place that is excepted
        (
            "tr",
            "other",
            "Serin ve kuru yerde saklayın, buzdolabına koymayın.",
            "Хранить в сухом прохладном месте, не в холодильнике.",
            "Хранить в холодильнике.",
        ),
        # a limit said either way
        (
            "ru",
            "shoes",
            "Не носить более 4 часов подряд.",
            "Носить не дольше 4 часов подряд.",
            "Носить не менее 4 часов подряд.",
        ),
        # besides is no exception
        (
            "tr",
            "cosmetics",
            "İçerik: glikolik asit, aloe vera yaprak suyu.",
            "Кроме гликолевой кислоты в нём сок алоэ вера.",
            "В нём нет сока алоэ вера.",
        ),
        # brackets give the same amount twice
        (
            "ru",
            "supplement",
            "Состав капсулы: холекальциферол 25 мкг (1000 МЕ), менахинон-7 90 мкг.",
            "В капсуле 1000 МЕ (25 мкг) холекальциферола и 90 мкг менахинона-7.",
            "В капсуле 90 мкг холекальциферола и 25 мкг менахинона-7.",
        ),
        # an intolerance is no denial of what is not tolerated
        (
            "tr",
            "medicine",
            "Laktoz içerir, laktoz intoleransınız varsa doktorunuza danışınız.",
            "Содержит лактозу: если вы не переносите лактозу, посоветуйтесь с врачом.",
            "Лактозы не содержит.",
        ),
        # a substance heard in another spelling
        (
            "en",
            "supplement",
            "Each capsule provides 120 mg magnesium as glycinate.",
            "В капсуле 120 мг магния в форме глицината.",
            "В капсуле 120 мг магния в форме цитрата.",
        ),
        # an age whose unit goes without saying
        (
            "ru",
            "supplement",
            "Приём: взрослым по 1 капсуле в день. Не рек. детям до 18. С осторожностью при эпилепсии.",
            "Взрослым по 1 капсуле в день. Не рекомендуется до 18 лет, осторожность нужна при эпилепсии.",
            "Взрослым по 1 капсуле в день. Не рекомендуется до 16 лет, осторожность нужна при эпилепсии.",
        ),
        # to keep away from a thing, however the source puts it
        (
            "ru",
            "shoes",
            "Сушить отдельно, не на батарее.",
            "Сушат отдельно, вдали от батареи.",
            "Сушат на батарее.",
        ),
    ],
)
def test_a_paraphrase_is_not_held_and_its_opposite_is(
    language: str, kind: str, source: str, honest: str, turned: str
) -> None:
    assert held(source, honest, language, kind) == set()
    assert held(source, turned, language, kind)


@pytest.mark.parametrize(
    ("kind", "source", "body"),
    [
        (
            "cosmetics",
            "Крем с пантенолом увлажняет кожу рук.",
            "Крем с пантенолом увлажняет и очищает кожу рук.",
        ),
        (
            "clothes",
            "Боди застёгивается на кнопки снизу.",
            "Благодаря кнопкам снизу боди быстро застёгивается.",
        ),
        ("medicine", "Показан при синусите и отите.", "Показан при синусите и отите, снимает раздражение."),
        ("medicine", "Возможны периферические отёки.", "Возможны отёки ног."),
        (
            "tableware",
            "Кастрюля с антипригарным покрытием.",
            "Практичная вещь для каждой хозяйки и любого повода.",
        ),
    ],
)
def test_what_is_as_often_a_paraphrase_only_warns(kind: str, source: str, body: str) -> None:
    findings = found(source, body, "ru", kind)
    assert findings
    assert all(finding.weak for finding in findings)


@pytest.mark.parametrize(
    ("kind", "source", "body"),
    [
        (
            "cosmetics",
            "Крем с пантенолом увлажняет кожу рук.",
            "Крем с пантенолом гипоаллергенный и омолаживает кожу рук.",
        ),
        ("medicine", "Показан при синусите.", "Показан при синусите и пневмонии."),
        ("medicine", "Капают в ухо по 4 капли.", "Капают в нос по 4 капли."),
        ("supplement", "Источник витамина C.", "Источник витамина C, улучшает память."),
    ],
)
def test_claims_names_and_places_are_held_all_the_same(kind: str, source: str, body: str) -> None:
    assert held(source, body, "ru", kind)


def test_a_heading_claims_nothing() -> None:
    source = "Перед чисткой отключите прибор от сети. Моторный блок в воду не погружать."
    body = (
        "Уход и безопасность\n\nПеред чисткой отключите прибор от сети, моторный блок в воду не погружайте."
    )
    assert held(source, body, "ru", "other") == set()
    assert Code.CLAIM in held(source, f"{body} Прибор безопасен.", "ru", "other")
