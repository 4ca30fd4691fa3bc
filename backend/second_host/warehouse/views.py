from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from second_host.warehouse.ai_catalog import WarehouseCatalog
from second_host.warehouse.models import Item


def item(request: HttpRequest, pk: int) -> HttpResponse:
    """What a buyer sees."""
    shown = WarehouseCatalog().card(get_object_or_404(Item, pk=pk).pk, language=request.GET.get("lang", "ru"))
    title, description = shown.values["title"], shown.values["description"]
    return HttpResponse(format_html("<h1>{}</h1>{}", title, mark_safe(description)))
