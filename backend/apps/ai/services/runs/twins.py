"""Other products that are like this one: the same goods of another supplier, whose answers serve again, and those whose
card says nearly the same.

Equal words do not make two products equal: photos, a barcode and the supplier's own category are each one's own. So
photos are looked at first, and an answer is taken over only where all that its question was made of is the same or says
nothing else, and no person has changed the answer since. The checks of a card then run on this product as on any other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from pydantic import TypeAdapter

from apps.ai import catalog, prompts
from apps.ai.issue_codes import issue
from apps.ai.models import AIProcessingLog
from apps.ai.models.processing import Status
from apps.ai.services import composition
from apps.ai.services.category import attributes
from apps.ai.services.category.evidence import share_found
from apps.ai.services.category.index import CategoryIndex
from apps.ai.services.runs import applying, known_answers
from apps.ai.text.language.stems import stems
from apps.ai.text.safety import fingerprints, html
from apps.ai.types import (
    TEXT_FIELDS,
    VARIANT,
    CategoryChoice,
    Draft,
    ImageFindings,
    Issue,
    ProductSnapshot,
    Stage,
)

if TYPE_CHECKING:
    from apps.ai.services.runs.work import (
        Work,
    )  # loads what a run is made with: commands that queue runs need none

#: Categories in which a supplier's name for one is looked for.
SEARCHED = 25
#: Stages of which a text is no part.
_BEFORE_TEXTS = frozenset({Stage.IMAGES, Stage.CATEGORY, Stage.SECOND_LOOK})

#: From this share of common triples on, two descriptions are the same text with small changes.
NEARLY_THE_SAME = 0.75
#: So many cards that share a band are compared; a text that thousands share is no news.
MOST_COMPARED = 5
COLUMNS = tuple(f"text_band_{number}" for number in range(1, fingerprints.BANDS + 1))
_NO_CARD = (Status.REJECTED, Status.FAILED)
_NUMBERS = re.compile(r"[\W\d_]+(?:мг|мкг|мл|г|л|шт|таблет\w+|капсул\w+|саше|размер \w+)?(?![^\W_])")

_CHOICE = TypeAdapter(CategoryChoice)
_DRAFT = TypeAdapter(Draft)
_FINDINGS = TypeAdapter(ImageFindings)


def twin_of(work: Work, findings: ImageFindings) -> AIProcessingLog | None:
    """The run whose answers `work` may take over; None without one, or when its photos showed something else."""
    run = work.run
    if not run.taken_from or run.taken_from["replaced"] or Stage.DRAFT in run.stage_results:
        return None
    twin = AIProcessingLog.objects.filter(pk=run.taken_from["run"]).first()
    if twin is not None and prompts.seen(_findings(twin)) == prompts.seen(findings):
        return twin
    _forget(work)
    return None


def take_category(work: Work, twin: AIProcessingLog | None) -> None:
    """The twin's category as this run's answer, with the attributes that this product's source proves."""
    if twin is None or not work.mode.chooses_category or Stage.CATEGORY in work.run.stage_results:
        return
    choice = _category(twin, work.product)
    if choice is None and not work.mode.writes_text:
        _forget(work)
    if choice is not None:
        _keep(work, {Stage.CATEGORY.value: _CHOICE.dump_python(choice, mode="json")})


def take_texts(work: Work, twin: AIProcessingLog | None, choice: CategoryChoice | None) -> None:
    """The twin's texts as this run's answers, when they were written about the same category and attributes."""
    if twin is None or not work.mode.writes_text:
        return
    same = choice is not None and (not work.mode.chooses_category or _alike(choice, chosen(twin)))
    stages = _texts(twin) if same else {}
    if not stages:
        _forget(work)
        return
    work.run.template_ids = work.unwritten["template_ids"] = list(twin.template_ids)
    _keep(work, stages)


def chosen(run: AIProcessingLog) -> CategoryChoice | None:
    """The category that the run's model chose last."""
    results = run.stage_results
    saved = results.get(Stage.SECOND_LOOK.value) or results.get(Stage.CATEGORY.value)
    return None if saved is None else _CHOICE.validate_python(saved)


def _category(twin: AIProcessingLog, product: ProductSnapshot) -> CategoryChoice | None:
    """None when a person changed it, the tree did, or this supplier's own category speaks for another one."""
    choice, index = chosen(twin), composition.category_index()
    if choice is None or choice.category_id not in index.choosable:
        return None
    if choice.category_id != twin.suggested_category_id or _by_hand(twin) & {"category", "attributes"}:
        return None
    before = twin.input_data["source_category"]
    if product.source_category != before and _points_elsewhere(product.source_category, choice, index):
        return None
    proven = tuple(one for one in choice.attributes if attributes.stands_in(one.evidence, product))
    return replace(choice, attributes=proven, method=VARIANT + choice.method.removeprefix(VARIANT))


