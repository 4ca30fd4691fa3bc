"""Products that differ by colour or size only: found by their facts with those words masked, written from one another.

Only the words that differ are replaced, each in the form in which it stands («красное» by «синее»). Where that is not
certain — a form with two meanings, a colour that the text does not name, a word that is left over — there is no card,
and the product is asked about like any other. Values in, values out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from apps.ai.text.language import limits
from apps.ai.types import VARIANT, CategoryChoice, Draft, ExtractedAttribute, ProductSnapshot, fingerprint

#: Goods whose colour and size are mere variants. Of food, tea and medicines a colour is another product.
KINDS = frozenset({"clothes", "shoes", "furniture", "tableware", "household"})
SEO_TITLE_LIMIT, SEO_DESCRIPTION_LIMIT, TITLE_LIMIT = 70, 160, 255

#: Russian adjective, English name, and how suppliers call it. Words that also name a material or a substance (gold,
#: silver, cream, coffee, mint) are left out: they are not masked.
_COLOURS = """
белый|white|beyaz
чёрный|black|siyah
серый|grey|gri gray
красный|red|kırmızı
синий|blue|mavi
тёмно-синий|navy|lacivert
голубой|light-blue|
зелёный|green|yeşil
жёлтый|yellow|sarı
оранжевый|orange|turuncu
розовый|pink|pembe
фиолетовый|purple|mor
коричневый|brown|kahverengi
бежевый|beige|bej
бордовый|burgundy|bordo
бирюзовый|turquoise|turkuaz
лиловый|lilac|lila
горчичный|mustard|hardal
антрацитовый|anthracite|antrasit
"""
#: Endings of a hard adjective in the order of the forms; of a soft one («синий») in the same order.
_HARD = "ый ая ое ые ого ому ым ом ой ую ых ыми".split()
_SOFT = "ий яя ее ие его ему им ем ей юю их ими".split()

_SIZE_NAMES = re.compile(r"^(?:beden|numara|ayakkabı numarası|size|размер)", re.IGNORECASE)
_COLOUR_NAMES = re.compile(r"^(?:renk|rengi|colou?r|цвет)", re.IGNORECASE)
_LONGEST_SIZE = 12

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LETTER_SIZE = re.compile(r"(?<![\w&'’.-])(?:[2-6]XL|X{0,3}S|M|X{0,5}L)(?![\w&'’-]|\.\w)")
_NUMBER = r"\d{2}(?:[.,]5)?(?:[-/–]\d{2}(?:[.,]5)?)?"
_NUMBER_SIZE = re.compile(
    rf"(?:(?<=размер )|(?<=размера )|(?<=размер: )|(?<=beden )|(?<=beden: )|(?<=numara )|(?<=numara: )|(?<=size )"
    rf"|(?<=size: )){_NUMBER}(?![\w%]|[.,]\d)|(?<![\d.,]){_NUMBER}(?=[ -](?:numara|beden|размер))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Form:
    """A word for a colour. `places`: the forms of the adjective that it may be; none outside of Russian."""

    colour: str
    language: str
    places: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Token:
    """A colour or a size in a text. `value`: what it says, whatever its spelling."""

    kind: str
    value: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sibling:
    """A finished card: what its supplier said, the texts as they stand now, and its category."""

    run_id: int
    title: str
    description: str
    attributes: Mapping[str, str]
    draft: Draft
    choice: CategoryChoice


@dataclass(frozen=True, slots=True)
class Derived:
    """A card made of a sibling's. `replaced`: old value → new value."""

    draft: Draft
    choice: CategoryChoice
    replaced: Mapping[str, str]


def key(product: ProductSnapshot, *context: object) -> str:
    """Equal for products that differ by colour and size only; "" for one that names neither.

    Photos and barcodes do not count: every variant has its own. `context`: what else an answer depends on.
    """
    attributes = sorted(product.attributes.items())
    if not tokens(product.title) and not any(_value_tokens(name, value) for name, value in attributes):
        return ""
    masked = [(name, _masked(value, _value_tokens(name, value))) for name, value in attributes]
    return fingerprint(
        "variant",
        _masked(product.title, tokens(product.title)),
        _masked(product.description, tokens(product.description)),
        product.brand,
        product.supplier,
        product.source,
        product.source_category,
        masked,
        *context,
    )


