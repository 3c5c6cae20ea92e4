"""The forms of bidders: profile, people, licence, certificates, restrictions."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.forms import DateField, PortalForm
from procurement.bidders.actions import ProfileDraft, RestrictionDraft
from procurement.bidders.issuers import IssuerDraft
from procurement.bidders.licences import LicenceDraft
from procurement.bidders.models import BidderPerson, Restriction
from procurement.models import Category

ALL = ("", _("All categories"))


class ProfileForm(PortalForm):
    """How the firm is reached, and where its bonds go back to."""

    widths = {"phone": "m", "bank_account": "l"}
    autocomplete = {"contact_name": "name", "bank_account": "off"}
    contact_name = forms.CharField(label=_("Contact person"), max_length=100)
    phone = forms.CharField(label=_("Contact telephone"), max_length=30)
    email = forms.EmailField(label=_("E-mail"), required=False)
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    bank_name = forms.CharField(label=_("Bank"), max_length=120, required=False)
    bank_account = forms.CharField(
        label=_("Basic account"),
        max_length=40,
        required=False,
        help_text=_("Bonds are paid from this account and come back to it."),
    )
    trades = forms.CharField(
        label=_("Trades and qualifications"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def draft(self) -> ProfileDraft:
        return ProfileDraft(**self.cleaned_data)


class PersonForm(PortalForm):
    """A person behind the bidder."""

    widths = {"identity": "l", "phone": "m", "share": "s"}
    suffixes = {"share": "%"}
    autocomplete = {"name": "off", "identity": "off", "phone": "off"}
    kind = forms.ChoiceField(label=_("Kind"), choices=BidderPerson.Kind.choices)
    name = forms.CharField(label=_("Name"), max_length=100)
    identity = forms.CharField(
        label=_("Identity number"),
        max_length=30,
        help_text=_("The resident number; for a shareholder that is a firm, its unified social credit code."),
    )
    phone = forms.CharField(label=_("Telephone"), max_length=30, required=False)
    share = forms.DecimalField(
        label=_("Share"), required=False, min_value=Decimal(0), max_value=Decimal(100), decimal_places=2
    )

    def values(self) -> dict[str, Any]:
        """What the action takes; the share as hundredths of a percent."""
        data = dict(self.cleaned_data)
        share = data.pop("share")
        return {**data, "share_bp": None if share is None else int(share * 100)}


class LicenceForm(PortalForm):
    """The business licence as it stands on paper; that a scan came is asked where it is stored."""

    widths = {"number": "l"}
    autocomplete = {"number": "off"}
    number = forms.CharField(
        label=_("Number of the licence"),
        max_length=30,
        help_text=_("The unified social credit code that is printed on it: it must be this organisation's."),
    )
    valid_until = DateField(label=_("Valid until"), required=False)
    long_term = forms.BooleanField(label=_("The licence has no fixed end"), required=False)
    file = forms.FileField(
        label=_("Scan of the business licence"), required=False, help_text=_("A PDF, JPEG or PNG file.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("valid_until", "file"):
            vars(self.fields[name])["may_be_left"] = False  # asked for beside the other fields, so not called optional

    def draft(self) -> LicenceDraft:
        data = self.cleaned_data
        return LicenceDraft(number=data["number"], valid_until=data["valid_until"], long_term=data["long_term"])


class CertificateForm(PortalForm):
    """The public certificate."""

    file = forms.FileField(
        label=_("Public certificate"), help_text=_("A .pem, .cer or .crt file without any private key.")
    )


class ProofForm(PortalForm):
    """The signature of the challenge."""

    signature = forms.CharField(
        label=_("Signature in Base64"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )


class RestrictionForm(PortalForm):
    """A decision that keeps a firm out."""

    widths = {"uscc": "l"}
    autocomplete = {"name": "off", "uscc": "off"}
    uscc = forms.CharField(label=_("Unified social credit code"), max_length=30)
    name = forms.CharField(label=_("Name of the firm"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=Restriction.Kind.choices)
    category = forms.ChoiceField(label=_("Category"), required=False, choices=[ALL, *Category.choices])
    ground = forms.CharField(label=_("Ground"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    source = forms.CharField(label=_("Legal source and number of the decision"), max_length=300)
    authority = forms.CharField(label=_("Decided by"), max_length=200)
    starts_on = DateField(label=_("From"))
    ends_on = DateField(
        label=_("Until"), required=False, help_text=_("Empty: until it is lifted. The last day is included.")
    )
    appeal = forms.CharField(
        label=_("How to object"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Where and until when, as the decision says. The firm reads this."),
    )

    def draft(self) -> RestrictionDraft:
        return RestrictionDraft(**self.cleaned_data)


class LiftForm(PortalForm):
    """Why a restriction ends before its time."""

    note = forms.CharField(label=_("Why it is lifted"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class IssuerForm(PortalForm):
    """A certification authority that is trusted from a day on; its certificate is pasted: a mistake loses nothing."""

    autocomplete = {"name": "off"}
    name = forms.CharField(label=_("Name of the authority"), max_length=120)
    pem = forms.CharField(
        label=_("Certificate of the authority (PEM)"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_(
            "The one that signs the certificates of firms, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----."
        ),
    )
    source = forms.CharField(
        label=_("Ground"),
        max_length=300,
        help_text=_("Licence of the authority, number of the agreement or decision by which it is accepted here."),
    )
    starts_on = DateField(label=_("Trusted from"))
    ends_on = DateField(
        label=_("Trusted until"),
        required=False,
        help_text=_("Empty: as long as its certificate holds. The last day is included."),
    )

    def draft(self) -> IssuerDraft:
        return IssuerDraft(**self.cleaned_data)


class EndIssuerForm(PortalForm):
    """Why an authority is no longer trusted."""

    reason = forms.CharField(
        label=_("Why it is no longer trusted"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Firms whose certificates it has issued read this when they try to sign."),
    )
