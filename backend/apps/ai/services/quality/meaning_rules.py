"""What the card says against what its source says: the findings of `text.meaning` as issues.

They block, and the writer's one repair is told the sentence of the source that is missing or contradicts; weak ones
only warn, as long as they are few.
"""

from __future__ import annotations

from collections.abc import Iterator

from apps.ai.issue_codes import issue
from apps.ai.services.quality.card import Card
from apps.ai.services.texts.leaflets import sections
from apps.ai.text import meaning
from apps.ai.text.meaning import Code
from apps.ai.text.meaning.alignment import align
from apps.ai.text.meaning.reading import read
from apps.ai.text.safety import html
from apps.ai.types import Issue

MESSAGES = {
    Code.POLARITY: "Карточка говорит обратное источнику",
    Code.CONDITION: "Кому, когда или как — не так, как в источнике",
    Code.WHOSE: "Величина отнесена не к тому, к чему в источнике",
    Code.NAME: "Этого вещества или названия в источнике нет",
    Code.CLAIM: "Источник этого не говорит",
    Code.LEFT_OUT: "Пропущено то, о чём источник предупреждает",
    Code.FOREIGN: "Описание — о другом товаре: с источником почти ничего общего",
}
UNCERTAIN = "Источник говорит это другими словами или не говорит"
#: A card with more weak findings than these is no paraphrase any more.
MOST_WEAK = 8
_ASKED = ("title", "description", "seo_description")


def said(card: Card) -> Iterator[Issue]:
    """Every contradiction, invention and omission of meaning, each code and field once a source sentence."""
    if card.draft is None or card.draft.language != "ru" or not card.source:
        return
    found: dict[tuple[Code, str, str, bool], list[str]] = {}
    # A leaflet follows its card whole, section by section (`texts.leaflets`): the text above it may leave things to it.
    is_leaflet = sections.of(card.product.description, kind=card.kind) is not None
    every = list(meaning.check(case(card)))
    few = sum(one.weak for one in every) <= MOST_WEAK
    for one in every:
        if is_leaflet and one.code is Code.LEFT_OUT:
            continue
        found.setdefault((one.code, one.field, one.evidence, one.weak and few), []).append(one.quote)
    for (code, field, evidence, weak), quotes in found.items():
        message = UNCERTAIN if weak else MESSAGES[code]
        if evidence:
            message = f"{message}. В источнике: «{evidence}»"
        code_name = "meaning_uncertain" if weak else f"meaning_{code}"
        yield issue(code_name, message, quotes, field=field, evidence=evidence)


def alignment(source_text: str, description: str) -> list[list[int]]:
    """Which words of the source prove each sentence of a description, for whoever wrote or edited it.

    A row a sentence: its start and end in the description's plain text, the likeness in percent, then starts and ends
    in the source's plain text, the best first; none where the source has nothing like it.
    """
    source, card = read(html.to_text(source_text)), read(html.to_text(sections.without(description)))
    return [
        [
            card.units[pair.card].start,
            card.units[pair.card].end,
            round(pair.score * 100),
            *(end for place in pair.sources for end in (source.units[place].start, source.units[place].end)),
        ]
        for pair in align(source, card)
    ]


def case(card: Card) -> meaning.Case:
    """The card as `text.meaning` compares it, without the leaflet behind its description."""
    fields = {name: card.fields[name] for name in _ASKED if card.fields.get(name)}
    if card.draft:
        fields["description"] = html.to_text(sections.without(card.draft.description))
    return meaning.case(card.source, fields, kind=card.kind, known=_known(card), listed=card.listed)


def _known(card: Card) -> str:
    """What a card may say beside its source: category, photos, supplier, notices."""
    own = card.known.removeprefix(card.source)
    return "\n".join((own, card.product.supplier))
