"""Turns a form definition into Django forms, one for each section, and into a JSON Schema."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from approvals.catalogue.formdef import FormDefinition, FormField, Section
from approvals.catalogue.texts import localised_key
from portal.core.errors import Invalid
from portal.core.forms import DateField, MoneyField, PortalForm
from portal.core.identity import check_phone, check_resident_number, check_uscc, normalise_resident
from portal.core.money import format_yuan
from portal.core.time import today

RADIO_LIMIT = 7  # more choices become a drop-down list


class SectionForm(PortalForm):
    """One page of a form. `answers` are those of the pages before it, for conditions that look back."""

    section: Section
    definition: FormDefinition

    def __init__(self, *args: Any, answers: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        self.answers = dict(answers or {})
        super().__init__(*args, **kwargs)
        here = {question.code for question in self.section.fields}
        for question in self.section.fields:
            condition = question.show_if
            if condition is not None and condition.field not in here and not condition.holds(self.answers):
                del self.fields[question.code]

    def clean(self) -> dict[str, Any]:
        """Drop what the answers on this page do not ask for, with the errors in it: it is neither read nor required."""
        data = dict(super().clean() or self.cleaned_data)
        seen = dict(self.answers)
        for question in self.section.fields:
            asked = question.code in self.fields and (question.show_if is None or question.show_if.holds(seen))
            value = to_answer(question, data.get(question.code)) if asked else None
            if value is None:
                seen.pop(question.code, None)
            else:
                seen[question.code] = value
            if not asked:
                data.pop(question.code, None)
                self.errors.pop(question.code, None)
        return data

    def to_answers(self) -> dict[str, Any]:
        """The valid page's answers as JSON values; questions without an answer are left out."""
        pairs = ((q.code, to_answer(q, self.cleaned_data.get(q.code))) for q in self.section.fields)
        return {code: value for code, value in pairs if value is not None}


def section_form(definition: FormDefinition, code: str) -> type[SectionForm]:
    """The form class of one section. Raises KeyError for a section that the form does not have."""
    section = definition.section(code)
    fields: dict[str, Any] = {q.code: build_field(definition, section, q) for q in section.fields}
    units = {q.code: localised_key(dict(q.spec), "unit") for q in section.fields if q.type == "number"}
    rest = {
        "section": section,
        "definition": definition,
        "conditional": _inside_choices(section),
        "suffixes": {code: unit for code, unit in units.items() if unit},
    }
    return type("SectionForm", (SectionForm,), {**fields, **rest})


