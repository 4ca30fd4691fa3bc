"""What a host's own product pages show of this app, and the door by which they ask for cards.

    class ProductAdmin(ProductDesk, ModelAdmin): ...

adds to the list the state of each product's card and a filter by it, to the product's page the same with a link, and
the action "make a card" with options and what it will cost. `process` is what a page of imports calls for its products.
Where AI_PRODUCT_MODEL is a row beside the host's product, `ai_product_key = "number__pk"` says how to get there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import admin, messages
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.ai.host import admin_address
from apps.ai.models import AIMassRun, AIProcessingLog
from apps.ai.models.processing import OPEN_STATUSES, Priority, Status
from apps.ai.permissions import MODERATE, VIEW_RUNS
from apps.ai.services.runs.submission import submit
from apps.ai.services.worker import mass_runs
from apps.ai.types import Mode

MODES = dict(AIProcessingLog.PROCESSING_TYPES)
NONE = "none"
#: What the list is filtered by: (value, label).
STATES = (
    ("moderation", gettext_lazy("ждёт решения")),
    ("open", gettext_lazy("в обработке")),
    ("approved", gettext_lazy("карточка одобрена")),
    ("failed", gettext_lazy("ошибка")),
    (NONE, gettext_lazy("не обрабатывался")),
)
COLORS = {"approved": "good", "completed": "good", "rejected": "bad", "failed": "bad"}


@dataclass(frozen=True, slots=True)
class Price:
    """What the mode costs for so many products; `usd` None: the model's price is unknown."""

    mode: str
    label: str
    usd: Decimal | None


def prices(count: int) -> list[Price]:
    return [Price(mode, str(label), mass_runs.price(count, Mode(mode))) for mode, label in MODES.items()]


def process(
    product_ids: Iterable[int], *, by: Any, selection: str, mode: str = "full", **options: Any
) -> AIMassRun | AIProcessingLog | None:
    """Order cards of these products: one before all others, many as a mass run. None: no products.

    `options`: `analyze_images`, `force`, and for many `cost_limit` (USD). Raises ValueError for a mode or limit that
    makes no sense, ProductMissing for a single product that is gone.
    """
    ids = list(dict.fromkeys(product_ids))
    if len(ids) == 1:
        options.pop("cost_limit", None)
        return submit(ids[0], mode=mode, source="moderator", priority=Priority.PERSON, **options).run
    return mass_runs.start(ids, mode=mode, source="desk", by=by, selection=selection, **options)


class CardFilter(admin.SimpleListFilter):
    """Each state is looked up by an index as the rows of the page are read."""

    title = gettext_lazy("карточка")
    parameter_name = "ai"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return STATES if request.user.has_perm(VIEW_RUNS) else ()

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        self.key: str = model_admin.ai_product_key
        super().__init__(request, params, model, model_admin)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        runs = AIProcessingLog.objects.filter(product=OuterRef(self.key))
        value = self.value()
        if value == NONE:
            return queryset.filter(~Exists(runs))
        if value == "open":
            return queryset.filter(Exists(runs.filter(status__in=OPEN_STATUSES)))
        if value == "failed":
            newer = AIProcessingLog.objects.filter(product=OuterRef("product"), pk__gt=OuterRef("pk"))
            return queryset.filter(Exists(runs.filter(~Exists(newer), status=Status.FAILED)))
        return queryset.filter(Exists(runs.filter(status=value))) if value in dict(STATES) else queryset


