"""Builds the form of a step from what the step asks: the life cycle's table is the only place that knows it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.cases.models import Case
from portal.core.forms import DateField, PortalForm
from portal.core.lifecycle import Ask, Transition
from portal.core.rules import rule
from portal.core.time import today


class StepForm(PortalForm):
    """What one step asks, the state it was shown for, and a tick before what cannot be undone."""

    state_version = forms.IntegerField(widget=forms.HiddenInput)

    def inputs(self) -> dict[str, Any]:
        """What was typed, as it was typed: the action cleans it by the table's rules."""
        return {name: self.data.getlist(name) if self._many(name) else self.data.get(name, "") for name in self.fields}

    def _many(self, name: str) -> bool:
        return isinstance(self.fields[name], forms.MultipleChoiceField)


def _text(ask: Ask, common: dict[str, Any]) -> forms.Field:
    if ask.longest <= 200:
        return forms.CharField(max_length=ask.longest, **common)
    return forms.CharField(max_length=ask.longest, widget=forms.Textarea(attrs={"rows": 4}), **common)


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
    fields: dict[str, forms.Field] = {}
    for ask in transition.asks:
        common = {"label": ask.label, "required": ask.required, "help_text": ask.hint}
        fields[ask.name] = BUILDERS[ask.kind](ask, common)
    if transition.irreversible:
        fields["sure"] = forms.BooleanField(label=_("I have checked this; the step cannot simply be undone."))
    made: type[StepForm] = type("StepForm", (StepForm,), {**fields, "widths": {"limit_days": "s", "days": "s", "announced_days": "s"}})
    form = made(data, initial={"state_version": case.state_version, **_initial(transition)})
    if transition.code == "ask_supplement" and case.version:
        form.fields["missing"].choices = [(m.pk, m.local_name) for m in case.version.materials.all()]  # type: ignore[attr-defined]
    return form


def _initial(transition: Transition[Case]) -> dict[str, Any]:
    if transition.code == "ask_supplement":
        return {"limit_days": rule("supplement.limit_days", today()).value}
    if transition.code == "extend":
        return {"days": rule("permit.extension_days", today()).value}
    return {}
