"""Asks for a piece of a leaflet in the card's language; once more when it does not pass its checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from apps.ai import prompts
from apps.ai.schemas import LeafletAnswer
from apps.ai.services.texts.leaflets import checks
from apps.ai.services.texts.leaflets.checks import Translation
from apps.ai.text.safety import html
from apps.ai.types import LanguageModel, LeafletFacts, Meter, Question, Stage

#: Tokens of room for an answer: Russian needs about one for two characters of the source, JSON a little more.
ROOM, CHARACTERS_PER_TOKEN = 500, 1.5
HEADING_LIMIT = 200


@dataclass(frozen=True, slots=True)
class LeafletTranslator:
    llm: LanguageModel
    names: Sequence[str] = ()

    def translate(self, facts: LeafletFacts, *, meter: Meter) -> Translation:
        """The piece with what is still wrong with it after one repair. Raises what the model's door raises."""
        first = self._ask(facts, meter)
        if not first.problems:
            return first
        repaired = self._ask(
            replace(
                facts, previous_heading=first.heading, previous_text=first.text, violations=first.problems
            ),
            meter,
        )
        return repaired if len(repaired.problems) <= len(first.problems) else first

    def _ask(self, facts: LeafletFacts, meter: Meter) -> Translation:
        answer = self.llm.ask(
            Question(
                stage=Stage.LEAFLET,
                prompt=prompts.leaflet(facts),
                schema=LeafletAnswer,
                facts=facts,
                max_output_tokens=ROOM + int(len(facts.text) / CHARACTERS_PER_TOKEN),
                temperature=0.0,
            ),
            meter=meter,
        ).content
        translated = Translation(
            heading=html.plain(answer.heading)[:HEADING_LIMIT],
            text=html.clean(answer.text),
            untranslated=tuple(word for word in map(html.plain, answer.untranslated) if word)[:50],
        )
        found = checks.problems(facts.text, translated, language_code=facts.language, names=self.names)
        return replace(translated, problems=found)
