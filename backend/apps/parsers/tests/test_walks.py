"""Lists of products walked to the products' own pages, against a real server on 127.0.0.1; sites by a file alone."""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.parsers.models import ParserRun, ParserSource, RunState
from apps.parsers.services import sites
from apps.parsers.services.fetching import polite, robots
from apps.parsers.services.fetching.crawl import page_text
from apps.parsers.services.listings import listing_of
from apps.parsers.services.runs import control, work
from apps.products.models import Product
from utils.safe_fetch import FetchLimits, fetch
from utils.secret import Secret
from utils.tests.local_server import LocalServer, http_answer, local_server, redirect

pytestmark = pytest.mark.django_db
#: With check digits that are right.
BARCODES = {1: "8690000000111", 2: "8690000000128", 3: "8690000000135", 4: "8690000000142"}
SITE = """
hosts = ["127.0.0.1"]
address = "https://eczane.example"
currency = "TRY"
[page]
fields = { title = "h1.ad", price = ".tutar", images = ".foto img@src", description = ".bilgi" }
category = ".yol a"
attribute_row = "dl > div"
attribute_name = "dt"
attribute_value = "dd"
rows = { "Barkod" = "barcode", "Firma" = "brand" }
[listing]
marker = ".liste"
products = ".liste a@href"
next = "a.ileri@href"
"""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any) -> Iterator[LocalServer]:
    robots.forget()
    settings.PARSER_FILES_DIR = tmp_path / "parsers"
    monkeypatch.setattr(polite, "fetch", functools.partial(fetch, allow_private=True))
    monkeypatch.setattr(polite, "time", type("Clock", (), {"sleep": staticmethod(lambda seconds: None)}))
    monkeypatch.setattr(sites, "FOLDER", tmp_path / "sites")
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "eczane.toml").write_text(SITE, encoding="utf-8")
    sites.known_sites.cache_clear()
    with local_server() as server, local_server() as other:
        limits = FetchLimits(max_bytes=100_000, total_timeout=10, ports=frozenset({server.port, other.port}))
        monkeypatch.setattr(polite, "LIMITS", limits)
        server.other = other  # type: ignore[attr-defined]
        yield server
    sites.known_sites.cache_clear()


def html(body: str, head: str = "") -> bytes:
    page = f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
    return http_answer(page.encode(), "text/html")


def product(number: int) -> bytes:
    return html(
        f"<nav class='yol'><a>Anasayfa</a><a>İlaç</a></nav><h1 class='ad'>Örnek {number} 500 mg</h1>"
        f"<b class='tutar'>{number}38,50 TL</b><div class='foto'><img src='/r/{number}.jpg'></div>"
        f"<dl><div><dt>Barkod:</dt><dd>{BARCODES[number]}</dd></div><div><dt>Firma</dt><dd>Örnek İlaç</dd></div>"
        "<div><dt>Etkin Madde</dt><dd>örneksin</dd></div></dl><a class='ileri' href='/liste?s=9'>ileri</a>"
    )


def listing(*links: str, following: str = "") -> bytes:
    rows = "".join(f"<li><a href='{link}'>x</a></li>" for link in links)
    onward = f"<a class='ileri' href='{following}'>ileri</a>" if following else ""
    return html(f"<h1 class='ad'>İlaçlar</h1><ul class='liste'>{rows}</ul><b class='tutar'>1 TL</b>{onward}")


def shop(server: LocalServer) -> None:
    """Two lists that lead on in a circle, four products, one of them twice, a foreign host and a missing page."""
    foreign = server.other.url("/p/7")  # type: ignore[attr-defined]
    server.routes |= {
        "/liste": listing("/p/1", "/p/2#yorum", "/p/1", foreign, "javascript:void(0)", following="?s=2"),
        "/liste?s=2": listing("/p/2", "/p/3", "/p/4", "/p/404", following="/liste"),
        **{f"/p/{number}": product(number) for number in (1, 2, 3, 4)},
    }


