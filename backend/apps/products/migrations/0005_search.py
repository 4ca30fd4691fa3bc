"""Indexes that a search for products needs, where the database is PostgreSQL: beginnings of words always, parts of
words where the trigram extension is to be had."""

from django.db import migrations, models

DOCUMENT = (
    "to_tsvector('simple', coalesce(title, '') || ' ' || coalesce(title_ru, '') || ' ' || sku || ' ' || barcode)"
)
PARTS = ", ".join(f"UPPER({name}::text) gin_trgm_ops" for name in ("title", "title_ru", "sku", "barcode"))


def make(apps, editor):
    if editor.connection.vendor != "postgresql":
        return
    with editor.connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX IF NOT EXISTS product_words ON products_product USING gin (({DOCUMENT}))")
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")
        if cursor.fetchone() is None:
            return
        # A trusted extension: whoever may create in the database may install it.
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute(f"CREATE INDEX IF NOT EXISTS product_parts ON products_product USING gin ({PARTS})")


def drop(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP INDEX IF EXISTS product_words")
        editor.execute("DROP INDEX IF EXISTS product_parts")


class Migration(migrations.Migration):
    dependencies = [("products", "0004_retired_codes")]
    operations = [
        migrations.AddIndex("product", models.Index(fields=["source_name"], name="product_source_name")),
        migrations.AddIndex("product", models.Index(fields=["-created_at", "-id"], name="product_newest")),
        migrations.RunPython(make, drop),
    ]
