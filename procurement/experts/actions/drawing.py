"""The draw: freezing the pool, two sealed seeds, revealing them, and what ends a draw that cannot be held."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core import db, draw_parties
from portal.core import draw as arithmetic
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.draw import DrawError, Place
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.lifecycle import Step
from portal.core.time import now, today
from portal.people.models import User
from procurement.bidders.agents import memberships_of, people_of
from procurement.bidders.policies import may_manage_trading
from procurement.experts import avoidance, committee, notices, pools, terms
from procurement.experts import policies as may
from procurement.experts.actions.calling import call_first, release
from procurement.experts.lifecycle import DRAW, EVALUATING
from procurement.experts.models import Draw, DrawCode, DrawSeed, Speciality
from procurement.experts.published import places_of, pool_of
from procurement.tenders.actions.common import PORTAL, locked, person
from procurement.tenders.models import Project
from procurement.tenders.policies import is_party


@dataclass(frozen=True, kw_only=True)
class PlanDraft:
    """What the officer plans. Places are (speciality, count); representatives are accounts of the buyer's people."""

    evaluates_at: dt.datetime
    size: int
    places: list[tuple[str, int]]
    main_venue: str
    secondary_venue: str = ""
    secondary_region: str = ""
    complex: bool = False
    representatives: list[int] = field(default_factory=list)


@action
def freeze(actor: Actor, project_id: int, draft: PlanDraft) -> Draw:
    """Freeze the pool for a tender and publish its digest; the parties are asked for their seeds.

    For a single source the plan may name people of the buyer only: then nobody is drawn, and they are called at once.
    Raises NotFound, NotAllowed, WrongState where a draw stands already, and Invalid that says what is missing.
    """
    project = locked(actor, project_id)
    user = person(actor)
    if not may_manage_trading(user) or is_party(user, project):
        raise NotAllowed()
    if project.state not in EVALUATING or project.is_sale:
        raise WrongState(_("Experts are drawn for announced tenders that are evaluated by a committee."))
    if project.draws.exclude(state="failed").exists():
        raise WrongState(_("Experts have been drawn for this tender. There is another draw only after a failed one."))
    places = [Place(code, count) for code, count in draft.places]
    _check(project, draft, places)
    number = project.draws.count() + 1
    frozen = pools.freeze(project, places, draft.evaluates_at, f"{project.number}/{number}")
    made = Draw.objects.create(
        project=project, number=number, evaluates_at=draft.evaluates_at, size=draft.size, complex=draft.complex,
        main_venue=draft.main_venue.strip(), secondary_venue=draft.secondary_venue.strip(),
        secondary_region=draft.secondary_region.strip() if draft.secondary_venue.strip() else "",
        pool=frozen.pool.body(), pool_digest=frozen.pool.digest(),
        places=[{"speciality": one.speciality, "count": one.count} for one in places],
        representatives=sorted(set(draft.representatives)), frozen_at=now(), frozen_by=user,
        deadline_at=project.deadline_at, named=not places, state="frozen" if places else "drawn",
        drawn_at=None if places else now(),
    )  # fmt: skip
    DrawCode.objects.bulk_create(
        DrawCode(draw=made, code=code, expert_id=expert, name=name, salt=salt)
        for code, expert, name, salt in frozen.codes
    )
    data = {
        "digest": made.pool_digest,
        "candidates": len(frozen.pool.candidates),
        "left_out": len(frozen.pool.exclusions),
    }
    record(made, "draw.named" if made.named else "draw.frozen", actor, to_state=made.state, data=data)
    if made.named:
        call_first(made)
    else:
        notices.tell_seed_wanted(made)
    return made


def _check(project: Project, draft: PlanDraft, places: list[Place]) -> None:
    wrong: dict[str, type_of_message] = {}
    known = set(Speciality.objects.filter(closed=False).values_list("code", flat=True))
    codes = [one.speciality for one in places]
    wanted = bool(places) or not committee.is_negotiated(project)
    if wanted and (not places or not known.issuperset(codes) or any(one.count < 1 for one in places)):
        wrong["places"] = _("Say how many experts of which speciality are wanted.")
    elif len(set(codes)) != len(codes):
        wrong["places"] = _("Name each speciality once.")
    if draft.evaluates_at <= now():
        wrong["evaluates_at"] = _("The evaluation begins in the future.")
    elif project.deadline_at is not None and draft.evaluates_at < project.deadline_at:
        wrong["evaluates_at"] = _("The evaluation begins after the opening of the bids.")
    if not draft.main_venue.strip():
        wrong["main_venue"] = _("Say where the committee meets.")
    if draft.secondary_venue.strip() and not draft.secondary_region.strip():
        wrong["secondary_region"] = _("Say whose experts sit at the secondary venue.")
    if refused := _unfit(project, draft.representatives):
        wrong["representatives"] = refused
    try:
        committee.check(project, draft.size, places, len(set(draft.representatives)), draft.complex, today())
    except Invalid as error:
        wrong = {**error.fields, **wrong}
    if wrong:
        raise Invalid(fields=wrong)


