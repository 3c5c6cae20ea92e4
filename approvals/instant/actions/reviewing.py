"""What people do about the portal's decisions: review those that were drawn, replay a draw, switch a check on again."""

from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from approvals.cases.actions.handling import proposed
from approvals.cases.actions.steps import locked as locked_case
from approvals.instant import policies
from approvals.instant.actions.deciding import DRAWN_OF, drawn
from approvals.instant.measures import INSTANT_MEASURES
from approvals.instant.models import BrokenCheck, InstantDecision
from portal.core import db, statistics
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.time import now, today

LONGEST = 1000  # characters of a finding


@action
def review(actor: Actor, decision_id: int, *, right: bool, finding: str) -> InstantDecision:
    """A reviewer looks at a drawn approval. Found wrong: the revocation is proposed, and the head decides on it.

    Raises NotFound, NotAllowed, WrongState (not drawn, reviewed already, another proposal waits), Invalid.
    """
    found = InstantDecision.objects.filter(pk=decision_id).values_list("case_id", flat=True).first()
    if found is None:
        raise NotFound()
    case = locked_case(found, actor)
    decision = db.lock_row(InstantDecision.objects.select_related("rule_set"), decision_id)
    decision.case = case
    if actor.user is None or not policies.may_review(actor.user, decision):
        raise NotAllowed()
    if decision.review in {"right", "wrong"}:
        raise WrongState(_("This decision has been reviewed already."))
    if decision.review != "waiting":
        raise WrongState(_("This decision was not drawn for a review."))
    text = finding.strip()
    if not text or len(text) > LONGEST:
        said = _("Please use at most %(n)s characters.") % {"n": LONGEST} if text else _("Please fill this in.")
        raise Invalid(fields={"finding": said})
    with statistics.watch(INSTANT_MEASURES, decision):
        decision.review = InstantDecision.Review.RIGHT if right else InstantDecision.Review.WRONG
        decision.reviewed_by, decision.reviewed_on, decision.finding = actor.user, today(), text
        decision.save()
    record(
        case,
        f"case.instant_{decision.review}",
        actor,
        from_state=case.state,
        to_state=case.state,
        data={"finding": text},
    )
    if not right and case.state not in {"revoked"} and case.outcome == "approved":
        proposed(case, actor, "revoke", {"cause": "wrong", "grounds": text}, state_version=case.state_version)
    return decision


def replay(decision: InstantDecision) -> bool:
    """True when the draw on record is the one that seed and case number give, and the review follows from it. Reads only."""
    if decision.draw is None:
        return decision.outcome == "person"
    same = decision.draw == drawn(decision.rule_set.seed, str(decision.case.number))
    return same and (decision.review != "none") == (decision.draw < Fraction(decision.share) * DRAWN_OF)


@action
def switch_on(actor: Actor, broken_id: int, *, note: str) -> BrokenCheck:
    """An administrator says what was mended. Raises NotAllowed, NotFound, WrongState, Invalid."""
    if actor.user is None or not policies.may_switch(actor.user):
        raise NotAllowed()
    try:
        broken = db.lock_row(BrokenCheck.objects.all(), broken_id)
    except BrokenCheck.DoesNotExist:
        raise NotFound() from None
    if broken.on_at is not None:
        raise WrongState(_("This check is on again already."))
    if not note.strip():
        raise Invalid(fields={"note": _("Say what was mended.")})
    broken.on_at, broken.on_by, broken.note = now(), actor.user, note.strip()[:300]
    broken.save()
    record(broken, "check.switched_on", actor, data={"check": broken.code, "note": broken.note})
    return broken
