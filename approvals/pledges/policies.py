"""Who may do what with promises, commitments and credit records: pure functions of (user, thing)."""

from typing import TYPE_CHECKING, Any

from approvals.cases import policies as cases
from approvals.pledges.querysets import DESK
from portal.people.roles import Role

if TYPE_CHECKING:
    from approvals.cases.models import Case
    from approvals.catalogue.models import Item
    from approvals.pledges.models import Commitment, CommitmentText, CreditRecord, PromisedMaterial

    Pledge = PromisedMaterial | Commitment


def may_see(user: Any, pledge: "Pledge") -> bool:
    """The same rule as `visible_to` of promised materials and commitments."""
    if not user.is_authenticated:
        return False
    case = pledge.case
    if cases.is_applicant(user, case):
        return True
    at_work = user.access.centre_wide or case.department_id in user.access.departments(*DESK)
    return bool(at_work) and not case.is_draft


def may_bring(user: Any, promise: "PromisedMaterial") -> bool:
    """The applicant; a clerk of the department or of the front desk for one who comes to the window."""
    return cases.may_bring_supplement(user, promise.case) and not promise.case.is_draft


def may_settle(user: Any, promise: "PromisedMaterial") -> bool:
    """A clerk of the department, in somebody else's matter."""
    return cases.may_handle(user, promise.case)


def may_certify(user: Any, case: "Case") -> bool:
    """The clerk who takes the application in, in somebody else's matter, while it is a draft."""
    return case.is_draft and cases.is_intake_clerk(user, case) and not cases.is_applicant(user, case)


def may_decide_at_once(user: Any, commitment: "Commitment") -> bool:
    return cases.may_handle(user, commitment.case)


def may_check(user: Any, commitment: "Commitment") -> bool:
    """A clerk or reviewer of the department."""
    return cases.may_propose(user, commitment.case)


def may_see_desk(user: Any) -> bool:
    """The lists of the staff."""
    return bool(user.is_authenticated and (user.access.centre_wide or user.access.departments(*DESK)))


def may_see_text(user: Any, text: "CommitmentText") -> bool:
    """The same rule as `CommitmentTextQuerySet.visible_to`."""
    if not user.is_authenticated:
        return False
    return bool(user.access.centre_wide or text.item.department_id in user.access.departments(*DESK))


def may_edit(user: Any, item: "Item") -> bool:
    """Texts and terms: the head of the item's department, and the administrator."""
    if not user.is_authenticated:
        return False
    return bool(user.access.has(Role.DEPARTMENT_HEAD, item.department_id) or user.access.has(Role.ADMINISTRATOR))


def may_publish(user: Any, text: "CommitmentText") -> bool:
    """Another person than the one who wrote it."""
    return may_edit(user, text.item) and text.made_by_id != user.pk


def is_subject(user: Any, record: "CreditRecord") -> bool:
    """The same rule as `CreditRecordQuerySet.held_by`."""
    if record.organisation_id is not None:
        return record.organisation_id in user.acting_for
    return bool(record.person_id == user.pk)


def may_see_record(user: Any, record: "CreditRecord") -> bool:
    """The same rule as `CreditRecordQuerySet.visible_to`."""
    if not user.is_authenticated:
        return False
    if is_subject(user, record) or user.access.centre_wide:
        return True
    return bool(record.department_id in user.access.departments(*DESK))


def may_read_subject(user: Any, record: "CreditRecord") -> bool:
    """The unmasked name: the subject, and the department that recorded it. The viewing is logged."""
    return is_subject(user, record) or record.department_id in user.access.departments(*DESK)


def may_answer(user: Any, record: "CreditRecord") -> bool:
    """A supervisor answers, not the department that recorded it, and never the subject."""
    return bool(user.access.has(Role.SUPERVISOR)) and not is_subject(user, record)
