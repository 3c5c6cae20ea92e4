"""The forms of evaluation: the sheet, declarations, questions, votes, signatures."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.forms import MoneyField, PortalForm
from procurement.bids.actions.submitting import Signature
from procurement.evaluation.actions import CriterionDraft, SheetDraft
from procurement.evaluation.actions.asking import CORRECTIONS
from procurement.evaluation.models import Criterion, EvaluatedBid, Evaluation, Sheet
from procurement.experts.models import PanelMember

MOST_CRITERIA = 60
REASON: dict[str, Any] = {"max_length": 500, "widget": forms.Textarea(attrs={"rows": 2})}
HUNDRED = Decimal(100)


class SheetForm(PortalForm):
    """The sheet of a lot. Shares are typed in percent; the criteria are groups of five fields."""

    widths: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("price_weight", "small_discount", "above", "below", "floating", "trim_from", "ceiling_share", "candidates"),
        "s",
    )
    suffixes: ClassVar[Mapping[str, Any]] = dict.fromkeys(("small_discount", "floating", "ceiling_share"), "%")
    conditional: ClassVar[Mapping[str, Mapping[str, Sequence[str]]]] = {
        "method": {"benchmark": ["above", "below", "floating", "trim_from", "ceiling_share"]}
    }
    state_version = forms.IntegerField(widget=forms.HiddenInput)
    method = forms.ChoiceField(label=_("Evaluation method"), choices=Sheet.Method.choices, widget=forms.RadioSelect)
    above = forms.DecimalField(label=_("Points off for each percent above the benchmark"), required=False, max_digits=4,
                               decimal_places=2)  # fmt: skip
    below = forms.DecimalField(label=_("Points off for each percent below the benchmark"), required=False, max_digits=4,
                               decimal_places=2)  # fmt: skip
    floating = forms.DecimalField(label=_("Float of the benchmark"), required=False, max_digits=4, decimal_places=1)
    trim_from = forms.IntegerField(label=_("Highest and lowest left out from so many bids on"), required=False)
    ceiling_share = forms.DecimalField(label=_("Share of the control price in the benchmark"), required=False,
                                       max_digits=4, decimal_places=1)  # fmt: skip
    object = forms.ChoiceField(label=_("What is bought"), choices=Sheet.Object.choices)
    price_weight = forms.IntegerField(label=_("Points for the price"), required=False, min_value=0, max_value=100)
    small_discount = forms.DecimalField(label=_("Taken off the price of small enterprises, for the evaluation"),
                                        required=False, max_digits=4, decimal_places=1)  # fmt: skip
    candidates = forms.IntegerField(label=_("Candidates at most"))
    separated = forms.BooleanField(
        label=_("Evaluation and award are separated: candidates are not ranked"), required=False
    )
    separation_ground = forms.CharField(
        label=_("Ground of the separation, and the rules of the choice"), required=False, max_length=500
    )

    def __init__(self, *args: Any, criteria: int = 3, announced: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = max(1, min(criteria, MOST_CRITERIA))
        if announced:
            self.fields["text"] = forms.CharField(
                label=_("What changes, for the notice"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
            )
            self.dress("text", self.fields["text"])
        for n in range(1, self.criteria + 1):
            self._add_criterion(n)

    def _add_criterion(self, n: int) -> None:
        group: dict[str, forms.Field] = {
            f"c{n}_title": forms.CharField(label=_("Criterion %(n)s") % {"n": n}, max_length=200, required=False),
            f"c{n}_part": forms.ChoiceField(
                label=_("Part of criterion %(n)s") % {"n": n}, choices=Criterion.Part.choices, required=False
            ),
            f"c{n}_points": forms.DecimalField(
                label=_("Most points of criterion %(n)s") % {"n": n}, required=False, max_digits=5, decimal_places=2
            ),
            f"c{n}_objective": forms.BooleanField(label=_("Criterion %(n)s is objective") % {"n": n}, required=False),
            f"c{n}_note": forms.CharField(
                label=_("How criterion %(n)s is judged") % {"n": n}, required=False, max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2}),
            ),
        }  # fmt: skip
        for name, field in group.items():
            self.fields[name] = field
            self.dress(name, field)

    def draft(self) -> SheetDraft:
        """What was typed; groups without a title are left out."""
        data = self.cleaned_data
        criteria = [
            CriterionDraft(
                part=data.get(f"c{n}_part") or "", title=data[f"c{n}_title"], note=data.get(f"c{n}_note") or "",
                max_points=data.get(f"c{n}_points") or Decimal(0), objective=data.get(f"c{n}_objective") or False,
            )
            for n in range(1, self.criteria + 1)
            if data.get(f"c{n}_title")
        ]  # fmt: skip
        shares = ("small_discount", "floating", "ceiling_share")
        values: dict[str, Any] = {name: (data[name] or Decimal(0)) / HUNDRED for name in shares}
        values |= {name: data[name] or Decimal(0) for name in ("above", "below")}
        values |= {name: data[name] for name in ("method", "object", "candidates", "separated", "separation_ground")}
        return SheetDraft(
            **values, price_weight=data["price_weight"] or 0, trim_from=data["trim_from"] or 5, criteria=criteria
        )


def initial_of(sheet: Sheet) -> dict[str, Any]:
    """A written sheet as the form shows it."""
    names = ("method", "object", "price_weight", "above", "below", "trim_from", "candidates", "separated",
             "separation_ground")  # fmt: skip
    values: dict[str, Any] = {name: getattr(sheet, name) for name in names}
    for name in ("small_discount", "floating", "ceiling_share"):
        values[name] = f"{getattr(sheet, name) * HUNDRED:g}"
    for n, one in enumerate(sheet.criteria.all(), start=1):
        values |= {f"c{n}_title": one.title, f"c{n}_part": one.part, f"c{n}_points": one.max_points or "",
                   f"c{n}_objective": one.objective, f"c{n}_note": one.note}  # fmt: skip
    return values


class DeclareForm(PortalForm):
    """No ground to avoid and the discipline, or the ground."""

    conditional: ClassVar[Mapping[str, Mapping[str, Sequence[str]]]] = {"avoid": {"yes": ["reason"]}}
    avoid = forms.ChoiceField(
        label=_("Do you have a ground to avoid this evaluation?"),
        help_text=_(
            "For instance: you are a relative of a bidder's leaders, work or worked for a bidder, or have another"
            " interest in the result."
        ),
        choices=(("no", _("No, none")), ("yes", _("Yes, I have to avoid it"))),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Ground"), required=False, **REASON)
    discipline = forms.BooleanField(
        label=_(
            "I keep the discipline: I judge alone and by the tender documents, tell nobody of bids, scores and members,"
            " and meet no bidder."
        ),
        required=False,
    )


class ChairForm(PortalForm):
    """Whom one wants as chair."""

    member = forms.TypedChoiceField(label=_("Chair"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, members: Sequence[PanelMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].choices = [(one.pk, one.user.name) for one in members]  # type: ignore[attr-defined]


class BidForm(PortalForm):
    """Something about one of the bids."""

    bid = forms.TypedChoiceField(label=_("Bidder"), coerce=int)

    def __init__(self, *args: Any, bids: Sequence[EvaluatedBid], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bid"].choices = [(one.pk, str(one.bid.bidder)) for one in bids]  # type: ignore[attr-defined]


class AskForm(BidForm):
    """A question of the committee."""

    widths: ClassVar[Mapping[str, str]] = {"minutes": "s"}
    question = forms.CharField(label=_("Question"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    minutes = forms.IntegerField(label=_("Minutes to answer"), required=False)


class CorrectForm(BidForm):
    """An arithmetic correction."""

    widths: ClassVar[Mapping[str, str]] = {"corrected_fen": "m"}
    ground = forms.ChoiceField(label=_("Rule of the correction"), choices=list(CORRECTIONS.items()))
    corrected_fen = MoneyField(label=_("Corrected price, yuan"))
    note = forms.CharField(label=_("Where the error stands"), **REASON)


class SmallForm(BidForm):
    """Whether a declaration as a small enterprise counts."""

    small = forms.ChoiceField(
        label=_("Counts as a small or micro enterprise"),
        choices=(("1", pgettext_lazy("answer", "Yes")), ("0", pgettext_lazy("answer", "No"))),
        widget=forms.RadioSelect,
    )
    inline = ("small",)
    note = forms.CharField(label=_("On which declaration this rests"), **REASON)


class VoteForm(PortalForm):
    """Reject or not, with the reason."""

    reject = forms.ChoiceField(
        label=_("Your vote"),
        choices=(("1", pgettext_lazy("vote", "Reject")), ("0", pgettext_lazy("vote", "Do not reject"))),
        widget=forms.RadioSelect,
    )
    inline = ("reject",)
    reason = forms.CharField(label=_("Reason"), **REASON)


class ReasonForm(PortalForm):
    """A reason."""

    reason = forms.CharField(label=_("Reason"), **REASON)


class ReopenForm(ReasonForm):
    """Which member's scores are opened again, and why."""

    member = forms.TypedChoiceField(label=_("Member"), coerce=int)
    field_order = ("member", "reason")

    def __init__(self, *args: Any, members: Sequence[PanelMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].choices = [(one.pk, one.user.name) for one in members]  # type: ignore[attr-defined]


class TieForm(ReasonForm):
    """Equal bids in order: a place for each."""

    def __init__(self, *args: Any, bids: Sequence[EvaluatedBid], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in bids:
            name = f"place_{one.pk}"
            self.fields[name] = forms.IntegerField(
                label=_("Place of %(bidder)s") % {"bidder": one.bid.bidder}, min_value=1
            )
            self.fields[name].widget.attrs["class"] = "govuk-input w-s"
            self.dress(name, self.fields[name])
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])

    def order(self) -> list[int]:
        """The bids by the places typed; equal places give no order."""
        places = {
            int(name.removeprefix("place_")): value for name, value in self.cleaned_data.items() if name != "reason"
        }
        return sorted(places, key=lambda pk: places[pk]) if len(set(places.values())) == len(places) else []


