"""What a provider's bad hour needs to be remembered, and places of their own for what lay among stage results."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ai', '0010_people'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameField('servicepause', 'first_failure_at', 'last_failure_at'),
        migrations.AddField(
            model_name='aicall',
            name='estimated',
            field=models.BooleanField(default=False, verbose_name='Удержано по оценке'),
        ),
        migrations.AddField(
            model_name='aiprocessinglog',
            name='rejected_run_id',
            field=models.BigIntegerField(blank=True, null=True, verbose_name='Такую же карточку отклонили'),
        ),
        migrations.AddField(
            model_name='aiprocessinglog',
            name='taken_from',
            field=models.JSONField(blank=True, default=dict, help_text='{"run": 12, "replaced": {"S": "M"}}', verbose_name='Взята у варианта'),
        ),
        migrations.AddField(
            model_name='aiprocessinglog',
            name='template_ids',
            field=models.JSONField(blank=True, default=list, verbose_name='Шаблоны текста'),
        ),
        migrations.AddField(
            model_name='servicepause',
            name='alerted_for',
            field=models.CharField(blank=True, default='', max_length=60, verbose_name='О чём'),
        ),
        migrations.AlterField(
            model_name='servicepause',
            name='last_failure_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='Последняя из них'),
        ),
        migrations.AddField(
            model_name='servicepause',
            name='rejected_by',
            field=models.JSONField(blank=True, default=list, verbose_name='Товары с этим отказом'),
        ),
        migrations.AddField(
            model_name='servicepause',
            name='rejection',
            field=models.CharField(blank=True, default='', max_length=30, verbose_name='Отказ'),
        ),
        migrations.AlterField(
            model_name='aiprocessinglog',
            name='attempts',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='Попыток на этапе'),
        ),
        migrations.AlterField(
            model_name='servicepause',
            name='reason',
            field=models.CharField(blank=True, choices=[('quota', 'У поставщика кончились деньги'), ('key_refused', 'Ключ не принят'), ('failures', 'Поставщик не отвечает'), ('rejected', 'Поставщик отклоняет запросы'), ('busy', 'Поставщик просит подождать')], default='', max_length=20, verbose_name='Причина'),
        ),
        migrations.AddIndex(
            model_name='aicall',
            index=models.Index(condition=models.Q(models.Q(('status', 'sent'), _negated=True), ('estimated', False), ('held_nano__gt', 0)), fields=['id'], name='ai_call_cost_unknown'),
        ),
        migrations.AddIndex(
            model_name='aiprocessinglog',
            index=models.Index(condition=models.Q(('completed_at__isnull', False), models.Q(('error_code', ''), _negated=True)), fields=['completed_at'], name='ai_run_ended_badly'),
        ),
    ]
