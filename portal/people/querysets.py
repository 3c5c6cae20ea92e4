"""Who sees which people, departments and postings; and the account that a typed name, number or address signs in."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from portal.core import identity
from portal.core.crypto import blind, normalise_text
from portal.core.time import today
from portal.people.roles import OVERSEERS, Role

if TYPE_CHECKING:
    from portal.people.models import Client, Department, Leave, Membership, Organisation, Posting, User  # noqa: F401 - named in the base classes


def lasting(day: dt.date) -> Q:
    """Rows with `starts_on` and `ends_on` that hold on a day, first and last day included."""
    return (Q(ends_on__isnull=True) | Q(ends_on__gte=day)) & Q(starts_on__lte=day)


def oversees(user: "User") -> bool:
    """Whether the person sees the staff of the whole centre: administrators and auditors."""
    return bool(user.access.roles & {role.value for role in OVERSEERS})


class DepartmentQuerySet(QuerySet["Department"]):
    """Departments are public; on the administrators' pages everybody of the staff may read them."""

    def open_on(self, day: dt.date) -> "DepartmentQuerySet":
        return self.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=day))

    def visible_to(self, user: "User") -> "DepartmentQuerySet":
        """Administrators and auditors see all, heads of department their own."""
        if oversees(user):
            return self
        return self.filter(pk__in=user.access.departments(Role.DEPARTMENT_HEAD))


class PostingQuerySet(QuerySet["Posting"]):
    """Postings of people."""

    def in_force(self, day: dt.date | None = None) -> "PostingQuerySet":
        """Those that hold on a day, today unless given; for today one that was ended an hour ago is gone."""
        found = self.filter(lasting(day or today()))
        return found if day is not None and day != today() else found.filter(ended_at__isnull=True)

    def held_by(self, user: "User") -> "PostingQuerySet":
        """The person's own, and those of absent colleagues for whom the person stands in; one query."""
        from portal.people.models import Leave

        absent = Leave.objects.in_force().filter(user=OuterRef("user"))
        return self.in_force().filter(Q(user=user) | (Q(substitute=user, user__is_active=True) & Exists(absent)))

    def visible_to(self, user: "User") -> "PostingQuerySet":
        """One's own and where one stands in; the department's for its head; all for administrators and auditors."""
        if oversees(user):
            return self
        mine = Q(user=user) | Q(substitute=user)
        return self.filter(mine | Q(department__in=user.access.departments(Role.DEPARTMENT_HEAD)))


class LeaveQuerySet(QuerySet["Leave"]):
    """Days away."""

    def in_force(self, day: dt.date | None = None) -> "LeaveQuerySet":
        return self.filter(lasting(day or today()), cancelled_at__isnull=True)

    def visible_to(self, user: "User") -> "LeaveQuerySet":
        """One's own; all for administrators and auditors."""
        return self if oversees(user) else self.filter(user=user)


class UserQuerySet(QuerySet["User"]):
    """Accounts."""

    def staff(self) -> "UserQuerySet":
        """Everybody who has or had a posting, or was made as staff: those with a one-time password to come."""
        from portal.people.models import Citizen, Posting

        posted = Exists(Posting.objects.filter(user=OuterRef("pk")))
        citizen = Exists(Citizen.objects.filter(user=OuterRef("pk")))
        return self.filter(Q(posted) | ~Q(citizen), is_system=False)

    def visible_to(self, user: "User") -> "UserQuerySet":
        """Administrators and auditors see the staff; everybody sees the own account."""
        if not oversees(user):
            return self.filter(pk=user.pk)
        return self.filter(Q(pk=user.pk) | Q(pk__in=UserQuerySet(self.model).staff().values("pk")))


class OrganisationQuerySet(QuerySet["Organisation"]):
    """Firms and other bodies."""

    def visible_to(self, user: "User") -> "OrganisationQuerySet":
        """Those that one acts for, or waits to be confirmed for; all for those who confirm."""
        from portal.people.models import Membership
        from portal.people.policies import may_confirm_memberships

        if may_confirm_memberships(user):
            return self
        mine = Membership.objects.in_force().filter(user=user, organisation=OuterRef("pk"))
        return self.filter(Exists(mine))


class MembershipQuerySet(QuerySet["Membership"]):
    """Who acts for which organisation."""

    def in_force(self) -> "MembershipQuerySet":
        """Those that hold at this moment, confirmed or waiting to be."""
        return self.filter(lasting(today()), ended_at__isnull=True)

    def visible_to(self, user: "User") -> "MembershipQuerySet":
        """One's own; all of an organisation for its legal person; all for those who confirm."""
        from portal.people.models import Membership
        from portal.people.policies import may_confirm_memberships

        if may_confirm_memberships(user):
            return self
        head_of = Membership.objects.in_force().filter(
            user=user, kind=Membership.Kind.LEGAL_PERSON, confirmed_at__isnull=False
        )
        return self.filter(Q(user=user) | Q(organisation__in=head_of.values("organisation")))


class ClientQuerySet(QuerySet["Client"]):
    """Departments' systems and the hall's devices."""

    def visible_to(self, user: "User") -> "ClientQuerySet":
        """All for administrators and auditors, the department's for its head."""
        if oversees(user):
            return self
        return self.filter(department__in=user.access.departments(Role.DEPARTMENT_HEAD))


def normalise_login(typed: str) -> str:
    """One form for all ways of typing the same account: the counter of failed attempts uses it."""
    if "@" in typed:
        return normalise_text(typed)
    phone = identity.normalise_phone(typed)
    return phone if len(phone) >= 7 and phone.isdecimal() else typed.strip()


def account_for(typed: str) -> "User | None":
    """The active account that a user name, phone number or e-mail address signs in; one query, found or not.

    Relatives share a phone: a number may stand in several accounts, and signs in the one that had it first. The others
    use their user name. So nobody can take a number's sign-in away by registering with it.
    """
    from portal.people.models import User

    name = typed.strip()
    found = User.objects.filter(
        Q(username=name) | Q(phone_blind=blind("phone", name)) | Q(email_blind=blind("email", name)), is_active=True
    )
    return found.order_by(Case(When(username=name, then=Value(0)), default=Value(1)), "pk").first()
