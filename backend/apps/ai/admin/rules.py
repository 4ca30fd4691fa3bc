"""Rules for cards and their trials: written here, tried, switched on, and back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import display
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display as unfold_display

from apps.ai import catalog
from apps.ai.admin import shop, sites
from apps.ai.admin.rules_forms import RulesForm, TrialForm
from apps.ai.models import AIHouseRules, AIProcessingLog, AITrial
from apps.ai.models.rules import MOST_PRODUCTS, RulesState, TrialState
from apps.ai.services import composition
from apps.ai.services.people import edit_measures
from apps.ai.services.templates import house
from apps.ai.services.trials import runner

STATE_COLORS = {RulesState.DRAFT: "info", RulesState.ACTIVE: "success", RulesState.RETIRED: "warning"}


@admin.register(AIHouseRules)
class AIHouseRulesAdmin(shop.ChoosesCategory, ModelAdmin):
    """A draft is edited; what is on is copied, and comes back by being switched on again."""

    form = RulesForm
    any_category = True
    list_display = ("name", "scope_text", "state_label", "activated_at", "accepted", "changed")
    list_filter = (("state", ChoicesDropdownFilter),)
    search_fields = ("name", "brand", "source")
    actions = ("copy_selected", "activate_selected", "retire_selected")
    change_form_before_template = "admin/ai/rules.html"
    fieldsets = (
        (None, {"fields": ("name", ("category", "brand", "source"))}),
        (gettext_lazy("Как писать"), {"fields": ("tone", ("words_use", "words_avoid"), "instructions")}),
        (
            gettext_lazy("Длина и разделы"),
            {"fields": (("title_most", "words_least", "words_most"), "sections")},
        ),
    )

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.try_out)
        return [path("<int:object_id>/try/", view, name="ai_rules_try"), *super().get_urls()]

    def has_change_permission(self, request: HttpRequest, obj: AIHouseRules | None = None) -> bool:
        may: bool = super().has_change_permission(request, obj)
        return may and (obj is None or obj.state == RulesState.DRAFT)

    def has_delete_permission(self, request: HttpRequest, obj: AIHouseRules | None = None) -> bool:
        may: bool = super().has_delete_permission(request, obj)
        return may and (obj is None or obj.state == RulesState.DRAFT)

    def get_actions(self, request: HttpRequest) -> Any:
        """A selection may hold versions that cards were written by."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        context = {**(extra_context or {}), "may_try": request.user.has_perm("ai.add_aihouserules")}
        if object_id.isdecimal():
            context["measured"] = edit_measures.of_rules(int(object_id))
        page: HttpResponse = super().change_view(request, object_id, form_url, context)
        return page

    def save_model(self, request: HttpRequest, obj: AIHouseRules, form: Any, change: bool) -> None:
        if not change:
            obj.created_by_id = request.user.pk
        super().save_model(request, obj, form, change)

    def try_out(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Choose products, and order a trial of this version."""
        if not request.user.has_perm("ai.add_aihouserules"):
            raise PermissionDenied
        rules = AIHouseRules.objects.filter(pk=object_id).first()
        if rules is None:
            raise Http404
        form = TrialForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            products = form.cleaned_data["products"] or _latest_of(rules)
            if products:
                versions = [None, rules] if form.cleaned_data["beside"] else [rules]
                trial = runner.start(products, versions=versions, by=request.user)
                return HttpResponseRedirect(sites.url(request, "ai_aitrial_change", trial.pk))
            form.add_error("products", _("Обработанных товаров нет: назовите номера."))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Проба правил: {rules}").format(rules=rules),
            "form": form,
            "opts": self.model._meta,
        }
        return TemplateResponse(request, "admin/ai/try.html", context)

    @admin.action(description=gettext_lazy("Новая версия из этой"), permissions=["add"])
    def copy_selected(self, request: HttpRequest, queryset: QuerySet[AIHouseRules]) -> None:
        for rules in queryset:
            copy = rules.copy(by=request.user)
            link = format_html(
                '<a href="{}">{}</a>', sites.url(request, "ai_aihouserules_change", copy.pk), copy
            )
            self.message_user(request, format_html(_("Черновик: {link}"), link=link))

    @admin.action(description=gettext_lazy("Включить (прежняя версия снимется)"), permissions=["change"])
    def activate_selected(self, request: HttpRequest, queryset: QuerySet[AIHouseRules]) -> None:
        count = sum(rules.activate(by=request.user) for rules in queryset)
        house.forget()
        self.message_user(request, _("Включено: {count}.").format(count=count))

    @admin.action(description=gettext_lazy("Снять"), permissions=["change"])
    def retire_selected(self, request: HttpRequest, queryset: QuerySet[AIHouseRules]) -> None:
        count = sum(rules.retire() for rules in queryset)
        house.forget()
        self.message_user(request, _("Снято: {count}.").format(count=count))

    @display(description=gettext_lazy("Для чего"))
    def scope_text(self, rules: AIHouseRules) -> str:
        parts = [
            shop.category_path(self.admin_site, rules.category_id) if rules.category_id else "",
            rules.brand,
            rules.source,
        ]
        found = [part for part in parts if part]
        return format_html(" · ".join(["{}"] * len(found)), *found) if found else _("весь магазин")

    @unfold_display(description=gettext_lazy("Состояние"), ordering="state", label=STATE_COLORS)
    def state_label(self, rules: AIHouseRules) -> tuple[str, str]:
        return rules.state, str(rules.get_state_display())

    @display(description=gettext_lazy("Одобрено"))
    def accepted(self, rules: AIHouseRules) -> str:
        measured = edit_measures.of_rules(rules.pk)
        return (
            "—" if measured["accepted"] is None else f"{measured['accepted']:.0%} ({measured['decisions']})"
        )

    @display(description=gettext_lazy("Правили слов"))
    def changed(self, rules: AIHouseRules) -> str:
        share = edit_measures.of_rules(rules.pk)["changed"]
        return "—" if share is None else f"{share:.1%}".replace(".", ",")


def _latest_of(rules: AIHouseRules) -> list[int]:
    """Products that were worked on last, for which the rules are."""
    nodes = composition.category_index().nodes.values()
    branch = [node.id for node in nodes if rules.category_id in (node.id, *node.ancestor_ids)]
    runs = AIProcessingLog.objects.exclude(suggested_category=None)
    if rules.category_id:
        runs = runs.filter(suggested_category__in=branch)
    ids = list(dict.fromkeys(runs.order_by("-pk").values_list("product_id", flat=True)[: 10 * MOST_PRODUCTS]))
    snapshots = catalog.get().snapshots(ids)
    fitting = [key for key in ids if key in snapshots and house.is_for(rules, snapshots[key])]
    return fitting[:MOST_PRODUCTS]


@admin.register(AITrial)
class AITrialAdmin(ModelAdmin):
    """What a trial came to; the page renews itself while it goes on."""

    list_display = ("__str__", "created_at", "created_by", "state", "progress", "cost_usd")
    list_select_related = ("created_by",)
    fields = ("state", "note", "cost_usd", "created_by", "created_at", "finished_at")
    readonly_fields = fields
    change_form_before_template = "admin/ai/trial.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AITrial | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AITrial | None = None) -> bool:
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        trial = AITrial.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
        context = {**(extra_context or {}), "trial": trial}
        if trial is not None:
            rules = AIHouseRules.objects.in_bulk([key for key in trial.versions if key])
            context |= {
                "headings": [
                    rules.get(key, _("Удалена")) if key else _("Как сейчас") for key in trial.versions
                ],
                "going_on": trial.state in (TrialState.WAITING, TrialState.RUNNING),
                "sums": _sums(trial),
            }
        page: HttpResponse = super().change_view(request, object_id, form_url, context)
        return page

    @display(description=gettext_lazy("Готово"))
    def progress(self, trial: AITrial) -> str:
        return _("{done} из {total}").format(done=len(trial.rows), total=len(trial.product_ids))


def _sums(trial: AITrial) -> list[dict[str, Any]]:
    """By version: findings, and means of words, tokens and dollars over its cards."""
    sums = []
    for place, _version in enumerate(trial.versions):
        cards = [row["cards"][place] for row in trial.rows if place < len(row["cards"])]
        made = [card for card in cards if not card["error"]]
        count = len(made) or 1
        sums.append(
            {
                "cards": len(made),
                "blocking": sum(
                    found["severity"] == "blocking" for card in made for found in card["findings"]
                ),
                "findings": sum(len(card["findings"]) for card in made),
                "title": sum(card["title_length"] for card in made) / count,
                "words": sum(card["words"] for card in made) / count,
                "tokens": sum(card["tokens"] for card in made) / count,
                "cost": sum(float(card["cost_usd"] or 0) for card in made) / count,
            }
        )
    return sums


__all__ = ["AIHouseRulesAdmin", "AITrialAdmin"]
