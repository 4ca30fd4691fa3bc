from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateTimeFilter
from unfold.decorators import action
from unfold.decorators import display as unfold_display

from apps.ai.admin import display as fragments
from apps.ai.admin import shop, sites
from apps.ai.admin.blind import BlindList
from apps.ai.admin.confidence import MeasuredConfidenceFilter
from apps.ai.admin.decisions import decide
from apps.ai.admin.review import ReviewPages
from apps.ai.exceptions import AIError
from apps.ai.models import AIModerationQueue, AIProcessingLog
from apps.ai.models.processing import OPEN_STATUSES, UNDECIDED_STATUSES, Actor, Status
from apps.ai.permissions import MODERATE
from apps.ai.services.audit import blind
from apps.ai.services.people import moderation, refusals
from apps.ai.services.worker import mass_runs

STATUS_COLORS = {
    "pending": "info",
    "processing": "info",
    "completed": "success",
    "approved": "success",
    "moderation": "warning",
    "rejected": "danger",
    "failed": "danger",
}
SHOWN = (
    "review_page",
    "status_label",
    "confidence",
    "quality",
    "why",
    "made_of",
    "holder",
    "acts",
    "source_title",
    "source_text",
    "source_attributes",
    "source_pictures",
    "preview_title",
    "preview",
    "suggested_path",
    "alternatives",
    "attributes_found",
    "tokens",
    "cost",
    "took",
    "raw_answers",
)


