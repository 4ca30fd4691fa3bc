from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.parsers.source_models import HostPace, ParserSource, RunProducts
from apps.products.models import Product
from utils.secret_field import SecretField

__all__ = [
    "HostPace",
    "OwedPicture",
    "ParserRun",
    "ParserSource",
    "PricePoint",
    "RunProducts",
    "RunState",
    "SourceState",
    "SupplierMapping",
]


class RunState(models.TextChoices):
    PREPARED = "prepared", _("Не начат")
    QUEUED = "queued", _("В очереди")
    RUNNING = "running", _("Идёт")
    PAUSED = "paused", _("Приостановлен")
    NEEDS_LOOK = "needs_look", _("Нужен взгляд")
    FINISHED = "finished", _("Завершён")
    FAILED = "failed", _("Ошибка")
    CANCELLED = "cancelled", _("Отменён")
    DEAD = "dead", _("Оборвался")


#: For every state, the states from which it may be entered.
RUN_SOURCES: dict[RunState, tuple[RunState, ...]] = {
    RunState.PREPARED: (),
    RunState.QUEUED: (
        *(RunState.PREPARED, RunState.PAUSED, RunState.RUNNING, RunState.NEEDS_LOOK),
        *(RunState.FAILED, RunState.DEAD),
    ),
    RunState.RUNNING: (RunState.QUEUED,),
    RunState.PAUSED: (RunState.QUEUED, RunState.RUNNING),
    RunState.NEEDS_LOOK: (RunState.RUNNING,),
    RunState.FINISHED: (RunState.RUNNING,),
    RunState.FAILED: (RunState.RUNNING,),
    RunState.CANCELLED: (
        *(RunState.PREPARED, RunState.QUEUED, RunState.RUNNING, RunState.PAUSED),
        *(RunState.NEEDS_LOOK, RunState.DEAD),
    ),
    RunState.DEAD: (RunState.RUNNING,),
}
#: Work of these is still to be done or being done.
OPEN_STATES = (RunState.QUEUED, RunState.RUNNING, RunState.PAUSED)
ENDED_STATES = (RunState.FINISHED, RunState.FAILED, RunState.CANCELLED)


def uploads() -> FileSystemStorage:
    """Feeds and reports; nothing of it is served to the public."""
    return FileSystemStorage(location=settings.PARSER_FILES_DIR)


def own_folder(run: models.Model, filename: str) -> str:
    """A folder for each file: nothing that a feed names as its picture lies beside it."""
    return f"{uuid4().hex}/{Path(filename).name}"


