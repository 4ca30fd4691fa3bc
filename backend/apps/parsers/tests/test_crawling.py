"""A page that lists products leads to their pages; against a real server, through `run_parser --url`."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.parsers.models import ParserRun, RunState
from apps.parsers.services import sites
from apps.parsers.services.fetching import pace, polite, robots
from apps.parsers.services.listings import Listing, listing_of
from apps.parsers.services.runs import control, work
from apps.products.models import Product
from utils.safe_fetch import FetchLimits, fetch
from utils.tests.local_server import LocalServer, http_answer, local_server

pytestmark = pytest.mark.django_db


def html(body: str, head: str = "") -> bytes:
    return http_answer(
        f"<html><head>{head}</head><body>{body}</body></html>".encode(), "text/html; charset=utf-8"
    )


def product_page(number: int) -> bytes:
    found = {
        "@context": "https://schema.org",
        "@type": "Product",
        "sku": f"K-{number}",
        "name": f"Кружка «Волна» № {number}",
        "brand": {"@type": "Brand", "name": "Порцелан"},
        "image": f"/img/{number}.jpg",
        "offers": {"@type": "Offer", "price": f"{number}50.00", "priceCurrency": "RUB"},
    }
    return html("<h1>Кружка</h1>", f'<script type="application/ld+json">{json.dumps(found)}</script>')


def listing_page(*numbers: int, following: str = "") -> bytes:
    items = [{"@type": "ListItem", "position": n, "url": f"/goods/{n}#reviews"} for n in numbers]
    listed = json.dumps({"@type": "ItemList", "itemListElement": items})
    link = f'<link rel="next" href="{following}">' if following else ""
    return html("<h1>Кружки</h1>", f'<script type="application/ld+json">{listed}</script>{link}')


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalServer]:
    """Three listings of two products each; the last leads back to the first."""
    robots.forget()
    monkeypatch.setattr(polite, "fetch", functools.partial(fetch, allow_private=True))
    monkeypatch.setattr(polite, "Manners", functools.partial(polite.Manners, apart=0.0))
    with local_server() as server:
        ports = frozenset({server.port})
        monkeypatch.setattr(polite, "LIMITS", FetchLimits(max_bytes=100_000, total_timeout=10, ports=ports))
        monkeypatch.setattr(
            polite, "ROBOTS_LIMITS", FetchLimits(max_bytes=100_000, total_timeout=10, ports=ports)
        )
        server.routes["/robots.txt"] = http_answer(b"User-agent: *\nDisallow: /goods/6\n")
        server.routes["/mugs"] = listing_page(1, 2, following="/mugs?page=2")
        server.routes["/mugs?page=2"] = listing_page(2, 3, following="/mugs?page=3")
        server.routes["/mugs?page=3"] = listing_page(4, 5, following="/mugs")
        server.routes |= {f"/goods/{number}": product_page(number) for number in range(1, 7)}
        yield server


def bring(server: LocalServer, path: str = "/mugs", **options: Any) -> ParserRun:
    call_command(
        "run_parser", "supplier", "--url", server.url(path), "--source", "mugs", verbosity=0, **options
    )
    return ParserRun.objects.latest("pk")


def asked(server: LocalServer) -> list[str]:
    return [path for path in server.paths if path.startswith(("/mugs", "/goods"))]


def test_every_product_of_all_listings_is_read_once(shop: LocalServer) -> None:
    run = bring(shop)
    assert sorted(Product.objects.values_list("source_id", "title", "price")) == [
        (f"K-{n}", f"Кружка «Волна» № {n}", Decimal(n * 100 + 50)) for n in range(1, 6)
    ]
    assert asked(shop) == [
        "/mugs",
        "/goods/1",
        "/goods/2",
        "/mugs?page=2",
        "/goods/3",
        "/mugs?page=3",
        "/goods/4",
        "/goods/5",
    ]
    assert (run.status, run.created_count) == (RunState.FINISHED, 5)
    picture = Product.objects.get(source_id="K-3").images.get()
    assert picture.url == shop.url("/img/3.jpg")


def test_a_limit_is_kept_and_no_more_pages_are_asked(shop: LocalServer) -> None:
    bring(shop, limit=3)
    assert Product.objects.count() == 3
    assert asked(shop)[-1] == "/goods/3"


def test_what_cannot_be_had_is_counted_and_the_others_are_saved(shop: LocalServer) -> None:
    shop.routes["/goods/2"] = http_answer(b"gone", status="404 Not Found")
    shop.routes["/mugs?page=3"] = listing_page(4, 6)
    with pytest.raises(CommandError):
        bring(shop)
    assert set(Product.objects.values_list("source_id", flat=True)) == {"K-1", "K-3", "K-4"}
    assert "/goods/6" not in asked(shop)  # robots.txt


def test_other_hosts_are_not_followed(shop: LocalServer) -> None:
    with local_server() as other:
        other.routes["/goods/1"] = product_page(1)
        text = listing_page(1).decode().replace("/goods/1", other.url("/goods/1", host="localhost"))
        assert listing_of(text.partition("\r\n\r\n")[2], shop.url("/mugs")) is None


def test_a_pause_in_the_middle_ends_the_crawl_and_resuming_begins_it_again(
    shop: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = control.prepare("supplier", name="mugs", address=shop.url("/mugs"))
    control.enqueue(run, send=False)
    real = pace.take_turn

    def paused_at_the_third(*args: Any, **kwargs: Any) -> float:
        if len(asked(shop)) == 3:
            control.pause(ParserRun.objects.get(pk=run.pk))
        return real(*args, **kwargs)

    monkeypatch.setattr("apps.parsers.services.runs.pulse.LOOK_SECONDS", 0.0)
    monkeypatch.setattr(polite, "take_turn", paused_at_the_third)
    work.work(run.pk)
    run.refresh_from_db()
    assert run.status == RunState.PAUSED
    assert not Product.objects.exists()
    assert len(asked(shop)) == 4
    monkeypatch.setattr(polite, "take_turn", real)
    control.resume(run)
    work.work(run.pk)
    run.refresh_from_db()
    assert (run.status, Product.objects.count()) == (RunState.FINISHED, 5)


def test_a_site_says_in_its_file_where_the_links_stand(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A new shop is a new file: no class and no line of code."""
    (tmp_path / "krujki.toml").write_text(
        'hosts = ["krujki.example"]\naddress = "https://krujki.example"\ncurrency = "RUB"\n'
        '[listing]\nproduct = ".tile > a"\nfollowing = ".pager a.forward"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(sites, "FOLDER", tmp_path)
    sites.known_sites.cache_clear()
    text = (
        '<html><body><a href="/about">О нас</a><div class="tile"><a href="/k/1">1</a></div>'
        '<div class="tile"><a href="https://krujki.example/k/2?from=list">2</a></div>'
        '<div class="tile"><a href="https://elsewhere.example/k/3">3</a></div>'
        '<div class="pager"><a href="?page=1">1</a><a class="forward" href="?page=2">→</a></div></body></html>'
    )
    try:
        assert listing_of(text, "https://krujki.example/list") == Listing(
            ("https://krujki.example/k/1", "https://krujki.example/k/2?from=list"),
            "https://krujki.example/list?page=2",
        )
    finally:
        monkeypatch.undo()
        sites.known_sites.cache_clear()
