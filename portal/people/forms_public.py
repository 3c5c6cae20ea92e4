"""Citizens' forms beyond the account: a new password by a code, organisations and their agents."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.forms import DateField, PortalForm
from portal.people.forms import AGAIN_MISSING, HINT, TwicePassword


class AskCodeForm(PortalForm):
    """Which account."""

    username = forms.CharField(
        label=_("User name, phone number or e-mail address"),
        max_length=150,
        error_messages={"required": _("Enter your user name, phone number or e-mail address.")},
    )


class NewPasswordForm(TwicePassword):
    """The code and the new password."""

    widths = {"code": "s"}
    autocomplete = {"password": "new-password", "again": "new-password"}
    code = forms.CharField(
        label=_("Code"),
        max_length=12,
        help_text=_("The six digits of the message."),
        error_messages={"required": _("Enter the code.")},
    )
    password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=128,
        help_text=HINT,
        widget=forms.PasswordInput,
        error_messages={"required": _("Choose a password.")},
    )
    again = forms.CharField(
        label=_("New password once more"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput,
        error_messages=AGAIN_MISSING,
    )

    def clean_code(self) -> str:
        return "".join(str(self.cleaned_data["code"]).split())


class OrganisationForm(PortalForm):
    """An organisation as its licence names it."""

    widths = {"uscc": "l"}
    autocomplete = {"name": "organization", "uscc": "off"}
    uscc = forms.CharField(
        label=_("Unified social credit code"), max_length=30, help_text=_("The 18 characters on the licence.")
    )
    name = forms.CharField(label=_("Name of the organisation"), max_length=200, help_text=_("As on the licence."))


class AgentForm(PortalForm):
    """Whom to appoint."""

    widths = {"username": "m", "name": "m"}
    autocomplete = {"username": "off", "name": "off"}
    username = forms.CharField(
        label=_("User name of the agent"), max_length=64, help_text=_("The agent finds it on the page “My account”.")
    )
    name = forms.CharField(label=_("Name of the agent"), max_length=100)
    ends_on = DateField(
        label=pgettext_lazy("period", "To"), required=False, help_text=_("The last day; empty if it has no end yet.")
    )


class RejectForm(PortalForm):
    """Why the licence does not confirm it."""

    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("The person is told."))
