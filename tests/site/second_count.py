"""The rows of a whole city, read plainly, and every indicator counted from them a second time: in all and by each split."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any

from approvals.cases.models import Case, CaseOverdueSpan, CaseStop
from approvals.catalogue.models import Item, ItemChange, ItemVersion
from hall.appointments.models import Appointment
from hall.attendance.models import EmptyPost, Shift
from hall.models import Window
from hall.patrols.models import Finding
from hall.queue import models as queue_models
from hall.queue.models.cells import EDGES
from hall.ratings.models import Invitation, Rating
from hotline import models as hotline_models
from portal.people.models import Department, User
from portal.supervision.models import Reminder
from portal.supervision.monitoring.models import Act, LampReminder
from procurement.models import Deal
from tests.site import recount

COUNTED_AGAIN = ("approvals", "catalogue", "reform", "ratings", "hall", "hotline", "supervision")
TRADES = ("construction", "government", "land", "property", "other", "intermediary")
SECONDS = {"wait_p50_minutes", "wait_p90_minutes", "service_p50_minutes"}
Row = dict[str, Any]
Code = Callable[[Row], str]

# What each split divides, by the definition of the exchange; a block that is not named has no rows of that kind.
SPLITS = {
    "department": {"approvals", "catalogue", "reform", "ratings", "hall", "hotline", "supervision"},
    "item": {"approvals", "catalogue", "reform", "ratings", "supervision"},
    "window": {"approvals", "ratings", "hall", "supervision"},
    "staff": {"approvals", "ratings", "hall", "supervision"},
    "month": {"approvals", "catalogue", "reform", "ratings", "hall", "hotline", "procurement", "supervision"},
    "channel": {"approvals", "ratings", "hotline", "supervision"},
    "category": {"approvals", "catalogue", "reform", "hotline", "procurement", "supervision"},
}


class Recounted:
    """The rows of the whole city, read plainly, for a second count of every indicator."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self.stops = list(CaseStop.objects.values())
        self.spans = list(CaseOverdueSpan.objects.filter(legal=False).values())
        until = now.astimezone(recount.SHANGHAI).date()
        self.cases = [
            {**row, "red_days": recount.red_days(row, self.spans, until)}
            for row in Case.objects.exclude(state="draft").values()
        ]
        self.items, self.versions = list(Item.objects.values()), list(ItemVersion.objects.values())
        self.changes = list(ItemChange.objects.values())
        self.ratings, self.invitations = list(Rating.objects.values()), list(Invitation.objects.values())
        models = (queue_models.Ticket, Appointment, Shift, EmptyPost, Finding)
        self.hall: list[list[Row]] = [list(model.objects.values()) for model in models]
        self.tickets = list(hotline_models.Ticket.objects.exclude(state="draft").values())
        self.marks = list(hotline_models.Mark.objects.values())
        self.endings = list(hotline_models.Ending.objects.values())
        self.late = list(hotline_models.LateSpan.objects.values())
        self.deals = list(Deal.objects.values())
        self.reminders, self.lamp_reminders = list(Reminder.objects.values()), list(LampReminder.objects.values())
        self.acts, self.orders = list(Act.objects.values()), list(hotline_models.Order.objects.values())
        self.codes = dict(Department.objects.values_list("pk", "code"))

    def busiest(self, number: int) -> list[int]:
        return [pk for pk, _ in Counter(row["department_id"] for row in self.cases).most_common(number)]

    def differences(self, said: Row, period: recount.Period, department: int | None) -> list[str]:
        """Where the portal says another figure, block by block; whole counts must be equal, ratios the very quotient."""
        rows = self._only(lambda _kind, row: department in {None, row.get("department_id")})
        counted = {name: COUNTS[name](rows, period) for name in COUNTED_AGAIN}
        found = _never_counted_again(said, counted) + _compared(said, counted)
        if department is None:
            found += _compared_trading(said["procurement"], self.deals, period)
        return found

    def split_differences(self, said: list[Row], by: str, period: recount.Period) -> list[str]:
        """The same for each row of a split. A row of nothing but zeros need not be there, every other one must."""
        found = []
        named = {row[by]: row for row in said}
        for code in sorted(self._codes(by, period) | named.keys()):
            rows, within = self, period
            if by == "month":
                within = _month(code, period)
            else:
                rows = self._only(lambda kind, row, code=code: self._code(by, kind, row) == code)  # type: ignore[misc]
            counted = {name: COUNTS[name](rows, within) for name in SPLITS[by] - {"procurement"}}
            if by == "channel":  # what could be rated has no channel
                counted["ratings"]["active_rate"] = None
            if by in {"window", "staff"}:  # appointments and findings belong to no window
                counted["hall"] |= dict.fromkeys(("appointments", "patrol_findings", "patrol_rectified"))
            if code not in named:
                found += [f"{by} {code!r} is missing" for block in counted.values() if any(block.values())][:1]
                continue
            found += [f"{by} {code!r} {text}" for text in _compared(named[code], counted)]
            if "procurement" in SPLITS[by]:
                found += [
                    f"{by} {code!r} {text}"
                    for text in _compared_trading(named[code]["procurement"], rows.deals, within)
                ]
            unsplit = COUNTED_AGAIN if by != "month" else ()
            found += [
                f"{by} {code!r}: {name} cannot be split so, but has a row"
                for name in unsplit
                if name not in SPLITS[by] and named[code][name] is not None
            ]
        return found

    def _codes(self, by: str, period: recount.Period) -> set[str]:
        if by == "month":
            days = (period.first + dt.timedelta(days=n) for n in range((period.last - period.first).days + 1))
            return {f"{day:%Y-%m}" for day in days}
        return {self._code(by, kind, row) for kind in TABLES for row in self._rows(kind)} - {NOWHERE}

    def _rows(self, kind: str) -> list[Row]:
        return self.hall[HALL.index(kind)] if kind in HALL else getattr(self, kind)

    def _only(self, wanted: Callable[[str, Row], bool]) -> "Recounted":
        """The same rows, of which only the wanted ones stay; what belongs to a row goes with it."""
        some = object.__new__(Recounted)
        some.__dict__.update(self.__dict__)
        for kind in TABLES:
            rows = [row for row in self._rows(kind) if wanted(kind, row)]
            if kind in HALL:
                some.hall = [rows if name == kind else old for name, old in zip(HALL, some.hall, strict=True)]
            else:
                setattr(some, kind, rows)
        items, tickets = ({row["id"] for row in rows} for rows in (some.items, some.tickets))
        some.changes = [one for one in self.changes if one["item_id"] in items]
        some.endings = [one for one in self.endings if one["ticket_id"] in tickets]
        return some

    def _code(self, by: str, kind: str, row: Row) -> str:
        """The row of the split that a row of the database belongs to; the empty code where it has none."""
        if kind == "reminders" and by != "department":  # a reminder has the place of its case
            kind, row = "cases", self._cases_by_key()[row["case_id"]]
        column = COLUMNS[by].get(kind)
        if column is None:
            return "" if kind in {"lamp_reminders", "acts", "orders"} else NOWHERE
        return self._names(by, column).get(row[column], "") if column in KEYS else row[column]

    def _cases_by_key(self) -> dict[int, Row]:
        if "_by_key" not in self.__dict__:
            self.__dict__["_by_key"] = {row["id"]: row for row in Case.objects.values()}
        return self.__dict__["_by_key"]  # type: ignore[no-any-return]

    def _names(self, by: str, column: str) -> dict[Any, str]:
        known = self.__dict__.setdefault("_names_known", {})
        if (by, column) not in known:
            known[by, column] = dict(NAMES[by, column]())
        return known[by, column]  # type: ignore[no-any-return]


