"""Which admin site the app's pages lie under: the default one, and whichever a host registers them with.

A project may serve several at once. Whoever works on one of them stays there: links lead to the page's copy on the site
where one is, as people of one site may have no right to another.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.sites import AdminSite, all_sites
from django.http import HttpRequest
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.urls.base import get_script_prefix

from apps.ai.host import admin_address


def register_on(site: AdminSite) -> None:
    """Give a host's own site the app's pages; in its urls.py, before `site.urls`. A second call changes nothing."""
    for model, model_admin in list(admin.site._registry.items()):
        if model._meta.app_label == "ai" and not site.is_registered(model):
            site.register(model, type(model_admin))


def of(request: HttpRequest) -> AdminSite:
    """The site whose page was asked for."""
    match = request.resolver_match
    name = match.namespaces[-1] if match and match.namespaces else ""
    return next((site for site in all_sites if site.name == name), admin.site)


def url(where: AdminSite | HttpRequest, page: str, *args: Any) -> str:
    """Address of an admin page, `ai_review` or `index`, on the site where one is."""
    return admin_address(page, *args, on=_site(where).name)


def here(where: AdminSite | HttpRequest, address: str) -> str:
    """The page of a host's adapter on the site where one is; as it is where that site has no such page."""
    if not address.startswith("/"):
        return address
    try:
        found = resolve(address.partition("?")[0].removeprefix(get_script_prefix().rstrip("/")))
        if found.app_names[-1:] != ["admin"]:
            return address
        return reverse(
            f"admin:{found.url_name}", args=found.args, kwargs=found.kwargs, current_app=_site(where).name
        )
    except (Resolver404, NoReverseMatch):
        return address


def _site(where: AdminSite | HttpRequest) -> AdminSite:
    return where if isinstance(where, AdminSite) else of(where)
