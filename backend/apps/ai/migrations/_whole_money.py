"""Money: prices, calls, budgets, rates, pauses.

A part of the squashed migration: what is released is not changed any more.
"""

from decimal import Decimal
import uuid

from django.conf import settings
from django.db import migrations, models
import django.db.models.deletion

OPERATIONS = [
    migrations.CreateModel(
        name='AIPrice',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('model', models.CharField(max_length=100, verbose_name='Модель')),
            ('valid_from', models.DateField(verbose_name='Действует с')),
            ('input_usd', models.DecimalField(decimal_places=6, max_digits=12, verbose_name='Вход, $ за 1 млн токенов')),
            ('cached_input_usd', models.DecimalField(blank=True, decimal_places=6, help_text='Пусто — как обычный вход', max_digits=12, null=True, verbose_name='Вход из кеша, $ за 1 млн токенов')),
            ('output_usd', models.DecimalField(decimal_places=6, default=Decimal('0'), help_text='Рассуждения модели оплачиваются как выход', max_digits=12, verbose_name='Выход, $ за 1 млн токенов')),
            ('image_formula', models.JSONField(blank=True, default=dict, help_text='Формула поставщика: {"base": 85, "tile": 170} — плитки по 512 px; {"patch": 32, "factor": 1.62, "most": 1536} — клетки по 32 px; {"low": 85, "high": 1445} — не больше скольких токенов входа стоит одно изображение', verbose_name='Токены за изображение')),
            ('batch_factor', models.DecimalField(decimal_places=3, default=Decimal('1'), max_digits=4, verbose_name='Множитель пакетного режима')),
            ('source', models.URLField(blank=True, default='', max_length=300, verbose_name='Источник')),
            ('updated_at', models.DateTimeField(auto_now=True, verbose_name='Изменена')),
        ],
        options={
            'verbose_name': 'Цена модели',
            'verbose_name_plural': 'Цены моделей',
            'ordering': ['model', '-valid_from'],
            'constraints': [models.UniqueConstraint(fields=('model', 'valid_from'), name='ai_one_price_per_model_and_day'), models.CheckConstraint(condition=models.Q(('input_usd__gte', 0), ('output_usd__gte', 0)), name='ai_prices_are_not_negative')],
        },
    ),
    migrations.CreateModel(
        name='AICall',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('ticket', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
            ('created_at', models.DateTimeField(db_index=True, verbose_name='Отправлен')),
            ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='Завершён')),
            ('expires_at', models.DateTimeField(verbose_name='Ждём до')),
            ('run_id', models.BigIntegerField(blank=True, db_index=True, null=True, verbose_name='Запуск')),
            ('product_id', models.BigIntegerField(blank=True, null=True, verbose_name='Товар')),
            ('source', models.CharField(blank=True, default='', max_length=20, verbose_name='Кто запустил')),
            ('mode', models.CharField(blank=True, default='', max_length=20, verbose_name='Тип обработки')),
            ('stage', models.CharField(max_length=20, verbose_name='Этап')),
            ('operation', models.CharField(max_length=20, verbose_name='Вид')),
            ('model', models.CharField(max_length=100, verbose_name='Модель')),
            ('images', models.PositiveSmallIntegerField(default=0, verbose_name='Изображений')),
            ('prompt_tokens', models.PositiveIntegerField(default=0, verbose_name='Токены входа')),
            ('cached_tokens', models.PositiveIntegerField(default=0, verbose_name='из них из кеша')),
            ('completion_tokens', models.PositiveIntegerField(default=0, verbose_name='Токены выхода')),
            ('reasoning_tokens', models.PositiveIntegerField(default=0, verbose_name='из них рассуждения')),
            ('cost_usd', models.DecimalField(blank=True, decimal_places=9, max_digits=15, null=True, verbose_name='Стоимость, $')),
            ('held_nano', models.BigIntegerField(default=0, verbose_name='Удержано, нано-$')),
            ('estimated', models.BooleanField(default=False, verbose_name='Удержано по оценке')),
            ('price_factor', models.DecimalField(decimal_places=3, default=Decimal('1'), help_text='Меньше 1 у пакетов', max_digits=4, verbose_name='Множитель цены')),
            ('periods', models.JSONField(blank=True, default=list, verbose_name='Бюджеты')),
            ('status', models.CharField(choices=[('sent', 'Отправлен'), ('ok', 'Ответ принят'), ('unusable', 'Ответ не годится'), ('failed', 'Ошибка'), ('lost', 'Итог неизвестен')], default='sent', max_length=10, verbose_name='Итог')),
            ('duration_ms', models.PositiveIntegerField(blank=True, null=True, verbose_name='Длительность, мс')),
            ('request_id', models.CharField(blank=True, default='', max_length=100, verbose_name='Номер запроса у поставщика')),
            ('error', models.TextField(blank=True, default='', verbose_name='Ошибка')),
            ('price', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='ai.aiprice', verbose_name='Цена')),
        ],
        options={
            'verbose_name': 'Обращение к модели',
            'verbose_name_plural': 'Обращения к модели (расходы)',
            'ordering': ['-created_at', '-pk'],
            'indexes': [models.Index(fields=['model', 'created_at'], name='ai_aicall_model_22014c_idx'), models.Index(condition=models.Q(('status', 'sent')), fields=['expires_at'], name='ai_call_under_way'), models.Index(condition=models.Q(models.Q(('status', 'sent'), _negated=True), ('estimated', False), ('held_nano__gt', 0)), fields=['id'], name='ai_call_cost_unknown')],
        },
    ),
    migrations.CreateModel(
        name='AIBudgetPeriod',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('scope', models.CharField(choices=[('day', 'День'), ('month', 'Месяц'), ('run', 'Запуск')], max_length=5, verbose_name='Период')),
            ('key', models.CharField(max_length=20, verbose_name='Ключ')),
            ('limit_nano', models.BigIntegerField(verbose_name='Предел, нано-$')),
            ('reserved_nano', models.BigIntegerField(default=0, verbose_name='Зарезервировано, нано-$')),
            ('spent_nano', models.BigIntegerField(default=0, verbose_name='Потрачено, нано-$')),
            ('alerted_at', models.DateTimeField(blank=True, null=True, verbose_name='Сообщили об исчерпании')),
            ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='Открыт')),
        ],
        options={
            'verbose_name': 'Бюджет',
            'verbose_name_plural': 'Бюджеты',
            'ordering': ['-created_at'],
            'constraints': [models.UniqueConstraint(fields=('scope', 'key'), name='ai_one_budget_per_period')],
        },
    ),
    migrations.CreateModel(
        name='AIRateBucket',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('key', models.CharField(max_length=150, unique=True)),
            ('paid_until', models.FloatField(default=0.0)),
            ('promised', models.FloatField(default=0.0)),
        ],
        options={
            'verbose_name': 'Ограничение частоты',
            'verbose_name_plural': 'Ограничения частоты',
        },
    ),
    migrations.CreateModel(
        name='ServicePause',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('endpoint', models.CharField(max_length=255, unique=True, verbose_name='Адрес')),
            ('state', models.CharField(choices=[('closed', 'Работает'), ('open', 'Пауза'), ('half_open', 'Пробный запрос')], default='closed', max_length=10, verbose_name='Состояние')),
            ('reason', models.CharField(blank=True, choices=[('quota', 'У поставщика кончились деньги'), ('key_refused', 'Ключ не принят'), ('failures', 'Поставщик не отвечает'), ('rejected', 'Поставщик отклоняет запросы'), ('busy', 'Поставщик просит подождать')], default='', max_length=20, verbose_name='Причина')),
            ('message', models.TextField(blank=True, default='', verbose_name='Что сказал поставщик')),
            ('failures', models.PositiveIntegerField(default=0, verbose_name='Ошибок подряд')),
            ('last_failure_at', models.DateTimeField(blank=True, null=True, verbose_name='Последняя из них')),
            ('rejection', models.CharField(blank=True, default='', max_length=30, verbose_name='Отказ')),
            ('rejected_by', models.JSONField(blank=True, default=list, verbose_name='Товары с этим отказом')),
            ('opens', models.PositiveIntegerField(default=0, verbose_name='Пауз подряд')),
            ('opened_at', models.DateTimeField(blank=True, null=True, verbose_name='Пауза с')),
            ('until', models.DateTimeField(blank=True, null=True, verbose_name='Следующая проба')),
            ('probe_until', models.DateTimeField(blank=True, null=True, verbose_name='Проба ждёт до')),
            ('alerted_at', models.DateTimeField(blank=True, null=True, verbose_name='Сообщили')),
            ('alerted_for', models.CharField(blank=True, default='', max_length=60, verbose_name='О чём')),
            ('resumed_at', models.DateTimeField(blank=True, null=True, verbose_name='Снята')),
            ('resumed_by', models.ForeignKey(blank=True, help_text='Пусто — снята сама', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Снял')),
        ],
        options={
            'verbose_name': 'Пауза поставщика',
            'verbose_name_plural': 'Паузы поставщиков',
            'ordering': ['endpoint'],
        },
    ),
]
