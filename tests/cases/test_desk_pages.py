"""The workbench in the browser's place: lists, one case, steps, the second pair of eyes."""

import pytest
from django.urls import reverse
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from approvals.cases import actions
from approvals.cases.models import Case
from portal.core.events import events_of
from portal.core.models import AccessLog
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import Posting, User
from portal.people.roles import Role
from tests.factories import accepted, citizen, department, item, moment, staff, submitted

pytestmark = pytest.mark.django_db
FRIDAY = moment("2026-11-20 10:00")


@pytest.fixture(autouse=True)
def _on_friday():
    with driven_clock(FRIDAY):
        yield


def signed_in(client, person: User):
    """A browser signed in, with the second factor shown where the role asks for one."""
    client.force_login(person, backend="portal.people.backends.AccountBackend")
    if person.access.centre_wide:
        device = TOTPDevice.objects.create(user_id=person.pk, confirmed=True)
        session = client.session
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        session.save()
    return client


@pytest.fixture
def clerk():
    return staff(Role.CLERK)


@pytest.fixture
def desk(client, clerk):
    return signed_in(client, clerk)


def case_url(case: Case) -> str:
    return reverse("cases:desk-case", args=[case.number])


def step_url(case: Case, code: str) -> str:
    return reverse("cases:step", args=[case.number, code])


def test_the_most_urgent_case_stands_first(desk, clerk):
    late = accepted(actor_of(clerk), on=item(promised_days=3))
    soon = accepted(actor_of(clerk), on=item(promised_days=9))
    new = submitted()
    with driven_clock(moment("2026-11-26 10:00")):
        page = desk.get(reverse("cases:desk"))
        # The answer of the new one is due on the 27th: one day left.
        assert new.answer_due_on.isoformat() == "2026-11-27"
    rows = [case.number for case, _light, _query in page.context["rows"]]
    assert rows == [late.number, new.number, soon.number]
    lights = [light.code for _case, light, _query in page.context["rows"]]
    assert lights == ["red", "amber", "green"]


def test_tabs_count_what_they_list(desk, clerk):
    for _n in range(3):
        submitted()
    accepted(actor_of(clerk))
    page = desk.get(reverse("cases:desk"))
    for tab, number, _here in page.context["tabs"]:
        if not tab.counted:
            continue
        listed = desk.get(reverse("cases:desk"), {"tab": tab.code})
        assert len(listed.context["rows"]) == number, tab.code
    assert {tab.code: n for tab, n, _here in page.context["tabs"]}["submitted"] == 3


def test_the_list_asks_the_same_few_questions_for_any_number_of_rows(desk, django_assert_max_num_queries):
    one = item()
    for _n in range(15):
        submitted(on=one)
    with django_assert_max_num_queries(16):
        desk.get(reverse("cases:desk"))


def test_a_clerk_accepts_in_the_browser(desk):
    case = submitted()
    page = desk.get(case_url(case))
    assert step_url(case, "accept") in page.content.decode()
    done = desk.post(step_url(case, "accept"), {"state_version": case.state_version}, follow=True)
    assert done.status_code == 200
    case.refresh_from_db()
    assert case.state == "accepted"


def test_a_double_click_takes_the_step_once_and_says_so(desk):
    case = submitted()
    form = {"state_version": case.state_version}
    desk.post(step_url(case, "accept"), form)
    again = desk.post(step_url(case, "accept"), form)
    assert again.status_code == 409
    assert case_url(case) in again.content.decode()
    case.refresh_from_db()
    assert case.state_version == form["state_version"] + 1


def test_a_stale_page_keeps_what_was_typed(desk, clerk):
    case = submitted()
    seen = case.state_version
    actions.take_over(actor_of(staff(Role.CLERK)), case.pk)
    actions.take_step(actor_of(clerk), case.pk, "accept", state_version=seen)
    typed = {"text": "缺少场所平面图和健康证明", "limit_days": "10", "state_version": seen}
    page = desk.post(step_url(case, "ask_supplement"), typed)
    assert page.status_code == 409
    assert "缺少场所平面图和健康证明" in page.content.decode()


def test_a_refusal_is_proposed_by_the_clerk_and_confirmed_by_the_head(desk, client, clerk):
    case = accepted(actor_of(clerk))
    desk.post(
        step_url(case, "refuse"), {"grounds": "场地不符合条件", "sure": "on", "state_version": case.state_version}
    )
    case.refresh_from_db()
    assert case.state == "accepted"
    head = signed_in(client, staff(Role.DEPARTMENT_HEAD))
    proposal = case.proposals.get()
    page = head.get(case_url(case))
    assert page.context["may_confirm"] and "场地不符合条件" in page.content.decode()
    url = reverse("cases:proposal", args=[case.number, proposal.pk])
    empty = head.post(url, {"decision": "reject", "note": "", "state_version": case.state_version})
    assert empty.status_code == 422
    head.post(url, {"decision": "confirm", "note": "", "state_version": case.state_version})
    case.refresh_from_db()
    assert case.outcome == "refused"


