"""For which organisations somebody may act in trading: confirmed memberships that hold today."""

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, QuerySet

from portal.core.errors import NotFound
from portal.people.models import Membership, Organisation

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.people.models import User


def memberships_of(user: "User | AnonymousUser") -> "QuerySet[Membership]":
    """The confirmed memberships of a person that hold at this moment; none for who is not signed in."""
    if not user.is_authenticated:
        return Membership.objects.none()
    return Membership.objects.in_force().filter(user=user.pk, confirmed_at__isnull=False)


def organisation_ids(user: "User | AnonymousUser") -> "QuerySet[Any, Any]":
    """The organisations' keys as a sub-select, for conditions of other queries."""
    return memberships_of(user).values("organisation")


def organisations_of(user: "User | AnonymousUser") -> "QuerySet[Organisation]":
    """The organisations that a person acts for, by name."""
    mine = memberships_of(user).filter(organisation=OuterRef("pk"))
    return Organisation.objects.filter(Exists(mine)).order_by("name", "pk")


def acts_for(user: "User | AnonymousUser", organisation_id: int | None) -> bool:
    """Whether the person may act for the organisation. One query."""
    return organisation_id is not None and memberships_of(user).filter(organisation=organisation_id).exists()


def organisation_for(user: "User", organisation_id: int) -> Organisation:
    """The organisation, if the person acts for it. Raises NotFound for all others, missing or not."""
    found = organisations_of(user).filter(pk=organisation_id).first()
    if found is None:
        raise NotFound()
    return found


def people_of(organisation_id: int | None) -> "list[User]":
    """Everybody who may act for the organisation today, to be told what concerns it."""
    rows = Membership.objects.in_force().filter(organisation=organisation_id, confirmed_at__isnull=False)
    rows = rows.filter(user__is_active=True).select_related("user")
    return list({row.user_id: row.user for row in rows}.values())
