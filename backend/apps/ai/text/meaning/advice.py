"""Prescription and doctor: «по рецепту» for «без рецепта», «без врача» where the source asks for one.

A sentence says yes or no to each by itself; only a card that says what no sentence of the source says is turned round.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.ai.text.meaning.findings import MEDICAL, Case, Code, Finding
from apps.ai.text.meaning.negations import is_finite
from apps.ai.text.meaning.reading import Reading, Unit
from apps.ai.text.meaning.required_words import NO_MEDICINE
from apps.ai.text.meaning.stance import Stance, stances
from apps.ai.text.meaning.views import once

#: What is not needed, what is not done without one.
_NEED = r"(?:нуж|треб|обязат|обязан|спрос|спраш|прос[ия]|понадоб|необходим|надо|предъяв|пригод)\w*"
_SALE = (
    r"(?:не (?:прода|отпуск|отпущ|выда|реализ|осуществ|производ|куп|приобр|получ|доступ|разреш|допуск)\w*|"
    r"нельзя|невозможн\w*|запрещ\w*|недоступ\w*)"
)
_RX_FREE = re.compile(
    r"без (?:\w+ )?рецепт\w*\b(?! ?\?| не (?:прода|отпуск|выда|куп))|безрецептурн\w*|"
    rf"рецепт\w*:?(?: -)? (?:\w+ ){{0,3}}(?:\w+, но )?не {_NEED}|"
    rf"не {_NEED} (?:\w+ ){{0,2}}рецепт\w*|(?:рецепт|recete)\w*:? (?:нет|yok|gerek(?:mez|tirme|siz)\w*|"
    r"gerekli degil|aranm\w+|sart degil|zorunlu degil|istenm\w+)|свободн\w+ продаж\w+|"
    r"recetesiz\w*(?! (?:satilma|verilme|alinama))|"
    r"(?:without|no)(?: (?:a|need for(?: a)?|doctor'?s))? prescription|non-?prescription|"
    r"over[ -]the[ -]counter|\botc\b|prescription (?:is )?not (?:required|needed|necessary)|"
    r"(?:not|n't) (?:\w+ )?(?:require|need)\w*(?: a)? prescription|recete\w* tabi degil"
)
#: «без рецепта не продаётся», «reçetesiz satılmaz»: a prescription is asked for.
_RX_ONLY = re.compile(
    rf"{_SALE}(?: \w+){{0,4}} без (?:\w+ )?рецепт|без (?:\w+ )?рецепт\w*(?: \w+){{0,2}} {_SALE}|"
    r"recetesiz (?:\w+ )?(?:sat|ver|al|temin ed|kullan)\w*m[ae]|"
    r"recetesiz \w+ ?\w*m[ae]z|(?:not|never|cannot) (?:\w+ ){0,3}without"
)
_RX = re.compile(r"\bрецепт(?!ор)|\brecete(?!siz)|\brecetesiz (?:satilma|verilme|alinama)|\bprescription")
_ADVISER = r"(?:врач|доктор|специалист|педиатр)\w*"
_DOCTOR = re.compile(
    rf"\b{_ADVISER}|\bмедицинск\w+ (?:помощ|консульт)|\b(?:doktor|hekim|doctor|physician|saglik kurulus|"
    rf"tibbi yardim)|"
    r"\bmedical (?:advice|help|attention|care)|\bhealthcare prof"
)
_ALONE = re.compile(
    rf"\bбез (?!рецепт|промедл|отлага|задерж|колеб)(?:\w+ ){{0,2}}{_ADVISER}|"
    rf"(?:консультаци|совет|назначени|разрешени)\w+ {_ADVISER} не (?:нуж|треб|обязат)\w+|"
    rf"не (?:нуж|треб)\w+ (?:консультаци|совет|назначени|разрешени)\w+ {_ADVISER}|{_ADVISER} (?:\w+ )?не нуж\w+|"
    rf"(?:обращ|обрат|совет|посовет|консульт|проконсульт|спраш|спрос|показ)\w* (?:к |с |"
    rf"у )?{_ADVISER} (?:\w+ ){{0,3}}"
    rf"не (?:нуж|треб|обязат|надо|стоит)\w*|"
    rf"не (?:нуж|треб|обязат|надо|стоит)\w* (?:обращ|совет|консульт|спраш)\w* (?:к |с |у )?{_ADVISER}|"
    r"(?:doktora|hekime) (?:danis|sor)ma(?:dan|ya gerek)|without (?:\w+ ){0,4}(?:doctor|physician)"
)
#: «не дольше 3 дней без врача», «не бросать без разрешения врача»: the other way round.
_TURNED = re.compile(
    r"\b(?:не|ни|нельзя|запре[тщ]\w*|только|лишь|больше|более|дольше|свыше|до|not?|never|only|longer|more|"
    r"up)\b|n't\b|"
    r"\w+m[ae](?:yin|z|mali|meli)|\d"
)


def check(case: Case) -> Iterator[Finding]:
    if case.kind in MEDICAL:
        yield from _prescription(case)
        yield from _called_medicine(case)
    yield from _alone(case)


#: «Является лекарством», «заменяет лекарства», «сильнее любого лекарства».
_MEDICINE = re.compile(
    r"(?:явля\w+|зарегистрирован\w*(?: \w+)?|применя\w+ как|это|использу\w+ как|замен\w+|"
    r"(?:лучше|сильнее|эффективнее|не хуже|вместо)(?: чем)?(?: любого| любых| обычных|"
    r" многих)?) (?:\w+ ){0,2}лекарств|"
    r"^\W*лекарственн\w+ (?:препарат|средств)\w*\W*$|лекарств\w* растительн\w+ происхожд"
)


def _called_medicine(case: Case) -> Iterator[Finding]:
    theirs = next((one for one in case.source.units if NO_MEDICINE.search(one.folded)), None)
    for unit in case.body.units if theirs else ():
        found = _MEDICINE.search(unit.folded)
        if theirs and found and not _NEGATED.search(unit.folded) and not NO_MEDICINE.search(unit.folded):
            yield _finding(unit, theirs)


_NEGATED = re.compile(r"\bне (?!хуже)|\bни\b|\bнельзя\b|если|врач")


def _prescription(case: Case) -> Iterator[Finding]:
    theirs, ours = _asked(case.source), _asked(case.body)
    for asks, unit in ours.items():
        if theirs and asks not in theirs:
            yield _finding(unit, theirs[not asks])


@once
def _asked(reading: Reading) -> dict[bool, Unit]:
    """The first sentences that ask for a prescription and that do without."""
    found: dict[bool, Unit] = {}
    for unit in reading.units:
        free = _RX_FREE.search(unit.folded)
        if free is not None and _RX_ONLY.search(unit.folded) is None:
            found.setdefault(False, unit)
            if _RX.search(unit.folded[: free.start()] + unit.folded[free.end() :], len("рецепт:")):
                found.setdefault(True, unit)  # «без рецепта (№ 28 — по рецепту)»
        elif free is not None or _RX.search(unit.folded):
            found.setdefault(True, unit)
    return found


def _alone(case: Case) -> Iterator[Finding]:
    asked = [unit for unit in case.source.units if _DOCTOR.search(unit.folded)]
    if not asked or any(map(_does_without, asked)):
        return
    for at, (unit, clauses) in enumerate(zip(case.body.units, stances(case.body), strict=True)):
        near = [one for one in case.sources_of(at) if one in asked]
        if near and _does_without(unit) and not any(one.stance is Stance.FORBIDS for one in clauses):
            yield _finding(unit, near[0])


def _does_without(unit: Unit) -> bool:
    alone = _ALONE.search(unit.folded)
    if alone is None:
        return False
    rest = unit.folded[: alone.start()] + unit.folded[alone.end() :]
    if _TURNED.search(rest):
        return False
    # «беременным без указания врача» is an item of a list, which says what its heading says.
    return not alone[0].startswith("без") or any(is_finite(token.small) for token in unit.tokens)


def _finding(unit: Unit, source: Unit) -> Finding:
    return Finding(Code.POLARITY, "description", unit.text.strip()[:160], source.text.strip())
