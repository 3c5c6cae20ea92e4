"""From the button to the file: one job for two clicks, its own rows only, one entry in the access log, and the end."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from portal.core import jobs, tasks
from portal.core.errors import Invalid, NotFound, WrongState
from portal.core.exports import actions, runner
from portal.core.exports.actions import filters_of
from portal.core.exports.purge import purge_exports
from portal.core.exports.registry import Column, register_export
from portal.core.models import AccessLog, ExportJob, Job
from portal.core.models.exports import BEFORE, ExportState
from portal.core.time import driven_clock, now
from portal.people.actors import actor_of
from portal.people.models import Department, User
from portal.people.roles import Role
from tests.factories import citizen, department, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("listed")]
BACKEND = "portal.people.backends.AccountBackend"


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def supervisor() -> Any:
    return actor_of(staff(Role.SUPERVISOR), Role.SUPERVISOR)


def administrator() -> Any:
    return actor_of(staff(Role.ADMINISTRATOR), Role.ADMINISTRATOR)


def asked(actor: Any, query: str = "", code: str = "test.departments", **more: Any) -> ExportJob:
    return actions.ask(actor, code, QueryDict(query), **{"format": "xlsx", **more})


def written(job: ExportJob) -> list[list[Any]]:
    """Run the jobs and read the data sheet, head included."""
    jobs.run_due_jobs()
    job.refresh_from_db()
    assert job.state == ExportState.DONE, (job.state, job.failure)
    with default_storage.open(job.stored_as) as file:
        return [[cell.value for cell in row] for row in load_workbook(file).worksheets[1].iter_rows()]


def as_person(client: Any, actor: Any) -> Any:
    client.force_login(actor.user, backend=BACKEND)
    return client


def test_two_clicks_are_one_job_and_another_filter_is_another():
    actor = administrator()
    first, again = asked(actor, "code=G"), asked(actor, "cursor=5&code=G")
    assert first.pk == again.pk
    assert Job.objects.filter(name=actions.NAME).count() == 1
    assert asked(actor, "code=S").pk != first.pk
    assert asked(actor, "code=G", format="csv").pk != first.pk
    assert asked(administrator(), "code=G").pk != first.pk


def test_the_file_holds_the_lists_rows_and_says_what_it_is():
    department("GA", name="公安局")
    department("SCJG", name="市场监管局")
    department("GTJ", name="国土局")
    actor = administrator()
    with driven_clock(now()):
        job = asked(actor, "code=G")
        rows = written(job)
        with default_storage.open(job.stored_as) as file:
            about = {row[0].value: row[1].value for row in load_workbook(file).worksheets[0].iter_rows(min_row=3)}
    assert rows[0] == ["Code", "Name", "Closed"]
    assert {row[0] for row in rows[1:]} == {"GA", "GTJ"}
    assert about["Filters"] == "code: G"
    assert about["Made by"] == actor.user.name
    assert about["Rows"] == "2"
    assert (job.rows_done, job.rows_total, job.percent) == (2, 2, 100)


def test_a_head_gets_the_own_department_and_nothing_else():
    own = department("GA", name="公安局")
    department("SCJG", name="市场监管局")
    rows = written(asked(actor_of(staff(Role.DEPARTMENT_HEAD, own), Role.DEPARTMENT_HEAD)))
    assert [row[0] for row in rows[1:]] == ["GA"]


def test_who_lost_the_right_between_click_and_work_gets_nothing():
    actor = administrator()
    job = asked(actor)
    actor.user.postings.all().delete()
    jobs.run_due_jobs()
    job.refresh_from_db()
    assert (job.state, job.stored_as) == (ExportState.FAILED, "")
    assert job.failure


def test_the_rows_come_in_batches_and_none_is_missed_or_doubled(monkeypatch):
    people = [staff(Role.CLERK, department("GA")) for _n in range(7)]
    for size in (1, 3, 7, 8):
        found = [person.pk for person in runner.batches(User.objects.filter(pk__in=[p.pk for p in people]), size)]
        assert found == sorted((p.pk for p in people), reverse=True)


def test_personal_data_is_masked_unless_asked_for_with_a_purpose():
    actor = administrator()
    other = staff(Role.CLERK, department("GA"), name="张三丰", phone="13800001234")
    rows = {row[0]: row[1:] for row in written(asked(actor, code="test.people"))}
    assert rows[other.username] == ["张*", "138****1234"]
    assert not AccessLog.objects.exists()
    with pytest.raises(Invalid) as refused:
        asked(actor, code="test.people", opened=True, purpose=" ")
    assert "purpose" in refused.value.fields
    rows = {row[0]: row[1:] for row in written(asked(actor, code="test.people", opened=True, purpose="年度核对"))}
    assert rows[other.username] == ["张三丰", "13800001234"]
    assert rows[actor.user.username][0].endswith("*"), "the rule decides row by row"
    entry = AccessLog.objects.get()
    assert (entry.actor_user_id, entry.stream, entry.what) == (actor.user.pk, "core.export", "export:test.people")
    assert entry.purpose == f"{len(rows) - 2} records in clear: 年度核对"


def test_who_may_not_open_personal_data_gets_it_masked_whatever_the_form_says():
    head = actor_of(staff(Role.DEPARTMENT_HEAD, department("GA")), Role.DEPARTMENT_HEAD)
    other = staff(Role.CLERK, department("GA"), name="张三丰", phone="13800001234")
    rows = {row[0]: row[1:] for row in written(asked(head, code="test.people", opened=True, purpose="x"))}
    assert rows[other.username] == ["张*", "138****1234"]
    assert not AccessLog.objects.exists()


def test_a_cancelled_export_writes_nothing_and_a_ready_one_cannot_be_cancelled():
    actor = administrator()
    job = asked(actor)
    actions.cancel(actor, job.pk)
    jobs.run_due_jobs()
    job.refresh_from_db()
    assert (job.state, job.stored_as) == (ExportState.CANCELLED, "")
    with pytest.raises(NotFound):
        actions.cancel(administrator(), job.pk)
    ready = asked(actor)
    written(ready)
    with pytest.raises(WrongState):
        actions.cancel(actor, ready.pk)


def test_cancelling_in_the_middle_stops_the_worker(monkeypatch):
    for _n in range(5):
        staff(Role.CLERK, department("GA"))
    actor = administrator()
    job = asked(actor, code="test.people")
    monkeypatch.setattr(runner, "SAY_EVERY", -1.0)
    read = Column.read

    def read_and_cancel(self: Column, row: Any) -> Any:
        actions.move(job, ExportState.CANCELLED, finished_at=now())
        return read(self, row)

    monkeypatch.setattr(Column, "read", read_and_cancel)
    jobs.run_due_jobs()
    job.refresh_from_db()
    assert (job.state, job.stored_as) == (ExportState.CANCELLED, "")
    assert Job.objects.get(name=actions.NAME).state == "done"


def test_a_lost_worker_leaves_no_half_file_and_the_next_one_starts_anew(monkeypatch):
    department("GA")
    actor = administrator()
    job = asked(actor)
    taken = jobs.take_job()
    assert taken is not None
    runner.move(job, ExportState.RUNNING, started_at=now(), rows_done=99)  # and then it is killed
    with driven_clock(now() + dt.timedelta(minutes=5)):
        Job.objects.filter(pk=taken.pk).update(lease_until=now() - dt.timedelta(minutes=10))
        jobs.sweep_leases()
        rows = written(job)
    assert len(rows) == 1 + job.rows_done


def test_a_fourth_lost_try_is_given_up_and_said(monkeypatch):
    def broken(_self: Any, _row: Any) -> Any:
        raise RuntimeError("the disk is full")

    department("GA")
    monkeypatch.setattr(Column, "read", broken)
    job = asked(administrator())
    moment = now()
    for _try in range(4):
        with driven_clock(moment):
            jobs.run_due_jobs()
        moment += dt.timedelta(hours=2)
    job.refresh_from_db()
    assert job.state == ExportState.FAILED
    assert "the disk is full" in job.failure


def test_no_more_than_five_at_once():
    actor = administrator()
    for letter in "ABCDE":
        asked(actor, f"code={letter}")
    with pytest.raises(Invalid):
        asked(actor, "code=F")
    assert asked(actor, "code=A").pk


def test_the_purge_takes_the_file_after_a_week_and_the_page_says_so(client):
    actor = administrator()
    job = asked(actor)
    written(job)
    stored = job.stored_as
    with driven_clock(now() + dt.timedelta(days=6)):
        assert purge_exports() == 0
    with driven_clock(now() + dt.timedelta(days=8)):
        assert tasks.purge()["exports"] == 1, "the daily task of the schedule does it"
        job.refresh_from_db()
        assert (job.state, job.stored_as) == (ExportState.EXPIRED, "")
        assert not default_storage.exists(stored)
        as_person(client, actor)
        assert (
            "has been removed"
            in client.get(reverse("core:export", args=[job.pk]), headers={"accept-language": "en"}).content.decode()
        )
        assert client.get(reverse("core:export-file", args=[job.pk])).status_code == 404


def test_the_purge_sweeps_what_a_crash_left_and_spares_what_is_new():
    from django.core.files.base import ContentFile

    default_storage.save("exports/7-lost.xlsx", ContentFile(b"x"))
    assert purge_exports() == 0
    with driven_clock(now() + dt.timedelta(days=2)):
        assert purge_exports() == 1


def test_only_the_maker_sees_the_job_and_takes_the_file(client):
    department("GA")
    actor = administrator()
    job = asked(actor)
    written(job)
    page, file = reverse("core:export", args=[job.pk]), reverse("core:export-file", args=[job.pk])
    as_person(client, administrator())
    assert {client.get(page).status_code, client.get(file).status_code} == {404}
    as_person(client, actor)
    answer = client.get(file)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"PK")
    assert answer["Cache-Control"] == "private, no-store"
    actor.user.postings.all().delete()
    assert client.get(file).status_code == 404, "who may no longer see the list may not take it either"


def test_the_form_names_the_filters_and_starts_the_job(client):
    actor = administrator()
    as_person(client, actor)
    url = reverse("core:export-new") + "?list=test.people&code=G&cursor=7"
    page = client.get(url)
    assert page.context["filters"] == [("code", "G")]
    refused = client.post(url, {"format": "pdf", "purpose": "kept"})
    assert refused.status_code == 422
    assert "kept" in refused.content.decode()
    assert client.post(url, {"format": "csv", "opened": "on"}).status_code == 422
    sent = client.post(url, {"format": "csv", "opened": "on", "purpose": "check"})
    job = ExportJob.objects.get()
    assert sent.url == reverse("core:export", args=[job.pk])
    assert (job.format, job.query, job.opened, job.role) == ("csv", "code=G", True, "administrator")
    assert client.get(reverse("core:export-new") + "?list=nowhere").status_code == 404


def test_the_page_asks_again_until_the_file_is_there(client):
    actor = administrator()
    job = asked(actor)
    as_person(client, actor)
    url = reverse("core:export", args=[job.pk])
    waiting = client.get(url).content.decode()
    assert 'http-equiv="refresh"' in waiting and 'hx-trigger="every 2s"' in waiting
    written(job)
    part = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part and "hx-trigger" not in part and reverse("core:export-file", args=[job.pk]) in part


def test_my_exports_are_one_query_however_many(client, django_assert_max_num_queries):
    actor = administrator()
    as_person(client, actor)
    client.get(reverse("core:exports"))
    for letter in "ABCDE":
        asked(actor, f"code={letter}")
    with django_assert_max_num_queries(5):  # session, account, postings, the list, unread notes
        page = client.get(reverse("core:exports"))
    assert len(page.context["rows"]) == 5


def test_citizens_export_nothing(client):
    client.force_login(citizen(), backend=BACKEND)
    assert client.get(reverse("core:exports")).status_code == 403


def test_paging_is_no_filter():
    assert filters_of(QueryDict("b=2&cursor=9&a=1&page=3&empty=&list=x")).urlencode() == "a=1&b=2"


def test_a_job_moves_only_along_the_table():
    job = asked(administrator())
    for state in ExportState:
        ExportJob.objects.filter(pk=job.pk).update(state=state, stored_as="x")
        for target in BEFORE:
            ExportJob.objects.filter(pk=job.pk).update(state=state)
            assert actions.move(job, ExportState(target)) is (state in BEFORE[target]), (state, target)


def test_what_would_cost_a_query_a_row_is_fetched_once_for_a_batch():
    department("GA", name="公安局")
    batches = []

    def prepare(user, params, rows):
        batches.append((user.pk, params.get("code"), len(rows)))
        for row in rows:
            row.said = f"{row.code}!"

    register_export(
        "test.prepared",
        title="Prepared",
        columns=[Column("Said", "said")],
        queryset=lambda _user, _params: Department.objects.filter(code="GA"),
        policy=lambda user: bool(user.access.is_staff),
        prepare=prepare,
    )
    actor = administrator()
    assert written(asked(actor, "code=G", code="test.prepared")) == [["Said"], ["GA!"]]
    assert batches == [(actor.user.pk, "G", 1)]
