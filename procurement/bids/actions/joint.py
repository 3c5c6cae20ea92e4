"""Forming a consortium: the leading firm proposes it, every member agrees by its own people, then the lead bids."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core import db, files
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid, NotFound, WrongState
from portal.core.events import record
from portal.core.identity import check_uscc
from portal.core.rules import rule
from portal.core.time import local_date, now
from procurement.bidders.agents import acts_for, organisation_for
from procurement.bidders.models import Bidder
from procurement.bidders.standing import check_legal_person, check_may_bid
from procurement.bids import notices
from procurement.bids.actions.common import PORTAL, bidder_for, person
from procurement.bids.joint import bound_member
from procurement.bids.models import Book, Consortium, ConsortiumMember, Submission
from procurement.bids.rules import JOINT, JOINT_MEMBERS
from procurement.clock import deciding_now
from procurement.tenders.actions.common import locked_public
from procurement.tenders.actions.inviting import NotInvited, check_invited
from procurement.tenders.models import Project
from procurement.tenders.periods import by_law

AGREEMENT_KIND = "bids.agreement"
STREAM = "bids.consortium"
State = Consortium.State
MEMBERS_FIXED = _(
    "The consortium has a bid, and its members do not change under it (%(source)s)."
    " Withdraw the bid first, then change the members."
)


class BidsJointly(DomainError):
    """The firm has agreed to a consortium of this tender."""

    code = "bids_jointly"
    default_message = _(
        "%(name)s has agreed to the consortium led by %(lead)s. Within one tender a firm bids either alone or in one"
        " consortium (%(source)s)."
    )


def _joint_source(project: Project) -> str:
    """The article by which a firm bids alone or in one consortium, in the reader's language."""
    return rule(by_law(JOINT, project), local_date(deciding_now())).display_source


def bids_jointly(bidder: Bidder, consortium: Consortium) -> BidsJointly:
    """The refusal for a firm that is bound to a consortium which another one leads, with the article of its law."""
    names = {"name": bidder.organisation.name, "lead": consortium.lead.organisation.name}
    return BidsJointly(**names, source=_joint_source(consortium.project))


class NotFormed(DomainError):
    """The consortium waits for some of its members."""

    code = "consortium_not_formed"
    default_message = _("The consortium cannot bid yet. It waits for: %(names)s.")


@dataclass(frozen=True, kw_only=True)
class MemberDraft:
    """One firm as it is typed: credit code, its part of the work, its qualification."""

    uscc: str
    work: str
    speciality: str
    grade: str


@action
def propose_consortium(actor: Actor, project_id: int, lead_id: int, drafts: Sequence[MemberDraft]) -> Consortium:
    """Propose a consortium; the first draft is the leading firm's. Fields of an Invalid are `member1`, `member2`, …

    Raises NotFound, WrongState, Blocked, NotInvited, BidsJointly.
    """
    user = person(actor)
    lead = bidder_for(actor, lead_id)
    project = locked_public(project_id, user)
    _check_accepts(project)
    _check_free(project, lead)
    made = Consortium(project=project, lead=lead, made_by=user, made_at=now())
    _write(made, _checked(project, lead, drafts), drafts)
    record(made, "consortium.proposed", PORTAL, data={"members": len(drafts)})
    return made


@action
def revise_consortium(actor: Actor, consortium_id: int, drafts: Sequence[MemberDraft]) -> Consortium:
    """Other members, or other parts of the work, until the deadline: the next version with an agreement of its own.

    Everybody but the leading firm agrees anew, and whoever leaves is free to bid. Refused while a bid of the consortium
    lies with the portal: that bid is withdrawn first, since it names other members. The portal holds no prequalification;
    where one was held, members stay as they were then (regulation on the tendering law, art. 37).
    Raises NotFound, WrongState, Invalid, Blocked, NotInvited.
    """
    user = person(actor)
    one = _locked(actor, consortium_id)
    if not acts_for(user, one.lead.organisation_id):
        raise NotFound()
    if one.state == State.DISSOLVED:
        raise WrongState(_("This consortium has ended. Propose a new one."))
    _check_accepts(one.project)
    _check_no_bid(one, MEMBERS_FIXED)
    firms = _checked(one.project, one.lead, drafts)
    _end(one, str(_("Replaced by version %(n)s of the agreement.") % {"n": one.version + 1}), "replaced")
    made = Consortium(
        project=one.project, lead=one.lead, made_by=user, made_at=now(), replaces=one, version=one.version + 1
    )
    _write(made, firms, drafts)
    record(made, "consortium.proposed", PORTAL, data={"members": len(drafts), "version": made.version})
    notices.tell_replaced(one, made)
    return made


