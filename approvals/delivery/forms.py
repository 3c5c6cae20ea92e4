"""The forms of the issuing window and of the applicant's wish."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.delivery.models import Delivery, Way
from approvals.delivery.receiving import Receiver
from portal.core.forms import PortalForm


class WishForm(PortalForm):
    """How the applicant would like to receive the result."""

    way = forms.ChoiceField(
        label=_("How would you like to receive the result?"), choices=Way.choices, widget=forms.RadioSelect
    )
    recipient = forms.CharField(label=_("Recipient"), max_length=60, required=False)
    phone = forms.CharField(label=_("Recipient's telephone"), max_length=20, required=False)
    address = forms.CharField(
        label=_("Postal address"), max_length=200, required=False,
        help_text=_("City, street, house number, and room or village. The centre pays the postage."),
    )  # fmt: skip
    conditional = {"way": {"post": ("recipient", "phone", "address")}}
    widths = {"recipient": "m", "phone": "m"}


class VersionedForm(PortalForm):
    """Carries the state that its page showed."""

    state_version = forms.IntegerField(widget=forms.HiddenInput)


class ReadyForm(VersionedForm):
    """Nothing is asked: it lies in the drawer."""


class PostForm(VersionedForm):
    """Handed to the carrier."""

    carrier = forms.ChoiceField(label=_("Carrier"), choices=Delivery.Carrier.choices)
    tracking_number = forms.CharField(
        label=_("Tracking number"), max_length=30, help_text=_("EMS: thirteen digits that begin with 1.")
    )
    widths = {"carrier": "m", "tracking_number": "m"}


class SlipForm(VersionedForm):
    """The carrier's slip."""

    slip = forms.CharField(label=_("Who signed, and when"), max_length=200)


class BackForm(VersionedForm):
    """Why a letter came back."""

    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("For instance: moved away, not collected."))


class HandOverForm(VersionedForm):
    """Who stands at the window."""

    who = forms.ChoiceField(
        label=_("Who picks it up"),
        choices=(("self", _("The applicant, or the firm's agent")), ("agent", _("Somebody with a power of attorney"))),
        widget=forms.RadioSelect,
        initial="self",
    )
    power_of_attorney = forms.CharField(
        label=_("Number or date of the power of attorney"), max_length=100, required=False,
        help_text=_("The paper stays in the file."),
    )  # fmt: skip
    name = forms.CharField(label=_("Name on the identity card"), max_length=60)
    resident_number = forms.CharField(label=_("Number of the identity card"), max_length=20)
    signed = forms.BooleanField(label=_("I have seen the card, and the receiver has signed."), required=False)
    conditional = {"who": {"agent": ("power_of_attorney",)}}
    autocomplete = {"name": "off", "resident_number": "off"}
    widths = {"name": "m", "resident_number": "m"}

    def receiver(self) -> Receiver:
        data: dict[str, Any] = self.cleaned_data
        return Receiver(
            name=data["name"], resident_number=data["resident_number"], agent=data["who"] == "agent",
            power_of_attorney=data["power_of_attorney"], signed=data["signed"],
        )  # fmt: skip


class PickUpForm(PortalForm):
    """What the person at the window says or shows."""

    q = forms.CharField(label=_("Case number or pick-up code"), max_length=60)
    autocomplete = {"q": "off"}
    widths = {"q": "l"}
