"""Experts of a pool, a frozen pool, a held draw and a committee, by the real actions or directly where that is cheap."""

import datetime as dt
import itertools
from typing import Any

from django.db import transaction

from portal.core import draw as arithmetic
from portal.core.actors import Actor
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from procurement.experts import actions
from procurement.experts.actions import ExpertDraft, PlanDraft
from procurement.experts.models import Draw, Employment, Expert, PanelMember, Speciality
from procurement.experts.standing import StandingDraft
from procurement.tenders.models import Project
from tests import factories
from tests.tenders.objects import firm, officer

_serial = itertools.count(1)
SEEDS = {"tenderer": b"t" * 32, "supervisor": b"s" * 32}
EVALUATION = "2026-12-14 14:00"
# A tender of works: three of roads, two of costs.
PLACES = [("A02", 3), ("A06", 2)]


def expert(*specialities: str, user: User | None = None, state: str = "approved", **more: Any) -> Expert:
    """Somebody in the pool since 2024; made directly, since the way in has its own tests."""
    n = next(_serial)
    values: dict[str, Any] = {
        "name": f"专家{chr(0x4E00 + n)}", "employer": f"江海设计院{n}", "title": "高级工程师", "region": "海州",
        "identity": factories.resident_number(500 + n), "phone": "13812345678", "approved_on": dt.date(2024, 1, 5),
        "valid_until": dt.date(2027, 1, 4), "check_due_on": dt.date(2027, 1, 4),
        "applied_at": factories.moment("2024-01-02 09:00"),
    }  # fmt: skip
    made = Expert.objects.create(user=user or factories.citizen(), state=state, **{**values, **more})
    made.specialities.set(Speciality.objects.filter(code__in=specialities or ("A02",)))
    Employment.objects.create(expert=made, employer=made.employer, starts_on=dt.date(2015, 1, 1))
    return made


def pool(size: int = 15) -> list[Expert]:
    """Enough for the plan below: roads and costs, some of them both."""
    return [expert("A02", "A06") if n % 3 == 0 else expert("A02" if n % 3 == 1 else "A06") for n in range(size)]


def draft(**more: Any) -> ExpertDraft:
    values: dict[str, Any] = {
        "name": "周明远", "title": "正高级工程师", "region": "海州", "phone": "13812345678",
        "identity": factories.resident_number(77), "employer": "江海交通设计院", "specialities": ["A02", "A06"],
    }  # fmt: skip
    return ExpertDraft(**{**values, **more})


def plan(**more: Any) -> PlanDraft:
    values: dict[str, Any] = {
        "evaluates_at": factories.moment(EVALUATION), "size": 5, "places": PLACES, "main_venue": "海州评标一室",
    }  # fmt: skip
    return PlanDraft(**{**values, **more})


def tender(state: str = "receiving", by: Actor | None = None, **more: Any) -> Project:
    """An announced tender with its deadline on 14 December, made directly."""
    buyer, agent = firm("海州市交通运输局")
    n = next(_serial)
    values: dict[str, Any] = {
        "number": f"JY-20261120-JYZX-{n:06d}", "category": "construction", "method": "open", "title": "农村公路提档升级",
        "summary": "全长 3.2 公里", "buyer": buyer, "contact": "0518", "budget_fen": 500_000_000, "state": state,
        "registered_by": agent.user, "registered_at": factories.moment("2026-11-16 09:00"),
        "announced_at": factories.moment("2026-11-18 09:00"), "announced_on": dt.date(2026, 11, 18),
        "documents_from_on": dt.date(2026, 11, 19), "documents_until_on": dt.date(2026, 11, 26),
        "deadline_at": factories.moment("2026-12-14 09:30"), "place": "开标一室",
    }  # fmt: skip
    return Project.objects.create(**{**values, **more})


def buyer_agent(project: Project) -> Actor:
    from procurement.bidders.agents import people_of

    return actor_of(people_of(project.buyer_id)[0], Role.AGENT)


def supervisor(user: User | None = None) -> Actor:
    return actor_of(user or factories.staff(Role.SUPERVISOR), Role.SUPERVISOR)


def frozen(project: Project | None = None, by: Actor | None = None, **more: Any) -> Draw:
    return actions.freeze(by or officer(), (project or tender()).pk, plan(**more))


def sealed(draw: Draw | None = None, watcher: Actor | None = None) -> Draw:
    """Both seeds promised."""
    draw = draw or frozen()
    people = {"tenderer": buyer_agent(draw.project), "supervisor": watcher or supervisor()}
    for party, actor in people.items():
        draw.refresh_from_db()
        promise = arithmetic.commitment(party, draw.pool_digest, SEEDS[party])
        actions.commit(actor, draw.pk, promise, state_version=draw.state_version)
    draw.refresh_from_db()
    return draw


def held(draw: Draw | None = None, **more: Any) -> Draw:
    """Both seeds revealed: drawn and called."""
    draw = sealed(draw or frozen(**more))
    for one in list(draw.seeds.select_related("committed_by")):
        draw.refresh_from_db()
        role = Role.SUPERVISOR if one.party == "supervisor" else Role.AGENT
        actor = actor_of(one.committed_by, role)
        actions.reveal(actor, draw.pk, SEEDS[one.party].hex(), state_version=draw.state_version)
    draw.refresh_from_db()
    return draw


def accept(member: PanelMember) -> PanelMember:
    return actions.answer(actor_of(member.user), member.pk, "accept", state_version=member.state_version)


def decline(member: PanelMember, note: str = "出差") -> PanelMember:
    return actions.answer(actor_of(member.user), member.pk, "decline", note=note, state_version=member.state_version)


def arrive(member: PanelMember, by: Actor, venue: str = "main") -> PanelMember:
    return actions.check_in(by, member.pk, venue=venue, state_version=member.state_version)


def complete(project: Project | None = None, state: str = "") -> Draw:
    """A committee of which everybody has checked in, directly; for the rooms above."""
    draw = held(frozen(project))
    with transaction.atomic():
        draw.members.live().update(state="attending")
        draw.panels.update(complete_at=draw.evaluates_at)
        if state:
            Project.objects.filter(pk=draw.project_id).update(state=state)
    draw.refresh_from_db()
    return draw


def suspension(**more: Any) -> StandingDraft:
    """Half a year from 1 December."""
    values: dict[str, Any] = {
        "kind": "suspended", "ground": "评标期间擅自离场", "source": "《评标专家和评标专家库管理办法》；海政数〔2026〕8号",
        "authority": "海州市政务服务管理局", "starts_on": dt.date(2026, 12, 1), "ends_on": dt.date(2027, 5, 31),
        "appeal": "六十日内申请行政复议",
    }  # fmt: skip
    return StandingDraft(**{**values, **more})


def live(draw: Draw) -> list[PanelMember]:
    """Who holds a seat now."""
    return list(draw.members.live().select_related("user", "expert", "panel__project").order_by("pk"))
