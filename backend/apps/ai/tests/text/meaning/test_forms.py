"""A disease or organism is read in every case and number of its name, whatever forms its row lists."""

from __future__ import annotations

from collections.abc import Iterator

from apps.ai.text.language import dictionary
from apps.ai.text.meaning import lexicon

#: Rows whose whole words stand there because their other forms mean something else («лайм», «гонор», «угорь», «рей»).
HOMONYMS = frozenset(
    "dysmenorrhea gonorrhea borrelia addiction toxin pain wound shock mastitis hypertension acne reye "
    "deficiency".split()
)


def _forms(word: str) -> Iterator[str]:
    """The forms of a noun that are those of no other word in the first place."""
    parse = dictionary.morphology().parse(word)[0]
    if not parse.is_known or "NOUN" not in parse.tag or {"Name", "Surn", "Geox"} & set(parse.tag.grammemes):
        return
    for form in parse.lexeme:
        if (
            "V-oy" not in form.tag
            and dictionary.morphology().parse(form.word)[0].normal_form == parse.normal_form
        ):
            yield form.word.replace("ё", "е")


def test_every_form_of_a_whole_word_is_read() -> None:
    unread = []
    for concept, (words, *_) in lexicon._concepts():
        if concept.group not in {"disease", "organism"} or concept.id in HOMONYMS:
            continue
        for word in words.split():
            if not word.endswith("$") or "_" in word:
                continue
            unread += [
                f"{concept.id}: {form}"
                for form in _forms(word.rstrip("$"))
                if len(form) > 2 and not lexicon.word(form, lexicon.TURKISH).concepts
            ]
    assert unread == []
