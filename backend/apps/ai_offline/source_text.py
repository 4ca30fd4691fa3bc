"""What may be taken over from a supplier's description: sentences without advertising, prices, links and orders.

A sentence is kept whole or left out whole; nothing inside it is reworded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from apps.ai.text import language
from apps.ai.text.language import glossary, russian, typography
from apps.ai.text.language.glossary import Part
from apps.ai.text.language.russian import Gender
from apps.ai.text.safety import claims, injection
from apps.ai_offline import phrase, russian_titles, titles
from apps.ai_offline.pieces import Piece, cut

#: Characters of description that go onto a card; the rest of a long leaflet stays with the source.
LONGEST = 6000
LONGEST_SENTENCE = 700


@dataclass(frozen=True, slots=True)
class Pair:
    """«Kumaş: %100 Pamuk»: a property that the description names, as the source wrote it."""

    name: str
    value: str
    evidence: str


# --- sentences --------------------------------------------------------------------------------------------------------

_END = re.compile(r"(?<=[.!?…])[\"»)]?\s+(?=[«\"(]?[А-ЯЁA-ZÇĞİÖŞÜ0-9])")
_ABBREVIATED = re.compile(
    r"(?:^|[\s(])(?:т\.\s?[екдпн]|др|пр|ул|им|св|напр|обл|[А-ЯA-Z])\.$",
    re.IGNORECASE,
)
_BEFORE_NUMBER = re.compile(
    r"(?:^|[\s(])(?:стр|рис|см|табл|капс|амп|фл|шт|мин|макс|ок|ст|арт|р|размер)\.$", re.IGNORECASE
)


def sentences(line: str) -> list[str]:
    """The sentences of a line; full stops of abbreviations do not end one."""
    found: list[str] = []
    for piece in _END.split(line):
        if found and _goes_on(found[-1], piece):
            found[-1] = f"{found[-1]} {piece}"
        else:
            found.append(piece)
    return [sentence.strip() for sentence in found if sentence.strip()]


def _goes_on(before: str, after: str) -> bool:
    if _ABBREVIATED.search(before):
        return True
    return after[:1].isdigit() and _BEFORE_NUMBER.search(before) is not None


_LINK = re.compile(
    r"https?:|www\.|\w\.(?:ru|com|net|org|shop|tr|рф)(?![\w])|\S@\S|(?<!\w)@\w{3}|t\.me", re.IGNORECASE
)
_PHONE = re.compile(r"(?<!\d)\+?\d[\d\s()–-]{9,}\d(?!\d)")
_PRICE = re.compile(r"\d\s?(?:₽|руб|р\.(?!\w)|₺|tl(?!\w)|\$|€|usd|eur)|[$€₺]\s?\d", re.IGNORECASE)
_SELLING = re.compile(
    r"доставк|оплат[аеуы]|закаж|купит[еь]|покупа[йт]|скидк|распродаж|акци[яюи](?!\w)|промокод|кэшб|рассрочк"
    r"|подпис(?:ыв|ат)|whats?app|вотсап|ватсап|телеграм|telegram|viber|instagram|директ|пишите|звоните|звонок"
    r"|наш(?:ем|его|и|их|а|у)? (?:магазин|сайт|менеджер|канал)|добав(?:ь|ля)\w* в (?:корзин|избранн)|оставля\w+ отзыв"
    r"|хит продаж|успе[йв]|торопи|только (?:у нас|сегодня)|гарантируем|не пожалеете|подарок при",
    re.IGNORECASE,
)
_PRAISE = re.compile(
    r"лучш(?:ий|ая|ее|ие|его|ей|ую|их|им)(?!\w)|уникальн|невероятн|непревзойд|потрясающ|роскошн|шикарн|великолепн"
    r"|восхитительн|превосходн|безупречн|идеальн(?:ый|ая|ое|ые)|(?<!\w)супер(?!\w)|волшебн|сногсшибательн",
    re.IGNORECASE,
)
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)


def kept(text: str, *, names: Sequence[str]) -> list[list[str]]:
    """The sentences that may stand on a card, by the lines of the source. `names`: allowed foreign words."""
    text = text[: LONGEST * 3]
    ordered = injection.find_instructions(text)
    seen: set[str] = set()
    lines: list[list[str]] = []
    length = 0
    for line in text.split("\n"):
        chosen = []
        for sentence in sentences(russian_titles.one_alphabet(_without_pictures(line))):
            key = sentence.casefold()
            if key in seen or length + len(sentence) > LONGEST or not _may_stand(sentence, ordered, names):
                continue
            seen.add(key)
            length += len(sentence)
            chosen.append(typography.typographic(sentence))
        if chosen:
            lines.append(chosen)
    return lines


def _may_stand(sentence: str, ordered: Sequence[str], names: Sequence[str]) -> bool:
    if len(_CYRILLIC.findall(sentence)) < 4 or len(sentence) > LONGEST_SENTENCE:
        return False
    if any(quote in sentence or sentence in quote for quote in ordered):
        return False
    if any(pattern.search(sentence) for pattern in (_LINK, _PHONE, _PRICE, _SELLING, _PRAISE)):
        return False
    if claims.find_promises(sentence) or claims.find_superlatives(sentence) or claims.find_replica(sentence):
        return False
    return not language.foreign_leftovers(sentence, allowed=names)


def _without_pictures(line: str) -> str:
    kept_characters = (
        c for c in line if unicodedata.category(c) not in {"So", "Cs", "Co", "Cf"} or c in "°№"
    )
    return re.sub(r"^[\s•●·*\-–—>✓✔]+", "", " ".join("".join(kept_characters).split()))


# --- foreign descriptions ---------------------------------------------------------------------------------------------

_PAIR = re.compile(r"^\s*[•●·*\-–—]?\s*([^:.!?]{2,40}?)\s*[:：]\s*(\S.{0,200}?)\s*[.;]?\s*$")
_FRAGMENT_END = re.compile(r"[.!?;\n]+|(?<=\s)[-–—•●](?=\s)")
_MOST_WORDS = 9


def pairs(text: str) -> Iterator[Pair]:
    """The properties that a foreign description names, a line or a sentence each; a whole composition first."""
    for piece in pieces(text):
        if _is_composition(piece):
            yield Pair(COMPOSITION, piece, piece)
    for piece in pieces(text):
        match = _PAIR.match(piece)
        if match and glossary.attribute_name(match[1]) is not None:
            yield Pair(match[1], match[2], piece.strip())


#: The name under which a composition without one is read.
COMPOSITION = "Kumaş İçeriği"
_SHARE = re.compile(r"(?:%\s?(\d{1,3})|(\d{1,3})\s?%) [^\W\d_]+(?: [^\W\d_]+)?")


def _is_composition(piece: str) -> bool:
    """«%80 bambu viskon, %17 polyamid, %3 elastan»: several shares that make up a hundred, and nothing else."""
    shares = [_SHARE.fullmatch(part.strip(" .•*-–—")) for part in piece.split(",")]
    numbers = [int(share[1] or share[2]) for share in shares if share is not None]
    return len(numbers) == len(shares) > 1 and sum(numbers) == _HUNDRED


_HUNDRED = 100


def remark(piece: str, *, evidence: str, names: Sequence[str], gender: Gender | None) -> str:
    """A short piece of a foreign description that the glossary knows wholly, in Russian («С капюшоном»); else "".

    `gender`: that of the goods, for what agrees with them («водонепроницаемая»).
    """
    words = glossary.WORD.findall(piece)
    if (
        not 0 < len(words) <= _MOST_WORDS
        or ":" in piece
        or titles.is_russian(piece)
        or _is_composition(piece)
    ):
        return ""
    if (washing := _WASHED.fullmatch(piece)) is not None:
        said = "Можно стирать" if washing["may"] else "Стирать"
        return f"{said} при {washing['degrees']} °C"
    if not all(_is_plain(part) for part in _PARTS.split(piece)):
        return ""
    understood = phrase.understand(piece, evidence=evidence, hint=gender)
    if not understood.covered or understood.before or understood.after or understood.kind:
        return ""
    said = ", ".join((*understood.extra, *understood.measures))
    return russian.capitalise(said) if said and not language.foreign_leftovers(said, allowed=names) else ""


_PARTS = re.compile(r",(?!\d)\s*|\s+ve\s+")


_NAMING = frozenset({Part.DROP, Part.ATTRIBUTE})


def _is_plain(part: str) -> bool:
    """Whether no word of a part depends on another: «kulak arkası lastikli» is not for ears and on a rubber band."""
    items = list(cut(part))
    known = [item.entry for item in items if item.entry is not None]
    if any(item.piece is Piece.MEASURE for item in items) and any(entry.part in _NAMING for entry in known):
        return False  # «boy 104–110 cm» says of what, and the measure alone would not
    return len(known) < 2 or not any(entry.part is Part.NOUN for entry in known)


_WASHED = re.compile(
    r"(?P<degrees>\d{2}) ?°C['’]?(?:de|da)? (?:(?P<may>yıkanabilir|yıkanır)|yıkayınız|yıkanmalıdır)",
    re.IGNORECASE,
)


def pieces(text: str) -> Iterator[str]:
    """Lines and sentences; a decimal point does not end one."""
    for line in text[: LONGEST * 3].split("\n"):
        for piece in re.split(r"(?<=[^\d\s])[.!?](?=\s|$)|;", line):
            if piece.strip():
                yield piece.strip()
