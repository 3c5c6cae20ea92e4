"""The citizens' forms: tell the hotline, look it up, urge, add, rate, reopen."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.models import Category, Kind
from portal.core.errors import Invalid
from portal.core.forms import MultipleFileField, MultipleFileInput, PortalForm
from portal.core.idempotency import KeyField
from portal.core.identity import check_phone
from portal.core.search import runs
from portal.core.time import today

YES_NO = (("yes", _("Yes")), ("no", _("No")))
LEAST_CHARACTERS = 5  # different ones that a description needs; "啊啊啊啊啊啊" says nothing


class AskForm(PortalForm):
    """What somebody wants from the hotline, where it is, and how to reach them."""

    widths = {"name": "m", "phone": "m", "lat": "s", "lon": "s"}
    inline = ("kind",)
    once_key = KeyField()
    kind = forms.ChoiceField(
        label=_("What would you like?"), choices=Kind.choices, widget=forms.RadioSelect, initial=Kind.HELP
    )
    category = forms.ChoiceField(
        label=pgettext_lazy("hotline request", "What is it about?"),
        required=False,
        help_text=_("If you are not sure, leave it to us."),
    )
    title = forms.CharField(label=_("In one line"), max_length=200, help_text=_("For example: street light broken."))
    content = forms.CharField(
        label=_("What happened?"), max_length=5000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Say where and when it was, and what you would like. Please leave out other people’s numbers."),
    )  # fmt: skip
    address = forms.CharField(
        label=_("Where is it?"), max_length=200, required=False, help_text=_("Street and house, or what stands nearby.")
    )
    lat = forms.FloatField(label=_("Latitude"), required=False, min_value=-90, max_value=90)
    lon = forms.FloatField(label=_("Longitude"), required=False, min_value=-180, max_value=180)
    photos = MultipleFileField(
        label=_("Photos"), required=False, help_text=_("Up to six JPEG or PNG pictures."),
        widget=MultipleFileInput(attrs={"accept": "image/jpeg,image/png"}),
    )  # fmt: skip
    name = forms.CharField(label=_("Your name"), max_length=60, required=False)
    phone = forms.CharField(
        label=_("Your telephone"), max_length=30,
        help_text=_("We call you back at this number to hear whether the matter is settled."),
    )  # fmt: skip
    secret = forms.BooleanField(
        label=_("Keep who I am from the department"), required=False,
        help_text=_("Only the hotline then sees your name and number."),
    )  # fmt: skip
    consent = forms.BooleanField(
        label=_("My name and number may be used to handle this request"),
        help_text=_("They are sealed, seen only by those who handle it, and erased after the retention time."),
        error_messages={"required": _("Please agree, or call us instead: without it we cannot handle your request.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["category"].choices = category_choices()

    def clean_content(self) -> str:
        text: str = self.cleaned_data["content"]
        if len(set("".join(runs(text)))) < LEAST_CHARACTERS:
            raise forms.ValidationError(_("Please describe in your own words what happened, where and when."))
        return text

    def clean_phone(self) -> str:
        try:
            return check_phone(self.cleaned_data["phone"])
        except Invalid as error:
            raise forms.ValidationError(error.message) from error

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if (data.get("lat") is None) != (data.get("lon") is None) and not {"lat", "lon"} & self.errors.keys():
            self.add_error("lat", _("Give latitude and longitude, or neither."))
        return data


def category_choices() -> list[tuple[Any, Any]]:
    """The categories of today in their groups; one query."""
    rows = list(Category.objects.exclude(closed_on__lte=today()).order_by("order", "code"))
    parts: dict[int, list[tuple[str, str]]] = {}
    for one in rows:
        if one.parent_id is not None:
            parts.setdefault(one.parent_id, []).append((str(one.pk), one.display_name))
    choices: list[tuple[Any, Any]] = [("", pgettext_lazy("ticket category", "— please choose for me —"))]
    for one in rows:
        if one.parent_id is None:
            choices.append((one.display_name, [(str(one.pk), one.display_name), *parts.get(one.pk, [])]))
    return choices


class AskTrackForm(PortalForm):
    """Number and query code."""

    widths = {"number": "l", "code": "m"}
    autocomplete = {"number": "off", "code": "off"}
    number = forms.CharField(label=_("Number of the request"), max_length=60)
    code = forms.CharField(label=_("Query code"), max_length=30)


class AskUrgeForm(PortalForm):
    """The caller is waiting."""

    text = forms.CharField(label=_("What would you like to say?"), max_length=500, required=False)


class AskAddForm(PortalForm):
    """What was forgotten."""

    text = forms.CharField(
        label=_("What would you like to add?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    photos = MultipleFileField(
        label=_("Photos"), required=False, help_text=_("Up to six JPEG or PNG pictures."),
        widget=MultipleFileInput(attrs={"accept": "image/jpeg,image/png"}),
    )  # fmt: skip


class AskRateForm(PortalForm):
    """How it went: the call-back, answered by the caller."""

    inline = ("contacted", "resolved", "satisfied")
    contacted = forms.ChoiceField(
        label=_("Did the department get in touch with you?"), choices=YES_NO, widget=forms.RadioSelect
    )
    resolved = forms.ChoiceField(label=_("Is the matter settled?"), choices=YES_NO, widget=forms.RadioSelect)
    satisfied = forms.ChoiceField(
        label=_("Are you satisfied with how it was handled?"), choices=YES_NO, widget=forms.RadioSelect, required=False
    )
    note = forms.CharField(
        label=_("In your own words"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, asks_resolution: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_resolution:
            del self.fields["resolved"]


class AskReopenForm(PortalForm):
    """It is not settled after all."""

    reason = forms.CharField(label=_("What is still open?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
