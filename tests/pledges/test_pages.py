"""The pages of promises and commitments: what was typed survives a refusal, other people's things are not there, bounds."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from approvals.pledges.models import Commitment, CreditRecord
from portal.core.time import now, today
from tests.pledges.objects import Lane

pytestmark = pytest.mark.django_db


@pytest.fixture
def lane() -> Lane:
    made = Lane(promised_days=10)
    made.now = now()
    return made


def signed_in(user) -> Client:
    client = Client()
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(user, backend="portal.people.backends.AccountBackend")
    return client


def test_a_refused_promise_keeps_what_was_typed(lane):
    case = lane.draft()
    url = reverse("pledges:promise", args=[case.pk, lane.health.pk])
    answer = signed_in(lane.person).post(url, {"due_on": "2020-01-01", "agreed": "on"})
    assert answer.status_code == 422
    assert "2020-01-01" in answer.content.decode()
    assert "Choose a day after today." in answer.content.decode()


def test_a_material_that_may_not_follow_has_no_page(lane):
    case = lane.draft()
    url = reverse("pledges:promise", args=[case.pk, lane.main[0].pk])
    assert signed_in(lane.person).get(url).status_code == 404


def test_a_barred_applicant_reads_ground_source_and_end_on_the_page_of_the_signature(lane):
    lane.broken()
    case = lane.draft()
    page = signed_in(lane.person).get(reverse("pledges:sign", args=[case.pk])).content.decode()
    record = CreditRecord.objects.get()
    assert "Broken commitment" in page
    assert record.source in page
    assert 'name="secret"' not in page


def test_the_wrong_password_signs_nothing_and_ten_of_them_stop(lane, settings):
    lane.person.set_password("Haizhou-2026")
    lane.person.save()
    text, case = lane.text(), lane.draft()
    client, url = signed_in(lane.person), reverse("pledges:sign", args=[case.pk])
    given = {"text": text.pk, "read": "on", "name": lane.person.name, "secret": "wrong"}
    assert [client.post(url, given).status_code for _n in range(10)] == [422] * 10
    assert "too often" in client.post(url, given).content.decode()
    assert not Commitment.objects.exists()


def test_the_page_of_uploads_offers_both_ways_and_the_check_page_lets_it_pass(lane):
    lane.text()
    case = lane.draft()
    page = signed_in(lane.person).get(reverse("cases:draft-materials", args=[case.pk])).content.decode()
    assert reverse("pledges:promise", args=[case.pk, lane.health.pk]) in page
    assert reverse("pledges:sign", args=[case.pk]) in page


def test_a_clerks_page_of_the_case_leads_to_what_follows(lane):
    case = lane.file(lane.draft())
    page = signed_in(lane.clerk.user).get(reverse("cases:desk-case", args=[case.number])).content.decode()
    assert reverse("pledges:tolerate", args=[case.number]) in page


@pytest.mark.parametrize(
    ("name", "who", "most"),
    [("pledges:mine", "person", 12), ("pledges:records", "person", 12), ("pledges:due", "clerk", 14),
     ("pledges:checks", "clerk", 14), ("pledges:credit", "clerk", 14), ("pledges:texts", "clerk", 14)],
)  # fmt: skip
def test_the_lists_ask_a_fixed_number_of_queries(lane, name, who, most, django_assert_max_num_queries):
    lane.promised((today() + dt.timedelta(days=3)).isoformat())
    lane.broken()
    client = signed_in(lane.person if who == "person" else lane.clerk.user)
    client.get(reverse(name))
    with django_assert_max_num_queries(most):
        assert client.get(reverse(name)).status_code == 200


def test_a_check_within_one_working_day_is_said_in_the_singular(lane):
    lane.text()
    lane.item.commitment_texts.update(check_days=1)
    page = signed_in(lane.head.user).get(reverse("pledges:text", args=[lane.item.code])).content.decode()
    assert "Checked within 1 working day of the decision." in page
