"""Keywords without the same word twice: «крем» and «увлажняющий крем» share one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from apps.ai.text.language.stems import stems

#: Words that mean nothing by themselves (Russian, English, Turkish).
STOP = frozenset(
    "и в во на с со для от из без под над по к о об не до при за или а но "
    "the a an and for of in with to by ve ile için".split()
)
FEWEST, MOST = 5, 7


def distinct(keywords: Iterable[str], *, most: int = MOST) -> tuple[str, ...]:
    """At most `most` keywords in their order; no lemma stands in two of them.

    One that repeats a word goes; when few are left it comes back without the repeated words, if what remains can
    stand alone.
    """
    unique = list(dict.fromkeys(" ".join(word.split()) for word in keywords if word.strip()))
    kept: dict[int, str] = {}
    used: set[str] = set()
    for place, keyword in enumerate(unique):
        own = lemmas(keyword)
        if own and not own & used:
            kept[place] = keyword
            used |= own
    for place, keyword in enumerate(unique):
        if len(kept) >= FEWEST:
            break
        rest = "" if place in kept else _without(keyword, used)
        if rest:
            kept[place] = rest
            used |= lemmas(rest)
    return tuple(kept[place] for place in sorted(kept))[:most]


def repeated(keywords: Sequence[str]) -> tuple[str, ...]:
    """Keywords that repeat a lemma of an earlier one."""
    used: set[str] = set()
    again = []
    for keyword in keywords:
        own = lemmas(keyword)
        if own & used:
            again.append(keyword)
        used |= own
    return tuple(again)


def lemmas(text: str) -> frozenset[str]:
    """Stems of the words that mean something; a number is none."""
    return frozenset(
        stem for stem in stems(text) if stem not in STOP and len(stem) > 1 and not stem.isdecimal()
    )


def _without(keyword: str, used: set[str]) -> str:
    """The keyword without the used words at its ends; "" when what is left cannot stand alone."""
    words = keyword.split()
    while words and lemmas(words[0]) & used:
        words = words[1:]
    while words and (lemmas(words[-1]) & used or words[-1].lower() in STOP):
        words = words[:-1]
    rest = " ".join(words)
    if not words or words[0].lower() in STOP or lemmas(rest) & used or not lemmas(rest):
        return ""
    return rest
