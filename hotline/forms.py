"""The forms of the hotline's desks: steps from the life cycle's table, requests, orders, call-backs, settings."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.actions.calling import Answers
from hotline.actions.requests import EXCLUSION_GROUNDS
from hotline.grades import UNITS, Limit, end_of
from hotline.lifecycle import YES_NO
from hotline.models import Category, Grade, Request, Ticket
from hotline.prefill import filled
from portal.core.forms import DateField, MultipleFileField, MultipleFileInput, PortalForm
from portal.core.lifecycle import Ask, Transition
from portal.core.time import today
from portal.people.forms_admin import DepartmentPick, Pick
from portal.people.models import Department

ONE_LINE = 200
TRUTH = {"yes": True, "no": False}
UNIT_WORDS = (("hours", _("hours")), ("natural_days", _("natural days")), ("working_days", _("working days")))


def lines(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class StepForm(PortalForm):
    """What one step asks, and the state it was shown for."""

    state_version = forms.IntegerField(widget=forms.HiddenInput)

    def inputs(self) -> dict[str, Any]:
        """What was typed; the action cleans it by the table's rules."""
        data: Any = self.data
        return {
            name: data.getlist(name) if isinstance(field, forms.ModelMultipleChoiceField) else data.get(name, "")
            for name, field in self.fields.items()
        }

    def show_state(self, ticket: Ticket) -> None:
        """After somebody else was faster: what was typed stays, and may be sent again for the new state."""
        held: Any = self.data
        changed = held.copy()
        changed["state_version"] = str(ticket.state_version)
        self.data = changed


class DepartmentsPick(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.display_name)


def step_form(step: Transition[Ticket], ticket: Ticket, data: Any = None) -> StepForm:
    """The form of a step for a ticket; bound when `data` is given."""
    fields = {ask.name: _field_of(ask, step, ticket) for ask in step.asks}
    if step.irreversible:
        fields["sure"] = forms.BooleanField(label=_("I have checked this. The step cannot simply be undone."))
    made: type[StepForm] = type("StepForm", (StepForm,), fields)
    initial = {"state_version": ticket.state_version, "grade": ticket.grade}
    if step.code == "dispatch":
        initial["category"] = ticket.category_id
        if ticket.suggested_department_id:
            initial["department"] = ticket.suggested_department_id
        if data is None:
            initial |= filled(ticket)
    return made(data, initial=initial)


def _field_of(ask: Ask, step: Transition[Ticket], ticket: Ticket) -> forms.Field:
    common: dict[str, Any] = {"label": ask.label, "required": ask.required, "help_text": ask.hint}
    if ask.name in {"department", "assistants"}:
        rows = Department.objects.open_on(today()).order_by("code")
        if step.code != "reject":
            rows = rows.exclude(pk=ticket.department_id or 0)
        if ask.name == "department":
            return DepartmentPick(rows, **common)
        return DepartmentsPick(rows, widget=forms.SelectMultiple(attrs={"size": 6}), **common)
    if ask.name == "category":
        return Pick(Category.objects.filter(closed_on__isnull=True).order_by("order", "code"), **common)
    if ask.name == "grade":
        return forms.ChoiceField(choices=Grade.choices, **common)
    if ask.kind == "choice":
        return forms.ChoiceField(choices=ask.choices, widget=forms.RadioSelect, **common)
    if ask.longest <= ONE_LINE:
        return forms.CharField(max_length=ask.longest, **common)
    return forms.CharField(max_length=ask.longest, widget=lines(6 if ask.name == "text" else 3), **common)


class ReplyForm(StepForm):
    """The reply of the department, with photos of what was done."""

    text = forms.CharField(label=_("Reply to the caller"), max_length=4000, widget=lines(7))
    measures = forms.CharField(label=_("What was done"), max_length=4000, required=False, widget=lines(4))
    photos = MultipleFileField(
        label=_("Photos"), required=False, widget=MultipleFileInput(attrs={"accept": "image/jpeg,image/png"})
    )


class RequestForm(PortalForm):
    """What is asked for needs a reason, and by its kind a day, an urgency or a ground."""

    state_version = forms.IntegerField(widget=forms.HiddenInput)
    until = DateField(label=_("Until the end of"))
    grade = forms.ChoiceField(label=_("Urgency"), choices=Grade.choices)
    ground = forms.ChoiceField(
        label=pgettext_lazy("ticket", "Ground"), choices=EXCLUSION_GROUNDS, widget=forms.RadioSelect
    )
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=lines(4))

    FIELDS = {
        Request.Kind.EXTENSION: "until", Request.Kind.SUSPENSION: "until", Request.Kind.GRADE: "grade",
        Request.Kind.EXCLUSION: "ground",
    }  # fmt: skip

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"until", "grade", "ground"} - {self.FIELDS[Request.Kind(kind)]}:
            del self.fields[name]

    def asked(self) -> dict[str, Any]:
        """As the action takes it: a day is meant to its end."""
        data = self.cleaned_data
        until: dt.date | None = data.get("until")
        return {
            "reason": data["reason"], "until": end_of(until) if until else None, "grade": data.get("grade", ""),
            "ground": data.get("ground", ""), "state_version": data["state_version"],
        }  # fmt: skip


