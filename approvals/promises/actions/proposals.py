"""Proposals of another promise: made with what the history says, taken over into a draft version, or declined."""

from django.utils.translation import gettext_lazy as _

from approvals.catalogue.actions import open_version
from approvals.catalogue.models import Item, ItemVersion
from approvals.promises import notices, policies
from approvals.promises.lifecycle import PROPOSAL
from approvals.promises.models import Finding, Proposal
from approvals.promises.models.proposals import OPEN
from approvals.promises.simulator import history_of, year_until
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.time import today
from portal.people.models import User

PORTAL = Actor.system("promises")


@action
def propose(actor: Actor, item_id: int, *, days: int, ground: str) -> Proposal:
    """Propose another promise for an item in force; its department's head decides.

    Raises NotFound, NotAllowed, WrongState (not in force, or a proposal waits already), Invalid.
    """
    item = _locked_item(item_id)
    if actor.user is None or not policies.may_propose(actor.user, item):
        raise NotFound()
    return _make(actor, actor.user, item, days=days, ground=ground)


def propose_for_finding(actor: Actor, finding: Finding) -> Proposal | None:
    """What the department replied becomes its proposal, in the transaction that accepts the reply.

    None where nothing is left to propose: the item has ended, holds the new days already, or has a proposal open.
    """
    item = _locked_item(finding.item_id)
    version, days, author = item.current, finding.proposed_days, finding.replied_by
    if item.status not in {"published", "suspended"} or version is None or days is None or author is None:
        return None
    if (version.promised_days or 0) <= days or Proposal.objects.filter(item=item, state__in=OPEN).exists():
        return None
    return _make(actor, author, item, days=days, ground=finding.reply_text, finding=finding)


def _make(
    actor: Actor, author: User, item: Item, *, days: int, ground: str, finding: Finding | None = None
) -> Proposal:
    version = item.current
    if version is None or item.status not in {Item.Status.PUBLISHED, Item.Status.SUSPENDED}:
        raise WrongState(_("This item is not in force at present."))
    if version.kind != ItemVersion.Kind.PROMISE:
        raise WrongState(_("An immediate item is decided on the same day. There is nothing to shorten."))
    if Proposal.objects.filter(item=item, state__in=OPEN).exists():
        raise WrongState(_("A proposal for this item waits already."), code="open_proposal")
    wrong: dict[str, type_of_message] = {}
    if days < 1 or (version.legal_days is not None and days > version.legal_days):
        wrong["days"] = _("A promise lies between 1 working day and the legal limit.")
    elif days == version.promised_days:
        wrong["days"] = _("This is what the item promises already.")
    if not ground.strip():
        wrong["ground"] = _("Say what the proposal rests on.")
    if wrong:
        raise Invalid(fields=wrong)
    history = history_of(item.pk, *year_until(today()))
    proposal = Proposal.objects.create(
        item=item, department_id=item.department_id, finding=finding, present_days=version.promised_days or 0,
        days=days, ground=ground.strip(), cases=history.total, late_cases=history.late(days), proposed_by=author,
        proposed_on=today(),
    )  # fmt: skip
    record(proposal, "promises.proposed", actor, to_state=proposal.state, data={"item": item.code, "days": days})
    notices.tell_proposal(proposal)
    return proposal


@action
def decide_proposal(actor: Actor, proposal_id: int, code: str, *, note: str = "", state_version: int) -> Proposal:
    """The head takes a proposal over into a draft of the next version (reviewed and published by two people, as every
    version is), or declines it. Raises NotFound, NotAllowed, Stale, WrongState, Invalid.
    """
    if code not in {"take_over", "decline"}:
        raise NotFound()
    item_id = Proposal.objects.filter(pk=proposal_id).values_list("item_id", flat=True).first()
    if item_id is None:
        raise NotFound()
    item = _locked_item(item_id)
    proposal = db.lock_row(Proposal.objects.all(), proposal_id)
    if actor.user is None or not policies.may_see(actor.user, proposal):
        raise NotFound()
    step = PROPOSAL.begin(proposal, code, actor, {"note": note}, state_version=state_version)
    if code == "take_over":
        if item.status not in {Item.Status.PUBLISHED, Item.Status.SUSPENDED}:
            raise WrongState(_("This item is not in force at present."))
        if item.department_id != proposal.department_id:
            raise NotAllowed(_("The item belongs to another department by now."))
        proposal.version = open_version(actor, item, promised_days=proposal.days)
    proposal.decided_by, proposal.decided_on = actor.user, today()
    proposal.decision_note = step.inputs.get("note", "")
    before, after = step.apply()
    proposal.save()
    record(proposal, f"promises.{code}", actor, from_state=before, to_state=after, data=step.inputs)
    return proposal


def follow(item_id: int) -> None:
    """Called by the job after the catalogue moved: a published draft is in force, one thrown away is gone."""
    for proposal in db.lock_rows(Proposal.objects.all(), _open_of(item_id)):
        version, item = proposal.version, proposal.item
        if proposal.state == "drafted" and version is not None and version.state != ItemVersion.State.DRAFT:
            kept = version.promised_days == proposal.days
            _end(proposal, "come_into_force" if kept else "lapse")
        elif (proposal.state == "drafted" and version is None) or item.status in {"cancelled", "merged"}:
            _end(proposal, "lapse")


def _open_of(item_id: int) -> list[int]:
    return list(Proposal.objects.filter(item=item_id, state__in=OPEN).values_list("pk", flat=True))


def _end(proposal: Proposal, code: str) -> None:
    step = PROPOSAL.begin(proposal, code, PORTAL, state_version=None)
    if code == "come_into_force" and proposal.version is not None:
        proposal.in_force_on = proposal.version.valid_from
    before, after = step.apply()
    proposal.save()
    record(proposal, f"promises.{code}", PORTAL, from_state=before, to_state=after)


def _locked_item(item_id: int) -> Item:
    try:
        return db.lock_row(Item.objects.select_related("current"), item_id)
    except Item.DoesNotExist:
        raise NotFound() from None
