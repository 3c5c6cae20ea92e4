"""What becomes of a lot that failed: repeated, another way with its approval, given up; the lamp, the pages."""

import datetime as dt

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from portal.core.calendar import workdays
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.models import Notification
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import Membership, User
from portal.people.roles import Role
from procurement.models import Method
from procurement.tenders import actions, policies
from procurement.tenders.actions import LotDraft
from procurement.tenders.actions.lots import fail_lot, lift
from procurement.tenders.lifecycle import FAILED_LOT
from procurement.tenders.models import FailedLot, Lot, Project
from procurement.tenders.tasks import light_lamps
from procurement.tenders.views.failed import lights
from tests import factories
from tests.exports.lists import exported
from tests.factories import moment
from tests.tenders.objects import bidder, closed, draft, firm, officer, schedule

pytestmark = pytest.mark.django_db
DAY = "2026-12-15 10:00"
TWO = [LotDraft(name="一标段", budget_fen=100_000_000), LotDraft(name="二标段", budget_fen=50_000_000)]
ASKED = {"fair": "1", "authority": "海州市财政局", "reasons": "供应商不足三家，项目急需"}


@pytest.fixture(autouse=True)
def _friday():
    # A page in English leaves its language behind; the next test begins with the one before.
    with driven_clock(moment("2026-11-20 10:00")), override("zh-hans"):
        yield


def fail(project: Project, number: int = 2, ground: str = "short", bidders: int | None = 2, **more) -> FailedLot:
    with transaction.atomic():
        lot = Lot.objects.select_related("project").get(project=project, number=number)
        made = fail_lot(lot, ground, officer(), bidders=bidders, **more)
    assert made is not None
    return made


def story(category="construction", bidders=2):
    """(failed lot, the buyer's agent) of a tender with two lots."""
    buyer, agent = firm("海州市教育局")
    return fail(closed(buyer=buyer, category=category, lots=TWO), bidders=bidders), agent


def settle(actor, failed, code, **inputs):
    failed.refresh_from_db()
    return actions.settle_failed_lot(actor, failed.pk, code, inputs, state_version=failed.state_version)


def offered(failed, actor):
    failed = FailedLot.objects.select_related("lot__project").get(pk=failed.pk)
    return {step.code for step in FAILED_LOT.offered(failed, User.objects.get(pk=actor.user_id))}


def supervisor():
    return actor_of(factories.staff(Role.SUPERVISOR), Role.SUPERVISOR)


def failed_again(failed, agent):
    """Repeated, announced, closed, and failed once more."""
    settle(agent, failed, "repeat_lot")
    made = Project.objects.get(repeats=failed.lot.project)
    chief = officer()
    passed = actions.take_step(chief, made.pk, "pass", {"opinion": "齐备"}, state_version=made.state_version)
    actions.announce(chief, made.pk, schedule(), place="开标一室", state_version=passed.state_version)
    with driven_clock(moment("2026-12-14 09:31")):
        actions.close_due()
    return fail(made, number=1, public=False)


def test_the_first_failure_of_works_is_tendered_again_and_nothing_else():
    failed, agent = story()
    assert offered(failed, agent) == {"repeat_lot", "drop"}
    with pytest.raises(WrongState):
        settle(agent, failed, "ask_direct", authority="海州市发改委", reasons="两次失败")


def test_periods_of_the_repeat_are_checked_anew():
    failed, agent = story()
    settle(agent, failed, "repeat_lot")
    made, chief = Project.objects.get(repeats=failed.lot.project), officer()
    passed = actions.take_step(chief, made.pk, "pass", {"opinion": "齐备"}, state_version=made.state_version)
    with pytest.raises(Invalid) as refused:
        actions.announce(
            chief, made.pk, schedule(deadline="2026-12-01 09:30"), place="开标一室", state_version=passed.state_version
        )
    assert "deadline_at" in refused.value.fields or refused.value.fields


def test_who_took_the_documents_hears_of_the_repeat_when_it_is_announced():
    failed, agent = story()
    profile, rep = bidder()
    with driven_clock(moment("2026-11-24 10:00")):
        Project.objects.filter(pk=failed.lot.project_id).update(state="receiving")
        paper = failed.lot.project.documents.get()
        actions.take_document(rep, paper.pk, organisation_id=profile.organisation_id, sender="1.2.3.4")
        Project.objects.filter(pk=failed.lot.project_id).update(state="closed")
    failed_again(failed, agent)
    assert [one.user_id for one in Notification.objects.filter(template="tenders.repeated")] == [rep.user_id]


