"""Category stage of the offline engine: the candidate whose words the product shares most, or none of them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from apps.ai.schemas import AttributeClaim, CategoryAnswer
from apps.ai.text.attributes import values
from apps.ai.text.attributes.schema import AttributeSpec, normal_form
from apps.ai.text.language import glossary, russian, stems
from apps.ai.text.safety import html
from apps.ai.types import CategoryCandidate, CategoryFacts, ProductSnapshot
from apps.ai_offline import attributes, sameness, source_text, title_properties, titles, traits
from apps.ai_offline.attributes import Property

NONE = "none"
RUNNERS_UP = 3
#: Below both, nothing speaks for a candidate: neither shared words nor what the retrieval knew.
WEAKEST_OVERLAP = 0.06
WEAKEST_RETRIEVAL = 0.25
#: How much the retrieval's own estimate counts beside the shared words (both in 0..1).
RETRIEVAL_WEIGHT = 0.9
#: …and where it was fitted on the shop's own products: the words only break ties, as it has counted them already.
MEASURED_WEIGHT = 50.0

_TITLE, _SOURCE_CATEGORY, _KIND_ATTRIBUTE, _DESCRIPTION = 1.0, 1.2, 1.2, 0.2
_LEAF, _ANCESTOR, _SYNONYM, _EXAMPLE = 1.0, 0.45, 0.8, 0.4
_DESCRIPTION_LIMIT = 300
_KIND_NAMES = frozenset({"вид товара", "тип товара", "форма выпуска", "предмет", "вид", "тип", "категория"})

Weights = Mapping[str, float]


def choose(question: CategoryFacts) -> CategoryAnswer:
    """The number of the best candidate and of the next three; the product's attributes with their evidence."""
    scored = sorted(_scores(question), key=lambda score: (-score.total, score.number))
    fitting = [score for score in scored if score.fits]
    choice = str(fitting[0].number) if fitting else NONE
    others = [str(score.number) for score in scored if str(score.number) != choice]
    best = question.candidates[fitting[0].number - 1] if fitting else None
    found = claims(question.product, best.kind, best.attributes) if best else claims(question.product, "")
    return CategoryAnswer(choice=choice, runners_up=others[:RUNNERS_UP], attributes=found)


def claims(product: ProductSnapshot, kind: str, specs: Sequence[AttributeSpec] = ()) -> list[AttributeClaim]:
    """What the source says of the product; with a schema only what that knows, as it calls it."""
    properties = list(_properties(product, kind))
    if not specs:
        return list(_claims(product, sameness.once(properties)))
    names = {normal_form(name) for spec in specs for name in spec.names}
    known = [item for item in properties if normal_form(item.name) in names]
    return [*_claims(product, known), *_named_in_title(product, specs)]


@dataclass(frozen=True, slots=True)
class _Score:
    number: int
    overlap: float
    retrieval: float
    measured: bool

    @property
    def total(self) -> float:
        return self.overlap + (MEASURED_WEIGHT if self.measured else RETRIEVAL_WEIGHT) * self.retrieval

    @property
    def fits(self) -> bool:
        """What was measured says itself how sure it is."""
        return self.measured or self.overlap >= WEAKEST_OVERLAP or self.retrieval >= WEAKEST_RETRIEVAL


def _scores(question: CategoryFacts) -> list[_Score]:
    wanted = _product_weights(question.product)
    documents = [_candidate_weights(candidate) for candidate in question.candidates]
    rarity = _rarity(documents)
    return [
        _Score(number, _overlap(wanted, document, rarity), candidate.score, question.measured)
        for number, (candidate, document) in enumerate(
            zip(question.candidates, documents, strict=True), start=1
        )
    ]


def _product_weights(product: ProductSnapshot) -> dict[str, float]:
    """Stems of the product's words in its own language and in Russian."""
    found: dict[str, float] = {}
    title = titles.one_line(product.title)
    for name in (product.brand, product.supplier):
        title, _ = titles.without_brand(title, name)
    kinds = [value for name, value in product.attributes.items() if _is_kind(name)]
    for text, weight in (
        (title, _TITLE),
        (product.source_category, _SOURCE_CATEGORY),
        *((kind, _KIND_ATTRIBUTE) for kind in kinds),
        (html.to_text(product.description)[:_DESCRIPTION_LIMIT], _DESCRIPTION),
    ):
        _put(found, text, weight)
        _put(found, glossary.translate(text).text, weight)
    return found


def _is_kind(name: str) -> bool:
    known = glossary.attribute_name(name) or name
    return known.lower() in _KIND_NAMES


def _candidate_weights(candidate: CategoryCandidate) -> dict[str, float]:
    found: dict[str, float] = {}
    for place, name in enumerate(reversed(candidate.path)):
        _put(found, name, _LEAF if place == 0 else _ANCESTOR)
    for synonym in candidate.synonyms:
        _put(found, synonym, _SYNONYM)
    for example in candidate.examples:
        _put(found, example, _EXAMPLE)
    return found


