"""The forms of joint bids, and of a decision to take bids again."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.core.forms import DateField, PortalForm
from portal.people.models import Organisation
from procurement.bids.actions import MemberDraft
from procurement.bids.actions.again import LONGEST as LONGEST_REASON
from procurement.bids.models import Consortium, ConsortiumMember
from procurement.tenders.forms import DeadlineMixin

GRADES = (("", _("Please choose")), *ConsortiumMember.Grade.choices)


class ConsortiumForm(PortalForm):
    """The leading firm and its partners, a group of fields each; groups without a code are left out."""

    lead = forms.ModelChoiceField(Organisation.objects.none(), label=_("Leading firm"), empty_label=None)

    def __init__(self, *args: Any, firms: "QuerySet[Organisation]", most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].queryset = firms  # type: ignore[attr-defined]
        self.most = most
        for n in range(1, most + 1):
            self._add_member(n)

    def _add_member(self, n: int) -> None:
        words = {"n": n}
        group: dict[str, forms.Field] = {}
        if n > 1:
            label = _("Credit code of member %(n)s") % words
            group[f"uscc{n}"] = forms.CharField(label=label, max_length=30, required=n == 2)
        of = _("the leading firm") if n == 1 else _("member %(n)s") % words
        group |= {
            f"work{n}": forms.CharField(
                label=_("Part of the work of %(of)s") % {"of": of}, max_length=300, required=n < 3
            ),
            f"speciality{n}": forms.CharField(
                label=_("Speciality of the qualification of %(of)s") % {"of": of}, max_length=100, required=n < 3
            ),
            f"grade{n}": forms.ChoiceField(
                label=_("Grade of the qualification of %(of)s") % {"of": of}, choices=GRADES, required=n < 3
            ),
        }
        for name, field in group.items():
            self.fields[name] = field
            self.dress(name, field)

    def drafts(self) -> list[MemberDraft]:
        """What was typed, the leading firm first."""
        data = self.cleaned_data
        found = []
        for n in range(1, self.most + 1):
            parts = {name: (data.get(f"{name}{n}") or "").strip() for name in ("work", "speciality", "grade")}
            uscc = data["lead"].uscc if n == 1 else (data.get(f"uscc{n}") or "").strip()
            if n < 3 or uscc or any(parts.values()):
                found.append(MemberDraft(uscc=uscc, **parts))
        return found

    def add_domain_error(self, error: Any) -> None:
        """What is wrong with a member stands beside its code, for the leading firm beside its part."""
        for n in range(1, self.most + 1):
            if f"member{n}" in error.fields:
                error.fields["work1" if n == 1 else f"uscc{n}"] = error.fields.pop(f"member{n}")
        super().add_domain_error(error)


def initial_of(one: Consortium) -> dict[str, Any]:
    """The present members as the form shows them."""
    values: dict[str, Any] = {"lead": one.lead.organisation_id}
    for n, member in enumerate(one.members.select_related("bidder__organisation"), start=1):
        values |= {f"work{n}": member.work, f"speciality{n}": member.speciality, f"grade{n}": member.grade}
        if n > 1:
            values[f"uscc{n}"] = member.bidder.organisation.uscc
    return values


class AgreementForm(PortalForm):
    """The agreement as one file."""

    agreement = forms.FileField(label=_("Signed agreement (PDF or picture)"))


class AgainForm(DeadlineMixin):
    """Until when bids are taken again, and why."""

    widths = {"deadline_time": "s"}
    deadline_day = DateField(label=_("New bid deadline and opening, day"))
    deadline_time = forms.TimeField(
        label=_("New bid deadline and opening, time"),
        help_text=_("For example 09:30."),
        error_messages={"invalid": _("Enter the time as hours and minutes, for example 09:30.")},
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=LONGEST_REASON, help_text=_("It is public, and stands in the record of the opening."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
