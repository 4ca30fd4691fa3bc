"""What the supplier said, sentence by sentence, and which of it the card uses."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.ai.models import AIProcessingLog
from apps.ai.services.people import card_edits
from apps.ai.text.meaning.alignment import align
from apps.ai.text.meaning.reading import Reading, Unit, read
from apps.ai.text.meaning.stance import Stance, stances
from apps.ai.text.safety import html

LEFT_OUT = "meaning_left_out"


@dataclass(frozen=True, slots=True)
class SourceSentence:
    """`number`: from 0, as proofs name it. `state`: "used", "unused", "warning" (unused, and it forbids or warns) or
    "missing" (a finding says that it must not be left out). `finding`: the key of that finding.
    `markup`: the text as safe HTML.
    """

    number: int
    text: str
    state: str
    finding: str = ""
    markup: str = ""


@dataclass(frozen=True, slots=True)
class SourceAttribute:
    name: str
    value: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Source:
    """`proofs`: for each sentence of the card the numbers of those that prove it, as `alignment` has them."""

    title: SourceSentence | None
    sentences: tuple[SourceSentence, ...]
    attributes: tuple[SourceAttribute, ...]
    proofs: tuple[tuple[int, ...], ...]
    facts: Mapping[str, str]
    url: str

    @property
    def left_out(self) -> tuple[SourceSentence, ...]:
        """What no sentence of the card is made from: what must be there first, then what warns."""
        order = ("missing", "warning", "unused")
        unused = [one for one in self.sentences if one.state in order]
        return tuple(sorted(unused, key=lambda one: (order.index(one.state), one.number)))

    @property
    def warned(self) -> int:
        return sum(one.state in ("missing", "warning") for one in self.sentences)


def source_of(run: AIProcessingLog, missing: Mapping[str, str]) -> Source:
    """`missing`: sentences that a finding says are left out, with the finding's key."""
    product = card_edits.product_as_read(run)
    text = html.to_text(product.source_text)
    reading = read(text)
    proofs = _proofs(run.alignment, reading)
    used = {number for numbers in proofs for number in numbers}
    title_end = len(html.to_text(product.title)) if product.title else 0
    tail = html.to_text("\n".join(_tail(product)))
    body_end = len(text) - len(tail) if tail and text.endswith(tail) else len(text)
    sentences = _sentences(reading, used, missing, written=bool(run.generated_description))
    body = tuple(one for one in sentences if title_end <= reading.units[one.number].start < body_end)
    return Source(
        title=sentences[0] if sentences and title_end else None,
        sentences=body,
        attributes=_attributes(product.attributes, reading, body_end),
        proofs=proofs,
        facts=_facts(run.input_data),
        url=_web(run.input_data.get("source_url")),
    )


def numbers_of(words: str, source: Source) -> tuple[int, ...]:
    """The sentences in which these words of the source stand."""
    wanted = " ".join(words.casefold().split())
    if not wanted:
        return ()
    every = (*((source.title,) if source.title else ()), *source.sentences)
    found = [one.number for one in every if wanted in " ".join(one.text.casefold().split())]
    lines = [
        row.number
        for row in source.attributes
        if row.number is not None and wanted in f"{row.name}: {row.value}".casefold()
    ]
    return tuple(found + lines)


def proof_of(claim: str, evidence: str, run: AIProcessingLog, source: Source) -> tuple[int, ...]:
    """The sentences that prove an attribute: those with the words that the model quoted, else those like it."""
    quoted = numbers_of(evidence, source)
    if quoted:
        return quoted
    reading = read(html.to_text(card_edits.source_text(run)))
    return tuple(number for pair in align(reading, read(claim)) for number in pair.sources)


def _sentences(
    reading: Reading, used: Collection[int], missing: Mapping[str, str], *, written: bool
) -> list[SourceSentence]:
    found = []
    for number, unit in enumerate(reading.units):
        key = _missing_key(unit, missing)
        state = "missing" if key else "used" if number in used or not written else _unused(reading, number)
        found.append(SourceSentence(number, unit.text.strip(), state, key))
    return found


def _missing_key(unit: Unit, missing: Mapping[str, str]) -> str:
    text = " ".join(unit.text.split())
    return next((key for words, key in missing.items() if " ".join(words.split()) in text), "")


def _unused(reading: Reading, number: int) -> str:
    warns = any(one.stance in (Stance.FORBIDS, Stance.WARNS) for one in stances(reading)[number])
    return "warning" if warns else "unused"


def _proofs(alignment: Sequence[Sequence[int]], reading: Reading) -> tuple[tuple[int, ...], ...]:
    numbers = {unit.start: number for number, unit in enumerate(reading.units)}
    return tuple(tuple(numbers[start] for start in row[3::2] if start in numbers) for row in alignment)


def _tail(product: Any) -> list[str]:
    lines = [
        product.brand,
        product.barcode,
        *(f"{name}: {value}" for name, value in product.attributes.items()),
    ]
    return [line for line in lines if line]


def _attributes(values: Mapping[str, str], reading: Reading, body_end: int) -> tuple[SourceAttribute, ...]:
    lines = {
        " ".join(unit.text.split()): number
        for number, unit in enumerate(reading.units)
        if unit.start >= body_end
    }
    return tuple(
        SourceAttribute(
            name, value, next((at for text, at in lines.items() if text.startswith(f"{name}: ")), None)
        )
        for name, value in values.items()
    )


def _facts(told: Mapping[str, Any]) -> dict[str, str]:
    """What else the supplier says of the product, by the snapshot's names."""
    names = ("brand", "supplier", "source_category", "barcode", "price", "currency")
    return {name: str(told[name]) for name in names if told.get(name)}


def _web(url: Any) -> str:
    """An address that a link may have; "" for any other."""
    return url if isinstance(url, str) and url.startswith(("https://", "http://")) else ""
