"""What a source proves: its concepts, its words by stem and by sound, and what the glossary makes of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from apps.ai.text.language import glossary
from apps.ai.text.language.stems import stems
from apps.ai.text.meaning import lexicon, parts, shared_heads, sound
from apps.ai.text.meaning.age_words import AND_OLDER
from apps.ai.text.meaning.figures import Figure, figures
from apps.ai.text.meaning.kin import FOLLOWS, provers
from apps.ai.text.meaning.lexicon import SUBSTANCES, by_id
from apps.ai.text.meaning.number_words import value_of
from apps.ai.text.meaning.reading import Mention, Reading, Token, Unit, mentions_at, read, unit_stems
from apps.ai.text.meaning.shortened import Shortened, shortened
from apps.ai.text.meaning.substance_classes import kinds_of

#: Groups of international words, which prove themselves by their whole sound: «амёбиаз», "amebiasis".
_ILLS = frozenset({"disease", "organism"})
_HEARD = SUBSTANCES | _ILLS
_PARTS = frozenset({"disease", "anatomy"})
#: Letters from which on a word has its meaning without its neighbours, and bears a typing error.
_LONG = 7
_TYPED = 9
#: Letters that two words must share from their beginning to be of one family.
FAMILY = 5
_SAME_SOUND = 6
#: Of whom a source speaks that gives an age, in years from and up to which it does.
_OF_AGES = (
    ("infant", 0.0, 1.0),
    ("child", 0.0, 18.0),
    ("adult", 0.0, 120.0),
    ("teen", 0.0, 19.0),
    ("elderly", 60.0, 120.0),
)
_FROM_BIRTH = re.compile(r"(?<!\d)0\s?(?:ay\s?)?\+")
#: «Yaş: 6-9», «Возраст: 3+»
_AGE = re.compile(r"\b(?:yas|возраст|ages?)\b ?:? ?(\d{1,2})(?: ?[-–] ?(\d{1,2}))?")
#: «Li-ion», «18/10 Cr-Ni», «Zn 15 mg»
_ELEMENTS = {
    "Li": "lithium", "Cr": "chromium", "Ni": "nickel", "Zn": "zinc", "Mg": "magnesium", "Fe": "iron", "Ca": "calcium",
    "Se": "selenium", "Cu": "copper", "Mn": "manganese", "Mo": "molybdenum", "Na": "sodium", "Co": "cobalt",
}  # fmt: skip
_SYMBOL = re.compile(
    rf"(?<![^\W\d_])(?:{'|'.join(_ELEMENTS)})(?=-[A-Zi]|[ (:]{{1,2}}\d|[²2]?\+)|(?<=[a-z]-)(?:Ni|Cr|Cu|Mo)\b"
)
#: «Постпрививочная», "bronkospazm"
_BUILT = re.compile(
    r"(?:пост|после|пред|внутри|около|противо|бронхо|кардио|нефро|гепато|нейро|post|intra|bron[ck]h?o|[ck]ardi[yi]?o|nep?h?f?ro|"
    r"hepato|neuro|noro)([^\W\d_]{5,})$"
)
#: Persons in three letters: «взр. и дет.».
_STUBS = {"взр": "adult", "дет": "child", "пож": "elderly", "жен": "woman", "муж": "man"}


def _is_from(unit: Unit, figure: Figure) -> bool:
    """«6+ ay»: an age in months."""
    return unit.text[unit.tokens[figure.first].end - unit.start :].startswith("+")


@dataclass(frozen=True)
class Evidence:
    """`source`: what the supplier says; `known`: what else a card may say (category, notices)."""

    source: Reading
    known: Reading

    @cached_property
    def ids(self) -> frozenset[str]:
        translated = frozenset(mention.id for mention in self._translated.mentions())
        named = self.source.ids | self.known.ids | translated | self._in_latin | vitamins(self.source.text)
        named |= {kind for name in named if name.startswith("inn:") for kind in kinds_of(name)}
        followed = frozenset(name for name, reasons in FOLLOWS if reasons <= named)
        stubs = frozenset(name for stub, name in _STUBS.items() if stub in self.source.words)
        stubs |= {"infant"} if _FROM_BIRTH.search(self.source.text) else frozenset()
        return named | followed | stubs | self._of_ages | self._in_phrases | self._composed

    @cached_property
    def _in_phrases(self) -> frozenset[str]:
        """What words of phrases are by themselves: "kulak ağrısı" is one of the ear, and a pain."""
        tokens = (
            token
            for unit in self.source.units
            for token in unit.tokens
            if any(mention.first < mention.last for mention in mentions_at(unit).get(token.at, ()))
        )
        words = (lexicon.word(token.small, self.source.latin) for token in tokens)
        return frozenset(one.id for word in words for one in word.concepts if one.group in _PARTS)

    @cached_property
    def _composed(self) -> frozenset[str]:
        """What items of a list are with its head, chemical symbols, and the second halves of built words."""
        source = self.source
        listed = {name for unit in source.units for name in shared_heads.ids_of(unit, source.latin)}
        symbols = {_ELEMENTS[match[0]] for match in _SYMBOL.finditer(source.text)}
        halves = (match[1] for match in map(_BUILT.match, self._unread) if match)
        known = {one.id for half in halves for one in lexicon.word(half, source.latin).concepts}
        return frozenset(listed | symbols | known)

    @cached_property
    def _of_ages(self) -> frozenset[str]:
        """Who is spoken of by age: «до 1 года» is said of infants."""
        found = [(unit, figure) for unit in self.source.units for figure in figures(unit)]
        parts = {"year": 1.0, "month": 12.0}
        years = [
            end / parts[figure.unit]
            for unit, figure in found
            if figure.unit in parts
            and (figure.unit == "year" or figure.bound in {"under", "over"} or _is_from(unit, figure))
            for end in (figure.low, figure.high)
        ]
        years += [float(age) for found in _AGE.findall(self.source.folded) for age in found if age]
        years += map(float, AND_OLDER.findall(self.source.text))
        return frozenset(name for name, low, high in _OF_AGES if any(low <= age <= high for age in years))

    @cached_property
    def _unread(self) -> frozenset[str]:
        """Longer words of the source that speak of nothing known."""
        return frozenset(
            token.small
            for unit in self.source.units
            for token in unit.tokens
            if len(token.small) >= _LONG and token.at not in mentions_at(unit)
        )

    @cached_property
    def _in_latin(self) -> frozenset[str]:
        """Diseases and organisms that a Turkish source names in Latin: «Chlamydia», «tinea pedis»."""
        if self.source.latin != lexicon.TURKISH:
            return frozenset()
        words = (lexicon.word(word, lexicon.ENGLISH) for word in self._unread)
        return frozenset(one.id for word in words for one in word.concepts if one.group in _ILLS)

    @cached_property
    def digits(self) -> str:
        """All digits of the source in a row."""
        return "".join(character for character in self.source.text if character.isdigit())

    @cached_property
    def numbers(self) -> frozenset[float]:
        values = (value_of(token.small) for unit in self.source.units for token in unit.tokens)
        return frozenset(value for value in values if value is not None)

    @cached_property
    def stems(self) -> frozenset[str]:
        return self.source.stems | self.known.stems | self._translated.stems

    @cached_property
    def families(self) -> frozenset[str]:
        return frozenset(stem[:FAMILY] for stem in self.stems if len(stem) >= FAMILY)

    @cached_property
    def sounds(self) -> frozenset[str]:
        """Beginnings of the sounds of the source's words in Latin letters."""
        words = (word for word in self.source.words if len(word) >= FAMILY and word[0] < "а")
        return frozenset(sound.key(word)[:_SAME_SOUND] for word in words)

    @cached_property
    def heard(self) -> frozenset[str]:
        """The whole sounds of the source's longer words, without endings."""
        return frozenset(
            form for word in self.source.words if len(word) > FAMILY for form in sound.bare(word)
        )

    @cached_property
    def _translated(self) -> Reading:
        """A foreign source as the glossary puts it into Russian; nothing for a Russian one."""
        return read("" if self.source.is_russian else glossary.translate(self.source.text).text)

    def proves(self, mention: Mention, unit: Unit) -> bool:
        """Whether the source speaks of a concept, by its id or by the very words of the card."""
        if mention.id in self.ids or not provers(mention.id).isdisjoint(self.ids):
            return True
        tokens = unit.tokens[mention.first : mention.last + 1]
        if len(tokens) == 1:
            forms = sound.bare(tokens[0].small) if mention.group in _HEARD else ()
            if any(len(form) > FAMILY and form in self.heard for form in forms):
                return True
            if mention.group in _ILLS and self._is_mistyped(tokens[0].small):
                return True
            if self.has_word(tokens[0], strictly=True):
                return True
        if parts.say(self.source, mention, unit):
            return True
        return self.source.is_russian and self.shortened.stand_for(
            [token.small for token in tokens if not parts.carries(token.small)],
            lambda word: _stem(word) in self.stems,
        )

    def _is_mistyped(self, word: str) -> bool:
        """Whether the source has a word but for one letter, which no other name is."""
        from rapidfuzz.distance import OSA  # noqa: PLC0415 - dozens of modules, which commands that only queue need not load

        name = min(sound.bare(word), key=len)
        return len(name) >= _TYPED and any(
            OSA.distance(name, form, score_cutoff=1) <= 1
            for one in self._unread
            for form in sound.bare(one)
            if len(form) >= _TYPED - 1
        )

    @cached_property
    def shortened(self) -> Shortened:
        return shortened(self.source.text)

    def has_word(self, token: Token, *, strictly: bool = False) -> bool:
        """Whether the source has a word: by stem, by sound, or (not `strictly`) by its family."""
        stem = _stem(token.small)
        if stem in self.stems or token.small in self.source.words:
            return True
        if strictly:
            return False
        if len(stem) >= FAMILY and stem[:FAMILY] in self.families:
            return True
        return len(stem) >= FAMILY and sound.key(stem)[:_SAME_SOUND] in self.sounds