NOWHERE = "∅"
HALL = ("queue", "appointments", "shifts", "posts", "findings")
TABLES = (
    "cases", "items", "ratings", "invitations", *HALL, "tickets", "marks", "deals", "reminders", "lamp_reminders",
    "acts", "orders",
)  # fmt: skip
_UNITS = dict.fromkeys(TABLES, "department_id")
del _UNITS["deals"]
_SEATS = dict.fromkeys(("cases", "ratings", "invitations", "shifts", "posts"), "window_id")
_PEOPLE = dict.fromkeys(("cases", "ratings", "invitations", "shifts", "posts"), "staff_id")
# Which column of which table says the row of the split.
COLUMNS: dict[str, dict[str, str]] = {
    "department": _UNITS,
    "item": {"cases": "item_id", "items": "id", "ratings": "item_code", "invitations": "item_code"},
    "window": {**_SEATS, "queue": "counted_window_id"},
    "staff": {**_PEOPLE, "queue": "counted_staff_id", "lamp_reminders": "person_id", "acts": "person_id"},
    "channel": dict.fromkeys(("cases", "ratings", "tickets", "marks"), "channel"),
    "category": {
        "cases": "item_id", "items": "id", "tickets": "category_id", "marks": "category_id", "deals": "category",
    },
}  # fmt: skip
KEYS = {
    "department_id", "item_id", "id", "item_code", "window_id", "staff_id", "counted_window_id", "counted_staff_id",
    "person_id", "category_id",
}  # fmt: skip
NAMES: dict[tuple[str, str], Callable[[], Any]] = {
    ("department", "department_id"): lambda: Department.objects.values_list("pk", "code"),
    ("category", "item_id"): lambda: Item.objects.values_list("pk", "type"),
    ("category", "id"): lambda: Item.objects.values_list("pk", "type"),
    ("category", "category_id"): lambda: hotline_models.Category.objects.values_list("pk", "code"),
    ("item", "item_code"): lambda: Item.objects.values_list("code", "code"),
    **{("item", column): lambda: Item.objects.values_list("pk", "code") for column in ("item_id", "id")},
    **{
        ("window", column): lambda: Window.objects.values_list("pk", "code")
        for column in ("window_id", "counted_window_id")
    },
    **{
        ("staff", column): lambda: User.objects.values_list("pk", "username")
        for column in ("staff_id", "counted_staff_id", "person_id")
    },
}
COUNTS: dict[str, Callable[[Recounted, recount.Period], Row]] = {
    "approvals": lambda rows, period: recount.approvals(rows.cases, rows.stops, rows.spans, period),
    "catalogue": lambda rows, period: recount.catalogue(rows.items, rows.versions, rows.changes, period),
    "reform": lambda rows, period: recount.reform(rows.items, rows.changes, period),
    "ratings": lambda rows, period: recount.ratings(rows.ratings, rows.invitations, rows.cases, period),
    "hall": lambda rows, period: recount.hall(*rows.hall, period),
    "hotline": lambda rows, period: recount.hotline(rows.tickets, rows.marks, rows.endings, rows.late, period),
    "supervision": lambda rows, period: recount.supervision(
        rows.cases, rows.reminders, rows.lamp_reminders, rows.acts, rows.orders, period
    ),
}


