"""What a card means, held against its source: sentence by sentence, across languages, without asking a model.

`check` runs every comparison; `alignment.align` says which sentences of the source prove which of the card. No Django.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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
    timing,
    turned,
)
from apps.ai.text.meaning.evidence import evidence
from apps.ai.text.meaning.findings import Case, Code, Finding

__all__ = ["Case", "Code", "Finding", "case", "check"]
_CHECKS = (
    polarity.check,
    ages.check,
    parity.check,
    turned.check,
    belonging.check,
    exchange.check,
    bounds.check,
    directions.check,
    names.check,
    timing.check,
    claims.check,
    required.check,
)


def case(source: str, fields: Mapping[str, str], *, kind: str, known: str = "", listed: str = "") -> Case:
    """A card as plain texts by field, held against what its supplier says.

    `known`: what else it may say; `listed`: its attributes as lines.
    """
    return Case(evidence(source, known), fields, kind, listed)


def check(one: Case) -> Iterator[Finding]:
    """Everything in which the card says something else than its source, each finding once."""
    seen = set()
    for look in _CHECKS:
        for finding in look(one):
            if finding not in seen:
                seen.add(finding)
                yield finding
