from __future__ import annotations

from django.db import models

from apps.ai import conf


class AITemplate(models.Model):
    """An instruction or an example for the prompts, for one branch of the tree or (no category) for all."""

    TEMPLATE_TYPES = [
        ("description", "Описание товара"),
        ("category_example", "Пример категории"),
        ("attribute_extraction", "Извлечение атрибутов"),
        ("image_prompt", "Анализ изображения"),
    ]

    name = models.CharField("Название", max_length=100, unique=True)
    template_type = models.CharField("Тип", max_length=20, choices=TEMPLATE_TYPES)
    category = models.ForeignKey(
        conf.CATEGORY_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="ai_templates",
        verbose_name="Категория",
        help_text="Действует и для вложенных категорий",
    )
    content = models.TextField("Текст", help_text="Текст шаблона или примера")
    embedding_vector = models.JSONField(
        "Эмбеддинг", null=True, blank=True, help_text="Кеш эмбеддинга (опционально)"
    )
    language = models.CharField("Язык", max_length=10, default="ru")
    is_active = models.BooleanField("Активен", default=True)
    usage_count = models.PositiveIntegerField(
        "Использован раз", default=0, help_text="В карточках, о которых решили модераторы"
    )
    success_rate = models.FloatField("Доля успешных", default=0.0, help_text="По решениям модераторов")
    source_run = models.ForeignKey(
        "ai.AIProcessingLog",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="examples",
        verbose_name="Из запуска",
        help_text="Карточка, которую одобрил человек",
    )
    source_product = models.ForeignKey(
        conf.PRODUCT_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="ai_examples",
        verbose_name="Товар-источник",
    )
    created_at = models.DateTimeField("Создан", auto_now_add=True)
    updated_at = models.DateTimeField("Изменён", auto_now=True)

    class Meta:
        ordering = ["name"]
        verbose_name = "AI шаблон"
        verbose_name_plural = "AI шаблоны"

    def __str__(self) -> str:
        return self.name
