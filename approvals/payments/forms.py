"""The forms of the window's and the accounts' pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.payments.models import Order, Refund
from portal.core.forms import DateField, MoneyField, PortalForm

METHODS = (
    ("cash", pgettext_lazy("payment method", "Cash")),
    ("pos", pgettext_lazy("payment method", "Card or code at the terminal")),
)


class VersionedForm(PortalForm):
    """Carries the state that its page showed."""

    state_version = forms.IntegerField(widget=forms.HiddenInput)


class TakeForm(VersionedForm):
    """Money over the counter."""

    method = forms.ChoiceField(label=_("How it is paid"), choices=METHODS, widget=forms.RadioSelect)
    received_fen = MoneyField(label=_("Amount taken"))
    reference = forms.CharField(
        label=_("Number of the slip"), max_length=80, help_text=_("Of the cash receipt pad, or of the terminal.")
    )
    widths = {"received_fen": "s", "reference": "m"}
    inline = ("method",)


class AssessForm(VersionedForm):
    """How many of each line of the item's fee schedule."""

    def __init__(self, *args: Any, lines: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            name = line["code"]
            self.fields[name] = forms.IntegerField(label=line["label"], min_value=0, max_value=999, required=False)
            self.dress(name, self.fields[name])
            self.fields[name].widget.attrs["class"] += " w-s"

    def quantities(self) -> dict[str, int]:
        return {line["code"]: self.cleaned_data.get(line["code"]) or 0 for line in self.lines}


class ReduceForm(VersionedForm):
    """A reduction or exemption with its ground."""

    ground = forms.ChoiceField(label=_("Ground"), choices=Order.Ground.choices, widget=forms.RadioSelect)
    amount_fen = MoneyField(label=_("Reduced by"), help_text=_("The whole fee is an exemption."))
    note = forms.CharField(label=_("Proof"), max_length=300, help_text=_("The certificate or document and its number."))
    widths = {"amount_fen": "s"}


class CancelForm(VersionedForm):
    """Why an order is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class RefundForm(PortalForm):
    """How much goes back, and why."""

    amount_fen = MoneyField(label=_("Amount to be returned"))
    reason = forms.ChoiceField(label=_("Ground"), choices=Refund.Reason.choices)
    text = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    widths = {"amount_fen": "s"}


class DecideForm(VersionedForm):
    """The second pair of eyes, or the slip of a refund over the counter."""

    text = forms.CharField(label=_("Note or number"), max_length=200, required=False)


class DrawerForm(PortalForm):
    """What was counted in the drawer."""

    counted_fen = MoneyField(label=_("Cash counted in the drawer"))
    note = forms.CharField(
        label=_("Reason of a difference"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    widths = {"counted_fen": "s"}


class SettleForm(PortalForm):
    """What came of a difference."""

    text = forms.CharField(label=_("What was done"), max_length=300)


class RunForm(PortalForm):
    """Which day's statement is to be compared."""

    day = DateField(label=_("Day of the statement"))
    widths = {"day": "m"}
