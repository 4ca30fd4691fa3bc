"""The second look: where to search again when the model took none of the candidates, or did not trust its own choice.

The first question lists what the searches found. When the right category is not among that, its branch often is known
all the same: most of what was found lies in one. So the model is asked once more, about the leaves of that branch that
the first question lacked; without such a branch a person decides. Values in, values out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from apps.ai.services.category.index import CategoryIndex
from apps.ai.services.vector_store import CategoryHit
from apps.ai.types import CategoryChoice, CategoryNode, ScoredCategory

#: Share of the candidates' squared scores that must lie below an ancestor for the evidence to be sure of it: of 59
#: products whose category was no candidate in a shop of 1,492 it found a branch for 28, the right one for 22.
CERTAIN_SHARE = 0.7
#: What only the tree suggested, and no search found, is never sure enough to be applied by itself.
CAP = 0.5
ALTERNATIVES = 3
#: `CategoryChoice.method` of what a second look found.
METHOD = "second_look"

#: Warnings; those with a branch carry its path after the colon.
FOUND = "second_look"
FOUND_NOTHING = "second_look_none"
NO_BRANCH = "no_certain_branch"


def branch(scores: Mapping[int, float], index: CategoryIndex) -> CategoryNode | None:
    """The deepest inner node that the candidates' scores are sure of and that has leaves besides them.

    A node above the whole tree narrows nothing and does not count.
    """
    weight: dict[int, float] = {}
    for category_id, score in scores.items():
        for ancestor in index.choosable[category_id].ancestor_ids:
            weight[ancestor] = weight.get(ancestor, 0.0) + score**2
    total = sum(score**2 for score in scores.values())
    sure = [index.nodes[one] for one, found in weight.items() if total and found >= CERTAIN_SHARE * total]
    for node in sorted(sure, key=lambda node: -len(node.ancestor_ids)):
        below = leaves(node.id, index)
        if len(below) < len(index.choosable) and any(leaf not in scores for leaf in below):
            return node
    return None


def leaves(branch_id: int, index: CategoryIndex) -> frozenset[int]:
    """Ids of the leaves below a node that may be chosen."""
    return frozenset(node.id for node in index.choosable.values() if branch_id in node.ancestor_ids)


def hits(
    branch_id: int, text: str, index: CategoryIndex, *, without: Collection[int], limit: int
) -> tuple[CategoryHit, ...]:
    """At most `limit` leaves of a branch in the order of their words, then those that share none by path.

    From the tree in memory: another search in Qdrant would need another, paid, embedding on a retry.
    """
    below = leaves(branch_id, index) - set(without)
    found = [hit for hit in index.search(text, limit=len(index.choosable)) if hit.category_id in below]
    rest = sorted(below - {hit.category_id for hit in found}, key=lambda one: (index.nodes[one].path, one))
    scored = [(hit.category_id, hit.score) for hit in found] + [(one, 0.0) for one in rest]
    return tuple(
        CategoryHit(category_id, score, rank)
        for rank, (category_id, score) in enumerate(scored[:limit], start=1)
    )


def combined(first: CategoryChoice, second: CategoryChoice, where: CategoryNode) -> CategoryChoice:
    """What holds after both looks. The alternatives of both, the best three, on one scale."""
    if second.category_id is None:
        warnings = (*first.warnings, *second.warnings, f"{FOUND_NOTHING}:{where.path_text}")
        return replace(first, alternatives=_best(first, second), warnings=_once(warnings))
    return replace(
        second,
        confidence=min(CAP, second.confidence),
        alternatives=_best(second, first),
        method=METHOD,
        warnings=_once((*first.warnings, *second.warnings, f"{FOUND}:{where.path_text}")),
        is_measured=False,
    )


def _best(kept: CategoryChoice, other: CategoryChoice) -> tuple[ScoredCategory, ...]:
    found = {one.category_id: one for one in (*other.alternatives, *kept.alternatives)}
    found.pop(kept.category_id or 0, None)
    return tuple(sorted(found.values(), key=lambda one: (-one.score, one.category_id))[:ALTERNATIVES])


def _once(warnings: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(warnings))
