"""The forms of the queue: taking a number on the phone and at the reception, the layout, devices, reasons."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.models import Window
from hall.queue.actions.layout import QueueDraft, ServiceDraft
from hall.queue.models import Device, Hall, Queue, QueueService, Ticket
from hall.queue.services import TicketDraft
from portal.core.forms import PortalForm
from portal.core.idempotency import KeyField
from portal.core.time import today
from portal.people.forms_admin import DepartmentPick, Pick
from portal.people.models import Department


class ServicePick(forms.ModelMultipleChoiceField):
    """Services by their name in the reader's language."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.display_name)


class WindowsPick(forms.ModelMultipleChoiceField):
    """Windows by code and name."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        name = obj.display_name
        return name if name.startswith(obj.code) else f"{obj.code} {name}"


class NumberForm(PortalForm):
    """What somebody comes for; the telephone gets the notices."""

    once_key = KeyField()
    services = ServicePick(
        QueueService.objects.none(),
        label=_("What do you come for?"),
        required=False,
        help_text=_("Several are possible."),
    )
    phone = forms.CharField(
        label=_("Mobile number"), max_length=20, required=False,
        help_text=_("We text you when your turn is near and when you are called. Erased a week after your visit."),
    )  # fmt: skip

    def __init__(self, *args: Any, queue: Queue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.queue = queue
        offered = queue.services.filter(active=True)
        self.fields["services"].queryset = offered  # type: ignore[attr-defined]
        if not offered.exists():
            del self.fields["services"]

    def draft(self, channel: str, **more: Any) -> TicketDraft:
        data = self.cleaned_data
        chosen = tuple(service.pk for service in data.get("services") or [])
        return TicketDraft(
            queue_id=self.queue.pk, channel=channel, service_ids=chosen, phone=data.get("phone", ""), **more
        )


class PhoneNumberForm(NumberForm):
    """A number from afar: the telephone is how the hall reaches you."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].required = True


class KioskForm(NumberForm):
    """At the kiosk: precedence is asked for in words, the card is read where a reader stands."""

    priority = forms.ChoiceField(
        label=_("Do you have precedence?"),
        choices=[
            ("", pgettext_lazy("priority", "None")),
            (Ticket.Priority.ELDERLY, pgettext_lazy("priority", "Older person")),
            (Ticket.Priority.DISABLED, pgettext_lazy("priority", "Person with a disability")),
            (Ticket.Priority.SOLDIER, pgettext_lazy("priority", "Soldier or veteran")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )
    card = forms.CharField(
        label=_("Identity card"), max_length=40, required=False,
        help_text=_("Optional: lay it on the reader or type the number. Only your age is looked at; nothing is kept."),
    )  # fmt: skip
    inline = ("priority",)
    autocomplete = {"phone": "off", "card": "off"}


class DeskNumberForm(KioskForm):
    """At the reception, by the staff, for somebody who stands there."""

    widths = {"name": "m", "phone": "m"}
    name = forms.CharField(label=_("Name on the screens, masked"), max_length=40, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["card"]


class QueueForm(PortalForm):
    """A queue's data."""

    widths = {"prefix": "s", "daily_limit": "s", "area": "m"}
    autocomplete = {"name": "off"}
    hall = Pick(Hall.objects.none(), label=_("Hall"))
    # Django takes declared fields out of the class, so that the form's own `prefix` stays what it is.
    prefix = forms.CharField(  # type: ignore[assignment]
        label=_("Letter of the numbers"), max_length=2, help_text=_("One or two capital letters.")
    )
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    area = forms.CharField(label=_("Area of the hall"), max_length=80, required=False)
    department = DepartmentPick(
        Department.objects.none(), label=_("Department"), required=False,
        help_text=_("Empty for a queue of comprehensive intake."),
    )  # fmt: skip
    windows = WindowsPick(Window.objects.none(), label=_("Windows that call this queue"), required=False)
    remote = forms.BooleanField(label=_("Numbers by telephone"), required=False, initial=True)
    daily_limit = forms.IntegerField(label=_("Numbers a day at most"), required=False, help_text=_("Empty: no limit."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = today()
        self.fields["hall"].queryset = Hall.objects.open_on(day)  # type: ignore[attr-defined]
        self.fields["department"].queryset = Department.objects.open_on(day)  # type: ignore[attr-defined]
        self.fields["windows"].queryset = Window.objects.open_on(day)  # type: ignore[attr-defined]

    def draft(self) -> QueueDraft:
        data = dict(self.cleaned_data)
        department, windows, hall = data.pop("department"), data.pop("windows"), data.pop("hall")
        return QueueDraft(
            **data,
            hall_id=hall.pk,
            department_id=department.pk if department else None,
            window_ids=tuple(sorted(window.pk for window in windows)),
        )


class ServiceForm(PortalForm):
    """One service of a queue."""

    autocomplete = {"name": "off"}
    name = forms.CharField(label=_("Service"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    item_code = forms.CharField(label=_("Item code"), max_length=40, required=False)

    def draft(self) -> ServiceDraft:
        return ServiceDraft(**self.cleaned_data)


class HallForm(PortalForm):
    """A hall's data."""

    widths = {"code": "s", "opens_at": "s", "closes_at": "s"}
    autocomplete = {"name": "off", "code": "off"}
    code = forms.CharField(label=pgettext_lazy("of a thing", "Code"), max_length=16)
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    opens_at = forms.TimeField(
        label=_("Opens at"), required=False, help_text=_("Empty: as the centre, for example 09:00.")
    )
    closes_at = forms.TimeField(label=_("Closes at"), required=False)
    every_day = forms.BooleanField(label=_("Open on days off, too"), required=False)


class DeviceForm(PortalForm):
    """A device to be issued."""

    autocomplete = {"name": "off"}
    hall = Pick(Hall.objects.none(), label=_("Hall"))
    kind = forms.ChoiceField(label=_("Kind"), choices=Device.Kind.choices, widget=forms.RadioSelect)
    name = forms.CharField(
        label=pgettext_lazy("of a thing", "Name"),
        max_length=80,
        help_text=_("For example: screen beside the east entrance."),
    )
    window = Pick(Window.objects.none(), label=_("Window"), required=False, help_text=_("For a window screen."))
    area = forms.CharField(
        label=_("Area of the hall"), max_length=80, required=False, help_text=_("For the screen of an area.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hall"].queryset = Hall.objects.open_on(today())  # type: ignore[attr-defined]
        self.fields["window"].queryset = Window.objects.open_on(today())  # type: ignore[attr-defined]


class ReasonForm(PortalForm):
    """Why a queue gives no more numbers."""

    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("The reception desk passes it on."))
