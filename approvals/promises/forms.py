"""The forms of promises: filters, the simulator's two questions, a proposal, a round, a reply and its judgement."""

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from approvals.promises.models import Finding
from portal.core.forms import DateField, PortalForm


class ShareField(forms.CharField):
    """A share typed in percent, 50 to 100, kept as a fraction."""

    def clean(self, value: Any) -> Fraction | None:
        text = str(value or "").strip().removesuffix("%").strip()
        if not text:
            return None
        try:
            share = Fraction(Decimal(text)) / 100
        except (InvalidOperation, ValueError, OverflowError):
            share = Fraction(0)
        if not Fraction(1, 2) <= share <= 1:
            raise ValidationError(_("Enter a share between 50 and 100 percent."))
        return share


class SimulatorForm(PortalForm):
    """How sure the promise must be, and which promise to try."""

    share = ShareField(label=_("Kept in at least (percent of the cases)"), required=False)
    days = forms.IntegerField(label=_("Try a promise of (working days)"), min_value=1, max_value=3650, required=False)
    widths = {"share": "xs", "days": "xs"}


class ProposalForm(PortalForm):
    """A new promise with what it rests on."""

    days = forms.IntegerField(label=_("New promise (working days)"), min_value=1, max_value=3650)
    ground = forms.CharField(
        label=_("What it rests on"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For instance: the history of the item, a step that is no longer needed."),
    )  # fmt: skip
    widths = {"days": "xs"}


class RoundForm(PortalForm):
    """A new clean-up round."""

    name = forms.CharField(label=_("Name of the round"), max_length=80)
    reply_due_on = DateField(label=_("Departments reply by"), required=False)
    widths = {"name": "l"}


class VersionedForm(PortalForm):
    """Carries the state that its page showed."""

    state_version = forms.IntegerField(widget=forms.HiddenInput)


class ReplyForm(VersionedForm):
    """What the department says about a flagged promise."""

    kind = forms.ChoiceField(label=_("Your reply"), choices=Finding.Reply.choices, widget=forms.RadioSelect)
    proposed_days = forms.IntegerField(
        label=_("New promise (working days)"), min_value=1, max_value=3650, required=False
    )
    text = forms.CharField(
        label=_("What it rests on"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The steps that fall away, or why the days are needed."),
    )  # fmt: skip
    conditional = {"kind": {"shorten": ("proposed_days",)}}
    widths = {"proposed_days": "xs"}


class AcceptForm(VersionedForm):
    """The reply is good."""

    note = forms.CharField(label=_("Note"), max_length=500, required=False)


class AgainForm(VersionedForm):
    """The reply is not good enough."""

    note = forms.CharField(label=_("What is still missing"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    reply_due_on = DateField(label=_("Reply again by"), required=False)


class TakeOverForm(VersionedForm):
    """Nothing is asked."""


class DeclineForm(VersionedForm):
    """Why not."""

    note = forms.CharField(label=_("Reason"), max_length=500)
