"""Six kinds and five ways: derived from facts, counted on the day of each, and the steps behind them."""

import datetime as dt
import random

import pytest
from django.urls import reverse

from approvals.cases import actions as case_actions
from approvals.cases.kinds import KINDS, WAYS, condition, kinds_of
from approvals.cases.measures import CASE_MEASURES
from approvals.cases.models import Case, Consultation, Proposal
from approvals.catalogue.models import Item
from portal.core.errors import Invalid, Stale, WrongState
from portal.core.jobs import run_due_jobs
from portal.core.models import DatedRule, Notification
from portal.core.rules import forget, rule
from portal.core.statistics import differences, period, refresh_all
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.cases.filing_objects import SHOP, filed, signed_in
from tests.counter.objects import as_clerk, clerk_at, department
from tests.factories import moment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}


def step(actor, case: Case, code: str, **inputs) -> Case:
    return case_actions.take_step(actor, case.pk, code, inputs, state_version=case.state_version)


def reported(clerk, head, case: Case) -> Case:
    given = {"authority": "省市场监督管理厅", "grounds": "超出本级权限"}
    asked = case_actions.propose(as_clerk(clerk), case.pk, "report_up", given, state_version=case.state_version)
    actor = actor_of(head, Role.DEPARTMENT_HEAD)
    return case_actions.decide_proposal(actor, asked.pk, confirm=True, note="", state_version=case.state_version + 1)


def test_a_report_upward_has_authority_and_reply_and_the_clock_runs_on():
    clerk, head = clerk_at(), factories.staff(Role.DEPARTMENT_HEAD)
    with driven_clock(moment("2026-11-18 09:30")):
        case = factories.accepted(as_clerk(clerk))
        due = case.promised_due_on
        case = reported(clerk, head, case)
        assert [kind.code for kind in kinds_of(case)] == ["promise", "reported"]
        assert case.promised_due_on == due
        with pytest.raises(WrongState):
            reported(clerk, head, case)
    with driven_clock(moment("2026-11-20 10:00")):
        case = Case.objects.get(pk=case.pk)
        for day in ("2026-11-17", "2026-11-21"):
            with pytest.raises(Invalid) as refused:
                step(as_clerk(clerk), case, "record_reply", replied_on=day, reply="同意")
            assert "replied_on" in refused.value.fields
        case = step(as_clerk(clerk), case, "record_reply", replied_on="2026-11-19", reply="同意")
    asked = Consultation.objects.get(case=case)
    assert (asked.kind, asked.authority, asked.replied_on, asked.reply) == (
        "upward", "省市场监督管理厅", dt.date(2026, 11, 19), "同意",
    )  # fmt: skip
    assert case.promised_due_on == due and case.reply_awaited_from_on is None
    page = signed_in(clerk).get(reverse("cases:desk-case", args=[case.number])).content.decode()
    assert "省市场监督管理厅" in page and "同意" in page


def test_another_department_is_asked_and_its_head_is_told():
    head = factories.staff(Role.DEPARTMENT_HEAD, department("ZJJ"))
    clerk = clerk_at()
    case = factories.accepted(as_clerk(clerk))
    case = step(as_clerk(clerk), case, "involve", department="ZJJ", question="规划用途是否符合")
    assert [kind.code for kind in kinds_of(case)] == ["promise", "joint"] and case.department.code == "SCJG"
    run_due_jobs()
    assert Notification.objects.filter(user=head, template="case.to_department.involve").exists()


def test_each_kind_is_counted_on_its_own_day_and_the_cells_are_clean():
    department("ZJJ")
    clerk, head = clerk_at(), factories.staff(Role.DEPARTMENT_HEAD)
    with driven_clock(moment("2026-11-16 09:30")):
        cases = [factories.submitted() for _ in range(3)]
        factories.submitted(on=factories.item(kind="immediate"))
    with driven_clock(moment("2026-11-17 09:30")):
        accepted = step(as_clerk(clerk), cases[0], "accept")
        step(as_clerk(clerk), accepted, "involve", department="ZJJ", question="请提出意见")
        reported(clerk, head, step(as_clerk(clerk), cases[1], "accept"))
    with driven_clock(moment("2026-11-18 09:30")):
        step(as_clerk(clerk), cases[2], "ask_supplement", text="请补充", limit_days=1, missing=[])
    with driven_clock(moment("2026-11-23 09:30")):
        case_actions.return_unsupplemented()
        refresh_all()
    assert list(differences()) == []
    by_day = period(
        CASE_MEASURES, "item", dt.date(2026, 11, 16), dt.date(2026, 11, 30), by="day",
        figures=[kind.figure for kind in KINDS],
    )  # fmt: skip
    found = {(day.isoformat(), name): n for day, sums in by_day.items() for name, n in sums.items() if n}
    assert found == {
        ("2026-11-16", "kind_promise"): 3,
        ("2026-11-16", "kind_immediate"): 1,
        ("2026-11-17", "kind_joint"): 1,
        ("2026-11-17", "kind_reported"): 1,
        ("2026-11-18", "kind_supplement"): 1,
        ("2026-11-23", "kind_returned"): 1,
    }


