"""Social supervisors, a frozen pool, a held draw and a visit that was reported on, by the real actions."""

import datetime as dt
import itertools
from typing import Any

from hall.patrols import photos
from hall.patrols.handing import NoteDraft
from hall.patrols.models import Area, Finding
from hall.social import actions
from hall.social.actions import PlanDraft, SupervisorDraft
from hall.social.models import Seat, SocialSupervisor, Visit
from portal.core import draw as arithmetic
from portal.core.actors import Actor
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from tests import factories
from tests.patrols.objects import area, picture

_serial = itertools.count(1)
SEEDS = {"centre": b"c" * 32, "supervisor": b"s" * 32}
VISIT_ON = dt.date(2026, 12, 1)


def chief(user: User | None = None) -> Actor:
    return actor_of(user or factories.staff(Role.HALL_MANAGER), Role.HALL_MANAGER)


def watcher(user: User | None = None) -> Actor:
    return actor_of(user or factories.staff(Role.SUPERVISOR), Role.SUPERVISOR)


def letter(category: str = "citizen", **more: Any) -> SupervisorDraft:
    values: dict[str, Any] = {
        "category": category, "letter": f"海政数聘〔2026〕{next(_serial)}号", "starts_on": dt.date(2026, 1, 1),
        "ends_on": dt.date(2028, 12, 31),
    }  # fmt: skip
    return SupervisorDraft(**{**values, **more})


def supervisor(category: str = "citizen", by: Actor | None = None, **more: Any) -> SocialSupervisor:
    return actions.appoint(by or chief(), factories.citizen().username, letter(category, **more))


def register(by: Actor | None = None, *, citizens: int = 4, deputies: int = 3) -> list[SocialSupervisor]:
    by = by or chief()
    return [supervisor("citizen", by) for _n in range(citizens)] + [supervisor("deputy", by) for _n in range(deputies)]


def plan(**more: Any) -> PlanDraft:
    values: dict[str, Any] = {
        "kind": "undercover", "visit_on": VISIT_ON, "task": "窗口服务、一次性告知、排队秩序",
        "places": [("citizen", 2), ("deputy", 1)], "departments": [factories.department().pk], "areas": [area().pk],
    }  # fmt: skip
    return PlanDraft(**{**values, **more})


def frozen(by: Actor | None = None, **more: Any) -> Visit:
    return actions.freeze(by or chief(), plan(**more))


def sealed(visit: Visit | None = None) -> Visit:
    visit = visit or frozen()
    for party, actor in (("centre", actor_of(visit.frozen_by, Role.HALL_MANAGER)), ("supervisor", watcher())):
        visit.refresh_from_db()
        promise = arithmetic.commitment(party, visit.pool_digest, SEEDS[party])
        actions.commit(actor, visit.pk, promise, state_version=visit.state_version)
    visit.refresh_from_db()
    return visit


def held(visit: Visit | None = None, **more: Any) -> Visit:
    """Both seeds revealed: drawn, and the first invited."""
    visit = sealed(visit or frozen(**more))
    for one in list(visit.seeds.select_related("committed_by")):
        visit.refresh_from_db()
        role = Role.SUPERVISOR if one.party == "supervisor" else Role.HALL_MANAGER
        actions.reveal(
            actor_of(one.committed_by, role), visit.pk, SEEDS[one.party].hex(), state_version=visit.state_version
        )
    visit.refresh_from_db()
    return visit


def holder(seat: Seat) -> Actor:
    return actor_of(User.objects.get(pk=seat.supervisor.user_id))


def live(visit: Visit) -> list[Seat]:
    return list(visit.seats.live().select_related("supervisor", "visit").order_by("pk"))


def accept(seat: Seat) -> Seat:
    return actions.answer(holder(seat), seat.pk, "accept", state_version=seat.state_version)


def decline(seat: Seat, note: str = "出差") -> Seat:
    return actions.answer(holder(seat), seat.pk, "decline", note=note, state_version=seat.state_version)


def note(seat: Seat, photo_count: int = 0, **more: Any) -> Finding:
    values: dict[str, Any] = {
        "area_id": Area.objects.first().pk,  # type: ignore[union-attr]
        "chapter": "order", "department_id": factories.department().pk, "text": "排队无人引导",
    }  # fmt: skip
    shots = photos.take_in([picture(f"{n}.jpg") for n in range(photo_count)], holder(seat))
    return actions.note_finding(holder(seat), seat.pk, NoteDraft(**{**values, **more}), shots)


def report(seat: Seat, grade: int = 4) -> Seat:
    seat.refresh_from_db()
    grades = {seat.visit.departments.get().pk: grade}
    return actions.report(holder(seat), seat.pk, report="总体有序。", grades=grades, state_version=seat.state_version)
