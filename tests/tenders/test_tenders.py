"""Tenders: registered, reviewed, announced by their statutory periods, changed, questioned, closed, ended, repeated."""

import datetime as dt
from typing import Any

import pytest
from django.utils.translation import override

from portal.core import statistics
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.jobs import run_due_jobs
from portal.core.models import Notification
from portal.core.time import driven_clock, today
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from procurement.bidders.standing import Blocked
from procurement.tenders import actions, periods, policies
from procurement.tenders.actions import LotDraft
from procurement.tenders.actions.papers import SignInFirst
from procurement.tenders.actions.registering import METHODS
from procurement.tenders.lifecycle import TENDER
from procurement.tenders.measures import TENDER_MEASURES
from procurement.tenders.models import Download, Project
from tests import factories
from tests.factories import moment
from tests.tenders.objects import (
    announced,
    bidder,
    changed,
    closed,
    draft,
    firm,
    officer,
    registered,
    reviewed,
    schedule,
    with_document,
)  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    with driven_clock(moment("2026-11-20 10:00")):
        yield


def offered(taken_by, project: Project) -> Any:
    """The first document, taken by a bidder on the first day of the offer."""
    profile, actor = taken_by
    document = project.documents.first()
    with driven_clock(moment("2026-11-23 10:00")):
        return actions.take_document(actor, document.pk, organisation_id=profile.organisation_id, sender="10.0.0.7")


# --- registration and review --------------------------------------------------------------------------------------------


def test_an_agent_of_the_buyer_registers_and_the_centre_reviews():
    buyer, agent = firm("海州市水利局")
    project = registered(agent, buyer)
    assert project.number.startswith("JY-20261120-JYZX-") and project.budget_fen == 100_000_000
    with pytest.raises(NotAllowed):
        actions.take_step(agent, project.pk, "pass", {"opinion": "好"}, state_version=project.state_version)
    passed = actions.take_step(officer(), project.pk, "pass", {"opinion": "文件齐备"}, state_version=0)
    assert passed.state == "reviewed" and passed.opinions.get().text == "文件齐备"
    told = Notification.objects.filter(user=agent.user).latest("pk")
    assert told.template == "tenders.passed"


def test_nobody_reviews_the_tender_of_the_own_organisation():
    person = factories.staff(Role.PROCUREMENT_OFFICER)
    buyer, _agent = firm(agent=person)
    project = registered(officer(person), buyer)
    with pytest.raises(NotAllowed):
        actions.take_step(officer(person), project.pk, "pass", {"opinion": "好"}, state_version=0)


def test_a_stranger_registers_nothing_in_anothers_name():
    buyer, _agent = firm()
    _other, stranger = firm()
    with pytest.raises(Invalid) as refused:
        actions.register(stranger, draft(buyer))
    assert set(refused.value.fields) == {"buyer_uscc"}
    assert not Project.objects.exists()


def test_what_was_sent_back_is_corrected_and_reviewed_again():
    buyer, agent = firm()
    project = registered(agent, buyer)
    chief = officer()
    actions.take_step(chief, project.pk, "send_back", {"opinion": "缺少评标办法"}, state_version=0)
    told = Notification.objects.filter(user=agent.user).latest("pk")
    assert told.template == "tenders.returned" and told.context["note"] == "缺少评标办法"
    with pytest.raises(Stale):
        actions.rewrite(agent, project.pk, draft(buyer, title="修改后"), state_version=0)
    again = actions.rewrite(agent, project.pk, draft(buyer, title="修改后"), state_version=1)
    assert (again.state, again.title, again.lots.count()) == ("registered", "修改后", 1)


def test_the_bid_bond_is_at_most_two_percent_and_says_where_that_stands():
    lot = LotDraft(name="一标段", budget_fen=100_000_000, bond_fen=2_000_001)
    with pytest.raises(Invalid) as refused:
        registered(lots=[lot])
    words = str(refused.value.fields["lots"])
    assert "20,000" in words and "第二十六条" in words


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"method": "auction"}, "method"),
        ({"title": "  "}, "title"),
        ({"lots": []}, "lots"),
        ({"lots": [LotDraft(name="一", budget_fen=0)]}, "lots"),
        ({"lots": [LotDraft(name="一", budget_fen=5, control_price_fen=6)]}, "lots"),
        ({"agency_uscc": "123"}, "agency_uscc"),
        ({"category": "land", "method": "listing", "below_threshold": True}, "below_threshold"),
    ],
)
def test_a_registration_that_cannot_be_is_refused_beside_its_field(more, field):
    with pytest.raises(Invalid) as refused:
        registered(**more)
    assert field in refused.value.fields


