"""Lists by date and the moderators' queue, read in the order of an index: at 100,000 runs they were sorted every time."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ai', '0008_texts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='aiprocessinglog',
            index=models.Index(fields=['created_at'], name='ai_run_created'),
        ),
        migrations.AddIndex(
            model_name='aimoderationqueue',
            index=models.Index(fields=['-priority', 'created_at'], name='ai_moderation_order'),
        ),
    ]
