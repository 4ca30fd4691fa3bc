"""The sidebar, grouped by work: what a person does every day first, the machine's inside last."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from apps.ai.permissions import MODERATE

#: (title, [(title, icon, page, permission)]) — a page that this shop's admin does not have is left out.
GROUPS = (
    (
        _("Работа"),
        (
            (_("Рабочий стол"), "dashboard", "admin:index", ""),
            (
                _("Очередь модерации"),
                "inbox",
                "admin:ai_aimoderationqueue_changelist",
                "ai.view_aimoderationqueue",
            ),
            (_("Массовые решения"), "done_all", "admin:ai_bulk_list", MODERATE),
            (_("Карточки"), "article", "admin:ai_aiprocessinglog_changelist", "ai.view_aiprocessinglog"),
            (
                _("Вышло в магазин"),
                "storefront",
                "admin:ai_appliedchange_changelist",
                "ai.view_appliedchange",
            ),
            (_("Графики"), "monitoring", "admin:ai_charts", MODERATE),
        ),
    ),
    (
        _("Каталог"),
        (
            (_("Товары"), "inventory_2", "admin:products_product_changelist", "products.view_product"),
            (_("Категории"), "account_tree", "admin:products_category_changelist", "products.view_category"),
            (_("Бренды"), "sell", "admin:products_brand_changelist", "products.view_brand"),
            (
                _("Поставщики"),
                "local_shipping",
                "admin:products_supplier_changelist",
                "products.view_supplier",
            ),
            (
                _("Фото в хранилище"),
                "photo_library",
                "admin:ai_storedpicture_changelist",
                "ai.view_storedpicture",
            ),
            (_("Импорты"), "download", "admin:parsers_parserrun_changelist", "parsers.view_parserrun"),
            (
                _("Столбцы файлов"),
                "view_column",
                "admin:parsers_suppliermapping_changelist",
                "parsers.view_suppliermapping",
            ),
        ),
    ),
    (
        _("Правила и качество"),
        (
            (_("Шаблоны"), "edit_note", "admin:ai_aitemplate_changelist", "ai.view_aitemplate"),
            (_("Слепые проверки"), "visibility_off", "admin:ai_aiaudit_changelist", MODERATE),
            (_("Правки людей"), "edit", "admin:ai_aieditmeasure_changelist", "ai.view_aieditmeasure"),
            (
                _("Разделы инструкций"),
                "menu_book",
                "admin:ai_aileafletsection_changelist",
                "ai.view_aileafletsection",
            ),
            (_("Калибровка категорий"), "tune", "admin:ai_aicategoryfit_changelist", "ai.view_aicategoryfit"),
            (
                _("Отчёты о каталоге"),
                "summarize",
                "admin:ai_aitaxonomyreport_changelist",
                "ai.view_aitaxonomyreport",
            ),
        ),
    ),
    (
        _("Обработка и деньги"),
        (
            (_("Очередь обработки"), "queue", "admin:ai_aimassrun_changelist", "ai.view_aimassrun"),
            (_("Проверка системы"), "health_metrics", "admin:ai_doctor", "ai.view_trouble"),
            (_("Поставщик модели"), "cloud", "admin:ai_servicepause_changelist", "ai.view_servicepause"),
            (_("Расходы"), "receipt_long", "admin:ai_aicall_changelist", "ai.view_aicall"),
            (
                _("Бюджеты"),
                "account_balance_wallet",
                "admin:ai_aibudgetperiod_changelist",
                "ai.view_aibudgetperiod",
            ),
            (_("Цены моделей"), "price_change", "admin:ai_aiprice_changelist", "ai.view_aiprice"),
        ),
    ),
    (
        _("Люди"),
        (
            (_("Пользователи"), "person", "admin:users_user_changelist", "users.view_user"),
            (_("Группы"), "group", "admin:auth_group_changelist", "auth.view_group"),
        ),
    ),
)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """UNFOLD["SIDEBAR"]["navigation"]: only what the person may open."""
    groups: list[dict[str, Any]] = [
        {"title": title, "items": [item for page in pages if (item := _item(request, *page))]}
        for title, pages in GROUPS
    ]
    links = [item["link"] for group in groups for item in group["items"]]
    here = max((link for link in links if request.path.startswith(link)), key=len, default="")
    for group in groups:
        for item in group["items"]:
            item["active"] = item["link"] == here
    return [group for group in groups if group["items"]]


def _item(request: HttpRequest, title: Any, icon: str, page: str, right: str) -> dict[str, Any] | None:
    if right and not request.user.has_perm(right):
        return None
    try:
        return {"title": title, "icon": icon, "link": reverse(page)}
    except NoReverseMatch:
        return None