# --- the statutory periods ----------------------------------------------------------------------------------------------

PERIODS = [
    # category, method, below, documents from, documents until, deadline; the field that is wrong, its earliest day
    ("construction", "open", False, "2026-11-23", "2026-11-28", "2026-12-14", None, None),
    ("construction", "open", False, "2026-11-23", "2026-11-27", "2026-12-14", "documents_until_on", "2026年11月28日"),
    ("construction", "open", False, "2026-11-23", "2026-11-28", "2026-12-11", "deadline_at", "2026年12月13日"),
    ("construction", "invited", False, "2026-11-23", "2026-11-28", "2026-12-11", "deadline_at", "2026年12月13日"),
    ("government", "open", False, "2026-11-23", "2026-11-30", "2026-12-14", None, None),
    ("government", "open", False, "2026-11-23", "2026-11-28", "2026-12-14", "documents_until_on", "2026年11月30日"),
    ("government", "negotiation", False, "2026-11-23", "2026-11-26", "2026-11-26", None, None),
    ("government", "negotiation", False, "2026-11-23", "2026-11-25", "2026-11-25", "deadline_at", "2026年11月26日"),
    ("government", "inquiry", False, "2026-11-23", "2026-11-25", "2026-11-25", "deadline_at", "2026年11月26日"),
    ("government", "consultation", False, "2026-11-23", "2026-12-03", "2026-12-03", None, None),
    ("government", "consultation", False, "2026-11-23", "2026-12-02", "2026-12-02", "deadline_at", "2026年12月3日"),
    ("government", "consultation", False, "2026-11-23", "2026-11-30", "2026-12-03", None, None),
    (
        "government",
        "consultation",
        False,
        "2026-11-23",
        "2026-11-29",
        "2026-12-03",
        "documents_until_on",
        "2026年11月30日",
    ),
    ("government", "consultation", True, "2026-11-23", "2026-11-26", "2026-11-26", None, None),
    ("government", "single", False, "2026-11-23", "2026-11-27", "2026-11-27", "deadline_at", "2026年11月30日"),
    ("land", "listing", False, "2026-11-23", "2026-12-11", "2026-12-11", "deadline_at", "2026年12月13日"),
    ("property", "auction", False, "2026-11-23", "2026-12-18", "2026-12-18", "deadline_at", "2026年12月21日"),
    ("construction", "open", True, "2026-11-23", "2026-11-25", "2026-11-25", "deadline_at", "2026年11月26日"),
    ("construction", "open", True, "2026-11-23", "2026-11-26", "2026-11-26", None, None),
    ("construction", "open", False, "2026-11-19", "2026-11-28", "2026-12-14", "documents_from_on", None),
    ("construction", "open", False, "2026-11-23", "2026-12-15", "2026-12-14", "documents_until_on", None),
    ("construction", "open", False, "2026-11-23", "2026-11-28", "2026-12-19", "deadline_at", "2026年12月21日"),
]


@pytest.mark.parametrize(("category", "method", "below", "first", "until", "deadline", "field", "earliest"), PERIODS)
def test_the_table_of_periods(category, method, below, first, until, deadline, field, earliest):
    project = Project(category=category, method=method, below_threshold=below)
    days = schedule(first, until, f"{deadline} 09:30")
    if field is None:
        periods.check(project, days, today())
        return
    with pytest.raises(Invalid) as refused:
        periods.check(project, days, today())
    assert set(refused.value.fields) == {field}
    if earliest:
        assert earliest in str(refused.value.fields[field])