class SignForm(PortalForm):
    """One's word on the report."""

    conditional: ClassVar[Mapping[str, Mapping[str, Sequence[str]]]] = {"word": {"dissent": ["dissent"]}}
    word = forms.ChoiceField(
        label=_("Your word on the report"),
        choices=(
            ("agree", _("I agree and sign")),
            ("dissent", _("I do not agree, for these reasons")),
            (
                "refuse",
                _("I refuse to sign and give no reasons (counts as agreeing, regulation on tendering, art. 53)"),
            ),
        ),
        widget=forms.RadioSelect,
    )
    dissent = forms.CharField(
        label=_("Dissenting opinion with its reasons"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip


class AnswerForm(PortalForm):
    """A bidder's answer."""

    answer = forms.CharField(
        label=_("Your answer"), max_length=8000, required=False, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("An answer explains what the bid says; it cannot change its price or substance."),
    )  # fmt: skip


class CorrectionAnswerForm(AnswerForm):
    """A bidder's word on a corrected price."""

    accepted = forms.ChoiceField(
        label=_("The corrected price"), widget=forms.RadioSelect,
        choices=(("1", _("I accept it")), ("0", _("I do not accept it"))),
    )  # fmt: skip
    field_order = ("accepted", "answer")


class FewForm(PortalForm):
    """Why two suppliers are enough."""

    ground = forms.ChoiceField(label=_("Ground"), widget=forms.RadioSelect)
    note = forms.CharField(label=_("Document or decision on which this rests"), **REASON)

    def __init__(self, *args: Any, grounds: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [one for one in Evaluation.Few.choices if one[0] in grounds]
        self.fields["ground"].choices = offered  # type: ignore[attr-defined]


class ChangeForm(PortalForm):
    """A change of the demands."""

    text = forms.CharField(
        label=_("What changes"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only what the documents allow to change. All bidders are told the same words at the same time."),
    )  # fmt: skip


class RoundForm(PortalForm):
    """The round of final offers."""

    widths: ClassVar[Mapping[str, str]] = {"minutes": "s"}
    minutes = forms.IntegerField(
        label=_("Minutes for the final offers"), required=False,
        help_text=_("Left empty, the round lasts as long as the rule asks for at least."),
    )  # fmt: skip


class LongerForm(PortalForm):
    """What a supervisor decides about a round after an outage."""

    widths: ClassVar[Mapping[str, str]] = {"minutes": "s"}
    minutes = forms.IntegerField(
        label=_("Lengthen by, in minutes"), min_value=0, help_text=_("With 0 minutes the round stands as it is.")
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The bidders read it, and it stands in the report."),
    )  # fmt: skip


class OfferForm(PortalForm):
    """A final offer; the price is typed twice, since nobody can look at it until the end of the round."""

    widths: ClassVar[Mapping[str, str]] = {"price": "m", "again": "m"}
    price = MoneyField(label=_("Final offer, yuan"))
    again = MoneyField(label=_("Final offer once more, yuan"))
    higher = forms.BooleanField(
        label=_("My offer is higher than the price of my bid, and I mean it."), required=False
    )  # fmt: skip
    certificate = forms.TypedChoiceField(
        label=pgettext_lazy("bidder", "Certificate"), coerce=int, required=False, empty_value=None
    )
    signature = forms.CharField(
        label=_("Signature (Base64)"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, certificates: Sequence[tuple[int, str]], must_sign: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.must_sign = must_sign
        if not certificates:
            del self.fields["certificate"], self.fields["signature"]
            return
        empty = [] if must_sign else [("", _("Without a certificate"))]
        self.fields["certificate"].choices = [*empty, *certificates]  # type: ignore[attr-defined]

    def clean_again(self) -> Any:
        """The same price twice."""
        again = self.cleaned_data["again"]
        if "price" in self.cleaned_data and again != self.cleaned_data["price"]:
            raise forms.ValidationError(_("The two prices are not the same. Please type the price again."))
        return again

    def signed(self) -> Signature | None:
        """What the bidder signed with a certificate, where it did."""
        certificate, text = self.cleaned_data.get("certificate"), self.cleaned_data.get("signature", "")
        return Signature(certificate, text) if certificate and text else None


class LeaveForm(PortalForm):
    """Leaving the negotiation."""

    sure = forms.BooleanField(label=_("We leave the negotiation. This cannot be taken back."))
    reason = forms.CharField(label=_("Why you leave"), required=False, **REASON)
