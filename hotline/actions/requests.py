"""What is asked for and needs an approval: extension, suspension, another urgency, exclusion from satisfaction."""

import datetime as dt

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline import clockwork, notices, policies
from hotline.actions.steps import locked, take
from hotline.grades import limits_on
from hotline.marks import mark
from hotline.measures import TICKET_MEASURES
from hotline.models import Grade, Mark, Request, Ticket
from hotline.rules import EXTENSIONS
from portal.core import statistics
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.rules import rule
from portal.core.time import now, today

Kind, Outcome = Request.Kind, Request.Outcome
LONGEST = dt.timedelta(days=366)
EXCLUSION_GROUNDS = (
    ("unlawful", pgettext_lazy("exclusion", "What is asked for is against the law")),
    ("settled_by_law", pgettext_lazy("exclusion", "Decided by a court or in another procedure")),
    ("beyond", pgettext_lazy("exclusion", "Beyond what a department can do")),
    ("malicious", pgettext_lazy("exclusion", "Repeated and malicious")),
    ("other_person", pgettext_lazy("exclusion", "Answered by somebody who was not the caller")),
)
AT_DEPARTMENT = {"dispatched", "signed"}
SOURCES: dict[str, set[str]] = {
    Kind.EXTENSION: AT_DEPARTMENT | {"drafted"},
    Kind.SUSPENSION: AT_DEPARTMENT,
    Kind.GRADE: AT_DEPARTMENT,
    Kind.EXCLUSION: {"called_back", "closed"},
}


def possible(ticket: Ticket, kind: str) -> bool:
    """Whether this can be asked for now, whoever asks."""
    if ticket.imported or ticket.state not in SOURCES[kind]:
        return False
    if kind == Kind.EXCLUSION:
        return ticket.called_back_at is not None and not ticket.excluded
    return ticket.due_at is not None and (kind == Kind.GRADE or not ticket.life_danger)


def offered(user: object, ticket: Ticket) -> list[str]:
    """The kinds that this person may ask for now."""
    may: dict[str, bool] = {
        kind: policies.may_ask(user, ticket) if kind != Kind.EXCLUSION else policies.may_ask_exclusion(user, ticket)  # type: ignore[arg-type]
        for kind in Kind.values
    }
    return [kind for kind in Kind.values if may[kind] and possible(ticket, kind)]


@action
def ask(
    actor: Actor,
    ticket_id: int,
    kind: str,
    *,
    reason: str,
    until: dt.datetime | None = None,
    grade: str = "",
    ground: str = "",
    state_version: int,
) -> Request:
    """Ask for something that a dispatcher decides; the clock runs until then.

    Raises NotFound, NotAllowed, WrongState, Stale, Invalid with `fields`.
    """
    from portal.core.errors import Stale

    ticket = locked(ticket_id, actor)
    if kind not in Kind.values:
        raise NotFound()
    if ticket.state_version != state_version:
        raise Stale()
    if not possible(ticket, kind):
        raise WrongState()
    if actor.user is None or kind not in offered(actor.user, ticket):
        raise NotAllowed()
    if ticket.requests.filter(kind=kind, outcome=Outcome.WAITING).exists():
        raise WrongState(_("This has been asked for already, and waits for a decision."))
    if wrong := _wrong(ticket, kind, reason, until, grade, ground):
        raise Invalid(fields=wrong)
    request = Request.objects.create(
        ticket=ticket,
        kind=kind,
        department_id=ticket.department_id,
        reason=reason.strip(),
        until=until if kind in {Kind.EXTENSION, Kind.SUSPENSION} else None,
        grade=grade if kind == Kind.GRADE else "",
        ground=ground if kind == Kind.EXCLUSION else "",
        asked_at=now(),
        asked_by=actor.user,
    )
    record(
        ticket, "ticket.ask", actor, from_state=ticket.state, to_state=ticket.state, data={"kind": kind}
    )  # fmt: skip
    notices.tell(ticket, notices.REQUESTED, notices.dispatchers(ticket), key=f"request:{request.pk}")
    return request


