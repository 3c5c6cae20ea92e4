"""The pages: who sees what and what stays hidden, nothing typed lost, queries bounded, each look logged."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from portal.core import files
from portal.core.models import AccessLog
from portal.core.time import driven_clock
from portal.people.models import User
from portal.people.roles import Role
from procurement.bids import policies as bid_policies
from procurement.bids.models import OpenedFile
from procurement.evaluation import actions, policies
from procurement.evaluation.models import Clarification, Score, Sheet, Verdict
from procurement.tenders.models import Project
from tests import factories
from tests.evaluation.objects import LOWEST, MOMENT, QUALITATIVE, Committee, sheet_draft, tender
from tests.tenders.objects import firm, picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _morning(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    with driven_clock(MOMENT):
        yield


def browser(user: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk), backend="portal.people.backends.AccountBackend")
    if user.access.is_staff:
        from django_otp import DEVICE_ID_SESSION_KEY
        from django_otp.plugins.otp_totp.models import TOTPDevice

        device, _made = TOTPDevice.objects.get_or_create(user_id=user.pk, confirmed=True)
        session = client.session
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        session.save()
    return client


def url(name: str, one) -> str:
    return reverse(f"evaluation:{name}", args=[one.pk])


def text_of(response) -> str:
    return response.content.decode()


# --- the committee's own way ------------------------------------------------------------------------------------------


def test_a_whole_evaluation_by_the_pages_alone():
    committee = Committee(prices=(900_000, 950_000, 940_000))
    officer = factories.staff(Role.PROCUREMENT_OFFICER)
    browser(officer).post(reverse("evaluation:begin", args=[committee.project.number]))
    committee.session = committee.project.evaluation_sessions.get()
    one = committee.one()
    clients = [browser(seat.user) for seat in committee.seats]
    session = url("session", committee.session)
    for client in clients:
        assert client.post(session, {"do": "declare", "avoid": "no", "discipline": "on"}).status_code == 302
    for client in clients[:2]:
        assert client.post(session, {"do": "vote", "member": committee.seats[0].pk}).status_code == 302
    criteria = one.lot.sheet.criteria.filter(part__in=("qualification", "conformity"))
    passed = {f"passed_{bid.pk}_{row.pk}": "1" for bid in one.bids.all() for row in criteria}
    for client in clients:
        assert client.post(url("reviews", one), passed).status_code == 302
    for step, version in (("close_reviews", 0), ("proceed", 1)):
        sent = clients[0].post(url("lot", one), {"step": step, "state_version": version})
        assert sent.status_code == 302, text_of(sent)
    scored = one.lot.sheet.criteria.filter(max_points__gt=0)
    points = {f"score_{bid.pk}_{row.pk}": "18" for bid in one.bids.all() for row in scored}
    for client in clients:
        assert client.post(url("scores", one), {**points, "do": "hand_in"}).status_code == 302
    assert "76" in text_of(clients[1].get(url("comparison", one)))
    assert clients[0].post(url("lot", one), {"step": "close_scoring", "state_version": 2}).status_code == 302
    for client in clients:
        assert client.post(url("signing", one), {"do": "sign", "word": "agree"}).status_code == 302
    committee.project.refresh_from_db()
    assert committee.project.state == "evaluated"
    buyer = browser(committee.agent.user)
    assert "76.00" in text_of(buyer.get(url("report", one)))
    assert url("report", one) in text_of(buyer.get(reverse("tenders:project", args=[committee.project.number])))


def test_nobody_sees_anothers_scores_before_all_have_handed_in():
    committee = Committee().seated().scoring()
    one = committee.one()
    actions.hand_in(committee.chair, one.pk, committee.entries(("31.37", "31.38", "31.39")))
    for name in ("lot", "scores", "comparison", "signing", "questions"):
        for seat in committee.seats[1:]:
            page = text_of(browser(seat.user).get(url(name, one)))
            assert "31.3" not in page and "46.3" not in page, name
    assert "31.37" in text_of(browser(committee.chair.user).get(url("scores", one)))
    for actor in committee.members[1:]:
        actions.hand_in(actor, one.pk, committee.entries((30, 30, 30)))
    assert "46.37" in text_of(browser(committee.seats[1].user).get(url("comparison", one)))


def test_before_declaring_a_member_sees_the_bidders_and_nothing_else():
    committee = Committee().begun()
    client = browser(committee.seats[0].user)
    assert str(committee.bidders[0][0]) in text_of(client.get(url("session", committee.session)))
    for name in ("lot", "reviews", "questions", "rejections", "scores", "comparison", "signing"):
        assert client.get(url(name, committee.one())).status_code == 403


def test_a_failing_without_words_keeps_what_was_ticked():
    committee = Committee().seated()
    one, client = committee.one(), browser(committee.seats[0].user)
    bid, row = committee.bid(0), one.lot.sheet.criteria.get(part="conformity")
    other = one.lot.sheet.criteria.get(part="qualification")
    sent = client.post(url("reviews", one), {f"passed_{bid.pk}_{row.pk}": "0", f"passed_{bid.pk}_{other.pk}": "1"})
    assert sent.status_code == 422 and not Verdict.objects.exists()
    page = text_of(sent)
    assert re.search(rf'name="passed_{bid.pk}_{row.pk}" value="0" checked', page)
    assert re.search(rf'name="passed_{bid.pk}_{other.pk}" value="1" checked', page)
    assert f'id="error-{bid.pk}_{row.pk}"' in page


def test_points_that_make_no_sense_are_kept_and_marked():
    committee = Committee().seated().scoring()
    one, client = committee.one(), browser(committee.seats[0].user)
    names = [
        f"score_{bid.pk}_{row.pk}" for bid in one.bids.all() for row in one.lot.sheet.criteria.filter(max_points__gt=0)
    ]
    for typed in ("四十", "41", "１２，５", "1e400"):
        sent = client.post(url("scores", one), {names[0]: typed, names[1]: "7", "do": "save"})
        assert sent.status_code == 422 and f'value="{typed}"' in text_of(sent), typed
    assert not Score.objects.exists()


def test_the_draft_of_one_field_is_saved_by_itself():
    committee = Committee().seated().scoring()
    one, client = committee.one(), browser(committee.seats[0].user)
    row = one.lot.sheet.criteria.get(part="technical")
    name = f"score_{committee.bid(0).pk}_{row.pk}"
    kept = client.post(url("scores", one), {name: "12.5", "do": "save"}, headers={"X-Requested-With": "fetch"})
    assert kept.json() == {"errors": {}} and str(Score.objects.get().points) == "12.50"
    refused = client.post(url("scores", one), {name: "99", "do": "save"}, headers={"X-Requested-With": "fetch"})
    assert refused.status_code == 422 and name in refused.json()["errors"]


def test_a_qualitative_opinion_is_written_and_compared():
    committee = Committee(draft=QUALITATIVE).seated().scoring()
    one = committee.one()
    row = one.lot.sheet.criteria.get(part="technical")
    words = {f"score_{bid.pk}_{row.pk}": "工期安排合理" for bid in one.bids.all()}
    for seat in committee.seats:
        assert browser(seat.user).post(url("scores", one), {**words, "do": "hand_in"}).status_code == 302
    assert text_of(browser(committee.seats[1].user).get(url("comparison", one))).count("工期安排合理") == 9


def test_the_lowest_price_has_no_pages_of_scores():
    committee = Committee(draft=LOWEST).seated()
    page = text_of(browser(committee.seats[0].user).get(url("lot", committee.one())))
    assert url("scores", committee.one()) not in page and url("signing", committee.one()) in page
    watched = browser(factories.staff(Role.SUPERVISOR)).get(url("progress", committee.session))
    assert "打分" not in page and "打分" not in text_of(watched), "nobody waits for points that are never given"


# --- bidders, buyer, officers -----------------------------------------------------------------------------------------


def test_a_bidder_sees_and_answers_its_own_question_only():
    committee = Committee().seated().reviewed(failing=[1])
    asked = Clarification.objects.get()
    own, other = (browser(committee.bidders[n][1].user) for n in (1, 0))
    assert url("clarification", asked) in text_of(own.get(reverse("evaluation:clarifications")))
    assert url("clarification", asked) not in text_of(other.get(reverse("evaluation:clarifications")))
    assert other.get(url("clarification", asked)).status_code == 404
    assert reverse("evaluation:clarifications") in text_of(own.get(reverse("tenders:mine")))
    page = text_of(own.get(url("clarification", asked)))
    assert "缺少公章" in page and not any(seat.user.name in page for seat in committee.seats)
    assert own.post(url("clarification", asked), {"do": "answer", "answer": ""}).status_code == 422
    assert own.post(url("clarification", asked), {"do": "answer", "answer": "见第三页"}).status_code == 302
    assert "见第三页" in text_of(browser(committee.seats[0].user).get(url("rejections", committee.one())))


def test_officers_see_progress_and_neither_names_nor_scores_nor_the_report_before_the_result_is_public():
    committee = Committee().concluded()
    one = committee.one()
    for role in (Role.PROCUREMENT_OFFICER, Role.SUPERVISOR):
        person = factories.staff(role)
        client = browser(person)
        page = text_of(client.get(url("progress", committee.session)))
        assert not any(seat.user.name in page for seat in committee.seats)
        assert not any(str(who) in page for who, _agent in committee.bidders)
        assert "87.3" not in page
        assert client.get(url("report", one)).status_code == 404
        assert AccessLog.objects.filter(actor_user_id=person.pk, what="evaluation:progress").count() == 1
        inner = text_of(client.get(reverse("tenders:project", args=[committee.project.number])))
        assert not any(seat.user.name in inner for seat in committee.seats)
        Project.objects.filter(pk=committee.project.pk).update(state="publicity")
        assert client.get(url("report", one)).status_code == 200
        Project.objects.filter(pk=committee.project.pk).update(state="evaluated")


def test_each_look_at_the_desk_is_logged():
    committee = Committee().seated()
    client = browser(committee.seats[0].user)
    client.get(url("lot", committee.one()))
    client.get(url("comparison", committee.one()))
    seen = set(AccessLog.objects.filter(actor_user_id=committee.seats[0].user_id).values_list("what", flat=True))
    assert seen == {"evaluation:desk", "evaluation:comparison"}


def test_the_buyer_reviews_the_qualification_by_its_page():
    committee = Committee(category="government", draft=sheet_draft(object="goods")).seated()
    one, client = committee.one(), browser(committee.agent.user)
    row = one.lot.sheet.criteria.get(part="qualification")
    ticks = {f"passed_{bid.pk}_{row.pk}": "1" for bid in one.bids.all()}
    assert client.post(url("qualification", one), {**ticks, "do": "judge"}).status_code == 302
    sent = client.post(url("qualification", one), {"do": "hand_over", "state_version": "99"})
    assert sent.status_code == 422
    assert client.post(url("qualification", one), {"do": "hand_over", "state_version": "0"}).status_code == 302
    assert committee.one().state == "reviewing"


def test_what_is_missing_for_the_beginning_is_said_on_the_tenders_page():
    committee = Committee()
    committee.panel.delete()
    client = browser(committee.agent.user)
    sent = client.post(reverse("evaluation:begin", args=[committee.project.number]), follow=True)
    assert "The committee is not complete" in text_of(sent) or "评标委员会" in text_of(sent)


# --- the sheet --------------------------------------------------------------------------------------------------------


def sheet_fields(**more) -> dict[str, str]:
    return {
        "method": "comprehensive", "object": "works", "price_weight": "40", "candidates": "3", "criteria": "3",
        "state_version": "0", "c1_title": "营业执照", "c1_part": "qualification", "c2_title": "签字盖章",
        "c2_part": "conformity", "c3_title": "施工组织设计", "c3_part": "technical", "c3_points": "60", **more,
    }  # fmt: skip


def test_the_sheet_is_written_by_its_page_and_shown_to_everybody_with_the_tender():
    buyer, agent = firm()
    project = tender(buyer=buyer, state="registered", announced_at=None)
    page = reverse("evaluation:sheet", args=[project.number, 1])
    client = browser(agent.user)
    refused = client.post(page, sheet_fields(c3_points="50"))
    assert refused.status_code == 422 and 'value="50"' in text_of(refused) and not Sheet.objects.exists()
    more = client.post(page, sheet_fields(more="1"))
    assert more.status_code == 200 and "c4_title" in text_of(more) and "施工组织设计" in text_of(more)
    assert client.post(page, sheet_fields()).status_code == 302
    assert "施工组织设计" in text_of(client.get(page))
    Project.objects.update(announced_at=MOMENT)
    assert "施工组织设计" in text_of(Client().get(reverse("tenders:tender", args=[project.number])))


def test_government_procurement_is_offered_its_own_methods():
    buyer, agent = firm()
    project = tender("government", buyer=buyer, state="registered", announced_at=None)
    page = text_of(browser(agent.user).get(reverse("evaluation:sheet", args=[project.number, 1])))
    assert 'value="comprehensive"' in page and 'value="benchmark"' not in page


def test_a_missing_sheet_is_a_red_lamp_once_the_tender_is_announced():
    buyer, agent = firm()
    project = tender(buyer=buyer, state="announced")
    page = text_of(browser(agent.user).get(reverse("tenders:project", args=[project.number])))
    panel = page[page.index('aria-labelledby="evaluation"') :]
    assert re.findall(r'class="light ([a-z]+)', panel[: panel.index("</section>")]) == ["r"]


def test_the_committee_finds_the_documents_of_each_bid():
    committee = Committee().seated()
    stored = files.store(picture("bid.png"), owner=committee.agent, kind="bids.document")
    OpenedFile.objects.create(bid=committee.bid(0).bid, file=stored, place=1)
    page = browser(committee.members[0].user).get(url("lot", committee.one())).content.decode()
    assert reverse("core:file", args=[stored.pk]) in page and "bid.png" in page
    assert policies.reads_bids in bid_policies._readers, "and may open them"


# --- bounded queries --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("lot", 40), ("reviews", 35), ("questions", 35), ("rejections", 35), ("scores", 35), ("comparison", 45),
        ("signing", 40),
    ],
)  # fmt: skip
def test_a_page_of_the_desk_asks_no_more_for_more_bids(name, most, django_assert_max_num_queries):
    committee = Committee(prices=tuple(900_000 + 1000 * n for n in range(8)), seats=5).seated().scoring()
    committee.scored(((30,) * 8,) * 5)
    client = browser(committee.seats[0].user)
    client.get(url(name, committee.one()))
    with django_assert_max_num_queries(most):
        assert client.get(url(name, committee.one())).status_code == 200


def test_the_lists_ask_no_more_for_more_rows(django_assert_max_num_queries):
    first = Committee().begun()
    for _n in range(4):
        other = Committee().begun()
        other.panel.members.filter(pk=other.seats[0].pk).update(user=first.seats[0].user)
    member, officer = browser(first.seats[0].user), browser(factories.staff(Role.PROCUREMENT_OFFICER))
    with django_assert_max_num_queries(15):
        assert member.get(reverse("evaluation:mine")).status_code == 200
    with django_assert_max_num_queries(15):
        assert officer.get(reverse("evaluation:progress-list")).status_code == 200
