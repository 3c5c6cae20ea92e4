"""Who defines indicators, reads and publishes rankings, asks for suggestions and answers them: pure functions."""

from typing import TYPE_CHECKING, Any

from portal.people.roles import Role
from portal.supervision.policies import may_see_board

if TYPE_CHECKING:
    from portal.people.models import User
    from portal.supervision.scores.models import Edition, Proposal, Row, Scheme


def may_see_scores(user: "User", _obj: Any = None) -> bool:
    """Whoever sees the supervision board: the centre's overseers, and heads of departments."""
    return may_see_board(user)


def may_see_versions(user: "User", _obj: Any = None) -> bool:
    """The indicators in force are everybody's; drafts are for those who look over the centre."""
    return user.access.centre_wide


def may_supervise(user: "User", _obj: Any = None) -> bool:
    """Supervisors compute, publish, draft versions and ask for suggestions."""
    return user.access.has(Role.SUPERVISOR)


def may_edit_scheme(user: "User", scheme: "Scheme") -> bool:
    """A draft is its author's."""
    return may_supervise(user) and scheme.drafted_by_id == user.pk


def may_publish_scheme(user: "User", scheme: "Scheme") -> bool:
    """Another supervisor or the head of government; never the author."""
    return (may_supervise(user) or user.access.has(Role.GOVERNMENT_HEAD)) and scheme.drafted_by_id != user.pk


def may_see_edition(user: "User", edition: "Edition") -> bool:
    """The same rule as `RankingEditionQuerySet.visible_to`."""
    return edition.state == "published" or may_see_scores(user)


def may_open_cases(user: "User", row: "Row") -> bool:
    """Cases behind the points: everybody's for who looks over the centre, else those of the own department."""
    return user.access.centre_wide or row.department_id in user.access.departments(Role.DEPARTMENT_HEAD)


def may_see_proposal(user: "User", proposal: "Proposal") -> bool:
    """The same rule as `SuggestionQuerySet.visible_to`."""
    return user.access.centre_wide or may_answer(user, proposal)


def may_answer(user: "User", proposal: "Proposal") -> bool:
    """The head of the department that was asked."""
    return proposal.department_id in user.access.departments(Role.DEPARTMENT_HEAD)


def may_judge(user: "User", proposal: "Proposal") -> bool:
    """A supervisor who is not the head that answers."""
    return may_supervise(user) and not may_answer(user, proposal)
