"""The forms of patrols: a finding, its rectification, the checklist, the areas."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hall.patrols.actions import FindingDraft
from portal.core.forms import MultipleFileField, MultipleFileInput, PortalForm
from portal.core.time import today
from portal.people.forms_admin import DepartmentPick, Pick
from portal.people.models import Department, User


def camera() -> MultipleFileInput:
    """Opens the camera on a phone, the folder elsewhere."""
    return MultipleFileInput(attrs={"accept": "image/jpeg,image/png", "capture": "environment"})


class FindingForm(PortalForm):
    """What is wrong, who puts it right, until when."""

    widths = {"limit_days": "s"}
    text = forms.CharField(label=_("What was found"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    photos = MultipleFileField(label=_("Photos"), required=False, widget=camera())
    department = DepartmentPick(Department.objects.none(), label=_("Department that puts it right"))
    person = Pick(
        User.objects.none(),
        label=_("Person"),
        required=False,
        help_text=_("Somebody of that department; empty if its head decides."),
    )
    limit_days = forms.IntegerField(label=_("Limit in working days"), min_value=1, max_value=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.open_on(today())  # type: ignore[attr-defined]
        people = User.objects.filter(postings__department__isnull=False, is_active=True).distinct().order_by("name")
        self.fields["person"].queryset = people  # type: ignore[attr-defined]

    def draft(self, area_id: int, point_id: int) -> FindingDraft:
        data = self.cleaned_data
        return FindingDraft(
            area_id=area_id,
            point_id=point_id,
            text=data["text"],
            department_id=data["department"].pk,
            person_id=data["person"].pk if data["person"] else None,
            limit_days=data["limit_days"],
        )


class RectifyForm(PortalForm):
    """What was done, with the proof."""

    state_version = forms.IntegerField(widget=forms.HiddenInput)
    report = forms.CharField(label=_("What was done"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    photos = MultipleFileField(label=_("Photos of the result"), required=False, widget=camera())


class AreaForm(PortalForm):
    """A part of the hall."""

    widths = {"order": "s"}
    name = forms.CharField(label=_("Area of the hall"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    order = forms.IntegerField(label=_("Order"), min_value=0, max_value=999, initial=100)
