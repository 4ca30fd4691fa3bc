"""A shop made of a labelled set, so many of its products confirmed, and new ones that arrive from suppliers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings

from apps.ai.models import AICategoryFit, AIPicture, AIPictureAnswer, AIProcessingLog
from apps.ai.models.processing import Priority, Status
from apps.ai.models.spending import AICall
from apps.ai.services import composition
from apps.ai.services.batch import answers, lane
from apps.ai.services.benchmark import datasets
from apps.ai.services.benchmark.runner import _embedded
from apps.ai.services.money import ledger
from apps.ai.services.people import confirmed, refit
from apps.ai.services.queue import window
from apps.ai.services.runs import pipeline, reading
from apps.ai.services.runs.submission import submit_bulk
from apps.ai.services.templates import examples
from apps.ai.services.vector_store.exact import ExactStore
from apps.ai.tests.pictures.drawn import busy, jpeg, pack
from apps.ai.types import FreeMeter, Mode, ProductSnapshot, RunOptions
from apps.products.models import Brand, Category, Product

#: Choices that the confidence is fitted on.
MOST_TESTED = 1000
#: Of so many that arrive one comes in two more colours and sizes.
VARIED = 15
COLOURS = (("красный", "M"), ("синий", "L"), ("зелёный", "XL"))
#: Turns of lane and worker after which a run that is still open hangs.
MOST_TURNS = 10
#: Runs that are claimed and prepared together, as a worker does.
TOGETHER = 16
SUPPLIERS = ("north", "south")
#: What every branch's products are described by.
SCHEMA: list[dict[str, Any]] = [
    {"name": "Материал"},
    {"name": "Цвет"},
    {"name": "Размер"},
    {"name": "Объём", "type": "number", "units": ["мл", "л"]},
    {"name": "Масса", "type": "number", "units": ["г", "кг"]},
    {"name": "Количество", "type": "count"},
    {
        "name": "Для кого",
        "type": "choice",
        "values": [{"name": name} for name in ("женщинам", "мужчинам", "детям", "всем")],
    },
    {"name": "Страна производства"},
]


@dataclass(frozen=True, slots=True)
class Goods:
    """`names`: a category's path from the root, by its number; `known`: products with their category; `new`: those that
    arrive.
    """

    names: dict[int, tuple[str, ...]]
    known: list[tuple[ProductSnapshot, int]]
    new: list[ProductSnapshot]

    @classmethod
    def of(cls, folder: Path, count: int) -> Goods:
        """`count` products arrive, variants included. The same ones for the same set and count."""
        whole = datasets.load(folder)
        leaves = {node.id: node.path for node in whole.tree(()) if node.is_leaf}
        drawn = datasets.split(whole.products, share=0.0, seed=0, limit=len(whole.products)).test
        fitting = [one for one in drawn if one.category_ids[0] in leaves]
        known = [(one.snapshot, one.category_ids[0]) for one in fitting[count:]]
        new = _with_variants([one.snapshot for one in fitting[:count]])
        return cls(leaves, known, list(islice(new, count)))


def _with_variants(products: list[ProductSnapshot]) -> Iterator[ProductSnapshot]:
    for place, product in enumerate(products):
        if place % VARIED:
            yield product
            continue
        for colour, size in COLOURS:
            yield replace(
                product,
                title=f"{product.title}, {colour}, размер {size}",
                attributes={"Цвет": colour, "Размер": size},
            )


def forget_arrivals() -> None:
    """Nothing has arrived yet, and nothing was asked."""
    for model in (AIProcessingLog, AICall, AIPicture, AIPictureAnswer):
        model._default_manager.all().delete()
    Product.objects.filter(source=Product.Source.PARSER).delete()
    store = composition._built.pop("vector_store", None)  # in memory, there is nothing to close
    composition.forget()
    if store is not None:
        composition._built["vector_store"] = store
    ledger.forget()


def close() -> None:
    """Nothing happened yet."""
    forget_arrivals()
    Product.objects.all().delete()
    AICategoryFit.objects.all().delete()
    Category.objects.update(parent=None)
    Category.objects.all().delete()
    composition._built.pop("vector_store", None)
    examples.forget()


def open_with(goods: Goods, percent: int) -> None:
    """The tree, so many percent of the shop confirmed (at most all but the new products), their vectors, and what is
    fitted on them.
    """
    ids = _tree(goods.names)
    count = (len(goods.new) + len(goods.known)) * percent // 100
    Product.objects.bulk_create(
        Product(
            title=product.title,
            slug=f"known-{number}",
            brand=_brand(product.brand),
            category_id=ids[category],
            source=Product.Source.MANUAL,
            price=100,
        )
        for number, (product, category) in enumerate(goods.known[:count])
    )
    llm, meter = composition.language_model(), FreeMeter()
    nodes = composition.category_index().nodes.values()
    documents = (list(confirmed.category_documents(nodes)), list(confirmed.confirmed_documents()))
    entries = (_embedded(each, llm=llm, meter=meter, progress=lambda done: None) for each in documents)
    composition._built["vector_store"] = ExactStore(*entries)
    if count:
        refit.refit(meter=meter, force=True, most_tested=MOST_TESTED)


def _tree(names: dict[int, tuple[str, ...]]) -> dict[int, int]:
    """Primary keys of the leaves by the sets' ids."""
    made: dict[tuple[str, ...], Category] = {}
    for path in names.values():
        for depth in range(1, len(path) + 1):
            if path[:depth] not in made:
                made[path[:depth]] = Category.objects.create(
                    name=path[depth - 1][:200],
                    slug=f"bench-{len(made)}",
                    parent=made.get(path[: depth - 1]),
                    kind="household" if depth == 1 else "",
                    attribute_schema=SCHEMA if depth == 1 else [],
                )
    return {number: made[path].pk for number, path in names.items()}


