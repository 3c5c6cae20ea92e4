"""The forms of the districts: passing on, the steps of an assignment, a platform, settling a message."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.districts.actions.inner import below
from hotline.districts.actions.platforms import districts
from hotline.districts.models import Assignment, Platform
from hotline.forms import lines
from portal.core.forms import PortalForm
from portal.core.lifecycle import Transition
from portal.people.forms_admin import DepartmentPick
from portal.people.models import Department


class Versioned(PortalForm):
    """Carries the state it was shown for."""

    state_version = forms.IntegerField(widget=forms.HiddenInput)

    def show_state(self, thing: Any) -> None:
        """After somebody else was faster: what was typed stays, and may be sent again for the new state."""
        held: Any = self.data
        changed = held.copy()
        changed["state_version"] = str(thing.state_version)
        self.data = changed


class AssignForm(Versioned):
    """Who below the district gets the ticket."""

    department = DepartmentPick(Department.objects.none(), label=_("Department of the district"))
    note = forms.CharField(label=_("Note for the department"), max_length=2000, required=False, widget=lines(3))

    def __init__(self, district_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = below(district_id).order_by("code")  # type: ignore[attr-defined]


def step_form(step: Transition[Assignment], one: Assignment, data: Any = None) -> Versioned:
    """The form of a step of an assignment."""
    fields: dict[str, forms.Field] = {}
    for ask in step.asks:
        label: Any = ask.label
        if ask.kind == "choice":
            fields[ask.name] = forms.ChoiceField(label=label, choices=ask.choices, widget=forms.RadioSelect)
        else:
            fields[ask.name] = forms.CharField(
                label=label, required=ask.required, max_length=ask.longest, widget=lines(3)
            )
    made: type[Versioned] = type("AssignmentStepForm", (Versioned,), fields)
    return made(data, initial={"state_version": one.state_version})


class PlatformForm(PortalForm):
    """Where a district's tickets go."""

    district = DepartmentPick(Department.objects.none(), label=pgettext_lazy("platform", "District"))
    kind = forms.ChoiceField(label=_("Where it works"), choices=Platform.Kind.choices, widget=forms.RadioSelect)
    url = forms.CharField(
        label=_("Address that messages are sent to"), max_length=300, required=False,
        help_text=_("Only for a system of its own. We post signed JSON there."),
    )  # fmt: skip

    def __init__(self, platform: Platform | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if platform is not None:
            del self.fields["district"]
            return
        rows = districts().filter(platform__isnull=True).order_by("code")
        self.fields["district"].queryset = rows  # type: ignore[attr-defined]
