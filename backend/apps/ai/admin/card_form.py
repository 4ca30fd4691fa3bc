"""The form in which a moderator edits and approves a card: what would be written, and over whose text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from apps.ai.admin import shop
from apps.ai.models import AIProcessingLog
from apps.ai.models.processing import UNDECIDED_STATUSES
from apps.ai.services import composition
from apps.ai.services.people import moderation, refusals, replacing
from apps.ai.services.people.replacing import FieldPlan
from apps.ai.services.runs.applying import RUN_FIELDS
from apps.ai.text.safety import html

LONGEST_LIVE = 200


class RunForm(forms.ModelForm):
    """The card as a moderator edits it; a category must be an active leaf.

    `seen_version`: what the page showed. `fields_shown`: which ticks it offered, for no tick at all sends nothing.
    """

    fields_to_write = forms.MultipleChoiceField(
        label=gettext_lazy("Записать в товар"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=gettext_lazy(
            "Поле, которое человек заполнил или очистил сам, отмечайте, если новый текст лучше."
        ),
    )
    seen_version = forms.CharField(required=False, widget=forms.HiddenInput)
    fields_shown = forms.CharField(required=False, widget=forms.HiddenInput)
    overrule = forms.BooleanField(label=gettext_lazy("Решить, хотя карточку взял коллега"), required=False)

    class Meta:
        model = AIProcessingLog
        fields = list(moderation.EDITABLE_FIELDS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = False  # the version tells whether somebody else changed anything
        if self.instance.pk is None or self.instance.status not in UNDECIDED_STATUSES:
            return
        plan = replacing.plan(self.instance)
        ticks = self.fields["fields_to_write"]
        ticks.choices = [(one.field, _label(one)) for one in plan.fields]  # type: ignore[attr-defined]
        self.initial.update(
            fields_to_write=[one.field for one in plan.fields if one.is_ticked],
            seen_version=plan.version,
            fields_shown=",".join(one.field for one in plan.fields),
        )

    def clean_suggested_category(self) -> Any:
        category = self.cleaned_data["suggested_category"]
        if category is None or category.pk in composition.category_index().choosable:
            return category
        raise forms.ValidationError(_("Нужна действующая категория без вложенных."))

    def edits(self) -> dict[str, Any]:
        """What the person changed in the card."""
        names = [name for name in self.changed_data if name in moderation.EDITABLE_FIELDS]
        return {name: self.cleaned_data[name] for name in names}

    def seen(self) -> dict[str, Any]:
        """The version that the page showed, and whether to decide over a colleague."""
        return {
            "version": self.cleaned_data.get("seen_version") or None,
            "overrule": bool(self.cleaned_data.get("overrule")),
        }

    def ticked(self) -> list[str] | None:
        """The fields to write: those left ticked, and those filled here that the page offered no tick for.

        None when the page offered none. Raises ValidationError for a field that was edited and left unticked.
        """
        offered = self.cleaned_data.get("fields_shown") or ""
        if not offered:
            return None
        ticked, shown = list(self.cleaned_data["fields_to_write"]), offered.split(",")
        edited = [RUN_FIELDS[name] for name in self.edits()]
        dropped = [refusals.field_name(name) for name in edited if name in shown and name not in ticked]
        if dropped:
            raise ValidationError(
                _("Вы изменили, но не отметили: {text}. Отметьте поле или верните прежний текст.").format(
                    text=", ".join(dropped)
                )
            )
        return ticked + [name for name in edited if name not in shown]


def _label(one: FieldPlan) -> str:
    """Which field, and what stands in the shop now, of whom and since when."""
    name = refusals.field_name(one.field)
    if not one.live and not one.is_protected:
        return _("{name} — сейчас пусто").format(name=name)
    at = "" if one.at is None else f"{localtime(one.at):%d.%m.%Y %H:%M}"
    whose = ", ".join(filter(None, [refusals.AUTHORS[one.author], one.name, at]))
    if one.live == one.proposed:
        return _("{name} — сейчас то же самое ({whose})").format(name=name, whose=whose)
    return _("{name} — сейчас: «{shown}» ({whose})").format(
        name=name, shown=_shown(one.field, one.live), whose=whose
    )


def _shown(field: str, value: Any) -> str:
    if not value:
        return _("пусто")
    if field == "category":
        return shop.category_name(value)
    if isinstance(value, dict):
        value = "; ".join(f"{name}: {one}" for name, one in value.items())
    elif isinstance(value, list):
        value = ", ".join(map(str, value))
    text = html.to_text(value) if field == "description" else str(value)
    return Truncator(text).chars(LONGEST_LIVE)
