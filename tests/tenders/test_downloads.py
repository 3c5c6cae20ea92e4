"""Who took the documents: sealed until the opening, then for officers, supervisors and auditors, never for the buyer."""

import datetime as dt

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from portal.core.models import AccessLog
from portal.core.time import driven_clock
from portal.people.models import Posting, User
from portal.people.roles import Role
from procurement.tenders import actions, policies
from procurement.tenders.actions.steps import move
from procurement.tenders.models import Download, Project
from tests import factories
from tests.exports.lists import client_of, exported
from tests.factories import moment
from tests.tenders.objects import announced, bidder, firm, officer

pytestmark = pytest.mark.django_db
OFFER = "2026-11-24 10:00"


@pytest.fixture(autouse=True)
def _friday(settings):
    settings.DEMO = True  # no second factor for overseers
    with driven_clock(moment("2026-11-20 10:00")), override("en"):
        yield


@pytest.fixture
def buyer():
    return firm("海州市交通运输局")


@pytest.fixture
def tender(buyer):
    return announced(buyer=buyer[0])


def take(project, name, *, sender="203.0.113.7", device="a" * 64):
    profile, agent = bidder(name)
    with driven_clock(moment(OFFER)):
        document = project.documents.get()
        actions.take_document(agent, document.pk, organisation_id=profile.organisation_id, sender=sender, device=device)
    return profile


def open_bids(project):
    """What the opening does to the tender."""
    Project.objects.filter(pk=project.pk).update(state="closed")
    project.refresh_from_db()
    with transaction.atomic():
        move(project, "open", officer())


def page(user, project, query=""):
    return client_of(user).get(reverse("tenders:downloads", args=[project.number]) + query)


def readers():
    return [factories.staff(role) for role in (Role.PROCUREMENT_OFFICER, Role.SUPERVISOR, Role.AUDITOR)]


def test_nobody_learns_before_the_opening_who_took_the_documents(tender, buyer):
    take(tender, "海州路桥工程有限公司")
    for user in (*readers(), buyer[1].user):
        assert page(user, tender).status_code == 404
        assert not Download.objects.visible_to(user).exists()
        inner = client_of(user).get(reverse("tenders:project", args=[tender.number])).content.decode()
        assert "海州路桥工程有限公司" not in inner and "Who took the documents" not in inner


def test_after_the_opening_officers_and_overseers_do_and_each_look_is_logged(tender, buyer):
    take(tender, "海州路桥工程有限公司")
    open_bids(tender)
    for user in readers():
        text = page(user, tender).content.decode()
        assert "海州路桥工程有限公司" in text and "203.0.*.*" in text and "aaaaaaaa" in text
        assert "203.0.113.7" not in text and "a" * 9 not in text
        assert (
            AccessLog.objects.filter(actor_user_id=user.pk, what="tender:downloads", stream_id=tender.pk).count() == 1
        )
        inner = client_of(user).get(reverse("tenders:project", args=[tender.number])).content.decode()
        assert reverse("tenders:downloads", args=[tender.number]) in inner
    assert page(buyer[1].user, tender).status_code == 404
    assert page(factories.staff(Role.CLERK), tender).status_code == 404


def test_an_officer_who_acts_for_the_buyer_does_not_learn_it(tender, buyer):
    take(tender, "海州路桥工程有限公司")
    open_bids(tender)
    person = User.objects.get(pk=buyer[1].user.pk)
    Posting.objects.create(
        user=person, department=factories.department(), role=Role.PROCUREMENT_OFFICER, starts_on=dt.date(2020, 1, 1)
    )
    person = User.objects.get(pk=person.pk)
    assert policies.may_watch_downloads(person) and policies.may_open(person, tender)
    assert page(person, tender).status_code == 404
    assert not Download.objects.visible_to(person).exists()


