"""A feed of 3,000 offers through the admin as a person does it, in a real browser, with a real worker process.

Skipped where there is no Chromium. BROWSER_SHOTS names a folder for pictures of the pages.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse

from apps.ai.models import AIMassRun, AIProcessingLog
from apps.ai.tests.support.processes import Shop, until
from apps.parsers.models import ParserRun, SupplierMapping
from apps.parsers.services.runs import control
from apps.products.models import Product
from apps.users.models import User

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="the worker is another process"),
]
COUNT = 3000
SHOTS = os.environ.get("BROWSER_SHOTS", "")


@pytest.fixture
def shop(tmp_path: Path, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A worker of the queue of imports. The web server's broker is not the worker's: its messages are lost, and the
    worker's own beat finds what waits.
    """
    monkeypatch.setattr(control, "send_for", lambda run_id: None)
    extra = {
        "PARSER_FILES_DIR": str(settings.PARSER_FILES_DIR),
        "DJANGO_SECRET_KEY": settings.SECRET_KEY,
        "AI_AUTO_PROCESS": "off",
        "PARSER_TICK_SECONDS": "1",
    }
    shop = Shop(tmp_path, extra)
    with shop.worker("--concurrency", "1", "-B", "-Q", "parsers"):
        yield shop


@pytest.fixture
def page(live_server: Any, shop: Shop, chromium: Any) -> Iterator[Any]:
    User.objects.create_superuser("owner", password="secret-word")
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(60_000)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(live_server.url + reverse("admin:login"))
    page.fill("[name=username]", "owner")
    page.fill("[name=password]", "secret-word")
    page.click("button[type=submit]")
    yield page
    context.close()
    assert problems == []


def shot(page: Any, name: str) -> None:
    """Light, dark, and as a telephone shows it."""
    if not SHOTS:
        return
    for theme in ("light", "dark"):
        page.evaluate("theme => document.documentElement.classList.toggle('dark', theme === 'dark')", theme)
        page.screenshot(path=f"{SHOTS}/{name}-{theme}.png", full_page=False)
    page.evaluate("document.documentElement.classList.remove('dark')")
    page.set_viewport_size({"width": 390, "height": 844})
    page.screenshot(path=f"{SHOTS}/{name}-390.png", full_page=False)
    page.set_viewport_size({"width": 1280, "height": 900})


def price_list(path: Path, count: int, *, factor: int = 1) -> Path:
    rows = [
        f"K-{n};Тарелка глубокая {n};{(100 + n) * factor};{n % 9};Karaca;https://img.example/{n}.jpg"
        for n in range(count)
    ]
    path.write_text("\n".join(["Шифр;Наименование;Опт;Остаток;Бренд;Фото", *rows]), encoding="cp1251")
    return path


def upload(page: Any, live_server: Any, path: Path) -> None:
    page.goto(live_server.url + reverse("admin:parsers_parserrun_changelist"))
    page.get_by_role("link", name="Новый импорт").click()
    page.set_input_files("[name=feed]", path)
    page.fill("[name=name]", "karaca")
    page.select_option("[name=currency]", "TRY")
    shot(page, "start")
    page.get_by_role("button", name="Дальше").click()


def wait_for(page: Any, state: str) -> ParserRun:
    page.wait_for_selector(f".pr-state[data-state={state}]", timeout=150_000)
    return ParserRun.objects.latest("pk")


def test_a_price_list_from_upload_to_processing(
    page: Any, live_server: Any, shop: Shop, tmp_path: Path
) -> None:
    upload(page, live_server, price_list(tmp_path / "karaca.csv", COUNT))

    # Columns: "Шифр" and "Опт" say nothing to a guesser; the person does.
    assert page.get_by_label("Наименование").input_value() == "title"
    assert page.get_by_label("Опт").input_value() == "ignored"  # a wholesale price is nobody's price
    page.get_by_label("Шифр").select_option("id")
    page.get_by_label("Опт").select_option("price")
    shot(page, "columns")
    page.get_by_role("button", name="Проба").click()

    # Trial: watched to its end; a table of new products, and nothing in the shop.
    run = wait_for(page, "finished")
    assert (run.dry_run, run.created_count, Product.objects.count()) == (True, COUNT, 0)
    assert page.locator("#changes tbody tr").count() == 50
    assert "Тарелка глубокая 0 · Karaca · 100.00 TRY" in page.inner_text("#changes")
    shot(page, "trial")
    page.get_by_role("link", name="дальше →").click()
    assert "Тарелка глубокая 60 " in page.inner_text("#changes")

    # Import, with progress that moves without a reload.
    page.get_by_role("button", name="Импортировать").click()
    page.wait_for_function(
        "Number(document.querySelector('[data-position]').textContent) > 0", timeout=90_000
    )
    shot(page, "progress")
    run = wait_for(page, "finished")
    assert (run.dry_run, run.created_count, run.failed_count) == (False, COUNT, 0)
    assert Product.objects.filter(source_name="supplier:karaca").count() == COUNT
    product = Product.objects.get(source_id="K-7")
    assert (product.title, f"{product.price} {product.currency}", product.stock) == (
        *("Тарелка глубокая 7", "107.00 TRY"),
        7,
    )
    assert SupplierMapping.objects.get().mapping == {"Шифр": "id", "Опт": "price"}

    # "Process these": a mass run of exactly these products; nothing was processed by itself.
    assert AIProcessingLog.objects.count() == 0
    shot(page, "finished")
    page.get_by_role("button", name="Обработать").click()
    page.get_by_text("массовая обработка №").wait_for()
    mass = AIMassRun.objects.get()
    assert (mass.total, mass.started_by) == (COUNT, User.objects.get())

    # The next list has other prices: nothing is written until a person says so.
    upload(page, live_server, price_list(tmp_path / "karaca.csv", COUNT, factor=10))
    assert page.get_by_label("Опт").input_value() == "price"
    page.get_by_role("button", name="Импортировать").click()
    wait_for(page, "needs_look")
    assert "цены изменились примерно в 10 раза" in page.inner_text(".pr-alarm")
    assert Product.objects.get(source_id="K-7").price == 107
    shot(page, "alarm")
    page.get_by_role("button", name="Всё верно, импортировать").click()
    run = wait_for(page, "finished")
    assert run.updated_count == COUNT
    assert Product.objects.get(source_id="K-7").price == 1070
    assert until(lambda: shop.log.count("Traceback") == 0, seconds=1), shop.log[-3000:]
    page.goto(live_server.url + reverse("admin:parsers_parserrun_changelist"))
    shot(page, "list")
