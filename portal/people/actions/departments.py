"""Departments: made, changed, closed with a successor, opened again. Every change is an event."""

import datetime as dt
import re
from dataclasses import asdict, dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.time import now, today
from portal.people.actions.guards import only_administrators
from portal.people.closing import open_in
from portal.people.models import Department, Posting

CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{1,31}")
RANK = {level: rank for rank, level in enumerate(Department.Level.values)}


@dataclass(frozen=True, kw_only=True)
class DepartmentDraft:
    """What an administrator tells about a department."""

    code: str
    name: str
    name_en: str = ""
    short_name: str = ""
    level: str = Department.Level.CITY
    parent_id: int | None = None
    phone: str = ""


@action
def make_department(actor: Actor, draft: DepartmentDraft) -> Department:
    """A new authority in the centre. Raises Invalid with `fields`, NotAllowed."""
    only_administrators(actor)
    department = Department()
    _fill(department, draft)
    department.save()
    record(department, "department.made", actor, data={"code": department.code, "level": department.level})
    return department


@action
def change_department(actor: Actor, department_id: int, draft: DepartmentDraft) -> Department:
    """Write the new values; the event says which ones. An imported department is complete after this."""
    only_administrators(actor)
    department = _locked(department_id)
    before = {name: getattr(department, name) for name in asdict(draft)}
    _fill(department, draft)
    department.provisional = False
    changed = {
        name: [old, getattr(department, name)] for name, old in before.items() if old != getattr(department, name)
    }
    department.save()
    if changed:
        record(department, "department.changed", actor, data={"changed": changed})
    return department


@action
def close_department(
    actor: Actor, department_id: int, *, on: dt.date, successor_id: int | None = None, take_staff: bool = True
) -> Department:
    """Close from the day `on`. What is open goes to the successor on that day; so do the people with `take_staff`.

    Raises Invalid while something is open and no successor is named, while departments below are open, and for a
    successor that is closed by then.
    """
    only_administrators(actor)
    department = _locked(department_id)
    if department.closed_on is not None:
        raise WrongState(_("This department is closed already."))
    successor = _successor(department, successor_id, on)
    department.closed_on, department.successor = on, successor
    department.save(update_fields=["closed_on", "successor"])
    moved = _end_postings(actor, department, on, successor if take_staff else None)
    data = {"on": on.isoformat(), "successor": successor.code if successor else "", "postings": moved}
    record(department, "department.closed", actor, data=data)
    return department


@action
def reopen_department(actor: Actor, department_id: int) -> Department:
    """Take a closing back. What has moved to the successor stays there; postings are made anew."""
    only_administrators(actor)
    department = _locked(department_id)
    if department.closed_on is None:
        raise WrongState(_("This department is open."))
    department.closed_on = department.successor = None
    department.save(update_fields=["closed_on", "successor"])
    record(department, "department.reopened", actor)
    return department


def _locked(department_id: int) -> Department:
    try:
        return db.lock_row(Department.objects.all(), department_id)
    except Department.DoesNotExist:
        raise NotFound from None


def _fill(department: Department, draft: DepartmentDraft) -> None:
    """Check and set the values. Raises Invalid with every wrong field at once."""
    wrong: dict[str, type_of_message] = {}
    code = draft.code.strip().upper()
    if not CODE.fullmatch(code):
        wrong["code"] = _("2 to 32 capital letters, digits, hyphens or underscores, for example SCJG-01.")
    elif Department.objects.filter(code=code).exclude(pk=department.pk).exists():
        wrong["code"] = _("Another department has this code already.")
    if not draft.name.strip():
        wrong["name"] = _("Enter the department's name.")
    if sentence := _wrong_parent(department, draft):
        wrong["parent"] = sentence
    if wrong:
        raise Invalid(fields=wrong)
    for name, value in asdict(draft).items():
        setattr(department, name, value.strip() if isinstance(value, str) else value)
    department.code = code


def _wrong_parent(department: Department, draft: DepartmentDraft) -> str:
    """Why the parent cannot be that one; "" when it can."""
    if draft.parent_id is None:
        return ""
    parent = Department.objects.filter(pk=draft.parent_id).first()
    if parent is None or parent.closed_on is not None:
        return str(_("This department does not exist or is closed."))
    if RANK[parent.level] > RANK[draft.level]:
        return str(_("A department cannot stand below one of a lower level."))
    above: Department | None = parent
    while above is not None:
        if above.pk == department.pk:
            return str(_("A department cannot stand below itself."))
        above = above.parent
    return ""


def _successor(department: Department, successor_id: int | None, on: dt.date) -> Department | None:
    """The department that takes over. Raises Invalid with `fields`."""
    if on < today():
        raise Invalid(fields={"on": _("A department is closed today or on a day to come.")})
    if department.children.open_on(on).exists():
        raise Invalid(_("There are open departments below this one. Close them first, or put them below another one."))
    if successor_id is None:
        _require_nothing_open(department)
        return None
    successor = Department.objects.open_on(on).filter(pk=successor_id).exclude(pk=department.pk).first()
    if successor is None:
        raise Invalid(fields={"successor": _("Choose a department that is open on that day.")})
    return successor


def _require_nothing_open(department: Department) -> None:
    """Raises Invalid while something is open: it must go somewhere."""
    waiting = open_in(department.pk)
    if not waiting:
        return
    number = sum(count.number for count in waiting)
    words = ngettext(
        "%(number)d thing is still open here (%(list)s). Choose the department that takes it over.",
        "%(number)d things are still open here (%(list)s). Choose the department that takes them over.",
        number,
    )
    listed = ", ".join(f"{count.label}: {count.number}" for count in waiting)
    raise Invalid(fields={"successor": words % {"number": number, "list": listed}}, code="open_work")


def _end_postings(actor: Actor, department: Department, on: dt.date, successor: Department | None) -> int:
    """End what lasts into the closing; with a successor everybody goes on there in the same role."""
    eve, moved = on - dt.timedelta(days=1), 0
    pks = department.postings.filter(ended_at__isnull=True).exclude(ends_on__lt=on).values_list("pk", flat=True)
    for posting in db.lock_rows(Posting.objects.all(), list(pks)):
        starts_on, ends_on = max(posting.starts_on, on), posting.ends_on
        posting.ends_on = max(posting.starts_on, eve)
        posting.ended_at = now() if posting.ends_on >= on or on <= today() else None
        posting.save(update_fields=["ends_on", "ended_at"])
        record(posting, "posting.ended", actor, data={"on": posting.ends_on.isoformat(), "closing": department.code})
        if successor is None or _holds(successor, posting, starts_on):
            continue
        new = Posting.objects.create(
            user_id=posting.user_id,
            department=successor,
            role=posting.role,
            starts_on=starts_on,
            ends_on=ends_on,
            substitute_id=posting.substitute_id,
        )
        record(new, "posting.made", actor, data={"role": new.role, "department": successor.code, "after": posting.pk})
        moved += 1
    return moved


def _holds(successor: Department, posting: Posting, day: dt.date) -> bool:
    """Whether the person has the role in the successor already."""
    return successor.postings.in_force(day).filter(user=posting.user_id, role=posting.role).exists()
