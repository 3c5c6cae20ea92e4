"""The forms of the reform: period and department, a request, its decision, the end of a delegation."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from approvals.catalogue.models import Item
from approvals.reform.actions import Wanted
from approvals.reform.models import ChangeRequest
from approvals.reform.models.requests import Extent
from portal.core.forms import DateField, PortalForm
from portal.core.time import today
from portal.people.models import Department


class PeriodForm(PortalForm):
    """From, to, department; what makes no sense is said, and this year stands in for it."""

    first = DateField(label=_("From"), required=False)
    last = DateField(label=_("To"), required=False)
    department = forms.IntegerField(required=False, min_value=1, max_value=2**62)

    def clean(self) -> dict[str, Any]:
        data = dict(super().clean() or self.cleaned_data)
        first, last = data.get("first"), data.get("last")
        if first and last and first > last:
            self.add_error("last", _("The end lies before the beginning."))
        return data


def period_of(params: QueryDict) -> tuple[dt.date, dt.date, int | None, PeriodForm]:
    """The period that is asked for, this year up to today where none is."""
    form = PeriodForm(params)
    good = form.is_valid()
    day = today()
    data = form.cleaned_data if good else {}
    last = data.get("last") or day
    first = data.get("first") or last.replace(month=1, day=1)
    return first, last, data.get("department"), form


class RequestForm(PortalForm):
    """A change of an item's standing."""

    change = forms.ChoiceField(label=_("What happens to the item"), widget=forms.RadioSelect)
    merged_into = forms.CharField(label=_("Code of the item that takes it over"), required=False, max_length=80)
    extent = forms.ChoiceField(
        label=_("What the lower level does"), choices=Extent.choices, widget=forms.RadioSelect, required=False
    )
    delegates = forms.MultipleChoiceField(
        label=_("Departments of a lower level"), widget=forms.CheckboxSelectMultiple, required=False
    )
    ground = forms.CharField(
        label=_("Ground"), max_length=300, help_text=_("The decision or document, with its number.")
    )
    on = DateField(label=_("Takes effect on"), help_text=_("Today, or a day to come."))
    conditional = {"change": {"merge": ("merged_into",), "delegate": ("extent", "delegates")}}
    widths = {"merged_into": "m", "ground": "l"}

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        closed = item.status in {Item.Status.CANCELLED, Item.Status.MERGED}
        hidden = set(ChangeRequest.Change.values) - {"restore"} if closed else set()
        hidden |= {"restore"} if item.status in {Item.Status.PUBLISHED, Item.Status.DRAFT} else set()
        hidden |= {"suspend"} if item.status == Item.Status.SUSPENDED else set()
        lower = Department.objects.filter(closed_on__isnull=True).exclude(level="city").order_by("level", "code")
        self.fields["delegates"].choices = [  # type: ignore[attr-defined]
            (str(one.pk), f"{one.display_name} ({one.get_level_display()})") for one in lower
        ]
        if not self.fields["delegates"].choices:  # type: ignore[attr-defined]
            hidden |= {"delegate"}
        self.fields["change"].choices = [  # type: ignore[attr-defined]
            one for one in ChangeRequest.Change.choices if one[0] not in hidden
        ]

    def clean_merged_into(self) -> Item | None:
        code: str = self.cleaned_data["merged_into"].strip()
        if not code or self.data.get("change") != ChangeRequest.Change.MERGE:
            return None
        found = Item.objects.filter(code=code).first()
        if found is None:
            raise ValidationError(_("There is no item with this code."))
        return found

    def wanted(self) -> Wanted:
        data = self.cleaned_data
        target = data.get("merged_into")
        delegates = [int(one) for one in data.get("delegates") or ()]
        return Wanted(
            data["change"],
            data["on"],
            data["ground"],
            target.pk if target else None,
            data.get("extent") or "",
            delegates,
        )


class VersionedForm(PortalForm):
    """Carries the state that its page showed."""

    state_version = forms.IntegerField(widget=forms.HiddenInput)


class RejectForm(VersionedForm):
    """Why not."""

    note = forms.CharField(label=_("Reason"), max_length=300)


class TakeBackForm(PortalForm):
    """The end of a delegation."""

    ground = forms.CharField(
        label=_("Ground"), max_length=300, help_text=_("The decision or document, with its number.")
    )
    last_day = DateField(label=_("Last day of the delegation"), required=False)
    widths = {"ground": "l"}
