"""Forms of the rules for cards and of their trials."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget, UnfoldBooleanWidget

from apps.ai import catalog
from apps.ai.models import AIHouseRules
from apps.ai.models.rules import MOST_PRODUCTS

LONGEST_LINE, MOST_LINES = 100, 50


class LinesField(forms.CharField):
    """A list, a line an entry."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
            said = _("Не больше {lines} строк по {signs} знаков.")
            raise forms.ValidationError(said.format(lines=MOST_LINES, signs=LONGEST_LINE))
        return list(dict.fromkeys(lines))


class RulesForm(forms.ModelForm):
    words_use = LinesField(label=gettext_lazy("Писать так"), help_text=gettext_lazy("По одному в строке"))
    words_avoid = LinesField(
        label=gettext_lazy("Не писать"), help_text=gettext_lazy("По одному в строке; узнаются во всех формах")
    )
    sections = LinesField(
        label=gettext_lazy("Разделы описания"), help_text=gettext_lazy("По одному в строке, по порядку")
    )

    class Meta:
        model = AIHouseRules
        fields = [
            *("name", "category", "brand", "source", "tone", "instructions", "words_use", "words_avoid"),
            *("sections", "title_most", "words_least", "words_most"),
        ]


class TrialForm(forms.Form):
    products = forms.CharField(
        label=gettext_lazy("Товары"),
        required=False,
        help_text=gettext_lazy(
            "Номера через пробел. Пусто — последние обработанные, для которых эти правила"
        ),
        widget=UnfoldAdminTextInputWidget,
    )
    beside = forms.BooleanField(
        label=gettext_lazy("Рядом с тем, что действует сейчас"),
        required=False,
        initial=True,
        widget=UnfoldBooleanWidget,
    )

    def clean_products(self) -> list[int]:
        words = self.cleaned_data["products"].replace(",", " ").split()
        if not all(word.isascii() and word.isdecimal() and len(word) < 19 for word in words):
            raise forms.ValidationError(_("Нужны номера товаров."))
        ids = list(dict.fromkeys(map(int, words)))
        if len(ids) > MOST_PRODUCTS:
            raise forms.ValidationError(_("Не больше {count} товаров.").format(count=MOST_PRODUCTS))
        lacking = set(ids) - set(catalog.get().existing(ids))
        if lacking:
            raise forms.ValidationError(
                _("Нет товаров: {ids}").format(ids=", ".join(map(str, sorted(lacking))))
            )
        return ids
