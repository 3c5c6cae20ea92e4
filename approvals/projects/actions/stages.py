"""Opening a stage, which asks every department of its plan at once, and closing it."""

from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from approvals.catalogue.models import Item
from approvals.projects import notices, rules
from approvals.projects.actions.common import join, locked, locked_part, settle, successor_of, told_of
from approvals.projects.lifecycle import PROJECT, STAGE
from approvals.projects.measures import OPINION_MEASURES, STAGE_MEASURES
from approvals.projects.models import OpinionRequest, PlanLine, Project, Stage, StageCode, StagePlan
from approvals.projects.standing import ORDER, check_closable, saved_of
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.calendar import calendar_version, workdays
from portal.core.errors import Invalid, WrongState
from portal.core.lifecycle import Step
from portal.core.statistics import watch
from portal.core.time import today
from portal.people.models import Department, User


def plan_of(stage: str) -> StagePlan | None:
    """The plan of a stage that is in force today: the latest version that has begun."""
    rows = StagePlan.objects.filter(stage=stage, valid_from__lte=today()).select_related("lead")
    return rows.order_by("-valid_from", "-version").first()


def next_stages(project: Project) -> list[str]:
    """The codes of the stages that have not been opened."""
    held = set(Stage.objects.filter(project=project).values_list("code", flat=True))
    return [code for code in ORDER if code not in held]


def comes_early(project: Project, code: str) -> bool:
    """Whether a stage before this one is not closed, so that only preliminary opinions can be asked."""
    before = ORDER[: ORDER.index(code)]
    closed = Stage.objects.filter(project=project, code__in=before, state="closed").count()
    return closed < len(before)


@action
def open_stage(
    actor: Actor, project_id: int, code: str, *, early: bool = False, state_version: int, note: str = ""
) -> Stage:
    """Open a stage by its plan: each department is asked on the same day, with its own limit.

    `early` says that the stage before is not closed: the opinions are preliminary (预审批), are confirmed later or lapse,
    and silence gives no consent to them. Raises Invalid, WrongState, Stale, NotAllowed.
    """
    project = locked(actor, project_id)
    step = PROJECT.begin(project, "open_stage", actor, state_version=state_version)
    if code not in StageCode.values or code not in next_stages(project):
        raise WrongState(_("This stage has been opened already."))
    plan = plan_of(code)
    lines = list(plan.lines.select_related("department", "item")) if plan else []
    if plan is None or not lines:
        raise WrongState(_("No plan of this stage is in force. An administrator declares who is asked in it."))
    is_early = comes_early(project, code)
    if is_early and not early:
        raise Invalid(
            fields={"early": _("The stage before is not closed. Only preliminary opinions can be asked now.")}
        )
    if is_early and _early_open(project):
        raise WrongState(_("One stage ahead of its time is enough: close the stage before it first."))
    day, index = today(), workdays()
    limit = rules.days(f"{code}_days", day)
    stage = Stage(
        project=project, code=code, plan=plan, lead=successor_of(plan.lead), early=is_early, opened_on=day,
        limit_days=limit, due_on=index.add(day, limit),
    )  # fmt: skip
    stage.save()
    step.apply()
    _ask_all(step, stage, lines, note)
    settle(project)
    told_of(
        project, "open_stage", actor, to_state=project.state, stage=code, early=is_early,
        note=str(StageCode(code).label), due=stage.due_on.isoformat(),
    )  # fmt: skip
    notices.tell_builder(project, notices.STAGE_OPENED, key=f"opened:{stage.pk}", stage=stage)
    return stage


def _early_open(project: Project) -> bool:
    return Stage.objects.filter(project=project, early=True, state="open").exists()


def _ask_all(step: Step[Project], stage: Stage, lines: Sequence[PlanLine], note: str) -> None:
    assert step.actor.user is not None  # noqa: S101 - the lifecycle let a person in
    for line in lines:
        ask_one(
            step.obj, stage, successor_of(line.department), user=step.actor.user, kind=line.kind, item=line.item,
            limit_days=line.limit_days, question=note, preliminary=stage.early,
        )  # fmt: skip


def ask_one(
    project: Project,
    stage: Stage,
    department: Department,
    *,
    user: User,
    kind: str,
    item: Item | None,
    limit_days: int | None,
    question: str = "",
    preliminary: bool = False,
    precondition: str = "",
    replaces: OpinionRequest | None = None,
) -> OpinionRequest:
    """One request with its days, under the project's lock. Raises Invalid where the same question waits already."""
    waiting = stage.requests.waiting().filter(department=department, kind=kind)
    same = waiting.filter(item=item) if item is not None else waiting.filter(item__isnull=True)
    if same.exists():
        raise Invalid(fields={"department": _("This department is being asked the same already.")})
    day, index = today(), workdays()
    limit = limit_days or rules.days("opinion_days", day)
    due = index.add(day, limit)
    if preliminary and not precondition:
        precondition = _g("The stage before is closed.")
    one = OpinionRequest(
        project=project, stage=stage, department=department, item=item, kind=kind, question=question.strip(),
        preliminary=preliminary, precondition=precondition.strip()[:300], asked_on=day, asked_by=user,
        limit_days=limit, due_on=due, amber_on=max(day, index.add(due, -rules.days("amber_days", day))),
        calendar_version=calendar_version(), replaces=replaces,
    )  # fmt: skip
    with watch(OPINION_MEASURES, one):
        one.save()
    join(project, department)
    notices.tell_asked(one)
    return one


@action
def close_stage(actor: Actor, stage_id: int, *, state_version: int) -> Stage:
    """Close a stage that waits for nobody; the days that working side by side saved are written down.

    Raises StageWaits with what it still waits for, and what the lifecycle raises.
    """
    stage: Stage
    project, stage = locked_part(actor, Stage.objects.all(), stage_id)
    step = STAGE.begin(stage, "close", actor, state_version=state_version)
    check_closable(stage)
    saved = saved_of(list(stage.requests.all()))
    with watch(STAGE_MEASURES, stage):
        step.apply()
        stage.closed_on, stage.serial_days, stage.span_days = today(), saved.serial, saved.span
        stage.save()
    settle(project)
    told_of(
        project, "stage_closed", actor, stage=stage.code, serial=saved.serial, span=saved.span,
        note=str(StageCode(stage.code).label),
    )  # fmt: skip
    _tell_preliminary(project, stage)
    notices.tell_builder(project, notices.STAGE_CLOSED, key=f"closed:{stage.pk}", stage=stage)
    return stage


def _tell_preliminary(project: Project, closed: Stage) -> None:
    """The precondition of the next stage's preliminary opinions is met: their departments hear that they can confirm."""
    rows = OpinionRequest.objects.filter(Q(state="preliminary"), project=project, stage__early=True)
    for one in rows.exclude(stage=closed).select_related("department", "stage"):
        one.project = project
        notices.tell_request(one, notices.CONFIRM, key=f"confirm:{one.pk}:{closed.pk}")
