"""The card's title: brand, what it is, what tells it from others; every fact of the source's title kept."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from apps.ai.text import facts, language
from apps.ai.text.attributes import names
from apps.ai.text.language import glossary, limits, russian
from apps.ai.text.safety import html
from apps.ai_offline import books, introduction, phrase, russian_titles
from apps.ai_offline.phrase import Phrase

LIMIT = 255


@dataclass(frozen=True, slots=True)
class Title:
    """A title and what it is made of. `subject`: brand and names; `kind`: what the goods are, "" when unknown."""

    text: str
    subject: str = ""
    kind: str = ""
    phrase: Phrase = field(default_factory=Phrase)
    untranslated: tuple[str, ...] = ()


def write(source: str, *, brand: str, kind: str, evidence: str, is_book: bool = False) -> Title:
    """The title of a card. `source`: the supplier's, any language; `kind`: the category's, "medicine" for one.

    An empty source gives an empty title: nothing is invented.
    """
    plain = one_line(source)
    if not plain:
        return Title("")
    if is_russian(plain):
        return _russian(plain, brand)
    if is_book:
        understood = books.understand(plain)
        subject = next(iter(understood.before), "")
        return _fitted(Title(books.title(understood), subject, understood.kind, understood))
    return _translated(plain, brand=spelled(brand), kind=kind, evidence=evidence)


#: Characters of a source title that are read; what a longer one loses is for the fact guard to say.
LONGEST = 1000


def one_line(title: str) -> str:
    """A source title as plain text of a sane length."""
    return limits.shorten(html.plain(title), LONGEST)


_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_LATIN = re.compile(r"[a-zçğıöşü]", re.IGNORECASE)


def is_russian(text: str) -> bool:
    """Whether a text is to be read as Russian: at least a third of its letters are Cyrillic."""
    cyrillic = len(_CYRILLIC.findall(text))
    return cyrillic > 0 and cyrillic * 2 >= len(_LATIN.findall(text))


def spelled(brand: str) -> str:
    """A brand as it stands on a card: Turkish letters kept, long words in capitals written like names."""
    plain = html.plain(brand)
    if names.has_legal_form(plain):
        plain = names.distinctive(plain)
    return " ".join(_spelled_word(word) for word in plain.split())


_SHORT_NAME = 4


def _spelled_word(word: str) -> str:
    if not (word.isupper() and word.isalpha()) or len(word) <= _SHORT_NAME:
        return word
    return word[0] + glossary.lower(word[1:]) if re.search(r"[ÇĞİÖŞÜ]", word) else word.capitalize()


def _russian(plain: str, brand: str) -> Title:
    text = limits.shorten(russian_titles.tidy(plain, brand=html.plain(brand)), LIMIT)
    return Title(text, subject="", kind=text)


#: Goods whose title begins with their trade name.
_NAMED_KINDS = frozenset({"medicine", "supplement", "cosmetics", "perfume"})


def _translated(plain: str, *, brand: str, kind: str, evidence: str) -> Title:
    rest, named = without_brand(plain, brand)
    own = kind in _NAMED_KINDS and not glossary.fold(plain).startswith(glossary.fold(brand) or "-")
    understood = phrase.understand(rest, evidence=evidence, kind=kind, named=own)
    understood = _without_leftovers(_with_noun(understood, brand, kind), brand)
    lead = brand if brand and (named or kind != "medicine") else ""
    if kind == "medicine" and not lead and not understood.before:
        understood = _named_by_active(understood)
    for candidate in (
        understood,
        _apart(understood),
        _without_marked(understood),
        _without_names(understood),
    ):
        subject = " ".join(word for word in (lead, *candidate.before) if word)
        text = _joined(subject, candidate)
        if not facts.invented(f"{plain}\n{evidence}", text):
            break
    return _fitted(Title(text, subject, candidate.kind, candidate, candidate.unknown))


def _with_noun(understood: Phrase, brand: str, kind: str) -> Phrase:
    """Nothing but names: the category's kind says what they are («Parol Plus, лекарственное средство»)."""
    if kind not in _NAMED_KINDS or not understood.before:
        return understood
    if understood.kind or understood.extra or _CYRILLIC.search(_joined(brand, understood)):
        return understood
    return replace(understood, extra=(introduction.noun(kind, (), is_book=False),))


