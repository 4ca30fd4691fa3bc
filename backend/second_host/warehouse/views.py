from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.utils.safestring import mark_safe

from apps.ai import shop_pictures
from second_host.warehouse.ai_catalog import WarehouseCatalog

PAGE = """{% load shop_pictures %}<h1>{{ title }}</h1>{{ description }}
{% for url in urls %}{% shop_picture pictures url alt=title sizes="(max-width: 600px) 100vw, 600px" %}{% endfor %}"""


@login_not_required
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """What a buyer sees."""
    warehouse = WarehouseCatalog()
    card = warehouse.card(pk, language=request.GET.get("lang", "ru"))
    urls = warehouse.snapshot(pk).image_urls
    context = {
        "title": card.values["title"],
        "description": mark_safe(card.values["description"]),
        "urls": urls,
        "pictures": shop_pictures.shown(urls),
    }
    return HttpResponse(engines["django"].from_string(PAGE).render(context))
