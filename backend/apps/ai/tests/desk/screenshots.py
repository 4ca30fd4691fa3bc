"""Pictures of the desk's pages, for `scripts/screenshots.sh DIR`: a row of SHOTS a picture."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from PIL import Image
from playwright.sync_api import Page

from apps.ai.models import AIProcessingLog
from apps.ai.services.desk import rollups
from apps.ai.services.people import moderation
from apps.ai.tests.desk import cards, photos
from apps.products.models import Category
from apps.users.groups import OWNER_GROUP
from apps.users.models import User

pytestmark = pytest.mark.django_db(transaction=True)
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
DARK = {"color_scheme": "dark"}
STORED = "/admin/ai/storedpicture/"
REVIEW, HISTORY = "/admin/ai/aiprocessinglog/review/{run}/", "/admin/ai/aiprocessinglog/history/{product}/"

QUEUE = "/admin/ai/aimoderationqueue/"


@dataclass(frozen=True)
class Shot:
    """`card`: the waiting card whose numbers the address takes. `options`: of the browser.

    `keys`: pressed before; a word of small letters is typed. `clicks`: on what, before the keys. `focus`: where
    the keyboard is at last.
    """

    name: str
    url: str
    card: str = "sure"
    keys: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    clicks: tuple[str, ...] = ()
    focus: str = ""
    user: str = "anna"


SHOTS = (
    Shot("review-sure", REVIEW),
    Shot("review-doubtful", REVIEW, "doubtful"),
    Shot("review-doubtful-phone-dark", REVIEW, "doubtful", options={"viewport": PHONE, **DARK}),
    Shot("review-category", REVIEW, "doubtful", ("c", "витомин")),
    Shot("review-findings", REVIEW, "flawed", ("n",)),
    Shot("review-differences", REVIEW, "over_live", ("x",)),
    Shot("review-dark", REVIEW, "flawed", ("n",), {"color_scheme": "dark"}),
    Shot("review-phone", REVIEW, "sure", (), {"viewport": PHONE}),
    Shot("photos", REVIEW, "photos"),
    Shot("photos-dark", REVIEW, "photos", options=DARK),
    Shot("photos-phone", REVIEW, "photos", options={"viewport": PHONE}),
    Shot("photos-phone-dark", REVIEW, "photos", options={"viewport": PHONE, **DARK}),
    Shot("photos-focus", REVIEW, "photos", focus=".rv-photo:nth-child(3) [data-zoom]"),
    Shot("photos-focus-dark", REVIEW, "photos", options=DARK, focus="[data-photo-act=drop]"),
    Shot("photos-dropped", REVIEW, "photos", clicks=(".rv-photos-dropped summary",)),
    Shot("photos-dropped-dark", REVIEW, "photos", options=DARK, clicks=(".rv-photos-dropped summary",)),
    Shot(
        "photos-dropped-phone",
        REVIEW,
        "photos",
        options={"viewport": PHONE},
        clicks=(".rv-photos-dropped summary",),
    ),
    Shot("photos-finding", REVIEW, "photos", ("n",)),
    Shot("photos-finding-dark", REVIEW, "photos", ("n",), DARK),
    Shot("photos-zoom", REVIEW, "photos", clicks=(".rv-photo-main [data-zoom]",)),
    Shot("photos-first", REVIEW, "photos", clicks=(".rv-photo:nth-child(2) [data-photo-act=first]",)),
    Shot("photos-history", HISTORY, "photos"),
    Shot("stored", STORED, user="owner"),
    Shot("stored-dark", STORED, options=DARK, user="owner"),
    Shot("stored-phone", STORED, options={"viewport": PHONE}, user="owner"),
    Shot("stored-phone-dark", STORED, options={"viewport": PHONE, **DARK}, user="owner"),
    Shot("stored-one", STORED, clicks=("text=photo-2.png",), user="owner"),
    Shot(
        "stored-one-dark",
        STORED,
        options=DARK,
        clicks=("text=photo-2.png",),
        user="owner",
    ),
    Shot(
        "stored-one-phone",
        STORED,
        options={"viewport": PHONE},
        clicks=("text=photo-2.png",),
        user="owner",
    ),
    Shot("review-reject", REVIEW, "doubtful", ("r",)),
    Shot("review-help", REVIEW, "sure", ("?",)),
    Shot("history", HISTORY, "decided"),
    Shot("start", "/admin/"),
    Shot("start-phone", "/admin/", options={"viewport": PHONE}),
    Shot("queue", QUEUE),
    Shot("queue-dark", QUEUE, options={"color_scheme": "dark"}),
    Shot("queue-phone", QUEUE, options={"viewport": PHONE}),
    Shot("bulk", QUEUE, clicks=("#desk-all", "button[value=approve]")),
    Shot("charts", f"{QUEUE}charts/"),
)


@pytest.fixture
def shop(
    desk: dict[str, Category], make_product: Any, pictures: list[str], live_server: Any, settings: Any
) -> dict[str, AIProcessingLog]:
    goods = {
        "sure": cards.SURE,
        "doubtful": cards.DOUBTFUL,
        "flawed": cards.FLAWED,
        "over_live": cards.OVER_LIVE,
    }
    found = {
        name: cards.put(one, desk, make_product, pictures=pictures[place : place + 3] or pictures[:1])
        for place, (name, one) in enumerate(goods.items())
    }
    anna = User.objects.create_user("anna", first_name="Анна", is_staff=True)
    decided = cards.put(cards.OVER_LIVE, desk, make_product, completed_at="2026-11-20T08:00:00+00:00")
    moderation.approve(decided, by=anna, edits={"generated_seo_title": "Платье Lale"})
    moderation.roll_back(decided.applied_changes.get(), by=anna)
    settings.AI_R2_SETTINGS = {**settings.AI_R2_SETTINGS, "cdn_url": f"{live_server.url}/media"}
    folder = Path(settings.MEDIA_ROOT) / "desk"
    photographed = photos.put(
        desk, make_product, folder=folder, address=f"{live_server.url}/media/desk/", by=anna
    )
    owner = User.objects.create_user("owner", is_staff=True)
    owner.groups.add(Group.objects.get(name=OWNER_GROUP))
    rollups.refresh()
    return {**found, "decided": decided, "photos": photographed}


def test_shots(shop: dict[str, AIProcessingLog], sit_down: Callable[..., Page], live_server: Any) -> None:
    folder = Path(os.environ["SHOTS_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    small = bool(os.environ.get("SHOTS_SMALL"))
    wanted = os.environ.get("SHOTS_ONLY", "")
    for shot in (one for one in SHOTS if one.name.startswith(wanted)):
        options = {"viewport": WIDE} | shot.options
        page = sit_down(shot.user, **options)
        run = shop[shot.card]
        page.goto(live_server.url + shot.url.format(run=run.pk, product=run.product_id))
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(300)
        for place in shot.clicks:
            page.click(place)
            page.wait_for_load_state("networkidle")
        for key in shot.keys:
            page.keyboard.type(key) if len(key) > 1 and key.islower() else page.keyboard.press(key)
        if shot.focus:
            page.keyboard.press("Tab")  # so that the browser shows where the focus is
            page.focus(shot.focus)
        page.wait_for_timeout(600)
        page.screenshot(path=folder / f"{shot.name}.png")
        if small:
            _shrink(folder / f"{shot.name}.png")
        print(f"{shot.name}: {page.evaluate('document.documentElement.scrollHeight')} px high")
        page.context.close()


def _shrink(picture: Path) -> None:
    """A JPEG for the guide in its place, of at most 60 KB."""
    with Image.open(picture) as whole:
        width = min(whole.width, 1000)
        small = whole.convert("RGB").resize(
            (width, whole.height * width // whole.width), Image.Resampling.LANCZOS
        )
    for quality in (60, 45, 35, 25):
        small.save(picture.with_suffix(".jpg"), quality=quality, optimize=True)
        if picture.with_suffix(".jpg").stat().st_size <= 60_000:
            break
    picture.unlink()
