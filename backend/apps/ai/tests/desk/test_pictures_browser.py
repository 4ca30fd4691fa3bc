"""Pictures on the review page, in a real browser: by mouse and by keyboard, and what stays in the shop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from playwright.sync_api import expect

from apps.ai.services.gallery import sightings
from apps.ai.services.people import picture_order
from apps.ai.services.pictures import looking, measures
from apps.ai.tests.desk.test_desk import decided
from apps.ai.tests.pictures.drawn import busy, pack
from apps.ai.tests.support.cards import waiting_card
from apps.ai.types import ImageFindings
from apps.products.models import Category, Product

pytestmark = pytest.mark.django_db(transaction=True)


def test_pictures_are_put_in_order_dropped_and_brought_back(
    desk: dict[str, Category],
    pictures: list[str],
    make_product: Callable[..., Product],
    sit_down: Callable[..., Any],
) -> None:
    product = make_product()
    urls = pictures[:3]
    for position, url in enumerate(urls):
        product.images.create(url=url, position=position)
    drawn = list(zip(urls, (busy(seed=3), pack(), busy(seed=3)), strict=True))
    for _ in range(11):
        other = (measures.measure(busy(seed=3), urls[0]),)
        sightings.noted(make_product().pk, ImageFindings(pictures=other))
    findings = ImageFindings(pictures=looking.open_all(drawn).facts)
    findings = sightings.noted(product.pk, findings)
    run = waiting_card(product, desk["pain"], input_images_urls=urls, image_analysis=asdict(findings))
    page = sit_down("olga")
    photos = page.locator(".rv-photo[data-photo]")
    expect(photos).to_have_count(3)
    expect(photos.nth(0)).to_contain_text("та же картинка у товаров: 12")
    expect(photos.nth(1)).to_contain_text("лучше поставить первой")
    expect(photos.nth(2)).to_contain_text("повторяет фотографию 1")

    photos.nth(1).locator("[data-photo-act=first]").click()
    expect(photos.nth(0)).to_have_attribute("data-photo", urls[1])
    assert picture_order.state(product.pk)["shown"] == [urls[1], urls[0], urls[2]]

    photos.nth(2).locator("[data-zoom]").focus()
    page.keyboard.press("Shift+ArrowLeft")
    expect(photos.nth(1)).to_have_attribute("data-photo", urls[2])
    expect(photos.nth(1).locator("[data-zoom]")).to_be_focused()
    page.keyboard.press("Delete")
    expect(photos).to_have_count(2)
    assert picture_order.state(product.pk) == {"shown": [urls[1], urls[0]], "dropped": [urls[2]]}

    page.locator(".rv-photos-dropped summary").click()
    page.locator("[data-photo-act=back]").click()
    expect(photos).to_have_count(3)
    page.locator("[data-photo-act=undo]").click()
    expect(photos).to_have_count(2)
    run.refresh_from_db()
    assert run.status == "moderation"

    page.keyboard.press("Escape")
    page.locator("[data-act=approve]").first.click()
    expect(page.locator(".rv-card[data-run]")).to_have_count(0)
    assert decided(page, run).status == "approved"
    assert picture_order.state(product.pk) == {"shown": [urls[1], urls[0]], "dropped": [urls[2]]}
