"""The pieces of a sentence that are denied or not as a whole, and what words make them so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from apps.ai.text.meaning.negations import (
    Negates,
    is_adjective,
    is_empty,
    is_finite,
    is_light,
    is_limit,
    is_open,
    negates,
)
from apps.ai.text.meaning.reading import PARTING, Token, Unit

PARTS = PARTING | {"because", "поскольку", "потому", "since", "due", "так", "поэтому", "из-за"}
_AND = frozenset({"и", "или", "and", "or", "ve", "veya"})
#: They deny only what stands right behind or before them.
_LOCAL = re.compile(r"(?:без|without|no|free|кроме|except)$")
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
    r"врач|доктор|консульт|специалист|педиатр|doktor|hekim|danis|doctor|physician|consult|осторож|dikkat|caution"
)
_CONVERB = re.compile(r"(?!asm|gec)\w{2,}m[ae]d[ae]n$")
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


class Piece(NamedTuple):
    """`denied`: None when left open; `own`: by its own words; `strong`: by a verb of no list; `alone`: in a piece."""

    tokens: tuple[Token, ...]
    denied: bool | None
    own: bool
    strong: bool = False
    alone: bool = False


def pieces_of(unit: Unit) -> list[Piece]:
    """Those of a sentence, in order; what is denied alone stands before the rest of its piece."""
    return [piece for tokens in _split(unit) for piece in _signed(tokens)]


def _split(unit: Unit) -> Iterator[tuple[Token, ...]]:
    """Between commas, before «а», «но», and before «и» that goes on with a negation or from one to another verb."""
    piece: list[Token] = []
    for token in unit.tokens:
        parts = token.clause != piece[-1].clause and not _is_verdict(unit, token) if piece else False
        if piece and (parts or token.small in PARTS or _goes_on(unit, piece, token)):
            yield tuple(piece)
            piece = []
        piece.append(token)
    if piece:
        yield tuple(piece)


#: «Веган: нет» says it of what stands before the colon.
_VERDICTS = frozenset({"нет", "no", "yok", "hayir"})


def _is_verdict(unit: Unit, token: Token) -> bool:
    """Whether a word is a whole answer behind a colon."""
    if token.small not in _VERDICTS or unit.text[: token.start - unit.start].rstrip()[-1:] != ":":
        return False
    return token.at + 1 == len(unit.tokens) or unit.tokens[token.at + 1].clause != token.clause


def _goes_on(unit: Unit, piece: list[Token], token: Token) -> bool:
    if token.small not in _AND or token.at + 1 >= len(unit.tokens):
        return False
    behind = unit.tokens[token.at + 1].small
    if negates(behind) in {Negates.FORWARD, Negates.AROUND} and not _LOCAL.match(behind):
        return any(is_finite(one.small) or negates(one.small) is not Negates.NO for one in piece)
    return (
        _is_verb(behind)
        and not behind.endswith(("ть", "ти", "ться"))
        and any(negates(one.small) is not Negates.NO for one in piece)
    )


@dataclass(slots=True)
class _Tally:
    """What the words of a piece that are not denied alone say together."""

    rest: list[Token] = field(default_factory=list)
    times: int = 0
    last: int = -2
    is_left_open: bool = False
    affirms: bool = False
    strong: bool = False

    @property
    def denied(self) -> bool | None:
        return None if self.is_left_open else self.times % 2 == 1

    def negate(self, place: int) -> None:
        """Two negations side by side are none («geçirmez değildir»); further apart the second adds nothing."""
        if place == self.last + 1 or not self.times:
            self.times += 1
        self.last = place


def _signed(tokens: tuple[Token, ...]) -> Iterator[Piece]:
    """What a negation within a piece denies alone, and the rest of the piece."""
    tally = _Tally()
    skip = -1
    apart: list[Piece] = []
    is_double = False
    for place, token in enumerate(tokens):
        if token.at <= skip:
            continue
        alone = _alone(tokens, place, tally.rest)
        if alone and tally.rest and tally.rest[-1].small in _AND and not _is_even(tally.rest):
            tally.is_left_open, skip = True, alone[-1].at  # «с едой или без еды»
        elif alone:
            skip = alone[-1].at
            is_double = is_double or _is_without(token.small)
            apart.append(Piece(tuple(alone), True, True, alone=True))
        else:
            _count(tally, tokens, place)
    if tally.denied and is_double:
        # «Не ставить без подставки»: two negations that leave open what is done.
        tally.is_left_open, apart = True, [one._replace(denied=None) for one in apart]
    yield from apart
    if any(token.small.endswith(_IF) for token in tally.rest):
        tally.affirms = tally.strong = False  # «alerjiniz varsa»: a condition states nothing
    if tally.rest:
        own = bool(tally.times) or tally.affirms
        yield Piece(tuple(tally.rest), tally.denied, own, tally.strong)


def _is_even(rest: list[Token]) -> bool:
    """«можно и без присмотра»: no choice of two."""
    return len(rest) > 1 and _AFFIRMS.match(rest[-2].small) is not None


_IF = ("varsa", "saniz", "seniz")


def _is_without(small: str) -> bool:
    return small in {"без", "without"} or _CONVERB.match(small) is not None


def _alone(tokens: tuple[Token, ...], place: int, rest: list[Token]) -> list[Token]:
    """The words that a negation at a place denies without the rest of the piece; none where it denies the whole."""
    token, small = tokens[place], tokens[place].small
    behind = tokens[place + 1].small if place + 1 < len(tokens) else ""
    if _LOCAL.match(small) and not is_limit(behind):
        return _denied_alone(tokens, place, rest)
    if _CONVERB.match(small) or _PARTICIPLE.match(small):
        return [rest.pop(), token] if rest and not is_empty(rest[-1].small) else [token]
    if _WORD_INSIDE.match(small) and is_denied_inside(small):
        return [token]
    if small in {"не", "вне"} and (behind in _PREPOSITIONS or small == "вне"):
        return _of_place(tokens, place)
    return _of_gerund(tokens, place) if small == "не" and _GERUND.match(behind) else []


def _of_gerund(tokens: tuple[Token, ...], place: int) -> list[Token]:
    """«не вызывая гипогликемии при монотерапии», up to a verb of its own."""
    end = next((at for at in range(place + 2, len(tokens)) if is_finite(tokens[at].small)), len(tokens))
    return list(tokens[place:end])


_PREPOSITIONS = frozenset("в во на у под при из от возле около рядом".split())


def _of_place(tokens: tuple[Token, ...], place: int) -> list[Token]:
    """«…, не в холодильнике»: the place is denied, whatever the rest says; nothing where the rest is no statement."""
    if not place:
        return []
    found = []
    for one in tokens[place + 1 :]:
        found.append(one)
        if len(one.small) > 3 and not is_adjective(one.small):
            break
    return found


def _count(tally: _Tally, tokens: tuple[Token, ...], place: int) -> None:
    small = tokens[place].small
    behind = tokens[place + 1].small if place + 1 < len(tokens) else ""
    kind = negates(small)
    is_before = kind is Negates.BACKWARD and any(one.small == "once" for one in tokens[place + 1 : place + 4])
    if _LASTING.match(small):
        tally.affirms = True
    elif small in {"без", "without"} or (kind is Negates.FORWARD and behind and is_limit(behind)):
        tally.is_left_open = True
    elif _AWAY.match(small) or (kind is not Negates.NO and not is_before):
        tally.negate(place)
    elif _FEARS.match(small):
        tally.is_left_open = tally.is_left_open or place != tally.last + 1
        tally.negate(place)
    elif _OPENS.match(small) or is_open(small):
        tally.is_left_open = True
    tally.strong = tally.strong or bool(_STRONG.match(small)) or (small[0] < "а" and is_finite(small))
    tally.affirms = tally.affirms or _is_verb(small) or bool(_AFFIRMS.match(small))
    tally.rest.append(tokens[place])


#: «осветлители», «потребитель»: no past tense.
_NO_VERB = re.compile(r"[а-я]+тел[ьияюе]\w*$")


def _is_verb(small: str) -> bool:
    return (is_finite(small) and not _NO_VERB.match(small)) or small.endswith(("ыть", "еть", "уть", "оть"))


def is_denied_inside(small: str) -> bool:
    """Whether a word denies what it is made of: «сахар» of «şekersiz», «безмолочный»."""
    return negates(small) is Negates.ITSELF or _ADJECTIVE_WITHOUT.match(small) is not None


def _denied_alone(tokens: tuple[Token, ...], place: int, before: list[Token]) -> list[Token]:
    """«без [отдушек и спирта]», "[alcohol]-free"."""
    if tokens[place].small == "free" and not (
        place + 1 < len(tokens) and tokens[place + 1].small in {"of", "from"}
    ):
        taken: list[Token] = []
        while before and not is_finite(before[-1].small) and len(taken) < 3:
            taken.append(before.pop())
            if not (before and before[-1].small in _AND):
                break
        return [*reversed(taken), tokens[place]] if taken else []
    found: list[Token] = []
    for one in tokens[place + 1 :]:
        small = one.small
        if small in _AND or small in {"of", "from", "any", "added"}:
            found.append(one)
            continue
        if found and is_empty(small):
            break
        found.append(one)
        if small.endswith("ing") and small[0] < "а":
            break
        if not (is_adjective(small) or is_light(small)) and small[0] >= "а":
            following = tokens[one.at - tokens[0].at + 1 : one.at - tokens[0].at + 2]
            if not (following and following[0].small in _AND):
                break
    return found
