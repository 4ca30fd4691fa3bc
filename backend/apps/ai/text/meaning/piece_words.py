"""What a word does to the piece of a sentence that it stands in. Each word is looked at once and remembered."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from apps.ai.text.meaning.negations import Negates, is_finite, is_open, negates

#: They deny only what stands right behind or before them.
_LOCAL = re.compile(r"(?:без|without|no|free|кроме|except|мимо|минуя|обходя|избегая)$")
_WORD_INSIDE = re.compile(r"\w{3,}s[iu]z(?:d[iu]r|ca|ce|lik\w*)?$|(?:без|бес|не)(?=[а-я]{5})")
_ADJECTIVE_WITHOUT = re.compile(
    r"(?:без|бес)(?!опасн|вред|плат|пере|ко|це|сон|покой|поко|обид|шум)[а-я]{4,}(?:ый|ая|ое|ые|ого|ой|ым|ых|но)$"
)
#: Keeping away from a thing denies it, like not doing it.
_AWAY = re.compile(r"(?:бере[гч]\w*|вдали|подальше|away|uzak\w*)$")
#: «не боится», «не опасен»: the second no.
_FEARS = re.compile(r"(?:бо[ия]тся|боишься|опас\w*)$")
#: Amounts, doctors and care leave open whether a thing is done: «не больше», «без врача».
_OPENS = re.compile(
    r"боле[ея]|больше|дольше|свыше|превыш\w*|предел|максимум|more|longer|exceed\w*|asm\w+|gecme\w*|fazla|uzun$|"
    r"ли$|вред(?:ен|на|но|ны)$|нежелател|пауз|выжд|подожд|пережд|повремен|врач|доктор|консульт|специалист|педиатр|doktor|hekim|danis|doctor|physician|consult|осторож|dikkat|caution"
)
_CONVERB = re.compile(r"(?!asm|gec)\w{2,}m[ae]d[ae]n$")
#: «açılmamış kalem»: said of one thing, too, unless it ends its piece.
_UNDONE = re.compile(r"\w{2,}m[ae]m[iu]s$")
#: «göz yakmayan formül», «alkol içermeyen»: said of one thing, whatever the sentence says of others.
_PARTICIPLE = re.compile(r"\w{2,}m[ae]y[ae]n$")
_GERUND = re.compile(r"[а-я]{2,}(?:[аиыя]в|[аеиыя]вши|(?<!с)я|ясь)$")
_LASTING = re.compile(r"paslanmaz|нержаве|yapismaz|nonstick|non-stick|stainless")
_STRONG = re.compile(
    r"(?:есть|icerir|var|vardir|содерж\w*|присутств\w*|можно|подход\w*|применяют|показан\w*|разреш\w*|полез\w*|безопас\w*)$"
)
_AFFIRMS = re.compile(
    r"(?:возмож\w*|мо[жг]\w+т|\w+[ae]bilir|may|might|со?|есть|допустим\w*|допуска\w*|разреш\w*|годится|годятся|год[еня]н?|"
    r"подой\w+|включая|показан\w*|сочета\w*тся|совмести\w*|полез\w*|служ\w+т|даже|содерж\w*|присутств\w*|with|contains?|можно|подход\w*|icerir|var|vardir)$"
)
#: «осветлители», «потребитель»: no past tense.
_NO_VERB = re.compile(r"[а-я]+тел[ьияюе]\w*$")
_BEFORE_A_PLACE = frozenset({"не", "вне"})


class Word(NamedTuple):
    """`may_stand_alone`: with or without neighbours it may deny a part of its piece; all else by itself."""

    negates: Negates = Negates.NO
    may_stand_alone: bool = False
    of_one_thing: bool = False
    undone: bool = False
    denies_inside: bool = False
    lasts: bool = False
    away: bool = False
    fears: bool = False
    opens: bool = False
    strong: bool = False
    affirms: bool = False


TELLS_NOTHING = Word()


@lru_cache(maxsize=50_000)
def word_of(small: str) -> Word:
    """TELLS_NOTHING itself for a word that does nothing."""
    of_one_thing = bool(_CONVERB.match(small) or _PARTICIPLE.match(small))
    undone = _UNDONE.match(small) is not None
    denies_inside = _WORD_INSIDE.match(small) is not None and is_denied_inside(small)
    found = Word(
        negates(small),
        of_one_thing or undone or denies_inside or is_local(small) or small in _BEFORE_A_PLACE,
        of_one_thing,
        undone,
        denies_inside,
        lasts=_LASTING.match(small) is not None,
        away=_AWAY.match(small) is not None,
        fears=_FEARS.match(small) is not None,
        opens=_OPENS.match(small) is not None or is_open(small),
        strong=_STRONG.match(small) is not None or (small[0] < "а" and is_finite(small)),
        affirms=is_verb(small) or affirms(small),
    )
    return TELLS_NOTHING if found == TELLS_NOTHING else found


def is_local(small: str) -> bool:
    return _LOCAL.match(small) is not None


def is_without(small: str) -> bool:
    return small in {"без", "without"} or _CONVERB.match(small) is not None


def does(small: str) -> bool:
    """«emilir», «sürülür»: a Turkish verb that ends its clause."""
    return _DOES.match(small) is not None


_DOES = re.compile(r"[a-z]{2,}[lnrt][iu]r$")


def is_condition(small: str) -> bool:
    """«alerjiniz varsa»"""
    return small.endswith(("varsa", "saniz", "seniz"))


#: «kaşıkla seyreltmeden»: by what, where, whence, which no converb denies.
_CIRCUMSTANCE = re.compile(r"\w{3,}(?:l[ae]|[dt][ae]n?)$")


def is_circumstance(small: str) -> bool:
    return small[0] < "а" and _CIRCUMSTANCE.match(small) is not None


def is_gerund(small: str) -> bool:
    return _GERUND.match(small) is not None


def affirms(small: str) -> bool:
    return _AFFIRMS.match(small) is not None


def is_verb(small: str) -> bool:
    return (is_finite(small) and not _NO_VERB.match(small)) or small.endswith(("ыть", "еть", "уть", "оть"))


def is_denied_inside(small: str) -> bool:
    """Whether a word denies what it is made of: «сахар» of «şekersiz», «безмолочный»."""
    return negates(small) is Negates.ITSELF or _ADJECTIVE_WITHOUT.match(small) is not None
