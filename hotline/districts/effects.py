"""What each step does to an assignment and to its ticket. Both are locked; the caller saves them, counts and records."""

from django.utils.translation import gettext_lazy as _

from hotline import clockwork
from hotline.districts.models import Assignment
from portal.core.errors import WrongState
from portal.core.lifecycle import Step
from portal.core.time import local_date

LIFE = _("A ticket about danger to life is not returned: act first, and call your district.")
TWICE = _("A return of this ticket has been rejected already. It stays with your department.")


def sign(step: Step[Assignment]) -> None:
    one = step.obj
    if one.signed_at is None:  # signed for a second time after a rejected return: the first moment counts
        one.signed_at, one.signed_on, one.signed_by = step.moment, local_date(step.moment), step.actor.user
    one.ticket.inner_ready, one.ticket.staff = True, step.actor.user


def give_back(step: Step[Assignment]) -> None:
    """Returned with a ground; the district decides. The clock runs on."""
    one = step.obj
    if one.ticket.life_danger:
        raise WrongState(LIFE)
    if one.returned_at is not None:
        raise WrongState(TWICE)
    one.ground, one.reason = step.inputs["ground"], step.inputs["reason"]
    one.returned_at, one.returned_on, one.returned_by = step.moment, local_date(step.moment), step.actor.user
    one.ticket.inner_ready = False
    step.data["ground"] = one.ground


def uphold(step: Step[Assignment]) -> None:
    """The return was right: the district has the ticket again, and passes it on anew or returns it to the city."""
    one = step.obj
    one.decision, one.decided_by = step.inputs["note"], step.actor.user
    _back_to_district(step)


def reject(step: Step[Assignment]) -> None:
    one, wrongful = step.obj, step.inputs["wrongful"] == "yes"
    one.decision, one.decided_by, one.wrongful = step.inputs["reason"], step.actor.user, wrongful
    one.sign_due_at = clockwork.share_of_limit(one.ticket, "inner_sign") if one.signed_at is None else one.sign_due_at
    step.data["wrongful"] = wrongful


def take_back(step: Step[Assignment]) -> None:
    step.obj.decision, step.obj.decided_by = step.inputs["reason"], step.actor.user
    step.data["reason"] = step.inputs["reason"]
    _back_to_district(step)


def _back_to_district(step: Step[Assignment]) -> None:
    one = step.obj
    one.ended_at = step.moment
    one.ticket.inner_department, one.ticket.inner_ready, one.ticket.staff = None, False, None


def replied(step: Step[Assignment]) -> None:
    """The reply went out; the ticket keeps the name of who worked on it."""
    step.obj.replied_at, step.obj.replied_on = step.moment, local_date(step.moment)
    step.obj.ended_at = step.moment


def lapse(step: Step[Assignment]) -> None:
    step.obj.ended_at = step.moment
