"""Cases of other systems: their dates, due dates, stops, drafts, events; and 1,434 real ones, to the last."""

import contextlib
import csv
import datetime as dt
import io
import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.cases import clockwork
from approvals.cases.models import Case, CaseStop
from approvals.catalogue.models import Item
from portal.core import audit, events
from portal.core.calendar import workdays
from portal.core.models import Event, ImportJob
from portal.core.numbers import check_number
from portal.core.statistics.refresh import refresh_all
from portal.people.models import Department
from portal.supervision.indicators import indicators
from tests.cases import event_log
from tests.factories import department, user
from tests.queries import queries_of_events

pytestmark = pytest.mark.django_db
D = dt.date
SHARED = Path(os.environ.get("SHARED_DATA", Path(__file__).resolve().parents[2].parent / "shared" / "data"))
RECEIPT = SHARED / "permits-wabo" / "receipt.csv"
GOOD = {
    "external_id": "1",
    "item_code": "P-1",
    "item_name": "食品经营许可",
    "department_code": "SCJG",
    "department_name": "市市场监督管理局",
    "channel": "online",
    "kind": "promise",
    "applicant_type": "person",
    "submitted_at": "2024-09-26T16:59:00",
    "answered_at": "2024-09-27T09:00:00",
    "accepted_at": "2024-09-27T09:00:00",
    "legal_days": "20",
    "promised_days": "5",
    "visits": "0",
    "decided_at": "2024-10-11T10:00:00",
    "outcome": "approved",
}


