"""Row `recompute`: all cells of all cases counted from scratch, by the engine and by SQL written by hand.

The SQL is what somebody who knows the cases and PostgreSQL would write for this one purpose: an aggregate for each day
column, the cells that they add up to, the cells by department added up from those by item. It knows nothing of the
declaration in `measures.py`. Both sides throw the old cells away in the same transaction, into tables with the same
indexes; the first pair proves that the cells are the same.
"""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from portal.core.db.statistics import FILLED
from tests.bench.harness import Pair, Row, register
from tests.bench.rows import refresh

PROMISE = "kind = 'promise' AND outcome IN ('approved', 'refused')"
IMMEDIATE = "kind = 'immediate' AND outcome IN ('approved', 'refused')"
EDGES = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 30, 45, 60, 90)


def _days_taken() -> dict[str, str]:
    """How many took so many working days: in each bucket what the smaller ones do not hold."""
    counts = {"took_to_0": f"count(*) FILTER (WHERE {PROMISE} AND elapsed_days <= 0)"}
    for below, edge in itertools.pairwise(EDGES):
        inside = f"{PROMISE} AND elapsed_days > {below} AND elapsed_days <= {edge}"
        counts[f"took_to_{edge}"] = f"count(*) FILTER (WHERE {inside})"
    counts["took_over_90"] = f"count(*) FILTER (WHERE {PROMISE} AND elapsed_days > 90)"
    return counts


