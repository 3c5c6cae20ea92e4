"""What the portal does when the time has come: publicity that is over, lamps of what was not done, tenders that ended."""

from typing import Any

from django.db.models import Q

from portal.core import db
from portal.core.actions import action
from portal.core.time import today
from procurement.awards import deals, limits, notices
from procurement.awards.actions.common import Stage, enter
from procurement.awards.models import Contract, Payment, Penalty, Procedure, Remedy
from procurement.awards.reading import HELD_STAGES, QUIET
from procurement.models import Status
from procurement.tenders.models import FailedLot, Project

BATCH = 200
ENDS = {"failed": Status.FAILED, "repeated": Status.FAILED, "terminated": Status.TERMINATED}


@action
def end_publicity(limit: int = BATCH) -> int:
    """Procedures whose publicity is over: the winner is to be chosen, a sale to be confirmed. Returns how many."""
    due = Procedure.objects.filter(stage=Stage.PUBLICITY, public_until_on__lt=today()).order_by("due_on", "pk")
    pks = list(due.values_list("project", flat=True)[:limit])
    projects = {one.pk: one for one in db.lock_rows(Project.objects.select_related("buyer"), pks)}
    done = 0
    for procedure in Procedure.objects.filter(project__in=projects, stage=Stage.PUBLICITY):
        procedure.project = projects[procedure.project_id]
        ended = procedure.public_until_on
        enter(procedure, Stage.ANNOUNCE if procedure.project.is_sale else Stage.CHOOSE, ended)
        done += 1
    return done


@action
def light_lamps(limit: int = BATCH) -> int:
    """Tell once of each limit that passed: stages, contracts, payments, remedies, penalties. Returns how many."""
    late: dict[str, Any] = {"due_on__lt": today(), "red_lit_on__isnull": True}
    held = Q(stage__in=HELD_STAGES, project__in=Remedy.objects.stopping(today()).values("project"))
    stages = Procedure.objects.filter(**late).exclude(stage__in=QUIET).exclude(held)
    _begin_anew(stages.filter(stage__in=HELD_STAGES), limit)
    done = _light(stages.select_related("project__buyer", "project__agency"), notices.tell_late_stage, limit)
    contracts = Contract.objects.filter(**late, state__in=("due", "signed"))
    done += _light(contracts.select_related("lot__project__buyer"), notices.tell_late_contract, limit)
    payments = Payment.objects.filter(**late, paid_on__isnull=True, contract__state="signed")
    done += _light(payments.select_related("contract__lot__project__buyer"), notices.tell_late_payment, limit)
    remedies = Remedy.objects.filter(**late, state__in=("filed", "accepted"))
    done += _light(remedies.select_related("project__buyer", "project__agency"), notices.tell_late_remedy, limit)
    penalties = Penalty.objects.filter(**late, state="decided")
    return done + _light(penalties.select_related("organisation"), notices.tell_late_penalty, limit)


def _begin_anew(late: Any, limit: int) -> None:
    """A stage whose limit passed while a remedy held the tender up has it again from the day on which it went on."""
    pks = list(late.order_by("due_on", "pk").values_list("pk", flat=True)[:limit])
    rows = db.lock_rows(late.select_related("project"), pks)
    went_on = Remedy.objects.went_on([one.project_id for one in rows])
    for one in rows:
        begin = went_on.get(one.project_id)
        due = limits.due_of(one.stage, one.project, begin) if begin else None
        if due is not None and one.due_on is not None and due > one.due_on:
            one.due_on = due
            one.save(update_fields=["due_on"])


def _light(found: Any, tell: Any, limit: int) -> int:
    pks = list(found.order_by("due_on", "pk").values_list("pk", flat=True)[:limit])
    rows = db.lock_rows(found, pks)
    for row in rows:
        row.red_lit_on = today()
        row.save(update_fields=["red_lit_on"])
        tell(row)
    return len(rows)


@action
def write_ended(project_id: int) -> int:
    """A tender failed or was terminated: the register of deals shows each lot so. Safe to repeat."""
    rows = db.lock_rows(Project.objects.select_related("buyer"), [project_id])
    if not rows or rows[0].state not in ENDS or rows[0].announced_at is None:
        return 0
    return deals.end_all(rows[0], ENDS[rows[0].state])


@action
def write_failed_lots(project_id: int) -> int:
    """Lots failed alone, or are back in the evaluation: the register of deals says so, each once. Safe to repeat."""
    rows = db.lock_rows(Project.objects.select_related("buyer"), [project_id])
    if not rows or rows[0].announced_at is None:
        return 0
    done = 0
    failed = FailedLot.objects.filter(lot__project=project_id, lot__award__isnull=True)
    for one in failed.select_related("lot").order_by("lot__number"):
        one.lot.project = rows[0]
        done += deals.follow_failure(one.lot, lifted=one.state == "lifted")
    return done
