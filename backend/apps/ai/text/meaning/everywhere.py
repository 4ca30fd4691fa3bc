"""What no card leaves out, whatever the goods are and whatever a sentence of the source does with it.

For these things Russian has few words, and the lexicon has them: that a card has none of them is no paraphrase.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.ai.text.meaning import plain_words, stance, told
from apps.ai.text.meaning.figures import figures
from apps.ai.text.meaning.findings import Case
from apps.ai.text.meaning.reading import Mention, Unit, read
from apps.ai.text.meaning.stance import Clause, Stance

_ALWAYS = frozenset(
    "pregnant lactation child infant pacemaker catheter choking smallparts airbag flammable fire_ doctor ocular "
    "topical".split()
)
_YOUNG = frozenset({"child", "infant", "teen"})
_IN_YEARS = frozenset({"year", "month"})
_FIRE = frozenset({"fire_", "flammable"})
#: «Только для наружного применения»
_OUTER = re.compile(
    r"наружн\w+ (?:применен|использован)|\bтолько наружно|external use|use externally|\bharicen (?:kullan|uygula)|"
    r"\bdistan (?:kullan|uygula)|harici kullanim"
)
#: Heat under a pot, and the name of a test.
_OF_OTHERS = re.compile(
    r"kisik ates|orta ates|ates\w* (?:pis|demle)|на (?:слабом|среднем|сильном|медленном) огне|gebelik testi|"
    r"pregnancy test|тест\w* на беремен"
)
#: Such a sentence speaks of children only by the way.
_OTHERS = frozenset({"pregnant", "lactation", "allergic"})
_CHILDREN = re.compile(
    r"дет(?:и|ям|ей|ях|ьми|ск)|ребен|ребят|малыш|младен|новорож|несовершеннолет|школьн|подрост|грудничк|\d\+"
)
_KEPT_AWAY = re.compile(r"недоступ|недосяг|досягаем")
_SIDES = frozenset({"under", "over"})
_WARNED = frozenset({Stance.FORBIDS, Stance.WARNS})


def lacking(case: Case, unit: Unit, clauses: tuple[Clause, ...]) -> Iterator[Mention]:
    """The things of a sentence that the card must have and has in no form."""
    if unit is case.source.units[0] or _OF_OTHERS.search(unit.folded):
        return
    for mention in unit.mentions:
        if mention.id in _ALWAYS and _is_asked(unit, clauses, mention) and not _is_told(case, unit, mention):
            yield mention


def _is_asked(unit: Unit, clauses: tuple[Clause, ...], mention: Mention) -> bool:
    if mention.id in _YOUNG:
        is_aged = any(one.unit in _IN_YEARS for one in figures(unit)) or "outofreach" in unit.ids
        is_ours = unit.ids.isdisjoint(_OTHERS)
        return stance.of(clauses, mention) is Stance.FORBIDS and not is_aged and is_ours
    if mention.id == "ocular":
        return stance.of(clauses, mention) is Stance.FORBIDS
    if mention.id == "topical":
        return _OUTER.search(unit.folded) is not None
    if mention.id == "doctor":
        return any(one.stance in _WARNED for one in clauses)
    if mention.id == "lactation":
        return "infant" not in unit.ids or stance.of(clauses, mention) in _WARNED
    return True


def _is_told(case: Case, unit: Unit, mention: Mention) -> bool:
    if mention.id in _YOUNG:
        return any(map(_speaks_of_the_young, case.body.units)) or not _YOUNG.isdisjoint(case.listed_ids)
    names = _FIRE if mention.id in _FIRE else {mention.id}
    if told.is_named(case, unit, mention) or any(plain_words.says(case.body, one) for one in names):
        return True
    ids = case.told | read(case.fields.get("title", "")).ids
    return not names.isdisjoint(ids)


def _speaks_of_the_young(unit: Unit) -> bool:
    """Whether a sentence of the card speaks of children or an age, and not of where goods are kept from them."""
    if any(one.unit in _IN_YEARS and (one.unit == "year" or one.bound in _SIDES) for one in figures(unit)):
        return True
    return _CHILDREN.search(unit.folded) is not None and _KEPT_AWAY.search(unit.folded) is None
