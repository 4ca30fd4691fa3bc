"""A product's pictures as the review page shows them: large, in the shop's order, with what is known of each."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter

from apps.ai import catalog
from apps.ai.models import AIPictureOrder, AIProcessingLog
from apps.ai.services.gallery import sightings
from apps.ai.services.keeping.showing import ShownPicture, shown
from apps.ai.services.quality.picture_rules import BETTER
from apps.ai.types import ImageFindings, PictureFacts

_FINDINGS: TypeAdapter[ImageFindings] = TypeAdapter(ImageFindings)


@dataclass(frozen=True, slots=True)
class DeskPicture:
    """`url`: the supplier's, by which the shop knows it; `shown`: what the browser loads.

    `number` from 1 among those shown, 0 for a dropped one. `same_as`: number of an earlier one that is the same.
    `products`: how many have the picture, this one included, 0 when it was not seen elsewhere. `score` in 0..1, None
    when it was not measured. `is_proposed`: it would be better first.
    """

    url: str
    number: int
    shown: ShownPicture
    alt: str = ""
    reasons: tuple[str, ...] = ()
    score: float | None = None
    products: int = 0
    same_as: int = 0
    is_proposed: bool = False


@dataclass(frozen=True, slots=True)
class Pictures:
    """`may_arrange`: the shop lets them be put in order. `may_undo`: a person did so before."""

    shown: tuple[DeskPicture, ...]
    dropped: tuple[DeskPicture, ...]
    may_arrange: bool
    may_undo: bool
    read: tuple[str, ...]


def pictures_of(run: AIProcessingLog) -> Pictures:
    shop = catalog.shown_pictures()
    findings = _FINDINGS.validate_python(run.image_analysis or {})
    facts = {one.url: one for one in findings.pictures}
    if shop is None:
        listed, hidden, alts = list(run.input_images_urls), [], {}
    else:
        every = shop.pictures(run.product_id)
        alts = {one.url: one.alt for one in every}
        listed = [one.url for one in every if not one.is_hidden]
        hidden = [one.url for one in every if one.is_hidden]
        if not every:  # gone from the shop since: what the run saw
            listed = list(run.input_images_urls)
    shown_by_url = {url: one for url, one in shown((*listed, *hidden), broken=True).items() if one.src}
    listed = [url for url in listed if url in shown_by_url]
    undone = AIPictureOrder.objects.filter(product_id=run.product_id, undone_at=None)
    return Pictures(
        shown=_shown(run.product_id, {url: shown_by_url[url] for url in listed}, facts, alts),
        dropped=tuple(
            DeskPicture(url, 0, shown_by_url[url], alts.get(url, "")) for url in hidden if url in shown_by_url
        ),
        may_arrange=shop is not None,
        may_undo=shop is not None and undone.exists(),
        read=findings.text_on_package,
    )


def _shown(
    product_id: int,
    listed: dict[str, ShownPicture],
    facts: dict[str, PictureFacts],
    alts: dict[str, str],
) -> tuple[DeskPicture, ...]:
    urls = list(listed)
    measured = [facts[url] for url in urls if url in facts]
    places = {url: number for number, url in enumerate(urls, start=1)}
    originals = [one for one in measured if not one.repeats]
    best = max(originals, key=lambda one: one.score, default=None)
    first = facts.get(urls[0]) if urls else None
    better = best is not None and first is not None and best.score >= first.score + BETTER
    seen = sightings.elsewhere(product_id, [one.phash for one in measured if not one.blank])
    found = []
    for url, number in places.items():
        one = facts.get(url)
        if one is None:
            found.append(DeskPicture(url, number, listed[url], alts.get(url, "")))
            continue
        others = 0 if one.blank else len(seen[one.phash])
        found.append(
            DeskPicture(
                url=url,
                number=number,
                shown=listed[url],
                alt=alts.get(url, ""),
                reasons=one.reasons,
                score=one.score,
                products=others + 1 if others else 0,
                same_as=places.get(one.repeats, 0),
                is_proposed=better and one is best,
            )
        )
    return tuple(found)
