"""Goods that are no medicine: what comes with them, what their parts are made of, how they are cared for."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import Code

REST = {
    "ru": "Товар упакован в картонную коробку, сведения об изготовителе указаны на этикетке.",
    "tr": "Ürün karton kutusunda gönderilir, ayrıntılar etikette yazılıdır.",
    "en": "The goods are sent in a cardboard box, details stand on the label.",
}


def held(source: str, body: str, language: str, kind: str) -> set[Code]:
    one = meaning.case(f"{REST[language]} {source}", {"description": body}, kind=kind)
    return {finding.code for finding in meaning.check(one) if not finding.weak}


@pytest.mark.parametrize(
    ("language", "kind", "source", "honest", "lie"),
    [
        # what comes with the goods, and what is bought apart
        (
            "tr",
            "other",
            "Kumanda kutudadır, piller ayrı satılır.",
            "Пульт в комплекте, батарейки нужно купить отдельно.",
            "Пульт и батарейки в комплекте.",
        ),
        (
            "en",
            "other",
            "Remote control included, no wall adapter supplied.",
            "Пульт прилагается, сетевого адаптера в коробке нет.",
            "Пульт продаётся отдельно.",
        ),
        ("en", "clothes", "Unlined.", "Подкладка: нет.", "Модель на подкладке."),
        (
            "ru",
            "other",
            "Комплект: пульт; зарядка приобретается отдельно.",
            "В комплекте есть пульт, зарядки нет.",
            "В комплекте есть зарядка.",
        ),
        ("tr", "other", "Garanti süresi 24 aydır.", "Гарантия 24 месяца.", "Гарантия не предоставляется."),
        # an answer behind a label
        (
            "tr",
            "tableware",
            "Bulaşık makinesi: Evet. Mikrodalga: Hayır.",
            "В посудомойке мыть можно, в микроволновую печь не ставить.",
            "Можно греть в микроволновке.",
        ),
        # an order does not take the prohibition behind it
        (
            "tr",
            "clothes",
            "Makinede 40 °C'de yıkayınız, kurutma makinesine atmayınız.",
            "Можно стирать в машине при 40 °C. Сушить в сушильной машине нельзя.",
            "Можно сушить в сушильной машине.",
        ),
        (
            "en",
            "clothes",
            "Machine wash at 40 °C, do not bleach.",
            "Допускается машинная стирка при 40 °C. Отбеливать нельзя.",
            "Допускается отбеливание.",
        ),
        (
            "ru",
            "other",
            "Не смешивайте с другими средствами и проветривайте комнату.",
            "Не смешивать с другими средствами, проветривать комнату.",
            "Можно смешивать с другими средствами.",
        ),
        # a limit that is not exceeded is no prohibition
        (
            "ru",
            "furniture",
            "Не превышайте нагрузку 90 кг.",
            "Допустимая нагрузка составляет 90 кг.",
            "Минимальная нагрузка — 90 кг.",
        ),
        # of what each part is made
        (
            "tr",
            "shoes",
            "Saya: hakiki deri, astar: tekstil, taban: kauçuk.",
            "Верх из натуральной кожи с текстильной подкладкой, подошва резиновая.",
            "Верх — текстиль, подкладка — натуральная кожа, подошва — резина.",
        ),
        (
            "en",
            "tableware",
            "A 2 litre steel pot with a glass lid.",
            "Стальная кастрюля на 2 литра с крышкой из стекла.",
            "Стальная кастрюля на 2 литра с крышкой из стали.",
        ),
        # notes of a perfume, before and behind their names
        (
            "tr",
            "perfume",
            "Üst nota limon, kalp nota gül, alt nota vanilya.",
            "Лимон в верхних нотах, роза в сердце и ваниль в базе.",
            "Верхние ноты — ваниль, сердце — роза, база — лимон.",
        ),
        # sides of a length, and weight that is borne
        (
            "tr",
            "tableware",
            "Kase çapı 18 cm, yüksekliği 7 cm.",
            "Диаметр миски — 18 см, высота — 7 см.",
            "Высота миски 18 см.",
        ),
        (
            "tr",
            "tableware",
            "Çap 26 cm, yükseklik (kapaksız) 15 cm.",
            "Сотейник без крышки 15 см в высоту и 26 см в диаметре.",
            "Сотейник без крышки 26 см в высоту.",
        ),
        (
            "en",
            "furniture",
            "Maximum load 110 kg.",
            "Стул рассчитан на вес до 110 кг.",
            "Вес стула — 110 кг.",
        ),
        # one of two ways for the whole of the goods
        (
            "tr",
            "clothes",
            "Sadece elde yıkayınız, sıkmayınız.",
            "Только ручная стирка, не отжимать.",
            "Можно стирать в машине.",
        ),
        (
            "ru",
            "furniture",
            "Диван раскладывается в кровать.",
            "Диван трансформируется в спальное место.",
            "Диван нераскладной.",
        ),
    ],
)
def test_goods_in_other_words(language: str, kind: str, source: str, honest: str, lie: str) -> None:
    assert held(source, honest, language, kind) == set()
    assert held(source, lie, language, kind) != set()


@pytest.mark.parametrize(
    ("source", "honest"),
    [
        ("Только для помещений.", "Подходит исключительно для помещений."),
        (
            "Для детей от 3 лет; младшим давать нельзя: мелкими деталями можно подавиться.",
            "Возраст: 3+. Мелкие детали, опасность удушья для детей младше 3 лет.",
        ),
        ("Сушить при комнатной температуре без батарей.", "Сушат при комнатной температуре, не на батарее."),
        ("Комплект белья, наволочки 70х70.", "Наволочки 50×70 см продаются отдельно."),
        ("Работает от батареек AAA, в набор не входят.", "Нужны батарейки AAA, они покупаются отдельно."),
    ],
)
def test_what_tells_of_no_set(source: str, honest: str) -> None:
    assert held(source, honest, "ru", "other") == set()


def test_a_sentence_in_small_letters_is_one_of_its_own() -> None:
    source = "Хранение: −10…+45, не нагревать, не мочить. гарантия 2 года"
    assert held(source, "Гарантия — 2 года.", "ru", "other") == set()


def test_a_card_adds_no_dishwasher() -> None:
    source = "Тарелка из фарфора, 24 см."
    assert held(source, "Тарелка диаметром 24 см, фарфор.", "ru", "tableware") == set()
    assert held(source, "Тарелку можно мыть в посудомоечной машине.", "ru", "tableware") == {Code.CLAIM}
