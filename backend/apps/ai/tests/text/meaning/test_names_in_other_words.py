"""Names that a source has in other words: folk names, Latin ones, single letters, typing errors. And near misses."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning.lexicon import by_id

#: Enough of a source that its sentences are compared, in its language.
REST = {
    "ru": "Панцирол таблетки 20 мг. Таблетки для взрослых, 14 штук в упаковке, производство Россия.",
    "tr": "Panzirol 20 mg 14 tablet. Yetişkinler için tabletler, kutuda 14 adet, Türkiye üretimi.",
    "en": "Panzirol 20 mg, 14 tablets. Tablets for adults, 14 in a box, made in Turkey.",
}
_UNPROVED = {meaning.Code.CLAIM, meaning.Code.NAME}


def unproved(language: str, source: str, sentence: str) -> set[str]:
    case = meaning.case(f"{REST[language]}\n{source}", {"description": sentence}, kind="medicine")
    return {one.quote for one in meaning.check(case) if one.code in _UNPROVED and not one.weak}


#: Language, source, what a card may say, what it may not.
ROWS = (
    ("tr", "Angina pektoris tedavisinde kullanılır.", "Применяется при стенокардии.", "Применяется при аритмии."),
    ("tr", "Sedef ve egzamada kullanılır.", "Применяется при псориазе и экземе.", "Применяется при витилиго."),
    ("tr", "KOAH'lı hastalarda kullanılır.", "Применяется при ХОБЛ.", "Применяется при туберкулёзе."),
    ("tr", "DEHB'de ve HIV'de kullanılır.", "Применяется при ВИЧ и СДВГ.", "Применяется при гепатите."),
    ("ru", "Не мазать язвы с кровью.", "Не мазать кровоточащие язвы.", "Не мазать при ветрянке."),
    ("en", "Stop if the pouch swells.", "Не брать при вздутии пакета.", "Не брать при запоре."),
    ("tr", "Giardiyaz ve amibiyaz tedavisi.", "Лечит лямблиоз и амёбиаз.", "Лечит трихомониаз."),
    ("tr", "Chlamydia enfeksiyonlarında kullanılır.", "Применяется при хламидиозе.", "Применяется при гонорее."),
    ("tr", "Migren proflaksisinde kullanılır.", "Для профилактики мигрени.", "Для профилактики инсульта."),
    ("tr", "İçindekiler: A vit. 400 mcg, C vit. 40 mg.", "Витамины A и C.", "Есть витамин E."),
    ("tr", "Vitaminler (A, C, D ve E) içerir.", "Содержит витамины A, C, D и E.", "Содержит витамин K."),
    ("tr", "Etkin madde: tizanidin HCl.", "Содержит тизанидина гидрохлорид.", "Содержит тизанидина малеат."),
    ("en", "Do not use during your period.", "Не применять в дни менструации.", "Не применять при климаксе."),
    ("en", "For earache and tickly throat.", "При отите и першении в горле.", "При ангине и конъюнктивите."),
    ("en", "Helps with dark circles and puffy eyes.", "От тёмных кругов под глазами.", "От морщин."),
    ("en", "Raised intracranial pressure.", "Повышенное внутричерепное давление.", "Повышенное давление."),
    ("en", "Contains methyl parahydroxybenzoate.", "Содержит парабены.", "Содержит бензоат."),
    ("ru", "НПВП и АСК с осторожностью.", "Осторожно с ацетилсалициловой кислотой.", "Осторожно с парацетамолом."),
    ("ru", "Состав: тизанидина г/х 4,5 мг.", "Содержит тизанидина гидрохлорид.", "Содержит тизанидина сульфат."),
    ("ru", "При дегидратации и стенозе аорты.", "При обезвоживании.", "При пороке сердца и анемии."),
    ("ru", "Способствует росту бифидо- и лактобактерий.", "Для роста бифидобактерий.", "Против сальмонелл."),
    # a list with one head
    ("tr", "Tansiyon, şeker ve guatr ilacı alanlar sorsun.", "Спросить, если пьёте лекарства от давления.",
     "Спросить, если пьёте лекарства от эпилепсии."),
    ("tr", "Böbrek, şeker, astım hastaları dikkat etsin.", "Осторожно при диабете и астме.", "Осторожно при псориазе."),
    ("en", "Ask if you take a drug for gout, diabetes or asthma.", "Спросить тем, кто пьёт лекарства от диабета.",
     "Спросить тем, кто пьёт лекарства от аритмии."),
    # words that only stand near one another
    ("en", "Cherry flavour. For indigestion.", "Со вкусом вишни для лечения расстройства желудка.",
     "Вызывает расстройство вкуса."),
    ("tr", "Tiroit ve prostat hastaları sorsun.", "Спросить, если больна щитовидная или предстательная железа.",
     "Спросить тем, у кого не хватает железа."),
    ("tr", "Açılmış saçta dikkat.", "Осторожно на осветлённых волосах.", "Осветляет волосы."),
    ("tr", "Yaranın iyileşmesini destekler.", "Поддерживает восстановление раны.", "Поддерживает потенцию."),
    ("tr", "Çinko tuzu (Zn 15 mg), Fe 8 mg.", "Цинк 15 мг, железо 8 мг.", "Медь 15 мг."),
    ("tr", "Eser miktarda fındık içerebilir.", "Аллергикам: возможны следы фундука.", "Подходит аллергикам."),
    ("ru", "Постпрививочная лихорадка.", "Жар после прививки.", "Жар при малярии."),
    ("ru", "Тяж. наруш. печени.", "Тяжёлые нарушения функции печени.", "Тяжёлый гепатит."),
    ("ru", "Показан при бластоцистоззе.", "Показан при бластоцистозе.", "Показан при эхинококкозе."),
)  # fmt: skip


@pytest.mark.parametrize(("language", "source", "said", "invented"), ROWS)
def test_other_words_prove_a_name(language: str, source: str, said: str, invented: str) -> None:
    assert unproved(language, source, said) == set()


@pytest.mark.parametrize(("language", "source", "said", "invented"), ROWS)
def test_another_name_is_held(language: str, source: str, said: str, invented: str) -> None:
    assert unproved(language, source, invented)


@pytest.mark.parametrize(
    ("language", "source", "sentence"),
    [
        # One letter apart, and each a disease of its own.
        ("tr", "Hiperkalsemi durumunda kullanılmaz.", "Не применять при гиперкалиемии."),
        ("tr", "Hipotiroidi tedavisinde kullanılır.", "Для лечения гипертиреоза."),
        ("tr", "Vitaminler (A, C ve D) içerir.", "Содержит витамин B12."),
        # A letter that stands in no row of vitamins.
        ("tr", "Vitamin içerir. Hepatit E hastaları kullanamaz.", "Содержит витамин E."),
    ],
)
def test_a_near_miss_proves_nothing(language: str, source: str, sentence: str) -> None:
    assert unproved(language, source, sentence)


@pytest.mark.parametrize(
    ("honest", "changed"),
    [
        ("Безопасность. Беречь от детей.", "Безопасно для детей."),
        ("Меры безопасности. Беречь от детей.", "Высокая безопасность."),
        ("Безопасность при использовании: беречь от детей.", "Игрушка отличается безопасностью."),
        ("Вес набора 0,9 кг.", "Подходит для набора веса."),
        ("Набор весит 0,9 кг.", "Помогает набрать вес."),
    ],
)
def test_a_heading_and_the_weight_of_a_set_claim_nothing(honest: str, changed: str) -> None:
    source = "Набор кубиков, 30 деталей, пластик. Беречь от детей до 3 лет. Масса 0,9 кг, коробка из картона."

    def found(sentence: str) -> bool:
        case = meaning.case(source, {"description": sentence}, kind="toys")
        return any(one.code is meaning.Code.CLAIM and not one.weak for one in meaning.check(case))

    assert not found(honest)
    assert found(changed)


def test_a_highest_daily_dose_is_told_in_either_language() -> None:
    assert not unproved("tr", "Günlük doz 60 mg'ı geçmemelidir.", "Суточная доза не должна превышать 60 мг.")
    assert unproved("tr", "Günlük doz 60 mg'dır.", "Кожа заметно светлеет, волосы укрепляются.")


@pytest.mark.parametrize(
    "sentence",
    [
        "Витамины с минералами для взрослых.",
        "Экземпляр инструкции лежит в упаковке.",
        "Прибор питается от сети.",
        "При ослабленном, подавленном иммунитете спросите врача.",
        "Таблетки молочного цвета.",
    ],
)
def test_a_word_of_several_meanings_is_no_disease_and_no_substance(sentence: str) -> None:
    case = meaning.case(REST["ru"], {"description": sentence}, kind="medicine")
    groups = {by_id()[name].group for name in case.body.ids}
    named = {by_id()[name].id for name in case.body.ids}
    assert named.isdisjoint({"vit_c", "eczema", "nourish", "depression", "milk"})
    assert "disease" not in groups or named & {"immunodeficiency"}
