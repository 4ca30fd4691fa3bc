"""Turkish and English titles as Russian shops would word them: kind first, what agrees after it, numbers last.

A title is cut into pieces (known words, names, numbers with units, breaks). In each part between two breaks the last
noun that names goods is the head; everything known before and after it modifies it. Names stay as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from apps.ai.text import facts
from apps.ai.text.language import russian
from apps.ai.text.language.glossary import Entry, Part
from apps.ai.text.language.russian import Gender
from apps.ai_offline import pieces, wording
from apps.ai_offline.pieces import Item, Piece


@dataclass(frozen=True, slots=True)
class Phrase:
    """A title understood. `kind`: «крем увлажняющий для рук», "" when no word says what it is.

    `actives`: substances that a form of medicine is named with («таблетки с парацетамолом»).
    `before` and `after`: names to the left and right of the kind. `measures`: «75 мл», in the source's order.
    `modifiers`: what is known about the goods besides the kind, already agreeing. `unknown`: words left out.
    """

    kind: str = ""
    head: str = ""
    actives: tuple[Entry, ...] = ()
    gender: Gender | None = None
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def covered(self) -> bool:
        return not self.unknown


def understand(
    text: str, *, evidence: str = "", hint: Gender | None = None, kind: str = "", named: bool = False
) -> Phrase:
    """The phrase of a Turkish or English title. `evidence`: what the source says elsewhere, for the fact guard.

    `hint`: the gender with which adjectives agree when the text names no goods itself. `kind`: the category's.
    `named`: the text begins with the product's own name (see `pieces.cut`).
    """
    items = [_as_substance(item, kind) for item in pieces.cut(text, named=named)]
    source = f"{text}\n{evidence}"
    return _compose(_supported(items, source), hint)


_SUBSTANCES = {
    "demir": Entry("demir", "железо", Part.NOUN, Gender.NEUTER, "с железом"),
    "bakır": Entry("bakır", "медь", Part.NOUN, Gender.FEMININE, "с медью"),
    "krom": Entry("krom", "хром", Part.NOUN, Gender.MASCULINE, "с хромом"),
}


def _as_substance(item: Item, kind: str) -> Item:
    """In medicines and supplements a metal is what they contain, not what they are made of."""
    if kind not in {"medicine", "supplement"} or item.entry is None:
        return item
    return replace(item, entry=_SUBSTANCES.get(item.entry.source, item.entry))


# --- choosing what may be said ----------------------------------------------------------------------------------------


def _supported(items: Sequence[Item], source: str) -> list[Item]:
    """Known words whose Russian states a fact (a material, a form) that the guard does not see in the source go."""
    checked = []
    for item in items:
        if item.entry is not None and _claims(item.entry) and not _holds(item.entry, source):
            checked.append(Item(Piece.UNKNOWN, item.text))
            continue
        checked.append(item)
    return checked


def _claims(entry: Entry) -> bool:
    return bool(facts.extract(f"{entry.russian}, {entry.attribute}"))


def _holds(entry: Entry, source: str) -> bool:
    return not facts.invented(source, f"{entry.russian}, {entry.attribute}")


# --- composing --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Part:
    """The pieces between two breaks."""

    items: list[Item] = field(default_factory=list)
    sign: str = ""


def _compose(items: Sequence[Item], hint: Gender | None) -> Phrase:
    parts = _parts(_coordinated(_with_names(items)))
    heads = [_head(part.items) for part in parts]
    main = next((place for place, head in enumerate(heads) if head is not None), None)
    entry = None if main is None else parts[main].items[heads[main] or 0].entry
    phrase = Phrase(gender=entry.gender if entry else hint)
    for place, part in enumerate(parts):
        phrase = _add(phrase, part, is_main=place == main, before=main is None or place < main)
    late = [m for m in phrase.modifiers if m.removeprefix("с ") not in phrase.kind and m not in phrase.extra]
    return _modified(phrase, late)


def _with_names(items: Sequence[Item]) -> list[Item]:
    """Unfamiliar words become names or stay out; «iPhone 14 uyumlu» becomes «для iPhone 14»."""
    result: list[Item] = []
    leading = True
    for item in items:
        if item.compatible:
            _fold_compatible(result)
            continue
        if (
            item.piece is Piece.NAME
            and not item.own
            and not pieces.is_name(item.text, leading=leading, first=not result)
        ):
            item = replace(item, piece=Piece.UNKNOWN)
        if item.piece is Piece.WORD:
            leading = False
        result.append(item)
    return result


def _fold_compatible(result: list[Item]) -> None:
    names: list[str] = []
    while result and (result[-1].piece in (Piece.NAME, Piece.LABEL) or result[-1].text == "/"):
        names.insert(0, result.pop().text)
    if names:
        wanted = " ".join(pieces.display(name) for name in names)
        entry = Entry("uyumlu", f"для {wanted}", Part.PHRASE)
        result.append(Item(Piece.WORD, wanted, entry))


def _coordinated(items: list[Item]) -> list[Item]:
    """«A ve B»: a break when two kinds of goods are joined, nothing when two modifiers are."""
    result: list[Item] = []
    for place, item in enumerate(items):
        if item.piece is Piece.AND:
            before = items[place - 1].entry if place else None
            if before is not None and before.is_kind and not before.attribute:
                result.append(Item(Piece.BREAK, "и"))
            continue
        result.append(item)
    return result


def _parts(items: Sequence[Item]) -> list[_Part]:
    parts = [_Part()]
    for item in items:
        if item.piece is Piece.BREAK:
            if parts[-1].items:
                parts.append(_Part(sign=item.text))
            else:
                parts[-1].sign = item.text
            continue
        parts[-1].items.append(item)
    return [part for part in parts if part.items]


def _head(items: Sequence[Item]) -> int | None:
    """The place of the noun that says what the goods are: the last kind of goods, else the last noun."""
    nouns = [place for place, item in enumerate(items) if item.entry and _may_head(item.entry)]
    kinds = [place for place in nouns if _is_goods(items[place])]
    plain = [place for place in kinds if (entry := items[place].entry) and not entry.attribute]
    found = plain or kinds or nouns
    return found[-1] if found else None


_CONTAINERS = re.compile(r"во? (?:стеклянной )?(?:бутылке|банке|тубе|флаконе)")


def _is_goods(item: Item) -> bool:
    """A kind of goods; a bottle only when it is somebody's («su şişesi»), for else it is the packing of the goods."""
    if item.entry is None:
        return False
    return item.entry.is_kind or (
        _CONTAINERS.match(item.entry.attribute) is not None and wording.is_possessed(item.text)
    )


