"""The pages: few queries however many rows, nothing lost that was typed, and nobody rated learns who it was."""

import datetime as dt
import re
from collections import Counter

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from approvals.cases import actions as case_actions
from hall.ratings import actions, policies
from hall.ratings.actions.tablets import just_served, tablet_of
from hall.ratings.errors import AlreadyRated, TabletRevoked
from hall.ratings.models import Grievance, Invitation, Rating, Rectification
from portal.core import jobs, statistics
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import events_of
from portal.core.models import AccessLog, Notification
from portal.core.time import driven_clock, now
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from tests import factories
from tests.permissions import Cast

pytestmark = pytest.mark.django_db


def client_of(user: User) -> Client:
    cast = Cast()
    role = next((one for one in ("supervisor", "hall_manager", "department_head", "clerk") if user.access.has(one)), "")
    cast._people[role or "citizen"] = user
    return cast.client(role or "citizen")


def queries(client: Client, url: str) -> int:
    client.get(url)  # caches of the process are warm afterwards
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


@pytest.mark.parametrize(
    "name", ["ratings:list", "ratings:rectifications", "ratings:grievances", "ratings:calls", "ratings:tablets"]
)
def test_a_list_costs_as_many_queries_for_many_rows_as_for_one(town, name):
    def more(count):
        for _n in range(count):
            town.rated(1, reasons=["overdue"])
            actions.say_what_is_wrong(
                town.actor("citizen"), actions.GrievanceDraft(topic="hall", text="太吵", window_id=town.window.pk)
            )
            actions.issue_tablet(town.actor("manager"), town.window.pk, "A01")
            with driven_clock(now() - dt.timedelta(days=5)):
                town.invitation(phone="13812345678")

    manager, url = client_of(town.manager), reverse(name)
    more(1)
    one = queries(manager, url)
    more(5)
    assert queries(manager, url) == one


def test_the_link_rates_without_javascript_and_says_thanks(town):
    asked = town.invitation()
    client, url = Client(), reverse("ratings:rate", args=[asked.token])
    page = client.get(url).content.decode()
    assert 'name="grade"' in page and "<script>" not in page
    answer = client.post(url + "?by=qr", {"grade": "1", "reasons_1": ["overdue"], "comment": "等了很久"}, follow=True)
    assert answer.status_code == 200
    rating = Rating.objects.get()
    assert (rating.grade, rating.reasons, rating.channel, rating.comment) == (1, ["overdue"], "qr", "等了很久")
    assert client.get(url).status_code == 409, "used again, it says so"
    assert client.post(url, {"grade": "5"}).status_code == 409
    with driven_clock(now() + dt.timedelta(days=40)):
        assert client.get(reverse("ratings:rate", args=[town.invitation().token])).status_code == 200
    old = town.invitation()
    with driven_clock(now() + dt.timedelta(days=40)):
        assert client.get(reverse("ratings:rate", args=[old.token])).status_code == 410