#: Sources that are kept with all that was worked out of them: those of the 64 products that a worker has in flight,
#: twice, so that a repaired card finds its source as it was read for the draft.
_KEPT = 128


@lru_cache(maxsize=_KEPT)
def evidence(source: str, known: str) -> Evidence:
    """The evidence of a source text; worked out once for all cards that are held against it."""
    return Evidence(read(source), read(known))


_LETTERS = r"[ACDEKАСДЕК]\d{0,2}\b(?:\s?(?:[,/+&]|\b(?:ve|veya|ile|and|or|и|или)\b)\s?(?:[ACDEKАСДЕК]|B|В)\d{0,2}\b)*"
#: «витамины A, C и E», "A ve D vitaminleri", "vitamins A and E": one noun for several letters.
_VITAMINS = re.compile(
    rf"\b(?:[Вв]ит|[Vv]it)(?:[а-яa-z]*|\.)\s?({_LETTERS})|\b({_LETTERS})\s(?:vit|Vit|вит)"
    rf"|[Vv]itamin[^.\n]*?[,(:]\s?((?:[ACDEK]\d?,\s?)+[ABCDEK]\d{{0,2}}\b)|[Вв]итамин[^.\n]*?[,(:]\s?((?:[ACDEKАСДЕК]\d?,\s?)+[A-EKА-ЕСК]\d{{0,2}}\b)"
)
_LATIN_LETTERS = str.maketrans("АСДЕК", "ACDEK")


@lru_cache(maxsize=_KEPT)
def vitamins(text: str) -> frozenset[str]:
    """Ids of the vitamins that a text names by their letters."""
    lists = (match[match.lastindex or 0] for match in _VITAMINS.finditer(text))
    named = {f"vit_{letter.lower()}" for found in lists for letter in found.translate(_LATIN_LETTERS)}
    return frozenset(named & by_id().keys())


@lru_cache(maxsize=50_000)
def _stem(small: str) -> str:
    """That of its longest part: «l-карнитин» is no «l»."""
    return max(stems(small), key=len, default=small)


__all__ = ["FAMILY", "Evidence", "evidence", "unit_stems", "vitamins"]
