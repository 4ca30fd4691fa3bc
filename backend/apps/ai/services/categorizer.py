"""Category stage: one category of the closed set, and how sure that is. Values in, values out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from apps.ai import prompts
from apps.ai.exceptions import AIError, PermanentAIError, VectorStoreUnavailable
from apps.ai.schemas import AttributeClaim, CategoryAnswer, category_answer
from apps.ai.services import attribute_fit, confidence, second_look
from apps.ai.services.category_index import CategoryIndex
from apps.ai.services.confidence import Evidence
from apps.ai.services.indexing import terms
from apps.ai.services.offline import category as offline_category
from apps.ai.services.vector_store import CategoryHit, Collection, QdrantManager
from apps.ai.text import html
from apps.ai.text.stems import stems
from apps.ai.types import (
    Answer,
    CategoryCandidate,
    CategoryChoice,
    CategoryFacts,
    CategoryNode,
    ExtractedAttribute,
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
NEIGHBOURS = 30
EXAMPLES = 3
ALTERNATIVES = 3
#: Characters of the source's description that help to tell the category; what follows is mostly advertising.
DESCRIPTION_LIMIT = 300
#: Characters of markup that are read to get them.
MARKUP_LIMIT = 3000
#: A vote weighs cosine ** 4: one near-duplicate (0.95) outweighs a dozen vaguely similar products (0.5). Half of it
#: comes from rare words in common (IDF-weighted, squared): docs/qdrant.md has what each is worth.
VOTE_POWER = 4
WORDS_POWER = 2
#: Neighbours decide alone only when three of them agree (two may be one mistake, imported twice), hold nine
#: votes in ten, and the nearest shares most of its words with the product.
DECISIVE_SUPPORTERS = 3
DECISIVE_VOTE = 0.9
DECISIVE_NEAREST = 0.6
#: …and the estimate is what an automatic decision needs by default.
DECISIVE_CONFIDENCE = 0.85

STORE_AWAY = "vector_store_unavailable"
NO_TEXT = "no_source_text"
NO_CANDIDATES = "no_candidates"
ATTRIBUTE_WITHOUT_EVIDENCE = "attribute_without_evidence"


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What was found for a product: leaves by their own words, and confirmed products near it."""

    hits: tuple[CategoryHit, ...]
    neighbours: tuple[Neighbour, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A leaf with all that speaks for it. `score`: the estimate before a model was asked."""

    node: CategoryNode
    evidence: Evidence
    score: float
    supporters: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClosedSet:
    """What may be chosen for one product, the likeliest first. `warnings`: what was amiss in finding it."""

    candidates: tuple[Candidate, ...]
    warnings: tuple[str, ...] = ()


class AutoCategorizer:
    """Retrieval → neighbours alone, or the model's choice among the candidates → confidence."""

    def __init__(
        self, llm: LanguageModel, store: QdrantManager, tree: CategoryIndex | Sequence[CategoryNode]
    ) -> None:
        self._llm = llm
        self._store = store
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
        claims = offline_category.claims(snapshot, node.kind, node.attributes)
        proven, _ = proven_attributes(claims, snapshot)
        return replace(choice, attributes=attribute_fit.fit(proven, node.attributes)[0])

    def find(self, snapshot: ProductSnapshot, findings: ImageFindings, *, meter: Meter) -> ClosedSet:
        """The candidates for one product, the likeliest first."""
        text = product_text(snapshot, findings)
        if not text:
            return ClosedSet((), (NO_TEXT,))
        retrieval = self._retrieve(text, snapshot.product_id, meter)
        candidates = self._candidates(snapshot, retrieval)
        warnings = retrieval.warnings if candidates else (NO_CANDIDATES, *retrieval.warnings)
        return ClosedSet(candidates, warnings)

    def choose(
        self, snapshot: ProductSnapshot, findings: ImageFindings, offered: ClosedSet, *, meter: Meter
    ) -> CategoryChoice:
        """One of the candidates, or None; the model is asked only when the neighbours do not settle it."""
        candidates = offered.candidates
        if not candidates:
            return CategoryChoice(None, (), "", 0.0, (), method="none", warnings=offered.warnings)
        if decisive(candidates):
            return _choice(candidates[0], candidates, method="neighbours", warnings=offered.warnings)
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
        hits = second_look.hits(
            where.id,
            product_text(snapshot, findings),
            self._index,
            without=scores,
            limit=MAX_CANDIDATES - len(guessed),
        )
        wider = ClosedSet((*guessed, *self._candidates(snapshot, Retrieval(hits, ()))))
        return second_look.settled(
            first, self._ask(snapshot, findings, wider, meter, stage=Stage.SECOND_LOOK), where
        )

    def _candidates(self, snapshot: ProductSnapshot, retrieval: Retrieval) -> tuple[Candidate, ...]:
        hits = [hit for hit in retrieval.hits if hit.category_id in self._index.choosable]
        neighbours = [near for near in retrieval.neighbours if near.category_id in self._index.choosable]
        source_stems = frozenset(stems(snapshot.source_category))
        evidence = gather(hits, neighbours)
        scored = [
            self._candidate(category_id, found, neighbours, source_stems)
            for category_id, found in evidence.items()
        ]
        return tuple(sorted(scored, key=lambda candidate: (-candidate.score, candidate.node.id)))[
            :MAX_CANDIDATES
        ]

    def _candidate(
        self,
        category_id: int,
        evidence: Evidence,
        neighbours: Sequence[Neighbour],
        source_stems: frozenset[str],
    ) -> Candidate:
        node = self._index.choosable[category_id]
        own = [near for near in neighbours if near.category_id == category_id]
        evidence = replace(evidence, source_match=_share_found(source_stems, node))
        return Candidate(
            node=node,
            evidence=evidence,
            score=confidence.estimate(evidence),
            supporters=len(own),
            examples=_distinct((near.title for near in own), limit=EXAMPLES),
        )

    def _retrieve(self, text: str, product_id: int, meter: Meter) -> Retrieval:
        """Candidates from Qdrant; from the tree in memory when Qdrant is away."""
        [dense] = self._llm.embed([text], meter=meter)
        stemmed, grams = terms(text)
        try:
            hits = self._store.search_similar_categories(dense, stemmed, grams=grams, limit=CATEGORY_HITS)
            neighbours = self._store.search_neighbours(
                dense, stemmed, grams=grams, limit=NEIGHBOURS, exclude_product_id=product_id
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
        )
        question = Question(
            stage=stage,
            prompt=prompts.category(facts),
            schema=category_answer(len(candidates)),
            facts=facts,
            temperature=0.0,
        )
        answer: Answer[CategoryAnswer] = self._llm.ask(question, meter=meter)
        attributes, dropped = proven_attributes(answer.content.attributes, snapshot)
        chosen = _offered(answer.content.choice, candidates)
        if chosen is not None:
            attributes, unfitting = attribute_fit.fit(attributes, chosen.node.attributes)
            dropped += unfitting
        judged = [_with_opinion(candidate, chosen, answer.certainty) for candidate in candidates]
        picked = next((candidate for candidate in judged if candidate.evidence.chosen), None)
        return replace(
            _choice(picked, judged, method="model", warnings=(*offered.warnings, *dropped)),
            attributes=attributes,
        )

    def _titles(self, candidates: Sequence[Candidate], product_id: int) -> dict[int, tuple[str, ...]]:
        """Confirmed titles for candidates of which no neighbour is near."""
        bare = [candidate.node.id for candidate in candidates if not candidate.examples]
        try:
            return self._store.confirmed_titles(bare, limit=EXAMPLES, exclude_product_id=product_id)
        except AIError:  # examples help, but an answer that is read back from a batch must not hang on them
            return {}


def product_text(snapshot: ProductSnapshot, findings: ImageFindings | None = None) -> str:
    """What a product is compared by: its names, the source's category, the description's start, its look."""
    parts = [
        snapshot.title,
        snapshot.source_category,
        snapshot.brand if snapshot.brand.casefold() not in snapshot.title.casefold() else "",
        html.to_text(snapshot.description[:MARKUP_LIMIT])[:DESCRIPTION_LIMIT],
        findings.product_type if findings else "",
    ]
    return "\n".join(part.strip() for part in parts if part.strip())


def gather(hits: Sequence[CategoryHit], neighbours: Sequence[Neighbour]) -> dict[int, Evidence]:
    """Evidence for every category that was found by its words or holds a confirmed neighbour."""
    votes: dict[int, float] = {}
    nearest: dict[int, float] = {}
    supporters: dict[int, int] = {}
    for near in neighbours:
        weight = (max(near.score, 0.0) ** VOTE_POWER + max(near.words, 0.0) ** WORDS_POWER) / 2
        votes[near.category_id] = votes.get(near.category_id, 0.0) + weight
        nearest[near.category_id] = max(nearest.get(near.category_id, 0.0), near.score)
        supporters[near.category_id] = supporters.get(near.category_id, 0) + 1
    total = sum(votes.values()) or 1.0
    shares = {category_id: vote / total for category_id, vote in votes.items()}
    support = {
        category_id: min(count / confidence.SUPPORT_ENOUGH, 1.0) for category_id, count in supporters.items()
    }
    texts = {hit.category_id: max(hit.score, 0.0) for hit in hits}
    ranks = {hit.category_id: 1.0 / hit.rank for hit in hits}
    return {
        category_id: Evidence(
            vote=shares.get(category_id, 0.0),
            vote_lead=_lead(category_id, shares),
            nearest=nearest.get(category_id, 0.0),
            support=support.get(category_id, 0.0),
            backing=shares.get(category_id, 0.0) * support.get(category_id, 0.0),
            unvoted=float(bool(neighbours) and category_id not in votes),
            text=texts.get(category_id, 0.0),
            text_lead=_lead(category_id, texts),
            text_rank=ranks.get(category_id, 0.0),
        )
        for category_id in {**shares, **texts}
    }


def decisive(candidates: Sequence[Candidate]) -> bool:
    """Whether confirmed neighbours alone settle it: many, close and agreeing."""
    best = candidates[0]
    return (
        best.supporters >= DECISIVE_SUPPORTERS
        and best.evidence.vote >= DECISIVE_VOTE
        and best.evidence.nearest >= DECISIVE_NEAREST
        and best.score >= DECISIVE_CONFIDENCE
    )


def proven_attributes(
    claims: Sequence[AttributeClaim], snapshot: ProductSnapshot
) -> tuple[tuple[ExtractedAttribute, ...], tuple[str, ...]]:
    """Claims whose evidence stands in the source and holds their numbers; a warning for each other."""
    source = _plain(f"{snapshot.source_text}\n{snapshot.source_category}")
    proven = []
    dropped = []
    for claim in claims:
        name, value, evidence = claim.name.strip(), claim.value.strip(), claim.evidence.strip()
        stands = bool(evidence) and _plain(evidence) in source and _numbers(value) <= _numbers(evidence)
        if name and value and stands:
            proven.append(ExtractedAttribute(name, value, evidence))
        else:
            dropped.append(f"{ATTRIBUTE_WITHOUT_EVIDENCE}:{name[:50]}")
    return tuple(proven), tuple(dropped)


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


def _choice(
    picked: Candidate | None, candidates: Sequence[Candidate], *, method: str, warnings: tuple[str, ...]
) -> CategoryChoice:
    cap = confidence.CAP_WITHOUT_STORE if STORE_AWAY in warnings else 1.0
    scored = [
        ScoredCategory(
            candidate.node.id,
            candidate.node.path,
            round(min(cap, confidence.estimate(candidate.evidence)), 4),
        )
        for candidate in candidates
    ]
    others = [one for one in scored if picked is None or one.category_id != picked.node.id]
    alternatives = tuple(sorted(others, key=lambda one: -one.score)[:ALTERNATIVES])
    if picked is None:
        return CategoryChoice(None, (), "", 0.0, alternatives, method=method, warnings=warnings)
    return CategoryChoice(
        category_id=picked.node.id,
        path=picked.node.path,
        kind=picked.node.kind,
        confidence=next(one.score for one in scored if one.category_id == picked.node.id),
        alternatives=alternatives,
        method=method,
        evidence=picked.evidence.as_dict(),
        warnings=warnings,
    )


def _offered(choice: str, candidates: Sequence[Candidate]) -> Candidate | None:
    """The candidate with that number; None for `none` and for whatever was not offered."""
    if not choice.isascii() or not choice.isdecimal() or not 1 <= int(choice) <= len(candidates):
        return None
    return candidates[int(choice) - 1]


def _lead(category_id: int, values: dict[int, float]) -> float:
    """A category's value less the best other's."""
    best_other = max((value for other, value in values.items() if other != category_id), default=0.0)
    return values.get(category_id, 0.0) - best_other


def _share_found(source_stems: frozenset[str], node: CategoryNode) -> float:
    if not source_stems:
        return 0.0
    own = set(stems(" ".join([*node.path, *node.synonyms])))
    return len(source_stems & own) / len(source_stems)


def _distinct(titles: Iterable[str], *, limit: int) -> tuple[str, ...]:
    return tuple(list(dict.fromkeys(title for title in titles if title))[:limit])


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _numbers(text: str) -> set[str]:
    return {number.replace(",", ".") for number in re.findall(r"\d+(?:[.,]\d+)?", text)}
