from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin

from apps.ai.models import AIApiToken
from apps.ai.services.outside import tokens


@admin.register(AIApiToken)
class AIApiTokenAdmin(ModelAdmin):
    """Tokens are made and revoked here; what was made is not changed."""

    list_display = ("name", "start", "user", "created_by", "created_at", "last_used_at", "state")
    list_select_related = ("user", "created_by")
    search_fields = ("name", "start")
    actions = ("revoke_selected",)
    add_fields = ("user", "name", "expires_at")
    fields = (*add_fields, "start", "created_by", "created_at", "last_used_at", "revoked_at")

    def get_fields(self, request: HttpRequest, obj: AIApiToken | None = None) -> Any:
        return self.fields if obj else self.add_fields

    def get_readonly_fields(self, request: HttpRequest, obj: AIApiToken | None = None) -> Any:
        return self.fields if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: AIApiToken | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AIApiToken | None = None) -> bool:
        return False

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("ai.delete_aiapitoken")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Nobody hands out another's rights but an administrator, who has them all."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None and not request.user.is_superuser and "user" in form.base_fields:
            own = form.base_fields["user"].queryset.filter(pk=request.user.pk)
            form.base_fields["user"].queryset = own
        return form

    def save_model(self, request: HttpRequest, obj: AIApiToken, form: Any, change: bool) -> None:
        row, token = tokens.issue(user=obj.user, name=obj.name, by=request.user, expires_at=obj.expires_at)
        obj.__dict__.update(row.__dict__)
        said = _("Токен показан один раз, сохраните его: {token}")
        self.message_user(
            request, format_html(said, token=format_html("<code>{}</code>", token)), messages.WARNING
        )

    @admin.action(description=gettext_lazy("Отозвать"), permissions=["revoke"])
    def revoke_selected(self, request: HttpRequest, queryset: QuerySet[AIApiToken]) -> None:
        count = sum(tokens.revoke(row) for row in queryset)
        self.message_user(request, _("Отозвано: {count}.").format(count=count))

    @display(description=gettext_lazy("Состояние"))
    def state(self, row: AIApiToken) -> str:
        return str(_("отозван") if row.revoked_at else _("действует"))
