"""Penalties: one supervisor proposes, another decides; paid, dropped or revoked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.time import now, today
from portal.people.models import Organisation
from procurement.awards import limits, notices, papers, policies, rules
from procurement.awards.actions.common import person
from procurement.awards.lifecycle import PENALTY
from procurement.awards.models import Penalty, Remedy
from procurement.bidders.agents import acts_for
from procurement.fixed import facts
from procurement.tenders.models import Project

MOST_FEN = 10**13  # a hundred billion yuan: beyond it somebody mistyped


@dataclass(frozen=True, kw_only=True)
class PenaltyDraft:
    """A proposal as it is typed; the firm by its credit code, tender and remedy by their numbers."""

    uscc: str
    ground: str
    article: str
    amount_fen: int
    project_number: str = ""
    remedy_number: str = ""


@action
def propose_penalty(actor: Actor, draft: PenaltyDraft) -> Penalty:
    """Propose a penalty; a second supervisor decides it. An amount of nought is a warning. Raises Invalid, NotAllowed."""
    user = person(actor)
    if not policies.may_supervise(user):
        raise NotAllowed()
    found, wrong = _found(draft)
    if wrong:
        raise Invalid(fields=wrong)
    if acts_for(user, found["organisation"].pk):
        raise NotAllowed(_("Nobody decides on the own organisation."))
    penalty = Penalty.objects.create(
        **found, ground=draft.ground.strip(), article=draft.article.strip(), amount_fen=draft.amount_fen,
        proposed_by=user, proposed_at=now(),
    )  # fmt: skip
    record(
        penalty, "penalty.proposed", actor, to_state="proposed", data={"amount_fen": draft.amount_fen, **facts(penalty)}
    )
    return penalty


def _found(draft: PenaltyDraft) -> tuple[dict[str, Any], dict[str, type_of_message]]:
    wrong: dict[str, type_of_message] = {}
    found: dict[str, Any] = {"organisation": Organisation.objects.filter(uscc=draft.uscc.strip().upper()).first()}
    if found["organisation"] is None:
        wrong["uscc"] = _("No organisation is registered under this code.")
    if draft.project_number.strip():
        found["project"] = Project.objects.filter(number=draft.project_number.strip()).first()
        if found["project"] is None:
            wrong["project_number"] = _("There is no tender with this number.")
    if draft.remedy_number.strip():
        found["remedy"] = Remedy.objects.filter(number=draft.remedy_number.strip()).first()
        if found["remedy"] is None:
            wrong["remedy_number"] = _("There is no complaint with this number.")
    wrong |= {name: _("Please fill this in.") for name in ("ground", "article") if not getattr(draft, name).strip()}
    if not 0 <= draft.amount_fen <= MOST_FEN:
        wrong["amount"] = _("This amount cannot be right.")
    return found, wrong


@action
def take_penalty_step(
    actor: Actor, penalty_id: int, code: str, inputs: Mapping[str, Any], *, state_version: int | None
) -> Penalty:
    """Impose, drop, enter the payment, revoke. Raises what the lifecycle raises; never by who proposed it alone."""
    try:
        penalty = db.lock_row(Penalty.objects.select_related("organisation"), penalty_id)
    except Penalty.DoesNotExist:
        raise NotFound() from None
    if not policies.may_see_penalty(person(actor), penalty):
        raise NotFound()
    if code not in PENALTY.transitions:
        raise WrongState()
    step = PENALTY.begin(penalty, code, actor, inputs, state_version=state_version)
    if code == "decide":
        penalty.decided_by, penalty.decided_on = person(actor), today()
        penalty.due_on = limits.end_of(rules.FINE, today()) if penalty.amount_fen else None
    before, after = step.apply()
    penalty.save()
    data = {**step.data, **facts(penalty)}
    event = record(penalty, f"penalty.{code}", actor, from_state=before, to_state=after, data=data)
    if code == "decide":
        papers.penalty(penalty)
        notices.tell_penalty(penalty, event)
    return penalty
