"""The people of supervision, a department with its head, and lamps that burn; the clock stands on a Friday."""

import datetime as dt
from typing import Any

from portal.core.actors import Actor
from portal.core.lamps import Lamp, LampScope, stream
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from portal.supervision.monitoring import actions
from portal.supervision.monitoring.actions import AccountabilityDraft, ActDraft
from portal.supervision.monitoring.models import Accountability, Act
from tests import factories

FRIDAY = "2026-11-20 10:00"


def at(text: str) -> Any:
    """`2026-11-20 10:00`, or a day alone for ten o'clock."""
    return driven_clock(factories.moment(text if " " in text else f"{text} 10:00"))


class Office:
    """Two supervisors, the head of government, a department with head, clerk, and another department."""

    def __init__(self) -> None:
        self.department = factories.department()
        self.other = factories.department("ZJJ", name="市住房和城乡建设局", name_en="Housing Bureau")
        self.people: dict[str, User] = {
            "supervisor": factories.staff(Role.SUPERVISOR, name="郑国栋"),
            "second": factories.staff(Role.SUPERVISOR, name="孙立新"),
            "third": factories.staff(Role.GOVERNMENT_HEAD, name="陈志远"),
            "auditor": factories.staff(Role.AUDITOR),
            "head": factories.staff(Role.DEPARTMENT_HEAD, self.department, name="赵明华"),
            "clerk": factories.staff(Role.CLERK, self.department, name="李晓燕"),
            "other_head": factories.staff(Role.DEPARTMENT_HEAD, self.other, name="钱建国"),
        }

    def user(self, who: str) -> User:
        return User.objects.get(pk=self.people[who].pk)

    def actor(self, who: str) -> Actor:
        roles = {"head": Role.DEPARTMENT_HEAD, "other_head": Role.DEPARTMENT_HEAD, "clerk": Role.CLERK}
        roles |= {"third": Role.GOVERNMENT_HEAD, "auditor": Role.AUDITOR}
        return actor_of(self.user(who), roles.get(who, Role.SUPERVISOR))

    def order(self, *lamps: str, **more: Any) -> Act:
        return actions.issue(self.actor("supervisor"), self.draft(lamps=lamps, **more))

    def draft(self, **more: Any) -> ActDraft:
        values: dict[str, Any] = {
            "kind": "order", "department": self.department, "title": "超期办件督办", "text": "请三日内办结并说明原因。",
            "limit_days": 3,
        }  # fmt: skip
        return ActDraft(**{**values, **more})

    def step(self, who: str, act: Act, code: str, **inputs: Any) -> Act:
        version = Act.objects.get(pk=act.pk).state_version
        return actions.take_act_step(self.actor(who), act.pk, code, inputs, state_version=version)

    def proposed(self, who: str = "supervisor", **more: Any) -> Accountability:
        values: dict[str, Any] = {
            "department": self.department, "measure": "talk", "ground": "督办事项逾期未回复。",
            "basis": "《海州市政务服务责任追究办法》第八条",
        }  # fmt: skip
        return actions.propose(self.actor(who), AccountabilityDraft(**{**values, **more}))

    def judge(self, who: str, record: Accountability, code: str, **inputs: Any) -> Accountability:
        version = Accountability.objects.get(pk=record.pk).state_version
        return actions.take_record_step(self.actor(who), record.pk, code, inputs, state_version=version)


def lamps(**scope: Any) -> list[Lamp]:
    return stream(LampScope(**scope), limit=100)[0]


def burning(source: str) -> list[str]:
    """The colours that the lamps of a source burn in now."""
    return [one.colour for one in lamps(source=source)]


def overdue_case(office: Office, on: dt.date = dt.date(2026, 11, 2), **item: Any) -> Any:
    """A case that was accepted on a Monday and promised for three working days."""
    clerk = office.actor("clerk")
    with at(on.isoformat()):
        made = factories.item(dept=office.department, **{"promised_days": 3, **item})
        return factories.accepted(clerk, on=made)
