"""Whose fault a failed request is: the product's only when the provider answers others meanwhile."""

from __future__ import annotations

from itertools import takewhile

from django.db.models import Q

from apps.ai.models.spending import AICall, LedgerStatus

#: Answers to other products that show that the provider is well.
ANSWERS = 2
#: Failed requests of other products that are borne, per answered one.
FAILED_SHARE = 0.25
#: Requests of the run and of others that are looked at, the latest.
_LATEST = 50
_ANSWERED = Q(status=LedgerStatus.OK) | Q(prompt_tokens__gt=0)


def is_products_own(run_id: int) -> bool:
    """Whether others were answered since the provider first failed this run: then the product is the cause.

    Five timeouts while nobody else is answered are an outage, and cost no attempt. With fewer than ANSWERS answers, or
    more than a quarter of the requests failing, it stays the provider's.
    """
    ended = AICall.objects.exclude(status=LedgerStatus.SENT)
    mine = list(ended.filter(run_id=run_id).order_by("-pk")[:_LATEST])
    failures = list(takewhile(lambda call: call.status != LedgerStatus.OK, mine))
    if not failures:
        return True
    first = failures[-1]
    others = ended.filter(model=first.model, created_at__gt=first.created_at).exclude(run_id=run_id)
    latest = others.order_by("-created_at").values("pk")[:_LATEST]
    found = AICall.objects.filter(pk__in=list(latest.values_list("pk", flat=True)))
    answered = found.filter(_ANSWERED).count()
    return answered >= ANSWERS and found.count() - answered <= answered * FAILED_SHARE
