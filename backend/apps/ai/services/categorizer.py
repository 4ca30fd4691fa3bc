"""Category stage: one category of the closed set, and how sure that is. Values in, values out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from apps.ai import prompts
from apps.ai.exceptions import AIError, PermanentAIError, VectorStoreUnavailable
from apps.ai.schemas import AttributeClaim, CategoryAnswer, category_answer
from apps.ai.services.category import attributes as attribute_fit
from apps.ai.services.category import confidence, second_look
from apps.ai.services.category.candidates import Candidate, ClosedSet
from apps.ai.services.category.confidence import Evidence
from apps.ai.services.category.evidence import gather, product_text, share_found
from apps.ai.services.category.index import CategoryIndex
from apps.ai.services.category.warnings import NO_CANDIDATES, NO_TEXT, STORE_AWAY
from apps.ai.services.fitting.model import UNFITTED, Judge
from apps.ai.services.index.indexing import category_terms, terms
from apps.ai.services.vector_store import CategoryHit, Collection, SparseVector
from apps.ai.text.attributes.schema import AttributeSpec
from apps.ai.text.language.stems import stems
from apps.ai.types import (
    MODEL,
    NEIGHBOURS,
    Answer,
    CategoryCandidate,
    CategoryChoice,
    CategoryFacts,
    CategoryNode,
    ImageFindings,
    LanguageModel,
    Meter,
    Neighbour,
    ProductSnapshot,
    Question,
    ScoredCategory,
    Stage,
)

#: Candidates offered to the model. Fixed, so that the answer's schema and the prompt's prefix stay the same.
MAX_CANDIDATES = 25
CATEGORY_HITS = 30
NEIGHBOUR_HITS = 30
EXAMPLES = 3
ALTERNATIVES = 3
#: Neighbours decide alone only when three of them agree (two may be one mistake, imported twice), hold nine
#: votes in ten, and the nearest shares most of its words with the product.
DECISIVE_SUPPORTERS = 3
DECISIVE_VOTE = 0.9
DECISIVE_NEAREST = 0.6
#: …and the estimate is what an automatic decision needs by default.
DECISIVE_CONFIDENCE = 0.85


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What was found for a product: leaves by their own words, and confirmed products near it."""

    hits: tuple[CategoryHit, ...]
    neighbours: tuple[Neighbour, ...]
    warnings: tuple[str, ...] = ()


