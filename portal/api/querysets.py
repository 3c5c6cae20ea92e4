"""Which webhooks and deliveries may be seen by whom."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from portal.people.querysets import oversees
from portal.people.roles import Role

if TYPE_CHECKING:
    from portal.api.models import Delivery, Subscription  # noqa: F401 - named in the base classes
    from portal.people.models import User


class SubscriptionQuerySet(QuerySet["Subscription"]):
    """Webhooks."""

    def visible_to(self, user: "User") -> "SubscriptionQuerySet":
        """A system's own; all for administrators and auditors; the department's for its head."""
        if user.access.system:
            return self.filter(client__user=user)
        if oversees(user):
            return self
        return self.filter(client__department__in=user.access.departments(Role.DEPARTMENT_HEAD))

    def active(self) -> "SubscriptionQuerySet":
        return self.filter(state="active", client__closed_at__isnull=True)


class MessageDeliveryQuerySet(QuerySet["Delivery"]):
    """Messages on their way."""

    def waiting(self) -> "MessageDeliveryQuerySet":
        return self.filter(state="waiting")
