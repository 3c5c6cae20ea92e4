"""What each role gets at the addresses of tenders: the citizen of the table acts for the buyer and a bidder."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from portal.core.events import record
from portal.core.time import driven_clock
from procurement.tenders import actions
from procurement.tenders.actions.bonds import BondDraft
from procurement.tenders.actions.lots import fail_lot
from procurement.tenders.models import Document, Project, Question
from tests import factories
from tests.permissions import Cast, everyone, nothing, only, signed_in
from tests.tenders.objects import announced, bidder, firm, officer, registered, with_document

STAFF = ("supervisor", "procurement_officer", "auditor", "administrator")
LONG_AGO = dt.date(2020, 1, 2)
MOMENT = factories.moment("2026-11-20 10:00")


def _buyer(cast: Cast) -> Any:
    return firm(agent=cast.person("citizen"))[0]


def hidden(cast: Cast) -> Mapping[str, Any]:
    return {"number": registered(buyer=_buyer(cast)).number}


def _public(cast: Cast) -> Any:
    with driven_clock(MOMENT):
        project = announced(buyer=_buyer(cast))
    return project


def public(cast: Cast) -> Mapping[str, Any]:
    return {"number": _public(cast).number}


def document(cast: Cast) -> Mapping[str, Any]:
    """A document that is no longer on offer, whatever day it is."""
    project = _public(cast)
    Project.objects.filter(pk=project.pk).update(documents_from_on=LONG_AGO, documents_until_on=LONG_AGO)
    return {"number": project.number, "document_id": Document.objects.get(project=project).pk}


def hidden_document(cast: Cast) -> Mapping[str, Any]:
    chief = officer()
    project = registered(chief, _buyer(cast))
    return {"number": project.number, "document_id": with_document(project, chief).pk}


def lot(cast: Cast) -> Mapping[str, Any]:
    return {"number": _public(cast).number, "lot": 1}


def question(cast: Cast) -> Mapping[str, Any]:
    project = _public(cast)
    profile, agent = bidder()
    made = Question.objects.create(
        project=project, organisation=profile.organisation, asked_by=agent.user, text="能否分包？", asked_at=MOMENT
    )
    return {"number": project.number, "question_id": made.pk}


def failed(cast: Cast) -> Mapping[str, Any]:
    chief = officer()
    project = registered(chief, _buyer(cast))
    project.state = "failed"
    project.save(update_fields=["state"])
    return {"number": project.number}


def failed_lot(cast: Cast) -> Mapping[str, Any]:
    project = _public(cast)
    with transaction.atomic():
        fail_lot(project.lots.select_related("project").get(), "short", officer(), bidders=1, public=False)
    return {"number": project.number, "lot": 1}


def bond(cast: Cast) -> Mapping[str, Any]:
    project = _public(cast)
    profile, agent = bidder(agent=cast.person("other_citizen"))
    with driven_clock(MOMENT):
        made = actions.declare_bond(
            agent, project.lots.get().pk, profile.organisation_id, BondDraft(kind="transfer", reference="GH1")
        )
    return {"bond_id": made.pk}


def invited(cast: Cast) -> Mapping[str, Any]:
    """To an invited tender of the citizen's organisation the other citizen's firm is invited."""
    chief = officer()
    project = registered(chief, _buyer(cast), method="invited")
    made = actions.invite(chief, project.pk, bidder(agent=cast.person("other_citizen"))[0].organisation.uscc)
    return {"number": project.number, "invitation_id": made.pk}


def inviting(cast: Cast) -> Mapping[str, Any]:
    return {"number": invited(cast)["number"]}


def circle(cast: Cast) -> Mapping[str, Any]:
    """Its invitations are out: the circle sees it, and who looks after trading."""
    number = inviting(cast)["number"]
    Project.objects.filter(number=number).update(
        state="announced", announced_at=MOMENT, announced_on=MOMENT.date(), documents_from_on=MOMENT.date(),
        documents_until_on=MOMENT.date(), deadline_at=factories.moment("2099-01-05 09:30"),
    )  # fmt: skip
    return {"number": number}


def opened(cast: Cast) -> Mapping[str, Any]:
    """Its bids are open, and the citizen's organisation is the buyer."""
    project = _public(cast)
    Project.objects.filter(pk=project.pk).update(state="opened")
    record(project, "tender.open", officer())
    return {"number": project.number}


