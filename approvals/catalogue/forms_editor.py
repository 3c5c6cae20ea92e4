"""The forms of the form editor: one page of a form, one question, the whole definition as JSON."""

import json
import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from approvals.catalogue.formdef import PREFILLS
from approvals.catalogue.forms_admin import RevisionForm
from approvals.catalogue.texts import localised_key

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
TYPE_WORDS = (
    ("text", pgettext_lazy("field type", "One line of text")),
    ("textarea", pgettext_lazy("field type", "Several lines of text")),
    ("number", pgettext_lazy("field type", "Number")),
    ("money", pgettext_lazy("field type", "Amount of money")),
    ("date", pgettext_lazy("field type", "Date")),
    ("choice", pgettext_lazy("field type", "Choice of one")),
    ("multichoice", pgettext_lazy("field type", "Choice of several")),
    ("yesno", pgettext_lazy("field type", "Yes or no")),
    ("phone", pgettext_lazy("field type", "Telephone number")),
    ("resident_number", pgettext_lazy("field type", "Identity card number")),
    ("uscc", pgettext_lazy("field type", "Unified social credit code")),
    ("address", pgettext_lazy("field type", "Address")),
)
PREFILL_WORDS = {
    "name": gettext_lazy("Name of the person"),
    "phone": gettext_lazy("Mobile number"),
    "email": gettext_lazy("E-mail address"),
    "resident_number": gettext_lazy("Identity card number"),
    "address": gettext_lazy("Address"),
    "organisation": gettext_lazy("Name of the organisation"),
    "uscc": gettext_lazy("Unified social credit code"),
    "legal_person": gettext_lazy("Legal representative"),
}
# Which properties mean something for which types.
ONLY_FOR = {
    "choices": {"choice", "multichoice"},
    "min": {"number", "money"},
    "max": {"number", "money"},
    "decimals": {"number"},
    "unit": {"number"},
    "unit_en": {"number"},
    "max_length": {"text", "textarea"},
    "past": {"date"},
    "future": {"date"},
}
YES, NO = "yes", "no"


def conditions(controllers: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """(value, words) of every condition that these questions allow."""
    rows = []
    for spec in controllers:
        if spec["type"] == "yesno":
            values = [(YES, _("Yes")), (NO, _("No"))]
        else:
            values = [(c["value"], localised_key(c, "label")) for c in spec.get("choices", ())]
        label = localised_key(spec, "label")
        sentence = _("“%(label)s” is answered with “%(value)s”")
        rows += [(f"{spec['code']}={v}", sentence % {"label": label, "value": words}) for v, words in values]
    return rows


def condition_text(show_if: Any, controllers: list[dict[str, Any]]) -> str:
    """A stored condition in words."""
    value = _packed(show_if)
    return dict(conditions(controllers)).get(value, value)


def _packed(show_if: Any) -> str:
    if not isinstance(show_if, dict):
        return ""
    equals = show_if.get("equals")
    return f"{show_if.get('field')}={ ({True: YES, False: NO}[equals] if isinstance(equals, bool) else equals) }"


class PartForm(RevisionForm):
    """What a page and a question have in common: a code, and a condition."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=gettext_lazy(
            "Small Latin letters, digits and underscores; departments' own systems know it by this."
        ),
    )
    show_if = forms.ChoiceField(label=gettext_lazy("Asked only if"), required=False)
    widths = {"code": "m"}

    def __init__(self, *args: Any, controllers: list[dict[str, Any]], taken: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.controllers, self.taken = {c["code"]: c for c in controllers}, taken
        choices = [("", _("always")), *conditions(controllers)]
        stored = (self.initial or {}).get("show_if", "")
        if stored and stored not in dict(choices):
            choices.append((stored, stored))  # a broken one stays visible until somebody chooses another
        self.fields["show_if"].choices = choices  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip()
        if not CODE.fullmatch(code):
            raise ValidationError(
                _("A code begins with a small letter and has small letters, digits and underscores only.")
            )
        if code in self.taken:
            raise ValidationError(_("The code “%(code)s” is used twice.") % {"code": code})
        return code

    def clean_show_if(self) -> dict[str, Any] | None:
        packed: str = self.cleaned_data["show_if"]
        if not packed:
            return None
        code, _sep, value = packed.partition("=")
        controller = self.controllers.get(code)
        if controller is None:
            raise ValidationError(
                _("This condition looks at a question that does not come before. Choose another one.")
            )
        return {"field": code, "equals": value == YES if controller["type"] == "yesno" else value}

    def spec(self) -> dict[str, Any]:
        """The row of the definition; what is empty is left out."""
        values = {name: value for name, value in self.rest().items() if value not in (None, "", [], False)}
        if not values.get("show_if"):
            values.pop("show_if", None)
        return values


class SectionForm(PartForm):
    """One page of the form."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=80)
    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=120, required=False)
    hint = forms.CharField(label=gettext_lazy("Hint"), max_length=300, required=False)
    hint_en = forms.CharField(label=gettext_lazy("Hint in English"), max_length=400, required=False)
    field_order = ("title", "title_en", "hint", "hint_en", "code", "show_if")

    @staticmethod
    def initial_of(row: Mapping[str, Any]) -> dict[str, Any]:
        return {**row, "show_if": _packed(row.get("show_if"))}


