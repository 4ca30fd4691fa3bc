from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ai', '0030_category_fits'),
    ]

    operations = [
        migrations.DeleteModel('AIEmbedding'),
        migrations.AlterField(
            model_name='aitemplate',
            name='usage_count',
            field=models.PositiveIntegerField(default=0, help_text='В карточках, о которых решили модераторы', verbose_name='Использован раз'),
        ),
    ]