def test_the_days_that_the_page_suggests_are_allowed_for_every_kind_of_tender():
    for category, methods in METHODS.items():
        for method in methods:
            for below in (False, True):
                project = Project(category=category, method=method, below_threshold=below)
                days = periods.earliest(project)
                chosen = periods.Schedule(
                    documents_from_on=days["documents_from_on"],
                    documents_until_on=days["documents_until_on"],
                    deadline_at=dt.datetime.combine(
                        days["deadline_day"], dt.time(9, 30), moment("2026-11-20 10:00").tzinfo
                    ),
                )
                periods.check(project, chosen, today())


def test_the_days_that_the_page_suggests_are_allowed_over_a_long_holiday(monkeypatch):
    """Nine days off: five working days of offering end after the ten days for the offers."""

    class Holiday:
        def is_workday(self, day):
            return day.weekday() < 5 and not dt.date(2026, 11, 24) <= day <= dt.date(2026, 12, 2)

        def next_workday_on_or_after(self, day):
            return day if self.is_workday(day) else self.next_workday_on_or_after(day + dt.timedelta(days=1))

        def add(self, day, days):
            for _n in range(days):
                day = self.next_workday_on_or_after(day + dt.timedelta(days=1))
            return day

    monkeypatch.setattr(periods, "workdays", Holiday)
    project = Project(category="government", method="consultation", below_threshold=False)
    days = periods.earliest(project)
    assert days["documents_until_on"] == days["deadline_day"] == dt.date(2026, 12, 9)
    chosen = periods.Schedule(
        documents_from_on=days["documents_from_on"], documents_until_on=days["documents_until_on"],
        deadline_at=moment("2026-12-09 09:30"),
    )  # fmt: skip
    periods.check(project, chosen, today())


def test_a_broken_period_names_rule_source_and_earliest_day_and_changes_nothing():
    project = reviewed()
    days = schedule(deadline="2026-12-10 09:30")
    with pytest.raises(Invalid) as refused:
        actions.announce(officer(), project.pk, days, place="开标一室", state_version=project.state_version)
    words = str(refused.value.fields["deadline_at"])
    assert "招标投标法" in words and "2026年12月13日" in words
    project.refresh_from_db()
    assert project.state == "reviewed" and project.announced_at is None


def test_nothing_is_announced_without_its_documents():
    chief = officer()
    project = registered(chief)
    project = actions.take_step(chief, project.pk, "pass", {"opinion": "好"}, state_version=0)
    with pytest.raises(Invalid) as refused:
        actions.announce(chief, project.pk, schedule(), place="一室", state_version=project.state_version)
    assert "documents" in refused.value.fields


def test_below_the_threshold_no_review_is_needed_and_above_it_is():
    chief = officer()
    small, large = registered(chief, below_threshold=True), registered(chief)
    with_document(small, chief)
    days = schedule("2026-11-20", "2026-11-25", "2026-11-25 09:30")
    assert actions.announce(chief, small.pk, days, place="一室", state_version=0).state == "announced"
    with_document(large, chief)
    with pytest.raises(WrongState):
        actions.announce(chief, large.pk, schedule(), place="一室", state_version=0)


def test_an_announcement_is_public_and_told_to_who_follows_the_category():
    follower, other = factories.citizen(), factories.citizen()
    actions.subscribe(actor_of(follower), ["construction"], by_email=False)
    actions.subscribe(actor_of(other), ["land"], by_email=False)
    project = announced()
    assert Project.objects.public().get() == project
    run_due_jobs()
    run_due_jobs()
    told = Notification.objects.filter(template="tenders.new")
    assert [one.user_id for one in told] == [follower.pk]


# --- documents, questions, changes --------------------------------------------------------------------------------------


def test_each_download_is_written_down_with_firm_and_address():
    project = announced()
    taken_by = bidder()
    offered(taken_by, project)
    offered(taken_by, project)
    row = Download.objects.first()
    assert row.organisation == taken_by[0].organisation and row.sender == "10.0.0.7"
    assert Download.objects.filter(sender_blind__matches="10.0.0.7").count() == 2
    assert project.documents.get().downloads == 2


