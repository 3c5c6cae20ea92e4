"""The pages of tenders and bidders: bounded queries, forms that lose nothing, the calendar, downloads."""

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.core.time import driven_clock
from portal.people.models import Membership
from portal.people.roles import Role
from procurement.bidders.agents import people_of
from procurement.tenders import actions
from procurement.tenders.actions.bonds import BondDraft
from procurement.tenders.models import Bond, Download, Project, Subscription
from tests import factories
from tests.factories import moment
from tests.tenders.objects import announced, bidder, changed, firm, officer, picture, registered, with_document

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def _friday(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    with driven_clock(moment("2026-11-23 10:00")):
        yield


def sign_in(client, person):
    client.force_login(person, backend="portal.people.backends.AccountBackend")


@pytest.fixture
def chief(client):
    person = factories.staff(Role.PROCUREMENT_OFFICER)
    sign_in(client, person)
    return officer(person)


def open_tender(chief, **more):
    """Announced on the Friday before, so that the documents are on offer today."""
    with driven_clock(moment("2026-11-20 10:00")):
        project = announced(chief, **more)
    actions.receive_due()
    project.refresh_from_db()
    return project


def grown(chief, n):
    """So many tenders with a document, a download, a question, a bond, and a change each."""
    for _one in range(n):
        project = open_tender(chief)
        profile, agent = bidder()
        actions.take_document(
            agent, project.documents.first().pk, organisation_id=profile.organisation_id, sender="1.2.3.4"
        )
        actions.ask(agent, project.pk, profile.organisation_id, "能否分包？")
        actions.declare_bond(
            agent, project.lots.get().pk, profile.organisation_id, BondDraft(kind="transfer", reference="GH1")
        )
    return project


LISTS = ["tenders:list", "tenders:openings", "tenders:desk", "tenders:bonds", "tenders:bonds-old", "bidders:bidders"]


@pytest.mark.parametrize("name", LISTS)
def test_lists_need_as_many_queries_for_many_as_for_few(client, chief, name, django_assert_max_num_queries):
    grown(chief, 2)
    url = reverse(name)
    client.get(url)
    with django_assert_max_num_queries(60) as few:
        assert client.get(url).status_code == 200
    grown(chief, 6)
    with django_assert_max_num_queries(len(few)):
        assert client.get(url).status_code == 200


@pytest.mark.parametrize("name", ["tenders:tender", "tenders:project"])
def test_one_tender_needs_as_many_queries_with_many_papers(client, chief, name, django_assert_max_num_queries):
    project = open_tender(chief)
    url = reverse(name, args=[project.number])

    def more(n):
        for _one in range(n):
            changed(project, chief)
            profile, agent = bidder()
            document = project.documents.first()
            actions.take_document(agent, document.pk, organisation_id=profile.organisation_id, sender="1.2.3.4")
            actions.ask(agent, project.pk, profile.organisation_id, "能否分包？")

    more(2)
    client.get(url)
    with django_assert_max_num_queries(60) as few:
        assert client.get(url).status_code == 200
    more(8)
    with django_assert_max_num_queries(len(few)):
        assert client.get(url).status_code == 200


def test_the_list_is_searched_and_filtered_and_an_old_link_is_no_error(client, chief):
    open_tender(chief, title="海陵区污水管网改造")
    open_tender(chief, title="东湖区道路照明", category="government")
    assert "海陵区污水" in client.get("/tenders/?q=污水管网").content.decode()
    answer = client.get("/tenders/?category=government").content.decode()
    assert "东湖区道路照明" in answer and "海陵区污水" not in answer
    assert client.get("/tenders/?category=nonsense&cursor=x&state=registered").status_code == 200


def test_what_is_not_announced_is_not_public(client):
    project = registered()
    assert client.get(reverse("tenders:tender", args=[project.number])).status_code == 404
    assert project.number not in client.get("/tenders/").content.decode()


def test_a_bidder_downloads_and_it_is_counted(client, chief):
    project = open_tender(chief)
    profile, agent = bidder()
    sign_in(client, agent.user)
    url = reverse("tenders:document", args=[project.number, project.documents.first().pk])
    assert client.post(url, {}).status_code == 403
    answer = client.post(url, {"organisation": profile.organisation_id})
    assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment")
    assert client.post(url, {"organisation": "999999"}).status_code == 404
    assert Download.objects.get().organisation == profile.organisation
    english = {"headers": {"accept-language": "en"}}
    shown = client.get(reverse("tenders:tender", args=[project.number]), **english).content.decode()
    assert "taken once" not in shown  # how many took the documents is as secret as who did (Tendering Law, art. 22)
    inner = reverse("tenders:project", args=[project.number])
    sign_in(client, chief.user)
    assert "taken once" in client.get(inner, **english).content.decode()
    sign_in(client, people_of(project.buyer_id)[0])
    assert "taken once" not in client.get(inner, **english).content.decode()


def test_a_refused_announcement_keeps_what_was_typed(client, chief):
    project = registered(chief, below_threshold=True)
    with_document(project, chief)
    url = reverse("tenders:announce", args=[project.number])
    data = {
        "state_version": project.state_version, "documents_from_on": "2026-11-23", "documents_until_on": "2026-11-24",
        "deadline_day": "2026-11-24", "deadline_time": "14:35", "place": "开标二室", "text": "补充内容",
    }  # fmt: skip
    answer = client.post(url, data)
    text = answer.content.decode()
    assert answer.status_code == 422 and "14:35" in text and "开标二室" in text and "2026年11月26日" in text
    assert client.post(url, {**data, "deadline_day": "2026-11-26"}).status_code == 302
    assert Project.objects.get().deadline_at == moment("2026-11-26 14:35")


def test_a_change_brings_its_files_and_a_wrong_form_loses_none_of_them(client, chief):
    project = open_tender(chief)
    url = reverse("tenders:change", args=[project.number])
    english = {"accept-language": "en"}
    sent = {"state_version": project.state_version, "text": " ", "papers": [picture("one.png"), picture("two.png")]}
    answer = client.post(url, sent, headers=english)
    page = answer.content.decode()
    assert answer.status_code == 422 and "one.png" in page and "two.png" in page
    assert project.documents.count() == 1
    marks = re.findall(r'name="kept" value="([^"]+)" checked', page)
    assert len(marks) == 2
    with driven_clock(moment("2026-12-13 15:00")):
        answer = client.post(url, {"state_version": project.state_version, "text": "更正清单", "kept": marks[:1]})
    assert answer.status_code == 302
    project.refresh_from_db()
    assert project.deadline_at == moment("2026-12-28 09:30")
    assert [one.file.name for one in project.documents.filter(kind="change")] == ["one.png"]


def test_a_file_that_cannot_be_kept_is_named_and_the_good_one_stays(client, chief):
    project = open_tender(chief)
    url = reverse("tenders:change", args=[project.number])
    bad = SimpleUploadedFile("notes.exe", b"MZ\x90\x00 not a paper")
    sent = {"state_version": project.state_version, "text": "更正清单", "papers": [picture("good.png"), bad]}
    answer = client.post(url, sent, headers={"accept-language": "en"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "notes.exe" in page and "更正清单" in page
    assert page.count('name="kept"') == 1 and "good.png" in page
    assert project.documents.count() == 1


def test_more_files_than_go_at_once_are_named_not_dropped_silently(client, chief):
    project = open_tender(chief)
    sent = {
        "state_version": project.state_version, "text": "更正清单",
        "papers": [picture(f"plan{n}.png") for n in range(11)],
    }  # fmt: skip
    answer = client.post(reverse("tenders:change", args=[project.number]), sent, headers={"accept-language": "en"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "plan10.png" in page and page.count('name="kept"') == 10


def test_once_announced_the_page_of_documents_is_that_of_a_change_and_keeps_what_was_sent(client, chief):
    project = open_tender(chief)
    url, change = (reverse(f"tenders:{name}", args=[project.number]) for name in ("documents", "change"))
    english = {"accept-language": "en"}
    shown = client.get(url, headers=english).content.decode()
    assert f'action="{change}"' in shown and "The tender has been announced" in shown
    answer = client.post(url, {"kind": "tender", "papers": picture("late.png")}, headers=english)
    page = answer.content.decode()
    assert answer.status_code == 422 and f'action="{change}"' in page and "late.png" in page
    assert project.documents.count() == 1
    marks = re.findall(r'name="kept" value="([^"]+)" checked', page)
    assert client.post(change, {"state_version": project.state_version, "text": "补", "kept": marks}).status_code == 302
    assert project.documents.get(kind="change").file.name == "late.png"
    inner = client.get(reverse("tenders:project", args=[project.number]), headers=english).content.decode()
    assert "Add documents" not in inner and "Publish a change with files" in inner


def test_documents_before_the_announcement_are_kept_when_the_kind_is_missing(client, chief):
    project = registered(chief)
    url = reverse("tenders:documents", args=[project.number])
    english = {"accept-language": "en"}
    assert "Choose at least one file" in client.post(url, {"kind": "tender"}, headers=english).content.decode()
    answer = client.post(url, {"papers": picture("early.png")}, headers=english)
    marks = re.findall(r'name="kept" value="([^"]+)" checked', answer.content.decode())
    assert answer.status_code == 422 and len(marks) == 1
    assert client.post(url, {"kind": "drawing", "kept": marks}).status_code == 302
    assert project.documents.get().kind == "drawing"


def test_another_lot_is_added_without_losing_the_first(client, chief):
    url = reverse("tenders:new")
    answer = client.post(url, {"lots": "1", "lot1_name": "一标段", "title": "某工程", "more": "1"})
    text = answer.content.decode()
    assert answer.status_code == 200 and 'value="一标段"' in text and "lot2_name" in text and "某工程" in text


def test_an_agent_registers_online_and_corrects_after_the_review(client):
    profile, agent = bidder()
    sign_in(client, agent.user)
    data = {
        "category": "construction", "method": "open", "title": "道路工程", "summary": "全长 3 公里",
        "contact": "李工", "buyer_uscc": profile.organisation.uscc, "lots": "1", "lot1_name": "一标段",
        "lot1_budget": "100万元", "lot1_bond": "3万元",
    }  # fmt: skip
    refused = client.post(reverse("tenders:new"), data)
    assert refused.status_code == 422 and "第二十六条" in refused.content.decode()
    assert client.post(reverse("tenders:new"), {**data, "lot1_bond": "2万元"}).status_code == 302
    project = Project.objects.get()
    edit = reverse("tenders:edit", args=[project.number])
    assert "1,000,000" in client.get(edit).content.decode()
    again = {**data, "lot1_bond": "1万元", "state_version": project.state_version}
    assert client.post(edit, again).status_code == 302
    assert client.post(edit, again).status_code == 422  # an old version


def test_the_calendar_names_every_opening_and_cancels_what_ended(client, chief):
    project = open_tender(chief)
    feed = client.get("/tenders/openings.ics")
    assert feed["Content-Type"].startswith("text/calendar") and b"20261214T013000Z" in feed.content
    actions.take_step(chief, project.pk, "terminate", {"note": "规划调整"}, state_version=project.state_version)
    assert b"CANCELLED" in client.get(reverse("tenders:opening-file", args=[project.number])).content


def test_categories_are_followed_and_left(client):
    person = factories.citizen(email="")
    sign_in(client, person)
    url = reverse("tenders:follow")
    assert client.post(url, {"categories": ["land", "construction"], "by_email": "on"}).status_code == 422
    assert client.post(url, {"categories": ["land", "construction"]}).status_code == 302
    assert client.post(url, {"categories": ["land"]}).status_code == 302
    assert [one.category for one in Subscription.objects.filter(user=person)] == ["land"]


def test_an_agent_whose_membership_ended_sees_the_inner_page_no_more(client):
    profile, agent = bidder()
    project = registered(agent, profile.organisation)
    sign_in(client, agent.user)
    url = reverse("tenders:project", args=[project.number])
    assert client.get(url).status_code == 200
    Membership.objects.update(ended_at=moment("2026-11-23 09:00"))
    assert client.get(url).status_code == 404


def test_the_calendar_is_subscribed_to_and_a_firm_sees_the_lamp_of_its_bond(client, chief):
    page = client.get("/tenders/openings/").content.decode()
    assert "webcal://testserver/tenders/openings.ics" in page
    assert 'href="/tenders/openings.ics"' in page
    grown(chief, 1)
    bond = Bond.objects.get()
    Bond.objects.update(state="due_back", due_on="2026-11-25")
    sign_in(client, people_of(bond.organisation_id)[0])
    for day, lamp in (("2026-11-20", "g"), ("2026-11-24", "a"), ("2026-11-26", "r")):
        with driven_clock(moment(f"{day} 10:00")):
            assert f'class="light {lamp}"' in client.get("/my/tenders/").content.decode()


def test_who_acts_for_a_firm_finds_its_tenders_projects_and_bids_in_the_menu_and_nobody_else(client):
    _organisation, agent = firm()
    client.force_login(agent.user, backend="portal.people.backends.AccountBackend")
    page = client.get(reverse("tenders:mine")).content.decode()
    for name in ("tenders:mine", "projects:mine", "bids:mine", "awards:my-remedies"):
        assert f'href="{reverse(name)}"' in page
    Membership.objects.update(ends_on=dt.date(2020, 2, 1))
    page = client.get(reverse("catalogue:list")).content.decode()
    assert reverse("tenders:mine") not in page and reverse("certificates:mine") in page
