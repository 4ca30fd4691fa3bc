"""Whether a card tells what a warning of its source speaks of: by the same thing in its place, or in words of its own.

No lexicon has every word for a state: «светобоязнь» is sensitivity to light, «сердечный приступ» an infarct. Where the
sentences that come from a warning say something that the source has in no word, they say it in words of their own.
"""

from __future__ import annotations

import re
from functools import lru_cache

from apps.ai.text.language import dictionary
from apps.ai.text.meaning import lexicon, parts, plain_words, stance
from apps.ai.text.meaning.evidence import FAMILY, vitamins
from apps.ai.text.meaning.findings import Case
from apps.ai.text.meaning.kin import akin
from apps.ai.text.meaning.reading import Mention, Reading, Token, Unit
from apps.ai.text.meaning.stance import Clause, Stance
from apps.ai.text.meaning.stance_words import marks
from apps.ai.text.meaning.views import once

_LETTERS = 4
#: Words of any leaflet and label, which name nothing that could be warned of.
_PLAIN = re.compile(
    r"(?:время|времен|раз[аы]?$|препарат|средств|товар|случа|внимани|температур|месяц|день|дня|дней|дни$|час|минут|недел|"
    r"срок|необходимост|примен|прием|противопоказ|ограничен|предупрежд|предостереж|уход$|ухода|хран|отпуск|схема|курс|доз|"
    r"правил|состав|упаков|инструкц|врач|доктор|консультац|назначен|совет|использ|продукт|издели|друг|кажд|перв|втор|"
    r"люб|нужн|кото|така|тако|весь|всег|вся|всю|сам|один|одн|два|две|три|меньш|больш|течени|указани|рекоменд|решени|"
    r"разрешен|одновременн|обязательн|возможн|необходим|допустим|общ|обычн|стандартн|нельзя|повод|причин|основ|"
    r"количеств|част|числ|объем|форм|вид|сочетан|совместимост|взаимодейств|безопасн|осторожн|особ|услови|порядок|комплект|"
    r"период|возраст|люд[иея]|лиц|пациент|больн|показани|вероятност|риск|мер[аыуе]?$|способност|сут[ко]|запре|болезн|заболев|"
    r"улучшен|ухудшен|связан|вызван|долг|длительн|продолжит|остальн|прочи|эффект|действи|влияни|концентрац|уровен|уровн|"
    r"прошл|назад|начал|конец|конц|польз|степен|мест[аоеу]|случ|ситуац|состояни|признак|процедур|сеанс|начина|имеющ|наличи|полн|ход[еау]?$|"
    # Cut short: «перед прим. конс-ция», «в наст. вр.», «особ. указ.».
    r"(?:прим|конс|указ|нач|наст|реком|необх|одновр|длит|продолж|содерж|взросл|возр|возм|пац|индивид|отпуск|преп|средст)$)"
)
_TELLS = frozenset({"NOUN", "ADJF", "ADJS", "PRTF", "PRTS"})


WARNED = frozenset({Stance.FORBIDS, Stance.WARNS})
#: What Russian also says for a thing.
_ALSO = {
    "drowsy": "sleep",
    "driver": "driving",
    "fever": "temperature",
    "ocular": "eye",
    "infant": "child",
    "failure": "disease_w",
    "antidiabetic": "diabetes",
    "immunosuppressant": "immunodeficiency",
    "damaged_skin": "intact_",
    "bruise": "damage",
}


def also(name: str) -> str:
    """What Russian also says for a concept."""
    return _ALSO.get(name, name)


