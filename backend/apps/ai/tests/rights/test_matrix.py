"""Every URL of the project, asked by everybody: the table says who is let in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps as django_apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from apps.ai.tests.rights.rows import row_of
from apps.ai.tests.rights.table import EVERYBODY, MODELS, NOBODY, STAFF, URLS
from apps.users.groups import MODERATOR_GROUP, OWNER_GROUP
from apps.users.models import User
from config import urls

pytestmark = pytest.mark.django_db

assert urls.urlpatterns  # imported first: it registers the admin's pages
ACTS = ("changelist", "add", "history", "delete", "change")
REGISTERED = {f"{model._meta.app_label}_{model._meta.model_name}": model for model in admin.site._registry}


def walk(patterns: list[URLPattern | URLResolver], prefix: str = "/") -> Iterator[tuple[str, str]]:
    """(route as a person writes it, name of the URL) of every pattern; format suffixes are the same page."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, route)
        else:
            yield plain(route), str(pattern.name or "")


def plain(route: str) -> str:
    route = re.sub(r"\(\?P<format>[^)]*\)", "<format>", route)
    route = re.sub(r"\\\.<format>/?\?|<drf_format_suffix:format>", "/", route).replace("//", "/")
    route = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", route)
    route = re.sub(r"<\w+:(\w+)>", r"<\1>", route)
    return route.replace("^", "").replace("$", "").replace("\\Z", "").replace("/?", "/")


ALL = sorted(set(walk(get_resolver().url_patterns)))
OF_MODELS = {
    f"/admin/{model._meta.app_label}/{model._meta.model_name}/{rest}": name
    for name, model in REGISTERED.items()
    for rest in ("", "add/", *(f"<object_id>/{act}" for act in ("", "history/", "delete/", "change/")))
}


def test_every_url_has_a_line() -> None:
    """Both ways: a line without a URL is a line that nobody checks."""
    routes = {route for route, _ in ALL}
    assert len(routes) > 150
    assert sorted(routes - set(OF_MODELS) - set(URLS)) == []
    assert sorted(set(URLS) - routes) == []
    assert sorted(MODELS) == sorted(REGISTERED)
    assert set(OF_MODELS) <= routes


@pytest.fixture
def clients() -> dict[str, Client]:
    """One a role, by its letter."""
    people = {
        "C": User.objects.create_user("customer"),
        "S": User.objects.create_user("clerk", is_staff=True),
        "M": User.objects.create_user("m", is_staff=True),
        "O": User.objects.create_user("o", is_staff=True),
        "A": User.objects.create_superuser("a"),
    }
    people["M"].groups.add(Group.objects.get(name=MODERATOR_GROUP))
    people["O"].groups.add(Group.objects.get(name=OWNER_GROUP))
    clients = {"N": Client()}
    for letter, person in people.items():
        clients[letter] = Client()
        clients[letter].force_login(person)
    return clients


def is_let_in(response: HttpResponseBase) -> bool:
    to_login = response.status_code == 302 and "/login/" in response.headers["Location"]
    return response.status_code not in (401, 403) and not to_login


def let_in(clients: dict[str, Client], path: str, method: str) -> str:
    """The letters of those who are not refused; a server error is raised by the client itself."""
    body: dict[str, Any] = {} if method == "get" else {"data": {}}
    letters = ""
    for letter in EVERYBODY:
        response = getattr(clients[letter], method)(path, **body)
        assert response.status_code < 500 or path == "/health/ready", (path, letter)  # 503: no worker runs
        letters += letter if is_let_in(response) else ""
    return letters


@pytest.mark.parametrize("name", sorted(MODELS))
def test_pages_of_a_model(clients: dict[str, Client], name: str) -> None:
    model, may = REGISTERED[name], MODELS[name]
    root = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    row = row_of(model)
    of_row = f"{root}{row.pk}/"
    expected = {
        (root, "get"): may.view,
        (root, "post"): may.view,
        (f"{root}add/", "get"): may.add,
        (f"{root}add/", "post"): may.add,
        (f"{of_row}change/", "get"): may.view,
        (f"{of_row}change/", "post"): may.change,
        (f"{of_row}history/", "get"): may.view,
        (f"{of_row}delete/", "get"): may.delete,
        (f"{of_row}delete/", "post"): may.delete,
        (of_row, "get"): STAFF,  # sends on to the change page
    }
    found = {(path, method): let_in(clients, path, method) for path, method in expected}
    assert {key: letters for key, letters in found.items() if letters != expected[key]} == {}


#: What a parameter of a route names, where its place says nothing else.
NAMED = {"id": "users_user", "product_id": "products_product"}
IN_API = {
    "logs": "ai_aiprocessinglog",
    "moderation": "ai_aimoderationqueue",
    "templates": "ai_aitemplate",
    "trials": "ai_aitrial",
    "bulk": "ai_aibulkdecision",
}
WORDS = {"app_label": "ai", "url": "no-such-page/", "content_type_id": "1"}


def path_of(route: str) -> str:
    """The route with real rows: each parameter is the first row of what it names, or a word that exists nowhere."""
    parts = route.strip("/").split("/")
    place = next((part for part in reversed(parts) if part in IN_API), parts[2] if len(parts) > 2 else "")
    for name in re.findall(r"<(\w+)>", route):
        label = (
            NAMED.get(name)
            or ("ai_aiprocessinglog" if name == "run_id" and parts[1:2] != ["parsers"] else "")
            or ("users_user" if place == "<content_type_id>" else "")
            or IN_API.get(place, f"{parts[1] if parts[0] == 'admin' and len(parts) > 2 else 'ai'}_{place}")
        )
        value = WORDS.get(name) or str(row_of(django_apps.get_model(label.replace("_", ".", 1))).pk)
        route = route.replace(f"<{name}>", value)
    return route.replace(".*", "no-such-page")


@pytest.mark.parametrize("route", sorted(URLS))
@pytest.mark.parametrize("method", ["get", "post"])
def test_other_pages(clients: dict[str, Client], route: str, method: str) -> None:
    expected = getattr(URLS[route], method)
    if route == "/admin/logout/":  # would end the sessions of those who come after
        clients = {letter: Client() for letter in EVERYBODY}
    assert let_in(clients, path_of(route), method) == expected


def test_the_paths_name_rows(clients: dict[str, Client]) -> None:
    for route in URLS:
        assert "<" not in path_of(route), route


def test_a_table_that_lies_is_noticed(clients: dict[str, Client]) -> None:
    """The walk itself tells apart who is refused and who is not."""
    assert let_in(clients, "/admin/users/user/", "get") == "A"
    assert let_in(clients, "/api/ai/stats/", "get") == "MOA"
    assert let_in(clients, "/admin/login/", "get") == EVERYBODY
    assert NOBODY == ""
