from django.db import migrations

from apps.ai.services.money.prices import load_prices


def load(apps, schema_editor):
    load_prices(apps.get_model("ai", "AIPrice"))


class Migration(migrations.Migration):
    dependencies = [("ai", "0001_initial")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
