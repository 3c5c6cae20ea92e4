"""A round of final offers after an outage of the portal: a supervisor lengthens it, or lets it stand."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState, type_of_message
from portal.core.events import record
from procurement.bids.actions.submitting import exact
from procurement.bids.models import Outage
from procurement.clock import deciding_now
from procurement.evaluation import notices, policies, rounds
from procurement.evaluation.actions.common import locked, minute, person
from procurement.evaluation.models import Evaluation, Negotiation, RoundDecision

LONGEST = 300
RELATED = "evaluation__lot__project"
GOES_ON = _("The portal's pages do not answer at this moment. Decide when the outage is over.")
OPENED = _("The offers have been opened, so the prices are known. The round cannot be lengthened any more.")
NONE = _("No outage of the portal was noticed within the round that was not decided on already.")
WAITS = _("The portal was out within the round. A supervisor decides first whether the round is lengthened.")
UNWATCHED = _("The portal's watch has not looked since the round ended. Please try again in a minute.")


@action
def decide_round(actor: Actor, evaluation_id: int, minutes: int, reason: str) -> RoundDecision:
    """A supervisor without a side lengthens the round, counted from now where it is over, or lets it stand with 0 minutes.

    Possible until the offers are opened, and on outages that the portal noticed itself. Offers that were given stand and
    may be replaced until the new end. Raises NotFound, NotAllowed, WrongState, Invalid.
    """
    user = person(actor)
    found = Evaluation.objects.select_related("session", "lot__project").filter(pk=evaluation_id).first()
    if found is None or not policies.may_see(user, found):
        raise NotFound()
    if not policies.may_decide_round(user, found):
        raise NotAllowed(_("A supervisor who acts for none of the sides decides about the round."))
    one = locked(evaluation_id)
    negotiation = db.lock_row(Negotiation.objects.select_related(RELATED), _negotiation_of(one))
    at = deciding_now()
    ground, note = _ground(negotiation, at), reason.strip()
    if wrong := _wrong(ground, minutes, note):
        raise Invalid(fields=wrong)
    before = negotiation.due_at
    assert before is not None  # noqa: S101 - a round that was opened has its end
    after = rounds.whole_minute(max(before, at) + dt.timedelta(minutes=minutes)) if minutes else before
    negotiation.due_at = after
    negotiation.save(update_fields=["due_at"])
    made = RoundDecision.objects.create(
        negotiation=negotiation, minutes=minutes, reason=note, outage_seconds=ground.seconds, until_before=before,
        until_after=after, decided_by=user, decided_at=at,
    )  # fmt: skip
    made.outages.set(ground.outages)
    _tell(one, made, actor)
    return made


def _negotiation_of(one: Evaluation) -> int:
    if one.state != "negotiating" or not hasattr(one, "negotiation"):
        raise WrongState(_("The committee does not negotiate now."))
    return one.negotiation.pk


def _ground(negotiation: Negotiation, at: dt.datetime) -> rounds.Ground:
    if negotiation.opened_at is None:
        raise WrongState(_("The round of final offers has not been opened yet."))
    if negotiation.closed_at is not None:
        raise WrongState(OPENED)
    if rounds.goes_on(negotiation, at):
        raise WrongState(GOES_ON)
    ground = rounds.ground_of(negotiation, at)
    if not ground.outages:
        raise WrongState(NONE)
    return ground


def _wrong(ground: rounds.Ground, minutes: int, note: str) -> dict[str, type_of_message]:
    wrong: dict[str, type_of_message] = {}
    if minutes and not ground.least <= minutes <= ground.most:
        wrong["minutes"] = _("Lengthen the round by %(a)s to %(b)s minutes, or let it stand with 0.") % {
            "a": ground.least,
            "b": ground.most,
        }
    if not note:
        wrong["reason"] = _("Write down the reason: the bidders read it, and it stands in the report.")
    elif len(note) > LONGEST:
        wrong["reason"] = _("Please use at most %(n)s characters.") % {"n": LONGEST}
    return wrong


def _tell(one: Evaluation, made: RoundDecision, actor: Actor) -> None:
    if made.minutes:
        text = _("After an outage of the portal the round of final offers was lengthened until %(due)s: %(reason)s")
    else:
        text = _("After an outage of the portal the round of final offers stands until %(due)s: %(reason)s")
    minute(one, text, due=exact(made.until_after), reason=made.reason)
    data = {"minutes": made.minutes, "until": made.until_after.isoformat(), "reason": made.reason}
    record(one, "evaluation.round_decided", actor, data={**data, "seconds": made.outage_seconds})
    notices.tell_round(one, made)


# --- the watch ----------------------------------------------------------------------------------------------------------


def check_watched(negotiation: Negotiation, at: dt.datetime) -> None:
    """Before the offers are opened: no outage of the round waits for its decision. Raises WrongState."""
    if negotiation.due_at is None:
        return
    if rounds.goes_on(negotiation, at):
        raise WrongState(GOES_ON)
    if rounds.waits(negotiation, at):
        raise WrongState(WAITS)
    if rounds.unwatched(negotiation, at):
        raise WrongState(UNWATCHED)


def running(at: dt.datetime) -> bool:
    """Whether a round of final offers hangs on the pages now."""
    open_ones = Negotiation.objects.filter(opened_at__lte=at, closed_at__isnull=True, due_at__gt=at)
    return open_ones.filter(evaluation__state="negotiating").exists()


def follow(outage: Outage) -> None:
    """An outage is over: supervisors hear of each round that it reached into. In the caller's transaction."""
    rows = Negotiation.objects.filter(opened_at__lte=outage.until_at, due_at__gt=outage.from_at, closed_at__isnull=True)
    rows = rows.filter(evaluation__state="negotiating")
    if outage.project_id is not None:
        rows = rows.filter(evaluation__lot__project=outage.project_id)
    for one in rows.select_related(RELATED, "evaluation__session").order_by("pk"):
        if outage in rounds.grounds_in(one, deciding_now()):
            notices.tell_round_outage(one, outage)