def source(server: LocalServer, **fields: Any) -> ParserSource:
    values = {"title": "Eczane", "name": "eczane", "address": Secret(server.url("/liste")), "pace": 0.0}
    return ParserSource.objects.create(**{**values, **fields})


def ended(run: ParserRun) -> ParserRun:
    control.enqueue(run, send=False)
    work.work(run.pk)
    run.refresh_from_db()
    return run


def test_a_list_leads_to_its_products_each_once_and_to_no_other_host(server: LocalServer) -> None:
    shop(server)
    run = ended(control.of_source(source(server)))
    assert (run.status, run.created_count, run.failed_count) == ("finished", 4, 1), run.errors
    (refused,) = [entry for entry in run.errors if entry["kind"] == "rejected"]
    assert refused["record"].endswith("/p/404")
    assert refused["message"].startswith("страница не читается")
    assert server.paths.count("/robots.txt") == 1
    asked = [path for path in server.paths if path != "/robots.txt"]
    assert asked == ["/liste", "/liste?s=2", "/p/1", "/p/2", "/p/3", "/p/4", "/p/404"]
    assert server.other.heads == []  # type: ignore[attr-defined]
    first = Product.objects.get(barcode=BARCODES[1])
    assert (first.title, first.price, first.currency) == ("Örnek 1 500 mg", Decimal("138.50"), "TRY")
    assert (first.source_name, first.source_url) == ("supplier:eczane", server.url("/p/1"))
    assert (str(first.brand), first.source_category) == ("Örnek İlaç", "İlaç")
    assert first.attributes["Etkin Madde"] == "örneksin"
    assert [image.url for image in first.images.all()] == ["https://eczane.example/r/1.jpg"]


def test_the_limit_spares_the_site(server: LocalServer) -> None:
    shop(server)
    run = control.of_source(source(server))
    ParserRun.objects.filter(pk=run.pk).update(limit=2)
    run = ended(ParserRun.objects.get(pk=run.pk))
    assert (run.status, run.created_count) == ("finished", 2)
    assert [path for path in server.paths if path != "/robots.txt"] == ["/liste", "/p/1", "/p/2"]


