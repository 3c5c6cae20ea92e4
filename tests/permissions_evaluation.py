"""What each role gets at the addresses of evaluation.

The citizen of the table sits on the committee as its chair, the other citizen acts for a bidder, the window clerk for
the buyer.
"""

from collections.abc import Mapping
from typing import Any

from portal.core.time import driven_clock
from procurement.evaluation import actions
from procurement.evaluation.models import Clarification, Negotiation
from tests.evaluation.objects import MOMENT, Committee, sheet_draft, tender
from tests.permissions import Cast, nothing, only, signed_in
from tests.tenders.objects import firm

STAFF = ("supervisor", "procurement_officer", "auditor", "administrator")


def _committee(cast: Cast, **more: Any) -> Committee:
    """One bid, one member: as little as an evaluation needs."""
    return Committee(
        prices=(900_000,), seats=1, buyer=firm(agent=cast.person("clerk")), first=cast.person("citizen"),
        agent=cast.person("other_citizen"), **more,
    )  # fmt: skip


def _at(moment: Any, work: Any) -> Any:
    with driven_clock(moment):
        return work()


def _begun(cast: Cast, **more: Any) -> Committee:
    return _at(MOMENT, lambda: _committee(cast, **more).begun())


def session(cast: Cast) -> Mapping[str, Any]:
    return {"session_id": _begun(cast).session.pk}


def lot(cast: Cast) -> Mapping[str, Any]:
    return {"evaluation_id": _at(MOMENT, lambda: _committee(cast).seated()).one().pk}


def scoring(cast: Cast) -> Mapping[str, Any]:
    committee = _at(MOMENT, lambda: _committee(cast).seated())
    one = committee.one()
    one.state = "scoring"
    one.save(update_fields=["state"])
    return {"evaluation_id": one.pk}


def clarification(cast: Cast) -> Mapping[str, Any]:
    committee = _at(MOMENT, lambda: _committee(cast).seated())
    _at(MOMENT, lambda: actions.ask(committee.chair, committee.one().pk, committee.bid(0).pk, "工期？"))
    return {"clarification_id": Clarification.objects.get().pk}


def _negotiating(cast: Cast) -> Committee:
    committee = _at(MOMENT, lambda: _committee(cast, category="government", method="negotiation").seated())
    one = committee.one()
    one.state = "negotiating"
    one.save(update_fields=["state"])
    Negotiation.objects.create(evaluation=one, begun_at=MOMENT)
    return committee


def negotiation(cast: Cast) -> Mapping[str, Any]:
    return {"evaluation_id": _negotiating(cast).one().pk}


def negotiated(cast: Cast) -> Mapping[str, Any]:
    return {"bid_id": _negotiating(cast).bid(0).pk}


def qualification(cast: Cast) -> Mapping[str, Any]:
    committee = _begun(cast, category="government", draft=sheet_draft(object="goods"))
    return {"evaluation_id": committee.one().pk}


def report(cast: Cast) -> Mapping[str, Any]:
    """Concluded, and the result not public yet."""
    committee = _begun(cast)
    one = committee.one()
    one.state, one.ended_at = "concluded", MOMENT
    one.save(update_fields=["state", "ended_at"])
    return {"evaluation_id": one.pk}


def number(cast: Cast) -> Mapping[str, Any]:
    return {"number": _committee(cast).project.number}


def sheet(cast: Cast) -> Mapping[str, Any]:
    project = tender(buyer=firm(agent=cast.person("clerk"))[0], state="registered", announced_at=None)
    return {"number": project.number, "lot": 1}


seated = only("citizen", otherwise=404)
refused = only("citizen", status=422, otherwise=404)
overseers = dict.fromkeys(("supervisor", "auditor", "administrator"), 403)
writing = {**only("clerk", "procurement_officer", otherwise=404), **overseers}

ROWS: list[tuple] = [
    ("evaluation:mine", nothing, signed_in()),
    ("evaluation:session", session, seated),
    ("evaluation:session", session, refused, "post", {"do": "declare"}),
    ("evaluation:lot", lot, seated),
    ("evaluation:lot", lot, refused, "post"),
    ("evaluation:reviews", lot, seated),
    ("evaluation:reviews", lot, only("citizen", status=302, otherwise=404), "post"),
    ("evaluation:questions", lot, seated),
    ("evaluation:questions", lot, refused, "post", {"do": "ask"}),
    ("evaluation:rejections", lot, seated),
    ("evaluation:rejections", lot, refused, "post", {"do": "competition"}),
    ("evaluation:scores", scoring, seated),
    ("evaluation:scores", scoring, refused, "post", {"do": "hand_in"}),
    ("evaluation:comparison", scoring, seated),
    ("evaluation:comparison", scoring, refused, "post", {"do": "reopen"}),
    ("evaluation:signing", lot, seated),
    ("evaluation:signing", lot, refused, "post", {"do": "sign"}),
    ("evaluation:offers", negotiation, seated),
    ("evaluation:offers", negotiation, refused, "post", {"do": "change"}),
    ("evaluation:offer", negotiated, only("other_citizen", otherwise=404)),
    ("evaluation:offer", negotiated, only("other_citizen", status=422, otherwise=404), "post", {"do": "offer"}),
    ("evaluation:clarifications", nothing, signed_in()),
    ("evaluation:clarification", clarification, only("other_citizen", otherwise=404)),
    ("evaluation:clarification", clarification, only("other_citizen", status=422, otherwise=404), "post", {"do": "answer"}),
    ("evaluation:sheet", sheet, writing),
    ("evaluation:sheet", sheet, {**only("clerk", "procurement_officer", status=422, otherwise=404), **overseers}, "post"),
    ("evaluation:begin", number, {**only("clerk", "procurement_officer", status=302, otherwise=404), **overseers}, "post"),
    ("evaluation:progress-list", nothing, only(*STAFF)),
    ("evaluation:progress", session, only(*STAFF)),
    ("evaluation:round", negotiation, {**only("supervisor", status=422, otherwise=403), "anonymous": 302}, "post"),
    ("evaluation:qualification", qualification, only("clerk", otherwise=404)),
    ("evaluation:qualification", qualification, only("clerk", status=422, otherwise=404), "post", {"do": "hand_over"}),
    ("evaluation:report", report, only("clerk", "citizen", otherwise=404)),
]  # fmt: skip
