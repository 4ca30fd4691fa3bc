"""Category stage: one category of the closed set, and how sure that is. Values in, values out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from apps.ai import prompts
from apps.ai.exceptions import AIError, PermanentAIError
from apps.ai.prompts import choices
from apps.ai.schemas import AttributeClaim, CategoryAnswer, category_answer
from apps.ai.services.category import attributes, second_look
from apps.ai.services.category.candidates import Candidate, ClosedSet, decisive
from apps.ai.services.category.evidence import CAP_WITHOUT_STORE, gather, product_text, share_found
from apps.ai.services.category.index import CategoryIndex
from apps.ai.services.category.warnings import NO_CANDIDATES, NO_TEXT, STORE_AWAY
from apps.ai.services.fitting.model import UNFITTED, CategoryFit
from apps.ai.services.indexing import Retrieval, Searches, retrieve
from apps.ai.text.attributes.schema import AttributeSpec
from apps.ai.text.language.stems import stems
from apps.ai.types import (
    MODEL,
    NEIGHBOURS,
    Answer,
    CategoryChoice,
    CategoryFacts,
    CategoryNode,
    ImageFindings,
    LanguageModel,
    Meter,
    ProductSnapshot,
    Question,
    ScoredCategory,
    Stage,
)

#: Candidates among which the model chooses. Fixed, so that the answer's schema and the prompt's prefix stay the same.
MAX_CANDIDATES = 25
ALTERNATIVES = 3

AttributeRules = Callable[[ProductSnapshot, str, Sequence[AttributeSpec]], Sequence[AttributeClaim]]


def no_rules(product: ProductSnapshot, kind: str, specs: Sequence[AttributeSpec]) -> Sequence[AttributeClaim]:
    """The rules of a shop that has none: attributes come from the model alone."""
    return ()


class AutoCategorizer:
    """Retrieval and classifier → what is confirmed alone, or the model's choice among the candidates → confidence."""

    def __init__(
        self,
        llm: LanguageModel,
        store: Searches,
        tree: CategoryIndex | Sequence[CategoryNode],
        fit: CategoryFit = UNFITTED,
        attribute_rules: AttributeRules = no_rules,
    ) -> None:
        self._llm = llm
        self._store = store
        self._fit = fit
        self._attribute_rules = attribute_rules
        self._index = tree if isinstance(tree, CategoryIndex) else CategoryIndex(tree)

    def categorize(
        self, snapshot: ProductSnapshot, findings: ImageFindings, *, meter: Meter
    ) -> CategoryChoice:
        """The best category, or None when nothing fits.

        Raises PermanentAIError for an empty tree or an empty index, and what the model's door raises.
        """
        if not self._index.choosable:
            raise PermanentAIError(
                "The shop has no active category without children; create the tree, "
                "then run: manage.py sync_categories",
                code="no_categories",
            )
        closed = self.find(snapshot, findings, meter=meter)
        return self.with_attributes(snapshot, self.choose(snapshot, findings, closed, meter=meter))

    def with_attributes(self, snapshot: ProductSnapshot, choice: CategoryChoice) -> CategoryChoice:
        """A choice for which no model was asked: what rules find of its category's schema, and nothing else."""
        node = self._index.nodes.get(choice.category_id or 0)
        if node is None or not node.attributes or choice.attributes or choice.method == "model":
            return choice
        claims = self._attribute_rules(snapshot, node.kind, node.attributes)
        proven, _ = attributes.proven(claims, snapshot)
        return replace(choice, attributes=attributes.fit(proven, node.attributes)[0])

    @property
    def choosable(self) -> Mapping[int, CategoryNode]:
        return self._index.choosable

    def find(self, snapshot: ProductSnapshot, findings: ImageFindings, *, meter: Meter) -> ClosedSet:
        """The candidates for one product, the likeliest first."""
        return self.find_by_text(
            product_text(snapshot, findings),
            product_id=snapshot.product_id,
            source_category=snapshot.source_category,
            meter=meter,
        )

    def find_by_text(
        self,
        text: str,
        *,
        product_id: int,
        meter: Meter,
        source_category: str = "",
        scores: Mapping[int, float] | None = None,
    ) -> ClosedSet:
        """The candidates for a text. `scores`: in place of the classifier's."""
        if not text:
            return ClosedSet((), (NO_TEXT,))
        [dense] = self._llm.embed([text], meter=meter)
        retrieval = retrieve(self._store, self._index, text, dense, product_id=product_id)
        classified = self._fit.scores(text) if scores is None else scores
        candidates = self._candidates(text, source_category, retrieval, classified)
        warnings = retrieval.warnings if candidates else (NO_CANDIDATES, *retrieval.warnings)
        return ClosedSet(candidates, warnings)

    def choose(
        self, snapshot: ProductSnapshot, findings: ImageFindings, closed: ClosedSet, *, meter: Meter
    ) -> CategoryChoice:
        """One of the candidates, or None; the model is asked only when confirmed products do not decide alone."""
        candidates = closed.candidates
        if not candidates:
            return CategoryChoice(None, (), "", 0.0, (), method="none", warnings=closed.warnings)
        if self._decided_alone(closed):
            return self._choice(candidates[0], candidates, method=NEIGHBOURS, warnings=closed.warnings)
        return self._ask(snapshot, findings, closed, meter)

    def look_again(
        self, snapshot: ProductSnapshot, findings: ImageFindings, first: CategoryChoice, *, meter: Meter
    ) -> CategoryChoice:
        """The one second look at a choice that wants it; at most one more question.

        Its candidates are what the model guessed, and the leaves that the first question lacked in the branch that the
        evidence is sure of. Without such a branch no question is asked, and a warning says so.
        """
        before = self.find(snapshot, findings, meter=meter)
        scores = {candidate.node.id: candidate.score for candidate in before.candidates}
        where = second_look.branch(scores, self._index)
        if where is None:
            return replace(first, warnings=(*first.warnings, second_look.NO_BRANCH))
        guessed = [one for one in before.candidates if one.node.id == first.category_id]
        text = product_text(snapshot, findings)
        hits = second_look.hits(
            where.id, text, self._index, without=scores, limit=MAX_CANDIDATES - len(guessed)
        )
        wider = ClosedSet((*guessed, *self._candidates(text, snapshot.source_category, Retrieval(hits), {})))
        second = self._ask(snapshot, findings, wider, meter, stage=Stage.SECOND_LOOK)
        return second_look.combined(first, second, where)

    def _decided_alone(self, closed: ClosedSet) -> bool:
        """Whether confirmed products decide: as sure as is measured to be safe, or by the shipped rule."""
        best = closed.candidates[0]
        if self._fit.alone is None:
            return decisive(closed.candidates)
        return STORE_AWAY not in closed.warnings and best.score >= self._fit.threshold(best.node)

    def _candidates(
        self, text: str, source_category: str, retrieval: Retrieval, scores: Mapping[int, float]
    ) -> tuple[Candidate, ...]:
        choosable = self._index.choosable
        hits = [hit for hit in retrieval.hits if hit.category_id in choosable]
        neighbours = [near for near in retrieval.neighbours if choosable.keys() & set(near.category_ids)]
        source_stems = frozenset(stems(source_category))
        likeness = self._fit.likeness(text, [near.title for near in neighbours])
        known = {one: score for one, score in scores.items() if one in choosable}
        gathered = gather(hits, neighbours, known, likeness)
        evidence = {one: found for one, found in gathered.items() if one in choosable}
        if source_stems:
            evidence = {
                one: replace(found, source_match=share_found(source_stems, choosable[one]))
                for one, found in evidence.items()
            }
        sure = self._fit.confidences(list(evidence.values())) if evidence else []
        scored = sorted(zip(evidence, sure, strict=True), key=lambda one: (-one[1], one[0]))
        return tuple(
            Candidate.of(choosable[category_id], evidence[category_id], score, neighbours)
            for category_id, score in scored[:MAX_CANDIDATES]
        )

    def _ask(
        self,
        snapshot: ProductSnapshot,
        findings: ImageFindings,
        closed: ClosedSet,
        meter: Meter,
        *,
        stage: Stage = Stage.CATEGORY,
    ) -> CategoryChoice:
        titles = self._titles(closed.candidates, snapshot.product_id)
        facts = CategoryFacts(
            product=snapshot,
            candidates=tuple(one.for_the_model(titles.get(one.node.id, ())) for one in closed.candidates),
            findings=findings,
            measured=self._fit.alone is not None,
        )
        question = Question(
            stage=stage,
            prompt=prompts.category(facts),
            schema=category_answer(len(closed.candidates)),
            facts=facts,
            temperature=0.0,
        )
        return self._read(self._llm.ask(question, meter=meter), closed, snapshot)

    def _read(
        self, answer: Answer[CategoryAnswer], closed: ClosedSet, snapshot: ProductSnapshot
    ) -> CategoryChoice:
        """The choice that an answer makes, with the attributes that the source proves.

        Only the likeliest candidates' attributes were shown to the model: those of others are found by rules.
        """
        chosen = closed.numbered(answer.content.choice)
        claims = list(answer.content.attributes)
        if chosen is not None and chosen not in closed.candidates[: choices.DESCRIBED]:
            claims += self._attribute_rules(snapshot, chosen.node.kind, chosen.node.attributes)
        found, dropped = attributes.proven(claims, snapshot)
        if chosen is not None:
            found, unfitting = attributes.fit(found, chosen.node.attributes)
            dropped += unfitting
        answered = [candidate.with_answer(chosen, answer.certainty) for candidate in closed.candidates]
        picked = next((candidate for candidate in answered if candidate.evidence.chosen), None)
        choice = self._choice(picked, answered, method=MODEL, warnings=(*closed.warnings, *dropped))
        return replace(choice, attributes=found)

    def _titles(self, candidates: Sequence[Candidate], product_id: int) -> dict[int, tuple[str, ...]]:
        """Confirmed titles for leading candidates of which no neighbour is near."""
        leading = candidates[: choices.LEADING]
        bare = [candidate.node.id for candidate in leading if not candidate.examples]
        try:
            return self._store.confirmed_titles(bare, limit=choices.EXAMPLES, exclude_product_id=product_id)
        except AIError:  # examples help, but an answer that is read back from a batch must not hang on them
            return {}

    def _choice(
        self,
        picked: Candidate | None,
        candidates: Sequence[Candidate],
        *,
        method: str,
        warnings: tuple[str, ...],
    ) -> CategoryChoice:
        cap = CAP_WITHOUT_STORE if STORE_AWAY in warnings else 1.0
        sure = self._fit.confidences([candidate.evidence for candidate in candidates], method=method)
        scored = [
            (candidate, ScoredCategory(candidate.node.id, candidate.node.path, round(min(cap, score), 4)))
            for candidate, score in zip(candidates, sure, strict=True)
        ]
        others = sorted(
            (one for one in scored if picked is None or one[0].node.id != picked.node.id),
            key=lambda one: -one[1].score,
        )
        alternatives = tuple(score for _, score in others[:ALTERNATIVES])
        if picked is None:
            return CategoryChoice(None, (), "", 0.0, alternatives, method=method, warnings=warnings)
        return CategoryChoice(
            category_id=picked.node.id,
            path=picked.node.path,
            kind=picked.node.kind,
            confidence=next(score.score for one, score in scored if one.node.id == picked.node.id),
            alternatives=alternatives,
            method=method,
            evidence=picked.evidence.as_dict(),
            warnings=warnings,
            rival=others[0][0].evidence.as_dict() if others else {},
            is_measured=self._fit.is_measured(method) and STORE_AWAY not in warnings,
        )
