"""The report: signed by every member, then the candidates stand and the buyer reads it."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from portal.core import documents
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.rules import rule
from portal.core.time import now, today
from procurement.evaluation import notices, papers, policies, proofs
from procurement.evaluation.actions.common import (
    PORTAL,
    at_desk,
    end_session,
    finish,
    full_committee,
    locked_project,
    minute,
    person,
)
from procurement.evaluation.actions.reviewing import check_all_judged
from procurement.evaluation.lifecycle import EVALUATION
from procurement.evaluation.models import Candidate, EvaluatedBid, Evaluation, Sheet, Signature
from procurement.evaluation.rules import SIGNING_MINUTES
from procurement.experts.models import PanelMember
from procurement.fixed import facts
from procurement.tenders.models import Project


@action
def sign(actor: Actor, evaluation_id: int, *, agrees: bool, dissent: str = "", refuses: bool = False) -> Signature:
    """Sign, or write a dissenting opinion; refusing without reasons counts as agreeing (regulation, art. 53).

    The last word concludes the lot. Raises Invalid, NotFound, WrongState.
    """
    one, seat, project = _signing(actor, evaluation_id)
    if one.signatures.filter(member=seat).exists():
        raise WrongState(_("You have signed already."))
    if not agrees and not refuses and not dissent.strip():
        raise Invalid(
            fields={
                "dissent": _("Write your dissenting opinion with its reasons. Without reasons you count as agreeing.")
            }
        )
    word = Signature.Word.AGREED if agrees else Signature.Word.DISSENTED if dissent.strip() else Signature.Word.DEEMED
    made = _write(one, seat, word, "" if agrees else dissent.strip())
    record(one, "evaluation.signed", actor, data={"seat": seat.pk, **facts(made)})
    _conclude_if_signed(one, project)
    return made


@action
def note_refusal(actor: Actor, evaluation_id: int, member_id: int) -> Signature:
    """Note that a member refuses to sign and gives no reasons, by the chair, after the time for signing has passed.

    It counts as agreeing (regulation on tendering, art. 53). Raises NotAllowed, NotFound, WrongState.
    """
    one, _seat, project = _signing(actor, evaluation_id)
    if not policies.is_chair(person(actor), one):
        raise NotAllowed(_("The chair enters what the committee finds."))
    member = next((seat for seat in full_committee(one.session) if seat.pk == member_id), None)
    if member is None:
        raise NotFound()
    minutes = rule(SIGNING_MINUTES, today()).days
    assert one.report_at is not None  # noqa: S101 - the state has its report
    if now() < one.report_at + dt.timedelta(minutes=minutes):
        raise WrongState(_("A refusal is noted %(n)s minutes after the report at the earliest."), n=minutes)
    if one.signatures.filter(member=member).exists():
        raise WrongState(_("This member has signed already."))
    made = _write(one, member, Signature.Word.DEEMED, "")
    minute(one, _("%(member)s did not sign and gave no reasons, which counts as agreeing."), member=member.user.name)
    record(one, "evaluation.refusal_noted", actor, data={"seat": member.pk, **facts(made)})
    _conclude_if_signed(one, project)
    return made


def _signing(actor: Actor, evaluation_id: int) -> tuple[Evaluation, PanelMember, Project]:
    """The tender is locked before its evaluation, since the last signature moves it on."""
    found = Evaluation.objects.filter(pk=evaluation_id).select_related("session").first()
    if found is None or not policies.may_sit(person(actor), found):
        raise NotFound()
    project = locked_project(found.session.project_id)
    one, seat = at_desk(actor, evaluation_id)
    if one.state != "confirming":
        raise WrongState(_("There is no report to sign."))
    check_all_judged(one, full_committee(one.session))
    return one, seat, project


def _write(one: Evaluation, seat: PanelMember, word: str, dissent: str) -> Signature:
    return Signature.objects.create(evaluation=one, member=seat, word=word, dissent=dissent, at=now())


def _conclude_if_signed(one: Evaluation, project: Project) -> None:
    members = full_committee(one.session)
    signed = set(one.signatures.values_list("member", flat=True))
    if {member.pk for member in members} - signed:
        return
    concluded = EVALUATION.begin(one, "conclude", PORTAL, state_version=None)
    if not one.failure:
        _name_candidates(one)
    finish(one, concluded, PORTAL, personal=proofs.kept_result(one))
    documents.issue(one, papers.report(one, members))
    notices.tell_reported(one)
    end_session(project, one.session)


def candidates_of(one: Evaluation) -> list[EvaluatedBid]:
    """The bids that the report names: by place, at most so many as the sheet says; all in a qualitative review."""
    rows = one.bids.filter(rejected=False).select_related("bid__bidder__organisation")
    sheet = one.lot.sheet
    if sheet.method == Sheet.Method.QUALITATIVE:
        return list(rows.order_by("bid__bidder__organisation__name", "pk"))
    named = list(rows.filter(place__lte=sheet.candidates).order_by("place", "pk"))
    if sheet.separated:
        named.sort(key=lambda one: (one.bid.bidder.organisation.name, one.pk))
    return named


def _name_candidates(one: Evaluation) -> None:
    """Without rank and score where evaluation and award are separated: the order of the names says nothing."""
    ranked = not one.lot.sheet.separated
    Candidate.objects.bulk_create(
        Candidate(
            lot=one.lot, bid=bid.bid, bidder=bid.bid.bidder, evaluation=one, price_fen=bid.price_fen,
            rank=bid.place if ranked else None, score=bid.total if ranked else None,
        )
        for bid in candidates_of(one)
    )  # fmt: skip
