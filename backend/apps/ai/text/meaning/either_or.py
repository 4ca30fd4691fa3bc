"""Of two ways to do a thing the card tells the other one: «стоя» for "lying down", «на шнуровке» for "velcro"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.reading import Reading, Unit
from apps.ai.text.meaning.views import once

_FEW = r"\b(?:несколько|нескольких|пару|пары|birkac|a few|few|several) "
_EACH = r"использован|применен|стирк|носк|включен|употреблен"
#: Kinds of goods (none: all) and the ways, of which a text tells those that hold; words as sentences are folded.
_ROWS: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = (
    (
        frozenset({"clothes", "shoes"}),
        (
            r"\bлипуч[кек]|\bcirt ?cirt|\bvelcro|hook[- ]and[- ]loop",
            r"\bшнур(?:ов|ки|ка)|\bbagcik|\blaces?\b|\blace-?up|\blaced\b",
            r"\bкноп[кое]|\bcitcit|\bsnaps?\b|\bpress[- ]stud|\bpoppers?\b",
            r"\bзавяз[кое]|\bbaglama|\bbagcik|\bdrawstring|\bties?\b|\btie-",
            r"\bмолни[яией]|\bfermuar|\bzip",
            r"\bпуговиц|\bпуговк|\bdugme|\bbuttons?\b|\bbuttoned",
        ),
    ),
    (
        frozenset(),
        (
            r"\bлежа\b|\bлечь\b|\bлягте|\bлежит|\bна спине|\bне вставая|\byatar(?:ak|ken)|"
            r"\bsirtustu|\buzan|\blying|\bsupine|\blie down",
            r"\bсидя\b|\bсядьте|\bсесть\b|\boturarak|\botururken|\boturur|\bsitting|\bseated|\bsit\b",
            r"\bстоя\b|\bвстаньте|\bayakta|\bstanding|\bstand\b",
        ),
    ),
    (
        frozenset(),
        (
            r"\bпо росту волос|\bпо направлению роста|\bпо ходу роста|\b(?:cikis|kil|tuy|buyume)\w* yonunde|"
            r"\b(?:with|in) (?:the )?(?:direction of )?(?:the )?hair growth",
            r"\bпротив роста|\bпротив направления роста|\bters(?:ine|i)? (?:yon)?|\btersine|"
            r"\bagainst (?:the )?(?:direction of )?(?:the )?hair",
        ),
    ),
    (
        frozenset(),
        (
            rf"\bперв\w+ (?:{_EACH})|\bilk (?:kullan|yika|giy)|\bfirst (?:use|wash|wear)",
            rf"\bкажд\w+ (?:{_EACH})|\bher (?:kullan|yika|giy)|\b(?:each|every) (?:use|wash|wear)",
        ),
    ),
    (
        frozenset({"medicine"}),
        (
            r"\bперв\w+ (?:инфузи|введени|влива|доз|инъекц|при[её]м)|\bilk (?:infuzyon|doz|"
            r"enjeks|uygulama)|\bfirst (?:infusion|dose|inject)",
            r"\bпоследн\w+ (?:инфузи|введени|влива|доз|инъекц|при[её]м)|\bson (?:infuzyon|doz|"
            r"enjeks|uygulama)|\b(?:last|final) (?:infusion|dose|inject)",
        ),
    ),
    (
        frozenset({"medicine"}),
        (
            r"\bягодичн\w+ мышц|\bв ягодиц|\bglute|\bbuttock|\bkalca",
            r"\bдельтовидн|\bв плечо|\bdeltoid|\bupper arm|\bust kol",
            r"\bмышц\w+ бедра|\bв бедро|\bthigh|\buyluk",
        ),
    ),
    (
        frozenset(),
        (
            r"\bрегулярн|\bпостоянн|\bduzenli|\bregular",
            r"\bпо (?:мере )?(?:потребности|необходимости|требованию)|\bgerek(?:tig|tik|irse|liyse)|"
            r"\bihtiyac|\b(?:as|when|if) (?:needed|required|necessary)",
        ),
    ),
    (
        frozenset({"clothes"}),
        (
            r"\bsererek|\bразложи|\bразложен|\bгоризонтал|\bрасправленн|\bна плоск|\bflat\b",
            r"\bна вешалк|\bподве[сш]|\bна вер[её]вк|\bна плечиках|\baskida|\basarak|\bhang|\bline[- ]dry",
        ),
    ),
    (
        frozenset(),
        (
            rf"{_FEW}(?:секунд|saniye|second)",
            rf"{_FEW}(?:минут|dakika|dk\b|minute)",
            rf"{_FEW}(?:час|saat|hour)",
            rf"{_FEW}(?:дн|день|сут|gun|day)|\bkac gun",
            rf"{_FEW}(?:недел|hafta|week)",
            rf"{_FEW}(?:месяц|ay\b|ayda|month)",
            rf"{_FEW}(?:лет|год|yil|year)",
        ),
    ),
)  # fmt: skip
#: What denies a way, before it.
_DENIED = re.compile(r"\b(?:не|ни|без|нельзя|нет|вместо|кроме|а не|запре\w+)\b[^,.;:]*$")


def check(case: Case) -> Iterator[Finding]:
    told = _told(case.source)
    for at, (unit, ours) in enumerate(zip(case.body.units, _of_units(case.body), strict=True)):
        for row, way in ours:
            kinds = _ROWS[row][0]
            theirs = told.get(row, frozenset())
            if theirs and way not in theirs and (not kinds or case.kind in kinds):
                yield Finding(Code.CONDITION, "description", unit.text.strip()[:160], case.evidence_of(at))
                break


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[int, int, re.Pattern[str]], ...]:
    return tuple(
        (row, way, re.compile(words)) for row, (_, ways) in enumerate(_ROWS) for way, words in enumerate(ways)
    )


@once
def _told(source: Reading) -> dict[int, frozenset[int]]:
    """The ways that a source tells, denied or not."""
    found: dict[int, set[int]] = {}
    for row, way, words in _patterns():
        if any(words.search(unit.folded) for unit in source.units):
            found.setdefault(row, set()).add(way)
    return {row: frozenset(ways) for row, ways in found.items()}


@once
def _of_units(body: Reading) -> tuple[tuple[tuple[int, int], ...], ...]:
    return tuple(tuple(_ways(unit)) for unit in body.units)


def _ways(unit: Unit) -> Iterator[tuple[int, int]]:
    for row, way, words in _patterns():
        match = words.search(unit.folded)
        if match and _DENIED.search(unit.folded[: match.start()]) is None:
            yield row, way
