"""Forms of applicants: before the draft, uploads, the declaration, withdrawal, tracking."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.cases.draft import Brought
from portal.core.forms import MultipleFileField, PortalForm
from portal.core.numbers import check_number, normalise_number, normalise_query_code
from portal.people.models import Organisation

ACCEPTED_FILES = ".pdf,.jpg,.jpeg,.png,.docx,.xlsx,.ofd"
MYSELF = "myself"


class StartForm(PortalForm):
    """For whom, and the tick that the conditions are met."""

    applicant = forms.ChoiceField(label=_("Who is applying?"), widget=forms.RadioSelect)
    eligible = forms.BooleanField(label=_("I have read the conditions and meet them."))

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {str(one.pk): one for one in organisations}
        if not organisations:
            del self.fields["applicant"]
            return
        choices = [(MYSELF, _("Myself")), *((key, one.name) for key, one in self.organisations.items())]
        self.fields["applicant"].choices = choices  # type: ignore[attr-defined]

    @property
    def organisation(self) -> Organisation | None:
        return self.organisations.get(self.cleaned_data.get("applicant", MYSELF))


class UploadForm(PortalForm):
    """One file field for each material that can be uploaded. What a file must be like is checked when it is stored."""

    def __init__(self, *args: Any, rows: list[Brought], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            if row.on_paper_only:
                continue
            label = _("Add files for “%(material)s”") % {"material": row.name}
            self.fields[row.code] = MultipleFileField(label=label, required=False, allow_empty_file=True)
            self.fields[row.code].widget.attrs["accept"] = ACCEPTED_FILES
            self.dress(row.code, self.fields[row.code])


class DeclarationForm(PortalForm):
    """The last page: what is declared, and the state that was seen."""

    declared = forms.BooleanField(
        label=_("I declare that what I have written is true and that the materials are genuine.")
    )
    state_version = forms.IntegerField(widget=forms.HiddenInput)


class WithdrawForm(PortalForm):
    """Why, and that it is meant."""

    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    sure = forms.BooleanField(label=_("I want to withdraw this application. It will not be decided."))
    state_version = forms.IntegerField(widget=forms.HiddenInput)


class TrackForm(PortalForm):
    """Number and query code, forgiving about spaces, hyphens and case."""

    widths = {"number": "l", "code": "s"}
    autocomplete = {"number": "off", "code": "off"}

    number = forms.CharField(label=_("Case number"), max_length=60, help_text=_("It stands on your receipt."))
    code = forms.CharField(label=_("Query code"), max_length=20, help_text=_("8 characters, on your receipt too."))

    def clean_number(self) -> str:
        number = normalise_number(self.cleaned_data["number"])
        if not check_number(number):
            raise forms.ValidationError(
                _("There is a slip of the pen in this number. Please compare it with your receipt.")
            )
        return number

    def clean_code(self) -> str:
        return normalise_query_code(self.cleaned_data["code"])
