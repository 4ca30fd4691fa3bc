"""What comes with the goods and what does not: «кабель в комплекте», «адаптер продаётся отдельно», «подкладка: нет».

Read only where a sentence says it in so many words. «Работает от батареек» tells of no set; «батарейки не входят» does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.ai.text.meaning.findings import MEDICAL, Case, Code, Finding
from apps.ai.text.meaning.moods import mood
from apps.ai.text.meaning.negations import Negates, is_adjective, is_finite, negates
from apps.ai.text.meaning.reading import Mention, Reading, Token, Unit
from apps.ai.text.meaning.tokens import PARTING
from apps.ai.text.meaning.views import once

_OUT = re.compile(
    r"\b(?:прода|куп|докуп|приобр|покуп|заказ)\w+ отдельно|\bотдельно (?:прода|куп|приобр|покуп|заказ)|[:—-] отдельно|"
    r"\bне (?:вход|включ|прилага|прилож|предусмотр|поставля|поставит|идет|идут|вложен|положен|оснащ|снабж|имее|содерж|"
    r"в комплект|в набор|в короб)|\bнет\b|\bотсутству|\bлишен|\bне (?:будет|предоставля\w+|распростран\w+)\b|"
    r"\bayri(?:ca)?(?: olarak)? (?:sat|al|temin|edin|tedarik)|\bdahil (?:degil|edilme)|\bharic|\byok(?:tur)?\b|"
    r"\bbulunma[mz]|\bicerme[mz]|\bcikma[mz]|\bgelme[mz]|\bhayir\b|\b(?:kutuda|pakette) degil|"
    r"\b(?:sold|bought|purchased|available|supplied|purchase|buy|ordered|order|sell) separately|"
    r"\bseparate (?:purchase|item)|"
    r"\bnot (?:be )?(?:inclu|suppl|provid|contain|in the (?:box|set|pack)|part|come|ship|have|present|fitted)|"
    r"\bno\b[^,;]{1,40}\b(?:inclu|suppl|provid|in the (?:box|set|pack))|n't (?:inclu|come|have|ship)|\bnone\b|"
    r"\b(?:is|are|does|do) not\W*$|\bexclud|\blacks?\b|: ?no\b"
)
_IN = re.compile(
    r"\b(?:в|из) (?:\w+ )?(?:комплект|набор|короб|упаковк)|\bкомплект(?:ация|ность)?\b|\bвход(?:ит|ят)|\bприлага|"
    r"\bприложен|\bвложен|\bвключен|\bвключая|\bпоставля\w+ с|\bидет в|\bидут в|\bесть\b|\bиме[ею]|\bоснащ|\bснабж|"
    r"\bпредусмотр|\bприсутств|\bdahil|\bkutu(?:da|dan|sunda|nun icinde)|\bkutu icerig|"
    r"\bpaket(?:te|ten|in icinde|icinde| icerig)|\bset(?:te|in icinde)|\bicer(?:ir|ig)|\bvar(?:dir)?\b|\bmevcut|"
    r"\b(?:ile|birlikte) (?:gelir|gonder|satil|teslim|veril)|\bevet\b|\bbulunur|\bcikar\b|\binclud|"
    r"\bsupplied|\bprovided|"
    r"\bcomes?\b|\bin the (?:box|set|pack)|\bhas\b|\bhave\b|\bfeatures?\b|\byes\b|\bcontains?\b"
)
#: «с подкладкой»: said of a sentence without another verb.
_WITH = re.compile(r"\b(?:со?|на) (?:[\w-]+(?:ой|ей|ым|им|ыми|ими) )?$")
#: «340 г без батареек» tells of a weight.
_WITHOUT = re.compile(
    r"(?:^|[^\W\d] |[,:(—-] ?)(?<!\bвес )(?<!масса )(?<!\bг )(?<!\bкг )(?<!\bg )(?<!\bkg )(?:без|no|without)(?: an?)? "
    r"(?:[\w-]+(?:ого|его|ой|ых|их) |[a-z-]+ )?(?:[\w-]+(?:,| и| или| or) )?$"
)
_TURKISH_IN = re.compile(r"\w{3,}l[iu](?:d[iu]r)?$")
_THINGS = frozenset({"thing", "size"})
#: What happens to goods, what they are like, and what is done with them: no parts of them.
_QUALITIES = frozenset(
    "choking soundlight lightup stain_ fade_ shrink_ crease_ rust_ slip_ scratch_ breakable pill_ stretch_ smell_ "
    "noise_ leak_ thermal lead phthalate pfoa_ latex assembled autooff gift_ lowrise toe_ nonstick coating insulated "
    "height width depth length diameter thickness".split()
)
#: Goods that are made of things, and come with none.
_NO_SETS = frozenset({"cosmetics", "food"})
#: A promise that comes with the goods.
_ALSO = frozenset({"guarantee"})
#: «не распространяется на чашу», "lid excluded": what a guarantee covers may be in the box all the same.
_COVERS = re.compile(r"распростран\w+ (?:и )?на|\bпокрыва\w+|\bexclud|\bcover|\bkapsa\w+")
#: Words of an item that is only named.
_BARE = 2


def check(case: Case) -> Iterator[Finding]:
    if case.kind in MEDICAL or case.kind in _NO_SETS:
        return
    theirs = _told(case.source)
    for unit in case.body.units:
        for mention, is_there in provided(unit):
            known = theirs.get(mention.id, {})
            if known and is_there not in known and not _is_of_another_size(case, unit, mention):
                evidence = case.source.units[next(iter(known.values()))].text.strip()
                yield Finding(Code.POLARITY, "description", unit.text.strip()[:160], evidence)
                break


def _is_of_another_size(case: Case, unit: Unit, mention: Mention) -> bool:
    """«наволочки 50×70 см продаются отдельно» of a set with those of 70×70."""
    behind = unit.tokens[mention.last + 1 : mention.last + 2]
    return any(one.small[0].isdigit() and one.small not in case.source.words for one in behind)


@once
def _told(source: Reading) -> dict[str, dict[bool, int]]:
    """Of each thing whether it comes with the goods, with the sentence that says so."""
    found: dict[str, dict[bool, int]] = {}
    for at, unit in enumerate(source.units):
        for mention, is_there in provided(unit):
            found.setdefault(mention.id, {}).setdefault(is_there, at)
    return found


def is_provided(unit: Unit, mention: Mention) -> bool | None:
    """None where the sentence does not say whether the thing comes with the goods."""
    said = {is_there for one, is_there in provided(unit) if one.id == mention.id}
    return said.pop() if len(said) == 1 else None


@once
def provided(unit: Unit) -> tuple[tuple[Mention, bool], ...]:
    """The things of which a sentence says that they come with the goods, or that they do not."""
    if not any(_is_asked(one) for one in unit.mentions):
        return ()
    if promised := [one for one in unit.mentions if one.id in _ALSO and _COVERS.search(unit.folded)]:
        return ((promised[0], True),)
    clauses = list(_clauses(unit))
    things = [[one for one in unit.mentions if _is_within(one, clause)] for clause in clauses]
    said = [_verdict(unit, clause) for clause in clauses]
    found: list[tuple[Mention, bool]] = []
    for at, mentions in enumerate(things):
        of_all = said[at] if said[at] is not None else _beside(said, things, at, clauses[at])
        for mention in mentions:
            own = _of_mention(unit, clauses[at], mention)
            is_there = of_all if own is None else own
            if is_there is not None:
                found.append((mention, is_there))
    return tuple(found)


def _is_asked(mention: Mention) -> bool:
    return (mention.group in _THINGS or mention.id in _ALSO) and mention.id not in _QUALITIES


def _is_within(mention: Mention, clause: tuple[Token, ...]) -> bool:
    return _is_asked(mention) and clause[0].at <= mention.first <= clause[-1].at


def _clauses(unit: Unit) -> Iterator[tuple[Token, ...]]:
    first = 0
    for token in unit.tokens[1:]:
        if token.clause != unit.tokens[token.at - 1].clause or token.small in PARTING:
            yield unit.tokens[first : token.at]
            first = token.at
    yield unit.tokens[first:]


def _verdict(unit: Unit, clause: tuple[Token, ...]) -> bool | None:
    text = unit.folded[clause[0].start - unit.start : clause[-1].end - unit.start]
    if _OUT.search(text):
        return False
    return True if _IN.search(text) else None


def _beside(
    said: list[bool | None], things: list[list[Mention]], at: int, clause: tuple[Token, ...]
) -> bool | None:
    """What a clause without a verdict takes: of one behind it that names nothing, else of its list.

    What has a verb is no item of a list, and what tells more than its name («belde yumuşak lastik, bağcık yok») no
    first one.
    """
    behind = next((place for place in range(at + 1, len(said)) if said[place] is not None), None)
    if behind is not None and not any(things[at + 1 : behind + 1]):
        return said[behind]
    if _acts(clause):
        return None
    before = next((one for one in reversed(said[:at]) if one is not None), None)
    if before is not None:
        return before
    is_list = behind is not None and all(things[at : behind + 1]) and len(clause) <= _BARE
    return said[behind] if is_list and behind is not None else None


def _of_mention(unit: Unit, clause: tuple[Token, ...], mention: Mention) -> bool | None:
    """What stands at the thing itself: «без адаптера», «kapüşonlu»."""
    small = unit.tokens[mention.last].small
    if negates(small) is Negates.ITSELF:
        return False
    if small[0] < "а" and _TURKISH_IN.match(small):
        return True
    if (
        mention.id in _ALSO
        and any(one.small[0].isdigit() for one in unit.tokens)
        and _verdict(unit, clause) is None
    ):
        return True  # «гарантия 2 года»
    before = unit.folded[: unit.tokens[mention.first].start - unit.start]
    if not is_finite(small) and _WITHOUT.search(before) and not any(mood(one.small) for one in unit.tokens):
        return False  # but «сушить без батарей»
    return True if not _acts(clause) and _WITH.search(before) else None


def _acts(clause: tuple[Token, ...]) -> bool:
    return any(is_finite(one.small) and not is_adjective(one.small) for one in clause)