# Day column → (rows, {figure: aggregate}).
BY_DAY: dict[str, tuple[str, dict[str, str]]] = {
    "submitted_on": (
        "cases_case WHERE submitted_on IS NOT NULL",
        {
            "received": "count(*)",
            "kind_immediate": "count(*) FILTER (WHERE kind = 'immediate')",
            "kind_promise": "count(*) FILTER (WHERE kind = 'promise')",
        },
    ),
    "answered_on": (
        "cases_case WHERE answered_on IS NOT NULL",
        {
            "answers": "count(*)",
            "late_answers": "count(*) FILTER (WHERE answered_on > first_answer_due_on"
            " OR (deemed AND accepted_on = answered_on))",
        },
    ),
    "accepted_on": (
        "cases_case WHERE accepted_on IS NOT NULL",
        {
            "accepted": "count(*)",
            "open": "count(*)",
            "late_answers": "count(*) FILTER (WHERE deemed AND accepted_on > answered_on"
            " AND answered_on <= first_answer_due_on)",
            "open_overdue": "count(*) FILTER (WHERE overdue_from_on < accepted_on)",
            "red": "count(*) FILTER (WHERE overdue_from_on < accepted_on)",
        },
    ),
    "decided_on": (
        "cases_case WHERE decided_on IS NOT NULL",
        {
            "concluded": "count(*) FILTER (WHERE outcome IN ('approved', 'refused'))",
            "approved": "count(*) FILTER (WHERE outcome = 'approved')",
            "refused": "count(*) FILTER (WHERE outcome = 'refused')",
            "immediate_concluded": f"count(*) FILTER (WHERE {IMMEDIATE})",
            "promise_concluded": f"count(*) FILTER (WHERE {PROMISE})",
            "early": f"count(*) FILTER (WHERE {PROMISE} AND decided_on < promised_due_on)",
            "on_due_day": f"count(*) FILTER (WHERE {PROMISE} AND decided_on = promised_due_on)",
            "overdue": f"count(*) FILTER (WHERE {PROMISE} AND decided_on > promised_due_on)",
            "overdue_immediate": f"count(*) FILTER (WHERE {IMMEDIATE} AND decided_on >"
            " CASE WHEN promised_due_on IS NULL THEN accepted_on ELSE promised_due_on END)",
            "overdue_legal": f"count(*) FILTER (WHERE {PROMISE} AND decided_on > legal_due_on)",
            "extended": f"count(*) FILTER (WHERE {PROMISE} AND extended_days > 0)",
            "online_concluded": "count(*) FILTER (WHERE channel = 'online' AND visits = 0"
            " AND outcome IN ('approved', 'refused'))",
            "legal_days": f"sum(legal_days) FILTER (WHERE {PROMISE})",
            "with_legal_days": f"count(legal_days) FILTER (WHERE {PROMISE})",
            "promised_days": f"sum(promised_days) FILTER (WHERE {PROMISE})",
            "with_promised_days": f"count(promised_days) FILTER (WHERE {PROMISE})",
            "actual_days": f"sum(elapsed_days) FILTER (WHERE {PROMISE})",
            "with_actual_days": f"count(elapsed_days) FILTER (WHERE {PROMISE})",
            "filing_days": f"sum(filing_days) FILTER (WHERE {PROMISE})",
            "with_filing_days": f"count(filing_days) FILTER (WHERE {PROMISE})",
            "compressible_legal_days": f"sum(legal_days) FILTER (WHERE {PROMISE} AND promised_days IS NOT NULL)",
            "compressible_promised_days": f"sum(promised_days) FILTER (WHERE {PROMISE} AND legal_days IS NOT NULL)",
            "deemed_granted": "count(*) FILTER (WHERE deemed_granted)",
            **_days_taken(),
        },
    ),
    "revoked_on": ("cases_case WHERE revoked_on IS NOT NULL", {"revoked": "count(*)"}),
    "ended_on": (
        "cases_case WHERE ended_on IS NOT NULL",
        {
            "withdrawn": "count(*) FILTER (WHERE outcome = 'withdrawn')",
            "terminated": "count(*) FILTER (WHERE outcome = 'terminated')",
            "withdrawn_overdue": "count(*) FILTER (WHERE outcome IN ('withdrawn', 'terminated')"
            " AND accepted_on IS NOT NULL AND ended_on >= overdue_from_on)",
            "returned": "count(*) FILTER (WHERE outcome = 'returned')",
            "not_accepted": "count(*) FILTER (WHERE outcome = 'not_accepted')",
            "kind_returned": "count(*) FILTER (WHERE outcome IN ('returned', 'not_accepted'))",
            "ended_otherwise": "count(accepted_on) FILTER (WHERE outcome NOT IN ('approved', 'refused'))",
            "open": "- count(accepted_on)",
            "open_overdue": "- count(*) FILTER (WHERE accepted_on IS NOT NULL AND ended_on >= overdue_from_on)",
        },
    ),
    "overdue_from_on": (
        "cases_case WHERE overdue_from_on >= accepted_on AND (ended_on IS NULL OR ended_on >= overdue_from_on)",
        {"open_overdue": "count(*)", "red": "count(*)"},
    ),
    "amber_on": (
        "cases_case WHERE amber_on IS NOT NULL AND accepted_on IS NOT NULL"
        " AND (ended_on IS NULL OR ended_on >= amber_on)",
        {"amber": "count(*)"},
    ),
    "joint_on": ("cases_case WHERE joint_on IS NOT NULL", {"kind_joint": "count(*)"}),
    "first_notice_on": ("cases_case WHERE first_notice_on IS NOT NULL", {"kind_supplement": "count(*)"}),
    "reported_on": ("cases_case WHERE reported_on IS NOT NULL", {"kind_reported": "count(*)"}),
    "late_no_on": ("cases_case WHERE late_no_on IS NOT NULL", {"late_no": "count(*)"}),
    "span.from_on": (
        "cases_caseoverduespan span JOIN cases_case ON cases_case.id = span.case_id"
        " WHERE accepted_on IS NOT NULL AND NOT span.legal",
        {"open_overdue": "count(*)", "red": "count(*)"},
    ),
    "span.to_on": (
        "cases_caseoverduespan span JOIN cases_case ON cases_case.id = span.case_id"
        " WHERE accepted_on IS NOT NULL AND NOT span.legal",
        {"open_overdue": "- count(*)"},
    ),
    "stop.from_on": (
        "cases_casestop stop JOIN cases_case ON cases_case.id = stop.case_id WHERE accepted_on IS NOT NULL",
        {"open_stopped": "count(*)"},
    ),
    "stop.to_on": (
        "cases_casestop stop JOIN cases_case ON cases_case.id = stop.case_id"
        " WHERE accepted_on IS NOT NULL AND stop.to_on IS NOT NULL",
        {"open_stopped": "- count(*)"},
    ),
}
FIGURES = tuple(dict.fromkeys(figure for _rows, counts in BY_DAY.values() for figure in counts))
SHARED = {figure for figure in FIGURES if sum(figure in counts for _rows, counts in BY_DAY.values()) > 1}

ITEM = ("department_id", "item_id", "channel", "kind")
DEPARTMENT = ("department_id", "channel", "kind")
WINDOW = ("department_id", "window_id", "staff_id")
TABLES = {"cases_itemcell": ITEM, "cases_departmentcell": DEPARTMENT, "cases_windowcell": WINDOW}


