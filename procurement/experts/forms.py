"""The forms of experts: the pool, employers, relatives, leave, blocks, the plan of a draw, seeds, calls."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.forms import DateField, PortalForm
from portal.core.time import ZONE
from portal.people.models import User
from procurement.experts.actions import ExpertDraft, JobDraft, PlanDraft
from procurement.experts.models import Expert, Kin, PanelMember, Speciality, Standing
from procurement.experts.standing import StandingDraft

GROUPS = 6
NOBODY = ("", _("None"))


class ExpertForm(PortalForm):
    """What the pool knows of an expert."""

    widths = {"phone": "m", "identity": "l", "employer_uscc": "l", "bank_account": "l"}
    autocomplete = {"employer": "organization", "identity": "off", "bank_account": "off"}
    name = forms.CharField(label=_("Name"), max_length=100)
    identity = forms.CharField(
        label=_("Resident number"), max_length=30, help_text=_("Kept sealed; it finds tenders that you must avoid.")
    )
    phone = forms.CharField(label=_("Telephone"), max_length=30, help_text=_("Calls come to this number by SMS."))
    title = forms.CharField(label=_("Professional title"), max_length=60)
    region = forms.CharField(label=_("Region"), max_length=60, help_text=_("The city or district where you live."))
    employer = forms.CharField(label=_("Present employer"), max_length=200)
    employer_uscc = forms.CharField(label=_("Credit code of the employer"), max_length=30, required=False)
    employed_since = DateField(label=_("There since"), required=False)
    specialities = forms.MultipleChoiceField(label=_("Specialities"), widget=forms.CheckboxSelectMultiple)
    bank_name = forms.CharField(label=_("Bank"), max_length=120, required=False)
    bank_account = forms.CharField(label=_("Account for fees"), max_length=40, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(one.code, str(one)) for one in Speciality.objects.filter(closed=False)]
        self.fields["specialities"].choices = rows  # type: ignore[attr-defined]

    def draft(self) -> ExpertDraft:
        return ExpertDraft(**{name: self.cleaned_data[name] for name in ExpertDraft.__dataclass_fields__})


def initial_of(one: Expert) -> dict[str, Any]:
    """An expert as the form shows it; the account is typed anew."""
    names = ("name", "identity", "phone", "title", "region", "employer", "bank_name", "bank_account")
    values: dict[str, Any] = {name: getattr(one, name) for name in names}
    return {**values, "specialities": [s.code for s in one.specialities.all()]}


class OwnForm(ExpertForm):
    """Correcting the own data: employers have pages of their own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("employer_uscc", "employed_since"):
            self.fields.pop(name)

    def draft(self) -> ExpertDraft:
        names = [name for name in ExpertDraft.__dataclass_fields__ if name in self.cleaned_data]
        return ExpertDraft(**{name: self.cleaned_data[name] for name in names})


class EnterForm(ExpertForm):
    """An officer enters somebody who has an account."""

    field_order = ("username",)
    username = forms.CharField(label=_("User name of the expert's account"), max_length=150)


class JobForm(PortalForm):
    """An employment."""

    widths = {"uscc": "l"}
    employer = forms.CharField(label=_("Employer"), max_length=200)
    uscc = forms.CharField(label=_("Unified social credit code"), max_length=30, required=False)
    starts_on = DateField(label=pgettext_lazy("period", "From"))
    ends_on = DateField(label=_("Until"), required=False, help_text=_("Empty: it is the present one."))

    def draft(self) -> JobDraft:
        return JobDraft(**self.cleaned_data)


class EndForm(PortalForm):
    """The last day of an employment."""

    ends_on = DateField(label=_("Last day"))


class KinForm(PortalForm):
    """A close relative."""

    widths = {"identity": "l"}
    autocomplete = {"name": "off", "identity": "off"}
    relation = forms.ChoiceField(label=_("Relation"), choices=Kin.Relation.choices)
    name = forms.CharField(label=_("Name"), max_length=100)
    identity = forms.CharField(label=_("Resident number"), max_length=30)


