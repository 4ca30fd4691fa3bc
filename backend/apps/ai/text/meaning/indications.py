"""«Применяется при тошноте» of what the source names only as a harm: a side effect, a state that speaks against."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.ai.text.meaning import stance
from apps.ai.text.meaning.denial import is_denied
from apps.ai.text.meaning.findings import MEDICAL, Case, Code, Finding
from apps.ai.text.meaning.kin import akin
from apps.ai.text.meaning.reading import Mention, Reading, Unit
from apps.ai.text.meaning.stance import Clause, Stance
from apps.ai.text.meaning.views import once

_REACH = 60
_USED_FOR = re.compile(
    r"(?:^|[\s(])(?:(?:применя|использу|показан|назнача|предназначен|рекоменд|помога|эффектив|действу|"
    r"разработан|полез|хорош)\w*"
    r"(?: \w+){0,2}? (?:при|от|против|для (?:лечени|терапи|снят|облегч|устран|профилакт)\w*)|"
    r"(?:снима|облегча|устраня|леч[иа]т|излечива|вылечива|избавля\w+ от|купиру|борет\w+ с|справля\w+ с|"
    r"предотвраща|"
    r"предупрежда|уменьша|снижа|побежда|прекраща)\w*|(?:средство|препарат|лекарство) (?:от|против)|"
    r"(?:для )?(?:лечени|терапи|профилактик)[еияйю]+)(?: \w+(?:ой|ую|ого|ый|их|ых|ые|ом|ем|ей|ий|ие|ая|им|"
    r"ыми?)){0,2} $"
)
_CAUTIOUS = re.compile(r"осторожн|врач|\bне\b|нельзя|\bбез\b|контрол|риск|только если|при необходимост")
#: How a source tells of a harm: what may come, how often, whom it meets.
_HARM = re.compile(
    r"побочн|нежелательн|може?т (?:возник|вызв|появ|быть|наблюд)|могут (?:возник|вызв|появ|быть|наблюд)|"
    r"возможн|вызыва|"
    r"\bчасто\b|\bредко\b|нередко|частый|частые|при появлени|если (?:появ|возник)|в случае|(?<!угревая )\bсыпь\b|"
    r"може?т \w+(?:ть|ться)\b|могут \w+(?:ть|ться)\b|yan etki|istenmeyen|\w+[ae]bilir\b|gorulebilir|"
    r"neden ol|yapabilir|gorulurse|olusursa|yaygin|seyrek|"
    r"siklikla|cikarsa|"
    r"side effect|adverse|undesirable|may (?:cause|occur|make|experience|feel)|can cause|occurs?\b|common|"
    r"if (?:you|a|any)|in case"
)


def check(case: Case) -> Iterator[Finding]:
    if case.kind not in MEDICAL:
        return
    yield from _pressure(case)
    harms, others = _harms(case.source)
    for unit, clauses in zip(case.body.units, stance.stances(case.body), strict=True):
        for mention in unit.mentions:
            names = {mention.id, *akin(mention.id)}
            if (
                mention.id in harms
                and names.isdisjoint(others)
                and mention.group == "disease"
                and _is_treated(unit, clauses, mention)
            ):
                quote = unit.text.strip()[:160]
                yield Finding(
                    Code.POLARITY, "description", quote, case.source.units[harms[mention.id]].text.strip()
                )
                break


#: «Нормализует давление»: of a state that has no name of a disease here.
_PRESSURE = re.compile(
    r"(?:сниж|нормализ|пониж|регулиру|стабилизир)\w* (?:артериальн\w+ |кровян\w+ |повышенн\w+ |высок\w+ )*давлени"
)
_RAISES = re.compile(r"повы[шс]|подн[ия]|подъ[её]м|\bрост|yuksel|artir|artis|\brais|\brise|increas|elevat")
_LOWERS = re.compile(
    r"сниж|пониж|нормализ|падени|низк|dusur|dusuk|azalt|lower|reduc|decreas|\blow\b|fall|regul|регулир"
)
_OF_PRESSURE = frozenset({"pressure", "hypertension", "hypotension"})


def _pressure(case: Case) -> Iterator[Finding]:
    """«Снижает давление» of what may raise it."""
    theirs = [unit for unit in case.source.units if not unit.ids.isdisjoint(_OF_PRESSURE)]
    if not theirs or any(_LOWERS.search(unit.folded) or not _RAISES.search(unit.folded) for unit in theirs):
        return
    for unit in case.body.units:
        if _PRESSURE.search(unit.folded) and not _CAUTIOUS.search(unit.folded):
            yield Finding(Code.POLARITY, "description", unit.text.strip()[:160], theirs[0].text.strip())


def _is_treated(unit: Unit, clauses: tuple[Clause, ...], mention: Mention) -> bool:
    start = unit.tokens[mention.first].start - unit.start
    said = stance.of(clauses, mention)
    if _CAUTIOUS.search(unit.folded):
        return False
    if said in {Stance.FORBIDS, Stance.WARNS}:
        return False
    return _USED_FOR.search(unit.folded[max(0, start - _REACH) : start]) is not None


@once
def _harms(source: Reading) -> tuple[dict[str, int], set[str]]:
    """Diseases by the first sentence that names them as a harm, and those that some sentence names otherwise."""
    found: dict[str, int] = {}
    others: set[str] = set()
    for at, (unit, clauses) in enumerate(zip(source.units, stance.stances(source), strict=True)):
        for mention in unit.mentions:
            if mention.group != "disease":
                continue
            said = stance.of(clauses, mention)
            frowns = said in {Stance.FORBIDS, Stance.WARNS}
            if (frowns or (said is not Stance.ALLOWS and _HARM.search(unit.folded))) and not is_denied(
                unit, mention
            ):
                found.setdefault(mention.id, at)
            else:
                others.update((mention.id, *mention.concept.implies))
    return found, others