def test_the_irreversible_asks_once_more(desk, clerk):
    case = accepted(actor_of(clerk), on=item(review_steps=0))
    page = desk.post(step_url(case, "approve"), {"text": "准予", "state_version": case.state_version})
    assert page.status_code == 422
    case.refresh_from_db()
    assert case.state == "accepted"


def test_an_immediate_case_is_accepted_and_approved_in_one_go(desk):
    case = submitted(on=item(kind="immediate"))
    assert desk.get(case_url(case)).context["at_once"]
    desk.post(reverse("cases:at-once", args=[case.number]), {"state_version": case.state_version})
    case.refresh_from_db()
    assert (case.outcome, case.elapsed_days) == ("approved", 0)


def test_other_departments_and_citizens_find_nothing(client):
    case = submitted()
    for person in (citizen(), staff(Role.CLERK, department("GA", name="市公安局"))):
        assert signed_in(client, person).get(case_url(case)).status_code == 404
    assert signed_in(client, citizen()).get(reverse("cases:desk")).status_code == 403


def test_opening_an_application_is_logged_once_for_each_viewing(desk, clerk):
    case = submitted()
    desk.get(case_url(case))
    entry = AccessLog.objects.get(stream="cases.case", stream_id=case.pk)
    assert (entry.actor_user_id, entry.role) == (clerk.pk, "clerk")


def test_a_supervisor_sees_the_case_without_the_applicants_data(client):
    person = citizen(name="欧阳小明")
    case = submitted(person)
    page = signed_in(client, staff(Role.SUPERVISOR)).get(case_url(case))
    assert page.status_code == 200
    assert "欧阳小明" not in page.content.decode() and person.phone not in page.content.decode()
    assert not AccessLog.objects.filter(stream="cases.case").exists()


def test_after_a_stale_page_the_step_can_be_taken_from_the_same_page(desk, clerk):
    case = accepted(actor_of(clerk), on=item(review_steps=0))
    typed = {"text": "准予许可，有效期三年", "sure": "on", "state_version": case.state_version}
    proposal = {"days": 5, "grounds": "情况复杂"}
    actions.propose(actor_of(staff(Role.CLERK)), case.pk, "extend", proposal, state_version=case.state_version)
    page = desk.post(step_url(case, "approve"), typed)
    assert page.status_code == 409
    form = page.context["form"]
    # The page names what happened, keeps the words, shows the new state, and wants the tick once more.
    assert "延长办理期限" in page.content.decode() or "Extend the time limit" in page.content.decode()
    assert form["text"].value() == typed["text"] and not form["sure"].value()
    again = {**typed, "state_version": form["state_version"].value()}
    assert desk.post(step_url(case, "approve"), again).status_code == 302
    case.refresh_from_db()
    assert case.outcome == "approved"


def test_a_page_without_a_state_changes_nothing(desk, clerk, client):
    case = submitted(on=item(kind="immediate"))
    for data in ({}, {"state_version": "x"}):
        assert desk.post(step_url(case, "accept"), data).status_code == 422
        assert desk.post(reverse("cases:at-once", args=[case.number]), data).status_code == 422
    case.refresh_from_db()
    assert case.state == "submitted"


def test_the_supplement_notice_begins_with_what_is_missing(desk):
    case = submitted()
    first, second = case.version.materials.all()
    case.materials.create(material=first, on_paper=True)
    page = desk.get(step_url(case, "ask_supplement"))
    form = page.context["form"]
    assert (form["missing"].value(), form["limit_days"].value()) == ([second.pk], 15)
    sent = {"missing": [second.pk], "text": "缺少材料1", "limit_days": "15", "state_version": case.state_version}
    assert desk.post(step_url(case, "ask_supplement"), sent).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.supplement_due_on.isoformat()) == ("supplement", "2026-12-11")
    with driven_clock(moment("2026-11-24 09:00")):
        case.materials.create(material=second, on_paper=True, added_at=moment("2026-11-24 09:00"))
        case.materials.filter(material=second).update(added_at=moment("2026-11-24 09:00"))
        actions.take_step(actor_of(case.applicant), case.pk, "resubmit", state_version=case.state_version)
        page = desk.get(case_url(case))
    papers = {paper.material.pk: paper for paper in page.context["papers"]}
    assert (papers[first.pk].is_new, papers[second.pk].is_new) == (False, True)
    notice = page.context["notices"][0]
    assert notice.missing == [second.local_name] and notice.request.answered_at is not None
    assert "ask_supplement" not in {step.code for step in page.context["offered"]}  # one notice only


