"""What the doctor of the AI app is told of imports (AI_CONFIG["EXAMINATIONS"])."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from apps.ai.models import StoredPicture
from apps.ai.services.doctor.findings import Examination, Finding, warning
from apps.parsers.models import OwedPicture


def _owed() -> int:
    """Files beside a feed that the storage did not take, and addresses whose pictures have not come."""
    return OwedPicture.objects.count() + StoredPicture.objects.owed().filter(attempts__gt=0).count()


def _owed_pictures() -> Iterator[Finding]:
    count = _owed()
    if count:
        yield warning(
            "pictures_owed",
            _("Картинок, которые ещё не легли в хранилище: {count}.").format(count=count),
            _(
                "Проверьте хранилище; повтор идёт сам, сразу — manage.py fetch_owed_pictures и manage.py keep_pictures."
            ),
        )


OWED_PICTURES = Examination("pictures", gettext_lazy("Картинки"), _owed_pictures)


class PictureCollector(Collector):
    """A figure of /metrics (AI_CONFIG["COLLECTORS"])."""

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily("parsers_pictures_owed", "Pictures not stored yet", value=_owed())
