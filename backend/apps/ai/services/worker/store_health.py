"""Whether decisions were made without Qdrant lately: they are careful and go to people, and somebody should mend it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.ai.models import AIProcessingLog
from apps.ai.services.category.warnings import STORE_AWAY

#: How long a decision counts, and at how many of the latest runs one looks.
LATELY = timedelta(hours=1)
LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """Of `decided` runs of the last hour, `without` had only the tree in memory."""

    decided: int
    without: int

    @property
    def sentence(self) -> str:
        """For people; "" when all is well."""
        if not self.without:
            return ""
        return _(
            "Qdrant был недоступен: {without} из {decided} последних решений приняты без похожих "
            "товаров, с пониженной уверенностью."
        ).format(without=self.without, decided=self.decided)


def lately() -> StoreHealth:
    latest = AIProcessingLog.objects.order_by("-pk").values_list("completed_at", "reasons")[:LOOKED_AT]
    since = timezone.now() - LATELY
    found = [
        reasons for completed_at, reasons in latest if completed_at is not None and completed_at >= since
    ]
    without = sum(any(reason["code"] == STORE_AWAY for reason in reasons) for reasons in found)
    return StoreHealth(len(found), without)
