"""The shop: fits, pictures, reports, figures, webhooks, what is watched.

A part of the squashed migration: what is released is not changed any more.
"""

import uuid

from django.conf import settings
from django.db import migrations, models
import django.db.models.deletion
import django.utils.timezone

from apps.ai.conf import PRODUCT_MODEL
import apps.ai.models.webhooks
import utils.secret_field

OPERATIONS = [
    migrations.CreateModel(
        name='AICategoryFit',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='Обучена')),
            ('format', models.PositiveSmallIntegerField(verbose_name='Формат')),
            ('embedding_model', models.CharField(max_length=100, verbose_name='Модель эмбеддингов')),
            ('target_precision', models.FloatField(verbose_name='Требуемая точность')),
            ('confirmed', models.PositiveIntegerField(verbose_name='Подтверждённых товаров')),
            ('decided', models.PositiveIntegerField(verbose_name='Решений людей')),
            ('tested', models.PositiveIntegerField(verbose_name='Проверено товаров')),
            ('counted', models.JSONField(blank=True, default=dict, verbose_name='Было подтверждено и одобрено')),
            ('weights', models.JSONField(verbose_name='Веса признаков')),
            ('calibrations', models.JSONField(verbose_name='Калибровка и пороги')),
            ('reliability', models.JSONField(help_text='Товары, доля верных, ошибка калибровки, Brier, корзины', verbose_name='Надёжность')),
            ('classifier', models.BinaryField(verbose_name='Классификатор')),
        ],
        options={
            'verbose_name': 'Калибровка категорий',
            'verbose_name_plural': 'Калибровки категорий',
            'ordering': ['-pk'],
        },
    ),
    migrations.CreateModel(
        name='AILeafletSection',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('key', models.CharField(max_length=64, unique=True, verbose_name='Ключ')),
            ('language', models.CharField(max_length=10, verbose_name='Язык')),
            ('prompt_version', models.CharField(max_length=64, verbose_name='Версия промптов')),
            ('llm_model', models.CharField(max_length=50, verbose_name='Модель')),
            ('source_heading', models.CharField(max_length=200, verbose_name='Заголовок источника')),
            ('heading', models.CharField(max_length=200, verbose_name='Заголовок')),
            ('text', models.TextField(verbose_name='Перевод')),
            ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='Переведён')),
        ],
        options={
            'verbose_name': 'Раздел инструкции',
            'verbose_name_plural': 'Разделы инструкций',
            'ordering': ['-created_at'],
        },
    ),
    migrations.CreateModel(
        name='AIPictureAnswer',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('key', models.CharField(db_index=True, max_length=64, verbose_name='Ключ')),
            ('signature', models.BinaryField(verbose_name='Отпечаток')),
            ('answer', models.JSONField(default=dict, verbose_name='Ответ')),
            ('model', models.CharField(blank=True, max_length=100, verbose_name='Модель')),
            ('uses', models.PositiveIntegerField(default=0, verbose_name='Сколько раз пригодился')),
            ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='Получен')),
            ('used_at', models.DateTimeField(db_index=True, verbose_name='Использован')),
        ],
        options={
            'verbose_name': 'Ответ о фотографиях',
            'verbose_name_plural': 'Ответы о фотографиях',
        },
    ),
    migrations.CreateModel(
        name='AIPicture',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('url', models.CharField(max_length=1000, verbose_name='Адрес')),
            ('phash', models.BigIntegerField(db_index=True, verbose_name='Отпечаток')),
            ('band_1', models.SmallIntegerField(db_index=True)),
            ('band_2', models.SmallIntegerField(db_index=True)),
            ('band_3', models.SmallIntegerField(db_index=True)),
            ('band_4', models.SmallIntegerField(db_index=True)),
            ('band_5', models.SmallIntegerField(db_index=True)),
            ('seen_at', models.DateTimeField(auto_now=True, verbose_name='Увидена')),
            ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=PRODUCT_MODEL, verbose_name='Товар')),
        ],
        options={
            'verbose_name': 'Фотография',
            'verbose_name_plural': 'Фотографии',
            'constraints': [models.UniqueConstraint(fields=('product', 'url'), name='ai_one_picture_per_product_and_url')],
        },
    ),
    migrations.CreateModel(
        name='AIPictureOrder',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('before', models.JSONField(default=dict, verbose_name='Было')),
            ('after', models.JSONField(default=dict, verbose_name='Стало')),
            ('at', models.DateTimeField(auto_now_add=True, verbose_name='Когда')),
            ('undone_at', models.DateTimeField(null=True, verbose_name='Отменено')),
            ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Кто')),
            ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=PRODUCT_MODEL, verbose_name='Товар')),
        ],
        options={
            'verbose_name': 'Порядок фотографий',
            'verbose_name_plural': 'Порядок фотографий',
            'ordering': ['-pk'],
            'indexes': [models.Index(fields=['product', '-id'], name='ai_picture_order_by_product')],
        },
    ),
    migrations.CreateModel(
        name='StoredPicture',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('url_hash', models.CharField(editable=False, max_length=64, unique=True, verbose_name='Хеш адреса')),
            ('url', models.TextField(verbose_name='Адрес')),
            ('status', models.CharField(choices=[('owed', 'Ожидает'), ('kept', 'В хранилище'), ('broken', 'Фото нет')], default='owed', max_length=10, verbose_name='Состояние')),
            ('sha256', models.CharField(blank=True, db_index=True, default='', max_length=64, verbose_name='Хеш файла')),
            ('original_key', models.CharField(blank=True, default='', max_length=300, verbose_name='Исходный файл')),
            ('processed_key', models.CharField(blank=True, default='', max_length=300, verbose_name='Обработанный файл')),
            ('thumb_key', models.CharField(blank=True, default='', max_length=300, verbose_name='Превью')),
            ('width', models.PositiveIntegerField(default=0, verbose_name='Ширина')),
            ('height', models.PositiveIntegerField(default=0, verbose_name='Высота')),
            ('format', models.CharField(blank=True, default='', max_length=20, verbose_name='Формат')),
            ('attempts', models.PositiveIntegerField(default=0, verbose_name='Попытки')),
            ('next_attempt_at', models.DateTimeField(verbose_name='Следующая попытка')),
            ('reason', models.CharField(blank=True, default='', max_length=500, verbose_name='Почему')),
            ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='С')),
            ('kept_at', models.DateTimeField(blank=True, null=True, verbose_name='Сохранено')),
            ('checked_at', models.DateTimeField(blank=True, null=True, verbose_name='Проверено')),
        ],
        options={
            'verbose_name': 'Фото в хранилище',
            'verbose_name_plural': 'Фото в хранилище',
            'indexes': [models.Index(fields=['status', 'next_attempt_at'], name='ai_picture_due'), models.Index(fields=['status', '-id'], name='ai_picture_status')],
        },
    ),
    migrations.CreateModel(
        name='AITaxonomyReport',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='Составлен')),
            ('seconds', models.FloatField(verbose_name='Секунд')),
            ('figures', models.JSONField(default=dict, verbose_name='Что найдено')),
        ],
        options={
            'verbose_name': 'Отчёт о каталоге',
            'verbose_name_plural': 'Отчёты о каталоге',
            'ordering': ['-pk'],
        },
    ),
    migrations.CreateModel(
        name='AIDayFigures',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('day', models.DateField(verbose_name='День')),
            ('group', models.CharField(choices=[('all', 'Всё'), ('category', 'Категория'), ('prompt', 'Версия промптов'), ('model', 'Модель'), ('moderator', 'Модератор'), ('reason', 'Причина'), ('confidence', 'Уверенность')], max_length=12, verbose_name='По чему')),
            ('key', models.CharField(blank=True, default='', max_length=100, verbose_name='Ключ')),
            ('ended', models.PositiveIntegerField(default=0)),
            ('failed', models.PositiveIntegerField(default=0)),
            ('queued', models.PositiveIntegerField(default=0)),
            ('automatic', models.PositiveIntegerField(default=0)),
            ('kept', models.PositiveIntegerField(default=0)),
            ('edited', models.PositiveIntegerField(default=0)),
            ('rejected', models.PositiveIntegerField(default=0)),
            ('rolled_back', models.PositiveIntegerField(default=0)),
            ('words', models.PositiveBigIntegerField(default=0)),
            ('changed_words', models.FloatField(default=0.0)),
            ('right', models.PositiveIntegerField(default=0)),
            ('wrong', models.PositiveIntegerField(default=0)),
            ('calls', models.PositiveIntegerField(default=0)),
            ('cost_nano', models.BigIntegerField(default=0)),
            ('stale', models.BooleanField(default=False)),
            ('counted_at', models.DateTimeField(auto_now=True)),
        ],
        options={
            'verbose_name': 'Показатели дня',
            'verbose_name_plural': 'Показатели по дням',
            'ordering': ['day', 'group', 'key'],
            'constraints': [models.UniqueConstraint(fields=('group', 'day', 'key'), name='ai_one_figure_per_day_and_key')],
        },
    ),
    migrations.CreateModel(
        name='AIWebhook',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('name', models.CharField(max_length=100, verbose_name='Название')),
            ('url', models.URLField(max_length=500, verbose_name='Адрес')),
            ('events', models.JSONField(default=list, verbose_name='События')),
            ('secret', utils.secret_field.SecretField(default=apps.ai.models.webhooks.new_secret, editable=False, verbose_name='Секрет')),
            ('is_active', models.BooleanField(default=True, verbose_name='Включён')),
            ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='Создан')),
            ('created_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Кем создан')),
        ],
        options={
            'verbose_name': 'Вебхук',
            'verbose_name_plural': 'Вебхуки',
            'ordering': ['name'],
        },
    ),
    migrations.CreateModel(
        name='AIWebhookDelivery',
        fields=[
            ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ('event', models.CharField(choices=[('card_ready', 'Карточка готова'), ('card_applied', 'Карточка на сайте'), ('card_rejected', 'Карточка отклонена'), ('card_rolled_back', 'Карточка откачена'), ('card_failed', 'Карточка не получилась'), ('budget_spent', 'Бюджет исчерпан')], max_length=30, verbose_name='Событие')),
            ('body', models.JSONField(verbose_name='Тело')),
            ('state', models.CharField(choices=[('pending', 'Ждёт'), ('delivered', 'Доставлено'), ('dead', 'Не доставлено')], default='pending', max_length=10, verbose_name='Состояние')),
            ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='Попыток')),
            ('next_attempt_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='Следующая попытка')),
            ('status', models.PositiveSmallIntegerField(null=True, verbose_name='Ответ HTTP')),
            ('error', models.CharField(blank=True, default='', max_length=500, verbose_name='Ошибка')),
            ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='Создано')),
            ('delivered_at', models.DateTimeField(null=True, verbose_name='Доставлено')),
            ('webhook', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='ai.aiwebhook', verbose_name='Вебхук')),
        ],
        options={
            'verbose_name': 'Доставка вебхука',
            'verbose_name_plural': 'Доставки вебхуков',
            'ordering': ['-created_at'],
            'indexes': [models.Index(condition=models.Q(('state', 'pending')), fields=['next_attempt_at'], name='ai_delivery_due'), models.Index(fields=['-created_at'], name='ai_delivery_created')],
        },
    ),
    migrations.CreateModel(
        name='ProcessSign',
        fields=[
            ('name', models.CharField(max_length=200, primary_key=True, serialize=False, verbose_name='Процесс')),
            ('kind', models.CharField(choices=[('worker', 'Исполнитель'), ('beat', 'Планировщик'), ('sweep', 'Обход очереди')], max_length=10, verbose_name='Вид')),
            ('queues', models.JSONField(blank=True, default=list, verbose_name='Очереди')),
            ('at', models.DateTimeField(verbose_name='Последний знак')),
        ],
        options={
            'verbose_name': 'Знак процесса',
            'verbose_name_plural': 'Знаки процессов',
        },
    ),
    migrations.CreateModel(
        name='Trouble',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('code', models.CharField(max_length=60, verbose_name='Код')),
            ('text', models.TextField(verbose_name='Что случилось')),
            ('cure', models.TextField(blank=True, default='', verbose_name='Что делать')),
            ('since', models.DateTimeField(auto_now_add=True, verbose_name='С')),
            ('seen_at', models.DateTimeField(auto_now_add=True, verbose_name='Видели')),
            ('announced_at', models.DateTimeField(blank=True, null=True, verbose_name='Сообщили')),
            ('over_at', models.DateTimeField(blank=True, null=True, verbose_name='Кончилось')),
        ],
        options={
            'verbose_name': 'Неполадка',
            'verbose_name_plural': 'Неполадки',
            'ordering': ['-since'],
            'constraints': [models.UniqueConstraint(condition=models.Q(('over_at__isnull', True)), fields=('code',), name='ai_one_open_trouble_per_code')],
        },
    ),
]
