from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ai", "0006_audits_and_taxonomy")]

    operations = [
        *(
            migrations.AddField(
                "aiprocessinglog", f"text_band_{number}", models.IntegerField(null=True, editable=False)
            )
            for number in (1, 2, 3, 4)
        ),
        *(
            migrations.AddIndex(
                "aiprocessinglog",
                models.Index(
                    fields=[f"text_band_{number}"],
                    condition=models.Q(**{f"text_band_{number}__isnull": False}),
                    name=f"ai_run_text_band_{number}",
                ),
            )
            for number in (1, 2, 3, 4)
        ),
    ]
