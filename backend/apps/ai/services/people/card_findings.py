"""A run's findings as a person reads them beside the card, and where they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.ai.issue_codes import RULES
from apps.ai.models import AIProcessingLog
from apps.ai.services.audit import blind
from apps.ai.services.people import finding_reasons
from apps.ai.services.people.card_marks import Mark
from apps.ai.services.people.finding_overrules import key_of
from apps.ai.types import Severity

_ORDER = tuple(Severity)
#: In the message of a finding from before findings had `evidence`.
_EVIDENCE = re.compile(r"В источнике: «(.+?)»(?: \(|[:.]|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Finding:
    """`field`: of the card, "" for the whole. `overruled`: by whom, when and why, empty while it stands.

    `asks`: an approval over it is asked about once more, as the texts themselves are in doubt.
    `sources`: numbers of the source's sentences that `evidence` quotes. `is_fresh`: of edits that nobody has saved.
    """

    key: str
    code: str
    severity: str
    message: str
    why: str
    about: str
    field: str
    quotes: tuple[str, ...]
    evidence: str
    overruled: Mapping[str, Any]
    asks: bool
    sources: tuple[int, ...] = ()
    is_fresh: bool = False

    def marks(self) -> list[Mark]:
        """Where its words stand, in the card or in the source."""
        if self.overruled:
            return []
        data = {"f": self.key, "severity": self.severity}
        return [Mark(quote, "rv-f", data, everywhere=True) for quote in self.quotes]


def findings_of(run: AIProcessingLog) -> tuple[Finding, ...]:
    """The gravest first; those that a person took off last."""
    shown = zip(run.reasons, blind.shown_reasons(run), strict=True)
    found = [_finding(key_of(stored), reason, run.overruled) for stored, reason in shown]
    return tuple(sorted(found, key=lambda one: (bool(one.overruled), _rank(one.severity))))


def left_out(findings: tuple[Finding, ...]) -> dict[str, str]:
    """Sentences of the source that the card must not leave out, with the findings' keys."""
    return {
        one.evidence: one.key
        for one in findings
        if one.code == "meaning_left_out" and one.evidence and not one.overruled
    }


def _finding(key: str, reason: Mapping[str, Any], overruled: Mapping[str, Any]) -> Finding:
    code = str(reason["code"])
    rule = RULES.get(code)
    severity = str(reason.get("severity", Severity.NOTE))
    return Finding(
        key=key,
        code=code,
        severity=severity,
        message=str(reason["message"]),
        why=finding_reasons.why(code),
        about=rule.about if rule else code,
        field=str(reason.get("field") or ""),
        quotes=tuple(reason.get("quotes") or ()),
        evidence=str(reason.get("evidence") or _evidence(reason)),
        overruled=overruled.get(key, {}),
        is_fresh=bool(reason.get("fresh")),
        asks=severity == Severity.BLOCKING and rule is not None and rule.repairable,
    )


def _evidence(reason: Mapping[str, Any]) -> str:
    found = _EVIDENCE.search(str(reason["message"]))
    return found[1] if found else ""


def _rank(severity: str) -> int:
    return _ORDER.index(Severity(severity)) if severity in _ORDER else len(_ORDER)
