"""Fill a shop by SQL: `python -m benchmarks.desk_fill [--runs 1000000] [--products 300000] [--calls 10000000]`.

For looking at the admin and for measuring it with many rows. PostgreSQL only; needs DATABASE_URL, whose database is
migrated first and must hold no products. Rows are made up, but their shape is the real one: texts of the usual length,
a fifth of the products waiting for a person, a tenth for the model, the rest decided over the last 90 days.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping

import django

if __name__ == "__main__":
    django.setup()

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection, models

from apps.ai.models import (
    AIAudit,
    AICall,
    AIEditMeasure,
    AIModerationQueue,
    AIPrice,
    AIProcessingLog,
    AppliedChange,
    StoredPicture,
)
from apps.ai.services.desk import rollups
from apps.products.models import Brand, Category, Product, ProductImage
from apps.users.groups import MODERATOR_GROUP
from apps.users.models import User

BRANCHES, LEAVES = 30, 40
PEOPLE = ("anna", "boris", "vera", "galina")
REASONS = (
    *("low_confidence", "fact_lost", "foreign_words", "meaning_left_out", "price_low", "stale"),
    *("near_duplicate", "claim"),
)
WORDS = (
    "Крем Шампунь Витамин Сироп Таблетки Гель Спрей Маска Бальзам Капли Порошок Мыло Лосьон Масло Пластырь Платье "
    "Кроссовки Книга Тарелка Кресло Рубашка Духи Сыворотка Тоник Пенка Скраб Капсулы Мазь Настой Чай"
).split()
TEXT = (
    "'<p>Средство для ежедневного ухода, подходит всей семье. ' || md5(g::text) || ' ' || md5((g * 7)::text) || "
    "' Хранить в сухом месте, беречь от детей, соблюдать срок годности.</p><ul><li>Объём 250 мл</li><li>'"
    " || md5((g * 13)::text) || '</li></ul>'"
)
SINCE = "now() - interval '90 days' * ((g - 1)::float / {runs})"


def fill(*, runs: int, products: int, calls: int) -> None:
    """Say what is made while it is made. The database holds nothing of a shop before."""
    if Product.objects.exists():
        sys.exit("This database has products: fill an empty one.")
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("SET work_mem = '128MB'")
    leaves = _tree()
    people = _people()
    for name, work in (
        ("products", lambda: _products(products, leaves)),
        ("pictures", lambda: _pictures(runs)),
        ("runs", lambda: _runs(runs, products, leaves, people)),
        ("the queue", lambda: _queue(runs)),
        ("decisions", lambda: _decisions(runs, people)),
        ("the ledger", lambda: _calls(calls, runs)),
        ("VACUUM ANALYZE", _vacuum),
        ("figures by day", lambda: rollups.refresh(days=95)),
    ):
        started = time.monotonic()
        work()
        sys.stdout.write(f"{name:<16} {time.monotonic() - started:7.1f} s\n")


def insert(model: type[models.Model], values: Mapping[str, str], source: str) -> None:
    """INSERT … SELECT: `values` are SQL expressions by column; the other columns have the model's defaults."""
    quote = connection.ops.quote_name
    columns: dict[str, str] = {}
    for field in model._meta.concrete_fields:
        column = field.column
        if column is None or (isinstance(field, models.AutoField) and column not in values):
            continue
        columns[column] = values[column] if column in values else _literal(field)
    names = ", ".join(quote(name) for name in columns)
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({names}) SELECT {', '.join(columns.values())} FROM {source}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _literal(field: models.Field) -> str:  # type: ignore[type-arg]
    if isinstance(field, models.UUIDField):
        return "gen_random_uuid()"
    if isinstance(field, models.DateTimeField) and not field.null:
        return "now()"
    value = field.get_default()
    if isinstance(field, models.JSONField):
        return f"'{json.dumps(value)}'::jsonb"
    if value is None:
        return f"NULL::{str(field.db_type(connection)).split(' ')[0]}" if field.null else "''"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, (int, float)) else f"'{value}'"


def _tree() -> list[int]:
    root = Category.objects.create(name="Каталог", slug="catalogue")
    branches = [
        Category.objects.create(name=f"Ветка {one + 1}", slug=f"branch-{one}", parent=root)
        for one in range(BRANCHES)
    ]
    leaves = Category.objects.bulk_create(
        Category(
            name=f"{WORDS[place % len(WORDS)]}, раздел {place}", slug=f"leaf-{at}-{place}", parent=branch
        )
        for at, branch in enumerate(branches)
        for place in range(LEAVES)
    )
    Brand.objects.bulk_create(Brand(name=f"Бренд {number}") for number in range(500))
    return [leaf.pk for leaf in leaves]


def _people() -> list[int]:
    group = Group.objects.get(name=MODERATOR_GROUP)
    for name in PEOPLE:
        User.objects.create_user(name, password=name, is_staff=True).groups.add(group)
    User.objects.create_superuser("owner", password="owner")  # noqa: S106
    return list(User.objects.filter(username__in=PEOPLE).values_list("pk", flat=True))