def _checked(project: Project, lead: Bidder, drafts: Sequence[MemberDraft]) -> list[Bidder]:
    """The firms of the drafts. Raises Invalid."""
    most = rule(JOINT_MEMBERS, local_date(now()))
    if not 2 <= len(drafts) <= most.days:
        raise Invalid(_("A consortium has between two and %(n)s members.") % {"n": most.days})
    firms, wrong = _firms(project, lead, drafts)
    if wrong:
        raise Invalid(fields=wrong)
    return firms


def _write(made: Consortium, firms: Sequence[Bidder], drafts: Sequence[MemberDraft]) -> None:
    """The consortium with its members; the leading firm has agreed by proposing it."""
    made.save()
    for n, (firm, draft) in enumerate(zip(firms, drafts, strict=True)):
        ConsortiumMember.objects.create(
            consortium=made, project=made.project, bidder=firm, is_lead=n == 0, work=draft.work.strip(),
            speciality=" ".join(draft.speciality.split()), grade=draft.grade, bound=n == 0,
            agreed_at=now() if n == 0 else None, agreed_by=made.made_by if n == 0 else None,
        )  # fmt: skip


def _check_accepts(project: Project) -> None:
    """Raises WrongState where the notice admits no joint bids, or bids are no longer taken."""
    if not project.joint_allowed:
        raise WrongState(_("This tender does not accept joint bids; its notice says so."))
    if project.state not in ("announced", "receiving") or deciding_now() >= (project.deadline_at or now()):
        raise WrongState(_("This tender does not take bids."))


def _check_free(project: Project, bidder: Bidder) -> None:
    """The firm bids neither alone nor in another consortium. The books are locked, so no bid of it comes in meanwhile.

    Raises BidsJointly, WrongState.
    """
    db.lock_rows(Book.objects.all(), list(Book.objects.filter(lot__project=project).values_list("pk", flat=True)))
    held = bound_member(project, bidder)
    if held is not None:
        raise bids_jointly(bidder, held.consortium)
    if Submission.objects.counting().filter(book__lot__project=project, bidder=bidder).exists():
        raise WrongState(_("Your firm has a bid of its own in this tender. Withdraw it first, then join a consortium."))


def _firms(project: Project, lead: Bidder, drafts: Sequence[MemberDraft]) -> tuple[list[Bidder], dict[str, str]]:
    firms: list[Bidder] = []
    wrong: dict[str, str] = {}
    for n, draft in enumerate(drafts, start=1):
        try:
            firm = lead if n == 1 else _member(project, draft.uscc, firms)
            if (
                not draft.work.strip()
                or not draft.speciality.strip()
                or draft.grade not in ConsortiumMember.Grade.values
            ):
                raise Invalid(_("Say which part of the work the firm does, in which speciality, and its grade."))
            firms.append(firm)
        except (Invalid, NotInvited) as error:
            wrong[f"member{n}"] = str(error.message)
    return firms, wrong


def _member(project: Project, typed: str, firms: Sequence[Bidder]) -> Bidder:
    """A further member by its credit code. Raises Invalid, NotInvited, Blocked."""
    uscc = check_uscc(typed)
    found = Bidder.objects.select_related("organisation").filter(organisation__uscc=uscc).first()
    if found is None:
        raise Invalid(_("No bidder is registered under this code. The firm registers itself as a bidder first."))
    if found in firms:
        raise Invalid(_("This firm is a member already."))
    if found.organisation_id in (project.buyer_id, project.agency_id):
        raise Invalid(_("Whoever buys or runs the tender cannot bid for it."))
    check_may_bid(uscc, local_date(now()), project.category)
    check_invited(project, found.organisation)
    return found


@action
def attach_agreement(actor: Actor, consortium_id: int, stored_id: int) -> Consortium:
    """The leading firm hands in the signed agreement; from then on the members can agree. Raises NotFound, WrongState."""
    one = _locked(actor, consortium_id)
    if not acts_for(person(actor), one.lead.organisation_id):
        raise NotFound()
    _check_forming(one)
    if one.agreement_id is not None:
        raise WrongState(_("The agreement is there already. Dissolve the consortium to propose another one."))
    one.agreement = files.attach(stored_id, stream=STREAM, stream_id=one.pk, owner=actor)
    one.save(update_fields=["agreement"])
    record(one, "consortium.agreement", PORTAL, data={"sha256": one.agreement.sha256})
    notices.tell_consortium(one, "asked")
    return one


