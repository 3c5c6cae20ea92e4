"""Decisions: proposed, heard, decided by another person, put into force, objected to, repaired, ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, type_of_message
from portal.core.events import record
from portal.core.identity import check_uscc
from portal.core.time import now, today
from portal.people.models import Organisation
from procurement.bidders import actions as bidding
from procurement.bidders.actions import RestrictionDraft
from procurement.bidders.models import Restriction
from procurement.conduct import notices, policies
from procurement.conduct.lifecycle import DECISION, ENDING
from procurement.conduct.marks import hear_until, object_until
from procurement.conduct.models import Decision
from procurement.experts import standing
from procurement.experts.models import Expert, Standing
from procurement.experts.standing import StandingDraft
from procurement.experts.terms import months_later
from procurement.fixed import facts
from procurement.tenders.actions.common import person

REQUIRED = ("ground", "source", "authority", "appeal")
MOST_MONTHS = 60
TIMED = (Decision.Kind.SUSPENSION, Decision.Kind.BLACK, Decision.Kind.RED)
KINDS = {
    Decision.About.EXPERT.value: frozenset(Decision.Kind.values),
    Decision.About.AGENCY.value: frozenset(Decision.Kind.values),
    # Whoever runs no tenders cannot be suspended from running them; a firm is listed.
    Decision.About.FIRM.value: frozenset({"red", "black", "criticism", "talk"}),
}


@dataclass(frozen=True, kw_only=True)
class DecisionDraft:
    """A proposal. An expert is named by key, a firm by credit code and name; months for what lasts."""

    kind: str
    about: str
    ground: str
    source: str
    authority: str
    appeal: str
    expert: int | None = None
    uscc: str = ""
    name: str = ""
    months: int | None = None


@action
def propose(actor: Actor, draft: DecisionDraft) -> Decision:
    """Propose a decision; who is concerned is told and may make a statement. Raises NotAllowed, Invalid."""
    user = person(actor)
    if not policies.may_sit_in_judgement(user):
        raise NotAllowed()
    values = _clean(draft)
    made = Decision(
        **values, proposed_at=now(), proposed_by=user, hear_until=hear_until(today()),
    )  # fmt: skip
    if policies.is_subject(user, made):
        raise NotAllowed(_("Nobody decides about himself or the own organisation."))
    made.save()
    data = {"kind": made.kind, "about": made.about, **facts(made)}
    record(made, "decision.proposed", actor, to_state=made.state, data=data)
    notices.tell_proposed(made)
    return made


def _clean(draft: DecisionDraft) -> dict[str, Any]:
    wrong: dict[str, type_of_message] = {
        name: _("Please fill this in.") for name in REQUIRED if not getattr(draft, name).strip()
    }
    values: dict[str, Any] = {name: getattr(draft, name).strip() for name in ("kind", "about", *REQUIRED)}
    if draft.kind not in KINDS.get(draft.about, frozenset()):
        wrong["kind"] = _("This decision does not exist for whom it is about.")
    if draft.about == Decision.About.EXPERT:
        expert = Expert.objects.filter(pk=draft.expert).first() if draft.expert else None
        if expert is None:
            wrong["expert"] = _("Choose the expert.")
        else:
            values |= {"expert": expert, "name": expert.name}
    else:
        values |= _firm(draft, wrong)
    if draft.kind in TIMED:
        if draft.months is None or not 1 <= draft.months <= MOST_MONTHS:
            wrong["months"] = _("Enter how many months it lasts, between 1 and %(n)s.") % {"n": MOST_MONTHS}
        values["months"] = draft.months
    if wrong:
        raise Invalid(fields=wrong)
    return values


def _firm(draft: DecisionDraft, wrong: dict[str, type_of_message]) -> dict[str, Any]:
    try:
        uscc = check_uscc(draft.uscc)
    except Invalid as error:
        wrong["uscc"] = error.message
        return {}
    organisation = Organisation.objects.filter(uscc=uscc).first()
    name = organisation.name if organisation else draft.name.strip()
    if not name:
        wrong["name"] = _("Enter the name.")
    if organisation is None and draft.about == Decision.About.AGENCY:
        wrong["uscc"] = _("No organisation is registered under this code.")
    return {"uscc": uscc, "organisation": organisation, "name": name}


@action
def take_decision_step(
    actor: Actor, decision_id: int, code: str, inputs: Mapping[str, Any], *, state_version: int | None
) -> Decision:
    """State, decide, drop, object, uphold, revoke, ask for repair, grant it. Raises what the lifecycle raises.

    Deciding puts into force what the decision says; revoking and repairing lift it, in the same transaction.
    """
    user = person(actor)
    if code not in DECISION.transitions or not Decision.objects.visible_to(user).filter(pk=decision_id).exists():
        raise NotFound()
    rows = Decision.objects.select_related("expert__user", "organisation", "standing", "restriction")
    one = db.lock_row(rows, decision_id)
    _second_person(actor, one, code)
    step = DECISION.begin(one, code, actor, inputs, state_version=state_version)
    before, after = step.apply()
    if code == "decide":
        _put_into_force(actor, one)
    if code in ENDING:
        _lift(actor, one)
    one.save()
    record(one, f"decision.{code}", actor, from_state=before, to_state=after, data={**step.data, **facts(one)})
    if code == "decide":
        notices.tell_decided(one)
    elif code not in ("hear", "object", "ask_repair"):
        notices.tell_moved(one, DECISION.states[after].label)
    return one


def _second_person(actor: Actor, one: Decision, code: str) -> None:
    """The refusals that say why it needs somebody else."""
    user = person(actor)
    if not policies.may_sit_in_judgement(user):
        return
    if code == "decide" and one.proposed_by_id == user.pk:
        raise NotAllowed(_("Whoever proposed does not decide: a second person does."))
    if code in ("uphold", "revoke", "grant_repair", "refuse_repair") and user.pk in (
        one.proposed_by_id,
        one.decided_by_id,
    ):
        raise NotAllowed(_("An objection or a repair is decided by somebody who neither proposed nor decided."))


def _put_into_force(actor: Actor, one: Decision) -> None:
    """The days of the decision, and the block that keeps somebody out by it."""
    one.starts_on, one.object_until = today(), object_until(today())
    one.ends_on = months_later(today(), one.months) if one.months else None
    if one.kind not in (Decision.Kind.SUSPENSION, Decision.Kind.BLACK):
        return
    if one.expert is not None:
        removed = one.kind == Decision.Kind.BLACK
        kind = Standing.Kind.REMOVED if removed else Standing.Kind.SUSPENDED
        one.standing = standing.keep_out(actor, one.expert, StandingDraft(kind=kind.value, **_words(one)))
    else:
        listed = one.kind == Decision.Kind.BLACK
        kind_of_firm = Restriction.Kind.BLACKLIST if listed else Restriction.Kind.AGENCY
        draft = RestrictionDraft(uscc=one.uscc, name=one.name, kind=kind_of_firm.value, **_words(one))
        one.restriction = bidding.keep_out(actor, draft)


def _words(one: Decision) -> dict[str, Any]:
    return {
        "ground": one.ground, "source": one.source, "authority": one.authority, "starts_on": one.starts_on,
        "ends_on": one.ends_on, "appeal": one.appeal,
    }  # fmt: skip


def _lift(actor: Actor, one: Decision) -> None:
    """End what the decision had put into force, unless somebody has lifted it by hand before."""
    if one.standing is not None and one.standing.lifted_on is None:
        standing.let_in(actor, one.standing.pk, note=one.answer)
    if one.restriction is not None and one.restriction.lifted_on is None:
        bidding.let_in(actor, one.restriction.pk, note=one.answer)
