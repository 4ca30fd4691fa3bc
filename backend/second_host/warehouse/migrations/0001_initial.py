from django.db import migrations, models


class Migration(migrations.Migration):
    """The shop began with a counter of its own; goods came later, in 0003."""

    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Bazaar",
            fields=[("id", models.BigAutoField(primary_key=True)), ("name", models.CharField(max_length=50))],
        )
    ]
