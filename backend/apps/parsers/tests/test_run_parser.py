from __future__ import annotations

import functools
import io
import json
import shutil
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from apps.ai.models import AIProcessingLog
from apps.parsers.models import OwedPicture, ParserRun
from apps.parsers.services import imports
from apps.parsers.services.fetching import polite
from apps.parsers.services.imports import failure_of, import_feed
from apps.parsers.services.journal import MAX_ENTRIES
from apps.parsers.services.supplier_parser import SupplierParser
from apps.parsers.tasks import fetch_owed_pictures, run_parser
from apps.products.models import Product, ProductImage
from utils.safe_fetch import fetch

pytestmark = pytest.mark.django_db

GOOD = {"id": "1", "title": "Parol 500 mg", "price": "12,50 TL"}


def run(*arguments: object) -> tuple[str, str]:
    """Standard output and standard error of the command; CommandError when it exits with 1."""
    out, err = io.StringIO(), io.StringIO()
    call_command("run_parser", *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue().strip(), err.getvalue().strip()


def refused(*arguments: object) -> str:
    with pytest.raises(CommandError) as error:
        run(*arguments)
    return str(error.value)


def feed(folder: Path, *records: object, name: str = "feed.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(list(records)), encoding="utf-8")
    return path


def counts(last: ParserRun) -> tuple[int, int, int, int]:
    return last.created_count, last.updated_count, last.unchanged_count, last.failed_count


def last_run() -> ParserRun:
    run = ParserRun.objects.first()
    assert run is not None and run.finished_at is not None
    return run


def test_an_import_and_the_same_again(tmp_path: Path) -> None:
    path = feed(tmp_path, GOOD, {"id": 2, "title": "Крем"})
    assert run("supplier", "--file", path) == ("supplier: 2 created, 0 updated, 0 unchanged, 0 rejected.", "")
    assert run("supplier", "--file", path) == ("supplier: 0 created, 0 updated, 2 unchanged, 0 rejected.", "")
    assert Product.objects.count() == 2
    assert AIProcessingLog.objects.count() == 2
    second, first = ParserRun.objects.all()
    assert (first.status, counts(first), first.errors) == ("finished", (2, 0, 0, 0), [])
    assert (second.status, counts(second), second.origin) == ("finished", (0, 0, 2, 0), str(path))
    assert second.finished_at is not None and second.finished_at <= timezone.now()


def test_bad_records_do_not_stop_the_good_ones(tmp_path: Path) -> None:
    path = feed(tmp_path, 5, GOOD, {"title": "без id"}, {"id": "я" * 201}, {"id": "2", "price": -1})
    assert run("supplier", "--file", path) == (
        "supplier: 2 created, 0 updated, 0 unchanged, 3 rejected.",
        "rejected: feed.json, запись 1: это не объект\n"
        "rejected: feed.json, запись 3: нет кода товара\n"
        f"rejected: id '{'я' * 60}': код товара длиннее 200 знаков\n"
        "warning: id 2: цена -1 не больше нуля",
    )
    last = last_run()
    assert (last.status, counts(last)) == ("finished", (2, 0, 0, 3))
    assert last.errors[0] == {
        "kind": "rejected",
        "record": "feed.json, запись 1",
        "message": "это не объект",
    }
    assert Product.objects.get(source_id="2").title == ""


def test_the_last_of_several_records_with_one_id_counts(tmp_path: Path) -> None:
    path = feed(tmp_path, GOOD, {**GOOD, "title": "Второй"}, {"id": 2})
    for created, unchanged in ((2, 0), (0, 2)):
        assert run("supplier", "--file", path) == (
            f"supplier: {created} created, 0 updated, {unchanged} unchanged, 0 rejected.",
            "warning: id 1: код встречается в ленте ещё раз: взята последняя запись",
        )
    assert Product.objects.get(source_id="1").title == "Второй"
    assert AIProcessingLog.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "Не прочитано файлов: 1. feed.json: файл пуст."),
        ("<html>", "Товаров не найдено: "),
        (
            '[{"id": "1", "title": "x"}, {"id',
            "Не прочитано файлов: 1. feed.json: это не JSON или только его часть",
        ),
        ("[]", "Товаров не найдено: "),
        ('{"products": []}', "Товаров не найдено: "),
        (
            '[5, {"title": "x"}]',
            "Не принята ни одна из записей (2); feed.json, запись 1: это не объект.",
        ),
    ],
)
def test_a_feed_that_gives_nothing_fails_in_one_sentence(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "feed.json"
    path.write_text(content)
    sentence = refused("supplier", "--file", path)
    assert sentence.startswith(message)
    assert "\n" not in sentence
    assert Product.objects.count() == 0
    last = last_run()
    assert (last.status, failure_of(last)) == ("failed", sentence)


def test_nothing_to_read_fails_in_one_sentence(tmp_path: Path) -> None:
    none = tmp_path / "none.json"
    assert refused("supplier", "--file", none) == f"Нет файла {none}."
    assert last_run().status == "failed"
    assert refused("supplier", "--file", tmp_path).startswith("Нет файла .csv, .htm, .html, .json,")
    assert refused("supplier", "--url", "http://127.0.0.1/feed.json").startswith(
        "http://127.0.0.1/feed.json не"
    )
    assert [run.status for run in ParserRun.objects.all()] == ["failed"] * 3


def test_an_unknown_parser_and_impossible_options(tmp_path: Path) -> None:
    path = feed(tmp_path, GOOD)
    assert refused("amazon", "--file", path).startswith("Нет парсера 'amazon'; есть: ")
    for options in (
        ("--file", path, "--url", "https://x.example"),
        (),
        ("--file", path, "--currency", "GBP"),
        ("--file", path, "--source", "With Spaces"),
    ):
        with pytest.raises(CommandError):
            run("supplier", *options)
    assert ParserRun.objects.count() == 0
    assert Product.objects.count() == 0


def test_a_broken_file_among_good_ones_fails_after_the_good_ones_are_in(tmp_path: Path) -> None:
    feed(tmp_path, GOOD, name="a.json")
    (tmp_path / "b.json").write_text('[{"id": "2"}, {')
    feed(tmp_path, {"id": "3", "title": "Крем"}, name="c.json")
    assert refused("supplier", "--file", tmp_path).startswith("Не прочитано файлов: 1. b.json: это не JSON")
    assert sorted(Product.objects.values_list("source_id", flat=True)) == ["1", "3"]
    last = last_run()
    assert (last.status, counts(last)) == ("failed", (2, 0, 0, 1))


def test_a_line_that_is_broken_is_a_rejected_record(tmp_path: Path) -> None:
    path = tmp_path / "feed.jsonl"
    path.write_text(f'{json.dumps(GOOD)}\n{{"id": \n{json.dumps({"id": 2})}\n')
    assert run("supplier", "--file", path) == (
        "supplier: 2 created, 0 updated, 0 unchanged, 1 rejected.",
        "rejected: feed.jsonl, строка 2: это не JSON: Expecting value: line 1 column 8 (char 7)",
    )


def test_currency_and_source_reach_the_products(tmp_path: Path) -> None:
    path = feed(tmp_path, {"id": 1, "title": "x", "price": 5})
    run("supplier", "--file", path, "--currency", "EUR", "--source", "acme-2")
    product = Product.objects.get()
    assert (product.currency, product.source_name) == ("EUR", "supplier:acme-2")


def test_two_suppliers_with_one_id_do_not_overwrite_each_other(tmp_path: Path) -> None:
    run("supplier", "--file", feed(tmp_path, {**GOOD, "url": "https://a.example/1"}))
    other = feed(tmp_path, {**GOOD, "title": "Другой", "url": "https://b.example/1"})
    assert "код принадлежит товару поставщика a.example" in refused("supplier", "--file", other)
    assert Product.objects.get().title == "Parol 500 mg"
    run("supplier", "--file", other, "--source", "b")
    assert Product.objects.count() == 2


def test_a_card_and_its_price_in_two_files_are_one_product(tmp_path: Path) -> None:
    goods = {"id": 12, "name": "Платье", "sizes": [{"price": {"product": 100000}}]}
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards" / "12.json").write_text('{"nm_id": 12, "imt_name": "П", "description": "a\x01\nb"}')
    (tmp_path / "detail.json").write_text(json.dumps({"products": [goods]}))
    (tmp_path / "menu.json").write_text('{"id": 306, "name": "Женщинам"}')
    assert run("wildberries", "--file", tmp_path) == (
        "wildberries: 1 created, 0 updated, 0 unchanged, 0 rejected.",
        "note: menu.json: в документе нет товаров Wildberries",
    )
    product = Product.objects.get()
    assert (product.title, product.description, str(product.price)) == ("Платье", "a\nb", "1000.00")
    assert AIProcessingLog.objects.count() == 1


@pytest.fixture
def storage_away(tmp_path: Path, settings: Settings) -> Path:
    """A file lies where the storage's folder should be, as on a full or unmounted disk; delete it to mend that."""
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "media").write_text("no folder")
    return tmp_path / "media"


