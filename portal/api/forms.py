"""The administrators' forms: system accounts, tokens, webhooks."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.cases.lifecycle import CASE
from portal.api.actions import EVENTS
from portal.core.forms import DateField, PortalForm
from portal.core.time import ZONE, today
from portal.people.actions.clients import MOST_DAYS, ClientDraft
from portal.people.clients.scopes import scope_choices
from portal.people.forms_admin import DepartmentPick
from portal.people.models import Client, Department


class ClientForm(PortalForm):
    """A system account."""

    widths = {"code": "m", "name": "l", "rate_per_minute": "s"}
    autocomplete = {"name": "off", "code": "off"}
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Client.Kind.choices, widget=forms.RadioSelect, initial=Client.Kind.SYSTEM
    )
    code = forms.CharField(
        label=pgettext_lazy("of a thing", "Code"),
        max_length=40,
        help_text=_("Stands in the trail and on what the system sends in, for example scjg-oa. It never changes."),
    )
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=100)
    department = DepartmentPick(
        Department.objects.none(),
        label=_("Department"),
        required=False,
        help_text=_("The system sees and files cases of this department only. Leave it empty for a device."),
    )
    allowed_networks = forms.CharField(
        label=_("Allowed networks"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One in each line, for example 10.12.0.0/16. Empty means any network."),
    )
    rate_per_minute = forms.IntegerField(label=_("Requests a minute"), initial=600)

    def __init__(self, *args: Any, client: Client | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.client = client
        if client is not None:  # what events and records refer to stays what it is
            for name in ("kind", "code", "department"):
                del self.fields[name]
            return
        self.fields["department"].queryset = Department.objects.open_on(today())  # type: ignore[attr-defined]

    def draft(self) -> ClientDraft:
        data = self.cleaned_data
        networks = [line.strip() for line in data["allowed_networks"].splitlines() if line.strip()]
        known = self.client
        if known is not None:
            code, kind, department_id = known.code, known.kind, known.department_id
        else:
            code, kind = data["code"], data["kind"]
            department_id = data["department"].pk if data["department"] else None
        return ClientDraft(
            code=code,
            name=data["name"],
            kind=kind,
            department_id=department_id,
            allowed_networks=networks,
            rate_per_minute=data["rate_per_minute"],
        )


class TokenForm(PortalForm):
    """What a new token is for and how long it holds."""

    widths = {"label": "l", "days": "s"}
    autocomplete = {"label": "off"}
    suffixes = {"days": _("days")}
    label = forms.CharField(
        label=_("Label"), max_length=80, required=False, help_text=_("Where it is used, for example “production”.")
    )
    scopes = forms.MultipleChoiceField(label=_("What the token is for"), widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(label=_("Valid for"), initial=365, help_text=_("Two years at most."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [(code, f"{label} ({code})") for code, label in scope_choices()]  # type: ignore[attr-defined]
        self.fields["days"].max_value = MOST_DAYS  # type: ignore[attr-defined]


def event_choices() -> list[tuple[str, str]]:
    """Each event that a webhook may be for, in the words of the timeline."""
    return [(name, f"{_words(name)} ({name})") for name in EVENTS]


OTHERS = {
    "case.proposed": pgettext_lazy("webhook event", "A step was proposed"),
    "case.proposal_rejected": pgettext_lazy("webhook event", "A proposal was sent back"),
    "case.taken_over": pgettext_lazy("webhook event", "Another clerk took the case over"),
    "case.due_moved": pgettext_lazy("webhook event", "The due date moved"),
    "case.moved": pgettext_lazy("webhook event", "The case went to another department"),
    "case.reminded": pgettext_lazy("webhook event", "The supervisors sent a reminder"),
}


def _words(name: str) -> str:
    step = CASE.transitions.get(name.removeprefix("case."))
    return str(step.told) if step else str(OTHERS.get(name, name))


class WebhookForm(PortalForm):
    """Where to send which events."""

    widths = {"url": "l"}
    autocomplete = {"url": "off"}
    url = forms.CharField(label=_("Address"), max_length=500, help_text=_("Begins with https://."))
    events = forms.MultipleChoiceField(label=_("Events"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["events"].choices = event_choices()  # type: ignore[attr-defined]


class ReplayForm(PortalForm):
    """From which day on all messages are sent again."""

    since = DateField(
        label=_("Send again from"), help_text=_("All messages since the beginning of this day, delivered ones too.")
    )

    def moment(self) -> dt.datetime:
        return dt.datetime.combine(self.cleaned_data["since"], dt.time.min, ZONE)
