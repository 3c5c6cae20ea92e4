"""What may be seen of rounds and proposals: own departments, everything for centre-wide roles."""

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models

from portal.people.roles import Role

if TYPE_CHECKING:
    from approvals.promises.models import Finding, Proposal  # noqa: F401 - named in the base classes

DESK = (Role.REVIEWER, Role.DEPARTMENT_HEAD)
M = TypeVar("M", bound=models.Model)


def _of_desk(rows: "models.QuerySet[M]", user: Any) -> "models.QuerySet[M]":
    if not user.is_authenticated:
        return rows.none()
    return rows if user.access.centre_wide else rows.filter(department__in=user.access.departments(*DESK))


class PromiseFindingQuerySet(models.QuerySet["Finding"]):
    """Reads of flagged promises. `visible_to` is the same rule as `policies.may_see`."""

    def visible_to(self, user: Any) -> "PromiseFindingQuerySet":
        return _of_desk(self, user)  # type: ignore[return-value]

    def unanswered(self) -> "PromiseFindingQuerySet":
        """The department has not replied yet."""
        return self.filter(state="asked")


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Reads of proposals. `visible_to` is the same rule as `policies.may_see`."""

    def visible_to(self, user: Any) -> "ProposalQuerySet":
        return _of_desk(self, user)  # type: ignore[return-value]
