"""In a real browser: a citizen pays, the clerk decides, the letter goes out; and money goes back."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from approvals.cases.models import Case
from approvals.delivery.models import Delivery, DemoParcel
from approvals.payments.models import Order
from portal.core.jobs import run_due_jobs
from tests.browser.conftest import NARROW, PHONE, sideways, violations
from tests.browser.patience import soon
from tests.payments.till import Till

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def till(settings):
    settings.DEMO = True
    return Till(moment_now())


def moment_now() -> str:
    from portal.core.time import ZONE, now

    return now().astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


def work() -> None:
    while run_due_jobs():
        pass


def test_from_the_payment_to_the_letter(open_page, till, watch):
    watch.allow("422")
    number = till.case.number
    page = open_page(reverse("cases:detail", args=[number]), language="en", width=PHONE, js=False, user=till.payer)
    expect(page.locator("#todo")).to_contain_text("Please pay the fee")
    page.get_by_role("button", name="Pay now").click()
    assert sideways(page) == 0
    page.get_by_role("button", name="Pay online").click()
    page.get_by_role("button", name="Pay", exact=True).click()
    work()  # the provider calls back over HTTP
    page.goto(reverse("payments:return", args=[till.order.number]))
    expect(page.locator("main")).to_contain_text("We have received your payment")
    assert Order.objects.get(case=till.case).state == "paid"

    page = open_page(reverse("delivery:choose", args=[number]), language="en", width=NARROW, user=till.payer)
    assert violations(page) == []
    page.get_by_label("By post").check()
    page.locator("#id_recipient").fill("张三")
    page.locator("#id_phone").fill("13812345678")
    page.locator("#id_address").fill("海州市")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Enter the whole address")
    page.locator("#id_address").fill("海州市解放路12号3栋402室")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile(re.escape(reverse("cases:detail", args=[number])) + "$"))

    desk = open_page(reverse("cases:desk-case", args=[number]), language="en", user=till.clerk_user)
    expect(desk.locator("#fees + dl")).to_contain_text("paid on")
    till.step("approve", text="准予")
    till.step("issue", document_number="海字1号")
    work()
    delivery = Delivery.objects.get(case=till.case)
    desk.goto(reverse("delivery:delivery", args=[delivery.pk]))
    assert violations(desk) == []
    desk.locator("#id_post-tracking_number").fill("nonsense")
    desk.get_by_role("button", name="Enter the posting").click()
    expect(desk.locator("main")).to_contain_text("This is no number of that carrier")
    desk.locator("#id_post-tracking_number").fill("1234567890123")
    desk.get_by_role("button", name="Enter the posting").click()
    expect(desk.locator("main")).to_contain_text("1234567890123")
    page.goto(reverse("cases:detail", args=[number]))
    expect(page.locator("main")).to_contain_text("1234567890123")
    page.goto(reverse("delivery:demo", args=["1234567890123"]))
    page.get_by_role("button", name="Delivered and signed").click()
    assert soon(lambda: DemoParcel.objects.filter(state="delivered").exists(), page)
    from approvals.delivery.actions import ask_carriers

    ask_carriers()
    assert Case.objects.get(pk=till.case.pk).state == "delivered"
    page.goto(reverse("cases:detail", args=[number]))
    expect(page.locator("main")).to_contain_text("The carrier delivered the result")


def test_a_refund_passes_two_pairs_of_eyes(open_page, till):
    till.pay()
    order = till.order
    desk = open_page(reverse("payments:order", args=[order.number]), language="en", user=till.clerk_user)
    assert violations(desk) == []
    desk.get_by_label("Amount to be returned").fill("30")
    desk.get_by_label("Reason", exact=True).fill("Charged twice")
    desk.get_by_role("button", name="Propose a refund").click()
    head = open_page(reverse("payments:order", args=[order.number]), language="en", width=PHONE, user=till.head_user)
    head.get_by_role("button", name="Approve the refund").click()
    work()
    head.goto(reverse("payments:order", args=[order.number]))
    assert Order.objects.get(pk=order.pk).refunded_fen == 3000
    assert sideways(head) == 0


def test_the_pages_of_fees_and_deliveries_have_no_barriers(open_page, till):
    till.pay()
    for url, person in (
        (reverse("payments:mine"), till.payer),
        (reverse("payments:desk"), till.clerk_user),
        (reverse("payments:cash-up"), till.clerk_user),
        (reverse("payments:refunds"), till.head_user),
        (reverse("payments:reconciliations"), till.supervisor_user),
        (reverse("delivery:desk"), till.clerk_user),
        (reverse("delivery:pick-up") + "?q=none", till.clerk_user),
        (reverse("delivery:posting-list"), till.clerk_user),
        (reverse("payments:receipt", args=[till.order.receipts.get().number]), till.payer),
    ):
        page = open_page(url, width=NARROW, user=person)
        assert violations(page) == [], url
        assert sideways(page) == 0, url