def as_csv(*rows: dict[str, str]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    stream = io.StringIO()
    writer = csv.DictWriter(stream, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


@pytest.fixture
def send(tmp_path, capsys):
    """Import rows as a file of the source `old`; returns the line of counts and the first reason."""

    def send(*rows: dict[str, str], timezone: str = "Asia/Shanghai") -> tuple[str, str]:
        path = tmp_path / "cases.csv"
        path.write_text(as_csv(*rows), encoding="utf-8")
        with contextlib.suppress(SystemExit):
            call_command("import_cases", str(path), "--source", "old", "--timezone", timezone)
        reject = ImportJob.objects.latest("id").rejects.first()
        return capsys.readouterr().out.strip(), reject.reason if reject else ""

    return send


def row(**more: str) -> dict[str, str]:
    return {**GOOD, **more}


def taken(send, **more: str) -> Case:
    """The case that a good row becomes."""
    line, reason = send(row(**more))
    assert not reason
    assert "rejected 0" in line
    return Case.objects.get(source="old", external_id=more.get("external_id", "1"))


# --- the row and its case -------------------------------------------------------------------------------------------


def test_a_row_becomes_a_case_whose_days_are_counted_by_the_calendar(send):
    case = taken(send)
    assert (case.state, case.outcome, case.imported, case.due_source) == ("approved", "approved", True, "computed")
    assert (case.submitted_on, case.received_on, case.day_0) == (D(2024, 9, 26), D(2024, 9, 26), D(2024, 9, 27))
    assert case.promised_due_on == D(2024, 10, 10)  # the National Day holiday and two swapped weekends lie between
    assert case.overdue_from_on == D(2024, 10, 11)
    assert case.elapsed_days == 6
    assert case.decided_on == case.ended_on == D(2024, 10, 11)
    assert check_number(case.number)
    assert case.calendar_version == workdays().version


def test_the_columns_are_those_of_a_case_of_our_own_with_the_same_dates(send):
    rows = [
        row(external_id="a"),
        row(external_id="b", suspensions="2024-09-29/2024-10-09", extended_days="3"),
        row(external_id="c", kind="immediate", promised_days="0", decided_at="2024-09-27T11:00:00"),
        row(external_id="d", decided_at="", outcome="", suspensions="2024-10-08/2024-10-09;2024-10-15/"),
        row(external_id="e", promised_due_on="2024-10-01", legal_due_on=""),
        row(external_id="f", decided_at="", outcome="", suspensions="2024-09-30/"),
        row(external_id="g", accepted_at="2024-10-02T10:00:00"),
        row(external_id="h", promised_days="0", kind="promise", decided_at="", outcome="", accepted_at="2024-10-05"),
    ]
    assert send(*rows)[0] == "read 8, created 8, updated 0, unchanged 0, rejected 0"
    names = (
        "promised_due_on", "legal_due_on", "amber_on", "overdue_from_on", "legal_overdue_from_on",
        "remaining_days", "remaining_legal_days", "calendar_version",
    )  # fmt: skip
    for case in Case.objects.order_by("external_id"):
        stops = list(case.stops.order_by("from_on"))
        own = Case(
            day_0=case.day_0,
            accepted_on=case.accepted_on,
            promised_days=case.promised_days,
            legal_days=case.legal_days,
            kind=case.kind,
            due_source=case.due_source,
            promised_due_on=case.promised_due_on if case.due_source == "source" else None,
            extended_days=case.extended_days,
        )
        # Our own case lives through its stops one after the other, and each is written on its day.
        clockwork.write_clock(own, [], today=case.accepted_on)
        for place, stop in enumerate(stops):
            running = [*stops[:place], CaseStop(ground=stop.ground, from_on=stop.from_on)]
            assert stop.overdue_at_stop == bool(own.overdue_from_on and own.overdue_from_on <= stop.from_on)
            clockwork.write_clock(own, running, today=stop.from_on)
            if stop.to_on:
                clockwork.write_clock(own, stops[: place + 1], today=stop.to_on)
        assert {n: getattr(case, n) for n in names} == {n: getattr(own, n) for n in names}, case.external_id


def test_dates_are_taken_in_the_named_zone_and_a_filing_is_not_shifted_for_its_hour(send):
    case = taken(send, submitted_at="2024-09-26T22:30:00Z", accepted_at="", answered_at="", decided_at="", outcome="")
    assert (case.submitted_on, case.received_on) == (D(2024, 9, 27), D(2024, 9, 27))  # 06:30 in Shanghai
    send(
        row(external_id="2", submitted_at="2024-09-26 23:59", accepted_at="2024-09-26 23:59", answered_at=""),
        timezone="Europe/Amsterdam",
    )
    case = Case.objects.get(external_id="2")
    assert (case.submitted_on, case.received_on, case.day_0) == (D(2024, 9, 26),) * 3
    assert case.submitted_at == dt.datetime(2024, 9, 26, 21, 59, tzinfo=dt.UTC)


def test_an_acceptance_on_a_day_off_counts_from_the_next_working_day(send):
    case = taken(send, submitted_at="2024-10-01", accepted_at="2024-10-01", answered_at="2024-10-01")
    assert (case.accepted_on, case.received_on, case.day_0) == (D(2024, 10, 1), D(2024, 10, 8), D(2024, 10, 8))


def test_a_due_date_of_the_source_wins_and_the_case_says_so(send):
    case = taken(send, promised_due_on="2024-10-06", legal_due_on="2024-12-31")
    assert (case.promised_due_on, case.legal_due_on, case.due_source) == (D(2024, 10, 6), D(2024, 12, 31), "source")
    assert case.overdue_from_on == D(2024, 10, 7)
    assert case.elapsed_days == 6


def test_unknown_days_stay_unknown(send):
    case = taken(send, legal_days="", promised_days="", channel="", applicant_type="", kind="")
    assert (case.legal_days, case.promised_days, case.promised_due_on, case.legal_due_on) == (None,) * 4
    assert (case.overdue_from_on, case.amber_on, case.channel, case.kind) == (None, None, "", "promise")
    assert case.elapsed_days == 6


def test_a_stopped_case_has_days_left_and_no_due_date(send):
    case = taken(send, decided_at="", outcome="", suspensions="2024-09-29/2024-09-30;2024-10-08/")
    assert (case.state, case.stopped_on, case.promised_due_on) == ("suspended", D(2024, 10, 8), None)
    assert case.remaining_days == 3  # 29 September and 8 October counted, 30 September was taken out
    assert list(case.stops.order_by("from_on").values_list("from_on", "to_on")) == [
        (D(2024, 9, 29), D(2024, 9, 30)),
        (D(2024, 10, 8), None),
    ]


def test_a_withdrawal_ends_a_stop_that_was_open(send):
    case = taken(send, outcome="withdrawn", suspensions="2024-09-29/")
    assert (case.state, case.decided_on, case.ended_on) == ("withdrawn", None, D(2024, 10, 11))
    assert case.stops.get().to_on == D(2024, 10, 11)
    assert (case.promised_due_on, case.elapsed_days) == (None, None)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"submitted_at": ""}, "submitted_at"),
        ({"item_code": "", "item_name": ""}, "item_code"),
        ({"department_code": "", "department_name": ""}, "department_code"),
        ({"outcome": ""}, "outcome"),
        ({"decided_at": ""}, "decided_at"),
        ({"accepted_at": ""}, "accepted_at"),
        ({"outcome": "not_accepted"}, "accepted_at"),
        ({"accepted_at": "2024-09-25"}, "accepted_at"),
        ({"decided_at": "2024-09-26"}, "decided_at"),
        ({"kind": "immediate"}, "promised_days"),
        ({"channel": "fax"}, "channel"),
        ({"promised_days": "five"}, "promised_days"),
        ({"suspensions": "2024-09-30/"}, "suspensions"),
        ({"suspensions": "2024-09-30/2024-10-30"}, "suspensions"),
        ({"submitted_at": "1951-01-01", "accepted_at": "", "decided_at": "", "outcome": "", "answered_at": ""}, ""),
    ],
)
def test_a_row_that_cannot_be_true_is_rejected_with_a_reason(send, change, column):
    line, reason = send(row(**change), row(external_id="good"))
    assert line == "read 2, created 1, updated 0, unchanged 0, rejected 1"
    assert column in reason
    assert not Case.objects.filter(external_id="1").exists()


