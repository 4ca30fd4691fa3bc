"""The parts: sounds, concepts, figures, alignment, and that time grows no faster than text."""

from __future__ import annotations

import time

import pytest

from apps.ai.services.quality import meaning_rules
from apps.ai.text import meaning
from apps.ai.text.meaning import lexicon, sound
from apps.ai.text.meaning.alignment import align
from apps.ai.text.meaning.figures import figures
from apps.ai.text.meaning.reading import read


@pytest.mark.parametrize(
    ("russian", "turkish", "english"),
    [
        ("ципрофлоксацин", "siprofloksasin", "ciprofloxacin"),
        ("парацетамол", "parasetamol", "paracetamol"),
        ("амоксициллин", "amoksisilin", "amoxicillin"),
        ("метотрексат", "metotreksat", "methotrexate"),
    ],
)
def test_one_name_in_three_languages_has_one_sound(russian: str, turkish: str, english: str) -> None:
    assert sound.key(russian) == sound.key(turkish)
    assert sound.key(english).startswith(sound.key(russian))


def test_a_near_miss_is_another_substance() -> None:
    first, other = lexicon.substance("эсциталопраму"), lexicon.substance("циталопрама")
    assert [one.id for one in first + other] == ["inn:escitalopram", "inn:citalopram"]


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        ("Кровать с матрасом, пятнадцать пружин.", {"blood", "stain_"}),
        ("Кровь и пятна.", set()),
        ("Сборник макарон: параметры варки на банковском принтере.", {"poppy", "steam_", "jar_", "use"}),
        ("Медицинский светильник для гладиолусов и теплиц.", {"doctor", "light", "iron_", "warm"}),
        ("Средство слабит, легко глотается.", {"mild"}),
        ("Gözetim altında, kanat şeklinde, yağmur ve yıldız desenli.", {"eye", "blood", "oil", "year"}),
        ("Derin tavan, ortam ve masaj için.", {"skin", "pan_", "mild", "table_"}),
        ("Ürün kullanılmadan önce etiketini okuyun.", {"contra"}),
        ("A stainless container supplied with slippers.", {"stain_", "contain", "softskin", "slip_"}),
        ("Regular fit, overcharge protection, a pillow.", {"epilepsy", "above", "tablet"}),
    ],
)
def test_a_word_that_begins_like_another_does_not_mean_it(text: str, strange: set[str]) -> None:
    assert not read(text).ids & strange
    assert strange or {"blood", "stain_"} <= read(text).ids


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("При желудочковой аритмии.", {"heart"}),
        ("Yüksekliği ve uzunluğu.", {"height", "length"}),
        ("Oda sıcaklığında iki yemek kaşığı.", {"roomtemp", "spoon"}),
        ("Seek medical advice: narrow-angle glaucoma.", {"glaucoma_closed"}),
        ("Сертралин и montelukast.", {"inn:sertraline", "inn:montelukast"}),
    ],
)
def test_a_longer_beginning_tells_what_is_meant(text: str, meant: set[str]) -> None:
    assert meant <= read(text).ids


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        ("Spread on clean dry hands.", {"dryclean"}),
        ("Swallow with a glass of water once a day.", {"diuretic", "quick"}),
        ("Ağrıda başlangıç dozu günde 3 adet.", {"headache", "menses"}),
        ("Açıldıktan sonra 30 gün içinde kullanın.", {"expiry"}),
        ("Следующую дозу выпить не раньше чем через час.", {"scars"}),
        ("Горло полоскать не более трёх дней.", {"pharyngitis"}),
        ("При повышенном внутриглазном давлении.", {"hypertension"}),
        ("Препарат не назначают при диабете.", {"antidiabetic"}),
        ("Боль в груди.", {"angina"}),
        ("Если упаковка повреждена, вернуть в магазин.", {"broken"}),
        ("Для лучшего усвоения.", {"best"}),
    ],
)
def test_words_that_only_stand_near_each_other_are_no_phrase(text: str, strange: set[str]) -> None:
    assert not read(text).ids & strange


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Dry clean only.", "dryclean"),
        ("Baş ağrısı ve diş ağrısı.", "toothache"),
        ("Son kullanma tarihi.", "expiry"),
        ("Головной и зубной боли нет.", "headache"),
        ("A multi-use, hand-made bag.", "handmade"),
    ],
)
def test_words_that_follow_one_another_are_a_phrase(text: str, meant: str) -> None:
    assert meant in read(text).ids


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("12 yaşından küçük", [(12, 12, "year", "under")]),
        ("детям старше 6 лет", [(6, 6, "year", "over")]),
        ("не более двух недель", [(14, 14, "day", "most")]),
        ("по 1/2 ч.л.", [(0.5, 0.5, "piece", "")]),
        ("с 1 года до 5 лет", [(1, 5, "year", "over")]),
        ("дважды", [(2, 2, "times", "")]),
        ("0,5 г", [(500, 500, "mg", "")]),
    ],
)
def test_figures(text: str, keys: list[tuple[float, float, str, str]]) -> None:
    found = [(one.low, one.high, one.unit, one.bound) for unit in read(text).units for one in figures(unit)]
    assert found == keys


def test_a_sentence_finds_its_source_in_another_language() -> None:
    source = read(
        "Her tablet 500 mg parasetamol içerir. Reçetesiz satılır. 12 yaşından küçük çocuklarda kullanılmaz."
    )
    card = read("Отпускается без рецепта. Нельзя детям до 12 лет.")
    assert [pair.sources[:1] for pair in align(source, card)] == [(1,), (2,)]


def test_the_alignment_that_is_kept_points_at_the_words() -> None:
    source, body = "Крем с алоэ. Без рецепта отпускается.", "<p>Отпускается без рецепта.</p>"
    ((start, end, likeness, *places),) = meaning_rules.alignment(source, body)
    assert "Отпускается без рецепта."[start:end].startswith("Отпускается")
    assert likeness > 50
    assert source[places[0] : places[1]].strip() == "Без рецепта отпускается."


def test_time_grows_with_the_text_and_not_with_its_square() -> None:
    sentence = "Принимать по 1 таблетке 3 раза в день после еды, не более 7 дней; нельзя при язве желудка. "

    def seconds(times: int) -> float:
        texts = ["".join(f"{at} {sentence}" for at in range(start, start + times)) for start in (0, 1)]
        started = time.process_time()
        list(meaning.check(meaning.case(texts[0], {"description": texts[1]}, kind="medicine")))
        return time.process_time() - started

    seconds(10)  # the least of three: other processes only ever add
    long, short = (min(seconds(times) for _ in range(3)) for times in (400, 100))
    assert long < 12 * short
