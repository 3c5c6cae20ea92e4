"""In a real browser: a stage opened and answered, a joint acceptance with an absence, the builder on a phone."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from approvals.projects import actions
from approvals.projects.models import OpinionRequest, Project
from portal.core.calendar import workdays
from portal.core.time import now, today
from tests.browser.conftest import DESKTOP, PHONE, screenshot, sideways, violations
from tests.browser.patience import soon
from tests.projects.objects import Town

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town():
    made = Town()
    made.plans()
    return made


def test_a_stage_is_opened_answered_and_seen_by_the_builder(open_page, town, watch):
    watch.allow("422")
    project = town.project()
    runner, fire = town.runner.user, town.of(town.fire).user
    page = open_page(reverse("projects:project", args=[project.code]), language="en", width=DESKTOP, user=runner)
    page.get_by_role("button", name="Open: Land and planning").click()
    assert violations(page) == []
    page.get_by_role("button", name="Open the stage and ask all").click()
    expect(page.locator("main")).to_contain_text("Waits for the permit decision")
    assert violations(page) == [] and sideways(page) == 0
    screenshot(page, "projects-project-en")

    one = OpinionRequest.objects.get(department=town.fire)
    page = open_page(reverse("projects:requests"), language="zh", width=PHONE, js=False, user=fire)
    assert sideways(page) == 0
    screenshot(page, "projects-requests-zh-phone")
    page.get_by_role("link", name=project.name).click()
    page.locator("input[value=conditions]").check()
    page.locator("section[aria-labelledby=do-answer] button").click()
    expect(page.locator(".govuk-error-summary")).to_have_count(1)
    page.locator("textarea[name=answer-text]").fill("消防车道净宽不小于 4 米")
    page.locator("section[aria-labelledby=do-answer] button").click()
    one.refresh_from_db()
    assert (one.state, one.answer) == ("answered", "conditions")
    screenshot(page, "projects-request-zh-phone")

    mine = open_page(
        reverse("projects:mine-one", args=[project.code]), language="zh", width=PHONE, user=town.agent_user
    )
    assert violations(mine) == [] and sideways(mine) == 0
    screenshot(mine, "projects-mine-zh-phone")
    board = open_page(reverse("projects:board"), language="zh", width=DESKTOP, user=runner)
    assert violations(board) == []
    screenshot(board, "projects-board-zh")


def test_a_joint_acceptance_with_an_absent_department(open_page, town):
    stage = town.opened("acceptance")
    day = workdays().add(today(), 3)
    page = open_page(
        reverse("projects:appointment-new", args=[stage.project.code, "acceptance"]),
        language="zh",
        user=town.runner.user,
    )
    page.locator("select[name=kind]").select_option("acceptance")
    page.locator("input[name=day]").fill(day.isoformat())
    page.locator("input[name=at]").fill("09:30")
    page.locator("input[name=place]").fill("项目现场")
    page.locator(f"input[name=person_{town.fire.pk}]").fill("王工")
    page.locator(f"input[name=person_{town.defence.pk}]").fill("李工")
    assert violations(page) == []
    screenshot(page, "projects-appointment-new-zh")
    page.locator("form.narrow, .form-card form").locator("button").first.click()
    assert soon(stage.appointments.exists, page)
    visit = stage.appointments.get()
    visit.on = today()
    visit.starts_at = now()
    visit.save()  # the day has come
    page = open_page(reverse("projects:appointment", args=[visit.pk]), language="en", user=town.runner.user)
    first, second = visit.invitations.order_by("pk")
    page.locator(f"input[name=hold-attendance_{first.pk}][value=absent]").check()
    page.locator(f"input[name=hold-attendance_{second.pk}][value=excused]").check()
    page.locator("section[aria-labelledby=do-hold] button").click()
    expect(page.locator("main")).to_contain_text("Absent, counts as consent")
    expect(page.locator("main")).to_contain_text("Silence and absence never replace it")
    assert violations(page) == [] and sideways(page) == 0
    screenshot(page, "projects-appointment-en")
    actions.issue_report(town.runner, visit.pk, conclusion="通过", state_version=1)
    phone = open_page(
        reverse("projects:project", args=[stage.project.code]), language="zh", width=PHONE, user=town.runner.user
    )
    assert sideways(phone) == 0
    screenshot(phone, "projects-project-zh-phone")
    assert Project.objects.get().next_due_on is not None