def _month(code: str, period: recount.Period) -> recount.Period:
    """The part of a period that lies in a month."""
    first = dt.date.fromisoformat(f"{code}-01")
    last = (first + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
    return recount.Period(max(first, period.first), min(last, period.last), period.now)


def _never_counted_again(said: Row, counted: dict[str, Row]) -> list[str]:
    """Figures of the exchange that this second count knows nothing of: one that is new there must be new here."""
    blocks = said.keys() - counted.keys() - {"period", "procurement", "rows"}
    names = [f"{block}.{name}" for block, figures in counted.items() for name in said[block].keys() - figures.keys()]
    return [f"{name} is counted once only" for name in sorted([*blocks, *names])]


def _compared(said: Row, counted: dict[str, Row]) -> list[str]:
    return [
        f"{block}.{name}: {said[block][name]}, counted again {value}"
        for block, figures in counted.items()
        for name, value in figures.items()
        if not agrees(name, said[block][name], value)
    ]


def _compared_trading(said: Row, deals: list[Row], period: recount.Period) -> list[str]:
    """The whole, and each category of trading for itself."""
    counted = {"total": recount.trading(deals, period)} | {
        name: recount.trading([deal for deal in deals if deal["category"] == name], period) for name in TRADES
    }
    return [f"procurement.{text}" for text in _compared(said, counted)]


def unequal_sums(whole: Row, rows: list[Row], by: str) -> list[str]:
    """Where the rows of a split do not add up to the whole: no row of the database stands in two of them, or in none.

    A balance of months is no sum: the last month ends as the whole does, and each begins as the one before it ended.
    """
    found = []
    for path, total in _leaves(whole):
        if path[0] == "period" or path[-1].endswith(NO_SUMS) or path[-1].startswith("mean_"):
            continue
        parts = [row[path[0]] if len(path) == 2 else row[path[0]][path[1]] for row in rows if row[path[0]] is not None]
        values = [part[path[-1]] for part in parts if part[path[-1]] is not None]
        if by == "month" and (path[0] == "catalogue" or path[-1] in STANDING):
            if path[-1] in OPENING:
                closing = [part[OPENING[path[-1]]] for part in parts]
                values = values[:1] if values[1:] == closing[:-1] else ["broken chain"]
            values = values[:1] if path[-1] in OPENING else values[-1:]
        added = sum(values) if all(isinstance(value, int) for value in values) else values
        if values and added != total:
            found.append(f"{by} {'.'.join(path)}: {total}, its rows add up to {added}")
    return found


NO_SUMS = ("_rate", "_share", "_minutes", "_compression", "_all")
OPENING = {"open_at_start": "open", "before": "retained"}
STANDING = {*OPENING, *OPENING.values(), "open_overdue", "open_stopped", "permits", "services"}


def _leaves(tree: Row, above: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    found = []
    for name, value in tree.items():
        found += _leaves(value, (*above, name)) if isinstance(value, dict) else [((*above, name), value)]
    return found


def agrees(name: str, said: Any, counted: Any) -> bool:
    """A percentile of a histogram is the upper edge of the step that holds the exact one, in whole minutes."""
    if said is None or counted is None:
        return said is None and counted is None
    if name in SECONDS:
        edges = (*EDGES, float("inf"))
        low, high = next((low, high) for low, high in zip((0, *edges), edges, strict=False) if counted <= high)
        return low / 60 <= said <= high / 60
    return said == (counted if isinstance(counted, int) else float(counted))
