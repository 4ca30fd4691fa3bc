"""The fact guard: numbers, doses, counts, sizes, codes, materials and countries that a text states.

``extract`` reads them in a canonical form in which Russian, Turkish and English spellings are equal;
``lost`` and ``invented`` compare two texts. Nothing here knows what a text should say: it only proves that
nothing was changed.

What counts as equal, beyond spelling:

- exact powers of ten of metric units («0,5 г» and «500 мг»): see ``units.base`` for the reason; the same time in
  another unit where it is exactly that (``durations``);
- a count with any noun and the same count as pieces («30 таблеток», «№30», «30 шт.»), two dosage forms never;
- the sides of dimensions and the same lengths one by one («120×200 см», «ширина 120 см, высота 200 см»);
- a small number in figures and in words («3 слоя», «трёхслойный»);
- a code with and without its space («RTX 4090», «RTX4090»).
"""

import re
from functools import lru_cache

from apps.ai.text.facts.comparison import supports
from apps.ai.text.facts.evidence import Evidence
from apps.ai.text.facts.reading import read
from apps.ai.text.facts.reading.source import Fact, FactKind

__all__ = ["Fact", "FactKind", "extract", "invented", "lost"]


@lru_cache(maxsize=512)  # the source and fields of each product in flight, until its repair is checked
def extract(text: str) -> tuple[Fact, ...]:
    """The facts of a text in order of appearance, without repetitions."""
    return tuple(dict.fromkeys(read(text)))


def lost(source: str, *outputs: str) -> tuple[Fact, ...]:
    """Facts of the source that none of the outputs states; «46, 48, 50» is stated by «46–50»."""
    missing = _unsupported(source, outputs)
    if not missing:
        return ()
    listed = _restated(source, "\n".join(outputs))
    return tuple(fact for fact in missing if fact.kind is not FactKind.NUMBER or fact.value not in listed)


_LIST = re.compile(r"(?<![\d.,])\d{1,3}(?: ?[,/;] ?\d{1,3}){2,20}(?![\d.,]*\d)")


def _restated(source: str, output: str) -> frozenset[str]:
    """The numbers of rising lists that the output gives as a range."""
    listed: set[str] = set()
    for match in _LIST.finditer(source):
        numbers = [int(number) for number in match[0].replace("/", ",").replace(";", ",").split(",")]
        low, high = numbers[0], numbers[-1]
        if numbers == sorted(numbers) and re.search(rf"(?<!\d){low} ?(?:[-–—]|до) ?{high}(?!\d)", output):
            listed.update(map(str, numbers))
    return frozenset(listed)


def invented(sources: str, output: str) -> tuple[Fact, ...]:
    """Facts of the output that the sources (joined by line breaks) do not state."""
    return _unsupported(output, (sources,))


def _unsupported(claims: str, texts: tuple[str, ...]) -> tuple[Fact, ...]:
    stated = extract(claims)
    if not stated:
        return ()
    known = _evidence(texts)
    return tuple(fact for fact in stated if not supports(known, fact))


@lru_cache(maxsize=128)
def _evidence(texts: tuple[str, ...]) -> Evidence:
    return Evidence("\n".join(texts), tuple(fact for text in texts for fact in extract(text)))
