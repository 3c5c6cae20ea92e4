"""The draw for a visit: freezing the pool, two sealed seeds, revealing them; calling a visit off, publishing it."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from hall.patrols.models import Area
from hall.social import notices, pools, terms
from hall.social import policies as may
from hall.social.actions.common import PORTAL, locked_visit, manager, person
from hall.social.actions.seats import fill, let_go
from hall.social.lifecycle import VISIT
from hall.social.models import SocialSupervisor, Visit, VisitCode, VisitSeed
from hall.social.pools import places_of
from portal.core import draw as arithmetic
from portal.core import draw_parties
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.draw import Place
from portal.core.errors import DomainError, Invalid, NotAllowed, type_of_message
from portal.core.events import record
from portal.core.lifecycle import Step
from portal.core.numbers import next_number
from portal.core.time import now, today
from portal.people.models import Department, User

PREFIX, PLACE = "MC", "HALL"


@dataclass(frozen=True, kw_only=True)
class PlanDraft:
    """What the hall plans. Places are (category, count); departments and areas are ids."""

    kind: str
    visit_on: dt.date
    task: str
    places: list[tuple[str, int]]
    departments: Collection[int]
    areas: Collection[int] = ()
    meeting_point: str = ""


@action
def freeze(actor: Actor, draft: PlanDraft) -> Visit:
    """Plan a visit and freeze its pool: the digest is public at once, and both parties are asked for their seeds.

    Raises NotAllowed, and Invalid that says what is missing.
    """
    user = manager(actor)
    if wrong := _wrong(draft):
        raise Invalid(fields=wrong)
    places = [Place(code, count) for code, count in draft.places]
    departments = list(Department.objects.filter(pk__in=draft.departments))
    visit = Visit(
        number=next_number(PREFIX, PLACE, today()), kind=draft.kind, visit_on=draft.visit_on, task=draft.task.strip(),
        meeting_point=draft.meeting_point.strip(), frozen_at=now(), frozen_by=user,
        places=[{"speciality": one.speciality, "count": one.count} for one in places],
    )  # fmt: skip
    frozen = pools.freeze(visit, departments, places)
    visit.pool, visit.pool_digest = frozen.pool.body(), frozen.pool.digest()
    visit.save()
    visit.departments.set(departments)
    visit.areas.set(Area.objects.filter(pk__in=draft.areas))
    VisitCode.objects.bulk_create(
        VisitCode(visit=visit, code=code, supervisor_id=supervisor, name=name, salt=salt)
        for code, supervisor, name, salt in frozen.codes
    )
    counts = {"candidates": len(frozen.pool.candidates), "left_out": len(frozen.pool.exclusions)}
    record(visit, "visit.frozen", actor, to_state=visit.state, data={"digest": visit.pool_digest, **counts})
    notices.tell_seed_wanted(visit)
    return visit


def _wrong(draft: PlanDraft) -> dict[str, type_of_message]:
    wrong: dict[str, type_of_message] = {}
    codes = [code for code, _count in draft.places]
    if not codes or not set(SocialSupervisor.Category.values).issuperset(codes):
        wrong["places"] = _("Say how many social supervisors of which category go.")
    elif len(set(codes)) != len(codes) or any(count < 1 for _code, count in draft.places):
        wrong["places"] = _("Name each category once, with at least one person.")
    if draft.kind not in Visit.Kind.values:
        wrong["kind"] = _("Please choose one of the answers.")
    if draft.visit_on <= today():
        wrong["visit_on"] = _("The day of the visit lies in the future: people have to be drawn and to answer before.")
    if not draft.task.strip():
        wrong["task"] = _("Say what they are to look at.")
    if draft.kind == Visit.Kind.OPEN and not draft.meeting_point.strip():
        wrong["meeting_point"] = _("Say where an announced visit begins.")
    known = Department.objects.open_on(today()).filter(pk__in=draft.departments).count()
    if not draft.departments or known != len(set(draft.departments)):
        wrong["departments"] = _("Choose the units that are visited.")
    return wrong


@action
def commit(actor: Actor, visit_id: int, commitment: str, *, state_version: int | None) -> VisitSeed:
    """A party seals its seed by publishing the commitment. Raises NotFound, WrongState, NotAllowed, Invalid."""
    visit = locked_visit(visit_id, actor)
    step = VISIT.begin(visit, "commit", actor, state_version=state_version)
    party = party_of(person(actor), visit)
    typed = draw_parties.sealed(commitment, party=party, user_id=actor.user_id, held=visit.seeds.all())
    made = VisitSeed.objects.create(
        visit=visit, party=party, commitment=typed, committed_at=now(), committed_by=person(actor)
    )
    _finish(visit, step, actor, party=party, commitment=typed)
    if visit.state == "sealed":
        visit.reveal_by = terms.reveal_by(now(), today())
        visit.save(update_fields=["reveal_by"])
        notices.tell_reveal_wanted(visit)
    return made


@action
def reveal(actor: Actor, visit_id: int, seed: str, *, state_version: int | None) -> Visit:
    """A party reveals its seed; with the second one the draw is done and the first are invited.

    Raises NotFound, WrongState after the time for it, and Invalid for another seed than the sealed one.
    """
    visit = locked_visit(visit_id, actor)
    step = VISIT.begin(visit, "reveal", actor, state_version=state_version)
    draw_parties.check_time(visit.reveal_by)
    own = visit.seeds.get(party=party_of(person(actor), visit))
    typed = draw_parties.revealed(seed, own=own, pool_digest=visit.pool_digest)
    own.seed, own.revealed_at = typed, now()
    own.save(update_fields=["seed", "revealed_at"])
    _finish(visit, step, actor, party=own.party, seed=typed)
    if visit.state == "drawn":
        _hold(visit)
    return visit


def _hold(visit: Visit) -> None:
    """Both seeds are known: the orders follow, and the first of them are invited."""
    pool = arithmetic.pool_of(visit.pool)
    if pool.digest() != visit.pool_digest:
        raise DomainError(
            _("The frozen pool of this visit is not the one whose digest was published. Tell the auditor.")
        )
    seeds = {one.party: bytes.fromhex(one.seed) for one in visit.seeds.all()}
    visit.orders = arithmetic.orders(pool, arithmetic.joint_seed(visit.pool_digest, seeds), places_of(visit))
    visit.drawn_at = now()
    visit.save()
    fill(visit)


@action
def call_off(actor: Actor, visit_id: int, *, note: str, state_version: int | None) -> Visit:
    """End a visit that nobody has sealed, whose reserves ran out, or that nobody has reported on."""
    visit = locked_visit(visit_id, actor)
    step = VISIT.begin(visit, "fail", actor, {"note": note}, state_version=state_version)
    let_go(visit, actor)
    _finish(visit, step, actor)
    notices.tell_failed(visit)
    return visit


@action
def publish(actor: Actor, visit_id: int, *, summary: str, state_version: int | None) -> Visit:
    """Show the visit to everybody: who went, what they found, how the draw was held. Invitations end with it."""
    visit = locked_visit(visit_id, actor)
    step = VISIT.begin(visit, "publish", actor, {"summary": summary}, state_version=state_version)
    _finish(visit, step, actor)
    return visit


@action
def lapse(visit_id: int) -> bool:
    """The portal calls off a visit whose seeds were not revealed in time, naming who did not. Safe to repeat."""
    visit = locked_visit(visit_id)
    if not draw_parties.is_late(visit.state, visit.reveal_by):
        return False
    step = VISIT.begin(visit, "lapse", PORTAL, state_version=None)
    visit.note = draw_parties.silence(visit.seeds.all())
    visit.failed_at = now()
    _finish(visit, step, PORTAL, reason=visit.note)
    notices.tell_failed(visit)
    return True


def _finish(visit: Visit, step: Step[Visit], actor: Actor, **data: Any) -> None:
    before, after = step.apply()
    visit.save()
    code = step.transition.code
    record(visit, f"visit.{code}", actor, from_state=before, to_state=after, data={**step.data, **data})


def party_of(user: User, visit: Visit) -> str:
    """Which side of the draw somebody speaks for. Raises NotAllowed."""
    if may.is_supervisor(user, visit):
        return VisitSeed.Party.SUPERVISOR.value
    if may.is_centre(user, visit):
        return VisitSeed.Party.CENTRE.value
    raise NotAllowed()
