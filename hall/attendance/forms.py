"""The forms of attendance: corrections, hours of a window, clocks."""

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.appointments.forms import TimeField
from hall.attendance.models import Excuse
from hall.models import Window
from portal.core.forms import DateField, PortalForm
from portal.core.time import today
from portal.people.forms_admin import Pick


class CorrectionForm(PortalForm):
    """When somebody came and left, or why not; and the reason of the correction."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    came = TimeField(label=_("Came at"), required=False)
    left = TimeField(label=_("Left at"), required=False)
    excuse = forms.ChoiceField(
        label=_("Not due because of"),
        choices=[("", pgettext_lazy("excuse", "Was due")), *Excuse.choices],
        required=False,
        widget=forms.Select,
    )
    reason = forms.CharField(
        label=_("Reason of the correction"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class WindowPick(Pick):
    """A window with its code."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} {obj.display_name}"


class PatternForm(PortalForm):
    """Other hours for a window."""

    inline = ("weekdays",)
    window = WindowPick(Window.objects.none(), label=_("Window"))
    weekdays = forms.MultipleChoiceField(
        label=_("Weekdays"),
        choices=list(WEEKDAYS.items()),
        widget=forms.CheckboxSelectMultiple,
        initial=[0, 1, 2, 3, 4],
    )
    starts = TimeField(label=pgettext_lazy("period", "From"))
    ends = TimeField(label=pgettext_lazy("period", "To"))
    valid_from = DateField(label=_("Valid from"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["window"].queryset = Window.objects.open_on(today())  # type: ignore[attr-defined]


class DeviceForm(PortalForm):
    """A clock of the hall."""

    name = forms.CharField(label=_("Where it stands"), max_length=80)
