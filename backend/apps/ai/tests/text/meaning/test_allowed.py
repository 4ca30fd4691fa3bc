"""What a clause forbids, warns of, allows or merely states: honest sentences, each with a change that is caught."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import Code

#: Enough of a source that its sentences are compared, in its language.
REST = {
    "ru": "Товар едет в картонной коробке, подробности указаны на этикетке, изготовлено в Польше.",
    "tr": "Ürün karton kutuda gönderilir, ayrıntılar etikette yazılıdır, Polonya üretimidir.",
    "en": "The goods are sent in a cardboard box, details stand on the label, made in Poland.",
}
#: Language, kind, source, honest sentence, changed sentence.
ROWS = {
    "«кроме того» adds": (
        "tr", "medicine", "Yardımcı maddeler: mısır nişastası, jelatin, mannitol.",
        "Кроме того, в составе кукурузный крахмал, желатин и маннитол.",
        "В составе нет ни кукурузного крахмала, ни желатина, ни маннитола.",
    ),
    "«помимо этого» adds": (
        "en", "cosmetics", "Also contains lanolin and beeswax.",
        "Помимо этого в креме ланолин и пчелиный воск.", "Кроме ланолина и пчелиного воска, ничего нет.",
    ),
    "an untreated disease under a prohibition": (
        "tr", "medicine", "Kontrendike: glokom, tedavi edilmemiş hipertansiyon, kalp yetmezliği.",
        "Противопоказания:\n• глаукома;\n• гипертония без лечения;\n• сердечная недостаточность.",
        "Противопоказания:\n• сердечная недостаточность.\n\nМожно при глаукоме и гипертонии.",
    ),
    "a treatment with another medicine in a list that forbids": (
        "ru", "medicine", "Противопоказания: беременность, приём варфарина, дети до 12 лет.",
        "Откажитесь от таблеток при беременности, лечении варфарином, детям младше 12 лет.",
        "Таблетки годятся при беременности, можно при лечении варфарином с 12 лет.",
    ),
    "one can be hurt": (
        "tr", "other", "3 yaşından küçük çocuklara vermeyin: boğulma tehlikesi.",
        "Малышам до 3 лет игрушка опасна: мелкими деталями можно подавиться.",
        "Малышам до 3 лет игрушку давать можно.",
    ),
    "one can get burnt": (
        "en", "home", "Do not touch the lid while the pot boils: risk of burns.",
        "Крышку кипящей кастрюли не трогайте, о неё можно обжечься.",
        "Крышку кипящей кастрюли трогать можно.",
    ),
    "a thing that may be there": (
        "tr", "food", "Eser miktarda fıstık ve süt içerebilir.",
        "Возможны следы арахиса и молока.", "Следов арахиса и молока нет.",
    ),
    "made on the same line": (
        "tr", "food", "Bu tesiste susam, hardal ve kereviz de işlenmektedir.",
        "На предприятии работают также с кунжутом, горчицей и сельдереем.",
        "На предприятии нет кунжута, горчицы и сельдерея.",
    ),
    "an effect that may come": (
        "tr", "medicine", "6 aydan küçük bebeklerde nöbete neden olabilir. 6 aydan küçüklere verilmez.",
        "Не давать детям младше 6 месяцев.\nДо 6 месяцев возможны судороги.",
        "Можно давать детям младше 6 месяцев.",
    ),
    "a harm tells of no ingredient": (
        "tr", "shoes", "Vernik ve boya kullanmayın.", "Лак и краска ему вредят.", "Покройте лаком и краской.",
    ),
    "only the nearest is missing": (
        "tr", "clothes", "Yandan esnek naylon, kapüşon yok.",
        "По бокам эластичный нейлон, капюшона нет.", "Нейлона нет, капюшон есть.",
    ),
    "what is done instead": (
        "tr", "home", "Mikrodalgada ısıtmayın, elde yıkayıp kurulayın.",
        "В микроволновке не греть. Мойте вручную и вытирайте насухо.",
        "В микроволновке можно греть. Руками не мойте.",
    ),
    "what is done instead, one clause": (
        "tr", "clothes", "Ağartıcı kullanmayın, bez üzerinden ütüleyin.",
        "Не отбеливать, гладить через ткань.", "Отбеливать, через ткань не гладить.",
    ),
    "acts before their verdict": (
        "tr", "other", "Pil: açmayın, ısıtmayın, ateşe atmayın.",
        "Аккумулятор вскрывать, нагревать и бросать в огонь запрещено.",
        "Аккумулятор можно вскрывать, нагревать и бросать в огонь.",
    ),
    "acts before their verdict, by commas": (
        "en", "home", "Do not bleach, tumble dry or iron.",
        "Утюжить, отбеливать и сушить в барабане нельзя.", "Утюжить, отбеливать и сушить в барабане можно.",
    ),
    "not with": (
        "tr", "medicine", "Yemekten önce alın. Kahve, çay, demir içeren ilaçlar ile birlikte almayın.",
        "Пить можно до еды, но не вместе с кофе, чаем и препаратами железа.",
        "Пить можно вместе с кофе, чаем и препаратами железа.",
    ),
    "a mixture is forbidden, not the substance": (
        "en", "cosmetics", "Do not combine with vitamin C or retinol in one evening.",
        "Витамин C и ретинол перенесите на другой день.", "Витамин C и ретинол сочетайте в один вечер.",
    ),
    "without a disease": (
        "ru", "medicine", "Показания: кашель без мокроты. Противопоказания: пневмония, глаукома.",
        "Применяют, когда кашель идёт без пневмонии.", "Применяют, когда кашель идёт с пневмонией.",
    ),
    "a weakness of another organ": (
        "tr", "medicine", "Kullanmayınız: kalp yetmezliğiniz varsa. Böbrek taşı tedavisinde kullanılır.",
        "Применяют при камнях в почках, когда их работа снижена.",
        "Применяют при сердечной недостаточности.",
    ),
    "who is treated with something else": (
        "ru", "medicine", "Противопоказания: глаукома, дети до 6 лет, приём ингибиторов МАО.",
        "Нельзя при глаукоме, детям до 6 лет и тем, кто лечится ингибиторами МАО.",
        "Нельзя при глаукоме, детям до 6 лет. Можно тем, кто лечится ингибиторами МАО.",
    ),
    "what somebody takes already": (
        "ru", "supplement", "Противопоказания: беременность, приём антикоагулянтов, язва желудка.",
        "Откажитесь от добавки, если вы беременны, принимаете антикоагулянты, болеете язвой желудка.",
        "Откажитесь от добавки, если вы беременны. При приёме антикоагулянтов и язве желудка она полезна.",
    ),
    "on other days": (
        "en", "cosmetics", "Do not use with salicylic acid or vitamin C.",
        "Салициловая кислота, витамин C — в другие дни.", "Наносите вместе с салициловой кислотой и витамином C.",
    ),
    "no … at all": (
        "tr", "food", "Şeker, tuz ve koruyucu içermez.", "Никакого сахара, никакой соли, консервантов нет.",
        "Есть немного сахара и соли, а консервантов нет.",
    ),
    "not to be drunk with": (
        "en", "supplement", "Do not take with coffee, tea or milk.",
        "Чаем, кофе и молоком не запивать: они мешают усвоению.", "Запивать можно чаем, кофе и молоком.",
    ),
    "a weakness of another part": (
        "tr", "medicine", "Hipertiroidi tedavisinde kullanılır. Böbrek yetmezliğinde kullanmayınız.",
        "Применяют при гипертиреозе. Противопоказан при почечной недостаточности.",
        "Противопоказан при гипертиреозе. Применяют при почечной недостаточности.",
    ),
    "driving is one thing everywhere": (
        "tr", "medicine", "Uyku yapar. Grip ve soğuk algınlığında kullanılır. Araç ve makine kullanmayınız.",
        "Клонит в сон, за руль не садитесь.", "От простуды и гриппа; за руль садиться можно.",
    ),
    "the best sentence forbids": (
        "tr", "cosmetics", "Tırnak etine ve yaralara sürmeyin. Gözle temasta bol suyla durulayın.",
        "На ранки не наносят. Попало в глаза — промойте водой.", "Наносить на ранки можно.",
    ),
    "a table of nutrients tells of no sweetening": (
        "tr", "food", "Şeker ve tuz ilave edilmemiştir. 100 g: enerji 240 kcal, yağ 3 g, şeker 4 g, tuz 0,1 g.",
        "Ни сахара, ни соли не добавляли. На 100 г: 240 ккал, жира 3 г, сахара 4 г, соли 0,1 г.",
        "С добавленным сахаром и солью. На 100 г: 240 ккал, жира 3 г, сахара 4 г, соли 0,1 г.",
    ),
    "so long not used": (
        "ru", "other", "После перерыва >7 дней сделать 2 пробных нажатия.",
        "Не пользовались флаконом больше 7 дней — сделайте 2 пробных нажатия.",
        "После перерыва меньше 7 дней сделайте 2 пробных нажатия.",
    ),
}  # fmt: skip


def _blocking(language: str, kind: str, source: str, sentence: str) -> list[meaning.Finding]:
    case = meaning.case(f"{REST[language]}\n{source}", {"description": sentence}, kind=kind)
    return [one for one in meaning.check(case) if one.code in {Code.POLARITY, Code.CONDITION}]


@pytest.mark.parametrize("name", ROWS)
def test_an_honest_sentence_is_let_through(name: str) -> None:
    language, kind, source, honest, _ = ROWS[name]
    assert [one for one in _blocking(language, kind, source, honest) if not one.weak] == []


@pytest.mark.parametrize("name", ROWS)
def test_a_changed_one_is_seen(name: str) -> None:
    language, kind, source, honest, changed = ROWS[name]
    before = {(one.quote, one.weak) for one in _blocking(language, kind, source, honest)}
    assert {(one.quote, one.weak) for one in _blocking(language, kind, source, changed)} - before
