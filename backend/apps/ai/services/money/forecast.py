"""What a mass run will cost: from the runs that were, or else from the sizes of the prompts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Max, Sum
from django.utils import timezone

from apps.ai import conf, prompts
from apps.ai.models.spending import AICall, AIPrice, dollars
from apps.ai.services.money import image_tokens
from apps.ai.services.money.costs import UNPRICED
from apps.ai.types import Mode

#: The last runs of the mode that an average is taken over.
SAMPLE = 200
#: Calls of one run, hardly ever more.
MOST_CALLS = 10
#: Bytes of a prompt file (Russian, mostly two bytes a letter) that make one token.
BYTES_PER_TOKEN = 6
#: Without any runs: tokens of the data part and of the answer, as the sample shop's products had them.
DATA_TOKENS = {"images": 200, "category": 1600, "draft": 900}
ANSWER_TOKENS = {"images": 150, "category": 250, "draft": 900}


class UnknownPrice(Exception):
    """A forecast without a price would be a guess."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Averages of one product. `p90_usd`: nine products in ten cost no more; None without runs."""

    count: int
    mode: str
    basis: str
    calls: float
    tokens: float
    usd: Decimal
    p90_usd: Decimal | None

    @property
    def total_usd(self) -> Decimal:
        return (self.usd * self.count).quantize(Decimal("0.000001"))


def forecast(*, count: int, mode: Mode) -> Forecast:
    """Raises UnknownPrice when the model's price is not in the list."""
    calls = AICall.objects.filter(mode=mode.value, run_id__isnull=False).order_by("-created_at")
    latest = calls.values("pk")[: SAMPLE * MOST_CALLS]  # of ten million, only these are read
    runs = list(
        AICall.objects.filter(pk__in=latest)
        .order_by()
        .values("run_id")
        .annotate(
            latest=Max("created_at"),
            calls=Count("pk"),
            tokens=Sum("prompt_tokens") + Sum("completion_tokens"),
            cost=Sum("cost_usd"),
            unpriced=Count("pk", filter=UNPRICED),
        )
        .filter(unpriced=0, cost__gt=0)
        .order_by("-latest")[:SAMPLE]
    )
    if not runs:
        return _from_prompts(count, mode)
    costs = sorted(run["cost"] for run in runs)
    return Forecast(
        count=count,
        mode=mode.value,
        basis=f"the last {len(runs)} runs",
        calls=sum(run["calls"] for run in runs) / len(runs),
        tokens=sum(run["tokens"] for run in runs) / len(runs),
        usd=sum(costs, Decimal(0)) / len(costs),
        p90_usd=costs[math.ceil(len(costs) * 0.9) - 1],
    )


def _from_prompts(count: int, mode: Mode) -> Forecast:
    values = conf.get()
    stages = _stages(mode)
    nano = tokens = 0
    for stage in stages:
        price = _price(values.vision_model if stage == "images" else values.model)
        prompt = _fixed_tokens(stage) + DATA_TOKENS[stage]
        if stage == "images":
            prompt += _picture_tokens(price, values)
        nano += price.cost(prompt=prompt, cached=0, completion=ANSWER_TOKENS[stage])
        tokens += prompt + ANSWER_TOKENS[stage]
    basis = f"the sizes of the prompts (there are no runs yet), with {values.max_images} photos a product"
    return Forecast(count, mode.value, basis, float(len(stages)), float(tokens), dollars(nano), None)


def _picture_tokens(price: AIPrice, values: conf.AISettings) -> int:
    """Of one product, at the settings: a sheet, or each picture by itself."""
    size = (values.vision_pixels, values.vision_pixels)
    each = image_tokens.of_picture(price.image_formula, size, detail=values.image_detail)
    return each * (1 if values.vision_sheet else values.max_images)


def _stages(mode: Mode) -> tuple[str, ...]:
    return {
        Mode.FULL: ("images", "category", "draft"),
        Mode.DESCRIPTION: ("images", "draft"),
        Mode.CATEGORY: ("images", "category"),
        Mode.IMAGES: ("images",),
    }[mode]


def _fixed_tokens(stage: str) -> int:
    return math.ceil(prompts.fixed_size(stage) / BYTES_PER_TOKEN)


def _price(model: str) -> AIPrice:
    price = AIPrice.objects.in_force(model, on=timezone.localdate())
    if price is None:
        raise UnknownPrice(f"The price of {model} is not in the list; add it in the admin.")
    return price
