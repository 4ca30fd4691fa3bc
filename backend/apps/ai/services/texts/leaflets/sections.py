"""A medicine's leaflet inside a description: its sections, pieces small enough to ask about, and what makes a
translation fit to stand in a card. Values in, values out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from apps.ai import issue_codes
from apps.ai.text import facts, language
from apps.ai.text.safety import html
from apps.ai.types import Issue

KINDS = frozenset({"medicine", "supplement"})
#: For one who knows that there is a leaflet, but not of what.
ANY = "medicine"
#: Characters of plain text below which a description is written about as a whole, and headings that make a leaflet.
SHORTEST = 2_500
FEWEST_SECTIONS = 3
#: Characters of one question. A longer section is asked about in pieces, parted between its lines.
PIECE = 4_000
#: Characters of a section that the draft, too, is written from.
SHORT_SECTION = 1_500
#: Characters of a translation for one of the source; short sections vary more.
RATIO, SHORT_RATIO = (0.6, 2.2), (0.3, 4.0)
SHORT_TEXT = 120

TITLES = {"ru": "Инструкция", "en": "Package leaflet"}


@dataclass(frozen=True, slots=True)
class Heading:
    """A section that leaflets have: its name by language, and how sources call it (folded, whole)."""

    names: Mapping[str, str]
    pattern: re.Pattern[str]
    goes_into_draft: bool


@dataclass(frozen=True, slots=True)
class Section:
    """`heading` and `text` as the source wrote them; a line a paragraph."""

    kind: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Leaflet:
    """`summary`: what the draft is written from: the text before the leaflet and its short descriptive sections."""

    summary: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Translation:
    """A piece of a section in the card's language. `text` is HTML; `problems`: Russian sentences, none if it is fit."""

    heading: str
    text: str
    untranslated: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


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
_NUMBERING = re.compile(r"^\W*(?:\d{1,2}[.)]\s*)*")
_LONGEST_HEADING = 90


def of(description: str, *, kind: str) -> Leaflet | None:
    """The leaflet in a description of that kind of goods, or None: too short, or hardly a heading in it."""
    if kind not in KINDS or len(description) < SHORTEST:
        return None
    text = html.to_text(description)
    if len(text) < SHORTEST:
        return None
    intro, sections = _split(text)
    if len({section.kind for section in sections}) < FEWEST_SECTIONS:
        return None
    told = [
        f"{section.heading}: {section.text}"
        for section in sections
        if HEADINGS[section.kind].goes_into_draft and len(section.text) <= SHORT_SECTION
    ]
    return Leaflet("\n".join([*([intro] if intro else []), *told]), tuple(sections))


def without(description: str) -> str:
    """A card's description without the leaflet that was put under it."""
    for title in TITLES.values():
        description = description.partition(f"<h3>{title}</h3>")[0]
    return description


def pieces(section: Section) -> list[str]:
    """The section's text whole, in pieces of at most PIECE characters where its lines and sentences allow it."""
    found: list[str] = []
    for line in section.text.split("\n"):
        for part in _parts(line):
            if found and len(found[-1]) + 1 + len(part) <= PIECE:
                found[-1] = f"{found[-1]}\n{part}"
            else:
                found.append(part)
    return found


def as_html(text: str) -> str:
    """Plain text as paragraphs; lines with a bullet as a list."""
    blocks: list[str] = []
    for line in text.split("\n"):
        plain = _escaped(line.strip())
        if not plain:
            continue
        item = re.match(r"[•●·*–-]\s+", plain)
        blocks.append(f"<ul><li>{plain[item.end() :]}</li></ul>" if item else f"<p>{plain}</p>")
    return html.clean("".join(blocks).replace("</ul><ul>", ""))


def name(section: Section, language_code: str) -> str:
    return HEADINGS[section.kind].names.get(language_code, section.heading)


def problems(
    source: str, translated: Translation, *, language_code: str, names: Sequence[str]
) -> tuple[str, ...]:
    """What speaks against a translation of a piece, as Russian sentences. `names`: words that may stay foreign."""
    return tuple(_problems(source, translated, language_code, names))


def issue(heading: str, translated: Translation) -> Issue:
    """For the moderator, who sees the section among the reasons."""
    if not translated.text:
        message = f"Раздел инструкции «{heading}» не переведён: в карточке его нет."
        return issue_codes.issue(
            "leaflet_untranslated", message, translated.untranslated, field="description"
        )
    message = f"Раздел инструкции «{heading}»: {' '.join(translated.problems)}"
    return issue_codes.issue("leaflet", message, field="description")


# --- reading ----------------------------------------------------------------------------------------------------------