class DecisionForm(PortalForm):
    """Granted or refused, with the grounds."""

    decision = forms.CharField(
        label=pgettext_lazy("ticket", "Grounds"),
        max_length=2000,
        required=False,
        widget=lines(3),
        help_text=_("Needed for a refusal."),
    )


class OrderForm(PortalForm):
    text = forms.CharField(label=_("What is to be done"), max_length=2000, widget=lines(4))
    due_on = DateField(label=_("To be answered by"))


class TextForm(PortalForm):
    """One text."""

    text = forms.CharField(label=_("Text"), max_length=4000, widget=lines(4))

    def __init__(self, label: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label


class AssistForm(PortalForm):
    department = DepartmentPick(Department.objects.none(), label=_("Department"))
    note = forms.CharField(label=_("What is asked"), max_length=1000, widget=lines(3))

    def __init__(self, ticket: Ticket, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Department.objects.open_on(today()).exclude(pk=ticket.department_id or 0).order_by("code")
        self.fields["department"].queryset = rows  # type: ignore[attr-defined]


class AnswersForm(PortalForm):
    """What a caller says; the question after the settling is asked only where there is something to settle."""

    contacted = forms.ChoiceField(
        label=_("Did the department get in touch with you?"), choices=YES_NO, widget=forms.RadioSelect
    )
    resolved = forms.ChoiceField(label=_("Is your matter settled?"), choices=YES_NO, widget=forms.RadioSelect)
    satisfied = forms.ChoiceField(
        label=_("Are you satisfied with how it was handled?"),
        choices=(*YES_NO, ("", _("No answer"))),
        widget=forms.RadioSelect,
        required=False,
    )
    note = forms.CharField(label=_("Anything else"), max_length=2000, required=False, widget=lines(3))

    def __init__(self, ticket: Ticket, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not ticket.asks_resolution:
            del self.fields["resolved"]

    def answers(self) -> Answers:
        data = self.cleaned_data
        return Answers(
            contacted=TRUTH.get(data["contacted"]),
            resolved=TRUTH.get(data.get("resolved", "")),
            satisfied=TRUTH.get(data.get("satisfied", "")),
            note=data["note"],
        )


class CallForm(AnswersForm):
    """The same at the desk, with the state that the page showed."""

    state_version = forms.IntegerField(widget=forms.HiddenInput)


class CategoryForm(PortalForm):
    """A category of the tree."""

    widths = {"code": "s", "order": "s"}
    code = forms.SlugField(label=pgettext_lazy("category", "Code"), max_length=32)
    name = forms.CharField(label=_("Name"), max_length=60)
    name_en = forms.CharField(label=_("Name in English"), max_length=100, required=False)
    parent = Pick(Category.objects.none(), label=pgettext_lazy("category", "Part of"), required=False)
    grade = forms.ChoiceField(label=_("Usual urgency"), choices=Grade.choices)
    asks_resolution = forms.BooleanField(label=_("Callers are asked if the matter is settled"), required=False)
    department = DepartmentPick(Department.objects.none(), label=_("Usual department"), required=False)
    operator_dispatches = forms.BooleanField(label=_("Operators may dispatch it themselves"), required=False)
    words = forms.CharField(
        label=_("Words that point to it"), max_length=300, required=False, help_text=_("Parted by blanks.")
    )
    order = forms.IntegerField(label=pgettext_lazy("category", "Order"), min_value=0, max_value=30000, initial=100)
    closed = forms.BooleanField(label=_("Closed: takes no new tickets"), required=False)

    def __init__(self, category: Category | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tops = Category.objects.filter(parent__isnull=True)
        self.fields["parent"].queryset = tops.exclude(pk=category.pk) if category else tops  # type: ignore[attr-defined]
        self.fields["department"].queryset = Department.objects.open_on(today()).order_by("code")  # type: ignore[attr-defined]
        if category is not None:
            del self.fields["code"]


class LimitsForm(PortalForm):
    """A new version of the limits: for each urgency a number and its unit, from a day to come."""

    widths = {f"{grade}_value": "s" for grade in Grade.values} | {"source": "l"}
    valid_from = DateField(label=_("Valid from"))
    source = forms.CharField(label=_("Article or decision that it rests on"), max_length=300)

    def __init__(self, present: dict[str, Limit], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for grade, label in Grade.choices:
            held = present.get(grade)
            value = forms.IntegerField(
                label=_("%(grade)s: number") % {"grade": label}, min_value=1, max_value=365,
                initial=held.value if held else None,
            )  # fmt: skip
            unit = forms.ChoiceField(
                label=_("%(grade)s: unit") % {"grade": label}, choices=UNIT_WORDS,
                initial=held.unit if held else UNITS["d"],
            )  # fmt: skip
            for name, field in ((f"{grade}_value", value), (f"{grade}_unit", unit)):
                self.fields[name] = field
                self.dress(name, field)

    def rule_value(self) -> dict[str, str]:
        """As the rule stores it."""
        data = self.cleaned_data
        return {grade: Limit(data[f"{grade}_value"], data[f"{grade}_unit"]).as_rule for grade in Grade.values}
