"""What the card says against what its source says: the findings of `text.meaning` as issues.

They block, and the writer's one repair is told the sentence of the source that is missing or contradicts; weak ones
only warn, as long as they are few.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from apps.ai import prompts
from apps.ai.issue_codes import issue
from apps.ai.schemas import VerifyAnswer, VerifyClaim
from apps.ai.services.quality.card import Card
from apps.ai.services.texts.leaflets import sections
from apps.ai.text import meaning
from apps.ai.text.meaning import Code
from apps.ai.text.meaning.alignment import align
from apps.ai.text.meaning.reading import Reading, read
from apps.ai.text.safety import html
from apps.ai.types import Doubt, Issue, LanguageModel, Meter, Question, Stage, Verification, VerifyFacts

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


#: Sentences of each side that are shown; what is longer is no card, or a leaflet that has checks of its own.
MOST_SENTENCES = 200
LONGEST = 600


# --- a second reader: off by default (AI_VERIFY) ---


@dataclass(frozen=True, slots=True)
class SecondReader:
    """One more question to a model, whether each sentence of a card stands in its source.

    What it doubts joins the findings of the rules and is repaired with them; it takes nothing back that a rule found.
    """

    llm: LanguageModel

    def verify(
        self, source: str, description: str, *, notices: tuple[str, ...], meter: Meter
    ) -> Verification:
        """What is doubtful in a description, HTML. Raises what the model's door raises."""
        facts = VerifyFacts(_sentences(read(source)), _sentences(read(html.to_text(description))), notices)
        answer = self.llm.ask(
            Question(
                stage=Stage.VERIFY,
                prompt=prompts.verify(facts),
                schema=VerifyAnswer,
                facts=facts,
                max_output_tokens=800,
                temperature=0.0,
            ),
            meter=meter,
        )
        return Verification(tuple(_doubts(answer.content, facts)))


def doubted(found: Verification, description: str) -> tuple[Issue, ...]:
    """The doubts about what still stands in a description, HTML."""
    standing = set(
        _sentences(read(html.to_text(description)))
    )  # read as the doubted ones were, blanks and all
    return tuple(_issue(doubt) for doubt in found.doubts if doubt.sentence in standing)


def _issue(doubt: Doubt) -> Issue:
    what = "противоречит источнику" if doubt.contradicts else "источником не подтверждается"
    behind = f". В источнике: «{doubt.evidence}»" if doubt.evidence else ""
    return issue("meaning_doubted", f"Вторая проверка: {what}{behind}", [doubt.sentence], field="description")


def _doubts(answer: VerifyAnswer, facts: VerifyFacts) -> Iterator[Doubt]:
    """The doubts whose numbers exist; a sentence is doubted once."""
    seen: set[int] = set()
    for claim in answer.doubts:
        sentence = _numbered(facts.card, claim.card_sentence)
        if sentence and claim.card_sentence not in seen and not _is_notice(sentence, facts):
            seen.add(claim.card_sentence)
            yield _doubt(sentence, claim, facts)


def _doubt(sentence: str, claim: VerifyClaim, facts: VerifyFacts) -> Doubt:
    evidence = _numbered(facts.source, claim.source_sentence)
    return Doubt(sentence, evidence, contradicts=claim.problem == "contradicts")


def _is_notice(sentence: str, facts: VerifyFacts) -> bool:
    return any(sentence in notice or notice in sentence for notice in facts.notices)


def _numbered(sentences: tuple[str, ...], number: int) -> str:
    return sentences[number - 1] if 0 < number <= len(sentences) else ""


def _sentences(reading: Reading) -> tuple[str, ...]:
    return tuple(unit.text.strip()[:LONGEST] for unit in reading.units[:MOST_SENTENCES])
