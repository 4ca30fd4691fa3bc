"""Pictures against the text: what is read from a package proves nothing, but it may speak against what the source says.

A finding needs both sides to say something of the same sort. It quotes both, the package first, and leaves to a person
which is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from apps.ai.issue_codes import issue
from apps.ai.services.quality.card import Card
from apps.ai.services.quality.source_rules import DOSE_UNITS, add_up
from apps.ai.text import facts
from apps.ai.text.attributes import names, traits
from apps.ai.text.facts import Fact, FactKind
from apps.ai.types import Issue

#: Kinds that a package does not tell apart: a syrup of vitamins, a caring cream, a plate of a set of furniture.
_ALIKE: tuple[frozenset[str], ...] = (
    frozenset({"medicine", "supplement", "food"}),
    frozenset({"medicine", "cosmetics"}),
    frozenset({"cosmetics", "perfume", "household"}),
    frozenset({"tableware", "household", "furniture", "electronics"}),
    frozenset({"toys", "household", "electronics", "book"}),
    frozenset({"clothes", "shoes"}),
)
_OTHER = "other"
#: Spellings of one substance in three languages have 82 or more (amoksisilin and амоксициллин 87), other substances
#: with the same beginning 69 or less (levocetirizine and левотироксин).
ALIKE = 75
_SHORTEST_NAME = 5
#: A better picture must be better by so much to be proposed as the first.
BETTER = 0.15
POOR = 0.5
#: Other products with a picture from which on it is no variant's.
SHARED = 10
_VOLUME = frozenset({"ml", "l", "g", "kg"})


def dose(card: Card) -> Iterator[Issue]:
    """Strengths on the package of which the source's title gives none, in the same unit."""
    read = _doses((*card.findings.doses, *card.findings.text_on_package))
    if not read:
        return
    told = _doses((card.source_title, *card.product.attributes.values())) or _doses((card.source_body,))
    units = {fact.unit for fact in told}
    read = [fact for fact in read if fact.unit in units]
    if not read or not told or set(read) & set(_doses((card.source,))):
        return
    if add_up(told, read) or add_up(read, told):
        return
    yield _sides("picture_dose", "Дозировка на упаковке и у поставщика разная", read, told)


def substance(card: Card) -> Iterator[Issue]:
    """Substances on the package none of which the source names, while it names another behind the same figure."""
    read = [name for name in card.findings.substances if len(names.letters(name)) >= _SHORTEST_NAME]
    if not read or card.kind not in ("medicine", "supplement", "") or not card.source.strip():
        return
    if any(names.is_named(name, card.source) or _spelled_alike(name, card.source) for name in read):
        return
    told = _substances(card)
    if told:
        quotes = (f"на упаковке: {', '.join(read)}", f"у поставщика: {', '.join(told)}")
        yield issue("picture_substance", "Вещество на упаковке и у поставщика разное.", quotes)


def kind(card: Card) -> Iterator[Issue]:
    seen, chosen = card.findings.kind, card.kind
    if not seen or not chosen or seen == chosen or _OTHER in (seen, chosen):
        return
    if any({seen, chosen} <= alike for alike in _ALIKE):
        return
    what = card.findings.product_type or seen
    path = " > ".join(card.choice.path) if card.choice else chosen
    yield issue(
        "picture_kind", "На фотографии товар другого вида.", (f"на фотографии: {what}", f"в карточке: {path}")
    )


def count(card: Card) -> Iterator[Issue]:
    """Pieces or volume on the package, of which the source gives only others."""
    read = _sizes((card.findings.pack_size,))
    if not read:
        return
    told = _sizes((card.source_title, *card.product.attributes.values()))
    groups = {_group(fact) for fact in told}
    read = [fact for fact in read if _group(fact) in groups]
    told = [fact for fact in told if _group(fact) in {_group(one) for one in read}]
    known = {(fact.value, _group(fact)) for fact in _sizes((card.source,))}
    if read and told and not {(fact.value, _group(fact)) for fact in read} & known:
        yield _sides("picture_count", "Количество на упаковке и у поставщика разное", read, told)


