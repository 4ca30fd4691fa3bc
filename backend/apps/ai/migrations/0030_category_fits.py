from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('ai', '0022_counted_confirmations'),
    ]

    operations = [
        migrations.RenameModel('AICategoryJudge', 'AICategoryFit'),
        migrations.RenameField('aicategoryfit', 'judged', 'tested'),
    ]
