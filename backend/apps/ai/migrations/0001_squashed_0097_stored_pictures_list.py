"""All tables as they stand after 0097 in one step, for a new database: a fifth of the time of the steps that it replaces.

A database that has some of those goes on by them. Of what they do to rows, a new database needs the price list and a
note of the stock: there may be products before this app comes.
"""

from importlib import import_module

from django.conf import settings
from django.db import migrations

from apps.ai.conf import CATEGORY_MODEL, PRODUCT_MODEL
from apps.ai.host import created_in
from apps.ai.migrations import _whole_money, _whole_people, _whole_runs, _whole_shop

prices = import_module("apps.ai.migrations.0002_load_prices")
people = import_module("apps.ai.migrations.0010_people")


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("ai", "0001_initial"),
        ("ai", "0002_load_prices"),
        ("ai", "0003_mass_runs_and_message_window"),
        ("ai", "0004_batches"),
        ("ai", "0005_category_judge"),
        ("ai", "0006_audits_and_taxonomy"),
        ("ai", "0007_text_bands"),
        ("ai", "0008_texts"),
        ("ai", "0009_index_of_all_runs"),
        ("ai", "0010_people"),
        ("ai", "0020_provider_faults"),
        ("ai", "0021_stage_results"),
        ("ai", "0022_counted_confirmations"),
        ("ai", "0030_category_fits"),
        ("ai", "0031_no_embedding_rows"),
        ("ai", "0032_fits_by_products"),
        ("ai", "0033_restarts"),
        ("ai", "0040_alignment"),
        ("ai", "0050_review"),
        ("ai", "0060_desk"),
        ("ai", "0070_api_tokens"),
        ("ai", "0071_webhooks"),
        ("ai", "0072_house_rules"),
        ("ai", "0073_mass_sample"),
        ("ai", "0080_signs_and_troubles"),
        ("ai", "0085_encrypted_webhook_secrets"),
        ("ai", "0090_stored_pictures"),
        ("ai", "0094_image_formulas"),
        ("ai", "0095_pictures"),
        ("ai", "0096_confidence_measured"),
        ("ai", "0097_stored_pictures_list"),
    ]
    dependencies = [
        created_in(PRODUCT_MODEL),
        created_in(CATEGORY_MODEL),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        *_whole_money.OPERATIONS,
        *_whole_runs.OPERATIONS,
        *_whole_people.OPERATIONS,
        *_whole_shop.OPERATIONS,
        migrations.RunPython(prices.load, migrations.RunPython.noop),
        migrations.RunPython(people.note_the_stock, migrations.RunPython.noop),
    ]
