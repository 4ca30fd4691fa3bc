"""A second reader: one more question to a model, whether each sentence of a card stands in its source.

Off by default (`AI_VERIFY`). What it doubts joins the findings of the rules and is repaired with them; it takes nothing
back that a rule found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from apps.ai import prompts
from apps.ai.issue_codes import issue
from apps.ai.schemas import VerifyAnswer, VerifyClaim
from apps.ai.text.meaning.reading import Reading, read
from apps.ai.text.safety import html
from apps.ai.types import Doubt, Issue, LanguageModel, Meter, Question, Stage, Verification, VerifyFacts

#: Sentences of each side that are shown; what is longer is no card, or a leaflet that has checks of its own.
MOST_SENTENCES = 200
LONGEST = 600


@dataclass(frozen=True, slots=True)
class SecondReader:
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


def issues(found: Verification, description: str) -> tuple[Issue, ...]:
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
