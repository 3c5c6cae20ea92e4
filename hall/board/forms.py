"""The forms of boards."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.forms import PortalForm


class DrawForm(PortalForm):
    """Which month."""

    widths = {"month": "s"}
    month = forms.DateField(
        label=_("Month"),
        input_formats=["%Y-%m"],
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
        error_messages={"invalid": _("Enter the month as year-month, for example 2026-10.")},
    )


class ObjectForm(PortalForm):
    text = forms.CharField(
        label=_("What is wrong with this row, and why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class DecideForm(PortalForm):
    """Grant with points, or reject; an answer in both cases."""

    widths = {"points": "s"}
    conditional = {"outcome": {"grant": ["points"]}}
    outcome = forms.ChoiceField(
        label=_("Decision about the objection"),
        choices=[
            ("grant", pgettext_lazy("objection", "Grant, points come back")),
            ("reject", pgettext_lazy("objection", "Reject")),
        ],
        widget=forms.RadioSelect,
    )
    points = forms.DecimalField(label=_("Points that come back"), required=False, max_digits=5, decimal_places=2)
    answer = forms.CharField(
        label=pgettext_lazy("to an objection", "Answer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class CorrectForm(PortalForm):
    reason = forms.CharField(
        label=_("Why the board is corrected"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody reads it beside the corrected board."),
    )  # fmt: skip
