"""Steps and ways of cases: read off the events, by whomever and however often, they are the same."""

import pytest
from django.core.management import call_command
from django.db import transaction

from approvals.cases import actions
from approvals.cases.models import Case
from portal.core import statistics
from portal.core.events import record
from portal.core.jobs import run_due_jobs
from portal.core.models import DirtyKey, Job
from portal.people.actors import actor_of
from portal.people.models import Department
from portal.people.roles import Role
from portal.supervision.dashboards import steps
from portal.supervision.dashboards.measures import STEP_MEASURES, WAY_MEASURES
from portal.supervision.dashboards.models import CaseStep, CaseWay, StepItemCell
from portal.supervision.dashboards.steps import way_text
from tests.dashboards.objects import at, clerk_of, counted, filed, lived, step, thing
from tests.factories import department, staff

pytestmark = pytest.mark.django_db


def told(case: Case) -> list[tuple[str, str, int, int]]:
    """From, to, working days, minutes of each step."""
    rows = CaseStep.objects.filter(case=case).order_by("sequence")
    return list(rows.values_list("from_state", "to_state", "days", "minutes"))


def test_a_step_lasts_from_entering_a_state_to_leaving_it_and_weekends_are_no_working_days():
    on = thing()
    case = lived(
        on, clerk_of(on.department),
        filed_at="2026-12-03 10:00", accepted_at="2026-12-04 10:30", approved_at="2026-12-07 10:30",
    )  # fmt: skip
    with at("2026-12-08 09:00"):
        counted()
    assert told(case) == [("submitted", "accepted", 1, 24 * 60 + 30), ("accepted", "approved", 1, 3 * 24 * 60)]
    assert CaseWay.objects.get(case=case).way == "submitted>accepted>approved"


def test_a_case_that_runs_has_steps_but_no_way():
    on = thing()
    case = lived(on, clerk_of(on.department), filed_at="2026-12-03 10:00", accepted_at="2026-12-03 11:00")
    counted()
    assert [row[:2] for row in told(case)] == [("submitted", "accepted")]
    assert not CaseWay.objects.exists()


def test_a_supplement_is_a_loop_of_the_way():
    on = thing()
    clerk = clerk_of(on.department)
    case = filed(on, "2026-12-01 09:00")
    case = step(case, "ask_supplement", clerk, "2026-12-01 10:00", text="请补充", limit_days=5)
    case = step(case, "resubmit", actor_of(case.applicant), "2026-12-03 10:00")
    case = step(case, "accept", clerk, "2026-12-03 11:00")
    step(case, "approve", clerk, "2026-12-04 11:00")
    counted()
    assert CaseWay.objects.get().way == "submitted>supplement>submitted>accepted>approved"
    assert ("supplement", "submitted", 2, 2 * 24 * 60) in told(case)


def test_a_correction_takes_the_way_away_until_the_case_ends_again():
    on = thing()
    clerk = clerk_of(on.department)
    case = lived(on, clerk, filed_at="2026-12-03 10:00", accepted_at="2026-12-03 11:00", approved_at="2026-12-04 10:00")
    counted()
    supervisor = actor_of(staff(Role.SUPERVISOR), Role.SUPERVISOR)
    case = step(case, "correct", supervisor, "2026-12-04 12:00", reason="录入错误")
    counted()
    assert not CaseWay.objects.exists()
    cells = statistics.period(WAY_MEASURES, "item", case.submitted_on, case.submitted_on.replace(day=30))
    assert cells[None]["cases"] == 0
    step(case, "approve", clerk, "2026-12-07 10:00")
    counted()
    assert CaseWay.objects.get().way == "submitted>accepted>approved>accepted>approved"


def test_the_department_of_a_step_is_the_one_that_had_the_case_then():
    on, other = thing("SCJG"), department("GA", name="公安局")
    head = actor_of(staff(Role.DEPARTMENT_HEAD, on.department), Role.DEPARTMENT_HEAD)
    case = lived(on, clerk_of(on.department), filed_at="2026-12-01 09:00", accepted_at="2026-12-01 10:00")
    with at("2026-12-02 10:00"):
        proposal = actions.propose(
            clerk_of(on.department), case.pk, "reassign", {"department": "GA", "grounds": "权限"},
            state_version=case.state_version,
        )  # fmt: skip
    with at("2026-12-03 10:00"):
        actions.decide_proposal(head, proposal.pk, confirm=True, note="", state_version=proposal.case.state_version)
    case.refresh_from_db()
    step(case, "approve", clerk_of(other), "2026-12-04 10:00")
    counted()
    owners = dict(CaseStep.objects.filter(case=case).values_list("to_state", "department__code"))
    assert owners == {"accepted": "SCJG", "approved": "GA"}


