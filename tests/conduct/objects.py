"""A tender with its result, an agency and a committee, and proposals about them; made directly where that is cheap."""

import datetime as dt
import itertools
from typing import Any

from portal.core.actors import Actor
from portal.people.actors import actor_of
from portal.people.roles import Role
from procurement.conduct import actions
from procurement.conduct.actions import DecisionDraft
from procurement.conduct.models import Act, Decision, Rating
from procurement.experts.models import Expert, Panel, PanelMember
from procurement.tenders.models import Project
from tests import factories
from tests.experts.objects import expert, tender
from tests.tenders.objects import firm

_serial = itertools.count(1)


def ended(seats: int = 2, state: str = "awarded", **more: Any) -> Project:
    """A tender with its result, an agency, and so many experts who attended."""
    n = next(_serial)
    project = tender(state=state, agency=firm(f"江海招标代理{n}有限公司")[0], ended_on=None, **more)
    panel = Panel.objects.create(project=project, size=seats, complete_at=factories.moment("2026-11-16 09:00"))
    for _seat in range(seats):
        one = expert()
        PanelMember.objects.create(panel=panel, user=one.user, expert=one, speciality="A02", state="attending")
    return project


def experts_of(project: Project) -> list[Expert]:
    return list(Expert.objects.filter(seats__panel__project=project).select_related("user").order_by("pk"))


def act(code: str) -> Act:
    return Act.objects.get(code=code)


def rated(project: Project, who: Expert, by: Actor, *codes: str, note: str = "当场记录") -> Rating:
    return actions.rate(
        by, project.pk, subject="expert", subject_id=who.pk, acts=[act(code).pk for code in codes], note=note
    )


def agent_of(organisation: Any) -> Actor:
    from procurement.bidders.agents import people_of

    return actor_of(people_of(organisation.pk)[0], Role.AGENT)


def draft(**more: Any) -> DecisionDraft:
    values: dict[str, Any] = {
        "kind": "black", "about": "firm", "ground": "弄虚作假骗取中标", "source": "《招标投标法》第五十四条；罚〔2026〕3号",
        "authority": "海州市住房和城乡建设局", "appeal": "六十日内申请行政复议", "months": 12,
    }  # fmt: skip
    return DecisionDraft(**{**values, **more})


def step(actor: Actor, one: Decision, code: str, **inputs: str) -> Decision:
    one.refresh_from_db()
    return actions.take_decision_step(actor, one.pk, code, inputs, state_version=one.state_version)


def later(days: int) -> dt.datetime:
    """So many days after the tests' Friday."""
    return factories.moment("2026-11-20 10:00") + dt.timedelta(days=days)