def test_documents_are_for_registered_bidders_where_the_tender_says_so():
    project = announced()
    document = project.documents.get()
    unregistered, agent = firm()
    with driven_clock(moment("2026-11-24 10:00")):
        with pytest.raises(SignInFirst):
            actions.take_document(None, document.pk, organisation_id=None, sender="x")
        with pytest.raises(SignInFirst):
            actions.take_document(agent, document.pk, organisation_id=unregistered.pk, sender="x")
        free = Project.objects.get(pk=project.pk)
        free.sign_in_for_documents = False
        free.save()
        assert actions.take_document(None, document.pk, organisation_id=None, sender="x").pk == document.file_id
    assert Download.objects.get().organisation is None


@pytest.mark.parametrize("state", ["closed", "opened", "evaluated", "publicity", "awarded", "contracted", "completed"])
def test_nothing_is_added_to_the_documents_after_the_deadline(state):
    chief = officer()
    project = announced(chief)
    Project.objects.filter(pk=project.pk).update(state=state)
    with pytest.raises(WrongState):
        with_document(project, chief)
    with pytest.raises(WrongState):
        changed(project, chief)


@pytest.mark.parametrize("kind", ["tender", "drawing", "change"])
def test_after_the_announcement_no_file_comes_without_a_change_and_the_sentence_leads_there(kind):
    chief = officer()
    project = announced(chief)
    with driven_clock(moment("2026-12-13 15:00")), override("en"), pytest.raises(WrongState) as refused:
        with_document(project, chief, kind=kind)
    with override("en"):
        assert "publish a change" in str(refused.value)
    assert project.documents.count() == 1


def test_a_file_the_day_before_the_deadline_moves_it_stands_in_a_notice_and_is_told():
    chief = officer()
    project = announced(chief)
    taken_by = bidder()
    offered(taken_by, project)
    with driven_clock(moment("2026-12-13 15:00")):
        paper = changed(project, chief)
    project.refresh_from_db()
    assert paper.kind == "change"
    assert project.deadline_at == moment("2026-12-28 09:30") == project.notices.first().deadline_after
    assert Notification.objects.filter(template="tenders.changed", user=taken_by[1].user).count() == 1


def test_a_file_of_a_change_that_is_refused_belongs_to_no_tender():
    chief = officer()
    project = announced(chief)
    with driven_clock(moment("2026-12-14 09:30")), override("en"), pytest.raises(WrongState) as refused:
        changed(project, chief)
    assert "deadline has passed" in str(refused.value)
    assert project.documents.count() == 1 and project.notices.count() == 1


def test_before_the_announcement_nothing_is_filed_as_a_change():
    chief = officer()
    with pytest.raises(Invalid) as refused:
        with_document(registered(chief), chief, kind="change")
    assert set(refused.value.fields) == {"kind"}


def test_documents_are_handed_out_on_the_days_of_the_offer_only():
    project = announced()
    profile, agent = bidder()
    document = project.documents.get()
    for day in ("2026-11-22 10:00", "2026-12-01 10:00"):
        with driven_clock(moment(day)), pytest.raises(WrongState):
            actions.take_document(agent, document.pk, organisation_id=profile.organisation_id, sender="x")


def test_a_question_goes_to_the_buyer_and_its_answer_to_everybody_without_the_name():
    buyer, agent = firm()
    project = announced(buyer=buyer)
    asking, other = bidder(), bidder()
    with driven_clock(moment("2026-11-23 12:00")), pytest.raises(WrongState):
        actions.ask(asking[1], project.pk, asking[0].organisation_id, "能否分包？")
    offered(asking, project)
    offered(other, project)
    with driven_clock(moment("2026-11-24 12:00")):
        question = actions.ask(asking[1], project.pk, asking[0].organisation_id, "能否分包？")
        assert Notification.objects.filter(template="tenders.asked", user=agent.user).count() == 1
        project.refresh_from_db()
        actions.answer(
            agent, project.pk, question.pk, text="不允许分包。", changes_documents=False,
            state_version=project.state_version,
        )  # fmt: skip
    told = Notification.objects.filter(template="tenders.changed")
    assert {one.user_id for one in told} == {asking[1].user.pk, other[1].user.pk}
    assert asking[0].organisation.name not in project.notices.first().text


def test_questions_end_ten_days_before_the_deadline():
    project = announced()
    asking = bidder()
    offered(asking, project)
    with driven_clock(moment("2026-12-05 09:00")), pytest.raises(WrongState):
        actions.ask(asking[1], project.pk, asking[0].organisation_id, "能否延期？")