def _with_pictures(folder: Path, number: int) -> Path:
    for index in range(number):
        (folder / f"{index}.png").write_bytes(f"\x89PNG\r\n\x1a\n{index}".encode("latin-1"))
    records = [{**GOOD, "id": index, "images": [f"{index}.png"]} for index in range(number)]
    return feed(folder, *records, {"id": 99, "title": "без фото"})


def test_a_storage_that_is_down_drops_no_product(tmp_path: Path, storage_away: Path) -> None:
    """All products are in, one line says what is owed, the exit code is 1; the command brings the pictures."""
    path = _with_pictures(tmp_path, 3)
    message = refused("supplier", "--file", path)
    assert message.startswith("Хранилище не приняло фото: 3, у товаров: 3")
    last = last_run()
    assert (last.status, counts(last)) == ("failed", (4, 0, 0, 0))
    assert Product.objects.count() == 4
    assert ProductImage.objects.count() == 0
    AIProcessingLog.objects.update(status="approved")
    with pytest.raises(CommandError, match="Still owed: 3"):
        call_command("fetch_owed_pictures", stdout=io.StringIO())

    storage_away.unlink()
    out = io.StringIO()
    call_command("fetch_owed_pictures", stdout=out)
    assert out.getvalue().strip() == "3 stored, 0 given up, 0 still owed."
    assert [product.images.count() for product in Product.objects.order_by("pk")] == [1, 1, 1, 0]
    assert AIProcessingLog.objects.filter(status="pending").count() == 3  # the pictures are news
    assert run("supplier", "--file", path)[0] == "supplier: 0 created, 0 updated, 4 unchanged, 0 rejected."