def arrive(goods: Goods, pictures: int, *, supplier: str) -> list[int]:
    """Save the new products as a parser does and make their runs; returns the products' ids.

    Another supplier has other barcodes and the same pictures elsewhere.
    """
    products = Product.objects.bulk_create(
        Product(
            title=product.title,
            description=product.description,
            slug=f"{supplier}-{number}",
            brand=_brand(product.brand),
            attributes=dict(product.attributes),
            barcode=f"{SUPPLIERS.index(supplier)}{number:012}",
            source=Product.Source.PARSER,
            source_name=supplier,
            source_id=str(number),
            price=100,
            currency="RUB",
        )
        for number, product in enumerate(goods.new)
    )
    for number, product in enumerate(products):
        for position in range(pictures):
            product.images.create(url=_stored(supplier, number, position), position=position)
    ids = [product.pk for product in products]
    options = RunOptions(analyze_images=bool(pictures))
    submit_bulk(ids, mode=Mode.FULL, options=options, source="mass", priority=Priority.MASS)
    return ids


def live(product_ids: list[int]) -> None:
    """Work on what waits until nothing does, as a worker with one slot."""
    waiting = AIProcessingLog.objects.filter(product_id__in=product_ids, status=Status.PENDING)
    while waiting.exists():
        waiting.update(next_attempt_at=None)
        claimed = window.claim(TOGETHER, owner=f"bench:{time.monotonic_ns()}")
        if not claimed:
            raise RuntimeError("Runs wait that nobody may claim.")
        preparation = reading.prepare(claimed, owner=claimed[0].lease_owner)
        for run, error in preparation.held_up:
            pipeline.end_attempt(run, run.lease_owner, error)
        for one in preparation.ready:
            pipeline.go_on(one)


def through_batches(product_ids: list[int]) -> None:
    """The questions by post, the rest as `live` does it, in turns: who waits for another's card goes on in the next."""
    unfinished = AIProcessingLog.objects.open().filter(product_id__in=product_ids)
    for _ in range(MOST_TURNS):
        if not unfinished.exists():
            return
        lane.submit()
        while lane.poll():
            answers.ingest()
        live(product_ids)
    raise RuntimeError(f"{unfinished.count()} runs do not end in the batch lane.")


@cache
def _picture(number: int, position: int) -> bytes:
    side = 700 + number % 100
    if position:
        return jpeg(busy((side, side), seed=number * 10 + position))
    return jpeg(pack(f"{number} g", size=(side, side), brand=f"NO {number}"))


def _stored(supplier: str, number: int, position: int) -> str:
    """The address of a picture that lies in the shop's own storage already."""
    key = f"{settings.AI_R2_SETTINGS['original_images_path']}{supplier}-{number}-{position}.jpg"
    file = Path(settings.MEDIA_ROOT) / key
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_picture(number, position))
    return f"{settings.AI_R2_SETTINGS['cdn_url']}/{key}"


def _brand(name: str) -> Brand | None:
    return Brand.objects.get_or_create(name=name)[0] if name else None
