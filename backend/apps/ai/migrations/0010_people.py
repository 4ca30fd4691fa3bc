"""Versions and histories of cards, leases of moderators, lessons as rows, one waiting card per product.

Of several waiting cards of a product the latest stays; the others are closed as superseded by it. The products that
there are at the first start are noted: they are the shop's stock, which only a mass run takes.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Max
from django.utils import timezone


def close_older_cards(apps, schema_editor):
    run_model = apps.get_model("ai", "AIProcessingLog")
    queue_model = apps.get_model("ai", "AIModerationQueue")
    now = timezone.now()
    latest = {}
    waiting = run_model.objects.filter(status="moderation").order_by("-pk")
    for pk, product_id in waiting.values_list("pk", "product_id").iterator(chunk_size=2000):
        newer = latest.setdefault(product_id, pk)
        if newer == pk:
            continue
        run_model.objects.filter(pk=pk).update(
            status="rejected",
            superseded_by_id=newer,
            error_code="superseded",
            error_message=f"Заменена более новой карточкой: запуск №{newer}.",
            updated_at=now,
        )
        queue_model.objects.filter(log_entry_id=pk, resolved_at__isnull=True).update(resolved_at=now)
    dead = queue_model.objects.filter(resolved_at__isnull=True).exclude(log_entry__status="moderation")
    dead.update(resolved_at=now)


def note_the_stock(apps, schema_editor):
    run_model = apps.get_model("ai", "AIProcessingLog")
    if run_model.objects.exists():
        return  # the app works here already
    product_model = run_model._meta.get_field("product").related_model
    last = product_model._base_manager.aggregate(last=Max("pk"))["last"]
    if last:
        apps.get_model("ai", "AIQueueState").objects.get_or_create(name="first_start", defaults={"position": last})


def check_foreign_keys_now(apps, schema_editor):
    """PostgreSQL makes no index while checks of the rows above are put off."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):

    dependencies = [
        ('ai', '0009_index_of_all_runs'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='aimoderationqueue',
            options={'ordering': ['-priority', 'created_at', 'pk'], 'verbose_name': 'Карточка на модерации', 'verbose_name_plural': 'Очередь модерации'},
        ),
        migrations.AlterModelOptions(
            name='aiprocessinglog',
            options={'ordering': ['-created_at'], 'permissions': [('moderate_aiprocessinglog', 'Может одобрять и отклонять карточки'), ('overrule_aiprocessinglog', 'Может решать карточки, взятые коллегой')], 'verbose_name': 'Лог AI обработки', 'verbose_name_plural': 'Логи AI обработки'},
        ),
        migrations.AddField(
            model_name='aimoderationqueue',
            name='taken_until',
            field=models.DateTimeField(blank=True, help_text='Потом карточку может взять другой', null=True, verbose_name='Взято до'),
        ),
        migrations.AddField(
            model_name='aiprocessinglog',
            name='history',
            field=models.JSONField(blank=True, default=list, help_text='Правки и решения: версия, кто, когда, что, поля', verbose_name='Что делали люди'),
        ),
        migrations.AddField(
            model_name='aiprocessinglog',
            name='lesson_due_at',
            field=models.DateTimeField(blank=True, help_text='Когда напомнить о том, чему учит решение', null=True, verbose_name='Урок не усвоен'),
        ),
        migrations.AddField(
            model_name='aiprocessinglog',
            name='superseded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='supersedes', to='ai.aiprocessinglog', verbose_name='Заменён запуском'),
        ),
        migrations.AddField(
            model_name='aiprocessinglog',
            name='taught_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='Урок усвоен'),
        ),
        migrations.AddField(
            model_name='aiprocessinglog',
            name='version',
            field=models.PositiveIntegerField(default=0, help_text='Растёт с каждым шагом, правкой и решением', verbose_name='Версия'),
        ),
        migrations.RunPython(close_older_cards, migrations.RunPython.noop),
        migrations.RunPython(note_the_stock, migrations.RunPython.noop),
        migrations.RunPython(check_foreign_keys_now, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='aiprocessinglog',
            index=models.Index(condition=models.Q(('lesson_due_at__isnull', False)), fields=['lesson_due_at'], name='ai_run_lesson_due'),
        ),
        migrations.AddConstraint(
            model_name='aiprocessinglog',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'moderation')), fields=('product',), name='one_waiting_card_per_product'),
        ),
    ]
