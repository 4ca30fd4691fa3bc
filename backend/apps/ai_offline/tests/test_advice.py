"""What a foreign label advises, limits and warns of stands on the card, or a person is told that it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from apps.ai.types import Draft
from apps.ai_offline import advice, servings
from apps.ai_offline.tests.test_draft import ask, body, facts_of

NOTICE = "Не является лекарственным средством. Перед применением проконсультируйтесь с врачом."


def told(sentence: str, *, kind: str = "medicine") -> advice.Advice:
    return advice.of([sentence], kind=kind, noticed=NOTICE)


@pytest.mark.parametrize(
    ("source", "russian"),
    [
        ("Günde 3–4 kez her göze 1 damla", "По 1 капле в каждый глаз 3–4 раза в день"),
        ("Günde 2 kez her buruna 2 damla", None),
        (
            "Her burun deliğine günde 2-4 kez 1-2 püskürtme uygulanır",
            "Применять по 1–2 впрыскивания в каждую ноздрю 2–4 раза в день",
        ),
        ("Günde 21 tablet alınız", "Принимать по 21 таблетке в день"),
        ("Günde 11 tablet alınız", "Принимать по 11 таблеток в день"),
        (
            "Yemeklerden 15 dakika önce bir bardak su ile 2 kapsül alınır",
            "Принимать по 2 капсулы за 15 минут до еды, запивая стаканом воды",
        ),
        (
            "4–10 yaş çocuklar günde 5 ml, yetişkinler günde 10 ml",
            "Детям 4–10 лет по 5 мл в день; взрослым по 10 мл в день",
        ),
        (
            "Yetişkinler: 8 saatte bir 1 tablet, günde en fazla 3 tablet",
            "Взрослым по 1 таблетке каждые 8 часов, не более 3 таблеток в день",
        ),
        ("Işıktan, nemden ve sıcaktan koruyunuz", "Беречь от света, от влаги и от тепла"),
        (
            "25 °C’nin altında, çocukların ulaşamayacağı yerde saklayınız",
            "Хранить при температуре ниже 25 °C, в недоступном для детей месте",
        ),
        (
            "50 ml, açıldıktan sonra 12 ay içinde kullanınız",
            "Использовать в течение 12 месяцев после вскрытия",
        ),
        ("Açıldıktan sonra 21 gün içinde tüketiniz", "Использовать в течение 21 дня после вскрытия"),
        ("1 yaşından küçük çocuklarda kullanılmaz", "Не применять детям до 1 года"),
        ("Hamilelik ve emzirme döneminde kullanmayınız", "Не применять при беременности и кормлении грудью"),
        ("Açık yaralara ve göze uygulamayınız", "Не наносить на открытые раны и в глаза"),
        ("Yalnızca haricen kullanılır", "Только для наружного применения"),
        (
            "Uzun süreli kullanım hekim kontrolünde olmalıdır",
            "Длительное применение — только под наблюдением врача",
        ),
        ("2 kapsül 400 mg elementel magnezyum sağlar", "2 капсулы: магний элементарный 400 мг"),
        ("Doz doktor tarafından belirlenir", "Дозу назначает врач"),
        ("Lateks içermez", "Не содержит латекса"),
        ("Yetişkinler: 1,5–3 saatte bir 4–8 püskürtme", "Взрослым по 4–8 впрыскиваний каждые 1,5–3 часа"),
        ("Tok karnına alınız, kalp hastaları doktoruna danışmalıdır", None),
        ("İlaç değildir", ""),
        ("Doktorunuza danışınız", ""),
        ("Kan sulandırıcı kullananlar kullanmamalıdır", None),
        ("Karaciğer hastalığınız varsa kullanmayınız", None),
        ("Günde 2 tablet, sütle birlikte alınmaz", None),
        ("2 tablet 200 mg xyzalin sağlar", None),
        ("Keep out of reach of children", None),
    ],
)
def test_a_sentence_is_said_whole_or_left_to_a_person(source: str, russian: str | None) -> None:
    found = told(source)
    if russian is None:
        assert (found.said, found.untold) == ((), (source,))
    else:
        assert (found.said, found.untold) == ((russian,) if russian else (), ())


@pytest.mark.parametrize(
    "statement",
    [
        "Parabensiz formül",
        "Mideyi yormayan bisglisinat formunda magnezyum içerir",
        "Islaklık göstergeli, esnek yan bantlı bebek bezi",
        "İki düğmeli pat, yırtmaçlı etek ucu, işlemeli yaka",
        "Ev tipi gebelik testi",
        "Hafif ağrıların giderilmesinde kullanılır",
        "Cildiniz için günlük bakım",
        "2 tablet",
    ],
)
def test_what_merely_describes_is_no_advice(statement: str) -> None:
    assert told(statement) == advice.Advice()


def test_what_is_worn_is_washed_and_not_swallowed() -> None:
    assert told("30 °C’de yıkayınız, kurutma makinesine atmayınız", kind="clothes").said == (
        "Стирать при 30 °C; не сушить в сушильной машине",
    )
    assert told("18 mm yonga levha, 5 raf, her raf 15 kg taşır", kind="furniture").said == (
        "Каждая полка выдерживает 15 кг",
    )
    assert told("Hediye kutusunda gönderilir", kind="clothes") == advice.Advice()


def test_a_card_has_its_labels_advice() -> None:
    card = ask(
        facts_of(
            "Midasol 30 mg 28 Kapsül",
            "Midasol mide asidini azaltır. Günde 1 kapsül, kahvaltıdan 30 dakika önce. Işıktan koruyunuz.",
            brand="Lokmanil",
        )
    )
    assert (
        "Применение и предупреждения\n• По 1 капсуле в день за 30 минут до завтрака\n• Беречь от света\n"
        in body(card)
    )
    assert card.untranslated == []


def test_a_warning_that_is_not_understood_is_reported() -> None:
    card = ask(facts_of("Parol 500 mg 20 Tablet", "Böbrek yetmezliği olanlar kullanmamalıdır."))
    assert card.untranslated == ["Böbrek yetmezliği olanlar kullanmamalıdır"]


@pytest.mark.parametrize(
    ("source", "amounts"),
    [
        ("2 tablet 200 mg magnezyum sağlar", {("200", "mg")}),
        ("Magnezyum: 200 mg (2 tablet)", {("200", "mg")}),
        ("800 мг (2 капсулы)", {("800", "mg")}),
        ("1 tablet 200 mg magnezyum sağlar", set()),
        ("Magvera 200 mg 60 Tablet", set()),
    ],
)
def test_the_amount_of_several_portions_is_none_of_one(source: str, amounts: set[tuple[str, str]]) -> None:
    assert servings.shared(source) == amounts


def test_a_dose_is_written_only_where_it_is_that_of_one() -> None:
    asked = facts_of(
        "Magvera 200 mg 60 Tablet", kind="supplement", attributes={"Magnezyum": "200 mg (2 tablet)"}
    )
    assert "Магний: 200 мг (2 таблетки)" in body(ask(asked))
    assert "Дозировка" not in body(ask(asked))
    assert "Дозировка: 200 мг" in body(ask(facts_of("Magvera 200 mg 60 Tablet", kind="supplement")))


@pytest.mark.parametrize(
    "piece",
    [
        "Kulak arkası lastikli, burun telli, ventilsiz",
        "4–5 yaş, boy 104–110 cm",
    ],
)
def test_words_that_depend_on_others_are_no_feature(piece: str) -> None:
    assert "Особенности" not in body(ask(facts_of("Maske", f"{piece}.", kind="other")))


def test_a_whole_composition_goes_before_a_part_of_it() -> None:
    card = body(
        ask(
            facts_of(
                "Erkek Soket Çorap 6’lı 40–44",
                "%80 bambu viskon, %17 polyamid, %3 elastan. 6 çift, 40–44 numara.",
                kind="clothes",
                attributes={"İplik": "%80 bambu viskon", "Kumaş": "%80 bambu viskon"},
            )
        )
    )
    assert card.count("80 % бамбуковая вискоза") == 1
    assert "80 % бамбуковая вискоза, 17 % полиамид, 3 % эластан" in card


@pytest.mark.parametrize(
    ("title", "russian"),
    [
        ("Yabancılar İçin Türkçe A1 Çalışma Kitabı", "Книга «Yabancılar İçin Türkçe A1 Çalışma Kitabı»"),
        ("Rüzgârın Sokağı – Kerem Alpgün, Roman", "Роман «Rüzgârın Sokağı», Kerem Alpgün"),
    ],
)
def test_a_books_name_stays_as_the_source_writes_it(title: str, russian: str) -> None:
    card = ask(facts_of(title, kind="book", attributes={"Dil": "Türkçe", "Yazar": "Şükrü Ağaoğlu"}))
    assert card.title == russian
    assert "Язык: турецкий" in body(card)
    assert "Автор: Şükrü Ağaoğlu" in body(card)


def test_advice_that_the_repair_drops_is_reported() -> None:
    asked = facts_of(
        "Midasol 30 mg 28 Kapsül", "Günde 1 kapsül, kahvaltıdan 30 dakika önce. Işıktan koruyunuz."
    )
    first = ask(asked)
    draft = Draft(
        first.title, first.description, first.seo_title, first.seo_description, tuple(first.keywords)
    )
    violations = ("description: Кому, когда или как — не так, как в источнике: «до завтрака»",)
    mended = ask(replace(asked, previous=draft, violations=violations))
    assert "завтрака" not in mended.description
    assert mended.untranslated == ["По 1 капсуле в день за 30 минут до завтрака"]
