"""Names in Russian letters of which the source has no word: another maker's («Нурофен снимает боль»), a person's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from apps.ai.text.attributes import names
from apps.ai.text.language import dictionary, transliterated
from apps.ai.text.language.stems import stems
from apps.ai.text.meaning import lexicon, sound
from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.reading import Reading, read
from apps.ai.text.meaning.views import once

_NAME = re.compile(r"(?<![^\W_]|[-’'])[А-ЯЁ][а-яё]{4,}(?![^\W_]|[-’'])")
_WORD = re.compile(r"[^\W\d_]{4,}")
#: What is formed by rule of other words («двухдверный», «биодобавка»), at the beginning of a sentence.
_FORMED = frozenset({"ADJF", "PRTF", "ADVB", "INFN", "impr"})
_FIRST_PARTS = tuple(
    "физ азо био спец мед мини макси авто фито нутри мио эко термо аэро гидро крио дермо видео фото".split()
)
#: Letters that a word shares with the one that it is formed of («обувь», «обувница»), and those by which sounds agree.
_FAMILY, _SOUND = 4, 5
#: How Turkish letters sound that `names.skeleton` reads as English ones.
_TURKISH = (("дж", "к"), ("ч", "к"))


#: What stands before the first word of a sentence or a line.
_START = re.compile(r"(?:^|[.!?…:;\n•·–—-])\s*[«\"(]?$")


def check(case: Case) -> Iterator[Finding]:
    """A word that only begins sentences may be a common one that the dictionary lacks («Ремувер»): it only warns."""
    for field, text in case.fields.items():
        for word, is_first in _strange(text, (case.source, case.proof.known)):
            yield Finding(Code.NAME, field, word, weak=is_first)


def strangers(text: str, source: str) -> tuple[str, ...]:
    """The names in Russian letters, each once, of which a source has no word."""
    return tuple(dict.fromkeys(word for word, _ in _strange(text, (read(source),))))


def _strange(text: str, sources: Sequence[Reading]) -> Iterator[tuple[str, bool]]:
    words, judged = frozenset(_WORD.findall(text.lower())), dict[str, bool]()
    for match in _NAME.finditer(text):
        small = match[0].lower().replace("ё", "е")
        if dictionary.morphology().word_is_known(small) or lexicon.word(small, lexicon.TURKISH).concepts:
            continue
        if small not in judged:
            judged[small] = not _is_formed(small, words) and not any(_is_told(one, small) for one in sources)
        if judged[small]:
            yield match[0], _START.search(text[max(0, match.start() - 4) : match.start()]) is not None


def _is_formed(small: str, words: frozenset[str]) -> bool:
    if any(not _FORMED.isdisjoint(tag.grammemes) for tag in dictionary.tags(small)[:1]):
        return True
    known = dictionary.morphology().word_is_known
    for first in _FIRST_PARTS:
        behind = small.removeprefix(first)
        if behind != small and (known(behind) or lexicon.word(behind, lexicon.TURKISH).concepts):
            return True
    return any(word[:_FAMILY] == small[:_FAMILY] and word != small and known(word) for word in words)


def _is_told(source: Reading, small: str) -> bool:
    """Whether a text has the name, in either alphabet and any case."""
    stem = stems(small)[0]
    if any(word.startswith(stem[:_SOUND]) for word in source.words):
        return True
    heard = stem
    for letters, as_if in _TURKISH:
        heard = heard.replace(letters, as_if)
    return (
        sound.key(small)[:_SOUND] in _sounds(source)
        or names.sounds_alike(stem, source.text)
        or names.sounds_alike(heard, source.text)
        or transliterated.is_name_of(small.capitalize(), transliterated.names(source.text))
    )


@once
def _sounds(source: Reading) -> frozenset[str]:
    return frozenset(sound.key(word)[:_SOUND] for word in _WORD.findall(source.text))
