"""Reductions in the demo city that applicants asked for online: granted, refused, and one that waits for the visitor."""

import datetime as dt

from approvals.payments import actions
from approvals.payments.models import Order, ReductionRequest
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.site.demo.chapters import City
from portal.site.demo.chapters.payments import last_moment
from portal.site.demo.year import work_off

ORDER = 88  # behind every chapter that files cases, so that fees are due
ASKED, ANSWERED = dt.timedelta(minutes=20), dt.timedelta(minutes=10)  # before the end
GROUNDS = (
    ("small_firm", "小微企业名录查询结果"),
    ("hardship", "最低生活保障证"),
    ("disability", "残疾人证"),
)


def live(city: City) -> None:
    """Whoever owes a fee at the end asks to pay less; where several do, the last request waits."""
    due = Order.objects.filter(state="due", case__applicant__isnull=False)
    owing = [
        one for one in due.select_related("case__applicant").order_by("pk") if last_moment(one) < city.end - ASKED
    ][: 2 if city.small else 6]
    for place, order in enumerate(owing):
        ground, proof = GROUNDS[0] if order.case.organisation_id is not None else GROUNDS[1 + place % 2]
        with driven_clock(city.end - ASKED):
            applicant = actor_of(order.case.applicant)  # type: ignore[arg-type]  # asked for above
            proof = f"{proof}（编号 {order.pk:06d}）"
            asked = actions.ask_reduction(applicant, order.case_id, ground=ground, proof=proof)
        if order is not owing[-1] or len(owing) == 1:
            _answer(city, order, asked, refused=place % 3 == 2)
    with driven_clock(city.end):
        work_off()


def _answer(city: City, order: Order, asked: ReductionRequest, *, refused: bool) -> None:
    reviewer = city.people.teams[order.department_id].reviewers[0]
    with driven_clock(city.end - ANSWERED):
        if refused:
            actions.refuse_reduction(reviewer, asked.pk, note="所附证明已过有效期，不符合减免条件。")
            return
        half = max(1, order.gross_fen // 2)
        actions.grant_reduction(
            reviewer, asked.pk, amount_fen=half, note="减半收取", state_version=order.state_version
        )  # fmt: skip
