"""The command `indicators`: its form, its defaults, and 1,434 real cases right to the last one."""

import csv
import datetime as dt
import io
import json
import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from approvals.cases.measures import CASE_MEASURES
from approvals.cases.models import Case
from approvals.catalogue.models import Item
from hall.appointments.models import AppointmentCell
from portal.core.statistics import differences, mark_bulk, rebuild, refresh_all
from portal.core.time import driven_clock, today
from portal.people.actors import actor_of
from portal.people.models import Department
from portal.people.roles import Role
from portal.supervision.actions import remind
from portal.supervision.indicators import CATEGORIES, indicators
from tests import factories

pytestmark = pytest.mark.django_db
SHARED = Path(os.environ.get("SHARED_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data")
WABO = SHARED / "permits-wabo" / "receipt.csv"
FORM = {
    "catalogue": "items permits services promise_items mean_legal_days mean_promised_days mean_previous_promised_days "
    "compressed_items compressed_days time_compression online_share one_visit_share no_visit_share instant_share "
    "enterprise_share",
    "reform": "before cancelled suspended merged added delegated retained permits services reduction_rate",
    "approvals": "received accepted concluded immediate_concluded promise_concluded early on_due_day overdue "
    "overdue_immediate overdue_legal on_time_rate early_rate overdue_rate overdue_rate_all answers late_answers "
    "late_answer_rate mean_legal_days mean_promised_days mean_actual_days mean_filing_to_decision_days "
    "time_compression online_rate immediate_share extended withdrawn withdrawn_overdue returned not_accepted "
    "open_at_start open open_overdue open_stopped",
    "ratings": "given satisfied satisfaction_rate bad rectification_rate active_rate",
    "hall": "tickets served missed wait_p50_minutes wait_p90_minutes service_p50_minutes appointments attendance_rate "
    "empty_posts patrol_findings patrol_rectified",
    "hotline": "recorded direct direct_share dispatched returned replied closed due on_time on_time_rate open "
    "open_overdue called_back response_rate resolution_rate satisfaction_rate return_rate redo_rate",
    "supervision": "amber red reminders orders orders_answered",
}
DEALS = "projects deals deal_fen base_fen savings_fen savings_rate premium_fen"


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("indicators", *arguments, stdout=out)
    return out.getvalue()


def test_the_answer_has_the_form_of_the_exchange():
    answer = json.loads(run("--from", "2026-01-01", "--to", "2026-03-31", "--json"))
    assert list(answer) == ["period", *list(FORM)[:-1], "procurement", "supervision"]
    for name, figures in FORM.items():
        assert list(answer[name]) == figures.split(), name
    assert list(answer["procurement"]) == ["total", *CATEGORIES]
    for part in answer["procurement"].values():
        assert list(part) == DEALS.split()


def test_without_data_counts_are_0_and_ratios_null():
    answer = json.loads(run("--from", "2026-01-01", "--to", "2026-03-31", "--json"))
    blocks = [answer[name] for name in FORM] + list(answer["procurement"].values())
    for block in blocks:
        for name, value in block.items():
            unknown = name.endswith(("_rate", "_share", "_minutes", "_compression", "_all")) or name.startswith("mean_")
            assert value is None if unknown else value == 0, name


def test_balances_are_as_of_the_end_of_the_period_or_today():
    past = json.loads(run("--from", "2020-01-01", "--to", "2020-03-31", "--json"))
    running = json.loads(run("--from", "2020-01-01", "--to", "2999-12-31", "--json"))
    assert past["period"] == {"from": "2020-01-01", "to": "2020-03-31", "as_of": "2020-03-31"}
    assert running["period"]["as_of"] == today().isoformat()


@pytest.mark.parametrize(
    "wrong",
    [
        ("--from", "2026-02-01", "--to", "2026-01-01"),
        ("--from", "2026-01-01", "--to", "2026-01-02", "--department", "?"),
    ],
)
def test_a_wrong_question_ends_with_2(wrong):
    with pytest.raises(CommandError) as error:
        run(*wrong, "--json")
    assert error.value.returncode == 2


def test_without_json_it_prints_lines_for_people():
    lines = run("--from", "2026-01-01", "--to", "2026-03-31").splitlines()
    assert any(line.startswith("approvals.concluded ") and line.endswith(" 0") for line in lines)
    assert any(line.startswith("approvals.on_time_rate ") and line.endswith("—") for line in lines)


# --- the real cases of a Dutch municipality ---------------------------------------------------------------------------

CHANNELS = {"Internet": "online", "Desk": "counter", "Post": "post", "e-mail": "email", "Intern": "internal"}


def _day(text: str) -> dt.date | None:
    """The calendar date where the case lives: the moment's own offset is kept."""
    return dt.datetime.fromisoformat(text).date() if text else None


@pytest.fixture
def wabo(db):
    if not WABO.exists():
        pytest.skip("the real event log is not at hand")
    with WABO.open(newline="") as file:
        rows = {row["case:concept:name"]: row for row in csv.DictReader(file)}
    departments = {
        name: Department.objects.create(code=name, name=name) for name in {r["case:department"] for r in rows.values()}
    }
    item = Item.objects.create(code="WABO", name="WABO", department=departments["General"])
    Case.objects.bulk_create([_case(row, departments, item) for row in rows.values()])
    return rows


def _case(row: dict[str, str], departments: dict[str, Department], item: Item) -> Case:
    filed, planned, decided = (_day(row[f"case:{name}"]) for name in ("startdate", "enddate_planned", "enddate"))
    return Case(
        number=row["case:concept:name"],
        item=item,
        department=departments[row["case:department"]],
        channel=CHANNELS[row["case:channel"]],
        kind="promise",
        state="approved" if decided else "accepted",
        submitted_on=filed,
        received_on=filed,
        answered_on=filed,
        accepted_on=filed,
        promised_due_on=planned,
        overdue_from_on=planned + dt.timedelta(days=1) if planned else None,
        decided_on=decided,
        ended_on=decided,
        outcome="approved" if decided else "",
    )


PERIOD = (dt.date(2010, 1, 1), dt.date(2012, 12, 31))
AS_OF = dt.date(2012, 1, 23)


def test_the_real_cases_come_out_right_to_the_last_one(wabo):
    rebuild(CASE_MEASURES)
    found = indicators(*PERIOD, as_of=AS_OF)["approvals"]
    exact = {
        "received": 1434,
        "concluded": 1329,
        "overdue": 322,
        "on_due_day": 70,
        "early": 937,
        "open": 105,
        "open_overdue": 39,
    }
    assert {name: found[name] for name in exact} == exact
    assert found["overdue_rate"] == 322 / 1329
    assert list(differences()) == []


def test_the_real_cases_come_out_right_when_refreshed_and_not_rebuilt(wabo):
    mark_bulk(CASE_MEASURES, Case.objects.all())
    refresh_all()
    assert list(differences()) == []
    found = indicators(*PERIOD, as_of=AS_OF)["approvals"]
    assert (found["concluded"], found["overdue"], found["open_overdue"]) == (1329, 322, 39)


@pytest.mark.parametrize(
    ("by", "column", "names"), [("channel", "channel", CHANNELS), ("department", "department", {})]
)
def test_the_real_cases_come_out_right_by_channel_and_department(wabo, by, column, names):
    rebuild(CASE_MEASURES)
    rows = {row[by]: row["approvals"] for row in indicators(*PERIOD, as_of=AS_OF, by=by)["rows"]}
    wanted: dict[str, list[int]] = {}
    for row in wabo.values():
        sums = wanted.setdefault(names.get(row[f"case:{column}"], row[f"case:{column}"]), [0, 0, 0, 0])
        decided, planned = _day(row["case:enddate"]), _day(row["case:enddate_planned"])
        sums[0] += 1
        sums[1] += decided is not None
        sums[2] += bool(decided and decided > planned)
        sums[3] += decided is None and planned < AS_OF
    figures = ("received", "concluded", "overdue", "open_overdue")
    assert {key: [row[name] for name in figures] for key, row in rows.items()} == wanted
    if by == "channel":
        assert {key: row["received"] for key, row in rows.items()} == {
            "online": 1250, "counter": 109, "post": 53, "email": 21, "internal": 1,
        }  # fmt: skip


def test_reminders_are_counted_on_their_day_and_by_department():
    dept, other = factories.department("GA", name="公安局"), factories.department("SCJG")
    supervisor = actor_of(factories.staff(Role.SUPERVISOR), Role.SUPERVISOR)
    with driven_clock(factories.moment("2026-12-01 10:00")):
        late = [
            factories.accepted(actor_of(factories.staff(Role.CLERK, one), Role.CLERK), on=factories.item(dept=one))
            for one in (dept, dept, other)
        ]
    for day in ("2026-12-09", "2026-12-10"):
        with driven_clock(factories.moment(f"{day} 10:00")):
            for case in late[1:]:
                remind(supervisor, case.number)
    with driven_clock(factories.moment("2026-12-11 10:00")):
        first, last = dt.date(2026, 12, 10), dt.date(2026, 12, 31)
        assert indicators(first, last)["supervision"]["reminders"] == 2
        assert indicators(first, last, department_code="GA")["supervision"]["reminders"] == 1
        for by in ("department", "item", "channel", "window", "staff", "month", "category"):
            rows = indicators(dt.date(2026, 12, 1), last, by=by)["rows"]
            assert sum(row["supervision"]["reminders"] for row in rows if row["supervision"]) == 4, by


def test_who_booked_and_never_came_is_no_number_that_was_called_and_missed():
    day = dt.date(2026, 12, 7)
    AppointmentCell.objects.create(day=day, department_id=0, service_id=0, channel="web", appointments=3, missed=2)
    block = indicators(day, day)["hall"]
    assert (block["appointments"], block["missed"]) == (3, 0)