def derive(product: ProductSnapshot, sibling: Sibling) -> Derived | None:
    """The sibling's card with this product's colour and size, or None when that cannot be done for certain.

    Both must have the same `key`. That no fact was lost or invented is left to the quality check.
    """
    if sibling.choice.kind not in KINDS:
        return None
    changes = _changes(
        _source_tokens(sibling.title, sibling.description, sibling.attributes),
        _source_tokens(product.title, product.description, product.attributes),
    )
    if changes is None:
        return None
    writer = _Writer({old: new for old, new in changes.items() if old != (new.kind, new.value)})
    draft = _rewritten(sibling.draft, writer)
    if draft is None or writer.missing() or _left_over(draft, changes):
        return None
    choice = replace(
        sibling.choice,
        method=VARIANT + sibling.choice.method.removeprefix(VARIANT),
        attributes=tuple(_attributes(sibling.choice.attributes, product, writer)),
    )
    replaced = {old[1]: new.value for old, new in writer.changes.items()}
    return Derived(draft, choice, replaced)


def tokens(text: str) -> list[Token]:
    """The colours and sizes that a text names, in their order."""
    found = [
        *_colours(text),
        *(
            Token("size", _size(match[0]), match[0], *match.span())
            for pattern in (_LETTER_SIZE, _NUMBER_SIZE)
            for match in pattern.finditer(text)
        ),
    ]
    return sorted(found, key=lambda token: token.start)


# --- reading ----------------------------------------------------------------------------------------------------------


def _fold(word: str) -> str:
    return word.lower().replace("i̇", "i").replace("ı", "i").replace("ё", "е")


def _paradigm(lemma: str) -> list[str]:
    """The forms of an adjective, in the order of `_HARD`."""
    stem, ending = lemma[:-2], lemma[-2:]
    if lemma.endswith("ний"):
        return [stem + one for one in _SOFT]
    return [stem + (ending if place == 0 else one) for place, one in enumerate(_HARD)]


def _forms() -> Iterator[tuple[str, _Form]]:
    for row in _COLOURS.split("\n"):
        if not row:
            continue
        lemma, english, others = row.split("|")
        written = _paradigm(lemma)
        for form in set(written):
            places = tuple(place for place, one in enumerate(written) if one == form)
            yield _fold(form), _Form(english, "ru", places)
        yield english, _Form(english, "en")
        for other in others.split():
            yield _fold(other), _Form(english, "")


_FORMS = dict(_forms())
_PARADIGMS = {row.split("|")[1]: _paradigm(row.split("|")[0]) for row in _COLOURS.split("\n") if row}


def _colours(text: str) -> Iterator[Token]:
    for match in _WORD.finditer(text):
        start, word = match.start(), match[0]
        if _fold(word) not in _FORMS and "-" in word:  # «светло-серый»: the colour is the last part
            start, word = match.end() - len(word.rpartition("-")[2]), word.rpartition("-")[2]
        if (form := _FORMS.get(_fold(word))) is not None:
            yield Token("colour", form.colour, word, start, match.end())


def _size(text: str) -> str:
    """«XXL» and «2XL» are one size."""
    longer = re.fullmatch(r"(X{2,5})L", text)
    return f"{len(longer[1])}XL" if longer else text.replace(",", ".").replace("–", "-")


def _value_tokens(name: str, value: str) -> list[Token]:
    """Those of an attribute's value; where its name says size or colour the value is one whatever it is."""
    found = tokens(value)
    whole = value.strip()
    if found or not whole:
        return found
    if _SIZE_NAMES.match(name) and len(whole) <= _LONGEST_SIZE:
        return [Token("size", _size(whole), whole, 0, len(value))]
    if _COLOUR_NAMES.match(name):
        return [Token("colour", _fold(whole), whole, 0, len(value))]
    return []


def _masked(text: str, found: Sequence[Token]) -> str:
    for token in reversed(found):
        text = f"{text[: token.start]}\x00{token.kind}\x00{text[token.end :]}"
    return text


def _source_tokens(title: str, description: str, attributes: Mapping[str, str]) -> list[Token]:
    values = [one for name, value in sorted(attributes.items()) for one in _value_tokens(name, value)]
    return [*tokens(title), *tokens(description), *values]


# --- writing ----------------------------------------------------------------------------------------------------------