def _products(products: int, leaves: list[int]) -> None:
    first = Brand.objects.order_by("pk").values_list("pk", flat=True)[0]
    insert(
        Product,
        {
            "title": f"{_pick(WORDS, 'g')} || ' ' || (g % 900 + 10) || ' мл № ' || g",
            "description": TEXT,
            "slug": "'p-' || g",
            "sku": "'SKU' || g",
            "brand_id": f"{first} + g % 500",
            "category_id": f"CASE WHEN g % 5 = 0 THEN NULL ELSE {_pick(leaves, 'g')} END",
            "price": "(g % 5000) + 99",
            "currency": "'RUB'",
            "source": "'parser'",
            "source_name": _pick(["wildberries", "ozon", "ilacabak", "trendyol"], "g % 7"),
            "source_id": "g::text",
            "title_ru": "CASE WHEN g % 3 = 0 THEN 'Готовая карточка № ' || g END",
            "description_ru": f"CASE WHEN g % 3 = 0 THEN {TEXT} END",
            "created_at": "now() - interval '120 days' * (g::float / " + str(products) + ")",
        },
        f"generate_series(1, {products}) g",
    )
    own, placeholder = (f"{Product._meta.db_table} WHERE id % 2 = {rest}" for rest in (0, 1))
    insert(ProductImage, {"product_id": "id", "url": _picture_url("id")}, own)
    insert(ProductImage, {"product_id": "id", "url": _picture_url("0")}, placeholder)


def _picture_url(number: str) -> str:
    return f"'https://cdn.example/' || {number} || '.jpg'"


def _pictures(pictures: int) -> None:
    """One in a hundred is owed, one in ten thousand is none; the first is at half of the products."""
    status = "CASE WHEN g % 10000 = 9 THEN 'broken' WHEN g % 100 = 7 THEN 'owed' ELSE 'kept' END"
    key = "CASE WHEN g % 100 IN (7, 9) THEN '' ELSE 'products/thumbs/' || g || '.webp' END"
    insert(
        StoredPicture,
        {
            "url": _picture_url("g"),
            "url_hash": f"encode(sha256(({_picture_url('g')})::bytea), 'hex')",
            "status": status,
            "sha256": "encode(sha256((g / 3)::text::bytea), 'hex')",
            **dict.fromkeys(("original_key", "processed_key", "thumb_key"), key),
            "width": "1200",
            "height": "900",
        },
        f"generate_series({pictures}, 0, -1) g",
    )


def _runs(runs: int, products: int, leaves: list[int], people: list[int]) -> None:
    """The first round over the products is the newest: what waits is among it."""
    first = Product.objects.order_by("pk").values_list("pk", flat=True)[0]
    is_new = f"g <= {products} AND g % 10 = 2"
    status = (
        f"CASE WHEN g <= {products} AND g % 10 < 2 THEN 'moderation' WHEN {is_new} THEN 'pending' "
        "WHEN g % 50 = 0 THEN 'failed' WHEN g % 11 = 0 THEN 'rejected' ELSE 'approved' END"
    )
    insert(
        AIProcessingLog,
        {
            "product_id": f"{first} + (g - 1) % {products}",
            "status": status,
            "source": _pick(["parser", "mass", "moderator"], "g % 5"),
            "input_data": "jsonb_build_object('title', 'Товар ' || g, 'original_description', " + TEXT + ")",
            "input_images_urls": "jsonb_build_array('https://cdn.example/' || g || '.jpg')",
            "generated_title": f"CASE WHEN {is_new} THEN NULL ELSE 'Карточка товара № ' || g END",
            "generated_description": f"CASE WHEN {is_new} THEN NULL ELSE {TEXT} END",
            "suggested_category_id": f"CASE WHEN {is_new} THEN NULL ELSE {_pick(leaves, 'g')} END",
            "category_confidence": "((g * 37) % 100)::float / 100",
            "quality_score": "((g * 17) % 100)::float / 100",
            "raw_llm_response": f"jsonb_build_object('draft', {TEXT}, 'category', md5(g::text))",
            "reasons": "jsonb_build_array(jsonb_build_object('code', "
            + _pick(REASONS, "g % 13")
            + ", 'severity', 'blocking', 'message', 'Замечание к карточке № ' || g, 'field', 'title', 'score', 0.2))",
            "llm_model": _pick(["gpt-4o-mini", "gpt-4o", "qwen2.5-14b"], "g % 7"),
            "prompt_version": _pick(["v11", "v12", "v13"], "g % 5"),
            "cost_usd": "0.0031",
            "error_code": "CASE WHEN g % 50 = 0 THEN 'invalid_answer' ELSE '' END",
            "processed_by_id": f"CASE WHEN g % 4 = 0 AND g % 10 > 2 THEN {_pick(people, 'g')} END",
            "variant_key": "CASE WHEN g % 10 < 4 THEN md5((g / 10)::text) ELSE '' END",
            "input_fingerprint": "md5(g::text)",
            "created_at": SINCE.format(runs=runs),
            "updated_at": SINCE.format(runs=runs),
            "completed_at": f"CASE WHEN {is_new} THEN NULL ELSE {SINCE.format(runs=runs)} END",
        },
        f"generate_series(1, {runs}) g",
    )