class ParserRun(models.Model):
    """One import: what was read, what became of it, and every record that could not be taken.

    `position` counts the products that are behind it, of `total`. `token` is of the process that works on it now,
    `beat_at` its last sign of life. `feed` is what is imported when it was uploaded or fetched (`fetched_from`: its
    address after redirects), `path` when it lies on the machine. `kinds` counts what `errors` lists, which is cut.
    `table` holds the changes that a trial found.
    """

    Status = RunState

    parser = models.CharField(_("парсер"), max_length=50)
    origin = models.CharField(_("откуда"), max_length=1000)
    status = models.CharField(_("статус"), max_length=20, choices=RunState.choices, default=RunState.RUNNING)
    created_count = models.PositiveIntegerField(_("новых"), default=0)
    updated_count = models.PositiveIntegerField(_("обновлено"), default=0)
    unchanged_count = models.PositiveIntegerField(_("без изменений"), default=0)
    failed_count = models.PositiveIntegerField(_("не принято"), default=0)
    read_count = models.PositiveIntegerField(_("записей прочитано"), default=0)
    position = models.PositiveIntegerField(_("обработано товаров"), default=0)
    total = models.PositiveIntegerField(_("товаров всего"), default=0)
    feed_digest = models.CharField(
        _("отпечаток ленты"),
        max_length=64,
        blank=True,
        default="",
        help_text=_("Продолжить с места остановки можно только в ленте с тем же отпечатком"),
    )
    owed_count = models.PositiveIntegerField(_("фото будут позже"), default=0)
    dry_run = models.BooleanField(_("проба без записи"), default=False)
    errors = models.JSONField(_("ошибки"), default=list, blank=True)
    kinds = models.JSONField(_("сколько чего"), default=dict, blank=True)
    started_at = models.DateTimeField(_("начат"), auto_now_add=True)
    finished_at = models.DateTimeField(_("закончен"), null=True, blank=True)

    source = models.ForeignKey(
        "parsers.ParserSource",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="runs",
        verbose_name=_("источник"),
    )
    source_name = models.CharField(_("имя у товаров"), max_length=90, blank=True)
    currency = models.CharField(_("валюта"), max_length=3, blank=True)
    limit = models.PositiveIntegerField(_("не больше товаров"), null=True, blank=True)
    accepted = models.BooleanField(_("странности приняты"), default=False)
    address = SecretField(_("адрес"), blank=True, default="")
    fetched_from = SecretField(blank=True, default="", editable=False)
    path = models.CharField(_("путь"), max_length=1000, blank=True)
    etag = models.CharField(max_length=300, blank=True, editable=False)
    modified = models.CharField(max_length=100, blank=True, editable=False)
    feed = models.FileField(_("файл"), storage=uploads, upload_to=own_folder, max_length=300, blank=True)
    table = models.FileField(
        _("таблица изменений"), storage=uploads, upload_to=own_folder, max_length=300, blank=True
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("кто начал"),
    )
    in_worker = models.BooleanField(default=False, editable=False)
    token = models.CharField(max_length=32, blank=True, editable=False)
    beat_at = models.DateTimeField(_("признак жизни"), null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    takeups = models.PositiveSmallIntegerField(_("подхвачен раз"), default=0)
    mass = models.ForeignKey(
        "ai.AIMassRun",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("обработка ИИ"),
    )

    class Meta:
        ordering = ["-started_at"]
        verbose_name = _("импорт")
        verbose_name_plural = _("импорты")

    def __str__(self) -> str:
        moment = date_format(timezone.localtime(self.started_at), "SHORT_DATETIME_FORMAT")
        said = {"parser": self.parser, "moment": moment, "status": self.get_status_display()}
        return gettext("%(parser)s, %(moment)s: %(status)s") % said

    def step(self, to: RunState, *, mine: bool = False, **fields: object) -> bool:
        """Guarded UPDATE of the state; False when the present state does not allow the step.

        `mine`: and when another process has taken the run up meanwhile.
        """
        if to in ENDED_STATES:
            fields.setdefault("finished_at", timezone.now())
        rows = ParserRun.objects.filter(pk=self.pk, status__in=RUN_SOURCES[to])
        if mine:
            rows = rows.filter(token=self.token)
        won = bool(rows.update(status=to, **fields))
        if won:
            self.refresh_from_db()
        return won

    @property
    def percent(self) -> int:
        if self.status == RunState.FINISHED:
            return 100
        return min(self.position * 100 // self.total, 100) if self.total else 0


class OwedPicture(models.Model):
    """A picture beside a feed that the storage did not take when its product was imported.

    `path`: where it lies; `position`: its place among the product's images. Paid by `services.owed_pictures`.
    """

    product = models.ForeignKey(
        "products.Product", on_delete=models.CASCADE, related_name="owed_pictures", verbose_name=_("товар")
    )
    path = models.CharField(_("файл"), max_length=1000)
    position = models.PositiveSmallIntegerField(_("место"))
    reason = models.CharField(_("почему"), max_length=500, blank=True, default="")
    created_at = models.DateTimeField(_("с"), auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("недостающее фото")
        verbose_name_plural = _("недостающие фото")
        constraints = [models.UniqueConstraint(fields=["product", "path"], name="parsers_owed_once")]

    def __str__(self) -> str:
        return self.path


class SourceState(models.Model):
    """What a source last said of a product: an import writes over these values and over nobody else's.

    `said` holds columns of Product; `variants` sizes and colours with price, stock, barcode and pictures of their own.
    `feed`: the complete feed that brings the product; `missing_since`: it was not in that feed's last import.
    """

    product = models.OneToOneField(
        Product, on_delete=models.CASCADE, related_name="source_state", verbose_name=_("товар")
    )
    said = models.JSONField(_("сказано источником"), default=dict)
    variants = models.JSONField(_("варианты"), default=list, blank=True)
    feed = models.CharField(_("лента"), max_length=16, blank=True, default="", db_index=True)
    missing_since = models.DateTimeField(_("нет в ленте с"), null=True, blank=True)
    taken_off = models.BooleanField(_("снят с продажи импортом"), default=False)

    class Meta:
        verbose_name = _("слова источника")
        verbose_name_plural = _("слова источников")

    def __str__(self) -> str:
        return gettext("источник товара %(number)s") % {"number": self.product_id}


class PricePoint(models.Model):
    """Price and stock as an import found them, one row a change."""

    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="price_history", verbose_name=_("товар")
    )
    price = models.DecimalField(_("цена"), max_digits=12, decimal_places=2, null=True)
    currency = models.CharField(_("валюта"), max_length=3, blank=True)
    stock = models.PositiveIntegerField(_("остаток"), null=True)
    at = models.DateTimeField(_("когда"), auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("цена и остаток")
        verbose_name_plural = _("цены и остатки")

    def __str__(self) -> str:
        said = {"price": f"{self.price} {self.currency}", "stock": self.stock}
        return gettext("%(price)s, %(stock)s шт.") % said


class SupplierMapping(models.Model):
    """Which field each heading of a supplier's table or key of its JSON is, where the guess is not right."""

    source_name = models.CharField(
        _("источник"), max_length=50, unique=True, help_text=_("Как у товаров: supplier или supplier:имя")
    )
    mapping = models.JSONField(
        _("столбцы"),
        default=dict,
        help_text=_(
            "Заголовок: поле. Поля: id, title, description, brand, supplier, price, currency, stock, in_stock, "
            "sku, barcode, url, category, images, attributes"
        ),
    )

    class Meta:
        verbose_name = _("столбцы поставщика")
        verbose_name_plural = _("столбцы поставщиков")

    def __str__(self) -> str:
        return self.source_name
