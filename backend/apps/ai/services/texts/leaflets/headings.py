"""The sections that leaflets have, and how sources call them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """A section that leaflets have: its name by language, and how sources call it (folded, whole)."""

    names: Mapping[str, str]
    pattern: re.Pattern[str]
    goes_into_draft: bool


def fold(text: str) -> str:
    """Small letters; İ, I and ı are one, ё is е."""
    return text.lower().replace("i̇", "i").replace("ı", "i").replace("ё", "е")


def _heading(russian: str, english: str, pattern: str, *, goes_into_draft: bool = False) -> Heading:
    return Heading({"ru": russian, "en": english}, re.compile(rf"(?:{fold(pattern)})"), goes_into_draft)


HEADINGS: dict[str, Heading] = {
    "composition": _heading(
        "Состав",
        "Composition",
        r"состав|действующ\w+ веществ\w+|вспомогательные вещества|etk[ie]n madde(?:si|ler|leri)?|yardımcı madde(?:ler)?"
        r"|formülü?|içindekiler|içerik|bileşimi?|kalitatif ve kantitatif bileşim|composition|ingredients"
        r"|active ingredients?|excipients",
        goes_into_draft=True,
    ),
    "form": _heading(
        "Форма выпуска",
        "Dosage form",
        r"форма выпуска|лекарственная форма|farmasötik form(?:u)?|ürün şekli|dosage form|pharmaceutical form",
        goes_into_draft=True,
    ),
    "indications": _heading(
        "Показания к применению",
        "Indications",
        r"показания(?: к применению)?|endikasyon(?:u|lar|ları)?|terapötik endikasyonlar|kullanım alanları"
        r"|[\w ]{0,40}nedir ve ne için kullanılır|indications?|what [\w ]{1,40} is and what it is used for",
        goes_into_draft=True,
    ),
    "contraindications": _heading(
        "Противопоказания",
        "Contraindications",
        r"противопоказания|kontrendikasyon(?:lar|ları)?|[\w ’']{0,60}aşağıdaki durumlarda kullanmayınız"
        r"|contraindications",
    ),
    "warnings": _heading(
        "Особые указания",
        "Warnings",
        r"особые указания|меры предосторожности|uyarılar(?: ?(?:ve|/) ?önlemler(?:i)?)?|özel (?:kullanım )?uyarıları?"
        r"|özel kullanım uyarıları ve önlemleri|[\w ’']{0,60}aşağıdaki durumlarda dikkatli kullanınız|dikkat"
        r"|warnings?(?: and precautions)?|precautions",
    ),
    "pregnancy": _heading(
        "Беременность и кормление грудью",
        "Pregnancy and breast-feeding",
        r"(?:применение при )?беременност[ьи](?:[\w ]{0,60})|hamilelik(?: ve emzirme)?|gebelik(?: ve laktasyon)?"
        r"|emzirme|pregnancy(?: and (?:lactation|breast-?feeding))?",
    ),
    "dosage": _heading(
        "Способ применения и дозы",
        "How to use",
        r"способ применения(?: и дозы)?|применение|дозировка|рекомендации по применению"
        r"|kullanım şekli(?: ve dozu)?|[\w ’']{0,40}nasıl kullanılır|pozoloji(?: ve uygulama şekli)?|uygulama şekli"
        r"|kullanım önerisi|dosage(?: and administration)?|how to (?:use|take)(?: [\w ]{1,40})?"
        r"|directions(?: for use)?",
    ),
    "side_effects": _heading(
        "Побочные действия",
        "Side effects",
        r"побочн(?:ые|ое) (?:действи[яе]|эффекты?)|(?:olası )?yan etki(?:ler|leri)?(?: nelerdir)?"
        r"|istenmeyen etkiler|side effects|adverse (?:reactions|effects)|undesirable effects",
    ),
    "overdose": _heading(
        "Передозировка", "Overdose", r"передозировка|doz aşımı(?: ve tedavisi)?|overdos(?:e|age)"
    ),
    "interactions": _heading(
        "Взаимодействие с другими средствами",
        "Interactions",
        r"(?:лекарственное )?взаимодействи[ея](?:[\w ]{0,60})|(?:ilaç )?etkileşim(?:ler|leri)?"
        r"|diğer ilaçlar(?: ile)? birlikte kullanımı?|(?:drug )?interactions?",
    ),
    "driving": _heading(
        "Управление транспортом и механизмами",
        "Driving and machines",
        r"влияние на (?:способность|управление)(?:[\w ]{0,80})|araç ve makine kullanımı|driving(?:[\w ]{0,40})",
    ),
    "action": _heading(
        "Фармакологическое действие",
        "Pharmacology",
        r"фармакологическ\w+ (?:действие|свойства)|фармакодинамика|фармакокинетика|farmakolojik özellikler"
        r"|farmakodinamik(?: özellikler)?|farmakokinetik(?: özellikler)?|pharmacolog\w+(?: properties)?"
        r"|pharmacodynamics|pharmacokinetics",
    ),
    "storage": _heading(
        "Условия хранения",
        "Storage",
        r"(?:условия |срок )?хранени[яе]|срок годности|условия и сроки хранения|saklama koşulları|saklanması"
        r"|[\w ’']{0,40}(?:saklanması|nasıl saklanır)|raf ömrü|storage(?: conditions)?|how to store|shelf life",
        goes_into_draft=True,
    ),
    "package": _heading(
        "Упаковка",
        "Package",
        r"упаковка|ticari (?:takdim )?şekli|ticari takdim şekli ve ambalaj muhtevası|ambalaj(?:ın niteliği ve içeriği)?"
        r"|package(?: contents)?",
        goes_into_draft=True,
    ),
}
