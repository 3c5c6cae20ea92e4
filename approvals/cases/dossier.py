"""What the page of a case shows of its parts: materials with what was brought, supplement notices, and roles."""

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext

from approvals.cases.answers import SENT, SPOT, Change, changes_since, corrections
from approvals.cases.clockwork import clock_of
from approvals.cases.lifecycle import CASE
from approvals.cases.models import (
    Case,
    CaseContent,
    CaseMaterial,
    CaseStop,
    Consultation,
    Proposal,
    SupplementRequest,
    principal_of,
)
from portal.core import clock as clocks
from portal.core.calendar import workdays
from portal.core.time import today
from portal.people.roles import Role

if TYPE_CHECKING:
    from portal.people.models import User


@dataclass(frozen=True)
class Paper:
    """One material of the item: what was brought for it, what that replaced, and whether a notice named it."""

    material: Any  # None: came beside the list
    brought: list[CaseMaterial] = field(default_factory=list)
    earlier: list[CaseMaterial] = field(default_factory=list)
    asked_at: dt.datetime | None = None
    power_of_attorney: bool = False  # of the person whom an agent files for

    @property
    def required(self) -> bool:
        return self.power_of_attorney or bool(self.material and self.material.required)

    @property
    def is_missing(self) -> bool:
        return self.required and not self.brought

    @property
    def is_new(self) -> bool:
        """Brought after the last notice that named it."""
        return self.asked_at is not None and any(one.added_at > self.asked_at for one in self.brought)


@dataclass(frozen=True)
class Notice:
    """A supplement notice with the names of what it asked for."""

    request: SupplementRequest
    missing: list[str]


def papers_of(case: Case) -> list[Paper]:
    """Each material of the case's version, in order, and at the end what came beside them. Three queries.

    Where somebody files for another person, the power of attorney stands first.
    """
    asked = {int(pk): one.asked_at for one in case.supplement_requests.order_by("pk") for pk in one.missing}
    papers = {material.pk: Paper(material, asked_at=asked.get(material.pk)) for material in _materials(case)}
    beside, authority = Paper(None), Paper(None, power_of_attorney=True)
    for row in case.materials.select_related("file"):
        paper = authority if row.power_of_attorney else papers.get(row.material_id or 0, beside)
        (paper.earlier if row.replaced_at else paper.brought).append(row)
    first = [authority] if principal_of(case) else []
    return [*first, *papers.values(), *([beside] if beside.brought or beside.earlier else [])]


def _materials(case: Case) -> list[Any]:
    return list(case.version.materials.all()) if case.version else []


def notices_of(case: Case) -> list[Notice]:
    """The supplement notices, newest first."""
    if not case.supplement_notices:
        return []
    names = {material.pk: material.local_name for material in _materials(case)}
    return [
        Notice(one, [names[int(pk)] for pk in one.missing if int(pk) in names])
        for one in case.supplement_requests.order_by("-pk")
    ]


# --- what changed, and who else was asked -----------------------------------------------------------------------------


@dataclass(frozen=True)
class FileChange:
    """The files of one material: those that went and those that came."""

    name: str
    gone: list[CaseMaterial]
    new: list[CaseMaterial]


@dataclass(frozen=True)
class Changed:
    """What is different since a supplement notice or a correction on the spot: answers and files, before and after."""

    title: str
    answers: list[Change]
    files: list[FileChange]


def changes_of(case: Case, content: CaseContent) -> list[Changed]:
    """What the applicant changed after the last notice, and what was corrected at the window; empty without either."""
    found = []
    if case.supplement_notices:
        answers = changes_since(case, content, f"{SENT}{case.supplement_notices}")
        asked = case.supplement_requests.order_by("-pk").first()
        files = _files_since(case, asked.asked_at) if asked else []
        if answers or files:
            found.append(Changed(gettext("Changed since the supplement notice"), answers, files))
    if corrections(content) and (answers := changes_since(case, content, f"{SPOT}1")):
        found.append(Changed(gettext("Corrected on the spot"), answers, []))
    return found


def _files_since(case: Case, moment: dt.datetime) -> list[FileChange]:
    """Materials of which a file was taken out or added after that moment, by the name of the material."""
    rows = case.materials.filter(Q(added_at__gt=moment) | Q(replaced_at__gt=moment)).select_related("file", "material")
    by_name: dict[str, FileChange] = {}
    for row in rows:
        name = row.material.local_name if row.material else row.title
        change = by_name.setdefault(name, FileChange(name, [], []))
        if row.added_at > moment and row.replaced_at is None:
            change.new.append(row)
        elif row.added_at <= moment and row.replaced_at is not None:
            change.gone.append(row)
    return [change for change in by_name.values() if change.gone or change.new]


def consultations_of(case: Case) -> list[Consultation]:
    """Other departments and higher authorities that were asked; no query for the cases of which none was."""
    if case.joint_on is None and case.reported_on is None:
        return []
    return list(case.consultations.select_related("department", "asked_by"))


# --- the clock ------------------------------------------------------------------------------------------------------


def elapsed(case: Case, stops: list[CaseStop]) -> int | None:
    """Working days used up to today or to the end; None before acceptance."""
    clock = clock_of(case, stops, workdays())
    return clock.elapsed(case.ended_on or today()) if clock else None


def due_if_accepted(case: Case) -> dt.date | None:
    """Until when the decision would be due if the case were accepted today."""
    if case.promised_days is None or case.kind == "immediate":
        return None
    counted_from = case.complete_on if case.supplement_notices and case.complete_on else today()
    return clocks.limit_ends_on(workdays(), counted_from, case.promised_days)


# --- who ------------------------------------------------------------------------------------------------------------

# Steps of the applicant: they have pages of their own.
APPLICANTS_STEPS = frozenset({"submit", "resubmit", "withdraw"})
# In this order a role is taken for a step, where somebody holds several in the department.
HANDLING_ORDER = (Role.CLERK, Role.REVIEWER, Role.DEPARTMENT_HEAD)
CONFIRMING_ORDER = (Role.DEPARTMENT_HEAD, Role.REVIEWER)
ORDER_OF_STEP = {
    "pass_review": (Role.REVIEWER,),
    "send_back": CONFIRMING_ORDER,
    "correct": (Role.SUPERVISOR,),
    "allow_second_notice": (Role.SUPERVISOR,),
}


def role_for(user: "User", case: Case, step: str = "", *, confirming: bool = False) -> str:
    """The role in which the person acts on this case: what the event and the access log will say."""
    order: tuple[Role, ...] = CONFIRMING_ORDER if confirming else ORDER_OF_STEP.get(step, HANDLING_ORDER)
    if step == "approve" and case.review_steps:
        order = (Role.DEPARTMENT_HEAD,)
    for role in order:
        if user.access.has(role, case.department_id):
            return role.value
    return next(iter(sorted(user.access.roles - {Role.CITIZEN.value})), Role.CITIZEN.value)


def may_confirm(user: "User", waiting: Proposal, case: Case) -> bool:
    """Whether this person is the second pair of eyes for the proposal."""
    confirms = CASE.transitions[waiting.step].confirms
    return confirms is not None and confirms(user, case) and waiting.proposed_by_id != user.pk
