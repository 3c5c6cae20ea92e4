"""The forms of certificates: consent, proposals, the printer, types and their versions."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.certificates.actions import VersionDraft
from approvals.certificates.models import TypeVersion
from portal.core.forms import PortalForm
from portal.people.models import Department


class ConsentForm(PortalForm):
    """The holder's consent, for one use."""

    consent = forms.BooleanField(
        label=_("I agree that this certificate is given to the department named above, for this application only."),
        required=False,
    )


class ReasonForm(PortalForm):
    """Why a certificate is to be suspended, revoked or restored."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The holder reads this."),
    )
    state_version = forms.IntegerField(widget=forms.HiddenInput)


class DecideForm(PortalForm):
    """What the second person says."""

    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class PrintForm(PortalForm):
    """The print that came out of the printer."""

    form_number = forms.CharField(
        label=_("Number of the blank form"), max_length=30, required=False,
        help_text=_("As it is printed on the form, for instance HZ0001234."),
    )  # fmt: skip
    autocomplete = {"form_number": "off"}
    widths = {"form_number": "m"}


class SpoilForm(PortalForm):
    """Why a print was spoiled."""

    reason = forms.CharField(label=_("Why it was spoiled"), max_length=200)


class SearchForm(PortalForm):
    """Number of a certificate, or of its holder."""

    q = forms.CharField(label=_("Number of the certificate, or number of the holder"), max_length=60, required=False)


# --- types ------------------------------------------------------------------------------------------------------------


class VersionForm(PortalForm):
    """One version of a type."""

    valid_from = forms.DateField(label=_("Holds from"), widget=forms.DateInput(attrs={"type": "date"}))
    word = forms.CharField(
        label=_("Word of the number"),
        max_length=12,
        help_text=_("Between the letters of the authority and the year: 食经"),
    )
    validity = forms.ChoiceField(
        label=_("Validity"), choices=TypeVersion.Validity.choices, widget=forms.RadioSelect, initial="none"
    )
    years = forms.IntegerField(label=_("Years"), required=False, min_value=1, max_value=50)
    end_field = forms.CharField(
        label=_("Question with the last day"), max_length=40, required=False,
        help_text=_("The code of the question in the form of the item."),
    )  # fmt: skip
    fields_text = forms.CharField(
        label=_("Lines of the certificate"), required=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One a line: question | label | label in English. Holder, number and validity are printed anyway."),
    )  # fmt: skip
    seal = forms.CharField(label=_("Words of the seal"), max_length=30, required=False)
    layout = forms.ChoiceField(label=_("Layout"), choices=TypeVersion.Layout.choices, initial="portrait")
    on_paper = forms.BooleanField(label=_("Is printed at the issuing window"), required=False)
    numbered_forms = forms.BooleanField(label=_("Is printed on numbered blank forms"), required=False)
    conditional = {"validity": {"years": ("years",), "answer": ("end_field",)}}
    widths = {"word": "s", "years": "s", "end_field": "m", "seal": "m", "valid_from": "m", "layout": "m"}

    def draft(self) -> VersionDraft:
        data: dict[str, Any] = self.cleaned_data
        return VersionDraft(
            valid_from=data["valid_from"], word=data["word"], validity=data["validity"], years=data.get("years"),
            end_field=data.get("end_field", ""), fields=list(lines_from(data["fields_text"])), seal=data["seal"],
            layout=data["layout"], on_paper=data["on_paper"], numbered_forms=data["numbered_forms"],
        )  # fmt: skip

    @staticmethod
    def initial_of(version: TypeVersion) -> dict[str, Any]:
        """The fields as the present version has them, for the next one."""
        names = ("word", "validity", "years", "end_field", "seal", "layout", "on_paper", "numbered_forms")
        lines = [" | ".join((one["source"], one["label"], one.get("label_en", ""))) for one in version.fields]
        return {**{name: getattr(version, name) for name in names}, "fields_text": "\n".join(lines)}


class TypeForm(VersionForm):
    """A new type with its first version."""

    field_order = ("code", "name", "name_en", "department", "renewal_item_code")
    code = forms.CharField(
        label=_("Code of the type"), max_length=40, help_text=_("Capital letters, digits and hyphens.")
    )
    name = forms.CharField(label=_("Name of the type"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    department = forms.ModelChoiceField(label=_("Department"), queryset=Department.objects.none())
    renewal_item_code = forms.CharField(
        label=_("Item for renewals"), max_length=40, required=False, help_text=_("Its code in the catalogue.")
    )
    widths = {**VersionForm.widths, "code": "m", "renewal_item_code": "m"}

    def __init__(self, *args: Any, departments: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]


class LinksForm(PortalForm):
    """The items that issue the type, and the materials that it stands in for."""

    items = forms.CharField(
        label=_("Items whose approval issues it"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One code a line."),
    )  # fmt: skip
    materials = forms.CharField(
        label=_("Materials that it stands in for"), required=False, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One a line: item code / material code."),
    )  # fmt: skip

    def item_codes(self) -> list[str]:
        return list(dict.fromkeys(_lines(self.cleaned_data["items"])))

    def clean_materials(self) -> str:
        text: str = self.cleaned_data["materials"]
        if any(line.count("/") != 1 for line in _lines(text)):
            raise forms.ValidationError(_("One a line: item code / material code."))
        return text

    def pairs(self) -> list[tuple[str, str]]:
        found = [tuple(part.strip() for part in line.split("/")) for line in _lines(self.cleaned_data["materials"])]
        return list(dict.fromkeys((one[0], one[1]) for one in found))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def lines_from(text: str) -> Iterable[dict[str, str]]:
    """The lines of a certificate from what was typed."""
    for line in _lines(text):
        parts = [*(part.strip() for part in line.split("|")), "", "", ""]
        yield {"source": parts[0], "label": parts[1], "label_en": parts[2]}