def _changes(old: list[Token], new: list[Token]) -> dict[tuple[str, str], Token] | None:
    """What became what; None when one became two, or two became one."""
    if [token.kind for token in old] != [token.kind for token in new]:
        return None
    became: dict[tuple[str, str], Token] = {}
    for before, after in zip(old, new, strict=True):
        known = became.setdefault((before.kind, before.value), after)
        if known.value != after.value:
            return None
    values = [(token.kind, token.value) for token in became.values()]
    return became if len(set(values)) == len(values) else None


class _Writer:
    """Replaces tokens in texts, and remembers which it met. `changes`: only what differs."""

    def __init__(self, changes: Mapping[tuple[str, str], Token]) -> None:
        self.changes = changes
        self._met: set[tuple[str, str]] = set()

    def missing(self) -> bool:
        """Whether something that differs was named nowhere: the text says less than the source, or otherwise."""
        return self._met != set(self.changes)

    def write(self, text: str, *, found: Sequence[Token] | None = None) -> str | None:
        """The text with the new values; None when a word's form has two meanings."""
        for token in reversed(tokens(text) if found is None else found):
            new = self.changes.get((token.kind, token.value))
            if new is None:
                continue
            self._met.add((token.kind, token.value))
            word = _size_text(new) if token.kind == "size" else _colour_text(token, new)
            if word is None:
                return None
            text = text[: token.start] + word + text[token.end :]
        return text


def _size_text(new: Token) -> str:
    return new.text.strip()


def _colour_text(old: Token, new: Token) -> str | None:
    """The new colour in the form of the old word; None when the form has two meanings, or the language is a third."""
    form = _FORMS.get(_fold(old.text))
    if form is None or new.value not in _PARADIGMS or not form.language:
        return None
    if form.language == "en":
        word = new.value.replace("-", " ")
    else:
        candidates = {_PARADIGMS[new.value][place] for place in form.places}
        if len(candidates) != 1:
            return None
        word = candidates.pop()
    if old.text.isupper() and len(old.text) > 1:
        return word.upper()
    return word[:1].upper() + word[1:] if old.text[:1].isupper() else word


def _rewritten(draft: Draft, writer: _Writer) -> Draft | None:
    def every(values: Sequence[str]) -> tuple[str, ...] | None:
        written = [writer.write(value) for value in values]
        return None if None in written else tuple(value for value in written if value is not None)

    title, description = writer.write(draft.title), writer.write(draft.description)
    seo_title, seo_description = writer.write(draft.seo_title), writer.write(draft.seo_description)
    words, benefits = every(draft.keywords), every(draft.key_benefits)
    if title is None or description is None or seo_title is None or seo_description is None:
        return None
    if words is None or benefits is None:
        return None
    return replace(
        draft,
        title=limits.shorten(title, TITLE_LIMIT),
        description=description,
        seo_title=limits.shorten(seo_title, SEO_TITLE_LIMIT),
        seo_description=limits.shorten(seo_description, SEO_DESCRIPTION_LIMIT),
        keywords=words,
        key_benefits=benefits,
    )


def _left_over(draft: Draft, changes: Mapping[tuple[str, str], Token]) -> bool:
    """Whether a text still names a colour or a size that only the sibling has."""
    now = {(token.kind, token.value) for token in changes.values()}
    texts = (draft.title, draft.description, draft.seo_title, draft.seo_description, *draft.keywords)
    said = {(token.kind, token.value) for text in texts for token in tokens(text)}
    return bool(said & (set(changes) - now))


def _attributes(
    found: Sequence[ExtractedAttribute], product: ProductSnapshot, writer: _Writer
) -> Iterator[ExtractedAttribute]:
    """Those whose evidence, with the new words, stands in this product's source."""
    source = " ".join(f"{product.source_text}\n{product.source_category}".casefold().split())
    for one in found:
        value = writer.write(one.value, found=_value_tokens(one.name, one.value))
        evidence = _quoted(one.evidence, writer.changes, _value_tokens(one.name, one.evidence))
        if value is not None and " ".join(evidence.casefold().split()) in source:
            yield ExtractedAttribute(one.name, value, evidence)


def _quoted(text: str, changes: Mapping[tuple[str, str], Token], found: Sequence[Token]) -> str:
    """A quotation of the old source in the words of the new one."""
    for token in reversed(found):
        new = changes.get((token.kind, token.value))
        if new is not None:
            text = text[: token.start] + new.text + text[token.end :]
    return text
