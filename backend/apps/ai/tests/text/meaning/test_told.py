"""Warnings told in words that no lexicon has, and the same card with the warning left out."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import Code


def lacks(source: str, body: str, kind: str = "medicine") -> bool:
    found = meaning.check(meaning.case(source, {"description": body}, kind=kind))
    return any(one.code is Code.LEFT_OUT and not one.weak for one in found)


RU = "Прочие подробности приведены на картонной коробке и вкладыше."
TR = "Diğer bilgiler karton kutunun üzerinde yazılıdır."


@pytest.mark.parametrize(
    ("source", "told", "shortened"),
    [
        (
            f"Göz damlası.\nKullanmayınız: glokom, kalp krizi, migren. {TR}",
            "Капли нельзя применять при глаукоме, сердечном приступе, мигрени.",
            "Капли нельзя применять при глаукоме, мигрени.",
        ),
        (
            "Eye gel.\nDo not use if you have asthma, athlete's foot, heartburn. More is told on the box.",
            "Гель не применяют при астме, стопе атлета, жжении за грудиной.",
            "Гель не применяют при астме.",
        ),
        (
            f"Крем.\nПротивопоказания: псориаз, мочекаменная болезнь, отит. {RU}",
            "Крем противопоказан при псориазе, камешках мочевыводящих путей, отите.",
            "Крем противопоказан при псориазе, отите неясной этиологии.",
        ),
    ],
)
def test_a_disease_may_be_told_in_other_words(source: str, told: str, shortened: str) -> None:
    assert not lacks(source, told)
    assert lacks(source, shortened)


def test_a_substance_has_no_other_words() -> None:
    source = f"Tablet.\nVarfarin ve digoksin ile birlikte kullanmayınız. {TR}"
    assert not lacks(source, "Таблетки нельзя сочетать с варфарином и дигоксином.")
    assert lacks(source, "Таблетки нельзя сочетать с варфарином и похожим лекарством.")


def test_what_a_composition_has_is_not_warned_of_by_it() -> None:
    source = f"Krem.\nİçindekiler: soya yağı, gliserin, su.\nSoya içerir, soyaya alerjisi olanlar kullanmamalı. {TR}"
    composition = "Крем. Состав: соевое масло, глицерин, вода."
    assert not lacks(source, f"{composition} Содержит сою, при аллергии на сою применять нельзя.")
    assert lacks(source, composition)


def test_what_is_treated_is_not_forbidden_by_it() -> None:
    source = (
        "Капли.\nПоказания: повышенное внутриглазное давление.\n"
        f"Противопоказания: катаракта; глаукома; герпес. {RU}"
    )
    use = "Капли показаны при повышенном внутриглазном давлении."
    assert not lacks(source, f"{use} Капли нельзя применять при катаракте, глаукоме, герпесе.")
    assert lacks(source, f"{use} Капли нельзя применять при катаракте, герпесе.")


@pytest.mark.parametrize(
    ("source", "told", "shortened"),
    [
        (
            f"Tablet.\nKontrendikasyonlar: penisiline alerji; ağır böbrek hastalığı; lösemi. {TR}",
            "Таблетки противопоказаны при аллергии на пенициллин, тяжёлых болезнях почек, лейкозе.",
            "Таблетки противопоказаны при аллергии на пенициллин, тяжёлых болезнях почек.",
        ),
        (
            f"Tablet.\nKullanmayınız: prolaktinoma, talasemi, yemek borusu darlığı. {TR}",
            "Таблетки нельзя принимать при пролактиноме, талассемии, сужении пищевода.",
            "Таблетки нельзя принимать при пролактиноме, сужении пищевода.",
        ),
        (
            f"Serum.\nBakır içeren ürünlerle kullanmayınız, serum kahverengi olursa kullanmayınız. {TR}",
            "Сыворотку нельзя применять с медными составами и если она побурела.",
            "Сыворотку нельзя применять, если она побурела.",
        ),
        (
            "Сироп.\nОсторожно: почечн. недост., гиперкинезы, возраст старше 70 лет. " + RU,
            "С осторожностью при недостаточности почек, гиперкинезах и после 70 лет.",
            "С осторожностью при недостаточности почек и после 70 лет.",
        ),
        (
            f"Kapsül.\nKullanmayınız: karaciğer veya solunum yetmezliği, ağız içi yara, porfiri. {TR}",
            "Капсулы нельзя принимать при недостаточности печени, дыхания, ранах во рту, порфирии.",
            "Капсулы нельзя принимать при недостаточности печени, порфирии.",
        ),
        (
            f"Kapsül.\nKullanmayınız: kanda potasyum düşüklüğü veya yüksekliği, porfiri. {TR}",
            "Капсулы нельзя принимать при сниженном или повышенном калии в крови, порфирии.",
            "Капсулы нельзя принимать при порфирии.",
        ),
        (
            "Drops.\nTell your doctor about gout, low calcium or magnesium. More is told on the box.",
            "Капли. Сообщите врачу о подагре, низком уровне кальция или магния.",
            "Капли. Сообщите врачу о подагре, низком уровне кальция.",
        ),
        (
            f"Раствор.\nВзаимодействие: с карбамазепином возможно усиление угнетения костного мозга. {RU}",
            "Раствор. С карбамазепином может сильнее угнетаться костный мозг.",
            "Раствор. С карбамазепином возможно взаимодействие.",
        ),
        (
            f"Şurup.\nTansiyon, kalp, şeker, böbrek hastaları dikkat: doktora sorun. {TR}",
            "Сироп. Осторожность и совет врача нужны при диабете, нарушениях давления, болезнях сердца и почек.",
            "Сироп. Осторожность и совет врача нужны при нарушениях давления, болезнях сердца и почек.",
        ),
        (
            f"Göz jeli.\nKullanmayın: kuru göz iltihabı (keratoconjunctivitis sicca), katarakt. {TR}",
            "Гель нельзя применять при keratoconjunctivitis sicca и катаракте.",
            "Гель нельзя применять при катаракте.",
        ),
        (
            f"Мазь.\nНЕЛЬЗЯ: псориаз (в т.ч. в анамнезе), не рек-ся лицам с экземой, отит. {RU}",
            "Мазь нельзя применять при псориазе, даже если он был раньше, экземе, отите.",
            "Мазь нельзя применять при экземе, отите.",
        ),
    ],
)
def test_an_item_of_a_list_is_told(source: str, told: str, shortened: str) -> None:
    assert not lacks(source, told)
    assert lacks(source, shortened)


def test_a_state_and_its_name_in_brackets_are_one() -> None:
    source = "Tablets.\nDo not take if you have asthma, inflamed veins (phlebitis). More is told on the box."
    assert not lacks(source, "Таблетки нельзя принимать при астме и воспалении вен.")
    assert lacks(source, "Таблетки нельзя принимать при астме.")


@pytest.mark.parametrize(
    ("source", "told", "shortened"),
    [
        (
            f"Masaj aleti.\nKullanmayın: epilepsi, trombozu olanlar. {TR}",
            "Массажёр. Нельзя при эпилепсии и тромбозе.",
            "Массажёр. Нельзя при тромбозе.",
        ),
        (
            f"Пояс для похудения.\nНельзя надевать: при грыже, варикозе. {RU}",
            "Пояс для похудения. Не надевают при варикозе и грыже.",
            "Пояс для похудения. Не надевают при варикозе.",
        ),
        (
            f"Püre.\nBir yaşından küçüklere vermeyin. {TR}",
            "Пюре. Детям до года не дают.",
            "Пюре. Дети его любят.",
        ),
    ],
)
def test_goods_of_every_kind_are_forbidden_to_the_ill(source: str, told: str, shortened: str) -> None:
    assert not lacks(source, told, "other")
    assert lacks(source, shortened, "other")


def test_a_heading_in_the_line_of_its_list_forbids_it() -> None:
    source = f"Tablet.\nKontrendikasyonlar: gebelik, tizanidin kullananlar, epilepsi. {TR}"
    honest = "Таблетки. Противопоказания. Беременность, лечение тизанидином, эпилепсия."
    found = {
        one.code for one in meaning.check(meaning.case(source, {"description": honest}, kind="medicine"))
    }
    assert Code.POLARITY not in found and Code.LEFT_OUT not in found


def test_words_that_only_begin_alike_are_no_warning() -> None:
    source = f"Tablet.\nKutuyu bitirmeden bırakmayın, doktor yarar ve riski tartmadan kullanmayın. {TR}"
    assert not lacks(source, "Нельзя прекращать, пока упаковка не закончена; врач взвешивает пользу и риск.")


@pytest.mark.parametrize(
    ("kind", "source", "told", "shortened"),
    [
        (
            "supplement",
            "Capsules.\nAllergy: may contain traces of milk and celery. More is told on the box of the goods.",
            "Капсулы. Возможны следы молока и сельдерея.",
            "Капсулы. Возможны следы сельдерея.",
        ),
        (
            "food",
            f"Lokum.\nAlerjen: badem ve susam içerir. Eser miktarda süt proteini bulunabilir. {TR}",
            "Лукум с миндалём и кунжутом; в следовых количествах может быть молочный белок.",
            "Лукум с миндалём и кунжутом.",
        ),
        (
            "supplement",
            f"Таблетки.\nПеред прим. конс-ция врача. Хранить не выше 20 гр, в сухости. {RU}",
            "Таблетки. Проконсультируйтесь с врачом. Хранить сухими при температуре до 20 °C.",
            "Таблетки. Проконсультируйтесь с врачом. Хранить сухими.",
        ),
    ],
)
def test_a_label_or_a_word_cut_short_is_no_item(kind: str, source: str, told: str, shortened: str) -> None:
    assert not lacks(source, told, kind)
    assert lacks(source, shortened, kind)


def test_a_list_under_a_heading_ends_with_its_bullets() -> None:
    source = f"Hap.\nUYARILAR\n* Gebelikte kullanılmaz.\n* Varfarin ile alınmaz.\nHormon: Drospirenon\n{TR}"
    assert not lacks(source, "Таблетки с дроспиреноном. При беременности и с варфарином не принимать.")
    assert lacks(source, "Таблетки с дроспиреноном. При беременности не принимать.")
