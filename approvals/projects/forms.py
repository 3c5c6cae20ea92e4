"""The forms of joint review: what is asked on each page, with the fields that departments bring along."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.projects.actions.appointments import Point
from approvals.projects.actions.meetings import Duty
from approvals.projects.actions.plans import KINDS_OF_STAGE, Line
from approvals.projects.actions.registering import ProjectDraft
from approvals.projects.models import Appointment, Invitation, OpinionRequest, Project
from portal.core.forms import DateField, MoneyField, MultipleFileField, MultipleFileInput, PortalForm
from portal.core.models import StoredFile
from portal.people.models import Department

POINTS, TASKS, LINES = 3, 3, 10
Pairs = Iterable[tuple[Any, Any]]


def departments() -> list[tuple[int, str]]:
    """All open departments, as choices; one query."""
    from portal.core.time import today

    return [(one.pk, one.display_name) for one in Department.objects.open_on(today()).order_by("code")]


def _choices(pairs: Pairs) -> list[tuple[Any, Any]]:
    return [("", _("Please choose")), *pairs]


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class PapersForm(PortalForm):
    """A form with files: what came in with a faulty form is kept and listed, so that nobody uploads it twice."""

    papers = MultipleFileField(
        label=_("Files"), required=False, widget=MultipleFileInput,
        help_text=_("Photographs, PDF, Word or Excel files."),
    )  # fmt: skip
    kept: list[StoredFile]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept = []
        self.fields["papers"] = self.fields.pop("papers")  # behind what the form itself asks


class ProjectForm(PortalForm):
    """The file of a project."""

    code = forms.CharField(
        label=_("Project code"), max_length=32,
        help_text=_("As given by the national platform, for example 2408-350200-04-01-123456."),
    )  # fmt: skip
    name = forms.CharField(label=_("Name of the project"), max_length=200)
    builder_uscc = forms.CharField(label=_("Unified social credit code of the builder"), max_length=20)
    site = forms.CharField(label=_("Site"), max_length=200)
    investment = MoneyField(label=_("Investment (yuan)"))
    kind = forms.ChoiceField(label=_("Kind of project"), choices=_choices(Project.Kind.choices))
    lead = forms.TypedChoiceField(label=_("Leading department"), coerce=int)
    contact_name = forms.CharField(label=_("Contact person of the builder"), max_length=60, required=False)
    contact_phone = forms.CharField(label=_("Contact telephone"), max_length=30, required=False)
    widths = {"code": "m", "builder_uscc": "m", "investment": "s", "contact_name": "s", "contact_phone": "s"}
    autocomplete = {"contact_name": "off", "contact_phone": "off"}

    def __init__(self, *args: Any, leads: Pairs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].choices = _choices(leads)  # type: ignore[attr-defined]

    def draft(self) -> ProjectDraft:
        data = self.cleaned_data
        return ProjectDraft(
            code=data["code"], name=data["name"], builder_uscc=data["builder_uscc"], site=data["site"],
            investment_fen=data["investment"], kind=data["kind"], lead_id=data["lead"],
            contact_name=data["contact_name"], contact_phone=data["contact_phone"],
        )  # fmt: skip


class CorrectForm(PortalForm):
    """What of a project's file can be corrected."""

    state_version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name of the project"), max_length=200)
    site = forms.CharField(label=_("Site"), max_length=200)
    investment = MoneyField(label=_("Investment (yuan)"))
    kind = forms.ChoiceField(label=_("Kind of project"), choices=_choices(Project.Kind.choices))
    contact_name = forms.CharField(label=_("Contact person of the builder"), max_length=60, required=False)
    contact_phone = forms.CharField(label=_("Contact telephone"), max_length=30, required=False)
    widths = {"investment": "s", "contact_name": "s", "contact_phone": "s"}
    autocomplete = {"contact_name": "off", "contact_phone": "off"}

    def draft(self, project: Project) -> ProjectDraft:
        data = self.cleaned_data
        return ProjectDraft(
            code=project.code, name=data["name"], builder_uscc="", site=data["site"],
            investment_fen=data["investment"], kind=data["kind"], lead_id=project.lead_id,
            contact_name=data["contact_name"], contact_phone=data["contact_phone"],
        )  # fmt: skip


