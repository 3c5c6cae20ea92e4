"""The forms of conduct: a rating, a proposal, a new sheet."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.forms import DateField, PortalForm
from procurement.conduct.actions import ActDraft, DecisionDraft
from procurement.conduct.actions.rating import LONGEST_SHEET, MOST_POINTS
from procurement.conduct.models import Decision, Sheet, Subject
from procurement.experts.models import Expert

COLUMNS = ("code", "text", "points", "source", "text_en")
NEEDED = ("code", "text", "points", "source")
SPARE_ROWS = 3


class RateForm(PortalForm):
    """The acts that were found; none is the full mark."""

    acts = forms.MultipleChoiceField(
        label=_("What was found"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing chosen means: no points are deducted."),
    )
    note = forms.CharField(
        label=_("What happened"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, sheet: Sheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        points = _("%(act)s (%(points)s points)")
        self.fields["acts"].choices = [  # type: ignore[attr-defined]
            (str(one.pk), str(points) % {"act": str(one), "points": one.points}) for one in sheet.acts.all()
        ]

    def chosen(self) -> list[int]:
        return [int(pk) for pk in self.cleaned_data["acts"]]


class ProposeForm(PortalForm):
    """A proposal about an expert or a firm."""

    widths = {"uscc": "l", "months": "s", "expert": "s"}
    autocomplete = {"name": "off", "uscc": "off"}
    conditional = {"about": {"expert": ["expert"], "agency": [], "firm": []}}
    kind = forms.ChoiceField(label=_("Kind"), choices=Decision.Kind.choices)
    about = forms.ChoiceField(label=_("About"), choices=Decision.About.choices, widget=forms.RadioSelect)
    expert = forms.CharField(
        label=_("Register number of the expert"), required=False, max_length=12, help_text=_("For example ZJ000012.")
    )
    uscc = forms.CharField(
        label=_("Unified social credit code"), required=False, max_length=30, help_text=_("For a firm or an agency.")
    )
    name = forms.CharField(label=_("Name of the firm"), required=False, max_length=200)
    ground = forms.CharField(
        label=pgettext_lazy("conduct", "Ground"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    source = forms.CharField(label=_("Legal source and number of the decision"), max_length=300)
    authority = forms.CharField(label=pgettext_lazy("conduct", "Decided by"), max_length=200)
    months = forms.IntegerField(
        label=pgettext_lazy("duration", "Months"),
        required=False,
        help_text=_("For a suspension and for the lists: how long it lasts."),
    )
    appeal = forms.CharField(
        label=_("How to object"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Who is concerned reads this."),
    )  # fmt: skip

    def clean_expert(self) -> int | None:
        """The key behind a register number; an unknown one is refused by the action."""
        digits = self.cleaned_data["expert"].upper().removeprefix("ZJ").strip()
        known = digits.isdecimal() and Expert.objects.filter(pk=int(digits)).exists()
        return int(digits) if known else None

    def draft(self) -> DecisionDraft:
        return DecisionDraft(**self.cleaned_data)


class SheetForm(PortalForm):
    """A new version of a sheet: one act a row. A row that is left empty is no act; `rows` says how many are shown."""

    autocomplete = {"code": "off"}
    subject = forms.ChoiceField(label=pgettext_lazy("rating sheet", "For"), choices=Subject.choices)
    valid_from = DateField(label=_("Valid from"))

    def __init__(self, *args: Any, rows: int = 1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = max(1, min(rows, LONGEST_SHEET))
        for n in range(1, self.rows + 1):
            for name, field in _row(n).items():
                self.fields[f"act{n}_{name}"] = field
                self.dress(f"act{n}_{name}", field)

    def lines(self) -> list[list[Any]]:
        """The bound fields, row by row."""
        return [[self[f"act{n}_{name}"] for name in COLUMNS] for n in range(1, self.rows + 1)]

    def head(self) -> list[Any]:
        """The fields that stand above the rows."""
        return [self["subject"], self["valid_from"]]

    def clean(self) -> dict[str, Any]:
        """An act that was begun has everything but its English text."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for n in range(1, self.rows + 1):
            values = {name: data.get(f"act{n}_{name}") for name in COLUMNS}
            if any(value not in (None, "") for value in values.values()) or self._has_errors(n):
                for name in NEEDED:
                    if values[name] in (None, "") and f"act{n}_{name}" not in self.errors:
                        self.add_error(f"act{n}_{name}", _("Please fill this in."))
        return data

    def _has_errors(self, n: int) -> bool:
        return any(f"act{n}_{name}" in self.errors for name in COLUMNS)

    def drafts(self) -> list[ActDraft]:
        """The rows as drafts; empty ones are left out."""
        data = self.cleaned_data
        rows: list[dict[str, Any]] = [
            {name: data.get(f"act{n}_{name}") for name in COLUMNS} for n in range(1, self.rows + 1)
        ]
        return [ActDraft(**row) for row in rows if row["code"]]


def _narrow() -> forms.TextInput:
    return forms.TextInput(attrs={"class": "govuk-input w-s"})


def _row(n: int) -> dict[str, forms.Field]:
    """The fields of one act. Points are read as a number only where they are one; what was typed stays."""
    words = {"n": n}
    return {
        "code": forms.CharField(label=_("Code of act %(n)s") % words, max_length=12, required=False, widget=_narrow()),
        "text": forms.CharField(label=_("Text of act %(n)s") % words, max_length=300, required=False),
        "points": forms.IntegerField(
            label=_("Points of act %(n)s") % words,
            min_value=1,
            max_value=MOST_POINTS,
            required=False,
            widget=_narrow(),
        ),
        "source": forms.CharField(label=_("Source of act %(n)s") % words, max_length=300, required=False),
        "text_en": forms.CharField(label=_("English text of act %(n)s") % words, max_length=300, required=False),
    }


def rows_of(sheet: Sheet | None) -> tuple[dict[str, Any], int]:
    """A sheet as the form begins with, and how many rows it needs with a few empty ones."""
    acts = list(sheet.acts.all()) if sheet else []
    values = {f"act{n}_{name}": getattr(act, name) for n, act in enumerate(acts, start=1) for name in COLUMNS}
    return values, len(acts) + SPARE_ROWS
