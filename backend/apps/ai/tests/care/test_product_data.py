"""Everything about one product: exported whole, deleted whole, and nothing of its neighbour with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.core.serializers import serialize
from django.db.models import Model, Sum
from django.utils import timezone

from apps.ai import conf
from apps.ai.models import (
    AIBatch,
    AIBatchItem,
    AIBudgetPeriod,
    AIBulkDecision,
    AIBulkItem,
    AICall,
    AIEditMeasure,
    AILeafletSection,
    AIMassChunk,
    AIMassRun,
    AIModerationQueue,
    AIPicture,
    AIPictureOrder,
    AIProcessingLog,
    AITemplate,
    AITrial,
    AIWebhook,
    AIWebhookDelivery,
    AppliedChange,
    StoredPicture,
)
from apps.ai.models.processing import Status
from apps.ai.models.stored_pictures import hash_of
from apps.ai.services import composition
from apps.ai.services.care import erase, pictures, tables
from apps.ai.services.money.meter import UnattendedMeter
from apps.ai.services.people import confirmed
from apps.ai.services.runs import leaflets
from apps.ai.services.templates import library
from apps.ai.services.vector_store import Collection
from apps.ai.tests.support.leaflets import ALL, description
from apps.products.models import Category, Product, ProductImage, RetiredCode
from apps.users.models import User
from utils.r2_storage import StorageUnavailable, get_storage

pytestmark = pytest.mark.django_db


def leaflet_of(canary: str) -> str:
    return description(**{heading: f"{texts[0]} {canary}" for heading, texts in ALL.items()})


class Known:
    """A product of which every kind of row, vector and picture says `canary`."""

    def __init__(self, product: Product, canary: str, category: Category, by: User) -> None:
        self.product, self.canary = product, canary
        self.run = AIProcessingLog.objects.create(
            product=product,
            status=Status.APPROVED,
            processed_by=by,
            suggested_category=category,
            generated_description=canary,
            input_data={"original_description": leaflet_of(canary)},
            raw_llm_response={"text": canary},
        )
        runs = {"run": self.run}
        AIModerationQueue.objects.create(log_entry=self.run, reason=canary)
        AppliedChange.objects.create(product=product, before={}, after={"title": canary}, **runs)
        AIEditMeasure.objects.create(outcome="edited", share=0.5, moderator=by, **runs)
        call = AICall.objects.create(
            created_at=timezone.now(),
            expires_at=timezone.now(),
            run_id=self.run.pk,
            product_id=product.pk,
            stage="draft",
            operation="chat",
            model="m",
            cost_usd=Decimal("0.25"),
            status="failed",
            error=canary,
        )
        AIBudgetPeriod.objects.create(scope="run", key=str(self.run.pk), limit_nano=1)
        AIBatchItem.objects.create(
            batch=AIBatch.objects.create(stage="draft", model="m"),
            call=call,
            custom_id=canary,
            state="done",
            **runs,
        )
        AIBulkItem.objects.create(
            bulk=AIBulkDecision.objects.create(decision="approve"), version=1, why=canary, **runs
        )
        hook = AIWebhook.objects.create(url="https://example.com/", secret="s" * 32)
        body = {"name": "card_approved", "data": {"product_id": product.pk, "note": canary}}
        AIWebhookDelivery.objects.create(webhook=hook, event="card_approved", body=body, state="delivered")
        AITrial.objects.create(
            product_ids=[product.pk], mode="full", language="ru", state="finished", rows=[{"title": canary}]
        )
        self.template = AITemplate.objects.create(
            name=canary,
            template_type="description",
            content=canary,
            source_run=self.run,
            source_product=product,
        )
        for key in leaflets.keys_of(self.run):
            AILeafletSection.objects.create(
                key=key,
                language="ru",
                prompt_version="",
                llm_model="",
                source_heading="x",
                heading="x",
                text=canary,
            )
        confirmed.learn_decision(self.run.pk)
        library.index([self.template.pk], meter=UnattendedMeter("learning"))
        self._draw()

    def _draw(self) -> None:
        storage = get_storage()
        self.made = f"{conf.get().media.processed_path}{self.product.pk}/optimized.jpg"
        self.own = f"products/original/{self.canary}.jpg"
        self.shared = "products/original/shared.jpg"
        self.copy, self.common = f"products/original/copy-{self.canary}.jpg", "products/original/common.jpg"
        supplier = f"https://supplier.example/{self.canary}"
        for name, key in (("copy", self.copy), ("common", self.common)):
            storage.put(key, b"x", content_type="image/jpeg")
            url = f"{supplier}/{name}.jpg"
            ProductImage.objects.create(product=self.product, url=url)
            kept = {"original_key": key, "status": "kept", "sha256": name}
            StoredPicture.objects.create(
                url=url, url_hash=hash_of(url), next_attempt_at=timezone.now(), **kept
            )
        bands = {f"band_{number}": 1 for number in range(1, 6)}
        AIPicture.objects.create(product=self.product, url=supplier, phash=1, **bands)
        AIPictureOrder.objects.create(product=self.product, after={"shown": [supplier]})
        for key in (self.made, self.own, self.shared):
            storage.put(key, b"x", content_type="image/jpeg")
            if key != self.made:
                ProductImage.objects.create(product=self.product, url=storage.public_url(key))


@pytest.fixture
def two(
    shop: dict[str, Category], make_product: Callable[..., Product], moderator: User
) -> tuple[Known, Known]:
    a = make_product(title="Kanarienvogel 1", description="canary-one", source_id="code-1")
    b = make_product(title="Kanarienvogel 2", description="canary-two", source_id="code-2")
    return Known(a, "canary-one", shop["pain"], moderator), Known(b, "canary-two", shop["pain"], moderator)


def stored() -> str:
    """Every row of every table of the project, and every payload in the vector store."""
    models: list[type[Model]] = [
        one for one in apps.get_models() if one._meta.app_label in ("ai", "products", "parsers")
    ]
    rows = "".join(serialize("json", model._base_manager.all(), ensure_ascii=False) for model in models)
    store = composition.vector_store()
    vectors = [
        entry for one in (Collection.PRODUCTS, Collection.TEMPLATES) for entry in store.dense_vectors(one)
    ]
    return rows + "".join(f"{one.payload} vector-{one.id}" for one in vectors)


def test_nothing_of_the_product_stays_and_all_of_the_other(two: tuple[Known, Known]) -> None:
    one, other = two
    call_command("ai_product_data", "delete", str(one.product.pk), "--yes")
    left, storage = stored(), get_storage()
    assert "canary-one" not in left
    assert "Kanarienvogel 1" not in left
    assert [key for key in (one.made, one.own, one.copy) if storage.exists(key)] == []
    assert not Product.objects.filter(pk=one.product.pk).exists()
    # the neighbour is whole: a row in each of the tables, its vectors and pictures, the shared one too
    assert {table.name: table.rows(other.product.pk).count() > 0 for table in tables.TABLES} == {
        table.name: table.name != "audits" for table in tables.TABLES
    }
    assert [
        key
        for key in (other.made, other.own, other.shared, other.copy, other.common)
        if not storage.exists(key)
    ] == []
    [near] = composition.vector_store().entries(Collection.PRODUCTS, [one.product.pk, other.product.pk])
    assert near.id == other.product.pk
    [example] = composition.vector_store().entries(Collection.TEMPLATES, [one.template.pk, other.template.pk])
    assert example.id == other.template.pk


def test_the_sums_of_the_ledger_stay_and_say_not_whose_they_are(two: tuple[Known, Known]) -> None:
    one, _ = two
    before = AICall.objects.aggregate(count=Sum("cost_usd"))
    erase.erase(one.product.pk, keep_product=False)
    assert AICall.objects.aggregate(count=Sum("cost_usd")) == before
    [call] = AICall.objects.filter(product_id=None)
    assert (call.run_id, call.error, call.cost_usd) == (None, "", Decimal("0.25"))
    [measure] = AIEditMeasure.objects.filter(run=None)
    assert measure.share == 0.5


def test_the_second_time_there_is_nothing_to_delete(two: tuple[Known, Known]) -> None:
    first = erase.erase(two[0].product.pk, keep_product=False)
    assert all(first[name] for name in first if name not in ("audits",)), first
    assert set(erase.erase(two[0].product.pk, keep_product=False).values()) == {0}


def test_the_next_import_does_not_bring_it_back(two: tuple[Known, Known]) -> None:
    erase.erase(two[0].product.pk, keep_product=False)
    [code] = RetiredCode.objects.all()
    assert (code.source_id, code.title) == ("code-1", "")


def test_the_shops_own_row_and_pictures_may_stay(two: tuple[Known, Known], capsys: Any) -> None:
    one, _ = two
    call_command("ai_product_data", "delete", str(one.product.pk), "--yes", "--keep-product")
    assert Product.objects.get(pk=one.product.pk).title == "Kanarienvogel 1"
    assert get_storage().exists(one.own)
    assert not get_storage().exists(one.made)
    assert not AIProcessingLog.objects.filter(product=one.product).exists()
    assert "AI_AUTO_PROCESS" in capsys.readouterr().out


@pytest.mark.parametrize("place", ["vectors", "pictures", "rows"])
def test_after_a_crash_in_the_middle_it_is_called_again(
    two: tuple[Known, Known], monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    one, _ = two

    def crash(*args: Any, **kwargs: Any) -> Any:
        raise StorageUnavailable("The bucket does not answer.")

    target: dict[str, tuple[Any, str]] = {
        "vectors": (composition.vector_store(), "entries"),
        "pictures": (pictures, "made"),
        "rows": (erase, "_product"),
    }
    with monkeypatch.context() as broken:
        broken.setattr(*target[place], crash)
        with pytest.raises(StorageUnavailable):
            erase.erase(one.product.pk, keep_product=False)
    erase.erase(one.product.pk, keep_product=False)
    assert "canary-one" not in stored()
    assert not get_storage().exists(one.made)
    assert not get_storage().exists(one.own)


def test_it_is_refused_while_a_run_is_under_way(two: tuple[Known, Known]) -> None:
    one, other = two
    AIProcessingLog.objects.create(product=one.product, status=Status.PROCESSING)
    before = stored()
    with pytest.raises(CommandError, match="is under way") as refused:
        call_command("ai_product_data", "delete", str(one.product.pk), "--yes")
    assert refused.value.returncode == 1
    assert stored() == before
    assert get_storage().exists(one.made)
    erase.erase(other.product.pk, keep_product=False)  # another product's run is no hindrance


def test_it_is_refused_while_a_request_or_a_trial_is_under_way(two: tuple[Known, Known]) -> None:
    one, other = two
    soon = timezone.now() + timedelta(minutes=1)
    AICall.objects.filter(product_id=one.product.pk).update(status="sent", expires_at=soon)
    with pytest.raises(erase.ProductBusy, match="request"):
        erase.erase(one.product.pk, keep_product=False)
    AITrial.objects.filter(rows__0__title="canary-two").update(state="running")
    with pytest.raises(erase.ProductBusy, match="Trial"):
        erase.erase(other.product.pk, keep_product=False)


def test_a_run_that_only_waits_goes_and_a_mass_run_forgets_the_product(two: tuple[Known, Known]) -> None:
    one, other = two
    waiting = AIProcessingLog.objects.create(product=one.product, status=Status.PENDING)
    ids = [one.product.pk, other.product.pk]
    chunk = AIMassChunk.objects.create(
        mass=AIMassRun.objects.create(mode="full", priority=1), product_ids=ids
    )
    erase.erase(one.product.pk, keep_product=False)
    assert not AIProcessingLog.objects.filter(pk=waiting.pk).exists()
    chunk.refresh_from_db()
    assert chunk.product_ids == [other.product.pk]


def test_the_export_holds_every_kind_of_row(two: tuple[Known, Known], tmp_path: Path) -> None:
    one, _ = two
    file = tmp_path / "product.json"
    call_command("ai_product_data", "export", str(one.product.pk), "--file", str(file))
    text = file.read_text("utf-8")
    found = json.loads(text)
    assert "canary-two" not in text
    assert file.stat().st_mode & 0o077 == 0
    assert [name for name in found if isinstance(found[name], list) and not found[name]] == [
        "audits",
        "mass_runs",
    ]
    assert found["product"]["title"] == "Kanarienvogel 1"
    assert found["runs"][0]["raw_llm_response"] == {"text": "canary-one"}
    assert found["ledger"][0]["cost_usd"] == "0.250000000"
    assert {one["collection"] for one in found["vectors"]} == {"products", "templates"} or len(
        found["vectors"]
    ) == 2
    assert all(any(entry["dense"]) for entry in found["vectors"])
    assert found["pictures"] == {
        "made": [one.made],
        "originals": sorted([one.own, one.shared, one.copy, one.common]),
    }
    assert "s" * 32 not in text  # the webhook's secret


def test_every_table_that_names_a_product_or_a_run_is_known() -> None:
    """A new table must say what is exported of it and what deletion does to it."""
    hosts = {conf.PRODUCT_MODEL, "ai.AIProcessingLog"}
    naming = {
        model
        for model in apps.get_app_config("ai").get_models()
        for field in model._meta.concrete_fields
        if field.name in ("product_id", "run_id", "product_ids", "rejected_run_id")
        or (field.related_model is not None and field.related_model._meta.label in hosts)
    }
    assert naming - {table.model for table in tables.TABLES} - {AIMassChunk} == set()
    assert len(naming) > 10