# --- what the row refers to -----------------------------------------------------------------------------------------


def test_unknown_items_and_departments_come_in_as_drafts_and_are_listed(send):
    department("SCJG")
    clerk = user("c-17")
    send(
        row(external_id="1", staff_code="c-17"),
        row(external_id="2", item_code="P-9", department_code="NEW", department_name="新区", staff_code="c-99"),
        row(external_id="3", item_code="", item_name="食品经营许可"),
        row(external_id="4", item_code="", item_name="没有编码的事项", department_code="", department_name="新区"),
    )
    new = Department.objects.get(code="NEW")
    assert new.provisional
    assert new.name == "新区"
    assert not Department.objects.get(code="SCJG").provisional
    assert {item.status for item in Item.objects.all()} == {"draft"}
    cases = {case.external_id: case for case in Case.objects.select_related("item")}
    assert cases["3"].item == cases["1"].item
    assert cases["4"].department == new
    assert cases["4"].item.name == "没有编码的事项"
    assert (cases["1"].staff, cases["2"].staff) == (clerk, None)
    notes = set(ImportJob.objects.get().notes.values_list("kind", "code"))
    assert {("department", "NEW"), ("item", "P-1"), ("item", "P-9"), ("staff", "c-99")} <= notes
    assert ("department", "SCJG") not in notes
    assert events.events_of(cases["2"])[0].data["staff_code"] == "c-99"


def test_each_row_writes_one_event_and_the_chain_holds_through_an_update(send):
    case = taken(send, decided_at="", outcome="", rating="5", rated_at="2024-10-12")
    assert send(row(decided_at="", outcome="", rating="5", rated_at="2024-10-12"))[0].startswith("read 1, created 0, u")
    assert [told.event.type for told in events.events_of(case)] == ["case.imported"]
    assert events.events_of(case)[0].data["rating"] == 5
    number = case.number
    line, _reason = send(row(suspensions="2024-09-29/2024-09-30"))
    assert line == "read 1, created 0, updated 1, unchanged 0, rejected 0"
    case.refresh_from_db()
    assert (case.state, case.number) == ("approved", number)
    assert case.stops.count() == 1
    assert [told.event.type for told in events.events_of(case)] == ["case.imported", "case.import_updated"]
    assert Event.objects.filter(stream="cases.case").count() == 2
    assert list(audit.differences()) == []
    assert Case.objects.count() == 1


