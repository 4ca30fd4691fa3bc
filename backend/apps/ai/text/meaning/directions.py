"""What grows and what falls, what is begun and what is stopped: «ослабляет» for «усиливает».

A sentence or piece whose words all point one way is held against those of the source that share most with it. No
finding where one of them points the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.negations import Negates, is_finite, negates
from apps.ai.text.meaning.reading import Reading, Token, Unit
from apps.ai.text.meaning.statements import Statement, statements, translated

_WORDS = {
    ("amount", True): r"усил[иея]|усугуб|повыш|повыс|увелич|возраст(?:а|е|и|у)[елмтюя]|вырас|раст[еу]т|больше$|"
    r"сильнее$|потенц|подн[ия]|удв[ао]|утро[ие]|наращив|нараст|(?:art[iy]r|arta(?!n)|artma|yuksel|guclen|fazlalig|katina)|"
    r"increas|enhanc|rais(?:e|ing)|potentiat|higher$|greater$|doubl|elevat|boost",
    ("amount", False): r"ослаб|сниж|сниз|уменьш|понижа|пониз|слабее$|меньше$|пада[ею]т|упа[лс]|"
    r"недостат(?!очн)|нехват|дефицит|сокра[тщ]|урез|вдвое меньш|нейтрализ|подавля|менее$|less$|ограничи(?!л|тел|в)|"
    r"(?:azal|dusur(?!ucu)|duser|duseb|dusme|zayifl|eksikli|baskil)|decreas|reduc|halv|weaken|lower|deficien|"
    r"diminish|neutrali[sz]|suppress",
    ("health", True): r"улучш|легче$|iyiles|improv",
    ("health", False): r"ухудш|хуже$|kotules|agirlas|worsen",
    ("course", True): r"продолж(?!ит|енн)|начина|начн|возобнов|"
    r"(?:devam|basla(?!mis)|surdur)|continu(?!ous)|start(?:s|ed|ing)?$|begin|resum",
    ("course", False): r"прекра[тщ]|отмен(?!н)|заканчив|законч|прерыв|прерва|брос|останов|"
    r"(?:kesin|kesip|keser|kesil|kesme|birak|sonland)|stop(?:s|ped|ping)?$|discontinu|interrupt",
}  # fmt: skip
_COMPILED = tuple((key, re.compile(pattern)) for key, pattern in _WORDS.items())
#: «если начнётся рвота»: what begins by itself is no course of taking.
_IF = re.compile(r"\w+(?:[aeiu]rs[ae]|yors[ae]|zs[ae]|(?:irsa|irse)niz)$")
#: «с повышенной температурой»: a state, in which nothing grows.
_STATE = re.compile(r"(?:повыш|пониж|сниж|увелич|усил|ослабл)енн[а-я]{2,3}$")
#: «düşüklüğü artar», «снижение усиливается»: less of a thing, of which there is more.
_LESS_OF = re.compile(
    r"(?:потер|утрат|убыл|сниж|уменьш|пониж|падени|недостат(?!очн)|нехват|дефицит|ослаблени)[а-я]*(?:[яюье]|[иа]|ием|ом|ой|ей)$|"
    r"loss|lack|fall$|drop|decrease$|reduction|deficien|(?:kayb|kayip|dusuklu|azalma|eksikli|dusme|dusus)"
)
#: «düşürücü etki», «понижающее действие»: an effect, which others call a fall or a remedy.
_LOWERING = re.compile(r"dusurucu|azaltici|[а-я]+ющ(?:ее|ий|ая|ие|его|ую|их|ей|ем)$")
#: «заложенность может усилиться»: what comes by itself, no effect of the goods.
_BY_ITSELF = re.compile(
    r"[а-я]+(?:ться|тся|тись)$|(?:упа|па|рас|вырас|нарас|возрас)[а-я]*$|worsen$|rise$|grow$"
)
_MAY = re.compile(r"мо[жг]\w+т$|возможн[оы]?$|may$|can$|might$|\w+[ae]bil(?:ir|mek)")
#: What every sentence of this sort speaks of.
_ORDERS = frozenset("c:enhance c:weaken c:relieve c:stop c:continue c:treatment c:mixing".split())
_FRAMES = _ORDERS | {"c:act", "s:лекарс", "s:уровен"}
_LEAST_SHARED, _SURE = 1, 2
#: How alike sentences must be that share no more than a word.
_ALIKE = 0.4
_FITS = frozenset({"runs+", "runs-"})


class Pointed(NamedTuple):
    """A sentence or a piece of it that points one way. `rises`: grows or goes on; None when it is denied or open.

    `focus`: the features of the very piece that points; `less`: a loss or fall is what grows or falls; `comes`: it may
    come by itself.
    """

    unit: int
    kind: str
    rises: bool | None
    features: frozenset[str]
    focus: frozenset[str]
    less: bool | None = False
    may: bool = False
    comes: bool = False


def check(case: Case) -> Iterator[Finding]:
    theirs = _pointed(case.source, translate=not case.source.is_russian)
    known = frozenset().union(*(other.features | other.focus for other in theirs))
    for one in _pointed(case.body, by_concepts=not case.source.is_russian):
        if one.rises is not None and (place := _contrary(one, theirs, known)) is not None:
            quote = case.body.units[one.unit].text.strip()[:160]
            other, weak, shares_little = place
            pair = case.pairs[one.unit]
            if other not in pair.sources:
                weak = weak or shares_little
            elif pair.score >= _ALIKE:
                weak = False
            evidence = case.source.units[other].text.strip()
            yield Finding(Code.POLARITY, "description", quote, evidence, weak=weak)


def _contrary(
    one: Pointed, theirs: tuple[Pointed, ...], known: frozenset[str]
) -> tuple[int, bool, bool] | None:
    """The source's sentence that points the other way; whether only a substance, only a word says it is the same.

    `known`: what all of theirs speak of.
    """
    focus = one.focus & known
    shared = [
        (len(one.features & other.features), other)
        for other in theirs
        if other.kind == one.kind and not (focus and other.focus and focus.isdisjoint(other.focus))
    ]
    most = max((count for count, _ in shared), default=0)
    if most < _LEAST_SHARED or any(count and not _is_opposite(one, other) for count, other in shared):
        return None
    other = next(other for count, other in shared if count == most)
    tells = any(not name.startswith("c:inn:") for name in one.features & other.features)
    return other.unit, most < _SURE and not tells, most < _SURE


def _is_opposite(one: Pointed, other: Pointed) -> bool:
    """Not of a fall and of what falls, nor of what may come and of an effect of the goods."""
    if (one.less != other.less and None not in (one.less, other.less)) or (
        one.comes and one.may and not other.may
    ):
        return False
    return other.rises is (not one.rises)


@lru_cache(maxsize=16)
def _pointed(reading: Reading, *, by_concepts: bool = False, translate: bool = False) -> tuple[Pointed, ...]:
    by_unit: dict[int, list[Statement]] = {}
    for one in statements(reading, by_concepts=by_concepts):
        by_unit.setdefault(one.unit, []).append(one)
    found: list[Pointed] = []
    for at, pieces in by_unit.items():
        unit = reading.units[at]
        ways = {place: way for place, token in enumerate(unit.tokens) if (way := _way(unit, token))}
        for mention in unit.mentions:
            if mention.id in _FITS:  # «на размер больше»
                ways = {
                    place: way for place, way in ways.items() if not mention.first <= place <= mention.last
                }
        for kind in sorted({way[0] for way in ways.values()}):
            sides = {place: way[1] for place, way in ways.items() if way[0] == kind}
            found += _of_unit(at, kind, pieces, sides, reading, translate=translate)
    return tuple(found)


def _of_unit(
    at: int, kind: str, pieces: list[Statement], sides: dict[int, bool], reading: Reading, *, translate: bool
) -> Iterator[Pointed]:
    unit = reading.units[at]
    own = [piece for piece in pieces if not piece.places.isdisjoint(sides)]
    signed = {_rises(kind, piece, sides, unit) for piece in own}
    whole = len(signed) == 1 and len(own) == 1
    pointing = tuple(unit.tokens[place].small for place in sides)
    for piece in own:
        focus = _told([piece], pointing, reading, translate=translate) - _ORDERS
        told = (_told(pieces, pointing, reading, translate=translate) if whole else focus) - _FRAMES
        # A disease that grows worse is more of it; an effect that grows worse is less.
        of_health = kind == "health" and any(name.startswith("d:") for name in focus)
        named = kind if of_health or kind != "health" else "amount"
        yield Pointed(at, named, _rises(kind, piece, sides, unit), told, focus, *_manner(piece, sides, unit))


def _manner(piece: Statement, sides: dict[int, bool], unit: Unit) -> tuple[bool | None, bool, bool]:
    """Whether a loss is spoken of besides the words that point, whether it may be, whether it comes by itself."""
    words = {place: unit.tokens[place].small for place in piece.places}
    pointing = {place for place in words if place in sides}
    verbs = {place for place in pointing if is_finite(words[place])} or pointing
    is_lowering = any(_LOWERING.match(small) for small in words.values())
    return (
        None
        if is_lowering
        else any(place not in verbs and _LESS_OF.match(small) for place, small in words.items()),
        any(_MAY.match(small) for small in words.values()),
        any(_BY_ITSELF.match(words[place]) for place in verbs),
    )


def _told(
    pieces: list[Statement], pointing: tuple[str, ...], reading: Reading, *, translate: bool
) -> frozenset[str]:
    """What pieces speak of besides the words that point."""
    features = frozenset().union(*(piece.features for piece in pieces))
    if translate:
        features |= frozenset().union(*(translated(piece, reading) for piece in pieces))
    return frozenset(name for name in features if not any(word.startswith(name[2:]) for word in pointing))


#: «Не прекращайте резко», «отменяйте постепенно»: how it ends, and that it does.
_MANNER = re.compile(r"\b(?:резк|внезапн|постепенн|aniden|ani\b|birden|kademeli|abrupt|sudden|gradual)")


def _rises(kind: str, piece: Statement, sides: dict[int, bool], unit: Unit) -> bool | None:
    """«не прекращать» is to go on; what is said not to rise need not fall."""
    here = {place: side for place, side in sides.items() if place in piece.places}
    verbs = {side for place, side in here.items() if is_finite(unit.tokens[place].small)}
    said = verbs or set(here.values())  # «ослабляет снижение давления»
    if _is_denied_behind(piece, here, unit) or (kind == "course" and len(set(here.values())) > 1):
        return None
    denied = piece.denied
    if denied is None and not any(negates(unit.tokens[at].small) is not Negates.NO for at in piece.places):
        denied = False  # left open by a condition («if a rash appears»)
    if len(said) != 1 or denied is None or (kind == "course" and _MANNER.search(unit.folded)):
        return None
    side = said.pop()
    if not denied:
        return side
    return (not side) if kind == "course" else None


def _is_denied_behind(piece: Statement, sides: dict[int, bool], unit: Unit) -> bool:
    """«прекращают не резко»: how it is done is denied, not that it is."""
    last = max(sides)
    negations = [at for at in piece.places if negates(unit.tokens[at].small) is not Negates.NO]
    return (
        bool(negations)
        and min(negations) > last
        and all(negates(unit.tokens[at].small) is Negates.FORWARD for at in negations)
    )


def _way(unit: Unit, token: Token) -> tuple[str, bool] | None:
    """Which way a word points; «не больше 3» bounds a figure and points nowhere."""
    way = _points(token.small)
    if way is not None and way[0] == "health" and _is_until(unit, token):
        return None
    if way is None or not token.small.endswith(("больше", "меньше", "менее", "less")):
        return way
    before = unit.tokens[token.at - 1].small if token.at else ""
    behind = unit.tokens[token.at + 1].small if token.at + 1 < len(unit.tokens) else ""
    if token.small in {"менее", "less"} and not _QUALITY.match(behind):
        return None
    return None if before in {"не", "как"} or behind == "чем" or behind[:1].isdigit() else way


#: «менее чувствительна», "less effective"
_QUALITY = re.compile(
    r"чувствит|эффектив|заметн|выражен|активн|сильн|effectiv|sensitiv|activ|severe|noticeab"
)


def _is_until(unit: Unit, token: Token) -> bool:
    """«до улучшения», «при ухудшении»: when something is done."""
    before = {one.small for one in unit.tokens[max(0, token.at - 2) : token.at]}
    return token.small.endswith(("ения", "ении")) and not before.isdisjoint({"до", "при", "после", "случае"})


@lru_cache(maxsize=50_000)
def _points(small: str) -> tuple[str, bool] | None:
    if _STATE.match(small) or (small[0] < "а" and _IF.match(small)):
        return None
    return next((key for key, pattern in _COMPILED if pattern.match(small)), None)
