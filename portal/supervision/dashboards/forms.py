"""The form by which a device of the big screen is issued."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.forms import PortalForm


class ScreenForm(PortalForm):
    """A device to be issued."""

    autocomplete = {"name": "off"}
    name = forms.CharField(
        label=pgettext_lazy("of a thing", "Name"), max_length=80, help_text=_("For example: wall of the command room.")
    )
    language = forms.ChoiceField(
        label=pgettext_lazy("of a screen", "Language"),
        choices=[("zh-hans", "中文"), ("en", "English")],
        widget=forms.RadioSelect,
        initial="zh-hans",
    )