inner = only("citizen", *STAFF, otherwise=404)
inner_refused = only("citizen", *STAFF, status=422, otherwise=404)
# Overseers open the page and change nothing.
overseers = dict.fromkeys(("supervisor", "auditor", "administrator"), 403)
preparing = {**only("citizen", "procurement_officer", otherwise=404), **overseers}
preparing_refused = {**only("citizen", "procurement_officer", status=422, otherwise=404), **overseers}
announcing = {**only("procurement_officer", otherwise=404), **overseers, "citizen": 403}
readers = only(*STAFF)
bonded = only("other_citizen", *STAFF, otherwise=404)

watching = only("supervisor", "procurement_officer", "auditor", otherwise=404)

ROWS: list[tuple] = [
    ("tenders:list", nothing, everyone()),
    ("tenders:openings", nothing, everyone()),
    ("tenders:openings-file", nothing, everyone()),
    ("tenders:tender", public, everyone()),
    ("tenders:tender", hidden, everyone(404)),
    ("tenders:tender", circle, {**only("citizen", "other_citizen", *STAFF, otherwise=404), "anonymous": 404}),
    ("tenders:opening-file", public, everyone()),
    ("tenders:document", document, everyone(409), "post"),
    ("tenders:ask", public, signed_in()),
    ("tenders:ask", public, signed_in(422), "post"),
    ("tenders:bond-new", lot, signed_in()),
    ("tenders:bond-new", lot, signed_in(422), "post"),
    ("tenders:mine", nothing, signed_in()),
    ("tenders:follow", nothing, signed_in()),
    ("tenders:follow", nothing, signed_in(302), "post"),
    ("tenders:desk", nothing, readers),
    ("tenders:new", nothing, only("procurement_officer")),
    ("tenders:project", hidden, inner),
    ("tenders:project", hidden, inner_refused, "post"),
    ("tenders:edit", hidden, preparing),
    ("tenders:edit", hidden, preparing_refused, "post"),
    ("tenders:documents", hidden, preparing),
    ("tenders:documents", hidden, preparing_refused, "post"),
    ("tenders:documents", public, preparing),
    ("tenders:documents", public, preparing_refused, "post"),
    ("tenders:withdraw", hidden_document, {**preparing, "citizen": 302, "procurement_officer": 302}, "post"),
    ("tenders:downloads", public, only(otherwise=404)),
    ("tenders:downloads", opened, watching),
    ("tenders:announce", hidden, announcing),
    ("tenders:announce", hidden, {**announcing, "procurement_officer": 422}, "post"),
    ("tenders:invitations", inviting, preparing),
    ("tenders:invitations", inviting, preparing_refused, "post"),
    ("tenders:uninvite", invited, {**preparing, "citizen": 302, "procurement_officer": 302}, "post"),
    ("tenders:change", public, preparing),
    ("tenders:change", public, preparing_refused, "post"),
    ("tenders:repeat", failed, {**only("citizen", "procurement_officer", status=302, otherwise=404), **overseers}, "post"),
    ("tenders:failed-lots", nothing, readers),
    ("tenders:failed-lot", failed_lot, inner),
    ("tenders:failed-lot", failed_lot, inner_refused, "post"),
    ("tenders:answer", question, preparing),
    ("tenders:answer", question, preparing_refused, "post"),
    ("tenders:bonds", nothing, readers),
    ("tenders:bonds-old", nothing, readers),
    ("tenders:bond-one", bond, bonded),
    ("tenders:bond-one", bond, only("other_citizen", *STAFF, status=422, otherwise=404), "post"),
]  # fmt: skip
