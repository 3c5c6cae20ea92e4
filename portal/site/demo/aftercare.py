"""What belongs to a demo case besides its steps: its fee is paid, its result is brought to the applicant with a proof."""

import random
from typing import TYPE_CHECKING

from approvals.cases.models import Case
from approvals.certificates import actions as certificates
from approvals.certificates.models import Certificate
from approvals.delivery import actions as deliveries
from approvals.delivery.models import Delivery
from approvals.delivery.receiving import Receiver, numbers_of
from approvals.payments import actions as payments
from approvals.payments.models import DemoPayment, Order
from approvals.payments.providers import demo, online_providers
from portal.core.actors import Actor
from portal.core.documents import make_now
from portal.core.models import Document
from portal.core.time import local_date, now

if TYPE_CHECKING:
    from portal.site.demo.people import Applicant
    from portal.site.demo.story import Plan

REDUCTIONS = (("small_firm", "小微企业名录查询结果"), ("hardship", "最低生活保障证"), ("disability", "残疾人证"))
FORMS_OF_THE_YEAR = 500_000  # the numbers of blank forms, apart from those of the chapter of certificates
NOWHERE = "http://127.0.0.1/"  # the history's callbacks are delivered in person, below


def settle_fee(case_id: int, plan: "Plan", clerk: Actor, *, at_window: bool = False) -> None:
    """Pay what the case owes now, if anything: mostly online, sometimes at the window, seldom reduced before."""
    order = Order.objects.filter(case=case_id, state__in=("assessing", "due", "started")).first()
    if order is None:
        return
    chance = plan.chance
    if order.state == "assessing":
        lines = [line["code"] for line in plan.offer.version.fee_schedule]
        wanted = {chance.choice(lines[:2]): 1}
        order = payments.assess(clerk, order.pk, wanted, state_version=order.state_version)
    if chance.random() < 0.07 and order.state == "due":
        ground, proof = REDUCTIONS[0] if plan.offer.item.enterprise else chance.choice(REDUCTIONS[1:])
        less = order.gross_fen if chance.random() < 0.6 else order.gross_fen // 2
        note = f"{proof} {now().year}{chance.randrange(10**6):06d}"
        order = payments.reduce(
            plan.team.reviewers[0], order.pk, ground=ground, amount_fen=less, note=note,
            state_version=order.state_version,
        )  # fmt: skip
    if order.state == "due":
        _pay(order, plan, clerk, at_window=at_window)


def _pay(order: Order, plan: "Plan", clerk: Actor, *, at_window: bool) -> None:
    chance = plan.chance
    if not at_window and "demo" in online_providers() and chance.random() < 0.7:
        pay_online(order, plan.applicant.actor)
        return
    method = chance.choice(("cash", "pos", "pos"))
    slip = f"{'SJ' if method == 'cash' else 'POS'}{chance.randrange(10**8):08d}"
    payments.take_money(
        clerk, order.pk, method=method, received_fen=order.amount_fen, reference=slip,
        state_version=order.state_version,
    )  # fmt: skip


def pay_online(order: Order, payer: Actor) -> None:
    """The payer pays on the demonstration provider's page, and its signed message comes in."""
    payments.pay_online(
        payer, order.pk, "demo", state_version=order.state_version, notify_url=NOWHERE, return_url=NOWHERE
    )
    row = DemoPayment.objects.get(key=order.attempts.latest("pk").key)
    row.state, row.paid_at, row.paid_on = "paid", now(), local_date(now())
    row.save()
    body = demo.message(row)
    notice = online_providers()["demo"].read_notice({demo.SIGNATURE: demo.sign(body, now())}, body)
    payments.receive("demo", notice, body)


# --- the result ------------------------------------------------------------------------------------------------------


def delivery_of(case_id: int) -> Delivery | None:
    found: Delivery | None = Delivery.objects.filter(case=case_id).first()
    return found


def make_electronic(delivery: Delivery, clerk: Actor) -> None:
    """A case that is to be finished on the last day is delivered at once."""
    deliveries.choose(clerk, delivery.case_id, way="electronic")


def send_off(delivery: Delivery, clerk: Actor, chance: random.Random) -> None:
    """The window posts it, or puts it into the drawer; what is electronic was provided by the portal."""
    if delivery.state != "preparing":
        return
    _print_first(delivery, clerk)
    if delivery.way == "post" and (wish := deliveries.wish_of(Case.objects.get(pk=delivery.case_id))) and wish.address:
        number = f"1{chance.randrange(10**12):012d}"
        deliveries.post(clerk, delivery.pk, carrier="ems", tracking_number=number, state_version=delivery.state_version)
        return
    deliveries.make_ready(clerk, delivery.pk, state_version=delivery.state_version)


def _print_first(delivery: Delivery, clerk: Actor) -> None:
    """A certificate on paper leaves the window only after it has left the printer."""
    for row in Certificate.objects.to_print().filter(case=delivery.case_id).select_related("version"):
        make_now(Document.objects.filter(pk=row.document_id or 0), sign=False)
        form = f"HZ{row.type_id:02d}{FORMS_OF_THE_YEAR + row.pk:06d}" if row.version.numbered_forms else ""
        certificates.mark_printed(clerk, row.pk, form_number=form)


def bring_to_an_end(delivery: Delivery, applicant: "Applicant", clerk: Actor) -> None:
    """The applicant opens it, picks it up, or the carrier's slip comes back."""
    match delivery.state:
        case "provided":
            deliveries.open_result(applicant.actor, delivery.pk)
        case "ready":
            _hand_over(delivery, applicant, clerk)
        case "posted":
            slip = f"{local_date(now()):%m月%d日} 本人签收"
            deliveries.confirm(clerk, delivery.pk, slip=slip, state_version=delivery.state_version)


def _hand_over(delivery: Delivery, applicant: "Applicant", clerk: Actor) -> None:
    case = Case.objects.get(pk=delivery.case_id)
    own = next((number for number in numbers_of(case) if number), "")
    name = applicant.facts["name"]
    receiver = Receiver(name=name, resident_number=own, signed=True)
    deliveries.hand_over(clerk, delivery.pk, receiver, state_version=delivery.state_version)
