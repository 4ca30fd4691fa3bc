"""What views of the API share: how an act is told in the schema, and how its body is read."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from apps.ai import serializers
from apps.ai.rest import ErrorSerializer
from apps.ai.services.people import moderation
from apps.ai.services.runs.submission import Submission

#: How every request may be refused: wrong, not known who, not allowed, not there, in no such form, too many.
REFUSALS = (400, 401, 403, 404, 406, 429)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description=gettext_lazy("Версия карточки, как `version` в теле."),
)


def act(body: Any, answer: Any, *, status: int = 200) -> Any:
    """The schema of a POST: what it takes and answers, and how it is refused."""
    errors = dict.fromkeys((*REFUSALS, 409, 415), ErrorSerializer)
    return extend_schema(request=body, responses={status: answer} | errors, parameters=[IF_MATCH])


def read(answer: Any) -> Any:
    return extend_schema(responses={200: answer} | dict.fromkeys(REFUSALS, ErrorSerializer))


def valid(serializer: type[Any], request: Request) -> dict[str, Any]:
    bound = serializer(data=request.data)
    bound.is_valid(raise_exception=True)
    return dict(bound.validated_data)


def decision(serializer: type[Any], request: Request) -> dict[str, Any]:
    """The body as keywords of a decision; a version may stand in it or in the header If-Match."""
    values = valid(serializer, request)
    header = if_match(request)
    version = values.get("version") or header
    if header not in (None, version):
        raise ValidationError({"version": _("В теле и в If-Match разные версии.")})
    edits = {name: values.pop(name) for name in moderation.EDITABLE_FIELDS if name in values}
    if issubclass(serializer, serializers.EditsSerializer):
        values |= {"edits": edits, "fields": values.get("fields")}
    return {**values, "version": version}


def if_match(request: Request) -> str | None:
    """The version that the client saw; None when it does not say, or says that any will do."""
    version = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    return None if version in ("", "*") else version


def queued(submission: Submission) -> Response:
    run = submission.run
    body = {
        "task_id": run.task_id,
        "log_id": run.pk,
        "product_id": run.product_id,
        "status": "queued" if submission.created else "already_queued",
    }
    return Response(serializers.SubmissionSerializer(body).data, status=202)
