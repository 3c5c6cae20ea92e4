"""What each role gets at the addresses of payments."""

from collections.abc import Mapping
from typing import Any

from approvals.cases.models import Case
from approvals.payments import actions
from approvals.payments.models import Difference, Order, Receipt, Reconciliation, Refund
from portal.core.jobs import run_due_jobs
from portal.core.time import now, today
from portal.people.actors import actor_of
from portal.people.models import Organisation
from portal.people.roles import Role
from tests import factories
from tests.permissions import ANONYMOUS, Cast, everyone, nothing, only, signed_in, specialists

OWNER = "citizen"
DESK = ("clerk", "reviewer", "department_head", "supervisor", "auditor", "administrator")
BOOKS = ("department_head", "supervisor", "auditor", "administrator")
AUTHORS = ("reviewer", "department_head", "supervisor", "administrator")
SEEN_BY = (OWNER, *DESK)


def _clerk(cast: Cast) -> Any:
    return actor_of(cast.person("clerk"), Role.CLERK)


def _case(cast: Cast) -> Case:
    item = factories.item(dept=cast.department, fee_fen=8000, fee_basis="标准", fee_when="decision", review_steps=0)
    case = factories.accepted(_clerk(cast), cast.person(OWNER), item)
    while run_due_jobs():
        pass
    return case


def _order(cast: Cast) -> Order:
    return Order.objects.get(case=_case(cast))


def _paid(cast: Cast) -> Order:
    order = _order(cast)
    return actions.take_money(
        _clerk(cast), order.pk, method="cash", received_fen=8000, reference="1", state_version=order.state_version
    )


def case(cast: Cast) -> Mapping[str, Any]:
    return {"number": _case(cast).number}


def order(cast: Cast) -> Mapping[str, Any]:
    return {"number": _order(cast).number}


def taking(cast: Cast) -> Mapping[str, Any]:
    return {"number": _order(cast).number, "act": "take"}


def receipt(cast: Cast) -> Mapping[str, Any]:
    return {"number": Receipt.objects.get(order=_paid(cast)).number}


def refund(cast: Cast) -> Mapping[str, Any]:
    made = actions.propose_refund(_clerk(cast), _paid(cast).pk, amount_fen=100, reason="other", text="x")
    assert isinstance(made, Refund)
    return {"refund_id": made.pk, "code": "approve"}


def _run() -> Reconciliation:
    return Reconciliation.objects.create(provider="demo", day=today(), run_at=now())


def run(_cast: Cast) -> Mapping[str, Any]:
    return {"pk": _run().pk}


def difference(cast: Cast) -> Mapping[str, Any]:
    line = Difference.objects.create(
        reconciliation=_run(), kind="only_there", reference="T1", their_fen=1, department=cast.department
    )
    return {"pk": line.pk}


def asked_for(cast: Cast) -> Mapping[str, Any]:
    return {"case_id": _case(cast).pk}


def reduction(cast: Cast) -> Mapping[str, Any]:
    owner = actor_of(cast.person(OWNER))
    made = actions.ask_reduction(owner, _case(cast).pk, ground="small_firm", proof="小微企业证明 1 号")
    return {"pk": made.pk, "act": "refuse"}


def certificate(cast: Cast) -> Mapping[str, Any]:
    firm = Organisation.objects.create(uscc="91110000600037341L", name="测试公司")
    draft = actions.CertificateDraft(
        organisation_id=firm.pk, department_id=cast.department.pk, ground="small_firm", basis="财税〔2026〕1号",
        valid_from=today(), valid_to=today(), percent=50,
    )  # fmt: skip
    reviewer = actor_of(cast.person("reviewer"), Role.REVIEWER)
    return {"pk": actions.propose_certificate(reviewer, draft).pk}


def own(status: int, *, otherwise: int = 404) -> dict[str, int]:
    return {**everyone(otherwise), ANONYMOUS: 302, OWNER: status}


ROWS: list[tuple] = [
    ("payments:mine", nothing, signed_in()),
    ("payments:pay", case, own(200)),
    ("payments:pay", case, own(404), "post", {"provider": "nobody", "state_version": "0"}),
    (
        "payments:renew", case,
        {**signed_in(403), OWNER: 302, "clerk": 302, "other_citizen": 404, "hall_manager": 404, **specialists(404)},
        "post",
    ),
    ("payments:return", order, own(200)),
    ("payments:receipt", receipt, only(*SEEN_BY, otherwise=404)),
    ("payments:callback", lambda _cast: {"provider": "nobody"}, everyone(404), "post"),
    ("payments:demo", lambda _cast: {"token": "nothing"}, everyone(404)),
    ("payments:desk", nothing, only(*DESK)),
    ("payments:refunds", nothing, only(*DESK)),
    ("payments:order", order, only(*DESK)),
    # Whoever may see the order at work, but not do this to it, is told so.
    (
        "payments:act", taking, {**only(*DESK, status=403), "clerk": 302}, "post",
        {"take-method": "cash", "take-received_fen": "80", "take-reference": "7", "take-state_version": "0"},
    ),
    (
        "payments:decide", refund, {**only(*DESK, status=403), "reviewer": 302, "department_head": 302}, "post",
        {"state_version": "0"},
    ),
    ("payments:ask-reduction", asked_for, own(200)),
    ("payments:ask-reduction", asked_for, own(302), "post", {"ground": "small_firm", "proof": "证明 1 号"}),
    ("payments:reductions", nothing, only(*DESK)),
    (
        "payments:reduction", reduction,
        {**only(status=403), **dict.fromkeys(("reviewer", "department_head"), 302)}, "post",
        {"state_version": "0", "note": "材料不全"},
    ),
    ("payments:savings", nothing, only(*BOOKS)),
    ("payments:certificates", nothing, only(*DESK)),
    ("payments:certificate-new", nothing, only(*AUTHORS)),
    ("payments:certificate-new", nothing, only(*AUTHORS, status=422), "post"),
    ("payments:certificate", certificate, only(*DESK)),
    (
        "payments:certificate-act", lambda cast: {**certificate(cast), "act": "issue"},
        {**only(status=403), **dict.fromkeys(("department_head", "supervisor", "administrator"), 302)}, "post",
        {"issue-state_version": "0"},
    ),
    ("payments:cash-up", nothing, only("clerk")),
    ("payments:reconciliations", nothing, only(*BOOKS)),
    ("payments:reconciliation", run, only(*BOOKS)),
    ("payments:settle", difference, only("department_head", "supervisor", status=302), "post", {"text": "更正"}),
    (
        "payments:settle-mismatch", lambda _cast: {"pk": 0}, only(*BOOKS, status=404), "post", {"text": "更正"},
    ),
]  # fmt: skip
