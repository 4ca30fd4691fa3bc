from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ai", "0033_restarts"),
    ]

    operations = [
        migrations.AddField(
            model_name="aiprocessinglog",
            name="alignment",
            field=models.JSONField(
                blank=True,
                default=list,
                editable=False,
                help_text="Предложения описания: начало, конец, близость в процентах, начала и концы в источнике",
                verbose_name="Чем подтверждено",
            ),
        ),
    ]
