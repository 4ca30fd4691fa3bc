"""What a card means, held against its source: sentence by sentence, across languages, without asking a model.

`check` runs every comparison; `alignment.align` says which sentences of the source prove which of the card. No Django.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain

from apps.ai.text.meaning import (
    ages,
    belonging,
    bounds,
    claims,
    directions,
    exchange,
    names,
    parity,
    polarity,
    required,
    turned,
)
from apps.ai.text.meaning.evidence import evidence
from apps.ai.text.meaning.findings import Case, Code, Finding

__all__ = ["Case", "Code", "Finding", "case", "check"]
#: Each reads yes and no in a way of its own. Of goods that are no medicines one voice alone is as often wrong as right.
_POLARITY = (polarity.check, parity.check, turned.check)
_CHECKS = (
    ages.check,
    belonging.check,
    exchange.check,
    bounds.check,
    directions.check,
    names.check,
    claims.check,
    required.check,
)


def case(source: str, fields: Mapping[str, str], *, kind: str, known: str = "") -> Case:
    """A card as plain texts by field, held against what its supplier says. `known`: what else it may say."""
    return Case(evidence(source, known), fields, kind)


def check(one: Case) -> Iterator[Finding]:
    """Everything in which the card says something else than its source, each finding once."""
    told = [list(look(one)) for look in _POLARITY]
    voices = Counter(quote for found in told for quote in {finding.quote for finding in found})
    alone = one.kind not in names.MEDICAL
    seen = set()
    for finding in chain.from_iterable((*told, *(look(one) for look in _CHECKS))):
        if finding in seen:
            continue
        seen.add(finding)
        if finding.code is Code.POLARITY and alone and voices[finding.quote] == 1:
            finding = replace(finding, weak=True)
        yield finding
