"""One tender from its registration to the contract in real browsers: buyer, officers, three bidders, five experts.

Everybody does the own part on the own pages. The clock is driven for the portal's threads too, and only what the portal
does by itself (the sweeps and the jobs) is called here.
"""

import json
import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import Page, expect

from portal.core.jobs import run_due_jobs
from portal.people.models import User
from portal.people.roles import Role
from portal.site.demo.papers import sample_pdf
from procurement.awards.models import Contract
from procurement.awards.tasks import advance
from procurement.bids import actions as bidding
from procurement.bids import demo
from procurement.bids.models import OpenedBid, Submission
from procurement.evaluation.models import Candidate, Evaluation, Session
from procurement.experts.models import Draw, PanelMember
from procurement.models import Deal
from procurement.tenders import actions as tendering
from procurement.tenders.models import Project
from tests import factories
from tests.bids.objects import Officer
from tests.browser.conftest import OpenPage, Watch, session_of
from tests.browser.everybodys_clock import EverybodysClock, everybody_at
from tests.browser.test_bids import fill_bid
from tests.experts.objects import pool
from tests.tenders.objects import bidder, firm, officer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PASSPHRASE = "correct horse battery"


@pytest.fixture
def clock() -> Iterator[EverybodysClock]:
    with everybody_at("2026-11-19 10:00") as made:
        yield made


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "f")}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    # The supervisor's second factor has its own tests.
    monkeypatch.setattr("portal.people.second_factor.is_due", lambda _request: False)


class Desk:
    """Everybody's browser: one for each person, signed in anew whenever the days have gone on."""

    def __init__(self, open_page: OpenPage) -> None:
        self.open_page, self.pages = open_page, {}

    def go(self, user: User, path: str) -> Page:
        page = self.pages.get(user.pk)
        if page is None:
            page = self.pages[user.pk] = self.open_page(path, language="en", user=user)
            return page
        home = "/".join(page.url.split("/")[:3])
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(user), "url": home}
        page.context.add_cookies([cookie])  # type: ignore[list-item]
        page.goto(path)
        return page


def text(page: Page, **values: Any) -> None:
    for name, value in values.items():
        page.locator(f'input[name="{name}"], textarea[name="{name}"]').fill(str(value))


def pick(page: Page, **values: Any) -> None:
    for name, value in values.items():
        page.locator(f'select[name="{name}"]').select_option(str(value))


def tick(page: Page, name: str, value: str) -> None:
    page.locator(f'[name="{name}"][value="{value}"]').check()


