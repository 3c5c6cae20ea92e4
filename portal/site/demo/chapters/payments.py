"""Fees in the demo city: refunds that were decided, drawers that were closed, statements that were compared."""

import datetime as dt

from approvals.payments import actions
from approvals.payments.actions.accounts import drawer
from approvals.payments.models import Attempt, Order, Refund
from approvals.payments.providers import online_providers
from portal.core.models import Event
from portal.core.time import ZONE, driven_clock, local_date, today
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from portal.site.demo.chapters import City
from portal.site.demo.year import work_off

ORDER = 40
REASONS = (
    ("exempt", "当事人事后提交小微企业证明，符合免征政策"),
    ("mistake", "窗口选错收费标准，退还差额"),
    ("not_decided", "申请人撤回申请，尚未办理，予以退费"),
)
DAYS_OF_BOOKS = 14


def live(city: City) -> None:
    """What happened to the money after it came in; the last proposals wait for the visitor."""
    _refunds(city)
    _drawers(city)
    _statements(city)
    work_off()


def _refunds(city: City) -> None:
    chance = city.chance("payments")
    paid = Order.objects.filter(state="paid", paid_on__gte=city.first).order_by("pk")
    some = chance.sample(list(paid.values_list("pk", flat=True)), k=min(12, max(2, paid.count() // 25)))
    for number, order_id in enumerate(sorted(some)):
        order = Order.objects.get(pk=order_id)
        team = city.people.teams[order.department_id]
        at = last_moment(order) + dt.timedelta(hours=20)
        if at >= city.end:
            continue
        reason, text = chance.choice(REASONS[:2])
        amount = order.amount_fen if reason == "exempt" else max(1, order.amount_fen // 2)
        with driven_clock(at):
            refund = actions.propose_refund(team.clerks[0], order_id, amount_fen=amount, reason=reason, text=text)
        if number % 4:
            with driven_clock(min(at + dt.timedelta(hours=17), city.end)):
                _approve(refund, team)
    for refund in Refund.objects.filter(state="proposed", proposed_by=None).order_by("pk"):
        at = last_moment(refund.order) + dt.timedelta(hours=20)
        if at < city.end and chance.random() < 0.8:
            with driven_clock(at):
                _approve(refund, city.people.teams[refund.order.department_id])


def last_moment(order: Order) -> dt.datetime:
    """When something happened to the case last: the history goes on from there."""
    last = Event.objects.filter(stream="cases.case", stream_id=order.case_id).order_by("-sequence").first()
    return last.at if last else order.made_at


def _approve(refund: Refund, team: object) -> None:
    head = getattr(team, "head")  # noqa: B009 - a team of the demo
    actions.decide_refund(head, refund.pk, "approve", text="情况属实，同意退费", state_version=refund.state_version)
    work_off()
    refund.refresh_from_db()
    if refund.state == "approved":  # over the counter
        clerk = User.objects.get(pk=refund.attempt.clerk_id or 0)
        proof = f"退款单 {refund.pk:06d}"
        actor = actor_of(clerk, Role.CLERK, department_id=refund.order.department_id)
        actions.hand_back(actor, refund.pk, proof=proof, state_version=refund.state_version)


def _drawers(city: City) -> None:
    """Every clerk who took money closed the drawer in the evening."""
    since = local_date(city.end) - dt.timedelta(days=DAYS_OF_BOOKS)
    rows = Attempt.objects.filter(clerk__isnull=False, finished_on__gte=since, finished_on__lt=local_date(city.end))
    taken = rows.values_list("clerk", "order__department", "finished_on").distinct().order_by("finished_on", "clerk")
    for clerk_id, department_id, day in list(taken):
        if day is None:
            continue
        with driven_clock(dt.datetime.combine(day, dt.time(17, 30), ZONE)):
            clerk = User.objects.get(pk=clerk_id)
            figures = drawer(clerk_id, department_id, day)
            actor = actor_of(clerk, Role.CLERK, department_id=department_id)
            actions.close_day(actor, department_id, counted_fen=figures["cash_fen"], note="")


def _statements(city: City) -> None:
    last = local_date(city.end)
    for code in online_providers():
        for back in range(DAYS_OF_BOOKS, 0, -1):
            day = last - dt.timedelta(days=back)
            with driven_clock(dt.datetime.combine(day + dt.timedelta(days=1), dt.time(6, 30), ZONE)):
                actions.reconcile(code, today() - dt.timedelta(days=1))