def test_a_tender_that_failed_without_an_opening_stays_closed_and_one_that_failed_after_it_open(tender):
    take(tender, "海州路桥工程有限公司")
    auditor = factories.staff(Role.AUDITOR)
    Project.objects.filter(pk=tender.pk).update(state="failed")
    assert page(auditor, tender).status_code == 404
    open_bids(tender)
    Project.objects.filter(pk=tender.pk).update(state="failed")
    assert page(auditor, tender).status_code == 200


def test_policy_and_queryset_say_the_same(tender, buyer):
    take(tender, "海州路桥工程有限公司")
    one = Download.objects.get()
    people = [*readers(), buyer[1].user, factories.staff(Role.CLERK), factories.staff(Role.ADMINISTRATOR)]
    for opened in (False, True):
        if opened:
            open_bids(tender)
        for user in people:
            assert policies.may_see_download(user, one) == Download.objects.visible_to(user).filter(pk=one.pk).exists()


def test_the_list_is_narrowed_to_a_firm_and_to_shared_addresses_and_devices(tender):
    take(tender, "海州甲建设有限公司", sender="203.0.113.7", device="a" * 64)
    take(tender, "海州乙建设有限公司", sender="203.0.113.7", device="b" * 64)
    take(tender, "海州丙建设有限公司", sender="198.51.100.9", device="c" * 64)
    take(tender, "海州丁建设有限公司", sender="198.51.100.10", device="c" * 64)
    take(tender, "海州戊建设有限公司", sender="198.51.100.11", device="")
    take(tender, "海州己建设有限公司", sender="2001:db8:1::7", device="")
    open_bids(tender)
    auditor = factories.staff(Role.AUDITOR)

    def named(query):
        return {one.organisation.name[2] for one in page(auditor, tender, query).context["rows"]}

    assert named("") == set("甲乙丙丁戊己")
    assert named("?q=甲") == {"甲"}
    assert named("?shared=1") == set("甲乙丙丁")
    assert named("?kind=change") == set()
    assert named("?kind=nonsense&cursor=nonsense") == set("甲乙丙丁戊己")
    assert "2001:db8:*" in page(auditor, tender, "?q=己").content.decode()


def test_the_file_holds_what_the_page_shows_and_no_whole_address(tender):
    take(tender, "海州甲建设有限公司")
    take(tender, "海州丙建设有限公司", sender="198.51.100.9", device="c" * 64)
    other = announced()
    take(other, "海州乙建设有限公司")
    for project in (tender, other):
        open_bids(project)
    auditor = factories.staff(Role.AUDITOR)
    rows = exported(auditor, reverse("tenders:downloads", args=[tender.number]) + "?q=甲", "tenders.downloads")
    assert [(row["Firm"], row["Network address (masked)"], row["Mark of the device"]) for row in rows] == [
        ("海州甲建设有限公司", "203.0.*.*", "aaaaaaaa")
    ]


@pytest.mark.parametrize("number", [1, 6])
def test_the_page_needs_as_many_queries_for_many_as_for_few(tender, number, django_assert_max_num_queries):
    for n in range(number):
        take(tender, f"海州第{n}路桥有限公司")
    open_bids(tender)
    client = client_of(factories.staff(Role.AUDITOR))
    url = reverse("tenders:downloads", args=[tender.number])
    client.get(url)
    with django_assert_max_num_queries(16):
        client.get(url)


def test_the_latest_stand_first_and_the_next_page_goes_on(tender):
    profile, agent = bidder("海州路桥工程有限公司")
    at = moment(OFFER)
    Download.objects.bulk_create(
        Download(
            document=tender.documents.get(), project=tender, organisation=profile.organisation, user=agent.user, at=at
        )
        for _n in range(30)
    )
    open_bids(tender)
    auditor = factories.staff(Role.AUDITOR)
    first = page(auditor, tender).context["page"]
    second = page(auditor, tender, f"?cursor={first.next_cursor}").context["page"]
    assert (len(first.rows), len(second.rows), second.next_cursor) == (25, 5, None)
    assert not {one.pk for one in first.rows} & {one.pk for one in second.rows}
