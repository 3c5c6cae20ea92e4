"""The forms of the window's and the accounts' pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.catalogue.models import Item
from approvals.payments.actions.certificates import CertificateDraft
from approvals.payments.models import Order, Refund
from portal.core.forms import DateField, MoneyField, PortalForm
from portal.people.models import Organisation

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


# --- reductions -----------------------------------------------------------------------------------------------------

ASKED_GROUNDS = [one for one in Order.Ground.choices if one[0] != Order.Ground.CERTIFICATE]


class AskReductionForm(PortalForm):
    """The applicant asks to pay less."""

    ground = forms.ChoiceField(label=_("Ground"), choices=ASKED_GROUNDS, widget=forms.RadioSelect)
    proof = forms.CharField(
        label=_("Proof"), max_length=300, help_text=_("The certificate or document and its number.")
    )


class GrantForm(VersionedForm):
    """What the request is granted, or why not."""

    amount_fen = MoneyField(label=_("Reduced by"), help_text=_("The whole fee is an exemption."), required=False)
    note = forms.CharField(label=_("Answer to the applicant"), max_length=300, required=False)
    widths = {"amount_fen": "s"}


class CertificateForm(PortalForm):
    """A reduction certificate for an enterprise."""

    uscc = forms.CharField(label=_("Unified social credit code of the enterprise"), max_length=18)
    department = forms.ChoiceField(label=_("Department"), required=False)
    ground = forms.ChoiceField(label=_("Ground"), choices=ASKED_GROUNDS, widget=forms.RadioSelect)
    basis = forms.CharField(
        label=_("Document that the reduction rests on"), max_length=300, help_text=_("With its number.")
    )
    kind = forms.ChoiceField(
        label=_("What it takes off"), widget=forms.RadioSelect,
        choices=(("percent", _("A percentage of the fee")), ("amount", _("An amount of each fee"))),
    )  # fmt: skip
    percent = forms.IntegerField(label=_("Percentage"), min_value=1, max_value=100, required=False)
    amount_fen = MoneyField(label=_("Amount"), required=False)
    items = forms.CharField(
        label=_("Codes of the items it holds for"), required=False, max_length=2000,
        help_text=_("Separated by spaces; empty means all items with a fee."),
    )  # fmt: skip
    valid_from = DateField(label=_("First day"))
    valid_to = DateField(label=_("Last day"))
    conditional = {"kind": {"percent": ("percent",), "amount": ("amount_fen",)}}
    widths = {"uscc": "l", "percent": "xs", "amount_fen": "s", "basis": "l"}
    autocomplete = {"uscc": "off"}

    def __init__(self, *args: Any, departments: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = departments  # type: ignore[attr-defined]

    def clean_uscc(self) -> Organisation:
        found = Organisation.objects.filter(uscc=self.cleaned_data["uscc"].strip().upper()).first()
        if found is None:
            raise forms.ValidationError(_("There is no enterprise with this code in the portal."))
        return found

    def clean_items(self) -> list[int]:
        codes = set(self.cleaned_data["items"].replace(",", " ").replace("，", " ").split())
        found = dict(Item.objects.filter(code__in=codes).values_list("code", "pk"))
        if codes - set(found):
            unknown = ", ".join(sorted(codes - set(found)))
            raise forms.ValidationError(_("There is no item with this code: %(codes)s") % {"codes": unknown})
        return list(found.values())

    def draft(self) -> CertificateDraft:
        data = self.cleaned_data
        by_percent = data["kind"] == "percent"
        return CertificateDraft(
            organisation_id=data["uscc"].pk, department_id=int(data["department"]) if data["department"] else None,
            ground=data["ground"], basis=data["basis"], valid_from=data["valid_from"], valid_to=data["valid_to"],
            percent=data["percent"] if by_percent else None, amount_fen=None if by_percent else data["amount_fen"],
            items=data["items"],
        )  # fmt: skip


class ReasonForm(VersionedForm):
    """Why."""

    note = forms.CharField(label=_("Reason"), max_length=300)