class FieldForm(PartForm):
    """One question."""

    type = forms.ChoiceField(label=gettext_lazy("Kind of answer"), choices=TYPE_WORDS)
    label = forms.CharField(label=gettext_lazy("Question"), max_length=120)
    label_en = forms.CharField(label=gettext_lazy("Question in English"), max_length=200, required=False)
    hint = forms.CharField(label=gettext_lazy("Hint"), max_length=300, required=False)
    hint_en = forms.CharField(label=gettext_lazy("Hint in English"), max_length=400, required=False)
    required = forms.BooleanField(label=gettext_lazy("Must be answered"), required=False, initial=True)
    choices = forms.CharField(
        label=gettext_lazy("Choices"),
        help_text=gettext_lazy("For choices only. One on each line: code | words | words in English."),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    min = forms.DecimalField(
        label=gettext_lazy("At least"), required=False, help_text=gettext_lazy("Numbers and amounts")
    )
    max = forms.DecimalField(
        label=gettext_lazy("At most"), required=False, help_text=gettext_lazy("Numbers and amounts")
    )
    decimals = forms.IntegerField(
        label=gettext_lazy("Decimal places"),
        required=False,
        min_value=0,
        max_value=6,
        help_text=gettext_lazy("Numbers"),
    )
    unit = forms.CharField(
        label=gettext_lazy("Unit"), required=False, max_length=20, help_text=gettext_lazy("Numbers, for example 平方米")
    )
    unit_en = forms.CharField(label=gettext_lazy("Unit in English"), required=False, max_length=30)
    max_length = forms.IntegerField(
        label=gettext_lazy("Longest text"), required=False, min_value=1, max_value=5000,
        help_text=gettext_lazy("Characters"),
    )  # fmt: skip
    past = forms.BooleanField(label=gettext_lazy("Date: not in the future"), required=False)
    future = forms.BooleanField(label=gettext_lazy("Date: not in the past"), required=False)
    prefill = forms.ChoiceField(label=gettext_lazy("Filled from the account with"), required=False)
    personal = forms.BooleanField(label=gettext_lazy("Personal data, masked on lists"), required=False)
    field_order = ("label", "label_en", "type", "choices", "required", "hint", "hint_en", "code", "show_if")
    widths = {"code": "m", "min": "s", "max": "s", "decimals": "s", "unit": "s", "unit_en": "s", "max_length": "s"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = [(code, PREFILL_WORDS[code]) for code in sorted(PREFILLS)]
        self.fields["prefill"].choices = [("", _("nothing")), *words]  # type: ignore[attr-defined]

    @staticmethod
    def initial_of(row: Mapping[str, Any]) -> dict[str, Any]:
        choices = "\n".join(
            " | ".join(filter(None, [c.get("value", ""), c.get("label", ""), c.get("label_en", "")]))
            for c in row.get("choices", ())
        )
        return {
            **row,
            "required": row.get("required", True),
            "choices": choices,
            "show_if": _packed(row.get("show_if")),
        }

    def clean_choices(self) -> list[dict[str, str]]:
        rows, seen = [], set()
        for number, line in enumerate(self.cleaned_data["choices"].splitlines(), start=1):
            if not line.strip():
                continue
            value, label, english = (*(part.strip() for part in line.split("|", 2)), "", "")[:3]
            if not value or not label:
                raise ValidationError(
                    _("Line %(n)s: write the code, a bar, and the words: a | First choice") % {"n": number}
                )
            if value in seen:
                raise ValidationError(
                    _("Line %(n)s: the code “%(code)s” is used twice.") % {"n": number, "code": value}
                )
            seen.add(value)
            rows.append({"value": value, "label": label} | ({"label_en": english} if english else {}))
        return rows

    def clean(self) -> dict[str, Any]:
        data = dict(super().clean() or self.cleaned_data)
        kind = data.get("type")
        if kind in ONLY_FOR["choices"] and "choices" in data and len(data["choices"]) < 2:
            self.add_error("choices", _("Write at least two choices."))
        low, high = data.get("min"), data.get("max")
        if low is not None and high is not None and low > high:
            self.add_error("max", _("This is less than the smallest value."))
        return data

    def spec(self) -> dict[str, Any]:
        made = super().spec()
        made["required"] = bool(self.cleaned_data["required"])
        for name, types in ONLY_FOR.items():
            if made.get("type") not in types:
                made.pop(name, None)
        for name in ("min", "max"):
            value = self.cleaned_data.get(name)
            if name in ONLY_FOR and value is not None and made.get("type") in ONLY_FOR[name]:
                made[name] = int(value) if value == value.to_integral_value() else float(value)
        return made


class JsonForm(RevisionForm):
    """The whole definition as text, to take a form over from another item."""

    definition = forms.CharField(
        label=gettext_lazy("Definition"),
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"}),
    )

    def clean_definition(self) -> Any:
        try:
            made = json.loads(self.cleaned_data["definition"])
        except (ValueError, RecursionError) as error:
            where = getattr(error, "lineno", 1)
            raise ValidationError(_("This is not JSON: look at line %(n)s.") % {"n": where}) from None
        if not isinstance(made, dict):
            raise ValidationError(_("A definition is an object with “sections”."))
        return made
