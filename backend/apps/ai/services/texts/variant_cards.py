"""A card written from a sibling's: a product that differs from it by colour or size only.

Only the words that differ are replaced, each in the form in which it stands («красное» by «синее»). Where that is not
certain — a form with two meanings, a colour that the text does not name, a word that is left over — there is no card,
and the product is asked about like any other. Values in, values out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from apps.ai.services.texts.variants import FORMS, PARADIGMS, Token, fold, tokens, value_tokens
from apps.ai.text.language import limits
from apps.ai.types import VARIANT, CategoryChoice, Draft, ExtractedAttribute, ProductSnapshot

#: Goods whose colour and size are mere variants. Of food, tea and medicines a colour is another product.
KINDS = frozenset({"clothes", "shoes", "furniture", "tableware", "household"})
SEO_TITLE_LIMIT, SEO_DESCRIPTION_LIMIT, TITLE_LIMIT = 70, 160, 255


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


def _source_tokens(title: str, description: str, attributes: Mapping[str, str]) -> list[Token]:
    values = [one for name, value in sorted(attributes.items()) for one in value_tokens(name, value)]
    return [*tokens(title), *tokens(description), *values]


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
    form = FORMS.get(fold(old.text))
    if form is None or new.value not in PARADIGMS or not form.language:
        return None
    if form.language == "en":
        word = new.value.replace("-", " ")
    else:
        candidates = {PARADIGMS[new.value][place] for place in form.places}
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
        value = writer.write(one.value, found=value_tokens(one.name, one.value))
        evidence = _quoted(one.evidence, writer.changes, value_tokens(one.name, one.evidence))
        if value is not None and " ".join(evidence.casefold().split()) in source:
            yield ExtractedAttribute(one.name, value, evidence)


def _quoted(text: str, changes: Mapping[tuple[str, str], Token], found: Sequence[Token]) -> str:
    """A quotation of the old source in the words of the new one."""
    for token in reversed(found):
        new = changes.get((token.kind, token.value))
        if new is not None:
            text = text[: token.start] + new.text + text[token.end :]
    return text
