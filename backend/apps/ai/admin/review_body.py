"""What the review page sends, parsed once and strictly."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field
from pydantic import ValidationError as ShapeError

from apps.ai.host import category_model
from apps.ai.services import composition
from apps.ai.types import Mode

#: Bytes of a body: a long leaflet, three times over.
LARGEST = 2_000_000


class Body(BaseModel):
    """`version`, `overrule`, `edits`, `fields`, `notes`: as `services.people.moderation` takes them.

    `reason`: of a rejection, or why a finding is overruled. `key`: of that finding. `mode` … `hint`: how to work on the
    product once more. `passed_over`: runs that the person has skipped. `shown`, `dropped`: addresses
    of all pictures of the product; `undo`: the last change of them.
    """

    model_config = ConfigDict(extra="forbid")

    version: str | None = None
    overrule: bool = False
    edits: dict[str, Any] = {}
    fields: list[str] | None = None
    notes: str = Field("", max_length=5000)
    reason: str = Field("", max_length=500)
    key: str = ""
    mode: Mode | None = None
    language: str = ""
    analyze_images: bool | None = None
    hint: str = Field("", max_length=1000)
    passed_over: list[int] = Field([], max_length=500)
    shown: list[str] = Field([], max_length=500)
    dropped: list[str] = Field([], max_length=500)
    undo: bool = False

    @property
    def seen(self) -> dict[str, Any]:
        return {"version": self.version or None, "overrule": self.overrule}


def body_of(request: HttpRequest) -> Body:
    """Raises ValidationError for what is no such body, or has characters that no column holds."""
    try:
        told = json.loads(request.body[: LARGEST + 1] or b"{}")
        text = json.dumps(told, ensure_ascii=False)
        text.encode()
    except (ValueError, RecursionError) as error:
        raise ValidationError(_("Запрос не разобрать.")) from error
    if "\\u0000" in text:
        raise ValidationError(_("В тексте недопустимый символ."))
    try:
        body = Body.model_validate(told)
    except ShapeError as error:
        places = ", ".join(".".join(map(str, one["loc"])) for one in error.errors())
        raise ValidationError(_("Неверные поля запроса: %(places)s.") % {"places": places}) from error
    if "suggested_category" in body.edits:
        body.edits["suggested_category"] = _category(body.edits["suggested_category"])
    return body


def _category(key: Any) -> Any:
    """The shop's category; it must be one in which a product may lie."""
    if key in (None, ""):
        return None
    if not isinstance(key, int) or key not in composition.category_index().choosable:
        raise ValidationError({"suggested_category": _("Нужна действующая категория без вложенных.")})
    return category_model()._base_manager.get(pk=key)
