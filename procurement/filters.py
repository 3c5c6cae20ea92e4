"""The filters of the public register: a GET form, so that every view of the list has an address."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.forms import DateField, MoneyField, PortalForm
from portal.core.time import today
from procurement.models import Category, Method, Status

ANY = ("", _("All"))
THRESHOLD = (ANY, ("1", _("Below the threshold")), ("0", _("From the threshold on")))
# What is typed by hand: a value that cannot be read is said beside its field, not left out in silence.
TYPED = ("since", "until", "least", "most")
MONTH, QUARTER, YEAR = "month", "quarter", "year"
STEPS = (
    (MONTH, pgettext_lazy("periods", "Months")),
    (QUARTER, pgettext_lazy("periods", "Quarters")),
    (YEAR, pgettext_lazy("periods", "Years")),
)
BACKWARDS = _("The end of the period lies before its beginning.")
UPSIDE_DOWN = _("The upper amount is less than the lower one.")
COLUMNS = {
    "category": "category", "method": "method", "status": "status", "buyer": "buyer__icontains",
    "winner": "winner__icontains", "least": "deal_fen__gte", "most": "deal_fen__lte",
}  # fmt: skip
IN_CELLS = ("category", "method", "threshold")  # what the figures can be narrowed by


class CellFilter(PortalForm):
    """What the figures are asked for. A choice that does not exist (an old link) is left out, not an error page."""

    category = forms.ChoiceField(label=_("Category"), required=False, choices=[ANY, *Category.choices])
    method = forms.ChoiceField(label=_("Method"), required=False, choices=[ANY, *Method.choices])
    threshold = forms.ChoiceField(label=_("Threshold"), required=False, choices=THRESHOLD)
    year = forms.ChoiceField(label=_("Year"), required=False)
    since = DateField(label=pgettext_lazy("period", "From"), required=False)
    until = DateField(label=pgettext_lazy("period", "Until"), required=False)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [ANY, *((str(year), str(year)) for year in years)]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs.pop("autocomplete", None)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("since") and found.get("until") and found["since"] > found["until"]:
            self.add_error("until", BACKWARDS)
        return found

    def chosen(self) -> dict[str, Any]:
        """The filters that are set and make sense."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}

    def typed_wrong(self) -> dict[str, Any]:
        """What was typed and could not be read: each field with its sentences."""
        return {name: errors for name, errors in self.errors.items() if name in TYPED}


class DealFilter(CellFilter):
    """What the reader looks for in the list."""

    q = forms.CharField(label=_("Keywords"), required=False, max_length=100)
    status = forms.ChoiceField(label=_("Result"), required=False, choices=[ANY, *Status.choices])
    buyer = forms.CharField(label=_("Buyer or seller"), required=False, max_length=100)
    winner = forms.CharField(label=_("Winner"), required=False, max_length=100)
    least = MoneyField(label=_("Amount from (yuan)"), required=False)
    most = MoneyField(label=_("Amount up to (yuan)"), required=False)
    field_order = ("q", "category", "method", "threshold", "status", "year", "since", "until", "buyer", "winner")

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        least, most = found.get("least"), found.get("most")
        if least is not None and most is not None and least > most:
            self.add_error("most", UPSIDE_DOWN)
        return found


class StatisticsFilter(CellFilter):
    """What the tables are asked for, and how long each of their periods is."""

    step = forms.ChoiceField(label=_("Periods"), required=False, choices=STEPS)


def conditions(chosen: dict[str, Any]) -> dict[str, Any]:
    """The columns that the filters ask for, words and period aside."""
    columns = {column: chosen[name] for name, column in COLUMNS.items() if name in chosen}
    if "threshold" in chosen:
        columns["below_threshold"] = chosen["threshold"] == "1"
    return columns


def cell_conditions(chosen: dict[str, Any]) -> dict[str, Any]:
    """The same for the cells, which know neither words nor names nor amounts."""
    return conditions({name: value for name, value in chosen.items() if name in IN_CELLS})


def span(chosen: dict[str, Any]) -> tuple[dt.date, dt.date]:
    """The chosen days, else the chosen year, else the last twelve months up to today."""
    since: dt.date | None = chosen.get("since")
    until: dt.date | None = chosen.get("until")
    if since is not None:
        return since, until or max(today(), since)
    if until is not None:
        return until - dt.timedelta(days=364), until
    if year := chosen.get("year"):
        return dt.date(int(year), 1, 1), dt.date(int(year), 12, 31)
    last = today()
    return last - dt.timedelta(days=364), last
