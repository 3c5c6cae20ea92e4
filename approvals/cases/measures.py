"""Which figures cases give to the statistics, and how the block "approvals" of the indicators comes out of them.

Every count belongs to the day of its own event. `open` is counted from acceptance: +1 on the day of acceptance, -1 on
the day of the end. `open_overdue` is +1 on the first day over the promise on which the case is open, -1 on its end; a
spell of being overdue that ended earlier (an extension, a change of the calendar) is a row of its own.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Q

from approvals.cases.kinds import KINDS
from approvals.cases.models.case import OPEN_ON_AMBER_DAY, OPEN_ON_OVERDUE_DAY, Case
from approvals.cases.models.cells import ACTUAL_DAYS_EDGES, BALANCES, FLOWS, DepartmentCell, ItemCell, WindowCell
from approvals.cases.models.parts import CaseOverdueSpan, CaseStop
from approvals.catalogue.models import Item
from portal.core.statistics import Cuboid, Fact, Histogram, MeasureSet, Part
from portal.core.statistics.blocks import Block, Scope, add_sums, months_of, over, quotient, register_block
from portal.core.statistics.read import MONTH, SMALLEST, Sums, period, standing
from portal.core.time import today

ACCEPTED = Q(accepted_on__isnull=False)
DECIDED = Q(outcome__in=["approved", "refused"])
PROMISE = DECIDED & Q(kind="promise")
IMMEDIATE = DECIDED & Q(kind="immediate")
ENDED_OTHERWISE = ACCEPTED & ~DECIDED
COMPRESSIBLE = PROMISE & Q(legal_days__isnull=False, promised_days__isnull=False)
ANSWERED_LATE = Q(answered_on__gt=F("first_answer_due_on"))
OF_ACCEPTED = Q(case__accepted_on__isnull=False)

# (day, condition): the day on which a case turns red: it is open and over its promise, if only until its end that day.
# So every case that was decided late has been red.
TURNED_RED = (
    ("overdue_from_on", Q(overdue_from_on__gte=F("accepted_on")) & OPEN_ON_OVERDUE_DAY),
    ("accepted_on", Q(overdue_from_on__lt=F("accepted_on"))),
)

FACTS = [
    Fact("received", "submitted_on"),
    # First answers. A filing deemed accepted was answered late; if its first notice was in time, and only the answer
    # to the supplement was missed, the lateness belongs to the day on which the law accepted it.
    Fact("answers", "answered_on"),
    Fact("late_answers", "answered_on", ANSWERED_LATE | Q(deemed=True, accepted_on=F("answered_on"))),
    Fact(
        "late_answers",
        "accepted_on",
        Q(deemed=True, accepted_on__gt=F("answered_on"), answered_on__lte=F("first_answer_due_on")),
    ),
    Fact("accepted", "accepted_on"),
    # Decisions.
    Fact("concluded", "decided_on", DECIDED),
    Fact("approved", "decided_on", Q(outcome="approved")),
    Fact("refused", "decided_on", Q(outcome="refused")),
    Fact("immediate_concluded", "decided_on", IMMEDIATE),
    Fact("promise_concluded", "decided_on", PROMISE),
    Fact("early", "decided_on", PROMISE & Q(decided_on__lt=F("promised_due_on"))),
    Fact("on_due_day", "decided_on", PROMISE & Q(decided_on=F("promised_due_on"))),
    Fact("overdue", "decided_on", PROMISE & Q(decided_on__gt=F("promised_due_on"))),
    Fact("overdue_immediate", "decided_on", IMMEDIATE & Q(decided_on__gt=F("promised_due_on"))),
    Fact(
        "overdue_immediate",
        "decided_on",
        IMMEDIATE & Q(promised_due_on__isnull=True, decided_on__gt=F("accepted_on")),
    ),
    Fact("overdue_legal", "decided_on", PROMISE & Q(decided_on__gt=F("legal_due_on"))),
    Fact("extended", "decided_on", PROMISE & Q(extended_days__gt=0)),
    Fact("online_concluded", "decided_on", DECIDED & Q(channel="online", visits=0)),
    *(
        fact
        for name, column in (
            ("legal_days", "legal_days"),
            ("promised_days", "promised_days"),
            ("actual_days", "elapsed_days"),
            ("filing_days", "filing_days"),
        )
        for fact in (
            Fact(name, "decided_on", PROMISE, F(column)),
            Fact(f"with_{name}", "decided_on", PROMISE & Q(**{f"{column}__isnull": False})),
        )
    ),
    Fact("compressible_legal_days", "decided_on", COMPRESSIBLE, F("legal_days")),
    Fact("compressible_promised_days", "decided_on", COMPRESSIBLE, F("promised_days")),
    # Renewals that the law granted because nobody decided in time: among the concluded, and shown apart.
    Fact("deemed_granted", "decided_on", Q(deemed_granted=True)),
    # Decisions taken back later: they stay among the concluded of their day, and are counted apart.
    Fact("revoked", "revoked_on"),
    # Ends without a decision.
    Fact("withdrawn", "ended_on", Q(outcome="withdrawn")),
    Fact("terminated", "ended_on", Q(outcome="terminated")),
    Fact(
        "withdrawn_overdue",
        "ended_on",
        ACCEPTED & Q(outcome__in=["withdrawn", "terminated"], ended_on__gte=F("overdue_from_on")),
    ),
    Fact("returned", "ended_on", Q(outcome="returned")),
    Fact("not_accepted", "ended_on", Q(outcome="not_accepted")),
    Fact("ended_otherwise", "ended_on", ENDED_OTHERWISE),
    # Balances.
    Fact("open", "accepted_on"),
    Fact("open", "ended_on", ACCEPTED, -1),
    # One that ends on the day on which it turned red comes and goes on that day.
    *(Fact("open_overdue", day, when) for day, when in TURNED_RED),
    Fact("open_overdue", "ended_on", ACCEPTED & Q(ended_on__gte=F("overdue_from_on")), -1),
    # Lamps: cases that turned amber or red, whether or not a sweep has lit the lamp yet.
    Fact("amber", "amber_on", ACCEPTED & OPEN_ON_AMBER_DAY),
    *(Fact("red", day, when) for day, when in TURNED_RED),
    *(Fact(kind.figure, kind.day, kind.when) for kind in KINDS),
    Fact("late_no", "late_no_on"),
]

ACTUAL_DAYS = Histogram("took", "decided_on", "elapsed_days", ACTUAL_DAYS_EDGES, PROMISE)

CASE_MEASURES = MeasureSet(
    "cases",
    Case,
    cuboids=[
        Cuboid(
            "department",
            DepartmentCell,
            {"department_id": "department_id", "channel": "channel", "kind": "kind"},
        ),
        Cuboid(
            "item",
            ItemCell,
            {"department_id": "department_id", "item_id": "item_id", "channel": "channel", "kind": "kind"},
        ),
        Cuboid(
            "window",
            WindowCell,
            {"department_id": "department_id", "window_id": "window_id", "staff_id": "staff_id"},
        ),
    ],
    facts=FACTS,
    histograms=[ACTUAL_DAYS],
    parts=[
        Part(
            CaseOverdueSpan,
            "case",
            (
                Fact("open_overdue", "from_on", OF_ACCEPTED & Q(legal=False)),
                Fact("open_overdue", "to_on", OF_ACCEPTED & Q(legal=False), -1),
                Fact("red", "from_on", OF_ACCEPTED & Q(legal=False)),
            ),
        ),
        Part(
            CaseStop,
            "case",
            (
                Fact("open_stopped", "from_on", OF_ACCEPTED),
                Fact("open_stopped", "to_on", OF_ACCEPTED, -1),
            ),
        ),
    ],
)

LAMPS = ("amber", "red")
# --by → dimension
DIMENSIONS = {
    "department": "department_id",
    "item": "item_id",
    "category": "item_id",  # the type of the item
    "channel": "channel",
    "window": "window_id",
    "staff": "staff_id",
    "month": MONTH,
}


def figures(scope: Scope) -> dict[Any, Sums]:
    """All sums of the block for the scope, by row. Three queries, four by month."""
    by = DIMENSIONS[scope.by] if scope.by else None
    filters = {"department_id": scope.department_id} if scope.department_id else {}
    if by == MONTH:
        return _by_month(scope, filters)
    rows: dict[Any, Sums] = {}
    flows = period(
        CASE_MEASURES, SMALLEST, scope.first, scope.last, by=by, filters=filters, figures=(*FLOWS, *ACTUAL_DAYS.columns)
    )
    now = standing(CASE_MEASURES, SMALLEST, scope.as_of, by=by, filters=filters, figures=BALANCES)
    start = standing(CASE_MEASURES, SMALLEST, scope.day_before, by=by, filters=filters, figures=("open",))
    for key in flows.keys() | now.keys() | start.keys():
        row = {**flows.get(key, {}), **now.get(key, {}), "open_at_start": start.get(key, {}).get("open", 0)}
        if any(row.values()) or by is None:
            rows[key] = row
    return _by_type(rows) if scope.by == "category" else rows


def _by_month(scope: Scope, filters: Mapping[str, Any]) -> dict[Any, Sums]:
    """Each month of the period; its balances at its end or at the as-of day, whichever is earlier."""
    flows = period(CASE_MEASURES, SMALLEST, scope.first, scope.last, by=MONTH, filters=filters)
    moved = period(
        CASE_MEASURES, SMALLEST, scope.first, min(scope.last, scope.as_of), by=MONTH, filters=filters, figures=BALANCES
    )
    balance = standing(CASE_MEASURES, SMALLEST, min(scope.day_before, scope.as_of), filters=filters, figures=BALANCES)[
        None
    ]
    rows: dict[Any, Sums] = {}
    for month in months_of(scope.first, scope.last):
        start = balance["open"]
        balance = add_sums(balance, moved.get(month, {}))
        rows[month] = {**flows.get(month, {}), **balance, "open_at_start": start}
    return rows


def _by_type(rows: Mapping[Any, Sums]) -> dict[Any, Sums]:
    types = dict(Item.objects.filter(pk__in=rows).values_list("pk", "type"))
    folded: dict[Any, Sums] = {}
    for item_id, sums in rows.items():
        key = types.get(item_id, "")
        folded[key] = add_sums(folded.get(key, {}), sums)
    return folded


# Concluded promise cases whose promised due date is known: the others were neither in time nor late.
DATED = ("early", "on_due_day", "overdue")


def dated(sums: Mapping[str, int]) -> int:
    """How many of them there are."""
    return sum(sums.get(name, 0) for name in DATED)


def compressible(sums: Mapping[str, int]) -> int:
    """Concluded promise cases of which surely both the legal and the promised days are known: at least so many."""
    both = sums.get("with_legal_days", 0) + sums.get("with_promised_days", 0) - sums.get("promise_concluded", 0)
    return max(0, both)


COMPRESSION = quotient(
    ["compressible_legal_days"], ["compressible_legal_days"], less=["compressible_promised_days"], base=compressible
)


APPROVALS = Block(
    "approvals",
    order=(
        "received", "accepted", "concluded", "immediate_concluded", "promise_concluded", "early", "on_due_day",
        "overdue", "overdue_immediate", "overdue_legal", "on_time_rate", "early_rate", "overdue_rate",
        "overdue_rate_all", "answers", "late_answers", "late_answer_rate", "mean_legal_days", "mean_promised_days",
        "mean_actual_days", "mean_filing_to_decision_days", "time_compression", "online_rate", "immediate_share",
        "extended", "withdrawn", "withdrawn_overdue", "returned", "not_accepted", "open_at_start", "open",
        "open_overdue", "open_stopped",
    ),
    derived={
        "on_time_rate": quotient(["early", "on_due_day"], DATED),
        "early_rate": quotient(["early"], DATED),
        "overdue_rate": quotient(["overdue"], DATED),
        "overdue_rate_all": quotient(["overdue", "overdue_immediate"], ["concluded"]),
        "late_answer_rate": over("late_answers", "answers"),
        "mean_legal_days": over("legal_days", "with_legal_days"),
        "mean_promised_days": over("promised_days", "with_promised_days"),
        "mean_actual_days": over("actual_days", "with_actual_days"),
        "mean_filing_to_decision_days": over("filing_days", "with_filing_days"),
        "time_compression": COMPRESSION,
        "online_rate": over("online_concluded", "concluded"),
        "immediate_share": over("immediate_concluded", "concluded"),
        # A case that the authority or the law ended counts with those that the applicant withdrew.
        "withdrawn": lambda s: s.get("withdrawn", 0) + s.get("terminated", 0),
    },
    sums=figures,
    dimensions=frozenset(DIMENSIONS),
)  # fmt: skip


def lamps(scope: Scope) -> dict[Any, Sums]:
    """Cases that turned amber or red in the period, as far as it has passed; one query."""
    by = DIMENSIONS[scope.by] if scope.by else None
    filters = {"department_id": scope.department_id} if scope.department_id else {}
    last = min(scope.last, today())
    rows = period(CASE_MEASURES, SMALLEST, scope.first, last, by=by, filters=filters, figures=LAMPS)
    return _by_type(rows) if scope.by == "category" else rows


SUPERVISION = Block(
    "supervision",
    order=("amber", "red", "reminders", "orders", "orders_answered"),
    sums=lamps,
    dimensions=frozenset(DIMENSIONS),
)


def connect() -> None:
    """Called in `ready()`: declares the measures and registers the blocks of the indicators."""
    register_block(APPROVALS)
    register_block(SUPERVISION)