def ended_again(category="construction"):
    """Failed for the second time, and the tender declared as failed."""
    failed, agent = story(category)
    second = failed_again(failed, agent)
    made = Project.objects.get(pk=second.lot.project_id)
    actions.take_step(officer(), made.pk, "fail", {"note": "投标人不足三个"}, state_version=made.state_version)
    return second, agent


def test_after_a_second_failure_tendering_of_works_ends_with_an_approval():
    second, agent = ended_again()
    assert second.attempt == 2
    assert offered(second, agent) == {"repeat_lot", "drop", "ask_direct", "end_tendering"}
    settle(agent, second, "ask_direct", authority="海州市发改委", reasons="两次招标均不足三家")
    assert Notification.objects.filter(template="tenders.lot_asked").count() == 0  # nobody supervises yet
    chief = supervisor()
    with pytest.raises(Invalid):
        settle(chief, second, "approve_way", approval="", opinion="符合第三十八条")
    settle(chief, second, "approve_way", approval="海发改〔2026〕8号", opinion="符合第三十八条")
    second.refresh_from_db()
    assert (second.state, second.way, second.decided_by_id) == ("direct", "direct", chief.user_id)
    assert offered(second, agent) == set()


def test_works_that_needed_no_approval_end_by_the_tenderer_alone():
    second, agent = ended_again()
    settle(agent, second, "end_tendering", reasons="非审批项目，两次招标失败")
    second.refresh_from_db()
    assert (second.state, second.reasons) == ("direct", "非审批项目，两次招标失败")


def test_a_whole_tender_that_failed_leaves_alone_what_was_decided():
    second, agent = ended_again()
    settle(agent, second, "end_tendering", reasons="两次招标失败")
    project = Project.objects.get(pk=second.lot.project_id)
    with pytest.raises(WrongState):
        actions.repeat(agent, project.pk, state_version=project.state_version)


@pytest.mark.parametrize(("bidders", "ways"), [(2, {"ask_negotiation"}), (1, {"ask_single"}), (0, {"ask_negotiation"})])
def test_government_procurement_asks_for_the_method_that_fits_who_is_left(bidders, ways):
    failed, agent = story("government", bidders)
    assert offered(failed, agent) == {"repeat_lot", "drop", *ways}


def test_the_approved_method_makes_the_new_tender_and_no_other():
    failed, agent = story("government")
    for said in ("", "0"):  # nobody confirmed that the documents were fair
        with pytest.raises(Invalid):
            settle(agent, failed, "ask_negotiation", **{**ASKED, "fair": said})
    chief = supervisor()
    settle(agent, failed, "ask_negotiation", **ASKED)
    assert [one.user_id for one in Notification.objects.filter(template="tenders.lot_asked")] == [chief.user_id]
    settle(chief, failed, "approve_way", approval="海财购〔2026〕12号", opinion="论证意见齐全")
    assert offered(failed, agent) == {"repeat_lot"}
    settle(agent, failed, "repeat_lot")
    made = Project.objects.get(repeats=failed.lot.project)
    assert made.method == Method.NEGOTIATION
    changed = draft(made.buyer, category="government", method="open", lots=TWO[1:])
    with override("en"), pytest.raises(Invalid) as refused:
        actions.rewrite(agent, made.pk, changed, state_version=made.state_version)
    with override("en"):
        assert "approval" in str(refused.value.fields["method"])


def test_a_refused_way_is_open_to_decision_again_with_the_reason():
    failed, agent = story("government")
    settle(agent, failed, "ask_negotiation", **ASKED)
    settle(supervisor(), failed, "refuse_way", opinion="招标文件存在不合理条款")
    failed.refresh_from_db()
    assert (failed.state, failed.way, failed.opinion) == ("awaiting", "", "招标文件存在不合理条款")
    assert "repeat_lot" in offered(failed, agent)


def test_who_asks_never_approves_and_an_outsider_finds_nothing():
    failed, agent = story("government")
    settle(agent, failed, "ask_negotiation", **ASKED)
    # A supervisor who acts for the buyer is a side.
    both = factories.staff(Role.SUPERVISOR)
    joins_the_buyer(both, failed)
    for actor in (agent, officer(), actor_of(both, Role.SUPERVISOR)):
        with pytest.raises(NotAllowed):
            settle(actor, failed, "approve_way", approval="1号", opinion="同意")
    with pytest.raises(NotFound):
        settle(firm()[1], failed, "repeat_lot")


def joins_the_buyer(person, failed):
    Membership.objects.create(organisation=failed.lot.project.buyer, user=person, starts_on=dt.date(2020, 1, 1))


