from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.ai import conf


class AITemplate(models.Model):
    """An instruction or an example for the prompts, for one branch of the tree or (no category) for all."""

    TEMPLATE_TYPES = [
        ("description", _("Описание товара")),
        ("category_example", _("Пример категории")),
        ("attribute_extraction", _("Извлечение атрибутов")),
        ("image_prompt", _("Анализ изображения")),
    ]

    name = models.CharField(_("Название"), max_length=100, unique=True)
    template_type = models.CharField(_("Тип"), max_length=20, choices=TEMPLATE_TYPES)
    category = models.ForeignKey(
        conf.CATEGORY_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="ai_templates",
        verbose_name=_("Категория"),
        help_text=_("Действует и для вложенных категорий"),
    )
    content = models.TextField(_("Текст"), help_text=_("Текст шаблона или примера"))
    embedding_vector = models.JSONField(
        _("Эмбеддинг"), null=True, blank=True, help_text=_("Кеш эмбеддинга (опционально)")
    )
    language = models.CharField(_("Язык"), max_length=10, default="ru")
    is_active = models.BooleanField(_("Активен"), default=True)
    usage_count = models.PositiveIntegerField(
        _("Использован раз"), default=0, help_text=_("В карточках, о которых решили модераторы")
    )
    success_rate = models.FloatField(_("Доля успешных"), default=0.0, help_text=_("По решениям модераторов"))
    source_run = models.ForeignKey(
        "ai.AIProcessingLog",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="examples",
        verbose_name=_("Из запуска"),
        help_text=_("Карточка, которую одобрил человек"),
    )
    source_product = models.ForeignKey(
        conf.PRODUCT_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="ai_examples",
        verbose_name=_("Товар-источник"),
    )
    created_at = models.DateTimeField(_("Создан"), auto_now_add=True)
    updated_at = models.DateTimeField(_("Изменён"), auto_now=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("AI шаблон")
        verbose_name_plural = _("AI шаблоны")

    def __str__(self) -> str:
        return self.name

    @property
    def version(self) -> str:
        """Changes with every save; what is counted about a template leaves it alone."""
        return self.updated_at.isoformat()
