"""The living style guide: every component in all its states; for developers and for the accessibility tests."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from portal.core.charts import Chart, Series
from portal.core.forms import DateField, MoneyField, MultipleFileField, PortalForm
from portal.core.time import ZONE


class SampleForm(PortalForm):
    """One field of every kind."""

    name = forms.CharField(label=_("Name of the applicant"), help_text=_("As on the identity card."))
    identity_number = forms.CharField(
        label=_("Identity number"),
        help_text=_("18 characters; the last one may be X."),
        min_length=18,
        error_messages={"min_length": _("Enter all 18 characters of the identity number.")},
    )
    phone = forms.CharField(label=_("Mobile phone"), required=False)
    password = forms.CharField(label=_("Password"), widget=forms.PasswordInput)
    reason = forms.CharField(label=_("Why you apply"), widget=forms.Textarea, max_length=200)
    district = forms.ChoiceField(
        label=_("District"), choices=[("", _("Please choose")), ("a", _("Harbour district")), ("b", _("Lake district"))]
    )
    premises = forms.ChoiceField(
        label=_("The premises are"), widget=forms.RadioSelect, choices=[("own", _("your own")), ("rent", _("rented"))]
    )
    delivery = forms.ChoiceField(
        label=_("How do you want to receive the licence?"),
        widget=forms.RadioSelect,
        choices=[("post", _("by post")), ("window", _("at the window"))],
    )
    address = forms.CharField(label=_("Postal address"), required=False)
    kinds = forms.MultipleChoiceField(
        label=_("What will you sell?"),
        widget=forms.CheckboxSelectMultiple,
        choices=[("cold", _("cold dishes")), ("cake", _("pastry")), ("drink", _("drinks made on the spot"))],
    )
    opens_on = DateField(label=_("Opening day"))
    staff_count = forms.IntegerField(label=_("Number of staff"), min_value=1)
    capital = MoneyField(label=_("Registered capital"))
    lease = MultipleFileField(label=_("Lease"), help_text=_("PDF, JPG or PNG, up to 20 MB each."))
    agreed = forms.BooleanField(label=_("I declare that what I have entered is true."))

    widths = {"identity_number": "m", "phone": "m", "staff_count": "s", "capital": "m"}
    inline = ("premises",)
    conditional = {"delivery": {"post": ("address",)}}


def _at(day: int, hour: int, minute: int) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


def _timeline() -> list[dict[str, Any]]:
    light = SimpleNamespace(code="amber", text=_("Waiting for you"))
    link = {"label": _("Read the notice"), "url": "#"}
    return [
        {"state": "done", "title": _("Filed online"), "at": _at(17, 9, 12)},
        {"state": "done", "title": _("Received"), "at": _at(17, 10, 3), "by": _("Window 3")},
        {
            "state": "now",
            "title": _("More materials asked for"),
            "at": _at(19, 15, 40),
            "light": light,
            "note": _("The floor plan cannot be read."),
            "links": [link],
        },
        {"state": "todo", "title": _("Acceptance")},
        {"state": "todo", "title": _("Review and decision"), "note": _("Promised within 5 working days")},
    ]


def _rows() -> list[dict[str, Any]]:
    lamps = (
        ("red", _("2 days overdue"), dt.date(2026, 11, 19)),
        ("amber", _("Due today"), dt.date(2026, 11, 21)),
        ("green", _("4 working days left"), dt.date(2026, 11, 27)),
        ("stopped", _("Clock stopped"), None),
    )
    return [
        {"number": f"SP-20261117-SCJG-00012{i}", "light": SimpleNamespace(code=code, text=text), "due_on": due}
        for i, (code, text, due) in enumerate(lamps)
    ]


def _charts() -> list[Chart]:
    days = [f"11-{day}" for day in range(15, 22)]
    accepted = Series(pgettext_lazy("statistics", "Accepted"), (96, 142, 138, 151, 133, 116, 128))
    decided = Series(pgettext_lazy("statistics", "Concluded"), (88, 120, 141, 149, 140, None, 119))
    states = (_("In review"), _("Waiting for acceptance"), _("Waiting for materials"), _("Decision pending"))
    hours = Series(_("Cases"), (31, 38, 29, 12))
    return [
        Chart("trend", "line", _("Accepted and concluded"), _("Day"), days, (accepted, decided)),
        Chart(
            "states", "pie", _("Open cases by state"), _("State"), states, (Series(_("Cases"), (486, 214, 163, 86)),)
        ),
        Chart("hours", "bar", _("Filings by hour"), _("Hour"), ("9", "10", "11", "12"), (hours,)),
        Chart("rate", "gauge", _("On-time rate"), _("Rate"), (_("On-time rate"),), (Series("%", (99.2,)),), unit="%"),
    ]


def _context(request: HttpRequest) -> dict[str, Any]:
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    for level, text in (
        (messages.SUCCESS, _("Saved.")),
        (messages.WARNING, _("The calendar of next year is provisional.")),
    ):
        messages.add_message(request, level, text)
    wrong = SampleForm(
        {"name": "", "identity_number": "1101051949", "delivery": "window", "capital": "12.345"}, prefix="x"
    )
    return {
        "form": SampleForm() if "errors" not in request.GET else wrong,
        "wrong": wrong if "errors" in request.GET else None,
        "timeline_entries": _timeline(),
        "rows": _rows(),
        "charts": _charts(),
        "step_labels": [_("Check"), _("Applicant"), _("Premises"), _("Materials"), _("Send")],
        "rank_rows": [
            {"name": _("Market regulation"), "ratio": 0.998, "url": "#"},
            {"name": _("Natural resources"), "ratio": 0.956, "url": "#"},
            {"name": _("Water"), "ratio": 0.874, "url": "#"},
            {"name": _("Culture"), "ratio": None, "url": ""},
        ],
        "cursors": SimpleNamespace(next_cursor="abc", previous_cursor=""),
        "day": dt.date(2026, 11, 21),
        "moment": _at(21, 14, 5),
    }


@require_safe
def citizen(request: HttpRequest) -> HttpResponse:
    """The citizens' components; `?errors` shows the form with errors."""
    return render(request, "site/styleguide.html", _context(request))


@require_safe
def staff(request: HttpRequest) -> HttpResponse:
    """The components of staff pages."""
    return render(request, "site/styleguide_staff.html", _context(request))
