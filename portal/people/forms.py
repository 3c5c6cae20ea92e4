"""The forms of accounts: signing in, registering, one's own data, password, second factor."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.core.forms import PortalForm
from portal.people.actions import Person


def _password(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, strip=False, max_length=128, widget=forms.PasswordInput, **more)


class SignInForm(PortalForm):
    """Name and password; the view says what was wrong, the same for every reason."""

    username = forms.CharField(
        label=_("User name, phone number or e-mail address"),
        max_length=150,
        error_messages={"required": _("Enter your user name, phone number or e-mail address.")},
    )
    password = _password(_("Password"), error_messages={"required": _("Enter your password.")})


class TwicePassword(PortalForm):
    """A new password, typed twice."""

    autocomplete = {"password": "new-password", "again": "new-password", "old_password": "current-password"}
    twice = "password"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, second = data.get(self.twice), data.get("again")
        if first and second and first != second:
            self.add_error("again", _("The two passwords are not the same."))
        return data


HINT = _("At least 10 characters, not only digits, and nothing that is easy to guess.")
AGAIN_MISSING = {"required": _("Enter the new password a second time.")}


class RegisterForm(TwicePassword):
    """What a citizen's account needs."""

    widths = {"name": "m", "phone": "m", "resident_number": "l"}
    name = forms.CharField(
        label=_("Name"),
        help_text=_("As on your identity card."),
        max_length=100,
        error_messages={"required": _("Enter your name.")},
    )
    phone = forms.CharField(
        label=_("Mobile number"),
        help_text=_("We send messages about your applications to it."),
        max_length=30,
        error_messages={"required": _("Enter your mobile number.")},
    )
    resident_number = forms.CharField(
        label=_("Identity card number"),
        help_text=_("You need it to file an application; you can also enter it later."),
        max_length=30,
        required=False,
    )
    password = _password(_("Password"), help_text=HINT, error_messages={"required": _("Choose a password.")})
    again = _password(_("Password once more"), error_messages=AGAIN_MISSING)

    def person(self, language: str) -> Person:
        data = self.cleaned_data
        return Person(
            name=data["name"], phone=data["phone"], resident_number=data["resident_number"], language=language
        )


class ProfileForm(PortalForm):
    """One's own data; what is left empty stays as it is, so nothing needs to be shown unmasked."""

    widths = {"phone": "m", "resident_number": "l", "email": "l"}
    phone = forms.CharField(label=_("New mobile number"), max_length=30, required=False)
    email = forms.EmailField(
        label=_("New e-mail address"),
        max_length=150,
        required=False,
        error_messages={"invalid": _("Enter an e-mail address such as name@example.cn.")},
    )
    resident_number = forms.CharField(
        label=_("Identity card number"),
        help_text=_("You need it to file an application."),
        max_length=30,
        required=False,
    )
    address = forms.CharField(label=_("New address"), max_length=200, required=False)
    language = forms.ChoiceField(
        label=_("Language of messages"), choices=settings.LANGUAGES, widget=forms.RadioSelect, required=False
    )

    def person(self) -> Person:
        return Person(**self.cleaned_data)


class PasswordForm(TwicePassword):
    """Changing the password."""

    autocomplete = {"old_password": "current-password", "new_password": "new-password", "again": "new-password"}
    twice = "new_password"
    old_password = _password(_("Present password"), error_messages={"required": _("Enter your present password.")})
    new_password = _password(_("New password"), help_text=HINT, error_messages={"required": _("Choose a password.")})
    again = _password(_("New password once more"), error_messages=AGAIN_MISSING)


class CodeForm(PortalForm):
    """The six digits that the phone shows, or a recovery code."""

    widths = {"code": "s"}
    code = forms.CharField(
        label=_("Code"),
        help_text=_("The six digits that your authenticator app shows, or one of your recovery codes."),
        max_length=20,
        error_messages={"required": _("Enter the code.")},
    )

    def clean_code(self) -> str:
        return "".join(str(self.cleaned_data["code"]).split()).lower()