def _named_by_active(understood: Phrase) -> Phrase:
    """A medicine without a trade name is named by its substance: «Парацетамол таблетки»."""
    if len(understood.actives) != 1 or understood.actives[0].attribute not in understood.kind:
        return understood
    active = understood.actives[0]
    kind = " ".join(understood.kind.replace(active.attribute, "").split())
    return replace(understood, kind=kind, before=(russian.capitalise(active.russian),))


def _apart(understood: Phrase) -> Phrase:
    """Names that hold digits at the end, each for itself: side by side two of them may read as one fact."""
    names = (*understood.before, *understood.after)
    coded = tuple(name for name in names if re.search(r"\d", name))
    return replace(
        understood,
        before=tuple(name for name in understood.before if name not in coded),
        after=tuple(name for name in understood.after if name not in coded),
        measures=(*understood.measures, *coded),
    )


def _without_marked(understood: Phrase) -> Phrase:
    """Without codes that had Turkish letters («Çg42»): written plain they are other codes."""
    coded = {name for name in (*understood.before, *understood.after) if re.search(r"\d", name)}
    return _without(understood, coded)


def _without_names(understood: Phrase) -> Phrase:
    return _without(understood, {*understood.before, *understood.after})


def _without(understood: Phrase, refused: Collection[str]) -> Phrase:
    names = (*understood.before, *understood.after)
    return replace(
        understood,
        before=tuple(name for name in understood.before if name not in refused),
        after=tuple(name for name in understood.after if name not in refused),
        unknown=(*understood.unknown, *(name for name in dict.fromkeys(names) if name in refused)),
    )


def _without_leftovers(understood: Phrase, brand: str) -> Phrase:
    """Without the names that the language guard takes for Turkish words or for an English sentence."""
    names = (*understood.before, *understood.after)
    said = _joined(" ".join(word for word in (brand, *understood.before) if word), understood)
    if not _CYRILLIC.search(said):
        said = f"Товар {said}"  # a name without a word of Russian is a name, not an English sentence
    found = language.foreign_leftovers(said, allowed=[brand] if brand else [])
    if not found:
        return understood
    quoted = {word.lower() for leftover in found for word in re.findall(r"[^\W_]+", leftover.quote)}
    plain = (name for name in names if not re.search(r"\d", name))
    return _without(
        understood, {name for name in plain if quoted & set(re.findall(r"[^\W_]+", name.lower()))}
    )


def without_brand(text: str, brand: str) -> tuple[str, bool]:
    """The text without its brand, and whether the brand stood there (in any capitals, with or without marks)."""
    if not brand:
        return text, False
    wanted = re.escape(glossary.fold(brand)).replace(r"\ ", r"\s+")
    match = re.search(rf"(?<![^\W_]){wanted}(?:['’][a-zçğıöşü]+)?(?![^\W_])", glossary.fold(text))
    if match is None:
        return text, False
    return f"{text[: match.start()]} {text[match.end() :]}".strip(" -–—|,"), True


def _joined(subject: str, understood: Phrase) -> str:
    """«La Roche-Posay Effaclar гель очищающий Duo, 40 мл»."""
    named = " ".join(word for word in (subject, understood.kind, *understood.after) if word)
    parts = [part for part in dict.fromkeys((named, *understood.extra)) if part]
    if understood.measures and not understood.kind and not understood.extra and named:
        first, *rest = understood.measures
        return russian.capitalise(", ".join([f"{named} {first}", *rest]))
    if (
        parts
        and understood.measures
        and _STRENGTH.search(understood.measures[0])
        and not parts[-1][-1].isdigit()
    ):
        parts[-1] = f"{parts[-1]} {understood.measures[0]}"
        return russian.capitalise(", ".join([*parts, *dict.fromkeys(understood.measures[1:])]))
    return russian.capitalise(", ".join([*parts, *dict.fromkeys(understood.measures)]))


#: What belongs to the name of a form rather than to the pack: «гель 1 %», «суспензия 250 мг/5 мл».
_STRENGTH = re.compile(r"\d (?:%$|мг|мкг|МЕ)")


def _fitted(title: Title) -> Title:
    if len(title.text) <= LIMIT:
        return title
    shortened = limits.shorten(title.text, LIMIT)
    return Title(shortened, title.subject, title.kind, title.phrase, title.untranslated)