def test_robots_and_pace_are_the_source_s(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    shop(server)
    waited: list[float] = []
    clock, offset = time.time, [0.0]

    def sleep(seconds: float) -> None:
        waited.append(round(seconds))
        offset[0] += seconds

    monkeypatch.setattr("apps.parsers.services.fetching.pace.time.time", lambda: clock() + offset[0])
    monkeypatch.setattr(
        "apps.parsers.services.fetching.crawl.fetch_to",
        lambda path, url, manners: polite.fetch_to(path, url, replace(manners, sleep=sleep)),
    )
    server.routes["/robots.txt"] = http_answer(b"User-agent: *\nDisallow: /p/3\n")
    run = ended(control.of_source(source(server, pace=20.0)))
    assert (run.created_count, run.failed_count) == (3, 2)
    assert "/p/3" not in server.paths
    assert len(waited) >= 4  # before each request after the first; /p/3 was not asked for
    assert all(18 <= seconds <= 20 for seconds in waited)


def test_a_walk_goes_on_where_it_was_broken_off(server: LocalServer, settings: Any) -> None:
    shop(server)
    run = control.of_source(source(server))
    gone = ParserRun.objects.filter(pk=run.pk)
    control.enqueue(run, send=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "apps.parsers.services.runs.pulse.Pulse.should_stop", lambda self: "/p/2" in server.paths
        )
        work.work(run.pk)
    assert Product.objects.count() == 0
    kept = Path(settings.PARSER_FILES_DIR) / "walks" / f"{run.pk}.pages"
    kept.write_bytes(kept.read_bytes() + b'{"url": "http://127.0.0.1/torn", "pa')  # killed while writing
    gone.update(status=RunState.PAUSED)
    run.refresh_from_db()
    assert control.resume(run)
    work.work(run.pk)
    run.refresh_from_db()
    assert (run.status, run.created_count) == ("finished", 4), run.errors
    assert [server.paths.count(f"/p/{number}") for number in (1, 2, 3, 4)] == [1, 1, 1, 1]
    assert not kept.exists()


def test_a_page_that_leads_elsewhere_and_a_file_are_no_products(server: LocalServer) -> None:
    other: LocalServer = server.other  # type: ignore[attr-defined]
    other.routes["/p/1"] = product(1)
    server.routes |= {
        "/liste": listing("/p/1", "/p/2", "/p/3"),
        "/p/1": redirect(other.url("/p/1")),
        "/p/2": http_answer(b"%PDF-1.7", "application/pdf"),
        "/p/3": product(3),
    }
    run = ended(control.of_source(source(server)))
    assert (run.created_count, run.failed_count) == (1, 2)
    reasons = sorted(entry["message"] for entry in run.errors if entry["kind"] == "rejected")
    assert reasons == [
        "страница не читается: ведёт на другой сайт: 127.0.0.1",
        "страница не читается: это не страница HTML",
    ]


def test_a_site_that_stops_answering_ends_the_walk(server: LocalServer) -> None:
    server.routes |= {
        "/liste": listing(*(f"/p/{number}" for number in range(20))),
        **{f"/p/{number}": http_answer(b"", status="403 X") for number in range(20)},
    }
    run = ended(control.of_source(source(server)))
    assert (run.status, run.created_count) == ("failed", 0)
    assert run.errors[0]["message"].startswith("Сайт перестал отвечать")
    assert len([path for path in server.paths if path.startswith("/p/")]) == 5


def test_the_command_walks_and_fails_on_a_list_of_nothing(server: LocalServer) -> None:
    shop(server)
    out = StringIO()
    call_command("run_parser", "supplier", url=server.url("/liste"), limit=3, stdout=out, stderr=out)
    assert "3 created" in out.getvalue()
    server.routes["/bos"] = html("<h1>Access Denied</h1>")
    with pytest.raises(CommandError, match="Товаров не найдено"):
        call_command("run_parser", "supplier", url=server.url("/bos"), stdout=out, stderr=out)


def linked(*urls: str) -> str:
    members = [{"@type": "ListItem", "position": n, "url": url} for n, url in enumerate(urls, start=1)]
    things = {"@type": "ItemList", "itemListElement": members}
    return f'<html><head><script type="application/ld+json">{json.dumps(things)}</script>'


def test_lists_of_unknown_shops_by_the_standards() -> None:
    page = linked("/a", "https://shop.example/b", "https://evil.example/c")
    found = listing_of(page + "<link rel='next' href='?page=2'></head></html>", "https://shop.example/l")
    assert found is not None
    assert found.products == ("https://shop.example/a", "https://shop.example/b")
    assert found.following == "https://shop.example/l?page=2"
    thing = {"@type": "Product", "name": "x", "sku": "1", "offers": {"price": 5, "priceCurrency": "TRY"}}
    one = f'<html><script type="application/ld+json">{json.dumps(thing)}</script></html>'
    assert listing_of(one, "https://shop.example/a") is None
    assert listing_of("<html><h1>Access denied</h1></html>", "https://shop.example/a") is None


def test_a_price_list_of_medicines_without_pages_of_their_own(tmp_path: Path) -> None:
    rows = "".join(
        f"<tr><td>{n}</td><td><a href='/ilac/{n}'>Örnek {n} mg</a></td><td>{n}1,50 TL</td><td>869000000002{n}</td>"
        "<td>örneksin</td><td>Örnek İlaç A.Ş.</td></tr>"
        for n in (1, 2)
    )
    head = (
        "<tr><th>#</th><th>İlaç Adı</th><th>Fiyatı</th><th>Barkod</th><th>Etkin Madde</th><th>Firma</th></tr>"
    )
    path = tmp_path / "page"
    path.write_text(f"<!doctype html><html><table>{head}{rows}</table></html>", encoding="utf-8")
    text = page_text(path)
    assert text is not None
    listed = listing_of(text, "https://ilacfiyati.com/liste/a")
    assert listed is not None
    assert listed.products == ("https://ilacfiyati.com/ilac/1", "https://ilacfiyati.com/ilac/2")