class ProductDesk:
    """For the ModelAdmin of a host's products; see the module."""

    #: Look-up from a row of this admin to the key of AI_PRODUCT_MODEL.
    ai_product_key = "pk"

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        shown: Sequence[Any] = super().get_list_display(request)  # type: ignore[misc]
        return [*shown, "ai_state"] if request.user.has_perm(VIEW_RUNS) else shown

    def get_list_filter(self, request: HttpRequest) -> Sequence[Any]:
        filters: Sequence[Any] = super().get_list_filter(request)  # type: ignore[misc]
        return [CardFilter, *filters] if request.user.has_perm(VIEW_RUNS) else filters

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[Any]:
        return [*super().get_readonly_fields(request, obj), "ai_card"]  # type: ignore[misc]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = list(super().get_fieldsets(request, obj))  # type: ignore[misc]
        if obj is None or not request.user.has_perm(VIEW_RUNS):
            return fieldsets
        return [(_("ИИ-карточка"), {"fields": ["ai_card"]}), *fieldsets]

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)  # type: ignore[misc]
        if request.user.has_perm(MODERATE):
            actions["make_cards"] = (_make_cards, "make_cards", str(_make_cards.short_description))  # type: ignore[attr-defined]
        return actions

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changes = super().get_changelist_instance(request)  # type: ignore[misc]
        rows = list(changes.result_list)
        keys = self._product_keys(row.pk for row in rows)
        latest = _latest(keys.values())
        for row in rows:
            row.ai_latest = latest.get(keys.get(row.pk, 0))
        changes.result_list = rows
        return changes

    @admin.display(description=gettext_lazy("Карточка"))
    def ai_state(self, product: Any) -> str:
        run = product.ai_latest if hasattr(product, "ai_latest") else self._latest_of(product)
        if run is None:
            return "—"
        return format_html('<a href="{}">{}</a>', self._address("change", run.pk), run.get_status_display())

    @admin.display(description=gettext_lazy("Состояние"))
    def ai_card(self, product: Any) -> str:
        """The latest run with its link, all of them, and the button that orders a new one."""
        run = self._latest_of(product)
        state = format_html("{}", _("Ещё не обрабатывался."))
        if run is not None:
            runs = f"{self._address('changelist')}?product={run.product_id}"
            link = '<a class="text-primary-600 font-semibold" href="{}">{}</a>, {} {} · '
            state = format_html(
                link + '<a class="text-primary-600" href="{}">{}</a>',
                self._address("change", run.pk),
                run.get_status_display(),
                MODES.get(run.processing_type, ""),
                date_format(run.created_at),
                runs,
                _("все запуски"),
            )
        return state

    def _address(self, page: str, *args: Any) -> str:
        """Of the runs' list or of one run, on the site where these products are."""
        return admin_address(f"ai_aiprocessinglog_{page}", *args, on=self.admin_site.name)  # type: ignore[attr-defined]

    def _product_keys(self, rows: Iterable[Any]) -> dict[Any, int]:
        """Keys of AI_PRODUCT_MODEL by those of this admin's rows; a row without one is missing."""
        wanted = list(rows)
        if self.ai_product_key == "pk":
            return {key: key for key in wanted}
        pairs = self.model._base_manager.filter(pk__in=wanted).values_list("pk", self.ai_product_key)  # type: ignore[attr-defined]
        return {row: key for row, key in pairs if key is not None}

    def _latest_of(self, product: Any) -> AIProcessingLog | None:
        found = self._product_keys([product.pk])
        return _latest(found.values()).get(found.get(product.pk, 0))


@admin.action(description=gettext_lazy("Сделать карточку…"))
def _make_cards(model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
    """First the options with what each costs, then, confirmed, the order."""
    ids = list(queryset.values_list("pk", flat=True)[: mass_runs.PAGE])
    keys = model_admin._product_keys(ids)
    if "confirm" not in request.POST:
        request.current_app = model_admin.admin_site.name  # unfold's heading links within it
        context = {
            **model_admin.admin_site.each_context(request),
            "title": _("Сделать карточки: %(count)d") % {"count": len(ids)},
            "ids": ids,
            "prices": prices(len(keys)),
            "opts": model_admin.opts,
        }
        return TemplateResponse(request, "admin/ai/desk_make.html", context)
    options: dict[str, Any] = {
        "analyze_images": "analyze_images" in request.POST,
        "force": "force" in request.POST,
        "cost_limit": request.POST.get("cost_limit", "").replace(",", ".").strip() or None,
    }
    try:
        order = process(
            keys.values(),
            by=request.user,
            selection=_("Выбранные товары"),
            mode=request.POST.get("mode", ""),
            **options,
        )
    except ValueError:
        model_admin.message_user(request, _("Проверьте вид обработки и предел расходов."), messages.ERROR)
        return None
    _say(model_admin, request, order)
    return None


def _say(model_admin: Any, request: HttpRequest, order: AIMassRun | AIProcessingLog | None) -> None:
    if order is None:
        return
    name = "aimassrun" if isinstance(order, AIMassRun) else "aiprocessinglog"
    address = admin_address(f"ai_{name}_change", order.pk, on=model_admin.admin_site.name)
    link = format_html('<a href="{}">{}</a>', address, _("Ход обработки"))
    model_admin.message_user(request, format_html("{} {}", _("Карточки заказаны."), link))


def _latest(product_ids: Iterable[int]) -> dict[int, AIProcessingLog]:
    """The latest run of each product, by two short queries."""
    runs = AIProcessingLog.objects.filter(product_id__in=list(product_ids)).order_by()
    newest = list(runs.values("product_id").annotate(newest=Max("pk")).values_list("newest", flat=True))
    found = AIProcessingLog.objects.filter(pk__in=newest)
    return {
        run.product_id: run for run in found.only("product_id", "status", "processing_type", "created_at")
    }
