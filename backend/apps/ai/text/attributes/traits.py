"""Traits of which a thing has one and not another: colour, for whom, season, kind of water, binding, skin type.

A card that gives a value which its source does not give, while the source gives another, contradicts it. A trait that
the source is silent about is not judged here.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from apps.ai.text.language.letters import Letters
from apps.ai.text.language.phrases import alternatives_of, beginnings
from apps.ai.text.made_once import made_once

_A = r"(?:ый|ий|ой|ая|яя|ое|ее|ые|ие|ого|его|ому|ему|ую|юю|ым|им|ом|ем|ей|ых|их|ыми|ими|о)(?![а-я])"
_unmarked = Letters({"ёıİ": "еiI"})

#: By value those which agree with each other.
_ALIKE = (
    {"blue", "navy", "turquoise"},
    {"green", "emerald", "olive", "turquoise"},
    {"red", "burgundy", "coral", "pink"},
    {"orange", "coral", "yellow", "gold"},
    {"brown", "camel", "beige"},
    {"white", "beige"},
    {"grey", "silver", "black"} - {"black"},
    {"pink", "purple"},
)
_DATA = tomllib.loads(Path(__file__).with_name("traits.toml").read_text(encoding="utf-8"))
#: By trait and value: what it is called in Russian, Turkish and English.
_TRAITS: dict[str, dict[str, str]] = {
    trait: {name: pattern.replace("{A}", _A) for name, pattern in values.items()}
    for trait, values in _DATA["traits"].items()
}
#: What a thing is, told by the first noun of a title: of one line a title names one.
_KINDS: tuple[str, ...] = tuple(_DATA["kinds"]["rivals"])


@dataclass(frozen=True, slots=True)
class Contradiction:
    """`trait`: colour, gender, … or kind; `quote`: the card's word."""

    trait: str
    quote: str


def contradictions(source: str, text: str) -> tuple[Contradiction, ...]:
    """The values that a text gives to a trait of which the source gives others only."""
    told = _values(_fold(text))
    traits = {trait for trait, _ in told}
    folded = _fold(source)
    given = set(_values(folded)) if told else set()
    given.update(value for value, said in _ALSO_SAID.items() if value[0] in traits and said.search(folded))
    found = []
    named = _GENDERS & told.keys()
    if len(named) == 1 and _BOTH.search(folded) and not _SAYS_BOTH.search(_fold(text)):
        start, end = told[named.pop()]
        found.append(Contradiction("gender", text[start:end]))
    for (trait, name), (start, end) in told.items():
        known = {other for known_trait, other in given if known_trait == trait}
        if trait == "flavour" and ("colour", name) in given:
            continue  # an orange is one word with its colour
        if known and name not in known and not (trait == "colour" and _is_like(name, known)):
            found.append(Contradiction(trait, text[start:end]))
    return tuple(found)


def values_of(trait: str, text: str) -> frozenset[str]:
    """The values that a text gives to a trait: {"navy"} for «тёмно-синее платье»."""
    return frozenset(name for known, name in _values(_fold(text)) if known == trait)


def quotes_of(trait: str, text: str) -> list[str]:
    """The words with which the text gives them."""
    return [text[start:end] for (known, _), (start, end) in _values(_fold(text)).items() if known == trait]


