"""A city with departments, a builder and a plan for each stage: what the tests of joint review stand on."""

import datetime as dt
import itertools
from typing import Any

from django.db import transaction

from approvals.projects import actions
from approvals.projects.actions.registering import ProjectDraft
from approvals.projects.measures import STAGE_MEASURES
from approvals.projects.models import OpinionRequest, PlanLine, Project, Stage, StagePlan
from portal.core.actors import Actor
from portal.core.jobs import run_due_jobs
from portal.core.statistics import watch
from portal.core.time import driven_clock, now
from portal.people.actors import actor_of
from portal.people.models import Department, Membership, Organisation, User
from portal.people.roles import Role
from tests import factories

_serial = itertools.count(1)
BEGUN = factories.moment("2026-06-01 09:00")  # a Monday
NAMES = {
    "FGW": ("市发展和改革委员会", "Development and Reform Commission", "发改委"),
    "ZRZY": ("市自然资源和规划局", "Natural Resources and Planning Bureau", "资规局"),
    "ZJJ": ("市住房和城乡建设局", "Housing and Construction Bureau", "住建局"),
    "XF": ("市消防救援支队", "Fire and Rescue Division", "消防支队"),
    "RFB": ("市人民防空办公室", "Civil Air Defence Office", "人防办"),
}


def bureau(code: str) -> Department:
    name, name_en, short = NAMES[code]
    return factories.department(code, name=name, name_en=name_en, short_name=short)


def firm(*agents: User) -> Organisation:
    """A builder with people who act for it."""
    n = next(_serial)
    made = Organisation.objects.create(uscc=f"9132070{n:011d}", name=f"海州港城建设{n}有限公司", legal_person="王建")
    for agent in agents:
        Membership.objects.create(organisation=made, user=agent, starts_on=dt.date(2020, 1, 1))
    return made


def plan(stage: str, lead: Department, *lines: tuple[Any, ...], by: User | None = None) -> StagePlan:
    """A plan in force since 2020; a line is (department, kind) or (department, kind, item)."""
    made = StagePlan.objects.create(
        stage=stage, version=1, lead=lead, valid_from=dt.date(2020, 1, 1), made_at=now(),
        made_by=by or factories.staff(Role.SUPERVISOR),
    )  # fmt: skip
    PlanLine.objects.bulk_create(
        PlanLine(plan=made, department=line[0], kind=line[1], item=line[2] if len(line) > 2 else None) for line in lines
    )
    return made


def code_of(n: int) -> str:
    return f"2408-350200-04-01-{n:06d}"


def draft(lead: Department, builder: Organisation, **more: Any) -> ProjectDraft:
    values: dict[str, Any] = {
        "code": code_of(next(_serial)), "name": "滨海新城中学新建工程", "builder_uscc": builder.uscc,
        "site": "滨海新城海宁路以东", "investment_fen": 186_000_000_00, "kind": "government", "lead_id": lead.pk,
        "contact_name": "赵建国", "contact_phone": "13800001234", **more,
    }  # fmt: skip
    return ProjectDraft(**values)


class Town:
    """The people of a joint review. Departments: the lead, planning, construction, fire, civil defence."""

    def __init__(self) -> None:
        self.lead, self.planning, self.building, self.fire, self.defence = map(bureau, NAMES)
        self.supervisor = self._actor(Role.SUPERVISOR)
        self.runner = self._actor(Role.REVIEWER, self.lead)
        self.agent_user = factories.citizen()
        self.builder = firm(self.agent_user)
        self.agent = actor_of(self.agent_user, Role.AGENT)

    def _actor(self, role: Role, dept: Department | None = None) -> Actor:
        return actor_of(factories.staff(role, dept), role)

    def of(self, dept: Department, role: Role = Role.REVIEWER) -> Actor:
        """Somebody of a department, the same one each time."""
        key = f"_{dept.code}_{role}"
        if not hasattr(self, key):
            setattr(self, key, self._actor(role, dept))
        return getattr(self, key)

    def plans(self) -> None:
        by = self.supervisor.user
        plan("planning", self.lead, (self.planning, "permit"), (self.fire, "consultation"), by=by)
        plan(
            "permit", self.lead, (self.building, "permit"), (self.fire, "consultation"), (self.defence, "consultation"),
            by=by,
        )  # fmt: skip
        plan(
            "acceptance", self.lead, (self.building, "permit"), (self.fire, "acceptance"), (self.defence, "acceptance"),
            by=by,
        )  # fmt: skip

    def project(self, **more: Any) -> Project:
        return actions.register(self.runner, draft(self.lead, self.builder, **more))

    def opened(self, code_wanted: str = "planning", **more: Any) -> Stage:
        """A project with a stage open; the stages before it are closed by hand."""
        project = self.project(**more)
        before = ["planning", "permit", "acceptance"]
        for code in before[: before.index(code_wanted)]:
            stage = Stage(
                project=project, code=code, lead=self.lead, state="closed", opened_on=dt.date(2026, 1, 5), limit_days=30,
                due_on=dt.date(2026, 3, 1), closed_on=dt.date(2026, 2, 2),
            )  # fmt: skip
            with transaction.atomic(), watch(STAGE_MEASURES, stage):
                stage.save()
        return actions.open_stage(self.runner, project.pk, code_wanted, state_version=project.state_version)

    def asked(self, stage: Stage, dept: Department) -> OpinionRequest:
        return OpinionRequest.objects.get(stage=stage, department=dept, replaced_by__isnull=True)

    def answer(
        self, one: OpinionRequest, verdict: str = "agree", text: str = "无意见", role: Role = Role.REVIEWER
    ) -> Any:
        one.refresh_from_db()
        actor = self.of(one.department, role)
        return actions.answer(actor, one.pk, verdict=verdict, text=text, state_version=one.state_version)


def at(text: str) -> Any:
    return driven_clock(factories.moment(text))


def work() -> None:
    """All jobs that are due."""
    while run_due_jobs():
        pass
