"""The access log and the download of files: who sees what, and what is written about it."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from portal.core.access import log_view, log_views, purge_access_log, register_stream
from portal.core.actors import Actor
from portal.core.files import register_policy
from portal.core.models import AccessLog, Scan, StoredFile
from portal.core.time import driven_clock, now, today
from tests.permissions import Cast

pytestmark = pytest.mark.django_db
CLERK = Actor(user=None, role="clerk", name="王窗口", request_id="r-1")


@pytest.fixture
def cast():
    return Cast()


@pytest.fixture
def storage(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}


@pytest.fixture
def upload(cast, storage):
    owner = cast.person("citizen")
    file = StoredFile.objects.create(
        sha256="ab" * 32, size=3, name="营业执照.pdf", mime="application/pdf", kind="test.paper", owner_user_id=owner.pk,
        created_at=now(),
    )  # fmt: skip
    default_storage.save(file.path, ContentFile(b"%PDF"))
    return file


def test_a_look_is_kept_with_reader_role_record_and_request():
    log_view(CLERK, "cases.case", 7, "phone", purpose="supplement by telephone")
    row = AccessLog.objects.get()
    assert (row.actor_name, row.role, row.stream, row.stream_id, row.what) == (
        "王窗口",
        "clerk",
        "cases.case",
        7,
        "phone",
    )
    assert (row.purpose, row.request_id) == ("supplement by telephone", "r-1")


def test_a_whole_page_of_records_is_logged_in_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        log_views(CLERK, "cases.case", range(50), "applicant")
    assert AccessLog.objects.count() == 50


def test_entries_go_when_their_three_years_are_over():
    with driven_clock(now() - timedelta(days=1097)):
        log_views(CLERK, "cases.case", range(501), "applicant")
    log_view(CLERK, "cases.case", 1, "phone")
    assert purge_access_log() == 501
    assert AccessLog.objects.count() == 1


def test_the_auditor_pages_through_the_log_and_every_entry_comes_once(cast, django_assert_max_num_queries):
    log_views(CLERK, "cases.case", range(1, 121), "applicant")
    client, seen, cursor = cast.client("auditor"), [], ""
    while cursor is not None:
        with django_assert_max_num_queries(8):
            page = client.get(reverse("core:access-log"), {"cursor": cursor})
        seen += [line.row.stream_id for line in page.context["lines"]]
        cursor = page.context["older"]
    assert seen == list(range(120, 0, -1))


def test_the_log_is_filtered_by_person_and_day(cast):
    register_stream("cases.case", "办件")
    with driven_clock(now() - timedelta(days=3)):
        log_view(CLERK, "cases.case", 1, "phone")
    log_view(CLERK, "cases.case", 2, "phone")
    log_view(Actor(user=None, role="clerk", name="赵窗口"), "cases.case", 3, "phone")
    client = cast.client("administrator")

    def found(**filters):
        return [line.row.stream_id for line in client.get(reverse("core:access-log"), filters).context["lines"]]

    assert found() == [3, 2, 1]
    assert found(person="王窗口") == [2, 1]
    assert found(person="王窗口", first=str(today())) == [2]
    assert found(last=str(today() - timedelta(days=1))) == [1]
    assert found(person="王") == []
    assert found(first="2026-13-45", cursor="x") == [3, 2, 1]
    assert "办件" in client.get(reverse("core:access-log")).content.decode()


def test_nobody_else_sees_the_log(cast):
    log_view(CLERK, "cases.case", 1, "phone")
    for role in ("citizen", "clerk", "department_head", "supervisor"):
        assert cast.client(role).get(reverse("core:access-log")).status_code == 403
        assert not AccessLog.objects.visible_to(cast.person(role)).exists()
    assert AccessLog.objects.visible_to(cast.person("auditor")).count() == 1


def test_a_file_comes_as_a_download_and_is_logged(cast, upload):
    answer = cast.client("citizen").get(reverse("core:file", args=[upload.pk]))
    assert b"".join(answer.streaming_content) == b"%PDF"
    assert answer["Content-Disposition"] == ("attachment; filename*=utf-8''%E8%90%A5%E4%B8%9A%E6%89%A7%E7%85%A7.pdf")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    row = AccessLog.objects.get()
    assert (row.actor_user_id, row.stream_id, row.what) == (upload.owner_user_id, upload.pk, "file:test.paper")


def test_an_attached_file_is_given_as_its_kind_says(cast, upload):
    register_policy("test.paper", lambda user, file: user.access.has("clerk"))
    url = reverse("core:file", args=[upload.pk])
    assert cast.client("clerk").get(url).status_code == 404  # nobody but the owner before it is attached
    StoredFile.objects.update(stream="cases.case", stream_id=5)
    assert cast.client("clerk").get(url).status_code == 200
    assert cast.client("citizen").get(url).status_code == 404
    assert (AccessLog.objects.get().stream, AccessLog.objects.get().stream_id) == ("cases.case", 5)


def test_an_infected_file_is_given_to_nobody(cast, upload):
    StoredFile.objects.update(scan=Scan.INFECTED)
    assert cast.client("citizen").get(reverse("core:file", args=[upload.pk])).status_code == 404
    assert not AccessLog.objects.exists()


def test_an_entry_leads_only_who_may_open_the_record(cast, monkeypatch):
    monkeypatch.setattr("portal.core.access._faces", {})
    register_stream("oversight.lead", "线索", link=lambda pk: f"/leads/{pk}/", readers={"auditor"})
    log_view(CLERK, "oversight.lead", 7, "oversight:lead")
    for role, link in (("auditor", "/leads/7/"), ("administrator", "")):
        (line,) = cast.client(role).get(reverse("core:access-log")).context["lines"]
        assert line.link == link
