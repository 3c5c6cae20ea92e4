"""Naming the three officers of an opening: by hand before bids are taken, or by the portal's default."""

from collections.abc import Sequence

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, WrongState
from portal.core.events import record
from portal.core.time import now
from portal.people.models import Membership, Posting, User
from portal.people.roles import Role
from procurement.bids import policies
from procurement.bids.actions.common import locked_project, person
from procurement.bids.models import Opener, Opening
from procurement.sealing import OPENERS
from procurement.tenders.models import Project

WANTED = OPENERS + 1
BEFORE = ("announced", "receiving")


@action
def name_openers(actor: Actor, project_id: int, user_ids: Sequence[int]) -> Opening:
    """Name exactly three officers with proved keys, none of them a party. Raises Invalid, NotAllowed, WrongState."""
    project = locked_project(project_id)
    if not policies.may_name_openers(person(actor), project):
        raise NotAllowed()
    opening = Opening.objects.filter(project=project).first()
    if project.state not in BEFORE or (opening is not None and opening.state != "named"):
        raise WrongState(_("The keys of this tender are sealed to its officers already; they cannot be changed."))
    wanted = set(user_ids)
    chosen = list(eligible(project).filter(pk__in=wanted))
    if len(wanted) != WANTED or len(chosen) != WANTED:
        raise Invalid(fields={"officers": _("Choose three different officers of the list.")})
    opening = put(project, chosen, opening)
    record(opening, "opening.named", actor, to_state="named", data={"officers": [one.name for one in chosen]})
    return opening


def put(project: Project, chosen: Sequence[User], opening: Opening | None) -> Opening:
    """Write the three officers down; the tender is locked."""
    assert project.deadline_at is not None  # noqa: S101 - a check constraint holds it for announced tenders
    if opening is None:
        opening = Opening.objects.create(project=project, named_at=now(), due_at=project.deadline_at)
    opening.openers.all().delete()
    Opener.objects.bulk_create(Opener(opening=opening, user=one) for one in chosen)
    return opening


def eligible(project: Project) -> "QuerySet[User]":
    """Officers of the trading centre with a proved key who act neither for the buyer nor for the agency."""
    posted = Posting.objects.in_force().filter(role=Role.PROCUREMENT_OFFICER).values("user")
    parties = [one for one in (project.buyer_id, project.agency_id) if one is not None]
    party = Membership.objects.in_force().filter(organisation__in=parties, confirmed_at__isnull=False).values("user")
    holders = User.objects.filter(is_active=True, pk__in=posted).exclude(pk__in=party)
    keyed = Q(opening_keys__ended_at__isnull=True, opening_keys__proved_at__isnull=False)
    return holders.filter(keyed).distinct().order_by("pk")


def default_choice(project: Project) -> list[User]:
    """The three with the fewest openings before them; fewer than three where there are no more."""
    waiting = Count(
        "pk", filter=Q(pk__in=Opener.objects.filter(opening__state__in=("named", "receiving")).values("user"))
    )
    return list(eligible(project).annotate(waiting=waiting).order_by("waiting", "pk")[:WANTED])