def test_a_firm_that_may_not_bid_takes_no_documents_and_reads_why():
    from procurement.bidders import actions as bidding
    from procurement.bidders.actions import RestrictionDraft

    project = announced()
    profile, agent = bidder("海州失信建设有限公司")
    bidding.restrict(
        officer(),
        RestrictionDraft(
            uscc=profile.organisation.uscc, name=profile.organisation.name, kind="punishment", ground="串通投标",
            source="苏建罚〔2026〕8号", authority="市住房和城乡建设局", starts_on=dt.date(2026, 11, 1),
            ends_on=dt.date(2027, 10, 31), appeal="六十日内申请行政复议",
        ),
    )  # fmt: skip
    with pytest.raises(Blocked) as blocked:
        offered((profile, agent), project)
    for part in ("串通投标", "苏建罚〔2026〕8号", "2027年10月31日", "六十日内申请行政复议"):
        assert part in blocked.value.message


# --- the end ------------------------------------------------------------------------------------------------------------


def test_the_portal_opens_for_bids_on_the_first_day_and_closes_at_the_deadline_to_the_second():
    project = announced()
    assert actions.receive_due() == 0
    with driven_clock(moment("2026-11-23 00:01")):
        assert actions.receive_due() == 1
    with driven_clock(moment("2026-12-14 09:30") - dt.timedelta(seconds=1)):
        assert actions.close_due() == 0
    with driven_clock(moment("2026-12-14 09:30")):
        assert actions.close_due() == 1
        assert actions.close_due() == 0
    project.refresh_from_db()
    assert project.state == "closed"


def test_a_failed_tender_is_told_counted_and_repeated_once():
    chief = officer()
    project = closed(chief)
    with driven_clock(moment("2026-12-14 10:00")):
        failed = actions.take_step(
            chief, project.pk, "fail", {"note": "投标人不足三个"}, state_version=project.state_version
        )
        assert failed.notices.first().kind == "failed"
        again = actions.repeat(chief, project.pk, state_version=failed.state_version)
        with pytest.raises(WrongState):
            actions.repeat(chief, project.pk, state_version=failed.state_version + 1)
    assert again.repeats == project and again.state == "registered" and again.lots.count() == 1
    statistics.refresh_all()
    assert list(statistics.differences()) == []
    sums = statistics.period(TENDER_MEASURES, "category", dt.date(2026, 11, 1), dt.date(2026, 12, 31))[None]
    assert (sums["tenders_announced"], sums["tenders_failed"]) == (1, 1)


def test_nothing_is_taken_back_that_the_table_does_not_know():
    chief = officer()
    project = registered(chief)
    for code in ("announce", "change", "repeat", "resubmit"):
        with pytest.raises(WrongState):
            actions.take_step(chief, project.pk, code, {}, state_version=0)
    for code in ("receive", "close"):
        with pytest.raises((WrongState, NotAllowed)):
            actions.take_step(chief, project.pk, code, {}, state_version=0)
    assert all(step.label and step.told for step in TENDER.transitions.values())


# --- who sees what ------------------------------------------------------------------------------------------------------


def test_the_policy_sees_exactly_what_the_list_finds():
    buyer, agent = firm()
    agency, broker = firm()
    hidden = registered(buyer=buyer, agency_uscc=agency.uscc)
    public = announced()
    people = [
        agent.user, broker.user, factories.citizen(), factories.staff(Role.SUPERVISOR), factories.staff(Role.CLERK),
        factories.staff(Role.PROCUREMENT_OFFICER), factories.staff(Role.AUDITOR),
    ]  # fmt: skip
    for person in people:
        person = User.objects.get(pk=person.pk)
        for one in (hidden, public):
            listed = Project.objects.visible_to(person).filter(pk=one.pk).exists()
            assert listed == policies.may_see(person, one)
            inner = Project.objects.managed_by(person).filter(pk=one.pk).exists()
            assert inner == policies.may_open(person, one)
    assert Project.objects.visible_to(broker.user).count() == 2
    with pytest.raises(NotFound):
        actions.take_step(firm()[1], hidden.pk, "terminate", {"note": "x"}, state_version=0)
