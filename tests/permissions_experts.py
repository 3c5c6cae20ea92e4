"""What each role gets at the addresses of experts: the citizen of the table acts for the buyer, the other is an expert."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from portal.people.models import Membership
from procurement.experts.models import Draw, DrawCode, Expert, Kin, Leave, Panel, PanelMember, Standing
from tests import factories
from tests.experts.objects import expert, tender
from tests.permissions import Cast, everyone, nothing, only, signed_in

READERS = ("supervisor", "procurement_officer", "auditor", "administrator")
LONG_AGO = factories.moment("2026-01-05 09:00")


def _project(cast: Cast, state: str = "receiving") -> Any:
    project = tender(state=state)
    Membership.objects.create(organisation=project.buyer, user=cast.person("citizen"), starts_on=dt.date(2020, 1, 1))
    return project


def number(cast: Cast) -> Mapping[str, Any]:
    return {"number": _project(cast).number}


def hidden(cast: Cast) -> Mapping[str, Any]:
    project = _project(cast)
    project.announced_at = None
    project.save(update_fields=["announced_at"])
    return {"number": project.number}


def _draw(cast: Cast, state: str = "frozen", tender_state: str = "receiving") -> Draw:
    pool = {"tender": "x/1", "candidates": [], "exclusions": []}
    return Draw.objects.create(
        project=_project(cast, tender_state), number=1, state=state, evaluates_at=LONG_AGO, size=5, main_venue="评标一室",
        pool=pool, pool_digest="0" * 64, frozen_at=LONG_AGO, frozen_by=factories.user(),
    )  # fmt: skip


def draw(cast: Cast) -> Mapping[str, Any]:
    return {"draw_id": _draw(cast).pk}


def _seat(cast: Cast) -> PanelMember:
    one = _draw(cast, "drawn")
    person = expert(user=cast.person("other_citizen"))
    DrawCode.objects.create(draw=one, expert=person, code="a" * 24, name=person.name, salt="s")
    panel = Panel.objects.create(project=one.project, draw=one, evaluates_at=LONG_AGO, size=5)
    return PanelMember.objects.create(
        panel=panel, draw=one, user=person.user, expert=person, called_at=LONG_AGO, answer_by=LONG_AGO
    )


def seat(cast: Cast) -> Mapping[str, Any]:
    held = _seat(cast)
    return {"draw_id": held.draw_id, "member_id": held.pk}


def held_draw(cast: Cast) -> Mapping[str, Any]:
    return {"draw_id": _seat(cast).draw_id}


def call(cast: Cast) -> Mapping[str, Any]:
    return {"member_id": _seat(cast).pk}


def record(cast: Cast) -> Mapping[str, Any]:
    return {"number": _draw(cast, "drawn", "awarded").project.number, "draw_number": 1}


def secret_record(cast: Cast) -> Mapping[str, Any]:
    return {"number": _draw(cast, "drawn").project.number, "draw_number": 1}


def _expert(cast: Cast) -> Expert:
    return expert(user=cast.person("other_citizen"))


def someone(cast: Cast) -> Mapping[str, Any]:
    return {"expert_id": _expert(cast).pk}


def job(cast: Cast) -> Mapping[str, Any]:
    one = _expert(cast)
    return {"expert_id": one.pk, "employment_id": one.employments.get().pk}


def relative(cast: Cast) -> Mapping[str, Any]:
    one = _expert(cast)
    number = factories.resident_number(321)
    kin = Kin.objects.create(expert=one, relation="child", name="李四", identity=number, declared_at=LONG_AGO)
    return {"expert_id": one.pk, "kin_id": kin.pk}


def leave(cast: Cast) -> Mapping[str, Any]:
    one = _expert(cast)
    days = Leave.objects.create(expert=one, starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2099, 1, 1))
    return {"expert_id": one.pk, "leave_id": days.pk}


def standing(cast: Cast) -> Mapping[str, Any]:
    held = Standing.objects.create(
        expert=_expert(cast), kind="removed", ground="x", source="x", authority="x", starts_on=dt.date(2026, 1, 1),
        appeal="x", recorded_at=LONG_AGO,
    )  # fmt: skip
    return {"standing_id": held.pk}


# The person's own data: the expert and the trading centre open it, overseers change nothing.
own = only("other_citizen", *READERS, otherwise=404)
overseers = dict.fromkeys(("supervisor", "auditor", "administrator"), 403)
own_empty = only("other_citizen", *READERS, status=422, otherwise=404)
own_done = {**only("other_citizen", "procurement_officer", status=302, otherwise=404), **overseers}
inside = only("citizen", *READERS, otherwise=404)
inside_refused = only("citizen", *READERS, status=422, otherwise=404)
blocking = only("procurement_officer", "supervisor")

ROWS: list[tuple] = [
    ("experts:proof", number, everyone()),
    ("experts:proof", hidden, everyone(404)),
    ("experts:record", record, everyone()),
    ("experts:record", secret_record, everyone(404)),
    ("experts:mine", nothing, signed_in()),
    ("experts:apply", nothing, signed_in()),
    ("experts:apply", nothing, signed_in(422), "post"),
    ("experts:calls", nothing, signed_in()),
    ("experts:call", call, only("other_citizen", otherwise=404)),
    ("experts:call", call, only("other_citizen", status=422, otherwise=404), "post"),
    ("experts:edit", someone, own),
    ("experts:edit", someone, own_empty, "post"),
    ("experts:employment-new", someone, own),
    ("experts:employment-new", someone, own_empty, "post"),
    ("experts:employment-end", job, own),
    ("experts:employment-end", job, own_empty, "post"),
    ("experts:kin-new", someone, own),
    ("experts:kin-new", someone, own_empty, "post"),
    ("experts:kin-remove", relative, own_done, "post"),
    ("experts:leave-new", someone, own),
    ("experts:leave-new", someone, own_empty, "post"),
    ("experts:leave-end", leave, own_done, "post"),
    ("experts:pool", nothing, only(*READERS)),
    ("experts:enter", nothing, only("procurement_officer")),
    ("experts:enter", nothing, only("procurement_officer", status=422), "post"),
    ("experts:expert", someone, only(*READERS)),
    ("experts:expert", someone, only(*READERS, status=422), "post"),
    ("experts:block", someone, blocking),
    ("experts:block", someone, only("procurement_officer", "supervisor", status=422), "post"),
    ("experts:lift", standing, blocking),
    ("experts:lift", standing, only("procurement_officer", "supervisor", status=422), "post"),
    ("experts:draws", nothing, only(*READERS)),
    ("experts:draw", draw, inside),
    ("experts:draw", draw, inside_refused, "post"),
    ("experts:seat", seat, inside_refused, "post"),
    ("experts:representative", held_draw, {**only("procurement_officer", status=409, otherwise=404), **overseers,
                                           "citizen": 403}, "post"),
    ("experts:plan", number, {**only("procurement_officer", otherwise=404), **overseers, "citizen": 403}),
    ("experts:plan", number, {**only("procurement_officer", status=422, otherwise=404), **overseers, "citizen": 403},
     "post"),
]  # fmt: skip