def test_while_a_proposal_waits_no_other_can_be_made(desk, clerk):
    case = accepted(actor_of(clerk))
    before = {step.code for step in desk.get(case_url(case)).context["offered"]}
    assert {"refuse", "suspend", "extend", "terminate", "forward"} <= before
    desk.post(step_url(case, "extend"), {"days": "10", "grounds": "情况复杂", "state_version": case.state_version})
    page = desk.get(case_url(case))
    assert {step.code for step in page.context["offered"]} == {"forward", "involve"}
    assert not page.context["may_confirm"]  # not one's own


def test_a_step_that_is_over_says_so(desk, clerk):
    case = accepted(actor_of(clerk))
    page = desk.get(step_url(case, "accept"))
    assert page.status_code == 200 and not page.context["possible"]
    assert 'type="submit"' not in page.content.decode() and '<button class="govuk-button">' not in page.content.decode()


def test_a_step_leads_back_to_the_same_place_in_the_list(desk, clerk):
    cases = [submitted() for _n in range(3)]
    listed = desk.get(reverse("cases:desk"), {"tab": "submitted"})
    middle, _light, query = listed.context["rows"][1]
    page = desk.get(f"{case_url(middle)}?{query}")
    assert page.context["before"].startswith(case_url(cases[0]))
    assert page.context["following"].startswith(case_url(cases[2]))
    done = desk.post(f"{step_url(middle, 'accept')}?{query}", {"state_version": middle.state_version})
    assert done.url == f"{case_url(middle)}?{query}"
    # The case has left the list, its neighbours are still the same.
    after = desk.get(done.url)
    assert (after.context["before"], after.context["following"]) == (page.context["before"], page.context["following"])


def test_the_event_names_the_role_that_was_needed(client):
    """Who is clerk and head of the same department decides as the head."""
    person = staff(Role.CLERK)
    Posting.objects.create(user=person, department=department(), role=Role.DEPARTMENT_HEAD, starts_on=FRIDAY.date())
    case = accepted(actor_of(person))
    reviewer = actor_of(staff(Role.REVIEWER))
    case = actions.take_step(actor_of(person), case.pk, "forward", {"opinion": ""}, state_version=case.state_version)
    case = actions.take_step(reviewer, case.pk, "pass_review", {"opinion": "同意"}, state_version=case.state_version)
    sent = {"text": "准予", "sure": "on", "state_version": case.state_version}
    assert signed_in(client, User.objects.get(pk=person.pk)).post(step_url(case, "approve"), sent).status_code == 302
    assert events_of(case)[-1].event.role == "department_head"


def test_a_supervisor_undoes_the_last_step_with_a_reason(client, clerk):
    case = accepted(actor_of(clerk))
    browser = signed_in(client, staff(Role.SUPERVISOR))
    assert {step.code for step in browser.get(case_url(case)).context["offered"]} == {"correct"}
    empty = browser.post(step_url(case, "correct"), {"sure": "on", "state_version": case.state_version})
    assert empty.status_code == 422
    sent = {"reason": "受理有误", "sure": "on", "state_version": case.state_version}
    assert browser.post(step_url(case, "correct"), sent).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.promised_due_on) == ("submitted", None)
    assert events_of(case)[-1].event.role == "supervisor"


def test_a_proposal_of_another_case_is_not_decided_here(client, clerk):
    one, other = accepted(actor_of(clerk)), accepted(actor_of(clerk))
    given = {"grounds": "不符合条件"}
    proposal = actions.propose(actor_of(clerk), one.pk, "refuse", given, state_version=one.state_version)
    head = signed_in(client, staff(Role.DEPARTMENT_HEAD))
    url = reverse("cases:proposal", args=[other.number, proposal.pk])
    assert head.post(url, {"decision": "confirm", "state_version": other.state_version}).status_code == 404
    # Decided twice: the second time it is clear that it has been done.
    url = reverse("cases:proposal", args=[one.number, proposal.pk])
    sent = {"decision": "confirm", "note": "同意", "state_version": one.state_version + 1}
    assert head.post(url, sent).status_code == 302
    again = head.post(url, sent)
    assert again.status_code == 409 and "同意" in again.content.decode()


def test_the_page_of_a_case_costs_a_bounded_number_of_queries(desk, clerk, django_assert_max_num_queries):
    case = accepted(actor_of(clerk), on=item(materials=12))
    for n, material in enumerate(case.version.materials.all()):
        case.materials.create(material=material, on_paper=n % 2 == 0, title="材料")
    desk.get(case_url(case))
    with django_assert_max_num_queries(30):
        assert desk.get(case_url(case)).status_code == 200
