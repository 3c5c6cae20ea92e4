"""The receipt of a payment as a paper: its own number, what it says, checked by everybody, void when all went back."""

import json

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from approvals.payments import actions
from approvals.payments.models import Receipt, Refund
from portal.core.documents.typesetting import typeset
from portal.core.models import Document
from portal.core.time import driven_clock
from tests.payments.till import Till

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demo(settings):
    settings.DEMO = True
    cache.clear()


@pytest.fixture
def till():
    made = Till()
    made.pay()
    return made


def receipt_paper() -> Document:
    return Document.objects.get(kind="payments.receipt")


def give_back(till: Till, amount_fen: int) -> None:
    with driven_clock(till.now):
        refund = actions.propose_refund(till.clerk, till.order.pk, amount_fen=amount_fen, reason="mistake", text="多收")
        actions.decide_refund(till.head, refund.pk, "approve", text="同意", state_version=0)
    till.work()
    assert Refund.objects.get(pk=refund.pk).state == "done"


def browser(user) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="portal.people.backends.AccountBackend")
    return client


def test_the_paper_has_the_number_and_code_of_the_receipt_and_says_what_was_paid(till):
    row, receipt = receipt_paper(), Receipt.objects.get()
    assert (row.number, row.check_code, row.title) == (receipt.number, receipt.check_code, "缴款收据")
    assert (row.stream, row.stream_id, row.holder) == ("cases.case", till.case.pk, till.order.payer_name)
    said = json.loads(row.data)["letters"]
    for language, words in {"zh": ("捌拾元整", "¥80.00", "收费依据"), "en": ("捌拾元整", "¥80.00", "Basis")}.items():
        text = json.dumps(said[language], ensure_ascii=False)
        assert all(word in text for word in words)
        assert till.order.number in text and till.case.number in text
        assert typeset(row, language).content.startswith(b"%PDF")


def test_the_callback_that_comes_twice_makes_one_paper(till):
    from approvals.payments.models import DemoPayment

    assert till.call(DemoPayment.objects.get()).status_code == 200
    assert receipt_paper().state == "in_force"


def test_a_fee_taken_at_the_window_has_its_paper():
    till = Till()
    with driven_clock(till.now):
        order = till.order
        actions.take_money(
            till.clerk, order.pk, method="cash", received_fen=8000, reference="SJ1", state_version=order.state_version
        )
    assert "现金" in receipt_paper().data


def test_anybody_checks_it_as_printed_or_as_typed(till):
    row = receipt_paper()
    for number in (row.number, row.number.lower(), f" {row.number.replace('-', '－')} "):
        answer = Client(headers={"accept-language": "en"}).post(
            reverse("core:check"), {"number": number, "code": row.check_code.lower()}, follow=True
        )
        page = answer.content.decode()
        assert answer.status_code == 200 and "Receipt of a payment" in page
        assert "¥80.00" in page and "In force" in page
        assert till.order.payer_name not in page  # masked


def test_a_part_that_goes_back_leaves_it_in_force_and_all_of_it_makes_it_void(till):
    give_back(till, 3000)
    assert receipt_paper().state == "in_force"
    give_back(till, 5000)
    row = receipt_paper()
    last = Receipt.objects.latest("pk")
    assert (row.state, row.state_on) == ("revoked", till.now.date())
    assert last.number in row.state_reason
    page = Client(headers={"accept-language": "en"}).get(reverse("core:checked", args=[row.pk, row.check_code]))
    assert "Revoked" in page.content.decode()
    shown = browser(till.payer).get(reverse("payments:receipt", args=[row.number])).content.decode()
    assert "Revoked" in shown
    refund = browser(till.payer).get(reverse("payments:receipt", args=[last.number])).content.decode()
    assert reverse("payments:receipt", args=[row.number]) in refund


def test_the_payer_finds_it_on_both_pages_and_opens_it(till):
    till.work()
    row, client = receipt_paper(), browser(till.payer)
    url = reverse("core:document", args=[row.pk])
    for page in (reverse("payments:pay", args=[till.case.number]), reverse("payments:receipt", args=[row.number])):
        assert url in client.get(page).content.decode()
    assert client.get(url)["Content-Type"] == "application/pdf"


def test_who_may_not_read_papers_sees_the_receipt_without_it(till):
    row = receipt_paper()
    page = browser(till.supervisor_user).get(reverse("payments:receipt", args=[row.number]))
    assert page.status_code == 200
    assert reverse("core:document", args=[row.pk]) not in page.content.decode()


def test_a_reduction_is_named():
    till = Till()
    with driven_clock(till.now):
        order = till.order
        actions.reduce(
            till.head, order.pk, ground="hardship", amount_fen=4000, note="低保证", state_version=order.state_version
        )
    till.pay()
    said = json.loads(receipt_paper().data)["letters"]
    assert "应收80.00元，减免40.00元" in json.dumps(said["zh"], ensure_ascii=False)
    assert "Subsistence allowance" in json.dumps(said["en"])
    assert "肆拾元整" in receipt_paper().data
