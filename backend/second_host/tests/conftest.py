"""The second host's shop: shelves with names in two languages, goods of three kinds, people with e-mails alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.test import Client

from apps.ai import tasks
from apps.ai.models import AIProcessingLog
from apps.ai.services import composition
from second_host.members.models import Member
from second_host.shelves.models import Shelf, ShelfName
from second_host.warehouse.importing import take
from second_host.warehouse.models import Item

PILL = {
    "kind": "medicine",
    "title": "Parol 500 mg 20 Tablet",
    "description": "Parasetamol içeren ağrı kesici tablet. 20 tablet. Baş ağrısı ve ateş için kullanılır.",
    "seller": "Ankara Ecza",
    "url": "https://bazaar.example/parol",
    "category": "Sağlık > Ağrı kesici",
    "price": "0.00",
    "sheet": {"maker": "Atabay", "dose": "500 mg", "tablets": 20, "barcode": "8699514010019"},
    "leaflet": [["Etkin madde", "Her tablet 500 mg parasetamol içerir."]],
    "pictures": [],
}
BOOK = {
    "kind": "book",
    "title": "Küçük Prens",
    "description": "Antoine de Saint-Exupéry romanı. 112 sayfa.",
    "category": "Kitap > Roman",
    "price": None,
    "sheet": {"publisher": "Can Yayınları", "pages": 112, "isbn": "9789750726439"},
}
DRESS = {
    "kind": "wear",
    "title": "Pamuklu elbise beden 44",
    "description": "Yazlık pamuklu elbise.",
    "category": "Kadın > Elbise",
    "price": "499.90",
    "sheet": {"label_name": "Mavi", "fabric": "pamuk", "size": "44"},
    "pictures": [],
}


def _shelf(kind: str, ru: str, en: str, inside: Shelf | None = None, also: str = "") -> Shelf:
    shelf = Shelf.objects.create(type=kind, inside=inside)
    ShelfName.objects.create(shelf=shelf, language="ru", name=ru, also_called=also)
    ShelfName.objects.create(shelf=shelf, language="en", name=en)
    return shelf


@pytest.fixture
def shelves(db: None, settings: Any, tmp_path: Path) -> Iterator[dict[str, Shelf]]:
    """Аптека > (Обезболивающие, Витамины), Книги > Романы, Одежда > Платья, and the shelf of what is unsorted."""
    settings.QDRANT = {**settings.QDRANT, "PATH": str(tmp_path / "qdrant")}
    Shelf.objects.create(type="unsorted")
    pharmacy = _shelf("medicine", "Аптека", "Pharmacy")
    books, wear = _shelf("books", "Книги", "Books"), _shelf("wear", "Одежда", "Clothes")
    found = {
        "pharmacy": pharmacy,
        "pain": _shelf("medicine", "Обезболивающие", "Painkillers", pharmacy, "ağrı kesici\nпарацетамол"),
        "vitamins": _shelf("medicine", "Витамины", "Vitamins", pharmacy, "vitamin"),
        "novels": _shelf("books", "Романы", "Novels", books, "roman"),
        "dresses": _shelf("wear", "Платья", "Dresses", wear, "elbise"),
    }
    call_command("init_qdrant", verbosity=0)
    call_command("sync_categories", verbosity=0)
    yield found
    composition.forget()


@pytest.fixture
def goods(shelves: dict[str, Shelf]) -> dict[str, Item]:
    return {record["kind"]: take(record) for record in (PILL, BOOK, DRESS)}


@pytest.fixture
def moderator(db: None) -> Member:
    member = Member.objects.create_user("olga@shop.example", "secret-word", is_staff=True)
    names = ("ai.", "warehouse.view_item")
    allowed = [
        one for one in Permission.objects.select_related("content_type") if _name(one).startswith(names)
    ]
    member.user_permissions.set(allowed)
    return member


def _name(permission: Permission) -> str:
    return f"{permission.content_type.app_label}.{permission.codename}"


@pytest.fixture
def cards(goods: dict[str, Item], settings: Any) -> dict[str, AIProcessingLog]:
    """Every product's finished run, waiting for a person."""
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUTO_APPLY_THRESHOLD": 1.0}
    runs = {}
    for kind, item in goods.items():
        run = AIProcessingLog.objects.get(product_id=item.pk)
        tasks.process_product_ai(item.pk, run_id=run.pk)
        run.refresh_from_db()
        runs[kind] = run
    return runs


@pytest.fixture
def office(client: Client, moderator: Member) -> Client:
    client.force_login(moderator)
    return client


@pytest.fixture
def admin_member(db: None) -> Member:
    return Member.objects.create_superuser("root@shop.example", "secret-word")