def _queue(runs: int) -> None:
    """Those that wait, and every fourth decided one, which a person had to decide."""
    branch = "(SELECT parent_id FROM products_category WHERE id = suggested_category_id)"
    insert(
        AIModerationQueue,
        {
            "log_entry_id": "r.id",
            "priority": "1 + (r.id % 10 > 1)::int + (r.id % 40 = 0)::int",
            "reason": _pick(REASONS, "r.id % 13"),
            "worth": "(r.id * 31) % 100",
            "branch_id": branch,
            "origin": _pick(["wildberries", "ozon", "ilacabak", "trendyol"], "r.id % 7"),
            "variant_key": "r.variant_key",
            "ranked_at": "now()",
            "created_at": "r.created_at",
            "resolved_at": "CASE WHEN r.status = 'moderation' THEN NULL ELSE r.created_at + interval '1 hour' END",
        },
        "ai_aiprocessinglog r WHERE r.status = 'moderation' OR r.processed_by_id IS NOT NULL",
    )


def _decisions(runs: int, people: list[int]) -> None:
    decided = (
        "ai_aiprocessinglog r WHERE r.processed_by_id IS NOT NULL AND r.status IN ('approved', 'rejected')"
    )
    insert(
        AIEditMeasure,
        {
            "run_id": "r.id",
            "moderator_id": "r.processed_by_id",
            "category_id": "r.suggested_category_id",
            "prompt_version": "r.prompt_version",
            "llm_model": "r.llm_model",
            "outcome": "CASE WHEN r.status = 'rejected' THEN 'rejected' WHEN r.id % 3 = 0 THEN 'edited' "
            "ELSE 'clean' END",
            "share": "CASE WHEN r.id % 3 = 0 THEN 0.12 ELSE 0 END",
            "words": "80 + r.id % 60",
            "decided_at": "r.created_at + interval '1 hour'",
        },
        decided,
    )
    insert(
        AppliedChange,
        {
            "run_id": "r.id",
            "product_id": "r.product_id",
            "before": "'{}'::jsonb",
            "after": "jsonb_build_object('title', r.generated_title)",
            "applied_by_id": "r.processed_by_id",
            "applied_at": "r.created_at + interval '1 hour'",
            "reverted_at": "CASE WHEN r.id % 300 = 0 THEN r.created_at + interval '1 day' END",
        },
        "ai_aiprocessinglog r WHERE r.status = 'approved'",
    )
    insert(
        AIAudit,
        {
            "run_id": "r.id",
            "branch_id": "(SELECT parent_id FROM products_category WHERE id = suggested_category_id)",
            "category_id": "r.suggested_category_id",
            "confidence": "0.9",
            "share": "0.1",
            "method": "'neighbours'",
            "outcome": "CASE WHEN r.id % 47 = 0 THEN 'wrong' ELSE 'right' END",
            "created_at": "r.created_at",
            "decided_at": "r.created_at + interval '1 hour'",
            "decided_by_id": "r.processed_by_id",
        },
        f"{decided} AND r.id % 12 = 0",
    )


def _calls(calls: int, runs: int) -> None:
    price = AIPrice.objects.order_by("pk").first()
    insert(
        AICall,
        {
            "created_at": "now() - interval '90 days' * ((g - 1)::float / " + str(calls) + ")",
            "settled_at": "now()",
            "run_id": f"1 + g % {runs}",
            "product_id": "1 + g % 1000",
            "source": "'parser'",
            "mode": "'full'",
            "stage": _pick(["category", "draft", "images"], "g"),
            "operation": "'chat'",
            "model": _pick(["gpt-4o-mini", "gpt-4o", "qwen2.5-14b"], "g % 7"),
            "prompt_tokens": "900 + g % 400",
            "completion_tokens": "200 + g % 90",
            "cost_usd": "0.0003",
            "price_id": f"{price.pk}" if price else "NULL::bigint",
            "status": "'ok'",
            "duration_ms": "800 + g % 3000",
            "request_id": "'req-' || g",
        },
        f"generate_series(1, {calls}) g",
    )


def _vacuum() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _pick(values: object, index: str) -> str:
    """The value at `index`, which goes round."""
    items = list(values)  # type: ignore[call-overload]
    literals = ", ".join(f"'{one}'" if isinstance(one, str) else str(one) for one in items)
    return f"(ARRAY[{literals}])[1 + (({index}) % {len(items)})]"


def arguments(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--runs", type=int, default=1_000_000)
    parser.add_argument("--products", type=int, default=300_000)
    parser.add_argument("--calls", type=int, default=10_000_000)
    return parser


def main() -> int:
    chosen = arguments(argparse.ArgumentParser(description="Fill a shop by SQL.")).parse_args()
    if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
        sys.exit("DATABASE_URL must name a PostgreSQL database.")
    call_command("migrate", verbosity=0)
    fill(runs=chosen.runs, products=chosen.products, calls=chosen.calls)
    return 0


if __name__ == "__main__":
    sys.exit(main())
