"""What all views of the API share: strict bodies and addresses, one envelope for errors, pages of bounded size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import exceptions, serializers
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.pagination import CursorPagination, LimitOffsetPagination
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.renderers import BrowsableAPIRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import UserRateThrottle
from rest_framework.views import APIView, exception_handler

from apps.ai import conf
from apps.ai.authentication import TokenAuthentication
from apps.ai.exceptions import AIError, ProductMissing
from apps.ai.services.people import refusals

#: Languages of error messages; the first when a request names none of them.
LANGUAGES = ("ru", "en")
MOST_ROWS = 200
#: Lists and objects inside each other in a body.
DEEPEST = 10
#: Query parameters that every list takes, besides its filters.
PAGE_PARAMETERS = frozenset({"limit", "offset", "cursor", "format"})


class ErrorSerializer(serializers.Serializer):
    """Every error. `errors`: sentences by field of the body or parameter of the address. `details`: see `code`.

    Codes of 409: `version` (details: version, changes), `held` (holder, until), `superseded` and `stale` (newer_run),
    `decided` (status, by, at), `transition`, `nothing_applied`.
    """

    code = serializers.CharField()
    detail = serializers.CharField()
    details = serializers.DictField()

    def get_fields(self) -> dict[str, Any]:
        """`errors` is a serializer's own attribute, so it cannot be declared as the others are."""
        sentences = serializers.ListField(child=serializers.CharField())
        return {**super().get_fields(), "errors": serializers.DictField(child=sentences)}


class Conflict(exceptions.APIException):
    """409. `details`: what a program may read of it."""

    status_code = 409
    default_code = "conflict"

    def __init__(self, detail: str, code: str, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail, code)
        self.details = dict(details or {})


class StrictJSONParser(JSONParser):
    """Refuses what no column holds or no answer could repeat: halves of characters, NUL, endless nesting."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            body = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise exceptions.ParseError(_("Слишком глубокая вложенность.")) from error
        for text in _texts(body):
            if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
                raise exceptions.ParseError(
                    _("В тексте недопустимый символ: NUL или половина суррогатной пары.")
                )
        return body


def _texts(body: Any, depth: int = 0) -> Iterator[str]:
    """All texts of a body, keys too."""
    if depth > DEEPEST:
        raise exceptions.ParseError(_("Слишком глубокая вложенность."))
    if isinstance(body, str):
        yield body
    elif isinstance(body, Mapping):
        for key, value in body.items():
            yield str(key)
            yield from _texts(value, depth + 1)
    elif isinstance(body, list):
        for value in body:
            yield from _texts(value, depth + 1)


class StrictSerializer(serializers.Serializer):
    """Names of the body that it does not know are errors, and nothing is done."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            known = {name for name, field in self.fields.items() if not field.read_only}
            unknown = [str(name) for name in data if name not in known and name != "csrfmiddlewaretoken"]
            if unknown:
                raise serializers.ValidationError({name: [self._unknown(known)] for name in unknown})
        return super().to_internal_value(data)

    @staticmethod
    def _unknown(known: set[str]) -> str:
        return (
            _("Такого поля нет. Есть: {text}.").format(text=", ".join(sorted(known)))
            if known
            else _("Тело должно быть пустым.")
        )


class EmptySerializer(StrictSerializer):
    """For acts that take nothing."""


class KeysetPages(CursorPagination):
    """By id, the newest first."""

    ordering = "-pk"
    page_size_query_param = "limit"
    page_size = 50
    max_page_size = MOST_ROWS


class Pages(LimitOffsetPagination):
    """At most MOST_ROWS a page; a limit or an offset that is no number is an error, not the first page."""

    default_limit = 50
    max_limit = MOST_ROWS

    def get_limit(self, request: Request) -> int | None:
        self._check(request, self.limit_query_param, least=1)
        return super().get_limit(request)

    def get_offset(self, request: Request) -> int:
        self._check(request, self.offset_query_param, least=0)
        return super().get_offset(request)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        """With `cursor` in the address, by keyset: no count, and no page skips or repeats a row that moved."""
        self._keyset = KeysetPages() if "cursor" in request.query_params else None
        if self._keyset is None:
            return super().paginate_queryset(queryset, request, view)
        self._check(request, self.limit_query_param, least=1)
        return self._keyset.paginate_queryset(queryset, request, view)

    def get_paginated_response(self, data: Any) -> Response:
        keyset: KeysetPages | None = self._keyset
        return keyset.get_paginated_response(data) if keyset else super().get_paginated_response(data)

    def get_paginated_response_schema(self, schema: Any) -> Any:
        told = super().get_paginated_response_schema(schema)
        return {**told, "required": ["results"]}

    def get_schema_operation_parameters(self, view: Any) -> Any:
        cursor = {
            "name": "cursor",
            "required": False,
            "in": "query",
            "description": "Empty: the first page by keyset, the newest first; further ones as `next` says.",
            "schema": {"type": "string"},
        }
        return [*super().get_schema_operation_parameters(view), cursor]

    def _check(self, request: Request, name: str, *, least: int) -> None:
        text = request.query_params.get(name)
        if text is None:
            return
        if not (text.isascii() and text.isdecimal() and least <= int(text[:19]) < 2**63):
            raise serializers.ValidationError(
                {name: [_("Нужно целое число, не меньше {least}.").format(least=least)]}
            )


