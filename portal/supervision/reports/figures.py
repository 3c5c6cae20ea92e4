"""Which figures a report knows: their names, how they are written, which way is better, and the page behind each."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Text = str | Promise
COUNT, RATE, DAYS, MINUTES, FEN = "count", "rate", "days", "minutes", "fen"
MORE, LESS, NEITHER = 1, -1, 0
# Chinese puts a word behind a counted number (2件); English leaves it out.
CASES = pgettext_lazy("counter", "cases")
ITEMS, PEOPLE, TIMES = (
    pgettext_lazy("counter", "items"),
    pgettext_lazy("counter", "people"),
    pgettext_lazy("counter", "times"),
)
PIECES, DEALS, DAYS_OF_WORK = (
    pgettext_lazy("counter", "pieces"),
    pgettext_lazy("counter", "deals"),
    pgettext_lazy("counter", "working days"),
)
MINUTES_LONG = pgettext_lazy("counter", "minutes")


@dataclass(frozen=True)
class Span:
    """The days and the department (code and key) whose figures are meant."""

    first: dt.date
    last: dt.date
    as_of: dt.date
    department_id: int | None = None


Link = Callable[[Span], str]


@dataclass(frozen=True)
class Figure:
    """One figure: `path` in the indicators, `better` which way is good, `link` to a page of its own that shows it."""

    path: str
    label: Text
    kind: str = COUNT
    better: int = NEITHER
    link: Link | None = None
    complement_of: str = ""  # a rate that is printed as 100 % less this one
    counter: Text = CASES  # what is counted, where the language says so behind the number

    def url(self, span: "Span") -> str:
        """The page that shows the figure and what it was counted from."""
        return self.link(span) if self.link else figure_link(self.path)(span)


def value_of(blocks: Mapping[str, Any] | None, path: str) -> Any:
    """The figure in a reading; None where it is missing."""
    found: Any = blocks
    for name in path.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(name)
    return found


def cases_link(figure: str) -> Link:
    """The list of the cases that a figure counts."""

    def link(span: Span) -> str:
        last = span.as_of if figure in {"open", "open_overdue", "open_stopped"} else span.last
        asked = {"figure": figure, "from": span.first.isoformat(), "to": last.isoformat()}
        if span.department_id:  # a row of departments counts each by itself
            asked |= {"department": str(span.department_id), "own": "1"}
        return f"{reverse('supervision:cases')}?{urlencode(asked)}"

    return link


def figure_link(path: str) -> Link:
    """The page that says what a figure is made of, with the rows that it counts."""

    def link(span: Span) -> str:
        asked = {"from": span.first.isoformat(), "to": span.last.isoformat(), "as_of": span.as_of.isoformat()}
        if span.department_id:
            asked["department"] = str(span.department_id)
        return f"{reverse('reports:figure', args=[path])}?{urlencode(asked)}"

    return link


def _page(name: str, **more: str) -> Link:
    """A page that takes the period."""

    def link(span: Span) -> str:
        return f"{reverse(name)}?{urlencode({'from': span.first.isoformat(), 'to': span.last.isoformat(), **more})}"

    return link


def _plain(name: str, **query: str) -> Link:
    """A page without a period."""
    return lambda _span: reverse(name) + (f"?{urlencode(query)}" if query else "")


def _orders(day: str) -> Link:
    """The supervision orders issued or answered in the period; the list leads on to those on hotline tickets."""

    def link(span: Span) -> str:
        asked = {"kind": "order", "by": day, "from": span.first.isoformat(), "to": span.last.isoformat()}
        if span.department_id:
            asked["department"] = str(span.department_id)
        return f"{reverse('monitoring:acts')}?{urlencode(asked)}"

    return link


def _deals(**more: str) -> Link:
    """The register of deals with a result in the period."""

    def link(span: Span) -> str:
        asked = {**more, "since": span.first.isoformat(), "until": span.last.isoformat()}
        return f"{reverse('procurement:deals')}?{urlencode(asked)}"

    return link


_DEALS = _deals()

SECTIONS: dict[str, tuple[Text, tuple[Figure, ...]]] = {
    "approvals": (
        pgettext_lazy("report section", "Handling of applications"),
        (
            Figure("approvals.received", pgettext_lazy("figure", "Received"), link=cases_link("received")),
            Figure("approvals.accepted", pgettext_lazy("figure", "Accepted"), link=cases_link("accepted")),
            Figure("approvals.concluded", pgettext_lazy("figure", "Concluded"), better=MORE, link=cases_link("concluded")),
            Figure("approvals.immediate_share", _("Share of immediate items"), RATE),
            Figure("approvals.promise_concluded", _("Concluded with a promised time"), link=cases_link("promise_concluded")),
            Figure("approvals.on_time_rate", _("On-time rate"), RATE, MORE,
                   complement_of="approvals.overdue_rate"),
            Figure("approvals.early", _("Concluded before the due date"), link=cases_link("early")),
            Figure("approvals.early_rate", _("Early rate"), RATE, MORE),
            Figure("approvals.overdue", _("Concluded late"), better=LESS, link=cases_link("overdue")),
            Figure("approvals.overdue_rate", _("Overdue rate"), RATE, LESS),
            Figure("approvals.late_answers", _("Answered late"), better=LESS, link=cases_link("late_answers")),
            Figure("approvals.late_answer_rate", _("Rate of late answers"), RATE, LESS),
            Figure("approvals.mean_legal_days", _("Mean legal days"), DAYS),
            Figure("approvals.mean_promised_days", _("Mean promised days"), DAYS, LESS),
            Figure("approvals.mean_actual_days", _("Mean actual days"), DAYS, LESS),
            Figure("approvals.mean_filing_to_decision_days", _("Mean days from filing to decision"), DAYS, LESS),
            Figure("approvals.time_compression", _("Time compression"), RATE, MORE),
            Figure("approvals.online_rate", _("Online rate"), RATE, MORE),
            Figure("approvals.extended", _("Extended"), better=LESS, link=cases_link("extended")),
            Figure("approvals.withdrawn", pgettext_lazy("figure", "Withdrawn or terminated"), link=cases_link("left")),
            Figure("approvals.returned", pgettext_lazy("figure", "Returned"), link=cases_link("returned")),
            Figure("approvals.not_accepted", pgettext_lazy("figure", "Not accepted"), link=cases_link("not_accepted")),
            Figure("approvals.open", _("Open at the end"), link=cases_link("open")),
            Figure("approvals.open_overdue", _("Of these overdue"), better=LESS, link=cases_link("open_overdue")),
        ),
    ),
    "reform": (
        pgettext_lazy("report section", "Promises and reform"),
        (
            Figure("catalogue.items", _("Items in force"), counter=ITEMS),
            Figure("catalogue.promise_items", _("Items with a promised time"), counter=ITEMS),
            Figure("catalogue.mean_legal_days", _("Mean legal days of items"), DAYS),
            Figure("catalogue.mean_promised_days", _("Mean promised days of items"), DAYS, LESS),
            Figure("catalogue.compressed_items", _("Items with a shortened promise"), better=MORE, counter=ITEMS),
            Figure("catalogue.compressed_days", _("Compressed days"), better=MORE,
                   counter=DAYS_OF_WORK),
            Figure("catalogue.time_compression", _("Time compression of items"), RATE, MORE),
            Figure("catalogue.online_share", _("Can be done online"), RATE, MORE),
            Figure("catalogue.one_visit_share", _("One visit at most"), RATE, MORE),
            Figure("catalogue.no_visit_share", _("No visit"), RATE, MORE),
            Figure("reform.cancelled", _("Items cancelled"), link=_plain("reform:ledger", figure="cancelled"),
                   counter=ITEMS),
            Figure("reform.merged", _("Items merged"), link=_plain("reform:ledger", figure="merged"), counter=ITEMS),
            Figure("reform.added", _("Items added"), link=_plain("reform:ledger", figure="added"), counter=ITEMS),
            Figure("reform.delegated", _("Items delegated"), link=_plain("reform:ledger", figure="delegated"),
                   counter=ITEMS),
            Figure("reform.retained", _("Items retained"), link=_plain("reform:ledger"), counter=ITEMS),
        ),
    ),
    "hall": (
        pgettext_lazy("report section", "The hall"),
        (
            Figure("hall.tickets", _("Numbers taken"), counter=PIECES),
            Figure("hall.served", _("Served"), counter=PEOPLE),
            Figure("hall.missed", _("Called and missed"), better=LESS, counter=PEOPLE),
            Figure("hall.wait_p50_minutes", _("Median wait (minutes)"), MINUTES, LESS),
            Figure("hall.wait_p90_minutes", _("Wait of nine in ten (minutes)"), MINUTES, LESS),
            Figure("hall.service_p50_minutes", _("Median service (minutes)"), MINUTES, NEITHER),
            Figure("hall.appointments", _("Appointments"), counter=PEOPLE),
            Figure("hall.attendance_rate", _("Attendance rate"), RATE, MORE),
            Figure("hall.empty_posts", _("Posts left empty"), better=LESS,
                   counter=TIMES),
            Figure("hall.patrol_findings", _("Findings of patrols"), counter=PIECES),
            Figure("hall.patrol_rectified", _("Findings rectified"), counter=PIECES),
        ),
    ),
    "ratings": (
        pgettext_lazy("report section", "Ratings"),
        (
            Figure("ratings.given", _("Ratings given"), counter=TIMES),
            Figure("ratings.satisfied", _("Satisfied"), counter=TIMES),
            Figure("ratings.satisfaction_rate", _("Satisfaction rate"), RATE, MORE),
            Figure("ratings.bad", _("Bad ratings"), better=LESS, counter=TIMES),
            Figure("ratings.rectification_rate", _("Rectification rate"), RATE, MORE),
            Figure("ratings.active_rate", _("Active rating rate"), RATE, MORE),
        ),
    ),
    "procurement": (
        pgettext_lazy("report section", "Public resource trading"),
        (
            Figure("procurement.total.projects", _("Projects"), link=_DEALS, counter=PIECES),
            Figure("procurement.total.deals", _("Deals"), link=_deals(status="awarded"), counter=DEALS),
            Figure("procurement.total.deal_fen", _("Deal amount"), FEN, link=_deals(status="awarded")),
            Figure("procurement.total.savings_fen", _("Savings"), FEN, MORE,
                   _deals(status="awarded")),
            Figure("procurement.total.savings_rate", _("Savings rate"), RATE, MORE,
                   _deals(status="awarded")),
            Figure("procurement.total.premium_fen", _("Premium"), FEN, MORE,
                   _deals(status="awarded")),
        ),
    ),
    "hotline": (
        pgettext_lazy("report section", "The 12345 hotline"),
        (
            Figure("hotline.recorded", _("Tickets recorded")),
            Figure("hotline.direct", _("Answered directly")),
            Figure("hotline.direct_share", _("Direct-answer share"), RATE, MORE),
            Figure("hotline.dispatched", _("Dispatched")),
            Figure("hotline.returned", _("Returned by departments"), better=LESS),
            Figure("hotline.return_rate", _("Return rate"), RATE, LESS),
            Figure("hotline.replied", _("Replied")),
            Figure("hotline.due", _("Due in the period")),
            Figure("hotline.on_time", _("Handled on time")),
            Figure("hotline.on_time_rate", _("On-time rate of tickets"), RATE, MORE),
            Figure("hotline.called_back", _("Called back")),
            Figure("hotline.response_rate", _("Response rate"), RATE, MORE),
            Figure("hotline.resolution_rate", _("Resolution rate"), RATE, MORE),
            Figure("hotline.satisfaction_rate", _("Satisfaction of callers"), RATE, MORE),
            Figure("hotline.redo_rate", _("Redo rate"), RATE, LESS),
            Figure("hotline.open", _("Open tickets at the end")),
            Figure("hotline.open_overdue", _("Open tickets overdue"), better=LESS),
        ),
    ),
    "supervision": (
        pgettext_lazy("report section", "Supervision"),
        (
            Figure("supervision.amber", _("Amber lamps"), better=LESS, link=cases_link("amber"), counter=PIECES),
            Figure("supervision.red", _("Red lamps"), better=LESS, link=cases_link("red"), counter=PIECES),
            Figure("supervision.reminders", _("Reminders"), link=_page("supervision:board"), counter=TIMES),
            Figure("supervision.orders", _("Supervision orders"), link=_orders("issued"), counter=PIECES),
            Figure("supervision.orders_answered", _("Supervision orders answered"), link=_orders("answered"),
                   counter=PIECES),
        ),
    ),
}  # fmt: skip
FIGURES: dict[str, Figure] = {one.path: one for _title, ones in SECTIONS.values() for one in ones}
# What a rate rests on.
RESTS_ON = {
    "approvals.on_time_rate": "approvals.promise_concluded", "approvals.early_rate": "approvals.promise_concluded",
    "approvals.overdue_rate": "approvals.promise_concluded", "approvals.online_rate": "approvals.concluded",
    "ratings.satisfaction_rate": "ratings.given", "hotline.on_time_rate": "hotline.due",
}  # fmt: skip
# The counts that amounts were made of. Rates and means rest on what their block says; a count rests on itself.
MADE_OF = {
    **{f"procurement.total.{name}": "procurement.total.deals" for name in ("deal_fen", "savings_fen", "premium_fen")},
}
CLOSING = pgettext_lazy("report section", "Closing and outlook")
# What the table of departments shows.
BY_DEPARTMENT = (
    "approvals.received", "approvals.concluded", "approvals.on_time_rate", "approvals.early_rate", "approvals.overdue",
    "ratings.satisfaction_rate", "hotline.replied", "hotline.on_time_rate",
)  # fmt: skip