@admin.register(AIProcessingLog)
class AIProcessingLogAdmin(
    ReviewPages, shop.CategorySearch, shop.ChoosesCategory, shop.ProductList, BlindList, ModelAdmin
):
    """One run's record: what it read, made and cost. Cards are decided on the review page (`admin.review`)."""

    list_display = (
        "id",
        "product_title",
        "processing_type",
        "status_label",
        "category",
        "confidence",
        "quality",
        "cost",
        "created_at",
    )
    list_display_links = ("id", "product_title")
    list_filter = (
        ("status", ChoicesDropdownFilter),
        ("processing_type", ChoicesDropdownFilter),
        ("category_confidence", MeasuredConfidenceFilter),
        ("created_at", RangeDateTimeFilter),
        "source",
    )
    list_filter_submit = True
    search_fields = ("=id", "generated_title")
    search_help_text = gettext_lazy("Номер запуска или товара, название")
    date_hierarchy = "created_at"
    actions = ("reprocess_selected", "retry_selected")
    actions_submit_line = ("reprocess", "retry")
    fieldsets = (
        (
            gettext_lazy("Решение"),
            {
                "fields": (
                    "review_page",
                    ("status", "confidence", "quality"),
                    "why",
                    ("made_of", "superseded_by"),
                    ("holder", "acts"),
                    ("reject_reason", "moderation_notes"),
                )
            },
        ),
        (
            gettext_lazy("Поставщик и карточка"),
            {
                "fields": (
                    ("source_title", "preview_title"),
                    ("source_text", "preview"),
                    ("source_attributes", "attributes_found"),
                    "source_pictures",
                )
            },
        ),
        (gettext_lazy("Категория"), {"fields": ("suggested_category", "suggested_path", "alternatives")}),
        (
            gettext_lazy("Поля карточки"),
            {
                "fields": (
                    "generated_title",
                    "generated_description",
                    "generated_seo_title",
                    "generated_seo_description",
                    "generated_keywords",
                    "extracted_attributes",
                )
            },
        ),
        (
            gettext_lazy("Техника"),
            {
                "classes": ("collapse",),
                "fields": (
                    ("processing_type", "source", "llm_model", "prompt_version"),
                    ("attempts", "next_attempt_at", "lease_owner", "lease_expires_at"),
                    ("tokens", "cost", "took"),
                    ("error_code", "error_message"),
                    "stack_trace",
                    "image_analysis",
                    "raw_answers",
                    ("processed_by", "moderation_date", "edited_by_moderator"),
                    ("created_at", "completed_at"),
                ),
            },
        ),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AIProcessingLog | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AIProcessingLog | None = None) -> bool:
        return request.user.has_perm(MODERATE)

    def get_list_filter(self, request: HttpRequest) -> Any:
        """While audits are blind, nobody finds them by their confidence."""
        if not blind.is_on():
            return self.list_filter
        return [one for one in self.list_filter if one[0] != "category_confidence"]

    def get_readonly_fields(self, request: HttpRequest, obj: AIProcessingLog | None = None) -> list[str]:
        return [field.name for field in AIProcessingLog._meta.fields] + list(SHOWN)

    def get_actions_submit_line(self, request: HttpRequest, object_id: Any) -> Any:
        """An undecided card is sent round again from its own page, where one sees it."""
        offered = super().get_actions_submit_line(request, object_id)
        run = self.get_object(request, str(object_id))
        if run is None or not self.has_change_permission(request):
            return []
        busy = run.status in (*OPEN_STATUSES, *UNDECIDED_STATUSES)
        allowed = set() if busy else {"reprocess"}
        if run.status == Status.FAILED:
            allowed = {"retry", "reprocess"}
        return [offer for offer in offered if offer.method.__name__ in allowed]

    def save_model(self, request: HttpRequest, obj: AIProcessingLog, form: Any, change: bool) -> None:
        run = AIProcessingLog.objects.get(pk=obj.pk)
        pressed = self._pressed(request, obj.pk)
        if pressed == "reprocess":
            decide(
                request,
                lambda: moderation.reprocess(run, by=request.user),
                done=_("Товар отправлен на повторную обработку."),
            )
        elif pressed == "retry":
            mass_runs.retry(run, actor=Actor.PERSON)

    def _pressed(self, request: HttpRequest, object_id: Any) -> str | None:
        for offer in self.get_actions_submit_line(request, object_id):
            if offer.action_name in request.POST:
                return str(offer.method.__name__)
        return None

    def response_change(self, request: HttpRequest, obj: AIProcessingLog) -> HttpResponse:
        return HttpResponseRedirect(request.path)

    @action(description=gettext_lazy("Обработать заново"), icon="refresh", permissions=["change"])
    def reprocess(self, request: HttpRequest, obj: AIProcessingLog) -> None:
        """Handled in save_model."""

    @action(description=gettext_lazy("Повторить попытку"), icon="replay", permissions=["change"])
    def retry(self, request: HttpRequest, obj: AIProcessingLog) -> None:
        """Handled in save_model."""

    @admin.action(description=gettext_lazy("Обработать заново"), permissions=["change"])
    def reprocess_selected(self, request: HttpRequest, queryset: QuerySet[AIProcessingLog]) -> None:
        runs = list(queryset)
        sent = 0
        for run in runs:
            try:
                sent += moderation.reprocess(run, by=request.user).created
            except AIError as error:
                self.message_user(request, f"№{run.pk}: {refusals.sentence(error)}", messages.WARNING)
        self.message_user(
            request, _("Отправлено на обработку: {sent} из {count}.").format(sent=sent, count=len(runs))
        )

    @admin.action(description=gettext_lazy("Повторить неудачные"), permissions=["change"])
    def retry_selected(self, request: HttpRequest, queryset: QuerySet[AIProcessingLog]) -> None:
        sent = sum(mass_runs.retry(run, actor=Actor.PERSON) for run in queryset.filter(status=Status.FAILED))
        self.message_user(request, _("Возвращено в очередь: {sent}.").format(sent=sent))

    @display(description=gettext_lazy("Карточка"))
    def review_page(self, run: AIProcessingLog) -> str:
        return format_html(
            '<a class="text-primary-600" href="{}">{}</a>',
            sites.url(self.admin_site, "ai_review", run.pk),
            _("Открыть рядом с источником"),
        )

    @display(description=gettext_lazy("Товар"))
    def product_title(self, run: AIProcessingLog) -> str:
        return self.listed_title(run)

    @display(description=gettext_lazy("Категория"))
    def category(self, run: AIProcessingLog) -> str:
        return shop.category_name(run.suggested_category_id)

    @unfold_display(description=gettext_lazy("Статус"), ordering="status", label=STATUS_COLORS)
    def status_label(self, run: AIProcessingLog) -> tuple[str, str]:
        return run.status, run.get_status_display()

    @display(description=gettext_lazy("Уверенность в категории"), ordering="category_confidence")
    def confidence(self, run: AIProcessingLog) -> str:
        return fragments.confidence(run)

    @display(description=gettext_lazy("Оценка качества"), ordering="quality_score")
    def quality(self, run: AIProcessingLog) -> str:
        return fragments.figure(run, "quality_score")

    @display(description=gettext_lazy("Стоимость ($)"), ordering="cost_usd")
    def cost(self, run: AIProcessingLog) -> str:
        return fragments.telling(run, "cost_usd")

    @display(description=gettext_lazy("Использовано токенов"))
    def tokens(self, run: AIProcessingLog) -> str:
        return fragments.telling(run, "tokens_used")

    @display(description=gettext_lazy("Время обработки (мс)"))
    def took(self, run: AIProcessingLog) -> str:
        return fragments.telling(run, "processing_time_ms")

    @display(description=gettext_lazy("Полный ответ LLM"))
    def raw_answers(self, run: AIProcessingLog) -> str:
        return fragments.telling(run, "raw_llm_response")

    @display(description=gettext_lazy("Почему"))
    def why(self, run: AIProcessingLog) -> str:
        return fragments.reasons(blind.shown_reasons(run))

    @display(description=gettext_lazy("Взята у варианта"))
    def made_of(self, run: AIProcessingLog) -> str:
        """Whose card it was, and what was replaced in it."""
        other = run.taken_from
        if not other:
            return "—"
        replaced = ", ".join(f"{old} → {new}" for old, new in other["replaced"].items())
        link = sites.url(self.admin_site, "ai_aiprocessinglog_change", other["run"])
        return format_html(
            _('<a href="{}">Запуск №{}</a>: {}'), link, other["run"], replaced or _("без замен")
        )

    @display(description=gettext_lazy("Кто взял"))
    def holder(self, run: AIProcessingLog) -> str:
        entry = AIModerationQueue.objects.waiting().filter(log_entry=run).first()
        if entry is None or not entry.is_held() or entry.taken_until is None:
            return "—"
        return _("{assigned_to}, до {localtime:%H:%M}").format(
            assigned_to=entry.assigned_to, localtime=localtime(entry.taken_until)
        )

    @display(description=gettext_lazy("Что делали люди"))
    def acts(self, run: AIProcessingLog) -> str:
        return fragments.names(refusals.change(entry) for entry in run.history)

    @display(description=gettext_lazy("Название"))
    def source_title(self, run: AIProcessingLog) -> str:
        title = run.input_data.get("title") or shop.product_title(run.product_id)
        return shop.product_link(self.admin_site, run.product_id, title)

    @display(description=gettext_lazy("Описание"))
    def source_text(self, run: AIProcessingLog) -> str:
        return fragments.plain(run.input_data.get("original_description"))

    @display(description=gettext_lazy("Характеристики"))
    def source_attributes(self, run: AIProcessingLog) -> str:
        names = {
            "brand": _("Бренд"),
            "source_category": _("Категория"),
            "price": _("Цена"),
            "currency": _("Валюта"),
        }
        facts = {label: run.input_data.get(key) for key, label in names.items() if run.input_data.get(key)}
        return fragments.pairs(facts | run.input_data.get("parsed_attributes", {}))

    @display(description=gettext_lazy("Фотографии"))
    def source_pictures(self, run: AIProcessingLog) -> str:
        return fragments.pictures(run.input_images_urls)

    @display(description=gettext_lazy("Название карточки"))
    def preview_title(self, run: AIProcessingLog) -> str:
        return run.generated_title or "—"

    @display(description=gettext_lazy("Полный путь"))
    def suggested_path(self, run: AIProcessingLog) -> str:
        return shop.category_path(self.admin_site, run.suggested_category_id)

    @display(description=gettext_lazy("Как увидит покупатель"))
    def preview(self, run: AIProcessingLog) -> str:
        return fragments.prose(run.generated_description)

    @display(description=gettext_lazy("Другие варианты"))
    def alternatives(self, run: AIProcessingLog) -> str:
        scores = {" > ".join(other["path"]): other["score"] for other in run.category_alternatives}
        if blind.hides(run):
            return fragments.names(scores)
        return fragments.pairs({path: f"{score:.2f}" for path, score in scores.items()})

    @display(description=gettext_lazy("Найденные характеристики"))
    def attributes_found(self, run: AIProcessingLog) -> str:
        return fragments.proved(run.extracted_attributes, _evidence(run))


def _evidence(run: AIProcessingLog) -> dict[str, str]:
    """The source's words by the attribute that they prove, while the run's stages are kept."""
    stage = run.stage_results.get("second_look") or run.stage_results.get("category") or {}
    return {found["name"]: found["evidence"] for found in stage.get("attributes", ())}
