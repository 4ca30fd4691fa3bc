"""The price list's rows get the models' own image formulas; rows that people changed stay."""

from django.db import migrations, models

#: What the list said before → what it says now.
FORMULAS = [
    ({"low": 2833, "high": 48169}, {"base": 2833, "tile": 5667}),
    ({"low": 85, "high": 1445}, {"base": 85, "tile": 170}),
    ({"low": 70, "high": 1190}, {"base": 70, "tile": 140}),
    ({"low": 2489, "high": 2489}, {"patch": 32, "factor": 1.62, "most": 1536}),
    ({"low": 3779, "high": 3779}, {"patch": 32, "factor": 2.46, "most": 1536}),
]


def forwards(apps, schema_editor):
    _exchange(apps, FORMULAS)


def backwards(apps, schema_editor):
    _exchange(apps, [(new, old) for old, new in FORMULAS])


def _exchange(apps, pairs):
    prices = apps.get_model("ai", "AIPrice").objects
    for row in prices.only("image_formula"):
        for old, new in pairs:
            if row.image_formula == old:
                prices.filter(pk=row.pk).update(image_formula=new)


class Migration(migrations.Migration):
    dependencies = [("ai", "0090_stored_pictures")]

    operations = [
        migrations.AlterField(
            model_name="aiprice",
            name="image_formula",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text='Формула поставщика: {"base": 85, "tile": 170} — плитки по 512 px; '
                '{"patch": 32, "factor": 1.62, "most": 1536} — клетки по 32 px; '
                '{"low": 85, "high": 1445} — не больше скольких токенов входа стоит одно изображение',
                verbose_name="Токены за изображение",
            ),
        ),
        migrations.RunPython(forwards, backwards),
    ]
