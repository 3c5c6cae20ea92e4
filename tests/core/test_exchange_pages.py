"""The administrators' pages of imports: preview before anything is taken in, progress, result, rejected rows."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from approvals.cases.models import Case
from portal.core import jobs
from portal.core.models import ImportJob, Job
from portal.people.models import User
from tests.permissions import Cast

pytestmark = pytest.mark.django_db

FILE = (
    "external_id,item_code,item_name,department_code,department_name,colour,submitted_at,accepted_at,promised_days\n"
    "1,P-1,许可,SCJG,市场监管局,red,2024-09-27T09:00:00+08:00,2024-09-27T09:00:00+08:00,5\n"
    "2,P-1,许可,SCJG,市场监管局,red,gestern,2024-09-27T09:00:00+08:00,5\n"
    "3,P-1,许可,SCJG,市场监管局,red,2024-09-30,2024-09-30,5\n"
)


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }


@pytest.fixture
def cast():
    return Cast()


@pytest.fixture
def admin(cast):
    """The browser of an administrator."""
    return cast.client("administrator")


def send(client, content: str = FILE, **more: str):
    data = {"form": "cases", "source": "old", "timezone": "Asia/Shanghai", **more}
    return client.post(reverse("core:import-new"), {**data, "file": SimpleUploadedFile("c.csv", content.encode())})


def test_a_file_is_shown_before_anything_is_taken_in(admin):
    response = send(admin)
    job = ImportJob.objects.get()
    assert response.url == reverse("core:import", args=[job.pk])
    page = admin.get(response.url)
    assert [line for line, _cells in page.context["preview"].rows] == [2, 4]
    assert [one.line for one in page.context["preview"].rejected] == [3]
    assert page.context["preview"].unknown == ["colour"]
    assert "gestern" in page.content.decode()
    assert not Case.objects.exists()
    assert not Job.objects.exists()
    assert not job.rejects.exists()


def test_the_worker_takes_it_in_and_the_page_follows(admin):
    send(admin)
    job = ImportJob.objects.get()
    admin.post(reverse("core:import-start", args=[job.pk]))
    running = admin.get(reverse("core:import", args=[job.pk])).content.decode()
    assert 'http-equiv="refresh"' in running
    assert 'hx-trigger="every 2s"' in running
    jobs.run_due_jobs()
    job.refresh_from_db()
    assert (job.state, job.failure) == ("done", "")
    assert job.counts() == {"read": 3, "created": 2, "updated": 0, "unchanged": 0, "rejected": 1}
    assert Case.objects.count() == 2
    done = admin.get(reverse("core:import", args=[job.pk]), headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in done
    assert "<html" not in done
    assert "P-1" in done  # the draft item is listed
    errors = admin.get(reverse("core:import-errors", args=[job.pk]))
    assert errors["Content-Disposition"] == f'attachment; filename="cases-{job.pk}-errors.csv"'
    text = b"".join(errors.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["external_id"], row["line"], row["colour"]) for row in rows] == [("2", "3", "red")]


def test_the_reason_is_written_in_the_language_of_the_one_who_sent_the_file(cast):
    User.objects.filter(pk=cast.person("administrator").pk).update(language="en")
    client = cast.client("administrator")
    send(client)
    job = ImportJob.objects.get()
    client.post(reverse("core:import-start", args=[job.pk]))
    jobs.run_due_jobs()
    assert job.rejects.get().reason == "submitted_at: “gestern” is not a time like 2024-09-27T09:30:00+08:00."


def test_a_cancelled_import_takes_nothing_more_in(admin):
    send(admin)
    job = ImportJob.objects.get()
    admin.post(reverse("core:import-start", args=[job.pk]))
    admin.post(reverse("core:import-cancel", args=[job.pk]))
    jobs.run_due_jobs()
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert not Case.objects.exists()
    assert admin.post(reverse("core:import-start", args=[job.pk])).status_code == 409


def test_an_import_whose_file_is_gone_breaks_off_and_says_so(admin, tmp_path):
    send(admin)
    job = ImportJob.objects.get()
    admin.post(reverse("core:import-start", args=[job.pk]))
    for path in (tmp_path / "imports").iterdir():
        path.unlink()
    jobs.run_due_jobs()
    job.refresh_from_db()
    assert job.state == "failed"
    assert job.failure


@pytest.mark.parametrize(
    ("content", "more", "field"),
    [("a,b\n1,2\n", {}, "file"), (FILE, {"source": " "}, "source"), (FILE, {"timezone": "Mars"}, "__all__")],
)
def test_what_cannot_be_read_is_said_beside_the_field(admin, content, more, field):
    response = send(admin, content, **more)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not ImportJob.objects.exists()


def test_the_list_takes_the_same_few_queries_however_long_it_is(admin, django_assert_max_num_queries):
    for n in range(12):
        send(admin, source=f"s{n}")
    with django_assert_max_num_queries(12):
        assert admin.get(reverse("core:imports")).status_code == 200
