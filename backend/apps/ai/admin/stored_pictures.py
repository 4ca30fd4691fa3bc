from __future__ import annotations

import re
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import display
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action
from unfold.decorators import display as unfold_display

from apps.ai import catalog, tasks
from apps.ai.admin import display as fragments
from apps.ai.admin import sites
from apps.ai.models import StoredPicture
from apps.ai.models.stored_pictures import hash_of
from apps.ai.services.keeping import sharing, wanting
from apps.ai.services.keeping.showing import shown
from utils.admin_lists import LargeList
from utils.r2_storage import get_storage

COLORS = {
    StoredPicture.Status.OWED: "info",
    StoredPicture.Status.KEPT: "success",
    StoredPicture.Status.BROKEN: "danger",
}
DIGEST = re.compile(r"[0-9a-f]{64}\Z")
#: Products found by words whose pictures are listed; products and addresses named on a picture's page.
MOST_FOUND, MOST_NAMED = 100, 50
LINK = '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>'
SHOWN = ("preview", "forms", "size", "products", "other_addresses")


@admin.register(StoredPicture)
class StoredPictureAdmin(LargeList, ModelAdmin):
    """What of the products' pictures lies in our storage, newest first; why the rest does not."""

    list_display = (
        *("preview", "address", "state", "why", "size", "forms", "product_count"),
        *("kept_at", "checked_at"),
    )
    list_display_links = ("address",)
    list_filter = (("status", ChoicesDropdownFilter),)
    list_load = ("url",)
    search_fields = ("=url",)
    search_help_text = gettext_lazy("Адрес или хеш файла целиком, номер или название товара")
    actions = ("bring_selected", "check_selected")
    actions_submit_line = ("bring", "check_files")
    readonly_fields = (
        *SHOWN,
        *("status", "url", "reason", "attempts", "next_attempt_at"),
        *("sha256", "created_at", "kept_at", "checked_at"),
    )
    fieldsets = (
        (None, {"fields": ("preview", "status", "reason", "url", "size", "forms")}),
        (gettext_lazy("Где показано"), {"fields": ("products", "other_addresses")}),
        (
            gettext_lazy("Как сохранялось"),
            {
                "fields": (
                    ("attempts", "next_attempt_at"),
                    ("created_at", "kept_at", "checked_at"),
                    "sha256",
                )
            },
        ),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: StoredPicture | None = None) -> bool:
        return False

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """What a page's rows show besides: pictures and products, three queries for all of them."""
        changes = super().get_changelist_instance(request)
        rows: list[Any] = changes.result_list
        browser, shared = shown(row.url for row in rows), sharing.of(rows)
        for row in rows:
            row.in_browser, row.sharing = browser[row.url], shared.get(row.pk)
        return changes

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Only what an index answers: an address, a file's hash, the pictures of products."""
        words = search_term.strip()
        if not words:
            return queryset, False
        if DIGEST.match(words.lower()):
            return queryset.filter(sha256=words.lower()), False
        if "/" in words:
            return queryset.filter(url_hash=hash_of(words)), False
        products = catalog.get().snapshots(catalog.get().search(words, limit=MOST_FOUND))
        urls = {url for product in products.values() for url in product.image_urls}
        return queryset.filter(url_hash__in=[hash_of(url) for url in urls]), False

    def get_actions_submit_line(self, request: HttpRequest, object_id: Any) -> Any:
        row = self.get_object(request, str(object_id))
        if row is None or not self.has_change_permission(request):
            return []
        step = "check_files" if row.status == StoredPicture.Status.KEPT else "bring"
        offered = super().get_actions_submit_line(request, object_id)
        return [offer for offer in offered if offer.method.__name__ == step]

    def save_model(self, request: HttpRequest, obj: StoredPicture, form: Any, change: bool) -> None:
        rows = StoredPicture.objects.filter(pk=obj.pk)
        for offer in self.get_actions_submit_line(request, obj.pk):
            if offer.action_name in request.POST:
                step = str(offer.method.__name__)
                (self.bring_selected if step == "bring" else self.check_selected)(request, rows)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Nothing on the page is written: there is nothing to save."""
        context = {"show_save": False, "show_save_and_continue": False, **(extra_context or {})}
        response: HttpResponse = super().change_view(request, object_id, form_url, context)
        return response

    def response_change(self, request: HttpRequest, obj: StoredPicture) -> HttpResponse:
        return HttpResponseRedirect(request.path)

    @action(description=gettext_lazy("Попробовать ещё раз"), icon="replay", permissions=["change"])
    def bring(self, request: HttpRequest, obj: StoredPicture) -> None:
        """Handled in save_model."""

    @action(description=gettext_lazy("Проверить в хранилище"), icon="fact_check", permissions=["change"])
    def check_files(self, request: HttpRequest, obj: StoredPicture) -> None:
        """Handled in save_model."""

    @admin.action(description=gettext_lazy("Попробовать ещё раз"), permissions=["change"])
    def bring_selected(self, request: HttpRequest, queryset: QuerySet[StoredPicture]) -> None:
        keys = list(queryset.values_list("pk", flat=True))
        sent = wanting.try_again(keys, send=tasks.keep_pictures.delay)
        self.message_user(request, _("Отправлено за фото: {sent}.").format(sent=sent))

    @admin.action(description=gettext_lazy("Проверить в хранилище"), permissions=["change"])
    def check_selected(self, request: HttpRequest, queryset: QuerySet[StoredPicture]) -> None:
        """The storage is asked by a worker: a page never waits for it."""
        kept = queryset.filter(status=StoredPicture.Status.KEPT)
        keys = list(kept.values_list("pk", flat=True))
        if not keys:
            self.message_user(request, _("Среди выбранных нет сохранённых фото."), messages.WARNING)
            return
        transaction.on_commit(lambda: tasks.check_pictures.delay(keys), robust=True)
        said = _("Проверяется в хранилище: {count}. Пропавшие станут ожидающими и будут принесены снова.")
        self.message_user(request, said.format(count=len(keys)))

    @display(description=gettext_lazy("Вид"))
    def preview(self, row: Any) -> str:
        if not hasattr(row, "in_browser"):
            row.in_browser = shown([row.url])[row.url]
        one = row.in_browser
        return fragments.thumbnail(one) if one.src else "—"

    @display(description=gettext_lazy("Адрес"))
    def address(self, row: StoredPicture) -> str:
        """Its end: the beginning is the same for all of a supplier's."""
        text = row.url if len(row.url) <= 60 else f"…{row.url[-59:]}"
        style = "display:inline-block;min-width:13rem;overflow-wrap:anywhere;white-space:normal"
        return format_html('<span title="{}" style="{}">{}</span>', row.url, style, text)

    @unfold_display(description=gettext_lazy("Состояние"), label=COLORS)
    def state(self, row: StoredPicture) -> tuple[str, str]:
        return row.status, str(row.get_status_display())

    @display(description=gettext_lazy("Почему"))
    def why(self, row: StoredPicture) -> str:
        """And for one that is owed, how often it was tried and when it will be again."""
        if not row.reason and row.status != StoredPicture.Status.OWED:
            return "—"
        tries = ""
        if row.status == StoredPicture.Status.OWED:
            said = _("Попыток: {attempts}, следующая {when}")
            when = date_format(localtime(row.next_attempt_at), "SHORT_DATETIME_FORMAT")
            tries = said.format(attempts=row.attempts, when=when)
        style = "min-width:14rem;white-space:normal;overflow-wrap:anywhere"
        cell = '<div style="{}">{}<small style="display:block">{}</small></div>'
        return format_html(cell, style, row.reason, tries)

    @display(description=gettext_lazy("Исходник"))
    def size(self, row: StoredPicture) -> str:
        return f"{row.format} {row.width}×{row.height}" if row.width else "—"

    @display(description=gettext_lazy("Файлы"))
    def forms(self, row: StoredPicture) -> SafeString | str:
        """Links to what lies in the storage: the file as it came, the large WebP, the small one."""
        names = {
            _("исходник"): row.original_key,
            f"WebP {row.PROCESSED_SIZE}": row.processed_key,
            f"WebP {row.THUMB_SIZE}": row.thumb_key,
        }
        storage = get_storage()
        links = [
            (storage.browser_url(key), name)
            for name, key in names.items()
            if key and row.status == StoredPicture.Status.KEPT
        ]
        return format_html_join(mark_safe("<br>"), LINK, links) or "—"

    @display(description=gettext_lazy("Товаров"))
    def product_count(self, row: Any) -> str:
        found: sharing.Sharing | None = row.sharing
        if found is None or not found.products:
            return "—"
        count = len(found.products)
        return str(count) if found.is_all else _("от {count}").format(count=count)

    @display(description=gettext_lazy("Товары"))
    def products(self, row: StoredPicture) -> SafeString | str:
        found = _sharing(row)
        if found is None or not found.products:
            return "—"
        titles = catalog.get().titles(found.products[:MOST_NAMED])
        links = [
            format_html(LINK, sites.here(self.admin_site, url), title)
            if (url := catalog.get().admin_url(key))
            else title
            for key, title in sorted(titles.items())
        ]
        return fragments.names([*links, *_more(len(found.products), is_all=found.is_all)])

    @display(description=gettext_lazy("Тот же файл по другим адресам"))
    def other_addresses(self, row: StoredPicture) -> SafeString | str:
        found = _sharing(row)
        if found is None:
            return "—"
        named = StoredPicture.objects.of(found.others[:MOST_NAMED]).values_list("pk", "url")
        links = [
            format_html(LINK, sites.url(self.admin_site, "ai_storedpicture_change", key), url[:200])
            for key, url in named
        ]
        return fragments.names([*links, *_more(len(found.others), is_all=found.is_all)])


def _sharing(row: Any) -> sharing.Sharing | None:
    """Asked for once a page: the form reads each field several times."""
    if not hasattr(row, "sharing"):
        row.sharing = sharing.of([row]).get(row.pk)
    found: sharing.Sharing | None = row.sharing
    return found


def _more(count: int, *, is_all: bool) -> list[str]:
    """A last line when not all are named."""
    if count <= MOST_NAMED and is_all:
        return []
    left = max(0, count - MOST_NAMED)
    return [_("и ещё {left}").format(left=left) if is_all else _("и ещё не меньше {left}").format(left=left)]
