"""Ways in which goods get into or on a body: one that the source has not is a finding only where it has another.

A form of dosage tells a way without saying so: tablets are swallowed, a cream is put on. «Пьют», «наносят» and
«закапывают» are what Russian says of most goods, and need no proof.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

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
        ("inhal", r"инг\b|ингал|вдох(?!нов)|небул|inhal|nebul|puff|inspiro|solunum (?:yolu|coz)|breathe in"),
        ("injection", r"ампул|амп\b|шприц|инъек|автоинж|"
                      r"ampul|flakon icin|enjek|enjektor|injekt|inject|syringe|prefilled"),
        ("rectal", r"супп|свеч[иае]|свечой|fitil|supoz|supposit|transre[kc]t"),
        ("vaginal", r"пессар|овул|ovul|pessar"),
        ("intravenous", r"в ?/ ?в\b|iv\b(?! (?:evre|faz|derece))|i\. ?v\.|damardan|damar yolu"),
        ("intramuscular", r"в ?/ ?м\b|im\b|i\. ?m\.|kalcadan|kas icine|kastan"),
        ("subcutaneous", r"п ?/ ?к\b|sc\b|s\. ?c\.|cilt alt|deri alt|ciltalti|derialti|under the skin"),
        ("sublingual", r"под язык|подъяз|dil alt|sublingu|under the tongue|пастилк|для рассас|lozenge"),
    )
)  # fmt: skip


def is_used_so(unit: Unit, clauses: tuple[Clause, ...], mention: Mention) -> bool:
    """Whether a route is one: no place where the goods must not go, and nothing denied («не рассасывая»)."""
    denied = mention.first > 0 and unit.tokens[mention.first - 1].small in {"не", "ни", "not", "без"}
    return not denied and stance.of(clauses, mention) is not Stance.FORBIDS


def is_strange(source: Reading, mention: Mention) -> bool:
    """Whether a way of the card is another than those of the source; `mention`: one that the source does not prove."""
    ways = _ways(source)
    if mention.id in ways or (mention.id == "drip" and "injection" in ways):
        return False
    if mention.id in _NEEDLES and "injection" in ways:
        return not _NEEDLES.isdisjoint(ways)
    return bool(ways) or mention.id not in _ORDINARY


@once
def _ways(source: Reading) -> frozenset[str]:
    """The ways of a source, by its words and by the forms of its goods."""
    named = {
        name
        for unit, clauses in zip(source.units, stance.stances(source), strict=True)
        for mention in unit.mentions
        if mention.group == "route" and is_used_so(unit, clauses, mention)
        for name in _with_implied(mention)
    }
    told = {way for way, words in _FORMS if any(words.search(unit.folded) for unit in source.units)}
    if not _ELSEWHERE.isdisjoint(named | told) and "oral" not in named:
        told.discard("oral")
    if not _NEEDLES.isdisjoint(named | told):
        told.add("injection")
    return frozenset(named | told)


def _with_implied(mention: Mention) -> Sequence[str]:
    return (mention.id, *(name for name in mention.concept.implies if name == "injection"))
