"""Forms of the calendar and of the rules."""

import datetime as dt
import re
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.calendar import HOLIDAY_NAMES, LONGEST_REASON
from portal.core.forms import DateField, PortalForm

PLANNED = [code for code in HOLIDAY_NAMES if code != "victory_70"]


class OverrideForm(PortalForm):
    """Make one day off a working day, or a working day a day off."""

    day = DateField(label=_("Day"))
    is_workday = forms.TypedChoiceField(
        label=_("The day becomes"),
        choices=[("0", _("a day off")), ("1", _("a working day"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the day becomes.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        help_text=_(
            "For instance: hall closed for a typhoon. Applicants read it in the explanation of their due date."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Enter the reason: it stands in the list of changes and in the notices.")},
    )
    widths: ClassVar = {"day": "m"}
    inline: ClassVar = ("is_workday",)


class DaysField(forms.CharField):
    """Several days of one year in one line, as `2027-01-30 2027-02-13` or `1月30日、2月13日`."""

    widget = forms.TextInput

    def days_in(self, text: str, year: int) -> list[dt.date]:
        """Raises ValidationError for what is no day."""
        days = []
        for part in re.split(r"[\s,，、;；]+", text.strip()):
            match = re.fullmatch(r"(?:(\d{4})[-/年.])?(\d{1,2})[-/月.](\d{1,2})日?", part)
            try:
                days.append(dt.date(int(match[1] or year), int(match[2]), int(match[3])))  # type: ignore[index]
            except (TypeError, ValueError) as error:
                raise forms.ValidationError(
                    _("“%(part)s” is no day. Write days like 2027-01-30, with blanks between them."),
                    params={"part": part},
                ) from error
        return days


class PlanForm(PortalForm):
    """The State Council's plan of a year: for each holiday first and last day off, and the weekend days worked."""

    source = forms.CharField(label=_("Official notice"), max_length=200)

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        self.year = year
        super().__init__(*args, **kwargs)
        for code in PLANNED:
            name = str(HOLIDAY_NAMES[code])
            first = DateField(label=_("%(holiday)s: first day off") % {"holiday": name}, required=False)
            last = DateField(label=_("%(holiday)s: last day off") % {"holiday": name}, required=False)
            worked = DaysField(label=_("%(holiday)s: weekend days worked") % {"holiday": name}, required=False)
            for part, field in (("first", first), ("last", last), ("worked", worked)):
                self.fields[f"{code}_{part}"] = field
                self.dress(f"{code}_{part}", field)

    def rows(self) -> list[dict[str, Any]]:
        """The fields of each holiday side by side."""
        return [
            {"name": HOLIDAY_NAMES[code], "fields": [self[f"{code}_{part}"] for part in ("first", "last", "worked")]}
            for code in PLANNED
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        holidays: dict[dt.date, str] = {}
        worked: dict[dt.date, str] = {}
        for code in PLANNED:
            self._read_span(code, cleaned, holidays)
            self._read_worked(code, cleaned, worked)
        return {**cleaned, "holidays": holidays, "worked": worked}

    def _read_span(self, code: str, cleaned: dict[str, Any], holidays: dict[dt.date, str]) -> None:
        typed: list[dt.date] = [day for part in ("first", "last") if (day := cleaned.get(f"{code}_{part}"))]
        if not typed:
            return
        first, last = typed[0], typed[-1]  # one day alone is first and last
        if not 0 <= (last - first).days <= 15:
            self.add_error(f"{code}_last", _("The last day off comes after the first, at most 15 days later."))
            return
        if first.year != self.year or last.year != self.year:
            self.add_error(f"{code}_first", _("Enter days of this year only."))
            return
        for n in range((last - first).days + 1):
            holidays.setdefault(first + dt.timedelta(days=n), code)

    def _read_worked(self, code: str, cleaned: dict[str, Any], worked: dict[dt.date, str]) -> None:
        name = f"{code}_worked"
        field = self.fields[name]
        if not cleaned.get(name) or not isinstance(field, DaysField):
            return
        try:
            days = field.days_in(cleaned[name], self.year)
        except forms.ValidationError as error:
            self.add_error(name, error)
            return
        if any(day.weekday() < 5 for day in days):
            self.add_error(name, _("Days worked in exchange are Saturdays and Sundays."))
        worked.update(dict.fromkeys(days, code))


class RuleForm(PortalForm):
    """A new version of a rule from a day to come."""

    value = forms.CharField(label=_("New value"), max_length=300)
    valid_from = DateField(label=_("Valid from"), help_text=_("Tomorrow at the earliest: the past stays as it was."))
    source = forms.CharField(
        label=_("Source"), max_length=300, help_text=_("The article or decision that the rule rests on.")
    )
    source_en = forms.CharField(label=_("Source in English"), max_length=300, required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    unverified = forms.BooleanField(label=_("Not verified yet"), required=False)
    widths: ClassVar = {"value": "m", "valid_from": "m"}