_STOP = russian.word_set("и в на с для от из без по к до при за о об или не the of and for with ve ile icin")


def _put(found: dict[str, float], text: str, weight: float) -> None:
    for stem in stems.stems(text):
        if stem not in _STOP and len(stem) > 1 and not stem.isdigit():
            found[stem] = max(found.get(stem, 0.0), weight)


def _rarity(documents: Iterable[Weights]) -> dict[str, float]:
    """How much a stem tells the candidates apart: 1 when one of them has it, towards 0 when all have."""
    every = list(documents)
    count: dict[str, int] = {}
    for document in every:
        for stem in document:
            count[stem] = count.get(stem, 0) + 1
    whole = math.log(len(every) + 1.0)
    return {stem: max(math.log((len(every) + 1.0) / times) / whole, 0.02) for stem, times in count.items()}


def _overlap(wanted: Weights, document: Weights, rarity: Weights) -> float:
    """Shared weight over the lengths of both, in 0..1; stems with a long common beginning share partly."""
    shared = 0.0
    for stem, weight in document.items():
        likeness, source = _nearest(stem, wanted)
        shared += likeness * weight * wanted.get(source, 0.0) * rarity[stem] ** 2
    own = math.sqrt(sum((weight * rarity[stem]) ** 2 for stem, weight in document.items()))
    theirs = math.sqrt(sum((weight * rarity.get(stem, 0.5)) ** 2 for stem, weight in wanted.items()))
    return shared / (own * theirs) if own and theirs else 0.0


_SHORTEST_COMMON = 5
_PARTLY = 0.6


def _nearest(stem: str, wanted: Weights) -> tuple[float, str]:
    """How like a stem of the product is, and which: «обезболива» and «обезболивающ» are two forms of one."""
    if stem in wanted:
        return 1.0, stem
    if len(stem) < _SHORTEST_COMMON:
        return 0.0, ""
    start = stem[:_SHORTEST_COMMON]
    near = [s for s in wanted if s.startswith(start) and _common(stem, s) >= 0.7 * max(len(stem), len(s))]
    return (_PARTLY, max(near, key=lambda s: (wanted[s], s))) if near else (0.0, "")


def _common(first: str, second: str) -> int:
    length = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        length += 1
    return length


# --- attributes -------------------------------------------------------------------------------------------------------


def _claims(product: ProductSnapshot, properties: Iterable[Property]) -> Iterator[AttributeClaim]:
    """Attributes with the words that prove them, each name once."""
    seen: set[str] = set()
    source = _one_line(f"{product.source_text}\n{product.source_category}")
    for item in properties:
        key = item.name.casefold()
        if key in seen or not item.evidence or _one_line(item.evidence) not in source:
            continue
        if not _numbers(item.value) <= _numbers(item.evidence):
            continue
        seen.add(key)
        yield AttributeClaim(name=item.name, value=item.value, evidence=item.evidence)


def _named_in_title(product: ProductSnapshot, specs: Sequence[AttributeSpec]) -> Iterator[AttributeClaim]:
    """Allowed values that the title names: «20 Tablet» says «Форма выпуска: таблетки»."""
    title = titles.one_line(product.title)
    for name in (product.brand, product.supplier):
        title, _ = titles.without_brand(title, name)
    for spec in specs:
        found = values.found_in(spec, title) if spec.from_title else None
        if found is not None and _one_line(found[1]) in _one_line(product.title):
            yield AttributeClaim(name=spec.name, value=found[0], evidence=found[1])


def _properties(product: ProductSnapshot, kind: str) -> Iterator[Property]:
    """Of the source's own, its description and its title; a whole composition before an attribute with part of it."""
    evidence = html.to_text(product.source_text)
    names = [name for name in (product.brand, product.supplier) if name]
    description = html.to_text(product.description)
    pairs = [] if titles.is_russian(description) else list(source_text.pairs(description))
    named = [(pair.name, pair.value, pair.evidence) for pair in pairs]
    given = [(name, value, "") for name, value in product.attributes.items()]
    whole = [one for one in named if one[0] == source_text.COMPOSITION]
    for name, value, proof in dict.fromkeys((*whole, *given, *named)):
        found = attributes.translate(name, value, evidence=evidence, names=names, kind=kind).property
        if found is not None:
            yield replace(found, evidence=proof or found.evidence)
    title = titles.one_line(product.title)
    yield from title_properties.of(title, kind=kind, source=evidence)
    if kind != "book":
        yield from traits.find(title, kind=kind)


def _one_line(text: str) -> str:
    return " ".join(text.casefold().split())


def _numbers(text: str) -> set[str]:
    return {number.replace(",", ".") for number in re.findall(r"\d+(?:[.,]\d+)?", text)}
