"""What can be read by a machine about the page: accessibility, its height, its words, and who may use it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from apps.ai.tests.desk import cards
from apps.products.models import Category

pytestmark = pytest.mark.django_db(transaction=True)
SitDown = Callable[..., Page]
OPENERS = {"": "", "help": "?", "reject": "r", "again": "g", "category": "c", "overrule": "o"}


def _serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:140]} {one['nodes'][0]['failureSummary'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(
    desk: dict[str, Category], make_product: Any, pictures: list[str], sit_down: SitDown, scheme: str
) -> None:
    cards.put(cards.FLAWED, desk, make_product, pictures=pictures[:3])
    page = sit_down("anna", color_scheme=scheme)
    assert page.evaluate("document.documentElement.classList.contains('dark')") is (scheme == "dark")
    for name, key in OPENERS.items():
        if key:
            page.keyboard.press(key)
            expect(page.locator(f"#rv-{name}")).to_be_visible()
        assert (name, _serious(page)) == (name, [])
        page.keyboard.press("Escape")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_the_page_is_one_screen_and_the_bar_in_reach(
    desk: dict[str, Category],
    make_product: Any,
    pictures: list[str],
    sit_down: SitDown,
    width: int,
    height: int,
) -> None:
    cards.put(cards.FLAWED, desk, make_product, pictures=pictures)
    page = sit_down("anna", viewport={"width": width, "height": height})
    size = page.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]")
    assert size == [height, width]
    box = page.get_by_role("button", name="Одобрить").bounding_box()
    assert box is not None
    assert 0 <= box["y"] <= height - box["height"]
    assert 0 <= box["x"] <= width - box["width"]