def agree(trait: str, one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether some value of each is the same, or near it as navy is to blue; colours alone are near each other."""
    return bool(one & other) or (trait == "colour" and any(_is_like(name, set(other)) for name in one))


@lru_cache(maxsize=128)
def _values(folded: str) -> dict[tuple[str, str], tuple[int, int]]:
    """The traits' values that a text names, each with the place where it first does. One look at each word."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    by_first = _patterns()
    folded = _ASIDE.sub(lambda name: " " * len(name[0]), folded)
    for word in _STARTS.finditer(folded):
        pattern = by_first.get(word[0])
        match = pattern.match(folded, word.start()) if pattern else None
        if match is not None and match.lastgroup:
            trait, name = match.lastgroup.rstrip("0123456789").split("__")
            found.setdefault((trait, name), match.span())
    return found


_STARTS = re.compile(r"(?<![^\W_])[^\W\d_]")
#: Names of plants, foods, acids and the like that hold a colour's or a flavour's word, which is no trait of the thing.
_ASIDE = re.compile(
    r"(?<![^\W_])(?:(?:черн|бел|красн|зелен|желт|голуб|син|розов|сер|коричнев|рыж|золотист)(?:ый|ий|ая|яя|ое|ее|ого|"
    r"его|ой|ей|ую|юю|ым|им|ом|ем|ые|ие|ых|их) (?:смородин|пере?ц|ча[йяюе](?!\w)|рис(?!\w)|риса|фасол|горох|чечевиц|"
    r"кунжут|тмин|икр[аоуы]|рыб|мяс|вин[оауе](?!\w)|виноград|хлеб|лук[ао]?м?(?!\w)|капуст|глин|соль|соли|клевер|малин|"
    r"гриб|водоросл|рябин|бузин|ольх|берез|кедр|корен|корн|плесен|орех|трюфел|кофе|шоколад|яблок|свет(?!\w|л)|света|"
    r"точк|точек|налет|хлопь|моч[аиу]|кров|волчан|лихорад|лишай|лишая|угр[иея]|перч|карточк|списк|список|стафилокок|пятн|сыпь|"
    r"сыпи|глаз|век[иа](?!\w)|щек|кож|лиц[оа](?!\w)|горл|десн|язык|губ)|"
    r"(?:на )?чист\w{2,3},? (?:и )?(?:\w+ )?сух\w{2,3} (?:кож|волос)|сух\w{2,3},? (?:и )?чист\w{2,3} (?:кож|волос)|"
    r"на (?:\w+ )?сухую кож|"
    r"temiz,? (?:ve )?kuru (?:cil[td]|deri|sac)|"
    r"clean,? (?:and )?(?:\w+ )?dry (?:skin|hair)|dry,? (?:and )?clean (?:skin|hair)|"
    r"глазн\w{2,3} яблок|\d{1,2}-летн|сельдере|"
    r"(?:лимонн|яблочн)\w{2,3} (?:кислот|пектин|уксус)|citric acid|sitrik asi[td]|limon tuzu)\w*"
)
_ALL_YEAR = re.compile(r"(?<![^\W_])(?:(?:4|dort) mevsim|всесезон|круглогодич|all[- ]season|year[- ]round)")
_ANY_SKIN = re.compile(r"tum cilt|her cilt|(?:всех типов|любого типа|любой) кож|all skin")
#: Goods for both, of which a card that names the one only says something else.
_BOTH = re.compile(
    r"(?<![^\W_])(?:unisex|унисекс|обоих полов|both sexes|for men and women|for women and men|"
    r"для (?:мужчин и женщин|женщин и мужчин)|(?:kadin ve erkek|erkek ve kadin)(?:ler|lar)? (?:kullanim|icin))"
)
_SAYS_BOTH = re.compile(
    r"(?<![^\W_])(?:унисекс|unisex|обоих полов|всей семьи|мужчин\w*,? (?:и|или|так и) \w*\s?женщин|"
    r"женщин\w*,? (?:и|или|так и) \w*\s?мужчин)"
)
_GENDERS = {("gender", "women"), ("gender", "men")}
#: What gives a value in a source though it would be no claim of it in a card.
_ALSO_SAID = {
    ("age", "children"): re.compile(
        r"(?<![^\W_])(?:(?:kiz|erkek) cocu|cocuk (?!\w*ulas|\w*eris)|cocuklar(?:a(?![^\W_])| icin)|bebek|kids|junior|"
        r"baby|toddler|children.s|for children|детям(?! до)|для детей(?! до| мест)|дет\.)"
    ),
    ("age", "adults"): re.compile(
        r"(?<![^\W_])(?<!присмотром )(?<!наблюдением )(?<!контролем )(?<!надзором )(?:взр\.|взросл\w)|"
        r"(?<![^\W_–-])(?:1[2-9]|[2-9]\d)(?: ?\+|(?: (?:yas\w*|years?|лет))?(?: of age)? ?"
        r"(?:ve |and |и )(?:uzeri|ustu|over|older|старше)"
        r"| yas (?:uzeri|ustu))|(?:старше|over|aged|с|от) (?:1[2-9]|[2-9]\d)(?: лет| years)|"
        r"(?<![^\W_])(?:under|below|younger than|до|младше)[ -]18(?!\d)|(?<!\d)18 yas\w* (?:alt|kucuk)"
    ),
    ("colour", "grey"): re.compile(r"(?<![^\W_])smok(?:ed|y) glass"),
    ("gender", "women"): re.compile(
        r"(?<![^\W_])(?:unisex|унисекс|обоих полов|both sexes|беременн|gebe|hamile|pregnan|женщин|девуш)"
    ),
    ("gender", "men"): re.compile(r"(?<![^\W_])(?:unisex|унисекс|обоих полов|both sexes|мужчин|юнош)"),
    ("child", "girls"): re.compile(r"(?<![^\W_])(?:unisex|унисекс)"),
    ("child", "boys"): re.compile(r"(?<![^\W_])(?:unisex|унисекс)"),
    ("season", "winter"): _ALL_YEAR,
    ("season", "summer"): _ALL_YEAR,
    ("season", "between"): _ALL_YEAR,
    ("oil", "dry"): _ANY_SKIN,
    ("oil", "oily"): _ANY_SKIN,
    ("oil", "normal"): _ANY_SKIN,
    ("flavour", "lemon"): re.compile(r"citric|sitrik|лимонн"),
}


def other_kind(source: str, source_title: str, title: str) -> Contradiction | None:
    """A title that calls the thing what its source nowhere calls it, while the source's title calls it otherwise."""
    given, given_title, told = _fold(source), _fold(source_title), _fold(title)
    for rivals in _kinds():
        named = [
            (match.start(), place) for place, pattern in enumerate(rivals) if (match := pattern.search(told))
        ]
        if not named:
            continue
        mine = rivals[min(named)[1]]
        match = mine.search(told)
        if match and mine.search(given) is None and any(pattern.search(given_title) for pattern in rivals):
            return Contradiction("kind", title[match.start() : match.end()])
    return None


def _is_like(name: str, known: set[str]) -> bool:
    return any(name in group and group & known for group in _ALIKE)


def _fold(text: str) -> str:
    """Small letters of equal length; Turkish ones without their marks."""
    return _plain(_unmarked(text).lower())[: len(text)]


_plain = Letters({"çğşöüâîû": "cgsouaiu"})


@made_once
def _patterns() -> dict[str, re.Pattern[str]]:
    """By first letter: every value's spellings, in a group that is called after trait and value."""
    spelled: dict[str, list[str]] = {}
    alternatives = [
        (f"{trait}__{name.replace(' ', '_')}", spelling)
        for trait, values in _TRAITS.items()
        for name, pattern in values.items()
        for spelling in alternatives_of(pattern)
    ]
    for number, (group, spelling) in enumerate(alternatives):
        for first in beginnings(spelling):
            spelled.setdefault(first, []).append(rf"(?P<{group}{number}>(?:{spelling})(?![^\W_]))")
    return {first: re.compile("|".join(found)) for first, found in spelled.items()}


@made_once
def _kinds() -> tuple[tuple[re.Pattern[str], ...], ...]:
    """For each line the patterns of its kinds, singular and plural, with Turkish endings."""
    return tuple(
        tuple(
            re.compile(r"(?<![^\W_])(?:" + "|".join(_word(word) for word in kind.split("/")) + ")")
            for kind in line.split()
        )
        for line in _KINDS
    )


def _word(word: str) -> str:
    folded = _fold(word).replace("_", " ")
    if "а" <= folded[0] <= "я":
        return rf"{folded.rstrip('аяиыьйое')}[а-я]{{0,3}}(?![^\W_])"
    return rf"{folded}(?:s?[iu]|l[ae]r[iu]?|l[iu]|e?s)?(?![^\W_])"
