"""Disputes and the separated award in a real browser, in Chinese at both widths: remedies, rejection, choice by rules."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from portal.people.roles import Role
from procurement.awards.models import Award, Choice, Contract, Penalty, Remedy
from procurement.evaluation.models import Rejection
from procurement.tenders.models import Project
from tests import factories
from tests.awards.objects import agent_of, candidate, evaluated, published
from tests.browser.conftest import DESKTOP, PHONE, OpenPage, Watch, screenshot, sideways, violations
from tests.browser.everybodys_clock import EverybodysClock, everybody_at
from tests.evaluation.objects import LOWEST, QUALITATIVE, Committee
from tests.tenders.objects import officer, picture

pytestmark = pytest.mark.django_db(transaction=True)
DURING = "2026-12-18 10:00"  # a Friday, the second day of the publicity (until Monday the 21st)
AFTER = "2026-12-22 10:00"
PUBLIC = "2026-12-17"
CHOOSE = re.compile("^定标 第")  # the button of a lot, not the crumb


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Any) -> None:
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    settings.DEMO = True  # no second factor for overseers


@pytest.fixture
def clock() -> Iterator[EverybodysClock]:
    with everybody_at(DURING) as made:
        yield made


def looked_at(page: Page, name: str) -> None:
    for width in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": 900})
        screenshot(page, f"disputes-{name}-{width}")
        assert (page.url, width, sideways(page)) == (page.url, width, 0)
        assert (page.url, violations(page)) == (page.url, [])


def awarding(open_page: OpenPage, project: Project, user: Any) -> Page:
    return open_page(f"/trading/awards/{project.number}/", user=user)


def filed(open_page: OpenPage, project: Project, kind: str, user: Any) -> Page:
    """File a remedy about the result; the page of what was filed."""
    page = open_page(f"/tenders/{project.number}/result/", user=user)
    page.get_by_role("link", name={"objection": "提出异议", "query": "提出质疑", "complaint": "提起投诉"}[kind]).click()
    page.locator("input[name=stage][value=result]").check()
    page.get_by_label("事实和法律依据").fill("第一中标候选人业绩证明材料不实，请核查。")
    page.get_by_label("您的请求").fill("取消其中标候选人资格")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("异议|质疑|投诉"))
    return page


def answer(open_page: OpenPage, remedy: Remedy, user: Any) -> None:
    page = open_page(f"/trading/remedies/{remedy.number}/", user=user)
    page.locator("#answer-outcome").select_option("rejected")
    page.locator("#answer-consequence").select_option("none")
    page.locator("#answer-answer").fill("经核查，业绩材料真实。")
    page.get_by_role("button", name="答复").click()
    expect(page.get_by_role("heading", level=2, name="答复", exact=True)).to_be_visible()


def chosen_and_awarded(page: Page) -> None:
    """The first candidate is chosen and awarded, from the inner page of the award."""
    page.get_by_role("link", name=CHOOSE).click()
    page.locator("input[name=candidate]").first.check()
    page.get_by_role("button", name="确定", exact=True).click()
    page.get_by_role("button", name="定标并公告").click()
    expect(page.get_by_text("标段已定标；已通知中标人和其他投标人。")).to_be_visible()


def test_a_complaint_suspends_the_award_until_it_is_decided_with_a_fine(
    open_page: OpenPage, clock: EverybodysClock
) -> None:
    chief, judge, second = officer(), factories.staff(Role.SUPERVISOR), factories.staff(Role.SUPERVISOR)
    project = published(chief)
    loser: Any = agent_of(candidate(project, 3).bidder).user
    winner = candidate(project).bidder.organisation

    page = awarding(open_page, project, chief.user)
    expect(page.get_by_text("公示期满后方可定标")).to_be_visible()
    expect(page.get_by_role("link", name=CHOOSE)).to_have_count(0)

    looked_at(filed(open_page, project, "objection", loser), "objection")
    objection = Remedy.objects.get(kind="objection")
    answer(open_page, objection, agent_of(project.buyer).user)
    page = open_page(f"/trading/remedies/{objection.number}/", user=loser)
    page.get_by_role("link", name="提起投诉").click()
    looked_at(page, "complaint-form")
    filed(open_page, project, "complaint", loser)
    complaint = Remedy.objects.get(kind="complaint")

    page = open_page(f"/trading/remedies/{complaint.number}/", user=judge)
    page.get_by_role("button", name="受理", exact=True).click()
    page.get_by_label("暂停天数").fill("30")
    page.locator("#suspend-note").fill("需要向业主单位核实业绩。")
    page.get_by_role("button", name="暂停招标采购活动").click()
    expect(page.get_by_text("招标采购活动暂停至")).to_be_visible()
    looked_at(page, "suspended-complaint")

    clock.at(AFTER)
    page = awarding(open_page, project, chief.user)
    expect(page.locator(".act.red")).to_contain_text(f"因投诉{complaint.number}，招标采购活动暂停至")
    expect(page.get_by_role("link", name=CHOOSE)).to_have_count(0)
    expect(page.get_by_role("button", name="定标并公告")).to_have_count(0)
    looked_at(page, "suspended-award")
    page = open_page(f"/tenders/{project.number}/result/")
    expect(page.locator(".act.amber")).to_be_visible()
    expect(page.locator("html")).not_to_contain_text(loser.name)
    expect(page.locator("html")).not_to_contain_text(complaint.number)

    page = open_page(f"/trading/remedies/{complaint.number}/", user=judge)
    page.locator("#decide-outcome").select_option("rejected")
    page.locator("#decide-consequence").select_option("none")
    page.locator("#decide-frivolous").select_option("0")
    page.locator("#decide-answer").fill("第一候选人业绩属实，但逾期提交证明，另行处罚。")
    page.get_by_role("button", name="决定", exact=True).click()
    page.get_by_role("link", name="拟处罚").click()
    page.get_by_label("当事人统一社会信用代码").fill(winner.uscc)
    page.locator("textarea[name=ground]").fill("未在期限内配合监管部门核查。")
    page.get_by_label("法律依据").fill("《招标投标法》第五十四条")
    page.get_by_label("罚款").fill("20000")
    looked_at(page, "penalty-form")
    page.get_by_role("button", name="提出", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(winner.name)
    fine = Penalty.objects.get()
    assert (fine.remedy, fine.project, fine.amount_fen) == (complaint, project, 20_000_00)
    page = open_page(f"/trading/penalties/{fine.pk}/", user=second)
    page.get_by_role("button", name="决定处罚").click()
    expect(page.get_by_text("缴费期限")).to_be_visible()
    looked_at(page, "penalty")
    page = open_page("/remedies/?show=penalties")
    expect(page.get_by_text(winner.name).first).to_be_visible()
    looked_at(page, "decisions")

    chosen_and_awarded(awarding(open_page, project, chief.user))
    assert Award.objects.get().bidder == candidate(project).bidder


def test_a_query_of_government_procurement_stops_nothing_and_is_answered(
    open_page: OpenPage, clock: EverybodysClock
) -> None:
    chief = officer()
    project = evaluated(category="government")
    loser = agent_of(candidate(project, 3).bidder).user
    page = awarding(open_page, project, chief.user)
    page.get_by_role("button", name="采购人已收到报告").click()
    chosen_and_awarded(awarding(open_page, project, chief.user))
    looked_at(filed(open_page, project, "query", loser), "query")
    page = awarding(open_page, project, chief.user)
    expect(page.get_by_text("招标采购活动暂停")).to_have_count(0)
    answer(open_page, Remedy.objects.get(), agent_of(project.buyer).user)
    page = open_page("/my/remedies/", user=loser)
    looked_at(page, "my-remedies")
    assert Remedy.objects.get().state == "answered"


def judged(page: Page, failing: int = 0) -> None:
    """Each criterion of each bid passed; the conformity of one bid failed."""
    for box in page.locator("input[type=radio][value='1']").all():
        box.check()
    if failing:
        key = page.locator(f"input[id^=p0-{failing}_]").last.get_attribute("id").removeprefix("p0-")  # type: ignore[union-attr]
        page.locator(f"#p0-{key}").check()
        page.locator(f"#n-{key}").fill("投标函未盖公章")
    page.get_by_role("button", name="保存审查意见").click()
    expect(page.get_by_text("评审意见已保存")).to_be_visible()


def test_a_bid_is_rejected_after_the_bidder_was_asked_and_everybody_voted(
    open_page: OpenPage, clock: EverybodysClock, watch: Watch
) -> None:
    watch.allow("422")
    clock.at("2026-11-20 10:00")
    committee = Committee(draft=LOWEST).seated()
    desk = f"/evaluations/lots/{committee.one().pk}/"
    rejected = committee.bid(0).pk
    pages = [open_page(f"{desk}reviews/", user=seat.user) for seat in committee.seats]
    for n, page in enumerate(pages):
        judged(page, failing=rejected if n < 2 else 0)  # two of three
    looked_at(pages[0], "reviews")
    chair = pages[0]
    chair.goto(desk)
    chair.get_by_role("button", name="结束审查").click()
    expect(chair.get_by_role("button", name="继续")).to_be_visible()

    bidder = open_page("/my/clarifications/", user=committee.bidders[0][1].user)
    looked_at(bidder, "clarifications")
    bidder.get_by_role("main").get_by_role("link").filter(has_text=re.compile(".")).last.click()
    expect(bidder.get_by_text("投标函未盖公章")).to_be_visible()
    bidder.get_by_label("您的答复").fill("公章盖在投标函附录，请予核对。")
    looked_at(bidder, "clarification")
    bidder.get_by_role("button", name="提交答复").click()
    expect(bidder.get_by_role("heading", name="您的答复")).to_be_visible()

    for n, page in enumerate(pages):
        page.goto(f"{desk}rejections/")
        expect(page.get_by_text("公章盖在投标函附录，请予核对。")).to_be_visible()
        page.get_by_text("否决", exact=True).first.click()
        if not n:
            page.get_by_role("button", name="表决").click()  # without its reason
            expect(page.locator(".govuk-error-summary")).to_be_visible()
            expect(page.locator("input[type=radio][value='1']").first).to_be_checked()
        page.get_by_label("理由").fill("附录不能代替投标函盖章。")
        page.get_by_role("button", name="表决").click()
        if n < 2:
            assert Rejection.objects.get().outcome == "open"
            expect(page.get_by_text("您已表决")).to_be_visible()
    expect(pages[2].locator(".tag.red")).to_be_visible()
    looked_at(pages[2], "rejected")
    assert committee.bid(0).rejected
    chair.goto(desk)
    looked_at(chair, "desk")
    chair.get_by_role("button", name="继续").click()
    expect(chair.get_by_text("少于").or_(chair.get_by_role("alert"))).to_be_visible()


def test_unranked_candidates_are_chosen_by_written_rules_with_a_record(
    open_page: OpenPage, clock: EverybodysClock, watch: Watch
) -> None:
    watch.allow("422")
    clock.at(f"{PUBLIC} 09:00")
    chief = officer()
    project = evaluated(ranked=False)
    buyer = agent_of(project.buyer).user
    picked = candidate(project, 2)

    page = awarding(open_page, project, chief.user)
    expect(page.get_by_text("未排序").first).to_be_visible()
    page.get_by_role("link", name="公示候选人").click()
    page.get_by_role("button", name="发布").click()
    public = open_page(f"/tenders/{project.number}/result/")
    expect(public.get_by_text("未排序")).to_have_count(3)
    looked_at(public, "unranked-public")

    clock.at(AFTER)
    page = awarding(open_page, project, buyer)
    page.get_by_role("link", name=CHOOSE).click()
    page.locator(f"input[name=candidate][value='{picked.pk}']").check()
    page.get_by_label("书面定标规则，或者法定情形的事实").fill("《定标办法》第八条：票决法，过半数者中标。")
    for n, to in enumerate((picked, picked, candidate(project)), start=1):
        page.locator(f"[name=member{n}]").fill(f"委员{n}")
        page.locator(f"[name=vote{n}]").select_option(str(to.pk))
    page.get_by_role("button", name="确定", exact=True).click()  # without the minutes
    expect(page.locator(".govuk-error-summary")).to_contain_text("会议记录")
    expect(page.locator("[name=member2]")).to_have_value("委员2")
    looked_at(page, "choice")
    page.locator("input[type=file][name=minutes]").set_input_files(
        {"name": "定标会议记录.png", "mimeType": "image/png", "buffer": picture("m.png").read()}
    )
    page.get_by_role("button", name="确定", exact=True).click()
    expect(page.get_by_text("委员1 →")).to_be_visible()
    looked_at(page, "chosen")
    choice = Choice.objects.get()
    assert (choice.ground, choice.votes.count(), bool(choice.minutes)) == ("separated", 3, True)

    page = awarding(open_page, project, chief.user)
    page.get_by_role("button", name="定标并公告").click()
    page.get_by_role("link", name=re.compile("^合同")).last.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    looked_at(page, "contract-due")
    public = open_page(f"/tenders/{project.number}/result/")
    expect(public.get_by_text(picked.bidder.organisation.name).first).to_be_visible()
    looked_at(public, "separated-result")
    assert Contract.objects.get().bidder == Award.objects.get().bidder == picked.bidder


def test_a_qualitative_evaluation_ends_with_candidates_without_a_rank(
    open_page: OpenPage, clock: EverybodysClock
) -> None:
    clock.at("2026-11-20 10:00")
    committee = Committee(draft=QUALITATIVE).seated().reviewed()
    committee.step("proceed")
    desk = f"/evaluations/lots/{committee.one().pk}/"
    for seat in committee.seats:
        page = open_page(f"{desk}scores/", user=seat.user)
        for field in page.locator("main textarea").all():
            field.fill("方案可行，工期安排偏紧。")
        page.get_by_role("button", name="提交", exact=False).last.click()
        expect(page.locator("main textarea")).to_have_count(0)
    looked_at(page, "opinions")
