"""What supervisors do: remind a unit of a case (催办), once a day and counted."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Max
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from approvals.cases.models import Case
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.notifications import Template, Words, notify, register
from portal.core.time import now, today
from portal.people.models import Posting, User
from portal.people.roles import Role
from portal.supervision.models import Reminder
from portal.supervision.policies import may_remind

REMINDER = register(
    Template(
        "supervision.reminder",
        _("Reminder: please deal with %(number)s"),
        _("The supervisors remind you of case %(number)s (%(item)s). Please deal with it."),
        frozenset({"number", "item"}),
    )
)
REMINDED = "case.reminded"


@dataclass(frozen=True)
class Reminded:
    """How often a unit was reminded of a case, and when last."""

    times: int
    last_on: dt.date

    @property
    def today(self) -> bool:
        return self.last_on >= today()


def reminders_of(case_ids: Iterable[int]) -> dict[int, Reminded]:
    """The reminders of some cases; cases without any are left out."""
    rows = Reminder.objects.filter(case__in=list(case_ids))
    counted = rows.order_by().values_list("case_id").annotate(Count("pk"), Max("reminded_on"))
    return {pk: Reminded(times, last) for pk, times, last in counted}


@action
def remind(actor: Actor, number: str) -> Case:
    """Remind the clerk and the head of the department of an open case.

    Raises NotFound, NotAllowed, WrongState (ended, or reminded today already).
    """
    if actor.user is None or not may_remind(actor.user):
        raise NotAllowed()
    pk = Case.objects.filed().filter(number=number).values_list("pk", flat=True).first()
    if pk is None:
        raise NotFound()
    case = db.lock_row(Case.objects.all(), pk)
    if not case.is_open:
        raise WrongState(_("This case has ended; there is nothing to remind of."))
    said = reminders_of([pk]).get(pk)
    if said and said.today:
        raise WrongState(_("A reminder for this case was sent today already."))
    Reminder.objects.create(
        case=case, department_id=case.department_id, reminded_on=today(), reminded_at=now(), reminded_by=actor.user
    )
    event = record(case, REMINDED, actor, from_state=case.state, to_state=case.state)
    for person in _in_charge(case):
        notify(
            person,
            REMINDER.code,
            {"number": case.number, "item": Words(case.item.name, case.item.name_en)},
            about=("cases.case", case.pk),
            channels=("in_app",),
            path=reverse("cases:desk-case", args=[case.number]),
            key=f"event:{event.pk}",
        )
    return case


def _in_charge(case: Case) -> list[User]:
    heads = Posting.objects.in_force().filter(department=case.department_id, role=Role.DEPARTMENT_HEAD)
    people = {posting.user_id: posting.user for posting in heads.select_related("user")}
    if case.staff is not None:
        people[case.staff.pk] = case.staff
    return list(people.values())
