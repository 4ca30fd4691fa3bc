"""What a negation does not deny: names, comparisons, what stands behind a dash, what is waited for."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import Code
from apps.ai.text.meaning.negations import Negates, is_limit, negates
from apps.ai.text.meaning.reading import read
from apps.ai.text.meaning.stance import Stance, stances
from apps.ai.text.meaning.statements import statements


def is_held(source: str, body: str, kind: str = "medicine") -> bool:
    one = meaning.case(source, {"description": body}, kind=kind)
    return any(found.code is Code.POLARITY and not found.weak for found in meaning.check(one))


@pytest.mark.parametrize("noun", ["pekmez", "elmadan", "kumasin", "kremadan"])
def test_turkish_nouns_deny_nothing(noun: str) -> None:
    assert negates(noun) is Negates.NO


@pytest.mark.parametrize("word", ["быстрее", "теплее", "медленнее", "моложе"])
def test_a_comparative_bounds(word: str) -> None:
    assert is_limit(word)


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("Боль не прошла — обратитесь к хирургу.", [True, False]),
        ("Çıkarmadan önce lensleri yıkayın.", [None]),
        ("No dose adjustment is needed in renal impairment.", [True]),
        ("Перед уколом выяснить, нет ли аллергии.", [False, None]),
    ],
)
def test_what_is_denied(text: str, denied: list[bool | None]) -> None:
    assert [one.denied for one in statements(read(text))] == denied


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("Приём без ограничений", Stance.ALLOWS),
        ("не запрещено при астме", Stance.ALLOWS),
        ("Kullanımında sakınca yoktur", Stance.ALLOWS),
        ("Ограничения: астма", Stance.FORBIDS),
        ("Безопасность у детей не доказана", Stance.WARNS),
        ("нежелательные реакции: сыпь", Stance.NEUTRAL),
        ("беременным применение нежелательно", Stance.FORBIDS),
        ("только с разрешения доктора", Stance.WARNS),
    ],
)
def test_a_prohibition_taken_back(text: str, stance: Stance) -> None:
    assert stances(read(text))[0][0].stance is stance


@pytest.mark.parametrize(
    ("source", "body", "kind"),
    [
        ("Крем. После пилинга не применять 3 дня.", "Крем. После пилинга выждать 3 дня.", "cosmetics"),
        (
            "Реланол. При потере аппетита и тошноте обратиться к врачу.",
            "Реланол. Если аппетита нет и тошнит, обратитесь к врачу.",
            "medicine",
        ),
        (
            "Sıvı sabun. Şişeyi 25°C altında tut, buzdolabına koyma.",
            "Жидкое мыло, хранить не в холодильнике.",
            "other",
        ),
        ("Reçetesiz satılmaz. Tablet.", "Без рецепта не продаётся. Таблетки.", "medicine"),
        (
            "Есть разъём для адаптера, адаптер в комплект не входит.",
            "Можно подключить адаптер, но его в комплекте нет.",
            "device",
        ),
    ],
)
def test_honest_wording_passes(source: str, body: str, kind: str) -> None:
    assert not is_held(source, body, kind)


@pytest.mark.parametrize(
    ("source", "body"),
    [
        ("Şurup. Buzdolabında saklamayın, 25 °C altında tutun.", "Сироп. Хранить в холодильнике."),
        ("Ciddi döküntüde tedavi kesilir. Tablet.", "При серьёзной сыпи лечение продолжают. Таблетки."),
        ("Smoking reduces the effect of the tablets.", "Курение усиливает действие таблеток."),
    ],
)
def test_the_contrary_is_held(source: str, body: str) -> None:
    assert is_held(source, body)


@pytest.mark.parametrize(
    ("source", "body", "kind"),
    [
        ("Sulfate free, but NOT paraben free.", "Сульфатов нет, парабены в составе есть.", "cosmetics"),
        ("Gluten free but not nut free.", "Без глютена, но с орехами.", "food"),
        ("Taban suda kaymaz değildir.", "На воде подошва скользит.", "shoes"),
        (
            "Emzirme döneminde hekim uygun görmedikçe içilmez.",
            "Кормящим добавку пьют, только если врач счёл это уместным.",
            "supplement",
        ),
        ("Детям без назначения врача не давать.", "Детям дают, только если назначил врач.", "medicine"),
        ("Draje bütün yutulur, ezilmez.", "Драже глотают целым: его нельзя дробить.", "medicine"),
        (
            "18 yaş altında etkililik ve güvenlilik yeterince araştırılmamıştır.",
            "До 18 лет эффективность и безопасность изучены недостаточно.",
            "medicine",
        ),
        (
            "Kalp yetmezliği olup lityum kullananlar kullanmamalıdır.",
            "Нельзя тем, у кого сердечная недостаточность сочетается с приёмом лития.",
            "medicine",
        ),
        (
            "Magnezyum stearat, kolloidal susuz silika.",
            "Стеарат магния, коллоидный безводный диоксид кремния.",
            "supplement",
        ),
        (
            "İlave tuz içermez. 100 g una 60 ml su konur.",
            "Соль не добавлена. К 100 г муки добавьте 60 мл воды.",
            "food",
        ),
        ("• Vegan, laktozsuz, ilave tuz içermez", "• Подходит веганам", "food"),
        (
            "Стирать вручную, отпаривать с расстояния не через ткань.",
            "Отпаривайте с расстояния, не через ткань.",
            "clothes",
        ),
        (
            "Laktoz kullanamayan hastalar ve çocuklar kullanabilir.",
            "Применять могут пациенты, которым нельзя лактозу, и дети.",
            "medicine",
        ),
        (
            "Do not skip doses: the pulse rises quickly.",
            "Дозы не пропускайте: пульс быстро растёт.",
            "medicine",
        ),
        (
            "Not: fermuar nikel içerir; hassas cilde dikkat.",
            "Молния содержит никель: осторожно при чувствительной коже.",
            "clothes",
        ),
        (
            "Хлопья не варить, залить кипячёной водой.",
            "• Всыпьте 40 г хлопьев в 150 мл кипячёной воды.",
            "food",
        ),
        (
            "Курс 2 месяца, повтор по согласованию с врачом.",
            "Курс 2 месяца, повторить его можно, согласовав с врачом.",
            "supplement",
        ),
        (
            "Süt içerir. Hazırlarken süt eklemeyin.",
            "Содержит молоко. Готовят на воде, молоко не добавляйте.",
            "food",
        ),
        (
            "Warranty 2 years (bowl and lid excluded).",
            "Гарантия 2 года не распространяется на чашу и крышку.",
            "device",
        ),
        (
            "Не совмещать по времени с препаратами железа (интервал 3 часа).",
            "С препаратами железа разносят по времени на 3 часа.",
            "supplement",
        ),
        ("Не отжимать, сушить горизонтально.", "Вещь не отжимают и сушат горизонтально.", "clothes"),
        (
            "KONTRENDİKE: ibuprofene aşırı duyarlılık, ağır karaciğer yetmezliği.",
            "Нельзя при аллергии на ибупрофен и тяжёлой недостаточности печени.",
            "medicine",
        ),
        (
            "Doktor başka türlü önermedikçe günde bir tablet alınır.",
            "Если врач не назначил иначе, пьют таблетку один раз в день.",
            "medicine",
        ),
    ],
)
def test_who_denies_what(source: str, body: str, kind: str) -> None:
    """Two negations, a condition, a verdict on another act, what is put in by the buyer."""
    assert not is_held(source, body, kind)


@pytest.mark.parametrize(
    ("source", "body", "kind"),
    [
        ("Gluten free but not nut free.", "Без глютена и без орехов.", "food"),
        (
            "Emzirme döneminde hekim uygun görmedikçe içilmez.",
            "Кормящим добавку пьют по желанию.",
            "supplement",
        ),
        ("Детям без назначения врача не давать.", "Детям дают без назначения врача.", "medicine"),
        ("Draje bütün yutulur, ezilmez.", "Драже перед приёмом разжевывают.", "medicine"),
        (
            "18 yaş altında etkililik ve güvenlilik yeterince araştırılmamıştır.",
            "До 18 лет эффективность и безопасность хорошо изучены.",
            "medicine",
        ),
        (
            "Kalp yetmezliği olup lityum kullananlar kullanmamalıdır.",
            "Можно тем, у кого сердечная недостаточность сочетается с приёмом лития.",
            "medicine",
        ),
        (
            "Laktoz kullanamayan hastalar ve çocuklar kullanabilir.",
            "Не подходит пациентам, которым нельзя лактозу, и детям.",
            "medicine",
        ),
        ("Not: fermuar nikel içerir; hassas cilde dikkat.", "Молния не содержит никеля.", "clothes"),
        ("Хлопья не варить, залить кипячёной водой.", "• Варите хлопья.", "food"),
        (
            "Курс 2 месяца, повтор по согласованию с врачом.",
            "Курс 2 месяца, повторить его можно без врача.",
            "supplement",
        ),
        ("Süt içerir. Hazırlarken süt eklemeyin.", "Молока не содержит.", "food"),
        (
            "Не совмещать по времени с препаратами железа (интервал 3 часа).",
            "С препаратами железа принимают одновременно.",
            "supplement",
        ),
        ("Не отжимать, сушить горизонтально.", "Вещь отжимают и сушат вертикально.", "clothes"),
        (
            "KONTRENDİKE: ibuprofene aşırı duyarlılık, ağır karaciğer yetmezliği.",
            "Нельзя при аллергии на ибупрофен. При тяжёлой недостаточности печени можно.",
            "medicine",
        ),
    ],
)
def test_its_contrary(source: str, body: str, kind: str) -> None:
    assert is_held(source, body, kind)
