"""Each fault that an operator may plant is found, and its cure names what must be changed."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from celery.app.routes import Router
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from qdrant_client.models import DeleteAlias, DeleteAliasOperation

from apps.ai.models import AIPrice, AIProcessingLog, AIQueueState, ProcessSign
from apps.ai.models.processing import Status
from apps.ai.models.spending import AIBudgetPeriod
from apps.ai.services import composition
from apps.ai.services.doctor import machine, provider, queue, shop, storage, vectors
from apps.ai.services.doctor.findings import Finding, State
from apps.ai.services.llm import learned
from apps.ai.services.money import breaker, budgets, ledger
from apps.ai.services.money.prices import load_prices
from apps.ai.services.vector_store import Collection
from apps.ai.services.worker import signs
from apps.ai.tests.support import qdrant_server
from apps.ai.tests.support.openai_server import Fault, OpenAIServer
from apps.parsers.models import OwedPicture
from apps.parsers.services.examination import OWED_PICTURES
from apps.products.models import Category, Product
from config.celery import app

pytestmark = pytest.mark.django_db
KEY = "sk-right-key"


def found(findings: Iterable[Finding], code: str) -> Finding:
    """The finding; whatever is no good news says what to do."""
    by_code = {one.code: one for one in findings}
    assert code in by_code, f"{code} is not among {sorted(by_code)}"
    assert by_code[code].state is State.OK or by_code[code].cure
    return by_code[code]


def faults(findings: Iterable[Finding]) -> list[str]:
    return [one.code for one in findings if one.state is State.FAULT]


# --- The model's provider ---------------------------------------------------------------------------------


@pytest.fixture
def openai(settings: Any) -> Iterator[OpenAIServer]:
    load_prices()
    ledger.forget()
    learned.forget()
    with OpenAIServer(script=lambda schema, body: {"word": "да"}, key=KEY) as server:
        settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = server.url, KEY
        settings.AI_CONFIG = {**settings.AI_CONFIG, "ENGINE": "openai", "EMBEDDING_DIMENSIONS": 1536}
        yield server
    ledger.forget()
    composition.forget()


def _set(settings: Any, **changes: Any) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, **changes}


def test_a_sound_provider_is_asked_and_paid_by_the_ledger(openai: OpenAIServer) -> None:
    findings = list(provider.look())
    assert [one.code for one in findings] == [
        "key_accepted",
        "structured_answer",
        "sees_pictures",
        "embedding",
    ]
    assert len(openai.books) == 3


def test_pictures_that_nobody_asks_about_need_no_eyes(openai: OpenAIServer, settings: Any) -> None:
    _set(settings, VISION="never")
    assert [one.code for one in provider.look()] == ["key_accepted", "structured_answer", "embedding"]


def test_a_model_without_eyes(openai: OpenAIServer) -> None:
    openai.refuses = frozenset({"images"})
    assert "AI_VISION=never" in found(provider.look(), "no_vision").cure


def test_a_refused_key(openai: OpenAIServer, settings: Any) -> None:
    settings.OPENAI_API_KEY = "sk-of-somebody-else"
    finding = found(provider.look(), "key_refused")
    assert "OPENAI_API_KEY" in finding.cure
    assert "somebody" not in finding.text
    assert openai.books == []  # nothing was asked with a key that is refused


@pytest.mark.parametrize(
    ("key", "variable"),
    [("MODEL", "AI_MODEL"), ("EMBEDDING_MODEL", "AI_EMBEDDING_MODEL"), ("VISION_MODEL", "AI_VISION_MODEL")],
)
def test_an_unknown_model(openai: OpenAIServer, settings: Any, key: str, variable: str) -> None:
    _set(settings, **{key: "gpt-5-nonsense"})
    finding = found(provider.look(), "unknown_model")
    assert "gpt-5-nonsense" in finding.text
    assert variable in finding.cure
    assert "gpt-4o-mini" in finding.cure


def test_a_local_model_is_known_without_its_tag(openai: OpenAIServer, settings: Any) -> None:
    openai.models = ("llama3:latest", "text-embedding-3-small")
    _set(settings, MODEL="llama3", VISION_MODEL="llama3")
    assert "unknown_model" not in faults(provider.look())


def test_an_unpriced_model_is_a_fault_only_with_a_budget(openai: OpenAIServer, settings: Any) -> None:
    AIPrice.objects.filter(model="gpt-4o-mini").delete()
    ledger.forget()
    assert found(provider.look(), "unpriced_model").state is State.WARNING
    _set(settings, BUDGET_DAY_USD="5")
    assert found(provider.look(), "unpriced_model").state is State.FAULT


def test_a_wrong_dimension(openai: OpenAIServer) -> None:
    openai.dimensions, openai.refuses = 1024, frozenset({"dimensions"})
    assert "AI_EMBEDDING_DIMENSIONS" in found(provider.look(), "wrong_dimension").cure


def test_a_model_that_does_not_answer_by_schema(openai: OpenAIServer) -> None:
    openai.plan([Fault.SERVER_ERROR])
    assert "AI_MODEL" in found(provider.look(), "no_structured_answer").cure


def test_a_provider_that_is_away(openai: OpenAIServer, settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings.OPENAI_BASE_URL = f"http://127.0.0.1:{port}/v1"
    assert "OPENAI_BASE_URL" in found(provider.look(), "provider_away").cure


# --- Qdrant -----------------------------------------------------------------------------------------------


@pytest.fixture
def qdrant(tree: dict[str, Category], settings: Any) -> Iterator[qdrant_server.QdrantServer]:
    with qdrant_server.running(api_key="right") as server:
        settings.QDRANT = {**settings.QDRANT, "URL": server.url, "API_KEY": "right"}
        yield server
    composition.forget()


def _synced() -> None:
    call_command("init_qdrant", verbosity=0)
    call_command("sync_categories", verbosity=0)


def test_a_filled_qdrant_is_sound(qdrant: qdrant_server.QdrantServer) -> None:
    _synced()
    assert [one.code for one in vectors.look()] == ["qdrant"]
    assert list(shop.synced()) == []


def test_qdrant_away(qdrant: qdrant_server.QdrantServer, settings: Any) -> None:
    settings.QDRANT = {**settings.QDRANT, "URL": "http://127.0.0.1:9"}
    assert "QDRANT_URL" in found(vectors.look(), "qdrant_away").cure


def test_a_wrong_qdrant_key(qdrant: qdrant_server.QdrantServer, settings: Any) -> None:
    settings.QDRANT = {**settings.QDRANT, "API_KEY": "wrong"}
    assert "QDRANT_API_KEY" in found(vectors.look(), "qdrant_key_refused").cure


def test_collections_missing(qdrant: qdrant_server.QdrantServer) -> None:
    assert "init_qdrant" in found(vectors.look(), "collections_missing").cure


def test_an_alias_missing(qdrant: qdrant_server.QdrantServer) -> None:
    _synced()
    store = composition.vector_store()
    with store._calls() as client:
        gone = DeleteAlias(alias_name=Collection.CATEGORIES.value)
        client.update_collection_aliases([DeleteAliasOperation(delete_alias=gone)])
    assert "init_qdrant" in found(vectors.look(), "alias_missing").cure


def test_an_alias_that_serves_another_model(qdrant: qdrant_server.QdrantServer, settings: Any) -> None:
    _synced()
    _set(settings, EMBEDDING_DIMENSIONS=64)
    call_command("init_qdrant", verbosity=0)
    assert "sync_categories" in found(vectors.look(), "alias_of_other_model").cure


def test_an_unsynced_tree(qdrant: qdrant_server.QdrantServer) -> None:
    _synced()
    Category.objects.create(name="Сиропы", slug="syrups", parent=Category.objects.get(slug="pharmacy"))
    assert "sync_categories" in found(shop.synced(), "tree_not_synced").cure


# --- Storage ----------------------------------------------------------------------------------------------


class Bucket(NamedTuple):
    url: str
    objects: dict[str, bytes]
    refusals: dict[str, tuple[int, str]]


@pytest.fixture
def bucket(settings: Any) -> Iterator[Bucket]:
    """Speaks as much S3 as one object needs; `refusals`: status and error code by method."""
    objects: dict[str, bytes] = {}
    refusals: dict[str, tuple[int, str]] = {}

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            pass

        def _serve(self) -> None:
            content = self.rfile.read(int(self.headers.get("content-length") or 0))
            public = self.path.startswith("/public/")
            method = "PUBLIC" if public else self.command
            key = self.path.partition("/public" if public else "/shop-media")[2].partition("?")[0]
            status, body = 200, b""
            if method in refusals:
                status, code = refusals[method]
                body = f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode()
            elif method == "PUT":
                objects[key] = content
            elif method == "DELETE":
                status = 204
                objects.pop(key, None)
            else:
                status, body = (200, objects[key]) if key in objects else (404, b"")
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_DELETE = do_HEAD = _serve

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    settings.R2_CONFIG = {
        "endpoint_url": url,
        "aws_access_key_id": "id",
        "aws_secret_access_key": "secret",
        "region_name": "auto",
        "bucket_name": "shop-media",
    }
    settings.AI_R2_SETTINGS = {**settings.AI_R2_SETTINGS, "cdn_url": f"{url}/public"}
    yield Bucket(url, objects, refusals)
    server.shutdown()
    server.server_close()


def test_a_sound_bucket_is_left_clean(bucket: Bucket) -> None:
    assert [one.code for one in storage.look()] == ["storage"]
    assert bucket.objects == {}


@pytest.mark.parametrize(
    ("method", "refusal", "code", "cure"),
    [
        ("PUT", (404, "NoSuchBucket"), "bucket_missing", "R2_BUCKET_NAME"),
        ("PUT", (403, "AccessDenied"), "storage_read_only", "право записи"),
        ("PUT", (403, "SignatureDoesNotMatch"), "storage_wrong_secret", "R2_SECRET_ACCESS_KEY"),
        ("PUT", (403, "InvalidAccessKeyId"), "storage_wrong_secret", "R2_ACCESS_KEY_ID"),
        ("PUT", (503, "SlowDown"), "storage_away", "R2_ENDPOINT_URL"),
        ("GET", (403, "AccessDenied"), "storage_unreadable", "чтение"),
        ("DELETE", (403, "AccessDenied"), "storage_no_delete", "удаление"),
        ("PUBLIC", (403, "AccessDenied"), "public_address_wrong", "R2_PUBLIC_URL"),
    ],
)
def test_a_bucket_that_refuses(
    bucket: Bucket, method: str, refusal: tuple[int, str], code: str, cure: str
) -> None:
    bucket.refusals[method] = refusal
    assert cure in found(storage.look(), code).cure


def test_a_public_address_of_somebody_else(bucket: Bucket, settings: Any) -> None:
    settings.AI_R2_SETTINGS = {**settings.AI_R2_SETTINGS, "cdn_url": f"{bucket.url}/elsewhere"}
    assert "R2_PUBLIC_URL" in found(storage.look(), "public_address_wrong").cure
    assert bucket.objects == {}


def test_half_of_the_storage_settings(bucket: Bucket, settings: Any) -> None:
    settings.R2_CONFIG = {**settings.R2_CONFIG, "aws_secret_access_key": ""}
    assert "R2_" in found(storage.look(), "storage_settings").cure


# --- Queue ------------------------------------------------------------------------------------------------


def test_redis_away(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    away = app.connection_for_write("redis://:secret-word@127.0.0.1:9/0")
    monkeypatch.setattr(type(app), "connection_for_write", lambda *args, **kwargs: away)
    finding = found(queue.broker(), "broker_away")
    assert "REDIS_URL" in finding.cure
    assert "secret-word" not in finding.text


def test_a_queue_that_is_not_routed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(queue.routing()) == []
    unrouted = Router((), app.amqp.queues, create_missing=True, app=app)
    monkeypatch.setattr(app.amqp, "router", unrouted)
    assert "CELERY_TASK_ROUTES" in found(queue.routing(), "queue_not_routed").cure


def test_a_visibility_timeout_that_is_too_short(settings: Any) -> None:
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600}
    _set(settings)
    assert "visibility_timeout" in found(queue.routing(), "visibility_too_short").cure


def test_no_worker_and_no_beat() -> None:
    findings = list(queue.processes())
    assert "celery -A config worker" in found(findings, "no_worker").cure
    assert "celery -A config beat" in found(findings, "no_beat").cure


def test_signs_of_life_grow_old() -> None:
    for kind in ProcessSign.Kind:
        signs.leave(f"{kind}@here", kind, queues=["ai"])
    assert faults(queue.processes()) == []
    ProcessSign.objects.update(at=timezone.now() - timedelta(minutes=5))
    finding = found(queue.processes(), "no_worker")
    assert "0:05:0" in finding.text
    assert faults(queue.processes()) == ["no_worker", "no_beat"]


def test_a_worker_of_another_queue_is_none() -> None:
    signs.leave("worker@here", ProcessSign.Kind.WORKER, queues=["celery"])
    found(queue.processes(), "no_worker")


def test_a_worker_that_ends_no_sweep() -> None:
    signs.leave("worker@here", ProcessSign.Kind.WORKER, queues=["ai"])
    signs.leave("beat@here", ProcessSign.Kind.BEAT)
    assert found(queue.processes(), "no_sweep").state is State.WARNING


# --- The shop ---------------------------------------------------------------------------------------------


def test_no_tree() -> None:
    assert "import_categories" in found(shop.tree(), "no_tree").cure


def test_no_fit(tree: dict[str, Category]) -> None:
    assert "fit_categories" in found(shop.automatic(), "no_fit").cure


def test_an_empty_and_a_low_budget(openai: OpenAIServer, settings: Any) -> None:
    assert "AI_BUDGET_DAY_USD" in found(shop.money(), "no_budget").cure
    _set(settings, BUDGET_DAY_USD="5", BUDGET_MONTH_USD="100")
    assert list(shop.money()) == []
    [month, day] = budgets.limits(run_id=None, now=timezone.now())
    rows = AIBudgetPeriod.objects
    rows.create(scope=day.scope, key=day.key, limit_nano=5 * 10**9, spent_nano=5 * 10**9)
    rows.create(scope=month.scope, key=month.key, limit_nano=100 * 10**9, spent_nano=95 * 10**9)
    findings = list(shop.money())
    assert found(findings, "budget_empty").state is State.FAULT
    assert found(findings, "budget_low").state is State.WARNING
    assert dict(budgets.left(now=timezone.now()))[day] == Decimal(0)


def test_pauses(openai: OpenAIServer) -> None:
    AIQueueState.objects.create(name="queue", paused=True)
    breaker.asked_to_wait(breaker.endpoint(), "Too Many Requests", seconds=60.0, probe=False)
    findings = list(shop.pauses())
    assert "ai_queue resume" in found(findings, "queue_paused").cure
    assert "Too Many Requests" in found(findings, "provider_paused").text


def test_many_failures(product: Product) -> None:
    rows = [
        AIProcessingLog(
            product=product, status=Status.FAILED, error_code="invalid_answer", completed_at=timezone.now()
        )
        for _ in range(10)
    ]
    AIProcessingLog.objects.bulk_create(rows[:1])
    assert found(shop.failures(), "failures").state is State.WARNING
    AIProcessingLog.objects.bulk_create(rows[1:])
    finding = found(shop.failures(), "failures")
    assert finding.state is State.FAULT
    assert "invalid_answer: 10" in finding.text


def test_lessons_and_pictures_that_are_owed(product: Product) -> None:
    AIProcessingLog.objects.create(product=product, lesson_due_at=timezone.now() - timedelta(hours=2))
    OwedPicture.objects.create(product=product, path="/nowhere/1.jpg", position=0)
    found(shop.owed(), "lessons_owed")
    assert "fetch_owed_pictures" in found(OWED_PICTURES.look(), "pictures_owed").cure


# --- The machine ------------------------------------------------------------------------------------------


def test_a_migration_that_is_owed() -> None:
    assert [one.code for one in machine.database()] == ["database"]
    [(_, latest)] = MigrationLoader(connection).graph.leaf_nodes("ai")
    MigrationRecorder.Migration.objects.filter(app="ai", name=latest).delete()
    finding = found(machine.database(), "migrations_owed")
    assert latest in finding.text
    assert "migrate" in finding.cure


def test_debug_and_the_sample_secrets(settings: Any) -> None:
    settings.DEBUG, settings.SECRET_KEY = True, "insecure-development-key-not-for-production-use-0000"
    settings.ALLOWED_HOSTS = ["shop.example"]
    findings = list(machine.secrets())
    assert "production" in found(findings, "debug").cure
    assert "DJANGO_SECRET_KEY" in found(findings, "default_secret_key").text
    assert faults(findings) == ["debug", "default_secret_key"]
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    assert faults(machine.secrets()) == []  # nobody else comes by
    settings.ALLOWED_HOSTS = ["shop.example"]
    settings.DEBUG, settings.SECRET_KEY = False, "k" * 64
    assert faults(machine.secrets()) == []


def test_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(Path.cwd())
    monkeypatch.setattr(shutil, "disk_usage", lambda place: usage._replace(free=900_000_000))
    assert "900 МБ" in found(machine.disk(), "disk_full").text


def test_a_clock_that_is_wrong(openai: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(machine.clock()) == []
    late = datetime.now(UTC) - timedelta(minutes=3)
    monkeypatch.setattr(machine, "_provider_time", lambda: late)
    assert "180 с" in found(machine.clock(), "clock").text


def test_mail_that_is_refused(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    settings.ADMINS = []
    assert found(machine.mail(), "no_admins").state is State.NOTE
    settings.ADMINS = [("", "admin@example.com")]
    assert "EMAIL_URL" in found(machine.mail(), "mail_refused").cure


@pytest.mark.parametrize("status", [404, 410, 502])
def test_a_dead_webhook(bucket: Bucket, settings: Any, status: int) -> None:
    bucket.refusals["HEAD"] = (status, "")
    _set(settings, ALERT_WEBHOOK=bucket.url)
    assert "адрес" in found(machine.webhook(), "webhook_dead").cure


def test_a_webhook_that_takes_only_posts_is_alive(bucket: Bucket, settings: Any) -> None:
    bucket.refusals["HEAD"] = (405, "")
    _set(settings, ALERT_WEBHOOK=bucket.url)
    found(machine.webhook(), "webhook")


def test_a_webhook_that_nobody_hears(settings: Any) -> None:
    _set(settings, ALERT_WEBHOOK="http://127.0.0.1:9/hook")
    found(machine.webhook(), "webhook_dead")


def test_nobody_would_be_told(settings: Any) -> None:
    settings.ADMINS = []
    found(machine.webhook(), "nobody_alerted")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"BREAKER": {"treshold": 5}}, "threshold"),
        ({"BREAKER": {"threshold": "five"}}, "threshold"),
        ({"BREAKER": []}, "AI_BREAKER"),
        ({"BATCH_LIMITS": {"line": 5}}, "lines"),
        ({"RATE_LIMITS": {"gpt-4o-mini": 500}}, "AI_RATE_LIMITS"),
        ({"RATE_LIMITS": {"gpt-4o-mini": {"rps": 5}}}, "AI_RATE_LIMITS"),
        ({"ALERT_TELEGRAM": {"url": "https://x", "token": "t", "chat": ""}}, "AI_ALERT_TELEGRAM_CHAT"),
    ],
)
def test_a_slip_in_a_structured_setting(settings: Any, changes: dict[str, Any], named: str) -> None:
    _set(settings, **changes)
    finding = found(machine.settings_sound(), "check_ai_E000")
    assert named in finding.text
