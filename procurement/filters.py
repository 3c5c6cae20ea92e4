"""The filters of the public register: a GET form, so that every view of the list has an address."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.forms import PortalForm
from portal.core.time import today
from procurement.models import Category, Method, Status

ANY = ("", _("All"))
THRESHOLD = (ANY, ("1", _("Below the threshold")), ("0", _("From the threshold on")))


class DealFilter(PortalForm):
    """What the reader looks for. A value that does not exist (an old link) is left out, not an error page."""

    q = forms.CharField(label=_("Keywords"), required=False, max_length=100)
    category = forms.ChoiceField(label=_("Category"), required=False, choices=[ANY, *Category.choices])
    method = forms.ChoiceField(label=_("Method"), required=False, choices=[ANY, *Method.choices])
    threshold = forms.ChoiceField(label=_("Threshold"), required=False, choices=THRESHOLD)
    status = forms.ChoiceField(label=_("Result"), required=False, choices=[ANY, *Status.choices])
    year = forms.ChoiceField(label=_("Year"), required=False)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [ANY, *((str(year), str(year)) for year in years)]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs.pop("autocomplete", None)

    def chosen(self) -> dict[str, str]:
        """The filters that are set and make sense."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


def conditions(chosen: dict[str, str]) -> dict[str, Any]:
    """The columns that the filters ask for, words and period aside."""
    columns: dict[str, Any] = {name: chosen[name] for name in ("category", "method", "status") if name in chosen}
    if "threshold" in chosen:
        columns["below_threshold"] = chosen["threshold"] == "1"
    return columns


def span(chosen: dict[str, str]) -> tuple[dt.date, dt.date]:
    """The chosen year, else the last twelve months up to today."""
    if year := chosen.get("year"):
        return dt.date(int(year), 1, 1), dt.date(int(year), 12, 31)
    last = today()
    return last - dt.timedelta(days=364), last