def _points_elsewhere(source_category: str, choice: CategoryChoice, index: CategoryIndex) -> bool:
    """Whether the supplier's name of the category has more in common with another category than with the chosen one."""
    words = frozenset(stems(source_category))
    hits = index.search(source_category, limit=SEARCHED)
    own = share_found(words, index.choosable[choice.category_id or 0])
    return any(share_found(words, index.choosable[hit.category_id]) > own for hit in hits)


def _alike(choice: CategoryChoice, other: CategoryChoice | None) -> bool:
    """Whether a text is told the same of both."""
    return other is not None and _told(choice) == _told(other)


def _told(choice: CategoryChoice) -> tuple[Any, ...]:
    return choice.category_id, choice.path, choice.kind, {one.name: one.value for one in choice.attributes}


def _texts(twin: AIProcessingLog) -> dict[str, Any]:
    """The text's stages as the model answered them; with a moderator's edits the card as it stands.

    Empty when somebody has changed the card in the shop since, and for edits of a card with a leaflet under it, which
    could not be told apart.
    """
    written = {name: saved for name, saved in twin.stage_results.items() if name not in _BEFORE_TEXTS}
    if Stage.DRAFT not in written or _by_hand(twin) & set(TEXT_FIELDS):
        return {}
    edited = {applying.RUN_FIELDS.get(name) for name in twin.edited_by_moderator} & set(TEXT_FIELDS)
    if not edited:
        return written
    draft = known_answers.card_as_it_stands(twin)
    if draft is None or any(name.startswith(f"{Stage.LEAFLET.value}:") for name in written):
        return {}
    return {Stage.DRAFT.value: _DRAFT.dump_python(draft, mode="json")}


def _by_hand(twin: AIProcessingLog) -> frozenset[str]:
    """Card fields that a person has made something else of, on the run's card or since in the shop."""
    edited = {applying.RUN_FIELDS.get(name, "") for name in twin.edited_by_moderator} - set(TEXT_FIELDS)
    product = catalog.get().snapshots([twin.product_id]).get(twin.product_id)
    if product is None:
        return frozenset(edited)
    given = applying.proposed_values(twin)
    since = {name for name in product.edited_fields if product.card[name] != given.get(name)}
    return frozenset(edited | since)


def _findings(run: AIProcessingLog) -> ImageFindings:
    saved = run.stage_results.get(Stage.IMAGES.value)
    return ImageFindings() if saved is None else _FINDINGS.validate_python(saved)


def _keep(work: Work, stages: Mapping[str, Any]) -> None:
    work.run.stage_results = work.unwritten["stage_results"] = {**work.run.stage_results, **stages}


def _forget(work: Work) -> None:
    """Other questions are asked, so it is no longer the twin's card."""
    work.run.taken_from = work.unwritten["taken_from"] = {}


# --- cards that say nearly the same: one indexed query a card ---


def text_bands(draft: Draft | None, *, notices: tuple[str, ...] = ()) -> dict[str, int]:
    """The run's columns by which its description is found; none for a text too short to compare.

    `notices` stand under every card of their kind and make none alike.
    """
    bands = fingerprints.bands(_compared(draft.description, notices)) if draft else None
    return dict(zip(COLUMNS, bands, strict=True)) if bands else {}


def near_duplicates(
    run: AIProcessingLog, draft: Draft | None, found: dict[str, int], *, notices: tuple[str, ...] = ()
) -> tuple[Issue, ...]:
    """A warning that names the cards of other products that say nearly the same. `found`: the run's `text_bands`."""
    if draft is None or not found:
        return ()
    shared = Q()
    for name, value in found.items():
        shared |= Q(**{name: value})
    rows = (
        AIProcessingLog.objects.filter(shared)
        .exclude(product_id=run.product_id)
        .exclude(status__in=_NO_CARD)
        .order_by()
        .values_list("product_id", "generated_title", "generated_description")[:MOST_COMPARED]
    )
    text = _compared(draft.description, notices)
    names = [
        f"{title} (товар {product_id})"
        for product_id, title, description in rows
        if not _is_variant(draft.title, title or "")
        and fingerprints.similarity(text, _compared(description or "", notices)) >= NEARLY_THE_SAME
    ]
    if not names:
        return ()
    return (
        issue("near_duplicate", "Описание почти совпадает с другим товаром.", names, field="description"),
    )


def _compared(description: str, notices: tuple[str, ...]) -> str:
    text = html.to_text(description)
    for sentence in notices:
        text = text.replace(sentence, " ")
    return text


def _is_variant(one: str, other: str) -> bool:
    """The same goods in another size or number: alike by right."""
    return _NUMBERS.sub(" ", one.casefold()).split() == _NUMBERS.sub(" ", other.casefold()).split()
