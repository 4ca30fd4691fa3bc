"""Products by a person's words, also among hundreds of thousands.

With PostgreSQL's trigram extension an index finds parts of words; without it an index of the words' beginnings does,
and the newest products are searched through for parts of words when nothing begins like that.
"""

from __future__ import annotations

import re
from functools import cache

from django.db import connection
from django.db.models import Q, QuerySet

from apps.products.models import Product

FIELDS = ("title", "title_ru", "sku", "barcode")
#: The text whose words are indexed; the migration 0005_search makes the index of exactly this expression.
DOCUMENT = "to_tsvector('simple', coalesce(title, '') || ' ' || coalesce(title_ru, '') || ' ' || sku || ' ' || barcode)"
#: Products, the newest, that are searched for parts of words where no index does it.
NEWEST = 20_000


def find(products: QuerySet[Product], text: str, *, limit: int) -> QuerySet[Product]:
    """Those of `products` that hold every word of the text, at most `limit`, the newest first; or the id itself."""
    ids = [int(text)] if text.strip().isdecimal() and len(text.strip()) < 19 else []
    words = text.split()
    if not words:
        return products.none()
    if connection.vendor != "postgresql" or has_trigrams():
        found = _with_parts(products, words).order_by("-pk").values_list("pk", flat=True)[:limit]
        return products.filter(pk__in=[*ids, *found])
    found_ids = [*ids, *_with_beginnings(words, limit=limit), *_with_source_id(words)]
    if not found_ids:
        newest = Product.objects.order_by("-pk").values_list("pk", flat=True)[NEWEST : NEWEST + 1]
        recent = products.filter(pk__gt=next(iter(newest), 0))
        found_ids = list(_with_parts(recent, words).order_by("-pk").values_list("pk", flat=True)[:limit])
    return products.filter(pk__in=found_ids)


@cache
def has_trigrams() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        return cursor.fetchone() is not None


def _with_parts(products: QuerySet[Product], words: list[str]) -> QuerySet[Product]:
    wanted = Q()
    for word in words:
        wanted &= Q(*((f"{name}__icontains", word) for name in FIELDS), _connector=Q.OR)
    return products.filter(wanted)


def _with_source_id(words: list[str]) -> list[int]:
    """The product that a parser knows by this code."""
    same = Product.objects.filter(source_id__in=words).exclude(source_id="")
    return list(same.values_list("pk", flat=True)[:10])


def _with_beginnings(words: list[str], *, limit: int) -> list[int]:
    """Ids of products in which a word begins like each of these."""
    beginnings = [part for word in words for part in re.findall(r"\w+", word)]
    if not beginnings:
        return []
    query = " & ".join(f"{part}:*" for part in beginnings)
    table = Product._meta.db_table
    sql = f"SELECT id FROM {table} WHERE {DOCUMENT} @@ to_tsquery('simple', %s) LIMIT %s"  # noqa: S608  (constants)
    with connection.cursor() as cursor:
        cursor.execute(sql, [query, limit])
        return [row[0] for row in cursor.fetchall()]