def test_what_a_row_says_of_itself_is_what_the_statistics_count():
    chance = random.Random(7)
    day = dt.date(2026, 11, 18)
    case = factories.submitted()
    for _ in range(60):
        Case.objects.filter(pk=case.pk).update(
            kind=chance.choice(("immediate", "promise")),
            joint_on=chance.choice((None, day)),
            reported_on=chance.choice((None, day)),
            first_notice_on=chance.choice((None, day)),
            outcome=(outcome := chance.choice(("", "returned", "not_accepted", "withdrawn"))),
            ended_on=day if outcome else None,
        )
        row = Case.objects.get(pk=case.pk)
        for kind in KINDS:
            assert kind.holds(row) == Case.objects.filter(condition(kind.code), pk=case.pk).exists(), kind.code
    assert {kind.way for kind in KINDS if kind.way} == WAYS.keys()


def test_the_desk_filters_by_kind():
    department("ZJJ")
    clerk = clerk_at()
    plain = factories.accepted(as_clerk(clerk))
    joint = step(as_clerk(clerk), factories.accepted(as_clerk(clerk)), "involve", department="ZJJ", question="请提意见")
    page = signed_in(clerk).get(reverse("cases:desk"), {"kind": "joint"}).content.decode()
    assert joint.number in page and plain.number not in page


def test_a_head_sees_the_kinds_of_the_own_department_only(settings):
    settings.DEMO = True  # nobody is asked for a second factor
    other = department("ZJJ")
    factories.submitted()
    factories.submitted(on=factories.item(dept=other))
    refresh_all()
    head = factories.staff(Role.DEPARTMENT_HEAD, other)
    rows = signed_in(head).get(reverse("counter:kinds")).context["rows"]
    assert [department.pk for department, *_rest in rows] == [other.pk]
    page = signed_in(factories.staff(Role.SUPERVISOR)).get(reverse("counter:kinds"))
    assert page.context["total"]["received"] == 2
    wrong = signed_in(head).get(reverse("counter:kinds"), {"from": "2026-13-01"})
    assert wrong.status_code == 422 and not wrong.context["sensible"]


# --- the same day, the answer's limit, the window ---------------------------------------------------------------------


def test_not_ours_has_the_same_working_day_and_late_is_lit_told_once_and_counted():
    clerk, reviewer = clerk_at(), factories.staff(Role.REVIEWER)
    with driven_clock(moment("2026-11-20 10:00")):  # a Friday
        case = factories.submitted()
        given = {"grounds": "不属本机关职权", "authority": "市住建局"}
        proposal = case_actions.propose(as_clerk(clerk), case.pk, "not_accept", given, state_version=1)
        assert proposal.due_on == dt.date(2026, 11, 20)
        assert case_actions.tell_late_refusals() == 0
    with driven_clock(moment("2026-11-21 10:00")):
        assert case_actions.tell_late_refusals() == 1
        assert case_actions.tell_late_refusals() == 0
        run_due_jobs()
        assert Notification.objects.filter(user=reviewer, template="case.late_no").count() == 1
        page = signed_in(reviewer).get(reverse("cases:desk-case", args=[case.number]))
        assert page.context["late_no"]
        assert signed_in(reviewer).get(reverse("cases:desk")).context["page"].rows[0].no_is_late
    with driven_clock(moment("2026-11-23 10:00")):
        actor = actor_of(reviewer, Role.REVIEWER)
        done = case_actions.decide_proposal(actor, proposal.pk, confirm=True, note="", state_version=2)
        refresh_all()
    assert (done.state, done.late_no_on) == ("not_accepted", dt.date(2026, 11, 23))
    assert list(differences()) == []
    day = dt.date(2026, 11, 23)
    assert period(CASE_MEASURES, "item", day, day, figures=["late_no"])[None]["late_no"] == 1


def test_not_ours_confirmed_on_its_day_is_not_late():
    clerk, reviewer = clerk_at(), factories.staff(Role.REVIEWER)
    with driven_clock(moment("2026-11-20 10:00")):
        case = factories.submitted()
        asked = case_actions.propose(as_clerk(clerk), case.pk, "not_accept", {"grounds": "不属本机关"}, state_version=1)
    with driven_clock(moment("2026-11-20 16:00")):
        actor = actor_of(reviewer, Role.REVIEWER)
        done = case_actions.decide_proposal(actor, asked.pk, confirm=False, note="属本机关", state_version=2)
    assert done.late_no_on is None
    assert Proposal.objects.get(pk=asked.pk).outcome == "rejected"


