"""Imports from the admin: start, columns, trial, alarm, steps, sources, rights. The worker is the function itself."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from apps.ai.models import AIMassRun
from apps.parsers.models import ParserRun, ParserSource, RunState, SupplierMapping
from apps.parsers.services.runs import work
from apps.products.models import Product
from apps.users.models import User
from utils.secret import MASK, Secret

pytestmark = pytest.mark.django_db
START = "admin:parsers_parserrun_start"
CSV = "Kod;Adı;Satış;Renk\n1;Vitamin C 500 mg;150;turuncu\n2;Parol 500 mg;45;beyaz\n".encode()


def start(client: Client, file_name: str, content: bytes, **fields: Any) -> Any:
    upload = SimpleUploadedFile(file_name, content)
    return client.post(reverse(START), {"parser": "supplier", "feed": upload, **fields})


def page(client: Client, run: ParserRun, query: str = "") -> str:
    return client.get(reverse("admin:parsers_parserrun_change", args=[run.pk]) + query).content.decode()


def step(client: Client, run: ParserRun, **fields: str) -> Any:
    return client.post(reverse("admin:parsers_parserrun_step", args=[run.pk]), fields)


def json_feed(count: int, **more: object) -> bytes:
    return json.dumps(
        [
            {"id": f"p{n}", "title": f"Товар {n}", "price": 10 + n, "currency": "TRY", **more}
            for n in range(count)
        ]
    ).encode()


def test_a_table_asks_for_its_columns_and_remembers_the_answer(admin_client: Client) -> None:
    answer = start(admin_client, "list.csv", CSV, name="abc", currency="TRY", dry_run="on")
    run = ParserRun.objects.get()
    columns_url = reverse("admin:parsers_parserrun_columns", args=[run.pk])
    assert (answer.status_code, answer.url, run.status) == (302, columns_url, "prepared")
    shown = admin_client.get(columns_url).content.decode()
    assert "Vitamin C 500 mg · Parol 500 mg" in shown
    chosen = {"column-0": "id", "column-1": "title", "column-2": "price", "column-3": "color", "go": "import"}
    assert admin_client.post(columns_url, chosen).status_code == 302
    assert SupplierMapping.objects.get().source_name == "supplier:abc"
    assert SupplierMapping.objects.get().mapping["Satış"] == "price"
    work.work(run.pk)
    run.refresh_from_db()
    assert (run.status, run.dry_run, run.created_count) == ("finished", False, 2)
    product = Product.objects.get(source_id="1")
    assert (product.title, f"{product.price} {product.currency}") == ("Vitamin C 500 mg", "150.00 TRY")


def test_a_trial_is_a_table_from_which_the_import_is_started(admin_client: Client) -> None:
    start(admin_client, "feed.yml", YML.encode(), dry_run="on")
    trial_run = ParserRun.objects.get()
    assert (trial_run.status, trial_run.started_by) == ("queued", User.objects.get(username="admin"))
    work.work(trial_run.pk)
    shown = page(admin_client, trial_run)
    assert "Кружка · Karaca · 350.00 RUB" in shown
    assert Product.objects.count() == 0
    table = admin_client.get(reverse("admin:parsers_parserrun_table", args=[trial_run.pk]))
    assert b"".join(table.streaming_content).decode("utf-8-sig").count("новый товар") == 2  # type: ignore[attr-defined]
    answer = step(admin_client, trial_run, step="import")
    real = ParserRun.objects.exclude(pk=trial_run.pk).get()
    assert answer.url == reverse("admin:parsers_parserrun_change", args=[real.pk])
    work.work(real.pk)
    assert Product.objects.count() == 2
    assert '<b data-figure="created_count">2</b>' in page(admin_client, real)


YML = """<?xml version="1.0" encoding="UTF-8"?><yml_catalog date="2026-11-01"><shop><categories>
<category id="1">Посуда</category></categories><offers>
<offer id="a1" available="true"><name>Кружка</name><vendor>Karaca</vendor><price>350</price>
<currencyId>RUR</currencyId><categoryId>1</categoryId></offer>
<offer id="a2" available="true"><name>Тарелка</name><vendor>Karaca</vendor><price>500</price>
<currencyId>RUR</currencyId><categoryId>1</categoryId></offer></offers></shop></yml_catalog>"""


def test_an_alarm_is_shown_and_accepted(admin_client: Client) -> None:
    start(admin_client, "feed.json", json_feed(30))
    _finish_columns(admin_client)
    start(admin_client, "feed.json", json_feed(3))
    run = _finish_columns(admin_client)
    assert run.status == "needs_look"
    shown = page(admin_client, run)
    assert "лента уменьшилась: было 30 товаров, теперь 3" in shown
    assert 'value="accept"' in shown
    step(admin_client, run, step="accept")
    work.work(run.pk)
    run.refresh_from_db()
    assert run.status == "finished"


def _finish_columns(client: Client) -> ParserRun:
    """Through the page of columns as guessed, and the import itself."""
    run = ParserRun.objects.order_by("-pk")[0]
    if run.status == RunState.PREPARED:
        client.post(reverse("admin:parsers_parserrun_columns", args=[run.pk]), {"go": "import"})
    work.work(run.pk)
    run.refresh_from_db()
    return run


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        ("prepared", ["start", "cancel"]),
        ("queued", ["pause", "cancel"]),
        ("running", ["pause", "cancel"]),
        ("paused", ["resume", "cancel"]),
        ("needs_look", ["accept", "cancel"]),
        ("dead", ["resume", "cancel"]),
        ("failed", ["resume"]),
        ("finished", []),
        ("cancelled", []),
    ],
)
def test_a_page_offers_what_its_state_allows(admin_client: Client, state: str, steps: list[str]) -> None:
    run = ParserRun.objects.create(parser="supplier", origin="x.json", status=state)
    shown = page(admin_client, run)
    offered = [one for one in ("start", "pause", "resume", "accept", "cancel") if f'value="{one}"' in shown]
    assert sorted(offered) == sorted(steps)
    before = run.status
    for one in {"pause", "resume", "accept"} - set(steps):
        step(admin_client, run, step=one)
        run.refresh_from_db()
        assert run.status == before


def test_process_these_orders_a_mass_run_of_the_import_s_own_products(admin_client: Client) -> None:
    start(admin_client, "old.json", json_feed(4))
    _finish_columns(admin_client)
    records = json.loads(json_feed(4))
    records[0]["price"] = 11
    records += [{"id": "new", "title": "Новый", "price": 5, "currency": "TRY"}]
    start(admin_client, "old.json", json.dumps(records).encode())
    run = _finish_columns(admin_client)
    shown = page(admin_client, run)
    assert "новые и изменённые: 2" in shown
    assert step(admin_client, run, step="process", which="both").status_code == 302
    mass = AIMassRun.objects.get()
    assert (mass.total, mass.started_by) == (2, User.objects.get(username="admin"))
    expected = Product.objects.filter(source_id__in=["p0", "new"]).values_list("pk", flat=True)
    assert sorted(mass.chunks.get().product_ids) == sorted(expected)
    assert f"массовая обработка №{mass.pk}" in page(admin_client, run)


def test_progress_is_json(admin_client: Client) -> None:
    run = ParserRun.objects.create(
        parser="supplier", origin="x", status="running", position=50, total=200, created_count=7
    )
    answer = admin_client.get(reverse("admin:parsers_parserrun_progress", args=[run.pk])).json()
    assert (answer["percent"], answer["moving"], answer["figures"]["created_count"]) == (25, True, 7)


def test_nothing_chosen_or_both_is_refused(admin_client: Client) -> None:
    both = start(admin_client, "x.json", b"[]", address="https://shop.example/feed.xml")
    none = admin_client.post(reverse(START), {"parser": "supplier"})
    private = admin_client.post(reverse(START), {"parser": "supplier", "address": "http://localhost/feed"})
    assert [one.status_code for one in (both, none, private)] == [200, 200, 200]
    assert ParserRun.objects.count() == 0


@pytest.mark.parametrize("rights", [[], ["view_parserrun"]])
def test_who_may_not_start_or_steer_is_refused(client: Client, rights: list[str]) -> None:
    user = User.objects.create_user("reader", password="secret-word", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(user)
    run = ParserRun.objects.create(parser="supplier", origin="x", status="queued")
    assert client.get(reverse(START)).status_code == 403
    assert start(client, "x.json", json_feed(1)).status_code == 403
    assert step(client, run, step="cancel").status_code == 403
    expected = 200 if rights else 403
    assert client.get(reverse("admin:parsers_parserrun_progress", args=[run.pk])).status_code == expected
    run.refresh_from_db()
    assert (run.status, ParserRun.objects.count()) == ("queued", 1)


SECRETS = {
    "address": "https://shop.example/feed.xml?token=t0p-s3cret-token",
    "proxy": "http://proxyname:pr0xy-w0rd@10.0.0.1:3128",
    "cookies": "session=c00kie-v4lue",
    "headers": "Authorization: Bearer h34der-v4lue",
}
HIDDEN = ("t0p-s3cret-token", "pr0xy-w0rd", "c00kie-v4lue", "h34der-v4lue")
SOURCE = {
    "title": "Поставщик",
    "parser": "supplier",
    "name": "shop",
    "every_minutes": "60",
    "pace": "1",
    "ai_mode": "full",
}


def test_secrets_of_a_source_are_written_and_never_shown(admin_client: Client) -> None:
    assert (
        admin_client.post(reverse("admin:parsers_parsersource_add"), {**SOURCE, **SECRETS}).status_code == 302
    )
    made = ParserSource.objects.get()
    assert {name: getattr(made, name).reveal() for name in SECRETS} == SECRETS
    change = reverse("admin:parsers_parsersource_change", args=[made.pk])
    pages = [
        admin_client.get(url).content.decode()
        for url in (change, reverse("admin:parsers_parsersource_changelist"))
    ]
    assert [one for one in HIDDEN if any(one in shown for shown in pages)] == []
    assert pages[0].count(MASK) == 3
    masked = {
        "address": "https://shop.example/feed.xml?token=***",
        "proxy": MASK,
        "cookies": MASK,
        "headers": MASK,
    }
    assert admin_client.post(change, {**SOURCE, **masked, "title": "Другое"}).status_code == 302
    made.refresh_from_db()
    assert made.title == "Другое"
    assert {name: getattr(made, name).reveal() for name in SECRETS} == SECRETS
    admin_client.post(change, {**SOURCE, **masked, "cookies": ""})
    made.refresh_from_db()
    assert (made.cookies.reveal(), made.headers.reveal()) == ("", SECRETS["headers"])


def test_secrets_are_encrypted_in_the_table(admin_client: Client) -> None:
    ParserSource.objects.create(**{**SOURCE, **{name: Secret(text) for name, text in SECRETS.items()}})
    with connection.cursor() as cursor:
        cursor.execute("SELECT address, proxy, cookies, headers FROM parsers_parsersource")
        row = cursor.fetchone()
    assert all(cell.startswith("gAAAA") for cell in row)


@pytest.mark.parametrize(
    "wrong",
    [
        {"headers": "Host: evil.example"},
        {"headers": "no colon"},
        {"cookies": "имя=значение"},
        {"proxy": "socks5://x:1"},
        {"address": "http://192.168.0.1:22/feed"},
        {"every_minutes": "1"},
        {"pace": "-1"},
        {"user_agent": "a\x0bb"},
    ],
)
def test_what_cannot_be_sent_is_refused(admin_client: Client, wrong: dict[str, str]) -> None:
    answer = admin_client.post(reverse("admin:parsers_parsersource_add"), {**SOURCE, **wrong})
    assert (answer.status_code, ParserSource.objects.count()) == (200, 0)


def test_a_source_is_imported_now(admin_client: Client) -> None:
    values = {**SOURCE, "address": Secret(SECRETS["address"])}
    made = ParserSource.objects.create(**values)
    answer: Any = admin_client.get(reverse("admin:parsers_parsersource_start", args=[made.pk]))
    assert (answer.status_code, answer.url) == (302, f"{reverse(START)}?source={made.pk}")
    assert ParserRun.objects.count() == 0
    assert f'<option value="{made.pk}" selected>' in admin_client.get(answer.url).content.decode()
    admin_client.post(reverse(START), {"source": made.pk, "parser": "supplier"})
    run = ParserRun.objects.get()
    assert (run.status, run.source, run.source_name) == ("queued", made, "supplier:shop")
    assert run.address.reveal() == SECRETS["address"]
    assert "t0p-s3cret-token" not in page(admin_client, run)