@action
def answer_consortium(actor: Actor, consortium_id: int, organisation_id: int, *, agrees: bool) -> Consortium:
    """A member agrees or declines; who declines ends the proposal. Raises NotFound, BidsJointly, WrongState."""
    user = person(actor)
    organisation_for(user, organisation_id)
    one = _locked(actor, consortium_id)
    member = one.members.select_related("bidder__organisation").filter(bidder__organisation=organisation_id).first()
    if member is None:
        raise NotFound()
    _check_forming(one)
    if one.agreement_id is None:
        raise WrongState(_("The leading firm has not handed in the agreement yet."))
    if member.agreed_at is not None:
        return one
    if not agrees:
        _end(one, str(_("%(name)s declined.") % {"name": member.bidder.organisation.name}), "declined")
        notices.tell_consortium(one, "ended")
        return one
    check_may_bid(member.bidder.organisation.uscc, local_date(now()), one.project.category)
    _check_free(one.project, member.bidder)
    member.agreed_at, member.agreed_by, member.bound = now(), user, True
    member.save(update_fields=["agreed_at", "agreed_by", "bound"])
    record(one, "consortium.agreed", PORTAL, data={"members": one.members.filter(bound=True).count()})
    if not one.members.filter(bound=False).exists():
        one.state, one.formed_at = State.FORMED, now()
        one.save(update_fields=["state", "formed_at"])
        notices.tell_consortium(one, "formed")
    return one


@action
def dissolve_consortium(actor: Actor, consortium_id: int) -> Consortium:
    """The leading firm ends a consortium that has no bid, before the deadline. Raises NotFound, WrongState."""
    one = _locked(actor, consortium_id)
    if not acts_for(person(actor), one.lead.organisation_id):
        raise NotFound()
    if one.state == State.DISSOLVED:
        return one
    _check_accepts(one.project)
    _check_no_bid(one, _("The consortium has a bid. Withdraw it first."))
    _end(one, "", "dissolved")
    notices.tell_consortium(one, "ended")
    return one


def _check_no_bid(one: Consortium, told: Any) -> None:
    """The books are locked, so no bid comes in meanwhile. Raises WrongState."""
    books = Book.objects.filter(lot__project=one.project)
    db.lock_rows(Book.objects.all(), list(books.values_list("pk", flat=True)))
    if one.submissions.filter(current=True).exists():
        raise WrongState(told, source=_joint_source(one.project))


def _locked(actor: Actor, consortium_id: int) -> Consortium:
    """The consortium for one of its members, its tender locked before it. Raises NotFound."""
    found = Consortium.objects.of_firms(person(actor)).filter(pk=consortium_id).first()
    if found is None:
        raise NotFound()
    locked_public(found.project_id, person(actor))
    return db.lock_row(Consortium.objects.select_related("project", "lead__organisation"), found.pk)


def _check_forming(one: Consortium) -> None:
    if one.state != State.FORMING:
        raise WrongState(_("This consortium does not wait for anything any more."))
    _check_accepts(one.project)


def _end(one: Consortium, note: str, told: str) -> None:
    """The members are free again; who is told what is the caller's."""
    one.state, one.ended_at, one.note = State.DISSOLVED, now(), note[:300]
    one.save(update_fields=["state", "ended_at", "note"])
    one.members.update(bound=False)
    record(one, f"consortium.{told}", PORTAL)


def bids_for(project: Project, bidder: Bidder) -> Consortium | None:
    """As whom a firm that sends a bid bids: its formed consortium, or None for alone.

    Raises BidsJointly for a member that does not lead, NotFormed, Blocked for any restricted member,
    NoLegalPerson for any that has named none.
    """
    held = bound_member(project, bidder)
    if held is None:
        return None
    one = held.consortium
    if not held.is_lead:
        raise bids_jointly(bidder, one)
    members = list(one.members.select_related("bidder__organisation"))
    if one.state != State.FORMED:
        waits = "、".join(each.bidder.organisation.name for each in members if not each.bound)
        raise NotFormed(names=waits)
    for each in members:
        check_may_bid(each.bidder.organisation.uscc, local_date(deciding_now()), project.category)
        check_legal_person(each.bidder)
    return one
