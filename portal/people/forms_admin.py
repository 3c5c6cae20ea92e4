"""The administrators' forms: departments, staff, postings, leave."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.forms import DateField, PortalForm
from portal.core.time import today
from portal.people.actions.departments import DepartmentDraft
from portal.people.actions.postings import PostingDraft
from portal.people.actions.staff import StaffDraft
from portal.people.models import Department, Leave, User
from portal.people.roles import CENTRE_WIDE, STAFF, Role

NOBODY = pgettext_lazy("choice", "— none —")


class Pick(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of rows; the empty choice says so in words."""

    def __init__(self, rows: "QuerySet[Any]", **more: Any) -> None:
        super().__init__(rows, empty_label=NOBODY, **more)


class DepartmentPick(Pick):
    """A department with its code, since many have similar names."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.display_name} ({obj.code})"


class PersonPick(Pick):
    """A person with the user name, since namesakes are common."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.username})"


class PersonByName(forms.CharField):
    """A person of the staff by user name: a centre has more people than a list can show."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=64, **more)

    def clean(self, value: Any) -> User | None:
        name = super().clean(value).strip()
        if not name:
            return None
        person = User.objects.staff().filter(username=name.lower(), is_active=True).first()
        if person is None:
            raise forms.ValidationError(_("No active account of the staff has this user name."))
        return person

    def prepare_value(self, value: Any) -> Any:
        return value.username if isinstance(value, User) else value


class DepartmentForm(PortalForm):
    """A department's data."""

    widths = {"code": "m", "short_name": "m", "phone": "m"}
    autocomplete = {"name": "off", "phone": "off", "code": "off"}
    code = forms.CharField(
        label=pgettext_lazy("of a thing", "Code"),
        max_length=32,
        help_text=_("Stands in case numbers, for example SCJG."),
    )
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=120)
    short_name = forms.CharField(label=_("Short name"), max_length=40, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=160, required=False)
    level = forms.ChoiceField(label=_("Level"), choices=Department.Level.choices, widget=forms.RadioSelect)
    parent = DepartmentPick(Department.objects.none(), label=_("Stands below"), required=False)
    phone = forms.CharField(label=_("Enquiry telephone"), max_length=40, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = Department.objects.open_on(today()).exclude(  # type: ignore[attr-defined]
            level=Department.Level.VILLAGE
        )

    def draft(self) -> DepartmentDraft:
        data = dict(self.cleaned_data)
        parent = data.pop("parent")
        return DepartmentDraft(**data, parent_id=parent.pk if parent else None)


class CloseDepartmentForm(PortalForm):
    """From which day, and who takes over."""

    on = DateField(label=_("Closed from"), help_text=_("The first day on which it is closed."))
    successor = DepartmentPick(Department.objects.none(), label=_("Successor"), required=False)
    take_staff = forms.BooleanField(
        label=_("The staff go on in the successor, in the same roles"), required=False, initial=True
    )

    def __init__(self, *args: Any, department: Department, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = Department.objects.open_on(today()).exclude(  # type: ignore[attr-defined]
            pk=department.pk
        )


class StaffForm(PortalForm):
    """The account of a person of the staff."""

    widths = {"username": "m", "name": "m", "phone": "m", "email": "l"}
    autocomplete = {"username": "off", "name": "off", "phone": "off", "email": "off"}
    username = forms.CharField(
        label=_("User name"), max_length=32, help_text=_("Small letters and digits, for example wang.fang.")
    )
    name = forms.CharField(label=_("Name"), max_length=100)
    name_en = forms.CharField(label=_("Name in English"), max_length=100, required=False)
    phone = forms.CharField(
        label=_("Mobile number"),
        max_length=30,
        required=False,
        help_text=_("For codes and messages. Several people may have the same one."),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=150,
        required=False,
        error_messages={"invalid": _("Enter an e-mail address such as name@example.cn.")},
    )

    def draft(self) -> StaffDraft:
        return StaffDraft(**self.cleaned_data)


class ReasonForm(PortalForm):
    """Why: kept in the history."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


ROLES = [(role.value, role.label) for role in Role if role in STAFF]


class PostingForm(PortalForm):
    """Who holds which role, where, and from when to when."""

    widths = {"user": "m", "substitute": "m"}
    autocomplete = {"user": "off", "substitute": "off"}
    user = PersonByName(label=_("Person"), help_text=_("The user name."))
    role = forms.ChoiceField(label=_("Role"), choices=[("", NOBODY), *ROLES])
    department = DepartmentPick(
        Department.objects.none(),
        label=_("Department"),
        required=False,
        help_text=_(
            "Supervisors, auditors, administrators and the head of government are posted for the whole centre."
        ),
    )
    starts_on = DateField(label=pgettext_lazy("period", "From"), initial=today)
    ends_on = DateField(
        label=pgettext_lazy("period", "To"), required=False, help_text=_("The last day; empty if it has no end yet.")
    )
    substitute = PersonByName(
        label=_("Substitute (A/B post)"),
        required=False,
        help_text=_("The user name of the colleague who stands in during leave."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.open_on(today())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("role") and data["role"] not in CENTRE_WIDE and not data.get("department"):
            self.add_error("department", _("This role needs a department."))
        return data

    def draft(self) -> PostingDraft:
        data = self.cleaned_data
        department, substitute = data["department"], data["substitute"]
        return PostingDraft(
            user_id=data["user"].pk,
            role=data["role"],
            starts_on=data["starts_on"],
            department_id=department.pk if department else None,
            ends_on=data["ends_on"],
            substitute_id=substitute.pk if substitute else None,
        )


class EndPostingForm(PortalForm):
    """The last day, or this moment."""

    conditional = {"when": {"day": ["on"]}}
    when = forms.ChoiceField(
        label=_("When does it end?"),
        choices=[("now", _("At once")), ("day", _("At the end of a day"))],
        widget=forms.RadioSelect,
        initial="day",
    )
    on = DateField(label=_("Last day"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("when") == "day" and not data.get("on") and "on" not in self.errors:
            self.add_error("on", _("Enter the last day."))
        return data

    @property
    def last_day(self) -> dt.date | None:
        """None for at once."""
        return self.cleaned_data["on"] if self.cleaned_data["when"] == "day" else None


class SubstituteForm(PortalForm):
    """Who stands in."""

    widths = {"substitute": "m"}
    autocomplete = {"substitute": "off"}
    substitute = PersonByName(
        label=_("Substitute (A/B post)"), required=False, help_text=_("The user name; empty for nobody.")
    )


class LeaveForm(PortalForm):
    """Days away."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Leave.Kind.choices)
    starts_on = DateField(label=pgettext_lazy("period", "From"), initial=today)
    ends_on = DateField(label=pgettext_lazy("period", "To"))