def is_told(case: Case, unit: Unit, clauses: tuple[Clause, ...], mention: Mention) -> bool:
    """Whether the card speaks of a thing, and of a forbidden one not only where the rest of its source does.

    «Содержит соевое масло» of a composition warns of no soya, a glaucoma that is treated is none that forbids. What
    stands beside another thing of the same clause that is told so may be told anywhere.
    """
    if plain_words.are_said(case, unit, mention) or parts.are_told(
        case.body, unit, mention, case.source.latin
    ):
        return True
    if not is_named(case, unit, mention):
        return False
    if _is_of_goods(case, unit, mention):
        return True
    clause = item_at(unit, stance.clause_at(clauses, mention.first), mention.first)
    if clause.stance is not Stance.FORBIDS or _is_told_here(case, unit, mention):
        return True
    return any(
        _is_told_here(case, unit, other)
        for other in unit.mentions
        if other.id != mention.id and other.group not in LOOSE and clause.first <= other.first <= clause.last
    )


def _is_of_goods(case: Case, unit: Unit, mention: Mention) -> bool:
    """Whether a warning that the card has only calls the goods themselves by a substance: «трамадол детям нельзя»."""
    return (
        mention.group in {"inn", "vitamin", "substance"}
        and mention.id in case.source.units[0].ids
        and "allergic" not in unit.ids
        and _OTHERS.search(unit.folded) is None
        and any(case.source.units[one] is unit for pair in case.pairs for one in pair.sources)
    )


_OTHERS = re.compile(r"друг|ины[мхе]|прочи|diger|baska|\bother|\bany\b|birlikte|вместе|сочета|совме|\bwith\b")


#: What joins the items of a list.
_JOINS = frozenset("и или либо ve veya and or yahut".split())


def items(unit: Unit, clause: Clause) -> list[Clause]:
    """The items of a clause: «при гастрите и язве» are two."""
    starts = [clause.first]
    starts += [at for at in range(clause.first + 1, clause.last + 1) if unit.tokens[at].small in _JOINS]
    ends = [*(start - 1 for start in starts[1:]), clause.last]
    return [clause._replace(first=first, last=last) for first, last in zip(starts, ends, strict=True)]


def item_at(unit: Unit, clause: Clause, place: int) -> Clause:
    return next(one for one in items(unit, clause) if place <= one.last)


def _names(mention: Mention) -> frozenset[str]:
    return akin(mention.id) | {mention.id, _ALSO.get(mention.id, mention.id)}


def is_named(case: Case, unit: Unit, mention: Mention) -> bool:
    """Whether the card has a thing anywhere, one that the same word means too, or the beginning of a Russian word."""
    told = case.told | vitamins(case.body.text)
    if any(not _names(one).isdisjoint(told) for one in unit.mentions if one[1:] == mention[1:]):
        return True
    small = unit.tokens[mention.first].small
    return case.source.is_russian and mention.first == mention.last and small[:FAMILY] in begun(case.body)


@once
def single_ids(unit: Unit) -> frozenset[str]:
    """What the words of a Russian sentence speak of one by one, within phrases, too."""
    words = {token.small for token in unit.tokens if token.small[0] >= "а"}
    return frozenset(
        name
        for word in words
        for one in lexicon.word(word, lexicon.RUSSIAN).concepts
        for name in (one.id, *one.implies)
    )


@once
def begun(body: Reading) -> frozenset[str]:
    """The beginnings of the card's words."""
    return frozenset(word[:FAMILY] for word in body.words)


def _is_told_here(case: Case, unit: Unit, mention: Mention) -> bool:
    """Whether one of the card's sentences that speak of it warns, or comes from no other sentence that does."""
    names = _names(mention)
    if not names.isdisjoint(case.listed_ids):
        return True
    if any(
        not names.isdisjoint(single_ids(case.body.units[at]))
        and any(case.source.units[one] is unit for one in pair.sources)
        for at, pair in enumerate(case.pairs)
    ):
        return True
    for at, said in (place for name in names for place in _places(case.body).get(name, ())):
        sources = case.pairs[at].sources
        if said in WARNED or not sources:
            return True
        if any(case.source.units[one] is unit for one in sources):
            return True
        if names.isdisjoint(case.source.units[sources[0]].ids):
            return True
    return False


