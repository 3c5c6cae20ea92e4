"""The forms of the operator's desk and of its lists."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.models import Category, Grade, Kind
from portal.core.errors import Invalid
from portal.core.forms import DateField, PortalForm
from portal.core.idempotency import KeyField
from portal.core.identity import check_phone
from portal.core.numbers import normalise_number
from portal.core.time import today
from portal.people.forms_admin import DepartmentPick, PersonPick, Pick
from portal.people.models import Department, User

NOW, ANSWER, DISPATCH = "record", "answer", "dispatch"


class CategoryPick(Pick):
    """A category under the name of what it stands under."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.parent.display_name} › {obj.display_name}" if obj.parent else obj.display_name


class TicketForm(PortalForm):
    """What a caller says, written down while they speak. Only what the step needs is asked for."""

    widths = {"phone": "m", "name": "m", "street_code": "m", "lat": "s", "lon": "s", "parent": "l"}
    autocomplete = {"phone": "off", "name": "off", "address": "off", "home_address": "off"}
    once_key = KeyField()
    title = forms.CharField(label=_("In one line"), max_length=200)
    content = forms.CharField(
        label=_("What the caller says"), max_length=5000, widget=forms.Textarea(attrs={"rows": 7})
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, initial=Kind.HELP)
    category = CategoryPick(Category.objects.none(), label=pgettext_lazy("ticket category", "Category"), required=False)
    grade = forms.ChoiceField(
        label=_("Urgency"), required=False,
        choices=[("", pgettext_lazy("urgency", "— as the category says —")), *Grade.choices],
    )  # fmt: skip
    life_danger = forms.BooleanField(label=_("Danger to life"), required=False)
    address = forms.CharField(label=_("Where it is"), max_length=200, required=False)
    street_code = forms.CharField(label=_("Street code"), max_length=32, required=False)
    lat = forms.FloatField(label=_("Latitude"), required=False, min_value=-90, max_value=90)
    lon = forms.FloatField(label=_("Longitude"), required=False, min_value=-180, max_value=180)
    name = forms.CharField(label=_("Caller’s name"), max_length=60, required=False)
    phone = forms.CharField(label=_("Caller’s telephone"), max_length=30, required=False)
    home_address = forms.CharField(label=_("Caller’s own address"), max_length=200, required=False)
    secret = forms.BooleanField(label=_("The caller wants to stay secret"), required=False)
    answer = forms.CharField(
        label=_("Answer given on the telephone"), max_length=4000, required=False,
        widget=forms.Textarea(attrs={"rows": 4}), help_text=_("Only for “Answer now”."),
    )  # fmt: skip
    department = DepartmentPick(
        Department.objects.none(), label=_("Department"), required=False, help_text=_("Only for “Dispatch now”.")
    )
    parent = forms.CharField(
        label=_("Same matter as ticket"), max_length=48, required=False,
        help_text=_("The number of the leading ticket of a series."),
    )  # fmt: skip

    def __init__(self, *args: Any, step: str = NOW, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.step = step
        fields: Any = self.fields
        fields["category"].queryset = (
            Category.objects.exclude(closed_on__lte=today()).select_related("parent").order_by("order", "code")
        )
        fields["department"].queryset = Department.objects.open_on(today())

    def clean_phone(self) -> str:
        typed: str = self.cleaned_data["phone"].strip()
        if not typed:
            return ""
        try:
            return check_phone(typed)
        except Invalid as error:
            raise forms.ValidationError(error.message) from error

    def clean_parent(self) -> str:
        return normalise_number(self.cleaned_data["parent"]) if self.cleaned_data["parent"].strip() else ""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if (data.get("lat") is None) != (data.get("lon") is None):
            self.add_error("lat", _("Give latitude and longitude, or neither."))
        if self.step == ANSWER and not data.get("answer", "").strip():
            self.add_error("answer", _("Write down what you answered."))
        if self.step == DISPATCH and not data.get("department"):
            self.add_error("department", _("Choose the department that takes it."))
        return data


class ExtensionForm(PortalForm):
    """Which extension is whose."""

    widths = {"code": "s"}
    user = PersonPick(User.objects.none(), label=_("Person"))
    code = forms.CharField(
        label=_("Extension"), max_length=32, required=False, help_text=_("Empty takes the extension away.")
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["user"].queryset = people


class PeriodForm(PortalForm):
    """From when to when."""

    first = DateField(label=pgettext_lazy("period", "From"), required=False)
    last = DateField(label=pgettext_lazy("period", "To"), required=False)


class DemoCallForm(PortalForm):
    """A call of the demonstration telephone."""

    widths = {"number": "m", "extension": "s", "line": "s"}
    number = forms.CharField(label=_("Number of the caller"), max_length=30, initial="13800138000")
    line = forms.CharField(label=_("Line"), max_length=16, initial="12345")
    extension = forms.ChoiceField(label=_("Extension"), choices=())

    def __init__(self, *args: Any, extensions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["extension"].choices = extensions