def test_the_events_of_changed_cases_cost_the_same_however_many_they_are(send):
    def asked(count: int) -> int:
        rows = [row(external_id=f"{count}-{n}") for n in range(count)]
        send(*rows)
        with CaptureQueriesContext(connection) as seen:
            line, _reason = send(*({**one, "visits": "1"} for one in rows))
        assert f"updated {count}," in line
        return queries_of_events(seen)

    assert asked(3) == asked(30)
    assert list(audit.differences()) == []


# --- the real log ---------------------------------------------------------------------------------------------------


@pytest.fixture
def receipt(tmp_path):
    """The 1,434 cases of the event log in the form of cases."""
    if not RECEIPT.exists():
        pytest.skip("the real event log is not here")
    out = tmp_path / "cases.csv"
    call_command("convert_event_log", str(RECEIPT), str(out), "--timezone", "Europe/Amsterdam")
    return out


def test_the_real_event_log_comes_in_to_the_last_case(receipt, capsys):
    call_command("import_cases", str(receipt), "--source", "wabo", "--timezone", "Europe/Amsterdam")
    assert capsys.readouterr().out.splitlines()[-1] == "read 1434, created 1434, updated 0, unchanged 0, rejected 0"
    cases = list(Case.objects.filter(source="wabo"))
    concluded = [case for case in cases if case.decided_on]
    assert len(concluded) == 1329
    assert sum(case.decided_on >= case.overdue_from_on for case in concluded) == 322
    assert sum(case.decided_on == case.promised_due_on for case in concluded) == 70
    assert sum(case.decided_on < case.promised_due_on for case in concluded) == 937
    still_open = [case for case in cases if case.is_open]
    assert len(still_open) == 105
    assert sum(case.overdue_from_on <= D(2012, 1, 23) for case in still_open) == 39
    channels = {name: sum(case.channel == name for case in cases) for name in {case.channel for case in cases}}
    assert channels == {"online": 1250, "counter": 109, "post": 53, "email": 21, "internal": 1}
    assert {case.due_source for case in cases} == {"source"}
    by_department = {d.code: d.cases.count() for d in Department.objects.filter(cases__isnull=False).distinct()}
    assert by_department == {"GENERAL": 1390, "CUSTOMER-CONTACT": 29, "EXPERTS": 15}
    refresh_all()
    first, last = D(2000, 1, 1), D(2012, 1, 23)
    log = event_log.read(RECEIPT)
    block = event_log.approvals(log, first, last)
    known = {"received": 1434, "concluded": 1329, "overdue": 322, "on_due_day": 70, "early": 937, "open_overdue": 39}
    assert {name: block[name] for name in known} == known
    assert indicators(first, last)["approvals"] == block
    for by, of in event_log.SPLITS.items():
        assert {row[by]: row["approvals"] for row in indicators(first, last, by=by)["rows"]} == {
            code: event_log.approvals([row for row in log if of(row) == code], first, last)
            for code in set(map(of, log))
        }
    for row in indicators(first, last, by="month")["rows"]:
        begin = D.fromisoformat(f"{row['month']}-01")
        end = min((begin + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1), last)
        assert row["approvals"] == event_log.approvals(log, begin, end), row["month"]
    call_command("verify_statistics")
    capsys.readouterr()
    call_command("import_cases", str(receipt), "--source", "wabo", "--timezone", "Europe/Amsterdam")
    assert capsys.readouterr().out.splitlines()[-1] == "read 1434, created 0, updated 0, unchanged 1434, rejected 0"
    assert Event.objects.filter(type="case.imported").count() == 1434


def test_a_file_that_is_no_event_log_is_refused(tmp_path):
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    with pytest.raises(CommandError) as error:
        call_command("convert_event_log", str(tmp_path / "x.csv"), str(tmp_path / "y.csv"))
    assert error.value.returncode == 2