def test_a_second_import_pays_as_well(tmp_path: Path, storage_away: Path) -> None:
    path = _with_pictures(tmp_path, 2)
    refused("supplier", "--file", path)
    storage_away.unlink()
    assert run("supplier", "--file", path)[0] == "supplier: 0 created, 2 updated, 1 unchanged, 0 rejected."
    assert (ProductImage.objects.count(), OwedPicture.objects.count()) == (2, 0)


def test_pictures_that_are_there_stay_while_the_storage_is_down(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    path = _with_pictures(tmp_path, 2)
    run("supplier", "--file", path)
    shutil.rmtree(tmp_path / "media")
    (tmp_path / "media").write_text("no folder")
    (tmp_path / "new.png").write_bytes(b"\x89PNG\r\n\x1a\nnew")
    feed(tmp_path, {**GOOD, "id": 0, "images": ["new.png", "0.png"]}, {**GOOD, "id": 1, "images": ["1.png"]})
    refused("supplier", "--file", path)
    assert ProductImage.objects.count() == 2
    assert OwedPicture.objects.get().path.endswith("new.png")


def test_a_picture_whose_file_is_gone_is_given_up(tmp_path: Path, storage_away: Path) -> None:
    refused("supplier", "--file", _with_pictures(tmp_path, 2))
    storage_away.unlink()
    (tmp_path / "0.png").unlink()
    assert fetch_owed_pictures() == 0
    assert (ProductImage.objects.count(), OwedPicture.objects.count()) == (1, 0)


SECRET_PARTS = ("pa55word", "s3cr3t-tok3n", "k3yk3yk3yk3yk3yk3yk3y1", "us3rname")


@pytest.mark.parametrize(
    "address",
    [
        "http://us3rname:pa55word@127.0.0.1:{port}/feed.json",
        "http://127.0.0.1:{port}/feed.json?format=json&token=s3cr3t-tok3n",
        "http://127.0.0.1:{port}/feeds/k3yk3yk3yk3yk3yk3yk3y1/feed.json",
        "http://127.0.0.1:{port}/feed.json?key=s3cr3t%2Dtok3n#s3cr3t-tok3n",
    ],
)
@pytest.mark.parametrize("body", [b"", b"[{", b"[]", b'[5, {"id": 1, "title": "ok"}]'], ids=len)
def test_passwords_and_tokens_of_an_address_appear_nowhere(
    served: Callable[[bytes], str], address: str, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    url = address.format(port=served(body).rpartition(":")[2].partition("/")[0])
    out, err = io.StringIO(), io.StringIO()
    said = ""
    try:
        call_command("run_parser", "supplier", "--url", url, stdout=out, stderr=err)
    except CommandError as error:
        said = "".join(traceback.format_exception(error))
    last = ParserRun.objects.get()
    shown = f"{out.getvalue()}{err.getvalue()}{said}{last.origin}{json.dumps(last.errors)}{caplog.text}"
    assert "127.0.0.1" in last.origin
    assert [secret for secret in SECRET_PARTS if secret in shown] == []


def test_an_import_that_breaks_off_is_a_failed_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = feed(tmp_path, GOOD, {"id": 2})
    write = SupplierParser.write

    def stop_at_the_second(parser: SupplierParser, prepared: Any) -> Any:
        if prepared[0].parsed.source_id == "2":
            raise KeyboardInterrupt("stopped")
        return write(parser, prepared)

    monkeypatch.setattr(imports, "CHUNK", 1)
    monkeypatch.setattr(SupplierParser, "write", stop_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        import_feed("supplier", path=path)
    last = last_run()
    assert (last.status, counts(last)) == ("failed", (1, 0, 0, 0))
    assert failure_of(last) == "Импорт оборвался: KeyboardInterrupt: stopped"


def test_a_run_keeps_a_thousand_messages_and_the_reason(tmp_path: Path) -> None:
    path = feed(tmp_path, *range(MAX_ENTRIES + 500))
    refused("supplier", "--file", path)
    last = last_run()
    assert len(last.errors) == MAX_ENTRIES + 1
    assert last.failed_count == MAX_ENTRIES + 500
    assert failure_of(last).startswith(f"Не принята ни одна из записей ({MAX_ENTRIES + 500})")


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bytes], str]]:
    """Serves bytes on a local port that the import may read, unlike in production."""
    servers: list[HTTPServer] = []

    def serve(body: bytes) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        limits = replace(polite.LIMITS, ports=frozenset({server.server_port}))
        monkeypatch.setattr(polite, "LIMITS", limits)
        return f"http://127.0.0.1:{server.server_port}/feeds/all.json"

    monkeypatch.setattr(polite, "fetch", functools.partial(fetch, allow_private=True))
    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_feed_from_the_web_by_the_command_and_by_the_task(served: Callable[[bytes], str]) -> None:
    url = served(json.dumps([{**GOOD, "images": ["1.jpg"]}]).encode())
    assert run("supplier", "--url", url)[0] == "supplier: 1 created, 0 updated, 0 unchanged, 0 rejected."
    product = Product.objects.get()
    assert [image.url for image in product.images.all()] == [url.replace("all.json", "1.jpg")]
    pk = run_parser("supplier", url)
    last = last_run()
    assert (last.pk, counts(last), last.origin) == (pk, (0, 0, 1, 0), url)


def test_half_a_feed_from_the_web_imports_nothing(served: Callable[[bytes], str]) -> None:
    assert "это не JSON или только его часть" in refused(
        "supplier", "--url", served(b'[{"id": 1, "title": "x"}, {')
    )
    assert Product.objects.count() == 0


def test_the_task_waits_in_the_queue_of_imports() -> None:
    route = run_parser.app.amqp.router.route({}, run_parser.name)
    assert route["queue"].name == "parsers"