class ApiThrottle(UserRateThrottle):
    """Requests of one user, whatever token they come with; counted in Django's default cache."""

    scope = "ai_api"

    def get_rate(self) -> str | None:
        return conf.get().api_rate or None


class AIView(APIView):
    """The base of every view of this app: of the project's defaults for REST only who may sign in counts."""

    authentication_classes = [TokenAuthentication, *APIView.authentication_classes]
    throttle_classes = [ApiThrottle]
    renderer_classes = [JSONRenderer, BrowsableAPIRenderer]
    content_negotiation_class = DefaultContentNegotiation
    versioning_class = None
    filter_backends: Any = [DjangoFilterBackend]
    parser_classes = [StrictJSONParser, FormParser, MultiPartParser]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Errors are in Russian, as in the admin, unless the client asks for English."""
        wanted = translation.get_language_from_request(request).split("-")[0]
        with translation.override(wanted if wanted in LANGUAGES else LANGUAGES[0]):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self._refuse_unknown_parameters(request)

    def get_authenticate_header(self, request: Request) -> str:
        """401 for credentials that are wrong, 403 for whoever shows none: a browser would ask for a password."""
        shown = request.headers.get("Authorization", "")
        return TokenAuthentication().authenticate_header(request) if shown else ""

    def get_exception_handler(self) -> Any:
        return enveloped

    def _refuse_unknown_parameters(self, request: Request) -> None:
        """A misspelt filter would silently answer with everything."""
        filters = getattr(getattr(self, "filterset_class", None), "base_filters", {})
        known = {*filters, *PAGE_PARAMETERS}
        unknown = [name for name in request.query_params if name not in known]
        if unknown:
            said = _("Такого параметра нет. Есть: {text}.").format(text=", ".join(sorted(known)))
            raise serializers.ValidationError({_printable(name): [said] for name in unknown})


def enveloped(error: Exception, context: dict[str, Any]) -> Response | None:
    """Errors of all kinds in the form of ErrorSerializer; None for bugs."""
    if isinstance(error, ProductMissing):
        error = Http404()
    if isinstance(error, AIError):
        said = refusals.sentence(error) if translation.get_language() == "ru" else str(error)
        error = Conflict(said, error.code, refusals.details(error))
    elif isinstance(error, DjangoValidationError):
        error = serializers.ValidationError(getattr(error, "message_dict", None) or error.messages)
    elif isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    response = exception_handler(error, context)
    if response is None or not isinstance(error, exceptions.APIException):
        return response
    response.data = _envelope(error)
    return response


def _envelope(error: exceptions.APIException) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        errors = dict(_flat(error.detail))
        sentences = [f"{name}: {' '.join(said)}" if name else " ".join(said) for name, said in errors.items()]
        return {"code": "invalid", "detail": " ".join(sentences), "errors": errors, "details": {}}
    codes = error.get_codes()
    return {
        "code": codes if isinstance(codes, str) else str(error.default_code),
        "detail": str(error.detail),
        "errors": {},
        "details": getattr(error, "details", {}),
    }


def _flat(detail: Any, name: str = "") -> Iterator[tuple[str, list[str]]]:
    """Sentences by field; fields inside others as "attributes.size"."""
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            key = _printable(str(key))
            yield from _flat(value, name if key == "non_field_errors" else f"{name}.{key}".strip("."))
    elif isinstance(detail, list):
        sentences = [_printable(str(one)) for one in detail if not isinstance(one, Mapping | list)]
        if sentences:
            yield name, sentences
        for place, one in enumerate(detail):
            if isinstance(one, Mapping | list):
                yield from _flat(one, f"{name}.{place}".strip("."))
    else:
        yield name, [_printable(str(detail))]


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()[:200]