def initial_of(section: Section, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Stored answers as the initial values of the section's form."""
    return {q.code: _from_answer(q, answers[q.code]) for q in section.fields if q.code in answers}


def form_problems(definition: FormDefinition, answers: Mapping[str, Any]) -> dict[str, str]:
    """Every fault of a full set of answers, by field code: what filing checks once more before it submits."""
    problems: dict[str, str] = {}
    kept = definition.keep_visible(answers)
    for section in definition.visible_sections(kept):
        form = section_form(definition, section.code)(data=_as_post(section, kept), answers=kept)
        if not form.is_valid():
            problems |= {code: str(messages[0]) for code, messages in form.errors.items()}
    return problems


def describe(definition: FormDefinition, answers: Mapping[str, Any]) -> list[tuple[Section, list[tuple[str, str]]]]:
    """Sections with (label, answer in words), in the reader's language: check page, clerk's view, print."""
    kept = definition.keep_visible(answers)
    return [
        (section, [(q.label, display(q, kept.get(q.code))) for q in definition.visible_fields(section, kept)])
        for section in definition.visible_sections(kept)
    ]


def display(question: FormField, value: Any) -> str:
    """One answer in words; a dash where there is none."""
    if value is None or value == "" or value == []:
        return "—"
    labels = dict(question.choices)
    match question.type:
        case "choice":
            return labels.get(value, str(value))
        case "multichoice":
            return _(", ").join(labels.get(v, str(v)) for v in value)
        case "yesno":
            return _("Yes") if value else _("No")
        case "money":
            return _("%(amount)s yuan") % {"amount": format_yuan(value)}
        case "number":
            unit = localised_key(dict(question.spec), "unit")
            return f"{value} {unit}".strip()
    return str(value)


def to_answer(question: FormField, value: Any) -> Any:
    """A cleaned value as JSON: dates as ISO text, money as fen, numbers as int or text; None = unanswered."""
    if value in (None, "", []):
        return None
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and not question.spec.get("decimals") else str(value)
    return value


def _from_answer(question: FormField, value: Any) -> Any:
    match question.type:
        case "date":
            return dt.date.fromisoformat(value)
        case "money":
            return f"{Decimal(value) / 100:.2f}"
        case "yesno":
            return "yes" if value else "no"
    return value


def _as_post(section: Section, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Stored answers in the shape in which a browser would send them."""
    return {
        code: value.isoformat() if isinstance(value, dt.date) else value
        for code, value in initial_of(section, answers).items()
    }


# --- fields -----------------------------------------------------------------------------------------------------------


class BoundedMoneyField(MoneyField):
    """An amount with limits in yuan; the value is integer fen."""

    def __init__(self, *, low: float | None = None, high: float | None = None, **kwargs: Any) -> None:
        self.low, self.high = low, high
        super().__init__(**kwargs)

    def clean(self, value: Any) -> int | None:
        fen: int | None = super().clean(value)
        if fen is not None and self.low is not None and fen < self.low * 100:
            raise ValidationError(_("The amount must be at least %(low)s yuan.") % {"low": self.low})
        if fen is not None and self.high is not None and fen > self.high * 100:
            raise ValidationError(_("The amount must be at most %(high)s yuan.") % {"high": self.high})
        return fen


class CheckedCharField(forms.CharField):
    """Text that a check of the core accepts and normalises, for instance a resident number."""

    def __init__(self, *, check: Callable[[str], str], **kwargs: Any) -> None:
        self.check = check
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if not text:
            return ""
        try:
            return self.check(text)
        except Invalid as error:
            raise ValidationError(error.message) from error


def _resident(text: str) -> str:
    check_resident_number(text)
    return normalise_resident(text)


class DayField(DateField):
    """A date, held to the past or the future where the question asks for that."""

    def __init__(self, *, past: bool = False, future: bool = False, **kwargs: Any) -> None:
        self.past, self.future = past, future
        super().__init__(**kwargs)

    def clean(self, value: Any) -> dt.date | None:
        day: dt.date | None = super().clean(value)
        if day and self.past and day > today():
            raise ValidationError(_("The date must not lie in the future."))
        if day and self.future and day < today():
            raise ValidationError(_("The date must not lie in the past."))
        return day


def build_field(definition: FormDefinition, section: Section, question: FormField) -> forms.Field:
    """The Django field of one question, with label, hint and the data attributes that toggle it in the browser."""
    common: dict[str, Any] = {
        "label": question.label,
        "help_text": _hint(definition, section, question),
        "required": question.required,
    }
    built = _BUILDERS[question.type](question, common)
    if question.show_if is not None:
        equals = question.show_if.equals
        value = {True: "yes", False: "no"}[equals] if isinstance(equals, bool) else equals
        built.widget.attrs |= {"data-show-if-field": question.show_if.field, "data-show-if-equals": value}
    return built


def _host(section: Section, question: FormField) -> FormField | None:
    """The radio question of the same page inside which this one is drawn, under the answer that asks for it."""
    if question.show_if is None:
        return None
    host = next((q for q in section.fields if q.code == question.show_if.field), None)
    if host is None or host.show_if is not None or host.type == "multichoice" or len(host.choices) > RADIO_LIMIT:
        return None
    return host


def _inside_choices(section: Section) -> dict[str, dict[str, list[str]]]:
    """{controller: {value: [fields drawn inside it]}}, as PortalForm wants it."""
    inside: dict[str, dict[str, list[str]]] = {}
    for question in section.fields:
        host = _host(section, question)
        if host is not None and question.show_if is not None:
            equals = question.show_if.equals
            value = ("yes" if equals else "no") if isinstance(equals, bool) else equals
            inside.setdefault(host.code, {}).setdefault(value, []).append(question.code)
    return inside


def _hint(definition: FormDefinition, section: Section, question: FormField) -> str:
    """The hint; a question with a condition that is not drawn inside its answer says itself when it is asked."""
    if question.show_if is None or _host(section, question) is not None:
        return question.hint
    controller = definition.field(question.show_if.field)
    equals = question.show_if.equals
    when = _("Only if you answered “%(label)s” with “%(value)s”.") % {
        "label": controller.label,
        "value": display(controller, [equals] if controller.type == "multichoice" else equals),
    }
    return f"{question.hint} {when}".strip()


def _text(question: FormField, common: dict[str, Any]) -> forms.Field:
    return forms.CharField(max_length=int(question.spec.get("max_length", 100)), **common)


def _textarea(question: FormField, common: dict[str, Any]) -> forms.Field:
    return forms.CharField(
        max_length=int(question.spec.get("max_length", 1000)), widget=forms.Textarea(attrs={"rows": 5}), **common
    )


def _number(question: FormField, common: dict[str, Any]) -> forms.Field:
    low, high = question.spec.get("min"), question.spec.get("max")
    return forms.DecimalField(
        min_value=None if low is None else Decimal(str(low)),
        max_value=None if high is None else Decimal(str(high)),
        decimal_places=int(question.spec.get("decimals", 0)),
        max_digits=14,
        widget=forms.TextInput(attrs={"inputmode": "decimal" if question.spec.get("decimals") else "numeric"}),
        **common,
    )


def _money(question: FormField, common: dict[str, Any]) -> forms.Field:
    return BoundedMoneyField(low=question.spec.get("min"), high=question.spec.get("max"), **common)


def _date(question: FormField, common: dict[str, Any]) -> forms.Field:
    return DayField(
        past=bool(question.spec.get("past")),
        future=bool(question.spec.get("future")),
        **common,
    )


def _choice(question: FormField, common: dict[str, Any]) -> forms.Field:
    if len(question.choices) <= RADIO_LIMIT:
        return forms.ChoiceField(choices=question.choices, widget=forms.RadioSelect, **common)
    return forms.ChoiceField(choices=[("", _("Please choose")), *question.choices], **common)


def _multichoice(question: FormField, common: dict[str, Any]) -> forms.Field:
    return forms.MultipleChoiceField(choices=question.choices, widget=forms.CheckboxSelectMultiple, **common)


def _yesno(question: FormField, common: dict[str, Any]) -> forms.Field:
    return forms.TypedChoiceField(
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        **common,
    )


def _phone(question: FormField, common: dict[str, Any]) -> forms.Field:
    widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"})
    return CheckedCharField(check=check_phone, max_length=30, widget=widget, **common)


def _resident_number(question: FormField, common: dict[str, Any]) -> forms.Field:
    widget = forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"})
    return CheckedCharField(check=_resident, max_length=24, widget=widget, **common)


def _uscc(question: FormField, common: dict[str, Any]) -> forms.Field:
    widget = forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"})
    return CheckedCharField(check=check_uscc, max_length=24, widget=widget, **common)


def _address(question: FormField, common: dict[str, Any]) -> forms.Field:
    return forms.CharField(
        min_length=4,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "street-address"}),
        **common,
    )


_BUILDERS: dict[str, Callable[[FormField, dict[str, Any]], forms.Field]] = {
    "text": _text,
    "textarea": _textarea,
    "number": _number,
    "money": _money,
    "date": _date,
    "choice": _choice,
    "multichoice": _multichoice,
    "yesno": _yesno,
    "phone": _phone,
    "resident_number": _resident_number,
    "uscc": _uscc,
    "address": _address,
}
