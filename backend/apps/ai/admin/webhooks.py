from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display as unfold_display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from apps.ai import conf
from apps.ai.models import AIWebhook, AIWebhookDelivery
from apps.ai.models.webhooks import EVENT_LABELS, DeliveryState, new_secret
from apps.ai.services.outside import events, webhooks
from utils.safe_fetch import is_address
from utils.safe_urls import UnsafeUrl, is_public, parse_target
from utils.secret import Secret

STATE_COLORS = {
    DeliveryState.PENDING: "info",
    DeliveryState.DELIVERED: "success",
    DeliveryState.DEAD: "danger",
}


class WebhookForm(forms.ModelForm):
    url = forms.URLField(
        label=gettext_lazy("Адрес"), assume_scheme="https", widget=UnfoldAdminTextInputWidget
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("События"),
        choices=list(EVENT_LABELS.items()),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        model = AIWebhook
        fields = ["name", "url", "events", "is_active"]

    def clean_url(self) -> str:
        """An address inside our own network is refused at once, not at the first event."""
        url: str = self.cleaned_data["url"]
        if (urlsplit(url).hostname or "") in conf.get().webhook_hosts:
            return url
        try:
            target = parse_target(url, ports=webhooks.LIMITS.ports)
        except UnsafeUrl:
            target = None
        if target is None or (is_address(target.host) and not is_public(target.host)):
            raise forms.ValidationError(_("Нужен адрес в интернете: http или https, порт 80 или 443."))
        return url


@admin.register(AIWebhook)
class AIWebhookAdmin(ModelAdmin):
    """Subscriptions. The secret is shown when it is made, and never again."""

    form = WebhookForm
    list_display = ("name", "url", "event_names", "is_active", "created_by", "created_at")
    list_select_related = ("created_by",)
    actions = ("renew_secret",)
    fields = ("name", "url", "events", "is_active")

    def save_model(self, request: HttpRequest, obj: AIWebhook, form: Any, change: bool) -> None:
        if not change:
            obj.created_by_id = request.user.pk
        super().save_model(request, obj, form, change)
        events.forget_webhooks()
        if not change:
            self._show(request, obj)

    def delete_model(self, request: HttpRequest, obj: AIWebhook) -> None:
        super().delete_model(request, obj)
        events.forget_webhooks()

    @admin.action(description=gettext_lazy("Выдать новый секрет"), permissions=["change"])
    def renew_secret(self, request: HttpRequest, queryset: QuerySet[AIWebhook]) -> None:
        for webhook in queryset:
            webhook.secret = Secret(new_secret())
            webhook.save(update_fields=["secret"])
            self._show(request, webhook)

    def _show(self, request: HttpRequest, webhook: AIWebhook) -> None:
        said = _("Секрет вебхука «{name}» показан один раз, сохраните его: {secret}")
        shown = format_html(
            said, name=webhook.name, secret=format_html("<code>{}</code>", webhook.secret.reveal())
        )
        self.message_user(request, shown, messages.WARNING)

    @display(description=gettext_lazy("События"))
    def event_names(self, webhook: AIWebhook) -> str:
        return ", ".join(str(EVENT_LABELS.get(name, name)) for name in webhook.events)


@admin.register(AIWebhookDelivery)
class AIWebhookDeliveryAdmin(ModelAdmin):
    """What was sent, and what became of it."""

    list_display = (
        *("created_at", "webhook", "event", "state_label", "attempts", "status", "error", "next_attempt_at"),
    )
    list_filter = (("state", ChoicesDropdownFilter), ("event", ChoicesDropdownFilter), "webhook")
    list_select_related = ("webhook",)
    actions = ("send_again",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AIWebhookDelivery | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AIWebhookDelivery | None = None) -> bool:
        return False

    def has_send_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("ai.change_aiwebhookdelivery")

    @admin.action(description=gettext_lazy("Отправить ещё раз"), permissions=["send"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[AIWebhookDelivery]) -> None:
        for delivery in queryset:
            webhooks.redeliver(delivery)
        events.wake()
        self.message_user(request, _("Отправляется ещё раз: {count}.").format(count=len(queryset)))

    @unfold_display(description=gettext_lazy("Состояние"), ordering="state", label=STATE_COLORS)
    def state_label(self, delivery: AIWebhookDelivery) -> tuple[str, str]:
        return delivery.state, str(delivery.get_state_display())