COLUMNS = ("case_id", "sequence", "from_state", "to_state", "department_id", "days", "minutes", "left_on")


def rows() -> tuple[list, list]:
    return sorted(CaseStep.objects.values_list(*COLUMNS)), sorted(CaseWay.objects.values_list("pk", "way"))


def test_each_step_is_read_by_its_own_job_and_building_again_writes_nothing():
    on = thing()
    clerk = clerk_of(on.department)
    for day in ("01", "02", "03"):
        lived(
            on, clerk, filed_at=f"2026-12-{day} 09:00", accepted_at=f"2026-12-{day} 10:00",
            approved_at=f"2026-12-{day} 15:00",
        )  # fmt: skip
        with at(f"2026-12-{day} 15:05"):
            run_due_jobs()
    live = rows()
    assert [len(some) for some in live] == [6, 3]
    call_command("build_steps", verbosity=0)
    assert rows() == live
    CaseStep.objects.all().delete()
    CaseWay.objects.all().delete()
    call_command("build_steps", verbosity=0)
    assert rows() == live


def test_a_job_that_comes_late_reads_all_that_has_happened_and_the_next_finds_nothing_to_do():
    on = thing()
    case = lived(
        on, clerk_of(on.department),
        filed_at="2026-12-01 09:00", accepted_at="2026-12-01 10:00", approved_at="2026-12-01 15:00",
    )  # fmt: skip
    assert steps.build([case.pk]) == 3, "two steps and a way"
    assert steps.build([case.pk]) == 0


def test_only_what_leaves_a_state_queues_a_job_and_a_step_taken_back_queues_none():
    on = thing()
    case = filed(on, "2026-12-01 09:00")
    waiting = Job.objects.filter(name=steps.READ_STEPS)
    assert not waiting.exists(), "filing leaves the draft only"
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record(case, "case.accept", clerk_of(on.department), from_state="submitted", to_state="accepted")
        assert waiting.exists()
        1 / 0  # noqa: B018
    assert not waiting.exists()
    step(case, "accept", clerk_of(on.department), "2026-12-01 10:00")
    assert [job.payload["stream_id"] for job in waiting] == [case.pk]


def test_cells_of_steps_are_what_the_rows_add_up_to():
    on = thing()
    clerk = clerk_of(on.department)
    for day in ("01", "02"):
        lived(
            on, clerk, filed_at=f"2026-12-{day} 09:00", accepted_at=f"2026-12-{day} 09:20",
            approved_at="2026-12-04 10:00",
        )  # fmt: skip
    counted()
    assert not DirtyKey.objects.exists()
    assert list(statistics.differences()) == []
    assert sum(StepItemCell.objects.values_list("steps", flat=True)) == CaseStep.objects.count() == 4
    with transaction.atomic():
        CaseStep.objects.all().delete()
    assert list(statistics.differences()), "the cells would tell"


def test_many_rows_mark_days_and_give_the_same_cells(monkeypatch):
    monkeypatch.setattr(steps, "FEW", 0)
    on = thing()
    lived(
        on, clerk_of(on.department), filed_at="2026-12-01 09:00", accepted_at="2026-12-01 09:20",
        approved_at="2026-12-04 10:00",
    )  # fmt: skip
    counted()
    assert list(statistics.differences()) == []
    assert {"department", "item"} == set(STEP_MEASURES.cuboids)


def test_a_way_that_is_too_long_is_cut_openly():
    text = way_text(["submitted", "supplement"] * 30)
    assert len(text) <= 240 and text.endswith(">…")


def test_imported_cases_have_no_steps():
    on = thing()
    case = lived(on, clerk_of(on.department), filed_at="2026-12-01 09:00", accepted_at="2026-12-01 09:20")
    Case.objects.filter(pk=case.pk).update(imported=True)
    counted()
    assert not CaseStep.objects.exists() and Department.objects.exists()
