"""The forms of reports: what to report on, the paragraphs, and a reason."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.forms import DateField, PortalForm
from portal.people.models import Department
from portal.supervision.periods import month_start
from portal.supervision.reports import marks
from portal.supervision.reports.figures import CLOSING, SECTIONS
from portal.supervision.reports.models import Comparison

OPENING = pgettext_lazy("report section", "Opening")


def last_half_year(day: dt.date) -> tuple[dt.date, dt.date]:
    """The half-year that ended last."""
    start = dt.date(day.year, 1, 1) if day.month > 6 else dt.date(day.year - 1, 7, 1)
    return start, month_start(dt.date(start.year, start.month + 5, 1), -1) - dt.timedelta(days=1)


class ReportForm(PortalForm):
    """Period, comparison, and for whom."""

    title = forms.CharField(label=_("Title"), max_length=120)
    first = DateField(label=pgettext_lazy("period", "From"))
    last = DateField(label=pgettext_lazy("period", "To"))
    comparison = forms.ChoiceField(
        label=pgettext_lazy("report", "Compared with"),
        choices=Comparison.choices,
        initial=Comparison.LAST_YEAR,
        widget=forms.RadioSelect,
    )
    department = forms.ModelChoiceField(
        label=_("Department"), queryset=Department.objects.none(), required=False, empty_label=_("The whole centre")
    )
    widths = {"title": "l"}

    def __init__(self, *args: Any, departments: Any, whole_centre: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["department"]
        choice.queryset = departments
        choice.label_from_instance = lambda one: one.display_name
        if not whole_centre:
            choice.required, choice.empty_label = True, None


class TextForm(PortalForm):
    """One field for each section, and what was changed."""

    note = forms.CharField(label=_("What was changed"), max_length=200, required=False)
    state_version = forms.IntegerField(widget=forms.HiddenInput)
    widths = {"note": "l"}

    def __init__(self, *args: Any, paragraphs: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = {"opening": OPENING, **{key: title for key, (title, _figures) in SECTIONS.items()}, "closing": CLOSING}
        for key, text in paragraphs.items():
            shown = marks.spoken(text)
            rows = max(3, min(14, len(shown) // 45 + 2))
            field = forms.CharField(
                label=str(titles.get(key, key)),
                initial=shown,
                required=False,
                strip=False,
                widget=forms.Textarea(attrs={"rows": rows}),
            )
            self.fields[key] = field
            self.dress(key, field)
        self.order_fields([*paragraphs, "note", "state_version"])

    @property
    def paragraphs(self) -> dict[str, str]:
        """The text of each section, its marks by their paths."""
        given = self.cleaned_data
        return {key: marks.kept(text) for key, text in given.items() if key not in {"note", "state_version"}}


class StepForm(PortalForm):
    """A step with the state that its page showed."""

    state_version = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(StepForm):
    note = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ("note", "state_version")


STEP_FORMS: dict[str, type[StepForm]] = {
    "submit": StepForm, "sign": StepForm, "send_back": ReasonForm, "reopen": ReasonForm
}  # fmt: skip