def _split(text: str) -> tuple[str, list[Section]]:
    """The text before the first heading, and the sections in order; an empty section is none."""
    intro: list[str] = []
    found: list[tuple[str, str, list[str]]] = []
    for line in text.split("\n"):
        heading = _heading_of(line)
        if heading is not None:
            kind, written, rest = heading
            found.append((kind, written, [rest] if rest else []))
        elif found:
            found[-1][2].append(line)
        else:
            intro.append(line)
    sections = [
        Section(kind, written, "\n".join(line.strip() for line in lines if line.strip()))
        for kind, written, lines in found
    ]
    return "\n".join(intro).strip(), [section for section in sections if section.text]


def _heading_of(line: str) -> tuple[str, str, str] | None:
    """Kind, heading as written and the rest of a line that is a heading, or begins with one and a colon."""
    start = _NUMBERING.match(line)
    offset = start.end() if start else 0
    written, colon, rest = line[offset:].partition(":")
    written = written.strip(" .?*—–-")
    if not written or len(written) > _LONGEST_HEADING or (not colon and rest):
        return None
    folded = fold(written)
    for kind, heading in HEADINGS.items():
        if heading.pattern.fullmatch(folded):
            return kind, written, rest.strip()
    return None


_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+")


def _parts(line: str) -> Iterator[str]:
    """A line that is longer than a piece, parted between sentences, and a monster of a sentence between words."""
    if len(line) <= PIECE:
        yield line
        return
    part = ""
    for unit in _SENTENCE_END.split(line):
        for words in _chunks(unit):
            if part and len(part) + 1 + len(words) > PIECE:
                yield part
                part = words
            else:
                part = f"{part} {words}".strip()
    if part:
        yield part


def _chunks(sentence: str) -> Iterator[str]:
    while len(sentence) > PIECE:
        cut = sentence.rfind(" ", 0, PIECE)
        cut = cut if cut > 0 else PIECE
        yield sentence[:cut]
        sentence = sentence[cut:].strip()
    yield sentence


# --- judging ----------------------------------------------------------------------------------------------------------


def _problems(
    source: str, translated: Translation, language_code: str, names: Sequence[str]
) -> Iterator[str]:
    text = html.to_text(translated.text)
    if translated.untranslated:
        yield f"Не переведено: {_quoted(translated.untranslated)}."
    if not text:
        yield "Перевод пуст."
        return
    if not translated.heading.strip():
        yield "Нет заголовка."
    source = _TURKISH_CASES.sub(r"\1", source)
    if lost := facts.lost(source, text):
        yield f"Потеряно: {_quoted([fact.text for fact in lost])}."
    if invented := facts.invented(source, text):
        yield f"Этого нет в источнике: {_quoted([fact.text for fact in invented])}."
    if rarer := _rarer(source, text):
        yield f"Числа стоят реже, чем в источнике: {_quoted(rarer)}."
    fewest, most = RATIO if len(source) >= SHORT_TEXT else SHORT_RATIO
    if not fewest <= len(text) / len(source) <= most:
        yield f"Длина перевода {len(text)} знаков при {len(source)} в источнике."
    if foreign := _foreign(text, language_code, names):
        yield f"Слова на другом языке: {_quoted(foreign)}."


def _foreign(text: str, language_code: str, names: Sequence[str]) -> list[str]:
    if language_code == "ru":
        return [leftover.quote for leftover in language.foreign_leftovers(text, allowed=names)]
    if language_code == "en":
        lines = [line for line in text.split("\n") if language.detect(line) in ("ru", "tr")]
        return [line[:80] for line in lines]
    return []


#: «12 yaşından büyük», «24 saatten»: the fact guard knows these units in the nominative.
_TURKISH_CASES = re.compile(
    r"(\d\s*(?:yaş|gün|saat|hafta|ay|yıl|gram|dakika))['’]?[aeıioöuünldtksyrm]{1,8}(?!\w)", re.IGNORECASE
)
_GROUPED = re.compile(r"\d{1,3}(?:[ \u00a0]\d{3})+(?!\d)")
_ANY_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def _numbers(text: str) -> Counter[str]:
    """Numbers of a text by value: «1.000», «1 000» and «1000» are one, so are «0,5» and «0.5»."""
    joined = _GROUPED.sub(lambda match: re.sub(r"\D", "", match[0]), text)
    return Counter(_number(match[0]) for match in _ANY_NUMBER.finditer(joined))


def _number(written: str) -> str:
    if re.fullmatch(r"[1-9]\d{0,2}(?:[.,]\d{3})+", written):
        return re.sub(r"\D", "", written)
    return written.replace(",", ".")


def _rarer(source: str, text: str) -> list[str]:
    return list(_numbers(source) - _numbers(text))


def _quoted(words: Sequence[str]) -> str:
    unique = dict.fromkeys(word.strip()[:80] for word in words if word.strip())
    return ", ".join(f"«{word}»" for word in list(unique)[:8])


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
