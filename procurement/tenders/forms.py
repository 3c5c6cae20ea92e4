"""The forms of tenders: registration with lots, announcement, documents, change, questions, bonds, filters."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.core.forms import DateField, MoneyField, MultipleFileField, PortalForm
from portal.core.time import ZONE
from portal.people.models import Organisation
from procurement.models import Category, Method
from procurement.tenders.actions import LotDraft, TenderDraft
from procurement.tenders.actions.bonds import BondDraft
from procurement.tenders.lifecycle import STATES
from procurement.tenders.models import Bond, Document
from procurement.tenders.periods import Schedule

ANY = ("", _("All"))
THRESHOLD = (ANY, ("1", _("Below the threshold")), ("0", _("From the threshold on")))
PUBLIC_STATES = ("announced", "receiving", "closed", "failed", "repeated", "terminated")
MOST_LOTS = 30


class TenderForm(PortalForm):
    """A registration. The lots are groups of four fields; `lots` says how many groups are shown."""

    widths = {"buyer_uscc": "l", "agency_uscc": "l", "waived": "m"}
    category = forms.ChoiceField(label=_("Category"), choices=Category.choices)
    method = forms.ChoiceField(label=_("Method"), choices=Method.choices)
    below_threshold = forms.BooleanField(
        label=_("Below the threshold"), required=False, help_text=_("A lighter way: the documents need no review.")
    )
    title = forms.CharField(label=_("Title"), max_length=200)
    buyer_uscc = forms.CharField(label=_("Credit code of the buyer or seller"), max_length=30)
    agency_uscc = forms.CharField(label=_("Credit code of the tendering agency"), max_length=30, required=False)
    summary = forms.CharField(
        label=_("What is to be procured"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
    )
    qualification = forms.CharField(
        label=_("Who may take part"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    contact = forms.CharField(
        label=_("Contact for questions"), max_length=200, help_text=_("Stands in the public notice: office and number.")
    )
    sign_in_for_documents = forms.BooleanField(label=_("Documents for registered bidders only"), required=False)
    joint_allowed = forms.BooleanField(
        label=_("Joint bids are accepted"),
        required=False,
        help_text=_("Several firms may bid together as one bidder. The notice says so."),
    )
    own_layer = forms.BooleanField(
        label=_("Bidders decrypt their bids at the opening"),
        required=False,
        help_text=_(
            "Each bid gets a second layer of the bidder's own. After the officers have opened theirs, each bidder takes"
            " it off within the decryption window. The notice says so."
        ),
    )
    signature_required = forms.BooleanField(
        label=_("Bids are signed with a certificate"),
        required=False,
        help_text=_("Only bids with a signature of a certificate that the firm has entered are taken."),
    )
    waived = MoneyField(
        label=_("Service fee waived"),
        required=False,
        help_text=_("What would have been charged before the fees ended."),
    )

    def __init__(self, *args: Any, lots: int = 1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lots = max(1, min(lots, MOST_LOTS))
        for n in range(1, self.lots + 1):
            self._add_lot(n)

    def _add_lot(self, n: int) -> None:
        group: dict[str, forms.Field] = {
            f"lot{n}_name": forms.CharField(label=_("Name of lot %(n)s") % {"n": n}, max_length=200, required=n == 1),
            f"lot{n}_budget": MoneyField(label=_("Budget or starting price of lot %(n)s") % {"n": n}, required=n == 1),
            f"lot{n}_control": MoneyField(label=_("Control price of lot %(n)s") % {"n": n}, required=False),
            f"lot{n}_bond": MoneyField(label=_("Bid bond of lot %(n)s") % {"n": n}, required=False),
        }
        for name, field in group.items():
            self.fields[name] = field
            self.dress(name, field)

    def draft(self) -> TenderDraft:
        """What was typed; groups without a name and an amount are left out."""
        data = self.cleaned_data
        lots = [
            LotDraft(
                name=(data.get(f"lot{n}_name") or "").strip(),
                budget_fen=data.get(f"lot{n}_budget") or 0,
                control_price_fen=data.get(f"lot{n}_control"),
                bond_fen=data.get(f"lot{n}_bond") or 0,
            )
            for n in range(1, self.lots + 1)
            if data.get(f"lot{n}_name") or data.get(f"lot{n}_budget")
        ]
        names = ("category", "method", "below_threshold", "title", "buyer_uscc", "agency_uscc", "summary",
                 "qualification", "contact", "sign_in_for_documents", "joint_allowed",
                 "own_layer", "signature_required")  # fmt: skip
        return TenderDraft(**{name: data[name] for name in names}, waived_fen=data["waived"] or 0, lots=lots)


def initial_of(project: Any) -> dict[str, Any]:
    """A registered tender as the form shows it."""
    names = ("category", "method", "below_threshold", "title", "summary", "qualification", "contact")
    values = {name: getattr(project, name) for name in names}
    values["sign_in_for_documents"] = project.sign_in_for_documents
    for name in ("joint_allowed", "own_layer", "signature_required"):
        values[name] = getattr(project, name)
    values["buyer_uscc"] = project.buyer.uscc
    values["agency_uscc"] = project.agency.uscc if project.agency else ""
    values["waived"] = project.waived_fen or None
    for lot in project.lots.all():
        columns = {"name": lot.name, "budget": lot.budget_fen, "control": lot.control_price_fen, "bond": lot.bond_fen}
        values |= {f"lot{lot.number}_{name}": value for name, value in columns.items()}
    return values


class DeadlineMixin(PortalForm):
    """A deadline as day and time, which the actions know as one moment."""

    def deadline(self) -> dt.datetime | None:
        day, time = self.cleaned_data.get("deadline_day"), self.cleaned_data.get("deadline_time")
        return dt.datetime.combine(day, time or dt.time(9, 30), ZONE) if day else None

    def add_domain_error(self, error: Any) -> None:
        """What is wrong with the moment stands beside its day."""
        if "deadline_at" in error.fields:
            error.fields["deadline_day"] = error.fields.pop("deadline_at")
        super().add_domain_error(error)


class AnnounceForm(DeadlineMixin):
    """The days of the tender."""

    widths = {"deadline_time": "s"}
    state_version = forms.IntegerField(widget=forms.HiddenInput)
    documents_from_on = DateField(label=_("Documents on offer from"))
    documents_until_on = DateField(label=_("Documents on offer until"))
    deadline_day = DateField(label=_("Bid deadline and opening, day"))
    deadline_time = forms.TimeField(label=_("Bid deadline and opening, time"), help_text=_("For example 09:30."))
    place = forms.CharField(label=_("Place of the opening"), max_length=120)
    text = forms.CharField(
        label=_("Further words of the notice"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def schedule(self) -> Schedule:
        data, deadline = self.cleaned_data, self.deadline()
        assert deadline is not None  # noqa: S101 - the field is required
        return Schedule(
            documents_from_on=data["documents_from_on"], documents_until_on=data["documents_until_on"],
            deadline_at=deadline,
        )  # fmt: skip


class ChangeForm(DeadlineMixin):
    """A change or clarification after the announcement."""

    widths = {"deadline_time": "s"}
    state_version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(label=_("What changes"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))
    changes_documents = forms.BooleanField(
        label=_("This changes the tender documents"),
        required=False,
        help_text=_("Then the deadline moves if the legal time for preparing bids would be too short."),
    )
    papers = MultipleFileField(
        label=_("Files of the change"),
        required=False,
        help_text=_("A change with files changes the tender documents, whether or not this is ticked above."),
    )
    deadline_day = DateField(label=_("New bid deadline, day"), required=False)
    deadline_time = forms.TimeField(label=_("New bid deadline, time"), required=False)


class InviteForm(PortalForm):
    """One more firm to invite."""

    widths = {"uscc": "l"}
    uscc = forms.CharField(label=_("Credit code of the firm to invite"), max_length=30)


class DocumentsForm(PortalForm):
    """Files of the tender documents, before the announcement."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=[one for one in Document.Kind.choices if one[0] != Document.Kind.CHANGE]
    )
    papers = MultipleFileField(label=_("Files"), required=False)  # the page asks: what came before counts as well
    papers.may_be_left = False


