from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('ai', '0009_index_of_all_runs'),
    ]

    operations = [
        migrations.RenameModel('AICategoryJudge', 'AICategoryFit'),
        migrations.RenameField('aicategoryfit', 'judged', 'tested'),
    ]
