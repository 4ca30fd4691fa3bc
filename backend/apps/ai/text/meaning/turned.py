"""Words that the card says the other way round: denied for plain, open for closed.

What only the same language can compare is compared by stems, the rest by concepts (`signs`); opposites are pairs of
concepts whose ids end with + and -. On texts of strangers this is as often a paraphrase as a change, so that another
way of reading must agree, but for how goods are kept and what they are as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from apps.ai.text.meaning import bounds, lexicon, signs
from apps.ai.text.meaning.denial import is_denied
from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.negations import Negates, is_open, negates
from apps.ai.text.meaning.parity import is_of_nursing
from apps.ai.text.meaning.permitted import SURE
from apps.ai.text.meaning.polarity import OPPOSITES
from apps.ai.text.meaning.reading import Reading, Unit
from apps.ai.text.meaning.said import BOUNDED
from apps.ai.text.meaning.statements import Statement, statements
from apps.ai.text.meaning.views import once

_HEADING_WORDS = 2
#: How alike a sentence and its source must be for words that are said either way to count.
_ALIKE = 0.5


def check(case: Case) -> Iterator[Finding]:
    for at, unit in enumerate(case.body.units):
        if unit.is_heading and len(unit.tokens) <= _HEADING_WORDS:
            continue  # «Сочетания» names what stands below
        if is_of_nursing(unit, case.sources_of(at)):
            continue  # «не кормят» and «кормление прекращают» are one, which `polarity` compares
        word, is_turned = _denied(case, at), _turned(case, at)
        if (
            not is_turned
            and word
            and (_is_frame(word) or unit.tokens[-1].clause == 0)
            and any(bounds.agree(case, at, place) for place in case.pairs[at].sources)
        ):
            continue  # «не больше четырёх можно» and «больше четырёх нельзя»
        if word or is_turned:
            is_sure = is_turned and (_is_of_keeping(unit) or _is_of_the_whole(case, at))
            yield Finding(
                Code.POLARITY, "description", unit.text.strip()[:160], case.evidence_of(at), weak=not is_sure
            )


def _is_of_keeping(unit: Unit) -> bool:
    """«на свету», «в сыром месте», "within reach": said of how goods are kept, and of nothing else."""
    return any(mention.id[:-1] in _KEEPING for mention in unit.mentions if mention.group == "opposite")


_KEEPING = frozenset({"lit", "damp", "reach"})


def _denied(case: Case, at: int) -> str:
    """«адаптер приложен» where the source says «адаптера нет»: the word of the same language, else the concept."""
    if case.source.is_russian:
        return _contrary(case, at, signs.of_words(case.body)[at])
    return next(filter(None, (_contrary(case, at, clause) for clause in signs.of_clauses(case.body)[at])), "")


def _contrary(case: Case, at: int, ours: signs.Signs) -> str:
    is_russian = case.source.is_russian
    theirs, everywhere = (
        (signs.of_words if is_russian else signs.of_concepts)(case.source),
        _everywhere(case.source),
    )
    pair = case.pairs[at]
    near = [theirs[place] for place in pair.sources] if pair.score >= SURE else []
    shared = max((len(ours.keys() & one.keys()) for one in near), default=0)
    is_alike = pair.score >= _ALIKE and shared >= _WORDS
    is_near = shared >= len(ours) * _MOSTLY and (shared >= _SHARED or pair.score >= _ALIKE)
    titled = theirs[0] if theirs and "\n" in case.source.text else {}
    found = ""
    for word, said in ours.items():
        if word in titled and not {place for place in pair.sources if place and word in theirs[place]}:
            continue  # what the title names is what every sentence is about
        if said is signs.Sign.SOMEWHERE or word not in everywhere or word.startswith(_ASKED_ELSEWHERE):
            continue
        told = {one[word] for one in near if word in one}
        if not is_russian:
            told = told if is_near and not _is_frame(word) and said not in everywhere[word] else set()
        elif _is_frame(word) or said in everywhere[word]:
            told = told if is_alike else set()
        if (
            (told or (is_russian and not near and not _is_frame(word) and everywhere[word]))
            and all(abs(said - one) == signs.Sign.DENIED for one in told or everywhere[word])
            and not _is_told(case, at, word, said)
        ):
            found = word
            if not _is_frame(word):
                return word
    return found


#: `advice` compares how goods are sold.
_ASKED_ELSEWHERE = ("рецепт", "rx", "otc")


def _is_told(case: Case, at: int, word: str, said: signs.Sign) -> bool:
    """Whether another sentence of the card, of the same source, says the word the other way round."""
    ours = (signs.of_words if case.source.is_russian else signs.of_concepts)(case.body)
    sources = set(case.pairs[at].sources)
    return any(
        place != at
        and word in other
        and abs(other[word] - said) == signs.Sign.DENIED
        and not sources.isdisjoint(case.pairs[place].sources)
        for place, other in enumerate(ours)
    )


_WORDS, _SHARED, _MOSTLY = 3, 2, 0.6


@lru_cache(maxsize=10_000)
def _is_frame(word: str) -> bool:
    if concept := lexicon.by_id().get(word):
        return concept.id in _SAID_EITHER_WAY or concept.group in {"food", "opposite", "time", "route"}
    return signs.is_frame(word)


_SAID_EITHER_WAY = frozenset(
    "light sun use product doctor day year month week dose below above exceed risk danger contra caution indication "
    "treatment store child small big other_ lack help first "
    "last normal outofreach topical oral drop spray dissolve rinse "
    "tell contain doctor stay rx otc food supplement portion "
    "increase_dose tablet capsule syrup cream gel ointment solution".split()
)


@once
def _everywhere(source: Reading) -> dict[str, set[signs.Sign]]:
    found: dict[str, set[signs.Sign]] = {}
    for said in (signs.of_words if source.is_russian else signs.of_concepts)(source):
        for word, sign in said.items():
            found.setdefault(word, set()).add(sign)
    return found


def _turned(case: Case, at: int) -> bool:
    """«открытый нос» where the sentence behind it says that it is closed, and none says open."""
    ours, everywhere = _qualities(case.body)[at], _qualities(case.source)
    said = frozenset().union(*everywhere) if everywhere else frozenset()
    near = [everywhere[place] for place in case.pairs[at].sources] if case.pairs[at].score >= SURE else []
    beside = frozenset().union(*near) if near else frozenset()
    return any(
        _other_side(one) in (beside if one[:-1] in _OF_PARTS or one in OPPOSITES else said) - ours
        and one not in said
        for one in ours
    )


#: Goods are the one or the other as a whole, so that one short sentence tells enough.
_OF_THE_WHOLE = frozenset("handwash reuse wired foldout built".split())


def _is_of_the_whole(case: Case, at: int) -> bool:
    said = frozenset().union(*_qualities(case.source))
    return any(one[:-1] in _OF_THE_WHOLE and _other_side(one) in said for one in _qualities(case.body)[at])


#: A thing has parts that are one and parts that are the other: only the same sentence is compared.
_OF_PARTS = frozenset("open hard hot long natural thick fast upper front narrow runs dilut".split())


@once
def _qualities(reading: Reading) -> tuple[frozenset[str], ...]:
    """Of each sentence which sides of the pairs of opposites it affirms; «не съёмный» is the other side."""
    found: list[set[str]] = [set() for _ in reading.units]
    whole = _denied_as_a_whole(reading)
    words = signs.of_tokens(reading)
    for unit, own, denied, said in zip(reading.units, found, whole, words, strict=True):
        for mention in unit.mentions:
            if mention.group == "opposite":
                if mention.id[:-1] in _KEEPING and mention.id.endswith("-"):
                    own.add(mention.id)  # «nemsiz», «uzak»: they deny by themselves
                elif is_denied(unit, mention):
                    if said[mention.last] is signs.Sign.DENIED or not BOUNDED.search(unit.folded):
                        own.add(_other_side(mention.id))  # «yumuşak doku … 14 günden uzun kullanılmaz»
                elif mention.first not in denied:
                    own.add(mention.id)
    return tuple(map(frozenset, found))


def _denied_as_a_whole(reading: Reading) -> tuple[set[int], ...]:
    """Of each sentence the places of statements that are denied or left open: a quality there counts for none."""
    found: tuple[set[int], ...] = tuple(set() for _ in reading.units)
    for one in statements(reading):
        if one.own and one.denied is not False and not (one.denied is None and _is_only_so(one, reading)):
            found[one.unit].update(one.places)
    return found


_ONLY = frozenset("только лишь исключительно only sadece yalniz yalnizca".split())


def _is_only_so(one: Statement, reading: Reading) -> bool:
    """«стирать только вручную» says that it is so, though it is left open what else is."""
    words = [reading.units[one.unit].tokens[place].small for place in one.places]
    return any(word in _ONLY for word in words) and not any(
        negates(word) is not Negates.NO or (is_open(word) and word not in _ONLY) for word in words
    )


def _other_side(name: str) -> str:
    return OPPOSITES.get(name) or name[:-1] + ("-" if name.endswith("+") else "+")
