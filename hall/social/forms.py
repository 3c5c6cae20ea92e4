"""The forms of social supervision: the register, the plan of a visit, seeds, answers, findings, the report."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.patrols import handing
from hall.patrols.forms import camera
from hall.patrols.handing import NoteDraft
from hall.patrols.models import Area
from hall.social.actions import PlanDraft, SupervisorDraft
from hall.social.models import SocialSupervisor, UnitGrade, Visit
from portal.core.forms import DateField, MultipleFileField, PortalForm
from portal.core.time import today
from portal.people.models import Department


def _departments() -> list[tuple[str, str]]:
    return [(str(one.pk), one.display_name) for one in Department.objects.open_on(today())]


def _areas() -> list[tuple[str, str]]:
    return [(str(one.pk), one.display_name) for one in Area.objects.filter(closed_on__isnull=True)]


class SupervisorForm(PortalForm):
    """What the appointment letter says."""

    widths = {"letter": "l"}
    autocomplete = {"employer": "off"}
    category = forms.ChoiceField(
        label=pgettext_lazy("social supervision", "Category"), choices=SocialSupervisor.Category.choices
    )
    employer = forms.CharField(label=_("Employer"), max_length=200, required=False)
    letter = forms.CharField(label=_("Number of the appointment letter"), max_length=60)
    starts_on = DateField(label=_("Appointed from"))
    ends_on = DateField(label=_("Appointed until"))
    avoids = forms.MultipleChoiceField(
        label=_("Units to keep away from"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The own unit, or one that the person is close to: never drawn for a visit of it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["avoids"].choices = _departments()  # type: ignore[attr-defined]

    def draft(self) -> SupervisorDraft:
        data = {name: self.cleaned_data[name] for name in SupervisorDraft.__dataclass_fields__}
        return SupervisorDraft(**{**data, "avoids": [int(pk) for pk in data["avoids"]]})


class AppointForm(SupervisorForm):
    """Entering somebody who has an account."""

    field_order = ("username",)
    autocomplete = {"username": "off", "employer": "off"}
    username = forms.CharField(label=_("User name of the person's account"), max_length=150)


class ReleaseForm(PortalForm):
    """Why an office ends before its term."""

    note = forms.CharField(label=_("Reason"), max_length=300)


class PlanForm(PortalForm):
    """The plan of a visit: when, where, and how many of which category."""

    widths = {f"count_{code}": "s" for code in SocialSupervisor.Category.values}
    kind = forms.ChoiceField(label=_("Kind of visit"), choices=Visit.Kind.choices, widget=forms.RadioSelect)
    visit_on = DateField(label=_("Day of the visit"))
    meeting_point = forms.CharField(
        label=_("Meeting point"), max_length=120, required=False, help_text=_("Only for an announced visit.")
    )
    task = forms.CharField(label=_("What to look at"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    departments = forms.MultipleChoiceField(label=_("Units that are visited"), widget=forms.CheckboxSelectMultiple)
    areas = forms.MultipleChoiceField(label=_("Areas of the hall"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["departments"].choices = _departments()  # type: ignore[attr-defined]
        self.fields["areas"].choices = _areas()  # type: ignore[attr-defined]
        for code, label in SocialSupervisor.Category.choices:
            field = forms.IntegerField(
                label=_("How many: %(category)s") % {"category": label}, min_value=0, max_value=20, required=False
            )
            self.fields[f"count_{code}"] = field
            self.dress(f"count_{code}", field)

    def add_domain_error(self, error: Any) -> None:
        """What is wrong with the places stands beside the first number."""
        if "places" in error.fields:
            error.fields[f"count_{SocialSupervisor.Category.values[0]}"] = error.fields.pop("places")
        super().add_domain_error(error)

    def draft(self) -> PlanDraft:
        data = self.cleaned_data
        counts = [(code, data.get(f"count_{code}") or 0) for code in SocialSupervisor.Category.values]
        return PlanDraft(
            kind=data["kind"], visit_on=data["visit_on"], task=data["task"], meeting_point=data["meeting_point"],
            places=[(code, count) for code, count in counts if count],
            departments=[int(pk) for pk in data["departments"]], areas=[int(pk) for pk in data["areas"]],
        )  # fmt: skip


class VersionForm(PortalForm):
    """The version of the row that the page showed."""

    state_version = forms.IntegerField(widget=forms.HiddenInput)


class CommitForm(VersionForm):
    """The promise of a seed."""

    commitment = forms.CharField(
        label=pgettext_lazy("draw", "Commitment"),
        max_length=80,
        widget=forms.TextInput(attrs={"class": "govuk-input mono"}),
    )


class RevealForm(VersionForm):
    """The seed itself."""

    seed = forms.CharField(label=_("Seed"), max_length=80, widget=forms.TextInput(attrs={"class": "govuk-input mono"}))


class CallOffForm(VersionForm):
    """Why a visit does not take place."""

    note = forms.CharField(label=_("Reason"), max_length=500)


class PublishForm(VersionForm):
    """What everybody reads."""

    summary = forms.CharField(
        label=_("Summary for the public"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )


class AnswerForm(VersionForm):
    """Coming, or not."""

    conditional = {"answer": {"decline": ["note"]}}
    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=(("accept", _("I shall come")), ("decline", _("I cannot come"))),
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("Reason"), max_length=500, required=False)


class NoteForm(PortalForm):
    """One finding of a visit."""

    department = forms.ChoiceField(label=_("Unit"))
    area = forms.ChoiceField(label=_("Where"))
    chapter = forms.ChoiceField(label=pgettext_lazy("finding", "What it is about"))
    text = forms.CharField(label=_("What you found"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    photos = MultipleFileField(label=_("Photos"), required=False, widget=camera())

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = [(str(one.pk), one.display_name) for one in visit.departments.all()]
        chosen = [(str(one.pk), one.display_name) for one in visit.areas.filter(closed_on__isnull=True)]
        self.fields["department"].choices = units  # type: ignore[attr-defined]
        self.fields["area"].choices = chosen or _areas()  # type: ignore[attr-defined]
        self.fields["chapter"].choices = [(one.code, one.display_name) for one in handing.chapters()]  # type: ignore[attr-defined]

    def draft(self) -> NoteDraft:
        data = self.cleaned_data
        return NoteDraft(
            area_id=int(data["area"]), chapter=data["chapter"], department_id=int(data["department"]),
            text=data["text"],
        )  # fmt: skip


class ReportForm(VersionForm):
    """What was seen, and a grade for each unit; a unit that was not seen stays without."""

    report = forms.CharField(label=_("What you saw"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = list(visit.departments.all())
        choices = [("", _("Not seen")), *((str(value), label) for value, label in UnitGrade.Grade.choices)]
        for one in self.units:
            field = forms.ChoiceField(label=one.display_name, choices=choices, required=False)
            self.fields[f"grade-{one.pk}"] = field
            self.dress(f"grade-{one.pk}", field)

    def add_domain_error(self, error: Any) -> None:
        """That no unit has a grade stands beside the first unit."""
        if "grades" in error.fields and self.units:
            error.fields[f"grade-{self.units[0].pk}"] = error.fields.pop("grades")
        super().add_domain_error(error)

    def grades(self) -> dict[int, int]:
        given = {one.pk: self.cleaned_data.get(f"grade-{one.pk}") for one in self.units}
        return {pk: int(grade) for pk, grade in given.items() if grade}