def colour(card: Card) -> Iterator[Issue]:
    """The colour that the model saw; where it was not asked, nothing: a measured colour may be the box's."""
    seen = traits.values_of("colour", ", ".join(card.findings.dominant_colors))
    if card.kind not in ("clothes", "shoes", "furniture", "tableware", "toys") or not seen:
        return
    told = traits.values_of("colour", card.source)
    if told and not traits.agree("colour", seen, told):
        words = traits.quotes_of("colour", card.source)
        yield issue(
            "picture_colour",
            "Цвет на фотографии и у поставщика разный.",
            (
                f"на фотографии: {', '.join(card.findings.dominant_colors)}",
                f"у поставщика: {', '.join(words)}",
            ),
        )


def brand(card: Card) -> Iterator[Issue]:
    """A brand on the package that neither the source's brand nor its text is; the maker may stand beside the brand."""
    seen, told = card.findings.brand.strip(), card.product.brand.strip()
    if len(names.letters(seen)) < 3 or len(names.letters(told)) < 3:
        return
    package = " ".join((seen, *card.findings.text_on_package))
    if names.is_named(seen, card.source) or names.is_named(told, package):
        return
    if names.sounds_alike(seen, card.source) or names.sounds_alike(told, package):
        return
    yield issue(
        "picture_brand",
        "Марка на фотографии и у поставщика разная.",
        (f"на фотографии: {seen}", f"у поставщика: {told}"),
    )


def shared(card: Card) -> Iterator[Issue]:
    """A picture that many products have: a placeholder, or taken from another. A few may be variants of one thing."""
    for number, one in enumerate(card.findings.pictures, start=1):
        if one.elsewhere >= SHARED:
            yield issue(
                "picture_shared", f"Та же картинка у товаров: {one.elsewhere + 1} (фотография {number})."
            )


def poor(card: Card) -> Iterator[Issue]:
    """No picture is good, or a clearly better one than the first is there: to be put first by a person."""
    pictures = card.findings.pictures
    if not pictures:
        return
    best = max(pictures, key=lambda one: one.score)
    if best.score < POOR:
        said = dict.fromkeys(reason for one in pictures for reason in one.reasons)
        yield issue("picture_poor", "Хорошей фотографии у товара нет.", said)
    elif best.score >= pictures[0].score + BETTER:
        number = pictures.index(best) + 1
        yield issue("picture_poor", f"Первой лучше поставить фотографию {number}.", pictures[0].reasons)


def _sides(code: str, message: str, read: Iterable[Fact], told: Iterable[Fact]) -> Issue:
    on_package = ", ".join(dict.fromkeys(fact.text.strip() for fact in read))
    in_text = ", ".join(dict.fromkeys(fact.text.strip() for fact in told))
    return issue(
        code, f"{message}.", (f"на упаковке: {on_package}", f"у поставщика: {in_text}"), evidence=in_text
    )


def _doses(texts: Iterable[str]) -> list[Fact]:
    return [fact for text in texts for fact in facts.extract(text) if fact.unit in DOSE_UNITS]


def _sizes(texts: Iterable[str]) -> list[Fact]:
    found = [fact for text in texts for fact in facts.extract(text)]
    return [
        fact
        for fact in found
        if fact.kind is FactKind.COUNT or (fact.kind is FactKind.QUANTITY and fact.unit in _VOLUME)
    ]


def _group(fact: Fact) -> str:
    """Counts are compared whatever is counted: «30 tablet» and «№30»."""
    return "count" if fact.kind is FactKind.COUNT else fact.unit


def _spelled_alike(name: str, text: str) -> bool:
    """«Parasetamol» for «парацетамол», but not «Metoprolol» for «метформин»: one name in another spelling."""
    if names.sounds_alike(name, text):
        return True
    from rapidfuzz import fuzz  # noqa: PLC0415 - fifty modules, which commands that only queue need not load

    wanted = names.letters(name.split()[0]).translate(names.LATIN)  # many substances share the salt behind it
    words = (names.letters(word).translate(names.LATIN) for word in text.split())
    return any(word[:2] == wanted[:2] and fuzz.ratio(word, wanted) >= ALIKE for word in words)


def _substances(card: Card) -> list[str]:
    """Names that the source gives beside its strengths: in its title, the words before a dose."""
    doses = _doses((card.source_title,))
    words = card.source_title.split(doses[0].text.strip())[0].split() if doses else []
    return [word.strip(" ,.;:()") for word in words if len(names.letters(word)) >= _SHORTEST_NAME]