class AskForm(PortalForm):
    """A question, for one of the firms that one acts for."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("For"), empty_label=None)
    text = forms.CharField(label=_("Your question"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, firms: "QuerySet[Organisation]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = firms  # type: ignore[attr-defined]


class AnswerForm(PortalForm):
    """The answer, for everybody."""

    state_version = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.CharField(label=_("Answer"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))
    changes_documents = forms.BooleanField(label=_("This changes the tender documents"), required=False)


class SubscribeForm(PortalForm):
    """Which categories one follows."""

    categories = forms.MultipleChoiceField(
        label=_("Categories"), choices=Category.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    by_email = forms.BooleanField(label=_("Also by e-mail"), required=False)


class BondForm(PortalForm):
    """How the bond is given."""

    conditional = {"kind": {"guarantee": ["guarantor", "valid_until"]}}
    may_be_left = False  # guarantor and day are asked for where a guarantee is given
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("For"), empty_label=None)
    kind = forms.ChoiceField(label=_("How"), choices=Bond.Kind.choices, widget=forms.RadioSelect)
    guarantor = forms.CharField(label=_("Guarantor"), max_length=200, required=False)
    valid_until = DateField(label=_("Guarantee valid until"), required=False)
    reference = forms.CharField(
        label=_("Reference or guarantee number"),
        max_length=80,
        help_text=_("The reference of your transfer from the basic account, or the number on the guarantee."),
    )

    def __init__(self, *args: Any, firms: "QuerySet[Organisation]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = firms  # type: ignore[attr-defined]

    def draft(self) -> BondDraft:
        data = self.cleaned_data
        return BondDraft(**{name: data[name] for name in ("kind", "reference", "guarantor", "valid_until")})


class TenderFilter(PortalForm):
    """The public list's filters; a value that does not exist is left out, not an error page."""

    q = forms.CharField(label=_("Keywords"), required=False, max_length=100)
    category = forms.ChoiceField(label=_("Category"), required=False, choices=[ANY, *Category.choices])
    method = forms.ChoiceField(label=_("Method"), required=False, choices=[ANY, *Method.choices])
    threshold = forms.ChoiceField(label=_("Threshold"), required=False, choices=THRESHOLD)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[ANY, *((s.code, s.label) for s in STATES if s.code in PUBLIC_STATES)]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("autocomplete", None)

    def chosen(self) -> dict[str, str]:
        """The filters that are set and make sense."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


class DownloadFilter(PortalForm):
    """The filters of who took the documents."""

    q = forms.CharField(label=_("Name of the firm"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ANY, *Document.Kind.choices])
    shared = forms.ChoiceField(
        label=_("Address or device"),
        required=False,
        choices=[ANY, ("1", _("Used by several firms"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("autocomplete", None)

    def chosen(self) -> dict[str, str]:
        """The filters that are set and make sense."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def described(self) -> list[tuple[Any, Any]]:
        """The same in words, for the head of a file."""
        words = {"kind": dict(Document.Kind.choices), "shared": {"1": _("Used by several firms")}}
        return [
            (self.fields[name].label, words.get(name, {}).get(value, value)) for name, value in self.chosen().items()
        ]
