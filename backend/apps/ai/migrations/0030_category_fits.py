from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('ai', '0010_people'),
    ]

    operations = [
        migrations.RenameModel('AICategoryJudge', 'AICategoryFit'),
        migrations.RenameField('aicategoryfit', 'judged', 'tested'),
    ]
