"""What a text states, and the text as its readers see it."""

import re
from dataclasses import dataclass, field
from enum import StrEnum


class FactKind(StrEnum):
    """What a fact states."""

    QUANTITY = "quantity"
    COUNT = "count"
    PERCENT = "percent"
    NUMBER = "number"
    CODE = "code"
    SIZE = "size"
    DIMENSIONS = "dimensions"
    FORM = "form"
    MATERIAL = "material"
    COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement of a text.

    ``value`` is a canonical decimal («0.5»), a range («1-3»), sides («120x200»), a code in capitals without
    hyphens, or the id of a material, country or form. ``unit`` is the id of a unit («mg», «mg/ml»,
    «mg/5ml», «%»); for a count, of what is counted («tablet», "" for pieces). ``text`` is the statement as
    it stood in the source. ``of`` is the id of the material of which a percentage is a share, when the text
    says so.
    """

    kind: FactKind
    value: str
    unit: str = ""
    text: str = field(default="", compare=False)
    of: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A text without invisible characters, and its folded twin of the same length."""

    text: str
    folded: str

    def fact(
        self, kind: FactKind, value: str, unit: str = "", *, span: tuple[int, int], of: str = ""
    ) -> Fact:
        return Fact(kind, value, unit, self.text[span[0] : span[1]].strip(), of)


Reading = tuple[list[Fact], int]

SPACE = r"[ \u00a0\u202f\u2009]"

# A word with its hyphens. Bounded, as every repetition in this module is, so that hostile texts cost linear
# time.
RUN = re.compile(r"[^\W_]{1,64}(?:-[^\W_]{1,64}){0,8}")

INVISIBLE = re.compile(
    r"[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]"
)

HAS_DIGIT = re.compile(r"[\d½¼¾]")
