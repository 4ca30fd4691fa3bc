"""What vision models said of pictures, kept for the next time: the same pictures are never paid twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from apps.ai.models import AIPictureAnswer
from apps.ai.services.pictures import looking

#: Answers that are kept, those used last; a row weighs some 5 KB.
MOST = 200_000
#: After so many new answers the oldest beyond MOST go.
TRIMMED_EVERY = 500
#: Different pictures with one key that are compared.
MOST_COMPARED = 20


class KeptAnswers:
    """Implements `types.Remembered` in the database, for all processes."""

    def find(self, key: str, signature: bytes) -> Mapping[str, Any] | None:
        rows = AIPictureAnswer.objects.filter(key=key).order_by("-used_at", "-pk")[:MOST_COMPARED]
        for row in rows:
            if looking.is_same(bytes(row.signature), signature):
                AIPictureAnswer.objects.filter(pk=row.pk).update(used_at=timezone.now(), uses=row.uses + 1)
                answer: Mapping[str, Any] = row.answer
                return answer
        return None

    def keep(self, key: str, signature: bytes, answer: Mapping[str, Any], *, model: str) -> None:
        row = AIPictureAnswer.objects.create(
            key=key, signature=signature, answer=dict(answer), model=model, used_at=timezone.now()
        )
        if row.pk % TRIMMED_EVERY == 0:
            trim(MOST)


def trim(most: int) -> int:
    """Remove the answers that nobody used longest, beyond `most`. Returns how many went."""
    oldest = AIPictureAnswer.objects.order_by("-used_at", "-pk").values_list("pk", flat=True)[most:]
    removed, _ = AIPictureAnswer.objects.filter(pk__in=list(oldest)).delete()
    return removed
