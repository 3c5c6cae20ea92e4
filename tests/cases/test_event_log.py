"""The event log for process mining: every step once and in order, nobody's name, both forms saying the same."""

import csv
import datetime as dt
import io
import xml.etree.ElementTree as ET

import pytest
from django.core.management import CommandError, call_command

from approvals.cases import actions
from approvals.cases.event_log import traces
from approvals.cases.models import Case
from portal.core.time import driven_clock, today
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.cases.xes import faults

pytestmark = pytest.mark.django_db
XES = "{http://www.xes-standard.org/}"
DAY = dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC)


@pytest.fixture
def clerk():
    return actor_of(factories.staff(Role.CLERK, factories.department(), name="王窗口"), Role.CLERK)


@pytest.fixture
def decided(clerk) -> Case:
    """Filed, accepted and approved at the window, a day apart."""
    department = clerk.user.postings.get().department
    with driven_clock(DAY):
        case = factories.submitted(factories.citizen(), factories.item(dept=department, review_steps=0))
    for n, step in enumerate(("accept", "approve"), start=1):
        with driven_clock(DAY + dt.timedelta(days=n)):
            case = actions.take_step(
                clerk, case.pk, step, {"text": ""} if step == "approve" else {}, state_version=case.state_version
            )
    return case


def written(form: str, **more: str) -> str:
    out = io.StringIO()
    options = {"--from": "2026-01-01", "--to": today().isoformat(), "--format": form, **more}
    arguments = [part for pair in options.items() for part in pair]
    call_command("export_events", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_a_case_is_a_trace_with_every_step_in_order(decided):
    rows = list(csv.DictReader(io.StringIO(written("csv", **{"--language": "en"}))))
    assert [row["activity_code"] for row in rows] == ["submit", "accept", "approve"]
    assert [row["activity"] for row in rows][1] == "Application accepted"
    assert {row["case_id"] for row in rows} == {decided.number}
    assert [dt.datetime.fromisoformat(row["timestamp"]) for row in rows] == [
        DAY + dt.timedelta(days=n) for n in range(3)
    ]
    assert rows[1]["resource"] == rows[2]["resource"] != rows[0]["resource"]


def test_xes_says_the_same_as_csv(decided):
    root = ET.fromstring(written("xes"))  # noqa: S314 - written a line above
    rows = list(csv.DictReader(io.StringIO(written("csv"))))
    events = [{leaf.attrib["key"]: leaf.attrib["value"] for leaf in event} for event in root.iter(f"{XES}event")]
    assert [event["concept:name"] for event in events] == [row["activity"] for row in rows]
    assert [event["code"] for event in events] == [row["activity_code"] for row in rows]
    (trace,) = root.findall(f"{XES}trace")
    assert trace.find(f"{XES}string").attrib == {"key": "concept:name", "value": decided.number}
    assert {one.attrib["prefix"] for one in root.findall(f"{XES}extension")} == {"concept", "time", "lifecycle", "org"}


def test_the_log_keeps_to_the_standard_with_filed_and_imported_cases(decided):
    made = factories.item()
    Case.objects.create(
        item=made, department=made.department, number="DR-2", imported=True, state="approved", outcome="approved",
        submitted_at=DAY, submitted_on=DAY.date(), answered_at=DAY + dt.timedelta(hours=1), accepted_at=None,
        decided_at=DAY + dt.timedelta(days=3), decided_on=DAY.date() + dt.timedelta(days=3),
        ended_on=DAY.date() + dt.timedelta(days=3), ended_at=DAY + dt.timedelta(days=3),
    )  # fmt: skip
    root = ET.fromstring(written("xes"))  # noqa: S314 - written a line above
    assert len(root.findall(f"{XES}trace")) == 2
    assert faults(root) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('<extension name="Time"', '<extension name="Zeit"', "not the standard's"),
        ('scope="event"', 'scope="trace"', "declared once"),
        ('key="time:timestamp" value="2026-03-03', 'key="time:timestamp" value="2026-03-09', "not in the order"),
        (
            '<date key="time:timestamp" value="2026-03-03',
            '<string key="time:timestamp" value="2026-03-03',
            "as a string",
        ),
        ('key="org:role"', 'key="hr:role"', "is not declared"),
        ('value="complete"', 'value="done"', "no transition"),
        ('keys="concept:name"', 'keys="concept:instance"', "no globals"),
        ('<string key="lifecycle:model"', '<trace/><string key="lifecycle:model"', "another order"),
    ],
)
def test_the_check_of_the_standard_finds_what_is_wrong(decided, old, new, said):
    text = written("xes")
    assert old in text
    assert any(said in fault for fault in faults(ET.fromstring(text.replace(old, new))))  # noqa: S314 - our own text


def test_nobody_is_named(decided):
    for form in ("csv", "xes"):
        text = written(form)
        assert decided.applicant_name not in text and "王窗口" not in text


def test_an_imported_case_has_the_steps_that_its_source_knows():
    made = factories.item()
    Case.objects.create(
        item=made, department=made.department, number="DR-1", imported=True, state="approved", outcome="approved",
        submitted_at=DAY, submitted_on=DAY.date(), answered_at=DAY, accepted_at=DAY, accepted_on=DAY.date(),
        decided_at=DAY + dt.timedelta(days=3), decided_on=DAY.date() + dt.timedelta(days=3),
        ended_on=DAY.date() + dt.timedelta(days=3), ended_at=DAY + dt.timedelta(days=3),
    )  # fmt: skip
    (trace,) = traces(DAY.date(), DAY.date())
    assert [moment.code for moment in trace.moments] == ["submit", "accept", "end"]


def test_only_the_period_and_the_department_asked_for(decided):
    assert list(traces(dt.date(2025, 1, 1), dt.date(2025, 12, 31))) == []
    assert len(list(traces(dt.date(2026, 1, 1), today(), department_code=decided.department.code))) == 1
    with pytest.raises(CommandError, match="no department"):
        written("csv", **{"--department": "NONE"})
    with pytest.raises(CommandError, match="ends before"):
        written("csv", **{"--from": "2027-01-01", "--to": "2026-01-01"})


def test_many_cases_cost_two_queries_a_batch(decided, django_assert_num_queries, monkeypatch):
    for _n in range(4):
        factories.submitted()
    with django_assert_num_queries(3):  # the last one finds that there are no more
        list(traces(dt.date(2026, 1, 1), today()))
    monkeypatch.setattr("approvals.cases.event_log.BATCH", 2)
    assert len(list(traces(dt.date(2026, 1, 1), today()))) == 5


def test_a_file_is_written_whole(decided, tmp_path):
    written("xes", **{"--out": str(tmp_path / "log.xes")})
    assert (tmp_path / "log.xes").read_text(encoding="utf-8") == written("xes"), "and the same as on the screen"
    assert ET.parse(tmp_path / "log.xes").getroot().tag == f"{XES}log"  # noqa: S314 - written a line above
    with pytest.raises(CommandError, match="cannot be written"):
        written("xes", **{"--out": str(tmp_path / "none" / "log.xes")})
