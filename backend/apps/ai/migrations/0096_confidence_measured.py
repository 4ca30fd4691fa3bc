from typing import Any

from django.db import migrations, models


def mark_waiting_cards(apps: Any, schema_editor: Any) -> None:
    """Of the cards that wait, those made under the fit in force, in a way that it measured. Decided ones keep "no"."""
    fit = apps.get_model("ai", "AICategoryFit").objects.defer("classifier").order_by("-pk").first()
    if fit is None:
        return
    ways = [way for method in fit.calibrations for way in (method, f"variant:{method}")]
    apps.get_model("ai", "AIProcessingLog").objects.filter(
        status="moderation",
        created_at__gte=fit.created_at,
        stage_results__category__method__in=ways,
        stage_results__second_look__isnull=True,
    ).update(confidence_measured=True)


class Migration(migrations.Migration):
    dependencies = [("ai", "0095_pictures")]

    operations = [
        migrations.AddField(
            model_name="aiprocessinglog",
            name="confidence_measured",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Нет: как часто так выбранная категория верна, не измерено, и уверенность — лишь оценка",
                verbose_name="Уверенность измерена",
            ),
        ),
        migrations.RunPython(mark_waiting_cards, migrations.RunPython.noop),
    ]
