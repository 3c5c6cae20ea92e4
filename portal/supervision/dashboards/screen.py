"""The big screen: the figures of the whole centre at this moment, built once for all screens and kept for seconds.

Figures of days and months come from cells, open cases from the one row that a task counts them into, and what is alive
today from the index of today's open numbers and due tickets; nothing here grows with the cases. Nobody is named.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Min, Subquery
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from approvals.cases.figures import FLOWS
from approvals.cases.measures import APPROVALS, CASE_MEASURES, dated
from hall.queue.measures import TICKET_MEASURES
from hall.queue.models import Ticket
from hall.queue.models.ticket import IN_LINE
from hall.ratings.measures import RATING_MEASURES
from hotline import measures as hotline
from portal.core.calendar import workdays
from portal.core.statistics import SMALLEST, Question, asked_together, period, ratio
from portal.core.statistics.blocks import Scope
from portal.core.statistics.read import Sums
from portal.core.templatetags.portal import DASH, percent, thousands
from portal.core.time import now, today
from portal.people.models import Department
from portal.supervision.dashboards.standing import kept
from portal.supervision.freshness import freshness, freshness_by, oldest_waiting
from portal.supervision.periods import ONE_DAY, month_start
from portal.supervision.rules import LEAST_SAMPLE, asked_along
from procurement.measures import DEAL_MEASURES

KEPT_SECONDS = 10
DAYS = 30
RANKED = 7
LINES = 8
DEALS = ("deals", "deal_fen", "base_fen", "savings_fen")
RATED = ("given", "satisfied")
FLOWING = ("received", "accepted", "concluded")
DECIDED = ("concluded", "early", "on_due_day", "overdue")


@dataclass(frozen=True)
class Tile:
    """One figure of the screen; `shape` is that of the deadline lights."""

    code: str
    label: str
    value: str
    tone: str = ""
    shape: str = ""
    note: str = ""


@dataclass(frozen=True)
class Place:
    """One row of the ranking; `width` is the rate in thousandths, for a bar."""

    place: int
    name: str
    rate: str
    width: int


@dataclass(frozen=True)
class Reading:
    """What a screen shows, and the tag by which it knows whether it shows it already."""

    etag: str
    data: dict[str, Any]


def reading() -> Reading:
    """The present reading: from the cache, or read anew when it is older than some seconds."""
    key = f"dashboards:screen:{today()}:{get_language()}"
    kept: Reading | None = cache.get(key)
    if kept is None:
        data = read()
        text = json.dumps(data, sort_keys=True, ensure_ascii=False)
        kept = Reading(f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"', data)
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def read() -> dict[str, Any]:
    """Everything the screen shows, as data; the same number of queries whatever there is to count."""
    day = today()
    with asked_together(_questions(day, month_start(day))):
        return _read(day, month_start(day))


def _questions(day: dt.date, month: dt.date) -> list[Question]:
    """What is asked of the cells below."""
    tickets = hotline.TICKET_MEASURES
    return [
        Question(CASE_MEASURES, SMALLEST, day - (DAYS - 1) * ONE_DAY, day, FLOWING, "day"),
        Question(CASE_MEASURES, SMALLEST, month, day, DECIDED, "department_id"),
        Question(TICKET_MEASURES, "queue", day, day, ("served",)),
        Question(RATING_MEASURES, "item", month, day, RATED),
        Question(tickets, "category", day, day, ("recorded",)),
        Question(tickets, "category", month, day, hotline.FLOWS),
        Question(tickets, "category", None, day, hotline.BALANCES),
        Question(hotline.STEP_MEASURES, "category", month, day, hotline.STEP_MEASURES.figures),
        Question(DEAL_MEASURES, "category", day.replace(month=1, day=1), day, DEALS),
    ]


def _read(day: dt.date, month: dt.date) -> dict[str, Any]:
    days = period(CASE_MEASURES, SMALLEST, day - (DAYS - 1) * ONE_DAY, day, figures=FLOWING, by="day")
    rows = Department.objects.annotate(
        x_waiting=Subquery(oldest_waiting()), x_sample=Subquery(asked_along(LEAST_SAMPLE))
    )
    departments = {one.pk: one for one in rows}
    first: Any = next(iter(departments.values()), None)
    fresh = freshness_by(first.x_waiting) if first else freshness()
    standing = kept()
    return {
        "day": day.isoformat(),
        "workday": workdays().is_workday(day),
        "stale": fresh.stale,
        "groups": {
            "cases": [asdict(tile) for tile in _cases(days.get(day, {}), standing)],
            "hall": [asdict(tile) for tile in _hall(day, month)],
            "hotline": [asdict(tile) for tile in _hotline(day, month)],
            "trading": [asdict(tile) for tile in _trading(day)],
        },
        "trend": _trend(days, day),
        "ranking": [asdict(row) for row in _ranking(month, day, departments, first.x_sample if first else 0)],
        "lines": _lines(standing, departments),
    }


# --- the four groups ----------------------------------------------------------------------------------------------------


def _cases(now_day: Mapping[str, int], standing: Mapping[int, Mapping[str, int]]) -> list[Tile]:
    def all_of(code: str) -> int:
        return sum(row[code] for row in standing.values())

    today_ = [Tile(name, _today(name), thousands(now_day.get(name, 0)), "blue") for name in FLOWING]
    quiet = all_of("open") - all_of("due_soon") - all_of("open_overdue") - all_of("open_stopped")
    return [
        *today_,
        Tile("open", _("In hand"), thousands(all_of("open"))),
        Tile("in_time", pgettext("deadline light", "In time"), thousands(max(0, quiet)), "green", "●"),
        _warning("due_soon", pgettext("deadline light", "Due soon"), all_of("due_soon"), "amber", "▲"),
        _warning("open_overdue", pgettext("deadline light", "Overdue"), all_of("open_overdue"), "red", "■"),
        Tile(
            "open_stopped", pgettext("deadline light", "Clock stopped"), thousands(all_of("open_stopped")), "cyan", "◆"
        ),
    ]


def _warning(code: str, label: str, count: int, tone: str, shape: str) -> Tile:
    """A light that is lit only when there is something to look at."""
    return Tile(code, label, thousands(count), tone if count else "", shape)


def _today(name: str) -> str:
    return _("%(figure)s today") % {"figure": FLOWS[name]}


def _hall(day: dt.date, month: dt.date) -> list[Tile]:
    """Who waits now, by the index of the numbers that are not over; what was served today, the ratings of the month."""
    line = Ticket.objects.filter(day=day, ended_at__isnull=True, state__in=IN_LINE).aggregate(
        n=Count("pk"), first=Min("arrived_at")
    )
    served = period(TICKET_MEASURES, "queue", day, day, figures=("served",))[None]["served"]
    rated = period(RATING_MEASURES, "item", month, day, figures=RATED)[None]
    longest = DASH
    if line["first"] is not None:
        longest = _("%(n)s min") % {"n": max(0, int((now() - line["first"]).total_seconds() // 60))}
    return [
        Tile("waiting", _("Waiting in the hall"), thousands(line["n"]), "gold"),
        Tile("longest", _("Longest wait"), longest),
        Tile("served", _("Numbers served today"), thousands(served)),
        Tile(
            "satisfaction", _("Satisfaction this month"), percent(ratio(rated["satisfied"], rated["given"])), "green", "",
            _("of %(n)s") % {"n": thousands(rated["given"])},
        ),
    ]  # fmt: skip


def _hotline(day: dt.date, month: dt.date) -> list[Tile]:
    recorded = period(hotline.TICKET_MEASURES, "category", day, day, figures=("recorded",))[None]["recorded"]
    sums = hotline.figures(Scope(month, day, day)).get(None, {})
    rate = hotline.HOTLINE.derived["on_time_rate"](sums)
    return [
        Tile("recorded", pgettext("big screen", "Recorded today"), thousands(recorded), "blue"),
        Tile("hotline_open", _("In hand"), thousands(sums.get("open", 0))),
        _warning("hotline_overdue", pgettext("deadline light", "Overdue"), sums.get("open_overdue", 0), "red", "■"),
        Tile("hotline_on_time", _("On time this month"), percent(rate), "green"),
    ]


def _trading(day: dt.date) -> list[Tile]:
    sums = period(DEAL_MEASURES, "category", day.replace(month=1, day=1), day, figures=DEALS)[None]
    return [
        Tile("deals", _("Deals this year"), thousands(sums["deals"]), "blue"),
        Tile("deal_fen", _("Amount (10,000 yuan)"), ten_thousands(sums["deal_fen"])),
        Tile("savings_fen", _("Saved (10,000 yuan)"), ten_thousands(sums["savings_fen"]), "green"),
        Tile("savings_rate", _("Savings rate"), percent(ratio(sums["savings_fen"], sums["base_fen"])), "green"),
    ]


def ten_thousands(fen: int) -> str:
    """Fen as whole 万元."""
    return thousands(round(fen / 1_000_000))


# --- trend, ranking, lines ----------------------------------------------------------------------------------------------


def _trend(days: Mapping[dt.date, Sums], day: dt.date) -> dict[str, Any]:
    shown = [day - n * ONE_DAY for n in range(DAYS - 1, -1, -1)]
    return {
        "title": _("The last thirty days"),
        "categories": [f"{one:%m-%d}" for one in shown],
        "series": [
            {"name": str(FLOWS[name]), "values": [days.get(one, {}).get(name, 0) for one in shown]}
            for name in ("received", "concluded")
        ],
    }


def _ranking(month: dt.date, day: dt.date, departments: Mapping[int, Department], least: int) -> list[Place]:
    """Departments by their on-time rate of the month; too few decisions say nothing."""
    rows = period(CASE_MEASURES, SMALLEST, month, day, figures=DECIDED, by="department_id")
    rate = APPROVALS.derived["on_time_rate"]
    rated = [
        (float(rate(sums) or 0), sums["concluded"], departments[pk].display_short)
        for pk, sums in rows.items()
        if pk in departments and dated(sums) >= least
    ]
    ordered = sorted(rated, key=lambda row: (-row[0], -row[1], row[2]))
    return [
        Place(1 + sum(1 for other in ordered if other[0] > share), name, percent(share), round(share * 1000))
        for share, _count, name in ordered[:RANKED]
    ]


def _lines(standing: Mapping[int, Mapping[str, int]], departments: Mapping[int, Department]) -> list[dict[str, str]]:
    """What needs somebody, department by department, the worst first."""
    worst = sorted(standing, key=lambda pk: (-standing[pk]["open_overdue"], -standing[pk]["due_soon"], pk))
    lines = []
    for pk in worst:
        late, soon = standing[pk]["open_overdue"], standing[pk]["due_soon"]
        if pk not in departments or not (late or soon):
            continue
        name = departments[pk].display_short
        if late:
            text = ngettext("%(name)s: %(n)s overdue", "%(name)s: %(n)s overdue", late)
            lines.append({"shape": "■", "tone": "red", "text": text % {"name": name, "n": thousands(late)}})
        if soon:
            text = ngettext("%(name)s: %(n)s due soon", "%(name)s: %(n)s due soon", soon)
            lines.append({"shape": "▲", "tone": "amber", "text": text % {"name": name, "n": thousands(soon)}})
    return lines[:LINES]