_PURPOSE = re.compile(r"(?:для|от|против|на|при) ")


def _may_head(entry: Entry) -> bool:
    """A noun that can be bought: not a purpose («от акне»), a part of the body, a place."""
    return entry.part is Part.NOUN and (entry.is_kind or not _PURPOSE.match(entry.attribute))


def _add(phrase: Phrase, part: _Part, *, is_main: bool, before: bool) -> Phrase:
    """The phrase with one more part of the title."""
    head = _head(part.items)
    entry = part.items[head].entry if head is not None else None
    words = wording.around(part.items, head, entry.gender if entry else phrase.gender)
    named = [item.text for item in part.items if item.piece in (Piece.NAME, Piece.LABEL)]
    if is_main:
        named.sort(key=lambda name: _STANDARD.match(name) is not None)
    names = [pieces.display(name) for name in named]
    split = _names_before(part.items, head) if is_main else len(names) if before else 0
    result = replace(
        phrase,
        before=(*phrase.before, *names[:split]),
        after=(*phrase.after, *names[split:]),
        measures=(*phrase.measures, *(i.text for i in part.items if i.piece is Piece.MEASURE)),
        unknown=(*phrase.unknown, *(i.text for i in part.items if i.piece is Piece.UNKNOWN and i.text)),
    )
    if entry is None:
        return replace(result, modifiers=(*phrase.modifiers, *words.modifiers))
    if is_main:
        modifiers = (*phrase.modifiers, *words.modifiers)
        with_ = (item.entry for item in part.items if item.entry and item.entry.part is Part.NOUN)
        actives = tuple(found for found in with_ if found.attribute.startswith("с "))
        return replace(result, kind=words.text, head=entry.russian, modifiers=modifiers, actives=actives)
    return replace(result, extra=(*result.extra, words.text))


_STANDARD = re.compile(
    r"(?:USB|HDMI|Wi-?Fi|Bluetooth|4K|8K|HD|UHD|FHD|QLED|OLED|NFC|5G|4G)(?![a-z])", re.IGNORECASE
)


def _names_before(items: Sequence[Item], head: int | None) -> int:
    """How many names stand before the head; the standard of a plug or a radio belongs after it wherever it stands."""
    labels = (Piece.NAME, Piece.LABEL)
    return sum(item.piece in labels for item in items[: head or 0] if not _STANDARD.match(item.text))


def _modified(phrase: Phrase, modifiers: Sequence[str]) -> Phrase:
    """More modifiers from another part of the title: after the kind, or by themselves when there is none."""
    fresh = [m for m in modifiers if m.removeprefix("с ") not in phrase.kind]
    if not fresh:
        return phrase
    if not phrase.kind:
        return replace(phrase, extra=(*phrase.extra, *fresh))
    first, tail = russian.split_head(phrase.kind)
    agreeing = [m for m in fresh if _is_agreed(m)]
    others = [m for m in fresh if not _is_agreed(m)]
    return replace(phrase, kind=wording.hang(" ".join(w for w in (first, *agreeing, tail) if w), others))


def _is_agreed(modifier: str) -> bool:
    return bool(re.search(r"(?:[ыои]й|[ая]я|[оеё]е|[ыи]е)(?:ся)?$", modifier)) and " " not in modifier
