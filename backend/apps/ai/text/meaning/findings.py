"""What the checks of meaning return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from apps.ai.text.meaning.alignment import Pair, align
from apps.ai.text.meaning.evidence import Evidence
from apps.ai.text.meaning.reading import Reading, Unit, read

#: Kinds of goods whose texts speak of medicine, so that every word of persons, ways and times counts.
MEDICAL = frozenset({"medicine", "supplement"})


class Code(StrEnum):
    POLARITY = "polarity"
    CONDITION = "who_when_how"
    WHOSE = "whose_figure"
    NAME = "name_unproved"
    CLAIM = "claim_unproved"
    LEFT_OUT = "left_out"
    FOREIGN = "foreign_text"


@dataclass(frozen=True, slots=True)
class Finding:
    """`quote`: words of the card; `evidence`: the sentence of the source that contradicts them or is missing.

    `weak`: as often an honest paraphrase as a change; somebody should look, the card need not wait for him.
    """

    code: Code
    field: str
    quote: str
    evidence: str = ""
    weak: bool = False


@dataclass(frozen=True)
class Case:
    """A card held against its source.

    `fields`: its plain texts by name; `kind`: of goods, "" when unknown; `listed`: its attributes, a line each, which a
    buyer reads as well.
    """

    proof: Evidence
    fields: Mapping[str, str]
    kind: str
    listed: str = ""

    @property
    def source(self) -> Reading:
        return self.proof.source

    @cached_property
    def body(self) -> Reading:
        return read(self.fields.get("description", ""))

    @cached_property
    def told(self) -> frozenset[str]:
        """Ids of everything that description and attributes speak of."""
        return self.body.ids | self.listed_ids

    @cached_property
    def listed_ids(self) -> frozenset[str]:
        """Ids of what its attributes speak of."""
        return read(self.listed).ids

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        return align(self.source, self.body)

    def sources_of(self, at: int) -> list[Unit]:
        """The sentences of the source behind the card's sentence number `at`."""
        return [self.source.units[place] for place in self.pairs[at].sources]

    def evidence_of(self, at: int) -> str:
        """The best of them as text, "" when there is none."""
        found = self.sources_of(at)
        return found[0].text.strip() if found else ""
