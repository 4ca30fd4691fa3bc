"""A Russian page has no English left on it, and an English one nothing Russian: every page of the admin is read."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client

from apps.ai.tests.rights.rows import row_of
from apps.ai.tests.rights.table import MODELS, URLS
from apps.ai.tests.rights.test_matrix import REGISTERED, path_of
from apps.users.models import User

pytestmark = pytest.mark.django_db

#: Names and terms that a Russian page writes in Latin letters.
ALLOWED = frozenset(
    """
    PharmaTurk English SEO URL URLs HTML JSON CSV API HTTP https http SHA ISBN LLM NUL Django Celery Redis Qdrant OpenAI
    OPENAI_API_KEY OPENAI_BASE_URL AI_BUDGET_DAY_USD AI_BUDGET_MONTH_USD AI_AUDIT_SHARE QDRANT_URL QDRANT Brier USD RUB
    TRY EUR low high dd.mm.yyyy celery worker beat approve reject
    Instagram Wildberries Ozon XLSX XML YML zip gz Authorization Bearer Cookies cookies robots.txt robots txt
    LDAP Single Sing-On Control Command Mac Ctrl Enter Shift Delete Esc esc base tile patch factor most
    supplier id title description brand price currency stock in_stock sku barcode url category images attributes
    name type text number count choice units values
    """.split()
)
#: Words of the rows themselves: codes, keys and values that are data.
DATA = re.compile(r"^(mass|api|slug|[Rr]oot)$")
#: Models, addresses: what the rows say.
NAMES = re.compile(r"[Gg]pt-[\w.-]+|text-embedding[\w-]*|https?://\S+|\S+@\S+|example\.com\S*")
LATIN, CYRILLIC = re.compile(r"[A-Za-z][A-Za-z_.-]{2,}"), re.compile(r"[А-Яа-яЁё]{2,}")
TOLD = ("title", "placeholder", "aria-label", "alt")


def pages() -> list[str]:
    """Lists, forms and own pages of the admin; <…> is filled in by the test."""
    of_models = [
        f"{name}:{page}" for name in sorted(MODELS) for page in ("list", "add", "change", "history", "delete")
    ]
    of_models.remove("auth_group:delete")  # Django lists rows of a table that has no name
    own = [route for route in sorted(URLS) if route.startswith("/admin/") and "/r/" not in route]
    return [*of_models, *own]


def address(page: str) -> str:
    if page.startswith("/"):
        return path_of(page)
    name, _, kind = page.partition(":")
    meta = REGISTERED[name]._meta
    root = f"/admin/{meta.app_label}/{meta.model_name}/"
    if kind == "list":
        row_of(REGISTERED[name])
        return root
    return f"{root}add/" if kind == "add" else f"{root}{row_of(REGISTERED[name]).pk}/{kind}/"


def told(html: str) -> Iterator[str]:
    """What a person reads or hears: texts, and attributes that are shown or spoken."""
    soup = BeautifulSoup(html, "html.parser")
    for hidden in soup(["script", "style", "svg", "code", "template", "option", "textarea", "pre"]):
        hidden.decompose()
    for icon in soup.select(".material-symbols-outlined"):
        icon.decompose()
    yield from soup.stripped_strings
    for tag in soup.find_all(True):
        yield from (str(tag[name]) for name in TOLD if tag.get(name))
        if tag.name == "input" and tag.get("type") in ("submit", "button"):
            yield str(tag.get("value", ""))


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def read(client: Client, page: str) -> list[str]:
    response = client.get(address(page))
    if response.status_code != 200 or "text/html" not in response.headers["Content-Type"]:
        return []
    return list(told(response.content.decode()))


@pytest.mark.parametrize("page", pages())
def test_a_russian_page_is_russian(client: Client, page: str) -> None:
    words = {word.strip("._-") for text in read(client, page) for word in LATIN.findall(NAMES.sub("", text))}
    assert sorted(word for word in words - ALLOWED if not DATA.search(word)) == []


OWN_DATA = frozenset("строка Строка Модераторы карточек Владельцы магазина Русский".split())


@pytest.mark.parametrize("page", pages())
def test_an_english_page_is_english(client: Client, page: str) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    words = {word for text in read(client, page) for word in CYRILLIC.findall(text)}
    assert sorted(words - OWN_DATA) == []


def test_the_language_is_chosen_in_the_admin_and_not_by_the_browser(client: Client) -> None:
    home = "/admin/"
    assert client.get(home, headers={"accept-language": "en"}).headers["Content-Language"] == "ru"
    assert "/i18n/setlang/" in client.get(home).content.decode()
    client.post("/i18n/setlang/", {"language": "en", "next": home})
    assert client.get(home).headers["Content-Language"] == "en"
    client.post("/i18n/setlang/", {"language": "ru", "next": home})
    assert client.get(home).headers["Content-Language"] == "ru"
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "xx"
    assert client.get(home).headers["Content-Language"] == "ru"
