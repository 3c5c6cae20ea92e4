"""The forms of the rules of dispatch."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.models import Category, Grade, Kind
from hotline.routing.actions import RuleDraft
from portal.core.forms import PortalForm
from portal.core.time import today
from portal.people.forms_admin import DepartmentPick, Pick
from portal.people.models import Department

WEEKDAYS = (
    ("0", pgettext_lazy("weekday", "Mon")),
    ("1", pgettext_lazy("weekday", "Tue")),
    ("2", pgettext_lazy("weekday", "Wed")),
    ("3", pgettext_lazy("weekday", "Thu")),
    ("4", pgettext_lazy("weekday", "Fri")),
    ("5", pgettext_lazy("weekday", "Sat")),
    ("6", pgettext_lazy("weekday", "Sun")),
)
AS_IT_IS = [("", pgettext_lazy("rule of dispatch", "— says nothing —"))]
_BETWEEN = re.compile(r"[,，、;；\n\r]+")


def open_categories() -> Any:
    """Categories that tickets can be given today."""
    return Category.objects.exclude(closed_on__lte=today())


class WordsField(forms.CharField):
    """Words apart by commas or lines, as a list."""

    widget = forms.Textarea(attrs={"rows": 2})

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        parts = (part.strip() for part in _BETWEEN.split(super().to_python(value) or ""))
        return list(dict.fromkeys(part for part in parts if part))

    def prepare_value(self, value: Any) -> Any:
        return "、".join(value) if isinstance(value, list) else value


class RuleForm(PortalForm):
    """One rule: what must be so, and what follows."""

    widths = {"area": "l", "time_from": "s", "time_to": "s"}
    inline = ("weekdays",)
    state_version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name of the rule"), max_length=80)
    category = Pick(Category.objects.none(), label=_("Category, with all below it"), required=False)
    words = WordsField(
        label=_("One of these words"), required=False,
        help_text=_("Apart by commas. “water+leak” asks for both words."),
    )  # fmt: skip
    without = WordsField(label=_("None of these words"), required=False)
    area = forms.CharField(
        label=pgettext_lazy("of a ticket", "Place"),
        max_length=60,
        required=False,
        help_text=_("A street’s code, or words of the address."),
    )
    time_from = forms.TimeField(
        label=pgettext_lazy("time of a rule", "From"), required=False,
        help_text=_("For example 22:00. May go over midnight."),
    )  # fmt: skip
    time_to = forms.TimeField(label=pgettext_lazy("time of a rule", "Until"), required=False)
    weekdays = forms.MultipleChoiceField(
        label=_("Only on"), choices=WEEKDAYS, required=False, widget=forms.CheckboxSelectMultiple
    )
    department = DepartmentPick(Department.objects.none(), label=_("Goes to the department"), required=False)
    grade = forms.ChoiceField(label=_("Urgency"), choices=[*AS_IT_IS, *Grade.choices], required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[*AS_IT_IS, *Kind.choices], required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["category"].queryset = open_categories()
        fields["department"].queryset = Department.objects.open_on(today())

    def draft(self) -> RuleDraft:
        data = self.cleaned_data
        return RuleDraft(
            name=data["name"].strip(),
            category_id=data["category"].pk if data["category"] else None,
            area=data["area"].strip(),
            words=data["words"] or [],
            without=data["without"] or [],
            time_from=data["time_from"],
            time_to=data["time_to"],
            weekdays="".join(sorted(data["weekdays"])),
            department_id=data["department"].pk if data["department"] else None,
            grade=data["grade"],
            kind=data["kind"],
        )


class LiveForm(PortalForm):
    """Putting a draft live: what changes, in a sentence."""

    state_version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(label=_("What changes, in a sentence"), max_length=200)


class AskForm(PortalForm):
    """A text to be put to the rules, to see which one takes it."""

    text = forms.CharField(label=_("Words of a caller"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    category = Pick(Category.objects.none(), label=pgettext_lazy("ticket category", "Category"), required=False)
    place = forms.CharField(label=pgettext_lazy("of a ticket", "Place"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["category"].queryset = open_categories()
