from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from apps.parsers.models import ParserRun, SupplierMapping

_KINDS = {
    "error": "ошибка",
    "broken": "файл не прочитан",
    "rejected": "не принято",
    "partial": "лента неполна",
    "resumed": "продолжение",
    "vanished": "пропали из ленты",
    "owed": "фото будут позже",
    "warning": "предупреждение",
    "note": "пропущено",
    "unknown": "не понято",
    "mapping": "столбцы",
    "held": "значение человека осталось",
    "look": "нужен взгляд",
}


@admin.register(SupplierMapping)
class SupplierMappingAdmin(ModelAdmin):
    list_display = ["source_name", "mapping"]
    search_fields = ["source_name"]


@admin.register(ParserRun)
class ParserRunAdmin(ModelAdmin):
    """What the imports did. Nobody writes here but the imports themselves."""

    list_display = [
        *("parser", "status", "started_at", "finished_at"),
        *(
            "read_count",
            "created_count",
            "updated_count",
            "unchanged_count",
            "failed_count",
            "dry_run",
            "origin",
        ),
    ]
    list_filter = ["parser", "status"]
    search_fields = ["origin"]
    fields = [
        ("parser", "status"),
        "origin",
        ("started_at", "finished_at"),
        ("read_count", "position", "created_count", "updated_count", "unchanged_count", "failed_count"),
        "dry_run",
        "messages",
    ]
    readonly_fields = ["messages"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ParserRun | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ParserRun | None = None) -> bool:
        return False

    @admin.display(description="сообщения")
    def messages(self, run: ParserRun) -> SafeString | str:
        if not run.errors:
            return "—"
        rows = format_html_join(
            "",
            "<li><b>{}</b> {}: {}</li>",
            (
                (_KINDS.get(entry["kind"], entry["kind"]), entry["record"], entry["message"])
                for entry in run.errors
            ),
        )
        return format_html("<ul>{}</ul>", rows)