@once
def _places(body: Reading) -> dict[str, list[tuple[int, Stance]]]:
    """In which sentences the card speaks of a thing, and what their clauses say of it."""
    found: dict[str, list[tuple[int, Stance]]] = {}
    for at, (unit, clauses) in enumerate(zip(body.units, stance.stances(body), strict=True)):
        for mention in unit.mentions:
            for name in (mention.id, *mention.concept.implies):
                found.setdefault(name, []).append((at, stance.of(clauses, mention)))
    return found


def own_words(case: Case, unit: Unit, clause: Clause) -> list[Token]:
    """Nouns and adjectives of a clause of the card of which the source has neither concept nor word."""
    proved = {
        place
        for mention in unit.mentions
        if clause.first <= mention.first <= clause.last and case.proof.proves(mention, unit)
        for place in range(mention.first, mention.last + 1)
    }
    return [
        token
        for token in unit.tokens[clause.first : clause.last + 1]
        if token.at not in proved and is_telling(token.small) and not case.proof.has_word(token)
    ]


@lru_cache(maxsize=50_000)
def is_telling(small: str) -> bool:
    """Whether a Russian word names a thing or a quality."""
    if len(small) < _LETTERS or small[0] < "а" or _PLAIN.match(small) or marks(small):
        return False
    return dictionary.tags(small)[0].POS in _TELLS


#: What is done with any goods.
_DONE = re.compile(
    r"(?:примен|прин[ияе]|пить$|пь[юе]т|запив|назнач|использ|употребл|мо[жг]|долж|след|нуж|да(?:ют|вать|йте)|нан[оое]с|содерж|"
    r"есть$|быть|был|буд|явля|состав|входит|рекоменд|хран|держ|беречь|берегит|производ|выпуск|отпуск|предназнач|подход|помога|"
    r"внутрь|только|лучше|после|также|очень|обычно|затем|потом|сначала|ежеднев|нельзя|можно|снаруж|здесь|сразу|всегда|еще|уже|просто|"
    r"обрат|посовет|проконсульт|ознаком|способств|поддерж)"
)
_ACTS = frozenset({"VERB", "INFN", "GRND", "ADVB", "COMP", "PRED"})


@lru_cache(maxsize=50_000)
def is_doing(small: str) -> bool:
    """Whether a Russian word tells what is done or how, and no more than any leaflet does."""
    if len(small) < _LETTERS or small[0] < "а" or _PLAIN.match(small) or _DONE.match(small) or marks(small):
        return False
    return dictionary.tags(small)[0].POS in _ACTS


def is_retold(case: Case, unit: Unit, asked: Clause) -> bool:
    """Whether the card may say in words of its own what a clause of its source says.

    Such words stand in a sentence that comes from the source's, and not in a clause that tells another one of its
    clauses: «неясная этиология» beside a disease tells no other disease.
    """
    place = next(at for at, one in enumerate(case.source.units) if one is unit)
    about = _telling(unit, asked)
    if not about.isdisjoint(_NAMED_BY_ALL):
        return False
    stances = stance.stances(case.body)
    for at, pair in enumerate(case.pairs):
        ours = case.body.units[at]
        if place in pair.sources and (ours.is_item or not ours.is_a_line):
            for clause in (item for one in stances[at] for item in items(ours, one)):
                tells = _telling(ours, clause) & case.source.ids
                own = own_words(case, ours, clause)
                if (not tells or not tells.isdisjoint(about)) and any(is_noun(one.small) for one in own):
                    return True
    return False


#: For these the lexicon has every word.
_NAMED_BY_ALL = frozenset({"pregnant", "lactation"})


@lru_cache(maxsize=50_000)
def is_noun(small: str) -> bool:
    return str(dictionary.tags(small)[0].POS) == "NOUN"


def _telling(unit: Unit, clause: Clause) -> frozenset[str]:
    """The concepts of a clause that make it one of a list."""
    return frozenset(
        name
        for mention in unit.mentions
        if clause.first <= mention.first <= clause.last and mention.group not in LOOSE
        for name in (mention.id, *mention.concept.implies)
    )


LOOSE = frozenset({"word", "verb"})
