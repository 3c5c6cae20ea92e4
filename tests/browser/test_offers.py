"""A round of final offers in a real browser: two bidders offer, one leaves, nobody sees a price before the end."""

import pytest
from django.utils import translation
from playwright.sync_api import expect

from procurement.evaluation import actions
from tests.browser.conftest import DESKTOP, NARROW, OpenPage, Watch, sideways, violations
from tests.browser.everybodys_clock import everybody_at
from tests.evaluation.objects import LOWEST, Committee

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _files_of_their_own(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}


def negotiating() -> Committee:
    committee = Committee((900_000, 950_000, 940_000, 930_000), LOWEST, category="government", method="negotiation")
    committee.seated().reviewed()
    committee.step("proceed")
    return committee


def test_three_offer_one_leaves_and_the_offers_are_opened_after_the_round(open_page: OpenPage, watch: Watch) -> None:
    watch.allow("422")
    with everybody_at("2026-11-20 10:00") as clock, translation.override("en"):
        committee = negotiating()
        one, desk = committee.one(), f"/evaluations/lots/{committee.one().pk}/offers/"
        own = [(f"/my/offers/{committee.bid(n).pk}/", committee.bidders[n][1].user) for n in range(4)]

        page = open_page(desk, language="en", user=committee.seats[0].user)
        page.get_by_label("What changes").fill("质保期由一年改为三年")
        page.get_by_role("button", name="Write the change").click()
        expect(page.get_by_text("waits for the buyer's representative")).to_be_visible()
        buyer = open_page(desk, language="en", user=committee.seats[2].user)
        buyer.get_by_role("button", name="Confirm the change").click()
        expect(buyer.get_by_text("confirmed, all bidders were told")).to_be_visible()

        leaving = open_page(own[3][0], language="en", user=own[3][1])
        expect(leaving.get_by_text("质保期由一年改为三年")).to_be_visible()
        leaving.get_by_label("We leave the negotiation").check()
        leaving.get_by_role("button", name="Leave", exact=True).click()
        expect(leaving.get_by_text("You have left this negotiation.")).to_be_visible()

        page.reload()
        page.get_by_role("button", name="Open the round").click()
        expect(page.get_by_text("Until then nobody reads one.")).to_be_visible()
        for n, price in enumerate(("880000", "850000.50", "870000")):
            firm = open_page(own[n][0], language="en", user=own[n][1])
            firm.get_by_label("Final offer, yuan").fill(price)
            firm.get_by_label("Final offer once more, yuan").fill("1" if n == 0 else price)
            firm.get_by_role("button", name="Give the final offer").click()
            if n == 0:
                expect(firm.get_by_label("Final offer, yuan")).to_have_value(price)
                firm.get_by_label("Final offer once more, yuan").fill(price)
                firm.get_by_role("button", name="Give the final offer").click()
            expect(firm.get_by_text("Your offer was received.")).to_be_visible()
            expect(firm.get_by_text("Commitment to the price")).to_be_visible()

        page.reload()
        expect(page.get_by_text("850,000.50")).to_have_count(0)
        page.get_by_role("button", name="Open the final offers").click()
        expect(page.get_by_text("Until then nobody reads an offer.")).to_be_visible()
        clock.at("2026-11-20 10:31")
        page.goto(page.url.replace("/offers/", "/").rstrip("#"))
        page.get_by_role("button", name="Open the final offers").click()
        page.get_by_role("link", name="Negotiation", exact=True).click()
        expect(page.get_by_text("850,000.50")).to_be_visible()
        expect(page.get_by_text("Left the negotiation")).to_be_visible()
        page.get_by_role("link", name="Overview").click()
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_text("Report waits for signatures").first).to_be_visible()
        one.refresh_from_db()
        assert list(one.bids.filter(place__gt=0).order_by("place").values_list("price_fen", flat=True)) == [
            85_000_050, 87_000_000, 88_000_000
        ]  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_page: OpenPage, language: str) -> None:
    with everybody_at("2026-11-20 10:00") as clock:
        committee = negotiating()
        desk, own = f"/evaluations/lots/{committee.one().pk}/offers/", f"/my/offers/{committee.bid(0).pk}/"
        looks = [(desk, committee.seats[0].user), (own, committee.bidders[0][1].user)]

        def look() -> None:
            for path, user in looks:
                page = open_page(path, language=language, user=user)
                for width in (DESKTOP, NARROW):
                    page.set_viewport_size({"width": width, "height": 900})
                    assert (path, width, sideways(page)) == (path, width, 0)
                    assert violations(page) == []
                page.close()

        look()
        actions.open_offers(committee.chair, committee.one().pk)
        for n in range(3):
            actions.offer(committee.bidders[n][1], committee.bid(n).pk, 80_000_000 + n)
        look()
        clock.at("2026-11-20 10:31")
        committee.step("close_offers")
        look()