class Searches(Protocol):
    """What the stage asks of a vector store: `QdrantManager`, or `ExactStore` where things are measured."""

    def counts(self) -> Mapping[Collection, int]: ...

    def search_similar_categories(
        self, dense: Sequence[float], sparse: SparseVector, *, limit: int, grams: SparseVector
    ) -> tuple[CategoryHit, ...]: ...

    def search_neighbours(
        self,
        dense: Sequence[float],
        sparse: SparseVector,
        *,
        limit: int,
        exclude_product_id: int | None,
        grams: SparseVector,
    ) -> tuple[Neighbour, ...]: ...

    def confirmed_titles(
        self, category_ids: Sequence[int], *, limit: int, exclude_product_id: int | None = None
    ) -> dict[int, tuple[str, ...]]: ...


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
        judge: Judge = UNFITTED,
        attribute_rules: AttributeRules = no_rules,
    ) -> None:
        self._llm = llm
        self._store = store
        self._judge = judge
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
        offered = self.find(snapshot, findings, meter=meter)
        return self.with_attributes(snapshot, self.choose(snapshot, findings, offered, meter=meter))

    def with_attributes(self, snapshot: ProductSnapshot, choice: CategoryChoice) -> CategoryChoice:
        """A choice for which no model was asked: what rules find of its category's schema, and nothing else."""
        node = self._index.nodes.get(choice.category_id or 0)
        if node is None or not node.attributes or choice.attributes or choice.method == "model":
            return choice
        claims = self._attribute_rules(snapshot, node.kind, node.attributes)
        proven, _ = attribute_fit.proven(claims, snapshot)
        return replace(choice, attributes=attribute_fit.fit(proven, node.attributes)[0])

    @property
    def choosable(self) -> Mapping[int, CategoryNode]:
        return self._index.choosable

    def find(self, snapshot: ProductSnapshot, findings: ImageFindings, *, meter: Meter) -> ClosedSet:
        """The candidates for one product, the likeliest first."""
        return self.look(
            product_text(snapshot, findings),
            product_id=snapshot.product_id,
            source_category=snapshot.source_category,
            meter=meter,
        )

    def look(
        self,
        text: str,
        *,
        product_id: int,
        meter: Meter,
        source_category: str = "",
        scores: Mapping[int, float] | None = None,
    ) -> ClosedSet:
        """The candidates for a text. `scores`: in place of what the classifier says of it."""
        if not text:
            return ClosedSet((), (NO_TEXT,))
        retrieval = self._retrieve(text, product_id, meter)
        said = self._judge.scores(text) if scores is None else scores
        candidates = self._candidates(text, source_category, retrieval, said)
        warnings = retrieval.warnings if candidates else (NO_CANDIDATES, *retrieval.warnings)
        return ClosedSet(candidates, warnings)

    def choose(
        self, snapshot: ProductSnapshot, findings: ImageFindings, offered: ClosedSet, *, meter: Meter
    ) -> CategoryChoice:
        """One of the candidates, or None; the model is asked only when what is confirmed does not settle it."""
        candidates = offered.candidates
        if not candidates:
            return CategoryChoice(None, (), "", 0.0, (), method="none", warnings=offered.warnings)
        if self._settled(offered):
            return self._choice(candidates[0], candidates, method=NEIGHBOURS, warnings=offered.warnings)
        return self._ask(snapshot, findings, offered, meter)

    def look_again(
        self, snapshot: ProductSnapshot, findings: ImageFindings, first: CategoryChoice, *, meter: Meter
    ) -> CategoryChoice:
        """The one second look at a choice that wants it (`second_look.wanted`); at most one more question.

        Its candidates are the leaves that `first` was not offered, in the branch that the evidence is sure of, and
        what the model guessed. Without such a branch nobody is asked, and the choice says so.
        """
        before = self.find(snapshot, findings, meter=meter)
        scores = {candidate.node.id: candidate.score for candidate in before.candidates}
        where = second_look.branch(scores, self._index)
        if where is None:
            return replace(first, warnings=(*first.warnings, second_look.NO_BRANCH))
        guessed = [one for one in before.candidates if one.node.id == first.category_id]
        text = product_text(snapshot, findings)
        hits = second_look.hits(
            where.id,
            text,
            self._index,
            without=scores,
            limit=MAX_CANDIDATES - len(guessed),
        )
        wider = ClosedSet(
            (*guessed, *self._candidates(text, snapshot.source_category, Retrieval(hits, ()), {}))
        )
        return second_look.settled(
            first, self._ask(snapshot, findings, wider, meter, stage=Stage.SECOND_LOOK), where
        )

    def _settled(self, offered: ClosedSet) -> bool:
        """Whether what is confirmed decides alone: as sure as is measured to be safe, or by the shipped rule."""
        best = offered.candidates[0]
        if self._judge.alone is None:
            return decisive(offered.candidates)
        return STORE_AWAY not in offered.warnings and best.score >= self._judge.threshold(best.node)

    def _candidates(
        self, text: str, source_category: str, retrieval: Retrieval, scores: Mapping[int, float]
    ) -> tuple[Candidate, ...]:
        choosable = self._index.choosable
        hits = [hit for hit in retrieval.hits if hit.category_id in choosable]
        neighbours = [near for near in retrieval.neighbours if choosable.keys() & set(near.category_ids)]
        source_stems = frozenset(stems(source_category))
        likeness = self._judge.likeness(text, [near.title for near in neighbours])
        known = {one: score for one, score in scores.items() if one in choosable}
        gathered = gather(hits, neighbours, known, likeness)
        evidence = {
            category_id: replace(found, source_match=share_found(source_stems, choosable[category_id]))
            for category_id, found in gathered.items()
            if category_id in choosable
        }
        sure = self._judge.confidences(list(evidence.values())) if evidence else []
        scored = sorted(zip(evidence, sure, strict=True), key=lambda one: (-one[1], one[0]))
        return tuple(
            self._candidate(category_id, evidence[category_id], score, neighbours)
            for category_id, score in scored[:MAX_CANDIDATES]
        )

    def _candidate(
        self, category_id: int, evidence: Evidence, score: float, neighbours: Sequence[Neighbour]
    ) -> Candidate:
        own = [near for near in neighbours if category_id in near.category_ids]
        return Candidate(
            node=self._index.choosable[category_id],
            evidence=evidence,
            score=score,
            supporters=len(own),
            examples=_distinct((near.title for near in own), limit=EXAMPLES),
        )

    def _retrieve(self, text: str, product_id: int, meter: Meter) -> Retrieval:
        """Candidates from Qdrant; from the tree in memory when Qdrant is away."""
        [dense] = self._llm.embed([text], meter=meter)
        stemmed, grams = terms(text)
        try:
            hits = self._store.search_similar_categories(
                dense, category_terms(text), grams=grams, limit=CATEGORY_HITS
            )
            neighbours = self._store.search_neighbours(
                dense, stemmed, grams=grams, limit=NEIGHBOUR_HITS, exclude_product_id=product_id
            )
            if not hits:
                self._refuse_empty_index()
        except VectorStoreUnavailable:
            return Retrieval(self._index.search(text, limit=CATEGORY_HITS), (), (STORE_AWAY,))
        return Retrieval(hits, neighbours)

    def _refuse_empty_index(self) -> None:
        if not self._store.counts()[Collection.CATEGORIES]:
            raise PermanentAIError(
                "Qdrant holds no categories yet; run: manage.py sync_categories", code="vector_store_empty"
            )

    def _ask(
        self,
        snapshot: ProductSnapshot,
        findings: ImageFindings,
        offered: ClosedSet,
        meter: Meter,
        *,
        stage: Stage = Stage.CATEGORY,
    ) -> CategoryChoice:
        candidates = offered.candidates
        titles = self._titles(candidates, snapshot.product_id)
        facts = CategoryFacts(
            product=snapshot,
            candidates=tuple(
                CategoryCandidate(
                    candidate.node.id,
                    candidate.node.path,
                    candidate.node.kind,
                    candidate.score,
                    candidate.examples or titles.get(candidate.node.id, ()),
                    candidate.node.synonyms,
                    candidate.node.attributes,
                )
                for candidate in candidates
            ),
            findings=findings,
            measured=self._judge.alone is not None,
        )
        question = Question(
            stage=stage,
            prompt=prompts.category(facts),
            schema=category_answer(len(candidates)),
            facts=facts,
            temperature=0.0,
        )
        answer: Answer[CategoryAnswer] = self._llm.ask(question, meter=meter)
        chosen = _offered(answer.content.choice, candidates)
        claims = list(answer.content.attributes)
        if chosen is not None and chosen not in candidates[: prompts.LEADING]:
            claims += self._attribute_rules(snapshot, chosen.node.kind, chosen.node.attributes)
        attributes, dropped = attribute_fit.proven(claims, snapshot)
        if chosen is not None:
            attributes, unfitting = attribute_fit.fit(attributes, chosen.node.attributes)
            dropped += unfitting
        judged = [_with_opinion(candidate, chosen, answer.certainty) for candidate in candidates]
        picked = next((candidate for candidate in judged if candidate.evidence.chosen), None)
        return replace(
            self._choice(picked, judged, method=MODEL, warnings=(*offered.warnings, *dropped)),
            attributes=attributes,
        )

    def _titles(self, candidates: Sequence[Candidate], product_id: int) -> dict[int, tuple[str, ...]]:
        """Confirmed titles for candidates of which no neighbour is near."""
        bare = [candidate.node.id for candidate in candidates if not candidate.examples]
        try:
            return self._store.confirmed_titles(bare, limit=EXAMPLES, exclude_product_id=product_id)
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
        cap = confidence.CAP_WITHOUT_STORE if STORE_AWAY in warnings else 1.0
        sure = self._judge.confidences([candidate.evidence for candidate in candidates], method=method)
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
        )


