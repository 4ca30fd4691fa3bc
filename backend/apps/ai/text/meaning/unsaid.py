"""What a source says is to be done, may happen or is inside, and of which a card has nothing.

«Снимите линзы», "may stain", «содержит кармин» forbid nothing, and yet a buyer must read them. A thing that several
sentences of the source speak of weighs less: the card may have it from another one.
"""

from __future__ import annotations

import re
from collections import Counter

from apps.ai.text.meaning import untold
from apps.ai.text.meaning.figures import figures
from apps.ai.text.meaning.findings import MEDICAL, Case
from apps.ai.text.meaning.reading import Reading, Unit, read
from apps.ai.text.meaning.views import once

#: The share of what makes a sentence another than its neighbours below which it is told nowhere.
_LEAST = 0.26
#: One thing alone is told in too many words, and a sentence of many in part.
_ENOUGH, _MANY = 2, 7
#: How like a sentence of the card must be to be made from one of the source; below the other, from none that is known.
_LIKE, _UNLIKE = 0.4, 0.3
#: Words of its own that make a sentence of the card a possible rewording of any.
_REWORDED = 3
#: That a portion is not to be exceeded goes without saying where the card gives it.
_LIMITS = frozenset({"exceed", "increase_dose"})
_LABELLED = re.compile(r"[\s•*-]*[^:;.]{2,40}:")
#: What is done with the goods, when, and what may come of it: «промыть», "if it stains", «48 saat önce».
_INSTRUCTS = re.compile(
    # Turkish: orders, what must, may and cannot be done.
    r"\w{3}(?:iniz|unuz|[aeiu]yin|yun|m[ae]l[iu](?:dir)?|bilir|m[ae]z|m[ae]yin|m[ae]zsa)\b|"
    r"\b(?:once|sonra|icinde|surece|kadar|dikkat|temas|halinde|durumunda|icer\w+|iz[il]\w*|islen\w+|isin\w+|"
    r"zehir\w*|yan[ia]ci\w*|lek\w+)\b|"
    r"\b(?:not|no|never|must|should|may|can|could|only|avoid|keep|stop|tell|ask|see|wait|wear|leave|discard|inspect|"
    r"check|wash|rinse|remove|test|break|supervis\w+|if|when|before|after|until|unless|while|within|contain\w*|risk|"
    r"danger\w*|harm\w*|toxic|poison\w*|flammab\w+|irritat\w+|stain\w*)\b|"
    r"\b(?:не|нет|нельзя|только|лишь|исключительно|если|при|пока|перед|после|прежде|сначала|затем|до|во время|"
    r"в случае|может|могут|можно|возмож\w+|следует|нужн\w+|необходим\w+|требу\w+|обязат\w+|рекоменд\w+|вдали|"
    r"подальше|опас\w+|огне\w+|горюч\w+|ядовит\w*|токсич\w+|раздраж\w+|содерж\w+|в составе|след[ыо]в?|аллерг\w+|"
    r"риск\w*)\b|"
    r"\b\w{2,}(?:[аеиуыя]йте|[бвгджзклмнпрстфхцчшщ]ите|[аиеуыя]ть)(?:сь|ся)?\b"
)
#: Of other goods only what warns: everything else of them may be shortened.
_WARNS = re.compile(
    r"\w{3}(?:m[ae]y[iu]n(?:[iu]z)?|m[ae]m[ae]l[iu](?:dir)?|m[ae]z)\b|"
    r"\b(?:dikkat|temas|tehlike\w*|zehir\w*|yan[ia]ci\w*|lek\w+|alerj\w+)\b|"
    r"\b(?:not|never|must|only|avoid|discard|supervis\w+|danger\w*|harm\w*|toxic|poison\w*|flammab\w+|irritat\w+|"
    r"stain\w*|allerg\w+)\b|"
    r"\b(?:не (?:\w+(?:ть|ти|чь|ться|тись|йте|ите|йтесь|итесь)\b|боле|больш|выш|дольш|ближ|чащ|мене|раньш|рекоменд|"
    r"допуска|следует|предназнач|подход)|нельзя|"
    r"исключительно|избега\w+|бере(?:гите|чь)|осторожн\w+|опас\w+|огне\w+|горюч\w+|ядовит\w*|"
    r"токсич\w+|раздраж\w+|аллерг\w+|след[ыо]в?\b|травм\w+|удуш\w+|ожог\w*|присмотр\w*|под наблюд\w+|"
    r"предосторожн\w+|попадани\w+|проглат\w+|проглоч\w+)"
)
_CONTAINS = re.compile(r"\w*icer\w+|\bcontain\w*|\bсодерж\w+|\bв составе\b")


def is_unsaid(case: Case, unit: Unit) -> bool:
    """Whether the card has none of what makes an instruction another sentence, and no words of its own for it."""
    if unit is case.source.units[0] or _LABELLED.match(unit.text) or not _must_be_told(unit, case.kind):
        return False
    if not unit.ids.isdisjoint(_LIMITS) and not figures(unit):
        return False
    share, count = _share_told(case, unit)
    if not _ENOUGH <= count <= _MANY or share >= _LEAST or untold.has_own_words(case, unit):
        return False
    return not is_made_into_one(case, unit) and not _may_be_reworded(case)


def is_made_into_one(case: Case, unit: Unit) -> bool:
    """Whether a sentence of the card comes from this one before all, by figures and names if by nothing else."""
    return any(
        pair.score >= _LIKE and pair.sources and case.source.units[pair.sources[0]] is unit
        for pair in case.pairs
    )


def _may_be_reworded(case: Case) -> bool:
    """Whether the card has a sentence that is hardly like any of the source's and says it in words of its own."""
    return any(
        pair.score < _UNLIKE and untold.count_own(case, case.body.units[at]) >= _REWORDED
        for at, pair in enumerate(case.pairs)
    )


@once
def warns(unit: Unit) -> bool:
    """Whether a sentence forbids something or speaks of a danger."""
    return _WARNS.search(unit.folded) is not None


def _must_be_told(unit: Unit, kind: str) -> bool:
    if kind in MEDICAL:
        return _INSTRUCTS.search(unit.folded) is not None
    return warns(unit) or (kind == "food" and _CONTAINS.search(unit.folded) is not None)


def _share_told(case: Case, unit: Unit) -> tuple[float, int]:
    """Which share of a sentence's things the card tells, weighed by how few sentences have them, and their number."""
    asked = tuple(dict.fromkeys(readings for _, readings in untold.things(unit, case.source.is_russian)))
    spread = _spread(case.source)
    weights = [1.0 / min(spread[one] for one in readings) for readings in asked]
    told = [weight for weight, readings in zip(weights, asked, strict=True) if _is_told(case, readings)]
    return (sum(told) / sum(weights) if weights else 1.0), len(asked)


def _is_told(case: Case, readings: frozenset[str]) -> bool:
    if not readings.isdisjoint(untold.places(case.body)) or untold.is_in_plain_words(case.body, readings):
        return True
    title = read(case.fields.get("title", "")).units
    return any(
        one.removeprefix("c:") in case.listed_ids or any(one in untold.features(unit) for unit in title)
        for one in readings
    )


@once
def _spread(source: Reading) -> Counter[str]:
    """In how many sentences of the source a reading of a thing stands."""
    return Counter(
        one
        for unit in source.units
        for one in frozenset().union(*(readings for _, readings in untold.things(unit, source.is_russian)))
    )
