from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('ai', '0021_stage_results'),
    ]

    operations = [
        migrations.RenameModel('AICategoryJudge', 'AICategoryFit'),
        migrations.RenameField('aicategoryfit', 'judged', 'tested'),
    ]