def from_the_rows(dims: tuple[str, ...]) -> str:
    """The cells of all days by these dimensions, counted from the cases."""
    places = range(1, len(dims) + 2)
    named = ", ".join(f"COALESCE({dim}, 0)" if dim in {"window_id", "staff_id"} else dim for dim in dims)
    parts = []
    for day, (rows, counts) in BY_DAY.items():
        figures = ", ".join(f"{counts.get(figure, 'NULL::bigint')} AS {figure}" for figure in FIGURES)
        parts.append(f"(SELECT {day} AS day, {named}, {figures} FROM {rows} GROUP BY {', '.join(map(str, places))})")
    keys = ", ".join(("day", *dims))
    # What one day column gives has one value for each key, and the largest of one value costs less than its sum.
    sums = {figure: f"COALESCE({'sum' if figure in SHARED else 'max'}({figure}), 0)" for figure in FIGURES}
    some = " OR ".join(f"{one} <> 0" for one in sums.values())
    named = ", ".join(f"{one} AS {figure}" for figure, one in sums.items())
    return (
        f"SELECT {keys}, {named}"
        f" FROM ({' UNION ALL '.join(parts)}) counted (day, {', '.join(dims)}, {', '.join(FIGURES)})"
        f" GROUP BY {keys} HAVING {some}"
    )


def from_finer_cells() -> str:
    """The cells by department, from those by item."""
    keys = ", ".join(("day", *DEPARTMENT))
    sums = [f"sum({figure})" for figure in FIGURES]
    some = " OR ".join(f"{one} <> 0" for one in sums)
    return f"SELECT {keys}, {', '.join(sums)} FROM hand_itemcell GROUP BY {keys} HAVING {some}"


def by_hand() -> None:
    """Fill the tables anew. PostgreSQL reads with several processes for a new table only, so there is one between."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'")
        for table, dims in TABLES.items():
            hand = table.replace("cases_", "hand_")
            columns = ", ".join(("day", *dims, *FIGURES))
            cursor.execute(f"DELETE FROM {hand}")
            if dims == DEPARTMENT:
                cursor.execute(f"INSERT INTO {hand} ({columns}) {from_finer_cells()}")
                continue
            cursor.execute(f"CREATE TEMPORARY TABLE found ON COMMIT DROP AS {from_the_rows(dims)}")
            cursor.execute(f"INSERT INTO {hand} ({columns}) SELECT * FROM found")
            cursor.execute("DROP TABLE found")


def same_cells(_ours: object, _other: object) -> None:
    """The cells of both sides, every figure of every key."""
    with connection.cursor() as cursor:
        for table, dims in TABLES.items():
            columns = ", ".join(("day", *dims, *FIGURES))
            ours, hand = (f"SELECT {columns} FROM {name}" for name in (table, table.replace("cases_", "hand_")))
            for one, other in ((ours, hand), (hand, ours)):
                cursor.execute(f"SELECT count(*) FROM ({one} EXCEPT ALL {other}) different")
                assert cursor.fetchone() == (0,), f"{table} differs"
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() > (0,), f"{table} is empty"


@contextmanager
def tables_for_hand() -> Iterator[None]:
    """Empty tables like those of the cells, with their indexes and the room in their pages, for what is counted by hand.

    They are gone afterwards.
    """
    with connection.cursor() as cursor:
        for table in TABLES:
            # A run that was broken off on a kept database leaves its tables behind.
            hand = table.replace("cases_", "hand_")
            cursor.execute(f"DROP TABLE IF EXISTS {hand}")
            cursor.execute(f"CREATE TABLE {hand} (LIKE {table} INCLUDING ALL) WITH (fillfactor = {FILLED})")
    yield
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DROP TABLE {table.replace('cases_', 'hand_')}")


@contextmanager
def prepare(size: int) -> Iterator[Pair]:
    from approvals.cases.measures import CASE_MEASURES
    from portal.core.statistics import rebuild

    if connection.vendor != "postgresql":
        raise SystemExit("the row recompute compares with SQL for PostgreSQL")
    assert set(FIGURES) == set(CASE_MEASURES.figures), set(FIGURES) ^ set(CASE_MEASURES.figures)
    refresh.fill(size)
    with tables_for_hand():
        yield Pair(lambda: rebuild(CASE_MEASURES), by_hand, amount=1, check=same_cells)


register(
    Row(
        name="recompute",
        title="All cells of all cases, thrown away and counted again",
        ours="`rebuild`: from the declared measures, locks and dirty rows included",
        other="SQL written by hand for these cells; 0.83 is 1.2 times as long",
        unit="rebuilds",
        goal=0.83,
        prepare=prepare,
        pairs=3,
    )
)
