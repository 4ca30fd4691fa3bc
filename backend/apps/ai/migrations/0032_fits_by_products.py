from django.db import migrations

#: `classifier.MOST_EXAMPLES`. A fit on more products has a linear classifier, which is read no longer.
MOST_EXAMPLES = 6_000


def retire_linear_fits(apps, schema_editor):
    """No fit is in force then until the next one, which the nightly schedule makes at once."""
    apps.get_model("ai", "AICategoryFit").objects.filter(confirmed__gt=MOST_EXAMPLES).update(format=0)


class Migration(migrations.Migration):

    dependencies = [
        ("ai", "0031_no_embedding_rows"),
    ]

    operations = [
        migrations.RunPython(retire_linear_fits, migrations.RunPython.noop),
    ]
