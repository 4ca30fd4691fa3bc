from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from apps.parsers.models import ParserSource
from apps.parsers.services.fetching.polite import LIMITS, header_lines
from apps.products.models import Currency
from utils.fetch_request import Asking, proxy_of, refusal
from utils.safe_fetch import FetchError
from utils.safe_urls import parse_target, shown
from utils.secret import MASK, Secret

if TYPE_CHECKING:
    _SourceForm = forms.ModelForm[ParserSource]
else:
    _SourceForm = forms.ModelForm

_NAME = RegexValidator(r"^[a-z0-9-]{1,30}$", _("Строчные латинские буквы, цифры и дефис, до 30 знаков."))


class StartForm(forms.Form):
    """A file or an address, or a source with its own address."""

    field_order = ("feed", "address", "source", "parser", "name", "currency", "limit", "dry_run")

    source = forms.ModelChoiceField(
        label=_("Источник"),
        queryset=ParserSource.objects.all(),
        required=False,
        empty_label=_("— без источника —"),
        widget=UnfoldAdminSelectWidget,
        help_text=_("Задаёт парсер, имя, валюту и обработку ИИ"),
    )
    parser = forms.ChoiceField(
        label=_("Парсер"), choices=ParserSource.Parser.choices, widget=UnfoldAdminSelectWidget
    )
    feed = forms.FileField(
        label=_("Файл"),
        required=False,
        widget=UnfoldAdminFileFieldWidget,
        help_text=_("YML, XML, CSV, XLSX, JSON, HTML; можно в архиве gz или zip"),
    )
    address = forms.CharField(
        label=_("или адрес"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "https://"}),
    )
    name = forms.CharField(
        label=_("Имя источника"),
        required=False,
        validators=[_NAME],
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Если коды товаров у разных поставщиков совпадают"),
    )
    currency = forms.ChoiceField(
        label=_("Валюта"),
        choices=[("", _("как в файле")), *Currency.choices],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    limit = forms.IntegerField(
        label=_("Не больше товаров"), required=False, min_value=1, widget=UnfoldAdminIntegerFieldWidget
    )
    dry_run = forms.BooleanField(
        label=_("Сначала проба: показать изменения, ничего не записывая"),
        required=False,
        initial=True,
        widget=UnfoldBooleanSwitchWidget,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        source = cleaned.get("source")
        given = [bool(cleaned.get("feed")), bool(cleaned.get("address"))]
        if all(given):
            raise ValidationError(_("Либо файл, либо адрес."))
        if not any(given) and not (source and source.address):
            raise ValidationError(_("Выберите файл, адрес или источник, у которого есть адрес."))
        if cleaned.get("address"):
            _check_address(cleaned["address"])
        return cleaned


def _check_address(address: str) -> None:
    try:
        parse_target(address, ports=LIMITS.ports)
    except FetchError as error:
        raise ValidationError(str(error)) from error


class SecretWidgetMixin:
    """Shows the mask instead of the secret; the mask sent back means: unchanged."""

    def format_value(self, value: object) -> str:
        if isinstance(value, Secret):
            return str(value)
        return str(value or "")


class SecretInput(SecretWidgetMixin, UnfoldAdminTextInputWidget):
    pass


class SecretTextarea(SecretWidgetMixin, UnfoldAdminTextareaWidget):
    pass


class AddressInput(UnfoldAdminTextInputWidget):
    """An address without the keys in it."""

    def format_value(self, value: object) -> str:
        return shown(value.reveal()) if isinstance(value, Secret) and value else str(value or "")


class SourceForm(_SourceForm):
    address = forms.CharField(
        label=_("Адрес ленты"),
        required=False,
        widget=AddressInput,
        help_text=_("Ключи в адресе видны как ***. Чтобы сменить адрес, впишите его целиком"),
    )
    proxy = forms.CharField(
        label=_("Прокси"),
        required=False,
        widget=SecretInput(attrs={"autocomplete": "off"}),
        help_text=_("http://имя:пароль@хост:порт"),
    )
    cookies = forms.CharField(
        label=_("Cookies"),
        required=False,
        widget=SecretInput(attrs={"autocomplete": "off"}),
        help_text=_("Хранятся зашифрованными и нигде не показываются. Пусто — удалить"),
    )
    headers = forms.CharField(
        label=_("Заголовки"),
        required=False,
        widget=SecretTextarea(attrs={"rows": 3, "autocomplete": "off"}),
        help_text=_("По строке на заголовок: Authorization: Bearer …"),
    )

    class Meta:
        model = ParserSource
        fields = [
            *("title", "parser", "name", "currency", "address"),
            *("is_active", "every_minutes", "next_at"),
            *("ai", "ai_mode", "ai_images"),
            *("pace", "obeys_robots", "user_agent", "proxy", "cookies", "headers"),
        ]

    def clean_address(self) -> Secret:
        kept: Secret = self.instance.address
        text = str(self.cleaned_data["address"]).strip()
        if not text or (kept and text == shown(kept.reveal())):
            return kept if text else Secret("")
        _check_address(text)
        return Secret(text)

    def clean_proxy(self) -> Secret:
        proxy = self._secret("proxy")
        try:
            proxy_of(Asking(proxy=proxy))
        except FetchError as error:
            raise ValidationError(_("Прокси пишется так: http://имя:пароль@хост:порт")) from error
        return proxy

    def clean_cookies(self) -> Secret:
        cookies = self._secret("cookies")
        _check_headers({"Cookie": cookies})
        return cookies

    def clean_headers(self) -> Secret:
        headers = self._secret("headers")
        lines = [line for line in headers.reveal().splitlines() if line.strip()]
        if any(":" not in line for line in lines):
            raise ValidationError(_("Каждая строка: имя заголовка, двоеточие, значение."))
        _check_headers(header_lines(headers))
        return headers

    def clean_every_minutes(self) -> int:
        minutes: int = self.cleaned_data["every_minutes"]
        if minutes < 5:
            raise ValidationError(_("Не чаще раза в 5 минут."))
        return minutes

    def clean_pace(self) -> float:
        pace: float = self.cleaned_data["pace"]
        if not 0 <= pace <= 120:
            raise ValidationError(_("От 0 до 120 секунд."))
        return pace

    def clean_user_agent(self) -> str:
        text: str = self.cleaned_data["user_agent"]
        _check_headers({"User-Agent": Secret(text)})
        return text

    def _secret(self, name: str) -> Secret:
        text = str(self.cleaned_data[name])
        kept: Secret = getattr(self.instance, name)
        return kept if text == MASK else Secret(text.strip())


def _check_headers(headers: Mapping[str, Secret]) -> None:
    for name, value in headers.items():
        if refusal(name, value.reveal()):
            raise ValidationError(_("Заголовок «%(name)s» нельзя отправить."), params={"name": name[:40]})
