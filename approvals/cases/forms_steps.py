"""Builds the form of a step from what the step asks: the life cycle's table is the only place that knows it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from approvals.cases.dossier import Paper, papers_of
from approvals.cases.models import Case
from portal.core.forms import DateField, PortalForm
from portal.core.lifecycle import Ask, Transition
from portal.core.rules import rule
from portal.core.time import today
from portal.people.models import Department

ONE_LINE = 200  # a text that may be longer gets a box of several lines
NARROW = {
    "limit_days": "s",
    "days": "s",
    "announced_days": "s",
    "document_number": "m",
    "authority": "l",
    "proof": "l",
    "replied_on": "s",
}


class StepForm(PortalForm):
    """What one step asks, the state it was shown for, and a tick before what cannot be undone."""

    data: QueryDict
    widths = NARROW
    state_version = forms.IntegerField(widget=forms.HiddenInput)

    def inputs(self) -> dict[str, Any]:
        """What was typed, as it was typed: the action cleans it by the table's rules."""
        return {name: self.data.getlist(name) if self._many(name) else self.data.get(name, "") for name in self.fields}

    def _many(self, name: str) -> bool:
        return isinstance(self.fields[name], forms.MultipleChoiceField)

    def show_state(self, case: Case) -> None:
        """After somebody else was faster: the reader now sees the new state and may send again, tick included."""
        self.show_version(case.state_version)
        changed = self.data.copy()
        changed.pop("sure", None)
        self.data = changed


def _text(ask: Ask, common: dict[str, Any]) -> forms.Field:
    if ask.longest <= ONE_LINE:
        return forms.CharField(max_length=ask.longest, **common)
    return forms.CharField(max_length=ask.longest, widget=forms.Textarea(attrs={"rows": 5}), **common)


def _choice(ask: Ask, common: dict[str, Any]) -> forms.Field:
    return forms.ChoiceField(choices=ask.choices, widget=forms.RadioSelect, **common)


def _choices(ask: Ask, common: dict[str, Any]) -> forms.Field:
    return forms.MultipleChoiceField(choices=ask.choices, widget=forms.CheckboxSelectMultiple, **common)


def _days(ask: Ask, common: dict[str, Any]) -> forms.Field:
    return forms.IntegerField(min_value=ask.minimum, max_value=ask.maximum, **common)


def _date(_ask: Ask, common: dict[str, Any]) -> forms.Field:
    return DateField(**common)


BUILDERS: dict[str, Callable[[Ask, dict[str, Any]], forms.Field]] = {
    "text": _text,
    "choice": _choice,
    "choices": _choices,
    "days": _days,
    "date": _date,
}


def step_form(transition: Transition[Case], case: Case, data: Any = None) -> StepForm:
    """The form of a step for a case; bound when `data` is given."""
    made: type[StepForm] = type("StepForm", (StepForm,), _fields(transition))
    papers = papers_of(case) if transition.code == "ask_supplement" else []
    form = made(data, initial={"state_version": case.state_version, **_initial(transition, papers)})
    if papers:
        form.fields["missing"].choices = [_named(paper) for paper in papers if paper.material]  # type: ignore[attr-defined]
    elif "missing" in form.fields:
        del form.fields["missing"]
    if "department" in form.fields:
        form.fields["department"] = forms.ChoiceField(
            label=form.fields["department"].label, choices=[("", gettext("Please choose")), *_departments(case)]
        )
        form.dress("department", form.fields["department"])
    return form


def _departments(case: Case) -> list[tuple[str, str]]:
    """Those that could have the case, by name; one that has closed meanwhile is refused with its successor named."""
    rows = Department.objects.open_on(today()).exclude(pk=case.department_id).order_by("code")
    return [(one.code, one.display_name) for one in rows.only("code", "name", "name_en")]


def _fields(transition: Transition[Case]) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for ask in transition.asks:
        common = {"label": ask.label, "required": ask.required, "help_text": ask.hint}
        fields[ask.name] = BUILDERS[ask.kind](ask, common)
    if transition.irreversible:
        fields["sure"] = forms.BooleanField(label=_("I have checked this. The step cannot simply be undone."))
    return fields


def _named(paper: Paper) -> tuple[int, str]:
    """The material with what there is of it, so that nobody has to look it up."""
    name = str(paper.material.local_name)
    return paper.material.pk, name if paper.brought else gettext("%(name)s (nothing brought)") % {"name": name}


def _initial(transition: Transition[Case], papers: list[Paper]) -> dict[str, Any]:
    if transition.code == "ask_supplement":
        missing = [paper.material.pk for paper in papers if paper.is_missing]
        return {"limit_days": rule("supplement.limit_days", today()).days, "missing": missing}
    if transition.code == "record_reply":
        return {"replied_on": today()}
    if transition.code == "extend":
        return {"days": rule("permit.extension_days", today()).days}
    return {}
