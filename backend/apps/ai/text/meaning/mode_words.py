"""Which words order, spare, allow and forbid, in small letters without marks. Each word is looked at once."""

from __future__ import annotations

import re
from functools import lru_cache

from apps.ai.text.meaning.moods import mood
from apps.ai.text.meaning.stance_words import Mark, marks

#: They allow; behind «не» they forbid.
_MAY = re.compile(
    r"(?:можно|разреш(?!ени[еяюй])\w+|допуска[ею]тся|допустим\w*|позволен\w*|позволя\w+|год(?:ится|ятся|ен|на|но|ны)|"
    r"пригод(?:ен|на|но|ны)|подход[ия]т|подойд[еу]т|применим[аоы]?|совместим[аоы]?|показан[аоы]?|"
    r"can|suitable|safe|allowed|permitted|compatible|ok|okay|"
    r"uygun(?:dur)?|elverisli(?:dir)?|serbest(?:tir)?|endike(?:dir)?|uyumlu(?:dur)?|\w{2,}(?:il|ul|in|un|an|en|n)[ae]bilir|"
    r"(?:kullan|al|sur|uygula|tak|giy|yika|ic|ye)[ae]?bilir(?:siniz)?)$"
)
#: They order; behind «не» they spare.
_MUST = re.compile(
    r"(?:нужн[аоы]?|нужен|надо|необходим[аоы]?|треб(?:у[ею]т(?:ся)?|овать)|обязател(?:ен|ьн[аоы])|обязан[аоы]?|"
    r"must|required|necessary|needed|mandatory|obligatory|"
    r"(?!\w*(?:m[ae]m[ae]l[iu]|koru|kacin|sakin))\w{2,}m[ae]l[iu](?:d[iu]r|lar|ler)?|gerek(?:ir|li|lidir|mektedir)|sart(?:tir)?|zorunlu(?:dur)?|mutlaka)$"
)
#: They order; behind «не» they forbid.
_SHOULD = re.compile(r"(?:следует|рекоменду[ею]тся|рекомендован[аоы]?|долж(?:ен|на|но|ны)|стоит|should)$")
_SPARES = re.compile(r"(?:необязател(?:ен|ьн[аоы])|ненужн[аоы]?|незачем|gerekm(?:ez|iyor|emektedir))$")
_NEEDLESS = re.compile(
    r"(?:необходимост\w*|нужд[аы]|надобност\w*|смысла|need|gerek|luzum|ihtiyac|gerekli|sart|zorunlu)$"
)
_NONE = re.compile(r"(?:нет|без|no|yok(?:tur)?|degil(?:dir)?)$")
_DOES = re.compile(
    r"(?:\w{3,}(?:il|ul|in|un|an|en)[iu]r|\w{2,}[aeiu]y[iu]n(?:[iu]z)?|\w{2,}[iu]n[iu]z|"
    r"(?:kullan|al|ver|tut|yap|sakla|cikar|yut|tuket|sur|yika|bekle|uygula)[iu]n|use|take|apply|keep|store)$"
)


_EXCEPTS = re.compile(r"(?:кроме|исключени\w+|except|excluding|haric|disinda|haricinde)$")


@lru_cache(maxsize=50_000)
def excepts(small: str) -> bool:
    return _EXCEPTS.match(small) is not None


@lru_cache(maxsize=50_000)
def may(small: str) -> bool:
    return _MAY.match(small) is not None


@lru_cache(maxsize=50_000)
def must(small: str) -> bool:
    return _MUST.match(small) is not None


@lru_cache(maxsize=50_000)
def should(small: str) -> bool:
    return _SHOULD.match(small) is not None


@lru_cache(maxsize=50_000)
def speaks(small: str) -> bool:
    """Whether a word is any of those below; most are none, and asked nothing else."""
    return small == "not" or any(
        kind(small) for kind in (excepts, may, must, should, spares, is_need, does, forbids)
    )


@lru_cache(maxsize=50_000)
def spares(small: str) -> bool:
    return _SPARES.match(small) is not None


@lru_cache(maxsize=50_000)
def is_need(small: str) -> bool:
    """«необходимости», «gerek»: with "no" beside it nothing is needed."""
    return _NEEDLESS.match(small) is not None


@lru_cache(maxsize=50_000)
def is_none(small: str) -> bool:
    return _NONE.match(small) is not None


@lru_cache(maxsize=50_000)
def does(small: str) -> bool:
    """Whether a word says that something is done: «снимите», «снимают», «çıkarılır»."""
    return mood(small) != "" if small[0] >= "а" else _DOES.match(small) is not None


@lru_cache(maxsize=50_000)
def forbids(small: str) -> bool:
    return bool(marks(small) & Mark.FORBIDS) and not small.startswith(
        ("непереносим", "ограничени", "degil", "not")
    )