def press(page: Page, name: str) -> Page:
    """Press a button and wait until the page that answers is there."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()
    return page


def done(page: Page) -> None:
    """Whatever was refused would stand on top."""
    expect(page.locator(".govuk-error-summary, .act.red[role=alert]")).to_have_count(0)


class Tender:
    """The people of one tender, and its chapters in their order."""

    def __init__(self, desk: Desk, clock: EverybodysClock, folder: Any) -> None:
        self.desk, self.clock, self.folder = desk, clock, folder
        self.buyer, self.buyers = firm("海州市交通运输局")
        self.firms = [bidder(name) for name in ("海州路桥工程有限公司", "江海建设集团有限公司", "云台市政工程有限公司")]
        self.late = bidder("迟到建筑有限公司")
        self.officers = sorted((Officer(officer()) for _n in range(3)), key=lambda one: str(one.actor.user_id))
        self.chief = self.officers[0].actor.user
        self.supervisor = factories.staff(Role.SUPERVISOR)
        pool(15)
        self.paper = folder / "文件.pdf"
        self.paper.write_bytes(sample_pdf("文件"))

    @property
    def project(self) -> Project:
        return Project.objects.get()

    # --- until the deadline -------------------------------------------------------------------------------------------

    def registered(self) -> None:
        page = self.desk.go(self.buyers.user, "/trading/tenders/new/")
        pick(page, category="construction", method="open")
        text(page, title="临港区农村公路提档升级工程", buyer_uscc=self.buyer.uscc, summary="全长 3.2 公里",
             contact="李工 0518-12345678", lot1_name="一标段", lot1_budget="1000000", lot1_control="980000")  # fmt: skip
        press(page, "Save")
        number = self.project.number
        page.get_by_role("link", name="Add documents").click()
        page.locator('input[type="file"]').set_input_files(self.paper)
        done(press(page, "Upload"))
        page.goto(f"/trading/tenders/{number}/lots/1/sheet/")
        tick(page, "method", "comprehensive")
        pick(page, object="works", c1_part="conformity", c2_part="technical", c3_part="business")
        text(page, price_weight=40, candidates=3, c1_title="投标文件签字盖章齐全", c2_title="施工组织设计", c2_points=40,
             c3_title="类似业绩", c3_points=20)  # fmt: skip
        page.locator('[name="c3_objective"]').check()
        press(page, "Save")
        done(page)

    def announced(self) -> None:
        self.clock.at("2026-11-20 10:00")
        page = self.desk.go(self.chief, f"/trading/tenders/{self.project.number}/")
        page.locator("#pass-opinion").fill("文件齐备，条款合规。")
        press(page, "Pass the documents")
        page.get_by_role("link", name="Announce").click()
        text(page, documents_from_on="2026-11-23", documents_until_on="2026-11-30", deadline_day="2026-12-14",
             deadline_time="09:30", place="开标一室")  # fmt: skip
        press(page, "Announce")
        done(page)
        self.clock.at("2026-11-23 08:30")
        tendering.receive_due()
        bidding.follow(self.project.pk)

    def documents_taken(self) -> None:
        self.clock.at("2026-11-24 09:00")
        for _profile, agent in (*self.firms, self.late):
            page = self.desk.go(agent.user, f"/tenders/{self.project.number}/")
            with page.expect_download():
                page.get_by_role("button", name="Download").click()
        assert self.project.downloads.values("organisation").distinct().count() == 4

    def bid(self, n: int, price: str) -> None:
        page = self.desk.go(self.firms[n][1].user, f"/tenders/{self.project.number}/lots/1/bid/")
        fill_bid(page, self.paper, price)
        page.get_by_role("button", name="Seal and send").click()
        expect(page.get_by_role("heading", name="Receipt of a sealed bid")).to_be_visible()

    def bids_sealed(self) -> None:
        self.clock.at("2026-12-10 15:00")
        for n, price in enumerate(("951,000.00", "940,000.00", "930,000.00")):
            self.bid(n, price)
        self.clock.at("2026-12-11 16:00")
        self.bid(0, "950,000.00")
        sent = Submission.objects.filter(bidder=self.firms[0][0]).order_by("version")
        assert list(sent.values_list("version", "current")) == [(1, False), (2, True)]

    def experts_drawn(self) -> None:
        self.clock.at("2026-12-11 17:00")
        page = self.desk.go(self.chief, f"/trading/tenders/{self.project.number}/draw/")
        text(
            page,
            evaluates_day="2026-12-14",
            evaluates_time="14:00",
            size=5,
            count1=3,
            count2=2,
            main_venue="海州评标一室",
        )
        pick(page, speciality1="A02", speciality2="A06")
        press(page, "Freeze the pool")
        draw = Draw.objects.get()
        seeds = {}
        sides = (self.buyers.user, self.supervisor)
        for user in sides:
            page = self.desk.go(user, f"/trading/draws/{draw.pk}/")
            page.get_by_role("button", name="Make a seed").click()
            expect(page.locator("[name=commitment]")).to_have_value(re.compile("^[0-9a-f]{64}$"))
            seeds[user] = page.get_by_label("Your seed: keep it").input_value()
            press(page, "Seal")
        for user in sides:
            page = self.desk.go(user, f"/trading/draws/{draw.pk}/")
            page.get_by_label("Seed", exact=True).fill(seeds[user])
            press(page, "Reveal")
        for seat in PanelMember.objects.select_related("user"):
            page = self.desk.go(seat.user, f"/my/calls/{seat.pk}/")
            page.get_by_label("I shall come").check()
            press(page, "Send the answer")
        assert PanelMember.objects.filter(state="accepted").count() == 5

    # --- the opening --------------------------------------------------------------------------------------------------

    def one_comes_late(self, watch: Watch) -> None:
        watch.allow("409")
        self.clock.at("2026-12-14 09:29")
        page = self.desk.go(self.late[1].user, f"/tenders/{self.project.number}/lots/1/bid/")
        fill_bid(page, self.paper, "900,000.00")
        self.clock.at("2026-12-14 09:30:00")
        page.get_by_role("button", name="Seal and send").click()
        expect(page.get_by_text("Your bid was complete at 2026-12-14 09:30:00")).to_be_visible()
        assert not Submission.objects.filter(bidder=self.late[0]).exists()

    def opened(self) -> None:
        self.clock.at("2026-12-14 09:30:05")
        tendering.close_due()
        bidding.follow(self.project.pk)
        path = f"/tenders/{self.project.number}/opening/"
        watching = self.desk.go(self.firms[1][1].user, path)
        expect(watching.get_by_text("3 bidders")).to_be_visible()
        expect(watching.get_by_text("CNY 950,000")).to_have_count(0)
        self.clock.at("2026-12-14 09:40")
        for one in self.officers[1:]:
            file = self.folder / f"{one.actor.user_id}.json"
            file.write_text(json.dumps(demo.packed(one.private, PASSPHRASE)))
            page = self.desk.go(one.actor.user, path)
            page.get_by_label("Your key file").set_input_files(file)
            page.get_by_label("Passphrase").fill(PASSPHRASE)
            page.get_by_role("button", name="Enter my part and open").click()
        expect(watching.get_by_text("CNY 950,000").first).to_be_visible()
        assert OpenedBid.objects.filter(finding="").count() == 3
        self.clock.at("2026-12-14 10:30")
        bidding.settle_due()

    # --- the committee ------------------------------------------------------------------------------------------------

    def committee_sits(self) -> None:
        self.clock.at("2026-12-14 14:00")
        draw = Draw.objects.get()
        for _n in range(5):
            page = self.desk.go(self.chief, f"/trading/draws/{draw.pk}/")
            with page.expect_navigation():
                page.get_by_role("button", name="Check in").first.click()
        page = self.desk.go(self.chief, f"/trading/tenders/{self.project.number}/")
        press(page, "Begin the evaluation")
        self.members = [one.user for one in PanelMember.objects.select_related("user").order_by("pk")]
        self.session = Session.objects.get()
        path = f"/evaluations/{self.session.pk}/"
        for user in self.members:
            page = self.desk.go(user, path)
            tick(page, "avoid", "no")
            page.locator('[name="discipline"]').check()
            press(page, "Declare")
        for user in self.members[:3]:
            page = self.desk.go(user, path)
            page.get_by_label(self.members[0].name).check()
            press(page, "Vote")
        assert Session.objects.get().chair.user == self.members[0]

    def lot(self, part: str = "") -> str:
        return f"/evaluations/lots/{Evaluation.objects.get().pk}/{part}"

    def chairs(self, step: str) -> None:
        done(press(self.desk.go(self.members[0], self.lot()), step))

    def rejection_is_clarified(self) -> None:
        """Three of five miss a seal; the bidder shows where it stands; nobody rejects any more."""
        third = Evaluation.objects.get().bids.get(bid__bidder=self.firms[2][0])
        for n, user in enumerate(self.members):
            page = self.desk.go(user, self.lot("reviews/"))
            for passed in page.locator('input[name^="passed_"][value="1"]').all():
                passed.check()
            if n < 3:
                page.locator(f'input[name^="passed_{third.pk}_"][value="0"]').check()
                page.locator(f'input[name^="note_{third.pk}_"]').fill("投标函缺少公章")
            press(page, "Save my findings")
        self.chairs("Close the reviews")
        asked = third.clarifications.get()
        page = self.desk.go(self.firms[2][1].user, f"/my/clarifications/{asked.pk}/")
        text(page, answer="公章加盖于投标函第三页骑缝处，请核对。")
        press(page, "Send the answer")
        for user in self.members:
            page = self.desk.go(user, self.lot("rejections/"))
            page.get_by_label("Do not reject").check()
            page.locator('textarea[name$="reason"]').fill("经核对，公章齐全")
            press(page, "Vote")
        third.refresh_from_db()
        assert not third.rejected
        self.chairs("Go on")

    def scored_and_signed(self) -> None:
        bids = list(Evaluation.objects.get().bids.order_by("price_fen"))
        for user in self.members:
            page = self.desk.go(user, self.lot("scores/"))
            for bid, skill in zip(bids, (30, 32, 38), strict=True):
                fields = page.locator(f'input[name^="score_{bid.pk}_"]')
                fields.nth(0).fill(str(skill))
                fields.nth(1).fill("15")
            press(page, "Hand in: final")
        self.chairs("Close the scoring")
        for user in self.members:
            page = self.desk.go(user, self.lot("signing/"))
            page.get_by_label("I agree and sign").check()
            press(page, "Confirm")
        assert self.project.state == "evaluated"
        assert Candidate.objects.get(rank=1).bidder == self.firms[0][0]

    # --- the award ----------------------------------------------------------------------------------------------------

    def candidates_public(self) -> None:
        self.clock.at("2026-12-15 09:00")
        while run_due_jobs():
            pass
        page = self.desk.go(self.chief, f"/trading/awards/{self.project.number}/publish/")
        done(press(page, "Publish"))
        page = self.desk.go(self.firms[1][1].user, f"/tenders/{self.project.number}/result/")
        expect(page.get_by_text("海州路桥工程有限公司").first).to_be_visible()

    def awarded(self) -> None:
        self.clock.at("2026-12-22 09:00")
        advance()
        path = f"/trading/awards/{self.project.number}/"
        page = self.desk.go(self.buyers.user, path)
        page.get_by_role("link", name="Choose the winner").click()
        page.get_by_label("No. 1").check()
        done(press(page, "Choose"))
        page = self.desk.go(self.chief, path)
        page.get_by_role("button", name="Award and announce").click()
        expect(page.get_by_role("heading", level=3, name="Award")).to_be_visible()
        while run_due_jobs():
            pass
        page = self.desk.go(self.firms[0][1].user, "/my/remedies/")
        expect(page.get_by_text("临港区农村公路提档升级工程").first).to_be_visible()

    def draw_is_replayed(self) -> None:
        said = StringIO()
        call_command("verify_draw", self.project.number, stdout=said)
        assert said.getvalue()
        page = self.desk.go(self.firms[1][1].user, f"/tenders/{self.project.number}/experts/")
        expect(page.get_by_text("Replayed just now: pool, seeds, orders, seats and names follow")).to_be_visible()

    def contracted(self) -> None:
        self.clock.at("2026-12-28 10:00")
        contract = Contract.objects.get()
        page = self.desk.go(self.buyers.user, f"/trading/contracts/{contract.pk}/sign/")
        text(page, amount="950000", signed_on="2026-12-28", starts_on="2027-01-04", ends_on="2027-05-04",
             terms="按招标文件和投标文件执行。")  # fmt: skip
        page.locator('input[type="file"]').set_input_files(self.paper)
        done(press(page, "Save"))
        assert self.project.state == "contracted"
        deal = Deal.objects.get()
        page = self.desk.go(self.firms[1][1].user, f"/deals/{deal.pk}/")
        expect(page.get_by_text("CNY 950,000").first).to_be_visible()
        expect(page.get_by_text("海州路桥工程有限公司").first).to_be_visible()


def test_one_tender_from_its_registration_to_the_register_of_deals(
    open_page: OpenPage, clock: EverybodysClock, watch: Watch, tmp_path: Any
) -> None:
    tender = Tender(Desk(open_page), clock, tmp_path)
    tender.registered()
    tender.announced()
    tender.documents_taken()
    tender.bids_sealed()
    tender.experts_drawn()
    tender.one_comes_late(watch)
    tender.opened()
    tender.committee_sits()
    tender.rejection_is_clarified()
    tender.scored_and_signed()
    tender.candidates_public()
    tender.awarded()
    tender.draw_is_replayed()
    tender.contracted()