def decisive(candidates: Sequence[Candidate]) -> bool:
    """Whether confirmed neighbours alone settle it: many, close and agreeing."""
    best = candidates[0]
    return (
        best.supporters >= DECISIVE_SUPPORTERS
        and best.evidence.vote >= DECISIVE_VOTE
        and best.evidence.nearest >= DECISIVE_NEAREST
        and best.score >= DECISIVE_CONFIDENCE
    )


def _with_opinion(candidate: Candidate, chosen: Candidate | None, certainty: float | None) -> Candidate:
    """The candidate's evidence with what the model said; `none` speaks against all alike."""
    mine = chosen is not None and candidate.node.id == chosen.node.id
    sure = certainty or 0.0
    evidence = replace(
        candidate.evidence,
        chosen=float(mine),
        certainty=sure if mine else 0.0,
        passed_over=0.0 if mine else sure,
    )
    return replace(candidate, evidence=evidence)


def _offered(choice: str, candidates: Sequence[Candidate]) -> Candidate | None:
    """The candidate with that number; None for `none` and for whatever was not offered."""
    if not choice.isascii() or not choice.isdecimal() or not 1 <= int(choice) <= len(candidates):
        return None
    return candidates[int(choice) - 1]


def _distinct(titles: Iterable[str], *, limit: int) -> tuple[str, ...]:
    return tuple(list(dict.fromkeys(title for title in titles if title))[:limit])
