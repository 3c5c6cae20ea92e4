"""Who may look into signs and leads: supervisors work, auditors read, nobody else knows that there are any."""

from typing import TYPE_CHECKING, Any

from portal.people.roles import Role
from procurement.bidders.agents import organisation_ids

if TYPE_CHECKING:
    from procurement.oversight.models import Lead, Sign


def may_watch(user: Any) -> bool:
    """Who reads: the supervisors of trading and the auditors. The trading centre itself is among those looked at."""
    return bool(user.is_authenticated and (user.access.has(Role.SUPERVISOR) or user.access.has(Role.AUDITOR)))


def may_work(user: Any) -> bool:
    """Who opens leads and takes them up."""
    return bool(user.is_authenticated and user.access.has(Role.SUPERVISOR))


def may_see_sign(user: Any, sign: "Sign") -> bool:
    """The same rule as `SignQuerySet.visible_to`: never what concerns an organisation that one acts for."""
    from procurement.oversight.models import Sign

    return may_watch(user) and not Sign.objects.filter(pk=sign.pk).concerning(organisation_ids(user)).exists()


def may_see_lead(user: Any, lead: "Lead") -> bool:
    """The same rule as `LeadQuerySet.visible_to`."""
    from procurement.oversight.models import Sign

    return may_watch(user) and not Sign.objects.filter(lead=lead.pk).concerning(organisation_ids(user)).exists()


def may_take(user: Any, lead: "Lead") -> bool:
    """Any supervisor who acts for none of the sides."""
    return may_work(user) and may_see_lead(user, lead)


def may_take_over(user: Any, lead: "Lead") -> bool:
    """Another supervisor than who has it."""
    return lead.taken_by_id != user.pk and may_take(user, lead)


def may_handle(user: Any, lead: "Lead") -> bool:
    """Who has taken it up."""
    return lead.taken_by_id == user.pk and may_take(user, lead)


def may_confirm(user: Any, lead: "Lead") -> bool:
    """A second supervisor: whoever proposed the result does not confirm it."""
    return lead.proposed_by_id != user.pk and may_take(user, lead)
