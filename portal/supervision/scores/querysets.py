"""Which versions, rankings and suggestions somebody sees, and reads with a name."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from portal.people.roles import Role
from portal.supervision.policies import may_see_board

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.people.models import User
    from portal.supervision.scores.models import Edition, Proposal, Row, Scheme  # noqa: F401 - named in the bases


class IndicatorSchemeQuerySet(QuerySet["Scheme"]):
    """Versions of the indicators."""

    def in_force(self, week: dt.date) -> "Scheme | None":
        """The published version that ranks the week which begins on this Monday; of several the latest."""
        rows = self.filter(state="published", valid_from__lte=week)
        return rows.prefetch_related("indicators").order_by("-valid_from", "-number").first()


class RankingEditionQuerySet(QuerySet["Edition"]):
    """Rankings. `visible_to` is the same rule as `policies.may_see_edition`."""

    def visible_to(self, user: "User | AnonymousUser") -> "RankingEditionQuerySet":
        """All for who sees the board; what is published for everybody."""
        if user.is_authenticated and may_see_board(user):
            return self
        return self.published()

    def published(self) -> "RankingEditionQuerySet":
        return self.filter(state="published")

    def current(self) -> "RankingEditionQuerySet":
        """The latest edition of each week."""
        return self.filter(is_current=True)


class RankingRowQuerySet(QuerySet["Row"]):
    """Rows of rankings."""

    def visible_to(self, user: "User | AnonymousUser") -> "RankingRowQuerySet":
        """Those of the editions that are seen."""
        if user.is_authenticated and may_see_board(user):
            return self
        return self.filter(edition__state="published")


class SuggestionQuerySet(QuerySet["Proposal"]):
    """Suggestions for improvement. `visible_to` is the same rule as `policies.may_see_proposal`."""

    def visible_to(self, user: "User") -> "SuggestionQuerySet":
        """All for who looks over the centre; a head of department those asked of it."""
        if user.access.centre_wide:
            return self
        return self.filter(department__in=user.access.departments(Role.DEPARTMENT_HEAD))
