"""Who may see and manage webhooks: pure functions of user and object."""

from typing import TYPE_CHECKING

from portal.people.policies import may_administer, may_see_client

if TYPE_CHECKING:
    from portal.api.models import Subscription
    from portal.people.models import User


def may_see_subscription(user: "User", subscription: "Subscription") -> bool:
    """The same as `SubscriptionQuerySet.visible_to`."""
    if user.access.system:
        return subscription.client.user_id == user.pk
    return may_see_client(user, subscription.client)


def may_manage_subscription(user: "User", subscription: "Subscription") -> bool:
    """The system itself, and administrators."""
    return subscription.client.user_id == user.pk or may_administer(user)
