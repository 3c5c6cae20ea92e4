"""Forms of the counter: who is here, which item, confirmation, papers, hand-over, windows."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.cases.models import CasePrincipal
from approvals.cases.principals import PREFIX, Principal
from approvals.counter.models import HandOver, Intake, PaperReturn
from portal.core.forms import PortalForm

PERSON, FIRM = "person", "firm"
MYSELF, SOMEBODY = "myself", "somebody"
PRINCIPAL = ("principal_name", "principal_resident_number", "principal_phone", "principal_relation")


class VisitorForm(PortalForm):
    """Who stands at the window: from the card reader or typed. The action checks the numbers."""

    widths = {"name": "m", "resident_number": "l", "phone": "m", "uscc": "l", "organisation": "l"}
    autocomplete = {"name": "off", "phone": "off", "organisation": "off"}
    inline = ("applies",)
    conditional = {"applies": {FIRM: ("uscc", "organisation", "authority_seen")}}

    identity = forms.ChoiceField(
        choices=Intake.Identity.choices, required=False, widget=forms.HiddenInput, initial=Intake.Identity.TYPED
    )
    name = forms.CharField(label=_("Name on the card"), max_length=60)
    resident_number = forms.CharField(label=_("Resident number"), max_length=30)
    phone = forms.CharField(label=_("Contact telephone"), max_length=30)
    applies = forms.ChoiceField(
        label=_("Applies for"),
        choices=[
            (PERSON, pgettext_lazy("applies for", "A person")),
            (FIRM, pgettext_lazy("applies for", "An organisation")),
        ],
        widget=forms.RadioSelect,
        initial=PERSON,
    )
    uscc = forms.CharField(label=_("Unified social credit code"), max_length=30, required=False)
    organisation = forms.CharField(
        label=_("Name of the organisation"),
        max_length=200,
        required=False,
        help_text=_("Needed only for one that the portal does not know yet."),
    )
    authority_seen = forms.BooleanField(
        label=_("I have seen the licence and the letter of authority for this person."), required=False
    )

    def clean(self) -> dict[str, Any]:
        data = dict(super().clean() or self.cleaned_data)
        if data.get("applies") == FIRM and not data.get("uscc"):
            self.add_error("uscc", _("Enter the credit code on the licence."))
        if data.get("applies") != FIRM:
            data.update(uscc="", organisation="", authority_seen=False)
        data["identity"] = data.get("identity") or Intake.Identity.TYPED
        return data


class ForWhomForm(PortalForm):
    """For the person at the window, or for somebody who gave them a power of attorney."""

    widths = {"principal_name": "m", "principal_resident_number": "l", "principal_phone": "m"}
    autocomplete = dict.fromkeys(PRINCIPAL, "off")
    inline = ("applicant",)
    conditional = {"applicant": {SOMEBODY: PRINCIPAL}}

    applicant = forms.ChoiceField(
        label=_("Who is the applicant?"),
        choices=[(MYSELF, _("The person at the window")), (SOMEBODY, _("Somebody else (with a power of attorney)"))],
        widget=forms.RadioSelect,
        initial=MYSELF,
    )
    principal_name = forms.CharField(label=_("Name of the applicant"), max_length=50, required=False)
    principal_resident_number = forms.CharField(
        label=_("Identity number of the applicant"), max_length=30, required=False
    )
    principal_phone = forms.CharField(label=_("Telephone of the applicant"), max_length=30, required=False)
    principal_relation = forms.ChoiceField(
        label=_("The applicant is this person’s"),
        choices=CasePrincipal.Relation.choices,
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args: Any, for_firm: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if for_firm:
            for name in ("applicant", *PRINCIPAL):
                del self.fields[name]
            self.conditional = {}  # type: ignore[misc]  # an instance of its own

    @property
    def principal(self) -> Principal | None:
        if self.cleaned_data.get("applicant") != SOMEBODY:
            return None
        return Principal(**{name.removeprefix(PREFIX): self.cleaned_data[name] for name in PRINCIPAL})


class ItemForm(ForWhomForm):
    """Which of the found items, and for whom."""

    item = forms.ChoiceField(label=_("Item"), widget=forms.RadioSelect)
    field_order = ("item",)

    def __init__(self, *args: Any, items: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.code, f"{one.local_name} · {one.department.display_short}") for one in items]
        self.fields["item"].choices = choices  # type: ignore[attr-defined]


class ConfirmForm(PortalForm):
    """How the person confirmed what is written."""

    widths = {"place": "m"}

    confirmation = forms.ChoiceField(
        label=_("How did the person confirm it?"), choices=Intake.Confirmation.choices, widget=forms.RadioSelect
    )
    place = forms.CharField(
        label=_("Where are the originals kept?"),
        max_length=80,
        required=False,
        help_text=_("For instance: cabinet A-3."),
    )
    state_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, originals: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not originals:
            del self.fields["place"]


class LeaveForm(PortalForm):
    """One more paper that stays here."""

    widths = {"name": "l", "copies": "s", "place": "m"}
    prefix = "leave"
    autocomplete = {"name": "off"}

    name = forms.CharField(label=_("What paper"), max_length=200)
    is_original = forms.TypedChoiceField(
        label=pgettext_lazy("paper kept", "Form"),
        choices=[
            ("yes", pgettext_lazy("material kind", "Original")),
            ("no", pgettext_lazy("material kind", "Copy")),
        ],
        coerce=lambda value: value == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )
    copies = forms.IntegerField(label=_("Copies"), min_value=1, max_value=99, initial=1)
    place = forms.CharField(label=_("Kept where"), max_length=80, required=False)
    inline = ("is_original",)


class GiveBackForm(PortalForm):
    """Which papers go back, to whom, identity checked, signed how."""

    widths = {"taker_name": "m"}
    autocomplete = {"taker_name": "off"}

    papers = forms.MultipleChoiceField(label=_("Papers"), widget=forms.CheckboxSelectMultiple)
    taker = forms.ChoiceField(
        label=_("Who takes them"), choices=PaperReturn.Taker.choices, widget=forms.RadioSelect, initial="applicant"
    )
    taker_name = forms.CharField(label=_("Name on the card of whoever takes them"), max_length=60)
    identity_checked = forms.BooleanField(label=_("I have checked the identity card."))
    signature = forms.ChoiceField(
        label=_("Signed"), choices=PaperReturn.Signature.choices, widget=forms.RadioSelect, initial="paper"
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, papers: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(one.pk), f"{one.name} × {one.copies}") for one in papers]
        self.fields["papers"].choices = choices  # type: ignore[attr-defined]
        self.initial.setdefault("papers", [value for value, _label in choices])


class HandOverForm(PortalForm):
    """Whose cases, to whom, why."""

    giver = forms.ChoiceField(label=_("Whose cases"))
    receiver = forms.ChoiceField(label=_("To whom"))
    reason = forms.ChoiceField(label=_("Reason"), choices=HandOver.Reason.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("What to know"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, givers: list[Any], receivers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["giver"].choices = [(str(one.pk), one.name) for one in givers]  # type: ignore[attr-defined]
        if len(givers) == 1:
            self.fields["giver"].widget = forms.HiddenInput()
            self.initial["giver"] = str(givers[0].pk)
        self.fields["receiver"].choices = [("", _("Please choose")), *receivers]  # type: ignore[attr-defined]


class ScopeForm(PortalForm):
    """What a window takes in."""

    departments = forms.MultipleChoiceField(
        label=_("All items of"), required=False, widget=forms.CheckboxSelectMultiple
    )
    items = forms.CharField(
        label=_("Single items"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Item codes, separated by spaces or line breaks."),
    )

    def __init__(self, *args: Any, departments: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(one.pk), one.display_name) for one in departments]
        self.fields["departments"].choices = choices  # type: ignore[attr-defined]
