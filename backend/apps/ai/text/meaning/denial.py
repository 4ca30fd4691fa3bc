"""Whether a word is said as what is not: «без парабенов», «alkolsüz», "sugar-free", «адаптера нет»."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from apps.ai.text.meaning.breaks import NAMED, undone_in
from apps.ai.text.meaning.mishaps import is_mishap
from apps.ai.text.meaning.moods import is_care, mood
from apps.ai.text.meaning.negations import Negates, is_adjective, is_limit, negates
from apps.ai.text.meaning.number_words import value_of
from apps.ai.text.meaning.reading import Mention, Token, Unit, mentions_at
from apps.ai.text.meaning.views import once

_JOINED = (
    r"(?:[\s,(]+(?:[\w-]+(?=\s*(?:[,(]|\bи\b|\bили\b|\band\b|\bor\b))|"
    r"и|или|а|также|and|or|any|added|искусственн\w+|добавл\w+))"
)
_NO_BEFORE = re.compile(
    r"(?:\bбез|\bне содерж\w*|\bне име\w+|\bне включ\w+|\bне вход\w+|\bнет(?!,)|отсутств\w+|"
    r"\b(?:свобод\w+ от|лишен\w+(?: же)?)|\bмимо|\bминуя|\bобходя|\bизбегая|"
    r"\black of|\bне вызыва\w+|\bни|\bникак(?:ого|ой|их|ие)|\bни (?:капли|грамма)|\bноль|\bzero|\blacks|"
    r"\bне добавл(?!яй)\w+|(?<=\w[ ,(]|, )\bкроме(?! (?:того|этого|прочего)\b)|\bвместо|\bвне|\bвдали от|\bподальше от|"
    r"\bне (?:средство|препарат|предназнач\w+) для|\bfree (?:of|from)|"
    r"\bwithout(?! \w+ing and)|\bno|\bnon|\bnot contain\w*|\bdoes not|\bnot|\bexcept|\bне)"
    rf"(?:{_JOINED}){{0,8}}(?:\s+(?:\w+(?:ого|их|ых|ой|ий))){{0,2}}[\s,-]*$"
)
_NO_INSIDE = re.compile(
    r"^(?!susuz|rahat|yeter|gere[gk]|zarar|tehlike|sinir|sure|kesinti|suphe|kusur|sorun)\w*s[iu]z(?:d[iu]r)?$|m[ae](?:z|zlar|zler|yin|yiniz|m[ae]l[iı]\w*|digi\w*|yen|yan)$|"
    r"^(?:без|бес)(?!сон|пл|опас|вред|обид|шум|ротн|вод|илат|утеш|оар)[а-я]{4,}|^(?:не(?=токсич|ядовит)|non-?tox)"
)
_GONE = r"(?:не нуж\w+|не треб\w+|не содерж\w+|не вход\w+|не добавл(?!яй)\w+|отсутств\w+|нет|нельзя|не обнаруж\w+)\b"
_NO_BEHIND = re.compile(
    r"^(?:[\s,]+(?!included|supplied|provided|required|needed|gerek\w+,|zorunlu\w*,|dahil(?:dir)?,|vardir|mevcut|(?:icer|bulun|kullanil)\w*r,|icer(?:[ei]|d[ie]))[\w-]+){0,8}?[\s,]*(?:icerm\w+|yoktur|yok|bulunma\w+|kullanilmam\w+|"
    r"gerekm\w+|ilave edilmem\w+|not (?:included|supplied|provided|contained))\b"
    r"|^(?: [\w-]+){0,4}? degil\w*"
    r"|^(?:[\s,]+(?:and|or|\w+(?=,| and| or)))*[ -]free\b"
    r"|^(?:[\s—-]+[\w-]+){0,3}? (?:(?:прода|куп|приобр|покупа|заказ)\w+ (?:отдельно|дополнительно)|"
    r"отдельно (?:прода|куп|приобр|покуп))"
    r"|^(?: [\w-]+){0,2} ayri(?:ca)?(?: olarak)? (?:sat|al|temin)\w+"
    r"|^(?: [\w-]+){0,2} (?:sold|bought|available) separately"
    r"|^\s?: ?(?:нет|no|none|yok(?:tur)?|hayir|нельзя|запрещ\w+|отсутств\w+|not (?:included|suitable|allowed))\b"
    rf"|^(?: (?:в|во|на) [\w-]+(?: [\w-]+)?)? {_GONE}"
    rf"|^(?: [\w-]+)? {_GONE}|^(?:(?:,| и| или| ни) (?!(?:а|но|зато|однако)\b)[\w-]+(?: [\w-]+)?){{1,3}} {_GONE}"
)
#: «отдушка и SLES, силиконов нет»: of a list only the genitives are denied.
_CYRILLIC = re.compile("[а-я]")
_NOT_GENITIVE = re.compile(r"(?:(?:[ьебгджзклмнпрстфхцчшщ]|[^о]в|й)|ка|у|ю|о)$|^[a-z]+$")
_REACH = 70
#: «с отдушкой и спиртом», «есть ланолин», "with sugar": what is named so is there, whatever the next clause denies.
_AFFIRMED = re.compile(
    r"(?:^|[\s(,;:.—-])(?<!не )(?<!ни )(?:со?|есть|содерж\w+|присутств\w+|with|contains?)(?: (?:немного|чуть|some))?"
    r"(?:\s+(?:[\w-]+(?=\s*(?:,|\bи\b|\band\b))[\s,]*(?:и|and)?|[\w-]+(?:ым|им|ой|ей|ыми|ими|ый|ая|ое)))*\s+$"
)
_THERE = re.compile(r"^\s+(?:есть|присутств|содерж(?:ится|атся)|имеется|имеются|добавлен)")


def is_denied(unit: Unit, mention: Mention) -> bool:
    """Whether a concept is mentioned as what is absent."""
    if not unit.denies or _is_undone(unit, mention):
        return False
    tokens = unit.tokens
    inside = _denied_inside(mention, [token.small for token in tokens[mention.first : mention.last + 1]])
    if inside is not None:
        return inside
    start, end = tokens[mention.first].start - unit.start, tokens[mention.last].end - unit.start
    found = _NO_BEFORE.search(unit.folded[max(0, start - _REACH) : start])
    if found is not None and not (
        "," in found[0]
        and found[0].startswith("не ")
        and (
            mention.group == "opposite"
            or mood(tokens[mention.first].small)
            or is_care(tokens[mention.first : mention.last + 1])
        )
    ):
        return True  # but «не отбеливать, гладить через ткань», «не носят, мягкие можно»
    found = _NO_BEHIND.match(unit.folded[end : end + _REACH])
    if found is not None and _is_spared(unit, mention, end, found[0]):
        return False
    if found is None or "добавл" in found[0] or not _CYRILLIC.search(found[0]):
        return found is not None
    if "," not in found[0] and " и " not in found[0]:
        return True
    if mention.group == "opposite":
        return False
    counted = mention.first > 0 and value_of(tokens[mention.first - 1].small) is not None
    return not counted and not _NOT_GENITIVE.search(tokens[mention.last].small)


def _is_undone(unit: Unit, mention: Mention) -> bool:
    """ "NOT silicone free", «kaymaz değildir»: there, by two negations."""
    return any(first <= mention.first <= last for first, last in undone_in(unit))


def _is_spared(unit: Unit, mention: Mention, end: int, behind: str) -> bool:
    """Whether what stands behind a mention denies something else."""
    if ("добавля" in behind or "," in behind) and is_of_a_place(unit, mention.first, 0):
        return True
    if _ABSENT.search(behind) and is_in_a_place(unit, mention.first):
        return True  # «PFOA в покрытии отсутствует»
    if _is_of_a_closed_list(unit, end, behind):
        return True
    if _YOK.search(behind) and _is_of_another(unit, mention):
        return True
    return _is_subject(unit, unit.tokens[mention.last].small, end, behind)


def _denied_inside(mention: Mention, words: list[str]) -> bool | None:
    """What the words of the mention say themselves, None when nothing."""
    if mention.id in NAMED:
        return False
    if mention.group == "opposite":
        return False if not _NOT.isdisjoint(words) else None  # «смывать не нужно» is one thing
    if any(_NO_INSIDE.search(word) for word in words):
        return mention.id != "swallowing"  # «çiğnemeden» is how it is done
    return True if "не" in words[1:-1] else None  # «воду не пропускают»


#: «belde yumuşak lastik, bağcık yok»: who says where a thing is or what it is like does not say that it is missing.
_YOK = re.compile(r",.*\b(?:yok|yoktur)$")
_LISTED = 2


def _is_of_another(unit: Unit, mention: Mention) -> bool:
    clause = unit.tokens[mention.first].clause
    return sum(token.clause == clause for token in unit.tokens) > _LISTED


_IS_WITHOUT = re.compile(r"^[^,]*, ?\w{2,}s[iu]z,|^ \w{2,}s[iu]z,")
_JOINS = re.compile(r" (?:ve|veya|ya da|ile) ")


def _is_of_a_closed_list(unit: Unit, end: int, behind: str) -> bool:
    """«badem yağı ve E vitamini, alkol içermez»: «ve» has closed its list before the comma of what is not there."""
    if "," not in behind:
        return False
    if _IS_WITHOUT.search(behind):
        return True  # «vegan, şekersiz, tuz içermez»: what goods are, then what they lack
    before = re.split(r"[,:;(]", unit.folded[:end])[-1] + behind.split(",", 1)[0]
    return _JOINS.search(before) is not None and _JOINS.search(behind.rsplit(",", 1)[1]) is None


_NOT = frozenset({"не", "not", "no"})
#: Whoever does not contain or need a thing is no absent thing: «покрытие не содержит PFOA», «парабенов не содержит».
_LACKS = re.compile(r"не (?:содерж[иа]т|требу[ею]т)$")


def _is_subject(unit: Unit, small: str, end: int, behind: str) -> bool:
    if not _LACKS.search(behind):
        return False
    has_object = re.match(r"\s+[^\W\d_]", unit.folded[end + len(behind) :]) is not None
    return _NOT_GENITIVE.search(small) is not None or (has_object and not small.endswith(("ов", "ев")))


def is_affirmed(unit: Unit, mention: Mention) -> bool:
    """Whether a concept is mentioned as what is there, in so many words."""
    tokens = unit.tokens
    start, end = tokens[mention.first].start - unit.start, tokens[mention.last].end - unit.start
    if _is_undone(unit, mention) or _THERE.match(unit.folded[end : end + _REACH]):
        return True
    return _AFFIRMED.search(unit.folded[max(0, start - _REACH) : start]) is not None


_ABSENT = re.compile(r"отсутств|нет|не содерж|не обнаруж")


def is_in_a_place(unit: Unit, place: int) -> bool:
    """«в покрытии нет PFOA»: where something is missing."""
    while place and is_adjective(unit.tokens[place - 1].small):
        place -= 1
    return place > 0 and unit.tokens[place - 1].small in {"в", "во", "на"}


_PREPOSITIONS = frozenset("в во на к ко с со из от до по при для у под над за".split())


def is_of_a_place(unit: Unit, place: int, first: int) -> bool:
    """«масла в холодную воду не добавлять»: not the water is denied."""
    while place > first and is_adjective(unit.tokens[place - 1].small):
        place -= 1
    return place > first and unit.tokens[place - 1].small in _PREPOSITIONS


#: «Матрас (до 14 см) и ящик нужно покупать отдельно»
_BOUGHT_APART = re.compile(
    r"\b(?:прода|куп|докуп|приобр|покуп|заказ)\w+ отдельно|отдельно (?:прода|куп|приобр|покуп|заказ)|"
    r"\bayri(?:ca)?(?: olarak)? (?:sat|al|temin)|\b(?:sold|bought|available) separately"
)


@once
def is_bought_apart(unit: Unit) -> bool:
    return _BOUGHT_APART.search(unit.folded) is not None


#: «отделяют промежутком в 2 часа», «в другой вечер», «выждать 2 недели»: no mixing.
_APART = re.compile(
    r"промежут|интервал|раздел|отдел|перерыв|с разниц|отдельн|развед|развест|разнос[ия]|разнес|"
    r"чередова|чередуй|пауз[аеуы]|выжд|подожд|"
    r"пережд|друг(?:ой|ое|ие|ого|их) (?:день|дни|дня|дней|вечер|время|раз)|\bapart\b|arayla|ara ile"
)


@once
def keeps_apart(unit: Unit) -> bool:
    return _APART.search(unit.folded) is not None


def last_limit(tokens: Sequence[Token]) -> int:
    """The place in its sentence of the last word that bounds an amount, -1 for none."""
    return max((token.at for token in tokens if is_limit(token.small)), default=-1)


def is_of_the_limit(limit: Sequence[Token], negation: Token) -> bool:
    """«ближе 20 см не подносить»: what is behind its bound is denied with it. `limit`: the word and the next."""
    denies = negation.small in {"не", "not"} or negates(negation.small) is Negates.AROUND
    return denies and limit[0].at < negation.at - 1 and limit[-1].small[0].isdigit()


#: «опора под матрас», «при попадании в глаза»: what is named so is neither there nor absent.
_SOON = 4
_MISHAPS = ("попад", "появл", "возник", "контакт", "проглат", "случ", "обнаруж")


def circumstances(unit: Unit, first: int, last: int) -> Iterator[int]:
    """Places of the adjectives and the noun behind such a preposition, and between «не» and a bound."""
    if is_mishap(unit.tokens[first : last + 1]):
        yield from range(first, last + 1)
    for token in unit.tokens[first:last]:
        if token.small in {"не", "not"}:
            limit = last_limit(unit.tokens[first : last + 1])
            yield from range(token.at + 1, limit)  # «не греть выше 50»
        if (
            token.small.startswith("отсутстви")
            or token.small == "под"
            or (token.small == "при" and unit.tokens[token.at + 1].small.startswith(_MISHAPS))
        ):
            for other in unit.tokens[token.at + 1 : min(last, token.at + _SOON) + 1]:
                yield other.at
                if not is_adjective(other.small):
                    break


_BESIDE = 2


def is_not_borne(unit: Unit, mention: Mention) -> bool:
    """«Непереносимость лактозы», "laktoz intoleransı": whose trouble it is, not whether it is there."""
    near = mentions_at(unit)
    before = (one for place in range(mention.first - _BESIDE, mention.first) for one in near.get(place, ()))
    return any(one.id == "allergic" for one in (*before, *near.get(mention.last + 1, ())))
