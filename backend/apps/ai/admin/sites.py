"""Which admin site the app's pages lie under: the default one, and whichever a host registers them with."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin.sites import AdminSite, all_sites
from django.http import HttpRequest


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