class VersionForm(PortalForm):
    """Carries the state that its page showed."""

    state_version = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(VersionForm):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=_area())


class OpenStageForm(VersionForm):
    """Opening a stage; early only knowingly."""

    note = forms.CharField(label=_("What all departments are told"), max_length=2000, required=False, widget=_area())
    early = forms.BooleanField(
        label=_("Ask for preliminary opinions, before the stage before is closed"), required=False,
        help_text=_("They are marked as preliminary, are confirmed later, and silence gives no consent to them."),
    )  # fmt: skip

    def __init__(self, *args: Any, ahead: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not ahead:
            del self.fields["early"]


class AskForm(PortalForm):
    """One more department in an open stage."""

    department = forms.TypedChoiceField(label=_("Department"), coerce=int)
    kind = forms.ChoiceField(label=_("What it is asked for"), choices=_choices(OpinionRequest.Kind.choices))
    item_code = forms.CharField(label=_("Item code"), max_length=40, required=False)
    question = forms.CharField(label=_("Question"), max_length=2000, widget=_area())
    limit_days = forms.IntegerField(label=_("Limit (working days)"), required=False)
    precondition = forms.CharField(
        label=_("Precondition that is not met yet"), max_length=300, required=False,
        help_text=_("With a precondition the opinion is preliminary."),
    )  # fmt: skip
    widths = {"item_code": "s", "limit_days": "xs"}

    def __init__(self, *args: Any, choices: Pairs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = _choices(choices)  # type: ignore[attr-defined]


class AnswerForm(PapersForm):
    """The opinion of a department."""

    state_version = forms.IntegerField(widget=forms.HiddenInput)
    verdict = forms.ChoiceField(label=_("Opinion"), choices=OpinionRequest.Answer.choices, widget=forms.RadioSelect)
    text = forms.CharField(label=_("Grounds and conditions"), max_length=4000, required=False, widget=_area(5))

    def __init__(self, *args: Any, only_not_concerned: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if only_not_concerned:
            said = [(code, label) for code, label in OpinionRequest.Answer.choices if code == "not_concerned"]
            self.fields["verdict"].choices = said  # type: ignore[attr-defined]


class AgainForm(PortalForm):
    """The same department once more."""

    question = forms.CharField(label=_("What has been settled since"), max_length=2000, required=False, widget=_area())


class KeyForm(PortalForm):
    """The green channel."""

    reason = forms.CharField(label=_("Ground"), max_length=300)
    helper = forms.CharField(
        label=_("User name of the person who helps"), max_length=64,
        help_text=_("A person on the staff; the builder sees the name."),
    )  # fmt: skip
    widths = {"helper": "s"}
    autocomplete = {"helper": "off"}


class MilestoneForm(PortalForm):
    """One milestone to come."""

    name = forms.CharField(label=_("Milestone"), max_length=120)
    planned_on = DateField(label=_("Planned for"))


class ReachForm(PortalForm):
    """A milestone is reached."""

    actual_on = DateField(label=_("Reached on"))


class WhenForm(PortalForm):
    """A day and a time."""

    day = DateField(label=_("Day"))
    at = forms.TimeField(label=_("Time"), input_formats=["%H:%M", "%H：%M"], help_text=_("For example 09:30"))
    widths = {"at": "xs"}


class PostponeForm(WhenForm):
    """Another day."""

    state_version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=_area(2))


class AppointmentForm(WhenForm):
    """A new appointment; a department with a named person is invited."""

    kind = forms.ChoiceField(label=_("Kind of appointment"), choices=_choices(Appointment.Kind.choices))
    place = forms.CharField(label=pgettext_lazy("joint appointment", "Place"), max_length=200)
    purpose = forms.CharField(label=pgettext_lazy("joint appointment", "Purpose"), max_length=500, required=False)
    other = forms.TypedChoiceField(
        label=pgettext_lazy("joint appointment", "Another department"), coerce=int, required=False, empty_value=None
    )
    other_person = forms.CharField(label=_("Person of the other department"), max_length=60, required=False)
    widths = {"at": "xs", "other_person": "s"}
    autocomplete = {"other_person": "off"}

    def __init__(self, *args: Any, concerned: Iterable[Department], choices: Pairs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.concerned = list(concerned)
        self.fields["other"].choices = _choices(choices)  # type: ignore[attr-defined]
        for one in self.concerned:
            field = forms.CharField(label=one.display_name, max_length=60, required=False)
            field.widget.attrs["autocomplete"] = "off"
            self.fields[f"person_{one.pk}"] = field
            self.dress(f"person_{one.pk}", field)
        order = ["kind", "day", "at", "place", "purpose"]
        self.order_fields([*order, *(f"person_{one.pk}" for one in self.concerned), "other", "other_person"])

    def invited(self) -> dict[int, str]:
        """Departments for which somebody is named."""
        data = self.cleaned_data
        found = {one.pk: data[f"person_{one.pk}"] for one in self.concerned if data[f"person_{one.pk}"].strip()}
        if data["other"]:
            found.setdefault(data["other"], data["other_person"])
        return found


class AttendanceForm(VersionForm):
    """Who came, department by department."""

    def __init__(self, *args: Any, invitations: Iterable[Invitation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitations = list(invitations)
        for one in self.invitations:
            said = forms.ChoiceField(
                label=one.department.display_name, choices=Invitation.Attendance.choices, widget=forms.RadioSelect,
                required=False,
            )  # fmt: skip
            came = forms.CharField(
                label=_("Who came for %(department)s") % {"department": one.department.display_short}, max_length=60,
                required=False, initial=one.person,
            )  # fmt: skip
            came.widget.attrs["autocomplete"] = "off"
            for name, field in ((f"attendance_{one.pk}", said), (f"came_{one.pk}", came)):
                self.fields[name] = field
                self.dress(name, field)

    def attendance(self) -> dict[int, tuple[str, str]]:
        data = self.cleaned_data
        return {one.pk: (data[f"attendance_{one.pk}"], data[f"came_{one.pk}"]) for one in self.invitations}


class FindingForm(PapersForm):
    """What a department found, with a few points to be mended."""

    finding = forms.ChoiceField(label=_("Finding"), choices=Invitation.Finding.choices, widget=forms.RadioSelect)
    text = forms.CharField(label=_("What was found"), max_length=4000, required=False, widget=_area(4))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, POINTS + 1):
            text = forms.CharField(label=_("Point %(n)s to be mended") % {"n": n}, max_length=500, required=False)
            due = DateField(label=_("Point %(n)s: by") % {"n": n}, required=False)
            for name, field in ((f"point_{n}", text), (f"due_{n}", due)):
                self.fields[name] = field
                self.dress(name, field)

    def points(self, department_id: int) -> list[Point]:
        """The points that were filled in; one without a day is due on no day that is allowed, and is refused in words."""
        data = self.cleaned_data
        rows = [(data[f"point_{n}"], data[f"due_{n}"]) for n in range(1, POINTS + 1)]
        return [Point(department_id, text, due or dt.date.min) for text, due in rows if text or due]


class ReportForm(VersionForm):
    """The conclusion of all."""

    conclusion = forms.CharField(label=_("Conclusion"), max_length=4000, widget=_area(5))


class MendForm(PapersForm):
    """What the builder did."""

    state_version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(label=_("What was done"), max_length=500, widget=_area(3))


class NoteForm(VersionForm):
    """A word on a mended point."""

    note = forms.CharField(label=_("Note"), max_length=500, required=False)


class DoneForm(VersionForm):
    """A task is done."""

    text = forms.CharField(label=_("What was done"), max_length=500, widget=_area(2))


class MeetingForm(PortalForm):
    """A coordination meeting that was held."""

    held_on = DateField(label=_("Held on"))
    place = forms.CharField(label=pgettext_lazy("joint appointment", "Place"), max_length=200)
    subject = forms.CharField(label=pgettext_lazy("meeting", "Subject"), max_length=300)
    chair = forms.CharField(label=_("Chaired by"), max_length=60)
    decisions = forms.CharField(label=_("Decisions"), max_length=8000, widget=_area(5))
    participants = forms.TypedMultipleChoiceField(
        label=_("Departments that took part"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )
    widths = {"chair": "s"}
    autocomplete = {"chair": "off"}

    def __init__(self, *args: Any, choices: Pairs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pairs = list(choices)
        self.fields["participants"].choices = pairs  # type: ignore[attr-defined]
        for n in range(1, TASKS + 1):
            who = forms.TypedChoiceField(
                label=_("Task %(n)s: department") % {"n": n}, coerce=int, required=False, empty_value=None,
                choices=_choices(pairs),
            )  # fmt: skip
            text = forms.CharField(label=_("Task %(n)s") % {"n": n}, max_length=500, required=False)
            due = DateField(label=_("Task %(n)s: by") % {"n": n}, required=False)
            for name, field in ((f"task_{n}", text), (f"who_{n}", who), (f"due_{n}", due)):
                self.fields[name] = field
                self.dress(name, field)

    def duties(self) -> list[Duty]:
        data = self.cleaned_data
        rows = [(data[f"who_{n}"], data[f"task_{n}"], data[f"due_{n}"]) for n in range(1, TASKS + 1)]
        return [Duty(who or 0, text, due or dt.date.min) for who, text, due in rows if who or text or due]


class CaseForm(PortalForm):
    """A case of the builder."""

    number = forms.CharField(label=_("Case number"), max_length=40)
    widths = {"number": "m"}
    autocomplete = {"number": "off"}


class PlanForm(PortalForm):
    """A new version of who is asked in a stage."""

    lead = forms.TypedChoiceField(label=_("Leading department"), coerce=int)
    valid_from = DateField(label=_("Valid from"))

    def __init__(
        self, *args: Any, stage: str, choices: Pairs, held: Mapping[int, Line] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        pairs = _choices(choices)
        kinds = [(code, label) for code, label in OpinionRequest.Kind.choices if code in KINDS_OF_STAGE[stage]]
        self.fields["lead"].choices = pairs  # type: ignore[attr-defined]
        for n in range(1, LINES + 1):
            line = (held or {}).get(n)
            fields: dict[str, forms.Field] = {
                f"department_{n}": forms.TypedChoiceField(
                    label=_("Department %(n)s") % {"n": n}, coerce=int, required=False, empty_value=None, choices=pairs,
                    initial=line.department_id if line else None,
                ),
                f"kind_{n}": forms.ChoiceField(
                    label=pgettext_lazy("plan of a stage", "Asked for %(n)s") % {"n": n}, required=False,
                    choices=_choices(kinds), initial=line.kind if line else "",
                ),
                f"item_{n}": forms.CharField(
                    label=_("Item code %(n)s") % {"n": n}, max_length=40, required=False,
                    initial=line.item_code if line else "",
                ),
                f"days_{n}": forms.IntegerField(
                    label=_("Limit %(n)s (working days)") % {"n": n}, required=False,
                    initial=line.limit_days if line else None,
                ),
            }  # fmt: skip
            for name, field in fields.items():
                self.fields[name] = field
                self.dress(name, field)

    def rows(self) -> list[tuple[Any, ...]]:
        """The lines as the page shows them in a table."""
        return [
            (n, self[f"department_{n}"], self[f"kind_{n}"], self[f"item_{n}"], self[f"days_{n}"])
            for n in range(1, LINES + 1)
        ]

    def lines(self) -> list[Line]:
        """The lines that were filled in."""
        data = self.cleaned_data
        rows = [
            (data[f"department_{n}"], data[f"kind_{n}"], data[f"item_{n}"].strip(), data.get(f"days_{n}"))
            for n in range(1, LINES + 1)
        ]
        return [Line(who or 0, kind, item, days) for who, kind, item, days in rows if who or kind or item or days]
