"""The forms of awards: publicity, sale, choice, contract and its register, remedies, penalties."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.forms import DateField, MoneyField, MultipleFileField, PortalForm
from portal.core.rules import rule
from portal.core.time import today
from portal.people.models import Organisation
from procurement.awards import rules
from procurement.awards.actions import ChoiceDraft, ContractDraft, PenaltyDraft, RemedyDraft, SaleDraft
from procurement.awards.models import Choice, Remedy

MEMBERS = 7
Area = forms.Textarea


class PublishForm(PortalForm):
    """Until when the candidates are public."""

    state_version = forms.IntegerField(widget=forms.HiddenInput)
    until_on = DateField(label=_("Public until"))
    text = forms.CharField(
        label=_("Further words of the notice"), required=False, max_length=4000, widget=Area(attrs={"rows": 3})
    )


class SaleForm(PortalForm):
    """The result of a listing or an auction."""

    widths = {"bidder_uscc": "l", "bidders": "s", "rounds": "s"}
    bidder_uscc = forms.CharField(label=_("Credit code of the winning bidder"), max_length=30)
    price = MoneyField(label=_("Deal amount"))
    bidders = forms.IntegerField(label=_("Number of bidders"), min_value=1)
    rounds = forms.IntegerField(label=_("Rounds of bids"), min_value=0)
    held_on = DateField(label=_("Held on"))
    note = forms.CharField(label=_("Record"), required=False, max_length=4000, widget=Area(attrs={"rows": 3}))

    def draft(self) -> SaleDraft:
        data = self.cleaned_data
        return SaleDraft(
            bidder_uscc=data["bidder_uscc"].strip(), price_fen=data["price"], bidders=data["bidders"],
            rounds=data["rounds"], held_on=data["held_on"], note=data["note"],
        )  # fmt: skip


class ChooseForm(PortalForm):
    """Whom the tenderer chooses. For unranked candidates the members of the award committee vote."""

    candidate = forms.ChoiceField(label=_("Chosen candidate"), widget=forms.RadioSelect)
    ground = forms.ChoiceField(label=_("Ground"))
    note = forms.CharField(
        label=_("Written rules, or the facts of the ground"), required=False, max_length=4000,
        widget=Area(attrs={"rows": 4}),
    )  # fmt: skip
    minutes = forms.FileField(label=_("Minutes of the award committee"), required=False)
    votes = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, candidates: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(one.pk), _candidate(one)) for one in candidates]
        self.members = 0  # ranked candidates are not voted on
        self.ranked = any(one.rank is not None for one in candidates)
        self.fields["candidate"].choices = named  # type: ignore[attr-defined]
        separated = Choice.Ground.SEPARATED
        self.fields["ground"].choices = [  # type: ignore[attr-defined]
            one for one in Choice.Ground.choices if (one[0] == separated) != self.ranked
        ]
        if self.ranked:
            del self.fields["minutes"]
            return
        self.fields["note"].required = True
        vars(self.fields["minutes"])["may_be_left"] = False  # the action asks for it, so not called optional
        least = rule(rules.LEAST_VOTES, today()).days
        self.members = max(MEMBERS, least)
        for n in range(1, self.members + 1):
            group: dict[str, forms.Field] = {
                f"member{n}": forms.CharField(label=_("Member %(n)s") % {"n": n}, max_length=60, required=n <= least),
                f"vote{n}": forms.ChoiceField(
                    label=_("Vote of member %(n)s") % {"n": n}, choices=[("", "—"), *named], required=n <= least
                ),
            }
            for name, field in group.items():
                self.fields[name] = field
                self.dress(name, field)

    def draft(self, minutes_id: int | None) -> ChoiceDraft:
        data = self.cleaned_data
        votes = [
            (data[f"member{n}"], int(data[f"vote{n}"] or 0), "")
            for n in range(1, self.members + 1)
            if data.get(f"member{n}") or data.get(f"vote{n}")
        ]
        return ChoiceDraft(
            candidate_id=int(data["candidate"]), ground=data["ground"], note=data["note"], votes=votes,
            minutes_id=minutes_id,
        )  # fmt: skip

    def add_domain_error(self, error: Any) -> None:
        """What is wrong with the votes stands beside the first member."""
        if "votes" in error.fields and "member1" in self.fields:
            error.fields["member1"] = error.fields.pop("votes")
        super().add_domain_error(error)


def _candidate(one: Any) -> str:
    from portal.core.templatetags.portal import money

    rank = _("No. %(rank)s") % {"rank": one.rank} if one.rank else ""
    return " · ".join(part for part in (rank, one.bidder.organisation.name, money(one.price_fen)) if part)


class ContractForm(PortalForm):
    """The signed contract."""

    state_version = forms.IntegerField(widget=forms.HiddenInput)
    amount = MoneyField(label=_("Contract amount"))
    signed_on = DateField(label=_("Signed on"))
    starts_on = DateField(label=_("Performance from"))
    ends_on = DateField(label=_("Performance until"))
    performance_bond = MoneyField(label=_("Performance bond"), required=False)
    terms = forms.CharField(label=_("Main terms"), max_length=4000, widget=Area(attrs={"rows": 4}))
    late_reason = forms.CharField(
        label=_("Why it was signed late"), required=False, max_length=1000, widget=Area(attrs={"rows": 2})
    )
    paper = forms.FileField(
        label=_("Signed contract"), required=False
    )  # one that was kept by a refused form serves too
    paper.may_be_left = False  # type: ignore[attr-defined]  # the action asks for it: not called optional

    def draft(self) -> ContractDraft:
        data = self.cleaned_data
        names = ("signed_on", "starts_on", "ends_on", "terms", "late_reason")
        return ContractDraft(
            **{name: data[name] for name in names}, amount_fen=data["amount"],
            performance_bond_fen=data["performance_bond"] or 0,
        )  # fmt: skip


class MilestoneForm(PortalForm):
    name = forms.CharField(label=_("What is delivered"), max_length=200)
    due_on = DateField(label=_("Due on"))


class AcceptForm(PortalForm):
    opinion = forms.CharField(label=_("Opinion of the acceptance"), max_length=2000, widget=Area(attrs={"rows": 4}))


class PaymentForm(PortalForm):
    name = forms.CharField(label=_("Instalment"), max_length=200)
    amount = MoneyField(label=_("Amount"))
    due_on = DateField(label=_("Due on"))


class SubcontractForm(PortalForm):
    """Who carries out which part."""

    widths = {"uscc": "l"}
    autocomplete = {"name": "off", "uscc": "off"}
    name = forms.CharField(label=_("Name of the firm"), max_length=200)
    uscc = forms.CharField(label=_("Unified social credit code"), max_length=30)
    part = forms.CharField(label=_("Part that it carries out"), max_length=200)
    amount = MoneyField(label=_("Amount"))
    signed_on = DateField(label=_("Signed on"))


class PayForm(PortalForm):
    widths = {"reference": "l"}
    paid_on = DateField(label=pgettext_lazy("payment", "Paid on"))
    reference = forms.CharField(label=_("Reference of the payment"), max_length=80)


class ContractChangeForm(PortalForm):
    """More or less, since an amount with a sign is easily mistyped."""

    inline = ("direction",)
    direction = forms.ChoiceField(
        label=_("The amount"), widget=forms.RadioSelect,
        choices=[
            ("more", pgettext_lazy("contract change", "rises")),
            ("less", pgettext_lazy("contract change", "falls")),
            ("same", pgettext_lazy("contract change", "stays the same")),
        ],
    )  # fmt: skip
    amount = MoneyField(label=pgettext_lazy("contract change", "By"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=Area(attrs={"rows": 4}))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("direction") in ("more", "less") and not data.get("amount"):
            self.add_error("amount", _("Say by how much."))
        return data

    def change_fen(self) -> int:
        sign = {"more": 1, "less": -1, "same": 0}[self.cleaned_data["direction"]]
        return sign * int(self.cleaned_data["amount"] or 0)


class RemedyForm(PortalForm):
    """An objection, a query or a complaint, for one of the firms that one acts for."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("For"), empty_label=None)
    stage = forms.ChoiceField(label=_("About"), choices=Remedy.Stage.choices, widget=forms.RadioSelect)
    lot = forms.ChoiceField(label=_("Lot"), required=False)
    facts = forms.CharField(
        label=_("Facts and legal grounds"), max_length=8000, widget=Area(attrs={"rows": 7}),
        help_text=_("Say what happened, when, and which rule it breaks. Your competitors do not see this."),
    )  # fmt: skip
    claim = forms.CharField(label=_("What you ask for"), max_length=2000, widget=Area(attrs={"rows": 3}))
    evidence = MultipleFileField(label=_("Evidence"), required=False)

    def __init__(self, *args: Any, firms: Any, lots: list[Any], kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["organisation"].queryset = firms  # type: ignore[attr-defined]
        if len(lots) > 1:
            self.fields["lot"].choices = [("", _("The whole tender")), *((str(one.pk), str(one)) for one in lots)]  # type: ignore[attr-defined]
        else:
            del self.fields["lot"]

    def draft(self) -> RemedyDraft:
        data = self.cleaned_data
        lot = data.get("lot")
        return RemedyDraft(
            kind=self.kind, stage=data["stage"], facts=data["facts"], claim=data["claim"],
            lot_id=int(lot) if lot else None,
        )  # fmt: skip


class PenaltyForm(PortalForm):
    """A proposal, for a second supervisor to decide."""

    widths = {"uscc": "l", "project_number": "l", "remedy_number": "l"}
    uscc = forms.CharField(label=_("Credit code of the firm"), max_length=30)
    project_number = forms.CharField(label=_("Number of the tender"), max_length=48, required=False)
    remedy_number = forms.CharField(label=_("Number of the complaint"), max_length=48, required=False)
    ground = forms.CharField(
        label=pgettext_lazy("penalty", "Facts of the violation"), max_length=4000, widget=Area(attrs={"rows": 5})
    )
    article = forms.CharField(label=_("Legal article"), max_length=200)
    amount = MoneyField(label=_("Fine"), help_text=_("0 for a warning."))

    def draft(self) -> PenaltyDraft:
        data = self.cleaned_data
        names = ("uscc", "project_number", "remedy_number", "ground", "article")
        return PenaltyDraft(**{name: data[name] for name in names}, amount_fen=data["amount"])