def test_a_lot_that_is_evaluated_again_is_failed_no_more():
    failed, agent = story()
    with transaction.atomic():
        lift(failed.lot.project, officer())
    failed.refresh_from_db()
    assert failed.state == "awaiting"  # too few came: no evaluation brings bidders
    other = fail(failed.lot.project, 1, "all_rejected", 0)
    with transaction.atomic():
        lift(failed.lot.project, officer())
    other.refresh_from_db()
    assert other.state == "lifted" and offered(other, agent) == set()
    again = fail(failed.lot.project, 1, "too_few", 1)
    assert (again.pk, again.state, again.ground) == (other.pk, "awaiting", "too_few")


def test_the_lamp_of_a_lot_on_which_nobody_decides_is_told_once():
    failed, agent = story()
    with driven_clock(moment("2026-12-20 09:00")):
        assert light_lamps() == 1
        assert light_lamps() == 0
    assert [one.user_id for one in Notification.objects.filter(template="tenders.lot_late")].count(agent.user_id) == 1
    settle(agent, failed, "drop", reasons="项目取消")
    FailedLot.objects.update(red_lit_on=None)
    with driven_clock(moment("2026-12-21 09:00")):
        assert light_lamps() == 0


def test_the_lamp_of_a_failed_lot_is_green_until_a_fifth_of_its_time_is_left():
    failed, _agent = story()
    for days, light in ((10, "green"), (2, "amber"), (0, "amber"), (-1, "red")):
        day = workdays().add(failed.due_on, -days) if days > 0 else failed.due_on - dt.timedelta(days=days)
        with driven_clock(moment(f"{day} 10:00")):
            assert lights()(failed) == light


def test_the_policy_sees_exactly_what_the_list_finds():
    failed, agent = story()
    people = [
        agent.user,
        firm()[1].user,
        *(factories.staff(role) for role in (Role.SUPERVISOR, Role.CLERK, Role.AUDITOR)),
    ]
    for person in people:
        person = User.objects.get(pk=person.pk)
        listed = FailedLot.objects.visible_to(person).filter(pk=failed.pk).exists()
        assert listed == policies.may_see_failed_lot(person, failed)


# --- pages --------------------------------------------------------------------------------------------------------------


def sign_in(client, person):
    client.force_login(person, backend="portal.people.backends.AccountBackend")


def test_the_list_needs_as_many_queries_for_many_as_for_few(client, django_assert_max_num_queries):
    sign_in(client, factories.staff(Role.PROCUREMENT_OFFICER))
    story()
    client.get(reverse("tenders:failed-lots"))
    with django_assert_max_num_queries(40) as few:
        client.get(reverse("tenders:failed-lots"))
    for _n in range(3):
        story()
    with django_assert_max_num_queries(len(few)):
        found = client.get(reverse("tenders:failed-lots") + "?state=awaiting")
    assert len(found.context["rows"]) == 4


def test_the_file_of_failed_lots_holds_what_the_page_shows():
    failed, agent = story()
    settle(agent, failed, "drop", reasons="项目取消")
    story()
    auditor = factories.staff(Role.AUDITOR)
    assert len(exported(auditor, reverse("tenders:failed-lots"), "tenders.failed_lots")) == 2
    rows = exported(auditor, reverse("tenders:failed-lots") + "?state=dropped", "tenders.failed_lots")
    assert [(row["Tender"], row["Bidders left"], row["Reasons"]) for row in rows] == [
        (failed.lot.project.number, 2, "项目取消")
    ]


def test_the_page_keeps_what_was_typed_and_takes_the_step(client):
    failed, agent = story("government")
    sign_in(client, User.objects.get(pk=agent.user_id))
    page = reverse("tenders:failed-lot", args=[failed.lot.project.number, 2])
    sent = {"step": "ask_negotiation", "state_version": failed.state_version, "authority": "海州市财政局", "fair": "1"}
    refused = client.post(page, sent)
    assert refused.status_code == 422 and "海州市财政局" in refused.content.decode()
    assert client.post(page, {**sent, "reasons": "供应商不足"}).status_code == 302
    assert FailedLot.objects.get().state == "asked"
    assert client.get(page).status_code == 200


def test_the_public_pages_name_one_another(client):
    failed, agent = story()
    failed_again(failed, agent)
    made = Project.objects.get(repeats=failed.lot.project)
    client.cookies["django_language"] = "en"
    first = client.get(reverse("tenders:tender", args=[failed.lot.project.number])).content.decode()
    assert "Fewer bidders than the law asks for at the opening · Tendered again" in first
    assert made.number in first
    assert failed.lot.project.number in client.get(reverse("tenders:tender", args=[made.number])).content.decode()