def test_what_was_typed_is_kept_when_something_is_wrong(town):
    url = reverse("ratings:rate", args=[town.invitation().token])
    answer = Client().post(url, {"comment": "说得很清楚", "phone": "abc", "grade": "4"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "说得很清楚" in page and 'value="abc"' in page
    assert not Rating.objects.exists()


def test_an_applicant_rates_the_own_case_from_its_page_and_nobody_elses(town):
    item = factories.item(review_steps=0, kind="immediate")
    clerk = actor_of(town.clerk, Role.CLERK)
    case = factories.submitted(town.citizen, item)
    case = case_actions.take_step(clerk, case.pk, "accept", state_version=case.state_version)
    case_actions.take_step(clerk, case.pk, "approve", state_version=case.state_version)
    jobs.run_due_jobs(50)
    mine = client_of(town.citizen)
    page = mine.get(reverse("cases:detail", args=[case.number])).content.decode()
    link = re.search(r"/rate/[\w-]+/", page)
    assert link, "the page asks for the rating"
    note = Notification.objects.get(template="rating.asked")
    assert (note.user, note.path) == (town.citizen, link.group())
    other = client_of(factories.citizen())
    assert other.get(link.group()).status_code == 404
    assert other.post(link.group(), {"grade": "1"}).status_code == 404
    assert mine.post(link.group(), {"grade": "2"}).status_code == 302
    with translation.override("zh-hans"):
        assert (
            str(Rating.objects.get().get_grade_display())
            in mine.get(reverse("cases:detail", args=[case.number])).content.decode()
        )


def test_nothing_that_a_rated_clerk_can_open_says_who_rated(town):
    """Walks every page that a clerk reaches by links, the case itself aside, which has its applicant anyway."""
    secret = {"王丽娟", "13900001111", "我是三号楼的老王", "V99999"}
    asked = town.invitation(subject="V99999", invited_id=town.citizen.pk)
    with driven_clock(now().replace(hour=3, minute=17)):
        rating = town.rated(1, asked=asked, comment="我是三号楼的老王", phone="13900001111")
    work = rating.rectification
    work = actions.take_step(
        town.actor("head"), work.pk, "contact", {"way": "phone", "text": "王丽娟说电话打不通"}, state_version=0
    )
    clerk = client_of(town.clerk)
    seen, todo = (
        set(),
        {"/", reverse("ratings:list"), reverse("ratings:rectification", args=[work.pk]), "/notifications/"},
    )
    while todo:
        path = todo.pop()
        seen.add(path)
        answer = clerk.get(path)
        page = answer.getvalue().decode(errors="replace")  # a file of open data comes as a stream
        found = {word for word in secret if word in page}
        assert not found, (path, found)
        if asked.token in page:
            raise AssertionError(path)
        if answer.status_code == 200 and "html" in answer["Content-Type"]:
            links = {link.split("#")[0] for link in re.findall(r'href="(/[^"]*|\?[^"]*)"', page)}
            links = {path.split("?")[0] + link if link.startswith("?") else link for link in links}
            # The form of an export says the same for any filters.
            links = {re.sub(r"(/exports/new/\?list=[a-z_.]+).*", r"\1", link) for link in links}
            # Open data are the same files for everybody, by the hundred; their own test looks for names in every column.
            links = {
                link for link in links if not link.startswith(("/static", "/open/data/", "/open/files/", "/ocds/"))
            }
            links = {link.replace("&amp;", "&") for link in links}
            # Of one page a handful of filters will do: they are the same rows in another order.
            known = Counter(one.split("?")[0] for one in seen | todo)
            todo |= {link for link in links - seen if "/exports/" in link or known[link.split("?")[0]] < 4}
        assert len(seen) < 600
    assert reverse("ratings:rectifications") in seen and len(seen) > 10
    for thing in (rating, work, asked):
        for told in events_of(thing):
            assert town.citizen.name not in told.event.body.replace("王丽娟说电话打不通", "")
            assert told.event.actor_id != town.citizen.pk
    for note in Notification.objects.filter(user=town.clerk):
        assert not any(word in str(note.context) for word in secret)
    assert not policies.may_see_contact(town.clerk, work)
    # The handler does see how to reach the person, and that is on record.
    page = client_of(town.head).get(reverse("ratings:rectification", args=[work.pk])).content.decode()
    assert "13900001111" in page
    assert AccessLog.objects.filter(stream="ratings.rectification", what="phone", actor_user_id=town.head.pk).exists()


def test_a_rated_head_handles_nothing_and_reads_no_contact_of_the_own_rating(town):
    rating = town.rated(1, asked=town.invitation(staff_id=town.head.pk), phone="13900001111")
    page = client_of(town.head).get(reverse("ratings:rectification", args=[rating.rectification.pk])).content.decode()
    assert "13900001111" not in page


# --- the tablet -------------------------------------------------------------------------------------------------------


@pytest.fixture
def secret(town):
    return actions.issue_tablet(town.actor("manager"), town.window.pk, "A01")[1]


def test_a_tablet_asks_for_the_service_that_just_ended_and_for_no_other(town, secret):
    client, url = Client(), reverse("ratings:tablet", args=[secret])
    assert client.get(reverse("ratings:tablet-next", args=[secret])).json() == {"service": ""}
    first = town.invitation()
    second = town.invitation()
    assert just_served(town.window.pk) == second, "the last one, and never the one before"
    assert second.token in client.get(url).content.decode()
    assert client.post(url, {"grade": "5", "service": second.token, "client_key": "k1"}).status_code == 302
    assert just_served(town.window.pk) is None, "who went away without rating is not rated for"
    with driven_clock(now() + dt.timedelta(minutes=20)):
        assert just_served(town.window.pk) is None
    assert Invitation.objects.get(pk=first.pk).settled_at is None


def test_a_tablet_that_sends_twice_counts_once(town, secret):
    asked = town.invitation()
    draft = actions.RatingDraft(grade=2, channel="window", client_key="one-key")
    first = actions.rate_at_tablet(secret, asked.token, draft)
    assert actions.rate_at_tablet(secret, asked.token, draft).pk == first.pk
    with pytest.raises(AlreadyRated):
        actions.rate_at_tablet(secret, asked.token, actions.RatingDraft(grade=5, channel="window", client_key="other"))
    assert Rating.objects.count() == Rectification.objects.count() == 1


def test_a_tablet_rates_for_its_own_window_only_and_not_when_taken_back(town, secret):
    elsewhere = town.invitation(window_id=None)
    draft = actions.RatingDraft(grade=5, channel="window")
    with pytest.raises(NotFound):
        actions.rate_at_tablet(secret, elsewhere.token, draft)
    device = tablet_of(secret)
    with pytest.raises(NotAllowed):
        actions.revoke_tablet(town.actor("clerk"), device.pk)
    actions.revoke_tablet(town.actor("manager"), device.pk)
    with pytest.raises(TabletRevoked):
        actions.rate_at_tablet(secret, town.invitation().token, draft)
    assert Client().get(reverse("ratings:tablet", args=[secret])).status_code == 410
    assert secret not in device.digest, "only a digest is kept"


# --- by telephone -----------------------------------------------------------------------------------------------------


def test_a_call_is_taken_by_one_person_who_is_not_of_the_rated_department(town):
    with driven_clock(now() - dt.timedelta(days=4)):
        asked = town.invitation(phone="13812345678")
    both = factories.staff(Role.HALL_MANAGER, town.department)
    factories.Posting.objects.create(
        user=both, department=town.department, role=Role.CLERK, starts_on=dt.date(2020, 1, 1)
    )
    with pytest.raises(NotAllowed):
        actions.take_call(actor_of(User.objects.get(pk=both.pk), Role.HALL_MANAGER), asked.pk)
    actions.take_call(town.actor("manager"), asked.pk)
    with pytest.raises(WrongState):
        actions.take_call(town.actor("supervisor"), asked.pk)
    with pytest.raises(WrongState):
        actions.rate_by_call(town.actor("supervisor"), asked.pk, actions.RatingDraft(grade=5, channel="callback"))
    rating = actions.rate_by_call(town.actor("manager"), asked.pk, actions.RatingDraft(grade=4, channel="callback"))
    assert rating.channel == "callback"
    listed = Invitation.objects.to_call(town.supervisor, served_before=now())
    assert not listed.exists()


def test_who_was_not_reached_three_times_or_does_not_want_to_is_called_no_more(town):
    with driven_clock(now() - dt.timedelta(days=4)):
        often, never = town.invitation(phone="13812345678"), town.invitation(phone="13812345679")
    for _try in range(3):
        actions.take_call(town.actor("manager"), often.pk)
        actions.note_call(town.actor("manager"), often.pk, outcome="unreached")
    actions.take_call(town.actor("manager"), never.pk)
    actions.note_call(town.actor("manager"), never.pk, outcome="refused")
    assert not Invitation.objects.to_call(town.manager, served_before=now()).exists()


# --- what is wrong, reasons -------------------------------------------------------------------------------------------


def test_what_is_wrong_is_said_without_a_name_once_and_the_reply_is_read_by_number_and_code(town):
    client, url = Client(), reverse("ratings:grievance-new")
    form = {"topic": "procedure", "text": "跑了三趟", "window": town.window.pk, "once_key": "abc"}
    first = client.post(url, form, follow=True).content.decode()
    client.post(url, form)
    matter = Grievance.objects.get()
    assert matter.number in first and matter.query_code in first
    assert matter.handler == town.head
    actions.take_grievance_step(town.actor("head"), matter.pk, "reply", {"text": "已取消重复材料"}, state_version=0)
    track = reverse("ratings:grievance-track")
    wrong = client.post(track, {"number": matter.number, "code": "WRONG123"})
    assert wrong.status_code == 422 and "已取消重复材料" not in wrong.content.decode()
    right = client.post(track, {"number": matter.number, "code": matter.query_code.lower()})
    assert "已取消重复材料" in right.content.decode()


def test_a_new_list_of_reasons_begins_later_and_old_ratings_keep_their_words(town):
    draft = {grade: [actions.review.ReasonDraft(f"原因{grade}", f"Reason {grade}")] for grade in range(1, 6)}
    with pytest.raises(Invalid):
        actions.new_reason_list(town.actor("manager"), draft, valid_from=dt.date(2020, 1, 1))
    with pytest.raises(NotAllowed):
        actions.new_reason_list(town.actor("head"), draft, valid_from=now().date() + dt.timedelta(days=2))
    old = town.rated(5, reasons=["fast"])
    actions.new_reason_list(town.actor("manager"), draft, valid_from=now().date() + dt.timedelta(days=2))
    with driven_clock(now() + dt.timedelta(days=3)):
        with pytest.raises(Invalid):
            town.rated(5, reasons=["fast"])
        new = town.rated(5, reasons=["g5-0"])
    assert (old.reason_list, new.reason_list) == (1, 2)


def test_the_public_page_shows_reviewed_words_only(town):
    rating = town.rated(2, comment="李晓燕女士让我跑了三趟")
    statistics.refresh_all()
    page = Client().get(reverse("ratings:public")).content.decode()
    assert "跑了三趟" not in page
    actions.publish_comment(town.actor("manager"), rating.pk, text="让我跑了三趟")
    from django.core.cache import cache

    cache.clear()
    page = Client().get(reverse("ratings:public")).content.decode()
    assert "让我跑了三趟" in page and "李晓燕" not in page
