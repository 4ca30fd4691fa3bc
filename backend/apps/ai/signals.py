"""What other parts of the monolith may listen to. Sent after the commit; a receiver that fails disturbs nobody.

    from apps.ai.signals import card_applied

    @receiver(card_applied)
    def publish(sender, event, **kwargs):
        index_product(event.data["product_id"])

`sender` is the model AIProcessingLog, `event` an `Event`. The same events reach other systems as webhooks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.dispatch import Signal

#: The card waits for a person, or lies ready while nothing is applied by itself.
card_ready = Signal()
#: The card's fields stand in the shop.
card_applied = Signal()
card_rejected = Signal()
#: The shop has what it had before the card.
card_rolled_back = Signal()
#: The run ended without a card.
card_failed = Signal()
#: A budget of a day or a month is used up; the queue waits.
budget_spent = Signal()

SIGNALS: dict[str, Signal] = {
    "card_ready": card_ready,
    "card_applied": card_applied,
    "card_rejected": card_rejected,
    "card_rolled_back": card_rolled_back,
    "card_failed": card_failed,
    "budget_spent": budget_spent,
}


@dataclass(frozen=True, slots=True)
class Event:
    """`name`: as in SIGNALS. `data`: of a card run_id, product_id, mode, status, source, by (a user's id, null for the
    machine) and fields (those that were written); of a budget scope, key, limit_usd and spent_usd, as texts.
    """

    name: str
    at: datetime
    data: dict[str, Any]