def test_the_answers_limit_follows_the_type_of_the_item():
    DatedRule.objects.filter(code="benefit.answer_days").update(value=2)
    forget()
    permit, benefit = factories.item(), factories.item()
    Item.objects.filter(pk=permit.pk).update(type="permit")
    Item.objects.filter(pk=benefit.pk).update(type="benefit")
    with driven_clock(moment("2026-11-16 10:00")):
        assert factories.submitted(on=Item.objects.get(pk=permit.pk)).answer_due_on == dt.date(2026, 11, 23)
        assert factories.submitted(on=Item.objects.get(pk=benefit.pk)).answer_due_on == dt.date(2026, 11, 18)
    assert all(rule(f"{code}.answer_days", dt.date(2026, 11, 16)) for code in Item.Type.values)


def test_a_correction_on_the_spot_is_kept_with_what_stood_there_before():
    clerk, applicant = clerk_at(), factories.citizen()
    case = filed(signed_in(applicant))
    client, address = signed_in(clerk), reverse("counter:spot", args=[case.number, "shop"])
    answer = client.post(address, {**SHOP, "area": "-", "state_version": case.state_version})
    assert answer.status_code == 422 and answer.context["form"]["area"].value() == "-"
    good = {**SHOP, "area": "95", "state_version": case.state_version}
    assert client.post(address, good).status_code == 302
    page = client.get(reverse("cases:desk-case", args=[case.number]))
    (change,) = page.context["changes"][0].answers
    assert (change.before, change.after) == ("80", "95")
    with pytest.raises(Stale):
        case_actions.correct_on_the_spot(as_clerk(clerk), case.pk, "shop", SHOP, state_version=case.state_version)
    case = Case.objects.get(pk=case.pk)
    step(as_clerk(clerk), case, "accept")
    refused = client.post(address, {**good, "area": "96", "state_version": case.state_version + 1})
    assert refused.status_code == 409


def test_after_a_supplement_the_desk_shows_what_changed():
    from tests.cases.filing_objects import pdf, plan_field

    clerk, applicant = clerk_at(), factories.citizen()
    browser = signed_in(applicant)
    case = filed(browser)
    plan = case.version.materials.get(code="m0")
    case = step(as_clerk(clerk), case, "ask_supplement", text="请重交", limit_days=5, missing=[str(plan.pk)])
    browser.post(reverse("cases:draft-section", args=[case.pk, "shop"]), {**SHOP, "area": "120"})
    old = case.materials.get()
    browser.post(reverse("cases:supplement", args=[case.number]), {"remove": str(old.pk)})
    browser.post(
        reverse("cases:supplement", args=[case.number]),
        {plan_field(case): pdf("new.pdf"), "state_version": case.state_version},
    )
    (changed,) = signed_in(clerk).get(reverse("cases:desk-case", args=[case.number])).context["changes"]
    assert [(one.label, one.before, one.after) for one in changed.answers] == [("面积", "80", "120")]
    assert [([r.pk for r in one.gone], len(one.new)) for one in changed.files] == [([old.pk], 1)]


def test_a_supplement_brought_to_the_window_is_taken_in_for_the_applicant():
    clerk = clerk_at()
    case = factories.submitted()
    case = step(as_clerk(clerk), case, "ask_supplement", text="请带原件", limit_days=5, missing=[])
    client, address = signed_in(clerk), reverse("counter:brought", args=[case.number])
    assert client.post(address, {"send": "1", "state_version": case.state_version}).status_code == 422
    done = client.post(address, {"send": "1", "on_paper": "on", "state_version": case.state_version})
    assert done.status_code == 302 and Case.objects.get(pk=case.pk).state == "submitted"


def test_an_immediate_item_is_concluded_in_one_sitting_or_not_at_all():
    clerk = clerk_at()
    case = factories.submitted(on=factories.item(kind="immediate"))
    with pytest.raises(Invalid):
        half = case_actions.Conclusion(received_by="王小明")
        case_actions.conclude_at_once(as_clerk(clerk), case.pk, half, state_version=case.state_version)
    assert Case.objects.get(pk=case.pk).state == "submitted"
    client, address = signed_in(clerk), reverse("cases:at-once", args=[case.number])
    data = {"document_number": "海市监〔2026〕1号", "received_by": "王小明本人", "state_version": case.state_version}
    assert client.post(address, data).status_code == 302
    done = Case.objects.get(pk=case.pk)
    assert (done.state, done.outcome, done.elapsed_days) == ("delivered", "approved", 0)
    slow = factories.submitted()
    with pytest.raises(WrongState):
        case_actions.conclude_at_once(as_clerk(clerk), slow.pk, case_actions.Conclusion(), state_version=1)
