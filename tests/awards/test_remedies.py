"""Objections, queries, complaints: who may, when, what they stop, what follows."""

import datetime as dt
import threading

import pytest
from django.db import connection

from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound, WrongState
from portal.core.models import Document, Notification
from portal.core.time import driven_clock
from procurement.awards import actions
from procurement.awards.models import Award, Procedure, Remedy
from procurement.awards.standing import NotAdmissible
from procurement.tenders.models import Download, Notice, Project
from tests.awards.objects import (
    agent_of,
    answered,
    awarded,
    candidate,
    complaint_facts,
    evaluated,
    first,
    objection,
    paper,
    plain_firm,
    published,
    the_lot,
)
from tests.factories import moment
from tests.tenders.objects import bidder, officer

DURING = "2026-12-18 10:00"  # a Friday, the second day of the publicity (until Monday the 21st)
AFTER = "2026-12-22 10:00"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _during_the_publicity(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    with driven_clock(moment(DURING)):
        yield


@pytest.fixture
def chief():
    return officer()


def at(text: str):
    return driven_clock(moment(text))


def complaint(project, by, **more) -> Remedy:
    return objection(project, by, kind="complaint", **more)


def step(actor, remedy, code, **inputs) -> Remedy:
    return actions.take_remedy_step(actor, remedy.number, code, inputs, state_version=None)


# --- objections -----------------------------------------------------------------------------------------------------------


def test_an_objection_to_the_result_stops_the_award_until_it_is_answered(chief):
    project = published(chief)
    remedy = objection(project)
    assert (remedy.state, remedy.due_on) == ("filed", dt.date(2026, 12, 21))
    assert Notification.objects.filter(template="awards.remedy_filed", user=agent_of(project.buyer).user).count() == 1
    with at(AFTER):
        with pytest.raises(WrongState) as refused:
            actions.choose(chief, the_lot(project).pk, first(project))
        assert remedy.number in refused.value.message
        answered(remedy, agent_of(project.buyer))
        actions.choose(chief, the_lot(project).pk, first(project))
        actions.award(chief, the_lot(project).pk, state_version=None)
    assert Document.objects.filter(kind="awards.remedy_answer").count() == 1
    assert Award.objects.count() == 1


@pytest.mark.parametrize("when", ["2026-12-16 23:00", "2026-12-22 00:30"])
def test_an_objection_to_the_result_comes_while_the_candidates_are_public(chief, when):
    project = published(chief)
    with at("2026-12-21 23:50"):
        objection(project, candidate(project, 2).bidder)
    with at(when), pytest.raises(NotAdmissible) as refused:
        objection(project)
    assert "2026" in refused.value.message


def test_before_the_candidates_are_public_there_is_nothing_to_object_to():
    with pytest.raises(NotAdmissible):
        objection(evaluated())


def test_objections_to_the_documents_end_ten_days_before_the_deadline():
    project = evaluated(state="receiving")
    one, _agent = bidder()
    Download.objects.create(
        document_id=_document(project), project=project, organisation=one.organisation, at=moment("2026-11-24 10:00")
    )
    with at("2026-12-05 00:10"), pytest.raises(NotAdmissible):
        objection(project, one, stage="documents")
    with at("2026-12-04 23:50"):
        assert objection(project, one, stage="documents").due_on == dt.date(2026, 12, 7)


def _document(project) -> int:
    from portal.core import files
    from procurement.tenders.actions.papers import FILE_KIND
    from procurement.tenders.models import Document as Paper
    from tests.tenders.objects import picture

    stored = files.store(picture(), owner=officer(), kind=FILE_KIND)
    return Paper.objects.create(project=project, file=stored, kind="tender", added_at=moment("2026-11-20 09:00")).pk


def test_objections_to_the_opening_are_raised_on_the_spot():
    project = evaluated(state="closed")
    with at("2026-12-15 09:00"), pytest.raises(NotAdmissible):
        objection(project, stage="opening")
    with at("2026-12-14 09:50"):
        assert objection(project, stage="opening").due_on == dt.date(2026, 12, 14)


def test_an_unanswered_objection_holds_up_every_step_of_the_rooms_below():
    project = evaluated(state="closed")
    with at("2026-12-14 09:50"):
        remedy = objection(project, stage="opening")
    from procurement.tenders import stops

    for code in ("open", "evaluate", "publish", "award", "contract"):
        with pytest.raises(WrongState) as refused:
            stops.check(project, code)
        assert refused.value.code == "held_up" and remedy.number in refused.value.message
    stops.check(project, "reopen")


def test_who_is_not_concerned_may_not_object(chief):
    project = published(chief)
    stranger, _agent = bidder()
    with pytest.raises(NotAdmissible):
        objection(project, stranger)
    organisation, agent = plain_firm(1)
    with pytest.raises(NotAdmissible):
        actions.file_remedy(agent, project.pk, organisation.pk, complaint_facts())
    with pytest.raises(NotAdmissible):
        actions.file_remedy(agent_of(project.buyer), project.pk, project.buyer_id, complaint_facts())
    with pytest.raises(NotFound):
        actions.file_remedy(agent, project.pk, candidate(project).bidder.organisation_id, complaint_facts())


def test_a_remedy_without_facts_or_claim_is_not_taken(chief):
    project = published(chief)
    for more, field in (
        ({"facts": "不公平"}, "facts"),
        ({"claim": " "}, "claim"),
        ({"stage": "x"}, "stage"),
        ({"lot_id": 10**9}, "lot"),
    ):
        with pytest.raises(Invalid) as refused:
            objection(project, **more)
        assert set(refused.value.fields) == {field}


def test_a_firm_objects_once_to_the_same_thing_and_again_after_it_was_answered(chief):
    project = published(chief)
    remedy = objection(project)
    with pytest.raises(WrongState):
        objection(project)
    answered(remedy, chief)
    assert objection(project).pk != remedy.pk


def test_evidence_is_attached_and_belongs_to_who_sent_it(chief):
    project = published(chief)
    one = candidate(project, 3).bidder
    agent = agent_of(one)
    from procurement.awards.actions.remedies import FILE_KIND

    mine, others = paper(agent, FILE_KIND), paper(chief, FILE_KIND)
    with pytest.raises(NotFound):
        actions.file_remedy(agent, project.pk, one.organisation_id, complaint_facts(), [others])
    assert actions.file_remedy(agent, project.pk, one.organisation_id, complaint_facts(), [mine]).files.count() == 1


def test_an_objection_that_is_founded_leads_to_a_new_evaluation(chief):
    project = published(chief)
    remedy = answered(
        objection(project), chief, outcome="upheld", consequence="again", answer="评分汇总有误，重新评审。"
    )
    project.refresh_from_db()
    assert (remedy.state, project.state) == ("answered", "opened")
    assert Procedure.objects.get(project=project).stage == "reopened"
    assert Notice.objects.filter(project=project, kind="remedy").count() == 1
    assert remedy.organisation.name not in Notice.objects.get(kind="remedy").text


def test_what_cannot_follow_is_refused(chief):
    project = published(chief)
    remedy = objection(project)
    for inputs, field in (
        ({"outcome": "rejected", "consequence": "again"}, "consequence"),
        ({"outcome": "upheld", "consequence": "change"}, "consequence"),
        ({"outcome": "upheld", "consequence": "void"}, "consequence"),
        ({"answer": ""}, "answer"),
    ):
        with pytest.raises(Invalid) as refused:
            answered(remedy, chief, **inputs)
        assert set(refused.value.fields) == {field}
    assert Remedy.objects.get().state == "filed"


def test_a_withdrawn_objection_stops_nothing(chief):
    project = published(chief)
    remedy = objection(project)
    with pytest.raises(NotAllowed):
        step(chief, remedy, "withdraw", note="x")
    step(agent_of(remedy.organisation), remedy, "withdraw", note="已核实")
    with at(AFTER):
        assert awarded(chief, project)


# --- queries --------------------------------------------------------------------------------------------------------------


def government(chief) -> Project:
    """Announced on Friday the 18th; the announcement runs until Monday, so queries come until the 30th."""
    project = evaluated(category="government")
    with at("2026-12-17 10:00"):
        actions.report(chief, project.pk, state_version=None)
    return awarded(chief, project).lot.project


def test_in_government_procurement_the_way_is_a_query_within_seven_working_days(chief):
    project = government(chief)
    with pytest.raises(NotAdmissible) as refused:
        objection(project)
    assert "质疑" in refused.value.message or "query" in refused.value.message
    with at("2026-12-31 09:00"), pytest.raises(NotAdmissible):
        objection(project, kind="query")
    with at("2026-12-30 17:00"):
        remedy = objection(project, kind="query")
        assert remedy.due_on == dt.date(2027, 1, 11), "seven working days, the first of January is none"
    assert project.remedies.stopping(dt.date(2026, 12, 31)).count() == 0, "a query does not stop the procurement"


def test_under_the_tendering_law_there_is_no_query(chief):
    project = published(chief)
    with pytest.raises(NotAdmissible) as refused:
        objection(project, kind="query")
    assert "异议" in refused.value.message or "objection" in refused.value.message


def test_before_the_result_is_announced_there_is_no_query_on_it():
    with pytest.raises(NotAdmissible):
        objection(evaluated(category="government"), kind="query")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_award_and_an_objection_at_once_leave_no_award_under_an_open_objection():
    """On the last evening of the publicity nobody may choose; the clock of the award stands after midnight."""
    chief = officer()
    project = published(chief)
    lot = the_lot(project)
    with at(AFTER):
        actions.choose(chief, lot.pk, first(project))
    third = candidate(project, 3).bidder
    agent = agent_of(third)
    outcomes: dict[str, str] = {}
    gate = threading.Barrier(2)

    def run(name, when, act) -> None:
        try:
            with driven_clock(moment(when)):
                gate.wait(5)
                act()
            outcomes[name] = "done"
        except DomainError as error:
            outcomes[name] = error.code
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=("award", AFTER, lambda: actions.award(chief, lot.pk, state_version=None))),
        threading.Thread(
            target=run,
            args=(
                "objection",
                DURING,
                lambda: actions.file_remedy(agent, project.pk, third.organisation_id, complaint_facts()),
            ),
        ),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert outcomes["objection"] == "done"
    assert outcomes["award"] in ("done", "held_up")
    assert Award.objects.exists() == (outcomes["award"] == "done")
