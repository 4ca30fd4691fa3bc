"""What a card means, held against its source: sentence by sentence, across languages, without asking a model.

`check` runs every comparison; `alignment.align` says which sentences of the source prove which of the card. No Django.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from apps.ai.text.meaning.evidence import evidence
from apps.ai.text.meaning.findings import Case, Code, Finding

__all__ = ["Case", "Code", "Finding", "case", "check"]


def case(source: str, fields: Mapping[str, str], *, kind: str, known: str = "", listed: str = "") -> Case:
    """A card as plain texts by field, held against what its supplier says.

    `known`: what else it may say; `listed`: its attributes as lines.
    """
    return Case(evidence(source, known), fields, kind, listed)


def check(one: Case) -> Iterator[Finding]:
    """Everything in which the card says something else than its source, each finding once.

    A sentence that two ways of reading take for the contrary of its source is no weak finding any more.
    """
    # Fifty modules of rules, which commands that only queue need not load.
    from apps.ai.text.meaning.checks import ALIKE, CHECKS  # noqa: PLC0415

    found: dict[Finding, None] = {}
    read_so: dict[str, set[object]] = {}
    for look in CHECKS:
        for finding in look(one):
            found.setdefault(finding)
            if finding.code is Code.POLARITY:
                read_so.setdefault(finding.quote, set()).add(ALIKE.get(look, look))
    for finding in found:
        agreed = finding.code is Code.POLARITY and len(read_so[finding.quote]) > 1
        yield replace(finding, weak=False) if finding.weak and agreed else finding
