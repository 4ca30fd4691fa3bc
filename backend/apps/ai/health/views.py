"""For load balancers and monitoring: does the process live, is the installation ready, and figures for Prometheus."""

from __future__ import annotations

from threading import Lock

from cachetools import TTLCache
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from apps.ai.health.figures import ShopCollector
from apps.ai.services.doctor import machine
from apps.ai.services.doctor.examining import Part, examine
from apps.ai.services.doctor.findings import State

#: What "ready" means: cards get made.
ASKED = ("database", "processes", "broker", "vectors", "storage", "pauses")


@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """200 while the process answers; no server is asked, so that a broken one does not get every process killed."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def web(request: HttpRequest) -> HttpResponse:
    """200 while this process can show pages: the database answers and knows every migration of this code."""
    findings = list(machine.database())
    sound = all(finding.state is State.OK for finding in findings)
    return JsonResponse({"status": findings[0].code}, status=200 if sound else 503)


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200, or 503 while something that cards need is away. Parts and times only with the token."""
    parts = _examined()
    sound = all(_is_sound(part) for part in parts)
    body: dict[str, object] = {"status": "ready" if sound else "not ready"}
    if _has_token(request):
        body["parts"] = {part.examination.name: _details(part) for part in parts}
    return JsonResponse(body, status=200 if sound else 503)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Everything is read from the database, so it does not matter which process answers."""
    if not _has_token(request):
        return HttpResponse(
            "HEALTH_TOKEN is asked for: Authorization: Bearer …\n", status=401, content_type="text/plain"
        )
    registry = CollectorRegistry(auto_describe=False)
    registry.register(ShopCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


#: Seconds; strangers may ask as often as they like, and every look writes to the storage and connects to the broker.
_FRESH = 5.0
_parts: TTLCache[str, tuple[Part, ...]] = TTLCache(1, _FRESH)
_looking = Lock()


def _examined() -> tuple[Part, ...]:
    """One look for all who ask at once."""
    with _looking:
        if "all" not in _parts:
            _parts["all"] = examine(names=ASKED).parts
        return _parts["all"]


def _has_token(request: HttpRequest) -> bool:
    token, given = getattr(settings, "HEALTH_TOKEN", ""), request.headers.get("Authorization", "")
    return bool(token) and constant_time_compare(given, f"Bearer {token}")


def _is_sound(part: Part) -> bool:
    return all(finding.state is not State.FAULT for finding in part.findings)


def _details(part: Part) -> dict[str, object]:
    troubles = [one.text for one in part.findings if one.state in (State.FAULT, State.WARNING)]
    return {"sound": _is_sound(part), "seconds": round(part.seconds, 3), "troubles": troubles}