def _wrong(
    ticket: Ticket, kind: str, reason: str, until: dt.datetime | None, grade: str, ground: str
) -> dict[str, type_of_message]:
    wrong: dict[str, type_of_message] = {}
    if not reason.strip():
        wrong["reason"] = _("Please give the reason.")
    elif len(reason) > 2000:
        wrong["reason"] = _("Please use at most %(n)s characters.") % {"n": 2000}
    if kind == Kind.EXTENSION:
        used = ticket.requests.filter(kind=kind, outcome=Outcome.GRANTED).count()
        if used >= rule(EXTENSIONS, today()).days:
            wrong["until"] = _("This ticket has been extended already. It cannot be extended again.")
        elif until is None or ticket.due_at is None or until <= max(ticket.due_at, now()):
            wrong["until"] = _("Choose a day after the present limit.")
    if kind == Kind.SUSPENSION and (until is None or until <= now()):
        wrong["until"] = _("Choose a day to come.")
    if until is not None and until > now() + LONGEST:
        wrong["until"] = _("Choose a day within a year.")
    if kind == Kind.GRADE and (grade not in Grade.values or grade == ticket.grade or grade not in limits_on(today())):
        wrong["grade"] = _("Choose another urgency than the present one.")
    if kind == Kind.GRADE and ticket.life_danger:
        wrong["grade"] = _("Danger to life is always urgent.")
    if kind == Kind.EXCLUSION and ground not in dict(EXCLUSION_GROUNDS):
        wrong["ground"] = _("Please choose one of the answers.")
    return wrong


@action
def decide(actor: Actor, request_id: int, *, grant: bool, decision: str) -> Request:
    """Grant or refuse; never by who asked. Raises NotFound, NotAllowed, WrongState, Invalid."""
    found = Request.objects.filter(pk=request_id).first()
    if found is None:
        raise NotFound()
    ticket = locked(found.ticket_id, actor)
    request = Request.objects.get(pk=request_id)  # as it is now, under the ticket's lock
    if request.outcome != Outcome.WAITING:
        raise WrongState(_("This has been decided already."))
    if actor.user is None or not policies.may_decide(actor.user, request):
        raise NotAllowed()
    if not grant and not decision.strip():
        raise Invalid(fields={"decision": _("Give the reason of the refusal.")})
    if len(decision) > 2000:
        raise Invalid(fields={"decision": _("Please use at most %(n)s characters.") % {"n": 2000}})
    if grant and not possible(ticket, request.kind):
        raise WrongState()
    if grant:
        _carry_out(actor, ticket, request)
    request.outcome = Outcome.GRANTED if grant else Outcome.REFUSED
    request.decided_at, request.decided_by, request.decision = now(), actor.user, decision.strip()
    request.save()
    record(
        ticket, "ticket.decide", actor, from_state=ticket.state, to_state=ticket.state,
        data={"kind": request.kind, "granted": grant},
    )  # fmt: skip
    if request.asked_by is not None and request.asked_by.is_active:
        notices.tell(ticket, notices.DECIDED, [request.asked_by], key=f"request:{request.pk}")
    return request


def _carry_out(actor: Actor, ticket: Ticket, request: Request) -> None:
    if request.kind == Kind.SUSPENSION:
        if request.until is None or request.until <= now():
            raise WrongState(_("The day until which it was to be suspended has passed."))
        take(ticket, "suspend", Actor(None, actor.role, actor.name, actor.request_id), state_version=None)
        return
    with statistics.watch(TICKET_MEASURES, ticket):
        if request.kind == Kind.EXTENSION:
            if request.until is None or request.until <= now():
                raise WrongState(_("The day until which it was to be extended has passed."))
            clockwork.extend(ticket, request.until)
            mark(ticket, Mark.Kind.EXTENDED)
        elif request.kind == Kind.GRADE:
            clockwork.regrade(ticket, request.grade)
        else:
            ticket.excluded = True
        ticket.state_version += 1
        ticket.save()
