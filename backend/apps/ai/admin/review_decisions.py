"""The decisions of the review page: POST with JSON, answered in JSON; what is refused is said in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.ai.admin import shop
from apps.ai.admin.review_body import Body, body_of
from apps.ai.exceptions import AIError, ProductMissing
from apps.ai.models import AIModerationQueue, AIProcessingLog, AppliedChange
from apps.ai.permissions import MODERATE
from apps.ai.services.people import finding_overrules, moderation, refusals, replacing, undoing
from apps.ai.services.runs.submission import Again, UnknownLanguage

Act = Callable[[AIProcessingLog, Any, Body], str]


def approve(run: AIProcessingLog, by: Any, body: Body) -> str:
    moderation.approve(run, by=by, edits=body.edits, notes=body.notes, fields=body.fields, **body.seen)
    names = ", ".join(refusals.field_name(name) for name in replacing.accepted_fields(run))
    return _("Одобрена: «%(title)s». Записано: %(names)s.") % {"title": _title(run), "names": names}


def reject(run: AIProcessingLog, by: Any, body: Body) -> str:
    moderation.reject(run, by=by, notes=body.notes, reason=body.reason, **body.seen)
    reason = run.get_reject_reason_display() or body.notes
    return _("Отклонена: «%(title)s». %(reason)s") % {"title": _title(run), "reason": reason}


def again(run: AIProcessingLog, by: Any, body: Body) -> str:
    changes = Again(body.mode, body.language, body.analyze_images, body.hint.strip())
    ordered = moderation.reprocess(run, by=by, changes=changes, **body.seen).run
    return _("Отправлена заново: «%(title)s», запуск №%(run)s.") % {"title": _title(run), "run": ordered.pk}


def save(run: AIProcessingLog, by: Any, body: Body) -> str:
    moderation.edit(run, body.edits, by=by, **body.seen)
    return _("Правки сохранены: «%(title)s».") % {"title": _title(run)}


def undo(run: AIProcessingLog, by: Any, body: Body) -> str:
    undoing.undo(run, by=by)
    return _("Решение отменено: «%(title)s» снова ждёт.") % {"title": _title(run)}


def overrule(run: AIProcessingLog, by: Any, body: Body) -> str:
    finding_overrules.overrule_finding(run, body.key, by=by, reason=body.reason, **body.seen)
    return _("Замечание снято.") if body.reason.strip() else _("Замечание возвращено.")


def take(run: AIProcessingLog, by: Any, body: Body) -> str:
    moderation.assign(_entry(run), to=by, note=body.notes)
    return _("Карточка ваша: «%(title)s».") % {"title": _title(run)}


def release(run: AIProcessingLog, by: Any, body: Body) -> str:
    entry = _entry(run)
    if entry.assigned_to_id == by.pk:
        moderation.release(entry, by=by)
    return _("Карточка возвращена в очередь.")


def roll_back(run: AIProcessingLog, by: Any, body: Body) -> str:
    change = AppliedChange.objects.filter(run=run, reverted_at__isnull=True).first()
    if change is None:
        raise ValidationError(_("Этот запуск ничего не менял, или его уже откатили."))
    moderation.roll_back(change, by=by)
    return _("Откачена: «%(title)s». Товару возвращено прежнее содержание.") % {"title": _title(run)}


ACTS: dict[str, Act] = {
    "approve": approve,
    "reject": reject,
    "again": again,
    "save": save,
    "undo": undo,
    "overrule": overrule,
    "take": take,
    "release": release,
    "rollback": roll_back,
}


@require_POST
def act(request: HttpRequest, run_id: int, name: str) -> JsonResponse:
    """Take one of ACTS. 200 with a message; 400, 403, 404 or 409 with a message, a code and details."""
    if not request.user.has_perm(MODERATE):
        return refused(_("Нет права модерировать карточки."), "forbidden", status=403)
    run = get_object_or_404(AIProcessingLog, pk=run_id)
    try:
        message = ACTS[name](run, request.user, body_of(request))
    except ProductMissing as error:
        return refused(refusals.sentence(error), error.code, status=404)
    except AIError as error:
        return refused(refusals.sentence(error), error.code, status=409, details=refusals.details(error))
    except ValidationError as error:
        return refused(" ".join(error.messages), "invalid", status=400, errors=_by_field(error))
    except UnknownLanguage as error:
        return refused(str(error), "invalid", status=400)
    return JsonResponse({"message": message, "run": run.pk, "act": name, "version": _version(run)})


def refused(message: str, code: str, *, status: int, **more: Any) -> JsonResponse:
    return JsonResponse({"message": message, "code": code, **more}, status=status)


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    return error.message_dict if hasattr(error, "error_dict") else {}


def _version(run: AIProcessingLog) -> str:
    """The first part of a version: what the page showed of the live card is compared by the next act all the same."""
    return str(run.version)


def _entry(run: AIProcessingLog) -> AIModerationQueue:
    found: AIModerationQueue = get_object_or_404(AIModerationQueue, log_entry=run)
    return found


def _title(run: AIProcessingLog) -> str:
    return shop.product_title(run.product_id)[:80]
