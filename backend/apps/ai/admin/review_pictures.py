"""The review page's pictures: put in order, dropped, taken back; answered with their part of the page."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.ai.admin import review_decisions
from apps.ai.admin.review_body import body_of
from apps.ai.exceptions import AIError, ProductMissing
from apps.ai.models import AIProcessingLog
from apps.ai.permissions import MODERATE
from apps.ai.services.people import card_pictures, picture_order, refusals

PART = "admin/ai/review/pictures.html"


@require_POST
def arrange(request: HttpRequest, run_id: int) -> JsonResponse:
    """`shown` and `dropped`: all addresses of the product's pictures; or `undo`. 400, 403, 404, 409 with a message."""
    if not request.user.has_perm(MODERATE):
        return review_decisions.refused(_("Нет права модерировать карточки."), "forbidden", status=403)
    run = get_object_or_404(AIProcessingLog, pk=run_id)
    try:
        body = body_of(request)
        if body.undo:
            picture_order.undo(run, by=request.user)
        else:
            picture_order.arrange(run, shown=body.shown, dropped=body.dropped, by=request.user)
    except ValidationError as error:
        return review_decisions.refused(" ".join(error.messages), "invalid", status=400)
    except ProductMissing as error:
        return review_decisions.refused(refusals.sentence(error), error.code, status=404)
    except AIError as error:
        return review_decisions.refused(refusals.sentence(error), error.code, status=409)
    page = {"pictures": card_pictures.pictures_of(run), "run": run}
    html = render_to_string(PART, {"page": page, "may_decide": True}, request)
    return JsonResponse({"message": _("Фотографии сохранены."), "html": html})