def _unfit(project: Project, representatives: list[int]) -> type_of_message | None:
    """Representatives act for the buyer, and neither for the agency nor for a firm that takes part."""
    allowed = {one.pk: one for one in people_of(project.buyer_id)}
    firms = {one.pk for one in avoidance.participants(project)} | {project.agency_id}
    for pk in representatives:
        if pk not in allowed:
            return _("A representative is somebody who acts for the buyer.")
        if memberships_of(allowed[pk]).filter(organisation__in=firms - {None, project.buyer_id}).exists():
            return _("%(name)s also acts for the agency or a bidder and cannot represent the buyer.") % {
                "name": allowed[pk].name
            }
    return None


@action
def commit(actor: Actor, draw_id: int, commitment: str, *, state_version: int | None) -> DrawSeed:
    """A party seals its seed by publishing the commitment. Raises NotFound, WrongState, NotAllowed, Invalid."""
    draw = locked_draw(actor, draw_id)
    step = DRAW.begin(draw, "commit", actor, state_version=state_version)
    party = party_of(person(actor), draw)
    typed = draw_parties.sealed(commitment, party=party, user_id=actor.user_id, held=draw.seeds.all())
    made = DrawSeed.objects.create(
        draw=draw, party=party, commitment=typed, committed_at=now(), committed_by=person(actor)
    )
    _finish(draw, step, actor, party=party, commitment=typed)
    if draw.state == "sealed":
        draw.reveal_by = terms.reveal_by(now(), today())
        draw.save(update_fields=["reveal_by"])
        notices.tell_reveal_wanted(draw)
    return made


@action
def reveal(actor: Actor, draw_id: int, seed: str, *, state_version: int | None) -> Draw:
    """A party reveals its seed; with the second one the draw is done and the first experts are called.

    Raises NotFound, WrongState after the time for it, and Invalid for another seed than the sealed one.
    """
    draw = locked_draw(actor, draw_id)
    step = DRAW.begin(draw, "reveal", actor, state_version=state_version)
    draw_parties.check_time(draw.reveal_by)
    own = draw.seeds.get(party=party_of(person(actor), draw))
    typed = draw_parties.revealed(seed, own=own, pool_digest=draw.pool_digest)
    own.seed, own.revealed_at = typed, now()
    own.save(update_fields=["seed", "revealed_at"])
    _finish(draw, step, actor, party=own.party, seed=typed)
    if draw.state == "drawn":
        _hold(draw)
    return draw


def _hold(draw: Draw) -> None:
    """Both seeds are known: the orders follow, and the first of them are called."""
    pool = pool_of(draw)
    if pool.digest() != draw.pool_digest:
        raise DomainError(_("The frozen pool is not the one whose digest was published. Please tell the auditor."))
    seeds = {one.party: bytes.fromhex(one.seed) for one in draw.seeds.all()}
    try:
        draw.orders = arithmetic.orders(pool, arithmetic.joint_seed(draw.pool_digest, seeds), places_of(draw))
    except DrawError as error:
        raise DomainError(str(error)) from None
    draw.drawn_at = now()
    draw.save()
    call_first(draw)


@action
def declare_failed(actor: Actor, draw_id: int, *, note: str, state_version: int | None) -> Draw:
    """End a draw whose reserves ran out, or one that nobody has sealed; who was called is released and told."""
    draw = locked_draw(actor, draw_id)
    step = DRAW.begin(draw, "fail", actor, {"note": note}, state_version=state_version)
    _finish(draw, step, actor)
    release(draw, actor)
    notices.tell_failed(draw)
    return draw


@action
def lapse(draw_id: int) -> bool:
    """The portal ends a draw whose seeds were not revealed in time, naming who did not. Safe to repeat."""
    draw = db.lock_row(Draw.objects.select_related("project__buyer", "project__agency"), draw_id)
    if not draw_parties.is_late(draw.state, draw.reveal_by):
        return False
    step = DRAW.begin(draw, "lapse", PORTAL, state_version=None)
    draw.note = draw_parties.silence(draw.seeds.all())
    draw.failed_at = now()
    _finish(draw, step, PORTAL, reason=draw.note)
    notices.tell_failed(draw)
    return True


def _finish(draw: Draw, step: Step[Draw], actor: Actor, **data: Any) -> None:
    before, after = step.apply()
    draw.save()
    record(draw, f"draw.{step.transition.code}", actor, from_state=before, to_state=after, data={**step.data, **data})


def party_of(user: User, draw: Draw) -> str:
    """Which side of the draw somebody speaks for. Raises NotAllowed."""
    if may.is_tenderer(user, draw):
        return DrawSeed.Party.TENDERER.value
    if may.is_supervisor(user, draw):
        return DrawSeed.Party.SUPERVISOR.value
    raise NotAllowed()


def locked_draw(actor: Actor, draw_id: int) -> Draw:
    """The draw, locked; NotFound for a missing one and for one that the actor may not open."""
    try:
        draw = db.lock_row(Draw.objects.select_related("project__buyer", "project__agency"), draw_id)
    except Draw.DoesNotExist:
        raise NotFound() from None
    if not may.may_see_draw(person(actor), draw):
        raise NotFound()
    return draw
