"""What proves a name or a claim of a card: synonyms in three languages, a class by its member, an effect by its use."""

from __future__ import annotations

import pytest

from apps.ai.text import meaning
from apps.ai.text.meaning import Code

REST = {
    "ru": "Подробности о товаре и изготовителе приведены на картонной коробке и вкладыше.",
    "tr": "Ürün karton kutusunda gönderilir, ayrıntılar etikette yazılıdır.",
    "en": "The goods are sent in a cardboard box, details stand on the label.",
}
UNPROVED = {Code.NAME, Code.CLAIM}


def unproved(source: str, body: str, kind: str, language: str) -> list[str]:
    one = meaning.case(f"{source} {REST[language]}", {"description": body}, kind=kind)
    return [one.quote for one in meaning.check(one) if one.code in UNPROVED and not one.weak]


@pytest.mark.parametrize(
    ("language", "kind", "source", "honest", "wrong"),
    [
        # lay names and learned ones
        (
            "tr",
            "medicine",
            "Angina pektoris ve kalp krizi öyküsünde kullanılır.",
            "Назначают при стенокардии и после инфаркта.",
            "Назначают при стенокардии и после инсульта.",
        ),
        (
            "tr",
            "cosmetics",
            "Sedef veya egzama varsa doktora danışın.",
            "При псориазе или экземе посоветуйтесь с врачом.",
            "При псориазе или витилиго посоветуйтесь с врачом.",
        ),
        (
            "en",
            "cosmetics",
            "Skin may peel and crack in the first days.",
            "В первые дни возможны шелушение и трещины.",
            "В первые дни возможны шелушение и перхоть.",
        ),
        (
            "tr",
            "medicine",
            "Giardiyaz ve amibiyaz tedavisinde verilir.",
            "Применяют при лямблиозе и амёбиазе.",
            "Применяют при лямблиозе и трихомониазе.",
        ),
        (
            "en",
            "medicine",
            "Caution in patients with a sulphonamide allergy or fits.",
            "Осторожно при аллергии на сульфаниламиды и при судорогах.",
            "Осторожно при аллергии на пенициллины и при судорогах.",
        ),
        (
            "en",
            "food",
            "Ingredients: egg, oats, sunflower oil. Packed by hand.",
            "Состав: яйцо, овёс, масло подсолнечника.",
            "Состав: яйцо, овёс, масло пальмовое.",
        ),
        # shortened in the source
        (
            "ru",
            "medicine",
            "Состав: дротаверина г/х 40 мг. Не сочетать с АСК, осторожно при дегидратации.",
            "Содержит дротаверина гидрохлорид. С ацетилсалициловой кислотой не сочетать; осторожно при обезвоживании.",
            "Содержит дротаверина сукцинат. С ацетилсалициловой кислотой не сочетать; осторожно при обезвоживании.",
        ),
        # one noun for several letters
        (
            "tr",
            "supplement",
            "İçerik: A, D ve E vitaminleri, çinko.",
            "В составе витамин A, витамин D, витамин E и цинк.",
            "В составе витамин A, витамин C, витамин E и цинк.",
        ),
        # a class by its member, an effect by its class, a sick person by the medicine
        (
            "tr",
            "medicine",
            "Her tablet 500 mg siprofloksasin içerir. Şeker ilacı kullananlar hekime danışmalıdır.",
            "Антибактериальное средство: ципрофлоксацин 500 мг. При диабете посоветуйтесь с врачом.",
            "Противовирусное средство: ципрофлоксацин 500 мг. При диабете посоветуйтесь с врачом.",
        ),
        (
            "en",
            "medicine",
            "Each capsule contains 20 mg omeprazole for adults.",
            "Ингибитор протонной помпы: омепразол 20 мг для взрослых.",
            "Антацид: омепразол 20 мг для взрослых.",
        ),
        # what is no substance and no disease at all
        (
            "tr",
            "electronics",
            "İki pille çalışır, su tahliye hortumu vardır.",
            "Питается от двух батареек, есть шланг для слива воды.",
            "Питает кожу, есть шланг для слива воды.",
        ),
        (
            "tr",
            "book",
            "Ciltli kitap, ikinci baskı, imzalı nüsha.",
            "Книга в твёрдом переплёте, экземпляр с подписью.",
            "Книга в твёрдом переплёте, помогает от экземы.",
        ),
    ],
)
def test_a_name_is_proved_by_what_means_the_same(
    language: str, kind: str, source: str, honest: str, wrong: str
) -> None:
    assert unproved(source, honest, kind, language) == []
    assert unproved(source, wrong, kind, language)


@pytest.mark.parametrize(
    ("kind", "source", "claim"),
    [
        ("cosmetics", "Yüz kremi, shea yağı içerir.", "Крем для лица с маслом ши сужает поры."),
        ("cosmetics", "Yüz kremi, shea yağı içerir.", "Крем для лица с маслом ши матирует кожу."),
        ("cosmetics", "Dudak balmı, shea yağı içerir.", "Бальзам для губ с маслом ши заживляет ранки."),
        (
            "supplement",
            "Demir içeren kapsül, yetişkinler için.",
            "Капсулы с железом для взрослых повышают гемоглобин.",
        ),
        (
            "supplement",
            "Ginkgo içeren kapsül, yetişkinler için.",
            "Гинкго для взрослых улучшает кровообращение.",
        ),
        ("food", "Susam ezmesi, cam kavanozda.", "Кунжутная паста в стеклянной банке, без пестицидов."),
        ("medicine", "Demir eksikliğinde kullanılır.", "При дефиците железа и кластерной головной боли."),
    ],
)
def test_a_promise_that_the_source_lacks_is_found(kind: str, source: str, claim: str) -> None:
    assert unproved(source, claim, kind, "tr")


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        ("Uyku ilaçları ile birlikte kullanılmaz.", "Капли для взрослых помогают при бессоннице."),
        ("Tansiyon düşürücü ilaçların etkisini artırır.", "Таблетки назначают при артериальной гипертензии."),
        ("Antidepresan kullananlar doktora danışmalıdır.", "Таблетки назначают при депрессии."),
        ("Antibiyotiklerle arasında 3 saat bırakılır.", "Средство оказывает антибактериальное действие."),
        ("Yan etkiler: baş ağrısı, bulantı.", "Таблетки помогают при мигрени."),
        ("Obezite hastalarında kullanılmaz.", "Капсулы помогают похудеть."),
    ],
)
def test_what_is_warned_of_proves_no_indication(source: str, claim: str) -> None:
    """Medicines that a leaflet names among its interactions tell nothing of what this one is for."""
    text = f"Magnezyum içeren tablet, yetişkinler için. {source}"
    assert unproved(text, claim, "medicine", "tr")
