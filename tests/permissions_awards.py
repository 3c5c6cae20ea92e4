"""What each role gets at the addresses of awards: the citizen acts for the buyer, the other one for the third bidder."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from portal.core.time import driven_clock
from procurement.awards import actions
from procurement.awards.actions import PenaltyDraft
from procurement.awards.models import Contract, Milestone, Procedure, Remedy
from procurement.bids.models import OpenedBid
from procurement.tenders.models import Project
from tests import factories
from tests.awards.objects import evaluated, plain_firm, supervisor
from tests.permissions import Cast, everyone, nothing, only, signed_in
from tests.tenders.objects import firm

STAFF = ("supervisor", "procurement_officer", "auditor", "administrator")
MOMENT = factories.moment("2026-12-18 10:00")
DAY = dt.date(2026, 12, 18)


def _project(cast: Cast, **more: Any) -> Project:
    return evaluated(buyer=firm(agent=cast.person("citizen"))[0], **more)


def project(cast: Cast) -> Mapping[str, Any]:
    return {"number": _project(cast).number}


def hidden(cast: Cast) -> Mapping[str, Any]:
    bare = _project(cast, announced_at=None)
    return {"number": bare.number}


def sale(cast: Cast) -> Mapping[str, Any]:
    return {"number": _project(cast, method="listing", category="land", state="closed").number, "lot": 1}


def lot(cast: Cast) -> Mapping[str, Any]:
    return {"number": _project(cast).number, "lot": 1}


def kind(cast: Cast) -> Mapping[str, Any]:
    return {**project(cast), "kind": "objection"}


def _contract(cast: Cast, **more: Any) -> Contract:
    """To be signed, or signed by hand: the journeys are told elsewhere."""
    tender = _project(cast, state="awarded")
    winner = OpenedBid.objects.filter(lot__project=tender).order_by("price_fen")[0].bidder
    values = {"notified_on": DAY, "due_on": DAY, "number": f"HT{tender.pk}", "created_at": MOMENT, **more}
    return Contract.objects.create(lot=tender.lots.get(), bidder=winner, award_fen=90_000_000, **values)


def contract(cast: Cast) -> Mapping[str, Any]:
    return {"contract_id": _contract(cast).pk}


def _signed(cast: Cast) -> Contract:
    from portal.core import files
    from procurement.awards.actions.awarding import FILE_KIND
    from tests.tenders.objects import officer, picture

    paper = files.store(picture(), owner=officer(), kind=FILE_KIND)
    return _contract(cast, state="signed", signed_on=DAY, starts_on=DAY, ends_on=DAY, file=paper, published_on=DAY)


def public_contract(cast: Cast) -> Mapping[str, Any]:
    return {"contract_id": _signed(cast).pk}


def new_row(cast: Cast) -> Mapping[str, Any]:
    return {"contract_id": _signed(cast).pk, "kind": "milestones"}


def row(cast: Cast) -> Mapping[str, Any]:
    one = _signed(cast)
    milestone = Milestone.objects.create(contract=one, name="路面", due_on=DAY)
    return {"contract_id": one.pk, "kind": "milestones", "row": milestone.pk}


def _remedy(cast: Cast, **more: Any) -> Remedy:
    tender = _project(cast, state="publicity")
    Procedure.objects.create(project=tender, stage="publicity", evaluated_on=DAY, updated_at=MOMENT)
    organisation, agent = plain_firm(tender.pk, cast.person("other_citizen"))
    values = {
        "number": f"YY{tender.pk}", "kind": "objection", "stage": "result", "facts": "业绩证明不实", "claim": "请核查",
        "filed_at": MOMENT, "filed_on": DAY, "due_on": DAY, **more,
    }  # fmt: skip
    return Remedy.objects.create(project=tender, organisation=organisation, filed_by=agent.user, **values)


def remedy(cast: Cast) -> Mapping[str, Any]:
    return {"number": _remedy(cast).number}


def decided(cast: Cast) -> Mapping[str, Any]:
    more = {"kind": "complaint", "state": "decided", "outcome": "rejected", "consequence": "none", "ended_on": DAY}
    return {"number": _remedy(cast, **more).number}


def penalty(cast: Cast) -> Mapping[str, Any]:
    organisation, _agent = plain_firm(1, cast.person("other_citizen"))
    draft = PenaltyDraft(uscc=organisation.uscc, ground="弄虚作假", article="《招标投标法》第五十四条", amount_fen=100)
    with driven_clock(MOMENT):
        made = actions.propose_penalty(supervisor(), draft)
        actions.take_penalty_step(supervisor(), made.pk, "decide", {}, state_version=0)
    return {"penalty_id": made.pk}


inner = only("citizen", *STAFF, otherwise=404)
overseers = dict.fromkeys(("supervisor", "auditor", "administrator"), 403)
# The buyer's people choose and keep the contract; only the trading centre announces.
keeping = {**only("citizen", "procurement_officer", otherwise=404), **overseers}
keeping_refused = {**only("citizen", "procurement_officer", status=422, otherwise=404), **overseers}
announcing = {**only("procurement_officer", otherwise=404), **overseers, "citizen": 403}
sided = only("citizen", "other_citizen", *STAFF, otherwise=404)
penal = only("other_citizen", *STAFF, otherwise=404)
readers = only(*STAFF)

ROWS: list[tuple] = [
    ("awards:result", project, everyone()),
    ("awards:result", hidden, everyone(404)),
    ("awards:file", kind, signed_in()),
    ("awards:file", kind, signed_in(422), "post"),
    ("awards:public-contract", public_contract, everyone()),
    ("awards:public-contract", contract, everyone(404)),
    ("awards:decisions", nothing, everyone()),
    ("awards:decision", decided, everyone()),
    ("awards:decision", remedy, everyone(404)),
    ("awards:my-remedies", nothing, signed_in()),
    ("awards:desk", nothing, readers),
    ("awards:project", project, inner),
    ("awards:report", project, {**announcing, "procurement_officer": 302}, "post"),
    ("awards:publish", project, announcing),
    ("awards:publish", project, {**announcing, "procurement_officer": 422}, "post"),
    ("awards:sale", sale, announcing),
    ("awards:sale", sale, {**announcing, "procurement_officer": 422}, "post"),
    ("awards:choose", lot, keeping),
    ("awards:choose", lot, keeping_refused, "post"),
    ("awards:award", lot, {**announcing, "procurement_officer": 302}, "post"),
    ("awards:contracts", nothing, readers),
    ("awards:contract", contract, inner),
    ("awards:contract", contract, only("citizen", *STAFF, status=422, otherwise=404), "post"),
    ("awards:sign", contract, keeping),
    ("awards:sign", contract, keeping_refused, "post"),
    ("awards:row-new", new_row, keeping),
    ("awards:row-new", new_row, keeping_refused, "post"),
    ("awards:row", row, keeping),
    ("awards:row", row, keeping_refused, "post"),
    ("awards:remedies", nothing, readers),
    ("awards:remedy", remedy, sided),
    ("awards:remedy", remedy, only("citizen", "other_citizen", *STAFF, status=422, otherwise=404), "post"),
    ("awards:penalties", nothing, readers),
    ("awards:penalty-new", nothing, only("supervisor")),
    ("awards:penalty-new", nothing, only("supervisor", status=422), "post"),
    ("awards:penalty", penalty, penal),
    ("awards:penalty", penalty, only("other_citizen", *STAFF, status=422, otherwise=404), "post"),
]  # fmt: skip