class LeaveForm(PortalForm):
    """Days on which one is not drawn."""

    starts_on = DateField(label=pgettext_lazy("period", "From"))
    ends_on = DateField(label=_("Until"))
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class StandingForm(PortalForm):
    """A decision that keeps an expert out."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Standing.Kind.choices)
    ground = forms.CharField(
        label=pgettext_lazy("conduct", "Ground"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    source = forms.CharField(label=_("Legal source and number of the decision"), max_length=300)
    authority = forms.CharField(label=_("Decided by"), max_length=200)
    starts_on = DateField(label=pgettext_lazy("period", "From"))
    ends_on = DateField(
        label=_("Until"), required=False, help_text=_("A suspension has an end; a removal may be without.")
    )
    appeal = forms.CharField(
        label=_("How to object"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Where and until when, as the decision says. The expert reads this."),
    )

    def draft(self) -> StandingDraft:
        return StandingDraft(**self.cleaned_data)


class PlanForm(PortalForm):
    """The plan of a draw: when, where, how many of which speciality, and who represents the buyer."""

    widths = {"evaluates_time": "s", "size": "s"}
    evaluates_day = DateField(label=_("Evaluation begins, day"))
    evaluates_time = forms.TimeField(label=_("Evaluation begins, time"), help_text=_("For example 14:00."))
    size = forms.IntegerField(label=_("Members of the committee"), min_value=1, max_value=99)
    complex = forms.BooleanField(label=_("Technically complex"), required=False)
    main_venue = forms.CharField(label=_("Main venue"), max_length=120)
    secondary_venue = forms.CharField(
        label=_("Secondary venue"), max_length=120, required=False, help_text=_("Only for remote evaluation.")
    )
    secondary_region = forms.CharField(
        label=_("Region of the secondary venue"),
        max_length=60,
        required=False,
        help_text=_("Experts of this region sit there."),
    )
    representatives = forms.MultipleChoiceField(
        label=_("Representatives of the buyer"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, people: list[User], may_name: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["representatives"].choices = [(str(one.pk), one.name) for one in people]  # type: ignore[attr-defined]
        choices = [NOBODY, *((one.code, str(one)) for one in Speciality.objects.filter(closed=False))]
        for n in range(1, GROUPS + 1):
            group: dict[str, forms.Field] = {
                f"speciality{n}": forms.ChoiceField(
                    label=_("Speciality %(n)s") % {"n": n}, choices=choices, required=n == 1 and not may_name
                ),
                f"count{n}": forms.IntegerField(
                    label=_("How many of speciality %(n)s") % {"n": n},
                    min_value=1,
                    max_value=99,
                    required=n == 1 and not may_name,
                ),
            }
            for name, field in group.items():
                self.fields[name] = field
                self.dress(name, field)

    def add_domain_error(self, error: Any) -> None:
        """What is wrong with the places or the moment stands beside their first field."""
        for name, field in (("places", "speciality1"), ("evaluates_at", "evaluates_day")):
            if name in error.fields:
                error.fields[field] = error.fields.pop(name)
        super().add_domain_error(error)

    def draft(self) -> PlanDraft:
        data = self.cleaned_data
        places = [
            (data[f"speciality{n}"], data.get(f"count{n}") or 0)
            for n in range(1, GROUPS + 1)
            if data.get(f"speciality{n}")
        ]
        names = ("size", "complex", "main_venue", "secondary_venue", "secondary_region")
        return PlanDraft(
            evaluates_at=dt.datetime.combine(data["evaluates_day"], data["evaluates_time"], ZONE),
            places=places,
            representatives=[int(pk) for pk in data["representatives"]],
            **{name: data[name] for name in names},
        )


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


class FailForm(VersionForm):
    """Why a draw has failed."""

    note = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class AnswerForm(VersionForm):
    """The answer to a call."""

    conditional = {"answer": {"decline": ["note"]}}
    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=[("accept", _("I shall come")), ("decline", _("I cannot come"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("Reason"), max_length=500, required=False)


class CheckInForm(VersionForm):
    """Where somebody checks in."""

    venue = forms.ChoiceField(label=_("Venue"), choices=PanelMember.Venue.choices)


class ReplaceForm(VersionForm):
    """Why a seat goes to the next."""

    why = forms.ChoiceField(label=_("Why"), choices=[])
    note = forms.CharField(label=_("Reason"), max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from procurement.experts.lifecycle import REPLACING

        super().__init__(*args, **kwargs)
        self.fields["why"].choices = REPLACING  # type: ignore[attr-defined]
