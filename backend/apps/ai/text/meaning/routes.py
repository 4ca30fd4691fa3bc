"""Ways in which goods get into or on a body: one that the source has not is a finding only where it has another.

A form of dosage tells a way without saying so: tablets are swallowed, a cream is put on. «Пьют», «наносят» and
«закапывают» are what Russian says of most goods, and need no proof.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from apps.ai.text.meaning import stance
from apps.ai.text.meaning.reading import Mention, Reading, Unit
from apps.ai.text.meaning.stance import Clause, Stance
from apps.ai.text.meaning.views import once

#: Said of anything that is drunk, put on or dripped; a source that tells no way at all is not contradicted.
_ORDINARY = frozenset({"oral", "topical", "drip"})
#: Where a needle goes: one of these is not the other.
_NEEDLES = frozenset({"intravenous", "intramuscular", "subcutaneous"})
#: A tablet that goes there is not swallowed.
_ELSEWHERE = frozenset({"vaginal", "rectal", "sublingual", "inhal"})
_FORMS = tuple(
    (way, re.compile(rf"(?<![^\W\d_])(?:{words})"))
    for way, words in (
        ("oral", r"таб(?:л|\b)|тб\b|драже|пилюл|капсул|капс\b|сироп|гранул|саше\b|эликсир|жевательн|"
                 r"tablet|tab\b|draje|kapsul|kaps\b|capsul|surup|sase\b|softgel|pastil|graniul|syrup|sachet|pill\b|pills\b|gummies"),
        ("topical", r"крем(?!н)|маз[ьи]|мазью|гел[ья]|гелем|лосьон|лак\b|лака\b|линимент|пластыр|шампун|пенк|эмульгел|"
                    r"krem|merhem|pomad|jel\b|jeli|losyon|oje\b|sampuan|flaster|bant\b|"
                    r"cream|ointment|gel\b|lotion|lacquer|shampoo|plaster|patch|liniment"),
        ("inhal", r"инг\b|ингал|вдох(?!нов)|небул|inhal|nebul|puff?s?\b|inspiro|solunum (?:yolu|coz)|breathe in"),
        ("injection", r"ампул|амп\b|шприц|инъек|автоинж|ampul|enjek|enjektor|injekt|inject|syringe|prefilled"),
        ("rectal", r"супп|свеч[иае]|свечой|fitil|supoz|supposit|transre[kc]t"),
        ("vaginal", r"пессар|овул|ovul|pessar"),
        ("ocular", r"goz damla|goz merhem|глазн|капли гл\b|гл\. ?(?:капл|маз)|eye drop|ophthalm|oftalm|офтальм"),
        ("nasal", r"burun (?:damla|sprey)|nasal (?:spray|drop)|капли (?:для|в) нос|спрей для нос|назальн"),
        ("aural", r"kulak damla|ear drop|ушн\w+ капл|капли (?:ушн|в ух)"),
        ("sublingual", r"под язык|подъяз|dil alt|sublingu|under the tongue|пастилк|для рассас|lozenge"),
    )
)  # fmt: skip

#: Shortened ways that are other words, too: «IV» is a number beside a stage.
_SHORT = tuple(
    (way, re.compile(rf"(?<![^\W\d_])(?:{words})"))
    for way, words in (
        ("intravenous", r"(?:д/)?в ?/ ?в\b|iv\b(?! (?:evre|faz|derece))|i\. ?v\.|damar yolu"),
        ("intramuscular", r"(?:д/)?в ?/ ?м\b|im\b|i\. ?m\.|kas icine|kastan"),
        ("subcutaneous", r"(?:д/)?п ?/ ?к\b|sc\b|s\. ?c\."),
    )
)

#: «Перед введением контраста»: what is said of needles, where no other way is.
_GIVEN = re.compile(r"\b(?:введени|вводи|ввест|введ[её]н)")


_DROPS = re.compile(r"\b(?:капл|капель|damla|drops?\b)")


def is_used_so(unit: Unit, clauses: tuple[Clause, ...], mention: Mention) -> bool:
    """Whether a route is one: no place where the goods must not go, and nothing denied («не рассасывая»)."""
    if _is_denied(unit, mention) or _is_no_way(unit, mention):
        return False
    return stance.of(clauses, mention) is not Stance.FORBIDS or _is_done(unit, mention)


#: «Наносит вред», «запивать не надо», «наружные средства не помогли».
_NO_WAY = re.compile(r" (?:\w+ ){0,2}(?:вред|ущерб|урон)|(?: \w+){0,2} не (?:надо|нужно|требу|обязат)")


def _is_no_way(unit: Unit, mention: Mention) -> bool:
    if any(one.id == "failed_" and one.first > mention.last for one in unit.mentions):
        return True
    return _NO_WAY.match(unit.folded, unit.tokens[mention.last].end - unit.start) is not None


#: «deri altına uygulanır, kas içine yapılmaz»: a verb of its own stands before the denial.
_DONE = re.compile(
    r"[^,;:.]*?\b(?!\w*m[ae]z\b)\w{2,}(?:[aeiu]r|[iu]n[iu]z|d[iu]r|m[ae]l[iu]|[iu]l[iu]r)(?:l[ae]r)?[,;]"
)


def _is_done(unit: Unit, mention: Mention) -> bool:
    token = unit.tokens[mention.last]
    return token.small[0] < "а" and _DONE.match(unit.folded, token.end - unit.start) is not None


_NOT = frozenset("не ни not без".split())
_TURKISH_NOT = re.compile(r"[a-z]m[ae](?:y|z|den|mel)")


def _is_denied(unit: Unit, mention: Mention) -> bool:
    if mention.first > 0 and unit.tokens[mention.first - 1].small in _NOT:
        return True
    return _TURKISH_NOT.search(unit.tokens[mention.last].small) is not None


def is_ruled_out(source: Reading, mention: Mention) -> bool:
    """Whether the source names a way only to deny it: «yutun; emmeyin», «только в/м, в/в не вводить»."""
    named = [
        (unit, clauses, one)
        for unit, clauses in zip(source.units, stance.stances(source), strict=True)
        for one in unit.mentions
        if one.id == mention.id
    ]
    if mention.id in _NEEDLES:
        return bool(named) and not any(is_used_so(*one) for one in named)
    return bool(named) and all(_is_denied(unit, one) for unit, _, one in named)


def is_strange(source: Reading, mention: Mention) -> bool:
    """Whether a way of the card is another than those of the source; `mention`: one that the source does not prove."""
    ways = ways_of(source)
    if mention.id in ways or (mention.id == "drip" and "injection" in ways):
        return False
    if mention.id == "drip" and any(_DROPS.search(unit.folded) for unit in source.units):
        return False
    if mention.id in _NEEDLES and "injection" in ways:
        return not _NEEDLES.isdisjoint(ways)
    return bool(ways) or mention.id not in _ORDINARY


@once
def ways_of(source: Reading) -> frozenset[str]:
    """The ways of a source, by its words and by the forms of its goods."""
    named = {
        name
        for unit, clauses in zip(source.units, stance.stances(source), strict=True)
        for mention in unit.mentions
        if mention.group == "route" and is_used_so(unit, clauses, mention)
        for name in _with_implied(mention)
    }
    told = {way for way, words in _FORMS if words.search(source.folded)}
    told |= frozenset(_shortened(source))
    if named | told <= {"oral"} and any(_GIVEN.search(unit.folded) for unit in source.units):
        told.add("injection")
    if "nasal" in named | told and "inhal" not in named:
        told.discard("inhal")  # puffs into the nose
    if not _ELSEWHERE.isdisjoint(named | told) and "oral" not in named:
        told.discard("oral")
    if "vaginal" in named | told and "rectal" not in named:
        told.discard("rectal")  # suppositories are of either kind
    if not _NEEDLES.isdisjoint(named | told):
        told.add("injection")
    return frozenset(named | told)


def _with_implied(mention: Mention) -> Sequence[str]:
    return (mention.id, *(name for name in mention.concept.implies if name == "injection"))


def _shortened(source: Reading) -> Iterator[str]:
    present = [(way, words) for way, words in _SHORT if words.search(source.folded)]
    if not present:
        return
    for unit, clauses in zip(source.units, stance.stances(source), strict=True):
        found = [(way, match) for way, words in present for match in words.finditer(unit.folded)]
        ways = {way for way, _ in found} | {one.id for one in unit.mentions if one.id in _NEEDLES}
        for way, match in found:
            place = next(token.at for token in unit.tokens if token.end - unit.start > match.start())
            # «только в/м, не в/в»: of several one may be forbidden.
            if len(ways) == 1 or stance.clause_at(clauses, place).stance is not Stance.FORBIDS:
                yield way
