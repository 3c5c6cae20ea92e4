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
    """One figure: `path` in the indicators, `better` which way is good, `link` to what it was counted from."""

    path: str
    label: Text
    kind: str = COUNT
    better: int = NEITHER
    link: Link | None = None
    complement_of: str = ""  # a rate that is printed as 100 % less this one
    counter: Text = CASES  # what is counted, where the language says so behind the number


def value_of(blocks: Mapping[str, Any] | None, path: str) -> Any:
    """The figure in a reading; None where it is missing."""
    found: Any = blocks
    for name in path.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(name)
    return found


def _cases(figure: str) -> Link:
    def link(span: Span) -> str:
        last = span.as_of if figure in {"open", "open_overdue", "open_stopped"} else span.last
        asked = {"figure": figure, "from": span.first.isoformat(), "to": last.isoformat()}
        if span.department_id:
            asked["department"] = str(span.department_id)
        return f"{reverse('supervision:cases')}?{urlencode(asked)}"

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


_TICKETS, _HALL, _DEALS = _page("insight:rates"), _page("queue:figures"), _deals()

SECTIONS: dict[str, tuple[Text, tuple[Figure, ...]]] = {
    "approvals": (
        pgettext_lazy("report section", "Handling of applications"),
        (
            Figure("approvals.received", pgettext_lazy("figure", "Received"), link=_cases("received")),
            Figure("approvals.accepted", pgettext_lazy("figure", "Accepted"), link=_cases("accepted")),
            Figure("approvals.concluded", pgettext_lazy("figure", "Concluded"), better=MORE, link=_cases("concluded")),
            Figure("approvals.immediate_share", _("Share of immediate items"), RATE, link=_cases("immediate_concluded")),
            Figure("approvals.promise_concluded", _("Concluded with a promised time"), link=_cases("promise_concluded")),
            Figure("approvals.on_time_rate", _("On-time rate"), RATE, MORE, _cases("promise_concluded"),
                   complement_of="approvals.overdue_rate"),
            Figure("approvals.early", _("Concluded before the due date"), link=_cases("early")),
            Figure("approvals.early_rate", _("Early rate"), RATE, MORE, _cases("early")),
            Figure("approvals.overdue", _("Concluded late"), better=LESS, link=_cases("overdue")),
            Figure("approvals.overdue_rate", _("Overdue rate"), RATE, LESS, _cases("overdue")),
            Figure("approvals.late_answers", _("Answered late"), better=LESS, link=_cases("late_answers")),
            Figure("approvals.late_answer_rate", _("Rate of late answers"), RATE, LESS, _cases("late_answers")),
            Figure("approvals.mean_legal_days", _("Mean legal days"), DAYS, link=_cases("promise_concluded")),
            Figure("approvals.mean_promised_days", _("Mean promised days"), DAYS, LESS, _cases("promise_concluded")),
            Figure("approvals.mean_actual_days", _("Mean actual days"), DAYS, LESS, _cases("promise_concluded")),
            Figure("approvals.mean_filing_to_decision_days", _("Mean days from filing to decision"), DAYS, LESS,
                   _cases("concluded")),
            Figure("approvals.time_compression", _("Time compression"), RATE, MORE, _cases("promise_concluded")),
            Figure("approvals.online_rate", _("Online rate"), RATE, MORE, _cases("online_concluded")),
            Figure("approvals.extended", _("Extended"), better=LESS, link=_cases("extended")),
            Figure("approvals.withdrawn", pgettext_lazy("figure", "Withdrawn"), link=_cases("withdrawn")),
            Figure("approvals.returned", pgettext_lazy("figure", "Returned"), link=_cases("returned")),
            Figure("approvals.not_accepted", pgettext_lazy("figure", "Not accepted"), link=_cases("not_accepted")),
            Figure("approvals.open", _("Open at the end"), link=_cases("open")),
            Figure("approvals.open_overdue", _("Of these overdue"), better=LESS, link=_cases("open_overdue")),
        ),
    ),
    "reform": (
        pgettext_lazy("report section", "Promises and reform"),
        (
            Figure("catalogue.items", _("Items in force"), link=_plain("promises:items"), counter=ITEMS),
            Figure("catalogue.promise_items", _("Items with a promised time"), link=_plain("promises:items"), counter=ITEMS),
            Figure("catalogue.mean_legal_days", _("Mean legal days of items"), DAYS, link=_plain("promises:items")),
            Figure("catalogue.mean_promised_days", _("Mean promised days of items"), DAYS, LESS,
                   _plain("promises:items")),
            Figure("catalogue.compressed_items", _("Items with a shortened promise"), better=MORE,
                   link=_plain("promises:items"), counter=ITEMS),
            Figure("catalogue.compressed_days", _("Compressed days"), better=MORE, link=_plain("promises:items"),
                   counter=DAYS_OF_WORK),
            Figure("catalogue.time_compression", _("Time compression of items"), RATE, MORE, _plain("promises:items")),
            Figure("catalogue.online_share", _("Can be done online"), RATE, MORE, _plain("promises:items")),
            Figure("catalogue.one_visit_share", _("One visit at most"), RATE, MORE, _plain("promises:items")),
            Figure("catalogue.no_visit_share", _("No visit"), RATE, MORE, _plain("promises:items")),
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
            Figure("hall.tickets", _("Numbers taken"), link=_HALL, counter=PIECES),
            Figure("hall.served", _("Served"), link=_HALL, counter=PEOPLE),
            Figure("hall.missed", _("Called and missed"), better=LESS, link=_HALL, counter=PEOPLE),
            Figure("hall.wait_p50_minutes", _("Median wait (minutes)"), MINUTES, LESS, _HALL),
            Figure("hall.wait_p90_minutes", _("Wait of nine in ten (minutes)"), MINUTES, LESS, _HALL),
            Figure("hall.service_p50_minutes", _("Median service (minutes)"), MINUTES, NEITHER, _HALL),
            Figure("hall.appointments", _("Appointments"), link=_HALL, counter=PEOPLE),
            Figure("hall.attendance_rate", _("Attendance rate"), RATE, MORE, _plain("attendance:sheet")),
            Figure("hall.empty_posts", _("Posts left empty"), better=LESS, link=_plain("attendance:empty-posts"),
                   counter=TIMES),
            Figure("hall.patrol_findings", _("Findings of patrols"), link=_plain("patrols:findings"), counter=PIECES),
            Figure("hall.patrol_rectified", _("Findings rectified"), link=_plain("patrols:findings"), counter=PIECES),
        ),
    ),
    "ratings": (
        pgettext_lazy("report section", "Ratings"),
        (
            Figure("ratings.given", _("Ratings given"), link=_plain("ratings:list"), counter=TIMES),
            Figure("ratings.satisfied", _("Satisfied"), link=_plain("ratings:list"), counter=TIMES),
            Figure("ratings.satisfaction_rate", _("Satisfaction rate"), RATE, MORE, _plain("ratings:list")),
            Figure("ratings.bad", _("Bad ratings"), better=LESS, link=_plain("ratings:rectifications"), counter=TIMES),
            Figure("ratings.rectification_rate", _("Rectification rate"), RATE, MORE,
                   _plain("ratings:rectifications")),
            Figure("ratings.active_rate", _("Active rating rate"), RATE, MORE, _plain("ratings:list")),
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
            Figure("hotline.recorded", _("Tickets recorded"), link=_TICKETS),
            Figure("hotline.direct", _("Answered directly"), link=_TICKETS),
            Figure("hotline.direct_share", _("Direct-answer share"), RATE, MORE, _TICKETS),
            Figure("hotline.dispatched", _("Dispatched"), link=_TICKETS),
            Figure("hotline.returned", _("Returned by departments"), better=LESS, link=_TICKETS),
            Figure("hotline.return_rate", _("Return rate"), RATE, LESS, _TICKETS),
            Figure("hotline.replied", _("Replied"), link=_TICKETS),
            Figure("hotline.due", _("Due in the period"), link=_TICKETS),
            Figure("hotline.on_time", _("Handled on time"), link=_TICKETS),
            Figure("hotline.on_time_rate", _("On-time rate of tickets"), RATE, MORE, _TICKETS),
            Figure("hotline.called_back", _("Called back"), link=_TICKETS),
            Figure("hotline.response_rate", _("Response rate"), RATE, MORE, _TICKETS),
            Figure("hotline.resolution_rate", _("Resolution rate"), RATE, MORE, _TICKETS),
            Figure("hotline.satisfaction_rate", _("Satisfaction of callers"), RATE, MORE, _TICKETS),
            Figure("hotline.redo_rate", _("Redo rate"), RATE, LESS, _TICKETS),
            Figure("hotline.open", _("Open tickets at the end"), link=_TICKETS),
            Figure("hotline.open_overdue", _("Open tickets overdue"), better=LESS, link=_TICKETS),
        ),
    ),
    "supervision": (
        pgettext_lazy("report section", "Supervision"),
        (
            Figure("supervision.amber", _("Amber lamps"), better=LESS, link=_cases("due_soon"), counter=PIECES),
            Figure("supervision.red", _("Red lamps"), better=LESS, link=_cases("overdue"), counter=PIECES),
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
# The counts that rates, amounts and means were made of; a count rests on itself.
MADE_OF = {
    **RESTS_ON,
    **dict.fromkeys(("hotline.resolution_rate", "hotline.satisfaction_rate"), "hotline.called_back"),
    **dict.fromkeys(
        ("approvals.mean_legal_days", "approvals.mean_promised_days", "approvals.mean_actual_days"),
        "approvals.promise_concluded",
    ),
    "approvals.mean_filing_to_decision_days": "approvals.concluded",
    **dict.fromkeys(("hall.wait_p50_minutes", "hall.wait_p90_minutes", "hall.service_p50_minutes"), "hall.served"),
    **{f"procurement.total.{name}": "procurement.total.deals" for name in ("deal_fen", "savings_fen", "premium_fen")},
}
CLOSING = pgettext_lazy("report section", "Closing and outlook")
# What the table of departments shows.
BY_DEPARTMENT = (
    "approvals.received", "approvals.concluded", "approvals.on_time_rate", "approvals.early_rate", "approvals.overdue",
    "ratings.satisfaction_rate", "hotline.replied", "hotline.on_time_rate",
)  # fmt: skip
