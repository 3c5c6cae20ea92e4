"""The pages of reports: a fixed number of queries, and nothing that was typed is lost."""

import pytest
from django.urls import reverse

from portal.core.time import driven_clock
from portal.supervision.reports import actions
from portal.supervision.reports.models import Report
from tests import factories
from tests.permissions import Cast
from tests.reports.test_reports import WHOLE, Office

pytestmark = [pytest.mark.django_db, pytest.mark.once]
FRAME = 8  # session, account, second factor, postings, notices


@pytest.fixture
def office():
    with driven_clock(factories.moment("2026-12-20 10:00")):
        yield Office()


@pytest.fixture
def client():
    return Cast().client("supervisor")


def test_the_page_of_a_report_reads_what_was_kept_and_no_figures(office, client, django_assert_max_num_queries):
    report = actions.draw_up(office.writer, **WHOLE)
    with django_assert_max_num_queries(FRAME + 8):
        answer = client.get(reverse("reports:report", args=[report.pk]))
    assert answer.status_code == 200
    assert "figure=received" in answer.content.decode()


def test_the_list_costs_the_same_for_one_and_for_many(office, client, django_assert_max_num_queries):
    for _n in range(3):
        actions.draw_up(office.writer, **WHOLE)
    with django_assert_max_num_queries(FRAME + 3):
        assert client.get(reverse("reports:list")).status_code == 200


def test_a_wrong_period_keeps_what_was_typed(office, client):
    answer = client.post(
        reverse("reports:new"),
        {"title": "我的报告", "first": "2026-12-01", "last": "2026-11-01", "comparison": "none", "department": ""},
    )
    assert answer.status_code == 422
    assert "我的报告" in answer.content.decode() and "2026-11-01" in answer.content.decode()
    assert not Report.objects.exists()


def test_a_damaged_mark_keeps_what_was_typed(office, client):
    report = actions.draw_up(office.writer, **WHOLE)
    data = {"closing": "这一句写坏了{收件", "state_version": report.state_version}
    answer = client.post(reverse("reports:edit", args=[report.pk]), data)
    assert answer.status_code == 422
    assert "这一句写坏了{收件" in answer.content.decode()


def test_an_edit_from_an_old_page_is_refused_with_the_text_kept(office, client):
    report = actions.draw_up(office.writer, **WHOLE)
    url = reverse("reports:edit", args=[report.pk])
    assert client.post(url, {"closing": "先写的", "state_version": 0}).status_code == 302
    answer = client.post(url, {"closing": "后写的", "state_version": 0})
    assert answer.status_code == 422
    assert "后写的" in answer.content.decode()
