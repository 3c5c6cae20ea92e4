"""Forms of applicants: before the draft, uploads, the declaration, withdrawal, tracking."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.cases.draft import Brought
from approvals.cases.models import CasePrincipal
from approvals.cases.principals import PREFIX, Principal
from portal.core.forms import MultipleFileField, PortalForm
from portal.core.numbers import check_number, normalise_number, normalise_query_code
from portal.people.models import Department, Organisation

ACCEPTED_FILES = ".pdf,.jpg,.jpeg,.png,.docx,.xlsx,.ofd"
MYSELF, SOMEBODY = "myself", "somebody"
PRINCIPAL = ("principal_name", "principal_resident_number", "principal_phone", "principal_relation")


class ForWhomForm(PortalForm):
    """For oneself, for an organisation, or for somebody else.

    For somebody else the facts of that person are asked on the same page; the action checks them.
    """

    widths = {"principal_name": "m", "principal_resident_number": "l", "principal_phone": "m"}
    autocomplete = dict.fromkeys(PRINCIPAL, "off")  # the browser knows the agent, not the principal
    conditional = {"applicant": {SOMEBODY: PRINCIPAL}}

    applicant = forms.ChoiceField(label=_("Who is applying?"), widget=forms.RadioSelect)
    principal_name = forms.CharField(
        label=_("Name of the person whom you file for"), max_length=50, help_text=_("As on the identity card.")
    )
    principal_resident_number = forms.CharField(label=_("Identity number of this person"), max_length=30)
    principal_phone = forms.CharField(label=_("Telephone of this person"), max_length=30)
    principal_relation = forms.ChoiceField(
        label=_("This person is your"), choices=CasePrincipal.Relation.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, organisations: Sequence[Organisation] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {str(one.pk): one for one in organisations}
        firms = ((key, one.name) for key, one in self.organisations.items())
        somebody = (SOMEBODY, _("Somebody else (with a power of attorney)"))
        self.fields["applicant"].choices = [(MYSELF, _("Myself")), *firms, somebody]  # type: ignore[attr-defined]
        if not organisations:
            self.initial.setdefault("applicant", MYSELF)

    def clean(self) -> dict[str, Any]:
        """Without organisations whoever chooses nothing applies for themselves. What was not asked has no faults."""
        data = dict(super().clean() or self.cleaned_data)
        if not self.organisations and not self.data.get("applicant"):
            self.errors.pop("applicant", None)
            data["applicant"] = MYSELF
        if data.get("applicant") != SOMEBODY:
            for name in PRINCIPAL:
                self.errors.pop(name, None)
                data.pop(name, None)
        return data

    @property
    def principal(self) -> Principal | None:
        """The person whom the account files for."""
        if self.cleaned_data.get("applicant") != SOMEBODY:
            return None
        return Principal(**{name.removeprefix(PREFIX): self.cleaned_data[name] for name in PRINCIPAL})

    @property
    def organisation(self) -> Organisation | None:
        return self.organisations.get(self.cleaned_data.get("applicant", MYSELF))


class StartForm(ForWhomForm):
    """For whom, where there is a choice of places, and the tick that the conditions are met."""

    place = forms.ChoiceField(
        label=_("Where would you like to apply?"), widget=forms.RadioSelect,
        help_text=_("These departments take the application; choose the one that is nearest to you."),
    )  # fmt: skip
    eligible = forms.BooleanField(label=_("I have read the conditions and meet them."))

    def __init__(self, *args: Any, places: Sequence[Department] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(places) > 1:
            self.fields["place"].choices = [(str(one.pk), one.display_name) for one in places]  # type: ignore[attr-defined]
        else:
            del self.fields["place"]

    @property
    def chosen_place(self) -> int | None:
        """The department that was chosen, where there is a choice."""
        return int(self.cleaned_data["place"]) if self.cleaned_data.get("place") else None


class UploadForm(PortalForm):
    """One file field for each material that can be uploaded. What a file must be like is checked when it is stored."""

    def __init__(self, *args: Any, rows: list[Brought], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            if row.on_paper_only:
                continue
            label = _("Add files for “%(material)s”") % {"material": row.name}
            field = MultipleFileField(label=label, required=False, allow_empty_file=True)
            field.widget.attrs["accept"] = ACCEPTED_FILES
            field.may_be_left = not row.required
            self.fields[row.code] = field
            self.dress(row.code, field)


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
