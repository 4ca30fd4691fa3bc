"""Draft stage: from a product and its category to the texts of the card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

from apps.ai import conf, prompts
from apps.ai.schemas import DraftAnswer
from apps.ai.text.language import keywords, limits
from apps.ai.text.safety import html, notices
from apps.ai.types import (
    CategoryChoice,
    Draft,
    DraftFacts,
    ImageFindings,
    Issue,
    LanguageModel,
    Meter,
    ProductSnapshot,
    Question,
    Stage,
)

TITLE_LIMIT = 255
SEO_TITLE_LIMIT = 70
SEO_DESCRIPTION_LIMIT = 160
MAX_KEYWORDS = 7
MAX_BENEFITS = 5


@dataclass(frozen=True, slots=True)
class ContentGenerator:
    llm: LanguageModel
    shop_name: str
    shop_tone: str

    def facts(
        self,
        product: ProductSnapshot,
        category: CategoryChoice,
        findings: ImageFindings,
        *,
        language: str,
        instructions: Sequence[str] = (),
        examples: Sequence[str] = (),
    ) -> DraftFacts:
        """Everything that the texts may be written from."""
        return DraftFacts(
            product=product,
            category_path=category.path,
            kind=category.kind,
            attributes=category.attributes,
            findings=findings,
            language=language,
            shop_name=self.shop_name,
            shop_tone=self.shop_tone,
            instructions=tuple(instructions),
            examples=tuple(examples),
            is_sure=category.is_sure,
        )

    def write(self, facts: DraftFacts, *, meter: Meter) -> Draft:
        """The first draft, cleaned and within the limits of the shop's fields."""
        return self._ask(facts, Stage.DRAFT, meter)

    def repair(self, facts: DraftFacts, draft: Draft, issues: Sequence[Issue], *, meter: Meter) -> Draft:
        """The one repair: the same question with the former draft and what is wrong with it."""
        violations = tuple(f"{issue.field}: {issue.message}" for issue in issues)
        return self._ask(replace(facts, previous=draft, violations=violations), Stage.REPAIR, meter)

    def _ask(self, facts: DraftFacts, stage: Stage, meter: Meter) -> Draft:
        answer = self.llm.ask(
            Question(
                stage=stage,
                prompt=prompts.draft(facts),
                schema=DraftAnswer,
                facts=facts,
                max_output_tokens=2500,
                temperature=0.4,
            ),
            meter=meter,
        )
        return _fit(answer.content, facts.language)


def completed(draft: Draft, facts: DraftFacts) -> Draft:
    """The draft with the notices that its kind of goods must carry: the law is no question of a model's memory."""
    if not facts.is_sure:
        return draft
    wanted = notices.wanted(conf.get().notices, facts.kind, facts.category_path, language=draft.language)
    missing = notices.missing(wanted, html.to_text(draft.description)) if draft.description else ()
    if not missing:
        return draft
    return replace(draft, description=html.clean(f"{draft.description}<p>{escape(' '.join(missing))}</p>"))


def _fit(answer: DraftAnswer, language: str) -> Draft:
    """An answer as it may be stored: HTML through the allow-list, plain fields plain, limits on word ends."""
    return Draft(
        title=limits.shorten(html.plain(answer.title), TITLE_LIMIT),
        description=html.clean(answer.description),
        seo_title=limits.shorten(html.plain(answer.seo_title), SEO_TITLE_LIMIT),
        seo_description=limits.shorten(html.plain(answer.seo_description), SEO_DESCRIPTION_LIMIT),
        keywords=keywords.distinct(
            (html.plain(word).strip(" .,;") for word in answer.keywords), most=MAX_KEYWORDS
        ),
        key_benefits=_plain_list(answer.key_benefits, MAX_BENEFITS),
        language=language,
        untranslated=_plain_list(answer.untranslated, 50),
    )


def _plain_list(values: Sequence[str], most: int) -> tuple[str, ...]:
    """Plain, not empty, each once (by case-folded text), at most `most`."""
    found: dict[str, str] = {}
    for value in values:
        text = html.plain(value)
        if text:
            found.setdefault(text.casefold(), text)
    return tuple(found.values())[:most]
