"""Which exchanges somebody sees."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from hotline.province import policies

if TYPE_CHECKING:
    from hotline.province.models import Exchange  # noqa: F401 - named in the base class
    from portal.people.models import User


class ExchangeQuerySet(QuerySet["Exchange"]):
    """`visible_to` is the same rule as `policies.may_see_exchange`."""

    def visible_to(self, user: "User") -> "ExchangeQuerySet":
        return self if policies.may_see_exchange(user) else self.none()
