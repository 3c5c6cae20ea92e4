"""The forms of appointments: booking for somebody, codes, services, plans and exceptions."""

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.appointments.actions import ExceptionDraft, Person, PlanDraft, ServiceDraft
from hall.appointments.models import Appointment
from hall.queue.models import Queue
from portal.core.forms import DateField, PortalForm
from portal.core.idempotency import KeyField
from portal.core.time import today
from portal.people.forms_admin import DepartmentPick, Pick
from portal.people.models import Department


class TimeInput(forms.TimeInput):
    """A time as the browser's own picker."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class TimeField(forms.TimeField):
    """A time of the day; without a picker people type 09:00."""

    widget = TimeInput
    default_error_messages = {"invalid": _("Enter the time as hours and minutes, for example 09:00.")}


class BookForm(PortalForm):
    """One's own booking: nothing to type, and sent once."""

    once_key = KeyField()


class BookForForm(PortalForm):
    """Somebody who stands at the desk or calls."""

    widths = {"name": "m", "phone": "m"}
    autocomplete = {"name": "off", "phone": "off"}
    inline = ("channel",)
    once_key = KeyField()
    name = forms.CharField(label=_("Name of the visitor"), max_length=60)
    phone = forms.CharField(label=_("Telephone number"), max_length=20, help_text=_("The reminder goes there."))
    channel = forms.ChoiceField(
        label=_("How they ask"),
        choices=[(value, label) for value, label in Appointment.Channel.choices if value != "web"],
        widget=forms.RadioSelect,
        initial=Appointment.Channel.DESK,
    )

    def person(self) -> Person:
        return Person(self.cleaned_data["name"], self.cleaned_data["phone"])


class CodeForm(PortalForm):
    """The code of a check-in."""

    widths = {"code": "m"}
    autocomplete = {"code": "off"}
    code = forms.CharField(
        label=_("Check-in code"), max_length=40, help_text=_("Eight characters; it stands on your confirmation.")
    )


class ReasonForm(PortalForm):
    """Why the centre does something."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class ServiceForm(PortalForm):
    """A bookable service."""

    widths = {"code": "s"}
    autocomplete = {"code": "off", "name": "off"}
    code = forms.CharField(label=pgettext_lazy("of a thing", "Code"), max_length=32)
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    note = forms.CharField(
        label=_("What to bring"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    note_en = forms.CharField(
        label=_("What to bring, in English"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    department = DepartmentPick(
        Department.objects.none(),
        label=_("Department"),
        required=False,
        help_text=_("Empty for a service of the shared windows."),
    )
    queue = Pick(
        Queue.objects.none(),
        label=_("Line of the queue"),
        required=False,
        help_text=_("Who checks in gets a number there. Empty: no number is given."),
    )
    items = forms.CharField(
        label=_("Items"), max_length=1000, required=False, help_text=_("Codes of the items, separated by spaces.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.open_on(today())  # type: ignore[attr-defined]
        self.fields["queue"].queryset = Queue.objects.in_use()  # type: ignore[attr-defined]

    def draft(self) -> ServiceDraft:
        data = dict(self.cleaned_data)
        department, queue, items = data.pop("department"), data.pop("queue"), data.pop("items")
        return ServiceDraft(
            **data,
            department_id=department.pk if department else None,
            queue_id=queue.pk if queue else None,
            item_codes=items.upper().split(),
        )


class PlanForm(PortalForm):
    """A weekly pattern."""

    inline = ("weekdays",)
    widths = {"slot_minutes": "s", "windows": "s", "per_window": "s"}
    weekdays = forms.MultipleChoiceField(
        label=_("Weekdays"),
        choices=list(WEEKDAYS.items()),
        widget=forms.CheckboxSelectMultiple,
        initial=[0, 1, 2, 3, 4],
    )
    first_time = TimeField(label=pgettext_lazy("period", "From"))
    last_time = TimeField(label=pgettext_lazy("period", "To"))
    slot_minutes = forms.IntegerField(label=_("Minutes of a slot"), min_value=5, max_value=240, initial=15)
    windows = forms.IntegerField(label=_("Windows"), min_value=1, max_value=99, initial=1)
    per_window = forms.IntegerField(label=_("People at a window in a slot"), min_value=1, max_value=20, initial=1)
    valid_from = DateField(label=_("Valid from"), initial=today)

    def draft(self) -> PlanDraft:
        return PlanDraft(**{**self.cleaned_data, "weekdays": "".join(sorted(self.cleaned_data["weekdays"]))})


class ExceptionForm(PortalForm):
    """A day with other capacity."""

    widths = {"windows": "s"}
    day = DateField(label=_("Day"))
    windows = forms.IntegerField(
        label=_("Windows on this day"), min_value=0, max_value=99, initial=0, help_text=_("0 closes the day.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("The person who booked reads this."))

    def draft(self) -> ExceptionDraft:
        return ExceptionDraft(**self.cleaned_data)


class OnForm(PortalForm):
    """From or until which day."""

    on = DateField(label=_("Day"), initial=today)
