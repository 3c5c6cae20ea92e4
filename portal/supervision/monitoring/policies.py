"""Who sees the lamps, who may act on them, and who the second and third person may be: pure functions."""

from typing import TYPE_CHECKING

from portal.core.time import today
from portal.people.roles import Role
from portal.supervision.monitoring.querysets import TOLD
from portal.supervision.policies import departments_on_board, may_see_board

if TYPE_CHECKING:
    from portal.people.models import User
    from portal.supervision.monitoring.models import Accountability, Act, Sample

JUDGES = (Role.SUPERVISOR, Role.GOVERNMENT_HEAD)


def may_see_lamps(user: "User") -> bool:
    """Supervisors, auditors, administrators and the head of government all lamps; heads their department's."""
    return may_see_board(user)


def departments_seen(user: "User") -> frozenset[int] | None:
    """The departments whose lamps and records the person sees; None for all."""
    return departments_on_board(user)


def sees_department(user: "User", department_id: int | None) -> bool:
    seen = departments_seen(user)
    return seen is None or department_id in seen


def may_supervise(user: "User") -> bool:
    """Remind, issue orders, ask for explanations, propose accountability, review samples."""
    return user.access.has(Role.SUPERVISOR)


# --- acts -------------------------------------------------------------------------------------------------------------


def may_see_act(user: "User", act: "Act") -> bool:
    """The same rule as `ActQuerySet.visible_to`."""
    return user.access.centre_wide or heads(user, act)


def heads(user: "User", thing: "Act | Accountability | Sample") -> bool:
    """The head of the unit that it is about."""
    return thing.department_id in user.access.departments(Role.DEPARTMENT_HEAD)


def may_judge(user: "User", act: "Act") -> bool:
    """A supervisor, and never on a reply of the own hand."""
    return may_supervise(user) and user.pk != act.replied_by_id


def may_withdraw(user: "User", _act: "Act") -> bool:
    return may_supervise(user)


# --- accountability ---------------------------------------------------------------------------------------------------


def may_see_accountability(user: "User", record: "Accountability") -> bool:
    """The same rule as `AccountabilityQuerySet.visible_to`."""
    if user.access.centre_wide:
        return True
    return record.state in TOLD and (heads(user, record) or record.person_id == user.pk)


def _judges(user: "User") -> bool:
    return any(user.access.has(role) for role in JUDGES)


def may_confirm(user: "User", record: "Accountability") -> bool:
    """Another supervisor or the head of government; never who proposed, and never who is concerned."""
    return _judges(user) and user.pk not in (record.proposed_by_id, record.person_id)


def may_revoke(user: "User", record: "Accountability") -> bool:
    """A measure found wrong is taken back by whoever could have confirmed it."""
    return may_confirm(user, record)


def may_appeal(user: "User", record: "Accountability") -> bool:
    """The unit's head, within the time for it."""
    return heads(user, record) and record.appeal_until_on is not None and today() <= record.appeal_until_on


def may_decide_appeal(user: "User", record: "Accountability") -> bool:
    """A third person: neither who proposed nor who confirmed, nor who is concerned or appealed."""
    before = (record.proposed_by_id, record.confirmed_by_id, record.person_id, record.appealed_by_id)
    return _judges(user) and user.pk not in before


# --- samples ----------------------------------------------------------------------------------------------------------


def may_see_sample(user: "User", sample: "Sample") -> bool:
    """The same rule as `SampleQuerySet.visible_to`."""
    return user.access.centre_wide or (sample.state == "improper" and heads(user, sample))


def may_review(user: "User", sample: "Sample") -> bool:
    """A supervisor who did not do it."""
    return may_supervise(user) and user.pk != sample.done_by_id


def may_see_person(user: "User", departments: frozenset[int]) -> bool:
    """The record of a person of these departments: supervisors and their like, and the person's own head."""
    seen = departments_seen(user)
    return may_see_board(user) and (seen is None or bool(seen & departments))
