"""Inviting firms to an invited tender, and keeping everybody else out of it (Tendering Law, art. 17)."""

from django.utils.translation import gettext_lazy as _

from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.identity import check_uscc
from portal.core.rules import rule
from portal.core.time import now, today
from portal.people.models import Organisation
from procurement.bidders.standing import check_may_bid
from procurement.models import Method
from procurement.tenders import policies
from procurement.tenders.actions.common import locked, person
from procurement.tenders.models import Invitation, Project
from procurement.tenders.periods import by_law
from procurement.tenders.rules import INVITED_FIRMS

MOST_INVITED = 50


class NotInvited(DomainError):
    """The tender is for invited firms only."""

    code = "not_invited"
    status = 403
    default_message = _("%(name)s is not invited to this tender. Only firms with an invitation take part.")


def check_invited(project: Project, organisation: Organisation) -> None:
    """Raises NotInvited for a firm without an invitation; a tender that is open to all lets everybody pass."""
    if project.method == Method.INVITED and not project.invitations.filter(organisation=organisation).exists():
        raise NotInvited(name=organisation.name)


@action
def invite(actor: Actor, project_id: int, uscc: str) -> Invitation:
    """Put a firm on the list, before the announcement. Raises Invalid beside `uscc`, Blocked, NotAllowed, WrongState."""
    project = _listing(actor, project_id)
    try:
        organisation = _invitable(project, check_uscc(uscc))
    except Invalid as error:
        raise Invalid(fields={"uscc": error.message}) from None
    check_may_bid(organisation.uscc, today(), project.category)
    made = Invitation.objects.create(
        project=project, organisation=organisation, invited_by=person(actor), invited_at=now()
    )
    record(project, "tender.invited", actor, data={"firms": project.invitations.count()})
    return made


@action
def uninvite(actor: Actor, project_id: int, invitation_id: int) -> None:
    """Take a firm off the list, before the announcement. Raises NotFound, NotAllowed, WrongState."""
    project = _listing(actor, project_id)
    deleted, _each = project.invitations.filter(pk=invitation_id).delete()
    if not deleted:
        raise NotFound()
    record(project, "tender.uninvited", actor, data={"firms": project.invitations.count()})


def _listing(actor: Actor, project_id: int) -> Project:
    """The tender, locked, as long as its list may change."""
    project = locked(actor, project_id)
    if not policies.may_prepare(person(actor), project):
        raise NotAllowed()
    if project.method != Method.INVITED:
        raise WrongState(_("This tender is open to everybody; nobody is invited to it."))
    if project.announced_at is not None:
        raise WrongState(_("The invitations have gone out; the list stays as it is."))
    return project


def _invitable(project: Project, uscc: str) -> Organisation:
    """Raises Invalid with the reason why this firm cannot be invited."""
    found = Organisation.objects.filter(uscc=uscc).first()
    if found is None:
        raise Invalid(_("No organisation is registered under this code. Its legal person registers it first."))
    if found.pk in (project.buyer_id, project.agency_id):
        raise Invalid(_("Whoever buys or runs the tender cannot bid for it."))
    if project.invitations.filter(organisation=found).exists():
        raise Invalid(_("This firm is on the list already."))
    if project.invitations.count() >= MOST_INVITED:
        raise Invalid(_("A tender invites at most %(n)s firms.") % {"n": MOST_INVITED})
    return found


def too_few_invited(project: Project) -> type_of_message:
    """Why an invited tender cannot be announced yet; empty where it can."""
    if project.method != Method.INVITED:
        return ""
    least = rule(by_law(INVITED_FIRMS, project), today())
    if project.invitations.count() >= least.days:
        return ""
    return _("Invite at least %(n)s firms first (%(source)s).") % {"n": least.days, "source": least.display_source}
